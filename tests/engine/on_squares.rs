//! Walks from and to points on squares: straight to wherever streets come in, and to each other.
//!
//! A drawing's letters that are on no way are points to walk from and to. A step in a drawing is ten metres.

use walkshed::graph::WalkGraph;
use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, SnapOptions, SnapReason, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Meters, MetersPerSecond, Ticks};

use crate::drawn::Drawing;
use crate::real_data;

/// A square of 40 m by 40 m; streets come in at A, from the west, and at C, from the east. P and Q stand on it.
const SQUARE: &str = "\
W-A---B
  |  P|
  |   |
  | Q |
  D---C-E";

fn square(tags: &str) -> Drawing {
    Drawing::new(10.0, SQUARE).way("ABCDA", tags).way("WA", "highway=footway").way("CE", "highway=footway")
}

#[test]
fn who_stands_on_a_square_walks_straight_to_where_streets_come_in() {
    let map = square("highway=pedestrian area=yes");
    // P is 30 m east and 10 m south of A: 31.6 m, and 20 m to W.
    assert_eq!(map.walk('P', 'W'), Some(52));
    assert_eq!(map.walk('W', 'P'), Some(52));
    // Q is 20 m west and 10 m north of C: 22.4 m, and 20 m to E.
    assert_eq!(map.walk('Q', 'E'), Some(42));
}

#[test]
fn two_on_a_square_walk_straight_to_each_other() {
    // 10 m and 20 m apart.
    assert_eq!(square("highway=pedestrian area=yes").walk('P', 'Q'), Some(22));
    // Nobody is on the square where it is no area: P and Q are on no street.
    assert_eq!(square("highway=pedestrian").walk('P', 'Q'), None);
}

#[test]
fn what_stands_on_a_square_is_gone_round() {
    // A building without a courtyard to walk on, between P and Q.
    let art = "\
W-A---------B
  |         |
  |   E-F   |
  | P | | Q |
  |   H-G   |
  |         |
  D---------C-X";
    let map = Drawing::new(10.0, art)
        .way("ABCDA", "highway=pedestrian")
        .way("EFGHE", "building=yes")
        .way("WA", "highway=footway")
        .way("CX", "highway=footway")
        .multipolygon(&[1], &[2], "highway=pedestrian area=yes");
    // 20 m east and 10 m north to E, 20 m along the wall, and the same down again.
    assert_eq!(map.walk('P', 'Q'), Some(22 + 20 + 22 + 1));
    assert_eq!(map.walk('P', 'W'), Some(36 + 20));
}

#[test]
fn who_comes_to_the_rim_goes_straight_across() {
    // S is a shop on the northern side, outside the square, 5 m from it: 20 m east of A.
    let art = "\
....S
W-A-+-B
  |   |
  |   |
  |   |
  D---C-E";
    let map = Drawing::new(10.0, art).way("ABCDA", "highway=pedestrian area=yes");
    let map = map.way("WA", "highway=footway").way("CE", "highway=footway");
    let graph = map.graph();
    let walk = |from, to| time(&graph, map.at(from), map.at(to));
    // 10 m to the rim, then 20 m and 40 m across: 44.7 m, and 20 m to E.
    assert_eq!(walk('S', 'E'), Some(10 + 45 + 20));
    assert_eq!(walk('E', 'S'), Some(10 + 45 + 20));
    // To the west it is shortest along the rim.
    assert_eq!(walk('S', 'W'), Some(10 + 20 + 20));
}

/// The time between two points at 1 m/s, in whole seconds.
fn time(graph: &WalkGraph, from: LonLat, to: LonLat) -> Option<u32> {
    let weights = EdgeWeights::from_model(graph, &FlatSpeed::new(MetersPerSecond(1.0)).unwrap());
    let snapper = Snapper::new(graph, SnapOptions { max_distance: Meters(30.0), min_component: 0 });
    let [from, to] = [from, to].map(|at| LinkedPoint::new(graph, &weights, &snapper.snap(at).unwrap()));
    let mut search = ReachSearch::new(graph);
    let time = search.run_from(&weights, &from, Ticks::from_minutes(60)).time_to_point(&to)?;
    Some(time.as_seconds().round() as u32)
}

#[test]
fn a_private_square_is_left_and_come_home_to_but_not_passed() {
    let art = "\
W-A---B
| |  P|
| |   |
| | Q |
| D---C-E
|       |
X-------Y";
    let map = Drawing::new(10.0, art)
        .way("ABCDA", "highway=pedestrian area=yes access=private")
        .way("AWXYEC", "highway=residential");
    assert_eq!(map.walk('P', 'W'), Some(52));
    assert_eq!(map.walk('W', 'P'), Some(52));
    assert_eq!(map.walk('P', 'Q'), Some(22));
    assert_eq!(map.walk('W', 'E'), Some(60 + 80 + 20));
}

#[test]
fn a_bridge_over_a_square_is_not_on_it() {
    // From N to S over the square, without a node in common with it.
    let art = "\
....N
W-A-+-B
  | M |
  |   |
  |   |
  D-+-C-E
    S";
    let map = Drawing::new(10.0, art)
        .way("ABCDA", "highway=pedestrian area=yes")
        .way("WA", "highway=footway")
        .way("CE", "highway=footway")
        .way("NMS", "highway=footway bridge=yes layer=1");
    assert_eq!(map.walk('M', 'N'), Some(20));
    assert_eq!(map.walk('M', 'W'), None);
    assert_eq!(map.walk('W', 'E'), Some(20 + 57 + 20));
}

#[test]
fn a_square_with_one_entrance_is_walked_on_all_the_same() {
    let map = Drawing::new(10.0, SQUARE).way("ABCDA", "highway=pedestrian area=yes").way("WA", "highway=footway");
    assert_eq!(map.walk('P', 'W'), Some(52));
    assert_eq!(map.walk('P', 'Q'), Some(22));
}

#[test]
fn who_is_in_the_middle_of_a_wide_square_is_on_it_however_far_the_rim() {
    // 400 m by 300 m: P is 150 m from every side.
    let art = "\
W-A-------B
  |       |
  |       |
  |  P    |
  |       |
  |       |
  D-------C-E";
    let map = Drawing::new(50.0, art).way("ABCDA", "highway=pedestrian area=yes");
    let map = map.way("WA", "highway=footway").way("CE", "highway=footway");
    let graph = map.graph();
    let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(10.0), min_component: 0 });
    // The line across from A to C passes 30 m from P.
    let snap = snapper.snap(map.at('P')).unwrap();
    assert_eq!((snap.reason, snap.offset, snap.at), (SnapReason::OnSquare, Meters(0.0), map.at('P')));
    assert!((snap.to_street.0 - 30.0).abs() < 0.1, "{snap:?}");
    let hypotenuse = (150f64 * 150.0 + 150.0 * 150.0).sqrt();
    assert_eq!(time(&graph, map.at('P'), map.at('W')), Some((hypotenuse + 100.0).round() as u32));
}

#[test]
fn squares_are_kept_in_a_graph_file() {
    let graph = square("highway=pedestrian area=yes surface=gravel").graph();
    let mut file = Vec::new();
    graph.write_to(&mut file).unwrap();
    let again = WalkGraph::read_from(file.as_slice()).unwrap();
    assert_eq!((again.square_count(), &again), (1, &graph));
    let square = again.squares().next().unwrap();
    assert_eq!((square.way().0, square.rings().map(<[_]>::len).collect::<Vec<_>>()), (1, vec![4]));
    assert_eq!(again.class_names()[square.class()], "highway=pedestrian");
}

#[test]
fn no_door_of_a_real_square_is_nearer_than_what_lies_between() {
    let Some(graph) = real_data::graph("las_palmas/las_palmas.osm.pbf") else { return };
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let snapper = Snapper::new(&graph, SnapOptions::default());
    let mut search = ReachSearch::new(&graph);
    let (mut points, mut pairs) = (0, 0);
    for square in graph.squares() {
        // The middles between corners that follow each other by two: some stand on the square.
        let ring = square.rings().next().unwrap();
        let middle = |i: usize| {
            let [a, b] = [ring[i], ring[(i + 2) % ring.len()]].map(walkshed::Position::lon_lat);
            LonLat { lon: f64::midpoint(a.lon, b.lon), lat: f64::midpoint(a.lat, b.lat) }
        };
        let snaps = (0..ring.len().min(6)).filter_map(|i| snapper.snap(middle(i)).ok());
        let on_it: Vec<LinkedPoint> = snaps
            .filter(|snap| snap.reason == SnapReason::OnSquare && snap.squares.contains(&Some(square.id)))
            .map(|snap| LinkedPoint::new(&graph, &weights, &snap))
            .collect();
        points += on_it.len();
        for from in &on_it {
            let reach = search.run_from(&weights, from, Ticks::from_minutes(30));
            for to in &on_it {
                pairs += 1;
                let there = reach.time_to_point(to).expect("both are on one square");
                assert_eq!(from.direct_to(to).map(|t| t.max(there)), from.direct_to(to), "{}", square.way());
                assert!(from.direct_to(to).unwrap().get().abs_diff(to.direct_to(from).unwrap().get()) <= 1);
            }
        }
    }
    assert!(points > 200 && pairs > 1_000, "{points} points, {pairs} pairs");
}
