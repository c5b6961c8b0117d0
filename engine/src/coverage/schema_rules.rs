//! The keys of groups, circles, measures, rules and ratings in a standard file.
//!
//! Comes in: TOML. Goes out: entries. Not here: whether they hang together (see `check_rules`), and what they come to (see
//! `rules`). What is said of a field here is what the schema says of its key.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::rules::{Combine, MeasureKind};
use super::schema::SourceIds;

/// A group of residents with a walking speed of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupEntry {
    /// Its id, by which requirements name it.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: Option<String>,
    /// Its name in English.
    pub(super) en: Option<String>,
    /// How fast it walks on level ground: 0.2 to 3 m/s. Waits at crossings and the like are those of the run's model.
    #[schemars(with = "f64", range(min = 0.2, max = 3.0))]
    pub(super) speed_m_per_s: Spanned<f64>,
    /// The group of the residents table whose numbers it is weighed by, such as `60plus`; all residents where it is not said.
    pub(super) residents: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
    /// What the writers of the file decided here, and why.
    pub(super) choice: Option<String>,
}

/// Requirements that make one circle (“10分钟健身圈”); a residence has the circle when it has all of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CircleEntry {
    /// Its id, unique in the file.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: Option<String>,
    /// Its name in English.
    pub(super) en: Option<String>,
    /// The ids of its requirements.
    #[schemars(with = "Vec<String>")]
    pub(super) requirements: Spanned<Vec<Spanned<String>>>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
    /// What the writers of the file decided here, and why.
    pub(super) choice: Option<String>,
}

/// A number of a zone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureEntry {
    /// Its id, by which rules and ratings name it.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: Option<String>,
    /// Its name in English.
    pub(super) en: Option<String>,
    /// What is counted.
    pub(super) kind: MeasureKind,
    /// Formats whose outlets are counted. With none of `formats`, `sets` and `classes`, all outlets are.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) formats: Vec<Spanned<String>>,
    /// Sets of this file whose formats are counted.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) sets: Vec<Spanned<String>>,
    /// Classes of the vocabulary whose formats are counted.
    #[serde(default)]
    pub(super) classes: Vec<String>,
    /// For `share_met`: the requirements.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) requirements: Vec<Spanned<String>>,
    /// For `share_met` of several requirements: each for itself (the lowest share counts), or all together.
    #[serde(default)]
    pub(super) combine: Combine,
    /// For `imported`: the property of the zone that holds the number.
    pub(super) property: Option<String>,
    /// What the number is divided by.
    #[schemars(with = "Option<PerEntry>")]
    pub(super) per: Option<Spanned<PerEntry>>,
    /// The words of the document.
    pub(super) text: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
    /// What the writers of the file decided here, and why.
    pub(super) choice: Option<String>,
}

/// What a number is divided by: so many residents, or so many square metres of the zone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PerEntry {
    /// For each so many residents of the zone: 100, 1000.
    pub(super) residents: Option<f64>,
    /// For each so many square metres of the zone's land: 10000.
    pub(super) area_m2: Option<f64>,
}

/// Bounds that a measure should keep to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionEntry {
    /// The id of the measure.
    #[schemars(with = "String")]
    pub(super) measure: Spanned<String>,
    /// It is this or more.
    pub(super) at_least: Option<f64>,
    /// It is more than this.
    pub(super) more_than: Option<f64>,
    /// It is this or less.
    pub(super) at_most: Option<f64>,
    /// It is less than this.
    pub(super) less_than: Option<f64>,
}

/// What a zone should come to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleEntry {
    /// Its id, unique in the file.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: Option<String>,
    /// Its name in English.
    pub(super) en: Option<String>,
    /// What must hold: all of these.
    #[schemars(with = "Vec<ConditionEntry>")]
    pub(super) needs: Spanned<Vec<ConditionEntry>>,
    /// Which zones it is asked of: those where all of these hold. All zones where nothing is said.
    #[serde(default)]
    pub(super) only_if: Vec<ConditionEntry>,
    /// The words of the document.
    pub(super) text: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
    /// What the writers of the file decided here, and why.
    pub(super) choice: Option<String>,
}

/// A grade. A zone has the first grade of the file all of whose conditions hold; where none does, its grade is undefined.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RatingEntry {
    /// Its id, unique in the file.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: Option<String>,
    /// Its name in English.
    pub(super) en: Option<String>,
    /// What must hold: all of these.
    #[schemars(with = "Vec<ConditionEntry>")]
    pub(super) needs: Spanned<Vec<ConditionEntry>>,
    /// The words of the document.
    pub(super) text: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
    /// What the writers of the file decided here, and why.
    pub(super) choice: Option<String>,
}
