//! The way of searching is chosen or asked for, a hierarchy stored or built: the tables are the same to the byte.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::real_data;
use super::tool::{Call, DONE, Desk, WRONG_USE, names, town, town_run, walkshed};

const WAYS: [&str; 4] = ["one_by_one", "lanes", "sweeps", "meetings"];

/// Whether two folders hold the same bytes, but for the manifest, which tells the way.
fn same_tables(one: &Path, other: &Path) {
    same_but_for(&["manifest.json"], one, other);
}

/// Whether two folders hold the same bytes, but for some files.
fn same_but_for(others: &[&str], one: &Path, other: &Path) {
    let files = names(one);
    assert_eq!(names(other), files);
    for file in files.iter().filter(|file| !others.contains(&file.as_str())) {
        assert!(fs::read(one.join(file)).unwrap() == fs::read(other.join(file)).unwrap(), "{file} differs");
    }
}

/// Runs a call in each way and by the work, and compares what it wrote.
fn every_way(call: impl Fn() -> Call) {
    let desk = Desk::new();
    let chosen = call().and("--json").with("-o", desk.result("chosen")).ends(DONE).json();
    assert_eq!((&chosen["search"]["asked"], &chosen["search"]["hierarchy"]), (&false.into(), &"none".into()));
    for way in WAYS {
        let told = call().and("--json").with("--way", way).with("-o", desk.result(way)).ends(DONE).json();
        let search = &told["search"];
        assert_eq!((&search["way"], &search["asked"]), (&way.into(), &true.into()));
        let hierarchy = if ["sweeps", "meetings"].contains(&way) { "built" } else { "none" };
        assert_eq!(search["hierarchy"], hierarchy, "{way}");
        assert!(search["reach"].as_f64().unwrap() > 10.0);
        same_tables(&desk.result("chosen"), &desk.result(way));
    }
}

#[test]
fn the_town_in_every_way() {
    every_way(|| town_run().and("--csv"));
}

#[test]
fn the_town_with_all_views_of_gates_in_every_way() {
    every_way(|| town_run().with("--gates", "all"));
}

#[test]
fn a_real_city_on_hills_in_every_way() {
    let Some(osm) = real_data::path("beijing/tsinghua_wudaokou.osm.pbf") else { return };
    every_way(|| walkshed("run --outlets osm --standard national-2021 --model place").with("--osm", &osm));
}

#[test]
fn a_stored_hierarchy_is_used_by_its_walker_alone() {
    let desk = Desk::new();
    let graph = desk.result("town.graph");
    let built = walkshed("graph build --json --hierarchy flat --hierarchy place").with("--osm", town("city.osm.pbf"));
    let built = built.with("-o", &graph).ends(DONE).json();
    assert_eq!(built["hierarchies"].as_array().unwrap().len(), 2);
    assert_eq!(desk.left(), ["town.graph", "town.graph.flat-1.2.hierarchy", "town.graph.place-1.2.hierarchy"]);

    let run = |name: &str| town_run().and("--json").with("--osm", &graph).with("-o", desk.result(name));
    town_run().with("-o", desk.result("extract")).ends(DONE);
    let told = run("stored").ends(DONE).json();
    assert_eq!((&told["search"]["hierarchy"], &told["search"]["not_used"]), (&"stored".into(), &Value::Null));
    // The workbook names the inputs, and a graph file is not the extract: it has no names of streets.
    same_but_for(
        &["manifest.json", "report.html", "report.xlsx", "streets.parquet"],
        &desk.result("extract"),
        &desk.result("stored"),
    );
    for way in WAYS {
        let told = run(way).with("--way", way).ends(DONE).json();
        assert_eq!((&told["search"]["hierarchy"], &told["search"]["way"]), (&"stored".into(), &way.into()));
        same_tables(&desk.result("stored"), &desk.result(way));
    }
    let slow = run("slow").with("--speed", "0.9").ends(DONE).json();
    assert_eq!(slow["search"]["hierarchy"], "none");

    // Another can be added later, and is replaced only when asked to.
    let add = || walkshed("graph hierarchy --speed 0.9").and(&graph);
    add().ends(DONE);
    assert!(add().ends(WRONG_USE).err.contains("town.graph.flat-0.9.hierarchy exists"));
    add().and("--overwrite").ends(DONE);
    let stored = run("slow_stored").with("--speed", "0.9").ends(DONE).json();
    assert_eq!(stored["search"]["hierarchy"], "stored");
    same_tables(&desk.result("slow"), &desk.result("slow_stored"));
}

#[test]
fn a_hierarchy_that_does_not_fit_is_not_used_and_said_so() {
    let desk = Desk::new();
    let graph = desk.result("town.graph");
    let build = |words: &str| walkshed(words).with("--osm", town("city.osm.pbf")).with("-o", &graph).ends(DONE);
    build("graph build --hierarchy flat");
    // The streets are built again by other rules; the hierarchy beside them is the old one.
    build("graph build --overwrite --rules china --gates closed");
    let run = |name: &str| town_run().with("--osm", &graph).with("-o", desk.result(name));
    let told = run("old").ends(DONE).out;
    assert!(
        told.contains("a stored hierarchy was not used") && told.contains("town.graph.flat-1.2.hierarchy"),
        "{told}"
    );
    assert!(told.contains("another graph or another model"), "{told}");
    // Asked for, it is built for this run.
    let meetings = run("meetings").and("--json").with("--way", "meetings").ends(DONE).json();
    assert_eq!(meetings["search"]["hierarchy"], "built");
    assert!(meetings["search"]["not_used"].as_str().unwrap().contains("build it again"));
    same_tables(&desk.result("old"), &desk.result("meetings"));
    // Cut off, it is damaged.
    let file = desk.result("town.graph.flat-1.2.hierarchy");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let told = run("cut").ends(DONE).out;
    assert!(told.contains("damaged or was not copied whole"), "{told}");
    same_tables(&desk.result("old"), &desk.result("cut"));
}

#[test]
fn a_way_that_is_none_is_refused() {
    let desk = Desk::new();
    let told = town_run().with("--way", "fast").with("-o", desk.result("out")).ends(WRONG_USE).err;
    assert!(told.contains("expected one_by_one, lanes, sweeps or meetings"), "{told}");
    assert!(desk.left().is_empty());
}
