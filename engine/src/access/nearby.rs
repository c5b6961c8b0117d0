//! The nearest outlets of all categories, for every node or for those alone where known cells begin: [`Nearby`].
//!
//! Comes in: outlets, a horizon, a hierarchy where one is at hand. Goes out: for a cell and a category the nearest outlet by
//! the ends of the cell's street. Not here: outlets on the cell's own street, unions of categories (`batch`).
//!
//! Each category is one search against the edges; with a hierarchy 32 categories are one sweep. Either gives all nodes;
//! where the cells are known beforehand, only the nodes where they begin are kept of it.

use rayon::prelude::*;

use super::outlets::LinkedOutlets;
use crate::graph::WalkGraph;
use crate::ids::{NodeId, OutletId};
use crate::search::{Hierarchy, Nearest, NearestSearch, NearestSweep};
use crate::snap::LinkedPoint;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

/// How many categories are swept and put away at a time: as many as one sweep does side by side.
const CATEGORIES_AT_ONCE: usize = 32;
/// "Nothing is kept of this node."
const NOWHERE: u32 = u32::MAX;

/// The nearest outlets by node and category: 8 bytes for each node kept and category with an outlet.
#[derive(Debug)]
pub(super) struct Nearby {
    /// Where in the columns a node is; nothing when all nodes are kept, in their order.
    place: Option<Vec<u32>>,
    /// For each category that has an outlet, time above outlet for each node kept.
    columns: Vec<Option<Vec<u64>>>,
    horizon: Ticks,
}

/// The nodes of which something is kept.
struct Kept {
    place: Option<Vec<u32>>,
    nodes: Vec<NodeId>,
}

impl Kept {
    fn new(graph: &WalkGraph, only: Option<&[Option<LinkedPoint>]>) -> Self {
        let Some(cells) = only else { return Self { place: None, nodes: graph.nodes().collect() } };
        let mut place = vec![NOWHERE; graph.node_count()];
        let mut nodes = Vec::new();
        for (node, _) in cells.iter().flatten().flat_map(LinkedPoint::starts) {
            if place[node.index()] == NOWHERE {
                place[node.index()] = nodes.len() as u32;
                nodes.push(node);
            }
        }
        Self { place: Some(place), nodes }
    }
}

impl Nearby {
    /// Finds them with one search for each category.
    pub(super) fn by_searches(
        graph: &WalkGraph,
        weights: &EdgeWeights,
        outlets: &LinkedOutlets,
        only: Option<&[Option<LinkedPoint>]>,
        horizon: Ticks,
    ) -> Self {
        let kept = Kept::new(graph, only);
        let search = NearestSearch::new(graph, weights);
        let column = |category| {
            let mut of_category = outlets.of_category(category).peekable();
            of_category.peek()?;
            let field = search.run(of_category, horizon);
            Some(kept.nodes.iter().map(|&node| packed(field.at_node(node))).collect())
        };
        let columns = (0..outlets.plain_count() as u16).into_par_iter().map(column).collect();
        Self { place: kept.place, columns, horizon }
    }

    /// Finds them by sweeps over a hierarchy, which must serve the horizon.
    pub(super) fn by_sweeps(
        graph: &WalkGraph,
        hierarchy: &Hierarchy,
        outlets: &LinkedOutlets,
        only: Option<&[Option<LinkedPoint>]>,
        horizon: Ticks,
    ) -> Self {
        let kept = Kept::new(graph, only);
        let of_category = |category| outlets.of_category(category).collect();
        let lists: Vec<Vec<_>> = (0..outlets.plain_count() as u16).into_par_iter().map(of_category).collect();
        let mut columns = vec![None; lists.len()];
        let with_outlets: Vec<usize> = (0..lists.len()).filter(|&category| !lists[category].is_empty()).collect();
        for categories in with_outlets.chunks(CATEGORIES_AT_ONCE) {
            let swept: Vec<&[(OutletId, LinkedPoint)]> = categories.iter().map(|&c| lists[c].as_slice()).collect();
            let sweep = NearestSweep::new(hierarchy, &swept, horizon);
            let of_lane = |lane| kept.nodes.iter().map(|&node| packed(sweep.at_node(node, lane))).collect();
            let found: Vec<Vec<u64>> = (0..categories.len()).into_par_iter().map(of_lane).collect();
            for (&category, column) in categories.iter().zip(found) {
                columns[category] = Some(column);
            }
        }
        Self { place: kept.place, columns, horizon }
    }

    /// The nearest outlet of a category from a cell, by the ends of its street.
    ///
    /// # Panics
    /// When only some cells were announced, and this was none of them.
    pub(super) fn at_point(&self, point: &LinkedPoint, category: usize) -> Option<Nearest> {
        let column = self.columns[category].as_ref()?;
        let by_ends = point.starts().filter_map(|(node, first)| {
            let place = self.place.as_ref().map_or(node.index(), |place| {
                assert!(place[node.index()] != NOWHERE, "a cell that was not announced");
                place[node.index()] as usize
            });
            Some(Nearest::unpacked(column[place])?.after(first))
        });
        by_ends.min().filter(|nearest| self.reaches(nearest.time))
    }

    /// Whether a walk is within the horizon.
    pub(super) fn reaches(&self, time: Ticks) -> bool {
        time <= self.horizon
    }
}

fn packed(nearest: Option<Nearest>) -> u64 {
    nearest.map_or(u64::MAX, Nearest::packed)
}
