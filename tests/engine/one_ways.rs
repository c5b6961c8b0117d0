//! Which way round a way is walked: vehicles' one-ways do not bind walkers, walkers' own do.
//!
//! From the wiki: Key:oneway (for vehicles), Key:oneway:foot, Key:foot:backward, Key:conveying, Tag:junction=roundabout.
//! A step is 10 m.

use super::drawn::Drawing;

/// Whether a street of 90 m from A to C is walked there, and back.
fn there_and_back(tags: &str) -> (bool, bool) {
    let map = Drawing::new(10.0, "A---B----C").way("ABC", tags);
    let (there, back) = (map.walk('A', 'C'), map.walk('C', 'A'));
    assert!(there.is_none_or(|m| m == 90) && back.is_none_or(|m| m == 90), "{tags}: {there:?} {back:?}");
    (there.is_some(), back.is_some())
}

fn check(rows: &[(&str, (bool, bool))]) {
    for &(tags, expected) in rows {
        assert_eq!(there_and_back(tags), expected, "{tags}");
    }
}

const BOTH: (bool, bool) = (true, true);
const THERE: (bool, bool) = (true, false);
const BACK: (bool, bool) = (false, true);

#[test]
fn one_ways_for_vehicles_do_not_bind_walkers() {
    check(&[
        ("highway=residential oneway=yes", BOTH),
        ("highway=primary oneway=-1", BOTH),
        ("highway=service oneway=true", BOTH),
        ("highway=residential oneway=1", BOTH),
        ("highway=tertiary oneway=reversible", BOTH),
        ("highway=unclassified oneway=alternating", BOTH),
        ("highway=primary junction=roundabout", BOTH),
        ("highway=living_street oneway=yes oneway:bicycle=no", BOTH),
        ("highway=residential vehicle:backward=no", BOTH),
        ("highway=residential motor_vehicle:forward=no", BOTH),
        ("highway=residential oneway:bicycle=yes", BOTH),
        ("highway=cycleway oneway=yes foot=designated", BOTH),
    ]);
}

#[test]
fn one_ways_for_walkers_do() {
    check(&[
        ("highway=footway oneway:foot=yes", THERE),
        ("highway=path oneway:foot=1", THERE),
        ("highway=footway oneway:foot=true", THERE),
        ("highway=footway oneway:foot=-1", BACK),
        ("highway=footway oneway:foot=reverse", BACK),
        ("highway=footway oneway:foot=no", BOTH),
        ("highway=residential oneway=yes oneway:foot=no", BOTH),
        ("highway=residential oneway=-1 oneway:foot=yes", THERE),
        ("highway=footway foot:backward=no", THERE),
        ("highway=footway foot:forward=no", BACK),
        ("highway=footway foot:forward=yes foot:backward=no", THERE),
        ("highway=footway foot:forward=yes foot:backward=yes", BOTH),
        ("highway=path oneway:foot=yes foot:backward=no", THERE),
    ]);
}

#[test]
fn escalators_and_moving_walkways_run_one_way() {
    check(&[
        ("highway=steps conveying=forward", THERE),
        ("highway=steps conveying=backward", BACK),
        ("highway=footway conveying=forward", THERE),
        ("highway=corridor conveying=backward", BACK),
        // It moves, but nobody said which way, or it changes: one may have luck.
        ("highway=steps conveying=yes", BOTH),
        ("highway=steps conveying=reversible", BOTH),
        ("highway=steps conveying=no", BOTH),
    ]);
}

#[test]
fn one_escalator_up_and_one_down() {
    // From the hall H up by U to the platform, P; down by D. Each pair of letters is 10 m a step.
    let map = Drawing::new(10.0, "  U--V\nH-a  b-P\n  D--E")
        .way("Ha", "highway=corridor")
        .way("aU", "highway=corridor")
        .way("aD", "highway=corridor")
        .way("UV", "highway=steps conveying=forward")
        .way("DE", "highway=steps conveying=backward")
        .way("Vb", "highway=corridor")
        .way("Eb", "highway=corridor")
        .way("bP", "railway=platform");
    // 20 + 10 + 30 + 10 + 20 either way.
    assert_eq!((map.walk('H', 'P'), map.walk('P', 'H')), (Some(90), Some(90)));
    // Against the escalators one goes back and round by the other: U to V is 30 m, V to U 10 + 10 + 30 + 10 + 10.
    assert_eq!((map.walk('U', 'V'), map.walk('V', 'U')), (Some(30), Some(70)));
    assert_eq!((map.walk('E', 'D'), map.walk('D', 'E')), (Some(30), Some(70)));
}

#[test]
fn beside_an_escalator_that_only_goes_up_the_stairs_go_down() {
    let map = Drawing::new(10.0, "A----B\n|    |\nS----T")
        .way("AB", "highway=steps conveying=forward")
        .way("ASTB", "highway=steps");
    assert_eq!((map.walk('A', 'B'), map.walk('B', 'A')), (Some(50), Some(20 + 50 + 20)));
}

#[test]
fn a_platform_with_only_an_escalator_up_is_not_left_by_it() {
    let map = Drawing::new(10.0, "A---B--P").way("AB", "highway=steps conveying=forward").way("BP", "railway=platform");
    assert_eq!((map.walk('A', 'P'), map.walk('P', 'A')), (Some(70), None));
}

#[test]
fn a_moving_walkway_each_way_and_a_corridor_between() {
    let map = Drawing::new(10.0, "A-C-E-G-B\n|       |\nD-------F")
        .way("ACEGB", "highway=footway conveying=forward")
        .way("ADFB", "highway=corridor");
    assert_eq!(map.walk('A', 'B'), Some(80));
    assert_eq!(map.walk('B', 'A'), Some(120));
    // From C back to A: on to B, and round.
    assert_eq!(map.walk('C', 'A'), Some(60 + 120));
}

#[test]
fn a_roundabout_is_walked_both_ways() {
    // Cars go A, D, C, B; walkers take the short side.
    let map = Drawing::new(10.0, "P-A--B-Q\n  |  |\n  D--C")
        .way("ADCBA", "highway=secondary junction=roundabout oneway=yes")
        .way("PA", "highway=residential")
        .way("BQ", "highway=residential");
    assert_eq!((map.walk('P', 'Q'), map.walk('Q', 'P')), (Some(20 + 30 + 20), Some(70)));
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'A')), (Some(50), Some(50)));
}

#[test]
fn a_dual_carriageway_is_walked_on_either_side_and_crossed_at_the_crossing() {
    let map = Drawing::new(10.0, "A--B--C\n   |   \nD--E--F")
        .way("CBA", "highway=primary oneway=yes")
        .way("DEF", "highway=primary oneway=yes")
        .way("BE", "highway=footway footway=crossing")
        .node('B', "highway=crossing")
        .node('E', "highway=crossing");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'A')), (Some(60), Some(60)));
    assert_eq!((map.walk('F', 'D'), map.walk('D', 'F')), (Some(60), Some(60)));
    assert_eq!((map.walk('A', 'D'), map.walk('C', 'F')), (Some(30 + 20 + 30), Some(80)));
}

#[test]
fn a_dual_carriageway_without_a_crossing_divides() {
    let map = Drawing::new(10.0, "A--B--C\n\nD--E--F")
        .way("CBA", "highway=primary oneway=yes")
        .way("DEF", "highway=primary oneway=yes");
    assert_eq!(map.walk('B', 'E'), None);
}

#[test]
fn a_tour_of_an_exhibition_is_walked_round() {
    let map = Drawing::new(10.0, "A--B\n|  |\nD--C").way("ABCDA", "highway=footway oneway:foot=yes");
    assert_eq!((map.walk('A', 'B'), map.walk('B', 'A')), (Some(30), Some(20 + 30 + 20)));
    assert_eq!((map.walk('C', 'B'), map.walk('A', 'D')), (Some(80), Some(80)));
}

#[test]
fn who_leaves_by_the_exit_comes_back_by_the_entrance() {
    // A zoo: in at E, out at X.
    let map = Drawing::new(10.0, "A--E---B\n   |   |\n   Z---X")
        .way("AEB", "highway=residential")
        .way("EZ", "highway=footway oneway:foot=yes")
        .way("ZX", "highway=footway")
        .way("BX", "highway=footway oneway:foot=-1")
        .node('E', "barrier=turnstile");
    // The turnstile lets walkers pass.
    assert_eq!(map.walk('A', 'Z'), Some(30 + 20));
    assert_eq!(map.walk('Z', 'A'), Some(40 + 20 + 40 + 30));
    assert_eq!(map.walk('B', 'X'), Some(40 + 20 + 40));
}

#[test]
fn two_one_ways_that_face_each_other_lead_nowhere() {
    let map = Drawing::new(10.0, "A---B----C")
        .way("AB", "highway=footway oneway:foot=yes")
        .way("CB", "highway=footway oneway:foot=yes");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'A'), map.walk('B', 'A')), (None, None, None));
}

#[test]
fn two_one_ways_in_a_row_are_one_though_drawn_differently() {
    let map = Drawing::new(10.0, "A---B----C")
        .way("AB", "highway=footway oneway:foot=yes")
        .way("CB", "highway=footway oneway:foot=-1");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'A')), (Some(90), None));
}

#[test]
fn who_walks_into_a_one_way_dead_end_does_not_come_out() {
    let map = Drawing::new(10.0, "A--B--C\n   |\n   D")
        .way("ABC", "highway=residential")
        .way("BD", "highway=path foot:backward=no");
    assert_eq!((map.walk('A', 'D'), map.walk('D', 'A'), map.walk('D', 'C')), (Some(50), None, None));
}

#[test]
fn a_one_way_cut_by_the_edge_of_the_extract_stays_one_way() {
    let map = Drawing::new(10.0, "A--B--C--D--E").way("ABCDE", "highway=footway oneway:foot=yes").without('C');
    assert_eq!((map.walk('A', 'B'), map.walk('B', 'A')), (Some(30), None));
    assert_eq!((map.walk('D', 'E'), map.walk('E', 'D'), map.walk('A', 'D')), (Some(30), None, None));
}

#[test]
fn a_locked_gate_on_a_one_way_stops_it_and_the_sides_stay_one_way() {
    let map = Drawing::new(10.0, "A--XGY--C")
        .way("AXGYC", "highway=footway oneway:foot=yes")
        .node('G', "barrier=gate locked=yes");
    assert_eq!((map.walk('A', 'X'), map.walk('X', 'A')), (Some(30), None));
    assert_eq!((map.walk('Y', 'C'), map.walk('C', 'Y'), map.walk('X', 'Y')), (Some(30), None, None));
}

#[test]
fn a_private_loop_is_driven_one_way_and_walked_both() {
    // Turning loop of a private drive: the one-way is for cars.
    let map = Drawing::new(10.0, "A--B--C\n   |\n   L--M\n   |  |\n   O--N")
        .way("ABC", "highway=residential")
        .way("BL", "highway=service access=private")
        .way("LMNOL", "highway=service access=private oneway=yes");
    assert_eq!((map.walk('A', 'M'), map.walk('M', 'A')), (Some(30 + 20 + 30), Some(80)));
    assert_eq!((map.walk('O', 'C'), map.walk('C', 'O')), (Some(20 + 20 + 30), Some(70)));
}

#[test]
fn a_private_one_way_for_walkers_is_in_at_one_side_and_out_at_the_other() {
    // A clinic: in by A, along X and Y, out by B. The street is A, D, F, B: 20 + 90 + 20 m.
    let map = Drawing::new(10.0, "A--X--Y--B\n|        |\nD--------F")
        .way("ADFB", "highway=residential")
        .way("AXYB", "highway=footway access=customers oneway:foot=yes");
    assert_eq!((map.walk('A', 'Y'), map.walk('Y', 'B')), (Some(60), Some(30)));
    assert_eq!((map.walk('A', 'B'), map.walk('B', 'A')), (Some(130), Some(130)));
    // Inside, on with the arrows; back from Y to X only by going out and coming in again.
    assert_eq!(map.walk('X', 'Y'), Some(30));
    assert_eq!(map.walk('Y', 'A'), Some(30 + 130));
    assert_eq!(map.walk('Y', 'D'), Some(30 + 20 + 90));
}
