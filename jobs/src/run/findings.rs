//! What a run found, in numbers: from it come the summary on the terminal, the `--json` output and the manifest's counts.
//!
//! Comes in: inputs and the coverage of a run. Goes out: [`Findings`], plain data. Not here: words and layout.

use serde::{Deserialize, Serialize};
use walkshed::coverage::CoverageReport;
use walkshed::osm::ImportReport;

use super::certainty::CertaintySums;
use super::inputs::Inputs;
use super::job::Placed;
use super::searching::SearchTold;
use crate::datum::Datum;
use crate::elevation::HeightsTold;
use crate::registry::outlets::{Registry, Standing};
use crate::residents::tally::How;
use crate::tables::rejected::by_reason;

/// Everything worth telling about a run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Findings {
    pub title: Option<String>,
    pub standard: StandardTold,
    pub speed_m_per_s: f64,
    /// The model, where it is not the same speed everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    pub streets: StreetsTold,
    pub residents: ResidentsTold,
    pub outlets: OutletsTold,
    pub requirements: Vec<RequirementTold>,
    /// Share of residents who have every requirement that is known.
    pub share_all_known: Option<f64>,
    /// Those requirements of which nothing is known.
    pub unknown: Vec<String>,
    pub zones: Option<ZonesTold>,
    /// How many zones have each grade; empty where zones are not graded.
    pub grades: Vec<GradeTold>,
    /// Nodes that a cell's search reached, on average.
    pub nodes_per_cell: f64,
    /// How the cells were searched from.
    pub search: Option<SearchTold>,
    pub timings_s: Vec<(String, f64)>,
    pub peak_memory_bytes: Option<u64>,
    pub threads: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StandardTold {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub status: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct StreetsTold {
    pub source: String,
    pub rules: String,
    pub nodes: usize,
    pub links: usize,
    pub length_km: f64,
    pub components: usize,
    /// Share of the length that is in the largest connected part.
    pub largest_component_share: f64,
    /// How high they lie, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heights: Option<HeightsTold>,
    /// What the import read and dropped; nothing for a graph file.
    pub import: Option<ImportReport>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ResidentsTold {
    pub weight_en: String,
    pub weight_zh: String,
    pub resolution: u8,
    pub cells: usize,
    pub total: f64,
    pub cells_without_street: u64,
    pub without_street: f64,
    pub rows: u64,
    pub rejected: Vec<(String, u64)>,
    pub not_placed: f64,
    /// Residents by how they came to their cells.
    pub placed_by: Vec<(How, f64)>,
    pub notes: Vec<String>,
    /// The same in Chinese.
    pub notes_zh: Vec<String>,
    /// Points that walks begin at: one for each cell, or several.
    pub origins: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct OutletsTold {
    pub rows: u64,
    pub used: usize,
    pub without_street: u64,
    pub rejected: Vec<(String, u64)>,
    /// Kinds that no rule maps, with their rows.
    pub unmapped: Vec<(String, u64)>,
    pub ids_made: u64,
    pub sources: Vec<SourceTold>,
    /// Groups of outlets that seem to be one and the same, and how many of them beside the kept ones.
    pub duplicate_groups: usize,
    pub duplicates: u64,
    /// How many of these were left out.
    pub duplicates_dropped: u64,
    /// Outlets that their source says are closed for good.
    pub closed: u64,
    /// Outlets that open after the day that was asked for.
    pub not_yet_open: u64,
    /// Outlets that count and are of a chain known by name, and their share: the chain rate, at least.
    pub chain_outlets: u64,
    pub chain_rate: Option<f64>,
    /// Outlets that count and have several formats.
    pub multi_function: u64,
    pub formats_present: usize,
    pub formats: usize,
    pub incomplete_features: u64,
}

/// One source of outlets.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SourceTold {
    pub name: String,
    /// What kind of file it is, in what encoding.
    pub form: String,
    pub datum: Option<&'static str>,
    /// Which column was read as what.
    pub columns: std::collections::BTreeMap<&'static str, String>,
    pub rows: u64,
    pub outlets: u64,
    /// Values beside place and formats that could not be read, by column.
    pub invalid: std::collections::BTreeMap<&'static str, u64>,
    /// What the streets say of the datum: `is` (this one), `undecided`, `too_few`, `same`, `none_fits`; nothing where they
    /// were not asked.
    pub datum_fit: Option<&'static str>,
}

/// One requirement over the whole city.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RequirementTold {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub class: String,
    /// Whether the registry has outlets of it; if so and it is unknown, their hours are not known.
    pub in_registry: bool,
    /// The walk that it allows, in minutes or in metres.
    pub minutes: Option<u32>,
    pub distance_m: Option<u32>,
    pub share_met: Option<f64>,
    pub met: f64,
    pub not_met: f64,
    pub unknown: f64,
    pub no_street: f64,
    pub no_outlet: f64,
    pub beyond_budget: f64,
    pub too_few: f64,
    pub detour: f64,
    pub gate: f64,
    pub island: f64,
    pub edge_of_data: f64,
    /// The same residents by how sure that is, where all views of gates were taken.
    pub certainty: Option<CertaintySums>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ZonesTold {
    /// Of the main layer, as all that follows.
    pub count: usize,
    /// All layers with their zones.
    pub layers: Vec<(String, usize)>,
    /// The coordinate system that their file is in.
    pub crs: String,
    /// Features joined to an earlier one of the same id.
    pub joined: u64,
    /// Features that are no polygons.
    pub no_polygon: u64,
    /// Cells with residents where zones overlap; the first in the file has them there.
    pub cells_in_several: u64,
    /// Cells with residents in several zones; where most of them live has the cell.
    pub cells_divided: u64,
    /// The residents of these who live in another zone than the one that has their cell.
    pub residents_elsewhere: f64,
    pub cells_outside: u64,
    pub residents_outside: f64,
    /// Zones by their share of residents who have all that is known, the lowest first: id, name, residents, share.
    pub lowest: Vec<(String, String, f64, Option<f64>)>,
}

/// A grade, or why there is none, with its zones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GradeTold {
    pub zh: String,
    pub en: String,
    pub zones: usize,
}

/// How many zones a summary names.
const ZONES_NAMED: usize = 5;

impl Findings {
    /// Puts together what a run found.
    pub(crate) fn new(inputs: &Inputs, placed: &Placed, report: &CoverageReport) -> Self {
        let standard = &inputs.standard.standard;
        let known = report.city().all().known;
        let requirements = requirements_of(inputs, placed, report);
        let unknown = requirements.iter().filter(|r| r.share_met.is_none() && r.unknown > 0.0);
        Self {
            title: None,
            standard: StandardTold {
                id: standard.id.clone(),
                zh: standard.zh.clone(),
                en: standard.en.clone(),
                status: standard.status.code().to_owned(),
            },
            speed_m_per_s: 0.0,
            model: None,
            streets: streets_of(inputs),
            residents: residents_of(inputs, report, placed),
            outlets: outlets_of(inputs, placed),
            share_all_known: known.share_met(),
            unknown: unknown.map(|r| r.id.clone()).collect(),
            requirements,
            zones: inputs.zones.first().map(|layer| {
                let areas = layer.zones.iter().zip(report.zones()).filter(|(_, a)| a.cells() > 0);
                let told = areas.map(|(zone, area)| {
                    (zone.id.clone(), zone.name.clone(), area.residents(), area.all().known.share_met())
                });
                let mut lowest: Vec<_> = told.filter(|(_, _, _, share)| share.is_some()).collect();
                // Among equals, where most live.
                lowest.sort_by(|a, b| {
                    let by_share = a.3.partial_cmp(&b.3).unwrap_or(std::cmp::Ordering::Equal);
                    by_share.then(b.2.total_cmp(&a.2))
                });
                lowest.truncate(ZONES_NAMED);
                let outside = report.outside();
                ZonesTold {
                    count: layer.zones.len(),
                    layers: inputs.zones.iter().map(|layer| (layer.layer.clone(), layer.zones.len())).collect(),
                    crs: layer.crs.clone(),
                    joined: layer.joined,
                    no_polygon: layer.no_polygon,
                    cells_in_several: placed.zones[0].overlapping,
                    cells_divided: placed.zones[0].divided,
                    residents_elsewhere: placed.zones[0].elsewhere,
                    cells_outside: placed.zones[0].outside,
                    residents_outside: outside.residents(),
                    lowest,
                }
            }),
            grades: Vec::new(),
            nodes_per_cell: 0.0,
            search: None,
            timings_s: Vec::new(),
            peak_memory_bytes: None,
            threads: rayon::current_num_threads(),
        }
    }
}

/// The requirement that most residents lack, if any lack one.
pub(crate) fn most_lacked(requirements: &[RequirementTold]) -> Option<&RequirementTold> {
    let lacked = requirements.iter().filter(|r| r.not_met + r.no_street > 0.0 && r.share_met.is_some());
    lacked.max_by(|a, b| (a.not_met + a.no_street).total_cmp(&(b.not_met + b.no_street)))
}

fn streets_of(inputs: &Inputs) -> StreetsTold {
    let graph = &inputs.streets.graph;
    let length = graph.total_length().0;
    let largest = graph.components().first().map_or(0.0, |c| c.length.0);
    StreetsTold {
        source: graph.about().source.clone(),
        rules: graph.about().rules.clone(),
        nodes: graph.node_count(),
        links: graph.link_count(),
        length_km: length / 1e3,
        components: graph.components().len(),
        largest_component_share: if length > 0.0 { largest / length } else { 1.0 },
        heights: HeightsTold::of(&inputs.streets.graph),
        import: inputs.streets.report.clone(),
    }
}

fn residents_of(inputs: &Inputs, report: &CoverageReport, placed: &Placed) -> ResidentsTold {
    let residents = &inputs.residents;
    let nowhere = |number: usize| placed.origins[number].is_none();
    let homes = inputs.origins.points.iter().zip(&placed.origins);
    ResidentsTold {
        weight_en: residents.weight.en.clone(),
        weight_zh: residents.weight.zh.clone(),
        resolution: residents.resolution.into(),
        cells: residents.cells.len(),
        total: report.city().residents(),
        cells_without_street: (0..residents.cells.len())
            .filter(|&cell| inputs.origins.of_cell(cell).all(nowhere))
            .count() as u64,
        // The sum of nothing is -0 in Rust.
        without_street: homes.filter(|(_, on)| on.is_none()).map(|(home, _)| home.residents).sum::<f64>() + 0.0,
        rows: residents.rows,
        rejected: counted(by_reason(residents.rejected.iter().map(|rejected| &rejected.row))),
        not_placed: residents.not_placed,
        placed_by: residents.placed_by.clone(),
        notes: residents.notes.iter().map(|note| note.en.clone()).collect(),
        notes_zh: residents.notes.iter().map(|note| note.zh.clone()).collect(),
        origins: inputs.origins.points.len(),
    }
}

fn outlets_of(inputs: &Inputs, placed: &Placed) -> OutletsTold {
    let registry = &inputs.outlets;
    let counting = || registry.outlets.iter().filter(|outlet| outlet.counts());
    let standing = |standing| registry.outlets.iter().filter(|outlet| outlet.standing == standing).count() as u64;
    let used = counting().count();
    let chain_outlets = counting().filter(|outlet| outlet.brand.is_some()).count() as u64;
    let on_street = registry.outlets.iter().zip(&placed.outlets);
    OutletsTold {
        rows: registry.rows(),
        used,
        without_street: on_street.filter(|(outlet, on)| outlet.counts() && on.is_none()).count() as u64,
        rejected: counted(registry.rejected.by_reason()),
        unmapped: registry.unmapped.iter().map(|((_, said), kind)| (said.clone(), kind.rows)).collect(),
        ids_made: registry.sources.iter().map(|source| source.ids_made).sum(),
        sources: sources_of(registry),
        duplicate_groups: registry.groups.len(),
        duplicates: registry.groups.iter().map(|group| group.members.len() as u64 - 1).sum(),
        duplicates_dropped: standing(Standing::Double),
        closed: standing(Standing::Closed),
        not_yet_open: standing(Standing::NotYetOpen),
        chain_outlets,
        chain_rate: (used > 0).then(|| chain_outlets as f64 / used as f64),
        multi_function: counting().filter(|outlet| outlet.formats().len() > 1).count() as u64,
        formats_present: placed.outlets_by_format.iter().filter(|&&n| n > 0).count(),
        formats: placed.outlets_by_format.len(),
        incomplete_features: inputs.incomplete_features,
    }
}

/// The sources of a registry, for reports.
pub(crate) fn sources_of(registry: &Registry) -> Vec<SourceTold> {
    let mut outlets = vec![0; registry.sources.len()];
    registry.outlets.iter().for_each(|outlet| outlets[usize::from(outlet.source)] += 1);
    let told = registry.sources.iter().zip(outlets).map(|(source, outlets)| SourceTold {
        name: source.name.clone(),
        form: source.form.clone(),
        datum: source.datum.map(Datum::code),
        columns: source.columns.iter().cloned().collect(),
        rows: source.rows,
        outlets,
        invalid: source.invalid.clone(),
        datum_fit: source.fit.as_ref().map(|fit| fit.verdict.code()),
    });
    told.collect()
}

/// Reasons with their counts, for reports.
pub(crate) fn counted(reasons: std::collections::BTreeMap<&'static str, u64>) -> Vec<(String, u64)> {
    reasons.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect()
}

fn requirements_of(inputs: &Inputs, placed: &Placed, report: &CoverageReport) -> Vec<RequirementTold> {
    let standard = &inputs.standard.standard;
    let has = |id: &String| inputs.vocabulary.find(id).is_some_and(|f| placed.outlets_by_format[f.index()] > 0);
    let city = report.city();
    let told = standard.requirements.iter().zip(city.tallies()).zip(city.reasons());
    let told = told.map(|((requirement, tally), reasons)| RequirementTold {
        id: requirement.id.clone(),
        zh: requirement.zh.clone(),
        en: requirement.en.clone(),
        class: requirement.class.clone(),
        in_registry: requirement.parts().all(|part| part.iter().any(has)),
        minutes: requirement.limit.minutes(),
        distance_m: requirement.limit.meters(),
        share_met: tally.share_met(),
        met: tally.met(),
        not_met: tally.not_met(),
        unknown: tally.unknown(),
        no_street: tally.no_street(),
        no_outlet: reasons.no_outlet,
        beyond_budget: reasons.beyond_budget,
        too_few: reasons.too_few,
        detour: reasons.detour,
        gate: reasons.gate,
        island: reasons.island,
        edge_of_data: reasons.edge_of_data,
        certainty: None,
    });
    told.collect()
}
