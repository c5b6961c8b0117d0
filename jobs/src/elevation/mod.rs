//! Heights of streets from elevation rasters.
//!
//! Comes in: GeoTIFF and SRTM .hgt files, and streets. Goes out: the same streets with heights, and what is told of them.
//! Not here: what heights do to a street (the engine's `graph`), and to a walker (its `walk`).
//!
//! - A raster is read only where the streets are, and its noise damped by [`USUAL_PASSES`] passes of a 1-2-1 filter over
//!   neighbouring cells, or as many as asked for.
//! - Between the middles of cells heights go straight (bilinear). Of several files the first that knows a place speaks.

mod hgt;
mod raster;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use serde::Serialize;
use walkshed::graph::{GraphAbout, HeightOptions, HeightReport};
use walkshed::relief::Relief;
use walkshed::{Bounds, LonLat, Meters, WalkGraph};

use self::raster::Raster;
use crate::report::numbers::whole;
use crate::run::manifest::hash_file;
use crate::run::progress::Progress;
use crate::streets::{Streets, names};
use crate::wrong_use::WrongUse;

/// How often heights are smoothed when nothing is said: once, which takes the noise of a raster down to 3/8.
const USUAL_PASSES: u32 = 1;
/// More is no smoothing but another landscape.
const MOST_PASSES: u32 = 20;

/// The flags by which a command is told how high streets lie.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ElevationFlags {
    /// Heights of the ground: a raster (GeoTIFF, or .hgt of SRTM); several of them (give --elevation again for each)
    #[arg(long, value_name = "FILE")]
    pub elevation: Vec<PathBuf>,
    /// How often heights are smoothed over neighbouring cells, 0 to 20 [default: 1]
    #[arg(long, value_name = "N")]
    pub elevation_smoothing: Option<u32>,
}

/// The rasters of a run, and how they are smoothed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Elevation {
    /// None for streets without heights, or with those of their graph file.
    pub files: Vec<PathBuf>,
    passes: u32,
}

impl ElevationFlags {
    /// What the flags ask for.
    ///
    /// # Errors
    /// When heights are to be smoothed of which there are none, or too often.
    pub(crate) fn read(&self) -> Result<Elevation> {
        Elevation::new(self.elevation.clone(), self.elevation_smoothing)
    }
}

impl Elevation {
    /// Rasters, smoothed as often as usual when nothing is said.
    ///
    /// # Errors
    /// When heights are to be smoothed of which there are none, or too often.
    pub(crate) fn new(files: Vec<PathBuf>, passes: Option<u32>) -> Result<Self> {
        match passes {
            Some(_) if files.is_empty() => Err(WrongUse::error(
                "--elevation-smoothing is for heights that are read now; give --elevation FILE with it",
            )),
            Some(passes) if passes > MOST_PASSES => {
                Err(WrongUse::error(format!("smoothing {passes} times is out of range; expected 0 to {MOST_PASSES}")))
            }
            _ => Ok(Self { files, passes: passes.unwrap_or(USUAL_PASSES) }),
        }
    }

    /// Gives streets their heights; leaves them as they are when no raster was named.
    ///
    /// # Errors
    /// When a file cannot be read or is no raster of heights, or none of them knows any of the streets.
    pub(crate) fn give_to(&self, streets: Streets, progress: &Progress) -> Result<Streets> {
        let Some(bounds) = streets.graph.bounds().filter(|_| !self.files.is_empty()) else { return Ok(streets) };
        let _stage = progress.stage("heights", None);
        let rasters =
            self.files.iter().map(|path| Raster::open(path, bounds, self.passes)).collect::<Result<Vec<_>>>()?;
        let rasters: Vec<Raster> = rasters.into_iter().flatten().collect();
        ensure!(
            !rasters.is_empty(),
            "{} does not cover the streets, which lie between {:.4}, {:.4} and {:.4}, {:.4}; is it of another place?",
            names(&self.files),
            bounds.min.lon,
            bounds.min.lat,
            bounds.max.lon,
            bounds.max.lat
        );
        let relief = Rasters(rasters);
        let said = self.described(&relief)?;
        let give = |graph: WalkGraph| -> Result<WalkGraph> {
            let about = GraphAbout { heights: Some(said.clone()), ..graph.about().clone() };
            let (graph, report) = graph.with_heights(&relief, HeightOptions::for_relief(&relief));
            ensure!(
                report.edges_with > 0,
                "{} knows no height where the streets are (it has no data there); is it of another place?",
                names(&self.files)
            );
            Ok(graph.with_about(about))
        };
        let other_gates = streets.other_gates.map(|others| -> Result<_> {
            Ok(crate::streets::OtherGates { open: give(others.open)?, closed: give(others.closed)?, ..others })
        });
        Ok(Streets { graph: give(streets.graph)?, other_gates: other_gates.transpose()?, ..streets })
    }

    /// Where heights come from and what was done to them, in a line: files with their hashes, cells, smoothing, spacing.
    fn described(&self, relief: &Rasters) -> Result<String> {
        let file = |path: &PathBuf| -> Result<String> {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(format!("{name} {}", hash_file(path)?.1))
        };
        let files = self.files.iter().map(file).collect::<Result<Vec<_>>>()?.join(" + ");
        let spacing = HeightOptions::for_relief(relief);
        Ok(format!(
            "{files}; cells of {:.1} m; smoothed {} times; looked at every {:.1} m",
            relief.resolution().0,
            self.passes,
            spacing.spacing.0
        ))
    }
}

/// Several rasters as one.
struct Rasters(Vec<Raster>);

impl Relief for Rasters {
    fn height_at(&self, at: LonLat) -> Option<Meters> {
        self.0.iter().find_map(|raster| raster.height_at(at))
    }

    fn resolution(&self) -> Meters {
        Meters(self.0.iter().map(|raster| raster.resolution().0).fold(f64::INFINITY, f64::min))
    }
}

/// What is told of the heights of streets.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HeightsTold {
    pub source: Option<String>,
    pub edges_with: usize,
    pub edges_without: usize,
    pub links_off_the_ground: usize,
    pub lowest_m: Option<f64>,
    pub highest_m: Option<f64>,
}

impl HeightsTold {
    /// Of a graph; nothing where it has no heights.
    pub(crate) fn of(graph: &WalkGraph) -> Option<Self> {
        if !graph.has_heights() {
            return None;
        }
        let HeightReport { edges_with, edges_without, links_off_the_ground, range, .. } = graph.height_report();
        let [lowest_m, highest_m] = [0, 1].map(|end| range.map(|range| range[end].0));
        let source = graph.about().heights.clone();
        Some(Self { source, edges_with, edges_without, links_off_the_ground, lowest_m, highest_m })
    }

    /// In a line.
    pub(crate) fn line(&self) -> String {
        let range = self.lowest_m.zip(self.highest_m);
        let range = range.map_or_else(String::new, |(low, high)| format!(", {low:.0} to {high:.0} m"));
        format!(
            "{} of {} edges have heights{range}; {} bridges and tunnels",
            whole(self.edges_with as f64),
            whole((self.edges_with + self.edges_without) as f64),
            whole(self.links_off_the_ground as f64)
        )
    }
}

/// Where streets lie, with a margin of some cells for what is between them and for smoothing.
fn grown(bounds: Bounds) -> Bounds {
    bounds.grown(Meters(200.0))
}

/// The bytes of a file, as errors of this module name it.
fn open(path: &Path) -> Result<std::fs::File> {
    std::fs::File::open(path).with_context(|| format!("the elevation {} cannot be read", path.display()))
}
