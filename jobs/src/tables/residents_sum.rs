//! Sums of residents over the saved tables, exact and in any order.
//!
//! Comes in: `cells` as Parquet and a table with one row per cell and something. Goes out: the parts of the queries that
//! the summaries share. Not here: what is summed.
//!
//! Residents are summed as whole millionths, because sums of floating-point numbers depend on their order and an engine
//! with many threads promises none. The queries run on polars' streaming engine, so that no more than the cells is in
//! memory.

use std::path::Path;

use anyhow::Result;
use polars::prelude::{Column, DataFrame, DataType, Expr, IntoColumn as _, LazyFrame, StringChunkedBuilder, col, lit};

use super::scan;

/// In how many parts a resident is counted.
const PARTS: f64 = 1e6;

/// The cells of a run with the zones of one layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HomesOf<'p> {
    /// The table `cells`.
    pub cells: &'p Path,
    /// The table `cell_zones` and the name of the layer; nothing for the main one, whose zones are in `cells`.
    pub layer: Option<(&'p Path, &'p str)>,
}

impl HomesOf<'_> {
    /// The rows of `cells`, with `zone_id` that of the layer.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub(super) fn scan(&self) -> Result<LazyFrame> {
        let cells = scan::parquet(self.cells)?;
        let Some((zones, layer)) = self.layer else { return Ok(cells) };
        let zones = scan::parquet(zones)?.filter(col("layer").eq(lit(layer))).select([col("h3"), col("zone_id")]);
        Ok(joined(cells.drop(polars::prelude::by_name(["zone_id"], true, false)), zones))
    }
}

/// Residents in whole millionths.
pub(super) fn parts() -> Expr {
    parts_of("residents").alias("parts")
}

/// A column of residents in whole millionths. They are not negative, so that half a part more rounds to the nearest.
pub(super) fn parts_of(column: &str) -> Expr {
    (col(column) * lit(PARTS) + lit(0.5)).cast(DataType::Int64)
}

/// Each row with its cell.
pub(super) fn joined(rows: LazyFrame, cells: LazyFrame) -> LazyFrame {
    rows.inner_join(cells, col("h3"), col("h3"))
}

/// Parts as residents.
pub(super) fn residents_of(parts: i64) -> f64 {
    parts as f64 / PARTS
}

/// A part of a whole, from 0 to 1; nothing of nothing.
pub(super) fn share(part: i64, of: i64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// A column of text.
pub(crate) fn texts<T: AsRef<str>>(name: &str, values: impl Iterator<Item = Option<T>>) -> Column {
    let mut column = StringChunkedBuilder::new(name.into(), values.size_hint().0);
    values.for_each(|value| column.append_option(value));
    column.finish().into_column()
}

/// A whole number of a sum, whatever its integer type.
pub(super) fn count_at(sums: &DataFrame, column: &str, row: usize) -> Result<i64> {
    Ok(sums.column(column)?.get(row)?.try_extract::<i64>()?)
}
