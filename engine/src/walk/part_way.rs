//! How far a walker gets along a link: [`PartWay`].
//!
//! Comes in: the times and the closed places along one link in one direction. Goes out: the place that is come to after
//! some time, and the time at a place. Not here: nodes, and who walks.
//!
//! A place on a link is one number: 2.25 is a quarter of the way from point 2 of its geometry to point 3.

/// Times along a link, from its tail to each of its points, in ticks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PartWay<'w> {
    times: &'w [u32],
    /// Where one cannot pass, sorted: twice a point, or one more for the segment after it.
    closed: &'w [u64],
    first: u64,
}

/// Where somebody stands on a link.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Stand {
    /// The place.
    pub(crate) place: f64,
    /// The point or the segment that must be open for that, numbered as in the closed places of this link alone.
    code: u64,
}

impl Stand {
    /// At the tail.
    pub(crate) const TAIL: Self = Self { place: 0.0, code: 0 };

    /// On a segment, some share of the way along it.
    pub(crate) fn on(segment: u32, share: f64) -> Self {
        Self { place: f64::from(segment) + share, code: 2 * u64::from(segment) + 1 }
    }
}

impl<'w> PartWay<'w> {
    /// From the times of all points of a link, and its closed places numbered by the graph's points, of which the link's
    /// first is `first`.
    pub(super) fn new(times: &'w [u32], closed: &'w [u64], first: usize) -> Self {
        Self { times, closed, first: 2 * first as u64 }
    }

    /// The place of the head.
    pub(crate) fn last(&self) -> f64 {
        (self.times.len() - 1) as f64
    }

    /// At the head.
    pub(crate) fn head(&self) -> Stand {
        Stand { place: self.last(), code: 2 * (self.times.len() as u64 - 1) }
    }

    /// The time for the whole link, where nothing on it is closed.
    pub(crate) fn whole(&self) -> Option<u32> {
        self.closed.is_empty().then(|| self.times[self.times.len() - 1])
    }

    /// Whether a walk along this one is anywhere as far as one along the other.
    pub(crate) fn has_times_of(&self, other: &Self) -> bool {
        // Directions that take the same time are kept once.
        std::ptr::eq(self.times, other.times)
    }

    /// The time between the tail and a place in ticks, as if nothing were closed.
    pub(crate) fn time_at(&self, place: f64) -> f64 {
        let point = (place as usize).min(self.times.len() - 2);
        let [from, to] = [self.times[point], self.times[point + 1]].map(f64::from);
        from + (to - from) * (place - point as f64)
    }

    /// The place nearest to the head that can be come to from where one stands, or from which one can come there, within
    /// some ticks. Nothing where one cannot stand.
    pub(crate) fn toward_head(&self, from: Stand, ticks: u32) -> Option<f64> {
        let code = self.first + from.code;
        let next = self.closed.partition_point(|&c| c < code);
        if self.closed.get(next) == Some(&code) {
            return None;
        }
        // A closed segment ends the way at its first point, a closed point at that point.
        let limit = self.closed.get(next).map_or(self.times.len() - 1, |&c| ((c - self.first) / 2) as usize);
        let until = self.time_at(from.place) + f64::from(ticks);
        let after = self.times[..=limit].partition_point(|&t| f64::from(t) <= until);
        if after > limit {
            return Some((limit as f64).max(from.place));
        }
        let Some(before) = after.checked_sub(1) else { return Some(from.place) };
        let [here, there] = [self.times[before], self.times[after]].map(f64::from);
        Some((before as f64 + (until - here) / (there - here)).max(from.place))
    }

    /// The same, nearest to the tail.
    pub(crate) fn toward_tail(&self, from: Stand, ticks: u32) -> Option<f64> {
        let code = self.first + from.code;
        let next = self.closed.partition_point(|&c| c < code);
        if self.closed.get(next) == Some(&code) {
            return None;
        }
        let limit = next.checked_sub(1).map_or(0, |last| ((self.closed[last] - self.first).div_ceil(2)) as usize);
        let until = self.time_at(from.place) - f64::from(ticks);
        let at = limit + self.times[limit..].partition_point(|&t| f64::from(t) < until);
        if at == limit {
            return Some((limit as f64).min(from.place));
        }
        let Some(&there) = self.times.get(at) else { return Some(from.place) };
        let [before, there] = [self.times[at - 1], there].map(f64::from);
        Some((at as f64 - (there - until) / (there - before)).min(from.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points at 0, 10, 10, 40 and 100 ticks; the link begins at point 7 of the graph.
    const TIMES: [u32; 5] = [0, 10, 10, 40, 100];

    fn link(closed: &[u64]) -> PartWay<'_> {
        PartWay::new(&TIMES, closed, 7)
    }

    #[test]
    fn an_open_link_is_walked_as_far_as_the_time_goes() {
        let way = link(&[]);
        let from_tail = |ticks| way.toward_head(Stand::TAIL, ticks);
        let from_head = |ticks| way.toward_tail(way.head(), ticks);
        assert_eq!(
            [0, 5, 10, 25, 99, 100, 900].map(from_tail),
            [0.0, 0.5, 2.0, 2.5, 3.0 + 59.0 / 60.0, 4.0, 4.0].map(Some)
        );
        assert_eq!(
            [0, 30, 60, 75, 90, 95, 100, 900].map(from_head),
            [4.0, 3.5, 3.0, 2.5, 1.0, 0.5, 0.0, 0.0].map(Some)
        );
        let middle = Stand::on(2, 0.5);
        assert_eq!((way.toward_head(middle, 15), way.toward_tail(middle, 20)), (Some(3.0), Some(0.5)));
        assert_eq!((way.whole(), way.time_at(3.5), way.time_at(4.0)), (Some(100), 70.0, 100.0));
    }

    #[test]
    fn nobody_passes_what_is_closed() {
        // The segment after point 2 (point 9 of the graph) is closed.
        let closed = [19];
        let way = link(&closed);
        assert_eq!((way.toward_head(Stand::TAIL, 900), way.toward_tail(way.head(), 900)), (Some(2.0), Some(3.0)));
        assert_eq!((way.toward_head(Stand::on(2, 0.5), 900), way.whole()), (None, None));
        assert_eq!(way.toward_tail(Stand::on(3, 0.5), 15), Some(3.25));
        // Point 3 is closed, then the tail itself.
        let closed = [20];
        let way = link(&closed);
        assert_eq!((way.toward_head(Stand::TAIL, 900), way.toward_tail(way.head(), 900)), (Some(3.0), Some(3.0)));
        let closed = [14];
        let way = link(&closed);
        assert_eq!((way.toward_head(Stand::TAIL, 900), way.toward_tail(way.head(), 900)), (None, Some(0.0)));
    }
}
