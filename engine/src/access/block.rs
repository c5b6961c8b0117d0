//! The outlets that a block of cells comes to, each with its times: [`Arrivals`], and the ways of finding them.
//!
//! Comes in: cells of one block, outlets, a budget. Goes out: for each outlet within the budget of any cell, the times from
//! all cells side by side. Not here: what is made of them (counts, the nearest, sums).

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for wider vectors")]

use super::outlets::LinkedOutlets;
use crate::graph::WalkGraph;
use crate::ids::NodeId;
use crate::search::{
    Arcs, BLOCK, Climb, LaneSearch, LaneTime, Meetings, Met, Nobody, ReachSearch, Vectored, lower, vectored,
};
use crate::snap::LinkedPoint;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// The outlets met by a block of up to `N` cells.
///
/// 4 bytes for each outlet there is, and the times of those met. A run costs time in proportion to these.
#[derive(Debug)]
pub(super) struct Arrivals<T, const N: usize> {
    /// Where in `times` the times of an outlet are.
    place: Vec<u32>,
    outlets: Vec<u32>,
    times: Vec<[T; N]>,
    nodes: [u32; N],
}

/// "Not met."
const NOWHERE: u32 = u32::MAX;

impl<T: LaneTime, const N: usize> Arrivals<T, N> {
    pub(super) fn new(outlets: usize) -> Self {
        Self { place: vec![NOWHERE; outlets], outlets: Vec::new(), times: Vec::new(), nodes: [0; N] }
    }

    pub(super) fn clear(&mut self) {
        for outlet in self.outlets.drain(..) {
            self.place[outlet as usize] = NOWHERE;
        }
        self.times.clear();
        self.nodes = [0; N];
    }

    #[inline(always)]
    fn of(&mut self, outlet: u32) -> &mut [T; N] {
        let place = &mut self.place[outlet as usize];
        if *place == NOWHERE {
            *place = self.outlets.len() as u32;
            self.outlets.push(outlet);
            self.times.push([T::NEVER; N]);
        }
        &mut self.times[*place as usize]
    }

    /// The outlets met with the times from all cells; times over the budget mean nothing.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &[T; N])> {
        self.outlets.iter().copied().zip(&self.times)
    }

    /// The same by ascending number of the outlet.
    pub(super) fn sorted(&self) -> Vec<(u32, &[T; N])> {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_unstable_by_key(|met| met.0);
        all
    }

    /// How many nodes each cell reached, where the way counts them.
    pub(super) fn nodes(&self) -> &[u32; N] {
        &self.nodes
    }
}

/// The cells of a block by lane; a cell without a street has nothing.
pub(super) type Cells<'c> = [Option<&'c LinkedPoint>];

/// A block of cells to search from.
#[derive(Clone, Copy)]
pub(super) struct Block<'b, 'c> {
    pub(super) cells: &'b Cells<'c>,
    pub(super) outlets: &'b LinkedOutlets,
    pub(super) budget: Ticks,
}

impl Block<'_, '_> {
    fn starts(&self) -> impl Iterator<Item = (usize, NodeId, Ticks)> + '_ {
        let placed = self.cells.iter().enumerate().filter_map(|(lane, cell)| Some((lane, (*cell)?)));
        placed.flat_map(|(lane, cell)| cell.starts().map(move |(node, time)| (lane, node, time)))
    }
}

/// A way of finding what a block of cells comes to through nodes; one for each core. `S` is what the cores share.
pub(super) trait BlockWay<T, const N: usize, S> {
    /// Finds the arrivals of a block, of which there are none yet.
    fn arrive(&mut self, shared: &S, block: &Block<'_, '_>, met: &mut Arrivals<T, N>);
}

/// The walks along the cells' own streets.
pub(super) fn along_streets<T: LaneTime, const N: usize>(
    cells: &Cells<'_>,
    outlets: &LinkedOutlets,
    met: &mut Arrivals<T, N>,
) {
    for (lane, cell) in cells.iter().enumerate() {
        let Some(cell) = cell else { continue };
        for outlet in outlets.beside(cell) {
            if let Some(time) = outlets.point(outlet).and_then(|point| cell.direct_to(point)) {
                let known = &mut met.of(outlet.get())[lane];
                *known = T::from_ticks(time.get()).min(*known);
            }
        }
    }
}

/// One cell after the other by the reference search.
#[derive(Debug)]
pub(super) struct OneByOne<'g> {
    search: ReachSearch<'g>,
    weights: &'g EdgeWeights,
}

impl<'g> OneByOne<'g> {
    pub(super) fn new(graph: &'g WalkGraph, weights: &'g EdgeWeights) -> Self {
        Self { search: ReachSearch::new(graph), weights }
    }
}

impl<T: LaneTime, const N: usize> BlockWay<T, N, ()> for OneByOne<'_> {
    fn arrive(&mut self, (): &(), block: &Block<'_, '_>, met: &mut Arrivals<T, N>) {
        for (lane, cell) in block.cells.iter().enumerate() {
            let Some(cell) = cell else { continue };
            let reach = self.search.run_from(self.weights, cell, block.budget);
            met.nodes[lane] = reach.node_count() as u32;
            for (node, time) in reach.nodes() {
                for (outlet, rest) in block.outlets.after_node(node) {
                    let known = &mut met.of(outlet.get())[lane];
                    *known = T::from_ticks((time + rest).get()).min(*known);
                }
            }
        }
    }
}

/// All cells of the block in one search.
impl<T: LaneTime> BlockWay<T, BLOCK, Arcs<T>> for LaneSearch<T> {
    fn arrive(&mut self, arcs: &Arcs<T>, block: &Block<'_, '_>, met: &mut Arrivals<T, BLOCK>) {
        self.run(arcs, block.starts(), block.budget);
        vectored(HandOn { search: self, block, met });
    }
}

/// Takes the times of all nodes on to the outlets that are come to from them, and counts nodes.
struct HandOn<'m, 'b, 'c, T> {
    search: &'m LaneSearch<T>,
    block: &'m Block<'b, 'c>,
    met: &'m mut Arrivals<T, BLOCK>,
}

impl<T: LaneTime> Vectored for HandOn<'_, '_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn work(self) {
        let limit = T::from_ticks(self.block.budget.get());
        for (node, times) in self.search.reached() {
            for (nodes, &time) in self.met.nodes.iter_mut().zip(times) {
                *nodes += u32::from(time <= limit);
            }
            for (outlet, rest) in self.block.outlets.after_node(NodeId::new(node)) {
                if rest <= self.block.budget {
                    lower(self.met.of(outlet.get()), times, T::from_ticks(rest.get()));
                }
            }
        }
    }
}

/// The cells climb a hierarchy, and meet what the outlets have left there.
impl<T: LaneTime, const N: usize> BlockWay<T, N, Meetings> for Climb<'_, T, N> {
    fn arrive(&mut self, meetings: &Meetings, block: &Block<'_, '_>, met: &mut Arrivals<T, N>) {
        self.restart(block.starts(), block.budget);
        let limit = T::from_ticks(block.budget.get());
        self.up(&mut MeetOutlets { meetings, limit, met });
    }
}

/// Puts together what cells and outlets have left at a node.
struct MeetOutlets<'m, T, const N: usize> {
    meetings: &'m Meetings,
    limit: T,
    met: &'m mut Arrivals<T, N>,
}

impl<T: LaneTime, const N: usize> Met<T, N> for MeetOutlets<'_, T, N> {
    #[inline(always)]
    fn meet(&mut self, rank: u32, soonest: T, times: &[T; N]) {
        for &(outlet, time) in self.meetings.at(rank) {
            let time = T::from_ticks(time);
            if soonest.after(time) > self.limit {
                break;
            }
            lower(self.met.of(outlet), times, time);
        }
    }
}

/// Outlets by the rank of the node from which they are come to.
#[derive(Debug)]
pub(super) struct ByRank {
    first: Vec<u32>,
    at: Vec<(u32, u32)>,
}

impl ByRank {
    pub(super) fn new(outlets: &LinkedOutlets, nodes_by_rank: impl Iterator<Item = NodeId>) -> Self {
        let (mut first, mut at) = (vec![0], Vec::new());
        for node in nodes_by_rank {
            at.extend(outlets.after_node(node).map(|(outlet, time)| (outlet.get(), time.get())));
            first.push(at.len() as u32);
        }
        Self { first, at }
    }
}

/// The cells climb a hierarchy and descend to all nodes within the budget.
impl<T: LaneTime, const N: usize> BlockWay<T, N, ByRank> for Climb<'_, T, N> {
    fn arrive(&mut self, by_rank: &ByRank, block: &Block<'_, '_>, met: &mut Arrivals<T, N>) {
        self.restart(block.starts(), block.budget);
        self.up(&mut Nobody);
        let limit = T::from_ticks(block.budget.get());
        let mut reached = ReachOutlets { by_rank, limit, met, nodes: [T::default(); N], since: 0 };
        self.down(&mut reached);
        reached.note_nodes();
    }
}

/// Takes the times of a node on to the outlets that are come to from it, and counts nodes.
struct ReachOutlets<'m, T, const N: usize> {
    by_rank: &'m ByRank,
    limit: T,
    met: &'m mut Arrivals<T, N>,
    /// How many nodes each cell has reached since they were last noted, and how many nodes came in all.
    nodes: [T; N],
    since: u32,
}

impl<T: LaneTime, const N: usize> ReachOutlets<'_, T, N> {
    fn note_nodes(&mut self) {
        for (all, nodes) in self.met.nodes.iter_mut().zip(&mut self.nodes) {
            *all += std::mem::take(nodes).ticks();
        }
        self.since = 0;
    }
}

impl<T: LaneTime, const N: usize> Met<T, N> for ReachOutlets<'_, T, N> {
    #[inline(always)]
    fn meet(&mut self, rank: u32, _: T, times: &[T; N]) {
        let one = T::from_ticks(1);
        for (nodes, &time) in self.nodes.iter_mut().zip(times) {
            *nodes = nodes.after(one.or(T::default(), time <= self.limit));
        }
        // Before the narrowest counter is full.
        self.since += 1;
        if self.since == 60_000 {
            self.note_nodes();
        }
        let here = self.by_rank.first[rank as usize] as usize..self.by_rank.first[rank as usize + 1] as usize;
        for &(outlet, rest) in &self.by_rank.at[here] {
            lower(self.met.of(outlet), times, T::from_ticks(rest));
        }
    }
}
