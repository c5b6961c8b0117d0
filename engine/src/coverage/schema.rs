//! The keys of a standard file, as TOML has them.
//!
//! Comes in: TOML. Goes out: entries, some of them with their place in the text; and the JSON Schema of the file, made from
//! the same types, so that the two cannot disagree. Not here: whether the entries hang together (see `check`), and the keys
//! of rules and ratings (see `schema_rules`). What is said of a field here is what the schema says of its key.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::schema_rules::{CircleEntry, GroupEntry, MeasureEntry, RatingEntry, RuleEntry};
use super::standard::{Anchor, Mode, Status, Unit};

/// The JSON Schema (draft 2020-12) of a standard file, as indented JSON. A TOML file is checked by it as the JSON value that
/// it stands for; editors with a TOML language server do so while one writes.
///
/// It knows the keys, their types and what they mean. What it cannot know (whether a tier is defined, whether ids differ) is
/// checked by [`Standard::from_toml`](super::Standard::from_toml).
pub fn standard_json_schema() -> String {
    format!("{:#}", schemars::schema_for!(FileEntry).as_value())
}

/// Read before the rest, so that a file for a later version is refused for that and not for a key it has.
#[derive(Deserialize)]
pub(super) struct VersionEntry {
    pub(super) schema_version: Spanned<i64>,
}

/// A standard for walkable neighbourhoods: what residents should have on foot, and how zones are rated.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Walkshed standard")]
pub(super) struct FileEntry {
    /// The version of these keys: 1.
    #[serde(rename = "schema_version")]
    #[schemars(range(min = 1, max = 1))]
    _schema_version: i64,
    /// What the standard is.
    pub(super) profile: ProfileEntry,
    /// Documents that values come from.
    #[serde(default)]
    pub(super) source: Vec<SourceEntry>,
    /// Groups of residents with a walking speed of their own.
    #[serde(default)]
    pub(super) group: Vec<GroupEntry>,
    /// Walking times, or walking distances. An outlet counts for the tiers whose requirements name its format only.
    #[serde(default)]
    pub(super) tier: Vec<TierEntry>,
    /// What each residence should have.
    #[serde(default)]
    pub(super) require: Vec<RequireEntry>,
    /// Lists of formats; one with a tier becomes one requirement for each of its formats.
    #[serde(default)]
    pub(super) set: Vec<SetEntry>,
    /// Circles of requirements that are laid over each other: how many of them each residence has.
    #[serde(default)]
    pub(super) circle: Vec<CircleEntry>,
    /// Numbers of a zone.
    #[serde(default)]
    pub(super) measure: Vec<MeasureEntry>,
    /// What the numbers of a zone should be.
    #[serde(default)]
    pub(super) rule: Vec<RuleEntry>,
    /// The grades of a zone.
    #[serde(default)]
    pub(super) rating: Vec<RatingEntry>,
    /// What can be read in several ways.
    #[serde(default)]
    pub(super) ambiguity: Vec<AmbiguityEntry>,
    /// What exists and was not found.
    #[serde(default)]
    pub(super) not_obtainable: Vec<NotObtainableEntry>,
    /// What the document asks and the file leaves out.
    #[serde(default)]
    pub(super) not_computed: Vec<NotComputedEntry>,
}

/// What a standard is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileEntry {
    /// Its id: small letters, digits, `_` and `-`.
    #[schemars(with = "String", regex(pattern = "^[a-z0-9_-]+$"))]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: String,
    /// Its name in English.
    pub(super) en: String,
    /// Which edition of the document.
    pub(super) edition: Option<String>,
    /// When the document was published: `2021-07-20`, `2021`.
    pub(super) date: Option<String>,
    /// How much of the document the file holds. Only "sourced" and "partial" can be run.
    #[schemars(with = "Status")]
    pub(super) status: Spanned<Status>,
    /// How residents travel.
    #[serde(default)]
    pub(super) mode: Mode,
    /// From where minutes and metres are counted.
    #[serde(default)]
    pub(super) anchor: Anchor,
    /// What the document rates: each residence, or each circle or community.
    #[serde(default)]
    pub(super) unit: Unit,
    /// Whether a longer tier also asks what the shorter ones ask. Tiers do not nest unless this says so: each is then judged
    /// by its own requirements alone, and an outlet of one tier never discharges a requirement of another.
    #[serde(default)]
    pub(super) nested: bool,
}

/// A document that values come from.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEntry {
    /// Its id, by which `source` names it.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// What it is.
    pub(super) title: String,
    /// Where it was read.
    pub(super) url: Option<String>,
    /// When it was published.
    pub(super) date: Option<String>,
    /// Its words.
    pub(super) quote: Option<String>,
}

/// A walking time or a walking distance: one of `minutes` and `distance_m`, or neither where nothing is required within it.
/// A document that gives both has two tiers.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TierEntry {
    /// Its id, by which requirements name it.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: Option<String>,
    /// The walk in minutes, itself included: 1 to 240.
    #[schemars(with = "Option<u32>")]
    pub(super) minutes: Option<Spanned<u32>>,
    /// The walk in metres along the streets, itself included: 1 to 20000.
    #[schemars(with = "Option<u32>")]
    pub(super) distance_m: Option<Spanned<u32>>,
    /// From how many residents to how many a circle of this tier has, in the document's words; told, not computed.
    pub(super) population: Option<[f64; 2]>,
    /// From how many dwellings to how many; told, not computed.
    pub(super) dwellings: Option<[f64; 2]>,
    /// From how many hectares to how many; told, not computed.
    pub(super) area_ha: Option<[f64; 2]>,
    /// The radius that the document gives besides, in metres from and to; told, not computed.
    pub(super) radius_m: Option<[f64; 2]>,
    /// The words of the document.
    pub(super) text: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
    /// What the writers of the file decided here, and why.
    pub(super) choice: Option<String>,
}

/// What each residence should have: outlets of `any_of` these formats, of `all_of` these, or both.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequireEntry {
    /// Its id, unique in the file.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: Option<String>,
    /// Its name in English.
    pub(super) en: Option<String>,
    /// The class it is counted in.
    #[serde(default = "no_class")]
    pub(super) class: String,
    /// The id of the tier within which outlets count.
    #[schemars(with = "String")]
    pub(super) tier: Spanned<String>,
    /// `min_count` distinct outlets of these formats together are needed.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) any_of: Option<Spanned<Vec<Spanned<String>>>>,
    /// `min_count` distinct outlets of each of these formats are needed.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) all_of: Option<Spanned<Vec<Spanned<String>>>>,
    /// How many outlets are needed.
    #[serde(default = "one")]
    #[schemars(with = "u32", range(min = 1))]
    pub(super) min_count: Spanned<u32>,
    /// The id of the group of residents whose speed it is walked at; all residents where it is not said.
    #[schemars(with = "Option<String>")]
    pub(super) group: Option<Spanned<String>>,
    /// When outlets must be open on an ordinary Wednesday: "07:00", or "always" for round the clock. An outlet whose hours are
    /// not known is neither open nor closed.
    #[schemars(with = "Option<String>")]
    pub(super) at: Option<Spanned<String>>,
    /// The words of the document.
    pub(super) text: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
    /// What the writers of the file decided here, and why.
    pub(super) choice: Option<String>,
}

/// A list of formats, as the document has it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetEntry {
    /// Its id, unique in the file.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Its name in Chinese.
    pub(super) zh: Option<String>,
    /// Its name in English.
    pub(super) en: Option<String>,
    /// The class of its formats.
    #[serde(default = "no_class")]
    pub(super) class: String,
    /// With a tier, each format is a requirement; without one, the list is only counted (see `measure`).
    #[schemars(with = "Option<String>")]
    pub(super) tier: Option<Spanned<String>>,
    /// Its formats, in the document's order. Left out where the document's names are not known: then `size` says how many.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) formats: Option<Spanned<Vec<Spanned<String>>>>,
    /// How many names the document's list has, where they are not all known.
    pub(super) size: Option<u32>,
    /// What the document calls a format, where it differs from the vocabulary.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, NameEntry>")]
    pub(super) names: BTreeMap<Spanned<String>, NameEntry>,
    /// Formats that serve in the place of a format.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub(super) alternatives: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    /// How many outlets of each format are needed.
    #[serde(default = "one")]
    #[schemars(with = "u32", range(min = 1))]
    pub(super) min_count: Spanned<u32>,
    /// Whether the document's own list is open (it ends with 等).
    #[serde(default)]
    pub(super) open_ended: bool,
    /// The words of the document.
    pub(super) text: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
    /// What the writers of the file decided here, and why.
    pub(super) choice: Option<String>,
}

/// What a document calls a format.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NameEntry {
    /// In Chinese.
    pub(super) zh: Option<String>,
    /// In English.
    pub(super) en: Option<String>,
}

/// What can be read in several ways.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmbiguityEntry {
    /// What is not clear.
    pub(super) text: String,
    /// How the file reads it.
    pub(super) reading: Option<String>,
    /// Both in Chinese.
    pub(super) zh: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
}

/// A part of the document that exists and was not found.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NotObtainableEntry {
    /// What is missing.
    pub(super) what: String,
    /// The same in Chinese.
    pub(super) zh: Option<String>,
    /// Where it is spoken of.
    #[serde(default)]
    pub(super) source: SourceIds,
}

/// A rule of the document that the file leaves out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NotComputedEntry {
    /// What the document asks.
    pub(super) text: String,
    /// Why the file leaves it out.
    pub(super) reason: String,
    /// Both in Chinese.
    pub(super) zh: Option<String>,
    /// Who says so.
    #[serde(default)]
    pub(super) source: SourceIds,
}

/// The class of a requirement that names none.
fn no_class() -> String {
    "required".to_owned()
}

fn one() -> Spanned<u32> {
    Spanned::new(0..0, 1)
}

/// `source = "A"` or `source = ["A", "B"]`.
#[derive(Default)]
pub(super) struct SourceIds(pub(super) Option<Spanned<OneOrMore>>);

pub(super) struct OneOrMore(pub(super) Vec<String>);

impl JsonSchema for SourceIds {
    fn schema_name() -> Cow<'static, str> {
        "SourceIds".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The id of a [[source]], or a list of them.",
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
        })
    }
}

impl<'de> Deserialize<'de> for SourceIds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(|ids| Self(Some(ids)))
    }
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMoreVisitor;

        impl<'de> Visitor<'de> for OneOrMoreVisitor {
            type Value = OneOrMore;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the id of a source, or a list of them")
            }

            fn visit_str<E>(self, id: &str) -> Result<Self::Value, E> {
                Ok(OneOrMore(vec![id.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, ids: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(ids)).map(OneOrMore)
            }
        }

        deserializer.deserialize_any(OneOrMoreVisitor)
    }
}
