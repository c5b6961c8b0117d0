//! Calls that are wrong: flags, settings, names, and outputs that are there already. Exit code 2, a message that says what
//! there is or what to give, and whatever was there is untouched.

use std::fs;
use std::path::{Path, PathBuf};

use super::tool::{DONE, Desk, FAILED, WRONG_USE, names, town, town_run, walkshed};

#[test]
fn an_unknown_standard() {
    let desk = Desk::new();
    let expected = [
        "there is no standard \"six-one\" (did you mean \"six-ones\"?)",
        "the standards are: six-ones, national-2021, national-2023, xicheng-10min, mofcom-5-8-15, ",
    ];
    desk.refuses(town_run().with("--standard", "six-one"), WRONG_USE, &expected);
    walkshed("standard show six-one").ends(WRONG_USE).error_with(&expected);
}

#[test]
fn something_needed_is_not_said() {
    let desk = Desk::new();
    desk.refuses(walkshed("run"), WRONG_USE, &["no streets", "--osm FILE", "[streets] osm"]);
    let osm = town("city.osm.pbf");
    let call = walkshed("run").with("--osm", &osm);
    desk.refuses(call, WRONG_USE, &["no outlets", "--outlets FILE|osm", "[outlets] source"]);
    let call = walkshed("run --outlets osm").with("--osm", &osm);
    desk.refuses(call, WRONG_USE, &["no standard", "--standard ID", "[standard] id"]);
}

#[test]
fn a_config_that_lacks_a_key_or_misspells_one() {
    let desk = Desk::new();
    let cases = [
        ("[streets]\nosm = \"city.osm.pbf\"\n", "no outlets: give --outlets FILE|osm, or [outlets] source"),
        ("[streets]\nosm = \"city.osm.pbf\"\n[zones]\nid = \"id\"\n", "line 3, column 1"),
        ("[streets]\nosm = \"city.osm.pbf\"\n[zones]\nid = \"id\"\n", "missing field `file`"),
        ("[streets]\nosn = \"city.osm.pbf\"\n", "line 2, column 1"),
        ("[streets]\nosn = \"city.osm.pbf\"\n", "unknown field `osn`, expected one of `osm`"),
        ("[street]\n", "unknown field `street`, expected one of"),
        ("[model]\nspeed_m_per_s = \"fast\"\n", "line 2"),
        ("[model]\nnane = \"place\"\n", "unknown field `nane`, expected `name` or `speed_m_per_s`"),
        ("[streets]\nosm = city\n", "line 2"),
    ];
    for (text, expected) in cases {
        let config = desk.file("walkshed.toml", text);
        let told = desk.refuses(walkshed("run").and(&config), WRONG_USE, &[expected]);
        assert!(told.err.contains("walkshed.toml") || told.err.contains("config file"), "{}", told.err);
    }
    let nowhere = desk.result("walkshed.toml");
    desk.refuses(walkshed("run").and(nowhere), WRONG_USE, &["the config", "walkshed.toml cannot be read"]);
}

#[test]
fn values_that_are_out_of_range() {
    let desk = Desk::new();
    for (flag, value, expected) in [
        ("--speed", "50", "expected 0.1 to 5 m/s"),
        ("--speed", "0", "expected 0.1 to 5 m/s"),
        ("--speed", "NaN", "expected 0.1 to 5 m/s"),
        ("--speed", "fast", "invalid value 'fast' for '--speed <M/S>'"),
        ("--model", "boots", "there is no model \"boots\"; expected flat, place, step_free, "),
        ("--model", "boots.toml", "the model boots.toml cannot be read"),
        ("--max-snap", "0", "expected 1 to 5,000 m"),
        ("--resolution", "3", "expected 7 to 12"),
        ("--datum", "beijing54", "expected wgs84 (GPS, OSM), gcj02 (AMap, Tencent)"),
        ("--datum", "gcj02", "does not fit the streets so. The streets say wgs84"),
        ("--encoding", "klingon", "the encoding 'klingon' is not known"),
        ("--delimiter", "::", "expected one sign such as , or ;"),
        ("--threads", "0", "0 is not in 1..=1024"),
    ] {
        desk.refuses(town_run().with(flag, value), WRONG_USE, &[expected]);
    }
    let points = desk.file("points.csv", "id,lon,lat\na,112.6,33.0\n");
    for (flag, value, expected) in [("--speed", "9", "expected 0.1 to 5 m/s"), ("--minutes", "0", "1..=1440")] {
        let matrix = walkshed("matrix").with("--osm", town("city.osm.pbf")).with("--from", &points);
        let told = matrix.with("--to", &points).with(flag, value).with("-o", desk.result("out.csv")).ends(WRONG_USE);
        told.error_with(&[expected]);
        assert!(desk.left().is_empty());
    }
}

#[test]
fn unknown_flags_and_commands() {
    let desk = Desk::new();
    desk.refuses(town_run().with("--sped", "1.0"), WRONG_USE, &["'--sped'", "'--speed'"]);
    walkshed("rum").ends(WRONG_USE).error_with(&["unrecognized subcommand 'rum'", "'run'"]);
    // Without a command, the help says what there is.
    let told = walkshed("").ends(WRONG_USE);
    assert!(told.err.contains("Usage: walkshed"), "{}", told.err);
}

#[test]
fn a_matrix_in_a_format_that_is_not_written() {
    let desk = Desk::new();
    let points = desk.file("points.csv", "id,lon,lat\na,112.6,33.0\n");
    for name in ["out.xlsx", "out"] {
        let matrix = walkshed("matrix").with("--osm", town("city.osm.pbf")).with("--from", &points);
        let told = matrix.with("--to", &points).with("-o", desk.result(name)).ends(WRONG_USE);
        told.error_with(&[name, "expected a name that ends in .csv or .parquet"]);
        assert!(desk.left().is_empty());
    }
}

/// A folder with a file of somebody's in it.
fn somebodys(desk: &Desk) -> PathBuf {
    let folder = desk.result("out");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("thesis.txt"), "years of work").unwrap();
    folder
}

#[track_caller]
fn untouched(desk: &Desk, folder: &Path) {
    assert_eq!(desk.left(), ["out"]);
    assert_eq!(names(folder), ["thesis.txt"]);
    assert_eq!(fs::read_to_string(folder.join("thesis.txt")).unwrap(), "years of work");
}

#[test]
fn an_output_folder_that_exists() {
    let desk = Desk::new();
    let folder = somebodys(&desk);
    for call in [town_run(), walkshed("sample city")] {
        call.with("-o", &folder).ends(WRONG_USE).error_with(&["out exists; give --overwrite to replace it"]);
        untouched(&desk, &folder);
    }
}

#[test]
fn overwrite_never_replaces_what_the_tool_did_not_write() {
    let desk = Desk::new();
    let folder = somebodys(&desk);
    for call in [town_run(), walkshed("sample city")] {
        let told = call.and("--overwrite").with("-o", &folder).ends(WRONG_USE);
        told.error_with(&["out is not replaced", "was not written by this tool", "choose another folder"]);
        assert!(!told.err.contains("os error"), "{}", told.err);
        untouched(&desk, &folder);
    }
}

#[test]
fn overwrite_replaces_what_a_run_wrote_but_not_with_a_failure() {
    let desk = Desk::new();
    let out = desk.result("out");
    town_run().with("-o", &out).ends(DONE);
    let tables = names(&out);
    let missing = desk.file("outlets.csv", "id\n");
    let failed = town_run().and("--overwrite").with("--outlets", &missing).with("-o", &out).ends(FAILED);
    failed.error_with(&["outlets.csv has no column 'lon'"]);
    assert_eq!(names(&out), tables, "a run that fails leaves the old results");

    town_run().and("--overwrite").and("--csv").with("-o", &out).ends(DONE);
    assert!(names(&out).contains(&"cells.csv".to_owned()));
    town_run().and("--overwrite").with("-o", &out).ends(DONE);
    assert_eq!(names(&out), tables, "nothing of the older run is left");

    fs::write(out.join("notes.txt"), "mine").unwrap();
    let told = town_run().and("--overwrite").with("-o", &out).ends(WRONG_USE);
    told.error_with(&["out is not replaced, because notes.txt in it was not written by this tool"]);
    assert_eq!(fs::read_to_string(out.join("notes.txt")).unwrap(), "mine");
    assert_eq!(desk.left(), ["out"]);
}

#[test]
fn files_that_exist_are_not_overwritten_by_chance() {
    let desk = Desk::new();
    let points = desk.file("points.csv", "id,lon,lat\na,112.6,33.0\n");
    for (name, call) in [
        ("town.graph", walkshed("graph build").with("--osm", town("city.osm.pbf"))),
        (
            "out.csv",
            walkshed("matrix").with("--osm", town("city.osm.pbf")).with("--from", &points).with("--to", &points),
        ),
    ] {
        fs::write(desk.result(name), "mine").unwrap();
        let told = call.with("-o", desk.result(name)).ends(WRONG_USE);
        told.error_with(&[name, "exists; give --overwrite to replace it"]);
        assert_eq!(fs::read_to_string(desk.result(name)).unwrap(), "mine");
    }
    assert_eq!(desk.left(), ["out.csv", "town.graph"]);
}

/// Whatever a user names as an input: where it is not there, or is a folder, the call is wrong; where it is there and is not
/// what it should be, the work fails.
#[test]
fn files_that_are_not_there_and_files_that_are_something_else() {
    let desk = Desk::new();
    let flags = [
        "--osm",
        "--clip",
        "--rules",
        "--residents",
        "--outlets",
        "--vocabulary",
        "--brands",
        "--standard",
        "--zones",
        "--model",
    ];
    let folder = desk.file("a-file-in-the-folder", "").parent().unwrap().join("results");
    for flag in flags {
        // Standards, rules and models are files by their ending.
        let name = match flag {
            "--standard" | "--rules" | "--model" => "nowhere.toml",
            "--clip" | "--zones" => "nowhere.geojson",
            "--osm" => "nowhere.osm.pbf",
            _ => "nowhere.csv",
        };
        desk.refuses(town_run().with(flag, desk.result(name)), WRONG_USE, &[name]);
        if !["--standard", "--rules", "--model"].contains(&flag) {
            desk.refuses(town_run().with(flag, &folder), WRONG_USE, &["results"]);
        }
        let damaged = desk.file(name, [0xff, 0xfe, 0x00, 0x9d, b'{', b'"', 0xff]);
        desk.refuses(town_run().with(flag, damaged), FAILED, &[name]);
    }
    let raster = format!("60plus={}", desk.result("nowhere.tif").display());
    let people = desk.file("people.tif", "II*");
    desk.refuses(town_run().with("--residents", people).with("--group", raster), WRONG_USE, &["nowhere.tif"]);
    let check = |file: &Path| walkshed("registry check").and(file);
    check(&desk.result("nowhere.csv")).ends(WRONG_USE).error_with(&["nowhere.csv"]);
    check(&town("outlets.csv")).with("--osm", desk.result("nowhere.pbf")).ends(WRONG_USE).error_with(&["nowhere.pbf"]);
    let points = desk.file("points.csv", "id,lon,lat\na,112.6,33.0\n");
    let matrix = walkshed("matrix").with("--osm", town("city.osm.pbf")).with("--to", &points);
    let matrix = matrix.with("--from", desk.result("nowhere.csv")).with("-o", desk.result("out.csv"));
    matrix.ends(WRONG_USE).error_with(&["nowhere.csv"]);
}
