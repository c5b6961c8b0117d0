//! Compounds (小区) of the sample town, counted and exported, and runs that take gates in all three ways at once.

use std::fs;

use serde_json::Value;
use walkshed::osm::PbfWriter;
use walkshed::osm::write::WriterOptions;
use walkshed::{OsmNodeId, OsmWayId};

use super::drawn::at;
use super::results::{Results, counts, numbers, read_parquet, texts, words};
use super::tool::{DONE, Desk, WRONG_USE, town, town_run, walkshed};

#[test]
fn the_town_has_compounds_with_gates() {
    let told = walkshed("graph info --json").and(town("city.osm.pbf")).ends(DONE).json();
    let compounds = &told["compounds"];
    let number = |value: &Value| value.as_u64().unwrap();
    let others: u64 = compounds["not_compounds"].as_object().unwrap().values().map(number).sum();
    assert_eq!(number(&compounds["outlines"]), number(&compounds["count"]) + others);
    let closed_by: u64 = compounds["closed_by"].as_object().unwrap().values().map(number).sum();
    assert_eq!(closed_by, number(&compounds["count"]));
    // Some gates are open, some let residents in only.
    for answer in ["open", "ends_only"] {
        assert!(compounds["gates"].as_array().unwrap().iter().any(|g| g["answer"] == answer), "{answer}: {compounds}");
    }
    let text = walkshed("graph info").and(town("city.osm.pbf")).ends(DONE).out;
    assert!(text.contains("compounds (小区)") && text.contains("outlines"), "{text}");
}

#[test]
fn compounds_are_exported_as_tables_and_maps() {
    let desk = Desk::new();
    let (table, map) = (desk.result("compounds.parquet"), desk.result("compounds.geojson"));
    let export = || walkshed("graph export --overwrite").and(town("city.osm.pbf")).with("-o", desk.result("s.parquet"));
    export().with("--compounds", &table).ends(DONE);
    export().with("--compounds", &map).ends(DONE);
    let compounds = read_parquet(&table);
    let told = walkshed("graph info --json").and(town("city.osm.pbf")).ends(DONE).json();
    assert_eq!(told["compounds"]["count"], compounds.height());
    assert!(words(&compounds, "name").iter().all(|name| !name.is_empty()));
    let map: Value = serde_json::from_str(&fs::read_to_string(map).unwrap()).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), compounds.height());
    assert_eq!(map["features"][0]["geometry"]["type"], "MultiPolygon");
}

#[test]
fn a_graph_file_has_no_compounds_and_one_view_of_gates() {
    let desk = Desk::new();
    let graph = desk.file("town.graph", "");
    walkshed("graph build --overwrite").with("--osm", town("city.osm.pbf")).with("-o", &graph).ends(DONE);
    assert!(walkshed("graph info --json").and(&graph).ends(DONE).json()["compounds"].is_null());
    let export = walkshed("graph export").and(&graph).with("-o", desk.result("s.parquet"));
    let export = export.with("--compounds", desk.result("c.parquet"));
    export.ends(WRONG_USE).error_with(&["is a graph file", "compounds are in the extract itself"]);
    let run = town_run().with("--gates", "all").with("--osm", &graph);
    desk.refuses(run, WRONG_USE, &["town.graph is a graph file", "--gates all", "give the extract itself"]);
    let info = walkshed("graph info --gates all").and(town("city.osm.pbf"));
    info.ends(WRONG_USE).error_with(&["--gates all is for walkshed run"]);
}

/// The town's results with gates taken in one way, and walks from the centres of cells or from homes.
fn with_gates(desk: &Desk, gates: &str, origins: &str) -> Results {
    let folder = desk.result(&format!("{gates}-{origins}"));
    let call = town_run().with("--gates", gates).with("--origins", origins).and("--json").with("-o", &folder);
    Results::new(folder, call.ends(DONE).json())
}

#[test]
fn all_views_of_gates_at_once_say_what_three_runs_say() {
    for origins in ["centre", "points"] {
        say_what_three_runs_say(origins);
    }
}

fn say_what_three_runs_say(origins: &str) {
    let desk = Desk::new();
    let all = with_gates(&desk, "all", origins).table("gaps");
    let alone = ["mapped", "open", "closed"].map(|gates| with_gates(&desk, gates, origins).table("gaps"));
    for column in ["h3", "requirement", "status"] {
        assert_eq!(words(&all, column), words(&alone[0], column), "{column}");
    }
    assert_eq!(numbers(&all, "nearest_s"), numbers(&alone[0], "nearest_s"));
    assert!(texts(&alone[0], "certainty").iter().all(Option::is_none));
    let statuses = [0, 1, 2].map(|case: usize| words(&alone[case], "status"));
    let (reasons, certainty) = (texts(&all, "reason"), words(&all, "certainty"));
    let gates = all.column("gate_node").unwrap().i64().unwrap();
    for row in 0..all.height() {
        let cases = [0, 1, 2].map(|case| statuses[case][row]);
        let met = cases.iter().filter(|&&status| status == "met").count();
        let expected = match (met, cases[0]) {
            (3, _) => "met",
            (1 | 2, _) => "depends_on_data",
            (_, "unknown") => "unknown",
            (_, "no_street") => "no_street",
            _ => "not_met",
        };
        assert_eq!(certainty[row], expected, "row {row}: {cases:?}");
        let by_gate = cases[0] == "not_met" && cases[1] == "met";
        assert_eq!(reasons[row] == Some("gate"), by_gate, "row {row}");
        assert!(by_gate || gates.get(row).is_none(), "row {row}");
    }
    assert!(certainty.contains(&"depends_on_data"), "the town's gates matter to somebody");
    if origins == "points" {
        // Each resident counts by the point of his own: whoever has it in one case at least, has it surely or depending.
        let met = [0, 1, 2].map(|case: usize| numbers(&alone[case], "residents_met"));
        let surely = ["residents_met_surely", "residents_depending_on_gates", "residents_not_met_surely"];
        let surely = surely.map(|column| numbers(&all, column));
        for row in 0..all.height() {
            let of = |column: &[Option<f64>]| column[row].unwrap();
            let (least, most) = met.iter().map(|m| of(m)).fold((f64::MAX, 0.0_f64), |(a, b), m| (a.min(m), b.max(m)));
            let (sure, depending) = (of(&surely[0]), of(&surely[1]));
            assert!(sure <= least + 1e-6 && sure + depending >= most - 1e-6, "row {row}: {sure} + {depending}");
        }
        assert!(surely[1].iter().flatten().any(|&residents| residents > 0.0));
    }
}

#[test]
fn the_gate_in_the_way_is_named() {
    // A street of 600 m with a locked gate in its middle, node 2; a home at its west end, a shop at its east end.
    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap();
    for (id, east, tags) in [(1, 0.0, &[][..]), (2, 300.0, &[("barrier", "gate"), ("locked", "yes")]), (3, 600.0, &[])]
    {
        map.node(OsmNodeId(id), at(east, 0.0), tags).unwrap();
    }
    map.way(OsmWayId(1), &[1, 2, 3].map(OsmNodeId), &[("highway", "residential")]).unwrap();
    let desk = Desk::new();
    let osm = desk.file("street.osm.pbf", map.finish().unwrap());
    let (home, shop) = (at(5.0, 3.0), at(590.0, 3.0));
    let people = desk.file("people.csv", format!("lon,lat,population\n{},{},7\n", home.lon, home.lat));
    let shops = format!("id,name,lon,lat,format\n1,店,{},{},convenience_store\n", shop.lon, shop.lat);
    let shops = desk.file("shops.csv", shops);
    let call =
        walkshed("run --datum wgs84 --standard six-ones --gates all --min-component 0 --json").with("--osm", osm);
    let call = call.with("--residents", people).with("--outlets", shops).with("-o", desk.result("out"));
    let results = Results::new(desk.result("out"), call.ends(DONE).json());
    let gaps = results.table("gaps");
    let row = words(&gaps, "status").iter().position(|&status| status == "not_met").expect("the shop is out of reach");
    assert_eq!((texts(&gaps, "reason")[row], words(&gaps, "certainty")[row]), (Some("gate"), "depends_on_data"));
    assert_eq!(gaps.column("gate_node").unwrap().i64().unwrap().get(row), Some(2));
}

#[test]
fn residents_by_certainty_add_up_in_zones_and_in_the_summary() {
    for origins in ["centre", "points"] {
        add_up_in_zones_and_in_the_summary(origins);
    }
}

fn add_up_in_zones_and_in_the_summary(origins: &str) {
    let desk = Desk::new();
    let results = with_gates(&desk, "all", origins);
    let zones = results.table("zones");
    let column = |name: &str| numbers(&zones, name);
    let sums = ["residents_met_surely", "residents_depending_on_gates", "residents_not_met_surely"].map(column);
    let (all, unknown, no_street) = (column("residents"), column("residents_unknown"), column("residents_no_street"));
    for row in 0..zones.height() {
        let of = |values: &[Option<f64>]| values[row].unwrap();
        let together: f64 = sums.iter().map(|s| of(s)).sum::<f64>() + of(&unknown) + of(&no_street);
        assert!((together - of(&all)).abs() < 1e-3, "row {row}: {together} of {}", of(&all));
    }
    let told = &results.findings["requirements"][0]["certainty"];
    for (sum, key) in sums.iter().zip(["met", "depends_on_data", "not_met"]) {
        assert!((told[key].as_f64().unwrap() - sum[0].unwrap()).abs() < 1e-3, "{key}: {told}");
    }
    assert_eq!(counts(&results.table("gaps"), "minutes").len(), results.table("gaps").height());
    let text = town_run().with("--gates", "all").with("-o", desk.result("again")).ends(DONE).out;
    assert!(text.contains("depends on gates"), "{text}");
}
