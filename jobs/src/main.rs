//! `walkshed`: who can walk where in a quarter of an hour, and what is missing there.
//!
//! Comes in: flags, files. Goes out: tables, maps, a summary, an exit code: 0 done, 1 the work failed, 2 wrong use. The
//! engine (`walkshed`, the library) does the work; what touches disk, tables and terminals is here.

mod agreement;
mod area;
mod circles;
mod cli;
mod clip;
mod commands;
mod compare;
mod crs;
mod datum;
mod elevation;
mod geotiff;
mod isochrones;
mod models;
mod plan;
mod registry;
mod repair;
mod report;
mod residents;
mod resilience;
mod run;
mod sample;
mod streets;
mod tables;
mod validation;
mod wrong_use;
mod zones;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever closed the pipe has read enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(wrong_use::exit_code(&error))
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kinds = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    kinds.into_iter().any(|kind| kind == std::io::ErrorKind::BrokenPipe)
}
