//! `walkshed repair`: what a mapper should mend in the streets, ranked by residents.
//!
//! Comes in: a config file, flags, or both, as for `run`. Goes out: a folder with the list, and its worst. Not here:
//! finding (`repair`).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use walkshed::repair::RepairOptions;
use walkshed::snap::{SnapOptions, Snapper};
use walkshed::walk::CostModel as _;
use walkshed::{Meters, Ticks};

use crate::clip::ClipFlags;
use crate::models::{WalkerFlags, weights_of};
use crate::plan::outlets::OutletFlags;
use crate::plan::{Overrides, Plan};
use crate::repair::inputs::Inputs;
use crate::repair::told::{summary, told};
use crate::repair::{Found, Question, find};
use crate::report::numbers::bytes;
use crate::report::summary::Language;
use crate::run::linked::link;
use crate::run::manifest::{Manifest, Model, ParameterUsed};
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::staging::Staging;
use crate::run::who_lives::files_of;
use crate::streets::AccessFlags;
use crate::tables::columns::{Shape, Table};
use crate::tables::parquet::write_whole;
use crate::tables::readme::readme;
use crate::tables::repairs::repairs_table;
use crate::tables::{csv, geojson};
use crate::wrong_use::WrongUse;

/// What a mapper should mend in the streets, ranked by the residents whom it concerns.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed repair --osm city.osm.pbf -o repairs
  walkshed repair walkshed.toml --csv --lang zh -o repairs
  walkshed repair --osm city.osm.pbf --residents people.csv --gap 8 -o repairs")]
pub(crate) struct RepairArgs {
    /// A config file (walkshed.toml); flags win over it
    config: Option<PathBuf>,
    /// The folder for the list
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace the folder if an earlier call wrote it
    #[arg(long)]
    overwrite: bool,
    /// The extract (.osm.pbf), or several of them (give --osm again for each)
    #[arg(long, value_name = "FILE")]
    osm: Vec<PathBuf>,
    #[command(flatten)]
    clip: ClipFlags,
    #[command(flatten)]
    access: AccessFlags,
    /// Residents: a table with h3 or lon, lat and population; dwellings of the extract; or every cell along a street once
    /// [default: osm]
    #[arg(long, value_name = "FILE|osm|streets")]
    residents: Option<String>,
    /// H3 resolution of the residence cells, 7 to 12, where the residents have none of their own [default: 10]
    #[arg(long, value_name = "N")]
    resolution: Option<u8>,
    #[command(flatten)]
    walker: WalkerFlags,
    /// How far a cell may lie from its street, in metres [default: 300]
    #[arg(long, value_name = "M")]
    max_snap: Option<f64>,
    /// How far a dead end may lie from the street that it misses, in metres
    #[arg(long, value_name = "M", default_value_t = 5.0)]
    gap: f64,
    /// How far from a fault residents are looked for, in minutes on foot
    #[arg(long, value_name = "MIN", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=60))]
    minutes: u32,
    /// What a walk must get shorter by to count, in seconds
    #[arg(long, value_name = "S", default_value_t = 60, value_parser = clap::value_parser!(u32).range(0..=3600))]
    least: u32,
    /// What to call the list
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

/// Finds the faults, writes the list and prints its worst.
///
/// # Errors
/// When the call is wrong or the work fails; nothing is written then.
pub(crate) fn run(args: RepairArgs) -> Result<()> {
    let began = Instant::now();
    if !(0.1..=50.0).contains(&args.gap) {
        return Err(WrongUse::error(format!("a gap of {} m is out of range; expected 0.1 to 50 m", args.gap)));
    }
    let options = RepairOptions { gap: Meters(args.gap), ..RepairOptions::default() };
    let least = Ticks::from_seconds(f64::from(args.least));
    let question = Question { options, budget: Ticks::from_minutes(args.minutes), least };
    let (output, overwrite, lang, json) = (args.output.clone(), args.overwrite, args.lang, args.json);
    let plan = plan_of(args)?;
    let staging = Staging::new(&output, overwrite).map_err(WrongUse::mark)?;
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    let inputs = Inputs::read(&plan, &progress)?;
    let found = find_all(&plan, &inputs, &question, &progress)?;
    let rows = write(&plan, &inputs, &found, &staging)?;
    let weight = &inputs.residents.weight;
    let mut all = told(&found, weight);
    all["timings_s"] = serde_json::json!(progress.timings_s().into_iter().collect::<BTreeMap<_, _>>());
    all["peak_memory_bytes"] = serde_json::json!(peak_bytes());
    write_manifest(&plan, &question, &all, &rows, &progress, &staging)?;
    let folder = staging.commit()?;
    if json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print!("{}", summary(&found, weight, lang));
        let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
        println!("\n{} ({:.1} s, {peak})", folder.display(), began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn plan_of(args: RepairArgs) -> Result<Plan> {
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
        // A plan needs outlets and a standard; the list asks neither.
        outlets: OutletFlags { sources: vec!["osm".to_owned()], ..OutletFlags::default() },
        standard: Some("six-ones".to_owned()),
        model: args.walker.model,
        speed: args.walker.speed,
        elevation: args.walker.elevation,
        max_snap: args.max_snap,
        csv: args.csv,
        ..Overrides::default()
    };
    Plan::new(args.config.as_deref(), flags)
}

fn find_all(plan: &Plan, inputs: &Inputs, question: &Question, progress: &Progress) -> Result<Found> {
    let _stage = progress.stage("find faults", None);
    let graph = &inputs.streets.graph;
    let weights = weights_of(graph, &plan.model)?;
    // On the nearest street, an island or not: who lives on one is what is asked.
    let snapper = Snapper::new(graph, SnapOptions { min_component: 0, ..plan.snap });
    let homes: Vec<_> = inputs.residents.cells.iter().map(|c| c.at).collect();
    let homes = link(&snapper, &weights, &homes);
    Ok(find(inputs, &snapper, &weights, &homes, question))
}

fn write(plan: &Plan, inputs: &Inputs, found: &Found, staging: &Staging) -> Result<BTreeMap<String, u64>> {
    let shape =
        Shape { minutes: Vec::new(), groups: Vec::new(), weight: inputs.residents.weight.clone(), by_point: false };
    let about = inputs.streets.graph.about();
    let metadata = [
        ("walkshed:version", env!("CARGO_PKG_VERSION").to_owned()),
        ("walkshed:model", plan.model.fingerprint()),
        ("walkshed:streets", format!("{} {}", about.source, about.source_sha256.as_deref().unwrap_or("-"))),
        ("walkshed:rules", about.rules.clone()),
    ]
    .map(|(key, value)| (key.to_owned(), value));
    let parquet = staging.path(&Table::Repairs.file());
    let rows = write_whole(&parquet, Table::Repairs, &shape, &metadata, repairs_table(&found.repairs)?)?;
    let mut files = vec![Table::Repairs.file(), "repairs.geojson".to_owned()];
    let path = staging.path("repairs.geojson");
    let unwritten = || format!("{} cannot be written", path.display());
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path).with_context(unwritten)?);
    geojson::from_parquet(&parquet, &mut out)?;
    std::io::Write::flush(&mut out).with_context(unwritten)?;
    if plan.csv {
        csv::from_parquet(&parquet, &staging.path("repairs.csv"))?;
        files.push("repairs.csv".to_owned());
    }
    let text = readme(plan.title.as_deref(), &shape, &[(Table::Repairs, rows)]);
    std::fs::write(staging.path("README.md"), text)?;
    Ok(files.into_iter().map(|file| (file, rows)).collect())
}

fn write_manifest(
    plan: &Plan,
    question: &Question,
    told: &serde_json::Value,
    rows: &BTreeMap<String, u64>,
    progress: &Progress,
    staging: &Staging,
) -> Result<()> {
    let mut manifest = Manifest::new(plan.title.clone());
    if let Some(config) = &plan.config {
        manifest.add_input("config", config)?;
    }
    for path in &plan.osm {
        manifest.add_input("osm", path)?;
    }
    for path in files_of(&plan.residents) {
        manifest.add_input("residents", &path)?;
    }
    manifest.model = Some(Model {
        name: plan.model.fingerprint(),
        speed_m_per_s: plan.model.speed().0,
        parameters: plan.model.parameters().iter().map(ParameterUsed::new).collect(),
        max_snap_cell_m: plan.snap.max_distance.0,
        max_snap_outlet_m: plan.snap.max_distance.0,
    });
    let RepairOptions { gap, joined, detour, island } = question.options;
    let settings = [
        ("rules", plan.rules.id().into()),
        ("gap_m", gap.0.into()),
        ("joined_m", joined.0.into()),
        ("detour_m", detour.0.into()),
        ("island_m", island.0.into()),
        ("minutes", (question.budget.as_seconds() / 60.0).into()),
        ("least_s", question.least.as_seconds().into()),
    ];
    manifest
        .settings
        .extend(settings.into_iter().map(|(key, value): (&str, serde_json::Value)| (key.to_owned(), value)));
    for key in ["kinds", "parts", "parts_without_residents", "parts_told_otherwise", "parts_of_squares", "residents"] {
        manifest.counts.insert(key.to_owned(), told[key].clone());
    }
    manifest.add_outputs(staging.folder(), rows)?;
    manifest.timings_s = progress.timings_s().into_iter().map(|(name, s)| (name, s.into())).collect();
    manifest.peak_memory_bytes = peak_bytes();
    manifest.threads = rayon::current_num_threads();
    manifest.write_to(staging.folder())
}
