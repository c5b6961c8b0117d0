//! What the rules say of one element of an extract.
//!
//! Comes in: an extract, the rules, an element. Goes out: its tags and the verdict, for a mapper to agree with or to mend.
//! Not here: what its surroundings make of it; a plain path behind a private gate is private all the same.

use std::io::{Read, Seek};

use osmpbf::PrimitiveBlock;

use super::blocks::{BlockFile, ImportError};
use super::features::{OsmKind, OsmRef};
use super::rules::{Answer, WalkRules, WayVerdict};
use super::tags::{TagBuffer, Tags};

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
    let found = BlockFile::open(src)?.scan(|_| true, |block| find(block, rules, element))?;
    Ok(found.into_iter().find_map(|(_, explanation)| explanation))
}

fn find(block: &PrimitiveBlock, rules: &WalkRules, element: OsmRef) -> Result<Option<Explanation>, ImportError> {
    let mut buffer = TagBuffer::default();
    let table = block.raw_stringtable();
    let explained = |tags: &Tags<'_>, verdict| {
        let tags = tags.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        Ok(Some(Explanation { element, tags, verdict }))
    };
    for group in block.groups() {
        match element.kind {
            OsmKind::Node => {
                if let Some(node) = group.dense_nodes().find(|n| n.id() == element.id) {
                    let tags = buffer.fill(node.raw_tags().map(|(k, v)| (k as u32, v as u32)), table)?;
                    return explained(&tags, Verdict::Node(rules.node(&tags)));
                }
                if let Some(node) = group.nodes().find(|n| n.id() == element.id) {
                    let tags = buffer.fill(node.raw_tags(), table)?;
                    return explained(&tags, Verdict::Node(rules.node(&tags)));
                }
            }
            OsmKind::Way => {
                if let Some(way) = group.ways().find(|w| w.id() == element.id) {
                    let tags = buffer.fill(way.raw_tags(), table)?;
                    return explained(&tags, Verdict::Way(rules.way(&tags)));
                }
            }
            OsmKind::Relation => {
                if let Some(relation) = group.relations().find(|r| r.id() == element.id) {
                    let tags = buffer.fill(relation.raw_tags(), table)?;
                    return explained(&tags, Verdict::Way(rules.way(&tags)));
                }
            }
        }
    }
    Ok(None)
}
