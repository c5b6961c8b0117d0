//! What is to be drawn: [`Plan`].
//!
//! Comes in: the streets reached. Goes out: whole streets, straight pieces of streets, and pieces that a budget cuts, each
//! with the areas that it belongs to; and the length of all that is reached. Not here: the raster.
//!
//! Whatever is within a budget is within all longer ones, to the bit: a cut piece is drawn for these too.

use super::grid::place_of;
use super::masks::{self, Mask};
use super::sides::Heading;
use super::streets::{LANES, Lanes, Parts, ReachedStreets, Walks, lanes_of};
use super::windows::MOST_BUDGETS;
use crate::graph::{LinkView, WalkGraph};
use crate::ids::LinkId;
use crate::units::{Meters, Ticks};
use crate::walk::EdgeWeights;

/// Something to draw.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Task {
    /// A whole street.
    Street(LinkId),
    /// One of the straight pieces of a street.
    Piece(LinkId, u32),
    /// A part of a straight piece, between two places.
    Cut(LinkId, [f64; 2]),
    /// The middle of a square, by its number.
    Floor(u32),
    /// A node of the lattice in the middle of a square.
    Spot([i32; 2]),
    /// The leg of an origin, by its number, as far as it is within a budget, by its number.
    Leg(u32, usize),
}

/// What to draw; used again and again.
#[derive(Debug, Default)]
pub(super) struct Plan {
    budgets: usize,
    pub(super) tasks: Vec<Task>,
    /// For each task the areas that it belongs to, [`Plan::planes`] masks for each.
    pub(super) masks: Vec<Mask>,
    /// For each budget the length of streets within it, by lane, in millimetres.
    pub(super) lengths_mm: Vec<[u64; LANES]>,
    /// The lanes of the straight pieces of one street, budget after budget.
    pieces: Vec<Lanes>,
    /// The parts of one street within one budget.
    parts: Vec<[f64; 2]>,
}

impl Plan {
    /// Plans what is on streets, after forgetting what was planned before.
    pub(super) fn make(
        &mut self,
        graph: &WalkGraph,
        weights: &EdgeWeights,
        heading: Heading,
        streets: &ReachedStreets,
        budgets: &[Ticks],
    ) {
        self.budgets = budgets.len();
        self.tasks.clear();
        self.masks.clear();
        self.lengths_mm.clear();
        self.lengths_mm.resize(budgets.len(), [0; LANES]);
        for met in &streets.met {
            let link = graph.link(met.link);
            let walks = Walks::new(weights, &link, heading);
            let here = streets.standing_on(met.link);
            let stood_on = here.iter().fold(0, |lanes, standing| lanes | 1 << standing.lane);
            let mut whole = [0; MOST_BUDGETS];
            self.pieces.clear();
            let mut known = 0;
            for (number, budget) in budgets.iter().enumerate() {
                let [all, touched] = walks.lanes(met, budget.get());
                known |= all;
                for lane in lanes_of((touched | stood_on) & !known) {
                    match walks.parts(met.times_in(lane), budget.get()) {
                        Parts::Whole => known |= 1 << lane,
                        Parts::Ends(ends) => {
                            let last = (link.points.len() - 1) as f64;
                            self.parts.clear();
                            self.parts.extend(ends[0].map(|place| [0.0, place]));
                            self.parts.extend(ends[1].map(|place| [place, last]));
                            let here = here.iter().filter(|standing| standing.lane == lane);
                            self.parts.extend(here.filter_map(|standing| walks.around(standing, budget.get())));
                            self.add_parts(&link, number, lane);
                        }
                    }
                }
                whole[number] = known;
                let length = u64::from(link.along_mm[link.along_mm.len() - 1]);
                for (lane, sum) in self.lengths_mm[number].iter_mut().enumerate() {
                    *sum += u64::from(known >> lane & 1) * length;
                }
            }
            self.add(Task::Street(met.link), &whole[..budgets.len()]);
            let pieces = std::mem::take(&mut self.pieces);
            for (piece, lanes) in pieces.chunks(self.budgets).enumerate() {
                self.add(Task::Piece(met.link, piece as u32), lanes);
            }
            self.pieces = pieces;
        }
    }

    /// Adds something for the lanes of each budget, if there are any.
    pub(super) fn add(&mut self, task: Task, lanes: &[Lanes]) {
        if lanes.iter().any(|&lanes| lanes != 0) {
            self.tasks.push(task);
            masks::extend(&mut self.masks, lanes);
        }
    }

    /// How many masks a task has.
    pub(super) fn planes(&self) -> usize {
        self.budgets.div_ceil(masks::BUDGETS)
    }

    /// Adds something for one lane from a budget on.
    pub(super) fn add_from(&mut self, task: Task, budget: usize, lane: usize) {
        let mut lanes = [0; MOST_BUDGETS];
        lanes[budget..self.budgets].fill(1 << lane);
        self.add(task, &lanes[..self.budgets]);
    }

    /// The parts of a street that are within a budget in one lane.
    fn add_parts(&mut self, link: &LinkView<'_>, number: usize, lane: usize) {
        for part in 0..self.parts.len() {
            self.add_part(link, self.parts[part], number, lane);
        }
        let mm = |place: f64| (along(link, place).0 * 1e3).round() as u64;
        let lengths = united(&mut self.parts).map(|[from, to]| mm(to) - mm(from));
        self.lengths_mm[number][lane] += lengths.sum::<u64>();
    }

    /// A part of a street: its straight pieces, and what is left at both ends.
    fn add_part(&mut self, link: &LinkView<'_>, [from, to]: [f64; 2], number: usize, lane: usize) {
        let (first, last) = (from.ceil(), to.floor());
        if first > last || from >= to {
            self.add_from(Task::Cut(link.id, [from, to]), number, lane);
            return;
        }
        if from < first {
            self.add_from(Task::Cut(link.id, [from, first]), number, lane);
        }
        if last < to {
            self.add_from(Task::Cut(link.id, [last, to]), number, lane);
        }
        if first < last {
            self.pieces.resize((link.points.len() - 1) * self.budgets, 0);
            for piece in first as usize..last as usize {
                self.pieces[piece * self.budgets + number] |= 1 << lane;
            }
        }
    }
}

/// Parts of a street put together where they overlap.
fn united(parts: &mut [[f64; 2]]) -> impl Iterator<Item = [f64; 2]> + '_ {
    parts.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut rest = parts.iter().copied().peekable();
    std::iter::from_fn(move || {
        let mut part = rest.next()?;
        while let Some(next) = rest.next_if(|next| next[0] <= part[1]) {
            part[1] = part[1].max(next[1]);
        }
        Some(part)
    })
}

/// The way from the tail of a link to a place on it.
pub(super) fn along(link: &LinkView<'_>, place: f64) -> Meters {
    let point = (place as usize).min(link.points.len() - 2);
    let [from, to] = [link.along_mm[point], link.along_mm[point + 1]].map(f64::from);
    Meters((from + (to - from) * (place - point as f64)) / 1e3)
}

/// Where a place on a link is, in 1e-7 degrees.
pub(super) fn at(link: &LinkView<'_>, place: f64) -> [f64; 2] {
    let point = (place as usize).min(link.points.len() - 2);
    let [from, to] = [link.points[point], link.points[point + 1]].map(place_of);
    let share = place - point as f64;
    [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_overlap_count_once() {
        let mut parts = [[3.0, 4.0], [0.0, 1.0], [0.5, 2.0], [4.0, 4.5]];
        assert_eq!(united(&mut parts).collect::<Vec<_>>(), [[0.0, 2.0], [3.0, 4.5]]);
    }
}
