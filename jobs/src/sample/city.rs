//! The plan of the whole city: street lines, the river and the railway between them, and what each block is for.
//!
//! Comes in: a seed and a number of districts. Goes out: [`City`], from which any tile can be drawn by itself. It holds
//! a few numbers per line and a byte per block, whatever the size of the city. Not here: anything inside a block.
//!
//! Street lines run across the plan at superblock distances. Between two lines lies a *strip*: of blocks, or of water
//! or rails. A *tile* is where a column and a row of strips meet, together with the streets on its west and south side
//! and their crossroads; one more column and row of tiles close the city in the east and north.

use super::plane::{Axis, Ground, Point};
use super::random::Random;
use super::streets::profile::Class;

/// Blocks in a district from west to east and from south to north: the unit that has one of everything.
pub(crate) const DISTRICT: (usize, usize) = (6, 4);
/// Width of the river's strip in metres, embankments included.
const RIVER_WIDTH: f64 = 150.0;
/// Width of the railway's strip in metres.
const RAIL_WIDTH: f64 = 56.0;
/// About how many blocks lie between two rivers, and between two railways.
const RIVER_EVERY: usize = 12;
const RAIL_EVERY: usize = 18;

/// A tile by its column and row, counted from the south-west.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) column: usize,
    pub(crate) row: usize,
}

impl Tile {
    pub(crate) fn place(self) -> (usize, usize) {
        (self.column, self.row)
    }
}

/// What lies between two street lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strip {
    /// Blocks; the number counts block strips only.
    Blocks(usize),
    /// The river in a row, the railway in a column.
    Band,
}

/// What a block is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// Narrow lanes between low houses.
    OldQuarter,
    /// A pedestrian square between shops.
    Plaza,
    /// A park with a lake.
    Park,
    /// A wooded hill.
    Hill,
    /// Walled compounds of slabs from the last century, four to a block.
    Units,
    /// Walled compounds of new towers, one or two to a block.
    Estate,
    /// Factories and yards.
    Works,
}

impl BlockKind {
    /// Whether people live there.
    pub(crate) fn is_residential(self) -> bool {
        matches!(self, Self::OldQuarter | Self::Units | Self::Estate)
    }
}

/// What a tile holds besides streets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Land {
    Block(BlockKind),
    River,
    Rail,
    /// The railway where it crosses the river.
    RailOverRiver,
    /// Nothing: the tile only closes the city in the east or north.
    Border,
}

/// The plan of a city.
#[derive(Debug)]
pub(crate) struct City {
    pub(crate) seed: u64,
    pub(crate) ground: Ground,
    columns: Vec<Strip>,
    rows: Vec<Strip>,
    xs: Vec<f64>,
    ys: Vec<f64>,
    /// By block row, then block column.
    kinds: Vec<BlockKind>,
    block_columns: usize,
    block_rows: usize,
}

impl City {
    /// The city of `seed` with so many districts from west to east and from south to north.
    pub(crate) fn new(seed: u64, districts: (usize, usize)) -> Self {
        let (block_columns, block_rows) = (districts.0 * DISTRICT.0, districts.1 * DISTRICT.1);
        // A river keeps to the middle of its share of the rows; a railway a block further east.
        let columns = strips(block_columns, RAIL_EVERY, 1);
        let rows = strips(block_rows, RIVER_EVERY, 0);
        let xs = lines(&columns, RAIL_WIDTH, (370.0, 470.0), &mut Random::at(seed, "columns", (0, 0)));
        let ys = lines(&rows, RIVER_WIDTH, (350.0, 430.0), &mut Random::at(seed, "rows", (0, 0)));
        let middle = Point::new(last(&xs) / 2.0, last(&ys) / 2.0);
        let mut city = Self {
            seed,
            ground: Ground::new(seed, middle),
            columns,
            rows,
            xs,
            ys,
            kinds: vec![BlockKind::Estate; block_columns * block_rows],
            block_columns,
            block_rows,
        };
        for y in 0..districts.1 {
            for x in 0..districts.0 {
                city.settle_district((x, y));
            }
        }
        city
    }

    /// Columns of tiles, the closing one included.
    pub(crate) fn tile_columns(&self) -> usize {
        self.xs.len()
    }

    /// Rows of tiles, the closing one included.
    pub(crate) fn tile_rows(&self) -> usize {
        self.ys.len()
    }

    /// The number of a tile, row by row.
    pub(crate) fn tile_index(&self, tile: Tile) -> usize {
        tile.row * self.tile_columns() + tile.column
    }

    /// The column strips, without the closing one.
    pub(crate) fn columns(&self) -> &[Strip] {
        &self.columns
    }

    /// The row strips, without the closing one.
    pub(crate) fn rows(&self) -> &[Strip] {
        &self.rows
    }

    /// What a tile holds.
    pub(crate) fn land(&self, tile: Tile) -> Land {
        match (self.columns.get(tile.column), self.rows.get(tile.row)) {
            (Some(&Strip::Blocks(column)), Some(&Strip::Blocks(row))) => Land::Block(self.kind((column, row))),
            (Some(Strip::Blocks(_)), Some(Strip::Band)) => Land::River,
            (Some(Strip::Band), Some(Strip::Blocks(_))) => Land::Rail,
            (Some(Strip::Band), Some(Strip::Band)) => Land::RailOverRiver,
            _ => Land::Border,
        }
    }

    /// What a block is for, by block column and block row.
    pub(crate) fn kind(&self, block: (usize, usize)) -> BlockKind {
        self.kinds[block.1 * self.block_columns + block.0]
    }

    /// Blocks from west to east and from south to north.
    pub(crate) fn blocks(&self) -> (usize, usize) {
        (self.block_columns, self.block_rows)
    }

    /// Where a street line lies: the x of a vertical one, the y of a horizontal one.
    pub(crate) fn line(&self, axis: Axis, number: usize) -> f64 {
        self.lines(axis)[number]
    }

    /// All street lines of a direction.
    pub(crate) fn lines(&self, axis: Axis) -> &[f64] {
        match axis {
            Axis::Vertical => &self.xs,
            Axis::Horizontal => &self.ys,
        }
    }

    /// What kind of street a line is.
    pub(crate) fn class(&self, axis: Axis, number: usize) -> Class {
        let strips = match axis {
            Axis::Vertical => &self.columns,
            Axis::Horizontal => &self.rows,
        };
        // The second line along a band does not count, so that the pattern goes on behind it.
        let bands_before = strips[..number].iter().filter(|strip| **strip == Strip::Band).count();
        let behind_band = number > 0 && strips[number - 1] == Strip::Band;
        match (axis, behind_band, (number - bands_before) % 3) {
            (Axis::Vertical, true, _) => Class::Minor,
            (Axis::Horizontal, true, _) | (_, false, 2) => Class::Boulevard,
            (_, false, 1) => Class::Avenue,
            _ => Class::Street,
        }
    }

    /// Whether the stretch of a line that begins at the crossroads `(column, row)` is built. Only avenues have bridges
    /// and underpasses.
    pub(crate) fn is_built(&self, axis: Axis, (column, row): (usize, usize)) -> bool {
        let (number, strip) = match axis {
            Axis::Vertical => (column, self.rows.get(row)),
            Axis::Horizontal => (row, self.columns.get(column)),
        };
        match strip {
            Some(Strip::Blocks(_)) => true,
            Some(Strip::Band) => self.class(axis, number) == Class::Avenue,
            None => false,
        }
    }

    /// Whether the stretch of a line that begins at the crossroads `(column, row)` crosses the river or the railway.
    pub(crate) fn crosses_band(&self, axis: Axis, (column, row): (usize, usize)) -> bool {
        let strip = match axis {
            Axis::Vertical => self.rows.get(row),
            Axis::Horizontal => self.columns.get(column),
        };
        strip == Some(&Strip::Band)
    }

    /// How old a block is, as a number without unit: more is older. Old and new parts are a few kilometres wide, and
    /// the two banks of a river differ.
    fn age(&self, (column, row): (usize, usize)) -> f64 {
        let mut field = Random::at(self.seed, "age", (0, 0));
        let mut wave = |length: f64| {
            let (phase, turn) = (field.unit(), field.unit() * std::f64::consts::TAU);
            let along = column as f64 * turn.cos() + row as f64 * turn.sin();
            ((along / length + phase) * std::f64::consts::TAU).sin()
        };
        let waves = 0.5 * wave(13.0) + 0.3 * wave(7.0);
        let tile_row = self.rows.iter().position(|strip| *strip == Strip::Blocks(row)).unwrap_or(0);
        let rivers_south = self.rows[..tile_row].iter().filter(|strip| **strip == Strip::Band).count();
        let bank = if rivers_south % 2 == 0 { 0.8 } else { -0.8 };
        waves + bank + Random::at(self.seed, "age of a block", (column, row)).between(-0.3, 0.3)
    }

    /// Decides what the blocks of a district are for: its oldest blocks become the old quarter, with the square
    /// next to it, then come compounds of the last century, and last estates and works. One park, and a hill in some
    /// corners.
    fn settle_district(&mut self, (x, y): (usize, usize)) {
        let mut chance = Random::at(self.seed, "district", (x, y));
        let mut blocks: Vec<(usize, usize)> = (0..DISTRICT.1)
            .flat_map(|row| (0..DISTRICT.0).map(move |column| (x * DISTRICT.0 + column, y * DISTRICT.1 + row)))
            .collect();
        let city_corner = (x + 1) * DISTRICT.0 == self.block_columns && (y + 1) * DISTRICT.1 == self.block_rows;
        if city_corner || chance.chance(0.12) {
            let hill = blocks.remove(blocks.len() - 1);
            self.set_kind(hill, BlockKind::Hill);
        }
        blocks.sort_by(|&a, &b| self.age(b).total_cmp(&self.age(a)));

        let count = blocks.len();
        let park = blocks.remove(count / 2);
        self.set_kind(park, BlockKind::Park);
        let old = blocks.drain(..2).collect::<Vec<_>>();
        let distance = |block: (usize, usize)| block.0.abs_diff(old[0].0) + block.1.abs_diff(old[0].1);
        let nearest = (0..blocks.len()).min_by_key(|&rank| distance(blocks[rank])).unwrap_or(0);
        let square = blocks.remove(nearest);
        let units = 6 + chance.below(4);
        for (rank, &block) in blocks.iter().enumerate() {
            let kind = match rank {
                _ if rank + 1 == blocks.len() => BlockKind::Works,
                _ if rank < units => BlockKind::Units,
                _ => BlockKind::Estate,
            };
            self.set_kind(block, kind);
        }
        for block in old {
            self.set_kind(block, BlockKind::OldQuarter);
        }
        self.set_kind(square, BlockKind::Plaza);
    }

    fn set_kind(&mut self, (column, row): (usize, usize), kind: BlockKind) {
        self.kinds[row * self.block_columns + column] = kind;
    }
}

/// Strips for so many blocks, with a band in the middle of every `every` blocks, moved by `shift` blocks.
fn strips(blocks: usize, every: usize, shift: usize) -> Vec<Strip> {
    let bands = (blocks / every).max(1);
    let mut strips = Vec::with_capacity(blocks + bands);
    for band in 0..bands {
        let (from, to) = (blocks * band / bands, blocks * (band + 1) / bands);
        let middle = usize::midpoint(from, to) + shift;
        strips.extend((from..middle).map(Strip::Blocks));
        strips.push(Strip::Band);
        strips.extend((middle..to).map(Strip::Blocks));
    }
    strips
}

/// The lines around strips, the first at zero.
fn lines(strips: &[Strip], band: f64, (least, most): (f64, f64), chance: &mut Random) -> Vec<f64> {
    let mut lines = vec![0.0];
    for strip in strips {
        let width = match strip {
            Strip::Blocks(_) => chance.between(least, most),
            Strip::Band => band,
        };
        lines.push(last(&lines) + width);
    }
    lines
}

fn last(lines: &[f64]) -> f64 {
    lines.last().copied().unwrap_or_default()
}
