//! What is open at a stated hour only. A step is 10 m.

use super::drawn::Drawing;
use walkshed::osm::WalkRules;

fn at(map: &Drawing, moment: &str) -> Drawing {
    map.clone().rules(WalkRules::worldwide().at(moment.parse().unwrap()))
}

/// A street of 90 m with its middle at B.
fn street(tags: &str) -> Drawing {
    Drawing::new(10.0, "A---B----C").way("ABC", tags)
}

#[test]
fn a_street_closed_on_sundays_is_closed_on_sundays() {
    let market = street("highway=residential foot:conditional=no@(Su)");
    assert_eq!(at(&market, "Mo 10:00").walk('A', 'C'), Some(90));
    assert_eq!(at(&market, "Su 10:00").walk('A', 'C'), None);
    // Without an hour the condition is not heeded.
    assert_eq!(market.walk('A', 'C'), Some(90));
}

#[test]
fn a_road_given_to_walkers_on_sundays_is_open_on_sundays() {
    let road = street("highway=primary foot=no foot:conditional=yes@(Su)");
    assert_eq!(road.walk('A', 'C'), None);
    assert_eq!(at(&road, "Sa 10:00").walk('A', 'C'), None);
    assert_eq!(at(&road, "Su 10:00").walk('A', 'C'), Some(90));
}

#[test]
fn foot_beats_a_condition_on_access() {
    let street = street("highway=residential foot=yes access:conditional=no@(Mo-Su)");
    assert_eq!(at(&street, "Mo 10:00").walk('A', 'C'), Some(90));
}

#[test]
fn a_park_path_is_shut_at_night() {
    let path = street("highway=footway opening_hours=06:00-21:00");
    assert_eq!(at(&path, "Tu 12:00").walk('A', 'C'), Some(90));
    assert_eq!(at(&path, "Tu 21:00").walk('A', 'C'), None);
    let unreadable = street("highway=footway opening_hours=daylight");
    assert_eq!(at(&unreadable, "Tu 23:00").walk('A', 'C'), Some(90));
}

#[test]
fn a_gate_keeps_its_hours() {
    let map = street("highway=footway");
    let gate = map.clone().node('B', "barrier=gate opening_hours=06:00-22:00");
    assert_eq!(gate.walk('A', 'C'), Some(90));
    assert_eq!(at(&gate, "Tu 06:00").walk('A', 'C'), Some(90));
    assert_eq!(at(&gate, "Tu 23:00").walk('A', 'C'), None);
    let with_words = map.node('B', "barrier=gate foot=yes foot:conditional=no@(22:00-06:00)");
    assert_eq!(at(&with_words, "Tu 12:00").walk('A', 'C'), Some(90));
    assert_eq!(at(&with_words, "Tu 23:00").walk('A', 'C'), None);
}

#[test]
fn who_lives_behind_a_gate_has_its_key_at_night() {
    // C is a yard behind a private gate.
    let yard = street("highway=footway").node('B', "barrier=gate access=private opening_hours=06:00-22:00");
    assert_eq!(at(&yard, "Tu 23:00").walk('A', 'C'), Some(90));
}

#[test]
fn the_hour_is_part_of_the_rules_name() {
    let rules = WalkRules::china().at("Su 07:00".parse().unwrap());
    assert_eq!(rules.id(), "china, at 2026-06-14 07:00");
}
