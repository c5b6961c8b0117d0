//! A hierarchy in a file of its own, beside the graph's.
//!
//! Comes in: a [`Hierarchy`] and a writer, or a reader with the graph and the weights that it should belong to. Goes out: the
//! same hierarchy, or a [`HierarchyError`] that says what is wrong. Not here: paths and names of files.
//!
//! # Format, version 1
//! All numbers little-endian. Eight bytes `WALKHIER`; as u32 the version and the longest budget in ticks; as u64 the
//! fingerprint of graph and weights, and the numbers of nodes, rounds and edges; then the columns: the node of each rank
//! (u32), the first rank of each round and their end (u32), the first edge of each rank and their end (u32), the edges
//! (head, time to it, time from it, u32 each); last the XXH3 hash (64 bits) of all that stands before it.

use std::io::{Read, Write};

use xxhash_rust::xxh3::xxh3_64;

use super::{Hierarchy, UpEdge, fingerprint_of};
use crate::graph::WalkGraph;
use crate::search::lanes;
use crate::units::Ticks;
use crate::walk::EdgeWeights;

const MAGIC: &[u8; 8] = b"WALKHIER";
const VERSION: u32 = 1;
const HEAD: usize = 48;

/// Why a hierarchy cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum HierarchyError {
    /// The bytes could not be read or written at all.
    #[error("cannot read or write the hierarchy: {0}")]
    Io(#[from] std::io::Error),
    /// The file is something else.
    #[error("this is not a walkshed hierarchy file; build it again")]
    Foreign,
    /// The file is of another version.
    #[error("the hierarchy file has version {0}; this program reads version {VERSION}: build it again")]
    Version(u32),
    /// The file is cut off, or was changed since it was written.
    #[error("the hierarchy file is damaged or was not copied whole ({bytes} bytes); build it again")]
    Damaged {
        /// How many bytes there are.
        bytes: usize,
    },
    /// The file belongs to another graph or other weights.
    #[error("the hierarchy was built for another graph or another model of walking; build it again for this one")]
    Other,
}

impl Hierarchy {
    /// Writes the hierarchy.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_to(&self, mut out: impl Write) -> Result<(), HierarchyError> {
        let mut bytes = Vec::with_capacity(HEAD + 8 * self.node_count() + size_of::<UpEdge>() * self.up.len() + 64);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.longest.get().to_le_bytes());
        bytes.extend_from_slice(&self.fingerprint.to_le_bytes());
        for count in [self.node_count(), self.round_count(), self.up.len()] {
            bytes.extend_from_slice(&(count as u64).to_le_bytes());
        }
        for column in [&self.node_at, &self.first_of_round, &self.first_up] {
            bytes.extend_from_slice(bytemuck::cast_slice(column));
        }
        bytes.extend_from_slice(bytemuck::cast_slice(&self.up));
        let hash = xxh3_64(&bytes);
        bytes.extend_from_slice(&hash.to_le_bytes());
        out.write_all(&bytes)?;
        out.flush()?;
        Ok(())
    }

    /// Reads a hierarchy back, and checks it whole and against the graph and the weights that it is for.
    ///
    /// # Errors
    /// When the source is no hierarchy file, of another version, cut off, damaged, or of another graph or model.
    pub fn read_from(mut src: impl Read, graph: &WalkGraph, weights: &EdgeWeights) -> Result<Self, HierarchyError> {
        let mut bytes = Vec::new();
        src.read_to_end(&mut bytes)?;
        if bytes.len() < 12 || &bytes[..8] != MAGIC {
            return Err(HierarchyError::Foreign);
        }
        let version = u32_at(&bytes, 8);
        if version != VERSION {
            return Err(HierarchyError::Version(version));
        }
        let damaged = || HierarchyError::Damaged { bytes: bytes.len() };
        let (content, hash) = bytes.split_last_chunk::<8>().ok_or_else(damaged)?;
        if content.len() < HEAD || xxh3_64(content) != u64::from_le_bytes(*hash) {
            return Err(damaged());
        }
        let fingerprint = u64_at(content, 16);
        if fingerprint != fingerprint_of(graph, weights) {
            return Err(HierarchyError::Other);
        }
        let count = |at| usize::try_from(u64_at(content, at)).ok().filter(|&n| n <= content.len());
        let counts = (count(24), count(32), count(40));
        let (Some(nodes), Some(rounds), Some(edges)) = counts else { return Err(damaged()) };
        let mut rest = &content[HEAD..];
        let mut column = |elements: usize, size: usize| {
            let (column, after) = rest.split_at_checked(elements * size)?;
            rest = after;
            Some(column)
        };
        let columns =
            (column(nodes, 4), column(rounds + 1, 4), column(nodes + 1, 4), column(edges, size_of::<UpEdge>()));
        let (Some(node_at), Some(first_of_round), Some(first_up), Some(up)) = columns else { return Err(damaged()) };
        if !rest.is_empty() || nodes != graph.node_count() {
            return Err(damaged());
        }
        let parts = Parts {
            node_at: bytemuck::pod_collect_to_vec(node_at),
            first_of_round: bytemuck::pod_collect_to_vec(first_of_round),
            first_up: bytemuck::pod_collect_to_vec(first_up),
            up: bytemuck::pod_collect_to_vec(up),
        };
        let longest = Ticks::new(u32_at(content, 12));
        if longest > lanes::LONGEST || !parts.are_sound() {
            return Err(damaged());
        }
        let Parts { node_at, first_of_round, first_up, up } = parts;
        Ok(Self::from_parts(fingerprint, longest, node_at, first_of_round, first_up, up))
    }
}

/// The columns of a file.
struct Parts {
    node_at: Vec<u32>,
    first_of_round: Vec<u32>,
    first_up: Vec<u32>,
    up: Vec<UpEdge>,
}

impl Parts {
    /// Whether every rank is one node, and every edge leads up into a later round.
    fn are_sound(&self) -> bool {
        let nodes = self.node_at.len();
        let mut seen = vec![false; nodes];
        let once = self.node_at.iter().all(|&n| seen.get_mut(n as usize).is_some_and(|s| !std::mem::replace(s, true)));
        let ascends = |firsts: &[u32], end: usize| {
            firsts[0] == 0 && firsts[firsts.len() - 1] as usize == end && firsts.windows(2).all(|w| w[0] <= w[1])
        };
        if !once || !ascends(&self.first_of_round, nodes) || !ascends(&self.first_up, self.up.len()) {
            return false;
        }
        self.first_of_round.windows(2).all(|round| {
            let edges = self.first_up[round[0] as usize] as usize..self.first_up[round[1] as usize] as usize;
            self.up[edges]
                .iter()
                .all(|e| e.head >= round[1] && (e.head as usize) < nodes && e.out.max(e.into) <= 1 << 30)
        })
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
