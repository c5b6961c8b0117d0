//! `walkshed validate`: models of walking against observed times.
//!
//! Comes in: streets, a table of observed walks, models. Goes out: a folder with tables and a picture. Not here: errors and
//! fits (`validation`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use walkshed::walk::Walker;
use walkshed::{Ticks, WalkGraph};

use crate::clip::longest_walk;
use crate::elevation::ElevationFlags;
use crate::models::walker_named;
use crate::plan::snap_options;
use crate::report::numbers::bytes;
use crate::report::summary::Language;
use crate::run::manifest::Manifest;
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::staging::Staging;
use crate::streets::{AccessFlags, SourceFlags};
use crate::tables::columns::{Shape, Table, Weight};
use crate::tables::parquet::{TableWriter, write_whole};
use crate::tables::readme::readme;
use crate::tables::rejected::rejected_table;
use crate::tables::{csv, validation};
use crate::validation::pairs::{Observed, read_pairs};
use crate::validation::plots::picture;
use crate::validation::told::{summary, told};
use crate::validation::{Question, Validated, validate};
use crate::wrong_use::WrongUse;

/// Models of walking against observed times.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed validate --osm city.osm.pbf --pairs walks.csv --models flat,adult -o validation
  walkshed validate --osm city.osm.pbf --elevation heights.tif --pairs times.csv --points places.csv \\
               --models tobler,swiss,mine.toml -o validation

The table of pairs has travel_time_s, and either from_lon, from_lat, to_lon, to_lat, or from_id, to_id of points in
--points (id, lon, lat). A table of another router in this form compares the tool with that router.")]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    source: SourceFlags,
    #[command(flatten)]
    access: AccessFlags,
    #[command(flatten)]
    elevation: ElevationFlags,
    /// The observed walks (CSV or Parquet)
    #[arg(long, value_name = "FILE")]
    pairs: PathBuf,
    /// The points that pairs name by their ids: tables with id, lon, lat
    #[arg(long, value_name = "FILE")]
    points: Vec<PathBuf>,
    /// The models: names or files, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "flat,adult")]
    models: Vec<String>,
    /// The longest walk that is looked for, in minutes
    #[arg(long, value_name = "M", default_value_t = 240, value_parser = clap::value_parser!(u32).range(1..=1440))]
    minutes: u32,
    /// How often walks are drawn again for confidence intervals
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    draws: u32,
    /// The seed of these draws
    #[arg(long, value_name = "N", default_value_t = 15)]
    seed: u64,
    /// How far a point may lie from its street, in metres [default: 300]
    #[arg(long, value_name = "M")]
    max_snap: Option<f64>,
    /// Street pieces with fewer OSM nodes are islands, avoided where another street is near; 0 keeps all [default: 200]
    #[arg(long, value_name = "N")]
    min_component: Option<u32>,
    /// The folder for the tables
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace the folder if an earlier call wrote it
    #[arg(long)]
    overwrite: bool,
    /// Write CSV as well
    #[arg(long)]
    csv: bool,
    /// The language of the summary
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Compares the models with the observations, writes the tables and prints the summary.
///
/// # Errors
/// When the call is wrong or the work fails; nothing is written then.
pub(crate) fn run(args: &ValidateArgs) -> Result<()> {
    let began = Instant::now();
    let names = args.models.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    let models = names.map(|name| walker_named(Some(name), None)).collect::<Result<Vec<_>>>()?;
    if models.is_empty() {
        return Err(WrongUse::error("--models names no model"));
    }
    let rules = args.access.read()?;
    let question = Question {
        budget: Ticks::from_minutes(args.minutes),
        snap: snap_options(args.max_snap, args.min_component)?,
        draws: args.draws as usize,
        seed: args.seed,
    };
    let elevation = args.elevation.read()?;
    let staging = Staging::new(&args.output, args.overwrite).map_err(WrongUse::mark)?;
    let progress = if args.json { Progress::silent() } else { Progress::on_terminal() };
    let observed = read_pairs(&args.pairs, &args.points)?;
    let farthest = models.iter().map(|walker| longest_walk(walker, f64::from(args.minutes), question.snap));
    let farthest = farthest.fold(walkshed::Meters(0.0), |a, b| if b.0 > a.0 { b } else { a });
    let streets = elevation.give_to(args.source.load(farthest, &rules, &progress)?, &progress)?;
    let found = validate(&streets.graph, &observed.pairs, &models, &question, &progress)?;
    let rows = write(args, &streets.graph, &found, &observed, &staging)?;
    let mut all = told(&found, &observed);
    let mut manifest = manifest_of(args, &found)?;
    if let serde_json::Value::Object(counts) = &all {
        manifest.counts.clone_from(counts);
    }
    manifest.finish(&staging, &rows, &progress)?;
    let folder = staging.commit()?;
    if args.json {
        all["timings_s"] = progress.as_json();
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print!("{}", summary(&found, &observed, args.lang));
        let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
        println!("\n{} ({:.1} s, {peak})", folder.display(), began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn write(
    args: &ValidateArgs,
    graph: &WalkGraph,
    found: &[Validated],
    observed: &Observed,
    staging: &Staging,
) -> Result<BTreeMap<String, u64>> {
    let weight = Weight { en: "walks".to_owned(), zh: "步行".to_owned(), people: false };
    let shape = Shape::plain(weight);
    let about = graph.about();
    let models: Vec<&str> = found.iter().map(|model| &*model.fingerprint).collect();
    let told = [
        ("walkshed:version", Some(env!("CARGO_PKG_VERSION").to_owned())),
        ("walkshed:model", Some(models.join("; "))),
        ("walkshed:streets", Some(format!("{} {}", about.source, about.source_sha256.as_deref().unwrap_or("-")))),
        ("walkshed:rules", Some(about.rules.clone())),
        ("walkshed:heights", about.heights.clone()),
    ];
    let metadata: Vec<(String, String)> =
        told.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    let whole = |table, frame| write_whole(&staging.path(&Table::file(table)), table, &shape, &metadata, frame);
    let left_out: Vec<_> = observed.rejected.iter().map(|row| (row, None)).collect();
    let mut tables = vec![
        (Table::Validation, whole(Table::Validation, validation::models(found)?)?),
        (Table::ValidationBins, whole(Table::ValidationBins, validation::bins(found)?)?),
        (Table::ValidationCalibration, whole(Table::ValidationCalibration, validation::calibration(found)?)?),
        (Table::Rejected, whole(Table::Rejected, rejected_table(&left_out)?)?),
    ];
    let pairs = staging.path(&Table::ValidationPairs.file());
    let mut writer = TableWriter::create(&pairs, Table::ValidationPairs, &shape, &metadata)?;
    for model in found {
        writer.write(validation::pairs(model, observed)?)?;
    }
    tables.push((Table::ValidationPairs, writer.finish()?));
    let mut rows = BTreeMap::new();
    for &(table, written) in &tables {
        rows.insert(table.file(), written);
        if args.csv {
            let name = format!("{}.csv", table.name());
            csv::from_parquet(&staging.path(&table.file()), &staging.path(&name))?;
            rows.insert(name, written);
        }
    }
    std::fs::write(staging.path("validation.svg"), picture(found, observed))?;
    std::fs::write(staging.path("README.md"), readme(None, &shape, &tables))?;
    Ok(rows)
}

fn manifest_of(args: &ValidateArgs, found: &[Validated]) -> Result<Manifest> {
    let mut manifest = Manifest::new(None);
    let own = args.models.iter().map(|name| name.trim()).filter(|name| Walker::named(name).is_none());
    let models: Vec<&Path> = own.map(Path::new).collect();
    let of = |role: &'static str, paths: &'_ [PathBuf]| -> Vec<(&'static str, PathBuf)> {
        paths.iter().map(|path| (role, path.clone())).collect()
    };
    let inputs = of("osm", &args.source.osm).into_iter().chain(of("elevation", &args.elevation.elevation));
    let inputs = inputs.chain(of("pairs", std::slice::from_ref(&args.pairs))).chain(of("points", &args.points));
    for (role, path) in inputs.chain(models.into_iter().map(|path| ("model", path.to_owned()))) {
        manifest.add_input(role, &path)?;
    }
    let fingerprints: Vec<&str> = found.iter().map(|model| &*model.fingerprint).collect();
    manifest.settings.insert("models".to_owned(), fingerprints.into());
    manifest.settings.insert("draws".to_owned(), args.draws.into());
    manifest.settings.insert("seed".to_owned(), args.seed.into());
    Ok(manifest)
}
