//! `walkshed compare`: differences found again from the two runs' own tables, and what is refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::results::{Results, counts, numbers, read_parquet, texts, words};
use super::tool::{DONE, Desk, WRONG_USE, names, town_run, town_text, walkshed};

/// The town a year later: the last third of the outlets has closed.
fn later(desk: &Desk) -> PathBuf {
    let outlets: Vec<String> = town_text("outlets.csv").lines().take(360).map(str::to_owned).collect();
    let registry = desk.file("later.csv", outlets.join("\n") + "\n");
    let out = desk.result("later");
    town_run().with("--outlets", registry).with("--datum", "wgs84").with("-o", &out).ends(DONE);
    out
}

/// Cell and requirement of each row with its status and time.
fn statuses(folder: &Path) -> BTreeMap<(String, String), (String, Option<f64>)> {
    let gaps = read_parquet(&folder.join("gaps.parquet"));
    let keys = words(&gaps, "h3").into_iter().zip(words(&gaps, "requirement"));
    let values = words(&gaps, "status").into_iter().zip(numbers(&gaps, "nearest_s"));
    keys.zip(values).map(|((h3, r), (s, t))| ((h3.to_owned(), r.to_owned()), (s.to_owned(), t))).collect()
}

#[test]
fn differences_are_those_of_the_tables() {
    let desk = Desk::new();
    let (a, b) = (Results::town().folder(), later(&desk));
    let out = desk.result("out");
    let call = || walkshed("compare --csv").and(a).and(&b).with("-o", &out);
    let told = call().and("--json").ends(DONE).json();
    assert_eq!(
        names(&out),
        [
            "README.md",
            "compare_cells.csv",
            "compare_cells.geojson",
            "compare_cells.parquet",
            "compare_formats.csv",
            "compare_formats.parquet",
            "compare_gaps.csv",
            "compare_gaps.parquet",
            "compare_inputs.csv",
            "compare_inputs.parquet",
            "compare_zones.csv",
            "compare_zones.parquet",
            "manifest.json",
        ]
    );
    // Only the outlets have changed.
    let changed: Vec<&str> =
        told["changes"].as_array().unwrap().iter().map(|change| change["what"].as_str().unwrap()).collect();
    assert_eq!(changed, ["outlets"]);

    let (one, other) = (statuses(a), statuses(&b));
    let rows = read_parquet(&out.join("compare_gaps.parquet"));
    let mut listed = BTreeMap::new();
    let keys = words(&rows, "h3").into_iter().zip(words(&rows, "requirement"));
    for (row, (h3, requirement)) in keys.enumerate() {
        listed.insert((h3.to_owned(), requirement.to_owned()), row);
    }
    let (change, less) = (words(&rows, "change"), numbers(&rows, "nearest_change_s"));
    let mut lost: BTreeMap<&str, u32> = BTreeMap::new();
    for (key, (status, time)) in &one {
        let (then, then_time) = &other[key];
        let Some(&row) = listed.get(key) else {
            assert_eq!((status, time), (then, then_time), "{key:?} is not listed");
            continue;
        };
        let expected = match (status.as_str(), then.as_str()) {
            ("met", "not_met") => "lost",
            ("not_met", "met") => "gained",
            ("unknown", "unknown") | ("met", "met") | ("not_met", "not_met") => "walk",
            _ => "unclear",
        };
        assert_eq!(change[row], expected, "{key:?}");
        assert_eq!(less[row], then_time.zip(*time).map(|(b, a)| b - a), "{key:?}");
        *lost.entry(&key.0).or_default() += u32::from(expected == "lost");
    }
    assert_eq!(told["gaps_same"].as_u64().unwrap() as usize + rows.height(), one.len(), "nothing vanishes");

    let cells = read_parquet(&out.join("compare_cells.parquet"));
    let met = [counts(&cells, "met_a"), counts(&cells, "met_b")];
    for (row, cell) in words(&cells, "h3").into_iter().enumerate() {
        let fewer = lost.get(cell).copied().unwrap_or(0);
        // Outlets have only gone, and no format has gone as a whole.
        assert_eq!(met[0][row].unwrap() - met[1][row].unwrap(), fewer, "{cell}");
        assert_eq!(words(&cells, "change")[row], if fewer > 0 { "worse" } else { "same" }, "{cell}");
    }

    let shares = |folder: &Path| -> BTreeMap<(Option<String>, String), Option<f64>> {
        let zones = read_parquet(&folder.join("zones.parquet"));
        let keys = texts(&zones, "zone_id").into_iter().map(|id| id.map(str::to_owned));
        let keys = keys.zip(words(&zones, "requirement").into_iter().map(str::to_owned));
        keys.zip(numbers(&zones, "share_met")).collect()
    };
    let (before, after) = (shares(a), shares(&b));
    let zones = read_parquet(&out.join("compare_zones.parquet"));
    assert_eq!(zones.height(), before.len());
    for (row, zone) in texts(&zones, "zone_id").into_iter().enumerate() {
        let key = (zone.map(str::to_owned), words(&zones, "requirement")[row].to_owned());
        assert_eq!(numbers(&zones, "share_met_a")[row], before[&key], "{key:?}");
        assert_eq!(numbers(&zones, "share_met_b")[row], after[&key], "{key:?}");
    }
    let told = call().and("--overwrite").with("--lang", "zh").ends(DONE).out;
    let names = ["输入与设置的差异", "later.csv", "一店", "单元：\n  "];
    assert!(names.iter().all(|name| told.contains(name)), "{told}");
}

#[test]
fn a_run_compared_with_itself_has_no_differences() {
    let town = Results::town().folder();
    let told = walkshed("compare --json").and(town).and(town).ends(DONE).json();
    assert_eq!((told["gaps_changed"].as_u64(), told["changes"].as_array().map(Vec::len)), (Some(0), Some(0)));
    assert_eq!(told["cells"][0][0].as_str(), Some("same"));
    let told = walkshed("compare").and(town).and(town).ends(DONE).out;
    assert!(told.contains("Nothing that they were made from differs."), "{told}");
}

#[test]
fn what_does_not_count_the_same_is_refused_until_it_is_named() {
    let desk = Desk::new();
    let town = Results::town().folder();
    let (ten, coarse) = (desk.result("ten"), desk.result("coarse"));
    town_run().with("--standard", "xicheng-10min").with("-o", &ten).ends(DONE);
    town_run().with("--resolution", "9").with("-o", &coarse).ends(DONE);
    let compare = |other: &Path| walkshed("compare").and(town).and(other);
    let told = compare(&ten).ends(WRONG_USE);
    told.error_with(&["do not count the same thing", "six-ones", "xicheng-10min", "--accept standard "]);
    compare(&coarse).ends(WRONG_USE).error_with(&["resolution: 10 and 9", "--accept residents,resolution "]);
    compare(&coarse).with("--accept", "resolution").ends(WRONG_USE).error_with(&["--accept residents"]);
    compare(&ten).with("--accept", "everything").ends(WRONG_USE).error_with(&["expected any of residents"]);
    let told = compare(&ten).with("--accept", "standard").and("--json").ends(DONE).json();
    let only = |side: &str| {
        let rows = told["requirements"].as_array().unwrap().iter();
        rows.filter(|row| row["within"] == side).count()
    };
    assert_eq!((only("only_a"), only("only_b"), only("both")), (6, 8, 0));
    compare(desk.result("").as_path()).ends(WRONG_USE).error_with(&["is this an output folder"]);
}
