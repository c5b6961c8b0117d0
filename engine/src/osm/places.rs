//! Where an id stands in a sorted list of ids.
//!
//! Comes in: ids in ascending order. Goes out: the place of any of them, in a step or two. Not here: what the ids are of.

/// An index over sorted ids: 4 bytes for each.
///
/// The range of the ids is cut into as many equal buckets as there are ids. OSM's ids lie thick in places and thin in
/// others, but a bucket of a city rarely holds more than a few; at worst all are in one, which is then halved again and
/// again as without an index.
pub(super) struct Places<'i> {
    ids: &'i [i64],
    /// The ids of bucket `b` are `ids[first[b]..first[b + 1]]`.
    first: Vec<u32>,
    shift: u32,
}

impl<'i> Places<'i> {
    pub(super) fn new(ids: &'i [i64]) -> Self {
        let span = ids.first().zip(ids.last()).map_or(0, |(&low, &high)| high.wrapping_sub(low) as u64);
        // The smallest shift that leaves no more buckets than ids.
        let wanted = u64::BITS - (ids.len() as u64).leading_zeros();
        let shift = (u64::BITS - span.leading_zeros()).saturating_sub(wanted.max(1));
        let mut places = Self { ids, first: Vec::with_capacity((span >> shift) as usize + 2), shift };
        for (place, &id) in ids.iter().enumerate() {
            while places.first.len() <= places.bucket(id) {
                places.first.push(place as u32);
            }
        }
        places.first.push(ids.len() as u32);
        places
    }

    fn bucket(&self, id: i64) -> usize {
        let low = self.ids.first().copied().unwrap_or(id);
        // As unsigned numbers: from the lowest i64 to the highest is more than an i64 can say.
        (id.wrapping_sub(low) as u64 >> self.shift) as usize
    }

    /// The place of an id, or nothing when it is not in the list.
    pub(super) fn find(&self, id: i64) -> Option<usize> {
        let bucket = self.bucket(id);
        let (&start, &end) = (self.first.get(bucket)?, self.first.get(bucket.checked_add(1)?)?);
        let found = self.ids[start as usize..end as usize].binary_search(&id).ok()?;
        Some(start as usize + found)
    }

    /// As [`Places::find`], looking first right after and right before a place: the nodes of a way that was drawn at one
    /// go have ids that follow each other.
    pub(super) fn find_near(&self, id: i64, near: usize) -> Option<usize> {
        if self.ids.get(near + 1) == Some(&id) {
            return Some(near + 1);
        }
        if near > 0 && self.ids.get(near - 1) == Some(&id) {
            return Some(near - 1);
        }
        self.find(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(ids: &[i64], others: &[i64]) {
        let places = Places::new(ids);
        assert!(places.first.len() <= 2 * ids.len() + 2, "{} buckets for {} ids", places.first.len(), ids.len());
        for &id in ids.iter().chain(others) {
            let place = ids.binary_search(&id).ok();
            assert_eq!(places.find(id), place, "{id} in {ids:?}");
            for near in [0, 1, ids.len() / 2, ids.len(), usize::MAX - 1] {
                assert_eq!(places.find_near(id, near), place, "{id} near {near} in {ids:?}");
            }
        }
    }

    #[test]
    fn each_id_is_found_and_no_other() {
        let others = [i64::MIN, -1, 0, 1, 4, 99, 5_000_000_001, i64::MAX];
        holds(&[], &others);
        holds(&[7], &others);
        holds(&[-5, 1, 2, 7, 100, 101, 5_000_000_000], &others);
        holds(&[i64::MIN, i64::MAX], &others);
        holds(&[i64::MIN, -1, 0, 3, i64::MAX - 1], &others);
        holds(&(0..1_000).map(|i| i * i * i).collect::<Vec<_>>(), &others);
    }
}
