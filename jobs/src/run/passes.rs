//! Searches beside that of everybody: at the speed of a group, by metres, to what is open at an hour.
//!
//! Comes in: what a standard or a view asks for ([`Asks`]), and cells and outlets on the streets. Goes out: a [`Pass`], with
//! weights and outlets of its own, and the evidence that it finds. Not here: judging, and the search of everybody.
//!
//! A walk by metres is searched for at a metre a second without any waits, so that its seconds are metres. An outlet whose
//! hours are not known is in a category of its own: it is neither open nor closed.
//!
//! Memory: a column of weights and 16 bytes for each origin and outlet, besides what a search needs.

use anyhow::Result;
use rustc_hash::FxHashMap;
use walkshed::access::{AccessBatch, AccessSearch, LinkedOutlets};
use walkshed::coverage::{Evidence, Hour, Limit, Requirement, Standard};
use walkshed::snap::LinkedPoint;
use walkshed::walk::{EdgeWeights, Walker};
use walkshed::{MetersPerSecond, Ticks, WalkGraph};

use super::coverage::HORIZON;
use super::edge::Border;
use super::linked::OnStreet;
use crate::registry::outlets::{Outlet, Registry};

/// How a pass walks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Pace {
    /// As the run's walker does.
    Own,
    /// As the run's walker, at another speed in metres a second.
    At(f64),
    /// By metres.
    Meters,
}

impl Pace {
    fn walker(self, own: &Walker) -> Result<Walker> {
        Ok(match self {
            Self::Own => own.clone(),
            Self::At(speed) => own.clone().with_speed(MetersPerSecond(speed))?,
            Self::Meters => Walker::flat().with_speed(MetersPerSecond(1.0))?,
        })
    }

    /// How far the nearest outlet is looked for: an hour's walk of the run's walker.
    fn horizon(self, own: &Walker) -> Ticks {
        match self {
            Self::Own | Self::At(_) => HORIZON,
            Self::Meters => Ticks::from_seconds(HORIZON.as_seconds() * own.speed().0),
        }
    }
}

/// What a pass is asked: for whom, when, and for which sets of formats within which budgets.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Asks {
    pub pace: Pace,
    pub at: Option<Hour>,
    parts: Vec<Vec<u16>>,
    budgets: Vec<Ticks>,
}

impl Asks {
    pub(super) fn new(pace: Pace, at: Option<Hour>) -> Self {
        Self { pace, at, parts: Vec::new(), budgets: Vec::new() }
    }

    /// The pass that a requirement needs; nothing where it is that of everybody.
    pub(super) fn needed_by(requirement: &Requirement, standard: &Standard) -> Option<Self> {
        let group = requirement.group.as_ref().and_then(|id| standard.groups.iter().find(|group| group.id == *id));
        let pace = match (requirement.limit, group) {
            (Limit::Meters(_), _) => Pace::Meters,
            (Limit::Minutes(_), Some(group)) => Pace::At(group.speed_m_per_s),
            (Limit::Minutes(_), None) => Pace::Own,
        };
        (pace != Pace::Own || requirement.at.is_some()).then(|| Self::new(pace, requirement.at))
    }

    /// The number of a set of formats, and of a budget.
    pub(super) fn place(&mut self, formats: Vec<u16>, budget: Ticks) -> (usize, usize) {
        (position(&mut self.parts, formats), position(&mut self.budgets, budget))
    }
}

fn position<T: PartialEq>(all: &mut Vec<T>, one: T) -> usize {
    all.iter().position(|known| *known == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    })
}

/// A pass on the streets, ready to be searched.
pub(super) struct Pass<'a> {
    asks: &'a Asks,
    graph: &'a WalkGraph,
    horizon: Ticks,
    weights: EdgeWeights,
    outlets: LinkedOutlets,
    origins: Vec<Option<LinkedPoint>>,
}

impl<'a> Pass<'a> {
    /// Brings origins and outlets, where they are on the streets already, to the weights of the pass.
    ///
    /// # Errors
    /// When nobody walks at its speed, or outlets cannot be linked.
    pub(super) fn new(
        asks: &'a Asks,
        graph: &'a WalkGraph,
        walker: &Walker,
        origins: &[Option<OnStreet>],
        (outlets, registry): (&[Option<OnStreet>], &Registry),
    ) -> Result<Self> {
        let weights = EdgeWeights::from_model(graph, &asks.pace.walker(walker)?);
        let linked = |on: &Option<OnStreet>| on.as_ref().map(|on| LinkedPoint::new(graph, &weights, &on.snap));
        let mut hours = Hours::default();
        let served: Vec<_> = outlets
            .iter()
            .zip(&registry.outlets)
            .map(|(on, outlet)| match linked(on) {
                Some(point) if outlet.counts() => (Some(point), served_at(asks, outlet, &mut hours)),
                _ => (None, Vec::new()),
            })
            .collect();
        let outlets = LinkedOutlets::new(graph, &served, 2 * asks.parts.len(), &[])?;
        let origins = origins.iter().map(linked).collect();
        Ok(Self { asks, graph, horizon: asks.pace.horizon(walker), weights, outlets, origins })
    }

    /// Makes ready to search.
    pub(super) fn search(&self) -> AccessSearch<'_> {
        AccessSearch::new(self.graph, &self.weights, &self.outlets, &self.asks.budgets, self.horizon)
    }

    /// The walk to the border by its weights.
    pub(super) fn border(&self) -> Border {
        let longest = self.asks.budgets.iter().copied().max().unwrap_or(Ticks::ZERO);
        Border::find(self.graph, &self.weights, longest)
    }

    /// An origin by its weights.
    pub(super) fn origin(&self, origin: usize) -> Option<&LinkedPoint> {
        self.origins[origin].as_ref()
    }

    /// Searches from some of the origins.
    pub(super) fn run(&self, search: &AccessSearch<'_>, origins: std::ops::Range<usize>) -> AccessBatch {
        search.run(&self.origins[origins])
    }
}

impl Asks {
    /// What a pass found of one of its sets of formats, from a point of a batch.
    pub(super) fn evidence(
        &self,
        found: &AccessBatch,
        point: usize,
        part: usize,
        budget: usize,
        known: bool,
    ) -> Evidence {
        Evidence {
            known,
            nearest: found.nearest(point, part),
            within: found.within(point, part, budget),
            maybe: found.within(point, part + self.parts.len(), budget),
        }
    }
}

/// The categories that an outlet is in: those of the sets it serves, or their twins where its hours are not known.
fn served_at(asks: &Asks, outlet: &Outlet, hours: &mut Hours) -> Vec<u16> {
    let parts = asks.parts.iter().enumerate();
    let serves = parts.filter(|(_, formats)| formats.iter().any(|format| outlet.formats().contains(format)));
    let serves = serves.map(|(part, _)| part as u16);
    match asks.at.map_or(Some(true), |at| hours.is_open(outlet, at)) {
        Some(true) => serves.collect(),
        Some(false) => Vec::new(),
        None => serves.map(|part| part + asks.parts.len() as u16).collect(),
    }
}

/// Whether outlets are open, each wording of hours read once.
#[derive(Default)]
struct Hours {
    read: FxHashMap<(Box<str>, Hour), Option<bool>>,
}

impl Hours {
    /// Whether an outlet is open on an ordinary Wednesday; nothing where its hours are not known.
    fn is_open(&mut self, outlet: &Outlet, at: Hour) -> Option<bool> {
        let hours = outlet.attributes.as_ref()?.hours.as_ref()?;
        match at {
            Hour::Always => Some(hours.all_day),
            Hour::At(420) => Some(hours.at_0700),
            Hour::At(1380) => Some(hours.at_2300),
            Hour::At(minute) => *self.read.entry((hours.text.clone(), at)).or_insert_with(|| hours.is_open_at(minute)),
        }
    }
}
