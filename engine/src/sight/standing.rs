//! A point that stands in an area: the shortest ways from it to the entrances, and to another such point.
//!
//! Comes in: the rings of an area, its entrances, points in it or on its rim. Goes out: lengths in metres. Not here: what
//! an entrance leads to.
//!
//! From a point as from an entrance, a shortest way is straight or bends at corners that stick into the area (see `lines`).

use std::collections::BTreeSet;

use super::lines::Sight;
use super::rings::{Corner, Rings, distance};

/// An area to stand in.
#[derive(Clone, Debug)]
pub(crate) struct Area {
    rings: Rings,
    sight: Sight,
}

/// What is seen from a point of an area.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct View {
    at: [f64; 2],
    /// The corners that it sees, by their place in the list of entrances and reflex corners, with the way to each.
    seen: Vec<(usize, f64)>,
    /// The shortest way to each of that list; infinite where there is none.
    ways: Vec<f64>,
    /// The entrances that it comes to before any other, with the shortest way to each.
    pub(crate) doors: Vec<(Corner, f64)>,
}

impl Area {
    /// Looks from every corner to every other: O(c² e) for c entrances and reflex corners and e edges. Nothing when these
    /// are too many.
    pub(crate) fn new(rings: &[Vec<[f64; 2]>], entrances: &BTreeSet<Corner>) -> Option<Self> {
        let rings = Rings::new(rings)?;
        let sight = Sight::over(&rings, entrances)?;
        Some(Self { rings, sight })
    }

    /// Whether a point lies in the area or on its rim.
    pub(crate) fn holds(&self, at: [f64; 2]) -> bool {
        self.rings.holds(at)
    }

    /// Looks round from a point: O(c e).
    pub(crate) fn view_from(&self, at: [f64; 2]) -> View {
        let sight = &self.sight;
        let mut heights = Vec::new();
        let alone = self.rings.stand_alone(&sight.corners);
        let mut seen = Vec::new();
        for (number, &corner) in sight.corners.iter().enumerate() {
            let ends_or_bends = sight.is_entrance[number] || !alone[number] || self.rings.goes_round(corner, at);
            let there = self.rings.at(corner);
            if ends_or_bends && self.rings.sees_along(at, there, &mut heights) {
                seen.push((number, distance(at, there)));
            }
        }
        let ways = sight.ways_from(&seen, |corner| sight.is_reflex[corner]).length;
        // Behind an entrance, the lines between entrances go on.
        let to_doors = sight.ways_from(&seen, |corner| sight.is_reflex[corner] && !sight.is_entrance[corner]).length;
        let doors = (0..sight.corners.len()).filter(|&c| sight.is_entrance[c] && to_doors[c].is_finite());
        let doors = doors.map(|c| (sight.corners[c], to_doors[c])).collect();
        View { at, seen, ways, doors }
    }

    /// The corners that a point sees at which ways bend, by their place in the list, with the way to each.
    pub(crate) fn bends(&self, view: &View) -> impl Iterator<Item = (usize, f64)> {
        view.seen.iter().copied().filter(|(corner, _)| self.sight.is_reflex[*corner])
    }

    /// The shortest way to a point of which it is known what bends it sees.
    pub(crate) fn way_to(&self, one: &View, at: [f64; 2], bends: &[(usize, f64)]) -> Option<f64> {
        if self.rings.sees_along(one.at, at, &mut Vec::new()) {
            return Some(distance(one.at, at));
        }
        let shortest = bends.iter().map(|&(corner, rest)| one.ways[corner] + rest).fold(f64::INFINITY, f64::min);
        shortest.is_finite().then_some(shortest)
    }

    /// The shortest way between two points of the area; nothing where its parts are not connected.
    pub(crate) fn way(&self, one: &View, other: &View) -> Option<f64> {
        if self.rings.sees_along(one.at, other.at, &mut Vec::new()) {
            return Some(distance(one.at, other.at));
        }
        let bent = self.bends(other).map(|(corner, rest)| one.ways[corner] + rest);
        Some(bent.fold(f64::INFINITY, f64::min)).filter(|way| way.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Vec<[f64; 2]> {
        vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    }

    fn area(rings: &[Vec<[f64; 2]>], entrances: &[Corner]) -> Area {
        Area::new(rings, &entrances.iter().copied().collect()).unwrap()
    }

    #[test]
    fn the_entrances_in_sight_are_come_to_straight() {
        let area = area(&[square(0.0, 0.0, 10.0)], &[(0, 0), (0, 2)]);
        let view = area.view_from([3.0, 4.0]);
        assert_eq!(view.doors, [((0, 0), 5.0), ((0, 2), 85f64.sqrt())]);
        assert!(area.holds([3.0, 4.0]) && area.holds([10.0, 5.0]) && !area.holds([10.1, 5.0]));
    }

    #[test]
    fn an_entrance_behind_a_hole_is_come_to_round_its_corner() {
        // The hole from (3,2) to (7,6) hides (10,4) from (1,4): by (3,2) and (7,2), or by (3,6) and (7,6).
        let ring = vec![[0.0, 0.0], [10.0, 0.0], [10.0, 4.0], [10.0, 10.0], [0.0, 10.0]];
        let area = area(&[ring, square(3.0, 2.0, 4.0)], &[(0, 2)]);
        let view = area.view_from([1.0, 4.0]);
        let expected = 8f64.sqrt() + 4.0 + 13f64.sqrt();
        assert!((view.doors[0].1 - expected).abs() < 1e-12, "{view:?}");
        let there = area.view_from([10.0, 4.0]);
        assert!((area.way(&view, &there).unwrap() - expected).abs() < 1e-12);
        let bends: Vec<_> = area.bends(&there).collect();
        assert_eq!(area.way_to(&view, [10.0, 4.0], &bends), area.way(&view, &there));
        assert_eq!(area.way(&view, &area.view_from([1.0, 9.0])), Some(5.0));
    }

    #[test]
    fn an_entrance_behind_another_is_left_to_the_lines_between_them() {
        // An L whose inner corner is an entrance: who stands in one leg comes to the end of the other through it.
        let ring = vec![[0.0, 0.0], [10.0, 0.0], [10.0, 4.0], [4.0, 4.0], [4.0, 10.0], [0.0, 10.0]];
        let area = area(&[ring], &[(0, 2), (0, 3), (0, 4)]);
        let view = area.view_from([9.0, 3.0]);
        let corners: Vec<Corner> = view.doors.iter().map(|door| door.0).collect();
        assert_eq!(corners, [(0, 2), (0, 3)]);
        // The way to another point still bends there.
        let there = area.view_from([3.0, 9.0]);
        let bent = 2.0 * 26f64.sqrt();
        assert!((area.way(&view, &there).unwrap() - bent).abs() < 1e-12);
    }

    #[test]
    fn from_a_point_of_the_rim_one_sees_along_it_and_across() {
        let area = area(&[square(0.0, 0.0, 10.0)], &[(0, 0), (0, 1), (0, 2)]);
        let view = area.view_from([4.0, 0.0]);
        assert_eq!(view.doors, [((0, 0), 4.0), ((0, 1), 6.0), ((0, 2), 136f64.sqrt())]);
    }
}
