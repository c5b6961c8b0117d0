//! The square of a district: a pedestrian area with a fountain in the middle, a mall and offices around it.
//!
//! Comes in: a block. Goes out: a multipolygon that can be crossed in all directions, four ways to the streets. Not
//! here: the shops.

use super::Site;
use super::edge::ring;
use crate::sample::names::{Named, name};
use crate::sample::plane::{Point, Rect, Side};
use crate::sample::sketch::{MultipolygonDraft, Sketch, Tags};

/// Draws the block.
pub(super) fn draw(site: &Site<'_>, sketch: &mut Sketch) {
    let rect = site.layout.rect;
    let title = name(site.city.seed, Named::Community, site.city.tile_index(site.tile));
    let middle = rect.middle();
    let square = Rect::around(middle, 130.0, 96.0);
    draw_square(site, square, &title, sketch);
    draw_buildings(rect, square, &title, sketch);
    sketch.outlet(
        format!("{title}邻里中心"),
        Point::new(square.x1 + 4.0, middle.y - 20.0),
        &["neighbourhood_centre", "community_service", "senior_canteen", "library"],
    );
}

fn draw_square(site: &Site<'_>, square: Rect, title: &str, sketch: &mut Sketch) {
    let gaps = site.layout.entries.iter().map(|entry| (entry.side, entry.along, Tags::none())).collect::<Vec<_>>();
    let outer = ring(sketch, square, &gaps);
    let middle = square.middle();
    let fountain: Vec<Point> = (0..8)
        .map(|corner| {
            let (sin, cos) = (f64::from(corner) * std::f64::consts::FRAC_PI_4).sin_cos();
            Point::new(middle.x + 11.0 * cos, middle.y + 11.0 * sin)
        })
        .collect();
    let outer_way = sketch.way(outer.closed, Tags::none());
    let inner_way = sketch.area(&fountain, Tags::of(&[("natural", "water"), ("water", "fountain")]));
    let tags = Tags::of(&[("type", "multipolygon"), ("highway", "pedestrian"), ("area", "yes")]);
    sketch.multipolygons.push(MultipolygonDraft {
        members: vec![(outer_way, "outer"), (inner_way, "inner")],
        tags: tags.and("name", format!("{title}广场")),
    });
    for (entry, (joint, gap)) in site.layout.entries.iter().zip(site.joints.iter().zip(outer.places)) {
        let highway = if matches!(entry.side, Side::South | Side::North) { "pedestrian" } else { "footway" };
        sketch.way(vec![joint.node, gap], Tags::of(&[("highway", highway), ("surface", "paving_stones")]));
    }
}

/// A large building in each corner of the block, and a row of shops on each side of the square's ways.
fn draw_buildings(rect: Rect, square: Rect, title: &str, sketch: &mut Sketch) {
    let middle = rect.middle();
    let corners = [
        Rect::new(rect.x0 + 10.0, rect.y0 + 10.0, middle.x - 16.0, square.y0 - 12.0),
        Rect::new(middle.x + 16.0, rect.y0 + 10.0, rect.x1 - 10.0, square.y0 - 12.0),
        Rect::new(middle.x + 16.0, square.y1 + 12.0, rect.x1 - 10.0, rect.y1 - 10.0),
        Rect::new(rect.x0 + 10.0, square.y1 + 12.0, middle.x - 16.0, rect.y1 - 10.0),
    ];
    let mall = format!("{title}购物中心");
    let uses = [
        Tags::of(&[("building", "retail"), ("building:levels", "6"), ("shop", "mall")]).and("name", mall.clone()),
        Tags::of(&[("building", "office"), ("building:levels", "22")]).and("name", format!("{title}大厦")),
        Tags::of(&[("building", "retail"), ("building:levels", "4")]).and("name", format!("{title}商场")),
        Tags::of(&[("building", "commercial"), ("building:levels", "12")]),
    ];
    for (corner, tags) in corners.into_iter().zip(uses) {
        sketch.rect(corner, tags);
    }
    sketch.outlet(mall, Point::new(corners[0].x1 + 2.0, corners[0].middle().y), &["shopping_centre"]);
    for (x0, x1) in [(rect.x0 + 12.0, square.x0 - 10.0), (square.x1 + 10.0, rect.x1 - 12.0)] {
        for (y0, y1) in [(square.y0 + 2.0, middle.y - 8.0), (middle.y + 8.0, square.y1 - 2.0)] {
            sketch.rect(Rect::new(x0, y0, x1, y1), Tags::of(&[("building", "retail"), ("building:levels", "2")]));
        }
        for y in [middle.y - 6.0, middle.y + 6.0] {
            sketch.front(Point::new(x0, y), Point::new(x1, y));
        }
    }
    for x in [middle.x - 14.0, middle.x + 14.0] {
        sketch.front(Point::new(x, rect.y0 + 12.0), Point::new(x, square.y0 - 14.0));
        sketch.front(Point::new(x, square.y1 + 14.0), Point::new(x, rect.y1 - 12.0));
    }
}
