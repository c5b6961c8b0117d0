//! The few protobuf rules that OSM PBF needs, written out by hand.
//!
//! Comes in: numbers, bytes and already encoded messages. Goes out: bytes appended to a buffer. Not here: what the
//! fields mean; the field numbers of OSM messages stand beside the code that writes them.
//!
//! Protobuf knows two shapes that matter here: a *varint* (wire type 0) and a *length-delimited* run of bytes (wire
//! type 2), which carries strings, packed arrays and nested messages alike.

/// Wire type of a varint field.
const VARINT: u32 = 0;
/// Wire type of a length-delimited field.
const LENGTH_DELIMITED: u32 = 2;

/// Appends `value` in base 128, least significant group first, the high bit set on all bytes but the last.
pub(in crate::osm) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a `sint64`: zigzag, so that small negative numbers stay short.
pub(in crate::osm) fn put_zigzag(out: &mut Vec<u8>, value: i64) {
    put_varint(out, zigzag(value));
}

/// Appends a varint field (`int32`, `int64`, `uint32`, an enum). Negative numbers take ten bytes.
pub(in crate::osm) fn put_int_field(out: &mut Vec<u8>, field: u32, value: i64) {
    put_key(out, field, VARINT);
    put_varint(out, value as u64);
}

/// Appends a `sint64` field.
pub(in crate::osm) fn put_sint_field(out: &mut Vec<u8>, field: u32, value: i64) {
    put_key(out, field, VARINT);
    put_zigzag(out, value);
}

/// Appends a string, a packed array or a nested message.
pub(in crate::osm) fn put_bytes_field(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    put_key(out, field, LENGTH_DELIMITED);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a packed array or a nested message, and nothing at all when it is empty.
pub(in crate::osm) fn put_bytes_field_unless_empty(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    if !bytes.is_empty() {
        put_bytes_field(out, field, bytes);
    }
}

fn put_key(out: &mut Vec<u8>, field: u32, wire_type: u32) {
    put_varint(out, u64::from(field << 3 | wire_type));
}

const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// A packed array of `sint64` in which each entry is the difference from the one before.
#[derive(Debug, Default)]
pub(super) struct DeltaColumn {
    bytes: Vec<u8>,
    last: i64,
}

impl DeltaColumn {
    /// Appends `value`; differences wrap, as readers add them up wrapping too.
    pub(super) fn push(&mut self, value: i64) {
        put_zigzag(&mut self.bytes, value.wrapping_sub(self.last));
        self.last = value;
    }

    /// The encoded array, without its key and length.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets all entries and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.last = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{DeltaColumn, put_int_field, put_varint, zigzag};

    #[test]
    fn varints_carry_seven_bits_a_byte() {
        let mut out = Vec::new();
        put_varint(&mut out, 300);
        assert_eq!(out, [0xac, 0x02]);
        out.clear();
        put_varint(&mut out, u64::MAX);
        assert_eq!(out.len(), 10);
    }

    #[test]
    fn zigzag_interleaves_the_signs() {
        assert_eq!([0, -1, 1, -2, 2].map(zigzag), [0, 1, 2, 3, 4]);
        assert_eq!(zigzag(i64::MIN), u64::MAX);
    }

    #[test]
    fn a_negative_int_field_is_sign_extended() {
        let mut out = Vec::new();
        put_int_field(&mut out, 1, -1);
        assert_eq!(out[0], 0x08);
        assert_eq!(out.len(), 11);
    }

    #[test]
    fn a_delta_column_starts_from_zero_again_after_clear() {
        let mut column = DeltaColumn::default();
        column.push(5);
        column.push(4);
        assert_eq!(column.bytes(), [10, 1]);
        column.clear();
        column.push(5);
        assert_eq!(column.bytes(), [10]);
    }
}
