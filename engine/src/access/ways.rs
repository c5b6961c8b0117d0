//! The ways of searching made ready: what all cores share, and the scratch that each needs.
//!
//! Comes in: a graph, weights, outlets, the longest budget, a way. Goes out: blocks of cells with their arrivals
//! ([`Ready::each_block`]). Not here: what is made of arrivals.

use rayon::prelude::*;

use super::block::{AllTimes, Arrivals, BlockWay, ByRank, Cells, Meeting, OneByOne};
use super::outlets::LinkedOutlets;
use super::way::Way;
use crate::graph::WalkGraph;
use crate::search::{
    Ascent, BLOCK, BlockGraph, Climb, Hierarchy, LaneSearch, LaneTime, MeetingList, Meetings, Pool, WIDE_BLOCK, Width,
    is_narrow,
};
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// Cells are dealt out to the cores in runs of this many neighbours: the widest block of any way.
pub(super) const CELLS_A_RUN: usize = 64;
/// Outlets are dealt out to the cores in parts of this many.
const OUTLETS_A_PART: usize = 256;

/// What all cores share, for one way.
#[derive(Debug)]
pub(super) enum Ready<'g> {
    OneByOne(&'g WalkGraph, &'g EdgeWeights),
    Lanes(BlockGraph),
    Sweeps(&'g Hierarchy, ByRank),
    Meetings(&'g Hierarchy, Meetings),
}

/// Something to do with the arrivals of a block, whatever their width: one result for each run of cells.
pub(super) trait Consumer: Sync {
    /// What comes of a run of cells.
    type Output: Send;

    /// A run of cells, before its first block; it begins at a place of the order in which cells are searched from.
    fn begin(&self, begins: usize, cells: &Cells<'_>) -> Self::Output;

    /// Takes up the arrivals of a block, whose first cell is the given one of the run.
    fn take<T: LaneTime, const N: usize>(
        &self,
        first: usize,
        cells: usize,
        met: &Arrivals<T, N>,
        to: &mut Self::Output,
    );
}

impl<'g> Ready<'g> {
    pub(super) fn new(
        graph: &'g WalkGraph,
        weights: &'g EdgeWeights,
        outlets: &LinkedOutlets,
        hierarchy: Option<&'g Hierarchy>,
        way: Way,
        longest: Ticks,
    ) -> Option<Self> {
        Some(match way {
            Way::OneByOne => Self::OneByOne(graph, weights),
            Way::Lanes => Self::Lanes(BlockGraph::new(graph, weights, longest)),
            Way::Sweeps => {
                let hierarchy = hierarchy?;
                Self::Sweeps(hierarchy, ByRank::new(outlets, hierarchy.nodes_by_rank()))
            }
            Way::Meetings => {
                let hierarchy = hierarchy?;
                Self::Meetings(hierarchy, meetings(hierarchy, outlets, longest))
            }
        })
    }

    /// Searches from all runs of cells on all cores, and gives what the consumer makes of each, in order.
    pub(super) fn each_run<C: Consumer>(
        &self,
        runs: &[&Cells<'_>],
        outlets: &LinkedOutlets,
        longest: Ticks,
        consumer: &C,
    ) -> Vec<C::Output> {
        let narrow = is_narrow(longest);
        let work = Runs { of_cells: runs, outlets, longest, consumer };
        match self {
            Self::OneByOne(graph, weights) => work.on::<u32, BLOCK, _>(|| OneByOne::new(graph, weights)),
            Self::Lanes(graph) => match graph.arcs() {
                Width::Narrow(arcs) => work.on::<u16, BLOCK, _>(|| LaneSearch::new(arcs)),
                Width::Wide(arcs) => work.on::<u32, BLOCK, _>(|| LaneSearch::new(arcs)),
            },
            Self::Sweeps(hierarchy, by_rank) if narrow => {
                work.on::<u16, WIDE_BLOCK, _>(|| AllTimes { climb: Climb::new(hierarchy), by_rank })
            }
            Self::Sweeps(hierarchy, by_rank) => {
                work.on::<u32, WIDE_BLOCK, _>(|| AllTimes { climb: Climb::new(hierarchy), by_rank })
            }
            Self::Meetings(hierarchy, meetings) if narrow => {
                work.on::<u16, WIDE_BLOCK, _>(|| Meeting { climb: Climb::new(hierarchy), meetings })
            }
            Self::Meetings(hierarchy, meetings) => {
                work.on::<u32, WIDE_BLOCK, _>(|| Meeting { climb: Climb::new(hierarchy), meetings })
            }
        }
    }
}

/// Runs of cells to search from, and what to do with what they come to.
struct Runs<'r, C> {
    of_cells: &'r [&'r Cells<'r>],
    outlets: &'r LinkedOutlets,
    longest: Ticks,
    consumer: &'r C,
}

impl<C: Consumer> Runs<'_, C> {
    fn on<T: LaneTime, const N: usize, W: BlockWay<T, N> + Send>(&self, way: impl Fn() -> W + Sync) -> Vec<C::Output> {
        let pool: Pool<(W, Arrivals<T, N>)> = Pool::default();
        let run = |(run, cells): (usize, &&Cells<'_>)| {
            let mut output = self.consumer.begin(run * CELLS_A_RUN, cells);
            let search = |(way, met): &mut (W, Arrivals<T, N>)| {
                for (block, cells) in cells.chunks(N).enumerate() {
                    way.arrive(cells, self.outlets, self.longest, met);
                    self.consumer.take(block * N, cells.len(), met, &mut output);
                }
            };
            pool.with(|| (way(), Arrivals::new(self.outlets.len())), search);
            output
        };
        self.of_cells.par_iter().enumerate().map(run).collect()
    }
}

/// Climbs from all outlets on all cores.
fn meetings(hierarchy: &Hierarchy, outlets: &LinkedOutlets, longest: Ticks) -> Meetings {
    let pool: Pool<Ascent<'_>> = Pool::default();
    let numbers: Vec<u32> = (0..outlets.len() as u32).collect();
    let part = |numbers: &[u32]| {
        let mut list = MeetingList::new();
        let climb = |ascent: &mut Ascent<'_>| {
            for &outlet in numbers {
                if let Some(point) = outlets.point(crate::ids::OutletId::new(outlet)) {
                    ascent.climb(outlet, point.ends(), longest, &mut list);
                }
            }
        };
        pool.with(|| Ascent::new(hierarchy), climb);
        list
    };
    let parts: Vec<MeetingList> = numbers.par_chunks(OUTLETS_A_PART).map(part).collect();
    Meetings::new(hierarchy, &parts)
}
