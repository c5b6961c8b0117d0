//! `walkshed resilience`: emergency supply (保供), and what the failure of each node would mean.
//!
//! Comes in: a config file, flags, or both, as for `run`. Goes out: a folder with cells, nodes and zones. Not here: the
//! searching (`resilience`).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use walkshed::walk::CostModel as _;

use super::registry::TableArgs;
use crate::clip::ClipFlags;
use crate::models::WalkerFlags;
use crate::plan::outlets::{OutletFlags, OutletsFrom};
use crate::plan::residents::ResidentsFlags;
use crate::plan::{Overrides, Plan};
use crate::report::numbers::bytes;
use crate::report::summary::Language;
use crate::resilience::told::{summary, told};
use crate::resilience::{Question, Supply, find};
use crate::run::inputs::Inputs;
use crate::run::manifest::{Manifest, Model, ParameterUsed};
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::staging::Staging;
use crate::run::who_lives::files_of;
use crate::streets::AccessFlags;
use crate::tables::columns::{Shape, Table};
use crate::tables::parquet::write_whole;
use crate::tables::readme::readme;
use crate::tables::supply::supply_tables;
use crate::tables::{csv, geojson};
use crate::wrong_use::WrongUse;

/// Emergency supply (保供): who reaches enough supply nodes on foot, and who loses cover when one fails.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed resilience walkshed.toml -o supply
  walkshed resilience walkshed.toml --formats wet_market,general_supermarket --nodes 2 --minutes 15 --csv -o supply
  walkshed resilience walkshed.toml --fail 000007,000019 -o supply

The formats of supply nodes are those that the national plan of 2023 wants in the emergency system (supermarkets,
convenience stores, markets), and outlets that a registry names as emergency supply; --formats names others.")]
pub(crate) struct ResilienceArgs {
    /// A config file (walkshed.toml); flags win over it
    config: Option<PathBuf>,
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
    /// Zones to sum by: GeoJSON polygons
    #[arg(long, value_name = "FILE")]
    zones: Option<PathBuf>,
    /// The formats of supply nodes, by id or name, separated by commas
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "general_supermarket,convenience_store,wet_market,emergency_supply"
    )]
    formats: Vec<String>,
    /// How long the walk to a node may take, in minutes
    #[arg(long, value_name = "MIN", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=60))]
    minutes: u32,
    /// How many nodes everybody should reach
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=10))]
    nodes: u32,
    /// Nodes that fail at once, by the ids of their outlets, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    fail: Vec<String>,
    #[command(flatten)]
    walker: WalkerFlags,
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

/// Finds who is supplied, writes the tables and prints the summary.
///
/// # Errors
/// When the call is wrong or the work fails; nothing is written then.
pub(crate) fn run(args: ResilienceArgs) -> Result<()> {
    let began = Instant::now();
    let question = Question {
        minutes: args.minutes,
        nodes: args.nodes as usize,
        formats: args.formats.iter().map(|format| format.trim().to_owned()).collect(),
        failing: args.fail.iter().map(|id| id.trim().to_owned()).collect(),
    };
    let (output, overwrite, lang, json) = (args.output.clone(), args.overwrite, args.lang, args.json);
    let plan = plan_of(args)?;
    let staging = Staging::new(&output, overwrite).map_err(WrongUse::mark)?;
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    let inputs = Inputs::read(&plan, &progress)?;
    let supply = find(&inputs, &plan, &question, &progress)?;
    let rows = write(&plan, &inputs, &supply, &staging)?;
    let mut all = told(&supply, &inputs, &question);
    let mut manifest = manifest_of(&plan)?;
    if let serde_json::Value::Object(counts) = &all {
        manifest.counts.clone_from(counts);
    }
    manifest.add_outputs(staging.folder(), &rows)?;
    manifest.timings_s = progress.timings_s().into_iter().map(|(name, s)| (name, s.into())).collect();
    manifest.peak_memory_bytes = peak_bytes();
    manifest.threads = rayon::current_num_threads();
    manifest.write_to(staging.folder())?;
    let folder = staging.commit()?;
    if json {
        all["timings_s"] = serde_json::json!(progress.timings_s().into_iter().collect::<BTreeMap<_, _>>());
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print!("{}", summary(&supply, &inputs, &question, lang));
        let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
        println!("\n{} ({:.1} s, {peak})", folder.display(), began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn plan_of(args: ResilienceArgs) -> Result<Plan> {
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
        // A plan needs a standard; this asks none.
        standard: Some("six-ones".to_owned()),
        zones: args.zones,
        model: args.walker.model,
        speed: args.walker.speed,
        elevation: args.walker.elevation,
        max_snap: args.max_snap,
        csv: args.csv,
        ..Overrides::default()
    };
    Plan::new(args.config.as_deref(), flags)
}

fn write(plan: &Plan, inputs: &Inputs, supply: &Supply, staging: &Staging) -> Result<BTreeMap<String, u64>> {
    let weight = inputs.residents.weight.clone();
    let shape = Shape { minutes: Vec::new(), groups: Vec::new(), weight, by_point: false };
    let about = inputs.streets.graph.about();
    let metadata = [
        ("walkshed:version", env!("CARGO_PKG_VERSION").to_owned()),
        ("walkshed:model", plan.model.fingerprint()),
        ("walkshed:streets", format!("{} {}", about.source, about.source_sha256.as_deref().unwrap_or("-"))),
        ("walkshed:rules", about.rules.clone()),
    ]
    .map(|(key, value)| (key.to_owned(), value));
    let mut rows = BTreeMap::new();
    let mut tables = Vec::new();
    let kinds = [Table::SupplyCells, Table::SupplyNodes, Table::SupplyZones];
    for (table, frame) in kinds.into_iter().zip(supply_tables(supply, inputs)?) {
        let parquet = staging.path(&table.file());
        let written = write_whole(&parquet, table, &shape, &metadata, frame)?;
        rows.insert(table.file(), written);
        tables.push((table, written));
        if plan.csv {
            let name = format!("{}.csv", table.name());
            csv::from_parquet(&parquet, &staging.path(&name))?;
            rows.insert(name, written);
        }
        if table != Table::SupplyZones {
            let name = format!("{}.geojson", table.name());
            let path = staging.path(&name);
            let unwritten = || format!("{} cannot be written", path.display());
            let mut out = std::io::BufWriter::new(std::fs::File::create(&path).with_context(unwritten)?);
            geojson::from_parquet(&parquet, &mut out)?;
            std::io::Write::flush(&mut out).with_context(unwritten)?;
            rows.insert(name, written);
        }
    }
    std::fs::write(staging.path("README.md"), readme(plan.title.as_deref(), &shape, &tables))?;
    Ok(rows)
}

fn manifest_of(plan: &Plan) -> Result<Manifest> {
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
    for table in plan.outlets.iter().filter_map(OutletsFrom::table) {
        manifest.add_input("outlets", &table.path)?;
    }
    if let Some(zones) = &plan.zones {
        manifest.add_input("zones", &zones.path)?;
    }
    manifest.model = Some(Model {
        name: plan.model.fingerprint(),
        speed_m_per_s: plan.model.speed().0,
        parameters: plan.model.parameters().iter().map(ParameterUsed::new).collect(),
        max_snap_cell_m: plan.snap.max_distance.0,
        max_snap_outlet_m: plan.snap.max_distance.0,
    });
    manifest.settings.insert("rules".to_owned(), plan.rules.id().into());
    Ok(manifest)
}
