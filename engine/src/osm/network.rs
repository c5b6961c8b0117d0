//! From a PBF file to walkable ways over resolved nodes: [`read_pbf`].
//!
//! Comes in: an extract and the rules of access. Goes out: a [`RawNetwork`], whose ways have been cut where a node is
//! missing and where a barrier stops walkers, with its [`ImportReport`]. Not here: junctions and lengths (`graph`).
//!
//! The file is read twice: first the ways, to learn which nodes matter; then the nodes, in those blocks only that have
//! any. So memory grows with the walkable ways, not with the file. Files may be in any order.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use osmpbf::{PrimitiveBlock, RelMemberType};
use rustc_hash::{FxHashMap, FxHashSet};

use super::areas::join_rings;
use super::blocks::{BlockFile, ImportError};
use super::ends_only;
use super::plazas::{self, RawArea};
use super::reasons::Because;
use super::report::ImportReport;
use super::rules::{Answer, ClassId, WalkRules, WayVerdict};
use super::tags::TagBuffer;
use crate::ids::{OsmNodeId, OsmWayId};
use crate::position::Position;

/// In which directions something is walked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Directions(u8);

impl Directions {
    /// From the first node to the last.
    pub const FORWARD: Self = Self(1);
    /// From the last node to the first.
    pub const BACKWARD: Self = Self(2);
    /// Both ways.
    pub const BOTH: Self = Self(3);

    /// Whether it is walked from the first node to the last.
    pub const fn forward(self) -> bool {
        self.0 & 1 != 0
    }

    /// Whether it is walked from the last node to the first.
    pub const fn backward(self) -> bool {
        self.0 & 2 != 0
    }

    /// The same street, seen from its other end.
    #[must_use]
    pub const fn flipped(self) -> Self {
        Self(self.0 >> 1 | (self.0 & 1) << 1)
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// Directions from their bits, unless there are none or unknown ones.
    pub(crate) const fn from_bits(bits: u8) -> Option<Self> {
        if bits == 0 || bits > 3 { None } else { Some(Self(bits)) }
    }
}

/// Who may walk along a street.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Passage {
    /// Everybody.
    Through,
    /// Only who starts or ends there: `access=private`, `destination`, `customers`, …
    EndsOnly,
}

/// A stretch of one OSM way: all of it, or a part that a cut has left.
#[derive(Clone, Copy, Debug)]
pub struct RawWay {
    /// The way it is of.
    pub id: OsmWayId,
    /// Its class by the rules.
    pub class: ClassId,
    /// In which directions it is walked.
    pub directions: Directions,
    /// Who may walk along it.
    pub passage: Passage,
    /// What decided that.
    pub because: Because,
    first_ref: u32,
    end_ref: u32,
}

/// Walkable ways over resolved nodes, before junctions are found.
///
/// A node on which a barrier stops walkers has one copy for each way end that meets it, so that no walk leads across.
#[derive(Clone, Debug, Default)]
pub struct RawNetwork {
    pub(super) positions: Vec<Position>,
    pub(super) osm_nodes: Vec<OsmNodeId>,
    pub(super) ways: Vec<RawWay>,
    pub(super) refs: Vec<u32>,
    class_names: Vec<String>,
}

impl RawNetwork {
    /// Where each node is.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The OSM node that each node is, or is a copy of.
    pub fn osm_nodes(&self) -> &[OsmNodeId] {
        &self.osm_nodes
    }

    /// The stretches of ways; each has at least two nodes.
    pub fn ways(&self) -> &[RawWay] {
        &self.ways
    }

    /// The nodes of a stretch, as positions in [`RawNetwork::positions`].
    pub fn nodes_of(&self, way: &RawWay) -> &[u32] {
        &self.refs[way.first_ref as usize..way.end_ref as usize]
    }

    /// The names of the classes that ways are of.
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// How many straight pieces from node to node there are.
    pub fn segment_count(&self) -> usize {
        self.refs.len() - self.ways.len()
    }

    /// A network from nodes and ways that did not come from a file, for tests and for made-up streets. Each way is its
    /// OSM id, its directions, who may walk along it, and its nodes as positions in `nodes`.
    ///
    /// # Panics
    /// When a way has fewer than two nodes or names a node that is not there.
    pub fn from_parts(nodes: &[(OsmNodeId, Position)], ways: &[(OsmWayId, Directions, Passage, Vec<u32>)]) -> Self {
        let mut network = Self { class_names: vec!["highway=footway".into()], ..Self::default() };
        network.osm_nodes = nodes.iter().map(|n| n.0).collect();
        network.positions = nodes.iter().map(|n| n.1).collect();
        for (id, directions, passage, on) in ways {
            assert!(on.len() >= 2 && on.iter().all(|&n| (n as usize) < nodes.len()), "{id} cannot be built");
            let head = WayHead {
                id: *id,
                class: ClassId(0),
                directions: *directions,
                passage: *passage,
                because: Because::Class,
                is_area: false,
            };
            network.push_way(&head, on);
        }
        network
    }

    pub(super) fn push_way(&mut self, way: &WayHead, nodes: &[u32]) {
        let &WayHead { id, class, directions, passage, because, .. } = way;
        let first_ref = self.refs.len() as u32;
        self.refs.extend_from_slice(nodes);
        self.ways.push(RawWay { id, class, directions, passage, because, first_ref, end_ref: self.refs.len() as u32 });
    }

    /// The places of a stretch's nodes among all references.
    pub(super) fn ref_range(way: &RawWay) -> std::ops::Range<usize> {
        way.first_ref as usize..way.end_ref as usize
    }

    fn copy_of(&mut self, node: u32) -> u32 {
        self.positions.push(self.positions[node as usize]);
        self.osm_nodes.push(self.osm_nodes[node as usize]);
        self.positions.len() as u32 - 1
    }
}

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
    let (mut network, gates, areas) = join_ways(&batches, &members, &nodes, rules, &mut report);
    if network.ways.is_empty() {
        return Err(ImportError::NothingWalkable { ways: report.ways_read });
    }
    plazas::cross(&mut network, &areas, &mut report);
    ends_only::settle(&mut network, &gates, &mut report);
    Ok((network, report))
}

/// What the rules say of a walkable way.
#[derive(Clone, Copy, Debug)]
pub(super) struct WayHead {
    id: OsmWayId,
    class: ClassId,
    directions: Directions,
    passage: Passage,
    because: Because,
    /// It is the outline of an area that people walk across.
    is_area: bool,
}

/// A node with a gate that opens only for who starts or ends behind it, with its copies, one for each way end.
#[derive(Clone, Debug)]
pub(super) struct PrivateGate {
    pub(super) copies: Vec<u32>,
}

/// The walkable ways of one block, and what else was seen there.
#[derive(Debug, Default)]
struct WayBatch {
    /// Each way with the end of its references in `refs`.
    ways: Vec<(WayHead, u32)>,
    refs: Vec<i64>,
    /// Areas that are relations: their member ways, and whether each is of an inner ring.
    areas: Vec<(WayHead, Vec<(i64, bool)>)>,
    nodes: u64,
    ways_read: u64,
    relations: u64,
    not_streets: u64,
    dropped: Vec<(Because, u64)>,
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
                let head = WayHead { id: OsmWayId(0), class, directions, passage, because, is_area: true };
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
                    let first = batch.refs.len();
                    batch.refs.extend(delta_decoded(way.raw_refs()));
                    let is_closed =
                        batch.refs.len() - first >= 4 && batch.refs[first] == batch.refs[batch.refs.len() - 1];
                    let is_area = is_closed && rules.is_area(&buffer.fill(way.raw_tags(), way.raw_stringtable())?);
                    let head = WayHead { id: OsmWayId(way.id()), class, directions, passage, because, is_area };
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
type MemberWays = FxHashMap<i64, Vec<i64>>;

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
struct FoundNode {
    place: u32,
    at: Option<Position>,
    lets_pass: Answer,
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
                found.push(FoundNode { place, at, lets_pass });
            }
        }
        for node in group.nodes() {
            if let Some(place) = finder.place_of(node.id()) {
                let tags = buffer.fill(node.raw_tags(), block.raw_stringtable())?;
                let at = on_earth(node.nano_lon(), node.nano_lat());
                found.push(FoundNode { place, at, lets_pass: rules.node(&tags) });
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

/// The wanted nodes with what the file says of them.
struct WantedNodes {
    ids: Vec<i64>,
    at: Vec<Option<Position>>,
    lets_pass: Vec<Answer>,
}

impl WantedNodes {
    fn fill(ids: Vec<i64>, found: Vec<(usize, Vec<FoundNode>)>, report: &mut ImportReport) -> Self {
        let mut nodes = Self { at: vec![None; ids.len()], lets_pass: vec![Answer::Yes; ids.len()], ids };
        for node in found.into_iter().flat_map(|(_, batch)| batch) {
            let place = node.place as usize;
            match (node.at, nodes.at[place]) {
                (None, _) => report.misplaced_nodes += 1,
                (Some(_), Some(_)) => report.duplicate_nodes += 1,
                (at, None) => {
                    nodes.at[place] = at;
                    nodes.lets_pass[place] = node.lets_pass;
                }
            }
        }
        nodes
    }
}

/// Puts ways on nodes, cutting them where a node is missing and where one does not let everybody pass.
fn join_ways(
    batches: &[(usize, WayBatch)],
    members: &MemberWays,
    nodes: &WantedNodes,
    rules: &WalkRules,
    report: &mut ImportReport,
) -> (RawNetwork, Vec<PrivateGate>, Vec<RawArea>) {
    let mut network = RawNetwork { class_names: rules.class_names().to_vec(), ..RawNetwork::default() };
    // Nodes that are there, numbered in the order of their ids.
    let number: Vec<u32> = nodes
        .at
        .iter()
        .map(|at| {
            at.map_or(u32::MAX, |at| {
                network.positions.push(at);
                network.positions.len() as u32 - 1
            })
        })
        .collect();
    let there = nodes.ids.iter().zip(&nodes.at).filter(|(_, at)| at.is_some());
    network.osm_nodes = there.map(|(&id, _)| OsmNodeId(id)).collect();
    report.nodes_used = network.positions.len() as u64;
    let closed = |answer: Answer| {
        let all = nodes.at.iter().zip(&nodes.lets_pass);
        all.filter(|(at, lets_pass)| at.is_some() && **lets_pass == answer).count() as u64
    };
    report.barriers = closed(Answer::No);
    report.private_gates = closed(Answer::EndsOnly);
    let mut gates: BTreeMap<usize, PrivateGate> = BTreeMap::new();
    let mut areas = Vec::new();
    let mut stretch = Vec::new();
    for (_, batch) in batches {
        let mut first = 0;
        for (way, end) in &batch.ways {
            let stretches_before = network.ways.len();
            let mut missing = 0;
            for node in &batch.refs[first as usize..*end as usize] {
                let place = nodes.ids.binary_search(node).expect("every reference was wanted");
                if number[place] == u32::MAX {
                    missing += 1;
                    finish(&mut network, way, &mut stretch);
                } else if nodes.lets_pass[place] == Answer::Yes {
                    if stretch.last() != Some(&number[place]) {
                        stretch.push(number[place]);
                    }
                } else if stretch.last().is_none_or(|&last| network.osm_nodes[last as usize] != OsmNodeId(*node)) {
                    // Each side of a barrier ends on its own copy of the node.
                    let copies = [network.copy_of(number[place]), network.copy_of(number[place])];
                    stretch.push(copies[0]);
                    finish(&mut network, way, &mut stretch);
                    stretch.push(copies[1]);
                    if nodes.lets_pass[place] == Answer::EndsOnly {
                        gates.entry(place).or_insert_with(|| PrivateGate { copies: Vec::new() }).copies.extend(copies);
                    }
                }
            }
            finish(&mut network, way, &mut stretch);
            // A ring that a missing node or a barrier has cut is no ring any more.
            if way.is_area && network.ways.len() == stretches_before + 1 {
                let ring = network.nodes_of(&network.ways[stretches_before]).to_vec();
                if ring.len() >= 4 && ring.first() == ring.last() {
                    areas.push(RawArea { way: *way, outline: vec![way.id], rings: vec![ring] });
                }
            }
            first = *end;
            report.missing_refs += missing;
            report.ways_cut += u64::from(missing > 0);
            if network.ways.len() == stretches_before {
                report.ways_without_length += 1;
            } else {
                report.ways_used += 1;
                report.ways_ends_only += u64::from(way.passage == Passage::EndsOnly);
            }
        }
    }
    for (head, ways) in batches.iter().flat_map(|(_, b)| &b.areas) {
        let place = |node: &i64| nodes.ids.binary_search(node).ok().map(|p| number[p]).filter(|&n| n != u32::MAX);
        match area_of(*head, ways, members, place) {
            Some(area) => {
                for ring in &area.rings {
                    network.push_way(&area.way, ring);
                }
                areas.push(area);
            }
            None => report.areas_incomplete += 1,
        }
    }
    (network, gates.into_values().collect(), areas)
}

/// The rings of an area that is a relation, its outer ones first; nothing when one is not whole in the file.
fn area_of(
    head: WayHead,
    ways: &[(i64, bool)],
    members: &MemberWays,
    place: impl Fn(&i64) -> Option<u32>,
) -> Option<RawArea> {
    let rings = |inner: bool| {
        let of_role = ways.iter().filter(|w| w.1 == inner);
        let stretches = of_role.map(|(way, _)| members.get(way).cloned()).collect::<Option<Vec<_>>>()?;
        let rings = join_rings(&stretches)?;
        rings.iter().map(|ring| ring.iter().map(&place).collect::<Option<Vec<u32>>>()).collect::<Option<Vec<_>>>()
    };
    let mut all = rings(false)?;
    let outline: Vec<OsmWayId> = ways.iter().map(|w| OsmWayId(w.0)).collect();
    let way = WayHead { id: *outline.first()?, ..head };
    all.extend(rings(true)?);
    (!all.is_empty()).then_some(RawArea { way, outline, rings: all })
}

/// Ends a stretch; a single node is no street.
fn finish(network: &mut RawNetwork, way: &WayHead, stretch: &mut Vec<u32>) {
    if stretch.len() >= 2 {
        network.push_way(way, stretch);
    }
    stretch.clear();
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
    fn directions_flip() {
        assert_eq!(Directions::FORWARD.flipped(), Directions::BACKWARD);
        assert_eq!(Directions::BACKWARD.flipped(), Directions::FORWARD);
        assert_eq!(Directions::BOTH.flipped(), Directions::BOTH);
    }

    #[test]
    fn coordinates_off_the_earth_are_refused() {
        assert!(on_earth(180_000_000_001, 0).is_none());
        assert!(on_earth(i64::MIN, 0).is_none());
        assert_eq!(on_earth(-1_000, 100), Some(Position { lon_e7: -10, lat_e7: 1 }));
    }
}
