//! Areas within 5, 10 and 15 minutes of every cell, part by part, beside `petgraph::algo::dijkstra` on the raw graph.
//!
//! One thread. The same cells in the same run: runs of neighbours, spread evenly. What all origins have in common (the
//! surroundings of whole streets) is drawn by the first round, before anything is measured; how long that takes is printed.

mod metropolis;
mod raw;
mod real_data;

use std::fs::File;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use walkshed::graph::{Contraction, WalkGraph};
use walkshed::isochrone::{Heading, IsochroneOptions, IsochroneSearch, Isochrones, Origin};
use walkshed::osm::{RawNetwork, WalkRules, read_pbf};
use walkshed::search::{BLOCK, ReachSearch};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Meters, Ticks};

use raw::Baseline;

const BUDGETS: [Ticks; 3] = [Ticks::from_minutes(5), Ticks::from_minutes(10), Ticks::from_minutes(15)];

/// The centres of the H3 cells of resolution 10 that a street enters: of at most `runs` runs of 16 neighbours.
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
    let step = (cells.len() / BLOCK / runs).max(1);
    cells.chunks(BLOCK).step_by(step).flatten().map(centre).collect()
}

fn city(criterion: &mut Criterion, name: &str, network: &RawNetwork, runs: usize) {
    let graph = WalkGraph::from_network(network).expect("it fits");
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let snapper = Snapper::new(&graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
    let cells = street_cells(&graph, runs);
    let origin = |&at: &LonLat| Some(Origin::new(&graph, &weights, at, &snapper.snap(at).ok()?));
    let origins: Vec<Origin> = cells.iter().filter_map(origin).collect();
    let mut group = criterion.benchmark_group(format!("isochrones/{name}"));
    group.sample_size(10).throughput(Throughput::Elements(origins.len() as u64));
    {
        let raw = WalkGraph::from_network_with(network, Contraction::None).expect("it fits");
        let raw_weights = EdgeWeights::from_model(&raw, &FlatSpeed::adult());
        let raw_snapper = Snapper::new(&raw, SnapOptions { min_component: 0, ..SnapOptions::default() });
        let link = |origin: &Origin| {
            let snap = raw_snapper.snap(origin.at()).expect("it has a street");
            LinkedPoint::new(&raw, &raw_weights, &snap)
        };
        let linked: Vec<LinkedPoint> = origins.iter().map(link).collect();
        let mut baseline = Baseline::new(&raw, &raw_weights);
        let reached: usize = linked.iter().map(|c| baseline.reach(c, BUDGETS[2])).sum();
        eprintln!("{name}: {} origins, {} raw nodes reached per origin", origins.len(), reached / origins.len());
        group.bench_function("petgraph dijkstra, raw graph, search alone", |b| {
            b.iter(|| linked.iter().map(|c| baseline.reach(c, BUDGETS[2])).sum::<usize>());
        });
    }
    let mut nodes = ReachSearch::new(&graph);
    group.bench_function("reference search alone", |b| {
        let count =
            |o: &Origin, nodes: &mut ReachSearch<'_>| nodes.run_from(&weights, o.point(), BUDGETS[2]).node_count();
        b.iter(|| origins.iter().map(|o| count(o, &mut nodes)).sum::<usize>());
    });
    for bound in [10.0, 25.0] {
        let options = IsochroneOptions { error_bound: Meters(bound), ..IsochroneOptions::default() };
        let isochrones = Isochrones::new(&graph, &weights, options).expect("usual numbers");
        let mut search = IsochroneSearch::new(&isochrones);
        let began = Instant::now();
        let (mut points, mut places) = (0, 0);
        for origin in &origins {
            let mut reached = search.run(std::slice::from_ref(origin), Heading::Away, &BUDGETS).expect("three budgets");
            places += reached.outline_places().expect("it fits").iter().sum::<usize>();
            points +=
                reached.areas().expect("it fits").iter().map(walkshed::isochrone::Shape::point_count).sum::<usize>();
        }
        eprintln!(
            "{name}, bound {bound} m: first round {:.1} s; streets' surroundings {:.1} MB; {} places and {} points per origin",
            began.elapsed().as_secs_f64(),
            isochrones.bytes() as f64 / 1e6,
            places / origins.len(),
            points / origins.len(),
        );
        group.bench_function(format!("streets and their lengths, {bound} m"), |b| {
            b.iter(|| {
                let longest = |o: &Origin, search: &mut IsochroneSearch<'_, '_>| {
                    let reached = search.run(std::slice::from_ref(o), Heading::Away, &BUDGETS).expect("three budgets");
                    reached.lengths().map(|length| length.0).sum::<f64>()
                };
                origins.iter().map(|o| longest(o, &mut search)).sum::<f64>()
            });
        });
        group.bench_function(format!("outlines, not linked, {bound} m"), |b| {
            b.iter(|| {
                let places = |o: &Origin, search: &mut IsochroneSearch<'_, '_>| {
                    let mut reached =
                        search.run(std::slice::from_ref(o), Heading::Away, &BUDGETS).expect("three budgets");
                    reached.outline_places().expect("it fits").iter().sum::<usize>()
                };
                origins.iter().map(|o| places(o, &mut search)).sum::<usize>()
            });
        });
        group.bench_function(format!("streets and their lengths, in blocks, {bound} m"), |b| {
            b.iter(|| {
                for block in origins.chunks(BLOCK) {
                    let reached = search.run_block(block, Heading::Away, &BUDGETS).expect("three budgets");
                    std::hint::black_box(reached.lengths_of(0).len());
                }
            });
        });
        group.bench_function(format!("outlines, not linked, in blocks, {bound} m"), |b| {
            b.iter(|| {
                let places = |block: &[Origin], search: &mut IsochroneSearch<'_, '_>| {
                    let mut reached = search.run_block(block, Heading::Away, &BUDGETS).expect("three budgets");
                    reached.outline_places().expect("it fits").iter().sum::<usize>()
                };
                origins.chunks(BLOCK).map(|block| places(block, &mut search)).sum::<usize>()
            });
        });
        group.bench_function(format!("areas, linked and thinned out, in blocks, {bound} m"), |b| {
            b.iter(|| {
                for block in origins.chunks(BLOCK) {
                    let mut reached = search.run_block(block, Heading::Away, &BUDGETS).expect("three budgets");
                    std::hint::black_box(reached.areas_of_each().expect("it fits"));
                }
            });
        });
        group.bench_function(format!("areas, linked and thinned out, {bound} m"), |b| {
            b.iter(|| {
                for origin in &origins {
                    let mut reached =
                        search.run(std::slice::from_ref(origin), Heading::Away, &BUDGETS).expect("three budgets");
                    std::hint::black_box(reached.areas().expect("it fits"));
                }
            });
        });
    }
    group.finish();
}

fn real(criterion: &mut Criterion, name: &str, runs: usize) {
    let Some(path) = real_data::path(&format!("{name}/{name}.osm.pbf")) else { return };
    let read = read_pbf(File::open(path).expect("it exists"), &WalkRules::worldwide());
    city(criterion, name, &read.expect("it is whole").0, runs);
}

fn isochrones(criterion: &mut Criterion) {
    real(criterion, "las_palmas", 64);
    real(criterion, "porto", 64);
    city(criterion, "metropolis", &metropolis::network(400), 16);
}

criterion_group!(benches, isochrones);
criterion_main!(benches);
