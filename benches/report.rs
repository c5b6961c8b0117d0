//! The report of a large run, made again from its tables: bytes of the page, seconds and peak memory, at 30,000 and 100,000
//! cells by 80 formats.
//!
//! The tool is called as a user calls it (`walkshed report`), because memory is that of a process of its own. The tables are made
//! up (`tests/made_tables.rs`), into a temporary folder; walks in them vary from cell to cell as real ones do, and streets they
//! have none. `WALKSHED_BENCH_CELLS` names other sizes.

#[path = "../tests/made_tables.rs"]
mod made_tables;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use tempfile::TempDir;

/// The sizes that are measured when nothing is said.
const USUAL: [usize; 2] = [30_000, 100_000];
const FORMATS: usize = 80;

/// Writes the page, and gives what the tool says of that.
fn report(folder: &Path) -> String {
    let mut call = Command::new(env!("CARGO_BIN_EXE_walkshed"));
    let output =
        call.args(["report", "--overwrite"]).arg(folder).output().expect("the tool is built and can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn sizes() -> Vec<usize> {
    match std::env::var("WALKSHED_BENCH_CELLS") {
        Err(_) => USUAL.to_vec(),
        Ok(said) => said.split(',').map(|cells| cells.trim().parse().expect("numbers of cells")).collect(),
    }
}

fn reports(c: &mut Criterion) {
    let place = TempDir::new().expect("a temporary folder");
    let mut group = c.benchmark_group("report.html");
    group.sample_size(10).sampling_mode(SamplingMode::Flat).warm_up_time(Duration::from_millis(1));
    for cells in sizes() {
        let folder = place.path().join(cells.to_string());
        let count = made_tables::made_tables(&folder, cells, FORMATS);
        let residents: f64 = (0..count).map(made_tables::residents).sum();
        println!("{count} cells, {residents} residents, {FORMATS} formats: {}", report(&folder));
        group.bench_with_input(BenchmarkId::from_parameter(cells), &folder, |b, folder| b.iter(|| report(folder)));
        std::fs::remove_dir_all(&folder).expect("a folder of this bench");
    }
    group.finish();
}

criterion_group!(benches, reports);
criterion_main!(benches);
