//! A network cut to an area and some metres around it.
//!
//! Comes in: polygons, a distance, a [`RawNetwork`]. Goes out: the network within. Not here: reading polygons, and how far
//! people walk; the caller knows.
//!
//! Streets are cut at their nodes: a straight piece of a street stays when one of its ends is within. So nothing within is
//! lost, no node is made up, and the network ends at the first node beyond the border.

use geo::{LineString, MultiPolygon};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, Envelope as _, PointDistance as _, RTree, RTreeObject as _};

use super::network::RawNetwork;
use super::report::ImportReport;
use crate::position::{LocalPlane, LonLat};
use crate::units::Meters;

/// The area is looked at in so many tiles each way.
const TILES: usize = 128;

/// Polygons and all that lies within some metres of them.
///
/// Distances are on the plane that touches the Earth in the middle of the area: right to 1 % within 60 km of it at middle
/// latitudes, which is enough for a margin. Polygons that overlap count as one area.
///
/// A point is looked up in a tile that lies within or without as a whole; only near the border, in `O(log n)` and a few
/// sides of `n`, is it compared with the polygons themselves.
///
/// ```
/// use geo::polygon;
/// use walkshed::osm::ClipArea;
/// use walkshed::{LonLat, Meters};
///
/// let square = polygon![(x: 113.0, y: 34.0), (x: 113.1, y: 34.0), (x: 113.1, y: 34.1), (x: 113.0, y: 34.1)];
/// let area = ClipArea::new(&square.into(), Meters(1_000.0)).expect("it has an extent");
/// let beside = LonLat { lon: 112.995, lat: 34.05 };
/// assert!(area.reaches(beside) && !area.contains(beside));
/// assert!(!area.reaches(LonLat { lon: 112.98, lat: 34.05 }));
/// ```
#[derive(Debug)]
pub struct ClipArea {
    plane: LocalPlane,
    margin: f64,
    sides: RTree<Side>,
    /// The sides that a row of tiles has, by polygon.
    rows: Vec<Vec<Side>>,
    tiles: Vec<Tile>,
    /// The south-west corner of the tiles, in metres on the plane.
    corner: [f64; 2],
    /// The size of a tile, in metres.
    tile: [f64; 2],
}

/// A side of a polygon, in metres on the plane, and the polygon's number.
type Side = GeomWithData<Line<[f64; 2]>, u32>;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tile {
    Within,
    Without,
    Border,
}

impl ClipArea {
    /// An area with a margin; nothing when the polygons have no extent, or the margin is no distance.
    pub fn new(polygons: &MultiPolygon<f64>, margin: Meters) -> Option<Self> {
        let rings = |polygon: &geo::Polygon<f64>| {
            let rings: Vec<LineString<f64>> =
                std::iter::once(polygon.exterior()).chain(polygon.interiors()).cloned().collect();
            rings
        };
        let corners = polygons.iter().flat_map(|p| p.exterior().coords());
        let bounds = AABB::from_points(corners.map(|c| [c.x, c.y]).collect::<Vec<_>>().iter());
        let (lower, upper) = (bounds.lower(), bounds.upper());
        let middle = LonLat::new(f64::midpoint(lower[0], upper[0]), f64::midpoint(lower[1], upper[1])).ok()?;
        if !(margin.0 >= 0.0 && margin.0.is_finite() && lower[0] < upper[0] && lower[1] < upper[1]) {
            return None;
        }
        let plane = LocalPlane::at(middle);
        let project = |c: &geo::Coord<f64>| plane.project(LonLat { lon: c.x, lat: c.y });
        let mut sides = Vec::new();
        for (polygon, number) in polygons.iter().zip(0..) {
            for ring in rings(polygon) {
                let line = |two: &[geo::Coord<f64>]| Line::new(project(&two[0]), project(&two[1]));
                sides.extend(ring.0.windows(2).map(|two| GeomWithData::new(line(two), number)));
            }
        }
        let bounds = sides.iter().map(Side::envelope).reduce(|a, b| a.merged(&b))?;
        let corner = bounds.lower().map(|c| c - margin.0);
        let tile = [0, 1].map(|axis| (bounds.upper()[axis] + margin.0 - corner[axis]) / TILES as f64);
        let mut area = Self {
            plane,
            margin: margin.0,
            rows: vec![Vec::new(); TILES],
            sides: RTree::new(),
            tiles: Vec::new(),
            corner,
            tile,
        };
        for side in &sides {
            let (from, to) = (side.envelope().lower()[1], side.envelope().upper()[1]);
            for row in area.row_of(from)..=area.row_of(to) {
                area.rows[row].push(*side);
            }
        }
        area.sides = RTree::bulk_load(sides);
        area.tiles = (0..TILES * TILES).map(|number| area.tile_of(number % TILES, number / TILES)).collect();
        Some(area)
    }

    /// Whether a point lies in a polygon.
    pub fn contains(&self, at: LonLat) -> bool {
        self.is_in_polygon(self.plane.project(at))
    }

    /// Whether a point lies in a polygon or within the margin.
    pub fn reaches(&self, at: LonLat) -> bool {
        let point = self.plane.project(at);
        let place = [0, 1].map(|axis| ((point[axis] - self.corner[axis]) / self.tile[axis]).floor());
        if !place.iter().all(|&p| (0.0..TILES as f64).contains(&p)) {
            return false;
        }
        match self.tiles[place[1] as usize * TILES + place[0] as usize] {
            Tile::Within => true,
            Tile::Without => false,
            Tile::Border => self.distance_to_border(point) <= self.margin || self.is_in_polygon(point),
        }
    }

    fn row_of(&self, y: f64) -> usize {
        (((y - self.corner[1]) / self.tile[1]) as usize).min(TILES - 1)
    }

    fn distance_to_border(&self, point: [f64; 2]) -> f64 {
        let nearest = self.sides.nearest_neighbor_iter(&point).next();
        nearest.map_or(f64::INFINITY, |side| side.distance_2(&point).sqrt())
    }

    /// Whether some polygon has an odd number of its sides to the east of a point.
    fn is_in_polygon(&self, [x, y]: [f64; 2]) -> bool {
        let Some(row) = self.rows.get(((y - self.corner[1]) / self.tile[1]).floor() as usize) else { return false };
        let crosses = |side: &&Side| {
            let ([ax, ay], [bx, by]) = (side.geom().from, side.geom().to);
            (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
        };
        // The sides of one polygon follow each other.
        row.chunk_by(|a, b| a.data == b.data).any(|polygon| polygon.iter().filter(crosses).count() % 2 == 1)
    }

    /// What a tile is, from its middle: its border is nowhere farther than its corners.
    fn tile_of(&self, column: usize, row: usize) -> Tile {
        let middle = [column, row].map(|place| place as f64 + 0.5);
        let middle = [0, 1].map(|axis| self.corner[axis] + middle[axis] * self.tile[axis]);
        let to_corner = self.tile[0].hypot(self.tile[1]) / 2.0;
        let distance = self.distance_to_border(middle);
        if distance + to_corner <= self.margin {
            return Tile::Within;
        }
        let is_inside = self.is_in_polygon(middle);
        if is_inside && distance > to_corner {
            Tile::Within
        } else if !is_inside && distance > to_corner + self.margin {
            Tile::Without
        } else {
            Tile::Border
        }
    }
}

impl RawNetwork {
    /// The streets within an area and its margin. What was left out is counted in the report.
    #[must_use]
    pub fn clipped(&self, area: &ClipArea, report: &mut ImportReport) -> Self {
        let within: Vec<bool> = self.positions.iter().map(|at| area.reaches(at.lon_lat())).collect();
        let mut clipped = Self { ways: Vec::new(), refs: Vec::new(), ..self.clone() };
        // Of a square that is cut, what is left are its rim and the lines across.
        clipped.squares.retain(|s| s.rings.iter().flatten().all(|&(node, _)| within[node as usize]));
        for way in &self.ways {
            let nodes = self.nodes_of(way);
            let is_kept = |two: &[u32]| within[two[0] as usize] || within[two[1] as usize];
            let before = clipped.refs.len();
            let mut first = 0;
            for end in 1..=nodes.len() {
                if end < nodes.len() && is_kept(&nodes[end - 1..=end]) {
                    continue;
                }
                // A stretch ends here: at the end of the way, or before a piece that is without.
                if end - first >= 2 {
                    clipped.push_part(way, &nodes[first..end]);
                }
                first = end;
            }
            match clipped.refs.len() - before {
                0 => report.stretches_clipped_away += 1,
                kept if kept < nodes.len() => report.stretches_clipped += 1,
                _ => {}
            }
        }
        clipped
    }
}

#[cfg(test)]
mod tests {
    use geo::{Distance as _, Euclidean, Intersects as _, MapCoords as _, Polygon, polygon};

    use super::*;
    use crate::ids::{OsmNodeId, OsmWayId};
    use crate::osm::{Directions, Passage};
    use crate::position::Position;

    /// A star with many points and a hole, and a square that overlaps it.
    fn star() -> MultiPolygon<f64> {
        let ring = |points: usize, reach: &dyn Fn(usize) -> f64| {
            let at = |i: usize| {
                let (sin, cos) = (i as f64 / points as f64 * std::f64::consts::TAU).sin_cos();
                geo::Coord { x: 113.0 + reach(i) * cos, y: 34.0 + reach(i) * sin }
            };
            LineString((0..=points).map(|i| at(i % points)).collect())
        };
        let star = Polygon::new(ring(501, &|i| if i % 2 == 0 { 0.1 } else { 0.06 }), vec![ring(40, &|_| 0.03)]);
        let square = polygon![(x: 113.02, y: 33.98), (x: 113.2, y: 33.98), (x: 113.2, y: 34.01), (x: 113.02, y: 34.01)];
        MultiPolygon(vec![star, square])
    }

    #[test]
    fn tiles_say_what_the_polygons_say() {
        let shape = star();
        for margin in [0.0, 50.0, 3_000.0] {
            let area = ClipArea::new(&shape, Meters(margin)).unwrap();
            // The polygons on the plane of the area, by which its distances are.
            let plane = area.plane;
            let on_plane = shape.map_coords(|c| plane.project(LonLat { lon: c.x, lat: c.y }).into());
            let mut seen = [0; 3];
            for i in 0..20_000_u32 {
                // Points of a lattice that repeats nothing (the fractional parts of two irrational steps).
                let (u, v) = ((f64::from(i) * 0.754_877_666).fract(), (f64::from(i) * 0.569_840_291).fract());
                let at = LonLat { lon: 112.85 + 0.4 * u, lat: 33.85 + 0.3 * v };
                let point = geo::Point::from(plane.project(at));
                let inside = on_plane.intersects(&point);
                let near = Euclidean.distance(&on_plane, &point) <= margin;
                assert_eq!(area.contains(at), inside, "{at:?}");
                assert_eq!(area.reaches(at), inside || near, "{at:?} margin {margin}");
                seen[usize::from(inside) + usize::from(inside || near)] += 1;
            }
            assert!(seen[0] > 1_000 && seen[2] > 1_000, "{seen:?}");
        }
    }

    #[test]
    fn no_area_comes_from_what_has_no_extent() {
        let line = polygon![(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 3.0, y: 1.0)];
        assert!(ClipArea::new(&line.into(), Meters(1.0)).is_none());
        assert!(ClipArea::new(&MultiPolygon(Vec::new()), Meters(1.0)).is_none());
        assert!(ClipArea::new(&star(), Meters(-1.0)).is_none());
        assert!(ClipArea::new(&star(), Meters(f64::NAN)).is_none());
    }

    #[test]
    fn streets_end_at_the_first_node_beyond_the_border() {
        let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0)];
        let area = ClipArea::new(&square.into(), Meters(0.0)).unwrap();
        // A, B within; C, D, E without, to the east; F within.
        let places = [(0.2, 0.5), (0.8, 0.5), (1.2, 0.5), (1.4, 0.5), (1.2, 0.7), (0.8, 0.7)];
        let node = |(id, (lon, lat)): (i64, (f64, f64))| (OsmNodeId(id), Position::from(LonLat { lon, lat }));
        let nodes: Vec<_> = (1..).zip(places).map(node).collect();
        let way = |id, on: &[u32]| (OsmWayId(id), Directions::BOTH, Passage::Through, on.to_vec());
        let ways = [way(1, &[0, 1]), way(2, &[0, 1, 2, 3, 4, 5]), way(3, &[2, 3, 4])];
        let mut report = ImportReport::default();
        let clipped = RawNetwork::from_parts(&nodes, &ways).clipped(&area, &mut report);
        let kept: Vec<_> = clipped.ways().iter().map(|w| (w.id.0, clipped.nodes_of(w).to_vec())).collect();
        assert_eq!(kept, [(1, vec![0, 1]), (2, vec![0, 1, 2]), (2, vec![4, 5])]);
        assert_eq!((report.stretches_clipped_away, report.stretches_clipped), (1, 1));
    }
}
