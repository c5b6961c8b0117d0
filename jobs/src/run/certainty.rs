//! What open and closed gates would change: the two other cases of a run with all views of gates.
//!
//! Comes in: the inputs of a run with streets in three cases. Goes out: [`Cases`]: for each cell and requirement whether it
//! is met with gates open and with gates closed, and the gate in the way where only open gates meet it. Not here: the case
//! as mapped, which is the run itself.
//!
//! Walks begin at the centres of the cells: with several points in a cell a run has no cases (the plan refuses the two).
//!
//! Costs: two searches more for each cell, and a third for those cells that a gate keeps from something. Memory: the two
//! other graphs, the weights of the open one, and some 10 bytes for each cell and requirement.

use anyhow::Result;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use walkshed::access::{AccessSearch, LinkedOutlets};
use walkshed::coverage::{CellStatus, Certainty, Verdict};
use walkshed::graph::LinkKind;
use walkshed::osm::{Answer, GatePolicy};
use walkshed::search::{Reach, ReachSearch};
use walkshed::snap::{LinkedPoint, Snap, Snapper};
use walkshed::walk::EdgeWeights;
use walkshed::{OutletId, Position, Ticks, WalkGraph};

use super::coverage::{BATCH, HORIZON, Question, known_categories};
use super::inputs::Inputs;
use super::linked::{OnStreet, link, served_from};
use super::progress::Progress;
use crate::plan::Plan;

/// Residents by how sure the status of one requirement is.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub(crate) struct CertaintySums {
    /// Met however gates are taken.
    pub met: f64,
    /// Met in some cases.
    pub depends_on_data: f64,
    /// On a street, and met in no case.
    pub not_met: f64,
}

/// What a run finds with gates open and with gates closed.
pub(crate) struct Cases<'a> {
    inputs: &'a Inputs,
    requirements: usize,
    open: Case<'a>,
    longest: Ticks,
    /// For each cell and requirement, the verdict with gates open and with gates closed.
    verdicts: Vec<[Verdict; 2]>,
    /// The nearest outlet with gates open, where it is met then.
    nearest: Vec<Option<OutletId>>,
    /// Gates that are closed as mapped and might stand open.
    closed: FxHashMap<Position, (i64, Answer)>,
}

/// Cells, each on its street as mapped, with the requirements that a gate keeps it from.
pub(super) type Kept = (usize, Option<OnStreet>, Vec<usize>);

impl<'a> Cases<'a> {
    /// Searches from all cells with gates open and with gates closed; nothing when the run has one case only.
    ///
    /// # Errors
    /// When outlets cannot be linked.
    pub(crate) fn find(
        inputs: &'a Inputs,
        question: &Question,
        plan: &Plan,
        progress: &Progress,
    ) -> Result<Option<Self>> {
        let Some(others) = &inputs.streets.other_gates else { return Ok(None) };
        let stage = progress.stage("open and closed gates", Some(2 * inputs.residents.cells.len() as u64));
        let mut nearest = Vec::new();
        let mut verdicts = Vec::new();
        let open = Case::place(&others.open, inputs, plan);
        open.judge(inputs, question, |status, found| {
            nearest.push(found.filter(|_| status == CellStatus::Met));
            verdicts.push([status.verdict(); 2]);
        })?;
        stage.advance(inputs.residents.cells.len() as u64);
        let mut row = verdicts.iter_mut();
        Case::place(&others.closed, inputs, plan).judge(inputs, question, |status, _| {
            if let Some(both) = row.next() {
                both[1] = status.verdict();
            }
        })?;
        stage.advance(inputs.residents.cells.len() as u64);
        let closed = others.gates.iter().filter(|gate| gate.answers.only_open_lets_pass());
        Ok(Some(Self {
            inputs,
            requirements: question.category.len(),
            open,
            longest: question.budgets().into_iter().max().unwrap_or(Ticks::ZERO),
            verdicts,
            nearest,
            closed: closed.map(|gate| (gate.at, (gate.node.0, gate.answers.under(GatePolicy::Mapped)))).collect(),
        }))
    }

    /// How sure the status as mapped of a cell and requirement is.
    pub(super) fn certainty(&self, cell: usize, requirement: usize, mapped: CellStatus) -> Certainty {
        let [open, closed] = self.verdicts[cell * self.requirements + requirement];
        Certainty::of(mapped.verdict(), open, closed)
    }

    /// Whether a requirement that is not met as mapped would be met if gates stood open.
    pub(super) fn only_open_gates(&self, cell: usize, requirement: usize, mapped: CellStatus) -> bool {
        let open = self.verdicts[cell * self.requirements + requirement][0];
        mapped.verdict() == Verdict::NotMet && open == Verdict::Met
    }

    /// For some cells, and for each requirement that a gate keeps them from: the first gate in the way, by cell and
    /// requirement.
    pub(super) fn gates_on_the_way(&self, kept: &[Kept]) -> FxHashMap<(usize, usize), i64> {
        let found: Vec<Vec<((usize, usize), i64)>> = kept
            .par_iter()
            .with_min_len(16)
            .map_init(
                || ReachSearch::new(self.open.graph),
                |search, (cell, mapped, requirements)| {
                    let Some(from) = &self.open.cells[*cell] else { return Vec::new() };
                    let reach = search.run_with_paths(&self.open.weights, &from.point, self.longest);
                    let is_private = mapped
                        .as_ref()
                        .is_some_and(|on| self.inputs.streets.graph.link(on.snap.link).kind != LinkKind::Public);
                    let gate = |&requirement: &usize| {
                        let outlet = self.nearest[cell * self.requirements + requirement]?;
                        let to = self.open.outlets[outlet.index()].as_ref()?;
                        let walk = points_of_walk(self.open.graph, &reach, from, to)?;
                        Some(((*cell, requirement), self.first_closed(&walk, is_private)?))
                    };
                    requirements.iter().filter_map(gate).collect()
                },
            )
            .collect();
        found.into_iter().flatten().collect()
    }

    /// The first gate on a walk that does not let it pass as mapped. Who starts on a private street has the key of the
    /// gate there.
    fn first_closed(&self, walk: &[Position], is_private: bool) -> Option<i64> {
        let mut gates = walk.iter().filter_map(|at| self.closed.get(at));
        let first = gates.next()?;
        let gate = if is_private && first.1 == Answer::EndsOnly { gates.next()? } else { first };
        Some(gate.0)
    }
}

/// Cells and outlets on the streets of one case.
struct Case<'a> {
    graph: &'a WalkGraph,
    weights: EdgeWeights,
    cells: Vec<Option<OnStreet>>,
    outlets: Vec<Option<OnStreet>>,
}

impl<'a> Case<'a> {
    fn place(graph: &'a WalkGraph, inputs: &Inputs, plan: &Plan) -> Self {
        let weights = EdgeWeights::from_model(graph, &plan.model);
        let snapper = Snapper::for_walker(graph, plan.snap, &weights);
        let homes: Vec<_> = inputs.residents.cells.iter().map(|c| c.at).collect();
        let shops: Vec<_> = inputs.outlets.outlets.iter().map(|o| o.at).collect();
        let (cells, outlets) = (link(&snapper, &weights, &homes), link(&snapper, &weights, &shops));
        Self { graph, weights, cells, outlets }
    }

    /// Calls back with the status of each cell and requirement, and the nearest outlet, in order.
    fn judge(
        &self,
        inputs: &Inputs,
        question: &Question,
        mut row: impl FnMut(CellStatus, Option<OutletId>),
    ) -> Result<()> {
        let outlets = served_from(&self.outlets, &inputs.outlets.outlets);
        let formats = inputs.vocabulary.formats().len();
        let outlets = LinkedOutlets::new(self.graph, &outlets, formats, question.unions())?;
        let known = known_categories(&outlets);
        let search = AccessSearch::new(self.graph, &self.weights, &outlets, &question.budgets(), HORIZON);
        for cells in self.cells.chunks(BATCH) {
            let points: Vec<Option<LinkedPoint>> =
                cells.iter().map(|c| c.as_ref().map(|on| on.point.clone())).collect();
            let reached = search.run(&points);
            for (cell, on) in cells.iter().enumerate() {
                let statuses = question.statuses(inputs, &known, on.is_some(), &reached, cell);
                for (number, status) in statuses.enumerate() {
                    row(status, reached.nearest(cell, question.category[number]).map(|n| n.outlet));
                }
            }
        }
        Ok(())
    }
}

/// The points of the streets that a shortest walk passes, from home to outlet; nothing when it is not within the budget.
fn points_of_walk(graph: &WalkGraph, reach: &Reach<'_>, from: &OnStreet, to: &OnStreet) -> Option<Vec<Position>> {
    let time = reach.time_to_point(&to.point)?;
    if from.point.direct_to(&to.point) == Some(time) {
        return Some(between(graph, &from.snap, &to.snap));
    }
    let last = to.point.ends().find(|&(node, rest)| reach.time_to(node).is_some_and(|t| t + rest == time))?.0;
    let path = reach.path_to(last)?;
    let mut points = to_end(graph, &from.snap, graph.node_at(path.start));
    for edge in path.edges {
        let traversal = graph.traversal(edge);
        let along = graph.link(traversal.link()).points;
        if traversal.is_backward() {
            points.extend(along.iter().rev());
        } else {
            points.extend(along);
        }
    }
    points.extend(to_end(graph, &to.snap, graph.node_at(last)).iter().rev());
    Some(points)
}

/// The points of a link between two positions on it.
fn between(graph: &WalkGraph, from: &Snap, to: &Snap) -> Vec<Position> {
    let points = graph.link(from.link).points;
    let (from, to) = (from.segment as usize, to.segment as usize);
    if from <= to { points[from + 1..=to].to_vec() } else { points[to + 1..=from].iter().rev().copied().collect() }
}

/// The points of a link from a position on it to the end that stands at a place.
fn to_end(graph: &WalkGraph, from: &Snap, end: Position) -> Vec<Position> {
    let points = graph.link(from.link).points;
    let next = from.segment as usize + 1;
    if points.first() == Some(&end) { points[..next].iter().rev().copied().collect() } else { points[next..].to_vec() }
}
