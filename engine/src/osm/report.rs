//! What an import read, used and left out.
//!
//! Comes in: counts from the readers. Goes out: [`ImportReport`], where each way is in exactly one place. Not here:
//! printing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::reasons::Because;
use crate::Bounds;

/// What was read, used and left out. `ways_read = ways_used + ways_not_streets + all of ways_dropped +
/// ways_without_length + duplicate_ways`.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct ImportReport {
    /// The name of the rules of access.
    pub rules: String,
    /// The size of the file in bytes.
    pub file_bytes: u64,
    /// Blocks of data in the file.
    pub blocks: usize,
    /// The file says that it is sorted by kind and id.
    pub sorted: bool,
    /// When the data was current, in seconds since 1970, where the file says so.
    pub data_timestamp: Option<i64>,
    /// The rectangle that the file says it covers; streets go on beyond it.
    pub covers: Option<Bounds>,
    /// Nodes in the file.
    pub nodes_read: u64,
    /// Ways in the file.
    pub ways_read: u64,
    /// Relations in the file.
    pub relations_read: u64,
    /// Ways that are walked on.
    pub ways_used: u64,
    /// Of these, ways on which a walk may only start or end by their own tags: `private`, `destination`, `customers`, …
    pub ways_ends_only: u64,
    /// Stretches of ways without such tags that can only be come to through private gates or streets, and so are treated
    /// as these.
    pub stretches_behind_gates: u64,
    /// Pieces of roads, from node to node, that are left to the sidewalk drawn beside them (`sidewalk=separate`).
    pub sidewalk_segments: u64,
    /// Ways that are no streets: buildings, rivers, borders.
    pub ways_not_streets: u64,
    /// Streets that are not walked on, by reason.
    pub ways_dropped: BTreeMap<Because, u64>,
    /// Streets with fewer than two nodes in the file.
    pub ways_without_length: u64,
    /// Nodes that walkable ways stand on.
    pub nodes_used: u64,
    /// References of walkable ways to nodes that the file lacks.
    pub missing_refs: u64,
    /// Walkable ways that were cut at such references.
    pub ways_cut: u64,
    /// Areas that are walked across: squares, platforms.
    pub areas: u64,
    /// Of these, areas with too many corners, where one walks along the outline only.
    pub areas_not_crossed: u64,
    /// Further areas that are left out because parts of their outline are not in the file.
    pub areas_incomplete: u64,
    /// Nodes on walkable ways where a barrier stops everybody.
    pub barriers: u64,
    /// Nodes on walkable ways with a gate for who starts or ends behind it.
    pub private_gates: u64,
    /// Stretches of ways that were left out because they lie outside the area to which the network was clipped.
    pub stretches_clipped_away: u64,
    /// Further stretches of which a part was left out for that reason.
    pub stretches_clipped: u64,
    /// Nodes of walkable ways that the files hold more than once; the first is used.
    pub duplicate_nodes: u64,
    /// Walkable ways that the files hold more than once; the first is used.
    pub duplicate_ways: u64,
    /// Relations that are areas and that the files hold more than once; the first is used.
    pub duplicate_areas: u64,
    /// Nodes whose coordinates are not on Earth, or at 0, 0 far from all others; they count as missing.
    pub misplaced_nodes: u64,
}

impl ImportReport {
    /// All ways that look like streets and are not walked on.
    pub fn dropped(&self) -> u64 {
        self.ways_dropped.values().sum()
    }

    pub(super) fn drop_way(&mut self, reason: Because, count: u64) {
        if count > 0 {
            *self.ways_dropped.entry(reason).or_default() += count;
        }
    }
}
