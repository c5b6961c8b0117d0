//! What a mapper should mend: each kind of fault drawn once, and beside it the twins that are none.

use std::io::Cursor;

use walkshed::graph::WalkGraph;
use walkshed::osm::{RawNetwork, Surroundings, WalkRules, read_surroundings};
use walkshed::repair::{
    ClosedBarrier, Homes, NearMiss, Opening, RepairOptions, SidesSearch, Today, WallCrossing, closed_barriers, islands,
    near_misses, wall_crossings,
};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{Meters, OsmWayId, Ticks};

use super::drawn::{Drawing, id};

/// A drawing read as the tool reads it.
struct Read {
    network: RawNetwork,
    graph: WalkGraph,
    surroundings: Surroundings,
}

impl Read {
    fn new(drawing: &Drawing) -> Self {
        let (network, _) = drawing.import().unwrap();
        let surroundings = read_surroundings([Cursor::new(drawing.pbf())], &WalkRules::worldwide()).unwrap();
        Self { graph: WalkGraph::from_network(&network).unwrap(), network, surroundings }
    }

    fn snapper(&self) -> Snapper<'_> {
        Snapper::new(&self.graph, SnapOptions { min_component: 0, ..SnapOptions::default() })
    }

    fn near_misses(&self) -> Vec<NearMiss> {
        near_misses(&self.snapper(), &self.surroundings, &RepairOptions::default())
    }

    fn wall_crossings(&self) -> Vec<WallCrossing> {
        wall_crossings(&self.network, &self.surroundings)
    }

    fn closed_barriers(&self) -> Vec<ClosedBarrier> {
        closed_barriers(&self.graph, &self.surroundings)
    }
}

/// A street A-B-C; a lane whose end D is 4 m below B, and which joins the street at A only: the walk from D to B is
/// 20 + 40 + 24 + 40 = 124 m. Between D and B there is room for a wall W-V.
fn lane(letters: &str, tags: &str) -> Drawing {
    let blank = "\n".repeat(10);
    let art = format!(
        "A                   B                   C\n                 W     V\n                    D{blank}F                   E"
    );
    Drawing::new(2.0, &art).way("ABC", "highway=residential").way(letters, tags)
}

#[test]
fn a_dead_end_beside_a_street_is_a_near_miss() {
    let found = Read::new(&lane("DEFA", "highway=footway")).near_misses();
    let [miss] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((miss.node, miss.way, miss.to_way), (id('D'), OsmWayId(2), OsmWayId(1)));
    assert!((miss.gap.0 - 4.0).abs() < 0.02, "{miss:?}");
    let Today::Walk(length) = miss.today else { panic!("{miss:?}") };
    assert!((length.0 - 124.0).abs() < 0.2, "{length:?}");
}

#[test]
fn an_end_that_is_meant_to_be_one_is_none() {
    let walk = || lane("DEFA", "highway=footway");
    for tags in ["noexit=yes", "entrance=main", "door=yes", "railway=subway_entrance", "barrier=gate", "access=no"] {
        assert!(Read::new(&walk().node('D', tags)).near_misses().is_empty(), "{tags}");
    }
    assert_eq!(Read::new(&walk().node('D', "highway=street_lamp")).near_misses().len(), 1);
}

#[test]
fn what_stands_in_the_gap_is_the_reason_for_it() {
    let walk = || lane("DEFA", "highway=footway");
    for tags in
        ["barrier=wall", "barrier=hedge", "barrier=retaining_wall", "building=yes", "waterway=canal", "railway=rail"]
    {
        assert!(Read::new(&walk().way("WV", tags)).near_misses().is_empty(), "{tags}");
    }
    for tags in ["barrier=kerb", "building=roof", "waterway=canal tunnel=culvert", "power=line"] {
        assert_eq!(Read::new(&walk().way("WV", tags)).near_misses().len(), 1, "{tags}");
    }
    // A wall elsewhere, and one that ends at the dead end itself.
    assert_eq!(Read::new(&walk().way("FV", "barrier=wall")).near_misses().len(), 1, "it does not cross");
    assert!(Read::new(&walk().way("WD", "barrier=wall")).near_misses().is_empty(), "it touches");
}

#[test]
fn streets_on_other_levels_do_not_miss_each_other() {
    for tags in ["bridge=yes", "layer=-1", "tunnel=yes"] {
        let drawing = lane("DEFA", &format!("highway=footway {tags}"));
        assert!(Read::new(&drawing).near_misses().is_empty(), "{tags}");
    }
    assert_eq!(Read::new(&lane("DEFA", "highway=footway layer=0 level=0")).near_misses().len(), 1);
}

#[test]
fn a_private_end_beside_the_street_that_it_comes_from_is_right_as_it_is() {
    assert!(Read::new(&lane("DEFA", "highway=service access=private")).near_misses().is_empty());
}

#[test]
fn what_is_a_short_walk_away_is_joined() {
    assert!(Read::new(&lane("DWB", "highway=footway")).near_misses().is_empty());
    let read = Read::new(&lane("DEFA", "highway=footway"));
    let options = RepairOptions { joined: Meters(125.0), ..RepairOptions::default() };
    assert!(near_misses(&read.snapper(), &read.surroundings, &options).is_empty());
    let options = RepairOptions { gap: Meters(3.9), ..RepairOptions::default() };
    assert!(near_misses(&read.snapper(), &read.surroundings, &options).is_empty());
    let options = RepairOptions { detour: Meters(100.0), ..RepairOptions::default() };
    let [miss] = near_misses(&read.snapper(), &read.surroundings, &options)[..] else { panic!("one") };
    assert_eq!(miss.today, Today::Farther(Meters(100.0)));
}

#[test]
fn of_two_ends_that_miss_each_other_one_is_told() {
    let art = format!(
        "A                   B C                   D{}E                                         F",
        "\n".repeat(20)
    );
    let drawing = Drawing::new(2.0, &art).way("AB", "highway=footway").way("CD", "highway=footway");
    let drawing = drawing.way("AEFD", "highway=footway").way("AF", "highway=footway");
    let found = Read::new(&drawing).near_misses();
    let [miss] = found.as_slice() else { panic!("{found:?}") };
    assert!((miss.gap.0 - 4.0).abs() < 0.02 && [id('B'), id('C')].contains(&miss.node), "{miss:?}");
}

#[test]
fn an_island_is_told_with_the_nearest_street() {
    let read = Read::new(&lane("DEF", "highway=footway"));
    // Its end D is also a near miss, with no walk at all.
    let [miss] = read.near_misses()[..] else { panic!("one") };
    assert_eq!(miss.today, Today::Unconnected);
    let found = islands(&read.snapper(), &[0, 1].into(), Meters(1_000.0));
    let [island] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(island.component, 1);
    let main = island.main.expect("the other is near");
    // By D, 4 m from B, whichever of the two parts counts as the main one.
    assert!((main.offset.0 - 4.0).abs() < 0.02, "{main:?}");
    assert!(islands(&read.snapper(), &[].into(), Meters(1_000.0)).is_empty());
    let far = islands(&read.snapper(), &[1].into(), Meters(1.0));
    assert!(far[0].main.is_none() && far[0].main_way.is_none());
}

#[test]
fn a_locked_gate_on_the_only_way_in_is_told() {
    let yard =
        || Drawing::new(20.0, "A B C\n  G\n  E  F").way("ABC", "highway=residential").way("BGE", "highway=footway");
    let locked = yard().node('G', "barrier=gate locked=yes");
    let found = Read::new(&locked).closed_barriers();
    let [barrier] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((barrier.node, barrier.barrier.as_deref()), (id('G'), Some("gate")));
    assert_eq!(barrier.ways, [OsmWayId(2); 2]);
    assert_ne!(barrier.component, 0);
    assert!(Read::new(&locked.clone().way("EFC", "highway=footway")).closed_barriers().is_empty(), "another way in");
    for open in ["barrier=gate", "barrier=gate access=private", "highway=crossing"] {
        assert!(Read::new(&yard().node('G', open)).closed_barriers().is_empty(), "{open}");
    }
}

/// A street A-B-C and, across it at B, something from X to Y; D and F are on one side, E and G on the other.
fn cross(tags: &str) -> Drawing {
    Drawing::new(40.0, "D X E\n\nA B C\n\nF Y G").way("XBY", tags)
}

#[test]
fn a_street_through_a_wall_without_an_opening_is_told() {
    for wall in ["barrier=wall", "barrier=fence", "barrier=hedge", "barrier=city_wall"] {
        let found = Read::new(&cross(wall).way("ABC", "highway=footway")).wall_crossings();
        let [crossing] = found.as_slice() else { panic!("{wall}: {found:?}") };
        assert_eq!((crossing.node, crossing.wall), (id('B'), OsmWayId(1)));
        assert_eq!(crossing.ways, [OsmWayId(2); 2]);
    }
    let two = cross("barrier=wall").way("AB", "highway=footway").way("BC", "highway=path");
    assert_eq!(Read::new(&two).wall_crossings()[0].ways, [OsmWayId(2), OsmWayId(3)]);
}

#[test]
fn what_does_not_cross_a_wall_is_not_told() {
    let wall = || cross("barrier=wall");
    let twins = [
        ("a gate", wall().way("ABC", "highway=footway").node('B', "barrier=gate")),
        ("an entrance", wall().way("ABC", "highway=footway").node('B', "entrance=yes")),
        ("ends there", wall().way("AB", "highway=footway")),
        ("both on one side", wall().way("AB", "highway=footway").way("DB", "highway=footway")),
        ("along it", wall().way("XBY", "highway=footway")),
        ("comes along it and turns off", wall().way("XBA", "highway=footway")),
        ("over it", wall().way("ABC", "highway=footway bridge=yes")),
        ("round its end", wall().way("DXE", "highway=footway")),
        ("private", wall().way("ABC", "highway=footway access=private").way("DE", "highway=footway")),
        ("no node in common", wall().way("DE", "highway=footway")),
        ("a kerb", cross("barrier=kerb").way("ABC", "highway=footway")),
        ("the top of a retaining wall", cross("barrier=retaining_wall").way("ABC", "highway=footway")),
    ];
    for (why, drawing) in twins {
        assert!(Read::new(&drawing).wall_crossings().is_empty(), "{why}");
    }
}

/// The homes at some letters.
fn homes(read: &Read, weights: &EdgeWeights, drawing: &Drawing, letters: &str) -> Vec<Option<LinkedPoint>> {
    let snapper = read.snapper();
    let at = |letter| Some(LinkedPoint::new(&read.graph, weights, &snapper.snap(drawing.at(letter)).ok()?));
    letters.chars().map(at).collect()
}

#[test]
fn those_who_would_walk_less_are_on_the_two_sides_of_a_gap() {
    let drawing = lane("DEFA", "highway=footway");
    let read = Read::new(&drawing);
    let weights = EdgeWeights::from_model(&read.graph, &FlatSpeed::adult());
    let points = homes(&read, &weights, &drawing, "DEFABC");
    let at = Homes::new(&read.graph, &points);
    let opening = Opening::of_near_miss(&read.graph, &weights, &read.near_misses()[0]);
    let mut search = SidesSearch::new(&read.graph);
    let quarter = Ticks::from_minutes(15);
    // To the other end of the gap, round it and through it: D 124 and 4 m, E 104 and 24 m, F and A 64 m both ways to B
    // and to D; B 124 and 4 m, C 164 and 44 m.
    let sides = |search: &mut SidesSearch<'_>, seconds| {
        search.run(&weights, &opening, &at, quarter, Ticks::from_seconds(seconds))
    };
    assert_eq!(sides(&mut search, 60.0), [vec![0, 1], vec![4, 5]]);
    // 80 m less for E is 66.7 s; 120 m less for the others is 100 s.
    assert_eq!(sides(&mut search, 67.0), [vec![0], vec![4, 5]]);
    assert_eq!(sides(&mut search, 101.0), [Vec::<u32>::new(), Vec::new()]);
    let near = search.run(&weights, &opening, &at, Ticks::from_seconds(10.0), Ticks::from_seconds(60.0));
    assert_eq!(near, [vec![0], vec![4]], "within the budget only");
}

#[test]
fn those_who_would_walk_more_are_on_the_two_sides_of_a_wall() {
    let sides = |drawing: &Drawing, letters: &str, seconds: f64| {
        let read = Read::new(drawing);
        let weights = EdgeWeights::from_model(&read.graph, &FlatSpeed::adult());
        let points = homes(&read, &weights, drawing, letters);
        let at = Homes::new(&read.graph, &points);
        let opening =
            Opening::of_wall(&read.snapper(), &weights, &read.wall_crossings()[0]).expect("it is in the graph");
        let least = Ticks::from_seconds(seconds);
        SidesSearch::new(&read.graph).run(&weights, &opening, &at, Ticks::from_minutes(15), least)
    };
    // In the middle of a street, with homes on the street itself and at its ends.
    let street = cross("barrier=wall").way("ABC", "highway=footway").way("ADEC", "highway=footway");
    // Streets that make junctions of A and C.
    let street = street.way("AF", "highway=footway").way("CG", "highway=footway");
    // From A to B 80 m, and 80 + 80 + 160 + 80 + 80 = 400 m round by D, E and C to the other side; the same from C.
    assert_eq!(sides(&street, "AC", 60.0), [vec![0], vec![1]]);
    assert_eq!(sides(&street, "AC", 300.0), [Vec::<u32>::new(), Vec::new()], "320 m more are 267 s");
    // At a junction: both ways beyond it are one side.
    let junction =
        cross("barrier=wall").way("AB", "highway=footway").way("BC", "highway=path").way("BE", "highway=path");
    assert_eq!(sides(&junction, "ACE", 60.0), [vec![0], vec![1, 2]]);
}
