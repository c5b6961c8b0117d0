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
    /// How many streets it has, from junction to junction.
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
        let mut counted = vec![false; self.node_count()];
        for street in self.streets() {
            let component = &mut found[label[street.tail.index()] as usize];
            let ends = [street.tail, street.head].map(|node| !std::mem::replace(&mut counted[node.index()], true));
            let inner = street.points.len() as u32 - 2 - self.link_added.get(street.id.index()).copied().unwrap_or(0);
            component.points += inner + ends.map(u32::from).iter().sum::<u32>();
            component.links += 1;
            component.length = component.length + street.length();
        }
        // The copy for arriving of an island that is all private is no part of its own.
        for &[leaving, arriving] in &self.twins {
            let [one, other] = [leaving, arriving].map(|l| label[self.link_tail[l as usize] as usize] as usize);
            if one != other {
                found[other] = Component::default();
            }
        }
        let mut order: Vec<u32> = (0..label.len() as u32).filter(|&s| found[s as usize].links > 0).collect();
        order.sort_by_key(|&set| std::cmp::Reverse(found[set as usize].points));
        let mut number = vec![u32::MAX; label.len()];
        for (position, &set) in order.iter().enumerate() {
            number[set as usize] = position as u32;
        }
        for &[leaving, arriving] in &self.twins {
            let [one, other] = [leaving, arriving].map(|l| label[self.link_tail[l as usize] as usize] as usize);
            number[other] = number[one];
        }
        self.node_component = label.iter().map(|&set| number[set as usize]).collect();
        self.components = order.iter().map(|&set| found[set as usize]).collect();
    }
}
