//! Roads that leave their walkers to a sidewalk of its own.
//!
//! Comes in: a network, and the roads that are tagged `sidewalk=separate`. Goes out: the network without the stretches of
//! those roads that have the sidewalk beside them. Not here: the tags (`rules`).
//!
//! A tag is a promise that the sidewalk is drawn, and often it is not, or it is not joined to the side streets. So a
//! stretch between two places where other ways meet the road gives way only when
//!
//! - all along it a way of a sidewalk's class runs beside it, and
//! - without it (and all others like it) its two ends are still joined by a walk that is not much longer.
//!
//! So nobody loses a walk by what is tagged, and nobody walks on the carriageway where there is a sidewalk.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rstar::primitives::{Line, Rectangle};
use rstar::{AABB, RTree, RTreeObject};
use rustc_hash::{FxHashMap, FxHashSet};

use super::network::{Passage, RawNetwork, RawWay};
use super::plazas::RawArea;
use super::report::ImportReport;
use super::rules::{ClassId, WalkRules};
use crate::ids::OsmWayId;
use crate::position::{LocalPlane, LonLat};
use crate::units::Meters;

/// How far from the middle of a road its sidewalk may be, in metres: half of a road of eight lanes, and a strip of green.
const BESIDE_M: f64 = 30.0;
/// How far a sidewalk may turn from the road's direction: the cosine of 30 degrees.
const ALONG: f64 = 0.866;
/// A road is looked at every so many metres.
const STEP_M: f64 = 10.0;
/// How much longer the walk may be without the carriageway: a share of the stretch, for bends, and metres, for crossing
/// over to the sidewalk at both ends.
const LONGER: (f64, f64) = (1.25, 60.0);

/// Takes out the stretches of `roads` that leave their walkers to a sidewalk. Areas are told where their rims are then.
pub(super) fn give_way(
    network: &mut RawNetwork,
    areas: &mut [RawArea],
    roads: &FxHashSet<OsmWayId>,
    rules: &WalkRules,
    report: &mut ImportReport,
) {
    if roads.is_empty() {
        return;
    }
    let sidewalks = Sidewalks::near(network, roads, rules);
    let mut pieces = Vec::new();
    for (way, stretch) in network.ways.iter().enumerate().filter(|(_, w)| roads.contains(&w.id)) {
        for (segment, pair) in network.nodes_of(stretch).windows(2).enumerate() {
            if sidewalks.run_beside(network, [pair[0], pair[1]]) {
                let ends = [pair[0], pair[1]];
                pieces.push(Piece { way, segment, ends, length: length(network, ends) });
            }
        }
    }
    // Where the tag is there and the sidewalk is not, as in most cities, the streets need not be looked at.
    if pieces.is_empty() {
        return;
    }
    let given = Streets::without(network, &pieces).those_that_may_go(&pieces);
    report.sidewalk_segments += given.len() as u64;
    let moved = take_out(network, &given);
    for area in areas {
        area.rim = moved[area.rim.start]..moved[area.rim.end];
    }
}

/// A segment of a road with a sidewalk beside it.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// The stretch that it is of, and which of its segments it is.
    way: usize,
    segment: usize,
    ends: [u32; 2],
    length: f64,
}

/// The ways near some roads that are of a sidewalk's class, by place, in degrees.
struct Sidewalks(RTree<Line<[f64; 2]>>);

impl Sidewalks {
    fn near(network: &RawNetwork, roads: &FxHashSet<OsmWayId>, rules: &WalkRules) -> Self {
        let at = |node: u32| network.positions[node as usize].lon_lat();
        let beside = |pair: &[u32]| {
            let [one, other] = [at(pair[0]), at(pair[1])];
            let [dlon, dlat] = LocalPlane::at(one).degrees_around(Meters(2.0 * BESIDE_M));
            let [west, east] = [one.lon.min(other.lon) - dlon, one.lon.max(other.lon) + dlon];
            let [south, north] = [one.lat.min(other.lat) - dlat, one.lat.max(other.lat) + dlat];
            Rectangle::from_corners([west, south], [east, north])
        };
        let of_roads = network.ways.iter().filter(|w| roads.contains(&w.id));
        let segments = of_roads.flat_map(|way| network.nodes_of(way).windows(2));
        // Roads with the tag are few, sidewalks many: only those near such a road are kept.
        let near = RTree::bulk_load(segments.map(beside).collect());
        let is_sidewalk: Vec<bool> =
            (0..network.class_names.len()).map(|class| rules.is_sidewalk_class(ClassId(class as u8))).collect();
        let of_class = |w: &&RawWay| is_sidewalk[usize::from(w.class.0)] && w.passage == Passage::Through;
        let pairs = network.ways.iter().filter(of_class).flat_map(|way| network.nodes_of(way).windows(2));
        let line = |pair: &[u32]| {
            let [one, other] = [at(pair[0]), at(pair[1])];
            Line::new([one.lon, one.lat], [other.lon, other.lat])
        };
        let lines =
            pairs.map(line).filter(|line| near.locate_in_envelope_intersecting(&line.envelope()).next().is_some());
        Self(RTree::bulk_load(lines.collect()))
    }

    /// Whether one runs beside a segment all along.
    fn run_beside(&self, network: &RawNetwork, ends: [u32; 2]) -> bool {
        let [from, to] = ends.map(|node| network.positions[node as usize].lon_lat());
        let plane = LocalPlane::at(from);
        let way = plane.project(to);
        let length = way[0].hypot(way[1]);
        if length == 0.0 {
            return true;
        }
        let steps = (length / STEP_M).ceil().max(1.0);
        (0..steps as usize).all(|step| {
            let share = (step as f64 + 0.5) / steps;
            let at = [way[0] * share, way[1] * share];
            let [low, high] =
                [-1.0, 1.0].map(|sign| plane.unproject([at[0] + sign * BESIDE_M, at[1] + sign * BESIDE_M]));
            let near = AABB::from_corners([low.lon, low.lat], [high.lon, high.lat]);
            self.0.locate_in_envelope_intersecting(&near).any(|line| {
                let [one, other] = [line.from, line.to].map(|[lon, lat]| plane.project(LonLat { lon, lat }));
                is_beside(at, [way[0] / length, way[1] / length], one, other)
            })
        })
    }
}

/// Whether a line passes a point within reach, in about the same direction.
fn is_beside(at: [f64; 2], direction: [f64; 2], one: [f64; 2], other: [f64; 2]) -> bool {
    let along = [other[0] - one[0], other[1] - one[1]];
    let length = along[0].hypot(along[1]);
    if length == 0.0 {
        return false;
    }
    let share = ((at[0] - one[0]) * along[0] + (at[1] - one[1]) * along[1]) / (length * length);
    let share = share.clamp(0.0, 1.0);
    let gap = (one[0] + share * along[0] - at[0]).hypot(one[1] + share * along[1] - at[1]);
    let turn = (along[0] * direction[0] + along[1] * direction[1]).abs() / length;
    gap <= BESIDE_M && turn >= ALONG
}

fn length(network: &RawNetwork, [one, other]: [u32; 2]) -> f64 {
    network.positions[one as usize].distance_to(network.positions[other as usize]).0
}

/// Streets as they are without some pieces: for each node the nodes beside it, with their distances.
struct Streets(FxHashMap<u32, Vec<(u32, f64)>>);

impl Streets {
    fn without(network: &RawNetwork, pieces: &[Piece]) -> Self {
        let taken: FxHashSet<(usize, usize)> = pieces.iter().map(|p| (p.way, p.segment)).collect();
        let mut streets = Self(FxHashMap::default());
        for (way, stretch) in network.ways.iter().enumerate().filter(|(_, w)| w.passage == Passage::Through) {
            for (segment, pair) in network.nodes_of(stretch).windows(2).enumerate() {
                if !taken.contains(&(way, segment)) {
                    streets.add([pair[0], pair[1]], length(network, [pair[0], pair[1]]));
                }
            }
        }
        streets
    }

    fn add(&mut self, [one, other]: [u32; 2], length: f64) {
        self.0.entry(one).or_default().push((other, length));
        self.0.entry(other).or_default().push((one, length));
    }

    fn has(&self, node: u32) -> bool {
        self.0.contains_key(&node)
    }

    /// The pieces that can go. Those that cannot are put back, which may give others new neighbours that they have to
    /// serve, so it is done until nothing changes; as pieces are only ever put back, it ends.
    fn those_that_may_go(mut self, pieces: &[Piece]) -> Vec<Piece> {
        let mut leaving: Vec<Piece> = pieces.to_vec();
        loop {
            let mut on: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
            for (number, piece) in leaving.iter().enumerate() {
                for end in piece.ends {
                    on.entry(end).or_default().push(number);
                }
            }
            let mut attached: Vec<u32> = on.keys().copied().filter(|&node| self.has(node)).collect();
            attached.sort_unstable();
            let mut back = FxHashSet::default();
            for &start in &attached {
                self.put_back_from(start, &leaving, &on, &mut back);
            }
            if back.is_empty() {
                return leaving;
            }
            let mut numbers: Vec<usize> = back.iter().copied().collect();
            numbers.sort_unstable();
            for number in numbers {
                self.add(leaving[number].ends, leaving[number].length);
            }
            let mut number = 0;
            leaving.retain(|_| {
                number += 1;
                !back.contains(&(number - 1))
            });
        }
    }

    /// Walks along leaving pieces from a place where other ways meet them, to the next such places, and notes the pieces
    /// without which the walk between the two would be much longer.
    fn put_back_from(
        &self,
        start: u32,
        leaving: &[Piece],
        on: &FxHashMap<u32, Vec<usize>>,
        back: &mut FxHashSet<usize>,
    ) {
        let mut came: FxHashMap<u32, (f64, Option<usize>)> = FxHashMap::from_iter([(start, (0.0, None))]);
        let mut open = BinaryHeap::from([(Reverse(0u64), start)]);
        while let Some((Reverse(key), node)) = open.pop() {
            let so_far = came[&node].0;
            if key > millimetres(so_far) {
                continue;
            }
            if node != start && self.has(node) {
                if node > start && self.walk(start, node, so_far * LONGER.0 + LONGER.1).is_none() {
                    let mut at = node;
                    while let Some(number) = came[&at].1 {
                        back.insert(number);
                        let [one, other] = leaving[number].ends;
                        at = if at == one { other } else { one };
                    }
                }
                continue;
            }
            for &number in &on[&node] {
                let piece = leaving[number];
                let next = if piece.ends[0] == node { piece.ends[1] } else { piece.ends[0] };
                let far = so_far + piece.length;
                if came.get(&next).is_none_or(|&(known, _)| far < known) {
                    came.insert(next, (far, Some(number)));
                    open.push((Reverse(millimetres(far)), next));
                }
            }
        }
    }

    /// The length of the shortest walk on what is left, up to a limit.
    fn walk(&self, from: u32, to: u32, limit: f64) -> Option<f64> {
        let mut best: FxHashMap<u32, f64> = FxHashMap::from_iter([(from, 0.0)]);
        let mut heap = BinaryHeap::from([(Reverse(0u64), from)]);
        while let Some((Reverse(key), node)) = heap.pop() {
            let far = best[&node];
            if node == to {
                return Some(far);
            }
            if key > millimetres(far) {
                continue;
            }
            for &(next, step) in self.0.get(&node).into_iter().flatten() {
                let there = far + step;
                if there <= limit && best.get(&next).is_none_or(|&known| there < known) {
                    best.insert(next, there);
                    heap.push((Reverse(millimetres(there)), next));
                }
            }
        }
        None
    }
}

/// Whole millimetres, by which heaps are ordered.
fn millimetres(metres: f64) -> u64 {
    (metres * 1e3) as u64
}

/// Rebuilds the ways without some of their segments; gives where each stretch, and the end of all, has moved to.
fn take_out(network: &mut RawNetwork, given: &[Piece]) -> Vec<usize> {
    let mut of_way: FxHashMap<usize, FxHashSet<usize>> = FxHashMap::default();
    for piece in given {
        of_way.entry(piece.way).or_default().insert(piece.segment);
    }
    let ways = std::mem::take(&mut network.ways);
    let refs = std::mem::take(&mut network.refs);
    let mut moved = Vec::with_capacity(ways.len() + 1);
    for (number, way) in ways.into_iter().enumerate() {
        moved.push(network.ways.len());
        let nodes = &refs[RawNetwork::ref_range(&way)];
        let Some(gone) = of_way.get(&number) else {
            network.push_part(&way, nodes);
            continue;
        };
        let mut first = 0;
        for segment in (0..nodes.len() - 1).filter(|s| gone.contains(s)).chain([nodes.len() - 1]) {
            if segment > first {
                network.push_part(&way, &nodes[first..=segment]);
            }
            first = segment + 1;
        }
    }
    moved.push(network.ways.len());
    moved
}
