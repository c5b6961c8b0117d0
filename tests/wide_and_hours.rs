//! The table `wide`, which says the same as the long ones; and a run that asks what is open at an hour.

use std::collections::BTreeMap;

use super::results::{Results, numbers, texts, words};
use super::tool::{DONE, Desk, WRONG_USE, town, town_run, walkshed};

#[test]
fn a_wide_row_says_what_the_long_rows_say() {
    let desk = Desk::new();
    let call = town_run().and("--json").and("--wide").with("-o", desk.result("out"));
    let results = Results::new(desk.result("out"), call.ends(DONE).json());
    let (wide, gaps, access) = (results.table("wide"), results.table("gaps"), results.table("access"));
    assert_eq!(wide.height(), results.table("cells").height());
    let row: BTreeMap<&str, usize> = words(&wide, "h3").into_iter().zip(0..).collect();
    for ((h3, requirement), status) in
        words(&gaps, "h3").into_iter().zip(words(&gaps, "requirement")).zip(words(&gaps, "status"))
    {
        assert_eq!(words(&wide, &format!("status_{requirement}"))[row[h3]], status, "{h3} {requirement}");
    }
    let mut columns: BTreeMap<&str, Vec<Option<f64>>> = BTreeMap::new();
    let walks = texts(&access, "h3").into_iter().zip(words(&access, "format")).zip(numbers(&access, "nearest_s"));
    for ((h3, format), seconds) in walks {
        let column = columns.entry(format).or_insert_with(|| numbers(&wide, &format!("nearest_s_{format}")));
        assert_eq!(column[row[h3.unwrap()]], seconds, "{h3:?} {format}");
    }
    assert_eq!(results.text("README.md").matches("## wide.parquet").count(), 1);
    assert_eq!(
        results.json("manifest.json")["outputs"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|o| o["file"] == "wide.parquet")
            .count(),
        1
    );
    assert!(!Results::town().path("wide.parquet").exists(), "it is written where it is asked for");
}

/// An hour can only take away: what is met at 23:00 is met at some hour, and outlets whose hours are not known leave it open.
#[test]
fn what_is_open_at_an_hour_is_part_of_what_there_is() {
    let desk = Desk::new();
    let config = town("walkshed-amap.toml");
    let run = |name: &str, hour: Option<&str>| {
        let call = walkshed("run --json").and(&config).with("-o", desk.result(name));
        let call = hour.into_iter().fold(call, |call, hour| call.with("--open-at", hour));
        Results::new(desk.result(name), call.ends(DONE).json())
    };
    let (always, late) = (run("always", None), run("late", Some("23:00")));
    let statuses = |results: &Results| -> BTreeMap<(String, String), String> {
        let gaps = results.table("gaps");
        let keys = words(&gaps, "h3").into_iter().zip(words(&gaps, "requirement"));
        let keys = keys.map(|(h3, requirement)| (h3.to_owned(), requirement.to_owned()));
        keys.zip(words(&gaps, "status").into_iter().map(str::to_owned)).collect()
    };
    let (before, after) = (statuses(&always), statuses(&late));
    let mut unknown = 0;
    for (key, status) in &after {
        unknown += usize::from(status == "unknown" && before[key] == "met");
        assert!(status != "met" || before[key] == "met", "{key:?}: {} and {status}", before[key]);
        assert!(status != "not_met" || before[key] != "unknown", "{key:?}");
    }
    assert!(unknown > 0, "few outlets of this registry say their hours");
    assert_eq!(late.json("manifest.json")["settings"]["open_at"], "23:00");
    Desk::new().refuses(town_run().with("--open-at", "25:00"), WRONG_USE, &["--open-at", "25:00"]);
}
