//! From a point on the map to a position on a street: [`Snapper`] and [`Snap`].
//!
//! Comes in: points, and a graph. Goes out: where on which link a walk from there begins, how far off the street that is,
//! and why that link; or a [`SnapError`]. Not here: times (a [`Snap`] is in metres; `search` asks the weights).
//!
//! A point goes to the nearest position on any street, never to a node. When that street is on an island (a connected
//! part of few points: a fenced park, a clipped corner) and a street of a larger part is within the limit, the walk
//! begins there instead. Nothing is ever snapped farther than the limit: "no street here" is a result.

mod index;

use crate::graph::WalkGraph;
use crate::ids::{LinkId, NodeId};
use crate::position::LonLat;
use crate::units::{Meters, Ticks};
use crate::walk::{EdgeWeights, Partial, Place};

use index::SegmentIndex;

/// A position so near to an end of its street is at the node there: coordinates are given to a centimetre at best.
const AT_NODE: Meters = Meters(0.05);

/// How far and onto what points are snapped.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SnapOptions {
    /// No street farther away than this is taken.
    pub max_distance: Meters,
    /// A connected part with fewer OSM nodes than this is an island, avoided where another street is within the limit. The
    /// largest part never is one; with 0 there are no islands.
    pub min_component: u32,
}

impl Default for SnapOptions {
    /// 300 m, as Conveyal R5's first radius. Islands below 200 points: in Las Palmas, paths drawn without a connection to
    /// the streets beside them come to 143, and a hamlet has more than 200.
    fn default() -> Self {
        Self { max_distance: Meters(300.0), min_component: 200 }
    }
}

/// On which side of the street a point lies, walking the link from tail to head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// On the left hand.
    Left,
    /// On the right hand.
    Right,
    /// On the street itself.
    On,
}

impl Side {
    /// The side in a word, as tables have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::On => "on",
        }
    }
}

/// Why a snap took the street that it took.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SnapReason {
    /// It is the nearest street.
    Nearest,
    /// The nearest street is on an island; this is the nearest that is not.
    OffIsland,
    /// All streets within the limit are on islands.
    Island,
}

impl SnapReason {
    /// The reason in a word, as tables have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::OffIsland => "off_island",
            Self::Island => "island",
        }
    }
}

/// A position on a street, and how a point came to it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Snap {
    /// The link.
    pub link: LinkId,
    /// Between which points of the link's geometry: this one and the next.
    pub segment: u32,
    /// Which share of the way from the one to the next, 0 to 1.
    pub share: f64,
    /// The way from the link's tail.
    pub to_tail: Meters,
    /// The way to the link's head.
    pub to_head: Meters,
    /// How far off the street the point is.
    pub offset: Meters,
    /// The position on the street.
    pub at: LonLat,
    /// On which side of the street the point lies.
    pub side: Side,
    /// The connected part: a position in [`WalkGraph::components`].
    pub component: u32,
    /// Why this street.
    pub reason: SnapReason,
}

/// Why a point has no position on a street.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
pub enum SnapError {
    /// There is no street within the limit.
    #[error("no street within {} m of {},{}", limit.0, at.lon, at.lat)]
    NoStreet {
        /// The point.
        at: LonLat,
        /// The limit.
        limit: Meters,
    },
}

/// Snaps points to the streets of one graph. Built once, shared by all threads.
#[derive(Debug)]
pub struct Snapper<'g> {
    graph: &'g WalkGraph,
    options: SnapOptions,
    index: SegmentIndex,
}

impl<'g> Snapper<'g> {
    /// Indexes the streets of a graph: time and memory (some 80 bytes a segment) are proportional to its geometry.
    pub fn new(graph: &'g WalkGraph, options: SnapOptions) -> Self {
        Self { graph, options, index: SegmentIndex::new(graph, |_, _| true) }
    }

    /// The same, leaving out where a model's walker cannot stand: nobody in a wheelchair begins on the steps.
    pub fn for_walker(graph: &'g WalkGraph, options: SnapOptions, weights: &EdgeWeights) -> Self {
        Self { graph, options, index: SegmentIndex::new(graph, |link, segment| weights.is_open(link, segment)) }
    }

    /// The graph whose streets these are.
    pub fn graph(&self) -> &'g WalkGraph {
        self.graph
    }

    /// How far and onto what points are snapped.
    pub fn options(&self) -> &SnapOptions {
        &self.options
    }

    /// The position on a street where a walk from a point begins.
    ///
    /// # Errors
    /// When there is no street within the limit.
    pub fn snap(&self, at: LonLat) -> Result<Snap, SnapError> {
        let none = SnapError::NoStreet { at, limit: self.options.max_distance };
        let nearest = self.index.nearest(self.graph, at, self.options.max_distance, |_| true).ok_or(none)?;
        if !self.is_island(nearest.component) {
            return Ok(nearest);
        }
        let mainland = self.index.nearest(self.graph, at, self.options.max_distance, |c| !self.is_island(c));
        Ok(match mainland {
            Some(snap) => Snap { reason: SnapReason::OffIsland, ..snap },
            None => Snap { reason: SnapReason::Island, ..nearest },
        })
    }

    /// The nearest position on a street of a connected part that is `usable`, within a limit.
    pub(crate) fn nearest_of(&self, at: LonLat, limit: Meters, usable: impl Fn(u32) -> bool) -> Option<Snap> {
        self.index.nearest(self.graph, at, limit, usable)
    }

    /// The nearest position on each segment of a street within a distance, the nearest first.
    pub(crate) fn all_within(&self, at: LonLat, distance: Meters) -> Vec<Snap> {
        self.index.all_within(self.graph, at, distance)
    }

    fn is_island(&self, component: u32) -> bool {
        // Parts are numbered by size: 0 is the largest.
        component != 0 && self.graph.components()[component as usize].points < self.options.min_component
    }
}

/// A position on a street as a search begins and ends there: the nodes that a walk from it comes to first, and those from
/// which it can be come to, with their times. The leg off the street is in all of them.
///
/// On a private street a walk begins on both copies: on the one for leaving to get out, on the one for arriving to stay
/// inside; and it ends on the one for arriving.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkedPoint {
    /// The street.
    pub link: LinkId,
    /// The leg between the point and the street.
    pub leg: Ticks,
    starts: [NodeTime; 4],
    ends: [NodeTime; 2],
    /// From the tail to the position on the street, and from the position to the tail, without the leg.
    along: [Option<Place>; 2],
}

/// A node and the time to or from it; [`Ticks::UNREACHED`] where that is not allowed.
type NodeTime = (NodeId, Ticks);

impl LinkedPoint {
    /// The times of a snap under a model.
    pub fn new(graph: &WalkGraph, weights: &EdgeWeights, snap: &Snap) -> Self {
        let link = graph.link(snap.link);
        let leg = weights.access_leg(snap.offset);
        let walks = [false, true].map(|backward| {
            let open = link.directions.allows(backward);
            if open {
                weights.partial(snap.link, snap.segment as usize, snap.share, backward)
            } else {
                Partial::default()
            }
        });
        // Who stands on an end of a one-way street is at its node, whichever way the street runs.
        let at_end = |there: bool| there.then_some(leg);
        let (at_tail, at_head) = (at_end(snap.to_tail.0 <= AT_NODE.0), at_end(snap.to_head.0 <= AT_NODE.0));
        let to_tail = walks[1].tail.map(|t| t + leg).or(at_tail);
        let to_head = walks[0].head.map(|t| t + leg).or(at_head);
        let from_tail = walks[0].tail.map(|t| t + leg).or(at_tail);
        let from_head = walks[1].head.map(|t| t + leg).or(at_head);
        let arriving = graph.arriving_twin(snap.link).map_or(link, |twin| graph.link(twin));
        // Staying inside leads to private nodes only: a public one is left by the other copy.
        let inside = |node: NodeId, leaving: NodeId, time: Option<Ticks>| (node, time.filter(|_| node != leaving));
        let or_never = |(node, time): (NodeId, Option<Ticks>)| (node, time.unwrap_or(Ticks::UNREACHED));
        Self {
            link: snap.link,
            leg,
            starts: [
                (link.tail, to_tail),
                (link.head, to_head),
                inside(arriving.tail, link.tail, to_tail),
                inside(arriving.head, link.head, to_head),
            ]
            .map(or_never),
            ends: [(arriving.tail, from_tail), (arriving.head, from_head)].map(or_never),
            along: walks.map(|walk| walk.place),
        }
    }

    /// The nodes that a walk from the point comes to first, with the time to each.
    pub fn starts(&self) -> impl Iterator<Item = (NodeId, Ticks)> + use<> {
        self.starts.into_iter().filter(|(_, time)| time.is_reached())
    }

    /// The time to the tail of its street, where that is allowed.
    pub(crate) fn time_to_tail(&self) -> Option<Ticks> {
        self.starts[0].1.reached()
    }

    /// The time from the tail of its street, where that is allowed.
    pub(crate) fn time_from_tail(&self) -> Option<Ticks> {
        self.ends[0].1.reached()
    }

    /// The nodes from which the point can be come to without another node between, with the time from each.
    pub fn ends(&self) -> impl Iterator<Item = (NodeId, Ticks)> + use<> {
        self.ends.into_iter().filter(|(_, time)| time.is_reached())
    }

    /// The walk along the street itself to another point on it, both legs included; nothing when they are on different
    /// streets or the street is not walked in that direction.
    pub fn direct_to(&self, other: &Self) -> Option<Ticks> {
        if self.link != other.link {
            return None;
        }
        let ahead = self.along[0].zip(other.along[0]).and_then(|(here, there)| here.on_to(there));
        let back = self.along[1].zip(other.along[1]).and_then(|(here, there)| there.on_to(here));
        ahead.into_iter().chain(back).min().map(|time| time + self.leg + other.leg)
    }
}
