//! Streets that are longer than 16-bit times hold, equally long ones side by side, loops, and walks along one street: every
//! way of searching against the definition, with budgets at the edge of 16 bits and at the very time of a walk.

use proptest::prelude::*;
use walkshed::access::{AccessSearch, LinkedOutlets};
use walkshed::graph::WalkGraph;
use walkshed::osm::{Directions, Passage, RawNetwork};
use walkshed::search::{Nearest, ReachSearch};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LonLat, Meters, OsmNodeId, OsmWayId, OutletId, Position, Ticks};

use super::lanes::all_ways_agree;
use super::properties::Slanted;
use super::ways::every_way;

/// A street: its ends, its bends, how many lie side by side, and how it may be walked.
type Street = (usize, usize, Vec<(i32, i32)>, usize, u8);

/// Junctions in a square of 3 km, and streets between them.
#[derive(Clone, Debug)]
struct Town {
    junctions: Vec<(i32, i32)>,
    streets: Vec<Street>,
}

fn town() -> impl Strategy<Value = Town> {
    let place = || (0..300i32, 0..300i32);
    let junctions = prop::collection::vec(place(), 2..7);
    junctions.prop_flat_map(move |junctions| {
        let count = junctions.len();
        let bends = prop::collection::vec(place(), 0..4);
        let street = (0..count, 0..count, bends, 1..4usize, 0..5u8);
        (Just(junctions), prop::collection::vec(street, 1..8))
            .prop_map(|(junctions, streets)| Town { junctions, streets })
    })
}

/// Ten metres to a step.
fn at((x, y): (i32, i32)) -> Position {
    Position { lon_e7: 1_130_000_000 + x * 1_083, lat_e7: 340_000_000 + y * 899 }
}

impl Town {
    fn network(&self) -> RawNetwork {
        let mut nodes: Vec<(i32, i32)> = self.junctions.clone();
        let mut ways = Vec::new();
        for (from, to, bends, copies, kind) in &self.streets {
            // A loop needs two bends; with fewer, the street leads nowhere and is left out.
            if from == to && bends.len() < 2 {
                continue;
            }
            for _ in 0..*copies {
                let first = nodes.len() as u32;
                nodes.extend(bends);
                let inner = first..nodes.len() as u32;
                let on: Vec<u32> = std::iter::once(*from as u32).chain(inner).chain([*to as u32]).collect();
                let directions = [Directions::BOTH, Directions::FORWARD, Directions::BACKWARD][usize::from(*kind) / 2];
                ways.push((OsmWayId(ways.len() as i64 + 1), directions, Passage::Through, on));
            }
        }
        let nodes: Vec<_> = nodes.into_iter().zip(1..).map(|(place, id)| (OsmNodeId(id), at(place))).collect();
        RawNetwork::from_parts(&nodes, &ways)
    }

    /// A point beside a street, some part of the way along its first stretch.
    fn beside(&self, street: usize, share: f64) -> LonLat {
        let (from, to, bends, ..) = &self.streets[street % self.streets.len()];
        let [a, b] = [self.junctions[*from], *bends.first().unwrap_or(&self.junctions[*to])].map(|p| at(p).lon_lat());
        LonLat { lon: a.lon + (b.lon - a.lon) * share + 1e-5, lat: a.lat + (b.lat - a.lat) * share }
    }
}

/// The counts and the nearest of the reference are what its times say, point by point.
fn by_the_definition(
    graph: &WalkGraph,
    weights: &EdgeWeights,
    outlets: &LinkedOutlets,
    cells: &[Option<LinkedPoint>],
    budget: Ticks,
) {
    let batch = AccessSearch::new(graph, weights, outlets, &[budget], budget).run(cells);
    let mut search = ReachSearch::new(graph);
    for (cell, point) in cells.iter().enumerate() {
        let Some(point) = point else { continue };
        let reach = search.run_from(weights, point, budget);
        for category in 0..outlets.category_count() {
            let all = (0..outlets.len() as u32).map(OutletId::new);
            let of_category = all.filter(|&o| outlets.categories_of(o).contains(&(category as u16)));
            let times: Vec<Nearest> = of_category
                .filter_map(|outlet| Some(Nearest { time: reach.time_to_point(outlets.point(outlet)?)?, outlet }))
                .collect();
            assert_eq!(batch.within(cell, category, 0) as usize, times.len(), "cell {cell}, category {category}");
            assert_eq!(batch.nearest(cell, category), times.into_iter().min(), "cell {cell}, category {category}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn long_equal_looped_and_shared_streets_in_every_way(
        town in town(),
        places in prop::collection::vec((0..8usize, 0.0..1.0f64), 2..14),
        off in -1..2i64,
        is_slanted in any::<bool>(),
    ) {
        let network = town.network();
        if network.ways().is_empty() {
            return Ok(());
        }
        let graph = WalkGraph::from_network(&network).unwrap();
        let weights = if is_slanted {
            EdgeWeights::from_model(&graph, &Slanted)
        } else {
            EdgeWeights::from_model(&graph, &FlatSpeed::adult())
        };
        let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(300.0), min_component: 0 });
        let link = |at| snapper.snap(at).ok().map(|s| LinkedPoint::new(&graph, &weights, &s));
        let points: Vec<_> = places.iter().map(|&(street, share)| link(town.beside(street, share))).collect();
        // Every point is a cell and an outlet: so there are outlets on the cells' own streets, and at their very place.
        let registry: Vec<_> = points.iter().zip(0..).map(|(point, number)| (point.clone(), vec![number % 3])).collect();
        let outlets = LinkedOutlets::new(&graph, &registry, 3, &[vec![0, 2]]).unwrap();
        let mut search = ReachSearch::new(&graph);
        let of_a_walk = points[0].as_ref().and_then(|from| {
            let reach = search.run_from(&weights, from, Ticks::from_minutes(120));
            points.iter().flatten().filter_map(|to| reach.time_to_point(to)).max()
        });
        let of_a_walk = i64::from(of_a_walk.unwrap_or(Ticks::from_minutes(15)).get());
        for limit in [of_a_walk, i64::from(u16::MAX) - 1, i64::from(u16::MAX)] {
            let budget = Ticks::new((limit + off).max(0) as u32);
            by_the_definition(&graph, &weights, &outlets, &points, budget);
            every_way(&graph, &weights, &outlets, &points, &[budget, Ticks::new(budget.get() / 2)], budget);
            let starts = points.iter().map(|point| point.iter().flat_map(LinkedPoint::starts).collect()).collect();
            all_ways_agree(&graph, &weights, &starts, &[budget]);
        }
    }
}
