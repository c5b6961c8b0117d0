//! How far one gets on foot, as streets and as areas: [`Isochrones`], [`IsochroneSearch`].
//!
//! Comes in: a graph, weights, origins on their streets, budgets. Goes out: the pieces of streets within each budget, cut
//! where it ends ([`Piece`]); and areas ([`Shape`]): all that is within a buffer of these pieces, to a stated bound, holes
//! kept. Not here: files, H3, who lives inside.
//!
//! # What is promised of an area
//! - Where it differs from all that is within the buffer of the reached streets, and within the bound of the leg between the
//!   origin and its street, the outline of that is no farther away than the error bound. So every street reached lies
//!   inside, the origin too, and nothing that is farther from them than buffer and bound together does.
//! - The areas of one origin nest, and no ring of theirs crosses another.
//! - Rings neither touch nor cross themselves or each other; holes lie inside their outlines. This holds for the numbers as
//!   they are written, in whole 1e-7 degrees.
//!
//! The middle of a wide square, which no line across comes near, is filled as far as one comes to it, with the buffer: there
//! the outline lies between that of the streets and that of streets and square ([`IsochroneOptions::fill_squares`]).
//!
//! # How
//! Areas are drawn on a lattice of cells whose diagonal is 0.934 of the bound. Whether a node of it is within the buffer is
//! decided by its distance from the streets, and where an outline crosses a line of the lattice is known exactly. In each
//! cell the outline is a straight line (marching squares, Lorensen and Cline 1987, with exact crossings in place of
//! interpolated ones). What all origins have in common is drawn once: the surroundings of each whole street. Sixteen origins
//! are drawn on one raster, side by side ([`IsochroneSearch::run_block`]). Whatever is drawn for a budget is drawn for all
//! longer ones. Points are left out by the method of Imai and Iri (1986), as long as the outline crosses the
//! same lines of the lattice within 0.025 of the bound.
//!
//! ```
//! use walkshed::isochrone::{Heading, IsochroneOptions, IsochroneSearch, Isochrones, Origin};
//! use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
//! use walkshed::walk::{EdgeWeights, FlatSpeed};
//! use walkshed::{LonLat, Ticks};
//!
//! // A cross of four streets, 100 m each.
//! let graph = walkshed::doc_example::crossroads();
//! let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
//! let snapper = Snapper::new(&graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
//! let at = LonLat::new(113.0, 34.0)?;
//! let origin = Origin::new(&graph, &weights, at, &snapper.snap(at)?);
//!
//! let isochrones = Isochrones::new(&graph, &weights, IsochroneOptions::default())?;
//! let mut search = IsochroneSearch::new(&isochrones);
//! let budgets = [Ticks::from_seconds(30.0), Ticks::from_seconds(60.0)];
//! let mut reached = search.run(&[origin], Heading::Away, &budgets)?;
//! // 36 m along each of four streets, then 72 m.
//! assert_eq!(reached.lengths().map(|metres| metres.0.round()).collect::<Vec<_>>(), [144.0, 288.0]);
//! let areas = reached.areas()?;
//! assert!(areas[0].area_m2() < areas[1].area_m2());
//! assert!(areas.iter().all(|area| area.contains(at)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod barriers;
mod canvas;
mod floors;
mod grid;
mod inside;
mod masks;
mod options;
mod outline;
mod patch;
mod pieces;
mod plan;
mod raster;
mod rings;
mod search;
mod shape;
mod sides;
mod stamp;
mod streets;
mod windows;

use std::sync::OnceLock;

use crate::graph::WalkGraph;
use crate::ids::LinkId;
use crate::position::LonLat;
use crate::search::BlockGraph;
use crate::snap::{LinkedPoint, Snap};
use crate::units::Ticks;
use crate::walk::EdgeWeights;

use floors::Floors;
use grid::Grid;
use patch::Brush;
use sides::Sides;
use stamp::Stamp;

pub use barriers::Barriers;
pub use inside::Inside;
pub use options::{IsochroneError, IsochroneOptions};
pub use pieces::Piece;
pub use search::{IsochroneSearch, Reached};
pub use shape::{Polygon, Shape};
pub use sides::Heading;

/// Where an isochrone begins, or ends when walks go home.
#[derive(Clone, Debug)]
pub struct Origin {
    at: LonLat,
    snap: Snap,
    point: LinkedPoint,
    on_street: LonLat,
}

impl Origin {
    /// A place, and its position on a street.
    pub fn new(graph: &WalkGraph, weights: &EdgeWeights, at: LonLat, snap: &Snap) -> Self {
        let [lon, lat] = plan::at(&graph.link(snap.link), f64::from(snap.segment) + snap.share);
        let on_street = LonLat { lon: lon / 1e7, lat: lat / 1e7 };
        Self { at, snap: *snap, point: LinkedPoint::new(graph, weights, snap), on_street }
    }

    /// The place.
    pub fn at(&self) -> LonLat {
        self.at
    }

    /// Its position on a street.
    pub fn snap(&self) -> &Snap {
        &self.snap
    }

    /// The position on the street itself, also where the walk begins on a square.
    pub fn on_street(&self) -> LonLat {
        self.on_street
    }

    /// Its position as searches begin there.
    pub fn point(&self) -> &LinkedPoint {
        &self.point
    }
}

/// What the isochrones of one graph and one model have in common. Shared by all threads.
///
/// 32 bytes for each link; and for each street that was ever reached, or cut by a budget, its surroundings, 12 bytes for each
/// row of nodes of the lattice within the buffer and for each node along their rim. And the graph as it is searched, 4 bytes
/// for each node and 8 for each edge.
#[derive(Debug)]
pub struct Isochrones<'g> {
    graph: &'g WalkGraph,
    weights: &'g EdgeWeights,
    options: IsochroneOptions,
    barriers: Option<Barriers>,
    grid: Grid,
    sides: [OnceLock<Sides>; 2],
    /// For walks away and home, and for short and long budgets.
    ready: [OnceLock<BlockGraph>; 4],
    floors: OnceLock<Floors>,
    stamps: Vec<OnceLock<Box<Stamp>>>,
    stamps_of_pieces: Vec<OnceLock<Box<[Stamp]>>>,
}

impl<'g> Isochrones<'g> {
    /// Makes ready for isochrones; what is drawn once is drawn when it is first needed.
    ///
    /// # Errors
    /// When the buffer or the bound is out of range.
    pub fn new(
        graph: &'g WalkGraph,
        weights: &'g EdgeWeights,
        options: IsochroneOptions,
    ) -> Result<Self, IsochroneError> {
        options.check()?;
        Ok(Self {
            graph,
            weights,
            options,
            barriers: None,
            grid: Grid::new(graph.bounds(), options.cell()),
            sides: [OnceLock::new(), OnceLock::new()],
            ready: Default::default(),
            floors: OnceLock::new(),
            stamps: graph.links().map(|_| OnceLock::new()).collect(),
            stamps_of_pieces: graph.links().map(|_| OnceLock::new()).collect(),
        })
    }

    /// Areas that stop at walls and water: of what is within the buffer, only that to which no barrier is crossed on the
    /// straight way from the street. Nearer to a street than the error bound they are not heeded.
    #[must_use]
    pub fn with_barriers(self, barriers: Barriers) -> Self {
        let stamps = self.graph.links().map(|_| OnceLock::new()).collect();
        let stamps_of_pieces = self.graph.links().map(|_| OnceLock::new()).collect();
        // Squares stop at walls as streets do.
        Self { barriers: Some(barriers), stamps, stamps_of_pieces, floors: OnceLock::new(), ..self }
    }

    /// How wide and how exactly areas are drawn.
    pub fn options(&self) -> &IsochroneOptions {
        &self.options
    }

    /// How many bytes the surroundings of streets take that were drawn so far.
    pub fn bytes(&self) -> usize {
        let streets = self.stamps.iter().filter_map(OnceLock::get).map(|stamp| &**stamp);
        let pieces = self.stamps_of_pieces.iter().filter_map(OnceLock::get).flatten();
        let columns = size_of_val(&*self.stamps) + size_of_val(&*self.stamps_of_pieces);
        columns + streets.chain(pieces).map(|stamp| size_of::<Stamp>() + stamp.bytes()).sum::<usize>()
    }

    fn sides(&self, heading: Heading) -> &Sides {
        self.sides[usize::from(heading == Heading::Home)].get_or_init(|| Sides::new(self.graph, heading))
    }

    /// The graph as it is searched for budgets such as this one.
    fn ready(&self, heading: Heading, budget: Ticks) -> &BlockGraph {
        let longest = BlockGraph::longest_as_wide_as(budget);
        let is_wide = longest > BlockGraph::longest_as_wide_as(Ticks::ZERO);
        let make = match heading {
            Heading::Away => BlockGraph::new,
            Heading::Home => BlockGraph::homeward,
        };
        let number = 2 * usize::from(heading == Heading::Home) + usize::from(is_wide);
        self.ready[number].get_or_init(|| make(self.graph, self.weights, longest))
    }

    /// The middles of squares; nothing when they are not to be filled.
    fn floors(&self) -> Option<&Floors> {
        // What is nearer to the lines across than this is within their buffer, but for what the lattice does not see.
        let reach = (self.options.buffer.0 - self.options.error_bound.0).max(0.0);
        let look = || Floors::new(self.graph, self.weights, self.grid, self.sides(Heading::Away), reach);
        self.options.fill_squares.then(|| self.floors.get_or_init(look))
    }

    fn brush(&self) -> Brush<'_> {
        let IsochroneOptions { buffer, error_bound, .. } = self.options;
        Brush { grid: self.grid, radius: buffer.0, barriers: self.barriers.as_ref(), sure: error_bound.0 }
    }

    fn stamp(&self, link: LinkId) -> &Stamp {
        let draw = || Box::new(Stamp::of_link(&self.brush(), &self.graph.link(link)));
        self.stamps[link.index()].get_or_init(draw)
    }

    fn stamps_of_pieces(&self, link: LinkId) -> &[Stamp] {
        let draw = || Stamp::of_pieces(&self.brush(), &self.graph.link(link));
        self.stamps_of_pieces[link.index()].get_or_init(draw)
    }
}
