//! Files are read back with `osmpbf`, which shares no code with the writer.

use osmpbf::{BlobDecode, BlobReader, Element, ElementReader, RelMemberType};

use super::{Member, PbfWriter, WriteError, WriterOptions};
use crate::osm::{OsmKind, OsmRef};
use crate::{Bounds, LonLat, OsmNodeId, OsmWayId};

/// An element as text, which makes a whole file one readable list.
fn read(bytes: &[u8]) -> Vec<String> {
    let mut seen = Vec::new();
    ElementReader::new(bytes).for_each(|element| seen.push(describe(&element))).expect("a readable file");
    seen
}

fn describe(element: &Element<'_>) -> String {
    match element {
        Element::Node(node) => {
            format!("plain n{} {:.7},{:.7} {}", node.id(), node.lon(), node.lat(), tags(node.tags()))
        }
        Element::DenseNode(node) => format!("n{} {:.7},{:.7} {}", node.id(), node.lon(), node.lat(), tags(node.tags())),
        Element::Way(way) => format!("w{} {:?} {}", way.id(), way.refs().collect::<Vec<_>>(), tags(way.tags())),
        Element::Relation(relation) => format!(
            "r{} {:?} {}",
            relation.id(),
            relation
                .members()
                .map(|member| {
                    let kind = match member.member_type {
                        RelMemberType::Node => 'n',
                        RelMemberType::Way => 'w',
                        RelMemberType::Relation => 'r',
                    };
                    let role = member.role().expect("a role in the string table");
                    format!("{kind}{}:{role}", member.member_id)
                })
                .collect::<Vec<_>>(),
            tags(relation.tags())
        ),
    }
}

fn tags<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    tags.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

/// The number of elements in each block of the file.
fn block_sizes(bytes: &[u8]) -> Vec<usize> {
    BlobReader::new(bytes)
        .filter_map(|blob| match blob.expect("a blob").decode() {
            Ok(BlobDecode::OsmData(block)) => Some(block.elements().count()),
            _ => None,
        })
        .collect()
}

fn header(bytes: &[u8]) -> osmpbf::HeaderBlock {
    let blob = BlobReader::new(bytes).next().expect("a first blob");
    blob.expect("a blob").to_headerblock().expect("a header")
}

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).expect("a place on Earth")
}

/// Two nodes, a way and a relation, in the usual order.
fn draw(options: WriterOptions) -> Vec<u8> {
    let mut map = PbfWriter::new(Vec::new(), options).expect("a header");
    let (a, b) = (OsmNodeId(10), OsmNodeId(11));
    map.node(a, at(112.6, 33.0), &[]).expect("a node");
    map.node(b, at(-0.123_456_7, -33.5), &[("barrier", "gate"), ("name", "北门")]).expect("a node");
    map.way(OsmWayId(5), &[a, b, a], &[("highway", "footway")]).expect("a way");
    let members = [
        Member { element: OsmRef { kind: OsmKind::Way, id: 5 }, role: "outer" },
        Member { element: OsmRef { kind: OsmKind::Node, id: -3 }, role: "" },
        Member { element: OsmRef { kind: OsmKind::Relation, id: 8 }, role: "outer" },
    ];
    map.relation(2, &members, &[("type", "multipolygon")]).expect("a relation");
    map.finish().expect("a complete file")
}

#[test]
fn every_kind_of_element_is_read_back() {
    let expected = [
        "n10 112.6000000,33.0000000 ",
        "n11 -0.1234567,-33.5000000 barrier=gate&name=北门",
        "w5 [10, 11, 10] highway=footway",
        r#"r2 ["w5:outer", "n-3:", "r8:outer"] type=multipolygon"#,
    ];
    assert_eq!(read(&draw(WriterOptions::default())), expected);
    let plain = read(&draw(WriterOptions { dense: false, ..WriterOptions::default() }));
    assert_eq!(plain[1], format!("plain {}", expected[1]));
    assert_eq!(plain[2..], expected[2..]);
}

#[test]
fn the_header_says_what_it_was_told() {
    let plain = header(&draw(WriterOptions::default()));
    assert_eq!(plain.required_features(), ["OsmSchema-V0.6", "DenseNodes"]);
    assert!(plain.optional_features().is_empty());
    assert_eq!(plain.writing_program(), Some("walkshed"));
    assert!(plain.bbox().is_none());

    let told = header(&draw(WriterOptions {
        sorted: true,
        dense: false,
        bounds: Some(Bounds { min: at(112.5, 32.9), max: at(112.7, 33.1) }),
        required_features: vec!["HistoricalInformation".to_owned()],
        ..WriterOptions::default()
    }));
    assert_eq!(told.required_features(), ["OsmSchema-V0.6", "HistoricalInformation"]);
    assert_eq!(told.optional_features(), ["Sort.Type_then_ID"]);
    let bbox = told.bbox().expect("bounds");
    let sides = [bbox.left, bbox.bottom, bbox.right, bbox.top].map(|side| (side * 1e7).round() as i64);
    assert_eq!(sides, [1_125_000_000, 329_000_000, 1_127_000_000, 331_000_000]);
}

#[test]
fn order_and_ids_are_the_callers() {
    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).expect("a header");
    map.way(OsmWayId(-9), &[OsmNodeId(i64::MAX), OsmNodeId(-1)], &[]).expect("a way");
    map.node(OsmNodeId(3), at(180.0, 90.0), &[]).expect("a node");
    map.node(OsmNodeId(-1), at(-180.0, -90.0), &[("note", "")]).expect("a node");
    let seen = read(&map.finish().expect("a complete file"));
    let expected =
        ["w-9 [9223372036854775807, -1] ", "n3 180.0000000,90.0000000 ", "n-1 -180.0000000,-90.0000000 note="];
    assert_eq!(seen, expected);
}

#[test]
fn blocks_close_when_full_and_when_the_kind_changes() {
    assert_eq!(block_sizes(&draw(WriterOptions::default())), [2, 1, 1]);
    let small = WriterOptions { block_elements: 1, ..WriterOptions::default() };
    assert_eq!(block_sizes(&draw(small)), [1, 1, 1, 1]);
    let mixed = WriterOptions { mixed_blocks: true, ..WriterOptions::default() };
    let mixed = draw(mixed);
    assert_eq!(block_sizes(&mixed), [4]);
    assert_eq!(read(&mixed), read(&draw(WriterOptions::default())));
}

#[test]
fn a_long_file_is_read_back_in_full() {
    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).expect("a header");
    for i in 0..20_000 {
        let name = format!("node {}", i % 700);
        let tags: &[_] = if i % 3 == 0 { &[("name", name.as_str())] } else { &[] };
        map.node(OsmNodeId(i * 7), at(112.0 + i as f64 * 1e-5, 33.0), tags).expect("a node");
    }
    let bytes = map.finish().expect("a complete file");
    assert_eq!(block_sizes(&bytes), [8_000, 8_000, 4_000]);
    let seen = read(&bytes);
    assert_eq!(seen[19_998], "n139986 112.1999800,33.0000000 name=node 398");
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    assert_eq!(draw(WriterOptions::default()), draw(WriterOptions::default()));
}

#[test]
fn an_empty_file_has_a_header_only() {
    let map = PbfWriter::new(Vec::new(), WriterOptions::default()).expect("a header");
    let bytes = map.finish().expect("a complete file");
    assert!(read(&bytes).is_empty());
    assert_eq!(BlobReader::new(bytes.as_slice()).count(), 1);
}

#[test]
fn an_element_over_the_format_s_limit_is_refused() {
    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).expect("a header");
    let endless = "x".repeat(33 << 20);
    map.node(OsmNodeId(1), at(112.6, 33.0), &[("note", &endless)]).expect("only a closed block is measured");
    match map.finish() {
        Err(WriteError::BlockTooLarge { bytes, limit }) => assert!(bytes > limit),
        other => panic!("expected a block too large, got {other:?}"),
    }
}
