//! What a buffer does not reach across: walls, cliffs, banks of water ([`Barriers`]).
//!
//! Comes in: lines. Goes out: whether a straight line crosses one, and where. Not here: what the lines are, and streets; a
//! street that leads through a wall or over water is walked on as the graph has it.

use rstar::{AABB, RTree, RTreeObject};

use super::grid::place_of;
use crate::position::Position;

/// Lines that areas stop at. Shared by all threads; some 60 bytes for each straight piece.
#[derive(Debug)]
pub struct Barriers {
    tree: RTree<Piece>,
}

/// A straight piece of a line, its ends in 1e-7 degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Piece([[f64; 2]; 2]);

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.0[0], self.0[1])
    }
}

impl Barriers {
    /// Sorts lines, each given by its points.
    pub fn new<'p>(lines: impl IntoIterator<Item = &'p [Position]>) -> Self {
        let pieces = lines.into_iter().flat_map(|line| line.windows(2));
        let pieces = pieces.map(|pair| Piece([place_of(pair[0]), place_of(pair[1])]));
        Self { tree: RTree::bulk_load(pieces.collect()) }
    }

    /// The pieces in a box.
    pub(super) fn near(&self, [low, high]: [[f64; 2]; 2], into: &mut Vec<Piece>) {
        into.clear();
        into.extend(self.tree.locate_in_envelope_intersecting(&AABB::from_corners(low, high)));
    }
}

/// The share of the way from one place to another at which the first of some pieces is crossed.
pub(super) fn first_crossing(pieces: &[Piece], from: [f64; 2], to: [f64; 2]) -> Option<f64> {
    let way = less(to, from);
    let crossing = |Piece([begin, end]): &Piece| {
        let (along, apart) = (less(*end, *begin), less(*begin, from));
        let turn = cross(way, along);
        let (share, place) = (cross(apart, along) / turn, cross(apart, way) / turn);
        // Lines that run side by side give no number, and are not crossed.
        ((0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&place)).then_some(share)
    };
    pieces.iter().filter_map(crossing).reduce(f64::min)
}

fn less(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

fn cross(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_lines_is_crossed() {
        let at = |x: i32, y: i32| Position { lon_e7: x, lat_e7: y };
        let walls = [[at(10, -5), at(10, 5)], [at(4, -5), at(4, 5)], [at(0, 2), at(20, 2)]];
        let barriers = Barriers::new(walls.iter().map(<[Position; 2]>::as_slice));
        let mut near = Vec::new();
        barriers.near([[0.0, -1.0], [20.0, 3.0]], &mut near);
        assert_eq!(near.len(), 3);
        assert_eq!(first_crossing(&near, [0.0, 0.0], [20.0, 0.0]), Some(0.2));
        assert_eq!(first_crossing(&near, [20.0, 0.0], [0.0, 0.0]), Some(0.5));
        assert_eq!(first_crossing(&near, [5.0, 0.0], [9.0, 1.0]), None);
        barriers.near([[11.0, -1.0], [20.0, 1.0]], &mut near);
        assert!(near.is_empty());
    }
}
