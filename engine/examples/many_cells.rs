//! Many cells at once, as a service would: a stored hierarchy, the way chosen by the work, and the answers.
//!
//! ```text
//! cargo run --release --example many_cells -- city.osm.pbf [city.hierarchy]
//! ```
//! With a second name the hierarchy is kept in that file, and read back the next time.

use std::error::Error;
use std::fs::File;
use std::time::Instant;

use walkshed::access::{AccessOptions, AccessSearch, Choice, LinkedOutlets, Way, Work};
use walkshed::osm::{WalkRules, read_features, read_pbf};
use walkshed::search::{BlockGraph, Hierarchy};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Ticks, WalkGraph};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let extract = arguments.next().ok_or("give the path of an extract, such as city.osm.pbf")?;
    let stored = arguments.next();

    // What a service makes once: streets, walking times, outlets on streets (here all shops, as one category).
    let graph = WalkGraph::from_network(&read_pbf(File::open(&extract)?, &WalkRules::worldwide())?.0)?;
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let snapper = Snapper::new(&graph, SnapOptions::default());
    let link = |at: LonLat| snapper.snap(at).ok().map(|snap| LinkedPoint::new(&graph, &weights, &snap));
    let shops = read_features(File::open(&extract)?, &|tags| tags.get("shop").is_some())?;
    let registry: Vec<_> = shops.features.iter().map(|shop| (link(shop.at), vec![0])).collect();
    let outlets = LinkedOutlets::new(&graph, &registry, 1, &[])?;
    let budget = Ticks::from_minutes(15);
    let hierarchy = hierarchy(&graph, &weights, budget, stored.as_deref())?;

    // What it does for each batch: here a cell is every tenth junction of the network.
    let cells: Vec<_> = graph.nodes().step_by(10).map(|node| link(graph.node_at(node).lon_lat())).collect();
    let rest = Work { cells: 0, reach: 0.0, nodes: graph.node_count(), outlets: outlets.len(), has_hierarchy: true };
    let ready = BlockGraph::new(&graph, &weights, budget);
    let choice = Choice::by_work(Work::sampled(&ready, &cells, budget, rest));
    println!("{choice}");
    for way in Way::ALL {
        let options = AccessOptions { budgets: &[budget], horizon: Some(budget), way };
        let search = AccessSearch::by(&graph, &weights, &outlets, Some(&hierarchy), options)?;
        let began = Instant::now();
        let answer = search.run(&cells);
        let within: u64 = (0..cells.len()).map(|cell| u64::from(answer.within(cell, 0, 0))).sum();
        let took = began.elapsed().as_secs_f64() * 1e6 / cells.len() as f64;
        println!("{:<12} {took:>8.2} µs a cell; {within} pairs of a cell and a shop within {budget}", way.code());
    }
    Ok(())
}

/// The hierarchy from its file where there is one that fits, else a new one, which is kept.
fn hierarchy(
    graph: &WalkGraph,
    weights: &EdgeWeights,
    budget: Ticks,
    stored: Option<&str>,
) -> Result<Hierarchy, Box<dyn Error>> {
    if let Some(file) = stored.and_then(|path| File::open(path).ok()) {
        return Ok(Hierarchy::read_from(file, graph, weights)?);
    }
    let began = Instant::now();
    let hierarchy = Hierarchy::build(graph, weights, budget);
    println!("hierarchy built in {:.2} s: {} edges", began.elapsed().as_secs_f64(), hierarchy.edge_count());
    if let Some(path) = stored {
        hierarchy.write_to(File::create(path)?)?;
    }
    Ok(hierarchy)
}
