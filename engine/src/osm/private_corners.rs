//! Private streets that go on across a public one.
//!
//! Comes in: a network whose streets are all told apart, public and private. Goes out: the same, with private streets
//! joined apart from the public where several of them meet on a public street. Not here: how the graph keeps walks from
//! passing (it has two copies of such streets).
//!
//! Who lives in a yard on both sides of a lane crosses the lane and is still at home. Where two private streets, or the
//! two halves of one, meet at a node that is on a public street too, they meet at a copy of it, and a step of no length
//! leads from there to the public street. So a walk is some private streets, then public ones, then private ones again;
//! nobody else comes through, as the step, like them, is for leaving or for arriving.

use super::ground::Spot;
use super::network::{Passage, RawNetwork};

/// Joins private streets where they meet on public ones.
pub(super) fn join(network: &mut RawNetwork) {
    let mut is_public = vec![false; network.positions.len()];
    let mut private_sides = vec![0u8; network.positions.len()];
    for way in &network.ways {
        let nodes = network.nodes_of(way);
        for (place, &node) in nodes.iter().enumerate() {
            if way.passage == Passage::Through {
                is_public[node as usize] = true;
            } else {
                let sides = 1 + u8::from(place > 0 && place + 1 < nodes.len());
                private_sides[node as usize] = private_sides[node as usize].saturating_add(sides);
            }
        }
    }
    let mut copy = vec![u32::MAX; is_public.len()];
    for way in 0..network.ways.len() {
        let stretch = network.ways[way];
        if stretch.passage == Passage::Through {
            continue;
        }
        for place in RawNetwork::ref_range(&stretch) {
            let node = network.refs[place];
            if node as usize >= copy.len() || !is_public[node as usize] || private_sides[node as usize] < 2 {
                continue;
            }
            if copy[node as usize] == u32::MAX {
                let beside = network.copy_of(node);
                // What stands on the node is waited for on the public street.
                network.spots[beside as usize] = Spot::default();
                copy[node as usize] = beside;
                network.push_part(&stretch.both_ways(), &[beside, node]);
            }
            network.refs[place] = copy[node as usize];
        }
    }
}
