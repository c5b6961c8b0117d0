//! What a run says of zones, put together from its parts: the summaries, numbers, rules, grades, formats and circles.
//!
//! Comes in: inputs, what the searches covered, the saved tables. Goes out: rows for the tables about zones, and grades for the
//! summary. Not here: sums over saved tables (`tables/zone_summary`, `tables/zone_tables`), counting (`measures`).

use std::path::Path;

use anyhow::Result;
use polars::prelude::DataFrame;
use walkshed::coverage::{AreaCoverage, Rated, Value};
use walkshed::search::Nearest;

use super::coverage::Covered;
use super::findings::GradeTold;
use super::inputs::Inputs;
use super::measures::{Inside, values};
use crate::tables::ratings::ratings;
use crate::tables::zone_summary::{Besides, CITY, OutletsOfZone, RequirementOfRun, Told, ZoneOfRun, zones};
use crate::tables::zone_tables::{FormatOfZones, Saved, zone_circles, zone_formats};

/// Where the saved tables are that zones are summed from.
pub(super) struct SavedTables<'p> {
    pub cells: &'p Path,
    pub access: &'p Path,
    pub gaps: &'p Path,
    /// The longest tier in minutes.
    pub longest: u32,
}

/// The tables about zones.
pub(super) struct ZoneResults {
    pub zones: DataFrame,
    pub summary: DataFrame,
    pub ratings: DataFrame,
    pub formats: DataFrame,
    pub circles: DataFrame,
    pub grades: Vec<GradeTold>,
}

/// Puts the tables together.
///
/// # Errors
/// When a saved table cannot be read.
pub(super) fn zone_results(inputs: &Inputs, covered: &Covered, saved: &SavedTables<'_>) -> Result<ZoneResults> {
    let standard = &inputs.standard.standard;
    let inside = Inside::of(inputs);
    let requirements: Vec<RequirementOfRun<'_>> = standard
        .requirements
        .iter()
        .map(|r| RequirementOfRun {
            id: &r.id,
            zh: &r.zh,
            en: &r.en,
            class: &r.class,
            minutes: r.limit.minutes(),
            distance_m: r.limit.meters(),
        })
        .collect();
    let layer = inputs.zones.iter().flat_map(|layer| &layer.zones);
    let layer: Vec<ZoneOfRun<'_>> = layer.map(|z| ZoneOfRun { id: &z.id, name: &z.name }).collect();
    let by_point = inputs.origins.by_point;
    let seconds = |requirement: usize, walk: Nearest| {
        standard.requirements[requirement].limit.minutes().map(|_| walk.time.as_seconds())
    };
    let told = |area: usize, requirement: usize| {
        let extreme = covered.extremes.of(area, requirement);
        let id = |walk: Nearest| inputs.outlets.id_of(&inputs.outlets.outlets[walk.outlet.index()]);
        Told {
            worst: extreme.worst.map(|(cell, _)| inputs.residents.cells[cell].cell.to_string()),
            worst_s: extreme.worst.and_then(|(_, walk)| seconds(requirement, walk?)),
            nearest: extreme.nearest.map(|walk| (id(walk).into_owned(), seconds(requirement, walk))),
        }
    };
    let outlets = |area: usize| {
        let outlets = inside.outlets.get(area)?.len() as u32;
        Some(OutletsOfZone { outlets, chain_rate: inside.chain_rate(area) })
    };
    let besides = Besides { told: &told, outlets: &outlets };
    let (by_requirement, summary) = zones(saved.gaps, saved.cells, &requirements, &layer, by_point, &besides)?;

    let areas: Vec<ZoneOfRun<'_>> =
        std::iter::once(ZoneOfRun { id: CITY, name: CITY }).chain(layer.iter().copied()).collect();
    let values = values(inputs, &inside, &covered.report);
    let of_areas: Vec<(ZoneOfRun<'_>, &[Option<Value>])> =
        areas.iter().copied().zip(values.iter().map(Vec::as_slice)).collect();
    let formats = inputs.vocabulary.formats().iter().enumerate().map(|(index, format)| FormatOfZones {
        id: &format.id,
        class: &format.class,
        outlets: (0..areas.len()).map(|area| inside.count(area, index as u16)).collect(),
    });
    let formats: Vec<FormatOfZones<'_>> = formats.collect();
    let tables = Saved { access: saved.access, cells: saved.cells, longest: saved.longest, by_point };
    let coverage = std::iter::once(covered.report.city()).chain(covered.report.zones());
    let coverage: Vec<(ZoneOfRun<'_>, &AreaCoverage)> = areas.iter().copied().zip(coverage).collect();
    Ok(ZoneResults {
        zones: by_requirement,
        summary,
        ratings: ratings(standard, &of_areas)?,
        formats: zone_formats(&tables, &formats, &layer)?,
        circles: zone_circles(&standard.circles, &coverage)?,
        grades: grades(inputs, &values),
    })
}

/// How many zones of the layer have each grade; nothing for a standard without grades, or a run without zones.
fn grades(inputs: &Inputs, values: &[Vec<Option<Value>>]) -> Vec<GradeTold> {
    let standard = &inputs.standard.standard;
    if standard.cannot_rate().is_some() || values.len() < 2 {
        return Vec::new();
    }
    let rated: Vec<Rated> = values[1..].iter().map(|values| standard.rate(values)).collect();
    let count = |holds: &dyn Fn(&Rated) -> bool| rated.iter().filter(|rated| holds(rated)).count();
    let mut grades: Vec<GradeTold> = standard
        .ratings
        .iter()
        .enumerate()
        .map(|(place, rating)| GradeTold {
            zh: rating.zh.clone(),
            en: rating.en.clone(),
            zones: count(&|rated| *rated == Rated::Is(place)),
        })
        .collect();
    let open = |zh: &str, en: &str, code: &str| GradeTold {
        zh: zh.to_owned(),
        en: en.to_owned(),
        zones: count(&|rated| rated.code() == code),
    };
    grades.push(open("规则未规定", "undefined by the rule", "undefined"));
    grades.push(open("缺少数据", "not known", "unknown"));
    grades
}
