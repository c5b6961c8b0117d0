//! What the rules say of ways and nodes, tag by tag.

use super::super::rules_file::RulesError;
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
        ("barrier=gate locked=yes", [Answer::No, Answer::Yes, Answer::No]),
        ("barrier=wall", [Answer::No, Answer::No, Answer::No]),
        ("barrier=bollard", [Answer::Yes, Answer::Yes, Answer::Yes]),
    ] {
        let found = [GatePolicy::Mapped, GatePolicy::Open, GatePolicy::Closed].map(|p| gate(p, tags));
        assert_eq!(found, [mapped, open, closed], "{tags}");
    }
    assert_eq!(WalkRules::china().with_gates(GatePolicy::Open).id(), "china, gates open");
    assert_eq!(WalkRules::china().with_gates(GatePolicy::Mapped).id(), "china");
    let again = WalkRules::china().with_gates(GatePolicy::Open).with_gates(GatePolicy::Closed);
    assert_eq!(again.id(), "china, gates closed");
    assert_eq!(again.with_gates(GatePolicy::Mapped).id(), "china");
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
