//! The saved tables of a run that never was: so many cells in a disc, made-up walks. For pages of any size, without the work.
//!
//! Comes in: how many cells. Goes out: a folder as `walkshed run` leaves it, as far as a report reads it. Not here: real
//! results; what holds in the tables of real runs is tested elsewhere.

use std::fs;
use std::path::Path;

use h3o::CellIndex;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, ParquetWriter};
use serde_json::json;

/// The formats of these tables; the last is in no registry.
const FORMATS: [(&str, &str, &str); 6] = [
    ("market", "菜市场", "Food market"),
    ("shop", "便利店", "Convenience store"),
    ("pharmacy", "药店", "Pharmacy"),
    ("laundry", "洗染店", "Laundry"),
    ("care", "养老", "Care"),
    ("warehouse", "前置仓", "Dark store"),
];

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

/// The walk of a cell to a format in seconds: none for what no registry has, none within an hour for some.
fn walk(cell: usize, format: usize) -> Option<f64> {
    let seconds = (cell * (7 + format) % 991) as f64 * 4.0 + (cell % 64) as f64 / 64.0;
    (format < 5 && seconds <= 3_600.0).then_some(seconds)
}

fn status(walk: Option<f64>, format: usize, no_street: bool) -> &'static str {
    match (no_street, format, walk) {
        (true, ..) => "no_street",
        (_, 5, _) => "format_not_in_registry",
        (_, _, None) => "no_outlet",
        (_, _, Some(seconds)) if seconds > 900.0 => "beyond_budget",
        _ => "reachable",
    }
}

/// Writes the tables of about so many cells: a disc of whole rings. Gives their number.
pub(crate) fn made_tables(folder: &Path, cells: usize) -> usize {
    fs::create_dir_all(folder).unwrap();
    let rings = (1..1_000).find(|k| 3 * k * (k + 1) + 1 >= cells as u32).unwrap();
    let middle: CellIndex = "8a31aa50a6dffff".parse().unwrap();
    let mut all: Vec<CellIndex> = middle.grid_disk(rings);
    all.sort_unstable();
    let count = all.len();
    let no_street: Vec<bool> = (0..count).map(|cell| cell % 33 == 0).collect();
    let far = |cell: usize, format: usize| walk(cell, format).is_none_or(|seconds| seconds > 900.0);
    let missing = |cell: usize| if no_street[cell] { 5 } else { (0..5).filter(|f| far(cell, *f)).count() as u32 };
    let number = |values: Vec<f64>, name: &str| Column::new(name.into(), values);
    write(
        folder,
        "cells",
        vec![
            Column::new("h3_u64".into(), all.iter().map(|cell| u64::from(*cell)).collect::<Vec<u64>>()),
            number((0..count).map(|cell| (cell % 57) as f64).collect(), "residents"),
            number((0..count).map(|cell| (cell % 57) as f64 / 4.0).collect(), "residents_60plus"),
            maybe("zone_id", (0..count).map(|cell| (cell % 5 > 0).then(|| format!("z{}", cell * 8 / count))).collect()),
            text("snap_status", no_street.iter().map(|none| if *none { "no_street" } else { "main" })),
            Column::new("met".into(), (0..count).map(|cell| 5 - missing(cell)).collect::<Vec<u32>>()),
            Column::new("not_met".into(), (0..count).map(missing).collect::<Vec<u32>>()),
            Column::new("unknown".into(), vec![1_u32; count]),
        ],
    );
    let rows: Vec<(usize, usize)> = (0..count).flat_map(|cell| (0..6).map(move |format| (cell, format))).collect();
    let h3: Vec<String> = all.iter().map(ToString::to_string).collect();
    let seconds: Vec<Option<f64>> =
        rows.iter().map(|&(cell, format)| walk(cell, format).filter(|_| !no_street[cell])).collect();
    let nearest: Vec<Option<String>> = rows
        .iter()
        .zip(&seconds)
        .map(|(&(cell, format), seconds)| seconds.map(|_| format!("o{}", (cell / 40 * 5 + format) % 500)))
        .collect();
    write(
        folder,
        "access",
        vec![
            text("h3", rows.iter().map(|(cell, _)| h3[*cell].as_str())),
            text("format", rows.iter().map(|(_, format)| FORMATS[*format].0)),
            text("status", rows.iter().map(|&(cell, format)| status(walk(cell, format), format, no_street[cell]))),
            Column::new("nearest_s".into(), seconds.clone()),
            maybe("nearest_id", nearest.clone()),
        ],
    );
    let verdict = |&(cell, format): &(usize, usize)| match (no_street[cell], format) {
        (true, _) => "no_street",
        (_, 5) => "unknown",
        _ if far(cell, format) => "not_met",
        _ => "met",
    };
    let reason = |&(cell, format): &(usize, usize)| {
        Some(match status(walk(cell, format), format, no_street[cell]) {
            "reachable" => return None,
            word => word.to_owned(),
        })
    };
    write(
        folder,
        "gaps",
        vec![
            text("h3", rows.iter().map(|(cell, _)| h3[*cell].as_str())),
            text("requirement", rows.iter().map(|(_, format)| FORMATS[*format].0)),
            text("status", rows.iter().map(verdict)),
            maybe("reason", rows.iter().map(reason).collect()),
            Column::new("nearest_s".into(), seconds.clone()),
            Column::new("nearest_m".into(), seconds.iter().map(|s| s.map(|s| s * 1.2)).collect::<Vec<_>>()),
            maybe("nearest_id", nearest),
        ],
    );
    small_tables(folder, &all, &rows.iter().map(verdict).collect::<Vec<_>>());
    count
}

/// Everything that does not grow with the cells.
fn small_tables(folder: &Path, all: &[CellIndex], verdicts: &[&str]) {
    let count = all.len();
    let sum = |format: usize, word: &str| -> f64 {
        (0..count).filter(|cell| verdicts[cell * 6 + format] == word).map(|cell| (cell % 57) as f64).sum()
    };
    let sums = |name: &str, word: &str| Column::new(name.into(), (0..6).map(|f| sum(f, word)).collect::<Vec<f64>>());
    let none = |name: &str| Column::new(name.into(), vec![0.0; 6]);
    let ids = || FORMATS.iter().map(|format| format.0);
    let share = |f: usize| (f < 5).then(|| sum(f, "met") / (sum(f, "met") + sum(f, "not_met") + sum(f, "no_street")));
    let mut requirements = vec![
        text("requirement", ids()),
        text("name_zh", FORMATS.iter().map(|format| format.1)),
        text("name_en", FORMATS.iter().map(|format| format.2)),
        Column::new("minutes".into(), vec![Some(15_u32); 6]),
        Column::new("distance_m".into(), vec![None::<u32>; 6]),
        text("any_of", ids()),
        text("all_of", [""; 6]),
        Column::new("share_met".into(), (0..6).map(share).collect::<Vec<_>>()),
        sums("residents_met", "met"),
        sums("residents_not_met", "not_met"),
        sums("residents_unknown", "unknown"),
        sums("residents_no_street", "no_street"),
    ];
    requirements.extend(["beyond_budget", "detour", "no_outlet"].map(none));
    write(folder, "requirements", requirements);
    write(
        folder,
        "formats",
        vec![
            text("format", ids()),
            text("zh", FORMATS.iter().map(|format| format.1)),
            text("en", FORMATS.iter().map(|format| format.2)),
            text("class", ["basic"; 6]),
            Column::new("outlets".into(), vec![100_u32, 100, 100, 100, 100, 0]),
            text("status", (0..6).map(|f| if f < 5 { "in_registry" } else { "not_in_registry" })),
        ],
    );
    let zones: Vec<String> = (0..8).map(|zone| format!("z{zone}")).collect();
    let mut shapes = BinaryChunkedBuilder::new("geometry".into(), 8);
    for zone in 0..8 {
        shapes.append_value(polygon(all[zone * count / 8]));
    }
    let shapes = vec![text("zone_id", zones.clone()), text("zone_name", zones.clone()), shapes.finish().into_column()];
    write(folder, "zone_shapes", shapes);
    let of_zones: Vec<(usize, usize)> = (0..8).flat_map(|zone| (0..6).map(move |format| (zone, format))).collect();
    let half = |name: &str| {
        Column::new(name.into(), of_zones.iter().map(|row| (row.1 < 5).then_some(0.5)).collect::<Vec<_>>())
    };
    write(
        folder,
        "zones",
        vec![
            text("zone_id", of_zones.iter().map(|row| zones[row.0].as_str())),
            text("requirement", of_zones.iter().map(|row| FORMATS[row.1].0)),
            half("share_met"),
            Column::new(
                "residents_lacking".into(),
                of_zones.iter().map(|row| (row.0 * 10 + row.1) as f64).collect::<Vec<_>>(),
            ),
            maybe("worst_h3", of_zones.iter().map(|row| Some(all[row.0].to_string())).collect()),
            Column::new("worst_s".into(), vec![Some(1_000.0); 48]),
            maybe("nearest_id", vec![Some("o1".to_owned()); 48]),
            Column::new("nearest_s".into(), vec![Some(950.0); 48]),
        ],
    );
    write(
        folder,
        "zone_summary",
        vec![
            text("zone_id", zones.clone()),
            Column::new("residents".into(), vec![1_000.0; 8]),
            Column::new(
                "residents_some_missing".into(),
                (0..8).map(|zone| f64::from(zone) * 100.0).collect::<Vec<_>>(),
            ),
            text("missing", ["market;shop"; 8]),
        ],
    );
    let empty = |names: &[&str]| names.iter().map(|name| text(name, Vec::<String>::new())).collect::<Vec<_>>();
    write(folder, "ratings", empty(&["zone_id", "kind", "id", "name_zh", "name_en", "status", "why_zh", "why_en"]));
    write(folder, "zone_formats", empty(&["zone_id", "format", "status"]));
    let shape = |mut columns: Vec<Column>| {
        columns.push(BinaryChunkedBuilder::new("geometry".into(), 0).finish().into_column());
        columns
    };
    write(folder, "streets", shape([empty(&["name"]), vec![Column::new("level".into(), Vec::<u32>::new())]].concat()));
    let minutes = vec![Column::new("minutes".into(), Vec::<u32>::new())];
    write(folder, "isochrones", shape([empty(&["origin", "kind", "zone_name"]), minutes].concat()));
    let at = |number: usize| h3o::LatLng::from(all[number * count / 500]);
    write(
        folder,
        "outlets",
        vec![
            text("source", ["registry.csv"; 500]),
            Column::new("row".into(), (1..=500_u64).map(Some).collect::<Vec<_>>()),
            text("source_id", (0..500).map(|number| format!("o{number}"))),
            text("name", (0..500).map(|number| format!("店 {number}"))),
            Column::new("lon".into(), (0..500).map(|n| at(n).lng()).collect::<Vec<_>>()),
            Column::new("lat".into(), (0..500).map(|n| at(n).lat()).collect::<Vec<_>>()),
            text("formats", (0..500).map(|number| FORMATS[number % 5].0)),
            text("status", ["used"; 500]),
        ],
    );
    let total: f64 = (0..count).map(|cell| (cell % 57) as f64).sum();
    let manifest = json!({
        "tool": "walkshed", "version": "0.0.0", "title": "城", "created": "2026-01-02T03:04:05Z", "inputs": [], "model": null,
        "standard": null, "settings": {"origins": "centre"}, "outputs": [], "timings_s": {}, "threads": 1,
        "peak_memory_bytes": null,
        "counts": {"residents": {"weight_en": "residents", "weight_zh": "居民", "total": total}, "share_all_known": 0.5},
    });
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
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
