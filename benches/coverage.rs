//! Eighty formats judged for every cell of a made-up metropolis, alone and with the searches before it.
//!
//! One element is one cell and one format: what is searched for, judged and summed up by zone. The sizes, the share that is
//! met and the peak of the memory are printed, since a rate means little without.

mod metropolis;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use walkshed::access::{AccessBatch, AccessOptions, AccessSearch, LinkedOutlets, Way};
use walkshed::coverage::CoverageReport;
use walkshed::graph::WalkGraph;
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{CellStatus, Evidence, LonLat, NodeId, Standard, Ticks, assess};

/// Crossings along a side: some 13 km.
const SIDE: u32 = 600;
const FORMATS: usize = 80;
const OUTLETS: usize = 40_000;
const ZONES: usize = 150;
const BUDGETS: [Ticks; 3] = [Ticks::from_minutes(5), Ticks::from_minutes(10), Ticks::from_minutes(15)];
/// Cells that are searched from at a time, as the tool has it.
const BATCH: usize = 4_096;

/// A standard that asks for one outlet of each format within a quarter of an hour.
fn standard() -> Standard {
    let mut text = String::from(
        "schema_version = 1\nprofile = { id = \"all\", zh = \"全部\", en = \"All\", status = \"sourced\" }\n\
         tier = [{ id = \"t15\", minutes = 15 }]\n",
    );
    let require =
        |format| format!("[[require]]\nid = \"r{format}\"\nzh = \"业态\"\ntier = \"t15\"\nany_of = [\"f{format}\"]\n");
    text.extend((0..FORMATS).map(require));
    Standard::from_toml(&text).expect("a standard")
}

/// The centres of the H3 cells of resolution 10 that a street enters.
fn cells(graph: &WalkGraph) -> Vec<LonLat> {
    let points = graph.links().flat_map(|l| graph.link(l).points.iter().map(|p| p.lon_lat()));
    let cell = |p: LonLat| h3o::LatLng::new(p.lat, p.lon).expect("on Earth").to_cell(h3o::Resolution::Ten);
    let mut cells: Vec<h3o::CellIndex> = points.map(cell).collect();
    cells.sort_unstable();
    cells.dedup();
    let centre = |c: &h3o::CellIndex| {
        let at = h3o::LatLng::from(*c);
        LonLat { lon: at.lng(), lat: at.lat() }
    };
    cells.iter().map(centre).collect()
}

/// Judges a batch of cells and sums it up; gives how many requirements are met.
fn judge(standard: &Standard, reached: &AccessBatch, first: usize, report: &mut CoverageReport) -> u64 {
    let mut met = 0;
    let mut statuses: Vec<CellStatus> = Vec::with_capacity(FORMATS);
    for cell in 0..reached.cell_count() {
        statuses.clear();
        for (format, requirement) in standard.requirements.iter().enumerate() {
            let evidence = Evidence {
                known: true,
                nearest: reached.nearest(cell, format),
                within: reached.within(cell, format, 2),
                maybe: 0,
            };
            let status = assess(requirement, true, &[evidence]).status;
            met += u64::from(status == CellStatus::Met);
            statuses.push(status);
        }
        report.add_cell(Some((first + cell) % ZONES), 100.0, &statuses);
    }
    met
}

fn metropolis_of_eighty_formats(criterion: &mut Criterion) {
    let graph = WalkGraph::from_network(&metropolis::network(SIDE)).expect("a graph");
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let snapper = Snapper::new(&graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
    let link = |at: LonLat| snapper.snap(at).ok().map(|snap| LinkedPoint::new(&graph, &weights, &snap));
    let homes: Vec<Option<LinkedPoint>> = cells(&graph).into_iter().map(link).collect();
    let outlet = |number: usize| {
        let node = (metropolis::random(number as u64) * graph.node_count() as f64) as u32;
        let format = (metropolis::random(number as u64 + 13) * FORMATS as f64) as u16;
        (link(graph.node_at(NodeId::new(node)).lon_lat()), vec![format])
    };
    let registry: Vec<_> = (0..OUTLETS).map(outlet).collect();
    let outlets = LinkedOutlets::new(&graph, &registry, FORMATS, &[]).expect("all formats exist");
    let standard = standard();
    let options =
        AccessOptions { budgets: &BUDGETS, horizon: Some(Ticks::from_minutes(60)), only: None, way: Way::Lanes };
    let search = AccessSearch::by(&graph, &weights, &outlets, None, options).expect("lanes need nothing");
    let reached: Vec<AccessBatch> = homes.chunks(BATCH).map(|homes| search.run(homes)).collect();

    let mut report = CoverageReport::new(&standard, ZONES);
    let met: u64 = (0..).zip(&reached).map(|(n, reached)| judge(&standard, reached, n * BATCH, &mut report)).sum();
    let pairs = homes.len() * FORMATS;
    println!(
        "{} cells x {FORMATS} formats = {pairs}; {} nodes, {OUTLETS} outlets, {ZONES} zones; {:.1} % met",
        homes.len(),
        graph.node_count(),
        100.0 * met as f64 / pairs as f64
    );

    let mut group = criterion.benchmark_group("coverage");
    group.sample_size(10).throughput(Throughput::Elements(pairs as u64));
    group.bench_function("judge", |bencher| {
        bencher.iter(|| {
            let mut report = CoverageReport::new(&standard, ZONES);
            (0..).zip(&reached).map(|(n, reached)| judge(&standard, reached, n * BATCH, &mut report)).sum::<u64>()
        });
    });
    group.bench_function("search and judge", |bencher| {
        bencher.iter(|| {
            let mut report = CoverageReport::new(&standard, ZONES);
            let batches = (0..).zip(homes.chunks(BATCH));
            batches.map(|(n, homes)| judge(&standard, &search.run(homes), n * BATCH, &mut report)).sum::<u64>()
        });
    });
    group.finish();
    if let Ok(status) = std::fs::read_to_string("/proc/self/status")
        && let Some(peak) = status.lines().find(|line| line.starts_with("VmHWM"))
    {
        println!("peak memory{}", peak.trim_start_matches("VmHWM:"));
    }
}

criterion_group!(benches, metropolis_of_eighty_formats);
criterion_main!(benches);
