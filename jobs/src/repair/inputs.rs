//! What the repair list is made from: streets, what stands beside them, and residents.
//!
//! Comes in: a plan. Goes out: everything read. Not here: outlets, standards and zones, which it does not ask.

use std::fs::File;

use anyhow::{Context as _, Result};
use walkshed::osm::{
    CompoundSet, FeatureSet, RawNetwork, Surroundings, Tags, read_compounds, read_feature_files, read_surroundings,
};

use crate::clip::Clip;
use crate::plan::Plan;
use crate::residents::gather::Extent;
use crate::residents::osm::is_about_dwelling;
use crate::residents::tally::Residents;
use crate::run::inputs::MARGIN;
use crate::run::progress::Progress;
use crate::run::who_lives::{are_by_dwellings, files_of, gathered, place_residents};
use crate::streets::{Counted, Streets, graph_among, import, names, open_all};
use crate::wrong_use::WrongUse;

/// Everything that is read.
pub(crate) struct Inputs {
    pub streets: Streets,
    pub network: RawNetwork,
    pub surroundings: Surroundings,
    pub compounds: CompoundSet,
    pub residents: Residents,
}

impl Inputs {
    /// Reads everything.
    ///
    /// # Errors
    /// When a file cannot be read, is a graph file, or has nothing usable in it.
    pub(crate) fn read(plan: &Plan, progress: &Progress) -> Result<Self> {
        for file in files_of(&plan.residents) {
            File::open(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        }
        if let Some(path) = graph_among(&plan.osm)? {
            return Err(WrongUse::error(format!(
                "{} is a graph file and knows neither walls nor the tags of nodes; give the extract itself",
                path.display()
            )));
        }
        let clip = plan.clip.as_ref().map(|(path, buffer)| Clip::read(path, *buffer)).transpose()?;
        let (streets, network) = import(&plan.osm, clip.as_ref(), &plan.rules, progress)?;
        let streets = plan.elevation.give_to(streets, progress)?;
        let surroundings = {
            let (sources, bytes) = open_all(&plan.osm)?;
            let stage = progress.stage("read walls", Some(2 * bytes));
            let sources = sources.into_iter().map(|inner| Counted { inner, stage: &stage });
            read_surroundings(sources, &plan.rules).with_context(|| names(&plan.osm))?
        };
        let compounds = {
            let (mut sources, _) = open_all(&plan.osm)?;
            let _stage = progress.stage("find compounds", None);
            let mut found = read_compounds(&mut sources, &plan.rules).with_context(|| names(&plan.osm))?;
            found.compounds.retain(|compound| clip.as_ref().is_none_or(|clip| clip.contains(compound.centre)));
            found
        };
        let bounds = streets.graph.bounds().context("the graph has no streets")?;
        let extent = Extent::around(bounds, MARGIN).with_homes_in(clip.as_ref());
        let gathered = gathered(plan, extent, progress)?;
        let features = are_by_dwellings(plan, gathered.as_ref()).then(|| dwellings(plan, progress)).transpose()?;
        let _stage = progress.stage("place residents", None);
        let residents = place_residents(plan, &streets, gathered, features.as_ref(), &extent)?;
        Ok(Self { streets, network, surroundings, compounds, residents })
    }
}

/// The dwellings of the extract.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn dwellings(plan: &Plan, progress: &Progress) -> Result<FeatureSet> {
    let (sources, bytes) = open_all(&plan.osm)?;
    let stage = progress.stage("read places", Some(3 * bytes));
    let sources = sources.into_iter().map(|inner| Counted { inner, stage: &stage });
    read_feature_files(sources, &|tags: &Tags<'_>| is_about_dwelling(&|key: &str| tags.get(key)))
        .with_context(|| names(&plan.osm))
}
