//! Places on a Hilbert curve, so that near points get near numbers.
//!
//! Comes in: positions and the rectangle around them. Goes out: one number for each. Not here: sorting.

use crate::position::Position;

/// The side of the grid that the curve fills, as a power of two: 2^16 cells, about 2 m in a city of 130 km.
const ORDER: u32 = 16;

/// Maps positions inside a rectangle to their place along a Hilbert curve that fills it.
pub(super) struct HilbertCurve {
    west: i64,
    south: i64,
    span: i64,
}

impl HilbertCurve {
    /// The curve over the square around some positions.
    pub(super) fn over(positions: &[Position]) -> Self {
        let lons = || positions.iter().map(|p| i64::from(p.lon_e7));
        let lats = || positions.iter().map(|p| i64::from(p.lat_e7));
        let (west, south) = (lons().min().unwrap_or(0), lats().min().unwrap_or(0));
        let width = lons().max().unwrap_or(0) - west;
        let height = lats().max().unwrap_or(0) - south;
        Self { west, south, span: width.max(height).max(1) }
    }

    /// The place of a position along the curve.
    pub(super) fn place(&self, at: Position) -> u32 {
        let cells = (1i64 << ORDER) - 1;
        let x = (i64::from(at.lon_e7) - self.west) * cells / self.span;
        let y = (i64::from(at.lat_e7) - self.south) * cells / self.span;
        along_curve(x as u32, y as u32)
    }
}

/// The place of a grid cell along the curve (the usual quadrant by quadrant turn and flip; Skilling 2004 describes it).
fn along_curve(mut x: u32, mut y: u32) -> u32 {
    let mut place = 0;
    for bit in (0..ORDER).rev() {
        let side = 1 << bit;
        let (right, up) = (u32::from(x & side != 0), u32::from(y & side != 0));
        place += side * side * ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                x = !x & ((1 << ORDER) - 1);
                y = !y & ((1 << ORDER) - 1);
            }
            std::mem::swap(&mut x, &mut y);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_the_curve_are_neighbours_on_the_grid() {
        // The first 4^5 places fill a square of 32 x 32 cells, each once, in steps of one cell.
        let mut cells: Vec<(u32, u32, u32)> =
            (0..32).flat_map(|x| (0..32).map(move |y| (along_curve(x, y), x, y))).collect();
        cells.sort_unstable();
        for (i, pair) in cells.windows(2).enumerate() {
            assert_eq!(pair[0].0, i as u32);
            assert_eq!(pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2), 1, "{pair:?}");
        }
    }
}
