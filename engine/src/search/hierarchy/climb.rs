//! Searches on a hierarchy from many places at once: up only ([`Climb::up`]), and down to all nodes within the budget.
//!
//! Comes in: a hierarchy, the starts of the places of a block. Goes out: the times of the nodes met, one for each place
//! side by side; after climbing and descending, the exact times of all nodes within the budget ([`HierarchySearch`]).
//! Not here: outlets.
//!
//! Nodes are met in the order of their ranks, so each is met once and needs no queue. Only nodes within the budget of some
//! place are met on the way down: every node of a walk within the budget is itself within it.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for wider vectors")]

use super::marks::Marks;
use super::{DownEdge, Hierarchy};
use crate::ids::NodeId;
use crate::search::block::Width;
use crate::search::lanes::{self, LaneTime, earliest, lower};
use crate::search::vectors::{Vectored, vectored};
use crate::units::Ticks;

/// How many places are searched from at once on a hierarchy.
pub const WIDE_BLOCK: usize = 64;

/// "No place for the times of this rank yet."
const NOWHERE: u32 = u32::MAX;

/// The search from a block of up to `N` places; one for each thread, used again and again.
///
/// 4 bytes for each node of the graph, and the times of the nodes that a run meets.
#[derive(Debug)]
pub(crate) struct Climb<'h, T, const N: usize> {
    hierarchy: &'h Hierarchy,
    /// Where in `times` the times of a rank are.
    place: Vec<u32>,
    ranks: Vec<u32>,
    times: Vec<[T; N]>,
    marks: Marks,
    budget: T,
}

impl<'h, T: LaneTime, const N: usize> Climb<'h, T, N> {
    pub(crate) fn new(hierarchy: &'h Hierarchy) -> Self {
        Self {
            hierarchy,
            place: vec![NOWHERE; hierarchy.node_count()],
            ranks: Vec::new(),
            times: Vec::new(),
            marks: Marks::new(hierarchy.node_count()),
            budget: T::default(),
        }
    }

    /// Forgets the last block and puts down the starts of the next: lanes, nodes, times.
    pub(crate) fn restart(&mut self, starts: impl Iterator<Item = (usize, NodeId, Ticks)>, budget: Ticks) {
        for rank in self.ranks.drain(..) {
            self.place[rank as usize] = NOWHERE;
            self.marks.wipe(rank);
        }
        self.times.clear();
        self.budget = T::from_ticks(budget.get());
        for (lane, node, time) in starts {
            // A start beyond the budget is left out here: in a lane its time might not fit.
            let time = T::from_ticks(time.get());
            if time <= self.budget {
                let place = self.place_of(self.hierarchy.rank_of(node));
                self.times[place][lane] = self.times[place][lane].min(time);
            }
        }
    }

    #[inline(always)]
    fn place_of(&mut self, rank: u32) -> usize {
        let place = &mut self.place[rank as usize];
        if *place == NOWHERE {
            *place = self.ranks.len() as u32;
            self.ranks.push(rank);
            self.times.push([T::NEVER; N]);
            self.marks.mark(rank);
        }
        *place as usize
    }

    /// Climbs from the starts. `met` is told each rank in ascending order; its times are times of walks, but for ranks that are better reached from above not those of the shortest ones.
    pub(crate) fn up(&mut self, met: &mut impl Met<T, N>) {
        vectored(Up { climb: self, met });
    }

    #[inline(always)]
    fn climb(&mut self, met: &mut impl Met<T, N>) {
        let mut next = self.marks.from(0);
        while let Some(rank) = next {
            let times = self.times[self.place[rank as usize] as usize];
            let soonest = earliest(&times);
            met.meet(rank, soonest, &times);
            for edge in self.hierarchy.up_from(rank) {
                let span = T::from_ticks(edge.out);
                if soonest.after(span) <= self.budget {
                    let place = self.place_of(edge.head);
                    lower(&mut self.times[place], &times, span);
                }
            }
            next = self.marks.from(rank + 1);
        }
    }

    /// Descends from everything that was met, to all nodes within the budget. `met` is told each rank in descending order
    /// with its times, which are exact as far as they are within the budget.
    pub(crate) fn down(&mut self, met: &mut impl Met<T, N>) {
        vectored(Down { climb: self, met });
    }

    #[inline(always)]
    fn descend(&mut self, met: &mut impl Met<T, N>) {
        let mut next = (self.hierarchy.node_count() as u32).checked_sub(1).and_then(|top| self.marks.down_from(top));
        while let Some(rank) = next {
            let times = self.times[self.place[rank as usize] as usize];
            let soonest = earliest(&times);
            if soonest <= self.budget {
                met.meet(rank, soonest, &times);
            }
            for &DownEdge { foot, time } in self.hierarchy.down_from(rank) {
                let span = T::from_ticks(time);
                if soonest.after(span) <= self.budget {
                    let place = self.place_of(foot);
                    lower(&mut self.times[place], &times, span);
                }
            }
            next = rank.checked_sub(1).and_then(|below| self.marks.down_from(below));
        }
    }

    fn time_of(&self, node: NodeId, lane: usize) -> u32 {
        let place = self.place[self.hierarchy.rank_of(node) as usize];
        self.times.get(place as usize).map_or(T::NEVER, |times| times[lane]).ticks()
    }
}

/// Who is told what a search meets.
pub(crate) trait Met<T, const N: usize> {
    /// A rank, the earliest of its times, and its times. Is to be inlined always.
    fn meet(&mut self, rank: u32, soonest: T, times: &[T; N]);
}

/// Nobody is told.
pub(crate) struct Nobody;

impl<T, const N: usize> Met<T, N> for Nobody {
    #[inline(always)]
    fn meet(&mut self, _: u32, _: T, _: &[T; N]) {}
}

/// Climbing as work for vectors.
struct Up<'c, 'h, T, const N: usize, M> {
    climb: &'c mut Climb<'h, T, N>,
    met: &'c mut M,
}

impl<T: LaneTime, const N: usize, M: Met<T, N>> Vectored for Up<'_, '_, T, N, M> {
    type Output = ();

    #[inline(always)]
    fn work(self) {
        self.climb.climb(self.met);
    }
}

/// Descending as work for vectors.
struct Down<'c, 'h, T, const N: usize, M> {
    climb: &'c mut Climb<'h, T, N>,
    met: &'c mut M,
}

impl<T: LaneTime, const N: usize, M: Met<T, N>> Vectored for Down<'_, '_, T, N, M> {
    type Output = ();

    #[inline(always)]
    fn work(self) {
        self.climb.descend(self.met);
    }
}

/// The times from blocks of places to all nodes within a budget; one for each thread, used again and again.
///
/// A run costs time in proportion to the nodes within the budget of any place of the block, so neighbours belong together.
#[derive(Debug)]
pub struct HierarchySearch<'h> {
    lanes: Width<Climb<'h, u16, WIDE_BLOCK>, Climb<'h, u32, WIDE_BLOCK>>,
    longest: Ticks,
}

impl<'h> HierarchySearch<'h> {
    /// Room for searches within budgets up to a longest one.
    ///
    /// # Panics
    /// When the hierarchy was built for shorter budgets.
    pub fn new(hierarchy: &'h Hierarchy, longest: Ticks) -> Self {
        assert!(longest <= hierarchy.longest, "the hierarchy was built for {}", hierarchy.longest);
        let lanes = if lanes::is_narrow(longest) {
            Width::Narrow(Climb::new(hierarchy))
        } else {
            Width::Wide(Climb::new(hierarchy))
        };
        Self { lanes, longest }
    }

    /// Finds the times within a budget from up to 64 places, each with its starts.
    ///
    /// # Panics
    /// When there are more than 64 places, or the budget is longer than the longest.
    pub fn run<S>(&mut self, places: impl IntoIterator<Item = S>, budget: Ticks) -> HierarchyReach<'_>
    where
        S: IntoIterator<Item = (NodeId, Ticks)>,
    {
        assert!(budget <= self.longest, "there is room for searches within {}", self.longest);
        let starts = places.into_iter().enumerate().flat_map(|(lane, starts)| {
            assert!(lane < WIDE_BLOCK, "more than {WIDE_BLOCK} places");
            starts.into_iter().map(move |(node, time)| (lane, node, time))
        });
        let lanes = match &mut self.lanes {
            Width::Narrow(climb) => {
                climb.restart(starts, budget);
                climb.up(&mut Nobody);
                climb.down(&mut Nobody);
                Width::Narrow(&*climb)
            }
            Width::Wide(climb) => {
                climb.restart(starts, budget);
                climb.up(&mut Nobody);
                climb.down(&mut Nobody);
                Width::Wide(&*climb)
            }
        };
        HierarchyReach { lanes, budget }
    }
}

/// What a search from a block of places has reached; lent by the [`HierarchySearch`] until its next run.
#[derive(Debug)]
pub struct HierarchyReach<'s> {
    lanes: Width<&'s Climb<'s, u16, WIDE_BLOCK>, &'s Climb<'s, u32, WIDE_BLOCK>>,
    budget: Ticks,
}

impl HierarchyReach<'_> {
    /// The time from a place, by its number, to a node, when it is within the budget.
    pub fn time_to(&self, place: usize, node: NodeId) -> Option<Ticks> {
        let ticks = match &self.lanes {
            Width::Narrow(climb) => climb.time_of(node, place),
            Width::Wide(climb) => climb.time_of(node, place),
        };
        Some(Ticks::new(ticks)).filter(|&t| t <= self.budget)
    }

    /// The nodes that are within the budget of any of the places, in no particular order (but the same one in every run).
    pub fn nodes(&self) -> Vec<NodeId> {
        let node = |hierarchy: &Hierarchy, rank: &u32| hierarchy.node_at(*rank);
        let within = |soonest: u32| soonest <= self.budget.get();
        match &self.lanes {
            Width::Narrow(c) => {
                let met = c.ranks.iter().zip(&c.times).filter(|(_, t)| within(earliest(t).ticks()));
                met.map(|(rank, _)| node(c.hierarchy, rank)).collect()
            }
            Width::Wide(c) => {
                let met = c.ranks.iter().zip(&c.times).filter(|(_, t)| within(earliest(t).ticks()));
                met.map(|(rank, _)| node(c.hierarchy, rank)).collect()
            }
        }
    }
}
