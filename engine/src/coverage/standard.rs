//! A standard: which formats a residence should have within how many minutes on foot.
//!
//! Comes in: the text of a standard file. Goes out: [`Standard`], its [`Requirement`]s in the order of the file, each
//! with the minutes of its tier. Not here: whether the formats exist (the vocabulary's business) and whether anything
//! is met (see [`assess`](super::assess)).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check;
use super::error::StandardError;
use super::rules::{Circle, Group, Hour, Measure, Rating, Rule};
use crate::{Meters, Ticks};

/// The version of the standard files that this program reads.
pub const SCHEMA_VERSION: i64 = 1;

/// The longest tier in minutes. A longer walk is no walkable neighbourhood, and more likely a slip (900 for seconds).
pub(super) const MAX_MINUTES: u32 = 240;

/// The longest tier in metres, for the same reason.
pub(super) const MAX_METERS: u32 = 20_000;

/// A standard for a walkable neighbourhood, as its file states it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Standard {
    /// Its id, such as `national-2021`.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Which edition of the document, in words.
    pub edition: Option<String>,
    /// When the document was published, as far as known: `2021-07-20`, `2021`.
    pub date: Option<String>,
    /// How much of the document the file holds.
    pub status: Status,
    /// How residents travel.
    pub mode: Mode,
    /// From where the minutes are counted.
    pub anchor: Anchor,
    /// What its document rates.
    pub unit: Unit,
    /// Whether a longer tier also asks what the shorter ones ask.
    pub nested: bool,
    /// Groups of residents with a speed of their own.
    pub groups: Vec<Group>,
    /// The walking times and distances it speaks of.
    pub tiers: Vec<Tier>,
    /// What it asks for, in the order of the file; formats of a set follow each other in the order of the set.
    pub requirements: Vec<Requirement>,
    /// The lists of formats that requirements came from.
    pub sets: Vec<FormatSet>,
    /// Circles of requirements that are laid over each other. Where the file has none, each of several tiers is one.
    pub circles: Vec<Circle>,
    /// Numbers of a zone.
    pub measures: Vec<Measure>,
    /// What a zone should come to.
    pub rules: Vec<Rule>,
    /// The grades of a zone, the best first.
    pub ratings: Vec<Rating>,
    /// Where its values come from.
    pub sources: Vec<Source>,
    /// What in the document can be read in several ways, and which reading the file takes.
    pub ambiguities: Vec<Ambiguity>,
    /// What is known to exist and could not be had.
    pub not_obtainable: Vec<NotObtainable>,
    /// What the document also asks and the file leaves out.
    pub not_computed: Vec<NotComputed>,
}

/// How much of its document a standard holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Everything that is computed from it has a source.
    Sourced,
    /// What it holds has a source; parts of the document were not found.
    Partial,
    /// Only the sizes of its lists are known, not the names in them.
    CountsOnly,
    /// Only the form of its rules is known, not the values.
    ShapeOnly,
    /// Only the walking times are known.
    TiersOnly,
}

impl Status {
    /// The word in the file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sourced => "sourced",
            Self::Partial => "partial",
            Self::CountsOnly => "counts-only",
            Self::ShapeOnly => "shape-only",
            Self::TiersOnly => "tiers-only",
        }
    }

    /// Whether it holds requirements that a residence can be held against.
    pub const fn can_be_run(self) -> bool {
        matches!(self, Self::Sourced | Self::Partial)
    }
}

/// How residents travel. Walking is the only way there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// On foot.
    #[default]
    Walk,
}

/// From where a standard counts its minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// From the door of each residence.
    #[default]
    Residence,
}

/// What a document rates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Each residence.
    #[default]
    Residence,
    /// Each circle (生活圈) that a city has drawn.
    Circle,
    /// Each community (社区).
    Community,
}

/// How long a walk may be. The limit itself is within it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// So many minutes.
    Minutes(u32),
    /// So many metres along the streets, whatever time they take.
    Meters(u32),
}

impl Limit {
    /// The limit as a budget. A walk by metres is searched for at a metre a second without any waits, so that its time in
    /// seconds is its length in metres.
    pub const fn budget(self) -> Ticks {
        match self {
            Self::Minutes(minutes) => Ticks::from_minutes(minutes),
            Self::Meters(meters) => Ticks::new(meters * Ticks::PER_SECOND),
        }
    }

    /// The minutes, where it is a time.
    pub const fn minutes(self) -> Option<u32> {
        match self {
            Self::Minutes(minutes) => Some(minutes),
            Self::Meters(_) => None,
        }
    }

    /// The metres, where it is a distance.
    pub const fn meters(self) -> Option<u32> {
        match self {
            Self::Minutes(_) => None,
            Self::Meters(meters) => Some(meters),
        }
    }
}

/// A walking time or distance that a standard speaks of. Unless the standard nests them, an outlet counts for the tiers
/// whose requirements name its format, and for no other.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Tier {
    /// Its id, such as `t15`.
    pub id: String,
    /// Its name in Chinese, where the document has one.
    pub zh: Option<String>,
    /// The walk; nothing where the document gives none and nothing is required within it.
    pub limit: Option<Limit>,
    /// What the document says of the size of a circle; told, not computed.
    pub size: TierSize,
    /// The words of the document.
    pub text: Option<String>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

/// What a document says of the size of a circle, from and to.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct TierSize {
    /// Residents.
    pub population: Option<[f64; 2]>,
    /// Dwellings.
    pub dwellings: Option<[f64; 2]>,
    /// Hectares.
    pub area_ha: Option<[f64; 2]>,
    /// Metres.
    pub radius_m: Option<[f64; 2]>,
}

/// One thing that each residence should have.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Requirement {
    /// Its id, unique in the standard; that of the format where it came from a set.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The class it is counted in, such as `basic` or `quality`.
    pub class: String,
    /// The id of its tier.
    pub tier: String,
    /// How long the walk may be.
    pub limit: Limit,
    /// Formats that serve it together: any one of them does. Empty where each of [`all_of`](Self::all_of) is all it asks.
    pub any_of: Vec<String>,
    /// Formats each of which is needed.
    pub all_of: Vec<String>,
    /// How many distinct outlets must be within the limit: of `any_of` together, and of each of `all_of`. An outlet that
    /// serves two of the formats of `any_of` is one outlet.
    pub min_count: u32,
    /// The group of residents whose speed it is walked at.
    pub group: Option<String>,
    /// When the outlets must be open.
    pub at: Option<Hour>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// The words of the document.
    pub text: Option<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

impl Requirement {
    /// The longest walk that serves it (see [`Limit::budget`]).
    pub const fn budget(&self) -> Ticks {
        self.limit.budget()
    }

    /// Its parts, each of which must be met: the formats of `any_of` together, then each of `all_of`. Never empty.
    pub fn parts(&self) -> impl Iterator<Item = &[String]> {
        let any_of = Some(self.any_of.as_slice()).filter(|formats| !formats.is_empty());
        any_of.into_iter().chain(self.all_of.chunks(1))
    }

    /// All formats that it names.
    pub fn formats(&self) -> impl Iterator<Item = &String> {
        self.any_of.iter().chain(&self.all_of)
    }

    /// How far its walk goes in a straight line, at best, for somebody of this speed.
    pub fn reach(&self, meters_per_second: f64) -> Meters {
        match self.limit {
            Limit::Minutes(minutes) => Meters(f64::from(minutes) * 60.0 * meters_per_second),
            Limit::Meters(meters) => Meters(f64::from(meters)),
        }
    }
}

/// A list of formats, as the document has it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FormatSet {
    /// Its id, unique in the standard.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The class of its formats.
    pub class: String,
    /// Whether the document's own list is open (it ends with "等").
    pub open_ended: bool,
    /// The tier within which each of its formats is required; nothing where the list is only counted.
    pub tier: Option<String>,
    /// Its formats in the document's order, as far as known; with a tier each is the id of a requirement.
    pub formats: Vec<String>,
    /// Formats that serve in the place of a format.
    pub alternatives: BTreeMap<String, Vec<String>>,
    /// How many names the document's list has.
    pub size: u32,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

impl FormatSet {
    /// For each of its formats, all that serve it.
    pub fn served_by(&self) -> impl Iterator<Item = Vec<String>> {
        self.formats.iter().map(|format| {
            let others = self.alternatives.get(format).into_iter().flatten();
            std::iter::once(format).chain(others).cloned().collect()
        })
    }
}

/// A document that values come from.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Source {
    /// Its id, unique in the standard.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Where it was read.
    pub url: Option<String>,
    /// When it was published.
    pub date: Option<String>,
    /// Its words.
    pub quote: Option<String>,
}

/// A rule that can be read in several ways.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Ambiguity {
    /// What is not clear.
    pub text: String,
    /// How the file reads it.
    pub reading: Option<String>,
    /// Both in Chinese.
    pub zh: Option<String>,
    /// Ids of the sources.
    pub sources: Vec<String>,
}

/// A part of the document that is known to exist and was not found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NotObtainable {
    /// What is missing.
    pub what: String,
    /// The same in Chinese.
    pub zh: Option<String>,
    /// Where it is spoken of.
    pub sources: Vec<String>,
}

/// A rule of the document that walking times say nothing about.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NotComputed {
    /// What the document asks.
    pub text: String,
    /// Why the file leaves it out.
    pub reason: String,
    /// Both in Chinese.
    pub zh: Option<String>,
    /// Ids of the sources.
    pub sources: Vec<String>,
}

impl Standard {
    /// Reads a standard from the text of its file (a byte order mark at its head is ignored).
    ///
    /// # Errors
    ///
    /// [`StandardError`] with line and column: not TOML, an unknown or missing key, another schema version, a bad or
    /// doubled id, a tier, source, group, requirement, set or measure that is not defined, an empty or doubled format
    /// list, a count of 0, minutes outside 1 to 240, metres outside 1 to 20,000, a speed that is no walk, a condition
    /// without a bound. Whether the formats exist is not checked here.
    ///
    /// ```
    /// let standard = walkshed::coverage::Standard::from_toml(r#"
    ///     schema_version = 1
    ///     [profile]
    ///     id = "bread"
    ///     zh = "面包"
    ///     en = "Bread"
    ///     status = "sourced"
    ///     [[tier]]
    ///     id = "t5"
    ///     minutes = 5
    ///     [[require]]
    ///     id = "bread"
    ///     zh = "面包店"
    ///     class = "basic"
    ///     tier = "t5"
    ///     any_of = ["bakery", "general_supermarket"]
    /// "#)?;
    /// assert_eq!(standard.minutes(), [5]);
    /// assert_eq!(standard.requirements[0].min_count, 1);
    /// # Ok::<(), walkshed::coverage::StandardError>(())
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, StandardError> {
        check::read(text)
    }

    /// The walking times it speaks of in minutes, each once, from short to long.
    pub fn minutes(&self) -> Vec<u32> {
        let limits = self.tiers.iter().filter_map(|tier| tier.limit);
        let minutes: std::collections::BTreeSet<u32> = limits.filter_map(Limit::minutes).collect();
        minutes.into_iter().collect()
    }

    /// The walking distances it speaks of in metres, each once, from short to long.
    pub fn meters(&self) -> Vec<u32> {
        let limits = self.tiers.iter().filter_map(|tier| tier.limit);
        let meters: std::collections::BTreeSet<u32> = limits.filter_map(Limit::meters).collect();
        meters.into_iter().collect()
    }

    /// The ids of the formats that serve any requirement or are counted by any measure, each once, in the order of the
    /// file.
    pub fn formats(&self) -> Vec<&str> {
        let required = self.requirements.iter().flat_map(Requirement::formats);
        first_of_each(required.chain(self.measures.iter().flat_map(|measure| measure.formats.iter().flatten())))
    }

    /// Why zones cannot be rated by it, or nothing where they can be: what the file says could not be obtained.
    pub fn cannot_rate(&self) -> Option<String> {
        self.refusal("its document has no grades", "; ", |entry| &entry.what)
    }

    /// The same in Chinese; where the file has no Chinese for something, in the file's own words.
    pub fn cannot_rate_zh(&self) -> Option<String> {
        self.refusal("其文件未规定等级", "；", |entry| entry.zh.as_ref().unwrap_or(&entry.what))
    }

    fn refusal(&self, no_grades: &str, mark: &str, of: fn(&NotObtainable) -> &String) -> Option<String> {
        if !self.ratings.is_empty() && self.status.can_be_run() {
            return None;
        }
        let missing: Vec<&str> = self.not_obtainable.iter().map(|entry| of(entry).as_str()).collect();
        Some(if missing.is_empty() { no_grades.to_owned() } else { missing.join(mark) })
    }

    /// The classes of its requirements, each once, in the order of the file.
    pub fn classes(&self) -> Vec<&str> {
        first_of_each(self.requirements.iter().map(|requirement| &requirement.class))
    }

    /// Names the requirements that came from a set without a name of their own (they carry the id of their format
    /// until then) with the Chinese and English name that `name` knows for the format.
    pub fn name_formats<'n>(&mut self, name: impl Fn(&str) -> Option<(&'n str, &'n str)>) {
        for requirement in &mut self.requirements {
            let Some(format) = requirement.any_of.first() else { continue };
            let Some((zh, en)) = name(format) else { continue };
            if requirement.zh == *format {
                zh.clone_into(&mut requirement.zh);
            }
            if requirement.en == *format {
                en.clone_into(&mut requirement.en);
            }
        }
    }
}

/// Each text once, in the order in which they first come.
fn first_of_each<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut seen: Vec<&str> = Vec::new();
    for text in texts {
        // A standard has tens of formats: looking through them is quicker than hashing, and keeps their order.
        if !seen.contains(&text.as_str()) {
            seen.push(text);
        }
    }
    seen
}
