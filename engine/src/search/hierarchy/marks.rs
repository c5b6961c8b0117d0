//! A set of ranks that is walked through in order while it grows: [`Marks`].
//!
//! Comes in: ranks to mark. Goes out: the next marked rank above or below another. Not here: what is known of a rank.

#![expect(clippy::inline_always, reason = "it is part of loops compiled for wider vectors")]

/// A set of ranks: one bit for each, and one bit for each 64 of these.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    words: Vec<u64>,
    filled: Vec<u64>,
}

impl Marks {
    pub(super) fn new(ranks: usize) -> Self {
        let words = ranks.div_ceil(64);
        Self { words: vec![0; words], filled: vec![0; words.div_ceil(64)] }
    }

    #[inline(always)]
    pub(super) fn mark(&mut self, rank: u32) {
        let word = rank as usize / 64;
        self.words[word] |= 1 << (rank % 64);
        self.filled[word / 64] |= 1 << (word % 64);
    }

    /// The lowest marked rank that is not below a rank.
    #[inline(always)]
    pub(super) fn from(&self, rank: u32) -> Option<u32> {
        let word = rank as usize / 64;
        let here = self.words.get(word)? & (u64::MAX << (rank % 64));
        if here != 0 {
            return Some(word as u32 * 64 + here.trailing_zeros());
        }
        let after = word + 1;
        let mut block = after / 64;
        let mut filled = self.filled.get(block)? & (u64::MAX << (after % 64));
        while filled == 0 {
            block += 1;
            filled = *self.filled.get(block)?;
        }
        let word = block * 64 + filled.trailing_zeros() as usize;
        Some(word as u32 * 64 + self.words[word].trailing_zeros())
    }

    /// The highest marked rank that is not above a rank.
    #[inline(always)]
    pub(super) fn down_from(&self, rank: u32) -> Option<u32> {
        let word = rank as usize / 64;
        let here = self.words.get(word)? & (u64::MAX >> (63 - rank % 64));
        if here != 0 {
            return Some(word as u32 * 64 + 63 - here.leading_zeros());
        }
        let before = word.checked_sub(1)?;
        let mut block = before / 64;
        let mut filled = self.filled[block] & (u64::MAX >> (63 - before % 64));
        while filled == 0 {
            block = block.checked_sub(1)?;
            filled = self.filled[block];
        }
        let word = block * 64 + 63 - filled.leading_zeros() as usize;
        Some(word as u32 * 64 + 63 - self.words[word].leading_zeros())
    }

    /// Takes away a mark, and maybe those of other ranks near it; for clearing everything.
    #[inline(always)]
    pub(super) fn wipe(&mut self, rank: u32) {
        let word = rank as usize / 64;
        self.words[word] = 0;
        self.filled[word / 64] = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_met_in_order_from_both_ends() {
        let marked = [0u32, 1, 63, 64, 4_095, 4_096, 5_000, 70_000, 99_999];
        let mut marks = Marks::new(100_000);
        for rank in marked.iter().rev() {
            marks.mark(*rank);
        }
        let mut up = Vec::new();
        let mut next = marks.from(0);
        while let Some(rank) = next {
            up.push(rank);
            next = marks.from(rank + 1);
        }
        assert_eq!(up, marked);
        let mut down = Vec::new();
        let mut next = marks.down_from(99_999);
        while let Some(rank) = next {
            down.insert(0, rank);
            next = rank.checked_sub(1).and_then(|below| marks.down_from(below));
        }
        assert_eq!(down, marked);
        for rank in marked {
            marks.wipe(rank);
        }
        assert_eq!(marks.from(0), None);
        assert_eq!(marks.down_from(99_999), None);
    }
}
