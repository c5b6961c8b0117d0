//! What the repair list is made from: streets, what stands beside them, and residents.
//!
//! Comes in: a plan. Goes out: everything read. Not here: outlets, standards and zones, which it does not ask.

use std::fs::File;

use anyhow::{Context as _, Result};
use walkshed::WalkGraph;
use walkshed::graph::GraphAbout;
use walkshed::osm::{FeatureSet, RawNetwork, Surroundings, Tags, read_features, read_pbf, read_surroundings};

use crate::area::Area;
use crate::plan::{Plan, ResidentsFrom};
use crate::residents::osm::is_about_dwelling;
use crate::residents::table::Residents;
use crate::run::inputs::{MARGIN, read_who_lives};
use crate::run::manifest::hash_file;
use crate::run::progress::Progress;
use crate::streets::{Counted, Streets, is_graph_file};
use crate::wrong_use::WrongUse;

/// Everything that is read.
pub(crate) struct Inputs {
    pub streets: Streets,
    pub network: RawNetwork,
    pub surroundings: Surroundings,
    pub residents: Residents,
}

impl Inputs {
    /// Reads everything.
    ///
    /// # Errors
    /// When a file cannot be read, is a graph file, or has nothing usable in it.
    pub(crate) fn read(plan: &Plan, progress: &Progress) -> Result<Self> {
        let path = plan.osm.display();
        if let ResidentsFrom::Table(table) = &plan.residents {
            File::open(table).with_context(|| format!("{} cannot be read", table.display()))?;
        }
        if is_graph_file(&plan.osm)? {
            return Err(WrongUse::error(format!(
                "{path} is a graph file and knows neither walls nor the tags of nodes; give the extract itself"
            )));
        }
        let (network, report) = {
            let stage = progress.stage("import streets", Some(size(plan)));
            read_pbf(Counted { inner: open(plan)?, stage: &stage }, &plan.rules).with_context(|| path.to_string())?
        };
        let about = GraphAbout {
            source: plan.osm.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            source_sha256: Some(hash_file(&plan.osm)?.1),
            data_timestamp: report.data_timestamp,
            rules: report.rules.clone(),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let graph = WalkGraph::from_network(&network).with_context(|| path.to_string())?.with_about(about);
        let surroundings = {
            let stage = progress.stage("read walls", Some(2 * size(plan)));
            let source = Counted { inner: open(plan)?, stage: &stage };
            read_surroundings(source, &plan.rules).with_context(|| path.to_string())?
        };
        let features =
            if plan.residents == ResidentsFrom::Osm { dwellings(plan, progress)? } else { FeatureSet::default() };
        let streets = Streets { graph, report: Some(report) };
        let bounds = streets.graph.bounds().context("the graph has no streets")?;
        let residents = read_who_lives(plan, &streets, &features, &Area::around(bounds, MARGIN), progress)?;
        Ok(Self { streets, network, surroundings, residents })
    }
}

fn open(plan: &Plan) -> Result<File> {
    File::open(&plan.osm).with_context(|| format!("the streets in {} cannot be read", plan.osm.display()))
}

fn size(plan: &Plan) -> u64 {
    std::fs::metadata(&plan.osm).map_or(0, |m| m.len())
}

fn dwellings(plan: &Plan, progress: &Progress) -> Result<FeatureSet> {
    let stage = progress.stage("read places", Some(3 * size(plan)));
    let source = Counted { inner: open(plan)?, stage: &stage };
    read_features(source, &|tags: &Tags<'_>| is_about_dwelling(&|key: &str| tags.get(key)))
        .with_context(|| plan.osm.display().to_string())
}
