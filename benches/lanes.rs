//! A quarter of an hour from every cell, in every way of searching, beside `petgraph::algo::dijkstra` on the raw graph.
//!
//! One thread but where it says otherwise. The same cells in the same run, and petgraph is stopped by a sentinel just beyond
//! the budget, as in `search`; what each cell reaches is printed, since ratios mean little without, and so are bytes and the
//! peak of memory. In the made-up metropolis the cells are runs of neighbours, spread evenly, where it says "some cells";
//! else they are all cells. A city takes two to four minutes; name one to run it alone: `-- porto`.

mod memory;
mod metropolis;
mod raw;
mod real_data;

use std::fs::File;
use std::time::Duration;

use criterion::{
    BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use rayon::ThreadPool;
use walkshed::access::{AccessOptions, AccessSearch, Choice, LinkedOutlets, Way, Work};
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
/// Crossings along a side of the metropolis, and of the piece of it that hierarchies are built of again and again.
const METROPOLIS: u32 = 1_150;
const PIECE: u32 = 400;

type Cells = Vec<Option<LinkedPoint>>;

/// A graph with its weights.
struct Side {
    graph: WalkGraph,
    weights: EdgeWeights,
}

impl Side {
    fn new(network: &RawNetwork, contraction: Contraction) -> Self {
        let graph = WalkGraph::from_network_with(network, contraction).expect("it fits");
        let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
        Self { graph, weights }
    }

    /// Cells on its streets.
    fn link(&self, cells: &[LonLat]) -> Cells {
        let snapper = Snapper::new(&self.graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
        let link = |&at: &LonLat| snapper.snap(at).ok().map(|s| LinkedPoint::new(&self.graph, &self.weights, &s));
        cells.iter().map(link).collect()
    }

    /// Outlets in clusters: `count` of them, at nodes near some hundred others.
    fn outlets(&self, count: usize) -> LinkedOutlets {
        let Self { graph, weights } = self;
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
}

/// The centres of the H3 cells of resolution 10 that a street enters.
fn street_cells(graph: &WalkGraph) -> Vec<LonLat> {
    let points = graph.links().flat_map(|l| graph.link(l).points.iter().map(|p| p.lon_lat()));
    let cell = |p: LonLat| h3o::LatLng::new(p.lat, p.lon).expect("on Earth").to_cell(h3o::Resolution::Ten);
    let mut cells: Vec<h3o::CellIndex> = points.map(cell).collect();
    cells.sort_unstable();
    cells.dedup();
    let centre = |c: h3o::CellIndex| {
        let at = h3o::LatLng::from(c);
        LonLat { lon: at.lng(), lat: at.lat() }
    };
    cells.into_iter().map(centre).collect()
}

/// Cells in the order of the nodes where their walks begin, as searches from many take them.
fn neighbours_together(side: &Side, places: Vec<LonLat>) -> (Vec<LonLat>, Cells) {
    let linked = side.link(&places);
    let mut both: Vec<(LonLat, Option<LinkedPoint>)> = places.into_iter().zip(linked).collect();
    both.sort_by_key(|(_, cell)| cell.as_ref().and_then(|cell| cell.starts().next()).map(|start| start.0));
    both.into_iter().unzip()
}

/// At most so many runs of 64 neighbours, spread evenly.
fn some<T: Clone>(cells: &[T], runs: usize) -> Vec<T> {
    let step = (cells.len() / 64 / runs).max(1);
    cells.chunks(64).step_by(step).flatten().cloned().collect()
}

fn threads(count: usize) -> ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().expect("a pool of threads")
}

/// A city to search in.
struct City<'c> {
    ours: &'c Side,
    /// The cells that are searched from, and all of them.
    cells: &'c Cells,
    every_cell: &'c Cells,
    outlets: &'c LinkedOutlets,
}

fn city(criterion: &mut Criterion, name: &str, network: RawNetwork, runs: usize, outlet_count: usize) {
    let ours = Side::new(&network, Contraction::Junctions);
    let (places, every_cell) = neighbours_together(&ours, street_cells(&ours.graph));
    let cells = some(&every_cell, runs);
    let mut group = criterion.benchmark_group(format!("lanes/{name}"));
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Elements(cells.len() as u64));

    let mut search = ReachSearch::new(&ours.graph);
    let reached: usize = cells.iter().flatten().map(|c| search.run_from(&ours.weights, c, BUDGET).node_count()).sum();
    eprintln!(
        "{name}: {} cells, {} searched from, {:.0} nodes reached by each; {} nodes, {outlet_count} outlets",
        every_cell.len(),
        cells.len(),
        reached as f64 / cells.len() as f64,
        ours.graph.node_count(),
    );
    eprintln!("  graph: {} bytes a node", ours.graph.bytes() / ours.graph.node_count());
    baseline(&mut group, &network, &some(&places, runs));
    drop(network);
    group.bench_function("reference search", |b| {
        b.iter(|| {
            cells.iter().flatten().map(|c| search.run_from(&ours.weights, c, BUDGET).node_count()).sum::<usize>()
        });
    });
    let outlets = ours.outlets(outlet_count);
    let city = City { ours: &ours, cells: &cells, every_cell: &every_cell, outlets: &outlets };
    without_preparation(&mut group, &city);
    with_hierarchy(&mut group, &city);
    one_run(&mut group, &city);
    group.finish();
    eprintln!("  peak memory of the whole bench: {}", memory::peak());
}

/// petgraph on the raw graph.
fn baseline(group: &mut BenchmarkGroup<'_, WallTime>, network: &RawNetwork, cells: &[LonLat]) {
    let raw = Side::new(network, Contraction::None);
    let cells = raw.link(cells);
    let mut baseline = Baseline::new(&raw.graph, &raw.weights);
    let sample: Vec<_> = cells.iter().flatten().step_by(16).collect();
    let reached: usize = sample.iter().map(|c| baseline.reach(c, BUDGET)).sum();
    eprintln!("  raw graph: {} nodes, {} reached by each cell", raw.graph.node_count(), reached / sample.len());
    group.bench_function("petgraph dijkstra, raw graph", |b| {
        b.iter(|| cells.iter().flatten().map(|c| baseline.reach(c, BUDGET)).sum::<usize>());
    });
}

fn starts(block: &[Option<LinkedPoint>]) -> impl Iterator<Item = impl Iterator<Item = (walkshed::NodeId, Ticks)>> {
    block.iter().map(|cell| cell.iter().flat_map(LinkedPoint::starts))
}

/// Lanes on one thread and on two: the search only, and counts.
fn without_preparation(group: &mut BenchmarkGroup<'_, WallTime>, city: &City<'_>) {
    let City { ours: Side { graph, weights }, cells, .. } = *city;
    let ready = BlockGraph::new(graph, weights, BUDGET);
    let mut lanes = BlockSearch::new(&ready);
    let (mut taken_up, mut nodes) = (0, 0);
    for block in cells.chunks(BLOCK) {
        let reach = lanes.run(starts(block), BUDGET);
        (taken_up, nodes) = (taken_up + reach.taken_up(), nodes + reach.nodes().len());
    }
    eprintln!(
        "  lanes: {} nodes reached by a block of {BLOCK}, each taken up {:.2} times",
        nodes / cells.len().div_ceil(BLOCK),
        taken_up as f64 / nodes as f64
    );
    group.bench_function("lanes, search only", |b| {
        b.iter(|| cells.chunks(BLOCK).map(|block| lanes.run(starts(block), BUDGET).nodes().len()).sum::<usize>());
    });
    counts(group, city, None, Way::Lanes, 1);
    counts(group, city, None, Way::Lanes, 2);
}

/// Counts of all categories within three budgets.
fn counts(
    group: &mut BenchmarkGroup<'_, WallTime>,
    city: &City<'_>,
    hierarchy: Option<&Hierarchy>,
    way: Way,
    cores: usize,
) {
    let City { ours: Side { graph, weights }, cells, outlets, .. } = *city;
    let pool = threads(cores);
    let options = AccessOptions { budgets: &BUDGETS, horizon: None, only: None, way };
    let search = AccessSearch::by(graph, weights, outlets, hierarchy, options).expect("the hierarchy is of this graph");
    let on = if cores == 1 { String::new() } else { format!(", {cores} threads") };
    group.bench_function(format!("counts by {}{on}", way.code()), |b| b.iter(|| pool.install(|| search.run(cells))));
}

/// What a hierarchy gives, and what it costs.
fn with_hierarchy(group: &mut BenchmarkGroup<'_, WallTime>, city: &City<'_>) {
    let City { ours: Side { graph, weights }, cells, every_cell, outlets } = *city;
    let one = threads(1);
    let began = std::time::Instant::now();
    let hierarchy = one.install(|| Hierarchy::build(graph, weights, BUDGET));
    eprintln!(
        "  hierarchy: built in {:.2} µs a node; {} bytes a node, {:.2} edges a node, {} rounds",
        began.elapsed().as_secs_f64() * 1e6 / graph.node_count() as f64,
        hierarchy.bytes() / graph.node_count(),
        hierarchy.edge_count() as f64 / graph.node_count() as f64,
        hierarchy.round_count(),
    );
    let mut times = HierarchySearch::new(&hierarchy, BUDGET);
    group.bench_function("all node times, hierarchy, search only", |b| {
        b.iter(|| {
            for block in cells.chunks(WIDE_BLOCK) {
                times.run(starts(block), BUDGET);
            }
        });
    });
    for way in [Way::Sweeps, Way::Meetings] {
        counts(group, city, Some(&hierarchy), way, 1);
        counts(group, city, Some(&hierarchy), way, 2);
    }
    let lists: Vec<Vec<_>> = (0..CATEGORIES as u16).map(|c| outlets.of_category(c).collect()).collect();
    group.throughput(Throughput::Elements(every_cell.len() as u64));
    group.bench_function("nearest of 30 categories, every node", |b| {
        b.iter(|| one.install(|| NearestSweep::new(&hierarchy, &lists, BUDGET)));
    });
    let options = AccessOptions { budgets: &BUDGETS, horizon: None, only: None, way: Way::Meetings };
    group.bench_function("meetings of all outlets", |b| {
        b.iter(|| one.install(|| AccessSearch::by(graph, weights, outlets, Some(&hierarchy), options)));
    });
    let piece = (graph.node_count() > 500_000).then(|| {
        let network = metropolis::network(PIECE);
        Side::new(&network, Contraction::Junctions)
    });
    let Side { graph, weights } = piece.as_ref().unwrap_or(city.ours);
    group.throughput(Throughput::Elements(graph.node_count() as u64));
    let name = format!("building the hierarchy of {} nodes", graph.node_count());
    group.bench_function(name, |b| b.iter(|| one.install(|| Hierarchy::build(graph, weights, BUDGET))));
}

/// Counts from all cells with everything that has to be prepared, in the way that the work says.
fn one_run(group: &mut BenchmarkGroup<'_, WallTime>, city: &City<'_>) {
    let City { ours: Side { graph, weights }, every_cell, outlets, .. } = *city;
    let one = threads(1);
    let run = || {
        let (nodes, outlet_count) = (graph.node_count(), outlets.len());
        let rest = Work { cells: 0, reach: 0.0, nodes, outlets: outlet_count, nearest: 0, has_hierarchy: false };
        let work = Work::sampled(&BlockGraph::new(graph, weights, BUDGET), every_cell, BUDGET, rest);
        let choice = Choice::by_work(work);
        let hierarchy = choice.way.needs_hierarchy().then(|| Hierarchy::build(graph, weights, BUDGET));
        let options = AccessOptions { budgets: &BUDGETS, horizon: None, only: None, way: choice.way };
        let search = AccessSearch::by(graph, weights, outlets, hierarchy.as_ref(), options).expect("it is built");
        (choice, search.run(every_cell))
    };
    eprintln!("  by the work: {}", one.install(run).0);
    group.throughput(Throughput::Elements(every_cell.len() as u64));
    group.bench_function("one run, all preparation counted", |b| b.iter(|| one.install(run)));
}

/// Whether a city was asked for on the command line, or none was.
fn is_wanted(name: &str) -> bool {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    words.peek().is_none() || words.any(|word| word.contains(name))
}

fn real(criterion: &mut Criterion, name: &str) {
    if !is_wanted(name) {
        return;
    }
    let Some(path) = real_data::path(&format!("{name}/{name}.osm.pbf")) else { return };
    let read = read_pbf(File::open(path).expect("it exists"), &WalkRules::worldwide());
    // As many outlets as are in reach of a cell in the records of others.
    city(criterion, name, read.expect("it is whole").0, usize::MAX / 128, 30_000);
}

fn lanes(criterion: &mut Criterion) {
    real(criterion, "las_palmas");
    real(criterion, "poa");
    real(criterion, "porto");
    if is_wanted("metropolis") {
        city(criterion, "metropolis", metropolis::network(METROPOLIS), 24, 50_000);
    }
}

criterion_group!(benches, lanes);
criterion_main!(benches);
