//! Everything within a budget of one start: [`ReachSearch`], the reference that judges all other searches.
//!
//! Comes in: weights, starts, a budget. Goes out: a [`Reach`], lent by the search until its next run. Not here: many
//! starts at once, and preprocessing.

use super::buckets::BucketQueue;
use crate::graph::WalkGraph;
use crate::ids::{EdgeId, NodeId};
use crate::snap::{LinkedPoint, Snap};
use crate::units::{Meters, Ticks};
use crate::walk::EdgeWeights;

/// "Not reached" in the column of times.
const UNREACHED: u32 = Ticks::UNREACHED.get();
/// "No edge led here: a start" in the column of parents.
const NO_EDGE: u32 = u32::MAX;

/// Where a search begins, and with how much time already spent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Start {
    /// The node.
    pub node: NodeId,
    /// The time spent on the way to it.
    pub time: Ticks,
}

/// A bounded search from one place; one for each thread, used again and again.
///
/// 4 bytes for each node of the graph (8 once paths were asked for); a run costs time in proportion to what it reaches,
/// and so does clearing up after it. The result is lent, so that a stale one does not compile:
///
/// ```compile_fail
/// # use walkshed::{search::ReachSearch, walk::{EdgeWeights, FlatSpeed}, Ticks};
/// # let graph = walkshed::doc_example::crossroads();
/// # let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
/// let mut search = ReachSearch::new(&graph);
/// let first = search.run(&weights, &[], Ticks::from_minutes(15));
/// let second = search.run(&weights, &[], Ticks::from_minutes(15));
/// println!("{}", first.node_count());
/// ```
#[derive(Debug)]
pub struct ReachSearch<'g> {
    graph: &'g WalkGraph,
    time: Vec<u32>,
    parent: Vec<u32>,
    reached: Vec<u32>,
    queue: BucketQueue,
}

impl<'g> ReachSearch<'g> {
    /// Room for searches on a graph.
    pub fn new(graph: &'g WalkGraph) -> Self {
        Self {
            graph,
            time: vec![UNREACHED; graph.node_count()],
            parent: Vec::new(),
            reached: Vec::new(),
            queue: BucketQueue::default(),
        }
    }

    /// Finds the time to every node within a budget of the starts.
    ///
    /// Starts later than the budget are passed over. O(r log b) at worst for r edges reached within b buckets; in
    /// practice each node is taken up little more than once.
    pub fn run<'s>(&'s mut self, weights: &'s EdgeWeights, starts: &[Start], budget: Ticks) -> Reach<'s> {
        self.search::<false>(weights, starts, budget);
        Reach { search: self, weights, budget, origin: None, tracked: false }
    }

    /// As [`ReachSearch::run`], from a point on a link, which the result remembers: [`Reach::time_to_point`] then also
    /// knows the walk along the link itself.
    pub fn run_from<'s>(&'s mut self, weights: &'s EdgeWeights, origin: &LinkedPoint, budget: Ticks) -> Reach<'s> {
        let (starts, count) = starts_of(self.graph, origin);
        self.search::<false>(weights, &starts[..count], budget);
        Reach { search: self, weights, budget, origin: Some(*origin), tracked: false }
    }

    /// As [`ReachSearch::run_from`], keeping the way to each node: [`Reach::path_to`]. Somewhat slower.
    pub fn run_with_paths<'s>(
        &'s mut self,
        weights: &'s EdgeWeights,
        origin: &LinkedPoint,
        budget: Ticks,
    ) -> Reach<'s> {
        self.parent.resize(self.graph.node_count(), NO_EDGE);
        let (starts, count) = starts_of(self.graph, origin);
        self.search::<true>(weights, &starts[..count], budget);
        Reach { search: self, weights, budget, origin: Some(*origin), tracked: true }
    }

    fn search<const PATHS: bool>(&mut self, weights: &EdgeWeights, starts: &[Start], budget: Ticks) {
        for &node in &self.reached {
            self.time[node as usize] = UNREACHED;
        }
        self.reached.clear();
        let budget = budget.get().min(UNREACHED - 1);
        self.queue.restart(budget);
        for start in starts {
            self.better::<PATHS>(start.node.get(), start.time.get(), NO_EDGE, budget);
        }
        let (first_out, head) = self.graph.forward_star();
        let weight = weights.edges();
        while let Some((node, time)) = self.queue.pop() {
            if time > self.time[node as usize] {
                continue;
            }
            let edges = first_out[node as usize] as usize..first_out[node as usize + 1] as usize;
            for (offset, (&head, &weight)) in head[edges.clone()].iter().zip(&weight[edges.clone()]).enumerate() {
                // Neither is above u32::MAX / 2: the sum cannot wrap.
                self.better::<PATHS>(head, time + weight, (edges.start + offset) as u32, budget);
            }
        }
    }

    #[inline]
    fn better<const PATHS: bool>(&mut self, node: u32, time: u32, by: u32, budget: u32) {
        let known = &mut self.time[node as usize];
        if time < *known && time <= budget {
            if *known == UNREACHED {
                self.reached.push(node);
            }
            *known = time;
            if PATHS {
                self.parent[node as usize] = by;
            }
            self.queue.push(node, time);
        }
    }
}

/// The one or two ends of its link from which a point's walk goes on.
fn starts_of(graph: &WalkGraph, origin: &LinkedPoint) -> ([Start; 2], usize) {
    let link = graph.link(origin.link);
    let mut starts = [Start { node: link.tail, time: Ticks::UNREACHED }; 2];
    let mut count = 0;
    for (node, time) in [(link.tail, origin.to_tail), (link.head, origin.to_head)] {
        if let Some(time) = time {
            starts[count] = Start { node, time };
            count += 1;
        }
    }
    (starts, count)
}

/// What a search has reached; lent by the [`ReachSearch`] until its next run.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'s> {
    search: &'s ReachSearch<'s>,
    weights: &'s EdgeWeights,
    budget: Ticks,
    origin: Option<LinkedPoint>,
    tracked: bool,
}

impl<'s> Reach<'s> {
    /// The time to a node, when it is within the budget.
    pub fn time_to(&self, node: NodeId) -> Option<Ticks> {
        Ticks::new(self.search.time[node.index()]).reached()
    }

    /// The time to a point on a link, legs off the street included, when it is within the budget.
    pub fn time_to_point(&self, point: &LinkedPoint) -> Option<Ticks> {
        let link = self.search.graph.link(point.link);
        let through = |node: NodeId, rest: Option<Ticks>| Some(self.time_to(node)? + rest?);
        let ways = [
            through(link.tail, point.from_tail),
            through(link.head, point.from_head),
            self.origin.and_then(|origin| origin.direct_to(point)),
        ];
        ways.into_iter().flatten().min().filter(|&t| t <= self.budget)
    }

    /// How many nodes were reached.
    pub fn node_count(&self) -> usize {
        self.search.reached.len()
    }

    /// The nodes reached with their times, in no particular order (but the same one in every run).
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, Ticks)> + use<'s> {
        let search = self.search;
        search.reached.iter().map(|&node| (NodeId::new(node), Ticks::new(search.time[node as usize])))
    }

    /// The budget of the search.
    pub fn budget(&self) -> Ticks {
        self.budget
    }

    pub(super) fn graph(&self) -> &'s WalkGraph {
        self.search.graph
    }

    pub(super) fn weights(&self) -> &'s EdgeWeights {
        self.weights
    }

    /// The edges of a shortest walk to a node, from the start on; nothing when the node was not reached or the search did
    /// not keep its ways.
    pub fn path_to(&self, node: NodeId) -> Option<Path> {
        self.time_to(node).filter(|_| self.tracked)?;
        let mut edges = Vec::new();
        let mut at = node;
        while self.search.parent[at.index()] != NO_EDGE {
            let edge = EdgeId::new(self.search.parent[at.index()]);
            edges.push(edge);
            at = self.search.graph.tail(edge);
        }
        edges.reverse();
        Some(Path { start: at, edges })
    }
}

/// A walk from point to point, with the legs off the street.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Walk {
    /// How long it takes.
    pub time: Ticks,
    /// How long it is.
    pub length: Meters,
}

impl Reach<'_> {
    /// The shortest walk to a point, with its length; nothing when it is not within the budget or the search did not keep
    /// its ways. `from` is the snap that the search was run from, `to` and `point` are the destination.
    pub fn walk_to(&self, from: &Snap, to: &Snap, point: &LinkedPoint) -> Option<Walk> {
        let origin = self.origin.filter(|_| self.tracked)?;
        let time = self.time_to_point(point)?;
        let legs = from.offset + to.offset;
        if origin.direct_to(point) == Some(time) {
            return Some(Walk { time, length: Meters((from.to_tail.0 - to.to_tail.0).abs()) + legs });
        }
        let link = self.search.graph.link(point.link);
        let by_tail = self.time_to(link.tail).zip(point.from_tail).is_some_and(|(t, rest)| t + rest == time);
        let (node, last) = if by_tail { (link.tail, to.to_tail) } else { (link.head, to.to_head) };
        let path = self.path_to(node)?;
        // On a loop both ends are the same node; the start was the nearer one.
        let home = self.search.graph.link(origin.link);
        let tail_first = origin.to_tail.unwrap_or(Ticks::UNREACHED) <= origin.to_head.unwrap_or(Ticks::UNREACHED);
        let by_home_tail = path.start == home.tail && (home.tail != home.head || tail_first);
        let first = if by_home_tail { from.to_tail } else { from.to_head };
        Some(Walk { time, length: first + path.length(self.search.graph) + last + legs })
    }
}

/// A shortest walk along the graph's edges.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// The node where it begins.
    pub start: NodeId,
    /// Its edges in order.
    pub edges: Vec<EdgeId>,
}

impl Path {
    /// The length of its edges together.
    pub fn length(&self, graph: &WalkGraph) -> Meters {
        Meters(self.edges.iter().map(|&e| graph.link(graph.traversal(e).link()).length().0).sum())
    }
}
