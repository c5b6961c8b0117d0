//! Barriers on the way: what stops a walker, what lets pass, and what lets only those in who belong there.
//!
//! From the wiki: Key:barrier and its kinds, Key:locked, Key:access on nodes. A step is 10 m.

use super::drawn::Drawing;

/// What two gates of a yard do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Gates {
    /// Anybody passes.
    Pass,
    /// One comes in to what is behind and out again, but does not pass through.
    Ends,
    /// Nobody passes.
    Stop,
}

use Gates::{Ends, Pass, Stop};

/// A yard round X with a gate at G and one at H, 20 + 20 + 20 + 20 m from A to C; the street round it by D and F has
/// 30 + 80 + 30 m.
fn yard(gates: &str) -> Drawing {
    Drawing::new(10.0, "A-G-X-H-C\n|       |\n|       |\nD-------F")
        .way("ADFC", "highway=residential")
        .way("AGXHC", "highway=footway")
        .node('G', gates)
        .node('H', gates)
}

fn seen(map: &Drawing) -> Gates {
    match (map.walk('A', 'C'), map.walk('X', 'A'), map.walk('C', 'X')) {
        (Some(80), Some(40), Some(40)) => Pass,
        (Some(140), Some(40), Some(40)) => Ends,
        (Some(140), None, None) => Stop,
        other => panic!("no gates are like that: {other:?}"),
    }
}

fn check(rows: &[(&str, Gates)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|&(tags, expected)| (tags, expected, seen(&yard(tags))))
        .filter(|(_, expected, found)| expected != found)
        .map(|(tags, expected, found)| format!("{tags}: expected {expected:?}, found {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_made_to_let_walkers_pass_does() {
    check(&[
        ("barrier=gate", Pass),
        ("barrier=swing_gate", Pass),
        ("barrier=sliding_gate", Pass),
        ("barrier=lift_gate", Pass),
        ("barrier=wicket_gate", Pass),
        ("barrier=kissing_gate", Pass),
        ("barrier=stile", Pass),
        ("barrier=cycle_barrier", Pass),
        ("barrier=motorcycle_barrier", Pass),
        ("barrier=turnstile", Pass),
        ("barrier=full-height_turnstile", Pass),
        ("barrier=bollard", Pass),
        ("barrier=block", Pass),
        ("barrier=chain", Pass),
        ("barrier=kerb kerb=raised", Pass),
        ("barrier=cattle_grid", Pass),
        ("barrier=height_restrictor", Pass),
        ("barrier=entrance", Pass),
        ("barrier=toll_booth", Pass),
        ("barrier=sally_port", Pass),
    ]);
}

#[test]
fn walls_and_their_like_stop() {
    check(&[
        ("barrier=wall", Stop),
        ("barrier=fence", Stop),
        ("barrier=hedge", Stop),
        ("barrier=retaining_wall", Stop),
        ("barrier=city_wall", Stop),
        ("barrier=ditch", Stop),
        ("barrier=wall foot=yes", Pass),
        ("barrier=fence foot=permissive", Pass),
        ("barrier=hedge access=yes", Pass),
        ("barrier=fence access=private", Ends),
    ]);
}

#[test]
fn a_gate_does_what_its_access_and_its_lock_say() {
    check(&[
        ("barrier=gate access=yes", Pass),
        ("barrier=gate access=permissive", Pass),
        ("barrier=gate access=private", Ends),
        ("barrier=gate access=customers", Ends),
        ("barrier=gate access=permit", Ends),
        ("barrier=lift_gate access=destination", Ends),
        ("barrier=gate foot=private", Ends),
        ("barrier=gate access=no", Stop),
        ("barrier=gate foot=no", Stop),
        ("barrier=gate access=private foot=yes", Pass),
        ("barrier=gate access=no foot=designated", Pass),
        ("barrier=gate access=yes foot=no", Stop),
        ("barrier=gate access=no foot=private", Ends),
        ("barrier=gate locked=no", Pass),
        ("barrier=gate locked=yes", Stop),
        ("barrier=swing_gate locked=yes", Stop),
        // Who belongs there has the key.
        ("barrier=gate locked=yes access=private", Ends),
        ("barrier=gate locked=yes access=no", Stop),
        // A lock for cars: walkers are let through beside it.
        ("barrier=lift_gate locked=yes foot=yes", Pass),
        ("barrier=gate locked=no access=private", Ends),
    ]);
}

#[test]
fn barriers_for_others_let_walkers_pass() {
    check(&[
        ("barrier=bollard motor_vehicle=no", Pass),
        ("barrier=gate vehicle=no", Pass),
        ("barrier=lift_gate motor_vehicle=private", Pass),
        ("barrier=gate bicycle=no horse=no", Pass),
        ("barrier=bollard access=no foot=yes bicycle=yes", Pass),
        ("barrier=swing_gate motorcar=no", Pass),
        ("barrier=gate access=no bicycle=yes", Stop),
    ]);
}

#[test]
fn a_gate_with_hours_is_open_when_no_hour_is_asked_for() {
    check(&[
        ("barrier=gate opening_hours=06:00-22:00", Pass),
        ("barrier=gate foot:conditional=no@(22:00-06:00)", Pass),
        ("barrier=gate access:conditional=no@(sunset-sunrise)", Pass),
        ("barrier=gate access=private access:conditional=yes@(06:00-22:00)", Ends),
    ]);
}

#[test]
fn what_stands_on_a_way_and_is_no_barrier_stops_nobody() {
    check(&[
        ("highway=crossing crossing=traffic_signals", Pass),
        ("highway=traffic_signals", Pass),
        ("highway=stop", Pass),
        ("highway=turning_circle", Pass),
        ("highway=bus_stop", Pass),
        ("highway=elevator", Pass),
        ("railway=level_crossing", Pass),
        ("railway=crossing", Pass),
        ("ford=stepping_stones", Pass),
        ("traffic_calming=bump", Pass),
        ("entrance=main", Pass),
        ("door=hinged", Pass),
        ("noexit=yes", Pass),
        // Its access is that of the car park, of the shop.
        ("amenity=parking_entrance access=private", Pass),
        ("shop=kiosk access=customers", Pass),
    ]);
}

#[test]
fn a_node_with_access_stops_without_being_a_barrier() {
    check(&[
        ("access=no", Stop),
        ("foot=no", Stop),
        ("access=private", Ends),
        ("entrance=yes access=private", Ends),
        ("entrance=emergency foot=no", Stop),
        ("highway=elevator access=private", Ends),
        ("access=no foot=yes", Pass),
        ("motor_vehicle=no", Pass),
    ]);
}

#[test]
fn a_wall_at_the_end_of_a_way_is_walked_up_to() {
    let map = Drawing::new(10.0, "A--B").way("AB", "highway=footway").node('B', "barrier=wall");
    assert_eq!((map.walk('A', 'B'), map.walk('B', 'A')), (Some(30), Some(30)));
}

#[test]
fn a_locked_gate_where_three_ways_meet_parts_all_three() {
    let map = Drawing::new(10.0, "A-XGY-B\n   Z\n   |\n   C")
        .way("AXG", "highway=footway")
        .way("GYB", "highway=footway")
        .way("GZC", "highway=footway");
    assert_eq!((map.walk('A', 'B'), map.walk('A', 'C'), map.walk('B', 'C')), (Some(60), Some(60), Some(60)));
    let shut = map.node('G', "barrier=gate locked=yes");
    assert_eq!((shut.walk('A', 'B'), shut.walk('A', 'C'), shut.walk('B', 'C')), (None, None, None));
    assert_eq!((shut.walk('A', 'X'), shut.walk('Y', 'B'), shut.walk('Z', 'C')), (Some(20), Some(20), Some(20)));
}

#[test]
fn a_fence_on_a_side_way_beside_the_street_does_not_close_the_street() {
    // The fence stands at B, 10 m into the side way, and not on the street itself.
    let map = Drawing::new(10.0, "A--J--C\n   B\n   |\n   D")
        .way("AJC", "highway=residential")
        .way("JBD", "highway=path")
        .node('B', "barrier=fence");
    assert_eq!((map.walk('A', 'C'), map.walk('A', 'D')), (Some(60), None));
}

#[test]
fn a_wall_where_two_ways_cross_parts_all_four_arms() {
    let map = Drawing::new(10.0, "   N\n   |\nW--M--E\n   |\n   S")
        .way("WME", "highway=path")
        .way("NMS", "highway=path")
        .node('M', "barrier=wall");
    for (from, to) in [('W', 'E'), ('N', 'S'), ('W', 'N'), ('E', 'S'), ('N', 'E')] {
        assert_eq!(map.walk(from, to), None, "{from} {to}");
    }
    assert_eq!(map.node('M', "barrier=kissing_gate").walk('W', 'N'), Some(30 + 20));
}

#[test]
fn a_gate_on_two_ways_that_cross_lets_pass_in_all_directions() {
    let map = Drawing::new(10.0, "   N\n   |\nW--M--E\n   |\n   S")
        .way("WME", "highway=path")
        .way("NMS", "highway=path")
        .node('M', "barrier=gate");
    assert_eq!((map.walk('W', 'E'), map.walk('N', 'S'), map.walk('S', 'E')), (Some(60), Some(40), Some(50)));
}

#[test]
fn a_gate_in_a_wall_is_the_way_through_it() {
    // The wall runs from G by W to V; the path on the right has no gate in it.
    let map = Drawing::new(10.0, "A-----B\n|     |\nG--W--V\n|     |\nC     D")
        .way("AB", "highway=residential")
        .way("GWV", "barrier=wall")
        .way("AGC", "highway=footway")
        .way("BVD", "highway=footway")
        .node('G', "barrier=gate")
        .node('V', "barrier=wall");
    assert_eq!((map.walk('A', 'C'), map.walk('B', 'D'), map.walk('C', 'D')), (Some(40), None, None));
    assert_eq!(map.walk('A', 'W'), None, "nobody walks along the wall");
}

#[test]
fn a_locked_side_gate_sends_round_by_the_main_gate() {
    // A campus: main gate M, side gate S, the street below.
    let map = Drawing::new(10.0, "X-----Y\n|     |\nM     S\n|     |\nA-----B")
        .way("AB", "highway=residential")
        .way("AMXYSB", "highway=footway")
        .node('M', "barrier=gate")
        .node('S', "barrier=gate locked=yes");
    // From Y to B: through S it would be 40 m; round by X, M and A 60 + 40 + 60.
    assert_eq!((map.walk('Y', 'B'), map.walk('B', 'Y')), (Some(160), Some(160)));
    assert_eq!(map.node('S', "barrier=gate").walk('Y', 'B'), Some(40));
}

#[test]
fn inside_a_locked_yard_one_walks_but_does_not_leave() {
    let map = Drawing::new(10.0, "A--G--X--Y--H--B")
        .way("AGXYHB", "highway=footway")
        .node('G', "barrier=gate locked=yes")
        .node('H', "barrier=gate locked=yes");
    assert_eq!((map.walk('X', 'Y'), map.walk('Y', 'A'), map.walk('X', 'B')), (Some(30), None, None));
}

#[test]
fn many_bollards_in_a_row_stop_nobody() {
    let map = Drawing::new(10.0, "ABCDEF")
        .way("ABCDEF", "highway=path")
        .node('B', "barrier=bollard")
        .node('C', "barrier=cycle_barrier")
        .node('D', "barrier=stile")
        .node('E', "barrier=block");
    assert_eq!((map.walk('A', 'F'), map.walk('F', 'A')), (Some(50), Some(50)));
}

#[test]
fn a_round_way_is_parted_at_a_locked_gate_wherever_it_begins() {
    // From E to F through the gate at G it would be 20 m; round by B, C and D it is 20 + 20 + 30 + 10.
    for ring in ["GEBCDFG", "BCDFGEB", "FGEBCDF"] {
        let map = Drawing::new(10.0, "GE-B\nF  |\nD--C").way(ring, "highway=footway");
        assert_eq!(map.walk('E', 'F'), Some(20), "{ring}");
        let shut = map.node('G', "barrier=gate locked=yes");
        assert_eq!((shut.walk('E', 'F'), shut.walk('F', 'E')), (Some(80), Some(80)), "{ring}");
    }
}

#[test]
fn a_way_that_comes_by_the_same_locked_gate_twice_is_parted_there_each_time() {
    let map = Drawing::new(10.0, "A--GC-D\n   H  |\n   F--E")
        .way("AGCDEFHG", "highway=footway")
        .node('G', "barrier=gate locked=yes");
    assert_eq!((map.walk('A', 'C'), map.walk('A', 'H')), (None, None));
    // Through the gate it would be 20 m; round the loop it is 20 + 20 + 30 + 10.
    assert_eq!((map.walk('C', 'H'), map.walk('H', 'C')), (Some(80), Some(80)));
}

#[test]
fn a_gate_at_the_edge_of_the_extract_still_stops() {
    let map = Drawing::new(10.0, "A--G--B--C")
        .way("AGBC", "highway=footway")
        .node('G', "barrier=gate locked=yes")
        .without('C');
    assert_eq!((map.walk('A', 'B'), map.walk('B', 'A')), (None, None));
}

#[test]
fn a_wall_that_is_on_no_way_stops_nobody() {
    let map = Drawing::new(10.0, "A--B--C\n   W").way("ABC", "highway=footway").node('W', "barrier=wall");
    assert_eq!(map.walk('A', 'C'), Some(60));
}

#[test]
fn a_private_gate_between_two_ways_is_like_one_in_the_middle_of_a_way() {
    let behind = |ways: &[&str]| {
        let map = Drawing::new(10.0, "A--B--C\n   G\n   X\n   Y").way("ABC", "highway=residential");
        let map = ways.iter().fold(map, |map, way| map.way(way, "highway=footway"));
        map.node('G', "barrier=gate access=private")
    };
    for ways in [&["BGXY"][..], &["BG", "GXY"], &["YXG", "GB"], &["BG", "YXG"]] {
        let map = behind(ways);
        assert_eq!((map.walk('A', 'Y'), map.walk('Y', 'C')), (Some(60), Some(60)), "{ways:?}");
    }
}

#[test]
fn a_gate_that_stands_on_the_junction_closes_the_street_as_well() {
    // Tagged on the junction itself. Read to the letter nobody passes there in any direction.
    let map = Drawing::new(10.0, "A--G--C\n   |\n   X")
        .way("AGC", "highway=residential")
        .way("GX", "highway=footway")
        .node('G', "barrier=gate access=no");
    assert_eq!((map.walk('A', 'C'), map.walk('A', 'X'), map.walk('C', 'X')), (None, None, None));
}
