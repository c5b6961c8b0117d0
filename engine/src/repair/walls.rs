//! Ways that lead through a wall, a fence or a hedge where no opening is mapped.
//!
//! Comes in: a network and what stands beside its streets. Goes out: [`WallCrossing`]s. Not here: whether the way or the
//! wall is right; a mapper who goes there sees a gate, a gap, or a dead end.
//!
//! A way crosses where it has a node in common with walls that run on to both sides, and streets leave that node on both
//! sides of them. One that ends at a wall, goes along it or round its end does not cross. Bridges, tunnels, covered ways
//! and steps lead past.

use rustc_hash::FxHashMap;

use crate::ids::{OsmNodeId, OsmWayId};
use crate::osm::{LineKind, Passage, RawNetwork, Surroundings};
use crate::position::{LocalPlane, Position};
use crate::units::Meters;

/// An opening mapped this near is the opening of the crossing.
const BESIDE: Meters = Meters(3.0);

/// A node where a way leads through a wall.
#[derive(Clone, PartialEq, Debug)]
pub struct WallCrossing {
    /// The OSM node that way and wall have in common.
    pub node: OsmNodeId,
    /// Where it is.
    pub at: Position,
    /// The wall; the one with the lowest id where several meet.
    pub wall: OsmWayId,
    /// A way on one side and a way on another; often the same.
    pub ways: [OsmWayId; 2],
    /// In which directions the walls run from the node, as angles, sorted.
    arms: Vec<f64>,
    /// Between which arms the first way leaves.
    sector: usize,
}

impl WallCrossing {
    /// On which side of the wall a neighbouring point lies: 0 on that of the first way, 1 on the others.
    pub(super) fn side_of(&self, point: Position) -> usize {
        usize::from(sector(&self.arms, angle(self.at, point)) != self.sector)
    }
}

/// What is met at a node of a wall: a neighbour, and the way that leads there.
type Arm = (OsmNodeId, Position, OsmWayId);

/// Finds ways that cross walls, in the order of the nodes. Only ways that everybody walks are looked at: a private way
/// through the wall of its compound is closed to others anyway.
pub fn wall_crossings(network: &RawNetwork, surroundings: &Surroundings) -> Vec<WallCrossing> {
    let mut walls: FxHashMap<OsmNodeId, Vec<Arm>> = FxHashMap::default();
    for line in surroundings.lines.iter().filter(|l| l.kind == LineKind::Wall) {
        for pair in line.nodes.windows(2) {
            walls.entry(pair[0].0).or_default().push((pair[1].0, pair[1].1, line.way));
            walls.entry(pair[1].0).or_default().push((pair[0].0, pair[0].1, line.way));
        }
    }
    walls.retain(|node, arms| arms.len() >= 2 && !is_opening(surroundings, *node));
    let mut streets: FxHashMap<u32, Vec<Arm>> = FxHashMap::default();
    let arm = |node: u32, way| (network.osm_nodes()[node as usize], network.positions()[node as usize], way);
    for way in network.ways().iter().filter(|w| w.passage == Passage::Through) {
        if surroundings.height(way.id).leads_past {
            continue;
        }
        for pair in network.nodes_of(way).windows(2) {
            for (here, there) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                if walls.contains_key(&network.osm_nodes()[here as usize]) {
                    streets.entry(here).or_default().push(arm(there, way.id));
                }
            }
        }
    }
    let crossing = |(node, leaving): (u32, Vec<Arm>)| {
        let osm = network.osm_nodes()[node as usize];
        crossing_at(osm, network.positions()[node as usize], &walls[&osm], leaving, surroundings)
    };
    let mut found: Vec<WallCrossing> = streets.into_iter().filter_map(crossing).collect();
    found.sort_by_key(|crossing| crossing.node);
    found
}

fn is_opening(surroundings: &Surroundings, node: OsmNodeId) -> bool {
    surroundings.mark(node).is_some_and(|mark| mark.barrier.is_some() || mark.is_entrance)
}

fn crossing_at(
    node: OsmNodeId,
    at: Position,
    walls: &[Arm],
    mut leaving: Vec<Arm>,
    surroundings: &Surroundings,
) -> Option<WallCrossing> {
    let is_open_beside = |arm: &Arm| arm.1.distance_to(at).0 <= BESIDE.0 && is_opening(surroundings, arm.0);
    if walls.iter().chain(&leaving).any(is_open_beside) {
        return None;
    }
    // Along a wall is not across it.
    leaving.retain(|arm| walls.iter().all(|wall| wall.0 != arm.0));
    leaving.sort_by_key(|arm| (arm.2, arm.0));
    let mut arms: Vec<f64> = walls.iter().map(|wall| angle(at, wall.1)).collect();
    arms.sort_by(f64::total_cmp);
    arms.dedup();
    if arms.len() < 2 {
        return None;
    }
    let first = leaving.first()?;
    let first_sector = sector(&arms, angle(at, first.1));
    let other = leaving.iter().find(|arm| sector(&arms, angle(at, arm.1)) != first_sector)?;
    let wall = walls.iter().map(|wall| wall.2).min()?;
    Some(WallCrossing { node, at, wall, ways: [first.2, other.2], arms, sector: first_sector })
}

fn angle(from: Position, to: Position) -> f64 {
    let [east, north] = LocalPlane::at(from.lon_lat()).project(to.lon_lat());
    north.atan2(east)
}

/// Between which two of some sorted directions an angle lies.
fn sector(arms: &[f64], angle: f64) -> usize {
    arms.partition_point(|&arm| arm < angle) % arms.len()
}
