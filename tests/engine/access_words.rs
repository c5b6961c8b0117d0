//! What the tags of a way say to walkers: each row of a table is the same lane with other tags.
//!
//! From the wiki: Key:access, Key:foot, Conditional restrictions, Lifecycle prefix, Key:sac_scale, Key:sidewalk, and the
//! table of default access (worldwide).

use super::drawn::Drawing;
use walkshed::osm::WalkRules;

/// What a lane is to walkers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lane {
    /// Anybody walks through.
    Open,
    /// One walks to what stands on it and away again, but not through.
    Ends,
    /// Nobody walks there.
    Shut,
}

use Lane::{Ends, Open, Shut};

/// A lane A-B-C of 60 m, and a street round it from A by D and F to C, 20 + 60 + 20 m.
fn lane_and_street(tags: &str) -> Drawing {
    Drawing::new(10.0, "A--B--C\n|     |\nD-----F").way("ADFC", "highway=residential").way("ABC", tags)
}

fn seen(map: &Drawing) -> Lane {
    match (map.walk('A', 'C'), map.walk('B', 'A'), map.walk('C', 'B')) {
        (Some(60), Some(30), Some(30)) => Open,
        (Some(100), Some(30), Some(30)) => Ends,
        (Some(100), None, None) => Shut,
        other => panic!("no lane is like that: {other:?}"),
    }
}

/// Checks all rows before it complains, so that one run says everything.
fn check(rows: &[(&str, Lane)]) {
    check_by(&WalkRules::worldwide(), rows);
}

fn check_by(rules: &WalkRules, rows: &[(&str, Lane)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|&(tags, expected)| {
            let found = seen(&lane_and_street(tags).rules(rules.clone()));
            (found != expected).then(|| format!("{tags}: expected {expected:?}, found {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_class_has_its_default() {
    check(&[
        ("highway=corridor indoor=yes", Open),
        ("highway=crossing", Open),
        ("highway=platform", Open),
        ("highway=elevator", Open),
        ("highway=unclassified", Open),
        ("highway=road", Open),
        ("highway=tertiary", Open),
        ("highway=tertiary_link", Open),
        ("highway=secondary", Open),
        ("highway=secondary_link", Open),
        ("highway=primary_link", Open),
        // A trunk road without a word about walkers is walked: thread 24 of the field map.
        ("highway=trunk", Open),
        ("highway=trunk_link", Open),
        ("public_transport=platform", Open),
        ("man_made=pier", Open),
        ("highway=motorway_link", Shut),
        ("highway=bridleway", Shut),
        ("highway=busway", Shut),
        ("highway=bus_guideway", Shut),
        ("highway=raceway", Shut),
        ("highway=escape", Shut),
        ("highway=via_ferrata", Shut),
    ]);
}

#[test]
fn what_is_no_way_for_walkers_is_none() {
    check(&[
        ("railway=rail", Shut),
        ("railway=subway", Shut),
        ("railway=tram", Shut),
        ("waterway=canal boat=yes", Shut),
        ("power=line", Shut),
        ("barrier=wall", Shut),
        ("landuse=residential", Shut),
        ("leisure=park", Shut),
        ("boundary=administrative", Shut),
        ("aerialway=gondola", Shut),
        ("area:highway=footway", Shut),
        ("name=Lane", Shut),
    ]);
}

#[test]
fn ferries_are_off() {
    check(&[("route=ferry", Shut), ("route=ferry motor_vehicle=yes", Shut), ("route=ferry access=yes", Shut)]);
}

#[test]
fn words_of_access_on_a_service_road() {
    check(&[
        ("highway=service access=yes", Open),
        ("highway=service access=permissive", Open),
        ("highway=service access=designated", Open),
        ("highway=service access=public", Open),
        ("highway=service access=discouraged", Open),
        ("highway=service access=private", Ends),
        ("highway=service access=destination", Ends),
        ("highway=service access=customers", Ends),
        ("highway=service access=delivery", Ends),
        ("highway=service access=permit", Ends),
        ("highway=service access=residents", Ends),
        ("highway=service access=employees", Ends),
        ("highway=service access=no", Shut),
        ("highway=track access=agricultural", Shut),
        ("highway=track access=forestry", Shut),
        ("highway=service access=military", Shut),
        ("highway=service access=emergency", Shut),
    ]);
}

#[test]
fn words_of_foot_on_a_street() {
    check(&[
        ("highway=residential foot=yes", Open),
        ("highway=residential foot=designated", Open),
        ("highway=residential foot=permissive", Open),
        ("highway=residential foot=official", Open),
        ("highway=residential foot=discouraged", Open),
        ("highway=residential foot=destination", Ends),
        ("highway=residential foot=customers", Ends),
        ("highway=residential foot=permit", Ends),
        ("highway=residential foot=no", Shut),
        // There is a path beside it, and one has to take it.
        ("highway=residential foot=use_sidepath", Shut),
    ]);
}

#[test]
fn foot_is_heard_before_access() {
    check(&[
        ("highway=path access=no foot=designated", Open),
        ("highway=service access=private foot=permissive", Open),
        ("highway=service access=destination foot=yes", Open),
        ("highway=track access=agricultural foot=yes", Open),
        ("highway=path access=no foot=private", Ends),
        ("highway=service access=yes foot=destination", Ends),
        ("highway=footway access=private foot=no", Shut),
        ("highway=footway access=designated foot=no", Shut),
        ("highway=pedestrian access=permissive foot=use_sidepath", Shut),
    ]);
}

#[test]
fn what_is_said_to_others_does_not_bind_walkers() {
    check(&[
        ("highway=residential vehicle=no", Open),
        ("highway=residential motor_vehicle=private", Open),
        ("highway=residential motor_vehicle=destination bicycle=no", Open),
        ("highway=service motorcar=no hgv=no", Open),
        ("highway=footway bicycle=yes", Open),
        ("highway=path horse=no bicycle=dismount", Open),
        ("highway=footway wheelchair=no", Open),
        ("highway=living_street psv=no", Open),
        // And what others may, walkers may not for that.
        ("highway=service access=no vehicle=yes", Shut),
        ("highway=service access=no bus=yes bicycle=yes", Shut),
        ("highway=service access=private motor_vehicle=yes", Ends),
    ]);
}

#[test]
fn a_list_of_words_is_as_open_as_its_most_open_word() {
    check(&[
        ("highway=path foot=yes;designated", Open),
        ("highway=service access=private;permissive", Open),
        ("highway=service access=customers;yes", Open),
        ("highway=service access=customers;delivery", Ends),
        ("highway=service access=private;destination", Ends),
        ("highway=service access=no;private", Ends),
        ("highway=track access=agricultural;forestry", Shut),
        ("highway=track access=forestry;agricultural", Shut),
    ]);
}

#[test]
fn a_word_that_nobody_knows_leaves_a_footpath_open() {
    check(&[
        ("highway=footway access=unknown", Open),
        ("highway=footway foot=unknown", Open),
        ("highway=path foot=customary", Open),
        ("highway=residential access=tolerated", Open),
    ]);
}

#[test]
fn a_word_of_access_that_nobody_knows_opens_nothing() {
    check(&[
        ("highway=motorway access=unknown", Shut),
        ("highway=cycleway access=customary", Shut),
        ("highway=construction access=customary", Shut),
    ]);
}

#[test]
fn a_condition_without_an_hour_is_not_heard() {
    check(&[
        ("highway=footway foot:conditional=no@(22:00-06:00)", Open),
        ("highway=footway access:conditional=no@(sunset-sunrise)", Open),
        ("highway=residential access:conditional=private@(Su)", Open),
        ("highway=footway opening_hours=06:00-22:00", Open),
        ("highway=footway foot=yes foot:conditional=no@(22:00-06:00)", Open),
        ("highway=footway foot=no foot:conditional=yes@(06:00-22:00)", Shut),
        ("highway=service access=private access:conditional=yes@(Mo-Fr)", Ends),
        ("highway=cycleway foot:conditional=yes@(Su)", Shut),
    ]);
}

#[test]
fn paths_shared_with_cycles_and_horses_are_walked_where_they_say_so() {
    check(&[
        ("highway=cycleway foot=yes", Open),
        ("highway=cycleway foot=permissive", Open),
        ("highway=cycleway foot=designated segregated=no", Open),
        ("highway=cycleway segregated=yes", Open),
        ("highway=cycleway segregated=no", Open),
        ("highway=cycleway sidewalk=right", Open),
        ("highway=cycleway sidewalk:left=yes", Open),
        ("highway=path bicycle=designated foot=designated segregated=yes", Open),
        ("highway=path bicycle=designated", Open),
        ("highway=path horse=designated", Open),
        ("highway=bridleway foot=yes", Open),
        ("highway=bridleway foot=permissive", Open),
        ("highway=cycleway bicycle=designated", Shut),
        ("highway=cycleway sidewalk=no", Shut),
        ("highway=cycleway segregated=yes foot=no", Shut),
        ("highway=path bicycle=designated foot=no", Shut),
        ("highway=bridleway foot=no", Shut),
        ("highway=cycleway foot=private", Ends),
        ("highway=cycleway segregated=yes access=private", Ends),
    ]);
}

#[test]
fn roads_for_motor_vehicles_only_are_walked_on_their_pavements_only() {
    check(&[
        ("highway=trunk motorroad=yes", Shut),
        ("highway=primary motorroad=yes sidewalk=no", Shut),
        ("highway=primary motorroad=yes sidewalk=none", Shut),
        ("highway=primary motorroad=yes sidewalk=separate", Shut),
        ("highway=trunk motorroad=yes foot=no", Shut),
        ("highway=trunk motorroad=yes sidewalk=both", Open),
        ("highway=primary motorroad=yes sidewalk:right=yes", Open),
        ("highway=trunk motorroad=yes foot=yes", Open),
        ("highway=trunk motorroad=yes foot=designated", Open),
        ("highway=trunk motorroad=no", Open),
        ("highway=motorway sidewalk=both", Open),
        ("highway=motorway foot=yes", Open),
        ("highway=motorway access=yes", Shut),
    ]);
}

#[test]
fn a_street_without_pavements_is_still_walked() {
    // Threads 15 and 23 of the field map: no hard cut.
    check(&[
        ("highway=primary sidewalk=no", Open),
        ("highway=residential sidewalk=none", Open),
        ("highway=secondary sidewalk:both=no", Open),
        ("highway=tertiary sidewalk=left", Open),
        ("highway=residential sidewalk=separate", Open),
        ("highway=secondary sidewalk:left=separate sidewalk:right=no", Open),
        ("highway=residential sidewalk=separate foot=use_sidepath", Shut),
    ]);
}

#[test]
fn what_is_not_built_or_no_longer_there_is_not_walked() {
    check(&[
        ("highway=construction construction=footway", Shut),
        ("highway=construction construction=residential foot=yes", Shut),
        ("highway=proposed proposed=primary", Shut),
        ("construction:highway=footway", Shut),
        ("proposed:highway=footway foot=yes", Shut),
        ("abandoned:highway=track", Shut),
        ("disused:highway=path", Shut),
        ("razed:highway=residential", Shut),
        ("demolished:highway=steps", Shut),
        ("removed:highway=footway", Shut),
        ("was:highway=footway", Shut),
        ("disused:railway=platform", Shut),
        ("highway=razed", Shut),
        ("highway=abandoned", Shut),
        ("highway=footway construction=yes", Shut),
        ("highway=footway proposed=yes", Shut),
        ("highway=track abandoned=yes", Shut),
        // A street that is there is walked, though something else is built or has gone beside it.
        ("highway=residential construction=minor", Open),
        ("highway=footway abandoned=no", Open),
        ("highway=path abandoned:railway=rail", Open),
        ("highway=residential proposed:highway=primary", Open),
        ("highway=residential disused:shop=bakery", Open),
    ]);
}

#[test]
fn hikes_end_where_hands_are_needed() {
    check(&[
        ("highway=path sac_scale=strolling", Open),
        ("highway=path sac_scale=hiking", Open),
        ("highway=path sac_scale=mountain_hiking", Open),
        ("highway=path sac_scale=demanding_mountain_hiking", Open),
        ("highway=path sac_scale=alpine_hiking", Shut),
        ("highway=path sac_scale=demanding_alpine_hiking", Shut),
        ("highway=path sac_scale=difficult_alpine_hiking", Shut),
        // That one may does not mean that one can.
        ("highway=path sac_scale=difficult_alpine_hiking foot=yes", Shut),
    ]);
}

#[test]
fn how_a_way_looks_does_not_close_it() {
    check(&[
        ("highway=path surface=mud smoothness=impassable", Open),
        ("highway=path informal=yes trail_visibility=no", Open),
        ("highway=track tracktype=grade5 4wd_only=yes", Open),
        ("highway=footway ford=yes", Open),
        ("highway=footway tunnel=yes layer=-1 lit=no", Open),
        ("highway=footway covered=yes indoor=yes level=2", Open),
        ("highway=steps step_count=120 incline=up", Open),
        ("highway=footway footway=crossing crossing=unmarked", Open),
        ("highway=footway footway=sidewalk", Open),
        ("highway=service service=driveway", Open),
        ("highway=service service=parking_aisle", Open),
        ("highway=service service=alley", Open),
        ("highway=service service=driveway access=private", Ends),
        ("highway=service service=drive-through access=customers", Ends),
        ("highway=residential toll=yes maxspeed=30 noexit=yes", Open),
    ]);
}

#[test]
fn chinese_walkers_use_the_lanes_for_cycles() {
    check_by(
        &WalkRules::china(),
        &[
            ("highway=cycleway", Open),
            ("highway=cycleway bicycle=designated", Open),
            ("highway=cycleway foot=designated", Open),
            ("highway=cycleway foot=no", Shut),
            ("highway=cycleway access=no", Shut),
            ("highway=cycleway access=private", Ends),
            ("highway=trunk", Open),
            ("highway=trunk_link", Open),
            ("highway=trunk motorroad=yes", Shut),
            ("highway=trunk motorroad=yes sidewalk=both", Open),
            ("highway=trunk foot=no", Shut),
            ("highway=motorway", Shut),
            ("highway=bridleway", Shut),
            ("highway=footway", Open),
            ("highway=service access=private", Ends),
            ("highway=construction construction=cycleway", Shut),
            ("route=ferry", Shut),
        ],
    );
}
