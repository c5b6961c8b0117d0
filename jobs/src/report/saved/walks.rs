//! The large tables, `access` and `gaps`, as columns of bytes.
//!
//! Comes in: rows by cell, and within a cell by format or requirement. Goes out: [`Walks`] of each format and [`Verdicts`] on
//! each requirement. Not here: what is done with them.

use anyhow::{Context as _, Result, ensure};
use h3o::CellIndex;
use polars::prelude::{DataFrame, StringChunked, col};
use rustc_hash::FxHashMap;

use super::codes::{self, NO_TIME, NOBODY, REASONS, VERDICTS};
use super::{Cells, Folder, Format, Requirement};
use crate::tables::columns::Table;
use crate::tables::scan;

/// The walks of all cells to the nearest outlet of one format.
#[derive(Clone, Debug)]
pub(crate) struct Walks {
    /// See [`codes`].
    pub code: Vec<u8>,
    /// The position of the outlet, or [`NOBODY`].
    pub nearest: Vec<u32>,
}

/// The verdicts on all cells by one requirement.
#[derive(Clone, Debug)]
pub(crate) struct Verdicts {
    /// The place of the verdict in [`VERDICTS`], and 16 times that of the reason in [`REASONS`].
    pub code: Vec<u8>,
    pub walk: Vec<u8>,
    /// Metres of the walk, where the limit is a distance; one more than there are, 0 for none.
    pub meters: Vec<u16>,
    pub nearest: Vec<u32>,
}

/// What rows are read with.
pub(super) struct Reader<'r> {
    pub folder: &'r Folder<'r>,
    pub cells: &'r Cells,
    pub outlets: &'r FxHashMap<&'r str, u32>,
}

/// Where in a table of cells by something the next row is.
struct Place<'p> {
    cells: &'p [CellIndex],
    keys: &'p [&'p str],
    row: usize,
}

impl Place<'_> {
    /// The cell and the key of the next row, which must be those that the row names.
    fn next(&mut self, cell: &str, key: &str) -> Result<[usize; 2]> {
        let [number, place] = [self.row / self.keys.len(), self.row % self.keys.len()];
        self.row += 1;
        let expected = self.cells.get(number).context("there are more rows than cells have")?;
        let is_it = self.keys[place] == key && (place > 0 || expected.to_string() == cell);
        ensure!(is_it, "row {} is of {cell} and {key}; expected {expected} and {}", self.row, self.keys[place]);
        Ok([number, place])
    }

    fn at_end(&self) -> Result<()> {
        let expected = self.cells.len() * self.keys.len();
        ensure!(self.row == expected, "there are {} rows; expected {expected}, one for each cell and kind", self.row);
        Ok(())
    }
}

impl Reader<'_> {
    fn each(&self, table: Table, columns: &[&str], mut each: impl FnMut(&DataFrame) -> Result<()>) -> Result<()> {
        let path = self.folder.path(table);
        let query = scan::parquet(&path)?.select(columns.iter().map(|name| col(*name)).collect::<Vec<_>>());
        scan::for_each_piece(query, |piece| each(&piece)).with_context(|| path.display().to_string())
    }

    fn outlet(&self, ids: &StringChunked, row: usize) -> u32 {
        ids.get(row).and_then(|id| self.outlets.get(id)).copied().unwrap_or(NOBODY)
    }

    /// The table `access`.
    pub(super) fn walks(&self, formats: &[Format]) -> Result<Vec<Walks>> {
        let cells = self.cells.index.len();
        let empty = Walks { code: vec![codes::UNKNOWN; cells], nearest: vec![NOBODY; cells] };
        let mut all = vec![empty; formats.len()];
        let keys: Vec<&str> = formats.iter().map(|format| format.id.as_str()).collect();
        let mut place = Place { cells: &self.cells.index, keys: &keys, row: 0 };
        self.each(Table::Access, &["h3", "format", "status", "nearest_s", "nearest_id"], |piece| {
            let (h3, format, status) =
                (piece.column("h3")?.str()?, piece.column("format")?.str()?, piece.column("status")?.str()?);
            let (seconds, ids) = (piece.column("nearest_s")?.f64()?, piece.column("nearest_id")?.str()?);
            for row in 0..piece.height() {
                let [cell, format] = place.next(h3.get(row).unwrap_or(""), format.get(row).unwrap_or(""))?;
                all[format].code[cell] = codes::access(status.get(row).unwrap_or(""), seconds.get(row));
                all[format].nearest[cell] = self.outlet(ids, row);
            }
            Ok(())
        })?;
        place.at_end().context("access.parquet")?;
        Ok(all)
    }

    /// The table `gaps`.
    pub(super) fn verdicts(&self, requirements: &[Requirement]) -> Result<Vec<Verdicts>> {
        let cells = self.cells.index.len();
        let new = |requirement: &Requirement| Verdicts {
            code: vec![0; cells],
            walk: vec![NO_TIME; cells],
            meters: if requirement.distance_m.is_some() { vec![0; cells] } else { Vec::new() },
            nearest: vec![NOBODY; cells],
        };
        let mut all: Vec<Verdicts> = requirements.iter().map(new).collect();
        if all.is_empty() {
            return Ok(all);
        }
        let keys: Vec<&str> = requirements.iter().map(|requirement| requirement.id.as_str()).collect();
        let mut place = Place { cells: &self.cells.index, keys: &keys, row: 0 };
        let columns = ["h3", "requirement", "status", "reason", "nearest_s", "nearest_m", "nearest_id"];
        self.each(Table::Gaps, &columns, |piece| {
            let (h3, requirement) = (piece.column("h3")?.str()?, piece.column("requirement")?.str()?);
            let (status, reason) = (piece.column("status")?.str()?, piece.column("reason")?.str()?);
            let (seconds, meters) = (piece.column("nearest_s")?.f64()?, piece.column("nearest_m")?.f64()?);
            let ids = piece.column("nearest_id")?.str()?;
            for row in 0..piece.height() {
                let [cell, number] = place.next(h3.get(row).unwrap_or(""), requirement.get(row).unwrap_or(""))?;
                let (verdict, of) = (status.get(row).unwrap_or(""), &mut all[number]);
                ensure!(
                    VERDICTS.contains(&verdict),
                    "row {} has the status '{verdict}', which is not known",
                    place.row
                );
                of.code[cell] =
                    codes::position(&VERDICTS, verdict) + 16 * codes::position(&REASONS, reason.get(row).unwrap_or(""));
                of.walk[cell] = match (verdict, seconds.get(row), requirements[number].distance_m) {
                    (_, Some(seconds), _) => codes::walk(seconds),
                    ("unknown", ..) => codes::UNKNOWN,
                    ("no_street", ..) => codes::NO_STREET,
                    (_, None, Some(_)) => NO_TIME,
                    (_, None, None) => codes::NONE,
                };
                if let (Some(meters), false) = (meters.get(row), of.meters.is_empty()) {
                    of.meters[cell] = meters.ceil().min(65_534.0) as u16 + 1;
                }
                of.nearest[cell] = self.outlet(ids, row);
            }
            Ok(())
        })?;
        place.at_end().context("gaps.parquet")?;
        Ok(all)
    }
}
