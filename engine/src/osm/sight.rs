//! Straight lines of sight across an area with holes, and the shortest ways across that they make.
//!
//! Comes in: rings of points on a plane, in metres, and which of them are entrances. Goes out: the pairs of points that
//! walkers cross between. Not here: OSM, and what an area is.
//!
//! A shortest way across a polygon bends only at corners that stick into it (reflex corners: of the outer ring where it
//! turns in, of holes where they stick out). So it is enough to look from entrances and such corners to each other, and
//! to keep the lines that lie on a shortest way from some entrance to another.

use std::collections::BTreeSet;

/// A point of a ring: which ring, and which place on it.
pub(super) type Corner = (usize, usize);

/// Looking from everywhere to everywhere costs points x points x edges; beyond this an area is not crossed. 5 million
/// take about a fiftieth of a second.
const MOST_WORK: usize = 5_000_000;
/// Points nearer to a line than this lie on it, in metres.
const TOUCH: f64 = 1e-6;

/// The lines across an area that shortest ways between its entrances follow, edges of the rings left out; nothing when the
/// area has too many corners.
///
/// Rings are open (the last point is not the first again), the first is the outer one. O(p² e) for p entrances and reflex
/// corners and e edges.
pub(super) fn lines_across(rings: &[Vec<[f64; 2]>], entrances: &BTreeSet<Corner>) -> Option<Vec<(Corner, Corner)>> {
    if entrances.len() < 2 {
        return Some(Vec::new());
    }
    let area = Rings::new(rings);
    let corners: Vec<Corner> =
        area.corners().filter(|corner| entrances.contains(corner) || area.is_reflex(*corner)).collect();
    let edges: usize = rings.iter().map(Vec::len).sum();
    if corners.len() * corners.len() / 2 * edges > MOST_WORK {
        return None;
    }
    let mut seen: Vec<Vec<(usize, f64)>> = vec![Vec::new(); corners.len()];
    for one in 0..corners.len() {
        for other in one + 1..corners.len() {
            if area.sees(corners[one], corners[other]) {
                let length = distance(area.at(corners[one]), area.at(corners[other]));
                seen[one].push((other, length));
                seen[other].push((one, length));
            }
        }
    }
    let is_entrance: Vec<bool> = corners.iter().map(|corner| entrances.contains(corner)).collect();
    let mut kept = BTreeSet::new();
    for start in (0..corners.len()).filter(|&c| is_entrance[c]) {
        let parent = shortest_tree(&seen, start);
        for end in (0..corners.len()).filter(|&c| is_entrance[c] && c != start) {
            let mut at = end;
            while let Some(before) = parent[at] {
                kept.insert((at.min(before), at.max(before)));
                at = before;
            }
        }
    }
    let pairs = kept.into_iter().map(|(one, other)| (corners[one], corners[other]));
    Some(pairs.filter(|&(one, other)| !area.are_neighbours(one, other)).collect())
}

/// Dijkstra's tree in a small dense graph: for each point the one before it.
fn shortest_tree(seen: &[Vec<(usize, f64)>], start: usize) -> Vec<Option<usize>> {
    let mut best = vec![f64::INFINITY; seen.len()];
    let mut parent = vec![None; seen.len()];
    let mut done = vec![false; seen.len()];
    best[start] = 0.0;
    while let Some(at) =
        (0..seen.len()).filter(|&p| !done[p] && best[p].is_finite()).min_by(|&a, &b| best[a].total_cmp(&best[b]))
    {
        done[at] = true;
        for &(next, length) in &seen[at] {
            if best[at] + length < best[next] {
                best[next] = best[at] + length;
                parent[next] = Some(at);
            }
        }
    }
    parent
}

struct Rings<'r> {
    rings: &'r [Vec<[f64; 2]>],
    edges: Vec<([f64; 2], [f64; 2])>,
}

impl<'r> Rings<'r> {
    fn new(rings: &'r [Vec<[f64; 2]>]) -> Self {
        let of_ring = |ring: &'r Vec<[f64; 2]>| (0..ring.len()).map(move |i| (ring[i], ring[(i + 1) % ring.len()]));
        Self { rings, edges: rings.iter().flat_map(of_ring).collect() }
    }

    fn at(&self, (ring, place): Corner) -> [f64; 2] {
        self.rings[ring][place]
    }

    fn corners(&self) -> impl Iterator<Item = Corner> + '_ {
        self.rings.iter().enumerate().flat_map(|(ring, points)| (0..points.len()).map(move |place| (ring, place)))
    }

    fn are_neighbours(&self, one: Corner, other: Corner) -> bool {
        let count = self.rings[one.0].len();
        let apart = one.1.abs_diff(other.1);
        one.0 == other.0 && (apart == 1 || apart + 1 == count)
    }

    /// Whether the area at a corner takes up more than half a turn, so that a way may bend there.
    fn is_reflex(&self, (ring, place): Corner) -> bool {
        let points = &self.rings[ring];
        let count = points.len();
        let [before, at, after] = [points[(place + count - 1) % count], points[place], points[(place + 1) % count]];
        let turn = cross(before, at, after);
        let runs_left = doubled_area(points) > 0.0;
        // An outer ring that runs to the left bends in where it turns right; for a hole it is the other way round.
        if runs_left == (ring == 0) { turn < 0.0 } else { turn > 0.0 }
    }

    /// Whether the straight line between two points of the rings stays inside the area or on its rim.
    fn sees(&self, one: Corner, other: Corner) -> bool {
        if self.are_neighbours(one, other) {
            return true;
        }
        let (from, to) = (self.at(one), self.at(other));
        if distance(from, to) <= TOUCH {
            return true;
        }
        if self.edges.iter().any(|&(a, b)| crosses(from, to, a, b)) {
            return false;
        }
        // Between the points where the line touches corners it lies wholly inside or wholly outside.
        let mut touched = vec![0.0, 1.0];
        touched.extend(self.edges.iter().filter_map(|&(corner, _)| place_on(from, to, corner)));
        touched.sort_by(f64::total_cmp);
        touched.windows(2).filter(|pair| pair[1] - pair[0] > TOUCH).all(|pair| {
            let share = f64::midpoint(pair[0], pair[1]);
            self.holds([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])])
        })
    }

    /// Whether a point lies in the area or on its rim: inside an odd number of rings.
    fn holds(&self, at: [f64; 2]) -> bool {
        let mut inside = false;
        for &(a, b) in &self.edges {
            let near = !are_apart(a, b, at, at);
            if near && (place_on(a, b, at).is_some() || distance(a, at) <= TOUCH || distance(b, at) <= TOUCH) {
                return true;
            }
            if (a[1] > at[1]) != (b[1] > at[1]) {
                let x = a[0] + (at[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
                inside ^= at[0] < x;
            }
        }
        inside
    }
}

/// Twice the area to the left of the path a, b, c: positive when it turns left.
fn cross(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    (0..ring.len()).map(|i| (ring[i], ring[(i + 1) % ring.len()])).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum()
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    // Not hypot: that guards against lengths that no city has, and takes ten times as long.
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

/// Whether the rectangles around two lines, a little widened, have nothing in common.
fn are_apart(a: [f64; 2], b: [f64; 2], c: [f64; 2], d: [f64; 2]) -> bool {
    (0..2).any(|axis| {
        a[axis].max(b[axis]) + TOUCH < c[axis].min(d[axis]) || c[axis].max(d[axis]) + TOUCH < a[axis].min(b[axis])
    })
}

/// Whether two lines cross at a point that is an end of neither.
fn crosses(a: [f64; 2], b: [f64; 2], c: [f64; 2], d: [f64; 2]) -> bool {
    if are_apart(a, b, c, d) {
        return false;
    }
    let apart = |one: f64, other: f64, length: f64| {
        // Heights over the line, not areas, so that TOUCH means metres.
        let (one, other) = (one / length, other / length);
        one.abs() > TOUCH && other.abs() > TOUCH && (one > 0.0) != (other > 0.0)
    };
    let (ab, cd) = (distance(a, b), distance(c, d));
    cd > TOUCH && apart(cross(a, b, c), cross(a, b, d), ab) && apart(cross(c, d, a), cross(c, d, b), cd)
}

/// Where on a line, from 0 to 1, a point lies; nothing when it does not lie between the ends.
fn place_on(from: [f64; 2], to: [f64; 2], at: [f64; 2]) -> Option<f64> {
    if are_apart(from, to, at, at) {
        return None;
    }
    let length = distance(from, to);
    if length <= TOUCH || (cross(from, to, at) / length).abs() > TOUCH {
        return None;
    }
    let along = ((at[0] - from[0]) * (to[0] - from[0]) + (at[1] - from[1]) * (to[1] - from[1])) / (length * length);
    (along > 0.0 && along < 1.0).then_some(along)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rings: &[Vec<[f64; 2]>], entrances: &[Corner]) -> Vec<(Corner, Corner)> {
        lines_across(rings, &entrances.iter().copied().collect()).unwrap()
    }

    fn square(x: f64, y: f64, side: f64) -> Vec<[f64; 2]> {
        vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    }

    #[test]
    fn a_square_is_crossed_by_its_diagonal() {
        assert_eq!(lines(&[square(0.0, 0.0, 10.0)], &[(0, 0), (0, 2)]), [((0, 0), (0, 2))]);
        // Neighbours are joined by the rim already.
        assert!(lines(&[square(0.0, 0.0, 10.0)], &[(0, 0), (0, 1)]).is_empty());
        assert!(lines(&[square(0.0, 0.0, 10.0)], &[(0, 0)]).is_empty());
    }

    #[test]
    fn a_hole_is_gone_round_by_a_corner() {
        let rings = [square(0.0, 0.0, 10.0), square(3.0, 2.0, 4.0)];
        // From (0,0) to (10,10) round (3,6) or (7,2): 6.708 + 8.062 against 7.280 + 8.544.
        assert_eq!(lines(&rings, &[(0, 0), (0, 2)]), [((0, 0), (1, 3)), ((0, 2), (1, 3))]);
    }

    #[test]
    fn an_inner_corner_is_turned_at() {
        // An L: from the end of one leg to the end of the other round the inner corner at (4,4).
        let ring = vec![[0.0, 0.0], [10.0, 0.0], [10.0, 4.0], [4.0, 4.0], [4.0, 10.0], [0.0, 10.0]];
        let found = lines(std::slice::from_ref(&ring), &[(0, 1), (0, 5)]);
        assert_eq!(found, [((0, 1), (0, 3)), ((0, 3), (0, 5))]);
        let clockwise: Vec<[f64; 2]> = ring.into_iter().rev().collect();
        assert_eq!(lines(&[clockwise], &[(0, 4), (0, 0)]).len(), 2, "whichever way the ring runs");
    }

    #[test]
    fn a_line_along_the_rim_is_seen_past_a_point_on_it() {
        // The lower side has a point in its middle; from end to end one walks along it.
        let ring = vec![[0.0, 0.0], [5.0, 0.0], [10.0, 0.0], [10.0, 5.0], [0.0, 5.0]];
        assert_eq!(lines(&[ring], &[(0, 0), (0, 2)]), [((0, 0), (0, 2))]);
    }

    #[test]
    fn nothing_is_seen_outside() {
        // A U: the tips see each other over the gap only.
        let ring = vec![[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [6.0, 9.0], [6.0, 3.0], [3.0, 3.0], [3.0, 9.0], [0.0, 9.0]];
        let found = lines(&[ring], &[(0, 3), (0, 6)]);
        assert!(!found.contains(&((0, 3), (0, 6))), "{found:?}");
    }

    #[test]
    fn a_star_of_a_thousand_corners_is_left_uncrossed_at_once() {
        let star: Vec<[f64; 2]> = (0..1_000)
            .map(|i| {
                let (sin, cos) = (f64::from(i) * std::f64::consts::TAU / 1_000.0).sin_cos();
                let radius = if i % 2 == 0 { 100.0 } else { 60.0 };
                [radius * cos, radius * sin]
            })
            .collect();
        let entrances: BTreeSet<Corner> = [(0, 0), (0, 500)].into();
        assert!(lines_across(&[star], &entrances).is_none());
    }
}
