//! Isochrones of many origins, batch by batch.
//!
//! Comes in: origins on their streets, budgets. Goes out: rows of areas, lines or cells, in the order of the origins. Not
//! here: drawing (the engine's), flags (`commands`), files (`tables`).

pub(crate) mod areas;
pub(crate) mod batches;
pub(crate) mod cells;
pub(crate) mod changes;
pub(crate) mod crowd;
pub(crate) mod draw_flags;
pub(crate) mod inside;
pub(crate) mod lines;

use walkshed::isochrone::Origin;
use walkshed::snap::SnapReason;
use walkshed::{LonLat, MetersPerSecond};

/// Origins whose isochrones are drawn together: one, or all of a table when they are merged.
pub(crate) struct Group {
    /// What rows call it.
    pub id: String,
    /// Where it is; nothing when several are merged.
    pub at: Option<LonLat>,
    /// Those that have a street.
    pub origins: Vec<Origin>,
}

/// What was asked, for columns that are the same in all rows.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The budgets in minutes, ascending.
    pub minutes: Vec<u32>,
    /// `from` the origin or `to` it.
    pub direction: &'static str,
    /// The model in a word.
    pub model: String,
    /// Its speed on level ground.
    pub speed: MetersPerSecond,
}

impl Group {
    /// Whether there is something to draw: `reached`, or `no_street`.
    pub(crate) fn status(&self) -> &'static str {
        if self.origins.is_empty() { "no_street" } else { "reached" }
    }

    /// How far it is from its street; nothing without one, or when several are merged.
    pub(crate) fn snap_distance_m(&self) -> Option<f64> {
        self.at.and(self.origins.first()).map(|origin| origin.snap().offset.0)
    }

    /// How it came to its street, as tables have it.
    pub(crate) fn snap_status(&self) -> Option<&'static str> {
        self.at?;
        Some(match self.origins.first().map(|origin| origin.snap().reason) {
            Some(SnapReason::Nearest) => "main",
            Some(SnapReason::OffIsland) => "off_island",
            Some(SnapReason::Island) => "island",
            Some(SnapReason::OnSquare) => "on_square",
            None => "no_street",
        })
    }
}
