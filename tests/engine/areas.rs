//! Squares, platforms and piers in their neighbourhoods: crossed in straight lines between the ways that come in.
//!
//! From the wiki: Key:area, Tag:highway=pedestrian, Tag:railway=platform, Relation:multipolygon, and threads 16 and 17 of
//! the field map. A step is 10 m.

use std::io::Cursor;

use super::drawn::Drawing;
use walkshed::osm::{OsmKind, OsmRef, WalkRules, explain};

/// A square of 40 m, with ways to its corners A and C. Across it is 56.6 m, along its rim 80 m.
fn square(tags: &str) -> Drawing {
    Drawing::new(10.0, "P-A---B\n  |   |\n  |   |\n  |   |\n  D---C-Q")
        .way("ABCDA", tags)
        .way("PA", "highway=footway")
        .way("CQ", "highway=footway")
}

const ACROSS: Option<u32> = Some(57);
const ROUND: Option<u32> = Some(80);

#[test]
fn what_is_an_area_is_crossed_and_what_is_a_ring_is_walked_round() {
    for (tags, expected) in [
        ("highway=pedestrian area=yes", ACROSS),
        ("highway=footway area=yes", ACROSS),
        ("highway=service area=yes", ACROSS),
        ("highway=residential area=yes", ACROSS),
        ("highway=corridor area=yes", ACROSS),
        ("highway=platform area=yes", ACROSS),
        ("man_made=pier area=yes", ACROSS),
        ("railway=platform area=yes", ACROSS),
        ("railway=platform", ACROSS),
        ("public_transport=platform", ACROSS),
        ("railway=platform area=no", ROUND),
        ("highway=pedestrian", ROUND),
        ("highway=pedestrian area=no", ROUND),
        ("highway=service", ROUND),
        ("highway=track", ROUND),
        ("highway=residential junction=roundabout", ROUND),
    ] {
        assert_eq!(square(tags).walk('A', 'C'), expected, "{tags}");
    }
}

#[test]
fn what_a_square_says_to_walkers_is_heard() {
    for (tags, expected) in [
        ("highway=pedestrian area=yes access=no", None),
        ("highway=pedestrian area=yes access=no foot=yes", ACROSS),
        ("highway=pedestrian area=yes motor_vehicle=no bicycle=no", ACROSS),
        ("highway=service area=yes access=permissive", ACROSS),
        ("highway=construction area=yes", None),
        ("area:highway=pedestrian", None),
        ("place=square", None),
        ("leisure=park area=yes", None),
        ("highway=cycleway area=yes", None),
        ("highway=cycleway area=yes foot=designated", ACROSS),
    ] {
        assert_eq!(square(tags).walk('A', 'C'), expected, "{tags}");
    }
    assert_eq!(square("highway=cycleway area=yes").rules(WalkRules::china()).walk('A', 'C'), ACROSS);
}

#[test]
fn an_outline_that_does_not_close_is_a_line_whatever_it_says() {
    let map = Drawing::new(10.0, "A---B\n    |\n    |\n    |\nD---C").way("ABCD", "highway=pedestrian area=yes");
    assert_eq!(map.walk('A', 'D'), Some(120));
}

#[test]
fn a_square_in_the_form_of_a_horseshoe_is_walked_round_its_inner_corners() {
    let map = Drawing::new(10.0, "P-A-B E-F-Q\n  | | | |\n  | C-D |\n  |     |\n  H-----G")
        .way("ABCDEFGHA", "highway=pedestrian area=yes")
        .way("PA", "highway=footway")
        .way("FQ", "highway=footway");
    // From A to C 28.3 m, to D 20 m, to F 28.3 m; along the rim it would be 100 m.
    assert_eq!((map.walk('A', 'F'), map.walk('P', 'Q')), (Some(77), Some(117)));
}

#[test]
fn a_square_with_three_entrances_joins_each_to_each() {
    // A is a corner, M and N are the middles of two sides.
    let map = Drawing::new(10.0, "P-A---B\n  |   |\n  |   M-Q\n  |   |\n  D-N-C\n    R")
        .way("ABMCNDA", "highway=pedestrian area=yes")
        .way("PA", "highway=footway")
        .way("MQ", "highway=footway")
        .way("NR", "highway=footway");
    // A to M and to N: 20 x sqrt 5 = 44.7 m. M to N: 28.3 m.
    assert_eq!((map.walk('A', 'M'), map.walk('A', 'N'), map.walk('N', 'M')), (Some(45), Some(45), Some(28)));
    assert_eq!((map.walk('Q', 'R'), map.walk('P', 'R')), (Some(20 + 28 + 10), Some(20 + 45 + 10)));
}

#[test]
fn two_ways_in_at_the_same_corner_meet_there() {
    let map = Drawing::new(10.0, "  R\n  |\nP-A---B\n  |   |\n  D---C")
        .way("ABCDA", "highway=pedestrian area=yes")
        .way("PA", "highway=footway")
        .way("RA", "highway=footway");
    assert_eq!((map.walk('P', 'R'), map.walk('P', 'B')), (Some(40), Some(60)));
}

#[test]
fn a_fountain_in_the_middle_is_walked_round() {
    // 60 x 40 m; the fountain lies between M and N, 20 m wide and 20 m high.
    let map = Drawing::new(10.0, "  A-----B\n  | E-F |\nP-M | | N-Q\n  | H-G |\n  D-----C")
        .way("ABNCDMA", "source=survey")
        .way("EFGHE", "amenity=fountain")
        .multipolygon(&[1], &[2], "highway=pedestrian")
        .way("PM", "highway=footway")
        .way("NQ", "highway=footway");
    // M to E: 20 right, 10 up, 22.4 m; along E-F 20 m; F to N 22.4 m.
    assert_eq!((map.walk('M', 'N'), map.walk('P', 'Q')), (Some(65), Some(20 + 65 + 20)));
}

#[test]
fn a_way_without_a_class_is_explained_by_the_area_that_it_outlines() {
    let map = Drawing::new(10.0, "A---B\n|   |\nD---C")
        .way("ABCDA", "source=survey")
        .way("BC", "waterway=ditch")
        .multipolygon(&[1], &[], "highway=pedestrian");
    let outlines = |way: i64| {
        let element = OsmRef { kind: OsmKind::Way, id: way };
        let found = explain(Cursor::new(map.pbf()), &WalkRules::worldwide(), element).unwrap().unwrap();
        found.outlines.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!((outlines(1), outlines(2)), (vec!["r1".to_owned()], Vec::new()));
}

#[test]
fn between_two_fountains_one_walks_straight() {
    let map = Drawing::new(10.0, "A-------B\n| E-F   |\n| H-G   |\n|       |\n|   I-J |\n|   L-K |\nD-------C")
        .way("ABCDA", "source=survey")
        .way("EFGHE", "amenity=fountain")
        .way("IJKLI", "amenity=fountain")
        .multipolygon(&[1], &[2, 3], "highway=pedestrian")
        .way("AD", "highway=footway")
        .way("BC", "highway=footway");
    // B to D: 80 left, 60 down: 100 m, and no fountain on the line.
    assert_eq!(map.walk('B', 'D'), Some(100));
    // A to C is blocked by both: A to H 28.3 m, H to J (40 right, 20 down) 44.7 m, J to C 28.3 m.
    assert_eq!(map.walk('A', 'C'), Some(101));
}

#[test]
fn a_kiosk_in_a_hole_is_come_to_over_the_square() {
    // The way from the kiosk K meets the hole's corner E.
    let map = Drawing::new(10.0, "P-A-----B\n  |     |\n  | E-F |\n  | K | |\n  | H-G |\n  |     |\n  D-----C")
        .way("ABCDA", "source=survey")
        .way("EFGHE", "building=yes")
        .multipolygon(&[1], &[2], "highway=pedestrian")
        .way("PA", "highway=footway")
        .way("EK", "highway=corridor");
    assert_eq!(map.walk('A', 'E'), Some(28));
    assert_eq!(map.walk('P', 'K'), Some(20 + 28 + 10));
}

#[test]
fn a_fountain_that_is_a_node_is_walked_past() {
    let map = Drawing::new(10.0, "P-A---B\n  |   |\n  | X |\n  |   |\n  D---C-Q")
        .way("ABCDA", "highway=pedestrian area=yes")
        .way("PA", "highway=footway")
        .way("CQ", "highway=footway")
        .node('X', "amenity=fountain barrier=wall");
    assert_eq!(map.walk('A', 'C'), ACROSS);
}

#[test]
fn a_square_of_two_outlines_is_two_squares() {
    let map = Drawing::new(10.0, "P-A---B   E---F\n  |   |   |   |\n  |   |   |   |\n  D---C---H---G-Q")
        .way("ABCDA", "source=survey")
        .way("EFGHE", "source=survey")
        .multipolygon(&[1, 2], &[], "highway=pedestrian")
        .way("PA", "highway=footway")
        .way("CH", "highway=footway")
        .way("GQ", "highway=footway");
    // A to C: 40 right, 30 down: 50 m. Then 40 m of path, and 40 m along the rim of the other.
    assert_eq!((map.walk('A', 'C'), map.walk('P', 'Q')), (Some(50), Some(20 + 50 + 40 + 40 + 20)));
    assert_eq!(map.walk('A', 'H'), Some(90));
}

#[test]
fn squares_side_by_side_are_crossed_one_after_the_other() {
    // They share the side B-M-C. Straight from A by M to F: 2 x 44.7 m.
    let map = Drawing::new(10.0, "P-A---B---E\n  |   |   |\n  |   M   |\n  |   |   |\n  D---C---F-Q")
        .way("ABMCDA", "highway=pedestrian area=yes")
        .way("BEFCMB", "highway=pedestrian area=yes")
        .way("PA", "highway=footway")
        .way("FQ", "highway=footway");
    assert_eq!((map.walk('A', 'F'), map.walk('P', 'Q')), (Some(89), Some(129)));
}

#[test]
fn a_street_along_one_side_is_a_way_in_at_each_of_its_corners() {
    let map = Drawing::new(10.0, "P-A---B-Q\n  |   |\n  |   |\n  |   |\n  D---C-R")
        .way("ABCDA", "highway=pedestrian area=yes")
        .way("PABQ", "highway=residential")
        .way("CR", "highway=footway");
    assert_eq!((map.walk('P', 'Q'), map.walk('P', 'R'), map.walk('Q', 'R')), (Some(80), Some(97), Some(80)));
}

#[test]
fn a_locked_gate_at_a_corner_keeps_the_street_out() {
    let shut = square("highway=pedestrian area=yes").node('A', "barrier=gate locked=yes");
    assert_eq!((shut.walk('P', 'C'), shut.walk('B', 'Q')), (None, Some(60)));
    let open = square("highway=pedestrian area=yes").node('A', "barrier=gate");
    assert_eq!(open.walk('P', 'C'), Some(77));
}

#[test]
fn a_square_entered_by_a_one_way_is_left_by_another_way() {
    let map = Drawing::new(10.0, "P-A---B\n| |   |\n| |   |\n| |   |\n| D---C-Q\n|       |\nX-------Y")
        .way("ABCDA", "highway=pedestrian area=yes")
        .way("PA", "highway=footway oneway:foot=yes")
        .way("CQ", "highway=footway")
        .way("PXYQ", "highway=residential");
    // In: 20 + 56.6 + 20 m. Back: 20 + 80 + 60 m round by the street.
    assert_eq!((map.walk('P', 'Q'), map.walk('Q', 'P')), (Some(97), Some(160)));
    assert_eq!(map.walk('A', 'P'), Some(57 + 20 + 160));
}

/// A square inside a compound; the drives to it from both sides are private. The street goes round below.
fn square_in_a_compound() -> Drawing {
    Drawing::new(10.0, "P-A---B\n| |   |\nU |   |\n| |   |\n| D---C-Q\n|       |\nX-V-W-Z-Y")
        .way("ABCDA", "highway=pedestrian area=yes")
        .way("PA", "highway=service access=private")
        .way("CQ", "highway=service access=private")
        .way("PUXVWZYQ", "highway=residential")
}

#[test]
fn a_square_in_a_private_compound_is_no_passage() {
    let map = square_in_a_compound();
    assert_eq!((map.walk('P', 'Q'), map.walk('Q', 'P')), (Some(160), Some(160)));
}

#[test]
fn who_lives_at_a_square_in_a_private_compound_crosses_it() {
    let map = square_in_a_compound();
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'A')), (ACROSS, ACROSS));
    assert_eq!((map.walk('P', 'C'), map.walk('A', 'Q')), (Some(20 + 57), Some(77)));
    assert_eq!((map.walk('X', 'B'), map.walk('B', 'Y')), (Some(60 + 20 + 40), Some(40 + 20 + 20)));
}

#[test]
fn a_platform_is_come_to_by_stairs_in_the_middle_of_its_side() {
    // 90 x 20 m; the stairs come down at M, the lift at L.
    let map = Drawing::new(10.0, "   S\nA--M-----B\n|        |\nD-----L--C\n      T")
        .way("AMBCLDA", "railway=platform")
        .way("SM", "highway=steps")
        .way("TL", "highway=elevator");
    // M to L: 30 right, 20 down: 36.06 m.
    assert_eq!((map.walk('M', 'L'), map.walk('S', 'T'), map.walk('S', 'B')), (Some(36), Some(56), Some(70)));
}

#[test]
fn stairs_lead_from_one_square_to_the_next() {
    let map = Drawing::new(10.0, "A---B E---F\n|   | |   |\n|   | |   |\nD---C-H---G")
        .way("ABCDA", "highway=pedestrian area=yes")
        .way("EFGHE", "highway=pedestrian area=yes")
        .way("CH", "highway=steps")
        .way("PA", "highway=footway")
        .without('P')
        .way("FG", "highway=footway");
    // H to F: 40 right, 30 up: 50 m.
    assert_eq!((map.walk('C', 'F'), map.walk('D', 'F')), (Some(70), Some(110)));
}

#[test]
fn a_three_cornered_square_is_walked_along_its_long_side() {
    let map = Drawing::new(10.0, "P-A---B\n  |\n  |\n  C-Q")
        .way("ABCA", "highway=pedestrian area=yes")
        .way("PA", "highway=footway")
        .way("CQ", "highway=footway");
    // From B to C 40 left and 30 down: 50 m.
    assert_eq!((map.walk('B', 'C'), map.walk('P', 'Q'), map.walk('B', 'Q')), (Some(50), Some(70), Some(70)));
}

#[test]
fn a_square_without_any_way_to_it_is_walked_on_its_rim() {
    let map = Drawing::new(10.0, "A---B\n|   |\nD---C").way("ABCDA", "highway=pedestrian area=yes");
    assert_eq!(map.walk('A', 'B'), Some(40));
}

#[test]
fn a_square_that_lacks_a_corner_keeps_what_is_left_of_its_rim() {
    let clipped = square("highway=pedestrian area=yes").without('B');
    // A, D, C are left: 40 + 40 m along the rim.
    assert_eq!((clipped.walk('A', 'C'), clipped.walk('P', 'Q')), (ROUND, Some(120)));
}
