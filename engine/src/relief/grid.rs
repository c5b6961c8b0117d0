//! Heights at the crossings of a grid: [`HeightGrid`].
//!
//! Comes in: heights row by row, unknown ones as NaN. Goes out: heights between them, straight from one to the next, and
//! the same grid with less noise. Not here: where on Earth the grid lies, and in which system.

/// How many heights a grid has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GridShape {
    /// Heights in a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
}

/// Heights in metres at the crossings of a grid, row by row. 4 bytes each.
#[derive(Clone, PartialEq, Debug)]
pub struct HeightGrid {
    shape: GridShape,
    /// NaN where not known.
    heights: Vec<f32>,
}

impl HeightGrid {
    /// A grid of heights, row by row, NaN where not known; nothing unless there are just as many as the shape says.
    pub fn new(shape: GridShape, heights: Vec<f32>) -> Option<Self> {
        let count = shape.columns.checked_mul(shape.rows)?;
        (count == heights.len() && count > 0).then_some(Self { shape, heights })
    }

    /// Its shape.
    pub fn shape(&self) -> GridShape {
        self.shape
    }

    /// How many heights are known.
    pub fn known(&self) -> usize {
        self.heights.iter().filter(|height| !height.is_nan()).count()
    }

    /// The height at a place of the grid in metres, counted in columns and rows from the first crossing: straight lines
    /// between the four crossings around it (bilinear). Where some of the four are not known, the known ones speak for
    /// them, if the place is nearer to these; up to half a cell outside the grid its rim goes on.
    ///
    /// On a plane it is exact.
    pub fn at(&self, column: f64, row: f64) -> Option<f64> {
        let inside = |x: f64, count: usize| {
            let last = (count - 1) as f64;
            (x >= -0.5 && x <= last + 0.5).then(|| x.clamp(0.0, last))
        };
        let (x, y) = (inside(column, self.shape.columns)?, inside(row, self.shape.rows)?);
        let (left, top) = (x.floor(), y.floor());
        let (right_share, lower_share) = (x - left, y - top);
        let (mut sum, mut weights) = (0.0, 0.0);
        for (down, row_weight) in [(0, 1.0 - lower_share), (1, lower_share)] {
            for (across, column_weight) in [(0, 1.0 - right_share), (1, right_share)] {
                let weight: f64 = row_weight * column_weight;
                if weight > 0.0 {
                    let height = self.heights[(top as usize + down) * self.shape.columns + left as usize + across];
                    if !height.is_nan() {
                        sum += weight * f64::from(height);
                        weights += weight;
                    }
                }
            }
        }
        (weights >= 0.5).then(|| sum / weights)
    }

    /// The grid with less noise: each height becomes the mean of itself and its eight neighbours, weighed 4, 2 beside it
    /// and 1 across the corner, of those that are known; as many times over as asked.
    ///
    /// Errors that do not hang together fall to 3/8 by one pass; a plane stays as it is but at its rim; a wave of hills
    /// two hundred metres from top to top, in cells of thirty, keeps 3/5 of its height. O(cells) for each pass.
    #[must_use]
    pub fn smoothed(mut self, passes: u32) -> Self {
        for _ in 0..passes {
            let GridShape { columns, rows } = self.shape;
            let across = self.along_lines(columns, 1, rows, columns);
            let both = across.along_lines(rows, columns, columns, 1);
            let heights = both.heights.iter().zip(&self.heights);
            self.heights = heights.map(|(&new, &old)| if old.is_nan() { f32::NAN } else { new }).collect();
        }
        self
    }

    /// Weighs each height 2 against its neighbours' 1 on `lines` lines of `length` heights, `step` from one to the next.
    fn along_lines(&self, length: usize, step: usize, lines: usize, between_lines: usize) -> Self {
        let mut heights = vec![f32::NAN; self.heights.len()];
        for line in 0..lines {
            let at = |place: usize| line * between_lines + place * step;
            for place in 0..length {
                let around = [
                    (place.checked_sub(1), 1.0),
                    (Some(place), 2.0),
                    (Some(place + 1).filter(|&next| next < length), 1.0),
                ];
                let (mut sum, mut weights) = (0.0, 0.0);
                for (place, weight) in around.into_iter().filter_map(|(place, weight)| Some((place?, weight))) {
                    let height = f64::from(self.heights[at(place)]);
                    if !height.is_nan() {
                        sum += weight * height;
                        weights += weight;
                    }
                }
                if weights > 0.0 {
                    heights[at(place)] = (sum / weights) as f32;
                }
            }
        }
        Self { shape: self.shape, heights }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(columns: usize, rows: usize, height: impl Fn(f64, f64) -> f64) -> HeightGrid {
        let heights = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let heights = heights.map(|(column, row)| height(column as f64, row as f64) as f32).collect();
        HeightGrid::new(GridShape { columns, rows }, heights).unwrap()
    }

    #[test]
    fn between_the_crossings_heights_go_straight() {
        let grid = plane(4, 3, |x, y| 10.0 + 2.0 * x - 3.0 * y);
        for (x, y) in [(0.0, 0.0), (1.25, 0.5), (3.0, 2.0), (2.9, 1.1)] {
            let height = grid.at(x, y).unwrap();
            assert!((height - (10.0 + 2.0 * x - 3.0 * y)).abs() < 1e-6, "{height} at {x}, {y}");
        }
        // Half a cell outside is as high as the rim; farther out nothing is known.
        assert_eq!(grid.at(-0.5, 0.0), Some(10.0));
        assert_eq!((grid.at(-0.51, 0.0), grid.at(0.0, 2.6), grid.at(f64::NAN, 0.0)), (None, None, None));
    }

    #[test]
    fn where_most_is_unknown_nothing_is_said() {
        let mut grid = plane(2, 2, |x, _| x);
        grid.heights[0] = f32::NAN;
        assert_eq!(grid.known(), 3);
        assert_eq!(grid.at(0.1, 0.1), None);
        // Known are weights of 0.09 at 1, 0.09 at 0 and 0.81 at 1: 0.9 of 0.99.
        assert_eq!(grid.at(0.9, 0.9).map(|h| (h * 1e3).round()), Some(909.0));
        assert!(HeightGrid::new(GridShape { columns: 2, rows: 2 }, vec![0.0; 3]).is_none());
        assert!(HeightGrid::new(GridShape { columns: 0, rows: 2 }, Vec::new()).is_none());
    }

    #[test]
    fn smoothing_keeps_planes_and_damps_noise() {
        let grid = plane(9, 9, |x, y| 5.0 * x + y);
        let smooth = grid.clone().smoothed(2);
        for (x, y) in [(3.0, 4.0), (4.5, 4.5), (5.0, 3.0)] {
            assert_eq!(smooth.at(x, y), grid.at(x, y));
        }
        // A single peak of 16 m keeps 4 m of it, and gives 2 m to each neighbour and 1 m across the corners.
        let peak = plane(5, 5, |x, y| if (x, y) == (2.0, 2.0) { 16.0 } else { 0.0 }).smoothed(1);
        assert_eq!(
            [(2.0, 2.0), (1.0, 2.0), (1.0, 1.0), (0.0, 2.0)].map(|(x, y)| peak.at(x, y)),
            [Some(4.0), Some(2.0), Some(1.0), Some(0.0)]
        );
        let mut holed = plane(3, 3, |_, _| 7.0);
        holed.heights[4] = f32::NAN;
        let smooth = holed.smoothed(1);
        assert_eq!((smooth.known(), smooth.at(0.0, 0.0), smooth.at(1.0, 1.0)), (8, Some(7.0), None));
    }
}
