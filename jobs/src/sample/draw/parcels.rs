//! What stands on a parcel: a compound with its shops, a school, a pocket park, works, or a building site.
//!
//! Comes in: a parcel and the nodes outside its gates. Goes out: its drawing. Not here: compounds in detail
//! (`compound`).

use walkshed::OsmNodeId;

use super::edge::{gate_places, inside, ring};
use super::{Site, compound, frontage};
use crate::sample::block::{Gate, Parcel, Use};
use crate::sample::names::{Named, name};
use crate::sample::plane::{Point, Rect};
use crate::sample::random::Random;
use crate::sample::sketch::{Sketch, Tags};

/// Draws one parcel.
pub(super) fn draw(
    site: &Site<'_>,
    parcel: &Parcel,
    approaches: &[OsmNodeId],
    sketch: &mut Sketch,
    chance: &mut Random,
) {
    match parcel.purpose {
        Use::Slabs => {
            compound::draw(site, parcel, approaches, sketch, chance);
            frontage::draw(parcel, 0.75, sketch, chance);
        }
        Use::Towers => {
            compound::draw(site, parcel, approaches, sketch, chance);
            frontage::draw(parcel, 0.35, sketch, chance);
        }
        Use::PrimarySchool | Use::MiddleSchool => school(site, parcel, approaches, sketch),
        Use::PocketPark => pocket_park(site, parcel, approaches, sketch),
        Use::Works => works(site, parcel, approaches, sketch),
        Use::Site => building_site(parcel, sketch),
    }
}

fn school(site: &Site<'_>, parcel: &Parcel, approaches: &[OsmNodeId], sketch: &mut Sketch) {
    let number = site.city.tile_index(site.tile);
    let (ending, level, format) = match parcel.purpose {
        Use::PrimarySchool => ("小学", "1", "primary_school"),
        _ => ("中学", "2;3", "middle_school"),
    };
    let title = name(site.city.seed, Named::School, number) + ending;
    let fence = ring(sketch, parcel.rect, &gate_places(&parcel.gates));
    let tags = Tags::of(&[("amenity", "school")]).and("isced:level", level).and("name", title.clone());
    sketch.way(fence.closed.clone(), tags);
    sketch.way(fence.closed.clone(), Tags::of(&[("barrier", "fence")]));

    let rect = parcel.rect;
    let plan = [(0.12, 0.78, 0.62, 0.90), (0.12, 0.52, 0.62, 0.64)].map(|(x0, y0, x1, y1)| {
        let (low, high) = (rect.at(x0, y0), rect.at(x1, y1));
        Rect::new(low.x, low.y, high.x, high.y)
    });
    for building in plan {
        sketch.rect(building, Tags::of(&[("building", "school"), ("building:levels", "5")]));
    }
    let pitch = Rect::around(rect.at(0.5, 0.22), rect.width() * 0.7, rect.height() * 0.28);
    sketch.rect(pitch, Tags::of(&[("leisure", "pitch"), ("sport", "athletics"), ("access", "private")]));

    let yard = sketch.bare(rect.at(0.8, 0.58));
    let hall = sketch.bare(rect.at(0.40, 0.71));
    sketch.way(vec![yard, hall], Tags::of(&[("highway", "footway"), ("access", "private")]));
    for (gate, (node, outside)) in parcel.gates.iter().zip(fence.places.iter().zip(approaches)) {
        let tags = Tags::of(&[("highway", "service"), ("access", "private")]);
        sketch.way(vec![*outside, *node, yard], tags);
        sketch.outlet(title.clone(), gate_point(parcel, gate), &[format]);
    }
}

fn pocket_park(site: &Site<'_>, parcel: &Parcel, approaches: &[OsmNodeId], sketch: &mut Sketch) {
    let number = site.city.tile_index(site.tile) * 4 + parcel.number;
    let title = name(site.city.seed, Named::Compound, number) + "游园";
    let hedge = ring(sketch, parcel.rect, &gate_places(&parcel.gates));
    sketch.way(hedge.closed.clone(), Tags::of(&[("leisure", "park")]).and("name", title.clone()));

    let rect = parcel.rect;
    let circle = [(0.5, 0.32), (0.68, 0.5), (0.5, 0.68), (0.32, 0.5)].map(|(x, y)| sketch.bare(rect.at(x, y)));
    let mut path = circle.to_vec();
    path.push(circle[0]);
    sketch.way(path, Tags::of(&[("highway", "footway"), ("surface", "paving_stones")]));
    for (gate, (node, outside)) in parcel.gates.iter().zip(hedge.places.iter().zip(approaches)) {
        // The circle's nodes lie south, east, north and west, as the sides are numbered.
        let refs = vec![*outside, *node, circle[gate.side.number()]];
        sketch.way(refs, Tags::of(&[("highway", "footway")]));
    }
    if let Some(gate) = parcel.gates.first() {
        sketch.outlet(title, gate_point(parcel, gate), &["pocket_park"]);
    }
    let pavilion = Rect::around(rect.at(0.5, 0.5), 7.0, 7.0);
    sketch.rect(pavilion, Tags::of(&[("building", "pavilion")]));
}

fn works(site: &Site<'_>, parcel: &Parcel, approaches: &[OsmNodeId], sketch: &mut Sketch) {
    let title = name(site.city.seed, Named::School, site.city.tile_index(site.tile) + parcel.number) + "机械厂";
    let wall = ring(sketch, parcel.rect, &gate_places(&parcel.gates));
    sketch.way(wall.closed.clone(), Tags::of(&[("landuse", "industrial")]).and("name", title));
    sketch.way(wall.closed.clone(), Tags::of(&[("barrier", "wall")]));
    let rect = parcel.rect;
    for row in 0..4 {
        let hall = Rect::around(rect.at(0.5, 0.14 + 0.24 * f64::from(row)), rect.width() * 0.62, rect.height() * 0.15);
        sketch.rect(hall, Tags::of(&[("building", "industrial")]));
    }
    let places = parcel.gates.iter().map(|gate| (gate.side, gate.along, Tags::none())).collect::<Vec<_>>();
    let road = ring(sketch, rect.inset(10.0), &places);
    sketch.way(road.closed.clone(), Tags::of(&[("highway", "service"), ("access", "private")]));
    for (node, (outside, inside)) in wall.places.iter().zip(approaches.iter().zip(&road.places)) {
        sketch.way(vec![*outside, *node, *inside], Tags::of(&[("highway", "service"), ("access", "private")]));
    }
}

fn building_site(parcel: &Parcel, sketch: &mut Sketch) {
    sketch.rect(parcel.rect, Tags::of(&[("landuse", "construction"), ("barrier", "fence")]));
    let road = [0.1, 0.5, 0.9].map(|share| sketch.bare(parcel.rect.at(share, 0.4)));
    sketch.way(road.to_vec(), Tags::of(&[("highway", "construction"), ("construction", "residential")]));
}

/// A point just outside a gate.
fn gate_point(parcel: &Parcel, gate: &Gate) -> Point {
    inside(parcel.rect, gate.side, gate.along, -2.0)
}
