//! Outlets from an OSM extract.
//!
//! Comes in: tagged features and the vocabulary. Goes out: a [`Registry`] with the OSM element as each outlet's id. Not
//! here: reading the file (the engine does), and which tags make which format (data of the vocabulary).
//!
//! What OSM lacks is not lacking in the street: a format without a single feature comes out as unknown.

use std::collections::BTreeMap;

use walkshed::osm::Feature;

use super::outlets::{Outlet, Registry};
use super::vocabulary::Vocabulary;

/// The outlets among some features, in the order of their ids.
pub(crate) fn outlets_of(features: &[Feature], vocabulary: &Vocabulary) -> Registry {
    let mut registry = Registry { unknown_formats: BTreeMap::new(), ..Registry::default() };
    for feature in features {
        let formats = vocabulary.formats_of(&|key| feature.tag(key));
        if formats.is_empty() {
            continue;
        }
        registry.rows += 1;
        registry.outlets.push(Outlet {
            source_id: feature.osm.to_string(),
            name: feature.tag("name").or_else(|| feature.tag("brand")).map(str::to_owned),
            at: feature.at,
            formats: formats.into_iter().map(|f| f.index() as u16).collect(),
        });
    }
    registry
}
