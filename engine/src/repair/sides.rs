//! Who lives on the two sides of a gap or of a wall, and would walk less if it were open (or walks less because it is).
//!
//! Comes in: homes on their streets, and an [`Opening`]: the two sides of a place and what is closed there. Goes out: the
//! homes on either side. Not here: how many residents a home stands for.
//!
//! A home is on one side of an opening when the walk between it and the other side is shorter by more than a threshold
//! through the opening than round it, within a budget. Two bounded searches from the place tell, one from each side. Walks
//! are measured from the place outwards. A home that is not nearer to either side by that much gains nothing and is on
//! neither side. Something is mended for those on the smaller side: for the others only a few more homes come nearer, as
//! when a street of ten houses is joined with a city.

use super::near_miss::NearMiss;
use super::walks::{Closed, Walks};
use super::walls::WallCrossing;
use crate::graph::{LinkKind, WalkGraph};
use crate::ids::NodeId;
use crate::snap::{LinkedPoint, Snap, Snapper};
use crate::units::{Meters, Ticks};
use crate::walk::EdgeWeights;

/// A node of the graph is looked for this near to an OSM node.
const THERE: Meters = Meters(0.05);

/// Homes on their streets, found by the nodes from which they are come to.
#[derive(Clone, Debug)]
pub struct Homes<'h> {
    points: &'h [Option<LinkedPoint>],
    first: Vec<u32>,
    at_nodes: Vec<u32>,
}

impl<'h> Homes<'h> {
    /// Sorts homes by their nodes; those without a street are on no side of anything.
    pub fn new(graph: &WalkGraph, points: &'h [Option<LinkedPoint>]) -> Self {
        let ends = || {
            let on_streets = points.iter().enumerate().filter_map(|(home, point)| Some((home as u32, point.as_ref()?)));
            on_streets.flat_map(|(home, point)| point.ends().map(move |(node, _)| (node, home)))
        };
        let mut first = vec![0u32; graph.node_count() + 1];
        for (node, _) in ends() {
            first[node.index() + 1] += 1;
        }
        for node in 1..first.len() {
            first[node] += first[node - 1];
        }
        let mut next = first.clone();
        let mut homes = vec![0; first[first.len() - 1] as usize];
        for (node, home) in ends() {
            homes[next[node.index()] as usize] = home;
            next[node.index()] += 1;
        }
        Self { points, first, at_nodes: homes }
    }

    fn at(&self, node: NodeId) -> &[u32] {
        &self.at_nodes[self.first[node.index()] as usize..self.first[node.index() + 1] as usize]
    }
}

/// A place that parts two sides, or would if it were closed.
#[derive(Clone, Debug)]
pub struct Opening {
    starts: [Vec<(NodeId, Ticks)>; 2],
    /// What it takes to get from one side to the other through it.
    gap: Ticks,
    closed: Closed,
    /// The place on the street that is closed.
    on: Option<LinkedPoint>,
    /// The two sides, where they are places on streets that stay open.
    open: [Option<LinkedPoint>; 2],
}

impl Opening {
    /// The opening that would be there if a dead end were joined with the street that it misses.
    pub fn of_near_miss(graph: &WalkGraph, weights: &EdgeWeights, miss: &NearMiss) -> Self {
        let on_it = |snap: &Snap| LinkedPoint::new(graph, weights, &snap.on_street());
        let places = [on_it(&miss.from), on_it(&miss.to)];
        let starts = places.each_ref().map(|place| place.starts().collect());
        let gap = weights.access_leg(miss.gap);
        Self { starts, gap, closed: Closed::Nothing, on: None, open: places.map(Some) }
    }

    /// The opening that is there as long as the wall is walked through; nothing when the graph does not have the place.
    pub fn of_wall(snapper: &Snapper<'_>, weights: &EdgeWeights, crossing: &WallCrossing) -> Option<Self> {
        let graph = snapper.graph();
        let here = snapper.all_within(crossing.at.lon_lat(), THERE);
        let open = here.into_iter().filter(|snap| graph.link(snap.link).kind == LinkKind::Public);
        let open: Vec<Snap> = open.collect();
        let node = open.iter().flat_map(|s| [graph.link(s.link).tail, graph.link(s.link).head]);
        match node.into_iter().find(|&n| graph.node_at(n) == crossing.at && graph.osm_node(n) == crossing.node) {
            Some(node) => Some(Self::at_junction(graph, weights, crossing, node)),
            None => Self::along_street(graph, weights, crossing, open.first()?),
        }
    }

    fn at_junction(graph: &WalkGraph, weights: &EdgeWeights, crossing: &WallCrossing, node: NodeId) -> Self {
        let mut starts = [Vec::new(), Vec::new()];
        for (edge, head) in graph.edges_from(node) {
            let points = graph.link(graph.traversal(edge).link()).points;
            let next = if graph.traversal(edge).is_backward() { points[points.len() - 2] } else { points[1] };
            starts[crossing.side_of(next)].push((head, weights.edge(edge)));
        }
        Self { starts, gap: Ticks::ZERO, closed: Closed::Node(node), on: None, open: [None, None] }
    }

    fn along_street(graph: &WalkGraph, weights: &EdgeWeights, crossing: &WallCrossing, snap: &Snap) -> Option<Self> {
        let link = graph.link(snap.link);
        let on_it = snap.on_street();
        let point = LinkedPoint::new(graph, weights, &on_it);
        // The point before the place; where the place is the last point of a segment, its first is the one before.
        let before = link.points[..=snap.segment as usize].iter().rev().find(|p| **p != crossing.at)?;
        let tail_side = crossing.side_of(*before);
        let mut starts = [Vec::new(), Vec::new()];
        for (node, time) in point.starts() {
            let side = if node == link.tail { tail_side } else { 1 - tail_side };
            starts[side].push((node, time));
        }
        // A street that comes back to where it began has one node at both ends: both sides are one.
        (link.tail != link.head).then_some(Self {
            starts,
            gap: Ticks::ZERO,
            closed: Closed::Link(snap.link),
            on: Some(point),
            open: [None, None],
        })
    }
}

/// Finds the homes on both sides of one opening after another. One for each thread: 8 bytes for each node of the graph.
#[derive(Debug)]
pub struct SidesSearch<'g> {
    graph: &'g WalkGraph,
    walks: [Walks<'g>; 2],
    homes: Vec<u32>,
}

impl<'g> SidesSearch<'g> {
    /// Room for searches on a graph.
    pub fn new(graph: &'g WalkGraph) -> Self {
        Self { graph, walks: [Walks::new(graph), Walks::new(graph)], homes: Vec::new() }
    }

    /// The homes on each side, as positions in the list that [`Homes`] was made from, ascending: those within `budget` of
    /// their side, whose walk to the other side through the opening is shorter by more than `least` than round it.
    pub fn run(
        &mut self,
        weights: &EdgeWeights,
        opening: &Opening,
        homes: &Homes<'_>,
        budget: Ticks,
        least: Ticks,
    ) -> [Vec<u32>; 2] {
        // The way round is looked for as far as it matters to those at the end of the budget.
        let limit = (budget + opening.gap + least).get();
        for (walks, starts) in self.walks.iter_mut().zip(&opening.starts) {
            let starts = starts.iter().map(|&(node, time)| (node, time.get()));
            walks.run(|edge| weights.edge(edge).get(), starts, limit, opening.closed);
        }
        self.homes.clear();
        for node in self.walks.iter().flat_map(Walks::reached) {
            self.homes.extend_from_slice(homes.at(node));
        }
        self.homes.sort_unstable();
        self.homes.dedup();
        let mut sides = [Vec::new(), Vec::new()];
        for &home in &self.homes {
            let Some(point) = &homes.points[home as usize] else { continue };
            let [one, other] = [0, 1].map(|side| self.time_to(side, opening, point));
            let through = |near: Ticks| near + opening.gap + least;
            if one <= budget && through(one) < other {
                sides[0].push(home);
            } else if other <= budget && through(other) < one {
                sides[1].push(home);
            }
        }
        sides
    }

    fn time_to(&self, side: usize, opening: &Opening, home: &LinkedPoint) -> Ticks {
        let link = self.graph.link(home.link);
        // On the street that is closed, only the end on the home's side of the place leads to it.
        let end = opening.on.as_ref().filter(|on| on.link == home.link).and_then(|on| {
            let (here, there) = (home.time_from_tail()?.get() - home.leg.get(), on.time_from_tail()?.get());
            Some(if here <= there { link.tail } else { link.head })
        });
        let ends = home.ends().filter(|(node, _)| end.is_none_or(|end| end == *node));
        let times = ends.filter_map(|(node, rest)| Some(Ticks::new(self.walks[side].cost(node)?) + rest));
        let along_the_street = opening.open[side].as_ref().and_then(|place| place.direct_to(home));
        times.chain(along_the_street).min().unwrap_or(Ticks::UNREACHED)
    }
}
