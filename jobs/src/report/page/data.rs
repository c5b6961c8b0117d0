//! What the page is given: words and tables as JSON, cells and shapes as columns.
//!
//! Comes in: a run, and what to leave out. Goes out: the packed text. Not here: how it is shown (`view`), and numbers that no
//! table has.

use anyhow::Result;
use polars::prelude::{AnyValue, DataFrame};
use serde_json::{Map, Value, json};

use super::columns::Columns;
use super::labels::street_labels;
use super::shrunk::Sums;
use crate::report::plane::Plane;
use crate::report::raster::picture::is_of_osm;
use crate::report::saved::Saved;
use crate::report::saved::codes::{NOBODY, REASONS, VERDICTS, up_to};
use crate::report::saved::modes;

/// Borders of zones are simplified to so many metres, isochrones too.
const SHAPES_M: f64 = 4.0;
/// Rings of isochrones that are smaller, holes between houses most of them, are not drawn.
const HOLE_M2: f64 = 600.0;
/// The budgets of the slider, in minutes.
const EXPLORED: [u32; 4] = [5, 10, 15, 20];

/// What is left out so that the page stays small.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct LeftOut {
    /// Streets that are no main ones.
    pub minor_streets: bool,
    /// The nearest outlet of formats that the standard does not name.
    pub other_nearest: bool,
    /// Everything about formats that the standard does not name.
    pub other_formats: bool,
}

/// All of a page's data as one text.
///
/// # Errors
/// When a table lacks a column.
pub(super) fn packed(saved: &Saved, sums: Option<&Sums>, left_out: LeftOut) -> Result<String> {
    let mut columns = Columns::default();
    let plane = Plane::of(&saved.cells.index);
    let counted = |part: &str| saved.manifest.counts.get(part).map(steady).unwrap_or_default();
    let mut told = json!({
        "walkshed": env!("CARGO_PKG_VERSION"),
        "title": saved.manifest.title,
        "created": saved.manifest.created.get(..10),
        "model": saved.manifest.model,
        "standard": counted("standard"),
        "settings": {"origins": saved.manifest.settings.get("origins")},
        "residents": counted("residents"),
        "streets": {"source": counted("streets")["source"], "timestamp": counted("streets")["import"]["data_timestamp"]},
        "share_all_known": counted("share_all_known"),
        "of_osm": is_of_osm(saved),
        "origin": [plane.origin.lon, plane.origin.lat],
        "scales": {
            "missing": modes::as_json(&modes::missing_classes(saved)),
            "verdict": modes::as_json(&modes::verdict_classes()),
            "minutes": modes::as_json(&modes::minute_classes()),
        },
        "explored": EXPLORED.map(|minutes| json!({"minutes": minutes, "code": up_to(minutes)})),
        "verdicts": VERDICTS,
        "reasons": REASONS,
        "inputs": inputs(saved),
        "left_out": {
            "minor_streets": left_out.minor_streets,
            "other_nearest": left_out.other_nearest,
            "other_formats": left_out.other_formats,
            "cells": sums.map(|sums| json!({"of": sums.cells, "resolution": sums.resolution})),
        },
        "sums": sums.map(Sums::as_json),
    });
    let asked = asked_formats(saved);
    let kept = Kept::of(saved, left_out, &asked);
    tables(&mut told, saved)?;
    cells(&mut columns, &mut told, saved, &plane);
    walks(&mut columns, &mut told, saved, &kept);
    outlets(&mut columns, &mut told, saved, &plane, &kept);
    shapes(&mut columns, &mut told, saved, &plane, left_out);
    told["labels"] = street_labels(&saved.streets, &plane);
    columns.packed(told)
}

/// A value with its numbers to twelve digits. Reading a number of more from JSON may change its last one, and the page of a run
/// would then not be that which is drawn from its folder.
fn steady(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap_or_default();
            json!(format!("{number:.11e}").parse().unwrap_or(number))
        }
        Value::Array(all) => all.iter().map(steady).collect(),
        Value::Object(all) => Value::Object(all.iter().map(|(key, value)| (key.clone(), steady(value))).collect()),
        other => other.clone(),
    }
}

/// Whether the standard names a format, for all of them.
fn asked_formats(saved: &Saved) -> Vec<bool> {
    let mut asked = vec![false; saved.formats.len()];
    for &format in saved.requirements.iter().flat_map(|requirement| &requirement.formats) {
        asked[format as usize] = true;
    }
    asked
}

/// The formats and outlets that the page has.
struct Kept {
    walks: Vec<bool>,
    nearest: Vec<bool>,
    /// The new position of each outlet, or [`NOBODY`].
    outlets: Vec<u32>,
}

impl Kept {
    fn of(saved: &Saved, left_out: LeftOut, asked: &[bool]) -> Self {
        let known = |format: usize| saved.formats[format].is_known;
        let walks: Vec<bool> =
            (0..asked.len()).map(|format| asked[format] || known(format) && !left_out.other_formats).collect();
        let nearest: Vec<bool> =
            (0..asked.len()).map(|format| walks[format] && (asked[format] || !left_out.other_nearest)).collect();
        let mut outlets = vec![NOBODY; saved.outlets.len()];
        let shown = |formats: &[u32]| formats.iter().any(|&format| nearest[format as usize]);
        let mut next = 0;
        for (place, outlet) in outlets.iter_mut().zip(&saved.outlets) {
            if outlet.counts && shown(&outlet.formats) {
                *place = next;
                next += 1;
            }
        }
        Self { walks, nearest, outlets }
    }

    /// The new position of an outlet and one more; 0 for none.
    fn outlet(&self, old: u32) -> i64 {
        let new = self.outlets.get(old as usize).copied().unwrap_or(NOBODY);
        if new == NOBODY { 0 } else { i64::from(new) + 1 }
    }
}

/// The files that the run read, by their names alone.
fn inputs(saved: &Saved) -> Value {
    let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let one = |input: &crate::run::manifest::Input| json!({"role": input.role, "file": name(&input.path), "bytes": input.bytes, "sha256": input.sha256});
    saved.manifest.inputs.iter().map(one).collect()
}

fn tables(told: &mut Value, saved: &Saved) -> Result<()> {
    let tables = &saved.tables;
    told["requirements"] = frame(&tables.requirements, &[])?;
    told["formats"] = frame(&tables.formats, &[])?;
    told["zones"] = frame(&tables.zones, &["zone_name", "class", "minutes", "distance_m"])?;
    told["summary"] = frame(&tables.summary, &["missing_zh", "missing_en"])?;
    told["ratings"] = frame(&tables.ratings, &["zone_name"])?;
    told["zone_formats"] = frame(&tables.zone_formats, &["zone_name", "class", "residents_reaching"])?;
    let served = saved.requirements.iter().map(|requirement| &requirement.formats);
    told["formats_of"] = served.map(|formats| json!(formats)).collect();
    Ok(())
}

/// A table as columns of values, without some of its columns.
fn frame(table: &DataFrame, without: &[&str]) -> Result<Value> {
    let mut columns = Map::new();
    for column in table.columns() {
        if without.contains(&column.name().as_str()) {
            continue;
        }
        let values = (0..column.len()).map(|row| Ok(value(&column.get(row)?)));
        columns.insert(column.name().to_string(), Value::Array(values.collect::<Result<_>>()?));
    }
    Ok(Value::Object(columns))
}

fn value(value: &AnyValue<'_>) -> Value {
    match value {
        AnyValue::String(text) => json!(text),
        AnyValue::StringOwned(text) => json!(text.as_str()),
        AnyValue::Boolean(is_so) => json!(is_so),
        AnyValue::UInt32(number) => json!(number),
        AnyValue::UInt64(number) => json!(number),
        AnyValue::Int64(number) => json!(number),
        // A whole number is written without its point.
        AnyValue::Float64(number) if number.fract() == 0.0 && number.abs() < 1e15 => json!(*number as i64),
        AnyValue::Float64(number) => json!(number),
        _ => Value::Null,
    }
}

fn cells(columns: &mut Columns, told: &mut Value, saved: &Saved, plane: &Plane) {
    let cells = &saved.cells;
    // Below the resolution all bits of an index are the same, so they are left out.
    let below = 3 * (15 - u32::from(u8::from(cells.index[0].resolution())));
    let [first, last] = [u64::from(cells.index[0]), u64::from(cells.index[cells.index.len() - 1])];
    told["cells"] = json!({
        "count": cells.index.len(),
        "first": format!("{first:x}"),
        "below": below,
        "last": format!("{last:x}"),
        "resolution": u8::from(cells.index[0].resolution()),
    });
    columns.whole("h3", cells.index.iter().map(|&index| ((u64::from(index) - first) >> below) as i64));
    let hexes = plane.hexes(&cells.index);
    columns.whole("corner_x", hexes.corners.iter().map(|corner| i64::from(corner[0])));
    columns.whole("corner_y", hexes.corners.iter().map(|corner| i64::from(corner[1])));
    columns.whole("cell_corner", hexes.of_cells.iter().map(|&corner| i64::from(corner)));
    columns.whole("cell_first", hexes.first.iter().map(|&first| i64::from(first)));
    let is_whole = cells.residents.iter().all(|number| number.fract() == 0.0);
    let parts = if is_whole { 1.0 } else { 100.0 };
    told["parts"] = json!(parts);
    columns.whole("residents", cells.residents.iter().map(|number| (number * parts).round() as i64));
    told["groups"] = cells.groups.iter().map(|(name, _)| json!(name)).collect();
    for (number, (_, values)) in cells.groups.iter().enumerate() {
        columns.whole(&format!("group_{number}"), values.iter().map(|number| (number * 100.0).round() as i64));
    }
    let zone = |&zone: &u32| if zone == NOBODY { 0 } else { i64::from(zone) + 1 };
    columns.whole("zone", cells.zone.iter().map(zone));
    columns.bytes("missing", &modes::missing(saved));
}

fn walks(columns: &mut Columns, told: &mut Value, saved: &Saved, kept: &Kept) {
    told["has_walks"] = json!(kept.walks);
    told["has_nearest"] = json!(kept.nearest);
    for (number, walks) in saved.walks.iter().enumerate() {
        if kept.walks[number] {
            columns.bytes(&format!("walk_{number}"), &walks.code);
        }
        if kept.nearest[number] {
            columns.whole(&format!("nearest_{number}"), walks.nearest.iter().map(|&old| kept.outlet(old)));
        }
    }
    for (number, verdicts) in saved.verdicts.iter().enumerate() {
        columns.bytes(&format!("verdict_{number}"), &verdicts.code);
        columns.bytes(&format!("gap_walk_{number}"), &verdicts.walk);
        columns.whole(&format!("gap_nearest_{number}"), verdicts.nearest.iter().map(|&old| kept.outlet(old)));
        if !verdicts.meters.is_empty() {
            columns.whole(&format!("gap_meters_{number}"), verdicts.meters.iter().map(|&meters| i64::from(meters)));
        }
    }
}

fn outlets(columns: &mut Columns, told: &mut Value, saved: &Saved, plane: &Plane, kept: &Kept) {
    let shown: Vec<_> = saved.outlets.iter().zip(&kept.outlets).filter(|(_, new)| **new != NOBODY).collect();
    let mut sources: Vec<&str> = shown.iter().map(|(outlet, _)| outlet.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let source = |name: &str| sources.binary_search(&name).unwrap_or_default() as i64;
    told["outlets"] = json!({
        "id": shown.iter().map(|(outlet, _)| &outlet.id).collect::<Vec<_>>(),
        "name": shown.iter().map(|(outlet, _)| &outlet.name).collect::<Vec<_>>(),
        "formats": shown.iter().map(|(outlet, _)| &outlet.formats).collect::<Vec<_>>(),
        "sources": sources,
    });
    let places: Vec<[i32; 2]> = shown.iter().map(|(outlet, _)| plane.place(outlet.at)).collect();
    columns.whole("outlet_x", places.iter().map(|place| i64::from(place[0])));
    columns.whole("outlet_y", places.iter().map(|place| i64::from(place[1])));
    columns.whole("outlet_source", shown.iter().map(|(outlet, _)| source(&outlet.source)));
    columns.whole("outlet_row", shown.iter().map(|(outlet, _)| outlet.row.map_or(0, |row| row as i64)));
}

/// Lines of one kind: how many points each has, whose it is, the points.
fn lines(columns: &mut Columns, name: &str, all: &[(usize, Vec<[i32; 2]>)]) {
    columns.whole(&format!("{name}_of"), all.iter().map(|(of, _)| *of as i64));
    columns.whole(&format!("{name}_points"), all.iter().map(|(_, points)| points.len() as i64));
    columns.whole(&format!("{name}_x"), all.iter().flat_map(|(_, points)| points).map(|point| i64::from(point[0])));
    columns.whole(&format!("{name}_y"), all.iter().flat_map(|(_, points)| points).map(|point| i64::from(point[1])));
}

/// The area of a ring.
fn area_m2(ring: &[[i32; 2]]) -> f64 {
    let twice = ring.windows(2).map(|pair| {
        let [[x, y], [u, v]] = [pair[0].map(f64::from), pair[1].map(f64::from)];
        x * v - u * y
    });
    twice.sum::<f64>().abs() / 200.0
}

fn shapes(columns: &mut Columns, told: &mut Value, saved: &Saved, plane: &Plane, left_out: LeftOut) {
    let streets = |is_main: bool| -> Vec<(usize, Vec<[i32; 2]>)> {
        let of_kind = saved.streets.iter().filter(|street| street.is_main == is_main);
        of_kind.map(|street| (0, plane.line(&street.points, 0.5))).collect()
    };
    lines(columns, "main", &streets(true));
    lines(columns, "minor", &if left_out.minor_streets { Vec::new() } else { streets(false) });
    let rings = saved.zones.iter().enumerate().flat_map(|(zone, of)| of.rings.iter().map(move |ring| (zone, ring)));
    let rings: Vec<_> = rings.map(|(zone, ring)| (zone, plane.line(ring, SHAPES_M))).collect();
    lines(columns, "zone", &rings);
    told["zone_shapes"] = saved.zones.iter().map(|zone| json!({"id": zone.id, "name": zone.name})).collect();
    let rings = saved.isochrones.iter().enumerate();
    let rings = rings.flat_map(|(number, of)| of.rings.iter().map(move |ring| (number, ring)));
    let rings = rings.map(|(number, ring)| (number, plane.line(ring, SHAPES_M)));
    lines(columns, "isochrone", &rings.filter(|(_, ring)| area_m2(ring) >= HOLE_M2).collect::<Vec<_>>());
    let one = |of: &crate::report::saved::places::Isochrone| json!({"origin": of.origin, "kind": of.kind, "zone": of.zone, "minutes": of.minutes});
    told["isochrones"] = saved.isochrones.iter().map(one).collect();
}
