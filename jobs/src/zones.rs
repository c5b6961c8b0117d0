//! Zones: the circles, communities, streets or districts of a city, as named polygons.
//!
//! Comes in: a GeoJSON file, or a list (see `list`). Goes out: [`ZoneLayer`], which says in which zone a point lies, and the
//! residents of a cell live. Not here: results by zone, and any shape that is not a polygon; such features are counted and
//! left out.

mod list;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use geo::{BoundingRect as _, Coord, Intersects as _, LineString, MultiPolygon, Point, Polygon, Rect};
use geojson::{Feature, FeatureCollection, GeoJson, GeometryValue, JsonObject, JsonValue};
use h3o::{CellIndex, Resolution};
use rustc_hash::FxHashMap;
use walkshed::LonLat;

use crate::crs::Crs;
use crate::plan::zones::ZonesFrom;
use crate::residents::origins::Origin;
use crate::tables::zone_summary::CITY;

/// Names under which files keep the id of a zone, best first; compared without regard to case.
const ID_NAMES: [&str; 14] = [
    "zone_id", "id", "code", "codigo", "cod", "natcode", "adcode", "ref", "gid", "fid", "objectid", "编号", "编码",
    "代码",
];
/// Names under which files keep the name of a zone, best first; compared without regard to case.
const NAME_NAMES: [&str; 12] = [
    "zone_name",
    "name",
    "name:zh",
    "name_zh",
    "名称",
    "社区",
    "街道",
    "nameunit",
    "nombre",
    "nome",
    "denominaci",
    "denominacion",
];

/// One layer of zones, in the order of the file.
#[derive(Debug)]
pub(crate) struct ZoneLayer {
    /// What the layer is called.
    pub layer: String,
    /// The zones.
    pub zones: Vec<Zone>,
    /// The property that the ids come from.
    pub id_property: String,
    /// The property that the names come from, if there is one; else names are ids.
    pub name_property: Option<String>,
    /// The coordinate system of the file.
    pub crs: String,
    /// How many features were joined to an earlier one because they have its id.
    pub joined: u64,
    /// How many features are no polygons and were left out.
    pub no_polygon: u64,
    boxes: Vec<Option<Rect<f64>>>,
    /// The zones of the cells of one resolution, where the layer is a list of cells.
    cells: Option<(Resolution, FxHashMap<CellIndex, u32>)>,
}

/// A named area.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Zone {
    /// Its id, unique in the layer.
    pub id: String,
    /// Its name; the id when the file has no name.
    pub name: String,
    /// Its area in WGS-84 degrees.
    pub shape: MultiPolygon<f64>,
    /// Its properties that are numbers, such as the points of an evaluation.
    pub numbers: BTreeMap<String, f64>,
}

/// The zone of each of many cells.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct CellsByZone {
    /// The index of each cell's zone, in the order of the cells: the one where most of its residents live.
    pub zone: Vec<Option<u32>>,
    /// How many cells are in no zone.
    pub outside: u64,
    /// How many cells have residents in several zones, or in one and in none.
    pub divided: u64,
    /// The residents of these who live in another zone than the one that has their cell.
    pub elsewhere: f64,
    /// How many cells have residents where zones overlap; the first in the file has them there.
    pub overlapping: u64,
}

/// Where a list of cells has a cell.
enum Listed {
    In(u32),
    Nowhere,
    /// There is no list, or its cells are smaller.
    ByPlace,
}

impl ZoneLayer {
    /// Reads layers, the main one first. A list may be one of zones of the first layer.
    ///
    /// # Errors
    /// As [`ZoneLayer::read`], for each of them.
    pub(crate) fn read_all(layers: &[ZonesFrom]) -> Result<Vec<Self>> {
        let mut read: Vec<Self> = Vec::with_capacity(layers.len());
        for from in layers {
            let (id, name) = (from.id.as_deref(), from.name.as_deref());
            let mut layer = if list::is_list(&from.path) {
                list::read(&from.path, id, name, read.first())?
            } else {
                Self::read(&from.path, id, name)?
            };
            layer.layer.clone_from(&from.layer);
            read.push(layer);
        }
        Ok(read)
    }

    /// Reads a GeoJSON file. `id` and `name` are the properties to use; usual ones are found without being named.
    ///
    /// Coordinates are WGS-84 degrees unless the file has the old `crs` member, which is honoured. Features that share an
    /// id are one zone.
    ///
    /// # Errors
    /// When the file is not GeoJSON, has no polygon, or no property can serve as the id.
    pub(crate) fn read(path: &Path, id: Option<&str>, name: Option<&str>) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read as UTF-8 GeoJSON", path.display()))?;
        Self::from_geojson(&text, id, name).with_context(|| format!("the zones in {} cannot be used", path.display()))
    }

    /// The same from text.
    ///
    /// # Errors
    /// As [`ZoneLayer::read`].
    pub(crate) fn from_geojson(text: &str, id: Option<&str>, name: Option<&str>) -> Result<Self> {
        let parsed: GeoJson = text.trim_start_matches('\u{feff}').parse().context("this is not GeoJSON")?;
        let collection = match parsed {
            GeoJson::FeatureCollection(collection) => collection,
            GeoJson::Feature(feature) => FeatureCollection::new([feature]),
            GeoJson::Geometry(_) => bail!("a bare geometry has no id; expected a FeatureCollection of polygons"),
        };
        let crs = declared_crs(collection.foreign_members.as_ref())?;
        let (id_property, name_property) = id_and_name(&collection.features, id, name)?;

        let mut layer = Self { name_property, crs: crs.name().to_owned(), ..Self::of(Vec::new(), id_property) };
        let mut known: FxHashMap<String, usize> = FxHashMap::default();
        for (number, feature) in (1..).zip(&collection.features) {
            let shape = area_of(feature, &crs).with_context(|| format!("feature {number}"))?;
            let Some(shape) = shape else {
                layer.no_polygon += 1;
                continue;
            };
            let id = property_text(feature, &layer.id_property)
                .with_context(|| format!("feature {number} has no '{}', which is the id", layer.id_property))?;
            ensure!(id != CITY, "feature {number} has the id '{CITY}', which stands for the whole city");
            let name = layer.name_property.as_deref().and_then(|name| property_text(feature, name));
            if let Some(&first) = known.get(&id) {
                layer.zones[first].shape.0.extend(shape.0);
                layer.joined += 1;
            } else {
                known.insert(id.clone(), layer.zones.len());
                let (name, numbers) = (name.unwrap_or_else(|| id.clone()), numbers_of(feature));
                layer.zones.push(Zone { id, name, shape, numbers });
            }
        }
        ensure!(!layer.zones.is_empty(), "none of {} features is a polygon", collection.features.len());
        layer.boxes = boxes(&layer.zones);
        Ok(layer)
    }

    fn of(zones: Vec<Zone>, id_property: String) -> Self {
        Self {
            layer: "zones".to_owned(),
            boxes: boxes(&zones),
            zones,
            id_property,
            name_property: None,
            crs: Crs::wgs84().name().to_owned(),
            joined: 0,
            no_polygon: 0,
            cells: None,
        }
    }

    /// The zones of many cells, each with the places of its homes, by where most of its residents live; of zones with as many
    /// the first in the file. A cell on a list is where the list has it, wherever its homes are.
    pub(crate) fn assign_cells<'o>(&self, cells: impl IntoIterator<Item = (CellIndex, &'o [Origin])>) -> CellsByZone {
        let mut assigned = CellsByZone::default();
        for (cell, homes) in cells {
            let zone = match self.listed(cell) {
                Listed::In(zone) => Some(zone),
                Listed::Nowhere => None,
                Listed::ByPlace => self.where_most_live(homes, &mut assigned),
            };
            assigned.outside += u64::from(zone.is_none());
            assigned.zone.push(zone);
        }
        assigned
    }

    fn listed(&self, cell: CellIndex) -> Listed {
        let zones = self.cells.as_ref().and_then(|(resolution, zones)| Some((cell.parent(*resolution)?, zones)));
        match zones.map(|(cell, zones)| zones.get(&cell)) {
            Some(Some(zone)) => Listed::In(*zone),
            Some(None) => Listed::Nowhere,
            None => Listed::ByPlace,
        }
    }

    fn where_most_live(&self, homes: &[Origin], assigned: &mut CellsByZone) -> Option<u32> {
        let mut shares: Vec<(Option<u32>, f64)> = Vec::new();
        let mut overlaps = false;
        let found: Vec<Option<u32>> = homes
            .iter()
            .map(|home| {
                let mut zones = self.zones_at(home.at);
                let first = zones.next();
                overlaps |= zones.next().is_some();
                first.map(|zone| zone as u32)
            })
            .collect();
        for (zone, home) in found.iter().zip(homes) {
            match shares.iter_mut().find(|(other, _)| other == zone) {
                Some((_, share)) => *share += home.share,
                None => shares.push((*zone, home.share)),
            }
        }
        // Among equals a zone before none, and the first of the file.
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.unwrap_or(u32::MAX).cmp(&b.0.unwrap_or(u32::MAX))));
        let zone = shares.first().and_then(|(zone, _)| *zone);
        assigned.overlapping += u64::from(overlaps);
        if shares.len() > 1 {
            assigned.divided += 1;
            let others = found.iter().zip(homes).filter(|(other, _)| **other != zone);
            assigned.elsewhere += others.map(|(_, home)| home.residents).sum::<f64>();
        }
        zone
    }

    /// The zones of many points, borders included: the first in the file when there are several.
    pub(crate) fn assign(&self, points: impl IntoIterator<Item = LonLat>) -> Vec<Option<u32>> {
        points.into_iter().map(|at| self.zones_at(at).next().map(|zone| zone as u32)).collect()
    }

    fn zones_at(&self, at: LonLat) -> impl Iterator<Item = usize> + '_ {
        let corner = Coord { x: at.lon, y: at.lat };
        let near =
            self.boxes.iter().enumerate().filter(move |(_, area)| area.is_some_and(|area| area.intersects(&corner)));
        near.map(|(index, _)| index).filter(move |&index| self.zones[index].shape.intersects(&Point(corner)))
    }
}

fn boxes(zones: &[Zone]) -> Vec<Option<Rect<f64>>> {
    zones.iter().map(|zone| zone.shape.bounding_rect()).collect()
}

/// All polygons of a GeoJSON file as one area; what is no polygon is passed over.
///
/// # Errors
/// When the file is not GeoJSON, or has no polygon.
pub(crate) fn read_polygons(path: &Path) -> Result<MultiPolygon<f64>> {
    let text = std::fs::read_to_string(path).context("it cannot be read as UTF-8 GeoJSON")?;
    let parsed: GeoJson = text.trim_start_matches('\u{feff}').parse().context("this is not GeoJSON")?;
    let (features, members) = match parsed {
        GeoJson::FeatureCollection(collection) => (collection.features, collection.foreign_members),
        GeoJson::Feature(feature) => (vec![feature], None),
        GeoJson::Geometry(geometry) => (vec![Feature::from(geometry)], None),
    };
    let crs = declared_crs(members.as_ref())?;
    let mut polygons = Vec::new();
    for (number, feature) in (1..).zip(&features) {
        let area = area_of(feature, &crs).with_context(|| format!("feature {number}"))?;
        polygons.extend(area.into_iter().flatten());
    }
    ensure!(!polygons.is_empty(), "it has no polygon; expected a GeoJSON polygon, multipolygon or collection of them");
    Ok(MultiPolygon(polygons))
}

/// The system that the `crs` member of GeoJSON 2008 names; WGS-84 without it, as RFC 7946 has it.
pub(crate) fn declared_crs(members: Option<&JsonObject>) -> Result<Crs> {
    let Some(crs) = members.and_then(|members| members.get("crs")).filter(|crs| !crs.is_null()) else {
        return Ok(Crs::wgs84());
    };
    let property = |name: &str| crs.get("properties").and_then(|properties| properties.get(name));
    if let Some(name) = property("name").and_then(JsonValue::as_str) {
        return Crs::named(name);
    }
    if let Some(code) = property("code").and_then(JsonValue::as_u64).and_then(|code| u16::try_from(code).ok()) {
        return Crs::epsg(code);
    }
    bail!("the 'crs' member {crs} names no coordinate system; expected a name such as urn:ogc:def:crs:EPSG::4326")
}

/// The properties that hold id and name. An id may be missing where the names can serve.
fn id_and_name(features: &[Feature], id: Option<&str>, name: Option<&str>) -> Result<(String, Option<String>)> {
    let mut found: Vec<&str> = Vec::new();
    for property in features.iter().flat_map(|feature| feature.properties.iter().flat_map(JsonObject::keys)) {
        if !found.contains(&property.as_str()) {
            found.push(property);
        }
    }
    let found_text = || if found.is_empty() { "none".to_owned() } else { found.join(", ") };
    let chosen = |wanted: Option<&str>, usual: &[&str]| match wanted {
        Some(wanted) if found.contains(&wanted) => Ok(Some(wanted.to_owned())),
        Some(wanted) => bail!("no feature has the property '{wanted}'; properties found: {}", found_text()),
        None => Ok(usual.iter().find_map(|usual| {
            found.iter().find(|property| property.to_lowercase() == *usual).map(|&property| property.to_owned())
        })),
    };
    let name = chosen(name, &NAME_NAMES)?;
    match chosen(id, &ID_NAMES)?.or_else(|| name.clone()) {
        Some(id) => Ok((id, name)),
        None => bail!("no property is known to hold the id of a zone; name one of those found: {}", found_text()),
    }
}

/// A property as text: strings without outer blanks, whole numbers without a point; nothing when null or empty.
fn property_text(feature: &Feature, name: &str) -> Option<String> {
    match feature.property(name)? {
        JsonValue::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        JsonValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The properties that are numbers, or texts that are nothing but a number.
fn numbers_of(feature: &Feature) -> BTreeMap<String, f64> {
    let number = |value: &JsonValue| match value {
        JsonValue::Number(number) => number.as_f64(),
        JsonValue::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    };
    let properties = feature.properties.iter().flatten();
    properties.filter_map(|(name, value)| Some((name.clone(), number(value)?))).collect()
}

/// The polygons of a feature in degrees; `None` when it has none.
pub(crate) fn area_of(feature: &Feature, crs: &Crs) -> Result<Option<MultiPolygon<f64>>> {
    let polygon = |rings: &[Vec<geojson::Position>]| -> Result<Option<Polygon<f64>>> {
        let mut rings = rings.iter().map(|ring| ring_of(ring, crs));
        let Some(outer) = rings.next().transpose()? else { return Ok(None) };
        Ok(Some(Polygon::new(outer, rings.collect::<Result<_>>()?)))
    };
    let polygons: Vec<Polygon<f64>> = match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        Some(GeometryValue::Polygon { coordinates }) => polygon(coordinates)?.into_iter().collect(),
        Some(GeometryValue::MultiPolygon { coordinates }) => {
            coordinates.iter().filter_map(|rings| polygon(rings).transpose()).collect::<Result<_>>()?
        }
        _ => Vec::new(),
    };
    Ok(if polygons.is_empty() { None } else { Some(MultiPolygon(polygons)) })
}

fn ring_of(ring: &[geojson::Position], crs: &Crs) -> Result<LineString<f64>> {
    let corner = |position: &geojson::Position| {
        let &[x, y, ..] = position.as_slice() else { bail!("a position has fewer than two numbers") };
        let at = crs.lon_lat(x, y)?;
        Ok(Coord { x: at.lon, y: at.lat })
    };
    ring.iter().map(corner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square feature with its south-west corner at (x, y).
    fn square(properties: &str, x: f64, y: f64, side: f64) -> String {
        let (e, n) = (x + side, y + side);
        format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon",
                "coordinates":[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]}}}}"#
        )
    }

    fn collection(extra: &str, features: &[String]) -> String {
        format!(r#"{{"type":"FeatureCollection",{extra}"features":[{}]}}"#, features.join(","))
    }

    #[test]
    fn the_first_zone_of_the_file_has_a_point_and_borders_count() -> Result<()> {
        let text = collection(
            "",
            &[
                square(r#"{"Code":7,"名称":"东里"}"#, 0.0, 0.0, 2.0),
                square(r#"{"Code":8,"名称":"西里"}"#, 1.0, 0.0, 2.0),
                square(r#"{"Code":7,"名称":"东里"}"#, 9.0, 9.0, 1.0),
                r#"{"type":"Feature","properties":{"Code":9},"geometry":{"type":"Point","coordinates":[1,1]}}"#.into(),
            ],
        );
        let layer = ZoneLayer::from_geojson(&text, None, None)?;
        assert_eq!((layer.id_property.as_str(), layer.name_property.as_deref()), ("Code", Some("名称")));
        let ids: Vec<_> = layer.zones.iter().map(|zone| (zone.id.as_str(), zone.name.as_str())).collect();
        assert_eq!(ids, [("7", "东里"), ("8", "西里")]);
        assert_eq!((layer.joined, layer.no_polygon), (1, 1));

        let at = |lon, lat| LonLat { lon, lat };
        let assigned =
            layer.assign([at(0.5, 0.5), at(1.5, 0.5), at(2.5, 0.5), at(3.0, 2.0), at(9.5, 9.5), at(5.0, 5.0)]);
        assert_eq!(assigned, [Some(0), Some(0), Some(1), Some(1), Some(0), None]);
        Ok(())
    }

    #[test]
    fn a_cell_is_where_most_of_its_residents_live() -> Result<()> {
        // Two zones side by side that share the border at 1; a strip of the first is in the second too.
        let text = collection("", &[square(r#"{"id":"a"}"#, 0.0, 0.0, 1.1), square(r#"{"id":"b"}"#, 1.0, 0.0, 1.0)]);
        let layer = ZoneLayer::from_geojson(&text, None, None)?;
        let cell: CellIndex = "8a31aa50a6dffff".parse()?;
        let home = |lon, residents: f64| Origin { at: LonLat { lon, lat: 0.5 }, residents, share: residents / 10.0 };
        // Three and four of ten in a, the rest in b; all in none; five in b and five in none: a zone before none.
        let homes = [
            vec![home(0.5, 3.0), home(1.5, 7.0)],
            vec![home(0.5, 6.0), home(1.05, 4.0)],
            vec![home(9.0, 10.0)],
            vec![home(9.0, 5.0), home(1.5, 5.0)],
        ];
        let assigned = layer.assign_cells(homes.iter().map(|homes| (cell, &homes[..])));
        assert_eq!(assigned.zone, [Some(1), Some(0), None, Some(1)]);
        assert_eq!((assigned.outside, assigned.divided, assigned.overlapping), (1, 2, 1));
        assert!((assigned.elsewhere - 8.0).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn the_old_crs_member_is_honoured() -> Result<()> {
        // UTM 50 N around 117 E, 40 N: northing 4,427,757 m.
        let crs = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32650"}},"#;
        let text = collection(crs, &[square(r#"{"id":"a"}"#, 499_000.0, 4_427_000.0, 2_000.0)]);
        let layer = ZoneLayer::from_geojson(&text, None, None)?;
        assert_eq!(layer.crs, "EPSG:32650");
        let points = [117.0, 117.1].map(|lon| LonLat { lon, lat: 40.0 });
        assert_eq!(layer.assign(points), [Some(0), None]);
        Ok(())
    }

    #[test]
    fn what_cannot_be_used_says_what_is_there() {
        let refused = |text: &str, id| format!("{:#}", ZoneLayer::from_geojson(text, id, None).expect_err(text));
        let zone = || square(r#"{"area":1,"Cod_Postal":2}"#, 0.0, 0.0, 1.0);
        assert!(refused(&collection("", &[zone()]), None).contains("name one of those found: area, Cod_Postal"));
        assert!(refused(&collection("", &[zone()]), Some("id")).contains("properties found: area, Cod_Postal"));
        let metres = collection("", &[square(r#"{"id":1}"#, 1_815_598.0, 982_758.0, 10.0)]);
        assert!(refused(&metres, None).contains("feature 1: 1815598, 982758 are metres of a map projection"));
        assert!(refused(&collection("", &[]), Some("id")).contains("properties found: none"));
        assert!(refused("{}", None).contains("this is not GeoJSON"));
        let nameless = collection("", &[square(r#"{"id":" "}"#, 0.0, 0.0, 1.0)]);
        assert!(refused(&nameless, None).contains("feature 1 has no 'id'"));
    }
}
