//! Residents from a table: H3 cells, or points that are summed into cells.
//!
//! Comes in: CSV or Parquet with `h3` (or `id` that holds H3 indexes) or `lon`, `lat`; `population`; and groups such as
//! `pop_60plus`. Goes out: cells sorted by H3 index with their residents, and every row that is not in them, with its
//! reason. Not here: residents from OSM, from polygons or rasters, and cells of another resolution than the table's.
//!
//! - Cells keep the resolution that most rows have; rows of another are rejected.
//! - The second row of one cell is rejected, not added: two rows of a cell are a mistake, and a sum would hide it.
//! - Cells with nobody in them are kept.

use std::path::Path;

use anyhow::{Result, bail, ensure};
use h3o::{CellIndex, LatLng, Resolution};
use rustc_hash::FxHashMap;
use walkshed::LonLat;

use crate::area::{Area, BadPosition, read_number, read_position};
use crate::tables::columns::Weight;
use crate::tables::rejected::{Rejected, summed_up};
use crate::tables::source::SourceTable;

/// Names of the column with all residents, best first.
const TOTAL_NAMES: [&str; 13] = [
    "population",
    "residents",
    "total",
    "pop",
    "pop_total",
    "residents_total",
    "total_population",
    "人口",
    "常住人口",
    "总人口",
    "人口数",
    "人数",
    "poblacion",
];
/// What the names of groups begin with.
const GROUP_PREFIXES: [&str; 2] = ["pop_", "residents_"];

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
    /// Rows that are in no cell.
    pub rejected: Vec<Rejected>,
    /// How many rows the file has: for a table of cells the cells plus the rejected.
    pub rows: u64,
    /// Residents in rejected rows, as far as their number could be read. With those of the cells they are all.
    pub not_placed: f64,
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

/// How a table says where people live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Cells,
    Points,
}

/// Reads a table of residents. Points are summed into cells of `resolution`; cells keep their own. With an `area`, rows
/// far from the streets are rejected.
///
/// # Errors
/// When the file cannot be read, a column is missing, or no row is usable.
pub(crate) fn read_residents(path: &Path, resolution: Resolution, area: Option<&Area>) -> Result<Residents> {
    let table = SourceTable::open(path)?;
    let total = table.need(&TOTAL_NAMES)?;
    let groups = groups_of(&table, total)?;
    let (place, mut columns) = place_of(&table)?;
    let placing = columns.len();
    columns.push(total);
    columns.extend(groups.iter().map(|(column, _)| *column));

    let source = path.display().to_string();
    let mut reading = Reading {
        point_resolution: (place == Place::Points).then_some(resolution),
        area,
        source: path.display().to_string(),
        rows_of_cells: Vec::new(),
        rejected: Vec::new(),
        not_placed: 0.0,
    };
    let rows = table.for_each_row(&columns, |row, cells| {
        reading.add(row, &cells[..placing], &columns[placing..], &cells[placing..]);
        Ok(())
    })?;
    ensure!(rows > 0, "{source} has a header and no rows; expected one row per cell or point");
    let names = groups.into_iter().map(|(_, name)| name).collect();
    reading.finish(rows, names)
}

/// The columns that say where people live.
fn place_of(table: &SourceTable) -> Result<(Place, Vec<&str>)> {
    if let Some(h3) = table.find(&["h3", "h3_index", "h3_id", "id_hex", "hex_id"]) {
        return Ok((Place::Cells, vec![h3]));
    }
    // An `id` is looked at, not trusted: many tables of points have one too.
    if let Some(id) = table.find(&["id"])
        && holds_cells(table, id)?
    {
        return Ok((Place::Cells, vec![id]));
    }
    match (table.find(&["lon", "lng", "longitude", "经度"]), table.find(&["lat", "latitude", "纬度"])) {
        (Some(lon), Some(lat)) => Ok((Place::Points, vec![lon, lat])),
        _ => bail!(
            "{} says nowhere where people live; expected a column 'h3', or 'lon' and 'lat'; columns found: {}",
            table.path().display(),
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

/// The groups: their columns, and their names without the prefix.
fn groups_of<'a>(table: &'a SourceTable, total: &str) -> Result<Vec<(&'a str, String)>> {
    let mut groups: Vec<(&str, String)> = Vec::new();
    for column in table.columns().iter().filter(|column| *column != total) {
        let lower = column.trim().to_lowercase();
        let Some(name) = GROUP_PREFIXES.iter().find_map(|prefix| lower.strip_prefix(prefix)) else { continue };
        if name.is_empty() || TOTAL_NAMES.contains(&lower.as_str()) {
            continue;
        }
        if let Some((other, _)) = groups.iter().find(|(_, known)| known == name) {
            bail!("{}: the columns '{other}' and '{column}' are both group '{name}'", table.path().display());
        }
        groups.push((column, name.to_owned()));
    }
    Ok(groups)
}

/// An H3 cell from its hexadecimal text, or from the decimal number that some tools write.
fn read_cell(text: &str) -> Option<CellIndex> {
    let decimal = || text.parse::<u64>().ok().and_then(|index| CellIndex::try_from(index).ok());
    text.parse().ok().or_else(decimal)
}

struct Reading<'a> {
    point_resolution: Option<Resolution>,
    area: Option<&'a Area<'a>>,
    source: String,
    /// Row, cell, and the residents: all, then each group.
    rows_of_cells: Vec<(u64, CellIndex, Vec<f64>)>,
    rejected: Vec<Rejected>,
    not_placed: f64,
}

impl Reading<'_> {
    fn add(&mut self, row: u64, place: &[&str], names: &[&str], numbers: &[&str]) {
        let numbers: Result<Vec<f64>, BadPosition> =
            names.iter().zip(numbers).map(|(name, text)| read_residents_number(name, text)).collect();
        let known_total = numbers.as_ref().ok().and_then(|numbers| numbers.first().copied());
        match numbers.and_then(|numbers| Ok((self.cell_of(place)?, numbers))) {
            Ok((cell, numbers)) => self.rows_of_cells.push((row, cell, numbers)),
            Err(bad) => {
                let id = if self.point_resolution.is_none() { place.first().copied() } else { None };
                self.reject(row, id, bad, known_total.unwrap_or_default());
            }
        }
    }

    fn cell_of(&self, place: &[&str]) -> Result<CellIndex, BadPosition> {
        if let (Some(resolution), &[lon, lat]) = (self.point_resolution, place) {
            let at = read_position(lon, lat, self.area)?;
            let point = LatLng::new(at.lat, at.lon)
                .map_err(|error| BadPosition { reason: "out_of_range", detail: error.to_string() })?;
            let cell = point.to_cell(resolution);
            self.area.map_or(Ok(()), |area| area.check_home(ResidentCell::new(cell, 0.0).at))?;
            return Ok(cell);
        }
        let text = place.first().copied().unwrap_or_default();
        let cell = read_cell(text).ok_or_else(|| BadPosition {
            reason: "bad_h3",
            detail: format!("'{text}' is no H3 cell; expected 15 hexadecimal digits such as 8a31aa50a6dffff"),
        })?;
        let centre = ResidentCell::new(cell, 0.0).at;
        self.area.map_or(Ok(()), |area| area.check(centre).and_then(|()| area.check_home(centre)))?;
        Ok(cell)
    }

    fn reject(&mut self, row: u64, id: Option<&str>, bad: BadPosition, residents: f64) {
        self.not_placed += residents;
        let id = id.filter(|id| !id.is_empty()).map(str::to_owned);
        let BadPosition { reason, detail } = bad;
        self.rejected.push(Rejected { source: self.source.clone(), row, id, reason, detail });
    }

    fn finish(mut self, rows: u64, groups: Vec<String>) -> Result<Residents> {
        let Some(resolution) = self.point_resolution.or_else(|| most_frequent(&self.rows_of_cells)) else {
            bail!("no row of {} is usable: {}", self.source, summed_up(&self.rejected));
        };
        let mut rows_of_cells = std::mem::take(&mut self.rows_of_cells);
        // By cell, and by row within a cell, so that sums of points have one order.
        rows_of_cells.sort_by_key(|&(row, cell, _)| (cell, row));
        let mut cells: Vec<ResidentCell> = Vec::new();
        let mut numbers: Vec<(String, Vec<f64>)> = groups.into_iter().map(|name| (name, Vec::new())).collect();
        let mut first_row = 0;
        for (row, cell, mut residents) in rows_of_cells {
            if cell.resolution() != resolution {
                let detail = format!(
                    "the cell has resolution {}, and most have {resolution}; give all cells one resolution",
                    cell.resolution()
                );
                let bad = BadPosition { reason: "other_resolution", detail };
                self.reject(row, Some(&cell.to_string()), bad, residents[0]);
                continue;
            }
            let groups = residents.split_off(1);
            let residents = residents[0];
            match cells.last_mut().filter(|last| last.cell == cell) {
                Some(last) if self.point_resolution.is_some() => {
                    last.residents += residents;
                    for ((_, sums), group) in numbers.iter_mut().zip(groups) {
                        if let Some(sum) = sums.last_mut() {
                            *sum += group;
                        }
                    }
                }
                Some(_) => {
                    let detail = format!("row {first_row} has this cell already; write one row per cell");
                    let bad = BadPosition { reason: "duplicate_cell", detail };
                    self.reject(row, Some(&cell.to_string()), bad, residents);
                }
                None => {
                    first_row = row;
                    cells.push(ResidentCell::new(cell, residents));
                    numbers.iter_mut().zip(groups).for_each(|((_, sums), group)| sums.push(group));
                }
            }
        }
        ensure!(!cells.is_empty(), "no row of {} is usable: {}", self.source, summed_up(&self.rejected));
        self.rejected.sort_by_key(|rejected| rejected.row);
        let weight = Weight { en: "residents".to_owned(), zh: "居民".to_owned() };
        let Self { rejected, not_placed, .. } = self;
        Ok(Residents { cells, groups: numbers, weight, resolution, rejected, rows, not_placed })
    }
}

/// The resolution that most rows have; the finer among equals.
fn most_frequent(rows: &[(u64, CellIndex, Vec<f64>)]) -> Option<Resolution> {
    let mut counts: FxHashMap<Resolution, u64> = FxHashMap::default();
    for (_, cell, _) in rows {
        *counts.entry(cell.resolution()).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|&(resolution, count)| (count, resolution)).map(|(resolution, _)| resolution)
}

fn read_residents_number(column: &str, text: &str) -> Result<f64, BadPosition> {
    let number = read_number(column, text)?;
    if number < 0.0 {
        let detail = format!("{column} is {text}; nobody can live in a place less than not at all");
        return Err(BadPosition { reason: "negative", detail });
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use walkshed::{Bounds, Meters};

    use super::*;

    fn read(text: &str, area: Option<&Area>) -> Result<Residents> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("residents.csv");
        std::fs::write(&path, text)?;
        read_residents(&path, Resolution::Ten, area)
    }

    fn total(residents: &Residents) -> f64 {
        residents.cells.iter().map(|cell| cell.residents).sum()
    }

    #[test]
    fn cells_keep_their_resolution_and_every_row_is_accounted_for() -> Result<()> {
        let streets = Bounds { min: LonLat { lon: 116.2, lat: 39.8 }, max: LonLat { lon: 116.6, lat: 40.1 } };
        let area = Area::around(streets, Meters(500.0));
        let residents = read(
            "id,人口,pop_60plus,jobs\n\
             8a31aa50a6dffff,12.5,3,9\n\
             8a31aa424d2ffff,0,0,9\n\
             622370469654134783,7,1,9\n\
             8a31aa50a6dffff,1,1,9\n\
             8931aa50a6fffff,2,1,9\n\
             8a1fb46622dffff,4,1,9\n\
             nonsense,8,1,9\n\
             8a31aa424d77fff,-1,1,9\n\
             8a31aa424d67fff,16,,9\n",
            Some(&area),
        )?;
        let cells: Vec<_> = residents.cells.iter().map(|cell| (cell.cell.to_string(), cell.residents)).collect();
        let expected = [("8a31aa424d2ffff", 0.0), ("8a31aa50a6d7fff", 7.0), ("8a31aa50a6dffff", 12.5)];
        assert_eq!(cells, expected.map(|(cell, residents)| (cell.to_owned(), residents)));
        assert_eq!(residents.groups, [("60plus".to_owned(), vec![0.0, 1.0, 3.0])]);
        let rejected: Vec<_> = residents.rejected.iter().map(|row| (row.row, row.reason)).collect();
        assert_eq!(
            rejected,
            [
                (4, "duplicate_cell"),
                (5, "other_resolution"),
                (6, "outside"),
                (7, "bad_h3"),
                (8, "negative"),
                (9, "bad_number"),
            ]
        );
        assert_eq!(residents.rows, 9);
        // The rows whose number of residents could be read: 1 + 2 + 4 + 8.
        assert!((residents.not_placed - 15.0).abs() < 1e-12);
        assert_eq!(residents.resolution, Resolution::Ten);
        Ok(())
    }

    #[test]
    fn points_are_summed_into_cells() -> Result<()> {
        let text =
            "id,lon,lat,population\n1,116.3285,39.9491,10\n2,116.32851,39.94911,2.5\n3,116.5,39.9,1\n4,x,39.9,3\n";
        let residents = read(text, None)?;
        assert_eq!(residents.cells.len(), 2);
        assert!((total(&residents) - 13.5).abs() < 1e-12);
        assert!((residents.not_placed - 3.0).abs() < 1e-12);
        assert!(residents.cells.windows(2).all(|two| two[0].cell < two[1].cell));
        Ok(())
    }

    #[test]
    fn a_table_of_no_use_says_what_to_do() {
        let refused = |text: &str| format!("{:#}", read(text, None).expect_err(text));
        assert!(refused("h3,jobs\n8a31aa50a6dffff,1\n").contains("no column 'population'; columns found: h3, jobs"));
        assert!(refused("id,population\n1,1\n").contains("expected a column 'h3', or 'lon' and 'lat'"));
        assert!(refused("h3,population\nx,1\n").contains("is usable: bad_h3 (1 row,"));
        assert!(refused("h3,population,pop_a,residents_a\nx,1,1,1\n").contains("both group 'a'"));
        assert!(refused("h3,population\n").contains("no rows"));
    }
}
