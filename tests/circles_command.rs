//! `walkshed circles`: everybody in one circle, none across the river, and circles that the other commands take.

use std::collections::BTreeMap;
use std::fs;

use polars::prelude::DataFrame;

use super::real_data;
use super::results::{counts, numbers, read_parquet, sum, texts, words};
use super::tool::{Call, DONE, Desk, WRONG_USE, names, town, town_run, walkshed};

const FILES: [&str; 7] = [
    "README.md",
    "centres.csv",
    "circle_members.parquet",
    "circles.geojson",
    "circles.parquet",
    "circles.svg",
    "manifest.json",
];

fn town_circles() -> Call {
    walkshed("circles --json").and(town("walkshed.toml"))
}

/// Members by circle, with the sums of the members' residents.
fn members(table: &DataFrame) -> BTreeMap<String, (Vec<String>, f64)> {
    let mut members: BTreeMap<String, (Vec<String>, f64)> = BTreeMap::new();
    let circles = texts(table, "circle_id").into_iter().zip(words(table, "member_id"));
    for ((circle, member), residents) in circles.zip(numbers(table, "residents")) {
        let Some(circle) = circle else { continue };
        let of = members.entry(circle.to_owned()).or_default();
        of.0.push(member.to_owned());
        of.1 += residents.unwrap();
    }
    members
}

#[test]
fn communities_of_the_town_become_circles_on_their_side_of_the_river() {
    let desk = Desk::new();
    let out = desk.result("out");
    let told = town_circles().with("--least", "8000").with("--most", "25000").with("-o", &out).ends(DONE).json();
    assert_eq!(names(&out), FILES);
    let (circles, table) =
        (read_parquet(&out.join("circles.parquet")), read_parquet(&out.join("circle_members.parquet")));
    let members = members(&table);
    assert_eq!(members.len(), circles.height());
    // The town has 22 communities; in two of them nobody lives. 101 residents live in none.
    assert_eq!(table.height(), 22);
    let statuses = words(&table, "status");
    assert_eq!(statuses.iter().filter(|status| **status == "no_residents").count(), 2);
    assert_eq!(members.values().map(|(ids, _)| ids.len()).sum::<usize>(), 20);
    assert!((sum(&circles, "residents") - (73_090.0 - 101.0)).abs() < 1e-6);
    assert!((told["residents_left_out"].as_f64().unwrap() - 101.0).abs() < 1e-6);
    for (row, id) in words(&circles, "id").into_iter().enumerate() {
        let (ids, residents) = &members[id];
        assert_eq!(numbers(&circles, "residents")[row], Some(*residents), "{id}");
        assert_eq!(words(&circles, "member_ids")[row], ids.join(";"));
        // The districts 0001 and 0002 lie south of the river, 0003 and 0004 north of it.
        let south = ids.iter().filter(|id| id.starts_with("0001") || id.starts_with("0002")).count();
        assert!(south == 0 || south == ids.len(), "{id} is cut by the river: {ids:?}");
        let parts =
            ["residents_within", "residents_beyond", "residents_no_way"].map(|name| numbers(&circles, name)[row]);
        assert!((parts.into_iter().flatten().sum::<f64>() - residents).abs() < 1e-6);
        let status = words(&circles, "status")[row];
        assert_eq!(status.contains("too_few"), *residents < 8_000.0, "{id}");
        assert!(*residents <= 25_000.0 || status.contains("too_many"), "{id}");
        let share = numbers(&circles, "share_within")[row].unwrap();
        assert_eq!(share < 0.95, status.contains("too_far"), "{id}");
    }
}

#[test]
fn circles_are_zones_of_a_run_and_are_divided_into_smaller_ones() {
    let desk = Desk::new();
    let (fifteen, ten, run) = (desk.result("15"), desk.result("10"), desk.result("run"));
    town_circles().with("--least", "8000").with("-o", &fifteen).ends(DONE);
    let zones = fifteen.join("circles.geojson");
    town_run().with("--zones", &zones).with("-o", &run).ends(DONE);
    let circles = read_parquet(&fifteen.join("circles.parquet"));
    let summary = read_parquet(&run.join("zone_summary.parquet"));
    let of: BTreeMap<&str, f64> = texts(&summary, "zone_id")
        .into_iter()
        .zip(numbers(&summary, "residents"))
        .filter_map(|(id, residents)| Some((id?, residents?)))
        .collect();
    for (id, residents) in words(&circles, "id").into_iter().zip(numbers(&circles, "residents")) {
        assert_eq!(of.get(id).copied(), residents, "{id} has the same residents as a zone");
    }

    let call = town_circles().and("--cells").with("--minutes", "10").with("--within", &zones).with("-o", &ten);
    let told = call.ends(DONE).json();
    let smaller = read_parquet(&ten.join("circles.parquet"));
    assert!(smaller.height() > circles.height());
    let mut within: BTreeMap<&str, f64> = BTreeMap::new();
    for (parent, residents) in words(&smaller, "within").into_iter().zip(numbers(&smaller, "residents")) {
        *within.entry(parent).or_default() += residents.unwrap();
    }
    for (id, residents) in words(&circles, "id").into_iter().zip(numbers(&circles, "residents")) {
        assert_eq!(within.get(id).copied(), residents, "the smaller circles in {id} have all its residents");
    }
    assert_eq!(told["residents_left_out"].as_f64(), Some(101.0), "who is in no circle before is in none after");
    // As many as are asked for, where that can be.
    let more = told["circles"].as_u64().unwrap() + 4;
    let call = town_circles().and("--cells").with("--minutes", "10").with("--within", &zones);
    let told = call.with("--count", more.to_string()).with("-o", desk.result("more")).ends(DONE).json();
    assert_eq!(told["circles"].as_u64(), Some(more));
}

#[test]
fn the_centres_are_points_for_other_commands() {
    let desk = Desk::new();
    let (out, times) = (desk.result("out"), desk.result("times.parquet"));
    town_circles().with("-o", &out).ends(DONE);
    let centres = out.join("centres.csv");
    let call = walkshed("matrix --minutes 60").with("--osm", town("city.osm.pbf")).with("--from", &centres);
    call.with("--to", &centres).with("-o", &times).ends(DONE);
    let circles = read_parquet(&out.join("circles.parquet")).height();
    assert_eq!(read_parquet(&times).height(), circles * circles);
    assert!(counts(&read_parquet(&out.join("circles.parquet")), "members").iter().all(|n| *n > Some(0)));
}

#[test]
fn threads_do_not_matter_in_a_real_city() {
    let Some(osm) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let desk = Desk::new();
    let draw = |threads: &str| {
        let out = desk.result(threads);
        let call = walkshed("circles --cells --json").with("--osm", &osm).with("--threads", threads).with("-o", &out);
        (call.ends(DONE).json(), out)
    };
    let ((told, one), (_, three)) = (draw("1"), draw("3"));
    for file in FILES.into_iter().filter(|file| *file != "manifest.json") {
        assert!(fs::read(one.join(file)).unwrap() == fs::read(three.join(file)).unwrap(), "{file} differs");
    }
    let table = read_parquet(&one.join("circle_members.parquet"));
    let in_circles = texts(&table, "circle_id").into_iter().flatten().count() as u64;
    assert_eq!(told["units"].as_u64(), Some(in_circles));
    let all = told["residents"].as_f64().unwrap();
    let placed = sum(&read_parquet(&one.join("circles.parquet")), "residents");
    assert!((placed + told["residents_left_out"].as_f64().unwrap() - all).abs() < 1e-3);
}

#[test]
fn wrong_calls_are_refused() {
    let desk = Desk::new();
    let call = || walkshed("circles").and(town("walkshed.toml"));
    desk.refuses(call().with("--share", "0"), WRONG_USE, &["--share 0", "above 0"]);
    desk.refuses(call().with("--least", "9").with("--most", "8"), WRONG_USE, &["--least 9 is more than --most 8"]);
    desk.refuses(call().with("--detour", "20000"), WRONG_USE, &["--detour 20000", "0 to 10,000 m"]);
    desk.refuses(walkshed("circles"), WRONG_USE, &["no streets", "--osm FILE"]);
}
