//! Times of several walks side by side, so that one instruction works on many: [`LaneTime`].
//!
//! Comes in: times in ticks, and the time of an edge. Goes out: the earlier of two times in each lane. Not here: graphs.
//!
//! The loops run over arrays of a fixed length without branches, which the compiler turns into the vector instructions of
//! whatever machine it builds for. 16-bit lanes hold times of up to 1,023 s; longer budgets need 32-bit lanes.

#![expect(clippy::inline_always, reason = "a loop over lanes becomes vector instructions only inside its caller")]

use std::fmt::Debug;

use crate::units::Ticks;

/// A time in a lane.
///
/// Neither sums nor conversions wrap: what is too late for a lane is [`LaneTime::NEVER`], which is later than every budget
/// that the lane may be used with.
pub(crate) trait LaneTime: Copy + Ord + Default + Debug + Send + Sync + bytemuck::Pod {
    /// "No walk", later than every time.
    const NEVER: Self;

    /// A number of ticks; `NEVER` where it is too large.
    fn from_ticks(ticks: u32) -> Self;

    /// The number of ticks.
    fn ticks(self) -> u32;

    /// The time after another `span`. Of `NEVER` it is `NEVER` or later.
    fn after(self, span: Self) -> Self;

    /// By how much it is later than another time; 0 where it is not.
    fn excess(self, over: Self) -> Self;

    /// The number where `excess` is 0, else the latest there is. Not by a comparison, which the compiler would take out of
    /// the vectors again.
    fn unless(self, excess: Self) -> Self;

    /// The number where `excess` is not 0, else the latest there is; likewise.
    fn where_any(self, excess: Self) -> Self;

    /// This where `yes`, else the other: without a branch.
    fn or(self, other: Self, yes: bool) -> Self;
}

impl LaneTime for u16 {
    const NEVER: Self = Self::MAX;

    #[inline(always)]
    fn from_ticks(ticks: u32) -> Self {
        ticks.min(u32::from(Self::MAX)) as Self
    }

    #[inline(always)]
    fn ticks(self) -> u32 {
        u32::from(self)
    }

    #[inline(always)]
    fn after(self, span: Self) -> Self {
        self.saturating_add(span)
    }

    #[inline(always)]
    fn excess(self, over: Self) -> Self {
        self.saturating_sub(over)
    }

    #[inline(always)]
    fn unless(self, excess: Self) -> Self {
        self | Self::from(excess != 0).wrapping_neg()
    }

    #[inline(always)]
    fn where_any(self, excess: Self) -> Self {
        self | Self::from(excess != 0).wrapping_sub(1)
    }

    #[inline(always)]
    fn or(self, other: Self, yes: bool) -> Self {
        let mask = Self::from(yes).wrapping_neg();
        self & mask | other & !mask
    }
}

impl LaneTime for u32 {
    /// Twice this is still a number, so that adding needs no saturation.
    const NEVER: Self = 1 << 30;

    #[inline(always)]
    fn from_ticks(ticks: u32) -> Self {
        ticks.min(Self::NEVER)
    }

    #[inline(always)]
    fn ticks(self) -> u32 {
        self
    }

    #[inline(always)]
    fn after(self, span: Self) -> Self {
        self.wrapping_add(span)
    }

    #[inline(always)]
    fn excess(self, over: Self) -> Self {
        self.saturating_sub(over)
    }

    #[inline(always)]
    fn unless(self, excess: Self) -> Self {
        self | Self::from(excess != 0).wrapping_neg()
    }

    #[inline(always)]
    fn where_any(self, excess: Self) -> Self {
        self | Self::from(excess != 0).wrapping_sub(1)
    }

    #[inline(always)]
    fn or(self, other: Self, yes: bool) -> Self {
        let mask = Self::from(yes).wrapping_neg();
        self & mask | other & !mask
    }
}

/// Whether 16-bit lanes do for a budget.
pub(crate) fn is_narrow(budget: Ticks) -> bool {
    budget.get() < u32::from(u16::MAX)
}

/// The longest budget that fits into 16 bits, one tick below "never".
pub(crate) const LONGEST_NARROW: Ticks = Ticks::new(u16::MAX as u32 - 1);

/// The longest budget of any search in lanes, some 194 days: one tick below "never".
pub(crate) const LONGEST: Ticks = Ticks::new((1 << 30) - 1);

/// Takes over what is earlier by an edge of time `span`, provided that some of it is within the budget; gives the earliest
/// time bettered, which is later than the budget where nothing was taken over.
#[inline(always)]
pub(crate) fn relax<T: LaneTime, const N: usize>(to: &mut [T; N], from: &[T; N], span: T, budget: T) -> T {
    let mut through = [T::NEVER; N];
    let mut bettered = [T::NEVER; N];
    for lane in 0..N {
        through[lane] = from[lane].after(span);
        bettered[lane] = through[lane].where_any(to[lane].excess(through[lane]));
    }
    let bettered = earliest(&bettered);
    if bettered <= budget {
        lower(to, from, span);
    }
    bettered
}

/// Takes over what is earlier by an edge of time `span`, without saying whether anything was.
#[inline(always)]
pub(crate) fn lower<T: LaneTime, const N: usize>(to: &mut [T; N], from: &[T; N], span: T) {
    for lane in 0..N {
        to[lane] = to[lane].min(from[lane].after(span));
    }
}

/// The earliest time of all lanes, whose number is a power of two: halves are compared with halves, many lanes at once.
#[inline(always)]
pub(crate) fn earliest<T: LaneTime, const N: usize>(times: &[T; N]) -> T {
    const { assert!(N.is_power_of_two()) };
    let mut times = *times;
    let mut half = N / 2;
    while half >= 8 {
        for lane in 0..half {
            times[lane] = times[lane].min(times[lane + half]);
        }
        half /= 2;
    }
    times[..2 * half].iter().fold(times[0], |a, &b| a.min(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_late_stays_too_late() {
        assert_eq!(u16::from_ticks(65_535), u16::NEVER);
        assert_eq!(u16::from_ticks(70_000), u16::NEVER);
        assert_eq!(u16::from_ticks(65_534).after(65_000), u16::NEVER);
        assert_eq!(u32::from_ticks(u32::MAX), u32::NEVER);
        assert!(u32::NEVER.after(u32::NEVER) >= u32::NEVER);
    }

    #[test]
    fn only_what_is_earlier_is_taken() {
        let mut to = [10u16, 50, u16::NEVER, u16::NEVER];
        assert_eq!(relax(&mut to, &[0, 30, 7, u16::NEVER], 20, 26), 27);
        assert_eq!(to, [10, 50, u16::NEVER, u16::NEVER]);
        assert_eq!(relax(&mut to, &[0, 30, 7, u16::NEVER], 20, 27), 27);
        assert_eq!(to, [10, 50, 27, u16::NEVER]);
        assert_eq!(relax(&mut to, &[0, 30, 7, u16::NEVER], 20, 27), u16::NEVER);
        lower(&mut to, &[0, 0, 0, 0], 9);
        assert_eq!((to, earliest(&to)), ([9, 9, 9, 9], 9));
    }
}
