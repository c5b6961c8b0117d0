//! How exactly isochrones are drawn, and what is refused: [`IsochroneOptions`], [`IsochroneError`].

use super::windows::MOST_BUDGETS;
use crate::units::{Meters, Ticks};

/// How wide and how exactly isochrones are drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct IsochroneOptions {
    /// How far from a reached street the area goes.
    pub buffer: Meters,
    /// Where the area differs from all that is within the buffer, the outline of that is no farther away than this. At most
    /// the buffer.
    pub error_bound: Meters,
    /// Whether the middle of wide squares is filled, as far as one comes to it.
    pub fill_squares: bool,
}

impl Default for IsochroneOptions {
    /// 25 m to both sides, within 10 m, with squares filled.
    fn default() -> Self {
        Self { buffer: Meters(25.0), error_bound: Meters(10.0), fill_squares: true }
    }
}

/// The side of a cell of the lattice, as a share of the bound: its diagonal is then 0.934 of it.
const CELL: f64 = 0.66;
/// How far an outline may be moved where it crosses the lattice, as a share of the bound, when points are left out.
const TOLERANCE: f64 = 0.025;

impl IsochroneOptions {
    pub(super) fn check(&self) -> Result<(), IsochroneError> {
        let (buffer, bound) = (self.buffer, self.error_bound);
        if !(0.5..=10_000.0).contains(&buffer.0) {
            return Err(IsochroneError::Buffer { buffer });
        }
        if !(0.1..=buffer.0).contains(&bound.0) {
            return Err(IsochroneError::ErrorBound { bound, buffer });
        }
        Ok(())
    }

    pub(super) fn cell(&self) -> Meters {
        Meters(self.error_bound.0 * CELL)
    }

    /// In 1/256 of a cell.
    pub(super) fn tolerance() -> u8 {
        (TOLERANCE / CELL * 256.0) as u8
    }
}

/// Why an isochrone cannot be drawn.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
pub enum IsochroneError {
    /// The buffer is no sensible width.
    #[error("a buffer of {} m is out of range; expected 0.5 to 10,000 m", buffer.0)]
    Buffer {
        /// The buffer.
        buffer: Meters,
    },
    /// The error bound is larger than the buffer, or next to nothing.
    #[error("an error bound of {} m is out of range; expected 0.1 m to the buffer of {} m", bound.0, buffer.0)]
    ErrorBound {
        /// The bound.
        bound: Meters,
        /// The buffer.
        buffer: Meters,
    },
    /// There are no budgets, too many, or they do not ascend.
    #[error("{count} budgets: expected 1 to {MOST_BUDGETS} that ascend")]
    Budgets {
        /// How many there are.
        count: usize,
    },
    /// What is reached is too large to be drawn so exactly.
    #[error("{nodes} places would have to be looked at; give an error bound above {} m, or shorter budgets", bound.0)]
    TooLarge {
        /// How many nodes the lattice would have.
        nodes: u64,
        /// The bound.
        bound: Meters,
    },
}

/// Budgets that can be drawn.
pub(super) fn check_budgets(budgets: &[Ticks]) -> Result<(), IsochroneError> {
    let ascend = budgets.windows(2).all(|pair| pair[0] < pair[1]);
    let count = budgets.len();
    if ascend && (1..=MOST_BUDGETS).contains(&count) { Ok(()) } else { Err(IsochroneError::Budgets { count }) }
}
