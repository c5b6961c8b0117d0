//! `report.xlsx` read back: every number is that of a table, unknown is a word, names stay names, the same run gives the
//! same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use calamine::{Data, DataType as _, Range, Reader as _, Xlsx, open_workbook};

use super::results::{Results, numbers, texts, words};
use super::tool::{DONE, Desk, WRONG_USE, town_run, town_text, walkshed};

type Book = Xlsx<std::io::BufReader<fs::File>>;

fn open(path: &Path) -> Book {
    open_workbook(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A table of a sheet: the rows below the one that begins with this head, as far as they go on.
struct Sheet {
    heads: Vec<String>,
    rows: Vec<Vec<Data>>,
}

impl Sheet {
    fn of(book: &mut Book, name: &str, first_head: &str) -> Self {
        let range: Range<Data> = book.worksheet_range(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let begins = |row: &[Data]| row[0].get_string() == Some(first_head);
        let mut rows = range.rows().skip_while(|row| !begins(row)).map(<[Data]>::to_vec);
        let heads = rows.next().unwrap_or_else(|| panic!("no {first_head} in {name}"));
        let heads = heads.iter().map(ToString::to_string).collect();
        let rows = rows.take_while(|row| row.iter().filter(|cell| **cell != Data::Empty).count() > 1).collect();
        Self { heads, rows }
    }

    fn column(&self, head: &str) -> Vec<&Data> {
        let at = self.heads.iter().position(|one| one == head).unwrap_or_else(|| panic!("{head}: {:?}", self.heads));
        self.rows.iter().map(|row| &row[at]).collect()
    }

    fn numbers(&self, head: &str) -> Vec<f64> {
        self.column(head).into_iter().map(|cell| number(cell).unwrap_or_else(|| panic!("{head}: {cell:?}"))).collect()
    }

    fn texts(&self, head: &str) -> Vec<String> {
        self.column(head).into_iter().map(ToString::to_string).collect()
    }
}

fn number(cell: &Data) -> Option<f64> {
    match cell {
        Data::Float(number) => Some(*number),
        Data::Int(number) => Some(*number as f64),
        _ => None,
    }
}

/// Every share by zone and requirement, as a sheet and the table `zones` have it.
fn zones_agree(results: &Results) {
    let mut book = open(&results.path("report.xlsx"));
    let sheet = Sheet::of(&mut book, "Zones", "Zone id");
    let summary = results.table("zone_summary");
    let zones = results.table("zones");
    let (share, unknown) = (numbers(&zones, "share_met"), numbers(&zones, "residents_unknown"));
    let of_zone = zones.height() / summary.height();
    assert_eq!(sheet.rows.len(), summary.height());
    assert_eq!(sheet.heads.len(), 7 + of_zone);
    let all: Vec<f64> = numbers(&summary, "residents").into_iter().flatten().collect();
    let head = if sheet.heads.iter().any(|head| head == "All") { "All" } else { "Residents" };
    assert_eq!(sheet.numbers(head), all);
    let some: Vec<f64> = numbers(&summary, "residents_some_missing").into_iter().flatten().collect();
    assert_eq!(sheet.numbers("Lacking something"), some);
    for (place, row) in sheet.rows.iter().enumerate() {
        for (requirement, cell) in row[7..].iter().enumerate() {
            let at = place * of_zone + requirement;
            match (share[at], unknown[at]) {
                (Some(share), _) => assert_eq!(number(cell), Some(share), "row {at}"),
                (None, Some(some)) if some > 0.0 => assert_eq!(cell.to_string(), "unknown", "row {at}"),
                (None, _) => assert_eq!(*cell, Data::Empty, "nobody lives there: row {at}"),
            }
        }
    }
}

/// Every gap of a zone is in the list with its residents, and its reasons add up to them.
fn gaps_agree(results: &Results) {
    let mut book = open(&results.path("report.xlsx"));
    let sheet = Sheet::of(&mut book, "Missing", "Rank");
    let zones = results.table("zones");
    let lacking = numbers(&zones, "residents_lacking");
    let of_zones = texts(&zones, "zone_id").into_iter().zip(lacking).filter(|(zone, _)| *zone != Some("*"));
    let mut expected: Vec<f64> = of_zones.filter_map(|(_, lacking)| lacking.filter(|n| *n > 0.0)).collect();
    expected.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(sheet.numbers("Lack it"), expected);
    let ranks: Vec<f64> = (1..=expected.len()).map(|rank| rank as f64).collect();
    assert_eq!(sheet.numbers("Rank"), ranks);
    for (why, lacking) in sheet.texts("Why").iter().zip(&expected) {
        let sum: f64 = why
            .split("; ")
            .map(|part| part.rsplit(' ').next().unwrap().replace(',', ""))
            .map(|n| n.parse().unwrap_or(0.0))
            .sum();
        assert!((sum - lacking).abs() <= 0.5 * why.split("; ").count() as f64 + 0.5, "{why}: {lacking}");
    }
}

/// The overview's sums by reason are those of `gaps` and `cells`.
fn overview_agrees(results: &Results) {
    let mut book = open(&results.path("report.xlsx"));
    let sheet = Sheet::of(&mut book, "Overview", "Requirement");
    let cells = results.table("cells");
    let residents: BTreeMap<&str, f64> =
        words(&cells, "h3").into_iter().zip(numbers(&cells, "residents").into_iter().flatten()).collect();
    let gaps = results.table("gaps");
    let mut sums: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    let statuses = words(&gaps, "status").into_iter().zip(texts(&gaps, "reason"));
    for ((h3, requirement), (status, reason)) in
        words(&gaps, "h3").into_iter().zip(words(&gaps, "requirement")).zip(statuses)
    {
        if status == "not_met" || status == "no_street" {
            *sums.entry((requirement, reason.unwrap())).or_insert(0.0) += residents[h3];
        }
    }
    let said = [
        ("too far", "beyond_budget"),
        ("detour", "detour"),
        ("too few", "too_few"),
        ("none in 1 h", "no_outlet"),
        ("edge of data", "edge_of_data"),
        ("no street", "no_street"),
    ];
    let requirements: Vec<&str> = words(&gaps, "requirement").into_iter().take(sheet.rows.len()).collect();
    let mut checked = 0.0;
    for (head, reason) in said.iter().filter(|(head, _)| sheet.heads.iter().any(|known| known == head)) {
        for (cell, requirement) in sheet.column(head).into_iter().zip(&requirements) {
            let sum = sums.get(&(*requirement, *reason)).copied().unwrap_or_default();
            match number(cell) {
                Some(number) => assert!((number - sum).abs() < 1e-3, "{requirement} {reason}: {number} and {sum}"),
                None => assert_eq!(cell.to_string(), "unknown"),
            }
            checked += sum;
        }
    }
    let all: f64 = sums.values().sum();
    assert!((checked - all).abs() < 1e-3, "a reason has no column: {:?}", sheet.heads);
}

fn formats_agree(results: &Results) {
    let mut book = open(&results.path("report.xlsx"));
    let sheet = Sheet::of(&mut book, "Formats", "Rank");
    let formats = results.table("formats");
    let (beyond, none) = (numbers(&formats, "residents_beyond"), numbers(&formats, "residents_no_street"));
    let lacking: BTreeMap<&str, Option<f64>> = words(&formats, "en")
        .into_iter()
        .zip(beyond.into_iter().zip(none).map(|(beyond, none)| Some(beyond? + none?)))
        .collect();
    assert_eq!(sheet.rows.len(), formats.height());
    let mut last = f64::INFINITY;
    for (name, cell) in sheet.texts("Format").iter().zip(sheet.column("Lack it")) {
        match lacking[name.as_str()] {
            Some(expected) => assert!(number(cell) == Some(expected) && expected <= last, "{name}: {cell:?}"),
            None => assert_eq!(cell.to_string(), "unknown", "{name}"),
        }
        last = lacking[name.as_str()].unwrap_or(-1.0);
    }
}

#[test]
fn the_numbers_are_those_of_the_tables() {
    for results in [Some(Results::town()), Results::las_palmas()].into_iter().flatten() {
        zones_agree(results);
        gaps_agree(results);
        overview_agrees(results);
        formats_agree(results);
    }
}

#[test]
fn the_map_is_there_and_its_legend_counts_everybody() {
    for results in [Some(Results::town()), Results::las_palmas()].into_iter().flatten() {
        let mut book = open(&results.path("report.xlsx"));
        let sheet = Sheet::of(&mut book, "Map", "Colour");
        let head = if sheet.heads.iter().any(|head| head == "All") { "All" } else { "Residents" };
        let shown: f64 = sheet.numbers(head).iter().sum();
        let total: f64 = numbers(&results.table("cells"), "residents").into_iter().flatten().sum();
        assert!((shown - total).abs() < 1e-6 * total, "{shown} of {total}");
        let bytes = fs::read(results.path("report.xlsx")).unwrap();
        let names = bytes.windows(20).filter(|name| name.starts_with(b"xl/media/image1.png"));
        assert!(names.count() > 0, "no picture");
    }
}

#[test]
fn each_zone_has_its_sheet() {
    let results = Results::town();
    let mut book = open(&results.path("report.xlsx"));
    let index = Sheet::of(&mut book, "Zone by zone", "Rank");
    let summary = results.table("zone_summary");
    let inhabited: BTreeMap<&str, f64> = texts(&summary, "zone_name")
        .into_iter()
        .map(|name| name.unwrap_or("*"))
        .zip(numbers(&summary, "residents").into_iter().flatten())
        .filter(|(name, residents)| *name != "*" && *residents > 0.0)
        .collect();
    assert_eq!(index.rows.len(), 22);
    let zones = results.table("zones");
    let rows: Vec<(&str, Option<f64>)> = texts(&zones, "zone_name")
        .into_iter()
        .map(Option::unwrap_or_default)
        .zip(numbers(&zones, "residents_lacking"))
        .collect();
    for (name, residents) in inhabited {
        let sheet = Sheet::of(&mut book, name, "Requirement");
        let lacking: Vec<f64> = rows.iter().filter(|(zone, _)| *zone == name).filter_map(|(_, n)| *n).collect();
        assert_eq!(sheet.numbers("Lack it"), lacking, "{name}");
        assert_eq!(Sheet::of(&mut book, name, "Residents").numbers("Residents"), [residents], "{name}");
    }
}

#[test]
fn names_stay_names() {
    let desk = Desk::new();
    // A formula, signs that no sheet may have, one name twice, a name that is too long, markup.
    let names = [
        "=1+1",
        "a/b:[c]*?\\d",
        "twice",
        "TWICE",
        &"长".repeat(40),
        "<img src=x onerror=alert(1)>",
        "@sum",
        "'quoted'",
    ];
    let mut text = town_text("zones.geojson");
    let found: Vec<String> =
        text.split("\"name\":").skip(1).map(|rest| rest.split('"').nth(1).unwrap().to_owned()).collect();
    let mut renamed = BTreeMap::new();
    for (old, new) in found.iter().filter(|name| name.ends_with("社区")).zip(names) {
        text = text.replace(&format!("\"{old}\""), &serde_json::to_string(new).unwrap());
        renamed.insert(old.clone(), new);
    }
    assert_eq!(renamed.len(), names.len());
    let zones = desk.file("zones.geojson", text);
    let out = desk.result("out");
    town_run().with("--zones", zones).with("-o", &out).ends(DONE);
    let mut book = open(&out.join("report.xlsx"));
    let sheets = book.sheet_names();
    let distinct: BTreeSet<String> = sheets.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(distinct.len(), sheets.len(), "{sheets:?}");
    for sheet in &sheets {
        assert!(sheet.encode_utf16().count() <= 31 && !sheet.contains(['[', ']', ':', '*', '?', '/', '\\']), "{sheet}");
        assert!(!sheet.starts_with('\'') && !sheet.ends_with('\''), "{sheet}");
        let formulas = book.worksheet_formula(sheet).unwrap();
        assert!(formulas.used_cells().next().is_none(), "{sheet} has a formula");
    }
    let listed = Sheet::of(&mut book, "Zones", "Zone id").texts("Zone");
    for name in names {
        assert!(listed.iter().any(|one| one == name), "{name} is not in {listed:?}");
    }
}

#[test]
fn a_chinese_workbook_is_chinese() {
    let desk = Desk::new();
    let out = desk.result("out");
    town_run().with("--lang", "zh").with("-o", &out).ends(DONE);
    let mut book = open(&out.join("report.xlsx"));
    let sheets = book.sheet_names();
    assert_eq!(sheets[..5], ["概览", "地图", "分区达标", "缺项清单", "业态排名"]);
    // Sources quote documents and name files; elsewhere no English word is left.
    let may = [
        "walkshed",
        "OpenStreetMap contributors",
        "ODbL",
        "made up",
        "six-ones",
        "cells.parquet",
        "README",
        "WGS-84",
        "outlets.csv",
        "ATM",
        "AED",
    ];
    for sheet in sheets.iter().filter(|name| *name != "参数与来源") {
        for (_, _, cell) in book.worksheet_range(sheet).unwrap().used_cells() {
            let Data::String(text) = cell else { continue };
            let plain = may.iter().fold(text.clone(), |text, word| text.replace(word, ""));
            let is_cell_id = text.len() == 15 && text.starts_with('8');
            let letters = plain.chars().filter(char::is_ascii_alphabetic).count();
            assert!(letters < 4 || is_cell_id, "{sheet}: {text}");
        }
    }
}

#[test]
fn the_workbook_is_made_again_from_the_folder_alone() {
    let desk = Desk::new();
    let town = Results::town();
    let out = desk.result("again");
    fs::create_dir(&out).unwrap();
    walkshed("report --xlsx").and(town.folder()).with("-o", &out).ends(DONE);
    for name in ["report.xlsx", "cells.qml", "zones.qml"] {
        assert!(fs::read(out.join(name)).unwrap() == fs::read(town.path(name)).unwrap(), "{name}");
    }
    let call = || walkshed("report --xlsx --lang zh").and(town.folder()).with("-o", &out);
    call().ends(WRONG_USE).error_with(&["report.xlsx exists", "--overwrite"]);
    call().and("--overwrite").ends(DONE);
    assert_eq!(open(&out.join("report.xlsx")).sheet_names()[0], "概览");
}

/// Tags that close, quotes that end, nothing unescaped.
fn well_formed(xml: &str) {
    let mut open = Vec::new();
    for tag in xml.split('<').skip(1).filter(|tag| !tag.starts_with('!')) {
        let (tag, text) = tag.split_once('>').expect("a tag ends");
        assert!(text.trim().is_empty(), "{text}");
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes in <{tag}>");
        match (tag.strip_prefix('/'), tag.ends_with('/')) {
            (Some(closed), _) => assert_eq!(open.pop(), Some(closed)),
            (None, true) => {}
            (None, false) => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn the_styles_for_qgis_have_a_symbol_for_each_rule_and_the_zones_their_sums() {
    for results in [Some(Results::town()), Results::las_palmas()].into_iter().flatten() {
        for name in ["cells.qml", "zones.qml"] {
            let xml = results.text(name);
            well_formed(&xml);
            let count = |word: &str| xml.matches(word).count();
            assert!(count("<rule ") > 3 && count("<rule ") == count("<symbol "), "{name}");
            assert!(xml.contains("styleCategories=\"Symbology|Labeling|Fields\""));
        }
        let zones = results.json("zones.geojson");
        let features = zones["features"].as_array().unwrap();
        let summary = results.table("zone_summary");
        let some: Vec<f64> = numbers(&summary, "residents_some_missing").into_iter().flatten().collect();
        let table = results.table("zones");
        let (requirement, share) = (words(&table, "requirement"), numbers(&table, "share_met"));
        let each = table.height() / summary.height();
        assert_eq!(features.len(), results.table("zone_shapes").height());
        for (place, feature) in features.iter().enumerate() {
            assert_eq!(feature["properties"]["residents_some_missing"].as_f64(), Some(some[place + 1]));
            for at in (place + 1) * each..(place + 2) * each {
                let told = &feature["properties"][format!("share_{}", requirement[at])];
                // Read by serde_json to within the last bit.
                let same = told
                    .as_f64()
                    .zip(share[at])
                    .map_or(told.is_null() && share[at].is_none(), |(a, b)| (a - b).abs() < 1e-12);
                assert!(same, "{}: {told} and {:?}", requirement[at], share[at]);
            }
            assert!(feature["geometry"]["type"].as_str().is_some_and(|kind| kind.ends_with("Polygon")));
        }
    }
}

#[test]
fn the_same_run_gives_the_same_bytes_and_holds_no_time() {
    let desk = Desk::new();
    let read = |name: &str| {
        let out = desk.result(name);
        town_run().with("-o", &out).ends(DONE);
        fs::read(out.join("report.xlsx")).unwrap()
    };
    assert!(read("one") == read("two"));
}
