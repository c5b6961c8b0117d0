//! What the rules say of one element of an extract.
//!
//! Comes in: an extract, the rules, an element. Goes out: its tags and the verdict, for a mapper to agree with or to mend.
//! Not here: what its surroundings make of it; a plain path behind a private gate is private all the same.

use std::io::{Read, Seek};

use super::blocks::Extracts;
use super::error::ImportError;
use super::features::{OsmKind, OsmRef};
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
    Ok(found.into_iter().find_map(|(_, explanation)| explanation))
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
            found = Some(Explanation { element, tags, verdict });
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
