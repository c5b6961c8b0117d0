//! What each residence cell can reach: for every category of outlet the nearest one, and how many within each budget.
//!
//! Comes in: cells and outlets linked to streets, categories as numbers, budgets. Goes out: an [`AccessBatch`] for each
//! batch of cells, in the order of the cells, the same for any number of threads. Not here: what the categories are (the
//! tool's vocabulary), whether the result is good enough (`coverage`), tables.
//!
//! The import, the weights and this are the places of the engine that use more than one core.

mod batch;
mod outlets;

pub use batch::{AccessBatch, AccessSearch};
pub use outlets::{LinkedOutlets, OutletError};
