//! A window of the lattice with one bit for each of sixteen areas and each budget in every node: [`Raster`].
//!
//! Comes in: runs of nodes, and which areas they belong to. Goes out: which nodes are inside of which areas, and the nodes
//! along their outlines. Not here: how far the inside goes on between nodes (`outline`).
//!
//! Neighbouring origins reach the same streets, so most runs are laid for many of them at once.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for wider vectors")]

use super::masks::Mask;
use super::stamp::Run;
use crate::search::{Vectored, vectored};

/// A window of the lattice; used again and again, cleared in proportion to what was laid on it.
#[derive(Debug, Default)]
pub(super) struct Raster {
    pub(super) frame: Frame,
    /// For each four budgets the nodes of the window, row after row.
    planes: Vec<Vec<Mask>>,
    /// The first column of each row that may have something, and the one after the last.
    touched: Vec<[u32; 2]>,
    /// The areas of which the nodes of a row are on an outline.
    row: Vec<Mask>,
}

/// The window that nodes are numbered in, row after row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    /// The node in the south-west corner.
    pub(super) base: [i32; 2],
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Frame {
    /// A window for what is between two corners, with a margin for their neighbours.
    fn around([low, high]: [[i32; 2]; 2]) -> Self {
        let [width, height] = [0, 1].map(|axis| (high[axis] - low[axis] + 3).max(3) as usize);
        Self { base: low.map(|low| low.saturating_sub(1)), width, height }
    }

    pub(super) fn nodes(&self) -> usize {
        self.width * self.height
    }

    /// The number of a node.
    #[inline]
    pub(super) fn number(&self, node: [i32; 2]) -> usize {
        (node[1] - self.base[1]) as usize * self.width + (node[0] - self.base[0]) as usize
    }
}

/// No column.
const UNTOUCHED: [u32; 2] = [u32::MAX, 0];

impl Raster {
    /// How many nodes a window with these corners has.
    pub(super) fn size_of([low, high]: [[i32; 2]; 2]) -> u64 {
        [0, 1].iter().map(|&axis| (i64::from(high[axis]) - i64::from(low[axis]) + 3).max(3) as u64).product()
    }

    /// Empties the window and moves it to hold the nodes between two corners, their neighbours included.
    pub(super) fn restart(&mut self, corners: [[i32; 2]; 2], planes: usize) {
        for (row, touched) in self.touched.iter_mut().enumerate() {
            let [first, end] = std::mem::replace(touched, UNTOUCHED).map(|column| column as usize);
            if first < end {
                for plane in &mut self.planes {
                    plane[row * self.frame.width + first..row * self.frame.width + end].fill(0);
                }
            }
        }
        self.frame = Frame::around(corners);
        self.planes.resize_with(planes, Vec::new);
        for plane in &mut self.planes {
            if plane.len() < self.frame.nodes() {
                plane.resize(self.frame.nodes(), 0);
            }
        }
        self.touched.resize(self.frame.height, UNTOUCHED);
        self.row.resize(self.frame.width, 0);
    }

    /// Lays runs on, for the areas that have a bit in the mask of any plane.
    pub(super) fn lay(&mut self, runs: &[Run], masks: &[Mask]) {
        let Frame { base, width, .. } = self.frame;
        for run in runs {
            let row = (run.node[1] - base[1]) as usize;
            let column = (run.node[0] - base[0]) as usize;
            let end = column + run.length as usize;
            for (plane, &mask) in self.planes.iter_mut().zip(masks) {
                plane[row * width + column..row * width + end].iter_mut().for_each(|areas| *areas |= mask);
            }
            let touched = &mut self.touched[row];
            *touched = [touched[0].min(column as u32), touched[1].max(end as u32)];
        }
    }

    /// Calls for every node that is on an outline, in order.
    pub(super) fn borders(&mut self, mut each: impl FnMut(usize)) {
        let width = self.frame.width;
        for row in 1..self.frame.height - 1 {
            let [first, end] = self.touched[row].map(|column| column as usize);
            if first >= end {
                continue;
            }
            vectored(Ends { row: &mut self.row[first..end], planes: &self.planes, first: row * width + first, width });
            for (number, areas) in self.row[first..end].chunks(4).enumerate() {
                if areas.iter().fold(0, |any, areas| any | areas) != 0 {
                    let begin = row * width + first + 4 * number;
                    areas.iter().zip(begin..).filter(|(areas, _)| **areas != 0).for_each(|(_, node)| each(node));
                }
            }
        }
    }

    /// The areas that a node is inside of while its neighbours in the east, north, west and south are not.
    #[inline]
    pub(super) fn open(&self, plane: usize, node: usize) -> [Mask; 4] {
        let (plane, width) = (&self.planes[plane], self.frame.width);
        let here = plane[node];
        [node + 1, node + width, node - 1, node - width].map(|neighbour| here & !plane[neighbour])
    }
}

/// The areas of which the nodes of a row are on an outline of any budget.
struct Ends<'r> {
    row: &'r mut [Mask],
    planes: &'r [Vec<Mask>],
    /// The number of the first node of the row.
    first: usize,
    width: usize,
}

impl Vectored for Ends<'_> {
    type Output = ();

    #[inline(always)]
    fn work(self) {
        let Self { row, planes, first, width } = self;
        row.fill(0);
        let count = row.len();
        for plane in planes {
            let from = |begin: usize| &plane[begin..begin + count];
            let (here, east, north) = (from(first), from(first + 1), from(first + width));
            let (west, south) = (from(first - 1), from(first - width));
            for i in 0..count {
                row[i] |= here[i] & !(east[i] & north[i] & west[i] & south[i]);
            }
        }
    }
}
