//! What stands beside and across the streets: walls, buildings, tracks, water, and the nodes that say more than where
//! they are.
//!
//! Comes in: an extract and the rules of access. Goes out: [`Surroundings`]. Not here: streets, and what is wrong with
//! them (`repair`).
//!
//! Memory grows with the lines that are kept: 16 bytes for each node of a wall, building, track or river.

use std::io::{Read, Seek};

use super::blocks::Extracts;
use super::error::ImportError;
use super::pbf::Block;
use super::rules::{Answer, WalkRules};
use super::sorted_ids::SortedIds;
use super::tags::{TagBuffer, Tags};
use crate::ids::{OsmNodeId, OsmWayId};
use crate::position::{LonLat, Position};

/// Lines that nobody walks across. The words of the OSM wiki (Key:barrier, Key:railway, Key:waterway, Key:natural).
const LINES: [(&str, &[&str], LineKind); 5] = [
    ("barrier", &["wall", "fence", "hedge", "city_wall"], LineKind::Wall),
    ("barrier", &["retaining_wall", "guard_rail", "jersey_barrier", "cable_barrier", "ditch"], LineKind::Edge),
    ("natural", &["cliff"], LineKind::Edge),
    ("railway", &["rail", "light_rail", "subway", "narrow_gauge"], LineKind::Track),
    ("waterway", &["river", "canal", "stream", "ditch", "drain"], LineKind::Water),
];
/// Values of `building` under which one walks.
const ROOFS: [&str; 3] = ["no", "roof", "carport"];

/// What a line is that stands between streets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// A wall, fence or hedge: where a path leads through, there must be an opening.
    Wall,
    /// A drop or a rail along a road: not walked across, but paths may begin at it.
    Edge,
    /// The outline of a building.
    Building,
    /// Railway tracks.
    Track,
    /// A river, canal or stream.
    Water,
}

/// A line with its nodes, or the part of it that is in the file.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The way that it is.
    pub way: OsmWayId,
    /// What it is.
    pub kind: LineKind,
    /// Its nodes, two or more.
    pub nodes: Vec<(OsmNodeId, Position)>,
}

/// What the tags of a node say to somebody who looks for mistakes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeMark {
    /// The node.
    pub node: OsmNodeId,
    /// Who may pass it by the rules.
    pub answer: Answer,
    /// The value of `barrier`.
    pub barrier: Option<String>,
    /// It leads into a building, a station or a lift.
    pub is_entrance: bool,
    /// A mapper says that the street ends there (`noexit=yes`).
    pub is_end: bool,
}

/// On which level a way runs, where it is not just the ground.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Height {
    /// `layer`, or 1 on a bridge and -1 in a tunnel that do not say.
    pub layer: i8,
    /// `level`, as it stands.
    pub level: Option<String>,
    /// It is a bridge, a tunnel, a covered way or steps: it may lead over, under or up what stands in its way.
    pub leads_past: bool,
}

impl Height {
    /// Whether ways of these heights cannot meet.
    pub fn is_apart_from(&self, other: &Self) -> bool {
        let levels = self.level.as_ref().zip(other.level.as_ref());
        self.layer != other.layer || levels.is_some_and(|(one, other)| one != other)
    }
}

/// What stands beside and across the streets; everything sorted by id.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Surroundings {
    /// Walls, buildings, tracks and water.
    pub lines: Vec<Line>,
    /// Nodes with something to say.
    pub marks: Vec<NodeMark>,
    heights: Vec<(OsmWayId, Height)>,
}

impl Surroundings {
    /// What the tags of a node say; nothing for a plain one.
    pub fn mark(&self, node: OsmNodeId) -> Option<&NodeMark> {
        self.marks.binary_search_by_key(&node, |m| m.node).ok().map(|place| &self.marks[place])
    }

    /// On which level a way runs.
    pub fn height(&self, way: OsmWayId) -> Height {
        let place = self.heights.binary_search_by_key(&way, |h| h.0);
        place.map_or_else(|_| Height::default(), |place| self.heights[place].1.clone())
    }
}

/// Reads what stands beside and across the streets of an extract, or of several, decoding on all cores.
///
/// Buildings that are relations are not read. The result does not depend on the number of threads.
///
/// # Errors
/// When a source is no whole PBF file.
pub fn read_surroundings<R: Read + Seek + Send>(
    sources: impl IntoIterator<Item = R>,
    rules: &WalkRules,
) -> Result<Surroundings, ImportError> {
    let (found, wanted, at) = Extracts::open(sources)?.in_passes(|files| find(files, rules))?;
    let mut surroundings = Surroundings { marks: found.marks, heights: found.heights, lines: Vec::new() };
    for (way, kind, refs) in found.lines {
        let place = |node: &i64| wanted.place_of(*node).and_then(|p| Some((OsmNodeId(*node), at[p]?)));
        let nodes: Vec<Option<(OsmNodeId, Position)>> = refs.iter().map(place).collect();
        // A node that the file lacks ends one part of the line and begins the next.
        let parts = nodes.split(Option::is_none).filter(|part| part.len() >= 2);
        let whole = parts.map(|part| Line { way, kind, nodes: part.iter().flatten().copied().collect() });
        surroundings.lines.extend(whole);
    }
    surroundings.lines.sort_by_key(|l| l.way);
    surroundings.marks.sort_by_key(|m| m.node);
    surroundings.marks.dedup_by_key(|m| m.node);
    surroundings.heights.sort_by_key(|h| h.0);
    surroundings.heights.dedup_by_key(|h| h.0);
    Ok(surroundings)
}

#[derive(Default)]
struct Found {
    lines: Vec<(OsmWayId, LineKind, Vec<i64>)>,
    marks: Vec<NodeMark>,
    heights: Vec<(OsmWayId, Height)>,
}

/// Ways, then nodes: what was found, the nodes of the lines, and where each is.
fn find<R: Read + Seek + Send>(
    files: &mut Extracts<R>,
    rules: &WalkRules,
) -> Result<(Found, SortedIds, Vec<Option<Position>>), ImportError> {
    let mut found = Found::default();
    for (_, ways) in files.scan(|kinds| kinds.ways, find_ways)? {
        found.lines.extend(ways.lines);
        found.heights.extend(ways.heights);
    }
    // A way that is in several files is one; the first file wins.
    found.lines.sort_by_key(|line| line.0);
    found.lines.dedup_by_key(|line| line.0);
    let wanted = SortedIds::of(found.lines.iter().flat_map(|line| line.2.iter().copied()).collect());
    let mut at: Vec<Option<Position>> = vec![None; wanted.len()];
    for (_, (marks, places)) in files.scan(|kinds| kinds.nodes, |block| find_nodes(block, &wanted, rules))? {
        found.marks.extend(marks);
        for (place, position) in places {
            at[place].get_or_insert(position);
        }
    }
    Ok((found, wanted, at))
}

fn find_ways(block: &Block<'_>) -> Result<Found, ImportError> {
    let mut found = Found::default();
    let mut buffer = TagBuffer::default();
    block.each_way(|way| {
        let tags = buffer.fill(way.tags(), block.strings())?;
        found.heights.extend(height_of(&tags).map(|height| (OsmWayId(way.id), height)));
        if let Some(kind) = line_of(&tags) {
            found.lines.push((OsmWayId(way.id), kind, way.to_refs()?));
        }
        Ok(())
    })?;
    Ok(found)
}

/// Nodes that say something, and the places of those that lines are drawn through.
type NodesOfBlock = (Vec<NodeMark>, Vec<(usize, Position)>);

fn find_nodes(block: &Block<'_>, wanted: &SortedIds, rules: &WalkRules) -> Result<NodesOfBlock, ImportError> {
    let (mut marks, mut places) = (Vec::new(), Vec::new());
    let mut buffer = TagBuffer::default();
    block.each_node(|node| {
        let [lon, lat] = node.degrees();
        if !node.tags.is_empty() {
            marks.extend(mark_of(node.id, &buffer.fill(node.tags, block.strings())?, rules));
        }
        if let Some(place) = wanted.place_of(node.id) {
            places.extend(LonLat::new(lon, lat).ok().map(|at| (place, Position::from(at))));
        }
        Ok(())
    })?;
    Ok((marks, places))
}

fn mark_of(id: i64, tags: &Tags<'_>, rules: &WalkRules) -> Option<NodeMark> {
    if tags.is_empty() {
        return None;
    }
    let mark = NodeMark {
        node: OsmNodeId(id),
        answer: rules.node(tags),
        barrier: tags.get("barrier").map(str::to_owned),
        is_entrance: ["entrance", "door"].iter().any(|key| tags.get(key).is_some_and(|v| v != "no"))
            || tags.is("building", "entrance")
            || tags.is("railway", "subway_entrance")
            || tags.is("highway", "elevator"),
        is_end: tags.is("noexit", "yes"),
    };
    (mark.answer != Answer::Yes || mark.barrier.is_some() || mark.is_entrance || mark.is_end).then_some(mark)
}

fn line_of(tags: &Tags<'_>) -> Option<LineKind> {
    if in_tunnel_or_on_bridge(tags) {
        return None;
    }
    if tags.get("building").is_some_and(|kind| !ROOFS.contains(&kind)) {
        return Some(LineKind::Building);
    }
    let known = LINES.iter().find(|(key, kinds, _)| tags.get(key).is_some_and(|kind| kinds.contains(&kind)));
    known.map(|line| line.2)
}

fn in_tunnel_or_on_bridge(tags: &Tags<'_>) -> bool {
    ["tunnel", "bridge"].iter().any(|key| tags.get(key).is_some_and(|value| value != "no"))
}

/// The height of a street, when it is not that of most.
fn height_of(tags: &Tags<'_>) -> Option<Height> {
    let is_street = ["highway", "railway", "public_transport"].iter().any(|key| tags.get(key).is_some());
    let said = |key: &str| tags.get(key).is_some_and(|value| value != "no");
    let usual = i8::from(said("bridge")) - i8::from(said("tunnel"));
    let height = Height {
        layer: tags.get("layer").and_then(|text| text.trim().parse().ok()).unwrap_or(usual),
        level: tags.get("level").map(str::to_owned),
        leads_past: said("bridge") || said("tunnel") || said("covered") || tags.is("highway", "steps"),
    };
    (is_street && height != Height::default()).then_some(height)
}
