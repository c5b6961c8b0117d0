//! The tags of one OSM element, looked up by key.
//!
//! Comes in: index pairs into a block's string table. Goes out: text. Not here: what a tag means (`rules`).

use super::blocks::ImportError;

/// The tags of one element: pairs of indices into the string table of its block.
#[derive(Clone, Copy, Debug)]
pub struct Tags<'a> {
    pairs: &'a [(u32, u32)],
    table: &'a [Vec<u8>],
}

impl<'a> Tags<'a> {
    /// The value of a key, when it is there and is UTF-8.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let table = self.table;
        self.pairs
            .iter()
            .find(|&&(k, _)| table[k as usize] == key.as_bytes())
            .and_then(|&(_, v)| std::str::from_utf8(&table[v as usize]).ok())
    }

    /// The value of a key of two words, such as `foot:conditional`.
    pub(super) fn get_joined(&self, first: &str, second: &str) -> Option<&'a str> {
        let is_it = |key: &[u8]| {
            let rest = key.strip_prefix(first.as_bytes()).and_then(|rest| rest.strip_prefix(b":"));
            rest == Some(second.as_bytes())
        };
        let (_, value) = self.pairs.iter().find(|&&(k, _)| is_it(&self.table[k as usize]))?;
        std::str::from_utf8(&self.table[*value as usize]).ok()
    }

    /// Whether a key is there with just this value.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// All tags that are UTF-8, in the file's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let table = self.table;
        self.pairs.iter().filter_map(move |&(k, v)| {
            let key = std::str::from_utf8(&table[k as usize]).ok()?;
            Some((key, std::str::from_utf8(&table[v as usize]).ok()?))
        })
    }

    /// Whether there are no tags at all.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

/// Room for the tags of one element after another.
#[derive(Debug, Default)]
pub(super) struct TagBuffer(Vec<(u32, u32)>);

impl TagBuffer {
    /// Takes up the tags of the next element.
    ///
    /// # Errors
    /// When an index points outside the string table: the file is damaged.
    pub(super) fn fill<'a>(
        &'a mut self,
        pairs: impl Iterator<Item = (u32, u32)>,
        table: &'a [Vec<u8>],
    ) -> Result<Tags<'a>, ImportError> {
        self.0.clear();
        for (key, value) in pairs {
            if key.max(value) as usize >= table.len() {
                return Err(ImportError::Damaged {
                    offset: None,
                    detail: format!("a tag points at text {} of {}", key.max(value), table.len()),
                });
            }
            self.0.push((key, value));
        }
        Ok(Tags { pairs: &self.0, table })
    }
}

#[cfg(test)]
pub(super) mod drawn {
    //! Tags from literals, for the tests of `rules`.

    /// Calls back with tags made of `k=v` words.
    pub(crate) fn with_tags<T>(words: &str, look: impl FnOnce(&super::Tags<'_>) -> T) -> T {
        let table: Vec<Vec<u8>> =
            words.split_whitespace().flat_map(|w| w.split('=')).map(|w| w.as_bytes().to_vec()).collect();
        let pairs: Vec<(u32, u32)> = (0..table.len() as u32 / 2).map(|i| (2 * i, 2 * i + 1)).collect();
        look(&super::Tags { pairs: &pairs, table: &table })
    }
}
