//! From borders to rings: linked, with fewer points, and holes put into their outlines.
//!
//! Comes in: the marked borders of one budget. Goes out: a [`Shape`]. Not here: which nodes are inside.
//!
//! Inside a cell of the lattice an outline is a straight line between two of the cell's sides, and it crosses each side
//! at most once. Corners that touch over a diagonal only are kept apart. So rings cannot touch, and an outline whose nodes
//! and ends are all within those of another lies within it.
//!
//! Points are left out only as long as the outline goes on crossing the same sides of the same cells in the same order,
//! each within its window. What is left is then an outline of the same kind, with its ends moved within their windows, so
//! all that has been said still holds; nothing needs to be mended afterwards.

use super::grid::Grid;
use super::patch::{NORTH, SOUTH, WEST};
use super::raster::Frame;
use super::shape::Shape;
use super::windows::Marked;
use crate::position::Position;

/// "Not on the border" and "in no ring yet".
const NONE: u32 = u32::MAX;
/// So many points at most are left out in a row.
const FARTHEST: usize = 4096;

/// A place where a ring crosses the lattice, in 1e-7 degrees from the window's corner.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    at: [i32; 2],
    /// The ends of its window: on the side of the inside, which is to the left, and on the other.
    left: [i32; 2],
    right: [i32; 2],
    sharing: u8,
    /// Whether other budgets go on from here in another way.
    parts: bool,
}

/// Room for linking rings, used again and again.
#[derive(Debug, Default)]
pub(super) struct Linker {
    /// The border of each node of the window.
    border_of: Vec<u32>,
    /// The ring that passes each end of each border.
    ring_of: Vec<[u32; 4]>,
    crossings: Vec<Crossing>,
    kept: Vec<[i32; 2]>,
    rings: Vec<Ring>,
    points: Vec<[i32; 2]>,
}

/// A ring before it is put where it belongs.
#[derive(Clone, Copy, Debug)]
struct Ring {
    first: usize,
    end: usize,
    /// The border where it begins, which is the first that it passes.
    begin: usize,
    is_hole: bool,
    /// The outline that a hole lies in.
    outline: usize,
}

impl Linker {
    /// Links the borders of one budget.
    pub(super) fn link(&mut self, grid: Grid, frame: Frame, borders: &[Marked]) -> Shape {
        if self.border_of.len() < frame.nodes() {
            self.border_of.resize(frame.nodes(), NONE);
        }
        for (border, number) in borders.iter().zip(0..) {
            self.border_of[border.node as usize] = number;
        }
        self.ring_of.clear();
        self.ring_of.resize(borders.len(), [NONE; 4]);
        self.rings.clear();
        self.points.clear();
        for begin in 0..borders.len() {
            for toward in 0..4 {
                if borders[begin].ends[toward] > 0 && self.ring_of[begin][toward] == NONE {
                    self.follow(grid, frame, borders, begin, toward);
                    self.thin_out();
                    let first = self.points.len();
                    self.points.append(&mut self.kept);
                    let is_hole = twice_area(&self.points[first..]) < 0;
                    self.rings.push(Ring { first, end: self.points.len(), begin, is_hole, outline: self.rings.len() });
                }
            }
        }
        for border in borders {
            self.border_of[border.node as usize] = NONE;
        }
        self.put_holes_where_they_belong(borders);
        self.shape(grid, frame)
    }

    /// Follows a ring with the inside to the left.
    fn follow(&mut self, grid: Grid, frame: Frame, borders: &[Marked], begin: usize, toward: usize) {
        self.crossings.clear();
        let ring = self.rings.len() as u32;
        let steps: [isize; 4] = [1, frame.width as isize, -1, -(frame.width as isize)];
        let leaps = [[grid.step[0], 0], [0, grid.step[1]], [-grid.step[0], 0], [0, -grid.step[1]]];
        let (mut border, mut side) = (begin, toward);
        let width = frame.width as u32;
        let [column, row] = [borders[begin].node % width, borders[begin].node / width];
        let mut at = [column as i32 * grid.step[0], row as i32 * grid.step[1]];
        let leap = |at: &mut [i32; 2], toward: usize| *at = [at[0] + leaps[toward][0], at[1] + leaps[toward][1]];
        loop {
            self.ring_of[border][side] = ring;
            let here = &borders[border];
            self.crossings.push(Crossing::new(grid, at, here, side));
            let left = (side + 1) % 4;
            if here.ends[left] > 0 {
                // The neighbour ahead is outside: around the same node.
                side = left;
            } else {
                let ahead = (here.node as isize + steps[left]) as usize;
                leap(&mut at, left);
                let next = self.border_of[ahead];
                if next != NONE && borders[next as usize].ends[side] > 0 {
                    // Straight on.
                    border = next as usize;
                } else {
                    // Around the node outside.
                    leap(&mut at, side);
                    border = self.border_of[(ahead as isize + steps[side]) as usize] as usize;
                    side = (side + 3) % 4;
                }
            }
            if border == begin && side == toward {
                break;
            }
        }
    }

    /// Leaves out points of the ring.
    fn thin_out(&mut self) {
        let count = self.crossings.len();
        // A run of shared places ends before the first that is shared otherwise. A ring that changes its sharing begins
        // where a run does, so that runs are the same in all budgets.
        let ends_run = |here: &Crossing, next: &Crossing| here.sharing != next.sharing || here.parts;
        let ends_before = |&number: &usize| ends_run(&self.crossings[number - 1], &self.crossings[number]);
        if let Some(begin) = (1..count).find(ends_before) {
            self.crossings.rotate_left(begin);
        }
        self.crossings.push(self.crossings[0]);
        let ring = &self.crossings;
        let ends_run = |number: usize| ends_run(&ring[number], &ring[number + 1]);
        self.kept.clear();
        let mut anchor = 0;
        while anchor < count {
            let from = ring[anchor].at;
            self.kept.push(from);
            let mut last = anchor + 1;
            let mut cone = Cone::default();
            let mut number = anchor;
            while number < count.min(anchor + FARTHEST) && !ends_run(number) {
                number += 1;
                if number > anchor + 1 && cone.holds(less(ring[number].at, from)) {
                    last = number;
                }
                cone.narrow(less(ring[number].left, from), less(ring[number].right, from));
                if cone.is_empty() {
                    break;
                }
            }
            anchor = last;
        }
    }

    /// A hole lies in the outline that is met first to the west of where it begins.
    fn put_holes_where_they_belong(&mut self, borders: &[Marked]) {
        for number in 0..self.rings.len() {
            if self.rings[number].is_hole {
                let west = borders[..=self.rings[number].begin].iter().rposition(|border| border.ends[WEST] > 0);
                // Every run of nodes inside has an end in the west.
                let met = west.map_or(number, |border| self.ring_of[border][WEST] as usize);
                self.rings[number].outline = if self.rings[met].is_hole { self.rings[met].outline } else { met };
            }
        }
    }

    fn shape(&self, grid: Grid, frame: Frame) -> Shape {
        let corner = [0, 1].map(|axis| frame.base[axis] * grid.step[axis]);
        let mut order: Vec<usize> = (0..self.rings.len()).collect();
        // Outlines in the order of their beginnings, each followed by its holes.
        order.sort_by_key(|&ring| (self.rings[ring].outline, self.rings[ring].is_hole, ring));
        let mut shape = Shape::with_room(self.points.len(), order.len());
        for ring in order.into_iter().map(|ring| &self.rings[ring]) {
            let position = |at: &[i32; 2]| Position { lon_e7: corner[0] + at[0], lat_e7: corner[1] + at[1] };
            shape.push(ring.is_hole, self.points[ring.first..ring.end].iter().map(position));
        }
        shape
    }
}

impl Crossing {
    /// `corner` is where the node is, in 1e-7 degrees from the window's corner.
    #[inline]
    fn new(grid: Grid, corner: [i32; 2], border: &Marked, side: usize) -> Self {
        let axis = usize::from(side == NORTH || side == SOUTH);
        let sign = if side < WEST { 1 } else { -1 };
        let place = |end: u8| {
            let mut at = corner;
            at[axis] += sign * ((i32::from(end) * grid.step[axis] + 128) >> 8);
            at
        };
        Self {
            at: place(border.ends[side]),
            left: place(border.low[side]),
            right: place(border.high[side]),
            sharing: border.sharing[side],
            parts: border.parting >> side & 1 != 0,
        }
    }
}

/// The directions in which all windows so far are passed.
#[derive(Clone, Copy, Debug, Default)]
struct Cone {
    left: [i64; 2],
    right: [i64; 2],
}

impl Cone {
    /// Keeps what passes between two places.
    fn narrow(&mut self, left: [i64; 2], right: [i64; 2]) {
        if self.left == [0, 0] || cross(left, self.left) > 0 {
            self.left = left;
        }
        if self.right == [0, 0] || cross(self.right, right) > 0 {
            self.right = right;
        }
    }

    fn is_empty(&self) -> bool {
        cross(self.right, self.left) < 0
    }

    fn holds(&self, direction: [i64; 2]) -> bool {
        cross(self.right, direction) >= 0 && cross(direction, self.left) >= 0
    }
}

fn less(a: [i32; 2], b: [i32; 2]) -> [i64; 2] {
    [i64::from(a[0] - b[0]), i64::from(a[1] - b[1])]
}

/// Positive when `b` points to the left of `a`.
fn cross(a: [i64; 2], b: [i64; 2]) -> i64 {
    a[0] * b[1] - a[1] * b[0]
}

/// Twice the area of a ring, positive when it runs counter-clockwise.
fn twice_area(ring: &[[i32; 2]]) -> i64 {
    let from_first = |place: usize| less(ring[place], ring[0]);
    (2..ring.len()).map(|place| cross(from_first(place - 1), from_first(place))).sum()
}
