//! Files that were tampered with: an error or a result, never a panic, never more memory than their bytes ask for.
//!
//! Real extracts where they are there, and a drawn one everywhere. Bytes are changed in the file as it lies, which its
//! checksums mostly find, and inside the blocks, which are then deflated again so that no checksum helps.

use std::io::{Cursor, Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use walkshed::osm::write::{Member, WriterOptions};
use walkshed::osm::{
    ImportError, ImportReport, OsmKind, OsmRef, PbfWriter, WalkRules, explain, read_features, read_pbf, read_pbf_files,
};
use walkshed::{LonLat, OsmNodeId, OsmWayId};

use super::real_data;

/// The seed of all changes here: Henan's code of administrative division.
const SEED: u64 = 410_000;

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..Config::default() }
}

/// A block of a file: its kind and its bytes before compression.
type RawBlock = (String, Vec<u8>);

/// The next number in base 128.
fn number(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let byte = bytes[0];
        *bytes = &bytes[1..];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

fn field<'a>(bytes: &mut &'a [u8]) -> (u64, u64, &'a [u8]) {
    let key = number(bytes);
    let value = number(bytes);
    if key.is_multiple_of(8) {
        return (key >> 3, value, &[]);
    }
    let (text, rest) = bytes.split_at(value as usize);
    *bytes = rest;
    (key >> 3, 0, text)
}

/// Takes a sound file apart.
fn blocks_of(mut file: &[u8]) -> Vec<RawBlock> {
    let mut blocks = Vec::new();
    while !file.is_empty() {
        let (length, rest) = file.split_first_chunk::<4>().unwrap();
        let (mut header, rest) = rest.split_at(u32::from_be_bytes(*length) as usize);
        let (mut kind, mut size) = (String::new(), 0);
        while !header.is_empty() {
            match field(&mut header) {
                (1, _, text) => kind = String::from_utf8(text.to_vec()).unwrap(),
                (3, value, _) => size = value as usize,
                _ => {}
            }
        }
        let (mut blob, rest) = rest.split_at(size);
        file = rest;
        let mut bytes = Vec::new();
        while !blob.is_empty() {
            if let (3, _, zlib) = field(&mut blob) {
                ZlibDecoder::new(zlib).read_to_end(&mut bytes).unwrap();
            }
        }
        blocks.push((kind, bytes));
    }
    blocks
}

fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    put_number(out, field << 3 | 2);
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Puts a file together, with checksums that are right for whatever is in it.
fn file_of(blocks: &[RawBlock]) -> Vec<u8> {
    let mut file = Vec::new();
    for (kind, bytes) in blocks {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(bytes).unwrap();
        let mut blob = vec![2 << 3];
        put_number(&mut blob, bytes.len() as u64);
        put_bytes(&mut blob, 3, &zlib.finish().unwrap());
        let mut header = Vec::new();
        put_bytes(&mut header, 1, kind.as_bytes());
        header.push(3 << 3);
        put_number(&mut header, blob.len() as u64);
        file.extend((header.len() as u32).to_be_bytes());
        file.extend(header);
        file.extend(blob);
    }
    file
}

/// A small town with all that a file can have.
fn town(sorted: bool) -> Vec<u8> {
    let options = WriterOptions { block_elements: 20, sorted, ..WriterOptions::default() };
    let mut map = PbfWriter::new(Vec::new(), options).unwrap();
    for i in 0..100 {
        let at = LonLat { lon: 113.0 + (i % 10) as f64 * 1e-3, lat: 34.0 + (i / 10) as f64 * 1e-3 };
        let tags: &[_] = if i % 7 == 0 { &[("barrier", "gate"), ("shop", "convenience")] } else { &[] };
        map.node(OsmNodeId(i), at, tags).unwrap();
    }
    for i in 0..10 {
        let refs: Vec<OsmNodeId> = (0..10).map(|n| OsmNodeId(if i < 5 { i * 20 + n } else { n * 10 + i })).collect();
        map.way(OsmWayId(i), &refs, &[("highway", "residential")]).unwrap();
    }
    let ring: Vec<OsmNodeId> = [22, 25, 55, 52, 22].map(OsmNodeId).into();
    map.way(OsmWayId(10), &ring, &[("building", "yes")]).unwrap();
    let members = [Member { element: OsmRef { kind: OsmKind::Way, id: 10 }, role: "outer" }];
    map.relation(1, &members, &[("type", "multipolygon"), ("highway", "pedestrian"), ("area", "yes")]).unwrap();
    map.finish().unwrap()
}

/// Reads a file in every way that there is.
fn read(bytes: &[u8]) -> Result<ImportReport, ImportError> {
    let _ = read_features(Cursor::new(bytes), &|tags| tags.get("building").is_some() || tags.get("shop").is_some());
    for kind in [OsmKind::Node, OsmKind::Way, OsmKind::Relation] {
        let _ = explain(Cursor::new(bytes), &WalkRules::worldwide(), OsmRef { kind, id: 1 });
    }
    read_pbf(Cursor::new(bytes), &WalkRules::worldwide()).map(|(_, report)| report)
}

/// An error that a person can do something about.
fn is_clear(result: &Result<ImportReport, ImportError>) -> bool {
    match result {
        Err(ImportError::Damaged { offset, .. }) => offset.is_some(),
        Err(ImportError::Io(_)) => false,
        Ok(_) | Err(_) => true,
    }
}

/// The drawn town, sorted and not, and real extracts where they are there.
fn files() -> Vec<Vec<u8>> {
    let real = ["beijing/tsinghua_wudaokou.osm.pbf"].into_iter().filter_map(real_data::path);
    let real = real.map(|path| std::fs::read(path).unwrap());
    [town(true), town(false)].into_iter().chain(real).collect()
}

#[test]
fn taken_apart_and_put_together_a_file_is_the_same() {
    for file in files() {
        let again = file_of(&blocks_of(&file));
        let (first, second) = (read(&file).unwrap(), read(&again).unwrap());
        assert_eq!(ImportReport { file_bytes: 0, ..first }, ImportReport { file_bytes: 0, ..second });
    }
}

#[test]
fn changed_bytes_in_the_file() {
    let files = files();
    proptest!(config(600), |(which in 0..files.len(), at in 0.0..1.0_f64, byte in any::<u8>(), cut in any::<bool>())| {
        let mut file = files[which].clone();
        let at = (at * file.len() as f64) as usize;
        file[at] = byte;
        if cut {
            file.truncate(at + 1);
        }
        let result = read(&file);
        prop_assert!(is_clear(&result), "{:?}", result);
    });
}

#[test]
fn changed_bytes_inside_the_blocks() {
    let files: Vec<Vec<RawBlock>> = files().iter().map(|file| blocks_of(file)).collect();
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    let changes = prop::collection::vec(change, 1..4);
    proptest!(config(1_500), |(which in 0..files.len(), changes in changes)| {
        let mut blocks = files[which].clone();
        for (block, at, byte, how) in changes {
            let block = block.index(blocks.len());
            let bytes = &mut blocks[block].1;
            if bytes.is_empty() {
                continue;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                2 => bytes.insert(at, byte),
                // A number that never ends, or ends beyond 64 bits.
                _ => drop(bytes.splice(at..at, [0xff; 9])),
            }
        }
        let result = read(&file_of(&blocks));
        prop_assert!(is_clear(&result), "{:?}", result);
    });
}

#[test]
fn blocks_in_any_order_give_the_same_streets() {
    for (file, is_drawn) in files().into_iter().zip([true, true, false]) {
        let mut blocks = blocks_of(&file);
        let expected = read(&file).unwrap();
        let cases = if is_drawn { 60 } else { 10 };
        proptest!(config(cases), |(order in Just((1..blocks.len()).collect::<Vec<_>>()).prop_shuffle())| {
            // The header stays in front, and says that the file is sorted if it did before.
            let shuffled: Vec<RawBlock> = std::iter::once(0).chain(order).map(|n| blocks[n].clone()).collect();
            let report = read(&file_of(&shuffled)).unwrap();
            prop_assert_eq!(ImportReport { file_bytes: expected.file_bytes, ..report }, expected.clone());
        });
        // Twice in the file: each thing once.
        blocks.extend(blocks.clone().split_off(1));
        let twice = read(&file_of(&blocks)).unwrap();
        assert_eq!((twice.ways_used, twice.nodes_used), (expected.ways_used, expected.nodes_used));
        assert_eq!(twice.duplicate_ways, twice.ways_used + twice.ways_without_length);
        assert_eq!(twice.duplicate_nodes, twice.nodes_used);
    }
}

#[test]
fn a_file_without_its_header_is_none() {
    for file in files() {
        let error = read(&file_of(&blocks_of(&file)[1..])).unwrap_err();
        assert!(matches!(error, ImportError::NotPbf { .. }), "{error}");
    }
}

#[test]
fn claims_of_gigabytes_are_not_believed() {
    let town = town(true);
    let sound = blocks_of(&town);
    // A blob of some bytes that claims to be 4 GB, or 32 MB, which ten bytes cannot be.
    for claimed in [u64::from(u32::MAX), 32 << 20, u64::MAX] {
        let mut file = file_of(&sound);
        let mut blob = vec![2 << 3];
        put_number(&mut blob, claimed);
        put_bytes(&mut blob, 3, b"x\x9c\x03\0\0\0\0\x01\0\0");
        let mut header = Vec::new();
        put_bytes(&mut header, 1, b"OSMData");
        header.push(3 << 3);
        put_number(&mut header, blob.len() as u64);
        let offset = file.len() as u64;
        file.extend((header.len() as u32).to_be_bytes());
        file.extend(header);
        file.extend(blob);
        let error = read(&file).unwrap_err();
        assert!(matches!(error, ImportError::Damaged { offset: Some(o), .. } if o == offset), "{error}");
        assert!(error.to_string().contains("compressed bytes that claim to be"), "{error}");
    }
    // A way whose references claim to be a thousand million.
    let mut way = vec![1 << 3, 1];
    way.push(8 << 3 | 2);
    put_number(&mut way, 1_000_000_000);
    let (mut group, mut block) = (Vec::new(), Vec::new());
    put_bytes(&mut group, 3, &way);
    put_bytes(&mut block, 1, &[]);
    put_bytes(&mut block, 2, &group);
    let mut blocks = sound.clone();
    blocks.push(("OSMData".into(), block));
    let error = read(&file_of(&blocks)).unwrap_err();
    assert!(error.to_string().contains("ends in the middle"), "{error}");
}

/// A map of a street from node 1 to 3, to which something is added.
fn street_and(add: impl FnOnce(&mut PbfWriter<Vec<u8>>)) -> Vec<u8> {
    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap();
    for i in 1..=3 {
        map.node(OsmNodeId(i), LonLat { lon: 113.0 + i as f64 * 1e-3, lat: 34.0 }, &[]).unwrap();
    }
    map.way(OsmWayId(1), &[1, 2, 3].map(OsmNodeId), &[("highway", "footway")]).unwrap();
    add(&mut map);
    map.finish().unwrap()
}

#[test]
fn odd_things_that_files_do_have() {
    let footway = [("highway", "footway")];
    let short = read(&street_and(|map| {
        map.way(OsmWayId(2), &[OsmNodeId(1)], &footway).unwrap();
        map.way(OsmWayId(3), &[], &footway).unwrap();
        map.way(OsmWayId(4), &[2, 2, 2].map(OsmNodeId), &footway).unwrap();
        map.way(OsmWayId(5), &[3, 3, 1, 1, 3].map(OsmNodeId), &footway).unwrap();
    }));
    let short = short.unwrap();
    assert_eq!((short.ways_used, short.ways_without_length), (2, 3));

    let negative = street_and(|map| {
        map.node(OsmNodeId(-7), LonLat { lon: 113.0, lat: 34.001 }, &[]).unwrap();
        map.way(OsmWayId(-9), &[OsmNodeId(-7), OsmNodeId(1)], &footway).unwrap();
    });
    let (network, report) = read_pbf(Cursor::new(&negative), &WalkRules::worldwide()).unwrap();
    assert_eq!((report.ways_used, report.nodes_used), (2, 4));
    assert!(network.osm_nodes().contains(&OsmNodeId(-7)) && network.ways().iter().any(|w| w.id == OsmWayId(-9)));

    let doubled = read(&street_and(|map| {
        map.node(OsmNodeId(2), LonLat { lon: 113.5, lat: 34.5 }, &[("barrier", "wall")]).unwrap();
        map.way(OsmWayId(1), &[OsmNodeId(1), OsmNodeId(3)], &footway).unwrap();
    }));
    let doubled = doubled.unwrap();
    assert_eq!((doubled.duplicate_nodes, doubled.duplicate_ways, doubled.barriers), (1, 1, 0));
    assert_eq!(doubled.ways_read, doubled.ways_used + doubled.duplicate_ways);
}

#[test]
fn a_node_at_0_0_is_lost_unless_the_streets_are_there() {
    let lost = street_and(|map| {
        map.node(OsmNodeId(4), LonLat { lon: 0.0, lat: 0.0 }, &[]).unwrap();
        map.way(OsmWayId(2), &[3, 4].map(OsmNodeId), &[("highway", "footway")]).unwrap();
    });
    let report = read(&lost).unwrap();
    assert_eq!((report.misplaced_nodes, report.missing_refs, report.ways_without_length), (1, 1, 1));

    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap();
    map.node(OsmNodeId(1), LonLat { lon: 0.0, lat: 0.0 }, &[]).unwrap();
    map.node(OsmNodeId(2), LonLat { lon: 0.001, lat: 0.0 }, &[]).unwrap();
    map.way(OsmWayId(1), &[1, 2].map(OsmNodeId), &[("highway", "footway")]).unwrap();
    assert_eq!(read(&map.finish().unwrap()).unwrap().misplaced_nodes, 0);
}

#[test]
fn relations_that_hold_themselves_are_no_areas() {
    let report = read(&street_and(|map| {
        let square = [("type", "multipolygon"), ("highway", "pedestrian"), ("area", "yes")];
        let member = |kind, id| Member { element: OsmRef { kind, id }, role: "outer" };
        map.relation(1, &[member(OsmKind::Relation, 1)], &square).unwrap();
        map.relation(2, &[member(OsmKind::Relation, 3), member(OsmKind::Way, 1)], &square).unwrap();
        map.relation(3, &[member(OsmKind::Relation, 2), member(OsmKind::Way, 1)], &square).unwrap();
        map.relation(4, &[member(OsmKind::Way, 1), member(OsmKind::Way, 1)], &square).unwrap();
    }));
    assert_eq!(report.unwrap().ways_used, 1);
}

#[test]
fn several_files_are_one_in_any_order() {
    let files = [town(true), street_and(|_| {}), town(false)];
    let read = |order: [usize; 3]| {
        let sources = order.map(|n| Cursor::new(&files[n]));
        let (network, report) = read_pbf_files(sources, &WalkRules::worldwide()).unwrap();
        let ways: Vec<_> = network.ways().iter().map(|w| (w.id, network.nodes_of(w).to_vec())).collect();
        (network.osm_nodes().to_vec(), ways, report)
    };
    // The same elements but for the street's way and nodes, of which the first file given decides.
    let (first, second) = (read([0, 1, 2]), read([2, 0, 1]));
    assert!(first == second);
    assert_eq!(first.2.duplicate_ways, 10 + 1);
    let town_alone = read_pbf(Cursor::new(&files[0]), &WalkRules::worldwide()).unwrap().1;
    assert_eq!(first.2.ways_used, town_alone.ways_used);

    let wrong = read_pbf_files([&files[0][..], b"nothing"].map(Cursor::new), &WalkRules::worldwide()).unwrap_err();
    assert!(wrong.to_string().starts_with("file 2 of those given: this is not an OpenStreetMap PBF file"), "{wrong}");
}
