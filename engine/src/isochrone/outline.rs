//! Where the outlines of areas cross the lattice: [`Outlines`].
//!
//! Comes in: the raster, and all that was laid on it. Goes out: for each area and budget the nodes along its outline, with
//! how far the inside goes on from them. Not here: rings.
//!
//! Only the cells along the rim of what was laid matter, and of these only the ones at nodes on an outline.

use super::masks::{self, Mask};
use super::options::IsochroneOptions;
use super::patch::{Cell, EAST, NORTH, SOUTH, WEST};
use super::raster::{Frame, Raster};
use super::stamp::Rim;
use super::streets::{Lanes, lanes_of};
use super::windows::{MOST_BUDGETS, Marked, mark};

/// Ends of outlines keep this far from the nodes of the lattice, in 1/256 of a step: rings never touch at a node.
const CLEARANCE: u8 = 4;
/// Nodes along a side of the squares in which it is known whether there is an outline.
const TILE: usize = 16;
/// "Not on an outline".
const NONE: u32 = u32::MAX;

/// The outlines of up to sixteen areas for each budget; used again and again.
#[derive(Debug, Default)]
pub(super) struct Outlines {
    /// The place in `nodes` of each node of the window.
    place_of: Vec<u32>,
    /// The nodes on any outline, in order.
    nodes: Vec<u32>,
    /// Whether there are any, in squares of the window.
    tiles: Vec<bool>,
    tiles_wide: usize,
    /// The rims at these nodes as they were met: the place, what it belongs to, and the cell.
    met: Vec<(u32, u32, Cell)>,
    /// The same sorted by place; those of place `p` end at `end_of[p]`.
    end_of: Vec<u32>,
    rims: Vec<(u32, Cell)>,
    /// For each lane, and in it for each budget, the nodes along the outline in order.
    pub(super) borders: Vec<Vec<Vec<Marked>>>,
    /// What is found at one node, with its budget.
    found: Vec<(usize, Marked)>,
}

/// The first lane of each budget.
const EACH: Mask = 0x0001_0001_0001_0001;
/// All lanes of a budget.
const ALL: Mask = Lanes::MAX as Mask;

/// The lane that stands for others, in all budgets at once.
#[derive(Clone, Copy)]
struct Model {
    lane: u32,
}

impl Model {
    /// One bit in each budget in which the lane has its bit, in the place of the first lane.
    #[inline]
    fn in_each(self, mask: Mask) -> Mask {
        mask >> self.lane & EACH
    }

    /// The lanes that differ from this one in any budget that `where_it` has all lanes of.
    #[inline]
    fn differ(self, mask: Mask, where_it: Mask) -> Lanes {
        let differ = (mask ^ (self.in_each(mask) * ALL)) & where_it;
        let halves = differ | differ >> 32;
        (halves | halves >> 16) as Lanes
    }
}

impl Outlines {
    /// Looks where outlines are.
    pub(super) fn find(&mut self, raster: &mut Raster) {
        for &node in &self.nodes {
            self.place_of[node as usize] = NONE;
        }
        self.nodes.clear();
        self.met.clear();
        if self.place_of.len() < raster.frame.nodes() {
            self.place_of.resize(raster.frame.nodes(), NONE);
        }
        let Frame { width, height, .. } = raster.frame;
        self.tiles_wide = width.div_ceil(TILE);
        self.tiles.clear();
        self.tiles.resize(self.tiles_wide * height.div_ceil(TILE), false);
        raster.borders(|node| {
            self.place_of[node] = self.nodes.len() as u32;
            self.nodes.push(node as u32);
            self.tiles[node / width / TILE * self.tiles_wide + node % width / TILE] = true;
        });
        self.end_of.clear();
        self.end_of.resize(self.nodes.len(), 0);
    }

    /// Whether there may be an outline between two corners.
    pub(super) fn may_be_in(&self, raster: &Raster, [low, high]: [[i32; 2]; 2]) -> bool {
        let tile = |node: [i32; 2]| [0, 1].map(|axis| (node[axis] - raster.frame.base[axis]) as usize / TILE);
        let ([west, south], [east, north]) = (tile(low), tile(high));
        (south..=north)
            .any(|row| self.tiles[row * self.tiles_wide + west..=row * self.tiles_wide + east].contains(&true))
    }

    /// The rims of something that was laid on the raster, by its number.
    pub(super) fn meet(&mut self, raster: &Raster, number: u32, rims: &[Rim]) {
        for rim in rims {
            let place = self.place_of[raster.frame.number(rim.node)];
            if place != NONE {
                self.met.push((place, number, rim.cell));
                self.end_of[place as usize] += 1;
            }
        }
    }

    /// Takes the outlines of so many lanes; `masks` has for each thing that was laid the areas that it belongs to.
    pub(super) fn take(&mut self, raster: &Raster, lanes: usize, budgets: usize, masks: &[Mask]) {
        self.sort();
        self.borders.resize_with(lanes.max(self.borders.len()), Vec::new);
        for borders in &mut self.borders[..lanes] {
            borders.resize_with(budgets, Vec::new);
            borders.iter_mut().for_each(Vec::clear);
        }
        let (planes, tolerance) = (budgets.div_ceil(masks::BUDGETS), IsochroneOptions::tolerance());
        let mut begin = 0;
        for (&node, &end) in self.nodes.iter().zip(&self.end_of) {
            let at = Place { node, rims: &self.rims[begin..end as usize], masks, planes };
            begin = end as usize;
            let mut rest = at.lanes(raster);
            while rest != 0 {
                let model = Model { lane: rest.trailing_zeros() };
                let (ends, alike) = at.ends(raster, model);
                self.found.clear();
                let found = &mut self.found;
                mark(node, &ends[..budgets], tolerance, |budget, marked| found.push((budget, marked)));
                for lane in lanes_of(rest & alike) {
                    let borders = &mut self.borders[lane];
                    self.found.iter().for_each(|&(budget, marked)| borders[budget].push(marked));
                }
                rest &= !alike;
            }
        }
    }

    /// Sorts rims by their places.
    fn sort(&mut self) {
        let mut sum = 0;
        for end in &mut self.end_of {
            sum += std::mem::replace(end, sum);
        }
        self.rims.resize(self.met.len(), (0, [0; 4]));
        for &(place, number, cell) in &self.met {
            let next = &mut self.end_of[place as usize];
            self.rims[*next as usize] = (number, cell);
            *next += 1;
        }
    }
}

/// A node on an outline, with all the rims that are there.
#[derive(Clone, Copy)]
struct Place<'o> {
    node: u32,
    rims: &'o [(u32, Cell)],
    masks: &'o [Mask],
    planes: usize,
}

impl Place<'_> {
    /// The lanes that have an outline here in any budget.
    fn lanes(&self, raster: &Raster) -> Lanes {
        (0..self.planes).fold(0, |lanes, plane| {
            let [east, north, west, south] = raster.open(plane, self.node as usize);
            let any = east | north | west | south;
            let halves = any | any >> 32;
            lanes | (halves | halves >> 16) as Lanes
        })
    }

    /// How far the inside goes on in one lane toward neighbours that are outside, for each budget; and the lanes that have
    /// the same rims and the same neighbours outside, so that it goes on as far in them.
    fn ends(&self, raster: &Raster, model: Model) -> ([Cell; MOST_BUDGETS], Lanes) {
        let (mut cells, mut other): ([Cell; MOST_BUDGETS], Lanes) = ([[0; 4]; MOST_BUDGETS], 0);
        for (plane, cells) in cells.chunks_exact_mut(masks::BUDGETS).enumerate().take(self.planes) {
            let open = raster.open(plane, self.node as usize);
            let here = model.in_each(open[EAST] | open[NORTH] | open[WEST] | open[SOUTH]) * ALL;
            for &(number, rim) in self.rims {
                let mask = self.masks[number as usize * self.planes + plane];
                other |= model.differ(mask, here);
                let mut budgets = model.in_each(mask & here);
                while budgets != 0 {
                    let cell = &mut cells[(budgets.trailing_zeros() / Lanes::BITS) as usize];
                    for (end, rim) in cell.iter_mut().zip(rim) {
                        *end = (*end).max(rim);
                    }
                    budgets &= budgets - 1;
                }
            }
            for toward in [EAST, NORTH, WEST, SOUTH] {
                other |= model.differ(open[toward], Mask::MAX);
                let open = model.in_each(open[toward]);
                for (budget, cell) in cells.iter_mut().enumerate() {
                    let is_open = (open >> (budget as u32 * Lanes::BITS) & 1) as u8;
                    cell[toward] = cell[toward].clamp(CLEARANCE, u8::MAX - CLEARANCE) * is_open;
                }
            }
        }
        (cells, !other)
    }
}
