//! Areas that people walk across: squares, platforms, wide paths mapped by their outline.
//!
//! Comes in: a network with the outlines of areas in it. Goes out: the same with straight lines across each area, between
//! the points where other ways meet it, and the areas so crossed. Not here: the geometry (`sight`).
//!
//! The outline stays walkable: it is what is left when an area has too many corners to be crossed, and the way to reach
//! what stands on its rim.

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::network::{Directions, RawNetwork, RawSquare, RawWay, WayHead};
use super::report::ImportReport;
use crate::ids::OsmWayId;
use crate::position::LocalPlane;
use crate::sight::{Corner, lines_across};

/// An area with its rings, each a closed list of nodes of the network.
#[derive(Clone, Debug)]
pub(super) struct RawArea {
    pub(super) way: WayHead,
    /// The ways that its rings are made of.
    pub(super) outline: Vec<OsmWayId>,
    pub(super) rings: Vec<Vec<u32>>,
    /// Its rim among the stretches of the network.
    pub(super) rim: Range<usize>,
}

/// Lays lines across areas.
pub(super) fn cross(network: &mut RawNetwork, areas: &[RawArea], report: &mut ImportReport) {
    let mut uses = vec![0u32; network.positions.len()];
    for &node in &network.refs {
        uses[node as usize] += 1;
    }
    let streets = outlines_walked_on(network, areas);
    for area in areas {
        report.areas += 1;
        // What is left of the uses of its nodes once its own are taken away: where other streets come in, and the rims of
        // other areas. So people go on straight from one square to the next over the nodes that both share.
        // A relation may name a way twice.
        let outline: BTreeSet<OsmWayId> = area.outline.iter().copied().collect();
        let along = outline.iter().filter_map(|way| streets.get(way)).flatten();
        let own: Vec<RawWay> = network.ways[area.rim.clone()].iter().chain(along).copied().collect();
        for &node in own.iter().flat_map(|way| network.nodes_of(way)) {
            uses[node as usize] -= 1;
        }
        let is_entrance = |node: u32| uses[node as usize] > 0;
        let lines = lines_of(network, area, is_entrance);
        let rings = rings_of(area, is_entrance);
        for &node in own.iter().flat_map(|way| network.nodes_of(way)) {
            uses[node as usize] += 1;
        }
        let Some(lines) = lines else {
            report.areas_not_crossed += 1;
            continue;
        };
        // Whatever way round its rim is walked, a square is crossed both ways.
        let mut across = WayHead { directions: Directions::BOTH, ..area.way };
        // What lies behind a gate has been found to; its lines lie there as well.
        if let Some(rim) = own.first() {
            (across.passage, across.because) = (rim.passage, rim.because);
        }
        for (one, other) in lines {
            network.push_way(&across, &[one, other]);
        }
        if rings.iter().flatten().any(|&(_, is_entrance)| is_entrance) {
            let ground = network.grounds.number_of(across.ground);
            let WayHead { id: way, class, passage, .. } = across;
            network.squares.push(RawSquare { way, class, passage, ground, rings });
        }
    }
}

/// The rings of an area, open, each node with whether streets come in there.
fn rings_of(area: &RawArea, is_entrance: impl Fn(u32) -> bool) -> Vec<Vec<(u32, bool)>> {
    // Rings come closed.
    let open = |ring: &Vec<u32>| ring[..ring.len() - 1].iter().map(|&node| (node, is_entrance(node))).collect();
    area.rings.iter().map(open).collect()
}

/// The stretches of outlines that are streets themselves, by way.
fn outlines_walked_on(network: &RawNetwork, areas: &[RawArea]) -> FxHashMap<OsmWayId, Vec<RawWay>> {
    let outlines: FxHashSet<OsmWayId> = areas.iter().flat_map(|a| a.outline.iter().copied()).collect();
    let rims: FxHashSet<usize> = areas.iter().flat_map(|a| a.rim.clone()).collect();
    let mut streets: FxHashMap<OsmWayId, Vec<RawWay>> = FxHashMap::default();
    let on_outlines = network.ways.iter().enumerate().filter(|(_, way)| outlines.contains(&way.id));
    for (_, way) in on_outlines.filter(|(number, _)| !rims.contains(number)) {
        streets.entry(way.id).or_default().push(*way);
    }
    streets
}

/// The pairs of nodes between which an area is crossed; nothing when it has too many corners.
fn lines_of(network: &RawNetwork, area: &RawArea, is_entrance: impl Fn(u32) -> bool) -> Option<Vec<(u32, u32)>> {
    // Rings come closed; here each point stands once.
    let rings: Vec<&[u32]> = area.rings.iter().map(|ring| &ring[..ring.len() - 1]).collect();
    let mut entrances: BTreeSet<Corner> = BTreeSet::new();
    for (number, ring) in rings.iter().enumerate() {
        let met = ring.iter().enumerate().filter(|&(_, &node)| is_entrance(node));
        entrances.extend(met.map(|(place, _)| (number, place)));
    }
    if entrances.len() < 2 {
        return Some(Vec::new());
    }
    let plane = LocalPlane::at(network.positions[rings[0][0] as usize].lon_lat());
    let place_of = |&node: &u32| plane.project(network.positions[node as usize].lon_lat());
    let points: Vec<Vec<[f64; 2]>> = rings.iter().map(|ring| ring.iter().map(place_of).collect()).collect();
    let node_at = |(ring, place): Corner| rings[ring][place];
    let lines = lines_across(&points, &entrances)?;
    // Where a hole and the rim share a node, there is nothing to walk between its two corners.
    let pairs = lines.into_iter().map(|(one, other)| (node_at(one), node_at(other)));
    Some(pairs.filter(|(one, other)| one != other).collect())
}
