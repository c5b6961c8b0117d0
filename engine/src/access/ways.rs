//! The ways of searching made ready: what all cores share, and the scratch that each needs.
//!
//! Comes in: a graph, weights, outlets, the longest budget, a way. Goes out: blocks of cells with their arrivals
//! ([`Ready::each_block`]). Not here: what is made of arrivals.

use rayon::prelude::*;

use super::block::{Arrivals, Block, BlockWay, ByRank, Cells, OneByOne, along_streets};
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

/// Scratch for 16-bit and for 32-bit times.
type Scratch<N, W, const LANES: usize> = Width<Pool<(N, Arrivals<u16, LANES>)>, Pool<(W, Arrivals<u32, LANES>)>>;
/// Scratch of searches on a hierarchy.
type Climbs<'g> = Scratch<Climb<'g, u16, WIDE_BLOCK>, Climb<'g, u32, WIDE_BLOCK>, WIDE_BLOCK>;

/// What all cores share, for one way, with scratch that waits for the next batch of cells.
#[derive(Debug)]
pub(super) enum Ready<'g> {
    OneByOne(&'g WalkGraph, &'g EdgeWeights, Pool<(OneByOne<'g>, Arrivals<u32, BLOCK>)>),
    Lanes(BlockGraph, Scratch<LaneSearch<u16>, LaneSearch<u32>, BLOCK>),
    Sweeps(&'g Hierarchy, ByRank, Climbs<'g>),
    Meetings(&'g Hierarchy, Meetings, Climbs<'g>),
}

fn scratch<N, W, const LANES: usize>(longest: Ticks) -> Scratch<N, W, LANES> {
    if is_narrow(longest) { Width::Narrow(Pool::default()) } else { Width::Wide(Pool::default()) }
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
            Way::OneByOne => Self::OneByOne(graph, weights, Pool::default()),
            Way::Lanes => Self::Lanes(BlockGraph::new(graph, weights, longest), scratch(longest)),
            Way::Sweeps => {
                let hierarchy = hierarchy?;
                Self::Sweeps(hierarchy, ByRank::new(outlets, hierarchy.nodes_by_rank()), scratch(longest))
            }
            Way::Meetings => {
                let hierarchy = hierarchy?;
                Self::Meetings(hierarchy, meetings(hierarchy, outlets, longest), scratch(longest))
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
        let work = Runs { of_cells: runs, outlets, longest, consumer };
        match self {
            Self::OneByOne(graph, weights, pool) => work.on(pool, &(), || OneByOne::new(graph, weights)),
            Self::Lanes(graph, pools) => match (graph.arcs(), pools) {
                (Width::Narrow(arcs), Width::Narrow(pool)) => work.on(pool, arcs, || LaneSearch::new(arcs)),
                (Width::Wide(arcs), Width::Wide(pool)) => work.on(pool, arcs, || LaneSearch::new(arcs)),
                _ => unreachable!("both are as wide as the longest budget needs"),
            },
            Self::Sweeps(hierarchy, by_rank, Width::Narrow(pool)) => work.on(pool, by_rank, || Climb::new(hierarchy)),
            Self::Sweeps(hierarchy, by_rank, Width::Wide(pool)) => work.on(pool, by_rank, || Climb::new(hierarchy)),
            Self::Meetings(hierarchy, meetings, Width::Narrow(pool)) => {
                work.on(pool, meetings, || Climb::new(hierarchy))
            }
            Self::Meetings(hierarchy, meetings, Width::Wide(pool)) => work.on(pool, meetings, || Climb::new(hierarchy)),
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
    /// Searches with scratch from a pool, which outlives the work; `shared` is what all cores read.
    fn on<T: LaneTime, const N: usize, S: Sync, W: BlockWay<T, N, S> + Send>(
        &self,
        pool: &Pool<(W, Arrivals<T, N>)>,
        shared: &S,
        make: impl Fn() -> W + Sync,
    ) -> Vec<C::Output> {
        let run = |(run, cells): (usize, &&Cells<'_>)| {
            let mut output = self.consumer.begin(run * CELLS_A_RUN, cells);
            let search = |(way, met): &mut (W, Arrivals<T, N>)| {
                for (block, cells) in cells.chunks(N).enumerate() {
                    met.clear();
                    way.arrive(shared, &Block { cells, outlets: self.outlets, budget: self.longest }, met);
                    along_streets(cells, self.outlets, met);
                    self.consumer.take(block * N, cells.len(), met, &mut output);
                }
            };
            pool.with(|| (make(), Arrivals::new(self.outlets.len())), search);
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
