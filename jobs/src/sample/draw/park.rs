//! A park with a lake, and in its corner a closed garden whose paths lead nowhere else.
//!
//! Comes in: a block. Goes out: a path around the lake, paths to the streets; and an island of paths behind a fence
//! without a gate, which no walk may count on. Not here: outlets.

use std::f64::consts::TAU;

use super::Site;
use super::edge::inside;
use crate::sample::names::{Named, name};
use crate::sample::plane::{Point, Rect};
use crate::sample::random::Random;
use crate::sample::sketch::{Sketch, Tags};

/// How many corners the path around the lake has.
const RING: u32 = 18;

/// Draws the block.
pub(super) fn draw(site: &Site<'_>, sketch: &mut Sketch) {
    let mut chance = Random::at(site.city.seed, "park", site.tile.place());
    let rect = site.layout.rect;
    let title = name(site.city.seed, Named::Community, site.city.tile_index(site.tile)) + "公园";
    sketch.rect(rect.inset(3.0), Tags::of(&[("leisure", "park")]).and("name", title.clone()));

    let middle = rect.at(0.45, 0.45);
    let phase = chance.between(0.0, TAU);
    let shore = |corner: u32, scale: f64| {
        let angle = TAU * f64::from(corner) / f64::from(RING);
        let reach = scale * (1.0 + 0.18 * (2.0 * angle + phase).sin() + 0.07 * (5.0 * angle + 2.0 * phase).sin());
        Point::new(middle.x + rect.width() * reach * angle.cos(), middle.y + rect.height() * reach * angle.sin())
    };
    let lake: Vec<Point> = (0..RING).map(|corner| shore(corner, 0.20)).collect();
    sketch.area(&lake, Tags::of(&[("natural", "water"), ("water", "lake")]));

    let path: Vec<Point> = (0..RING).map(|corner| shore(corner, 0.27)).collect();
    let nodes: Vec<_> = path.iter().map(|&at| sketch.bare(at)).collect();
    let closed = nodes.iter().copied().chain([nodes[0]]).collect();
    sketch.way(closed, Tags::of(&[("highway", "footway")]).and("name", "环湖步道"));
    for (entry, joint) in site.layout.entries.iter().zip(&site.joints) {
        let gate = inside(rect, entry.side, entry.along, 3.0);
        let squared = |at: Point| (at.x - gate.x).powi(2) + (at.y - gate.y).powi(2);
        let nearest = (0..nodes.len()).min_by(|&a, &b| squared(path[a]).total_cmp(&squared(path[b]))).unwrap_or(0);
        let bend = gate.towards(path[nearest], 0.5);
        let bend = sketch.bare(Point::new(bend.x + chance.between(-9.0, 9.0), bend.y + chance.between(-9.0, 9.0)));
        let gate = sketch.bare(gate);
        sketch.way(vec![joint.node, gate, bend, nodes[nearest]], Tags::of(&[("highway", "footway")]));
    }
    for (entry, joint) in site.layout.entries.iter().zip(&site.joints).take(1) {
        sketch.outlet(title.clone(), inside(rect, entry.side, entry.along, 2.0), &["pocket_park"]);
        let beside = Point::new(joint.at.x + 18.0, inside(rect, entry.side, entry.along, 9.0).y);
        sketch.node(beside, Tags::of(&[("amenity", "toilets"), ("name", "公共厕所")]));
        sketch.outlet("公共厕所", beside, &["public_toilet"]);
    }
    let pavilion = Rect::around(rect.at(0.2, 0.82), 9.0, 9.0);
    sketch.rect(pavilion, Tags::of(&[("building", "pavilion")]));
    closed_garden(Rect::new(rect.at(0.74, 0.0).x, rect.at(0.0, 0.72).y, rect.x1 - 10.0, rect.y1 - 10.0), sketch);
}

/// A fenced garden without a gate: an island of paths.
fn closed_garden(rect: Rect, sketch: &mut Sketch) {
    let tags = [("leisure", "garden"), ("barrier", "fence"), ("name", "百草园"), ("access", "no")];
    sketch.rect(rect, Tags::of(&tags));
    let walk = rect.inset(8.0);
    let corners = walk.corners().map(|corner| sketch.bare(corner));
    let (west, east) = (sketch.bare(walk.at(0.0, 0.5)), sketch.bare(walk.at(1.0, 0.5)));
    let circuit = vec![corners[0], corners[1], east, corners[2], corners[3], west, corners[0]];
    sketch.way(circuit, Tags::of(&[("highway", "footway")]));
    sketch.way(vec![west, east], Tags::of(&[("highway", "footway")]));
}
