//! Nodes, ways and relations.
//!
//! Comes in: the bytes of their messages. Goes out: ids, coordinates, tags as numbers of texts, references. Not here:
//! which of them matter.

use super::wire::{Deltas, Packed, Reader};
use super::{Broken, ImportError};

/// How coordinates of a block are stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// Billionths of a degree in one step.
    pub(super) granularity: i64,
    /// Billionths of a degree.
    pub(super) lat_offset: i64,
    /// Billionths of a degree.
    pub(super) lon_offset: i64,
}

impl Default for Grid {
    fn default() -> Self {
        Self { granularity: 100, lat_offset: 0, lon_offset: 0 }
    }
}

impl Grid {
    /// Billionths of a degree; what is too large to be a number is certainly off the Earth.
    #[inline]
    fn nanodegrees(&self, offset: i64, steps: i64) -> i64 {
        steps.checked_mul(self.granularity).and_then(|n| n.checked_add(offset)).unwrap_or(i64::MAX)
    }
}

/// The tags of one element as numbers of texts.
#[derive(Clone, Copy, Debug)]
pub(in crate::osm) enum RawTags<'a> {
    /// Key and value in turn.
    Pairs(Reader<'a>),
    /// Keys, values.
    Columns(Reader<'a>, Reader<'a>),
}

impl RawTags<'_> {
    #[inline]
    pub(in crate::osm) fn is_empty(&self) -> bool {
        match self {
            Self::Pairs(pairs) => pairs.is_empty(),
            Self::Columns(keys, values) => keys.is_empty() && values.is_empty(),
        }
    }

    /// The next key and value; nothing after the last.
    ///
    /// # Errors
    /// When a key has no value, a value no key, or a number is none of a text.
    #[inline]
    pub(in crate::osm) fn next(&mut self) -> Result<Option<(u32, u32)>, Broken> {
        if self.is_empty() {
            return Ok(None);
        }
        let (key, value) = match self {
            Self::Pairs(pairs) => (pairs.number()?, pairs.number()?),
            Self::Columns(keys, values) => {
                if keys.is_empty() || values.is_empty() {
                    return Err(Broken("tags with more keys than values, or fewer"));
                }
                (keys.number()?, values.number()?)
            }
        };
        // What does not fit is out of every table's range as well.
        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Some((number(key), number(value))))
    }
}

/// A point.
#[derive(Clone, Copy, Debug)]
pub(in crate::osm) struct Node<'a> {
    pub(in crate::osm) id: i64,
    /// Billionths of a degree.
    pub(in crate::osm) nano_lon: i64,
    /// Billionths of a degree.
    pub(in crate::osm) nano_lat: i64,
    pub(in crate::osm) tags: RawTags<'a>,
}

impl Node<'_> {
    /// Degrees east and north.
    pub(in crate::osm) fn degrees(&self) -> [f64; 2] {
        [self.nano_lon as f64 * 1e-9, self.nano_lat as f64 * 1e-9]
    }

    /// Lends a node that is written by itself.
    pub(super) fn parse(
        bytes: &[u8],
        grid: &Grid,
        see: &mut impl FnMut(Node<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let (mut id, mut lat, mut lon) = (None, None, None);
        let (mut keys, mut values) = (Packed::default(), Packed::default());
        let mut message = Reader::new(bytes);
        while let Some((field, value)) = message.field()? {
            match field {
                1 => id = Some(value.signed()?),
                2 => keys.add(value)?,
                3 => values.add(value)?,
                8 => lat = Some(value.signed()?),
                9 => lon = Some(value.signed()?),
                _ => {}
            }
        }
        let (Some(id), Some(lat), Some(lon)) = (id, lat, lon) else {
            return Err(Broken("a node without id or place").into());
        };
        see(Node {
            id,
            nano_lon: grid.nanodegrees(grid.lon_offset, lon),
            nano_lat: grid.nanodegrees(grid.lat_offset, lat),
            tags: RawTags::Columns(keys.reader(), values.reader()),
        })
    }
}

/// Nodes as columns.
#[derive(Default, Debug)]
pub(super) struct Dense<'a> {
    ids: Packed<'a>,
    lats: Packed<'a>,
    lons: Packed<'a>,
    tags: Packed<'a>,
}

impl<'a> Dense<'a> {
    /// Takes up the columns of a `DenseNodes` message.
    pub(super) fn add(&mut self, bytes: &'a [u8]) -> Result<(), Broken> {
        let mut message = Reader::new(bytes);
        while let Some((field, value)) = message.field()? {
            match field {
                1 => self.ids.add(value)?,
                8 => self.lats.add(value)?,
                9 => self.lons.add(value)?,
                10 => self.tags.add(value)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// How many nodes a message has.
    pub(super) fn count(bytes: &[u8]) -> Result<u64, Broken> {
        let mut dense = Dense::default();
        dense.add(bytes)?;
        Ok(dense.ids.len() as u64)
    }

    /// Lends each node in turn.
    pub(super) fn each(
        &self,
        grid: &Grid,
        see: &mut impl FnMut(Node<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let (mut ids, mut lats, mut lons) = (Deltas::new(&self.ids), Deltas::new(&self.lats), Deltas::new(&self.lons));
        let mut tags = self.tags.reader();
        while !ids.is_empty() {
            if lats.is_empty() || lons.is_empty() {
                return Err(Broken("nodes without places").into());
            }
            let (id, lat, lon) = (ids.next()?, lats.next()?, lons.next()?);
            see(Node {
                id,
                nano_lon: grid.nanodegrees(grid.lon_offset, lon),
                nano_lat: grid.nanodegrees(grid.lat_offset, lat),
                tags: RawTags::Pairs(tags_of_next(&mut tags)?),
            })?;
        }
        if !lats.is_empty() || !lons.is_empty() || !tags.is_empty() {
            return Err(Broken("places or tags without nodes").into());
        }
        Ok(())
    }
}

/// The tags of the next dense node: keys and values in turn up to a zero. Behind the end of the list nodes have none.
#[inline]
fn tags_of_next<'a>(tags: &mut Reader<'a>) -> Result<Reader<'a>, Broken> {
    let whole = tags.rest();
    match whole.first() {
        None => return Ok(Reader::default()),
        Some(0) => {
            *tags = Reader::new(&whole[1..]);
            return Ok(Reader::default());
        }
        Some(_) => {}
    }
    loop {
        let here = whole.len() - tags.rest().len();
        if tags.number()? == 0 {
            return Ok(Reader::new(&whole[..here]));
        }
        if tags.number()? == 0 {
            return Err(Broken("a key without a value"));
        }
    }
}

/// A line.
#[derive(Debug)]
pub(in crate::osm) struct Way<'a> {
    pub(in crate::osm) id: i64,
    keys: Packed<'a>,
    values: Packed<'a>,
    refs: Packed<'a>,
}

impl<'a> Way<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Broken> {
        let mut id = None;
        let (mut keys, mut values, mut refs) = (Packed::default(), Packed::default(), Packed::default());
        let mut message = Reader::new(bytes);
        while let Some((field, value)) = message.field()? {
            match field {
                1 => id = Some(value.number()? as i64),
                2 => keys.add(value)?,
                3 => values.add(value)?,
                8 => refs.add(value)?,
                _ => {}
            }
        }
        Ok(Self { id: id.ok_or(Broken("a way without id"))?, keys, values, refs })
    }

    pub(in crate::osm) fn tags(&self) -> RawTags<'_> {
        RawTags::Columns(self.keys.reader(), self.values.reader())
    }

    /// The ids of its nodes.
    pub(in crate::osm) fn refs(&self) -> Deltas<'_> {
        Deltas::new(&self.refs)
    }

    /// The ids of its nodes, in a list of their own.
    pub(in crate::osm) fn to_refs(&self) -> Result<Vec<i64>, Broken> {
        let mut refs = Vec::with_capacity(self.refs.len());
        self.refs().read_into(&mut refs)?;
        Ok(refs)
    }
}

/// What a member of a relation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::osm) enum MemberKind {
    Node,
    Way,
    Relation,
}

/// A group of elements.
#[derive(Debug)]
pub(in crate::osm) struct Relation<'a> {
    pub(in crate::osm) id: i64,
    keys: Packed<'a>,
    values: Packed<'a>,
    roles: Packed<'a>,
    members: Packed<'a>,
    kinds: Packed<'a>,
}

impl<'a> Relation<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Broken> {
        let mut id = None;
        let (mut keys, mut values) = (Packed::default(), Packed::default());
        let (mut roles, mut members, mut kinds) = (Packed::default(), Packed::default(), Packed::default());
        let mut message = Reader::new(bytes);
        while let Some((field, value)) = message.field()? {
            match field {
                1 => id = Some(value.number()? as i64),
                2 => keys.add(value)?,
                3 => values.add(value)?,
                8 => roles.add(value)?,
                9 => members.add(value)?,
                10 => kinds.add(value)?,
                _ => {}
            }
        }
        Ok(Self { id: id.ok_or(Broken("a relation without id"))?, keys, values, roles, members, kinds })
    }

    pub(in crate::osm) fn tags(&self) -> RawTags<'_> {
        RawTags::Columns(self.keys.reader(), self.values.reader())
    }

    /// Lends each member in turn: what it is, its id, the number of its role's text.
    pub(in crate::osm) fn each_member(
        &self,
        mut see: impl FnMut(MemberKind, i64, u32) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let (mut roles, mut ids, mut kinds) = (self.roles.reader(), Deltas::new(&self.members), self.kinds.reader());
        while !ids.is_empty() {
            if roles.is_empty() || kinds.is_empty() {
                return Err(Broken("members without role or kind"));
            }
            let kind = match kinds.number()? {
                0 => MemberKind::Node,
                1 => MemberKind::Way,
                2 => MemberKind::Relation,
                _ => return Err(Broken("a member that is no node, way or relation")),
            };
            see(kind, ids.next()?, u32::try_from(roles.number()?).unwrap_or(u32::MAX))?;
        }
        if !roles.is_empty() || !kinds.is_empty() {
            return Err(Broken("roles or kinds without members"));
        }
        Ok(())
    }
}
