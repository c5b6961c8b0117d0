//! What stands before the data: the header of each block, and the header of the file.
//!
//! Comes in: the bytes of a `BlobHeader` or a `HeaderBlock` message. Goes out: what they say. Not here: whether it can
//! be done.

use super::Broken;
use super::wire::Reader;
use crate::{Bounds, LonLat};

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
    /// The rectangle that the file says it covers.
    pub(in crate::osm) bounds: Option<Bounds>,
}

impl FileHeader {
    pub(in crate::osm) fn parse(bytes: &[u8]) -> Result<Self, Broken> {
        let mut header = Self::default();
        let mut message = Reader::new(bytes);
        while let Some((field, value)) = message.field()? {
            match field {
                4 => header.required.push(text(value.bytes()?)?),
                5 => header.optional.push(text(value.bytes()?)?),
                1 => header.bounds = rectangle(value.bytes()?)?,
                32 => header.timestamp = Some(value.number()? as i64),
                _ => {}
            }
        }
        Ok(header)
    }
}

/// A rectangle: left, right, top and bottom in nanodegrees. Nothing when it is none, which is no reason to refuse a file.
fn rectangle(bytes: &[u8]) -> Result<Option<Bounds>, Broken> {
    let mut sides = [None; 4];
    let mut message = Reader::new(bytes);
    while let Some((field, value)) = message.field()? {
        if let Some(side) = (field as usize).checked_sub(1).and_then(|place| sides.get_mut(place)) {
            *side = Some(value.signed()? as f64 / 1e9);
        }
    }
    let [Some(left), Some(right), Some(top), Some(bottom)] = sides else { return Ok(None) };
    let is_one = left < right && bottom < top && left >= -180.0 && right <= 180.0 && bottom >= -90.0 && top <= 90.0;
    let (min, max) = (LonLat { lon: left, lat: bottom }, LonLat { lon: right, lat: top });
    Ok(is_one.then_some(Bounds { min, max }))
}

fn text(bytes: &[u8]) -> Result<String, Broken> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Broken("a header whose text is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::write::protobuf::{put_bytes_field, put_sint_field};

    fn header(sides: &[i64]) -> FileHeader {
        let (mut bounds, mut bytes) = (Vec::new(), Vec::new());
        (1..).zip(sides).for_each(|(field, side)| put_sint_field(&mut bounds, field, *side));
        put_bytes_field(&mut bytes, 1, &bounds);
        FileHeader::parse(&bytes).expect("a header")
    }

    #[test]
    fn a_rectangle_is_left_right_top_bottom_and_nothing_when_it_is_none() {
        let degree = 1_000_000_000;
        let found = header(&[-9 * degree, -8 * degree, 42 * degree, 41 * degree]).bounds;
        let (min, max) = (LonLat { lon: -9.0, lat: 41.0 }, LonLat { lon: -8.0, lat: 42.0 });
        assert_eq!(found, Some(Bounds { min, max }));
        assert_eq!(header(&[-9 * degree, -8 * degree, 42 * degree]).bounds, None, "a side is missing");
        assert_eq!(header(&[-8 * degree, -9 * degree, 42 * degree, 41 * degree]).bounds, None, "inside out");
        assert_eq!(header(&[0, degree, 91 * degree, 0]).bounds, None, "beyond the pole");
    }
}
