//! What one tile of the city consists of: OSM elements, outlets and homes, before they are written.
//!
//! Comes in: points of the plan and tags from the modules that draw. Goes out: lists of drafts with final OSM ids. The
//! ids of a tile lie in a range of its own, and those of street nodes follow from their role, so that a tile can refer
//! to the nodes of its neighbours without drawing them. Not here: degrees and files.

use std::borrow::Cow;

use walkshed::{OsmNodeId, OsmWayId};

use super::plane::{Point, Rect};

/// How many node ids a tile has: enough for its streets and for any block.
const NODE_IDS: i64 = 20_000;
/// How many way ids a tile has.
const WAY_IDS: i64 = 5_000;
/// The first of a tile's node ids that are given out in order; those below belong to streets and borders, by role.
const FIRST_FREE_SLOT: i64 = 3_000;

/// The tags of one element.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tags(Vec<(&'static str, Cow<'static, str>)>);

impl Tags {
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) fn of(pairs: &[(&'static str, &'static str)]) -> Self {
        Self(pairs.iter().map(|&(key, value)| (key, Cow::Borrowed(value))).collect())
    }

    /// The tags with one more.
    pub(crate) fn and(mut self, key: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.0.push((key, value.into()));
        self
    }

    /// The tags with some more.
    pub(crate) fn and_all(mut self, pairs: &[(&'static str, &'static str)]) -> Self {
        self.0.extend(pairs.iter().map(|&(key, value)| (key, Cow::Borrowed(value))));
        self
    }

    /// The tags with one more if there is a value for it.
    pub(crate) fn and_some(self, key: &'static str, value: Option<impl Into<Cow<'static, str>>>) -> Self {
        match value {
            Some(value) => self.and(key, value),
            None => self,
        }
    }

    /// Keys and values as text.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (*key, value.as_ref()))
    }
}

/// A node to be written.
#[derive(Debug)]
pub(crate) struct NodeDraft {
    pub(crate) id: OsmNodeId,
    pub(crate) at: Point,
    pub(crate) tags: Tags,
}

/// A way to be written.
#[derive(Debug)]
pub(crate) struct WayDraft {
    pub(crate) id: OsmWayId,
    pub(crate) refs: Vec<OsmNodeId>,
    pub(crate) tags: Tags,
}

/// A multipolygon to be written: ways with their roles.
#[derive(Debug)]
pub(crate) struct MultipolygonDraft {
    pub(crate) members: Vec<(OsmWayId, &'static str)>,
    pub(crate) tags: Tags,
}

/// A row of the registry.
#[derive(Debug)]
pub(crate) struct OutletDraft {
    pub(crate) name: String,
    pub(crate) at: Point,
    /// Ids of formats, the first one being what the outlet is known as.
    pub(crate) formats: Vec<&'static str>,
}

/// The residents of one building.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct People {
    pub(crate) total: u32,
    pub(crate) aged_60_plus: u32,
    pub(crate) aged_0_3: u32,
}

/// A line along which outlets open: a row of shops, a lane, a gate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Front {
    pub(crate) from: Point,
    pub(crate) to: Point,
}

/// Everything in one tile.
#[derive(Debug)]
pub(crate) struct Sketch {
    first_node: i64,
    first_way: i64,
    free_slot: i64,
    pub(crate) nodes: Vec<NodeDraft>,
    pub(crate) ways: Vec<WayDraft>,
    pub(crate) multipolygons: Vec<MultipolygonDraft>,
    pub(crate) outlets: Vec<OutletDraft>,
    pub(crate) homes: Vec<(Point, People)>,
    pub(crate) fronts: Vec<Front>,
}

/// The id of the node that has a fixed role in a tile.
pub(crate) fn fixed_node(tile_index: usize, slot: usize) -> OsmNodeId {
    debug_assert!((slot as i64) < FIRST_FREE_SLOT, "slot {slot} is not a fixed one");
    OsmNodeId((tile_index as i64 + 1) * NODE_IDS + slot as i64)
}

impl Sketch {
    /// An empty sketch of the tile with this index.
    pub(crate) fn new(tile_index: usize) -> Self {
        Self {
            first_node: (tile_index as i64 + 1) * NODE_IDS,
            first_way: (tile_index as i64 + 1) * WAY_IDS,
            free_slot: FIRST_FREE_SLOT,
            nodes: Vec::new(),
            ways: Vec::new(),
            multipolygons: Vec::new(),
            outlets: Vec::new(),
            homes: Vec::new(),
            fronts: Vec::new(),
        }
    }

    /// Adds the node that has this id by its role; see [`fixed_node`].
    pub(crate) fn fixed(&mut self, id: OsmNodeId, at: Point, tags: Tags) {
        debug_assert!((0..FIRST_FREE_SLOT).contains(&(id.0 - self.first_node)), "{id} belongs to another tile");
        self.nodes.push(NodeDraft { id, at, tags });
    }

    /// Adds a node.
    pub(crate) fn node(&mut self, at: Point, tags: Tags) -> OsmNodeId {
        assert!(self.free_slot < NODE_IDS, "a tile of the sample city has more than {NODE_IDS} nodes");
        let id = OsmNodeId(self.first_node + self.free_slot);
        self.free_slot += 1;
        self.nodes.push(NodeDraft { id, at, tags });
        id
    }

    /// Adds a node without tags.
    pub(crate) fn bare(&mut self, at: Point) -> OsmNodeId {
        self.node(at, Tags::none())
    }

    /// Adds a way.
    pub(crate) fn way(&mut self, refs: Vec<OsmNodeId>, tags: Tags) -> OsmWayId {
        assert!((self.ways.len() as i64) < WAY_IDS, "a tile of the sample city has more than {WAY_IDS} ways");
        let id = OsmWayId(self.first_way + self.ways.len() as i64);
        self.ways.push(WayDraft { id, refs, tags });
        id
    }

    /// Adds a closed way around new nodes.
    pub(crate) fn area(&mut self, outline: &[Point], tags: Tags) -> OsmWayId {
        let mut refs: Vec<_> = outline.iter().map(|&at| self.bare(at)).collect();
        refs.push(refs[0]);
        self.way(refs, tags)
    }

    /// Adds a rectangle.
    pub(crate) fn rect(&mut self, rect: Rect, tags: Tags) -> OsmWayId {
        self.area(&rect.corners(), tags)
    }

    /// Adds a row to the registry.
    pub(crate) fn outlet(&mut self, name: impl Into<String>, at: Point, formats: &[&'static str]) {
        self.outlets.push(OutletDraft { name: name.into(), at, formats: formats.to_vec() });
    }

    /// Adds a line along which outlets may open.
    pub(crate) fn front(&mut self, from: Point, to: Point) {
        self.fronts.push(Front { from, to });
    }
}
