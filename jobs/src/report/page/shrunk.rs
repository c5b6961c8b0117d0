//! A large run with fewer, larger cells, for the page alone.
//!
//! Comes in: a run. Goes out: the same with each cell standing for all within the cell of the next coarser resolution, and
//! the sums of residents by class over the cells as they were. Not here: the tables, which keep every cell.
//!
//! A larger cell shows what holds in the one of its cells with the most residents, and has the residents of all. Sums
//! by class would change with that, so the page is given those of the run.

use std::collections::BTreeMap;

use h3o::CellIndex;
use serde_json::{Value, json};

use crate::report::saved::modes::{self, classed};
use crate::report::saved::walks::{Verdicts, Walks};
use crate::report::saved::{Cells, Saved};

/// Residents by class, as they are in the run.
pub(super) struct Sums {
    /// How many cells the run has, and of which resolution.
    pub cells: usize,
    pub resolution: u8,
    missing: Vec<Vec<f64>>,
    verdicts: Vec<Vec<Vec<f64>>>,
    walks: Vec<Vec<Vec<f64>>>,
}

impl Sums {
    /// The sums of a run.
    pub(super) fn of(saved: &Saved) -> Self {
        let cells = &saved.cells;
        let weights: Vec<&[f64]> =
            std::iter::once(cells.residents.as_slice()).chain(cells.groups.iter().map(|(_, n)| n.as_slice())).collect();
        let sums = |codes: &[u8], classes: &[modes::Class]| -> Vec<Vec<f64>> {
            weights.iter().map(|weights| classed(codes, classes, weights).1).collect()
        };
        let (verdict, minutes) = (modes::verdict_classes(), modes::minute_classes());
        let plain = |verdicts: &Verdicts| verdicts.code.iter().map(|code| code % 16).collect::<Vec<u8>>();
        Self {
            cells: cells.index.len(),
            resolution: u8::from(cells.index[0].resolution()),
            missing: sums(&modes::missing(saved), &modes::missing_classes(saved)),
            verdicts: saved.verdicts.iter().map(|verdicts| sums(&plain(verdicts), &verdict)).collect(),
            walks: saved.walks.iter().map(|walks| sums(&walks.code, &minutes)).collect(),
        }
    }

    /// The sums for the page.
    pub(super) fn as_json(&self) -> Value {
        json!({"missing": self.missing, "verdicts": self.verdicts, "walks": self.walks})
    }
}

/// The same run with cells of the next coarser resolution.
pub(super) fn shrunk(saved: Saved) -> Saved {
    let mut parents: BTreeMap<CellIndex, Vec<usize>> = BTreeMap::new();
    for (place, index) in saved.cells.index.iter().enumerate() {
        let parent = index.resolution().pred().and_then(|coarser| index.parent(coarser)).unwrap_or(*index);
        parents.entry(parent).or_default().push(place);
    }
    let residents = &saved.cells.residents;
    let chief = |children: &Vec<usize>| {
        children.iter().copied().reduce(|best, child| if residents[child] > residents[best] { child } else { best })
    };
    let chosen: Vec<usize> = parents.values().filter_map(chief).collect();
    let summed = |values: &[f64]| -> Vec<f64> {
        parents.values().map(|children| children.iter().map(|&child| values[child]).sum()).collect()
    };
    let cells = &saved.cells;
    let cells = Cells {
        residents: summed(residents),
        groups: cells.groups.iter().map(|(name, values)| (name.clone(), summed(values))).collect(),
        zone: pick(&cells.zone, &chosen),
        no_street: pick(&cells.no_street, &chosen),
        met: pick(&cells.met, &chosen),
        not_met: pick(&cells.not_met, &chosen),
        unknown: pick(&cells.unknown, &chosen),
        index: parents.into_keys().collect(),
    };
    let walks = saved.walks.iter();
    let walks = walks.map(|of| Walks { code: pick(&of.code, &chosen), nearest: pick(&of.nearest, &chosen) });
    let verdicts = saved.verdicts.iter().map(|of| Verdicts {
        code: pick(&of.code, &chosen),
        walk: pick(&of.walk, &chosen),
        meters: if of.meters.is_empty() { Vec::new() } else { pick(&of.meters, &chosen) },
        nearest: pick(&of.nearest, &chosen),
    });
    let (walks, verdicts) = (walks.collect(), verdicts.collect());
    Saved { cells, walks, verdicts, ..saved }
}

fn pick<T: Copy>(values: &[T], chosen: &[usize]) -> Vec<T> {
    chosen.iter().map(|&place| values[place]).collect()
}
