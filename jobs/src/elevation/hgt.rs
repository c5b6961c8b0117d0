//! Tiles of SRTM: .hgt files.
//!
//! Comes in: a file whose name is its place, such as `N30W052.hgt`. Goes out: the heights of a part of it. Not here:
//! archives of them; they are to be unpacked first.
//!
//! A tile is a degree wide and high, named by its south-west corner: rows from the north, of whole numbers of 16 bits with
//! the high byte first, in metres, -32,768 where nothing is known. The first and the last row and column lie on the
//! degrees, so that neighbouring tiles share them: 1,201 a side for 3 arc-seconds, 3,601 for one.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use walkshed::Bounds;
use walkshed::relief::{GridShape, HeightGrid};

/// Heights a side of a tile.
const SIDES: [usize; 3] = [3_601, 1_801, 1_201];
const VOID: i16 = i16::MIN;

/// A part of a tile: heights, with the degrees of the first one and between two.
pub(super) struct Part {
    pub grid: HeightGrid,
    /// Degrees east and north of the first height.
    pub first: [f64; 2],
    pub step: f64,
}

/// Whether a file is a tile, by its name.
pub(super) fn is_hgt(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("hgt"))
}

/// Reads the part of a tile that covers some streets; nothing where they lie elsewhere.
///
/// # Errors
/// When the file cannot be read, or its name or its length are not those of a tile.
pub(super) fn read(path: &Path, bounds: Bounds) -> Result<Option<Part>> {
    let shown = || format!("the elevation {} cannot be used", path.display());
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let [west, south] = corner(&name).with_context(shown)?;
    let mut file = super::open(path)?;
    let length = file.metadata().with_context(shown)?.len();
    let Some(side) = SIDES.into_iter().find(|side| length == 2 * (side * side) as u64) else {
        bail!(
            "the elevation {} has {length} bytes; expected those of a tile: 2,884,802 (3 arc-seconds), 6,487,202 or \
             25,934,402 (1 arc-second); is it cut off, or still packed?",
            path.display()
        )
    };
    let step = 1.0 / (side - 1) as f64;
    let place = |degrees: f64| (degrees / step).clamp(0.0, (side - 1) as f64);
    let inside = |low: f64, high: f64, from: f64| high >= from && low <= from + 1.0;
    if !inside(bounds.min.lon, bounds.max.lon, west) || !inside(bounds.min.lat, bounds.max.lat, south) {
        return Ok(None);
    }
    let columns = (place(bounds.min.lon - west).floor() as usize, place(bounds.max.lon - west).ceil() as usize);
    let rows =
        (place(south + 1.0 - bounds.max.lat).floor() as usize, place(south + 1.0 - bounds.min.lat).ceil() as usize);
    let shape = GridShape { columns: columns.1 - columns.0 + 1, rows: rows.1 - rows.0 + 1 };
    let mut heights = Vec::with_capacity(shape.columns * shape.rows);
    let mut row_bytes = vec![0; 2 * shape.columns];
    for row in rows.0..=rows.1 {
        file.seek(SeekFrom::Start(2 * (row * side + columns.0) as u64)).with_context(shown)?;
        file.read_exact(&mut row_bytes).with_context(shown)?;
        heights.extend(row_bytes.chunks_exact(2).map(|pair| match i16::from_be_bytes([pair[0], pair[1]]) {
            VOID => f32::NAN,
            height => f32::from(height),
        }));
    }
    let first = [west + columns.0 as f64 * step, south + 1.0 - rows.0 as f64 * step];
    let grid = HeightGrid::new(shape, heights).context("its rows are not as many as expected")?;
    Ok(Some(Part { grid, first, step }))
}

/// West and south of a tile, from its name.
fn corner(name: &str) -> Result<[f64; 2]> {
    let upper = name.to_ascii_uppercase();
    let parsed = upper.split_at_checked(3).zip(upper.get(..7)).and_then(|((north, _), whole)| {
        let east = &whole[3..];
        let degrees = |part: &str, [plus, minus]: [char; 2]| {
            let (sign, digits) = part.split_at_checked(1)?;
            let degrees: i32 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
            match sign.chars().next()? {
                sign if sign == plus => Some(degrees),
                sign if sign == minus => Some(-degrees),
                _ => None,
            }
        };
        Some([degrees(east, ['E', 'W'])?, degrees(north, ['N', 'S'])?])
    });
    let Some([west, south]) = parsed else {
        bail!("its name {name:?} does not say where it lies; expected one such as N30W052.hgt")
    };
    ensure!((-180..180).contains(&west) && (-90..90).contains(&south), "its name {name:?} is no place on Earth");
    Ok([f64::from(west), f64::from(south)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_where_a_tile_lies() {
        let whole = |name| corner(name).unwrap().map(|degrees| degrees as i32);
        assert_eq!(whole("N30W052"), [-52, 30]);
        assert_eq!(whole("s31e006.SRTMGL1"), [6, -31]);
        for name in ["", "N30", "N30W05", "N3OW052", "X30W052", "N30W0５2", "N99E200", "N+1E+10", "elevation"] {
            assert!(corner(name).is_err(), "{name}");
        }
    }
}
