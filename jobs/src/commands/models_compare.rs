//! `walkshed models compare`: one city under several models of walking.
//!
//! Comes in: a config file, flags, or both, as for `run`; names of models. Goes out: a folder of tables. Not here: the
//! searching and voting (`agreement`).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use walkshed::walk::Walker;

use super::registry::TableArgs;
use crate::agreement::told::{summary, told};
use crate::agreement::{Agreement, Assumptions, SPEEDS, compare};
use crate::clip::ClipFlags;
use crate::elevation::ElevationFlags;
use crate::models::walker_named;
use crate::plan::outlets::{OutletFlags, OutletsFrom};
use crate::plan::residents::ResidentsFlags;
use crate::plan::{Overrides, Plan};
use crate::report::numbers::bytes;
use crate::report::summary::Language;
use crate::run::inputs::Inputs;
use crate::run::manifest::{Manifest, StandardUsed, hash_bytes};
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::question::Question;
use crate::run::staging::Staging;
use crate::run::who_lives::files_of;
use crate::streets::AccessFlags;
use crate::tables::columns::{Shape, Table};
use crate::tables::csv;
use crate::tables::folder::write_geojson;
use crate::tables::models;
use crate::tables::parquet::{TableWriter, write_whole};
use crate::tables::readme::readme;
use crate::wrong_use::WrongUse;

/// Cells whose rows are put together at a time.
const PIECE: usize = 1 << 12;

/// A city under several models of walking.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed models compare walkshed.toml --models flat,adult,older,child -o models
  walkshed models compare walkshed.toml --models tobler,swiss,mine.toml --elevation heights.tif -o models

The first model is the one that others are compared with. Beside the models the first one is tried at the speeds 0.8 to
1.42 m/s, and as circles as the crow flies; these have no vote in what holds under all models.")]
pub(crate) struct CompareModelsArgs {
    /// A config file (walkshed.toml); flags win over it
    config: Option<PathBuf>,
    /// The models: names or files, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "flat,planner,adult,older,child")]
    models: Vec<String>,
    /// Speeds at which the first model is tried, in m/s [default: 0.8 to 1.42]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    speeds: Option<Vec<f64>>,
    /// The folder for the tables
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace the folder if an earlier call wrote it
    #[arg(long)]
    overwrite: bool,
    /// Streets: an OpenStreetMap extract (.osm.pbf), several of them (give --osm again for each), or a graph file
    #[arg(long, value_name = "FILE")]
    osm: Vec<PathBuf>,
    #[command(flatten)]
    clip: ClipFlags,
    #[command(flatten)]
    access: AccessFlags,
    #[command(flatten)]
    elevation: ElevationFlags,
    /// Outlets, as for walkshed run
    #[arg(long, value_name = "FILE|osm")]
    outlets: Vec<String>,
    #[command(flatten)]
    tables: TableArgs,
    /// Residents, as for walkshed run [default: osm]
    #[arg(long, value_name = "FILE|osm|streets")]
    residents: Option<String>,
    /// H3 resolution of the residence cells, 7 to 12 [default: that of the cells given, else 10]
    #[arg(long, value_name = "N")]
    resolution: Option<u8>,
    #[command(flatten)]
    about_residents: ResidentsFlags,
    /// The standard to judge by: an id (walkshed standard list) or a file
    #[arg(long, value_name = "ID|FILE")]
    standard: Option<String>,
    /// How far a cell or an outlet may lie from its street, in metres [default: 300]
    #[arg(long, value_name = "M")]
    max_snap: Option<f64>,
    /// What to call the result
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
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

/// Compares the models, writes the tables and prints the summary.
///
/// # Errors
/// When the call is wrong or the work fails; nothing is written then.
pub(crate) fn run(args: CompareModelsArgs) -> Result<()> {
    let began = Instant::now();
    let names = args.models.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    let asked = Assumptions {
        models: names.map(|name| walker_named(Some(name), None)).collect::<Result<_>>()?,
        speeds: args.speeds.clone().unwrap_or_else(|| SPEEDS.to_vec()),
    };
    let files = args.models.iter().map(|name| name.trim()).filter(|name| Walker::named(name).is_none());
    let files: Vec<PathBuf> = files.map(PathBuf::from).collect();
    let Some(first) = asked.models.first() else { return Err(WrongUse::error("--models names no model")) };
    for speed in &asked.speeds {
        walker_named(None, Some(*speed))?;
    }
    let (output, overwrite, lang, json) = (args.output.clone(), args.overwrite, args.lang, args.json);
    let plan = Plan { model: first.clone(), model_file: None, ..plan_of(args)? };
    let staging = Staging::new(&output, overwrite).map_err(WrongUse::mark)?;
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    let inputs = Inputs::read(&plan, &progress)?;
    let question = Question::of(&inputs)?;
    let found = compare(&inputs, &plan, &question, &asked, &progress)?;
    let rows = write(&plan, &inputs, &found, &staging)?;
    let mut all = told(&found, &inputs);
    let mut manifest = manifest_of(&plan, &inputs, &found, &files)?;
    if let serde_json::Value::Object(counts) = &all {
        manifest.counts.clone_from(counts);
    }
    manifest.finish(&staging, &rows, &progress)?;
    let folder = staging.commit()?;
    if json {
        all["timings_s"] = progress.as_json();
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print!("{}", summary(&found, &inputs, lang));
        let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
        println!("\n{} ({:.1} s, {peak})", folder.display(), began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn plan_of(args: CompareModelsArgs) -> Result<Plan> {
    let flags = Overrides {
        title: args.title,
        osm: args.osm,
        clip: args.clip.clip,
        clip_buffer: args.clip.clip_buffer,
        rules: args.access.rules,
        gates: args.access.gates,
        at: args.access.at,
        residents: args.residents,
        resolution: args.resolution,
        about_residents: args.about_residents,
        vocabulary: args.tables.vocabulary.clone(),
        brands: args.tables.brands.clone(),
        outlets: OutletFlags { ..args.tables.flags(args.outlets) },
        standard: args.standard,
        elevation: args.elevation,
        max_snap: args.max_snap,
        csv: args.csv,
        ..Overrides::default()
    };
    Plan::new(args.config.as_deref(), flags)
}

fn write(plan: &Plan, inputs: &Inputs, found: &Agreement, staging: &Staging) -> Result<BTreeMap<String, u64>> {
    let weight = inputs.residents.weight.clone();
    let shape = Shape::plain(weight);
    let about = inputs.streets.graph.about();
    let models: Vec<&str> = found.under[..found.models].iter().map(|under| &*under.fingerprint).collect();
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
    let mut tables = vec![
        (Table::ModelCoverage, whole(Table::ModelCoverage, models::coverage(found, inputs)?)?),
        (Table::ModelConclusions, whole(Table::ModelConclusions, models::conclusions(found, inputs)?)?),
        (Table::StraightFormats, whole(Table::StraightFormats, models::straight(found, inputs)?)?),
        (Table::ModelCells, whole(Table::ModelCells, models::cells(found, inputs)?)?),
    ];
    let mut writer =
        TableWriter::create(&staging.path(&Table::ModelAgreement.file()), Table::ModelAgreement, &shape, &metadata)?;
    let cells = inputs.residents.cells.len();
    for first in (0..cells).step_by(PIECE) {
        writer.write(models::agreement(found, inputs, first..(first + PIECE).min(cells))?)?;
    }
    tables.push((Table::ModelAgreement, writer.finish()?));
    let mut rows = BTreeMap::new();
    for &(table, written) in &tables {
        rows.insert(table.file(), written);
        if plan.csv {
            let name = format!("{}.csv", table.name());
            csv::from_parquet(&staging.path(&table.file()), &staging.path(&name))?;
            rows.insert(name, written);
        }
    }
    write_geojson(&staging.path(&Table::ModelCells.file()), &staging.path("model_cells.geojson"))?;
    rows.insert("model_cells.geojson".to_owned(), cells as u64);
    std::fs::write(staging.path("README.md"), readme(plan.title.as_deref(), &shape, &tables))?;
    Ok(rows)
}

fn manifest_of(plan: &Plan, inputs: &Inputs, found: &Agreement, models: &[PathBuf]) -> Result<Manifest> {
    let mut manifest = Manifest::new(plan.title.clone());
    if let Some(config) = &plan.config {
        manifest.add_input("config", config)?;
    }
    for path in &plan.osm {
        manifest.add_input("osm", path)?;
    }
    for path in &plan.elevation.files {
        manifest.add_input("elevation", path)?;
    }
    for path in models {
        manifest.add_input("model", path)?;
    }
    for path in files_of(&plan.residents) {
        manifest.add_input("residents", &path)?;
    }
    for table in plan.outlets.iter().filter_map(OutletsFrom::table) {
        manifest.add_input("outlets", &table.path)?;
    }
    manifest.standard = Some(StandardUsed {
        id: inputs.standard.standard.id.clone(),
        sha256: hash_bytes(inputs.standard.text.as_bytes()),
    });
    let models: Vec<&str> = found.under.iter().map(|under| &*under.fingerprint).collect();
    manifest.settings.insert("models".to_owned(), models.into());
    manifest.settings.insert("rules".to_owned(), plan.rules.id().into());
    Ok(manifest)
}
