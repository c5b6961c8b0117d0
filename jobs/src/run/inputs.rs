//! All inputs of a run, read and counted.
//!
//! Comes in: a plan. Goes out: streets, residents, outlets, zones, standard, vocabulary. Not here: putting them together.

use std::fs::File;

use anyhow::{Context as _, Result, ensure};
use walkshed::Meters;
use walkshed::osm::{FeatureSet, Tags, read_feature_files};

use super::progress::Progress;
use super::registries::{Readers, ensure_outlets, read_registries};
use crate::area::Area;
use crate::clip::Clip;
use crate::plan::outlets::OutletsFrom;
use crate::plan::{Plan, ResidentsFrom};
use crate::registry::brands::Brands;
use crate::registry::outlets::Registry;
use crate::registry::standards::{self, StandardFile};
use crate::registry::vocabulary::Vocabulary;
use crate::residents::osm::{dwelling_floor, is_about_dwelling};
use crate::residents::streets::cells_along;
use crate::residents::table::{Residents, read_residents};
use crate::streets::{Counted, Streets, graph_among, load_files, load_with_all_gates, names, open_all};
use crate::wrong_use::WrongUse;
use crate::zones::ZoneLayer;

/// Rows of tables may lie this far from the streets; what lies farther belongs to another city. An hour's walk.
pub(crate) const MARGIN: Meters = Meters(5_000.0);

/// Everything that a run reads.
pub(crate) struct Inputs {
    pub vocabulary: Vocabulary,
    pub standard: StandardFile,
    pub streets: Streets,
    pub residents: Residents,
    pub outlets: Registry,
    pub brands: Brands,
    /// Buildings, land and outlets of the extract that could not be placed because parts of them are not in it.
    pub incomplete_features: u64,
    pub zones: Option<ZoneLayer>,
}

impl Inputs {
    /// Reads everything, the quick things first, so that a wrong name is found before a large file is read.
    ///
    /// # Errors
    /// When a file cannot be read, or has nothing usable in it.
    pub(crate) fn read(plan: &Plan, progress: &Progress) -> Result<Self> {
        let vocabulary = plan.vocabulary.as_deref().map_or_else(Vocabulary::embedded, Vocabulary::load)?;
        let brands = Brands::load(plan.brands.as_deref(), &vocabulary)?;
        let standard = standards::load(&plan.standard, &vocabulary)?;
        let zones = plan.zones.as_ref().map(|z| ZoneLayer::read(&z.path, z.id.as_deref(), z.name.as_deref()));
        let zones = zones.transpose()?;
        let outlet_tables = plan.outlets.iter().filter_map(OutletsFrom::table);
        for path in table_of(&plan.residents).into_iter().chain(outlet_tables.map(|table| table.path.as_path())) {
            File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        }
        let needs_extract = plan.residents == ResidentsFrom::Osm || outlets_of_osm(plan);
        if let (true, Some(path)) = (needs_extract, graph_among(&plan.osm)?) {
            return Err(WrongUse::error(format!(
                "{} is a graph file and holds streets only; give the extract itself, or --residents FILE|streets and \
                 --outlets FILE",
                path.display()
            )));
        }
        let clip = plan.clip.as_ref().map(|(path, buffer)| Clip::read(path, *buffer)).transpose()?;
        let load = if plan.all_gates { load_with_all_gates } else { load_files };
        let streets = load(&plan.osm, clip.as_ref(), &plan.rules, progress)?;
        let features = if needs_extract { read_wanted(plan, &vocabulary, progress)? } else { FeatureSet::default() };
        let bounds = streets.graph.bounds().context("the graph has no streets")?;
        let area = Area::around(bounds, MARGIN).with_homes_in(clip.as_ref());
        let residents = read_who_lives(plan, &streets, &features, &area, progress)?;
        let with = Readers {
            vocabulary: &vocabulary,
            brands: &brands,
            graph: &streets.graph,
            area: &area,
            features: &features.features,
        };
        let outlets = read_registries(&plan.outlets, plan.doubles, &with, progress)?;
        ensure_outlets(&outlets, &plan.osm)?;
        Ok(Self {
            vocabulary,
            standard,
            streets,
            residents,
            outlets,
            brands,
            incomplete_features: features.incomplete,
            zones,
        })
    }
}

fn table_of(residents: &ResidentsFrom) -> Option<&std::path::Path> {
    if let ResidentsFrom::Table(path) = residents { Some(path) } else { None }
}

fn outlets_of_osm(plan: &Plan) -> bool {
    plan.outlets.iter().any(|from| matches!(from, OutletsFrom::Osm))
}

/// The features of the extract that the run needs, in one reading.
fn read_wanted(plan: &Plan, vocabulary: &Vocabulary, progress: &Progress) -> Result<FeatureSet> {
    let (files, bytes) = open_all(&plan.osm)?;
    let stage = progress.stage("read places", Some(3 * bytes));
    let (dwellings, outlets) = (plan.residents == ResidentsFrom::Osm, outlets_of_osm(plan));
    let wanted = |tags: &Tags<'_>| {
        let tag = |key: &str| tags.get(key);
        dwellings && is_about_dwelling(&tag) || outlets && vocabulary.is_outlet(&tag)
    };
    let sources = files.into_iter().map(|inner| Counted { inner, stage: &stage });
    read_feature_files(sources, &wanted).with_context(|| names(&plan.osm))
}

/// Reads or derives residents.
///
/// # Errors
/// When the table cannot be read, or nobody is known to live there.
pub(crate) fn read_who_lives(
    plan: &Plan,
    streets: &Streets,
    features: &FeatureSet,
    area: &Area<'_>,
    progress: &Progress,
) -> Result<Residents> {
    let _stage = progress.stage("place residents", None);
    let mut residents = match &plan.residents {
        ResidentsFrom::Table(path) => read_residents(path, plan.resolution, Some(area))?,
        ResidentsFrom::Streets => cells_along(&streets.graph, plan.resolution),
        ResidentsFrom::Osm => dwelling_floor(&features.features, plan.resolution),
    };
    if !matches!(plan.residents, ResidentsFrom::Table(_)) {
        // Cells that were made from streets and dwellings; rows of a table that lie outside have been rejected by now.
        residents.cells.retain(|cell| area.has_home(cell.at));
    }
    ensure!(
        !residents.cells.is_empty(),
        "{} has no dwellings and no residential land, so nobody is known to live there; give --residents FILE (h3 or \
         lon,lat with population), or --residents streets to count every cell along a street once",
        names(&plan.osm)
    );
    Ok(residents)
}
