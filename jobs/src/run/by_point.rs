//! What the points of a cell found, put together for the cell.
//!
//! Comes in: what each point reaches, its share of the residents, its status for each requirement. Goes out: the point that
//! speaks for the cell, times from the nearest to the farthest point, and residents by what their own point has. Not here:
//! rows.
//!
//! Half of the residents decide: a cell is said to meet what at least half of its residents meet from their own point, and
//! its time is that of the point that half of the residents are as near as (the weighted median). Sums over cells are
//! never made from that, but from the residents of each point.

use walkshed::access::AccessBatch;
use walkshed::coverage::{CellStatus, Verdict};

use super::linked::OnStreet;
use super::question::Found;
use crate::residents::origins::Origin;

/// What is half, with room for the rounding of shares.
const HALF: f64 = 0.5 - 1e-9;

/// The points of one cell, and what they reach.
#[derive(Clone, Copy)]
pub(super) struct Points<'a> {
    pub reached: &'a AccessBatch,
    /// What further passes reach.
    pub passes: &'a [AccessBatch],
    /// The number of the first point among all origins.
    pub start: usize,
    /// The number of the first point within the batch.
    pub first: usize,
    pub origins: &'a [Origin],
    pub on: &'a [Option<OnStreet>],
}

/// Times to one category from the nearest to the farthest point, in seconds.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Times {
    pub min: Option<f64>,
    /// `None` where some residents find no outlet: a mean without them would look better than it is.
    pub mean: Option<f64>,
    pub max: Option<f64>,
}

impl<'a> Points<'a> {
    /// What the searches found from the batch that the points are in.
    pub(super) fn found(&self) -> Found<'a> {
        Found { everybody: self.reached, passes: self.passes }
    }

    fn seconds(&self, point: usize, category: usize) -> Option<f64> {
        self.reached.nearest(self.first + point, category).map(|nearest| nearest.time.as_seconds())
    }

    /// The point that half of the residents are as near as; those without an outlet come after all times, those without a
    /// street last.
    pub(super) fn median(&self, category: usize) -> usize {
        let key = |point: usize| match self.reached.nearest(self.first + point, category) {
            Some(nearest) => (0, nearest.time.get()),
            None if self.on[point].is_some() => (1, 0),
            None => (2, 0),
        };
        let mut order: Vec<usize> = (0..self.origins.len()).collect();
        order.sort_by_key(|&point| key(point));
        let mut share = 0.0;
        let reaches_half = |&point: &usize| {
            share += self.origins[point].share;
            share >= HALF
        };
        order.iter().copied().find(reaches_half).or(order.last().copied()).unwrap_or_default()
    }

    /// Times to a category.
    pub(super) fn times(&self, category: usize) -> Times {
        let times: Vec<Option<f64>> = (0..self.origins.len()).map(|point| self.seconds(point, category)).collect();
        let counted = || times.iter().zip(self.origins).filter(|(_, origin)| origin.share > 0.0);
        let min = times.iter().flatten().copied().reduce(f64::min);
        if counted().any(|(time, _)| time.is_none()) {
            return Times { min, mean: None, max: None };
        }
        let mean = counted().map(|(time, origin)| time.unwrap_or_default() * origin.share).sum();
        let max = counted().filter_map(|(time, _)| *time).reduce(f64::max);
        Times { min, mean: Some(mean), max }
    }

    /// Whether something holds for at least half of the residents.
    pub(super) fn is_true_for_half(&self, holds: impl Fn(usize) -> bool) -> bool {
        let of = self.origins.iter().enumerate().filter(|(point, _)| holds(*point));
        of.map(|(_, origin)| origin.share).sum::<f64>() >= HALF
    }

    /// Residents of the points for which something holds.
    pub(super) fn residents(&self, holds: impl Fn(usize) -> bool) -> f64 {
        let of = self.origins.iter().enumerate().filter(|(point, _)| holds(*point)).map(|(_, origin)| origin.residents);
        // In whole millionths, so that the sum is exact. The sum of nothing is -0 in Rust.
        (of.sum::<f64>() * 1e6).round() / 1e6 + 0.0
    }

    /// The point that speaks for the cell of one requirement, by the status of each point: the one with most residents among
    /// those that meet it, where these are at least half of all; else among those of the status that most others have.
    pub(super) fn speaker(&self, status: impl Fn(usize) -> CellStatus) -> usize {
        let code = |point: usize| (status(point).code(), status(point).reason_code());
        let share = |holds: &dyn Fn(usize) -> bool| -> f64 {
            (0..self.origins.len()).filter(|&point| holds(point)).map(|point| self.origins[point].share).sum()
        };
        let is_met = |point: usize| status(point).verdict() == Verdict::Met;
        let any_met = share(&is_met) >= HALF;
        let candidates: Vec<usize> = (0..self.origins.len()).filter(|&point| is_met(point) == any_met).collect();
        let mut best: Option<(usize, f64, f64)> = None;
        for &point in &candidates {
            let group = share(&|other| is_met(other) == any_met && code(other) == code(point));
            let own = self.origins[point].share;
            if best.is_none_or(|(_, most, heaviest)| group > most || (group >= most && own > heaviest)) {
                best = Some((point, group, own));
            }
        }
        best.map(|(point, ..)| point).unwrap_or_default()
    }

    /// The verdict on all requirements that speaks for the cell: that of at least half of the residents; else what most
    /// have, and the worse among equals.
    pub(super) fn all_met(&self, verdicts: &[Verdict]) -> Verdict {
        let share = |wanted: &[Verdict]| -> f64 {
            let of = verdicts.iter().zip(self.origins).filter(|(verdict, _)| wanted.contains(verdict));
            of.map(|(_, origin)| origin.share).sum()
        };
        let (met, missing) = (share(&[Verdict::Met]), share(&[Verdict::NotMet, Verdict::NoStreet]));
        let unknown = share(&[Verdict::Unknown]);
        if met >= HALF {
            Verdict::Met
        } else if missing >= unknown {
            Verdict::NotMet
        } else {
            Verdict::Unknown
        }
    }

    /// The point that speaks for where the cell is on the street: the one with most residents that has one.
    pub(super) fn on_street(&self) -> Option<&OnStreet> {
        let mut best: Option<(&OnStreet, f64)> = None;
        for (on, origin) in self.on.iter().zip(self.origins) {
            if let Some(on) = on
                && best.is_none_or(|(_, share)| origin.share > share)
            {
                best = Some((on, origin.share));
            }
        }
        best.map(|(on, _)| on)
    }
}
