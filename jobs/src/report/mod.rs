//! Results for people: the summary on the terminal, the map, the workbook.
//!
//! Comes in: findings and saved tables. Goes out: text and pictures. Not here: anything that is computed; verdicts,
//! reasons and numbers come from the run.

pub(crate) mod datum_hint;
pub(crate) mod map;
pub(crate) mod numbers;
pub(crate) mod page;
mod plane;
pub(crate) mod qgis;
pub(crate) mod raster;
pub(crate) mod registry_check;
pub(crate) mod saved;
pub(crate) mod summary;
pub(crate) mod workbook;
