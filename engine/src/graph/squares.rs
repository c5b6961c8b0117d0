//! The squares of a graph: areas that people walk across, with their rings and the nodes where streets come in.
//!
//! Comes in: the squares of a network. Goes out: [`Square`], to be looked at or filled; and for a point that stands in one
//! the ways from it. Not here: the lines across squares (those are links like others), and which point stands in which.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::WalkGraph;
use crate::ids::{NodeId, OsmWayId, SquareId};
use crate::osm::Ground;
use crate::position::{LocalPlane, Position};
use crate::sight::{Area, Corner};

/// The node of a corner that is no entrance.
const NO_DOOR: u32 = u32::MAX;

/// What a graph keeps of all its squares, column by column.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Squares {
    pub(super) heads: Vec<SquareHead>,
    /// Where each ring ends among the corners.
    pub(super) ring_end: Vec<u32>,
    pub(super) corner_at: Vec<Position>,
    /// The nodes of each corner where streets come in, for leaving and for arriving.
    pub(super) doors: Vec<[u32; 2]>,
    seen: Seen,
}

/// One square.
#[derive(Clone, Copy, PartialEq, Eq, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct SquareHead {
    pub(super) way: i64,
    /// Where its rings end among all rings.
    pub(super) end_ring: u32,
    pub(super) ground: u32,
    pub(super) class: u32,
    pub(super) unused: u32,
}

/// Who sees whom in each square that was asked for; it follows from the columns, and costs too much to be found for all.
#[derive(Clone, Default)]
struct Seen(Vec<OnceLock<Option<Arc<StandingRoom>>>>);

impl PartialEq for Seen {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} squares", self.0.len())
    }
}

/// A square on its plane, for points that stand in it.
#[derive(Debug)]
pub(crate) struct StandingRoom {
    pub(crate) plane: LocalPlane,
    pub(crate) area: Area,
}

/// A square, a platform, a wide path drawn by its outline: an area that people walk across.
#[derive(Clone, Copy, Debug)]
pub struct Square<'g> {
    graph: &'g WalkGraph,
    /// Which square it is.
    pub id: SquareId,
    first_ring: usize,
    first_corner: usize,
}

impl<'g> Square<'g> {
    fn head(&self) -> &'g SquareHead {
        &self.graph.squares.heads[self.id.index()]
    }

    /// The OSM way of its outline, the first where there are several.
    pub fn way(&self) -> OsmWayId {
        OsmWayId(self.head().way)
    }

    /// What it is like underfoot.
    pub fn ground(&self) -> &'g Ground {
        &self.graph.grounds[self.head().ground as usize]
    }

    /// The class of its outline: a position in [`WalkGraph::class_names`].
    pub fn class(&self) -> usize {
        self.head().class as usize
    }

    /// Its rings, each open: the last corner is not the first again. What lies within an odd number of them is the square.
    pub fn rings(&self) -> impl Iterator<Item = &'g [Position]> + Clone + use<'g> {
        let squares = &self.graph.squares;
        let ends = &squares.ring_end[self.first_ring..self.head().end_ring as usize];
        ends.iter().scan(self.first_corner, |first, &end| {
            let ring = &squares.corner_at[*first..end as usize];
            *first = end as usize;
            Some(ring)
        })
    }

    /// The nodes of a corner, by its place among all corners of the square, where streets come in: the one from which a
    /// walk leaves, and the one to which it arrives. They are the same but in a private yard.
    pub(crate) fn doors_at(&self, corner: Corner) -> Option<[NodeId; 2]> {
        let before: usize = self.rings().take(corner.0).map(<[Position]>::len).sum();
        door(self.graph.squares.doors[self.first_corner + before + corner.1])
    }

    /// The corners where streets come in.
    fn entrances(&self) -> BTreeSet<Corner> {
        let corners = self.rings().enumerate().flat_map(|(ring, points)| (0..points.len()).map(move |at| (ring, at)));
        let doors = &self.graph.squares.doors[self.first_corner..];
        corners.zip(doors).filter(|(_, doors)| door(**doors).is_some()).map(|(corner, _)| corner).collect()
    }

    /// The connected part of the network that its entrances are on; nothing without an entrance.
    pub(crate) fn component(&self) -> Option<u32> {
        let doors = &self.graph.squares.doors[self.first_corner..];
        let corners = self.rings().map(<[Position]>::len).sum();
        let [leaving, _] = doors.iter().take(corners).find_map(|&doors| door(doors))?;
        Some(self.graph.component_of(leaving) as u32)
    }

    /// The square on its plane: found once, O(c² e) for c entrances and reflex corners and e edges, then kept. Nothing for
    /// a square with too many corners.
    pub(crate) fn standing_room(&self) -> Option<Arc<StandingRoom>> {
        let look = || {
            let plane = LocalPlane::at(self.rings().next()?[0].lon_lat());
            let on_plane = |ring: &[Position]| ring.iter().map(|at| plane.project(at.lon_lat())).collect();
            let rings: Vec<Vec<[f64; 2]>> = self.rings().map(on_plane).collect();
            Some(Arc::new(StandingRoom { area: Area::new(&rings, &self.entrances())?, plane }))
        };
        self.graph.squares.seen.0[self.id.index()].get_or_init(look).clone()
    }
}

fn door([leaving, arriving]: [u32; 2]) -> Option<[NodeId; 2]> {
    (leaving != NO_DOOR).then(|| [leaving, arriving].map(NodeId::new))
}

impl Squares {
    /// Adds a square. `doors` has the nodes of each corner where streets come in.
    pub(super) fn push(&mut self, head: SquareHead, rings: impl Iterator<Item = Vec<(Position, Option<[u32; 2]>)>>) {
        for ring in rings {
            for (at, doors) in ring {
                self.corner_at.push(at);
                self.doors.push(doors.unwrap_or([NO_DOOR; 2]));
            }
            self.ring_end.push(self.corner_at.len() as u32);
        }
        self.heads.push(SquareHead { end_ring: self.ring_end.len() as u32, ..head });
        self.seen.0.push(OnceLock::new());
    }

    /// Squares from the columns of a file; whether they fit together is not looked at here.
    pub(super) fn from_columns(
        heads: Vec<SquareHead>,
        ring_end: Vec<u32>,
        corner_at: Vec<Position>,
        doors: Vec<[u32; 2]>,
    ) -> Self {
        let seen = Seen(vec![OnceLock::new(); heads.len()]);
        Self { heads, ring_end, corner_at, doors, seen }
    }

    pub(super) fn bytes(&self) -> usize {
        self.heads.len() * size_of::<SquareHead>() + self.ring_end.len() * 4 + self.corner_at.len() * (8 + 8)
    }

    /// Whether a corner's entry is one: no entrance, or two nodes that are there.
    pub(super) fn is_door(doors: [u32; 2], nodes: usize) -> bool {
        doors == [NO_DOOR; 2] || doors.iter().all(|&node| (node as usize) < nodes)
    }
}

impl WalkGraph {
    /// How many squares there are.
    pub fn square_count(&self) -> usize {
        self.squares.heads.len()
    }

    /// A square.
    ///
    /// # Panics
    /// When there is no square of this id.
    pub fn square(&self, id: SquareId) -> Square<'_> {
        let squares = &self.squares;
        let first_ring = id.index().checked_sub(1).map_or(0, |before| squares.heads[before].end_ring as usize);
        let first_corner = first_ring.checked_sub(1).map_or(0, |before| squares.ring_end[before] as usize);
        Square { graph: self, id, first_ring, first_corner }
    }

    /// All areas that people walk across, but those with too many corners, which are walked along their rims.
    pub fn squares(&self) -> impl ExactSizeIterator<Item = Square<'_>> + Clone {
        (0..self.square_count() as u32).map(|id| self.square(SquareId::new(id)))
    }
}
