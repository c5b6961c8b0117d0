//! What the time of one walk is made of.
//!
//! Comes in: a search, its origin, a destination, and the weights of the model and of its parts. Goes out: how much of the
//! walk is the level way, how much slopes, how much waits, and metres up and down. Not here: finding the walk. The route
//! is that of the whole model; its parts are what the same route takes under less of it.

use walkshed::search::Reach;
use walkshed::snap::Snap;
use walkshed::walk::EdgeWeights;
use walkshed::{EdgeId, NodeId, Ticks, WalkGraph};

use super::End;

/// Seconds of a walk by what they are spent on.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Parts {
    /// As if all streets were level and nobody waited.
    pub level: f64,
    /// What slopes add, or save.
    pub slopes: f64,
    /// What signals, crossings and lifts add.
    pub waits: f64,
}

/// A walk taken apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Route {
    pub(super) parts: Parts,
    pub(super) climbs: Option<[f64; 2]>,
}

/// Takes a walk apart that takes some time.
pub(super) fn route_of(
    graph: &WalkGraph,
    columns: [&EdgeWeights; 3],
    reach: &Reach<'_>,
    [from, to]: [&End; 2],
    time: Ticks,
) -> Route {
    let whole = time.as_seconds();
    let taken = |times: [Option<f64>; 2]| {
        let [level, bare] = [times[0].unwrap_or(whole), times[1].or(times[0]).unwrap_or(whole)];
        Parts { level: bare, slopes: whole - level, waits: level - bare }
    };
    if from.points[0].direct_to(&to.points[0]) == Some(time) {
        let times = [1, 2].map(|column| from.points[column].direct_to(&to.points[column]).map(Ticks::as_seconds));
        let ends = [height_at(graph, &from.snap), height_at(graph, &to.snap)];
        let climbs = match ends {
            [Some(from), Some(to)] => Some([(to - from).max(0.0), (from - to).max(0.0)]),
            _ => None,
        };
        return Route { parts: taken(times), climbs };
    }
    let by = to.points[0].ends().find(|&(node, rest)| reach.time_to(node).is_some_and(|t| t + rest == time));
    let Some((last, path)) = by.and_then(|(node, _)| Some((node, reach.path_to(node)?))) else {
        return Route { parts: taken([None; 2]), climbs: None };
    };
    let times = [1, 2].map(|column| {
        let first = nearest(from.points[column].starts(), path.start)?;
        let rest = nearest(to.points[column].ends(), last)?;
        let edges: f64 = path.edges.iter().map(|&edge| columns[column].edge(edge).as_seconds()).sum();
        Some(first + edges + rest)
    });
    Route { parts: taken(times), climbs: climbs(graph, [&from.snap, &to.snap], [path.start, last], &path.edges) }
}

fn nearest(ends: impl Iterator<Item = (NodeId, Ticks)>, node: NodeId) -> Option<f64> {
    ends.filter(|end| end.0 == node).map(|end| end.1).min().map(Ticks::as_seconds)
}

/// The height of the street where a point comes to it.
fn height_at(graph: &WalkGraph, snap: &Snap) -> Option<f64> {
    let heights = graph.heights_on(snap.link)?;
    let segment = snap.segment as usize;
    let [low, high] = [heights.at(segment)?.0, heights.at(segment + 1)?.0];
    Some(low + (high - low) * snap.share)
}

/// Metres up and down along a route; the ways to its first node and from its last are taken as even slopes.
fn climbs(graph: &WalkGraph, [from, to]: [&Snap; 2], [start, last]: [NodeId; 2], edges: &[EdgeId]) -> Option<[f64; 2]> {
    let (mut up, mut down) = (0.0, 0.0);
    let mut step = |gain: f64| if gain > 0.0 { up += gain } else { down -= gain };
    let node_height = |snap: &Snap, node: NodeId| {
        let link = graph.link(snap.link);
        let heights = graph.heights_on(snap.link)?;
        let at_tail = graph.node_at(link.tail) == graph.node_at(node);
        heights.at(if at_tail { 0 } else { link.points.len() - 1 }).map(|height| height.0)
    };
    step(node_height(from, start)? - height_at(graph, from)?);
    for &edge in edges {
        let traversal = graph.traversal(edge);
        let [mut gained, mut lost] = graph.heights_on(traversal.link())?.climbs()?.map(|metres| metres.0);
        if traversal.is_backward() {
            std::mem::swap(&mut gained, &mut lost);
        }
        step(gained);
        step(-lost);
    }
    step(height_at(graph, to)? - node_height(to, last)?);
    Some([up, down])
}
