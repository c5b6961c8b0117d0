//! The area of an isochrone: [`Shape`].
//!
//! Comes in: rings. Goes out: polygons with holes in whole 1e-7 degrees, their area and length, and whether a place is
//! inside. Not here: files.

use super::grid::Scale;
use super::inside::crosses;
use crate::position::{LonLat, Position};
use crate::units::Meters;

#[cfg(doc)]
use super::Inside;

/// Polygons with holes. Outlines run counter-clockwise and holes clockwise; the first point of a ring is not said again at
/// its end. Rings neither touch nor cross, and every ring has three points or more.
///
/// 8 bytes for each point, 4 for each ring and each polygon.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shape {
    points: Vec<Position>,
    /// Where the points of each ring end.
    rings: Vec<u32>,
    /// Where the rings of each polygon end.
    polygons: Vec<u32>,
}

impl Shape {
    pub(super) fn with_room(points: usize, rings: usize) -> Self {
        Self { points: Vec::with_capacity(points), rings: Vec::with_capacity(rings), polygons: Vec::new() }
    }

    /// Adds the next hole of the last polygon, or the outline of a new one.
    pub(super) fn push(&mut self, is_hole: bool, ring: impl Iterator<Item = Position>) {
        self.points.extend(ring);
        self.rings.push(self.points.len() as u32);
        let rings = self.rings.len() as u32;
        match self.polygons.last_mut() {
            Some(polygon) if is_hole => *polygon = rings,
            _ => self.polygons.push(rings),
        }
    }

    /// Whether nothing is inside.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// How many points all rings have.
    pub fn point_count(&self) -> usize {
        self.points.len()
    }

    /// The rings, outlines and holes, in order.
    pub fn rings(&self) -> impl ExactSizeIterator<Item = &[Position]> + Clone {
        (0..self.rings.len()).map(|ring| self.ring(ring))
    }

    /// The polygons, each an outline with its holes.
    pub fn polygons(&self) -> impl ExactSizeIterator<Item = Polygon<'_>> + Clone {
        (0..self.polygons.len()).map(|polygon| {
            let first = polygon.checked_sub(1).map_or(0, |before| self.polygons[before] as usize);
            Polygon { shape: self, first, end: self.polygons[polygon] as usize }
        })
    }

    fn ring(&self, number: usize) -> &[Position] {
        let first = number.checked_sub(1).map_or(0, |before| self.rings[before] as usize);
        &self.points[first..self.rings[number] as usize]
    }

    /// The area in square metres, holes taken out.
    pub fn area_m2(&self) -> f64 {
        // Outlines count up and holes down. The first point of all is near enough to be the origin: nothing is lost.
        let Some(&origin) = self.points.first() else { return 0.0 };
        let area = |ring: &[Position]| {
            let scale = Scale::at(middle(ring));
            let at = |p: Position| [0, 1].map(|axis| local(p, origin)[axis] * scale.metres[axis]);
            let sides = ring.iter().zip(ring.iter().cycle().skip(1)).map(|(&from, &to)| (at(from), at(to)));
            sides.map(|(from, to)| from[0] * to[1] - from[1] * to[0]).sum::<f64>() / 2.0
        };
        self.rings().map(area).sum()
    }

    /// The length of all rings together.
    pub fn perimeter(&self) -> Meters {
        let length = |ring: &[Position]| -> f64 {
            let scale = Scale::at(middle(ring));
            let sides = ring.iter().zip(ring.iter().cycle().skip(1));
            let long = |(&from, &to): (&Position, &Position)| {
                let way = local(to, from);
                (way[0] * scale.metres[0]).hypot(way[1] * scale.metres[1])
            };
            sides.map(long).sum()
        };
        Meters(self.rings().map(length).sum())
    }

    /// Whether a place is inside. On the outline it may be either. For many places see [`Inside`].
    pub fn contains(&self, at: LonLat) -> bool {
        let (x, y) = (at.lon * 1e7, at.lat * 1e7);
        let sides = self.rings().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
        sides.fold(false, |is_inside, (from, to)| is_inside ^ crosses([from, to], x, y))
    }

    /// What is in this area and not in another, as `geo` has it, in degrees: of one place before and after a change, what is
    /// gained or lost.
    #[must_use]
    pub fn minus(&self, other: &Self) -> geo::MultiPolygon<f64> {
        geo::BooleanOps::difference(&self.to_geo(), &other.to_geo())
    }

    /// The same area for the algorithms of `geo`, in degrees.
    pub fn to_geo(&self) -> geo::MultiPolygon<f64> {
        let line = |ring: &[Position]| {
            let corner = |p: &Position| geo::Coord { x: p.lon_lat().lon, y: p.lon_lat().lat };
            geo::LineString(ring.iter().chain(ring.first()).map(corner).collect())
        };
        let polygon = |polygon: Polygon<'_>| {
            let mut rings = polygon.rings().map(line);
            let outline = rings.next().unwrap_or(geo::LineString(Vec::new()));
            geo::Polygon::new(outline, rings.collect())
        };
        geo::MultiPolygon(self.polygons().map(polygon).collect())
    }
}

/// One polygon of a shape.
#[derive(Clone, Copy, Debug)]
pub struct Polygon<'s> {
    shape: &'s Shape,
    first: usize,
    end: usize,
}

impl<'s> Polygon<'s> {
    /// Its rings: the outline, then the holes.
    pub fn rings(&self) -> impl ExactSizeIterator<Item = &'s [Position]> + Clone + use<'s> {
        let shape = self.shape;
        (self.first..self.end).map(move |ring| shape.ring(ring))
    }
}

/// The latitude halfway up a ring.
fn middle(ring: &[Position]) -> i32 {
    let (low, high) = ring.iter().fold((i32::MAX, i32::MIN), |(low, high), p| (low.min(p.lat_e7), high.max(p.lat_e7)));
    i32::midpoint(low, high)
}

/// Steps east and north from one position to another.
fn local(at: Position, origin: Position) -> [f64; 2] {
    [f64::from(at.lon_e7 - origin.lon_e7), f64::from(at.lat_e7 - origin.lat_e7)]
}
