//! The tagged things of an extract that are no streets: buildings, land use, shops.
//!
//! Comes in: an extract, and a question asked of each element's tags. Goes out: a [`FeatureSet`], each feature with a
//! point, and with its area when it is a closed way or a multipolygon. Not here: what the tags mean; the caller knows.

use std::io::{Read, Seek};

use geo::{Centroid, MultiPolygon};
use osmpbf::{PrimitiveBlock, RelMemberType};
use rustc_hash::{FxHashMap, FxHashSet};

use super::areas::{Stretch, area_of_ring, assemble};
use super::blocks::{BlockFile, ImportError};
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
    let mut file = BlockFile::open(src)?;
    let first = file.scan(|_| true, |block| find_wanted(block, wanted))?;
    let mut has_nodes = vec![false; file.block_count()];
    let mut has_ways = vec![false; file.block_count()];
    let mut found = Found::default();
    for (number, batch) in first {
        has_nodes[number] = batch.has_nodes;
        has_ways[number] = batch.has_ways;
        found.features.extend(batch.found.features);
        found.ways.extend(batch.found.ways);
        found.relations.extend(batch.found.relations);
    }
    let members: FxHashSet<i64> = found.relations.iter().flat_map(|r| r.members.iter().map(|m| m.0)).collect();
    let mut member_refs: FxHashMap<i64, Vec<i64>> = FxHashMap::default();
    if !members.is_empty() {
        let refs = file.scan(|number| has_ways[number], |block| Ok(find_members(block, &members)))?;
        member_refs.extend(refs.into_iter().flat_map(|(_, batch)| batch));
    }
    let needed: FxHashSet<i64> =
        found.ways.iter().flat_map(|w| &w.refs).chain(member_refs.values().flatten()).copied().collect();
    let mut places: FxHashMap<i64, [f64; 2]> = FxHashMap::default();
    if !needed.is_empty() {
        let batches = file.scan(|number| has_nodes[number], |block| Ok(find_places(block, &needed)))?;
        places.extend(batches.into_iter().flat_map(|(_, batch)| batch));
    }
    let mut set = FeatureSet { features: found.features, incomplete: 0 };
    for way in found.ways {
        set.add(OsmKind::Way, way.id, way.tags, located_way(&way.refs, &places));
    }
    for relation in found.relations {
        let located = located_relation(&relation.members, &member_refs, &places);
        set.add(OsmKind::Relation, relation.id, relation.tags, located);
    }
    set.features.sort_by_key(|f| f.osm);
    // An element that a file holds twice is one thing.
    set.features.dedup_by_key(|f| f.osm);
    Ok(set)
}

impl FeatureSet {
    fn add(&mut self, kind: OsmKind, id: i64, tags: Vec<(String, String)>, located: Option<Located>) {
        match located {
            Some((at, shape)) => self.features.push(Feature { osm: OsmRef { kind, id }, at, shape, tags }),
            None => self.incomplete += 1,
        }
    }
}

type Located = (LonLat, Option<MultiPolygon<f64>>);

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
}

#[derive(Default)]
struct Batch {
    has_nodes: bool,
    has_ways: bool,
    found: Found,
}

fn find_wanted(block: &PrimitiveBlock, wanted: &(dyn Fn(&Tags<'_>) -> bool + Sync)) -> Result<Batch, ImportError> {
    let mut batch = Batch::default();
    let mut buffer = TagBuffer::default();
    let table = block.raw_stringtable();
    for group in block.groups() {
        batch.has_nodes |= group.nodes().len() + group.dense_nodes().len() > 0;
        batch.has_ways |= group.ways().len() > 0;
        for node in group.dense_nodes() {
            let tags = buffer.fill(node.raw_tags().map(|(k, v)| (k as u32, v as u32)), table)?;
            if !tags.is_empty() && wanted(&tags) {
                batch.found.features.extend(point(node.id(), node.lon(), node.lat(), &tags));
            }
        }
        for node in group.nodes() {
            let tags = buffer.fill(node.raw_tags(), table)?;
            if !tags.is_empty() && wanted(&tags) {
                batch.found.features.extend(point(node.id(), node.lon(), node.lat(), &tags));
            }
        }
        for way in group.ways() {
            let tags = buffer.fill(way.raw_tags(), table)?;
            if wanted(&tags) {
                batch.found.ways.push(WantedWay { id: way.id(), refs: way.refs().collect(), tags: owned(&tags) });
            }
        }
        for relation in group.relations() {
            let tags = buffer.fill(relation.raw_tags(), table)?;
            if tags.is("type", "multipolygon") && wanted(&tags) {
                let ways = relation.members().filter(|m| m.member_type == RelMemberType::Way);
                let members = ways.map(|m| (m.member_id, m.role().is_ok_and(|r| r == "inner"))).collect();
                batch.found.relations.push(WantedRelation { id: relation.id(), members, tags: owned(&tags) });
            }
        }
    }
    Ok(batch)
}

fn owned(tags: &Tags<'_>) -> Vec<(String, String)> {
    tags.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

fn point(id: i64, lon: f64, lat: f64, tags: &Tags<'_>) -> Option<Feature> {
    let at = LonLat::new(lon, lat).ok()?;
    Some(Feature { osm: OsmRef { kind: OsmKind::Node, id }, at, shape: None, tags: owned(tags) })
}

fn find_members(block: &PrimitiveBlock, members: &FxHashSet<i64>) -> Vec<(i64, Vec<i64>)> {
    let ways = block.groups().flat_map(|group| group.ways());
    ways.filter(|w| members.contains(&w.id())).map(|w| (w.id(), w.refs().collect())).collect()
}

fn find_places(block: &PrimitiveBlock, needed: &FxHashSet<i64>) -> Vec<(i64, [f64; 2])> {
    let mut places = Vec::new();
    for group in block.groups() {
        let dense = group.dense_nodes().map(|n| (n.id(), n.lon(), n.lat()));
        let plain = group.nodes().map(|n| (n.id(), n.lon(), n.lat()));
        let here = dense.chain(plain).filter(|(id, lon, lat)| needed.contains(id) && LonLat::new(*lon, *lat).is_ok());
        places.extend(here.map(|(id, lon, lat)| (id, [lon, lat])));
    }
    places
}

fn located_way(refs: &[i64], places: &FxHashMap<i64, [f64; 2]>) -> Option<Located> {
    let nodes: Vec<(i64, [f64; 2])> = refs.iter().map(|id| Some((*id, *places.get(id)?))).collect::<Option<_>>()?;
    let (_, [lon, lat]) = *nodes.get(nodes.len() / 2)?;
    match area_of_ring(&nodes) {
        Some(area) => Some((centre(&area)?, Some(area))),
        None => Some((LonLat { lon, lat }, None)),
    }
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
    Some((centre(&area)?, Some(area)))
}

fn centre(area: &MultiPolygon<f64>) -> Option<LonLat> {
    let centroid = area.centroid()?;
    LonLat::new(centroid.x(), centroid.y()).ok()
}
