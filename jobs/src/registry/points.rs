//! Points from a table: `id, lon, lat`.
//!
//! Comes in: CSV or Parquet, and where the streets are. Goes out: points in the order of the file, and every row that is
//! none, with its reason. Not here: what a point is; origins of a matrix and outlets alike have an id and a place.

use std::path::Path;

use anyhow::{Result, ensure};
use rustc_hash::FxHashMap;
use walkshed::LonLat;

use crate::area::{Area, read_position};
use crate::tables::rejected::{Rejected, summed_up};
use crate::tables::source::SourceTable;

/// Why a row cannot be used: a code, and what was found and what to do.
pub(crate) type Rejection = (&'static str, String);

/// The points of one table.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Points {
    /// Usable points with their ids, in the order of the file.
    pub used: Vec<(String, LonLat)>,
    /// Rows that are none; with the points they are all rows.
    pub rejected: Vec<Rejected>,
    /// How many rows the file has.
    pub rows: u64,
}

/// The ids of a table, each once.
///
/// A row without an id gets `row-N`: a place is no worse for having no name. A row whose id an earlier row has is refused:
/// whatever is said of that id later would be said of both.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ids {
    row_of_id: FxHashMap<String, u64>,
}

impl Ids {
    /// The id of a row that is usable otherwise.
    ///
    /// # Errors
    /// `duplicate_id` when an earlier row has it.
    pub(crate) fn take(&mut self, row: u64, id: &str) -> Result<String, Rejection> {
        let taken = if id.is_empty() { format!("row-{row}") } else { id.to_owned() };
        if let Some(first) = self.row_of_id.get(&taken) {
            let detail = format!(
                "row {first} has the id '{taken}' already; give each place its own id, and write several formats of one \
                 outlet into one row, as in bakery;cafe"
            );
            return Err(("duplicate_id", detail));
        }
        self.row_of_id.insert(taken.clone(), row);
        Ok(taken)
    }
}

/// Reads a table of points. With an `area`, rows far from the streets are rejected.
///
/// # Errors
/// When the file cannot be read, a column is missing, or no row is usable.
pub(crate) fn read_points(path: &Path, area: Option<&Area>) -> Result<Points> {
    let table = SourceTable::open(path)?;
    let columns = [table.need(&["id"])?, table.need(&["lon"])?, table.need(&["lat"])?];
    let source = path.display().to_string();
    let mut ids = Ids::default();
    let mut points = Points::default();
    points.rows = table.for_each_row(&columns, |row, cells| {
        let &[id, lon, lat] = cells else { unreachable!("three columns are asked for") };
        let at = read_position(lon, lat, area).map_err(|bad| (bad.reason, bad.detail));
        match at.and_then(|at| Ok((ids.take(row, id)?, at))) {
            Ok(point) => points.used.push(point),
            Err((reason, detail)) => {
                let id = Some(id.to_owned()).filter(|id| !id.is_empty());
                points.rejected.push(Rejected { source: source.clone(), row, id, reason, detail });
            }
        }
        Ok(())
    })?;
    ensure!(points.rows > 0, "{source} has a header and no rows; expected one row per point");
    ensure!(!points.used.is_empty(), "no row of {source} is usable: {}", summed_up(&points.rejected));
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_point_or_rejected() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("points.csv");
        std::fs::write(&path, "lat,lon,id\n39.9,116.3,a\n39.9,116.4,\n39.9,116.5,a\n116.3,39.9,b\n")?;
        let points = read_points(&path, None)?;
        let ids: Vec<&str> = points.used.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["a", "row-2"]);
        let rejected: Vec<_> = points.rejected.iter().map(|row| (row.row, row.reason)).collect();
        assert_eq!(rejected, [(3, "duplicate_id"), (4, "swapped_axes")]);
        assert_eq!(points.rows, 4);
        Ok(())
    }
}
