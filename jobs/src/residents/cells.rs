//! Residents of H3 cells of any resolution, brought to that of the run.
//!
//! Comes in: rows with a cell and counts. Goes out: cells of one resolution: finer ones are summed into the cell that they
//! lie in, coarser ones divided among those inside by what the extract knows. Not here: reading the rows.
//!
//! - The second row of one cell is rejected, not added: two rows of a cell are a mistake, and a sum would hide it. So is a
//!   cell with other cells of the table inside it, which would count their residents twice.
//! - A coarser cell of which nothing is known goes to the cell in its middle.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use anyhow::Result;
use h3o::{CellIndex, Resolution};
use rustc_hash::{FxHashMap, FxHashSet};

use super::count::Count;
use super::gather::Extent;
use super::known::Known;
use super::tally::{How, ResidentCell, Residents, Tally};

/// H3 cells by rows of a table, as yet of any resolution.
pub(crate) struct CellRows<'c> {
    pub tally: Tally<'c>,
    pub rows: u64,
    pub extent: Option<Extent<'c>>,
    /// Row and cell, in the order of the file.
    pub cells: Vec<(u64, CellIndex)>,
    /// For each of them all residents, then each group.
    pub counts: Vec<Count>,
}

impl CellRows<'_> {
    /// Whether a cell must be divided.
    pub(crate) fn are_coarser(&self) -> bool {
        self.cells.iter().any(|(_, cell)| cell.resolution() < self.tally.resolution())
    }

    /// Brings all cells to the resolution of the tally.
    ///
    /// # Errors
    /// When no row is usable.
    pub(crate) fn place(mut self, known: &Known<'_>) -> Result<Residents> {
        let stride = self.counts.len() / self.cells.len().max(1);
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        order.sort_unstable_by_key(|&number| (self.cells[number].1, number));
        let inner = self.inner_cells();
        let mut last: Option<(CellIndex, u64)> = None;
        for number in order {
            let (row, cell) = self.cells[number];
            let counts = &self.counts[number * stride..(number + 1) * stride];
            if let Some((_, first)) = last.filter(|(known, _)| *known == cell) {
                let detail = format!("row {first} has this cell already; write one row per cell");
                self.tally.reject(row, Some(cell.to_string()), "duplicate_cell", detail, counts.first().copied());
                continue;
            }
            last = Some((cell, row));
            if let Some(inner) = inner.get(&cell) {
                let detail = format!("the cell {inner} of the same table lies inside it; keep one of the two");
                self.tally.reject(row, Some(cell.to_string()), "holds_other_cells", detail, counts.first().copied());
                continue;
            }
            place(&mut self.tally, (row, cell), counts, known, self.extent.as_ref());
            self.tally.reject_outside(row, || Some(cell.to_string()));
        }
        self.tally.finish(self.rows)
    }

    /// For each cell that has other cells of the table inside it, one of these.
    fn inner_cells(&self) -> FxHashMap<CellIndex, CellIndex> {
        let all: FxHashSet<CellIndex> = self.cells.iter().map(|(_, cell)| *cell).collect();
        let resolutions: BTreeSet<Resolution> = all.iter().map(|cell| cell.resolution()).collect();
        let mut inner = FxHashMap::default();
        for &(_, cell) in &self.cells {
            let coarser = resolutions.range(..cell.resolution()).filter_map(|&coarser| cell.parent(coarser));
            for outer in coarser.filter(|outer| all.contains(outer)) {
                inner.entry(outer).or_insert(cell);
            }
        }
        inner
    }
}

fn place(
    tally: &mut Tally<'_>,
    (row, cell): (u64, CellIndex),
    counts: &[Count],
    known: &Known<'_>,
    extent: Option<&Extent<'_>>,
) {
    let resolution = tally.resolution();
    let (target, how) = match cell.resolution().cmp(&resolution) {
        Ordering::Equal => (Some(cell), How::GivenCell),
        Ordering::Greater => (cell.parent(resolution), How::FinerCell),
        Ordering::Less => match known.inside(cell) {
            Some((inside, how)) => return tally.spread(counts, inside, how),
            None => (cell.center_child(resolution), How::Middle),
        },
    };
    let Some(target) = target else { return };
    let outside = extent.and_then(|extent| extent.check(ResidentCell::new(cell, 0.0).at).err());
    match outside {
        Some(bad) => tally.reject(row, Some(cell.to_string()), bad.reason, bad.detail, counts.first().copied()),
        None => tally.add(target, counts, how),
    }
}

/// The resolution that most cells have; the finer among equals.
pub(super) fn most_frequent(cells: &[(u64, CellIndex)]) -> Option<Resolution> {
    let mut counts: FxHashMap<Resolution, u64> = FxHashMap::default();
    for (_, cell) in cells {
        *counts.entry(cell.resolution()).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|&(resolution, count)| (count, resolution)).map(|(resolution, _)| resolution)
}
