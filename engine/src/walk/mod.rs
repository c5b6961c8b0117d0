//! How long a walk takes: models, and the columns of weights that they give.
//!
//! Comes in: a [`WalkGraph`](crate::WalkGraph) and a [`CostModel`]. Goes out: [`EdgeWeights`], one time for each directed
//! edge and for each point along it. Not here: the graph's shape, which all models share; searches, which see the column
//! only.

mod incline;
mod model;
mod parameters;
mod part_way;
mod walker;
mod weights;

pub use model::{CostModel, FlatSpeed, Passing, SpeedOutOfRange, Stride};
pub use parameters::{Parameter, WalkerError};
pub(crate) use part_way::{PartWay, Stand};
pub use walker::Walker;
pub use weights::EdgeWeights;
pub(crate) use weights::{Partial, Place};
