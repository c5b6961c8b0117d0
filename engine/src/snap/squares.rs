//! The squares of a graph by place, and which of them hold a point.
//!
//! Comes in: a graph. Goes out: the squares on which a point stands. Not here: what is seen from there (`inside`).

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use crate::graph::WalkGraph;
use crate::ids::SquareId;
use crate::position::LonLat;

/// The squares in an R-tree of their rectangles, in degrees.
#[derive(Debug)]
pub(super) struct SquareIndex {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, SquareId>>,
}

impl SquareIndex {
    /// The squares that are to be used.
    pub(super) fn new(graph: &WalkGraph, is_open: impl Fn(SquareId) -> bool) -> Self {
        let rectangle = |id: SquareId| {
            let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
            for at in graph.square(id).rings().flatten().map(|corner| corner.lon_lat()) {
                for (axis, place) in [at.lon, at.lat].into_iter().enumerate() {
                    low[axis] = place.min(low[axis]);
                    high[axis] = place.max(high[axis]);
                }
            }
            GeomWithData::new(Rectangle::from_corners(low, high), id)
        };
        let ids = graph.squares().map(|square| square.id).filter(|&id| is_open(id));
        Self { tree: RTree::bulk_load(ids.map(rectangle).collect()) }
    }

    /// The squares of usable parts of the network that hold a point or have it on their rim, by their ids; the first two.
    pub(super) fn holding(&self, graph: &WalkGraph, at: LonLat, usable: impl Fn(u32) -> bool) -> [Option<SquareId>; 2] {
        // A point of the rim may lie beside its rectangle by a rounding error.
        const SLACK: f64 = 1e-9;
        let near = rstar::AABB::from_corners([at.lon - SLACK, at.lat - SLACK], [at.lon + SLACK, at.lat + SLACK]);
        let holds = |id: SquareId| {
            let square = graph.square(id);
            let room = square.standing_room();
            square.component().is_some_and(&usable) && room.is_some_and(|room| room.area.holds(room.plane.project(at)))
        };
        let near = self.tree.locate_in_envelope_intersecting(&near).map(|square| square.data);
        let mut squares: Vec<SquareId> = near.filter(|&id| holds(id)).collect();
        squares.sort_unstable();
        [squares.first().copied(), squares.get(1).copied()]
    }
}
