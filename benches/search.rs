//! Searching 15 minutes from the cells of a city, one thread: `petgraph::algo::dijkstra` on the raw graph beside ours.
//!
//! petgraph has no budget, so it gets a sentinel: a node one tick beyond the budget that leads nowhere, at which it stops.
//! Both search from the same cells; the nodes that each reaches per cell are printed, since ratios mean little without.

mod raw;
mod real_data;

use std::fs::File;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use walkshed::graph::{Contraction, WalkGraph};
use walkshed::osm::{WalkRules, read_pbf};
use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Ticks};

use raw::Baseline;

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

fn search_city(criterion: &mut Criterion, city: &str, file: &str) {
    let Some(path) = real_data::path(file) else { return };
    let (network, _) = read_pbf(File::open(path).expect("it exists"), &WalkRules::worldwide()).expect("it is whole");
    let contracted = WalkGraph::from_network(&network).expect("it fits");
    let cells = street_cells(&contracted);
    let ours = Side::new(contracted, &cells);
    let raw = Side::new(WalkGraph::from_network_with(&network, Contraction::None).expect("it fits"), &cells);
    let mut baseline = Baseline::new(&raw.graph, &raw.weights);
    let mut search = ReachSearch::new(&ours.graph);

    let raw_nodes: usize = raw.cells.iter().map(|c| baseline.reach(c, BUDGET)).sum();
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
        b.iter(|| raw.cells.iter().map(|c| baseline.reach(black_box(c), BUDGET)).sum::<usize>());
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
