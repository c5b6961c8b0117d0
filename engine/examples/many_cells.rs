//! The heart of a service in ten lines: streets and a hierarchy from files, outlets linked, a batch of cells answered.
//!
//! ```text
//! walkshed graph build --osm data-samples/town/city.osm.pbf --hierarchy flat -o town.graph
//! cargo run --release -p walkshed --example many_cells -- town.graph town.graph.flat-1.2.hierarchy
//! ```
//! So as to need no more files, every fiftieth junction is an outlet here and every tenth a cell. `batch_service` shows the
//! same with real outlets, without a hierarchy, and what is told of the answers.

use std::error::Error;
use std::fs::File;

use walkshed::access::{AccessOptions, AccessSearch, LinkedOutlets, Way};
use walkshed::search::Hierarchy;
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, Walker};
use walkshed::{LonLat, Ticks, WalkGraph};

fn main() -> Result<(), Box<dyn Error>> {
    let [graph_file, hierarchy_file] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("give a graph file and the hierarchy beside it".into());
    };
    // What is loaded once, and shared by all threads.
    let graph = WalkGraph::read_from(File::open(graph_file)?)?;
    let weights = EdgeWeights::from_model(&graph, &Walker::flat());
    let hierarchy = Hierarchy::read_from(File::open(hierarchy_file)?, &graph, &weights)?;
    let snapper = Snapper::new(&graph, SnapOptions::default());
    let link = |at: LonLat| snapper.snap(at).ok().map(|snap| LinkedPoint::new(&graph, &weights, &snap));
    let junctions = |step: usize| graph.nodes().step_by(step).map(|node| link(graph.node_at(node).lon_lat()));
    let registry: Vec<_> = junctions(50).map(|outlet| (outlet, vec![0])).collect();
    let outlets = LinkedOutlets::new(&graph, &registry, 1, &[])?;
    let budgets = [5, 10, 15].map(Ticks::from_minutes);
    let options = AccessOptions { budgets: &budgets, horizon: Some(budgets[2]), only: None, way: Way::Meetings };
    let search = AccessSearch::by(&graph, &weights, &outlets, Some(&hierarchy), options)?;

    // What is asked again and again: all cores work on a batch.
    let cells: Vec<_> = junctions(10).collect();
    let answer = search.run(&cells);
    for cell in (0..cells.len()).step_by(cells.len().div_ceil(5)) {
        let within = [0, 1, 2].map(|budget| answer.within(cell, 0, budget));
        let nearest = answer.nearest(cell, 0).map_or_else(|| "farther".to_owned(), |nearest| nearest.time.to_string());
        println!("cell {cell}: the nearest outlet is {nearest} away; within 5, 10, 15 minutes {within:?}");
    }
    Ok(())
}
