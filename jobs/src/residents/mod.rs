//! Residents by H3 cell: who lives where, or what stands for it.
//!
//! Comes in: a table of cells or points, polygons, population rasters, the OSM extract, or the streets alone. Goes out:
//! cells with their weight, what a share is then a share of, and the points inside a cell that its walks begin at. Not
//! here: what the residents can reach.

pub(crate) mod cells;
pub(crate) mod count;
pub(crate) mod gather;
pub(crate) mod known;
mod named;
pub(crate) mod origins;
pub(crate) mod osm;
mod polygons;
mod raster;
pub(crate) mod streets;
mod table;
pub(crate) mod tally;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tiff_tests;
