//! What the rules say of one element of an extract.
//!
//! Comes in: an extract, the rules, an element. Goes out: its tags and the verdict, for a mapper to agree with or to mend.
//! Not here: what its surroundings make of it; a plain path behind a private gate is private all the same.

use std::io::{Read, Seek};

use super::blocks::Extracts;
use super::error::ImportError;
use super::features::{OsmKind, OsmRef};
use super::import::member_ways_of;
use super::pbf::elements::RawTags;
use super::pbf::{Block, Kinds};
use super::rules::{Answer, WalkRules, WayVerdict};
use super::tags::TagBuffer;

/// An element with what the rules say of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// Which element it is.
    pub element: OsmRef,
    /// Its tags, in the file's order.
    pub tags: Vec<(String, String)>,
    /// What the rules say.
    pub verdict: Verdict,
    /// The relations that are areas to walk on and have this way in their outlines, ascending.
    pub outlines: Vec<OsmRef>,
}

/// What the rules say of an element.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Verdict {
    /// Of a way, or of a relation that is an area.
    Way(WayVerdict),
    /// Of a node on a way: who may pass.
    Node(Answer),
}

/// Finds an element and says what the rules make of it; nothing when it is not in the file.
///
/// # Errors
/// When the source is no whole PBF file.
pub fn explain(
    src: impl Read + Seek + Send,
    rules: &WalkRules,
    element: OsmRef,
) -> Result<Option<Explanation>, ImportError> {
    let mut files = Extracts::open([src])?;
    let may_have = |kinds: Kinds| match element.kind {
        OsmKind::Node => kinds.nodes,
        OsmKind::Way => kinds.ways,
        OsmKind::Relation => kinds.relations,
    };
    let found = files.in_passes(|files| files.scan(may_have, |block| find(block, rules, element)))?;
    let Some(mut found) = found.into_iter().find_map(|(_, explanation)| explanation) else { return Ok(None) };
    if element.kind == OsmKind::Way {
        let relations = files.scan(|kinds| kinds.relations, |block| outlined_by(block, rules, element.id))?;
        found.outlines = relations.into_iter().flat_map(|(_, relations)| relations).collect();
        found.outlines.sort_unstable();
    }
    Ok(Some(found))
}

/// The areas to walk on in whose outlines a way is.
fn outlined_by(block: &Block<'_>, rules: &WalkRules, way: i64) -> Result<Vec<OsmRef>, ImportError> {
    let mut buffer = TagBuffer::default();
    let mut areas = Vec::new();
    block.each_relation(|relation| {
        let tags = buffer.fill(relation.tags(), block.strings())?;
        let is_area = tags.is("type", "multipolygon") && matches!(rules.way(&tags), WayVerdict::Walk(..));
        if is_area && member_ways_of(block, &relation)?.iter().any(|member| member.0 == way) {
            areas.push(OsmRef { kind: OsmKind::Relation, id: relation.id });
        }
        Ok(())
    })?;
    Ok(areas)
}

fn find(block: &Block<'_>, rules: &WalkRules, element: OsmRef) -> Result<Option<Explanation>, ImportError> {
    let mut buffer = TagBuffer::default();
    let mut found = None;
    let mut see = |id: i64, tags: RawTags<'_>| {
        if id == element.id && found.is_none() {
            let tags = buffer.fill(tags, block.strings())?;
            let verdict = match element.kind {
                OsmKind::Node => Verdict::Node(rules.node(&tags)),
                OsmKind::Way | OsmKind::Relation => Verdict::Way(rules.way(&tags)),
            };
            let tags = tags.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            found = Some(Explanation { element, tags, verdict, outlines: Vec::new() });
        }
        Ok(())
    };
    match element.kind {
        OsmKind::Node => block.each_node(|node| see(node.id, node.tags)),
        OsmKind::Way => block.each_way(|way| see(way.id, way.tags())),
        OsmKind::Relation => block.each_relation(|relation| see(relation.id, relation.tags())),
    }?;
    Ok(found)
}
