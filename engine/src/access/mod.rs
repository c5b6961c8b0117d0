//! What each residence cell can reach: for every category of outlet the nearest one, and how many within each budget.
//!
//! Comes in: cells and outlets linked to streets, categories as numbers, budgets. Goes out: an [`AccessBatch`] for each
//! batch of cells, in the order of the cells, the same for any number of threads and any [`Way`] of searching. Not here:
//! what the categories are (the tool's vocabulary), whether the result is good enough (`coverage`), tables.
//!
//! The import, the weights, hierarchies and this are the places of the engine that use more than one core.

mod batch;
mod block;
mod changes;
mod decay;
mod each;
mod nearby;
mod outlets;
mod way;
mod ways;

pub use batch::{AccessBatch, AccessError, AccessOptions, AccessSearch};
pub use changes::Change;
pub use decay::{BadDecay, Decay, DecayTable};
pub use each::{NearestFew, SupplyAndDemand};
pub use outlets::{LinkedOutlets, OutletError};
pub use way::{Choice, UnknownWay, Way, Work};
