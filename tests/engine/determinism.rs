//! One thread or many: the same graph, the same answers, to the byte.

use std::fs::File;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use walkshed::Ticks;
use walkshed::access::{AccessBatch, AccessSearch, LinkedOutlets};
use walkshed::graph::WalkGraph;
use walkshed::osm::{FeatureSet, WalkRules, read_features, read_pbf};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};

use super::real_data;

fn whole_line(path: &std::path::Path) -> (Vec<u8>, FeatureSet, AccessBatch) {
    let (network, _) = read_pbf(File::open(path).unwrap(), &WalkRules::worldwide()).unwrap();
    let graph = WalkGraph::from_network(&network).unwrap();
    let shops = read_features(File::open(path).unwrap(), &|tags| tags.get("shop").is_some()).unwrap();
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let snapper = Snapper::new(&graph, SnapOptions::default());
    let link = |at| snapper.snap(at).ok().map(|s| LinkedPoint::new(&graph, &weights, &s));
    let outlets: Vec<_> = shops.features.iter().map(|f| (link(f.at), vec![(f.osm.id % 5) as u16])).collect();
    let linked = LinkedOutlets::new(&graph, &outlets, 5, &[vec![0, 1]]).unwrap();
    let cells: Vec<_> = real_data::street_cells(&graph, h3o::Resolution::Ten).into_par_iter().map(link).collect();
    let budgets = [Ticks::from_minutes(5), Ticks::from_minutes(15)];
    let batch = AccessSearch::new(&graph, &weights, &linked, &budgets, Ticks::from_minutes(30)).run(&cells);
    let mut bytes = Vec::new();
    graph.write_to(&mut bytes).unwrap();
    (bytes, shops, batch)
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let Some(path) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let mut results = [1, 2, 5].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| whole_line(&path))
    });
    results.sort_by_key(|r| r.0.len());
    let [first, second, third] = results;
    assert!(first == second && second == third);
}
