//! An area as rings of points on a plane: what lies in it, and whether a straight line stays inside.
//!
//! Comes in: rings of points, in metres. Goes out: answers about lines and corners. Not here: which lines are worth walking
//! (`lines`).

/// A point of a ring: which ring, and which place on it.
pub(crate) type Corner = (usize, usize);

/// Looking from everywhere to everywhere costs lines x edges; beyond this an area is not crossed.
pub(super) const MOST_WORK: usize = 20_000_000;
/// Points nearer to a line than this lie on it, in metres.
pub(super) const TOUCH: f64 = 1e-6;

/// The rings of an area; each is open (the last point is not the first again), in any order: what lies within an odd
/// number of them is the area.
#[derive(Clone, Debug)]
pub(crate) struct Rings {
    /// All points, ring after ring; those of ring `r` are `points[first[r]..first[r + 1]]`.
    points: Vec<[f64; 2]>,
    first: Vec<usize>,
    /// Whether the area lies to the left of a ring.
    is_left: Vec<bool>,
}

impl Rings {
    /// Nothing when there is too much to look at.
    pub(crate) fn new(rings: &[Vec<[f64; 2]>]) -> Option<Self> {
        let points = rings.concat();
        if rings.len() * points.len() > MOST_WORK {
            return None;
        }
        let mut first = vec![0];
        first.extend(rings.iter().scan(0, |end, ring| {
            *end += ring.len();
            Some(*end)
        }));
        // The area is on the left of a ring that runs to the left, unless that is a hole: it lies within an odd number of
        // others. An area may have several outer rings, and islands in its lakes.
        let is_left = rings.iter().enumerate().map(|(number, ring)| {
            let others = rings.iter().enumerate().filter(|&(other, _)| other != number);
            let holders = others.filter(|(_, other)| is_within(other, middle_of_first_edge(ring))).count();
            (doubled_area(ring) > 0.0) == holders.is_multiple_of(2)
        });
        Some(Self { is_left: is_left.collect(), points, first })
    }

    fn ring(&self, number: usize) -> &[[f64; 2]] {
        &self.points[self.first[number]..self.first[number + 1]]
    }

    fn rings(&self) -> impl Iterator<Item = &[[f64; 2]]> {
        self.first.windows(2).map(|ends| &self.points[ends[0]..ends[1]])
    }

    /// How many points all rings have.
    pub(super) fn point_count(&self) -> usize {
        self.points.len()
    }

    fn edges(&self) -> impl Iterator<Item = ([f64; 2], [f64; 2])> + '_ {
        self.rings().flat_map(|ring| (0..ring.len()).map(|i| (ring[i], ring[(i + 1) % ring.len()])))
    }

    pub(crate) fn at(&self, (ring, place): Corner) -> [f64; 2] {
        self.ring(ring)[place]
    }

    pub(super) fn corners(&self) -> impl Iterator<Item = Corner> + '_ {
        self.rings().enumerate().flat_map(|(ring, points)| (0..points.len()).map(move |place| (ring, place)))
    }

    pub(super) fn are_neighbours(&self, one: Corner, other: Corner) -> bool {
        let count = self.ring(one.0).len();
        let apart = one.1.abs_diff(other.1);
        one.0 == other.0 && (apart == 1 || apart + 1 == count)
    }

    /// The points before and after a corner on its ring.
    fn beside(&self, (ring, place): Corner) -> [[f64; 2]; 2] {
        let points = self.ring(ring);
        let count = points.len();
        [points[(place + count - 1) % count], points[(place + 1) % count]]
    }

    /// Whether the area at a corner takes up more than half a turn, so that a way may bend there.
    pub(super) fn is_reflex(&self, corner: Corner) -> bool {
        let [before, after] = self.beside(corner);
        let turn = cross(before, self.at(corner), after);
        if self.is_left[corner.0] { turn < 0.0 } else { turn > 0.0 }
    }

    /// Whether a line that comes to a corner from somewhere has the rim beside it on one hand only.
    pub(super) fn goes_round(&self, corner: Corner, from: [f64; 2]) -> bool {
        let at = self.at(corner);
        let touch = TOUCH * distance(from, at);
        let [one, other] = self.beside(corner).map(|point| cross(from, at, point));
        !are_on_both_sides(one, other, touch)
    }

    /// Which corners share their position with no other point of the rings: where a hole touches the rim, what looks like
    /// the rim on both sides may be a way between the two.
    pub(super) fn stand_alone(&self, corners: &[Corner]) -> Vec<bool> {
        let bits = |at: [f64; 2]| at.map(f64::to_bits);
        let mut sorted: Vec<[u64; 2]> = self.points.iter().map(|&point| bits(point)).collect();
        sorted.sort_unstable();
        let alone = |corner: &Corner| {
            let at = bits(self.at(*corner));
            sorted.get(sorted.partition_point(|&p| p < at) + 1) != Some(&at)
        };
        corners.iter().map(alone).collect()
    }

    /// For each corner of a list the next of them on its ring, with the way to it along the ring.
    pub(super) fn around(&self, corners: &[Corner]) -> Vec<(usize, usize, f64)> {
        let mut steps = Vec::new();
        for of_ring in corners.chunk_by(|one, other| one.0 == other.0) {
            let ring = self.ring(of_ring[0].0);
            let number = corners.partition_point(|corner| corner.0 < of_ring[0].0);
            for (place, corner) in of_ring.iter().enumerate() {
                let next = (place + 1) % of_ring.len();
                // From a corner round to itself where it is the only one.
                let run = (of_ring[next].1 + ring.len() - corner.1 - 1) % ring.len() + 1;
                let edge =
                    |i: usize| distance(ring[(corner.1 + i) % ring.len()], ring[(corner.1 + i + 1) % ring.len()]);
                steps.push((number + place, number + next, (0..run).map(edge).sum()));
            }
        }
        steps
    }

    /// Whether the straight line between two points of the rings stays inside the area or on its rim.
    pub(super) fn sees(&self, one: Corner, other: Corner, heights: &mut Vec<f64>) -> bool {
        self.are_neighbours(one, other) || self.sees_along(self.at(one), self.at(other), heights)
    }

    /// The same for any two points in the area or on its rim. `heights` is scratch.
    pub(super) fn sees_along(&self, from: [f64; 2], to: [f64; 2], heights: &mut Vec<f64>) -> bool {
        if distance(from, to) <= TOUCH {
            return true;
        }
        // Most edges lie on one side of the line: so much is told by one product for each corner.
        heights.clear();
        heights.extend(self.points.iter().map(|&point| cross(from, to, point)));
        let touch = TOUCH * distance(from, to);
        for ring in self.first.windows(2).filter(|ring| ring[0] < ring[1]) {
            let mut before = ring[1] - 1;
            for at in ring[0]..ring[1] {
                let may_cross = are_on_both_sides(heights[before], heights[at], touch);
                if may_cross && crosses(from, to, self.points[before], self.points[at]) {
                    return false;
                }
                before = at;
            }
        }
        // Between the points where the line touches corners it lies wholly inside or wholly outside.
        let mut touched = vec![0.0, 1.0];
        let near = self.points.iter().zip(heights.iter()).filter(|(_, height)| height.abs() <= 2.0 * touch);
        touched.extend(near.filter_map(|(&corner, _)| place_on(from, to, corner)));
        touched.sort_by(f64::total_cmp);
        touched.windows(2).filter(|pair| pair[1] - pair[0] > TOUCH).all(|pair| {
            let share = f64::midpoint(pair[0], pair[1]);
            self.holds([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])])
        })
    }

    /// Whether a point lies in the area or on its rim: inside an odd number of rings.
    pub(crate) fn holds(&self, at: [f64; 2]) -> bool {
        let mut inside = false;
        for (a, b) in self.edges() {
            let near = !are_apart(a, b, at, at);
            if near && (place_on(a, b, at).is_some() || distance(a, at) <= TOUCH || distance(b, at) <= TOUCH) {
                return true;
            }
            inside ^= is_left_of(at, a, b);
        }
        inside
    }
}

/// Twice the area to the left of the path a, b, c: positive when it turns left.
fn cross(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Whether a line from a point to the east meets an edge: it does so an odd number of times from inside a ring.
fn is_left_of(at: [f64; 2], a: [f64; 2], b: [f64; 2]) -> bool {
    (a[1] > at[1]) != (b[1] > at[1]) && at[0] < a[0] + (at[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
}

fn is_within(ring: &[[f64; 2]], at: [f64; 2]) -> bool {
    (0..ring.len()).filter(|&i| is_left_of(at, ring[i], ring[(i + 1) % ring.len()])).count() % 2 == 1
}

/// A point of a ring that other rings hardly go through: where they touch, they share corners.
fn middle_of_first_edge(ring: &[[f64; 2]]) -> [f64; 2] {
    [f64::midpoint(ring[0][0], ring[1][0]), f64::midpoint(ring[0][1], ring[1][1])]
}

fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    (0..ring.len()).map(|i| (ring[i], ring[(i + 1) % ring.len()])).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum()
}

pub(super) fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    // Not hypot: that guards against lengths that no city has, and takes ten times as long.
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

/// Whether two heights over a line are more than a little apart, one on each side.
fn are_on_both_sides(one: f64, other: f64, touch: f64) -> bool {
    (one > touch && other < -touch) || (one < -touch && other > touch)
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
