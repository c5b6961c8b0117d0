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
use super::patch::{Brush, foot_of};
use super::plan::{Plan, Task};
use super::sides::{Heading, Sides};
use super::stamp::Stamp;
use super::streets::{LANES, Lanes};
use super::windows::MOST_BUDGETS;
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
    /// Found when it is first needed.
    ways: OnceLock<Ways>,
    /// The surroundings of all spots together.
    stamp: OnceLock<Stamp>,
}

/// Where each spot is come to from.
#[derive(Debug, Default)]
struct Ways {
    /// Where the ways of each spot end.
    ends: Vec<u32>,
    /// The number of a door and the time, all spots one after the other.
    to_doors: Vec<(u32, Ticks)>,
    doors: Vec<Door>,
    /// Where the bends that each spot sees end.
    bend_ends: Vec<u32>,
    /// Corners at which ways bend, and the metres to them, all spots one after the other.
    bends: Vec<(usize, f64)>,
}

/// Where a street comes to a square, for leaving and for arriving.
#[derive(Debug)]
struct Door {
    nodes: [NodeId; 2],
    /// The time to the spot farthest from it, when all spots are come to from it.
    to_all: Option<Ticks>,
}

/// What squares are asked for.
pub(super) struct Asked<'a, 'g> {
    pub(super) graph: &'g WalkGraph,
    pub(super) weights: &'g EdgeWeights,
    pub(super) heading: Heading,
    /// The times at nodes where streets come to squares with a middle.
    pub(super) door_times: &'a FxHashMap<u32, [u32; LANES]>,
    /// The lane, the place and the position of each origin.
    pub(super) origins: &'a [(usize, LonLat, &'a LinkedPoint)],
    pub(super) budgets: &'a [Ticks],
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
            all.middles.push(Floor { square: square.id, spots, ways: OnceLock::new(), stamp: OnceLock::new() });
        }
        all
    }

    /// Whether a node is a place where a street comes to a square with a middle.
    pub(super) fn has_door(&self, node: NodeId) -> bool {
        self.by_door.contains_key(&node.get())
    }

    /// Plans what is come to in the middle of squares, whose doors are reached at some times.
    pub(super) fn plan(&self, asked: &Asked<'_, '_>, plan: &mut Plan) {
        let on_squares = asked.origins.iter().flat_map(|(_, _, point)| point.squares());
        let stood_on: FxHashSet<SquareId> = on_squares.collect();
        let by_doors = asked.door_times.keys().filter_map(|door| self.by_door.get(door)).flatten().copied();
        let by_origins =
            (0..self.middles.len() as u32).filter(|&f| stood_on.contains(&self.middles[f as usize].square));
        let mut met: Vec<u32> =
            if stood_on.is_empty() { by_doors.collect() } else { by_doors.chain(by_origins).collect() };
        met.sort_unstable();
        met.dedup();
        for number in met {
            let floor = &self.middles[number as usize];
            let ways = floor.ways.get_or_init(|| floor.look(asked.graph, asked.weights, self.grid));
            let mut whole = [0; MOST_BUDGETS];
            let mut spots = vec![0; floor.spots.len() * asked.budgets.len()];
            for lane in 0..LANES {
                let first = floor.plan_lane(self.grid, asked, ways, lane, &mut spots);
                whole[first..asked.budgets.len()].iter_mut().for_each(|lanes| *lanes |= 1 << lane);
            }
            plan.add(Task::Floor(number), &whole[..asked.budgets.len()]);
            for (&spot, lanes) in floor.spots.iter().zip(spots.chunks(asked.budgets.len())) {
                plan.add(Task::Spot(spot), lanes);
            }
        }
    }

    /// The surroundings of a middle, drawn once.
    pub(super) fn stamp(&self, number: u32, brush: &Brush<'_>) -> &Stamp {
        let floor = &self.middles[number as usize];
        floor.stamp.get_or_init(|| {
            let places: Vec<[f64; 2]> = floor.spots.iter().map(|&spot| place_at(self.grid, spot)).collect();
            Stamp::of_places(brush, &places)
        })
    }
}

impl Floor {
    /// Notes in one lane the spots that are come to, budget after budget; gives the first budget within which all of them
    /// are for sure, or the number of budgets. Those of later ones are not noted.
    fn plan_lane(&self, grid: Grid, asked: &Asked<'_, '_>, ways: &Ways, lane: usize, spots: &mut [Lanes]) -> usize {
        let Asked { heading, door_times, budgets, .. } = *asked;
        // A walk comes in where one arrives, and goes home where one leaves.
        let at_door = |door: &Door| {
            let nodes = if heading == Heading::Away { &door.nodes[1..] } else { &door.nodes[..] };
            let times = nodes.iter().filter_map(|node| Some(door_times.get(&node.get())?[lane]));
            times.min().unwrap_or(Ticks::UNREACHED.get())
        };
        let within = |time: Ticks| budgets.iter().position(|&budget| time <= budget);
        let times: Vec<Ticks> = ways.doors.iter().map(|door| Ticks::new(at_door(door))).collect();
        let whole_by = |(door, &time): (&Door, &Ticks)| within(time + door.to_all?);
        let whole = ways.doors.iter().zip(&times).filter_map(whole_by).min().unwrap_or(budgets.len());
        let direct = self.straight_from(asked, grid, ways, lane);
        let first = times.iter().min().and_then(|&time| within(time)).unwrap_or(budgets.len());
        if first >= whole && direct.is_empty() {
            return whole;
        }
        for (number, lanes) in spots.chunks_mut(budgets.len()).enumerate() {
            let begin = number.checked_sub(1).map_or(0, |before| ways.ends[before]) as usize;
            let by_doors = ways.to_doors[begin..ways.ends[number] as usize]
                .iter()
                .map(|&(door, rest)| times[door as usize] + rest);
            let straight = direct.get(number).copied().flatten().map(Ticks::new);
            if let Some(budget) = by_doors.chain(straight).min().and_then(within) {
                lanes[budget..whole.max(budget)].iter_mut().for_each(|lanes| *lanes |= 1 << lane);
            }
        }
        whole
    }

    /// The ways from all spots to the doors: O(c e) for each, with c corners and e sides of the square.
    fn look(&self, graph: &WalkGraph, weights: &EdgeWeights, grid: Grid) -> Ways {
        let square = graph.square(self.square);
        let (room, pace) = (square.standing_room(), weights.pace_on(self.square));
        let Some((room, pace)) = room.zip(pace) else {
            return Ways { ends: vec![0; self.spots.len()], bend_ends: vec![0; self.spots.len()], ..Ways::default() };
        };
        let mut ways = Ways::default();
        let mut numbers: FxHashMap<[NodeId; 2], usize> = FxHashMap::default();
        let mut farthest: Vec<(usize, Ticks)> = Vec::new();
        for &spot in &self.spots {
            let view = room.area.view_from(room.plane.project(lon_lat(grid, spot)));
            ways.bends.extend(room.area.bends(&view));
            ways.bend_ends.push(ways.bends.len() as u32);
            for (corner, metres) in view.doors {
                let Some(nodes) = square.doors_at(corner) else { continue };
                let rest = Ticks::from_seconds(pace * metres);
                let number = *numbers.entry(nodes).or_insert(farthest.len());
                if number == farthest.len() {
                    farthest.push((0, Ticks::ZERO));
                    ways.doors.push(Door { nodes, to_all: None });
                }
                farthest[number] = (farthest[number].0 + 1, farthest[number].1.max(rest));
                ways.to_doors.push((number as u32, rest));
            }
            ways.ends.push(ways.to_doors.len() as u32);
        }
        for (door, (count, rest)) in ways.doors.iter_mut().zip(farthest) {
            door.to_all = (count == self.spots.len()).then_some(rest);
        }
        ways
    }

    /// The times straight from origins of a lane that stand on the square, for each spot; nothing at all where none does.
    fn straight_from(&self, asked: &Asked<'_, '_>, grid: Grid, ways: &Ways, lane: usize) -> Vec<Option<u32>> {
        let here: Vec<LonLat> = asked
            .origins
            .iter()
            .filter(|(of, _, point)| *of == lane && point.squares().any(|square| square == self.square))
            .map(|origin| origin.1)
            .collect();
        if here.is_empty() {
            return Vec::new();
        }
        let room = asked.graph.square(self.square).standing_room();
        let Some((room, pace)) = room.zip(asked.weights.pace_on(self.square)) else { return Vec::new() };
        let views: Vec<_> = here.iter().map(|&at| room.area.view_from(room.plane.project(at))).collect();
        let time = |(number, &spot): (usize, &[i32; 2])| {
            let there = room.plane.project(lon_lat(grid, spot));
            let begin = number.checked_sub(1).map_or(0, |before| ways.bend_ends[before]) as usize;
            let bends = &ways.bends[begin..ways.bend_ends[number] as usize];
            let metres = views.iter().filter_map(|view| room.area.way_to(view, there, bends)).reduce(f64::min)?;
            Some(Ticks::from_seconds(pace * metres).get())
        };
        self.spots.iter().enumerate().map(time).collect()
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
