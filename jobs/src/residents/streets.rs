//! Every cell that a street enters, each counting the same: for extracts that know no dwellings.
//!
//! Comes in: the streets. Goes out: cells of weight 1, so that a share is a share of cells. Not here: people.

use std::collections::BTreeSet;

use h3o::{CellIndex, LatLng, Resolution};
use walkshed::WalkGraph;

use super::tally::{ResidentCell, Residents};
use crate::tables::columns::Weight;

/// The cells that a street enters.
pub(crate) fn street_cells(graph: &WalkGraph, resolution: Resolution) -> BTreeSet<CellIndex> {
    // A step well below a cell's width (its edge is half of that), so that no cell on the way is stepped over.
    let step = resolution.edge_length_m() / 4.0;
    let mut cells = BTreeSet::new();
    for street in graph.streets() {
        for pair in street.points.windows(2) {
            let [from, to] = [pair[0].lon_lat(), pair[1].lon_lat()];
            let steps = (from.distance_to(to).0 / step).ceil().max(1.0);
            for number in 0..=steps as u32 {
                let share = f64::from(number) / steps;
                let (lon, lat) = (from.lon + share * (to.lon - from.lon), from.lat + share * (to.lat - from.lat));
                cells.extend(LatLng::new(lat, lon).ok().map(|p| p.to_cell(resolution)));
            }
        }
    }
    cells
}

/// The cells along the streets, each of weight 1.
pub(crate) fn cells_along(graph: &WalkGraph, resolution: Resolution) -> Residents {
    let cells = street_cells(graph, resolution);
    let cells: Vec<ResidentCell> = cells.into_iter().map(|cell| ResidentCell::new(cell, 1.0)).collect();
    Residents {
        rows: cells.len() as u64,
        placed_by: Vec::new(),
        cells,
        groups: Vec::new(),
        weight: Weight {
            en: "cells along streets, each counted once".into(),
            zh: "沿街单元（每个计为 1）".into(),
            people: false,
        },
        resolution,
        rejected: Vec::new(),
        not_placed: 0.0,
        notes: Vec::new(),
        homes: None,
    }
}
