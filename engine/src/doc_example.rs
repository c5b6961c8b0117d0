//! A small network for the examples in the documentation: a cross of four streets, 100 m each, and a lane along one arm.
//!
//! Not part of the API.

use crate::graph::WalkGraph;
use crate::ids::{OsmNodeId, OsmWayId};
use crate::osm::{Directions, Passage, RawNetwork};
use crate::position::{LocalPlane, LonLat, Position};

/// The cross: node 1 in the middle at 113 E, 34 N; 2 to 5 at its east, north, west and south; way 9 goes round from 2 to 3.
///
/// # Panics
/// Never.
pub fn crossroads() -> WalkGraph {
    let plane = LocalPlane::at(LonLat { lon: 113.0, lat: 34.0 });
    let corners = [[0.0, 0.0], [100.0, 0.0], [0.0, 100.0], [-100.0, 0.0], [0.0, -100.0]];
    let nodes: Vec<(OsmNodeId, Position)> =
        corners.iter().zip(1..).map(|(&at, id)| (OsmNodeId(id), Position::from(plane.unproject(at)))).collect();
    let way = |id, on: [u32; 2]| (OsmWayId(id), Directions::BOTH, Passage::Through, on.to_vec());
    let ways = [way(5, [0, 1]), way(6, [0, 2]), way(7, [0, 3]), way(8, [0, 4]), way(9, [1, 2])];
    WalkGraph::from_network(&RawNetwork::from_parts(&nodes, &ways)).expect("five ways fit")
}
