//! Dead ends that miss a street by a few metres.
//!
//! Comes in: a graph and what stands beside its streets. Goes out: [`NearMiss`]es. Not here: who would gain (`sides`).
//!
//! What is left out, because it is right as it is more often than not: ends that a mapper has marked as such
//! (`noexit=yes`), ends at doors, lifts and barriers; gaps with a wall, a building, tracks or water across; streets on
//! another level; private streets beside streets that they hang together with; and ends from which the other street is a
//! short walk anyway.

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree, RTreeObject};

use super::RepairOptions;
use super::walks::{Closed, Walks};
use crate::graph::{LinkKind, LinkView, WalkGraph};
use crate::ids::{EdgeId, NodeId, OsmNodeId, OsmWayId};
use crate::osm::{Answer, Surroundings};
use crate::position::{LonLat, Position};
use crate::snap::{Snap, Snapper};
use crate::units::Meters;

/// Positions nearer than this are one.
const SAME: Meters = Meters(0.05);

/// A dead end, and the street that it misses.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NearMiss {
    /// The OSM node at the dead end.
    pub node: OsmNodeId,
    /// The way that ends there.
    pub way: OsmWayId,
    /// The dead end as a position on its street.
    pub from: Snap,
    /// The way that it misses.
    pub to_way: OsmWayId,
    /// The nearest position on it.
    pub to: Snap,
    /// How far apart they are.
    pub gap: Meters,
    /// The walk between the two as the map is.
    pub today: Today,
}

/// How two places hang together as the map is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Today {
    /// Not at all.
    Unconnected,
    /// By a walk of this length.
    Walk(Meters),
    /// By none up to this length, but they are on one connected part of the network.
    Farther(Meters),
}

/// Finds dead ends that miss a street, in the order of the graph's nodes. Of two that miss each other one is told.
pub fn near_misses(snapper: &Snapper<'_>, surroundings: &Surroundings, options: &RepairOptions) -> Vec<NearMiss> {
    let graph = snapper.graph();
    let mut walks = Walks::new(graph);
    let mut found: Vec<NearMiss> = dead_ends(graph)
        .filter(|&(node, _)| {
            surroundings
                .mark(graph.osm_node(node))
                .is_none_or(|m| m.answer == Answer::Yes && m.barrier.is_none() && !m.is_entrance && !m.is_end)
        })
        .filter_map(|(node, street)| miss_at(snapper, &mut walks, surroundings, options, node, &street))
        .collect();
    let walled = across_lines(&found, surroundings);
    let mut walled = walled.into_iter();
    found.retain(|_| !walled.next().unwrap_or(false));
    leave_one_of_two(&mut found);
    for miss in &mut found {
        miss.today = today(graph, &mut walks, miss, options.detour);
    }
    found
}

/// The nodes where one street ends and no other begins, each with its street.
fn dead_ends(graph: &WalkGraph) -> impl Iterator<Item = (NodeId, LinkView<'_>)> {
    let mut ends = vec![0u32; graph.node_count()];
    for street in graph.streets() {
        ends[street.tail.index()] += 1;
        ends[street.head.index()] += 1;
    }
    let mut found: Vec<(NodeId, LinkView<'_>)> = graph
        .streets()
        .flat_map(|street| [(street.tail, street), (street.head, street)])
        .filter(|(node, _)| ends[node.index()] == 1)
        .collect();
    found.sort_by_key(|(node, _)| *node);
    found.into_iter()
}

fn miss_at(
    snapper: &Snapper<'_>,
    walks: &mut Walks<'_>,
    surroundings: &Surroundings,
    options: &RepairOptions,
    node: NodeId,
    street: &LinkView<'_>,
) -> Option<NearMiss> {
    let graph = snapper.graph();
    let near = snapper.all_within(graph.node_at(node).lon_lat(), options.gap);
    // The street's own beginning; where it comes near its end again, that is another place.
    let is_tail = node == street.tail;
    let along = |snap: &Snap| if is_tail { snap.to_tail } else { snap.to_head };
    let from = *near.iter().find(|snap| snap.link == street.id && along(snap).0 <= SAME.0)?;
    let way = street.piece_of_segment(from.segment as usize).way();
    let height = surroundings.height(way);
    walks.run(|edge| millimetres(graph, edge), [(node, 0)].into_iter(), in_mm(options.joined), Closed::Nothing);
    for to in near.iter().filter(|snap| snap.link != street.id || along(snap).0 > options.joined.0) {
        let other = graph.link(to.link);
        let to_way = other.piece_of_segment(to.segment as usize).way();
        if surroundings.height(to_way).is_apart_from(&height) {
            continue;
        }
        if to.component == from.component {
            let is_private = street.kind != LinkKind::Public || other.kind != LinkKind::Public;
            // What is joined is nearer than anything behind it that is not: the gap would lead across a street.
            if is_private || walk_to(walks, &other, to).is_some_and(|mm| mm <= in_mm(options.joined)) {
                return None;
            }
        }
        let (gap, to) = (to.offset, to.on_street());
        let today = Today::Unconnected;
        return Some(NearMiss { node: graph.osm_node(node), way, from, to_way, to, gap, today });
    }
    None
}

fn millimetres(graph: &WalkGraph, edge: EdgeId) -> u32 {
    let along = graph.link(graph.traversal(edge).link()).along_mm;
    along[along.len() - 1]
}

fn in_mm(length: Meters) -> u32 {
    (length.0 * 1e3).round() as u32
}

/// The length of the walk to a position on a street, when it is within the limit of the search.
fn walk_to(walks: &Walks<'_>, street: &LinkView<'_>, to: &Snap) -> Option<u32> {
    let by_tail = walks.cost(street.tail).filter(|_| street.directions.forward()).map(|c| c + in_mm(to.to_tail));
    let by_head = walks.cost(street.head).filter(|_| street.directions.backward()).map(|c| c + in_mm(to.to_head));
    by_tail.into_iter().chain(by_head).min()
}

fn today(graph: &WalkGraph, walks: &mut Walks<'_>, miss: &NearMiss, limit: Meters) -> Today {
    if miss.from.component != miss.to.component {
        return Today::Unconnected;
    }
    let street = graph.link(miss.from.link);
    let node = if miss.from.to_tail.0 <= miss.from.to_head.0 { street.tail } else { street.head };
    walks.run(|edge| millimetres(graph, edge), [(node, 0)].into_iter(), in_mm(limit), Closed::Nothing);
    let walk = walk_to(walks, &graph.link(miss.to.link), &miss.to).filter(|&mm| mm <= in_mm(limit));
    walk.map_or(Today::Farther(limit), |mm| Today::Walk(Meters(f64::from(mm) / 1e3)))
}

/// Of two dead ends that miss each other the first is kept.
fn leave_one_of_two(found: &mut Vec<NearMiss>) {
    let is_end = |snap: &Snap| snap.to_tail.0 <= SAME.0 || snap.to_head.0 <= SAME.0;
    let facing: Vec<(OsmWayId, Position, OsmWayId, Position)> =
        found.iter().map(|m| (m.way, Position::from(m.from.at), m.to_way, Position::from(m.to.at))).collect();
    let met = |one: Position, other: Position| one.distance_to(other).0 <= SAME.0;
    let mut keep = vec![true; found.len()];
    let mut by_way: Vec<usize> = (0..found.len()).collect();
    by_way.sort_by_key(|&i| (facing[i].0, i));
    for (i, &(way, from, to_way, to)) in facing.iter().enumerate() {
        if !keep[i] || !is_end(&found[i].to) {
            continue;
        }
        let first = by_way.partition_point(|&j| facing[j].0 < to_way);
        let same = by_way[first..].iter().take_while(|&&j| facing[j].0 == to_way);
        for &j in same.filter(|&&j| j > i) {
            if facing[j].2 == way && met(facing[j].1, to) && met(facing[j].3, from) {
                keep[j] = false;
            }
        }
    }
    let mut keep = keep.into_iter();
    found.retain(|_| keep.next().unwrap_or(true));
}

/// A gap as a straight line; its envelope is in degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Gap(Position, Position);

impl RTreeObject for Gap {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(degrees(self.0), degrees(self.1))
    }
}

fn degrees(at: Position) -> [f64; 2] {
    let LonLat { lon, lat } = at.lon_lat();
    [lon, lat]
}

/// Which gaps have a wall, a building, tracks or water across them.
fn across_lines(found: &[NearMiss], surroundings: &Surroundings) -> Vec<bool> {
    let gaps = found.iter().enumerate();
    let gaps = gaps.map(|(i, m)| GeomWithData::new(Gap(Position::from(m.from.at), Position::from(m.to.at)), i));
    let tree = RTree::bulk_load(gaps.collect());
    let mut crossed = vec![false; found.len()];
    for line in &surroundings.lines {
        for pair in line.nodes.windows(2) {
            let [one, other] = [pair[0].1, pair[1].1];
            let around = AABB::from_corners(degrees(one), degrees(other));
            for gap in tree.locate_in_envelope_intersecting(&around) {
                crossed[gap.data] |= meet(gap.geom().0, gap.geom().1, one, other);
            }
        }
    }
    crossed
}

/// Whether two straight lines have a point in common; exact, in whole steps of a position.
fn meet(a: Position, b: Position, c: Position, d: Position) -> bool {
    let side = |p: Position, q: Position, r: Position| {
        let step = |x: i32, y: i32| i128::from(x) - i128::from(y);
        let turn =
            step(q.lon_e7, p.lon_e7) * step(r.lat_e7, p.lat_e7) - step(q.lat_e7, p.lat_e7) * step(r.lon_e7, p.lon_e7);
        turn.signum()
    };
    let within = |p: Position, q: Position, r: Position| {
        (p.lon_e7.min(q.lon_e7)..=p.lon_e7.max(q.lon_e7)).contains(&r.lon_e7)
            && (p.lat_e7.min(q.lat_e7)..=p.lat_e7.max(q.lat_e7)).contains(&r.lat_e7)
    };
    let [ac, ad, ca, cb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
    if ac * ad < 0 && ca * cb < 0 {
        return true;
    }
    ac == 0 && within(a, b, c) || ad == 0 && within(a, b, d) || ca == 0 && within(c, d, a) || cb == 0 && within(c, d, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_meet_where_they_cross_and_where_they_touch() {
        let at = |lon_e7, lat_e7| Position { lon_e7, lat_e7 };
        let meets = |d| meet(at(0, 0), at(10, 0), at(5, -5), d);
        assert!(meets(at(5, 5)), "across");
        assert!(meets(at(5, 0)), "on it");
        assert!(!meets(at(5, -1)), "before it");
        assert!(!meet(at(0, 0), at(10, 0), at(11, 0), at(20, 0)), "in one line, apart");
        assert!(meet(at(0, 0), at(10, 0), at(10, 0), at(20, 0)), "end to end");
        assert!(meet(at(3, 3), at(3, 3), at(0, 0), at(6, 6)), "a point on a line");
        assert!(!meet(at(3, 4), at(3, 4), at(0, 0), at(6, 6)), "a point beside a line");
    }
}
