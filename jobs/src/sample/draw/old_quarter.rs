//! The old quarter: crooked lanes a few metres wide, low houses wall to wall, a shopping lane and a market.
//!
//! Comes in: a block. Goes out: lanes that reach the streets around it here and there, houses with their residents. Not
//! here: which outlets open along the lanes.

use walkshed::OsmNodeId;

use super::Site;
use crate::sample::city::{City, Tile};
use crate::sample::homes::{self, Households};
use crate::sample::names::{Named, name};
use crate::sample::plane::{Point, Rect, Side};
use crate::sample::random::Random;
use crate::sample::sketch::{Sketch, Tags};

/// Half the width of a lane between house walls, in metres.
const HALF_LANE: f64 = 3.0;
/// How far a lane leaves its straight line, in metres.
const CROOKED: f64 = 1.8;
const HOUSEHOLDS: Households =
    Households { square_metres: 46.0, occupied: 0.85, persons: 2.1, aged_60_plus: 0.34, aged_0_3: 0.015 };

/// Where the lanes of a block run.
#[derive(Debug)]
pub(crate) struct Lanes {
    /// The x of the lanes from south to north; all of them reach both streets.
    xs: Vec<f64>,
    /// The y of the lanes from west to east, and whether they reach the streets in the west and in the east.
    ys: Vec<(f64, [bool; 2])>,
}

impl Lanes {
    /// The lanes of a block.
    pub(crate) fn of(city: &City, tile: Tile, rect: Rect) -> Self {
        let mut chance = Random::at(city.seed, "lanes", tile.place());
        let spread = |count: usize, chance: &mut Random, least: f64, most: f64| -> Vec<f64> {
            let step = (most - least) / count as f64;
            (0..count).map(|lane| least + step * (lane as f64 + chance.between(0.38, 0.62))).collect()
        };
        let xs = spread(4, &mut chance, rect.x0, rect.x1);
        let rows = (rect.height() / 38.0) as usize;
        let ys = spread(rows, &mut chance, rect.y0, rect.y1);
        let ys = ys.into_iter().map(|y| (y, [chance.chance(0.6), chance.chance(0.6)])).collect();
        Self { xs, ys }
    }

    /// Where lanes reach the streets around the block.
    pub(crate) fn mouths(&self) -> Vec<(Side, f64, Option<&'static str>)> {
        let mut mouths = Vec::new();
        for &x in &self.xs {
            mouths.push((Side::South, x, Some("living_street")));
            mouths.push((Side::North, x, Some("living_street")));
        }
        for &(y, [west, east]) in &self.ys {
            if west {
                mouths.push((Side::West, y, None));
            }
            if east {
                mouths.push((Side::East, y, None));
            }
        }
        mouths
    }
}

/// Draws the block.
pub(super) fn draw(site: &Site<'_>, sketch: &mut Sketch, chance: &mut Random) {
    let rect = site.layout.rect;
    let lanes = Lanes::of(site.city, site.tile, rect);
    sketch.rect(rect.inset(2.0), Tags::of(&[("landuse", "residential")]));
    draw_lanes(site, &lanes, sketch, chance);
    draw_houses(&lanes, rect, sketch, chance);
}

fn draw_lanes(site: &Site<'_>, lanes: &Lanes, sketch: &mut Sketch, chance: &mut Random) {
    let rect = site.layout.rect;
    let number = site.city.tile_index(site.tile) * 16;
    let title = |lane: usize| name(site.city.seed, Named::Lane, number + lane);
    let crossings: Vec<Vec<OsmNodeId>> = lanes
        .ys
        .iter()
        .map(|&(y, _)| {
            let mut crooked = || chance.between(-CROOKED, CROOKED);
            lanes.xs.iter().map(|&x| sketch.bare(Point::new(x + crooked(), y + crooked()))).collect()
        })
        .collect();

    // Entries come in the order of `Lanes::mouths`.
    let mut joints = site.joints.iter().map(|joint| joint.node);
    for (lane, &x) in lanes.xs.iter().enumerate() {
        let south = joints.next();
        let north = joints.next();
        let refs = south.into_iter().chain(crossings.iter().map(|row| row[lane])).chain(north).collect();
        let tags = if lane == 1 {
            Tags::of(&[("highway", "pedestrian"), ("surface", "paving_stones")]).and("name", title(lane) + "老街")
        } else {
            Tags::of(&[("highway", "living_street")]).and("name", title(lane) + "巷")
        };
        sketch.way(refs, tags);
        for side in [-1.0, 1.0] {
            let wall = x + side * (HALF_LANE - 0.5);
            sketch.front(Point::new(wall, rect.y0 + 10.0), Point::new(wall, rect.y1 - 10.0));
        }
    }
    for (lane, (&(y, [west, east]), row)) in lanes.ys.iter().zip(&crossings).enumerate() {
        // A lane that reaches no street ends in the middle of the outer houses, or at the last crossing.
        let mut end = |open: bool, x: f64| {
            if open {
                joints.next()
            } else {
                chance.chance(0.5).then(|| sketch.node(Point::new(x, y), Tags::of(&[("noexit", "yes")])))
            }
        };
        let (from, to) = (end(west, rect.x0 + 12.0), end(east, rect.x1 - 12.0));
        let refs: Vec<_> = from.into_iter().chain(row.iter().copied()).chain(to).collect();
        let tags = if lane % 3 == 1 {
            Tags::of(&[("highway", "living_street")]).and("name", title(lanes.xs.len() + lane) + "胡同")
        } else {
            Tags::of(&[("highway", "footway")])
        };
        sketch.way(refs, tags);
    }
}

/// Houses on both sides of the lanes from west to east, between those from south to north.
fn draw_houses(lanes: &Lanes, rect: Rect, sketch: &mut Sketch, chance: &mut Random) {
    let clear = HALF_LANE + CROOKED;
    let mut walls: Vec<f64> = vec![rect.x0 + 1.0 - clear];
    walls.extend(&lanes.xs);
    walls.push(rect.x1 - 1.0 + clear);
    let mut rows: Vec<f64> = vec![rect.y0 + 1.0 - clear];
    rows.extend(lanes.ys.iter().map(|&(y, _)| y));
    rows.push(rect.y1 - 1.0 + clear);

    for (row, ys) in rows.windows(2).enumerate() {
        for (column, xs) in walls.windows(2).enumerate() {
            let cell = Rect::new(xs[0] + clear, ys[0] + clear, xs[1] - clear, ys[1] - clear);
            if row == 2 && column == 1 {
                market(cell, sketch);
            } else {
                houses(cell, sketch, chance);
            }
        }
    }
    // Along the street fronts of the quarter, every house is a shop.
    for side in Side::ALL {
        let (from, to) = rect.span(side);
        let wall = if side.is_high() { rect.side(side) - 1.0 } else { rect.side(side) + 1.0 };
        sketch.front(side.axis().point(from + 20.0, wall), side.axis().point(to - 20.0, wall));
    }
}

/// Fills the space between four lanes with one or two rows of houses.
fn houses(cell: Rect, sketch: &mut Sketch, chance: &mut Random) {
    let rows = if cell.height() > 18.0 { 2 } else { 1 };
    let depth = cell.height() / f64::from(rows);
    if depth < 5.0 {
        return;
    }
    for row in 0..rows {
        let y0 = cell.y0 + depth * f64::from(row);
        let mut x = cell.x0;
        while cell.x1 - x > 8.0 {
            let width = chance.between(13.0, 23.0).min(cell.x1 - x);
            let house = Rect::new(x, y0 + 0.3, x + width - chance.between(0.4, 2.5), y0 + depth - 0.3);
            x += width;
            // Gaps are yards.
            if chance.chance(0.16) {
                continue;
            }
            let levels = chance.pick(&[1, 1, 1, 2, 2, 3]);
            sketch.rect(house, Tags::of(&[("building", "house")]).and("building:levels", levels.to_string()));
            // Half of a plot is its yard.
            let floor_area = house.width() * house.height() * 0.55 * f64::from(levels);
            homes::settle(sketch, house.middle(), floor_area, &HOUSEHOLDS, chance);
        }
    }
}

/// The covered market between four lanes.
fn market(cell: Rect, sketch: &mut Sketch) {
    let title = "老城菜市场";
    let tags = [("building", "retail"), ("building:levels", "2"), ("amenity", "marketplace"), ("name", title)];
    sketch.rect(cell, Tags::of(&tags));
    sketch.outlet(title, cell.at(0.5, 0.05), &["wet_market", "fresh_grocery"]);
}
