//! One type per id space, so that a node is never taken for a link, nor an OSM id for one of ours.
//!
//! Comes in: positions in the graph's own arrays, and OSM's numbers. Goes out: newtypes. Not here: H3 cells (those are
//! `h3o`'s) and the ids of a registry's rows (those are text, and stay with the registry).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares a dense id: a position in an array of at most 2^32 - 1 entries.
macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u32);

        impl $name {
            /// The id of a position.
            pub const fn new(position: u32) -> Self {
                Self(position)
            }

            /// The position as a number.
            pub const fn get(self) -> u32 {
                self.0
            }

            /// The position, to index an array with.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

dense_id! {
    /// A routing node: a junction, a dead end, or the anchor of a closed loop. Not an OSM node.
    NodeId
}
dense_id! {
    /// A link: one stretch of street between two nodes, with its geometry; walked in one or both directions.
    LinkId
}
dense_id! {
    /// A directed edge: one direction of a [`LinkId`], as the search sees it.
    EdgeId
}
dense_id! {
    /// A square of a graph: an area that people walk across.
    SquareId
}
dense_id! {
    /// An outlet among those in use.
    OutletId
}

/// Declares an id of OpenStreetMap's. Negative ids occur in files made by editors.
macro_rules! osm_id {
    ($(#[$doc:meta])* $name:ident, $word:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($word, " {}"), self.0)
            }
        }
    };
}

osm_id! {
    /// A node of OpenStreetMap.
    OsmNodeId, "node"
}
osm_id! {
    /// A way of OpenStreetMap.
    OsmWayId, "way"
}
