//! Quantities with their units: [`Ticks`] of time, [`Meters`], [`MetersPerSecond`].
//!
//! Comes in: plain numbers, once. Goes out: types that cannot be mixed up. Not here: dates, money, angles.

use std::fmt;
use std::ops::Add;

use serde::{Deserialize, Serialize};

/// A walking time in whole steps of 1/64 second.
///
/// Integer times make ties, tables and bytes identical on any machine and any number of threads. Adding never
/// overflows: it saturates at [`Ticks::UNREACHED`], which stands for "no walk" and is above every budget.
///
/// ```
/// use walkshed::Ticks;
/// let quarter_hour = Ticks::from_minutes(15);
/// assert_eq!(quarter_hour.get(), 57_600);
/// assert_eq!(Ticks::from_seconds(1.0) + Ticks::UNREACHED, Ticks::UNREACHED);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ticks(u32);

impl Ticks {
    /// How many ticks make a second.
    pub const PER_SECOND: u32 = 64;
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// "No walk leads there": larger than every budget, and safe to add to.
    pub const UNREACHED: Self = Self(u32::MAX / 2);

    /// A time from its number of ticks; anything above [`Ticks::UNREACHED`] becomes it.
    pub const fn new(ticks: u32) -> Self {
        if ticks > Self::UNREACHED.0 { Self::UNREACHED } else { Self(ticks) }
    }

    /// The number of ticks.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// A whole number of minutes.
    pub const fn from_minutes(minutes: u32) -> Self {
        Self::new(minutes.saturating_mul(60 * Self::PER_SECOND))
    }

    /// The nearest tick to a time in seconds (halves away from zero; negative and NaN become zero).
    pub fn from_seconds(seconds: f64) -> Self {
        // The cast saturates, so that infinity becomes `UNREACHED` and NaN becomes zero.
        Self::new((seconds * f64::from(Self::PER_SECOND)).round() as u32)
    }

    /// The time in seconds, exactly.
    pub fn as_seconds(self) -> f64 {
        f64::from(self.0) / f64::from(Self::PER_SECOND)
    }

    /// Whether some walk leads there.
    pub const fn is_reached(self) -> bool {
        self.0 < Self::UNREACHED.0
    }

    /// The time as a number where there is one, or nothing.
    pub fn reached(self) -> Option<Self> {
        self.is_reached().then_some(self)
    }
}

impl Add for Ticks {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        // Neither side is above u32::MAX / 2, so the sum cannot wrap.
        Self::new(self.0 + other.0)
    }
}

/// Minutes and seconds, as a person reads a walk: `14:59.5`.
impl fmt::Display for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_reached() {
            return f.write_str("not reached");
        }
        let seconds = self.0 / Self::PER_SECOND;
        let tenth = self.0 % Self::PER_SECOND * 10 / Self::PER_SECOND;
        write!(f, "{}:{:02}.{tenth}", seconds / 60, seconds % 60)
    }
}

/// A length in metres.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Meters(pub f64);

impl Add for Meters {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// A speed in metres per second.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetersPerSecond(pub f64);

impl MetersPerSecond {
    /// How long a length takes at this speed, in seconds.
    pub fn seconds_for(self, length: Meters) -> f64 {
        length.0 / self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_to_the_nearest_tick() {
        assert_eq!(Ticks::from_seconds(0.5 / 64.0), Ticks::new(1));
        assert_eq!(Ticks::from_seconds(0.49 / 64.0), Ticks::new(0));
        assert_eq!(Ticks::from_seconds(-3.0), Ticks::ZERO);
        assert_eq!(Ticks::from_seconds(f64::NAN), Ticks::ZERO);
        assert_eq!(Ticks::from_seconds(f64::INFINITY), Ticks::UNREACHED);
    }

    #[test]
    fn unreached_plus_anything_stays_unreached() {
        assert_eq!(Ticks::UNREACHED + Ticks::UNREACHED, Ticks::UNREACHED);
        assert_eq!(Ticks::new(u32::MAX), Ticks::UNREACHED);
        assert!(!(Ticks::UNREACHED + Ticks::ZERO).is_reached());
    }

    #[test]
    fn a_time_prints_as_minutes_and_seconds() {
        assert_eq!(Ticks::from_seconds(899.5).to_string(), "14:59.5");
        assert_eq!(Ticks::UNREACHED.to_string(), "not reached");
    }
}
