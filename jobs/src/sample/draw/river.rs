//! A piece of the river: water, a promenade on both banks, steps down from the embankments.
//!
//! Comes in: a tile between two embankment streets. Goes out: water and paths that go on in the next tile; nodes on the
//! western border of a tile have fixed roles, so that the tile west of it can end there. Not here: bridges, which are
//! stretches of street.

use walkshed::OsmNodeId;

use super::Site;
use crate::sample::city::{City, Land, Tile};
use crate::sample::names::{Named, name};
use crate::sample::plane::{Axis, Point, Side};
use crate::sample::random::Random;
use crate::sample::sketch::{Sketch, Tags, fixed_node};

/// The first slot of the nodes on a tile's western border.
const SLOTS: usize = 2_100;
/// What crosses the border, from south to north, in metres north of the southern embankment street.
const LINES: usize = 5;
const SOUTH_WALK: usize = 0;
const SOUTH_SHORE: usize = 1;
const STREAM: usize = 2;
const NORTH_SHORE: usize = 3;
const NORTH_WALK: usize = 4;
/// Distances from the embankment streets, in metres.
const WALK: f64 = 27.0;
const SHORE: f64 = 34.0;

/// Draws the river in a tile.
pub(super) fn draw(site: &Site<'_>, sketch: &mut Sketch) {
    let (city, tile) = (site.city, site.tile);
    draw_border_nodes(city, tile, sketch);
    let next = Tile { column: tile.column + 1, row: tile.row };
    let middle = f64::midpoint(city.line(Axis::Vertical, tile.column), city.line(Axis::Vertical, next.column));
    let river = name(city.seed, Named::District, tile.row) + "河";

    // The shores come and go between the walks.
    let mut chance = Random::at(city.seed, "shores", tile.place());
    let mut wander = |line: usize| {
        let (from, to) = [(-5.0, 9.0), (-9.0, 9.0), (-9.0, 5.0)][line - SOUTH_SHORE];
        Point::new(middle, level(city, tile.row, line) + chance.between(from, to))
    };
    let halfway = [SOUTH_SHORE, STREAM, NORTH_SHORE].map(|line| sketch.bare(wander(line)));
    let (here, there) = (|line| border(city, tile, line), |line| border(city, next, line));
    let stream = vec![here(STREAM), halfway[1], there(STREAM)];
    sketch.way(stream, Tags::of(&[("waterway", "river")]).and("name", river.clone()));
    let shore = vec![
        here(SOUTH_SHORE),
        halfway[0],
        there(SOUTH_SHORE),
        there(NORTH_SHORE),
        halfway[2],
        here(NORTH_SHORE),
        here(SOUTH_SHORE),
    ];
    sketch.way(shore, Tags::of(&[("natural", "water"), ("water", "river")]).and("name", river));

    for (line, side) in [(SOUTH_WALK, Side::South), (NORTH_WALK, Side::North)] {
        let mut refs = vec![here(line)];
        for (entry, joint) in site.layout.entries.iter().zip(&site.joints) {
            if entry.side == side {
                let landing = sketch.bare(Point::new(entry.along, level(city, tile.row, line)));
                let tags = [("highway", "steps"), ("step_count", "24"), ("incline", "down")];
                sketch.way(vec![joint.node, landing], Tags::of(&tags));
                refs.push(landing);
            }
        }
        refs.push(there(line));
        sketch.way(refs, Tags::of(&[("highway", "footway"), ("name", "滨河步道"), ("surface", "paving_stones")]));
    }
}

/// Draws the nodes at which the river leaves the city in the east.
pub(super) fn draw_border(city: &City, tile: Tile, sketch: &mut Sketch) {
    if tile.column > 0 {
        let west = Tile { column: tile.column - 1, row: tile.row };
        if matches!(city.land(west), Land::River | Land::RailOverRiver) {
            draw_border_nodes(city, tile, sketch);
        }
    }
}

fn draw_border_nodes(city: &City, tile: Tile, sketch: &mut Sketch) {
    let x = city.line(Axis::Vertical, tile.column);
    for line in 0..LINES {
        sketch.fixed(border(city, tile, line), Point::new(x, level(city, tile.row, line)), Tags::none());
    }
}

fn border(city: &City, tile: Tile, line: usize) -> OsmNodeId {
    fixed_node(city.tile_index(tile), SLOTS + line)
}

/// The y of what crosses the border.
fn level(city: &City, row: usize, line: usize) -> f64 {
    let (south, north) = (city.line(Axis::Horizontal, row), city.line(Axis::Horizontal, row + 1));
    match line {
        SOUTH_WALK => south + WALK,
        SOUTH_SHORE => south + SHORE,
        NORTH_SHORE => north - SHORE,
        NORTH_WALK => north - WALK,
        _ => f64::midpoint(south, north),
    }
}
