//! Every cell of a real city against `petgraph::algo::dijkstra` on the same integer weights, to the bit.
//!
//! petgraph knows nothing of budgets, links or legs, so the test adds them to its graph: a source that leads to the ends
//! of the cell's street, and a sentinel one tick beyond the budget, at which petgraph stops. Times and counts of outlets
//! are then put together here, by the definition, from its times of nodes.

use std::collections::HashMap;
use std::fs::File;

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use rayon::prelude::*;
use walkshed::access::{AccessSearch, LinkedOutlets};
use walkshed::graph::WalkGraph;
use walkshed::osm::read_features;
use walkshed::search::{Nearest, ReachSearch, Start, verify};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{CostModel, EdgeWeights, FlatSpeed, Walker};
use walkshed::{LonLat, NodeId, OutletId, Ticks};

use super::real_data;

const CATEGORIES: u16 = 30;

/// The graph in petgraph's own shape, with room for a source and a sentinel.
struct Oracle<'g> {
    graph: &'g WalkGraph,
    inner: DiGraph<(), u32>,
    source: NodeIndex,
    sentinel: NodeIndex,
}

impl<'g> Oracle<'g> {
    fn new(graph: &'g WalkGraph, weights: &EdgeWeights) -> Self {
        let mut inner = DiGraph::new();
        for _ in graph.nodes() {
            inner.add_node(());
        }
        for edge in graph.edges() {
            let (tail, head) = (graph.tail(edge).index(), graph.head(edge).index());
            inner.add_edge(NodeIndex::new(tail), NodeIndex::new(head), weights.edge(edge).get());
        }
        let (source, sentinel) = (inner.add_node(()), inner.add_node(()));
        Self { graph, inner, source, sentinel }
    }

    /// The times of all nodes within a budget.
    fn times(&mut self, origin: &LinkedPoint, budget: Ticks) -> HashMap<NodeId, Ticks> {
        let mut added = vec![self.inner.add_edge(self.source, self.sentinel, budget.get() + 1)];
        for (node, time) in origin.starts() {
            added.push(self.inner.add_edge(self.source, NodeIndex::new(node.index()), time.get()));
        }
        let times = dijkstra(&self.inner, self.source, Some(self.sentinel), |e| *e.weight());
        for edge in added.into_iter().rev() {
            self.inner.remove_edge(edge);
        }
        let nodes = times.into_iter().filter(|&(v, t)| v.index() < self.graph.node_count() && t <= budget.get());
        nodes.map(|(v, t)| (NodeId::new(v.index() as u32), Ticks::new(t))).collect()
    }
}

/// The time to an outlet by the definition: through either end of its street, or along the street itself.
fn time_to(times: &HashMap<NodeId, Ticks>, origin: &LinkedPoint, outlet: &LinkedPoint) -> Option<Ticks> {
    let by_ends = outlet.ends().filter_map(|(node, rest)| Some(*times.get(&node)? + rest));
    by_ends.chain(origin.direct_to(outlet)).min()
}

struct City {
    graph: WalkGraph,
    weights: EdgeWeights,
    cells: Vec<LonLat>,
    outlets: Vec<(LonLat, Vec<u16>)>,
}

/// A city with its cells at H3 resolution 10, and its shops and amenities in thirty categories by the letters of their
/// kinds; every seventh serves two.
fn city(name: &str, model: &impl CostModel) -> Option<City> {
    let graph = real_data::graph(name)?;
    let file = File::open(real_data::path(name)?).unwrap();
    let set = read_features(file, &|tags| tags.get("shop").or(tags.get("amenity")).is_some()).unwrap();
    let category = |kind: &str| (kind.bytes().map(u32::from).sum::<u32>() % u32::from(CATEGORIES)) as u16;
    let outlets = set.features.iter().map(|f| {
        let first = category(f.tag("shop").or(f.tag("amenity")).unwrap());
        let second = (f.osm.id % 7 == 0).then_some((first + 11) % CATEGORIES);
        (f.at, [first].into_iter().chain(second).collect())
    });
    let outlets = outlets.collect();
    let cells = real_data::street_cells(&graph, h3o::Resolution::Ten);
    let weights = EdgeWeights::from_model(&graph, model);
    Some(City { graph, weights, cells, outlets })
}

fn all_cells_agree(name: &str, least_cells: usize, model: &impl CostModel) {
    let Some(city) = city(name, model) else { return };
    let City { graph, weights, cells, outlets } = &city;
    assert!(cells.len() >= least_cells, "{} cells", cells.len());
    let snapper = Snapper::for_walker(graph, SnapOptions::default(), weights);
    let link = |at: LonLat| snapper.snap(at).ok().map(|s| LinkedPoint::new(graph, weights, &s));
    let cells: Vec<Option<LinkedPoint>> = cells.par_iter().map(|&c| link(c)).collect();
    let points: Vec<(Option<LinkedPoint>, Vec<u16>)> = outlets.iter().map(|(at, c)| (link(*at), c.clone())).collect();
    let unions = [vec![3, 5, 7]];
    let linked = LinkedOutlets::new(graph, &points, usize::from(CATEGORIES), &unions).unwrap();
    let budgets = [5, 10, 15].map(Ticks::from_minutes);
    let longest = budgets[2];
    let access = AccessSearch::new(graph, weights, &linked, &budgets, Ticks::from_minutes(60));
    let batch = access.run(&cells);
    let chunk = cells.len().div_ceil(rayon::current_num_threads());
    let reached: u64 = (0..cells.len())
        .collect::<Vec<_>>()
        .par_chunks(chunk)
        .map(|numbers| {
            let mut oracle = Oracle::new(graph, weights);
            let mut search = ReachSearch::new(graph);
            let mut reached = 0;
            for &cell in numbers {
                let Some(origin) = &cells[cell] else {
                    assert_eq!(batch.nodes_reached(cell), 0);
                    continue;
                };
                let times = oracle.times(origin, longest);
                let reach = search.run_from(weights, origin, longest);
                assert_eq!(reach.nodes().collect::<HashMap<_, _>>(), times, "times of the nodes from cell {cell}");
                reached += times.len() as u64;
                check_outlets(&linked, &times, origin, &batch, cell, &budgets);
            }
            reached
        })
        .sum();
    assert!(reached / cells.len() as u64 > 50, "the cells of a city reach streets");
}

fn check_outlets(
    outlets: &LinkedOutlets,
    times: &HashMap<NodeId, Ticks>,
    origin: &LinkedPoint,
    batch: &walkshed::access::AccessBatch,
    cell: usize,
    budgets: &[Ticks],
) {
    let categories = outlets.category_count();
    let mut within = vec![[0u32; 3]; categories];
    let mut nearest: Vec<Option<Nearest>> = vec![None; categories];
    for outlet in (0..outlets.len() as u32).map(OutletId::new) {
        let Some(time) = outlets.point(outlet).and_then(|p| time_to(times, origin, p)) else { continue };
        if time > budgets[2] {
            continue;
        }
        for &category in outlets.categories_of(outlet) {
            let category = usize::from(category);
            for (count, &budget) in within[category].iter_mut().zip(budgets) {
                *count += u32::from(time <= budget);
            }
            let here = Nearest { time, outlet };
            nearest[category] = Some(nearest[category].map_or(here, |n| n.min(here)));
        }
    }
    for category in 0..categories {
        for (budget, &count) in within[category].iter().enumerate() {
            assert_eq!(batch.within(cell, category, budget), count, "cell {cell}, category {category}");
        }
        // The nearest looks farther than the budget; within it, both must name the same outlet.
        let found = batch.nearest(cell, category).filter(|n| n.time <= budgets[2]);
        assert_eq!(found, nearest[category], "nearest of cell {cell}, category {category}");
    }
}

#[test]
fn every_cell_of_las_palmas() {
    all_cells_agree("las_palmas/las_palmas.osm.pbf", 7_000, &FlatSpeed::adult());
}

/// On hills: what is uphill one way is downhill the other, so the search against the edges must mind the direction.
#[test]
fn every_cell_of_las_palmas_with_costs_by_place() {
    let place = Walker::named("place").unwrap();
    assert!(!place.is_symmetric());
    all_cells_agree("las_palmas/las_palmas.osm.pbf", 7_000, &place);
}

#[test]
fn every_cell_of_wudaokou_without_steps() {
    all_cells_agree("beijing/tsinghua_wudaokou.osm.pbf", 200, &Walker::named("step_free").unwrap());
}

#[test]
fn every_cell_of_wudaokou() {
    all_cells_agree("beijing/tsinghua_wudaokou.osm.pbf", 200, &FlatSpeed::adult());
}

#[test]
fn answers_carry_their_certificate() {
    let Some(city) = city("poa/poa.osm.pbf", &FlatSpeed::adult()) else { return };
    let mut search = ReachSearch::new(&city.graph);
    for (node, minutes) in city.graph.nodes().step_by(97).zip([0, 1, 5, 15, 30].into_iter().cycle()) {
        let starts = [Start { node, time: Ticks::from_seconds(12.5) }];
        let reach = search.run(&city.weights, &starts, Ticks::from_minutes(minutes));
        assert_eq!(verify(&reach, &starts), Ok(()), "from node {node}, {minutes} minutes");
    }
}
