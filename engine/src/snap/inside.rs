//! A point on a square: the walks from there straight across to where streets come in.
//!
//! Comes in: a square, a point on it or on its rim, the weights of a model. Goes out: nodes with times, and the walk to
//! another point on the same square. Not here: which square (`squares`).

use std::sync::Arc;

use super::linked::NodeTime;
use crate::graph::{StandingRoom, WalkGraph};
use crate::ids::{NodeId, SquareId};
use crate::position::LonLat;
use crate::sight::{Corner, View};
use crate::units::{Meters, Ticks};
use crate::walk::EdgeWeights;

/// A point on one square.
#[derive(Debug)]
pub(super) struct Inside {
    square: SquareId,
    room: Arc<StandingRoom>,
    view: View,
    /// The leg between the point and the square.
    leg: Ticks,
    seconds_for_a_metre: f64,
    doors: Vec<Door>,
}

/// A place where a street comes in, as the point comes to it.
#[derive(Clone, Copy, Debug)]
struct Door {
    /// The node for leaving and that for arriving: the same but in a private yard.
    nodes: [NodeId; 2],
    /// The leg included.
    time: Ticks,
    /// Across the square alone.
    metres: f64,
}

impl PartialEq for Inside {
    fn eq(&self, other: &Self) -> bool {
        let of = |inside: &Self| (inside.square, inside.leg, inside.seconds_for_a_metre.to_bits());
        of(self) == of(other) && self.view == other.view
    }
}

impl Inside {
    /// Looks round on a square; nothing where this walker cannot go there, or where it has too many corners.
    pub(super) fn new(graph: &WalkGraph, weights: &EdgeWeights, id: SquareId, at: LonLat, leg: Ticks) -> Option<Self> {
        let square = graph.square(id);
        let room = square.standing_room()?;
        let seconds_for_a_metre = weights.pace_on(id)?;
        let view = room.area.view_from(room.plane.project(at));
        let door = |&(corner, metres): &(Corner, f64)| {
            let time = Ticks::from_seconds(seconds_for_a_metre * metres) + leg;
            Some(Door { nodes: square.doors_at(corner)?, time, metres })
        };
        let doors = view.doors.iter().filter_map(door).collect();
        Some(Self { square: id, room, view, leg, seconds_for_a_metre, doors })
    }

    /// The nodes that walks from the point come to first, with their times. Who stays inside walks on where one arrives.
    pub(super) fn starts(&self) -> impl Iterator<Item = NodeTime> + '_ {
        self.doors.iter().flat_map(|door| {
            let [leaving, arriving] = door.nodes;
            [Some(leaving), (arriving != leaving).then_some(arriving)]
                .into_iter()
                .flatten()
                .map(|node| (node, door.time))
        })
    }

    /// The nodes from which the point is come to, with their times.
    pub(super) fn ends(&self) -> impl Iterator<Item = NodeTime> + '_ {
        self.doors.iter().map(|door| (door.nodes[1], door.time))
    }

    pub(super) fn square(&self) -> SquareId {
        self.square
    }

    /// The walk to another point on the same square; nothing on another.
    pub(super) fn way_to(&self, other: &Self) -> Option<(Ticks, Meters)> {
        if self.square != other.square {
            return None;
        }
        let metres = self.room.area.way(&self.view, &other.view)?;
        Some((Ticks::from_seconds(self.seconds_for_a_metre * metres) + self.leg + other.leg, Meters(metres)))
    }

    /// The way across the square to a node, or from it, that takes some time, the leg left out.
    pub(super) fn way_by(&self, node: NodeId, time: Ticks) -> Option<Meters> {
        let door = self.doors.iter().find(|door| door.nodes.contains(&node) && door.time == time)?;
        Some(Meters(door.metres))
    }
}
