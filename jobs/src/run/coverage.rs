//! The searches of a run, batch by batch, judged and written as they come.
//!
//! Comes in: inputs, cells and outlets on streets, the open tables. Goes out: rows of `cells`, `access` and `gaps`, and a
//! [`CoverageReport`]. Memory is that of one batch of cells, however many cells there are. Not here: searching and judging
//! themselves (the engine does both).

use std::borrow::Cow;

use anyhow::Result;
use rustc_hash::FxHashMap;
use walkshed::Ticks;
use walkshed::access::{AccessBatch as Reached, AccessSearch, LinkedOutlets};
use walkshed::coverage::{CellStatus, Certainty, Circle, CoverageReport, Judged, Reason, Verdict, all_met};
use walkshed::search::Nearest;
use walkshed::snap::LinkedPoint;
use walkshed::walk::{EdgeWeights, Walker};

use super::by_point::Points;
use super::certainty::{Cases, CertaintySums, Kept};
use super::extremes::Extremes;
use super::inputs::Inputs;
use super::linked::{OnStreet, snap_status};
use super::passes::Pass;
use super::progress::Progress;
use super::question::{Found, Question};
use super::reasons::{Case, Surroundings};
use super::searching::{On, Searching};
use crate::tables::cells::{CellRow, CellsBatch};
use crate::tables::parquet::TableWriter;
use crate::tables::reach::{AccessBatch, AccessPoints, AccessRow, GapRow, GapsBatch};
use crate::tables::wide::WideBatch;
use crate::zones::CellsByZone;

/// Points that are searched from at a time; those of a cell stay together.
pub(super) const BATCH: usize = 4_096;
/// How far the nearest outlet is looked for, beyond every tier: an hour on foot.
pub(crate) const HORIZON: Ticks = Ticks::from_minutes(60);
/// The three tables that grow with the cells.
pub(crate) struct Tables {
    pub cells: TableWriter,
    pub access: TableWriter,
    pub gaps: TableWriter,
    /// Where it is asked for, with the ids of its columns.
    pub wide: Option<(TableWriter, [Vec<String>; 2])>,
}

/// What the searches saw.
pub(crate) struct Covered {
    /// For each layer of zones, or once where there is none; each has the whole city.
    pub reports: Vec<CoverageReport>,
    /// Who is worst off, and what is nearest to those who lack something, likewise.
    pub extremes: Vec<Extremes>,
    /// Residents by how sure their status is, for each requirement, where all views of gates were taken.
    pub certainty: Option<Vec<CertaintySums>>,
    /// Nodes reached by all searches together.
    pub nodes_reached: u64,
    /// Points on a street.
    pub searched: u64,
}

/// Cells and outlets of a run on its streets.
pub(crate) struct Linked<'a> {
    pub weights: &'a EdgeWeights,
    /// The points that walks begin at, in the order of the cells.
    pub origins: &'a [Option<OnStreet>],
    pub outlets: &'a LinkedOutlets,
    /// How to search, and the points of `origins` as a search takes them.
    pub searching: &'a Searching,
    pub points: &'a [Option<LinkedPoint>],
    /// The same outlets as they are on the streets.
    pub shops: &'a [Option<OnStreet>],
    /// The zone of each cell, for each layer.
    pub zones: &'a [CellsByZone],
}

/// Searches from all cells, judges them and writes their rows.
///
/// # Errors
/// When a table cannot be written.
pub(crate) fn cover(
    inputs: &Inputs,
    question: &Question,
    walker: &Walker,
    linked: &Linked<'_>,
    cases: Option<&Cases<'_>>,
    tables: &mut Tables,
    progress: &Progress,
) -> Result<Covered> {
    let budgets = question.budgets();
    let search = {
        let _stage = progress.stage("nearest outlets", None);
        let Linked { weights, outlets, points: cells, .. } = *linked;
        linked.searching.ready(On { graph: &inputs.streets.graph, weights, outlets, cells, budgets: &budgets })?
    };
    let graph = &inputs.streets.graph;
    let pass = |asks| Pass::new(asks, graph, walker, linked.origins, (linked.shops, &inputs.outlets));
    let passes = question.passes().iter().map(pass).collect::<Result<Vec<_>>>()?;
    let pass_searches: Vec<AccessSearch<'_>> = passes.iter().map(Pass::search).collect();
    let walks = (walker.speed().0, walker.is_flat());
    let surroundings = Surroundings::new(inputs, question, &passes, walks, linked.weights);
    let stage = progress.stage("search from cells", Some(linked.origins.len() as u64));
    let mut zone_counts: Vec<usize> = inputs.zones.iter().map(|layer| layer.zones.len()).collect();
    if zone_counts.is_empty() {
        zone_counts.push(0);
    }
    let report = |&zones: &usize| CoverageReport::new(&inputs.standard.standard, zones);
    let mut covered = Covered {
        reports: zone_counts.iter().map(report).collect(),
        extremes: zone_counts.iter().map(|&zones| Extremes::new(zones, question.requirements())).collect(),
        certainty: cases.map(|_| vec![CertaintySums::default(); question.requirements()]),
        nodes_reached: 0,
        searched: linked.origins.iter().flatten().count() as u64,
    };
    let writer = RowWriter::new(inputs, question, linked, cases, &surroundings);
    for cells in inputs.origins.batches(BATCH) {
        let origins = inputs.origins.of_cells(&cells);
        let reached = search.run(&linked.points[origins.clone()]);
        covered.nodes_reached += (0..origins.len()).map(|point| u64::from(reached.nodes_reached(point))).sum::<u64>();
        let of_passes: Vec<Reached> =
            passes.iter().zip(&pass_searches).map(|(pass, search)| pass.run(search, origins.clone())).collect();
        let found = Found { everybody: &reached, passes: &of_passes };
        writer.write(cells, found, tables, &mut covered)?;
        stage.advance(origins.len() as u64);
    }
    Ok(covered)
}

/// For each category, whether any outlet of it is in the registry.
pub(super) fn known_categories(outlets: &LinkedOutlets) -> Vec<bool> {
    let mut known = vec![false; outlets.category_count()];
    for outlet in 0..outlets.len() as u32 {
        for &category in outlets.categories_of(walkshed::OutletId::new(outlet)) {
            known[usize::from(category)] = true;
        }
    }
    known
}

/// Makes rows of what a batch of cells reaches.
struct RowWriter<'a> {
    inputs: &'a Inputs,
    question: &'a Question,
    linked: &'a Linked<'a>,
    cases: Option<&'a Cases<'a>>,
    surroundings: &'a Surroundings<'a>,
    /// Whether any outlet is in the registry, by category.
    known: Vec<bool>,
    formats: Vec<&'a str>,
    groups: Vec<String>,
}

impl<'a> RowWriter<'a> {
    fn new(
        inputs: &'a Inputs,
        question: &'a Question,
        linked: &'a Linked<'a>,
        cases: Option<&'a Cases<'a>>,
        surroundings: &'a Surroundings<'a>,
    ) -> Self {
        Self {
            surroundings,
            inputs,
            question,
            linked,
            cases,
            known: known_categories(linked.outlets),
            formats: inputs.vocabulary.formats().iter().map(|f| f.id.as_str()).collect(),
            groups: inputs.residents.groups.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    fn write(
        &self,
        cells: std::ops::Range<usize>,
        found: Found<'_>,
        tables: &mut Tables,
        covered: &mut Covered,
    ) -> Result<()> {
        let requirements = self.question.requirements();
        let mut access = AccessBatch::new(&self.question.minutes, cells.len() * self.formats.len());
        let mut gaps = GapsBatch::new(cells.len() * requirements);
        let mut homes = CellsBatch::new(&self.groups, cells.len());
        if self.inputs.origins.by_point {
            (access, gaps, homes) = (access.by_point(&self.question.minutes), gaps.by_point(), homes.by_point());
        }
        let mut wide = tables.wide.as_ref().map(|(_, ids)| WideBatch::new(ids, cells.len()));
        let first = self.inputs.origins.of_cells(&cells).start;
        let closed_gates = self.closed_gates(cells.clone(), found);
        for cell in cells {
            let points = self.points_of(cell, first, found);
            let h3 = self.inputs.residents.cells[cell].cell.to_string();
            self.push_access(&h3, &points, &mut access)?;
            // Of each point, the statuses of all requirements.
            let judged: Vec<Vec<Judged>> = (0..points.origins.len()).map(|p| self.judge(&points, p, true)).collect();
            let of_cell = self.push_gaps((cell, &h3), &points, &judged, &closed_gates, &mut gaps);
            let statuses: Vec<Vec<CellStatus>> =
                judged.iter().map(|judged| judged.iter().map(|one| one.status).collect()).collect();
            self.count_certainty(&points, &judged, covered);
            self.note_extremes(cell, &points, &judged, covered);
            for (layer, report) in covered.reports.iter_mut().enumerate() {
                let zone = self.zone_of(layer, cell);
                for (origin, statuses) in points.origins.iter().zip(&statuses) {
                    report.add_cell(zone, origin.residents, statuses);
                }
            }
            self.push_cell(cell, &points, &statuses, &of_cell, &mut homes)?;
            if let Some(wide) = &mut wide {
                self.push_wide(cell, &points, &of_cell, wide);
            }
        }
        if let (Some((writer, _)), Some(wide)) = (&mut tables.wide, wide) {
            writer.write(wide.finish()?)?;
        }
        tables.access.write(access.finish()?)?;
        tables.gaps.write(gaps.finish()?)?;
        tables.cells.write(homes.finish()?)
    }

    /// The zone of a cell in a layer.
    fn zone_of(&self, layer: usize, cell: usize) -> Option<usize> {
        self.linked.zones.get(layer)?.zone[cell].map(|zone| zone as usize)
    }

    /// The points of a cell in a batch whose first point has this number.
    fn points_of<'b>(&'b self, cell: usize, first: usize, found: Found<'b>) -> Points<'b> {
        let numbers = self.inputs.origins.of_cell(cell);
        Points {
            reached: found.everybody,
            passes: found.passes,
            start: numbers.start,
            first: numbers.start - first,
            origins: &self.inputs.origins.points[numbers.clone()],
            on: &self.linked.origins[numbers],
        }
    }

    fn push_cell(
        &self,
        cell: usize,
        points: &Points<'_>,
        statuses: &[Vec<CellStatus>],
        of_cell: &[CellStatus],
        rows: &mut CellsBatch,
    ) -> Result<()> {
        let home = &self.inputs.residents.cells[cell];
        let groups: Vec<f64> = self.inputs.residents.groups.iter().map(|(_, residents)| residents[cell]).collect();
        let zone = self.zone_of(0, cell);
        let circles = &self.inputs.standard.standard.circles;
        let has_circle =
            |circle: &&Circle| all_met(circle.requirements.iter().map(|&one| of_cell[one])) == Verdict::Met;
        let count = |verdict: Verdict| of_cell.iter().filter(|s| s.verdict() == verdict).count() as u32;
        let verdicts: Vec<Verdict> = statuses.iter().map(|statuses| all_met(statuses.iter().copied())).collect();
        let on = points.on_street();
        rows.push(&CellRow {
            cell: home.cell,
            residents: home.residents,
            groups: &groups,
            zone_id: zone.and_then(|zone| Some(self.inputs.zones.first()?.zones[zone].id.as_str())),
            snap_status: snap_status(on),
            snap_distance_m: on.map(|on| on.snap.offset.0),
            met: count(Verdict::Met),
            not_met: count(Verdict::NotMet) + count(Verdict::NoStreet),
            unknown: count(Verdict::Unknown),
            requirements: of_cell.len() as u32,
            all_met: match points.all_met(&verdicts) {
                Verdict::Met => Some(true),
                Verdict::Unknown => None,
                Verdict::NotMet | Verdict::NoStreet => Some(false),
            },
            missing: &self.missing(of_cell),
            circles_met: (!circles.is_empty()).then(|| circles.iter().filter(has_circle).count() as u32),
        })?;
        let is_missing = |point: usize| matches!(verdicts[point], Verdict::NotMet | Verdict::NoStreet);
        let met = points.residents(|point| verdicts[point] == Verdict::Met);
        rows.push_points(points.origins.len() as u32, met, points.residents(is_missing));
        Ok(())
    }

    fn push_wide(&self, cell: usize, points: &Points<'_>, of_cell: &[CellStatus], rows: &mut WideBatch) {
        let home = &self.inputs.residents.cells[cell];
        let zone = self.zone_of(0, cell).and_then(|zone| Some(self.inputs.zones.first()?.zones[zone].id.as_str()));
        let nearest = (0..self.formats.len()).map(|format| {
            let nearest = points.reached.nearest(points.first + points.median(format), format)?;
            self.known[format].then(|| nearest.time.as_seconds())
        });
        rows.push((home.cell, home.residents, zone), of_cell.iter().map(CellStatus::code), nearest);
    }

    fn push_access(&self, h3: &str, points: &Points<'_>, rows: &mut AccessBatch) -> Result<()> {
        let longest = self.question.budgets().into_iter().max().unwrap_or(Ticks::ZERO);
        let tiers = self.question.minutes.len();
        for (format, id) in self.formats.iter().enumerate() {
            let speaker = points.median(format);
            let within_of = |point: usize, tier: usize| points.reached.within(points.first + point, format, tier);
            let nearest = points.reached.nearest(points.first + speaker, format);
            let within: Vec<u32> = (0..tiers).map(|tier| within_of(speaker, tier)).collect();
            let (status, told) = match nearest {
                _ if !self.known[format] => ("format_not_in_registry", false),
                _ if points.on[speaker].is_none() => ("no_street", false),
                Some(nearest) if nearest.time <= longest => ("reachable", true),
                Some(_) => ("beyond_budget", true),
                None => ("no_outlet", true),
            };
            let nearest = nearest.map(|nearest| self.named(nearest));
            rows.push(&AccessRow {
                h3,
                format: id,
                status,
                nearest: nearest.as_ref().map(|(seconds, id)| (*seconds, &**id)),
                within: told.then_some(within.as_slice()),
            })?;
            if self.inputs.origins.by_point {
                let times = points.times(format);
                let residents: Vec<f64> =
                    (0..tiers).map(|tier| points.residents(|point| within_of(point, tier) > 0)).collect();
                let no_street = points.residents(|point| points.on[point].is_none());
                let residents = self.known[format].then_some((residents.as_slice(), no_street));
                rows.push_points(&AccessPoints { min: times.min, mean: times.mean, max: times.max, residents });
            }
        }
        Ok(())
    }

    /// What a point has of each requirement, as the searches alone say.
    fn without_reasons(&self, points: &Points<'_>, point: usize) -> impl Iterator<Item = Judged> {
        let (on_street, number) = (points.on[point].is_some(), points.first + point);
        self.question.judge(&self.inputs.standard.standard, &self.known, on_street, points.found(), number)
    }

    /// The same with the reason where it is not met; gates are looked at only if asked.
    fn judge(&self, points: &Points<'_>, point: usize, with_gates: bool) -> Vec<Judged> {
        let cases = self.cases.filter(|_| with_gates);
        let because = |(requirement, one): (usize, Judged)| match (one.status, &points.on[point]) {
            (CellStatus::NotMet(_), Some(on)) => {
                let (at, origin) = (points.origins[point].at, points.start + point);
                let kept_by_gate = cases.is_some_and(|cases| cases.only_open_gates(origin, requirement, one.status));
                let case = Case { requirement, judged: one, on, at, origin, kept_by_gate };
                let asked = &self.inputs.standard.standard.requirements[requirement];
                Judged { status: one.status.because(asked, &self.surroundings.of(&case)), ..one }
            }
            _ => one,
        };
        self.without_reasons(points, point).enumerate().map(because).collect()
    }

    /// Writes what the cell has of each requirement, and returns it.
    fn push_gaps(
        &self,
        (cell, h3): (usize, &str),
        points: &Points<'_>,
        judged: &[Vec<Judged>],
        closed_gates: &FxHashMap<(usize, usize), i64>,
        rows: &mut GapsBatch,
    ) -> Vec<CellStatus> {
        let mut of_cell = Vec::with_capacity(self.question.requirements());
        for (number, requirement) in self.inputs.standard.standard.requirements.iter().enumerate() {
            let speaker = points.speaker(|point| judged[point][number].status);
            let status = judged[speaker][number].status;
            let (found, place) = (points.found(), points.first + speaker);
            let nearest = self.question.nearest(number, judged[speaker][number], found, place);
            let within = self.question.within(number, judged[speaker][number], found, place);
            let walk = nearest.map(|nearest| self.surroundings.seconds_and_meters(number, nearest.time));
            let straight = (status.verdict() == Verdict::NotMet)
                .then(|| self.surroundings.straight(number, judged[speaker][number], points.origins[speaker].at));
            let is_told = !matches!(status, CellStatus::Unknown | CellStatus::NoStreet);
            let cases = self.cases.map(|cases| cases.of_cell(points, points.start, number, status));
            let by_gates = cases.is_some_and(|cases| cases.only_open_gates);
            let id = nearest.map(|nearest| self.id_of(nearest));
            rows.push(&GapRow {
                h3,
                requirement: &requirement.id,
                class: &requirement.class,
                minutes: requirement.limit.minutes(),
                distance_m: requirement.limit.meters(),
                status: status.code(),
                reason: self.reason(points, speaker, number, status, by_gates),
                nearest_s: walk.and_then(|(seconds, _)| seconds),
                nearest_m: walk.and_then(|(_, meters)| meters),
                nearest_id: id.as_deref(),
                straight_m: straight.flatten().map(|straight| straight.0),
                within: is_told.then_some(within),
                certainty: cases.map(|cases| cases.certainty.code()),
                gate_node: closed_gates.get(&(cell, number)).copied(),
            });
            let of = |verdict: Verdict| points.residents(|point| judged[point][number].status.verdict() == verdict);
            rows.push_points(of(Verdict::Met), of(Verdict::NoStreet), self.by_certainty(points, judged, number));
            of_cell.push(status);
        }
        of_cell
    }

    /// The reason that a cell gives: a gate where open gates would serve half of its residents, else what the point that
    /// speaks for it says beside gates.
    fn reason(
        &self,
        points: &Points<'_>,
        speaker: usize,
        requirement: usize,
        status: CellStatus,
        by_gates: bool,
    ) -> Option<&'static str> {
        match status {
            CellStatus::NotMet(_) if by_gates => Some(Reason::Gate.code()),
            CellStatus::NotMet(Reason::Gate) => self.judge(points, speaker, false)[requirement].status.reason_code(),
            _ => status.reason_code(),
        }
    }

    /// Residents of a cell by how sure it is what they have of a requirement from their own point: met, depending on gates,
    /// not met.
    fn by_certainty(&self, points: &Points<'_>, judged: &[Vec<Judged>], requirement: usize) -> Option<[f64; 3]> {
        let cases = self.cases?;
        let of = |certainty: Certainty| {
            points.residents(|point| {
                let status = judged[point][requirement].status;
                cases.certainty(points.start + point, requirement, status) == certainty
            })
        };
        Some([of(Certainty::Met), of(Certainty::DependsOnData), of(Certainty::NotMet)])
    }

    /// The gates in the way of those cells of a batch, and requirements, that open gates alone would meet: on the walk of
    /// most of the residents whom they would serve.
    fn closed_gates(&self, cells: std::ops::Range<usize>, found: Found<'_>) -> FxHashMap<(usize, usize), i64> {
        let Some(cases) = self.cases else { return FxHashMap::default() };
        let batch = self.inputs.origins.of_cells(&cells).start;
        let mut wanted: Vec<Kept> = Vec::new();
        for cell in cells {
            let points = self.points_of(cell, batch, found);
            let first = points.start;
            let statuses: Vec<Vec<CellStatus>> = (0..points.origins.len())
                .map(|point| self.without_reasons(&points, point).map(|judged| judged.status).collect())
                .collect();
            for number in 0..self.question.requirements() {
                let speaker = points.speaker(|point| statuses[point][number]);
                if !cases.of_cell(&points, first, number, statuses[speaker][number]).only_open_gates {
                    continue;
                }
                let served = (0..statuses.len())
                    .filter(|&point| cases.only_open_gates(first + point, number, statuses[point][number]));
                let share = |point: &usize| points.origins[*point].share;
                // Of equals the first.
                let Some(point) = served.rev().max_by(|a, b| share(a).total_cmp(&share(b))) else { continue };
                match wanted.last_mut() {
                    Some(last) if last.point == first + point => last.requirements.push(number),
                    _ => {
                        let mapped = points.on[point].clone();
                        wanted.push(Kept { cell, point: first + point, mapped, requirements: vec![number] });
                    }
                }
            }
        }
        cases.gates_on_the_way(&wanted)
    }

    /// Takes note of an inhabited cell, by the point that speaks for it.
    fn note_extremes(&self, cell: usize, points: &Points<'_>, judged: &[Vec<Judged>], covered: &mut Covered) {
        if self.inputs.residents.cells[cell].residents <= 0.0 {
            return;
        }
        for (requirement, _) in self.inputs.standard.standard.requirements.iter().enumerate() {
            let status = |point: usize| judged[point][requirement];
            let speaker = points.speaker(|point| status(point).status);
            let one = status(speaker);
            let nearest = self.question.nearest(requirement, one, points.found(), points.first + speaker);
            for (layer, extremes) in covered.extremes.iter_mut().enumerate() {
                extremes.note((cell, self.zone_of(layer, cell)), requirement, one.status.verdict(), nearest);
            }
        }
    }

    fn count_certainty(&self, points: &Points<'_>, judged: &[Vec<Judged>], covered: &mut Covered) {
        let Some(sums) = &mut covered.certainty else { return };
        for (number, sums) in sums.iter_mut().enumerate() {
            let [met, depends_on_data, not_met] = self.by_certainty(points, judged, number).unwrap_or_default();
            sums.met += met;
            sums.depends_on_data += depends_on_data;
            sums.not_met += not_met;
        }
    }

    fn id_of(&self, nearest: Nearest) -> Cow<'_, str> {
        let outlets = &self.inputs.outlets;
        outlets.id_of(&outlets.outlets[nearest.outlet.index()])
    }

    fn named(&self, nearest: Nearest) -> (f64, Cow<'_, str>) {
        (nearest.time.as_seconds(), self.id_of(nearest))
    }

    /// The ids of what is not met; unknown is not missing.
    fn missing(&self, statuses: &[CellStatus]) -> String {
        let requirements = &self.inputs.standard.standard.requirements;
        let not_met = statuses.iter().zip(requirements);
        let not_met = not_met.filter(|(s, _)| matches!(s.verdict(), Verdict::NotMet | Verdict::NoStreet));
        not_met.map(|(_, r)| r.id.as_str()).collect::<Vec<_>>().join(";")
    }
}
