//! Who may walk where: [`WalkRules`] from a file of rules, and their verdict on a way or a node.
//!
//! Comes in: rules as TOML, and the tags of ways and nodes. Goes out: a [`WayVerdict`], or whether a node lets walkers
//! pass. Not here: the words themselves (they are data, `rules/worldwide.toml`), and how long a walk takes (`walk`).

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::network::{Directions, Passage};
use super::report::Dropped;
use super::tags::Tags;

/// The rules for the whole world, as text.
const WORLDWIDE: &str = include_str!("rules/worldwide.toml");

/// Whether a walk may pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A walk may pass.
    Yes,
    /// A walk may start or end there, but not pass.
    EndsOnly,
    /// Nobody walks there.
    No,
}

/// A class of way, such as `highway=footway`: a position in [`WalkRules::class_names`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ClassId(pub u8);

/// What the rules say of one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WayVerdict {
    /// It is walked, in these directions; walks may pass along it or only start and end there.
    Walk(ClassId, Directions, Passage),
    /// It is left out, for this reason.
    Drop(Dropped),
    /// It is no street at all, but a building, a river, a border.
    NotAStreet,
}

/// Why a file of rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// It is not TOML of the expected shape; the message has line and column.
    #[error("the rules cannot be read: {0}")]
    Malformed(#[from] toml::de::Error),
    /// It was written for another version of this program.
    #[error("the rules have schema_version {0}; expected 1")]
    Version(u32),
    /// The same class is given twice.
    #[error("the rules give {0} twice")]
    Twice(String),
    /// There are too many classes to number.
    #[error("the rules name {0} classes of ways; at most 255 are possible")]
    TooMany(usize),
}

/// The rules of access on foot.
#[derive(Clone, Debug)]
pub struct WalkRules {
    id: String,
    /// The keys that classes are looked up by, in the order of the rules.
    keys: Vec<String>,
    class_names: Vec<String>,
    classes: FxHashMap<String, (ClassId, Answer)>,
    access: FxHashMap<String, Answer>,
    blocking: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    schema_version: u32,
    id: String,
    class: Vec<ClassRule>,
    access: AccessRule,
    barrier: BarrierRule,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRule {
    key: String,
    values: Vec<String>,
    foot: Answer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessRule {
    yes: Vec<String>,
    ends_only: Vec<String>,
    no: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BarrierRule {
    blocks: Vec<String>,
}

impl WalkRules {
    /// The defaults for the whole world.
    ///
    /// # Panics
    /// Never: the rules are part of the program, and a test reads them.
    pub fn worldwide() -> Self {
        Self::from_toml(WORLDWIDE).expect("the built-in rules are read by a test")
    }

    /// Rules from text.
    ///
    /// # Errors
    /// When the text is not TOML of the expected shape, or contradicts itself.
    pub fn from_toml(text: &str) -> Result<Self, RulesError> {
        let file: RulesFile = toml::from_str(text)?;
        if file.schema_version != 1 {
            return Err(RulesError::Version(file.schema_version));
        }
        let mut rules = Self {
            id: file.id,
            keys: Vec::new(),
            class_names: Vec::new(),
            classes: FxHashMap::default(),
            access: FxHashMap::default(),
            blocking: file.barrier.blocks,
        };
        for rule in file.class {
            for value in rule.values {
                let name = format!("{}={value}", rule.key);
                let number = rules.class_names.len();
                let id = ClassId(u8::try_from(number).map_err(|_| RulesError::TooMany(number + 1))?);
                if rules.classes.insert(name.clone(), (id, rule.foot)).is_some() {
                    return Err(RulesError::Twice(name));
                }
                rules.class_names.push(name);
            }
            if !rules.keys.contains(&rule.key) {
                rules.keys.push(rule.key);
            }
        }
        let words =
            [(file.access.yes, Answer::Yes), (file.access.ends_only, Answer::EndsOnly), (file.access.no, Answer::No)];
        for (list, answer) in words {
            for word in list {
                if rules.access.insert(word.clone(), answer).is_some() {
                    return Err(RulesError::Twice(word));
                }
            }
        }
        Ok(rules)
    }

    /// The name of these rules.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The classes of ways, such as `highway=footway`; a [`ClassId`] is a position here.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// What becomes of a way.
    pub fn way(&self, tags: &Tags<'_>) -> WayVerdict {
        let Some((class, default)) = self.class_of(tags) else {
            return match tags.get("highway") {
                Some(_) => WayVerdict::Drop(Dropped::ClassUnknown),
                None => WayVerdict::NotAStreet,
            };
        };
        let foot = tags.get("foot").map(|v| self.word(v));
        let answer = match (foot, default) {
            (Some(said), _) => said,
            (None, Answer::No) if tags.get("segregated").is_some() => Answer::Yes,
            (None, Answer::No) => return WayVerdict::Drop(Dropped::ClassClosed),
            (None, _) if tags.is("motorroad", "yes") => return WayVerdict::Drop(Dropped::MotorRoad),
            (None, default) => tags.get("access").map_or(default, |v| self.word(v)),
        };
        match answer {
            Answer::Yes => WayVerdict::Walk(class, directions(tags), Passage::Through),
            Answer::EndsOnly => WayVerdict::Walk(class, directions(tags), Passage::EndsOnly),
            Answer::No => WayVerdict::Drop(Dropped::Forbidden),
        }
    }

    /// Whether a walker may pass a node: everybody, only who starts or ends behind it, nobody.
    pub fn node(&self, tags: &Tags<'_>) -> Answer {
        let Some(kind) = tags.get("barrier") else {
            // Without a barrier, access on a node speaks of something else that stands there (a car park, a shop).
            return Answer::Yes;
        };
        let locked = tags.is("locked", "yes");
        match (tags.get("foot"), tags.get("access")) {
            // foot=yes on a locked gate still says that walkers are let through.
            (Some(foot), _) => self.word(foot),
            // Who lives behind a locked gate has its key.
            (None, Some(access)) if locked => self.word(access).max(Answer::EndsOnly),
            (None, Some(access)) => self.word(access),
            (None, None) if self.blocking.iter().any(|b| b == kind) => Answer::No,
            (None, None) => {
                if locked {
                    Answer::No
                } else {
                    Answer::Yes
                }
            }
        }
    }

    fn class_of(&self, tags: &Tags<'_>) -> Option<(ClassId, Answer)> {
        self.keys.iter().find_map(|key| self.classes.get(&format!("{key}={}", tags.get(key)?)).copied())
    }

    /// The answer of a word, or of a list of words (`yes;designated`): the most open one, as lists add permissions.
    fn word(&self, value: &str) -> Answer {
        let answers = value.split(';').map(|word| self.access.get(word.trim()).copied().unwrap_or(Answer::Yes));
        answers.min().unwrap_or(Answer::Yes)
    }
}

/// The directions in which a way is walked. A car's `oneway` does not bind walkers; `oneway:foot` does, and so does the
/// direction of an escalator or a moving walkway.
fn directions(tags: &Tags<'_>) -> Directions {
    match (tags.get("oneway:foot"), tags.get("conveying")) {
        (Some("yes" | "true" | "1"), _) | (None, Some("forward")) => Directions::FORWARD,
        (Some("-1" | "reverse"), _) | (None, Some("backward")) => Directions::BACKWARD,
        _ => Directions::BOTH,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tags::drawn::with_tags;
    use super::*;

    fn way(words: &str) -> WayVerdict {
        with_tags(words, |tags| WalkRules::worldwide().way(tags))
    }

    fn walked(words: &str) -> bool {
        matches!(way(words), WayVerdict::Walk(..))
    }

    fn passes(words: &str) -> Answer {
        with_tags(words, |tags| WalkRules::worldwide().node(tags))
    }

    #[test]
    fn the_most_specific_key_wins() {
        assert!(walked("highway=footway"));
        assert!(walked("highway=footway access=no foot=yes"));
        assert!(!walked("highway=residential foot=no access=yes"));
        assert!(!walked("highway=residential access=no"));
        assert!(walked("highway=cycleway foot=designated"));
        assert!(!walked("highway=cycleway"));
        assert!(walked("highway=cycleway segregated=yes"));
        assert!(!walked("highway=motorway access=yes"), "access=yes on a motorway speaks of cars");
        assert!(walked("highway=primary motorroad=yes foot=yes"));
        assert!(!walked("highway=primary motorroad=yes"));
    }

    #[test]
    fn each_left_out_way_has_its_reason() {
        assert_eq!(way("highway=motorway"), WayVerdict::Drop(Dropped::ClassClosed));
        assert_eq!(way("highway=proposed"), WayVerdict::Drop(Dropped::ClassUnknown));
        assert_eq!(way("highway=path foot=use_sidepath"), WayVerdict::Drop(Dropped::Forbidden));
        assert_eq!(way("building=yes"), WayVerdict::NotAStreet);
    }

    #[test]
    fn lists_are_as_open_as_their_most_open_word_and_unknown_words_open() {
        assert!(walked("highway=path foot=no;designated"));
        assert!(walked("highway=path foot=on_sundays_with_a_dog"));
    }

    #[test]
    fn only_walkers_one_ways_bind_walkers() {
        assert!(matches!(way("highway=residential oneway=yes"), WayVerdict::Walk(_, Directions::BOTH, _)));
        assert!(matches!(way("highway=path oneway:foot=yes"), WayVerdict::Walk(_, Directions::FORWARD, _)));
        assert!(matches!(way("highway=steps conveying=backward"), WayVerdict::Walk(_, Directions::BACKWARD, _)));
    }

    #[test]
    fn private_streets_are_walked_at_the_ends_only() {
        for access in ["private", "destination", "customers", "delivery", "residents", "permit"] {
            let verdict = way(&format!("highway=service access={access}"));
            assert!(matches!(verdict, WayVerdict::Walk(_, _, Passage::EndsOnly)), "{access}: {verdict:?}");
        }
        assert!(matches!(way("highway=service access=private foot=yes"), WayVerdict::Walk(_, _, Passage::Through)));
        assert!(matches!(way("highway=footway foot=private"), WayVerdict::Walk(_, _, Passage::EndsOnly)));
    }

    #[test]
    fn barriers_stop_by_kind_access_and_lock() {
        for (tags, answer) in [
            ("barrier=gate", Answer::Yes),
            ("barrier=bollard", Answer::Yes),
            ("barrier=gate access=private", Answer::EndsOnly),
            ("barrier=gate access=no", Answer::No),
            ("barrier=gate access=private foot=yes", Answer::Yes),
            ("barrier=gate locked=yes", Answer::No),
            ("barrier=gate locked=yes foot=yes", Answer::Yes),
            ("barrier=gate locked=yes access=yes", Answer::EndsOnly),
            ("barrier=wall", Answer::No),
            ("barrier=fence foot=yes", Answer::Yes),
            ("amenity=parking access=private", Answer::Yes),
        ] {
            assert_eq!(passes(tags), answer, "{tags}");
        }
    }

    #[test]
    fn rules_that_contradict_themselves_are_refused() {
        let twice = WORLDWIDE.replace("\"pedestrian\"", "\"footway\"");
        assert!(matches!(WalkRules::from_toml(&twice), Err(RulesError::Twice(name)) if name == "highway=footway"));
        let newer = WORLDWIDE.replace("schema_version = 1", "schema_version = 2");
        assert!(matches!(WalkRules::from_toml(&newer), Err(RulesError::Version(2))));
        let typo = WORLDWIDE.replace("[barrier]", "[barriers]");
        assert!(WalkRules::from_toml(&typo).unwrap_err().to_string().contains("barriers"));
    }
}
