//! How far one gets from a place on foot, as a picture: areas within 5, 10 and 15 minutes over the streets.
//!
//! Comes in: an extract, a longitude and a latitude. Goes out: SVG on standard output. Not here: other budgets; the tool
//! (`walkshed isochrone`) writes areas for any.
//!
//! ```sh
//! cargo run --release -p walkshed --example isochrone_picture -- city.osm.pbf 113.61 34.75 > around.svg
//! ```

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;

use walkshed::isochrone::{Heading, IsochroneOptions, IsochroneSearch, Isochrones, Origin, Piece, Shape};
use walkshed::osm::{WalkRules, read_pbf};
use walkshed::snap::{SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{Bounds, LocalPlane, LonLat, Meters, Ticks, WalkGraph};

/// The colours of the three areas and of the streets in them.
const FILL: [&str; 3] = ["#2c7fb8", "#7fcdbb", "#edf8b1"];
const LINE: [&str; 3] = ["#0b3c5d", "#1d7874", "#7a8b2a"];
/// Metres of a pixel, and around the largest area.
const METRES: f64 = 2.5;
const MARGIN: Meters = Meters(60.0);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, lon, lat] = &arguments[..] else {
        return Err("expected: FILE.osm.pbf LON LAT".into());
    };
    let at = LonLat::new(lon.parse()?, lat.parse()?)?;
    let (network, _) = read_pbf(File::open(path)?, &WalkRules::worldwide())?;
    let graph = WalkGraph::from_network(&network)?;
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let origin = Origin::new(&graph, &weights, at, &Snapper::new(&graph, SnapOptions::default()).snap(at)?);
    let isochrones = Isochrones::new(&graph, &weights, IsochroneOptions::default())?;
    let mut search = IsochroneSearch::new(&isochrones);
    let mut reached = search.run(&[origin], Heading::Away, &[5, 10, 15].map(Ticks::from_minutes))?;
    let (areas, pieces) = (reached.areas()?, reached.pieces());
    let corners = areas.iter().flat_map(|area| area.rings().flatten()).map(|corner| corner.lon_lat());
    let bounds = Bounds::around(corners).ok_or("nothing is reached")?.grown(MARGIN);
    let picture = Picture { plane: LocalPlane::at(at), bounds };
    println!("{}", picture.draw(&graph, &areas, &pieces, at)?);
    Ok(())
}

struct Picture {
    plane: LocalPlane,
    bounds: Bounds,
}

impl Picture {
    /// Pixels east and south of the corner.
    fn pixel(&self, at: LonLat) -> [f64; 2] {
        let [west, _] = self.plane.project(self.bounds.min);
        let [_, north] = self.plane.project(self.bounds.max);
        let [x, y] = self.plane.project(at);
        [(x - west) / METRES, (north - y) / METRES]
    }

    fn path(&self, points: impl Iterator<Item = LonLat>) -> Result<String, std::fmt::Error> {
        let mut path = String::new();
        for (number, at) in points.enumerate() {
            let [x, y] = self.pixel(at);
            write!(path, "{}{x:.1},{y:.1}", if number == 0 { "M" } else { "L" })?;
        }
        Ok(path)
    }

    fn draw(
        &self,
        graph: &WalkGraph,
        areas: &[Shape],
        pieces: &[Piece],
        at: LonLat,
    ) -> Result<String, std::fmt::Error> {
        let [width, _] = self.pixel(self.bounds.max);
        let [_, height] = self.pixel(self.bounds.min);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\"><rect width=\"100%\" \
             height=\"100%\" fill=\"#fff\"/>\n"
        );
        for (number, area) in areas.iter().enumerate().rev() {
            let mut rings = String::new();
            for ring in area.rings() {
                write!(rings, "{}Z", self.path(ring.iter().map(|corner| corner.lon_lat()))?)?;
            }
            let (fill, line) = (FILL[number], LINE[number]);
            writeln!(
                svg,
                "<path d=\"{rings}\" fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"{line}\" stroke-width=\"0.8\"/>"
            )?;
        }
        for street in graph.streets() {
            let points = || street.points.iter().map(|point| point.lon_lat());
            if points().any(|point| self.bounds.contains(point)) {
                writeln!(
                    svg,
                    "<path d=\"{}\" fill=\"none\" stroke=\"#b8b8b8\" stroke-width=\"0.8\"/>",
                    self.path(points())?
                )?;
            }
        }
        for piece in pieces {
            let path = self.path(piece.points.iter().copied())?;
            writeln!(svg, "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.1\"/>", LINE[piece.budget])?;
        }
        let [x, y] = self.pixel(at);
        write!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#d7301f\" stroke=\"#fff\"/></svg>")?;
        Ok(svg)
    }
}
