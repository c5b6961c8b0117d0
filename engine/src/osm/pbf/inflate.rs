//! From a blob to the bytes of its block.
//!
//! Comes in: the bytes of a `Blob` message. Goes out: the block, as it lies in the blob or inflated into a buffer that
//! is used again for the next. Not here: what is in the block.

use zlib_rs::{Inflate, InflateFlush, Status};

use super::Broken;
use super::wire::Reader;
use crate::osm::error::ImportError;

/// No block may be larger (the format's own limit), compressed or not.
pub(in crate::osm) const MAX_BLOCK_BYTES: u64 = 32 * 1024 * 1024;
/// Deflate makes of one byte 1,032 at the most (M. Adler, zlib Technical Details): a claim above that is false, and no
/// memory is taken for it.
pub(in crate::osm) const MAX_GROWTH: u64 = 1_032;

/// Room to inflate one block after another.
pub(in crate::osm) struct Inflater {
    state: Inflate,
    buffer: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        const LARGEST_WINDOW: u8 = 15;
        Self { state: Inflate::new(true, LARGEST_WINDOW), buffer: Vec::new() }
    }
}

impl Inflater {
    /// The block that a blob holds.
    ///
    /// # Errors
    /// `Damaged` when the blob is none or is not whole; `Unsupported` when it is compressed by another method than zlib.
    pub(in crate::osm) fn open<'a>(&'a mut self, blob: &'a [u8]) -> Result<&'a [u8], ImportError> {
        let mut message = Reader::new(blob);
        let (mut raw, mut zlib, mut raw_size) = (None, None, None);
        while let Some((field, value)) = message.field()? {
            match field {
                1 => raw = Some(value.bytes()?),
                2 => raw_size = Some(value.number()?),
                3 => zlib = Some(value.bytes()?),
                4 => return Err(unsupported("lzma")),
                5 => return Err(unsupported("bzip2")),
                6 => return Err(unsupported("lz4")),
                7 => return Err(unsupported("zstd")),
                _ => {}
            }
        }
        match (raw, zlib) {
            (Some(raw), None) => Ok(raw),
            (None, Some(zlib)) => self.inflate(zlib, raw_size),
            (None, None) => Err(Broken("a block without content").into()),
            (Some(_), Some(_)) => Err(Broken("a block that is there twice, plain and compressed").into()),
        }
    }

    fn inflate(&mut self, zlib: &[u8], raw_size: Option<u64>) -> Result<&[u8], ImportError> {
        let most = MAX_BLOCK_BYTES.min(zlib.len() as u64 * MAX_GROWTH);
        let size = raw_size.unwrap_or(most);
        if size > most {
            let detail = format!("{} compressed bytes that claim to be {size}", zlib.len());
            return Err(ImportError::Damaged { offset: None, detail });
        }
        if self.buffer.len() < size as usize {
            self.buffer.resize(size as usize, 0);
        }
        let into = &mut self.buffer[..size as usize];
        self.state.reset(true);
        let status = self.state.decompress(zlib, into, InflateFlush::Finish);
        let status = status.map_err(|_| Broken("compressed bytes that cannot be inflated"))?;
        let whole = raw_size.is_none_or(|size| self.state.total_out() == size);
        if status != Status::StreamEnd || !whole {
            return Err(Broken("compressed bytes that are fewer or more than they claim").into());
        }
        Ok(&into[..self.state.total_out() as usize])
    }
}

fn unsupported(method: &str) -> ImportError {
    ImportError::Unsupported { feature: format!("{method} compression") }
}
