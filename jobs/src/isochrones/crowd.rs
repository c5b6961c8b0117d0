//! Residents and outlets for isochrones, read as a run reads them.
//!
//! Comes in: flags, the streets. Goes out: a [`Crowd`]. Not here: counting (`inside`).

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use walkshed::osm::{FeatureSet, Tags, read_feature_files};

use super::inside::Crowd;
use crate::plan::outlets::{OutletFlags, OutletsFrom};
use crate::plan::{Overrides, Plan, ResidentsFrom};
use crate::registry::brands::Brands;
use crate::registry::vocabulary::Vocabulary;
use crate::residents::gather::Extent;
use crate::residents::osm::is_about_dwelling;
use crate::run::inputs::MARGIN;
use crate::run::progress::Progress;
use crate::run::registries::{Readers, ensure_outlets, read_registries};
use crate::run::who_lives::{are_by_dwellings, gathered, place_residents};
use crate::streets::{Counted, Streets, graph_among, names, open_all};
use crate::wrong_use::WrongUse;

/// The flags by which it is told who lives and what is offered there.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct CrowdFlags {
    /// Count residents inside of areas, by group: a table with h3 or lon, lat and population, polygons, a raster; or
    /// dwellings of the extract
    #[arg(long, value_name = "FILE|osm")]
    pub residents: Option<String>,
    /// Count outlets and distinct formats inside of areas: a registry; or those of the extract
    #[arg(long, value_name = "FILE|osm")]
    pub outlets: Option<String>,
    /// The datum of the registry: wgs84, gcj02, bd09 or cgcs2000
    #[arg(long, value_name = "NAME", requires = "outlets")]
    pub datum: Option<String>,
}

impl CrowdFlags {
    /// Reads what is asked for; nothing of it when nothing is.
    ///
    /// # Errors
    /// When a file cannot be read, has nothing usable in it, or the extract is asked for and there is a graph file.
    pub(crate) fn read(&self, osm: &[PathBuf], streets: &Streets, progress: &Progress) -> Result<Crowd> {
        let mut crowd = Crowd::default();
        if self.residents.is_none() && self.outlets.is_none() {
            return Ok(crowd);
        }
        let plan = self.plan(osm)?;
        let wants_residents = self.residents.is_some();
        let from_extract = wants_residents && plan.residents == ResidentsFrom::Osm
            || self.outlets.is_some() && plan.outlets.iter().any(|from| matches!(from, OutletsFrom::Osm));
        let graph_file = graph_among(osm)?;
        if let (true, Some(path)) = (from_extract, graph_file) {
            return Err(WrongUse::error(format!(
                "{} is a graph file and holds streets only; give the extract itself, or files of residents and outlets",
                path.display()
            )));
        }
        let vocabulary = Vocabulary::embedded()?;
        let bounds = streets.graph.bounds().context("the graph has no streets")?;
        let extent = Extent::around(bounds, MARGIN);
        let gathered = if wants_residents { gathered(&plan, extent, progress)? } else { None };
        let dwellings = wants_residents && are_by_dwellings(&plan, gathered.as_ref()) && graph_file.is_none();
        let features = if dwellings || from_extract {
            features(&plan, &vocabulary, dwellings, progress)?
        } else {
            FeatureSet::default()
        };
        if wants_residents {
            let known = dwellings.then_some(&features);
            crowd = crowd.with_residents(&place_residents(&plan, streets, gathered, known, &extent)?);
        }
        if self.outlets.is_some() {
            let brands = Brands::load(None, &vocabulary)?;
            let with = Readers {
                vocabulary: &vocabulary,
                brands: &brands,
                graph: &streets.graph,
                area: extent.area(),
                features: &features.features,
                osm,
            };
            let registry = read_registries(&plan.outlets, plan.doubles, &with, progress)?;
            ensure_outlets(&registry, osm)?;
            crowd = crowd.with_outlets(&registry);
        }
        Ok(crowd)
    }

    /// The plan of a run that reads the same.
    fn plan(&self, osm: &[PathBuf]) -> Result<Plan> {
        let outlets = OutletFlags {
            sources: vec![self.outlets.clone().unwrap_or_else(|| "osm".to_owned())],
            datums: self.datum.clone().into_iter().collect(),
            ..OutletFlags::default()
        };
        let flags = Overrides {
            osm: osm.to_vec(),
            residents: Some(self.residents.clone().unwrap_or_else(|| "streets".to_owned())),
            outlets,
            // A plan needs a standard; areas ask none.
            standard: Some("six-ones".to_owned()),
            ..Overrides::default()
        };
        Plan::new(None, flags)
    }
}

/// The features of the extract that are wanted, in one reading.
fn features(plan: &Plan, vocabulary: &Vocabulary, dwellings: bool, progress: &Progress) -> Result<FeatureSet> {
    let (sources, bytes) = open_all(&plan.osm)?;
    let stage = progress.stage("read places", Some(3 * bytes));
    let sources = sources.into_iter().map(|inner| Counted { inner, stage: &stage });
    let wanted = |tags: &Tags<'_>| {
        let tag = |key: &str| tags.get(key);
        dwellings && is_about_dwelling(&tag) || vocabulary.is_outlet(&tag)
    };
    read_feature_files(sources, &wanted).with_context(|| names(&plan.osm))
}
