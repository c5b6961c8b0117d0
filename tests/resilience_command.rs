//! `walkshed resilience`, against `walkshed matrix`: who has how many supply nodes, and who loses which.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::drawn;
use super::results::{Results, counts, numbers, read_parquet, sum, texts, words};
use super::tool::{DONE, Desk, FAILED, WRONG_USE, names, town, town_text, walkshed};

/// The supermarkets and markets of the town as a table of points.
fn nodes() -> String {
    let mut points = String::from("id,lon,lat\n");
    for line in town_text("outlets.csv").lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let is_node = |format: &str| ["general_supermarket", "wet_market"].contains(&format);
        if columns[4].split(';').any(is_node) {
            let _ = writeln!(points, "{},{},{}", columns[0], columns[2], columns[3]);
        }
    }
    points
}

/// For each cell of the town, the nodes within a quarter of an hour: by the matrix, which knows no formats.
fn near(desk: &Desk) -> BTreeMap<String, Vec<String>> {
    let cells = Results::town().table("cells");
    let centres: Vec<(&str, walkshed::LonLat)> = words(&cells, "h3")
        .into_iter()
        .zip(numbers(&cells, "lon").into_iter().zip(numbers(&cells, "lat")))
        .map(|(h3, (lon, lat))| (h3, walkshed::LonLat { lon: lon.unwrap(), lat: lat.unwrap() }))
        .collect();
    let from = desk.file("cells.csv", drawn::points(&centres));
    let to = desk.file("nodes.csv", nodes());
    let call =
        walkshed("matrix --minutes 15").with("--osm", town("city.osm.pbf")).with("--from", from).with("--to", to);
    call.with("-o", desk.result("matrix.parquet")).ends(DONE);
    let matrix = read_parquet(&desk.result("matrix.parquet"));
    let mut near: BTreeMap<String, Vec<String>> =
        centres.iter().map(|(h3, _)| ((*h3).to_owned(), Vec::new())).collect();
    let pairs = words(&matrix, "from_id").into_iter().zip(words(&matrix, "to_id"));
    for ((cell, node), seconds) in pairs.zip(numbers(&matrix, "travel_time_s")) {
        if seconds.is_some() {
            near.get_mut(cell).unwrap().push(node.to_owned());
        }
    }
    near
}

#[test]
fn cover_and_loss_are_those_of_the_matrix() {
    let desk = Desk::new();
    let near = near(&desk);
    let out = desk.result("out");
    let call = walkshed("resilience --json --formats general_supermarket,wet_market").and(town("walkshed.toml"));
    let told = call.with("-o", &out).ends(DONE).json();
    let cells = read_parquet(&out.join("supply_cells.parquet"));
    let (mut covered, mut short) = (0.0, 0.0);
    let mut loss: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    let rows = words(&cells, "h3").into_iter().zip(counts(&cells, "nodes")).zip(words(&cells, "status"));
    for (((cell, nodes), status), residents) in rows.zip(numbers(&cells, "residents")) {
        let (near, residents) = (&near[cell], residents.unwrap());
        assert_eq!(nodes, Some(near.len() as u32), "{cell}");
        let expected = match near.len() {
            0 => "none",
            1 => "short",
            _ => "covered",
        };
        assert_eq!(status, expected, "{cell}");
        covered += if near.len() >= 2 { residents } else { 0.0 };
        short += if near.len() == 1 { residents } else { 0.0 };
        for node in near {
            let of = loss.entry(node).or_default();
            of[0] += residents;
            of[1] += if near.len() == 1 { residents } else { 0.0 };
            of[2] += if near.len() == 2 { residents } else { 0.0 };
        }
    }
    assert_eq!(told["city"]["covered"].as_f64(), Some(covered));
    assert_eq!(told["city"]["short"].as_f64(), Some(short));
    let table = read_parquet(&out.join("supply_nodes.parquet"));
    assert_eq!(table.height(), nodes().lines().count() - 1);
    let columns = ["residents_within", "residents_only", "residents_fall_short"].map(|name| numbers(&table, name));
    for (row, id) in words(&table, "id").into_iter().enumerate() {
        let expected = loss.get(id).copied().unwrap_or_default();
        assert_eq!(columns.each_ref().map(|column| column[row]), expected.map(Some), "{id}");
    }
    assert!(columns[1].is_sorted_by(|a, b| a >= b), "the node on which most depend first");
    let zones = read_parquet(&out.join("supply_zones.parquet"));
    assert_eq!(texts(&zones, "zone_id")[0], Some("*"));
    // 101 residents live in no zone.
    assert!((sum(&zones, "residents") - (2.0 * 73_090.0 - 101.0)).abs() < 1e-6);
}

#[test]
fn nodes_that_fail_together_are_gone_for_everybody() {
    let desk = Desk::new();
    let near = near(&desk);
    let out = desk.result("out");
    // The two on which most residents depend.
    let failing = ["000410", "000453"];
    let call = walkshed("resilience --json --csv --formats 综合超市,菜市场").and(town("walkshed.toml"));
    let told = call.with("--fail", failing.join(",")).with("-o", &out).ends(DONE).json();
    assert!(
        names(&out).contains(&"supply_nodes.csv".to_owned())
            && names(&out).contains(&"supply_cells.geojson".to_owned())
    );
    let cells = read_parquet(&out.join("supply_cells.parquet"));
    let left: BTreeMap<&str, f64> = words(&cells, "h3")
        .into_iter()
        .zip(numbers(&cells, "residents"))
        .filter(|(cell, _)| near[*cell].iter().all(|node| failing.contains(&node.as_str())))
        .map(|(cell, residents)| (cell, residents.unwrap()))
        .collect();
    assert_eq!(told["failed"]["none"].as_f64(), Some(left.values().sum()));
    for (cell, status) in words(&cells, "h3").into_iter().zip(words(&cells, "status_failed")) {
        assert_eq!(status == "none", left.contains_key(cell), "{cell}");
    }
}

#[test]
fn wrong_calls_are_refused() {
    let desk = Desk::new();
    let call = || walkshed("resilience").and(town("walkshed.toml"));
    desk.refuses(call().with("--fail", "nobody"), WRONG_USE, &["nobody is no supply node"]);
    desk.refuses(call().with("--formats", "supermarkt"), WRONG_USE, &["there is no format \"supermarkt\""]);
    desk.refuses(call().with("--formats", "emergency_supply"), FAILED, &["no outlet that counts", "--formats"]);
}
