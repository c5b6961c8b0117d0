//! The street network as a graph: [`WalkGraph`], frozen once built.
//!
//! Comes in: a [`RawNetwork`]. Goes out: junctions and dead ends as nodes, the stretches of street between them as
//! links that keep their geometry, lengths and OSM ids, and a compressed-sparse-row list of directed edges. Any petgraph
//! algorithm runs on it (`visit`). Not here: walking times (`walk` turns links into a column of weights), points off the
//! street (`snap`), searches.
//!
//! # Shape
//! With `n` nodes and `m` directed edges: `first_out` has `n + 1` elements, its first is 0 and its last `m`; the edges out
//! of node `v` are `first_out[v]..first_out[v + 1]`, and `head` and `traversal` have one element for each edge. Nodes are
//! numbered along a Hilbert curve, so that what is near on the map is near in memory; links are sorted by their tail.
//!
//! A street where walks may only start or end has two links, one for leaving and one for arriving ([`LinkKind`]); points
//! are snapped to the one for leaving, and [`WalkGraph::arriving_twin`] gives the other.

mod build;
mod check;
mod components;
mod freeze;
mod heights;
mod hilbert;
mod squares;
mod store;
mod visit;

use crate::ids::{EdgeId, LinkId, NodeId, OsmNodeId, OsmWayId};
use crate::osm::{Because, Directions, Ground, Spot};
use crate::position::{Bounds, Position};
use crate::units::Meters;

pub use build::Contraction;
pub use check::GraphDefect;
pub use components::Component;
pub use heights::{HeightOptions, HeightReport, LinkHeights};
pub use squares::Square;
pub(crate) use squares::StandingRoom;
pub use store::{GraphAbout, StoreError};
pub use visit::{EdgeReference, EdgeReferences, NodeSet};

use squares::Squares;

#[cfg(doc)]
use crate::osm::RawNetwork;

/// A pedestrian street network, frozen.
#[derive(Clone, PartialEq, Debug)]
pub struct WalkGraph {
    about: GraphAbout,
    class_names: Vec<String>,
    /// What streets are like underfoot, each kind once.
    grounds: Vec<Ground>,
    // One element for each node (and one more for first_out, first_in).
    first_out: Vec<u32>,
    first_in: Vec<u32>,
    node_at: Vec<Position>,
    node_osm: Vec<i64>,
    node_component: Vec<u32>,
    // One element for each directed edge.
    head: Vec<u32>,
    traversal: Vec<Traversal>,
    in_edge: Vec<u32>,
    // One element for each link (and one more for the firsts).
    link_tail: Vec<u32>,
    link_head: Vec<u32>,
    link_flags: Vec<LinkFlags>,
    link_first_point: Vec<u32>,
    link_first_piece: Vec<u32>,
    /// How many of its points heights have added, or nothing where there are no heights.
    link_added: Vec<u32>,
    // One element for each point of a link's geometry, both ends included.
    point_at: Vec<Position>,
    point_along_mm: Vec<u32>,
    /// The heights of all points in millimetres, or nothing.
    point_height_mm: Vec<i32>,
    pieces: Vec<Piece>,
    // One element for each point on which something stands.
    spot_point: Vec<u32>,
    spots: Vec<Spot>,
    /// The copies of private streets for leaving and for arriving, sorted.
    twins: Vec<[u32; 2]>,
    squares: Squares,
    components: Vec<Component>,
}

/// What walks a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// All walks.
    Public,
    /// Walks that start on this private street or on one connected with it.
    Leaving,
    /// Walks that end there.
    Arriving,
}

/// The directions and the kind of a link in one byte: bits 0 and 1 how it is walked (forward, backward), bits 2 and 3
/// whether walks go all the way along it, bits 4 and 5 its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
struct LinkFlags(u8);

impl LinkFlags {
    fn new(walked: Directions, [forward, backward]: [bool; 2], kind: LinkKind) -> Self {
        Self(walked.bits() | u8::from(forward) << 2 | u8::from(backward) << 3 | (kind as u8) << 4)
    }

    /// Whether walks go all the way along it, forward and backward.
    const fn whole(self) -> [bool; 2] {
        [self.0 & 4 != 0, self.0 & 8 != 0]
    }

    fn walked(self) -> Option<Directions> {
        Directions::from_bits(self.0 & 3)
    }

    fn kind(self) -> Option<LinkKind> {
        [LinkKind::Public, LinkKind::Leaving, LinkKind::Arriving].into_iter().find(|&k| k as u8 == self.0 >> 4)
    }

    /// Whether the bits make sense together.
    fn is_sound(self) -> bool {
        let walked = self.walked().map_or(0, Directions::bits);
        let whole = self.0 >> 2 & 3;
        walked != 0 && whole & !walked == 0 && self.kind().is_some_and(|k| k != LinkKind::Public || whole == walked)
    }
}

/// A link and the direction in which it is walked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
pub struct Traversal(u32);

impl Traversal {
    fn new(link: LinkId, backward: bool) -> Self {
        Self(link.get() << 1 | u32::from(backward))
    }

    /// The link that is walked.
    pub const fn link(self) -> LinkId {
        LinkId::new(self.0 >> 1)
    }

    /// Whether it is walked from its head to its tail.
    pub const fn is_backward(self) -> bool {
        self.0 & 1 != 0
    }
}

/// A run of a link's geometry that comes from one OSM way, all of it drawn the same way round.
#[derive(Clone, Copy, PartialEq, Eq, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Piece {
    way: i64,
    /// The last point of the run, counted from the link's first.
    last_point: u32,
    /// The length of the whole way, where its ground speaks of the whole; else 0.
    whole_mm: u32,
    ground: u32,
    class: u8,
    because: u8,
    /// 1 where the link runs against the way's direction.
    against: u8,
    unused: u8,
}

impl Piece {
    /// The OSM way that it comes from.
    pub const fn way(&self) -> OsmWayId {
        OsmWayId(self.way)
    }

    /// The class of that way: a position in [`WalkGraph::class_names`].
    pub const fn class(&self) -> usize {
        self.class as usize
    }

    /// What decided that this way is walked on as it is.
    pub fn because(&self) -> Because {
        Because::ALL[usize::from(self.because)]
    }

    /// What it is like underfoot: a position in [`WalkGraph::grounds`].
    pub const fn ground(&self) -> usize {
        self.ground as usize
    }

    /// Whether the link runs against the direction in which the way is drawn.
    pub const fn is_against(&self) -> bool {
        self.against != 0
    }

    /// The length of the whole way, of which this is a part; nothing where its ground says nothing of the whole.
    pub fn whole(&self) -> Option<Meters> {
        (self.whole_mm > 0).then(|| Meters(f64::from(self.whole_mm) / 1e3))
    }

    /// Whether another piece is of the same way, walked the same way round.
    fn goes_on_as(&self, other: &Self) -> bool {
        let of = |piece: &Self| (piece.way, piece.class, piece.ground, piece.whole_mm, piece.against);
        of(self) == of(other)
    }

    /// The position of its last point among the link's points.
    pub const fn last_point(&self) -> usize {
        self.last_point as usize
    }
}

/// One link, seen whole.
#[derive(Clone, Copy, Debug)]
pub struct LinkView<'g> {
    /// Which link it is.
    pub id: LinkId,
    /// The node where its geometry begins.
    pub tail: NodeId,
    /// The node where its geometry ends.
    pub head: NodeId,
    /// In which directions it is walked; forward is from tail to head.
    pub directions: Directions,
    /// What walks it is for.
    pub kind: LinkKind,
    /// Its points from tail to head, both included.
    pub points: &'g [Position],
    /// The way from the tail to each point, in millimetres.
    pub along_mm: &'g [u32],
    /// The OSM ways that it runs along, in order.
    pub pieces: &'g [Piece],
}

impl LinkView<'_> {
    /// The length of the link.
    pub fn length(&self) -> Meters {
        Meters(f64::from(self.along_mm[self.along_mm.len() - 1]) / 1e3)
    }

    /// The piece on which the segment that begins at a point lies.
    pub fn piece_of_segment(&self, segment: usize) -> Piece {
        self.pieces[self.pieces.partition_point(|p| p.last_point() <= segment)]
    }
}

impl WalkGraph {
    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.node_at.len()
    }

    /// How many directed edges there are.
    pub fn edge_count(&self) -> usize {
        self.head.len()
    }

    /// How many links there are.
    pub fn link_count(&self) -> usize {
        self.link_tail.len()
    }

    /// How many points the geometry of all links has, nodes counted at each link that they end.
    pub fn point_count(&self) -> usize {
        self.point_at.len()
    }

    /// All nodes.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeId> + Clone + use<> {
        (0..self.node_count() as u32).map(NodeId::new)
    }

    /// All links.
    pub fn links(&self) -> impl ExactSizeIterator<Item = LinkId> + Clone + use<> {
        (0..self.link_count() as u32).map(LinkId::new)
    }

    /// All directed edges.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = EdgeId> + Clone + use<> {
        (0..self.edge_count() as u32).map(EdgeId::new)
    }

    /// Where a node is.
    pub fn node_at(&self, node: NodeId) -> Position {
        self.node_at[node.index()]
    }

    /// The OSM node that a node stands on.
    pub fn osm_node(&self, node: NodeId) -> OsmNodeId {
        OsmNodeId(self.node_osm[node.index()])
    }

    /// The edges out of a node, each with the node that it leads to.
    pub fn edges_from(&self, tail: NodeId) -> impl ExactSizeIterator<Item = (EdgeId, NodeId)> + '_ {
        let range = self.first_out[tail.index()]..self.first_out[tail.index() + 1];
        range.map(|e| (EdgeId::new(e), NodeId::new(self.head[e as usize])))
    }

    /// The edges into a node, each with the node that it comes from.
    pub fn edges_into(&self, head: NodeId) -> impl ExactSizeIterator<Item = (EdgeId, NodeId)> + '_ {
        let range = self.first_in[head.index()] as usize..self.first_in[head.index() + 1] as usize;
        self.in_edge[range].iter().map(|&e| (EdgeId::new(e), self.tail(EdgeId::new(e))))
    }

    /// The node that an edge comes from.
    pub fn tail(&self, edge: EdgeId) -> NodeId {
        let traversal = self.traversal[edge.index()];
        let link = traversal.link().index();
        NodeId::new(if traversal.is_backward() { self.link_head[link] } else { self.link_tail[link] })
    }

    /// The node that an edge leads to.
    pub fn head(&self, edge: EdgeId) -> NodeId {
        NodeId::new(self.head[edge.index()])
    }

    /// The link that an edge walks, and in which direction.
    pub fn traversal(&self, edge: EdgeId) -> Traversal {
        self.traversal[edge.index()]
    }

    /// One link, seen whole.
    pub fn link(&self, id: LinkId) -> LinkView<'_> {
        let i = id.index();
        let points = self.link_first_point[i] as usize..self.link_first_point[i + 1] as usize;
        let pieces = self.link_first_piece[i] as usize..self.link_first_piece[i + 1] as usize;
        LinkView {
            id,
            tail: NodeId::new(self.link_tail[i]),
            head: NodeId::new(self.link_head[i]),
            directions: self.link_flags[i].walked().unwrap_or(Directions::BOTH),
            kind: self.link_flags[i].kind().unwrap_or(LinkKind::Public),
            points: &self.point_at[points.clone()],
            along_mm: &self.point_along_mm[points],
            pieces: &self.pieces[pieces],
        }
    }

    /// The copy for arriving of a private street, given its copy for leaving. Both have the same geometry.
    pub fn arriving_twin(&self, leaving: LinkId) -> Option<LinkId> {
        let place = self.twins.binary_search_by_key(&leaving.get(), |pair| pair[0]).ok()?;
        Some(LinkId::new(self.twins[place][1]))
    }

    /// All streets, each once: public links, and the copies for leaving of private ones.
    pub fn streets(&self) -> impl Iterator<Item = LinkView<'_>> + Clone {
        self.links().map(|l| self.link(l)).filter(|l| l.kind != LinkKind::Arriving)
    }

    /// The position of a link's first point among all points of the graph.
    pub(crate) fn first_point(&self, link: LinkId) -> usize {
        self.link_first_point[link.index()] as usize
    }

    /// The columns that a search sees: `first_out` and `head`.
    pub(crate) fn forward_star(&self) -> (&[u32], &[u32]) {
        (&self.first_out, &self.head)
    }

    /// The names of the classes of ways, such as `highway=footway`.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// What streets are like underfoot, each kind once.
    pub fn grounds(&self) -> &[Ground] {
        &self.grounds
    }

    /// What stands on the points of a link, in their order: each with the place of its point among the link's points.
    pub fn spots_on(&self, link: LinkId) -> impl ExactSizeIterator<Item = (usize, Spot)> + Clone + '_ {
        let [first, end] = [0, 1].map(|next| self.link_first_point[link.index() + next]);
        let [from, to] = [first, end].map(|point| self.spot_point.partition_point(|&p| p < point));
        self.spot_point[from..to].iter().zip(&self.spots[from..to]).map(move |(&p, &spot)| ((p - first) as usize, spot))
    }

    /// What the graph was made from.
    pub fn about(&self) -> &GraphAbout {
        &self.about
    }

    /// Says what the graph was made from.
    #[must_use]
    pub fn with_about(self, about: GraphAbout) -> Self {
        Self { about, ..self }
    }

    /// The rectangle around all streets; nothing for a graph without points.
    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::around(self.point_at.iter().map(|p| p.lon_lat()))
    }

    /// The length of all streets together.
    pub fn total_length(&self) -> Meters {
        Meters(self.streets().map(|l| l.length().0).sum())
    }

    /// How many bytes the graph takes in memory.
    pub fn bytes(&self) -> usize {
        let per_node = 4 * 2 + 8 + 8 + 4;
        let per_edge = 4 * 3;
        let per_link = 4 * 4 + 1 + if self.has_heights() { 4 } else { 0 };
        let per_point = 8 + 4 + if self.has_heights() { 4 } else { 0 };
        self.node_count() * per_node
            + self.edge_count() * per_edge
            + self.link_count() * per_link
            + self.point_count() * per_point
            + self.pieces.len() * size_of::<Piece>()
            + self.grounds.len() * size_of::<Ground>()
            + self.spots.len() * (4 + size_of::<Spot>())
            + self.squares.bytes()
    }
}
