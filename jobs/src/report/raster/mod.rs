//! Hexagons as pixels, drawn here and in the page (`page/view/raster.js`) with the same numbers to the same pixels.
//!
//! Comes in: corners of cells in whole decimetres, a [`View`], a class for each cell, a [`Paint`] for each class. Goes out:
//! the pixels of a [`Picture`]. Not here: what a class means (`modes`), lines and words (`picture`).
//!
//! Everything is whole numbers. A corner comes to a sixteenth of a pixel by one multiplication and one division by a power
//! of two; in the page these are doubles below 2^53, so that both have the same result. A pixel belongs to the cell in which
//! its middle lies: on each row of middles an outline is crossed at a place that depends on its edge alone, so that two cells
//! with an edge in common leave no pixel between them and have none in common.

pub(crate) mod font;
pub(crate) mod lines;
pub(crate) mod picture;

/// Parts of a pixel that corners come to.
const PARTS: i64 = 16;
/// The scale is in parts of a pixel per decimetre, times this.
const FIXED: i64 = 1 << 16;
/// The class of a cell that is not drawn.
pub(crate) const HIDDEN: u8 = 255;
/// Space around the cells when they are fitted into a picture, in pixels.
const MARGIN: i64 = 18;
/// Stripes of a hatch come again after so many pixels, and are so many wide.
const HATCH: [u32; 2] = [7, 2];

/// A colour with its opacity: red, green, blue, alpha.
pub(crate) type Rgba = [u8; 4];

/// How a class is painted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Paint {
    /// Its colour.
    pub fill: Rgba,
    /// The colour of stripes over it.
    pub hatch: Option<Rgba>,
}

/// Cells by their corners.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Hexes {
    /// Corners in decimetres east and south of the middle of the map; one that cells share is here once.
    pub corners: Vec<[i32; 2]>,
    /// The corners of all cells, one after the other.
    pub of_cells: Vec<u32>,
    /// Where those of each cell begin; one more than there are cells.
    pub first: Vec<u32>,
}

/// What part of the map a picture shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct View {
    /// Its left and upper edge, in decimetres.
    pub left: i64,
    pub top: i64,
    /// Sixteenths of a pixel per decimetre, times 65,536.
    pub scale: i64,
}

/// Pixels, row by row from the upper left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Picture {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<Rgba>,
}

impl Hexes {
    /// The corners of a cell.
    fn cell(&self, cell: usize) -> impl Iterator<Item = [i32; 2]> + '_ {
        let range = self.first[cell] as usize..self.first[cell + 1] as usize;
        self.of_cells[range].iter().map(|&corner| self.corners[corner as usize])
    }

    /// West, north, east, south; nothing without cells.
    pub(crate) fn bounds(&self) -> Option<[i64; 4]> {
        let each = self.corners.iter().map(|c| c.map(i64::from));
        each.fold(None, |known, [x, y]| {
            let [w, n, e, s] = known.unwrap_or([x, y, x, y]);
            Some([w.min(x), n.min(y), e.max(x), s.max(y)])
        })
    }
}

impl View {
    /// All of some bounds in the middle of a picture of this size.
    pub(crate) fn fitted([west, north, east, south]: [i64; 4], width: u32, height: u32) -> Self {
        let (width, height) = (i64::from(width), i64::from(height));
        let of = |pixels: i64, length: i64| (pixels - 2 * MARGIN).max(1) * PARTS * FIXED / length.max(1);
        let scale = of(width, east - west).min(of(height, south - north)).max(1);
        let left =
            |pixels: i64, from: i64, to: i64| from - (pixels * PARTS * FIXED / scale - (to - from)).div_euclid(2);
        Self { left: left(width, west, east), top: left(height, north, south), scale }
    }

    /// Where a place comes to, in sixteenths of a pixel.
    pub(crate) fn place(&self, [x, y]: [i32; 2]) -> [i64; 2] {
        let of = |at: i32, edge: i64| ((i64::from(at) - edge) * self.scale).div_euclid(FIXED);
        [of(x, self.left), of(y, self.top)]
    }

    /// Metres in so many pixels.
    pub(crate) fn meters(&self, pixels: f64) -> f64 {
        pixels * (PARTS * FIXED) as f64 / self.scale as f64 / 10.0
    }
}

impl Picture {
    /// A picture of one colour.
    pub(crate) fn new(width: u32, height: u32, colour: Rgba) -> Self {
        Self { width, height, pixels: vec![colour; (width * height) as usize] }
    }

    /// Fills the cells, each with the paint of its class.
    pub(crate) fn fill(&mut self, view: &View, hexes: &Hexes, classes: &[u8], paints: &[Paint]) {
        let mut corners = Vec::with_capacity(10);
        for (cell, &class) in classes.iter().enumerate() {
            if class == HIDDEN {
                continue;
            }
            corners.clear();
            corners.extend(hexes.cell(cell).map(|corner| view.place(corner)));
            self.fill_cell(&corners, paints[usize::from(class)]);
        }
    }

    /// Fills one convex outline.
    fn fill_cell(&mut self, corners: &[[i64; 2]], paint: Paint) {
        let (mut top, mut bottom) = (i64::MAX, i64::MIN);
        for corner in corners {
            (top, bottom) = (top.min(corner[1]), bottom.max(corner[1]));
        }
        // Rows whose middle, at 16 y + 8, is at the upper end or below it, and above the lower end.
        let (first, end) = (pixel_from(top).max(0), pixel_from(bottom).min(i64::from(self.height)));
        for row in first..end {
            let Some([left, right]) = crossed(corners, row * PARTS + PARTS / 2) else { continue };
            let (from, to) = (pixel_from(left).max(0), pixel_from(right).min(i64::from(self.width)));
            for column in from..to {
                let place = row as usize * self.width as usize + column as usize;
                self.pixels[place] = paint.at(column as u32, row as u32);
            }
        }
    }

    /// The picture as PNG.
    ///
    /// # Errors
    /// When it cannot be written into memory.
    pub(crate) fn png(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(self.pixels.as_flattened())?;
        Ok(bytes)
    }
}

impl Paint {
    /// Its colour in a pixel.
    fn at(&self, column: u32, row: u32) -> Rgba {
        let [period, width] = HATCH;
        match self.hatch {
            Some(hatch) if (column + row) % period < width => hatch,
            _ => self.fill,
        }
    }
}

/// The first pixel whose middle is at a place, in sixteenths, or after it.
const fn pixel_from(part: i64) -> i64 {
    (part + PARTS / 2 - 1).div_euclid(PARTS)
}

/// Where an outline is crossed by a line across: the leftmost and the rightmost place.
fn crossed(corners: &[[i64; 2]], at: i64) -> Option<[i64; 2]> {
    let mut found: Option<[i64; 2]> = None;
    let mut last = *corners.last()?;
    for &corner in corners {
        // The upper end first, whichever way round the outline goes, so that neighbours have the same crossing.
        let ([x1, y1], [x2, y2]) = if last[1] <= corner[1] { (last, corner) } else { (corner, last) };
        last = corner;
        if y1 <= at && at < y2 {
            let x = x1 + ((x2 - x1) * (at - y1)).div_euclid(y2 - y1);
            found = Some(found.map_or([x, x], |[left, right]| [left.min(x), right.max(x)]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A honeycomb of pointed hexagons, with shared corners, drawn by hand in decimetres.
    fn honeycomb(columns: i32, rows: i32) -> Hexes {
        let mut hexes = Hexes { first: vec![0], ..Hexes::default() };
        let mut known = std::collections::HashMap::new();
        for row in 0..rows {
            for column in 0..columns {
                let (x, y) = (column * 866 + row % 2 * 433, row * 750);
                for corner in [[0, -500], [433, -250], [433, 250], [0, 500], [-433, 250], [-433, -250]] {
                    let corner = [x + corner[0], y + corner[1]];
                    let number = *known.entry(corner).or_insert_with(|| {
                        hexes.corners.push(corner);
                        hexes.corners.len() as u32 - 1
                    });
                    hexes.of_cells.push(number);
                }
                hexes.first.push(hexes.of_cells.len() as u32);
            }
        }
        hexes
    }

    const EMPTY: Rgba = [0; 4];

    fn paint(number: u8) -> Paint {
        Paint { fill: [number, 0, 0, 255], hatch: None }
    }

    #[test]
    fn neighbours_leave_no_pixel_and_share_none() {
        let hexes = honeycomb(9, 8);
        for (width, height) in [(300, 260), (97, 205), (1_111, 640)] {
            let view = View::fitted(hexes.bounds().expect("cells"), width, height);
            let mut counted = vec![0_u32; (width * height) as usize];
            for cell in 0..hexes.first.len() - 1 {
                let mut picture = Picture::new(width, height, EMPTY);
                let mut classes = vec![HIDDEN; hexes.first.len() - 1];
                classes[cell] = 0;
                picture.fill(&view, &hexes, &classes, &[paint(1)]);
                for (count, pixel) in counted.iter_mut().zip(&picture.pixels) {
                    *count += u32::from(*pixel != EMPTY);
                }
            }
            assert!(counted.iter().all(|&count| count <= 1), "a pixel of two cells at {width} x {height}");
            // Every pixel whose middle is well inside of the comb is some cell's.
            let [left, top] = view.place([500, 0]);
            let [right, bottom] = view.place([7 * 866, 7 * 750]);
            for row in pixel_from(top)..pixel_from(bottom) {
                for column in pixel_from(left)..pixel_from(right) {
                    let place = (row * i64::from(width) + column) as usize;
                    assert_eq!(counted[place], 1, "a pixel of no cell at {column}, {row}");
                }
            }
        }
    }

    #[test]
    fn a_fitted_view_shows_everything() {
        for bounds in [[-5_000, -300, 90_000, 42_000], [0, 0, 10, 100_000], [7, 7, 7, 7]] {
            let view = View::fitted(bounds, 800, 600);
            let [left, top] = view.place([bounds[0] as i32, bounds[1] as i32]);
            let [right, bottom] = view.place([bounds[2] as i32, bounds[3] as i32]);
            assert!(left >= 0 && top >= 0 && right <= 800 * PARTS && bottom <= 600 * PARTS, "{view:?}");
        }
    }

    #[test]
    fn unknown_is_striped_and_hidden_cells_are_not_there() {
        let hexes = honeycomb(2, 1);
        let view = View::fitted(hexes.bounds().expect("cells"), 200, 120);
        let mut picture = Picture::new(200, 120, EMPTY);
        let striped = Paint { fill: [9, 9, 9, 255], hatch: Some([1, 1, 1, 255]) };
        picture.fill(&view, &hexes, &[0, HIDDEN], &[striped]);
        let count = |colour: Rgba| picture.pixels.iter().filter(|pixel| **pixel == colour).count();
        assert!(count([1, 1, 1, 255]) > 0 && count([9, 9, 9, 255]) > count([1, 1, 1, 255]));
        assert!(picture.pixels[..].iter().enumerate().all(|(place, pixel)| place % 200 < 110 || *pixel == EMPTY));
    }
}
