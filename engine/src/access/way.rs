//! Which way of searching is worth while: [`Way`] and [`Choice`].
//!
//! Comes in: how many cells there are, how much each reaches, whether a hierarchy is at hand. Goes out: a way, and the
//! reason in words. Not here: the searches. A way never changes an answer, only how long it takes.

use std::fmt;

use crate::search::{BLOCK, BlockGraph, BlockSearch};
use crate::snap::LinkedPoint;
use crate::units::Ticks;

/// A way of searching from many cells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Way {
    /// The reference search, one cell after the other.
    OneByOne,
    /// Sixteen neighbouring cells side by side in one search, without preparation.
    Lanes,
    /// 64 neighbouring cells side by side on a hierarchy, to all nodes within the budget.
    Sweeps,
    /// 64 neighbouring cells side by side on a hierarchy, only up to where they meet the outlets. Fewest steps of all.
    Meetings,
}

impl Way {
    /// The way in a word, as flags and summaries have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::OneByOne => "one_by_one",
            Self::Lanes => "lanes",
            Self::Sweeps => "sweeps",
            Self::Meetings => "meetings",
        }
    }

    /// All ways.
    pub const ALL: [Self; 4] = [Self::OneByOne, Self::Lanes, Self::Sweeps, Self::Meetings];

    /// Whether it needs a hierarchy.
    pub fn needs_hierarchy(self) -> bool {
        matches!(self, Self::Sweeps | Self::Meetings)
    }
}

impl std::str::FromStr for Way {
    type Err = UnknownWay;

    fn from_str(word: &str) -> Result<Self, UnknownWay> {
        Self::ALL.into_iter().find(|way| way.code() == word).ok_or_else(|| UnknownWay(word.to_owned()))
    }
}

/// A word that names no way of searching.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no way of searching; expected one_by_one, lanes, sweeps or meetings")]
pub struct UnknownWay(pub String);

/// How many cells are searched from to see how much they reach.
const SAMPLE: usize = 64;

/// How much there is to do.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Work {
    /// How many cells are searched from.
    pub cells: usize,
    /// How many nodes a cell reaches.
    pub reach: f64,
    /// How many nodes the graph has.
    pub nodes: usize,
    /// How many outlets there are.
    pub outlets: usize,
    /// Of how many categories the nearest outlet is looked for, within a horizon; 0 where that is not asked.
    pub nearest: usize,
    /// Whether a hierarchy of this graph and these weights is at hand, for the longest budget and the horizon.
    pub has_hierarchy: bool,
}

/// Nanoseconds for one step of each way, on one core: measured with `benches/lanes.rs`. Only their proportions matter.
mod cost {
    /// Of the reference search, for each node reached by a cell.
    pub(super) const ONE_NODE: f64 = 33.0;
    /// Of the search in lanes, for each node reached by a cell.
    pub(super) const LANE_NODE: f64 = 20.0;
    /// Of listing the edges for lanes, for each node of the graph.
    pub(super) const LIST_NODE: f64 = 20.0;
    /// Of climbing and meeting, for each cell, and for each node reached by it.
    pub(super) const MEETING_CELL: f64 = 600.0;
    pub(super) const MEETING_NODE: f64 = 3.2;
    /// Of a climb from an outlet, and for each node reached by a cell besides.
    pub(super) const OUTLET: f64 = 1_000.0;
    pub(super) const OUTLET_REACH: f64 = 9.0;
    /// Of building a hierarchy, for each node of the graph; and where many nodes are reached, for each of these besides.
    pub(super) const BUILD_NODE: f64 = 5_000.0;
    pub(super) const BUILD_REACH: f64 = 5.0;
    /// Of a search for the nearest of one category, for each node of the graph.
    pub(super) const FIELD_NODE: f64 = 60.0;
    /// Of a sweep for the nearest of up to 32 categories, for each node of the graph.
    pub(super) const SWEEP_NODE: f64 = 100.0;
}

/// A way that was chosen, and why.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Choice {
    /// The way.
    pub way: Way,
    /// The work that it was chosen for.
    pub work: Work,
    /// What the reference search would take by the estimate, in seconds on one core.
    pub one_by_one_s: f64,
    /// What lanes would take, in seconds on one core.
    pub lanes_s: f64,
    /// What meetings would take, and building the hierarchy first where there is none, in seconds on one core.
    pub meetings_s: f64,
}

impl Choice {
    /// Chooses by the work: meetings where a hierarchy is at hand or soon repaid, else lanes; the reference for a handful
    /// of cells, for which nothing is worth preparing.
    pub fn by_work(work: Work) -> Self {
        let (cells, nodes) = (work.cells as f64, work.nodes as f64);
        let sweeps = nodes * work.nearest.div_ceil(32) as f64 * cost::SWEEP_NODE;
        let fields = nodes * work.nearest as f64 * cost::FIELD_NODE;
        // Any way takes the nearest from a hierarchy that is at hand.
        let nearest = if work.has_hierarchy { sweeps } else { fields };
        let build = nodes * (cost::BUILD_NODE + cost::BUILD_REACH * work.reach);
        let build = if work.has_hierarchy { 0.0 } else { build };
        let search = cells * (cost::MEETING_CELL + cost::MEETING_NODE * work.reach);
        let climbs = work.outlets as f64 * (cost::OUTLET + cost::OUTLET_REACH * work.reach);
        let meetings_s = (build + sweeps + climbs + search) / 1e9;
        let lanes_s = (nearest + nodes * cost::LIST_NODE + cells * work.reach * cost::LANE_NODE) / 1e9;
        let one_by_one_s = (nearest + cells * work.reach * cost::ONE_NODE) / 1e9;
        let way = if one_by_one_s < lanes_s.min(meetings_s) {
            Way::OneByOne
        } else if lanes_s <= meetings_s {
            Way::Lanes
        } else {
            Way::Meetings
        };
        Self { way, work, one_by_one_s, lanes_s, meetings_s }
    }
}

impl Work {
    /// Measures how much some of the cells reach, by searches from up to 64 of them, spread evenly; the other numbers are
    /// given.
    pub fn sampled(graph: &BlockGraph, cells: &[Option<LinkedPoint>], budget: Ticks, rest: Self) -> Self {
        let placed: Vec<&LinkedPoint> = cells.iter().flatten().collect();
        let step = (placed.len() / SAMPLE).max(1);
        let sample: Vec<&LinkedPoint> = placed.iter().step_by(step).take(SAMPLE).copied().collect();
        let mut search = BlockSearch::new(graph);
        let mut nodes = 0;
        for block in sample.chunks(BLOCK) {
            let reach = search.run(block.iter().map(|cell| cell.starts()), budget);
            let within = |place| reach.nodes().filter(|&node| reach.time_to(place, node).is_some()).count();
            nodes += (0..block.len()).map(within).sum::<usize>();
        }
        Self { cells: cells.len(), reach: nodes as f64 / sample.len().max(1) as f64, ..rest }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Work { cells, reach, has_hierarchy, .. } = self.work;
        let hierarchy = if has_hierarchy { "with the hierarchy at hand" } else { "with building a hierarchy first" };
        write!(
            f,
            "{}: {cells} cells that reach {reach:.0} nodes each; by estimate {:.2} s in lanes, {:.2} s by meetings {hierarchy} (one core)",
            self.way.code(),
            self.lanes_s,
            self.meetings_s,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hierarchy_is_built_only_where_it_is_repaid() {
        let (cells, reach, nodes, outlets) = (40_000, 3_300.0, 1_000_000, 50_000);
        let work = Work { cells, reach, nodes, outlets, nearest: 0, has_hierarchy: false };
        assert_eq!(Choice::by_work(work).way, Way::Lanes);
        assert_eq!(Choice::by_work(Work { has_hierarchy: true, ..work }).way, Way::Meetings);
        assert_eq!(Choice::by_work(Work { cells: 4_000_000, ..work }).way, Way::Meetings);
        assert_eq!(Choice::by_work(Work { cells: 3, ..work }).way, Way::OneByOne);
        // What a sweep saves on the nearest of many categories repays it too.
        let city =
            Work { cells: 8_000, reach: 100.0, nodes: 70_000, outlets: 5_000, nearest: 20, has_hierarchy: false };
        assert_eq!(Choice::by_work(city).way, Way::Lanes);
        assert_eq!(Choice::by_work(Work { nearest: 200, ..city }).way, Way::Meetings);
    }

    #[test]
    fn a_way_is_known_by_its_word() {
        for way in Way::ALL {
            assert_eq!(way.code().parse(), Ok(way));
        }
        assert!("fast".parse::<Way>().unwrap_err().to_string().contains("expected one_by_one"));
    }
}
