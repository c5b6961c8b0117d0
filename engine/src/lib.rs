//! TOUR
pub mod access;
pub mod coverage;
pub mod graph;
mod ids;
pub mod osm;
mod position;
pub mod search;
pub mod snap;
mod units;
pub mod walk;

#[doc(hidden)]
pub mod doc_example;

pub use graph::WalkGraph;
pub use ids::{EdgeId, LinkId, NodeId, OsmNodeId, OsmWayId, OutletId};
pub use position::{Bounds, LocalPlane, LonLat, NotOnEarth, Position};
pub use units::{Meters, MetersPerSecond, Ticks};
