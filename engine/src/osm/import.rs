//! From PBF files to walkable ways over resolved nodes: [`read_pbf`], [`read_pbf_files`].
//!
//! Comes in: one extract or several, and the rules of access. Goes out: a [`RawNetwork`], whose ways have been cut where
//! a node is missing and where a barrier stops walkers, with its [`ImportReport`]. Not here: how ways are put on nodes
//! (`join`).
//!
//! The files are read in three passes: relations, to learn of which ways areas are made; ways, to learn which nodes
//! matter; nodes. Each pass inflates those blocks only that hold what it is for, so that a sorted file is inflated once.
//! Memory grows with the walkable ways, not with the files. Files may be in any order, and so may what is in them.

use std::io::{Read, Seek};

use rustc_hash::{FxHashMap, FxHashSet};

use super::blocks::Extracts;
use super::ends_only;
use super::error::ImportError;
use super::gates::NodeAnswers;
use super::ground::Spot;
use super::join::{WantedNodes, join_ways};
use super::network::{RawNetwork, WayHead};
use super::pbf::elements::{MemberKind, Relation};
use super::pbf::{Block, Broken};
use super::plazas::{self, RawArea};
use super::private_corners;
use super::reasons::Because;
use super::report::ImportReport;
use super::rules::{GatePolicy, WalkRules, WayVerdict};
use super::sidewalks;
use super::sorted_ids::{Finder, SortedIds};
use super::tags::TagBuffer;
use crate::ids::OsmWayId;
use crate::position::Position;

/// Reads the walkable ways of an OpenStreetMap extract, decoding on all cores.
///
/// The result does not depend on the number of threads. Memory is bounded by the walkable ways of the file.
///
/// # Errors
/// When the source is no whole PBF file, or when nothing in it can be walked on.
///
/// ```no_run
/// use walkshed::osm::{WalkRules, read_pbf};
/// let (network, report) = read_pbf(std::fs::File::open("city.osm.pbf")?, &WalkRules::worldwide())?;
/// println!("{} of {} ways are walked on", report.ways_used, report.ways_read);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_pbf(src: impl Read + Seek + Send, rules: &WalkRules) -> Result<(RawNetwork, ImportReport), ImportError> {
    read_pbf_files([src], rules)
}

/// Reads the walkable ways of several extracts as one: neighbours that share a border, parts of a country.
///
/// An element that is in several of them, or twice in one, is used once: as the first file has it. The order of the files
/// changes nothing else.
///
/// # Errors
/// When a source is no whole PBF file, or when nothing in them can be walked on.
///
/// ```no_run
/// use walkshed::osm::{WalkRules, read_pbf_files};
/// let parts = ["north.osm.pbf", "south.osm.pbf"].map(std::fs::File::open);
/// let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
/// let (network, report) = read_pbf_files(parts, &WalkRules::worldwide())?;
/// println!("{} ways are in both", report.duplicate_ways);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_pbf_files<R: Read + Seek + Send>(
    sources: impl IntoIterator<Item = R>,
    rules: &WalkRules,
) -> Result<(RawNetwork, ImportReport), ImportError> {
    read_parts_of(sources, rules)?.network(rules)
}

/// Reads extracts once and gives their walkable ways under several policies of gates, in the order asked for.
///
/// Reading and decoding, most of the work, is done once; each network is what [`read_pbf_files`] gives by the rules with
/// that policy, its report too. Memory: the networks stand side by side, each as large as a single one.
///
/// # Errors
/// As [`read_pbf_files`].
pub fn read_pbf_under<R: Read + Seek + Send>(
    sources: impl IntoIterator<Item = R>,
    rules: &WalkRules,
    policies: &[GatePolicy],
) -> Result<Vec<(RawNetwork, ImportReport)>, ImportError> {
    let parts = read_parts_of(sources, rules)?;
    policies.iter().map(|&policy| parts.network(&rules.clone().with_gates(policy))).collect()
}

/// Decodes an extract and finds the node of every reference of a walkable way, and makes nothing of it: the first part of
/// [`read_pbf`], to be timed apart. Gives how many references have a node.
///
/// # Errors
/// As [`read_pbf`].
#[doc(hidden)]
pub fn decode_and_resolve(src: impl Read + Seek + Send, rules: &WalkRules) -> Result<usize, ImportError> {
    let Parts { batches, nodes, .. } = read_parts_of([src], rules)?;
    let refs = batches.iter().flat_map(|(_, batch)| &batch.refs);
    Ok(refs.filter(|id| nodes.ids.place_of(**id).is_some_and(|place| nodes.at[place].is_some())).count())
}

/// What the passes have found: the walkable ways with their nodes, before they are joined. Nothing in it depends on how
/// gates are taken.
pub(super) struct Parts {
    batches: Vec<(usize, WayBatch)>,
    members: MemberWays,
    nodes: WantedNodes,
    report: ImportReport,
}

/// Reads the walkable ways of some files and their nodes.
pub(super) fn read_parts_of<R: Read + Seek + Send>(
    sources: impl IntoIterator<Item = R>,
    rules: &WalkRules,
) -> Result<Parts, ImportError> {
    Extracts::open(sources)?.in_passes(|files| read_parts(files, rules))
}

impl Parts {
    /// The network by some rules, which may differ in their policy of gates only from those that the files were read by.
    pub(super) fn network(&self, rules: &WalkRules) -> Result<(RawNetwork, ImportReport), ImportError> {
        let (mut network, areas, mut report) = self.without_squares(rules)?;
        plazas::cross(&mut network, &areas, &mut report);
        private_corners::join(&mut network);
        Ok((network, report))
    }

    /// The same as it is mapped, without the lines across squares.
    pub(super) fn without_squares(
        &self,
        rules: &WalkRules,
    ) -> Result<(RawNetwork, Vec<RawArea>, ImportReport), ImportError> {
        let mut report = ImportReport { rules: rules.id().to_owned(), ..self.report.clone() };
        let (mut network, gates, mut areas) = join_ways(&self.batches, &self.members, &self.nodes, rules, &mut report);
        if network.ways.is_empty() {
            return Err(ImportError::NothingWalkable { ways: report.ways_read });
        }
        let give_way = self.batches.iter().flat_map(|(_, b)| b.give_way.iter().copied()).collect();
        sidewalks::give_way(&mut network, &mut areas, &give_way, rules, &mut report);
        ends_only::settle(&mut network, &gates, &mut report);
        Ok((network, areas, report))
    }
}

fn read_parts<R: Read + Seek + Send>(files: &mut Extracts<R>, rules: &WalkRules) -> Result<Parts, ImportError> {
    let mut report = ImportReport {
        file_bytes: files.length(),
        blocks: files.block_count(),
        sorted: files.are_sorted(),
        data_timestamp: files.timestamp(),
        covers: files.bounds(),
        ..ImportReport::default()
    };
    let relations = files.scan(|kinds| kinds.relations, |block| read_relations(block, rules))?;
    let areas = relations.iter().flat_map(|(_, b)| &b.areas);
    let members: FxHashSet<i64> = areas.flat_map(|(_, members)| members.iter().map(|m| m.0)).collect();
    let mut batches = files.scan(|kinds| kinds.ways, |block| read_ways(block, &members, rules))?;
    batches.extend(relations);
    for (_, batch) in &batches {
        report.add(batch);
    }
    if report.ways_read == 0 {
        let nodes = files.scan(|kinds| kinds.nodes, |block| Ok(block.counts()?[0]))?;
        return Err(ImportError::NoWays { nodes: nodes.iter().map(|(_, count)| count).sum() });
    }
    let mut members = MemberWays::default();
    for (way, refs) in batches.iter_mut().flat_map(|(_, b)| std::mem::take(&mut b.members)) {
        members.entry(way).or_insert(refs);
    }
    let batches = once_each(batches, &mut report);
    let wanted = wanted_nodes(&batches, &members);
    let found = files.scan(|kinds| kinds.nodes, |block| find_nodes(block, &wanted, rules))?;
    report.nodes_read = found.iter().map(|(_, nodes)| nodes.read).sum();
    let mut found: Vec<(usize, Vec<FoundNode>)> = found.into_iter().map(|(n, nodes)| (n, nodes.wanted)).collect();
    misplace_null_island(&mut found);
    Ok(Parts { batches, members, nodes: WantedNodes::fill(wanted, found, &mut report), report })
}

/// The walkable ways of one block, and what else was seen there.
#[derive(Debug, Default)]
pub(super) struct WayBatch {
    /// Each way with the end of its references in `refs`.
    pub(super) ways: Vec<(WayHead, u32)>,
    pub(super) refs: Vec<i64>,
    /// Roads that leave their walkers to a sidewalk beside them.
    pub(super) give_way: Vec<OsmWayId>,
    /// Areas that are relations: their member ways, and whether each is of an inner ring.
    pub(super) areas: Vec<(WayHead, Vec<(i64, bool)>)>,
    /// The relation of each area.
    area_ids: Vec<i64>,
    /// The ways that areas are made of, with their nodes.
    members: Vec<(i64, Vec<i64>)>,
    pub(super) ways_read: u64,
    pub(super) relations: u64,
    pub(super) not_streets: u64,
    pub(super) dropped: Vec<(Because, u64)>,
}

impl ImportReport {
    fn add(&mut self, batch: &WayBatch) {
        self.ways_read += batch.ways_read;
        self.relations_read += batch.relations;
        self.ways_not_streets += batch.not_streets;
        for &(reason, count) in &batch.dropped {
            self.drop_way(reason, count);
        }
    }
}

fn read_relations(block: &Block<'_>, rules: &WalkRules) -> Result<WayBatch, ImportError> {
    let mut batch = WayBatch::default();
    let mut buffer = TagBuffer::default();
    block.each_relation(|relation| {
        batch.relations += 1;
        let tags = buffer.fill(relation.tags(), block.strings())?;
        if !tags.is("type", "multipolygon") {
            return Ok(());
        }
        if let WayVerdict::Walk(class, directions, passage, because) = rules.way(&tags) {
            let ground = rules.ground(&tags);
            let head = WayHead { id: OsmWayId(0), class, directions, passage, because, is_area: true, ground };
            batch.areas.push((head, member_ways_of(block, &relation)?));
            batch.area_ids.push(relation.id);
        }
        Ok(())
    })?;
    Ok(batch)
}

fn read_ways(block: &Block<'_>, members: &FxHashSet<i64>, rules: &WalkRules) -> Result<WayBatch, ImportError> {
    let mut batch = WayBatch::default();
    let mut buffer = TagBuffer::default();
    block.each_way(|way| {
        batch.ways_read += 1;
        if members.contains(&way.id) {
            batch.members.push((way.id, way.to_refs()?));
        }
        let tags = buffer.fill(way.tags(), block.strings())?;
        match rules.way(&tags) {
            WayVerdict::NotAStreet => batch.not_streets += 1,
            WayVerdict::Drop(reason) => match batch.dropped.iter_mut().find(|d| d.0 == reason) {
                Some(entry) => entry.1 += 1,
                None => batch.dropped.push((reason, 1)),
            },
            WayVerdict::Walk(class, directions, passage, because) => {
                let first = batch.refs.len();
                way.refs().read_into(&mut batch.refs)?;
                let refs = &batch.refs[first..];
                let is_area = refs.len() >= 4 && refs.first() == refs.last() && rules.is_area(&tags);
                if !is_area && rules.gives_way_to_sidewalk(class, &tags) {
                    batch.give_way.push(OsmWayId(way.id));
                }
                let ground = rules.ground(&tags);
                let head = WayHead { id: OsmWayId(way.id), class, directions, passage, because, is_area, ground };
                batch.ways.push((head, batch.refs.len() as u32));
            }
        }
        Ok(())
    })?;
    Ok(batch)
}

/// The nodes of the ways that walkable areas are made of, by way.
pub(super) type MemberWays = FxHashMap<i64, Vec<i64>>;

/// The ways of all batches, each once, as the first file has it; in the order of their ids when they were in none.
fn once_each(batches: Vec<(usize, WayBatch)>, report: &mut ImportReport) -> Vec<(usize, WayBatch)> {
    let ways = || batches.iter().flat_map(|(_, b)| b.ways.iter().map(|w| w.0.id.0));
    let areas = || batches.iter().flat_map(|(_, b)| b.area_ids.iter().copied());
    if ways().is_sorted_by(|a, b| a < b) && areas().is_sorted_by(|a, b| a < b) {
        return batches;
    }
    let mut all = WayBatch::default();
    let mut ways: Vec<(WayHead, &[i64])> = Vec::new();
    let mut areas = Vec::new();
    for (_, batch) in &batches {
        let mut first = 0;
        for &(head, end) in &batch.ways {
            ways.push((head, &batch.refs[first as usize..end as usize]));
            first = end;
        }
        areas.extend(batch.area_ids.iter().zip(&batch.areas));
        all.give_way.extend_from_slice(&batch.give_way);
    }
    ways.sort_by_key(|(head, _)| head.id);
    areas.sort_by_key(|(id, _)| **id);
    let before = (ways.len(), areas.len());
    ways.dedup_by_key(|(head, _)| head.id);
    areas.dedup_by_key(|(id, _)| **id);
    report.duplicate_ways = (before.0 - ways.len()) as u64;
    report.duplicate_areas = (before.1 - areas.len()) as u64;
    for (head, refs) in ways {
        all.refs.extend_from_slice(refs);
        all.ways.push((head, all.refs.len() as u32));
    }
    all.areas = areas.into_iter().map(|(_, area)| area.clone()).collect();
    vec![(0, all)]
}

fn wanted_nodes(batches: &[(usize, WayBatch)], members: &MemberWays) -> SortedIds {
    let of_ways = batches.iter().flat_map(|(_, b)| &b.refs);
    SortedIds::of(of_ways.chain(members.values().flatten()).copied().collect())
}

/// A node that was found: its place among the wanted ones, where it is, and whether walkers may pass it, by policy.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundNode {
    pub(super) place: u32,
    pub(super) at: Option<Position>,
    pub(super) lets_pass: NodeAnswers,
    pub(super) spot: Spot,
}

/// The wanted nodes of a block, and how many it has in all.
struct NodesOfBlock {
    wanted: Vec<FoundNode>,
    read: u64,
}

fn find_nodes(block: &Block<'_>, wanted: &SortedIds, rules: &WalkRules) -> Result<NodesOfBlock, ImportError> {
    let mut found = NodesOfBlock { wanted: Vec::new(), read: 0 };
    let mut finder = Finder::new(wanted);
    let mut buffer = TagBuffer::default();
    block.each_node(|node| {
        found.read += 1;
        if let Some(place) = finder.place_of(node.id) {
            let at = on_earth(node.nano_lon, node.nano_lat);
            let (lets_pass, spot) = if node.tags.is_empty() {
                (NodeAnswers::YES, Spot::default())
            } else {
                let tags = buffer.fill(node.tags, block.strings())?;
                (NodeAnswers::of(rules, &tags), Spot::of_node(&tags))
            };
            found.wanted.push(FoundNode { place, at, lets_pass, spot });
        }
        Ok(())
    })?;
    Ok(found)
}

/// Takes nodes at 0 E, 0 N for misplaced, unless the streets are there: it is where broken tools put what they lost.
fn misplace_null_island(found: &mut [(usize, Vec<FoundNode>)]) {
    const NULL_ISLAND: Position = Position { lon_e7: 0, lat_e7: 0 };
    const A_DEGREE: u32 = 10_000_000;
    let nodes = || found.iter().flat_map(|(_, nodes)| nodes.iter().filter_map(|n| n.at));
    let is_near =
        |at: Position| at != NULL_ISLAND && at.lon_e7.unsigned_abs() < A_DEGREE && at.lat_e7.unsigned_abs() < A_DEGREE;
    if nodes().any(|at| at == NULL_ISLAND) && !nodes().any(is_near) {
        for node in found.iter_mut().flat_map(|(_, nodes)| nodes).filter(|n| n.at == Some(NULL_ISLAND)) {
            node.at = None;
        }
    }
}

/// The ways among the members of a relation, and whether each is of an inner ring.
pub(super) fn member_ways_of(block: &Block<'_>, relation: &Relation<'_>) -> Result<Vec<(i64, bool)>, Broken> {
    let mut ways = Vec::new();
    relation.each_member(|kind, id, role| {
        let role = block.strings().get(role).ok_or(Broken("a role that is no text of its block"))?;
        if kind == MemberKind::Way {
            ways.push((id, role == b"inner"));
        }
        Ok(())
    })?;
    Ok(ways)
}

/// A position from billionths of a degree, when it is on Earth.
fn on_earth(nano_lon: i64, nano_lat: i64) -> Option<Position> {
    let fits = nano_lon.unsigned_abs() <= 180_000_000_000 && nano_lat.unsigned_abs() <= 90_000_000_000;
    fits.then_some(Position { lon_e7: (nano_lon / 100) as i32, lat_e7: (nano_lat / 100) as i32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_off_the_earth_are_refused() {
        assert!(on_earth(180_000_000_001, 0).is_none());
        assert!(on_earth(i64::MIN, 0).is_none());
        assert_eq!(on_earth(-1_000, 100), Some(Position { lon_e7: -10, lat_e7: 1 }));
    }
}
