//! Several extracts read as one, and an area to keep to: `--osm A --osm B`, `--clip`.

use std::fs;

use super::results::{numbers, read_parquet, sum};
use super::tool::{DONE, Desk, FAILED, WRONG_USE, town, walkshed};

/// The middle of the town, and half the width of a square around it, in degrees; as GeoJSON.
fn square(about: &serde_json::Value, share: f64) -> String {
    let side = |end: &str, axis: &str| about["bounds"][end][axis].as_f64().unwrap();
    let middle = ["lon", "lat"].map(|axis| f64::midpoint(side("min", axis), side("max", axis)));
    let half = ["lon", "lat"].map(|axis| share / 2.0 * (side("max", axis) - side("min", axis)));
    let corner = |e: f64, n: f64| format!("[{},{}]", middle[0] + e * half[0], middle[1] + n * half[1]);
    let ring = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)].map(|(e, n)| corner(e, n)).join(",");
    format!(r#"{{"type":"Polygon","coordinates":[[{ring}]]}}"#)
}

#[test]
fn a_file_given_twice_is_the_file() {
    let desk = Desk::new();
    let (city, copy) = (town("city.osm.pbf"), desk.file("copy.osm.pbf", fs::read(town("city.osm.pbf")).unwrap()));
    let build = || walkshed("graph build --json").with("--osm", &city);
    let once = build().with("-o", desk.result("once.graph")).ends(DONE).json();
    let twice = build().with("--osm", &copy).with("-o", desk.result("twice.graph")).ends(DONE).json();
    for key in ["nodes", "links", "length_m"] {
        assert_eq!(once[key], twice[key], "{key}");
    }
    assert_eq!(twice["about"]["source"], "city.osm.pbf + copy.osm.pbf");
    assert_eq!(twice["import"]["ways_used"], once["import"]["ways_used"]);
    let walked = ["ways_used", "ways_without_length"].map(|key| once["import"][key].as_u64().unwrap());
    assert_eq!(twice["import"]["duplicate_ways"].as_u64(), Some(walked.iter().sum()));

    let told = walkshed("explain node 999999999").with("--osm", &city).with("--osm", &copy).ends(WRONG_USE);
    told.error_with(&["city.osm.pbf", "copy.osm.pbf has no n999999999"]);
    let with_graph = build().with("--osm", desk.result("once.graph")).with("-o", desk.result("no.graph"));
    with_graph.ends(WRONG_USE).error_with(&["is a graph file and holds all streets; give it alone"]);
    let broken = build().with("--osm", desk.file("b.osm.pbf", "nothing")).with("-o", desk.result("no.graph"));
    broken.ends(FAILED).error_with(&["b.osm.pbf", "file 2 of those given"]);
}

#[test]
fn a_clipped_run_counts_who_lives_in_the_area_and_loses_no_walk() {
    let desk = Desk::new();
    let told = walkshed("graph info --json").and(town("city.osm.pbf")).ends(DONE).json();
    let area = desk.file("area.geojson", square(&told, 0.4));
    let run = |name: &str| {
        let call = walkshed("run --json --residents streets --outlets osm --standard six-ones");
        call.with("--osm", town("city.osm.pbf")).with("-o", desk.result(name))
    };
    run("whole").ends(DONE);
    let clipped = run("clipped").with("--clip", &area).with("--clip-buffer", "400").ends(DONE).json();
    let far = run("far").with("--clip", &area).ends(DONE).json();
    let cells = |name: &str| read_parquet(&desk.result(name).join("cells.parquet"));
    let (whole, near, usual) = (cells("whole"), cells("clipped"), cells("far"));
    assert!(near.height() < whole.height() / 2 && near.height() > 10, "{} of {}", near.height(), whole.height());
    assert_eq!(near.height(), usual.height());
    assert!(sum(&near, "residents") < sum(&whole, "residents"));
    assert!(numbers(&near, "lon").iter().all(Option::is_some));
    let import = &clipped["streets"]["import"];
    assert!(import["stretches_clipped_away"].as_u64() > Some(0), "{import}");
    let kept = |told: &serde_json::Value| told["streets"]["import"]["stretches_clipped_away"].as_u64();
    assert!(kept(&far) < kept(&clipped), "the usual buffer keeps more");
    let manifest = fs::read_to_string(desk.result("clipped").join("manifest.json")).unwrap();
    assert!(manifest.contains(r#""role": "clip""#) && manifest.contains(r#""clip_buffer_m": 400.0"#), "{manifest}");
}

#[test]
fn an_area_somewhere_else_is_told_of() {
    let desk = Desk::new();
    let area = desk.file("a.geojson", r#"{"type":"Polygon","coordinates":[[[0,0],[0.1,0],[0.1,0.1],[0,0]]]}"#);
    let build = || walkshed("graph build").with("--osm", town("city.osm.pbf")).with("-o", desk.result("a.graph"));
    build().with("--clip", &area).ends(FAILED).error_with(&["no street of", "a.geojson", "of the same city?"]);
    build().with("--clip", &area).with("--clip-buffer", "-1").ends(WRONG_USE);
    build().with("--clip-buffer", "10").ends(WRONG_USE).error_with(&["--clip"]);
}
