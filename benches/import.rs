//! From a PBF file to a finished graph, beside a plain read of the same file with osmpbf that only counts.
//!
//! One thread each, so that the ratio says what the work costs; and the whole line once more on all cores.

mod real_data;

use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use osmpbf::{Element, ElementReader};
use rayon::ThreadPoolBuilder;
use walkshed::graph::WalkGraph;
use walkshed::osm::{WalkRules, read_pbf};

fn count_elements(bytes: &[u8]) -> u64 {
    let mut count = 0;
    let reader = ElementReader::new(bytes);
    let seen = reader.for_each(|element| {
        count += match element {
            Element::Way(way) => way.raw_refs().len() as u64,
            _ => 1,
        }
    });
    seen.expect("the file is whole");
    count
}

fn import_city(criterion: &mut Criterion, city: &str, file: &str) {
    let Some(path) = real_data::path(file) else { return };
    let bytes = std::fs::read(path).expect("it exists");
    let rules = WalkRules::worldwide();
    let network = || read_pbf(Cursor::new(&bytes), &rules).expect("the file is whole").0;
    let pool = |threads| ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
    let (one, all) = (pool(1), pool(0));

    let mut group = criterion.benchmark_group(format!("import/{city}"));
    group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("osmpbf, counting only, 1 thread", |b| b.iter(|| count_elements(&bytes)));
    group.bench_function("walkable ways, 1 thread", |b| b.iter(|| one.install(network)));
    let whole = || WalkGraph::from_network(&network()).expect("it fits");
    group.bench_function("finished graph, 1 thread", |b| b.iter(|| one.install(whole)));
    group.bench_function("finished graph, all threads", |b| b.iter(|| all.install(whole)));
    group.finish();
}

fn import(criterion: &mut Criterion) {
    import_city(criterion, "porto", "porto/porto.osm.pbf");
    import_city(criterion, "las_palmas", "las_palmas/las_palmas.osm.pbf");
}

criterion_group!(benches, import);
criterion_main!(benches);
