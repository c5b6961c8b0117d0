//! The saved tables of a run, as a report needs them in memory.
//!
//! Comes in: an output folder of `walkshed run`. Goes out: [`Saved`]. Not here: drawing; and no number is made here that a
//! table does not have.

pub(crate) mod codes;
pub(crate) mod modes;
pub(crate) mod places;
pub(crate) mod walks;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use h3o::CellIndex;
use polars::prelude::{DataFrame, DataType, col};
use rustc_hash::FxHashMap;

use self::codes::NOBODY;
use self::places::{Isochrone, Outlet, Street, Zone};
use self::walks::{Verdicts, Walks};
use crate::run::manifest::Manifest;
use crate::tables::columns::Table;
use crate::tables::scan;
use crate::tables::zone_tables::of_main_layer;

/// A run, read back.
pub(crate) struct Saved {
    pub manifest: Manifest,
    pub cells: Cells,
    pub formats: Vec<Format>,
    pub requirements: Vec<Requirement>,
    pub zones: Vec<Zone>,
    pub outlets: Vec<Outlet>,
    pub streets: Vec<Street>,
    pub isochrones: Vec<Isochrone>,
    /// For each format, the walks of all cells.
    pub walks: Vec<Walks>,
    /// For each requirement, the verdicts on all cells.
    pub verdicts: Vec<Verdicts>,
    /// Tables that are shown as they are.
    pub tables: Shown,
}

/// The residence cells, in the order of their indexes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    pub index: Vec<CellIndex>,
    pub residents: Vec<f64>,
    /// Groups of residents, by their names.
    pub groups: Vec<(String, Vec<f64>)>,
    /// The position of the zone; [`NOBODY`] outside all zones.
    pub zone: Vec<u32>,
    pub no_street: Vec<bool>,
    pub met: Vec<u32>,
    pub not_met: Vec<u32>,
    pub unknown: Vec<u32>,
}

/// A format of the vocabulary.
#[derive(Clone, Debug)]
pub(crate) struct Format {
    pub id: String,
    pub en: String,
    pub is_known: bool,
}

/// A requirement of the standard.
#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    pub id: String,
    pub en: String,
    pub minutes: Option<u32>,
    pub distance_m: Option<u32>,
    /// Positions of the formats that it names.
    pub formats: Vec<u32>,
}

/// Small tables, whole.
pub(crate) struct Shown {
    pub requirements: DataFrame,
    pub formats: DataFrame,
    pub zones: DataFrame,
    pub summary: DataFrame,
    pub ratings: DataFrame,
    pub zone_formats: DataFrame,
}

/// The folder, and what is read from it.
pub(super) struct Folder<'f>(pub &'f Path);

impl Folder<'_> {
    pub(super) fn path(&self, table: Table) -> PathBuf {
        self.0.join(table.file())
    }

    /// A table that fits in memory; of zones those of the main layer.
    pub(super) fn whole(&self, table: Table) -> Result<DataFrame> {
        let path = self.path(table);
        let hint =
            || format!("{} is missing; a report is drawn from the tables of one run of this version", path.display());
        ensure!(path.is_file(), hint());
        let rows =
            scan::collect(scan::parquet(&path)?).with_context(|| format!("{} cannot be read", path.display()))?;
        of_main_layer(rows)
    }
}

impl Saved {
    /// Reads the tables of a run.
    ///
    /// # Errors
    /// When the folder is none of a run, a table is missing, or tables do not fit together.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let manifest = Manifest::read_from(path)?;
        let folder = Folder(path);
        let zones = places::zones(&folder.whole(Table::ZoneShapes)?)?;
        let cells = Cells::read(&folder, &zones)?;
        ensure!(!cells.index.is_empty(), "{} has no cells to draw", folder.path(Table::Cells).display());
        let tables = Shown {
            requirements: folder.whole(Table::Requirements)?,
            formats: folder.whole(Table::Formats)?,
            zones: folder.whole(Table::Zones)?,
            summary: folder.whole(Table::ZoneSummary)?,
            ratings: folder.whole(Table::Ratings)?,
            zone_formats: folder.whole(Table::ZoneFormats)?,
        };
        let formats = formats(&tables.formats)?;
        let requirements = requirements(&tables.requirements, &formats)?;
        let sources = manifest.counts.get("outlets").and_then(|told| told.get("sources")?.as_array());
        let outlets = places::outlets(&folder, &formats, sources.is_some_and(|sources| sources.len() > 1))?;
        let known = outlets.iter().zip(0..).map(|(outlet, place)| (outlet.id.as_str(), place)).collect();
        let of_tables = walks::Reader { folder: &folder, cells: &cells, outlets: &known };
        let walks = of_tables.walks(&formats)?;
        let verdicts = of_tables.verdicts(&requirements)?;
        Ok(Self {
            manifest,
            streets: places::streets(&folder.whole(Table::Streets)?)?,
            isochrones: places::isochrones(&folder.whole(Table::Isochrones)?)?,
            cells,
            formats,
            requirements,
            zones,
            outlets,
            walks,
            verdicts,
            tables,
        })
    }
}

impl Saved {
    /// Adds walking areas from a file that `walkshed isochrone` wrote.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no areas.
    pub(crate) fn add_isochrones(&mut self, path: &Path) -> Result<()> {
        let table =
            scan::collect(scan::parquet(path)?).with_context(|| format!("{} cannot be read", path.display()))?;
        let areas = places::isochrones(&table);
        let hint = || format!("{} holds no areas as walkshed isochrone writes them", path.display());
        self.isochrones.extend(areas.with_context(hint)?);
        Ok(())
    }
}

impl Cells {
    fn read(folder: &Folder<'_>, zones: &[Zone]) -> Result<Self> {
        let path = folder.path(Table::Cells);
        let schema = scan::parquet(&path)?.collect_schema()?;
        let groups: Vec<String> = schema
            .iter_names()
            .filter_map(|name| name.strip_prefix("residents_"))
            // Those whose own point meets all are no group of people.
            .filter(|name| !["all_met", "some_missing"].contains(name))
            .map(str::to_owned)
            .collect();
        let known: FxHashMap<&str, u32> = zones.iter().map(|zone| zone.id.as_str()).zip(0..).collect();
        let mut columns: Vec<String> =
            ["h3_u64", "residents", "zone_id", "snap_status", "met", "not_met", "unknown"].map(str::to_owned).to_vec();
        columns.extend(groups.iter().map(|group| format!("residents_{group}")));
        let mut cells = Self { groups: groups.into_iter().map(|name| (name, Vec::new())).collect(), ..Self::default() };
        let query = scan::parquet(&path)?.select(columns.iter().map(|name| col(name.as_str())).collect::<Vec<_>>());
        scan::for_each_piece(query, |piece| {
            for index in piece.column("h3_u64")?.u64()?.iter() {
                cells.index.push(CellIndex::try_from(index.unwrap_or_default()).context("an index in cells.parquet")?);
            }
            cells.residents.extend(piece.column("residents")?.f64()?.iter().map(Option::unwrap_or_default));
            for (name, values) in &mut cells.groups {
                let column = piece.column(&format!("residents_{name}"))?;
                values.extend(column.f64()?.iter().map(Option::unwrap_or_default));
            }
            let zone = |id: Option<&str>| id.and_then(|id| known.get(id)).copied().unwrap_or(NOBODY);
            cells.zone.extend(piece.column("zone_id")?.str()?.iter().map(zone));
            cells.no_street.extend(piece.column("snap_status")?.str()?.iter().map(|s| s == Some("no_street")));
            let counts = |name: &str| -> Result<Vec<u32>> {
                Ok(piece.column(name)?.u32()?.iter().map(Option::unwrap_or_default).collect())
            };
            cells.met.extend(counts("met")?);
            cells.not_met.extend(counts("not_met")?);
            cells.unknown.extend(counts("unknown")?);
            Ok(())
        })?;
        ensure!(cells.index.is_sorted(), "the cells of {} are not in the order of their indexes", path.display());
        Ok(cells)
    }
}

/// A column of texts; null is empty.
pub(super) fn texts(table: &DataFrame, name: &str) -> Result<Vec<String>> {
    let column = table.column(name)?.str()?;
    Ok(column.iter().map(|text| text.unwrap_or_default().to_owned()).collect())
}

/// A column of numbers.
pub(super) fn numbers(table: &DataFrame, name: &str) -> Result<Vec<Option<f64>>> {
    Ok(table.column(name)?.cast(&DataType::Float64)?.f64()?.iter().collect())
}

fn formats(table: &DataFrame) -> Result<Vec<Format>> {
    let (id, en, status) = (texts(table, "format")?, texts(table, "en")?, texts(table, "status")?);
    let format = |place: usize| Format {
        id: id[place].clone(),
        en: en[place].clone(),
        is_known: status[place] == "in_registry",
    };
    Ok((0..id.len()).map(format).collect())
}

fn requirements(table: &DataFrame, formats: &[Format]) -> Result<Vec<Requirement>> {
    let known: FxHashMap<&str, u32> = formats.iter().map(|format| format.id.as_str()).zip(0..).collect();
    let (id, en) = (texts(table, "requirement")?, texts(table, "name_en")?);
    let (any_of, all_of) = (texts(table, "any_of")?, texts(table, "all_of")?);
    let (minutes, meters) = (numbers(table, "minutes")?, numbers(table, "distance_m")?);
    let requirement = |place: usize| {
        let named = any_of[place].split(';').chain(all_of[place].split(';'));
        Requirement {
            id: id[place].clone(),
            en: en[place].clone(),
            minutes: minutes[place].map(|number| number as u32),
            distance_m: meters[place].map(|number| number as u32),
            formats: named.filter_map(|format| known.get(format).copied()).collect(),
        }
    };
    Ok((0..id.len()).map(requirement).collect())
}
