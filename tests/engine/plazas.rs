//! Areas are walked across in straight lines, round their holes, and never outside.

use super::drawn::Drawing;

/// A square of 40 m with its corners A, B, C, D, and a street to each of A and C.
fn square(tags: &str) -> Drawing {
    Drawing::new(10.0, "P-A---B\n  |   |\n  |   |\n  |   |\n  D---C-Q")
        .way("ABCDA", tags)
        .way("PA", "highway=footway")
        .way("CQ", "highway=footway")
}

#[test]
fn a_square_is_crossed_by_its_diagonal() {
    // 40 x sqrt 2 = 56.6 m, and 20 m to either side.
    let square = square("highway=pedestrian area=yes");
    assert_eq!((square.walk('A', 'C'), square.walk('P', 'Q')), (Some(57), Some(97)));
    let report = square.import().unwrap().1;
    assert_eq!((report.areas, report.areas_not_crossed), (1, 0));
}

#[test]
fn its_rim_is_still_walked_on() {
    assert_eq!(square("highway=pedestrian area=yes").walk('A', 'B'), Some(40));
    assert_eq!(square("highway=pedestrian area=yes").walk('B', 'Q'), Some(60));
}

#[test]
fn a_street_that_comes_back_to_its_beginning_is_no_area() {
    assert_eq!(square("highway=pedestrian").walk('A', 'C'), Some(80));
    assert_eq!(square("highway=footway area=no").walk('A', 'C'), Some(80));
}

#[test]
fn platforms_are_areas_unless_they_say_no() {
    assert_eq!(square("railway=platform").walk('A', 'C'), Some(57));
    assert_eq!(square("public_transport=platform").walk('A', 'C'), Some(57));
    assert_eq!(square("railway=platform area=no").walk('A', 'C'), Some(80));
}

#[test]
fn areas_that_nobody_may_walk_on_are_not_crossed() {
    assert_eq!(square("highway=pedestrian area=yes foot=no").walk('P', 'Q'), None);
    assert_eq!(square("amenity=parking area=yes").walk('P', 'Q'), None);
}

#[test]
fn a_way_bends_at_the_inner_corner() {
    // An L of 40 m legs, 20 m wide: from P to Q round the inner corner E.
    let map = Drawing::new(10.0, "A-B\n| |\n| E-F\n|   |\nD---C")
        .way("ABEFCDA", "highway=pedestrian area=yes")
        .way("BP", "highway=footway")
        .without('P');
    assert!(map.import().is_ok());
    let map = Drawing::new(10.0, "  P\nA-B\n| |\n| E-F-Q\n|   |\nD---C")
        .way("ABEFCDA", "highway=pedestrian area=yes")
        .way("BP", "highway=footway")
        .way("FQ", "highway=footway");
    assert_eq!(map.walk('B', 'F'), Some(40), "along the rim, which is the shortest");
    let map = Drawing::new(10.0, "P-A-B\n  | |\n  | E-F\n  |   |\n  D---C-Q")
        .way("ABEFCDA", "highway=pedestrian area=yes")
        .way("AP", "highway=footway")
        .way("CQ", "highway=footway");
    // From A straight to E, 28.3 m, on to C, 28.3 m.
    assert_eq!(map.walk('A', 'C'), Some(57));
}

#[test]
fn a_private_square_is_not_crossed_by_others() {
    let map = Drawing::new(10.0, "P-A---B\n| |   |\n| |   |\n| |   |\n| D---C-Q\n|       |\nX-------Y")
        .way("ABCDA", "highway=pedestrian area=yes access=private")
        .way("PA", "highway=footway")
        .way("CQ", "highway=footway")
        .way("PXYQ", "highway=residential");
    assert_eq!(map.walk('P', 'Q'), Some(60 + 80 + 20));
    assert_eq!(map.walk('B', 'P'), Some(60));
}

#[test]
fn ways_that_touch_the_square_in_the_middle_of_a_side_meet_it_there() {
    // M is in the middle of the upper side, N of the lower one.
    let map = Drawing::new(10.0, "  P\nA-M-B\n|   |\n|   |\nD-N-C\n  Q")
        .way("AMBCNDA", "highway=pedestrian area=yes")
        .way("PM", "highway=footway")
        .way("NQ", "highway=footway");
    assert_eq!(map.walk('P', 'Q'), Some(50));
}

/// A square of 60 m with a fountain of 20 m in its middle, as a multipolygon of two outer ways and a hole.
fn square_with_fountain() -> Drawing {
    Drawing::new(10.0, "P-A-----B\n  |     |\n  | E-F |\n  | | | |\n  | H-G |\n  |     |\n  D-----C-Q")
        .way("ABC", "source=survey")
        .way("CDA", "source=survey")
        .way("EFGHE", "barrier=wall")
        .multipolygon(&[1, 2], &[3], "highway=pedestrian")
        .way("PA", "highway=footway")
        .way("CQ", "highway=footway")
}

#[test]
fn a_hole_is_walked_round() {
    // From A by F or H to C: 20 x sqrt(1 + 4) = 44.7 m twice; through the fountain it would be 84.9 m.
    assert_eq!(square_with_fountain().walk('A', 'C'), Some(89));
    assert_eq!(square_with_fountain().walk('P', 'Q'), Some(129));
    assert_eq!(square_with_fountain().import().unwrap().1.areas, 1);
}

#[test]
fn an_area_without_a_part_of_its_outline_is_left_out_and_counted() {
    let clipped = square_with_fountain().without('B');
    assert_eq!(clipped.walk('P', 'Q'), None);
    assert_eq!(clipped.import().unwrap().1.areas_incomplete, 1);
}

#[test]
fn an_outline_that_is_a_street_itself_does_no_harm() {
    let map = Drawing::new(10.0, "P-A-----B\n  |     |\n  |     |\n  D-----C-Q")
        .way("ABCDA", "highway=footway")
        .multipolygon(&[1], &[], "highway=pedestrian area=yes")
        .way("PA", "highway=footway")
        .way("CQ", "highway=footway");
    // 60 x 30 m: 67.1 m.
    assert_eq!(map.walk('A', 'C'), Some(67));
}

/// Two squares of 40 m with the border B-M-C in common, and a street to A of the one and to F of the other.
fn side_by_side() -> Drawing {
    Drawing::new(10.0, "P-A---B---E\n  |   |   |\n  |   M   |\n  |   |   |\n  D---C---F-Q")
        .way("PA", "highway=footway")
        .way("FQ", "highway=footway")
}

#[test]
fn two_squares_are_crossed_over_their_common_border() {
    // From A by M to F: twice 40 right and 20 down, 44.7 m; along the rims it would be 120 m.
    for [one, other] in [
        ["highway=pedestrian area=yes", "highway=pedestrian area=yes"],
        ["highway=pedestrian area=yes", "railway=platform"],
        ["public_transport=platform", "highway=footway area=yes"],
    ] {
        let map = side_by_side().way("ABMCDA", one).way("BEFCMB", other);
        assert_eq!((map.walk('A', 'F'), map.walk('P', 'Q')), (Some(89), Some(129)), "{one} beside {other}");
    }
}

#[test]
fn squares_that_meet_in_one_corner_are_crossed_there() {
    let map = Drawing::new(10.0, "P-A---B\n  |   |\n  |   |\n  D---C---E\n      |   |\n      |   |\n      G---F-Q")
        .way("ABCDA", "highway=pedestrian area=yes")
        .way("CEFGC", "highway=pedestrian area=yes")
        .way("PA", "highway=footway")
        .way("FQ", "highway=footway");
    // 40 right and 30 down, twice.
    assert_eq!((map.walk('A', 'F'), map.walk('P', 'Q')), (Some(100), Some(140)));
}

#[test]
fn a_border_that_two_relations_share_is_crossed_as_well() {
    // The border is the way 3; it stands first or last in either relation.
    for (one, other) in [([3, 4], [3, 5]), ([4, 3], [5, 3]), ([3, 4], [5, 3])] {
        let map = side_by_side()
            .way("BMC", "source=survey")
            .way("CDAB", "source=survey")
            .way("BEFC", "source=survey")
            .multipolygon(&one, &[], "highway=pedestrian")
            .multipolygon(&other, &[], "highway=pedestrian");
        assert_eq!((map.walk('A', 'F'), map.walk('P', 'Q')), (Some(89), Some(129)), "{one:?} and {other:?}");
    }
}

#[test]
fn a_hole_that_hangs_on_the_rim_is_walked_round() {
    // The hole M-X-Y-Z hangs on M in the middle of the upper side; its lowest corner Y is 30 m below.
    let map = Drawing::new(10.0, "P-A---M---B-Q\n  |       |\n  |  X Z  |\n  |   Y   |\n  D-------C")
        .way("AMB", "source=survey")
        .way("BCDA", "source=survey")
        .way("MXYZM", "barrier=wall")
        .multipolygon(&[1, 2], &[3], "highway=pedestrian")
        .way("PA", "highway=footway")
        .way("BQ", "highway=footway");
    // Along the rim past M.
    assert_eq!(map.walk('P', 'Q'), Some(120));
    let (network, report) = map.import().unwrap();
    assert_eq!(report.areas_not_crossed, 0);
    assert!(network.ways().iter().all(|way| network.nodes_of(way).windows(2).all(|pair| pair[0] != pair[1])));
}
