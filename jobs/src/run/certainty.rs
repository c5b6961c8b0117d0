//! What open and closed gates would change: the two other cases of a run with all views of gates.
//!
//! Comes in: the inputs of a run with streets in three cases. Goes out: [`Cases`]: for each point that walks begin at, and
//! each requirement, whether it is met with gates open and with gates closed; and the gate in the way where only open gates
//! meet it. Not here: the case as mapped, which is the run itself.
//!
//! A cell with several points meets something in a case where at least half of its residents do from their own point, as
//! in the case as mapped.
//!
//! Costs: two searches more for each point, and a third for those points that a gate keeps from something. Memory: the two
//! other graphs, the weights of the open one, and some 10 bytes for each point and requirement.

use anyhow::Result;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use walkshed::coverage::{CellStatus, Certainty, Verdict};
use walkshed::graph::LinkKind;
use walkshed::osm::{Answer, GatePolicy};
use walkshed::search::{Reach, ReachSearch};
use walkshed::snap::Snap;
use walkshed::{OutletId, Position, Ticks, WalkGraph};

use super::by_point::Points;
use super::case::Case;
use super::inputs::Inputs;
use super::linked::OnStreet;
use super::progress::Progress;
use super::question::Question;
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
    /// For each point and requirement, the verdict with gates open and with gates closed.
    verdicts: Vec<[Verdict; 2]>,
    /// The nearest outlet with gates open, where it is met then.
    nearest: Vec<Option<OutletId>>,
    /// Gates that are closed as mapped and might stand open.
    closed: FxHashMap<Position, (i64, Answer)>,
}

/// A point that a gate keeps from some requirements.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Its cell, and its number among all points.
    pub cell: usize,
    pub point: usize,
    /// Where it is on the street as mapped.
    pub mapped: Option<OnStreet>,
    pub requirements: Vec<usize>,
}

/// What the cases come to for a cell and one requirement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct OfCell {
    /// How sure its status as mapped is.
    pub certainty: Certainty,
    /// Whether it is not met as mapped, and would be if gates stood open.
    pub only_open_gates: bool,
}

impl<'a> Cases<'a> {
    /// Searches from all points with gates open and with gates closed; nothing when the run has one case only.
    ///
    /// # Errors
    /// When outlets cannot be linked.
    pub(crate) fn find(
        inputs: &'a Inputs,
        question: &Question,
        plan: &'a Plan,
        progress: &Progress,
    ) -> Result<Option<Self>> {
        let Some(others) = &inputs.streets.other_gates else { return Ok(None) };
        let stage = progress.stage("open and closed gates", Some(2 * inputs.origins.points.len() as u64));
        let mut nearest = Vec::new();
        let mut verdicts = Vec::new();
        let open = Case::place(&others.open, &plan.model, inputs, plan.snap);
        open.judge(inputs, question, plan.way, progress, |point| {
            for (one, found) in point.judged.iter().zip(point.nearest) {
                nearest.push(found.filter(|_| one.status == CellStatus::Met));
                verdicts.push([one.status.verdict(); 2]);
            }
        })?;
        stage.advance(inputs.origins.points.len() as u64);
        let mut row = verdicts.iter_mut();
        let closed = Case::place(&others.closed, &plan.model, inputs, plan.snap);
        closed.judge(inputs, question, plan.way, progress, |point| {
            for (one, both) in point.judged.iter().zip(row.by_ref()) {
                both[1] = one.status.verdict();
            }
        })?;
        stage.advance(inputs.origins.points.len() as u64);
        let closed = others.gates.iter().filter(|gate| gate.answers.only_open_lets_pass());
        Ok(Some(Self {
            inputs,
            requirements: question.requirements(),
            open,
            longest: question.budgets().into_iter().max().unwrap_or(Ticks::ZERO),
            verdicts,
            nearest,
            closed: closed.map(|gate| (gate.at, (gate.node.0, gate.answers.under(GatePolicy::Mapped)))).collect(),
        }))
    }

    /// How sure the status as mapped of a point and requirement is.
    pub(super) fn certainty(&self, point: usize, requirement: usize, mapped: CellStatus) -> Certainty {
        let [open, closed] = self.verdicts[point * self.requirements + requirement];
        Certainty::of(mapped.verdict(), open, closed)
    }

    /// Whether a requirement that a point does not meet as mapped would be met if gates stood open.
    pub(super) fn only_open_gates(&self, point: usize, requirement: usize, mapped: CellStatus) -> bool {
        let open = self.verdicts[point * self.requirements + requirement][0];
        matches!(mapped.verdict(), Verdict::NotMet | Verdict::NoStreet) && open == Verdict::Met
    }

    /// The same of a cell whose points begin at the number `first`, and of what it has as mapped.
    pub(super) fn of_cell(&self, points: &Points<'_>, first: usize, requirement: usize, mapped: CellStatus) -> OfCell {
        let half = |case: usize| {
            let is_met =
                |point: usize| self.verdicts[(first + point) * self.requirements + requirement][case] == Verdict::Met;
            if points.is_true_for_half(is_met) { Verdict::Met } else { Verdict::NotMet }
        };
        let (open, closed) = (half(0), half(1));
        OfCell {
            certainty: Certainty::of(mapped.verdict(), open, closed),
            only_open_gates: mapped.verdict() == Verdict::NotMet && open == Verdict::Met,
        }
    }

    /// For some points, and for each requirement that a gate keeps them from: the first gate in the way, by cell and
    /// requirement.
    pub(super) fn gates_on_the_way(&self, kept: &[Kept]) -> FxHashMap<(usize, usize), i64> {
        let found: Vec<Vec<((usize, usize), i64)>> = kept
            .par_iter()
            .with_min_len(16)
            .map_init(
                || ReachSearch::new(self.open.graph),
                |search, Kept { cell, point, mapped, requirements }| {
                    let Some(from) = &self.open.points[*point] else { return Vec::new() };
                    let reach = search.run_with_paths(&self.open.weights, &from.point, self.longest);
                    let is_private = mapped
                        .as_ref()
                        .is_some_and(|on| self.inputs.streets.graph.link(on.snap.link).kind != LinkKind::Public);
                    let gate = |&requirement: &usize| {
                        let outlet = self.nearest[point * self.requirements + requirement]?;
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
