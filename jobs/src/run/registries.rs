//! The registries of a run, read into one, with their datums checked.
//!
//! Comes in: where outlets come from, the streets, and the features of the extract. Goes out: a [`Registry`] in which
//! doubles are found and, if so told, dropped. Not here: the readers; and files whose datum nobody declares, or whose datum
//! the streets contradict, are refused.

use anyhow::{Result, ensure};
use walkshed::WalkGraph;
use walkshed::osm::Feature;

use super::progress::Progress;
use crate::area::Area;
use crate::datum::Datum;
use crate::plan::outlets::{Doubles, OutletsFrom, undeclared};
use crate::registry::brands::Brands;
use crate::registry::duplicates;
use crate::registry::fit::{self, CONFIDENCE, DatumFit, Verdict, fit};
use crate::registry::mapping::Mapper;
use crate::registry::osm::add_outlets;
use crate::registry::outlets::Registry;
use crate::registry::reading::{OutletReader, OutletTable, declares_crs, sample_positions};
use crate::registry::vocabulary::Vocabulary;
use crate::wrong_use::WrongUse;

/// What registries are read with.
pub(crate) struct Readers<'a> {
    pub vocabulary: &'a Vocabulary,
    pub brands: &'a Brands,
    pub graph: &'a WalkGraph,
    pub area: &'a Area<'a>,
    pub features: &'a [Feature],
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
    let mut reader = OutletReader { mapper, brands: with.brands, area: Some(with.area) };
    for source in from {
        let _stage = progress.stage("read outlets", None);
        match source {
            OutletsFrom::Osm => add_outlets(with.features, &mut reader.mapper, with.brands, &mut registry),
            OutletsFrom::Table(table) => {
                let datum = checked_datum(table, with)?;
                reader.read(&OutletTable { datum: Some(datum), ..table.clone() }, &mut registry)?;
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

/// The datum of a table: declared, or that of the coordinate system that the file names.
fn checked_datum(table: &OutletTable, with: &Readers<'_>) -> Result<Datum> {
    if table.trusted
        && let Some(datum) = table.datum
    {
        return Ok(datum);
    }
    let declared = match table.datum {
        None if declares_crs(table)? => Some(Datum::Wgs84),
        declared => declared,
    };
    let fit = fit(with.graph, with.area, &sample_positions(table, fit::SAMPLED)?);
    let Some(declared) = declared else {
        return Err(undeclared(&table.path, &hint(&fit)));
    };
    if let Some(other) = fit.contradicts(declared) {
        return Err(contradicted(table, declared, other, &fit));
    }
    Ok(declared)
}

/// What the streets say of a datum, as a sentence or two.
pub(crate) fn hint(fit: &DatumFit) -> String {
    let mean = |datum: Datum| fit.mean_m.iter().find(|(of, _)| *of == datum).map_or(f64::NAN, |(_, mean)| *mean);
    match fit.verdict {
        Verdict::Is(datum) => format!(
            "The streets say {datum}: read so, {} outlets are {:.1} m from their street on average, {:.1} m nearer than in \
             the next best datum ({CONFIDENCE} sure, over {} squares of 250 m).",
            fit.outlets,
            mean(datum),
            fit.nearer_by_m.0,
            fit.squares
        ),
        Verdict::TooFew => format!(
            "The streets cannot tell which it is: only {} outlets in {} squares of 250 m lie near them.",
            fit.outlets, fit.squares
        ),
        Verdict::Same => "The streets cannot tell wgs84 from gcj02 here: they are the same outside China.".to_owned(),
        Verdict::Undecided => format!(
            "The streets cannot tell which it is: the mean distances to them are {}.",
            fit.mean_m.iter().map(|(datum, mean)| format!("{mean:.1} m as {datum}")).collect::<Vec<_>>().join(", ")
        ),
        Verdict::NoneFits => format!(
            "No datum fits the streets: the best brings outlets to {:.1} m on average, and a shift that no datum has to \
             {:.1} m. Are these places along streets, and is this the right city?",
            fit.mean_m.iter().map(|(_, mean)| *mean).fold(f64::INFINITY, f64::min),
            fit.placebo_m
        ),
    }
}

fn contradicted(table: &OutletTable, declared: Datum, other: Datum, fit: &DatumFit) -> anyhow::Error {
    let name = table.name();
    WrongUse::error(format!(
        "{} is declared to be in {declared}, but does not fit the streets so. {} Say --datum {other}; or, if {declared} is \
         certain, --trust-datum (trust_datum = true in [outlets]).\n{name} 声明的坐标系为 {declared}，但与路网不符；按 \
         {other} 吻合。请改用 --datum {other}；若确认无误，用 --trust-datum。",
        table.path.display(),
        hint(fit)
    ))
}

/// That something in a registry can be used.
///
/// # Errors
/// When nothing can.
pub(crate) fn ensure_outlets(registry: &Registry, osm: &[std::path::PathBuf]) -> Result<()> {
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
