//! Files and rows that are not what they should be. Each ends with a message that names the file, what was expected and
//! what to do, with exit code 1, and with nothing left behind: no results, no half-written ones, no hidden folder. Rows
//! that cannot be used among others that can are kept apart with their reasons.

use std::fs;
use std::path::Path;

use walkshed::OsmNodeId;
use walkshed::osm::PbfWriter;
use walkshed::osm::write::WriterOptions;

use super::drawn;
use super::results::{Results, read_parquet, sum, words};
use super::tool::{DONE, Desk, FAILED, WRONG_USE, town, town_run, town_text, walkshed};

/// Streets that cannot be used are refused by each command that reads streets.
#[track_caller]
fn refused_streets(desk: &Desk, osm: &Path, expected: &[&str]) {
    let name = osm.file_name().unwrap().to_str().unwrap();
    let expected = [expected, &[name]].concat();
    desk.refuses(walkshed("run --outlets osm --standard six-ones").with("--osm", osm), FAILED, &expected);
    desk.refuses(town_run().with("--osm", osm), FAILED, &expected);
    desk.refuses(walkshed("graph build").with("--osm", osm), FAILED, &expected);
    walkshed("graph info").and(osm).ends(FAILED).error_with(&expected);
    let points = desk.file("points.csv", "id,lon,lat\na,113.0,34.0\n");
    let matrix = walkshed("matrix").with("--osm", osm).with("--from", &points).with("--to", &points);
    matrix.with("-o", desk.result("out.csv")).ends(FAILED).error_with(&expected);
    assert!(desk.left().is_empty(), "left behind: {:?}", desk.left());
}

/// The outlets of the town with some rows (from 1) changed.
fn outlets_with(change: impl Fn(usize, &[&str]) -> Option<String>) -> String {
    let text = town_text("outlets.csv");
    let changed = text.lines().enumerate().map(|(row, line)| {
        let fields: Vec<&str> = line.split(',').collect();
        let changed = if row == 0 { None } else { change(row, &fields) };
        changed.unwrap_or_else(|| line.to_owned()) + "\n"
    });
    changed.collect()
}

fn swapped(fields: &[&str]) -> String {
    let &[id, name, lon, lat, format] = fields else { panic!("five columns") };
    [id, name, lat, lon, format].join(",")
}

#[test]
fn an_empty_extract() {
    let desk = Desk::new();
    let osm = desk.file("city.osm.pbf", "");
    refused_streets(&desk, &osm, &["the file is empty", "expected an OpenStreetMap extract in PBF format"]);
}

#[test]
fn a_text_file_named_pbf() {
    let desk = Desk::new();
    let osm = desk.file("city.osm.pbf", town_text("outlets.csv"));
    refused_streets(&desk, &osm, &["this is not an OpenStreetMap PBF file", "expected an .osm.pbf extract"]);
}

#[test]
fn an_extract_whose_download_broke_off() {
    let desk = Desk::new();
    let whole = fs::read(town("city.osm.pbf")).unwrap();
    for length in [whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        let osm = desk.file("city.osm.pbf", &whole[..length]);
        refused_streets(&desk, &osm, &["ends in the middle of a block", "the download is probably incomplete"]);
    }
}

#[test]
fn an_extract_without_ways() {
    let desk = Desk::new();
    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap();
    map.node(OsmNodeId(1), drawn::at(0.0, 0.0), &[("shop", "convenience")]).unwrap();
    let osm = desk.file("shops.osm.pbf", map.finish().unwrap());
    refused_streets(&desk, &osm, &["there are no ways in the extract (1 nodes)", "filtered to points only?"]);
}

#[test]
fn an_extract_that_is_not_there() {
    let desk = Desk::new();
    let nowhere = desk.result("nowhere.osm.pbf");
    for call in [walkshed("run --outlets osm --standard six-ones"), town_run(), walkshed("graph build")] {
        desk.refuses(call.with("--osm", &nowhere), WRONG_USE, &["nowhere.osm.pbf cannot be read", "No such file"]);
    }
    walkshed("graph info").and(&nowhere).ends(WRONG_USE).error_with(&["nowhere.osm.pbf cannot be read"]);
}

#[test]
fn an_extract_in_which_nobody_lives() {
    let desk = Desk::new();
    let osm = desk.file("path.osm.pbf", drawn::extract(&[&[[0, 0], [100, 0]]]));
    let call = walkshed("run --outlets osm --standard six-ones").with("--osm", &osm);
    desk.refuses(call, FAILED, &["path.osm.pbf has no dwellings", "give --residents FILE"]);
    let call = walkshed("run --outlets osm --standard six-ones --residents streets").with("--osm", &osm);
    desk.refuses(call, FAILED, &["path.osm.pbf has no shop or amenity", "give a registry with --outlets FILE"]);
}

#[test]
fn a_registry_with_a_missing_column() {
    let desk = Desk::new();
    for (header, missing) in
        [("id,lon,lat,floor", "'format'"), ("id,name,lon,format", "'lat'"), ("name,where,lat,format", "'lon'")]
    {
        let outlets = desk.file("outlets.csv", format!("{header}\n1,2,3,4\n"));
        let found = header.replace(',', ", ");
        let expected = ["outlets.csv has no column", missing, "columns found: ", &found, "[outlets.columns]"];
        desk.refuses(town_run().with("--outlets", outlets), FAILED, &expected);
    }
}

#[test]
fn a_table_of_residents_with_a_missing_column() {
    let desk = Desk::new();
    let residents = desk.file("people.csv", "h3,pop_60plus\n8a4084792197fff,96\n");
    let expected = ["people.csv has no column 'population'", "columns found: h3, pop_60plus", "rename"];
    desk.refuses(town_run().with("--residents", residents), FAILED, &expected);
    let residents = desk.file("people.csv", "block,population\n7,96\n");
    let expected = ["people.csv says nowhere where people live", "expected a column 'h3', or 'lon' and 'lat'"];
    desk.refuses(town_run().with("--residents", residents), FAILED, &expected);
}

#[test]
fn points_of_a_matrix_with_a_missing_column() {
    let desk = Desk::new();
    let points = desk.file("points.csv", "id,lon\na,113\n");
    let matrix = walkshed("matrix").with("--osm", town("city.osm.pbf")).with("--from", &points).with("--to", &points);
    let told = matrix.with("-o", desk.result("out.csv")).ends(FAILED);
    told.error_with(&["points.csv has no column 'lat'", "columns found: id, lon"]);
    assert!(desk.left().is_empty());
}

#[test]
fn tables_that_are_empty_or_no_tables() {
    let desk = Desk::new();
    let cases: [(&str, &[u8], &str); 4] = [
        ("empty.csv", b"", "is empty; expected a header line and rows"),
        ("header.csv", b"id,name,lon,lat,format\n", "has a header and no rows"),
        ("odd.csv", b"id,name,lon,lat,format\n1,caf\xe9\n", "neither UTF-8 text (line 2) nor GB18030"),
        ("book.xlsx", b"PK\x03\x04", "as an XLSX workbook; save it anew, or as 'CSV UTF-8'"),
    ];
    for (name, content, expected) in cases {
        let outlets = desk.file(name, content);
        desk.refuses(town_run().with("--outlets", outlets), FAILED, &[name, expected]);
    }
}

#[test]
fn rows_that_are_no_outlets_are_kept_with_their_reasons() {
    let desk = Desk::new();
    let outlets = outlets_with(|row, fields| match row {
        2 | 7 => Some(swapped(fields)),
        3 => Some(format!("{},{},200,{},{}", fields[0], fields[1], fields[3], fields[4])),
        4 => Some(format!("{},{},{},-91,{}", fields[0], fields[1], fields[2], fields[4])),
        5 => Some(format!("{},{},{},{},castle", fields[0], fields[1], fields[2], fields[3])),
        6 => Some(format!("{},{},116.39,39.9,{}", fields[0], fields[1], fields[4])),
        // One known word is enough; the other is counted.
        8 => Some(format!("{},{},{},{},{};castle", fields[0], fields[1], fields[2], fields[3], fields[4])),
        _ => None,
    });
    let rows = outlets.lines().count() - 1;
    let outlets = desk.file("outlets.csv", outlets);
    let call = town_run().with("--outlets", &outlets).with("-o", desk.result("out")).and("--json");
    let results = Results::new(desk.result("out"), call.ends(DONE).json());

    let rejected = results.table("rejected");
    let numbers: Vec<u64> = rejected.column("row").unwrap().u64().unwrap().into_no_null_iter().collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6, 7]);
    let reasons = ["swapped_axes", "out_of_range", "out_of_range", "unknown_format", "outside", "swapped_axes"];
    assert_eq!(words(&rejected, "reason"), reasons);
    assert_eq!(words(&rejected, "id"), ["000002", "000003", "000004", "000005", "000006", "000007"]);
    assert!(words(&rejected, "source").iter().all(|source| *source == outlets.to_str().unwrap()));
    let details = words(&rejected, "detail");
    assert!(details[0].contains("the other way round they lie among the streets"), "{}", details[0]);
    assert!(details[1].contains("longitude is -180 to 180"), "{}", details[1]);
    assert!(details[3].contains("'castle' is no known format"), "{}", details[3]);
    assert!(details[4].contains("from the streets"), "{}", details[4]);

    // What went in is what was used and what was rejected.
    assert_eq!(results.table("outlets").height() + rejected.height(), rows);
    let told = &results.findings["outlets"];
    let told_rejected: u64 = told["rejected"].as_array().unwrap().iter().map(|r| r[1].as_u64().unwrap()).sum();
    assert_eq!(told["rows"], rows);
    assert_eq!(told["used"].as_u64().unwrap() + told_rejected, rows as u64);
    assert_eq!(told["unmapped"], serde_json::json!([["castle", 2]]));
}

#[test]
fn the_summary_tells_how_many_rows_were_rejected_and_why() {
    let desk = Desk::new();
    let outlets = desk.file("outlets.csv", outlets_with(|row, fields| (row < 4).then(|| swapped(fields))));
    let told = town_run().with("--outlets", outlets).with("-o", desk.result("out")).ends(DONE);
    assert!(told.out.contains("533 of 43 formats out of 79; 3 (swapped_axes 3) rejected"), "{}", told.out);
}

#[test]
fn a_registry_with_all_axes_swapped() {
    let desk = Desk::new();
    let outlets = desk.file("outlets.csv", outlets_with(|_, fields| Some(swapped(fields))));
    let expected = [
        "no row of",
        "outlets.csv is usable: swapped_axes (536 rows, first in row 1: ",
        "the other way round they lie among the streets",
        "put the longitude into lon",
    ];
    desk.refuses(town_run().with("--outlets", outlets), FAILED, &expected);
}

#[test]
fn a_registry_of_another_city() {
    let desk = Desk::new();
    let outlets = desk.file("outlets.csv", "id,name,lon,lat,format\n1,便利店,116.39,39.9,convenience_store\n");
    let expected = ["outlets.csv is usable: outside (1 row, first in row 1: ", "use an extract that covers it"];
    desk.refuses(town_run().with("--outlets", outlets), FAILED, &expected);
}

#[test]
fn a_registry_without_a_known_format() {
    let desk = Desk::new();
    let castle = |_, fields: &[&str]| Some([&fields[..4], &["castle"]].concat().join(","));
    let outlets = desk.file("outlets.csv", outlets_with(castle));
    let expected = ["no row of", "outlets.csv has a known format; found: castle", "convenience_store or 便利店"];
    desk.refuses(town_run().with("--outlets", outlets), FAILED, &expected);
}

#[test]
fn residents_that_cannot_be_placed_are_counted() {
    let desk = Desk::new();
    let residents = desk.file(
        "people.csv",
        "id,lon,lat,population\n\
         a,112.6,33.0,100\n\
         b,33.0,112.6,7\n\
         c,512.6,33.0,5\n\
         d,112.6,33.0,20\n\
         e,112.6,33.0,-3\n\
         f,112.6,33.0,many\n",
    );
    let call = town_run().with("--residents", &residents).with("-o", desk.result("out")).and("--json");
    let results = Results::new(desk.result("out"), call.ends(DONE).json());
    let rejected = results.table("rejected");
    assert_eq!(words(&rejected, "reason"), ["swapped_axes", "out_of_range", "negative", "bad_number"]);
    assert!((sum(&results.table("cells"), "residents") - 120.0).abs() < 1e-9);
    let told = &results.findings["residents"];
    // 100 + 20 are placed, 7 + 5 are not, of the other two rows nobody knows.
    assert_eq!((told["total"].as_f64(), told["not_placed"].as_f64()), (Some(120.0), Some(12.0)));
    assert_eq!(told["rows"], 6);
}

#[test]
fn residents_with_all_axes_swapped() {
    let desk = Desk::new();
    let residents = desk.file("people.csv", "id,lon,lat,population\na,33.0,112.6,7\nb,33.0,112.6,8\n");
    let expected = ["people.csv is usable: swapped_axes (2 rows, first in row 1: "];
    desk.refuses(town_run().with("--residents", residents), FAILED, &expected);
}

#[test]
fn rows_left_out_of_a_matrix_are_said_aloud() {
    let desk = Desk::new();
    let from = desk.file("from.csv", "id,lon,lat\na,112.6,33.0\nb,33.0,112.6\n");
    let to = desk.file("to.csv", "id,lon,lat\nc,112.6,33.0\n");
    let matrix = walkshed("matrix").with("--osm", town("city.osm.pbf")).with("--from", &from).with("--to", to);
    let told = matrix.with("-o", desk.result("out.parquet")).ends(DONE);
    assert!(told.err.contains("from.csv: row 2 is left out: "), "{}", told.err);
    assert_eq!(words(&read_parquet(&desk.result("out.parquet")), "from_id"), ["a"]);

    let from = desk.file("from.csv", "id,lon,lat\nb,33.0,112.6\n");
    let matrix = walkshed("matrix").with("--osm", town("city.osm.pbf")).with("--from", &from).with("--to", &from);
    let told = matrix.with("-o", desk.result("all.csv")).ends(FAILED);
    told.error_with(&["no row of", "from.csv is usable: swapped_axes (1 row, first in row 1: "]);
    assert_eq!(desk.left(), ["out.parquet"]);
}

#[test]
fn zones_that_are_no_zones() {
    let desk = Desk::new();
    let zones = desk.file("zones.geojson", town_text("outlets.csv"));
    let expected = ["the zones in", "zones.geojson cannot be used", "this is not GeoJSON"];
    desk.refuses(town_run().with("--zones", zones), FAILED, &expected);
    let point = r#"{"type":"Feature","properties":{"id":"a"},"geometry":{"type":"Point","coordinates":[112.6,33.0]}}"#;
    let zones = desk.file("zones.geojson", point);
    desk.refuses(town_run().with("--zones", zones), FAILED, &["zones.geojson", "none of 1 features is a polygon"]);
}

#[test]
fn a_graph_file_that_was_not_copied_whole_or_is_damaged() {
    let desk = Desk::new();
    let built = desk.file("whole.graph", "");
    walkshed("graph build --overwrite").with("--osm", town("city.osm.pbf")).with("-o", &built).ends(DONE);
    let whole = fs::read(&built).unwrap();
    for length in [100, whole.len() / 2, whole.len() - 1] {
        let graph = desk.file("town.graph", &whole[..length]);
        refused_streets_of_graph(&desk, &graph, &["the graph file ends too early", "build it again"]);
    }
    let mut damaged = whole;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let graph = desk.file("town.graph", damaged);
    refused_streets_of_graph(&desk, &graph, &["the graph file is damaged", "build it again"]);
}

#[track_caller]
fn refused_streets_of_graph(desk: &Desk, graph: &Path, expected: &[&str]) {
    let expected = [expected, &["town.graph: "]].concat();
    desk.refuses(town_run().with("--osm", graph), FAILED, &expected);
    walkshed("graph info").and(graph).ends(FAILED).error_with(&expected);
}

#[test]
fn a_graph_file_has_no_shops_and_no_dwellings() {
    let desk = Desk::new();
    let graph = desk.file("town.graph", "");
    walkshed("graph build --overwrite").with("--osm", town("city.osm.pbf")).with("-o", &graph).ends(DONE);
    let expected = ["town.graph is a graph file and holds streets only", "give the extract itself"];
    desk.refuses(town_run().with("--osm", &graph).with("--outlets", "osm"), WRONG_USE, &expected);
    desk.refuses(town_run().with("--osm", &graph).with("--residents", "osm"), WRONG_USE, &expected);
}
