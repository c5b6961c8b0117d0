//! Numbers of residents as whole millionths, so that sums and divisions are exact in any order.
//!
//! Comes in: numbers from files. Goes out: [`Count`]: adding is adding of integers, and the parts of a division sum to the
//! whole. Not here: whole persons. A part of a person stays a part; nobody is rounded into the neighbouring cell.

use std::cmp::Reverse;
use std::iter::Sum;
use std::ops::AddAssign;

/// Parts of one resident.
const PARTS: f64 = 1e6;
/// More residents than are on Earth; a number above it is no number of residents.
const MOST: f64 = 9e9;

/// A number of residents, 0 or more, in whole millionths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Count(i64);

impl Count {
    /// Nobody.
    pub(crate) const ZERO: Self = Self(0);

    /// The nearest number of millionths; nothing for what is no number of residents: negative, not finite, or more than
    /// are on Earth.
    pub(crate) fn new(residents: f64) -> Option<Self> {
        (0.0..=MOST).contains(&residents).then(|| Self((residents * PARTS).round() as i64))
    }

    /// The number of residents.
    pub(crate) fn get(self) -> f64 {
        self.0 as f64 / PARTS
    }

    /// Divides by weights, to the millionth by largest remainders; the first among equals gets more. Weights that are not
    /// above 0 get nothing; where none is, the first part gets all. The parts sum to the whole.
    pub(crate) fn split(self, weights: &[f64]) -> Vec<Self> {
        let weight = |w: f64| if w.is_finite() && w > 0.0 { w } else { 0.0 };
        let total: f64 = weights.iter().map(|&w| weight(w)).sum();
        let mut parts = vec![Self::ZERO; weights.len()];
        if !(total > 0.0 && total.is_finite()) {
            if let Some(first) = parts.first_mut() {
                *first = self;
            }
            return parts;
        }
        let mut remainders: Vec<(Reverse<u64>, usize)> = Vec::with_capacity(weights.len());
        for (number, (part, &w)) in parts.iter_mut().zip(weights).enumerate() {
            let exact = self.0 as f64 * (weight(w) / total);
            *part = Self(exact.floor() as i64);
            if weight(w) > 0.0 {
                // Remainders are compared as integers, so that equal weights are equal.
                remainders.push((Reverse(((exact - exact.floor()) * PARTS) as u64), number));
            }
        }
        remainders.sort_unstable();
        let mut rest = self.0 - parts.iter().map(|part| part.0).sum::<i64>();
        // Above 2^53 millionths the floors may be a few too many.
        let mut turn = remainders.iter().cycle();
        while rest != 0
            && let Some(&(_, number)) = turn.next()
        {
            let step = rest.signum();
            if parts[number].0 + step >= 0 {
                parts[number].0 += step;
                rest -= step;
            }
        }
        parts
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        Self(counts.map(|count| count.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::random::Random;

    #[test]
    fn parts_sum_to_the_whole_whatever_the_weights() {
        let mut random = Random::at(0x5eed_c0de, "counts", (0, 0));
        for _ in 0..5_000 {
            let whole = Count::new(random.below(9_000_000_000) as f64 / [1.0, 7.0, 1e3, 1e6][random.below(4)]).unwrap();
            let weights: Vec<f64> = (0..=random.below(60))
                .map(|_| [0.0, 1.0, 1e-9, -3.0, random.below(1_000_000) as f64][random.below(5)])
                .collect();
            let parts = whole.split(&weights);
            assert_eq!(parts.iter().copied().sum::<Count>(), whole, "{weights:?}");
            assert!(parts.iter().all(|part| *part >= Count::ZERO), "{whole:?} {weights:?} {parts:?}");
            let some = weights.iter().any(|w| *w > 0.0);
            let nothing = parts.iter().zip(&weights).filter(|(_, w)| **w <= 0.0).map(|(part, _)| *part);
            assert!(!some || nothing.sum::<Count>() == Count::ZERO, "{weights:?}");
        }
    }

    #[test]
    fn equal_weights_differ_by_a_millionth_at_most() {
        let parts = Count::new(1.0).unwrap().split(&[1.0; 3]);
        assert_eq!(parts, [Count(333_334), Count(333_333), Count(333_333)]);
        assert_eq!(Count::new(-1.0), None);
        assert_eq!(Count::new(f64::NAN), None);
        assert_eq!(Count::new(1e10), None);
        assert!((Count::new(12.5).unwrap().get() - 12.5).abs() < 1e-12);
    }
}
