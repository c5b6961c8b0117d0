//! What lies behind private gates and private streets.
//!
//! Comes in: a network cut at its private gates. Goes out: the same, with streets that can only be come to through such a
//! gate or a private street marked [`Passage::EndsOnly`], and their gates joined again. Not here: how the graph keeps walks
//! from passing (it has two copies of such streets).
//!
//! Mappers often tag the gate of a compound (小区) and leave the paths inside plain. Read to the letter, nobody could
//! ever leave home; taken as open, half the city would walk through the yards. So the paths take on what the gate says, as
//! OpenTripPlanner does when it prunes islands: who lives there goes in and out, nobody passes.

use petgraph::unionfind::UnionFind;

use super::join::PrivateGate;
use super::network::{Passage, RawNetwork};
use super::reasons::Because;
use super::report::ImportReport;

/// Marks what lies behind private gates and streets, and opens those gates to it.
pub(super) fn settle(network: &mut RawNetwork, gates: &[PrivateGate], report: &mut ImportReport) {
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

/// For each node a label of the part of the public network that it is in; alone where it is in none.
fn public_parts(network: &RawNetwork) -> Vec<u32> {
    let mut sets = UnionFind::<u32>::new(network.positions.len());
    for way in network.ways.iter().filter(|w| w.passage == Passage::Through) {
        for pair in network.nodes_of(way).windows(2) {
            sets.union(pair[0], pair[1]);
        }
    }
    sets.into_labeling()
}

/// Which parts can be come to from the largest only through private gates and streets. Parts that cannot be come to at
/// all are islands, and none of these.
fn parts_behind(network: &RawNetwork, gates: &[PrivateGate], public: &[u32]) -> Vec<bool> {
    // By length, not by nodes: a compound drawn in detail must not outweigh the streets around it.
    let mut size = vec![0.0; public.len()];
    for way in network.ways.iter().filter(|w| w.passage == Passage::Through) {
        let nodes = network.nodes_of(way);
        let length =
            |pair: &[u32]| network.positions[pair[0] as usize].distance_to(network.positions[pair[1] as usize]).0;
        size[public[nodes[0] as usize] as usize] += nodes.windows(2).map(length).sum::<f64>();
    }
    let larger = |&one: &usize, &other: &usize| size[one].total_cmp(&size[other]).then(other.cmp(&one));
    let Some(main) = (0..size.len()).max_by(larger) else {
        return Vec::new();
    };
    // Gates and private streets join parts; what is joined with the largest lies behind them.
    let mut sets = UnionFind::<u32>::new(public.len());
    let mut join = |one: u32, other: u32| sets.union(public[one as usize], public[other as usize]);
    for gate in gates {
        for pair in gate.copies.windows(2) {
            join(pair[0], pair[1]);
        }
    }
    for way in network.ways.iter().filter(|w| w.passage == Passage::EndsOnly) {
        for pair in network.nodes_of(way).windows(2) {
            join(pair[0], pair[1]);
        }
    }
    let reached = sets.find(main as u32);
    (0..public.len()).map(|part| part != main && sets.find(part as u32) == reached).collect()
}

/// Joins the sides of each gate again, but for those that are both public: between them it stays closed.
fn join_gates(network: &mut RawNetwork, gates: &[PrivateGate], public: &[u32], behind: &[bool]) {
    let mut joined: Vec<u32> = (0..network.positions.len() as u32).collect();
    let mut is_private = vec![true; network.positions.len()];
    for way in network.ways.iter().filter(|w| w.passage == Passage::Through) {
        for &node in network.nodes_of(way) {
            is_private[node as usize] = false;
        }
    }
    for gate in gates {
        let private = |node: &&u32| is_private[**node as usize] || behind[public[**node as usize] as usize];
        // Everything private meets at the gate, and comes out on its first public side.
        let inside: Vec<u32> = gate.copies.iter().filter(private).copied().collect();
        let outside = gate.copies.iter().find(|node| !private(node)).copied();
        let Some(target) = outside.or(inside.first().copied()) else { continue };
        for node in inside {
            joined[node as usize] = target;
        }
    }
    for node in &mut network.refs {
        *node = joined[*node as usize];
    }
}
