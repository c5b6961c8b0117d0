//! How wrong is a cell that is judged by its centre? Walks to the nearest convenience store in Las Palmas from the centres
//! of cells of H3 resolutions 8 to 11, against walks from the buildings in them, as a table for the README.
//!
//! No times are measured. The error of a cell is that of its centre against the mean over its dwelling floor; floor is
//! misjudged where the centre is within the minutes and the building is not, or the other way round.

mod real_data;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Command;

use polars::prelude::{DataFrame, ParquetReader, SerReader as _};
use tempfile::TempDir;

const FORMAT: &str = "convenience_store";
const MINUTES: [u32; 3] = [5, 10, 15];

/// The tables of a run with walks from centres (0 points), or from so many points at most in a cell.
struct Run {
    access: DataFrame,
    cells: DataFrame,
}

impl Run {
    fn of(osm: &Path, folder: &Path, resolution: u8, points: u8) -> Self {
        let out = folder.join(format!("{resolution}-{points}"));
        let mut call = Command::new(env!("CARGO_BIN_EXE_walkshed"));
        call.args(["run", "--outlets", "osm", "--standard", "six-ones", "--resolution", &resolution.to_string()]);
        call.arg("--osm").arg(osm).arg("-o").arg(&out);
        if points > 0 {
            call.args(["--origins", "points", "--max-points", &points.to_string()]);
        }
        let output = call.output().expect("the tool is built and can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let table = |name: &str| {
            let file = File::open(out.join(name)).expect("a table of the run");
            ParquetReader::new(file).finish().expect("a table of the run")
        };
        Self { access: table("access.parquet"), cells: table("cells.parquet") }
    }

    /// A column of the one format, by cell.
    fn column(&self, name: &str) -> BTreeMap<&str, Option<f64>> {
        let text = |name: &str| self.access.column(name).expect("a column").str().expect("text");
        let values = self.access.column(name).expect("a column").f64().expect("numbers");
        let rows = text("h3").iter().zip(text("format").iter()).zip(values.iter());
        rows.filter(|((_, format), _)| *format == Some(FORMAT))
            .map(|((h3, _), value)| (h3.unwrap_or(""), value))
            .collect()
    }

    /// Square metres of dwelling floor by cell.
    fn floor(&self) -> BTreeMap<&str, f64> {
        let h3 = self.cells.column("h3").expect("a column").str().expect("text");
        let floor = self.cells.column("residents").expect("a column").f64().expect("numbers");
        h3.iter().flatten().zip(floor.iter().flatten()).collect()
    }
}

/// A line of the table: mean error, what nine tenths of the cells are within, and floor misjudged at each tier.
fn line(centre: &Run, points: &Run) -> [f64; 5] {
    let (from_centre, from_homes) = (centre.column("nearest_s"), points.column("nearest_mean_s"));
    let floor = points.floor();
    let mut errors: Vec<f64> =
        from_centre.iter().filter_map(|(h3, seconds)| Some(((*seconds)? - (*from_homes.get(h3)?)?).abs())).collect();
    errors.sort_by(f64::total_cmp);
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let nine_tenths = errors[errors.len() * 9 / 10];
    let all: f64 = floor.values().sum();
    let misjudged = MINUTES.map(|minutes| {
        let within = points.column(&format!("residents_{minutes}"));
        let wrong = floor.iter().map(|(h3, floor)| {
            let of_homes = within.get(h3).copied().flatten().unwrap_or_default();
            let by_centre = from_centre.get(h3).copied().flatten().is_some_and(|s| s <= f64::from(minutes * 60));
            if by_centre { floor - of_homes } else { of_homes }
        });
        wrong.sum::<f64>() / all * 100.0
    });
    [mean, nine_tenths, misjudged[0], misjudged[1], misjudged[2]]
}

fn main() {
    let Some(osm) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let folder = TempDir::new().expect("a temporary folder");
    println!(
        "| H3 resolution | mean error of a cell's time | 90 % within | floor misjudged at 5 min | 10 min | 15 min |"
    );
    println!("|---|---|---|---|---|---|");
    let mut most = [0.0_f64; 2];
    for resolution in 8..=11 {
        let run = |points| Run::of(&osm, folder.path(), resolution, points);
        let (centre, buildings, few) = (run(0), run(64), run(8));
        let [mean, nine_tenths, five, ten, fifteen] = line(&centre, &buildings);
        println!("| {resolution} | {mean:.0} s | {nine_tenths:.0} s | {five:.1} % | {ten:.1} % | {fifteen:.1} % |");
        let by_few = line(&centre, &few);
        let off = |of: std::ops::Range<usize>| {
            let all = line(&centre, &buildings);
            of.map(|place| (all[place] - by_few[place]).abs()).fold(0.0, f64::max)
        };
        most = [most[0].max(off(0..2)), most[1].max(off(2..5))];
    }
    println!("With 8 points instead of 64 these differ by {:.0} s and {:.1} % at most.", most[0], most[1]);
}
