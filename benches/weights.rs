//! What a model costs: one pass over the edges of a made-up city on hills, for each model.
//!
//! One element is one directed edge. The sizes are printed, and what twelve models on one graph take: a graph once, and
//! twelve columns.

mod metropolis;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use walkshed::graph::{HeightOptions, WalkGraph};
use walkshed::relief::Relief;
use walkshed::walk::{EdgeWeights, Walker};
use walkshed::{LonLat, Meters};

/// Crossings along a side: about a million directed edges.
const SIDE: u32 = 640;
const MODELS: [&str; 12] = [
    "flat",
    "place",
    "adult",
    "step_free",
    "tobler",
    "naismith_langmuir",
    "din_33466",
    "swiss",
    "campbell_2019_p50",
    "campbell_2022",
    "irmischer_clarke_male",
    "minetti",
];

/// Hills of 30 m, half a kilometre from top to top.
struct Hills;

impl Relief for Hills {
    fn height_at(&self, at: LonLat) -> Option<Meters> {
        Some(Meters(50.0 + 30.0 * (at.lon * 1_200.0).sin() * (at.lat * 1_300.0).cos()))
    }

    fn resolution(&self) -> Meters {
        Meters(30.0)
    }
}

fn weights(criterion: &mut Criterion) {
    let plain = WalkGraph::from_network(&metropolis::network(SIDE)).expect("a graph");
    let plain_bytes = plain.bytes();
    let (graph, report) = plain.with_heights(&Hills, HeightOptions::for_relief(&Hills));
    println!(
        "{} nodes, {} edges, {} points of which heights added {}; {:.1} MB, {:.1} MB with heights",
        graph.node_count(),
        graph.edge_count(),
        graph.point_count(),
        report.points_added,
        plain_bytes as f64 / 1e6,
        graph.bytes() as f64 / 1e6
    );
    // 4 bytes for each edge, and for each point 4, or 8 where both directions differ.
    let column = 4 * graph.edge_count() + 8 * graph.point_count() + 4 * graph.link_count();
    println!("a column of weights: {:.1} MB; twelve of them {:.1} MB", column as f64 / 1e6, 12.0 * column as f64 / 1e6);
    let mut group = criterion.benchmark_group("weights");
    group.sample_size(10).throughput(Throughput::Elements(graph.edge_count() as u64));
    for name in MODELS {
        let walker = Walker::named(name).expect("it is built in");
        group.bench_function(name, |bencher| bencher.iter(|| black_box(EdgeWeights::from_model(&graph, &walker))));
    }
    group.bench_function("all twelve, kept", |bencher| {
        let walkers: Vec<Walker> = MODELS.into_iter().filter_map(Walker::named).collect();
        bencher.iter(|| {
            let columns: Vec<EdgeWeights> =
                walkers.iter().map(|walker| EdgeWeights::from_model(&graph, walker)).collect();
            black_box(columns)
        });
    });
    group.finish();
    let mut group = criterion.benchmark_group("heights");
    group.sample_size(10).throughput(Throughput::Elements(graph.edge_count() as u64));
    group.bench_function("with_heights", |bencher| {
        bencher.iter_batched(
            || graph.clone(),
            |graph| black_box(graph.with_heights(&Hills, HeightOptions::for_relief(&Hills))),
            criterion::BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, weights);
criterion_main!(benches);
