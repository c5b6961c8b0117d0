//! Elements in, an OSM PBF file out: a streaming writer for made-up cities and hand-drawn test maps.
//!
//! The writer holds one block at a time and writes what it is given in the order it is given: ids may be negative,
//! unsorted or repeated, references may point nowhere, and the file may declare an order that it does not keep. A
//! reader has to meet such files, so a test has to be able to make them. The bytes depend on the calls and the options
//! only.
//!
//! Not here: reading, sorting, checking of references, element metadata (versions, users, timestamps).

mod block;
pub(super) mod protobuf;

use std::io::{self, Write};

use flate2::{Compression, write::ZlibEncoder};

use self::block::{Block, GroupKind};
use self::protobuf::{put_bytes_field, put_int_field, put_sint_field};
use super::OsmRef;
use crate::{Bounds, LonLat, OsmNodeId, OsmWayId};

/// The most bytes that a block may have before compression, by the format's own rule.
const MAX_BLOCK_BYTES: usize = 32 << 20;
/// A block is closed at this many bytes even if it could hold more elements: long ways make large blocks.
const FULL_BLOCK_BYTES: usize = 8 << 20;
/// How many elements a block holds unless [`WriterOptions::block_elements`] says otherwise.
const BLOCK_ELEMENTS: usize = 8_000;

/// How a file is laid out, and what its header says about it.
///
/// ```
/// use walkshed::osm::write::WriterOptions;
///
/// // Small blocks, so that a test map of a few nodes has several of them.
/// let options = WriterOptions { block_elements: 3, ..WriterOptions::default() };
/// assert!(options.dense && !options.sorted);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct WriterOptions {
    /// Declare `Sort.Type_then_ID`: nodes, ways, relations, each by ascending id. The writer believes it.
    pub sorted: bool,
    /// Write nodes as columns (the usual way) rather than one by one.
    pub dense: bool,
    /// Let a block go on when the kind of element changes, in a new group, rather than start a new block.
    pub mixed_blocks: bool,
    /// The most elements in a block; 0 counts as 1.
    pub block_elements: usize,
    /// The rectangle to declare, if any. The writer believes it.
    pub bounds: Option<Bounds>,
    /// Features that a reader must know besides the usual ones, such as `HistoricalInformation`.
    pub required_features: Vec<String>,
}

impl Default for WriterOptions {
    /// Dense nodes in blocks of 8,000 elements of one kind; nothing declared about order and bounds.
    fn default() -> Self {
        Self {
            sorted: false,
            dense: true,
            mixed_blocks: false,
            block_elements: BLOCK_ELEMENTS,
            bounds: None,
            required_features: Vec::new(),
        }
    }
}

/// One member of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// The element, which may be another relation.
    pub element: OsmRef,
    /// Its role, often empty.
    pub role: &'a str,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The output failed.
    #[error("cannot write the OSM PBF file")]
    Io(#[from] io::Error),
    /// A block became larger than readers accept; with the default block size only an element of many
    /// megabytes can do this.
    #[error("an OSM PBF block of {bytes} bytes is over the format's limit of {limit}; split its largest element")]
    BlockTooLarge {
        /// Bytes of the block before compression.
        bytes: usize,
        /// The most that the format allows.
        limit: usize,
    },
}

/// A streaming writer of OSM PBF.
///
/// Coordinates are WGS-84 degrees, kept to 1e-7 degrees (about a centimetre). Tags are written in the order
/// given. Memory is one block, whatever the size of the file.
///
/// ```
/// use walkshed::osm::write::{PbfWriter, WriterOptions};
/// use walkshed::{LonLat, OsmNodeId, OsmWayId};
///
/// let mut map = PbfWriter::new(Vec::new(), WriterOptions::default())?;
/// map.node(OsmNodeId(1), LonLat::new(112.60, 33.0)?, &[])?;
/// map.node(OsmNodeId(2), LonLat::new(112.61, 33.0)?, &[("barrier", "gate")])?;
/// map.way(OsmWayId(7), &[OsmNodeId(1), OsmNodeId(2)], &[("highway", "footway")])?;
/// let bytes: Vec<u8> = map.finish()?;
/// # assert!(bytes.len() > 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a file is complete only after `finish`"]
pub struct PbfWriter<W: Write> {
    out: W,
    options: WriterOptions,
    block: Block,
}

impl<W: Write> PbfWriter<W> {
    /// Writes the file's header to `out`; give a buffered writer for files.
    ///
    /// # Errors
    /// [`WriteError::Io`] if `out` fails.
    pub fn new(mut out: W, options: WriterOptions) -> Result<Self, WriteError> {
        write_blob(&mut out, "OSMHeader", &header(&options))?;
        Ok(Self { out, options, block: Block::new() })
    }

    /// Appends a node.
    ///
    /// # Errors
    /// [`WriteError`] if a block is closed by this and cannot be written.
    pub fn node(&mut self, id: OsmNodeId, at: LonLat, tags: &[(&str, &str)]) -> Result<(), WriteError> {
        if self.options.dense {
            self.make_room(GroupKind::DenseNodes)?;
            self.block.dense_node(id.0, at, tags);
        } else {
            self.make_room(GroupKind::PlainNodes)?;
            self.block.plain_node(id.0, at, tags);
        }
        Ok(())
    }

    /// Appends a way through the nodes `refs`, which need not be in the file.
    ///
    /// # Errors
    /// [`WriteError`] if a block is closed by this and cannot be written.
    pub fn way(&mut self, id: OsmWayId, refs: &[OsmNodeId], tags: &[(&str, &str)]) -> Result<(), WriteError> {
        self.make_room(GroupKind::Ways)?;
        let refs = refs.iter().map(|node| node.0);
        self.block.way(id.0, refs, tags);
        Ok(())
    }

    /// Appends a relation of `members`, which need not be in the file.
    ///
    /// # Errors
    /// [`WriteError`] if a block is closed by this and cannot be written.
    pub fn relation(&mut self, id: i64, members: &[Member<'_>], tags: &[(&str, &str)]) -> Result<(), WriteError> {
        self.make_room(GroupKind::Relations)?;
        self.block.relation(id, members, tags);
        Ok(())
    }

    /// Writes what is left and gives the output back, flushed.
    ///
    /// # Errors
    /// [`WriteError`] if the last block cannot be written.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.close_block()?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Closes the block if it is full, or if an element of `kind` may not stand in it.
    fn make_room(&mut self, kind: GroupKind) -> Result<(), WriteError> {
        let full =
            self.block.elements() >= self.options.block_elements.max(1) || self.block.encoded_len() >= FULL_BLOCK_BYTES;
        let foreign = !self.options.mixed_blocks && self.block.kind() != Some(kind);
        if full || foreign {
            self.close_block()?;
        }
        Ok(())
    }

    fn close_block(&mut self) -> Result<(), WriteError> {
        if self.block.elements() == 0 {
            return Ok(());
        }
        write_blob(&mut self.out, "OSMData", &self.block.take())
    }
}

/// The `HeaderBlock` message.
fn header(options: &WriterOptions) -> Vec<u8> {
    const BBOX: u32 = 1;
    const REQUIRED_FEATURES: u32 = 4;
    const OPTIONAL_FEATURES: u32 = 5;
    const WRITING_PROGRAM: u32 = 16;
    let mut out = Vec::new();
    if let Some(Bounds { min, max }) = options.bounds {
        // Left, right, top, bottom, in nanodegrees whatever the granularity of the blocks.
        let sides = [min.lon, max.lon, max.lat, min.lat];
        let mut bounds = Vec::new();
        for (field, side) in (1..).zip(sides) {
            put_sint_field(&mut bounds, field, (side * 1e9).round() as i64);
        }
        put_bytes_field(&mut out, BBOX, &bounds);
    }
    put_bytes_field(&mut out, REQUIRED_FEATURES, b"OsmSchema-V0.6");
    if options.dense {
        put_bytes_field(&mut out, REQUIRED_FEATURES, b"DenseNodes");
    }
    for feature in &options.required_features {
        put_bytes_field(&mut out, REQUIRED_FEATURES, feature.as_bytes());
    }
    if options.sorted {
        put_bytes_field(&mut out, OPTIONAL_FEATURES, b"Sort.Type_then_ID");
    }
    put_bytes_field(&mut out, WRITING_PROGRAM, b"walkshed");
    out
}

/// Compresses a block and writes it with its frame: four bytes of length, a `BlobHeader`, a `Blob`.
fn write_blob(out: &mut impl Write, kind: &str, block: &[u8]) -> Result<(), WriteError> {
    const HEADER_TYPE: u32 = 1;
    const HEADER_DATASIZE: u32 = 3;
    const BLOB_RAW_SIZE: u32 = 2;
    const BLOB_ZLIB_DATA: u32 = 3;
    if block.len() > MAX_BLOCK_BYTES {
        return Err(WriteError::BlockTooLarge { bytes: block.len(), limit: MAX_BLOCK_BYTES });
    }
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(block)?;
    let mut blob = Vec::new();
    put_int_field(&mut blob, BLOB_RAW_SIZE, block.len() as i64);
    put_bytes_field(&mut blob, BLOB_ZLIB_DATA, &zlib.finish()?);

    let mut header = Vec::new();
    put_bytes_field(&mut header, HEADER_TYPE, kind.as_bytes());
    put_int_field(&mut header, HEADER_DATASIZE, blob.len() as i64);

    out.write_all(&(header.len() as u32).to_be_bytes())?;
    out.write_all(&header)?;
    out.write_all(&blob)?;
    Ok(())
}

#[cfg(test)]
mod tests;
