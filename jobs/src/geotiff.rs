//! GeoTIFF rasters, read piece by piece.
//!
//! Comes in: a file. Goes out: its grid in degrees, and its pixels as numbers, one strip or tile at a time. Not here: what
//! the pixels mean. GeoTIFF as OGC 19-008r4 has it; the value for no data as GDAL writes it.
//!
//! What a file claims is checked against its length before room is made for it: a damaged file costs a message, not
//! memory.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use tiff::ColorType;
use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use walkshed::LonLat;

use crate::crs::Crs;

/// Bytes of pixels that one strip or tile may have.
const LARGEST_PIECE: u64 = 128 << 20;
/// More entries than this are no directory of a raster.
const MOST_ENTRIES: u64 = 4_096;
/// The tag with the number of bands.
const SAMPLES_PER_PIXEL: u16 = 277;
/// Keys of the GeoTIFF directory.
const RASTER_TYPE: u64 = 1025;
const GEOGRAPHIC_SYSTEM: u64 = 2048;
const PROJECTED_SYSTEM: u64 = 3072;
const VERTICAL_UNITS: u64 = 4099;
/// Key value for metres.
const METRES: u64 = 9001;
/// Key value for a system without an EPSG code.
const USER_DEFINED: u64 = 32_767;
/// What to do about most things.
const ADVICE: &str =
    "write it anew with gdal_translate -co TILED=YES -co COMPRESS=DEFLATE, or gdalwarp -t_srs EPSG:4326";

/// A raster with one band and a place on Earth.
pub(crate) struct GeoTiff {
    decoder: Decoder<BufReader<File>>,
    /// Pixels across and down.
    pub size: (u32, u32),
    /// Pixels of a whole piece across and down.
    piece: (u32, u32),
    /// Bytes of each piece in the file; none where a sparse file has left it out.
    piece_bytes: Vec<u64>,
    /// The outer corner of the first pixel, and the size of a pixel, in the file's system.
    corner: [f64; 2],
    step: [f64; 2],
    crs: Crs,
    no_data: Option<f64>,
}

/// What the pixels of a raster are, for messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Holds {
    /// Residents per pixel.
    Residents,
    /// Heights in metres.
    Heights,
}

impl Holds {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Residents => ("residents per pixel", "those of WorldPop"),
            Self::Heights => ("heights in metres", "those of SRTM or Copernicus"),
        }
    }
}

/// The pixels of one piece: first column, first row, columns, rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Window {
    pub column: u32,
    pub row: u32,
    pub columns: u32,
    pub rows: u32,
}

impl GeoTiff {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is no GeoTIFF with one band, its place on Earth is not known, or it is damaged.
    pub(crate) fn open(path: &Path, holds: Holds) -> Result<Self> {
        Self::read(path, holds).with_context(|| format!("the raster {} cannot be used", path.display()))
    }

    fn read(path: &Path, holds: Holds) -> Result<Self> {
        let mut file = BufReader::new(File::open(path).context("it cannot be read")?);
        check_directory(&mut file, holds)?;
        file.seek(SeekFrom::Start(0))?;
        let mut limits = Limits::default();
        limits.decoding_buffer_size = LARGEST_PIECE as usize;
        limits.intermediate_buffer_size = LARGEST_PIECE as usize;
        limits.ifd_value_size = LARGEST_PIECE as usize;
        let mut decoder =
            Decoder::new(file).context("it is no TIFF that can be read, or it is damaged")?.with_limits(limits);
        let color = decoder.colortype().context("its pixels are of an unknown kind")?;
        let ColorType::Gray(8 | 16 | 32 | 64) = color else {
            bail!("its pixels are {color:?}; expected one number of 8 to 64 bits per pixel; {ADVICE}")
        };
        let size = decoder.dimensions()?;
        let piece = decoder.chunk_dimensions();
        let piece = (piece.0, if decoder.get_chunk_type() == ChunkType::Strip { piece.1.min(size.1) } else { piece.1 });
        let bytes = (u64::from(piece.0) * u64::from(piece.1)).saturating_mul(8);
        ensure!(
            bytes <= LARGEST_PIECE,
            "it is stored in pieces of {} x {} pixels, too large to be read one at a time; {ADVICE}",
            piece.0,
            piece.1
        );
        let counts =
            if decoder.get_chunk_type() == ChunkType::Strip { Tag::StripByteCounts } else { Tag::TileByteCounts };
        let piece_bytes = decoder.get_tag_u64_vec(counts).context("the sizes of its pieces are not known")?;
        let (corner, step) = grid(&mut decoder)?;
        let (crs, is_point) = system(&mut decoder, holds)?;
        // A grid of points has its first point in the middle of the first pixel.
        let half = if is_point { 0.5 } else { 0.0 };
        let corner = [corner[0] - half * step[0], corner[1] - half * step[1]];
        let no_data = decoder.find_tag(Tag::GdalNodata).ok().flatten().and_then(|value| value.into_string().ok());
        let no_data = no_data.and_then(|text| text.trim_matches(['\0', ' ']).parse().ok());
        Ok(Self { decoder, size, piece, piece_bytes, corner, step, crs, no_data })
    }

    /// How many strips or tiles there are.
    pub(crate) fn piece_count(&self) -> u32 {
        self.piece_bytes.len() as u32
    }

    /// Where the pixels of a piece are, without the padding of tiles at the border.
    pub(crate) fn window(&self, piece: u32) -> Window {
        let across = self.size.0.div_ceil(self.piece.0);
        let (column, row) = (piece % across * self.piece.0, (piece / across).saturating_mul(self.piece.1));
        let columns = self.piece.0.min(self.size.0 - column);
        Window { column, row, columns, rows: self.piece.1.min(self.size.1.saturating_sub(row)) }
    }

    /// The name of its coordinate system.
    pub(crate) fn system(&self) -> &str {
        self.crs.name()
    }

    /// A position of the grid, counted in pixels from the outer corner of the first, in degrees.
    ///
    /// # Errors
    /// When it does not lie in the file's system.
    pub(crate) fn lon_lat(&self, column: f64, row: f64) -> Result<LonLat> {
        self.crs.lon_lat(self.corner[0] + column * self.step[0], self.corner[1] + row * self.step[1])
    }

    /// Where a place lies in the grid, counted in pixels from the outer corner of the first.
    ///
    /// # Errors
    /// When it does not lie in the file's system.
    pub(crate) fn grid_place(&self, at: LonLat) -> Result<(f64, f64)> {
        let (x, y) = self.crs.numbers_of(at)?;
        Ok(((x - self.corner[0]) / self.step[0], (y - self.corner[1]) / self.step[1]))
    }

    /// The pixels of a piece, row by row; nothing where there is no data. Nothing at all for a piece that is not stored.
    ///
    /// # Errors
    /// When the file is damaged there.
    pub(crate) fn pixels(&mut self, piece: u32) -> Result<Option<Vec<Option<f64>>>> {
        if self.piece_bytes[piece as usize] == 0 {
            return Ok(None);
        }
        let window = self.window(piece);
        let read = self.decoder.read_chunk(piece);
        let read = read.with_context(|| format!("its pixels from row {} on are damaged or cut off", window.row + 1))?;
        let pixels = numbers(read, self.no_data)?;
        ensure!(
            pixels.len() == window.columns as usize * window.rows as usize,
            "its pixels from row {} on are not as many as expected; the file is damaged",
            window.row + 1
        );
        Ok(Some(pixels))
    }
}

/// Numbers of any kind as f64; nothing for no data.
fn numbers(read: DecodingResult, no_data: Option<f64>) -> Result<Vec<Option<f64>>> {
    fn each<T: Copy>(values: Vec<T>, to: impl Fn(T) -> f64, no_data: Option<f64>) -> Vec<Option<f64>> {
        // 0 is added so that -0 is 0.
        let is_none = |number: f64| no_data.is_some_and(|none| (none + 0.0).total_cmp(&(number + 0.0)).is_eq());
        let known = |number: f64| !number.is_nan() && !is_none(number);
        values.into_iter().map(|value| Some(to(value)).filter(|number| known(*number))).collect()
    }
    Ok(match read {
        DecodingResult::U8(values) => each(values, f64::from, no_data),
        DecodingResult::U16(values) => each(values, f64::from, no_data),
        DecodingResult::U32(values) => each(values, f64::from, no_data),
        DecodingResult::U64(values) => each(values, |value| value as f64, no_data),
        DecodingResult::I8(values) => each(values, f64::from, no_data),
        DecodingResult::I16(values) => each(values, f64::from, no_data),
        DecodingResult::I32(values) => each(values, f64::from, no_data),
        DecodingResult::I64(values) => each(values, |value| value as f64, no_data),
        // The value for no data is written in decimal, and often with fewer digits than an f64 has.
        DecodingResult::F32(values) => each(values, f64::from, no_data.map(|none| f64::from(none as f32))),
        DecodingResult::F64(values) => each(values, |value| value, no_data),
        DecodingResult::F16(_) => bail!("its pixels are fractions of 16 bits, which are too coarse; {ADVICE}"),
    })
}

/// The outer corner of the first pixel (or its middle, for a grid of points), and the size of a pixel.
fn grid(decoder: &mut Decoder<BufReader<File>>) -> Result<([f64; 2], [f64; 2])> {
    let mut numbers = |tag| decoder.find_tag(tag).ok().flatten().and_then(|value| value.into_f64_vec().ok());
    let (corner, step) = match (numbers(Tag::ModelTiepointTag), numbers(Tag::ModelPixelScaleTag)) {
        (Some(tie), Some(scale)) if tie.len() >= 6 && scale.len() >= 2 => {
            let step = [scale[0], -scale[1]];
            ([tie[3] - tie[0] * step[0], tie[4] - tie[1] * step[1]], step)
        }
        _ => match numbers(Tag::ModelTransformationTag) {
            Some(m) if m.len() == 16 && m[1] == 0.0 && m[4] == 0.0 => ([m[3], m[7]], [m[0], m[5]]),
            Some(_) => bail!("it is rotated; {ADVICE}"),
            None => bail!("it does not say where on Earth it is (no tiepoint and pixel size); {ADVICE}"),
        },
    };
    let usable = corner.iter().chain(&step).all(|number| number.is_finite()) && step[0] > 0.0 && step[1] != 0.0;
    ensure!(usable, "its grid begins at {corner:?} with pixels of {step:?}, which is no grid; {ADVICE}");
    Ok((corner, step))
}

/// The coordinate system, and whether pixels are points.
fn system(decoder: &mut Decoder<BufReader<File>>, holds: Holds) -> Result<(Crs, bool)> {
    let keys: Vec<u64> = decoder
        .find_tag(Tag::GeoKeyDirectoryTag)
        .ok()
        .flatten()
        .and_then(|value| value.into_u64_vec().ok())
        .with_context(|| format!("it names no coordinate system (no GeoTIFF keys); {ADVICE}"))?;
    // Four numbers each: key, place of the value (0 is here), count, value. The first four are a head.
    let key = |wanted: u64| {
        keys.chunks_exact(4).skip(1).find(|entry| entry[0] == wanted && entry[1] == 0).map(|entry| entry[3])
    };
    if let (Holds::Heights, Some(unit)) = (holds, key(VERTICAL_UNITS).filter(|&unit| unit != 0 && unit != METRES)) {
        bail!("its heights are in the unit EPSG:{unit}; expected metres; turn them with gdal_calc")
    }
    let code = key(PROJECTED_SYSTEM).or_else(|| key(GEOGRAPHIC_SYSTEM));
    let code = code.filter(|&code| code != 0 && code != USER_DEFINED).and_then(|code| u16::try_from(code).ok());
    let code = code.with_context(|| format!("its coordinate system has no EPSG code; {ADVICE}"))?;
    Ok((Crs::epsg(code)?, key(RASTER_TYPE) == Some(2)))
}

/// Checks what the first directory claims against the length of the file, before anything is read by it.
fn check_directory(file: &mut BufReader<File>, holds: Holds) -> Result<()> {
    let (what, such_as) = holds.words();
    let length = file.get_ref().metadata()?.len();
    let cut_off = "it is cut off, or no TIFF";
    let mut head = [0; 16];
    file.read_exact(&mut head[..8]).context(cut_off)?;
    let little = match &head[..2] {
        b"II" => true,
        b"MM" => false,
        _ => bail!("it is no TIFF; expected a GeoTIFF with {what}, such as {such_as}"),
    };
    let number = |bytes: &[u8]| {
        let digits = bytes.iter().map(|&byte| u64::from(byte));
        let add = |sum: u64, byte: u64| (sum << 8) | byte;
        if little { digits.rev().fold(0, add) } else { digits.fold(0, add) }
    };
    let big = match number(&head[2..4]) {
        42 => false,
        43 => true,
        other => bail!("it is no TIFF (version {other})"),
    };
    if big {
        file.read_exact(&mut head[8..16]).context(cut_off)?;
    }
    let first = if big { number(&head[8..16]) } else { number(&head[4..8]) };
    file.seek(SeekFrom::Start(first)).context(cut_off)?;
    let mut entry = [0; 20];
    let (count_bytes, entry_bytes) = if big { (8, 20) } else { (2, 12) };
    file.read_exact(&mut entry[..count_bytes]).context(cut_off)?;
    let entries = number(&entry[..count_bytes]);
    ensure!(entries <= MOST_ENTRIES, "its directory claims {entries} entries; it is damaged");
    for _ in 0..entries {
        file.read_exact(&mut entry[..entry_bytes]).context(cut_off)?;
        let (tag, kind) = (number(&entry[..2]) as u16, number(&entry[2..4]));
        let (count, value) = if big {
            (number(&entry[4..12]), number(&entry[12..14]))
        } else {
            (number(&entry[4..8]), number(&entry[8..10]))
        };
        let bytes = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            _ => 1,
        };
        ensure!(
            count.checked_mul(bytes).is_some_and(|bytes| bytes <= length),
            "its tag {tag} claims {count} values, more than the file has room for; it is cut off or damaged"
        );
        ensure!(
            tag != SAMPLES_PER_PIXEL || (count == 1 && value == 1),
            "it has {value} bands; expected one with {what}; take one out with gdal_translate -b 1"
        );
    }
    Ok(())
}
