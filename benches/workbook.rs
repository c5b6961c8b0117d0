//! The workbook written from the tables of a made-up city: seconds, megabytes and peak memory, with some 30,000 and 100,000
//! residence cells and the 79 formats of the vocabulary.
//!
//! The tool is called as a user calls it (`walkshed report DIR --xlsx`), because memory is that of a process of its own; it is
//! looked up while the process runs, where the system tells (Linux). `WALKSHED_BENCH_CELLS` names other sizes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// About how many cells there are when nothing is said.
const USUAL: [u64; 2] = [30_000, 100_000];
/// A district of the made-up city has about so many nodes and cells.
const DISTRICT: (u64, u64) = (8_000, 210);
/// How often the workbook is written.
const TURNS: usize = 5;

fn walkshed(words: &[&str], path: &Path, out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_walkshed"));
    command.args(words).arg(path).arg("-o").arg(out).stdout(Stdio::null());
    command
}

fn done(mut command: Command) {
    assert!(command.status().expect("the tool is built and can be started").success(), "{command:?}");
}

/// Seconds to the end, and the most memory that was seen in bytes.
fn measured(mut command: Command) -> (f64, u64) {
    let began = Instant::now();
    let mut child = command.spawn().expect("the tool is built and can be started");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or_default() * 1024);
        if let Some(status) = child.try_wait().expect("a child of this process") {
            assert!(status.success(), "{command:?}");
            return (began.elapsed().as_secs_f64(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn sizes() -> Vec<u64> {
    match std::env::var("WALKSHED_BENCH_CELLS") {
        Err(_) => USUAL.to_vec(),
        Ok(said) => said.split(',').map(|cells| cells.trim().parse().expect("numbers of cells")).collect(),
    }
}

fn rows(run: &Path, table: &str) -> u64 {
    let text = std::fs::read_to_string(run.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let outputs = manifest["outputs"].as_array().expect("outputs");
    let of = outputs.iter().find(|output| output["file"] == *table).expect("a table of a run");
    of["rows"].as_u64().expect("a number of rows")
}

fn main() {
    // `cargo test --benches` asks every bench for its tests; there are none.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    println!("cells | zones | rows of access | seconds, median of {TURNS} (least, most) | MB | peak MB");
    for cells in sizes() {
        let folder = TempDir::new().expect("a temporary folder");
        let [city, run, out] = ["city", "run", "out"].map(|name| folder.path().join(name));
        let nodes = (cells * DISTRICT.0 / DISTRICT.1).to_string();
        let mut sample = Command::new(env!("CARGO_BIN_EXE_walkshed"));
        sample.args(["sample", "city", "--size", &nodes, "-o"]).arg(&city).stdout(Stdio::null());
        done(sample);
        done(walkshed(&["run", "--standard", "national-2021"], &city.join("walkshed.toml"), &run));
        let mut turns: Vec<(f64, u64)> =
            (0..TURNS).map(|_| measured(walkshed(&["report", "--xlsx", "--overwrite"], &run, &out))).collect();
        turns.sort_by(|a, b| a.0.total_cmp(&b.0));
        let bytes = std::fs::metadata(out.join("report.xlsx")).expect("the workbook").len();
        let peak = turns.iter().map(|turn| turn.1).max().unwrap_or_default();
        println!(
            "{} | {} | {} | {:.2} ({:.2}, {:.2}) | {:.2} | {:.0}",
            rows(&run, "cells.parquet"),
            rows(&run, "zone_shapes.parquet"),
            rows(&run, "access.parquet"),
            turns[TURNS / 2].0,
            turns[0].0,
            turns[TURNS - 1].0,
            bytes as f64 / 1e6,
            peak as f64 / 1e6
        );
    }
}
