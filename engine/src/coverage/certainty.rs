//! Whether an answer holds however gates are taken.
//!
//! Comes in: the verdict on one requirement at one residence with gates as mapped, all open, and closed. Goes out: a
//! [`Certainty`]. Not here: the three searches.

use super::status::Verdict;

/// How much of a status depends on what the map says of gates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Certainty {
    /// It is met as mapped, with all gates open, and with gates closed.
    Met,
    /// It is met in some of these cases: one has to look at the gates.
    DependsOnData,
    /// It is met in none of them.
    NotMet,
    /// The registry has no outlet of the requirement's formats, so nothing can be said in any case.
    Unknown,
    /// The residence has no street in any case.
    NoStreet,
}

impl Certainty {
    /// Judges the three cases together.
    ///
    /// ```
    /// use walkshed::coverage::{Certainty, Verdict};
    /// assert_eq!(Certainty::of(Verdict::NotMet, Verdict::Met, Verdict::NotMet), Certainty::DependsOnData);
    /// ```
    pub fn of(mapped: Verdict, open: Verdict, closed: Verdict) -> Self {
        let met = [mapped, open, closed].into_iter().filter(|&case| case == Verdict::Met).count();
        match (met, mapped) {
            (3, _) => Self::Met,
            (1 | 2, _) => Self::DependsOnData,
            (_, Verdict::Unknown) => Self::Unknown,
            (_, Verdict::NoStreet) => Self::NoStreet,
            _ => Self::NotMet,
        }
    }

    /// The word in tables: `met`, `depends_on_data`, `not_met`, `unknown`, `no_street`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::DependsOnData => "depends_on_data",
            Self::NotMet => "not_met",
            Self::Unknown => "unknown",
            Self::NoStreet => "no_street",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_cases_have_to_agree() {
        let (met, not) = (Verdict::Met, Verdict::NotMet);
        for (cases, certainty, code) in [
            ([met, met, met], Certainty::Met, "met"),
            ([met, met, not], Certainty::DependsOnData, "depends_on_data"),
            ([not, met, not], Certainty::DependsOnData, "depends_on_data"),
            // A locked gate that its residents are taken to have the key of.
            ([not, met, met], Certainty::DependsOnData, "depends_on_data"),
            ([not, not, not], Certainty::NotMet, "not_met"),
            ([Verdict::Unknown; 3], Certainty::Unknown, "unknown"),
            ([Verdict::NoStreet; 3], Certainty::NoStreet, "no_street"),
        ] {
            let found = Certainty::of(cases[0], cases[1], cases[2]);
            assert_eq!((found, found.code()), (certainty, code), "{cases:?}");
        }
    }
}
