//! Residents by H3 cell: who lives where, or what stands for it.
//!
//! Comes in: a table, the OSM extract, or the streets alone. Goes out: cells with their weight, and what a share is then
//! a share of. Not here: what the residents can reach.

pub(crate) mod osm;
pub(crate) mod streets;
pub(crate) mod table;
