//! Bounded searches on one column of weights.
//!
//! Comes in: a graph's edge lists, one [`EdgeWeights`](crate::walk::EdgeWeights) column, starts and a budget. Goes out:
//! the time to every node within the budget ([`ReachSearch`]), or for every node the nearest of many points
//! ([`NearestSearch`]). Not here: tags, geometry, H3, outlets and their formats.
//!
//! All times are whole [`Ticks`](crate::Ticks), so every search gives the same answer to the bit. Budgets are inclusive:
//! what takes exactly the budget is reached. [`verify`] proves an answer without searching again.

mod buckets;
mod certificate;
mod nearest;
mod reach;

pub use certificate::{Counterexample, verify};
pub use nearest::{Nearest, NearestField, NearestSearch};
pub use reach::{Path, Reach, ReachSearch, Start, Walk};
