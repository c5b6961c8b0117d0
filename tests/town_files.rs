//! The folder that a run of the sample town writes: every file is there, and each says what the others say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use polars::prelude::DataType;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::results::{Results, column_names, numbers, texts, words};
use super::tool::{DONE, Desk, names, town_run};

/// The tables of a run and their columns, by which others read them.
pub(crate) const TABLES: [(&str, &str); 19] = [
    (
        "cells",
        "h3 h3_u64 lon lat residents residents_60plus residents_0_3 zone_id snap_status snap_distance_m met not_met \
         unknown requirements all_met missing circles_met geometry",
    ),
    ("access", "h3 format status nearest_s nearest_id n_5 n_10 n_15"),
    (
        "gaps",
        "h3 requirement class minutes distance_m status reason nearest_s nearest_m nearest_id straight_m within certainty \
         gate_node",
    ),
    ("cell_zones", "h3 layer zone_id"),
    (
        "zones",
        "zone_id zone_name layer requirement class minutes distance_m residents residents_met residents_not_met \
         residents_unknown residents_no_street residents_met_surely residents_depending_on_gates residents_not_met_surely share_met \
         residents_lacking worst_h3 worst_s nearest_id nearest_s",
    ),
    (
        "zone_summary",
        "zone_id zone_name layer residents cells residents_all_met residents_some_missing residents_undecided requirements \
         met_everywhere unknown missing missing_zh missing_en outlets outlets_per_100 chain_rate",
    ),
    ("ratings", "zone_id zone_name layer kind id name_zh name_en status value value_most why_zh why_en"),
    (
        "zone_formats",
        "zone_id zone_name layer format class status outlets chain_outlets residents_reaching share_reaching nearest_id \
         nearest_s",
    ),
    (
        "zone_circles",
        "zone_id zone_name layer circle name_zh name_en residents_met residents_not_met residents_unknown share_met",
    ),
    (
        "formats",
        "format zh en class outlets chain_outlets chain_rate residents_5 residents_10 residents_15 share_5 share_10 share_15 residents_beyond \
         residents_no_street status",
    ),
    (
        "outlets",
        "outlet_id source row source_id name lon lat formats format_rule multi_function brand floor_area_m2 \
         opening_hours open_0700 open_2300 open_24h open_morning mobile business_status opened_on closed_on \
         duplicate_group snap_status snap_distance_m way_id status geometry",
    ),
    ("duplicates", "duplicate_group kept why dropped outlet_id source row source_id name formats lon lat distance_m"),
    ("unmapped", "source said rows used first_row example"),
    ("snaps", "kind id lon lat snap_lon snap_lat distance_m way_id side along_m component_points status geometry"),
    ("rejected", "source row id reason detail residents"),
    (
        "requirements",
        "requirement name_zh name_en class minutes distance_m any_of all_of min_count group source share_met \
         residents_met residents_not_met residents_unknown residents_no_street beyond_budget detour too_few no_outlet \
         gate island edge_of_data",
    ),
    ("zone_shapes", "zone_id zone_name geometry"),
    ("streets", "level class name geometry"),
    ("isochrones", "origin kind zone_id zone_name minutes status area_m2 geometry"),
];

#[test]
fn every_file_is_there_and_nothing_else() {
    let mut expected: Vec<String> =
        TABLES.iter().flat_map(|(name, _)| [format!("{name}.parquet"), format!("{name}.csv")]).collect();
    expected.extend(["README.md", "manifest.json", "map.svg", "standard.toml"].map(str::to_owned));
    expected.extend(["report.html", "report.xlsx"].map(str::to_owned));
    expected.extend(["cells.geojson", "cells.qml", "zones.geojson", "zones.qml"].map(str::to_owned));
    expected.sort();
    assert_eq!(names(Results::town().folder()), expected);
}

#[test]
fn every_table_has_its_columns_and_the_readme_explains_them() {
    let readme = Results::town().text("README.md");
    for (name, columns) in TABLES {
        let table = Results::town().table(name);
        let columns: Vec<&str> = columns.split_whitespace().collect();
        assert_eq!(column_names(&table), columns, "{name}");
        let heading = format!("## {name}.parquet ({} rows)", table.height());
        let section = readme.split(&heading).nth(1).unwrap_or_else(|| panic!("no {heading}"));
        let section = section.split("\n## ").next().unwrap();
        let explained: Vec<&str> =
            section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        assert_eq!(explained, columns, "{name}");
    }
}

#[test]
fn every_status_in_a_table_is_explained_in_the_readme() {
    let readme = Results::town().text("README.md");
    let shown: Vec<&Results> = [Some(Results::town()), Results::las_palmas()].into_iter().flatten().collect();
    for results in shown {
        for (table, column) in [
            ("cells", "snap_status"),
            ("access", "status"),
            ("gaps", "status"),
            ("gaps", "reason"),
            ("gaps", "certainty"),
            ("formats", "status"),
            ("outlets", "snap_status"),
            ("outlets", "status"),
            ("snaps", "side"),
            ("snaps", "status"),
        ] {
            let section = readme.split(&format!("## {table}.parquet")).nth(1).unwrap().split("\n## ").next().unwrap();
            let row = section.lines().find(|line| line.starts_with(&format!("| `{column}` |"))).unwrap();
            let table = results.table(table);
            for word in texts(&table, column).into_iter().flatten().collect::<BTreeSet<_>>() {
                assert!(row.contains(word), "{word} is not explained in: {row}");
            }
        }
    }
}

#[test]
fn the_manifest_has_the_hash_and_the_rows_of_every_file() {
    let results = Results::town();
    let manifest = results.json("manifest.json");
    let is_hash_of = |told: &Value, path: &Path| {
        let told = told.as_str().unwrap();
        let bytes = (0..told.len()).step_by(2).map(|digit| u8::from_str_radix(&told[digit..digit + 2], 16).unwrap());
        bytes.eq(Sha256::digest(fs::read(path).unwrap()))
    };
    let outputs = manifest["outputs"].as_array().unwrap();
    let mut told: Vec<&str> = outputs.iter().map(|output| output["file"].as_str().unwrap()).collect();
    told.push("manifest.json");
    told.sort_unstable();
    assert_eq!(told, names(results.folder()));
    for output in outputs {
        let file = output["file"].as_str().unwrap();
        assert!(is_hash_of(&output["sha256"], &results.path(file)), "{file}");
        assert_eq!(output["bytes"], fs::metadata(results.path(file)).unwrap().len(), "{file}");
        if let Some(table) = file.strip_suffix(".parquet").or(file.strip_suffix(".csv")) {
            assert_eq!(output["rows"], results.table(table).height(), "{file}");
        }
    }
    let inputs = manifest["inputs"].as_array().unwrap();
    let roles: Vec<&str> = inputs.iter().map(|input| input["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["config", "osm", "residents", "zones", "outlets"]);
    for input in inputs {
        let path = Path::new(input["path"].as_str().unwrap());
        assert!(is_hash_of(&input["sha256"], path), "{}", path.display());
    }
    assert_eq!(manifest["standard"]["id"], "six-ones");
    assert_eq!(manifest["settings"]["minutes"], json!([5, 10, 15]));
    assert_eq!(manifest["model"]["speed_m_per_s"], 1.2);
    assert_eq!(manifest["model"]["name"], "flat speed_m_per_s=1.2");
    assert_eq!(manifest["model"]["parameters"][0]["unit"], "m/s");
}

#[test]
fn the_csv_tables_say_what_the_parquet_tables_say() {
    let results = Results::town();
    for (name, columns) in TABLES {
        let table = results.table(name);
        let text = results.text(&format!("{name}.csv"));
        let text = text.strip_prefix('\u{feff}').expect("spreadsheets need the mark");
        let columns: Vec<&str> = columns.split_whitespace().filter(|column| *column != "geometry").collect();
        assert_eq!(text.lines().next().unwrap().split(',').collect::<Vec<_>>(), columns, "{name}");
        assert_eq!(text.lines().count(), table.height() + 1, "{name}");
        // Names may be quoted and hold commas; the other tables are plain.
        if ["access", "gaps"].contains(&name) {
            for (line, row) in text.lines().skip(1).zip(0..table.height()) {
                for (cell, column) in line.split(',').zip(&columns) {
                    let value = table.column(column).unwrap().get(row).unwrap();
                    let same = match value.dtype() {
                        DataType::Null => cell.is_empty(),
                        DataType::String => value.get_str() == Some(cell),
                        _ => cell.parse().ok() == value.try_extract::<f64>().ok(),
                    };
                    assert!(same || (cell.is_empty() && value.is_null()), "{name} {column} {row}: {cell} and {value}");
                }
            }
        }
    }
}

#[test]
fn the_geojson_has_a_polygon_for_each_cell() {
    let cells = Results::town().table("cells");
    let geojson = Results::town().json("cells.geojson");
    assert_eq!(geojson["type"], "FeatureCollection");
    let features = geojson["features"].as_array().unwrap();
    assert_eq!(features.len(), cells.height());
    for ((feature, h3), residents) in features.iter().zip(words(&cells, "h3")).zip(numbers(&cells, "residents")) {
        assert_eq!(feature["properties"]["h3"], h3);
        assert_eq!(feature["properties"]["residents"].as_f64(), residents);
        assert_eq!(feature["geometry"]["type"], "Polygon");
        let ring: Vec<[f64; 2]> = serde_json::from_value(feature["geometry"]["coordinates"][0].clone()).unwrap();
        assert_eq!((ring.len(), ring.first()), (7, ring.last()), "a closed hexagon");
        let twice_area: f64 = ring.windows(2).map(|ab| ab[0][0] * ab[1][1] - ab[1][0] * ab[0][1]).sum();
        assert!(twice_area > 0.0, "counter-clockwise");
        assert!(ring.iter().all(|[lon, lat]| (112.0..113.0).contains(lon) && (32.9..33.1).contains(lat)));
    }
}

#[test]
fn the_map_is_an_image_that_closes_every_tag() {
    let svg = Results::town().text("map.svg");
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.ends_with("</svg>\n"));
    for word in ["NaN", "inf", "<script", "href"] {
        assert!(!svg.contains(word), "{word} in the map");
    }
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').expect("a tag ends");
        assert!(!text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").contains('&'), "{text}");
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes in <{tag}>");
        match (tag.strip_prefix('/'), tag.ends_with('/')) {
            (Some(closed), _) => assert_eq!(open.pop(), Some(closed)),
            (None, true) => {}
            (None, false) => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    assert!(svg.contains("澄湖市 (made up)") && svg.contains("一店一早、一菜一修、一老一小（六个一）"));
    // One outline for each cell.
    let cells = svg.lines().filter(|line| line.contains("fill-opacity")).map(|line| line.matches('M').count());
    assert_eq!(cells.sum::<usize>(), 210);
}

#[test]
fn the_summary_says_what_a_planner_asks() {
    let desk = Desk::new();
    let call = || town_run().and("--overwrite").with("-o", desk.result("out"));
    let told = call().ends(DONE).out;
    for words in [
        "澄湖市 (made up)",
        "on foot at 1.2 m/s, from 210 cells with 73,090 residents",
        "have all 6 requirements. Most lacked: 一小 Care for the young within 15 min",
        "22 zones; fewest residents with all:",
        "cells with 101 are in no zone",
        "536 of 43 formats out of 79; 0 rejected, 0 on no street",
        "results in",
    ] {
        assert!(told.contains(words), "{words} is not in:\n{told}");
    }
    assert!(told.contains("outlets.csv: CSV, utf-8, separated by comma, wgs84"), "{told}");
    let told = call().with("--lang", "zh").ends(DONE).out;
    assert!(told.contains("满足全部 6 项要求") && told.contains("结果目录"), "{told}");
}
