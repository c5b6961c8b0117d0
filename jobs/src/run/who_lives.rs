//! Who lives where: residents of a file, of the extract, or of the streets.
//!
//! Comes in: a plan, the streets, the features of the extract. Goes out: residents in cells, and where in the cells walks
//! begin. Not here: reading each kind of file, and the features.
//!
//! A file is read first, because it says whether the dwellings of the extract are needed.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use walkshed::osm::FeatureSet;

use super::progress::Progress;
use crate::plan::residents::OriginsAt;
use crate::plan::{Plan, ResidentsFrom};
use crate::residents::gather::{Extent, Gathered, Reading, gather};
use crate::residents::known::Known;
use crate::residents::origins::{HomePoints, Origins};
use crate::residents::osm::Dwellings;
use crate::residents::streets::cells_along;
use crate::residents::tally::Residents;
use crate::streets::{Streets, names};
use crate::wrong_use::WrongUse;

/// How many places of homes are kept in a cell to tell in which zone most of its residents live.
const HOMES_FOR_ZONES: usize = 4;

/// The files that residents are read from, those of groups included.
pub(crate) fn files_of(residents: &ResidentsFrom) -> Vec<PathBuf> {
    let ResidentsFrom::File(file) = residents else { return Vec::new() };
    let groups = file.group_rasters().map(|(_, path)| path).filter(|_| file.is_raster());
    std::iter::once(file.path.clone()).chain(groups).collect()
}

/// Residents of a file, as far as they can be placed without the extract.
///
/// # Errors
/// When the file cannot be read, or has nothing usable in it.
pub(crate) fn gathered<'c>(plan: &Plan, extent: Extent<'c>, progress: &Progress) -> Result<Option<Gathered<'c>>> {
    let ResidentsFrom::File(file) = &plan.residents else { return Ok(None) };
    let _stage = progress.stage("read residents", None);
    let reading = Reading {
        asked: plan.resolution_asked.then_some(plan.resolution),
        usual: plan.resolution,
        extent: Some(extent),
        homes_per_cell: match plan.origins {
            OriginsAt::Points(most) => most,
            OriginsAt::Centre if plan.zones.is_empty() => 0,
            OriginsAt::Centre => HOMES_FOR_ZONES,
        },
    };
    Ok(Some(gather(file, &reading)?))
}

/// Whether residents come to cells by the dwellings of the extract: because these are the residents, or because residents
/// are divided by them.
pub(crate) fn are_by_dwellings(plan: &Plan, gathered: Option<&Gathered<'_>>) -> bool {
    plan.residents == ResidentsFrom::Osm || gathered.is_some_and(Gathered::asks_for_dwellings)
}

/// Whether walks begin at the dwellings of the extract.
///
/// # Errors
/// When they do, and there is a graph file in place of the extract.
pub(super) fn begin_at_dwellings(
    plan: &Plan,
    gathered: Option<&Gathered<'_>>,
    graph_file: Option<&Path>,
) -> Result<bool> {
    let begin_there = plan.origins != OriginsAt::Centre && !gathered.is_some_and(Gathered::has_homes);
    match graph_file.filter(|_| begin_there) {
        None => Ok(begin_there),
        Some(path) => Err(WrongUse::error(format!(
            "{} is a graph file and holds streets only, so it is not known where in a cell the homes are; give the \
             extract itself, residents as points, or origins = \"centre\"",
            path.display()
        ))),
    }
}

/// Residents in cells. `features` are those of the extract, where its dwellings were read.
///
/// # Errors
/// When nobody is known to live there.
pub(crate) fn place_residents(
    plan: &Plan,
    streets: &Streets,
    gathered: Option<Gathered<'_>>,
    features: Option<&FeatureSet>,
    extent: &Extent<'_>,
) -> Result<Residents> {
    let dwellings = || features.map(|set| Dwellings::of(&set.features));
    let Some(gathered) = gathered else {
        let mut residents = match (&plan.residents, dwellings()) {
            (ResidentsFrom::Osm, Some(dwellings)) => dwellings.residents(plan.resolution),
            _ => cells_along(&streets.graph, plan.resolution),
        };
        // These have no groups, which would have to be kept in step. Rows of a file that lie outside are rejected as they
        // are placed.
        residents.cells.retain(|cell| extent.area().has_home(cell.at));
        ensure!(
            !residents.cells.is_empty(),
            "{} has no dwellings and no residential land, so nobody is known to live there; give --residents FILE (h3 \
             or lon,lat with population), or --residents streets to count every cell along a street once",
            names(&plan.osm)
        );
        return Ok(residents);
    };
    let resolution = gathered.resolution();
    let dwellings = if gathered.asks_for_dwellings() { dwellings() } else { None };
    gathered.place(&Known::new(dwellings, &streets.graph, resolution))
}

/// Where in the cells walks begin; and where the residents live, if that is known, zones ask for it and it is elsewhere.
pub(super) fn origins_of(
    plan: &Plan,
    residents: &mut Residents,
    features: Option<&FeatureSet>,
) -> (Origins, Option<Origins>) {
    let homes = residents.homes.take();
    let of_buildings = |residents: &Residents, most| {
        let buildings = features.map(|set| Dwellings::of(&set.features).buildings).unwrap_or_default();
        HomePoints::of_buildings(&buildings, residents.resolution, most)
    };
    match plan.origins {
        OriginsAt::Points(most) => {
            let homes = homes.unwrap_or_else(|| of_buildings(residents, most));
            (Origins::at_homes(residents, &homes), None)
        }
        OriginsAt::Centre if plan.zones.is_empty() => (Origins::at_centres(residents), None),
        OriginsAt::Centre => {
            let homes = homes.or_else(|| features.map(|_| of_buildings(residents, HOMES_FOR_ZONES)));
            (Origins::at_centres(residents), homes.map(|homes| Origins::at_homes(residents, &homes)))
        }
    }
}
