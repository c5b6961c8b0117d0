//! Where the real extracts are.
//!
//! They are found through `WALKSHED_DATA`, or beside the project in `../shared/data`. Without them a test says that it was
//! skipped; where `CI` is set it fails.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use walkshed::graph::WalkGraph;
use walkshed::osm::{WalkRules, read_pbf};

/// The path of a data file, or nothing, said aloud, when the data is not there.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("WALKSHED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing; set WALKSHED_DATA", path.display());
    // Straight to the terminal: the test runner keeps back what passing tests print.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {} is missing; set WALKSHED_DATA to run this test", path.display());
    None
}

/// The graph of an extract.
pub(crate) fn graph(name: &str) -> Option<WalkGraph> {
    let (network, _) = read_pbf(File::open(path(name)?).unwrap(), &WalkRules::worldwide()).unwrap();
    Some(WalkGraph::from_network(&network).unwrap())
}

/// Whether comparisons that are done on a part of the cells, to save time, should be done on all.
pub(crate) fn every_cell() -> bool {
    std::env::var_os("WALKSHED_EVERY_CELL").is_some()
}

/// The centres of all H3 cells of a resolution that a street enters, in the order of their indexes.
pub(crate) fn street_cells(graph: &WalkGraph, resolution: h3o::Resolution) -> Vec<walkshed::LonLat> {
    let points = graph.links().flat_map(|l| graph.link(l).points.iter().map(|p| p.lon_lat()));
    let mut cells: Vec<h3o::CellIndex> =
        points.map(|p| h3o::LatLng::new(p.lat, p.lon).unwrap().to_cell(resolution)).collect();
    cells.sort_unstable();
    cells.dedup();
    let centre = |c: h3o::CellIndex| {
        let at = h3o::LatLng::from(c);
        walkshed::LonLat { lon: at.lng(), lat: at.lat() }
    };
    cells.into_iter().map(centre).collect()
}
