//! The graph as petgraph sees it: its visit traits on [`WalkGraph`].
//!
//! Comes in: a frozen graph. Goes out: what petgraph's algorithms ask for, so that they run on it unchanged; they are the
//! judges of our own searches. A node's weight is its position, an edge's its [`Traversal`]; times are a column apart,
//! looked up by the edge's id. Not here: our own searches, which read the columns directly.
//!
//! ```
//! use petgraph::algo::dijkstra;
//! use petgraph::visit::EdgeRef;
//! # use walkshed::graph::WalkGraph;
//! # use walkshed::walk::{EdgeWeights, FlatSpeed};
//! # let graph: WalkGraph = walkshed::doc_example::crossroads();
//! let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
//! let start = graph.nodes().next().expect("a graph has nodes");
//! let times = dijkstra(&graph, start, None, |edge| weights.edge(edge.id()).get());
//! assert_eq!(times.len(), graph.node_count());
//! ```

use petgraph::visit::{
    Data, EdgeCount, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighbors,
    IntoNeighborsDirected, IntoNodeIdentifiers, NodeCompactIndexable, NodeCount, NodeIndexable, VisitMap, Visitable,
};
use petgraph::{Directed, Direction};

use super::{Traversal, WalkGraph};
use crate::ids::{EdgeId, NodeId};
use crate::position::Position;

/// An edge with its ends, as petgraph's algorithms ask for it.
#[derive(Clone, Copy, Debug)]
pub struct EdgeReference<'g> {
    id: EdgeId,
    source: NodeId,
    target: NodeId,
    traversal: &'g Traversal,
}

impl EdgeRef for EdgeReference<'_> {
    type NodeId = NodeId;
    type EdgeId = EdgeId;
    type Weight = Traversal;

    fn source(&self) -> NodeId {
        self.source
    }

    fn target(&self) -> NodeId {
        self.target
    }

    fn weight(&self) -> &Traversal {
        self.traversal
    }

    fn id(&self) -> EdgeId {
        self.id
    }
}

/// Some edges of a graph, one after the other.
#[derive(Clone, Debug)]
pub struct EdgeReferences<'g> {
    graph: &'g WalkGraph,
    edges: Edges<'g>,
}

/// Edges by their ids: a run of them, or a list.
#[derive(Clone, Debug)]
enum Edges<'g> {
    Run(std::ops::Range<u32>),
    List(std::slice::Iter<'g, u32>),
}

impl<'g> Iterator for EdgeReferences<'g> {
    type Item = EdgeReference<'g>;

    fn next(&mut self) -> Option<EdgeReference<'g>> {
        let edge = match &mut self.edges {
            Edges::Run(run) => run.next()?,
            Edges::List(list) => *list.next()?,
        };
        let id = EdgeId::new(edge);
        Some(EdgeReference {
            id,
            source: self.graph.tail(id),
            target: self.graph.head(id),
            traversal: &self.graph.traversal[id.index()],
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.edges {
            Edges::Run(run) => run.size_hint(),
            Edges::List(list) => list.size_hint(),
        }
    }
}

/// The nodes that a neighbour list leads to.
#[derive(Clone, Debug)]
pub struct Neighbors<'g> {
    edges: EdgeReferences<'g>,
    direction: Direction,
}

impl Iterator for Neighbors<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.edges.next().map(|edge| match self.direction {
            Direction::Outgoing => edge.target,
            Direction::Incoming => edge.source,
        })
    }
}

/// A set of nodes, one bit for each node of the graph.
#[derive(Clone, Debug, Default)]
pub struct NodeSet(Vec<u64>);

impl NodeSet {
    fn bit(node: NodeId) -> (usize, u64) {
        (node.index() / 64, 1 << (node.index() % 64))
    }
}

impl VisitMap<NodeId> for NodeSet {
    fn visit(&mut self, node: NodeId) -> bool {
        let (word, bit) = Self::bit(node);
        let fresh = self.0[word] & bit == 0;
        self.0[word] |= bit;
        fresh
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        let (word, bit) = Self::bit(*node);
        self.0[word] & bit != 0
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        let (word, bit) = Self::bit(node);
        let was = self.0[word] & bit != 0;
        self.0[word] &= !bit;
        was
    }
}

impl GraphBase for WalkGraph {
    type EdgeId = EdgeId;
    type NodeId = NodeId;
}

impl GraphProp for WalkGraph {
    type EdgeType = Directed;
}

impl Data for WalkGraph {
    type NodeWeight = Position;
    type EdgeWeight = Traversal;
}

impl NodeCount for WalkGraph {
    fn node_count(&self) -> usize {
        WalkGraph::node_count(self)
    }
}

impl EdgeCount for WalkGraph {
    fn edge_count(&self) -> usize {
        WalkGraph::edge_count(self)
    }
}

impl NodeIndexable for WalkGraph {
    fn node_bound(&self) -> usize {
        WalkGraph::node_count(self)
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.index()
    }

    fn from_index(&self, index: usize) -> NodeId {
        NodeId::new(index as u32)
    }
}

impl NodeCompactIndexable for WalkGraph {}

impl Visitable for WalkGraph {
    type Map = NodeSet;

    fn visit_map(&self) -> NodeSet {
        NodeSet(vec![0; WalkGraph::node_count(self).div_ceil(64)])
    }

    fn reset_map(&self, map: &mut NodeSet) {
        map.0.clear();
        map.0.resize(WalkGraph::node_count(self).div_ceil(64), 0);
    }
}

impl<'g> IntoEdgeReferences for &'g WalkGraph {
    type EdgeRef = EdgeReference<'g>;
    type EdgeReferences = EdgeReferences<'g>;

    fn edge_references(self) -> EdgeReferences<'g> {
        EdgeReferences { graph: self, edges: Edges::Run(0..self.head.len() as u32) }
    }
}

impl<'g> IntoEdges for &'g WalkGraph {
    type Edges = EdgeReferences<'g>;

    fn edges(self, node: NodeId) -> EdgeReferences<'g> {
        let run = self.first_out[node.index()]..self.first_out[node.index() + 1];
        EdgeReferences { graph: self, edges: Edges::Run(run) }
    }
}

impl<'g> IntoEdgesDirected for &'g WalkGraph {
    type EdgesDirected = EdgeReferences<'g>;

    fn edges_directed(self, node: NodeId, direction: Direction) -> EdgeReferences<'g> {
        match direction {
            Direction::Outgoing => IntoEdges::edges(self, node),
            Direction::Incoming => {
                let range = self.first_in[node.index()] as usize..self.first_in[node.index() + 1] as usize;
                EdgeReferences { graph: self, edges: Edges::List(self.in_edge[range].iter()) }
            }
        }
    }
}

impl<'g> IntoNeighbors for &'g WalkGraph {
    type Neighbors = Neighbors<'g>;

    fn neighbors(self, node: NodeId) -> Neighbors<'g> {
        self.neighbors_directed(node, Direction::Outgoing)
    }
}

impl<'g> IntoNeighborsDirected for &'g WalkGraph {
    type NeighborsDirected = Neighbors<'g>;

    fn neighbors_directed(self, node: NodeId, direction: Direction) -> Neighbors<'g> {
        Neighbors { edges: self.edges_directed(node, direction), direction }
    }
}

impl IntoNodeIdentifiers for &WalkGraph {
    type NodeIdentifiers = std::iter::Map<std::ops::Range<u32>, fn(u32) -> NodeId>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        (0..WalkGraph::node_count(self) as u32).map(NodeId::new)
    }
}
