//! Budgets are inclusive: what takes exactly 15:00.000 is reached, what takes a tick more is not.

use walkshed::search::{ReachSearch, Start, verify};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{CostModel, EdgeWeights, FlatSpeed, Stride};
use walkshed::{Meters, MetersPerSecond, Ticks};

use super::drawn::{Drawing, id};

/// Every street takes just this long, whatever its length.
struct Each(Ticks);

impl CostModel for Each {
    fn seconds(&self, _: Stride<'_>) -> Option<f64> {
        Some(self.0.as_seconds())
    }

    fn access_speed(&self) -> MetersPerSecond {
        MetersPerSecond(1.0)
    }

    fn is_symmetric(&self) -> bool {
        true
    }

    fn fingerprint(&self) -> String {
        "each street takes the same".into()
    }
}

#[test]
fn exactly_a_quarter_of_an_hour_is_reached_and_a_tick_more_is_not() {
    let graph = Drawing::new(10.0, "A--B").way("AB", "highway=footway").graph();
    let start = Start { node: graph.nodes().find(|&n| graph.osm_node(n) == id('A')).unwrap(), time: Ticks::ZERO };
    let end = graph.nodes().find(|&n| graph.osm_node(n) == id('B')).unwrap();
    let budget = Ticks::from_minutes(15);
    for (ticks, reached) in [(57_599, true), (57_600, true), (57_601, false)] {
        let weights = EdgeWeights::from_model(&graph, &Each(Ticks::new(ticks)));
        let mut search = ReachSearch::new(&graph);
        let reach = search.run(&weights, &[start], budget);
        assert_eq!(reach.time_to(end).is_some(), reached, "{ticks} ticks");
        assert_eq!(verify(&reach, &[start]), Ok(()));
    }
}

#[test]
fn the_legs_off_the_street_count_towards_the_budget() {
    // 90 m along the street at 1 m/s; the shop is 8 m off it.
    let map = Drawing::new(10.0, "A---B----C").way("ABC", "highway=footway");
    let graph = map.graph();
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::new(MetersPerSecond(1.0)).unwrap());
    let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(50.0), min_component: 0 });
    let linked = |at| LinkedPoint::new(&graph, &weights, &snapper.snap(at).unwrap());
    let plane = walkshed::LocalPlane::at(map.at('C'));
    let (home, shop) = (linked(map.at('A')), linked(plane.unproject([0.0, 8.0])));
    let mut search = ReachSearch::new(&graph);
    let time = search.run_from(&weights, &home, Ticks::from_minutes(15)).time_to_point(&shop).unwrap();
    assert!((time.as_seconds() - 98.0).abs() < 0.1, "{time}");
    assert_eq!(search.run_from(&weights, &home, time).time_to_point(&shop), Some(time));
    assert_eq!(search.run_from(&weights, &home, Ticks::new(time.get() - 1)).time_to_point(&shop), None);
}

#[test]
fn starts_after_the_budget_reach_nothing() {
    let graph = Drawing::new(10.0, "A--B").way("AB", "highway=footway").graph();
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let node = graph.nodes().next().unwrap();
    let mut search = ReachSearch::new(&graph);
    for time in [Ticks::new(57_601), Ticks::new(70_000), Ticks::UNREACHED] {
        assert_eq!(search.run(&weights, &[Start { node, time }], Ticks::from_minutes(15)).node_count(), 0);
    }
}
