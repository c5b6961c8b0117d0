//! Outlets from an OSM extract.
//!
//! Comes in: tagged features, the vocabulary and the chains. Goes out: outlets with the OSM element as each one's id. Not
//! here: reading the file (the engine does), and which tags make which format (data of the vocabulary).
//!
//! What OSM lacks is not lacking in the street: a format without a single feature comes out as unknown.

use walkshed::osm::Feature;

use super::attributes::{AttributeReader, AttributeTexts};
use super::brands::Brands;
use super::mapping::Mapper;
use super::names::PlainName;
use super::outlets::{Called, NameKey, Outlet, Registry, Source};
use crate::datum::Datum;

/// Adds the outlets among some features to a registry, in the order of their ids.
pub(crate) fn add_outlets(features: &[Feature], mapper: &mut Mapper<'_>, brands: &Brands, registry: &mut Registry) {
    let vocabulary = mapper.vocabulary();
    let source = registry.sources.len() as u16;
    let first = registry.outlets.len();
    let mut reader = AttributeReader::default();
    for feature in features {
        let found = vocabulary.formats_of(&|key| feature.tag(key));
        if found.is_empty() {
            continue;
        }
        let found = found.into_iter().map(|(format, rule)| (format.index() as u16, format!("osm {rule}")));
        let mapped = mapper.mapped(found.collect(), Vec::new());
        let tag = |key: &str| feature.tag(key).unwrap_or_default();
        let attributes = reader.read(&AttributeTexts {
            hours: tag("opening_hours"),
            opened: tag("start_date"),
            closed: tag("end_date"),
            status: tag("operational_status"),
            // A cart, a market stall that moves.
            mobile: Some(tag("mobile")).filter(|said| !said.is_empty()).unwrap_or(tag("street_vendor")),
            ..AttributeTexts::default()
        });
        let name = feature.tag("name").or_else(|| feature.tag("brand"));
        let plain = PlainName::of(name.unwrap_or_default(), tag("addr:city"));
        let brand = brands.of(tag("brand"), &plain, &mapped.kind.formats);
        let key = NameKey::of(&plain, brand, brands, |core| vocabulary.is_kind(core));
        let id = feature.osm.to_string();
        let called = Called { id: &id, name: name.unwrap_or_default(), key };
        registry.add(&called, Outlet::new(source, 0, feature.at, mapped.kind).with(brand, attributes, None));
    }
    registry.sources.push(Source {
        name: "osm".to_owned(),
        form: "OpenStreetMap".to_owned(),
        datum: Some(Datum::Wgs84),
        rows: (registry.outlets.len() - first) as u64,
        invalid: reader.invalid,
        ..Source::default()
    });
}
