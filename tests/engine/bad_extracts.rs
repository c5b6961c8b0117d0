//! Extracts that are none, or not whole: each with the message that a person reads.

use std::io::Cursor;

use walkshed::osm::write::WriterOptions;
use walkshed::osm::{ImportError, PbfWriter, WalkRules, read_features, read_pbf};
use walkshed::{LonLat, OsmNodeId, OsmWayId};

use super::drawn::Drawing;

fn import(bytes: &[u8]) -> Result<u64, ImportError> {
    read_pbf(Cursor::new(bytes), &WalkRules::worldwide()).map(|(_, report)| report.ways_used)
}

fn street() -> Vec<u8> {
    Drawing::new(10.0, "A--B--C").way("ABC", "highway=footway").pbf()
}

#[test]
fn an_empty_file() {
    let error = import(b"").unwrap_err();
    assert!(matches!(error, ImportError::Empty));
    assert!(error.to_string().contains("the file is empty; expected an OpenStreetMap extract"));
}

#[test]
fn other_files_by_that_name() {
    let xml = b"<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n</osm>\n";
    for bytes in [&b"id,name,lon,lat\n1,a,2,3\n"[..], xml, b"PK\x03\x04", &[0; 4], &[0; 1000], b"\x00\x00\x00\x05abcde"]
    {
        let error = import(bytes).unwrap_err();
        assert!(matches!(error, ImportError::NotPbf { .. }), "{error}");
        assert!(error.to_string().contains("this is not an OpenStreetMap PBF file"), "{error}");
    }
}

#[test]
fn a_file_cut_off_anywhere_is_never_taken_for_whole() {
    let bytes = street();
    for length in 1..bytes.len() {
        let error = import(&bytes[..length]).unwrap_err();
        let told =
            matches!(error, ImportError::Truncated { .. } | ImportError::NotPbf { .. } | ImportError::NoWays { .. });
        assert!(told, "{length} of {} bytes: {error}", bytes.len());
    }
    let error = import(&bytes[..bytes.len() - 1]).unwrap_err();
    assert!(error.to_string().contains("the download is probably incomplete"), "{error}");
}

#[test]
fn a_block_that_claims_four_gigabytes() {
    let mut bytes = street();
    let first = bytes.len();
    // A header that says: OSMData (field 1), 4,294,967,295 bytes (field 3).
    bytes.extend([0, 0, 0, 15, 0x0a, 7]);
    bytes.extend(b"OSMData");
    bytes.extend([0x18, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    let error = import(&bytes).unwrap_err();
    assert!(matches!(error, ImportError::Damaged { offset: Some(o), .. } if o == first as u64), "{error}");
}

#[test]
fn any_changed_byte_gives_an_answer_or_an_error() {
    let bytes = street();
    for position in 0..bytes.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= change;
            // Never a panic; zlib's own checksum finds most of it.
            let _ = import(&changed);
            let _ = read_features(Cursor::new(&changed), &|tags| tags.get("highway").is_some());
        }
    }
}

#[test]
fn a_file_without_ways() {
    let mut writer = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap();
    writer.node(OsmNodeId(1), LonLat { lon: 113.0, lat: 34.0 }, &[("shop", "convenience")]).unwrap();
    let error = import(&writer.finish().unwrap()).unwrap_err();
    assert!(matches!(error, ImportError::NoWays { nodes: 1 }));
    assert!(error.to_string().contains("no ways in the extract (1 nodes)"), "{error}");
}

#[test]
fn a_file_of_buildings_only() {
    let error = import(&Drawing::new(10.0, "A--B\nD--C").way("ABCDA", "building=yes").pbf()).unwrap_err();
    assert!(matches!(error, ImportError::NothingWalkable { ways: 1 }));
}

#[test]
fn ways_whose_nodes_are_all_missing() {
    let mut writer = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap();
    writer.way(OsmWayId(1), &[OsmNodeId(1), OsmNodeId(2)], &[("highway", "footway")]).unwrap();
    assert!(matches!(import(&writer.finish().unwrap()), Err(ImportError::NothingWalkable { ways: 1 })));
}

#[test]
fn a_history_file_is_refused_by_name() {
    let options = WriterOptions { required_features: vec!["HistoricalInformation".into()], ..WriterOptions::default() };
    let mut writer = PbfWriter::new(Vec::new(), options).unwrap();
    writer.node(OsmNodeId(1), LonLat { lon: 113.0, lat: 34.0 }, &[]).unwrap();
    let error = import(&writer.finish().unwrap()).unwrap_err();
    assert!(error.to_string().contains("this is a history file"), "{error}");
}
