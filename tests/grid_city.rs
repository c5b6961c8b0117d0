//! A small city of streets on a grid, where every walk is a sum of blocks: statuses, reasons and shares worked out by hand.
//!
//! ```text
//!  y 600  +----+----+----+----+----+      one square is 200 m; 1 m/s, so 200 s
//!         |    |    |    |    |    |
//!  y 400  +-D--+----+----+----+----M      D 400 residents; M a wet market
//!    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~  |      a river; the one bridge is at x = 1000
//!  y 200  S1---+----B----+----C----+      B 200, C 300; S1 a shop       (B at x = 500, C at x = 900)
//!         |    |    |    |    |    |
//!  y   0  +-A--+-S2-+----+----+----S3     A 100; S2, S3 shops           (A at x = 100, S2 at x = 300)
//! ```
//!
//! E, 50 residents, lives at (500, 2000): no street is near.
//!
//! On one bank the walk is |dx| + |dy|; across the river it is (1000 - x1) + (1000 - x2) + |dy|, by the bridge. In seconds:
//!
//! | | S1 (0, 200) | S2 (300, 0) | S3 (1000, 0) | M (1000, 400) |
//! |---|---|---|---|---|
//! | A (100, 0)   | 100 + 200 = 300 | 200 | 900 | 900 + 400 = 1300 |
//! | B (500, 200) | 500 | 200 + 200 = 400 | 500 + 200 = 700 | 500 + 200 = 700 |
//! | C (900, 200) | 900 | 600 + 200 = 800 | 100 + 200 = 300 | 100 + 200 = 300 |
//! | D (100, 400) | 900 + 1000 + 200 = 2100 | 900 + 700 + 400 = 2000 | 900 + 400 = 1300 | 900 |
//!
//! Within ten minutes, 600 s:
//!
//! - *a shop*: A by S2 in 200, B by S2 in 400, C by S3 in 300. D not: the nearest walk takes 1300, though S1 is 224 m away as the
//!   crow flies (100 west, 200 south), which even with a detour would be within the 600 m: `detour`.
//! - *two shops*: A has S1 and S2, B has S1 and S2, C has S3 alone: `too_few`. D has none: `detour`.
//! - *a market*: C in 300. A in 1300 and D in 900 are `beyond_budget`: the straight lines are 985 and 900 m, beyond 600 m. B in
//!   700: the straight line is 539 m (500 and 200), and with the detour of a grid, √2 at most, 762 m: `beyond_budget` too.
//! - *a pharmacy*: none in the registry: unknown for all, E included.
//!
//! Of 1,050 residents a shop is met for 600 (A, B, C), two shops for 300, a market for 300. E counts as lacking:
//! 600 / 1050 = 57.1 %, 300 / 1050 = 28.6 %. In the west (x < 700: A, B, D, 700 residents) 300 / 700 have a shop, 300 / 700 two,
//! nobody a market; in the east (C, 300) all have a shop and a market, nobody two shops.

use std::fmt::Write as _;

use super::drawn::{at, extract};
use super::results::{Results, numbers, texts, words};
use super::tool::{DONE, Desk, walkshed};

const HOMES: [(&str, f64, f64, u32); 5] = [
    ("A", 100.0, 0.0, 100),
    ("B", 500.0, 200.0, 200),
    ("C", 900.0, 200.0, 300),
    ("D", 100.0, 400.0, 400),
    ("E", 500.0, 2_000.0, 50),
];

const OUTLETS: [(&str, f64, f64, &str); 4] = [
    ("S1", 0.0, 200.0, "convenience_store"),
    ("S2", 300.0, 0.0, "convenience_store"),
    ("S3", 1_000.0, 0.0, "convenience_store"),
    ("M", 1_000.0, 400.0, "wet_market"),
];

const STANDARD: &str = r#"
schema_version = 1
[profile]
id = "grid"
zh = "方格城"
en = "A city of squares"
status = "sourced"
mode = "walk"
anchor = "residence"
[[source]]
id = "here"
title = "this test"
[[tier]]
id = "t10"
minutes = 10
source = "here"
[[require]]
id = "shop"
zh = "便利店"
en = "A shop"
class = "basic"
tier = "t10"
any_of = ["convenience_store"]
source = "here"
[[require]]
id = "two_shops"
zh = "两家便利店"
en = "Two shops"
class = "basic"
tier = "t10"
any_of = ["convenience_store"]
min_count = 2
source = "here"
[[require]]
id = "market"
zh = "菜市场"
en = "A market"
class = "basic"
tier = "t10"
any_of = ["wet_market"]
source = "here"
[[require]]
id = "pharmacy"
zh = "药店"
en = "A pharmacy"
class = "basic"
tier = "t10"
any_of = ["pharmacy"]
source = "here"
"#;

/// Two banks of two streets each with the streets between them, and the bridge.
fn streets() -> Vec<u8> {
    let xs = [0, 200, 400, 600, 800, 1_000];
    // Homes and shops stand in the middle of blocks too, where a street has a corner of its own.
    let row = |y: i32, more: &[i32]| -> Vec<[i32; 2]> {
        let mut on: Vec<i32> = xs.iter().chain(more).copied().collect();
        on.sort_unstable();
        on.into_iter().map(|x| [x, y]).collect()
    };
    let mut paths = vec![row(0, &[100, 300]), row(200, &[500, 900]), row(400, &[100]), row(600, &[])];
    for x in xs {
        paths.push(vec![[x, 0], [x, 200]]);
        paths.push(vec![[x, 400], [x, 600]]);
    }
    paths.push(vec![[1_000, 200], [1_000, 400]]);
    extract(&paths.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// A square of the zones, from corner to corner.
fn zone(id: &str, from: [f64; 2], to: [f64; 2]) -> String {
    let corners = [[from[0], from[1]], [to[0], from[1]], [to[0], to[1]], [from[0], to[1]], [from[0], from[1]]];
    let corners = corners.map(|[east, north]| {
        let at = at(east, north);
        format!("[{},{}]", at.lon, at.lat)
    });
    format!(
        r#"{{"type":"Feature","properties":{{"id":"{id}","name":"{id}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
        corners.join(",")
    )
}

fn run(desk: &Desk) -> Results {
    let mut residents = String::from("id,lon,lat,population\n");
    for (id, east, north, population) in HOMES {
        let at = at(east, north);
        let _ = writeln!(residents, "{id},{},{},{population}", at.lon, at.lat);
    }
    let mut outlets = String::from("id,name,lon,lat,format\n");
    for (id, east, north, format) in OUTLETS {
        let at = at(east, north);
        let _ = writeln!(outlets, "{id},{id},{},{},{format}", at.lon, at.lat);
    }
    let zones = [zone("west", [-300.0, -300.0], [700.0, 900.0]), zone("east", [700.0, -300.0], [1_300.0, 900.0])];
    let zones = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, zones.join(","));
    let folder = desk.result("out");
    let call = walkshed("run --json --origins points --min-component 0 --speed 1 --datum wgs84")
        .with("--osm", desk.file("grid.osm.pbf", streets()))
        .with("--residents", desk.file("residents.csv", residents))
        .with("--outlets", desk.file("outlets.csv", outlets))
        .with("--zones", desk.file("zones.geojson", zones))
        .with("--standard", desk.file("grid.toml", STANDARD))
        .with("-o", &folder);
    let findings = call.ends(DONE).json();
    Results::new(folder, findings)
}

/// The home in the cell of each row, by its residents.
fn homes(results: &Results, table: &str) -> Vec<&'static str> {
    let cells = results.table("cells");
    let of: Vec<(String, u32)> = words(&cells, "h3")
        .into_iter()
        .map(str::to_owned)
        .zip(numbers(&cells, "residents").into_iter().map(|r| r.unwrap() as u32))
        .collect();
    let rows = results.table(table);
    let home = |h3: &str| {
        let (_, residents) = of.iter().find(|(cell, _)| cell == h3).unwrap();
        HOMES.iter().find(|home| home.3 == *residents).unwrap().0
    };
    words(&rows, "h3").into_iter().map(home).collect()
}

#[test]
fn every_status_and_walk_is_the_one_worked_out() {
    let desk = Desk::new();
    let results = run(&desk);
    let met = |walk: f64| ("met", None, Some(walk));
    let not = |reason: &'static str, walk: f64| ("not_met", Some(reason), Some(walk));
    let unknown = ("unknown", Some("format_not_in_registry"), None);
    let nowhere = ("no_street", Some("no_street"), None);
    let expected = [
        ("A", [met(200.0), met(200.0), not("beyond_budget", 1_300.0), unknown]),
        ("B", [met(400.0), met(400.0), not("beyond_budget", 700.0), unknown]),
        ("C", [met(300.0), not("too_few", 300.0), met(300.0), unknown]),
        ("D", [not("detour", 1_300.0), not("detour", 1_300.0), not("beyond_budget", 900.0), unknown]),
        ("E", [nowhere, nowhere, nowhere, unknown]),
    ];
    let gaps = results.table("gaps");
    assert_eq!(gaps.height(), 20);
    let (status, reason, walk) = (words(&gaps, "status"), texts(&gaps, "reason"), numbers(&gaps, "nearest_s"));
    let requirements = words(&gaps, "requirement");
    for (row, home) in homes(&results, "gaps").into_iter().enumerate() {
        let (_, of) = expected.iter().find(|(known, _)| *known == home).unwrap();
        let number = ["shop", "two_shops", "market", "pharmacy"].iter().position(|r| *r == requirements[row]).unwrap();
        let (expected_status, expected_reason, expected_walk) = of[number];
        let key = (home, requirements[row]);
        assert_eq!((status[row], reason[row]), (expected_status, expected_reason), "{key:?}");
        // The plane of the drawing and the sphere differ by less than a thousandth.
        match (walk[row], expected_walk) {
            (Some(walk), Some(expected)) => assert!((walk - expected).abs() < 1.5, "{key:?}: {walk}"),
            (walk, expected) => assert_eq!(walk, expected, "{key:?}"),
        }
    }
}

#[test]
fn every_share_is_the_one_worked_out() {
    let desk = Desk::new();
    let results = run(&desk);
    let zones = results.table("zones");
    let keys: Vec<(Option<&str>, &str)> =
        texts(&zones, "zone_id").into_iter().zip(words(&zones, "requirement")).collect();
    let share = |zone: Option<&str>, requirement: &str| {
        let row = keys.iter().position(|key| *key == (zone, requirement)).unwrap_or_else(|| panic!("no {requirement}"));
        let sums = ["residents_met", "residents_not_met", "residents_unknown", "residents_no_street"];
        (numbers(&zones, "share_met")[row], sums.map(|name| numbers(&zones, name)[row].unwrap()))
    };
    let of = |met: f64, all: f64| Some(met / all);
    let (city, west, east) = (Some("*"), Some("west"), Some("east"));
    assert_eq!(share(city, "shop"), (of(600.0, 1_050.0), [600.0, 400.0, 0.0, 50.0]));
    assert_eq!(share(city, "two_shops"), (of(300.0, 1_050.0), [300.0, 700.0, 0.0, 50.0]));
    assert_eq!(share(city, "market"), (of(300.0, 1_050.0), [300.0, 700.0, 0.0, 50.0]));
    assert_eq!(share(city, "pharmacy"), (None, [0.0, 0.0, 1_050.0, 0.0]));
    assert_eq!(share(west, "shop"), (of(300.0, 700.0), [300.0, 400.0, 0.0, 0.0]));
    assert_eq!(share(west, "two_shops"), (of(300.0, 700.0), [300.0, 400.0, 0.0, 0.0]));
    assert_eq!(share(west, "market"), (of(0.0, 700.0), [0.0, 700.0, 0.0, 0.0]));
    assert_eq!(share(east, "shop"), (of(300.0, 300.0), [300.0, 0.0, 0.0, 0.0]));
    assert_eq!(share(east, "two_shops"), (of(0.0, 300.0), [0.0, 300.0, 0.0, 0.0]));
    assert_eq!(share(None, "shop"), (of(0.0, 50.0), [0.0, 0.0, 0.0, 50.0]));
    let summary = results.table("zone_summary");
    let missing = words(&summary, "missing");
    let of_west = texts(&summary, "zone_id").iter().position(|zone| *zone == west).unwrap();
    // A, B and D lack a market; D lacks a shop and two shops.
    assert_eq!(missing[of_west], "market;shop;two_shops");
}
