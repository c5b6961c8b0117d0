//! What is made of every pair of a cell and an outlet within the longest budget, without ever storing all pairs: the
//! nearest few of each category, decay sums, two-step floating catchments.
//!
//! Comes in: an [`AccessSearch`] and cells. Goes out: [`NearestFew`], a sum for each cell, [`SupplyAndDemand`]. Not here:
//! counts (`batch`), the decays themselves (`decay`).
//!
//! Sums are of floating-point numbers, where the order matters: each cell adds up its outlets by ascending number, and each
//! outlet its cells run by run, so that a sum has the same bits for any way of searching and any number of threads.

use rustc_hash::FxHashMap;

use super::batch::{AccessSearch, neighbours_together};
use super::block::{Arrivals, Cells};
use super::decay::DecayTable;
use super::ways::{CELLS_A_RUN, Consumer};
use crate::ids::OutletId;
use crate::search::{LaneTime, Nearest};
use crate::snap::LinkedPoint;
use crate::units::Ticks;

/// How many runs of cells are searched from before their partial sums are put together: this bounds the memory.
const RUNS_AT_ONCE: usize = 512;

/// The nearest few outlets of each category for each cell, within the longest budget.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NearestFew {
    categories: usize,
    first: Vec<u32>,
    nearest: Vec<Nearest>,
}

impl NearestFew {
    /// The nearest outlets of a category, the nearest first, of equally near ones that with the lowest id.
    pub fn of(&self, cell: usize, category: usize) -> &[Nearest] {
        let row = cell * self.categories + category;
        &self.nearest[self.first[row] as usize..self.first[row + 1] as usize]
    }
}

/// What two-step floating catchments give (Luo and Wang 2003; with a decay, Luo and Qi 2009).
#[derive(Clone, PartialEq, Debug)]
pub struct SupplyAndDemand {
    /// For each outlet, the supply for each unit of demand around it; nothing where there is no demand around it.
    pub ratio: Vec<Option<f64>>,
    /// For each cell, the supply for each unit of demand that it can reach.
    pub access: Vec<f64>,
}

impl AccessSearch<'_> {
    /// The nearest few outlets of each category for each cell: at most `few`, within the longest budget.
    pub fn nearest_few(&self, cells: &[Option<LinkedPoint>], few: usize) -> NearestFew {
        let categories = self.outlets.category_count();
        let pick = |arrivals: &[Nearest]| {
            let mut rows: Vec<Vec<Nearest>> = vec![Vec::new(); categories];
            for &nearest in arrivals {
                for &category in self.outlets.categories_of(nearest.outlet) {
                    rows[usize::from(category)].push(nearest);
                }
            }
            for row in &mut rows {
                if row.len() > few {
                    row.select_nth_unstable(few);
                    row.truncate(few);
                }
                row.sort_unstable();
            }
            rows
        };
        let by_cell = self.each_cell(cells, pick);
        let mut few = NearestFew { categories, first: vec![0], nearest: Vec::new() };
        for rows in &by_cell {
            for row in rows.as_deref().unwrap_or(&vec![Vec::new(); categories]) {
                few.nearest.extend_from_slice(row);
                few.first.push(few.nearest.len() as u32);
            }
        }
        few
    }

    /// For each cell the sum over all outlets of their weight times the share of a decay; one weight for each outlet.
    pub fn decay_sums(&self, cells: &[Option<LinkedPoint>], decay: &DecayTable, weights: &[f64]) -> Vec<f64> {
        let sum = |arrivals: &[Nearest]| {
            arrivals.iter().map(|a| weights[a.outlet.index()] * decay.share(a.time)).sum::<f64>()
        };
        self.each_cell(cells, sum).into_iter().map(Option::unwrap_or_default).collect()
    }

    /// Two-step floating catchments: how much supply there is for each unit of demand, first around each outlet, then for
    /// each cell. One demand (residents, say) for each cell, one supply (places, say) for each outlet.
    pub fn supply_and_demand(
        &self,
        cells: &[Option<LinkedPoint>],
        demand: &[f64],
        supply: &[f64],
        decay: &DecayTable,
    ) -> SupplyAndDemand {
        let mut around = vec![0.0; self.outlets.len()];
        let order = neighbours_together(cells);
        for order in order.chunks(RUNS_AT_ONCE * CELLS_A_RUN) {
            let sums = self.each_run(cells, order, &Around { order, demand, decay, longest: self.longest });
            for (outlet, sum) in sums.into_iter().flat_map(|run| run.sums) {
                around[outlet as usize] += sum;
            }
        }
        let ratio = |(&supply, &around): (&f64, &f64)| (around > 0.0).then(|| supply / around);
        let ratio: Vec<Option<f64>> = supply.iter().zip(&around).map(ratio).collect();
        let weights: Vec<f64> = ratio.iter().map(|r| r.unwrap_or(0.0)).collect();
        SupplyAndDemand { access: self.decay_sums(cells, decay, &weights), ratio }
    }

    /// Calls `work` for each cell that has a street with what it comes to within the longest budget, by ascending outlet.
    fn each_cell<R: Send + Clone>(
        &self,
        cells: &[Option<LinkedPoint>],
        work: impl Fn(&[Nearest]) -> R + Sync,
    ) -> Vec<Option<R>> {
        let order = neighbours_together(cells);
        let mut results: Vec<Option<R>> = vec![None; cells.len()];
        for order in order.chunks(RUNS_AT_ONCE * CELLS_A_RUN) {
            let runs = self.each_run(cells, order, &Each { work: &work, longest: self.longest });
            for (&cell, result) in order.iter().zip(runs.into_iter().flat_map(|run| run.1)) {
                results[cell as usize] = result.filter(|_| cells[cell as usize].is_some());
            }
        }
        results
    }
}

/// One result for each cell.
struct Each<'w, W> {
    work: &'w W,
    longest: Ticks,
}

impl<R: Send, W: Fn(&[Nearest]) -> R + Sync> Consumer for Each<'_, W> {
    type Output = (Vec<Nearest>, Vec<Option<R>>);

    fn begin(&self, _: usize, cells: &Cells<'_>) -> Self::Output {
        (Vec::new(), Vec::with_capacity(cells.len()))
    }

    fn take<T: LaneTime, const N: usize>(&self, _: usize, cells: usize, met: &Arrivals<T, N>, to: &mut Self::Output) {
        let limit = T::from_ticks(self.longest.get());
        let sorted = met.sorted();
        let (arrivals, results) = to;
        for lane in 0..cells {
            arrivals.clear();
            let within = sorted.iter().filter(|(_, times)| times[lane] <= limit);
            let nearest = |(outlet, times): &(u32, &[T; N])| Nearest {
                time: Ticks::new(times[lane].ticks()),
                outlet: OutletId::new(*outlet),
            };
            arrivals.extend(within.map(nearest));
            results.push(Some((self.work)(arrivals)));
        }
    }
}

/// The demand around outlets, as far as a run of cells makes it up.
struct Around<'a> {
    order: &'a [u32],
    demand: &'a [f64],
    decay: &'a DecayTable,
    longest: Ticks,
}

/// The demand that a run of cells adds to each outlet, and where in the order the run begins.
struct RunSums {
    sums: FxHashMap<u32, f64>,
    begins: usize,
}

impl Consumer for Around<'_> {
    type Output = RunSums;

    fn begin(&self, begins: usize, _: &Cells<'_>) -> RunSums {
        RunSums { sums: FxHashMap::default(), begins }
    }

    fn take<T: LaneTime, const N: usize>(&self, first: usize, cells: usize, met: &Arrivals<T, N>, to: &mut RunSums) {
        let limit = T::from_ticks(self.longest.get());
        let cells = &self.order[to.begins + first..to.begins + first + cells];
        for (outlet, times) in met.iter() {
            for (&cell, &time) in cells.iter().zip(times) {
                if time <= limit {
                    let demand = self.demand[cell as usize] * self.decay.share(Ticks::new(time.ticks()));
                    *to.sums.entry(outlet).or_default() += demand;
                }
            }
        }
    }
}
