//! Residents counted by status and by reason.
//!
//! Comes in: residents with their status, one after another. Goes out: [`Tally`] and [`Reasons`], and the shares of
//! them. Not here: which zone and which requirement a tally belongs to.

use super::status::{CellStatus, Reason, Verdict};

/// Residents (or weights that stand for them) by status. Each resident is in exactly one.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Tally {
    met: f64,
    not_met: f64,
    unknown: f64,
    no_street: f64,
}

impl Tally {
    /// Counts residents of one status. Their number is finite and not negative; it need not be whole.
    pub fn add(&mut self, residents: f64, status: impl Into<Verdict>) {
        debug_assert!(residents >= 0.0 && residents.is_finite(), "{residents} residents");
        let sum = match status.into() {
            Verdict::Met => &mut self.met,
            Verdict::NotMet => &mut self.not_met,
            Verdict::Unknown => &mut self.unknown,
            Verdict::NoStreet => &mut self.no_street,
        };
        *sum += residents;
    }

    /// Residents who have it.
    pub const fn met(&self) -> f64 {
        self.met
    }

    /// Residents who live on a street and have it not.
    pub const fn not_met(&self) -> f64 {
        self.not_met
    }

    /// Residents of whom nothing can be said.
    pub const fn unknown(&self) -> f64 {
        self.unknown
    }

    /// Residents for whom no street could be found.
    pub const fn no_street(&self) -> f64 {
        self.no_street
    }

    /// Residents whose status is known: met, not met, no street.
    pub const fn known(&self) -> f64 {
        self.met + self.not_met + self.no_street
    }

    /// All residents counted.
    pub const fn total(&self) -> f64 {
        self.known() + self.unknown
    }

    /// The share of residents who have it, among those whose status is *known*: `met / (met + not_met + no_street)`,
    /// from 0 to 1. The unknown are on neither side; where there are no others there is no share.
    ///
    /// For several requirements together ([`Together::all`](super::Together::all)) an unknown one hides those who may
    /// have everything, and leaves those who fail: use [`Tally::share_bounds`] there.
    pub fn share_met(&self) -> Option<f64> {
        (self.known() > 0.0).then(|| self.met / self.known())
    }

    /// The least and the greatest share of *all* residents who may have it: as if none of the unknown had it, and as
    /// if all had. Nothing where nobody was counted.
    pub fn share_bounds(&self) -> Option<(f64, f64)> {
        let total = self.total();
        (total > 0.0).then(|| (self.met / total, (self.met + self.unknown) / total))
    }
}

/// Residents who have it not, by the reason; they add up to [`Tally::not_met`].
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Reasons {
    /// No outlet can be reached on foot.
    pub no_outlet: f64,
    /// The nearest outlet is beyond the tier.
    pub beyond_budget: f64,
    /// There are outlets within the tier, but fewer than asked.
    pub too_few: f64,
    /// An outlet is near as the crow flies, and the walk goes around something.
    pub detour: f64,
    /// It would be met if gates stood open.
    pub gate: f64,
    /// The residence stands on streets that are joined with no others.
    pub island: f64,
    /// The data ends within the tier.
    pub edge_of_data: f64,
}

impl Reasons {
    /// Counts residents by the reason of their status; any other status than not met counts nowhere.
    pub fn add(&mut self, residents: f64, status: CellStatus) {
        let CellStatus::NotMet(reason) = status else { return };
        let sum = match reason {
            Reason::NoOutlet => &mut self.no_outlet,
            Reason::BeyondBudget { .. } => &mut self.beyond_budget,
            Reason::TooFew { .. } => &mut self.too_few,
            Reason::Detour { .. } => &mut self.detour,
            Reason::Gate => &mut self.gate,
            Reason::Island => &mut self.island,
            Reason::EdgeOfData => &mut self.edge_of_data,
        };
        *sum += residents;
    }

    /// Each reason with its residents, by its word in tables.
    pub const fn by_code(&self) -> [(&'static str, f64); 7] {
        [
            ("beyond_budget", self.beyond_budget),
            ("too_few", self.too_few),
            ("no_outlet", self.no_outlet),
            ("detour", self.detour),
            ("gate", self.gate),
            ("island", self.island),
            ("edge_of_data", self.edge_of_data),
        ]
    }
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    reason = "the sums are of small whole numbers, and the shares of them are the same division"
)]
mod tests {
    use super::*;

    #[test]
    fn shares_leave_the_unknown_on_neither_side() {
        let mut tally = Tally::default();
        tally.add(60.0, Verdict::Met);
        tally.add(30.0, Verdict::NotMet);
        tally.add(10.0, Verdict::NoStreet);
        // 60 of the 100 whose status is known.
        assert_eq!(tally.share_met(), Some(0.6));
        tally.add(100.0, Verdict::Unknown);
        // 100 more of whom nothing is known change the total and the bounds, not the share.
        assert_eq!(tally.share_met(), Some(0.6));
        assert_eq!(tally.total(), 200.0);
        // At least the 60 of 200, at most the 60 and the 100.
        assert_eq!(tally.share_bounds(), Some((0.3, 0.8)));
    }

    #[test]
    fn there_is_no_share_of_nobody() {
        let mut tally = Tally::default();
        assert_eq!((tally.share_met(), tally.share_bounds()), (None, None));
        tally.add(5.0, Verdict::Unknown);
        // A format that is not in the registry: five residents, no share, and anything from none to all.
        assert_eq!((tally.share_met(), tally.share_bounds()), (None, Some((0.0, 1.0))));
        tally.add(0.0, Verdict::Met);
        assert_eq!(tally.share_met(), None, "a cell without residents is no share either");
    }
}
