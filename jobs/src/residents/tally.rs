//! Residents by cell, and what was summed on the way to them.
//!
//! Comes in: counts with a cell, or with several cells and their weights; rows that have no place. Goes out: [`Residents`]:
//! what came in is what is placed plus what is not, to the millionth. Not here: where the counts come from.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use h3o::{CellIndex, LatLng, Resolution};
use rustc_hash::FxHashMap;
use serde::Serialize;
use walkshed::LonLat;

use super::count::Count;
use super::origins::HomePoints;
use crate::area::{Area, BadPosition};
use crate::tables::columns::Weight;
use crate::tables::rejected::{Rejected, summed_up};

/// Residents by cell.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Residents {
    /// Cells sorted by H3 index, each once.
    pub cells: Vec<ResidentCell>,
    /// Names of groups, and the residents of each in the order of the cells.
    pub groups: Vec<(String, Vec<f64>)>,
    /// What a cell weighs.
    pub weight: Weight,
    /// The resolution of all cells.
    pub resolution: Resolution,
    /// Rows, or parts of rows, that are in no cell.
    pub rejected: Vec<NotPlaced>,
    /// How many rows the file has.
    pub rows: u64,
    /// Residents in rejected rows, as far as their number could be read. With those of the cells they are all.
    pub not_placed: f64,
    /// Residents by how they came to their cells.
    pub placed_by: Vec<(How, f64)>,
    /// What to know of the reading beside the numbers.
    pub notes: Vec<Note>,
    /// The places of homes inside the cells, where they were kept.
    pub homes: Option<HomePoints>,
}

/// Something to know of the reading, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Note {
    pub en: String,
    pub zh: String,
}

/// A row that is in no cell, or the part of it that is in none.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct NotPlaced {
    /// The row, and why.
    pub row: Rejected,
    /// Its residents; `None` where their number could not be read.
    pub residents: Option<f64>,
}

/// A cell and who lives there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct ResidentCell {
    /// The cell.
    pub cell: CellIndex,
    /// Its centre.
    pub at: LonLat,
    /// Its residents, 0 or more.
    pub residents: f64,
}

impl ResidentCell {
    /// A cell with its centre.
    pub(crate) fn new(cell: CellIndex, residents: f64) -> Self {
        let centre = LatLng::from(cell);
        Self { cell, at: LonLat { lon: centre.lng(), lat: centre.lat() }, residents }
    }
}

/// How residents came to their cells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// The input names the cell.
    GivenCell,
    /// The input names a finer cell, which lies in it.
    FinerCell,
    /// The input names a point in it.
    Point,
    /// By the part of a pixel that lies in it.
    PixelArea,
    /// By the dwelling floor of the buildings of the extract.
    DwellingFloor,
    /// By residential land of the extract.
    ResidentialLand,
    /// Equally among the cells with streets.
    StreetCells,
    /// By area.
    Area,
    /// To the cell in the middle: nothing else is known.
    Middle,
}

/// Residents on their way into cells.
pub(crate) struct Tally<'c> {
    source: String,
    groups: Vec<String>,
    resolution: Resolution,
    area: Option<Area<'c>>,
    /// The place of each cell; none for cells whose residents are not counted.
    row_of_cell: FxHashMap<CellIndex, Option<usize>>,
    cells: Vec<CellIndex>,
    /// For each cell all residents, then each group.
    counts: Vec<Count>,
    placed_by: BTreeMap<How, Count>,
    rejected: Vec<NotPlaced>,
    not_placed: Count,
    /// Residents of the row at hand that are not counted, and why.
    outside: Option<(Count, BadPosition)>,
    /// What to know of the reading beside the numbers.
    pub notes: Vec<Note>,
    /// The places of homes inside the cells, where they are kept.
    pub homes: Option<HomePoints>,
}

impl<'c> Tally<'c> {
    /// Nobody yet. Where an area has homes in a part of it only, residents of other cells are not counted.
    pub(crate) fn new(source: String, groups: Vec<String>, resolution: Resolution, area: Option<Area<'c>>) -> Self {
        Self {
            source,
            groups,
            resolution,
            area,
            row_of_cell: FxHashMap::default(),
            cells: Vec::new(),
            counts: Vec::new(),
            placed_by: BTreeMap::new(),
            rejected: Vec::new(),
            not_placed: Count::ZERO,
            outside: None,
            notes: Vec::new(),
            homes: None,
        }
    }

    /// The resolution of all cells.
    pub(crate) fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Sets it, before anybody is added.
    pub(crate) fn set_resolution(&mut self, resolution: Resolution) {
        self.resolution = resolution;
    }

    /// Adds residents to a cell: all of them, then each group.
    pub(crate) fn add(&mut self, cell: CellIndex, counts: &[Count], how: How) {
        let stride = 1 + self.groups.len();
        debug_assert_eq!((counts.len(), cell.resolution()), (stride, self.resolution));
        let total = counts.first().copied().unwrap_or_default();
        let Some(row) = self.row_of(cell, stride) else {
            if let Some(Err(bad)) = self.area.map(|area| area.check_home(ResidentCell::new(cell, 0.0).at)) {
                self.outside.get_or_insert((Count::ZERO, bad)).0 += total;
            }
            return;
        };
        for (sum, &count) in self.counts[row * stride..].iter_mut().zip(counts) {
            *sum += count;
        }
        *self.placed_by.entry(how).or_default() += total;
    }

    /// The place of a cell; none where its residents are not counted.
    fn row_of(&mut self, cell: CellIndex, stride: usize) -> Option<usize> {
        *self.row_of_cell.entry(cell).or_insert_with(|| {
            if self.area.is_some_and(|area| !area.has_home(ResidentCell::new(cell, 0.0).at)) {
                return None;
            }
            self.cells.push(cell);
            self.counts.resize(self.counts.len() + stride, Count::ZERO);
            Some(self.cells.len() - 1)
        })
    }

    /// Whether residents since the last [`Tally::reject_outside`] came to cells that are not counted.
    pub(super) fn has_outside(&self) -> bool {
        self.outside.is_some()
    }

    /// Notes those residents of a row that came to cells which are not counted.
    pub(super) fn reject_outside(&mut self, row: u64, id: impl FnOnce() -> Option<String>) {
        if let Some((residents, bad)) = self.outside.take() {
            self.reject(row, id(), bad.reason, bad.detail, Some(residents));
        }
    }

    /// Adds residents of one column: 0 are all of them, 1 is the first group.
    pub(crate) fn add_to_column(&mut self, cell: CellIndex, column: usize, count: Count, how: How) {
        let mut counts = vec![Count::ZERO; 1 + self.groups.len()];
        counts[column] = count;
        self.add(cell, &counts, how);
    }

    /// Divides residents over cells by their weights. There is at least one cell.
    pub(crate) fn spread(&mut self, counts: &[Count], over: &[(CellIndex, f64)], how: How) {
        let weights: Vec<f64> = over.iter().map(|(_, weight)| *weight).collect();
        let parts: Vec<Vec<Count>> = counts.iter().map(|count| count.split(&weights)).collect();
        for (number, (cell, _)) in over.iter().enumerate() {
            let counts: Vec<Count> = parts.iter().map(|parts| parts[number]).collect();
            self.add(*cell, &counts, how);
        }
    }

    /// Notes a row that has no place.
    pub(crate) fn reject(
        &mut self,
        row: u64,
        id: Option<String>,
        reason: &'static str,
        detail: String,
        residents: Option<Count>,
    ) {
        self.not_placed += residents.unwrap_or_default();
        let row = Rejected { source: self.source.clone(), row, id, reason, detail };
        self.rejected.push(NotPlaced { row, residents: residents.map(Count::get) });
    }

    /// Residents placed in each cell, sorted, of a file with so many rows.
    ///
    /// # Errors
    /// When nothing came to a cell.
    pub(crate) fn finish(mut self, rows: u64) -> Result<Residents> {
        self.rejected.sort_by_key(|rejected| rejected.row.row);
        let rejected = self.rejected.iter().map(|not_placed| &not_placed.row);
        ensure!(!self.cells.is_empty(), "no row of {} is usable: {}", self.source, summed_up(rejected));
        let stride = 1 + self.groups.len();
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        order.sort_unstable_by_key(|&row| self.cells[row]);
        let counts = &self.counts;
        let column = |column: usize| order.iter().map(move |&row| counts[row * stride + column].get());
        let cells = order.iter().zip(column(0)).map(|(&row, residents)| ResidentCell::new(self.cells[row], residents));
        let groups = self.groups.iter().zip(1..).map(|(name, number)| (name.clone(), column(number).collect()));
        Ok(Residents {
            cells: cells.collect(),
            groups: groups.collect(),
            weight: Weight { en: "residents".to_owned(), zh: "居民".to_owned(), people: true },
            resolution: self.resolution,
            rejected: self.rejected,
            rows,
            not_placed: self.not_placed.get(),
            placed_by: self.placed_by.into_iter().map(|(how, count)| (how, count.get())).collect(),
            notes: self.notes,
            homes: self.homes,
        })
    }
}
