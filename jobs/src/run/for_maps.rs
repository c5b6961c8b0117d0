//! What maps and reports show beside the results: requirements in words and sums, the areas of zones, streets, isochrones.
//!
//! Comes in: the inputs and the coverage of a run. Goes out: the tables `requirements`, `zone_shapes`, `streets` and
//! `isochrones`, so that a report can be drawn from the saved tables without the extract. Not here: drawing.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use geo::{Coord, LineString, Simplify as _};
use h3o::LatLng;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _};
use walkshed::coverage::Standard;
use walkshed::osm::read_way_names;
use walkshed::{LocalPlane, LonLat, OsmWayId, WalkGraph};

use super::findings::RequirementTold;
use super::inputs::Inputs;
use crate::streets::{graph_among, names, open_all};
use crate::tables::geo::{area_wkb, line_wkb};
use crate::tables::residents_sum::texts;
use crate::zones::ZoneLayer;

/// Streets are simplified to this many metres.
const TOLERANCE_M: f64 = 4.0;
/// Streets are kept so far around the cells, in degrees of latitude: some 550 m.
const AROUND_DEG: f64 = 0.005;
/// The header of an extract of this tool ends before this, and has these bytes: the field `writingprogram` with its name.
const HEADER: u64 = 512;
const WRITER: &[u8] = b"\x82\x01\x08walkshed";
/// Classes of main streets, without what follows them in `_link`.
const MAIN: [&str; 5] = ["motorway", "trunk", "primary", "secondary", "tertiary"];

/// The table `requirements`.
///
/// # Errors
/// When polars refuses its columns.
pub(super) fn requirements(standard: &Standard, told: &[RequirementTold]) -> Result<DataFrame> {
    let asked = &standard.requirements;
    let joined = |formats: &[String]| Some(formats.join(";"));
    let sums = |name: &str, of: fn(&RequirementTold) -> f64| {
        Column::new(name.into(), told.iter().map(of).collect::<Vec<f64>>())
    };
    let source = |ids: &[String]| {
        let titles = ids.iter().filter_map(|id| standard.sources.iter().find(|source| source.id == *id));
        titles.map(|source| source.title.clone()).collect::<Vec<_>>().join("; ")
    };
    Ok(DataFrame::new_infer_height(vec![
        texts("requirement", asked.iter().map(|r| Some(&r.id))),
        texts("name_zh", asked.iter().map(|r| Some(&r.zh))),
        texts("name_en", asked.iter().map(|r| Some(&r.en))),
        texts("class", asked.iter().map(|r| Some(&r.class))),
        Column::new("minutes".into(), asked.iter().map(|r| r.limit.minutes()).collect::<Vec<_>>()),
        Column::new("distance_m".into(), asked.iter().map(|r| r.limit.meters()).collect::<Vec<_>>()),
        texts("any_of", asked.iter().map(|r| joined(&r.any_of))),
        texts("all_of", asked.iter().map(|r| joined(&r.all_of))),
        Column::new("min_count".into(), asked.iter().map(|r| r.min_count).collect::<Vec<_>>()),
        texts("group", asked.iter().map(|r| r.group.as_ref())),
        texts("source", asked.iter().map(|r| Some(source(&r.sources)))),
        Column::new("share_met".into(), told.iter().map(|r| r.share_met).collect::<Vec<_>>()),
        sums("residents_met", |r| r.met),
        sums("residents_not_met", |r| r.not_met),
        sums("residents_unknown", |r| r.unknown),
        sums("residents_no_street", |r| r.no_street),
        sums("beyond_budget", |r| r.beyond_budget),
        sums("detour", |r| r.detour),
        sums("too_few", |r| r.too_few),
        sums("no_outlet", |r| r.no_outlet),
        sums("gate", |r| r.gate),
        sums("island", |r| r.island),
        sums("edge_of_data", |r| r.edge_of_data),
    ])?)
}

/// The table `zone_shapes`.
///
/// # Errors
/// When polars refuses its columns.
pub(super) fn zone_shapes(layer: Option<&ZoneLayer>) -> Result<DataFrame> {
    let zones = layer.map_or(&[][..], |layer| &layer.zones);
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), zones.len());
    for zone in zones {
        geometry.append_value(area_wkb(&zone.shape));
    }
    Ok(DataFrame::new_infer_height(vec![
        texts("zone_id", zones.iter().map(|zone| Some(&zone.id))),
        texts("zone_name", zones.iter().map(|zone| Some(&zone.name))),
        geometry.finish().into_column(),
    ])?)
}

/// The table `streets`. Names are those of main streets, read once more from the extracts; a graph file has none.
///
/// # Errors
/// When the extract cannot be read again, or polars refuses the columns.
pub(super) fn streets(inputs: &Inputs, osm: &[PathBuf]) -> Result<DataFrame> {
    let graph = &inputs.streets.graph;
    let lines = simplified(inputs);
    let mut ways: Vec<OsmWayId> = lines.iter().filter(|line| line.level == 1).map(|line| line.way).collect();
    ways.sort_unstable();
    ways.dedup();
    let known = if ways.is_empty() || graph_among(osm)?.is_some() {
        Vec::new()
    } else {
        read_way_names(open_all(osm)?.0, &ways).with_context(|| names(osm))?
    };
    let name = |line: &Line| {
        let place = known.binary_search_by_key(&line.way, |(way, _)| *way).ok().filter(|_| line.level == 1)?;
        Some(&known[place].1)
    };
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), lines.len());
    for line in &lines {
        geometry.append_value(line_wkb(line.points.iter().copied()));
    }
    Ok(DataFrame::new_infer_height(vec![
        Column::new("level".into(), lines.iter().map(|line| line.level).collect::<Vec<u32>>()),
        texts("class", lines.iter().map(|line| Some(&graph.class_names()[line.class]))),
        texts("name", lines.iter().map(name)),
        geometry.finish().into_column(),
    ])?)
}

/// Whether all streets are of made-up cities: extracts whose header says that this tool wrote them. Nobody is to be named
/// for these, as OpenStreetMap's contributors are for all others.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn are_made_up(osm: &[PathBuf]) -> Result<bool> {
    for path in osm {
        let mut head = Vec::new();
        let unreadable = || format!("{} cannot be read", path.display());
        File::open(path).with_context(unreadable)?.take(HEADER).read_to_end(&mut head).with_context(unreadable)?;
        if !head.windows(WRITER.len()).any(|window| window == WRITER) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A street as a map shows it.
struct Line {
    level: u32,
    class: usize,
    way: OsmWayId,
    points: Vec<LonLat>,
}

/// Whether a class, such as `highway=primary_link`, is one of main streets.
fn is_main(class: &str) -> bool {
    let word = class.split_once('=').map_or(class, |(_, word)| word);
    MAIN.contains(&word.strip_suffix("_link").unwrap_or(word))
}

/// All streets near the cells, simplified.
fn simplified(inputs: &Inputs) -> Vec<Line> {
    let graph: &WalkGraph = &inputs.streets.graph;
    let cells = inputs.residents.cells.iter().map(|cell| LatLng::from(cell.cell));
    let Some([west, south, east, north]) = cells.fold(None, |known: Option<[f64; 4]>, at| {
        let (x, y) = (at.lng(), at.lat());
        let [w, s, e, n] = known.unwrap_or([x, y, x, y]);
        Some([w.min(x), s.min(y), e.max(x), n.max(y)])
    }) else {
        return Vec::new();
    };
    let middle = LonLat { lon: f64::midpoint(west, east), lat: f64::midpoint(south, north) };
    let plane = LocalPlane::at(middle);
    let wide = AROUND_DEG / middle.lat.to_radians().cos().max(0.1);
    let is_near = |at: LonLat| {
        (west - wide..=east + wide).contains(&at.lon) && (south - AROUND_DEG..=north + AROUND_DEG).contains(&at.lat)
    };
    let mut lines = Vec::new();
    for street in graph.streets() {
        let points = street.points.iter().map(|point| point.lon_lat());
        if !points.clone().any(is_near) {
            continue;
        }
        let flat: LineString<f64> = points.map(|at| plane.project(at)).map(|[x, y]| Coord { x, y }).collect();
        // A loop smaller than the tolerance would become a line of no length, which is no valid shape.
        let simpler = flat.simplify(TOLERANCE_M);
        let flat = if simpler.0.first() == simpler.0.last() && simpler.0.len() < 4 { flat } else { simpler };
        let Some(piece) = street.pieces.first() else { continue };
        lines.push(Line {
            level: if is_main(&graph.class_names()[piece.class()]) { 1 } else { 2 },
            class: piece.class(),
            way: piece.way(),
            points: flat.0.iter().map(|at| plane.unproject([at.x, at.y])).collect(),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::is_main;

    #[test]
    fn main_streets_are_told_by_their_class() {
        let main = ["highway=primary", "highway=trunk_link", "tertiary"];
        assert!(main.into_iter().all(is_main));
        assert!(!["highway=footway", "highway=residential", "railway=platform"].into_iter().any(is_main));
    }
}
