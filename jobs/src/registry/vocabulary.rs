//! The vocabulary of outlet formats (业态): what they are called, and which OSM features are outlets of which formats.
//!
//! Comes in: `formats.toml`, the one that comes with the tool or the user's own. Goes out: [`Vocabulary`], in which a
//! format is found by id or name, and the formats of a feature by its tags. Not here: how AMap codes and keywords are
//! applied (`mapping`), standards, and the outlets themselves.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde::de::IgnoredAny;
use walkshed::coverage::Place;

use super::nearest::nearest;
use super::rule::{RuleIndex, TagLookup, TagRule};

/// The vocabulary that comes with the tool.
const EMBEDDED: &str = include_str!("../../formats.toml");
/// What messages call it.
const EMBEDDED_NAME: &str = "the formats that come with walkshed";
/// The version of the file that this program reads.
const SCHEMA_VERSION: i64 = 1;

/// The position of a format in the vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct FormatIndex(u16);

impl FormatIndex {
    /// The position, to index an array with.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A kind of outlet.
#[derive(Debug, Clone)]
pub(crate) struct Format {
    /// What it is called in standards, registries and tables.
    pub(crate) id: String,
    /// Its name in Chinese.
    pub(crate) zh: String,
    /// Its name in English.
    pub(crate) en: String,
    /// The id of its class, such as `basic`.
    pub(crate) class: String,
    /// How rows of a registry are recognised as this format.
    pub(crate) signs: Signs,
}

/// What a row of a registry has in it when it is of a format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    /// AMap codes that are this format by their own name; `0604*` stands for all that begin so.
    pub(crate) amap_exact: Vec<String>,
    /// AMap codes that contain it among others: only together with a keyword.
    pub(crate) amap_broad: Vec<String>,
    /// Words of which one is in the name or the type.
    pub(crate) keywords: Vec<String>,
    /// Words of which none may be.
    pub(crate) exclude_keywords: Vec<String>,
}

/// The formats there are, in the order of every table.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    origin: String,
    text: String,
    formats: Vec<Format>,
    classes: Vec<Class>,
    by_name: FxHashMap<String, FormatIndex>,
    /// All keywords, in small letters.
    kinds: FxHashSet<String>,
    rules: RuleIndex,
    /// The format of each rule of the index.
    format_of_rule: Vec<FormatIndex>,
    /// Each rule as the file has it.
    rule_texts: Vec<String>,
    closed: RuleIndex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    schema_version: i64,
    #[serde(rename = "amap_table")]
    _amap_table: Option<String>,
    #[serde(default)]
    closed: Vec<String>,
    #[serde(default)]
    class: Vec<Class>,
    #[serde(default)]
    source: Vec<SourceEntry>,
    #[serde(default)]
    format: Vec<FormatEntry>,
}

#[derive(Deserialize, Debug, Clone)]
#[serde(deny_unknown_fields)]
struct Class {
    id: String,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEntry {
    id: String,
    #[serde(rename = "title")]
    _title: IgnoredAny,
    #[serde(rename = "url")]
    _url: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormatEntry {
    id: String,
    en: String,
    zh: String,
    class: String,
    #[serde(default)]
    osm: Vec<String>,
    #[serde(default)]
    amap_exact: Vec<String>,
    #[serde(default)]
    amap_broad: Vec<String>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    exclude_keywords: Vec<String>,
    #[serde(default)]
    sources: Vec<String>,
    #[serde(rename = "note")]
    _note: Option<IgnoredAny>,
}

impl Vocabulary {
    /// The vocabulary that comes with the tool.
    ///
    /// # Errors
    ///
    /// None in a build that passes its tests; they are passed on rather than hidden.
    pub(crate) fn embedded() -> Result<Self> {
        Self::from_toml(EMBEDDED, EMBEDDED_NAME)
    }

    /// The user's own vocabulary.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read as UTF-8 text, or is no vocabulary.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read the formats in {}", path.display()))?;
        Self::from_toml(&text, &path.display().to_string())
    }

    /// Reads a vocabulary; `origin` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where the text is no vocabulary: the message names the origin, the place or the format, and what was expected.
    pub(crate) fn from_toml(text: &str, origin: &str) -> Result<Self> {
        read(text).with_context(|| origin.to_owned()).map(|mut vocabulary| {
            origin.clone_into(&mut vocabulary.origin);
            vocabulary
        })
    }

    /// Where it was read from.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The text it was read from, to be hashed in a manifest.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The formats in their order.
    pub(crate) fn formats(&self) -> &[Format] {
        &self.formats
    }

    /// One format.
    pub(crate) fn format(&self, index: FormatIndex) -> &Format {
        &self.formats[index.index()]
    }

    /// The Chinese and English name of a class, if it has any.
    pub(crate) fn class_names(&self, id: &str) -> Option<(&str, &str)> {
        self.classes.iter().find(|class| class.id == id).map(|class| (class.zh.as_str(), class.en.as_str()))
    }

    /// The format of an id or a name in Chinese or English. Case, spaces around it and the width of brackets do not
    /// matter, and what stands in brackets at the end of a Chinese name may be left out.
    pub(crate) fn find(&self, id_or_name: &str) -> Option<FormatIndex> {
        self.by_name.get(&plain(id_or_name)).copied()
    }

    /// Whether a text is nothing but a kind of outlet: a format's name or one of its keywords.
    pub(crate) fn is_kind(&self, text: &str) -> bool {
        self.kinds.contains(text) || self.find(text).is_some()
    }

    /// As [`Vocabulary::find`], with an error for what is not there.
    ///
    /// # Errors
    ///
    /// Where there is no such format: the message names the closest one and says where the formats are defined.
    pub(crate) fn require(&self, id_or_name: &str) -> Result<FormatIndex> {
        self.find(id_or_name).ok_or_else(|| {
            let names = self.formats.iter().flat_map(|format| [&*format.id, &*format.zh, &*format.en]);
            let meant = nearest(id_or_name, names);
            let meant = meant.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
            anyhow!("there is no format \"{id_or_name}\" among the {} of {}{meant}", self.formats.len(), self.origin)
        })
    }

    /// The formats of an OSM feature in the order of the vocabulary; none where it is closed or is no outlet.
    /// With each its first rule that fits.
    pub(crate) fn formats_of(&self, tag: TagLookup<'_, '_>) -> Vec<(FormatIndex, &str)> {
        let rules = self.rules.fitting(tag);
        if rules.is_empty() || self.closed.any_fits(tag) {
            return Vec::new();
        }
        // Rules stand in the order of their formats, so equal formats are neighbours.
        let formats = rules.into_iter().map(|rule| (self.format_of_rule[rule], &*self.rule_texts[rule]));
        let mut formats: Vec<(FormatIndex, &str)> = formats.collect();
        formats.dedup_by_key(|(format, _)| *format);
        formats
    }

    /// Whether an OSM feature is an open outlet of any format: quicker than [`Vocabulary::formats_of`].
    pub(crate) fn is_outlet(&self, tag: TagLookup<'_, '_>) -> bool {
        self.rules.any_fits(tag) && !self.closed.any_fits(tag)
    }
}

fn read(text: &str) -> Result<Vocabulary> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: FileEntry = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or_else(String::new, |span| format!("{}: ", Place::of(text, span.start)));
        anyhow!("{at}{}", error.message())
    })?;
    ensure!(
        file.schema_version == SCHEMA_VERSION,
        "schema_version is {}, but this program reads version {SCHEMA_VERSION}",
        file.schema_version
    );
    ensure!(!file.format.is_empty(), "there is no [[format]]");
    ensure!(u16::try_from(file.format.len()).is_ok(), "more than {} formats", u16::MAX);
    let closed = file.closed.iter().map(|rule| TagRule::parse(rule)).collect::<Result<Vec<_>>>().context("closed")?;
    let sources: FxHashSet<&str> = file.source.iter().map(|source| source.id.as_str()).collect();

    let mut rules = Vec::new();
    let mut format_of_rule = Vec::new();
    let mut rule_texts = Vec::new();
    let mut names = Names::default();
    for (position, entry) in file.format.iter().enumerate() {
        let index = FormatIndex(position as u16);
        let mut add = || -> Result<()> {
            entry.check(&file.class, &sources)?;
            names.add(index, entry, &file.format)?;
            for rule in &entry.osm {
                rules.push(TagRule::parse(rule)?);
                format_of_rule.push(index);
                rule_texts.push(rule.clone());
            }
            Ok(())
        };
        add().with_context(|| format!("format \"{}\"", entry.id))?;
    }
    let kinds = file.format.iter().flat_map(|entry| &entry.keywords).map(|word| word.to_lowercase()).collect();
    let formats = file.format.into_iter();
    let formats = formats
        .map(|entry| {
            let FormatEntry { id, zh, en, class, amap_exact, amap_broad, keywords, exclude_keywords, .. } = entry;
            let signs = Signs { amap_exact, amap_broad, keywords, exclude_keywords };
            Format { id, zh, en, class, signs }
        })
        .collect();
    Ok(Vocabulary {
        origin: String::new(),
        text: text.to_owned(),
        formats,
        classes: file.class,
        by_name: names.finish(),
        kinds,
        rules: RuleIndex::new(rules),
        format_of_rule,
        rule_texts,
        closed: RuleIndex::new(closed),
    })
}

impl FormatEntry {
    fn check(&self, classes: &[Class], sources: &FxHashSet<&str>) -> Result<()> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        ensure!(
            !self.id.is_empty() && self.id.chars().all(fits),
            "the id must be of small letters, digits and '_' (it names columns)"
        );
        if !classes.iter().any(|class| class.id == self.class) {
            let known: Vec<&str> = classes.iter().map(|class| class.id.as_str()).collect();
            bail!("there is no class \"{}\"; the classes are: {}", self.class, known.join(", "));
        }
        if let Some(source) = self.sources.iter().find(|source| !sources.contains(source.as_str())) {
            bail!("there is no source \"{source}\"");
        }
        if let Some(code) = self.amap_exact.iter().chain(&self.amap_broad).find(|code| !is_amap_code(code)) {
            bail!("\"{code}\" is no AMap code: six digits, or fewer and a '*'");
        }
        if self.keywords.iter().chain(&self.exclude_keywords).any(|keyword| keyword.trim().is_empty()) {
            bail!("an empty keyword would fit every name");
        }
        Ok(())
    }
}

/// Whether a text is an AMap code or the beginning of one: `060400`, `0604*`.
fn is_amap_code(text: &str) -> bool {
    let (digits, lengths) = match text.strip_suffix('*') {
        Some(digits) => (digits, 2..6),
        None => (text, 6..7),
    };
    lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// What formats are called, while they are being read.
#[derive(Default)]
struct Names {
    full: FxHashMap<String, FormatIndex>,
    /// Chinese names without what stands in brackets; nothing where two formats share one.
    short: FxHashMap<String, Option<FormatIndex>>,
}

impl Names {
    fn add(&mut self, index: FormatIndex, entry: &FormatEntry, formats: &[FormatEntry]) -> Result<()> {
        for name in [&entry.id, &entry.zh, &entry.en] {
            ensure!(!name.trim().is_empty(), "an empty name");
            if let Some(other) = self.full.insert(plain(name), index).filter(|other| *other != index) {
                bail!("\"{name}\" already names the format \"{}\"", formats[other.index()].id);
            }
        }
        if let Some((short, _)) = entry.zh.split_once('（') {
            let unclear = self.short.contains_key(&plain(short));
            self.short.insert(plain(short), (!unclear).then_some(index));
        }
        Ok(())
    }

    fn finish(self) -> FxHashMap<String, FormatIndex> {
        let mut names = self.full;
        for (name, index) in self.short {
            if let Some(index) = index {
                names.entry(name).or_insert(index);
            }
        }
        names
    }
}

/// A name without what people write differently: case, spaces around it, the width of brackets.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace('(', "（").replace(')', "）")
}

#[cfg(test)]
#[path = "vocabulary_tests.rs"]
mod tests;
