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
        self.search::<false>(weights, starts.iter().map(|s| (s.node, s.time)), budget);
        Reach { search: self, weights, budget, origin: None, tracked: false }
    }

    /// As [`ReachSearch::run`], from a point on a link, which the result remembers: [`Reach::time_to_point`] then also
    /// knows the walk along the link itself.
    pub fn run_from<'s>(&'s mut self, weights: &'s EdgeWeights, origin: &'s LinkedPoint, budget: Ticks) -> Reach<'s> {
        self.search::<false>(weights, origin.starts(), budget);
        Reach { search: self, weights, budget, origin: Some(origin), tracked: false }
    }

    /// As [`ReachSearch::run_from`], keeping the way to each node: [`Reach::path_to`]. Somewhat slower.
    pub fn run_with_paths<'s>(
        &'s mut self,
        weights: &'s EdgeWeights,
        origin: &'s LinkedPoint,
        budget: Ticks,
    ) -> Reach<'s> {
        self.parent.resize(self.graph.node_count(), NO_EDGE);
        self.search::<true>(weights, origin.starts(), budget);
        Reach { search: self, weights, budget, origin: Some(origin), tracked: true }
    }

    fn search<const PATHS: bool>(
        &mut self,
        weights: &EdgeWeights,
        starts: impl Iterator<Item = (NodeId, Ticks)>,
        budget: Ticks,
    ) {
        for &node in &self.reached {
            self.time[node as usize] = UNREACHED;
        }
        self.reached.clear();
        let budget = budget.get().min(UNREACHED - 1);
        self.queue.restart(budget);
        for (node, time) in starts {
            self.better::<PATHS>(node.get(), time.get(), NO_EDGE, budget);
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

/// What a search has reached; lent by the [`ReachSearch`] until its next run.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'s> {
    search: &'s ReachSearch<'s>,
    weights: &'s EdgeWeights,
    budget: Ticks,
    origin: Option<&'s LinkedPoint>,
    tracked: bool,
}

impl<'s> Reach<'s> {
    /// The time to a node, when it is within the budget.
    pub fn time_to(&self, node: NodeId) -> Option<Ticks> {
        Ticks::new(self.search.time[node.index()]).reached()
    }

    /// The time to a point on a link, legs off the street included, when it is within the budget.
    pub fn time_to_point(&self, point: &LinkedPoint) -> Option<Ticks> {
        let through_ends = point.ends().filter_map(|(node, rest)| Some(self.time_to(node)? + rest));
        let direct = self.origin.and_then(|origin| origin.direct_to(point));
        through_ends.chain(direct).min().filter(|&t| t <= self.budget)
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
        if let Some((_, length)) = origin.across_to(point).filter(|way| way.0 == time) {
            return Some(Walk { time, length: length + legs });
        }
        if origin.along_to(point) == Some(time) {
            let along = Meters((from.to_tail.0 - to.to_tail.0).abs());
            return Some(Walk { time, length: along + from.to_street + to.to_street });
        }
        let (node, rest) = point.ends().find(|&(node, rest)| self.time_to(node).is_some_and(|t| t + rest == time))?;
        let path = self.path_to(node)?;
        let last = point.across_by(node, rest).map_or_else(|| self.last_leg(point, to, node, rest), |m| m + to.offset);
        let first = self.first_leg(origin, from, path.start)?;
        Some(Walk { time, length: first + path.length(self.search.graph) + last })
    }

    /// The way from a node along the last street, and off it.
    fn last_leg(&self, point: &LinkedPoint, to: &Snap, node: NodeId, rest: Ticks) -> Meters {
        let graph = self.search.graph;
        let there = graph.link(graph.arriving_twin(to.link).unwrap_or(to.link));
        // On a loop both ends are one node; the time tells by which the walk came.
        let by_tail = node == there.tail && (node != there.head || point.time_from_tail() == Some(rest));
        to.to_street + if by_tail { to.to_tail } else { to.to_head }
    }

    /// The way from the origin to the node where the walk left its street or its square.
    fn first_leg(&self, origin: &LinkedPoint, from: &Snap, node: NodeId) -> Option<Meters> {
        let graph = self.search.graph;
        let (_, time) = origin.starts().filter(|start| start.0 == node).min_by_key(|start| start.1)?;
        if let Some(across) = origin.across_by(node, time) {
            return Some(across + from.offset);
        }
        let copies = [Some(from.link), graph.arriving_twin(from.link)];
        let by_tail = copies.into_iter().flatten().any(|link| {
            let link = graph.link(link);
            // On a loop both ends are one node; the walk began by the nearer.
            link.tail == node && (link.head != node || origin.time_to_tail() == Some(time))
        });
        Some(from.to_street + if by_tail { from.to_tail } else { from.to_head })
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
