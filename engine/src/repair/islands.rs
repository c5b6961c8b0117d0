//! Parts of the network that hang together with nothing, and the closed barriers that keep them so.
//!
//! Comes in: a graph, a snapper, what stands beside the streets. Goes out: [`Island`]s, [`ClosedBarrier`]s. Not here: who
//! lives there.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{LinkView, WalkGraph};
use crate::ids::{NodeId, OsmNodeId, OsmWayId};
use crate::osm::{Answer, Surroundings};
use crate::position::LonLat;
use crate::snap::{Snap, Snapper};
use crate::units::Meters;

/// A part of the network that is not joined with the largest.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Island {
    /// Which connected part: a position in [`WalkGraph::components`].
    pub component: usize,
    /// Its point nearest to the main network, or some point when that is far.
    pub at: LonLat,
    /// The way of the island that this point is on.
    pub way: OsmWayId,
    /// The OSM node there, where it is a junction or an end.
    pub node: Option<OsmNodeId>,
    /// The nearest position on the main network, with the distance as its offset; nothing when it is far.
    pub main: Option<Snap>,
    /// The way of the main network that this is on.
    pub main_way: Option<OsmWayId>,
}

/// Where each of some connected parts is nearest to the main one, looked for up to a limit; in the order of their numbers.
pub fn islands(snapper: &Snapper<'_>, components: &BTreeSet<usize>, limit: Meters) -> Vec<Island> {
    let graph = snapper.graph();
    let mut found: BTreeMap<usize, Island> = BTreeMap::new();
    for street in graph.streets() {
        let component = graph.component_of(street.tail);
        if component == 0 || !components.contains(&component) {
            continue;
        }
        let island = found.entry(component).or_insert_with(|| Island {
            component,
            at: street.points[0].lon_lat(),
            way: street.pieces[0].way(),
            node: Some(graph.osm_node(street.tail)),
            main: None,
            main_way: None,
        });
        bring_nearer(snapper, island, &street, limit);
    }
    found.into_values().collect()
}

fn bring_nearer(snapper: &Snapper<'_>, island: &mut Island, street: &LinkView<'_>, limit: Meters) {
    let graph = snapper.graph();
    for (place, point) in street.points.iter().enumerate() {
        let known = island.main.map_or(limit, |main| main.offset);
        let Some(main) = snapper.nearest_of(point.lon_lat(), known, |component| component == 0) else { continue };
        if island.main.is_some_and(|known| known.offset.0 <= main.offset.0) {
            continue;
        }
        island.at = point.lon_lat();
        island.way = street.piece_of_segment(place.min(street.points.len() - 2)).way();
        island.node = match place {
            0 => Some(graph.osm_node(street.tail)),
            last if last + 1 == street.points.len() => Some(graph.osm_node(street.head)),
            _ => None,
        };
        island.main_way = Some(graph.link(main.link).piece_of_segment(main.segment as usize).way());
        island.main = Some(main);
    }
}

/// A node where a barrier stops walkers, between the main network and a part that is joined with it nowhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClosedBarrier {
    /// The OSM node.
    pub node: OsmNodeId,
    /// Its copy on the main network.
    pub at: NodeId,
    /// The value of `barrier`; nothing when the node is closed by its access alone.
    pub barrier: Option<String>,
    /// Whether nobody passes, or only who starts or ends behind it.
    pub answer: Answer,
    /// The part behind it: a position in [`WalkGraph::components`].
    pub component: usize,
    /// The way of the main network and the way behind.
    pub ways: [OsmWayId; 2],
}

/// Finds barriers that, were they open, would join a part with the main network; in the order of nodes and parts.
pub fn closed_barriers(graph: &WalkGraph, surroundings: &Surroundings) -> Vec<ClosedBarrier> {
    let is_closed = |node: OsmNodeId| surroundings.mark(node).is_some_and(|mark| mark.answer != Answer::Yes);
    let mut parts: BTreeMap<OsmNodeId, BTreeMap<usize, (NodeId, OsmWayId)>> = BTreeMap::new();
    for street in graph.streets() {
        let ends = [(street.tail, 0), (street.head, street.pieces.len() - 1)];
        for (node, piece) in ends.into_iter().filter(|(node, _)| is_closed(graph.osm_node(*node))) {
            let here = parts.entry(graph.osm_node(node)).or_default();
            here.entry(graph.component_of(node)).or_insert((node, street.pieces[piece].way()));
        }
    }
    let mut found = Vec::new();
    for (node, here) in parts {
        let (Some(&(at, main_way)), Some(mark)) = (here.get(&0), surroundings.mark(node)) else { continue };
        for (&component, &(_, way)) in here.iter().filter(|(component, _)| **component != 0) {
            let barrier = mark.barrier.clone();
            found.push(ClosedBarrier { node, at, barrier, answer: mark.answer, component, ways: [main_way, way] });
        }
    }
    found
}
