//! The registries of a run, read into one, with their datums checked.
//!
//! Comes in: where outlets come from, the streets, and the features of the extract. Goes out: a [`Registry`] in which
//! doubles are found and, if so told, dropped. Not here: the readers; and files whose datum nobody declares, or whose datum
//! the streets contradict, are refused.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use walkshed::WalkGraph;
use walkshed::osm::{Feature, Tags, read_feature_files};

use super::progress::Progress;
use crate::area::Area;
use crate::datum::Datum;
use crate::plan::outlets::{Doubles, OutletsFrom, undeclared};
use crate::registry::brands::Brands;
use crate::registry::duplicates;
use crate::registry::fit::{self, DatumFit, Surroundings, fit};
use crate::registry::mapping::Mapper;
use crate::registry::osm::add_outlets;
use crate::registry::outlets::Registry;
use crate::registry::outlines::Outlines;
use crate::registry::reading::{OutletReader, OutletTable, declares_crs, sample_positions};
use crate::registry::vocabulary::Vocabulary;
use crate::report::datum_hint::hint;
use crate::report::summary::Language;
use crate::streets::{graph_among, open_all};
use crate::wrong_use::WrongUse;

/// What registries are read with.
pub(crate) struct Readers<'a> {
    pub vocabulary: &'a Vocabulary,
    pub brands: &'a Brands,
    pub graph: &'a WalkGraph,
    pub area: &'a Area<'a>,
    pub features: &'a [Feature],
    /// The files that the streets are from.
    pub osm: &'a [PathBuf],
}

/// Reads all registries in their order, and finds doubles among them.
///
/// # Errors
/// When a file cannot be used, or its datum is not declared or contradicted by the streets.
pub(crate) fn read_registries(
    from: &[OutletsFrom],
    doubles: Doubles,
    with: &Readers<'_>,
    progress: &Progress,
) -> Result<Registry> {
    let mut registry = Registry::default();
    let mapper = Mapper::new(with.vocabulary)?;
    let mut reader = OutletReader { mapper, brands: with.brands, area: Some(with.area), progress };
    for source in from {
        match source {
            OutletsFrom::Osm => add_outlets(with.features, &mut reader.mapper, with.brands, &mut registry),
            OutletsFrom::Table(table) => {
                let (datum, fit) = {
                    let _stage = progress.stage("fit the datum", None);
                    checked_datum(table, with)?
                };
                reader.read(&OutletTable { datum: Some(datum), ..table.clone() }, &mut registry)?;
                if let Some(source) = registry.sources.last_mut() {
                    source.fit = fit;
                }
            }
        }
    }
    let _stage = progress.stage("find doubles", None);
    duplicates::find(&mut registry, doubles.limits);
    if doubles.drop {
        duplicates::drop_doubles(&mut registry, &mut reader.mapper);
    }
    Ok(registry)
}

/// The datum of a table, declared or that of the coordinate system that the file names; and how well it fits the streets,
/// where that was looked at.
fn checked_datum(table: &OutletTable, with: &Readers<'_>) -> Result<(Datum, Option<DatumFit>)> {
    if table.trusted
        && let Some(datum) = table.datum
    {
        return Ok((datum, None));
    }
    let declared = match table.datum {
        None if declares_crs(table)? => Some(Datum::Wgs84),
        declared => declared,
    };
    let around = Surroundings { graph: with.graph, area: with.area };
    let known = || Outlines::of(with.features).map_or_else(|| buildings_of(with.osm), |outlines| Ok(Some(outlines)));
    let fit = fit(around, &sample_positions(table, fit::SAMPLED)?, known)?;
    let Some(declared) = declared else {
        return Err(undeclared(&table.path, |language| hint(&fit, language)));
    };
    if let Some(other) = fit.contradicts(declared) {
        return Err(contradicted(table, declared, other, &fit));
    }
    Ok((declared, Some(fit)))
}

/// Extracts larger than this are not read once more for their buildings: those of a province would fill the memory, and
/// its registries have outlets enough for the streets to tell.
const LARGEST_EXTRACT: u64 = 256 << 20;

/// The buildings of some extracts; nothing when there is none, when the streets are from a graph file, or when the extracts
/// are too large to be read for this alone.
///
/// # Errors
/// When an extract cannot be read.
pub(crate) fn buildings_of(osm: &[PathBuf]) -> Result<Option<Outlines>> {
    if graph_among(osm)?.is_some() {
        return Ok(None);
    }
    let (files, bytes) = open_all(osm)?;
    if bytes > LARGEST_EXTRACT {
        return Ok(None);
    }
    let wanted = |tags: &Tags<'_>| tags.get("building").is_some();
    let found = read_feature_files(files, &wanted).with_context(|| crate::streets::names(osm))?;
    Ok(Outlines::of(&found.features))
}

fn contradicted(table: &OutletTable, declared: Datum, other: Datum, fit: &DatumFit) -> anyhow::Error {
    let name = table.name();
    WrongUse::error(format!(
        "{} is declared to be in {declared}, but does not fit the streets so. {} Say --datum {other}; or, if {declared} is \
         certain, --trust-datum (trust_datum = true in [outlets]).\n{name} 声明的坐标系为 {declared}，但与路网不符。{}请改用 \
         --datum {other}；若确认无误，用 --trust-datum。",
        table.path.display(),
        hint(fit, Language::En),
        hint(fit, Language::Zh)
    ))
}

/// That something in a registry can be used.
///
/// # Errors
/// When nothing can.
pub(crate) fn ensure_outlets(registry: &Registry, osm: &[PathBuf]) -> Result<()> {
    ensure!(
        !registry.outlets.is_empty(),
        "{} has no shop or amenity of any known format; give a registry with --outlets FILE",
        crate::streets::names(osm)
    );
    ensure!(
        registry.outlets.iter().any(crate::registry::outlets::Outlet::counts),
        "all {} outlets are closed, as their sources say; look at the column of the status",
        registry.outlets.len()
    );
    Ok(())
}
