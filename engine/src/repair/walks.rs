//! Bounded searches with places closed, on weights of any kind.
//!
//! Comes in: a graph, a cost for each edge, starts, a limit, and what is closed. Goes out: the cost to each node within the
//! limit. Not here: speed; `search` has the searches for many starts. This one also measures in millimetres, and walks
//! round a street or a junction that is taken away.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::WalkGraph;
use crate::ids::{EdgeId, LinkId, NodeId};

const UNREACHED: u32 = u32::MAX;

/// What is taken away while searching.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Closed {
    Nothing,
    Link(LinkId),
    Node(NodeId),
}

/// Room for searches on a graph: 4 bytes for each node. Cleared in proportion to what a search has reached.
#[derive(Debug)]
pub(super) struct Walks<'g> {
    graph: &'g WalkGraph,
    cost: Vec<u32>,
    reached: Vec<u32>,
    queue: BinaryHeap<Reverse<(u32, u32)>>,
}

impl<'g> Walks<'g> {
    pub(super) fn new(graph: &'g WalkGraph) -> Self {
        Self { graph, cost: vec![UNREACHED; graph.node_count()], reached: Vec::new(), queue: BinaryHeap::new() }
    }

    pub(super) fn run(
        &mut self,
        weight: impl Fn(EdgeId) -> u32,
        starts: impl Iterator<Item = (NodeId, u32)>,
        limit: u32,
        closed: Closed,
    ) {
        for &node in &self.reached {
            self.cost[node as usize] = UNREACHED;
        }
        self.reached.clear();
        for (node, cost) in starts {
            self.better(node, cost, limit, closed);
        }
        while let Some(Reverse((cost, node))) = self.queue.pop() {
            if cost > self.cost[node as usize] {
                continue;
            }
            for (edge, head) in self.graph.edges_from(NodeId::new(node)) {
                if closed != Closed::Link(self.graph.traversal(edge).link()) {
                    self.better(head, cost.saturating_add(weight(edge)), limit, closed);
                }
            }
        }
    }

    fn better(&mut self, node: NodeId, cost: u32, limit: u32, closed: Closed) {
        let known = &mut self.cost[node.index()];
        if cost < *known && cost <= limit && closed != Closed::Node(node) {
            if *known == UNREACHED {
                self.reached.push(node.get());
            }
            *known = cost;
            self.queue.push(Reverse((cost, node.get())));
        }
    }

    /// The cost to a node, when it is within the limit.
    pub(super) fn cost(&self, node: NodeId) -> Option<u32> {
        Some(self.cost[node.index()]).filter(|&cost| cost != UNREACHED)
    }

    /// The nodes within the limit.
    pub(super) fn reached(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.reached.iter().map(|&node| NodeId::new(node))
    }
}
