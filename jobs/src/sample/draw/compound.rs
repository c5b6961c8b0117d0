//! A walled residential compound (小区): wall and gates, a loop road, rows of buildings with paths between them.
//!
//! Comes in: a parcel and the nodes outside its gates. Goes out: all of the compound, with the residents of each
//! building. Not here: the shops outside its wall.

use walkshed::OsmNodeId;

use super::Site;
use super::edge::{Ring, gate_places, inside, ring, rounded_ring};
use crate::sample::block::{GateKind, Parcel, Use};
use crate::sample::homes::{self, Households};
use crate::sample::names::{Named, name};
use crate::sample::plane::{Point, Rect, Side};
use crate::sample::random::Random;
use crate::sample::sketch::{Front, Sketch, Tags};

/// Half the width of the green axis that no building stands on, in metres.
const AXIS: f64 = 10.0;
/// How far the path along the axis swings to either side, in metres.
const SWING: f64 = 5.0;
/// How much of its corners the loop road cuts off, in metres.
const CORNER: f64 = 7.0;

/// How the buildings of a compound stand. Lengths in metres.
#[derive(Debug)]
struct Style {
    /// Whether buildings are towers.
    is_high: bool,
    ending: &'static [&'static str],
    /// From the wall to the loop road.
    loop_inset: f64,
    depth: f64,
    /// From the front of one row to the front of the next, at least.
    pitch: f64,
    length: f64,
    gap: f64,
    levels: &'static [u32],
    households: Households,
}

const TOWERS: Style = Style {
    is_high: true,
    ending: &["花园", "家园", "雅苑", "华府", "公馆"],
    loop_inset: 12.0,
    depth: 15.0,
    pitch: 50.0,
    length: 32.0,
    gap: 20.0,
    levels: &[11, 11, 18, 18, 24, 26, 33],
    households: Households { square_metres: 105.0, occupied: 0.82, persons: 2.5, aged_60_plus: 0.10, aged_0_3: 0.055 },
};

const SLABS: Style = Style {
    is_high: false,
    ending: &["小区", "新村", "家属院", "里"],
    loop_inset: 7.0,
    depth: 12.0,
    pitch: 29.0,
    length: 46.0,
    gap: 9.0,
    levels: &[5, 6, 6, 6, 7],
    households: Households { square_metres: 68.0, occupied: 0.9, persons: 2.2, aged_60_plus: 0.29, aged_0_3: 0.02 },
};

/// Draws the compound on a parcel for towers or slabs.
pub(super) fn draw(
    site: &Site<'_>,
    parcel: &Parcel,
    approaches: &[OsmNodeId],
    sketch: &mut Sketch,
    chance: &mut Random,
) {
    let style = if parcel.purpose == Use::Towers { &TOWERS } else { &SLABS };
    let number = site.city.tile_index(site.tile) * 4 + parcel.number;
    let name = name(site.city.seed, Named::Compound, number) + chance.pick(style.ending);
    let is_strict = parcel.gates.iter().all(|gate| matches!(gate.kind, GateKind::Private | GateKind::Locked));

    let wall = ring(sketch, parcel.rect, &gate_places(&parcel.gates));
    sketch.way(wall.closed.clone(), Tags::of(&[("landuse", "residential")]).and("name", name));
    sketch.way(wall.closed.clone(), Tags::of(&[("barrier", "wall")]));

    let yard = parcel.rect.inset(style.loop_inset);
    let rows = rows(yard, style);
    // Some strict compounds say so on their roads, others at their gates only.
    let access: &[(&str, &str)] = if is_strict && chance.chance(0.6) { &[("access", "private")] } else { &[] };
    let roads = draw_roads(sketch, parcel, style, (yard, &rows), access);
    for (gate, (node, (outside, inside))) in
        parcel.gates.iter().zip(wall.places.iter().zip(approaches.iter().zip(&roads.places)))
    {
        let tags = if gate.drive {
            Tags::of(&[("highway", "service"), ("service", "driveway")])
        } else {
            Tags::of(&[("highway", "footway")])
        };
        sketch.way(vec![*outside, *node, *inside], tags.and_all(access));
    }
    draw_buildings(sketch, yard, &rows, style, chance);
    sketch.fronts.extend(parcel.gates.iter().filter(|gate| gate.kind != GateKind::Locked).map(|gate| {
        let beside = |shift: f64| inside(parcel.rect, gate.side, gate.along + shift, -3.0);
        Front { from: beside(5.0), to: beside(9.0) }
    }));
}

/// The lower edges of the building rows.
fn rows(yard: Rect, style: &Style) -> Vec<f64> {
    let room = yard.height() - 6.0;
    let count = (room / style.pitch).max(1.0) as usize;
    let pitch = room / count as f64;
    (0..count).map(|row| yard.y0 + 5.0 + pitch * row as f64).collect()
}

/// The loop road, a path north of each row, and the path along the axis. The places of the ring returned are the
/// gates'.
fn draw_roads(
    sketch: &mut Sketch,
    parcel: &Parcel,
    style: &Style,
    (yard, rows): (Rect, &[f64]),
    access: &[(&'static str, &'static str)],
) -> Ring {
    let paths: Vec<f64> = rows.iter().map(|row| row + style.depth + 4.0).filter(|path| *path < yard.y1 - 3.0).collect();
    let middle = yard.middle().x;

    let mut places: Vec<_> = parcel.gates.iter().map(|gate| (gate.side, gate.along, Tags::none())).collect();
    for &path in &paths {
        places.push((Side::West, path, Tags::none()));
        places.push((Side::East, path, Tags::none()));
    }
    places.push((Side::South, middle, Tags::none()));
    places.push((Side::North, middle, Tags::none()));
    let mut road = rounded_ring(sketch, yard, CORNER, &places);
    sketch.way(road.closed.clone(), Tags::of(&[("highway", "service")]).and_all(access));

    let mut ends = road.places.split_off(parcel.gates.len()).into_iter();
    let mut axis = Vec::with_capacity(paths.len() + 2);
    for (number, &path) in paths.iter().enumerate() {
        let swing = if number % 2 == 0 { SWING } else { -SWING };
        let crossing = sketch.bare(Point::new(middle + swing, path));
        axis.push(crossing);
        if let (Some(west), Some(east)) = (ends.next(), ends.next()) {
            sketch.way(vec![west, crossing, east], Tags::of(&[("highway", "footway")]).and_all(access));
        }
    }
    if let (Some(south), Some(north)) = (ends.next(), ends.next()) {
        axis.insert(0, south);
        axis.push(north);
        sketch.way(axis, Tags::of(&[("highway", "footway")]).and_all(access));
    }
    road
}

fn draw_buildings(sketch: &mut Sketch, yard: Rect, rows: &[f64], style: &Style, chance: &mut Random) {
    let middle = yard.middle().x;
    let halves = [(yard.x0 + 5.0, middle - AXIS), (middle + AXIS, yard.x1 - 5.0)];
    // One building of some compounds is a kindergarten.
    let mut kindergarten = chance.chance(0.3).then(|| chance.below(rows.len()));
    let mut number = 0;
    for (row, &y0) in rows.iter().enumerate() {
        for (from, to) in halves {
            let room = to - from;
            let most = ((room + style.gap) / (style.length + style.gap)).max(1.0) as usize;
            // Towers stand in gaps of the row in front of them, for light.
            let staggers = style.is_high && row % 2 == 1 && most > 2;
            let count = if staggers { most - 1 } else { most };
            let slot = (room + style.gap) / most as f64;
            let indent = if staggers { slot / 2.0 } else { 0.0 };
            for place in 0..count {
                let x0 = from + indent + slot * place as f64;
                let length = (slot - style.gap).min(style.length * 1.25) * chance.between(0.92, 1.0);
                let y0 = y0 + chance.between(-1.5, 1.5);
                let footprint = Rect::new(x0, y0, x0 + length, y0 + style.depth);
                if kindergarten == Some(row) {
                    kindergarten = None;
                    draw_kindergarten(footprint, sketch);
                } else {
                    number += 1;
                    draw_building(footprint, number, style, sketch, chance);
                }
            }
        }
    }
    if style.is_high {
        let lawn = Rect::around(Point::new(middle - SWING, rows[0] + style.depth / 2.0), AXIS, 12.0);
        sketch.rect(lawn, Tags::of(&[("leisure", "playground")]));
    }
}

fn draw_building(footprint: Rect, number: usize, style: &Style, sketch: &mut Sketch, chance: &mut Random) {
    let levels = chance.pick(style.levels);
    let tags = Tags::of(&[("building", "apartments")])
        .and("building:levels", levels.to_string())
        .and("name", format!("{number}号楼"));
    let mut floor = footprint.width() * footprint.height();
    if style.is_high {
        // Towers have a recess in the north, where stairs and lifts get their light.
        let [south_west, south_east, north_east, north_west] = footprint.corners();
        let recess = Rect::around(footprint.at(0.5, 1.0), footprint.width() * 0.3, footprint.height() * 0.6);
        let [low_west, low_east, ..] = recess.corners();
        let (high_west, high_east) = (Point::new(low_west.x, north_west.y), Point::new(low_east.x, north_east.y));
        let outline = [south_west, south_east, north_east, high_east, low_east, low_west, high_west, north_west];
        sketch.area(&outline, tags);
        floor *= 1.0 - 0.3 * 0.3;
    } else {
        sketch.rect(footprint, tags);
    }
    homes::settle(sketch, footprint.middle(), floor * f64::from(levels), &style.households, chance);
}

fn draw_kindergarten(footprint: Rect, sketch: &mut Sketch) {
    let title = "幼儿园";
    let tags = [("building", "kindergarten"), ("building:levels", "3"), ("amenity", "kindergarten"), ("name", title)];
    sketch.rect(footprint, Tags::of(&tags));
    sketch.outlet(title, footprint.middle(), &["kindergarten"]);
}
