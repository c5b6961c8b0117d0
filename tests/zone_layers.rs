//! Several layers of zones in one run: communities as polygons, districts as a list of communities, and a list of cells.

use std::collections::BTreeMap;

use serde_json::Value;

use super::results::{Results, counts, numbers, texts, words};
use super::tool::{DONE, Desk, FAILED, WRONG_USE, town, town_run, town_text};

/// The district (街道) of each community, from the town's file.
fn districts() -> BTreeMap<String, String> {
    let parsed: Value = serde_json::from_str(&town_text("zones.geojson")).unwrap();
    let zones = parsed["features"].as_array().unwrap().iter().map(|zone| &zone["properties"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    zones.map(|zone| (text(&zone["id"]), text(&zone["district"]))).collect()
}

#[test]
fn districts_by_list_are_the_sums_of_their_communities() {
    let desk = Desk::new();
    let districts = districts();
    let rows: Vec<String> = districts.iter().map(|(community, district)| format!("{community},{district}")).collect();
    let list = desk.file("districts.csv", format!("member_id,zone_id\n{}\n", rows.join("\n")));
    let call = town_run().and("--json").with("--zones", town("zones.geojson")).with("--zones", &list);
    let call = call.with("--zone-layer", "社区").with("--zone-layer", "街道");
    let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());

    let zones = results.table("zones");
    let key = texts(&zones, "layer").into_iter().zip(texts(&zones, "zone_id")).zip(words(&zones, "requirement"));
    for name in ["residents_met", "residents_not_met", "residents_no_street", "residents_unknown"] {
        let mut communities: BTreeMap<(String, String), f64> = BTreeMap::new();
        let mut lists: BTreeMap<(String, String), f64> = BTreeMap::new();
        for (((layer, zone), requirement), value) in key.clone().zip(numbers(&zones, name)) {
            let (zone, value) = (zone.unwrap_or("none"), value.unwrap());
            match layer {
                Some("社区") => {
                    let district = districts.get(zone).map_or("none", String::as_str);
                    *communities.entry((district.to_owned(), requirement.to_owned())).or_default() += value;
                }
                Some("街道") => *lists.entry((zone.to_owned(), requirement.to_owned())).or_default() += value,
                layer => assert_eq!((layer, zone), (None, "*"), "the city is in no layer"),
            }
        }
        assert!(communities.len() > 6 && communities.keys().eq(lists.keys()), "{communities:?} {lists:?}");
        for (key, sum) in &communities {
            assert!((sum - lists[key]).abs() < 1e-5, "{name} of {key:?}: {sum} and {}", lists[key]);
        }
    }

    // Every cell is once in each layer, and the city is told once in every table.
    let cells = results.table("cells").height();
    assert_eq!(results.table("cell_zones").height(), 2 * cells);
    for table in ["zones", "zone_summary", "ratings", "zone_formats"] {
        let rows = results.table(table);
        let city: Vec<_> = texts(&rows, "zone_id").into_iter().filter(|id| *id == Some("*")).collect();
        let names: Vec<&str> = if table == "zone_summary" { vec!["zone_id"] } else { Vec::new() };
        assert!(!city.is_empty() && (names.is_empty() || city.len() == 1), "{table}");
        assert!(texts(&rows, "layer").contains(&Some("街道")), "{table}");
    }
    assert_eq!(results.json("manifest.json")["settings"]["zone_layers"], serde_json::json!(["社区", "街道"]));
    let layers = &results.json("manifest.json")["counts"]["zones"]["layers"];
    assert_eq!(layers[1][0], "街道");
}

#[test]
fn the_nearest_outlet_of_a_format_is_the_nearest_of_the_inhabited_cells() {
    let results = Results::town();
    let (access, cells) = (results.table("access"), results.table("cells"));
    let zone_of: BTreeMap<&str, (Option<&str>, f64)> = words(&cells, "h3")
        .into_iter()
        .zip(texts(&cells, "zone_id").into_iter().zip(numbers(&cells, "residents").into_iter().map(Option::unwrap)))
        .collect();
    let mut nearest: BTreeMap<(&str, &str), (f64, &str)> = BTreeMap::new();
    let walks = numbers(&access, "nearest_s").into_iter().zip(texts(&access, "nearest_id"));
    for ((h3, format), walk) in words(&access, "h3").into_iter().zip(words(&access, "format")).zip(walks) {
        let (zone, residents) = zone_of[h3];
        let (Some(seconds), Some(id)) = walk else { continue };
        for zone in [Some("*"), zone].into_iter().flatten().filter(|_| residents > 0.0) {
            let best = nearest.entry((zone, format)).or_insert((seconds, id));
            if (seconds, id) < *best {
                *best = (seconds, id);
            }
        }
    }
    let table = results.table("zone_formats");
    let keys = words(&table, "zone_id").into_iter().zip(words(&table, "format"));
    for (key, (seconds, id)) in keys.zip(numbers(&table, "nearest_s").into_iter().zip(texts(&table, "nearest_id"))) {
        assert_eq!(nearest.get(&key).copied(), seconds.zip(id), "{key:?}");
    }
    assert!(counts(&table, "outlets").len() == table.height());
}

#[test]
fn layers_that_cannot_be_used() {
    let desk = Desk::new();
    let zones = town("zones.geojson");
    let twice = town_run().with("--zones", &zones).with("--zones", &zones);
    desk.refuses(twice, WRONG_USE, &["two layers of zones are called 'zones'", "--zone-layer"]);
    let list = desk.file("list.csv", "member_id,zone_id\n0001001,a\nnowhere,a\n");
    let call = || town_run().with("--zones", &zones).with("--zones", &list);
    desk.refuses(
        call(),
        FAILED,
        &["list.csv, row", "'nowhere' is neither the id nor the name of a zone of the layer 'zones'"],
    );
    let cells = desk.file("cells.csv", "h3,zone_id\nnope,a\n");
    desk.refuses(town_run().with("--zones", &cells), FAILED, &["cells.csv, row", "'nope' is no H3 cell"]);
}
