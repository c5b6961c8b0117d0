//! How high places lie: what gives heights, and grids of them.
//!
//! Comes in: numbers from a raster, row by row, and a place. Goes out: the height there in metres. Not here: files and map
//! projections (the caller's), and what heights do to a street (`graph`).

mod grid;

use crate::position::LonLat;
use crate::units::Meters;

pub use grid::{GridShape, HeightGrid};

/// Something that knows how high places lie.
pub trait Relief {
    /// The height at a place in metres; nothing where it is not known.
    fn height_at(&self, at: LonLat) -> Option<Meters>;

    /// How far apart heights are known, in metres: looking closer finds nothing new.
    fn resolution(&self) -> Meters;
}
