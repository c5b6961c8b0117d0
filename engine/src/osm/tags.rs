//! The tags of one OSM element, looked up by key.
//!
//! Comes in: numbers of texts of a block. Goes out: text. Not here: what a tag means (`rules`).

use super::error::ImportError;
use super::pbf::Strings;
use super::pbf::elements::RawTags;
use super::pbf::strings::Print;

/// The tags of one element.
#[derive(Clone, Copy, Debug)]
pub struct Tags<'a> {
    pairs: &'a [Pair],
    strings: &'a Strings<'a>,
}

/// A tag: the numbers of its texts, and the key's print, by which all but a few lookups are decided.
#[derive(Clone, Copy, Debug)]
struct Pair {
    print: Print,
    key: u32,
    value: u32,
}

impl<'a> Tags<'a> {
    /// The value of a key, when it is there and is UTF-8.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let print = Print::of(key.as_bytes());
        let mut alike = self.pairs.iter().filter(|pair| pair.print == print);
        let pair = alike.find(|pair| self.strings.get(pair.key) == Some(key.as_bytes()))?;
        self.text(pair.value)
    }

    /// The value of a key of two words, such as `foot:conditional`.
    pub(super) fn get_joined(&self, first: &str, second: &str) -> Option<&'a str> {
        let is_it = |key: &[u8]| {
            let rest = key.strip_prefix(first.as_bytes()).and_then(|rest| rest.strip_prefix(b":"));
            rest == Some(second.as_bytes())
        };
        let pair = self.pairs.iter().find(|pair| self.strings.get(pair.key).is_some_and(is_it))?;
        self.text(pair.value)
    }

    /// Whether a key is there with just this value.
    #[inline]
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// All tags that are UTF-8, in the file's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let tags = *self;
        self.pairs.iter().filter_map(move |pair| Some((tags.text(pair.key)?, tags.text(pair.value)?)))
    }

    /// Whether there are no tags at all.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn text(&self, number: u32) -> Option<&'a str> {
        std::str::from_utf8(self.strings.get(number)?).ok()
    }
}

/// Room for the tags of one element after another.
#[derive(Debug, Default)]
pub(super) struct TagBuffer(Vec<Pair>);

impl TagBuffer {
    /// Takes up the tags of the next element.
    ///
    /// # Errors
    /// When a number is none of a text: the file is damaged.
    #[inline]
    pub(super) fn fill<'a>(
        &'a mut self,
        mut tags: RawTags<'_>,
        strings: &'a Strings<'a>,
    ) -> Result<Tags<'a>, ImportError> {
        self.0.clear();
        while let Some((key, value)) = tags.next()? {
            let (Some(print), Some(_)) = (strings.print(key), strings.print(value)) else {
                let detail = format!("a tag points at text {} of {}", key.max(value), strings.len());
                return Err(ImportError::Damaged { offset: None, detail });
            };
            self.0.push(Pair { print, key, value });
        }
        Ok(Tags { pairs: &self.0, strings })
    }
}

/// Looks at tags that were copied out of their block.
pub(super) fn with_copied<T>(tags: &[(String, String)], look: impl FnOnce(&Tags<'_>) -> T) -> T {
    let texts = || tags.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]);
    let bytes = texts().collect::<String>();
    let strings = Strings::of_texts(bytes.as_bytes(), texts().map(str::len));
    let pair = |((key, _), number): (&(String, String), u32)| Pair {
        print: Print::of(key.as_bytes()),
        key: 2 * number,
        value: 2 * number + 1,
    };
    let pairs: Vec<Pair> = tags.iter().zip(0..).map(pair).collect();
    look(&Tags { pairs: &pairs, strings: &strings })
}

#[cfg(test)]
pub(super) mod drawn {
    //! Tags from literals, for the tests of `rules`.

    use super::Tags;

    /// Calls back with tags made of `k=v` words.
    pub(crate) fn with_tags<T>(words: &str, look: impl FnOnce(&Tags<'_>) -> T) -> T {
        let texts: Vec<&str> = words.split_whitespace().flat_map(|w| w.split('=')).collect();
        let owned = |text: &str| text.to_owned();
        let tags: Vec<(String, String)> = texts.chunks_exact(2).map(|t| (owned(t[0]), owned(t[1]))).collect();
        super::with_copied(&tags, look)
    }
}
