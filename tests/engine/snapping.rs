//! Where a walk begins: positions on edges, limits, islands, and two points on one street.

use walkshed::graph::WalkGraph;
use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, Side, Snap, SnapError, SnapOptions, SnapReason, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LocalPlane, LonLat, Meters, MetersPerSecond, Ticks};

use super::drawn::Drawing;

fn off(at: LonLat, east: f64, north: f64) -> LonLat {
    LocalPlane::at(at).unproject([east, north])
}

fn snap(graph: &WalkGraph, at: LonLat, max_distance: f64, min_component: u32) -> Result<Snap, SnapError> {
    Snapper::new(graph, SnapOptions { max_distance: Meters(max_distance), min_component }).snap(at)
}

fn near(value: Meters, expected: f64) -> bool {
    (value.0 - expected).abs() < 0.05
}

#[test]
fn a_point_goes_to_a_position_between_nodes() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway");
    let graph = map.graph();
    let snap = snap(&graph, off(map.at('A'), 30.0, 12.0), 100.0, 0).unwrap();
    let link = graph.link(snap.link);
    let from_a = if graph.osm_node(link.tail).0 == i64::from(b'A') { snap.to_tail } else { snap.to_head };
    assert!(near(from_a, 30.0) && near(snap.offset, 12.0), "{snap:?}");
    assert!(near(Meters(snap.to_tail.0 + snap.to_head.0), 100.0));
    assert_eq!(snap.reason, SnapReason::Nearest);
}

#[test]
fn a_point_beyond_the_end_goes_to_the_end() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway");
    let snap = snap(&map.graph(), off(map.at('B'), 30.0, 40.0), 100.0, 0).unwrap();
    assert!(near(snap.offset, 50.0) && (near(snap.to_tail, 0.0) || near(snap.to_head, 0.0)), "{snap:?}");
}

#[test]
fn sides_are_told_apart() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway");
    let graph = map.graph();
    let eastward = graph.osm_node(graph.link(graph.links().next().unwrap()).tail).0 == i64::from(b'A');
    let side = |north| snap(&graph, off(map.at('A'), 30.0, north), 100.0, 0).unwrap().side;
    let (left, right) = if eastward { (side(5.0), side(-5.0)) } else { (side(-5.0), side(5.0)) };
    assert_eq!((left, right, side(0.0)), (Side::Left, Side::Right, Side::On));
}

#[test]
fn nothing_is_snapped_beyond_the_limit() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway");
    let graph = map.graph();
    assert!(snap(&graph, off(map.at('A'), 30.0, 99.9), 100.0, 0).is_ok());
    let error = snap(&graph, off(map.at('A'), 30.0, 100.1), 100.0, 0).unwrap_err();
    assert!(error.to_string().starts_with("no street within 100 m of 113.0003"), "{error}");
}

/// A street of five nodes, and north of it a fenced path of two.
fn street_and_island() -> Drawing {
    Drawing::new(10.0, "P--Q\n\n\nA--B--C--D--E").way("PQ", "highway=footway").way("ABCDE", "highway=footway")
}

#[test]
fn an_island_is_left_when_the_mainland_is_at_hand() {
    let map = street_and_island();
    let graph = map.graph();
    let home = off(map.at('P'), 10.0, -5.0);
    let on_mainland = snap(&graph, home, 100.0, 4).unwrap();
    assert_eq!(on_mainland.reason, SnapReason::OffIsland);
    assert!(near(on_mainland.offset, 25.0) && on_mainland.component == 0);
    let kept = snap(&graph, home, 100.0, 0).unwrap();
    assert_eq!(kept.reason, SnapReason::Nearest);
    assert!(near(kept.offset, 5.0) && kept.component == 1);
}

#[test]
fn an_island_far_from_all_else_is_used_and_said_so() {
    let map = street_and_island();
    let only = snap(&map.graph(), off(map.at('P'), 10.0, -5.0), 20.0, 4).unwrap();
    assert_eq!(only.reason, SnapReason::Island);
    assert!(near(only.offset, 5.0));
}

/// Seconds at 1 m/s between two points, legs included.
fn walk(graph: &WalkGraph, from: LonLat, to: LonLat) -> Option<f64> {
    let weights = EdgeWeights::from_model(graph, &FlatSpeed::new(MetersPerSecond(1.0)).unwrap());
    let linked = |at| LinkedPoint::new(graph, &weights, &snap(graph, at, 100.0, 0).unwrap());
    let mut search = ReachSearch::new(graph);
    let time = search.run_from(&weights, &linked(from), Ticks::from_minutes(60)).time_to_point(&linked(to));
    time.map(Ticks::as_seconds)
}

#[test]
fn two_points_on_one_street_walk_along_it() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway");
    let graph = map.graph();
    let (home, shop) = (off(map.at('A'), 20.0, 3.0), off(map.at('A'), 70.0, -4.0));
    for (from, to) in [(home, shop), (shop, home)] {
        assert!((walk(&graph, from, to).unwrap() - (3.0 + 50.0 + 4.0)).abs() < 0.1);
    }
}

#[test]
fn two_points_on_a_one_way_street_walk_round_when_they_must() {
    // A 40 m to B one way; back round over C and D: 20 + 40 + 20 m.
    let map = Drawing::new(10.0, "A---B\n|   |\nD---C")
        .way("AB", "highway=footway oneway:foot=yes")
        .way("BCDA", "highway=footway");
    let graph = map.graph();
    let (first, second) = (off(map.at('A'), 10.0, 0.0), off(map.at('A'), 30.0, 0.0));
    assert!((walk(&graph, first, second).unwrap() - 20.0).abs() < 0.1);
    // 10 m on to B, 80 m round to A, 10 m on.
    assert!((walk(&graph, second, first).unwrap() - 100.0).abs() < 0.1);
}

#[test]
fn who_stands_on_the_end_of_a_one_way_street_may_leave_by_the_others() {
    // The one-way street has the lower number, so A goes to its beginning; C is still open from there.
    let map = Drawing::new(10.0, "B---A---C").way("AB", "highway=footway oneway:foot=yes").way("AC", "highway=footway");
    let graph = map.graph();
    assert!((walk(&graph, map.at('A'), map.at('C')).unwrap() - 40.0).abs() < 0.1);
    assert!((walk(&graph, map.at('C'), map.at('A')).unwrap() - 40.0).abs() < 0.1);
    assert!((walk(&graph, map.at('C'), map.at('B')).unwrap() - 80.0).abs() < 0.1);
}

#[test]
fn on_a_loop_street_the_shorter_way_round_is_taken() {
    let map = Drawing::new(10.0, "A-------B\n|       |\nD-------C").way("ABCDA", "highway=footway");
    let graph = map.graph();
    // Both 5 m from D's corner, on either side of it: 10 m through the corner whichever node the loop hangs on.
    let (one, other) = (off(map.at('D'), 0.0, 5.0), off(map.at('D'), 5.0, 0.0));
    assert!((walk(&graph, one, other).unwrap() - 10.0).abs() < 0.2);
    let (one, other) = (off(map.at('A'), 0.0, -5.0), off(map.at('A'), 5.0, 0.0));
    assert!((walk(&graph, one, other).unwrap() - 10.0).abs() < 0.2);
}

#[test]
fn equally_near_streets_are_decided_by_their_number() {
    let map = Drawing::new(10.0, "A---B\n\nC---D").way("AB", "highway=footway").way("CD", "highway=footway");
    let graph = map.graph();
    let middle = off(map.at('A'), 20.0, -10.0);
    let first = snap(&graph, middle, 100.0, 0).unwrap();
    for _ in 0..3 {
        assert_eq!(snap(&graph, middle, 100.0, 0).unwrap(), first);
    }
}

#[test]
fn the_largest_part_is_never_an_island() {
    let map = street_and_island();
    let snap = snap(&map.graph(), map.at('C'), 100.0, 1_000).unwrap();
    assert_eq!((snap.reason, snap.component), (SnapReason::Nearest, 0));
}

#[test]
fn the_street_is_taken_before_the_yard_only_where_both_are_in_one_place() {
    // A yard's drive in the west and a public street in the east, 100 m apart.
    let map = Drawing::new(10.0, "A         C\n\n\n\n\n\n\nB---------D")
        .way("AB", "highway=service access=private")
        .way("CD", "highway=footway")
        .way("BD", "highway=footway");
    let graph = map.graph();
    let class = |at| {
        let snap = snap(&graph, at, 100.0, 0).unwrap();
        graph.class_names()[graph.link(snap.link).piece_of_segment(snap.segment as usize).class()].clone()
    };
    let north = off(map.at('A'), 49.9, 0.0);
    assert_eq!(class(north), "highway=service", "nearer by 20 cm, and somewhere else");
    assert_eq!(class(off(map.at('B'), -0.3, -3.0)), "highway=footway", "the corner of both");
}
