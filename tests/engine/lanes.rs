//! Searches from many places at once, against the reference: all times of all cells, to the tick.
//!
//! The reference itself is held to petgraph in `oracle` and `properties`. With `WALKSHED_EVERY_CELL` set, every city is
//! compared from all cells at 5, 10, 15 and 30 minutes, which takes minutes rather than seconds.

use std::collections::HashMap;

use proptest::prelude::*;
use rayon::prelude::*;
use walkshed::graph::WalkGraph;
use walkshed::search::{BLOCK, BlockGraph, BlockSearch, Hierarchy, HierarchySearch, ReachSearch, Start, WIDE_BLOCK};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{NodeId, Ticks};

use super::properties::{Slanted, network};
use super::real_data;

/// The starts of each place.
pub(crate) type Places = Vec<Vec<(NodeId, Ticks)>>;

fn reference(graph: &WalkGraph, weights: &EdgeWeights, places: &Places, budget: Ticks) -> Vec<HashMap<NodeId, Ticks>> {
    let search = |search: &mut ReachSearch<'_>, starts: &Vec<(NodeId, Ticks)>| {
        let starts: Vec<Start> = starts.iter().map(|&(node, time)| Start { node, time }).collect();
        search.run(weights, &starts, budget).nodes().collect()
    };
    places.par_iter().map_init(|| ReachSearch::new(graph), search).collect()
}

/// Holds both searches from many places to the reference, at each budget.
pub(crate) fn all_ways_agree(graph: &WalkGraph, weights: &EdgeWeights, places: &Places, budgets: &[Ticks]) {
    let longest = budgets.iter().copied().max().unwrap();
    let ready = BlockGraph::new(graph, weights, longest);
    let hierarchy = Hierarchy::build(graph, weights, longest);
    assert!(hierarchy.fits(graph, weights));
    for &budget in budgets {
        let expected = reference(graph, weights, places, budget);
        let pairs = |size: usize| places.par_chunks(size).zip(expected.par_chunks(size)).with_min_len(16);
        pairs(BLOCK).for_each_init(
            || BlockSearch::new(&ready),
            |search, (places, expected)| {
                let reach = search.run(places.iter().map(|starts| starts.iter().copied()), budget);
                let nodes: Vec<NodeId> = reach.nodes().collect();
                for (place, expected) in expected.iter().enumerate() {
                    let found = nodes.iter().filter_map(|&node| Some((node, reach.time_to(place, node)?)));
                    assert_eq!(&found.collect::<HashMap<_, _>>(), expected, "lanes, from {:?}", places[place]);
                }
            },
        );
        pairs(WIDE_BLOCK).for_each_init(
            || HierarchySearch::new(&hierarchy, longest),
            |search, (places, expected)| {
                let reach = search.run(places.iter().map(|starts| starts.iter().copied()), budget);
                let nodes = reach.nodes();
                for (place, expected) in expected.iter().enumerate() {
                    let found = nodes.iter().filter_map(|&node| Some((node, reach.time_to(place, node)?)));
                    assert_eq!(&found.collect::<HashMap<_, _>>(), expected, "hierarchy, from {:?}", places[place]);
                }
            },
        );
    }
}

fn minutes(minutes: &[u32]) -> Vec<Ticks> {
    minutes.iter().map(|&m| Ticks::from_minutes(m)).collect()
}

/// Every cell of a city, in the order of its nodes, so that neighbours are searched from together.
fn cells(graph: &WalkGraph, weights: &EdgeWeights) -> Places {
    let snapper = Snapper::new(graph, SnapOptions::default());
    let starts = |at| snapper.snap(at).ok().map(|s| LinkedPoint::new(graph, weights, &s).starts().collect());
    let cells = real_data::street_cells(graph, h3o::Resolution::Ten);
    let mut places: Places = cells.into_par_iter().filter_map(starts).collect();
    places.sort();
    places
}

fn city_agrees(name: &str, least_cells: usize, budgets: &[Ticks], step: usize) {
    let Some(graph) = real_data::graph(name) else { return };
    let (all_budgets, every) = (minutes(&[5, 10, 15, 30]), real_data::every_cell());
    let (budgets, step) = if every { (all_budgets.as_slice(), 1) } else { (budgets, step) };
    let flat = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let slanted = EdgeWeights::from_model(&graph, &Slanted);
    for weights in [&flat, &slanted] {
        let places: Places = cells(&graph, weights).chunks(WIDE_BLOCK).step_by(step).flatten().cloned().collect();
        assert!(places.len() >= least_cells, "{} cells", places.len());
        all_ways_agree(&graph, weights, &places, budgets);
    }
}

#[test]
fn every_cell_of_las_palmas_at_once() {
    city_agrees("las_palmas/las_palmas.osm.pbf", 7_000, &minutes(&[5, 10, 15]), 1);
}

#[test]
fn long_budgets_need_wider_lanes() {
    city_agrees("las_palmas/las_palmas.osm.pbf", 800, &minutes(&[17, 18, 30]), 8);
}

#[test]
fn every_cell_of_poa_at_once() {
    city_agrees("poa/poa.osm.pbf", 6_000, &minutes(&[15]), 1);
}

#[test]
fn porto_at_once() {
    city_agrees("porto/porto.osm.pbf", 5_000, &minutes(&[15]), 8);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Streets of no length, parallel, looped, one-way, private and isolated ones; any budget, and starts beyond it.
    #[test]
    fn networks_at_once(network in network(), first in 0..24usize, ticks in 0..9_000u32, late in 0..200_000u32) {
        if network.ways().is_empty() {
            return Ok(());
        }
        let graph = WalkGraph::from_network(&network).unwrap();
        let weights = EdgeWeights::from_model(&graph, &Slanted);
        let places: Places = graph
            .nodes()
            .cycle()
            .skip(first)
            .take(70)
            .zip(0..)
            .map(|(node, number)| vec![(node, Ticks::new(number % 3 * late)), (NodeId::new(0), Ticks::new(number * 77))])
            .collect();
        all_ways_agree(&graph, &weights, &places, &[Ticks::new(ticks), Ticks::new(ticks + 70_000)]);
    }

    /// A budget that is hit exactly: one tick less, and the node is not reached.
    #[test]
    fn budgets_are_hit_exactly(network in network(), start in 0..24usize) {
        if network.ways().is_empty() {
            return Ok(());
        }
        let graph = WalkGraph::from_network(&network).unwrap();
        let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
        let Some(node) = graph.nodes().nth(start % graph.node_count()) else { return Ok(()) };
        let mut search = ReachSearch::new(&graph);
        let starts = [Start { node, time: Ticks::ZERO }];
        let far = search.run(&weights, &starts, Ticks::from_minutes(30)).nodes().map(|n| n.1).max().unwrap();
        let budgets = [far, Ticks::new(far.get().saturating_sub(1))];
        all_ways_agree(&graph, &weights, &vec![vec![(node, Ticks::ZERO)]], &budgets);
    }
}
