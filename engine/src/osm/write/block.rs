//! One primitive block in the making: elements in, the bytes of a `PrimitiveBlock` message out.
//!
//! A block owns its string table; a *group* inside it holds elements of one kind. Not here: when a block is full and
//! how it is compressed and framed (the writer above).

use rustc_hash::FxHashMap;

use super::Member;
use super::protobuf::{
    DeltaColumn, put_bytes_field, put_bytes_field_unless_empty, put_int_field, put_sint_field, put_varint,
};
use crate::LonLat;
use crate::osm::OsmKind;

/// Nanodegrees in one unit of a stored coordinate: about a centimetre on the ground.
const GRANULARITY: i64 = 100;
/// Stored units in a degree, at [`GRANULARITY`].
const UNITS_PER_DEGREE: f64 = 1e9 / GRANULARITY as f64;

// Field numbers of `PrimitiveBlock`.
const BLOCK_STRINGTABLE: u32 = 1;
const BLOCK_GROUP: u32 = 2;
const BLOCK_GRANULARITY: u32 = 17;
// Field numbers of `PrimitiveGroup`: one per kind of element.
const GROUP_NODES: u32 = 1;
const GROUP_DENSE: u32 = 2;
const GROUP_WAYS: u32 = 3;
const GROUP_RELATIONS: u32 = 4;
// `Node`, `Way` and `Relation` agree on these three.
const ELEMENT_ID: u32 = 1;
const ELEMENT_KEYS: u32 = 2;
const ELEMENT_VALS: u32 = 3;

/// Which field of a group the elements of a run go to; a change of it starts a new group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupKind {
    PlainNodes,
    DenseNodes,
    Ways,
    Relations,
}

/// The block that is being filled.
#[derive(Debug)]
pub(super) struct Block {
    strings: StringTable,
    /// Finished groups, each already framed as a field of the block.
    groups: Vec<u8>,
    /// Elements of the open group, framed one by one. Dense nodes go to `dense` instead.
    open: Vec<u8>,
    dense: DenseNodes,
    kind: Option<GroupKind>,
    elements: usize,
    /// One element in the making; kept for its memory.
    message: Vec<u8>,
    /// One packed array in the making; kept for its memory.
    packed: Vec<u8>,
    /// One packed array of differences in the making; kept for its memory.
    deltas: DeltaColumn,
}

impl Block {
    pub(super) fn new() -> Self {
        Self {
            strings: StringTable::new(),
            groups: Vec::new(),
            open: Vec::new(),
            dense: DenseNodes::default(),
            kind: None,
            elements: 0,
            message: Vec::new(),
            packed: Vec::new(),
            deltas: DeltaColumn::default(),
        }
    }

    /// How many elements the block holds.
    pub(super) fn elements(&self) -> usize {
        self.elements
    }

    /// The kind of the group that is open, if the block holds anything.
    pub(super) fn kind(&self) -> Option<GroupKind> {
        self.kind
    }

    /// About how many bytes the encoded block would have now.
    pub(super) fn encoded_len(&self) -> usize {
        self.strings.bytes.len() + self.groups.len() + self.open.len() + self.dense.encoded_len()
    }

    pub(super) fn dense_node(&mut self, id: i64, at: LonLat, tags: &[(&str, &str)]) {
        self.begin(GroupKind::DenseNodes);
        self.dense.push(id, at, tags, &mut self.strings);
    }

    pub(super) fn plain_node(&mut self, id: i64, at: LonLat, tags: &[(&str, &str)]) {
        const LAT: u32 = 8;
        const LON: u32 = 9;
        self.begin(GroupKind::PlainNodes);
        // The id of a plain node is zigzag; those of ways and relations are not.
        put_sint_field(&mut self.message, ELEMENT_ID, id);
        self.put_tags(tags);
        put_sint_field(&mut self.message, LAT, stored(at.lat));
        put_sint_field(&mut self.message, LON, stored(at.lon));
        self.end(GROUP_NODES);
    }

    pub(super) fn way(&mut self, id: i64, refs: impl Iterator<Item = i64>, tags: &[(&str, &str)]) {
        const REFS: u32 = 8;
        self.begin(GroupKind::Ways);
        put_int_field(&mut self.message, ELEMENT_ID, id);
        self.put_tags(tags);
        self.put_deltas(REFS, refs);
        self.end(GROUP_WAYS);
    }

    pub(super) fn relation(&mut self, id: i64, members: &[Member<'_>], tags: &[(&str, &str)]) {
        const ROLES: u32 = 8;
        const MEMBER_IDS: u32 = 9;
        const TYPES: u32 = 10;
        self.begin(GroupKind::Relations);
        put_int_field(&mut self.message, ELEMENT_ID, id);
        self.put_tags(tags);
        self.put_strings(ROLES, members.iter().map(|member| member.role));
        self.put_deltas(MEMBER_IDS, members.iter().map(|member| member.element.id));
        self.packed.clear();
        for member in members {
            put_varint(&mut self.packed, type_code(member.element.kind));
        }
        put_bytes_field_unless_empty(&mut self.message, TYPES, &self.packed);
        self.end(GROUP_RELATIONS);
    }

    /// The encoded block. It is empty afterwards and keeps its memory.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.close_group();
        let mut out = Vec::with_capacity(self.strings.bytes.len() + self.groups.len() + 16);
        put_bytes_field(&mut out, BLOCK_STRINGTABLE, &self.strings.bytes);
        out.extend_from_slice(&self.groups);
        put_int_field(&mut out, BLOCK_GRANULARITY, GRANULARITY);
        self.strings.clear();
        self.groups.clear();
        self.elements = 0;
        out
    }

    fn begin(&mut self, kind: GroupKind) {
        if self.kind != Some(kind) {
            self.close_group();
            self.kind = Some(kind);
        }
        self.elements += 1;
        self.message.clear();
    }

    fn end(&mut self, field: u32) {
        put_bytes_field(&mut self.open, field, &self.message);
    }

    fn close_group(&mut self) {
        if self.kind == Some(GroupKind::DenseNodes) {
            let dense = self.dense.take();
            put_bytes_field(&mut self.open, GROUP_DENSE, &dense);
        }
        put_bytes_field_unless_empty(&mut self.groups, BLOCK_GROUP, &self.open);
        self.open.clear();
        self.kind = None;
    }

    fn put_tags(&mut self, tags: &[(&str, &str)]) {
        self.put_strings(ELEMENT_KEYS, tags.iter().map(|&(key, _)| key));
        self.put_strings(ELEMENT_VALS, tags.iter().map(|&(_, value)| value));
    }

    fn put_strings<'a>(&mut self, field: u32, strings: impl Iterator<Item = &'a str>) {
        self.packed.clear();
        for string in strings {
            put_varint(&mut self.packed, self.strings.index(string));
        }
        put_bytes_field_unless_empty(&mut self.message, field, &self.packed);
    }

    fn put_deltas(&mut self, field: u32, values: impl Iterator<Item = i64>) {
        self.deltas.clear();
        for value in values {
            self.deltas.push(value);
        }
        put_bytes_field_unless_empty(&mut self.message, field, self.deltas.bytes());
    }
}

/// Nodes as columns, each entry the difference from the one before.
#[derive(Debug, Default)]
struct DenseNodes {
    ids: DeltaColumn,
    lats: DeltaColumn,
    lons: DeltaColumn,
    /// Key and value indexes of each node, then a zero.
    keys_vals: Vec<u8>,
    tagged: bool,
}

impl DenseNodes {
    fn push(&mut self, id: i64, at: LonLat, tags: &[(&str, &str)], strings: &mut StringTable) {
        self.ids.push(id);
        self.lats.push(stored(at.lat));
        self.lons.push(stored(at.lon));
        for &(key, value) in tags {
            put_varint(&mut self.keys_vals, strings.index(key));
            put_varint(&mut self.keys_vals, strings.index(value));
            self.tagged = true;
        }
        self.keys_vals.push(0);
    }

    fn encoded_len(&self) -> usize {
        [&self.ids, &self.lats, &self.lons].map(|column| column.bytes().len()).iter().sum::<usize>()
            + self.keys_vals.len()
    }

    fn take(&mut self) -> Vec<u8> {
        const IDS: u32 = 1;
        const LATS: u32 = 8;
        const LONS: u32 = 9;
        const KEYS_VALS: u32 = 10;
        let mut out = Vec::with_capacity(self.encoded_len() + 16);
        put_bytes_field(&mut out, IDS, self.ids.bytes());
        put_bytes_field(&mut out, LATS, self.lats.bytes());
        put_bytes_field(&mut out, LONS, self.lons.bytes());
        // The format lets the column be absent when no node of the group has a tag.
        if self.tagged {
            put_bytes_field(&mut out, KEYS_VALS, &self.keys_vals);
        }
        for column in [&mut self.ids, &mut self.lats, &mut self.lons] {
            column.clear();
        }
        self.keys_vals.clear();
        self.tagged = false;
        out
    }
}

/// The strings of a block in order of first use, encoded as they come.
#[derive(Debug)]
struct StringTable {
    index: FxHashMap<Box<str>, u64>,
    /// The `StringTable` message so far.
    bytes: Vec<u8>,
}

impl StringTable {
    fn new() -> Self {
        let mut table = Self { index: FxHashMap::default(), bytes: Vec::new() };
        table.clear();
        table
    }

    /// Empties the table but for entry 0, which the format reserves as the delimiter of dense tags.
    fn clear(&mut self) {
        self.index.clear();
        self.bytes.clear();
        self.append("");
    }

    /// The index of `string`, appended if it is new. An empty string gets an entry of its own: as a key
    /// or value it must not look like the delimiter.
    fn index(&mut self, string: &str) -> u64 {
        if let Some(&index) = self.index.get(string) {
            return index;
        }
        let index = self.index.len() as u64 + 1;
        self.index.insert(string.into(), index);
        self.append(string);
        index
    }

    fn append(&mut self, string: &str) {
        const STRING: u32 = 1;
        put_bytes_field(&mut self.bytes, STRING, string.as_bytes());
    }
}

fn stored(degrees: f64) -> i64 {
    (degrees * UNITS_PER_DEGREE).round() as i64
}

const fn type_code(kind: OsmKind) -> u64 {
    match kind {
        OsmKind::Node => 0,
        OsmKind::Way => 1,
        OsmKind::Relation => 2,
    }
}
