//! Residents of polygons: communities, census tracts, blocks.
//!
//! Comes in: GeoJSON features with counts among their properties; points with counts too. Goes out: residents in cells, by
//! areal weighting: by the dwelling floor of the buildings whose middle lies in the polygon; where there is none, by its
//! residential land; where there is none of that either, by its area. Not here: polygons as zones.
//!
//! What of a polygon lies far from the streets keeps its part of the residents by area, who are then not placed: the rest
//! of the polygon does not get them. The whole file is in memory.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use geo::{
    BoundingRect as _, Centroid as _, ChamberlainDuquetteArea as _, Contains as _, Coord, MultiPolygon, Point, Rect,
};
use geojson::{Feature, FeatureCollection, GeoJson, GeometryValue, JsonObject, JsonValue};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, LatLng, Resolution};
use rustc_hash::FxHashMap;
use walkshed::LonLat;

use super::count::Count;
use super::gather::{Extent, Reading};
use super::known::Known;
use super::named::{Numbers, numbers_among, read_count};
use super::osm::{Building, FINER, cell_at};
use super::tally::{How, Note, Residents, Tally};
use crate::area::BadPosition;
use crate::crs::Crs;
use crate::plan::residents::ResidentsFile;
use crate::zones::{area_of, declared_crs};

/// More small cells than this are too much for one polygon.
const MOST_SMALL_CELLS: f64 = 1e6;

/// Polygons and points with counts.
pub(crate) struct PolygonRows<'c> {
    pub tally: Tally<'c>,
    rows: u64,
    extent: Option<Extent<'c>>,
    /// Number of the feature, its id, its place and its counts.
    placed: Vec<(u64, Option<String>, Place, Vec<Count>)>,
}

/// Where a feature is.
enum Place {
    Area(MultiPolygon<f64>),
    Point(LonLat),
}

/// Reads a GeoJSON file of residents.
///
/// # Errors
/// When it is not GeoJSON, or no property holds residents.
pub(super) fn read_polygons<'c>(file: &ResidentsFile, reading: &Reading<'c>) -> Result<PolygonRows<'c>> {
    let source = file.path.display().to_string();
    let text =
        std::fs::read_to_string(&file.path).with_context(|| format!("{source} cannot be read as UTF-8 GeoJSON"))?;
    let parsed: GeoJson =
        text.trim_start_matches('\u{feff}').parse().with_context(|| format!("{source} is not GeoJSON"))?;
    let collection = match parsed {
        GeoJson::FeatureCollection(collection) => collection,
        GeoJson::Feature(feature) => FeatureCollection::new([feature]),
        GeoJson::Geometry(_) => {
            bail!("{source} is a bare geometry; expected polygons with residents among their properties")
        }
    };
    let crs = declared_crs(collection.foreign_members.as_ref()).with_context(|| source.clone())?;
    ensure!(!collection.features.is_empty(), "{source} has no features; expected one polygon per area");
    let mut found: Vec<String> = Vec::new();
    for property in collection.features.iter().flat_map(|f| f.properties.iter().flat_map(JsonObject::keys)) {
        if !found.contains(property) {
            found.push(property.clone());
        }
    }
    let numbers = numbers_among(&found, file.population.as_deref(), &file.groups, &source)?;
    let tally = Tally::new(source, numbers.groups.clone(), reading.resolution(), reading.area().copied());
    let rows = collection.features.len() as u64;
    let mut read = PolygonRows { tally, rows, extent: reading.extent, placed: Vec::new() };
    for (number, feature) in (1..).zip(&collection.features) {
        read.add(number, feature, &numbers, &crs);
    }
    Ok(read)
}

impl PolygonRows<'_> {
    fn add(&mut self, number: u64, feature: &Feature, numbers: &Numbers, crs: &Crs) {
        let id = ["id", "code", "name"].iter().find_map(|name| text_of(feature, name));
        let total = read_count(&numbers.columns[0], &text_of(feature, &numbers.columns[0]).unwrap_or_default());
        let known = total.as_ref().ok().copied();
        let groups =
            numbers.columns[1..].iter().map(|name| read_count(name, &text_of(feature, name).unwrap_or_default()));
        let counts: Result<Vec<Count>, BadPosition> = std::iter::once(total).chain(groups).collect();
        match counts.and_then(|counts| Ok((place_of(feature, crs)?, counts))) {
            Ok((place, counts)) => self.placed.push((number, id, place, counts)),
            Err(bad) => self.tally.reject(number, id, bad.reason, bad.detail, known),
        }
    }

    /// Brings all residents into cells.
    ///
    /// # Errors
    /// When no feature is usable.
    pub(crate) fn place(self, known: &Known<'_>) -> Result<Residents> {
        let Self { tally, rows, extent, placed } = self;
        let buildings = known.dwellings().map_or(&[][..], |dwellings| &dwellings.buildings);
        let fine = finer(tally.resolution());
        let needs_land =
            known.dwellings().filter(|_| placed.iter().any(|(_, _, place, _)| matches!(place, Place::Area(_))));
        let land = needs_land.map(|dwellings| dwellings.land_by_cell(fine)).unwrap_or_default();
        let mut placing = Placing { tally, extent, buildings: Near::new(buildings), land };
        if known.dwellings().is_none() {
            placing.tally.notes.push(Note {
                en: "no buildings are known here, so polygons were divided by area".to_owned(),
                zh: "没有建筑数据，多边形按面积分配".to_owned(),
            });
        }
        for (number, id, place, counts) in placed {
            match placing.place(number, id.as_ref(), &place, &counts) {
                Ok(()) => placing.tally.reject_outside(number, || id),
                Err(bad) => placing.tally.reject(number, id, bad.reason, bad.detail, counts.first().copied()),
            }
        }
        placing.tally.finish(rows)
    }
}

/// What is needed to place one polygon after another.
struct Placing<'a, 'c> {
    tally: Tally<'c>,
    extent: Option<Extent<'c>>,
    buildings: Near<'a>,
    /// Square metres of residential land by small cell.
    land: BTreeMap<CellIndex, f64>,
}

impl Placing<'_, '_> {
    fn place(&mut self, number: u64, id: Option<&String>, place: &Place, counts: &[Count]) -> Result<(), BadPosition> {
        let resolution = self.tally.resolution();
        let shape = match place {
            Place::Point(at) => {
                self.extent.as_ref().map_or(Ok(()), |extent| extent.check(*at))?;
                let cell = cell_at(*at, resolution).ok_or_else(|| bad_shape("it is not on Earth"))?;
                self.tally.add(cell, counts, How::Point);
                return Ok(());
            }
            Place::Area(shape) => shape,
        };
        let mut counts = counts.to_vec();
        if let Some(bad) = self.set_outside_apart(shape, &mut counts)? {
            let (residents, bad) = bad;
            self.tally.reject(number, id.cloned(), bad.reason, bad.detail, Some(residents));
        }
        let mut weights: BTreeMap<CellIndex, f64> = BTreeMap::new();
        for building in self.buildings.inside(shape) {
            if let Some(cell) = cell_at(building.at, resolution) {
                *weights.entry(cell).or_default() += building.floor;
            }
        }
        if !weights.is_empty() {
            self.spread(&counts, weights, How::DwellingFloor);
            return Ok(());
        }
        let small = small_cells(shape, finer(resolution))?;
        let parent = |cell: &CellIndex| cell.parent(resolution);
        for (cell, land) in small.iter().filter_map(|cell| Some((parent(cell)?, self.land.get(cell)?))) {
            *weights.entry(cell).or_default() += land;
        }
        if !weights.is_empty() {
            self.spread(&counts, weights, How::ResidentialLand);
            return Ok(());
        }
        let inside =
            |cell: &&CellIndex| self.extent.as_ref().is_none_or(|extent| extent.bounds.contains(centre(**cell)));
        for cell in small.iter().filter(inside) {
            if let Some(parent) = parent(cell) {
                *weights.entry(parent).or_default() += cell.area_m2();
            }
        }
        if !weights.is_empty() {
            self.spread(&counts, weights, How::Area);
            return Ok(());
        }
        // Smaller than the smallest cell: where its middle is.
        let middle = shape.centroid().and_then(|at| LonLat::new(at.x(), at.y()).ok());
        let cell = middle.and_then(|at| cell_at(at, resolution)).ok_or_else(|| bad_shape("it has no area"))?;
        self.tally.add(cell, &counts, How::Middle);
        Ok(())
    }

    fn spread(&mut self, counts: &[Count], weights: BTreeMap<CellIndex, f64>, how: How) {
        let over: Vec<(CellIndex, f64)> = weights.into_iter().collect();
        self.tally.spread(counts, &over, how);
    }

    /// Takes the residents of what lies far from the streets out of `counts`, by area.
    fn set_outside_apart(
        &self,
        shape: &MultiPolygon<f64>,
        counts: &mut [Count],
    ) -> Result<Option<(Count, BadPosition)>, BadPosition> {
        let (Some(extent), Some(rect)) = (&self.extent, shape.bounding_rect()) else { return Ok(None) };
        let is_in = |at: Coord<f64>| extent.bounds.contains(LonLat { lon: at.x, lat: at.y });
        if is_in(rect.min()) && is_in(rect.max()) {
            return Ok(None);
        }
        // Hundreds of cells tell the share well enough.
        let mut resolution = finer(self.tally.resolution());
        while resolution > Resolution::Three
            && shape.chamberlain_duquette_unsigned_area() / resolution.area_m2() > 20_000.0
        {
            resolution = resolution.pred().unwrap_or(Resolution::Zero);
        }
        let cells = small_cells(shape, resolution)?;
        let inside = cells.iter().filter(|cell| extent.bounds.contains(centre(**cell))).count();
        if inside == cells.len() && inside > 0 {
            return Ok(None);
        }
        let middle = shape.centroid().map_or(rect.min(), Into::into);
        let at = LonLat { lon: middle.x, lat: middle.y };
        if inside == 0 {
            // All of it is far away, or it is so small that its corner tells.
            return extent.check(at).map(|()| None);
        }
        let share = (cells.len() - inside) as f64 / cells.len() as f64;
        let mut outside = Count::ZERO;
        for (number, count) in counts.iter_mut().enumerate() {
            let parts = count.split(&[1.0 - share, share]);
            *count = parts[0];
            outside = if number == 0 { parts[1] } else { outside };
        }
        let detail = format!(
            "{:.1} % of its area lie far from the streets, and so many of its residents are not placed; use an extract \
             that covers it",
            share * 100.0
        );
        Ok(Some((outside, BadPosition { reason: "partly_outside", detail })))
    }
}

fn centre(cell: CellIndex) -> LonLat {
    let at = LatLng::from(cell);
    LonLat { lon: at.lng(), lat: at.lat() }
}

/// The resolution of the small cells that area is measured in.
fn finer(resolution: Resolution) -> Resolution {
    Resolution::try_from(u8::from(resolution).saturating_add(FINER)).unwrap_or(Resolution::Fifteen)
}

/// The small cells whose middle lies in a polygon.
fn small_cells(shape: &MultiPolygon<f64>, resolution: Resolution) -> Result<Vec<CellIndex>, BadPosition> {
    let count = shape.chamberlain_duquette_unsigned_area() / resolution.area_m2();
    if count > MOST_SMALL_CELLS {
        let detail = "it is too large to be divided by area; give smaller areas, or a population raster".to_owned();
        return Err(BadPosition { reason: "too_large", detail });
    }
    let mut tiler = TilerBuilder::new(resolution).containment_mode(ContainmentMode::ContainsCentroid).build();
    tiler.add_batch(shape.0.iter().cloned()).map_err(|error| bad_shape(&error.to_string()))?;
    let mut cells: Vec<CellIndex> = tiler.into_coverage().collect();
    cells.sort_unstable();
    cells.dedup();
    Ok(cells)
}

fn bad_shape(what: &str) -> BadPosition {
    BadPosition {
        reason: "bad_shape",
        detail: format!("its outline cannot be used: {what}; mend it, with QGIS for example"),
    }
}

fn place_of(feature: &Feature, crs: &Crs) -> Result<Place, BadPosition> {
    let bad = |error: anyhow::Error| bad_shape(&format!("{error:#}"));
    if let Some(GeometryValue::Point { coordinates }) = feature.geometry.as_ref().map(|geometry| &geometry.value) {
        let &[x, y, ..] = coordinates.as_slice() else {
            return Err(bad_shape("a position has fewer than two numbers"));
        };
        return Ok(Place::Point(crs.lon_lat(x, y).map_err(bad)?));
    }
    let shape = area_of(feature, crs).map_err(bad)?;
    shape.map(Place::Area).ok_or_else(|| BadPosition {
        reason: "no_polygon",
        detail: "it is neither a polygon nor a point; expected one of them".to_owned(),
    })
}

/// A property as text: strings without outer blanks, numbers as they are written.
fn text_of(feature: &Feature, name: &str) -> Option<String> {
    match feature.property(name)? {
        JsonValue::String(text) => Some(text.trim().to_owned()),
        JsonValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Buildings by squares of a hundredth of a degree.
struct Near<'b> {
    buildings: &'b [Building],
    squares: FxHashMap<(i32, i32), Vec<u32>>,
}

impl<'b> Near<'b> {
    fn new(buildings: &'b [Building]) -> Self {
        let mut squares: FxHashMap<(i32, i32), Vec<u32>> = FxHashMap::default();
        for (number, building) in buildings.iter().enumerate() {
            squares.entry(square_of(building.at.lon, building.at.lat)).or_default().push(number as u32);
        }
        Self { buildings, squares }
    }

    /// The buildings whose middle lies in a polygon, in their order.
    fn inside(&self, shape: &MultiPolygon<f64>) -> Vec<Building> {
        let Some(rect) = shape.bounding_rect() else { return Vec::new() };
        let (min, max) = (square_of(rect.min().x, rect.min().y), square_of(rect.max().x, rect.max().y));
        let is_near = |square: &(i32, i32)| (min.0..=max.0).contains(&square.0) && (min.1..=max.1).contains(&square.1);
        let wide = i64::from(max.0 - min.0 + 1) * i64::from(max.1 - min.1 + 1) > self.squares.len() as i64;
        let mut near: Vec<u32> = if wide {
            self.squares
                .iter()
                .filter(|(square, _)| is_near(square))
                .flat_map(|(_, numbers)| numbers)
                .copied()
                .collect()
        } else {
            let squares = (min.0..=max.0).flat_map(|x| (min.1..=max.1).map(move |y| (x, y)));
            squares.filter_map(|square| self.squares.get(&square)).flatten().copied().collect()
        };
        near.sort_unstable();
        let found = near.into_iter().map(|number| self.buildings[number as usize]);
        found.filter(|building| holds(shape, rect, building.at)).collect()
    }
}

fn holds(shape: &MultiPolygon<f64>, rect: Rect<f64>, at: LonLat) -> bool {
    let point = Point::new(at.lon, at.lat);
    rect.contains(&point) && shape.contains(&point)
}

fn square_of(lon: f64, lat: f64) -> (i32, i32) {
    ((lon * 100.0).floor() as i32, (lat * 100.0).floor() as i32)
}
