//! Contraction, lengths, components, and the graph as petgraph sees it.

use petgraph::Direction;
use petgraph::algo::{connected_components, dijkstra};
use petgraph::visit::{EdgeRef, IntoEdgesDirected, IntoNeighborsDirected, Reversed};
use walkshed::NodeId;
use walkshed::graph::{Contraction, WalkGraph};
use walkshed::walk::{EdgeWeights, FlatSpeed};

use super::drawn::{Drawing, id};
use super::real_data;

fn lengths(graph: &WalkGraph) -> Vec<f64> {
    let mut lengths: Vec<f64> = graph.links().map(|l| graph.link(l).length().0.round()).collect();
    lengths.sort_by(f64::total_cmp);
    lengths
}

#[test]
fn only_junctions_and_dead_ends_are_nodes() {
    let graph = Drawing::new(10.0, "A--B--C--D\n      |\n      E")
        .way("ABCD", "highway=footway")
        .way("CE", "highway=path")
        .graph();
    assert_eq!((graph.node_count(), graph.link_count(), graph.edge_count()), (4, 3, 6));
    assert_eq!(lengths(&graph), [20.0, 30.0, 60.0]);
}

#[test]
fn a_link_keeps_the_ways_that_it_runs_along() {
    let graph = Drawing::new(10.0, "A--B--C--D").way("AB", "highway=footway").way("DCB", "highway=steps").graph();
    assert_eq!(graph.link_count(), 1);
    let link = graph.link(graph.links().next().unwrap());
    let ways: Vec<(i64, &str, usize)> =
        link.pieces.iter().map(|p| (p.way().0, graph.class_names()[p.class()].as_str(), p.last_point())).collect();
    let forward = [(1, "highway=footway", 1), (2, "highway=steps", 3)];
    let backward = [(2, "highway=steps", 2), (1, "highway=footway", 3)];
    assert!(ways == forward || ways == backward, "{ways:?}");
}

#[test]
fn streets_of_different_directions_are_not_joined() {
    let graph =
        Drawing::new(10.0, "A--B--C").way("AB", "highway=footway").way("BC", "highway=footway oneway:foot=yes").graph();
    assert_eq!((graph.node_count(), graph.link_count(), graph.edge_count()), (3, 2, 3));
    // Two one-ways in line, one of them drawn against its direction, are one street.
    let graph = Drawing::new(10.0, "A--B--C")
        .way("AB", "highway=footway oneway:foot=yes")
        .way("CB", "highway=footway oneway:foot=-1")
        .graph();
    assert_eq!((graph.node_count(), graph.link_count(), graph.edge_count()), (2, 1, 1));
}

#[test]
fn a_loop_without_junctions_keeps_one_node() {
    let graph = Drawing::new(10.0, "A--B\n|  |\nD--C").way("ABCDA", "highway=footway").graph();
    assert_eq!((graph.node_count(), graph.link_count(), graph.edge_count()), (1, 1, 2));
    assert_eq!(lengths(&graph), [30.0 * 2.0 + 20.0 * 2.0]);
}

#[test]
fn a_loop_at_a_junction_and_parallel_streets_are_kept() {
    let graph = Drawing::new(10.0, "A--B--C\n   |  |\n   D--E")
        .way("ABC", "highway=footway")
        .way("BDEC", "highway=footway")
        .way("AB", "highway=path")
        .graph();
    // A to B twice; B to C straight and round: A and C are inner points of the one loop each that hangs on B.
    assert_eq!((graph.node_count(), graph.link_count()), (1, 2));
    assert!(graph.check().is_ok());
}

#[test]
fn components_are_numbered_by_their_points() {
    let graph = Drawing::new(10.0, "A--B   C--D--E").way("AB", "highway=footway").way("CDE", "highway=footway").graph();
    let points: Vec<u32> = graph.components().iter().map(|c| c.points).collect();
    assert_eq!(points, [3, 2]);
    let node = graph.nodes().find(|&n| graph.osm_node(n) == id('A')).unwrap();
    assert_eq!(graph.component_of(node), 1);
}

#[test]
fn petgraph_sees_the_same_edges_from_both_ends() {
    let graph = Drawing::new(10.0, "A--B--C\n   |\n   D")
        .way("ABC", "highway=footway oneway:foot=yes")
        .way("BD", "highway=path")
        .graph();
    let pairs = |direction| {
        let mut pairs: Vec<(NodeId, NodeId, u32)> = graph
            .nodes()
            .flat_map(|n| (&graph).edges_directed(n, direction).map(|e| (e.source(), e.target(), e.id().get())))
            .collect();
        pairs.sort_unstable();
        pairs
    };
    assert_eq!(pairs(Direction::Outgoing), pairs(Direction::Incoming));
    assert_eq!(pairs(Direction::Outgoing).len(), graph.edge_count());
    let into: usize = graph.nodes().map(|n| (&graph).neighbors_directed(n, Direction::Incoming).count()).sum();
    assert_eq!(into, graph.edge_count());
}

#[test]
fn petgraphs_components_are_ours() {
    let Some(graph) = real_data::graph("beijing/tsinghua_wudaokou.osm.pbf") else { return };
    assert_eq!(connected_components(&graph), graph.components().len());
    assert!(graph.check().is_ok());
}

/// The contracted graph gives the walks of the uncontracted one, but for rounding: a link rounds once where its
/// segments round each, half a tick at most.
#[test]
fn contraction_changes_no_walk() {
    let Some(path) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let file = std::fs::File::open(path).unwrap();
    let (network, _) = walkshed::osm::read_pbf(file, &walkshed::osm::WalkRules::worldwide()).unwrap();
    let contracted = WalkGraph::from_network(&network).unwrap();
    let whole = WalkGraph::from_network_with(&network, Contraction::None).unwrap();
    assert!(contracted.check().is_ok() && whole.check().is_ok());
    assert!((contracted.total_length().0 - whole.total_length().0).abs() < 0.001 * whole.link_count() as f64);
    let model = FlatSpeed::adult();
    let (weights, whole_weights) =
        (EdgeWeights::from_model(&contracted, &model), EdgeWeights::from_model(&whole, &model));
    // Copies of a barrier's node share an OSM id, so nodes are told apart by their place on the barrier's side: leave them out.
    let mut node_of = std::collections::HashMap::new();
    for node in whole.nodes() {
        node_of.entry(whole.osm_node(node)).and_modify(|n| *n = None).or_insert(Some(node));
    }
    // A thousand random pairs, seed 15: from forty nodes, twenty-five others each. Each link of the one walk and each
    // segment of the other is rounded by half a tick at most, and there are never more links than segments.
    let mut random = Random(15);
    let starts: Vec<NodeId> = contracted.nodes().filter(|&n| node_of[&contracted.osm_node(n)].is_some()).collect();
    let mut pairs = 0;
    while pairs < 1_000 {
        let start = starts[random.below(starts.len())];
        let times = dijkstra(&contracted, start, None, |e| weights.edge(e.id()).get());
        let whole_start = node_of[&contracted.osm_node(start)].unwrap();
        let whole_walks = walks_with_steps(&whole, &whole_weights, whole_start);
        let mut reached: Vec<(NodeId, u32)> = times.into_iter().collect();
        reached.sort_unstable();
        for _ in 0..25 {
            let (node, time) = reached[random.below(reached.len())];
            let Some(Some(whole_node)) = node_of.get(&contracted.osm_node(node)) else { continue };
            let (whole_time, segments) = whole_walks[whole_node.index()].unwrap();
            let apart = f64::from(time.abs_diff(whole_time));
            assert!(apart <= f64::from(segments), "{time} against {whole_time} ticks over {segments} segments");
            pairs += 1;
        }
    }
    // Backwards it is the same graph turned round.
    let start = contracted.nodes().next().unwrap();
    let there = dijkstra(&contracted, start, None, |e| weights.edge(e.id()).get());
    let back = dijkstra(Reversed(&contracted), start, None, |e| weights.edge(e.id()).get());
    assert_eq!(there.len(), back.len());
}

/// For each node the time from a start and the number of edges of that walk, the larger one of walks that tie.
fn walks_with_steps(graph: &WalkGraph, weights: &EdgeWeights, start: NodeId) -> Vec<Option<(u32, u32)>> {
    let times = dijkstra(graph, start, None, |e| weights.edge(e.id()).get());
    let mut order: Vec<(u32, NodeId)> = times.iter().map(|(&node, &time)| (time, node)).collect();
    order.sort_unstable();
    let mut walks = vec![None; graph.node_count()];
    walks[start.index()] = Some((0, 0));
    // Streets of no length may stand in any order: twice round settles them.
    for &(time, node) in order.iter().chain(&order) {
        let Some((_, steps)) = walks[node.index()] else { continue };
        for (edge, head) in graph.edges_from(node) {
            if head != start && times.get(&head) == Some(&(time + weights.edge(edge).get())) {
                let known: u32 = walks[head.index()].map_or(0, |(_, known)| known);
                walks[head.index()] = Some((times[&head], known.max(steps + 1)));
            }
        }
    }
    walks
}

/// Xorshift: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % count as u64) as usize
    }
}
