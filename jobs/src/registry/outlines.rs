//! Outlines of buildings, and how far from the nearest a place is.
//!
//! Comes in: features of an extract. Goes out: metres to the nearest outline, 0 inside. Not here: what the distance says.

use geo::{LineString, MultiPolygon};
use rustc_hash::FxHashMap;
use walkshed::osm::Feature;
use walkshed::{LocalPlane, LonLat, Meters};

/// Distances beyond this are this.
pub(super) const FARTHEST: Meters = Meters(25.0);
/// The side of a square of the grid in metres, more than [`FARTHEST`], so that the squares around a place hold all that is
/// near.
const SQUARE: f64 = 32.0;

/// Buildings, found by place.
pub(crate) struct Outlines {
    plane: LocalPlane,
    /// Rings of each building, outer and inner alike: a place inside crosses an odd number of sides.
    buildings: Vec<Vec<Vec<[f64; 2]>>>,
    /// The buildings whose box touches each square.
    near: FxHashMap<(i32, i32), Vec<u32>>,
}

impl Outlines {
    /// The buildings among some features; nothing when there is none.
    pub(crate) fn of(features: &[Feature]) -> Option<Self> {
        let shapes = || features.iter().filter(|f| f.tag("building").is_some()).filter_map(|f| f.shape.as_ref());
        let first = shapes().next()?.0.first()?.exterior().0.first().copied()?;
        let mut outlines = Self {
            plane: LocalPlane::at(LonLat { lon: first.x, lat: first.y }),
            buildings: Vec::new(),
            near: FxHashMap::default(),
        };
        shapes().for_each(|shape| outlines.add(shape));
        Some(outlines)
    }

    fn add(&mut self, shape: &MultiPolygon<f64>) {
        let ring = |line: &LineString<f64>| -> Vec<[f64; 2]> {
            line.0.iter().map(|at| self.plane.project(LonLat { lon: at.x, lat: at.y })).collect()
        };
        let polygons = shape.0.iter();
        let rings = polygons.flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let rings: Vec<Vec<[f64; 2]>> = rings.map(ring).collect();
        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        for point in rings.iter().flatten() {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let number = self.buildings.len() as u32;
        let ((west, south), (east, north)) = (square_of(low), square_of(high));
        for square in (west..=east).flat_map(|x| (south..=north).map(move |y| (x, y))) {
            self.near.entry(square).or_default().push(number);
        }
        self.buildings.push(rings);
    }

    /// Metres from a place to the nearest building, 0 inside; at most [`FARTHEST`].
    pub(super) fn distance(&self, at: LonLat) -> f64 {
        let place = self.plane.project(at);
        let (column, row) = square_of(place);
        let around = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (column + x, row + y)));
        let mut nearest = FARTHEST.0;
        for &number in around.filter_map(|square| self.near.get(&square)).flatten() {
            let rings = &self.buildings[number as usize];
            let sides = || rings.iter().flat_map(|ring| ring.windows(2)).map(|side| (side[0], side[1]));
            if sides().filter(|(a, b)| is_crossed(place, *a, *b)).count() % 2 == 1 {
                return 0.0;
            }
            nearest = sides().map(|(a, b)| to_side(place, a, b)).fold(nearest, f64::min);
        }
        nearest
    }
}

fn square_of(place: [f64; 2]) -> (i32, i32) {
    ((place[0] / SQUARE).floor() as i32, (place[1] / SQUARE).floor() as i32)
}

/// Whether a ray to the east crosses a side.
fn is_crossed(from: [f64; 2], a: [f64; 2], b: [f64; 2]) -> bool {
    (a[1] > from[1]) != (b[1] > from[1]) && from[0] < a[0] + (from[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
}

fn to_side(from: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (along, off) = ([b[0] - a[0], b[1] - a[1]], [from[0] - a[0], from[1] - a[1]]);
    let length = along[0] * along[0] + along[1] * along[1];
    let share = if length > 0.0 { ((along[0] * off[0] + along[1] * off[1]) / length).clamp(0.0, 1.0) } else { 0.0 };
    (off[0] - share * along[0]).hypot(off[1] - share * along[1])
}

#[cfg(test)]
mod tests {
    use geo::{Coord, Polygon};
    use walkshed::osm::{OsmKind, OsmRef};

    use super::*;

    #[test]
    fn inside_is_nothing_and_far_is_the_most() {
        // 100 m by 50 m with a yard of 20 m by 10 m, its corner at 116.3, 39.9.
        let plane = LocalPlane::at(LonLat { lon: 116.3, lat: 39.9 });
        let ring = |corners: &[[f64; 2]]| -> LineString<f64> {
            let places = corners.iter().chain(&corners[..1]).map(|corner| plane.unproject(*corner));
            places.map(|at| Coord { x: at.lon, y: at.lat }).collect()
        };
        let outer = ring(&[[0.0, 0.0], [100.0, 0.0], [100.0, 50.0], [0.0, 50.0]]);
        let yard = ring(&[[40.0, 20.0], [60.0, 20.0], [60.0, 30.0], [40.0, 30.0]]);
        let building = |tag: (&str, &str)| Feature {
            osm: OsmRef { kind: OsmKind::Way, id: 1 },
            at: LonLat { lon: 116.3, lat: 39.9 },
            line: Vec::new(),
            shape: Some(MultiPolygon(vec![Polygon::new(outer.clone(), vec![yard.clone()])])),
            tags: vec![(tag.0.into(), tag.1.into())],
        };
        assert!(Outlines::of(&[building(("landuse", "retail"))]).is_none());
        let outlines = Outlines::of(&[building(("building", "yes"))]).expect("a building");
        let distance = |x: f64, y: f64| outlines.distance(plane.unproject([x, y]));
        for (x, y, expected) in
            [(10.0, 10.0, 0.0), (50.0, 25.0, 5.0), (-3.0, 10.0, 3.0), (103.0, 54.0, 5.0), (50.0, 90.0, FARTHEST.0)]
        {
            assert!((distance(x, y) - expected).abs() < 0.05, "{x}, {y}: {}", distance(x, y));
        }
    }
}
