//! The sample town from its `walkshed.toml`: nobody is lost, words and numbers agree, and tables fit together.
//!
//! `golden/town.json` holds what the tool finds there now, not what is right: it shows what a change changes. It is
//! written anew only with `UPDATE_GOLDEN=1`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use geo::{Contains as _, LineString, Point, Polygon};
use serde_json::{Value, json};

use super::results::{Results, counts, numbers, sum, texts, words};
use super::tool::town_text;
use super::town_files::TABLES;

const FORMATS: usize = 79;
const REQUIREMENTS: [&str; 6] = ["dian", "zao", "cai", "xiu", "lao", "xiao"];

/// The residents of the sample by cell, read without the tool.
fn residents_by_cell() -> BTreeMap<String, f64> {
    let text = town_text("residents.csv");
    let rows = text.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        (fields[0].to_owned(), fields[1].parse().unwrap())
    });
    rows.collect()
}

#[test]
fn every_cell_of_the_sample_is_there_once_with_its_residents() {
    let cells = Results::town().table("cells");
    let found: Vec<(String, f64)> = words(&cells, "h3")
        .into_iter()
        .map(str::to_owned)
        .zip(numbers(&cells, "residents").into_iter().map(Option::unwrap))
        .collect();
    let expected: Vec<(String, f64)> = residents_by_cell().into_iter().collect();
    // In the order of the cells' indexes, which is that of their texts within one resolution.
    assert!(found == expected, "cells or residents differ");
    assert!((sum(&cells, "residents") - 73_090.0).abs() < 1e-9);
    let indexes: Vec<u64> = cells.column("h3_u64").unwrap().u64().unwrap().into_no_null_iter().collect();
    assert!(words(&cells, "h3").iter().zip(indexes).all(|(text, index)| *text == format!("{index:x}")));
}

#[test]
fn every_cell_has_a_row_for_each_format_each_requirement_and_its_street() {
    let town = Results::town();
    let (cells, access, gaps) = (town.table("cells"), town.table("access"), town.table("gaps"));
    let (snaps, outlets) = (town.table("snaps"), town.table("outlets"));
    assert_eq!(access.height(), cells.height() * FORMATS);
    assert_eq!(gaps.height(), cells.height() * REQUIREMENTS.len());
    assert_eq!(snaps.height(), cells.height() + outlets.height());
    assert_eq!(town.table("formats").height(), FORMATS);

    let h3 = words(&cells, "h3");
    let pairs: BTreeSet<_> = words(&access, "h3").into_iter().zip(words(&access, "format")).collect();
    assert_eq!(pairs.len(), access.height(), "a cell has a format twice");
    let in_order =
        |of: Vec<&str>, each: usize| of.chunks(each).zip(&h3).all(|(rows, cell)| rows.iter().all(|r| r == cell));
    assert!(in_order(words(&access, "h3"), FORMATS) && in_order(words(&gaps, "h3"), REQUIREMENTS.len()));
    assert!(words(&gaps, "requirement").chunks(REQUIREMENTS.len()).all(|of_cell| of_cell == REQUIREMENTS));
    let ids: Vec<&str> = h3.iter().copied().chain(words(&outlets, "source_id")).collect();
    assert_eq!(words(&snaps, "id"), ids);
}

#[test]
fn what_access_says_in_words_it_says_in_numbers() {
    let access = Results::town().table("access");
    let (nearest, ids) = (numbers(&access, "nearest_s"), texts(&access, "nearest_id"));
    let within = [5, 10, 15].map(|minutes| counts(&access, &format!("n_{minutes}")));
    let mut seen = BTreeSet::new();
    for (row, status) in words(&access, "status").into_iter().enumerate() {
        seen.insert(status);
        let n = [0, 1, 2].map(|tier| within[tier][row]);
        let context = format!("row {row}: {status}, {:?} s, {n:?}", nearest[row]);
        assert_eq!(nearest[row].is_some(), ids[row].is_some(), "{context}");
        match (status, nearest[row]) {
            ("reachable", Some(seconds)) => {
                assert!(seconds <= 900.0, "{context}");
                assert!(n[0] <= n[1] && n[1] <= n[2], "{context}");
                // An outlet is counted within a tier exactly if the nearest one is.
                for (count, minutes) in n.into_iter().zip([5.0, 10.0, 15.0]) {
                    assert_eq!(count.unwrap() > 0, seconds <= minutes * 60.0, "{context}");
                }
            }
            ("beyond_budget", Some(seconds)) => assert!(seconds > 900.0 && n == [Some(0); 3], "{context}"),
            ("no_outlet", None) => assert_eq!(n, [Some(0); 3], "{context}"),
            ("format_not_in_registry" | "no_street", None) => assert_eq!(n, [None; 3], "{context}"),
            _ => panic!("{context}"),
        }
    }
    assert_eq!(seen, ["beyond_budget", "format_not_in_registry", "reachable"].into(), "what the town is to show");
}

#[test]
fn what_gaps_says_in_words_it_says_in_numbers() {
    let gaps = Results::town().table("gaps");
    let (nearest, within) = (numbers(&gaps, "nearest_s"), counts(&gaps, "within"));
    let (reasons, minutes) = (texts(&gaps, "reason"), counts(&gaps, "minutes"));
    let (straight, walked) = (numbers(&gaps, "straight_m"), numbers(&gaps, "nearest_m"));
    let mut seen = BTreeSet::new();
    for (row, status) in words(&gaps, "status").into_iter().enumerate() {
        let budget = f64::from(minutes[row].unwrap()) * 60.0;
        // At 1.2 m/s; with the corners of a street grid the straight line may be 1 / √2 of that.
        let reach = budget * 1.2;
        let is_near = straight[row].is_some_and(|straight| straight * std::f64::consts::SQRT_2 <= reach);
        assert!(straight[row].is_none_or(|straight| status == "not_met" && straight <= reach), "row {row}");
        assert_eq!(walked[row], nearest[row].map(|seconds| seconds * 1.2), "row {row}");
        seen.insert(reasons[row]);
        let context = format!("row {row}: {status}, {:?}, {:?} s, {:?}", reasons[row], nearest[row], within[row]);
        match (status, reasons[row]) {
            ("met", None) => assert!(within[row] >= Some(1) && nearest[row].unwrap() <= budget, "{context}"),
            ("not_met", Some("beyond_budget")) => {
                assert!(within[row] == Some(0) && nearest[row].unwrap() > budget && !is_near, "{context}");
            }
            ("not_met", Some("detour")) => {
                assert!(within[row] == Some(0) && nearest[row].is_none_or(|s| s > budget) && is_near, "{context}");
            }
            ("not_met", Some("no_outlet")) => {
                assert!(within[row] == Some(0) && nearest[row].is_none() && !is_near, "{context}");
            }
            ("not_met", Some("edge_of_data")) => assert!(within[row] == Some(0), "{context}"),
            _ => panic!("{context}"),
        }
    }
    assert!(seen.contains(&None) && seen.len() > 1, "{seen:?}");
}

#[test]
fn a_requirement_is_as_near_as_the_nearest_of_its_formats() {
    // By the standard: a shop; a breakfast shop or cart; a market or a greengrocer; and so on.
    let any_of: [(&str, &[&str]); 6] = [
        ("dian", &["convenience_store"]),
        ("zao", &["breakfast_shop", "mobile_breakfast"]),
        ("cai", &["wet_market", "fresh_grocery"]),
        ("xiu", &["repair_point", "repair_kiosk"]),
        ("lao", &["elderly_care", "day_care_centre"]),
        ("xiao", &["childcare"]),
    ];
    let (access, gaps) = (Results::town().table("access"), Results::town().table("gaps"));
    let by_format: BTreeMap<(&str, &str), Option<f64>> =
        words(&access, "h3").into_iter().zip(words(&access, "format")).zip(numbers(&access, "nearest_s")).collect();
    let rows = words(&gaps, "h3").into_iter().zip(words(&gaps, "requirement")).zip(numbers(&gaps, "nearest_s"));
    for ((h3, requirement), nearest) in rows {
        let (_, formats) = any_of.iter().find(|(id, _)| *id == requirement).unwrap();
        let of_formats = formats.iter().filter_map(|format| by_format[&(h3, *format)]);
        assert_eq!(nearest, of_formats.min_by(f64::total_cmp), "{h3} {requirement}");
    }
}

#[test]
fn the_verdict_of_a_cell_is_that_of_its_gaps() {
    let (cells, gaps) = (Results::town().table("cells"), Results::town().table("gaps"));
    let statuses = words(&gaps, "status");
    let [met, not_met, unknown, all] = ["met", "not_met", "unknown", "requirements"].map(|name| counts(&cells, name));
    let missing = words(&cells, "missing");
    let all_met: Vec<Option<bool>> = cells.column("all_met").unwrap().bool().unwrap().iter().collect();
    for (cell, of_cell) in statuses.chunks(REQUIREMENTS.len()).enumerate() {
        let count = |status| Some(of_cell.iter().filter(|s| **s == status).count() as u32);
        assert_eq!([met[cell], not_met[cell], unknown[cell]], ["met", "not_met", "unknown"].map(count));
        assert_eq!(all[cell], Some(REQUIREMENTS.len() as u32));
        let lacked: Vec<&str> =
            of_cell.iter().zip(REQUIREMENTS).filter(|(status, _)| **status == "not_met").map(|(_, id)| id).collect();
        assert_eq!(missing[cell], lacked.join(";"));
        assert_eq!(all_met[cell], Some(lacked.is_empty()));
    }
}

#[test]
fn the_rows_of_the_zones_sum_to_the_row_of_the_city() {
    let zones = Results::town().table("zones");
    let (ids, requirements) = (texts(&zones, "zone_id"), words(&zones, "requirement"));
    let zone_count = 1 + 22 + 1; // the city, the communities, and what is in none of them
    assert_eq!(zones.height(), zone_count * REQUIREMENTS.len());
    for column in ["residents", "residents_met", "residents_not_met", "residents_unknown", "residents_no_street"] {
        let values = numbers(&zones, column);
        for requirement in REQUIREMENTS {
            let of = |is_city: bool| -> f64 {
                let rows =
                    (0..zones.height()).filter(|&r| requirements[r] == requirement && (ids[r] == Some("*")) == is_city);
                rows.map(|row| values[row].unwrap()).sum()
            };
            assert!((of(true) - of(false)).abs() < 1e-9, "{column} of {requirement}: {} and {}", of(true), of(false));
        }
    }
    let summary = Results::town().table("zone_summary");
    assert_eq!(counts(&summary, "cells")[0], Some(210));
    assert_eq!(counts(&summary, "cells")[1..].iter().flatten().sum::<u32>(), 210);
    assert!((numbers(&summary, "residents")[1..].iter().flatten().sum::<f64>() - 73_090.0).abs() < 1e-9);
}

#[test]
fn each_cell_is_in_the_zone_that_its_centre_lies_in() {
    let zones: Value = serde_json::from_str(&town_text("zones.geojson")).unwrap();
    let shapes: Vec<(&str, Polygon<f64>)> = zones["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|zone| {
            assert_eq!(zone["geometry"]["type"], "Polygon");
            let ring = zone["geometry"]["coordinates"][0].as_array().unwrap();
            let corners: Vec<(f64, f64)> =
                ring.iter().map(|c| (c[0].as_f64().unwrap(), c[1].as_f64().unwrap())).collect();
            (zone["properties"]["id"].as_str().unwrap(), Polygon::new(LineString::from(corners), Vec::new()))
        })
        .collect();
    let cells = Results::town().table("cells");
    let centres = numbers(&cells, "lon").into_iter().flatten().zip(numbers(&cells, "lat").into_iter().flatten());
    for ((lon, lat), zone) in centres.zip(texts(&cells, "zone_id")) {
        let holding = shapes.iter().find(|(_, shape)| shape.contains(&Point::new(lon, lat)));
        assert_eq!(zone, holding.map(|(id, _)| *id), "{lon}, {lat}");
    }
}

#[test]
fn the_findings_are_those_of_last_time() {
    let results = Results::town();
    let findings = &results.findings;
    let requirements = findings["requirements"].as_array().unwrap().iter().map(|requirement| {
        let keep = [
            "share_met",
            "met",
            "not_met",
            "unknown",
            "no_street",
            "no_outlet",
            "beyond_budget",
            "too_few",
            "detour",
            "gate",
            "island",
            "edge_of_data",
        ];
        let kept: serde_json::Map<String, Value> =
            keep.iter().map(|key| ((*key).to_owned(), requirement[key].clone())).collect();
        (requirement["id"].as_str().unwrap().to_owned(), Value::Object(kept))
    });
    let rows = TABLES.iter().map(|(name, _)| ((*name).to_owned(), results.table(name).height().into()));
    let summary = results.table("zone_summary");
    let all_met = texts(&summary, "zone_id").into_iter().zip(numbers(&summary, "residents_all_met"));
    let formats = results.table("formats");
    let within = words(&formats, "format").into_iter().zip(numbers(&formats, "residents_15"));
    let found = json!({
        "streets": { "nodes": findings["streets"]["nodes"], "links": findings["streets"]["links"] },
        "residents": { "cells": findings["residents"]["cells"], "total": findings["residents"]["total"] },
        "outlets": { "used": findings["outlets"]["used"], "formats": findings["outlets"]["formats_present"] },
        "rows": rows.collect::<serde_json::Map<_, _>>(),
        "requirements": requirements.collect::<serde_json::Map<_, _>>(),
        "share_all_known": findings["share_all_known"],
        "residents_all_met_by_zone": all_met.map(|(zone, n)| (zone.unwrap_or("outside").to_owned(), n.into()))
            .collect::<serde_json::Map<_, _>>(),
        "residents_within_15_min_by_format": within.filter(|(_, n)| n.is_some()).map(|(f, n)| (f.to_owned(), n.into()))
            .collect::<serde_json::Map<_, _>>(),
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/town.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, format!("{found:#}\n")).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let found = format!("{found:#}\n");
    let changed: Vec<String> = golden
        .lines()
        .zip(found.lines())
        .filter(|(was, is)| was != is)
        .map(|(was, is)| format!("was {}   is {}", was.trim(), is.trim()))
        .collect();
    assert!(
        golden == found,
        "the findings changed; if they should, run the test with UPDATE_GOLDEN=1 and commit tests/golden/town.json:\n{}",
        changed.join("\n")
    );
}
