//! The keys of a standard file, as TOML has them.
//!
//! Comes in: TOML. Goes out: entries, some of them with their place in the text. Not here: whether they hang together
//! (see `check`). The keys are explained to people at the head of `six-ones.toml`, which comes with the tool.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::standard::{Anchor, Mode, Status};

/// Read before the rest, so that a file for a later version is refused for that and not for a key it has.
#[derive(Deserialize)]
pub(super) struct VersionEntry {
    pub(super) schema_version: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileEntry {
    #[serde(rename = "schema_version")]
    _schema_version: i64,
    pub(super) profile: ProfileEntry,
    #[serde(default)]
    pub(super) source: Vec<SourceEntry>,
    #[serde(default)]
    pub(super) tier: Vec<TierEntry>,
    #[serde(default)]
    pub(super) require: Vec<RequireEntry>,
    #[serde(default)]
    pub(super) set: Vec<SetEntry>,
    #[serde(default)]
    pub(super) ambiguity: Vec<AmbiguityEntry>,
    #[serde(default)]
    pub(super) not_obtainable: Vec<NotObtainableEntry>,
    #[serde(default)]
    pub(super) not_computed: Vec<NotComputedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileEntry {
    pub(super) id: Spanned<String>,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) edition: Option<String>,
    pub(super) date: Option<String>,
    pub(super) status: Spanned<Status>,
    #[serde(default)]
    pub(super) mode: Mode,
    #[serde(default)]
    pub(super) anchor: Anchor,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEntry {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) url: Option<String>,
    pub(super) date: Option<String>,
    pub(super) quote: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TierEntry {
    pub(super) id: Spanned<String>,
    pub(super) zh: Option<String>,
    pub(super) minutes: Spanned<u32>,
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) source: SourceIds,
    pub(super) choice: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequireEntry {
    pub(super) id: Spanned<String>,
    pub(super) zh: Option<String>,
    pub(super) en: Option<String>,
    #[serde(default = "no_class")]
    pub(super) class: String,
    pub(super) tier: Spanned<String>,
    pub(super) any_of: Spanned<Vec<Spanned<String>>>,
    #[serde(default = "one")]
    pub(super) min_count: Spanned<u32>,
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) source: SourceIds,
    pub(super) choice: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetEntry {
    pub(super) id: Spanned<String>,
    pub(super) zh: Option<String>,
    pub(super) en: Option<String>,
    #[serde(default = "no_class")]
    pub(super) class: String,
    pub(super) tier: Spanned<String>,
    pub(super) formats: Spanned<Vec<Spanned<String>>>,
    /// What the document calls a format, where it differs from the vocabulary.
    #[serde(default)]
    pub(super) names: BTreeMap<Spanned<String>, NameEntry>,
    /// Formats that serve in the place of a format.
    #[serde(default)]
    pub(super) alternatives: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    #[serde(default = "one")]
    pub(super) min_count: Spanned<u32>,
    #[serde(default)]
    pub(super) open_ended: bool,
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) source: SourceIds,
    pub(super) choice: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameEntry {
    pub(super) zh: Option<String>,
    pub(super) en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AmbiguityEntry {
    pub(super) text: String,
    pub(super) reading: Option<String>,
    #[serde(default)]
    pub(super) source: SourceIds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotObtainableEntry {
    pub(super) what: String,
    #[serde(default)]
    pub(super) source: SourceIds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotComputedEntry {
    pub(super) text: String,
    pub(super) reason: String,
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
