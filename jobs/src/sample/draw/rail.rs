//! A piece of the railway: two tracks between fences.
//!
//! Comes in: a tile between two streets. Goes out: tracks and fences that go on in the next tile; nodes on the southern
//! border of a tile have fixed roles, so that the tile south of it can end there. Not here: underpasses, which are
//! stretches of street.

use walkshed::OsmNodeId;

use crate::sample::city::{City, Land, Tile};
use crate::sample::plane::{Axis, Point};
use crate::sample::sketch::{Sketch, Tags, fixed_node};

/// The first slot of the nodes on a tile's southern border.
const SLOTS: usize = 2_200;
/// What crosses the border, in metres east of the middle: a fence, two tracks, a fence.
const LINES: [f64; 4] = [-12.0, -2.5, 2.5, 12.0];

/// Draws the railway in a tile, on a bridge where the tile is the river's.
pub(super) fn draw(city: &City, tile: Tile, on_bridge: bool, sketch: &mut Sketch) {
    draw_border_nodes(city, tile, sketch);
    let next = Tile { column: tile.column, row: tile.row + 1 };
    for (line, offset) in LINES.into_iter().enumerate() {
        let is_track = offset.abs() < 10.0;
        let tags = match (is_track, on_bridge) {
            (true, false) => Tags::of(&[("railway", "rail"), ("gauge", "1435"), ("name", "澄湖线")]),
            (true, true) => Tags::of(&[
                ("railway", "rail"),
                ("gauge", "1435"),
                ("name", "澄湖线"),
                ("bridge", "yes"),
                ("layer", "1"),
            ]),
            (false, false) => Tags::of(&[("barrier", "fence")]),
            (false, true) => continue,
        };
        sketch.way(vec![border(city, tile, line), border(city, next, line)], tags);
    }
}

/// Draws the nodes at which the railway leaves the city in the north.
pub(super) fn draw_border(city: &City, tile: Tile, sketch: &mut Sketch) {
    if tile.row > 0 {
        let south = Tile { column: tile.column, row: tile.row - 1 };
        if matches!(city.land(south), Land::Rail | Land::RailOverRiver) {
            draw_border_nodes(city, tile, sketch);
        }
    }
}

fn draw_border_nodes(city: &City, tile: Tile, sketch: &mut Sketch) {
    let y = city.line(Axis::Horizontal, tile.row);
    let (west, east) = (city.line(Axis::Vertical, tile.column), city.line(Axis::Vertical, tile.column + 1));
    for (line, offset) in LINES.into_iter().enumerate() {
        let at = Point::new(f64::midpoint(west, east) + offset, y);
        sketch.fixed(border(city, tile, line), at, Tags::none());
    }
}

fn border(city: &City, tile: Tile, line: usize) -> OsmNodeId {
    fixed_node(city.tile_index(tile), SLOTS + line)
}
