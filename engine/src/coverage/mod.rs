//! From walking times to coverage: what a standard asks, whether a residence has it, and for how many residents.
//!
//! Comes in: the text of a standard file ([`Standard::from_toml`]), and for each residence cell and requirement what a
//! search found ([`Evidence`]). Goes out: a [`CellStatus`] with its reason for each of them ([`assess`]), and sums of
//! residents for the city and its zones ([`CoverageReport`]). Not here: files, tables, OSM tags, searches, the
//! vocabulary that names formats. Coverage never searches: it reads what was found.
//!
//! # Three values
//!
//! A requirement is met, not met, or *unknown*. It is unknown where no outlet of any of its formats is in the registry
//! at all: such a format was not counted, which says nothing about the street, and it is never reported as missing.
//! A residence that no street can be found for is a fourth result, `no_street`, and counts as not having anything.
//!
//! | formats of the requirement in the registry | residence on a street | outlets within the tier | status |
//! |---|---|---|---|
//! | none | either | - | [`Unknown`](CellStatus::Unknown) |
//! | some | no | - | [`NoStreet`](CellStatus::NoStreet) |
//! | some | yes | enough | [`Met`](CellStatus::Met) |
//! | some | yes | too few | [`NotMet`](CellStatus::NotMet) with a [`Reason`] |
//!
//! # What a share is a share of
//!
//! [`Tally::share_met`] divides by the residents whose status is *known* (met, not met, no street). The unknown are
//! reported apart, never added to either side; where all are unknown there is no share.

mod certainty;
mod check;
mod check_rules;
mod error;
mod report;
mod rules;
mod schema;
mod schema_rules;
mod standard;
mod status;
mod tally;

pub use certainty::Certainty;
pub use error::{Place, StandardError};
pub use report::{AreaCoverage, CoverageReport, Together};
pub use rules::{
    Circle, Combine, Condition, Group, Hour, Measure, MeasureKind, NoHour, Per, Rated, Rating, Rule, RuleStatus, Value,
};
pub use schema::standard_json_schema;
pub use standard::{
    Ambiguity, Anchor, FormatSet, Limit, Mode, NotComputed, NotObtainable, Requirement, SCHEMA_VERSION, Source,
    Standard, Status, Tier, TierSize, Unit,
};
pub use status::{CellStatus, Circumstances, Evidence, Judged, Reason, Verdict, all_known_met, all_met, assess};
pub use tally::{Reasons, Tally};
