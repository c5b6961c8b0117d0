//! The nearest of many points, for every node at once: one search from all of them, against the direction of the edges.
//!
//! Comes in: weights, points with their ids, a horizon. Goes out: a [`NearestField`], for each node the time of the walk
//! *from* it to the nearest point, and which one that is; of points equally near, the one with the lowest id. Not here:
//! how many points there are within a budget (that needs a search from each origin).

use super::buckets::BucketQueue;
use crate::graph::WalkGraph;
use crate::ids::{NodeId, OutletId};
use crate::snap::LinkedPoint;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// The nearest outlet, and how long the walk to it takes.
///
/// Sorts by time, then by id: the order in which ties are decided everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Nearest {
    /// The time of the walk, legs off the street included.
    pub time: Ticks,
    /// The outlet.
    pub outlet: OutletId,
}

impl Nearest {
    /// Time above id in one number, so that the smaller number is the nearer outlet.
    pub(crate) fn packed(self) -> u64 {
        u64::from(self.time.get()) << 32 | u64::from(self.outlet.get())
    }

    /// What was packed; nothing for the largest number there is.
    pub(crate) fn unpacked(packed: u64) -> Option<Self> {
        (packed != u64::MAX)
            .then(|| Self { time: Ticks::new((packed >> 32) as u32), outlet: OutletId::new(packed as u32) })
    }

    /// The same outlet from farther away.
    #[must_use]
    pub fn after(self, time: Ticks) -> Self {
        Self { time: self.time + time, ..self }
    }
}

/// For every node of a graph, the nearest of some outlets. 8 bytes a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NearestField {
    packed: Vec<u64>,
    horizon: Ticks,
}

impl NearestField {
    /// The nearest outlet on foot from a node; nothing when there is none within the horizon.
    pub fn at_node(&self, node: NodeId) -> Option<Nearest> {
        Nearest::unpacked(self.packed[node.index()])
    }

    /// The nearest outlet from a point on a link, by the ends of its street. Outlets on the same street may be nearer:
    /// see [`LinkedPoint::direct_to`].
    pub fn at_point(&self, point: &LinkedPoint) -> Option<Nearest> {
        let best = point.starts().filter_map(|(node, first)| Some(self.at_node(node)?.after(first))).min();
        best.filter(|n| n.time <= self.horizon)
    }
}

/// A search from many points at once, against the edges. Shared by all threads; each run has its own result.
///
/// 8 bytes for each edge: the edges by the node that they lead to.
#[derive(Debug)]
pub struct NearestSearch<'g> {
    graph: &'g WalkGraph,
    first_in: Vec<u32>,
    /// The node that each edge comes from, and the time that it takes.
    incoming: Vec<(u32, u32)>,
}

impl<'g> NearestSearch<'g> {
    /// Turns the edges of a graph round, with the weights of a model.
    pub fn new(graph: &'g WalkGraph, weights: &EdgeWeights) -> Self {
        let mut first_in = Vec::with_capacity(graph.node_count() + 1);
        let mut incoming = Vec::with_capacity(graph.edge_count());
        first_in.push(0);
        for node in graph.nodes() {
            incoming.extend(graph.edges_into(node).map(|(e, tail)| (tail.get(), weights.edge(e).get())));
            first_in.push(incoming.len() as u32);
        }
        Self { graph, first_in, incoming }
    }

    /// The nearest of some outlets for every node within a horizon.
    pub fn run(&self, outlets: impl IntoIterator<Item = (OutletId, LinkedPoint)>, horizon: Ticks) -> NearestField {
        let ends = |(outlet, point): (OutletId, LinkedPoint)| {
            let ends: Vec<(NodeId, Ticks)> = point.ends().collect();
            ends.into_iter().map(move |(node, time)| (outlet, node, time))
        };
        self.run_from_nodes(outlets.into_iter().flat_map(ends), horizon)
    }

    /// The nearest of some things for every node within a horizon, each where it can be come to from a node in some time.
    pub fn run_from_nodes(
        &self,
        ends: impl IntoIterator<Item = (OutletId, NodeId, Ticks)>,
        horizon: Ticks,
    ) -> NearestField {
        let limit = horizon.get().min(Ticks::UNREACHED.get() - 1);
        let mut packed = vec![u64::MAX; self.graph.node_count()];
        let mut queue = BucketQueue::default();
        queue.restart(limit);
        let better = |queue: &mut BucketQueue, packed: &mut [u64], node: u32, nearest: Nearest| {
            let (time, new) = (nearest.time.get(), nearest.packed());
            if time <= limit && new < packed[node as usize] {
                packed[node as usize] = new;
                queue.push(node, time);
            }
        };
        for (outlet, node, time) in ends {
            better(&mut queue, &mut packed, node.get(), Nearest { time, outlet });
        }
        while let Some((node, time)) = queue.pop() {
            let Some(nearest) = Nearest::unpacked(packed[node as usize]) else { continue };
            if time > nearest.time.get() {
                continue;
            }
            let edges = self.first_in[node as usize] as usize..self.first_in[node as usize + 1] as usize;
            for &(tail, weight) in &self.incoming[edges] {
                better(&mut queue, &mut packed, tail, nearest.after(Ticks::new(weight)));
            }
        }
        NearestField { packed, horizon: Ticks::new(limit) }
    }
}
