//! The searches of many cells, on all cores.
//!
//! Comes in: outlets on streets, budgets, a way of searching, and cells batch by batch. Goes out: [`AccessBatch`]es. Not
//! here: how the cells came to their streets.
//!
//! The nearest outlet of each category is found for all nodes before the first cell (`nearby`): it knows no budget, so a gap
//! can say how far the nearest outlet is. Counts come from the cells, by any of the ways: all give the same answer.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for wider vectors")]

use rayon::prelude::*;

use super::block::{Arrivals, Cells};
use super::nearby::Nearby;
use super::outlets::LinkedOutlets;
use super::way::Way;
use super::ways::{CELLS_A_RUN, Consumer, Ready};
use crate::graph::WalkGraph;
use crate::ids::OutletId;
use crate::search::{Hierarchy, LaneTime, Nearest, Pool, Vectored, vectored};
use crate::snap::LinkedPoint;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// How many runs of cells are counted before the counts are put in their places: this bounds the memory.
const RUNS_AT_ONCE: usize = 1_024;

/// Everything that the searches of a run share.
///
/// 8 bytes for each node and category that has an outlet, or only for those nodes where announced cells begin
/// ([`AccessOptions::only`]), besides the graph, the outlets and what the way needs.
#[derive(Debug)]
pub struct AccessSearch<'g> {
    pub(super) outlets: &'g LinkedOutlets,
    pub(super) longest: Ticks,
    budgets: Vec<Ticks>,
    nearby: Option<Nearby>,
    way: Way,
    ready: Ready<'g>,
}

/// What is asked of an [`AccessSearch`], and how it should go about it.
#[derive(Clone, Copy, Debug)]
pub struct AccessOptions<'o> {
    /// Budgets, each inclusive, in any order; counts are given in that order.
    pub budgets: &'o [Ticks],
    /// How far to look for the nearest outlet, at least as far as the longest budget; nothing to look for none.
    pub horizon: Option<Ticks>,
    /// All cells that will be searched from, where they are known beforehand: the nearest outlets are then kept only of
    /// the nodes where these begin, which saves most of the memory in a large city.
    pub only: Option<&'o [Option<LinkedPoint>]>,
    /// The way of searching.
    pub way: Way,
}

/// Why cells cannot be searched from in the way that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AccessError {
    /// The way needs a hierarchy.
    #[error("searching by {} needs a hierarchy; build one or choose another way", .0.code())]
    NoHierarchy(Way),
    /// The hierarchy is of another graph or model.
    #[error("the hierarchy was built for another graph or another model of walking; build it again for this one")]
    OtherHierarchy,
    /// The hierarchy was built for shorter budgets.
    #[error("the hierarchy was built for walks of up to {has}, but {needs} are asked for; build it again")]
    ShortHierarchy {
        /// What it was built for.
        has: Ticks,
        /// The longest budget.
        needs: Ticks,
    },
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
        self.nearest.get(cell * self.categories + category).copied().flatten()
    }

    /// How many outlets of a category are within a budget, by the budget's position.
    pub fn within(&self, cell: usize, category: usize, budget: usize) -> u32 {
        self.within[(cell * self.categories + category) * self.budgets + budget]
    }

    /// How many nodes the search of a cell reached within the longest budget; 0 when the search went by
    /// [`Way::Meetings`], which does not look at them all.
    pub fn nodes_reached(&self, cell: usize) -> u32 {
        self.nodes[cell]
    }
}

impl<'g> AccessSearch<'g> {
    /// Makes ready to search in the way of the reference, one cell after the other: finds, for every node, the nearest
    /// outlet of each category within a horizon.
    ///
    /// Budgets are inclusive and may come in any order; counts are given in that order.
    pub fn new(
        graph: &'g WalkGraph,
        weights: &'g EdgeWeights,
        outlets: &'g LinkedOutlets,
        budgets: &[Ticks],
        horizon: Ticks,
    ) -> Self {
        let (longest, horizon) = limits(budgets, horizon);
        let nearby = Some(Nearby::by_searches(graph, weights, outlets, None, horizon));
        let ready = Ready::OneByOne(graph, weights, Pool::default());
        Self { outlets, longest, budgets: budgets.to_vec(), nearby, way: Way::OneByOne, ready }
    }

    /// Makes ready to search in a way of one's choice (see [`Choice`](super::Choice)); the answers do not depend on it.
    ///
    /// # Errors
    /// When the way needs a hierarchy and there is none, or none that serves this graph, these weights and these budgets.
    pub fn by(
        graph: &'g WalkGraph,
        weights: &'g EdgeWeights,
        outlets: &'g LinkedOutlets,
        hierarchy: Option<&'g Hierarchy>,
        options: AccessOptions<'_>,
    ) -> Result<Self, AccessError> {
        let AccessOptions { budgets, horizon, only, way } = options;
        let (longest, horizon_at_least) = limits(budgets, horizon.unwrap_or_default());
        if let Some(hierarchy) = hierarchy {
            if !hierarchy.fits(graph, weights) {
                return Err(AccessError::OtherHierarchy);
            }
            if way.needs_hierarchy() && hierarchy.longest() < longest {
                return Err(AccessError::ShortHierarchy { has: hierarchy.longest(), needs: longest });
            }
        }
        let ready =
            Ready::new(graph, weights, outlets, hierarchy, way, longest).ok_or(AccessError::NoHierarchy(way))?;
        let horizon = horizon.map(|_| horizon_at_least);
        let nearby = horizon.map(|horizon| match hierarchy.filter(|hierarchy| hierarchy.longest() >= horizon) {
            Some(hierarchy) => Nearby::by_sweeps(graph, hierarchy, outlets, only, horizon),
            None => Nearby::by_searches(graph, weights, outlets, only, horizon),
        });
        Ok(Self { outlets, longest, budgets: budgets.to_vec(), nearby, way, ready })
    }

    /// The way in which it searches.
    pub fn way(&self) -> Way {
        self.way
    }

    /// The nearest outlets of a batch of cells alone, without counting: nothing is searched from the cells.
    pub fn nearest(&self, cells: &[Option<LinkedPoint>]) -> AccessBatch {
        let batch =
            AccessBatch { cells: cells.len(), categories: self.outlets.category_count(), ..AccessBatch::default() };
        AccessBatch { nodes: vec![0; cells.len()], ..self.fill(batch, cells, &[]) }
    }

    /// Searches from a batch of cells, on all cores. A cell without a street reaches nothing.
    pub fn run(&self, cells: &[Option<LinkedPoint>]) -> AccessBatch {
        let (categories, budgets) = (self.outlets.category_count(), self.budgets.len());
        let batch = AccessBatch {
            cells: cells.len(),
            categories,
            budgets,
            nearest: Vec::new(),
            within: vec![0; cells.len() * categories * budgets],
            nodes: vec![0; cells.len()],
        };
        self.fill(batch, cells, &neighbours_together(cells))
    }

    /// Brings a batch of the same cells up to date after a change, by searching only from the cells that it concerns (see
    /// [`Change::concerns`](super::Change::concerns)); the result is that of a run over all cells.
    ///
    /// # Panics
    /// When the batch is of other cells, categories or budgets.
    pub fn update(&self, batch: AccessBatch, cells: &[Option<LinkedPoint>], concerned: &[u32]) -> AccessBatch {
        let shape = (batch.cells, batch.categories, batch.budgets);
        assert_eq!(shape, (cells.len(), self.outlets.category_count(), self.budgets.len()), "another batch");
        let mut is_concerned = vec![false; cells.len()];
        for &cell in concerned {
            is_concerned[cell as usize] = true;
        }
        let mut order = neighbours_together(cells);
        order.retain(|&cell| is_concerned[cell as usize]);
        self.fill(batch, cells, &order)
    }

    /// Reads the nearest outlets of all cells, and counts those of the cells in `order`.
    fn fill(&self, mut batch: AccessBatch, cells: &[Option<LinkedPoint>], order: &[u32]) -> AccessBatch {
        let (categories, budgets) = (batch.categories, batch.budgets);
        batch.nearest.clear();
        if let Some(nearby) = &self.nearby {
            batch.nearest.resize(cells.len() * categories, None);
            let rows = batch.nearest.par_chunks_mut(categories.max(1)).zip(cells).with_min_len(CELLS_A_RUN);
            rows.for_each(|(row, cell)| cell.iter().for_each(|cell| self.find_nearest(nearby, cell, row)));
        }
        let width = categories * budgets;
        for order in order.chunks(RUNS_AT_ONCE * CELLS_A_RUN) {
            let counted = self.each_run(cells, order, &Counts { search: self });
            for (numbers, counted) in order.chunks(CELLS_A_RUN).zip(counted) {
                for (place, &cell) in numbers.iter().enumerate() {
                    let row = &mut batch.within[cell as usize * width..(cell as usize + 1) * width];
                    row.copy_from_slice(&counted.within[place * width..(place + 1) * width]);
                    batch.nodes[cell as usize] = counted.nodes[place];
                }
            }
        }
        batch
    }

    /// Searches from cells in a given order, in runs, and gives what a consumer makes of each run.
    pub(super) fn each_run<C: Consumer>(
        &self,
        cells: &[Option<LinkedPoint>],
        order: &[u32],
        consumer: &C,
    ) -> Vec<C::Output> {
        let ordered: Vec<Option<&LinkedPoint>> = order.iter().map(|&cell| cells[cell as usize].as_ref()).collect();
        let runs: Vec<&Cells<'_>> = ordered.chunks(CELLS_A_RUN).collect();
        self.ready.each_run(&runs, self.outlets, self.longest, consumer)
    }

    fn find_nearest(&self, nearby: &Nearby, origin: &LinkedPoint, row: &mut [Option<Nearest>]) {
        let plain = self.outlets.plain_count();
        for (category, nearest) in row[..plain].iter_mut().enumerate() {
            *nearest = nearby.at_point(origin, category);
        }
        for outlet in self.outlets.beside(origin) {
            let direct = self.outlets.point(outlet).and_then(|p| origin.direct_to(p));
            let Some(time) = direct.filter(|&time| nearby.reaches(time)) else { continue };
            let direct = Nearest { time, outlet };
            let served = self.outlets.categories_of(outlet).iter().filter(|&&c| usize::from(c) < plain);
            for &category in served {
                let nearest = &mut row[usize::from(category)];
                *nearest = Some(nearest.map_or(direct, |n| n.min(direct)));
            }
        }
        for union in plain..row.len() {
            row[union] = self.outlets.members_of(union).iter().filter_map(|&m| row[usize::from(m)]).min();
        }
    }
}

/// The longest budget, and the horizon, which is no nearer.
fn limits(budgets: &[Ticks], horizon: Ticks) -> (Ticks, Ticks) {
    let longest = budgets.iter().copied().max().unwrap_or(Ticks::ZERO);
    (longest, horizon.max(longest))
}

/// The numbers of cells in the order of the nodes where their walks begin, so that neighbours are searched from together.
pub(super) fn neighbours_together(cells: &[Option<LinkedPoint>]) -> Vec<u32> {
    let first = |cell: &LinkedPoint| cell.starts().next().map_or(u32::MAX, |start| start.0.get());
    // The node above the number of the cell, in one number that sorts quickly.
    let key =
        |(cell, number): (&Option<LinkedPoint>, u64)| u64::from(cell.as_ref().map_or(u32::MAX, first)) << 32 | number;
    let mut order: Vec<u64> = cells.iter().zip(0..).map(key).collect();
    order.sort_unstable();
    order.into_iter().map(|key| key as u32).collect()
}

/// Counts outlets by category and budget.
struct Counts<'s, 'g> {
    search: &'s AccessSearch<'g>,
}

/// The counts of a run of cells, in rows of categories and budgets.
struct Counted {
    within: Vec<u32>,
    nodes: Vec<u32>,
}

impl Consumer for Counts<'_, '_> {
    type Output = Counted;

    fn begin(&self, _: usize, cells: &Cells<'_>) -> Counted {
        let width = self.search.outlets.category_count() * self.search.budgets.len();
        Counted { within: vec![0; cells.len() * width], nodes: vec![0; cells.len()] }
    }

    fn take<T: LaneTime, const N: usize>(&self, first: usize, cells: usize, met: &Arrivals<T, N>, to: &mut Counted) {
        to.nodes[first..first + cells].copy_from_slice(&met.nodes()[..cells]);
        // No count can be larger than the number of outlets.
        if self.search.outlets.len() < usize::from(u16::MAX) {
            self.count::<T, u16, N>(first, cells, met, to);
        } else {
            self.count::<T, u32, N>(first, cells, met, to);
        }
    }
}

impl Counts<'_, '_> {
    fn count<T: LaneTime, K: LaneTime, const N: usize>(
        &self,
        first: usize,
        cells: usize,
        met: &Arrivals<T, N>,
        to: &mut Counted,
    ) {
        let AccessSearch { outlets, budgets, .. } = self.search;
        let limits: Vec<T> = budgets.iter().map(|b| T::from_ticks(b.get())).collect();
        let width = outlets.category_count() * limits.len();
        let mut counts = vec![[K::default(); N]; width];
        vectored(Tally { outlets, limits: &limits, met, counts: &mut counts });
        let rows = to.within[first * width..(first + cells) * width].chunks_mut(width.max(1));
        for (lane, row) in rows.enumerate() {
            for (count, lanes) in row.iter_mut().zip(&counts) {
                *count = lanes[lane].ticks();
            }
        }
    }
}

/// Counting the outlets met, as work for vectors.
struct Tally<'t, T, K, const N: usize> {
    outlets: &'t LinkedOutlets,
    limits: &'t [T],
    met: &'t Arrivals<T, N>,
    counts: &'t mut [[K; N]],
}

impl<T: LaneTime, K: LaneTime, const N: usize> Vectored for Tally<'_, T, K, N> {
    type Output = ();

    #[inline(always)]
    fn work(self) {
        let one = K::from_ticks(1);
        let budgets = self.limits.len();
        for (outlet, times) in self.met.iter() {
            let categories = self.outlets.categories_of(OutletId::new(outlet));
            for (budget, &limit) in self.limits.iter().enumerate() {
                let mut is_within = [K::default(); N];
                for lane in 0..N {
                    is_within[lane] = one.or(K::default(), times[lane] <= limit);
                }
                for &category in categories {
                    let counts = &mut self.counts[usize::from(category) * budgets + budget];
                    for lane in 0..N {
                        counts[lane] = counts[lane].after(is_within[lane]);
                    }
                }
            }
        }
    }
}
