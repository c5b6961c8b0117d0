//! Straight lines of sight across an area with holes, and the shortest ways across that they make.
//!
//! Comes in: rings of points on a plane, in metres, and which of them are entrances. Goes out: the pairs of points that
//! walkers cross between. Not here: OSM, and what an area is; which of many lines are worth keeping (`thinning`).
//!
//! A shortest way across a polygon bends only at corners that stick into it (reflex corners: of the outer ring where it
//! turns in, of holes where they stick out), and there it goes round them: the rim does not lie on both sides of the line
//! (Lozano-Perez and Wesley 1979, "An algorithm for planning collision-free paths among polyhedral obstacles"). So it is
//! enough to look from entrances and such corners to each other along such lines, and to keep those that lie on a
//! shortest way from some entrance to another.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::rings::{Corner, MOST_WORK, Rings, distance};
use super::thinning;

/// An area is not crossed with more entrances and reflex corners than this: there are as many lines as pairs of them.
const MOST_CORNERS: usize = 2_000;

/// The lines across an area that shortest ways between its entrances follow, edges of the rings left out; nothing when the
/// area has too many corners. Where there are many entrances, lines that others make up for are left out too, so that no
/// way becomes longer than [`thinning::LONGEST`] times the shortest.
///
/// Rings are open (the last point is not the first again), in any order: what lies within an odd number of them is the
/// area. O(c² e) for c entrances and reflex corners and e edges.
pub(crate) fn lines_across(rings: &[Vec<[f64; 2]>], entrances: &BTreeSet<Corner>) -> Option<Vec<(Corner, Corner)>> {
    if entrances.len() < 2 {
        return Some(Vec::new());
    }
    let area = Rings::new(rings)?;
    let sight = Sight::over(&area, entrances)?;
    let lines = sight.lines_of_shortest_ways();
    let lines = thinning::thin(&area.around(&sight.corners), &lines, sight.is_entrance.iter().filter(|e| **e).count());
    let pairs = lines.into_iter().map(|line| (sight.corners[line.0], sight.corners[line.1]));
    Some(pairs.filter(|&(one, other)| !area.are_neighbours(one, other)).collect())
}

/// Who sees whom: entrances and reflex corners, with the lines between them that a shortest way may follow.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    pub(super) corners: Vec<Corner>,
    pub(super) is_entrance: Vec<bool>,
    /// A way may bend here.
    pub(super) is_reflex: Vec<bool>,
    /// For each corner those it sees, with the way to them.
    seen: Vec<Vec<(usize, f64)>>,
}

impl Sight {
    /// Looks from every corner to every other; nothing when these are too many.
    pub(crate) fn over(area: &Rings, entrances: &BTreeSet<Corner>) -> Option<Self> {
        let of_interest = |&corner: &Corner| entrances.contains(&corner) || area.is_reflex(corner);
        let corners: Vec<Corner> = area.corners().filter(of_interest).take(MOST_CORNERS + 1).collect();
        if corners.len() > MOST_CORNERS {
            return None;
        }
        let is_entrance: Vec<bool> = corners.iter().map(|corner| entrances.contains(corner)).collect();
        let is_reflex: Vec<bool> = corners.iter().map(|&corner| area.is_reflex(corner)).collect();
        let alone = area.stand_alone(&corners);
        // Ways begin and end at entrances wherever the line comes from; elsewhere it must go round the corner.
        let useful = |at: usize, from: usize| {
            is_entrance[at] || !alone[at] || area.goes_round(corners[at], area.at(corners[from]))
        };
        let mut lines = Vec::new();
        for one in 0..corners.len() {
            lines.extend((one + 1..corners.len()).filter(|&o| useful(one, o) && useful(o, one)).map(|o| (one, o)));
            if lines.len() * area.point_count() > MOST_WORK {
                return None;
            }
        }
        let mut seen: Vec<Vec<(usize, f64)>> = vec![Vec::new(); corners.len()];
        let mut heights = Vec::new();
        for (one, other) in lines {
            if area.sees(corners[one], corners[other], &mut heights) {
                let length = distance(area.at(corners[one]), area.at(corners[other]));
                seen[one].push((other, length));
                seen[other].push((one, length));
            }
        }
        Some(Self { corners, is_entrance, is_reflex, seen })
    }

    /// The lines on shortest ways between entrances: straight ones where they see each other, and those round corners.
    fn lines_of_shortest_ways(&self) -> Vec<(usize, usize, f64)> {
        let entrances = || (0..self.corners.len()).filter(|&c| self.is_entrance[c]);
        let count = entrances().count();
        let mut kept = BTreeSet::new();
        for start in entrances() {
            let straight = || self.seen[start].iter().filter(|line| self.is_entrance[line.0]);
            kept.extend(straight().map(|&(end, length)| (start.min(end), start.max(end), length.to_bits())));
            if straight().count() + 1 < count {
                self.add_bent_ways(start, &mut kept);
            }
        }
        kept.into_iter().map(|(one, other, bits)| (one, other, f64::from_bits(bits))).collect()
    }

    /// The ways round corners from one entrance to those it does not see.
    fn add_bent_ways(&self, start: usize, kept: &mut BTreeSet<(usize, usize, u64)>) {
        let ways = self.ways_from(&self.seen[start], |corner| self.is_reflex[corner]);
        let is_end = |&c: &usize| c != start && self.is_entrance[c] && ways.length[c].is_finite();
        for end in (0..self.corners.len()).filter(is_end) {
            let mut at = end;
            while at != start {
                let (before, length) = ways.last_line[at];
                let before = before.unwrap_or(start);
                kept.insert((at.min(before), at.max(before), length.to_bits()));
                at = before;
            }
        }
    }

    /// Dijkstra's search over the corners at which ways bend, from a point that sees some corners.
    pub(super) fn ways_from(&self, seen: &[(usize, f64)], bends: impl Fn(usize) -> bool) -> Ways {
        let count = self.corners.len();
        let mut ways = Ways { length: vec![f64::INFINITY; count], last_line: vec![(None, 0.0); count] };
        // Lengths are not negative, so their bits are in their order.
        let mut queue = BinaryHeap::new();
        let relax = |queue: &mut BinaryHeap<_>, ways: &mut Ways, from: Option<usize>, line: (usize, f64)| {
            let (next, length) = line;
            let whole = from.map_or(0.0, |from| ways.length[from]) + length;
            if whole < ways.length[next] {
                ways.length[next] = whole;
                ways.last_line[next] = (from, length);
                queue.push(Reverse((whole.to_bits(), next)));
            }
        };
        for &line in seen {
            relax(&mut queue, &mut ways, None, line);
        }
        while let Some(Reverse((bits, at))) = queue.pop() {
            if bits > ways.length[at].to_bits() || !bends(at) {
                continue;
            }
            for &line in &self.seen[at] {
                relax(&mut queue, &mut ways, Some(at), line);
            }
        }
        ways
    }
}

/// The shortest ways to all corners: their lengths, and the last line of each with the corner that it comes from.
pub(super) struct Ways {
    pub(super) length: Vec<f64>,
    last_line: Vec<(Option<usize>, f64)>,
}
