//! What is drawn for each budget: [`Plan`].
//!
//! Comes in: the streets reached. Goes out: for each budget, in ascending order, what it adds to the one before: whole
//! streets, and parts of streets between two places; and the length of all that is reached. Not here: the raster.

use super::grid::place_of;
use super::sides::Heading;
use super::streets::{Parts, ReachedStreets, Standing, Walks};
use crate::graph::{LinkView, WalkGraph};
use crate::ids::LinkId;
use crate::units::{Meters, Ticks};
use crate::walk::EdgeWeights;

/// Something to draw.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Task {
    /// A whole street.
    Whole(LinkId),
    /// A part of a street between two places.
    Part(LinkId, [f64; 2]),
    /// A node of the lattice in the middle of a square.
    Spot([i32; 2]),
}

/// What to draw for each budget; used again and again.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// For each budget, what it adds.
    pub(super) tasks: Vec<Vec<Task>>,
    /// For each budget, the length of streets within it in metres.
    pub(super) lengths: Vec<f64>,
}

impl Plan {
    pub(super) fn make(
        &mut self,
        graph: &WalkGraph,
        weights: &EdgeWeights,
        heading: Heading,
        streets: &ReachedStreets,
        budgets: &[Ticks],
    ) {
        self.tasks.resize_with(budgets.len(), Vec::new);
        self.tasks.iter_mut().for_each(Vec::clear);
        self.lengths.clear();
        self.lengths.resize(budgets.len(), 0.0);
        for met in &streets.met {
            let link = graph.link(met.link);
            let walks = Walks::new(weights, &link, heading);
            let here = streets.standing_on(met.link);
            let mut done = [None; 2];
            for (number, budget) in budgets.iter().enumerate() {
                let mut ends = match walks.parts(met, budget.get()) {
                    Parts::Whole => {
                        self.tasks[number].push(Task::Whole(met.link));
                        for length in &mut self.lengths[number..] {
                            *length += link.length().0;
                        }
                        break;
                    }
                    Parts::Ends(ends) => ends,
                };
                if !here.is_empty() {
                    self.lengths[number] += self.add_around(&link, &walks, here, ends, number, budget.get());
                    continue;
                }
                let last = (link.points.len() - 1) as f64;
                for (end, border) in [0.0, last].into_iter().enumerate() {
                    let Some(place) = ends[end].take() else { continue };
                    let from = done[end].replace(place).unwrap_or(border);
                    self.tasks[number].push(Task::Part(met.link, [from.min(place), from.max(place)]));
                    self.lengths[number] += (along(&link, place).0 - along(&link, border).0).abs();
                }
            }
        }
    }

    /// The parts of a street on which origins stand; gives their length together.
    fn add_around(
        &mut self,
        link: &LinkView<'_>,
        walks: &Walks<'_>,
        here: &[Standing],
        ends: [Option<f64>; 2],
        number: usize,
        budget: u32,
    ) -> f64 {
        let last = (link.points.len() - 1) as f64;
        let mut parts: Vec<[f64; 2]> = Vec::new();
        parts.extend(ends[0].map(|place| [0.0, place]));
        parts.extend(ends[1].map(|place| [place, last]));
        parts.extend(here.iter().filter_map(|standing| walks.around(standing, budget)));
        self.tasks[number].extend(parts.iter().map(|&part| Task::Part(link.id, part)));
        united(&mut parts).map(|[from, to]| along(link, to).0 - along(link, from).0).sum()
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

/// The straight pieces of a part of a link.
pub(super) fn straight(link: LinkView<'_>, [from, to]: [f64; 2]) -> impl Iterator<Item = [[f64; 2]; 2]> {
    let first = (from as usize).min(link.points.len() - 2);
    let end = (to.ceil() as usize).clamp(first + 1, link.points.len() - 1);
    (first..end).map(move |point| {
        let [begin, stop] = [from.max(point as f64), to.min((point + 1) as f64)];
        [at(&link, begin), at(&link, stop)]
    })
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
