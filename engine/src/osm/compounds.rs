//! Compounds (小区) as objects: [`Compound`], [`CompoundSet`].
//!
//! Comes in: what `compound_search` finds in an extract. Goes out: outlines of homes that are closed to the streets around
//! them, each with its gates, its open entrances and the ways inside; and those that nobody can come into. Not here: finding
//! them, and who may walk behind a gate (`ends_only` settles that by what is connected, with or without an outline).
//!
//! # What a compound is
//! An *outline* is an area with `landuse=residential` or `residential=*` (not one plot, not a building), or a closed wall or
//! fence around two homes or more that is for nothing else. An outline is a *compound* when something closes it in
//! ([`ClosedBy`], in this order):
//!
//! 1. its tags: `residential=gated_community`, `gated=yes`, `access=private` and its like, a wall that is the outline;
//! 2. a gate on its border;
//! 3. walls and fences along half of its border or more;
//! 4. all ways across its border are private by their own tags;
//! 5. it has a name. A mapper who draws and names 华清嘉园小区 means the estate, though its wall and gates are not on the
//!    map: these are the ones to survey.
//!
//! A district is none. Unless its tags say that it is closed, an outline with more than 30 m of a street of the city
//! (`unclassified` and higher) in it is not a compound. Nor is one closed in by gates or a name only that has more open
//! entrances than one for each 150 m of border and more than two: blocks of a street grid have one each 100 m.
//!
//! Bridges and tunnels count as what crosses: layers are not looked at.

use std::collections::BTreeMap;

use geo::MultiPolygon;

use super::features::OsmRef;
use super::network::Passage;
use super::rules::Answer;
use crate::ids::{OsmNodeId, OsmWayId};
use crate::position::LonLat;
use crate::units::Meters;

/// What closes a compound in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ClosedBy {
    /// Its own tags say so, or it is a ring of wall.
    Tags,
    /// There is a gate on its border.
    Gate,
    /// At least half of its border is walled.
    Wall,
    /// All ways across its border are private.
    PrivateWays,
    /// Nothing but that it is outlined and named as one.
    Name,
}

impl ClosedBy {
    /// All of them, the strongest first.
    pub const ALL: [Self; 5] = [Self::Tags, Self::Gate, Self::Wall, Self::PrivateWays, Self::Name];

    /// What closes it in, in a word, as tables have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Gate => "gate",
            Self::Wall => "wall",
            Self::PrivateWays => "private_ways",
            Self::Name => "name",
        }
    }
}

/// Why an outline is not a compound.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NotACompound {
    /// It is a line or a point.
    NoArea,
    /// Nothing says that it is closed in.
    Open,
    /// A street of the city runs through it.
    CityStreet,
    /// Its border is crossed too often without a gate.
    ManyEntrances,
    /// A ring of wall with fewer than two homes in it, or around something else.
    NoHomes,
    /// A ring of wall along another outline, which it closes in.
    SameBorder,
}

impl NotACompound {
    /// The reason in a word.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoArea => "no_area",
            Self::Open => "open",
            Self::CityStreet => "city_street",
            Self::ManyEntrances => "many_entrances",
            Self::NoHomes => "no_homes",
            Self::SameBorder => "same_border",
        }
    }
}

/// A gate of a compound: a node with a barrier on a walkable way.
#[derive(Clone, PartialEq, Debug)]
pub struct CompoundGate {
    /// The node.
    pub node: OsmNodeId,
    /// The kind of barrier: `gate`, `lift_gate`, …
    pub kind: String,
    /// Its name: 北门, …
    pub name: Option<String>,
    /// Who may pass by the rules: everybody, who starts or ends behind it, nobody.
    pub answer: Answer,
    /// Where it is.
    pub at: LonLat,
}

/// Where a walkable way crosses the border of a compound without a gate.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Entrance {
    /// The place on the border, to a metre.
    pub at: LonLat,
    /// The way.
    pub way: OsmWayId,
    /// Whether the way is private by its own tags.
    pub passage: Passage,
}

/// An outline of homes that is closed to the streets around it. Lengths in metres, areas in square metres.
#[derive(Clone, PartialEq, Debug)]
pub struct Compound {
    /// The outline.
    pub osm: OsmRef,
    /// Its name.
    pub name: Option<String>,
    /// The centroid of its area.
    pub centre: LonLat,
    /// Its area in degrees.
    pub shape: MultiPolygon<f64>,
    /// The size of its area.
    pub area_m2: f64,
    /// What closes it in.
    pub closed_by: ClosedBy,
    /// Its gates, by their OSM ids.
    pub gates: Vec<CompoundGate>,
    /// Where one comes in without a gate, by way and place.
    pub entrances_without_gate: Vec<Entrance>,
    /// The walkable ways inside, those along the border left aside.
    pub interior: Meters,
    /// Of these, what is farther inside than the border is wide, so that it leads to the homes and does not pass along them.
    pub interior_deep: Meters,
    /// Of the ways inside, what is private by its own tags.
    pub interior_private: Meters,
    /// Of the ways inside, what can only be come to through private gates or ways.
    pub interior_behind_gates: Meters,
}

/// Why nobody can come into a compound, as it is mapped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NoWayIn {
    /// No walkable way is mapped inside but along the border, and no gate: residents start from the street at the border.
    NoWaysInside,
    /// Ways are mapped inside and none of them crosses the border.
    NoGate,
    /// Every gate lets nobody pass.
    AllGatesShut,
}

impl NoWayIn {
    /// The reason in a word, as tables have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoWaysInside => "no_ways_inside",
            Self::NoGate => "no_gate",
            Self::AllGatesShut => "all_gates_shut",
        }
    }
}

/// A compound that nobody can come into: something to mend on the map, or on the ground.
#[derive(Clone, PartialEq, Debug)]
pub struct ShutCompound {
    /// Its outline.
    pub osm: OsmRef,
    /// Its name.
    pub name: Option<String>,
    /// The centroid of its area.
    pub centre: LonLat,
    /// Why.
    pub why: NoWayIn,
}

impl Compound {
    /// Why nobody can come in, when that is so.
    pub fn no_way_in(&self) -> Option<NoWayIn> {
        if !self.entrances_without_gate.is_empty() || self.gates.iter().any(|gate| gate.answer != Answer::No) {
            None
        } else if !self.gates.is_empty() {
            Some(NoWayIn::AllGatesShut)
        } else if self.interior_deep.0 < 1.0 {
            Some(NoWayIn::NoWaysInside)
        } else {
            Some(NoWayIn::NoGate)
        }
    }
}

/// The compounds of an extract. Every outline is a compound or is counted by the reason why it is none.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CompoundSet {
    /// The compounds, by kind and id of their outlines.
    pub compounds: Vec<Compound>,
    /// How many outlines were read.
    pub outlines: u64,
    /// Those that are no compounds, by reason.
    pub not_compounds: BTreeMap<NotACompound, u64>,
    /// Outlines and walls that could not be placed because parts of them are not in the file.
    pub incomplete: u64,
}

impl CompoundSet {
    /// The compounds that nobody can come into as they are mapped, in their order.
    pub fn without_way_in(&self) -> impl Iterator<Item = ShutCompound> + '_ {
        self.compounds.iter().filter_map(|compound| {
            let why = compound.no_way_in()?;
            Some(ShutCompound { osm: compound.osm, name: compound.name.clone(), centre: compound.centre, why })
        })
    }

    pub(super) fn count(&mut self, reason: NotACompound) {
        *self.not_compounds.entry(reason).or_default() += 1;
    }
}
