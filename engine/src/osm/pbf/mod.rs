//! OSM PBF blocks, decoded where they lie.
//!
//! Comes in: the bytes of a block header, a blob, a block. Goes out: what they say, borrowed from these bytes. Nothing
//! is allocated for an element; a pass that asks for ways steps over nodes without decoding them. Not here: reading
//! from a file and using many threads (`blocks`), and what tags mean (`rules`).
//!
//! The messages are those of `fileformat.proto` and `osmformat.proto` (OSM wiki, "PBF Format"). Decoding is strict: what
//! contradicts itself is an error and not a guess. And it is bounded: nothing is allocated by what a number claims,
//! only by bytes that are there. The text of a block takes 16 bytes for each string, which itself takes two bytes or
//! more; inflating takes [`inflate::MAX_GROWTH`] times the bytes of the blob and 32 MiB at the most.

pub(super) mod block;
pub(super) mod elements;
pub(super) mod head;
pub(super) mod inflate;
pub(super) mod strings;
mod wire;

#[cfg(test)]
mod tests;

pub(super) use block::{Block, Kinds};
pub(super) use strings::Strings;

use super::error::ImportError;

/// What is wrong with a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Broken(pub(super) &'static str);

impl From<Broken> for ImportError {
    fn from(broken: Broken) -> Self {
        Self::Damaged { offset: None, detail: broken.0.to_owned() }
    }
}
