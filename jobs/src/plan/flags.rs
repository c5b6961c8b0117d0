//! The flags that many commands share: the city to look at, and where its results go.
//!
//! Comes in: the command line. Goes out: [`CityFlags`] as [`Overrides`], and [`OutputFlags`]. Not here: what a command alone
//! asks, and deciding.

use std::path::PathBuf;

use clap::Args;

use super::Overrides;
use super::residents::ResidentsFlags;
use crate::clip::ClipFlags;
use crate::models::WalkerFlags;
use crate::report::summary::Language;
use crate::streets::AccessFlags;

/// The streets, the residents and the walker.
#[derive(Debug, Args)]
pub(crate) struct CityFlags {
    /// A config file (walkshed.toml); flags win over it
    pub config: Option<PathBuf>,
    /// Streets: an OpenStreetMap extract (.osm.pbf), several of them (give --osm again for each), or a graph file
    #[arg(long, value_name = "FILE")]
    osm: Vec<PathBuf>,
    #[command(flatten)]
    clip: ClipFlags,
    #[command(flatten)]
    access: AccessFlags,
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
    #[command(flatten)]
    walker: WalkerFlags,
    /// How far a cell or an outlet may lie from its street, in metres [default: 300]
    #[arg(long, value_name = "M")]
    max_snap: Option<f64>,
    /// Street pieces with fewer OSM nodes are islands, avoided where another street is near; 0 keeps all [default: 200]
    #[arg(long, value_name = "N")]
    min_component: Option<u32>,
    /// What to call the results
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Write CSV beside the Parquet tables
    #[arg(long)]
    csv: bool,
}

impl CityFlags {
    /// What they say; all else is left as it is.
    pub(crate) fn overrides(self) -> Overrides {
        Overrides {
            title: self.title,
            osm: self.osm,
            clip: self.clip.clip,
            clip_buffer: self.clip.clip_buffer,
            rules: self.access.rules,
            gates: self.access.gates,
            at: self.access.at,
            residents: self.residents,
            resolution: self.resolution,
            about_residents: self.about_residents,
            model: self.walker.model,
            speed: self.walker.speed,
            elevation: self.walker.elevation,
            max_snap: self.max_snap,
            min_component: self.min_component,
            csv: self.csv,
            ..Overrides::default()
        }
    }
}

/// Where results go, and how they are told.
#[derive(Clone, Debug, Args)]
pub(crate) struct OutputFlags {
    /// The folder for the results
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Replace the folder if an earlier call wrote it
    #[arg(long)]
    pub overwrite: bool,
    /// The language of the summary, and of reports
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub lang: Language,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}
