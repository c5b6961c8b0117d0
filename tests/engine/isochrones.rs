//! Areas on real streets: nested, valid, with all that is reached inside and nothing far beyond, as wide as the buffer by
//! another way of reckoning.
//!
//! Cells are taken with a stride; `WALKSHED_EVERY_CELL=1` takes all. Nesting and validity are decided in whole numbers, by
//! comparing all sides of all rings.

use geo::{Area as _, BooleanOps as _, Buffer as _, Validation as _};
use rayon::prelude::*;
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree, RTreeObject};
use walkshed::isochrone::{Heading, IsochroneOptions, IsochroneSearch, Isochrones, Origin, Shape};
use walkshed::osm::RawNetwork;
use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, Snap, SnapOptions, Snapper};
use walkshed::walk::{CostModel, EdgeWeights, FlatSpeed, Walker};
use walkshed::{LocalPlane, LonLat, Meters, Position, Ticks, WalkGraph};

use super::real_data;

const BUDGETS: [Ticks; 3] = [Ticks::from_minutes(5), Ticks::from_minutes(10), Ticks::from_minutes(15)];

/// A side of a ring: its ends, and of which ring.
struct Side([Position; 2]);

impl RTreeObject for Side {
    type Envelope = AABB<[i64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let corner = |p: Position| [i64::from(p.lon_e7), i64::from(p.lat_e7)];
        AABB::from_corners(corner(self.0[0]), corner(self.0[1]))
    }
}

type Sides = RTree<GeomWithData<Side, usize>>;

fn sides(shape: &Shape) -> Sides {
    let mut sides = Vec::new();
    for (number, ring) in shape.rings().enumerate() {
        let ends = ring.iter().zip(ring.iter().cycle().skip(1));
        sides.extend(ends.map(|(&from, &to)| GeomWithData::new(Side([from, to]), number)));
    }
    RTree::bulk_load(sides)
}

/// Twice the area of a triangle: 0 when its corners lie on a line.
fn turn(a: Position, b: Position, c: Position) -> i128 {
    let from = |p: Position| [i128::from(p.lon_e7 - a.lon_e7), i128::from(p.lat_e7 - a.lat_e7)];
    let ([bx, by], [cx, cy]) = (from(b), from(c));
    bx * cy - by * cx
}

/// Whether a point lies on a side, ends included.
fn is_on(p: Position, side: &Side) -> bool {
    let [a, b] = side.0;
    let within = |p: i32, a: i32, b: i32| (a.min(b)..=a.max(b)).contains(&p);
    turn(a, b, p) == 0 && within(p.lon_e7, a.lon_e7, b.lon_e7) && within(p.lat_e7, a.lat_e7, b.lat_e7)
}

/// Whether two sides cross in the inside of both.
fn cross(one: &Side, other: &Side) -> bool {
    let parts = |[a, b]: [Position; 2], [c, d]: [Position; 2]| turn(a, b, c).signum() * turn(a, b, d).signum() < 0;
    parts(one.0, other.0) && parts(other.0, one.0)
}

/// Every side meets the one before and the one after it, and no other; outlines and holes turn the right way.
fn assert_valid(shape: &Shape, told: &str) {
    let all = sides(shape);
    for side in &all {
        let others = all.locate_in_envelope_intersecting(&side.envelope());
        let Side([from, to]) = side.geom();
        assert_ne!(from, to, "{told}: a side without length");
        for other in others.filter(|other| other.geom().0 != side.geom().0) {
            let Side([begin, end]) = other.geom();
            let follows = (begin == to || end == from) && other.data == side.data;
            assert!(!cross(side.geom(), other.geom()), "{told}: sides cross at {from:?}");
            let touches = !follows && (is_on(*begin, side.geom()) || is_on(*end, side.geom()));
            assert!(!touches, "{told}: rings touch at {from:?}");
        }
    }
    for polygon in shape.polygons() {
        for (place, ring) in polygon.rings().enumerate() {
            assert!(ring.len() >= 3, "{told}: a ring of {} points", ring.len());
            let twice: i128 = ring.iter().zip(ring.iter().cycle().skip(1)).map(|(&a, &b)| turn(ring[0], a, b)).sum();
            assert!((twice > 0) == (place == 0) && twice != 0, "{told}: ring {place} turns the wrong way");
        }
    }
}

/// No side of the inner area crosses one of the outer, and every ring of the inner area is inside the outer.
fn assert_nested(inner: &Shape, outer: &Shape, told: &str) {
    let around = sides(outer);
    for ring in inner.rings() {
        let mut is_decided = false;
        for (&from, &to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let side = Side([from, to]);
            let mut is_apart = true;
            for other in around.locate_in_envelope_intersecting(&side.envelope()) {
                assert!(!cross(&side, other.geom()), "{told}: rings of two budgets cross at {from:?}");
                is_apart &= !is_on(from, other.geom());
            }
            if is_apart && !is_decided {
                assert!(outer.contains(from.lon_lat()), "{told}: {from:?} is outside the longer budget");
                is_decided = true;
            }
        }
    }
    // A hole of the outer area lies in a hole of the inner one, or outside of it.
    for (number, ring) in outer.rings().enumerate() {
        let apart = ring.iter().find(|p| !sides_hold(inner, **p));
        let is_hole = outer.polygons().all(|polygon| polygon.rings().next() != outer.rings().nth(number));
        if let Some(p) = apart.filter(|_| is_hole) {
            assert!(!inner.contains(p.lon_lat()), "{told}: a hole of the longer budget is filled in the shorter");
        }
    }
}

fn sides_hold(shape: &Shape, p: Position) -> bool {
    shape.rings().any(|ring| ring.iter().zip(ring.iter().cycle().skip(1)).any(|(&a, &b)| is_on(p, &Side([a, b]))))
}

/// The reached streets of an origin and its leg as straight pieces on a plane, each with its kind.
type Pieces = RTree<GeomWithData<rstar::primitives::Line<[f64; 2]>, usize>>;

const STREET: usize = 0;
const LEG: usize = 1;

struct City {
    graph: WalkGraph,
    weights: EdgeWeights,
    cells: Vec<(LonLat, Option<Snap>)>,
}

fn city(name: &str, model: &impl CostModel) -> Option<City> {
    let graph = real_data::graph(name)?;
    let weights = EdgeWeights::from_model(&graph, model);
    let cells = real_data::street_cells(&graph, h3o::Resolution::Ten);
    let snapper = Snapper::for_walker(&graph, SnapOptions::default(), &weights);
    let cells = cells.into_iter().map(|at| (at, snapper.snap(at).ok())).collect();
    Some(City { graph, weights, cells })
}

/// What was seen over all cells, for the record.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    areas: usize,
    points: usize,
    reached_points: usize,
}

/// Cells with a number in `also` are taken whatever the stride: they have failed before.
fn certify(name: &str, stride: usize, also: &[usize], heading: Heading, model: &impl CostModel) {
    let Some(city) = city(name, model) else { return };
    let City { graph, weights, cells } = &city;
    // With squares filled outlines may lie farther from the streets; that is looked at apart.
    let options = IsochroneOptions { fill_squares: false, ..IsochroneOptions::default() };
    let isochrones = Isochrones::new(graph, weights, options).unwrap();
    let stride = if real_data::every_cell() { 1 } else { stride };
    let numbers: Vec<usize> = (0..cells.len()).step_by(stride).chain(also.iter().copied()).collect();
    let seen: Vec<Seen> = numbers
        .par_chunks(numbers.len().div_ceil(8))
        .map(|numbers| {
            let mut search = IsochroneSearch::new(&isochrones);
            let mut seen = Seen::default();
            let origin = |&number: &usize| {
                let (at, snap) = &cells[number];
                Some((number, Origin::new(graph, weights, *at, snap.as_ref()?)))
            };
            let origins: Vec<(usize, Origin)> = numbers.iter().filter_map(origin).collect();
            for (place, (number, origin), reached) in in_blocks(&mut search, &origins, heading) {
                let Block { areas, lengths, pieces } = reached;
                let (number, at) = (*number, origin.at());
                let told = format!("{name}, cell {number} (place {place}) at {},{}", at.lon, at.lat);
                for pair in areas.windows(2) {
                    assert_nested(&pair[0], &pair[1], &told);
                    assert!(pair[0].area_m2() <= pair[1].area_m2(), "{told}");
                }
                let plane = LocalPlane::at(at);
                for (budget, area) in areas.iter().enumerate() {
                    assert_valid(area, &told);
                    assert!(area.contains(at), "{told}: the origin is outside");
                    let within = pieces.iter().filter(|piece| piece.budget <= budget);
                    let length: f64 = within.clone().map(|piece| piece.length.0).sum();
                    assert!((length - lengths[budget]).abs() < 0.5, "{told}: {length} m and {} m", lengths[budget]);
                    seen.reached_points += within
                        .flat_map(|piece| &piece.points)
                        .map(|&point| assert!(area.contains(point), "{told}: {point:?} is reached and outside"))
                        .count();
                    assert_near(
                        area,
                        &lines(&pieces, &plane, origin, budget, BUDGETS[budget]),
                        &plane,
                        &options,
                        &told,
                    );
                    seen.areas += 1;
                    seen.points += area.point_count();
                }
            }
            seen
        })
        .collect();
    let areas: usize = seen.iter().map(|seen| seen.areas).sum();
    let points: usize = seen.iter().map(|seen| seen.points).sum();
    let reached: usize = seen.iter().map(|seen| seen.reached_points).sum();
    println!("{name}: {areas} areas with {points} points; {reached} reached points inside");
    assert!(areas >= 3 * numbers.len() * 9 / 10, "{areas} areas of {} cells", numbers.len());
}

/// What one origin of a block reaches.
struct Block {
    areas: Vec<Shape>,
    lengths: Vec<f64>,
    pieces: Vec<walkshed::isochrone::Piece>,
}

/// What each of some origins reaches, looked at in blocks; with its place in the block.
fn in_blocks<'o>(
    search: &mut IsochroneSearch<'_, '_>,
    origins: &'o [(usize, Origin)],
    heading: Heading,
) -> impl Iterator<Item = (usize, &'o (usize, Origin), Block)> {
    origins.chunks(IsochroneSearch::BLOCK).flat_map(move |block| {
        let of_block: Vec<Origin> = block.iter().map(|origin| origin.1.clone()).collect();
        let mut reached = search.run_block(&of_block, heading, &BUDGETS).unwrap();
        let areas = reached.areas_of_each().unwrap();
        let each = areas.into_iter().enumerate().map(|(place, areas)| {
            let lengths = reached.lengths_of(place).map(|l| l.0).collect();
            (place, &block[place], Block { areas, lengths, pieces: reached.pieces_of(place) })
        });
        each.collect::<Vec<_>>()
    })
}

/// An origin has the same areas, lengths and pieces in any company.
#[test]
fn origins_side_by_side_have_what_they_have_alone() {
    for (name, heading) in [("las_palmas/las_palmas.osm.pbf", Heading::Away), ("poa/poa.osm.pbf", Heading::Home)] {
        let Some(city) = city(name, &Walker::named("place").unwrap()) else { continue };
        let isochrones = Isochrones::new(&city.graph, &city.weights, IsochroneOptions::default()).unwrap();
        let (mut alone, mut search) = (IsochroneSearch::new(&isochrones), IsochroneSearch::new(&isochrones));
        let origin = |(number, (at, snap)): (usize, &(LonLat, Option<Snap>))| {
            Some((number, Origin::new(&city.graph, &city.weights, *at, snap.as_ref()?)))
        };
        let all = city.cells.iter().enumerate().filter_map(origin);
        // Runs of neighbours, then one from here and one from there.
        let origins: Vec<(usize, Origin)> =
            all.filter(|(number, _)| number / 16 % 40 == 0 || number % 201 == 0).collect();
        for (place, (number, origin), block) in in_blocks(&mut search, &origins, heading) {
            let mut reached = alone.run(std::slice::from_ref(origin), heading, &BUDGETS).unwrap();
            assert!(reached.lengths().map(|l| l.0).eq(block.lengths), "{name}, cell {number}, place {place}");
            assert_eq!(reached.pieces(), block.pieces, "{name}, cell {number}, place {place}");
            assert!(reached.areas().unwrap() == block.areas, "{name}, cell {number}, place {place}");
        }
    }
}

fn lines(
    pieces: &[walkshed::isochrone::Piece],
    plane: &LocalPlane,
    origin: &Origin,
    budget: usize,
    time: Ticks,
) -> Pieces {
    let within = pieces.iter().filter(|piece| piece.budget <= budget);
    let pairs = within.flat_map(|piece| piece.points.windows(2).map(|pair| [pair[0], pair[1]]));
    let share = if origin.point().leg > time { time.as_seconds() / origin.point().leg.as_seconds() } else { 1.0 };
    let [from, to] = [origin.at(), origin.on_street()].map(|at| plane.project(at));
    let end = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    let line = |[a, b]: [[f64; 2]; 2], kind| GeomWithData::new(rstar::primitives::Line::new(a, b), kind);
    let all = pairs.map(|pair| line(pair.map(|at| plane.project(at)), STREET)).chain([line([from, end], LEG)]);
    RTree::bulk_load(all.collect())
}

/// Every point of an outline, and the middle of every side, is as far from the reached streets as the buffer, within the
/// bound.
fn assert_near(area: &Shape, lines: &Pieces, plane: &LocalPlane, options: &IsochroneOptions, told: &str) {
    for ring in area.rings() {
        for (from, to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let [a, b] = [from, to].map(|p| plane.project(p.lon_lat()));
            for at in [a, [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])]] {
                let to = |kind: usize| {
                    let mut near = lines.nearest_neighbor_iter_with_distance_2(&at);
                    near.find(|(line, _)| line.data == kind).map_or(f64::INFINITY, |(_, square)| square.sqrt())
                };
                // As far as the buffer from the streets, or as the bound from the leg.
                let bound = options.error_bound.0;
                let by_street = (to(STREET) - options.buffer.0).abs();
                let off = if by_street <= bound { by_street } else { (to(LEG) - bound).abs() };
                assert!(off <= bound, "{told}: {off} m beside the outline");
            }
        }
    }
}

#[test]
fn areas_of_las_palmas_keep_what_is_promised() {
    certify("las_palmas/las_palmas.osm.pbf", 61, &[], Heading::Away, &FlatSpeed::adult());
}

#[test]
fn areas_of_poa_keep_what_is_promised() {
    // In two cells a corner of a hole is cut off by the next street: a point was kept for one budget and left out for another.
    certify("poa/poa.osm.pbf", 61, &[5_133, 5_481], Heading::Away, &FlatSpeed::adult());
}

/// Uphill one way is downhill the other, and where a wheelchair cannot go streets are closed in the middle.
#[test]
fn areas_with_costs_by_place_keep_what_is_promised() {
    certify("las_palmas/las_palmas.osm.pbf", 241, &[], Heading::Home, &Walker::named("place").unwrap());
    certify("beijing/tsinghua_wudaokou.osm.pbf", 7, &[], Heading::Away, &Walker::named("step_free").unwrap());
    certify("beijing/tsinghua_wudaokou.osm.pbf", 7, &[], Heading::Home, &Walker::named("step_free").unwrap());
}

/// Filled squares add to an area, and take nothing of what is promised.
#[test]
fn areas_with_squares_filled_are_larger_and_nest() {
    let Some(city) = city("las_palmas/las_palmas.osm.pbf", &FlatSpeed::adult()) else { return };
    let plain = IsochroneOptions { fill_squares: false, ..IsochroneOptions::default() };
    let [filled, plain] = [IsochroneOptions::default(), plain]
        .map(|options| Isochrones::new(&city.graph, &city.weights, options).unwrap());
    let (mut filled, mut plain) = (IsochroneSearch::new(&filled), IsochroneSearch::new(&plain));
    let mut added = 0.0;
    for (at, snap) in city.cells.iter().step_by(if real_data::every_cell() { 1 } else { 31 }) {
        let Some(snap) = snap else { continue };
        let origin = [Origin::new(&city.graph, &city.weights, *at, snap)];
        let with = filled.run(&origin, Heading::Away, &BUDGETS).unwrap().areas().unwrap();
        let without = plain.run(&origin, Heading::Away, &BUDGETS).unwrap().areas().unwrap();
        let told = format!("from {at:?}");
        for pair in with.windows(2) {
            assert_nested(&pair[0], &pair[1], &told);
        }
        for (with, without) in with.iter().zip(&without) {
            assert_valid(with, &told);
            // Leaving out points moves outlines by up to 0.25 m.
            assert!(with.area_m2() > without.area_m2() * 0.998, "{told}");
            added += (with.area_m2() - without.area_m2()).max(0.0);
        }
    }
    println!("las_palmas: {added:.0} m2 of squares filled");
}

/// The area of all that is within the buffer, by `geo`: on a plane, with circles of 128 corners.
fn by_geo(lines: &Pieces, options: &IsochroneOptions) -> geo::MultiPolygon<f64> {
    let corner = std::f64::consts::PI / 64.0;
    let around = |l: &GeomWithData<rstar::primitives::Line<[f64; 2]>, usize>| {
        let [a, b] = [l.geom().from, l.geom().to].map(|[x, y]| geo::Coord { x, y });
        let width = if l.data == LEG { options.error_bound } else { options.buffer };
        let style = geo::buffer::BufferStyle::new(width.0)
            .line_cap(geo::buffer::LineCap::Round(corner))
            .line_join(geo::buffer::LineJoin::Round(corner));
        (a != b).then(|| geo::Line::new(a, b).buffer_with_style(style))
    };
    geo::unary_union(&lines.iter().filter_map(around).collect::<Vec<_>>())
}

#[test]
fn areas_are_those_of_the_buffer_by_another_way_of_reckoning() {
    for (name, stride) in [("las_palmas/las_palmas.osm.pbf", 709), ("poa/poa.osm.pbf", 709)] {
        let Some(city) = city(name, &FlatSpeed::adult()) else { continue };
        let options = IsochroneOptions { fill_squares: false, ..IsochroneOptions::default() };
        let isochrones = Isochrones::new(&city.graph, &city.weights, options).unwrap();
        let stride = if real_data::every_cell() { 37 } else { stride };
        let cells: Vec<_> = city.cells.iter().step_by(stride).filter_map(|(at, snap)| Some((*at, (*snap)?))).collect();
        let errors: Vec<[f64; 2]> = cells
            .par_iter()
            .flat_map_iter(|(at, snap)| {
                let origin = Origin::new(&city.graph, &city.weights, *at, snap);
                let mut search = IsochroneSearch::new(&isochrones);
                let mut reached = search.run(std::slice::from_ref(&origin), Heading::Away, &BUDGETS).unwrap();
                let (areas, pieces) = (reached.areas().unwrap(), reached.pieces());
                let plane = LocalPlane::at(*at);
                let compare = |budget: usize| {
                    let exact = by_geo(&lines(&pieces, &plane, &origin, budget, BUDGETS[budget]), &options);
                    let ours = areas[budget].to_geo();
                    assert!(ours.is_valid(), "{name} {at:?}");
                    let flat = geo::MapCoords::map_coords(&ours, |c| {
                        let [x, y] = plane.project(LonLat { lon: c.x, lat: c.y });
                        geo::Coord { x, y }
                    });
                    let (ours_m2, exact_m2) = (areas[budget].area_m2(), exact.unsigned_area());
                    let differs = flat.xor(&exact).unsigned_area();
                    [(ours_m2 / exact_m2 - 1.0).abs(), differs / exact_m2]
                };
                (0..BUDGETS.len()).map(compare).collect::<Vec<_>>()
            })
            .collect();
        for (what, most, column) in [("area", 0.01, 0), ("symmetric difference", 0.02, 1)] {
            let mut off: Vec<f64> = errors.iter().map(|error| error[column]).collect();
            off.sort_by(f64::total_cmp);
            let (median, worst) = (off[off.len() / 2], off[off.len() - 1]);
            println!("{name}: {what} of {} areas: median {median:.5}, worst {worst:.5}", off.len());
            assert!(median < most / 2.0 && worst < most, "{name}: {what} is off by {worst}");
        }
    }
}

/// The same streets without every ninth way: nothing is reached sooner, so no area is larger.
#[test]
fn more_streets_never_make_an_area_smaller() {
    let Some(path) = real_data::path("poa/poa.osm.pbf") else { return };
    let rules = walkshed::osm::WalkRules::worldwide();
    let (network, _) = walkshed::osm::read_pbf(std::fs::File::open(path).unwrap(), &rules).unwrap();
    let nodes: Vec<_> = network.osm_nodes().iter().copied().zip(network.positions().iter().copied()).collect();
    let parts = |left_out: usize| {
        let ways = network.ways().iter().enumerate().filter(|(number, _)| number % 9 != left_out);
        let way = |way: &walkshed::osm::RawWay| (way.id, way.directions, way.passage, network.nodes_of(way).to_vec());
        WalkGraph::from_network(&RawNetwork::from_parts(&nodes, &ways.map(|w| way(w.1)).collect::<Vec<_>>())).unwrap()
    };
    let (fewer, all) = (parts(4), parts(9));
    let [few_weights, all_weights] = [&fewer, &all].map(|graph| EdgeWeights::from_model(graph, &FlatSpeed::adult()));
    let options = IsochroneOptions::default();
    let few = Isochrones::new(&fewer, &few_weights, options).unwrap();
    let many = Isochrones::new(&all, &all_weights, options).unwrap();
    let (mut few_search, mut many_search) = (IsochroneSearch::new(&few), IsochroneSearch::new(&many));
    let on_street = SnapOptions { max_distance: Meters(0.05), min_component: 0 };
    let (few_snap, many_snap) = (Snapper::new(&fewer, on_street), Snapper::new(&all, on_street));
    let mut grown = 0;
    for node in fewer.nodes().step_by(501) {
        let at = fewer.node_at(node).lon_lat();
        let (Ok(few_at), Ok(many_at)) = (few_snap.snap(at), many_snap.snap(at)) else { continue };
        let [few_at, many_at] =
            [Origin::new(&fewer, &few_weights, at, &few_at), Origin::new(&all, &all_weights, at, &many_at)];
        // A node between two levels, or at a gate, may have its streets apart.
        if !reaches_as_much(&fewer, &few_weights, &all, &all_weights, few_at.point(), many_at.point()) {
            continue;
        }
        let smaller = few_search.run(&[few_at], Heading::Away, &BUDGETS).unwrap().areas().unwrap();
        let larger = many_search.run(&[many_at], Heading::Away, &BUDGETS).unwrap().areas().unwrap();
        for (smaller, larger) in smaller.iter().zip(&larger) {
            let out = smaller.to_geo().difference(&larger.to_geo()).unsigned_area() / smaller.to_geo().unsigned_area();
            assert!(out < 1e-3, "{out} of the area at {at:?} is lost with more streets");
            grown += usize::from(larger.area_m2() > smaller.area_m2() * 1.01);
        }
    }
    assert!(grown > 20, "{grown} areas are larger with more streets");
}

/// Whether all nodes reached with fewer streets are reached as soon with more.
fn reaches_as_much(
    fewer: &WalkGraph,
    few_weights: &EdgeWeights,
    all: &WalkGraph,
    all_weights: &EdgeWeights,
    from: &LinkedPoint,
    also_from: &LinkedPoint,
) -> bool {
    let (mut few, mut many) = (ReachSearch::new(fewer), ReachSearch::new(all));
    let (few, many) = (few.run_from(few_weights, from, BUDGETS[2]), many.run_from(all_weights, also_from, BUDGETS[2]));
    let times: std::collections::HashMap<_, _> = many.nodes().map(|(node, time)| (all.osm_node(node), time)).collect();
    // A junction of the smaller network may be an inner point of a link in none, so all of them are nodes of the larger;
    // rounding along links of other lengths is a tick or two.
    few.nodes().all(|(node, time)| {
        let found = times.get(&fewer.osm_node(node));
        found.is_none_or(|&sooner| sooner.get() <= time.get() + 64)
    })
}
