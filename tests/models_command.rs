//! Several models on one city, and models against observations: the tables fit together, a model finds itself without
//! error, and a calibration finds the speed that made the times.

use std::path::{Path, PathBuf};

use polars::prelude::DataFrame;

use super::drawn;
use super::results::{counts, numbers, read_parquet, words};
use super::tool::{DONE, Desk, FAILED, WRONG_USE, names, town, walkshed};

fn compare(out: &Path, models: &str, threads: &str) -> String {
    let call = walkshed("models compare").and(town("walkshed.toml")).with("--models", models);
    call.with("--threads", threads).with("-o", out).ends(DONE).out
}

fn table(folder: &Path, name: &str) -> DataFrame {
    read_parquet(&folder.join(format!("{name}.parquet")))
}

/// The rows of a table where a column has a value.
fn rows_where(table: &DataFrame, column: &str, value: &str) -> Vec<usize> {
    words(table, column).iter().enumerate().filter(|(_, found)| **found == value).map(|(row, _)| row).collect()
}

#[test]
fn votes_and_shares_fit_together() {
    let desk = Desk::new();
    let out = desk.result("out");
    let told = compare(&out, "flat,planner,older", "2");
    assert!(told.contains("under all 3 models") && told.contains("straight"), "{told}");
    let coverage = table(&out, "model_coverage");
    let requirements = rows_where(&coverage, "model", "flat").len() - 1;
    // Three models, eight speeds, circles; each with all requirements together besides.
    assert_eq!(coverage.height(), (3 + 8 + 1) * (requirements + 1));
    let share = numbers(&coverage, "share_met");
    let [flat, at_1_2, at_1, planner] =
        ["flat", "flat 1.2 m/s", "flat 1 m/s", "planner"].map(|model| rows_where(&coverage, "model", model));
    for place in 0..=requirements {
        assert_eq!(share[flat[place]], share[at_1_2[place]]);
        assert_eq!(share[planner[place]], share[at_1[place]]);
        // Whoever is faster has no less, and circles no less than walks.
        let straight = rows_where(&coverage, "model", "straight")[place];
        assert!(share[at_1[place]] <= share[flat[place]] && share[flat[place]] <= share[straight], "{place}");
    }
    let residents = |row: usize| -> f64 {
        ["residents_met", "residents_not_met", "residents_unknown", "residents_no_street"]
            .iter()
            .map(|column| numbers(&coverage, column)[row].unwrap())
            .sum()
    };
    assert!((0..coverage.height()).all(|row| (residents(row) - 73_090.0).abs() < 1e-6));
    let agreement = table(&out, "model_agreement");
    assert_eq!(agreement.height(), 210 * requirements);
    for row in 0..agreement.height() {
        let of = |column: &str| counts(&agreement, column)[row].unwrap();
        assert_eq!(["met_by", "not_met_by", "unknown_by", "no_street_by"].map(of).iter().sum::<u32>(), 3);
    }
    let conclusions = table(&out, "model_conclusions");
    for row in 0..conclusions.height() {
        let of = |column: &str| numbers(&conclusions, column)[row].unwrap();
        assert!((of("residents_always") + of("residents_never") + of("residents_depend") - 73_090.0).abs() < 1e-6);
        assert!(of("lowest_share") <= of("highest_share"));
        // Who has it under all models has it under the one with the lowest share.
        assert!(of("residents_always") / 73_090.0 <= of("lowest_share") + 1e-9);
    }
    let circles = table(&out, "straight_formats");
    let (walk, circle) = (numbers(&circles, "outlets_walk"), numbers(&circles, "outlets_circle"));
    assert!(walk.iter().zip(&circle).all(|(walk, circle)| walk <= circle));
    assert!(names(&out).contains(&"model_cells.geojson".to_owned()));
}

#[test]
fn the_first_model_is_that_of_a_run() {
    let desk = Desk::new();
    let (out, run) = (desk.result("out"), desk.result("run"));
    compare(&out, "older", "1");
    let told = walkshed("run --json --model older").and(town("walkshed.toml")).with("-o", &run).ends(DONE).json();
    let coverage = table(&out, "model_coverage");
    let share = numbers(&coverage, "share_met");
    for (place, requirement) in told["requirements"].as_array().unwrap().iter().enumerate() {
        let of_run = requirement["share_met"].as_f64();
        assert!(of_run.zip(share[place]).is_none_or(|(a, b)| (a - b).abs() < 1e-9), "{requirement}");
        assert_eq!(of_run.is_some(), share[place].is_some());
    }
}

#[test]
fn threads_do_not_matter_to_a_comparison() {
    let desk = Desk::new();
    let (one, two) = (desk.result("one"), desk.result("two"));
    compare(&one, "adult,child", "1");
    compare(&two, "adult,child", "2");
    for name in names(&one).into_iter().filter(|name| name != "manifest.json") {
        assert!(std::fs::read(one.join(&name)).unwrap() == std::fs::read(two.join(&name)).unwrap(), "{name}");
    }
}

#[test]
fn comparisons_that_cannot_be_made_are_refused() {
    let desk = Desk::new();
    let compare = || walkshed("models compare").and(town("walkshed.toml"));
    desk.refuses(compare().with("--models", "flat,tobler"), WRONG_USE, &["the model tobler is about slopes"]);
    desk.refuses(compare().with("--models", "flat,seven-league-boots"), WRONG_USE, &["there is no model"]);
    desk.refuses(compare().with("--models", ","), WRONG_USE, &["--models names no model"]);
    desk.refuses(compare().with("--speeds", "1.0,90"), WRONG_USE, &["a walking speed of 90 m/s is out of range"]);
}

/// A street with a lane, and points along both.
fn map(desk: &Desk) -> (PathBuf, PathBuf) {
    let streets = drawn::extract(&[&[[0, 0], [450, 0], [900, 0]], &[[450, 0], [450, 900]]]);
    let ids: Vec<String> = (0..24).map(|n| format!("p{n}")).collect();
    let at = |n: usize| if n < 12 { drawn::at(70.0 * n as f64, 6.0) } else { drawn::at(444.0, 70.0 * (n - 11) as f64) };
    let points: Vec<(&str, walkshed::LonLat)> = ids.iter().enumerate().map(|(n, id)| (&**id, at(n))).collect();
    (desk.file("map.osm.pbf", streets), desk.file("points.csv", drawn::points(&points)))
}

/// The walks of a model between all points, as a table of observations.
fn walked(desk: &Desk, (streets, points): &(PathBuf, PathBuf), speed: &str) -> PathBuf {
    let out = desk.result("walks.csv");
    let call = walkshed("matrix --overwrite --min-component 0").with("--speed", speed).with("--osm", streets);
    call.with("--from", points).with("--to", points).with("-o", &out).ends(DONE);
    let text = std::fs::read_to_string(&out).unwrap();
    let walks: Vec<&str> = text.lines().filter(|line| !line.contains(",0.0,0.0,")).collect();
    desk.file("walks.csv", walks.join("\n"))
}

#[test]
fn a_model_against_its_own_walks_has_no_error() {
    let desk = Desk::new();
    let map = map(&desk);
    let walks = walked(&desk, &map, "1.2");
    let out = desk.result("out");
    let call = walkshed("validate --min-component 0 --models flat,planner").with("--osm", &map.0);
    let told = call.with("--pairs", &walks).with("--points", &map.1).with("-o", &out).ends(DONE);
    assert!(told.out.contains("552 observed walks"), "{}", told.out);
    let errors = table(&out, "validation");
    let of = |column: &str| numbers(&errors, column);
    assert_eq!((counts(&errors, "n")[0], of("bias_s")[0], of("rmse_s")[0]), (Some(552), Some(0.0), Some(0.0)));
    assert!((of("rank_correlation")[0].unwrap() - 1.0).abs() < 1e-9);
    // At 1 m/s everything takes 1.2 times as long.
    assert!((of("ratio")[1].unwrap() - 1.2).abs() < 1e-3 && of("bias_s")[1] > Some(50.0));
    let fits = table(&out, "validation_calibration");
    let speed = |row: usize| ["estimate", "low", "high"].map(|column| numbers(&fits, column)[row].unwrap());
    // Both are told the speed that made the times: 1.2 m/s.
    for row in rows_where(&fits, "parameter", "speed") {
        assert!(speed(row).iter().all(|found| (found - 1.2).abs() < 1e-3), "{:?}", speed(row));
    }
    let pairs = table(&out, "validation_pairs");
    assert_eq!(pairs.height(), 2 * 552);
    let svg = std::fs::read_to_string(out.join("validation.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("planner") && !svg.contains("NaN"));
}

#[test]
fn threads_do_not_matter_to_a_validation() {
    let desk = Desk::new();
    let map = map(&desk);
    let walks = walked(&desk, &map, "1.1");
    let run = |threads: &str| {
        let out = desk.result(threads);
        let call = walkshed("validate --min-component 0 --models adult").with("--osm", &map.0).with("--pairs", &walks);
        call.with("--points", &map.1).with("--threads", threads).with("-o", &out).ends(DONE);
        out
    };
    let (one, two) = (run("1"), run("2"));
    for name in names(&one).into_iter().filter(|name| name != "manifest.json") {
        assert!(std::fs::read(one.join(&name)).unwrap() == std::fs::read(two.join(&name)).unwrap(), "{name}");
    }
}

#[test]
fn rows_that_are_no_walks_are_left_out_with_a_reason() {
    let desk = Desk::new();
    let map = map(&desk);
    let run = |text: &str| {
        let call = walkshed("validate --min-component 0 --models flat --overwrite").with("--osm", &map.0);
        call.with("--pairs", desk.file("pairs.csv", text)).with("--points", &map.1)
    };
    let out = desk.result("out");
    let text = "from_id,to_id,travel_time_s\np0,p3,180\np0,nobody,60\np1,p2,-5\np1,p2,soon\np2,p1,61\n";
    run(text).with("-o", &out).ends(DONE);
    let rejected = table(&out, "rejected");
    assert_eq!(words(&rejected, "reason"), ["unknown_id", "not_a_time", "not_a_time"]);
    std::fs::remove_dir_all(&out).unwrap();
    desk.refuses(run("from_id,to_id,travel_time_s\nx,y,60\n"), FAILED, &["no row of", "unknown_id"]);
    desk.refuses(run("from_id,to_id,travel_time_s\n"), FAILED, &["has a header and no rows"]);
    desk.refuses(run("from_id,to_id\np0,p1\n"), FAILED, &["travel_time_s"]);
    let without = walkshed("validate --models flat").with("--osm", &map.0).with("--pairs", desk.file("p.csv", text));
    desk.refuses(without, WRONG_USE, &["from_lon, from_lat, to_lon and to_lat", "--points FILE"]);
    // With the places in the table itself, ids are not needed.
    let [a, b] = [drawn::at(0.0, 6.0), drawn::at(210.0, 6.0)];
    let text = format!("from_lon,from_lat,to_lon,to_lat,travel_time_s\n{},{},{},{},180\n", a.lon, a.lat, b.lon, b.lat);
    let told = run(&text).with("-o", desk.result("places")).ends(DONE).out;
    assert!(told.contains("1 observed walks"), "{told}");
}
