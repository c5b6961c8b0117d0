//! All inputs of a run, read and counted.
//!
//! Comes in: a plan. Goes out: streets, residents, outlets, zones, standard, vocabulary. Not here: putting them together.

use std::fs::File;

use anyhow::{Context as _, Result};
use walkshed::Meters;
use walkshed::osm::{FeatureSet, Tags, read_feature_files};

use super::progress::Progress;
use super::registries::{Readers, ensure_outlets, read_registries};
use super::who_lives::{are_by_dwellings, begin_at_dwellings, files_of, gathered, origins_of, place_residents};
use crate::clip::Clip;
use crate::plan::outlets::OutletsFrom;
use crate::plan::{Plan, ResidentsFrom};
use crate::registry::brands::Brands;
use crate::registry::outlets::Registry;
use crate::registry::standards::{self, StandardFile};
use crate::registry::vocabulary::Vocabulary;
use crate::residents::gather::Extent;
use crate::residents::origins::Origins;
use crate::residents::osm::is_about_dwelling;
use crate::residents::tally::Residents;
use crate::streets::{Counted, Streets, graph_among, load_files, load_with_all_gates, names, open_all};
use crate::wrong_use::WrongUse;
use crate::zones::{CellsByZone, ZoneLayer};

/// Rows of tables may lie this far from the streets; what lies farther belongs to another city. An hour's walk.
pub(crate) const MARGIN: Meters = Meters(5_000.0);

/// Everything that a run reads.
pub(crate) struct Inputs {
    pub vocabulary: Vocabulary,
    pub standard: StandardFile,
    pub streets: Streets,
    pub residents: Residents,
    /// Where in the cells walks begin.
    pub origins: Origins,
    pub outlets: Registry,
    pub brands: Brands,
    /// Buildings, land and outlets of the extract that could not be placed because parts of them are not in it.
    pub incomplete_features: u64,
    /// Layers of zones, the main one first.
    pub zones: Vec<ZoneLayer>,
    /// Where in the cells their residents live, where that is known and walks begin at centres all the same.
    pub homes: Option<Origins>,
}

impl Inputs {
    /// Reads everything, the quick things first, so that a wrong name is found before a large file is read.
    ///
    /// # Errors
    /// When a file cannot be read, or has nothing usable in it.
    pub(crate) fn read(plan: &Plan, progress: &Progress) -> Result<Self> {
        let vocabulary = plan.vocabulary.as_deref().map_or_else(Vocabulary::embedded, Vocabulary::load)?;
        let brands = Brands::load(plan.brands.as_deref(), &vocabulary)?;
        let mut standard = standards::load(&plan.standard, &vocabulary)?;
        for requirement in standard.standard.requirements.iter_mut().filter(|one| one.at.is_none()) {
            requirement.at = plan.open_at;
        }
        standards::that_can_be_run(&standard.standard)?;
        let zones = ZoneLayer::read_all(&plan.zones)?;
        let outlet_tables = plan.outlets.iter().filter_map(OutletsFrom::table).map(|table| table.path.clone());
        for path in files_of(&plan.residents).into_iter().chain(outlet_tables) {
            File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        }
        let needs_extract = plan.residents == ResidentsFrom::Osm || outlets_of_osm(plan);
        let graph_file = graph_among(&plan.osm)?;
        if let (true, Some(path)) = (needs_extract, graph_file) {
            return Err(WrongUse::error(format!(
                "{} is a graph file and holds streets only; give the extract itself, or --residents FILE|streets and \
                 --outlets FILE",
                path.display()
            )));
        }
        let clip = plan.clip.as_ref().map(|(path, buffer)| Clip::read(path, *buffer)).transpose()?;
        let load = if plan.all_gates { load_with_all_gates } else { load_files };
        let streets = load(&plan.osm, clip.as_ref(), &plan.rules, progress)?;
        let streets = plan.elevation.give_to(streets, progress)?;
        let bounds = streets.graph.bounds().context("the graph has no streets")?;
        let extent = Extent::around(bounds, MARGIN).with_homes_in(clip.as_ref());
        let gathered = gathered(plan, extent, progress)?;
        let by_dwellings = are_by_dwellings(plan, gathered.as_ref()) && graph_file.is_none();
        let dwellings = begin_at_dwellings(plan, gathered.as_ref(), graph_file)? || by_dwellings;
        let features = if dwellings || outlets_of_osm(plan) {
            read_wanted(plan, &vocabulary, dwellings, progress)?
        } else {
            FeatureSet::default()
        };
        let (residents, origins, homes) = {
            let _stage = progress.stage("place residents", None);
            let known = dwellings.then_some(&features);
            let mut residents = place_residents(plan, &streets, gathered, known, &extent)?;
            let (origins, homes) = origins_of(plan, &mut residents, known);
            (residents, origins, homes)
        };
        let with = Readers {
            vocabulary: &vocabulary,
            brands: &brands,
            graph: &streets.graph,
            area: extent.area(),
            features: &features.features,
            osm: &plan.osm,
        };
        let outlets = read_registries(&plan.outlets, plan.doubles, &with, progress)?;
        ensure_outlets(&outlets, &plan.osm)?;
        Ok(Self {
            vocabulary,
            standard,
            streets,
            residents,
            origins,
            outlets,
            brands,
            incomplete_features: features.incomplete,
            zones,
            homes,
        })
    }

    /// The cells of a layer of zones, by where their residents live.
    pub(crate) fn cells_by_zone(&self, layer: &ZoneLayer) -> CellsByZone {
        let homes = self.homes.as_ref().unwrap_or(&self.origins);
        let cells = self.residents.cells.iter().enumerate();
        layer.assign_cells(cells.map(|(number, cell)| (cell.cell, &homes.points[homes.of_cell(number)])))
    }
}

fn outlets_of_osm(plan: &Plan) -> bool {
    plan.outlets.iter().any(|from| matches!(from, OutletsFrom::Osm))
}

/// The features of the extract that the run needs, in one reading.
fn read_wanted(plan: &Plan, vocabulary: &Vocabulary, dwellings: bool, progress: &Progress) -> Result<FeatureSet> {
    let (files, bytes) = open_all(&plan.osm)?;
    let stage = progress.stage("read places", Some(3 * bytes));
    let outlets = outlets_of_osm(plan);
    let wanted = |tags: &Tags<'_>| {
        let tag = |key: &str| tags.get(key);
        dwellings && is_about_dwelling(&tag) || outlets && vocabulary.is_outlet(&tag)
    };
    let sources = files.into_iter().map(|inner| Counted { inner, stage: &stage });
    read_feature_files(sources, &wanted).with_context(|| names(&plan.osm))
}
