//! Outlets: where they come from, and which formats (业态) they are.
//!
//! Comes in: tables of outlets or an OSM extract, and the vocabulary of formats. Goes out: outlets with their formats, and
//! every row that is none, with its reason; and the standards that ask for formats. Not here: streets and searches.

pub(crate) mod attributes;
pub(crate) mod brands;
pub(crate) mod columns;
pub(crate) mod duplicates;
pub(crate) mod fit;
pub(crate) mod mapping;
pub(crate) mod names;
pub(crate) mod nearest;
pub(crate) mod osm;
pub(crate) mod outlets;
pub(crate) mod outlines;
pub(crate) mod points;
pub(crate) mod reading;
pub(crate) mod rule;
pub(crate) mod standards;
pub(crate) mod texts;
pub(crate) mod vocabulary;
