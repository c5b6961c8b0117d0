//! Population rasters as services give them: in tiles or strips, classic or big, of every kind of number, as large as a
//! country; cut to an area; cut off, damaged, or claiming what they do not have. Written here byte by byte.

use std::path::{Path, PathBuf};

use super::results::{Results, numbers, sum, words};
use super::tool::{Call, DONE, Desk, FAILED, Told, town_run};

/// The corner of the rasters, north-west of the town, and the size of a pixel: 3 arc-seconds.
const WEST: f64 = 112.575;
const NORTH: f64 = 33.015;
const STEP: f64 = 1.0 / 1200.0;

/// The kinds of numbers that pixels are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Number {
    U8,
    U16,
    I16,
    I32,
    F32,
    F64,
}

/// How a raster is stored.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Stored {
    /// Offsets of 64 bits (BigTIFF).
    pub(crate) big: bool,
    pub(crate) little: bool,
    /// Width and height of tiles; strips of so many rows where the width is 0.
    pub(crate) piece: (u32, u32),
    pub(crate) number: Number,
    pub(crate) no_data: Option<&'static str>,
    /// The corner of the first pixel.
    pub(crate) corner: [f64; 2],
}

pub(crate) const TILES: Stored = Stored {
    big: false,
    little: true,
    piece: (16, 16),
    number: Number::F32,
    no_data: Some("-9999"),
    corner: [WEST, NORTH],
};

/// A tag of a directory: number, type, how many values, their bytes.
type Entry = (u16, u16, u64, Vec<u8>);

impl Stored {
    fn bytes<const N: usize>(self, mut bytes: [u8; N]) -> Vec<u8> {
        // Given little end first.
        if !self.little {
            bytes.reverse();
        }
        bytes.to_vec()
    }

    fn short(self, value: u16) -> Vec<u8> {
        self.bytes(value.to_le_bytes())
    }

    fn long(self, value: u32) -> Vec<u8> {
        self.bytes(value.to_le_bytes())
    }

    fn offset(self, value: u64) -> Vec<u8> {
        if self.big { self.bytes(value.to_le_bytes()) } else { self.long(value as u32) }
    }

    fn pixel(self, value: f64) -> Vec<u8> {
        match self.number {
            Number::U8 => vec![value as u8],
            Number::U16 => self.short(value as u16),
            Number::I16 => self.bytes((value as i16).to_le_bytes()),
            Number::I32 => self.bytes((value as i32).to_le_bytes()),
            Number::F32 => self.bytes((value as f32).to_le_bytes()),
            Number::F64 => self.bytes(value.to_le_bytes()),
        }
    }

    /// Bits, and 1 for whole numbers, 2 for those with a sign, 3 for fractions.
    fn kind(self) -> (u16, u16) {
        match self.number {
            Number::U8 => (8, 1),
            Number::U16 => (16, 1),
            Number::I16 => (16, 2),
            Number::I32 => (32, 2),
            Number::F32 => (32, 3),
            Number::F64 => (64, 3),
        }
    }

    /// The file. `pixel` says what a column and row hold; `is_stored` which pieces are there at all (the others take no
    /// room, as in sparse files), by their column and row among the pieces.
    pub(crate) fn file(
        self,
        (across, down): (u32, u32),
        pixel: impl Fn(u32, u32) -> f64,
        is_stored: impl Fn(u32, u32) -> bool,
    ) -> Vec<u8> {
        let is_tiled = self.piece.0 > 0;
        let (wide, tall) = if is_tiled { self.piece } else { (across, self.piece.1) };
        let mut file = if self.little { b"II".to_vec() } else { b"MM".to_vec() };
        file.extend(self.short(if self.big { 43 } else { 42 }));
        if self.big {
            file.extend([self.short(8), self.short(0)].concat());
        }
        let first_directory = file.len();
        file.extend(self.offset(0));
        let (mut offsets, mut counts) = (Vec::new(), Vec::new());
        for (y, x) in (0..down.div_ceil(tall)).flat_map(|y| (0..across.div_ceil(wide)).map(move |x| (y, x))) {
            let begin = file.len() as u64;
            if is_stored(x, y) {
                // Tiles at the border are padded, with what nobody should count; strips are not.
                let rows = if is_tiled { tall } else { tall.min(down - y * tall) };
                for (row, column) in (0..rows).flat_map(|row| (0..wide).map(move |column| (row, column))) {
                    let (column, row) = (x * wide + column, y * tall + row);
                    let inside = column < across && row < down;
                    file.extend(self.pixel(if inside { pixel(column, row) } else { 77.0 }));
                }
            }
            let stored = file.len() as u64 - begin;
            offsets.extend(self.offset(if stored > 0 { begin } else { 0 }));
            counts.extend(self.offset(stored));
        }
        let directory = self.directory((across, down), (wide, tall), (offsets, counts));
        self.write_directory(&mut file, first_directory, directory);
        file
    }

    fn directory(self, size: (u32, u32), piece: (u32, u32), places: (Vec<u8>, Vec<u8>)) -> Vec<Entry> {
        let one = |tag, value: u16| (tag, 3, 1, self.short(value));
        let length = |tag, value: u32| (tag, 4, 1, self.long(value));
        let doubles = |tag, values: &[f64]| {
            let bytes: Vec<u8> = values.iter().flat_map(|value| self.bytes(value.to_le_bytes())).collect();
            (tag, 12, values.len() as u64, bytes)
        };
        let (bits, format) = self.kind();
        let (offset_type, offset_bytes) = if self.big { (16, 8) } else { (4, 4) };
        let pieces = (places.0.len() / offset_bytes) as u64;
        let mut entries = vec![length(256, size.0), length(257, size.1), one(258, bits), one(259, 1), one(262, 1)];
        if self.piece.0 > 0 {
            entries.extend([one(277, 1), length(322, piece.0), length(323, piece.1)]);
            entries.extend([(324, offset_type, pieces, places.0), (325, offset_type, pieces, places.1)]);
        } else {
            entries.extend([(273, offset_type, pieces, places.0), one(277, 1), length(278, piece.1)]);
            entries.push((279, offset_type, pieces, places.1));
        }
        entries.push(one(339, format));
        entries.push(doubles(33_550, &[STEP, STEP, 0.0]));
        entries.push(doubles(33_922, &[0.0, 0.0, 0.0, self.corner[0], self.corner[1], 0.0]));
        let keys: [u16; 12] = [1, 1, 0, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326];
        entries.push((34_735, 3, 12, keys.iter().flat_map(|key| self.short(*key)).collect()));
        entries.extend(self.no_data.map(|text| {
            let text = [text.as_bytes(), b"\0"].concat();
            (42_113, 2, text.len() as u64, text)
        }));
        entries
    }

    fn write_directory(self, file: &mut Vec<u8>, first: usize, entries: Vec<Entry>) {
        let room = if self.big { 8 } else { 4 };
        let mut directory =
            if self.big { self.bytes((entries.len() as u64).to_le_bytes()) } else { self.short(entries.len() as u16) };
        for (tag, kind, count, mut value) in entries {
            directory.extend([self.short(tag), self.short(kind), self.offset(count)].concat());
            if value.len() > room {
                let at = file.len() as u64;
                file.extend(value);
                value = self.offset(at);
            }
            value.resize(room, 0);
            directory.extend(value);
        }
        directory.extend(self.offset(0));
        let at = self.offset(file.len() as u64);
        file[first..first + at.len()].copy_from_slice(&at);
        file.extend(directory);
    }
}

/// Residents of a pixel: whole numbers up to 9, every seventh without data.
fn pixel(column: u32, row: u32) -> f64 {
    let number = column * 31 + row * 17;
    if number.is_multiple_of(7) { -9999.0 } else { f64::from(number % 10) }
}

/// The same where numbers have no sign.
fn unsigned(column: u32, row: u32) -> f64 {
    if pixel(column, row) < 0.0 { 255.0 } else { pixel(column, row) }
}

/// A run of the town with residents of a raster.
fn run(desk: &Desk, raster: &Path, name: &str, words: &str) -> Results {
    let call = words.split_whitespace().fold(town_run(), Call::and);
    let call = call.and("--json").with("--residents", raster).with("-o", desk.result(name));
    Results::new(desk.result(name), call.ends(DONE).json())
}

fn total(results: &Results) -> f64 {
    results.findings["residents"]["total"].as_f64().unwrap()
}

#[test]
fn tiles_and_strips_of_every_kind_give_the_same_residents() {
    let desk = Desk::new();
    // No multiple of the tiles.
    let size = (45, 37);
    let all: f64 =
        (0..size.1).flat_map(|y| (0..size.0).map(move |x| pixel(x, y))).filter(|residents| *residents > 0.0).sum();
    let strips = Stored { piece: (0, 10), ..TILES };
    let with_sign = [
        TILES,
        strips,
        Stored { big: true, ..TILES },
        Stored { big: true, little: false, number: Number::F64, ..TILES },
        Stored { little: false, piece: (32, 16), number: Number::I16, ..TILES },
        Stored { number: Number::I32, big: true, ..strips },
        Stored { number: Number::I32, little: false, ..strips },
    ];
    let without = [Number::U8, Number::U16].map(|number| Stored { number, no_data: Some("255"), ..TILES });
    let mut first = None;
    for (number, stored) in with_sign.into_iter().chain(without).enumerate() {
        let of = if stored.no_data == Some("255") { unsigned } else { pixel };
        let raster = desk.file("people.tif", stored.file(size, of, |_, _| true));
        let results = run(&desk, &raster, &format!("out{number}"), "");
        assert!((total(&results) - all).abs() < 1e-6, "{stored:?}: {} of {all}", total(&results));
        let cells = results.table("cells");
        let told = words(&cells, "h3").into_iter().map(str::to_owned).zip(numbers(&cells, "residents"));
        let told: Vec<_> = told.collect();
        assert_eq!(*first.get_or_insert_with(|| told.clone()), told, "{stored:?}");
        assert!(results.findings["residents"]["rejected"].as_array().unwrap().is_empty());
    }
}

#[test]
fn below_nothing_and_no_numbers_are_reported() {
    let desk = Desk::new();
    let odd = |column: u32, row: u32| match (column, row) {
        (3, 20) => -4.0,
        (30, 21) => f64::NAN,
        (31, 22) => f64::INFINITY,
        _ => 1.0,
    };
    let file = Stored { no_data: None, number: Number::F64, ..TILES }.file((45, 37), odd, |_, _| true);
    let results = run(&desk, &desk.file("people.tif", file), "out", "");
    // What is no number at all is no data; the others are told of.
    assert!((total(&results) - (45.0 * 37.0 - 3.0)).abs() < 1e-6, "{}", total(&results));
    let rejected = results.table("rejected");
    assert_eq!(words(&rejected, "reason"), ["negative"]);
    assert!(words(&rejected, "detail")[0].contains("2 pixels are below 0 or not finite"), "{rejected}");
}

#[test]
fn a_raster_cut_to_an_area_loses_nobody() {
    let desk = Desk::new();
    // The western half.
    let middle = WEST + 22.0 * STEP;
    let ring = format!("[[112,32.9],[{middle},32.9],[{middle},33.1],[112,33.1],[112,32.9]]");
    let area = desk.file("west.geojson", format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#));
    let clip = format!("--clip {}", area.display());
    let mut first = None;
    for (number, stored) in [TILES, Stored { big: true, piece: (0, 5), ..TILES }].into_iter().enumerate() {
        let raster = desk.file("people.tif", stored.file((45, 37), |_, _| 2.0, |_, _| true));
        let all = total(&run(&desk, &raster, &format!("all{number}"), ""));
        let west = run(&desk, &raster, &format!("west{number}"), &clip);
        let not_placed = west.findings["residents"]["not_placed"].as_f64().unwrap();
        assert!(total(&west) > 0.3 * all && total(&west) < 0.6 * all, "{} of {all}", total(&west));
        // Streets end with the area, and so does the part of the raster that is looked at: nobody is in both.
        assert!(total(&west) + not_placed <= all + 1e-6);
        let rejected = west.table("rejected");
        assert!(words(&rejected, "reason").iter().all(|reason| *reason == "outside_clip"));
        assert!((sum(&rejected, "residents") - not_placed).abs() < 1e-6);
        let cells = west.table("cells");
        assert!(numbers(&cells, "lon").into_iter().flatten().all(|lon| lon <= middle));
        assert_eq!(*first.get_or_insert((total(&west), not_placed)), (total(&west), not_placed));
    }
}

/// A raster of 50 by 25 degrees, 60,000 by 30,000 pixels, of which only the tiles about the town are stored.
fn country(desk: &Desk) -> PathBuf {
    let tile = 256;
    let corner = [WEST - 100.0 * f64::from(tile) * STEP, NORTH + 50.0 * f64::from(tile) * STEP];
    let stored = Stored { big: true, piece: (tile, tile), corner, ..TILES };
    desk.file(
        "country.tif",
        stored.file((60_000, 30_000), |_, _| 1.0, |x, y| x.abs_diff(100) <= 1 && y.abs_diff(50) <= 1),
    )
}

#[test]
fn a_country_costs_the_memory_of_a_tile() {
    let desk = Desk::new();
    let country = country(&desk);
    let results = run(&desk, &country, "out", "");
    // 7 km of streets with 5 km around them, in pixels of 78 by 92 m.
    assert!((10_000.0..60_000.0).contains(&total(&results)), "{}", total(&results));
    // As numbers of 32 bits it is 7.2 GB.
    if let Some(peak) = results.findings["peak_memory_bytes"].as_f64() {
        assert!(peak < 4e8, "{peak} bytes");
    }
}

#[test]
fn what_is_far_away_is_never_read() {
    let desk = Desk::new();
    let whole = TILES.file((45, 37), pixel, |_, _| true);
    let expected = total(&run(&desk, &desk.file("people.tif", whole), "whole", ""));
    // The same with a hundred tiles more to the east, which are not there though the directory says so.
    let mut broken = Stored { big: true, ..TILES }.file((45 + 1600, 37), pixel, |x, _| x < 3);
    // 103 tiles to a row; those of the first forty columns may be near the streets.
    let claimed = claim(&mut broken, |tile| tile % 103 > 40);
    assert_eq!(claimed, 3 * 62);
    let results = run(&desk, &desk.file("people.tif", broken), "broken", "");
    assert!(total(&results) >= expected, "{} of {expected}", total(&results));
}

/// Lets tiles of a big raster claim bytes beyond the end of the file: those that `of` says by their number. Returns how many.
fn claim(file: &mut [u8], of: impl Fn(usize) -> bool) -> usize {
    let number = |file: &[u8], at: usize| u64::from_le_bytes(file[at..at + 8].try_into().unwrap()) as usize;
    let directory = number(file, 8);
    let mut claimed = 0;
    for entry in (0..number(file, directory)).map(|entry| directory + 8 + entry * 20) {
        let tag = u16::from_le_bytes(file[entry..entry + 2].try_into().unwrap());
        if tag == 324 || tag == 325 {
            let (values, count) = (number(file, entry + 12), number(file, entry + 4));
            for tile in (0..count).filter(|tile| of(*tile)) {
                let value = if tag == 324 { 1_u64 << 40 } else { 1024 };
                file[values + 8 * tile..values + 8 * tile + 8].copy_from_slice(&value.to_le_bytes());
                claimed += usize::from(tag == 324);
            }
        }
    }
    claimed
}

#[test]
fn a_raster_cut_off_or_damaged_costs_a_message() {
    let desk = Desk::new();
    let good = Stored { big: true, ..TILES }.file((45, 37), pixel, |_, _| true);
    let refused = |bytes: &[u8]| -> Told {
        let call = town_run().with("--residents", desk.file("people.tif", bytes));
        desk.refuses(call, FAILED, &["people.tif"])
    };
    for length in [0, 7, 15, 16, 100, good.len() / 2, good.len() - 1] {
        let told = refused(&good[..length]);
        assert!(told.err.contains("cut off") || told.err.contains("damaged"), "{length}: {}", told.err);
    }
    // Tiles so large that none could be held, in a file of some hundred bytes.
    let mut huge = Stored { piece: (1 << 24, 1 << 24), ..TILES }.file((1 << 24, 1 << 24), pixel, |_, _| false);
    let told = refused(&huge);
    assert!(told.err.contains("too large to be read one at a time"), "{}", told.err);
    huge.truncate(huge.len() - 20);
    refused(&huge);
    // A tile in the middle of the town that lies beyond the end of the file.
    let mut beyond = Stored { big: true, ..TILES }.file((45, 37), pixel, |_, _| false);
    assert_eq!(claim(&mut beyond, |_| true), 9);
    let told = refused(&beyond);
    assert!(told.err.contains("are damaged or cut off"), "{}", told.err);
}

#[test]
fn bytes_changed_anywhere_never_end_in_a_panic() {
    let desk = Desk::new();
    let good = TILES.file((45, 37), pixel, |_, _| true);
    let mut state = 20_261_123_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for round in 0..40 {
        let mut bytes = good.clone();
        // The directory is at the end, and damage there does most.
        for _ in 0..=random(3) {
            let place = good.len() - 1 - random(260);
            bytes[place] = random(256) as u8;
        }
        let raster = desk.file("people.tif", bytes);
        let call = town_run().with("--residents", raster).with("-o", desk.result(&format!("out{round}")));
        call.ends_one_of(&[DONE, FAILED]);
    }
}
