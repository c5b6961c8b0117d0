//! Holds every way of searching to the reference, from every cell: all node times, all counts, all nearest outlets.
//!
//! ```text
//! cargo run --release -p walkshed --example every_cell -- 5,10,15,30 FOLDER/porto.osm.pbf FOLDER/poa.graph … metropolis
//! ```
//!
//! A graph file that was built with heights (`walkshed graph build --elevation`) is walked by Tobler's hiking function: its
//! own times uphill and downhill. `metropolis` is the made-up city of the benches, with a million nodes; `metropolis:400` has 400 crossings along a side.
//! Walks take longer one way than the other. Exits with an error at the first city where anything differs.

#[path = "../../benches/metropolis.rs"]
mod metropolis;

use std::error::Error;
use std::fs::File;
use std::io::BufReader;
use std::time::Instant;

use rayon::prelude::*;
use walkshed::access::{AccessOptions, AccessSearch, LinkedOutlets, Way};
use walkshed::osm::{WalkRules, read_pbf};
use walkshed::search::{
    BLOCK, BlockGraph, BlockSearch, Hierarchy, HierarchySearch, NearestSearch, NearestSweep, ReachSearch, WIDE_BLOCK,
};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{CostModel, EdgeWeights, Stride, Walker};
use walkshed::{LonLat, MetersPerSecond, NodeId, OutletId, Ticks, WalkGraph};

const CATEGORIES: usize = 30;
/// Cells that are counted from and compared at a time.
const BATCH: usize = 8_192;

/// Slower against the direction in which a street was drawn, as if that were uphill.
struct Slanted;

impl CostModel for Slanted {
    fn seconds(&self, stride: Stride<'_>) -> Option<f64> {
        Some(stride.length.0 / if stride.backward { 1.0 } else { 1.3 })
    }

    fn access_speed(&self) -> MetersPerSecond {
        MetersPerSecond(1.2)
    }

    fn is_symmetric(&self) -> bool {
        false
    }

    fn fingerprint(&self) -> String {
        "slower against the drawing".into()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let minutes = arguments.next().ok_or("give minutes, such as 5,10,15,30, and cities")?;
    let minutes: Vec<u32> = minutes.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let mut differences = 0;
    for name in arguments {
        let city = City::new(graph(&name)?)?;
        println!(
            "{name}: {} nodes, {} cells, {} outlets",
            city.graph.node_count(),
            city.cells.len(),
            city.outlets.len()
        );
        for &minutes in &minutes {
            differences += city.compare(Ticks::from_minutes(minutes))?;
        }
    }
    if differences > 0 { Err(format!("{differences} differences").into()) } else { Ok(()) }
}

struct City {
    graph: WalkGraph,
    weights: EdgeWeights,
    /// Neighbours together.
    cells: Vec<Option<LinkedPoint>>,
    outlets: LinkedOutlets,
}

/// The graph of an extract, of a graph file, or of the made-up city.
fn graph(name: &str) -> Result<WalkGraph, Box<dyn Error>> {
    if let Some(side) = name.strip_prefix("metropolis") {
        let network = metropolis::network(side.trim_start_matches(':').parse().unwrap_or(1_150));
        return Ok(WalkGraph::from_network(&network)?);
    }
    if name.ends_with(".osm.pbf") {
        return Ok(WalkGraph::from_network(&read_pbf(File::open(name)?, &WalkRules::worldwide())?.0)?);
    }
    Ok(WalkGraph::read_from(BufReader::new(File::open(name)?))?)
}

impl City {
    fn new(graph: WalkGraph) -> Result<Self, Box<dyn Error>> {
        let weights = if graph.has_heights() {
            EdgeWeights::from_model(&graph, &Walker::named("tobler").ok_or("no model tobler")?)
        } else {
            EdgeWeights::from_model(&graph, &Slanted)
        };
        let snapper = Snapper::new(&graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
        let link = |at: LonLat| snapper.snap(at).ok().map(|s| LinkedPoint::new(&graph, &weights, &s));
        let mut cells: Vec<Option<LinkedPoint>> = street_cells(&graph)?.into_par_iter().map(link).collect();
        cells.sort_by_key(|cell| cell.as_ref().and_then(|cell| cell.starts().next()).map(|start| start.0));
        let registry = |number: usize| {
            let node = (metropolis::random(number as u64) * graph.node_count() as f64) as u32;
            let category = (metropolis::random(number as u64 + 13) * CATEGORIES as f64) as u16;
            (link(graph.node_at(NodeId::new(node)).lon_lat()), vec![category])
        };
        let registry: Vec<_> = (0..graph.node_count() / 20).into_par_iter().map(registry).collect();
        let outlets = LinkedOutlets::new(&graph, &registry, CATEGORIES, &[vec![1, 2, 3]])?;
        Ok(Self { graph, weights, cells, outlets })
    }

    /// The number of differences within a budget, which is printed as well.
    fn compare(&self, budget: Ticks) -> Result<u64, Box<dyn Error>> {
        let began = Instant::now();
        let hierarchy = Hierarchy::build(&self.graph, &self.weights, budget);
        let (nodes, times) = self.compare_times(&hierarchy, budget);
        let answers = self.compare_answers(&hierarchy, budget)?;
        let nearest = self.compare_nearest(&hierarchy, budget);
        println!(
            "  within {budget}: {:.0} nodes reached by a cell; differences: {times} times of nodes, {answers} counts and \
             nearest outlets of cells, {nearest} nearest outlets of nodes ({:.0} s)",
            nodes as f64 / self.cells.len() as f64,
            began.elapsed().as_secs_f64()
        );
        Ok(times + answers + nearest)
    }

    /// All times of all nodes from all cells, in lanes and by sweeps on a hierarchy; the nodes reached, and differences.
    fn compare_times(&self, hierarchy: &Hierarchy, budget: Ticks) -> (u64, u64) {
        let ready = BlockGraph::new(&self.graph, &self.weights, budget);
        let scratch = || {
            let (lanes, sweeps) = (BlockSearch::new(&ready), HierarchySearch::new(hierarchy, budget));
            (ReachSearch::new(&self.graph), lanes, sweeps)
        };
        let starts = |cells: &[Option<LinkedPoint>]| -> Vec<Vec<(NodeId, Ticks)>> {
            cells.iter().map(|cell| cell.iter().flat_map(LinkedPoint::starts).collect()).collect()
        };
        let block = |(search, lanes, sweeps): &mut (ReachSearch<'_>, BlockSearch<'_>, HierarchySearch<'_>),
                     cells: &[Option<LinkedPoint>]| {
            let (mut reached, mut differences) = (0, 0);
            let swept = sweeps.run(starts(cells), budget);
            for (first, cells) in cells.chunks(BLOCK).enumerate().map(|(b, cells)| (b * BLOCK, cells)) {
                let in_lanes = lanes.run(starts(cells), budget);
                let mut found = [0u64; 2];
                for (lane, cell) in cells.iter().enumerate() {
                    let Some(cell) = cell else { continue };
                    let reach = search.run_from(&self.weights, cell, budget);
                    reached += reach.node_count() as u64;
                    for (node, time) in reach.nodes() {
                        for (same, other) in
                            found.iter_mut().zip([in_lanes.time_to(lane, node), swept.time_to(first + lane, node)])
                        {
                            differences += u64::from(other != Some(time));
                            *same += u64::from(other.is_some());
                        }
                    }
                }
                // And nothing besides that.
                let within = |time: Option<Ticks>| u64::from(time.is_some());
                let all = |nodes: &mut dyn Iterator<Item = NodeId>, time: &dyn Fn(usize, NodeId) -> Option<Ticks>| {
                    nodes.map(|n| (0..cells.len()).map(|lane| within(time(lane, n))).sum::<u64>()).sum::<u64>()
                };
                let lanes_all = all(&mut in_lanes.nodes(), &|lane, node| in_lanes.time_to(lane, node));
                let swept_all = all(&mut swept.nodes().into_iter(), &|lane, node| swept.time_to(first + lane, node));
                differences += lanes_all.abs_diff(found[0]) + swept_all.abs_diff(found[1]);
            }
            (reached, differences)
        };
        let blocks = self.cells.par_chunks(WIDE_BLOCK).with_min_len(8).map_init(scratch, |s, cells| block(s, cells));
        blocks.reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    }

    /// The counts and the nearest outlets of all cells, in every way, against the reference.
    fn compare_answers(&self, hierarchy: &Hierarchy, budget: Ticks) -> Result<u64, Box<dyn Error>> {
        let Self { graph, weights, cells, outlets } = self;
        let budgets = [Ticks::new(budget.get() / 3), budget];
        let by = |way, hierarchy| {
            let options = AccessOptions { budgets: &budgets, horizon: Some(budget), only: Some(cells), way };
            AccessSearch::by(graph, weights, outlets, hierarchy, options)
        };
        let reference = by(Way::OneByOne, None)?;
        let others: Vec<_> = Way::ALL.into_iter().map(|way| by(way, Some(hierarchy))).collect::<Result<_, _>>()?;
        let mut differences = 0;
        for cells in cells.chunks(BATCH) {
            let expected = reference.run(cells);
            for other in &others {
                let found = other.run(cells);
                for (cell, category) in
                    (0..cells.len()).flat_map(|cell| (0..outlets.category_count()).map(move |c| (cell, c)))
                {
                    differences += u64::from(found.nearest(cell, category) != expected.nearest(cell, category));
                    for tier in 0..budgets.len() {
                        let counts = [&found, &expected].map(|batch| batch.within(cell, category, tier));
                        differences += u64::from(counts[0] != counts[1]);
                    }
                }
            }
        }
        Ok(differences)
    }

    /// The nearest outlet of every category from every node, by a sweep, against a search for each category.
    fn compare_nearest(&self, hierarchy: &Hierarchy, budget: Ticks) -> u64 {
        let lists: Vec<Vec<(OutletId, LinkedPoint)>> =
            (0..CATEGORIES as u16).map(|category| self.outlets.of_category(category).collect()).collect();
        let sweep = NearestSweep::new(hierarchy, &lists, budget);
        let search = NearestSearch::new(&self.graph, &self.weights);
        let differences = lists.par_iter().enumerate().map(|(category, list)| {
            let field = search.run(list.iter().cloned(), budget);
            let nodes = self.graph.nodes();
            nodes.filter(|&node| sweep.at_node(node, category) != field.at_node(node)).count() as u64
        });
        differences.sum()
    }
}

/// The centres of the H3 cells of resolution 10 that a street enters.
fn street_cells(graph: &WalkGraph) -> Result<Vec<LonLat>, Box<dyn Error>> {
    let mut cells = Vec::new();
    for at in graph.links().flat_map(|link| graph.link(link).points) {
        let at = at.lon_lat();
        cells.push(h3o::LatLng::new(at.lat, at.lon)?.to_cell(h3o::Resolution::Ten));
    }
    cells.sort_unstable();
    cells.dedup();
    let centre = |cell| {
        let centre = h3o::LatLng::from(cell);
        Ok(LonLat::new(centre.lng(), centre.lat())?)
    };
    cells.into_iter().map(centre).collect()
}
