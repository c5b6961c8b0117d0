//! From a PBF file to walkable ways over resolved nodes: [`read_pbf`].
//!
//! Comes in: an extract and the rules of access. Goes out: a [`RawNetwork`], whose ways have been cut where a node is
//! missing and where a barrier stops walkers, with its [`ImportReport`]. Not here: how ways are put on nodes (`join`).
//!
//! The file is read twice: first the ways, to learn which nodes matter; then the nodes, in those blocks only that have
//! any. So memory grows with the walkable ways, not with the file. Files may be in any order. Where areas are relations,
//! the blocks with ways are read once more for their outlines.

use std::io::{Read, Seek};

use osmpbf::{PrimitiveBlock, RelMemberType};
use rustc_hash::{FxHashMap, FxHashSet};

use super::blocks::{BlockFile, ImportError};
use super::ends_only;
use super::ground::Spot;
use super::join::{WantedNodes, join_ways};
use super::network::{RawNetwork, WayHead};
use super::plazas;
use super::reasons::Because;
use super::report::ImportReport;
use super::rules::{Answer, WalkRules, WayVerdict};
use super::sidewalks;
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
    let mut file = BlockFile::open(src)?;
    let mut report = ImportReport {
        rules: rules.id().to_owned(),
        file_bytes: file.length(),
        blocks: file.block_count(),
        sorted: file.header().sorted,
        data_timestamp: file.header().timestamp,
        ..ImportReport::default()
    };
    let batches = file.scan(|_| true, |block| read_ways(block, rules))?;
    let mut has_nodes = vec![false; file.block_count()];
    let mut has_ways = has_nodes.clone();
    for (number, batch) in &batches {
        has_nodes[*number] = batch.nodes > 0;
        has_ways[*number] = batch.ways_read > 0;
        report.add(batch);
    }
    if report.ways_read == 0 {
        return Err(ImportError::NoWays { nodes: report.nodes_read });
    }
    let members = member_ways(&mut file, &batches, |number| has_ways[number])?;
    let wanted = wanted_nodes(&batches, &members);
    let found = file.scan(|number| has_nodes[number], |block| find_nodes(block, &wanted, rules))?;
    let nodes = WantedNodes::fill(wanted, found, &mut report);
    let (mut network, gates, mut areas) = join_ways(&batches, &members, &nodes, rules, &mut report);
    if network.ways.is_empty() {
        return Err(ImportError::NothingWalkable { ways: report.ways_read });
    }
    let give_way = batches.iter().flat_map(|(_, b)| b.give_way.iter().copied()).collect();
    sidewalks::give_way(&mut network, &mut areas, &give_way, rules, &mut report);
    ends_only::settle(&mut network, &gates, &mut report);
    plazas::cross(&mut network, &areas, &mut report);
    Ok((network, report))
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
    pub(super) nodes: u64,
    pub(super) ways_read: u64,
    pub(super) relations: u64,
    pub(super) not_streets: u64,
    pub(super) dropped: Vec<(Because, u64)>,
}

impl ImportReport {
    fn add(&mut self, batch: &WayBatch) {
        self.nodes_read += batch.nodes;
        self.ways_read += batch.ways_read;
        self.relations_read += batch.relations;
        self.ways_not_streets += batch.not_streets;
        for &(reason, count) in &batch.dropped {
            self.drop_way(reason, count);
        }
    }
}

fn read_ways(block: &PrimitiveBlock, rules: &WalkRules) -> Result<WayBatch, ImportError> {
    let mut batch = WayBatch::default();
    let mut buffer = TagBuffer::default();
    for group in block.groups() {
        batch.nodes += (group.nodes().len() + group.dense_nodes().len()) as u64;
        batch.relations += group.relations().len() as u64;
        for relation in group.relations() {
            let tags = buffer.fill(relation.raw_tags(), relation.raw_stringtable())?;
            if !tags.is("type", "multipolygon") {
                continue;
            }
            if let WayVerdict::Walk(class, directions, passage, because) = rules.way(&tags) {
                let ground = rules.ground(&tags);
                let head = WayHead { id: OsmWayId(0), class, directions, passage, because, is_area: true, ground };
                let ways = relation.members().filter(|m| m.member_type == RelMemberType::Way);
                let members = ways.map(|m| (m.member_id, m.role().is_ok_and(|role| role == "inner")));
                batch.areas.push((head, members.collect()));
            }
        }
        for way in group.ways() {
            batch.ways_read += 1;
            match rules.way(&buffer.fill(way.raw_tags(), way.raw_stringtable())?) {
                WayVerdict::NotAStreet => batch.not_streets += 1,
                WayVerdict::Drop(reason) => match batch.dropped.iter_mut().find(|d| d.0 == reason) {
                    Some(entry) => entry.1 += 1,
                    None => batch.dropped.push((reason, 1)),
                },
                WayVerdict::Walk(class, directions, passage, because) => {
                    let tags = buffer.fill(way.raw_tags(), way.raw_stringtable())?;
                    let first = batch.refs.len();
                    batch.refs.extend(delta_decoded(way.raw_refs()));
                    let is_closed =
                        batch.refs.len() - first >= 4 && batch.refs[first] == batch.refs[batch.refs.len() - 1];
                    let (is_area, ground) = (is_closed && rules.is_area(&tags), rules.ground(&tags));
                    if !is_area && rules.gives_way_to_sidewalk(class, &tags) {
                        batch.give_way.push(OsmWayId(way.id()));
                    }
                    let head = WayHead { id: OsmWayId(way.id()), class, directions, passage, because, is_area, ground };
                    batch.ways.push((head, batch.refs.len() as u32));
                }
            }
        }
    }
    Ok(batch)
}

/// Node ids from their differences; wraps where a damaged file would overflow, which then finds no node.
fn delta_decoded(deltas: &[i64]) -> impl Iterator<Item = i64> + '_ {
    deltas.iter().scan(0i64, |id, delta| {
        *id = id.wrapping_add(*delta);
        Some(*id)
    })
}

/// The nodes of the ways that walkable areas are made of, by way.
pub(super) type MemberWays = FxHashMap<i64, Vec<i64>>;

fn member_ways<R: Read + Seek + Send>(
    file: &mut BlockFile<R>,
    batches: &[(usize, WayBatch)],
    has_ways: impl Fn(usize) -> bool + Sync,
) -> Result<MemberWays, ImportError> {
    let areas = batches.iter().flat_map(|(_, b)| &b.areas);
    let members: FxHashSet<i64> = areas.flat_map(|(_, members)| members.iter().map(|m| m.0)).collect();
    if members.is_empty() {
        return Ok(MemberWays::default());
    }
    let found = file.scan(has_ways, |block| {
        let ways = block.groups().flat_map(|group| group.ways()).filter(|w| members.contains(&w.id()));
        Ok(ways.map(|w| (w.id(), delta_decoded(w.raw_refs()).collect())).collect::<Vec<_>>())
    })?;
    Ok(found.into_iter().flat_map(|(_, ways)| ways).collect())
}

fn wanted_nodes(batches: &[(usize, WayBatch)], members: &MemberWays) -> Vec<i64> {
    let of_ways = batches.iter().flat_map(|(_, b)| &b.refs);
    let mut wanted: Vec<i64> = of_ways.chain(members.values().flatten()).copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// A node that was found: its place among the wanted ones, where it is, and whether walkers may pass it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundNode {
    pub(super) place: u32,
    pub(super) at: Option<Position>,
    pub(super) lets_pass: Answer,
    pub(super) spot: Spot,
}

fn find_nodes(block: &PrimitiveBlock, wanted: &[i64], rules: &WalkRules) -> Result<Vec<FoundNode>, ImportError> {
    let mut found = Vec::new();
    let mut finder = Finder { wanted, from: 0, last: i64::MIN };
    let mut buffer = TagBuffer::default();
    for group in block.groups() {
        for node in group.dense_nodes() {
            if let Some(place) = finder.place_of(node.id()) {
                // Negative indices are out of range as well once they are unsigned.
                let pairs = node.raw_tags().map(|(k, v)| (k as u32, v as u32));
                let tags = buffer.fill(pairs, block.raw_stringtable())?;
                let at = on_earth(node.nano_lon(), node.nano_lat());
                let lets_pass = if tags.is_empty() { Answer::Yes } else { rules.node(&tags) };
                found.push(FoundNode { place, at, lets_pass, spot: Spot::of_node(&tags) });
            }
        }
        for node in group.nodes() {
            if let Some(place) = finder.place_of(node.id()) {
                let tags = buffer.fill(node.raw_tags(), block.raw_stringtable())?;
                let at = on_earth(node.nano_lon(), node.nano_lat());
                found.push(FoundNode { place, at, lets_pass: rules.node(&tags), spot: Spot::of_node(&tags) });
            }
        }
    }
    Ok(found)
}

/// A position from billionths of a degree, when it is on Earth.
fn on_earth(nano_lon: i64, nano_lat: i64) -> Option<Position> {
    let fits = nano_lon.unsigned_abs() <= 180_000_000_000 && nano_lat.unsigned_abs() <= 90_000_000_000;
    fits.then_some(Position { lon_e7: (nano_lon / 100) as i32, lat_e7: (nano_lat / 100) as i32 })
}

/// Finds ids in a sorted list, quickly when they come in ascending order, as they nearly always do.
struct Finder<'a> {
    wanted: &'a [i64],
    from: usize,
    last: i64,
}

impl Finder<'_> {
    fn place_of(&mut self, id: i64) -> Option<u32> {
        if id < self.last {
            self.from = 0;
        }
        self.last = id;
        // Steps that double, then a search between the last two: cheap for near and for far.
        let mut step = 1;
        while self.from + step < self.wanted.len() && self.wanted[self.from + step] < id {
            step *= 2;
        }
        let end = self.wanted.len().min(self.from + step + 1);
        let start = self.from + step / 2;
        self.from = start.min(end) + self.wanted[start.min(end)..end].partition_point(|&w| w < id);
        (self.wanted.get(self.from) == Some(&id)).then_some(self.from as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_any_order() {
        let wanted = [-5, 1, 2, 7, 100, 101, 5_000_000_000];
        let mut finder = Finder { wanted: &wanted, from: 0, last: i64::MIN };
        for (place, id) in wanted.iter().enumerate() {
            assert_eq!(finder.place_of(*id), Some(place as u32), "{id}");
        }
        for id in [7, -5, 6, 5_000_000_001, 100, 3, i64::MIN, i64::MAX] {
            assert_eq!(finder.place_of(id), wanted.binary_search(&id).ok().map(|p| p as u32), "{id}");
        }
        assert_eq!(Finder { wanted: &[], from: 0, last: 0 }.place_of(3), None);
    }

    #[test]
    fn coordinates_off_the_earth_are_refused() {
        assert!(on_earth(180_000_000_001, 0).is_none());
        assert!(on_earth(i64::MIN, 0).is_none());
        assert_eq!(on_earth(-1_000, 100), Some(Position { lon_e7: -10, lat_e7: 1 }));
    }
}
