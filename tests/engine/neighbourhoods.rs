//! Little neighbourhoods: what meets, what only crosses, and how far it is round.
//!
//! From the wiki: Key:bridge, Key:tunnel, Key:layer (ways meet at common nodes only), Tag:highway=steps, Tag:man_made=pier,
//! Tag:railway=platform, Key:sidewalk. A step is 10 m.

use super::drawn::Drawing;
use walkshed::osm::WalkRules;

#[test]
fn at_a_crossroads_one_turns_every_way() {
    let map = Drawing::new(10.0, "   N\n   |\nW--M--E\n   |\n   S")
        .way("WME", "highway=primary")
        .way("NMS", "highway=residential oneway=yes");
    for (from, to, metres) in [('W', 'E', 60), ('N', 'S', 40), ('W', 'N', 50), ('S', 'E', 50), ('S', 'N', 40)] {
        assert_eq!(map.walk(from, to), Some(metres), "{from} {to}");
    }
}

#[test]
fn a_side_street_meets_the_middle_of_a_street() {
    let map = Drawing::new(10.0, "A--J--B\n   |\n   C").way("AJB", "highway=tertiary").way("CJ", "highway=service");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'B')), (Some(50), Some(50)));
}

#[test]
fn a_side_street_that_ends_just_short_of_a_street_does_not_meet_it() {
    let map = Drawing::new(10.0, "A--J--B\n   X\n   C").way("AJB", "highway=tertiary").way("CX", "highway=service");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'X')), (None, Some(10)));
}

#[test]
fn a_tunnel_under_a_street_is_come_to_by_its_stairs() {
    // The street A-B; the subway C-D under it, with stairs from S and T on the street to C.
    let map = Drawing::new(10.0, "   C\n   |\nA-S+--B\n   |\n   D")
        .way("ASB", "highway=primary")
        .way("CD", "highway=footway tunnel=yes layer=-1")
        .way("SC", "highway=steps");
    // From S to C one step to the right and two up: 22.4 m; then 40 m under the street.
    assert_eq!(map.walk('A', 'D'), Some(20 + 22 + 40));
    assert_eq!(map.walk('D', 'B'), Some(40 + 22 + 40));
}

#[test]
fn a_subway_without_stairs_is_another_world() {
    let map = Drawing::new(10.0, "   C\nA-----B\n   D")
        .way("AB", "highway=primary")
        .way("CD", "highway=footway tunnel=yes layer=-1");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'D'), map.walk('A', 'B')), (None, Some(20), Some(60)));
}

#[test]
fn a_footbridge_is_walked_over_by_its_stairs() {
    // Streets A-B and C-D on both sides of a motorway M-N; the bridge U-V over it, with stairs at both ends.
    let map = Drawing::new(10.0, "A--S-U-B\n\nM------N\n\nC--T-V-D")
        .way("ASB", "highway=residential")
        .way("CTD", "highway=residential")
        .way("MN", "highway=motorway")
        .way("UV", "highway=footway bridge=yes layer=1")
        .way("SU", "highway=steps")
        .way("VT", "highway=steps");
    assert_eq!((map.walk('A', 'C'), map.walk('C', 'A')), (Some(30 + 20 + 40 + 20 + 30), Some(140)));
    assert_eq!(map.walk('M', 'N'), None);
}

#[test]
fn one_bridge_over_a_river_carries_all_walks() {
    let map = Drawing::new(10.0, "A--B--C\n|\nX\n|\nD--E--F")
        .way("ABC", "highway=footway")
        .way("AXD", "highway=footway bridge=yes")
        .way("DEF", "highway=footway");
    assert_eq!((map.walk('C', 'F'), map.walk('B', 'E')), (Some(60 + 40 + 60), Some(100)));
}

#[test]
fn the_ferry_is_left_for_the_bridge() {
    let map = Drawing::new(10.0, "A--------B\n|        |\nC--------D")
        .way("AB", "highway=footway")
        .way("AC", "route=ferry")
        .way("BD", "highway=footway bridge=yes")
        .way("CD", "highway=footway");
    assert_eq!(map.walk('A', 'C'), Some(90 + 20 + 90));
}

#[test]
fn dead_ends_back_to_back_do_not_meet() {
    let map = Drawing::new(10.0, "A---BC---D\n|        |\nE--------F")
        .way("AB", "highway=residential noexit=yes")
        .way("CD", "highway=residential noexit=yes")
        .way("AEFD", "highway=residential");
    // B and C are 10 m apart and 40 + 20 + 90 + 20 + 40 m to walk.
    assert_eq!(map.walk('B', 'C'), Some(210));
}

#[test]
fn a_dead_end_for_cars_is_none_for_walkers_where_a_path_goes_on() {
    let map = Drawing::new(10.0, "A---BC---D")
        .way("AB", "highway=residential")
        .way("BC", "highway=path")
        .way("CD", "highway=residential")
        .node('B', "barrier=bollard")
        .node('C', "highway=turning_circle");
    assert_eq!(map.walk('A', 'D'), Some(90));
}

#[test]
fn stairs_beside_a_road_are_the_short_cut() {
    // A road that winds up a hill, and stairs from its foot to its head.
    let map = Drawing::new(10.0, "A-----B\n|     |\nT-----C")
        .way("ABCT", "highway=tertiary")
        .way("AT", "highway=steps step_count=60 incline=up");
    assert_eq!((map.walk('A', 'T'), map.walk('T', 'A')), (Some(20), Some(20)));
    assert_eq!(map.walk('B', 'T'), Some(80), "by the road it is 20 + 60, by the stairs 60 + 20");
}

#[test]
fn a_park_with_one_gate_is_entered_there() {
    // Streets on both sides; the fence round the park is no way, and its one gate is G.
    let map = Drawing::new(10.0, "A--G--B\n   |  |\n   P  |\n   |  |\n   Q  |\nC-----D")
        .way("AGBDC", "highway=residential")
        .way("GPQ", "highway=footway")
        .node('G', "barrier=gate");
    // Q is 10 m from the street below, and 40 + 30 + 50 m from its corner D.
    assert_eq!((map.walk('D', 'Q'), map.walk('A', 'Q')), (Some(120), Some(70)));
}

#[test]
fn two_platforms_are_reached_by_stairs_from_one_bridge() {
    // The bridge K-L-M over the tracks; stairs at L and M down to the platforms P-Q and R-S.
    let map = Drawing::new(10.0, "K--L--M\n   |  |\n   P  R\n   |  |\n   Q  S")
        .way("KLM", "highway=footway bridge=yes")
        .way("LP", "highway=steps")
        .way("MR", "highway=steps")
        .way("PQ", "railway=platform")
        .way("RS", "public_transport=platform");
    assert_eq!((map.walk('K', 'Q'), map.walk('K', 'S')), (Some(70), Some(100)));
    assert_eq!(map.walk('Q', 'S'), Some(40 + 30 + 40));
}

#[test]
fn a_platform_without_stairs_is_not_reached_from_the_bridge_over_it() {
    let map =
        Drawing::new(10.0, "   P\nK-----M\n   Q").way("KM", "highway=footway bridge=yes").way("PQ", "railway=platform");
    assert_eq!((map.walk('K', 'P'), map.walk('P', 'Q')), (None, Some(20)));
}

#[test]
fn tracks_are_crossed_at_the_level_crossing_only() {
    let map = Drawing::new(10.0, "A--B--C\n   |\nR--X--S\n   |\nD--E--F")
        .way("ABC", "highway=residential")
        .way("DEF", "highway=residential")
        .way("RXS", "railway=rail")
        .way("BXE", "highway=footway")
        .node('X', "railway=crossing");
    assert_eq!((map.walk('C', 'F'), map.walk('R', 'S')), (Some(30 + 40 + 30), None));
}

#[test]
fn a_pier_is_walked_to_its_end() {
    let map = Drawing::new(10.0, "A--J--B\n   |\n   P").way("AJB", "highway=footway").way("JP", "man_made=pier");
    assert_eq!((map.walk('A', 'P'), map.walk('P', 'B')), (Some(50), Some(50)));
    let closed =
        Drawing::new(10.0, "A--J--B\n   |\n   P").way("AJB", "highway=footway").way("JP", "man_made=pier access=no");
    assert_eq!((closed.walk('A', 'P'), closed.walk('A', 'B')), (None, Some(60)));
}

#[test]
fn an_elevator_joins_two_levels() {
    // Level 0 is A-E, level 1 is E-B; they meet at the elevator E only, and cross at no other node.
    let map = Drawing::new(10.0, "A--E--C\n   |\n   B")
        .way("AE", "highway=corridor level=0")
        .way("EB", "highway=corridor level=1")
        .way("EC", "highway=corridor level=-1")
        .node('E', "highway=elevator");
    assert_eq!((map.walk('A', 'B'), map.walk('B', 'C')), (Some(50), Some(50)));
}

#[test]
fn ways_of_different_levels_that_share_a_node_meet_there() {
    // Thread 26: level tags are often missing on one of the two; the node is what joins.
    let map = Drawing::new(10.0, "A--B--C").way("AB", "highway=footway level=1").way("BC", "highway=footway");
    assert_eq!(map.walk('A', 'C'), Some(60));
}

#[test]
fn a_way_is_walked_alike_from_whichever_end_it_is_drawn() {
    for letters in ["ABCD", "DCBA"] {
        let map = Drawing::new(10.0, "A--B\n   |\n   C--D").way(letters, "highway=footway");
        assert_eq!((map.walk('A', 'D'), map.walk('D', 'A')), (Some(80), Some(80)), "{letters}");
    }
}

#[test]
fn a_street_of_many_pieces_is_one_street() {
    let map = Drawing::new(10.0, "A--B--C--D--E--F")
        .way("AB", "highway=primary bridge=yes")
        .way("CB", "highway=secondary")
        .way("CD", "highway=pedestrian")
        .way("ED", "highway=steps")
        .way("EF", "highway=track");
    assert_eq!((map.walk('A', 'F'), map.walk('F', 'A')), (Some(150), Some(150)));
}

#[test]
fn a_way_that_comes_back_to_its_own_node_may_be_cut_short_there() {
    // A, B, then a loop by C and D back to B, and on to E.
    let map = Drawing::new(10.0, "A--B--E\n  / |\n  D-C").way("ABCDBE", "highway=footway");
    assert_eq!((map.walk('A', 'E'), map.walk('E', 'A')), (Some(60), Some(60)));
}

#[test]
fn a_way_that_crosses_itself_without_a_node_is_walked_all_along() {
    // A ramp: A to B, down to C, back to D, up across its own beginning to E.
    let map = Drawing::new(10.0, "  E\nA---B\n  D-C").way("ABCDE", "highway=footway");
    assert_eq!(map.walk('A', 'E'), Some(40 + 10 + 20 + 20));
}

#[test]
fn of_two_ways_between_the_same_nodes_the_shorter_is_walked() {
    let map = Drawing::new(10.0, "A--C--B\n|     |\nD-----E").way("ADEB", "highway=footway").way("ACB", "highway=path");
    assert_eq!((map.walk('A', 'B'), map.walk('D', 'E')), (Some(60), Some(60)));
}

#[test]
fn a_street_drawn_twice_is_as_long_as_one() {
    let map = Drawing::new(10.0, "A--B--C").way("ABC", "highway=residential").way("CBA", "highway=footway");
    assert_eq!(map.walk('A', 'C'), Some(60));
    // And where one of the two may not be walked, the other may.
    let map = Drawing::new(10.0, "A--B--C").way("ABC", "highway=motorway").way("ABC", "highway=footway");
    assert_eq!(map.walk('A', 'C'), Some(60));
}

#[test]
fn in_a_grid_of_streets_one_walks_along_and_up() {
    let map = Drawing::new(10.0, "A--B--C\n|  |  |\nD--E--F\n|  |  |\nG--H--I")
        .way("ABC", "highway=residential")
        .way("DEF", "highway=residential")
        .way("GHI", "highway=residential")
        .way("ADG", "highway=residential")
        .way("BEH", "highway=residential")
        .way("CFI", "highway=residential");
    assert_eq!((map.walk('A', 'I'), map.walk('C', 'G'), map.walk('B', 'F')), (Some(100), Some(100), Some(50)));
}

#[test]
fn a_building_site_is_gone_round() {
    let map = |middle: &str| {
        Drawing::new(10.0, "A--B--C--D\n   |  |\n   E--F")
            .way("AB", "highway=residential")
            .way("BC", middle)
            .way("CD", "highway=residential")
            .way("BEFC", "highway=residential")
    };
    assert_eq!(map("highway=construction construction=residential").walk('A', 'D'), Some(130));
    assert_eq!(map("highway=residential").walk('A', 'D'), Some(90));
}

#[test]
fn pavements_mapped_beside_a_road_are_crossed_over_at_its_crossings() {
    // Pavements A-B-C and D-E-F; the road R-S between them says that walkers take its side paths.
    let map = Drawing::new(10.0, "A-----B--C\n      |\nR-----X--S\n      |\nD-----E--F")
        .way("ABC", "highway=footway footway=sidewalk")
        .way("DEF", "highway=footway footway=sidewalk")
        .way("RXS", "highway=primary sidewalk=separate foot=use_sidepath")
        .way("BXE", "highway=footway footway=crossing")
        .node('X', "highway=crossing crossing=zebra");
    assert_eq!((map.walk('A', 'D'), map.walk('C', 'F'), map.walk('R', 'S')), (Some(160), Some(100), None));
}

#[test]
fn a_passage_through_a_building_is_a_passage() {
    let map = Drawing::new(10.0, "A--B--C\n   H\n   |\nD--E--F")
        .way("ABC", "highway=residential")
        .way("DEF", "highway=residential")
        .way("BHE", "highway=footway tunnel=building_passage")
        .way("BHE", "building=yes");
    assert_eq!(map.walk('A', 'F'), Some(30 + 30 + 30));
}

#[test]
fn stepping_stones_lead_over_a_brook() {
    let map = Drawing::new(10.0, "A--X--B\n   W")
        .way("AXB", "highway=path")
        .way("XW", "waterway=stream")
        .node('X', "ford=stepping_stones");
    assert_eq!((map.walk('A', 'B'), map.walk('A', 'W')), (Some(60), None));
}

#[test]
fn a_way_that_lacks_its_ends_is_walked_in_the_middle() {
    let map = Drawing::new(10.0, "A--B--C--D").way("ABCD", "highway=footway").without('A').without('D');
    assert_eq!(map.walk('B', 'C'), Some(30));
}

#[test]
fn a_way_that_lacks_two_nodes_is_three_pieces() {
    let map = Drawing::new(10.0, "A-B-C-D-E-F-G-H").way("ABCDEFGH", "highway=footway").without('C').without('F');
    assert_eq!((map.walk('A', 'B'), map.walk('D', 'E'), map.walk('G', 'H')), (Some(20), Some(20), Some(20)));
    assert_eq!((map.walk('A', 'D'), map.walk('E', 'G'), map.walk('B', 'H')), (None, None, None));
}

#[test]
fn a_missing_junction_parts_the_streets_that_met_there() {
    let map = Drawing::new(10.0, "   N\n   |\nW-aM--E\n   b\n   S")
        .way("WaME", "highway=path")
        .way("NMbS", "highway=path")
        .without('M');
    assert_eq!((map.walk('W', 'a'), map.walk('b', 'S'), map.walk('a', 'b')), (Some(20), Some(10), None));
}

#[test]
fn a_way_of_nodes_in_one_place_does_no_harm() {
    // The loop from B to itself has no length.
    let map = Drawing::new(10.0, "A--B--C").way("ABBC", "highway=footway").way("BB", "highway=footway");
    assert_eq!(map.walk('A', 'C'), Some(60));
}

#[test]
fn a_lane_for_cycles_joins_two_footpaths_in_china() {
    let map = Drawing::new(10.0, "A--B--C--D\n|        |\nE--------F")
        .way("AB", "highway=footway")
        .way("BC", "highway=cycleway")
        .way("CD", "highway=footway")
        .way("AEFD", "highway=residential");
    assert_eq!(map.walk('A', 'D'), Some(130));
    assert_eq!(map.rules(WalkRules::china()).walk('A', 'D'), Some(90));
}

#[test]
fn an_express_road_through_a_town_is_walked_along_and_one_for_motors_only_is_not() {
    let map = |tags: &str| {
        Drawing::new(10.0, "A--B--C--D\n|        |\nE--------F")
            .way("ABCD", tags)
            .way("AEFD", "highway=residential")
            .rules(WalkRules::china())
    };
    assert_eq!(map("highway=trunk oneway=yes").walk('D', 'A'), Some(90));
    assert_eq!(map("highway=trunk motorroad=yes").walk('D', 'A'), Some(130));
}
