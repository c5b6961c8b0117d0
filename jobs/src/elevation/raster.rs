//! One raster of heights, read where the streets are.
//!
//! Comes in: a file, and where streets lie. Goes out: heights at places on Earth. Not here: several rasters as one.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use walkshed::relief::{GridShape, HeightGrid, Relief};
use walkshed::{Bounds, LonLat, Meters};

use super::hgt;
use crate::geotiff::{GeoTiff, Holds, Window};

/// Cells that are held at a time: 1 GiB of them.
const MOST_CELLS: u64 = 1 << 28;
/// Heights outside of these are no ground on Earth: fill values that a file does not declare.
const LOWEST: f64 = -1_000.0;
const HIGHEST: f64 = 10_000.0;
/// Cells around the streets that are read as well, for what lies between cells and for smoothing.
const MARGIN: f64 = 24.0;

/// Heights of a part of the Earth.
pub(super) struct Raster {
    grid: HeightGrid,
    place: Place,
    resolution: Meters,
}

/// How a place on Earth becomes a place in the grid.
enum Place {
    /// Degrees of the first height, and from one to the next.
    Degrees { first: [f64; 2], step: f64 },
    /// By the file's system; the column and row of the first height.
    File { tiff: Box<GeoTiff>, first: [f64; 2] },
}

impl Raster {
    /// Reads what covers some streets, smoothed; nothing where the raster lies elsewhere.
    ///
    /// # Errors
    /// When the file cannot be read, is no raster of heights, or covers the streets with too many cells.
    pub(super) fn open(path: &Path, streets: Bounds, passes: u32) -> Result<Option<Self>> {
        let bounds = super::grown(streets);
        let (grid, place) = if hgt::is_hgt(path) {
            let Some(part) = hgt::read(path, bounds)? else { return Ok(None) };
            (part.grid, Place::Degrees { first: part.first, step: part.step })
        } else {
            // Told by the name in its own words first.
            drop(super::open(path)?);
            let mut tiff = GeoTiff::open(path, Holds::Heights)?;
            let shown = || format!("the elevation {}", path.display());
            let Some(window) = window(&tiff, bounds).with_context(shown)? else { return Ok(None) };
            let grid = read(&mut tiff, window).with_context(shown)?;
            let first = [f64::from(window.column), f64::from(window.row)];
            (grid, Place::File { tiff: Box::new(tiff), first })
        };
        let mut raster = Self { grid: grid.smoothed(passes), place, resolution: Meters(0.0) };
        raster.resolution = raster.measured(streets);
        Ok(Some(raster))
    }

    /// Column and row of a place.
    fn grid_place(&self, at: LonLat) -> Option<(f64, f64)> {
        match &self.place {
            Place::Degrees { first, step } => Some(((at.lon - first[0]) / step, (first[1] - at.lat) / step)),
            Place::File { tiff, first } => {
                let (column, row) = tiff.grid_place(at).ok()?;
                // Heights are those of the middles of pixels.
                Some((column - 0.5 - first[0], row - 0.5 - first[1]))
            }
        }
    }

    /// The side of a cell in metres in the middle of the streets, the shorter one.
    fn measured(&self, streets: Bounds) -> Meters {
        let middle = LonLat {
            lon: f64::midpoint(streets.min.lon, streets.max.lon),
            lat: f64::midpoint(streets.min.lat, streets.max.lat),
        };
        let aside = 1e-3;
        let cells = |to: LonLat| {
            let ((x0, y0), (x1, y1)) = (self.grid_place(middle)?, self.grid_place(to)?);
            Some(middle.distance_to(to).0 / (x1 - x0).hypot(y1 - y0))
        };
        let east = cells(LonLat { lon: middle.lon + aside, ..middle });
        let north = cells(LonLat { lat: middle.lat + aside, ..middle });
        Meters(east.into_iter().chain(north).fold(f64::INFINITY, f64::min))
    }
}

impl Relief for Raster {
    fn height_at(&self, at: LonLat) -> Option<Meters> {
        let (column, row) = self.grid_place(at)?;
        self.grid.at(column, row).map(Meters)
    }

    fn resolution(&self) -> Meters {
        self.resolution
    }
}

/// The pixels that cover some streets; nothing where there are none.
fn window(tiff: &GeoTiff, bounds: Bounds) -> Result<Option<Window>> {
    let mut range = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for (across, down) in (0..=16).flat_map(|down| (0..=16).map(move |across| (f64::from(across), f64::from(down)))) {
        let between = |low: f64, high: f64, step: f64| low + (high - low) * step / 16.0;
        let lon = between(bounds.min.lon, bounds.max.lon, across);
        let lat = between(bounds.min.lat, bounds.max.lat, down);
        let (column, row) = tiff.grid_place(LonLat { lon, lat })?;
        range = [range[0].min(column), range[1].min(row), range[2].max(column), range[3].max(row)];
    }
    let (width, height) = (f64::from(tiff.size.0), f64::from(tiff.size.1));
    let [left, top] = [range[0], range[1]].map(|low| (low - MARGIN).max(0.0).floor());
    let (right, bottom) = ((range[2] + MARGIN).min(width).ceil(), (range[3] + MARGIN).min(height).ceil());
    // Without the margin, or a raster just beside the streets would pass.
    let apart = range[0] >= width || range[1] >= height || range[2] <= 0.0 || range[3] <= 0.0;
    if apart || right <= left || bottom <= top || !range.iter().all(|number| number.is_finite()) {
        return Ok(None);
    }
    let window =
        Window { column: left as u32, row: top as u32, columns: (right - left) as u32, rows: (bottom - top) as u32 };
    let cells = u64::from(window.columns) * u64::from(window.rows);
    ensure!(
        cells <= MOST_CELLS,
        "has {cells} cells where the streets are, more than {MOST_CELLS}; make them larger, gdalwarp -tr 10 10 -r average"
    );
    Ok(Some(window))
}

/// The heights of a window.
fn read(tiff: &mut GeoTiff, window: Window) -> Result<HeightGrid> {
    let shape = GridShape { columns: window.columns as usize, rows: window.rows as usize };
    let mut heights = vec![f32::NAN; shape.columns * shape.rows];
    for piece in 0..tiff.piece_count() {
        let of_piece = tiff.window(piece);
        let overlap = |from: u32, count: u32, other: u32, other_count: u32| {
            (from.max(other), (from + count).min(other + other_count))
        };
        let (left, right) = overlap(window.column, window.columns, of_piece.column, of_piece.columns);
        let (top, bottom) = overlap(window.row, window.rows, of_piece.row, of_piece.rows);
        if left >= right || top >= bottom {
            continue;
        }
        let Some(pixels) = tiff.pixels(piece)? else { continue };
        for row in top..bottom {
            for column in left..right {
                let from = ((row - of_piece.row) * of_piece.columns + column - of_piece.column) as usize;
                let to = (row - window.row) as usize * shape.columns + (column - window.column) as usize;
                if let Some(height) = pixels[from].filter(|height| (LOWEST..=HIGHEST).contains(height)) {
                    heights[to] = height as f32;
                }
            }
        }
    }
    HeightGrid::new(shape, heights).context("its rows are not as many as expected")
}
