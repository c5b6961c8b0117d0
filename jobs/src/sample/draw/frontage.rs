//! Rows of shops (底商) in the strip between a compound's wall and the street.
//!
//! Comes in: a parcel. Goes out: low retail buildings along its street sides, with gaps at the gates, and their fronts,
//! along which outlets open. Not here: which outlets.

use crate::sample::block::{Facing, Parcel, SETBACK};
use crate::sample::plane::{Axis, Point, Rect, Side};
use crate::sample::random::Random;
use crate::sample::sketch::{Sketch, Tags};

/// Depth of a row in metres, and its distance from the edge of the street.
const DEPTH: f64 = 8.0;
const OFF_STREET: f64 = 3.0;
/// Clear width on either side of a gate.
const GATE_GAP: f64 = 9.0;

/// Builds rows along a `share` of the parcel's street sides.
pub(super) fn draw(parcel: &Parcel, share: f64, sketch: &mut Sketch, chance: &mut Random) {
    for side in Side::ALL {
        if parcel.facing[side.number()] != Facing::Street || !chance.chance(share) {
            continue;
        }
        let (from, to) = parcel.rect.span(side);
        let mut gaps: Vec<f64> = parcel.gates.iter().filter(|gate| gate.side == side).map(|gate| gate.along).collect();
        gaps.push(to + GATE_GAP);
        let mut begin = from;
        for gap in gaps {
            let end = gap - GATE_GAP;
            if end - begin > 25.0 {
                row(parcel.rect, side, (begin, end), sketch, chance);
            }
            begin = gap + GATE_GAP;
        }
    }
}

/// One row, in one or two buildings.
fn row(parcel: Rect, side: Side, (from, to): (f64, f64), sketch: &mut Sketch, chance: &mut Random) {
    let outwards = if side.is_high() { 1.0 } else { -1.0 };
    let back = parcel.side(side) + outwards * (SETBACK - OFF_STREET - DEPTH);
    let face = back + outwards * DEPTH;
    let point = |along, across| side.axis().point(along, across);
    let pieces = if to - from > 90.0 { 2 } else { 1 };
    let length = (to - from) / f64::from(pieces);
    for piece in 0..pieces {
        let begin = from + length * f64::from(piece);
        let end = begin + length - chance.between(4.0, 12.0);
        let building = upright(side.axis(), (begin, end), (back.min(face), back.max(face)));
        let levels = chance.pick(&["1", "2", "2", "3"]);
        sketch.rect(building, Tags::of(&[("building", "retail")]).and("building:levels", levels));
        let front = face - outwards * 2.0;
        sketch.front(point(begin + 3.0, front), point(end - 3.0, front));
    }
}

/// The rectangle that spans `along` on a side's direction and `across` on the other.
fn upright(axis: Axis, along: (f64, f64), across: (f64, f64)) -> Rect {
    let (Point { x: x0, y: y0 }, Point { x: x1, y: y1 }) =
        (axis.point(along.0, across.0), axis.point(along.1, across.1));
    Rect::new(x0, y0, x1, y1)
}
