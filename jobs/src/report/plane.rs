//! The plane of a report: whole decimetres east and south of the middle of the cells.
//!
//! Comes in: H3 cells, longitudes and latitudes. Goes out: whole numbers, so that a corner that cells share is the same to
//! the bit for each of them, and simplified lines. Not here: pixels.

use geo::{Coord, LineString, Simplify as _};
use h3o::{CellIndex, LatLng};
use rustc_hash::FxHashMap;
use walkshed::{LocalPlane, LonLat};

use super::raster::Hexes;

/// Decimetres of a metre.
const PER_METER: f64 = 10.0;

/// A plane that touches the Earth in the middle of some cells.
pub(crate) struct Plane {
    plane: LocalPlane,
    pub origin: LonLat,
}

impl Plane {
    /// The plane of some cells.
    pub(crate) fn of(cells: &[CellIndex]) -> Self {
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for at in cells.iter().map(|&cell| LatLng::from(cell)) {
            let [w, s, e, n] = bounds;
            bounds = [w.min(at.lng()), s.min(at.lat()), e.max(at.lng()), n.max(at.lat())];
        }
        let [w, s, e, n] = bounds;
        let origin = LonLat { lon: f64::midpoint(w, e), lat: f64::midpoint(s, n) };
        Self { plane: LocalPlane::at(origin), origin }
    }

    /// A place in decimetres.
    pub(crate) fn place(&self, [lon, lat]: [f64; 2]) -> [i32; 2] {
        let [east, north] = self.plane.project(LonLat { lon, lat });
        [(east * PER_METER).round() as i32, (-north * PER_METER).round() as i32]
    }

    /// A line in decimetres, simplified to so many metres. The ends of an open line stay.
    pub(crate) fn line(&self, points: &[[f64; 2]], meters: f64) -> Vec<[i32; 2]> {
        let flat: LineString<f64> = points
            .iter()
            .map(|&point| self.place(point))
            .map(|[x, y]| Coord { x: f64::from(x), y: f64::from(y) })
            .collect();
        flat.simplify(meters * PER_METER).0.iter().map(|at| [at.x as i32, at.y as i32]).collect()
    }

    /// Cells by their corners.
    pub(crate) fn hexes(&self, cells: &[CellIndex]) -> Hexes {
        let mut hexes = Hexes { first: vec![0], ..Hexes::default() };
        let mut known: FxHashMap<[i32; 2], u32> = FxHashMap::default();
        for cell in cells {
            for corner in cell.boundary().iter() {
                let place = self.place([corner.lng(), corner.lat()]);
                let number = *known.entry(place).or_insert_with(|| {
                    hexes.corners.push(place);
                    hexes.corners.len() as u32 - 1
                });
                hexes.of_cells.push(number);
            }
            hexes.first.push(hexes.of_cells.len() as u32);
        }
        hexes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_share_their_corners() -> anyhow::Result<()> {
        let middle: CellIndex = "8a31aa50a6dffff".parse()?;
        let cells: Vec<CellIndex> = middle.grid_disk(40);
        let hexes = Plane::of(&cells).hexes(&cells);
        // Of a disc of radius k: 3 k (k + 1) + 1 cells with 6 (k + 1)^2 corners.
        assert_eq!((hexes.first.len() - 1, hexes.corners.len()), (3 * 40 * 41 + 1, 6 * 41 * 41));
        Ok(())
    }
}
