//! The border of a compound in metres: what is inside, and how deep.
//!
//! Comes in: an area in degrees. Goes out: an [`Outline`] on a flat grid. Not here: ways and gates (`compound_ways`), tags
//! (`compound_tags`).

use geo::{LineString, MultiPolygon};

use crate::position::{Bounds, LocalPlane, LonLat, Position};
use crate::units::Meters;

/// How near to its border a compound's gates stand: outlines follow the wall, the kerb or the middle of the street, and
/// gates stand a few metres before or behind.
const BORDER_M: f64 = 10.0;
/// No border is thinner than this, however small the area.
const THINNEST_M: f64 = 1.0;

/// An area on a flat grid around its first corner; holes are outside.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    plane: LocalPlane,
    rings: Vec<Vec<[f64; 2]>>,
    bounds: Bounds,
    /// Its size in square metres.
    pub(super) area_m2: f64,
    /// The length of its border, holes included.
    pub(super) border_m: f64,
    /// How far from the border something still counts as on it: 10 m, and in small areas their size divided by their
    /// border (a quarter of the side of a square), so that there is an inside.
    pub(super) reach_m: f64,
}

impl Outline {
    /// The outline of an area; nothing when it has no corners.
    pub(super) fn of(shape: &MultiPolygon<f64>) -> Option<Self> {
        let lines: Vec<&LineString<f64>> =
            shape.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors())).collect();
        let corners = || lines.iter().flat_map(|line| line.0.iter().map(|c| LonLat { lon: c.x, lat: c.y }));
        let plane = LocalPlane::at(corners().next()?);
        let bounds = Bounds::around(corners())?;
        let ring = |line: &&LineString<f64>| {
            line.0.iter().map(|c| plane.project(LonLat { lon: c.x, lat: c.y })).collect::<Vec<[f64; 2]>>()
        };
        let rings: Vec<Vec<[f64; 2]>> = lines.iter().map(ring).collect();
        let border_m = rings.iter().flat_map(|ring| ring.windows(2)).map(|ab| distance(ab[0], ab[1])).sum::<f64>();
        // Outer rings and holes may turn either way: each polygon's first ring counts, its others are taken off.
        let mut area_m2 = 0.0;
        let mut ring = rings.iter();
        for polygon in &shape.0 {
            area_m2 += ring.next().map_or(0.0, |outer| size(outer));
            area_m2 -= ring.by_ref().take(polygon.interiors().len()).map(|hole| size(hole)).sum::<f64>();
        }
        let reach_m = (area_m2 / border_m).clamp(THINNEST_M, BORDER_M);
        Some(Self { plane, rings, bounds, area_m2, border_m, reach_m })
    }

    /// A place on the grid, in metres.
    pub(super) fn project(&self, at: Position) -> [f64; 2] {
        self.plane.project(at.lon_lat())
    }

    /// The place of a point of the grid, to the nearest step of OSM.
    pub(super) fn unproject(&self, point: [f64; 2]) -> LonLat {
        Position::from(self.plane.unproject(point)).lon_lat()
    }

    /// The rectangle around the area and what counts as on its border.
    pub(super) fn around(&self) -> Bounds {
        self.bounds.grown(Meters(2.0 * BORDER_M))
    }

    /// How far inside a point lies; negative outside. O(corners).
    pub(super) fn depth(&self, point: [f64; 2]) -> f64 {
        let mut inside = false;
        let mut nearest = f64::INFINITY;
        for side in self.rings.iter().flat_map(|ring| ring.windows(2)) {
            let (a, b) = (side[0], side[1]);
            nearest = nearest.min(distance_to_line(point, a, b));
            if (a[1] > point[1]) != (b[1] > point[1])
                && point[0] < (b[0] - a[0]) * (point[1] - a[1]) / (b[1] - a[1]) + a[0]
            {
                inside = !inside;
            }
        }
        if inside { nearest } else { -nearest }
    }

    /// The share of the border that has a line of a wall beside it, from 0 to 1.
    pub(super) fn walled(&self, walls: &[[LonLat; 2]]) -> f64 {
        let walls: Vec<[[f64; 2]; 2]> = walls.iter().map(|ab| ab.map(|at| self.plane.project(at))).collect();
        let (mut all, mut walled) = (0.0, 0.0);
        for side in self.rings.iter().flat_map(|ring| ring.windows(2)) {
            let length = distance(side[0], side[1]);
            let steps = (length / 5.0).ceil().max(1.0);
            for step in 0..steps as u32 {
                let share = (f64::from(step) + 0.5) / steps;
                let point = [0, 1].map(|i| side[0][i] + share * (side[1][i] - side[0][i]));
                all += length / steps;
                if walls.iter().any(|wall| distance_to_line(point, wall[0], wall[1]) <= self.reach_m) {
                    walled += length / steps;
                }
            }
        }
        if all > 0.0 { walled / all } else { 0.0 }
    }

    /// Whether another outline is the same for all purposes: no side of its rectangle lies elsewhere, and it is of the same
    /// size.
    pub(super) fn is_about(&self, other: &Self) -> bool {
        let corners = |bounds: Bounds| [bounds.min, bounds.max].map(|at| self.plane.project(at));
        let (mine, theirs) = (corners(self.bounds), corners(other.bounds));
        let apart = mine.iter().flatten().zip(theirs.iter().flatten()).map(|(a, b)| (a - b).abs());
        let ratio = self.area_m2 / other.area_m2;
        apart.fold(0.0, f64::max) <= self.reach_m && (0.8..=1.25).contains(&ratio)
    }

    /// Whether a place lies in it.
    pub(super) fn contains(&self, at: LonLat) -> bool {
        self.bounds.contains(at) && self.depth(self.plane.project(at)) > 0.0
    }
}

/// The distance between two points of a grid.
pub(super) fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn distance_to_line(point: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let squared = along[0] * along[0] + along[1] * along[1];
    let share = if squared > 0.0 {
        (((point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1]) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    distance(point, [a[0] + share * along[0], a[1] + share * along[1]])
}

/// The size of a ring, whichever way it turns.
fn size(ring: &[[f64; 2]]) -> f64 {
    (ring.windows(2).map(|ab| ab[0][0] * ab[1][1] - ab[1][0] * ab[0][1]).sum::<f64>() / 2.0).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square of 100 m with a hole of 20 m in its middle.
    fn yard() -> Outline {
        let plane = LocalPlane::at(LonLat { lon: 113.0, lat: 34.0 });
        let ring = |from: f64, to: f64| -> LineString<f64> {
            let corners = [[from, from], [to, from], [to, to], [from, to], [from, from]];
            corners.iter().map(|&c| plane.unproject(c)).map(|at| geo::Coord { x: at.lon, y: at.lat }).collect()
        };
        Outline::of(&MultiPolygon(vec![geo::Polygon::new(ring(0.0, 100.0), vec![ring(40.0, 60.0)])])).unwrap()
    }

    #[test]
    fn depth_is_the_way_to_the_nearest_border() {
        let yard = yard();
        // On its own grid, whose origin is its first corner.
        for (point, depth) in [([10.0, 50.0], 10.0), ([35.0, 50.0], 5.0), ([50.0, 50.0], -10.0), ([-3.0, 50.0], -3.0)] {
            assert!((yard.depth(point) - depth).abs() < 1e-6, "{point:?}: {}", yard.depth(point));
        }
        assert!((yard.area_m2 - 9_600.0).abs() < 1e-3 && (yard.border_m - 480.0).abs() < 1e-3);
        assert!((yard.reach_m - 10.0).abs() < 1e-9, "9,600 / 480 is more than 10 m");
    }

    #[test]
    fn a_wall_along_two_sides_is_half_of_them() {
        let yard = yard();
        let at = |east, north| yard.unproject([east, north]);
        let walls = [[at(0.0, 0.0), at(100.0, 0.0)], [at(100.0, 0.0), at(100.0, 100.0)]];
        // 200 of 480 m, and 10 m round the corners of the two other sides.
        assert!((yard.walled(&walls) - 220.0 / 480.0).abs() < 0.02, "{}", yard.walled(&walls));
        assert!(yard.walled(&[]) < 1e-9);
    }
}
