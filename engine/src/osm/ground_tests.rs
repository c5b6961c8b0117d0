//! What the tags of ways and nodes say underfoot, in tables.

use super::super::ground::{GroundTable, Smoothness};
use super::super::tags::drawn::with_tags;
use super::*;

fn ground(words: &str) -> Ground {
    with_tags(words, |tags| WalkRules::worldwide().ground(tags))
}

fn spot(words: &str) -> Spot {
    with_tags(words, Spot::of_node)
}

#[test]
fn inclines_are_signed_shares_of_the_drawn_direction() {
    for (value, share, rise) in [
        ("5%", Some(0.05), Some(Rise::Up)),
        ("-12.5%", Some(-0.125), Some(Rise::Down)),
        ("0%", Some(0.0), None),
        // tan 3° = 0.0524
        ("3°", Some(0.052), Some(Rise::Up)),
        ("up", None, Some(Rise::Up)),
        ("down", None, Some(Rise::Down)),
        ("steep", None, None),
        ("10", None, None),
        ("900%", None, None),
        ("NaN%", None, None),
    ] {
        let ground = ground(&format!("highway=footway incline={value}"));
        assert_eq!((ground.incline(), ground.rise()), (share, rise), "{value}");
    }
}

#[test]
fn forms_are_told_apart() {
    for (tags, form) in [
        ("highway=residential", Form::Road),
        ("highway=footway", Form::Path),
        ("railway=platform", Form::Path),
        ("highway=steps", Form::Steps),
        ("highway=steps conveying=forward", Form::Escalator),
        ("highway=steps conveying=no", Form::Steps),
        ("highway=footway conveying=yes", Form::MovingWalkway),
        ("highway=elevator", Form::Lift),
    ] {
        assert_eq!(ground(tags).form(), form, "{tags}");
    }
    assert_eq!(ground("highway=steps step_count=42").step_count(), Some(42));
    assert_eq!(ground("highway=footway step_count=42").step_count(), None);
    assert_eq!(ground("highway=steps step_count=many").step_count(), None);
}

#[test]
fn crossings_are_as_telling_as_their_tags() {
    for (tags, kind) in [
        ("highway=footway", None),
        ("highway=footway footway=crossing", Some(Crossing::Plain)),
        ("highway=footway footway=crossing crossing=unmarked", Some(Crossing::Unmarked)),
        ("highway=footway footway=crossing crossing=zebra", Some(Crossing::Marked)),
        ("highway=footway footway=crossing crossing:markings=no", Some(Crossing::Unmarked)),
        ("highway=footway footway=crossing crossing:markings=zebra crossing:signals=no", Some(Crossing::Marked)),
        ("highway=footway footway=crossing crossing=traffic_signals", Some(Crossing::Signals)),
        // A cycle track that says of its own signals does not become a crossing for walkers.
        ("highway=footway crossing=traffic_signals", None),
    ] {
        assert_eq!(ground(tags).crossing(), kind, "{tags}");
    }
    for (tags, kind) in [
        ("highway=crossing", Some(Crossing::Plain)),
        ("highway=crossing crossing=uncontrolled", Some(Crossing::Marked)),
        ("highway=crossing crossing=traffic_signals", Some(Crossing::Signals)),
        ("highway=crossing crossing:signals=yes crossing:markings=yes", Some(Crossing::Signals)),
        ("highway=traffic_signals", Some(Crossing::Signals)),
        ("highway=bus_stop", None),
    ] {
        assert_eq!(spot(tags).crossing(), kind, "{tags}");
    }
    let from_nodes =
        ground("highway=footway footway=crossing").with_nodes([spot("highway=traffic_signals")].into_iter());
    assert_eq!(from_nodes.crossing(), Some(Crossing::Signals));
}

#[test]
fn surfaces_are_read_by_the_rules() {
    for (value, kind) in [
        ("asphalt", Some(Surface::Paved)),
        ("sett", Some(Surface::Cobbled)),
        ("fine_gravel", Some(Surface::Compacted)),
        ("dirt", Some(Surface::Loose)),
        ("grass", Some(Surface::Grass)),
        ("sand", Some(Surface::Soft)),
        ("asphalt;sand", Some(Surface::Paved)),
        ("concrete:plates", Some(Surface::Paved)),
        ("marzipan", None),
    ] {
        assert_eq!(ground(&format!("highway=path surface={value}")).surface(), kind, "{value}");
    }
}

#[test]
fn levels_span_from_the_lowest_to_the_highest() {
    for (value, levels) in [
        ("0;1", Some(1)),
        ("-1;0;1", Some(2)),
        ("-1-2", Some(3)),
        ("0-3", Some(3)),
        ("0;0.5", Some(1)),
        ("0", None),
        ("x", None),
    ] {
        assert_eq!(ground(&format!("highway=elevator level={value}")).levels(), levels, "{value}");
        assert_eq!(spot(&format!("highway=elevator level={value}")).levels(), levels, "{value}");
    }
    assert!(spot("highway=elevator").is_lift());
    assert!(!spot("level=0;1").is_lift());
    for (word, smoothness) in SMOOTHNESS {
        assert_eq!(smoothness.word(), word);
    }
}

#[test]
fn what_stands_in_the_way_of_wheels() {
    assert_eq!(spot("barrier=kerb kerb=raised").kerb(), Some(Kerb::Raised));
    assert_eq!(spot("barrier=kerb").kerb(), None);
    assert_eq!(spot("barrier=stile").obstacle(), Some(Obstacle::Stile));
    assert_eq!(spot("barrier=turnstile wheelchair=yes").wheelchair(), Some(Wheelchair::Yes));
    assert!(spot("shop=bakery wheelchair=yes").is_nothing());
    assert_eq!(spot("barrier=gate wheelchair=no").wheelchair(), Some(Wheelchair::No));
    assert!(ground("highway=steps ramp:wheelchair=yes").has_ramp());
    assert!(!ground("highway=steps ramp=yes").has_ramp(), "a ramp for prams is none for wheelchairs");
    assert!(ground("highway=steps handrail:left=yes").has_handrail());
    assert_eq!(ground("highway=path smoothness=very_bad").smoothness(), Some(Smoothness::VeryBad));
}

#[test]
fn equal_grounds_have_one_number() {
    let mut table = GroundTable::default();
    let [one, other] = [ground("highway=footway"), ground("highway=steps")];
    assert_eq!([one, other, one].map(|g| table.number_of(g)), [0, 1, 0]);
    assert!(table.all.iter().all(Ground::is_sound));
}
