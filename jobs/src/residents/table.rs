//! Residents from a table: H3 cells, or points that are summed into cells.
//!
//! Comes in: CSV or Parquet with `h3` (or `id` that holds H3 indexes) or `lon`, `lat`; `population`; and groups such as
//! `pop_60plus`. Goes out: cells with their residents, and every row that is not in them, with its reason. Not here:
//! residents from OSM, from polygons or rasters, and cells of another resolution than the run's.
//!
//! - A table of cells keeps the resolution that most rows have, unless another is asked for or it is of no use for walking.
//! - Cells with nobody in them are kept.

use anyhow::{Result, bail, ensure};
use h3o::{CellIndex, Resolution};

use super::cells::{CellRows, most_frequent};
use super::count::Count;
use super::gather::{Gathered, Reading};
use super::named::{numbers_among, read_count};
use super::osm::cell_at;
use super::tally::{How, Tally};
use crate::area::{BadPosition, read_position_in};
use crate::datum::Datum;
use crate::plan::USEFUL_RESOLUTIONS;
use crate::plan::residents::{Kind, ResidentsFile};
use crate::tables::source::SourceTable;
use crate::wrong_use::WrongUse;

/// How a table says where people live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Cells,
    Points,
}

/// Reads a table of residents. Points are summed into cells. Where an extent is given, rows far from the streets are
/// rejected.
///
/// # Errors
/// When the file cannot be read, a column is missing, or no row is usable.
pub(super) fn read_table<'c>(file: &ResidentsFile, reading: &Reading<'c>) -> Result<Gathered<'c>> {
    let table = SourceTable::open(&file.path)?;
    let source = file.path.display().to_string();
    let numbers = numbers_among(table.columns(), file.population.as_deref(), &file.groups, &source)?;
    let (place, mut columns) = place_of(&table, file.kind)?;
    let datum = file.datum.unwrap_or(Datum::Wgs84);
    if place == Place::Cells && !datum.is_as(Datum::Wgs84) {
        return Err(WrongUse::error(format!(
            "{source} is a table of H3 cells, which are in WGS-84; a datum ({datum}) is for points"
        )));
    }
    let placing = columns.len();
    columns.extend(numbers.columns.iter().map(String::as_str));
    let mut rows = Rows {
        place,
        datum,
        reading,
        tally: Tally::new(source.clone(), numbers.groups.clone(), reading.resolution(), reading.area().copied()),
        cells: Vec::new(),
        counts: Vec::new(),
    };
    rows.tally.homes = if place == Place::Points { reading.homes() } else { None };
    let count = table.for_each_row(&columns, |row, texts| {
        rows.add(row, &texts[..placing], &numbers.columns, &texts[placing..]);
        Ok(())
    })?;
    ensure!(count > 0, "{source} has a header and no rows; expected one row per cell or point");
    rows.finish(count)
}

/// The columns that say where people live.
fn place_of(table: &SourceTable, kind: Kind) -> Result<(Place, Vec<&str>)> {
    let h3 = if kind == Kind::Points {
        None
    } else {
        table.find(&["h3", "h3_index", "h3_id", "id_hex", "hex_id", "h3_u64"])
    };
    if let Some(h3) = h3 {
        return Ok((Place::Cells, vec![h3]));
    }
    // An `id` is looked at, not trusted: many tables of points have one too.
    if kind != Kind::Points
        && let Some(id) = table.find(&["id"])
        && holds_cells(table, id)?
    {
        return Ok((Place::Cells, vec![id]));
    }
    match (table.find(&["lon", "lng", "longitude", "经度"]), table.find(&["lat", "latitude", "纬度"])) {
        (Some(lon), Some(lat)) if kind != Kind::Cells => Ok((Place::Points, vec![lon, lat])),
        _ => bail!(
            "{} says nowhere where people live; expected {}; columns found: {}",
            table.path().display(),
            match kind {
                Kind::Cells => "a column 'h3'",
                Kind::Points => "'lon' and 'lat'",
                _ => "a column 'h3', or 'lon' and 'lat'",
            },
            table.columns().join(", ")
        ),
    }
}

/// Whether the first value of a column is an H3 cell.
fn holds_cells(table: &SourceTable, column: &str) -> Result<bool> {
    let mut first = None;
    // The rest of the file is skipped: an error ends the reading, and it is not passed on once a value is known.
    let looked = table.for_each_row(&[column], |_, cells| {
        if cells[0].is_empty() {
            return Ok(());
        }
        first = Some(read_cell(cells[0]).is_some());
        bail!("enough is known")
    });
    match (first, looked) {
        (Some(is_cell), _) => Ok(is_cell),
        (None, looked) => looked.map(|_| false),
    }
}

/// An H3 cell from its hexadecimal text, or from the decimal number that some tools write.
fn read_cell(text: &str) -> Option<CellIndex> {
    let decimal = || text.parse::<u64>().ok().and_then(|index| CellIndex::try_from(index).ok());
    text.parse().ok().or_else(decimal)
}

/// The rows of a table on their way.
struct Rows<'a, 'c> {
    place: Place,
    datum: Datum,
    reading: &'a Reading<'c>,
    tally: Tally<'c>,
    /// Row and cell, in the order of the file.
    cells: Vec<(u64, CellIndex)>,
    /// For each of them all residents, then each group.
    counts: Vec<Count>,
}

impl<'c> Rows<'_, 'c> {
    fn add(&mut self, row: u64, place: &[&str], names: &[String], texts: &[&str]) {
        // The total is read first, so that it is known of rows whose groups are not numbers.
        let total = read_count(&names[0], texts[0]);
        let known = total.as_ref().ok().copied();
        let groups = names[1..].iter().zip(&texts[1..]).map(|(name, text)| read_count(name, text));
        let counts: Result<Vec<Count>, BadPosition> = std::iter::once(total).chain(groups).collect();
        let placed = counts.and_then(|counts| match self.place {
            Place::Cells => self.add_cell(row, place[0], &counts),
            Place::Points => self.add_point(place, &counts),
        });
        if let Err(bad) = placed {
            let id = (self.place == Place::Cells && !place[0].is_empty()).then(|| place[0].to_owned());
            self.tally.reject(row, id, bad.reason, bad.detail, known);
        }
        self.tally.reject_outside(row, || None);
    }

    fn add_cell(&mut self, row: u64, text: &str, counts: &[Count]) -> Result<(), BadPosition> {
        let cell = read_cell(text).ok_or_else(|| BadPosition {
            reason: "bad_h3",
            detail: format!("'{text}' is no H3 cell; expected 15 hexadecimal digits such as 8a31aa50a6dffff"),
        })?;
        self.cells.push((row, cell));
        self.counts.extend(counts);
        Ok(())
    }

    fn add_point(&mut self, place: &[&str], counts: &[Count]) -> Result<(), BadPosition> {
        let at = read_position_in(self.datum, place[0], place[1], self.reading.area())?;
        let bad = || BadPosition { reason: "out_of_range", detail: format!("{}, {} is not on Earth", at.lon, at.lat) };
        let cell = cell_at(at, self.tally.resolution()).ok_or_else(bad)?;
        self.tally.add(cell, counts, How::Point);
        if let Some(homes) = &mut self.tally.homes {
            homes.add(cell, at, counts[0].get());
        }
        Ok(())
    }

    fn finish(mut self, rows: u64) -> Result<Gathered<'c>> {
        if self.place == Place::Points || self.cells.is_empty() {
            return Ok(Gathered::Placed(Box::new(self.tally.finish(rows)?)));
        }
        let useful = |resolution: &Resolution| USEFUL_RESOLUTIONS.contains(&u8::from(*resolution));
        let own = most_frequent(&self.cells).filter(useful);
        self.tally.set_resolution(self.reading.asked.or(own).unwrap_or(self.reading.usual));
        let Self { tally, cells, counts, reading, .. } = self;
        Ok(Gathered::Cells(CellRows { tally, rows, extent: reading.extent, cells, counts }))
    }
}
