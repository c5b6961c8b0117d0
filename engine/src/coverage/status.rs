//! Whether a residence has what a requirement asks, in three values, and why not.
//!
//! Comes in: what a search found for one residence and one requirement ([`Evidence`]). Goes out: a [`CellStatus`] with
//! its [`Reason`], and the conjunction of several. Not here: the search itself, and sums over residents.

use super::standard::Requirement;
use crate::Ticks;
use crate::search::Nearest;

/// What is known about one requirement at one residence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Evidence {
    /// Whether the registry has any outlet, anywhere, of any of the requirement's formats. With several formats one is
    /// enough: a registry that has bakeries and no supermarkets can show that bread is near, and where neither is near
    /// it shows no more than that no *registered* outlet is.
    pub known: bool,
    /// The nearest outlet of the requirement's formats on foot, at any distance the search looked.
    pub nearest: Option<Nearest>,
    /// How many distinct outlets of the requirement's formats are within its tier.
    pub within: u32,
}

/// What a requirement comes to at one residence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CellStatus {
    /// Enough outlets are within the tier.
    Met,
    /// They are not.
    NotMet(Reason),
    /// The registry has no outlet of the requirement's formats anywhere, so nothing can be said.
    Unknown,
    /// The residence could not be placed on any street.
    NoStreet,
}

/// Why a requirement is not met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// No outlet can be reached on foot, at any distance the search looked.
    NoOutlet,
    /// The nearest outlet is farther than the tier.
    BeyondBudget {
        /// The walk to it.
        nearest: Ticks,
    },
    /// Some outlets are within the tier, but fewer than asked.
    TooFew {
        /// How many there are.
        have: u32,
        /// How many are asked.
        need: u32,
    },
}

impl CellStatus {
    /// The word in tables: `met`, `not_met`, `unknown`, `no_street`.
    pub const fn code(&self) -> &'static str {
        self.verdict().code()
    }

    /// The word for the reason in tables: nothing where it is met; `no_outlet`, `beyond_budget` or `too_few` where it
    /// is not; `format_not_in_registry` where it is unknown; `no_street` where there is none.
    pub const fn reason_code(&self) -> Option<&'static str> {
        match self {
            Self::Met => None,
            Self::NotMet(Reason::NoOutlet) => Some("no_outlet"),
            Self::NotMet(Reason::BeyondBudget { .. }) => Some("beyond_budget"),
            Self::NotMet(Reason::TooFew { .. }) => Some("too_few"),
            Self::Unknown => Some("format_not_in_registry"),
            Self::NoStreet => Some("no_street"),
        }
    }

    /// The status without its reason.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Met => Verdict::Met,
            Self::NotMet(_) => Verdict::NotMet,
            Self::Unknown => Verdict::Unknown,
            Self::NoStreet => Verdict::NoStreet,
        }
    }
}

/// A status without its reason: also what several requirements come to together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It has it.
    Met,
    /// It has it not.
    NotMet,
    /// Nothing can be said.
    Unknown,
    /// The residence could not be placed on any street.
    NoStreet,
}

impl Verdict {
    /// The word in tables: `met`, `not_met`, `unknown`, `no_street`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Unknown => "unknown",
            Self::NoStreet => "no_street",
        }
    }
}

impl From<CellStatus> for Verdict {
    fn from(status: CellStatus) -> Self {
        status.verdict()
    }
}

/// Judges one requirement at one residence; `snapped` says whether the residence could be placed on a street.
///
/// Unknown comes before everything else: a format that no registry row has is unknown at every residence alike, with
/// or without a street. [`Evidence::within`] alone decides; [`Evidence::nearest`] says why.
pub fn assess(requirement: &Requirement, snapped: bool, evidence: &Evidence) -> CellStatus {
    let need = requirement.min_count;
    debug_assert_eq!(
        evidence.within > 0,
        evidence.nearest.is_some_and(|nearest| nearest.time <= requirement.budget()),
        "the count within the tier and the nearest outlet must come from the same search"
    );
    if !evidence.known {
        CellStatus::Unknown
    } else if !snapped {
        CellStatus::NoStreet
    } else if evidence.within >= need {
        CellStatus::Met
    } else if evidence.within > 0 {
        CellStatus::NotMet(Reason::TooFew { have: evidence.within, need })
    } else {
        CellStatus::NotMet(match evidence.nearest {
            Some(Nearest { time, .. }) => Reason::BeyondBudget { nearest: time },
            None => Reason::NoOutlet,
        })
    }
}

/// Whether a residence has all of several requirements.
///
/// One that is not met decides, whatever the others are; one that is unknown leaves it open as long as none fails. No
/// requirement at all is met.
pub fn all_met(statuses: impl IntoIterator<Item = CellStatus>) -> Verdict {
    let mut together = Verdict::Met;
    for status in statuses {
        together = match (together, status.verdict()) {
            (Verdict::NoStreet, _) | (_, Verdict::NoStreet) => Verdict::NoStreet,
            (Verdict::NotMet, _) | (_, Verdict::NotMet) => Verdict::NotMet,
            (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
            (Verdict::Met, Verdict::Met) => Verdict::Met,
        };
    }
    together
}

/// Whether a residence has all of those requirements that anything is known about; unknown only where nothing is.
pub fn all_known_met(statuses: impl IntoIterator<Item = CellStatus>) -> Verdict {
    let mut known = statuses.into_iter().filter(|status| *status != CellStatus::Unknown).peekable();
    if known.peek().is_none() { Verdict::Unknown } else { all_met(known) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OutletId;

    fn requirement(minutes: u32, min_count: u32) -> Requirement {
        Requirement {
            id: "bread".to_owned(),
            zh: "面包".to_owned(),
            en: "Bread".to_owned(),
            class: "basic".to_owned(),
            tier: "t".to_owned(),
            minutes,
            any_of: vec!["bakery".to_owned()],
            min_count,
            sources: Vec::new(),
            text: None,
            choice: None,
        }
    }

    fn found(seconds: f64, within: u32) -> Evidence {
        let nearest = Nearest { time: Ticks::from_seconds(seconds), outlet: OutletId::new(7) };
        Evidence { known: true, nearest: Some(nearest), within }
    }

    const NONE_FOUND: Evidence = Evidence { known: true, nearest: None, within: 0 };

    #[test]
    fn each_way_to_a_status() {
        let beyond = |seconds| CellStatus::NotMet(Reason::BeyondBudget { nearest: Ticks::from_seconds(seconds) });
        let too_few = |have, need| CellStatus::NotMet(Reason::TooFew { have, need });
        // The tier is 15 minutes = 900 s. One row per way through the decision; the comment derives it.
        let table = [
            // One is asked, one is within: met.
            (1, true, found(300.0, 1), CellStatus::Met),
            // The limit is within the tier: a walk of exactly 15:00 is met.
            (1, true, found(900.0, 1), CellStatus::Met),
            // One tick more (1/64 s) is not, and is the reason.
            (1, true, found(900.0 + 1.0 / 64.0, 0), beyond(900.0 + 1.0 / 64.0)),
            // More than asked is met as well.
            (2, true, found(300.0, 5), CellStatus::Met),
            // Two are asked and only one is within: too few, though the nearest is near.
            (2, true, found(300.0, 1), too_few(1, 2)),
            // Two are asked and none is within: the nearest of them is what is too far.
            (2, true, found(1000.0, 0), beyond(1000.0)),
            // Outlets exist in the registry, and none can be walked to.
            (1, true, NONE_FOUND, CellStatus::NotMet(Reason::NoOutlet)),
            // Outlets exist in the registry, and the residence has no street to start from.
            (1, false, NONE_FOUND, CellStatus::NoStreet),
            // No outlet in the registry: unknown with a street, and without one.
            (1, true, Evidence::default(), CellStatus::Unknown),
            (1, false, Evidence::default(), CellStatus::Unknown),
        ];
        for (row, (min_count, snapped, evidence, expected)) in table.into_iter().enumerate() {
            assert_eq!(assess(&requirement(15, min_count), snapped, &evidence), expected, "row {row}");
        }
    }

    #[test]
    fn codes_are_those_of_the_tables() {
        let nearest = Ticks::from_minutes(20);
        let table = [
            (CellStatus::Met, "met", None),
            (CellStatus::NotMet(Reason::NoOutlet), "not_met", Some("no_outlet")),
            (CellStatus::NotMet(Reason::BeyondBudget { nearest }), "not_met", Some("beyond_budget")),
            (CellStatus::NotMet(Reason::TooFew { have: 1, need: 2 }), "not_met", Some("too_few")),
            (CellStatus::Unknown, "unknown", Some("format_not_in_registry")),
            (CellStatus::NoStreet, "no_street", Some("no_street")),
        ];
        for (status, code, reason) in table {
            assert_eq!((status.code(), status.reason_code()), (code, reason));
        }
    }

    const MET: CellStatus = CellStatus::Met;
    const NOT: CellStatus = CellStatus::NotMet(Reason::NoOutlet);
    const UNKNOWN: CellStatus = CellStatus::Unknown;
    const NO_STREET: CellStatus = CellStatus::NoStreet;

    #[test]
    fn two_together_follow_the_table_of_and() {
        use Verdict::{Met, NoStreet, NotMet, Unknown};
        // Kleene's "and": false and anything is false; true and unknown is unknown. No street is a false of its own
        // that comes first, since it is the reason for all the rest.
        //             second:   met       not met   unknown   no street
        let table = [
            (MET, [Met, NotMet, Unknown, NoStreet]),
            (NOT, [NotMet, NotMet, NotMet, NoStreet]),
            (UNKNOWN, [Unknown, NotMet, Unknown, NoStreet]),
            (NO_STREET, [NoStreet, NoStreet, NoStreet, NoStreet]),
        ];
        for (first, row) in table {
            for (second, expected) in [MET, NOT, UNKNOWN, NO_STREET].into_iter().zip(row) {
                assert_eq!(all_met([first, second]), expected, "{first:?} and {second:?}");
                assert_eq!(all_met([second, first]), expected, "order does not matter");
            }
        }
        assert_eq!(all_met([]), Met, "nothing is asked");
    }

    #[test]
    fn all_that_is_known_leaves_the_unknown_aside() {
        // Five of six met and one format not in the registry: all that is known is met.
        assert_eq!(all_known_met([MET, UNKNOWN, MET]), Verdict::Met);
        assert_eq!(all_known_met([MET, UNKNOWN, NOT]), Verdict::NotMet);
        assert_eq!(all_known_met([UNKNOWN, NO_STREET]), Verdict::NoStreet);
        // Nothing is known: it would be wrong to say that all of nothing is met.
        assert_eq!(all_known_met([UNKNOWN, UNKNOWN]), Verdict::Unknown);
    }
}
