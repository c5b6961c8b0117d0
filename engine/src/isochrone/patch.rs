//! All that is within some distance of a straight piece of street, on the lattice: [`Patch`].
//!
//! Comes in: two ends and a distance. Goes out: the nodes of the lattice inside, and for each of them how far along the
//! four lines to its neighbours the inside goes on. Not here: several pieces together (`raster`).
//!
//! What is within a distance of a straight piece is convex, so each line of the lattice crosses it in one stretch. Its two
//! ends are known exactly: by the place on the piece from which the distance is reached in that direction.

use super::barriers::{Barriers, Piece, first_crossing};
use super::grid::{Grid, Scale};

/// How far the inside goes on from a node to its neighbours in the east, north, west and south, in 1/256 of the step; 255 is
/// to the neighbour. A node is inside when the first is not 0.
pub(super) type Cell = [u8; 4];

pub(super) const EAST: usize = 0;
pub(super) const NORTH: usize = 1;
pub(super) const WEST: usize = 2;
pub(super) const SOUTH: usize = 3;

/// A node of which all neighbours are inside.
pub(super) const INNER: Cell = [u8::MAX; 4];
/// Longer pieces are drawn in parts of so many steps, so that a patch stays small.
const LONGEST: f64 = 48.0;

/// How surroundings are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brush<'b> {
    pub(super) grid: Grid,
    /// How far from a piece they go, in metres.
    pub(super) radius: f64,
    /// What they stop at, unless it is nearer to the piece than `sure`, where the lattice is too coarse for it.
    pub(super) barriers: Option<&'b Barriers>,
    pub(super) sure: f64,
}

/// A small raster, drawn anew for each piece.
#[derive(Debug, Default)]
pub(super) struct Patch {
    base: [i32; 2],
    width: usize,
    cells: Vec<Cell>,
    /// First and last column inside, for each row; none where the first is larger.
    rows: Vec<[i32; 2]>,
    /// What stands near the piece.
    near: Vec<Piece>,
}

impl Patch {
    /// Draws what is around a piece with these ends (in 1e-7 degrees, east and north), part after part, and hands over its
    /// rows: the node where each begins, and its cells.
    pub(super) fn draw(
        &mut self,
        brush: &Brush<'_>,
        scale: &Scale,
        [from, to]: [[f64; 2]; 2],
        mut row: impl FnMut([i32; 2], &[Cell]),
    ) {
        let steps = [0, 1].map(|axis| (to[axis] - from[axis]).abs() / f64::from(brush.grid.step[axis]));
        let parts = (steps[0].max(steps[1]) / LONGEST).ceil().max(1.0);
        let place = |part: f64| [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * (part / parts));
        for part in 0..parts as u32 {
            let part = f64::from(part);
            // The last part ends where the piece does, to the bit.
            let ends = [place(part), if part + 1.0 < parts { place(part + 1.0) } else { to }];
            self.draw_part(brush.grid, scale, ends, brush.radius);
            let has_barriers = brush.barriers.is_some_and(|barriers| self.find_near(brush, barriers));
            if has_barriers {
                self.stop_at_barriers(brush, scale, ends);
                self.hand_over_runs(&mut row);
            } else {
                self.hand_over(&mut row);
            }
        }
    }

    /// Looks for barriers in the patch.
    fn find_near(&mut self, brush: &Brush<'_>, barriers: &Barriers) -> bool {
        let place = |axis: usize, node: i32| f64::from(node) * f64::from(brush.grid.step[axis]);
        let last = [self.base[0] + self.width as i32, self.base[1] + self.rows.len() as i32];
        let low = [0, 1].map(|axis| place(axis, self.base[axis] - 1));
        barriers.near([low, [0, 1].map(|axis| place(axis, last[axis]))], &mut self.near);
        !self.near.is_empty() && !self.rows.is_empty()
    }

    /// Takes out the nodes to which the nearest way from the piece crosses a barrier, and ends lines at barriers.
    fn stop_at_barriers(&mut self, brush: &Brush<'_>, scale: &Scale, ends: [[f64; 2]; 2]) {
        let step = brush.grid.step.map(f64::from);
        for j in 0..self.rows.len() {
            let [first, last] = self.rows[j];
            for i in first..=last {
                let node = [self.base[0] + i, self.base[1] + j as i32];
                let at = [0, 1].map(|axis| f64::from(node[axis]) * step[axis]);
                let (foot, away) = foot_of(at, ends, scale);
                let cell = &mut self.cells[j * self.width + i as usize];
                if away > brush.sure && first_crossing(&self.near, foot, at).is_some() {
                    *cell = [0; 4];
                    continue;
                }
                for (toward, sign) in [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]].into_iter().enumerate() {
                    let there = [at[0] + sign[0] * step[0], at[1] + sign[1] * step[1]];
                    if let Some(share) = first_crossing(&self.near, at, there) {
                        let crossed = [0, 1].map(|axis| at[axis] + (there[axis] - at[axis]) * share);
                        if foot_of(crossed, ends, scale).1 > brush.sure {
                            cell[toward] = cell[toward].min(part(share));
                        }
                    }
                }
            }
        }
    }

    /// As `hand_over`, where rows have gaps.
    fn hand_over_runs(&self, row: &mut impl FnMut([i32; 2], &[Cell])) {
        self.hand_over(&mut |node, cells| {
            let mut begin = 0;
            for run in cells.chunk_by(|a, b| (a[EAST] > 0) == (b[EAST] > 0)) {
                if run[0][EAST] > 0 {
                    row([node[0] + begin, node[1]], run);
                }
                begin += run.len() as i32;
            }
        });
    }

    fn hand_over(&self, row: &mut impl FnMut([i32; 2], &[Cell])) {
        for (j, &[first, last]) in self.rows.iter().enumerate() {
            if first <= last {
                let begin = j * self.width;
                let cells = &self.cells[begin + first as usize..=begin + last as usize];
                row([self.base[0] + first, self.base[1] + j as i32], cells);
            }
        }
    }

    fn draw_part(&mut self, grid: Grid, scale: &Scale, [from, to]: [[f64; 2]; 2], radius: f64) {
        let reach = scale.metres.map(|metres| radius / metres);
        self.base = grid.node_after([0, 1].map(|axis| from[axis].min(to[axis]) - reach[axis]));
        let last = grid.node_before([0, 1].map(|axis| from[axis].max(to[axis]) + reach[axis]));
        self.rows.clear();
        self.cells.clear();
        if last[0] < self.base[0] || last[1] < self.base[1] {
            return;
        }
        let size = [0, 1].map(|axis| (last[axis] - self.base[axis] + 1) as usize);
        self.width = size[0];
        self.cells.resize(size[0] * size[1], INNER);
        // Metres from the first node.
        let local = |at: [f64; 2]| {
            [0, 1].map(|axis| (at[axis] - f64::from(self.base[axis]) * f64::from(grid.step[axis])) * scale.metres[axis])
        };
        let step = [0, 1].map(|axis| f64::from(grid.step[axis]) * scale.metres[axis]);
        let [from, to] = [local(from), local(to)];
        let across = Lines::new([from, to], radius);
        for j in 0..size[1] {
            let stretch = across.stretch(j as f64 * step[1]).and_then(|ends| Stretch::new(ends, step[0], size[0]));
            self.rows.push(stretch.as_ref().map_or([1, 0], |s| [s.first as i32, s.last as i32]));
            if let Some(stretch) = stretch {
                self.cells[j * size[0] + stretch.first][WEST] = stretch.before;
                self.cells[j * size[0] + stretch.last][EAST] = stretch.after;
            }
        }
        let up = Lines::new([from, to].map(|[x, y]| [y, x]), radius);
        for i in 0..size[0] {
            let stretch = up.stretch(i as f64 * step[0]).and_then(|ends| Stretch::new(ends, step[1], size[1]));
            if let Some(stretch) = stretch {
                self.cells[stretch.first * size[0] + i][SOUTH] = stretch.before;
                self.cells[stretch.last * size[0] + i][NORTH] = stretch.after;
            }
        }
    }
}

/// The nodes of a line of the lattice that are inside, and how far the inside goes on at both ends.
struct Stretch {
    first: usize,
    last: usize,
    before: u8,
    after: u8,
}

impl Stretch {
    fn new([begin, end]: [f64; 2], step: f64, nodes: usize) -> Option<Self> {
        let (begin, end) = (begin / step, end / step);
        if end < 0.0 {
            return None;
        }
        // Casts cut off what is behind the point; a stretch that begins before the first node is cut to 0.
        let first = begin as usize + usize::from((begin as usize as f64) < begin);
        let last = (end as usize).min(nodes - 1);
        // A stretch between two nodes is narrower than a cell, and passed over.
        (first <= last).then(|| Self {
            first,
            last,
            before: part(first as f64 - begin),
            after: part(end - last as f64),
        })
    }
}

/// A share of a step in 1/256, neither none nor all.
fn part(share: f64) -> u8 {
    ((share * 256.0 + 0.5) as u8).clamp(1, 254)
}

/// What is within a distance of a piece, cut by lines that run along the first axis.
struct Lines {
    from: [f64; 2],
    along: [f64; 2],
    radius_2: f64,
    /// The place on the piece (0 to 1) that reaches farthest forward from a line at 0, and farthest back; and how both move
    /// from line to line.
    forward: f64,
    back: f64,
    slope: f64,
}

impl Lines {
    fn new([from, to]: [[f64; 2]; 2], radius: f64) -> Self {
        let along = [to[0] - from[0], to[1] - from[1]];
        let length = (along[0] * along[0] + along[1] * along[1]).sqrt();
        // The farthest place is where the way to the outline is at a right angle to the piece, if it is on the piece.
        let (forward, back, slope) = if along[1].abs() > 1e-9 {
            let sideways = -along[1].signum() * along[0] / length * radius;
            let slope = 1.0 / along[1];
            ((-sideways - from[1]) * slope, (sideways - from[1]) * slope, slope)
        } else {
            let is_forward = f64::from(u8::from(along[0] > 0.0));
            (is_forward, 1.0 - is_forward, 0.0)
        };
        Self { from, along, radius_2: radius * radius, forward, back, slope }
    }

    /// Where the line at a height enters and leaves, if it does.
    fn stretch(&self, height: f64) -> Option<[f64; 2]> {
        let end = |place: f64| {
            let place = (place + height * self.slope).clamp(0.0, 1.0);
            let off = height - self.from[1] - place * self.along[1];
            let square = self.radius_2 - off * off;
            (square >= 0.0).then(|| (self.from[0] + place * self.along[0], square.sqrt()))
        };
        let ((back, left), (forward, right)) = (end(self.back)?, end(self.forward)?);
        Some([back - left, forward + right])
    }
}

/// The place on a piece nearest to another, and how far away that is in metres.
pub(super) fn foot_of(at: [f64; 2], [from, to]: [[f64; 2]; 2], scale: &Scale) -> ([f64; 2], f64) {
    let metres = |a: [f64; 2], b: [f64; 2]| [0, 1].map(|axis| (a[axis] - b[axis]) * scale.metres[axis]);
    let (along, away) = (metres(to, from), metres(at, from));
    let square = along[0] * along[0] + along[1] * along[1];
    let share = if square > 0.0 { ((along[0] * away[0] + along[1] * away[1]) / square).clamp(0.0, 1.0) } else { 0.0 };
    let foot = [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share);
    (foot, (away[0] - share * along[0]).hypot(away[1] - share * along[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The distance of a node from a piece, in metres.
    fn distance(at: [f64; 2], [from, to]: [[f64; 2]; 2]) -> f64 {
        let along = [to[0] - from[0], to[1] - from[1]];
        let square = along[0] * along[0] + along[1] * along[1];
        let dot = (at[0] - from[0]) * along[0] + (at[1] - from[1]) * along[1];
        let place = if square > 0.0 { (dot / square).clamp(0.0, 1.0) } else { 0.0 };
        (at[0] - from[0] - place * along[0]).hypot(at[1] - from[1] - place * along[1])
    }

    #[test]
    fn nodes_and_ends_are_those_of_the_distance() {
        let grid = Grid { step: [731, 594] };
        let scale = Scale::at(340_000_000);
        let metres = |at: [f64; 2]| [at[0] * scale.metres[0], at[1] * scale.metres[1]];
        let begin = [1_130_000_123.0, 340_000_456.0];
        let mut patch = Patch::default();
        let legs =
            [[0.0, 0.0], [5_000.0, 0.0], [-5_000.0, 0.0], [0.0, 7_000.0], [3_000.0, -9_000.0], [-60_000.0, 20_000.0]];
        for leg in legs {
            let is_long = leg[0] < -50_000.0;
            let end = [begin[0] + leg[0], begin[1] + leg[1]];
            let mut inside = std::collections::BTreeSet::new();
            let brush = Brush { grid, radius: 25.0, barriers: None, sure: 0.0 };
            patch.draw(&brush, &scale, [begin, end], |node, cells| {
                for (cell, i) in cells.iter().zip(node[0]..) {
                    inside.insert([i, node[1]]);
                    let at = |share: [f64; 2]| {
                        metres([(f64::from(i) + share[0]) * 731.0, (f64::from(node[1]) + share[1]) * 594.0])
                    };
                    let ends = [metres(begin), metres(end)];
                    for (toward, sign) in [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]].into_iter().enumerate() {
                        if cell[toward] < 254 {
                            let share = f64::from(cell[toward]) / 256.0;
                            let off = distance(at(sign.map(|s| s * share)), ends);
                            // Long pieces are drawn in parts, and the end of a part lies inside the others.
                            assert!(off < 25.03 && (off > 24.9 || is_long), "{leg:?} {cell:?} {off}");
                        }
                    }
                }
            });
            let corners = [begin, end].map(|at| grid.node_before(at));
            for i in corners[0][0].min(corners[1][0]) - 9..corners[0][0].max(corners[1][0]) + 9 {
                for j in corners[0][1].min(corners[1][1]) - 9..corners[0][1].max(corners[1][1]) + 9 {
                    let at = metres([f64::from(i) * 731.0, f64::from(j) * 594.0]);
                    let off = distance(at, [metres(begin), metres(end)]);
                    assert_eq!(inside.contains(&[i, j]), off <= 25.0, "{leg:?} {i} {j} {off}");
                }
            }
        }
    }
}
