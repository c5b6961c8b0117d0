//! Streets to look at, and why each may be walked on: `walkshed graph export`, `walkshed explain`, `--rules`, `--gates`.

use std::fs;

use serde_json::Value;

use super::results::{numbers, read_parquet, words};
use super::tool::{DONE, Desk, FAILED, WRONG_USE, town, walkshed};

#[test]
fn every_street_is_exported_with_its_rule() {
    let desk = Desk::new();
    let (table, map) = (desk.result("streets.parquet"), desk.result("streets.geojson"));
    walkshed("graph export").and(town("city.osm.pbf")).with("-o", &table).ends(DONE);
    walkshed("graph export").and(town("city.osm.pbf")).with("-o", &map).ends(DONE);
    let streets = read_parquet(&table);
    let told = walkshed("graph info --json").and(town("city.osm.pbf")).ends(DONE).json();
    let length: f64 = numbers(&streets, "length_m").into_iter().flatten().sum();
    assert!((length - told["length_m"].as_f64().unwrap()).abs() < 0.01, "{length}");
    let map: Value = serde_json::from_str(&fs::read_to_string(map).unwrap()).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), streets.height());
    assert_eq!(map["features"][0]["geometry"]["type"], "LineString");
    // The town has private drives, and plain paths behind its gates.
    let decided = words(&streets, "decided_by");
    for rule in ["class", "access", "behind_gate"] {
        assert!(decided.iter().any(|d| d.split(';').any(|word| word == rule)), "{rule}");
    }
    for (access, decided) in words(&streets, "access").into_iter().zip(decided) {
        assert_eq!(access == "ends_only", decided.contains("access") || decided.contains("behind_gate"), "{decided}");
    }
}

#[test]
fn a_way_is_explained_in_words() {
    let desk = Desk::new();
    let table = desk.result("streets.parquet");
    walkshed("graph export").and(town("city.osm.pbf")).with("-o", &table).ends(DONE);
    let streets = read_parquet(&table);
    let way_decided_by = |rule: &str| {
        let all = words(&streets, "decided_by").into_iter().zip(words(&streets, "way_ids"));
        let found = all.into_iter().find(|(decided, ways)| *decided == rule && !ways.contains(';'));
        found.expect("the town has such a way").1.to_owned()
    };
    let explained = |way: &str| walkshed("explain way").and(way).with("--osm", town("city.osm.pbf")).ends(DONE).out;
    let private = explained(&way_decided_by("access"));
    assert!(private.contains("walked on only by who starts or ends there"), "{private}");
    assert!(private.contains("the key access says so"), "{private}");
    let behind = explained(&way_decided_by("behind_gate"));
    assert!(behind.contains("can only be come to through private gates or streets"), "{behind}");
    let open = explained(&way_decided_by("class"));
    assert!(open.contains("walked on by everybody") && open.contains("in the graph: on"), "{open}");
}

#[test]
fn what_is_not_in_the_extract_cannot_be_explained() {
    let call = walkshed("explain way 999999999").with("--osm", town("city.osm.pbf"));
    call.ends(WRONG_USE).error_with(&["city.osm.pbf has no w999999999"]);
}

#[test]
fn gates_taken_as_open_leave_nothing_behind_them() {
    let stretches = |gates: &str| {
        let call = walkshed("graph info --json").and(town("city.osm.pbf")).with("--gates", gates);
        let told = call.ends(DONE).json();
        (told["import"]["private_gates"].as_u64().unwrap(), told["about"]["rules"].as_str().unwrap().to_owned())
    };
    let (mapped, open, closed) = (stretches("mapped"), stretches("open"), stretches("closed"));
    assert!(open.0 == 0 && mapped.0 > 0 && closed.0 > mapped.0, "{open:?} {mapped:?} {closed:?}");
    assert_eq!([mapped.1, open.1, closed.1], ["worldwide", "worldwide, gates open", "worldwide, gates closed"]);
}

#[test]
fn rules_are_named_or_read_from_a_file() {
    let desk = Desk::new();
    let own = "schema_version = 1\nid = \"own\"\nextends = \"china\"\n\n[[class]]\nkey = \"highway\"\n\
               values = [\"service\"]\nfoot = \"no\"\nsource = \"a test\"\n";
    let rules = desk.file("own.toml", own);
    let ways = |call: super::tool::Call| call.ends(DONE).json()["import"]["ways_used"].as_u64().unwrap();
    let info = || walkshed("graph info --json").and(town("city.osm.pbf"));
    assert!(ways(info().with("--rules", &rules)) < ways(info().with("--rules", "china")));
    info().with("--rules", "mars").ends(WRONG_USE).error_with(&["there are no rules \"mars\"", "worldwide, china"]);
    let broken = desk.file("broken.toml", "schema_version = 1\nid = \"x\"\nclasses = 3\n");
    info().with("--rules", &broken).ends(FAILED).error_with(&["broken.toml", "classes", "line 3"]);
}

#[test]
fn the_hour_of_a_run_is_part_of_its_rules() {
    let desk = Desk::new();
    let graph = desk.result("evening.graph");
    walkshed("graph build")
        .and("--at")
        .and("Tu 23:00")
        .with("--osm", town("city.osm.pbf"))
        .with("-o", &graph)
        .ends(DONE);
    let told = walkshed("graph info --json").and(&graph).ends(DONE).json();
    assert_eq!(told["about"]["rules"], "worldwide, at 2026-06-09 23:00");
    let wrong = walkshed("graph info").and("--at").and("noon").and(town("city.osm.pbf"));
    wrong.ends(WRONG_USE).error_with(&["noon", "is no day and hour", "Tu 08:00"]);
}
