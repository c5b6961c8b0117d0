//! Who may walk where: [`WalkRules`] from a file of rules, and their verdict on a way or a node.
//!
//! Comes in: rules as TOML, and the tags of ways and nodes. Goes out: a [`WayVerdict`], or whether a node lets walkers
//! pass. Not here: the words themselves (they are data, `rules/worldwide.toml`), and how long a walk takes (`walk`).

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::network::{Directions, Passage};
use super::reasons::Because;
use super::tags::Tags;

/// The rules for the whole world, as text.
const WORLDWIDE: &str = include_str!("rules/worldwide.toml");
/// The rules for Chinese cities, as text.
const CHINA: &str = include_str!("rules/china.toml");

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

/// What is taken for granted of gates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GatePolicy {
    /// They are as they are mapped; one that says nothing lets everybody pass.
    #[default]
    Mapped,
    /// All stand open, whatever is mapped: the best case for those who walk.
    Open,
    /// All let pass only who starts or ends behind them, but for those that are mapped as open: the worst case.
    Closed,
}

impl GatePolicy {
    /// The policy in a word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mapped => "mapped",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// A class of way, such as `highway=footway`: a position in [`WalkRules::class_names`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ClassId(pub u8);

/// What the rules say of one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WayVerdict {
    /// It is walked, in these directions; walks may pass along it or only start and end there.
    Walk(ClassId, Directions, Passage, Because),
    /// Nobody walks there.
    Drop(Because),
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

/// What the rules say of a class by default.
#[derive(Clone, Copy, Debug)]
struct Class {
    id: ClassId,
    foot: Answer,
    firm: bool,
}

/// The rules of access on foot.
#[derive(Clone, Debug, Default)]
pub struct WalkRules {
    id: String,
    /// The keys that classes are looked up by, in the order of the rules.
    keys: Vec<String>,
    class_names: Vec<String>,
    classes: FxHashMap<String, Class>,
    access: FxHashMap<String, Answer>,
    closed: Vec<(String, String)>,
    opened: Vec<(String, String)>,
    motorroad: Vec<(String, String)>,
    areas: Vec<(String, String)>,
    blocking: Vec<String>,
    gates: Vec<String>,
    not_of_the_way: Vec<String>,
    gate_policy: GatePolicy,
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
    /// The names of the rules that come with the engine.
    pub const NAMES: [&'static str; 2] = ["worldwide", "china"];

    /// The defaults for the whole world.
    ///
    /// # Panics
    /// Never: the rules are part of the program, and a test reads them.
    pub fn worldwide() -> Self {
        Self::from_toml(WORLDWIDE).expect("the built-in rules are read by a test")
    }

    /// What differs in Chinese cities: walkers use the lanes for cycles.
    ///
    /// # Panics
    /// Never: the rules are part of the program, and a test reads them.
    pub fn china() -> Self {
        Self::from_toml(CHINA).expect("the built-in rules are read by a test")
    }

    /// Rules that come with the engine, by name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "worldwide" => Some(Self::worldwide()),
            "china" => Some(Self::china()),
            _ => None,
        }
    }

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
        if let Some(barrier) = file.barrier {
            rules.blocking = barrier.blocks;
            rules.gates = barrier.gates;
            rules.not_of_the_way = barrier.not_of_the_way;
        }
        Ok(rules)
    }

    /// The same rules with another view of gates, which becomes part of their name.
    #[must_use]
    pub fn with_gates(mut self, policy: GatePolicy) -> Self {
        if policy != self.gate_policy {
            self.id = format!("{}, gates {}", self.id, policy.code());
            self.gate_policy = policy;
        }
        self
    }

    fn take_classes(&mut self, classes: Vec<ClassRule>) -> Result<(), RulesError> {
        let mut given = Vec::new();
        for rule in classes {
            for value in rule.values {
                let name = format!("{}={value}", rule.key);
                if given.contains(&name) {
                    return Err(RulesError::Twice(name));
                }
                let known = self.classes.get(&name).map(|known| known.id);
                let id = if let Some(id) = known {
                    id
                } else {
                    let number = self.class_names.len();
                    self.class_names.push(name.clone());
                    ClassId(u8::try_from(number).map_err(|_| RulesError::TooMany(number + 1))?)
                };
                self.classes.insert(name.clone(), Class { id, foot: rule.foot, firm: rule.firm });
                given.push(name);
            }
            if !self.keys.contains(&rule.key) {
                self.keys.push(rule.key);
            }
        }
        Ok(())
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
        let Some(class) = self.class_of(tags) else {
            return match tags.get("highway") {
                Some(_) => WayVerdict::Drop(Because::ClassUnknown),
                None => WayVerdict::NotAStreet,
            };
        };
        let (answer, because) = self.answer(tags, class);
        match answer {
            Answer::Yes => WayVerdict::Walk(class.id, directions(tags), Passage::Through, because),
            Answer::EndsOnly => WayVerdict::Walk(class.id, directions(tags), Passage::EndsOnly, because),
            Answer::No => WayVerdict::Drop(because),
        }
    }

    fn answer(&self, tags: &Tags<'_>, class: Class) -> (Answer, Because) {
        if has_any(tags, &self.closed) {
            return (Answer::No, Because::ClosedTag);
        }
        if let Some(foot) = tags.get("foot").filter(|_| !class.firm) {
            match self.known_word(foot) {
                Some(answer) => return (answer, Because::Foot),
                // A word that nobody knows permits where people walk anyway, but opens no motorway.
                None if class.foot != Answer::No => return (Answer::Yes, Because::Foot),
                None => {}
            }
        }
        if tags.is("foot:forward", "no") && tags.is("foot:backward", "no") {
            return (Answer::No, Because::Foot);
        }
        let opened = !class.firm && has_any(tags, &self.opened);
        let (usual, because) = match class.foot {
            _ if has_any(tags, &self.motorroad) && !opened => return (Answer::No, Because::MotorRoad),
            Answer::No if opened => (Answer::Yes, Because::OpenedTag),
            Answer::No => return (Answer::No, Because::Class),
            other => (other, Because::Class),
        };
        match tags.get("access").map(|word| self.word(word)) {
            // Access can close a street, never open one.
            Some(said) if said > usual => (said, Because::Access),
            _ => (usual, because),
        }
    }

    /// Whether a closed way is an area that people walk across, rather than a street that comes back to its beginning.
    pub fn is_area(&self, tags: &Tags<'_>) -> bool {
        match tags.get("area") {
            Some("no" | "false" | "0") => false,
            Some(_) => true,
            None => has_any(tags, &self.areas),
        }
    }

    /// Whether a walker may pass a node: everybody, only who starts or ends behind it, nobody.
    pub fn node(&self, tags: &Tags<'_>) -> Answer {
        let said = tags.get("foot").or_else(|| tags.get("access")).map(|word| self.word(word));
        let Some(kind) = tags.get("barrier") else {
            let of_the_way = !self.not_of_the_way.iter().any(|key| tags.get(key).is_some())
                && !tags.get("highway").is_some_and(|highway| self.not_of_the_way.iter().any(|key| key == highway));
            return said.filter(|_| of_the_way).unwrap_or(Answer::Yes);
        };
        let locked = tags.is("locked", "yes");
        let is_gate = self.gates.iter().any(|gate| gate == kind);
        match (self.gate_policy, said) {
            (GatePolicy::Open, _) if is_gate => return Answer::Yes,
            (GatePolicy::Closed, None) if is_gate => return Answer::EndsOnly,
            _ => {}
        }
        match said {
            // Who lives behind a locked gate has its key; foot=yes on it still says that walkers are let through.
            Some(said) if locked && tags.get("foot").is_none() => said.max(Answer::EndsOnly),
            Some(said) => said,
            None if locked || self.blocking.iter().any(|b| b == kind) => Answer::No,
            None => Answer::Yes,
        }
    }

    fn class_of(&self, tags: &Tags<'_>) -> Option<Class> {
        self.keys.iter().find_map(|key| self.classes.get(&format!("{key}={}", tags.get(key)?)).copied())
    }

    /// The answer of a word, or of a list of words (`yes;designated`): the most open one, as lists add permissions. Nothing
    /// when no word of it is known.
    fn known_word(&self, value: &str) -> Option<Answer> {
        value.split(';').filter_map(|word| self.access.get(&word.trim().to_lowercase()).copied()).min()
    }

    /// The same, words that nobody knows being some permission.
    fn word(&self, value: &str) -> Answer {
        self.known_word(value).unwrap_or(Answer::Yes)
    }
}

fn has_any(tags: &Tags<'_>, wanted: &[(String, String)]) -> bool {
    wanted.iter().any(|(key, value)| tags.is(key, value))
}

fn add_tags(to: &mut Vec<(String, String)>, rules: impl IntoIterator<Item = TagRule>) -> Result<(), RulesError> {
    for tag in rules.into_iter().flat_map(|rule| rule.tags) {
        let (key, value) = tag.split_once('=').ok_or_else(|| RulesError::NoTag(tag.clone()))?;
        to.push((key.to_owned(), value.to_owned()));
    }
    Ok(())
}

/// The directions in which a way is walked. A car's `oneway` does not bind walkers; `oneway:foot` does, and so does the
/// direction of an escalator or a moving walkway.
fn directions(tags: &Tags<'_>) -> Directions {
    match (tags.get("oneway:foot"), tags.get("conveying")) {
        (Some("yes" | "true" | "1"), _) | (None, Some("forward")) => return Directions::FORWARD,
        (Some("-1" | "reverse"), _) | (None, Some("backward")) => return Directions::BACKWARD,
        _ => {}
    }
    match (tags.get("foot:forward"), tags.get("foot:backward")) {
        (_, Some("no")) => Directions::FORWARD,
        (Some("no"), _) => Directions::BACKWARD,
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
    fn each_verdict_has_its_reason() {
        for (tags, because) in [
            ("highway=motorway", Because::Class),
            ("highway=proposed", Because::ClassUnknown),
            ("highway=path foot=use_sidepath", Because::Foot),
            ("highway=service access=no", Because::Access),
            ("highway=primary motorroad=yes", Because::MotorRoad),
            ("highway=footway construction=yes foot=yes", Because::ClosedTag),
        ] {
            assert_eq!(way(tags), WayVerdict::Drop(because), "{tags}");
        }
        assert!(matches!(way("highway=cycleway segregated=no"), WayVerdict::Walk(_, _, _, Because::OpenedTag)));
        assert_eq!(way("building=yes"), WayVerdict::NotAStreet);
        for (position, because) in Because::ALL.into_iter().enumerate() {
            assert_eq!(because as usize, position);
        }
    }

    #[test]
    fn the_china_rules_change_only_what_they_say() {
        let china = |tags| with_tags(tags, |tags| WalkRules::china().way(tags));
        assert!(matches!(china("highway=cycleway"), WayVerdict::Walk(..)));
        assert_eq!(china("highway=motorway"), way("highway=motorway"));
        assert_eq!(china("highway=cycleway foot=no"), WayVerdict::Drop(Because::Foot));
        assert_eq!(WalkRules::china().class_names(), WalkRules::worldwide().class_names());
        let unknown = CHINA.replace("extends = \"worldwide\"", "extends = \"mars\"");
        assert!(matches!(WalkRules::from_toml(&unknown), Err(RulesError::UnknownBase(base)) if base == "mars"));
    }

    #[test]
    fn lists_are_as_open_as_their_most_open_word_and_unknown_words_open() {
        assert!(walked("highway=path foot=no;designated"));
        assert!(walked("highway=path foot=on_sundays_with_a_dog"));
    }

    #[test]
    fn only_walkers_one_ways_bind_walkers() {
        assert!(matches!(way("highway=residential oneway=yes"), WayVerdict::Walk(_, Directions::BOTH, ..)));
        assert!(matches!(way("highway=path oneway:foot=yes"), WayVerdict::Walk(_, Directions::FORWARD, ..)));
        assert!(matches!(way("highway=steps conveying=backward"), WayVerdict::Walk(_, Directions::BACKWARD, ..)));
    }

    #[test]
    fn private_streets_are_walked_at_the_ends_only() {
        for access in ["private", "destination", "customers", "delivery", "residents", "permit"] {
            let verdict = way(&format!("highway=service access={access}"));
            assert!(matches!(verdict, WayVerdict::Walk(_, _, Passage::EndsOnly, _)), "{access}: {verdict:?}");
        }
        assert!(matches!(way("highway=service access=private foot=yes"), WayVerdict::Walk(_, _, Passage::Through, _)));
        assert!(matches!(way("highway=footway foot=private"), WayVerdict::Walk(_, _, Passage::EndsOnly, _)));
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
            ("highway=crossing foot=no", Answer::Yes),
            ("highway=elevator access=private", Answer::EndsOnly),
            ("entrance=emergency access=no", Answer::No),
            ("access=no", Answer::No),
        ] {
            assert_eq!(passes(tags), answer, "{tags}");
        }
    }

    #[test]
    fn gates_may_be_taken_as_open_or_closed() {
        let gate = |policy, words: &str| with_tags(words, |t| WalkRules::worldwide().with_gates(policy).node(t));
        for (tags, [mapped, open, closed]) in [
            ("barrier=gate", [Answer::Yes, Answer::Yes, Answer::EndsOnly]),
            ("barrier=gate access=private", [Answer::EndsOnly, Answer::Yes, Answer::EndsOnly]),
            ("barrier=gate foot=yes", [Answer::Yes, Answer::Yes, Answer::Yes]),
            ("barrier=gate locked=yes", [Answer::No, Answer::Yes, Answer::EndsOnly]),
            ("barrier=wall", [Answer::No, Answer::No, Answer::No]),
            ("barrier=bollard", [Answer::Yes, Answer::Yes, Answer::Yes]),
        ] {
            let found = [GatePolicy::Mapped, GatePolicy::Open, GatePolicy::Closed].map(|p| gate(p, tags));
            assert_eq!(found, [mapped, open, closed], "{tags}");
        }
        assert_eq!(WalkRules::china().with_gates(GatePolicy::Open).id(), "china, gates open");
        assert_eq!(WalkRules::china().with_gates(GatePolicy::Mapped).id(), "china");
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
