//! The made-up files of the examples for researchers: made again and compared; and what the documents say of models.
//!
//! `UPDATE_GOLDEN=1` writes them instead.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::rasters::{Stored, TILES};
use super::tool::{DONE, Desk, town, town_text, walkshed};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// Compares a file of the documents with what it should be.
fn holds(name: &str, content: &[u8]) {
    let path = file(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, content).unwrap();
    }
    let is = fs::read(&path).unwrap_or_default();
    assert!(is == content, "{name} is not what it is made from; write it with UPDATE_GOLDEN=1");
}

/// A hill with a gentle valley beside it, in metres by column and row.
fn ground(column: u32, row: u32) -> f64 {
    let (x, y) = (f64::from(column), f64::from(row));
    let hill = |x0: f64, y0: f64, wide: f64| (-((x - x0).powi(2) + (y - y0).powi(2)) / wide).exp();
    // Whole centimetres, so that no machine's arithmetic shows.
    ((40.0 + 48.0 * hill(30.0, 24.0, 60.0) + 20.0 * hill(42.0, 20.0, 30.0) + 0.3 * x) * 100.0).round() / 100.0
}

#[test]
fn the_hill_is_what_its_formula_says() {
    let stored = Stored { piece: (0, 40), no_data: None, corner: [112.57, 33.02], ..TILES };
    holds("researchers/heights.tif", &stored.file((60, 40), ground, |_, _| true));
}

/// A number from -1 to 1 by chance that can be repeated: SplitMix64.
fn chance(number: u64) -> f64 {
    let mut mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Every so manieth walk of a model between some outlets of the town: from, to, seconds.
fn walks(model: &str, every: usize) -> Vec<(String, String, f64)> {
    let desk = Desk::new();
    let outlets = town_text("outlets.csv");
    let some = |step: usize| {
        let (head, rows) = outlets.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().step_by(step).collect();
        format!("{head}\n{}\n", rows.join("\n"))
    };
    let out = desk.result("out.csv");
    let call = walkshed(&format!("matrix {model}")).with("--osm", town("city.osm.pbf"));
    let call = call.with("--from", desk.file("from.csv", some(12))).with("--to", desk.file("to.csv", some(17)));
    call.with("--elevation", file("researchers/heights.tif")).with("-o", &out).ends(DONE);
    let text = fs::read_to_string(out).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let reached = rows.filter(|row| row[4] == "reached").map(|row| {
        let [from, to] = [0, 1].map(|place| row[place].to_owned());
        (from, to, row[2].parse::<f64>().unwrap())
    });
    reached.filter(|walk| walk.2 > 60.0).step_by(every).collect()
}

#[test]
fn the_observed_walks_are_what_they_are_made_from() {
    let mut text = String::from("from_id,to_id,travel_time_s\n");
    for (number, (from, to, seconds)) in (0..).zip(walks("--model adult --speed 1.05", 4)) {
        let _ = writeln!(text, "{from},{to},{:.1}", seconds * (1.0 + 0.1 * chance(number)));
    }
    holds("researchers/walks.csv", text.as_bytes());
}

#[test]
fn the_other_router_is_what_it_is_made_from() {
    let mut text = String::from("from_id,to_id,travel_time_s\n");
    for (from, to, seconds) in walks("--model otp", 6) {
        let _ = writeln!(text, "{from},{to},{seconds:.0}");
    }
    holds("researchers/router.csv", text.as_bytes());
}

#[test]
fn every_model_is_in_the_document_about_models() {
    let text = fs::read_to_string(file("models.md")).unwrap();
    let told = walkshed("models list --json").ends(DONE).json();
    for model in told.as_array().unwrap() {
        let id = model["id"].as_str().unwrap();
        // Percentiles and the like are named by their ends.
        let ends = ["_p25", "_p50", "_p75", "_p95", "_female", "_female_off_path"];
        let named = text.contains(&format!("`{id}`"))
            || ends.iter().any(|end| id.ends_with(end) && text.contains(&format!("`{end}`")));
        assert!(named, "{id} is not in docs/models.md");
    }
}

/// The model file in the document is a model.
#[test]
fn the_model_of_the_document_can_be_used() {
    let text = fs::read_to_string(file("models.md")).unwrap();
    let model = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let desk = Desk::new();
    let path = desk.file("hillside.toml", model);
    let shown = walkshed("models show").and(&path).ends(DONE).out;
    assert!(shown.contains("hillside") && shown.contains("uses heights where there are some"), "{shown}");
}
