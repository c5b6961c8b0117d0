//! The texts of a block: keys, values, roles.
//!
//! Comes in: the bytes of a `StringTable` message. Goes out: texts by number, and a quick way to tell them apart.

use super::Broken;
use super::wire::Reader;

/// The texts of one block.
#[derive(Clone, Default, Debug)]
pub(in crate::osm) struct Strings<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    print: Print,
    start: u32,
    length: u32,
}

/// The first seven bytes of a text and its length: texts with different prints differ, and few others have the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::osm) struct Print(u64);

impl Print {
    #[inline]
    pub(in crate::osm) fn of(text: &[u8]) -> Self {
        let mut print = [0; 8];
        let shown = text.len().min(7);
        print[..shown].copy_from_slice(&text[..shown]);
        print[7] = text.len().min(255) as u8;
        Self(u64::from_le_bytes(print))
    }
}

impl<'a> Strings<'a> {
    /// No texts yet, of a block of at most 4 GB.
    pub(super) fn within(bytes: &'a [u8]) -> Self {
        Self { bytes, entries: Vec::new() }
    }

    /// Takes up the texts of a `StringTable` message that ends `behind` bytes before the end of the block.
    pub(super) fn add_table(&mut self, table: &[u8], behind: usize) -> Result<(), Broken> {
        let mut message = Reader::new(table);
        while let Some((field, value)) = message.field()? {
            if field == 1 {
                let text = value.bytes()?;
                let end = self.bytes.len() - behind - message.rest().len();
                let (start, length) = ((end - text.len()) as u32, text.len() as u32);
                self.entries.push(Entry { print: Print::of(text), start, length });
            }
        }
        Ok(())
    }

    /// How many texts there are.
    pub(in crate::osm) fn len(&self) -> usize {
        self.entries.len()
    }

    /// A text by its number.
    #[inline]
    pub(in crate::osm) fn get(&self, number: u32) -> Option<&'a [u8]> {
        let entry = self.entries.get(number as usize)?;
        self.bytes.get(entry.start as usize..)?.get(..entry.length as usize)
    }

    /// The print of a text by its number.
    #[inline]
    pub(in crate::osm) fn print(&self, number: u32) -> Option<Print> {
        self.entries.get(number as usize).map(|entry| entry.print)
    }

    /// Texts of these lengths that stand one after the other, where there is no block.
    pub(in crate::osm) fn of_texts(bytes: &'a [u8], lengths: impl Iterator<Item = usize>) -> Self {
        let mut strings = Self::within(bytes);
        let mut start = 0;
        for length in lengths {
            let print = Print::of(&bytes[start..start + length]);
            strings.entries.push(Entry { print, start: start as u32, length: length as u32 });
            start += length;
        }
        strings
    }
}
