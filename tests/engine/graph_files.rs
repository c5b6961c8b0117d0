//! Graphs written and read back; damaged, cut off and foreign files.

use std::io::Cursor;

use walkshed::graph::{GraphAbout, StoreError, WalkGraph};

use super::drawn::Drawing;
use super::real_data;

fn sample() -> WalkGraph {
    let about = GraphAbout { source: "drawing".into(), rules: "worldwide".into(), ..GraphAbout::default() };
    Drawing::new(10.0, "A--B--C\n   |\n   D")
        .way("ABC", "highway=footway")
        .way("BD", "highway=steps oneway:foot=yes")
        .graph()
        .with_about(about)
}

fn written(graph: &WalkGraph) -> Vec<u8> {
    let mut bytes = Vec::new();
    graph.write_to(&mut bytes).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Result<WalkGraph, StoreError> {
    WalkGraph::read_from(Cursor::new(bytes))
}

#[test]
fn a_graph_comes_back_as_it_was() {
    let graph = sample();
    assert_eq!(read(&written(&graph)).unwrap(), graph);
    if let Some(graph) = real_data::graph("poa/poa.osm.pbf") {
        let bytes = written(&graph);
        assert_eq!(read(&bytes).unwrap(), graph);
        assert_eq!(written(&read(&bytes).unwrap()), bytes);
    }
}

#[test]
fn a_foreign_file_is_refused() {
    assert!(matches!(read(b""), Err(StoreError::Foreign)));
    assert!(matches!(read(b"id,name,lon,lat\n1,2,3,4\n"), Err(StoreError::Foreign)));
}

#[test]
fn a_file_of_another_version_is_refused() {
    let mut bytes = written(&sample());
    bytes[8] = 99;
    assert!(matches!(read(&bytes), Err(StoreError::Version(99))));
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let bytes = written(&sample());
    for length in 12..bytes.len() {
        assert!(matches!(read(&bytes[..length]), Err(StoreError::Truncated { .. })), "{length} of {}", bytes.len());
    }
}

#[test]
fn any_changed_byte_is_noticed() {
    let bytes = written(&sample());
    for position in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[position] ^= 0x40;
        assert!(read(&changed).is_err(), "byte {position}");
    }
}

#[test]
fn a_wrong_graph_with_a_right_checksum_is_refused() {
    // A reader must not trust the checksum alone: whoever writes a wrong file writes its checksum too.
    let bytes = written(&sample());
    let content = bytes.len() - 8;
    let mut refused = 0;
    for position in 16..content {
        let mut changed = bytes[..content].to_vec();
        changed[position] ^= 0xff;
        let hash = xxhash_rust::xxh3::xxh3_64(&changed);
        changed.extend(hash.to_le_bytes());
        // A changed coordinate or name makes another graph; whatever is read must be sound.
        match read(&changed) {
            Ok(graph) => assert_eq!(graph.check(), Ok(()), "byte {position}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 100, "{refused} refused");
}
