//! The commands of the tool.
//!
//! Comes in: the command line. Goes out: a call of one command. Not here: what the commands do.

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::commands::{
    circles, compare, explain, graph, isochrone, matrix, models, registry, repair, report, resilience, run, sample,
    standard, validate,
};

/// Who can walk where in a quarter of an hour, and which outlets are missing there.
///
/// Reads an OpenStreetMap extract, finds for every residence cell what can be reached on foot, and compares it with a
/// standard such as the quarter-hour life circle (一刻钟便民生活圈).
#[derive(Debug, Parser)]
#[command(name = "walkshed", version, max_term_width = 110)]
pub(crate) struct Cli {
    /// How many threads to use [default: all]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole job: which residences lack which formats of outlets, as tables, a map and a summary
    Run(Box<run::RunArgs>),
    /// Build a reusable graph file from an extract, or look into one
    Graph(graph::GraphArgs),
    /// Walking times and distances between points
    Matrix(matrix::MatrixArgs),
    /// Models of walking: formulas, speeds on slopes, sources
    Models(models::ModelsArgs),
    /// Models of walking against observed times: errors, calibration, a picture
    Validate(Box<validate::ValidateArgs>),
    /// How far one gets on foot: areas, streets or cells
    Isochrone(Box<isochrone::IsochroneArgs>),
    /// A proposal of circles (生活圈): communities or cells grouped by walking radius and residents
    Circles(Box<circles::CirclesArgs>),
    /// Emergency supply (保供): who reaches enough supply nodes, and who loses cover when one fails
    Resilience(Box<resilience::ResilienceArgs>),
    /// What differs between two runs: by cell, requirement, zone and format
    Compare(compare::CompareArgs),
    /// The report of a run (report.html), pictures or the workbook of it, made again from its saved tables
    Report(report::ReportArgs),
    /// What a mapper should mend in the streets, ranked by residents
    Repair(Box<repair::RepairArgs>),
    /// Look into a registry of outlets before a run
    Registry(registry::RegistryArgs),
    /// Why a way or a node may be walked on, or not
    Explain(explain::ExplainArgs),
    /// The standards that coverage is judged by
    Standard(standard::StandardArgs),
    /// Make up a city to try the tool on
    Sample(sample::SampleArgs),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What went wrong, in words for the person who called.
    pub(crate) fn run(self) -> Result<()> {
        if let Some(threads) = self.threads {
            rayon::ThreadPoolBuilder::new()
                .num_threads(usize::from(threads))
                .build_global()
                .context("the threads cannot be started")?;
        }
        match self.command {
            Command::Run(args) => run::run(*args),
            Command::Graph(args) => graph::run(args),
            Command::Matrix(args) => matrix::run(&args),
            Command::Models(args) => models::run(args),
            Command::Validate(args) => validate::run(&args),
            Command::Isochrone(args) => isochrone::run(&args),
            Command::Circles(args) => circles::run(*args),
            Command::Resilience(args) => resilience::run(*args),
            Command::Compare(args) => compare::run(&args),
            Command::Report(args) => report::run(&args),
            Command::Repair(args) => repair::run(*args),
            Command::Registry(args) => registry::run(&args),
            Command::Explain(args) => explain::run(&args),
            Command::Standard(args) => standard::run(args),
            Command::Sample(args) => sample::run(&args),
        }
    }
}
