//! The tables of a run: their columns, and how they are written and read.
//!
//! Comes in: rows, batch by batch; files. Goes out: Parquet, CSV, GeoJSON, and sums over saved tables by polars. Not here:
//! where the rows come from.

pub(crate) mod cells;
mod circle_docs;
pub(crate) mod circles;
mod column_docs;
pub(crate) mod columns;
mod compare_docs;
pub(crate) mod compound_export;
pub(crate) mod csv;
mod csv_check;
pub(crate) mod duplicates;
pub(crate) mod encoding;
mod features;
pub(crate) mod folder;
pub(crate) mod format_summary;
pub(crate) mod gap_reasons;
pub(crate) mod geo;
mod geo_parquet;
pub(crate) mod geojson;
pub(crate) mod isochrones;
mod map_docs;
mod model_docs;
pub(crate) mod models;
pub(crate) mod node_export;
mod outlet_docs;
pub(crate) mod parquet;
pub(crate) mod places;
mod plain_copy;
pub(crate) mod ratings;
pub(crate) mod reach;
pub(crate) mod readme;
pub(crate) mod rejected;
pub(crate) mod rejected_log;
mod repair_docs;
pub(crate) mod repairs;
pub(crate) mod residents_sum;
pub(crate) mod scan;
pub(crate) mod source;
pub(crate) mod street_export;
pub(crate) mod supply;
mod supply_docs;
pub(crate) mod unmapped;
pub(crate) mod validation;
mod validation_docs;
pub(crate) mod wide;
mod workbook;
mod zone_docs;
pub(crate) mod zone_map;
pub(crate) mod zone_summary;
pub(crate) mod zone_tables;
