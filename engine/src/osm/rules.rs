//! Who may walk where: [`WalkRules`] from a file of rules, and their verdict on a way or a node.
//!
//! Comes in: rules as TOML, and the tags of ways and nodes. Goes out: a [`WayVerdict`], or whether a node lets walkers
//! pass. Not here: the words themselves (they are data, `rules/worldwide.toml`), and how long a walk takes (`walk`).

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::conditional::Moment;
use super::ground_tags::SurfaceWords;
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
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mapped, Self::Open, Self::Closed];

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

/// What the rules say of a class by default.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    pub(super) id: ClassId,
    pub(super) foot: Answer,
    /// No tag opens or closes it.
    pub(super) firm: bool,
    /// A plain `oneway` binds walkers there.
    pub(super) oneway: bool,
    /// A sidewalk that is drawn beside a road is of such a class.
    pub(super) sidewalk: bool,
}

/// The rules of access on foot.
#[derive(Clone, Debug, Default)]
pub struct WalkRules {
    pub(super) id: String,
    pub(super) class_names: Vec<String>,
    /// The classes by key, in the order of the rules, then by value.
    pub(super) classes: Vec<(String, FxHashMap<String, Class>)>,
    pub(super) access: FxHashMap<String, Answer>,
    pub(super) closed: Vec<(String, String)>,
    pub(super) opened: Vec<(String, String)>,
    pub(super) motorroad: Vec<(String, String)>,
    pub(super) areas: Vec<(String, String)>,
    pub(super) blocking: Vec<String>,
    pub(super) gates: Vec<String>,
    pub(super) not_of_the_way: Vec<String>,
    gate_policy: GatePolicy,
    at: Option<Moment>,
    pub(super) surfaces: SurfaceWords,
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

    /// The same rules with another view of gates, which becomes part of their name.
    #[must_use]
    pub fn with_gates(mut self, policy: GatePolicy) -> Self {
        if policy != self.gate_policy {
            if let Some(plain) = self.id.strip_suffix(&format!(", gates {}", self.gate_policy.code())) {
                self.id.truncate(plain.len());
            }
            if policy != GatePolicy::Mapped {
                self.id = format!("{}, gates {}", self.id, policy.code());
            }
            self.gate_policy = policy;
        }
        self
    }

    /// What these rules take for granted of gates.
    pub fn gate_policy(&self) -> GatePolicy {
        self.gate_policy
    }

    /// The name of these rules.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The classes of ways, such as `highway=footway`; a [`ClassId`] is a position here.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// The same rules at a stated hour, which becomes part of their name: `foot:conditional`, `access:conditional` and
    /// `opening_hours` are heeded. Without an hour they are not, and what is said without a condition holds.
    #[must_use]
    pub fn at(mut self, moment: Moment) -> Self {
        self.id = format!("{}, at {moment}", self.id);
        self.at = Some(moment);
        self
    }

    /// What becomes of a way.
    pub fn way(&self, tags: &Tags<'_>) -> WayVerdict {
        let Some(class) = self.class_of(tags) else {
            return match tags.get("highway") {
                Some(_) => WayVerdict::Drop(Because::ClassUnknown),
                None => WayVerdict::NotAStreet,
            };
        };
        let usual = self.answer(tags, class);
        let [forward, backward] =
            ["forward", "backward"].map(|way_round| self.answer_one_way(tags, class, usual, way_round));
        let walked = walkers_direction(tags, class);
        let open = [(forward, walked.forward()), (backward, walked.backward())]
            .map(|((said, _), may)| may && said != Answer::No);
        // A street that everybody walks one way round, and only who lives there the other, is taken as private.
        let (answer, because) = match open {
            [true, true] => forward.max(backward),
            [true, false] => forward,
            [false, true] => backward,
            [false, false] => return WayVerdict::Drop(if usual.0 == Answer::No { usual.1 } else { Because::Foot }),
        };
        let directions = match open {
            [true, true] => Directions::BOTH,
            [true, false] => Directions::FORWARD,
            _ => Directions::BACKWARD,
        };
        let passage = if answer == Answer::Yes { Passage::Through } else { Passage::EndsOnly };
        WayVerdict::Walk(class.id, directions, passage, because)
    }

    fn answer(&self, tags: &Tags<'_>, class: Class) -> (Answer, Because) {
        if has_any(tags, &self.closed) {
            return (Answer::No, Because::ClosedTag);
        }
        if let Some(foot) = self.said(tags, "foot").filter(|_| !class.firm) {
            match self.known_word(foot) {
                Some(answer) => return (answer, Because::Foot),
                // A word that nobody knows permits where people walk anyway, but opens no motorway.
                None if class.foot != Answer::No => return (Answer::Yes, Because::Foot),
                None => {}
            }
        }
        if self.is_shut(tags) {
            return (Answer::No, Because::Hours);
        }
        let opened = !class.firm && has_any(tags, &self.opened);
        let (usual, because) = match class.foot {
            _ if has_any(tags, &self.motorroad) && !opened => return (Answer::No, Because::MotorRoad),
            Answer::No if opened => (Answer::Yes, Because::OpenedTag),
            Answer::No => return (Answer::No, Because::Class),
            other => (other, Because::Class),
        };
        match self.said(tags, "access").map(|word| self.word(word)) {
            // Access can close a street, never open one.
            Some(said) if said > usual => (said, Because::Access),
            _ => (usual, because),
        }
    }

    /// The answer one way round, where `foot:forward` and the like say something of their own.
    fn answer_one_way(
        &self,
        tags: &Tags<'_>,
        class: Class,
        usual: (Answer, Because),
        way_round: &str,
    ) -> (Answer, Because) {
        if class.firm || usual.1 == Because::ClosedTag {
            return usual;
        }
        let said = |mode: &str| tags.get_joined(mode, way_round).and_then(|word| self.known_word(word));
        match (said("foot"), said("access")) {
            (Some(answer), _) => (answer, Because::Foot),
            (None, Some(answer)) if usual.1 != Because::Foot && answer > usual.0 => (answer, Because::Access),
            _ => usual,
        }
    }

    /// The value of a key, or at a stated hour of the condition on it that holds then.
    fn said<'t>(&self, tags: &Tags<'t>, key: &str) -> Option<&'t str> {
        let conditional = self.at.and_then(|at| at.word_that_holds(tags.get_joined(key, "conditional")?));
        conditional.or_else(|| tags.get(key))
    }

    /// Whether it has opening hours and is closed at the stated one. Hours that cannot be read close nothing.
    fn is_shut(&self, tags: &Tags<'_>) -> bool {
        let open = self.at.and_then(|at| at.is_open(tags.get("opening_hours")?));
        open == Some(false)
    }

    /// Whether a road leaves its walkers to a sidewalk that is drawn beside it, where there is one: all of its sidewalks
    /// are tagged as drawn separately, and nothing says that the carriageway is walked as well.
    pub(super) fn gives_way_to_sidewalk(&self, class: ClassId, tags: &Tags<'_>) -> bool {
        if self.is_sidewalk_class(class)
            || self.said(tags, "foot").and_then(|word| self.known_word(word)) == Some(Answer::Yes)
        {
            return false;
        }
        let both = tags.get("sidewalk:both").or_else(|| match tags.get("sidewalk")? {
            "separate" => Some("separate"),
            "both" | "yes" => Some("yes"),
            "no" | "none" => Some("no"),
            _ => None,
        });
        let side = |name: &str| {
            let one_sided = || if tags.is("sidewalk", name) { Some("yes") } else { None };
            tags.get_joined("sidewalk", name).or(both).or_else(one_sided)
        };
        let sides = [side("left"), side("right")];
        sides.contains(&Some("separate")) && !sides.contains(&Some("yes"))
    }

    /// Whether sidewalks that are drawn as ways of their own are of this class.
    pub(super) fn is_sidewalk_class(&self, class: ClassId) -> bool {
        self.classes.iter().flat_map(|(_, values)| values.values()).any(|c| c.id == class && c.sidewalk)
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
        self.node_under(tags, self.gate_policy)
    }

    /// Whether a barrier of this kind is a gate, which may stand open or be closed.
    pub(super) fn is_gate(&self, kind: &str) -> bool {
        self.gates.iter().any(|gate| gate == kind)
    }

    /// Whether a barrier of this kind stops walkers: a wall, a fence.
    pub(super) fn is_wall(&self, kind: &str) -> bool {
        self.blocking.iter().any(|wall| wall == kind)
    }

    /// The same as [`WalkRules::node`] under any policy.
    pub(super) fn node_under(&self, tags: &Tags<'_>, policy: GatePolicy) -> Answer {
        let foot = self.said(tags, "foot");
        let said = foot.or_else(|| self.said(tags, "access")).map(|word| self.word(word));
        let Some(kind) = tags.get("barrier") else {
            let of_the_way = !self.not_of_the_way.iter().any(|key| tags.get(key).is_some())
                && !tags.get("highway").is_some_and(|highway| self.not_of_the_way.iter().any(|key| key == highway));
            return said.filter(|_| of_the_way).unwrap_or(Answer::Yes);
        };
        let locked = tags.is("locked", "yes");
        let is_gate = self.is_gate(kind);
        let mapped = match said {
            // Who lives behind a gate has its key; others wait until it is opened.
            Some(Answer::EndsOnly) if self.is_shut(tags) => Answer::EndsOnly,
            _ if self.is_shut(tags) => Answer::No,
            // foot=yes on a locked gate still says that walkers are let through.
            Some(said) if locked && foot.is_none() => said.max(Answer::EndsOnly),
            Some(said) => said,
            None if locked || self.is_wall(kind) => Answer::No,
            None => Answer::Yes,
        };
        match (policy, said) {
            (GatePolicy::Open, _) if is_gate => Answer::Yes,
            // What is mapped as locked stays so: the worst case is never better than the map.
            (GatePolicy::Closed, None) if is_gate => mapped.max(Answer::EndsOnly),
            _ => mapped,
        }
    }

    /// The class of a way: of the first key that it has. Of several values (`footway;cycleway`), a mistake that is met in
    /// real data, the one that is most open counts.
    fn class_of(&self, tags: &Tags<'_>) -> Option<Class> {
        self.classes.iter().find_map(|(key, values)| {
            let said = tags.get(key)?;
            let known = |value: &str| values.get(value.trim()).copied();
            known(said).or_else(|| said.split(';').filter_map(known).min_by_key(|class| (class.foot, class.id.0)))
        })
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

/// The directions that one-way tags leave. A car's `oneway` does not bind walkers, but for classes of which the rules say
/// so; `oneway:foot` does, and so does the direction of an escalator or a moving walkway.
fn walkers_direction(tags: &Tags<'_>, class: Class) -> Directions {
    let moving = tags.get("conveying").filter(|words| matches!(*words, "forward" | "backward"));
    let plain = tags.get("oneway").filter(|_| class.oneway);
    match tags.get("oneway:foot").or(moving).or(plain) {
        Some("yes" | "true" | "1" | "forward") => Directions::FORWARD,
        Some("-1" | "reverse" | "backward") => Directions::BACKWARD,
        _ => Directions::BOTH,
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
