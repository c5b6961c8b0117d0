//! Streets on hills: drawn ones whose times are worked out by hand, and a real city on a made-up relief.
//!
//! One letter to the next but two is 30 m in the drawings; the relief is a function of metres east and north of the
//! letter A.

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use walkshed::graph::{HeightOptions, HeightReport, WalkGraph};
use walkshed::relief::Relief;
use walkshed::search::{ReachSearch, verify};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed, Walker};
use walkshed::{LocalPlane, LonLat, Meters, MetersPerSecond, NodeId, Ticks};

use super::drawn::Drawing;
use super::real_data;

/// Heights by a function of metres east and north of a place.
struct Hills<F>(LocalPlane, F);

impl<F: Fn(f64, f64) -> Option<f64>> Relief for Hills<F> {
    fn height_at(&self, at: LonLat) -> Option<Meters> {
        let [east, north] = self.0.project(at);
        (self.1)(east, north).map(Meters)
    }

    fn resolution(&self) -> Meters {
        Meters(10.0)
    }
}

fn hills<F: Fn(f64, f64) -> Option<f64>>(map: &Drawing, height: F) -> Hills<F> {
    Hills(LocalPlane::at(map.at('A')), height)
}

/// The drawing on its relief.
fn on(map: &Drawing, relief: &impl Relief) -> (WalkGraph, HeightReport) {
    let (graph, report) = map.graph().with_heights(relief, HeightOptions::for_relief(relief));
    assert_eq!(graph.check(), Ok(()));
    (graph, report)
}

/// The time between two letters in seconds.
fn seconds(graph: &WalkGraph, map: &Drawing, walker: &Walker, [from, to]: [char; 2]) -> f64 {
    let weights = EdgeWeights::from_model(graph, walker);
    let on_the_street = SnapOptions { max_distance: Meters(1.0), min_component: 0 };
    let snapper = Snapper::for_walker(graph, on_the_street, &weights);
    let linked = |letter| LinkedPoint::new(graph, &weights, &snapper.snap(map.at(letter)).unwrap());
    let (from, to) = (linked(from), linked(to));
    let time = ReachSearch::new(graph).run_from(&weights, &from, Ticks::from_minutes(60)).time_to_point(&to);
    time.unwrap().as_seconds()
}

fn tobler() -> Walker {
    Walker::named("tobler").unwrap()
}

/// Within a tick or two: a time is whole ticks, and a drawing has its metres to the centimetre.
fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 0.05
}

#[test]
fn on_a_plane_every_walk_has_its_closed_form() {
    let map = Drawing::new(10.0, "A-----------B\n|\n|\n|\n|\n|\n|\n|\n|\n|\nC")
        .way("AB", "highway=footway")
        .way("AC", "highway=footway");
    for slope in [0.0, 0.03, 0.1, -0.2, 0.31] {
        let (graph, report) = on(&map, &hills(&map, |east, _| Some(100.0 + slope * east)));
        // A plane bends nowhere.
        assert_eq!((report.points_added, report.edges_with, report.edges_without), (0, 2, 0));
        let time = |walker: &Walker, walk| seconds(&graph, &map, walker, walk);
        for name in Walker::names() {
            let walker = Walker::named(name).unwrap();
            if walker.id() == "step_free" || walker.id() == "wheelchair" {
                continue;
            }
            for (walk, slope) in [(['A', 'B'], slope), (['B', 'A'], -slope)] {
                let expected = 120.0 / walker.speed_on(slope).0;
                assert!(close(time(&walker, walk), expected), "{name} {walk:?} on {slope}: {expected}");
            }
            // Along the hill nothing climbs.
            assert!(close(time(&walker, ['A', 'C']), 100.0 / walker.speed().0), "{name}");
        }
    }
}

#[test]
fn tobler_takes_longer_up_than_down() {
    let map = Drawing::new(10.0, "A--B--C").way("ABC", "highway=footway");
    let (graph, _) = on(&map, &hills(&map, |east, _| Some(0.1 * east)));
    // 60 m at 6 exp(-3.5 x 0.15) = 3.549 km/h and at 6 exp(-3.5 x 0.05) = 5.037 km/h.
    assert!(close(seconds(&graph, &map, &tobler(), ['A', 'C']), 60.86));
    assert!(close(seconds(&graph, &map, &tobler(), ['C', 'A']), 42.89));
    let flat = Walker::flat();
    assert!(close(seconds(&graph, &map, &flat, ['A', 'C']), 50.0));
}

#[test]
fn a_flat_city_is_as_if_nothing_were_known_of_heights() {
    let map = Drawing::new(10.0, "A--B\n|  |\nC--D").way("ABDCA", "highway=residential").way("AD", "highway=steps");
    let plain = map.graph();
    let (flat, report) = on(&map, &hills(&map, |_, _| Some(43.5)));
    assert_eq!(report.range, Some([Meters(43.5); 2]));
    for walker in ["tobler", "place", "swiss", "flat"].map(|name| Walker::named(name).unwrap()) {
        assert_eq!(EdgeWeights::from_model(&flat, &walker), EdgeWeights::from_model(&plain, &walker));
    }
}

#[test]
fn a_street_over_a_hill_keeps_its_profile() {
    // 300 m without a junction, with the top in the middle: 15 m up, 15 m down.
    let map = Drawing::new(10.0, "A--------------M---------------B").way("AB", "highway=footway");
    let (graph, report) = on(&map, &hills(&map, |east, _| Some(15.0 - (east - 155.0).abs() / 10.0)));
    assert!((1..=3).contains(&report.points_added), "{report:?}");
    let link = graph.links().next().unwrap();
    let [up, down] = graph.heights_on(link).unwrap().climbs().unwrap();
    assert!((up.0 - 15.5).abs() < 0.6 && (down.0 - 15.5).abs() < 0.6, "{up:?} {down:?}");
    let whole = seconds(&graph, &map, &tobler(), ['A', 'B']);
    let expected = 155.0 / tobler().speed_on(0.1).0 + 155.0 / tobler().speed_on(-0.1).0;
    assert!((whole - expected).abs() < 1.5, "{whole} against {expected}");
    assert!((seconds(&graph, &map, &tobler(), ['B', 'A']) - whole).abs() < 0.5);
    // From half way the walk is all down, to either side.
    for end in ['A', 'B'] {
        let down = seconds(&graph, &map, &tobler(), ['M', end]);
        assert!((down - 155.0 / tobler().speed_on(-0.1).0).abs() < 4.0, "{down}");
    }
}

#[test]
fn bridges_and_tunnels_go_straight_between_their_ends() {
    // A valley 20 m deep between C and E, which stand on its banks.
    let valley = |east: f64, _| Some(if (61.0..119.0).contains(&east) { -20.0 } else { 0.0 });
    let art = "A--B--C--D--E--F--G";
    let draw = |tags: &str| {
        Drawing::new(10.0, art).way("ABC", "highway=footway").way("CDE", tags).way("EFG", "highway=footway")
    };
    let time = |tags: &str| {
        let map = draw(tags);
        let (graph, _) = on(&map, &hills(&map, valley));
        seconds(&graph, &map, &tobler(), ['A', 'G'])
    };
    let level = 180.0 / tobler().speed().0;
    let bridge = |tags: &str| close(time(tags), level);
    assert!(bridge("highway=footway bridge=yes"));
    assert!(bridge("highway=footway tunnel=yes"));
    assert!(!bridge("highway=footway"));
    assert!(!bridge("highway=footway bridge=no"));
    assert!(!bridge("highway=footway tunnel=building_passage"));
}

#[test]
fn bridges_that_meet_off_the_ground_are_evened_out() {
    // Two banks at 10 and 4 m; between them a bridge of 60 m, from whose middle M another leads 30 m to a bank at 1 m.
    let map = Drawing::new(10.0, "A--B--M--C--D\n      |\n      |\n      E\n      |\n      F")
        .way("AB", "highway=footway")
        .way("BMC", "highway=footway bridge=yes")
        .way("CD", "highway=footway")
        .way("ME", "highway=footway bridge=viaduct")
        .way("EF", "highway=footway");
    let height = |east: f64, north: f64| {
        Some(if north < -20.0 {
            1.0
        } else if east < 45.0 {
            10.0
        } else {
            4.0
        })
    };
    let (graph, report) = on(&map, &hills(&map, height));
    assert_eq!((report.edges_without, report.links_off_the_ground), (0, 3));
    let at = |letter: char| {
        let place = walkshed::Position::from(map.at(letter));
        let link = graph.links().find(|&link| graph.link(link).points.contains(&place)).unwrap();
        let point = graph.link(link).points.iter().position(|&p| p == place).unwrap();
        graph.heights_on(link).unwrap().at(point).unwrap().0
    };
    // The three ways to the ground are equally long: the mean of 10, 4 and 1.
    for (letter, height) in [('A', 10.0), ('B', 10.0), ('M', 5.0), ('C', 4.0), ('E', 1.0)] {
        assert!((at(letter) - height).abs() < 0.001, "{letter}: {}", at(letter));
    }
}

#[test]
fn what_hangs_nowhere_has_no_height_and_is_counted() {
    let map =
        Drawing::new(10.0, "A--B--C\n\nD--E").way("ABC", "highway=footway").way("DE", "highway=footway bridge=yes");
    let (graph, report) = on(&map, &hills(&map, |_, _| Some(5.0)));
    assert_eq!((report.edges_with, report.edges_without), (2, 2));
    let (_, report) = on(&map, &hills(&map, |east, _| (east < 40.0).then_some(5.0)));
    assert_eq!((report.edges_with, report.edges_without), (0, 4));
    assert_eq!(report.range, Some([Meters(5.0); 2]));
    assert!(graph.has_heights() && !map.graph().has_heights());
    let nothing = on(&map, &hills(&map, |_, _| None)).1;
    assert_eq!((nothing.edges_with, nothing.range), (0, None));
}

#[test]
fn what_a_mapper_measured_is_believed_before_the_relief() {
    let map = Drawing::new(10.0, "A--B").way("AB", "highway=footway incline=10%");
    let (graph, _) = on(&map, &hills(&map, |east, _| Some(-0.2 * east)));
    assert!(close(seconds(&graph, &map, &tobler(), ['A', 'B']), 30.0 / tobler().speed_on(0.1).0));
    // Steps that nobody says the direction of go the way the ground goes.
    let map = Drawing::new(10.0, "A--B").way("AB", "highway=steps step_count=100");
    let (graph, _) = on(&map, &hills(&map, |east, _| Some(0.4 * east)));
    let adult = Walker::named("adult").unwrap();
    assert!(close(seconds(&graph, &map, &adult, ['A', 'B']), 49.0));
    assert!(close(seconds(&graph, &map, &adult, ['B', 'A']), 43.0));
}

#[test]
fn a_private_street_has_one_profile_in_both_copies() {
    let map = Drawing::new(10.0, "A--B---------------C")
        .way("AB", "highway=residential")
        .way("BC", "highway=service access=private");
    let (graph, report) = on(&map, &hills(&map, |east, _| Some((east / 20.0).sin() * 5.0)));
    assert!(report.points_added >= 4, "{report:?}");
    assert!(seconds(&graph, &map, &tobler(), ['A', 'C']) > 0.0);
}

#[test]
fn heights_come_back_from_a_graph_file() {
    let map = Drawing::new(10.0, "A--------------B").way("AB", "highway=footway");
    let (graph, _) = on(&map, &hills(&map, |east, _| Some((east / 20.0).sin() * 5.0)));
    let mut bytes = Vec::new();
    graph.write_to(&mut bytes).unwrap();
    let back = WalkGraph::read_from(bytes.as_slice()).unwrap();
    assert_eq!(back, graph);
    assert_eq!(back.height_report().range, graph.height_report().range);
}

/// All times of nodes from some cells of a real city on a made-up relief, forward and on the reversed graph, against
/// petgraph and by certificate.
#[test]
fn searches_on_hills_are_exact_in_both_directions_of_time() {
    let Some(graph) = real_data::graph("poa/poa.osm.pbf") else { return };
    let middle = graph.node_at(NodeId::new(graph.node_count() as u32 / 2)).lon_lat();
    let waves = Hills(LocalPlane::at(middle), |east: f64, north: f64| {
        Some(60.0 + 25.0 * (east / 180.0).sin() * (north / 240.0).cos() + 0.02 * east)
    });
    let (graph, report) = graph.with_heights(&waves, HeightOptions::for_relief(&waves));
    // Bridges that the extract cuts off hang nowhere.
    assert!(graph.check() == Ok(()) && report.edges_without < 30, "{report:?}");
    let weights = EdgeWeights::from_model(&graph, &tobler());
    let differ = graph.edges().filter(|&edge| {
        let traversal = graph.traversal(edge);
        let back = graph.edges_from(graph.head(edge)).find(|(e, _)| graph.traversal(*e).link() == traversal.link());
        back.is_some_and(|(back, _)| weights.edge(back) != weights.edge(edge))
    });
    assert!(differ.count() > graph.edge_count() / 2);
    let mut forward = DiGraph::<(), u32>::new();
    for _ in graph.nodes() {
        forward.add_node(());
    }
    for edge in graph.edges() {
        let [tail, head] = [graph.tail(edge), graph.head(edge)].map(|node| NodeIndex::new(node.index()));
        forward.add_edge(tail, head, weights.edge(edge).get());
    }
    let budget = Ticks::from_minutes(10);
    let mut search = ReachSearch::new(&graph);
    for node in (0..graph.node_count()).step_by(997) {
        let start = walkshed::search::Start { node: NodeId::new(node as u32), time: Ticks::ZERO };
        let reach = search.run(&weights, &[start], budget);
        assert_eq!(verify(&reach, &[start]), Ok(()));
        let oracle = dijkstra(&forward, NodeIndex::new(node), None, |edge| *edge.weight());
        for to in graph.nodes() {
            let expected = oracle.get(&NodeIndex::new(to.index())).copied().filter(|&time| time <= budget.get());
            assert_eq!(reach.time_to(to).map(Ticks::get), expected, "{node} to {to}");
        }
    }
}

/// A street and its parts take the same time: from its tail to a place and on to its head.
#[test]
fn parts_of_a_street_on_a_hill_add_up() {
    let map = Drawing::new(10.0, "A----M----------B").way("AB", "highway=footway");
    let (graph, _) = on(&map, &hills(&map, |east, _| Some((east / 25.0).sin() * 6.0)));
    for walker in ["tobler", "swiss", "campbell_2019_p50", "naismith_langmuir"].map(|name| Walker::named(name).unwrap())
    {
        let time = |walk| seconds(&graph, &map, &walker, walk);
        assert!(close(time(['A', 'M']) + time(['M', 'B']), time(['A', 'B'])), "{}", walker.id());
        assert!(close(time(['B', 'M']) + time(['M', 'A']), time(['B', 'A'])), "{}", walker.id());
    }
    let flat = EdgeWeights::from_model(&graph, &FlatSpeed::new(MetersPerSecond(1.2)).unwrap());
    let plain = map.graph();
    let before = EdgeWeights::from_model(&plain, &FlatSpeed::adult());
    assert!(graph.edges().all(|edge| flat.edge(edge) == before.edge(edge)), "lengths are those of before");
}
