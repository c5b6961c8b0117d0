//! Dwellings from the OSM extract, in place of residents.
//!
//! Comes in: buildings and residential land with their outlines. Goes out: cells weighted by square metres of dwelling
//! floor, labelled as such: a share is then a share of floor, not of people. Not here: people; give a table for those.
//!
//! - A building counts as a dwelling by its kind (`building=apartments`, …). One of no kind (`building=yes`, more than half
//!   of all buildings in OSM) counts unless a tag, its size, or the land or grounds that it stands on give it another use.
//! - Its floor is its ground area times its levels (`building:levels`), or [`LEVELS_OF_FLATS`] or [`LEVELS_OF_HOUSES`].
//! - Residential land counts by its area times [`FLOOR_AREA_RATIO`], in cells where no dwelling is mapped at all.

use std::collections::BTreeMap;

use geo::{BoundingRect as _, ChamberlainDuquetteArea as _, Contains as _, Coord, MultiPolygon, Point, Rect};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, LatLng, Resolution};
use rustc_hash::FxHashMap;
use walkshed::LonLat;
use walkshed::osm::Feature;

use super::tally::{ResidentCell, Residents};
use crate::tables::columns::Weight;

/// Kinds of building with many dwellings.
const FLATS: [&str; 3] = ["apartments", "dormitory", "residential"];
/// Kinds of building with one dwelling or two.
const HOUSES: [&str; 9] =
    ["house", "detached", "semidetached_house", "terrace", "bungalow", "villa", "farm", "static_caravan", "houseboat"];
/// Tags that give a building of no kind another use than dwelling.
const OTHER_USES: [&str; 12] = [
    "amenity",
    "shop",
    "office",
    "tourism",
    "leisure",
    "healthcare",
    "craft",
    "industrial",
    "military",
    "man_made",
    "railway",
    "religion",
];
/// Uses of land on which a building of no kind is no dwelling.
const LAND_OF_OTHER_USE: [&str; 22] = [
    "industrial",
    "commercial",
    "retail",
    "military",
    "railway",
    "port",
    "quarry",
    "landfill",
    "farmland",
    "farmyard",
    "greenhouse_horticulture",
    "plant_nursery",
    "allotments",
    "orchard",
    "vineyard",
    "cemetery",
    "religious",
    "education",
    "institutional",
    "recreation_ground",
    "depot",
    "garages",
];
/// Grounds on which a building of no kind is no dwelling.
const GROUNDS: [&str; 8] =
    ["school", "university", "college", "kindergarten", "hospital", "prison", "grave_yard", "marketplace"];
/// A building of no kind with less ground than this is a shed, in m2. The project's choice.
const LEAST_GROUND: f64 = 20.0;
/// Levels of a block of flats that does not say: five, the most that was built without lifts. The project's choice.
const LEVELS_OF_FLATS: f64 = 5.0;
/// Levels of a house that does not say. The project's choice.
const LEVELS_OF_HOUSES: f64 = 2.0;
/// Dwelling floor on residential land without mapped buildings, in m2 per m2. The project's choice.
const FLOOR_AREA_RATIO: f64 = 0.5;
/// Land is measured in small cells: so many resolutions finer, 49 to a cell.
pub(super) const FINER: u8 = 2;

/// Whether a feature can say where people live.
pub(crate) fn is_about_dwelling<'t>(tag: &dyn Fn(&str) -> Option<&'t str>) -> bool {
    tag("building").is_some() || is_residential(tag) || is_of_other_use(tag)
}

fn is_residential<'t>(tag: &dyn Fn(&str) -> Option<&'t str>) -> bool {
    tag("landuse") == Some("residential")
}

fn is_of_other_use<'t>(tag: &dyn Fn(&str) -> Option<&'t str>) -> bool {
    let is_one_of = |key, values: &[&str]| tag(key).is_some_and(|value| values.contains(&value));
    is_one_of("landuse", &LAND_OF_OTHER_USE) || is_one_of("amenity", &GROUNDS)
}

/// What an extract says about dwellings: buildings with their floor, and residential land.
pub(crate) struct Dwellings<'f> {
    /// Buildings, in the order of the extract.
    pub buildings: Vec<Building>,
    residential: Parcels<'f>,
}

/// A building that people live in.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Building {
    /// Its middle.
    pub at: LonLat,
    /// Square metres of dwelling floor.
    pub floor: f64,
}

impl<'f> Dwellings<'f> {
    /// The dwellings among some features.
    pub(crate) fn of(features: &'f [Feature]) -> Self {
        let residential = Parcels::of(features, |f| is_residential(&|key| f.tag(key)));
        let other_use = Parcels::of(features, |f| f.tag("building").is_none() && is_of_other_use(&|key| f.tag(key)));
        let floor = |f: &Feature| Some(Building { at: f.at, floor: floor_of(f, &other_use)? });
        Self { buildings: features.iter().filter_map(floor).collect(), residential }
    }

    /// Square metres of dwelling floor in each cell that has any.
    pub(crate) fn floor_by_cell(&self, resolution: Resolution) -> BTreeMap<CellIndex, f64> {
        let mut floor = BTreeMap::new();
        for building in &self.buildings {
            if let Some(cell) = cell_at(building.at, resolution) {
                *floor.entry(cell).or_default() += building.floor;
            }
        }
        floor
    }

    /// Square metres of residential land in each cell that has any.
    pub(crate) fn land_by_cell(&self, resolution: Resolution) -> BTreeMap<CellIndex, f64> {
        self.residential.area_by_cell(resolution)
    }

    /// Cells weighted by square metres of dwelling floor; empty when there are neither dwellings nor residential land.
    pub(crate) fn residents(&self, resolution: Resolution) -> Residents {
        let mut floor = self.floor_by_cell(resolution);
        for (cell, square_metres) in self.land_by_cell(resolution) {
            floor.entry(cell).or_insert(square_metres * FLOOR_AREA_RATIO);
        }
        // Whole square metres, so that sums do not depend on the order of adding.
        let cells = floor.into_iter().map(|(cell, m2)| ResidentCell::new(cell, m2.round().max(1.0)));
        let cells: Vec<ResidentCell> = cells.collect();
        Residents {
            placed_by: Vec::new(),
            cells,
            groups: Vec::new(),
            weight: Weight {
                en: "m2 of dwelling floor estimated from OSM, in place of residents".into(),
                zh: "居住建筑面积（平方米，据 OSM 估算，代替居民人数）".into(),
                people: false,
            },
            resolution,
            rejected: Vec::new(),
            rows: (self.buildings.len() + self.residential.parcels.len()) as u64,
            not_placed: 0.0,
            notes: Vec::new(),
            homes: None,
        }
    }
}

/// The dwelling floor of a building in square metres; nothing for what is no dwelling.
fn floor_of(feature: &Feature, other_use: &Parcels<'_>) -> Option<f64> {
    let kind = feature.tag("building")?;
    let ground = feature.shape.as_ref()?.chamberlain_duquette_unsigned_area();
    let is_probably_a_house = || {
        kind == "yes"
            && ground >= LEAST_GROUND
            && !OTHER_USES.iter().any(|key| feature.tag(key).is_some())
            && !other_use.hold(feature.at)
    };
    let usual_levels = if FLATS.contains(&kind) {
        LEVELS_OF_FLATS
    } else if HOUSES.contains(&kind) || is_probably_a_house() {
        LEVELS_OF_HOUSES
    } else {
        return None;
    };
    let mapped = feature.tag("building:levels").and_then(|text| text.trim().parse::<f64>().ok());
    // A level count of 0 or 1,000 is a slip of the pen.
    let levels = mapped.filter(|levels| (0.5..=150.0).contains(levels)).unwrap_or(usual_levels);
    Some(ground * levels)
}

pub(super) fn cell_at(at: LonLat, resolution: Resolution) -> Option<CellIndex> {
    LatLng::new(at.lat, at.lon).ok().map(|point| point.to_cell(resolution))
}

/// Pieces of land of one use.
struct Parcels<'f> {
    parcels: Vec<(Rect<f64>, &'f MultiPolygon<f64>)>,
    /// The parcels that come near each square of a hundredth of a degree.
    near: FxHashMap<(i32, i32), Vec<u32>>,
}

impl<'f> Parcels<'f> {
    fn of(features: &'f [Feature], of_use: impl Fn(&Feature) -> bool) -> Self {
        let shapes = features.iter().filter(|f| of_use(f)).filter_map(|f| f.shape.as_ref());
        let parcels: Vec<_> = shapes.filter_map(|s| Some((s.bounding_rect()?, s))).collect();
        let mut near: FxHashMap<(i32, i32), Vec<u32>> = FxHashMap::default();
        for (number, (rect, _)) in parcels.iter().enumerate() {
            let ((west, south), (east, north)) = (square_of(rect.min()), square_of(rect.max()));
            for square in (west..=east).flat_map(|x| (south..=north).map(move |y| (x, y))) {
                near.entry(square).or_default().push(number as u32);
            }
        }
        Self { parcels, near }
    }

    /// Whether a point lies on one of them.
    fn hold(&self, at: LonLat) -> bool {
        let point = Point::new(at.lon, at.lat);
        let near = self.near.get(&square_of(point.0)).into_iter().flatten();
        near.map(|&number| self.parcels[number as usize])
            .any(|(rect, shape)| rect.contains(&point) && shape.contains(&point))
    }

    /// Square metres of land in each cell.
    fn area_by_cell(&self, resolution: Resolution) -> BTreeMap<CellIndex, f64> {
        let fine = Resolution::try_from(u8::from(resolution).saturating_add(FINER)).unwrap_or(Resolution::Fifteen);
        let mut area = BTreeMap::new();
        for (_, shape) in &self.parcels {
            let mut tiler = TilerBuilder::new(fine).containment_mode(ContainmentMode::ContainsCentroid).build();
            // An outline that H3 cannot take (crossing itself) gives no land; its buildings still count.
            if tiler.add_batch(shape.0.iter().cloned()).is_err() {
                continue;
            }
            for cell in tiler.into_coverage() {
                if let Some(parent) = cell.parent(resolution) {
                    *area.entry(parent).or_default() += cell.area_m2();
                }
            }
        }
        area
    }
}

fn square_of(at: Coord<f64>) -> (i32, i32) {
    ((at.x * 100.0).floor() as i32, (at.y * 100.0).floor() as i32)
}

#[cfg(test)]
mod tests {
    use geo::{LineString, Polygon};
    use walkshed::osm::{OsmKind, OsmRef};

    use super::*;

    /// A square with a corner at 113 E, 34 N and sides of some 1e-4 degrees, with tags `k=v k=v`.
    fn square(id: i64, east: f64, side: f64, tags: &str) -> Feature {
        let corner = |x: f64, y: f64| Coord { x: 113.0 + (east + x) * 1e-4, y: 34.0 + y * 1e-4 };
        let ring = vec![corner(0.0, 0.0), corner(side, 0.0), corner(side, side), corner(0.0, side), corner(0.0, 0.0)];
        let middle = corner(side / 2.0, side / 2.0);
        Feature {
            osm: OsmRef { kind: OsmKind::Way, id },
            at: LonLat { lon: middle.x, lat: middle.y },
            line: Vec::new(),
            shape: Some(MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())])),
            tags: tags.split(' ').filter_map(|t| t.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect(),
        }
    }

    fn total(features: &[Feature]) -> f64 {
        Dwellings::of(features).residents(Resolution::Ten).cells.iter().map(|c| c.residents).sum()
    }

    // One square of 1e-4 degrees is 11.1195 m x 11.1195 cos(34) m = 9.2185 m: 102.5 m2.
    #[test]
    fn floor_is_ground_times_levels() {
        assert!((total(&[square(1, 0.0, 1.0, "building=apartments building:levels=6")]) - 615.0).abs() < 2.0);
        assert!((total(&[square(1, 0.0, 1.0, "building=apartments")]) - 512.5).abs() < 2.0);
        assert!((total(&[square(1, 0.0, 1.0, "building=house building:levels=nine")]) - 205.0).abs() < 2.0);
        assert!(Dwellings::of(&[square(1, 0.0, 1.0, "building=school")]).buildings.is_empty());
    }

    #[test]
    fn a_building_of_no_kind_counts_unless_it_has_another_use() {
        let house = square(1, 1.0, 1.0, "building=yes");
        assert!((total(std::slice::from_ref(&house)) - 205.0).abs() < 2.0);
        for land in ["landuse=industrial", "amenity=school"] {
            assert!(total(&[house.clone(), square(2, 0.0, 3.0, land)]).abs() < 1e-9, "{land}");
        }
        assert!(total(&[square(1, 1.0, 1.0, "building=yes shop=supermarket")]).abs() < 1e-9);
        assert!(total(&[square(1, 1.0, 0.3, "building=yes")]).abs() < 1e-9, "a shed of 9 m2");
    }

    #[test]
    fn land_without_buildings_counts_by_its_area() {
        // 100 x 100 squares: 1.025 km2 of land, half of it floor.
        let sum = total(&[square(1, 0.0, 100.0, "landuse=residential")]);
        assert!((sum / 512_500.0 - 1.0).abs() < 0.02, "{sum}");
    }
}
