//! `walkshed matrix`: every pair has a row, a status says why there is no number, and the numbers are those of a map drawn
//! by hand.

use std::fs;
use std::path::Path;

use polars::prelude::DataFrame;

use super::drawn;
use super::results::{column_names, numbers, read_parquet, words};
use super::tool::{Call, DONE, Desk, town, walkshed};

/// A street of 900 m to the east with a lane of 300 m to the north at its middle, and another street, 1 km to the north,
/// that no way leads to.
fn map() -> Vec<u8> {
    drawn::extract(&[&[[0, 0], [450, 0], [900, 0]], &[[450, 0], [450, 300]], &[[0, 1_300], [900, 1_300]]])
}

/// A call on the map with no islands, at a metre per second, so that seconds are metres.
fn on_the_map(desk: &Desk, from: &[(&str, walkshed::LonLat)], to: &[(&str, walkshed::LonLat)]) -> Call {
    let call = walkshed("matrix --speed 1 --min-component 0").with("--osm", desk.file("map.osm.pbf", map()));
    let call = call.with("--from", desk.file("from.csv", drawn::points(from)));
    call.with("--to", desk.file("to.csv", drawn::points(to)))
}

fn pairs(matrix: &DataFrame) -> Vec<(&str, &str, &str)> {
    let ids = words(matrix, "from_id").into_iter().zip(words(matrix, "to_id"));
    ids.zip(words(matrix, "status")).map(|((from, to), status)| (from, to, status)).collect()
}

#[test]
fn lengths_are_those_of_the_map() {
    let desk = Desk::new();
    let from = [("west", drawn::at(0.0, 0.0)), ("aside", drawn::at(100.0, -20.0))];
    let to = [
        ("east", drawn::at(900.0, 0.0)),
        ("lane", drawn::at(450.0, 300.0)),
        // 12 m off the lane, 200 m up.
        ("shop", drawn::at(462.0, 200.0)),
        // On the same stretch of street as both origins.
        ("near", drawn::at(250.0, 10.0)),
        ("west", drawn::at(0.0, 0.0)),
        ("aside", drawn::at(100.0, -20.0)),
    ];
    on_the_map(&desk, &from, &to).with("-o", desk.result("out.parquet")).ends(DONE);
    let matrix = read_parquet(&desk.result("out.parquet"));
    let expected = [
        ("west", "east", 900.0),
        ("west", "lane", 750.0),
        ("west", "shop", 450.0 + 200.0 + 12.0),
        ("west", "near", 250.0 + 10.0),
        ("west", "west", 0.0),
        ("west", "aside", 100.0 + 20.0),
        ("aside", "east", 20.0 + 800.0),
        ("aside", "lane", 20.0 + 350.0 + 300.0),
        ("aside", "shop", 20.0 + 350.0 + 200.0 + 12.0),
        ("aside", "near", 20.0 + 150.0 + 10.0),
        ("aside", "west", 20.0 + 100.0),
        // Not to the street and back.
        ("aside", "aside", 0.0),
    ];
    // Pairs come in the order of the tables: all destinations of the first origin, then those of the second.
    let reached: Vec<_> = expected.iter().map(|&(from, to, _)| (from, to, "reached")).collect();
    assert_eq!(pairs(&matrix), reached);
    let (times, lengths) = (numbers(&matrix, "travel_time_s"), numbers(&matrix, "distance_m"));
    for (row, (from, to, metres)) in expected.into_iter().enumerate() {
        // Coordinates are kept to a centimetre, times to 1/64 s.
        assert!((lengths[row].unwrap() - metres).abs() < 0.05, "{from} to {to}: {:?} m", lengths[row]);
        assert!((times[row].unwrap() - metres).abs() < 0.1, "{from} to {to}: {:?} s", times[row]);
    }
    for row in [4, 11] {
        assert_eq!((times[row], lengths[row]), (Some(0.0), Some(0.0)), "who is there already does not walk");
    }
}

#[test]
fn a_pair_without_a_walk_has_a_status_and_no_numbers() {
    let desk = Desk::new();
    let from = [("west", drawn::at(0.0, 0.0)), ("field", drawn::at(450.0, -2_000.0))];
    let to = [
        ("east", drawn::at(900.0, 0.0)),
        ("middle", drawn::at(450.0, 0.0)),
        ("other street", drawn::at(450.0, 1_300.0)),
        ("field", drawn::at(450.0, -2_000.0)),
    ];
    let call = on_the_map(&desk, &from, &to).with("--minutes", "10").with("-o", desk.result("out.parquet"));
    let told = call.ends(DONE).out;
    let matrix = read_parquet(&desk.result("out.parquet"));
    let expected = [
        ("west", "east", "beyond_budget"),
        ("west", "middle", "reached"),
        ("west", "other street", "not_connected"),
        ("west", "field", "to_no_street"),
        ("field", "east", "from_no_street"),
        ("field", "middle", "from_no_street"),
        ("field", "other street", "from_no_street"),
        ("field", "field", "from_no_street"),
    ];
    assert_eq!(pairs(&matrix), expected);
    for column in ["travel_time_s", "distance_m"] {
        let has_value: Vec<bool> = numbers(&matrix, column).iter().map(Option::is_some).collect();
        assert_eq!(has_value, [false, true, false, false, false, false, false, false], "{column}");
    }
    assert!(told.contains("1 of 8 pairs within 10 minutes at 1 m/s"), "{told}");
}

#[test]
fn a_walk_of_just_the_budget_is_within_it() {
    let desk = Desk::new();
    let (from, to) = ([("west", drawn::at(0.0, 0.0))], [("east", drawn::at(900.0, 0.0))]);
    on_the_map(&desk, &from, &to).with("-o", desk.result("long.parquet")).ends(DONE);
    let metres = numbers(&read_parquet(&desk.result("long.parquet")), "distance_m")[0].unwrap();
    // The speed at which the street takes 15 minutes to the tick, and one at which it takes a tenth of a second more.
    for (name, seconds, status) in [("just", 900.0, "reached"), ("over", 900.1, "beyond_budget")] {
        let desk = Desk::new();
        let speed = (metres / seconds).to_string();
        let call = walkshed("matrix --minutes 15").with("--osm", desk.file("map.osm.pbf", map()));
        let call = call.with("--from", desk.file("from.csv", drawn::points(&from))).with("--speed", speed);
        let call = call.with("--to", desk.file("to.csv", drawn::points(&to)));
        call.with("-o", desk.result("out.parquet")).ends(DONE);
        let matrix = read_parquet(&desk.result("out.parquet"));
        assert_eq!(words(&matrix, "status"), [status], "{name}");
        let expected = (status == "reached").then_some(900.0);
        assert_eq!(numbers(&matrix, "travel_time_s"), [expected], "{name}");
    }
}

#[test]
fn islands_are_avoided_unless_all_are_kept() {
    // A fenced path of two nodes lies nearer than the street.
    let desk = Desk::new();
    let street: Vec<[i32; 2]> = (0..60).map(|n| [n * 10, 0]).collect();
    let osm = desk.file("map.osm.pbf", drawn::extract(&[&street, &[[100, 50], [200, 50]]]));
    let from = desk.file("from.csv", drawn::points(&[("home", drawn::at(150.0, 60.0))]));
    let to = desk.file("to.csv", drawn::points(&[("shop", drawn::at(500.0, 0.0))]));
    for (least, status, metres) in [("40", "reached", Some(60.0 + 350.0)), ("0", "not_connected", None)] {
        let call = walkshed("matrix --overwrite").with("--osm", &osm).with("--from", &from).with("--to", &to);
        call.with("--min-component", least).with("-o", desk.result("out.parquet")).ends(DONE);
        let matrix = read_parquet(&desk.result("out.parquet"));
        assert_eq!(words(&matrix, "status"), [status], "--min-component {least}");
        let length = numbers(&matrix, "distance_m")[0];
        assert!(length.is_none() == metres.is_none() && (length.unwrap_or(0.0) - metres.unwrap_or(0.0)).abs() < 0.05);
    }
}

#[test]
fn on_the_town_length_is_time_times_speed() {
    let desk = Desk::new();
    let outlets = town("outlets.csv");
    let call = walkshed("matrix --minutes 30 --speed 1.3").with("--osm", town("city.osm.pbf"));
    let call = call.with("--from", &outlets).with("--to", &outlets);
    call.with("-o", desk.result("out.parquet")).ends(DONE);
    let matrix = read_parquet(&desk.result("out.parquet"));
    assert_eq!(matrix.height(), 536 * 536);
    let (times, lengths) = (numbers(&matrix, "travel_time_s"), numbers(&matrix, "distance_m"));
    let mut reached = 0;
    for (row, status) in words(&matrix, "status").into_iter().enumerate() {
        assert_eq!(times[row].is_some(), status == "reached", "row {row}");
        assert_eq!(lengths[row].is_some(), status == "reached", "row {row}");
        if let (Some(seconds), Some(metres)) = (times[row], lengths[row]) {
            assert!(seconds <= 1_800.0 && (seconds * 64.0).fract() == 0.0, "{seconds} s");
            // A walk along 200 streets is rounded 200 times by at most 1/128 s.
            assert!((seconds * 1.3 - metres).abs() < 0.5, "row {row}: {seconds} s and {metres} m");
            reached += 1;
        }
    }
    assert!(reached > 100_000, "{reached} pairs");
}

#[test]
fn csv_and_parquet_say_the_same() {
    let desk = Desk::new();
    let outlets = town("outlets.csv");
    let write = |name: &str| {
        let call = walkshed("matrix --minutes 10").with("--osm", town("city.osm.pbf"));
        let call = call.with("--from", &outlets).with("--to", &outlets);
        call.with("-o", desk.result(name)).ends(DONE);
        desk.result(name)
    };
    let matrix = read_parquet(&write("out.parquet"));
    let text = fs::read_to_string(write("out.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("from_id,to_id,travel_time_s,distance_m,status"));
    assert_eq!(column_names(&matrix).join(","), "from_id,to_id,travel_time_s,distance_m,status");
    let (times, lengths) = (numbers(&matrix, "travel_time_s"), numbers(&matrix, "distance_m"));
    let rows: Vec<_> = pairs(&matrix).into_iter().zip(times.into_iter().zip(lengths)).collect();
    let mut count = 0;
    for (line, ((from, to, status), (time, length))) in lines.zip(&rows) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!([fields[0], fields[1], fields[4]], [*from, *to, *status]);
        let number = |text: &str| (!text.is_empty()).then(|| text.parse::<f64>().unwrap());
        assert_eq!((number(fields[2]), number(fields[3])), (*time, *length), "{line}");
        count += 1;
    }
    assert_eq!(count, rows.len());
}

#[test]
fn a_matrix_may_be_written_to_a_folder_that_is_not_there_yet() {
    let desk = Desk::new();
    let point = [("a", drawn::at(0.0, 0.0))];
    let path = desk.result("new").join("folder").join("out.csv");
    on_the_map(&desk, &point, &point).with("-o", &path).ends(DONE);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "from_id,to_id,travel_time_s,distance_m,status\na,a,0.0,0.0,reached\n"
    );
    assert!(Path::new(&path).parent().unwrap().read_dir().unwrap().count() == 1);
}

#[test]
fn a_model_may_be_a_name_or_a_file_and_a_speed_wins_over_it() {
    let desk = Desk::new();
    let (from, to) = ([("west", drawn::at(0.0, 0.0))], [("east", drawn::at(900.0, 0.0))]);
    let slow = "schema_version = 1\nid = \"slow\"\nzh = \"慢\"\nen = \"slow\"\n\
                speed_m_per_s = { value = 0.5, source = \"a test\" }\n";
    let file = desk.file("slow.toml", slow);
    // 900 m: at the 1 m/s of the flag, at 0.5 m/s of the file, at the 1.2 m/s of the models that come with the tool.
    for (flags, model, seconds) in [("--speed 1", Some(&file), 900.0), ("", Some(&file), 1_800.0), ("", None, 750.0)] {
        let call = walkshed(&format!("matrix --min-component 0 --overwrite {flags}"));
        let call = call.with("--osm", desk.file("map.osm.pbf", map()));
        let call = call.with("--from", desk.file("from.csv", drawn::points(&from)));
        let call = call.with("--to", desk.file("to.csv", drawn::points(&to))).with("-o", desk.result("out.parquet"));
        match model {
            Some(file) => call.with("--model", file).ends(DONE),
            None => call.with("--model", "place").ends(DONE),
        };
        let time = numbers(&read_parquet(&desk.result("out.parquet")), "travel_time_s")[0].unwrap();
        assert!((time - seconds).abs() < 1.0, "{flags}: {time}");
    }
}
