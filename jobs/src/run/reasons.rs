//! What is known of a requirement that is not met, beside what the search found: islands, the border, the straight line.
//!
//! Comes in: a cell's point on its street, the outlets, the border. Goes out: [`Circumstances`] and the metres of a walk. Not
//! here: which reason follows from them (the engine's), and gates (see `certainty`).

use walkshed::coverage::{Circumstances, Judged, Standard};
use walkshed::snap::SnapReason;
use walkshed::{LonLat, Meters, Ticks, WalkGraph};

use super::edge::Border;
use super::inputs::Inputs;
use super::linked::OnStreet;
use super::passes::{Pace, Pass};
use super::question::Question;
use super::straight::Crow;

/// What there is around the residences.
pub(super) struct Surroundings<'a> {
    standard: &'a Standard,
    question: &'a Question,
    passes: &'a [Pass<'a>],
    /// Metres a second on level ground.
    speed: f64,
    /// Whether the speed is the same everywhere, so that a time says how long the way is.
    is_flat: bool,
    border: Border,
    borders: Vec<Border>,
    /// For each requirement and part of it the outlets as the crow flies; none where they have to be open at an hour.
    crows: Vec<Vec<Crow>>,
}

/// One requirement that a point is judged by.
#[derive(Clone, Copy)]
pub(super) struct Case<'c> {
    pub requirement: usize,
    pub judged: Judged,
    pub on: &'c OnStreet,
    pub at: LonLat,
    /// The number of the point among all origins.
    pub origin: usize,
    pub kept_by_gate: bool,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(
        inputs: &'a Inputs,
        question: &'a Question,
        passes: &'a [Pass<'a>],
        walker: (f64, bool),
        weights: &walkshed::walk::EdgeWeights,
    ) -> Self {
        let graph: &WalkGraph = &inputs.streets.graph;
        let standard = &inputs.standard.standard;
        let (speed, is_flat) = walker;
        let middle = graph.bounds().map_or(LonLat { lon: 0.0, lat: 0.0 }, |bounds| LonLat {
            lon: f64::midpoint(bounds.min.lon, bounds.max.lon),
            lat: f64::midpoint(bounds.min.lat, bounds.max.lat),
        });
        let crows = standard.requirements.iter().enumerate().map(|(number, requirement)| {
            if requirement.at.is_some() {
                return Vec::new();
            }
            let reach = requirement.reach(speed_of(question.pace_of(number), speed));
            let parts = question.formats_of(number);
            parts.map(|formats| Crow::new(&inputs.outlets.outlets, formats, reach, middle)).collect()
        });
        let longest = question.budgets().into_iter().max().unwrap_or(Ticks::ZERO);
        Self {
            standard,
            question,
            passes,
            speed,
            is_flat,
            border: Border::find(graph, weights, longest),
            borders: passes.iter().map(Pass::border).collect(),
            crows: crows.collect(),
        }
    }

    /// What is known of a requirement that is not met.
    pub(super) fn of(&self, case: &Case<'_>) -> Circumstances {
        let requirement = &self.standard.requirements[case.requirement];
        let to_edge = match self.question.pass_of(case.requirement) {
            None => self.border.from(&case.on.point),
            Some(pass) => self.passes[pass].origin(case.origin).and_then(|point| self.borders[pass].from(point)),
        };
        Circumstances {
            kept_by_gate: case.kept_by_gate,
            on_island: case.on.snap.reason == SnapReason::Island,
            to_edge,
            straight: self.straight(case.requirement, case.judged, case.at),
            reach: requirement.reach(speed_of(self.question.pace_of(case.requirement), self.speed)),
        }
    }

    /// The straight line to the nearest outlet of the part that decides, as far as the walk would go.
    pub(super) fn straight(&self, requirement: usize, judged: Judged, from: LonLat) -> Option<Meters> {
        self.crows[requirement].get(judged.part)?.nearest(from)
    }

    /// A walk of a requirement in seconds and in metres, as far as each is known: a walk by metres has no time, and the way of
    /// a walk whose speed is not the same everywhere has no length.
    pub(super) fn seconds_and_meters(&self, requirement: usize, walk: Ticks) -> (Option<f64>, Option<f64>) {
        let (seconds, pace) = (walk.as_seconds(), self.question.pace_of(requirement));
        match pace {
            Pace::Meters => (None, Some(seconds)),
            Pace::Own | Pace::At(_) => (Some(seconds), self.is_flat.then(|| seconds * speed_of(pace, self.speed))),
        }
    }
}

fn speed_of(pace: Pace, own: f64) -> f64 {
    match pace {
        Pace::Own => own,
        Pace::At(speed) => speed,
        Pace::Meters => 1.0,
    }
}
