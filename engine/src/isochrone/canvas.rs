//! Patches laid over each other, cell by cell: [`Canvas`].
//!
//! Comes in: rows of cells. Goes out: runs of what is inside of any of them. Not here: origins.
//!
//! Laying a row only ever adds: a cell keeps the larger of two numbers.

use super::patch::{Cell, EAST};

/// A window of the lattice; used again and again, cleared in proportion to what was laid on it.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    /// The node in the south-west corner.
    base: [i32; 2],
    width: usize,
    cells: Vec<Cell>,
    /// The first column of each row that may have something, and the one after the last.
    touched: Vec<[u32; 2]>,
}

/// No column.
const UNTOUCHED: [u32; 2] = [u32::MAX, 0];

impl Canvas {
    /// Empties the window and moves it to hold the nodes between two corners.
    pub(super) fn restart(&mut self, [low, high]: [[i32; 2]; 2]) {
        for (row, touched) in self.touched.iter_mut().enumerate() {
            let [first, end] = std::mem::replace(touched, UNTOUCHED).map(|column| column as usize);
            if first < end {
                self.cells[row * self.width + first..row * self.width + end].fill([0; 4]);
            }
        }
        self.base = low;
        let size = [0, 1].map(|axis| (high[axis] - low[axis] + 1).max(0) as usize);
        self.width = size[0];
        if self.cells.len() < size[0] * size[1] {
            self.cells.resize(size[0] * size[1], [0; 4]);
        }
        self.touched.resize(size[1], UNTOUCHED);
    }

    /// Lays on a row of cells, all of them inside, that begins at a node.
    pub(super) fn lay(&mut self, node: [i32; 2], cells: &[Cell]) {
        let [column, row] = [0, 1].map(|axis| (node[axis] - self.base[axis]) as usize);
        let begin = row * self.width + column;
        let below = self.cells[begin..begin + cells.len()].as_flattened_mut();
        for (below, &above) in below.iter_mut().zip(cells.as_flattened()) {
            *below = (*below).max(above);
        }
        let [first, end] = &mut self.touched[row];
        *first = (*first).min(column as u32);
        *end = (*end).max((column + cells.len()) as u32);
    }

    /// The runs of nodes inside, row by row: the node where each begins, and its cells.
    pub(super) fn runs(&self) -> impl Iterator<Item = ([i32; 2], &[Cell])> {
        self.touched.iter().enumerate().flat_map(move |(row, touched)| {
            let [first, end] = [touched[0].min(touched[1]), touched[1]].map(|column| column as usize);
            let cells = &self.cells[row * self.width + first..row * self.width + end];
            let begins = cells.chunk_by(|a, b| (a[EAST] > 0) == (b[EAST] > 0)).scan(first, |column, run| {
                let begin = *column;
                *column += run.len();
                Some((begin, run))
            });
            begins
                .filter(|(_, run)| run[0][EAST] > 0)
                .map(move |(column, run)| ([self.base[0] + column as i32, self.base[1] + row as i32], run))
        })
    }
}
