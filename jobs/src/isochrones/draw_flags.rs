//! How areas are drawn, as flags: their buffer, their exactness, and whether they stop at walls.
//!
//! Comes in: flags, the extracts. Goes out: options, and barriers. Not here: drawing (the engine's).

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use walkshed::isochrone::{Barriers, IsochroneOptions};
use walkshed::osm::{LineKind, WalkRules, read_surroundings};
use walkshed::{Meters, Position};

use crate::run::progress::Progress;
use crate::streets::{Counted, graph_among, names, open_all};
use crate::wrong_use::WrongUse;

/// The flags by which it is told how to draw areas.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct DrawFlags {
    /// How far from a reached street the area goes, in metres [default: 25]
    #[arg(long, value_name = "M")]
    pub buffer: Option<f64>,
    /// How far the outline of an area may be off, in metres, at most the buffer; smaller is slower [default: 10]
    #[arg(long, value_name = "M")]
    pub error_bound: Option<f64>,
    /// Areas stop at walls, fences, cliffs, rivers and canals of the extract
    #[arg(long)]
    pub walls: bool,
}

impl DrawFlags {
    /// How wide and how exactly areas are drawn.
    pub(crate) fn options(self) -> IsochroneOptions {
        let usual = IsochroneOptions::default();
        let buffer = self.buffer.map_or(usual.buffer, Meters);
        // A narrow buffer asks for a lattice as fine.
        let error_bound = self.error_bound.unwrap_or(usual.error_bound.0.min(buffer.0));
        IsochroneOptions { buffer, error_bound: Meters(error_bound), ..usual }
    }

    /// What areas stop at, if they are to.
    ///
    /// # Errors
    /// When an extract cannot be read, or is a graph file, which knows no walls.
    pub(crate) fn barriers(self, osm: &[PathBuf], rules: &WalkRules, progress: &Progress) -> Result<Option<Barriers>> {
        if !self.walls {
            return Ok(None);
        }
        if let Some(path) = graph_among(osm)? {
            return Err(WrongUse::error(format!(
                "{} is a graph file and knows no walls; give the extract itself, or leave out --walls",
                path.display()
            )));
        }
        let (sources, bytes) = open_all(osm)?;
        let stage = progress.stage("read walls", Some(2 * bytes));
        let sources = sources.into_iter().map(|inner| Counted { inner, stage: &stage });
        let surroundings = read_surroundings(sources, rules).with_context(|| names(osm))?;
        let stops = |kind| matches!(kind, LineKind::Wall | LineKind::Edge | LineKind::Water);
        let lines = surroundings.lines.iter().filter(|line| stops(line.kind));
        let points: Vec<Vec<Position>> = lines.map(|line| line.nodes.iter().map(|node| node.1).collect()).collect();
        Ok(Some(Barriers::new(points.iter().map(Vec::as_slice))))
    }
}
