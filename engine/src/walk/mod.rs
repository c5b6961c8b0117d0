//! How long a walk takes: models, and the columns of weights that they give.
//!
//! Comes in: a [`WalkGraph`](crate::WalkGraph) and a [`CostModel`]. Goes out: [`EdgeWeights`], one time for each directed
//! edge and for each point along it. Not here: the graph's shape, which all models share; searches, which see the column
//! only.

mod model;
mod weights;

pub use model::{CostModel, FlatSpeed, SpeedOutOfRange, Stride};
pub use weights::EdgeWeights;
