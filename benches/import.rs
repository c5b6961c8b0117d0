//! From a PBF file to a finished graph, and how much of that is decoding: beside osmpbf, which decoded for us before.
//!
//! One thread each, so that the ratio says what the work costs; and the whole line once more on all cores.

mod real_data;

use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use osmpbf::{Element, ElementReader};
use rayon::ThreadPoolBuilder;
use walkshed::graph::WalkGraph;
use walkshed::osm::{WalkRules, decode_and_resolve, read_pbf};

/// Counts nodes, and references of ways.
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

/// What `decode_and_resolve` does, by the simplest means: ways with a `highway`, their nodes, where these are.
fn decode_and_resolve_by_osmpbf(bytes: &[u8]) -> usize {
    let mut refs = Vec::new();
    let ways = ElementReader::new(bytes).for_each(|element| {
        if let Element::Way(way) = element
            && way.tags().any(|(key, _)| key == "highway")
        {
            refs.extend(way.refs());
        }
    });
    ways.expect("the file is whole");
    let mut wanted = refs.clone();
    wanted.sort_unstable();
    wanted.dedup();
    let mut at = vec![None; wanted.len()];
    let nodes = ElementReader::new(bytes).for_each(|element| {
        let (id, place) = match element {
            Element::Node(node) => (node.id(), (node.nano_lon(), node.nano_lat())),
            Element::DenseNode(node) => (node.id(), (node.nano_lon(), node.nano_lat())),
            _ => return,
        };
        if let Ok(number) = wanted.binary_search(&id) {
            at[number] = Some(place);
        }
    });
    nodes.expect("the file is whole");
    let places = refs.iter().filter_map(|id| at[wanted.binary_search(id).expect("it is wanted")]);
    places.count()
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
    group.bench_function("osmpbf, decode and resolve, 1 thread", |b| b.iter(|| decode_and_resolve_by_osmpbf(&bytes)));
    let resolved = || decode_and_resolve(Cursor::new(&bytes), &rules).expect("the file is whole");
    group.bench_function("decode and resolve, 1 thread", |b| b.iter(|| one.install(resolved)));
    group.bench_function("walkable ways, 1 thread", |b| b.iter(|| one.install(network)));
    let whole = || WalkGraph::from_network(&network()).expect("it fits");
    group.bench_function("finished graph, 1 thread", |b| b.iter(|| one.install(whole)));
    group.bench_function("decode and resolve, all threads", |b| b.iter(|| all.install(resolved)));
    group.bench_function("finished graph, all threads", |b| b.iter(|| all.install(whole)));
    group.finish();
}

fn import(criterion: &mut Criterion) {
    import_city(criterion, "porto", "porto/porto.osm.pbf");
    import_city(criterion, "las_palmas", "las_palmas/las_palmas.osm.pbf");
}

criterion_group!(benches, import);
criterion_main!(benches);
