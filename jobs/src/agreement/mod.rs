//! One city under several models of walking: coverage under each, where they agree, and what holds under all of them.
//!
//! Comes in: the inputs of a run, and models. Goes out: [`Agreement`]. Not here: tables and words. One graph serves all
//! models; each costs its column of weights while its turn lasts. What is kept grows with cells and requirements, not
//! with models: four counts for each.

pub(crate) mod straight;
pub(crate) mod told;

use anyhow::Result;
use walkshed::coverage::{CellStatus, Tally, Verdict, all_known_met};
use walkshed::walk::{CostModel as _, Walker};

use self::straight::{Circles, OverCount};
use crate::models::weights_of;
use crate::plan::Plan;
use crate::run::case::Case;
use crate::run::inputs::Inputs;
use crate::run::progress::Progress;
use crate::run::question::Question;

/// Speeds on the level that show what the speed alone does: from the slow end of what GB 50180 implies (50 m a minute) to the
/// fast end of routing systems (1.42 m/s).
pub(crate) const SPEEDS: [f64; 8] = [0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.389, 1.42];

/// What sort of assumption a row of coverage is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A model that was asked for.
    Model,
    /// The first model at another speed.
    Speed,
    /// Circles as the crow flies, at the speed of the first model.
    Straight,
}

impl Kind {
    /// As tables have it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Speed => "speed",
            Self::Straight => "straight",
        }
    }
}

/// Coverage under one assumption.
pub(crate) struct Under {
    pub name: String,
    pub kind: Kind,
    pub fingerprint: String,
    pub speed: f64,
    /// For each requirement, residents by status.
    pub tallies: Vec<Tally>,
    /// Residents by whether they have every requirement of which something is known.
    pub all: Tally,
}

/// How many models say what of a cell and a requirement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Votes {
    pub met: u16,
    pub not_met: u16,
    pub unknown: u16,
    pub no_street: u16,
}

impl Votes {
    fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Met => &mut self.met,
            Verdict::NotMet => &mut self.not_met,
            Verdict::Unknown => &mut self.unknown,
            Verdict::NoStreet => &mut self.no_street,
        } += 1;
    }

    /// How many models say what most of them say.
    pub(crate) fn agree(self) -> u16 {
        self.met.max(self.not_met).max(self.unknown).max(self.no_street)
    }

    /// What holds under all models: `met`, `not_met`, `unknown`, `no_street`, or `depends`.
    pub(crate) fn under_all(self) -> &'static str {
        let all = self.met + self.not_met + self.unknown + self.no_street;
        match self {
            Self { met, .. } if met == all => "met",
            Self { not_met, .. } if not_met == all => "not_met",
            Self { unknown, .. } if unknown == all => "unknown",
            Self { no_street, .. } if no_street == all => "no_street",
            _ => "depends",
        }
    }
}

/// What models make of a city.
pub(crate) struct Agreement {
    /// The models asked for, then speeds, then circles.
    pub under: Vec<Under>,
    /// How many of them are models that were asked for, and vote.
    pub models: usize,
    /// For each cell and requirement, the votes.
    pub votes: Vec<Votes>,
    /// For each cell, under how many models everything known is met.
    pub all_met: Vec<u16>,
    /// What circles count too much, by format and minutes.
    pub over: Vec<OverCount>,
}

/// Which assumptions are compared.
pub(crate) struct Assumptions {
    /// At least one.
    pub models: Vec<Walker>,
    pub speeds: Vec<f64>,
}

/// Searches under each assumption in turn.
///
/// # Errors
/// When a model needs heights that the streets do not have, or outlets cannot be linked.
pub(crate) fn compare(
    inputs: &Inputs,
    plan: &Plan,
    question: &Question,
    asked: &Assumptions,
    progress: &Progress,
) -> Result<Agreement> {
    let graph = &inputs.streets.graph;
    // Before the first search, so that a model that cannot be used is known at once.
    for walker in &asked.models {
        weights_of(graph, walker).map(drop)?;
    }
    let first = &asked.models[0];
    let at_speed = |speed: &f64| first.clone().with_speed(walkshed::MetersPerSecond(*speed));
    let speeds = asked.speeds.iter().map(at_speed).collect::<Result<Vec<_>, _>>()?;
    let kinds = asked.models.iter().map(|w| (Kind::Model, w)).chain(speeds.iter().map(|w| (Kind::Speed, w)));
    let requirements = question.requirements();
    let mut found = Agreement {
        under: Vec::new(),
        models: asked.models.len(),
        votes: vec![Votes::default(); inputs.residents.cells.len() * requirements],
        all_met: vec![0; inputs.residents.cells.len()],
        over: Vec::new(),
    };
    let mut circles = Circles::new(inputs, question, first.speed());
    for (number, (kind, walker)) in kinds.enumerate() {
        let stage = progress.stage(&format!("model {}", walker.id()), Some(inputs.origins.points.len() as u64));
        let case = Case::place(graph, walker, inputs, plan.snap);
        let mut counted = Counted::new(inputs, requirements);
        case.judge(inputs, question, plan.way, progress, |point| {
            let number_of_point = counted.statuses.len() / requirements;
            counted.statuses.extend(point.judged.iter().map(|one| one.status));
            if number == 0 {
                circles.network(number_of_point, point);
            }
            stage.advance(1);
        })?;
        let name = match kind {
            Kind::Speed => format!("{} {} m/s", first.id(), walker.speed().0),
            _ => walker.id().to_owned(),
        };
        let votes = (kind == Kind::Model).then_some(&mut found);
        let (tallies, all) = counted.sums(inputs, requirements, votes);
        let (fingerprint, speed) = (walker.fingerprint(), walker.speed().0);
        found.under.push(Under { name, kind, fingerprint, speed, tallies, all });
    }
    let _stage = progress.stage("circles", None);
    let mut counted = Counted::new(inputs, requirements);
    counted.statuses = circles.judge()?;
    let (tallies, all) = counted.sums(inputs, requirements, None);
    let speed = first.speed().0;
    let fingerprint = format!("straight speed_m_per_s={speed}");
    found.under.push(Under { name: "straight".to_owned(), kind: Kind::Straight, fingerprint, speed, tallies, all });
    found.over = circles.over();
    Ok(found)
}

/// The statuses of all points under one assumption, point by point.
struct Counted {
    statuses: Vec<CellStatus>,
}

impl Counted {
    fn new(inputs: &Inputs, requirements: usize) -> Self {
        Self { statuses: Vec::with_capacity(inputs.origins.points.len() * requirements) }
    }

    /// Residents by status; and the vote of the model for each cell, if it has one: what at least half of the residents of a
    /// cell have is what the cell has.
    fn sums(&self, inputs: &Inputs, requirements: usize, mut votes: Option<&mut Agreement>) -> (Vec<Tally>, Tally) {
        let (mut tallies, mut all) = (vec![Tally::default(); requirements], Tally::default());
        for cell in 0..inputs.residents.cells.len() {
            let points = inputs.origins.of_cell(cell);
            let of = |point: usize| &self.statuses[point * requirements..(point + 1) * requirements];
            let mut have_all = 0.0;
            for point in points.clone() {
                let origin = &inputs.origins.points[point];
                for (tally, status) in tallies.iter_mut().zip(of(point)) {
                    tally.add(origin.residents, *status);
                }
                let everything = all_known_met(of(point).iter().copied());
                all.add(origin.residents, everything);
                have_all += if everything == Verdict::Met { origin.share } else { 0.0 };
            }
            let Some(found) = votes.as_deref_mut() else { continue };
            found.all_met[cell] += u16::from(have_all >= HALF);
            for requirement in 0..requirements {
                let share = |verdict: Verdict| -> f64 {
                    let those = points.clone().filter(|&point| of(point)[requirement].verdict() == verdict);
                    those.map(|point| inputs.origins.points[point].share).sum()
                };
                let verdicts = [Verdict::Met, Verdict::NotMet, Verdict::Unknown, Verdict::NoStreet];
                let first = verdicts.into_iter().find(|&verdict| share(verdict) >= HALF);
                found.votes[cell * requirements + requirement].add(first.unwrap_or(Verdict::NotMet));
            }
        }
        (tallies, all)
    }
}

/// What is half, with room for the rounding of shares.
const HALF: f64 = 0.5 - 1e-9;
