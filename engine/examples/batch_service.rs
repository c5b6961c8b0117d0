//! The inside of a service: load once, then answer batch after batch of places.
//!
//! ```text
//! cargo run --release -p walkshed --example batch_service -- data-samples/town/city.osm.pbf
//! ```
//!
//! A second argument is a graph file made with `walkshed graph build`; the streets are then read from it, which takes
//! milliseconds where an import takes seconds.

use std::error::Error;
use std::fs::File;
use std::io::BufReader;
use std::time::Instant;

use walkshed::access::{AccessSearch, LinkedOutlets};
use walkshed::osm::{Feature, WalkRules, read_features, read_pbf};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Ticks, WalkGraph};

/// The formats that this service knows, with the OSM tag of each. The engine sees their numbers only.
const FORMATS: [(&str, &str, &str); 4] = [
    ("convenience store", "shop", "convenience"),
    ("bakery", "shop", "bakery"),
    ("pharmacy", "amenity", "pharmacy"),
    ("kindergarten", "amenity", "kindergarten"),
];
const BUDGETS: [Ticks; 3] = [Ticks::from_minutes(5), Ticks::from_minutes(10), Ticks::from_minutes(15)];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (extract, graph_file) = match arguments.as_slice() {
        [extract] => (extract, None),
        [extract, graph_file] => (extract, Some(graph_file)),
        _ => return Err("give an .osm.pbf file, and if you like a graph file made from it".into()),
    };

    // 1. What is loaded once. The graph, the weights, the snapper and the access search are read only from here on, so
    //    any number of threads can share them.
    let began = Instant::now();
    let graph = match graph_file {
        Some(path) => WalkGraph::read_from(BufReader::new(File::open(path)?))?,
        None => WalkGraph::from_network(&read_pbf(File::open(extract)?, &WalkRules::worldwide())?.0)?,
    };
    let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
    let snapper = Snapper::new(&graph, SnapOptions::default());
    let link = |at: LonLat| snapper.snap(at).ok().map(|snap| LinkedPoint::new(&graph, &weights, &snap));

    // An outlet without a street keeps its number and counts nowhere, so that numbers are those of the registry.
    let places =
        read_features(File::open(extract)?, &|tags| FORMATS.iter().any(|(_, key, value)| tags.is(key, value)))?;
    let registry: Vec<(Option<LinkedPoint>, Vec<u16>)> =
        places.features.iter().map(|place| (link(place.at), formats_of(place))).collect();
    let outlets = LinkedOutlets::new(&graph, &registry, FORMATS.len(), &[])?;

    // Looking for the nearest outlet of each format, an hour at most, happens here, once for all nodes.
    let search = AccessSearch::new(&graph, &weights, &outlets, &BUDGETS, Ticks::from_minutes(60));
    println!(
        "ready in {:.2} s: {} nodes, {} outlets",
        began.elapsed().as_secs_f64(),
        graph.node_count(),
        outlets.len()
    );

    // 2. What is asked again and again. Here a batch is every H3 cell of resolution 9 that a junction lies in.
    let cells = cells_of(&graph)?;
    let began = Instant::now();
    let batch: Vec<Option<LinkedPoint>> = cells.iter().map(|&(_, at)| link(at)).collect();
    let answer = search.run(&batch);
    println!("{} cells answered in {:.1} ms\n", cells.len(), began.elapsed().as_secs_f64() * 1e3);

    // 3. What is told. "None within an hour" is an answer; "no street" is another.
    for (number, (cell, _)) in cells.iter().enumerate().take(3) {
        println!("cell {cell}{}", if batch[number].is_none() { ": no street" } else { "" });
        for (format, (name, ..)) in FORMATS.iter().enumerate() {
            let counts: Vec<String> =
                (0..BUDGETS.len()).map(|budget| answer.within(number, format, budget).to_string()).collect();
            let nearest = answer.nearest(number, format).map_or_else(
                || "none within an hour".to_owned(),
                |nearest| format!("{} to {}", nearest.time, places.features[nearest.outlet.index()].osm),
            );
            println!("  {name:<18} {nearest:<22} within 5, 10, 15 min: {}", counts.join(", "));
        }
    }
    Ok(())
}

/// The numbers of the formats that a place serves. One place may serve several.
fn formats_of(place: &Feature) -> Vec<u16> {
    let serves = |key: &str, value: &str| place.tag(key) == Some(value);
    FORMATS.iter().zip(0..).filter(|((_, key, value), _)| serves(key, value)).map(|(_, number)| number).collect()
}

/// H3 cells with their centres, sorted. The engine does not know H3: a cell is a point to it.
fn cells_of(graph: &WalkGraph) -> Result<Vec<(h3o::CellIndex, LonLat)>, Box<dyn Error>> {
    let mut cells = Vec::new();
    for node in graph.nodes() {
        let at = graph.node_at(node).lon_lat();
        cells.push(h3o::LatLng::new(at.lat, at.lon)?.to_cell(h3o::Resolution::Nine));
    }
    cells.sort_unstable();
    cells.dedup();
    let centred = cells.into_iter().map(|cell| {
        let centre = h3o::LatLng::from(cell);
        Ok((cell, LonLat::new(centre.lng(), centre.lat())?))
    });
    centred.collect()
}
