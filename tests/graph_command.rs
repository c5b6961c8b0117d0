//! `walkshed graph`: a graph file says what the extract says, and a run from it finds the same to the byte.

use std::fs;

use super::tool::{DONE, Desk, names, town, town_run, walkshed};

#[test]
fn a_graph_file_says_what_the_extract_says() {
    let desk = Desk::new();
    let graph = desk.result("town.graph");
    let call = walkshed("graph build --json").with("--osm", town("city.osm.pbf")).with("-o", &graph);
    let built = call.ends(DONE).json();
    assert_eq!(desk.left(), ["town.graph"]);
    assert_eq!(built["file_bytes"], fs::metadata(&graph).unwrap().len());

    let of_extract = walkshed("graph info --json").and(town("city.osm.pbf")).ends(DONE).json();
    let of_graph = walkshed("graph info --json").and(&graph).ends(DONE).json();
    for key in ["about", "nodes", "links", "directed_edges", "points", "length_m", "components", "bounds"] {
        assert!(!built[key].is_null(), "{key}");
        assert_eq!(of_extract[key], built[key], "{key}");
        assert_eq!(of_graph[key], built[key], "{key}");
    }
    assert_eq!(of_graph["about"]["source"], "city.osm.pbf");
    // What was dropped on the way is known where the extract was read.
    assert!(of_graph["import"].is_null());
    let import = &built["import"];
    let dropped: u64 = import["ways_dropped"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    let [read, used, others] = ["ways_read", "ways_used", "ways_not_streets"].map(|key| import[key].as_u64().unwrap());
    let short = import["ways_without_length"].as_u64().unwrap();
    assert_eq!(read, used + others + dropped + short, "every way is used, dropped for a reason, or no street");
}

#[test]
fn what_is_in_a_graph_is_told_in_words() {
    let desk = Desk::new();
    let graph = desk.result("town.graph");
    let told = walkshed("graph build").with("--osm", town("city.osm.pbf")).with("-o", &graph).ends(DONE).out;
    for words in
        ["streets of city.osm.pbf by the rules \"worldwide\"", "connected parts", "ways read", "town.graph written"]
    {
        assert!(told.contains(words), "{words} is not in:\n{told}");
    }
    let told = walkshed("graph info").and(&graph).ends(DONE).out;
    assert!(told.contains("streets of city.osm.pbf") && told.contains("loaded and checked"), "{told}");
    assert!(!told.contains("ways read"), "{told}");
}

#[test]
fn a_run_from_the_graph_file_finds_the_same() {
    let desk = Desk::new();
    let graph = desk.result("town.graph");
    walkshed("graph build").with("--osm", town("city.osm.pbf")).with("-o", &graph).ends(DONE);
    let run = |name: &str| town_run().and("--csv").with("-o", desk.result(name));
    run("from_extract").ends(DONE);
    run("from_graph").with("--osm", &graph).ends(DONE);
    let files = names(&desk.result("from_extract"));
    assert_eq!(names(&desk.result("from_graph")), files);
    // The manifest, the page and the workbook name the inputs, and a graph file is not the extract: it has no names of streets.
    let differ = ["manifest.json", "report.html", "report.xlsx", "streets.csv", "streets.parquet"];
    for file in files.iter().filter(|file| !differ.contains(&file.as_str())) {
        let read = |folder: &str| fs::read(desk.result(folder).join(file)).unwrap();
        assert!(read("from_extract") == read("from_graph"), "{file} differs");
    }
}

#[test]
fn a_matrix_from_the_graph_file_finds_the_same() {
    let desk = Desk::new();
    let graph = desk.result("town.graph");
    walkshed("graph build").with("--osm", town("city.osm.pbf")).with("-o", &graph).ends(DONE);
    let outlets = town("outlets.csv");
    for (name, osm) in [("a.csv", &town("city.osm.pbf")), ("b.csv", &graph)] {
        let call = walkshed("matrix --minutes 15").with("--osm", osm).with("--from", &outlets).with("--to", &outlets);
        call.with("-o", desk.result(name)).ends(DONE);
    }
    assert!(fs::read(desk.result("a.csv")).unwrap() == fs::read(desk.result("b.csv")).unwrap());
}
