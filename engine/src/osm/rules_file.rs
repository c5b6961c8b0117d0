//! Files of rules: who may walk where, as TOML.
//!
//! Comes in: text, with a source for each rule. Goes out: [`WalkRules`]. Not here: what the rules say of a way or a node
//! (`rules`), and the words themselves (they are data, `rules/worldwide.toml`).

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::ground_tags::SurfaceRule;
use super::rules::{Answer, Class, ClassId, WalkRules};

/// Why a file of rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// It is not TOML of the expected shape; the message has line and column.
    #[error("the rules cannot be read: {0}")]
    Malformed(#[from] toml::de::Error),
    /// It was written for another version of this program.
    #[error("the rules have schema_version {0}; expected 1")]
    Version(u32),
    /// It builds on rules that there are not.
    #[error("the rules extend {0:?}; expected \"worldwide\" or \"china\"")]
    UnknownBase(String),
    /// The same thing is said twice in one file.
    #[error("the rules give {0} twice")]
    Twice(String),
    /// A tag is not written as key=value.
    #[error("{0:?} is no tag; expected key=value")]
    NoTag(String),
    /// There are too many classes to number.
    #[error("the rules name {0} classes of ways; at most 255 are possible")]
    TooMany(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    schema_version: u32,
    id: String,
    extends: Option<String>,
    #[serde(default)]
    class: Vec<ClassRule>,
    #[serde(default)]
    closed: Vec<TagRule>,
    #[serde(default)]
    opened: Vec<TagRule>,
    motorroad: Option<TagRule>,
    #[serde(default)]
    area: Vec<TagRule>,
    access: Option<AccessRule>,
    barrier: Option<BarrierRule>,
    #[serde(default)]
    surface: Vec<SurfaceRule>,
}

/// Where a rule comes from and why, for the reader of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRule {
    key: String,
    values: Vec<String>,
    foot: Answer,
    /// No tag opens or closes it.
    #[serde(default)]
    firm: bool,
    /// A plain `oneway` binds walkers there.
    #[serde(default)]
    oneway: bool,
    /// A sidewalk that is drawn beside a road is of such a class.
    #[serde(default)]
    sidewalk: bool,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "why")]
    _why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TagRule {
    tags: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "why")]
    _why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessRule {
    #[serde(default)]
    yes: Vec<String>,
    #[serde(default)]
    ends_only: Vec<String>,
    #[serde(default)]
    no: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BarrierRule {
    blocks: Vec<String>,
    gates: Vec<String>,
    not_of_the_way: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
}

impl WalkRules {
    /// Rules from text. Where it says `extends = "worldwide"`, it only has to say what differs: classes and words that it
    /// gives take the place of those it builds on, lists of tags are added to them.
    ///
    /// # Errors
    /// When the text is not TOML of the expected shape, or contradicts itself.
    pub fn from_toml(text: &str) -> Result<Self, RulesError> {
        let file: RulesFile = toml::from_str(text)?;
        if file.schema_version != 1 {
            return Err(RulesError::Version(file.schema_version));
        }
        let mut rules = match &file.extends {
            None => Self::default(),
            Some(base) => Self::named(base).ok_or_else(|| RulesError::UnknownBase(base.clone()))?,
        };
        rules.id = file.id;
        rules.take_classes(file.class)?;
        if let Some(words) = file.access {
            rules.take_words(words)?;
        }
        add_tags(&mut rules.closed, file.closed)?;
        add_tags(&mut rules.opened, file.opened)?;
        add_tags(&mut rules.motorroad, file.motorroad)?;
        add_tags(&mut rules.areas, file.area)?;
        rules.surfaces.take(file.surface).map_err(RulesError::Twice)?;
        if let Some(barrier) = file.barrier {
            rules.blocking = barrier.blocks;
            rules.gates = barrier.gates;
            rules.not_of_the_way = barrier.not_of_the_way;
        }
        Ok(rules)
    }

    fn take_classes(&mut self, classes: Vec<ClassRule>) -> Result<(), RulesError> {
        let mut given = Vec::new();
        for rule in classes {
            for value in rule.values {
                let name = format!("{}={value}", rule.key);
                if given.contains(&name) {
                    return Err(RulesError::Twice(name));
                }
                let values = self.values_of(&rule.key);
                let known = values.get(&value).map(|known| known.id);
                let id = match known {
                    Some(id) => id,
                    None => self.number_class(&name)?,
                };
                let class =
                    Class { id, foot: rule.foot, firm: rule.firm, oneway: rule.oneway, sidewalk: rule.sidewalk };
                self.values_of(&rule.key).insert(value, class);
                given.push(name);
            }
        }
        Ok(())
    }

    fn values_of(&mut self, key: &str) -> &mut FxHashMap<String, Class> {
        let known = self.classes.iter().position(|(k, _)| k == key);
        let place = known.unwrap_or_else(|| {
            self.classes.push((key.to_owned(), FxHashMap::default()));
            self.classes.len() - 1
        });
        &mut self.classes[place].1
    }

    fn number_class(&mut self, name: &str) -> Result<ClassId, RulesError> {
        let number = self.class_names.len();
        self.class_names.push(name.to_owned());
        u8::try_from(number).map(ClassId).map_err(|_| RulesError::TooMany(number + 1))
    }

    fn take_words(&mut self, words: AccessRule) -> Result<(), RulesError> {
        let lists = [(words.yes, Answer::Yes), (words.ends_only, Answer::EndsOnly), (words.no, Answer::No)];
        let mut given = Vec::new();
        for (list, answer) in lists {
            for word in list {
                if given.contains(&word) {
                    return Err(RulesError::Twice(word));
                }
                self.access.insert(word.clone(), answer);
                given.push(word);
            }
        }
        Ok(())
    }
}

fn add_tags(to: &mut Vec<(String, String)>, rules: impl IntoIterator<Item = TagRule>) -> Result<(), RulesError> {
    for tag in rules.into_iter().flat_map(|rule| rule.tags) {
        let (key, value) = tag.split_once('=').ok_or_else(|| RulesError::NoTag(tag.clone()))?;
        to.push((key.to_owned(), value.to_owned()));
    }
    Ok(())
}
