//! Whether a residence has what a requirement asks, in three values, and why not.
//!
//! Comes in: what a search found for one residence and one requirement ([`Evidence`]). Goes out: a [`CellStatus`] with
//! its [`Reason`], and the conjunction of several. Not here: the search itself, and sums over residents.

use super::standard::Requirement;
use crate::search::Nearest;
use crate::{Meters, Ticks};

/// How much longer than the straight line a walk on a grid of streets is at most: √2, where it goes around the corner of a
/// square. A walk that is longer still goes around something.
const GRID_DETOUR: f64 = std::f64::consts::SQRT_2;

/// What is known about one part of a requirement at one residence.
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
    /// How many more there may be: those of which is not known whether they are open at the hour that is asked.
    pub maybe: u32,
}

/// What else is known about one requirement that is not met at one residence.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Circumstances {
    /// Whether it would be met if gates stood open.
    pub kept_by_gate: bool,
    /// Whether the residence stands on streets that are joined with no others.
    pub on_island: bool,
    /// The walk to where the data ends, if it ends anywhere.
    pub to_edge: Option<Ticks>,
    /// The straight line to the outlet that is nearest as the crow flies.
    pub straight: Option<Meters>,
    /// How far the tier goes in a straight line (see [`Requirement::reach`]).
    pub reach: Meters,
}

/// What a requirement of several parts comes to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Judged {
    /// The status.
    pub status: CellStatus,
    /// The part that decides: of those that are met the farthest, else the worst.
    pub part: usize,
}

/// What a requirement comes to at one residence.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum CellStatus {
    /// Enough outlets are within the tier.
    Met,
    /// They are not.
    NotMet(Reason),
    /// The registry has no outlet of the requirement's formats anywhere, so nothing can be said.
    Unknown,
    /// It is met if outlets are open of which the hours are not known.
    HoursUnknown,
    /// The residence could not be placed on any street.
    NoStreet,
}

/// Why a requirement is not met.
#[derive(Clone, Copy, PartialEq, Debug)]
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
    /// An outlet is near as the crow flies, and the walk goes around something: even with the detour of a street grid it would
    /// be within the tier.
    Detour {
        /// The walk to the nearest outlet; nothing where none can be walked to.
        nearest: Option<Ticks>,
        /// The straight line to the outlet that is nearest as the crow flies.
        straight: Meters,
    },
    /// It would be met if gates stood open.
    Gate,
    /// The residence stands on streets that are joined with no others.
    Island,
    /// The walk comes to where the data ends within the tier: there may be an outlet beyond.
    EdgeOfData,
}

impl Reason {
    /// The word in tables: `no_outlet`, `beyond_budget`, `too_few`, `detour`, `gate`, `island`, `edge_of_data`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoOutlet => "no_outlet",
            Self::BeyondBudget { .. } => "beyond_budget",
            Self::TooFew { .. } => "too_few",
            Self::Detour { .. } => "detour",
            Self::Gate => "gate",
            Self::Island => "island",
            Self::EdgeOfData => "edge_of_data",
        }
    }
}

impl CellStatus {
    /// The word in tables: `met`, `not_met`, `unknown`, `no_street`.
    pub const fn code(&self) -> &'static str {
        self.verdict().code()
    }

    /// The word for the reason in tables: nothing where it is met; that of the [`Reason`] where it is not;
    /// `format_not_in_registry` or `hours_unknown` where it is unknown; `no_street` where there is none.
    pub const fn reason_code(&self) -> Option<&'static str> {
        match self {
            Self::Met => None,
            Self::NotMet(reason) => Some(reason.code()),
            Self::Unknown => Some("format_not_in_registry"),
            Self::HoursUnknown => Some("hours_unknown"),
            Self::NoStreet => Some("no_street"),
        }
    }

    /// The status without its reason.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Met => Verdict::Met,
            Self::NotMet(_) => Verdict::NotMet,
            Self::Unknown | Self::HoursUnknown => Verdict::Unknown,
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

/// Judges one requirement at one residence by the evidence for each of its [`parts`](Requirement::parts); `snapped` says
/// whether the residence could be placed on a street.
///
/// Unknown comes before no street: a format that no registry row has is unknown at every residence alike. Of several parts
/// one that fails decides, then one that is unknown. [`Evidence::within`] decides; [`Evidence::nearest`] says why.
///
/// # Panics
/// Where there is no evidence.
pub fn assess(requirement: &Requirement, snapped: bool, evidence: &[Evidence]) -> Judged {
    let judged = evidence.iter().enumerate().map(|(part, one)| {
        let status = assess_part(requirement, snapped, one);
        let time = one.nearest.map_or(u32::MAX, |nearest| nearest.time.get());
        let rank = match status {
            CellStatus::Met => 0,
            CellStatus::HoursUnknown => 1,
            CellStatus::Unknown => 2,
            CellStatus::NotMet(Reason::TooFew { .. }) => 3,
            CellStatus::NotMet(_) => 4,
            CellStatus::NoStreet => 5,
        };
        ((rank, time, std::cmp::Reverse(part)), Judged { status, part })
    });
    judged.max_by_key(|(order, _)| *order).expect("a requirement has parts").1
}

fn assess_part(requirement: &Requirement, snapped: bool, evidence: &Evidence) -> CellStatus {
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
    } else if evidence.within + evidence.maybe >= need {
        CellStatus::HoursUnknown
    } else if evidence.within > 0 {
        CellStatus::NotMet(Reason::TooFew { have: evidence.within, need })
    } else {
        CellStatus::NotMet(match evidence.nearest {
            Some(Nearest { time, .. }) => Reason::BeyondBudget { nearest: time },
            None => Reason::NoOutlet,
        })
    }
}

impl CellStatus {
    /// The status with the reason that the circumstances give, where it is not met. The first that holds is the reason: a
    /// gate, an island, the edge of the data, a detour; else it stays as it is. Where the data ends within the tier there may
    /// be an outlet beyond, so this comes before what is said of the outlets that are known.
    #[must_use]
    pub fn because(self, requirement: &Requirement, of: &Circumstances) -> Self {
        let Self::NotMet(reason) = self else { return self };
        let straight = of.straight.filter(|straight| straight.0 * GRID_DETOUR <= of.reach.0);
        Self::NotMet(if of.kept_by_gate {
            Reason::Gate
        } else if of.on_island {
            Reason::Island
        } else if of.to_edge.is_some_and(|to_edge| to_edge <= requirement.budget()) {
            Reason::EdgeOfData
        } else {
            match (reason, straight) {
                (Reason::BeyondBudget { nearest }, Some(straight)) => {
                    Reason::Detour { nearest: Some(nearest), straight }
                }
                (Reason::NoOutlet, Some(straight)) => Reason::Detour { nearest: None, straight },
                _ => reason,
            }
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
    let mut known = statuses.into_iter().filter(|status| status.verdict() != Verdict::Unknown).peekable();
    if known.peek().is_none() { Verdict::Unknown } else { all_met(known) }
}

#[cfg(test)]
mod tests {
    use super::super::standard::Limit;
    use super::*;
    use crate::OutletId;

    fn requirement(minutes: u32, min_count: u32) -> Requirement {
        Requirement {
            id: "bread".to_owned(),
            zh: "面包".to_owned(),
            en: "Bread".to_owned(),
            class: "basic".to_owned(),
            tier: "t".to_owned(),
            limit: Limit::Minutes(minutes),
            any_of: vec!["bakery".to_owned()],
            all_of: Vec::new(),
            min_count,
            group: None,
            at: None,
            sources: Vec::new(),
            text: None,
            choice: None,
        }
    }

    fn found(seconds: f64, within: u32) -> Evidence {
        let nearest = Nearest { time: Ticks::from_seconds(seconds), outlet: OutletId::new(7) };
        Evidence { known: true, nearest: Some(nearest), within, maybe: 0 }
    }

    const NONE_FOUND: Evidence = Evidence { known: true, nearest: None, within: 0, maybe: 0 };

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
            // None is open for certain, one may be, and one is asked: unknown. Two are asked: not even then.
            (1, true, Evidence { maybe: 1, ..NONE_FOUND }, CellStatus::HoursUnknown),
            (2, true, Evidence { maybe: 1, ..NONE_FOUND }, CellStatus::NotMet(Reason::NoOutlet)),
            // No outlet in the registry: unknown with a street, and without one.
            (1, true, Evidence::default(), CellStatus::Unknown),
            (1, false, Evidence::default(), CellStatus::Unknown),
        ];
        for (row, (min_count, snapped, evidence, expected)) in table.into_iter().enumerate() {
            assert_eq!(assess(&requirement(15, min_count), snapped, &[evidence]).status, expected, "row {row}");
        }
    }

    #[test]
    fn of_several_parts_the_worst_decides() {
        let all = Requirement { all_of: vec!["cafe".to_owned()], ..requirement(15, 1) };
        let unknown = Evidence::default();
        let table = [
            // Both within: the farther one is what the requirement waits for.
            ([found(300.0, 2), found(600.0, 1)], CellStatus::Met, 1),
            ([found(600.0, 2), found(300.0, 1)], CellStatus::Met, 0),
            // One too far, and one not in the registry: it fails for certain.
            ([found(1000.0, 0), unknown], assess(&all, true, &[found(1000.0, 0)]).status, 0),
            // One within, and one not in the registry: nothing can be said.
            ([found(300.0, 1), unknown], CellStatus::Unknown, 1),
            // None to be found anywhere is worse than too far.
            ([found(1000.0, 0), NONE_FOUND], CellStatus::NotMet(Reason::NoOutlet), 1),
        ];
        assert_eq!(all.parts().map(<[String]>::len).sum::<usize>(), 2);
        for (row, (evidence, status, part)) in table.into_iter().enumerate() {
            assert_eq!(assess(&all, true, &evidence), Judged { status, part }, "row {row}");
        }
    }

    #[test]
    fn reasons_come_in_their_order() {
        let ask = requirement(15, 1);
        let far = CellStatus::NotMet(Reason::BeyondBudget { nearest: Ticks::from_minutes(20) });
        let few = CellStatus::NotMet(Reason::TooFew { have: 1, need: 2 });
        // 15 minutes at 1.2 m/s go 1,080 m; on a grid of streets as far as 1,080 / 1.414 = 763.7 m as the crow flies.
        let reach = ask.reach(1.2);
        assert!((reach.0 - 1080.0).abs() < 1e-9);
        let near = Circumstances { straight: Some(Meters(763.0)), reach, ..Circumstances::default() };
        let detour = Reason::Detour { nearest: Some(Ticks::from_minutes(20)), straight: Meters(763.0) };
        assert_eq!(far.because(&ask, &near), CellStatus::NotMet(detour));
        assert_eq!(far.because(&ask, &Circumstances { straight: Some(Meters(764.0)), ..near }), far);
        // Nothing to walk to at all, and yet near: the other bank.
        let no_way = CellStatus::NotMet(Reason::Detour { nearest: None, straight: Meters(763.0) });
        assert_eq!(CellStatus::NotMet(Reason::NoOutlet).because(&ask, &near), no_way);
        assert_eq!(few.because(&ask, &near), few, "one of them is within the tier: no detour keeps it away");
        // The data ends exactly at the limit: it ends within it. A tick farther it does not.
        let edge = |ticks| Circumstances { to_edge: Some(Ticks::new(ticks)), ..near };
        assert_eq!(few.because(&ask, &edge(900 * 64)), CellStatus::NotMet(Reason::EdgeOfData));
        assert_eq!(few.because(&ask, &edge(900 * 64 + 1)), few);
        let island = Circumstances { on_island: true, ..edge(10) };
        assert_eq!(far.because(&ask, &island), CellStatus::NotMet(Reason::Island));
        let gate = Circumstances { kept_by_gate: true, ..island };
        assert_eq!(far.because(&ask, &gate), CellStatus::NotMet(Reason::Gate));
        // What is met or unknown has no reason.
        for status in [CellStatus::Met, CellStatus::Unknown, CellStatus::HoursUnknown, CellStatus::NoStreet] {
            assert_eq!(status.because(&ask, &gate), status);
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
            (CellStatus::NotMet(Reason::Gate), "not_met", Some("gate")),
            (CellStatus::NotMet(Reason::Island), "not_met", Some("island")),
            (CellStatus::NotMet(Reason::EdgeOfData), "not_met", Some("edge_of_data")),
            (CellStatus::Unknown, "unknown", Some("format_not_in_registry")),
            (CellStatus::HoursUnknown, "unknown", Some("hours_unknown")),
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
