//! The names of streets, for those who draw them.
//!
//! Comes in: extracts and the ids of some ways. Goes out: the name of each that has one. Not here: where the ways are; the
//! graph knows that, and forgets names, because no walk depends on them.

use std::io::{Read, Seek};

use super::blocks::Extracts;
use super::error::ImportError;
use super::pbf::Block;
use super::tags::TagBuffer;
use crate::ids::OsmWayId;

/// Reads the names (`name`) of some ways, whose ids are ascending, from several extracts, in one pass over their ways. The
/// names are in the order of the ids; a way that has none is not among them, one that several files hold has that of the first.
///
/// Memory grows with the names found, not with the files.
///
/// # Errors
/// When a source is no whole PBF file.
pub fn read_way_names<R: Read + Seek + Send>(
    sources: impl IntoIterator<Item = R>,
    ways: &[OsmWayId],
) -> Result<Vec<(OsmWayId, String)>, ImportError> {
    debug_assert!(ways.is_sorted(), "ids are looked up by halving");
    let mut files = Extracts::open(sources)?;
    let found = files.in_passes(|files| files.scan(|kinds| kinds.ways, |block| names_in(block, ways)))?;
    let mut names: Vec<(OsmWayId, String)> = found.into_iter().flat_map(|(_, names)| names).collect();
    // Equal ids stay in the order of the files.
    names.sort_by_key(|&(way, _)| way);
    names.dedup_by_key(|&mut (way, _)| way);
    Ok(names)
}

fn names_in(block: &Block<'_>, ways: &[OsmWayId]) -> Result<Vec<(OsmWayId, String)>, ImportError> {
    let mut buffer = TagBuffer::default();
    let mut names = Vec::new();
    block.each_way(|way| {
        let id = OsmWayId(way.id);
        if ways.binary_search(&id).is_ok() {
            let tags = buffer.fill(way.tags(), block.strings())?;
            names.extend(tags.get("name").map(|name| (id, name.to_owned())));
        }
        Ok(())
    })?;
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::osm::PbfWriter;
    use crate::osm::write::WriterOptions;
    use crate::{LonLat, OsmNodeId};

    #[test]
    fn ways_that_are_asked_for_have_their_names() {
        let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).expect("a header");
        let at = |lon| LonLat::new(lon, 34.0).expect("on Earth");
        let (a, b) = (OsmNodeId(1), OsmNodeId(2));
        map.node(a, at(113.0), &[]).expect("a node");
        map.node(b, at(113.1), &[]).expect("a node");
        for (way, tags) in [
            (10, &[("highway", "primary"), ("name", "人民路")][..]),
            (11, &[("highway", "primary")]),
            (12, &[("name", "x")]),
        ] {
            map.way(OsmWayId(way), &[a, b], tags).expect("a way");
        }
        let bytes = map.finish().expect("a complete file");
        let asked = [10, 11].map(OsmWayId);
        let names = read_way_names([Cursor::new(&bytes), Cursor::new(&bytes)], &asked).expect("a file");
        assert_eq!(names, [(OsmWayId(10), "人民路".to_owned())]);
    }
}
