//! Random networks against petgraph: streets of no length, parallel, looped, one-way and isolated ones, long chains.

use petgraph::algo::dijkstra;
use petgraph::visit::{EdgeFiltered, EdgeRef};
use proptest::prelude::*;
use walkshed::graph::{Contraction, LinkKind, WalkGraph};
use walkshed::osm::{Directions, Passage, RawNetwork};
use walkshed::search::{NearestSearch, Reach, ReachSearch, Start, verify};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{CostModel, EdgeWeights, FlatSpeed, Stride};
use walkshed::{LonLat, Meters, MetersPerSecond, NodeId, OsmNodeId, OsmWayId, OutletId, Position, Ticks};

/// Uphill and downhill differ: eastward links of the drawing take longer backward.
pub(crate) struct Slanted;

impl CostModel for Slanted {
    fn seconds(&self, stride: Stride<'_>) -> Option<f64> {
        Some(stride.length.0 / if stride.backward { 0.7 } else { 1.3 })
    }

    fn access_speed(&self) -> MetersPerSecond {
        MetersPerSecond(1.0)
    }

    fn is_symmetric(&self) -> bool {
        false
    }

    fn fingerprint(&self) -> String {
        "slanted".into()
    }
}

/// A network of up to 24 nodes on a grid of 12 m, several of them at the same place, and up to 30 ways of 2 to 8 nodes.
pub(crate) fn network() -> impl Strategy<Value = RawNetwork> {
    let nodes = prop::collection::vec((0..6i32, 0..4i32), 2..24);
    nodes.prop_flat_map(|places| {
        let count = places.len() as u32;
        let way = (prop::collection::vec(0..count, 2..8), 0..4u8, 0..4u8);
        (Just(places), prop::collection::vec(way, 1..30)).prop_map(|(places, ways)| {
            let at =
                |&(x, y): &(i32, i32)| Position { lon_e7: 1_130_000_000 + x * 1_300, lat_e7: 340_000_000 + y * 1_080 };
            let nodes: Vec<_> = places.iter().zip(1..).map(|(p, id)| (OsmNodeId(id), at(p))).collect();
            let ways: Vec<_> = ways
                .into_iter()
                .zip(1..)
                .filter_map(|((mut on, kind, access), id)| {
                    on.dedup();
                    let directions = [Directions::BOTH, Directions::BOTH, Directions::FORWARD, Directions::BACKWARD];
                    let passage = if access == 0 { Passage::EndsOnly } else { Passage::Through };
                    (on.len() >= 2).then_some((OsmWayId(id), directions[usize::from(kind)], passage, on))
                })
                .collect();
            RawNetwork::from_parts(&nodes, &ways)
        })
    })
}

fn times_agree(graph: &WalkGraph, weights: &EdgeWeights, reach: &Reach<'_>, start: NodeId, budget: Ticks) {
    let oracle = dijkstra(graph, start, None, |e| weights.edge(e.id()).get());
    for node in graph.nodes() {
        let expected = oracle.get(&node).copied().filter(|&t| t <= budget.get());
        assert_eq!(reach.time_to(node).map(Ticks::get), expected, "node {node}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Searches equal petgraph's, carry a certificate, and leave nothing behind for the next run.
    #[test]
    fn a_search_is_petgraphs(network in network(), start in 0..24usize, seconds in 0..200u32) {
        if network.ways().is_empty() {
            return Ok(());
        }
        for contraction in [Contraction::Junctions, Contraction::None] {
            let graph = WalkGraph::from_network_with(&network, contraction).unwrap();
            prop_assert_eq!(graph.check(), Ok(()));
            let weights = EdgeWeights::from_model(&graph, &Slanted);
            let budget = Ticks::from_seconds(f64::from(seconds));
            let mut search = ReachSearch::new(&graph);
            for node in graph.nodes().cycle().skip(start).take(3) {
                let starts = [Start { node, time: Ticks::ZERO }];
                let reach = search.run(&weights, &starts, budget);
                times_agree(&graph, &weights, &reach, node, budget);
                prop_assert_eq!(verify(&reach, &starts), Ok(()));
            }
        }
    }

    /// What the search against the edges says for a point is what a search from that point finds.
    #[test]
    fn nearest_from_the_other_end_is_the_same(network in network(), places in prop::collection::vec((0..6i32, 0..4i32), 1..6)) {
        if network.ways().is_empty() {
            return Ok(());
        }
        let graph = WalkGraph::from_network(&network).unwrap();
        let weights = EdgeWeights::from_model(&graph, &Slanted);
        let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(200.0), min_component: 0 });
        let linked = |&(x, y): &(i32, i32)| {
            // Between the nodes and a little off the streets.
            let at = LonLat { lon: 113.0 + f64::from(x) * 1.3e-4 + 5e-5, lat: 34.0 + f64::from(y) * 1.08e-4 + 1e-5 };
            snapper.snap(at).ok().map(|s| LinkedPoint::new(&graph, &weights, &s))
        };
        let outlets: Vec<(OutletId, LinkedPoint)> =
            places.iter().zip(0..).filter_map(|(p, o)| Some((OutletId::new(o), linked(p)?))).collect();
        let horizon = Ticks::from_minutes(30);
        let field = NearestSearch::new(&graph, &weights).run(outlets.iter().cloned(), horizon);
        let mut search = ReachSearch::new(&graph);
        for origin in (0..6).flat_map(|x| (0..4).map(move |y| (x, y))) {
            let Some(origin) = linked(&origin) else { continue };
            let reach = search.run_from(&weights, &origin, horizon);
            let forward = outlets.iter().filter_map(|(o, p)| Some((reach.time_to_point(p)?, *o))).min();
            let direct = outlets.iter().filter_map(|(o, p)| Some((origin.direct_to(p)?, *o))).min();
            let backward = field.at_point(&origin).map(|n| (n.time, n.outlet));
            prop_assert_eq!(backward.into_iter().chain(direct).min(), forward);
        }
    }

    /// No walk passes a private street: what petgraph finds without these streets it finds with them.
    #[test]
    fn nobody_passes_a_private_street(network in network()) {
        if network.ways().is_empty() {
            return Ok(());
        }
        let graph = WalkGraph::from_network_with(&network, Contraction::None).unwrap();
        let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
        let is_public = |edge| graph.link(graph.traversal(edge).link()).kind == LinkKind::Public;
        let public: Vec<NodeId> = graph.nodes().filter(|&n| graph.edges_from(n).any(|(e, _)| is_public(e))).collect();
        for &start in public.iter().take(3) {
            let with = dijkstra(&graph, start, None, |e| weights.edge(e.id()).get());
            let without = dijkstra(&EdgeFiltered::from_fn(&graph, |e| is_public(e.id())), start, None, |e| weights.edge(e.id()).get());
            for node in &public {
                prop_assert_eq!(with.get(node), without.get(node), "from {} to {}", start, node);
            }
        }
    }

    /// The times along a link add up to the link, from whichever end they are taken.
    #[test]
    fn parts_of_a_link_add_up(network in network(), x in 0.0..6.0f64, y in 0.0..4.0f64) {
        if network.ways().is_empty() {
            return Ok(());
        }
        let graph = WalkGraph::from_network(&network).unwrap();
        let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
        let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(500.0), min_component: 0 });
        let snap = snapper.snap(LonLat { lon: 113.0 + x * 1.3e-4, lat: 34.0 + y * 1.08e-4 }).unwrap();
        let link = graph.link(snap.link);
        prop_assert!((snap.to_tail.0 + snap.to_head.0 - link.length().0).abs() < 1e-6);
        let point = LinkedPoint::new(&graph, &weights, &snap);
        // In by one end and out by the other is the whole street and two legs.
        let arriving = graph.link(graph.arriving_twin(snap.link).unwrap_or(snap.link));
        if link.tail != link.head && link.directions == Directions::BOTH {
            let whole = Ticks::from_seconds(link.length().0 / 1.2) + point.leg + point.leg;
            let to = |node| point.starts().find(|s| s.0 == node).unwrap().1;
            let from = |node| point.ends().find(|e| e.0 == node).unwrap().1;
            prop_assert_eq!(from(arriving.tail) + to(link.head), whole);
            prop_assert_eq!(from(arriving.head) + to(link.tail), whole);
        }
        prop_assert_eq!(point.direct_to(&point), Some(point.leg + point.leg));
    }
}
