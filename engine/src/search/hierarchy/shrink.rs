//! The graph that is left while a hierarchy is built, and what taking a node out of it would cost.
//!
//! Comes in: a graph with weights, then one node after another to take out. Goes out: for a node, which of its
//! neighbours need a shortcut in its place ([`Judgement`]). Not here: the order (`build`).
//!
//! A shortcut from `a` through `v` to `b` is left out only when a walk round `v` is found that is *strictly* quicker, or an
//! edge from `a` to `b` that is not slower. Taking nodes out changes no distance between those that are left, so a shortcut
//! that is slower than the distance stays needless whatever else is taken out meanwhile: judgements may be made beforehand,
//! and many nodes that are not neighbours may go at once. Of equally quick walks both are kept, which costs a little room.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::WalkGraph;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// "Not walked in this direction."
pub(super) const NEVER: u32 = 1 << 30;
/// How many edges a search for a quicker walk looks at before it gives up. More find few, and cost time.
const LOOKED_AT: usize = 160;
/// Judgements of nodes with more neighbours than this are made again when needed rather than kept.
const KEPT: usize = 8;

/// A neighbour that is left, with the time to it and the time from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Neighbour {
    pub node: u32,
    pub out: u32,
    pub into: u32,
}

/// What taking out a node would add.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Judgement {
    /// How many pairs of neighbours would newly be joined.
    pub added: u32,
    /// Which pairs need a shortcut, one bit for each by their places; nothing where there are too many for that.
    kept: Option<u64>,
}

/// A shortcut from the neighbour at one place to the neighbour at another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shortcut {
    pub tail: u32,
    pub head: u32,
    pub time: u32,
}

/// The nodes that are left, each with its neighbours.
#[derive(Debug)]
pub(super) struct Remaining {
    neighbours: Vec<Vec<Neighbour>>,
    bound: u32,
}

impl Remaining {
    pub(super) fn new(graph: &WalkGraph, weights: &EdgeWeights, bound: Ticks) -> Self {
        let mut remaining = Self { neighbours: vec![Vec::new(); graph.node_count()], bound: bound.get() };
        for tail in graph.nodes() {
            for (edge, head) in graph.edges_from(tail) {
                let time = weights.edge(edge);
                if time <= bound && head != tail {
                    remaining.join(Shortcut { tail: tail.get(), head: head.get(), time: time.get() });
                }
            }
        }
        remaining
    }

    pub(super) fn of(&self, node: u32) -> &[Neighbour] {
        &self.neighbours[node as usize]
    }

    /// Adds an edge, or makes the one that is there quicker; says whether the two were no neighbours before.
    pub(super) fn join(&mut self, edge: Shortcut) -> bool {
        let Shortcut { tail, head, time } = edge;
        let is_new = meet(&mut self.neighbours[tail as usize], head, |n| n.out = n.out.min(time));
        meet(&mut self.neighbours[head as usize], tail, |n| n.into = n.into.min(time));
        is_new
    }

    /// Takes a node out; its neighbours no longer know it.
    pub(super) fn take_out(&mut self, node: u32) -> Vec<Neighbour> {
        let gone = std::mem::take(&mut self.neighbours[node as usize]);
        for neighbour in &gone {
            let list = &mut self.neighbours[neighbour.node as usize];
            if let Some(place) = list.iter().position(|n| n.node == node) {
                list.swap_remove(place);
            }
        }
        gone
    }
}

fn meet(list: &mut Vec<Neighbour>, node: u32, change: impl FnOnce(&mut Neighbour)) -> bool {
    if let Some(known) = list.iter_mut().find(|n| n.node == node) {
        change(known);
        return false;
    }
    let mut fresh = Neighbour { node, out: NEVER, into: NEVER };
    change(&mut fresh);
    list.push(fresh);
    true
}

/// What a search knows of a node.
#[derive(Clone, Copy, Debug)]
struct Label {
    /// The earliest time found.
    time: u32,
    /// The search looks for a walk that is quicker than this; 0 where it looks for none.
    wanted: u32,
    /// The walk found takes as long the other way.
    mirrored: bool,
}

impl Default for Label {
    fn default() -> Self {
        Self { time: NEVER, wanted: 0, mirrored: false }
    }
}

/// Searches for walks round a node; one for each thread.
#[derive(Debug)]
pub(super) struct Witness {
    labels: Vec<Label>,
    touched: Vec<u32>,
    /// How many of the walks looked for have not been found yet.
    missing: usize,
    queue: BinaryHeap<Reverse<u64>>,
    pairs: Vec<(usize, usize)>,
}

impl Witness {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            labels: vec![Label::default(); nodes],
            touched: Vec::new(),
            missing: 0,
            queue: BinaryHeap::new(),
            pairs: Vec::new(),
        }
    }

    /// Which shortcuts taking out a node needs.
    pub(super) fn judge(&mut self, left: &Remaining, node: u32) -> Judgement {
        let neighbours = left.of(node);
        let mut pairs = std::mem::take(&mut self.pairs);
        self.find(left, node, |from, to| pairs.push((from, to)));
        let kept =
            (neighbours.len() <= KEPT).then(|| pairs.iter().fold(0, |k, (from, to)| k | 1 << (from * KEPT + to)));
        for pair in &mut pairs {
            *pair = (pair.0.min(pair.1), pair.0.max(pair.1));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let are_strangers = |&&(a, b): &&(usize, usize)| {
            let (a, b) = (neighbours[a].node, neighbours[b].node);
            left.of(a).iter().all(|n| n.node != b)
        };
        let added = pairs.iter().filter(are_strangers).count() as u32;
        pairs.clear();
        self.pairs = pairs;
        Judgement { added, kept }
    }

    /// The shortcuts that take a node's place, by a judgement made since its neighbours last changed.
    pub(super) fn shortcuts(
        &mut self,
        left: &Remaining,
        node: u32,
        judgement: Judgement,
        mut add: impl FnMut(Shortcut),
    ) {
        let neighbours = left.of(node);
        let mut pair = |from: usize, to: usize| {
            let time = neighbours[from].into + neighbours[to].out;
            add(Shortcut { tail: neighbours[from].node, head: neighbours[to].node, time });
        };
        let Some(kept) = judgement.kept else {
            self.find(left, node, pair);
            return;
        };
        let mut bits = kept;
        while bits != 0 {
            let bit = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            pair(bit / KEPT, bit % KEPT);
        }
    }

    /// Calls `need` for each ordered pair of neighbours, by their places, that needs a shortcut; a pair may be
    /// called twice.
    fn find(&mut self, left: &Remaining, node: u32, mut need: impl FnMut(usize, usize)) {
        let neighbours = left.of(node);
        let bound = left.bound;
        for (from, a) in neighbours.iter().enumerate() {
            let via = |b: &Neighbour| a.into + b.out;
            let back = |b: &Neighbour| b.into + a.out;
            let later = &neighbours[from + 1..];
            let any = self.search::<true>(left, a.node, node, later.iter().map(|b| (b.node, via(b))));
            let mut undecided = false;
            for (b, to) in later.iter().zip(from + 1..) {
                let (there, back) = (via(b), back(b));
                let label = self.labels[b.node as usize];
                let quicker = any && label.time < there;
                let edge = !quicker && there <= bound && has_edge(left, a.node, b.node, there);
                let alike = back == there;
                if there <= bound && !quicker && !edge {
                    need(from, to);
                    // The other way takes as long: a walk round the node would very likely have been found here too.
                    if alike {
                        need(to, from);
                    }
                    undecided |= !alike;
                } else {
                    let same_back = quicker && label.mirrored;
                    undecided |= !(alike && (same_back || edge && has_edge(left, b.node, a.node, back)));
                }
            }
            self.clear();
            if undecided {
                self.find_back(left, node, from, &mut need);
            }
        }
    }

    /// The pairs towards an earlier neighbour that its own search has not decided, by a search against the edges.
    fn find_back(&mut self, left: &Remaining, node: u32, from: usize, need: &mut impl FnMut(usize, usize)) {
        let neighbours = left.of(node);
        let a = neighbours[from];
        let later = &neighbours[from + 1..];
        let back = |b: &Neighbour| b.into + a.out;
        self.search::<false>(left, a.node, node, later.iter().map(|b| (b.node, back(b))));
        for (b, to) in later.iter().zip(from + 1..) {
            let time = back(b);
            let is_needed = time <= left.bound && self.labels[b.node as usize].time >= time;
            if is_needed && !has_edge(left, b.node, a.node, time) {
                need(to, from);
            }
        }
        self.clear();
    }

    /// Looks, not very far, for walks from a node (or to it, against the edges) round another that are quicker than given
    /// times; says whether there was any to look for.
    fn search<const FORWARD: bool>(
        &mut self,
        left: &Remaining,
        from: u32,
        round: u32,
        wanted: impl Iterator<Item = (u32, u32)>,
    ) -> bool {
        let mut limit = 0;
        self.missing = 0;
        for (node, time) in wanted.filter(|w| w.1 <= left.bound) {
            self.labels[node as usize].wanted = time;
            self.touched.push(node);
            self.missing += 1;
            limit = limit.max(time);
        }
        if self.missing == 0 {
            return false;
        }
        self.note(from, 0, true);
        let mut looked_at = 0;
        while let Some(Reverse(entry)) = self.queue.pop() {
            let (time, node) = ((entry >> 32) as u32, entry as u32);
            let label = self.labels[node as usize];
            if time > label.time {
                continue;
            }
            if looked_at > LOOKED_AT || self.missing == 0 {
                break;
            }
            looked_at += left.of(node).len();
            for next in left.of(node) {
                let span = if FORWARD { next.out } else { next.into };
                let through = time + span;
                if through < limit && next.node != round && through < self.labels[next.node as usize].time {
                    self.note(next.node, through, label.mirrored && next.out == next.into);
                }
            }
        }
        self.queue.clear();
        true
    }

    fn note(&mut self, node: u32, time: u32, mirrored: bool) {
        let label = &mut self.labels[node as usize];
        if label.time == NEVER {
            self.touched.push(node);
        }
        if time < label.wanted && label.time >= label.wanted {
            self.missing -= 1;
        }
        (label.time, label.mirrored) = (time, mirrored);
        self.queue.push(Reverse(u64::from(time) << 32 | u64::from(node)));
    }

    fn clear(&mut self) {
        for node in self.touched.drain(..) {
            self.labels[node as usize] = Label::default();
        }
    }
}

fn has_edge(left: &Remaining, tail: u32, head: u32, time: u32) -> bool {
    left.of(tail).iter().any(|n| n.node == head && n.out <= time)
}
