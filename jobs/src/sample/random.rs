//! Chance that can be repeated: a small generator of pseudo-random numbers, one stream per purpose and place.
//!
//! Comes in: a seed, a word and a place on the plan. Goes out: numbers. Since each stream depends on these three alone,
//! a tile looks the same however often and in whatever order it is drawn, and a change to one part of the city leaves
//! the rest alone. Not here: anything for statistics or secrets.

/// A stream of numbers: SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// The stream of `seed` for one purpose at one place of the plan.
    pub(crate) fn at(seed: u64, purpose: &str, place: (usize, usize)) -> Self {
        let mut stream = Self { state: seed };
        for byte in purpose.bytes() {
            stream.state = stream.bits() ^ u64::from(byte);
        }
        for coordinate in [place.0, place.1] {
            stream.state = stream.bits() ^ coordinate as u64;
        }
        stream
    }

    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from `low` up to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `limit`, which is at least 1.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.unit() * limit as f64) as usize
    }

    /// True in a `share` of all cases.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of `choices`, which are not empty.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A whole number next to `expected`, which is also its mean.
    pub(crate) fn rounded(&mut self, expected: f64) -> usize {
        expected as usize + usize::from(self.chance(expected.fract()))
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_stream_depends_on_seed_purpose_and_place() {
        let first = |seed, purpose, place| Random::at(seed, purpose, place).bits();
        let here = first(15, "gates", (3, 4));
        assert_eq!(here, first(15, "gates", (3, 4)));
        for other in [first(16, "gates", (3, 4)), first(15, "shops", (3, 4)), first(15, "gates", (4, 3))] {
            assert_ne!(here, other);
        }
    }

    #[test]
    fn rounding_keeps_the_mean() {
        let mut stream = Random::at(1, "mean", (0, 0));
        let sum: usize = (0..10_000).map(|_| stream.rounded(2.3)).sum();
        assert!((22_500..23_500).contains(&sum), "{sum}");
    }
}
