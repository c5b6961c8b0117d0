//! A stretch of street from one crossroads to the next.
//!
//! Comes in: the plan, and the entries of the blocks on both sides. Goes out: carriageways, sidewalks, aprons,
//! crossings, footbridges and bus stops; and the nodes at which blocks join. Not here: what lies behind an entry.

use walkshed::OsmNodeId;

use super::crossroads::{Crossroads, sidewalk_tags};
use super::profile::{Class, Profile};
use crate::sample::block::Layout;
use crate::sample::city::{City, Tile};
use crate::sample::names::{Named, name};
use crate::sample::plane::{Axis, Point, Side};
use crate::sample::random::Random;
use crate::sample::sketch::{Sketch, Tags, fixed_node};

/// The first slot of a stretch's nodes in its tile, by direction, and how many slots a stop has.
const VERTICAL_SLOTS: usize = 100;
const HORIZONTAL_SLOTS: usize = 1_100;
const SLOTS_PER_STOP: usize = 10;
/// Slots within a stop: a node on each strand, the heads of a footbridge's steps, the poles of a bus stop.
const LOW_SIDEWALK: usize = 0;
const CARRIAGEWAY: usize = 1;
const HIGH_SIDEWALK: usize = 3;
const BRIDGE_HEAD: usize = 4;
const POLE: usize = 6;
/// Stops keep at least this distance, in metres.
const APART: f64 = 9.0;

/// Where something inside a block reaches a street.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Entry {
    /// The side of the block.
    pub(crate) side: Side,
    /// The coordinate along that side.
    pub(crate) along: f64,
    /// The class of the road that enters, or none for a footpath.
    pub(crate) road: Option<&'static str>,
}

/// The node at which an entry joins the street.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Joint {
    pub(crate) node: OsmNodeId,
    pub(crate) at: Point,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stop {
    /// An entry of the block on the low or high side, by its number in that block.
    Entry { high: bool, number: usize, road: Option<&'static str> },
    /// A crossing between crossroads.
    Zebra,
    /// A bridge for walkers, with steps at both ends.
    Footbridge,
    /// A bus stop on either side.
    Bus,
}

/// The stretch that leaves a crossroads northwards or eastwards.
#[derive(Debug)]
pub(crate) struct Stretch<'c> {
    city: &'c City,
    tile: Tile,
    axis: Axis,
    profile: &'static Profile,
    stops: Vec<(f64, Stop)>,
}

impl<'c> Stretch<'c> {
    /// The stretch along `axis` from the crossroads of `tile`, or none if it is not built.
    pub(crate) fn of(city: &'c City, axis: Axis, tile: Tile) -> Option<Self> {
        if !city.is_built(axis, tile.place()) {
            return None;
        }
        let line = if axis == Axis::Vertical { tile.column } else { tile.row };
        let profile = city.class(axis, line).profile();
        let mut stretch = Self { city, tile, axis, profile, stops: Vec::new() };
        if !city.crosses_band(axis, tile.place()) {
            stretch.collect_entries();
            stretch.add_amenities(city.class(axis, line));
            stretch.stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        Some(stretch)
    }

    /// The node for entry `number` of the block on the low or high side.
    pub(crate) fn joint(&self, high: bool, number: usize) -> Option<Joint> {
        let is_it = |stop: &Stop| matches!(*stop, Stop::Entry { high: h, number: n, .. } if h == high && n == number);
        let index = self.stops.iter().position(|(_, stop)| is_it(stop))?;
        let along = self.stops[index].0;
        Some(match self.profile.sidewalk {
            Some(offset) => {
                let slot = if high { HIGH_SIDEWALK } else { LOW_SIDEWALK };
                Joint { node: self.node(index, slot), at: self.point(along, if high { offset } else { -offset }) }
            }
            None => Joint { node: self.node(index, CARRIAGEWAY), at: self.point(along, 0.0) },
        })
    }

    /// Adds the stretch to the sketch of its tile.
    pub(crate) fn draw(&self, sketch: &mut Sketch) {
        let from = Crossroads::of(self.city, self.tile);
        let to = Crossroads::of(self.city, self.next_tile());
        let (out, back) = match self.axis {
            Axis::Vertical => (Side::North, Side::South),
            Axis::Horizontal => (Side::East, Side::West),
        };
        for strand in 0..self.profile.carriageways.len() {
            let mut refs = from.carriageway(out, strand);
            refs.extend(self.stop_nodes(CARRIAGEWAY + strand));
            refs.extend(to.carriageway(back, strand).into_iter().rev());
            if self.is_against_axis(strand) {
                refs.reverse();
            }
            sketch.way(refs, self.carriageway_tags());
        }
        if self.profile.sidewalk.is_some() {
            for (high, slot) in [(false, LOW_SIDEWALK), (true, HIGH_SIDEWALK)] {
                let mut refs = from.sidewalk(out, high);
                refs.extend(self.stop_nodes(slot));
                refs.extend(to.sidewalk(back, high).into_iter().rev());
                sketch.way(refs, sidewalk_tags().and_all(self.structure()));
            }
        }
        for (index, &(along, stop)) in self.stops.iter().enumerate() {
            self.draw_stop(sketch, index, along, stop);
        }
    }

    /// Notes what the blocks on both sides connect.
    fn collect_entries(&mut self) {
        let Tile { column, row } = self.tile;
        let (low, low_side, high_side) = match self.axis {
            Axis::Vertical => ((column > 0).then(|| Tile { column: column - 1, row }), Side::East, Side::West),
            Axis::Horizontal => ((row > 0).then(|| Tile { column, row: row - 1 }), Side::North, Side::South),
        };
        for (high, tile, side) in [(false, low, low_side), (true, Some(self.tile), high_side)] {
            let Some(tile) = tile else { continue };
            for (number, entry) in Layout::of(self.city, tile).entries.iter().enumerate() {
                if entry.side == side {
                    self.stops.push((entry.along, Stop::Entry { high, number, road: entry.road }));
                }
            }
        }
    }

    /// Adds a crossing or a footbridge near the middle, and a bus stop, where they keep clear of the entries.
    fn add_amenities(&mut self, class: Class) {
        let (from, to) = self.span();
        let purpose = if self.axis == Axis::Vertical { "vertical stretch" } else { "horizontal stretch" };
        let mut chance = Random::at(self.city.seed, purpose, self.tile.place());
        let has_bridge = class == Class::Avenue && self.axis == Axis::Vertical && self.tile.row % 3 == 1;
        let middle = match class {
            Class::Avenue if has_bridge => Some(Stop::Footbridge),
            Class::Avenue | Class::Boulevard => Some(Stop::Zebra),
            Class::Street if chance.chance(0.5) => Some(Stop::Zebra),
            _ => None,
        };
        let bus = (class != Class::Minor && chance.chance(0.7)).then_some(Stop::Bus);
        let wishes = [(middle, chance.between(0.42, 0.58)), (bus, chance.between(0.2, 0.35))];
        for (stop, share) in wishes {
            let Some(stop) = stop else { continue };
            let wish = from + (to - from) * share;
            let free = |at: &f64| self.stops.iter().all(|(other, _)| (other - at).abs() > APART);
            let places = (0..8).flat_map(|step| [f64::from(step), -f64::from(step)]).map(|step| wish + step * 7.0);
            if let Some(place) = places.into_iter().find(free) {
                self.stops.push((place, stop));
            }
        }
    }

    fn draw_stop(&self, sketch: &mut Sketch, index: usize, along: f64, stop: Stop) {
        for slot in [LOW_SIDEWALK, CARRIAGEWAY, CARRIAGEWAY + 1, HIGH_SIDEWALK] {
            if self.touches(stop, slot)
                && let Some(offset) = self.offset(slot)
            {
                let on_road = !matches!(slot, LOW_SIDEWALK | HIGH_SIDEWALK);
                let tags = match stop {
                    Stop::Zebra if on_road => Tags::of(&[("highway", "crossing"), ("crossing", "uncontrolled")]),
                    _ => Tags::none(),
                };
                sketch.fixed(self.node(index, slot), self.point(along, offset), tags);
            }
        }
        match stop {
            Stop::Entry { high, road: Some(road), .. } if self.profile.sidewalk.is_some() => {
                let (sidewalk, near) = self.sides(high);
                sketch.way(vec![self.node(index, near), self.node(index, sidewalk)], Tags::of(&[("highway", road)]));
            }
            Stop::Zebra if self.profile.sidewalk.is_some() => {
                let refs = (LOW_SIDEWALK..=HIGH_SIDEWALK)
                    .filter(|&slot| self.offset(slot).is_some())
                    .map(|slot| self.node(index, slot))
                    .collect();
                let tags = [("highway", "footway"), ("footway", "crossing"), ("crossing", "uncontrolled")];
                sketch.way(refs, Tags::of(&tags));
            }
            Stop::Footbridge => self.draw_footbridge(sketch, index, along),
            Stop::Bus => self.draw_bus_stop(sketch, index, along),
            Stop::Entry { .. } | Stop::Zebra => {}
        }
    }

    /// Steps along both sidewalks, and a bridge from head to head.
    fn draw_footbridge(&self, sketch: &mut Sketch, index: usize, along: f64) {
        let Some(offset) = self.profile.sidewalk else { return };
        let heads = [-1.0, 1.0].map(|side| self.point(along + 14.0, side * (offset + 1.5)));
        for (number, (head, foot)) in heads.into_iter().zip([LOW_SIDEWALK, HIGH_SIDEWALK]).enumerate() {
            let id = self.node(index, BRIDGE_HEAD + number);
            sketch.fixed(id, head, Tags::none());
            let tags = [("highway", "steps"), ("step_count", "32"), ("incline", "up"), ("handrail", "yes")];
            sketch.way(vec![self.node(index, foot), id], Tags::of(&tags));
        }
        let refs = vec![self.node(index, BRIDGE_HEAD), self.node(index, BRIDGE_HEAD + 1)];
        let name = format!("{}天桥", self.street_name());
        sketch.way(refs, Tags::of(&[("highway", "footway"), ("bridge", "yes"), ("layer", "1")]).and("name", name));
    }

    fn draw_bus_stop(&self, sketch: &mut Sketch, index: usize, along: f64) {
        let kerb = self.profile.half_width - 4.0;
        let name = format!("{}{}口", self.street_name(), self.cross_street_name());
        for (number, (shift, offset)) in [(-6.0, -kerb), (6.0, kerb)].into_iter().enumerate() {
            let tags = Tags::of(&[("highway", "bus_stop"), ("public_transport", "platform")]).and("name", name.clone());
            sketch.fixed(self.node(index, POLE + number), self.point(along + shift, offset), tags);
        }
    }

    /// Whether a stop has a node on the strand of a slot.
    fn touches(&self, stop: Stop, slot: usize) -> bool {
        match stop {
            Stop::Zebra => true,
            Stop::Footbridge => matches!(slot, LOW_SIDEWALK | HIGH_SIDEWALK),
            Stop::Bus => false,
            Stop::Entry { high, road, .. } => {
                let (sidewalk, near) = self.sides(high);
                let joins_road = road.is_some() || self.profile.sidewalk.is_none();
                slot == sidewalk || (slot == near && joins_road)
            }
        }
    }

    /// The slots of the sidewalk and of the carriageway that are nearest to a side.
    fn sides(&self, high: bool) -> (usize, usize) {
        if high {
            (HIGH_SIDEWALK, CARRIAGEWAY + self.profile.carriageways.len() - 1)
        } else {
            (LOW_SIDEWALK, CARRIAGEWAY)
        }
    }

    /// The offset of the strand of a slot, if the street has that strand.
    fn offset(&self, slot: usize) -> Option<f64> {
        match slot {
            LOW_SIDEWALK => self.profile.sidewalk.map(|offset| -offset),
            HIGH_SIDEWALK => self.profile.sidewalk,
            _ => self.profile.carriageways.get(slot - CARRIAGEWAY).copied(),
        }
    }

    fn stop_nodes(&self, slot: usize) -> impl Iterator<Item = OsmNodeId> + '_ {
        let touching = self.stops.iter().enumerate().filter(move |(_, (_, stop))| self.touches(*stop, slot));
        touching.map(move |(index, _)| self.node(index, slot))
    }

    /// Traffic keeps right: the western carriageway leads south, the northern one west.
    fn is_against_axis(&self, strand: usize) -> bool {
        let dual = self.profile.carriageways.len() == 2;
        dual && (strand == 0) == (self.axis == Axis::Vertical)
    }

    fn carriageway_tags(&self) -> Tags {
        let dual = self.profile.carriageways.len() == 2;
        let sidewalk = if self.profile.sidewalk.is_some() { "separate" } else { "both" };
        Tags::of(&[("highway", self.profile.highway)])
            .and("name", self.street_name())
            .and("lanes", self.profile.lanes)
            .and("sidewalk", sidewalk)
            .and_all(if dual { &[("oneway", "yes")] } else { &[] })
            .and_all(self.structure())
    }

    /// Bridge or tunnel tags, where the stretch crosses the river or the railway.
    fn structure(&self) -> &'static [(&'static str, &'static str)] {
        match (self.city.crosses_band(self.axis, self.tile.place()), self.axis) {
            (false, _) => &[],
            (true, Axis::Vertical) => &[("bridge", "yes"), ("layer", "1")],
            (true, Axis::Horizontal) => &[("tunnel", "yes"), ("layer", "-1")],
        }
    }

    fn street_name(&self) -> String {
        let number = if self.axis == Axis::Vertical { self.tile.column } else { self.tile.row };
        line_name(self.city, self.axis, number)
    }

    fn cross_street_name(&self) -> String {
        match self.axis {
            Axis::Vertical => line_name(self.city, Axis::Horizontal, self.tile.row),
            Axis::Horizontal => line_name(self.city, Axis::Vertical, self.tile.column),
        }
    }

    fn next_tile(&self) -> Tile {
        let Tile { column, row } = self.tile;
        match self.axis {
            Axis::Vertical => Tile { column, row: row + 1 },
            Axis::Horizontal => Tile { column: column + 1, row },
        }
    }

    /// The coordinates of both crossroads along the stretch.
    fn span(&self) -> (f64, f64) {
        let number = if self.axis == Axis::Vertical { self.tile.row } else { self.tile.column };
        let lines = self.city.lines(self.axis.across());
        (lines[number], lines[number + 1])
    }

    fn point(&self, along: f64, offset: f64) -> Point {
        let number = if self.axis == Axis::Vertical { self.tile.column } else { self.tile.row };
        self.axis.point(along, self.city.line(self.axis, number) + offset)
    }

    fn node(&self, stop: usize, slot: usize) -> OsmNodeId {
        let base = if self.axis == Axis::Vertical { VERTICAL_SLOTS } else { HORIZONTAL_SLOTS };
        fixed_node(self.city.tile_index(self.tile), base + stop * SLOTS_PER_STOP + slot)
    }
}

/// What a street line is called: 路 and 大道 from south to north, 街 and 大街 from west to east.
pub(crate) fn line_name(city: &City, axis: Axis, number: usize) -> String {
    let avenue = city.class(axis, number) == Class::Avenue;
    match axis {
        Axis::Vertical => name(city.seed, Named::Road, number) + if avenue { "大道" } else { "路" },
        Axis::Horizontal => name(city.seed, Named::Street, number) + if avenue { "大街" } else { "街" },
    }
}
