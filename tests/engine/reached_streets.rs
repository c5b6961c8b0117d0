//! The reached pieces of streets, on small maps worked out by hand: where they are cut, and when one is at their ends.
//!
//! A step is 10 m, walked at a metre a second.

use walkshed::isochrone::{Barriers, Heading, IsochroneOptions, IsochroneSearch, Isochrones, Origin, Piece};
use walkshed::snap::{SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LocalPlane, LonLat, Meters, MetersPerSecond, Ticks};

use super::drawn::Drawing;

/// Whole seconds at both ends, whole metres of length, the number of the budget; sorted.
type Told = Vec<(u32, u32, u32, usize)>;

/// What is reached from a letter, or from some metres beside it, within some seconds.
fn reached(map: &Drawing, from: char, beside: [f64; 2], heading: Heading, seconds: &[u32]) -> Told {
    let graph = map.graph();
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::new(MetersPerSecond(1.0)).unwrap());
    let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(300.0), min_component: 0 });
    let at: LonLat = LocalPlane::at(map.at(from)).unproject(beside);
    let origin = Origin::new(&graph, &weights, at, &snapper.snap(at).unwrap());
    let isochrones = Isochrones::new(&graph, &weights, IsochroneOptions::default()).unwrap();
    let budgets: Vec<Ticks> = seconds.iter().map(|&s| Ticks::from_seconds(f64::from(s))).collect();
    let mut search = IsochroneSearch::new(&isochrones);
    let mut reached = search.run(&[origin], heading, &budgets).unwrap();
    let pieces = reached.pieces();
    let lengths: Vec<f64> = reached.lengths().map(|l| l.0).collect();
    for (budget, length) in lengths.iter().enumerate() {
        let sum: f64 = pieces.iter().filter(|p| p.budget <= budget).map(|p| p.length.0).sum();
        assert!((sum - length).abs() < 0.1, "{sum} m and {length} m");
    }
    let areas = reached.areas().unwrap();
    assert!(areas.iter().all(|area| area.contains(at)), "the origin is inside");
    let on_streets = |p: &Piece| p.points.iter().all(|&at| areas[p.budget].contains(at));
    assert!(pieces.iter().all(on_streets), "what is reached is inside");
    let mut told: Told = pieces.iter().map(whole).collect();
    told.sort_unstable();
    told
}

fn whole(piece: &Piece) -> (u32, u32, u32, usize) {
    let [one, other] = piece.times.map(|time| time.as_seconds().round() as u32);
    (one.min(other), one.max(other), piece.length.0.round() as u32, piece.budget)
}

#[test]
fn a_street_is_cut_where_the_budget_ends() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway");
    assert_eq!(reached(&map, 'A', [0.0, 0.0], Heading::Away, &[30, 70]), [(0, 30, 30, 0), (30, 70, 40, 1)]);
    // From 40 m along it, 5 m aside: the leg counts.
    let expected = [(5, 30, 25, 0), (5, 30, 25, 0), (30, 45, 15, 1), (30, 60, 30, 1)];
    assert_eq!(reached(&map, 'A', [40.0, 5.0], Heading::Away, &[30, 60]), expected);
    // A budget that ends on the leg reaches no street; the area is that of the leg.
    assert_eq!(reached(&map, 'A', [40.0, 50.0], Heading::Away, &[30]), []);
}

#[test]
fn walks_from_both_ends_meet_where_they_take_as_long() {
    // Round the block from A: 40 m to B one way, 60 + 40 + 60 m the other; they meet at 100 s.
    let map = Drawing::new(10.0, "A---B\n|   |\n|   |\n|   |\n|   |\n|   |\nC---D")
        .way("AB", "highway=footway")
        .way("AC", "highway=footway")
        .way("CD", "highway=footway")
        .way("BD", "highway=footway")
        .way("AD", "highway=footway foot=no");
    let all = reached(&map, 'A', [0.0, 0.0], Heading::Away, &[90, 200]);
    let length: u32 = all.iter().map(|piece| piece.2).sum();
    assert_eq!((length, all.iter().map(|piece| piece.1).max()), (200, Some(100)));
    assert_eq!(all.iter().filter(|piece| piece.1 == 100).count(), 2, "{all:?}");
    let short: u32 = reached(&map, 'A', [0.0, 0.0], Heading::Away, &[90]).iter().map(|piece| piece.2).sum();
    assert_eq!(short, 180);
}

#[test]
fn one_way_streets_are_reached_in_their_direction() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway oneway:foot=yes");
    let from = |beside: f64, heading| reached(&map, 'A', [beside, 0.0], heading, &[20]);
    assert_eq!(from(50.0, Heading::Away), [(0, 20, 20, 0)]);
    assert_eq!(from(50.0, Heading::Home), [(0, 20, 20, 0)]);
    assert_eq!((from(100.0, Heading::Away), from(100.0, Heading::Home)), (vec![], vec![(0, 20, 20, 0)]));
    assert_eq!((from(0.0, Heading::Away), from(0.0, Heading::Home)), (vec![(0, 20, 20, 0)], vec![]));
}

#[test]
fn a_private_street_is_walked_into_from_both_ends_and_never_through() {
    let map = Drawing::new(10.0, "P-A--B-Q\n|      |\nR------S")
        .way("APRSQB", "highway=residential")
        .way("AB", "highway=service access=private");
    // From P: 20 m to A and the private 30 m, not on from B; and 100 m of the 110 m to B the other way round.
    let expected = [(0, 20, 20, 0), (0, 100, 100, 0), (20, 50, 30, 0)];
    assert_eq!(reached(&map, 'P', [0.0, 0.0], Heading::Away, &[100]), expected);
    assert_eq!(reached(&map, 'P', [0.0, 0.0], Heading::Home, &[100]), expected);
    // From the middle of it out by both ends.
    let from_inside = reached(&map, 'A', [15.0, 0.0], Heading::Away, &[25]);
    assert_eq!(from_inside, [(0, 15, 15, 0), (0, 15, 15, 0), (15, 25, 10, 0), (15, 25, 10, 0)]);
}

#[test]
fn several_origins_are_merged() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway");
    let graph = map.graph();
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::new(MetersPerSecond(1.0)).unwrap());
    let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(300.0), min_component: 0 });
    let origin = |at: LonLat| Origin::new(&graph, &weights, at, &snapper.snap(at).unwrap());
    let isochrones = Isochrones::new(&graph, &weights, IsochroneOptions::default()).unwrap();
    let mut search = IsochroneSearch::new(&isochrones);
    let origins = [origin(map.at('A')), origin(map.at('B'))];
    for heading in [Heading::Away, Heading::Home] {
        let mut reached =
            search.run(&origins, heading, &[20, 40, 60].map(|s| Ticks::from_seconds(f64::from(s)))).unwrap();
        let mut pieces: Told = reached.pieces().iter().map(whole).collect();
        pieces.sort_unstable();
        let expected =
            [(0, 20, 20, 0), (0, 20, 20, 0), (20, 40, 20, 1), (20, 40, 20, 1), (40, 50, 10, 2), (40, 50, 10, 2)];
        assert_eq!(pieces, expected);
        let areas = reached.areas().unwrap();
        assert_eq!(areas.iter().map(|area| area.polygons().len()).collect::<Vec<_>>(), [2, 1, 1]);
    }
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let graph = walkshed::doc_example::crossroads();
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let refused = |buffer: f64, bound: f64| {
        let options =
            IsochroneOptions { buffer: Meters(buffer), error_bound: Meters(bound), ..IsochroneOptions::default() };
        Isochrones::new(&graph, &weights, options).unwrap_err().to_string()
    };
    assert!(refused(25.0, 30.0).contains("0.1 m to the buffer of 25 m"));
    assert!(refused(0.0, 10.0).contains("expected 0.5 to 10,000 m"));
    assert!(refused(f64::NAN, 10.0).contains("out of range"));
    let isochrones = Isochrones::new(&graph, &weights, IsochroneOptions::default()).unwrap();
    let mut search = IsochroneSearch::new(&isochrones);
    let snapper = Snapper::new(&graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
    let at = graph.node_at(walkshed::NodeId::new(0)).lon_lat();
    let origin = Origin::new(&graph, &weights, at, &snapper.snap(at).unwrap());
    let origin = [origin];
    for budgets in [vec![], vec![15, 10], vec![5, 5], (1..=17).collect()] {
        let budgets: Vec<Ticks> = budgets.into_iter().map(Ticks::from_minutes).collect();
        let refused = search.run(&origin, Heading::Away, &budgets).unwrap_err().to_string();
        assert!(refused.contains("expected 1 to 16 that ascend"), "{refused}");
    }
}

/// A street 100 m long, and a wall to its north.
#[test]
fn areas_stop_at_walls_and_streets_stay_inside() {
    let map = Drawing::new(10.0, "A---------B").way("AB", "highway=footway");
    let graph = map.graph();
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(300.0), min_component: 0 });
    let plane = LocalPlane::at(map.at('A'));
    let wall = |north: f64| [[-50.0, north], [150.0, north]].map(|at| walkshed::Position::from(plane.unproject(at)));
    let origin = [Origin::new(&graph, &weights, map.at('A'), &snapper.snap(map.at('A')).unwrap())];
    let area = |walls: &[[walkshed::Position; 2]]| {
        let walls = Barriers::new(walls.iter().map(<[walkshed::Position; 2]>::as_slice));
        let options = IsochroneOptions { error_bound: Meters(4.0), ..IsochroneOptions::default() };
        let isochrones = Isochrones::new(&graph, &weights, options).unwrap().with_barriers(walls);
        let mut search = IsochroneSearch::new(&isochrones);
        let areas = search.run(&origin, Heading::Away, &[Ticks::from_minutes(5)]).unwrap().areas().unwrap();
        let north = |y: f64| areas[0].contains(plane.unproject([50.0, y]));
        (areas[0].area_m2(), [24.0, 16.0, 14.0, 1.0, -24.0].map(north))
    };
    let (open, seen) = area(&[wall(80.0)]);
    assert_eq!(seen, [true; 5]);
    let (walled, seen) = area(&[wall(15.0)]);
    assert_eq!(seen, [false, false, true, true, true]);
    // 10 m of 25 are lost to the north, over 100 m and the ends.
    assert!((1_000.0..1_400.0).contains(&(open - walled)), "{open} {walled}");
    // Of a wall nearer than the error bound the street keeps that much behind it.
    let (beside, seen) = area(&[wall(2.0)]);
    assert_eq!(seen, [false, false, false, true, true]);
    assert!(beside < walled);
}
