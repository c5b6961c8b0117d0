//! The order in which nodes are taken out, and the hierarchy that comes of it.
//!
//! Comes in: a graph with weights, and the longest budget that will be asked for. Goes out: a [`Hierarchy`]. Not here:
//! what taking out one node needs (`shrink`).
//!
//! Nodes are taken out in rounds: each round takes all whose turn comes before that of all their neighbours. So no two
//! nodes of a round are joined, a round can be judged on all cores, and its order is the same for any number of threads.

use rayon::prelude::*;

use super::shrink::{Judgement, NEVER, Neighbour, Remaining, Shortcut, Witness};
use super::{DownEdge, Hierarchy, UpEdge, fingerprint_of};
use crate::graph::WalkGraph;
use crate::search::lanes;
use crate::search::pool::Pool;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// How many nodes a core judges before it asks for more.
const PART: usize = 512;

impl Hierarchy {
    /// Builds the hierarchy of a graph under one column of weights, for budgets up to a longest one.
    ///
    /// On all cores, with the same result for any number of them. Some 6 µs for each node of a sparse
    /// city, 25 of a very dense one.
    pub fn build(graph: &WalkGraph, weights: &EdgeWeights, longest: Ticks) -> Self {
        let longest = longest.min(lanes::LONGEST);
        let mut builder = Builder::new(graph, weights, longest);
        while !builder.open.is_empty() {
            builder.round();
        }
        builder.finish(fingerprint_of(graph, weights), longest)
    }
}

struct Builder {
    left: Remaining,
    searches: Pool<Witness>,
    /// The nodes that are left, in ascending order.
    open: Vec<u32>,
    /// For each node when its turn comes: lower is sooner.
    turn: Vec<u64>,
    judged: Vec<Judgement>,
    level: Vec<u32>,
    /// Whether a neighbour has gone since a node was judged.
    is_stale: Vec<bool>,
    /// The nodes taken out, round by round, with the neighbours that each had left.
    order: Vec<u32>,
    above: Vec<Vec<Neighbour>>,
    first_of_round: Vec<u32>,
}

impl Builder {
    fn new(graph: &WalkGraph, weights: &EdgeWeights, longest: Ticks) -> Self {
        let count = graph.node_count();
        let all: Vec<u32> = (0..count as u32).collect();
        let mut builder = Self {
            left: Remaining::new(graph, weights, longest),
            searches: Pool::default(),
            open: Vec::new(),
            turn: vec![0; count],
            judged: vec![Judgement::default(); count],
            level: vec![0; count],
            is_stale: vec![true; count],
            order: Vec::with_capacity(count),
            above: Vec::with_capacity(count),
            first_of_round: vec![0],
        };
        builder.judge(&all);
        builder.open = all;
        builder
    }

    fn round(&mut self) {
        let taken = self.choose();
        let shortcuts = self.shortcuts(&taken);
        for &node in &taken {
            let gone = self.left.take_out(node);
            let above = self.level[node as usize] + 1;
            for neighbour in &gone {
                let level = &mut self.level[neighbour.node as usize];
                *level = (*level).max(above);
                self.is_stale[neighbour.node as usize] = true;
            }
            self.order.push(node);
            self.above.push(gone);
        }
        for shortcut in shortcuts.into_iter().flatten().flatten() {
            self.left.join(shortcut);
        }
        self.first_of_round.push(self.order.len() as u32);
        // A node that is out has no turn left.
        for &node in &taken {
            self.turn[node as usize] = u64::MAX;
        }
        self.open.retain(|&node| self.turn[node as usize] != u64::MAX);
    }

    /// The nodes whose turn comes before that of all their neighbours. Only their judgements are brought up to date; those
    /// that then come later wait. The turns of two nodes are never the same, so there is always one that is first.
    fn choose(&mut self) -> Vec<u32> {
        loop {
            let first = self.are_first(&self.open);
            let stale: Vec<u32> = first.iter().copied().filter(|&node| self.is_stale[node as usize]).collect();
            self.judge(&stale);
            let taken = self.are_first(&first);
            if !taken.is_empty() || self.open.is_empty() {
                return taken;
            }
        }
    }

    fn are_first(&self, nodes: &[u32]) -> Vec<u32> {
        let is_first = |&node: &u32| {
            let turn = self.turn[node as usize];
            self.left.of(node).iter().all(|n| turn < self.turn[n.node as usize])
        };
        nodes.par_iter().with_min_len(PART * 8).copied().filter(is_first).collect()
    }

    /// Brings judgements and turns up to date.
    fn judge(&mut self, nodes: &[u32]) {
        let (left, level) = (&self.left, &self.level);
        let judged = in_parts(&self.searches, self.turn.len(), nodes, |witness, &node| {
            let judgement = witness.judge(left, node);
            (judgement, turn_of(judgement.added, left.of(node).len() as u32, level[node as usize], node))
        });
        for (&node, (judgement, turn)) in nodes.iter().zip(judged.into_iter().flatten()) {
            self.judged[node as usize] = judgement;
            self.turn[node as usize] = turn;
            self.is_stale[node as usize] = false;
        }
    }

    /// The shortcuts that take the nodes' places, in the order of the nodes.
    fn shortcuts(&self, taken: &[u32]) -> Vec<Vec<Vec<Shortcut>>> {
        in_parts(&self.searches, self.turn.len(), taken, |witness, &node| {
            let mut shortcuts = Vec::new();
            witness.shortcuts(&self.left, node, self.judged[node as usize], |s| shortcuts.push(s));
            shortcuts
        })
    }

    /// Puts the nodes in the order in which they were taken out, and lists the edges between them.
    fn finish(self, fingerprint: u64, longest: Ticks) -> Hierarchy {
        let mut rank_of = vec![0u32; self.order.len()];
        for (rank, &node) in self.order.iter().enumerate() {
            rank_of[node as usize] = rank as u32;
        }
        let mut first_up = vec![0u32];
        let mut up = Vec::with_capacity(self.above.iter().map(Vec::len).sum());
        for neighbours in &self.above {
            let first = up.len();
            up.extend(neighbours.iter().map(|n| UpEdge { head: rank_of[n.node as usize], out: n.out, into: n.into }));
            up[first..].sort_unstable_by_key(|edge: &UpEdge| edge.head);
            first_up.push(up.len() as u32);
        }
        Hierarchy::from_parts(fingerprint, longest, self.order, self.first_of_round, first_up, up)
    }
}

impl Hierarchy {
    /// Puts together what follows from the parts that are stored.
    pub(super) fn from_parts(
        fingerprint: u64,
        longest: Ticks,
        node_at: Vec<u32>,
        first_of_round: Vec<u32>,
        first_up: Vec<u32>,
        up: Vec<UpEdge>,
    ) -> Self {
        let mut rank_of = vec![0u32; node_at.len()];
        for (rank, &node) in node_at.iter().enumerate() {
            rank_of[node as usize] = rank as u32;
        }
        let mut first_down = vec![0u32; node_at.len() + 1];
        for edge in up.iter().filter(|e| e.into != NEVER) {
            first_down[edge.head as usize + 1] += 1;
        }
        for rank in 1..first_down.len() {
            first_down[rank] += first_down[rank - 1];
        }
        let mut next = first_down.clone();
        let mut down = vec![DownEdge::default(); first_down[node_at.len()] as usize];
        for rank in 0..node_at.len() {
            for edge in &up[first_up[rank] as usize..first_up[rank + 1] as usize] {
                if edge.into != NEVER {
                    down[next[edge.head as usize] as usize] = DownEdge { foot: rank as u32, time: edge.into };
                    next[edge.head as usize] += 1;
                }
            }
        }
        Self { fingerprint, longest, node_at, rank_of, first_of_round, first_up, up, first_down, down }
    }
}

/// Does something for each of many nodes on all cores, in parts that share a search; results are in order.
fn in_parts<I: Sync, O: Send>(
    searches: &Pool<Witness>,
    nodes: usize,
    items: &[I],
    work: impl Fn(&mut Witness, &I) -> O + Sync,
) -> Vec<Vec<O>> {
    let part = |items: &[I]| {
        let all = |witness: &mut Witness| items.iter().map(|item| work(witness, item)).collect();
        searches.with(|| Witness::new(nodes), all)
    };
    items.par_chunks(PART).map(part).collect()
}

/// When a node's turn comes: first those that add few edges for those they take away, and those below few others (the
/// quotient of edges and the level of Geisberger et al. 2008). Equal ones in an order that is random but always the same,
/// so that neighbours do not wait for each other in a row.
fn turn_of(added: u32, removed: u32, level: u32, node: u32) -> u64 {
    let weight = 256 * (added + 1) / (removed + 1) + 64 * level;
    let shuffled = node.wrapping_mul(0x9E37_79B1).swap_bytes().wrapping_mul(0x85EB_CA6B);
    u64::from(weight) << 32 | u64::from(shuffled)
}
