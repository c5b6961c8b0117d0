//! One block of elements.
//!
//! Comes in: the bytes of a `PrimitiveBlock` message. Goes out: its elements by kind, each lent to the caller in turn.
//! Not here: the single element (`elements`).

use super::elements::{Dense, Grid, Node, Relation, Way};
use super::strings::Strings;
use super::wire::Reader;
use super::{Broken, ImportError};

/// Which kinds of elements there are in a block.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(in crate::osm) struct Kinds {
    pub(in crate::osm) nodes: bool,
    pub(in crate::osm) ways: bool,
    pub(in crate::osm) relations: bool,
}

impl Kinds {
    /// Every kind.
    pub(in crate::osm) const ANY: Self = Self { nodes: true, ways: true, relations: true };

    /// Whether nothing is here that is not there.
    pub(in crate::osm) fn within(self, other: Self) -> bool {
        self.nodes <= other.nodes && self.ways <= other.ways && self.relations <= other.relations
    }
}

// The fields of a `PrimitiveGroup`.
const NODES: u32 = 1;
const DENSE: u32 = 2;
const WAYS: u32 = 3;
const RELATIONS: u32 = 4;

/// A block whose texts and groups have been found. Its elements are decoded when they are asked for.
#[derive(Debug)]
pub(in crate::osm) struct Block<'a> {
    strings: Strings<'a>,
    groups: Vec<&'a [u8]>,
    grid: Grid,
    kinds: Kinds,
}

impl<'a> Block<'a> {
    /// Finds the parts of a block.
    ///
    /// # Errors
    /// When it is no block.
    pub(in crate::osm) fn parse(bytes: &'a [u8]) -> Result<Self, Broken> {
        let mut block = Self {
            strings: Strings::within(bytes),
            groups: Vec::new(),
            grid: Grid::default(),
            kinds: Kinds::default(),
        };
        let mut message = Reader::new(bytes);
        while let Some((field, value)) = message.field()? {
            match field {
                1 => block.strings.add_table(value.bytes()?, message.rest().len())?,
                2 => block.groups.push(value.bytes()?),
                17 => block.grid.granularity = value.number()? as i64,
                19 => block.grid.lat_offset = value.number()? as i64,
                20 => block.grid.lon_offset = value.number()? as i64,
                // Field 18 is the granularity of dates, which are of no use here.
                _ => {}
            }
        }
        if !(1..=i64::from(i32::MAX)).contains(&block.grid.granularity) {
            return Err(Broken("coordinates in steps of no size"));
        }
        for group in &block.groups {
            let mut message = Reader::new(group);
            while let Some((field, _)) = message.field()? {
                match field {
                    NODES | DENSE => block.kinds.nodes = true,
                    WAYS => block.kinds.ways = true,
                    RELATIONS => block.kinds.relations = true,
                    _ => {}
                }
            }
        }
        Ok(block)
    }

    /// The texts of its tags and roles.
    pub(in crate::osm) fn strings(&self) -> &Strings<'a> {
        &self.strings
    }

    /// Which kinds of elements there are.
    pub(in crate::osm) fn kinds(&self) -> Kinds {
        self.kinds
    }

    /// Lends each node in turn: plain ones as they come, dense ones at the place of the first of their group's columns.
    pub(in crate::osm) fn each_node(
        &self,
        mut see: impl FnMut(Node<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        if !self.kinds.nodes {
            return Ok(());
        }
        for group in &self.groups {
            let mut dense = None::<Dense<'_>>;
            let mut message = Reader::new(group);
            while let Some((field, value)) = message.field()? {
                match field {
                    NODES => Node::parse(value.bytes()?, &self.grid, &mut see)?,
                    // Parts of a message that comes in several are one message, by the rules of protobuf.
                    DENSE => dense.get_or_insert_default().add(value.bytes()?)?,
                    _ => {}
                }
            }
            if let Some(dense) = dense {
                dense.each(&self.grid, &mut see)?;
            }
        }
        Ok(())
    }

    /// Lends each way in turn.
    pub(in crate::osm) fn each_way(
        &self,
        mut see: impl FnMut(Way<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        if !self.kinds.ways {
            return Ok(());
        }
        self.each_of(WAYS, |message| see(Way::parse(message)?))
    }

    /// Lends each relation in turn.
    pub(in crate::osm) fn each_relation(
        &self,
        mut see: impl FnMut(Relation<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        if !self.kinds.relations {
            return Ok(());
        }
        self.each_of(RELATIONS, |message| see(Relation::parse(message)?))
    }

    fn each_of(
        &self,
        wanted: u32,
        mut see: impl FnMut(&'a [u8]) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        for group in &self.groups {
            let mut message = Reader::new(group);
            while let Some((field, value)) = message.field()? {
                if field == wanted {
                    see(value.bytes()?)?;
                }
            }
        }
        Ok(())
    }

    /// How many nodes, ways and relations there are; nodes are counted without decoding them.
    pub(in crate::osm) fn counts(&self) -> Result<[u64; 3], Broken> {
        let mut counts = [0; 3];
        for group in &self.groups {
            let mut message = Reader::new(group);
            while let Some((field, value)) = message.field()? {
                match field {
                    NODES => counts[0] += 1,
                    DENSE => counts[0] += Dense::count(value.bytes()?)?,
                    WAYS => counts[1] += 1,
                    RELATIONS => counts[2] += 1,
                    _ => {}
                }
            }
        }
        Ok(counts)
    }
}
