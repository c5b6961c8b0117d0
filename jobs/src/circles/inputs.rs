//! What circles are drawn from: streets, residents, the zones to be grouped and the borders to be kept.
//!
//! Comes in: a plan. Goes out: everything read. Not here: outlets and standards, which it does not ask.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::clip::Clip;
use crate::plan::zones::the_only;
use crate::plan::{Plan, ResidentsFrom};
use crate::repair::inputs::dwellings;
use crate::residents::gather::Extent;
use crate::residents::tally::Residents;
use crate::run::inputs::MARGIN;
use crate::run::progress::Progress;
use crate::run::who_lives::{are_by_dwellings, files_of, gathered, place_residents};
use crate::streets::{Streets, graph_among, load_files};
use crate::wrong_use::WrongUse;
use crate::zones::ZoneLayer;

/// Everything that is read.
pub(crate) struct Inputs {
    pub streets: Streets,
    pub residents: Residents,
    /// The zones to be grouped; nothing when cells are.
    pub zones: Option<ZoneLayer>,
    /// Areas whose borders no circle crosses.
    pub within: Option<ZoneLayer>,
}

impl Inputs {
    /// Reads everything, the quick things first.
    ///
    /// # Errors
    /// When a file cannot be read, or has nothing usable in it.
    pub(crate) fn read(plan: &Plan, of_cells: bool, within: Option<&Path>, progress: &Progress) -> Result<Self> {
        the_only(&plan.zones)?;
        let zones = if of_cells { None } else { ZoneLayer::read_all(&plan.zones)?.pop() };
        let within = within.map(|path| ZoneLayer::read(path, None, None)).transpose()?;
        for file in files_of(&plan.residents) {
            File::open(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        }
        let graph_file = graph_among(&plan.osm)?;
        if let (ResidentsFrom::Osm, Some(path)) = (&plan.residents, graph_file) {
            return Err(WrongUse::error(format!(
                "{} is a graph file and holds streets only; give the extract itself, or --residents FILE|streets",
                path.display()
            )));
        }
        let clip = plan.clip.as_ref().map(|(path, buffer)| Clip::read(path, *buffer)).transpose()?;
        let streets = load_files(&plan.osm, clip.as_ref(), &plan.rules, progress)?;
        let streets = plan.elevation.give_to(streets, progress)?;
        let bounds = streets.graph.bounds().context("the graph has no streets")?;
        let extent = Extent::around(bounds, MARGIN).with_homes_in(clip.as_ref());
        let gathered = gathered(plan, extent, progress)?;
        let by_dwellings = are_by_dwellings(plan, gathered.as_ref()) && graph_file.is_none();
        let features = by_dwellings.then(|| dwellings(plan, progress)).transpose()?;
        let _stage = progress.stage("place residents", None);
        let residents = place_residents(plan, &streets, gathered, features.as_ref(), &extent)?;
        Ok(Self { streets, residents, zones, within })
    }
}
