//! The drawing board: metres east and north on a plan of right angles, and the ground it is laid on.
//!
//! Comes in: points of the plan. Goes out: degrees. The ground is turned and slightly bent, so that streets curve and
//! no two blocks are alike, while everything that draws can count on right angles. Not here: what is drawn.

use std::f64::consts::TAU;

use walkshed::{LocalPlane, LonLat};

use super::random::Random;

/// Where the middle of the plan lies: farmland in reality, 澄湖市 on this map.
const MIDDLE: LonLat = LonLat { lon: 112.60, lat: 33.00 };

/// A point of the plan, in metres east and north.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    pub(crate) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The point at a share of the way to `other`.
    pub(crate) fn towards(self, other: Self, share: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }
}

/// A direction of the plan that streets run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    /// South to north.
    Vertical,
    /// West to east.
    Horizontal,
}

impl Axis {
    /// The other direction.
    pub(crate) fn across(self) -> Self {
        match self {
            Self::Vertical => Self::Horizontal,
            Self::Horizontal => Self::Vertical,
        }
    }

    /// The point at `along` on a line of this direction that lies at `across`.
    pub(crate) fn point(self, along: f64, across: f64) -> Point {
        match self {
            Self::Vertical => Point::new(across, along),
            Self::Horizontal => Point::new(along, across),
        }
    }
}

/// A side of a rectangle, or an arm of a crossroads; in the order of [`Self::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    South,
    East,
    North,
    West,
}

impl Side {
    /// All sides, in the order of a ring that is walked counter-clockwise from the south-west corner.
    pub(crate) const ALL: [Self; 4] = [Self::South, Self::East, Self::North, Self::West];

    /// The place of the side in [`Self::ALL`], for arrays by side.
    pub(crate) const fn number(self) -> usize {
        self as usize
    }

    /// The direction in which the side itself runs.
    pub(crate) fn axis(self) -> Axis {
        match self {
            Self::South | Self::North => Axis::Horizontal,
            Self::East | Self::West => Axis::Vertical,
        }
    }

    /// The direction that leads out over the side, or along the arm.
    pub(crate) fn outwards(self) -> Axis {
        self.axis().across()
    }

    /// Whether the side lies at the higher coordinate, north or east.
    pub(crate) fn is_high(self) -> bool {
        matches!(self, Self::North | Self::East)
    }
}

/// An upright rectangle of the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x0: f64,
    pub(crate) y0: f64,
    pub(crate) x1: f64,
    pub(crate) y1: f64,
}

impl Rect {
    pub(crate) const fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Self { x0, y0, x1, y1 }
    }

    /// A rectangle around its middle.
    pub(crate) fn around(middle: Point, width: f64, height: f64) -> Self {
        let (dx, dy) = (width / 2.0, height / 2.0);
        Self::new(middle.x - dx, middle.y - dy, middle.x + dx, middle.y + dy)
    }

    pub(crate) fn width(self) -> f64 {
        self.x1 - self.x0
    }

    pub(crate) fn height(self) -> f64 {
        self.y1 - self.y0
    }

    /// The point at a share of the width and of the height.
    pub(crate) fn at(self, across: f64, up: f64) -> Point {
        Point::new(self.x0 + self.width() * across, self.y0 + self.height() * up)
    }

    pub(crate) fn middle(self) -> Point {
        self.at(0.5, 0.5)
    }

    /// The rectangle with `margin` metres less on every side.
    pub(crate) fn inset(self, margin: f64) -> Self {
        self.inset_by([margin; 4])
    }

    /// The rectangle with less on each side, in the order of [`Side::ALL`].
    pub(crate) fn inset_by(self, [south, east, north, west]: [f64; 4]) -> Self {
        Self::new(self.x0 + west, self.y0 + south, self.x1 - east, self.y1 - north)
    }

    /// Corners counter-clockwise from the south-west.
    pub(crate) fn corners(self) -> [Point; 4] {
        [
            Point::new(self.x0, self.y0),
            Point::new(self.x1, self.y0),
            Point::new(self.x1, self.y1),
            Point::new(self.x0, self.y1),
        ]
    }

    /// The coordinate of a side: a y for south and north, an x for the others.
    pub(crate) fn side(self, side: Side) -> f64 {
        match side {
            Side::South => self.y0,
            Side::East => self.x1,
            Side::North => self.y1,
            Side::West => self.x0,
        }
    }

    /// The first and last coordinate along a side.
    pub(crate) fn span(self, side: Side) -> (f64, f64) {
        match side.axis() {
            Axis::Horizontal => (self.x0, self.x1),
            Axis::Vertical => (self.y0, self.y1),
        }
    }

    /// The point of a side at the coordinate `along`.
    pub(crate) fn along_side(self, side: Side, along: f64) -> Point {
        side.axis().point(along, self.side(side))
    }
}

/// The ground under the plan.
#[derive(Debug)]
pub(crate) struct Ground {
    plane: LocalPlane,
    middle: Point,
    turn: (f64, f64),
    phases: [f64; 4],
}

impl Ground {
    /// The ground for a plan around `middle`.
    pub(crate) fn new(seed: u64, middle: Point) -> Self {
        let mut chance = Random::at(seed, "ground", (0, 0));
        let turn = chance.between(-4.0, 4.0).to_radians().sin_cos();
        let phases = std::array::from_fn(|_| chance.between(0.0, TAU));
        Self { plane: LocalPlane::at(MIDDLE), middle, turn, phases }
    }

    /// Where a point of the plan lies on Earth.
    pub(crate) fn lon_lat(&self, at: Point) -> LonLat {
        let (x, y) = (at.x - self.middle.x, at.y - self.middle.y);
        // Bends of a few tens of metres over kilometres: lengths and angles stay within a few per cent.
        let [a, b, c, d] = self.phases;
        let bent_x = x + 40.0 * (TAU * y / 5_600.0 + a).sin() + 9.0 * (TAU * y / 1_700.0 + b).sin();
        let bent_y = y + 40.0 * (TAU * x / 4_900.0 + c).sin() + 9.0 * (TAU * x / 1_500.0 + d).sin();
        let (sin, cos) = self.turn;
        self.plane.unproject([bent_x * cos - bent_y * sin, bent_x * sin + bent_y * cos])
    }
}
