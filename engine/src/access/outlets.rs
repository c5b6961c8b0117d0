//! Outlets linked to streets, in the order in which a search meets them.
//!
//! Comes in: positions of outlets on links, and the categories that each serves. Goes out: for every node, the outlets
//! that a walk from it comes to first. Not here: names, sources, opening hours (they stay with the registry).

use rustc_hash::FxHashMap;

use crate::graph::WalkGraph;
use crate::ids::{LinkId, NodeId, OutletId, SquareId};
use crate::snap::LinkedPoint;
use crate::units::Ticks;

/// Outlets on the streets of a graph.
///
/// 8 bytes for each outlet at each node that it is come to from, 2 for each category that it serves, and 4 for each node and
/// link.
#[derive(Clone, Debug)]
pub struct LinkedOutlets {
    points: Vec<Option<LinkedPoint>>,
    first_category: Vec<u32>,
    categories: Vec<u16>,
    members: Vec<Vec<u16>>,
    first_at: Vec<u32>,
    /// The outlets that can be walked to from a node without another node between, with the time.
    at: Vec<(u32, u32)>,
    /// The outlets on link `l` are `on_link[first_on_link[l]..first_on_link[l + 1]]`.
    first_on_link: Vec<u32>,
    on_link: Vec<OutletId>,
    on_square: FxHashMap<SquareId, Vec<OutletId>>,
    plain: usize,
}

/// Why outlets cannot be linked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OutletError {
    /// An outlet serves a category that does not exist.
    #[error("outlet {outlet} serves category {category}, but there are only {count}")]
    NoSuchCategory {
        /// The outlet.
        outlet: usize,
        /// The category.
        category: u16,
        /// How many categories there are.
        count: usize,
    },
    /// There are more categories than can be numbered.
    #[error("{0} categories are more than 65,535")]
    TooMany(usize),
}

impl LinkedOutlets {
    /// Links outlets. Each is a position on a street (or nothing, when it has none: it then counts nowhere) and the
    /// categories that it serves. A union is a further category that an outlet serves when it serves any of the union's
    /// members, and still only once: unions are numbered from `categories` on.
    ///
    /// # Errors
    /// When a category does not exist.
    pub fn new(
        graph: &WalkGraph,
        outlets: &[(Option<LinkedPoint>, Vec<u16>)],
        categories: usize,
        unions: &[Vec<u16>],
    ) -> Result<Self, OutletError> {
        if categories + unions.len() > usize::from(u16::MAX) {
            return Err(OutletError::TooMany(categories + unions.len()));
        }
        let mut linked = Self {
            points: outlets.iter().map(|o| o.0.clone()).collect(),
            first_category: vec![0],
            categories: Vec::new(),
            members: (0..categories as u16).map(|c| vec![c]).chain(unions.iter().cloned()).collect(),
            first_at: Vec::new(),
            at: Vec::new(),
            first_on_link: Vec::new(),
            on_link: Vec::new(),
            on_square: FxHashMap::default(),
            plain: categories,
        };
        for (number, (_, serves)) in outlets.iter().enumerate() {
            if let Some(&category) = serves.iter().find(|&&c| usize::from(c) >= categories) {
                return Err(OutletError::NoSuchCategory { outlet: number, category, count: categories });
            }
            let all = linked.members.iter().zip(0u16..).filter(|(m, _)| m.iter().any(|c| serves.contains(c)));
            linked.categories.extend(all.map(|(_, category)| category));
            linked.first_category.push(linked.categories.len() as u32);
        }
        linked.sort_by_node(graph);
        linked.sort_by_link(graph);
        Ok(linked)
    }

    fn sort_by_node(&mut self, graph: &WalkGraph) {
        let mut arrivals: Vec<(NodeId, u32, u32)> = Vec::new();
        for (outlet, point) in self.points.iter().enumerate() {
            let Some(point) = point else { continue };
            let outlet = outlet as u32;
            for square in point.squares() {
                self.on_square.entry(square).or_default().push(OutletId::new(outlet));
            }
            arrivals.extend(point.ends().map(|(node, time)| (node, outlet, time.get())));
        }
        arrivals.sort_unstable();
        let mut next = 0;
        self.first_at = graph
            .nodes()
            .map(|node| {
                let first = next;
                next += arrivals[first..].iter().take_while(|a| a.0 == node).count();
                first as u32
            })
            .collect();
        self.first_at.push(arrivals.len() as u32);
        self.at = arrivals.into_iter().map(|(_, outlet, time)| (outlet, time)).collect();
    }

    fn sort_by_link(&mut self, graph: &WalkGraph) {
        let placed = self.points.iter().zip(0u32..).filter_map(|(point, outlet)| Some((point.as_ref()?.link, outlet)));
        let mut placed: Vec<(LinkId, u32)> = placed.collect();
        placed.sort_unstable();
        self.first_on_link = vec![0; graph.link_count() + 1];
        for (link, _) in &placed {
            self.first_on_link[link.index() + 1] += 1;
        }
        for link in 1..self.first_on_link.len() {
            self.first_on_link[link] += self.first_on_link[link - 1];
        }
        self.on_link = placed.into_iter().map(|(_, outlet)| OutletId::new(outlet)).collect();
    }

    /// How many outlets there are, those without a street included.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are no outlets at all.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// How many categories there are, unions included.
    pub fn category_count(&self) -> usize {
        self.members.len()
    }

    /// How many categories there are without the unions.
    pub(super) fn plain_count(&self) -> usize {
        self.plain
    }

    /// The categories whose outlets make up a category: itself, or the members of a union.
    pub(super) fn members_of(&self, category: usize) -> &[u16] {
        &self.members[category]
    }

    /// The categories that an outlet serves, unions included, in ascending order.
    pub fn categories_of(&self, outlet: OutletId) -> &[u16] {
        let range = self.first_category[outlet.index()] as usize..self.first_category[outlet.index() + 1] as usize;
        &self.categories[range]
    }

    /// Where an outlet is on the streets.
    pub fn point(&self, outlet: OutletId) -> Option<&LinkedPoint> {
        self.points[outlet.index()].as_ref()
    }

    /// The outlets that serve a category and stand on a street.
    pub fn of_category(&self, category: u16) -> impl Iterator<Item = (OutletId, LinkedPoint)> + '_ {
        let outlets = self.points.iter().zip(0u32..).filter_map(|(p, o)| Some((OutletId::new(o), p.clone()?)));
        outlets.filter(move |(o, _)| self.categories_of(*o).binary_search(&category).is_ok())
    }

    /// The outlets on the link of a point and on its squares: those to which a walk may lead past no node. On both, twice.
    pub(super) fn beside<'a>(&'a self, point: &'a LinkedPoint) -> impl Iterator<Item = OutletId> + 'a {
        let link = point.link.index();
        let on_link = &self.on_link[self.first_on_link[link] as usize..self.first_on_link[link + 1] as usize];
        let on_squares = point.squares().filter_map(|square| self.on_square.get(&square)).flatten();
        on_link.iter().chain(on_squares).copied()
    }

    /// The outlets that a walk from a node comes to without another node between, with the time of that last part.
    pub(super) fn after_node(&self, node: NodeId) -> impl Iterator<Item = (OutletId, Ticks)> + '_ {
        let range = self.first_at[node.index()] as usize..self.first_at[node.index() + 1] as usize;
        self.at[range].iter().map(|&(outlet, time)| (OutletId::new(outlet), Ticks::new(time)))
    }
}
