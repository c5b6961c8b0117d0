//! A standard: which formats a residence should have within how many minutes on foot.
//!
//! Comes in: the text of a standard file. Goes out: [`Standard`], its [`Requirement`]s in the order of the file, each
//! with the minutes of its tier. Not here: whether the formats exist (the vocabulary's business) and whether anything
//! is met (see [`assess`](super::assess)).

use serde::{Deserialize, Serialize};

use super::check;
use super::error::StandardError;
use crate::Ticks;

/// The version of the standard files that this program reads.
pub const SCHEMA_VERSION: i64 = 1;

/// The longest tier in minutes. A longer walk is no walkable neighbourhood, and more likely a slip (900 for seconds).
pub(super) const MAX_MINUTES: u32 = 240;

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
    /// The walking times it speaks of.
    pub tiers: Vec<Tier>,
    /// What it asks for, in the order of the file; formats of a set follow each other in the order of the set.
    pub requirements: Vec<Requirement>,
    /// The lists of formats that requirements came from.
    pub sets: Vec<FormatSet>,
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// On foot.
    #[default]
    Walk,
}

/// From where a standard counts its minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// From the door of each residence.
    #[default]
    Residence,
}

/// A walking time that a standard speaks of. Tiers do not nest: an outlet counts for the tiers whose requirements name
/// its format, and for no other.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Tier {
    /// Its id, such as `t15`.
    pub id: String,
    /// Its name in Chinese, where the document has one.
    pub zh: Option<String>,
    /// The walk in minutes.
    pub minutes: u32,
    /// The words of the document.
    pub text: Option<String>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
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
    /// The minutes of its tier.
    pub minutes: u32,
    /// The formats that serve it: any one of them does.
    pub any_of: Vec<String>,
    /// How many distinct outlets of these formats must be within the tier. An outlet that serves two of the formats
    /// is one outlet.
    pub min_count: u32,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// The words of the document.
    pub text: Option<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

impl Requirement {
    /// The longest walk that serves it. The limit itself is within it.
    pub const fn budget(&self) -> Ticks {
        Ticks::from_minutes(self.minutes)
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
    /// Its formats in the document's order; each is the id of a requirement.
    pub formats: Vec<String>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
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
    /// Ids of the sources.
    pub sources: Vec<String>,
}

/// A part of the document that is known to exist and was not found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NotObtainable {
    /// What is missing.
    pub what: String,
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
    /// Ids of the sources.
    pub sources: Vec<String>,
}

impl Standard {
    /// Reads a standard from the text of its file (a byte order mark at its head is ignored).
    ///
    /// # Errors
    ///
    /// [`StandardError`] with line and column: not TOML, an unknown or missing key, another schema version, a bad or
    /// doubled id, a tier or source that is not defined, an empty or doubled format list, a count of 0, minutes
    /// outside 1 to 240. Whether the formats exist is not checked here.
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
        let mut minutes: Vec<u32> = self.tiers.iter().map(|tier| tier.minutes).collect();
        minutes.sort_unstable();
        minutes.dedup();
        minutes
    }

    /// The ids of the formats that serve any requirement, each once, in the order of the file.
    pub fn formats(&self) -> Vec<&str> {
        first_of_each(self.requirements.iter().flat_map(|requirement| &requirement.any_of))
    }

    /// The classes of its requirements, each once, in the order of the file.
    pub fn classes(&self) -> Vec<&str> {
        first_of_each(self.requirements.iter().map(|requirement| &requirement.class))
    }

    /// Names the requirements that came from a set without a name of their own (they carry the id of their format
    /// until then) with the Chinese and English name that `name` knows for the format.
    pub fn name_formats<'n>(&mut self, name: impl Fn(&str) -> Option<(&'n str, &'n str)>) {
        for requirement in &mut self.requirements {
            let format = &requirement.any_of[0];
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
