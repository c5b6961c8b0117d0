//! Sixteen neighbouring places searched from in one search, without preprocessing: [`BlockSearch`].
//!
//! Comes in: a graph with weights made ready for a budget ([`BlockGraph`]), and the starts of up to sixteen places. Goes
//! out: a [`BlockReach`], the times from each of them to all nodes within the budget. Not here: outlets, threads.
//!
//! A node holds sixteen times, one for each place. It is taken up in the order of the earliest of its times that was
//! bettered since it was last taken up, and hands on all of them; neighbouring places reach a node at nearly the same
//! time, so that one taking up serves many of them. Whatever is bettered later is taken up again, which makes the order a
//! matter of speed only.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for wider vectors")]

use super::buckets::BucketQueue;
use super::lanes::{self, LaneTime, relax};
use super::vectors::{Vectored, vectored};
use crate::graph::WalkGraph;
use crate::ids::{EdgeId, NodeId};
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// How many places are searched from at once.
pub const BLOCK: usize = 16;

/// A graph with one column of weights as a search in lanes reads it, for budgets up to a longest one. Shared by all threads.
///
/// 4 bytes for each node and 8 for each edge. Edges that take longer than the budget are left out, and so are loops and
/// all but the quickest of parallel edges.
#[derive(Debug)]
pub struct BlockGraph {
    lanes: Width<Arcs<u16>, Arcs<u32>>,
    longest: Ticks,
}

/// The same thing for 16-bit and for 32-bit times.
#[derive(Debug)]
pub(crate) enum Width<N, W> {
    Narrow(N),
    Wide(W),
}

impl BlockGraph {
    /// Lists the edges that matter within a budget (at most 2^30 ticks, half a year).
    pub fn new(graph: &WalkGraph, weights: &EdgeWeights, longest: Ticks) -> Self {
        Self::along(graph, weights, longest, |node| graph.edges_from(node))
    }

    /// The same for walks that lead to the places, along the edges backward: starts are then the nodes that a place is come
    /// to from.
    pub fn homeward(graph: &WalkGraph, weights: &EdgeWeights, longest: Ticks) -> Self {
        Self::along(graph, weights, longest, |node| graph.edges_into(node))
    }

    /// The edges at each node, each with the node that it leads to.
    fn along<'g, E>(
        graph: &'g WalkGraph,
        weights: &EdgeWeights,
        longest: Ticks,
        edges: impl Fn(NodeId) -> E + Copy,
    ) -> Self
    where
        E: Iterator<Item = (EdgeId, NodeId)> + 'g,
    {
        let longest = longest.min(lanes::LONGEST);
        let lanes = if lanes::is_narrow(longest) {
            Width::Narrow(Arcs::new(graph, weights, longest, edges))
        } else {
            Width::Wide(Arcs::new(graph, weights, longest, edges))
        };
        Self { lanes, longest }
    }

    /// The longest budget that is searched with lanes as narrow as for another one.
    pub(crate) fn longest_as_wide_as(budget: Ticks) -> Ticks {
        if lanes::is_narrow(budget) { lanes::LONGEST_NARROW } else { lanes::LONGEST }
    }

    /// The longest budget.
    pub fn longest(&self) -> Ticks {
        self.longest
    }

    pub(crate) fn arcs(&self) -> &Width<Arcs<u16>, Arcs<u32>> {
        &self.lanes
    }
}

/// The edges out of each node with their times.
#[derive(Debug)]
pub(crate) struct Arcs<T> {
    first: Vec<u32>,
    arcs: Vec<(u32, T)>,
}

impl<T: LaneTime> Arcs<T> {
    fn new<'g, E>(graph: &'g WalkGraph, weights: &EdgeWeights, longest: Ticks, edges: impl Fn(NodeId) -> E) -> Self
    where
        E: Iterator<Item = (EdgeId, NodeId)> + 'g,
    {
        let mut first = Vec::with_capacity(graph.node_count() + 1);
        let mut arcs: Vec<(u32, T)> = Vec::with_capacity(graph.edge_count());
        first.push(0);
        for tail in graph.nodes() {
            let begin = arcs.len();
            for (edge, head) in edges(tail) {
                let time = weights.edge(edge);
                if time > longest || head == tail {
                    continue;
                }
                let time = T::from_ticks(time.get());
                match arcs[begin..].iter_mut().find(|arc| arc.0 == head.get()) {
                    Some(parallel) => parallel.1 = parallel.1.min(time),
                    None => arcs.push((head.get(), time)),
                }
            }
            first.push(arcs.len() as u32);
        }
        Self { first, arcs }
    }

    fn node_count(&self) -> usize {
        self.first.len() - 1
    }

    #[inline(always)]
    fn out_of(&self, node: u32) -> &[(u32, T)] {
        &self.arcs[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }
}

/// A search from sixteen places at once; one for each thread, used again and again.
///
/// 35 bytes for each node of the graph (69 for budgets over 1,023 s); a run costs time in proportion to what it reaches,
/// and so does clearing up after it.
#[derive(Debug)]
pub struct BlockSearch<'g> {
    graph: &'g BlockGraph,
    lanes: Width<LaneSearch<u16>, LaneSearch<u32>>,
}

impl<'g> BlockSearch<'g> {
    /// Room for searches on a graph.
    pub fn new(graph: &'g BlockGraph) -> Self {
        let lanes = match &graph.lanes {
            Width::Narrow(arcs) => Width::Narrow(LaneSearch::new(arcs)),
            Width::Wide(arcs) => Width::Wide(LaneSearch::new(arcs)),
        };
        Self { graph, lanes }
    }

    /// Finds the times within a budget from up to sixteen places, each with its starts.
    ///
    /// # Panics
    /// When there are more than sixteen places, or the budget is longer than what the graph was made ready for.
    pub fn run<S>(&mut self, places: impl IntoIterator<Item = S>, budget: Ticks) -> BlockReach<'_>
    where
        S: IntoIterator<Item = (NodeId, Ticks)>,
    {
        assert!(budget <= self.graph.longest, "the graph was made ready for {}", self.graph.longest);
        let starts = places.into_iter().enumerate().flat_map(|(lane, starts)| {
            assert!(lane < BLOCK, "more than {BLOCK} places");
            starts.into_iter().map(move |(node, time)| (lane, node, time))
        });
        let lanes = match (&mut self.lanes, &self.graph.lanes) {
            (Width::Narrow(search), Width::Narrow(arcs)) => {
                search.run(arcs, starts, budget);
                Width::Narrow(&*search)
            }
            (Width::Wide(search), Width::Wide(arcs)) => {
                search.run(arcs, starts, budget);
                Width::Wide(&*search)
            }
            _ => unreachable!("a search is as wide as its graph"),
        };
        BlockReach { lanes, budget }
    }
}

/// What a search from sixteen places has reached; lent by the [`BlockSearch`] until its next run.
#[derive(Debug)]
pub struct BlockReach<'s> {
    lanes: Width<&'s LaneSearch<u16>, &'s LaneSearch<u32>>,
    budget: Ticks,
}

impl BlockReach<'_> {
    /// The time from a place, by its number, to a node, when it is within the budget.
    pub fn time_to(&self, place: usize, node: NodeId) -> Option<Ticks> {
        let ticks = match &self.lanes {
            Width::Narrow(search) => search.time[node.index()][place].ticks(),
            Width::Wide(search) => search.time[node.index()][place].ticks(),
        };
        Some(Ticks::new(ticks)).filter(|&t| t <= self.budget)
    }

    /// The times from all places to a node; later than the budget where it is not reached.
    pub(crate) fn times_to(&self, node: NodeId) -> [u32; BLOCK] {
        match &self.lanes {
            Width::Narrow(search) => search.time[node.index()].map(LaneTime::ticks),
            Width::Wide(search) => search.time[node.index()].map(LaneTime::ticks),
        }
    }

    /// The nodes that are within the budget of any of the places, in no particular order (but the same one in every run).
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeId> + '_ {
        let reached = match &self.lanes {
            Width::Narrow(search) => &search.reached,
            Width::Wide(search) => &search.reached,
        };
        reached.iter().map(|&node| NodeId::new(node))
    }

    /// How often a node was taken up, all together: at least once for each node reached.
    pub fn taken_up(&self) -> u64 {
        match &self.lanes {
            Width::Narrow(search) => search.taken_up,
            Width::Wide(search) => search.taken_up,
        }
    }
}

/// The search itself, for one width of lanes.
#[derive(Debug)]
pub(crate) struct LaneSearch<T> {
    time: Vec<[T; BLOCK]>,
    /// The earliest time at a node that its neighbours have not been told of; `NEVER` where there is none.
    untold: Vec<T>,
    is_reached: Vec<bool>,
    reached: Vec<u32>,
    queue: BucketQueue,
    taken_up: u64,
}

impl<T: LaneTime> LaneSearch<T> {
    pub(crate) fn new(arcs: &Arcs<T>) -> Self {
        Self {
            time: vec![[T::NEVER; BLOCK]; arcs.node_count()],
            untold: vec![T::NEVER; arcs.node_count()],
            is_reached: vec![false; arcs.node_count()],
            reached: Vec::new(),
            queue: BucketQueue::default(),
            taken_up: 0,
        }
    }

    /// The nodes within the budget of any place, with their times; times over the budget mean nothing.
    pub(crate) fn reached(&self) -> impl ExactSizeIterator<Item = (u32, &[T; BLOCK])> {
        self.reached.iter().map(|&node| (node, &self.time[node as usize]))
    }

    /// Searches on the graph that it was made for.
    pub(crate) fn run(&mut self, arcs: &Arcs<T>, starts: impl Iterator<Item = (usize, NodeId, Ticks)>, budget: Ticks) {
        for node in self.reached.drain(..) {
            self.time[node as usize] = [T::NEVER; BLOCK];
            self.is_reached[node as usize] = false;
        }
        self.taken_up = 0;
        self.queue.restart(budget.get());
        let budget = T::from_ticks(budget.get());
        for (lane, node, time) in starts {
            // A start beyond the budget is left out here: in a lane its time might not fit.
            let time = T::from_ticks(time.get());
            let known = &mut self.time[node.index()];
            if time <= budget && time < known[lane] {
                known[lane] = time;
                self.untold[node.index()] = self.untold[node.index()].min(time);
                self.queue.push(node.get(), time.ticks());
            }
        }
        vectored(Spread { search: self, arcs, budget });
    }

    #[inline(always)]
    fn spread(&mut self, arcs: &Arcs<T>, budget: T) {
        while let Some((node, time)) = self.queue.pop() {
            // Another entry for this node was earlier, and has told its neighbours everything.
            if self.untold[node as usize].ticks() != time {
                continue;
            }
            self.untold[node as usize] = T::NEVER;
            self.taken_up += 1;
            if !std::mem::replace(&mut self.is_reached[node as usize], true) {
                self.reached.push(node);
            }
            let from = self.time[node as usize];
            for &(head, span) in arcs.out_of(node) {
                // What is written is within the budget in some lane, so the node will be taken up, and cleared up after.
                let bettered = relax(&mut self.time[head as usize], &from, span, budget);
                let untold = &mut self.untold[head as usize];
                if bettered <= budget && bettered < *untold {
                    *untold = bettered;
                    self.queue.push(head, bettered.ticks());
                }
            }
        }
    }
}

/// The search from the starts on, as work for vectors.
struct Spread<'s, T> {
    search: &'s mut LaneSearch<T>,
    arcs: &'s Arcs<T>,
    budget: T,
}

impl<T: LaneTime> Vectored for Spread<'_, T> {
    type Output = ();

    #[inline(always)]
    fn work(self) {
        self.search.spread(self.arcs, self.budget);
    }
}
