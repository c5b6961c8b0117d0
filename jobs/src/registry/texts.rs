//! Many short texts in one place, and a set of those among them that must differ.
//!
//! Comes in: texts. Goes out: where each lies. Ten million ids and names as strings of their own would take some hundred
//! bytes each beside their letters; here a text takes its letters, and who knows it 12 bytes. Not here: what the texts are.

/// Texts one after another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts(String);

impl Texts {
    /// Adds a text; returns where it begins.
    pub(crate) fn add(&mut self, text: &str) -> u64 {
        let at = self.0.len() as u64;
        self.0.push_str(text);
        at
    }

    /// The text of so many bytes that begins at a place.
    pub(crate) fn get(&self, at: u64, bytes: u32) -> &str {
        &self.0[at as usize..at as usize + bytes as usize]
    }
}

/// Numbers of things that have a text, found by it: 4 bytes for each, twice over at most.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByText {
    /// A number plus one, 0 where there is none; a power of two of them.
    places: Vec<u32>,
    used: usize,
}

impl ByText {
    /// The number known by a text; else the next one is known by it from now on. `text_of` gives the text of a number.
    pub(crate) fn known_or<'t>(&mut self, text: &str, next: u32, text_of: impl Fn(u32) -> &'t str) -> Option<u32> {
        // Three quarters full at most.
        if (self.used + 1) * 4 > self.places.len() * 3 {
            self.grow(&text_of);
        }
        let mut place = self.place_of(text);
        while let Some(known) = self.places[place].checked_sub(1) {
            if text_of(known) == text {
                return Some(known);
            }
            place = (place + 1) & (self.places.len() - 1);
        }
        self.places[place] = next + 1;
        self.used += 1;
        None
    }

    fn place_of(&self, text: &str) -> usize {
        use std::hash::BuildHasher as _;
        let hash = rustc_hash::FxBuildHasher.hash_one(text);
        (hash as usize) & (self.places.len() - 1)
    }

    fn grow<'t>(&mut self, text_of: &impl Fn(u32) -> &'t str) {
        let wider = (self.places.len() * 2).max(64);
        let old = std::mem::replace(&mut self.places, vec![0; wider]);
        for number in old.into_iter().filter(|number| *number > 0) {
            let mut place = self.place_of(text_of(number - 1));
            while self.places[place] > 0 {
                place = (place + 1) & (wider - 1);
            }
            self.places[place] = number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_once() {
        let mut texts = Texts::default();
        let mut spans: Vec<(u64, u32)> = Vec::new();
        let mut known = ByText::default();
        for number in 0..5_000_u32 {
            // Every text twice, in another order.
            let text = format!("编号{}", (number * 7) % 2_500);
            let found =
                known.known_or(&text, spans.len() as u32, |n| texts.get(spans[n as usize].0, spans[n as usize].1));
            assert_eq!(found.is_some(), number >= 2_500, "{text}");
            match found {
                Some(first) => assert_eq!(texts.get(spans[first as usize].0, spans[first as usize].1), text),
                None => spans.push((texts.add(&text), text.len() as u32)),
            }
        }
        assert_eq!((spans.len(), known.used), (2_500, 2_500));
    }
}
