//! Closed outlines with gates: walls, fences, and the loop roads inside them.
//!
//! Comes in: a rectangle and places on its sides. Goes out: a ring of nodes, and the node at each place. Not here: what
//! the ring is.

use walkshed::OsmNodeId;

use crate::sample::block::{Gate, GateKind};
use crate::sample::plane::{Axis, Point, Rect, Side};
use crate::sample::sketch::{Sketch, Tags};

/// A ring of nodes around a rectangle.
#[derive(Debug)]
pub(super) struct Ring {
    /// All nodes, the first one repeated at the end.
    pub(super) closed: Vec<OsmNodeId>,
    /// The node at each place that was asked for, in that order.
    pub(super) places: Vec<OsmNodeId>,
}

/// Adds the corners of `rect` and a node for each of `places`, and puts them into one counter-clockwise ring.
pub(super) fn ring(sketch: &mut Sketch, rect: Rect, places: &[(Side, f64, Tags)]) -> Ring {
    rounded_ring(sketch, rect, 0.0, places)
}

/// A ring whose corners are cut off at `radius` metres, as drivers do.
pub(super) fn rounded_ring(sketch: &mut Sketch, rect: Rect, radius: f64, places: &[(Side, f64, Tags)]) -> Ring {
    let mut nodes: Vec<Option<OsmNodeId>> = vec![None; places.len()];
    let mut closed = Vec::with_capacity(places.len() + 5);
    for side in Side::ALL {
        // The ring runs against the coordinate on the north and west sides.
        let is_backwards = matches!(side, Side::North | Side::West);
        let (low, high) = rect.span(side);
        let (from, to) = if is_backwards { (high - radius, low + radius) } else { (low + radius, high - radius) };
        closed.push(sketch.bare(rect.along_side(side, from)));
        let mut here: Vec<usize> = (0..places.len()).filter(|&place| places[place].0 == side).collect();
        here.sort_by(|&a, &b| places[a].1.total_cmp(&places[b].1));
        if is_backwards {
            here.reverse();
        }
        for place in here {
            let clear = radius + 1.0;
            let along = places[place].1.clamp(low + clear, high - clear);
            let node = sketch.node(rect.along_side(side, along), places[place].2.clone());
            closed.push(node);
            nodes[place] = Some(node);
        }
        if radius > 0.0 {
            closed.push(sketch.bare(rect.along_side(side, to)));
        }
    }
    closed.push(closed[0]);
    Ring { closed, places: nodes.into_iter().flatten().collect() }
}

/// What a gate is called in OSM.
pub(super) fn gate_tags(gate: &Gate) -> Tags {
    match (gate.kind, gate.drive) {
        (GateKind::Open, _) => Tags::of(&[("barrier", "entrance")]),
        (GateKind::Guarded, true) => Tags::of(&[("barrier", "lift_gate"), ("access", "private"), ("foot", "yes")]),
        (GateKind::Guarded, false) => Tags::of(&[("barrier", "gate"), ("foot", "yes")]),
        (GateKind::Private, true) => Tags::of(&[("barrier", "lift_gate"), ("access", "private")]),
        (GateKind::Private, false) => Tags::of(&[("barrier", "gate"), ("access", "private")]),
        (GateKind::Locked, _) => Tags::of(&[("barrier", "gate"), ("access", "private"), ("locked", "yes")]),
    }
}

/// The places of a parcel's gates on its edge.
pub(super) fn gate_places(gates: &[Gate]) -> Vec<(Side, f64, Tags)> {
    gates.iter().map(|gate| (gate.side, gate.along, gate_tags(gate))).collect()
}

/// A point `depth` metres inside a side of `rect`.
pub(super) fn inside(rect: Rect, side: Side, along: f64, depth: f64) -> Point {
    let inwards = if side.is_high() { -depth } else { depth };
    match side.axis() {
        Axis::Horizontal => Point::new(along, rect.side(side) + inwards),
        Axis::Vertical => Point::new(rect.side(side) + inwards, along),
    }
}
