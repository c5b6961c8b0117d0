//! Who walks: a model by name or from a file, and a speed.
//!
//! Comes in: what the user asked for. Goes out: a [`Walker`]. Not here: what its parameters do (the engine's).

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::Args;
use walkshed::MetersPerSecond;
use walkshed::walk::Walker;

use crate::wrong_use::WrongUse;

/// The flags by which a command is told who walks.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct WalkerFlags {
    /// Who walks: flat (the same speed everywhere), place (with time for steps, slopes, surfaces, crossings, lifts),
    /// step_free (a wheelchair or a pram), or a file of a model [default: flat]
    #[arg(long, value_name = "NAME|FILE")]
    pub model: Option<String>,
    /// Walking speed in metres per second, in place of the model's [default: 1.2]
    #[arg(long, value_name = "M/S")]
    pub speed: Option<f64>,
}

impl WalkerFlags {
    /// The walker that the flags ask for.
    ///
    /// # Errors
    /// When there is no such model, or nobody walks at that speed.
    pub(crate) fn read(&self) -> Result<Walker> {
        walker_named(self.model.as_deref(), self.speed)
    }
}

/// The walker of a model, by its name or its file, at a speed; a grown-up at the same speed everywhere when nothing is said.
///
/// # Errors
/// When there is no model of that name, the file is none, or nobody walks at that speed.
pub(crate) fn walker_named(name_or_path: Option<&str>, speed: Option<f64>) -> Result<Walker> {
    let walker = name_or_path.map_or_else(|| Ok(Walker::flat()), named_or_read)?;
    match speed {
        None => Ok(walker),
        Some(speed) => walker.with_speed(MetersPerSecond(speed)).map_err(|e| WrongUse::error(e.to_string())),
    }
}

fn named_or_read(name: &str) -> Result<Walker> {
    if let Some(walker) = Walker::named(name) {
        return Ok(walker);
    }
    if !Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
        let known: Vec<&str> = Walker::names().collect();
        return Err(WrongUse::error(format!(
            "there is no model {name:?}; expected {}, or the path of a .toml file",
            known.join(", ")
        )));
    }
    let text = std::fs::read_to_string(name).with_context(|| format!("the model {name} cannot be read"))?;
    Walker::from_toml(&text).with_context(|| name.to_owned())
}
