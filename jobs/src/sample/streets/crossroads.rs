//! Where two street lines meet: junctions of carriageways, corners of sidewalks, crossings over each arm.
//!
//! Comes in: the plan and a place on it. Goes out: nodes with fixed roles, and the ways between corners. Not here: the
//! stretches that lead away; they ask for the nodes at which each of their strands begins.

use walkshed::OsmNodeId;

use super::profile::{Class, Profile};
use crate::sample::city::{City, Tile};
use crate::sample::plane::{Axis, Point, Side};
use crate::sample::sketch::{Sketch, Tags, fixed_node};

/// Distance of a zebra from the middle of a side street that has no sidewalks of its own, in metres.
const ZEBRA: f64 = 12.0;

// The roles of nodes: slots of a tile.
const JUNCTION: usize = 0;
const CORNER: usize = 4;
const CROSSING: usize = 8;
const ZEBRA_END: usize = 16;

/// The crossroads in the south-west corner of a tile.
#[derive(Debug)]
pub(crate) struct Crossroads<'c> {
    city: &'c City,
    tile: Tile,
    middle: Point,
}

impl<'c> Crossroads<'c> {
    /// The crossroads of a tile.
    pub(crate) fn of(city: &'c City, tile: Tile) -> Self {
        let middle = Point::new(city.line(Axis::Vertical, tile.column), city.line(Axis::Horizontal, tile.row));
        Self { city, tile, middle }
    }

    /// The nodes at which one carriageway of an arm begins, from the middle outwards.
    pub(crate) fn carriageway(&self, arm: Side, strand: usize) -> Vec<OsmNodeId> {
        let across = arm.outwards().across();
        let others = self.profile(across).carriageways.len();
        let junction = |other: usize| match arm.outwards() {
            Axis::Vertical => self.node(JUNCTION + strand * 2 + other),
            Axis::Horizontal => self.node(JUNCTION + other * 2 + strand),
        };
        // The high arm reaches through the middle; the low arm does so where there is no high one.
        let mut nodes: Vec<_> = if arm.is_high() {
            (0..others).map(junction).collect()
        } else if self.has_arm(opposite(arm)) {
            vec![junction(0)]
        } else {
            (0..others).rev().map(junction).collect()
        };
        nodes.extend(self.crossing(arm, strand));
        nodes
    }

    /// The nodes at which one sidewalk of an arm begins, from the middle outwards.
    pub(crate) fn sidewalk(&self, arm: Side, high: bool) -> Vec<OsmNodeId> {
        if self.profile(arm.outwards().across()).sidewalk.is_some() {
            return vec![self.corner(arm, high)];
        }
        let mut nodes = vec![self.kerb(high)];
        if self.zebra_arm(arm.outwards()) == arm {
            nodes.push(self.zebra_end(high));
        }
        nodes
    }

    /// Adds nodes and crossings to the sketch of the tile.
    pub(crate) fn draw(&self, sketch: &mut Sketch) {
        self.draw_junctions(sketch);
        let (vertical, horizontal) = (self.profile(Axis::Vertical), self.profile(Axis::Horizontal));
        match (vertical.sidewalk, horizontal.sidewalk) {
            (Some(dx), Some(dy)) => self.draw_corners(sketch, dx, dy),
            (Some(offset), None) => self.draw_kerbs(sketch, Axis::Vertical, offset),
            (None, Some(offset)) => self.draw_kerbs(sketch, Axis::Horizontal, offset),
            (None, None) => {}
        }
    }

    fn draw_junctions(&self, sketch: &mut Sketch) {
        let tags = if self.has_signals() { Tags::of(&[("highway", "traffic_signals")]) } else { Tags::none() };
        for (v, dx) in self.profile(Axis::Vertical).carriageways.iter().enumerate() {
            for (h, dy) in self.profile(Axis::Horizontal).carriageways.iter().enumerate() {
                let at = Point::new(self.middle.x + dx, self.middle.y + dy);
                sketch.fixed(self.node(JUNCTION + v * 2 + h), at, tags.clone());
            }
        }
    }

    /// Both streets have sidewalks: four corners, and a way between neighbours over each arm or past a missing one.
    fn draw_corners(&self, sketch: &mut Sketch, dx: f64, dy: f64) {
        for (east, north) in [(false, false), (true, false), (false, true), (true, true)] {
            let at = Point::new(self.middle.x + signed(dx, east), self.middle.y + signed(dy, north));
            let arm = if north { Side::North } else { Side::South };
            sketch.fixed(self.corner(arm, east), at, Tags::none());
        }
        for arm in Side::ALL {
            let offset = if arm.outwards() == Axis::Vertical { dy } else { dx };
            let ends = [self.corner(arm, false), self.corner(arm, true)];
            if self.has_arm(arm) {
                self.draw_crossing(sketch, arm, offset, ends);
            } else {
                sketch.way(ends.to_vec(), sidewalk_tags());
            }
        }
    }

    /// Only the street along `axis` has sidewalks: they pass the other street's mouth, and one zebra leads over to the
    /// far side.
    fn draw_kerbs(&self, sketch: &mut Sketch, axis: Axis, offset: f64) {
        let (along, across) = match axis {
            Axis::Vertical => (self.middle.y, self.middle.x),
            Axis::Horizontal => (self.middle.x, self.middle.y),
        };
        let zebra = self.zebra_arm(axis);
        for high in [false, true] {
            let mouth = match (axis, high) {
                (Axis::Vertical, false) => Side::West,
                (Axis::Vertical, true) => Side::East,
                (Axis::Horizontal, false) => Side::South,
                (Axis::Horizontal, true) => Side::North,
            };
            let tags = if self.has_arm(mouth) {
                Tags::of(&[("highway", "crossing"), ("crossing", "unmarked")])
            } else {
                Tags::none()
            };
            let side = across + signed(offset, high);
            sketch.fixed(self.kerb(high), axis.point(along, side), tags);
            let end = axis.point(along + signed(ZEBRA, zebra.is_high()), side);
            sketch.fixed(self.zebra_end(high), end, Tags::none());
        }
        self.draw_crossing(sketch, zebra, ZEBRA, [self.zebra_end(false), self.zebra_end(true)]);
    }

    /// Draws a crossing over the carriageways of an arm, `offset` metres from the middle.
    fn draw_crossing(&self, sketch: &mut Sketch, arm: Side, offset: f64, [from, to]: [OsmNodeId; 2]) {
        let kind = if self.has_signals() { "traffic_signals" } else { "uncontrolled" };
        let mut refs = vec![from];
        for (strand, across) in self.profile(arm.outwards()).carriageways.iter().enumerate() {
            let id = self.node(CROSSING + arm.number() * 2 + strand);
            let at = match arm.outwards() {
                Axis::Vertical => Point::new(self.middle.x + across, self.middle.y + signed(offset, arm.is_high())),
                Axis::Horizontal => Point::new(self.middle.x + signed(offset, arm.is_high()), self.middle.y + across),
            };
            sketch.fixed(id, at, Tags::of(&[("highway", "crossing")]).and("crossing", kind));
            refs.push(id);
        }
        refs.push(to);
        let tags = Tags::of(&[("highway", "footway"), ("footway", "crossing")]).and("crossing", kind);
        sketch.way(refs, tags);
    }

    /// The node at which a crossing or a passing sidewalk meets a carriageway of an arm.
    fn crossing(&self, arm: Side, strand: usize) -> Option<OsmNodeId> {
        let (own, other) = (self.profile(arm.outwards()).sidewalk, self.profile(arm.outwards().across()).sidewalk);
        match (own, other) {
            (Some(_), Some(_)) => Some(self.node(CROSSING + arm.number() * 2 + strand)),
            (Some(_), None) if self.zebra_arm(arm.outwards()) == arm => {
                Some(self.node(CROSSING + arm.number() * 2 + strand))
            }
            (None, Some(_)) => Some(self.kerb(arm.is_high())),
            _ => None,
        }
    }

    /// The sidewalk corner beside an arm, on its high or low side.
    fn corner(&self, arm: Side, high: bool) -> OsmNodeId {
        let (east, north) = match arm.outwards() {
            Axis::Vertical => (high, arm.is_high()),
            Axis::Horizontal => (arm.is_high(), high),
        };
        self.node(CORNER + usize::from(east) * 2 + usize::from(north))
    }

    fn kerb(&self, high: bool) -> OsmNodeId {
        self.node(CORNER + usize::from(high))
    }

    fn zebra_end(&self, high: bool) -> OsmNodeId {
        self.node(ZEBRA_END + usize::from(high))
    }

    fn zebra_arm(&self, axis: Axis) -> Side {
        let (low, high) = match axis {
            Axis::Vertical => (Side::South, Side::North),
            Axis::Horizontal => (Side::West, Side::East),
        };
        if self.has_arm(high) { high } else { low }
    }

    fn has_arm(&self, arm: Side) -> bool {
        let Tile { column, row } = self.tile;
        match arm {
            Side::North => self.city.is_built(Axis::Vertical, (column, row)),
            Side::East => self.city.is_built(Axis::Horizontal, (column, row)),
            Side::South => row > 0 && self.city.is_built(Axis::Vertical, (column, row - 1)),
            Side::West => column > 0 && self.city.is_built(Axis::Horizontal, (column - 1, row)),
        }
    }

    /// Signals stand where two wide streets cross, or an avenue meets anything.
    fn has_signals(&self) -> bool {
        let classes = [(Axis::Vertical, self.tile.column), (Axis::Horizontal, self.tile.row)];
        let classes = classes.map(|(axis, number)| self.city.class(axis, number));
        let arms = Side::ALL.into_iter().filter(|&arm| self.has_arm(arm)).count();
        arms >= 3 && (classes.contains(&Class::Avenue) || classes == [Class::Boulevard; 2])
    }

    fn profile(&self, axis: Axis) -> &'static Profile {
        let number = match axis {
            Axis::Vertical => self.tile.column,
            Axis::Horizontal => self.tile.row,
        };
        self.city.class(axis, number).profile()
    }

    fn node(&self, slot: usize) -> OsmNodeId {
        fixed_node(self.city.tile_index(self.tile), slot)
    }
}

/// The tags of a sidewalk that is mapped by itself.
pub(crate) fn sidewalk_tags() -> Tags {
    Tags::of(&[("highway", "footway"), ("footway", "sidewalk"), ("surface", "paving_stones")])
}

fn signed(offset: f64, high: bool) -> f64 {
    if high { offset } else { -offset }
}

fn opposite(arm: Side) -> Side {
    match arm {
        Side::South => Side::North,
        Side::East => Side::West,
        Side::North => Side::South,
        Side::West => Side::East,
    }
}
