//! The nearest outlet of every category for every node, by one sweep up a hierarchy and one down: [`NearestSweep`].
//!
//! Comes in: a hierarchy, and the outlets of each category. Goes out: for each node and category the nearest outlet on foot
//! within a horizon, the one with the lowest id of equally near ones. Not here: counts, cells.
//!
//! A sweep does 32 categories side by side. Nodes of one round of the hierarchy are not joined, so a round is dealt out to
//! all cores; within a round they ascend with the map, so that memory is read nearly in a row.

#![expect(clippy::inline_always, reason = "loops over lanes become vector instructions")]

use rayon::prelude::*;

use super::Hierarchy;
use crate::ids::{NodeId, OutletId};
use crate::search::Nearest;
use crate::search::block::Width;
use crate::search::lanes::{self, LaneTime, lower};
use crate::search::vectors::{Vectored, vectored};
use crate::snap::LinkedPoint;
use crate::units::Ticks;

/// How many categories are swept at once.
const LANES: usize = 32;
/// How many nodes of a round a core takes at once.
const PART: usize = 1024;

/// The nearest outlets of all categories for all nodes.
///
/// For each node, 128 bytes for each 32 categories (256 when the horizon is over 1,023 s).
#[derive(Debug)]
pub struct NearestSweep<'h> {
    hierarchy: &'h Hierarchy,
    tables: Width<Vec<Table<u16>>, Vec<Table<u32>>>,
    /// The outlets of each category by ascending id.
    outlets: Vec<Vec<OutletId>>,
    horizon: Ticks,
}

/// The rows of all ranks.
type Table<T> = Vec<Row<T>>;

/// For 32 categories the time to the nearest outlet, and its place among the outlets of its category.
#[derive(Clone, Copy, Debug)]
struct Row<T> {
    time: [T; LANES],
    outlet: [T; LANES],
}

impl<T: LaneTime> Row<T> {
    const EMPTY: Self = Self { time: [T::NEVER; LANES], outlet: [T::NEVER; LANES] };

    /// Takes over what is nearer, or as near with a lower id, from other rows by edges of some time. First the times of all
    /// of them, then the outlets that have these times: two short loops without a choice between the two.
    #[inline(always)]
    fn take<'a>(&mut self, others: impl Iterator<Item = (&'a Self, T)> + Clone)
    where
        T: 'a,
    {
        let mut time = self.time;
        for (other, span) in others.clone() {
            lower(&mut time, &other.time, span);
        }
        let mut outlet = self.outlet;
        for lane in 0..LANES {
            outlet[lane] = outlet[lane].unless(self.time[lane].excess(time[lane]));
        }
        for (other, span) in others {
            for lane in 0..LANES {
                let excess = other.time[lane].after(span).excess(time[lane]);
                outlet[lane] = outlet[lane].min(other.outlet[lane].unless(excess));
            }
        }
        (self.time, self.outlet) = (time, outlet);
    }
}

impl<'h> NearestSweep<'h> {
    /// Finds the nearest outlets; each category is a list of outlets with where they are.
    ///
    /// Some 40 ns for each node and each 32 categories.
    ///
    /// # Panics
    /// When the hierarchy was built for shorter times than the horizon.
    pub fn new(hierarchy: &'h Hierarchy, categories: &[impl AsRef<[(OutletId, LinkedPoint)]>], horizon: Ticks) -> Self {
        assert!(horizon <= hierarchy.longest, "the hierarchy was built for {}", hierarchy.longest);
        let mut sorted: Vec<Vec<&(OutletId, LinkedPoint)>> =
            categories.iter().map(|c| c.as_ref().iter().collect()).collect();
        for outlets in &mut sorted {
            outlets.sort_by_key(|o| o.0);
        }
        let few = sorted.iter().all(|outlets| outlets.len() < usize::from(u16::MAX));
        let tables = if lanes::is_narrow(horizon) && few {
            Width::Narrow(sorted.chunks(LANES).map(|c| table(hierarchy, c, horizon)).collect())
        } else {
            Width::Wide(sorted.chunks(LANES).map(|c| table(hierarchy, c, horizon)).collect())
        };
        let outlets = sorted.iter().map(|outlets| outlets.iter().map(|o| o.0).collect()).collect();
        Self { hierarchy, tables, outlets, horizon }
    }

    /// How far was looked.
    pub fn horizon(&self) -> Ticks {
        self.horizon
    }

    /// The nearest outlet of a category on foot from a node; nothing when there is none within the horizon.
    pub fn at_node(&self, node: NodeId, category: usize) -> Option<Nearest> {
        let (table, lane) = (category / LANES, category % LANES);
        let rank = self.hierarchy.rank_of(node) as usize;
        let (time, place) = match &self.tables {
            Width::Narrow(tables) => (tables[table][rank].time[lane].ticks(), tables[table][rank].outlet[lane].ticks()),
            Width::Wide(tables) => (tables[table][rank].time[lane], tables[table][rank].outlet[lane]),
        };
        let time = Ticks::new(time);
        (time <= self.horizon).then(|| Nearest { time, outlet: self.outlets[category][place as usize] })
    }

    /// The nearest outlet of a category from a point on a link, by the ends of its street. Outlets on the same street may
    /// be nearer: see [`LinkedPoint::direct_to`].
    pub fn at_point(&self, point: &LinkedPoint, category: usize) -> Option<Nearest> {
        let by_ends = point.starts().filter_map(|(node, first)| Some(self.at_node(node, category)?.after(first)));
        by_ends.min().filter(|nearest| nearest.time <= self.horizon)
    }
}

fn table<T: LaneTime>(hierarchy: &Hierarchy, categories: &[Vec<&(OutletId, LinkedPoint)>], horizon: Ticks) -> Table<T> {
    let mut rows = vec![Row::<T>::EMPTY; hierarchy.node_count()];
    for (lane, outlets) in categories.iter().enumerate() {
        for (outlet, place) in outlets.iter().zip(0u32..) {
            for (node, time) in outlet.1.ends().filter(|end| end.1 <= horizon) {
                let row = &mut rows[hierarchy.rank_of(node) as usize];
                let time = T::from_ticks(time.get());
                if time < row.time[lane] {
                    (row.time[lane], row.outlet[lane]) = (time, T::from_ticks(place));
                }
            }
        }
    }
    let rounds = || hierarchy.first_of_round.windows(2).map(|w| w[0] as usize..w[1] as usize);
    // Against the edges: a walk from a node over one below it to an outlet takes the edge down first.
    for round in rounds() {
        let (below, here) = rows.split_at_mut(round.start);
        gather::<T, false>(hierarchy, &mut here[..round.len()], round.start, below, 0);
    }
    for round in rounds().rev() {
        let (here, above) = rows.split_at_mut(round.end);
        gather::<T, true>(hierarchy, &mut here[round.start..], round.start, above, round.end);
    }
    rows
}

/// Has the rows of a round, from rank `first` on, take over from `others`, which begin at another rank: on all cores where
/// that is worth while. `UP` says whether the others are above or below.
fn gather<T: LaneTime, const UP: bool>(
    hierarchy: &Hierarchy,
    rows: &mut [Row<T>],
    first: usize,
    others: &[Row<T>],
    others_first: usize,
) {
    let part = |(part, rows)| {
        vectored(Gather::<T, UP> { hierarchy, rows, first: first + part * PART, others, others_first });
    };
    if rows.len() <= PART {
        part((0, rows));
    } else {
        rows.par_chunks_mut(PART).enumerate().for_each(part);
    }
}

/// Rows that take over from others, as work for vectors.
struct Gather<'r, T, const UP: bool> {
    hierarchy: &'r Hierarchy,
    rows: &'r mut [Row<T>],
    first: usize,
    others: &'r [Row<T>],
    others_first: usize,
}

impl<T: LaneTime, const UP: bool> Vectored for Gather<'_, T, UP> {
    type Output = ();

    #[inline(always)]
    fn work(self) {
        let Self { hierarchy, rows, first, others, others_first } = self;
        let other = |rank: u32, time: u32| (&others[rank as usize - others_first], T::from_ticks(time));
        for (row, rank) in rows.iter_mut().zip(first as u32..) {
            if UP {
                row.take(hierarchy.up_from(rank).iter().map(|edge| other(edge.head, edge.out)));
            } else {
                row.take(hierarchy.down_from(rank).iter().map(|edge| other(edge.foot, edge.time)));
            }
        }
    }
}
