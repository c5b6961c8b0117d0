//! A window of the lattice on which patches are laid over each other: [`Raster`].
//!
//! Comes in: rows of cells. Goes out: what is inside of any of them, and the nodes along the outline. Not here: rings.
//!
//! Laying a row on the raster only ever adds: a cell keeps the larger of two numbers. So an outline taken earlier lies
//! within one taken later, whatever is rounded; that is why the rings of one origin nest.

use super::patch::{Cell, EAST, NORTH, SOUTH, WEST};

/// Ends of outlines keep this far from the nodes of the lattice, in 1/256 of a step: rings never touch at a node.
const CLEARANCE: u8 = 4;

/// A node inside with a neighbour outside: its number in the window, and how far the inside goes on toward the neighbours
/// that are outside; 0 toward the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Border {
    pub(super) node: u32,
    pub(super) ends: Cell,
}

/// A window of the lattice; used again and again, cleared in proportion to what was laid on it.
#[derive(Debug, Default)]
pub(super) struct Raster {
    /// The node in the south-west corner.
    base: [i32; 2],
    /// Nodes in a row, a multiple of 64.
    width: usize,
    height: usize,
    cells: Vec<Cell>,
    /// One bit for each node: whether it is inside.
    inside: Vec<u64>,
    /// The first word of each row that may have a bit, and the one after the last.
    touched: Vec<[u32; 2]>,
}

/// The window that nodes are numbered in, row after row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) base: [i32; 2],
    pub(super) width: usize,
    pub(super) nodes: usize,
}

/// No word.
const UNTOUCHED: [u32; 2] = [u32::MAX, 0];

impl Raster {
    /// How many nodes a window with these corners has, with a margin for their neighbours.
    pub(super) fn size_of([low, high]: [[i32; 2]; 2]) -> u64 {
        [0, 1].iter().map(|&axis| (i64::from(high[axis]) - i64::from(low[axis]) + 130) as u64).product()
    }

    pub(super) fn frame(&self) -> Frame {
        Frame { base: self.base, width: self.width, nodes: self.width * self.height }
    }

    /// Empties the window and moves it to hold the nodes between two corners, their neighbours included.
    pub(super) fn restart(&mut self, [low, high]: [[i32; 2]; 2]) {
        let words = self.width / 64;
        for (row, touched) in self.touched.iter_mut().enumerate() {
            let [first, end] = std::mem::replace(touched, UNTOUCHED).map(|word| word as usize);
            if first < end {
                self.inside[row * words + first..row * words + end].fill(0);
                self.cells[row * self.width + 64 * first..row * self.width + 64 * end].fill([0; 4]);
            }
        }
        self.base = [low[0] - 1, low[1] - 1];
        self.width = ((high[0] + 2 - self.base[0]) as usize).next_multiple_of(64);
        self.height = (high[1] + 2 - self.base[1]) as usize;
        let nodes = self.width * self.height;
        if self.cells.len() < nodes {
            self.cells.resize(nodes, [0; 4]);
            self.inside.resize(nodes / 64, 0);
        }
        self.touched.resize(self.height, UNTOUCHED);
    }

    /// Lays on a row of cells, all of them inside, that begins at a node.
    pub(super) fn lay(&mut self, node: [i32; 2], cells: &[Cell]) {
        let column = (node[0] - self.base[0]) as usize;
        let row = (node[1] - self.base[1]) as usize;
        let begin = row * self.width + column;
        let below = self.cells[begin..begin + cells.len()].as_flattened_mut();
        for (below, &above) in below.iter_mut().zip(cells.as_flattened()) {
            *below = (*below).max(above);
        }
        let last = column + cells.len() - 1;
        let (first_word, last_word) = (column / 64, last / 64);
        let words = &mut self.inside[row * (self.width / 64)..];
        for (word, bits) in words[..=last_word].iter_mut().enumerate().skip(first_word) {
            let from = if word == first_word { column % 64 } else { 0 };
            let to = if word == last_word { last % 64 } else { 63 };
            *bits |= !0 << from & !0 >> (63 - to);
        }
        let [first, end] = &mut self.touched[row];
        *first = (*first).min(first_word as u32);
        *end = (*end).max(last_word as u32 + 1);
    }

    /// The runs of nodes inside, row by row: the node where each begins, and its cells.
    pub(super) fn runs(&self) -> impl Iterator<Item = ([i32; 2], &[Cell])> {
        self.touched.iter().enumerate().flat_map(move |(row, touched)| {
            let columns = 64 * touched[0].min(touched[1]) as usize..64 * touched[1] as usize;
            let cells = &self.cells[row * self.width..(row + 1) * self.width];
            let is_inside = |column: &usize| cells[*column][EAST] > 0;
            let begins = columns.filter(move |&c| is_inside(&c) && (c == 0 || !is_inside(&(c - 1))));
            begins.map(move |column| {
                let length = cells[column..].iter().take_while(|cell| cell[EAST] > 0).count();
                let node = [self.base[0] + column as i32, self.base[1] + row as i32];
                (node, &cells[column..column + length])
            })
        })
    }

    /// The nodes along the outline, by rows from the south and in each row from the west.
    pub(super) fn borders(&self, into: &mut Vec<Border>) {
        into.clear();
        let words = self.width / 64;
        // The window has a margin: nothing is inside in its first and last row and column.
        for row in 1..self.height - 1 {
            let [first, end] = self.touched[row].map(|word| word as usize);
            for word in first..end {
                let at = row * words + word;
                let here = self.inside[at];
                if here == 0 {
                    continue;
                }
                let east = here >> 1 | if word + 1 < words { self.inside[at + 1] << 63 } else { 0 };
                let west = here << 1 | if word > 0 { self.inside[at - 1] >> 63 } else { 0 };
                let neighbours = [east, self.inside[at + words], west, self.inside[at - words]];
                let mut border = here & !(neighbours[0] & neighbours[1] & neighbours[2] & neighbours[3]);
                while border != 0 {
                    let bit = border.trailing_zeros();
                    border &= border - 1;
                    let node = 64 * at + bit as usize;
                    let cell = self.cells[node];
                    let end = |toward: usize| {
                        let is_open = (neighbours[toward] >> bit & 1) as u8;
                        cell[toward].clamp(CLEARANCE, u8::MAX - CLEARANCE) * (1 - is_open)
                    };
                    into.push(Border { node: node as u32, ends: [end(EAST), end(NORTH), end(WEST), end(SOUTH)] });
                }
            }
        }
    }
}
