//! The saved tables of a run that never was: so many cells in a disc, so many formats. For pages of any size, without the work.
//!
//! Comes in: how many. Goes out: a folder as `walkshed run` leaves it, as far as a report reads it. Outlets stand on a lattice
//! for each format, here and there with a gap and never quite in line; a walk is the straight line to the nearest with a detour
//! that differs from cell to cell by a tenth, which a file compresses about as badly as real walks. Not here: real results;
//! what holds in the tables of real runs is tested elsewhere.

use std::fs;
use std::path::Path;

use h3o::CellIndex;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, ParquetWriter};
use serde_json::json;

/// The formats that the standard of these tables names; the last is in no registry.
const ASKED: [(&str, &str, &str); 6] = [
    ("market", "菜市场", "Food market"),
    ("shop", "便利店", "Convenience store"),
    ("pharmacy", "药店", "Pharmacy"),
    ("laundry", "洗染店", "Laundry"),
    ("care", "养老", "Care"),
    ("warehouse", "前置仓", "Dark store"),
];
/// The format of which nothing is known.
const NOWHERE: usize = 5;

fn write(folder: &Path, name: &str, columns: Vec<Column>) {
    let mut table = DataFrame::new_infer_height(columns).unwrap();
    let file = fs::File::create(folder.join(format!("{name}.parquet"))).unwrap();
    ParquetWriter::new(file).finish(&mut table).unwrap();
}

fn text<T: Into<String>>(name: &str, values: impl IntoIterator<Item = T>) -> Column {
    Column::new(name.into(), values.into_iter().map(Into::into).collect::<Vec<String>>())
}

fn maybe(name: &str, values: Vec<Option<String>>) -> Column {
    Column::new(name.into(), values)
}

/// A number from numbers that looks like chance, from 0 to 1.
fn chance(of: [i64; 3]) -> f64 {
    let mut mixed = 0x9e37_79b9_7f4a_7c15_u64;
    for number in of {
        mixed = (mixed ^ number as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^= mixed >> 29;
    }
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// The lattice of one format, in metres.
#[derive(Clone, Copy)]
struct Lattice {
    format: i64,
    side: f64,
}

impl Lattice {
    fn of(format: usize) -> Self {
        // One kind is rare, so that some cells have none within an hour.
        let side = if format % 6 == 4 { 9_000.0 } else { 500.0 + 140.0 * (format % 11) as f64 };
        Self { format: format as i64, side }
    }

    /// Where the outlet of a node stands; nothing at a gap.
    fn outlet(self, node: [i64; 2]) -> Option<[f64; 2]> {
        let [x, y] = node;
        let of = |number: i64| chance([self.format * 4 + number, x, y]);
        (of(0) < 0.8).then(|| [(x as f64 + 0.6 * of(1)) * self.side, (y as f64 + 0.6 * of(2)) * self.side])
    }

    fn node(self, [x, y]: [f64; 2]) -> [i64; 2] {
        [(x / self.side).floor() as i64, (y / self.side).floor() as i64]
    }

    /// The nearest outlet of a place and the straight line to it.
    fn nearest(self, at: [f64; 2]) -> Option<([i64; 2], f64)> {
        let [x, y] = self.node(at);
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| [x + dx, y + dy]));
        let found = around.filter_map(|node| {
            let [u, v] = self.outlet(node)?;
            Some((node, (u - at[0]).hypot(v - at[1])))
        });
        found.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn id(self, [x, y]: [i64; 2]) -> String {
        format!("o{}/{x}/{y}", self.format)
    }
}

/// A disc of cells with walks.
struct Made {
    cells: Vec<CellIndex>,
    /// Metres east and north of the middle.
    at: Vec<[f64; 2]>,
    formats: usize,
}

impl Made {
    /// A disc of whole rings with about so many cells.
    fn disc(cells: usize, formats: usize) -> Self {
        let rings = (1..1_000).find(|k| 3 * k * (k + 1) + 1 >= cells as u32).unwrap();
        let middle: CellIndex = "8a31aa50a6dffff".parse().unwrap();
        let mut cells: Vec<CellIndex> = middle.grid_disk(rings);
        cells.sort_unstable();
        let origin = h3o::LatLng::from(middle);
        let metres = 111_195.0;
        let place = |cell: &CellIndex| {
            let at = h3o::LatLng::from(*cell);
            let shrink = origin.lat().to_radians().cos();
            [(at.lng() - origin.lng()) * metres * shrink, (at.lat() - origin.lat()) * metres]
        };
        Self { at: cells.iter().map(place).collect(), cells, formats }
    }

    fn no_street(cell: usize) -> bool {
        cell.is_multiple_of(33)
    }

    /// The walk to the nearest outlet of a format: seconds, and its id.
    fn walk(&self, cell: usize, format: usize) -> Option<(f64, String)> {
        if format == NOWHERE || Self::no_street(cell) {
            return None;
        }
        let lattice = Lattice::of(format);
        let (node, straight) = lattice.nearest(self.at[cell])?;
        let detour = 1.25 + 0.1 * chance([format as i64, cell as i64, 7]);
        let seconds = (straight * detour / 1.2 * 64.0).round() / 64.0;
        (seconds <= 3_600.0).then(|| (seconds, lattice.id(node)))
    }

    fn status(cell: usize, format: usize, seconds: Option<f64>) -> &'static str {
        match (Self::no_street(cell), format, seconds) {
            (true, ..) => "no_street",
            (_, NOWHERE, _) => "format_not_in_registry",
            (_, _, None) => "no_outlet",
            (_, _, Some(seconds)) if seconds > 900.0 => "beyond_budget",
            _ => "reachable",
        }
    }

    fn verdict(cell: usize, format: usize, seconds: Option<f64>) -> &'static str {
        match Self::status(cell, format, seconds) {
            "reachable" => "met",
            "no_street" => "no_street",
            "format_not_in_registry" => "unknown",
            _ => "not_met",
        }
    }
}

/// How many live in a cell.
pub(crate) fn residents(cell: usize) -> f64 {
    (cell % 57) as f64
}

fn name_of(format: usize) -> String {
    ASKED.get(format).map_or_else(|| format!("other-{format}"), |asked| asked.0.to_owned())
}

/// Writes the tables of about so many cells and of so many formats, six of which the standard names. Gives how many cells
/// there are.
pub(crate) fn made_tables(folder: &Path, cells: usize, formats: usize) -> usize {
    fs::create_dir_all(folder).unwrap();
    let made = Made::disc(cells, formats.max(ASKED.len()));
    let count = made.cells.len();
    let rows = |each: usize| (0..count).flat_map(move |cell| (0..each).map(move |format| (cell, format)));
    let h3: Vec<String> = made.cells.iter().map(ToString::to_string).collect();
    let walks: Vec<Option<(f64, String)>> = rows(made.formats).map(|(cell, format)| made.walk(cell, format)).collect();
    let seconds = |walk: &Option<(f64, String)>| walk.as_ref().map(|walk| walk.0);
    let id = |walk: &Option<(f64, String)>| walk.as_ref().map(|walk| walk.1.clone());
    let status =
        |((cell, format), walk): ((usize, usize), &Option<(f64, String)>)| Made::status(cell, format, seconds(walk));
    write(
        folder,
        "access",
        vec![
            text("h3", rows(made.formats).map(|(cell, _)| h3[cell].as_str())),
            text("format", rows(made.formats).map(|(_, format)| name_of(format))),
            text("status", rows(made.formats).zip(&walks).map(status)),
            Column::new("nearest_s".into(), walks.iter().map(seconds).collect::<Vec<_>>()),
            maybe("nearest_id", walks.iter().map(id).collect()),
        ],
    );
    let asked: Vec<&Option<(f64, String)>> =
        rows(ASKED.len()).map(|(cell, format)| &walks[cell * made.formats + format]).collect();
    let verdicts: Vec<&str> = rows(ASKED.len())
        .zip(&asked)
        .map(|((cell, format), walk)| Made::verdict(cell, format, seconds(walk)))
        .collect();
    let reason = |((cell, format), walk): ((usize, usize), &&Option<(f64, String)>)| {
        Some(Made::status(cell, format, seconds(walk)).to_owned()).filter(|word| word != "reachable")
    };
    write(
        folder,
        "gaps",
        vec![
            text("h3", rows(ASKED.len()).map(|(cell, _)| h3[cell].as_str())),
            text("requirement", rows(ASKED.len()).map(|(_, format)| name_of(format))),
            text("status", verdicts.iter().copied()),
            maybe("reason", rows(ASKED.len()).zip(&asked).map(reason).collect()),
            Column::new("nearest_s".into(), asked.iter().map(|walk| seconds(walk)).collect::<Vec<_>>()),
            Column::new(
                "nearest_m".into(),
                asked.iter().map(|walk| seconds(walk).map(|s| s * 1.2)).collect::<Vec<_>>(),
            ),
            maybe("nearest_id", asked.iter().map(|walk| id(walk)).collect()),
        ],
    );
    cells_table(folder, &made, &verdicts);
    city_tables(folder, &made, &verdicts);
    zone_tables(folder, &made);
    place_tables(folder, &made);
    let total: f64 = (0..count).map(residents).sum();
    let manifest = json!({
        "tool": "walkshed", "version": "0.0.0", "title": "城", "created": "2026-01-02T03:04:05Z", "inputs": [], "model": null,
        "standard": null, "settings": {"origins": "centre"}, "outputs": [], "timings_s": {}, "threads": 1,
        "peak_memory_bytes": null,
        "counts": {"residents": {"weight_en": "residents", "weight_zh": "居民", "total": total}, "share_all_known": 0.5},
    });
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    count
}

fn cells_table(folder: &Path, made: &Made, verdicts: &[&str]) {
    let count = made.cells.len();
    let of = |cell: usize| &verdicts[cell * ASKED.len()..(cell + 1) * ASKED.len()];
    let counted = |words: &'static [&'static str]| {
        (0..count).map(|cell| of(cell).iter().filter(|word| words.contains(word)).count() as u32).collect::<Vec<u32>>()
    };
    let numbers =
        |name: &str, each: &dyn Fn(usize) -> f64| Column::new(name.into(), (0..count).map(each).collect::<Vec<_>>());
    write(
        folder,
        "cells",
        vec![
            Column::new("h3_u64".into(), made.cells.iter().map(|cell| u64::from(*cell)).collect::<Vec<u64>>()),
            numbers("residents", &residents),
            numbers("residents_60plus", &|cell| residents(cell) / 4.0),
            maybe("zone_id", (0..count).map(|cell| (cell % 5 > 0).then(|| format!("z{}", cell * 8 / count))).collect()),
            text("snap_status", (0..count).map(|cell| if Made::no_street(cell) { "no_street" } else { "main" })),
            Column::new("met".into(), counted(&["met"])),
            Column::new("not_met".into(), counted(&["not_met", "no_street"])),
            Column::new("unknown".into(), counted(&["unknown"])),
        ],
    );
}

/// Requirements and formats.
fn city_tables(folder: &Path, made: &Made, verdicts: &[&str]) {
    let sum = |format: usize, word: &str| -> f64 {
        let cells = (0..made.cells.len()).filter(|cell| verdicts[cell * ASKED.len() + format] == word);
        cells.map(residents).sum()
    };
    let sums = |name: &str, word: &str| Column::new(name.into(), (0..6).map(|f| sum(f, word)).collect::<Vec<f64>>());
    let share = |f: usize| {
        let known = sum(f, "met") + sum(f, "not_met") + sum(f, "no_street");
        (f != NOWHERE).then(|| sum(f, "met") / known)
    };
    let mut requirements = vec![
        text("requirement", ASKED.iter().map(|format| format.0)),
        text("name_zh", ASKED.iter().map(|format| format.1)),
        text("name_en", ASKED.iter().map(|format| format.2)),
        Column::new("minutes".into(), vec![Some(15_u32); 6]),
        Column::new("distance_m".into(), vec![None::<u32>; 6]),
        text("any_of", ASKED.iter().map(|format| format.0)),
        text("all_of", [""; 6]),
        Column::new("share_met".into(), (0..6).map(share).collect::<Vec<_>>()),
        sums("residents_met", "met"),
        sums("residents_not_met", "not_met"),
        sums("residents_unknown", "unknown"),
        sums("residents_no_street", "no_street"),
    ];
    requirements.extend(["beyond_budget", "detour", "no_outlet"].map(|name| Column::new(name.into(), vec![0.0; 6])));
    write(folder, "requirements", requirements);
    let names = |pick: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
        (0..made.formats)
            .map(move |format| ASKED.get(format).map_or_else(|| name_of(format), |asked| pick(asked).to_owned()))
    };
    write(
        folder,
        "formats",
        vec![
            text("format", names(|asked| asked.0)),
            text("zh", names(|asked| asked.1)),
            text("en", names(|asked| asked.2)),
            text("class", (0..made.formats).map(|_| "basic")),
            Column::new(
                "outlets".into(),
                (0..made.formats).map(|f| u32::from(f != NOWHERE) * 100).collect::<Vec<u32>>(),
            ),
            text("status", (0..made.formats).map(|f| if f == NOWHERE { "not_in_registry" } else { "in_registry" })),
        ],
    );
}

fn zone_tables(folder: &Path, made: &Made) {
    let zones: Vec<String> = (0..8).map(|zone| format!("z{zone}")).collect();
    let mut shapes = BinaryChunkedBuilder::new("geometry".into(), 8);
    for zone in 0..8 {
        shapes.append_value(polygon(made.cells[zone * made.cells.len() / 8]));
    }
    let shapes = vec![text("zone_id", zones.clone()), text("zone_name", zones.clone()), shapes.finish().into_column()];
    write(folder, "zone_shapes", shapes);
    let rows: Vec<(usize, usize)> = (0..8).flat_map(|zone| (0..6).map(move |format| (zone, format))).collect();
    let share = rows.iter().map(|row| (row.1 != NOWHERE).then_some(0.5)).collect::<Vec<_>>();
    write(
        folder,
        "zones",
        vec![
            text("zone_id", rows.iter().map(|row| zones[row.0].as_str())),
            text("requirement", rows.iter().map(|row| ASKED[row.1].0)),
            Column::new("share_met".into(), share),
            Column::new(
                "residents_lacking".into(),
                rows.iter().map(|row| (row.0 * 10 + row.1) as f64).collect::<Vec<_>>(),
            ),
            maybe("worst_h3", rows.iter().map(|row| Some(made.cells[row.0].to_string())).collect()),
            Column::new("worst_s".into(), vec![Some(1_000.0); 48]),
            maybe("nearest_id", vec![Some("o0/0/0".to_owned()); 48]),
            Column::new("nearest_s".into(), vec![Some(950.0); 48]),
        ],
    );
    write(
        folder,
        "zone_summary",
        vec![
            text("zone_id", zones),
            Column::new("residents".into(), vec![1_000.0; 8]),
            Column::new(
                "residents_some_missing".into(),
                (0..8).map(|zone| f64::from(zone) * 100.0).collect::<Vec<_>>(),
            ),
            text("missing", ["market;shop"; 8]),
        ],
    );
    write(folder, "ratings", empty(&["zone_id", "kind", "id", "name_zh", "name_en", "status", "why_zh", "why_en"]));
    write(folder, "zone_formats", empty(&["zone_id", "format", "status"]));
}

fn empty(names: &[&str]) -> Vec<Column> {
    names.iter().map(|name| text(name, Vec::<String>::new())).collect()
}

/// Outlets, and neither streets nor isochrones.
fn place_tables(folder: &Path, made: &Made) {
    let shape = |mut columns: Vec<Column>| {
        columns.push(BinaryChunkedBuilder::new("geometry".into(), 0).finish().into_column());
        columns
    };
    write(folder, "streets", shape([empty(&["name"]), vec![Column::new("level".into(), Vec::<u32>::new())]].concat()));
    let minutes = vec![Column::new("minutes".into(), Vec::<u32>::new())];
    write(folder, "isochrones", shape([empty(&["origin", "kind", "zone_name"]), minutes].concat()));
    let far = made.at.iter().flatten().fold(0.0_f64, |far, number| far.max(number.abs()));
    let origin = h3o::LatLng::from("8a31aa50a6dffff".parse::<CellIndex>().unwrap());
    let mut outlets: Vec<(String, [f64; 2], usize)> = Vec::new();
    for format in (0..made.formats).filter(|format| *format != NOWHERE) {
        let lattice = Lattice::of(format);
        let most = (far / lattice.side) as i64 + 2;
        for node in (-most..=most).flat_map(|x| (-most..=most).map(move |y| [x, y])) {
            outlets.extend(lattice.outlet(node).map(|at| (lattice.id(node), at, format)));
        }
    }
    let metres = 111_195.0;
    let lon = |at: [f64; 2]| origin.lng() + at[0] / metres / origin.lat().to_radians().cos();
    write(
        folder,
        "outlets",
        vec![
            text("source", outlets.iter().map(|_| "registry.csv")),
            Column::new("row".into(), (1..=outlets.len() as u64).map(Some).collect::<Vec<_>>()),
            text("source_id", outlets.iter().map(|outlet| outlet.0.as_str())),
            text("name", outlets.iter().enumerate().map(|(number, _)| format!("店 {number}"))),
            Column::new("lon".into(), outlets.iter().map(|outlet| lon(outlet.1)).collect::<Vec<_>>()),
            Column::new(
                "lat".into(),
                outlets.iter().map(|outlet| origin.lat() + outlet.1[1] / metres).collect::<Vec<_>>(),
            ),
            text("formats", outlets.iter().map(|outlet| name_of(outlet.2))),
            text("status", outlets.iter().map(|_| "used")),
        ],
    );
}

/// The outline of a cell as WKB: a polygon of one ring.
fn polygon(cell: CellIndex) -> Vec<u8> {
    let corners = cell.boundary();
    let mut bytes = vec![1, 3, 0, 0, 0, 1, 0, 0, 0];
    bytes.extend((corners.len() as u32 + 1).to_le_bytes());
    for corner in corners.iter().chain(corners.first()) {
        bytes.extend(corner.lng().to_le_bytes());
        bytes.extend(corner.lat().to_le_bytes());
    }
    bytes
}
