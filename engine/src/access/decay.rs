//! How much less an outlet counts the farther it is: [`Decay`].
//!
//! Comes in: a kind of decay with its parameters, a budget. Goes out: a [`DecayTable`], the share that counts at each time.
//! Not here: sums over outlets (`each`).
//!
//! The kinds are those of Kwan 1998 and of Higgins, Palm et al. (the `accessibility` family of measures): all are 1 or near
//! it at the door and fall with the time; all are 0 beyond the budget, so that a search may stop there.

use crate::units::Ticks;

/// A kind of decay. Times are in ticks; what lies beyond the budget of the search counts nothing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Decay {
    /// 1 up to a limit, 0 beyond it: counting.
    Cumulative {
        /// The limit, itself included.
        limit: Ticks,
    },
    /// `exp(-ln 2 · t / half)`: half as much for each further half-life.
    Exponential {
        /// Where it is a half.
        half: Ticks,
    },
    /// `1 - t / limit`, down to 0 at the limit.
    Linear {
        /// Where it is 0.
        limit: Ticks,
    },
    /// `1 / (1 + exp((t - middle) / spread))`: an S, a half at the middle.
    Logistic {
        /// Where it is a half.
        middle: Ticks,
        /// How wide the fall is: from 0.73 to 0.27 over twice this.
        spread: Ticks,
    },
    /// `exp(-t² / (2 · deviation²))`: the bell.
    Gaussian {
        /// The standard deviation.
        deviation: Ticks,
    },
}

/// A decay whose parameter is 0 where something is divided by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the {0} of a decay is 0; expected a time above 0")]
pub struct BadDecay(pub &'static str);

impl Decay {
    /// The share that counts at a time, 0 to 1.
    pub fn share(self, time: Ticks) -> f64 {
        let t = time.as_seconds();
        match self {
            Self::Cumulative { limit } => f64::from(u8::from(time <= limit)),
            Self::Exponential { half } => (-std::f64::consts::LN_2 * t / half.as_seconds()).exp(),
            Self::Linear { limit } => (1.0 - t / limit.as_seconds()).max(0.0),
            Self::Logistic { middle, spread } => 1.0 / (1.0 + ((t - middle.as_seconds()) / spread.as_seconds()).exp()),
            Self::Gaussian { deviation } => (-t * t / (2.0 * deviation.as_seconds() * deviation.as_seconds())).exp(),
        }
    }

    fn check(self) -> Result<(), BadDecay> {
        let (divisor, name) = match self {
            Self::Cumulative { .. } => return Ok(()),
            Self::Exponential { half } => (half, "half-life"),
            Self::Linear { limit } => (limit, "limit"),
            Self::Logistic { spread, .. } => (spread, "spread"),
            Self::Gaussian { deviation } => (deviation, "deviation"),
        };
        if divisor == Ticks::ZERO { Err(BadDecay(name)) } else { Ok(()) }
    }
}

/// The shares of a decay at every tick within a budget: 8 bytes for each, 0.5 MB for a quarter of an hour.
#[derive(Clone, PartialEq, Debug)]
pub struct DecayTable {
    shares: Vec<f64>,
}

impl DecayTable {
    /// Works out a decay up to a budget.
    ///
    /// # Errors
    /// When a parameter is 0 that must not be.
    pub fn new(decay: Decay, budget: Ticks) -> Result<Self, BadDecay> {
        decay.check()?;
        Ok(Self { shares: (0..=budget.get()).map(|t| decay.share(Ticks::new(t))).collect() })
    }

    /// The share at a time: 0 beyond the budget.
    pub fn share(&self, time: Ticks) -> f64 {
        self.shares.get(time.get() as usize).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these values have no rounding, or the same one")]

    use super::*;

    #[test]
    fn shares_by_hand() {
        let at = |decay: Decay, minutes| decay.share(Ticks::from_minutes(minutes));
        let ten = Ticks::from_minutes(10);
        assert_eq!([10, 11].map(|m| at(Decay::Cumulative { limit: ten }, m)), [1.0, 0.0]);
        let half = at(Decay::Exponential { half: ten }, 20);
        assert!((half - 0.25).abs() < 1e-12, "{half}");
        assert_eq!([0, 5, 10, 12].map(|m| at(Decay::Linear { limit: ten }, m)), [1.0, 0.5, 0.0, 0.0]);
        assert_eq!(at(Decay::Logistic { middle: ten, spread: Ticks::from_minutes(2) }, 10), 0.5);
        let bell = at(Decay::Gaussian { deviation: ten }, 10);
        assert!((bell - (-0.5f64).exp()).abs() < 1e-12, "{bell}");
    }

    #[test]
    fn a_table_is_its_decay_and_nothing_beyond() {
        let decay = Decay::Gaussian { deviation: Ticks::from_seconds(200.0) };
        let table = DecayTable::new(decay, Ticks::from_minutes(5)).unwrap();
        for ticks in [0, 1, 4_000, 19_200] {
            assert_eq!(table.share(Ticks::new(ticks)), decay.share(Ticks::new(ticks)));
        }
        assert_eq!(table.share(Ticks::new(19_201)), 0.0);
        assert_eq!(table.share(Ticks::UNREACHED), 0.0);
        let bad = DecayTable::new(Decay::Linear { limit: Ticks::ZERO }, Ticks::from_minutes(5));
        assert_eq!(bad, Err(BadDecay("limit")));
    }
}
