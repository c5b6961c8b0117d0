//! `walkshed repair`: what a mapper should mend in the streets, ranked by residents.
//!
//! Comes in: a config file, flags, or both, as for `run`. Goes out: a folder with the list, and its worst. Not here:
//! finding (`repair`).

use std::time::Instant;

use anyhow::Result;
use clap::Args;
use walkshed::repair::RepairOptions;
use walkshed::snap::{SnapOptions, Snapper};
use walkshed::{Meters, Ticks};

use crate::models::weights_of;
use crate::plan::flags::{CityFlags, OutputFlags};
use crate::plan::outlets::OutletFlags;
use crate::plan::{Overrides, Plan};
use crate::repair::inputs::Inputs;
use crate::repair::told::{summary, told};
use crate::repair::{Found, Question, find};
use crate::report::numbers::bytes;
use crate::run::linked::link;
use crate::run::manifest::Manifest;
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::provenance::{manifest_of, metadata_of};
use crate::run::staging::Staging;
use crate::tables::columns::{Shape, Table};
use crate::tables::folder::SmallTables;
use crate::tables::repairs::repairs_table;
use crate::wrong_use::WrongUse;

/// What a mapper should mend in the streets, ranked by the residents whom it concerns.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed repair --osm city.osm.pbf -o repairs
  walkshed repair walkshed.toml --csv --lang zh -o repairs
  walkshed repair --osm city.osm.pbf --residents people.csv --gap 8 -o repairs")]
pub(crate) struct RepairArgs {
    #[command(flatten)]
    city: CityFlags,
    #[command(flatten)]
    into: OutputFlags,
    /// How far a dead end may lie from the street that it misses, in metres
    #[arg(long, value_name = "M", default_value_t = 5.0)]
    gap: f64,
    /// How far from a fault residents are looked for, in minutes on foot
    #[arg(long, value_name = "MIN", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=60))]
    minutes: u32,
    /// What a walk must get shorter by to count, in seconds
    #[arg(long, value_name = "S", default_value_t = 60, value_parser = clap::value_parser!(u32).range(0..=3600))]
    least: u32,
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
    let OutputFlags { output, overwrite, lang, json } = args.into.clone();
    let plan = plan_of(args)?;
    let staging = Staging::new(&output, overwrite).map_err(WrongUse::mark)?;
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    let inputs = Inputs::read(&plan, &progress)?;
    let found = find_all(&plan, &inputs, &question, &progress)?;
    let tables = SmallTables {
        shape: &Shape::plain(inputs.residents.weight.clone()),
        metadata: &metadata_of(&plan, &inputs.streets.graph),
        title: plan.title.as_deref(),
        csv: plan.csv,
        on_maps: &[Table::Repairs],
    };
    let rows = tables.write(staging.folder(), vec![(Table::Repairs, repairs_table(&found.repairs)?)])?;
    let weight = &inputs.residents.weight;
    let mut all = told(&found, weight);
    let mut manifest = manifest_of(&plan)?;
    about_question(&mut manifest, &question, &all);
    manifest.finish(&staging, &rows, &progress)?;
    let folder = staging.commit()?;
    if json {
        all["timings_s"] = progress.as_json();
        all["peak_memory_bytes"] = serde_json::json!(peak_bytes());
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print!("{}", summary(&found, weight, lang));
        let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
        println!("\n{} ({:.1} s, {peak})", folder.display(), began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn plan_of(args: RepairArgs) -> Result<Plan> {
    let config = args.city.config.clone();
    let flags = Overrides {
        // A plan needs outlets and a standard; the list asks neither.
        outlets: OutletFlags { sources: vec!["osm".to_owned()], ..OutletFlags::default() },
        standard: Some("six-ones".to_owned()),
        ..args.city.overrides()
    };
    Plan::new(config.as_deref(), flags)
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

fn about_question(manifest: &mut Manifest, question: &Question, told: &serde_json::Value) {
    let RepairOptions { gap, joined, detour, island } = question.options;
    let settings: [(&str, serde_json::Value); 6] = [
        ("gap_m", gap.0.into()),
        ("joined_m", joined.0.into()),
        ("detour_m", detour.0.into()),
        ("island_m", island.0.into()),
        ("minutes", (question.budget.as_seconds() / 60.0).into()),
        ("least_s", question.least.as_seconds().into()),
    ];
    manifest.settings.extend(settings.map(|(key, value)| (key.to_owned(), value)));
    for key in ["kinds", "parts", "parts_without_residents", "parts_told_otherwise", "parts_of_squares", "residents"] {
        manifest.counts.insert(key.to_owned(), told[key].clone());
    }
}
