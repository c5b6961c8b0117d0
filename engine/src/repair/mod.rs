//! What a mapper should mend: places where the map and the street are likely to differ, and who would gain.
//!
//! Comes in: a graph, the network that it was made from, and what stands beside the streets
//! ([`Surroundings`](crate::osm::Surroundings)). Goes out: one list for each kind of fault — [`near_misses`], [`islands`],
//! [`closed_barriers`], [`wall_crossings`] — and, for faults that part two places, the residents on either side of them
//! ([`SidesSearch`]). Not here: tables, links to the map, words for mappers, and the order of the list (the tool's).
//!
//! Nothing here says that the map is wrong. It says where a look is worth most.
//!
//! # Cost
//! Each list is one pass over the graph or over the walls. Each fault found costs bounded searches round it; so the time
//! grows with the size of the city, and not with its square.

mod islands;
mod near_miss;
mod sides;
mod walks;
mod walls;

pub use islands::{ClosedBarrier, Island, closed_barriers, islands};
pub use near_miss::{NearMiss, Today, near_misses};
pub use sides::{Homes, Opening, SidesSearch};
pub use walls::{WallCrossing, wall_crossings};

use crate::units::Meters;

/// What counts as a fault.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RepairOptions {
    /// How far a dead end may lie from the street that it misses.
    pub gap: Meters,
    /// Places between which the walk is no longer than this are joined well enough.
    pub joined: Meters,
    /// How far the walk between the two sides of a gap is looked for.
    pub detour: Meters,
    /// How far from an island the main network is looked for.
    pub island: Meters,
}

impl Default for RepairOptions {
    /// A gap of 5 m: the width of a lane, and twice the usual error of a trace by satellite. A walk of 50 m or less round
    /// it costs nobody a minute. Detours up to 2 km, islands up to 1 km from the rest.
    fn default() -> Self {
        Self { gap: Meters(5.0), joined: Meters(50.0), detour: Meters(2_000.0), island: Meters(1_000.0) }
    }
}
