//! Registries as planners have them: other datums and encodings, doubles, rows of no use, several files at once.

use std::fs;

use polars::prelude::DataFrame;

use super::real_data;
use super::results::flags;
use super::results::{Results, counts, numbers, texts, words};
use super::tool::{DONE, Desk, FAILED, WRONG_USE, town, town_run, walkshed};

/// A run of the town with the registry of a map service.
fn amap_run() -> super::tool::Call {
    walkshed("run").and(town("walkshed-amap.toml"))
}

/// The number in an id of the second registry, which is that of the same outlet in the first.
fn number(id: Option<&str>) -> Option<String> {
    id.map(|id| id.trim_start_matches("B0").to_owned())
}

#[test]
fn both_registries_of_the_town_give_the_same_coverage_row_for_row() {
    let desk = Desk::new();
    let run = |call: super::tool::Call, name: &str| {
        let call = call.and("--drop-duplicates").and("--json").with("-o", desk.result(name));
        Results::new(desk.result(name), call.ends(DONE).json())
    };
    let (plain, amap) = (run(town_run(), "plain"), run(amap_run(), "amap"));
    let both = |table: &str| (plain.table(table), amap.table(table));

    let (a, b) = both("access");
    let same = |column: &str| a.column(column).unwrap().equals_missing(b.column(column).unwrap());
    for column in ["h3", "format", "status", "nearest_s", "n_5", "n_10", "n_15"] {
        assert!(same(column), "access.{column} differs");
    }
    let ids = |table: &DataFrame| texts(table, "nearest_id").into_iter().map(number).collect::<Vec<_>>();
    assert_eq!(ids(&a), ids(&b));
    for (table, columns) in [
        ("cells", "h3 residents met not_met unknown all_met missing"),
        ("gaps", "h3 requirement status reason nearest_s within"),
        ("zones", "zone_id requirement residents_met share_met"),
    ] {
        let (a, b) = both(table);
        for column in columns.split(' ') {
            let same = a.column(column).unwrap().equals_missing(b.column(column).unwrap());
            assert!(same, "{table}.{column} differs");
        }
    }

    // The second had more rows; what is more of them was rejected, closed or left out as a double.
    let told = &amap.findings["outlets"];
    let rejected = amap.table("rejected");
    let reasons = [
        "swapped_axes",
        "null_island",
        "projected",
        "empty",
        "bad_number",
        "outside",
        "duplicate_id",
        "unmapped",
        "unknown_format",
    ];
    assert_eq!(words(&rejected, "reason"), reasons);
    assert_eq!(told["closed"], 1);
    assert_eq!(told["used"], plain.findings["outlets"]["used"]);
    assert_eq!(told["duplicates_dropped"], plain.findings["outlets"]["duplicates_dropped"].as_u64().unwrap() + 23);
    assert_eq!(told["rows"], (amap.table("outlets").height() + rejected.height()) as u64);
    assert_eq!(told["sources"][0]["form"], "CSV, gb18030, separated by comma");
    let unmapped = amap.table("unmapped");
    assert_eq!(words(&unmapped, "said"), ["010100 汽车服务;加油站", "城堡"]);
}

#[test]
fn every_outlet_says_which_rule_made_it_what_it_is() {
    let desk = Desk::new();
    let call = amap_run().and("--json").with("-o", desk.result("out"));
    let results = Results::new(desk.result("out"), call.ends(DONE).json());
    let outlets = results.table("outlets");
    let rules = words(&outlets, "format_rule");
    assert!(rules.contains(&"amap_exact 060200") && rules.iter().any(|rule| rule.starts_with("word ")), "{rules:?}");
    for (formats, rule) in words(&outlets, "formats").iter().zip(rules) {
        assert_eq!(formats.split(';').count(), rule.split("; ").count(), "{formats}: {rule}");
    }
    let duplicates = results.table("duplicates");
    let groups = counts(&duplicates, "duplicate_group");
    assert!(groups.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(numbers(&duplicates, "distance_m").into_iter().flatten().all(|metres| metres <= 60.0));
}

#[test]
fn a_check_names_the_datum_that_nobody_declared() {
    let check = |file: &str| walkshed("registry check --json").and(town(file)).with("--osm", town("city.osm.pbf"));
    let told = check("outlets_amap.csv").ends(DONE).json();
    assert_eq!((&told["datum_fit"]["verdict"], &told["datum_fit"]["datum"]), (&"is".into(), &"gcj02".into()), "{told}");
    assert_eq!(told["datum_declared"], false);
    assert_eq!(told["source"]["datum"], "gcj02");
    let told = check("outlets.csv").ends(DONE).json();
    assert_eq!(told["datum_fit"]["datum"], "wgs84", "{told}");
    // For people, and without streets.
    let told = check("outlets_amap.csv").ends(DONE);
    assert!(!told.out.is_empty());
    let told = walkshed("registry check").and(town("outlets_amap.csv")).with("--datum", "gcj02").ends(DONE);
    for words in ["CSV, gb18030, separated by comma", "declared as gcj02.", "null_island 1", "chain rate is at least"] {
        assert!(told.out.contains(words), "{words} is not in: {}", told.out);
    }
}

#[test]
fn a_run_stops_where_no_datum_is_declared_or_another_fits() {
    let desk = Desk::new();
    let run = || walkshed("run --standard six-ones").with("--osm", town("city.osm.pbf"));
    let undeclared = run().with("--outlets", town("outlets_amap.csv"));
    let expected = ["no datum is declared for", "--datum NAME", "The streets say gcj02", "未声明", "高德"];
    desk.refuses(undeclared, WRONG_USE, &expected);
    let wrong = || run().with("--outlets", town("outlets_amap.csv")).with("--datum", "wgs84");
    let expected = ["outlets_amap.csv is declared to be in wgs84", "Say --datum gcj02", "--trust-datum", "与路网不符"];
    desk.refuses(wrong(), WRONG_USE, &expected);
    wrong().and("--trust-datum").with("-o", desk.result("trusted")).ends(DONE);
}

#[test]
fn outside_china_and_with_few_outlets_nothing_is_claimed() {
    let desk = Desk::new();
    let few = desk.file("few.csv", "id,name,lon,lat\n1,便利店,112.59,32.99\n");
    let told = walkshed("registry check --json").and(few).with("--osm", town("city.osm.pbf")).ends(DONE).json();
    assert_eq!(told["datum_fit"]["verdict"], "too_few");
    let Some(osm) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let run = walkshed("run --outlets osm --standard six-ones --json").with("--osm", &osm);
    run.with("-o", desk.result("palmas")).ends(DONE);
    let outlets = desk.result("palmas").join("outlets.parquet");
    let told = walkshed("registry check --json").and(outlets).with("--osm", osm).ends(DONE).json();
    assert_eq!(told["datum_fit"]["verdict"], "same", "{told}");
}

#[test]
fn several_registries_are_one_with_doubles_across_them() {
    let desk = Desk::new();
    let run = || walkshed("run --standard six-ones --json").with("--osm", town("city.osm.pbf"));
    let two = run().with("--outlets", town("outlets.csv")).with("--datum", "wgs84");
    let two = two.with("--outlets", town("outlets_amap.csv")).with("--datum", "gcj02").with("--outlets", "osm");
    let results = Results::new(desk.result("out"), two.with("-o", desk.result("out")).ends(DONE).json());
    let told = &results.findings["outlets"];
    assert_eq!(told["sources"].as_array().unwrap().len(), 3);
    // Every outlet with a name of its own is in both registries, and 60 of 100 are on the map.
    assert!(told["duplicates"].as_u64().unwrap() > 700, "{told}");
    assert_eq!(told["duplicates_dropped"], 0);
    let duplicates = results.table("duplicates");
    let sources = words(&duplicates, "source");
    let mut kept_from = std::collections::BTreeMap::new();
    for (group, source) in counts(&duplicates, "duplicate_group").into_iter().zip(sources) {
        // The kept one stands first in its group.
        let from = *kept_from.entry(group).or_insert(source);
        assert!(from != "osm" || source == "osm", "a registry named before the map gives way to it");
    }
    // Ids are told apart by their source.
    let snaps = results.table("snaps");
    assert!(words(&snaps, "id").contains(&"outlets_amap.csv:B0000001"));
}

#[test]
fn a_registry_that_is_all_closed() {
    let desk = Desk::new();
    let outlets = desk.file("closed.csv", "id,name,lon,lat,format,状态\n1,甲,112.59,32.99,bakery,已注销\n");
    let call = town_run().with("--outlets", outlets);
    desk.refuses(call, FAILED, &["all 1 outlets are closed", "the column of the status"]);
}

#[test]
fn the_codes_of_the_vocabulary_are_in_the_service_s_table() {
    let Some(table) = real_data::path("amap/amap_poicode.csv") else { return };
    let table = fs::read_to_string(table).unwrap();
    let codes: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    assert!(codes.len() > 800);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let formats = fs::read_to_string(root.join("formats.toml")).unwrap();
    let mut inside = false;
    let mut seen = 0;
    for line in formats.lines().filter(|line| !line.starts_with('#')) {
        inside |= line.starts_with("amap_exact") || line.starts_with("amap_broad");
        if inside {
            for code in line.split('"').skip(1).step_by(2) {
                let beginning = code.trim_end_matches('*');
                assert!(codes.iter().any(|known| known.starts_with(beginning)), "{code} is in no table");
                seen += 1;
            }
        }
        inside &= !line.contains(']');
    }
    assert!(seen > 90, "{seen} codes");
}

/// All numbers in a text, sorted.
fn numbers_in(text: &str) -> Vec<String> {
    let mut numbers: Vec<String> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(str::to_owned).collect();
    numbers.sort();
    numbers
}

#[test]
fn a_check_says_the_same_in_both_languages() {
    for (file, datum) in [("outlets_amap.csv", None), ("outlets.csv", Some("gcj02")), ("outlets.csv", Some("wgs84"))] {
        let check = |lang: &str| {
            let call = walkshed("registry check").and(town(file)).with("--osm", town("city.osm.pbf"));
            let call = call.with("--lang", lang);
            let call = if let Some(datum) = datum { call.with("--datum", datum) } else { call };
            let told = call.ends(DONE).out;
            // The last line has times.
            told.trim_end().rsplit_once('\n').map(|(told, _)| told.to_owned()).unwrap_or_default()
        };
        let (en, zh) = (check("en"), check("zh"));
        assert_eq!(numbers_in(&en), numbers_in(&zh), "{en}\n{zh}");
        for words in ["读取方式", "坐标系", "业态", "疑似重复", "品牌连锁", "路网表明坐标系是"]
        {
            assert!(zh.contains(words), "{words} is not in: {zh}");
        }
        assert!(!zh.contains("outlets near one") && !zh.contains("The streets"), "{zh}");
    }
}

#[test]
fn attributes_are_kept_in_the_tables_and_dates_count_on_a_day() {
    let desk = Desk::new();
    let text = "编号,名称,经度,纬度,业态,营业时间,面积,营业状态,开业日期,停业日期,是否流动,品牌\n\
                1,罗森（湖滨店）,112.5958,32.9969,便利店;蛋糕烘焙店,24小时营业,120㎡,营业中,2020年1月1日,,否,罗森\n\
                2,老张早餐车,112.5960,32.9970,早餐店,每天 06:00-09:30,,,,,是,\n\
                3,老李理发,112.5962,32.9968,美容美发店,10:00-22:00,35,已停业,2001-05-01,2024-05-01,固定,\n\
                4,新店,112.5964,32.9967,便利店,,,,2027-01-01,,,\n\
                5,旧店,112.5966,32.9966,便利店,,,,,2024/5/1,,\n\
                6,怪店,112.5968,32.9965,便利店,看情况,很大,?,某天,某天,也许,\n";
    let outlets = desk.file("outlets.csv", text);
    let run = |name: &str, as_of: &str| {
        let call = as_of.split_whitespace().fold(town_run(), super::tool::Call::and);
        let call = call.and("--trust-datum").and("--json").with("--outlets", &outlets).with("-o", desk.result(name));
        Results::new(desk.result(name), call.ends(DONE).json())
    };
    let results = run("out", "");
    let table = results.table("outlets");
    assert_eq!(words(&table, "status"), ["used", "used", "closed", "used", "used", "used"]);
    assert_eq!(flags(&table, "multi_function"), [true, false, false, false, false, false].map(Some));
    assert_eq!(words(&table, "formats")[0].split(';').count(), 2);
    assert_eq!(texts(&table, "brand"), [Some("罗森"), None, None, None, None, None]);
    assert_eq!(numbers(&table, "floor_area_m2"), [Some(120.0), None, Some(35.0), None, None, None]);
    let of = |column: &str| flags(&table, column)[..3].to_vec();
    assert_eq!(of("open_24h"), [Some(true), Some(false), Some(false)]);
    assert_eq!(of("open_morning"), [Some(true), Some(true), Some(false)]);
    assert_eq!(of("open_0700"), [Some(true), Some(true), Some(false)]);
    assert_eq!(of("open_2300"), [Some(true), Some(false), Some(false)]);
    assert_eq!(of("mobile"), [Some(false), Some(true), Some(false)]);
    assert_eq!(texts(&table, "business_status"), [Some("open"), None, Some("closed"), None, None, None]);
    let (opened, closed) = (texts(&table, "opened_on"), texts(&table, "closed_on"));
    assert_eq!(opened, [Some("2020-01-01"), None, Some("2001-05-01"), Some("2027-01-01"), None, None]);
    assert_eq!(closed, [None, None, Some("2024-05-01"), None, Some("2024-05-01"), None]);
    let invalid = &results.findings["outlets"]["sources"][0]["invalid"];
    for column in ["opening_hours", "floor_area_m2", "status", "opened_on", "closed_on", "mobile"] {
        assert_eq!(invalid[column], 1, "{invalid}");
    }

    let results = run("today", "--as-of 2026-11-23");
    let statuses = results.table("outlets");
    assert_eq!(words(&statuses, "status"), ["used", "used", "closed", "not_yet_open", "closed", "used"]);
    let told = &results.findings["outlets"];
    assert_eq!((&told["used"], &told["closed"], &told["not_yet_open"]), (&3.into(), &2.into(), &1.into()));
    let call = town_run().with("--outlets", &outlets).with("--as-of", "yesterday");
    Desk::new().refuses(call, WRONG_USE, &["expected one such as 2026-11-23"]);
}

#[test]
fn a_text_in_no_known_encoding_stops_with_what_to_do() {
    let desk = Desk::new();
    let outlets = desk.file("outlets.csv", b"id,name,lon,lat,format\n1,caf\xe9\n2,\xff\xfe,112.59,32.99,bakery\n");
    let expected = ["outlets.csv is neither UTF-8 text (line 2) nor GB18030", "save it as 'CSV UTF-8'", "--encoding"];
    desk.refuses(town_run().with("--outlets", &outlets), FAILED, &expected);
    walkshed("registry check").and(&outlets).ends(FAILED).error_with(&expected);
}
