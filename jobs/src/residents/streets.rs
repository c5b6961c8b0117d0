//! Every cell that a street enters, each counting the same: for extracts that know no dwellings.
//!
//! Comes in: the streets. Goes out: cells of weight 1, so that a share is a share of cells. Not here: people.

use std::collections::BTreeSet;

use h3o::{LatLng, Resolution};
use walkshed::WalkGraph;

use super::table::{ResidentCell, Residents};
use crate::tables::columns::Weight;

/// The cells along the streets.
pub(crate) fn cells_along(graph: &WalkGraph, resolution: Resolution) -> Residents {
    let mut cells = BTreeSet::new();
    for link in graph.links() {
        for at in graph.link(link).points.iter().map(|p| p.lon_lat()) {
            cells.extend(LatLng::new(at.lat, at.lon).ok().map(|p| p.to_cell(resolution)));
        }
    }
    let cells: Vec<ResidentCell> = cells.into_iter().map(|cell| ResidentCell::new(cell, 1.0)).collect();
    Residents {
        rows: cells.len() as u64,
        cells,
        groups: Vec::new(),
        weight: Weight {
            en: "cells along streets, each counted once".into(), zh: "沿街单元（每个计为 1）".into()
        },
        resolution,
        rejected: Vec::new(),
        not_placed: 0.0,
    }
}
