//! `walkshed matrix`: walking times and distances between points.
//!
//! Comes in: streets, two tables of points. Goes out: one row for each pair, in the order of the tables, as CSV or Parquet.
//! Not here: searches (the engine's). Rows are written as they come: memory does not grow with their number.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::Args;
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column, CsvWriter, DataFrame, DataType, Field, IntoColumn as _, KeyValueMetadata, ParquetCompression,
    ParquetWriter, Schema, SerWriter as _, StringChunkedBuilder,
};
use rayon::prelude::*;
use walkshed::search::ReachSearch;
use walkshed::snap::Snapper;
use walkshed::walk::EdgeWeights;
use walkshed::{LonLat, Ticks, WalkGraph};

use crate::clip::longest_walk;
use crate::elevation::HeightsTold;
use crate::models::{WalkerFlags, weights_of};
use crate::plan::snap_options;
use crate::registry::points::read_points;
use crate::report::numbers::whole;
use crate::run::linked::{OnStreet, link};
use crate::run::progress::Progress;
use crate::run::staging::write_file_atomically;
use crate::streets::{AccessFlags, SourceFlags};
use crate::wrong_use::WrongUse;

/// Pairs that are searched for and written at a time.
const PAIRS_AT_A_TIME: usize = 1 << 20;

/// Walking times and distances between points.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads two tables (CSV or Parquet) with the columns id, lon, lat and writes from_id, to_id, travel_time_s, distance_m,
status. Every pair has a row; travel_time_s and distance_m are empty unless the status is `reached`. The other statuses:
beyond_budget (more than --minutes), not_connected, from_no_street, to_no_street (no street within --max-snap).")]
pub(crate) struct MatrixArgs {
    #[command(flatten)]
    source: SourceFlags,
    #[command(flatten)]
    access: AccessFlags,
    /// Where walks begin: a table with id, lon, lat
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Where walks end: a table with id, lon, lat
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The longest walk, in minutes; a walk of just so long counts
    #[arg(long, value_name = "M", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=1440))]
    minutes: u32,
    /// The table to write: .csv or .parquet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    walker: WalkerFlags,
    /// How far a point may lie from its street, in metres [default: 300]
    #[arg(long, value_name = "M")]
    max_snap: Option<f64>,
    /// Street pieces with fewer OSM nodes are islands, avoided where another street is near; 0 keeps all [default: 200]
    #[arg(long, value_name = "N")]
    min_component: Option<u32>,
}

/// Points of one table on their streets.
struct End {
    points: Vec<(String, LonLat)>,
    on_street: Vec<Option<OnStreet>>,
}

/// Writes the matrix.
///
/// # Errors
/// When an input cannot be used, or the output cannot be written.
pub(crate) fn run(args: &MatrixArgs) -> Result<()> {
    let format = Format::of(&args.output)?;
    if args.output.exists() && !args.overwrite {
        return Err(WrongUse::error(format!("{} exists; give --overwrite to replace it", args.output.display())));
    }
    let rules = args.access.read()?;
    let model = args.walker.read()?;
    let options = snap_options(args.max_snap, args.min_component)?;
    let progress = Progress::on_terminal();
    let (from, to) = (read(&args.from)?, read(&args.to)?);
    let streets = args.source.load(longest_walk(&model, f64::from(args.minutes), options), &rules, &progress)?;
    let streets = args.walker.elevation.read()?.give_to(streets, &progress)?;
    let graph = &streets.graph;
    let weights = weights_of(graph, &model)?;
    let snapper = Snapper::for_walker(graph, options, &weights);
    let place = |points: Vec<(String, LonLat)>| {
        let at: Vec<_> = points.iter().map(|p| p.1).collect();
        End { on_street: link(&snapper, &weights, &at), points }
    };
    let budget = Ticks::from_minutes(args.minutes);
    let search = Pairs { graph, weights: &weights, from: place(from), to: place(to), budget };
    let reached = write_file_atomically(&args.output, args.overwrite, |out| search.write(out, format, &progress))?;
    let pairs = search.from.points.len() * search.to.points.len();
    println!(
        "{}: {} of {} pairs within {} minutes at {} m/s{}",
        args.output.display(),
        whole(reached as f64),
        whole(pairs as f64),
        args.minutes,
        model.speed().0,
        if model.is_flat() { String::new() } else { format!(" (model {})", model.id()) }
    );
    if let Some(heights) = HeightsTold::of(&streets.graph) {
        println!("{}", heights.line());
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<(String, LonLat)>> {
    let points = read_points(path, None)?;
    for row in points.rejected.iter().take(5) {
        eprintln!("{}: row {} is left out: {}", path.display(), row.row, row.detail);
    }
    if points.rejected.len() > 5 {
        eprintln!("{}: {} more rows are left out", path.display(), points.rejected.len() - 5);
    }
    ensure!(!points.used.is_empty(), "none of the {} rows of {} is a point", points.rows, path.display());
    Ok(points.used)
}

/// One result.
#[derive(Clone, Copy)]
struct Pair {
    status: &'static str,
    walk: Option<(f64, f64)>,
}

struct Pairs<'g> {
    graph: &'g WalkGraph,
    weights: &'g EdgeWeights,
    from: End,
    to: End,
    budget: Ticks,
}

impl Pairs<'_> {
    /// Writes all pairs and gives how many were reached.
    fn write(&self, out: &mut BufWriter<File>, format: Format, progress: &Progress) -> Result<u64> {
        let mut table = Output::new(out, format, self.made_by())?;
        let stage = progress.stage("search", Some(self.from.points.len() as u64));
        let origins_at_a_time = (PAIRS_AT_A_TIME / self.to.points.len()).max(1);
        let mut reached = 0;
        let numbers: Vec<usize> = (0..self.from.points.len()).collect();
        for origins in numbers.chunks(origins_at_a_time) {
            let rows: Vec<Vec<Pair>> = origins
                .par_iter()
                .with_min_len(8)
                .map_init(|| ReachSearch::new(self.graph), |search, &origin| self.row(search, origin))
                .collect();
            reached += rows.iter().flatten().filter(|p| p.walk.is_some()).count() as u64;
            table.write(self.frame(origins, &rows)?)?;
            stage.advance(origins.len() as u64);
        }
        table.finish()?;
        Ok(reached)
    }

    /// What made the matrix, for the metadata of Parquet.
    fn made_by(&self) -> Vec<(String, String)> {
        let about = self.graph.about();
        let told = [
            ("walkshed:version", Some(env!("CARGO_PKG_VERSION").to_owned())),
            ("walkshed:model", Some(self.weights.fingerprint().to_owned())),
            ("walkshed:streets", Some(format!("{} {}", about.source, about.source_sha256.as_deref().unwrap_or("-")))),
            ("walkshed:rules", Some(about.rules.clone())),
            ("walkshed:heights", about.heights.clone()),
        ];
        told.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
    }

    /// The walks from one origin to all destinations.
    fn row(&self, search: &mut ReachSearch<'_>, origin: usize) -> Vec<Pair> {
        let none = |status| Pair { status, walk: None };
        let Some(home) = &self.from.on_street[origin] else {
            return vec![none("from_no_street"); self.to.points.len()];
        };
        let reach = search.run_with_paths(self.weights, &home.point, self.budget);
        let here = self.from.points[origin].1;
        let pair = |(target, point): (&Option<OnStreet>, &(String, LonLat))| {
            // Who is there already need not go to the street and back.
            if point.1 == here {
                return Pair { status: "reached", walk: Some((0.0, 0.0)) };
            }
            let Some(there) = target else { return none("to_no_street") };
            match reach.walk_to(&home.snap, &there.snap, &there.point) {
                Some(walk) => Pair { status: "reached", walk: Some((walk.time.as_seconds(), walk.length.0)) },
                None if there.snap.component != home.snap.component => none("not_connected"),
                None => none("beyond_budget"),
            }
        };
        self.to.on_street.iter().zip(&self.to.points).map(pair).collect()
    }

    fn frame(&self, origins: &[usize], rows: &[Vec<Pair>]) -> Result<DataFrame> {
        let count = origins.len() * self.to.points.len();
        let text = |name: &str| StringChunkedBuilder::new(name.into(), count);
        let (mut from_id, mut to_id, mut status) = (text("from_id"), text("to_id"), text("status"));
        for (&origin, row) in origins.iter().zip(rows) {
            for (pair, to) in row.iter().zip(&self.to.points) {
                from_id.append_value(&self.from.points[origin].0);
                to_id.append_value(&to.0);
                status.append_value(pair.status);
            }
        }
        let walks = || rows.iter().flatten().map(|p| p.walk);
        let times: Vec<Option<f64>> = walks().map(|w| w.map(|w| w.0)).collect();
        let lengths: Vec<Option<f64>> = walks().map(|w| w.map(|w| (w.1 * 1e3).round() / 1e3)).collect();
        Ok(DataFrame::new_infer_height(vec![
            from_id.finish().into_column(),
            to_id.finish().into_column(),
            Column::new("travel_time_s".into(), times),
            Column::new("distance_m".into(), lengths),
            status.finish().into_column(),
        ])?)
    }
}

/// The table in the making: CSV, or Parquet where the name says so.
enum Output<'w> {
    Csv { out: &'w mut BufWriter<File>, begun: bool },
    Parquet(Box<BatchedWriter<&'w mut BufWriter<File>>>),
}

impl<'w> Output<'w> {
    fn new(out: &'w mut BufWriter<File>, format: Format, made_by: Vec<(String, String)>) -> Result<Self> {
        Ok(match format {
            Format::Csv => Self::Csv { out, begun: false },
            Format::Parquet => {
                let text = |name: &str| Field::new(name.into(), DataType::String);
                let number = |name: &str| Field::new(name.into(), DataType::Float64);
                let columns =
                    [text("from_id"), text("to_id"), number("travel_time_s"), number("distance_m"), text("status")];
                let schema = Schema::from_iter(columns);
                let writer = ParquetWriter::new(out)
                    .with_compression(ParquetCompression::Zstd(None))
                    .with_key_value_metadata(Some(KeyValueMetadata::from_static(made_by)));
                Self::Parquet(Box::new(writer.batched(&schema)?))
            }
        })
    }

    fn write(&mut self, mut frame: DataFrame) -> Result<()> {
        match self {
            Self::Csv { out, begun } => {
                let header = !std::mem::replace(begun, true);
                CsvWriter::new(&mut **out).include_header(header).finish(&mut frame)?;
            }
            Self::Parquet(writer) => writer.write_batch(&frame)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        if let Self::Parquet(writer) = self {
            writer.finish()?;
        }
        Ok(())
    }
}

/// How a table is written, by the end of its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Csv,
    Parquet,
}

impl Format {
    fn of(path: &Path) -> Result<Self> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(WrongUse::error(format!(
                "{}: a matrix is written as CSV or Parquet; expected a name that ends in .csv or .parquet",
                path.display()
            ))),
        }
    }
}
