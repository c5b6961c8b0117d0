//! Areas that people walk across: squares, platforms, wide paths mapped by their outline.
//!
//! Comes in: a network with the outlines of areas in it. Goes out: the same with straight lines across each area, between
//! the points where other ways meet it. Not here: the geometry (`sight`).
//!
//! The outline stays walkable: it is what is left when an area has too many corners to be crossed, and the way to reach
//! what stands on its rim.

use std::collections::BTreeSet;

use super::network::{RawNetwork, WayHead};
use super::report::ImportReport;
use super::sight::{Corner, lines_across};
use crate::position::LocalPlane;

/// An area with its rings, each a closed list of nodes of the network; the first ring is the outer one.
#[derive(Clone, Debug)]
pub(super) struct RawArea {
    pub(super) way: WayHead,
    pub(super) rings: Vec<Vec<u32>>,
}

/// Lays lines across areas.
pub(super) fn cross(network: &mut RawNetwork, areas: &[RawArea], report: &mut ImportReport) {
    let mut uses = vec![0u32; network.positions.len()];
    for &node in &network.refs {
        uses[node as usize] += 1;
    }
    for area in areas {
        report.areas += 1;
        match lines_of(network, area, &uses) {
            Some(lines) => {
                for (one, other) in lines {
                    network.push_way(&area.way, &[one, other]);
                }
            }
            None => report.areas_not_crossed += 1,
        }
    }
}

/// The pairs of nodes between which an area is crossed; nothing when it has too many corners.
fn lines_of(network: &RawNetwork, area: &RawArea, uses: &[u32]) -> Option<Vec<(u32, u32)>> {
    let Some(&first) = area.rings.first().and_then(|ring| ring.first()) else { return Some(Vec::new()) };
    let plane = LocalPlane::at(network.positions[first as usize].lon_lat());
    // Rings come closed; here each point stands once.
    let rings: Vec<&[u32]> = area.rings.iter().map(|ring| &ring[..ring.len() - 1]).collect();
    let points: Vec<Vec<[f64; 2]>> = rings
        .iter()
        .map(|ring| ring.iter().map(|&n| plane.project(network.positions[n as usize].lon_lat())).collect())
        .collect();
    let mut entrances: BTreeSet<Corner> = BTreeSet::new();
    for (number, ring) in area.rings.iter().enumerate() {
        for (place, &node) in ring[..ring.len() - 1].iter().enumerate() {
            // The ring itself uses a node once, and the one where it closes twice.
            let own = if place == 0 { 2 } else { 1 };
            if uses[node as usize] > own {
                entrances.insert((number, place));
            }
        }
    }
    let node_at = |(ring, place): Corner| rings[ring][place];
    let lines = lines_across(&points, &entrances)?;
    Some(lines.into_iter().map(|(one, other)| (node_at(one), node_at(other))).collect())
}
