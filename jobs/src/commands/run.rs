//! `walkshed run`: the whole job.
//!
//! Comes in: a config file, flags, or both. Goes out: a folder of results and a summary. Not here: the job.

use anyhow::Result;
use clap::Args;
use walkshed::access::Way;
use walkshed::coverage::Hour;

use super::registry::TableArgs;
use crate::plan::flags::{CityFlags, OutputFlags};
use crate::plan::outlets::OutletFlags;
use crate::plan::zones::ZonesFlags;
use crate::plan::{Overrides, Plan};
use crate::report::summary::summary;
use crate::run::job;
use crate::run::progress::Progress;

/// The whole job: which residences lack which formats of outlets.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed run data-samples/town/walkshed.toml -o out
  walkshed run --osm city.osm.pbf --outlets osm --standard six-ones -o out
  walkshed run --osm city.osm.pbf --outlets shops.csv --datum gcj02 --residents people.csv \\
               --zones circles.geojson --standard national-2021 --speed 1.0 --csv -o out")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    city: CityFlags,
    #[command(flatten)]
    into: OutputFlags,
    /// Outlets: a table (CSV, XLSX, Parquet, GeoJSON), or the extract itself; may be given several times, the most trusted
    /// source first
    #[arg(long, value_name = "FILE|osm")]
    outlets: Vec<String>,
    #[command(flatten)]
    tables: TableArgs,
    /// Use the declared datum even if another fits the streets better
    #[arg(long)]
    trust_datum: bool,
    /// Leave out all but one of the outlets that are one and the same; they are reported in any case
    #[arg(long)]
    drop_duplicates: bool,
    /// The standard to judge by: an id (walkshed standard list) or a file
    #[arg(long, value_name = "ID|FILE")]
    standard: Option<String>,
    /// When outlets have to be open, HH:MM, for requirements that say no hour themselves; outlets without known hours make
    /// them unknown [default: at any hour]
    #[arg(long, value_name = "HH:MM")]
    open_at: Option<Hour>,
    #[command(flatten)]
    zones: ZonesFlags,
    /// How to search: one_by_one, lanes, sweeps or meetings; answers are the same, only the time differs [default: by the
    /// work]
    #[arg(long, value_name = "WAY")]
    way: Option<Way>,
    /// Write the table `wide` too: one row per cell, with a column for each requirement and each format
    #[arg(long)]
    wide: bool,
}

/// Does the job and prints the summary.
///
/// # Errors
/// When the call is wrong or the work fails; nothing is written then.
pub(crate) fn run(args: RunArgs) -> Result<()> {
    let OutputFlags { output, overwrite, lang, json } = args.into.clone();
    let config = args.city.config.clone();
    let flags = Overrides {
        vocabulary: args.tables.vocabulary.clone(),
        brands: args.tables.brands.clone(),
        outlets: OutletFlags {
            trust_datum: args.trust_datum,
            drop_duplicates: args.drop_duplicates,
            ..args.tables.flags(args.outlets)
        },
        standard: args.standard,
        zones: args.zones,
        way: args.way,
        open_at: args.open_at,
        wide: args.wide,
        ..args.city.overrides()
    };
    let plan = Plan::new(config.as_deref(), flags)?;
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    let (folder, findings) = job::run(&plan, &output, overwrite, lang, &progress)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        print!("{}", summary(&findings, &folder, lang));
    }
    Ok(())
}
