//! Every way of searching gives the answer of the reference: counts, the nearest, the nearest few, sums, to the bit.
//!
//! The reference itself is held to petgraph in `oracle`. With `WALKSHED_EVERY_CELL` set, every city is compared from all
//! cells at 5, 10, 15 and 30 minutes.

use std::fs::File;

use proptest::prelude::*;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use walkshed::access::{
    AccessBatch, AccessError, AccessOptions, AccessSearch, Change, Decay, DecayTable, LinkedOutlets, Way,
};
use walkshed::graph::{LinkKind, WalkGraph};
use walkshed::osm::read_features;
use walkshed::search::{Hierarchy, HierarchyError, Nearest, NearestSearch, NearestSweep, ReachSearch};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{EdgeId, LonLat, Meters, OutletId, Ticks};

use super::properties::{Slanted, network};
use super::real_data;

const CATEGORIES: usize = 30;
type Registry = Vec<(Option<LinkedPoint>, Vec<u16>)>;

/// A city with its cells and made-up outlets, which stand in clusters along its streets.
struct City {
    graph: WalkGraph,
    weights: EdgeWeights,
    cells: Vec<Option<LinkedPoint>>,
    registry: Registry,
}

impl City {
    fn new(name: &str, slanted: bool) -> Option<Self> {
        let graph = real_data::graph(name)?;
        let weights = if slanted {
            EdgeWeights::from_model(&graph, &Slanted)
        } else {
            EdgeWeights::from_model(&graph, &FlatSpeed::adult())
        };
        let snapper = Snapper::new(&graph, SnapOptions::default());
        let link = |at: LonLat| snapper.snap(at).ok().map(|s| LinkedPoint::new(&graph, &weights, &s));
        let cells = real_data::street_cells(&graph, h3o::Resolution::Ten).into_par_iter().map(link).collect();
        let places: Vec<LonLat> = match real_data::path(name).filter(|_| name.contains("palmas")) {
            Some(path) => {
                let shop = |tags: &walkshed::osm::Tags<'_>| tags.get("shop").or(tags.get("amenity")).is_some();
                read_features(File::open(path).unwrap(), &shop).unwrap().features.iter().map(|f| f.at).collect()
            }
            None => graph.links().step_by(17).map(|l| graph.link(l).points[0].lon_lat()).collect(),
        };
        let serves = |number: usize| {
            let first = (number * number / 7 % CATEGORIES) as u16;
            let second = number.is_multiple_of(5).then_some((first + 11) % CATEGORIES as u16);
            std::iter::once(first).chain(second).collect()
        };
        let registry = places.iter().enumerate().map(|(number, &at)| (link(at), serves(number))).collect();
        Some(Self { graph, weights, cells, registry })
    }

    fn outlets(&self) -> LinkedOutlets {
        LinkedOutlets::new(&self.graph, &self.registry, CATEGORIES, &[vec![3, 5, 7], vec![0]]).unwrap()
    }
}

/// Whether two batches say the same, the nodes reached left out where a way does not count them.
fn same(one: &AccessBatch, other: &AccessBatch, outlets: &LinkedOutlets, budgets: usize, with_nodes: bool) {
    assert_eq!(one.cell_count(), other.cell_count());
    for cell in 0..one.cell_count() {
        for category in 0..outlets.category_count() {
            assert_eq!(one.nearest(cell, category), other.nearest(cell, category), "nearest of {category} from {cell}");
            for budget in 0..budgets {
                let counts = [one, other].map(|b| b.within(cell, category, budget));
                assert_eq!(counts[0], counts[1], "cell {cell}, category {category}, budget {budget}");
            }
        }
        if with_nodes {
            assert_eq!(one.nodes_reached(cell), other.nodes_reached(cell), "nodes from cell {cell}");
        }
    }
}

pub(crate) fn every_way(
    graph: &WalkGraph,
    weights: &EdgeWeights,
    outlets: &LinkedOutlets,
    cells: &[Option<LinkedPoint>],
    budgets: &[Ticks],
    horizon: Ticks,
) {
    let longest = budgets.iter().copied().max().unwrap();
    let expected = AccessSearch::new(graph, weights, outlets, budgets, horizon).run(cells);
    let hierarchy = Hierarchy::build(graph, weights, longest);
    for way in Way::ALL {
        let options = AccessOptions { budgets, horizon: Some(horizon), only: None, way };
        let search = AccessSearch::by(graph, weights, outlets, Some(&hierarchy), options).unwrap();
        same(&expected, &search.run(cells), outlets, budgets.len(), way != Way::Meetings);
    }
}

fn city_in_every_way(name: &str, slanted: bool, minutes: &[u32], horizon: u32, step: usize) {
    let Some(mut city) = City::new(name, slanted) else { return };
    let (minutes, step) = if real_data::every_cell() { (&[5, 30, 10, 15][..], 1) } else { (minutes, step) };
    city.cells = city.cells.chunks(64).step_by(step).flatten().cloned().collect();
    let budgets: Vec<Ticks> = minutes.iter().map(|&m| Ticks::from_minutes(m)).collect();
    every_way(&city.graph, &city.weights, &city.outlets(), &city.cells, &budgets, Ticks::from_minutes(horizon));
}

#[test]
fn every_cell_of_las_palmas_in_every_way() {
    city_in_every_way("las_palmas/las_palmas.osm.pbf", false, &[5, 15, 10], 15, 1);
    city_in_every_way("las_palmas/las_palmas.osm.pbf", true, &[15, 5], 60, 1);
}

#[test]
fn half_an_hour_in_every_way() {
    city_in_every_way("beijing/tsinghua_wudaokou.osm.pbf", true, &[30, 20], 30, 1);
}

#[test]
fn poa_in_every_way() {
    city_in_every_way("poa/poa.osm.pbf", true, &[15], 15, 2);
    city_in_every_way("poa/poa.osm.pbf", false, &[15], 15, 4);
}

#[test]
fn porto_in_every_way() {
    city_in_every_way("porto/porto.osm.pbf", true, &[15], 15, 8);
    city_in_every_way("porto/porto.osm.pbf", false, &[10], 15, 16);
}

#[test]
fn sums_and_the_nearest_few_do_not_depend_on_the_way() {
    let Some(city) = City::new("beijing/tsinghua_wudaokou.osm.pbf", true) else { return };
    let (outlets, budget) = (city.outlets(), Ticks::from_minutes(15));
    let hierarchy = Hierarchy::build(&city.graph, &city.weights, budget);
    let demand: Vec<f64> = (0..city.cells.len()).map(|c| 0.1 + (c % 13) as f64 / 3.0).collect();
    let supply: Vec<f64> = (0..outlets.len()).map(|o| 0.3 + (o % 7) as f64 / 9.0).collect();
    let decay = DecayTable::new(Decay::Gaussian { deviation: Ticks::from_minutes(6) }, budget).unwrap();
    let answer = |way: Way, threads: usize| {
        let options = AccessOptions { budgets: &[budget], horizon: Some(budget), only: None, way };
        let search = AccessSearch::by(&city.graph, &city.weights, &outlets, Some(&hierarchy), options).unwrap();
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let few = search.nearest_few(&city.cells, 3);
            let sums = search.decay_sums(&city.cells, &decay, &supply);
            (few, sums, search.supply_and_demand(&city.cells, &demand, &supply, &decay))
        })
    };
    let (few, sums, balance) = answer(Way::OneByOne, 1);
    for (way, threads) in Way::ALL.into_iter().zip([2, 1, 3, 2]) {
        let other = answer(way, threads);
        assert!(few == other.0 && sums == other.1 && balance == other.2, "{way:?}");
    }
    // By the definition, from the times of a search.
    let mut search = ReachSearch::new(&city.graph);
    let mut around = vec![0.0; outlets.len()];
    for (cell, point) in city.cells.iter().enumerate() {
        let Some(point) = point else { continue };
        let reach = search.run_from(&city.weights, point, budget);
        let all = (0..outlets.len() as u32).map(OutletId::new);
        let times: Vec<Nearest> = all
            .filter_map(|outlet| Some(Nearest { time: reach.time_to_point(outlets.point(outlet)?)?, outlet }))
            .collect();
        let sum: f64 = times.iter().map(|n| supply[n.outlet.index()] * decay.share(n.time)).sum();
        assert!((sum - sums[cell]).abs() < 1e-9, "{sum} {}", sums[cell]);
        for near in &times {
            around[near.outlet.index()] += demand[cell] * decay.share(near.time);
        }
        for category in 0..outlets.category_count() {
            let serves = |n: &&Nearest| outlets.categories_of(n.outlet).contains(&(category as u16));
            let mut nearest: Vec<Nearest> = times.iter().filter(serves).copied().collect();
            nearest.sort();
            nearest.truncate(3);
            assert_eq!(few.of(cell, category), nearest, "cell {cell}, category {category}");
        }
    }
    for (outlet, around) in around.into_iter().enumerate() {
        match balance.ratio[outlet] {
            Some(ratio) => assert!((ratio - supply[outlet] / around).abs() < 1e-9 * ratio),
            None => assert!(around == 0.0),
        }
    }
    // No more is handed out than there is: all supply with demand around it.
    let handed_out: f64 = balance.access.iter().zip(&demand).map(|(a, d)| a * d).sum();
    let there: f64 = supply.iter().zip(&balance.ratio).filter(|(_, r)| r.is_some()).map(|(s, _)| s).sum();
    assert!((handed_out - there).abs() < 1e-6 * there, "{handed_out} of {there}");
}

#[test]
fn a_hierarchy_is_the_same_for_any_number_of_threads_and_read_back_whole() {
    let Some(city) = City::new("beijing/tsinghua_wudaokou.osm.pbf", true) else { return };
    let budget = Ticks::from_minutes(15);
    let bytes = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut bytes = Vec::new();
        let hierarchy = pool.install(|| Hierarchy::build(&city.graph, &city.weights, budget));
        hierarchy.write_to(&mut bytes).unwrap();
        bytes
    };
    let written = bytes(1);
    assert!(written == bytes(2) && written == bytes(5));
    let read = |bytes: &[u8], weights| Hierarchy::read_from(bytes, &city.graph, weights);
    assert_eq!(read(&written, &city.weights).unwrap(), Hierarchy::build(&city.graph, &city.weights, budget));
    let flat = EdgeWeights::from_model(&city.graph, &FlatSpeed::adult());
    assert!(matches!(read(&written, &flat), Err(HierarchyError::Other)));
    assert!(matches!(read(b"WALKSHED", &flat), Err(HierarchyError::Foreign)));
    let mut newer = written.clone();
    newer[8] = 9;
    assert!(matches!(read(&newer, &city.weights), Err(HierarchyError::Version(9))));
    for length in (12..written.len()).step_by(written.len() / 50) {
        assert!(matches!(read(&written[..length], &city.weights), Err(HierarchyError::Damaged { .. })), "{length}");
        let mut changed = written.clone();
        changed[length] ^= 0x10;
        assert!(read(&changed, &city.weights).is_err(), "{length}");
    }
}

#[test]
fn what_does_not_serve_is_refused() {
    let Some(city) = City::new("beijing/tsinghua_wudaokou.osm.pbf", false) else { return };
    let outlets = city.outlets();
    let (short, long) = (Ticks::from_minutes(5), Ticks::from_minutes(15));
    let hierarchy = Hierarchy::build(&city.graph, &city.weights, short);
    let options = AccessOptions { budgets: &[long], horizon: Some(long), only: None, way: Way::Meetings };
    let by = |weights, hierarchy| AccessSearch::by(&city.graph, weights, &outlets, hierarchy, options).map(|_| ());
    assert_eq!(by(&city.weights, None), Err(AccessError::NoHierarchy(Way::Meetings)));
    let too_short = AccessError::ShortHierarchy { has: short, needs: long };
    assert_eq!(by(&city.weights, Some(&hierarchy)), Err(too_short));
    let slanted = EdgeWeights::from_model(&city.graph, &Slanted);
    assert_eq!(by(&slanted, Some(&hierarchy)), Err(AccessError::OtherHierarchy));
}

#[test]
fn after_a_change_only_some_cells_are_searched_from_again() {
    let Some(mut city) = City::new("las_palmas/las_palmas.osm.pbf", true) else { return };
    let budgets = [5, 10].map(Ticks::from_minutes);
    let options = AccessOptions { budgets: &budgets, horizon: Some(budgets[1]), only: None, way: Way::Lanes };
    let run = |city: &City, outlets: &LinkedOutlets| {
        AccessSearch::by(&city.graph, &city.weights, outlets, None, options).unwrap().run(&city.cells)
    };
    let before = run(&city, &city.outlets());
    // Two outlets close, one moves.
    let gone: Vec<LinkedPoint> = [100, 2_000].iter().filter_map(|&o| city.registry[o].0.take()).collect();
    let moved = [700, 1_500].map(|o: usize| city.registry[o].0.clone().unwrap());
    city.registry[700].0 = Some(moved[1].clone());
    let outlets = city.outlets();
    let concerned = |outlets: &[LinkedPoint]| {
        let side = Change { weights: &city.weights, cells: &city.cells, outlets, edges: &[] };
        side.concerns(&city.graph, budgets[1])
    };
    let concerned = [concerned(&gone), concerned(&moved)].concat();
    assert!(concerned.len() > 10 && concerned.len() < city.cells.len() / 10, "{} cells", concerned.len());
    let search = AccessSearch::by(&city.graph, &city.weights, &outlets, None, options).unwrap();
    assert!(search.update(before, &city.cells, &concerned) == search.run(&city.cells));
}

/// A model under which one street is closed.
struct Closed;

impl walkshed::walk::CostModel for Closed {
    fn seconds(&self, stride: walkshed::walk::Stride<'_>) -> Option<f64> {
        (stride.class != "highway=steps").then_some(stride.length.0 / 1.2)
    }

    fn access_speed(&self) -> walkshed::MetersPerSecond {
        walkshed::MetersPerSecond(1.2)
    }

    fn is_symmetric(&self) -> bool {
        true
    }

    fn fingerprint(&self) -> String {
        "without steps".into()
    }
}

#[test]
fn when_streets_close_only_cells_near_them_are_searched_from_again() {
    let name = "beijing/tsinghua_wudaokou.osm.pbf";
    let Some(city) = City::new(name, false) else { return };
    let closed = EdgeWeights::from_model(&city.graph, &Closed);
    let budgets = [Ticks::from_minutes(3)];
    let options = AccessOptions { budgets: &budgets, horizon: Some(budgets[0]), only: None, way: Way::Lanes };
    let snapper = Snapper::new(&city.graph, SnapOptions::default());
    let link = |at: LonLat| snapper.snap(at).ok().map(|s| LinkedPoint::new(&city.graph, &closed, &s));
    let cells: Vec<_> = real_data::street_cells(&city.graph, h3o::Resolution::Ten).into_iter().map(link).collect();
    let edges: Vec<EdgeId> = city.graph.edges().filter(|&e| city.weights.edge(e) != closed.edge(e)).collect();
    // Outlets stay where they are; those on closed streets count as changed.
    let places = city.graph.links().step_by(17).map(|l| city.graph.link(l).points[0].lon_lat());
    let registry: Registry = places.map(link).zip(&city.registry).map(|(p, r)| (p, r.1.clone())).collect();
    let streets: Vec<_> = edges.iter().map(|&e| city.graph.traversal(e).link()).collect();
    let on_closed = |registry: &Registry| -> Vec<LinkedPoint> {
        let points = registry.iter().filter_map(|r| r.0.clone());
        points.filter(|p| streets.contains(&p.link)).collect()
    };
    let before_outlets = city.outlets();
    let after_outlets = LinkedOutlets::new(&city.graph, &registry, CATEGORIES, &[vec![3, 5, 7], vec![0]]).unwrap();
    let before = AccessSearch::by(&city.graph, &city.weights, &before_outlets, None, options).unwrap().run(&city.cells);
    let (out_before, out_after) = (on_closed(&city.registry), on_closed(&registry));
    let sides = [
        Change { weights: &city.weights, cells: &city.cells, outlets: &out_before, edges: &edges },
        Change { weights: &closed, cells: &cells, outlets: &out_after, edges: &edges },
    ];
    let concerned = sides.map(|side| side.concerns(&city.graph, budgets[0])).concat();
    assert!(!edges.is_empty());
    let search = AccessSearch::by(&city.graph, &closed, &after_outlets, None, options).unwrap();
    assert!(search.update(before, &cells, &concerned) == search.run(&cells));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// On random networks every way agrees, and a sweep finds what a search against the edges finds, ties included.
    #[test]
    fn random_networks_in_every_way(
        network in network(),
        places in prop::collection::vec((0..6i32, 0..4i32), 1..12),
        budget in 0..20_000u32,
    ) {
        if network.ways().is_empty() {
            return Ok(());
        }
        let graph = WalkGraph::from_network(&network).unwrap();
        let weights = EdgeWeights::from_model(&graph, &Slanted);
        let snapper = Snapper::new(&graph, SnapOptions { max_distance: Meters(200.0), min_component: 0 });
        let linked = |(x, y): (i32, i32)| {
            let at = LonLat { lon: 113.0 + f64::from(x) * 1.3e-4 + 5e-5, lat: 34.0 + f64::from(y) * 1.08e-4 + 1e-5 };
            snapper.snap(at).ok().map(|s| LinkedPoint::new(&graph, &weights, &s))
        };
        let registry: Registry = places.iter().zip(0..).map(|(&p, o)| (linked(p), vec![o % 3])).collect();
        let outlets = LinkedOutlets::new(&graph, &registry, 4, &[vec![0, 1]]).unwrap();
        let cells: Vec<_> = (0..6).flat_map(|x| (0..4).map(move |y| (x, y))).map(linked).collect();
        let budgets = [Ticks::new(budget), Ticks::new(budget / 2)];
        every_way(&graph, &weights, &outlets, &cells, &budgets, budgets[0]);
        every_way(&graph, &weights, &outlets, &cells, &[Ticks::new(budget + 66_000)], Ticks::ZERO);
        let private = graph.links().any(|l| graph.link(l).kind != LinkKind::Public);
        prop_assert!(private || graph.streets().count() == graph.link_count());
        for horizon in [Ticks::new(budget), Ticks::from_minutes(20)] {
            let hierarchy = Hierarchy::build(&graph, &weights, horizon);
            let lists: Vec<Vec<_>> = (0..4).map(|c| outlets.of_category(c).collect()).collect();
            let sweep = NearestSweep::new(&hierarchy, &lists, horizon);
            for (category, list) in lists.iter().enumerate() {
                let field = NearestSearch::new(&graph, &weights).run(list.iter().cloned(), horizon);
                for node in graph.nodes() {
                    prop_assert_eq!(sweep.at_node(node, category), field.at_node(node));
                }
            }
        }
    }
}
