//! Areas that people walk across: squares, platforms, wide paths mapped by their outline.
//!
//! Comes in: a network with the outlines of areas in it. Goes out: the same with straight lines across each area, between
//! the points where other ways meet it. Not here: the geometry (`sight`).
//!
//! The outline stays walkable: it is what is left when an area has too many corners to be crossed, and the way to reach
//! what stands on its rim.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::network::{Directions, RawNetwork, RawWay, WayHead};
use super::report::ImportReport;
use super::sight::{Corner, lines_across};
use crate::ids::OsmWayId;
use crate::position::LocalPlane;

/// An area with its rings, each a closed list of nodes of the network; the first ring is the outer one.
#[derive(Clone, Debug)]
pub(super) struct RawArea {
    pub(super) way: WayHead,
    /// The ways that its rings are made of.
    pub(super) outline: Vec<OsmWayId>,
    pub(super) rings: Vec<Vec<u32>>,
}

/// Lays lines across areas.
pub(super) fn cross(network: &mut RawNetwork, areas: &[RawArea], report: &mut ImportReport) {
    let mut uses = vec![0u32; network.positions.len()];
    for &node in &network.refs {
        uses[node as usize] += 1;
    }
    let mut stretches: FxHashMap<OsmWayId, Vec<RawWay>> = FxHashMap::default();
    let outlines: FxHashSet<OsmWayId> = areas.iter().flat_map(|a| a.outline.iter().copied()).collect();
    for way in network.ways.iter().filter(|w| outlines.contains(&w.id)) {
        stretches.entry(way.id).or_default().push(*way);
    }
    for area in areas {
        report.areas += 1;
        let own: Vec<RawWay> = area.outline.iter().filter_map(|way| stretches.get(way)).flatten().copied().collect();
        match lines_of(network, area, &uses, own.iter()) {
            Some(lines) => {
                // Whatever way round its rim is walked, a square is crossed both ways.
                let mut across = WayHead { directions: Directions::BOTH, ..area.way };
                // What lies behind a gate has been found to; its lines lie there as well.
                if let Some(rim) = own.first() {
                    (across.passage, across.because) = (rim.passage, rim.because);
                }
                for (one, other) in lines {
                    network.push_way(&across, &[one, other]);
                }
            }
            None => report.areas_not_crossed += 1,
        }
    }
}

/// The pairs of nodes between which an area is crossed; nothing when it has too many corners.
fn lines_of<'w>(
    network: &RawNetwork,
    area: &RawArea,
    uses: &[u32],
    own: impl Iterator<Item = &'w RawWay>,
) -> Option<Vec<(u32, u32)>> {
    let Some(&first) = area.rings.first().and_then(|ring| ring.first()) else { return Some(Vec::new()) };
    let plane = LocalPlane::at(network.positions[first as usize].lon_lat());
    // Rings come closed; here each point stands once.
    let rings: Vec<&[u32]> = area.rings.iter().map(|ring| &ring[..ring.len() - 1]).collect();
    let points: Vec<Vec<[f64; 2]>> = rings
        .iter()
        .map(|ring| ring.iter().map(|&n| plane.project(network.positions[n as usize].lon_lat())).collect())
        .collect();
    let mut own_uses: FxHashMap<u32, u32> = FxHashMap::default();
    for &node in own.flat_map(|way| network.nodes_of(way)) {
        *own_uses.entry(node).or_default() += 1;
    }
    // Where some other way meets the outline, one comes in.
    let is_entrance = |node: u32| uses[node as usize] > own_uses.get(&node).copied().unwrap_or(0);
    let mut entrances: BTreeSet<Corner> = BTreeSet::new();
    for (number, ring) in rings.iter().enumerate() {
        let met = ring.iter().enumerate().filter(|&(_, &node)| is_entrance(node));
        entrances.extend(met.map(|(place, _)| (number, place)));
    }
    let node_at = |(ring, place): Corner| rings[ring][place];
    let lines = lines_across(&points, &entrances)?;
    Some(lines.into_iter().map(|(one, other)| (node_at(one), node_at(other))).collect())
}
