//! Ways put on nodes, cut where nobody or not everybody gets on.
//!
//! Comes in: the walkable ways of each block, and what the file says of their nodes. Goes out: a [`RawNetwork`], the
//! private gates it was cut at, and the areas in it. Not here: reading, and what becomes of gates (`ends_only`) and areas
//! (`plazas`).

use std::collections::BTreeMap;

use super::areas::join_rings;
use super::gates::{Gate, NodeAnswers};
use super::ground::Spot;
use super::import::{FoundNode, MemberWays, WayBatch};
use super::network::{Passage, RawNetwork, WayHead};
use super::plazas::RawArea;
use super::report::ImportReport;
use super::rules::{Answer, WalkRules};
use super::sorted_ids::SortedIds;
use crate::ids::{OsmNodeId, OsmWayId};
use crate::position::Position;

/// A node with a gate that opens only for who starts or ends behind it, with its copies, one for each way end.
#[derive(Clone, Debug)]
pub(super) struct PrivateGate {
    pub(super) copies: Vec<u32>,
}

/// The wanted nodes with what the file says of them.
pub(super) struct WantedNodes {
    pub(super) ids: SortedIds,
    pub(super) at: Vec<Option<Position>>,
    pub(super) lets_pass: Vec<NodeAnswers>,
    pub(super) spots: Vec<Spot>,
}

impl WantedNodes {
    pub(super) fn fill(ids: SortedIds, found: Vec<(usize, Vec<FoundNode>)>, report: &mut ImportReport) -> Self {
        let spots = vec![Spot::default(); ids.len()];
        let mut nodes = Self { at: vec![None; ids.len()], lets_pass: vec![NodeAnswers::YES; ids.len()], spots, ids };
        for node in found.into_iter().flat_map(|(_, batch)| batch) {
            let place = node.place as usize;
            match (node.at, nodes.at[place]) {
                (None, _) => report.misplaced_nodes += 1,
                (Some(_), Some(_)) => report.duplicate_nodes += 1,
                (at, None) => {
                    nodes.at[place] = at;
                    nodes.lets_pass[place] = node.lets_pass;
                    nodes.spots[place] = node.spot;
                }
            }
        }
        nodes
    }
}

/// Puts ways on nodes, cutting them where a node is missing and where one does not let everybody pass.
pub(super) fn join_ways(
    batches: &[(usize, WayBatch)],
    members: &MemberWays,
    nodes: &WantedNodes,
    rules: &WalkRules,
    report: &mut ImportReport,
) -> (RawNetwork, Vec<PrivateGate>, Vec<RawArea>) {
    let mut network = RawNetwork { class_names: rules.class_names().to_vec(), ..RawNetwork::default() };
    // Nodes that are there, numbered in the order of their ids.
    let number: Vec<u32> = nodes
        .at
        .iter()
        .map(|at| {
            at.map_or(u32::MAX, |at| {
                network.positions.push(at);
                network.positions.len() as u32 - 1
            })
        })
        .collect();
    let there = nodes.ids.iter().zip(&nodes.at).filter(|(_, at)| at.is_some());
    network.osm_nodes = there.map(|(&id, _)| OsmNodeId(id)).collect();
    let on_nodes = nodes.spots.iter().zip(&nodes.at).filter(|(_, at)| at.is_some());
    network.spots = on_nodes.map(|(&spot, _)| spot).collect();
    report.nodes_used = network.positions.len() as u64;
    let told = nodes.ids.iter().zip(&nodes.at).zip(&nodes.lets_pass).filter(|(_, a)| **a != NodeAnswers::YES);
    let gate = |((&id, &at), &answers): ((&i64, &Option<Position>), &NodeAnswers)| {
        Some(Gate { node: OsmNodeId(id), at: at?, answers })
    };
    network.gates = told.filter_map(gate).collect();
    let policy = rules.gate_policy();
    let closed = |answer: Answer| {
        let all = nodes.at.iter().zip(&nodes.lets_pass);
        all.filter(|(at, lets_pass)| at.is_some() && lets_pass.under(policy) == answer).count() as u64
    };
    report.barriers = closed(Answer::No);
    report.private_gates = closed(Answer::EndsOnly);
    // What a way does at nearly every node in one look: its number, where it is there and lets everybody pass.
    let all = number.iter().zip(&nodes.lets_pass);
    let plain: Vec<u32> =
        all.map(|(&n, &lets_pass)| if lets_pass.under(policy) == Answer::Yes { n } else { u32::MAX }).collect();
    let mut place = 0;
    network.refs.reserve(batches.iter().map(|(_, b)| b.refs.len()).sum());
    network.ways.reserve(batches.iter().map(|(_, b)| b.ways.len()).sum());
    let mut gates: BTreeMap<usize, PrivateGate> = BTreeMap::new();
    let mut areas = Vec::new();
    let mut stretch = Vec::new();
    for (_, batch) in batches {
        let mut first = 0;
        for (way, end) in &batch.ways {
            let stretches_before = network.ways.len();
            let mut missing = 0;
            for node in &batch.refs[first as usize..*end as usize] {
                place = nodes.ids.place_near(*node, place).expect("every reference was wanted");
                if plain[place] != u32::MAX {
                    if stretch.last() != Some(&plain[place]) {
                        stretch.push(plain[place]);
                    }
                } else if number[place] == u32::MAX {
                    missing += 1;
                    finish(&mut network, way, &mut stretch);
                } else if stretch.last().is_none_or(|&last| network.osm_nodes[last as usize].0 != nodes.ids[place]) {
                    // Each side of a barrier ends on its own copy of the node.
                    let copies = [network.copy_of(number[place]), network.copy_of(number[place])];
                    stretch.push(copies[0]);
                    finish(&mut network, way, &mut stretch);
                    stretch.push(copies[1]);
                    if nodes.lets_pass[place].under(policy) == Answer::EndsOnly {
                        gates.entry(place).or_insert_with(|| PrivateGate { copies: Vec::new() }).copies.extend(copies);
                    }
                }
            }
            finish(&mut network, way, &mut stretch);
            network.add_up_stretches(stretches_before);
            // A ring that a missing node or a barrier has cut is no ring any more.
            if way.is_area && network.ways.len() == stretches_before + 1 {
                let ring = network.nodes_of(&network.ways[stretches_before]).to_vec();
                if ring.len() >= 4 && ring.first() == ring.last() {
                    let rim = stretches_before..network.ways.len();
                    areas.push(RawArea { way: *way, outline: vec![way.id], rings: vec![ring], rim });
                }
            }
            first = *end;
            report.missing_refs += missing;
            report.ways_cut += u64::from(missing > 0);
            if network.ways.len() == stretches_before {
                report.ways_without_length += 1;
            } else {
                report.ways_used += 1;
                report.ways_ends_only += u64::from(way.passage == Passage::EndsOnly);
            }
        }
    }
    for (head, ways) in batches.iter().flat_map(|(_, b)| &b.areas) {
        let place = |node: &i64| nodes.ids.place_of(*node).map(|p| number[p]).filter(|&n| n != u32::MAX);
        match area_of(*head, ways, members, place) {
            Some(mut area) => {
                let first = network.ways.len();
                for ring in &area.rings {
                    network.push_way(&area.way, ring);
                }
                area.rim = first..network.ways.len();
                areas.push(area);
            }
            None => report.areas_incomplete += 1,
        }
    }
    (network, gates.into_values().collect(), areas)
}

/// The rings of an area that is a relation, its outer ones first; nothing when one is not whole in the file.
fn area_of(
    head: WayHead,
    ways: &[(i64, bool)],
    members: &MemberWays,
    place: impl Fn(&i64) -> Option<u32>,
) -> Option<RawArea> {
    let rings = |inner: bool| {
        let of_role = ways.iter().filter(|w| w.1 == inner);
        let stretches = of_role.map(|(way, _)| members.get(way).cloned()).collect::<Option<Vec<_>>>()?;
        let rings = join_rings(&stretches)?;
        rings.iter().map(|ring| ring.iter().map(&place).collect::<Option<Vec<u32>>>()).collect::<Option<Vec<_>>>()
    };
    let mut all = rings(false)?;
    let outline: Vec<OsmWayId> = ways.iter().map(|w| OsmWayId(w.0)).collect();
    let way = WayHead { id: *outline.first()?, ..head };
    all.extend(rings(true)?);
    (!all.is_empty()).then_some(RawArea { way, outline, rings: all, rim: 0..0 })
}

/// Ends a stretch; a single node is no street.
fn finish(network: &mut RawNetwork, way: &WayHead, stretch: &mut Vec<u32>) {
    if stretch.len() >= 2 {
        network.push_way(way, stretch);
    }
    stretch.clear();
}
