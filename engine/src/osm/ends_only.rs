//! What lies behind private gates and private streets.
//!
//! Comes in: a network cut at its private gates. Goes out: the same, with streets that can only be come to through such a
//! gate or a private street marked [`Passage::EndsOnly`], and their gates joined again. Not here: how the graph keeps walks
//! from passing (it has two copies of such streets).
//!
//! Mappers often tag the gate of a compound (小区) and leave the paths inside plain. Read to the letter, nobody could
//! ever leave home; taken as open, half the city would walk through the yards. So the paths take on what the gate says, as
//! OpenTripPlanner does when it prunes islands: who lives there goes in and out, nobody passes.

use super::join::PrivateGate;
use super::network::{Passage, RawNetwork};
use super::reasons::Because;
use super::report::ImportReport;
use crate::position::LocalPlane;

/// Marks what lies behind private gates and streets, and opens those gates to it.
pub(super) fn settle(network: &mut RawNetwork, gates: &[PrivateGate], report: &mut ImportReport) {
    if gates.is_empty() && network.ways.iter().all(|way| way.passage == Passage::Through) {
        return;
    }
    let public = public_parts(network);
    let behind = parts_behind(network, gates, &public);
    for way in 0..network.ways.len() {
        let stretch = network.ways[way];
        let first = network.refs[RawNetwork::ref_range(&stretch).start];
        if stretch.passage == Passage::Through && behind[public[first as usize] as usize] {
            network.ways[way].passage = Passage::EndsOnly;
            network.ways[way].because = Because::BehindGate;
            report.stretches_behind_gates += 1;
        }
    }
    join_gates(network, gates, &public, &behind);
}

/// For each node a label of the part of the public network that it is in, its lowest node; alone where it is in none.
fn public_parts(network: &RawNetwork) -> Vec<u32> {
    let mut parts = Parts::new(network.positions.len());
    for way in network.ways.iter().filter(|w| w.passage == Passage::Through) {
        parts.join_all(network.nodes_of(way));
    }
    parts.into_labels()
}

/// Which parts can be come to from the largest only through private gates and streets. Parts that cannot be come to at
/// all are islands, and none of these.
fn parts_behind(network: &RawNetwork, gates: &[PrivateGate], public: &[u32]) -> Vec<bool> {
    // By length, not by nodes: a compound drawn in detail must not outweigh the streets around it.
    let mut size = vec![0.0; public.len()];
    for way in network.ways.iter().filter(|w| w.passage == Passage::Through) {
        let nodes = network.nodes_of(way);
        size[public[nodes[0] as usize] as usize] += rough_length(network, nodes);
    }
    let larger = |&one: &usize, &other: &usize| size[one].total_cmp(&size[other]).then(other.cmp(&one));
    let Some(main) = (0..size.len()).max_by(larger) else {
        return Vec::new();
    };
    // Gates and private streets join parts; what is joined with the largest lies behind them.
    let mut parts = Parts::new(public.len());
    for gate in gates {
        parts.join_all(&gate.copies.iter().map(|&copy| public[copy as usize]).collect::<Vec<_>>());
    }
    let mut on = Vec::new();
    for way in network.ways.iter().filter(|w| w.passage == Passage::EndsOnly) {
        on.clear();
        on.extend(network.nodes_of(way).iter().map(|&node| public[node as usize]));
        parts.join_all(&on);
    }
    let label = parts.into_labels();
    (0..public.len()).map(|part| part != main && label[part] == label[main]).collect()
}

/// The length of a stretch on a plane that touches the Earth at its first node, in metres: good to a thousandth, without
/// the sines of great circles. It only has to tell a city from its yards.
fn rough_length(network: &RawNetwork, nodes: &[u32]) -> f64 {
    let at = |node: u32| network.positions[node as usize];
    let plane = LocalPlane::at(at(nodes[0]).lon_lat());
    let mut last = [0.0, 0.0];
    nodes[1..].iter().fold(0.0, |sum, &node| {
        let here = plane.project(at(node).lon_lat());
        let [east, north] = [here[0] - last[0], here[1] - last[1]];
        last = here;
        sum + (east * east + north * north).sqrt()
    })
}

/// Sets of nodes that are joined one after the other. The lowest node of a set stands for it, so that labels do not
/// depend on the order of joining.
struct Parts {
    above: Vec<u32>,
}

impl Parts {
    fn new(count: usize) -> Self {
        Self { above: (0..count as u32).collect() }
    }

    /// The node that stands for the set of a node; paths are halved on the way.
    fn find(&mut self, mut node: u32) -> u32 {
        loop {
            let above = self.above[node as usize];
            if above == node {
                return node;
            }
            let next = self.above[above as usize];
            self.above[node as usize] = next;
            node = next;
        }
    }

    /// Joins the sets of all nodes of a list.
    fn join_all(&mut self, nodes: &[u32]) {
        let Some((&first, rest)) = nodes.split_first() else { return };
        let mut root = self.find(first);
        for &node in rest {
            let other = self.find(node);
            let (low, high) = (root.min(other), root.max(other));
            self.above[high as usize] = low;
            root = low;
        }
    }

    /// For each node the lowest node of its set.
    fn into_labels(mut self) -> Vec<u32> {
        // What stands above a node is lower, and has its label already.
        for node in 0..self.above.len() {
            self.above[node] = self.above[self.above[node] as usize];
        }
        self.above
    }
}

/// Joins the sides of each gate again, but for those that are both public: between them it stays closed.
fn join_gates(network: &mut RawNetwork, gates: &[PrivateGate], public: &[u32], behind: &[bool]) {
    // Copies were added after all nodes of the file: all below the lowest stays as it is.
    let Some(first) = gates.iter().flat_map(|gate| gate.copies.iter().copied()).min() else { return };
    let place = |node: u32| (node - first) as usize;
    let mut joined: Vec<u32> = (first..network.positions.len() as u32).collect();
    let mut is_private = vec![true; joined.len()];
    for way in network.ways.iter().filter(|w| w.passage == Passage::Through) {
        for &node in network.nodes_of(way).iter().filter(|&&node| node >= first) {
            is_private[place(node)] = false;
        }
    }
    for gate in gates {
        let private = |node: &&u32| is_private[place(**node)] || behind[public[**node as usize] as usize];
        // Everything private meets at the gate, and comes out on its first public side.
        let inside: Vec<u32> = gate.copies.iter().filter(private).copied().collect();
        let outside = gate.copies.iter().find(|node| !private(node)).copied();
        let Some(target) = outside.or(inside.first().copied()) else { continue };
        for node in inside {
            joined[place(node)] = target;
        }
    }
    for node in network.refs.iter_mut().filter(|node| **node >= first) {
        *node = joined[place(*node)];
    }
}
