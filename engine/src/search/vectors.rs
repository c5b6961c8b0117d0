//! The same loops compiled once more for the vectors of newer processors, chosen while the program runs: [`vectored`].
//!
//! Comes in: work whose loops run over lanes. Goes out: what the work gives. Not here: the loops themselves, which are plain
//! Rust and the same for both; what is built for any processor is the twin that tests compare with.

#![expect(clippy::inline_always, reason = "what is not inlined here is not compiled for the wider vectors")]

/// Work with loops over lanes. Its `work` and all that it calls in its loops must be inlined always.
pub(crate) trait Vectored {
    /// What the work gives.
    type Output;

    /// Does the work.
    fn work(self) -> Self::Output;
}

/// Does some work with the widest vectors that pay: AVX2 where the processor has it.
#[inline]
pub(crate) fn vectored<V: Vectored>(work: V) -> V::Output {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") {
        #[expect(
            unsafe_code,
            reason = "a call of the same safe code, compiled for AVX2, after asking the processor for it"
        )]
        // SAFETY: the processor has just said that it has AVX2, which is all that `with_avx2` asks for.
        return unsafe { with_avx2(work) };
    }
    plainly(work)
}

/// Does some work with the vectors that every processor has.
#[inline(always)]
pub(crate) fn plainly<V: Vectored>(work: V) -> V::Output {
    work.work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<V: Vectored>(work: V) -> V::Output {
    work.work()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::lanes::{earliest, lower, relax};

    /// Relaxes lanes by an edge again and again.
    #[derive(Clone)]
    struct Relaxing {
        to: [u16; 16],
        from: [u16; 16],
        span: u16,
    }

    impl Vectored for Relaxing {
        type Output = ([u16; 16], u16, u16);

        #[inline(always)]
        fn work(mut self) -> Self::Output {
            let bettered = relax(&mut self.to, &self.from, self.span, 60_000);
            lower(&mut self.to, &self.from, self.span / 2);
            (self.to, bettered, earliest(&self.to))
        }
    }

    #[test]
    fn both_kinds_of_vectors_give_the_same() {
        let mut seed = 7u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if seed >> 28 == 0 { u16::MAX } else { (seed >> 16) as u16 }
        };
        for _ in 0..10_000 {
            let work = Relaxing { to: [0; 16].map(|_| next()), from: [0; 16].map(|_| next()), span: next() >> 3 };
            assert_eq!(vectored(work.clone()), plainly(work));
        }
    }
}
