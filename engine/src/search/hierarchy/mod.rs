//! A hierarchy of nodes for searches that climb only a little: [`Hierarchy`] (Geisberger et al. 2008).
//!
//! Comes in: a graph, one column of weights, the longest budget. Goes out: the nodes in an order of importance, with
//! shortcuts, so that every shortest walk within the budget first only climbs and then only descends; and searches on it.
//! Not here: which of the ways of searching is worth while (`access`).
//!
//! A hierarchy is bounded: shortcuts that take longer than the longest budget are left out, so that its top stays wide and
//! its edges local. It belongs to one graph and one column of weights, and knows them by a fingerprint.

#![expect(clippy::inline_always, reason = "lists of edges are read in loops compiled for wider vectors")]

mod build;
mod climb;
mod marks;
mod meetings;
mod shrink;
mod store;
mod sweep;

pub(crate) use climb::{Climb, Met, Nobody};
pub use climb::{HierarchyReach, HierarchySearch, WIDE_BLOCK};
pub(crate) use meetings::{Ascent, MeetingList, Meetings};
pub use store::HierarchyError;
pub use sweep::NearestSweep;

use xxhash_rust::xxh3::Xxh3;

use crate::graph::WalkGraph;
use crate::ids::NodeId;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// The nodes of a graph in the order of their importance, and the edges and shortcuts between them.
///
/// Nodes are called by their rank here: the least important is 0. 20 bytes for each node, and 20 for each edge that joins
/// two ranks, of which there are some 3.4 for each node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hierarchy {
    fingerprint: u64,
    longest: Ticks,
    /// The node of each rank, and the rank of each node.
    node_at: Vec<u32>,
    rank_of: Vec<u32>,
    /// Ranks `first_of_round[i]..first_of_round[i + 1]` are not joined with each other, and ascend with the node.
    first_of_round: Vec<u32>,
    first_up: Vec<u32>,
    up: Vec<UpEdge>,
    first_down: Vec<u32>,
    down: Vec<DownEdge>,
}

/// An edge to a node of higher rank, with the time to it and the time from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(crate) struct UpEdge {
    pub(crate) head: u32,
    pub(crate) out: u32,
    pub(crate) into: u32,
}

/// An edge to a node of lower rank.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct DownEdge {
    pub(crate) foot: u32,
    pub(crate) time: u32,
}

impl Hierarchy {
    /// The longest budget that it serves.
    pub fn longest(&self) -> Ticks {
        self.longest
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.node_at.len()
    }

    /// How many pairs of nodes are joined by an edge or a shortcut.
    pub fn edge_count(&self) -> usize {
        self.up.len()
    }

    /// How many rounds of nodes there are, from the least to the most important.
    pub fn round_count(&self) -> usize {
        self.first_of_round.len() - 1
    }

    /// How many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        let edges = self.up.len() * size_of::<UpEdge>() + self.down.len() * size_of::<DownEdge>();
        4 * 4 * self.node_count() + 4 * self.first_of_round.len() + edges
    }

    /// Whether it was built from this graph and these weights.
    pub fn fits(&self, graph: &WalkGraph, weights: &EdgeWeights) -> bool {
        self.node_count() == graph.node_count() && self.fingerprint == fingerprint_of(graph, weights)
    }

    pub(crate) fn rank_of(&self, node: NodeId) -> u32 {
        self.rank_of[node.index()]
    }

    pub(crate) fn node_at(&self, rank: u32) -> NodeId {
        NodeId::new(self.node_at[rank as usize])
    }

    /// The nodes from the least to the most important.
    pub(crate) fn nodes_by_rank(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.node_at.iter().map(|&node| NodeId::new(node))
    }

    #[inline(always)]
    pub(crate) fn up_from(&self, rank: u32) -> &[UpEdge] {
        &self.up[self.first_up[rank as usize] as usize..self.first_up[rank as usize + 1] as usize]
    }

    #[inline(always)]
    pub(crate) fn down_from(&self, rank: u32) -> &[DownEdge] {
        &self.down[self.first_down[rank as usize] as usize..self.first_down[rank as usize + 1] as usize]
    }
}

/// A number that tells graphs and columns of weights apart.
pub(super) fn fingerprint_of(graph: &WalkGraph, weights: &EdgeWeights) -> u64 {
    let (first_out, head) = graph.forward_star();
    let mut hash = Xxh3::new();
    hash.update(weights.fingerprint().as_bytes());
    for column in [first_out, head, weights.edges()] {
        hash.update(&(column.len() as u64).to_le_bytes());
        hash.update(bytemuck::cast_slice(column));
    }
    hash.digest()
}
