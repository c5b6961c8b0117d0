//! The baseline of the benches: `petgraph::algo::dijkstra`, bounded by a sentinel.
//!
//! Comes in: a graph with weights. Goes out: how many nodes are within a budget of a cell. Not here: our own searches.

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use walkshed::Ticks;
use walkshed::graph::WalkGraph;
use walkshed::snap::LinkedPoint;
use walkshed::walk::EdgeWeights;

/// A graph in petgraph's own shape, with a source and a sentinel: a node that leads nowhere, at which petgraph stops.
pub(crate) struct Baseline {
    graph: DiGraph<(), u32>,
    source: NodeIndex,
    sentinel: NodeIndex,
}

impl Baseline {
    pub(crate) fn new(of: &WalkGraph, weights: &EdgeWeights) -> Self {
        let mut graph = DiGraph::with_capacity(of.node_count() + 2, of.edge_count() + 8);
        for _ in 0..of.node_count() + 2 {
            graph.add_node(());
        }
        for edge in of.edges() {
            let [tail, head] = [of.tail(edge), of.head(edge)].map(|n| NodeIndex::new(n.index()));
            graph.add_edge(tail, head, weights.edge(edge).get());
        }
        let source = NodeIndex::new(of.node_count());
        Self { graph, source, sentinel: NodeIndex::new(source.index() + 1) }
    }

    /// How many nodes are within a budget of a cell.
    pub(crate) fn reach(&mut self, cell: &LinkedPoint, budget: Ticks) -> usize {
        let mut added = vec![self.graph.add_edge(self.source, self.sentinel, budget.get() + 1)];
        for (node, time) in cell.starts() {
            added.push(self.graph.add_edge(self.source, NodeIndex::new(node.index()), time.get()));
        }
        let times = dijkstra(&self.graph, self.source, Some(self.sentinel), |e| *e.weight());
        for edge in added.into_iter().rev() {
            self.graph.remove_edge(edge);
        }
        times.values().filter(|&&t| t <= budget.get()).count() - 1
    }
}
