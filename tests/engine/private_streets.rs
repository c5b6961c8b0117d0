//! Streets and gates for those who live or work behind them: in and out, never through.

use super::drawn::Drawing;

/// A private yard from A by B to C, 60 m, and the street round it by D, E and F, 30 + 60 + 30 m.
fn yard() -> Drawing {
    Drawing::new(10.0, "A--B--C\n|     |\n|     |\nD--E--F")
        .way("ADEFC", "highway=residential")
        .way("ABC", "highway=service access=private")
}

#[test]
fn nobody_walks_through_a_private_yard() {
    assert_eq!(yard().walk('A', 'C'), Some(120));
    assert_eq!(yard().walk('D', 'F'), Some(60));
}

#[test]
fn who_lives_there_goes_out_by_either_side_and_comes_back() {
    assert_eq!((yard().walk('B', 'A'), yard().walk('A', 'B')), (Some(30), Some(30)));
    assert_eq!((yard().walk('B', 'C'), yard().walk('C', 'B')), (Some(30), Some(30)));
    assert_eq!((yard().walk('B', 'E'), yard().walk('E', 'B')), (Some(90), Some(90)));
}

#[test]
fn every_word_for_it_means_the_same() {
    for access in ["private", "destination", "customers", "delivery", "residents", "permit"] {
        for key in ["access", "foot"] {
            let map = Drawing::new(10.0, "A--B--C\n|     |\nD-----F")
                .way("ADFC", "highway=residential")
                .way("ABC", &format!("highway=service {key}={access}"));
            assert_eq!(map.walk('A', 'C'), Some(100), "{key}={access}");
            assert_eq!(map.walk('B', 'A'), Some(30), "{key}={access}");
        }
    }
}

#[test]
fn inside_a_private_compound_one_walks_freely() {
    // P to Q inside; the gate at G leads to the street.
    let map = Drawing::new(10.0, "A--G--B\n   |\nP--X--Q")
        .way("AGB", "highway=residential")
        .way("GX", "highway=service access=private")
        .way("PXQ", "highway=footway access=private");
    assert_eq!((map.walk('P', 'Q'), map.walk('Q', 'P')), (Some(60), Some(60)));
    assert_eq!((map.walk('P', 'B'), map.walk('B', 'P')), (Some(30 + 20 + 30), Some(80)));
}

#[test]
fn from_one_private_yard_to_another_one_walks_over_the_street() {
    let map = Drawing::new(10.0, "P--A--B--Q")
        .way("AB", "highway=residential")
        .way("PA", "highway=service access=private")
        .way("BQ", "highway=service access=private");
    assert_eq!((map.walk('P', 'Q'), map.walk('Q', 'P')), (Some(90), Some(90)));
}

#[test]
fn two_yards_that_meet_at_a_public_corner_are_two() {
    // Yard A-B and yard B-C meet at B, which is on the street B-E. Round by the street: A, D, E, F, C.
    let map = Drawing::new(10.0, "A--B--C\n|  |  |\nD--E--F")
        .way("ADEFC", "highway=residential")
        .way("BE", "highway=residential")
        .way("AB", "highway=service access=private")
        .way("BC", "highway=service access=private");
    assert_eq!(map.walk('A', 'C'), Some(100));
    assert_eq!(map.walk('A', 'B'), Some(70));
}

#[test]
fn a_private_one_way_binds_in_and_out() {
    // In by A, out by B only.
    let map = Drawing::new(10.0, "A--X--B\n|     |\nD-----F")
        .way("ADFB", "highway=residential")
        .way("AXB", "highway=footway access=private oneway:foot=yes");
    assert_eq!((map.walk('A', 'X'), map.walk('X', 'B')), (Some(30), Some(30)));
    assert_eq!((map.walk('X', 'A'), map.walk('B', 'X')), (Some(30 + 100), Some(100 + 30)));
}

#[test]
fn a_private_gate_lets_those_behind_it_in_and_out() {
    // The paths inside carry no access tags; only the gate at G does.
    let map = Drawing::new(10.0, "A--B--C\n   |\n   G\n   |\n   X--Y")
        .way("ABC", "highway=residential")
        .way("BGX", "highway=footway")
        .way("XY", "highway=footway")
        .node('G', "barrier=gate access=private");
    assert_eq!((map.walk('Y', 'A'), map.walk('A', 'Y')), (Some(30 + 40 + 30), Some(100)));
    assert_eq!(map.import().unwrap().1.private_gates, 1);
    assert!(map.import().unwrap().1.stretches_behind_gates > 0);
}

#[test]
fn nobody_walks_through_a_compound_by_its_two_private_gates() {
    // G and H are gates of one compound; the street goes round: A, D, E, F, C.
    let compound = |gates: &str| {
        Drawing::new(10.0, "A-G-X-H-C\n|       |\n|       |\nD---E---F")
            .way("ADEFC", "highway=residential")
            .way("AGXHC", "highway=footway")
            .node('G', gates)
            .node('H', gates)
    };
    let closed = compound("barrier=gate access=private");
    assert_eq!(closed.walk('A', 'C'), Some(30 + 80 + 30));
    assert_eq!((closed.walk('X', 'A'), closed.walk('C', 'X')), (Some(40), Some(40)));
    assert_eq!((closed.walk('X', 'E'), closed.walk('E', 'X')), (Some(40 + 30 + 40), Some(110)));
    assert_eq!(compound("barrier=gate").walk('A', 'C'), Some(80));
    assert_eq!(compound("barrier=gate access=no").walk('X', 'A'), None);
}

#[test]
fn plain_paths_behind_a_private_drive_are_private() {
    // The drive is tagged, the paths behind it are not, and they lead out again by another drive.
    let map = Drawing::new(10.0, "A--P--Q--C\n|        |\nD--------F")
        .way("ADFC", "highway=residential")
        .way("AP", "highway=service access=private")
        .way("PQ", "highway=footway")
        .way("QC", "highway=service access=private");
    assert_eq!(map.walk('A', 'C'), Some(130));
    assert_eq!((map.walk('P', 'Q'), map.walk('P', 'C')), (Some(30), Some(60)));
}

#[test]
fn a_private_gate_across_a_public_street_closes_it_where_there_is_a_way_round() {
    let map = Drawing::new(10.0, "A--G--C\n|     |\nD-----F")
        .way("AGC", "highway=residential")
        .way("ADFC", "highway=residential")
        .node('G', "barrier=gate access=private");
    assert_eq!(map.walk('A', 'C'), Some(100));
}

#[test]
fn a_private_gate_across_the_only_street_makes_what_is_behind_it_private() {
    let map =
        Drawing::new(10.0, "A--B--G--C").way("ABGC", "highway=residential").node('G', "barrier=gate access=private");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'A')), (Some(90), Some(90)));
}

#[test]
fn a_private_street_goes_on_across_a_public_one() {
    // The yard's drive crosses the lane at B; the lane leads to F by a long way round.
    let map = Drawing::new(10.0, "      D      \nA--M--B--C--F\n      |     |\n      |     |\n      E-----G")
        .way("AMBC", "highway=service access=private")
        .way("DBE", "highway=footway")
        .way("EGF", "highway=footway")
        .way("FC", "highway=footway");
    assert_eq!(map.walk('M', 'F'), Some(90), "out by the far end");
    assert_eq!(map.walk('F', 'M'), Some(90), "and home");
    assert_eq!(map.walk('M', 'D'), Some(40), "out in the middle");
    assert_eq!(map.walk('D', 'F'), Some(10 + 30 + 60 + 30), "nobody else comes through");
    assert_eq!(map.walk('F', 'D'), Some(10 + 30 + 60 + 30));
}

#[test]
fn two_drives_that_meet_on_a_lane_are_one_yard() {
    let map = Drawing::new(10.0, "   D   \nA--B--C\n   E   ")
        .way("AB", "highway=service access=private")
        .way("BC", "highway=service access=private oneway:foot=yes")
        .way("DBE", "highway=footway");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'A')), (Some(60), None));
    assert_eq!((map.walk('A', 'D'), map.walk('D', 'A')), (Some(40), Some(40)));
    assert_eq!((map.walk('D', 'C'), map.walk('C', 'D')), (Some(40), None));
    assert_eq!(map.walk('D', 'E'), Some(20));
}
