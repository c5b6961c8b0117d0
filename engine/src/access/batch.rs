//! The searches of many cells, on all cores.
//!
//! Comes in: outlets on streets, budgets, and cells batch by batch. Goes out: [`AccessBatch`]es. Not here: how the cells
//! came to their streets.
//!
//! The nearest outlet of each category comes from one search against the edges for each category, before the first
//! cell: it knows no budget, so a gap can say how far the nearest outlet is. Counts come from one search for each cell.

use rayon::prelude::*;

use super::outlets::LinkedOutlets;
use crate::graph::WalkGraph;
use crate::ids::OutletId;
use crate::search::{Nearest, NearestField, NearestSearch, Reach, ReachSearch};
use crate::snap::LinkedPoint;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// Cells are dealt out to the cores in runs of this many, so that neighbours share what is in the cache.
const CELLS_A_RUN: usize = 64;

/// Everything that the searches of a run share.
///
/// 8 bytes for each node and category that has an outlet, besides the graph and the outlets themselves.
#[derive(Debug)]
pub struct AccessSearch<'g> {
    graph: &'g WalkGraph,
    weights: &'g EdgeWeights,
    outlets: &'g LinkedOutlets,
    budgets: Vec<Ticks>,
    nearest: Vec<Option<NearestField>>,
}

/// What a batch of cells can reach. Cells are numbered from 0 within the batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccessBatch {
    cells: usize,
    categories: usize,
    budgets: usize,
    nearest: Vec<Option<Nearest>>,
    within: Vec<u32>,
    nodes: Vec<u32>,
}

impl AccessBatch {
    /// How many cells there are.
    pub fn cell_count(&self) -> usize {
        self.cells
    }

    /// The nearest outlet of a category, however far within the horizon.
    pub fn nearest(&self, cell: usize, category: usize) -> Option<Nearest> {
        self.nearest[cell * self.categories + category]
    }

    /// How many outlets of a category are within a budget, by the budget's position.
    pub fn within(&self, cell: usize, category: usize, budget: usize) -> u32 {
        self.within[(cell * self.categories + category) * self.budgets + budget]
    }

    /// How many nodes the search of a cell reached within the longest budget.
    pub fn nodes_reached(&self, cell: usize) -> u32 {
        self.nodes[cell]
    }
}

impl<'g> AccessSearch<'g> {
    /// Makes ready to search: finds, for every node, the nearest outlet of each category within a horizon.
    ///
    /// Budgets are inclusive and may come in any order; counts are given in that order.
    pub fn new(
        graph: &'g WalkGraph,
        weights: &'g EdgeWeights,
        outlets: &'g LinkedOutlets,
        budgets: &[Ticks],
        horizon: Ticks,
    ) -> Self {
        let search = NearestSearch::new(graph, weights);
        let horizon = budgets.iter().copied().fold(horizon, Ticks::max);
        let nearest = (0..outlets.plain_count() as u16)
            .into_par_iter()
            .map(|category| {
                let mut of_category = outlets.of_category(category).peekable();
                of_category.peek().is_some().then(|| search.run(of_category, horizon))
            })
            .collect();
        Self { graph, weights, outlets, budgets: budgets.to_vec(), nearest }
    }

    /// Searches from a batch of cells, on all cores. A cell without a street reaches nothing.
    pub fn run(&self, cells: &[Option<LinkedPoint>]) -> AccessBatch {
        let parts: Vec<AccessBatch> = cells
            .par_chunks(CELLS_A_RUN)
            .with_min_len(4)
            .map_init(|| Scratch::new(self), |scratch, run| self.run_part(scratch, run))
            .collect();
        let mut all = self.empty(0);
        for part in parts {
            all.cells += part.cells;
            all.nearest.extend(part.nearest);
            all.within.extend(part.within);
            all.nodes.extend(part.nodes);
        }
        all
    }

    fn empty(&self, cells: usize) -> AccessBatch {
        let (categories, budgets) = (self.outlets.category_count(), self.budgets.len());
        AccessBatch {
            cells,
            categories,
            budgets,
            nearest: vec![None; cells * categories],
            within: vec![0; cells * categories * budgets],
            nodes: vec![0; cells],
        }
    }

    fn run_part(&self, scratch: &mut Scratch<'g>, cells: &[Option<LinkedPoint>]) -> AccessBatch {
        let mut batch = self.empty(cells.len());
        let longest = self.budgets.iter().copied().max().unwrap_or(Ticks::ZERO);
        for (cell, origin) in cells.iter().enumerate() {
            let Some(origin) = origin else { continue };
            let reach = scratch.search.run_from(self.weights, origin, longest);
            batch.nodes[cell] = reach.node_count() as u32;
            scratch.arrivals.collect(&reach, origin, self.outlets, longest);
            for (outlet, time) in scratch.arrivals.drain() {
                for &category in self.outlets.categories_of(outlet) {
                    let row = (cell * batch.categories + usize::from(category)) * batch.budgets;
                    for (count, &budget) in batch.within[row..].iter_mut().zip(&self.budgets) {
                        *count += u32::from(time <= budget);
                    }
                }
            }
            let row = &mut batch.nearest[cell * batch.categories..(cell + 1) * batch.categories];
            self.find_nearest(origin, row);
        }
        batch
    }

    fn find_nearest(&self, origin: &LinkedPoint, row: &mut [Option<Nearest>]) {
        for (nearest, field) in row.iter_mut().zip(&self.nearest) {
            *nearest = field.as_ref().and_then(|f| f.at_point(origin));
        }
        for &outlet in self.outlets.on_link(origin.link) {
            let direct = self.outlets.point(outlet).and_then(|p| origin.direct_to(p));
            let Some(time) = direct else { continue };
            let direct = Nearest { time, outlet };
            let plain = self.outlets.categories_of(outlet).iter().filter(|&&c| usize::from(c) < self.nearest.len());
            for &category in plain {
                let nearest = &mut row[usize::from(category)];
                *nearest = Some(nearest.map_or(direct, |n| n.min(direct)));
            }
        }
        for union in self.nearest.len()..row.len() {
            row[union] = self.outlets.members_of(union).iter().filter_map(|&m| row[usize::from(m)]).min();
        }
    }
}

/// Room for one core's searches.
struct Scratch<'g> {
    search: ReachSearch<'g>,
    arrivals: Arrivals,
}

impl<'g> Scratch<'g> {
    fn new(access: &AccessSearch<'g>) -> Self {
        Self { search: ReachSearch::new(access.graph), arrivals: Arrivals::new(access.outlets.len()) }
    }
}

/// The outlets that one search comes to, each with its earliest time.
struct Arrivals {
    time: Vec<u32>,
    outlets: Vec<OutletId>,
}

impl Arrivals {
    fn new(outlets: usize) -> Self {
        Self { time: vec![u32::MAX; outlets], outlets: Vec::new() }
    }

    fn collect(&mut self, reach: &Reach<'_>, origin: &LinkedPoint, outlets: &LinkedOutlets, budget: Ticks) {
        for (node, time) in reach.nodes() {
            for (outlet, rest) in outlets.after_node(node) {
                self.note(outlet, time + rest, budget);
            }
        }
        for &outlet in outlets.on_link(origin.link) {
            if let Some(time) = outlets.point(outlet).and_then(|p| origin.direct_to(p)) {
                self.note(outlet, time, budget);
            }
        }
    }

    fn note(&mut self, outlet: OutletId, time: Ticks, budget: Ticks) {
        let known = &mut self.time[outlet.index()];
        if time <= budget && time.get() < *known {
            if *known == u32::MAX {
                self.outlets.push(outlet);
            }
            *known = time.get();
        }
    }

    fn drain(&mut self) -> impl Iterator<Item = (OutletId, Ticks)> + '_ {
        let time = &mut self.time;
        self.outlets.drain(..).map(move |o| (o, Ticks::new(std::mem::replace(&mut time[o.index()], u32::MAX))))
    }
}
