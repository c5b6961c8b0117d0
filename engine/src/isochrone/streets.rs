//! The streets that an origin reaches, with the times at their ends: [`ReachedStreets`].
//!
//! Comes in: the times of nodes, and where the origins stand. Goes out: for each street which parts of it are within a
//! budget. Not here: drawing them.

use super::sides::{Heading, Sides};
use crate::graph::{LinkView, WalkGraph};
use crate::ids::{LinkId, NodeId};
use crate::snap::{LinkedPoint, Snap};
use crate::units::Ticks;
use crate::walk::{EdgeWeights, PartWay, Stand};

const NEVER: u32 = Ticks::UNREACHED.get();
/// "Not met" in the column of marks.
const UNMET: u32 = u32::MAX;

/// A street that is walked into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Met {
    pub(super) link: LinkId,
    /// The times at its tail and at its head.
    pub(super) times: [u32; 2],
}

/// Where an origin stands on its street.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) link: LinkId,
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
    pub(super) fn stand(&mut self, snap: &Snap, point: &LinkedPoint) {
        let stand = Stand::on(snap.segment, snap.share);
        self.standing.push(Standing { link: snap.link, stand, leg: point.leg.get() });
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

    /// A node with its time.
    pub(super) fn reach(&mut self, sides: &Sides, node: NodeId, time: Ticks) {
        for (link, is_head) in sides.at(node) {
            let met = self.meet(link);
            let known = &mut self.met[met].times[usize::from(is_head)];
            *known = (*known).min(time.get());
        }
    }

    fn meet(&mut self, link: LinkId) -> usize {
        let mark = &mut self.marks[link.index()];
        if *mark == UNMET {
            *mark = self.met.len() as u32;
            self.met.push(Met { link, times: [NEVER; 2] });
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
}

impl<'g> Walks<'g> {
    pub(super) fn new(weights: &'g EdgeWeights, link: &LinkView<'_>, heading: Heading) -> Self {
        let ways = [false, true].map(|at_head| {
            let backward = at_head != (heading == Heading::Home);
            link.directions.allows(backward).then(|| weights.part_way(link.id, backward)).flatten()
        });
        Self { ways }
    }

    /// The parts of the street within a budget that are come to by its ends.
    pub(super) fn parts(&self, met: &Met, budget: u32) -> Parts {
        let [by_tail, by_head] = [0, 1].map(|end| {
            let left = budget.checked_sub(met.times[end])?;
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
