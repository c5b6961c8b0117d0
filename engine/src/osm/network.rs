//! Walkable ways over resolved nodes: [`RawNetwork`].
//!
//! Comes in: nodes and ways, from the readers of this folder or from parts. Goes out: what the graph is built from. Not
//! here: reading files (`import`), junctions and lengths (`graph`).

use super::gates::Gate;
use super::ground::{Ground, GroundTable, Spot};
use super::reasons::Because;
use super::rules::ClassId;
use crate::ids::{OsmNodeId, OsmWayId};
use crate::position::Position;

/// In which directions something is walked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Directions(u8);

impl Directions {
    /// From the first node to the last.
    pub const FORWARD: Self = Self(1);
    /// From the last node to the first.
    pub const BACKWARD: Self = Self(2);
    /// Both ways.
    pub const BOTH: Self = Self(3);

    /// Whether it is walked from the first node to the last.
    pub const fn forward(self) -> bool {
        self.0 & 1 != 0
    }

    /// Whether it is walked from the last node to the first.
    pub const fn backward(self) -> bool {
        self.0 & 2 != 0
    }

    /// The same street, seen from its other end.
    #[must_use]
    pub const fn flipped(self) -> Self {
        Self(self.0 >> 1 | (self.0 & 1) << 1)
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// Directions from their bits, unless there are none or unknown ones.
    pub(crate) const fn from_bits(bits: u8) -> Option<Self> {
        if bits == 0 || bits > 3 { None } else { Some(Self(bits)) }
    }
}

/// Who may walk along a street.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Passage {
    /// Everybody.
    Through,
    /// Only who starts or ends there: `access=private`, `destination`, `customers`, …
    EndsOnly,
}

/// A stretch of one OSM way: all of it, or a part that a cut has left.
#[derive(Clone, Copy, Debug)]
pub struct RawWay {
    /// The way it is of.
    pub id: OsmWayId,
    /// Its class by the rules.
    pub class: ClassId,
    /// In which directions it is walked.
    pub directions: Directions,
    /// Who may walk along it.
    pub passage: Passage,
    /// What decided that.
    pub because: Because,
    /// What it is like underfoot: a position in [`RawNetwork::grounds`].
    pub ground: u32,
    /// The length of the whole way in millimetres, where its ground speaks of the whole; else 0.
    pub whole_mm: u32,
    first_ref: u32,
    end_ref: u32,
}

impl RawWay {
    /// The same, walked in both directions.
    pub(super) fn both_ways(self) -> Self {
        Self { directions: Directions::BOTH, ..self }
    }
}

/// Walkable ways over resolved nodes, before junctions are found.
///
/// A node on which a barrier stops walkers has one copy for each way end that meets it, so that no walk leads across.
#[derive(Clone, Debug, Default)]
pub struct RawNetwork {
    pub(super) positions: Vec<Position>,
    pub(super) osm_nodes: Vec<OsmNodeId>,
    pub(super) ways: Vec<RawWay>,
    pub(super) refs: Vec<u32>,
    pub(super) class_names: Vec<String>,
    pub(super) grounds: GroundTable,
    /// What stands on each node.
    pub(super) spots: Vec<Spot>,
    pub(super) gates: Vec<Gate>,
    /// The areas that lines have been laid across.
    pub(crate) squares: Vec<RawSquare>,
}

/// An area that people walk across, with the nodes of its rings.
#[derive(Clone, Debug)]
pub(crate) struct RawSquare {
    /// The way of its outline, the first where there are several.
    pub(crate) way: OsmWayId,
    pub(crate) class: ClassId,
    pub(crate) passage: Passage,
    pub(crate) ground: u32,
    /// Its rings, open; each node with whether streets come in there.
    pub(crate) rings: Vec<Vec<(u32, bool)>>,
}

impl RawNetwork {
    /// Where each node is.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The OSM node that each node is, or is a copy of.
    pub fn osm_nodes(&self) -> &[OsmNodeId] {
        &self.osm_nodes
    }

    /// The stretches of ways; each has at least two nodes.
    pub fn ways(&self) -> &[RawWay] {
        &self.ways
    }

    /// The nodes of a stretch, as positions in [`RawNetwork::positions`].
    pub fn nodes_of(&self, way: &RawWay) -> &[u32] {
        &self.refs[way.first_ref as usize..way.end_ref as usize]
    }

    /// The names of the classes that ways are of.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// What ways are like underfoot, each kind once.
    pub fn grounds(&self) -> &[Ground] {
        &self.grounds.all
    }

    /// What stands on each node.
    pub fn spots(&self) -> &[Spot] {
        &self.spots
    }

    /// The nodes on walkable ways that do not let everybody pass under every policy of gates, by their OSM ids.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// How many straight pieces from node to node there are.
    pub fn segment_count(&self) -> usize {
        self.refs.len() - self.ways.len()
    }

    /// A network from nodes and ways that did not come from a file, for tests and for made-up streets. Each way is its
    /// OSM id, its directions, who may walk along it, and its nodes as positions in `nodes`.
    ///
    /// # Panics
    /// When a way has fewer than two nodes or names a node that is not there.
    pub fn from_parts(nodes: &[(OsmNodeId, Position)], ways: &[(OsmWayId, Directions, Passage, Vec<u32>)]) -> Self {
        let mut network = Self { class_names: vec!["highway=footway".into()], ..Self::default() };
        network.osm_nodes = nodes.iter().map(|n| n.0).collect();
        network.positions = nodes.iter().map(|n| n.1).collect();
        network.spots = vec![Spot::default(); nodes.len()];
        for (id, directions, passage, on) in ways {
            assert!(on.len() >= 2 && on.iter().all(|&n| (n as usize) < nodes.len()), "{id} cannot be built");
            let head = WayHead {
                id: *id,
                class: ClassId(0),
                directions: *directions,
                passage: *passage,
                because: Because::Class,
                is_area: false,
                ground: Ground::default(),
            };
            network.push_way(&head, on);
        }
        network
    }

    pub(super) fn push_way(&mut self, way: &WayHead, nodes: &[u32]) {
        let &WayHead { id, class, directions, passage, because, .. } = way;
        let first_ref = self.refs.len() as u32;
        self.refs.extend_from_slice(nodes);
        let ground = way.ground.with_nodes(nodes.iter().map(|&n| self.spots[n as usize]));
        let whole_mm = if ground.has_totals() { self.length_mm(nodes) } else { 0 };
        let ground = self.grounds.number_of(ground);
        let end_ref = self.refs.len() as u32;
        self.ways.push(RawWay { id, class, directions, passage, because, ground, whole_mm, first_ref, end_ref });
    }

    /// Says of the stretches of one way, which are the last ones, how long they are together. A way of which the file
    /// lacks a part counts as long as what is there.
    pub(super) fn add_up_stretches(&mut self, first: usize) {
        let whole = self.ways[first..].iter().fold(0u32, |sum, stretch| sum.saturating_add(stretch.whole_mm));
        for stretch in self.ways[first..].iter_mut().filter(|stretch| stretch.whole_mm > 0) {
            stretch.whole_mm = whole;
        }
    }

    fn length_mm(&self, nodes: &[u32]) -> u32 {
        let at = |node: u32| self.positions[node as usize];
        let metres: f64 = nodes.windows(2).map(|pair| at(pair[0]).distance_to(at(pair[1])).0).sum();
        // The cast saturates.
        (metres * 1e3).round() as u32
    }

    /// Adds a part of a stretch of another network over the same nodes.
    pub(super) fn push_part(&mut self, of: &RawWay, nodes: &[u32]) {
        let first_ref = self.refs.len() as u32;
        self.refs.extend_from_slice(nodes);
        self.ways.push(RawWay { first_ref, end_ref: self.refs.len() as u32, ..*of });
    }

    /// The places of a stretch's nodes among all references.
    pub(super) fn ref_range(way: &RawWay) -> std::ops::Range<usize> {
        way.first_ref as usize..way.end_ref as usize
    }

    pub(super) fn copy_of(&mut self, node: u32) -> u32 {
        self.positions.push(self.positions[node as usize]);
        self.osm_nodes.push(self.osm_nodes[node as usize]);
        self.spots.push(self.spots[node as usize]);
        self.positions.len() as u32 - 1
    }
}

/// What the rules say of a walkable way.
#[derive(Clone, Copy, Debug)]
pub(super) struct WayHead {
    pub(super) id: OsmWayId,
    pub(super) class: ClassId,
    pub(super) directions: Directions,
    pub(super) passage: Passage,
    pub(super) because: Because,
    /// It is the outline of an area that people walk across.
    pub(super) is_area: bool,
    /// What it is like underfoot.
    pub(super) ground: Ground,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_flip() {
        assert_eq!(Directions::FORWARD.flipped(), Directions::BACKWARD);
        assert_eq!(Directions::BACKWARD.flipped(), Directions::FORWARD);
        assert_eq!(Directions::BOTH.flipped(), Directions::BOTH);
    }
}
