//! The made-up city 澄湖市: a folder with everything that a run needs, at any size.
//!
//! Comes in: a seed and a size. Goes out: an OSM extract, a registry of outlets, residents, zones, the configuration of
//! a run, and a README. Not here: the command line (`commands::sample`).
//!
//! ```text
//! size -> city     street lines, river, railway, what each block is for; a few numbers per line
//!         block    how a block is divided, and where it reaches the streets
//!         streets  crossroads and the stretches between them
//!         draw     what fills a tile; homes and outlets settle in it
//!         files    each tile drawn twice, nodes first and then ways, so that memory does not grow with the city
//! ```
//!
//! Everything is drawn on a plan of right angles ([`plane`]), which is then bent onto the ground. All chance comes from
//! [`random`], by purpose and place, so that a tile can be drawn by itself and the same seed gives the same bytes.

mod amap;
mod block;
mod city;
mod draw;
mod files;
mod homes;
mod names;
mod outlets;
mod plane;
pub(crate) mod random;
mod registry;
mod size;
mod sketch;
mod streets;
mod texts;
mod zones;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

pub(crate) use self::registry::write_registry;
pub(crate) use self::size::CitySize;

/// How much there is in a sample city.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// OSM nodes.
    pub(crate) nodes: u64,
    /// OSM ways.
    pub(crate) ways: u64,
    /// OSM relations.
    pub(crate) relations: u64,
    /// Rows of the registry.
    pub(crate) outlets: u64,
    /// Rows of the registry as a map service has it, with doubles and rows of no use.
    pub(crate) amap_rows: u64,
    /// Outlets of each format; one with several formats counts once for each.
    pub(crate) outlets_by_format: BTreeMap<&'static str, u64>,
    /// People.
    pub(crate) residents: u64,
    /// H3 cells with residents.
    pub(crate) cells: u64,
    /// Communities.
    pub(crate) zones: u64,
}

/// Writes the city of `seed` into `folder`, which exists; files of the same names are replaced.
///
/// The bytes depend on the seed and the size alone.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn write_city(seed: u64, size: CitySize, folder: &Path) -> Result<Summary> {
    let city = city::City::new(seed, size.districts());
    let mut summary = Summary::default();
    files::write(&city, folder, &mut summary)?;

    let mut zones = files::create(&folder.join("zones.geojson"))?;
    summary.zones = zones::write(&city, &mut zones)? as u64;
    zones.flush().context("zones.geojson cannot be written")?;
    for (name, text) in [
        ("walkshed.toml", texts::config()),
        ("walkshed-amap.toml", texts::amap_config()),
        ("README.md", texts::readme(seed, size, &summary)),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(summary)
}

#[cfg(test)]
mod tests;
