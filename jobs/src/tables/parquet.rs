//! Parquet files as this tool writes them.
//!
//! Comes in: rows of one table in batches of any size, in order. Goes out: a file (zstd, statistics, row groups of one
//! size, the meaning of its columns in its metadata; GeoParquet when it has shapes) whose bytes depend on the rows alone,
//! neither on the batches nor on the number of threads. Not here: what the rows are.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::PoisonError;

use anyhow::{Context as _, Result, ensure};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{DataFrame, KeyValueMetadata, ParquetCompression, ParquetWriter, SchemaRef, StatisticsOptions};
use serde_json::json;

use super::columns::{Column, Dtype, Shape, Table};
use super::geo::GeoMetadata;

/// Rows of a row group: large enough to compress well, small enough to be skipped with profit.
const ROWS_PER_GROUP: usize = 1 << 17;
/// The key under which the columns are described.
const COLUMNS_KEY: &str = "walkshed:columns";

/// Writes a table with shapes in one piece, and says in its metadata what it was made from; gives how many rows it has.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_export(
    out: &mut BufWriter<File>,
    mut table: DataFrame,
    geo: &GeoMetadata,
    made_from: &[(&str, &str)],
) -> Result<u64> {
    let mut metadata = vec![("geo".to_owned(), geo.to_json().to_string())];
    metadata.extend(made_from.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())));
    ParquetWriter::new(out)
        .with_compression(ParquetCompression::Zstd(None))
        .with_key_value_metadata(Some(KeyValueMetadata::from_static(metadata)))
        .finish(&mut table)?;
    Ok(table.height() as u64)
}

/// A table being written.
pub(crate) struct TableWriter {
    table: Table,
    out: BatchedWriter<BufWriter<File>>,
    schema: SchemaRef,
    columns: Vec<Column>,
    metadata: Vec<(String, String)>,
    geo: Option<GeoMetadata>,
    waiting: DataFrame,
    rows: u64,
}

impl TableWriter {
    /// Begins a file. `metadata` is written into it as it is: what made the table, such as the model.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(crate) fn create(path: &Path, table: Table, shape: &Shape, metadata: &[(String, String)]) -> Result<Self> {
        let columns = table.columns(shape);
        let schema = SchemaRef::new(table.schema(shape));
        let unwritten = || format!("{} cannot be written", path.display());
        let file = File::create(path).with_context(unwritten)?;
        let out = ParquetWriter::new(BufWriter::new(file))
            .with_compression(ParquetCompression::Zstd(None))
            .with_statistics(StatisticsOptions::default())
            .batched(&schema)
            .with_context(unwritten)?;
        let geo = columns.iter().any(|column| column.dtype == Dtype::Wkb).then(GeoMetadata::default);
        let waiting = DataFrame::empty_with_schema(&schema);
        Ok(Self { table, out, schema, columns, metadata: metadata.to_vec(), geo, waiting, rows: 0 })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When the columns are not those of the table, or the file cannot be written.
    pub(crate) fn write(&mut self, batch: DataFrame) -> Result<()> {
        let name = self.table.name();
        ensure!(
            batch.schema() == &self.schema,
            "the columns of {name} should be {:?} and are {:?}",
            self.schema,
            batch.schema()
        );
        if let Some(geo) = &mut self.geo {
            for shape in batch.column("geometry")?.binary()?.iter().flatten() {
                geo.add(shape).with_context(|| format!("a shape in {name}"))?;
            }
        }
        self.rows += batch.height() as u64;
        self.waiting.vstack_mut_owned(batch)?;
        while self.waiting.height() >= ROWS_PER_GROUP {
            let (group, rest) = self.waiting.split_at(ROWS_PER_GROUP as i64);
            self.waiting = rest;
            self.write_group(group)?;
        }
        Ok(())
    }

    /// Ends the file and returns how many rows it has.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn finish(mut self) -> Result<u64> {
        let rest = std::mem::take(&mut self.waiting);
        self.write_group(rest)?;
        let mut metadata = vec![(COLUMNS_KEY.to_owned(), described(&self.columns).to_string())];
        metadata.append(&mut self.metadata);
        metadata.extend(self.geo.map(|geo| ("geo".to_owned(), geo.to_json().to_string())));
        let KeyValueMetadata::Static(metadata) = KeyValueMetadata::from_static(metadata) else {
            unreachable!("made from static pairs")
        };
        // Not the writer's own `finish`: it adds polars' Arrow schema, whose view types older readers (GDAL before 3.11)
        // refuse. The Parquet types say all that is needed.
        let mut out = self.out.get_writer().lock().unwrap_or_else(PoisonError::into_inner);
        out.end(Some(metadata)).with_context(|| format!("the table {} cannot be ended", self.table.name()))?;
        Ok(self.rows)
    }

    fn write_group(&mut self, mut group: DataFrame) -> Result<()> {
        group.rechunk_mut();
        self.out.write_batch(&group).with_context(|| format!("the table {} cannot be written", self.table.name()))
    }
}

/// Writes a table that is in memory.
///
/// # Errors
/// As [`TableWriter`].
pub(crate) fn write_whole(
    path: &Path,
    table: Table,
    shape: &Shape,
    metadata: &[(String, String)],
    rows: DataFrame,
) -> Result<u64> {
    let mut out = TableWriter::create(path, table, shape, metadata)?;
    out.write(rows)?;
    out.finish()
}

fn described(columns: &[Column]) -> serde_json::Value {
    let described = columns.iter().map(|column| {
        json!({"name": column.name, "type": column.dtype.name(), "unit": column.unit, "en": column.en, "zh": column.zh})
    });
    described.collect()
}

#[cfg(test)]
mod tests {
    use h3o::CellIndex;
    use polars::prelude::{ParquetReader, SerReader as _};

    use super::*;
    use crate::tables::cells::{CellRow, CellsBatch};
    use crate::tables::columns::Weight;
    use crate::tables::{csv, geojson};

    fn shape() -> Shape {
        let weight = Weight { en: "residents".into(), zh: "居民".into(), people: true };
        Shape { minutes: vec![15], groups: vec!["60plus".into()], ..Shape::plain(weight) }
    }

    fn batch(cells: &[CellIndex]) -> Result<DataFrame> {
        let mut batch = CellsBatch::new(&shape().groups, cells.len());
        for cell in cells {
            batch.push(&CellRow {
                cell: *cell,
                residents: 1.5,
                groups: &[0.5],
                zone_id: (u64::from(*cell) / 4096 % 2 == 0).then_some("=z"),
                snap_status: "main",
                snap_distance_m: None,
                met: 1,
                not_met: 2,
                unknown: 0,
                requirements: 3,
                all_met: Some(false),
                missing: "a;b",
                circles_met: None,
            })?;
        }
        batch.finish()
    }

    fn write(path: &Path, cells: &[CellIndex], rows_per_batch: usize) -> Result<u64> {
        let mut out = TableWriter::create(path, Table::Cells, &shape(), &[("walkshed:model".into(), "adult".into())])?;
        for cells in cells.chunks(rows_per_batch) {
            out.write(batch(cells)?)?;
        }
        out.finish()
    }

    #[test]
    fn the_bytes_depend_on_the_rows_alone() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let paths = ["a", "b"].map(|name| folder.path().join(name));
        // 3 * 210 * 211 + 1 cells: more than one row group.
        let cells: Vec<CellIndex> = "8a31aa50a6dffff".parse::<CellIndex>()?.grid_disk(210);
        assert_eq!(write(&paths[0], &cells, 1000)?, 132_931);
        assert_eq!(write(&paths[1], &cells, 77_777)?, 132_931);
        assert!(std::fs::read(&paths[0])? == std::fs::read(&paths[1])?, "bytes differ");

        let mut reader = ParquetReader::new(File::open(&paths[0])?);
        let metadata = reader.get_metadata()?.key_value_metadata().clone().unwrap_or_default();
        let keys: Vec<&str> = metadata.iter().map(|pair| pair.key.as_str()).collect();
        assert_eq!(keys, [COLUMNS_KEY, "walkshed:model", "geo"]);
        assert_eq!(reader.finish()?.schema().as_ref(), &Table::Cells.schema(&shape()));
        Ok(())
    }

    #[test]
    fn other_columns_are_refused() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let mut out = TableWriter::create(&folder.path().join("a"), Table::Gaps, &shape(), &[])?;
        assert!(out.write(batch(&[])?).is_err());
        Ok(())
    }

    #[test]
    fn a_table_goes_on_to_csv_and_geojson() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (parquet, sheet) = (folder.path().join("a.parquet"), folder.path().join("a.csv"));
        let cells: Vec<CellIndex> = "8a31aa50a6dffff".parse::<CellIndex>()?.grid_disk(1);
        write(&parquet, &cells, 3)?;
        csv::from_parquet(&parquet, &sheet)?;
        let text = std::fs::read_to_string(&sheet)?;
        let mut lines = text.lines();
        let header = lines.next().unwrap_or_default();
        assert!(header.starts_with("\u{feff}h3,h3_u64,lon,") && header.ends_with(",missing,circles_met"), "{header}");
        assert_eq!(lines.clone().count(), 7);
        assert!(lines.all(|line| line.contains(",1.5,0.5,'=z,main,,1,2,0,3,false,a;b,") || line.contains(",,main,")));

        let mut out = Vec::new();
        geojson::from_parquet(&parquet, &mut out)?;
        let ::geojson::GeoJson::FeatureCollection(read) = String::from_utf8(out)?.parse()? else {
            anyhow::bail!("no collection")
        };
        assert_eq!(read.features.len(), 7);
        let first = &read.features[0];
        assert_eq!(first.property("h3").and_then(|h3| h3.as_str()), Some("8a31aa50a6dffff"));
        assert!(first.property("snap_distance_m").is_some_and(serde_json::Value::is_null));
        assert!(!first.contains_property("h3_u64"));
        Ok(())
    }
}
