//! Heights from rasters of every kind: uphill and downhill as the formula says, whatever the file; and what is refused.
//!
//! The map is a street of 900 m to the east with a lane of 300 m to the north at its middle. The ground rises 10 m in
//! 100 m to the east.

use std::path::{Path, PathBuf};

use super::drawn;
use super::rasters::{Number, Stored, TILES};
use super::real_data;
use super::results::{numbers, read_parquet};
use super::tool::{Call, DONE, Desk, FAILED, WRONG_USE, names, town, walkshed};

const STEP: f64 = 1.0 / 1200.0;
/// North-west of the map by some cells.
const CORNER: [f64; 2] = [113.0 - 20.0 * STEP, 34.0 + 20.0 * STEP];

fn map(desk: &Desk) -> PathBuf {
    let map = drawn::extract(&[&[[0, 0], [450, 0], [900, 0]], &[[450, 0], [450, 300]]]);
    desk.file("map.osm.pbf", map)
}

/// The height of the ground at a longitude.
fn height(lon: f64) -> f64 {
    let metre = drawn::at(1.0, 0.0).lon - drawn::at(0.0, 0.0).lon;
    250.0 + 0.1 * (lon - 113.0) / metre
}

/// A raster of the ground, stored in some way.
fn raster(stored: Stored) -> Vec<u8> {
    let pixel = |column: u32, _: u32| height(stored.corner[0] + (f64::from(column) + 0.5) * STEP);
    stored.file((60, 40), pixel, |_, _| true)
}

/// A tile of SRTM by its south-west corner, of 1,201 heights a side.
fn tile(west: f64, height: impl Fn(f64) -> i16) -> Vec<u8> {
    let row: Vec<u8> = (0..1_201).flat_map(|column| height(west + f64::from(column) * STEP).to_be_bytes()).collect();
    row.repeat(1_201)
}

/// A matrix between the ends of the street and the end of the lane.
fn matrix(desk: &Desk, streets: &Path, model: &str) -> Call {
    let ends = [("west", drawn::at(0.0, 0.0)), ("east", drawn::at(900.0, 0.0)), ("lane", drawn::at(450.0, 300.0))];
    let points = desk.file("points.csv", drawn::points(&ends));
    let call = walkshed("matrix --min-component 0 --overwrite").with("--osm", streets).with("--model", model);
    call.with("--from", &points).with("--to", &points)
}

/// Seconds from west to east, back, and from the lane to the west.
fn times(desk: &Desk, call: Call) -> [f64; 3] {
    let path = desk.result("out.parquet");
    call.with("-o", &path).ends(DONE);
    let times = numbers(&read_parquet(&path), "travel_time_s");
    [1, 3, 6].map(|row| times[row].unwrap())
}

/// By Tobler: 6 exp(-3.5 x 0.15) km/h up, 6 exp(-3.5 x 0.05) km/h down and on the level.
const TOBLER: [f64; 3] = [912.8, 643.2, 536.0];

fn close(found: [f64; 3], expected: [f64; 3], share: f64) -> bool {
    found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() <= share * expected)
}

#[test]
fn up_and_down_are_as_the_formula_says_whatever_the_file() {
    let desk = Desk::new();
    let streets = map(&desk);
    let base = Stored { corner: CORNER, ..TILES };
    let strips = Stored { piece: (0, 7), ..base };
    for (stored, share) in [
        (base, 0.001),
        (Stored { big: true, number: Number::F64, ..base }, 0.001),
        (Stored { little: false, ..strips }, 0.001),
        // Whole metres over cells of 77 m make steps of the slope.
        (Stored { number: Number::I16, ..strips }, 0.03),
        (Stored { number: Number::I32, big: true, little: false, ..base }, 0.03),
    ] {
        let file = desk.file("ground.tif", raster(stored));
        let found = times(&desk, matrix(&desk, &streets, "tobler").with("--elevation", &file));
        assert!(close(found, TOBLER, share), "{stored:?}: {found:?}");
    }
    // The street lies on the border of two tiles.
    let round = |lon: f64| height(lon).round() as i16;
    let north = desk.file("N34E113.hgt", tile(113.0, round));
    let south = desk.file("n33e113.HGT", tile(113.0, round));
    let far = desk.file("S01W001.hgt", tile(-1.0, |_| 0));
    let call = matrix(&desk, &streets, "tobler").with("--elevation", &far).with("--elevation", &north);
    let found = times(&desk, call.with("--elevation", &south));
    assert!(close(found, TOBLER, 0.03), "{found:?}");
}

#[test]
fn flat_ground_gives_flat_times() {
    let desk = Desk::new();
    let streets = map(&desk);
    let stored = Stored { corner: CORNER, ..TILES };
    let flat = desk.file("flat.tif", stored.file((60, 40), |_, _| 43.0, |_, _| true));
    let on_flat = times(&desk, matrix(&desk, &streets, "place").with("--elevation", &flat));
    assert_eq!(on_flat.map(f64::to_bits), times(&desk, matrix(&desk, &streets, "place")).map(f64::to_bits));
    // Who walks at one speed does not mind hills.
    let hill = desk.file("hill.tif", raster(stored));
    let flat_walker = times(&desk, matrix(&desk, &streets, "flat").with("--elevation", &hill));
    assert!(close(flat_walker, [750.0, 750.0, 625.0], 0.001), "{flat_walker:?}");
}

#[test]
fn a_graph_file_keeps_its_heights() {
    let desk = Desk::new();
    let streets = map(&desk);
    let hill = desk.file("hill.tif", raster(Stored { corner: CORNER, ..TILES }));
    let graph = desk.result("map.graph");
    let told = walkshed("graph build").with("--osm", &streets).with("--elevation", &hill).with("-o", &graph).ends(DONE);
    assert!(told.out.contains("6 of 6 edges have heights, 250 to 340 m"), "{}", told.out);
    let info = walkshed("graph info --json").and(&graph).ends(DONE).json();
    assert_eq!(info["heights"]["edges_with"], 6);
    assert!(info["heights"]["source"].as_str().unwrap().contains("hill.tif"), "{info}");
    let direct = times(&desk, matrix(&desk, &streets, "tobler").with("--elevation", &hill));
    assert_eq!(times(&desk, matrix(&desk, &graph, "tobler")).map(f64::to_bits), direct.map(f64::to_bits));
    walkshed("graph hierarchy --model tobler").and(&graph).with("--elevation", &hill).ends(WRONG_USE);
}

#[test]
fn a_model_of_slopes_without_heights_is_refused() {
    let desk = Desk::new();
    let streets = map(&desk);
    let words = ["the model tobler is about slopes", "--elevation FILE"];
    desk.refuses(matrix(&desk, &streets, "tobler").and("--minutes=20"), WRONG_USE, &["CSV or Parquet"]);
    let told = matrix(&desk, &streets, "tobler").with("-o", desk.result("out.csv")).ends(WRONG_USE);
    told.error_with(&words);
    let run = walkshed("run").and(town("walkshed.toml")).with("--model", "swiss");
    desk.refuses(run, WRONG_USE, &["the model swiss is about slopes"]);
    let smoothed = matrix(&desk, &streets, "place").with("--elevation-smoothing", "2");
    smoothed.with("-o", desk.result("out.csv")).ends(WRONG_USE).error_with(&["give --elevation FILE"]);
    assert!(desk.left().is_empty());
}

#[test]
fn rasters_of_another_place_or_without_data_are_refused() {
    let desk = Desk::new();
    let streets = map(&desk);
    let refuse = |file: &Path, words: &[&str]| {
        let call = matrix(&desk, &streets, "tobler").with("--elevation", file).with("-o", desk.result("out.csv"));
        call.ends(FAILED).error_with(words);
    };
    let away = Stored { corner: [10.0, 50.0], ..TILES };
    refuse(&desk.file("away.tif", raster(away)), &["away.tif does not cover the streets", "113.0000, 34.0000"]);
    let void = Stored { corner: CORNER, ..TILES }.file((60, 40), |_, _| -9999.0, |_, _| true);
    refuse(&desk.file("void.tif", void), &["void.tif knows no height where the streets are"]);
    // Fill values that the file does not declare are no heights either.
    let fill = Stored { corner: CORNER, no_data: None, ..TILES }.file((60, 40), |_, _| -3.4e38, |_, _| true);
    refuse(&desk.file("fill.tif", fill), &["knows no height"]);
    refuse(&desk.file("N34E113.hgt", [0; 99]), &["has 99 bytes", "2,884,802"]);
    refuse(&desk.file("hills.hgt", tile(113.0, |_| 0)), &["does not say where it lies", "N30W052.hgt"]);
    refuse(&desk.file("N34E113.tif", tile(113.0, |_| 0)), &["expected a GeoTIFF with heights in metres"]);
    refuse(&desk.file("empty.tif", ""), &["empty.tif", "cut off, or no TIFF"]);
    let nowhere = matrix(&desk, &streets, "tobler").with("--elevation", "nowhere.tif");
    nowhere.with("-o", desk.result("out.csv")).ends(WRONG_USE).error_with(&["nowhere.tif cannot be read"]);
    assert!(desk.left().is_empty());
}

/// An error or a result, never a panic: `ends` looks for that.
#[test]
fn damaged_rasters_are_an_error_or_a_result() {
    let desk = Desk::new();
    let streets = map(&desk);
    let whole = raster(Stored { corner: CORNER, piece: (0, 7), number: Number::I16, ..TILES });
    let run = |bytes: &[u8]| {
        let file = desk.file("ground.tif", bytes);
        let call = matrix(&desk, &streets, "tobler").with("--elevation", &file);
        call.with("-o", desk.result("out.csv")).ends_one_of(&[DONE, FAILED]);
    };
    let directory = whole.len() - 160;
    for at in (0..whole.len()).step_by(whole.len() / 8).chain([4, directory, directory + 40, whole.len() - 3]) {
        run(&whole[..at]);
    }
    for at in [5, 8, directory, directory + 13, directory + 27, directory + 55, directory + 91, whole.len() - 9] {
        let mut changed = whole.clone();
        changed[at] ^= 0x5a;
        run(&changed);
    }
}

#[test]
fn a_run_says_how_high_its_streets_lie() {
    let desk = Desk::new();
    // The town lies around 112.6, 33.0.
    let stored = Stored { corner: [112.5, 33.1], ..TILES };
    let hill = stored.file((240, 240), |column, row| f64::from(column) * 3.0 + f64::from(row), |_, _| true);
    let hill = desk.file("hill.tif", hill);
    let out = desk.result("out");
    let call = walkshed("run").and(town("walkshed.toml")).with("--elevation", &hill).with("--model", "adult");
    let told = call.with("-o", &out).ends(DONE);
    assert!(told.out.contains("edges have heights"), "{}", told.out);
    assert!(names(&out).contains(&"manifest.json".to_owned()));
    let manifest = std::fs::read_to_string(out.join("manifest.json")).unwrap();
    assert!(manifest.contains("hill.tif") && manifest.contains("incline.decay=3.5"), "{manifest}");
}

/// A compressed raster of whole metres from a service, smaller than the city.
#[test]
fn a_real_city_lies_on_its_heights() {
    let files = ["poa/poa.osm.pbf", "poa/poa_elevation.tif"].map(real_data::path);
    let [Some(streets), Some(heights)] = files else { return };
    let desk = Desk::new();
    let call = walkshed("graph build --json").with("--osm", streets).with("--elevation", heights);
    let told = call.with("-o", desk.result("poa.graph")).ends(DONE).json();
    let of = |key: &str| told["heights"][key].as_f64().unwrap();
    // Some streets lie outside of the raster; the rest climb from the lake to 250 m.
    assert!(of("edges_with") / (of("edges_with") + of("edges_without")) > 0.95);
    assert!((-5.0..5.0).contains(&of("lowest_m")) && (200.0..320.0).contains(&of("highest_m")), "{told}");
    assert!(of("links_off_the_ground") > 100.0);
}

#[test]
fn models_are_listed_and_shown() {
    let list = walkshed("models list").ends(DONE).out;
    for name in ["tobler", "naismith_langmuir", "din_33466", "swiss", "campbell_2019_p50", "minetti", "r5r", "older"] {
        assert!(list.lines().any(|line| line.starts_with(&format!("{name} "))), "{name} in\n{list}");
    }
    let zh = walkshed("models list --lang zh").ends(DONE).out;
    assert!(zh.contains("老年人"), "{zh}");
    let shown = walkshed("models show tobler").ends(DONE).out;
    for words in ["exp(-decay |s - fastest_slope|)", "needs heights", "5.04", "NCGIA", "tobler speed_m_per_s="] {
        assert!(shown.contains(words), "{words} in\n{shown}");
    }
    let told = walkshed("models show tobler --json").ends(DONE).json();
    assert!((told["speed_m_per_s_on_slope"]["-0.05"].as_f64().unwrap() * 3.6 - 6.0).abs() < 1e-9);
    assert_eq!(walkshed("models list --json").ends(DONE).json().as_array().unwrap().len(), list.lines().count() - 1);
    // What is shown as a file is a model again.
    let desk = Desk::new();
    let file = desk.file("mine.toml", walkshed("models show swiss --toml").ends(DONE).out);
    let again = walkshed("models show").and(&file).ends(DONE).out;
    assert_eq!(again, walkshed("models show swiss").ends(DONE).out);
    walkshed("models show seven-league-boots").ends(WRONG_USE).error_with(&["there is no model"]);
}
