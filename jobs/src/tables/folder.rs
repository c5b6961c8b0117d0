//! A folder of small tables: Parquet, with CSV and GeoJSON beside it, and a README.
//!
//! Comes in: tables that are in memory whole. Goes out: their files in a staging folder, with the rows of each. Not here: the
//! tables of a run, which are written piece by piece, and the manifest.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use polars::prelude::DataFrame;

use super::columns::{Shape, Table};
use super::parquet::write_whole;
use super::readme::readme;
use super::{csv, geojson};

/// How tables are written.
pub(crate) struct SmallTables<'a> {
    pub shape: &'a Shape,
    /// What every table says of itself.
    pub metadata: &'a [(String, String)],
    pub title: Option<&'a str>,
    /// Whether to write CSV as well.
    pub csv: bool,
    /// Those that are written as GeoJSON too.
    pub on_maps: &'a [Table],
}

impl SmallTables<'_> {
    /// Writes all of them and the README; goes out: the rows of each file.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(crate) fn write(&self, folder: &Path, tables: Vec<(Table, DataFrame)>) -> Result<BTreeMap<String, u64>> {
        let mut rows = BTreeMap::new();
        let mut written = Vec::new();
        for (table, frame) in tables {
            let parquet = folder.join(table.file());
            let count = write_whole(&parquet, table, self.shape, self.metadata, frame)?;
            rows.insert(table.file(), count);
            written.push((table, count));
            if self.csv {
                let name = format!("{}.csv", table.name());
                csv::from_parquet(&parquet, &folder.join(&name))?;
                rows.insert(name, count);
            }
            if self.on_maps.contains(&table) {
                let name = format!("{}.geojson", table.name());
                write_geojson(&parquet, &folder.join(&name))?;
                rows.insert(name, count);
            }
        }
        std::fs::write(folder.join("README.md"), readme(self.title, self.shape, &written))?;
        Ok(rows)
    }
}

/// A table with shapes as GeoJSON.
///
/// # Errors
/// When the table cannot be read, or the file cannot be written.
pub(crate) fn write_geojson(parquet: &Path, path: &Path) -> Result<()> {
    let unwritten = || format!("{} cannot be written", path.display());
    let mut out = BufWriter::new(File::create(path).with_context(unwritten)?);
    geojson::from_parquet(parquet, &mut out)?;
    out.flush().with_context(unwritten)
}
