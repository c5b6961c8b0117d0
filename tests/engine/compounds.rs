//! Whole compounds (小区) as drawn maps: what is found as one, its ways in, and who walks through.
//!
//! From the wiki: Tag:landuse=residential, Key:residential, Key:barrier, Tag:barrier=gate, Key:access. A step is 20 m, so
//! that a compound is larger than the width of its border.

use std::io::Cursor;

use walkshed::osm::{
    Answer, ClosedBy, Compound, CompoundSet, GatePolicy, NoWayIn, NotACompound, WalkRules, read_compounds,
    read_pbf_under,
};

use super::drawn::{Drawing, id};

const STREET: &str = "highway=residential";
const PATH: &str = "highway=service";
const LAND: &str = "landuse=residential";

fn found(map: &Drawing) -> CompoundSet {
    let found = read_compounds(&mut [Cursor::new(map.pbf())], &WalkRules::worldwide()).unwrap();
    let others: u64 = found.not_compounds.values().sum();
    assert_eq!(found.outlines, found.compounds.len() as u64 + others, "every outline is in one place");
    found
}

#[track_caller]
fn the_one(map: &Drawing) -> Compound {
    let found = found(map);
    assert_eq!(found.compounds.len(), 1, "{:?}", found.not_compounds);
    found.compounds.into_iter().next().unwrap()
}

#[track_caller]
fn metres(found: f64, expected: f64) {
    assert!((found - expected).abs() < 2.0, "{found} m, expected {expected} m");
}

/// The street A-B-C above and D-E-F below, joined on both sides; the compound KLMN between them with a wall round it, and
/// one way through it from G on its north side by P and Q to H on its south side.
fn estate() -> Drawing {
    Drawing::new(20.0, "A------B------C\n|      |      |\n|  K---G---L  |\n|  |   |   |  |\n|  |   P-X |  |\n|  |   |   |  |\n|  |   Q-Y |  |\n|  |   |   |  |\n|  N---H---M  |\n|      |      |\nD------E------F")
        .way("ABCFED", STREET)
        .way("DA", STREET)
        .way("KGLMHNK", LAND)
        .way("BGPQHE", PATH)
        .way("PX", PATH)
        .way("QY", PATH)
}

#[test]
fn an_estate_with_two_gates_is_a_compound() {
    let map =
        estate().way("KGLMHNK", "barrier=wall").node('G', "barrier=gate access=private").node('H', "barrier=lift_gate");
    let compound = the_one(&map);
    assert_eq!(compound.osm.to_string(), "w3");
    let gates: Vec<_> = compound.gates.iter().map(|g| (g.node, g.kind.as_str(), g.answer)).collect();
    assert_eq!(gates, [(id('G'), "gate", Answer::EndsOnly), (id('H'), "lift_gate", Answer::Yes)]);
    assert!(compound.entrances_without_gate.is_empty(), "{:?}", compound.entrances_without_gate);
    // G-P-Q-H is 6 steps of 20 m, the two side paths 2 steps each; a half metre at each end is the border's.
    metres(compound.interior.0, 120.0 + 80.0);
    metres(compound.area_m2, 160.0 * 120.0);
    // The wall is the outline's.
    assert_eq!((compound.closed_by, compound.no_way_in()), (ClosedBy::Tags, None));
    assert_eq!(found(&map).not_compounds[&NotACompound::SameBorder], 1);
}

#[test]
fn two_private_gates_let_in_and_never_through() {
    let map = estate().node('G', "barrier=gate access=private").node('H', "barrier=gate access=private");
    // X to the street by P and G: 40 + 40 + 40. From B to E one goes round: 140 + 200 + 140.
    assert_eq!((map.walk('X', 'B'), map.walk('B', 'X')), (Some(120), Some(120)));
    assert_eq!((map.walk('B', 'E'), map.walk('E', 'B')), (Some(480), Some(480)));
    // From within one comes out on both sides.
    assert_eq!((map.walk('Y', 'E'), map.walk('E', 'Y')), (Some(120), Some(120)));
    let compound = the_one(&map);
    metres(compound.interior_behind_gates.0, compound.interior.0);
    assert_eq!(compound.closed_by, ClosedBy::Gate);
}

#[test]
fn one_open_gate_more_does_not_open_a_private_one() {
    let map = estate().node('G', "barrier=gate access=private").node('H', "barrier=gate foot=yes");
    // The inside is public from below; the gate above is not to be passed, by who passes nor by who comes to its inside.
    assert_eq!((map.walk('B', 'E'), map.walk('E', 'X')), (Some(480), Some(160)));
    metres(the_one(&map).interior_behind_gates.0, 0.0);
}

#[test]
fn two_open_gates_make_a_passage() {
    for open in ["barrier=gate", "barrier=gate foot=yes", "barrier=entrance", "barrier=gate access=private foot=yes"] {
        let map = estate().node('G', open).node('H', open);
        assert_eq!((map.walk('B', 'E'), the_one(&map).gates.len()), (Some(200), 2), "{open}");
    }
}

#[test]
fn a_third_gate_that_is_open_is_used_by_those_inside_only_where_it_leads_on() {
    // A lane from Z on the east side to R on the street; G and H are private, Z is open: the inside is public through Z,
    // and G and H stay closed.
    let map = Drawing::new(20.0, "A--B--C\n|     |\n| KGL |\n| |P+ZR\n| NHM |\n|     |\nD--E--F")
        .way("ABCRFED", STREET)
        .way("DA", STREET)
        .way("KGLZMHNK", LAND)
        .way("BGPHE", PATH)
        .way("PZR", PATH)
        .node('G', "barrier=gate access=private")
        .node('H', "barrier=gate access=private")
        .node('Z', "barrier=gate foot=yes");
    assert_eq!(map.walk('R', 'P'), Some(60), "in through the open gate");
    assert_eq!(map.walk('B', 'P'), Some(60 + 60 + 60), "not by the private gate, but round by the open one");
    assert_eq!(the_one(&map).gates.len(), 3);
}

#[test]
fn a_hole_in_the_fence_is_an_open_entrance() {
    // A path from the inside X through the east fence, where no gate is, to the street.
    let map = Drawing::new(20.0, "A------B------C\n|      |      |\n|  K---G---L  |\n|  |   |   |  |\n|  |   P---W--S\n|  |       |  |\n|  N-------M  |\n|             |\nD-------------F")
        .way("ABCSFD", STREET)
        .way("DA", STREET)
        .way("KGLWMNK", LAND)
        .way("KGLWMNK", "barrier=fence")
        .way("BGP", PATH)
        .way("PWS", "highway=path")
        .node('G', "barrier=gate access=private");
    let compound = the_one(&map);
    assert_eq!((compound.gates.len(), compound.entrances_without_gate.len()), (1, 1));
    let hole = compound.entrances_without_gate[0];
    assert_eq!(hole.way.0, 6);
    assert!(hole.at.distance_to(map.at('W')).0 < 2.0, "{hole:?}");
    // Everybody comes in by the hole, and the private gate stays private.
    assert_eq!((map.walk('S', 'P'), map.walk('B', 'P')), (Some(140), Some(140 + 80 + 140)));
    metres(compound.interior_behind_gates.0, 0.0);
}

#[test]
fn streets_inside_that_join_private_ways_are_private_as_well() {
    let drawn = |inside: &str| {
        Drawing::new(
            20.0,
            "A------B\n|      |\n|  K---+---L\n|  |   G   |\n|  |   |   |\n|  |   P-X |\n|  |       |\n|  N-------M",
        )
        .way("AB", STREET)
        .way("KLMNK", LAND)
        .way("BGP", "highway=service access=private")
        .way("PX", inside)
    };
    let compound = the_one(&drawn(PATH));
    assert_eq!(compound.closed_by, ClosedBy::PrivateWays);
    // From the border to P 3 steps that are private, and P-X 2 steps that only they lead to.
    metres(compound.interior_private.0, 60.0);
    metres(compound.interior_behind_gates.0, 40.0);
    assert_eq!(drawn(PATH).walk('A', 'X'), Some(140 + 100 + 40));
}

#[test]
fn driveways_walked_one_way_lead_in_and_out() {
    let map = estate().node('G', "barrier=gate access=private").node('H', "barrier=gate access=private");
    let one_way = Drawing::new(20.0, "A------B------C\n       |      |\n   K---G---H-L|\n   |   |   | ||\n   |   P---Q ||\n   |         ||\n   N---------M|\n              E")
        .way("ABCE", STREET)
        .way("KGHLMNK", LAND)
        .way("BGP", "highway=service oneway:foot=yes")
        .way("PQ", PATH)
        .way("QHC", "highway=service oneway:foot=yes")
        .node('G', "barrier=gate access=private")
        .node('H', "barrier=gate access=private");
    assert_eq!(the_one(&one_way).gates.len(), the_one(&map).gates.len());
    // In by G; out by H alone, which leads up to C.
    assert_eq!(one_way.walk('B', 'P'), Some(80));
    assert_eq!(one_way.walk('C', 'Q'), Some(140 + 80 + 80));
    let out = one_way.walk('P', 'C').unwrap();
    assert!(one_way.walk('P', 'B') == Some(out + 140), "not back by G: {:?}", one_way.walk('P', 'B'));
}

#[test]
fn a_compound_inside_a_compound_is_found_with_its_own_gate() {
    let map = Drawing::new(20.0, "A----------B\n|          |\n| K-----G--L\n| |     |  |\n| | R---S-T|\n| | |   P ||\n| | |     ||\n| | U-----V|\n| N--------M\nD")
        .way("DAB", STREET)
        .way("BGSP", PATH)
        .way("KGLMNK", "landuse=residential name=大院")
        .way("RSTVUR", "residential=gated_community name=小院")
        .node('G', "barrier=gate access=private")
        .node('S', "barrier=gate access=private");
    let found = found(&map);
    let named: Vec<_> = found
        .compounds
        .iter()
        .map(|c| (c.name.as_deref().unwrap(), c.gates.iter().map(|g| g.node).collect::<Vec<_>>(), c.closed_by))
        .collect();
    let (outer, inner) = (vec![id('G')], vec![id('S')]);
    assert_eq!(named, [("大院", outer, ClosedBy::Gate), ("小院", inner, ClosedBy::Tags)]);
    // Two private gates one after the other are passed by who goes home.
    assert!(map.walk('A', 'P').is_some() && map.walk('P', 'A') == map.walk('A', 'P'));
}

#[test]
fn ways_that_end_at_the_wall_lead_nowhere() {
    let map =
        Drawing::new(20.0, "A------B------C\n\n   K---W---L\n   |   |   |\n   |   P-X |\n   |       |\n   N-------M")
            .way("ABC", STREET)
            .way("KWLMNK", "landuse=residential name=无门小区")
            .way("KWLMNK", "barrier=wall")
            .way("WPX", PATH);
    let shut: Vec<_> = found(&map).without_way_in().collect();
    assert_eq!(shut.len(), 1);
    assert_eq!((shut[0].name.as_deref(), shut[0].why), (Some("无门小区"), NoWayIn::NoGate));
    assert_eq!((map.walk('X', 'A'), map.walk('X', 'W')), (None, Some(80)));
}

#[test]
fn a_compound_with_nothing_mapped_inside_is_told_apart() {
    let map = Drawing::new(20.0, "A------B\n\n K---L\n |   |\n |   |\n N---M")
        .way("AB", STREET)
        .way("KLMNK", "landuse=residential name=空园");
    assert_eq!(the_one(&map).closed_by, ClosedBy::Name);
    assert_eq!(the_one(&map).no_way_in(), Some(NoWayIn::NoWaysInside));
    // A lane just inside its outline, from corner to corner, leads to no home either.
    let along = Drawing::new(
        5.0,
        "A---------------B\n\n K-------L\n C-------D\n |       |\n |       |\n |       |\n |       |\n N-------M",
    )
    .way("AB", STREET)
    .way("KCNMDLK", "landuse=residential name=空园")
    .way("CD", PATH);
    let compound = the_one(&along);
    assert_eq!(compound.no_way_in(), Some(NoWayIn::NoWaysInside), "{compound:?}");
    assert!(compound.interior.0 > 30.0 && compound.interior_deep.0 < 1.0);
}

#[test]
fn gates_that_nobody_passes_are_no_way_in() {
    for shut in ["barrier=gate access=no", "barrier=gate locked=yes", "barrier=wall"] {
        let map = estate().node('G', shut).node('H', shut);
        assert_eq!(the_one(&map).no_way_in(), Some(NoWayIn::AllGatesShut), "{shut}");
        let opened = WalkRules::worldwide().with_gates(GatePolicy::Open);
        let opened = read_compounds(&mut [Cursor::new(map.pbf())], &opened).unwrap();
        assert_eq!(opened.without_way_in().next().is_none(), shut != "barrier=wall", "{shut}");
    }
}

#[test]
fn a_gate_on_the_wall_is_a_gate_whether_or_not_it_is_a_node_of_the_outline() {
    // The outline does not know of the gate, which stands 5 m outside it.
    let beside = Drawing::new(5.0, "A---B---C\n    |\n    |\n    G\nK---+---L\n|   |   |\n|   |   |\n|   |   |\n|   P   |\n|       |\n|       |\n|       |\nN-------M")
        .way("ABC", STREET)
        .way("KLMNK", LAND)
        .way("BGP", PATH)
        .node('G', "barrier=gate");
    let compound = the_one(&beside);
    assert_eq!((compound.gates.len(), compound.entrances_without_gate.len()), (1, 0));
    // Bollards stop cars: one walks in between them.
    let bollards = beside.node('G', "barrier=bollard");
    assert_eq!(found(&bollards).not_compounds[&NotACompound::Open], 1);
}

#[test]
fn a_district_is_no_compound() {
    let grid = |class: &str| {
        Drawing::new(20.0, " a b c d\nK+e+f+g+L\n| | | | |\n| | | | |\n| | | | |\nN+h+i+j+M\n o p q r")
            .way("KLMNK", "landuse=residential name=老城")
            .way("ao", class)
            .way("bp", class)
            .way("cq", class)
            .way("dr", class)
    };
    let reason = |map: &Drawing| found(map).not_compounds.into_keys().collect::<Vec<_>>();
    // 8 open entrances in 480 m.
    assert_eq!(reason(&grid(STREET)), [NotACompound::ManyEntrances]);
    assert_eq!(reason(&grid("highway=tertiary")), [NotACompound::CityStreet]);
    // The same with private drives is closed in by them.
    assert_eq!(the_one(&grid("highway=service access=private")).closed_by, ClosedBy::PrivateWays);
}

#[test]
fn land_that_nothing_closes_in_is_no_compound() {
    let map = estate();
    assert_eq!(found(&map).not_compounds[&NotACompound::Open], 1);
    assert_eq!(the_one(&map.way("NKGL", "barrier=hedge").way("LM", "barrier=fence")).closed_by, ClosedBy::Wall);
}

#[test]
fn a_ring_of_wall_is_a_compound_where_two_homes_stand_in_it() {
    let drawn = |homes: &[&str], wall: &str| {
        let mut map =
            Drawing::new(20.0, "A------B\n       |\nK------G-L\n|ab ef   |\n|dc hg   |\n|        |\nN--------M")
                .way("AB", STREET)
                .way("BG", PATH)
                .way("KGLMNK", wall)
                .node('G', "barrier=gate");
        for (ring, home) in ["abcda", "efghe"].iter().zip(homes) {
            map = map.way(ring, home);
        }
        map
    };
    assert_eq!(the_one(&drawn(&["building=house", "building=apartments"], "barrier=wall")).gates.len(), 1);
    for (homes, wall) in [
        (&["building=house"][..], "barrier=wall"),
        (&["building=yes", "building=yes"][..], "barrier=wall"),
        (&["building=dormitory", "building=dormitory"][..], "barrier=wall amenity=university"),
    ] {
        assert_eq!(found(&drawn(homes, wall)).not_compounds[&NotACompound::NoHomes], 1, "{homes:?} {wall}");
    }
}

#[test]
fn three_policies_of_gates_are_read_at_once_and_each_as_alone() {
    let map = estate()
        .node('G', "barrier=gate")
        .node('H', "barrier=gate access=private")
        .node('X', "barrier=gate locked=yes");
    let together = read_pbf_under([Cursor::new(map.pbf())], &WalkRules::worldwide(), &GatePolicy::ALL).unwrap();
    for ((network, report), policy) in together.iter().zip(GatePolicy::ALL) {
        let rules = WalkRules::worldwide().with_gates(policy);
        let (alone, reported) = map.clone().rules(rules).import().unwrap();
        assert_eq!(format!("{network:?}"), format!("{alone:?}"), "{policy:?}");
        assert_eq!(report, &reported, "{policy:?}");
    }
    let gates: Vec<_> =
        together[0].0.gates().iter().map(|gate| (gate.node, gate.answers.only_open_lets_pass())).collect();
    assert_eq!(gates, [(id('G'), false), (id('H'), true), (id('X'), true)]);
    let walked = |policy| map.clone().rules(WalkRules::worldwide().with_gates(policy)).walk('B', 'E');
    assert_eq!(GatePolicy::ALL.map(walked), [Some(480), Some(200), Some(480)]);
}
