//! Points and outlets on the streets of one case: a graph under one model, searched and judged.
//!
//! Comes in: a graph, a walker, the inputs of a run. Goes out: for each point that walks begin at, what it has of each
//! requirement and what it reaches. Not here: which cases there are, and rows.

use anyhow::Result;
use walkshed::access::{AccessBatch, AccessSearch, LinkedOutlets, Way};
use walkshed::coverage::Judged;
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, Walker};
use walkshed::{OutletId, WalkGraph};

use super::coverage::{BATCH, known_categories};
use super::inputs::Inputs;
use super::linked::{OnStreet, link, served_from};
use super::passes::Pass;
use super::progress::Progress;
use super::question::{Found, Question};
use super::searching::{Asked, On, Searching};

/// Points and outlets on the streets of one case.
pub(crate) struct Case<'a> {
    pub(super) graph: &'a WalkGraph,
    walker: &'a Walker,
    pub(super) weights: EdgeWeights,
    pub(super) points: Vec<Option<OnStreet>>,
    pub(super) outlets: Vec<Option<OnStreet>>,
}

/// What one point has.
#[derive(Clone, Copy)]
pub(crate) struct AtPoint<'f> {
    /// What it has of each requirement.
    pub judged: &'f [Judged],
    /// The nearest outlet of each requirement.
    pub nearest: &'f [Option<OutletId>],
    /// What was reached from its batch, and its number there.
    pub reached: &'f AccessBatch,
    pub in_batch: usize,
}

impl<'a> Case<'a> {
    /// Brings points and outlets to the streets, as the walker takes them.
    pub(crate) fn place(graph: &'a WalkGraph, walker: &'a Walker, inputs: &Inputs, snap: SnapOptions) -> Self {
        let weights = EdgeWeights::from_model(graph, walker);
        let snapper = Snapper::for_walker(graph, snap, &weights);
        let homes: Vec<_> = inputs.origins.points.iter().map(|origin| origin.at).collect();
        let shops: Vec<_> = inputs.outlets.outlets.iter().map(|o| o.at).collect();
        let (points, outlets) = (link(&snapper, &weights, &homes), link(&snapper, &weights, &shops));
        Self { graph, walker, weights, points, outlets }
    }

    /// Searches from all points, and calls back with what each has, in their order.
    ///
    /// # Errors
    /// When outlets cannot be linked.
    pub(crate) fn judge(
        &self,
        inputs: &Inputs,
        question: &Question,
        way: Option<Way>,
        progress: &Progress,
        mut each: impl FnMut(AtPoint<'_>),
    ) -> Result<()> {
        let pass = |asks| Pass::new(asks, self.graph, self.walker, &self.points, (&self.outlets, &inputs.outlets));
        let passes = question.passes().iter().map(pass).collect::<Result<Vec<_>>>()?;
        let pass_searches: Vec<AccessSearch<'_>> = passes.iter().map(Pass::search).collect();
        let outlets = served_from(&self.outlets, &inputs.outlets.outlets);
        let formats = inputs.vocabulary.formats().len();
        let outlets = LinkedOutlets::new(self.graph, &outlets, formats, question.unions())?;
        let known = known_categories(&outlets);
        let cells: Vec<Option<LinkedPoint>> =
            self.points.iter().map(|on| on.as_ref().map(|on| on.point.clone())).collect();
        let budgets = question.budgets();
        let on = On { graph: self.graph, weights: &self.weights, outlets: &outlets, cells: &cells, budgets: &budgets };
        let searching = Searching::choose(Asked { way, stored: None }, on, progress);
        let search = searching.ready(on)?;
        let (mut statuses, mut nearest) = (Vec::new(), Vec::new());
        for (number, batch) in cells.chunks(BATCH).enumerate() {
            let range = number * BATCH..number * BATCH + batch.len();
            let reached = search.run(batch);
            let of_passes: Vec<_> =
                passes.iter().zip(&pass_searches).map(|(pass, search)| pass.run(search, range.clone())).collect();
            let found = Found { everybody: &reached, passes: &of_passes };
            for (point, on) in batch.iter().enumerate() {
                statuses.clear();
                statuses.extend(question.judge(&inputs.standard.standard, &known, on.is_some(), found, point));
                nearest.clear();
                let of = |(number, one): (usize, &Judged)| {
                    question.nearest(number, *one, found, point).map(|nearest| nearest.outlet)
                };
                nearest.extend(statuses.iter().enumerate().map(of));
                each(AtPoint { judged: &statuses, nearest: &nearest, reached: &reached, in_batch: point });
            }
        }
        Ok(())
    }
}
