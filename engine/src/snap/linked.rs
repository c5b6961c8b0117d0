//! A snapped point as a search sees it: [`LinkedPoint`].
//!
//! Comes in: a [`Snap`], and the weights of a model. Goes out: the nodes where walks from and to it begin and end, with
//! their times. Not here: which street a point goes to (`index`), what is seen from inside a square (`inside`).

use std::sync::Arc;

use super::inside::Inside;
use super::{AT_NODE, Snap};
use crate::graph::WalkGraph;
use crate::ids::{LinkId, NodeId, SquareId};
use crate::units::{Meters, Ticks};
use crate::walk::{EdgeWeights, Partial, Place};

/// A position on a street as a search begins and ends there: the nodes that a walk from it comes to first, and those from
/// which it can be come to, with their times. The leg off the street is in all of them.
///
/// On a private street a walk begins on both copies: on the one for leaving to get out, on the one for arriving to stay
/// inside; and it ends on the one for arriving. On a square it begins and ends at all places where streets come in that
/// the point comes to before any other.
#[derive(Clone, PartialEq, Debug)]
pub struct LinkedPoint {
    /// The street.
    pub link: LinkId,
    /// The leg between the point and the street.
    pub leg: Ticks,
    starts: [NodeTime; 4],
    ends: [NodeTime; 2],
    /// From the tail to the position on the street, and from the position to the tail, without the leg.
    along: [Option<Place>; 2],
    /// The squares that the point is on.
    inside: Option<Arc<[Inside]>>,
}

/// A node and the time to or from it; [`Ticks::UNREACHED`] where that is not allowed.
pub(super) type NodeTime = (NodeId, Ticks);

impl LinkedPoint {
    /// The times of a snap under a model.
    pub fn new(graph: &WalkGraph, weights: &EdgeWeights, snap: &Snap) -> Self {
        let link = graph.link(snap.link);
        let leg = weights.access_leg(snap.to_street);
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
        let stays = |node: NodeId, leaving: NodeId, time: Option<Ticks>| (node, time.filter(|_| node != leaving));
        let or_never = |(node, time): (NodeId, Option<Ticks>)| (node, time.unwrap_or(Ticks::UNREACHED));
        let off_square = weights.access_leg(snap.offset);
        let squares = snap.squares.into_iter().flatten();
        let inside: Arc<[Inside]> =
            squares.filter_map(|square| Inside::new(graph, weights, square, snap.at, off_square)).collect();
        Self {
            link: snap.link,
            leg,
            starts: [
                (link.tail, to_tail),
                (link.head, to_head),
                stays(arriving.tail, link.tail, to_tail),
                stays(arriving.head, link.head, to_head),
            ]
            .map(or_never),
            ends: [(arriving.tail, from_tail), (arriving.head, from_head)].map(or_never),
            along: walks.map(|walk| walk.place),
            inside: (!inside.is_empty()).then_some(inside),
        }
    }

    /// The nodes that a walk from the point comes to first, with the time to each.
    pub fn starts(&self) -> impl Iterator<Item = (NodeId, Ticks)> + '_ {
        let across = self.inside().flat_map(Inside::starts);
        self.starts.into_iter().filter(|(_, time)| time.is_reached()).chain(across)
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
    pub fn ends(&self) -> impl Iterator<Item = (NodeId, Ticks)> + '_ {
        let across = self.inside().flat_map(Inside::ends);
        self.ends.into_iter().filter(|(_, time)| time.is_reached()).chain(across)
    }

    fn inside(&self) -> impl Iterator<Item = &Inside> {
        self.inside.iter().flat_map(|inside| inside.iter())
    }

    /// The squares that the point is on.
    pub fn squares(&self) -> impl Iterator<Item = SquareId> + '_ {
        self.inside().map(Inside::square)
    }

    /// The walk to another point on the same street along it, or on the same square across it, legs included; nothing
    /// when they share neither, or the street is not walked in that direction.
    pub fn direct_to(&self, other: &Self) -> Option<Ticks> {
        let across = self.across_to(other).map(|way| way.0);
        self.along_to(other).into_iter().chain(across).min()
    }

    /// The walk along the street itself.
    pub(crate) fn along_to(&self, other: &Self) -> Option<Ticks> {
        if self.link != other.link {
            return None;
        }
        let ahead = self.along[0].zip(other.along[0]).and_then(|(here, there)| here.on_to(there));
        let back = self.along[1].zip(other.along[1]).and_then(|(here, there)| there.on_to(here));
        ahead.into_iter().chain(back).min().map(|time| time + self.leg + other.leg)
    }

    /// The walk across a square that both are on, and its length without the legs off it.
    pub(crate) fn across_to(&self, other: &Self) -> Option<(Ticks, Meters)> {
        let pairs = self.inside().flat_map(|here| other.inside().map(move |there| (here, there)));
        pairs.filter_map(|(here, there)| here.way_to(there)).min_by_key(|way| way.0)
    }

    /// The way across a square to a node, or from it, that takes some time, without the leg off it; nothing when the walk
    /// does not begin or end like that.
    pub(crate) fn across_by(&self, node: NodeId, time: Ticks) -> Option<Meters> {
        self.inside().find_map(|inside| inside.way_by(node, time))
    }
}
