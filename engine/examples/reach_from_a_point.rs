//! How far one can walk from a point: the number of junctions, and the metres of street.
//!
//! ```text
//! cargo run --release -p walkshed --example reach_from_a_point -- data-samples/town/city.osm.pbf 112.5958 32.9969 15
//! ```

use std::error::Error;
use std::fs::File;

use walkshed::graph::LinkView;
use walkshed::osm::{WalkRules, read_pbf};
use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, Snap, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Meters, Ticks, WalkGraph};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [extract, lon, lat, minutes] = arguments.as_slice() else {
        return Err("give four arguments: an .osm.pbf file, a longitude, a latitude, minutes".into());
    };
    // Longitude comes before latitude, everywhere. Two numbers that are no place on Earth stop here.
    let home = LonLat::new(lon.parse()?, lat.parse()?)?;
    let budget = Ticks::from_minutes(minutes.parse()?);

    // The engine opens no files; it is given readers. The report says what was left out of the streets, and why.
    let (network, report) = read_pbf(File::open(extract)?, &WalkRules::worldwide())?;
    println!("{} of {} ways are walked on", report.ways_used, report.ways_read);
    let graph = WalkGraph::from_network(&network)?;

    // One walker, one column of times. Another walker would be another column on the same graph.
    let walker = FlatSpeed::adult();
    let weights = EdgeWeights::from_model(&graph, &walker);

    // The walk begins at a position on a street, and the way from the door to it is walked too.
    let snapper = Snapper::new(&graph, SnapOptions::default());
    let snap = snapper.snap(home)?;
    let origin = LinkedPoint::new(&graph, &weights, &snap);
    println!("the nearest street is {:.0} m away ({})", snap.offset.0, snap.reason.code());

    // The search owns its room and lends its answer: `reach` lives until the search runs again.
    let mut search = ReachSearch::new(&graph);
    let reach = search.run_from(&weights, &origin, budget);

    // A street may be walked in part, from either end or from where the walk begins. `left` is how far the time that is
    // left at some moment still leads.
    let left = |spent: Ticks| {
        let seconds = budget.as_seconds() - spent.as_seconds();
        Meters((seconds * walker.speed().0).max(0.0))
    };
    let from_node = |node| reach.time_to(node).map_or(Meters(0.0), left);
    let metres: f64 = graph
        .links()
        .map(|id| {
            let link = graph.link(id);
            let start = (id == snap.link).then(|| (&snap, left(origin.leg)));
            walked(&link, from_node(link.tail), from_node(link.head), start)
        })
        .sum();
    println!(
        "within {budget} at {} m/s: {} nodes of {} and {:.1} km of street of {:.1} km",
        walker.speed().0,
        reach.node_count(),
        graph.node_count(),
        metres / 1e3,
        graph.total_length().0 / 1e3
    );
    Ok(())
}

/// How many metres of a link are walked: from its tail, from its head, and from where the walk begins when that is here.
fn walked(link: &LinkView<'_>, from_tail: Meters, from_head: Meters, start: Option<(&Snap, Meters)>) -> f64 {
    let length = link.length().0;
    let mut parts = Vec::new();
    if link.directions.forward() {
        parts.push((0.0, from_tail.0));
        parts.extend(start.map(|(snap, reach)| (snap.to_tail.0, snap.to_tail.0 + reach.0)));
    }
    if link.directions.backward() {
        parts.push((length - from_head.0, length));
        parts.extend(start.map(|(snap, reach)| (snap.to_tail.0 - reach.0, snap.to_tail.0)));
    }
    // Parts may overlap: go along the link, and count what lies beyond all that was counted before.
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut sum, mut end) = (0.0, 0.0);
    for (begins, ends) in parts {
        sum += (ends.min(length) - begins.max(end)).max(0.0);
        end = ends.min(length).max(end);
    }
    sum
}
