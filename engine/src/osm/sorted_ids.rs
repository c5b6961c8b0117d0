//! Ids that matter, in order, each found by its place.
//!
//! Comes in: ids in any order, with repetitions. Goes out: the place of an id among them: quickly one by one
//! ([`SortedIds::place_of`]), and more quickly in ascending order ([`Finder`]).

/// Ids in ascending order, each once.
#[derive(Clone, Debug)]
pub(super) struct SortedIds {
    ids: Vec<i64>,
    /// Where each bucket begins; a bucket has the ids that are alike in all but their last bits, counted from the first.
    begins: Vec<u32>,
    shift: u32,
}

impl SortedIds {
    /// Sorts ids and drops repetitions.
    pub(super) fn of(mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else {
            return Self { ids, begins: vec![0, 0], shift: 63 };
        };
        // One bucket or two for each id: then an id is in its bucket or nowhere, and most buckets are short.
        let span = last.wrapping_sub(first) as u64;
        let buckets = (ids.len() as u64).next_power_of_two();
        let shift = (u64::BITS - span.leading_zeros()).saturating_sub(buckets.trailing_zeros());
        let bucket = |id: i64| (id.wrapping_sub(first) as u64).checked_shr(shift).unwrap_or(0) as usize;
        let mut begins = vec![0; bucket(last) + 2];
        for &id in &ids {
            begins[bucket(id) + 1] += 1;
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        Self { ids, begins, shift }
    }

    /// The place of an id.
    #[inline]
    pub(super) fn place_of(&self, id: i64) -> Option<usize> {
        let first = *self.ids.first()?;
        if id < first {
            return None;
        }
        let bucket = (id.wrapping_sub(first) as u64).checked_shr(self.shift).unwrap_or(0) as usize;
        let (begin, end) = (*self.begins.get(bucket)? as usize, *self.begins.get(bucket + 1)? as usize);
        self.ids[begin..end].binary_search(&id).ok().map(|place| begin + place)
    }

    /// As [`SortedIds::place_of`], looking first right after and right before a place: the nodes of a way that was drawn at
    /// one go have ids that follow each other.
    #[inline]
    pub(super) fn place_near(&self, id: i64, near: usize) -> Option<usize> {
        if self.ids.get(near + 1) == Some(&id) {
            return Some(near + 1);
        }
        if near > 0 && self.ids.get(near - 1) == Some(&id) {
            return Some(near - 1);
        }
        self.place_of(id)
    }
}

impl std::ops::Deref for SortedIds {
    type Target = [i64];

    fn deref(&self) -> &[i64] {
        &self.ids
    }
}

/// Finds ids in a sorted list, quickly when they come in ascending order, as they nearly always do.
pub(super) struct Finder<'a> {
    wanted: &'a [i64],
    from: usize,
    last: i64,
}

impl<'a> Finder<'a> {
    pub(super) fn new(wanted: &'a [i64]) -> Self {
        Self { wanted, from: 0, last: i64::MIN }
    }

    #[inline]
    pub(super) fn place_of(&mut self, id: i64) -> Option<u32> {
        if id < self.last {
            self.from = 0;
        }
        self.last = id;
        // Steps that double, then a search between the last two: cheap for near and for far.
        let mut step = 1;
        while self.from + step < self.wanted.len() && self.wanted[self.from + step] < id {
            step *= 2;
        }
        let end = self.wanted.len().min(self.from + step + 1);
        let start = self.from + step / 2;
        self.from = start.min(end) + self.wanted[start.min(end)..end].partition_point(|&w| w < id);
        (self.wanted.get(self.from) == Some(&id)).then_some(self.from as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_any_order() {
        let ids = SortedIds::of(vec![100, -5, 7, 1, 2, 100, 101, 5_000_000_000]);
        assert_eq!(*ids, [-5, 1, 2, 7, 100, 101, 5_000_000_000]);
        let mut finder = Finder::new(&ids);
        for (place, &id) in ids.iter().enumerate() {
            assert_eq!((finder.place_of(id), ids.place_of(id)), (Some(place as u32), Some(place)), "{id}");
        }
        for id in [7, -5, 6, 5_000_000_001, 100, 3, i64::MIN, i64::MAX] {
            let place = ids.binary_search(&id).ok();
            assert_eq!((finder.place_of(id), ids.place_of(id)), (place.map(|p| p as u32), place), "{id}");
        }
    }

    #[test]
    fn the_widest_and_the_narrowest_sets_are_searched() {
        for ids in [vec![], vec![3], vec![i64::MIN, i64::MAX], vec![i64::MIN, -1, 0, i64::MAX], (0..1000).collect()] {
            let ids = SortedIds::of(ids);
            for id in ids.iter().copied().chain([i64::MIN, -7, 0, 500, 1000, i64::MAX]) {
                let place = ids.binary_search(&id).ok();
                assert_eq!(ids.place_of(id), place, "{id} of {}", ids.len());
                for near in [0, 1, ids.len() / 2, ids.len(), usize::MAX - 1] {
                    assert_eq!(ids.place_near(id, near), place, "{id} near {near} of {}", ids.len());
                }
            }
        }
    }
}
