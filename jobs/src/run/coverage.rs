//! The searches of a run, batch by batch, judged and written as they come.
//!
//! Comes in: inputs, cells and outlets on streets, the open tables. Goes out: rows of `cells`, `access` and `gaps`, and a
//! [`CoverageReport`]. Memory is that of one batch of cells, however many cells there are. Not here: searching and judging
//! themselves (the engine does both).

use anyhow::Result;
use walkshed::Ticks;
use walkshed::access::{AccessBatch as Reached, AccessSearch, LinkedOutlets};
use walkshed::coverage::{CellStatus, CoverageReport, Evidence, Verdict, all_met, assess};
use walkshed::search::Nearest;
use walkshed::snap::LinkedPoint;
use walkshed::walk::EdgeWeights;

use super::inputs::Inputs;
use super::linked::{OnStreet, snap_status};
use super::progress::Progress;
use crate::tables::cells::{CellRow, CellsBatch};
use crate::tables::parquet::TableWriter;
use crate::tables::reach::{AccessBatch, AccessRow, GapRow, GapsBatch};

/// Cells that are searched from at a time.
const BATCH: usize = 4_096;
/// How far the nearest outlet is looked for, beyond every tier: an hour on foot.
pub(crate) const HORIZON: Ticks = Ticks::from_minutes(60);
/// Tiers that every table has, whatever the standard asks.
const USUAL_MINUTES: [u32; 3] = [5, 10, 15];

/// What a run searches for: formats and requirements as categories, minutes as budgets.
pub(crate) struct Question {
    /// The tiers in minutes, ascending.
    pub minutes: Vec<u32>,
    /// The category of each requirement: that of its one format, or of a union.
    category: Vec<usize>,
    /// The position of each requirement's minutes among the tiers.
    tier: Vec<usize>,
    unions: Vec<Vec<u16>>,
}

impl Question {
    /// What a standard makes a run ask.
    ///
    /// # Errors
    /// When the standard names a format that the vocabulary does not have.
    pub(crate) fn of(inputs: &Inputs) -> Result<Self> {
        let standard = &inputs.standard.standard;
        let mut minutes: Vec<u32> = USUAL_MINUTES.into_iter().chain(standard.minutes()).collect();
        minutes.sort_unstable();
        minutes.dedup();
        let formats = inputs.vocabulary.formats().len();
        let mut question = Self { minutes, category: Vec::new(), tier: Vec::new(), unions: Vec::new() };
        for requirement in &standard.requirements {
            let find = |id: &String| inputs.vocabulary.require(id).map(|f| f.index() as u16);
            let members: Vec<u16> = requirement.any_of.iter().map(find).collect::<Result<_>>()?;
            question.category.push(if let [only] = members[..] {
                usize::from(only)
            } else {
                question.unions.push(members);
                formats + question.unions.len() - 1
            });
            question.tier.push(question.minutes.partition_point(|&m| m < requirement.minutes));
        }
        Ok(question)
    }

    /// The tiers as budgets.
    pub(crate) fn budgets(&self) -> Vec<Ticks> {
        self.minutes.iter().map(|&m| Ticks::from_minutes(m)).collect()
    }

    /// The formats that a requirement with several is met by.
    pub(crate) fn unions(&self) -> &[Vec<u16>] {
        &self.unions
    }
}

/// The three tables that grow with the cells.
pub(crate) struct Tables {
    pub cells: TableWriter,
    pub access: TableWriter,
    pub gaps: TableWriter,
}

/// What the searches saw.
pub(crate) struct Covered {
    pub report: CoverageReport,
    /// Nodes reached by all searches together.
    pub nodes_reached: u64,
    /// Cells on a street.
    pub searched: u64,
}

/// Cells and outlets of a run on its streets.
pub(crate) struct Linked<'a> {
    pub weights: &'a EdgeWeights,
    pub cells: &'a [Option<OnStreet>],
    pub outlets: &'a LinkedOutlets,
    /// The zone of each cell.
    pub zones: &'a [Option<u32>],
}

/// Searches from all cells, judges them and writes their rows.
///
/// # Errors
/// When a table cannot be written.
pub(crate) fn cover(
    inputs: &Inputs,
    question: &Question,
    linked: &Linked<'_>,
    tables: &mut Tables,
    progress: &Progress,
) -> Result<Covered> {
    let budgets = question.budgets();
    let search = {
        let _stage = progress.stage("nearest outlets", None);
        AccessSearch::new(&inputs.streets.graph, linked.weights, linked.outlets, &budgets, HORIZON)
    };
    let stage = progress.stage("search from cells", Some(linked.cells.len() as u64));
    let zone_count = inputs.zones.as_ref().map_or(0, |layer| layer.zones.len());
    let mut covered = Covered {
        report: CoverageReport::new(&inputs.standard.standard, zone_count),
        nodes_reached: 0,
        searched: linked.cells.iter().flatten().count() as u64,
    };
    let writer = RowWriter::new(inputs, question, linked);
    for (batch, cells) in linked.cells.chunks(BATCH).enumerate() {
        let points: Vec<Option<LinkedPoint>> = cells.iter().map(|c| c.as_ref().map(|on| on.point)).collect();
        let reached = search.run(&points);
        covered.nodes_reached += (0..cells.len()).map(|c| u64::from(reached.nodes_reached(c))).sum::<u64>();
        writer.write(batch * BATCH, cells, &reached, tables, &mut covered.report)?;
        stage.advance(cells.len() as u64);
    }
    Ok(covered)
}

/// Makes rows of what a batch of cells reaches.
struct RowWriter<'a> {
    inputs: &'a Inputs,
    question: &'a Question,
    linked: &'a Linked<'a>,
    /// Whether any outlet is in the registry, by category.
    known: Vec<bool>,
    formats: Vec<&'a str>,
    groups: Vec<String>,
}

impl<'a> RowWriter<'a> {
    fn new(inputs: &'a Inputs, question: &'a Question, linked: &'a Linked<'a>) -> Self {
        let mut known = vec![false; linked.outlets.category_count()];
        for outlet in 0..linked.outlets.len() as u32 {
            for &category in linked.outlets.categories_of(walkshed::OutletId::new(outlet)) {
                known[usize::from(category)] = true;
            }
        }
        Self {
            inputs,
            question,
            linked,
            known,
            formats: inputs.vocabulary.formats().iter().map(|f| f.id.as_str()).collect(),
            groups: inputs.residents.groups.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    fn write(
        &self,
        first: usize,
        cells: &[Option<OnStreet>],
        reached: &Reached,
        tables: &mut Tables,
        report: &mut CoverageReport,
    ) -> Result<()> {
        let requirements = self.question.category.len();
        let mut access = AccessBatch::new(&self.question.minutes, cells.len() * self.formats.len());
        let mut gaps = GapsBatch::new(cells.len() * requirements);
        let mut homes = CellsBatch::new(&self.groups, cells.len());
        let mut statuses = Vec::with_capacity(requirements);
        let mut groups = Vec::with_capacity(self.groups.len());
        for (offset, on) in cells.iter().enumerate() {
            let home = &self.inputs.residents.cells[first + offset];
            let h3 = home.cell.to_string();
            self.push_access(&h3, offset, on.is_some(), reached, &mut access)?;
            self.push_gaps(&h3, offset, on.is_some(), reached, &mut gaps, &mut statuses);
            let zone = self.linked.zones.get(first + offset).copied().flatten();
            report.add_cell(zone.map(|z| z as usize), home.residents, &statuses);
            groups.clear();
            groups.extend(self.inputs.residents.groups.iter().map(|(_, residents)| residents[first + offset]));
            let count = |verdict: Verdict| statuses.iter().filter(|s| s.verdict() == verdict).count() as u32;
            homes.push(&CellRow {
                cell: home.cell,
                residents: home.residents,
                groups: &groups,
                zone_id: zone.and_then(|z| Some(self.inputs.zones.as_ref()?.zones[z as usize].id.as_str())),
                snap_status: snap_status(on.as_ref()),
                snap_distance_m: on.map(|on| on.snap.offset.0),
                met: count(Verdict::Met),
                not_met: count(Verdict::NotMet) + count(Verdict::NoStreet),
                unknown: count(Verdict::Unknown),
                requirements: requirements as u32,
                all_met: match all_met(statuses.iter().copied()) {
                    Verdict::Met => Some(true),
                    Verdict::Unknown => None,
                    Verdict::NotMet | Verdict::NoStreet => Some(false),
                },
                missing: &self.missing(&statuses),
            })?;
        }
        tables.access.write(access.finish()?)?;
        tables.gaps.write(gaps.finish()?)?;
        tables.cells.write(homes.finish()?)
    }

    fn push_access(
        &self,
        h3: &str,
        cell: usize,
        on_street: bool,
        reached: &Reached,
        rows: &mut AccessBatch,
    ) -> Result<()> {
        let longest = self.question.budgets().into_iter().max().unwrap_or(Ticks::ZERO);
        let tiers = self.question.minutes.len();
        for (format, id) in self.formats.iter().enumerate() {
            let nearest = reached.nearest(cell, format);
            let within: Vec<u32> = (0..tiers).map(|tier| reached.within(cell, format, tier)).collect();
            let (status, told) = match nearest {
                _ if !self.known[format] => ("format_not_in_registry", false),
                _ if !on_street => ("no_street", false),
                Some(nearest) if nearest.time <= longest => ("reachable", true),
                Some(_) => ("beyond_budget", true),
                None => ("no_outlet", true),
            };
            rows.push(&AccessRow {
                h3,
                format: id,
                status,
                nearest: nearest.map(|n| self.named(n)),
                within: told.then_some(within.as_slice()),
            })?;
        }
        Ok(())
    }

    fn push_gaps(
        &self,
        h3: &str,
        cell: usize,
        on_street: bool,
        reached: &Reached,
        rows: &mut GapsBatch,
        statuses: &mut Vec<CellStatus>,
    ) {
        statuses.clear();
        for (number, requirement) in self.inputs.standard.standard.requirements.iter().enumerate() {
            let category = self.question.category[number];
            let nearest = reached.nearest(cell, category);
            let within = reached.within(cell, category, self.question.tier[number]);
            let known = self.known[category];
            let status = assess(requirement, on_street, &Evidence { known, nearest, within });
            statuses.push(status);
            rows.push(&GapRow {
                h3,
                requirement: &requirement.id,
                class: &requirement.class,
                minutes: requirement.minutes,
                status: status.code(),
                reason: status.reason_code(),
                nearest: nearest.map(|n| self.named(n)),
                within: (known && on_street).then_some(within),
            });
        }
    }

    fn named(&self, nearest: Nearest) -> (f64, &'a str) {
        (nearest.time.as_seconds(), &self.inputs.outlets.outlets[nearest.outlet.index()].source_id)
    }

    /// The ids of what is not met; unknown is not missing.
    fn missing(&self, statuses: &[CellStatus]) -> String {
        let requirements = &self.inputs.standard.standard.requirements;
        let not_met = statuses.iter().zip(requirements);
        let not_met = not_met.filter(|(s, _)| matches!(s.verdict(), Verdict::NotMet | Verdict::NoStreet));
        not_met.map(|(_, r)| r.id.as_str()).collect::<Vec<_>>().join(";")
    }
}
