//! Tables in GeoJSON: one row per feature.
//!
//! Comes in: a FeatureCollection of any size. Goes out: a plain copy with a column for each property and two for the point
//! (the centroid of what is no point), and the coordinate system that the file declares. Features stream, read twice: once
//! for the names of the properties, once for the rows. Not here: which property means what.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use geo::Centroid as _;
use geojson::{Feature, FeatureReader, JsonValue};
use rustc_hash::FxHashSet;
use tempfile::NamedTempFile;

use super::plain_copy::PlainCopy;
use super::source::{SHAPE_LAT, SHAPE_LON};
use crate::crs::Crs;

/// How far into a file the old `crs` member is looked for; it stands before the features.
const HEAD: u64 = 1 << 16;

/// Features as a plain copy.
pub(super) struct FeatureRows {
    /// The copy.
    pub copy: NamedTempFile,
    /// How many features there are.
    pub rows: u64,
    /// The system that the file declares and that its points were turned to degrees from.
    pub crs: Option<String>,
}

/// Copies the features of a GeoJSON file.
///
/// # Errors
/// When it is no FeatureCollection, or in a coordinate system that is not known.
pub(super) fn read_features(path: &Path) -> Result<FeatureRows> {
    let declared = declared_crs(path)?;
    let degrees = Crs::wgs84();
    let crs = declared.as_ref().unwrap_or(&degrees);
    let mut names: Vec<String> = Vec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    for_each_feature(path, |feature| {
        for name in feature.properties.iter().flat_map(geojson::JsonObject::keys) {
            if known.insert(name.clone()) {
                names.push(name.clone());
            }
        }
        // A file may keep its ids outside the properties.
        if feature.id.is_some() && known.insert("id".to_owned()) {
            names.push("id".to_owned());
        }
        Ok(())
    })?;
    let mut copy = PlainCopy::new()?;
    copy.row([SHAPE_LON, SHAPE_LAT].into_iter().chain(names.iter().map(String::as_str)))?;
    let mut row = Vec::with_capacity(names.len() + 2);
    for_each_feature(path, |feature| {
        row.clear();
        row.extend(point_of(&feature, crs));
        row.extend(names.iter().map(|name| property(&feature, name)));
        copy.row(row.iter().map(String::as_str))
    })?;
    let (copy, rows) = copy.finish()?;
    Ok(FeatureRows { copy, rows, crs: declared.map(|crs| crs.name().to_owned()) })
}

fn for_each_feature(path: &Path, mut each: impl FnMut(Feature) -> Result<()>) -> Result<()> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut number = 0;
    for feature in FeatureReader::from_reader(BufReader::new(file)).features() {
        number += 1;
        let expected = || {
            format!(
                "{}, feature {number}: this is not GeoJSON; expected a FeatureCollection with one feature per row, in UTF-8",
                path.display()
            )
        };
        each(feature.with_context(expected)?)?;
    }
    ensure!(number > 0, "{} has no features; expected a FeatureCollection with one feature per row", path.display());
    Ok(())
}

/// The `crs` member of GeoJSON 2008, if there is one before the features.
fn declared_crs(path: &Path) -> Result<Option<Crs>> {
    let mut head = Vec::new();
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    file.take(HEAD).read_to_end(&mut head).with_context(|| format!("{} cannot be read", path.display()))?;
    let head = String::from_utf8_lossy(&head);
    let before = head.split("\"features\"").next().unwrap_or_default();
    let Some((_, rest)) = before.split_once("\"crs\"") else { return Ok(None) };
    let value = rest.trim_start().trim_start_matches(':');
    let first = serde_json::Deserializer::from_str(value).into_iter::<JsonValue>().next();
    let Some(Ok(crs)) = first else { return Ok(None) };
    match crs["properties"]["name"].as_str() {
        Some(name) => Crs::named(name).with_context(|| format!("the crs of {}", path.display())).map(Some),
        None => Ok(None),
    }
}

/// Longitude and latitude as text. What cannot be placed is said in their stead, and comes out as an unreadable number.
fn point_of(feature: &Feature, crs: &Crs) -> [String; 2] {
    let Some(geometry) = &feature.geometry else { return [String::new(), String::new()] };
    let centroid = geo::Geometry::<f64>::try_from(geometry).ok().and_then(|shape| shape.centroid());
    let Some(point) = centroid else { return ["empty shape".to_owned(), String::new()] };
    // Numbers that are no degrees are left as they are: whoever reads the row says what is wrong with them.
    match crs.lon_lat(point.x(), point.y()) {
        Ok(at) => [at.lon.to_string(), at.lat.to_string()],
        Err(_) => [point.x().to_string(), point.y().to_string()],
    }
}

fn property(feature: &Feature, name: &str) -> String {
    match feature.property(name) {
        None | Some(JsonValue::Null) if name == "id" => match &feature.id {
            Some(geojson::feature::Id::String(id)) => id.clone(),
            Some(geojson::feature::Id::Number(id)) => id.to_string(),
            None => String::new(),
        },
        None | Some(JsonValue::Null) => String::new(),
        Some(JsonValue::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(text: &str) -> Result<(String, FeatureRows)> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.geojson");
        std::fs::write(&path, text)?;
        let rows = read_features(&path)?;
        Ok((std::fs::read_to_string(rows.copy.path())?, rows))
    }

    #[test]
    fn points_and_centroids_become_rows() -> Result<()> {
        let (text, rows) = copied(
            r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":5,"properties":{"名称":"甲"},"geometry":{"type":"Point","coordinates":[116.4,39.9]}},
            {"type":"Feature","properties":{"id":"b","n":2},"geometry":{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}},
            {"type":"Feature","properties":null,"geometry":null}]}"#,
        )?;
        let head = format!("\"{SHAPE_LON}\",\"{SHAPE_LAT}\",\"名称\",\"id\",\"n\"\n");
        assert_eq!(text, format!("{head}\"116.4\",\"39.9\",\"甲\",\"5\",\n\"1\",\"1\",,\"b\",\"2\"\n,,,,\n"));
        assert_eq!((rows.rows, rows.crs), (3, None));
        Ok(())
    }

    #[test]
    fn a_declared_system_is_turned_to_degrees() -> Result<()> {
        let (text, rows) = copied(
            r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32650"}},
            "features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[500000,0]}}]}"#,
        )?;
        assert!(
            text.lines().nth(1).is_some_and(|line| line.starts_with("\"117\",") || line.starts_with("\"116.99999"))
        );
        assert_eq!(rows.crs.as_deref(), Some("EPSG:32650"));
        Ok(())
    }

    #[test]
    fn what_is_no_geojson_says_so() {
        let refused = |text: &str| copied(text).err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(refused("id,name\n").contains("expected a FeatureCollection"));
        assert!(refused(r#"{"type":"FeatureCollection","features":[]}"#).contains("expected a FeatureCollection"));
    }
}
