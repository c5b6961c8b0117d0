//! A made-up metropolis for the benches: a dense grid of crooked streets, some of them missing, with bends.
//!
//! Comes in: how many crossings it has along a side. Goes out: a network, always the same. The spacing is such that some
//! 3,500 junctions are within a quarter of an hour on foot, as in the densest old towns. Every eighth street is whole; of
//! the others three tenths are missing, so that about three streets meet at a junction.

use walkshed::osm::{Directions, Passage, RawNetwork};
use walkshed::{LocalPlane, LonLat, OsmNodeId, OsmWayId, Position};

/// Metres between crossings.
const SPACING: f64 = 22.0;
/// How far a crossing lies from its place on the grid, in metres either way.
const JITTER: f64 = 7.0;

/// A number that looks random but is always the same (SplitMix64, Steele et al. 2014), between 0 and 1.
pub(crate) fn random(seed: u64) -> f64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// A city of `side` times `side` crossings.
pub(crate) fn network(side: u32) -> RawNetwork {
    let plane = LocalPlane::at(LonLat { lon: 113.0, lat: 34.0 });
    let count = u64::from(side) * u64::from(side);
    let crossing = |x: u32, y: u32| {
        let id = u64::from(y) * u64::from(side) + u64::from(x);
        let off = |seed| (random(seed) - 0.5) * 2.0 * JITTER;
        [f64::from(x) * SPACING + off(id), f64::from(y) * SPACING + off(id + count)]
    };
    let mut nodes: Vec<(OsmNodeId, Position)> = Vec::new();
    for y in 0..side {
        for x in 0..side {
            nodes.push((OsmNodeId(nodes.len() as i64 + 1), Position::from(plane.unproject(crossing(x, y)))));
        }
    }
    let mut ways = Vec::new();
    for y in 0..side {
        for x in 0..side {
            for (to_x, to_y, kind) in [(x + 1, y, 2), (x, y + 1, 3)] {
                let seed = (u64::from(y) * u64::from(side) + u64::from(x)) + kind * count;
                let is_main = if to_x == x { x % 8 == 0 } else { y % 8 == 0 };
                if to_x >= side || to_y >= side || !is_main && random(seed) < 0.3 {
                    continue;
                }
                // A bend near the middle.
                let ([ax, ay], [bx, by]) = (crossing(x, y), crossing(to_x, to_y));
                let off = (random(seed + 4 * count) - 0.5) * JITTER;
                let bend = plane.unproject([f64::midpoint(ax, bx) + off, f64::midpoint(ay, by) - off]);
                nodes.push((OsmNodeId(nodes.len() as i64 + 1), Position::from(bend)));
                let on = vec![y * side + x, nodes.len() as u32 - 1, to_y * side + to_x];
                ways.push((OsmWayId(ways.len() as i64 + 1), Directions::BOTH, Passage::Through, on));
            }
        }
    }
    RawNetwork::from_parts(&nodes, &ways)
}
