//! One thread or two, for the searches and for polars: the same bytes in every file but the manifest, which has the time.

use std::fs;

use super::real_data;
use super::tool::{Call, DONE, Desk, names, town, town_run, walkshed};

/// Runs a call on one thread and on more, and compares what it wrote.
fn same_bytes(call: impl Fn() -> Call) {
    let desk = Desk::new();
    for (name, threads) in [("one", "1"), ("two", "2"), ("five", "5")] {
        let call = call().with("--threads", threads).env("POLARS_MAX_THREADS", threads);
        call.and("--csv").with("-o", desk.result(name)).ends(DONE);
    }
    let files = names(&desk.result("one"));
    assert!(files.len() > 20, "{files:?}");
    for other in ["two", "five"] {
        assert_eq!(names(&desk.result(other)), files);
        for file in files.iter().filter(|file| *file != "manifest.json") {
            let read = |folder: &str| fs::read(desk.result(folder).join(file)).unwrap();
            assert!(read("one") == read(other), "{file} differs between one thread and {other}");
        }
    }
}

#[test]
fn the_town() {
    same_bytes(town_run);
}

#[test]
fn a_real_city_with_zones() {
    let Some(osm) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let Some(zones) = real_data::path("las_palmas/las_palmas_secondary_school_zones.geojson") else { return };
    let words = "run --outlets osm --standard national-2021";
    same_bytes(|| walkshed(words).with("--osm", &osm).with("--zones", &zones));
}

#[test]
fn the_sample_town_is_drawn_again_byte_for_byte() {
    let desk = Desk::new();
    let drawn = desk.result("town");
    walkshed("sample city --seed 15 --size town").with("-o", &drawn).ends(DONE);
    let files = names(&drawn);
    assert_eq!(files, names(&town("")));
    for file in files.iter().filter(|file| *file != "manifest.json") {
        assert!(fs::read(drawn.join(file)).unwrap() == fs::read(town(file)).unwrap(), "{file} differs");
    }
}

#[test]
fn a_graph_file_and_a_matrix() {
    let desk = Desk::new();
    for threads in ["1", "2"] {
        let call = walkshed("graph build").with("--osm", town("city.osm.pbf")).with("--threads", threads);
        call.with("-o", desk.result(&format!("{threads}.graph"))).ends(DONE);
        let outlets = town("outlets.csv");
        for end in ["csv", "parquet"] {
            let call = walkshed("matrix --minutes 15").with("--osm", town("city.osm.pbf")).with("--threads", threads);
            let call = call.with("--from", &outlets).with("--to", &outlets).env("POLARS_MAX_THREADS", threads);
            call.with("-o", desk.result(&format!("{threads}.{end}"))).ends(DONE);
        }
    }
    for end in ["graph", "csv", "parquet"] {
        let read = |threads: &str| fs::read(desk.result(&format!("{threads}.{end}"))).unwrap();
        assert!(read("1") == read("2"), "the {end} differs between one thread and two");
    }
}
