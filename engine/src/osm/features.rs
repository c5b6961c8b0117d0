//! The tagged things of an extract that are no streets: buildings, land use, shops.
//!
//! Comes in: an extract, and a question asked of each element's tags. Goes out: a [`FeatureSet`], each feature with a
//! point, and with its area when it is a closed way or a multipolygon. Not here: what the tags mean; the caller knows.

use std::io::{Read, Seek};

use geo::{Centroid, MultiPolygon};
use rustc_hash::{FxHashMap, FxHashSet};

use super::areas::{Stretch, area_of_ring, assemble};
use super::blocks::Extracts;
use super::error::ImportError;
use super::import::member_ways_of;
use super::pbf::Block;
use super::pbf::elements::Node;
use super::tags::{TagBuffer, Tags};
use crate::position::LonLat;

/// The three kinds of elements of OpenStreetMap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OsmKind {
    /// A point.
    Node,
    /// A line or a closed line.
    Way,
    /// A group of elements.
    Relation,
}

/// An element of OpenStreetMap by kind and id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OsmRef {
    /// Node, way or relation.
    pub kind: OsmKind,
    /// Its id among its kind.
    pub id: i64,
}

/// The usual short form: `n123`, `w123`, `r123`.
impl std::fmt::Display for OsmRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let letter = match self.kind {
            OsmKind::Node => 'n',
            OsmKind::Way => 'w',
            OsmKind::Relation => 'r',
        };
        write!(f, "{letter}{}", self.id)
    }
}

/// A tagged thing.
#[derive(Clone, PartialEq, Debug)]
pub struct Feature {
    /// Which element it is.
    pub osm: OsmRef,
    /// Where it is: the point, the centroid of the area, or the middle node of an open line.
    pub at: LonLat,
    /// Its area in degrees, for closed ways and multipolygons.
    pub shape: Option<MultiPolygon<f64>>,
    /// The nodes of an open line in order; empty for points and areas.
    pub line: Vec<LonLat>,
    /// All its tags, in the file's order.
    pub tags: Vec<(String, String)>,
}

impl Feature {
    /// The value of a key.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }
}

/// What was found. An element that a file holds twice is one; a point whose coordinates are not on Earth is none.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FeatureSet {
    /// The features, sorted by kind and id.
    pub features: Vec<Feature>,
    /// Wanted ways and relations that could not be placed because parts of them are not in the file.
    pub incomplete: u64,
}

/// Reads the features for whose tags `wanted` says yes.
///
/// Ways give an area when closed; relations only when they are of `type=multipolygon`. Memory grows with what is wanted,
/// not with the file.
///
/// # Errors
/// When the source is no whole PBF file.
pub fn read_features(
    src: impl Read + Seek + Send,
    wanted: &(dyn Fn(&Tags<'_>) -> bool + Sync),
) -> Result<FeatureSet, ImportError> {
    read_feature_files([src], wanted)
}

/// Reads the features of several extracts as one. An element that is in several of them is one feature, as the first file
/// has it.
///
/// # Errors
/// When a source is no whole PBF file.
pub fn read_feature_files<R: Read + Seek + Send>(
    sources: impl IntoIterator<Item = R>,
    wanted: &(dyn Fn(&Tags<'_>) -> bool + Sync),
) -> Result<FeatureSet, ImportError> {
    let mut files = Extracts::open(sources)?;
    let Found { features, ways, relations, member_refs, places } =
        files.in_passes(|files| find_features(files, wanted))?;
    let mut set = FeatureSet { features, incomplete: 0 };
    for way in first_of_each(ways, |way| way.id) {
        set.add(OsmKind::Way, way.id, way.tags, located_way(&way.refs, &places));
    }
    for relation in first_of_each(relations, |relation| relation.id) {
        let located = located_relation(&relation.members, &member_refs, &places);
        set.add(OsmKind::Relation, relation.id, relation.tags, located);
    }
    set.features.sort_by_key(|f| f.osm);
    // An element that the files hold twice is one thing.
    set.features.dedup_by_key(|f| f.osm);
    Ok(set)
}

fn first_of_each<T>(mut all: Vec<T>, id: impl Fn(&T) -> i64) -> Vec<T> {
    all.sort_by_key(&id);
    all.dedup_by_key(|one| id(one));
    all
}

/// Relations first, to learn which ways they are made of; then ways, to learn which nodes matter; then nodes.
fn find_features<R: Read + Seek + Send>(
    files: &mut Extracts<R>,
    wanted: &(dyn Fn(&Tags<'_>) -> bool + Sync),
) -> Result<Found, ImportError> {
    let mut found = Found::default();
    for (_, relations) in files.scan(|kinds| kinds.relations, |block| find_relations(block, wanted))? {
        found.relations.extend(relations);
    }
    let members: FxHashSet<i64> = found.relations.iter().flat_map(|r| r.members.iter().map(|m| m.0)).collect();
    for (_, ways) in files.scan(|kinds| kinds.ways, |block| find_ways(block, &members, wanted))? {
        found.ways.extend(ways.wanted);
        for (way, refs) in ways.members {
            found.member_refs.entry(way).or_insert(refs);
        }
    }
    let refs = found.ways.iter().flat_map(|w| &w.refs).chain(found.member_refs.values().flatten());
    let needed: FxHashSet<i64> = refs.copied().collect();
    for (_, nodes) in files.scan(|kinds| kinds.nodes, |block| find_nodes(block, &needed, wanted))? {
        found.features.extend(nodes.wanted);
        for (node, place) in nodes.places {
            found.places.entry(node).or_insert(place);
        }
    }
    Ok(found)
}

impl FeatureSet {
    fn add(&mut self, kind: OsmKind, id: i64, tags: Vec<(String, String)>, located: Option<Located>) {
        match located {
            Some((at, shape, line)) => {
                self.features.push(Feature { osm: OsmRef { kind, id }, at, shape, line, tags });
            }
            None => self.incomplete += 1,
        }
    }
}

type Located = (LonLat, Option<MultiPolygon<f64>>, Vec<LonLat>);

struct WantedWay {
    id: i64,
    refs: Vec<i64>,
    tags: Vec<(String, String)>,
}

struct WantedRelation {
    id: i64,
    /// Member ways, and whether each is of an inner ring.
    members: Vec<(i64, bool)>,
    tags: Vec<(String, String)>,
}

#[derive(Default)]
struct Found {
    features: Vec<Feature>,
    ways: Vec<WantedWay>,
    relations: Vec<WantedRelation>,
    /// The nodes of the ways that wanted relations are made of.
    member_refs: FxHashMap<i64, Vec<i64>>,
    /// Where the nodes of all these are.
    places: FxHashMap<i64, [f64; 2]>,
}

fn find_relations(
    block: &Block<'_>,
    wanted: &(dyn Fn(&Tags<'_>) -> bool + Sync),
) -> Result<Vec<WantedRelation>, ImportError> {
    let mut found = Vec::new();
    let mut buffer = TagBuffer::default();
    block.each_relation(|relation| {
        let tags = buffer.fill(relation.tags(), block.strings())?;
        if tags.is("type", "multipolygon") && wanted(&tags) {
            let members = member_ways_of(block, &relation)?;
            found.push(WantedRelation { id: relation.id, members, tags: owned(&tags) });
        }
        Ok(())
    })?;
    Ok(found)
}

#[derive(Default)]
struct WaysOfBlock {
    wanted: Vec<WantedWay>,
    members: Vec<(i64, Vec<i64>)>,
}

fn find_ways(
    block: &Block<'_>,
    members: &FxHashSet<i64>,
    wanted: &(dyn Fn(&Tags<'_>) -> bool + Sync),
) -> Result<WaysOfBlock, ImportError> {
    let mut found = WaysOfBlock::default();
    let mut buffer = TagBuffer::default();
    block.each_way(|way| {
        if members.contains(&way.id) {
            found.members.push((way.id, way.to_refs()?));
        }
        let tags = buffer.fill(way.tags(), block.strings())?;
        if wanted(&tags) {
            found.wanted.push(WantedWay { id: way.id, refs: way.to_refs()?, tags: owned(&tags) });
        }
        Ok(())
    })?;
    Ok(found)
}

#[derive(Default)]
struct NodesOfBlock {
    wanted: Vec<Feature>,
    places: Vec<(i64, [f64; 2])>,
}

fn find_nodes(
    block: &Block<'_>,
    needed: &FxHashSet<i64>,
    wanted: &(dyn Fn(&Tags<'_>) -> bool + Sync),
) -> Result<NodesOfBlock, ImportError> {
    let mut found = NodesOfBlock::default();
    let mut buffer = TagBuffer::default();
    block.each_node(|node| {
        if needed.contains(&node.id) {
            found.places.extend(place_of(&node).map(|at| (node.id, [at.lon, at.lat])));
        }
        if !node.tags.is_empty() {
            let tags = buffer.fill(node.tags, block.strings())?;
            if wanted(&tags) {
                found.wanted.extend(place_of(&node).map(|at| Feature {
                    osm: OsmRef { kind: OsmKind::Node, id: node.id },
                    at,
                    shape: None,
                    line: Vec::new(),
                    tags: owned(&tags),
                }));
            }
        }
        Ok(())
    })?;
    Ok(found)
}

fn place_of(node: &Node<'_>) -> Option<LonLat> {
    let [lon, lat] = node.degrees();
    LonLat::new(lon, lat).ok()
}

fn owned(tags: &Tags<'_>) -> Vec<(String, String)> {
    tags.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

fn located_way(refs: &[i64], places: &FxHashMap<i64, [f64; 2]>) -> Option<Located> {
    let nodes: Vec<(i64, [f64; 2])> = refs.iter().map(|id| Some((*id, *places.get(id)?))).collect::<Option<_>>()?;
    let (_, [lon, lat]) = *nodes.get(nodes.len() / 2)?;
    if let Some(area) = area_of_ring(&nodes) {
        return Some((centre(&area)?, Some(area), Vec::new()));
    }
    let line = nodes.iter().map(|&(_, [lon, lat])| LonLat { lon, lat }).collect();
    Some((LonLat { lon, lat }, None, line))
}

fn located_relation(
    members: &[(i64, bool)],
    ways: &FxHashMap<i64, Vec<i64>>,
    places: &FxHashMap<i64, [f64; 2]>,
) -> Option<Located> {
    let stretch = |&(id, inner): &(i64, bool)| {
        let nodes = ways.get(&id)?.iter().map(|node| Some((*node, *places.get(node)?))).collect::<Option<_>>()?;
        Some(Stretch { nodes, inner })
    };
    let area = assemble(members.iter().map(stretch).collect::<Option<_>>()?)?;
    Some((centre(&area)?, Some(area), Vec::new()))
}

fn centre(area: &MultiPolygon<f64>) -> Option<LonLat> {
    let centroid = area.centroid()?;
    LonLat::new(centroid.x(), centroid.y()).ok()
}
