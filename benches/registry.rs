//! A made-up registry read, mapped, searched for doubles and brought to streets: rows a second, step by step, and the peak
//! memory, at several sizes, so that a step that is not linear is seen.
//!
//! The tool is called as a user calls it (`walkshed registry check`), because memory is that of a process of its own. Rows
//! are made by `walkshed sample registry` from a seed, into a temporary folder. `WALKSHED_BENCH_ROWS` names other sizes,
//! such as `1000000,10000000`; those beyond [`MOST_REPEATED`] are measured once, since criterion would take ten turns.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use serde_json::Value;
use tempfile::TempDir;

/// The sizes that are measured when nothing is said.
const USUAL: [u64; 3] = [10_000, 100_000, 1_000_000];
/// Larger registries are measured once.
const MOST_REPEATED: u64 = 1_000_000;
/// The steps, as the tool names them.
const STEPS: [&str; 4] = ["fit the datum", "read and map", "find doubles", "snap"];

/// Runs the tool to its end.
fn walkshed(words: &[&str], paths: &[(&str, &Path)]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_walkshed"));
    command.args(words);
    for (flag, path) in paths {
        command.arg(flag).arg(path);
    }
    let output = command.output().expect("the tool is built and can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What one check took.
struct Taken {
    seconds: [f64; 4],
    peak_bytes: f64,
    outlets: u64,
    rejected: u64,
    doubles: u64,
}

fn check(registry: &Path, streets: &Path) -> Taken {
    let file = registry.to_str().expect("a path in UTF-8");
    let told = walkshed(&["registry", "check", file, "--datum", "wgs84", "--json"], &[("--osm", streets)]);
    let told: Value = serde_json::from_slice(&told).expect("JSON");
    let count = |key: &str| told[key].as_u64().unwrap_or_default();
    Taken {
        seconds: STEPS.map(|step| told["seconds"][step].as_f64().unwrap_or_default()),
        peak_bytes: told["peak_memory_bytes"].as_f64().unwrap_or_default(),
        outlets: count("outlets"),
        rejected: count("rows") - count("outlets"),
        doubles: count("duplicates"),
    }
}

fn sizes() -> Vec<u64> {
    match std::env::var("WALKSHED_BENCH_ROWS") {
        Err(_) => USUAL.to_vec(),
        Ok(said) => said.split(',').map(|rows| rows.trim().parse().expect("numbers of rows")).collect(),
    }
}

/// The streets of a made-up city as a graph file.
fn streets(folder: &Path) -> PathBuf {
    let (city, graph) = (folder.join("city"), folder.join("city.graph"));
    walkshed(&["sample", "city", "--size", "city"], &[("-o", &city)]);
    walkshed(&["graph", "build"], &[("--osm", &city.join("city.osm.pbf")), ("-o", &graph)]);
    graph
}

fn registry(c: &mut Criterion) {
    let folder = TempDir::new().expect("a temporary folder");
    let streets = streets(folder.path());
    let mut group = c.benchmark_group("registry check");
    group.sample_size(10).sampling_mode(SamplingMode::Flat).warm_up_time(Duration::from_millis(1));
    println!("rows | outlets | rejected | doubles | {} | together | rows/s | peak MB", STEPS.join(" | "));
    for rows in sizes() {
        let file = folder.path().join(format!("{rows}.csv"));
        walkshed(&["sample", "registry", "--size", "city", "--rows", &rows.to_string()], &[("-o", &file)]);
        let began = Instant::now();
        let taken = check(&file, &streets);
        let together = began.elapsed().as_secs_f64();
        let Taken { seconds, peak_bytes, outlets, rejected, doubles } = taken;
        let each = seconds.map(|seconds| format!("{seconds:.2} s, {:.2} µs a row", seconds * 1e6 / rows as f64));
        println!(
            "{rows} | {outlets} | {rejected} | {doubles} | {} | {together:.1} s | {:.0} | {:.0}",
            each.join(" | "),
            rows as f64 / together,
            peak_bytes / 1e6
        );
        if rows <= MOST_REPEATED {
            group.throughput(Throughput::Elements(rows));
            group
                .bench_with_input(BenchmarkId::from_parameter(rows), &file, |b, file| b.iter(|| check(file, &streets)));
        }
        std::fs::remove_file(&file).expect("a file of this bench");
    }
    group.finish();
}

criterion_group!(benches, registry);
criterion_main!(benches);
