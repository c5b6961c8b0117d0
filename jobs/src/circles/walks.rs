//! Walks to possible centres, summed by unit; and to the centres that were chosen, in full.
//!
//! Comes in: what each cell comes to within the radius. Goes out: [`CircleCentre`]s for the engine; seconds from a cell to
//! the centre of its circle. Not here: searching.

use rustc_hash::FxHashMap;
use walkshed::circles::{CircleCentre, UnitWalk};
use walkshed::search::{Nearest, NearestField, NearestSearch};
use walkshed::snap::LinkedPoint;
use walkshed::walk::EdgeWeights;
use walkshed::{OutletId, Ticks, WalkGraph};

use super::HORIZON;
use super::units::Units;
use crate::run::linked::OnStreet;

/// Sums of walks to each cell as a centre.
pub(super) struct Walks {
    by_centre: Vec<FxHashMap<u32, Sums>>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    within: u64,
    time: u64,
    cells: u64,
    ticks: u64,
    worst: Ticks,
}

impl Walks {
    pub(super) fn new(cells: usize) -> Self {
        Self { by_centre: vec![FxHashMap::default(); cells] }
    }

    /// Adds the walks of one cell's residents to everything around it.
    pub(super) fn add<'a>(&mut self, unit: u32, residents: u64, arrivals: impl Iterator<Item = &'a Nearest>) {
        for arrival in arrivals {
            let sums = self.by_centre[arrival.outlet.index()].entry(unit).or_default();
            let ticks = u64::from(arrival.time.get());
            sums.within += residents;
            sums.time += residents * ticks;
            sums.cells += 1;
            sums.ticks += ticks;
            sums.worst = sums.worst.max(arrival.time);
        }
    }

    /// The possible centres in the order of their cells.
    pub(super) fn centres(self, units: &Units) -> Vec<CircleCentre> {
        let cells: Vec<u32> = units.centre_cells().collect();
        let mut by_centre = self.by_centre;
        let centre = |cell: u32| {
            let sums = std::mem::take(&mut by_centre[cell as usize]);
            let walks = sums.into_iter().map(|(unit, of)| {
                // Where nobody lives, the mean over the cells.
                let mean = of.time.checked_div(of.within).unwrap_or_else(|| of.ticks / of.cells.max(1));
                UnitWalk { unit, within: of.within, time: of.time, mean: Ticks::new(mean as u32), worst: of.worst }
            });
            // Its order does not matter: the engine sorts walks by unit.
            CircleCentre { unit: units.of_cell(cell as usize).unwrap_or_default(), walks: walks.collect() }
        };
        cells.into_iter().map(centre).collect()
    }
}

/// Walks to the centres of circles, from everywhere within an hour.
pub(super) struct ToCentres {
    fields: Vec<NearestField>,
    points: Vec<Option<LinkedPoint>>,
}

/// Searches from the centres of all circles, against the edges.
pub(super) fn to_centres(
    graph: &WalkGraph,
    weights: &EdgeWeights,
    on: &[Option<OnStreet>],
    centres: &[u32],
) -> ToCentres {
    let search = NearestSearch::new(graph, weights);
    let points: Vec<Option<LinkedPoint>> =
        centres.iter().map(|&centre| on[centre as usize].as_ref().map(|on| on.point.clone())).collect();
    let field = |point: &Option<LinkedPoint>| search.run(point.clone().map(|point| (OutletId::new(0), point)), HORIZON);
    ToCentres { fields: points.iter().map(field).collect(), points }
}

impl ToCentres {
    /// The seconds from a cell to the centre of a circle; nothing where there is no way within an hour.
    pub(super) fn seconds(&self, circle: usize, cell: usize, on: &[Option<OnStreet>]) -> Option<f64> {
        let from = &on[cell].as_ref()?.point;
        let direct = self.points[circle].as_ref().and_then(|to| from.direct_to(to));
        let round = self.fields[circle].at_point(from).map(|nearest| nearest.time);
        direct.into_iter().chain(round).min().map(Ticks::as_seconds)
    }
}
