//! What a run says of zones, put together from its parts: the summaries, numbers, rules, grades, formats and circles.
//!
//! Comes in: inputs, what the searches covered, the saved tables. Goes out: rows for the tables about zones, and grades for the
//! summary. Not here: sums over saved tables (`tables/zone_summary`, `tables/zone_tables`), counting (`measures`).

use std::path::Path;

use anyhow::Result;
use polars::prelude::{DataFrame, DataType, IntoLazy as _, col, lit, when};
use walkshed::coverage::{AreaCoverage, Rated, Value};
use walkshed::search::Nearest;

use super::coverage::Covered;
use super::findings::GradeTold;
use super::inputs::Inputs;
use super::measures::{Inside, values};
use crate::tables::ratings::ratings;
use crate::tables::residents_sum::HomesOf;
use crate::tables::zone_summary::{Besides, CITY, OutletsOfZone, RequirementOfRun, Told, ZoneOfRun, zones};
use crate::tables::zone_tables::{FormatOfZones, Saved, zone_circles, zone_formats};
use crate::zones::ZoneLayer;

/// Where the saved tables are that zones are summed from.
pub(super) struct SavedTables<'p> {
    pub cells: &'p Path,
    pub cell_zones: &'p Path,
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
    /// Of the main layer.
    pub grades: Vec<GradeTold>,
}

/// Puts the tables together: the city, the zones of the main layer, and those of the others.
///
/// # Errors
/// When a saved table cannot be read.
pub(super) fn zone_results(inputs: &Inputs, covered: &Covered, saved: &SavedTables<'_>) -> Result<ZoneResults> {
    let of_layer = |place: usize| OfLayer { place, layer: inputs.zones.get(place), inputs, covered, saved }.results();
    let mut all = of_layer(0)?;
    for place in 1..inputs.zones.len() {
        let more = of_layer(place)?;
        all.zones.vstack_mut(&more.zones)?;
        all.summary.vstack_mut(&more.summary)?;
        all.ratings.vstack_mut(&more.ratings)?;
        all.formats.vstack_mut(&more.formats)?;
        all.circles.vstack_mut(&more.circles)?;
    }
    Ok(all)
}

/// One layer of zones, or none.
struct OfLayer<'a> {
    place: usize,
    layer: Option<&'a ZoneLayer>,
    inputs: &'a Inputs,
    covered: &'a Covered,
    saved: &'a SavedTables<'a>,
}

impl OfLayer<'_> {
    fn results(&self) -> Result<ZoneResults> {
        let (inputs, report) = (self.inputs, &self.covered.reports[self.place]);
        let standard = &inputs.standard.standard;
        let inside = Inside::of(inputs, self.layer);
        let layer = self.layer.iter().flat_map(|layer| &layer.zones);
        let layer: Vec<ZoneOfRun<'_>> = layer.map(|z| ZoneOfRun { id: &z.id, name: &z.name }).collect();
        let homes = HomesOf {
            cells: self.saved.cells,
            layer: self.layer.filter(|_| self.place > 0).map(|of| (self.saved.cell_zones, of.layer.as_str())),
        };
        let (zones, summary) = self.by_requirement(&homes, &layer, &inside)?;

        let areas: Vec<ZoneOfRun<'_>> =
            std::iter::once(ZoneOfRun { id: CITY, name: CITY }).chain(layer.iter().copied()).collect();
        let values = values(inputs, self.layer, &inside, report);
        let of_areas: Vec<(ZoneOfRun<'_>, &[Option<Value>])> =
            areas.iter().copied().zip(values.iter().map(Vec::as_slice)).collect();
        let formats = inputs.vocabulary.formats().iter().enumerate().map(|(index, format)| FormatOfZones {
            id: &format.id,
            class: &format.class,
            outlets: (0..areas.len()).map(|area| inside.count(area, index as u16)).collect(),
        });
        let formats: Vec<FormatOfZones<'_>> = formats.collect();
        let (access, by_point) = (self.saved.access, inputs.origins.by_point);
        let tables = Saved { access, homes, longest: self.saved.longest, by_point };
        let coverage = std::iter::once(report.city()).chain(report.zones());
        let coverage: Vec<(ZoneOfRun<'_>, &AreaCoverage)> = areas.iter().copied().zip(coverage).collect();
        Ok(ZoneResults {
            zones: self.named(zones)?,
            summary: self.named(summary)?,
            ratings: self.named(ratings(standard, &of_areas)?)?,
            formats: self.named(zone_formats(&tables, &formats, &layer)?)?,
            circles: self.named(zone_circles(&standard.circles, &coverage)?)?,
            grades: grades(inputs, &values),
        })
    }

    /// The tables `zones` and `zone_summary`.
    fn by_requirement(
        &self,
        homes: &HomesOf<'_>,
        layer: &[ZoneOfRun<'_>],
        inside: &Inside<'_>,
    ) -> Result<(DataFrame, DataFrame)> {
        let inputs = self.inputs;
        let standard = &inputs.standard.standard;
        let requirements = standard.requirements.iter().map(|r| RequirementOfRun {
            id: &r.id,
            zh: &r.zh,
            en: &r.en,
            class: &r.class,
            minutes: r.limit.minutes(),
            distance_m: r.limit.meters(),
        });
        let requirements: Vec<RequirementOfRun<'_>> = requirements.collect();
        let seconds = |requirement: usize, walk: Nearest| {
            standard.requirements[requirement].limit.minutes().map(|_| walk.time.as_seconds())
        };
        let told = |area: usize, requirement: usize| {
            let extreme = self.covered.extremes[self.place].of(area, requirement);
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
        let besides = Besides { people: inputs.residents.weight.people, told: &told, outlets: &outlets };
        zones(self.saved.gaps, homes, &requirements, layer, inputs.origins.by_point, &besides)
    }

    /// Rows with the name of the layer behind that of the zone. The city is told by the main layer alone, and is in none.
    fn named(&self, rows: DataFrame) -> Result<DataFrame> {
        let is_city = || col("zone_id").eq_missing(lit(CITY));
        let layer = self.layer.map_or_else(|| lit(polars::prelude::NULL), |layer| lit(layer.layer.as_str()));
        let layer = when(is_city()).then(lit(polars::prelude::NULL)).otherwise(layer).cast(DataType::String);
        let mut columns = vec![col("zone_id"), col("zone_name"), layer.alias("layer")];
        columns.extend(rows.get_column_names().iter().skip(2).map(|name| col(name.as_str())));
        let mut rows = rows.lazy();
        if self.place > 0 {
            rows = rows.filter(is_city().not());
        }
        Ok(rows.select(columns).collect()?)
    }
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
