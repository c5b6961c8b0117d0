//! A quarter of an hour from every cell, in every way of searching, beside `petgraph::algo::dijkstra` on the raw graph.
//!
//! One thread but where it says otherwise. The same cells in the same run, and petgraph is stopped by a sentinel just beyond
//! the budget, as in `search`; what each cell reaches is printed, since ratios mean little without. In the made-up
//! metropolis the cells are runs of neighbours, spread evenly; in the real cities they are all cells.

mod metropolis;
mod raw;
mod real_data;

use std::fs::File;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use rayon::ThreadPool;
use walkshed::access::{AccessOptions, AccessSearch, LinkedOutlets, Way};
use walkshed::graph::{Contraction, WalkGraph};
use walkshed::osm::{RawNetwork, WalkRules, read_pbf};
use walkshed::search::{
    BLOCK, BlockGraph, BlockSearch, Hierarchy, HierarchySearch, NearestSweep, ReachSearch, WIDE_BLOCK,
};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Ticks};

use raw::Baseline;

const BUDGET: Ticks = Ticks::from_minutes(15);
const BUDGETS: [Ticks; 3] = [Ticks::from_minutes(5), Ticks::from_minutes(10), BUDGET];
const CATEGORIES: usize = 30;

/// A graph with its weights and the positions of the cells on it.
struct Side {
    graph: WalkGraph,
    weights: EdgeWeights,
    cells: Vec<Option<LinkedPoint>>,
}

impl Side {
    fn new(graph: WalkGraph, cells: &[LonLat]) -> Self {
        let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
        let snapper = Snapper::new(&graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
        let link = |&at: &LonLat| snapper.snap(at).ok().map(|s| LinkedPoint::new(&graph, &weights, &s));
        let cells = cells.iter().map(link).collect();
        Self { graph, weights, cells }
    }
}

/// The centres of the H3 cells of resolution 10 that a street enters: of at most `runs` runs of 64 neighbours.
fn street_cells(graph: &WalkGraph, runs: usize) -> Vec<LonLat> {
    let points = graph.links().flat_map(|l| graph.link(l).points.iter().map(|p| p.lon_lat()));
    let cell = |p: LonLat| h3o::LatLng::new(p.lat, p.lon).expect("on Earth").to_cell(h3o::Resolution::Ten);
    let mut cells: Vec<h3o::CellIndex> = points.map(cell).collect();
    cells.sort_unstable();
    cells.dedup();
    let centre = |c: &h3o::CellIndex| {
        let at = h3o::LatLng::from(*c);
        LonLat { lon: at.lng(), lat: at.lat() }
    };
    let step = (cells.len() / 64 / runs).max(1);
    cells.chunks(64).step_by(step).flatten().map(centre).collect()
}

/// Outlets in clusters: `count` of them, at nodes near some hundred others.
fn outlets(graph: &WalkGraph, weights: &EdgeWeights, count: usize) -> LinkedOutlets {
    let snapper = Snapper::new(graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
    let clusters = (count / 25).max(1);
    let registry: Vec<_> = (0..count)
        .map(|number| {
            let middle = (metropolis::random((number % clusters) as u64) * graph.node_count() as f64) as usize;
            let off = (metropolis::random(number as u64 + 7) * 60.0) as usize;
            let node = walkshed::NodeId::new(((middle + off) % graph.node_count()) as u32);
            let at = snapper.snap(graph.node_at(node).lon_lat()).ok();
            let category = (metropolis::random(number as u64 + 13) * CATEGORIES as f64) as u16;
            (at.map(|s| LinkedPoint::new(graph, weights, &s)), vec![category])
        })
        .collect();
    LinkedOutlets::new(graph, &registry, CATEGORIES, &[]).expect("all categories exist")
}

fn city(criterion: &mut Criterion, name: &str, network: &RawNetwork, runs: usize, outlet_count: usize) {
    let contracted = WalkGraph::from_network(network).expect("it fits");
    let cells = street_cells(&contracted, runs);
    let ours = Side::new(contracted, &cells);
    let Side { graph, weights, cells: linked } = &ours;
    let mut search = ReachSearch::new(graph);
    let reached: usize = linked.iter().flatten().map(|c| search.run_from(weights, c, BUDGET).node_count()).sum();
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
    let (one, two) = (pool(1), pool(2));

    let mut group = criterion.benchmark_group(format!("lanes/{name}"));
    group.sample_size(10).throughput(Throughput::Elements(cells.len() as u64));
    {
        let raw = Side::new(WalkGraph::from_network_with(network, Contraction::None).expect("it fits"), &cells);
        let mut baseline = Baseline::new(&raw.graph, &raw.weights);
        let first = raw.cells.iter().flatten().take(640);
        let some: usize = first.map(|c| baseline.reach(c, BUDGET)).sum();
        eprintln!(
            "{name}: {} cells; reached per cell: {:.0} contracted nodes, some {} raw ones; {} nodes, {outlet_count} outlets",
            cells.len(),
            reached as f64 / cells.len() as f64,
            some / cells.len().min(640),
            graph.node_count(),
        );
        group.bench_function("petgraph dijkstra, raw graph", |b| {
            b.iter(|| raw.cells.iter().flatten().map(|c| baseline.reach(c, BUDGET)).sum::<usize>());
        });
    }
    group.bench_function("reference search", |b| {
        b.iter(|| linked.iter().flatten().map(|c| search.run_from(weights, c, BUDGET).node_count()).sum::<usize>());
    });
    let ready = BlockGraph::new(graph, weights, BUDGET);
    let mut lanes = BlockSearch::new(&ready);
    let starts = |block: &'_ [Option<LinkedPoint>]| -> Vec<Vec<_>> {
        block.iter().map(|cell| cell.iter().flat_map(LinkedPoint::starts).collect()).collect()
    };
    group.bench_function("lanes, search only", |b| {
        b.iter(|| linked.chunks(BLOCK).map(|block| lanes.run(starts(block), BUDGET).nodes().len()).sum::<usize>());
    });
    let hierarchy = one.install(|| Hierarchy::build(graph, weights, BUDGET));
    let mut sweeps = HierarchySearch::new(&hierarchy, BUDGET);
    group.bench_function("all node times, hierarchy, search only", |b| {
        b.iter(|| {
            for block in linked.chunks(WIDE_BLOCK) {
                sweeps.run(starts(block), BUDGET);
            }
        });
    });
    let linked_outlets = outlets(graph, weights, outlet_count);
    counts(&mut group, &ours, &linked_outlets, &hierarchy, [&one, &two]);
    preparations(&mut group, &ours, &linked_outlets, &hierarchy, &one);
    group.finish();
}

/// Counts of all categories within three budgets, from all cells.
fn counts(
    group: &mut BenchmarkGroup<'_, WallTime>,
    side: &Side,
    outlets: &LinkedOutlets,
    hierarchy: &Hierarchy,
    [one, two]: [&ThreadPool; 2],
) {
    for way in Way::ALL {
        let options = AccessOptions { budgets: &BUDGETS, horizon: None, way };
        let search = one.install(|| AccessSearch::by(&side.graph, &side.weights, outlets, Some(hierarchy), options));
        let search = search.expect("the hierarchy is of this graph");
        group.bench_function(format!("counts by {}", way.code()), |b| {
            b.iter(|| one.install(|| search.run(&side.cells)));
        });
        if way.needs_hierarchy() {
            let name = format!("counts by {}, 2 threads", way.code());
            group.bench_function(name, |b| b.iter(|| two.install(|| search.run(&side.cells))));
        }
    }
}

/// What is done once: a hierarchy, the meetings of its outlets, the nearest for every node.
fn preparations(
    group: &mut BenchmarkGroup<'_, WallTime>,
    side: &Side,
    outlets: &LinkedOutlets,
    hierarchy: &Hierarchy,
    one: &ThreadPool,
) {
    let Side { graph, weights, .. } = side;
    eprintln!(
        "  hierarchy: {} bytes a node, {:.2} edges a node, {} rounds",
        hierarchy.bytes() / graph.node_count(),
        hierarchy.edge_count() as f64 / graph.node_count() as f64,
        hierarchy.round_count(),
    );
    let lists: Vec<Vec<_>> = (0..CATEGORIES as u16).map(|c| outlets.of_category(c).collect()).collect();
    group.bench_function("nearest of 30 categories, every node", |b| {
        b.iter(|| one.install(|| NearestSweep::new(hierarchy, &lists, BUDGET)));
    });
    let options = AccessOptions { budgets: &BUDGETS, horizon: None, way: Way::Meetings };
    group.bench_function("meetings of all outlets", |b| {
        b.iter(|| one.install(|| AccessSearch::by(graph, weights, outlets, Some(hierarchy), options)));
    });
    group.throughput(Throughput::Elements(graph.node_count() as u64));
    group.bench_function("building the hierarchy", |b| {
        b.iter(|| one.install(|| Hierarchy::build(graph, weights, BUDGET)));
    });
}

fn real(criterion: &mut Criterion, name: &str) {
    let Some(path) = real_data::path(&format!("{name}/{name}.osm.pbf")) else { return };
    let read = read_pbf(File::open(path).expect("it exists"), &WalkRules::worldwide());
    // As many outlets as are in reach of a cell in the records of others.
    city(criterion, name, &read.expect("it is whole").0, usize::MAX / 128, 30_000);
}

fn lanes(criterion: &mut Criterion) {
    real(criterion, "las_palmas");
    real(criterion, "poa");
    real(criterion, "porto");
    city(criterion, "metropolis", &metropolis::network(1_150), 24, 50_000);
}

criterion_group!(benches, lanes);
criterion_main!(benches);
