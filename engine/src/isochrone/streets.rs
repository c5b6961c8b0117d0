//! The streets that origins reach, with the times at their ends: [`ReachedStreets`].
//!
//! Comes in: the times of nodes, and where the origins stand. Goes out: for each street which parts of it are within a
//! budget. Not here: drawing them.
//!
//! Up to sixteen areas are looked at side by side, each in its lane; an area may have several origins.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for wider vectors")]

use super::sides::{Heading, Sides};
use crate::graph::{LinkView, WalkGraph};
use crate::ids::{LinkId, NodeId};
use crate::search::{BLOCK, Vectored, vectored};
use crate::snap::{LinkedPoint, Snap};
use crate::units::Ticks;
use crate::walk::{EdgeWeights, PartWay, Stand};

/// How many areas are looked at side by side.
pub(super) const LANES: usize = BLOCK;
/// One bit for each lane.
pub(super) type Lanes = u16;

const NEVER: u32 = Ticks::UNREACHED.get();
/// "Not met" in the column of marks.
const UNMET: u32 = u32::MAX;

/// The lanes that have their bit, in order.
#[inline]
pub(super) fn lanes_of(mut lanes: Lanes) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = (lanes != 0).then(|| lanes.trailing_zeros() as usize);
        lanes &= lanes.wrapping_sub(1);
        lane
    })
}

/// A street that is walked into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Met {
    pub(super) link: LinkId,
    /// The times at its tail and at its head, by lane; later than all budgets where it is not reached.
    pub(super) times: [[u32; LANES]; 2],
}

impl Met {
    /// The times at both ends in one lane.
    pub(super) fn times_in(&self, lane: usize) -> [u32; 2] {
        [self.times[0][lane], self.times[1][lane]]
    }
}

/// Where an origin stands on its street.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) link: LinkId,
    pub(super) lane: usize,
    pub(super) stand: Stand,
    /// The time of the leg between it and the street.
    pub(super) leg: u32,
}

/// Which parts of a street are within a budget.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Parts {
    /// All of it.
    Whole,
    /// From the tail to the first place, and from the second place to the head, as far as they are there.
    Ends([Option<f64>; 2]),
}

/// The streets met by a search; used again and again.
#[derive(Debug)]
pub(super) struct ReachedStreets {
    marks: Vec<u32>,
    pub(super) met: Vec<Met>,
    standing: Vec<Standing>,
}

impl ReachedStreets {
    pub(super) fn new(graph: &WalkGraph) -> Self {
        Self { marks: vec![UNMET; graph.link_count()], met: Vec::new(), standing: Vec::new() }
    }

    /// Forgets the last search.
    pub(super) fn restart(&mut self) {
        for met in self.met.drain(..) {
            self.marks[met.link.index()] = UNMET;
        }
        self.standing.clear();
    }

    /// An origin on its street.
    pub(super) fn stand(&mut self, lane: usize, snap: &Snap, point: &LinkedPoint) {
        let stand = Stand::on(snap.segment, snap.share);
        self.standing.push(Standing { link: snap.link, lane, stand, leg: point.leg.get() });
        self.meet(snap.link);
    }

    /// All origins stand: sorts them by their streets.
    pub(super) fn all_stand(&mut self) {
        self.standing.sort_by_key(|standing| standing.link);
    }

    /// The origins that stand on a street.
    pub(super) fn standing_on(&self, link: LinkId) -> &[Standing] {
        let [first, end] =
            [false, true].map(|after| self.standing.partition_point(|s| s.link < link || after && s.link == link));
        &self.standing[first..end]
    }

    /// A node with its times.
    pub(super) fn reach(&mut self, sides: &Sides, node: NodeId, times: &[u32; LANES]) {
        for (link, is_head) in sides.at(node) {
            let met = self.meet(link);
            let known = &mut self.met[met].times[usize::from(is_head)];
            known.iter_mut().zip(times).for_each(|(known, &time)| *known = (*known).min(time));
        }
    }

    fn meet(&mut self, link: LinkId) -> usize {
        let mark = &mut self.marks[link.index()];
        if *mark == UNMET {
            *mark = self.met.len() as u32;
            self.met.push(Met { link, times: [[NEVER; LANES]; 2] });
        }
        *mark as usize
    }
}

/// A street as walks go along it: forward from its tail and backward from its head, or the other way about when they go
/// home.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walks<'g> {
    /// For walks by the tail and by the head.
    pub(super) ways: [Option<PartWay<'g>>; 2],
    /// The time for the whole street by either end, where nothing on it is closed.
    whole: [Option<u32>; 2],
    /// The time for the whole street where it is the same in both directions at every place.
    through: Option<u32>,
}

impl<'g> Walks<'g> {
    pub(super) fn new(weights: &'g EdgeWeights, link: &LinkView<'_>, heading: Heading) -> Self {
        let ways = [false, true].map(|at_head| {
            let backward = at_head != (heading == Heading::Home);
            link.directions.allows(backward).then(|| weights.part_way(link.id, backward)).flatten()
        });
        let whole = ways.map(|way| way?.whole());
        let is_even = ways[0].zip(ways[1]).is_some_and(|(one, other)| one.has_times_of(&other));
        Self { ways, whole, through: whole[0].filter(|_| is_even) }
    }

    /// The lanes in which all of the street is within a budget, as far as that needs no looking at places; and those in
    /// which an end of it is.
    pub(super) fn lanes(&self, met: &Met, budget: u32) -> [Lanes; 2] {
        // One tick more than what may be taken when one is at the end; 0 when nothing may be.
        let [by_tail, by_head] = self.whole.map(|whole| whole.and_then(|t| budget.checked_sub(t)).map_or(0, |t| t + 1));
        // Walks from both ends meet when together they have the time for all of it.
        let together = self.through.map_or(0, |through| (2 * u64::from(budget) + 1).saturating_sub(u64::from(through)));
        let together = u32::try_from(together).unwrap_or(u32::MAX);
        vectored(Within { times: &met.times, budget, by_tail, by_head, together })
    }

    /// The parts of the street within a budget that are come to by its ends.
    pub(super) fn parts(&self, times: [u32; 2], budget: u32) -> Parts {
        let [by_tail, by_head] = [0, 1].map(|end| {
            let left = budget.checked_sub(times[end])?;
            let way = self.ways[end].as_ref()?;
            if way.whole().is_some_and(|whole| whole <= left) {
                return Some([way.last(), 0.0][end]);
            }
            if end == 0 { way.toward_head(Stand::TAIL, left) } else { way.toward_tail(way.head(), left) }
        });
        let is_whole = |last: f64| {
            by_tail.is_some_and(|place| place >= last)
                || by_head.is_some_and(|place| place <= 0.0)
                || by_tail.zip(by_head).is_some_and(|(one, other)| one >= other)
        };
        let last = self.ways.iter().flatten().map(PartWay::last).next();
        if last.is_some_and(is_whole) { Parts::Whole } else { Parts::Ends([by_tail, by_head]) }
    }

    /// The part around where an origin stands; nothing where it cannot go.
    pub(super) fn around(&self, standing: &Standing, budget: u32) -> Option<[f64; 2]> {
        let left = budget.checked_sub(standing.leg)?;
        let place = standing.stand.place;
        let ahead = self.ways[0].as_ref().and_then(|way| way.toward_head(standing.stand, left));
        let back = self.ways[1].as_ref().and_then(|way| way.toward_tail(standing.stand, left));
        Some([back.unwrap_or(place), ahead.unwrap_or(place)])
    }
}

/// In which lanes a street is within a budget, as work for vectors.
struct Within<'m> {
    times: &'m [[u32; LANES]; 2],
    budget: u32,
    /// All of it is when the time at the tail is before this,
    by_tail: u32,
    /// or that at the head before this,
    by_head: u32,
    /// or both together before this.
    together: u32,
}

impl Vectored for Within<'_> {
    type Output = [Lanes; 2];

    #[inline(always)]
    fn work(self) -> [Lanes; 2] {
        let Self { times: [tails, heads], budget, by_tail, by_head, together } = self;
        let (mut whole, mut touched) = ([0; LANES], [0; LANES]);
        for lane in 0..LANES {
            // Later than the budget is as good as just after it.
            let [tail, head] = [tails[lane], heads[lane]].map(|time| time.min(budget + 1));
            // Numbers, not conditions: these would become branches.
            let is_whole = u32::from(tail < by_tail) | u32::from(head < by_head) | u32::from(tail + head < together);
            let is_touched = u32::from(tail <= budget) | u32::from(head <= budget);
            whole[lane] = (is_whole & is_touched) << lane;
            touched[lane] = is_touched << lane;
        }
        [whole, touched].map(|lanes| lanes.iter().fold(0, |all, lane| all | lane) as Lanes)
    }
}
