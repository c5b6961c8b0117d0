//! From a point on the map to a position on a street: [`Snapper`] and [`Snap`].
//!
//! Comes in: points, and a graph. Goes out: where on which link a walk from there begins, how far off the street that is,
//! and why that link; or a [`SnapError`]. Not here: times (a [`Snap`] is in metres; `search` asks the weights).
//!
//! A point goes to the nearest position on any street, never to a node. When that street is on an island (a connected
//! part of few points: a fenced park, a clipped corner) and a street of a larger part is within the limit, the walk
//! begins there instead. Nothing is ever snapped farther than the limit: "no street here" is a result.
//!
//! Who stands on a square, or on its rim, is on the street already: walks lead straight across it to wherever streets come
//! in, round its corners and holes, and to others who stand on it.

mod index;
mod inside;
mod linked;
mod squares;

use crate::graph::WalkGraph;
use crate::ids::{LinkId, SquareId};
use crate::position::LonLat;
use crate::units::Meters;
use crate::walk::EdgeWeights;

use index::SegmentIndex;
pub use linked::LinkedPoint;
use squares::SquareIndex;

/// A position so near to an end of its street is at the node there: coordinates are given to a centimetre at best.
const AT_NODE: Meters = Meters(0.05);

/// Nobody on a square is farther than this from its rim: the largest square of the world is 5 km long.
const WIDEST_SQUARE: Meters = Meters(5_000.0);

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
    /// The point is on a square that people walk across.
    OnSquare,
}

impl SnapReason {
    /// The reason in a word, as tables have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::OffIsland => "off_island",
            Self::Island => "island",
            Self::OnSquare => "on_square",
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
    /// How far off the street the point is; 0 on a square.
    pub offset: Meters,
    /// Where the walk begins: the position on the street, or on a square the point itself.
    pub at: LonLat,
    /// The way from the point to the position on the street: the offset, or on a square what is walked there.
    pub to_street: Meters,
    /// The squares that the walk begins on, or on whose rim. Where more than two border on each other, the first two.
    pub squares: [Option<SquareId>; 2],
    /// On which side of the street the point lies.
    pub side: Side,
    /// The connected part: a position in [`WalkGraph::components`].
    pub component: u32,
    /// Why this street.
    pub reason: SnapReason,
}

impl Snap {
    /// The position on the street itself, as if the point were there.
    #[must_use]
    pub(crate) fn on_street(self) -> Self {
        Self { offset: Meters(0.0), to_street: Meters(0.0), squares: [None; 2], ..self }
    }
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
    squares: SquareIndex,
}

impl<'g> Snapper<'g> {
    /// Indexes the streets of a graph: time and memory (some 80 bytes a segment) are proportional to its geometry.
    pub fn new(graph: &'g WalkGraph, options: SnapOptions) -> Self {
        let index = SegmentIndex::new(graph, |_, _| true);
        Self { graph, options, index, squares: SquareIndex::new(graph, |_| true) }
    }

    /// The same, leaving out where a model's walker cannot stand: nobody in a wheelchair begins on the steps.
    pub fn for_walker(graph: &'g WalkGraph, options: SnapOptions, weights: &EdgeWeights) -> Self {
        let index = SegmentIndex::new(graph, |link, segment| weights.is_open(link, segment));
        Self { graph, options, index, squares: SquareIndex::new(graph, |square| weights.pace_on(square).is_some()) }
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
        let nearest = self.index.nearest(self.graph, at, self.options.max_distance, |_| true);
        let nearest = nearest.or_else(|| self.street_of_square(at)).ok_or(none)?;
        if !self.is_island(nearest.component) {
            return Ok(self.on_squares(at, nearest));
        }
        let mainland = self.index.nearest(self.graph, at, self.options.max_distance, |c| !self.is_island(c));
        Ok(match mainland {
            Some(snap) => self.on_squares(at, Snap { reason: SnapReason::OffIsland, ..snap }),
            None => self.on_squares(at, Snap { reason: SnapReason::Island, ..nearest }),
        })
    }

    /// The nearest street to a point on a square so wide that its rim is beyond the limit.
    fn street_of_square(&self, at: LonLat) -> Option<Snap> {
        let on_square = self.squares.holding(self.graph, at, |component| !self.is_island(component))[0].is_some();
        on_square.then(|| self.index.nearest(self.graph, at, WIDEST_SQUARE, |_| true)).flatten()
    }

    /// The same snap, on the squares where the point stands or on whose rim it has come to the street.
    fn on_squares(&self, at: LonLat, snap: Snap) -> Snap {
        let is_usable = |component: u32| component == snap.component || !self.is_island(component);
        // Who stands on a street that leads over or under a square is on that street.
        if snap.offset.0 > AT_NODE.0 {
            let squares = self.squares.holding(self.graph, at, is_usable);
            if squares[0].is_some() {
                return Snap { squares, at, offset: Meters(0.0), reason: SnapReason::OnSquare, ..snap };
            }
        }
        let on_rim = |square: SquareId| {
            let piece = self.graph.link(snap.link).piece_of_segment(snap.segment as usize);
            piece.way() == self.graph.square(square).way()
        };
        let squares = self.squares.holding(self.graph, snap.at, |component| component == snap.component);
        let rim_of_one = squares.into_iter().flatten().any(on_rim);
        if rim_of_one { Snap { squares, ..snap } } else { snap }
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
