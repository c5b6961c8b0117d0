//! A wooded hill: a path that winds up to a pavilion, and steps that cut its bends.
//!
//! Comes in: a block. Goes out: paths, steps, wood, a peak. Not here: slopes; the extract has no elevation.

use walkshed::OsmNodeId;

use super::Site;
use super::edge::inside;
use crate::sample::names::{Named, name};
use crate::sample::plane::{Point, Rect, Side};
use crate::sample::sketch::{Sketch, Tags};

/// How many legs the winding path has.
const LEGS: usize = 7;

/// Draws the block.
pub(super) fn draw(site: &Site<'_>, sketch: &mut Sketch) {
    let rect = site.layout.rect;
    let title = name(site.city.seed, Named::Community, site.city.tile_index(site.tile)) + "山";
    let wood = [
        (0.03, 0.06),
        (0.35, 0.02),
        (0.7, 0.04),
        (0.97, 0.1),
        (0.98, 0.6),
        (0.93, 0.96),
        (0.5, 0.98),
        (0.06, 0.95),
        (0.02, 0.5),
    ];
    let wood = wood.map(|(x, y)| rect.at(x, y));
    sketch.area(&wood, Tags::of(&[("natural", "wood")]).and("name", title.clone()));

    let summit = rect.at(0.55, 0.8);
    let peak = Tags::of(&[("natural", "peak"), ("ele", "128")]).and("name", title.clone());
    let summit_node = sketch.node(summit, peak);
    let pavilion = Rect::around(Point::new(summit.x + 9.0, summit.y + 7.0), 8.0, 8.0);
    sketch.rect(pavilion, Tags::of(&[("building", "pavilion"), ("tourism", "viewpoint"), ("name", "望湖亭")]));

    for (entry, joint) in site.layout.entries.iter().zip(&site.joints) {
        let foot = sketch.bare(inside(rect, entry.side, entry.along, 4.0));
        sketch.way(vec![joint.node, foot], Tags::of(&[("highway", "footway")]));
        if entry.side == Side::South {
            let crossings = winding_path(rect, (foot, summit_node), summit, sketch);
            stairs(foot, &crossings, summit_node, sketch);
        } else {
            let bends = [(0.18, 0.62), (0.25, 0.86), (0.4, 0.92)].map(|(x, y)| sketch.bare(rect.at(x, y)));
            let refs = [&[foot][..], &bends, &[summit_node]].concat();
            sketch.way(refs, Tags::of(&[("highway", "path"), ("surface", "ground")]));
        }
        if entry.side == Side::South {
            sketch.outlet(format!("{title}公园"), inside(rect, entry.side, entry.along, 2.0), &["pocket_park"]);
        }
    }
}

/// Draws the winding path and returns the nodes at which it crosses the line of the steps, from the foot upwards.
fn winding_path(rect: Rect, ends: (OsmNodeId, OsmNodeId), summit: Point, sketch: &mut Sketch) -> Vec<OsmNodeId> {
    let base = rect.at(0.45, 0.06);
    let mut refs = vec![ends.0];
    let mut crossings = Vec::new();
    for leg in 0..LEGS {
        let up = (leg as f64 + 0.5) / LEGS as f64;
        let middle = base.towards(summit, up);
        // Bends come closer to each other towards the top.
        let reach = rect.width() * (0.36 - 0.24 * up);
        let direction = if leg % 2 == 0 { 1.0 } else { -1.0 };
        let rise = (summit.y - base.y) / LEGS as f64 * 0.5;
        let point = |share: f64, lift: f64| Point::new(middle.x + direction * reach * share, middle.y + rise * lift);
        for (share, lift) in [(-0.96, -0.75), (-0.5, -0.35)] {
            refs.push(sketch.bare(point(share, lift)));
        }
        let crossing = sketch.bare(middle);
        refs.push(crossing);
        crossings.push(crossing);
        for (share, lift) in [(0.5, 0.3), (0.9, 0.55), (1.0, 0.85)] {
            refs.push(sketch.bare(point(share, lift)));
        }
    }
    refs.push(ends.1);
    sketch.way(refs, Tags::of(&[("highway", "path"), ("surface", "gravel"), ("name", "盘山小径")]));
    crossings
}

/// Steps straight up, from one leg of the path to the next.
fn stairs(foot: OsmNodeId, crossings: &[OsmNodeId], summit: OsmNodeId, sketch: &mut Sketch) {
    let mut below = foot;
    for &above in crossings.iter().chain([&summit]) {
        let tags = Tags::of(&[("highway", "steps"), ("incline", "up"), ("handrail", "yes"), ("step_count", "96")]);
        sketch.way(vec![below, above], tags);
        below = above;
    }
}
