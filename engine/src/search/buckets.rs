//! A queue of nodes by time, in buckets of a few seconds (Dial 1969).
//!
//! Comes in: nodes with times that never lie before the bucket being emptied. Goes out: the same, bucket by bucket. Not
//! here: order within a bucket: a node may come out with a time that is bettered later, so the search takes up again
//! whatever it betters ("label-correcting"), which keeps it exact for edges shorter than a bucket, zero included.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for wider vectors")]

/// How many ticks a bucket spans: 4 s, the quickest width measured on contracted city networks.
const WIDTH_LOG2: u32 = 8;

#[derive(Clone, Debug, Default)]
pub(super) struct BucketQueue {
    buckets: Vec<Vec<(u32, u32)>>,
    current: usize,
}

impl BucketQueue {
    /// Makes an empty queue ready for times up to a budget.
    pub(super) fn restart(&mut self, budget: u32) {
        let needed = (budget >> WIDTH_LOG2) as usize + 1;
        if self.buckets.len() < needed {
            self.buckets.resize_with(needed, Vec::new);
        }
        self.current = 0;
        debug_assert!(self.buckets.iter().all(Vec::is_empty), "a search empties its queue");
    }

    /// Puts in a node; its time must be within the budget.
    #[inline(always)]
    pub(super) fn push(&mut self, node: u32, time: u32) {
        self.buckets[(time >> WIDTH_LOG2) as usize].push((node, time));
    }

    /// Takes out a node of the earliest bucket that has any.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<(u32, u32)> {
        loop {
            if let Some(entry) = self.buckets.get_mut(self.current)?.pop() {
                return Some(entry);
            }
            self.current += 1;
        }
    }
}
