//! The streets at each node: [`Sides`].
//!
//! Comes in: a graph, and which way walks go. Goes out: for each node the streets that can be walked into from it, or out of
//! which one comes to it, also those that no walk goes all the way along. Not here: times.

use crate::graph::{LinkKind, WalkGraph};
use crate::ids::{LinkId, NodeId};

/// Which way the walks of an isochrone go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Heading {
    /// From the origin: what can be reached from it.
    #[default]
    Away,
    /// To the origin: from where it can be reached.
    Home,
}

/// The streets at each node, each with the end that is there. 4 bytes a node, 8 a street.
#[derive(Debug)]
pub(super) struct Sides {
    first: Vec<u32>,
    /// Twice the street, and one more at its head.
    sides: Vec<u32>,
}

impl Sides {
    pub(super) fn new(graph: &WalkGraph, heading: Heading) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(2 * graph.link_count());
        for street in graph.streets() {
            // A walk ends on the copy for arriving; it begins on the one for leaving, or inside on the one for arriving.
            let arriving = graph.arriving_twin(street.id).map_or(street, |twin| graph.link(twin));
            let side = street.id.get() << 1;
            let mut add = |tail: NodeId, head: NodeId| {
                pairs.extend([(tail.get(), side), (head.get(), side | 1)]);
            };
            add(arriving.tail, arriving.head);
            if heading == Heading::Home && arriving.kind == LinkKind::Arriving {
                add(street.tail, street.head);
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut first = vec![0; graph.node_count() + 1];
        for &(node, _) in &pairs {
            first[node as usize + 1] += 1;
        }
        for node in 0..graph.node_count() {
            first[node + 1] += first[node];
        }
        Self { first, sides: pairs.into_iter().map(|pair| pair.1).collect() }
    }

    /// The streets at a node, and whether it is their head.
    pub(super) fn at(&self, node: NodeId) -> impl Iterator<Item = (LinkId, bool)> + '_ {
        let range = self.first[node.index()] as usize..self.first[node.index() + 1] as usize;
        self.sides[range].iter().map(|&side| (LinkId::new(side >> 1), side & 1 != 0))
    }
}
