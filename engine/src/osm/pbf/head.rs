//! What stands before the data: the header of each block, and the header of the file.
//!
//! Comes in: the bytes of a `BlobHeader` or a `HeaderBlock` message. Goes out: what they say. Not here: whether it can
//! be done.

use super::Broken;
use super::wire::Reader;

/// What the header of a block says of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::osm) struct BlobHeader {
    /// `OSMHeader` or `OSMData`.
    pub(in crate::osm) kind: String,
    /// The size of the blob that follows.
    pub(in crate::osm) bytes: u64,
}

impl BlobHeader {
    pub(in crate::osm) fn parse(bytes: &[u8]) -> Result<Self, Broken> {
        let (mut kind, mut size) = (None, None);
        let mut message = Reader::new(bytes);
        while let Some((field, value)) = message.field()? {
            match field {
                1 => kind = Some(text(value.bytes()?)?),
                3 => size = Some(value.number()?),
                _ => {}
            }
        }
        let missing = Broken("a block header without kind or size");
        Ok(Self { kind: kind.ok_or(missing)?, bytes: size.ok_or(missing)? })
    }
}

/// What the header of a file says.
#[derive(Clone, Default, Debug)]
pub(in crate::osm) struct FileHeader {
    /// What a reader must be able to do.
    pub(in crate::osm) required: Vec<String>,
    /// What a reader may rely on.
    pub(in crate::osm) optional: Vec<String>,
    /// When the data was current, in seconds since 1970.
    pub(in crate::osm) timestamp: Option<i64>,
}

impl FileHeader {
    pub(in crate::osm) fn parse(bytes: &[u8]) -> Result<Self, Broken> {
        let mut header = Self::default();
        let mut message = Reader::new(bytes);
        while let Some((field, value)) = message.field()? {
            match field {
                4 => header.required.push(text(value.bytes()?)?),
                5 => header.optional.push(text(value.bytes()?)?),
                32 => header.timestamp = Some(value.number()? as i64),
                _ => {}
            }
        }
        Ok(header)
    }
}

fn text(bytes: &[u8]) -> Result<String, Broken> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Broken("a header whose text is not UTF-8"))
}
