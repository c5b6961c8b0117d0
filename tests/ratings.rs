//! Grades, rules and circles of zones on the sample town, counted again from the tables of outlets and cells.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Contains as _, LineString, Point, Polygon};
use serde_json::Value;

use super::results::{Results, counts, numbers, texts, words};
use super::tool::{DONE, Desk, town_run, town_text, walkshed};

/// The zones of the town with `score` among their properties.
fn scored(score: u32) -> String {
    town_text("zones.geojson").replace("\"properties\":{", &format!("\"properties\":{{\"score\":{score},"))
}

/// The polygon of each zone, read without the tool.
fn shapes() -> BTreeMap<String, Polygon<f64>> {
    let parsed: Value = serde_json::from_str(&town_text("zones.geojson")).unwrap();
    let polygon = |feature: &Value| {
        let ring = feature["geometry"]["coordinates"][0].as_array().unwrap().iter();
        let ring: Vec<(f64, f64)> = ring.map(|at| (at[0].as_f64().unwrap(), at[1].as_f64().unwrap())).collect();
        Polygon::new(LineString::from(ring), Vec::new())
    };
    let zones = parsed["features"].as_array().unwrap().iter();
    zones.map(|zone| (zone["properties"]["id"].as_str().unwrap().to_owned(), polygon(zone))).collect()
}

/// The formats of the outlets in each zone, one entry for each outlet; in the whole town under `*`.
fn formats_inside(results: &Results) -> BTreeMap<String, Vec<Vec<String>>> {
    let outlets = results.table("outlets");
    let (lons, lats) = (numbers(&outlets, "lon"), numbers(&outlets, "lat"));
    let shapes = shapes();
    let mut inside: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (row, formats) in words(&outlets, "formats").into_iter().enumerate() {
        let formats: Vec<String> = formats.split(';').map(str::to_owned).collect();
        let at = Point::new(lons[row].unwrap(), lats[row].unwrap());
        let zone = shapes.iter().find(|(_, shape)| shape.contains(&at)).map(|(id, _)| id.as_str());
        for zone in [Some("*"), zone].into_iter().flatten() {
            inside.entry(zone.to_owned()).or_default().push(formats.clone());
        }
    }
    inside
}

#[test]
fn xian_grades_circles_and_leaves_what_its_rule_leaves_open() {
    let desk = Desk::new();
    let zones = desk.file("scored.geojson", scored(85));
    let call = town_run().and("--json").with("--standard", "xian").with("--zones", &zones);
    let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());
    let inside = formats_inside(&results);
    let standard = walkshed("standard show xian --json").ends(DONE).json();
    let list = |set: usize| -> BTreeSet<String> {
        let formats = standard["standard"]["sets"][set]["formats"].as_array().unwrap();
        formats.iter().map(|format| format.as_str().unwrap().to_owned()).collect()
    };
    let count = |zone: &str, list: &BTreeSet<String>| {
        let formats: BTreeSet<&String> = inside.get(zone).into_iter().flatten().flatten().collect();
        formats.into_iter().filter(|format| list.contains(*format)).count() as f64
    };
    let absent = |list: &BTreeSet<String>| list.len() as f64 - count("*", list);
    let (basic, quality) = (list(0), list(1));
    let ratings = results.table("ratings");
    let (ids, values, most) = (texts(&ratings, "id"), numbers(&ratings, "value"), numbers(&ratings, "value_most"));
    let (status, why) = (words(&ratings, "status"), texts(&ratings, "why_zh"));
    let mut seen = BTreeSet::new();
    // Three measures and the grade, for the town and for each zone.
    for row in (0..ratings.height()).step_by(4) {
        let zone = words(&ratings, "zone_id")[row];
        assert_eq!(ids[row..row + 3], [Some("basic_formats"), Some("quality_formats"), Some("score")]);
        let (has_basic, has_quality) = (count(zone, &basic), count(zone, &quality));
        assert_eq!((values[row], values[row + 1]), (Some(has_basic), Some(has_quality)), "{zone}");
        // A format that the whole registry lacks may be there or not.
        let (most_basic, most_quality) = (has_basic + absent(&basic), has_quality + absent(&quality));
        assert_eq!((most[row], most[row + 1]), (Some(most_basic), Some(most_quality)), "{zone}");
        let grade = row + 3;
        let expected = match zone {
            "*" => "unknown",
            _ if has_basic >= 10.0 && has_quality >= 6.0 => "rated",
            _ if most_basic >= 10.0 && most_quality >= 6.0 => "unknown",
            // 85 points are too many for the second grade and the third.
            _ => "undefined",
        };
        assert_eq!(status[grade], expected, "{zone}: {has_basic} {has_quality}");
        assert_eq!(ids[grade], (expected == "rated").then_some("high"), "{zone}");
        assert_eq!(why[grade].is_none(), expected == "rated", "{zone}");
        seen.insert(expected);
    }
    assert!(seen.contains("undefined"), "{seen:?}");
    let told = results.findings["grades"].as_array().unwrap();
    let zones = told.iter().map(|grade| grade["zones"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(zones as usize, shapes().len(), "every zone is in one grade");
}

#[test]
fn wuxi_s_four_numbers() {
    let desk = Desk::new();
    let call = town_run().and("--json").with("--standard", "wuxi");
    let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());
    assert_eq!(results.table("gaps").height(), 0, "it asks nothing of residences");
    let summary = results.table("zone_summary");
    let residents: BTreeMap<&str, f64> = texts(&summary, "zone_id")
        .into_iter()
        .zip(numbers(&summary, "residents"))
        .filter_map(|(zone, residents)| Some((zone?, residents.unwrap())))
        .collect();
    let inside = formats_inside(&results);
    let formats = results.table("formats");
    let commercial: BTreeSet<&str> = words(&formats, "format")
        .into_iter()
        .zip(words(&formats, "class"))
        .filter(|(_, class)| ["basic", "quality", "smart", "supplementary"].contains(class))
        .map(|(format, _)| format)
        .collect();
    let ratings = results.table("ratings");
    let (ids, values, status) = (texts(&ratings, "id"), numbers(&ratings, "value"), words(&ratings, "status"));
    for (row, zone) in words(&ratings, "zone_id").into_iter().enumerate() {
        let outlets = inside.get(zone).map_or(&[][..], Vec::as_slice);
        let multi = outlets.iter().filter(|formats| formats.len() > 1).count() as f64;
        match ids[row] {
            Some("outlets_per_100") => {
                let of = |formats: &&Vec<String>| formats.iter().any(|format| commercial.contains(format.as_str()));
                let outlets = outlets.iter().filter(of).count() as f64;
                let expected = (residents[zone] > 0.0).then(|| outlets / (residents[zone] / 100.0));
                assert_eq!(values[row], expected, "{zone}");
            }
            Some("multi_function") => assert_eq!(values[row], Some(multi), "{zone}"),
            Some("multi") => assert_eq!(status[row], if multi >= 2.0 { "met" } else { "not_met" }, "{zone}"),
            _ => {}
        }
    }
    assert!(words(&ratings, "status").contains(&"no_grades"));
}

#[test]
fn circles_laid_over_each_other() {
    let desk = Desk::new();
    let call = town_run().and("--json").with("--standard", "overlay-circles");
    let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());
    // Of each cell how many circles it has: each circle is one requirement, so that is `met`.
    let cells = results.table("cells");
    let mut by_number: BTreeMap<u32, f64> = BTreeMap::new();
    for (met, residents) in counts(&cells, "met").into_iter().zip(numbers(&cells, "residents")) {
        *by_number.entry(met.unwrap()).or_default() += residents.unwrap();
    }
    let circles = results.table("zone_circles");
    let met = numbers(&circles, "residents_met");
    let rows = words(&circles, "zone_id").into_iter().zip(words(&circles, "circle")).enumerate();
    let mut numbers_seen = 0;
    for (row, (_, circle)) in rows.filter(|(_, (zone, circle))| *zone == "*" && circle.starts_with('=')) {
        let number: u32 = circle[1..].parse().unwrap();
        assert_eq!(met[row], Some(by_number.get(&number).copied().unwrap_or_default()), "{circle}");
        numbers_seen += 1;
    }
    assert_eq!(numbers_seen, 5, "none to four");
}
