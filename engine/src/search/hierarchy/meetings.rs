//! Where climbing walks meet outlets: for each node, the outlets to which one descends from it ([`Meetings`]).
//!
//! Comes in: a hierarchy, and the nodes at which outlets are come to. Goes out: for each rank, the outlets below it with the
//! time down to them. Not here: the climbing of the cells (`climb`), categories, counts.
//!
//! Every shortest walk climbs and then descends. So the time from a cell to an outlet is the least sum, over the nodes where
//! both meet, of the time up from the cell and the time down to the outlet (Knopp et al. 2007).

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for wider vectors")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Hierarchy;
use crate::ids::NodeId;
use crate::units::Ticks;

/// The outlets that one descends to from each node.
///
/// 4 bytes for each node, and 8 for each meeting: some 15 to 50 for each outlet.
#[derive(Debug)]
pub(crate) struct Meetings {
    first: Vec<u32>,
    /// Outlet and time, for each rank by time.
    meetings: Vec<(u32, u32)>,
}

/// The meetings of some outlets: rank, outlet, time.
pub(crate) type MeetingList = Vec<(u32, u32, u32)>;

impl Meetings {
    /// Sorts the meetings of all outlets by where they are.
    pub(crate) fn new(hierarchy: &Hierarchy, parts: &[MeetingList]) -> Self {
        let mut first = vec![0u32; hierarchy.node_count() + 1];
        for (rank, ..) in parts.iter().flatten() {
            first[*rank as usize + 1] += 1;
        }
        for rank in 1..first.len() {
            first[rank] += first[rank - 1];
        }
        let mut next = first.clone();
        let mut meetings = vec![(0, 0); first[hierarchy.node_count()] as usize];
        for &(rank, outlet, time) in parts.iter().flatten() {
            meetings[next[rank as usize] as usize] = (outlet, time);
            next[rank as usize] += 1;
        }
        for rank in 0..hierarchy.node_count() {
            let here = &mut meetings[first[rank] as usize..first[rank + 1] as usize];
            here.sort_unstable_by_key(|&(outlet, time)| (time, outlet));
        }
        Self { first, meetings }
    }

    /// The outlets below a rank, the nearest first.
    #[inline(always)]
    pub(crate) fn at(&self, rank: u32) -> &[(u32, u32)] {
        &self.meetings[self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize]
    }
}

/// Climbs from outlets against the edges; one for each thread.
#[derive(Debug)]
pub(crate) struct Ascent<'h> {
    hierarchy: &'h Hierarchy,
    time: Vec<u32>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<u32>>,
}

/// "Not met."
const NEVER: u32 = u32::MAX / 2;

impl<'h> Ascent<'h> {
    pub(crate) fn new(hierarchy: &'h Hierarchy) -> Self {
        let time = vec![NEVER; hierarchy.node_count()];
        Self { hierarchy, time, touched: Vec::new(), queue: BinaryHeap::new() }
    }

    /// Where walks to an outlet within a budget may begin their descent. Left out is where a walk over a higher node is
    /// quicker: no shortest walk begins to descend there.
    pub(crate) fn climb(
        &mut self,
        outlet: u32,
        ends: impl Iterator<Item = (NodeId, Ticks)>,
        budget: Ticks,
        list: &mut MeetingList,
    ) {
        let budget = budget.get();
        for (node, time) in ends.filter(|end| end.1.get() <= budget) {
            self.note(self.hierarchy.rank_of(node), time.get());
        }
        // Ranks come in ascending order, each once: all that lead to one are below it.
        while let Some(Reverse(rank)) = self.queue.pop() {
            let time = self.time[rank as usize];
            for edge in self.hierarchy.up_from(rank) {
                let through = time + edge.into;
                if through <= budget {
                    self.note(edge.head, through);
                }
            }
        }
        for &rank in &self.touched {
            let time = self.time[rank as usize];
            let over = |edge: &super::UpEdge| self.time[edge.head as usize].saturating_add(edge.out) < time;
            if !self.hierarchy.up_from(rank).iter().any(over) {
                list.push((rank, outlet, time));
            }
        }
        for rank in self.touched.drain(..) {
            self.time[rank as usize] = NEVER;
        }
    }

    fn note(&mut self, rank: u32, time: u32) {
        let known = &mut self.time[rank as usize];
        if *known == NEVER {
            self.touched.push(rank);
            self.queue.push(Reverse(rank));
        }
        *known = time.min(*known);
    }
}
