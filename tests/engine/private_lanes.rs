//! Private lanes, yards and compounds in little neighbourhoods: in and out, never through.
//!
//! From the wiki: Key:access (private, destination, customers, permissive), and threads 18 and 19 of the field map.
//! A step is 10 m.

use super::drawn::Drawing;

const PUBLIC: &str = "highway=residential";
const PRIVATE: &str = "highway=service access=private";

#[test]
fn a_private_road_between_two_public_ones_is_gone_round() {
    // Thread 19: 30 m through the airport, 20 + 30 + 20 m round it, if need be.
    let map = Drawing::new(10.0, "P-A--B-Q\n  |  |\n  C--D")
        .way("PAC", PUBLIC)
        .way("QBD", PUBLIC)
        .way("CD", PUBLIC)
        .way("AB", PRIVATE);
    assert_eq!((map.walk('P', 'Q'), map.walk('Q', 'P')), (Some(20 + 70 + 20), Some(110)));
    assert_eq!(map.walk('A', 'B'), Some(70));
}

#[test]
fn a_private_road_that_is_the_only_one_leads_to_what_is_behind_it() {
    // Nobody else could come to C and D; they lie behind the private road.
    let map = Drawing::new(10.0, "A-----B--C--D").way("AB", PUBLIC).way("BC", PRIVATE).way("CD", PUBLIC);
    assert_eq!((map.walk('A', 'D'), map.walk('D', 'A')), (Some(120), Some(120)));
}

#[test]
fn a_drive_shared_by_two_yards_leads_from_each_to_each_and_to_the_street() {
    let map = Drawing::new(10.0, "A--B--C\n   |\nY--X--Z")
        .way("ABC", PUBLIC)
        .way("BX", PRIVATE)
        .way("XY", PRIVATE)
        .way("XZ", "highway=service access=destination");
    assert_eq!((map.walk('Y', 'Z'), map.walk('Z', 'Y')), (Some(60), Some(60)));
    assert_eq!((map.walk('Y', 'A'), map.walk('C', 'Z')), (Some(80), Some(80)));
}

#[test]
fn a_shared_drive_with_two_ends_is_no_passage() {
    // Houses at Y and Z; the drive goes on from X to the street below, 20 m further.
    let map = Drawing::new(10.0, "A--B--C\n|  |\n| YXZ\n|  |\nD--E")
        .way("ABC", PUBLIC)
        .way("ADE", PUBLIC)
        .way("BXE", PRIVATE)
        .way("YXZ", PRIVATE);
    assert_eq!(map.walk('B', 'E'), Some(30 + 40 + 30));
    assert_eq!((map.walk('Y', 'B'), map.walk('Y', 'E'), map.walk('Z', 'D')), (Some(30), Some(30), Some(60)));
    assert_eq!((map.walk('C', 'Y'), map.walk('D', 'Z')), (Some(60), Some(60)));
}

#[test]
fn a_private_lane_with_three_ends_is_no_passage() {
    let map = Drawing::new(10.0, "A-----B-----C\n|     |     |\n|     X-----G\n|     |     |\nD-----E-----F")
        .way("ABC", PUBLIC)
        .way("ADEFGC", PUBLIC)
        .way("BXE", PRIVATE)
        .way("XG", PRIVATE);
    // By the public ring: 60 + 40 + 60.
    assert_eq!((map.walk('B', 'E'), map.walk('E', 'B')), (Some(160), Some(160)));
    assert_eq!((map.walk('X', 'B'), map.walk('E', 'X'), map.walk('X', 'F')), (Some(20), Some(20), Some(80)));
    assert_eq!((map.walk('G', 'X'), map.walk('X', 'C')), (Some(60), Some(80)));
}

#[test]
fn a_street_for_its_residents_is_visited_from_both_ends() {
    let map = Drawing::new(10.0, "A--B--C--D\n|        |\nE--------F")
        .way("AEFD", PUBLIC)
        .way("ABCD", "highway=living_street access=destination");
    assert_eq!((map.walk('E', 'B'), map.walk('F', 'C')), (Some(50), Some(50)));
    assert_eq!((map.walk('A', 'D'), map.walk('B', 'C')), (Some(130), Some(30)));
    // From B out by A and from B out by D: to F it is 60 + 20 m by D.
    assert_eq!(map.walk('B', 'F'), Some(80));
}

#[test]
fn a_public_footpath_through_a_private_estate_is_a_passage() {
    let map = Drawing::new(10.0, "A--X--B\n|  |  |\n|  H  |\nD-----F")
        .way("ADFB", PUBLIC)
        .way("AXB", "highway=service access=private foot=yes")
        .way("XH", PRIVATE);
    assert_eq!((map.walk('A', 'B'), map.walk('H', 'B'), map.walk('D', 'H')), (Some(60), Some(50), Some(80)));
}

#[test]
fn a_permissive_path_is_a_passage_for_all() {
    let map = Drawing::new(10.0, "A--X--B\n|     |\nD-----F")
        .way("ADFB", PUBLIC)
        .way("AXB", "highway=footway access=permissive");
    assert_eq!((map.walk('A', 'B'), map.walk('B', 'A')), (Some(60), Some(60)));
}

#[test]
fn a_compound_with_one_gate_locked_is_left_by_the_other() {
    // Inside X and Y; G is the main gate, H the side gate which nobody uses.
    let compound = |side: &str| {
        Drawing::new(10.0, "A-G-X-Y-H-C\n|         |\nD---------F")
            .way("ADFC", PUBLIC)
            .way("AGXYHC", "highway=footway")
            .node('G', "barrier=lift_gate access=private")
            .node('H', side)
    };
    let shut = compound("barrier=gate access=no");
    // Y out by G: 60 m to A, and round to C by D and F, 20 + 100 + 20 m.
    assert_eq!((shut.walk('Y', 'C'), shut.walk('C', 'Y')), (Some(60 + 140), Some(200)));
    assert_eq!((shut.walk('A', 'Y'), shut.walk('A', 'C')), (Some(60), Some(140)));
    let keyed = compound("barrier=gate locked=yes access=private");
    assert_eq!((keyed.walk('Y', 'C'), keyed.walk('A', 'C')), (Some(40), Some(140)));
}

#[test]
fn a_compound_with_an_open_side_gate_is_public_inside() {
    // One gate is private and the other open: what lies between is come to by anybody, and left by the open gate.
    let map = Drawing::new(10.0, "A-G-X-Y-H-C\n|         |\nD---------F")
        .way("ADFC", PUBLIC)
        .way("AGXYHC", "highway=footway")
        .node('G', "barrier=lift_gate access=private")
        .node('H', "barrier=gate");
    assert_eq!((map.walk('C', 'X'), map.walk('X', 'C')), (Some(60), Some(60)));
    // Through the private gate nobody passes: from A to X round by the open one, 140 + 60 m.
    assert_eq!((map.walk('A', 'C'), map.walk('A', 'X')), (Some(140), Some(200)));
}

#[test]
fn a_compound_of_many_paths_is_one_to_those_inside() {
    let map = Drawing::new(10.0, "A--G--B\n   |\nP--X--Q\n|     |\nR-----S")
        .way("AGB", PUBLIC)
        .way("GX", "highway=service access=private")
        .way("PXQ", "highway=footway")
        .way("PRSQ", "highway=footway");
    assert_eq!((map.walk('R', 'S'), map.walk('R', 'X')), (Some(60), Some(50)));
    assert_eq!((map.walk('S', 'B'), map.walk('B', 'S')), (Some(20 + 30 + 20 + 30), Some(100)));
}

#[test]
fn who_starts_in_one_yard_does_not_pass_another() {
    // The yard Q-E, and the yard A-B-C of 60 m with a street round it of 20 + 60 + 20.
    let map = Drawing::new(10.0, "Q-E-A--B--C\n    |     |\n    D-----F")
        .way("EADFC", PUBLIC)
        .way("QE", PRIVATE)
        .way("ABC", PRIVATE);
    assert_eq!((map.walk('Q', 'C'), map.walk('C', 'Q')), (Some(20 + 20 + 100), Some(140)));
    assert_eq!((map.walk('Q', 'B'), map.walk('B', 'Q')), (Some(70), Some(70)));
}

#[test]
fn a_private_drive_across_a_public_street_is_walked_across_it() {
    let map =
        Drawing::new(10.0, "   N\n   |\nW--M--E\n   |\n   S").way("WME", PUBLIC).way("NM", PRIVATE).way("MS", PRIVATE);
    assert_eq!((map.walk('N', 'S'), map.walk('W', 'S'), map.walk('N', 'E')), (Some(40), Some(50), Some(50)));
}

#[test]
fn a_customers_car_park_between_two_streets_is_no_passage() {
    let map = Drawing::new(10.0, "A--P--Q--B\n|        |\nD--------F")
        .way("ADFB", PUBLIC)
        .way("AP", "highway=service service=driveway")
        .way("PQ", "highway=service service=parking_aisle access=customers")
        .way("QB", "highway=service service=driveway");
    assert_eq!((map.walk('A', 'B'), map.walk('A', 'P'), map.walk('Q', 'B')), (Some(130), Some(30), Some(30)));
    // From one drive to the other: back, round, in: 30 + 130 + 30 m, though the aisle between has 30.
    assert_eq!(map.walk('P', 'Q'), Some(190));
}

#[test]
fn a_private_gate_on_a_private_drive_changes_nothing() {
    let map = |gate: &str| {
        Drawing::new(10.0, "A--G--H--B\n|        |\nD--------F")
            .way("ADFB", PUBLIC)
            .way("AGHB", PRIVATE)
            .node('G', gate)
    };
    for gate in ["barrier=gate access=private", "barrier=gate", "barrier=gate foot=yes"] {
        assert_eq!((map(gate).walk('A', 'B'), map(gate).walk('H', 'A')), (Some(130), Some(60)), "{gate}");
    }
    assert_eq!(map("barrier=gate access=no").walk('H', 'A'), Some(30 + 130));
}

#[test]
fn a_park_inside_a_private_compound_is_for_those_who_live_there() {
    let map = Drawing::new(10.0, "A--B--C--D\n|        |\nE--------F")
        .way("AEFD", PUBLIC)
        .way("AB", PRIVATE)
        .way("BC", "highway=footway foot=yes")
        .way("CD", PRIVATE);
    // The path says foot=yes, but one comes to it only over private drives.
    assert_eq!((map.walk('A', 'D'), map.walk('B', 'C'), map.walk('B', 'D')), (Some(130), Some(30), Some(60)));
}

#[test]
fn a_school_behind_two_gates_one_inside_the_other() {
    let map = Drawing::new(10.0, "B-----A--G--X--H--Y")
        .way("BA", PUBLIC)
        .way("AGXHY", "highway=footway")
        .node('G', "barrier=gate access=private")
        .node('H', "barrier=gate access=private");
    assert_eq!((map.walk('B', 'Y'), map.walk('Y', 'B'), map.walk('X', 'Y')), (Some(180), Some(180), Some(60)));
}
