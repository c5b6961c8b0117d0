//! The lattice on which outlines are drawn: [`Grid`], in whole steps of 1e-7 degree.
//!
//! Comes in: where the streets are, and how large a cell may be. Goes out: nodes of the lattice and how long its steps are
//! in metres. Not here: what is inside.
//!
//! The lattice is fixed to the Earth and not to an origin, so that what is drawn for one origin can be used for all. Its
//! nodes have whole coordinates, and so has every place on the lines between them: outlines are written without rounding.

use crate::position::{Bounds, LonLat, Position};
use crate::units::Meters;

/// A lattice of nodes `(i, j)` at longitude `i * step[0]` and latitude `j * step[1]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Grid {
    /// Steps east and north, in 1e-7 degrees.
    pub(super) step: [i32; 2],
}

/// Metres at one latitude.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Scale {
    /// Metres in 1e-7 degree of longitude and of latitude.
    pub(super) metres: [f64; 2],
}

impl Scale {
    /// The scale at a latitude in 1e-7 degrees.
    pub(super) fn at(lat_e7: i32) -> Self {
        let north = LonLat { lon: 0.0, lat: 0.0 }.distance_to(LonLat { lon: 0.0, lat: 1.0 }).0 / 1e7;
        // At the very pole a degree of longitude has no length; nobody walks there.
        let cosine = (f64::from(lat_e7) / 1e7).to_radians().cos().max(1e-3);
        Self { metres: [north * cosine, north] }
    }
}

impl Grid {
    /// A lattice whose cells are at most so wide and high anywhere between some bounds.
    pub(super) fn new(bounds: Option<Bounds>, cell: Meters) -> Self {
        let nearest_to_equator = bounds.map_or(0.0, |b| {
            let crosses = b.min.lat < 0.0 && b.max.lat > 0.0;
            if crosses { 0.0 } else { b.min.lat.abs().min(b.max.lat.abs()) }
        });
        let scale = Scale::at((nearest_to_equator * 1e7) as i32);
        // Places on the lines of the lattice are multiples of 1/256 of its steps: below 256 they would coincide.
        Self { step: scale.metres.map(|metres| ((cell.0 / metres) as i32).max(256)) }
    }

    /// The last node at or before a place (in 1e-7 degrees, east and north).
    pub(super) fn node_before(self, at: [f64; 2]) -> [i32; 2] {
        [0, 1].map(|axis| (at[axis] / f64::from(self.step[axis])).floor() as i32)
    }

    /// The first node at or after a place.
    pub(super) fn node_after(self, at: [f64; 2]) -> [i32; 2] {
        [0, 1].map(|axis| (at[axis] / f64::from(self.step[axis])).ceil() as i32)
    }
}

/// A position as numbers that can lie between whole ones.
pub(super) fn place_of(at: Position) -> [f64; 2] {
    [f64::from(at.lon_e7), f64::from(at.lat_e7)]
}
