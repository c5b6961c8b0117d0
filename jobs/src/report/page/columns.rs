//! Numbers packed for the page: columns of bytes and of whole numbers, gzip, base64.
//!
//! Comes in: columns by name, and a JSON value. Goes out: one text of letters that the page unpacks (`view/decode.js`). Not
//! here: what the columns are.
//!
//! Unpacked it is: the length of the JSON text (four bytes, the lowest first), the JSON text, the columns one after the other.
//! The JSON value has the place of each column under `columns`: offset, length in bytes, kind.

use std::io::Write as _;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

/// The letters of base64 (RFC 4648).
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Columns in the making.
#[derive(Default)]
pub(super) struct Columns {
    bytes: Vec<u8>,
    places: Map<String, Value>,
}

impl Columns {
    /// Adds a column of bytes, each as its difference from the one before.
    pub(super) fn bytes(&mut self, name: &str, values: &[u8]) {
        let start = self.bytes.len();
        let mut last = 0_u8;
        self.bytes.extend(values.iter().map(|&value| {
            let difference = value.wrapping_sub(last);
            last = value;
            difference
        }));
        self.note(name, start, "bytes");
    }

    /// Adds a column of whole numbers, each as its difference from the one before: seven bits to a byte, the lowest first,
    /// the sign in the lowest bit. Differences stay below 2^52, so that the page has them exactly.
    pub(super) fn whole(&mut self, name: &str, values: impl IntoIterator<Item = i64>) {
        let start = self.bytes.len();
        let mut last = 0;
        for value in values {
            let difference = value - last;
            last = value;
            let mut rest = ((difference << 1) ^ (difference >> 63)) as u64;
            while rest >= 128 {
                self.bytes.push(rest as u8 | 128);
                rest >>= 7;
            }
            self.bytes.push(rest as u8);
        }
        self.note(name, start, "whole");
    }

    fn note(&mut self, name: &str, start: usize, kind: &str) {
        self.places.insert(name.to_owned(), json!([start, self.bytes.len() - start, kind]));
    }

    /// Everything as one text.
    ///
    /// # Errors
    /// When it cannot be compressed in memory.
    pub(super) fn packed(self, mut told: Value) -> Result<String> {
        told["columns"] = Value::Object(self.places);
        let told = serde_json::to_vec(&told)?;
        let mut out = GzEncoder::new(Vec::new(), Compression::best());
        out.write_all(&(told.len() as u32).to_le_bytes())?;
        out.write_all(&told)?;
        out.write_all(&self.bytes)?;
        Ok(base64(&out.finish()?))
    }
}

/// Bytes as letters.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |place: usize| u32::from(group.get(place).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let is_there = place <= group.len();
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if is_there { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (plain, letters) in pairs {
            assert_eq!(base64(plain.as_bytes()), letters);
        }
    }

    #[test]
    fn whole_numbers_are_differences_of_seven_bits() {
        let mut columns = Columns::default();
        columns.whole("a", [1, 0, -64, 1 << 40]);
        // 1, -1, -64, then 2^40 + 64: zigzag 2, 1, 127, 2^41 + 128.
        assert_eq!(columns.bytes[..3], [2, 1, 127]);
        assert_eq!(columns.bytes[3..], [128, 129, 128, 128, 128, 64]);
        columns.bytes("b", &[250, 5, 5]);
        assert_eq!(columns.bytes[9..], [250, 11, 0]);
        assert_eq!(columns.places["b"], json!([9, 3, "bytes"]));
    }

    #[test]
    fn the_packed_text_is_gzip_with_the_json_first() -> Result<()> {
        let mut columns = Columns::default();
        columns.bytes("b", &[7]);
        let mut out = GzEncoder::new(Vec::new(), Compression::best());
        let told = br#"{"x":1,"columns":{"b":[0,1,"bytes"]}}"#;
        out.write_all(&[told.len() as u8, 0, 0, 0])?;
        out.write_all(told)?;
        out.write_all(&[7])?;
        let bytes = out.finish()?;
        assert_eq!(columns.packed(json!({"x": 1}))?, base64(&bytes));
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
        assert_eq!(plain.last(), Some(&7));
        Ok(())
    }
}
