//! Where the blocks of a PBF file lie.
//!
//! Comes in: a reader. Goes out: the extent of each data block, and what the file's header says. Not here: the blocks
//! themselves.

use std::io::{Read, Seek, SeekFrom};

use super::error::ImportError;
use super::pbf::head::{BlobHeader, FileHeader};
use super::pbf::inflate::{Inflater, MAX_BLOCK_BYTES};
use crate::Bounds;

/// The features of a file that this reader can meet.
const KNOWN_FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];
/// No header of a block may be larger (the format's own limit).
const MAX_HEADER_BYTES: u64 = 64 * 1024;

/// Where one block lies in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Where it begins: four bytes of its header's length, the header, the blob.
    pub(super) offset: u64,
    blob_at: u64,
    blob_bytes: u64,
}

/// A PBF file whose data blocks have been found.
#[derive(Debug)]
pub(super) struct Frames<R> {
    pub(super) src: R,
    /// Its size in bytes.
    pub(super) length: u64,
    /// It says that elements are sorted by kind, then id.
    pub(super) is_sorted: bool,
    /// When the data was current, in seconds since 1970, where the file says so.
    pub(super) timestamp: Option<i64>,
    /// The rectangle that it says it covers.
    pub(super) bounds: Option<Bounds>,
    /// Its data blocks, in its order.
    pub(super) blocks: Vec<Frame>,
}

impl<R: Read + Seek> Frames<R> {
    /// Finds the blocks of a file, without decoding any but its header.
    ///
    /// # Errors
    /// When the file is empty, something else, cut off, or needs what this reader cannot do.
    pub(super) fn open(mut src: R) -> Result<Self, ImportError> {
        let length = src.seek(SeekFrom::End(0))?;
        if length == 0 {
            return Err(ImportError::Empty);
        }
        let mut file = Self { src, length, is_sorted: false, timestamp: None, bounds: None, blocks: Vec::new() };
        let mut offset = 0;
        while offset < length {
            let (kind, frame) = file.frame_at(offset)?;
            match kind.as_str() {
                "OSMHeader" if offset == 0 => file.read_header(frame)?,
                _ if offset == 0 => return Err(not_pbf(format!("it begins with a block {kind:?}"))),
                "OSMData" => file.blocks.push(frame),
                // The format asks readers to pass over kinds that they do not know.
                _ => {}
            }
            offset = frame.blob_at + frame.blob_bytes;
        }
        Ok(file)
    }

    /// Reads the header of the block at an offset: its kind and extent.
    fn frame_at(&mut self, offset: u64) -> Result<(String, Frame), ImportError> {
        // Before the first block has been read, whatever is wrong means that the file is something else.
        let broken = |detail: String| match offset {
            0 => not_pbf(detail),
            _ => ImportError::Damaged { offset: Some(offset), detail },
        };
        let cut_off = |detail: String| match offset {
            0 => not_pbf(detail),
            _ => ImportError::Truncated { offset },
        };
        let left = self.length - offset;
        if left < 4 {
            return Err(cut_off(format!("{left} bytes only")));
        }
        self.src.seek(SeekFrom::Start(offset))?;
        let mut size = [0; 4];
        self.src.read_exact(&mut size)?;
        let header_bytes = u64::from(u32::from_be_bytes(size));
        if header_bytes > MAX_HEADER_BYTES {
            return Err(broken("its first bytes are not those of a block".into()));
        }
        if header_bytes > left - 4 {
            return Err(cut_off("it is too short".into()));
        }
        let mut header = vec![0; header_bytes as usize];
        self.src.read_exact(&mut header)?;
        let BlobHeader { kind, bytes } = BlobHeader::parse(&header).map_err(|e| broken(e.0.into()))?;
        if bytes > MAX_BLOCK_BYTES {
            return Err(broken(format!("a block of {bytes} bytes; the format allows {MAX_BLOCK_BYTES}")));
        }
        if bytes > left - 4 - header_bytes {
            return Err(ImportError::Truncated { offset });
        }
        Ok((kind, Frame { offset, blob_at: offset + 4 + header_bytes, blob_bytes: bytes }))
    }

    fn read_header(&mut self, frame: Frame) -> Result<(), ImportError> {
        let blob = read_frame(&mut self.src, frame)?;
        let mut inflater = Inflater::default();
        let header = inflater.open(&blob).and_then(|bytes| Ok(FileHeader::parse(bytes)?));
        let header = header.map_err(|e| match e {
            ImportError::Damaged { detail, .. } => not_pbf(detail),
            other => other,
        })?;
        if let Some(feature) = header.required.iter().find(|f| !KNOWN_FEATURES.contains(&f.as_str())) {
            return Err(ImportError::Unsupported { feature: feature.clone() });
        }
        self.is_sorted = header.optional.iter().any(|f| f == "Sort.Type_then_ID");
        self.timestamp = header.timestamp;
        self.bounds = header.bounds;
        Ok(())
    }
}

fn not_pbf(detail: String) -> ImportError {
    ImportError::NotPbf { detail }
}

/// The blob of a block.
pub(super) fn read_frame(src: &mut (impl Read + Seek), frame: Frame) -> Result<Vec<u8>, ImportError> {
    src.seek(SeekFrom::Start(frame.blob_at))?;
    let mut bytes = vec![0; frame.blob_bytes as usize];
    src.read_exact(&mut bytes)?;
    Ok(bytes)
}
