//! The straight segments of all streets in an R-tree, and the nearest of them to a point.
//!
//! Comes in: a graph. Goes out: the nearest position on a street that may be used. Not here: which streets those are.
//!
//! Distances are measured on a plane that touches the Earth at the point asked for, so they hold anywhere on Earth; the
//! tree only has to find every segment that enters a square around the point. The square grows until it holds an answer.

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree, RTreeObject};

use super::{Side, Snap, SnapReason};
use crate::graph::{LinkKind, WalkGraph};
use crate::ids::LinkId;
use crate::position::{LocalPlane, LonLat, Position};
use crate::units::Meters;

/// The first square reaches this far each way; most points in a city have a street within it.
const FIRST_REACH: Meters = Meters(40.0);
/// Each next square reaches this many times farther.
const GROWTH: f64 = 3.0;
/// A public street is taken before a nearer private one when both are come to in the same place, within this: who stands
/// at the corner of a yard, as far as coordinates can tell, stands on the street.
const CORNER: Meters = Meters(0.5);
/// A point nearer to a street than this stands on it.
const ON_STREET: Meters = Meters(0.05);

/// A segment's end points; its envelope is in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ends(Position, Position);

impl RTreeObject for Ends {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let corner = |p: Position| [f64::from(p.lon_e7) / 1e7, f64::from(p.lat_e7) / 1e7];
        AABB::from_corners(corner(self.0), corner(self.1))
    }
}

/// A segment with its link and its place on it.
type Segment = GeomWithData<Ends, (LinkId, u32)>;

#[derive(Debug)]
pub(super) struct SegmentIndex {
    tree: RTree<Segment>,
}

impl SegmentIndex {
    /// The segments that are to be used.
    pub(super) fn new(graph: &WalkGraph, is_open: impl Fn(LinkId, usize) -> bool) -> Self {
        let mut segments = Vec::with_capacity(graph.point_count());
        for street in graph.streets() {
            let pairs = street.points.windows(2).enumerate().filter(|&(i, _)| is_open(street.id, i));
            segments.extend(pairs.map(|(i, p)| Segment::new(Ends(p[0], p[1]), (street.id, i as u32))));
        }
        Self { tree: RTree::bulk_load(segments) }
    }

    /// The nearest position on a street whose connected part is `usable`, within a limit.
    ///
    /// Of streets equally near, a public one is taken before a private one, then the one with the lowest link and
    /// segment.
    pub(super) fn nearest(
        &self,
        graph: &WalkGraph,
        at: LonLat,
        limit: Meters,
        usable: impl Fn(u32) -> bool,
    ) -> Option<Snap> {
        let plane = LocalPlane::at(at);
        let mut reach = Meters(FIRST_REACH.0.min(limit.0));
        loop {
            let [dlon, dlat] = plane.degrees_around(reach);
            let square = AABB::from_corners([at.lon - dlon, at.lat - dlat], [at.lon + dlon, at.lat + dlat]);
            let near = self
                .tree
                .locate_in_envelope_intersecting(&square)
                .filter(|s| usable(graph.component_of(graph.link(s.data.0).tail) as u32))
                .map(|s| (foot_of(&plane, s.geom()), s.data))
                .filter(|(foot, _)| foot.distance <= reach.0);
            if let Some((foot, (link, segment))) = nearest_of(graph, near) {
                return Some(foot.into_snap(graph, &plane, link, segment));
            }
            if reach.0 >= limit.0 {
                return None;
            }
            reach = Meters((reach.0 * GROWTH).min(limit.0));
        }
    }

    /// The nearest position on each segment of a street within a distance, the nearest first.
    pub(super) fn all_within(&self, graph: &WalkGraph, at: LonLat, distance: Meters) -> Vec<Snap> {
        let plane = LocalPlane::at(at);
        let [dlon, dlat] = plane.degrees_around(distance);
        let square = AABB::from_corners([at.lon - dlon, at.lat - dlat], [at.lon + dlon, at.lat + dlat]);
        let feet = self.tree.locate_in_envelope_intersecting(&square).map(|s| (foot_of(&plane, s.geom()), s.data));
        let mut near: Vec<(Foot, (LinkId, u32))> = feet.filter(|(foot, _)| foot.distance <= distance.0).collect();
        near.sort_by(|(one, i), (other, j)| one.distance.total_cmp(&other.distance).then(i.cmp(j)));
        near.into_iter().map(|(foot, (link, segment))| foot.into_snap(graph, &plane, link, segment)).collect()
    }
}

/// The nearest of some positions, or a public one in the same place.
fn nearest_of(graph: &WalkGraph, near: impl Iterator<Item = (Foot, (LinkId, u32))>) -> Option<(Foot, (LinkId, u32))> {
    let (mut any, mut public): (Option<(Foot, (LinkId, u32))>, _) = (None, None);
    for candidate in near {
        let better = |best: &Option<(Foot, (LinkId, u32))>| {
            best.is_none_or(|(foot, place)| {
                candidate.0.distance.total_cmp(&foot.distance).then(candidate.1.cmp(&place)).is_lt()
            })
        };
        if better(&any) {
            any = Some(candidate);
        }
        if graph.link(candidate.1.0).kind == LinkKind::Public && better(&public) {
            public = Some(candidate);
        }
    }
    let nearest = any?;
    let gap = |foot: &Foot| (foot.at[0] - nearest.0.at[0]).hypot(foot.at[1] - nearest.0.at[1]);
    Some(public.filter(|(foot, _)| gap(foot) <= CORNER.0).unwrap_or(nearest))
}

/// The nearest position on a segment to the origin of a plane.
#[derive(Clone, Copy)]
struct Foot {
    distance: f64,
    share: f64,
    at: [f64; 2],
    /// Positive when the origin is to the left of the segment.
    turn: f64,
}

fn foot_of(plane: &LocalPlane, ends: &Ends) -> Foot {
    let [ax, ay] = plane.project(ends.0.lon_lat());
    let [bx, by] = plane.project(ends.1.lon_lat());
    let (dx, dy) = (bx - ax, by - ay);
    let square = dx * dx + dy * dy;
    // A segment without length has its first point as its only position.
    let share = if square > 0.0 { (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    let at = [ax + share * dx, ay + share * dy];
    Foot { distance: at[0].hypot(at[1]), share, at, turn: ax * by - ay * bx }
}

impl Foot {
    fn into_snap(self, graph: &WalkGraph, plane: &LocalPlane, link: LinkId, segment: u32) -> Snap {
        let view = graph.link(link);
        let [before, after] = [view.along_mm[segment as usize], view.along_mm[segment as usize + 1]].map(f64::from);
        let to_tail = Meters((before + (after - before) * self.share) / 1e3);
        Snap {
            link,
            segment,
            share: self.share,
            to_tail,
            to_head: Meters(view.length().0 - to_tail.0),
            offset: Meters(self.distance),
            at: plane.unproject(self.at),
            to_street: Meters(self.distance),
            squares: [None; 2],
            side: match self.turn {
                _ if self.distance <= ON_STREET.0 => Side::On,
                turn if turn > 0.0 => Side::Left,
                _ => Side::Right,
            },
            component: graph.component_of(view.tail) as u32,
            reason: SnapReason::Nearest,
        }
    }
}
