//! Which cells hang together on foot: those side by side whose walk is little longer than the straight line.
//!
//! Comes in: cells on streets, lived in or not, and the walks between neighbours. Goes out: [`CellLinks`]: pairs that hang
//! together, and how many do not and why. Not here: the grouping.
//!
//! A river, a railway, an expressway or a wall is not looked for on the map: it shows in the walks across it, which lead
//! round by the next bridge. Three steps:
//!
//! 1. Cells side by side are joined when the walk from one to the other is longer than the straight line by no more than the
//!    detour that is allowed.
//! 2. Where a barrier is crossed at one place only, the two cells at that bridge are near on foot, but the city on either
//!    side does not hang together there. Such a *lone crossing* is taken out: without its two cells, no way leads from the
//!    one side to the other within 400 m, though cells of the two sides lie side by side.
//! 3. A *pocket*, such as a walled compound with one gate, must not be left alone: parts smaller than an eighth of the disc
//!    of the radius are joined again by the shortest walk that leads out.

use std::collections::VecDeque;

use h3o::CellIndex;
use rustc_hash::{FxHashMap, FxHashSet};
use walkshed::search::Nearest;
use walkshed::{Meters, Ticks};

use super::Borders;
use crate::residents::tally::ResidentCell;
use crate::run::linked::OnStreet;

/// How far around a crossing another one makes the two sides hang together.
const NEXT_CROSSING: Meters = Meters(400.0);

/// Cells on streets with those around them.
pub(super) struct NeighbourCells {
    /// Pairs of cells side by side, the lower number first, with the straight line between their centres; sorted.
    near: Vec<Pair>,
    /// The cells beside each cell, ascending.
    around: Vec<Vec<u32>>,
    /// So many rings of cells are as far as the next crossing may be.
    rings: usize,
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    one: u32,
    other: u32,
    straight: Meters,
}

/// The longer of the walks there and back, by pair.
#[derive(Default)]
pub(super) struct PairTimes(FxHashMap<(u32, u32), Ticks>);

/// Cells that hang together.
pub(super) struct CellLinks {
    pub pairs: Vec<(u32, u32)>,
    pub borders: Borders,
    around: Vec<Vec<u32>>,
}

impl CellLinks {
    /// The cells that hang together with one.
    pub(super) fn of(&self, cell: u32) -> &[u32] {
        &self.around[cell as usize]
    }
}

impl NeighbourCells {
    /// Finds the neighbours of all cells on streets.
    pub(super) fn new(cells: &[ResidentCell], on: &[Option<OnStreet>]) -> Self {
        let on_street = cells.iter().zip(on).zip(0u32..).filter(|((_, on), _)| on.is_some());
        let number_of: FxHashMap<CellIndex, u32> = on_street.map(|((cell, _), number)| (cell.cell, number)).collect();
        let mut found = Self { near: Vec::new(), around: vec![Vec::new(); cells.len()], rings: 1 };
        for (one, cell) in (0u32..).zip(cells).filter(|(one, _)| on[*one as usize].is_some()) {
            let disk: Vec<CellIndex> = cell.cell.grid_disk(1);
            let beside = disk.iter().filter(|&&beside| beside != cell.cell);
            let mut around: Vec<u32> = beside.filter_map(|beside| number_of.get(beside).copied()).collect();
            around.sort_unstable();
            let pair = |&other: &u32| Pair { one, other, straight: cell.at.distance_to(cells[other as usize].at) };
            found.near.extend(around.iter().filter(|&&other| other > one).map(pair));
            found.around[one as usize] = around;
        }
        found.near.sort_unstable_by_key(|pair| (pair.one, pair.other));
        if let Some(width) = found.near.first().map(|pair| pair.straight.0) {
            found.rings = (NEXT_CROSSING.0 / width).round().max(1.0) as usize;
        }
        found
    }

    /// The longest walk that is asked for.
    pub(super) fn longest(&self, slack: &impl Fn(Meters) -> Ticks) -> Ticks {
        self.near.iter().map(|pair| slack(pair.straight)).max().unwrap_or(Ticks::ZERO)
    }

    /// Keeps the walks from a cell to its neighbours.
    pub(super) fn note(&self, cell: usize, arrivals: &[Nearest], times: &mut PairTimes) {
        let from = cell as u32;
        let around = &self.around[cell];
        for arrival in arrivals {
            let to = arrival.outlet.get();
            if around.binary_search(&to).is_ok() {
                let known = times.0.entry((from.min(to), from.max(to))).or_insert(arrival.time);
                *known = (*known).max(arrival.time);
            }
        }
    }

    /// The pairs that hang together; those of two `parents` never do. Parts with fewer cells than `pocket` are joined to
    /// what is nearest on foot.
    pub(super) fn links(
        &self,
        times: &PairTimes,
        slack: &impl Fn(Meters) -> Ticks,
        parent: impl Fn(u32) -> Option<u32>,
        pocket: f64,
    ) -> CellLinks {
        let time = |pair: &Pair| times.0.get(&(pair.one, pair.other)).copied();
        let is_walked = |pair: &&Pair| time(pair).is_some_and(|time| time <= slack(pair.straight));
        let walked: FxHashSet<(u32, u32)> =
            self.near.iter().filter(is_walked).map(|pair| (pair.one, pair.other)).collect();
        let mut borders = Borders { pairs: self.near.len() as u64, ..Borders::default() };
        borders.way_round = (self.near.len() - walked.len()) as u64;
        let mut pairs: Vec<(u32, u32)> = walked.iter().copied().filter(|pair| !self.is_lone(*pair, &walked)).collect();
        pairs.sort_unstable();
        borders.lone_crossings = (walked.len() - pairs.len()) as u64;
        let joined = self.out_of_pockets(&pairs, times, pocket);
        borders.pockets_joined = joined.len() as u64;
        pairs.extend(joined);
        let all = pairs.len();
        pairs.retain(|&(one, other)| parent(one) == parent(other));
        borders.kept_apart = (all - pairs.len()) as u64;
        let mut around = vec![Vec::new(); self.around.len()];
        for &(one, other) in &pairs {
            around[one as usize].push(other);
            around[other as usize].push(one);
        }
        for beside in &mut around {
            beside.sort_unstable();
        }
        CellLinks { pairs, borders, around }
    }

    /// Whether a pair that is joined is the only crossing of a barrier around.
    fn is_lone(&self, (one, other): (u32, u32), walked: &FxHashSet<(u32, u32)>) -> bool {
        let joined = |a: u32, b: u32| walked.contains(&(a.min(b), a.max(b)));
        let local = self.local(one, other);
        // Whether anything there is not joined: without a barrier there is nothing to look at.
        let is_whole = local
            .iter()
            .all(|&a| self.around[a as usize].iter().all(|&b| joined(a, b) || local.binary_search(&b).is_err()));
        if is_whole {
            return false;
        }
        let side = |from: u32, without: u32| {
            let mut side: Vec<u32> = Vec::new();
            let mut waiting: Vec<u32> = vec![from];
            while let Some(at) = waiting.pop() {
                for &next in &self.around[at as usize] {
                    let is_new = next != one && next != other && !side.contains(&next);
                    if is_new && next != without && joined(at, next) && local.binary_search(&next).is_ok() {
                        side.push(next);
                        waiting.push(next);
                    }
                }
            }
            side
        };
        let (mut here, mut there) = (side(one, other), side(other, one));
        if here.is_empty() || there.is_empty() || here.iter().any(|cell| there.contains(cell)) {
            return false;
        }
        here.push(one);
        there.push(other);
        here.iter().any(|&a| self.around[a as usize].iter().any(|&b| there.contains(&b) && !joined(a, b)))
    }

    /// The cells around a pair, as far as the next crossing may be; ascending.
    fn local(&self, one: u32, other: u32) -> Vec<u32> {
        let mut found = vec![one, other];
        let mut waiting: VecDeque<(u32, usize)> = [(one, 0), (other, 0)].into();
        while let Some((at, ring)) = waiting.pop_front() {
            if ring == self.rings {
                continue;
            }
            for &next in &self.around[at as usize] {
                if !found.contains(&next) {
                    found.push(next);
                    waiting.push_back((next, ring + 1));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Joins small parts to what is nearest on foot, the shortest walk first.
    fn out_of_pockets(&self, pairs: &[(u32, u32)], times: &PairTimes, pocket: f64) -> Vec<(u32, u32)> {
        let mut parts = Parts::new(self.around.len());
        for &(one, other) in pairs {
            parts.join(one, other);
        }
        let mut ways: Vec<(Ticks, (u32, u32))> = times.0.iter().map(|(&pair, &time)| (time, pair)).collect();
        ways.sort_unstable();
        let mut joined = Vec::new();
        for (_, (one, other)) in ways {
            let [here, there] = [one, other].map(|cell| parts.root(cell));
            let smaller = parts.cells[here as usize].min(parts.cells[there as usize]);
            if here != there && f64::from(smaller) < pocket {
                parts.join(one, other);
                joined.push((one, other));
            }
        }
        joined
    }
}

/// Connected parts, by union and find.
struct Parts {
    parent: Vec<u32>,
    cells: Vec<u32>,
}

impl Parts {
    fn new(count: usize) -> Self {
        Self { parent: (0..count as u32).collect(), cells: vec![1; count] }
    }

    fn root(&mut self, mut cell: u32) -> u32 {
        while self.parent[cell as usize] != cell {
            let above = self.parent[cell as usize];
            self.parent[cell as usize] = self.parent[above as usize];
            cell = above;
        }
        cell
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.parent[other as usize] = one;
            self.cells[one as usize] += self.cells[other as usize];
        }
    }
}
