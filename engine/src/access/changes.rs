//! Which cells a change concerns: [`Change`].
//!
//! Comes in: what was there before and what is there now: outlets, edges, weights. Goes out: the cells from which something
//! that changed is within the budget, before or now. Not here: searching from them again
//! ([`AccessSearch::update`](super::AccessSearch::update)).
//!
//! A cell whose walks within the budget come to nothing that changed has the same counts: all its shortest walks are still
//! there, and no new one is. So one search from all that changed, against the edges, finds the cells to search from again.

use crate::graph::WalkGraph;
use crate::ids::{EdgeId, LinkId, OutletId};
use crate::search::NearestSearch;
use crate::snap::LinkedPoint;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// One side of a change: how it was before, or how it is now.
#[derive(Clone, Copy, Debug)]
pub struct Change<'c> {
    /// The weights.
    pub weights: &'c EdgeWeights,
    /// The cells under these weights.
    pub cells: &'c [Option<LinkedPoint>],
    /// Where the outlets stand that have changed, come or gone; also those on streets whose edges have changed.
    pub outlets: &'c [LinkedPoint],
    /// The edges whose times differ.
    pub edges: &'c [EdgeId],
}

impl Change<'_> {
    /// The cells, by their numbers in ascending order, that a change concerns on this side within a budget. What has to be
    /// searched from again are the cells of both sides.
    ///
    /// One search over what is within the budget of the change, and a look at each cell.
    pub fn concerns(&self, graph: &WalkGraph, budget: Ticks) -> Vec<u32> {
        let at_outlets = self.outlets.iter().flat_map(LinkedPoint::ends);
        let at_edges = self.edges.iter().map(|&edge| (graph.tail(edge), Ticks::ZERO));
        let ends = at_outlets.chain(at_edges).map(|(node, time)| (OutletId::new(0), node, time));
        let field = NearestSearch::new(graph, self.weights).run_from_nodes(ends, budget);
        let mut streets: Vec<LinkId> = self.edges.iter().map(|&edge| graph.traversal(edge).link()).collect();
        streets.sort_unstable();
        let is_changed = |link: LinkId| streets.binary_search(&link).is_ok();
        let is_concerned = |cell: &LinkedPoint| {
            field.at_point(cell).is_some()
                || is_changed(cell.link)
                || graph.arriving_twin(cell.link).is_some_and(is_changed)
                || self.outlets.iter().any(|o| cell.direct_to(o).is_some_and(|time| time <= budget))
        };
        let cells = self.cells.iter().zip(0u32..);
        cells.filter(|(cell, _)| cell.as_ref().is_some_and(is_concerned)).map(|(_, number)| number).collect()
    }
}
