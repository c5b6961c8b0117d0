//! The nearest outlet of 30 formats, and how many are within a quarter of an hour, from every cell of a city: timed with all
//! that has to be prepared, on one core, and written out so that other programs can be given the same work.
//!
//! ```text
//! cargo run --release -p walkshed --example beside_others -- city.osm.pbf                 our own, by the work
//! cargo run --release -p walkshed --example beside_others -- city.osm.pbf FOLDER          writes the work, for others
//! ```
//! The cells are the H3 cells of resolution 10 along streets, the outlets 40 of each format at junctions, 4.8 km/h. Written
//! are little-endian columns of 32-bit numbers, times in ticks of 1/64 s: `edges` (tail, head, time), `nodes` (longitude and
//! latitude in 10⁻⁷ degrees), `cells` (cell, node, time to it), `outlets` (outlet, format, node, time from it), and our
//! `answer` (cell, format, time to the nearest or -1, number within 15 minutes). `docs/beside_others.py` reads them.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use walkshed::access::{AccessBatch, AccessOptions, AccessSearch, Choice, LinkedOutlets, Work};
use walkshed::osm::{WalkRules, read_pbf};
use walkshed::search::{BlockGraph, Hierarchy};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, MetersPerSecond, NodeId, OutletId, Ticks, WalkGraph};

const FORMATS: usize = 30;
const OUTLETS_EACH: usize = 40;
const BUDGET: Ticks = Ticks::from_minutes(15);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let extract = arguments.next().ok_or("give an extract, such as city.osm.pbf")?;
    let folder = arguments.next();
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let graph = WalkGraph::from_network(&read_pbf(File::open(&extract)?, &WalkRules::worldwide())?.0)?;
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::new(MetersPerSecond(4.8 / 3.6))?);
    let snapper = Snapper::new(&graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
    let link = |at: LonLat| snapper.snap(at).ok().map(|s| LinkedPoint::new(&graph, &weights, &s));
    let cells: Vec<Option<LinkedPoint>> = street_cells(&graph)?.into_iter().map(link).collect();
    let registry = |number: usize| {
        // Spread over the junctions by a step that shares no factor with most counts (Knuth's multiplicative hash).
        let node = NodeId::new((number as u64 * 2_654_435_761 % graph.node_count() as u64) as u32);
        (link(graph.node_at(node).lon_lat()), vec![(number % FORMATS) as u16])
    };
    let registry: Vec<_> = (0..FORMATS * OUTLETS_EACH).map(registry).collect();
    let outlets = LinkedOutlets::new(&graph, &registry, FORMATS, &[])?;
    println!("{extract}: {} nodes, {} cells, {} outlets", graph.node_count(), cells.len(), outlets.len());

    for (what, horizon) in [("nearest and counts", Some(BUDGET)), ("counts", None)] {
        let began = Instant::now();
        let (choice, _) = answer(&graph, &weights, &outlets, &cells, horizon)?;
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "{what}: {seconds:.3} s, {:.0} cells a second, preparation counted; {choice}",
            cells.len() as f64 / seconds
        );
    }
    // The nearest alone needs no search from the cells: no budget, no cells to count from.
    let began = Instant::now();
    let near =
        AccessOptions { budgets: &[], horizon: Some(BUDGET), only: Some(&cells), way: walkshed::access::Way::OneByOne };
    let found = AccessSearch::by(&graph, &weights, &outlets, None, near)?.nearest(&cells);
    let seconds = began.elapsed().as_secs_f64();
    println!("nearest, by searches: {seconds:.3} s, {:.0} cells a second", cells.len() as f64 / seconds);
    drop(found);
    let began = Instant::now();
    let hierarchy = Hierarchy::build(&graph, &weights, BUDGET);
    let built = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let found = AccessSearch::by(&graph, &weights, &outlets, Some(&hierarchy), near)?.nearest(&cells);
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "nearest, by a sweep: {seconds:.3} s, {:.0} cells a second (and {built:.3} s for the hierarchy, once)",
        cells.len() as f64 / seconds
    );
    drop(found);
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        status
            .lines()
            .filter(|line| line.starts_with("VmHWM"))
            .for_each(|line| println!("peak memory, import included: {line}"));
    }
    if let Some(folder) = folder {
        let (_, batch) = answer(&graph, &weights, &outlets, &cells, Some(BUDGET))?;
        write(Path::new(&folder), &graph, &weights, &outlets, &cells, &batch)?;
    }
    Ok(())
}

fn answer(
    graph: &WalkGraph,
    weights: &EdgeWeights,
    outlets: &LinkedOutlets,
    cells: &[Option<LinkedPoint>],
    horizon: Option<Ticks>,
) -> Result<(Choice, AccessBatch), Box<dyn Error>> {
    let nearest = if horizon.is_some() { FORMATS } else { 0 };
    let (nodes, outlet_count) = (graph.node_count(), outlets.len());
    let rest = Work { cells: 0, reach: 0.0, nodes, outlets: outlet_count, nearest, has_hierarchy: false };
    let choice = Choice::by_work(Work::sampled(&BlockGraph::new(graph, weights, BUDGET), cells, BUDGET, rest));
    let hierarchy = choice.way.needs_hierarchy().then(|| Hierarchy::build(graph, weights, BUDGET));
    let options = AccessOptions { budgets: &[BUDGET], horizon, only: Some(cells), way: choice.way };
    Ok((choice, AccessSearch::by(graph, weights, outlets, hierarchy.as_ref(), options)?.run(cells)))
}

/// The work and our answer, for others.
fn write(
    folder: &Path,
    graph: &WalkGraph,
    weights: &EdgeWeights,
    outlets: &LinkedOutlets,
    cells: &[Option<LinkedPoint>],
    answer: &AccessBatch,
) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let column =
        |name: &str, numbers: &[i32]| std::fs::write(folder.join(name), bytemuck::cast_slice::<i32, u8>(numbers));
    let edge = |e| [graph.tail(e).get() as i32, graph.head(e).get() as i32, weights.edge(e).get() as i32];
    column("edges", &graph.edges().flat_map(edge).collect::<Vec<_>>())?;
    let node = |n| [graph.node_at(n).lon_e7, graph.node_at(n).lat_e7];
    column("nodes", &graph.nodes().flat_map(node).collect::<Vec<_>>())?;
    let (mut starts, mut ends, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    for (cell, point) in cells.iter().enumerate() {
        for (node, time) in point.iter().flat_map(LinkedPoint::starts) {
            starts.extend([cell as i32, node.get() as i32, time.get() as i32]);
        }
        for format in 0..FORMATS {
            let nearest = answer.nearest(cell, format).map_or(-1, |n| n.time.get() as i32);
            answers.extend([cell as i32, format as i32, nearest, answer.within(cell, format, 0) as i32]);
        }
    }
    for outlet in 0..outlets.len() as u32 {
        let (id, format) = (OutletId::new(outlet), (outlet as usize % FORMATS) as i32);
        for (node, time) in outlets.point(id).into_iter().flat_map(LinkedPoint::ends) {
            ends.extend([outlet as i32, format, node.get() as i32, time.get() as i32]);
        }
    }
    column("cells", &starts)?;
    column("outlets", &ends)?;
    column("answer", &answers)?;
    Ok(())
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
