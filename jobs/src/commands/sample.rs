//! `walkshed sample`: made-up data to try the tool on.
//!
//! Comes in: flags. Goes out: a folder with a city in it and a summary on standard output. Not here: how the city is
//! drawn ([`crate::sample`]).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::run::manifest::Manifest;
use crate::run::staging::{Staging, write_file_atomically};
use crate::sample::{CitySize, Summary, write_city, write_registry};
use crate::wrong_use::WrongUse;

/// Make up data to try the tool on.
#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A Chinese city that does not exist, with streets, outlets, residents, zones and a walkshed.toml
    City(CityArgs),
    /// A registry of any length, strewn over such a city, to try readers on
    Registry(RegistryArgs),
}

#[derive(Debug, Args)]
struct RegistryArgs {
    /// How many rows
    #[arg(long, default_value_t = 100_000)]
    rows: u64,
    /// Which registry: the same seed, size and rows give the same file
    #[arg(long, default_value_t = 15)]
    seed: u64,
    /// The city over which the rows are strewn, as in `walkshed sample city`
    #[arg(long, default_value_t = CitySize::Town)]
    size: CitySize,
    /// The CSV file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,
}

#[derive(Debug, Args)]
struct CityArgs {
    /// Which city: the same seed and size give the same files
    #[arg(long, default_value_t = 15)]
    seed: u64,
    /// town, city, metropolis, or about how many OSM nodes
    #[arg(long, default_value_t = CitySize::Town)]
    size: CitySize,
    /// The folder to write
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace the folder if it exists
    #[arg(long)]
    overwrite: bool,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Makes what was asked for.
///
/// # Errors
/// When the folder exists and may not be replaced, or cannot be written.
pub(crate) fn run(args: &SampleArgs) -> Result<()> {
    match &args.what {
        What::City(args) => city(args),
        What::Registry(args) => registry(args),
    }
}

fn registry(args: &RegistryArgs) -> Result<()> {
    write_file_atomically(&args.output, args.overwrite, |out| write_registry(args.seed, args.rows, args.size, out))?;
    println!("{} holds a registry of {} rows that does not exist", args.output.display(), args.rows);
    Ok(())
}

fn city(args: &CityArgs) -> Result<()> {
    let began = Instant::now();
    let staging = Staging::new(&args.output, args.overwrite).map_err(WrongUse::mark)?;
    let summary = write_city(args.seed, args.size, staging.folder())?;
    let seconds = began.elapsed().as_secs_f64();

    let mut manifest = Manifest::new(Some("澄湖市 (made up)".to_owned()));
    manifest.settings.insert("seed".to_owned(), args.seed.into());
    manifest.settings.insert("size".to_owned(), args.size.to_string().into());
    let rows = [
        ("outlets.csv", summary.outlets),
        ("outlets_amap.csv", summary.amap_rows),
        ("residents.csv", summary.cells),
        ("zones.geojson", summary.zones),
    ];
    let rows: BTreeMap<_, _> = rows.into_iter().map(|(file, rows)| (file.to_owned(), rows)).collect();
    manifest.add_outputs(staging.folder(), &rows)?;
    manifest.timings_s.insert("draw".to_owned(), seconds.into());
    manifest.write_to(staging.folder())?;
    let bytes: u64 = manifest.outputs.iter().map(|output| output.bytes).sum();
    let folder = staging.commit()?;

    let Summary { nodes, ways, outlets, residents, cells, zones, .. } = summary;
    if args.json {
        let figures = json!({
            "folder": folder, "seed": args.seed, "size": args.size.to_string(), "bytes": bytes, "seconds": seconds,
            "nodes": nodes, "ways": ways, "outlets": outlets, "residents": residents, "cells": cells, "zones": zones,
            "outlets_by_format": summary.outlets_by_format,
        });
        println!("{figures:#}");
        return Ok(());
    }
    println!("{} holds a city that does not exist (seed {}, size {})", folder.display(), args.seed, args.size);
    println!(
        "  {nodes} nodes and {ways} ways, {outlets} outlets, {residents} residents in {cells} cells, {zones} zones"
    );
    println!("  {:.1} MB in {seconds:.1} s", bytes as f64 / 1e6);
    Ok(())
}
