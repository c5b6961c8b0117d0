//! Who walks: a model by name or from a file, and a speed.
//!
//! Comes in: what the user asked for. Goes out: a [`Walker`]. Not here: what its parameters do (the engine's).

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::Args;
use walkshed::walk::{EdgeWeights, Walker};
use walkshed::{MetersPerSecond, WalkGraph};

use crate::elevation::ElevationFlags;
use crate::wrong_use::WrongUse;

/// The flags by which a command is told who walks.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct WalkerFlags {
    /// Who walks: flat (the same speed everywhere), place (with time for steps, slopes, surfaces, crossings, lifts),
    /// step_free (a wheelchair or a pram), adult, older, child, tobler and others (walkshed models list), or a file of a
    /// model [default: flat]
    #[arg(long, value_name = "NAME|FILE")]
    pub model: Option<String>,
    /// Walking speed in metres per second, in place of the model's [default: 1.2]
    #[arg(long, value_name = "M/S")]
    pub speed: Option<f64>,
    #[command(flatten)]
    pub elevation: ElevationFlags,
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

/// The walking times of a model on a graph.
///
/// # Errors
/// When the model is one of slopes and the streets have no heights at all.
pub(crate) fn weights_of(graph: &WalkGraph, walker: &Walker) -> Result<EdgeWeights> {
    if walker.needs_heights() && !graph.has_heights() {
        return Err(WrongUse::error(format!(
            "the model {} is about slopes, and the streets have no heights; give --elevation FILE (GeoTIFF or .hgt), or a \
             graph file that was built with one; a model of one's own may say elevation = \"used\" to go by the inclines \
             that are mapped",
            walker.id()
        )));
    }
    Ok(EdgeWeights::from_model(graph, walker))
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
