//! Bounded searches on one column of weights.
//!
//! Comes in: a graph's edge lists, one [`EdgeWeights`](crate::walk::EdgeWeights) column, starts and a budget. Goes out:
//! the time to every node within the budget ([`ReachSearch`]), or for every node the nearest of many points
//! ([`NearestSearch`]). Not here: tags, geometry, H3, outlets and their formats.
//!
//! The reference is [`ReachSearch`]. From many neighbouring places at once there are [`BlockSearch`], which needs no
//! preparation, and [`HierarchySearch`] on a [`Hierarchy`], which is built once and kept; [`NearestSweep`] gives the nearest
//! of many categories. They find the same times and the same outlets.
//!
//! All times are whole [`Ticks`](crate::Ticks), so every search gives the same answer to the bit. Budgets are inclusive:
//! what takes exactly the budget is reached. [`verify`] proves an answer without searching again.

mod block;
mod buckets;
mod certificate;
mod hierarchy;
mod lanes;
mod nearest;
mod pool;
mod reach;
mod vectors;

pub(crate) use block::{Arcs, LaneSearch, Width};
pub use block::{BLOCK, BlockGraph, BlockReach, BlockSearch};
pub use certificate::{Counterexample, verify};
pub(crate) use hierarchy::{Ascent, Climb, MeetingList, Meetings, Met, Nobody};
pub use hierarchy::{Hierarchy, HierarchyError, HierarchyReach, HierarchySearch, NearestSweep, WIDE_BLOCK};
pub(crate) use lanes::{LaneTime, is_narrow, lower};
pub use nearest::{Nearest, NearestField, NearestSearch};
pub(crate) use pool::Pool;
pub use reach::{Path, Reach, ReachSearch, Start, Walk};
pub(crate) use vectors::{Vectored, vectored};
