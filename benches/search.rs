//! Searching 15 minutes from the cells of a city, one thread: `petgraph::algo::dijkstra` on the raw graph beside ours.
//!
//! petgraph has no budget, so it gets a sentinel: a node one tick beyond the budget that leads nowhere, at which it stops.
//! Both search from the same cells; the nodes that each reaches per cell are printed, since ratios mean little without.

mod real_data;

use std::fs::File;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use walkshed::graph::{Contraction, WalkGraph};
use walkshed::osm::{WalkRules, read_pbf};
use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Ticks};

const BUDGET: Ticks = Ticks::from_minutes(15);
/// How many cells are searched from, spread evenly over the city.
const CELLS: usize = 2_000;

/// A graph with its weights and the positions of the cells on it.
struct Side {
    graph: WalkGraph,
    weights: EdgeWeights,
    cells: Vec<LinkedPoint>,
}

impl Side {
    fn new(graph: WalkGraph, cells: &[LonLat]) -> Self {
        let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
        let snapper = Snapper::new(&graph, SnapOptions::default());
        let link = |&at: &LonLat| LinkedPoint::new(&graph, &weights, &snapper.snap(at).expect("a cell of a street"));
        let cells = cells.iter().map(link).collect();
        Self { graph, weights, cells }
    }
}

/// The centres of H3 cells of resolution 10 that a street enters, evenly spread.
fn street_cells(graph: &WalkGraph) -> Vec<LonLat> {
    let points = graph.links().flat_map(|l| graph.link(l).points.iter().map(|p| p.lon_lat()));
    let cell = |p: LonLat| h3o::LatLng::new(p.lat, p.lon).expect("on Earth").to_cell(h3o::Resolution::Ten);
    let mut cells: Vec<h3o::CellIndex> = points.map(cell).collect();
    cells.sort_unstable();
    cells.dedup();
    let step = (cells.len() / CELLS).max(1);
    let centre = |c: h3o::CellIndex| {
        let at = h3o::LatLng::from(c);
        LonLat { lon: at.lng(), lat: at.lat() }
    };
    cells.into_iter().step_by(step).map(centre).collect()
}

/// The raw graph in petgraph's own shape, with a source and a sentinel.
struct Baseline {
    graph: DiGraph<(), u32>,
    source: NodeIndex,
    sentinel: NodeIndex,
}

impl Baseline {
    fn new(side: &Side) -> Self {
        let mut graph = DiGraph::with_capacity(side.graph.node_count() + 2, side.graph.edge_count() + 3);
        for _ in 0..side.graph.node_count() + 2 {
            graph.add_node(());
        }
        for edge in side.graph.edges() {
            let [tail, head] = [side.graph.tail(edge), side.graph.head(edge)].map(|n| NodeIndex::new(n.index()));
            graph.add_edge(tail, head, side.weights.edge(edge).get());
        }
        let source = NodeIndex::new(side.graph.node_count());
        Self { graph, source, sentinel: NodeIndex::new(source.index() + 1) }
    }

    /// How many nodes are within the budget of a cell.
    fn reach(&mut self, cell: &LinkedPoint) -> usize {
        let mut added = vec![self.graph.add_edge(self.source, self.sentinel, BUDGET.get() + 1)];
        for (node, time) in cell.starts() {
            added.push(self.graph.add_edge(self.source, NodeIndex::new(node.index()), time.get()));
        }
        let times = dijkstra(&self.graph, self.source, Some(self.sentinel), |e| *e.weight());
        for edge in added.into_iter().rev() {
            self.graph.remove_edge(edge);
        }
        times.values().filter(|&&t| t <= BUDGET.get()).count() - 1
    }
}

fn search_city(criterion: &mut Criterion, city: &str, file: &str) {
    let Some(path) = real_data::path(file) else { return };
    let (network, _) = read_pbf(File::open(path).expect("it exists"), &WalkRules::worldwide()).expect("it is whole");
    let contracted = WalkGraph::from_network(&network).expect("it fits");
    let cells = street_cells(&contracted);
    let ours = Side::new(contracted, &cells);
    let raw = Side::new(WalkGraph::from_network_with(&network, Contraction::None).expect("it fits"), &cells);
    let mut baseline = Baseline::new(&raw);
    let mut search = ReachSearch::new(&ours.graph);

    let raw_nodes: usize = raw.cells.iter().map(|c| baseline.reach(c)).sum();
    let nodes: usize = ours.cells.iter().map(|c| search.run_from(&ours.weights, c, BUDGET).node_count()).sum();
    let per_cell = |n: usize| n as f64 / cells.len() as f64;
    eprintln!(
        "{city}: {} cells; reached per cell: {:.0} nodes of the raw graph, {:.0} of the contracted one",
        cells.len(),
        per_cell(raw_nodes),
        per_cell(nodes)
    );

    let mut group = criterion.benchmark_group(format!("search/{city}"));
    group.sample_size(20).throughput(Throughput::Elements(cells.len() as u64));
    group.bench_function("petgraph dijkstra, raw graph", |b| {
        b.iter(|| raw.cells.iter().map(|c| baseline.reach(black_box(c))).sum::<usize>());
    });
    group.bench_function("reference search, contracted graph", |b| {
        b.iter(|| {
            let reach = |c| search.run_from(&ours.weights, black_box(c), BUDGET).node_count();
            ours.cells.iter().map(reach).sum::<usize>()
        });
    });
    group.finish();
}

fn search(criterion: &mut Criterion) {
    search_city(criterion, "porto", "porto/porto.osm.pbf");
    search_city(criterion, "las_palmas", "las_palmas/las_palmas.osm.pbf");
}

criterion_group!(benches, search);
criterion_main!(benches);
