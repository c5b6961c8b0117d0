//! Real extracts from end to end: every residence is there, and what nobody counted is unknown, never missing.

use std::collections::BTreeSet;
use std::fs::File;

use h3o::{CellIndex, LatLng, Resolution};
use walkshed::osm::read_features;

use super::real_data;
use super::results::{Results, counts, numbers, sum, texts, words};
use super::tool::{DONE, Desk, walkshed};

/// Requirements of `six-ones` with their names.
const SIX_ONES: [(&str, &str); 6] =
    [("dian", "一店"), ("zao", "一早"), ("cai", "一菜"), ("xiu", "一修"), ("lao", "一老"), ("xiao", "一小")];

/// Every cell is at H3 resolution 10, once, in every table that has cells.
fn every_cell_is_in_every_table(results: &Results) {
    let cells = results.table("cells");
    let h3 = words(&cells, "h3");
    assert!(h3.iter().all(|cell| cell.parse::<CellIndex>().unwrap().resolution() == Resolution::Ten));
    let all: BTreeSet<&str> = h3.iter().copied().collect();
    assert_eq!(all.len(), h3.len(), "a cell comes twice");
    for (table, each) in [("access", 79), ("gaps", 6)] {
        let table = results.table(table);
        assert_eq!(table.height(), h3.len() * each);
        assert!(words(&table, "h3").chunks(each).zip(&h3).all(|(rows, cell)| rows.iter().all(|row| row == cell)));
    }
    let snaps = results.table("snaps");
    let snapped: Vec<&str> = words(&snaps, "id")
        .into_iter()
        .zip(words(&snaps, "kind"))
        .filter_map(|(id, kind)| (kind == "cell").then_some(id))
        .collect();
    assert_eq!(snapped, h3);
    assert_eq!(results.json("cells.geojson")["features"].as_array().unwrap().len(), h3.len());
}

/// Every block of flats of the extract stands in a residence cell.
fn nobody_is_forgotten(results: &Results, osm: &str, at_least: usize) {
    let osm = File::open(real_data::path(osm).unwrap()).unwrap();
    let flats = read_features(osm, &|tags| tags.is("building", "apartments")).unwrap().features;
    let cells = results.table("cells");
    let cells: BTreeSet<&str> = words(&cells, "h3").into_iter().collect();
    let mut looked_at = 0;
    for building in flats.iter().filter(|building| building.shape.is_some()) {
        let cell = LatLng::new(building.at.lat, building.at.lon).unwrap().to_cell(Resolution::Ten).to_string();
        assert!(cells.contains(cell.as_str()), "{:?} in {cell}", building.osm);
        looked_at += 1;
    }
    assert!(looked_at >= at_least, "{looked_at} blocks of flats");
}

/// A requirement of whose formats no outlet is known is unknown in every table, in the summary and on the map.
fn unknown_is_never_missing(results: &Results, summary: &str, unknown: &[&str]) {
    assert_eq!(results.findings["unknown"], serde_json::json!(unknown));
    let gaps = results.table("gaps");
    let (nearest, within, reasons) = (numbers(&gaps, "nearest_s"), counts(&gaps, "within"), texts(&gaps, "reason"));
    for (row, (requirement, status)) in words(&gaps, "requirement").into_iter().zip(words(&gaps, "status")).enumerate()
    {
        assert_eq!(status == "unknown", unknown.contains(&requirement), "{requirement} {status}");
        if status == "unknown" {
            assert_eq!((nearest[row], within[row], reasons[row]), (None, None, Some("format_not_in_registry")));
        }
    }
    let cells = results.table("cells");
    assert!(words(&cells, "missing").iter().all(|ids| ids.split(';').all(|id| !unknown.contains(&id))));
    assert!(counts(&cells, "unknown").iter().all(|count| *count == Some(unknown.len() as u32)));
    let all_met: Vec<Option<bool>> = cells.column("all_met").unwrap().bool().unwrap().iter().collect();
    assert!(all_met.iter().all(|all_met| *all_met != Some(true)), "nobody knows whether all are met");
    let zone_summary = results.table("zone_summary");
    assert!(words(&zone_summary, "missing").iter().all(|ids| ids.split(';').all(|id| !unknown.contains(&id))));

    let zones = results.table("zones");
    let (share, without) = (numbers(&zones, "share_met"), numbers(&zones, "residents_not_met"));
    for (row, requirement) in words(&zones, "requirement").into_iter().enumerate() {
        if unknown.contains(&requirement) {
            assert_eq!((share[row], without[row]), (None, Some(0.0)), "{requirement}");
        }
    }
    let formats = results.table("formats");
    for (row, status) in words(&formats, "status").into_iter().enumerate() {
        assert_eq!(status == "not_in_registry", counts(&formats, "outlets")[row] == Some(0));
        assert_eq!(status == "not_in_registry", numbers(&formats, "share_15")[row].is_none());
    }

    for (id, name) in SIX_ONES {
        let line = summary.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        let told: Vec<&str> = line.split_whitespace().collect();
        if unknown.contains(&id) {
            assert_eq!(told[told.len() - 8..], ["unknown", "-", "-", "-", "-", "-", "-", "-"], "{line}");
        } else {
            assert!(!line.contains("unknown"), "{line}");
        }
    }
    assert!(summary.contains("which says nothing about the street"));
    let names: Vec<&str> = SIX_ONES.iter().filter(|(id, _)| unknown.contains(id)).map(|(_, name)| *name).collect();
    assert!(results.text("map.svg").contains(&format!("未知 unknown: {}", names.join("、"))));
}

#[test]
fn las_palmas_by_the_six_ones() {
    let Some(results) = Results::las_palmas() else { return };
    every_cell_is_in_every_table(results);
    nobody_is_forgotten(results, "las_palmas/las_palmas.osm.pbf", 400);
    assert_eq!(
        results.findings["residents"]["weight_en"],
        "m2 of dwelling floor estimated from OSM, in place of residents"
    );
    let told = results.findings["residents"]["total"].as_f64().unwrap();
    assert!((told - sum(&results.table("cells"), "residents")).abs() < 1e-6);

    let desk = Desk::new();
    let osm = real_data::path("las_palmas/las_palmas.osm.pbf").unwrap();
    let call = walkshed("run --outlets osm --standard six-ones").with("--osm", osm).with("-o", desk.result("out"));
    let summary = call.ends(DONE).out;
    unknown_is_never_missing(results, &summary, &["xiao"]);
    assert!(summary.contains("m2 of dwelling floor estimated from OSM, in place of residents"), "{summary}");
    assert!(summary.contains("一小") && !summary.contains("Most lacked: 一小"), "{summary}");
}

#[test]
fn a_part_of_beijing_by_the_six_ones() {
    let Some(osm) = real_data::path("beijing/tsinghua_wudaokou.osm.pbf") else { return };
    let desk = Desk::new();
    let call = |name: &str| {
        walkshed("run --outlets osm --standard six-ones").with("--osm", &osm).with("-o", desk.result(name))
    };
    let summary = call("told").ends(DONE).out;
    let results = Results::new(desk.result("out"), call("out").and("--json").ends(DONE).json());
    every_cell_is_in_every_table(&results);
    nobody_is_forgotten(&results, "beijing/tsinghua_wudaokou.osm.pbf", 6);
    unknown_is_never_missing(&results, &summary, &["zao", "xiu", "lao", "xiao"]);
    let outlets = results.table("outlets");
    assert!(texts(&outlets, "name").iter().flatten().any(|name| name.contains('店')), "Chinese names come through");
}

#[test]
fn the_people_of_porto_alegre() {
    let (Some(osm), Some(people)) = (real_data::path("poa/poa.osm.pbf"), real_data::path("poa/poa_hexgrid.csv")) else {
        return;
    };
    let desk = Desk::new();
    let call = walkshed("run --outlets osm --standard six-ones --json").with("--osm", osm).with("--residents", &people);
    let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());
    let told = &results.findings["residents"];
    let placed = sum(&results.table("cells"), "residents");
    let not_placed = told["not_placed"].as_f64().unwrap();
    assert!((placed + not_placed - 812_935.0).abs() < 1e-6, "{placed} placed and {not_placed} not");
    assert_eq!(told["total"].as_f64(), Some(placed));

    // Rows in are cells and rejected rows, and the cells keep the resolution that the table has.
    let text = std::fs::read_to_string(people).unwrap();
    let mut rows: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    rows.sort_unstable();
    let (cells, rejected) = (results.table("cells"), results.table("rejected"));
    let mut found: Vec<&str> = words(&cells, "h3");
    found.extend(texts(&rejected, "id").into_iter().flatten());
    found.sort_unstable();
    assert_eq!(found, rows);
    assert_eq!((told["rows"].as_u64(), told["resolution"].as_u64()), (Some(1_227), Some(9)));
    assert_eq!(told["weight_en"], "residents");
}
