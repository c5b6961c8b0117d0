//! `walkshed run`: the whole job.
//!
//! Comes in: a config file, flags, or both. Goes out: a folder of results and a summary. Not here: the job.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use walkshed::access::Way;

use super::registry::TableArgs;
use crate::clip::ClipFlags;
use crate::models::WalkerFlags;
use crate::plan::outlets::OutletFlags;
use crate::plan::residents::ResidentsFlags;
use crate::plan::{Overrides, Plan};
use crate::report::summary::{Language, summary};
use crate::run::job;
use crate::run::progress::Progress;
use crate::streets::AccessFlags;

/// The whole job: which residences lack which formats of outlets.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed run data-samples/town/walkshed.toml -o out
  walkshed run --osm city.osm.pbf --outlets osm --standard six-ones -o out
  walkshed run --osm city.osm.pbf --outlets shops.csv --datum gcj02 --residents people.csv \\
               --zones circles.geojson --standard national-2021 --speed 1.0 --csv -o out")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct RunArgs {
    /// A config file (walkshed.toml); flags win over it
    config: Option<PathBuf>,
    /// The folder for the results
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace the folder if an earlier run wrote it
    #[arg(long)]
    overwrite: bool,
    /// Streets: an OpenStreetMap extract (.osm.pbf), several of them (give --osm again for each), or a graph file
    #[arg(long, value_name = "FILE")]
    osm: Vec<PathBuf>,
    #[command(flatten)]
    clip: ClipFlags,
    #[command(flatten)]
    access: AccessFlags,
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
    /// Residents: a table with h3 or lon, lat and population, GeoJSON polygons, or a population raster (GeoTIFF); dwellings
    /// of the extract; or every cell along a street once [default: osm]
    #[arg(long, value_name = "FILE|osm|streets")]
    residents: Option<String>,
    /// H3 resolution of the residence cells, 7 to 12; cells of another are divided or summed [default: that of the cells
    /// given, else 10]
    #[arg(long, value_name = "N")]
    resolution: Option<u8>,
    #[command(flatten)]
    about_residents: ResidentsFlags,
    /// The standard to judge by: an id (walkshed standard list) or a file
    #[arg(long, value_name = "ID|FILE")]
    standard: Option<String>,
    /// Zones to sum by: GeoJSON polygons
    #[arg(long, value_name = "FILE")]
    zones: Option<PathBuf>,
    /// The property of the zones that holds their id [default: guessed]
    #[arg(long, value_name = "NAME")]
    zone_id: Option<String>,
    /// The property of the zones that holds their name [default: guessed]
    #[arg(long, value_name = "NAME")]
    zone_name: Option<String>,
    #[command(flatten)]
    walker: WalkerFlags,
    /// How far a cell or an outlet may lie from its street, in metres [default: 300]
    #[arg(long, value_name = "M")]
    max_snap: Option<f64>,
    /// Street pieces with fewer OSM nodes are islands, avoided where another street is near; 0 keeps all [default: 200]
    #[arg(long, value_name = "N")]
    min_component: Option<u32>,
    /// How to search: one_by_one, lanes, sweeps or meetings; answers are the same, only the time differs [default: by the
    /// work]
    #[arg(long, value_name = "WAY")]
    way: Option<Way>,
    /// What to call the results
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Write CSV beside the Parquet tables
    #[arg(long)]
    csv: bool,
    /// The language of the summary and of the workbook report.xlsx
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Does the job and prints the summary.
///
/// # Errors
/// When the call is wrong or the work fails; nothing is written then.
pub(crate) fn run(args: RunArgs) -> Result<()> {
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
        outlets: OutletFlags {
            trust_datum: args.trust_datum,
            drop_duplicates: args.drop_duplicates,
            ..args.tables.flags(args.outlets)
        },
        standard: args.standard,
        zones: args.zones,
        zone_id: args.zone_id,
        zone_name: args.zone_name,
        model: args.walker.model,
        speed: args.walker.speed,
        elevation: args.walker.elevation,
        max_snap: args.max_snap,
        min_component: args.min_component,
        way: args.way,
        csv: args.csv,
    };
    let plan = Plan::new(args.config.as_deref(), flags)?;
    let progress = if args.json { Progress::silent() } else { Progress::on_terminal() };
    let (folder, findings) = job::run(&plan, &args.output, args.overwrite, args.lang, &progress)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        print!("{}", summary(&findings, &folder, args.lang));
    }
    Ok(())
}
