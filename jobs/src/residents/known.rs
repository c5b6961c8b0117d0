//! What is known of where people live, to divide those of a large area by.
//!
//! Comes in: the dwellings of an extract, the streets. Goes out: weights of cells: dwelling floor, residential land, or
//! streets. Not here: dividing.

use std::cell::OnceCell;

use h3o::{CellIndex, Resolution};
use walkshed::WalkGraph;

use super::osm::Dwellings;
use super::streets::street_cells;
use super::tally::How;

/// What is known at one resolution.
pub(crate) struct Known<'a> {
    dwellings: Option<Dwellings<'a>>,
    graph: &'a WalkGraph,
    resolution: Resolution,
    floor: OnceCell<Vec<(CellIndex, f64)>>,
    land: OnceCell<Vec<(CellIndex, f64)>>,
    streets: OnceCell<Vec<(CellIndex, f64)>>,
}

impl<'a> Known<'a> {
    /// What an extract knows; without one the streets are all that is known.
    pub(crate) fn new(dwellings: Option<Dwellings<'a>>, graph: &'a WalkGraph, resolution: Resolution) -> Self {
        let [floor, land, streets] = [const { OnceCell::new() }; 3];
        Self { dwellings, graph, resolution, floor, land, streets }
    }

    /// The dwellings, where there is an extract.
    pub(crate) fn dwellings(&self) -> Option<&Dwellings<'a>> {
        self.dwellings.as_ref()
    }

    /// The cells inside a coarser one that can have residents, with their weights: by dwelling floor, else by residential
    /// land, else each that a street enters the same. None where nothing is known.
    pub(crate) fn inside(&self, coarse: CellIndex) -> Option<(&[(CellIndex, f64)], How)> {
        let layers = [(self.floor(), How::DwellingFloor), (self.land(), How::ResidentialLand)];
        let found =
            layers.into_iter().map(|(layer, how)| (below(layer, coarse), how)).find(|(cells, _)| !cells.is_empty());
        found.or_else(|| Some((below(self.streets(), coarse), How::StreetCells)).filter(|(cells, _)| !cells.is_empty()))
    }

    fn floor(&self) -> &[(CellIndex, f64)] {
        let of = |known: &Dwellings<'_>| known.floor_by_cell(self.resolution).into_iter().collect();
        self.floor.get_or_init(|| self.dwellings.as_ref().map(of).unwrap_or_default())
    }

    fn land(&self) -> &[(CellIndex, f64)] {
        let of = |known: &Dwellings<'_>| known.land_by_cell(self.resolution).into_iter().collect();
        self.land.get_or_init(|| self.dwellings.as_ref().map(of).unwrap_or_default())
    }

    fn streets(&self) -> &[(CellIndex, f64)] {
        let cells = || street_cells(self.graph, self.resolution).into_iter().map(|cell| (cell, 1.0)).collect();
        self.streets.get_or_init(cells)
    }
}

/// The cells of a sorted layer that lie inside a coarser cell. Cells of one resolution sort by their ancestors first.
fn below(layer: &[(CellIndex, f64)], coarse: CellIndex) -> &[(CellIndex, f64)] {
    let ancestor = |cell: &CellIndex| cell.parent(coarse.resolution());
    let first = layer.partition_point(|(cell, _)| ancestor(cell) < Some(coarse));
    let count = layer[first..].partition_point(|(cell, _)| ancestor(cell) == Some(coarse));
    &layer[first..first + count]
}
