//! Where the data ends: how long a walk takes to the border of the extract.
//!
//! Comes in: a graph, weights. Goes out: for each point the walk to the nearest place at the border. Not here: what follows
//! from it.
//!
//! The border is the rectangle that the extract says it covers. Streets beyond it are there because they begin inside, and may
//! lead to others that are not; a street that ends within [`NEAR`] of a side may go on. Where the extract does not say what it
//! covers, or was clipped, the rectangle around all streets stands for it: then a street that runs along a side and is joined
//! at both ends shows no sign of a border, and a cut along a line inside the rectangle is not seen.

use walkshed::WalkGraph;
use walkshed::search::{NearestField, NearestSearch};
use walkshed::snap::LinkedPoint;
use walkshed::walk::EdgeWeights;
use walkshed::{Meters, NodeId, OutletId, Ticks};

/// How near to the side of the rectangle a street ends that may go on beyond it.
const NEAR: Meters = Meters(100.0);

/// The walk to the border, from everywhere.
pub(super) struct Border {
    field: NearestField,
}

impl Border {
    /// Searches from the border within a horizon, which should be the longest budget.
    pub(super) fn find(graph: &WalkGraph, weights: &EdgeWeights, horizon: Ticks) -> Self {
        let covered = graph.about().covers;
        let near = covered.or(graph.bounds()).map(|bounds| bounds.grown(Meters(-NEAR.0)));
        let at_border = graph.nodes().filter(|&node| {
            let at = graph.node_at(node).lon_lat();
            let beyond = covered.is_some_and(|covered| !covered.contains(at));
            beyond || near.is_none_or(|near| !near.contains(at)) && is_end(graph, node)
        });
        let ends = at_border.map(|node| (OutletId::new(0), node, Ticks::ZERO));
        Self { field: NearestSearch::new(graph, weights).run_from_nodes(ends, horizon) }
    }

    /// The walk from a point to the border; nothing where it is beyond the horizon.
    pub(super) fn from(&self, point: &LinkedPoint) -> Option<Ticks> {
        self.field.at_point(point).map(|nearest| nearest.time)
    }
}

/// Whether all edges of a node lead to and from one other.
fn is_end(graph: &WalkGraph, node: NodeId) -> bool {
    let mut others = graph.edges_from(node).chain(graph.edges_into(node)).map(|(_, other)| other);
    others.next().is_some_and(|first| others.all(|other| other == first))
}
