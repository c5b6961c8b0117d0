//! `walkshed repair` and the nodes of `walkshed graph export`: nothing vanishes, ranks fall, threads do not matter.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::real_data;
use super::results::{counts, numbers, read_parquet, texts, words};
use super::tool::{DONE, Desk, WRONG_USE, names, town, walkshed};

const FILES: [&str; 5] = ["README.md", "manifest.json", "repairs.csv", "repairs.geojson", "repairs.parquet"];

#[test]
fn the_list_of_the_town_is_written_in_every_form() {
    let desk = Desk::new();
    let out = desk.result("out");
    let told = walkshed("repair --csv").and(town("walkshed.toml")).with("-o", &out).ends(DONE).out;
    assert!(told.contains("dead ends that miss a street"), "{told}");
    assert_eq!(names(&out), FILES);
    let rows = read_parquet(&out.join("repairs.parquet")).height();
    let map: Value = serde_json::from_str(&fs::read_to_string(out.join("repairs.geojson")).unwrap()).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), rows);
    let sheet = fs::read_to_string(out.join("repairs.csv")).unwrap();
    assert!(sheet.starts_with("\u{feff}rank,kind,residents,"), "{sheet}");
    let readme = fs::read_to_string(out.join("README.md")).unwrap();
    assert!(readme.contains("## repairs.parquet") && readme.contains("| `todo_zh` |"), "{readme}");
    let again = || walkshed("repair").and(town("walkshed.toml")).with("-o", &out);
    again().ends(WRONG_USE).error_with(&["give --overwrite"]);
    let told = again().and("--overwrite").with("--lang", "zh").ends(DONE).out;
    assert!(told.contains("孤立道路"), "{told}");
}

#[test]
fn wrong_calls_are_refused() {
    let desk = Desk::new();
    let streets = || walkshed("repair").with("--osm", town("city.osm.pbf"));
    desk.refuses(streets().with("--gap", "500"), WRONG_USE, &["500 m", "0.1 to 50 m"]);
    desk.refuses(walkshed("repair"), WRONG_USE, &["no streets", "--osm FILE"]);
    let graph = desk.file("town.graph", b"WALKSHED");
    desk.refuses(walkshed("repair").with("--osm", graph), WRONG_USE, &["graph file", "the extract itself"]);
}

/// The list of a real city by a number of threads, with what was said of it.
fn list(desk: &Desk, osm: &Path, threads: &str) -> (std::path::PathBuf, Value) {
    let out = desk.result(threads);
    let call = walkshed("repair --json --csv").with("--osm", osm).with("--threads", threads).with("-o", &out);
    let told = call.ends(DONE).json();
    (out, told)
}

#[test]
fn in_a_real_city_nothing_vanishes_and_threads_do_not_matter() {
    let Some(osm) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let desk = Desk::new();
    let (one, told) = list(&desk, &osm, "1");
    let (three, _) = list(&desk, &osm, "3");
    for file in FILES.into_iter().filter(|file| *file != "manifest.json") {
        assert!(fs::read(one.join(file)).unwrap() == fs::read(three.join(file)).unwrap(), "{file} differs");
    }
    let table = read_parquet(&one.join("repairs.parquet"));
    let kinds = words(&table, "kind");
    let of_kind = |kind: &str| kinds.iter().filter(|k| **k == kind).count() as u64;
    for sum in told["kinds"].as_array().unwrap() {
        assert_eq!(sum["rows"], of_kind(sum["kind"].as_str().unwrap()), "{sum}");
        assert!(sum["residents"].as_f64() <= told["residents"].as_f64(), "everybody once: {sum}");
    }
    // Every part of the network besides the largest is in one place.
    let count = |key: &str| told[key].as_u64().unwrap();
    let placed = count("parts_without_residents") + count("parts_told_otherwise") + count("parts_of_squares");
    assert_eq!(count("parts"), placed + of_kind("island"));
    let residents: Vec<f64> = numbers(&table, "residents").into_iter().flatten().collect();
    assert_eq!(residents.len(), table.height());
    assert!(residents.is_sorted_by(|a, b| a >= b), "the most residents first");
    assert!(residents.iter().all(|r| r.is_sign_positive()));
    assert!(counts(&table, "rank").into_iter().flatten().eq(1..=table.height() as u32));
    let links = texts(&table, "link");
    assert!(links.iter().flatten().all(|link| link.starts_with("https://www.openstreetmap.org/")));
    for (distance, kind) in numbers(&table, "distance_m").into_iter().zip(&kinds) {
        assert!(*kind != "near_miss" || distance.is_some_and(|d| d <= 5.0), "{distance:?}");
    }
}

#[test]
fn compounds_that_nobody_can_come_into_are_rows_as_graph_info_counts_them() {
    let Some(osm) = real_data::path("beijing/tsinghua_wudaokou.osm.pbf") else { return };
    let desk = Desk::new();
    let (out, told) = list(&desk, &osm, "2");
    let info = walkshed("graph info --json").and(&osm).ends(DONE).json();
    let table = read_parquet(&out.join("repairs.parquet"));
    let kinds = words(&table, "kind");
    let rows: Vec<usize> = (0..kinds.len()).filter(|&row| kinds[row] == "shut_compound").collect();
    assert!(!rows.is_empty());
    assert_eq!(info["compounds"]["without_gate_or_entrance"], rows.len(), "{info}");
    assert!(told["kinds"].as_array().unwrap().iter().any(|k| k["kind"] == "shut_compound" && k["rows"] == rows.len()));
    let (todo, links) = (texts(&table, "todo_zh"), texts(&table, "link"));
    for row in rows {
        assert!(todo[row].as_ref().is_some_and(|text| text.starts_with("小区 ")), "{todo:?}");
        let link = links[row].as_ref().unwrap();
        assert!(link.contains("/way/") || link.contains("/relation/"), "{link}");
    }
}

#[test]
fn the_nodes_of_a_graph_are_exported_beside_its_streets() {
    let desk = Desk::new();
    let (streets, nodes, map) = (desk.result("s.parquet"), desk.result("n.parquet"), desk.result("n.geojson"));
    let call = || walkshed("graph export --overwrite").and(town("city.osm.pbf")).with("-o", &streets);
    call().with("--nodes", &nodes).ends(DONE);
    call().with("--nodes", &map).ends(DONE);
    call().with("--nodes", desk.result("n.csv")).ends(WRONG_USE).error_with(&["n.csv", ".parquet"]);
    let told = walkshed("graph info --json").and(town("city.osm.pbf")).ends(DONE).json();
    let table = read_parquet(&nodes);
    assert_eq!(table.height() as u64, told["nodes"].as_u64().unwrap());
    let map: Value = serde_json::from_str(&fs::read_to_string(map).unwrap()).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), table.height());
    // Each street has two ends, and each end is at a node; copies for arriving have streets of their own.
    let kinds = words(&table, "kind");
    let degrees = counts(&table, "degree").into_iter().flatten();
    let ends: u32 = degrees.zip(&kinds).filter(|(_, kind)| **kind != "arriving_copy").map(|(degree, _)| degree).sum();
    assert_eq!(ends as usize, 2 * read_parquet(&streets).height());
    for kind in ["junction", "dead_end", "arriving_copy"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
}
