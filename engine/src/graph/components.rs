//! Which streets hang together.
//!
//! Comes in: links between nodes. Goes out: a [`Component`] for each connected part, the largest first. One-way links
//! connect as well (weak connection). Not here: what to do about islands (`snap`).

use petgraph::unionfind::UnionFind;

use super::WalkGraph;
use crate::ids::NodeId;
use crate::units::Meters;

/// A connected part of the network.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Component {
    /// How many OSM nodes its streets stand on.
    pub points: u32,
    /// How many links it has.
    pub links: u32,
    /// The length of its streets.
    pub length: Meters,
}

impl WalkGraph {
    /// The connected parts, the one with most points first.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The connected part that a node is in: a position in [`WalkGraph::components`].
    pub fn component_of(&self, node: NodeId) -> usize {
        self.node_component[node.index()] as usize
    }

    /// Finds the connected parts and numbers them by size.
    pub(super) fn label_components(&mut self) {
        let mut sets = UnionFind::<u32>::new(self.node_count());
        for (tail, head) in self.link_tail.iter().zip(&self.link_head) {
            sets.union(*tail, *head);
        }
        let label = sets.into_labeling();
        let mut found = vec![Component::default(); self.node_count()];
        for &set in &label {
            found[set as usize].points += 1;
        }
        for link in self.links() {
            let view = self.link(link);
            let component = &mut found[label[view.tail.index()] as usize];
            component.points += view.points.len() as u32 - 2;
            component.links += 1;
            component.length = component.length + view.length();
        }
        let mut order: Vec<u32> = (0..label.len() as u32).filter(|&s| found[s as usize].points > 0).collect();
        order.sort_by_key(|&set| std::cmp::Reverse(found[set as usize].points));
        let mut number = vec![0; label.len()];
        for (position, &set) in order.iter().enumerate() {
            number[set as usize] = position as u32;
        }
        self.node_component = label.iter().map(|&set| number[set as usize]).collect();
        self.components = order.iter().map(|&set| found[set as usize]).collect();
    }
}
