//! The middle of wide squares, which no line across comes near: [`Floors`].
//!
//! Comes in: the squares of a graph, a model. Goes out: for the nodes of the lattice in the middle of squares when they are
//! come to. Not here: the lines across squares, which are links like others and have their own surroundings.
//!
//! Who walks to a place in the middle of a square comes in where a street does, and goes straight there, round corners and
//! holes. Most squares are so small that the lines across them leave nothing to fill, and cost nothing.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::grid::{Grid, Scale, place_of};
use super::inside::crosses;
use super::patch::foot_of;
use super::sides::{Heading, Sides};
use crate::graph::{Square, WalkGraph};
use crate::ids::{NodeId, SquareId};
use crate::position::{LonLat, Position};
use crate::snap::LinkedPoint;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// A square with more nodes of the lattice than this in its middle is left as its lines have it.
const MOST_SPOTS: usize = 20_000;

/// The squares that have a middle, by the nodes where streets come in.
#[derive(Debug)]
pub(super) struct Floors {
    grid: Grid,
    /// Positions in `middles`, by the number of a node.
    by_door: FxHashMap<u32, Vec<u32>>,
    middles: Vec<Floor>,
}

/// The middle of one square.
#[derive(Debug)]
struct Floor {
    square: SquareId,
    /// Nodes of the lattice.
    spots: Vec<[i32; 2]>,
    /// Where each is come to from, found when it is first needed: the door and the time, all spots one after the other.
    ways: OnceLock<Ways>,
}

#[derive(Debug, Default)]
struct Ways {
    /// Where the ways of each spot end.
    ends: Vec<u32>,
    doors: Vec<([NodeId; 2], Ticks)>,
}

impl Floors {
    /// Looks for squares with a middle that is farther than `reach` metres from the streets at their entrances.
    pub(super) fn new(graph: &WalkGraph, weights: &EdgeWeights, grid: Grid, sides: &Sides, reach: f64) -> Self {
        let mut all = Self { grid, by_door: FxHashMap::default(), middles: Vec::new() };
        for square in graph.squares().filter(|square| weights.pace_on(square.id).is_some()) {
            let doors: FxHashSet<u32> = doors_of(&square).flatten().map(NodeId::get).collect();
            let spots = middle(graph, grid, &square, sides, &doors, reach);
            if spots.is_empty() || spots.len() > MOST_SPOTS {
                continue;
            }
            for door in doors {
                all.by_door.entry(door).or_default().push(all.middles.len() as u32);
            }
            all.middles.push(Floor { square: square.id, spots, ways: OnceLock::new() });
        }
        all
    }

    /// Whether a node is a place where a street comes to a square with a middle.
    pub(super) fn has_door(&self, node: NodeId) -> bool {
        self.by_door.contains_key(&node.get())
    }

    /// When the middles of squares are come to, whose doors are reached at some times; each node of the lattice with its
    /// time, square after square.
    pub(super) fn reached(
        &self,
        graph: &WalkGraph,
        weights: &EdgeWeights,
        heading: Heading,
        door_times: &FxHashMap<u32, u32>,
        origins: &[(LonLat, &LinkedPoint)],
        mut each: impl FnMut([i32; 2], u32),
    ) {
        let on_squares = origins.iter().flat_map(|(_, point)| point.squares());
        let stood_on: FxHashSet<SquareId> = on_squares.collect();
        let by_doors = door_times.keys().filter_map(|door| self.by_door.get(door)).flatten().copied();
        let by_origins =
            (0..self.middles.len() as u32).filter(|&f| stood_on.contains(&self.middles[f as usize].square));
        let mut met: Vec<u32> =
            if stood_on.is_empty() { by_doors.collect() } else { by_doors.chain(by_origins).collect() };
        met.sort_unstable();
        met.dedup();
        for floor in met.into_iter().map(|floor| &self.middles[floor as usize]) {
            let ways = floor.ways.get_or_init(|| floor.look(graph, weights, self.grid));
            let direct = floor.straight_from(graph, weights, self.grid, origins);
            for (number, &spot) in floor.spots.iter().enumerate() {
                let first = number.checked_sub(1).map_or(0, |before| ways.ends[before]) as usize;
                let by_doors = ways.doors[first..ways.ends[number] as usize].iter().filter_map(|(nodes, rest)| {
                    // A walk comes in where one arrives, and goes home where one leaves.
                    let nodes = if heading == Heading::Away { &nodes[1..] } else { &nodes[..] };
                    let time = nodes.iter().filter_map(|node| door_times.get(&node.get())).min()?;
                    Some((Ticks::new(*time) + *rest).get())
                });
                let straight = direct.get(number).copied().flatten();
                if let Some(time) = by_doors.chain(straight).min() {
                    each(spot, time);
                }
            }
        }
    }
}

impl Floor {
    /// The ways from all spots to the doors: O(c e) for each, with c corners and e sides of the square.
    fn look(&self, graph: &WalkGraph, weights: &EdgeWeights, grid: Grid) -> Ways {
        let square = graph.square(self.square);
        let mut ways = Ways::default();
        let (room, pace) = (square.standing_room(), weights.pace_on(self.square));
        for &spot in &self.spots {
            if let Some((room, pace)) = room.as_ref().zip(pace) {
                let at = room.plane.project(lon_lat(grid, spot));
                let view = room.area.view_from(at);
                let doors = view.doors.iter().filter_map(|&(corner, metres)| {
                    Some((square.doors_at(corner)?, Ticks::from_seconds(pace * metres)))
                });
                ways.doors.extend(doors);
            }
            ways.ends.push(ways.doors.len() as u32);
        }
        ways
    }
}

impl Floor {
    /// The times straight from origins that stand on the square, for each spot; nothing at all where none does.
    fn straight_from(
        &self,
        graph: &WalkGraph,
        weights: &EdgeWeights,
        grid: Grid,
        origins: &[(LonLat, &LinkedPoint)],
    ) -> Vec<Option<u32>> {
        let here: Vec<LonLat> = origins
            .iter()
            .filter(|(_, point)| point.squares().any(|square| square == self.square))
            .map(|origin| origin.0)
            .collect();
        let room = graph.square(self.square).standing_room();
        let Some((room, pace)) = room.zip(weights.pace_on(self.square)).filter(|_| !here.is_empty()) else {
            return Vec::new();
        };
        let views: Vec<_> = here.iter().map(|&at| room.area.view_from(room.plane.project(at))).collect();
        let time = |&spot: &[i32; 2]| {
            let there = room.area.view_from(room.plane.project(lon_lat(grid, spot)));
            let metres = views.iter().filter_map(|view| room.area.way(view, &there)).reduce(f64::min)?;
            Some(Ticks::from_seconds(pace * metres).get())
        };
        self.spots.iter().map(time).collect()
    }
}

/// The nodes where streets come to a square, for leaving and for arriving.
fn doors_of<'s>(square: &'s Square<'_>) -> impl Iterator<Item = [NodeId; 2]> + 's {
    let corners = square.rings().enumerate().flat_map(|(ring, points)| (0..points.len()).map(move |at| (ring, at)));
    corners.filter_map(|corner| square.doors_at(corner))
}

/// The nodes of the lattice on a square that are farther than `reach` metres from all streets at its doors.
fn middle(
    graph: &WalkGraph,
    grid: Grid,
    square: &Square<'_>,
    sides: &Sides,
    doors: &FxHashSet<u32>,
    reach: f64,
) -> Vec<[i32; 2]> {
    let corners = || square.rings().flatten().map(|&corner| place_of(corner));
    let low = corners().fold([f64::INFINITY; 2], |low, at| [low[0].min(at[0]), low[1].min(at[1])]);
    let high = corners().fold([f64::NEG_INFINITY; 2], |high, at| [high[0].max(at[0]), high[1].max(at[1])]);
    let scale = Scale::at(low[1] as i32);
    if (0..2).any(|axis| (high[axis] - low[axis]) * scale.metres[axis] <= 2.0 * reach) {
        return Vec::new();
    }
    let mut links: Vec<_> = doors.iter().flat_map(|&door| sides.at(NodeId::new(door))).map(|(link, _)| link).collect();
    links.sort_unstable();
    links.dedup();
    let streets: Vec<[[f64; 2]; 2]> = links
        .iter()
        .flat_map(|&link| graph.link(link).points.windows(2))
        .map(|pair| [pair[0], pair[1]].map(place_of))
        .collect();
    let [first, last] = [grid.node_after(low), grid.node_before(high)];
    let nodes = (first[1]..=last[1]).flat_map(|j| (first[0]..=last[0]).map(move |i| [i, j]));
    let is_inside = |node: &[i32; 2]| {
        let at = place_at(grid, *node);
        let side = |(a, b): (&Position, &Position)| crosses([a, b], at[0], at[1]);
        let crossed =
            |ring: &[Position]| ring.iter().zip(ring.iter().cycle().skip(1)).filter(|&pair| side(pair)).count();
        square.rings().map(crossed).sum::<usize>() % 2 == 1
    };
    let is_far = |node: &[i32; 2]| {
        let at = place_at(grid, *node);
        streets.iter().all(|&street| foot_of(at, street, &scale).1 > reach)
    };
    nodes.filter(|node| is_inside(node) && is_far(node)).collect()
}

/// Where a node of the lattice is, in 1e-7 degrees.
pub(super) fn place_at(grid: Grid, node: [i32; 2]) -> [f64; 2] {
    [0, 1].map(|axis| f64::from(node[axis]) * f64::from(grid.step[axis]))
}

fn lon_lat(grid: Grid, node: [i32; 2]) -> LonLat {
    let [lon, lat] = place_at(grid, node);
    LonLat { lon: lon / 1e7, lat: lat / 1e7 }
}
