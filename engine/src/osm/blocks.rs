//! The blocks of a PBF file, decoded on all cores and handed back in the file's order.
//!
//! Comes in: a reader. Goes out: one value per data block from the caller's function, and what went wrong, with the
//! byte where it did. Not here: what is in a block that matters. The `osmpbf` crate does the decoding; its blocks are
//! what the readers of this folder are given.

use std::io::{Read, Seek, SeekFrom};

use osmpbf::{BlobReader, HeaderBlock, PrimitiveBlock};
use rayon::iter::{ParallelBridge, ParallelIterator};

/// Why an extract cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The bytes could not be read at all.
    #[error("cannot read the extract: {0}")]
    Io(#[from] std::io::Error),
    /// The file has no bytes.
    #[error("the file is empty; expected an OpenStreetMap extract in PBF format (.osm.pbf)")]
    Empty,
    /// The file is something else.
    #[error(
        "this is not an OpenStreetMap PBF file ({detail}); expected an .osm.pbf extract, not .osm, .xml, .gz or text"
    )]
    NotPbf {
        /// What was found instead of an OSM header.
        detail: String,
    },
    /// The file ends in the middle of a block.
    #[error("the file ends in the middle of a block that begins at byte {offset}; the download is probably incomplete")]
    Truncated {
        /// Where the unfinished block begins.
        offset: u64,
    },
    /// A block cannot be decoded.
    #[error("the file is damaged{}: {detail}; fetch the extract again", at_byte(*offset))]
    Damaged {
        /// Where the damaged block begins, where known.
        offset: Option<u64>,
        /// What is wrong with it.
        detail: String,
    },
    /// The file asks of its reader what this one cannot do.
    #[error("the file needs the feature {feature:?}, which is not supported{}", advice(feature))]
    Unsupported {
        /// The feature as the file's header names it.
        feature: String,
    },
    /// There is not one way in the file.
    #[error("there are no ways in the extract ({nodes} nodes): nothing to walk on; was it filtered to points only?")]
    NoWays {
        /// How many nodes there are.
        nodes: u64,
    },
    /// Nobody may walk on any of the ways.
    #[error("none of the {ways} ways in the extract can be walked on; expected ways with highway=… tags")]
    NothingWalkable {
        /// How many ways were read.
        ways: u64,
    },
}

fn at_byte(offset: Option<u64>) -> String {
    offset.map_or_else(String::new, |o| format!(" in the block at byte {o}"))
}

fn advice(feature: &str) -> &'static str {
    match feature {
        "HistoricalInformation" => "; this is a history file: make a plain extract of one date from it",
        _ => "",
    }
}

/// What the header of a file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    /// Elements are sorted by kind, then id.
    pub(super) sorted: bool,
    /// When the data was current, in seconds since 1970, where the file says so.
    pub(super) timestamp: Option<i64>,
}

/// The features of a file that this reader can meet.
const KNOWN_FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];
/// No header of a block may be larger (the format's own limit).
const MAX_HEADER_BYTES: u64 = 64 * 1024;
/// No block may be larger (the format's own limit).
const MAX_BLOCK_BYTES: u64 = 32 * 1024 * 1024;

/// Where one block lies in the file: the four bytes of its header's length, the header, the data.
#[derive(Clone, Copy, Debug)]
struct Frame {
    offset: u64,
    bytes: u64,
}

/// A PBF file whose blocks have been found, ready to be read as often as needed.
#[derive(Debug)]
pub(super) struct BlockFile<R> {
    src: R,
    length: u64,
    header: Header,
    frames: Vec<Frame>,
}

impl<R: Read + Seek + Send> BlockFile<R> {
    /// Finds the blocks of a file, without decoding any but its header.
    ///
    /// # Errors
    /// When the file is empty, something else, cut off, or needs what this reader cannot do.
    pub(super) fn open(mut src: R) -> Result<Self, ImportError> {
        let length = src.seek(SeekFrom::End(0))?;
        if length == 0 {
            return Err(ImportError::Empty);
        }
        let mut file = Self { src, length, header: Header::default(), frames: Vec::new() };
        let mut offset = 0;
        while offset < length {
            let (kind, frame) = file.frame_at(offset)?;
            match kind.as_str() {
                "OSMHeader" if offset == 0 => file.header = file.read_header(frame)?,
                _ if offset == 0 => return Err(not_pbf(format!("it begins with a block {kind:?}"))),
                "OSMData" => file.frames.push(frame),
                // The format asks readers to pass over kinds that they do not know.
                _ => {}
            }
            offset += frame.bytes;
        }
        Ok(file)
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// The size of the file in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// How many blocks of data there are.
    pub(super) fn block_count(&self) -> usize {
        self.frames.len()
    }

    /// Decodes, on all cores, the blocks for which `wanted` says yes (by number, from 0), and gives what `read` makes
    /// of each in the file's order. At most a few blocks per core are in memory at a time.
    ///
    /// # Errors
    /// When a block is damaged, or when `read` fails; the first such block of the file is told of.
    pub(super) fn scan<T: Send>(
        &mut self,
        wanted: impl Fn(usize) -> bool + Sync,
        read: impl Fn(&PrimitiveBlock) -> Result<T, ImportError> + Sync,
    ) -> Result<Vec<(usize, T)>, ImportError> {
        let Self { src, frames, .. } = self;
        let in_order = frames.iter().enumerate().filter(|&(number, _)| wanted(number));
        let in_order = in_order.map(|(number, frame)| (number, *frame, read_frame(src, *frame)));
        let mut done: Vec<(usize, Result<T, ImportError>)> = in_order
            .par_bridge()
            .map(|(number, frame, bytes)| {
                (number, bytes.and_then(|b| read(&decode(&b)?)).map_err(|e| e.in_block(frame)))
            })
            .collect();
        done.sort_by_key(|&(number, _)| number);
        done.into_iter().map(|(number, result)| Ok((number, result?))).collect()
    }

    /// Reads the header of the block at an offset: its kind and extent.
    fn frame_at(&mut self, offset: u64) -> Result<(String, Frame), ImportError> {
        // Before the first block has been read, whatever is wrong means that the file is something else.
        let broken = |detail: String| match offset {
            0 => not_pbf(detail),
            _ => ImportError::Damaged { offset: Some(offset), detail },
        };
        let left = self.length - offset;
        if left < 4 {
            return Err(if offset == 0 {
                not_pbf(format!("{left} bytes only"))
            } else {
                ImportError::Truncated { offset }
            });
        }
        self.src.seek(SeekFrom::Start(offset))?;
        let mut size = [0; 4];
        self.src.read_exact(&mut size)?;
        let header_bytes = u64::from(u32::from_be_bytes(size));
        if header_bytes > MAX_HEADER_BYTES {
            return Err(broken("its first bytes are not those of a block".into()));
        }
        if header_bytes > left - 4 {
            return Err(if offset == 0 {
                not_pbf("it is too short".into())
            } else {
                ImportError::Truncated { offset }
            });
        }
        let mut header = vec![0; header_bytes as usize];
        self.src.read_exact(&mut header)?;
        let (kind, data_bytes) =
            parse_blob_header(&header).ok_or_else(|| broken("a block header that is no header".into()))?;
        if data_bytes > MAX_BLOCK_BYTES {
            return Err(broken(format!("a block of {data_bytes} bytes; the format allows {MAX_BLOCK_BYTES}")));
        }
        if data_bytes > left - 4 - header_bytes {
            return Err(ImportError::Truncated { offset });
        }
        Ok((kind, Frame { offset, bytes: 4 + header_bytes + data_bytes }))
    }

    fn read_header(&mut self, frame: Frame) -> Result<Header, ImportError> {
        let bytes = read_frame(&mut self.src, frame)?;
        let blob = BlobReader::new(&bytes[..]).next().ok_or(ImportError::Empty)?;
        let header: HeaderBlock = blob.and_then(|b| b.to_headerblock()).map_err(|e| not_pbf(e.to_string()))?;
        if let Some(feature) = header.required_features().iter().find(|f| !KNOWN_FEATURES.contains(&f.as_str())) {
            return Err(ImportError::Unsupported { feature: feature.clone() });
        }
        Ok(Header {
            sorted: header.optional_features().iter().any(|f| f == "Sort.Type_then_ID"),
            timestamp: header.osmosis_replication_timestamp(),
        })
    }
}

impl ImportError {
    /// Names the block in which the file turned out to be damaged.
    fn in_block(self, frame: Frame) -> Self {
        match self {
            Self::Damaged { offset: None, detail } => Self::Damaged { offset: Some(frame.offset), detail },
            other => other,
        }
    }
}

fn not_pbf(detail: String) -> ImportError {
    ImportError::NotPbf { detail }
}

fn read_frame(src: &mut (impl Read + Seek), frame: Frame) -> Result<Vec<u8>, ImportError> {
    src.seek(SeekFrom::Start(frame.offset))?;
    let mut bytes = vec![0; frame.bytes as usize];
    src.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn decode(frame: &[u8]) -> Result<PrimitiveBlock, ImportError> {
    let damaged = |detail: String| ImportError::Damaged { offset: None, detail };
    let blob = BlobReader::new(frame).next().ok_or_else(|| damaged("a block without content".into()))?;
    match blob.and_then(|b| b.to_primitiveblock()) {
        Ok(block) => Ok(block),
        Err(e) => Err(damaged(e.to_string())),
    }
}

/// The type (field 1) and data size (field 3) of a `BlobHeader` message of the format's `fileformat.proto`.
fn parse_blob_header(mut bytes: &[u8]) -> Option<(String, u64)> {
    let (mut kind, mut size) = (None, None);
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        match (key >> 3, key & 7) {
            (3, 0) => size = Some(varint(&mut bytes)?),
            (_, 0) => drop(varint(&mut bytes)?),
            (field, 2) => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let (value, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                if field == 1 {
                    kind = Some(String::from_utf8(value.to_vec()).ok()?);
                }
            }
            _ => return None,
        }
    }
    Some((kind?, size?))
}

/// The next base-128 number of a protobuf message.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
