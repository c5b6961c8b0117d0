//! Residents from population rasters, such as those of WorldPop: residents per pixel.
//!
//! Comes in: a GeoTIFF with all residents, and one more for each group. Goes out: residents in cells. Not here: densities
//! (residents per km2); a raster of them gives wrong sums.
//!
//! - A raster is read strip by strip or tile by tile, and only where the streets are, so that one of a country costs the
//!   memory of one piece. A pixel whose middle is farther from the streets is no part of the run.
//! - A pixel's residents go to cells by area: a grid of points is laid over it, no farther apart than a quarter of a cell's
//!   edge, at least [`LEAST_POINTS`] and at most [`MOST_POINTS`] to a side, and each cell gets the part of the residents
//!   that it has of the points. The parts sum to the pixel.

use anyhow::{Context as _, Result, ensure};
use h3o::CellIndex;
use walkshed::LonLat;

use super::count::Count;
use super::gather::{Extent, Reading};
use super::osm::cell_at;
use super::tally::{How, Note, Residents, Tally};
use crate::geotiff::{GeoTiff, Holds, Window};
use crate::plan::residents::ResidentsFile;

/// Points to a side of a pixel, at least and at most.
const LEAST_POINTS: u32 = 2;
const MOST_POINTS: u32 = 64;

/// Reads the raster of all residents and those of the groups. Their grids may differ.
///
/// # Errors
/// When a file is no raster, its place on Earth is not known, or nobody lives near the streets in it.
pub(super) fn read_rasters(file: &ResidentsFile, reading: &Reading<'_>) -> Result<Residents> {
    ensure!(file.population.is_none(), "{} is a raster and has no columns; leave population out", file.path.display());
    let names = file.groups.keys().cloned().collect();
    let mut tally = Tally::new(file.path.display().to_string(), names, reading.resolution(), reading.area().copied());
    let mut pixels = 0;
    let groups = file.group_rasters().map(|(_, path)| path);
    for (column, path) in std::iter::once(file.path.clone()).chain(groups).enumerate() {
        let mut raster = GeoTiff::open(&path, Holds::Residents)?;
        let mut placing = Placing::new(&mut tally, column, reading.extent.as_ref(), &raster);
        for piece in 0..raster.piece_count() {
            let window = raster.window(piece);
            if placing.is_near(&raster, window) {
                let read = raster.pixels(piece).with_context(|| path.display().to_string())?;
                placing.add(&raster, window, read.as_deref().unwrap_or_default());
            }
        }
        let Placing { negative, outside, counted, .. } = placing;
        ensure!(
            counted > 0 || column > 0,
            "{} ({}) has no pixel with data near the streets; is it of another place?",
            path.display(),
            raster.system()
        );
        pixels += counted;
        if let Some(row) = outside {
            tally.reject_outside(row, || None);
        }
        if let Some((row, count)) = negative {
            let detail = format!(
                "{}: {count} pixels are below 0 or not finite and not marked as no data; they count as nobody; mark them \
                 with gdal_edit -a_nodata",
                path.display()
            );
            tally.reject(row, None, "negative", detail, None);
        }
    }
    tally.notes.push(Note {
        en: format!("pixels are divided among cells by area, {LEAST_POINTS} to {MOST_POINTS} points to a side"),
        zh: format!("像元按面积分配到单元，每边取 {LEAST_POINTS} 至 {MOST_POINTS} 个点"),
    });
    tally.finish(pixels)
}

/// One raster on its way into cells.
struct Placing<'a, 'c> {
    tally: &'a mut Tally<'c>,
    column: usize,
    extent: Option<&'a Extent<'c>>,
    /// Points to a side of a pixel.
    points: u32,
    /// The row of the first pixel that is no number of residents, and how many there are.
    negative: Option<(u64, u64)>,
    /// The row of the first pixel that lies, if only in part, outside the area asked for.
    outside: Option<u64>,
    counted: u64,
}

impl<'a, 'c> Placing<'a, 'c> {
    fn new(tally: &'a mut Tally<'c>, column: usize, extent: Option<&'a Extent<'c>>, raster: &GeoTiff) -> Self {
        let points = points_to_a_side(raster, tally.resolution().edge_length_m());
        Self { tally, column, extent, points, negative: None, outside: None, counted: 0 }
    }

    /// Whether a window may have pixels near the streets.
    fn is_near(&self, raster: &GeoTiff, window: Window) -> bool {
        let Some(extent) = self.extent else { return true };
        let mut bounds: Option<[f64; 4]> = None;
        for step in 0..=16 {
            let share = f64::from(step) / 16.0;
            let (left, top) = (f64::from(window.column), f64::from(window.row));
            let (width, height) = (f64::from(window.columns), f64::from(window.rows));
            let (x, y) = (left + share * width, top + share * height);
            for (column, row) in [(x, top), (x, top + height), (left, y), (left + width, y)] {
                // Where an edge does not lie in the system the pixels decide.
                let Ok(at) = raster.lon_lat(column, row) else { return true };
                let [west, south, east, north] = bounds.unwrap_or([at.lon, at.lat, at.lon, at.lat]);
                bounds = Some([west.min(at.lon), south.min(at.lat), east.max(at.lon), north.max(at.lat)]);
            }
        }
        let (min, max) = (extent.bounds.min, extent.bounds.max);
        // Edges of a projection bulge between the points that were looked at.
        let wider = |low: f64, high: f64| 0.01 + 0.02 * (high - low);
        bounds.is_some_and(|[west, south, east, north]| {
            let (x, y) = (wider(west, east), wider(south, north));
            west - x <= max.lon && east + x >= min.lon && south - y <= max.lat && north + y >= min.lat
        })
    }

    fn add(&mut self, raster: &GeoTiff, window: Window, pixels: &[Option<f64>]) {
        let across = window.columns as usize;
        let with_data = pixels.iter().enumerate().filter_map(|(number, pixel)| Some((number, (*pixel)?)));
        for (number, residents) in with_data {
            let (column, row) = (window.column + (number % across) as u32, window.row + (number / across) as u32);
            let Ok(middle) = raster.lon_lat(f64::from(column) + 0.5, f64::from(row) + 0.5) else { continue };
            if self.extent.is_some_and(|extent| !extent.bounds.contains(middle)) {
                continue;
            }
            self.counted += 1;
            match Count::new(residents) {
                Some(Count::ZERO) => {}
                Some(count) => {
                    self.spread(raster, column, row, middle, count);
                    if self.tally.has_outside() {
                        self.outside.get_or_insert(u64::from(row) + 1);
                    }
                }
                None => {
                    let (first, count) = self.negative.unwrap_or((u64::from(row) + 1, 0));
                    self.negative = Some((first, count + 1));
                }
            }
        }
    }

    fn spread(&mut self, raster: &GeoTiff, column: u32, row: u32, middle: LonLat, count: Count) {
        let resolution = self.tally.resolution();
        let mut cells: Vec<(CellIndex, f64)> = Vec::new();
        let inside = |step: u32| (f64::from(step) + 0.5) / f64::from(self.points);
        for (y, x) in (0..self.points).flat_map(|y| (0..self.points).map(move |x| (y, x))) {
            let at = raster.lon_lat(f64::from(column) + inside(x), f64::from(row) + inside(y));
            let Some(cell) = cell_at(at.unwrap_or(middle), resolution) else { continue };
            match cells.iter_mut().find(|(known, _)| *known == cell) {
                Some((_, points)) => *points += 1.0,
                None => cells.push((cell, 1.0)),
            }
        }
        cells.sort_unstable_by_key(|(cell, _)| *cell);
        let weights: Vec<f64> = cells.iter().map(|(_, points)| *points).collect();
        for ((cell, _), part) in cells.iter().zip(count.split(&weights)) {
            self.tally.add_to_column(*cell, self.column, part, How::PixelArea);
        }
    }
}

/// So many points to a side of a pixel that they are no farther apart than a quarter of a cell's edge, as the pixel in the
/// middle of the raster has it.
fn points_to_a_side(raster: &GeoTiff, edge_m: f64) -> u32 {
    let (column, row) = (f64::from(raster.size.0 / 2), f64::from(raster.size.1 / 2));
    let corner = |x: f64, y: f64| raster.lon_lat(column + x, row + y).ok();
    let side = |a: Option<LonLat>, b: Option<LonLat>| Some(a?.distance_to(b?).0);
    let sides = [side(corner(0.0, 0.0), corner(1.0, 0.0)), side(corner(0.0, 0.0), corner(0.0, 1.0))];
    let longest = sides.into_iter().flatten().fold(0.0, f64::max);
    ((longest / (edge_m / 4.0)).ceil() as u32).clamp(LEAST_POINTS, MOST_POINTS)
}
