//! `walkshed compare`: what differs between two runs.
//!
//! Comes in: two output folders of `walkshed run`. Goes out: a folder of differences and a summary. Not here: the
//! comparison (`compare`).

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::compare::Pair;
use crate::compare::changes::TO_ACCEPT;
use crate::compare::tables::differences;
use crate::compare::told::{as_json, summary, told};
use crate::report::summary::Language;
use crate::run::manifest::{MANIFEST_FILE, Manifest};
use crate::run::staging::Staging;
use crate::tables::columns::{Shape, Table, Weight};
use crate::tables::folder::SmallTables;
use crate::wrong_use::WrongUse;

/// What differs between two runs: by cell, requirement, zone and format, and what they were made from.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed compare out-2025 out-2026 -o difference
  walkshed compare out-15 out-10 --accept standard --lang zh -o difference

Other streets, outlets, hours, walkers and speeds are what runs are compared for. Runs with other residents, another unit
of residents, other zones, standards, resolutions, origins or areas do not count the same thing: they are compared only
when --accept names what differs.")]
pub(crate) struct CompareArgs {
    /// The output folder of the first run
    a: PathBuf,
    /// The output folder of the second run
    b: PathBuf,
    /// Differences to be accepted, separated by commas: residents, unit, zones, standard, resolution, origins, area
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    accept: Vec<String>,
    /// The folder for the differences; without it only the summary is printed
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
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

/// Compares, writes the differences and prints the summary.
///
/// # Errors
/// When a folder is none of a run, or the runs do not count the same thing and that was not accepted.
pub(crate) fn run(args: &CompareArgs) -> Result<()> {
    debug_assert_eq!(TO_ACCEPT.len(), 7, "the help names them all");
    let staging = args.output.as_ref().map(|output| Staging::new(output, args.overwrite).map_err(WrongUse::mark));
    let staging = staging.transpose()?;
    let pair = Pair::read(&args.a, &args.b, &args.accept)?;
    let differences = differences(&pair)?;
    let told = told(&differences)?;
    let all = as_json(&pair, &told);
    let mut folder = None;
    if let Some(staging) = staging {
        let tables = vec![
            (Table::CompareGaps, differences.gaps),
            (Table::CompareCells, differences.cells),
            (Table::CompareZones, differences.zones),
            (Table::CompareFormats, differences.formats),
            (Table::CompareInputs, differences.inputs),
        ];
        folder = Some(write(args, &pair, tables, &all, staging)?);
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print!("{}", summary(&pair, &told, args.lang));
        if let Some(folder) = folder {
            println!("\n{}", folder.display());
        }
    }
    Ok(())
}

fn write(
    args: &CompareArgs,
    pair: &Pair,
    tables: Vec<(Table, polars::prelude::DataFrame)>,
    all: &serde_json::Value,
    staging: Staging,
) -> Result<PathBuf> {
    let unit = |side: &crate::compare::Side, key: &str| {
        let told = side.manifest.counts.get("residents").and_then(|told| told.get(key));
        told.and_then(|text| text.as_str()).unwrap_or("residents").to_owned()
    };
    let weight = Weight { en: unit(&pair.b, "weight_en"), zh: unit(&pair.b, "weight_zh"), people: true };
    let title = format!("{} → {}", pair.a.name(), pair.b.name());
    let writer = SmallTables {
        shape: &Shape::plain(weight),
        metadata: &[("walkshed:version".to_owned(), env!("CARGO_PKG_VERSION").to_owned())],
        title: Some(&title),
        csv: args.csv,
        on_maps: &[Table::CompareCells],
    };
    let rows = writer.write(staging.folder(), tables)?;
    let mut manifest = Manifest::new(Some(title));
    manifest.add_input("a", &pair.a.folder.join(MANIFEST_FILE))?;
    manifest.add_input("b", &pair.b.folder.join(MANIFEST_FILE))?;
    manifest.settings.insert("accepted".to_owned(), args.accept.clone().into());
    if let serde_json::Value::Object(counts) = all {
        manifest.counts.clone_from(counts);
    }
    manifest.add_outputs(staging.folder(), &rows)?;
    manifest.write_to(staging.folder())?;
    staging.commit()
}
