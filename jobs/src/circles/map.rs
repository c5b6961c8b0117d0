//! A picture of the circles as SVG: their shapes in few colours, their centres and ids, over the streets.
//!
//! Comes in: what was drawn. Goes out: `circles.svg`. Not here: the map of a run (`report::map`).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use geo::{BoundingRect as _, MultiPolygon};
use walkshed::{LocalPlane, LonLat, WalkGraph};

use super::Drawn;
use crate::report::numbers::whole;

const WIDTH: f64 = 1_100.0;
const MARGIN: f64 = 24.0;
const HEAD: f64 = 64.0;
/// Larger cities are drawn without streets: the file would be too large to open.
const MOST_STREET_POINTS: usize = 250_000;
/// Colours that hold for colour-blind readers (Okabe and Ito 2008), without black.
const COLOURS: [&str; 7] = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"];

/// The picture.
pub(crate) fn svg(drawn: &Drawn, graph: &WalkGraph, title: &str, line: &str) -> String {
    let Some(picture) = Picture::around(drawn) else { return String::new() };
    let (width, height) = (picture.width + 2.0 * MARGIN, picture.height + HEAD + MARGIN + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" font-family=\"'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',\
         'Noto Sans',sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (y, size, text) in [(30, 20, title), (52, 13, line)] {
        let _ = writeln!(svg, "<text x=\"{MARGIN}\" y=\"{y}\" font-size=\"{size}\">{}</text>", escaped(text));
    }
    let colours = colours(drawn);
    for (circle, &colour) in drawn.list.iter().zip(&colours) {
        let path = picture.path(&circle.shape);
        let fill = COLOURS[colour % COLOURS.len()];
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" fill=\"{fill}\" fill-opacity=\".55\" stroke=\"#333\" stroke-width=\"1.2\" \
             fill-rule=\"evenodd\"/>"
        );
    }
    picture.streets(&mut svg, graph);
    for circle in &drawn.list {
        let [x, y] = picture.pixel(circle.at);
        let residents = whole(circle.residents);
        let mark = if circle.status == "ok" { "" } else { " !" };
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"#111\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             font-size=\"11\" font-weight=\"bold\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">{}{mark}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"9\" stroke=\"#fff\" stroke-width=\"2.5\" \
             paint-order=\"stroke\">{residents}</text>",
            x + 5.0,
            y - 2.0,
            circle.id,
            x + 5.0,
            y + 9.0,
        );
    }
    let foot = height - 12.0;
    let _ = writeln!(
        svg,
        "<text x=\"{MARGIN}\" y=\"{foot:.0}\" font-size=\"10\">● 中心 centre · ! 不在限制之内 outside the limits · © \
         OpenStreetMap contributors, ODbL · walkshed {}</text>\n</svg>",
        env!("CARGO_PKG_VERSION")
    );
    svg
}

/// A colour for each circle, other than those of the circles around it: the first that is free, in the order of the circles.
fn colours(drawn: &Drawn) -> Vec<usize> {
    let boxes: Vec<_> = drawn.list.iter().map(|circle| circle.shape.bounding_rect()).collect();
    let mut colours = Vec::with_capacity(boxes.len());
    for (number, here) in boxes.iter().enumerate() {
        let touching = |other: &&usize| {
            let pair = here.zip(boxes[**other]);
            pair.is_some_and(|(a, b)| {
                a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
            })
        };
        let before: Vec<usize> = (0..number).collect();
        let taken: BTreeSet<usize> = before.iter().filter(touching).map(|&other| colours[other]).collect();
        let free = (0..COLOURS.len()).find(|colour| !taken.contains(colour));
        colours.push(free.unwrap_or(number % COLOURS.len()));
    }
    colours
}

/// The plane of the picture: metres, turned into pixels.
struct Picture {
    plane: LocalPlane,
    west: f64,
    north: f64,
    scale: f64,
    width: f64,
    height: f64,
}

impl Picture {
    fn around(drawn: &Drawn) -> Option<Self> {
        let plane = LocalPlane::at(drawn.list.first()?.at);
        let shapes = drawn.list.iter().flat_map(|circle| &circle.shape.0).flat_map(|p| p.exterior().coords());
        let corners: Vec<[f64; 2]> = shapes.map(|c| plane.project(LonLat { lon: c.x, lat: c.y })).collect();
        let bound = |axis: usize, pick: fn(f64, f64) -> f64| corners.iter().map(|c| c[axis]).reduce(pick);
        let (west, east) = (bound(0, f64::min)?, bound(0, f64::max)?);
        let (south, north) = (bound(1, f64::min)?, bound(1, f64::max)?);
        let scale = (WIDTH / (east - west).max(1.0)).min(1.5 * WIDTH / (north - south).max(1.0));
        Some(Self { plane, west, north, scale, width: (east - west) * scale, height: (north - south) * scale })
    }

    fn pixel(&self, at: LonLat) -> [f64; 2] {
        let [east, north] = self.plane.project(at);
        [MARGIN + (east - self.west) * self.scale, HEAD + (self.north - north) * self.scale]
    }

    fn path(&self, shape: &MultiPolygon<f64>) -> String {
        let mut path = String::new();
        for ring in shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
            let points = ring.coords().map(|c| self.pixel(LonLat { lon: c.x, lat: c.y }));
            let points: Vec<String> = points.map(|[x, y]| format!("{x:.1} {y:.1}")).collect();
            let _ = write!(path, "M{}Z", points.join("L"));
        }
        path
    }

    fn streets(&self, svg: &mut String, graph: &WalkGraph) {
        if graph.point_count() > MOST_STREET_POINTS {
            return;
        }
        let inside = |&[x, y]: &[f64; 2]| {
            (MARGIN..=MARGIN + self.width).contains(&x) && (HEAD..=HEAD + self.height).contains(&y)
        };
        let mut path = String::new();
        for street in graph.streets() {
            let points: Vec<[f64; 2]> = street.points.iter().map(|p| self.pixel(p.lon_lat())).collect();
            for pair in points.windows(2).filter(|pair| pair.iter().all(inside)) {
                let _ = write!(path, "M{:.1} {:.1}L{:.1} {:.1}", pair[0][0], pair[0][1], pair[1][0], pair[1][1]);
            }
        }
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"#666\" stroke-width=\".6\" stroke-opacity=\".55\"/>"
        );
    }
}

/// Text that is safe between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
