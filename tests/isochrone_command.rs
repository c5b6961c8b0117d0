//! `walkshed isochrone`: areas, streets and cells of a map drawn by hand; every origin has its rows, threads do not matter.

use std::fmt::Write as _;
use std::fs;

use h3o::{LatLng, Resolution};
use polars::prelude::DataFrame;
use serde_json::Value;
use walkshed::osm::PbfWriter;
use walkshed::osm::write::WriterOptions;
use walkshed::{OsmNodeId, OsmWayId};

use super::drawn;
use super::results::{column_names, numbers, read_parquet, words};
use super::tool::{Call, DONE, Desk, WRONG_USE, town, walkshed};

/// A street of 900 m to the east with a lane of 300 m to the north at its middle.
fn map() -> Vec<u8> {
    drawn::extract(&[&[[0, 0], [450, 0], [900, 0]], &[[450, 0], [450, 300]]])
}

/// A call on the map with no islands, at a metre per second, so that seconds are metres.
fn on_the_map(desk: &Desk, words: &str) -> Call {
    walkshed(&format!("isochrone --speed 1 --min-component 0 {words}")).with("--osm", desk.file("map.osm.pbf", map()))
}

fn from(desk: &Desk) -> std::path::PathBuf {
    let points =
        [("west", drawn::at(0.0, 0.0)), ("field", drawn::at(450.0, -2_000.0)), ("lane", drawn::at(450.0, 300.0))];
    desk.file("from.csv", drawn::points(&points))
}

fn is_near(found: Option<f64>, expected: f64, share: f64) -> bool {
    found.is_some_and(|found| (found / expected - 1.0).abs() < share)
}

#[test]
fn areas_are_those_of_the_map() {
    let desk = Desk::new();
    let told = on_the_map(&desk, "--minutes 10,2,5").with("--from", from(&desk)).with("-o", desk.result("a.parquet"));
    let told = told.ends(DONE).out;
    assert!(told.contains("9 rows; 2 origins with a street"), "{told}");
    let areas = read_parquet(&desk.result("a.parquet"));
    assert_eq!(words(&areas, "id"), ["west", "west", "west", "field", "field", "field", "lane", "lane", "lane"]);
    assert_eq!(words(&areas, "status")[2..7], ["reached", "no_street", "no_street", "no_street", "reached"]);
    let minutes: Vec<Option<u32>> = areas.column("minutes").unwrap().u32().unwrap().iter().collect();
    assert_eq!(minutes[..4], [Some(2), Some(5), Some(10), Some(2)]);
    // Both sides of so many metres, and half a circle at either end.
    let wide = |metres: f64| metres * 50.0 + std::f64::consts::PI * 625.0;
    let (area, ratio) = (numbers(&areas, "area_m2"), numbers(&areas, "walkshed_ratio"));
    let streets = numbers(&areas, "streets_m");
    assert!(is_near(area[0], wide(120.0), 0.01) && is_near(area[1], wide(300.0), 0.01), "{area:?}");
    assert!(is_near(streets[2], 750.0, 0.001) && is_near(streets[6], 120.0, 0.001), "{streets:?}");
    assert!(is_near(ratio[1], wide(300.0) / (std::f64::consts::PI * 90_000.0), 0.01), "{ratio:?}");
    assert!(is_near(numbers(&areas, "perimeter_m")[1], 600.0 + std::f64::consts::TAU * 25.0, 0.005));
    for column in ["area_m2", "walkshed_ratio", "perimeter_m", "streets_m", "snap_distance_m"] {
        let has_value: Vec<bool> = numbers(&areas, column).iter().map(Option::is_some).collect();
        assert_eq!(has_value, [true, true, true, false, false, false, true, true, true], "{column}");
    }
    assert_eq!(areas.column("geometry").unwrap().null_count(), 3);
}

#[test]
fn a_file_of_features_holds_the_same() {
    let desk = Desk::new();
    let at = drawn::at(450.0, 310.0);
    let call = on_the_map(&desk, "--minutes 5").with("--at", format!("{},{}", at.lon, at.lat));
    call.with("-o", desk.result("a.geojson")).ends(DONE);
    let text = fs::read_to_string(desk.result("a.geojson")).unwrap();
    let collection: Value = serde_json::from_str(&text).unwrap();
    let feature = &collection["features"][0];
    assert_eq!(feature["geometry"]["type"], "MultiPolygon");
    let properties = &feature["properties"];
    assert_eq!((&properties["id"], &properties["direction"]), (&"1".into(), &"from".into()));
    // 10 m to the lane, 290 m down it.
    assert!(is_near(properties["streets_m"].as_f64(), 290.0, 0.001), "{properties}");
    let ring = feature["geometry"]["coordinates"][0][0].as_array().unwrap();
    assert!(ring.len() > 8 && ring.first() == ring.last());
}

#[test]
fn lines_have_times_at_both_ends() {
    let desk = Desk::new();
    let call = on_the_map(&desk, "--lines --minutes 5,10").with("--from", from(&desk));
    call.with("-o", desk.result("l.parquet")).ends(DONE);
    let lines = read_parquet(&desk.result("l.parquet"));
    let (times, lengths) =
        ([numbers(&lines, "first_time_s"), numbers(&lines, "last_time_s")], numbers(&lines, "length_m"));
    let of = |id: &str| -> f64 {
        let rows = words(&lines, "id").into_iter().enumerate().filter(|(_, row)| *row == id);
        rows.filter_map(|(row, _)| lengths[row]).sum()
    };
    // From the west end 600 m, of which 150 m are in the lane and 150 m beyond it; from the lane's end 300 + 2 × 300.
    assert!((of("west") - 750.0).abs() < 0.5 && (of("lane") - 900.0).abs() < 0.5);
    for row in 0..lines.height() {
        let Some(length) = lengths[row] else { continue };
        let taken = (times[0][row].unwrap() - times[1][row].unwrap()).abs();
        assert!((taken - length).abs() < 0.05, "{taken} s for {length} m");
    }
    assert_eq!(words(&lines, "status").iter().filter(|status| **status == "no_street").count(), 1);
}

#[test]
fn cells_have_their_earliest_time() {
    let desk = Desk::new();
    let call = on_the_map(&desk, "--cells --minutes 5,10").with("--from", from(&desk));
    call.with("-o", desk.result("c.parquet")).ends(DONE);
    let cells = read_parquet(&desk.result("c.parquet"));
    let expected = ["id", "h3", "h3_u64", "minutes", "time_s", "direction", "status", "geometry"];
    assert_eq!(column_names(&cells), expected);
    let times = numbers(&cells, "time_s");
    let minutes: Vec<Option<u32>> = cells.column("minutes").unwrap().u32().unwrap().iter().collect();
    let of_west = words(&cells, "id").into_iter().zip(&times).filter(|(id, _)| *id == "west");
    assert_eq!(of_west.filter_map(|(_, time)| *time).reduce(f64::min), Some(0.0));
    for (time, minutes) in times.iter().zip(minutes) {
        let within = time.map(|time| if time <= 300.0 { 5 } else { 10 });
        assert_eq!(within, minutes);
    }
    // 600 m and 150 m of street in cells some 130 m wide.
    let west = words(&cells, "id").iter().filter(|id| **id == "west").count();
    assert!((6..16).contains(&west), "{west} cells");
}

#[test]
fn merged_and_reversed() {
    let desk = Desk::new();
    let call = on_the_map(&desk, "--merge --reverse --minutes 5").with("--from", from(&desk));
    call.with("-o", desk.result("m.parquet")).ends(DONE);
    let merged = read_parquet(&desk.result("m.parquet"));
    assert_eq!((words(&merged, "id"), words(&merged, "direction")), (vec!["merged"], vec!["to"]));
    assert!(is_near(numbers(&merged, "streets_m")[0], 600.0, 0.001));
    assert_eq!(numbers(&merged, "lon"), [None]);
}

#[test]
fn threads_do_not_matter() {
    let desk = Desk::new();
    let written = |threads: u32| -> DataFrame {
        let path = desk.result(&format!("{threads}.parquet"));
        let call =
            walkshed(&format!("isochrone --threads {threads} --minutes 3,9")).with("--osm", town("city.osm.pbf"));
        call.with("--from", town("outlets.csv")).with("-o", &path).ends(DONE);
        read_parquet(&path)
    };
    let (one, three) = (written(1), written(3));
    assert_eq!(one.height(), 2 * 536);
    assert!(one.equals_missing(&three));
    let bytes = [1, 3].map(|threads| fs::read(desk.result(&format!("{threads}.parquet"))).unwrap());
    assert!(bytes[0] == bytes[1], "the bytes depend on the number of threads");
}

#[test]
fn wrong_calls_are_refused() {
    let desk = Desk::new();
    let refused = |words: &str, told: &[&str]| {
        desk.refuses(on_the_map(&desk, words), WRONG_USE, told);
    };
    // The output has no ending.
    refused("--at 113,34", &[".parquet or .geojson"]);
    for (words, told) in [
        ("--at 34,113", "not on Earth"),
        ("--at 113", "expected longitude and latitude"),
        ("--at 113,34 --minutes 0", "1..=180"),
        ("--at 113,34 --lines --cells", "cannot be used with"),
        ("--minutes 5", "required"),
    ] {
        let ended = on_the_map(&desk, words).with("-o", desk.result("x.parquet")).ends(WRONG_USE);
        assert!(ended.err.contains(told), "{words}: {}", ended.err);
    }
    let call = on_the_map(&desk, "--at 113,34 --error-bound 30").with("-o", desk.result("x.parquet"));
    call.ends(WRONG_USE).error_with(&["0.1 m to the buffer of 25 m"]);
    assert!(desk.left().is_empty());
}

#[test]
fn what_a_lane_adds_is_gained_and_without_it_lost() {
    let desk = Desk::new();
    let without = desk.file("without.osm.pbf", drawn::extract(&[&[[0, 0], [450, 0], [900, 0]]]));
    let with = desk.file("with.osm.pbf", map());
    let at = drawn::at(0.0, 0.0);
    let changes = |now: &std::path::Path, before: &std::path::Path, name: &str| {
        let call = walkshed("isochrone --speed 1 --min-component 0 --minutes 5,10").with("--osm", now);
        let call = call.with("--before", before).with("--at", format!("{},{}", at.lon, at.lat));
        call.with("-o", desk.result(name)).ends(DONE);
        read_parquet(&desk.result(name))
    };
    // 150 m of the lane, of which 25 m lie within the buffer of the street, and half a circle at its end.
    let expected = 125.0 * 50.0 + std::f64::consts::PI * 312.5;
    for (now, before, name, change) in
        [(&with, &without, "a.parquet", "gained"), (&without, &with, "b.parquet", "lost")]
    {
        let changed = changes(now, before, name);
        assert_eq!(words(&changed, "change"), ["gained", "lost", "gained", "lost"]);
        let row = words(&changed, "change").iter().rposition(|word| *word == change).unwrap();
        let areas = numbers(&changed, "area_m2");
        assert!(is_near(areas[row], expected, 0.01), "{areas:?}");
        let grown =
            numbers(&changed, "area_after_m2")[row].unwrap() - numbers(&changed, "area_before_m2")[row].unwrap();
        assert!(is_near(Some(grown.abs()), expected, 0.01), "{grown}");
        // Within 5 minutes the lane is not come to, and nothing at all is lost the other way.
        let rest: f64 = (0..4).filter(|other| *other != row).filter_map(|other| areas[other]).sum();
        assert!(rest < 1.0, "{areas:?}");
    }
}

/// A street of 600 m to the east, with a wall 15 m to the north of it.
fn street_by_a_wall() -> Vec<u8> {
    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap();
    for (id, [east, north]) in (1..).zip([[0.0, 0.0], [600.0, 0.0], [-90.0, 15.0], [690.0, 15.0]]) {
        map.node(OsmNodeId(id), drawn::at(east, north), &[]).unwrap();
    }
    map.way(OsmWayId(1), &[1, 2].map(OsmNodeId), &[("highway", "footway")]).unwrap();
    map.way(OsmWayId(2), &[3, 4].map(OsmNodeId), &[("barrier", "wall")]).unwrap();
    map.finish().unwrap()
}

#[test]
fn areas_stop_at_walls_when_they_are_to() {
    let desk = Desk::new();
    let osm = desk.file("wall.osm.pbf", street_by_a_wall());
    let at = drawn::at(0.0, 0.0);
    let area = |words: &str, name: &str| {
        let call = walkshed(&format!("isochrone --speed 1 --min-component 0 --minutes 5 {words}")).with("--osm", &osm);
        call.with("--at", format!("{},{}", at.lon, at.lat)).with("-o", desk.result(name)).ends(DONE);
        numbers(&read_parquet(&desk.result(name)), "area_m2")[0]
    };
    let circle = std::f64::consts::PI * 625.0;
    assert!(is_near(area("", "a.parquet"), 300.0 * 50.0 + circle, 0.005));
    // What is cut off the circle of 25 m by a line 15 m from its middle.
    let beyond = 625.0 * (15.0f64 / 25.0).acos() - 15.0 * 20.0;
    assert!(is_near(area("--walls", "b.parquet"), 300.0 * 40.0 + circle - beyond, 0.02));
    let graph = desk.result("wall.graph");
    walkshed("graph build").with("--osm", &osm).with("-o", &graph).ends(DONE);
    let call = walkshed("isochrone --at 113,34 --walls").with("--osm", &graph).with("-o", desk.result("c.parquet"));
    call.ends(WRONG_USE).error_with(&["wall.graph", "knows no walls", "leave out --walls"]);
}

#[test]
fn residents_and_outlets_inside_are_counted() {
    let desk = Desk::new();
    let cell_at = |east: f64, north: f64| {
        let at = drawn::at(east, north);
        LatLng::new(at.lat, at.lon).unwrap().to_cell(Resolution::Ten)
    };
    // The walk begins in the middle of the first cell, which is inside; the other is far from any street.
    let (home, away) = (cell_at(300.0, 60.0), cell_at(0.0, -400.0));
    let people = desk.file("people.csv", format!("h3,population,pop_60plus\n{home},70,20\n{away},30,10\n"));
    let places = [
        ("convenience_store", 250.0, 20.0),
        ("convenience_store", 350.0, -20.0),
        ("kindergarten", 300.0, -60.0),
        ("kindergarten", 700.0, 10.0),
    ];
    let mut shops = String::from("id,name,lon,lat,format\n");
    for (id, (format, east, north)) in places.into_iter().enumerate() {
        let at = drawn::at(east, north);
        let _ = writeln!(shops, "{id},店{id},{},{},{format}", at.lon, at.lat);
    }
    let middle = LatLng::from(home);
    let call = on_the_map(&desk, "--minutes 5,10").with("--at", format!("{},{}", middle.lng(), middle.lat()));
    let call = call.with("--residents", &people).with("--outlets", desk.file("shops.csv", shops));
    call.with("--datum", "wgs84").with("-o", desk.result("a.parquet")).ends(DONE);
    let areas = read_parquet(&desk.result("a.parquet"));
    assert_eq!(numbers(&areas, "residents"), [Some(70.0); 2]);
    let group = column_names(&areas).into_iter().find(|name| name.starts_with("residents_")).unwrap();
    assert_eq!(numbers(&areas, group), [Some(20.0); 2]);
    let counts = |name: &str| areas.column(name).unwrap().u32().unwrap().iter().collect::<Vec<_>>();
    // The kindergarten beside the street is 60 m off it; the one at its end takes more than 5 minutes.
    assert_eq!((counts("outlets"), counts("formats")), (vec![Some(2), Some(3)], vec![Some(1), Some(2)]));
}
