//! Which elements have to do with compounds, by their tags.
//!
//! Comes in: tags. Goes out: whether something outlines homes, is a wall, a home, a street of the city; and whether its
//! tags say that it is closed in. Not here: where things are (`compound_outline`, `compound_ways`).

use super::features::Feature;
use super::rules::{Answer, WalkRules};
use super::tags::{Tags, with_copied};

/// Buildings that people live in (Key:building, accommodation). `building=yes` may be anything.
const HOMES: [&str; 11] = [
    "apartments",
    "bungalow",
    "detached",
    "dormitory",
    "farm",
    "house",
    "residential",
    "semidetached_house",
    "static_caravan",
    "terrace",
    "villa",
];

/// Keys that say what a walled area is for, when it is not for homes.
const OTHER_USES: [&str; 7] = ["amenity", "historic", "landuse", "leisure", "man_made", "military", "tourism"];

/// Classes of streets that belong to the city wherever they run: they link places to each other (Key:highway). Streets of
/// class `residential`, `living_street` and `service` are inside compounds as often as outside.
const CITY_STREETS: [&str; 13] = [
    "highway=motorway",
    "highway=motorway_link",
    "highway=trunk",
    "highway=trunk_link",
    "highway=primary",
    "highway=primary_link",
    "highway=secondary",
    "highway=secondary_link",
    "highway=tertiary",
    "highway=tertiary_link",
    "highway=unclassified",
    "highway=busway",
    "highway=raceway",
];

/// Whether an element outlines an area where people live: `landuse=residential`, or `residential=*` on what is neither a
/// street nor a building. `place=neighbourhood` and its like are names for parts of a town, without a border to walk
/// through, and `residential=single_family` is one home.
pub(super) fn is_outline(tag: impl Fn(&str) -> Option<String>) -> bool {
    let residential = tag("residential");
    let is_land = tag("landuse").as_deref() == Some("residential") || residential.is_some();
    is_land && residential.as_deref() != Some("single_family") && tag("highway").is_none() && tag("building").is_none()
}

/// Whether an element is a barrier of any kind.
pub(super) fn is_barrier(tags: &Tags<'_>) -> bool {
    tags.get("barrier").is_some()
}

/// Whether a line or ring is a wall, by the rules' kinds of barriers that stop walkers.
pub(super) fn is_wall(feature: &Feature, rules: &WalkRules) -> bool {
    feature.tag("barrier").is_some_and(|kind| rules.is_wall(kind))
}

/// Whether a ring is for something else than homes.
pub(super) fn has_other_use(feature: &Feature) -> bool {
    OTHER_USES.iter().any(|key| feature.tag(key).is_some())
}

/// Whether an element is a building that people live in.
pub(super) fn is_home(tags: &Tags<'_>) -> bool {
    tags.get("building").is_some_and(|kind| HOMES.contains(&kind))
}

/// Whether the tags of an outline say that it is closed in: `residential=gated_community`, `gated=yes`, an access for some
/// only, or a barrier along it.
pub(super) fn says_closed(feature: &Feature, rules: &WalkRules) -> bool {
    feature.tag("residential") == Some("gated_community")
        || feature.tag("gated") == Some("yes")
        || with_copied(&feature.tags, |tags| rules.node(tags)) != Answer::Yes
}

/// Who may pass a node with a barrier, if it is a gate: a kind of barrier that opens, or one that does not let everybody
/// pass. Bollards and kerbs are none.
pub(super) fn gate_answer(feature: &Feature, rules: &WalkRules) -> Option<Answer> {
    let kind = feature.tag("barrier")?;
    let answer = with_copied(&feature.tags, |tags| rules.node(tags));
    (rules.is_gate(kind) || answer != Answer::Yes).then_some(answer)
}

/// For each class of the rules, whether it is a street of the city.
pub(super) fn city_streets(rules: &WalkRules) -> Vec<bool> {
    rules.class_names().iter().map(|name| CITY_STREETS.contains(&name.as_str())).collect()
}
