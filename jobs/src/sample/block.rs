//! How a block is divided: inner streets, parcels, gates, and where all that reaches the streets around it.
//!
//! Comes in: the plan and a tile. Goes out: [`Layout`], the same whenever it is asked for, so that the streets around a
//! block can be drawn without drawing the block. Not here: the buildings and paths of a parcel (`draw`).

use super::city::{BlockKind, City, Land, Tile};
use super::draw::old_quarter;
use super::names::{Named, name};
use super::plane::{Axis, Rect, Side};
use super::random::Random;
use super::streets::Entry;

/// Half the width of an inner street with its kerbs, in metres.
const INNER_STREET: f64 = 10.0;
/// Depth in metres of the strip between a compound's wall and the street: shops or a hedge.
pub(crate) const SETBACK: f64 = 14.0;
/// How far a dead-end road stays off the street that it was meant to reach, in metres.
const DEAD_END_GAP: f64 = 30.0;

/// What a parcel is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// A new compound of towers.
    Towers,
    /// A compound of slabs from the last century.
    Slabs,
    PrimarySchool,
    MiddleSchool,
    PocketPark,
    Works,
    /// A building site behind a fence, with a road that is not open yet.
    Site,
}

/// Who may use a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GateKind {
    /// A gap in the wall.
    Open,
    /// A barrier for cars with a guard; walkers pass.
    Guarded,
    /// Residents only.
    Private,
    /// Locked for good.
    Locked,
}

/// What lies outside a side of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Facing {
    /// A street around the block.
    Street,
    /// The inner street of this number.
    Inner(usize),
}

/// Where a gate leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Approach {
    /// To a street around the block, by this entry.
    Entry(usize),
    /// To the inner street of this number.
    Inner(usize),
}

/// A gap in the edge of a parcel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gate {
    pub(crate) side: Side,
    pub(crate) along: f64,
    pub(crate) kind: GateKind,
    /// Whether cars use it.
    pub(crate) drive: bool,
    pub(crate) approach: Approach,
}

/// A piece of a block with one use.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parcel {
    pub(crate) rect: Rect,
    pub(crate) purpose: Use,
    pub(crate) facing: [Facing; 4],
    pub(crate) gates: Vec<Gate>,
    pub(crate) number: usize,
}

/// How a street inside a block ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum End {
    /// At a street around the block, by this entry.
    Entry(usize),
    /// At the other inner street.
    Crossing,
    /// At this coordinate, in front of a street that it does not reach.
    Dead(f64),
}

/// A street inside a block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InnerStreet {
    pub(crate) axis: Axis,
    /// The coordinate across.
    pub(crate) across: f64,
    /// The low and the high end.
    pub(crate) ends: [End; 2],
    pub(crate) name: String,
}

/// How inner streets divide a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Division {
    Whole,
    LeftAndRight,
    LowerAndUpper,
    /// By a street from south to north and another from there to the east.
    Three,
    Four,
}

/// The division of a block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    /// The block inside the streets around it.
    pub(crate) rect: Rect,
    pub(crate) streets: Vec<InnerStreet>,
    pub(crate) parcels: Vec<Parcel>,
    pub(crate) entries: Vec<Entry>,
}

impl Division {
    fn has_vertical(self) -> bool {
        matches!(self, Self::LeftAndRight | Self::Three | Self::Four)
    }

    fn has_horizontal(self) -> bool {
        matches!(self, Self::LowerAndUpper | Self::Three | Self::Four)
    }

    /// The parts of a block: whether each lies on the right, and whether it is an upper one, where that is a question.
    fn parts(self) -> &'static [(Option<bool>, Option<bool>)] {
        const LEFT: Option<bool> = Some(false);
        const RIGHT: Option<bool> = Some(true);
        const LOWER: Option<bool> = Some(false);
        const UPPER: Option<bool> = Some(true);
        match self {
            Self::Whole => &[(None, None)],
            Self::LeftAndRight => &[(LEFT, None), (RIGHT, None)],
            Self::LowerAndUpper => &[(None, LOWER), (None, UPPER)],
            Self::Three => &[(LEFT, None), (RIGHT, LOWER), (RIGHT, UPPER)],
            Self::Four => &[(LEFT, LOWER), (RIGHT, LOWER), (LEFT, UPPER), (RIGHT, UPPER)],
        }
    }
}

impl Layout {
    /// The layout of a tile; a tile without a block may have entries too, from the banks of the river.
    pub(crate) fn of(city: &City, tile: Tile) -> Self {
        let land = city.land(tile);
        let mut layout =
            Self { rect: Rect::new(0.0, 0.0, 0.0, 0.0), streets: vec![], parcels: vec![], entries: vec![] };
        if land == Land::Border {
            return layout;
        }
        layout.rect = inside_streets(city, tile);
        let mut chance = Random::at(city.seed, "layout", tile.place());
        match land {
            Land::Block(kind) => layout.divide(city, tile, kind, &mut chance),
            Land::River => layout.footpaths(&[(Side::South, 0.3), (Side::North, 0.7)]),
            Land::Rail | Land::RailOverRiver | Land::Border => {}
        }
        layout
    }

    fn divide(&mut self, city: &City, tile: Tile, kind: BlockKind, chance: &mut Random) {
        match kind {
            BlockKind::OldQuarter => {
                for (side, along, road) in old_quarter::Lanes::of(city, tile, self.rect).mouths() {
                    self.enter(side, along, road);
                }
            }
            BlockKind::Plaza => {
                self.footpaths(&[(Side::South, 0.5), (Side::East, 0.5), (Side::North, 0.5), (Side::West, 0.5)]);
            }
            BlockKind::Park => {
                let gates = [(Side::South, 0.3), (Side::South, 0.72), (Side::West, 0.3), (Side::West, 0.7)];
                self.footpaths(&gates);
                self.footpaths(&[(Side::North, 0.3), (Side::East, 0.3)]);
            }
            BlockKind::Hill => self.footpaths(&[(Side::South, 0.45), (Side::West, 0.5)]),
            BlockKind::Units | BlockKind::Estate | BlockKind::Works => self.subdivide(city, tile, kind, chance),
        }
    }

    /// Divides the block by inner streets into walled parcels.
    fn subdivide(&mut self, city: &City, tile: Tile, kind: BlockKind, chance: &mut Random) {
        let division = match kind {
            BlockKind::Units => chance.pick(&[Division::Four, Division::Four, Division::Three]),
            BlockKind::Works => Division::LeftAndRight,
            _ => chance.pick(&[Division::Whole, Division::LeftAndRight, Division::LowerAndUpper]),
        };
        let cut = self.rect.at(chance.between(0.42, 0.58), chance.between(0.44, 0.56));
        let number = city.tile_index(tile);
        if division.has_vertical() {
            // The north end of some inner streets was never built.
            let is_unfinished = kind == BlockKind::Units && (tile.column + 2 * tile.row).is_multiple_of(3);
            let south = End::Entry(self.enter(Side::South, cut.x, Some("residential")));
            let north = if is_unfinished {
                let ahead = tile.row + 1;
                let sidewalk = city.class(Axis::Horizontal, ahead).profile().sidewalk.unwrap_or(0.0);
                End::Dead(city.line(Axis::Horizontal, ahead) - sidewalk - DEAD_END_GAP)
            } else {
                End::Entry(self.enter(Side::North, cut.x, Some("residential")))
            };
            let name = name(city.seed, Named::InnerStreet, number * 2) + "路";
            self.streets.push(InnerStreet { axis: Axis::Vertical, across: cut.x, ends: [south, north], name });
        }
        let horizontal = self.streets.len();
        if division.has_horizontal() {
            let west = match division {
                Division::Three => End::Crossing,
                _ => End::Entry(self.enter(Side::West, cut.y, Some("residential"))),
            };
            let east = End::Entry(self.enter(Side::East, cut.y, Some("residential")));
            let name = name(city.seed, Named::InnerStreet, number * 2 + 1) + "街";
            self.streets.push(InnerStreet { axis: Axis::Horizontal, across: cut.y, ends: [west, east], name });
        }
        for &(right, upper) in division.parts() {
            let mut facing = [Facing::Street; 4];
            let mut rect = self.rect;
            match right {
                Some(true) => (rect.x0, facing[Side::West.number()]) = (cut.x, Facing::Inner(0)),
                Some(false) => (rect.x1, facing[Side::East.number()]) = (cut.x, Facing::Inner(0)),
                None => {}
            }
            match upper {
                Some(true) => (rect.y0, facing[Side::South.number()]) = (cut.y, Facing::Inner(horizontal)),
                Some(false) => (rect.y1, facing[Side::North.number()]) = (cut.y, Facing::Inner(horizontal)),
                None => {}
            }
            let margins = facing.map(|facing| if facing == Facing::Street { SETBACK } else { INNER_STREET });
            self.add_parcel(rect.inset_by(margins), kind, facing, number, chance);
        }
    }

    fn add_parcel(
        &mut self,
        rect: Rect,
        kind: BlockKind,
        facing: [Facing; 4],
        block_number: usize,
        chance: &mut Random,
    ) {
        let number = self.parcels.len();
        let fate = chance.unit();
        // The only parcel of a block is not given away to a school or a building site.
        let is_shared = facing != [Facing::Street; 4];
        let purpose = match kind {
            BlockKind::Works => Use::Works,
            BlockKind::Units if number == 2 && block_number.is_multiple_of(4) => Use::PrimarySchool,
            BlockKind::Units if number == 2 && block_number % 5 == 1 => Use::PocketPark,
            BlockKind::Units if number == 1 && fate < 0.12 => Use::MiddleSchool,
            BlockKind::Units => Use::Slabs,
            _ if is_shared && fate < 0.10 => Use::PrimarySchool,
            _ if is_shared && fate < 0.20 => Use::Site,
            _ if is_shared && fate < 0.30 => Use::PocketPark,
            _ => Use::Towers,
        };
        let mut parcel = Parcel { rect, purpose, facing, gates: Vec::new(), number };
        for (side, kind, drive) in gates(purpose, &facing, chance) {
            let (from, to) = rect.span(side);
            let along = from + (to - from) * chance.between(0.3, 0.7);
            let approach = match facing[side.number()] {
                Facing::Street => Approach::Entry(self.enter(side, along, drive.then_some("service"))),
                Facing::Inner(street) => Approach::Inner(street),
            };
            parcel.gates.push(Gate { side, along, kind, drive, approach });
        }
        self.parcels.push(parcel);
    }

    /// Notes an entry and returns its number.
    fn enter(&mut self, side: Side, along: f64, road: Option<&'static str>) -> usize {
        self.entries.push(Entry { side, along, road });
        self.entries.len() - 1
    }

    /// Notes footpaths at shares of the block's sides.
    fn footpaths(&mut self, at: &[(Side, f64)]) {
        for &(side, share) in at {
            let (from, to) = self.rect.span(side);
            self.enter(side, from + (to - from) * share, None);
        }
    }
}

/// The tile inside the streets around it.
fn inside_streets(city: &City, tile: Tile) -> Rect {
    let edge =
        |axis, number, inwards: f64| city.line(axis, number) + inwards * city.class(axis, number).profile().half_width;
    Rect::new(
        edge(Axis::Vertical, tile.column, 1.0),
        edge(Axis::Horizontal, tile.row, 1.0),
        edge(Axis::Vertical, tile.column + 1, -1.0),
        edge(Axis::Horizontal, tile.row + 1, -1.0),
    )
}

/// The gates of a parcel: sides, who may pass, and whether cars do. No side has two.
fn gates(purpose: Use, facing: &[Facing; 4], chance: &mut Random) -> Vec<(Side, GateKind, bool)> {
    // Main gates open to inner streets where there are any; the order within is by lot.
    let mut sides = Side::ALL;
    let first = chance.below(4);
    sides.rotate_left(first);
    sides.sort_by_key(|&side| facing[side.number()] == Facing::Street);
    let kinds: &[(GateKind, bool, f64)] = match purpose {
        // A strict compound lets residents in only; an easy one has guards who let walkers through.
        Use::Towers if chance.chance(0.55) => {
            &[(GateKind::Private, true, 1.0), (GateKind::Private, false, 0.6), (GateKind::Locked, false, 0.5)]
        }
        Use::Towers => {
            &[(GateKind::Guarded, true, 1.0), (GateKind::Guarded, false, 0.7), (GateKind::Locked, false, 0.3)]
        }
        Use::Slabs => &[(GateKind::Guarded, true, 1.0), (GateKind::Open, false, 0.7), (GateKind::Locked, false, 0.4)],
        Use::PrimarySchool | Use::MiddleSchool | Use::Works => &[(GateKind::Private, true, 1.0)],
        Use::PocketPark => &[
            (GateKind::Open, false, 1.0),
            (GateKind::Open, false, 1.0),
            (GateKind::Open, false, 1.0),
            (GateKind::Open, false, 0.5),
        ],
        Use::Site => &[],
    };
    let wanted = kinds.iter().filter(|&&(_, _, share)| chance.chance(share));
    wanted.zip(sides).map(|(&(kind, drive, _), side)| (side, kind, drive)).collect()
}
