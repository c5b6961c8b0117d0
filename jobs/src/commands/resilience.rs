//! `walkshed resilience`: emergency supply (保供), and what the failure of each node would mean.
//!
//! Comes in: a config file, flags, or both, as for `run`. Goes out: a folder with cells, nodes and zones. Not here: the
//! searching (`resilience`).

use std::time::Instant;

use anyhow::Result;
use clap::Args;

use super::registry::TableArgs;
use crate::plan::flags::{CityFlags, OutputFlags};
use crate::plan::outlets::OutletsFrom;
use crate::plan::zones::ZonesFlags;
use crate::plan::{Overrides, Plan};
use crate::report::numbers::bytes;
use crate::resilience::told::{summary, told};
use crate::resilience::{Question, find};
use crate::run::inputs::Inputs;
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::provenance::{manifest_of, metadata_of};
use crate::run::staging::Staging;
use crate::tables::columns::{Shape, Table};
use crate::tables::folder::SmallTables;
use crate::tables::supply::supply_tables;
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
    #[command(flatten)]
    city: CityFlags,
    #[command(flatten)]
    into: OutputFlags,
    /// Outlets, as for walkshed run
    #[arg(long, value_name = "FILE|osm")]
    outlets: Vec<String>,
    #[command(flatten)]
    tables: TableArgs,
    #[command(flatten)]
    zones: ZonesFlags,
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
    let OutputFlags { output, overwrite, lang, json } = args.into.clone();
    let plan = plan_of(args)?;
    let staging = Staging::new(&output, overwrite).map_err(WrongUse::mark)?;
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    let inputs = Inputs::read(&plan, &progress)?;
    let supply = find(&inputs, &plan, &question, &progress)?;
    let tables = SmallTables {
        shape: &Shape::plain(inputs.residents.weight.clone()),
        metadata: &metadata_of(&plan, &inputs.streets.graph),
        title: plan.title.as_deref(),
        csv: plan.csv,
        on_maps: &[Table::SupplyCells, Table::SupplyNodes],
    };
    let kinds = [Table::SupplyCells, Table::SupplyNodes, Table::SupplyZones];
    let rows = tables.write(staging.folder(), kinds.into_iter().zip(supply_tables(&supply, &inputs)?).collect())?;
    let mut all = told(&supply, &inputs, &question);
    let mut manifest = manifest_of(&plan)?;
    for table in plan.outlets.iter().filter_map(OutletsFrom::table) {
        manifest.add_input("outlets", &table.path)?;
    }
    if let serde_json::Value::Object(counts) = &all {
        manifest.counts.clone_from(counts);
    }
    manifest.finish(&staging, &rows, &progress)?;
    let folder = staging.commit()?;
    if json {
        all["timings_s"] = progress.as_json();
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print!("{}", summary(&supply, &inputs, &question, lang));
        let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
        println!("\n{} ({:.1} s, {peak})", folder.display(), began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn plan_of(args: ResilienceArgs) -> Result<Plan> {
    let config = args.city.config.clone();
    let flags = Overrides {
        vocabulary: args.tables.vocabulary.clone(),
        brands: args.tables.brands.clone(),
        outlets: args.tables.flags(args.outlets),
        // A plan needs a standard; this asks none.
        standard: Some("six-ones".to_owned()),
        zones: args.zones,
        ..args.city.overrides()
    };
    Plan::new(config.as_deref(), flags)
}
