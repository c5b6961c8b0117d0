//! The real extracts as graphs, and their cells.

use std::fs::File;

use walkshed::graph::WalkGraph;
use walkshed::osm::{WalkRules, read_pbf};

#[path = "../real_data.rs"]
mod files;
pub(crate) use files::path;

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
