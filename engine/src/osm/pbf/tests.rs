//! Every block of real and of odd files, decoded here and by `osmpbf`, which shares no code with it: the same elements.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;

use osmpbf::{BlobDecode, BlobReader, RelMemberType};

use super::Block;
use super::elements::{MemberKind, RawTags};
use super::inflate::Inflater;
use crate::osm::blocks::Extracts;
use crate::osm::error::ImportError;
use crate::osm::write::protobuf::{put_bytes_field, put_int_field, put_sint_field, put_varint, put_zigzag};
use crate::osm::write::{Member, PbfWriter, WriterOptions};
use crate::osm::{OsmKind, OsmRef};
use crate::{LonLat, OsmNodeId, OsmWayId};

/// The elements of a block as lines: nodes, ways, relations, each in the file's order.
fn ours(block: &Block<'_>) -> Result<String, ImportError> {
    let mut seen = String::new();
    let text = |number: u32| String::from_utf8_lossy(block.strings().get(number).expect("a text")).into_owned();
    let tags = |seen: &mut String, mut tags: RawTags<'_>| {
        while let Some((key, value)) = tags.next()? {
            write!(seen, " {}={}", text(key), text(value)).unwrap();
        }
        seen.push('\n');
        Ok(())
    };
    block.each_node(|node| {
        write!(seen, "n{} {} {}", node.id, node.nano_lon, node.nano_lat).unwrap();
        tags(&mut seen, node.tags)
    })?;
    block.each_way(|way| {
        write!(seen, "w{} {:?}", way.id, way.to_refs()?).unwrap();
        tags(&mut seen, way.tags())
    })?;
    block.each_relation(|relation| {
        write!(seen, "r{}", relation.id).unwrap();
        relation.each_member(|kind, id, role| {
            let kind = match kind {
                MemberKind::Node => 'n',
                MemberKind::Way => 'w',
                MemberKind::Relation => 'r',
            };
            write!(seen, " {kind}{id}:{}", text(role)).unwrap();
            Ok(())
        })?;
        tags(&mut seen, relation.tags())
    })?;
    let kinds = block.kinds();
    let has = |letter| seen.lines().any(|line| line.starts_with(letter));
    assert!((has('n'), has('w'), has('r')) == (kinds.nodes, kinds.ways, kinds.relations));
    let counted = ['n', 'w', 'r'].map(|letter| seen.lines().filter(|line| line.starts_with(letter)).count() as u64);
    assert_eq!(counted, block.counts()?);
    Ok(seen)
}

/// The same by `osmpbf`.
fn theirs(block: &osmpbf::PrimitiveBlock) -> String {
    let mut seen = String::new();
    let table = block.raw_stringtable();
    let text = |number: u32| String::from_utf8_lossy(&table[number as usize]).into_owned();
    let tags = |seen: &mut String, tags: &mut dyn Iterator<Item = (u32, u32)>| {
        for (key, value) in tags {
            write!(seen, " {}={}", text(key), text(value)).unwrap();
        }
        seen.push('\n');
    };
    for group in block.groups() {
        for node in group.nodes() {
            write!(seen, "n{} {} {}", node.id(), node.nano_lon(), node.nano_lat()).unwrap();
            tags(&mut seen, &mut node.raw_tags());
        }
        for node in group.dense_nodes() {
            write!(seen, "n{} {} {}", node.id(), node.nano_lon(), node.nano_lat()).unwrap();
            tags(&mut seen, &mut node.raw_tags().map(|(k, v)| (k as u32, v as u32)));
        }
    }
    for way in block.groups().flat_map(|group| group.ways()) {
        write!(seen, "w{} {:?}", way.id(), way.refs().collect::<Vec<_>>()).unwrap();
        tags(&mut seen, &mut way.raw_tags());
    }
    for relation in block.groups().flat_map(|group| group.relations()) {
        write!(seen, "r{}", relation.id()).unwrap();
        for member in relation.members() {
            let kind = match member.member_type {
                RelMemberType::Node => 'n',
                RelMemberType::Way => 'w',
                RelMemberType::Relation => 'r',
            };
            write!(seen, " {kind}{}:{}", member.member_id, member.role().unwrap()).unwrap();
        }
        tags(&mut seen, &mut relation.raw_tags());
    }
    seen
}

/// Decodes all blocks of a file twice and compares them; gives how many elements there were.
fn same_in_both(bytes: &[u8]) -> usize {
    let mut files = Extracts::open([Cursor::new(bytes)]).expect("a whole file");
    let seen = files.scan(|_| true, ours).expect("whole blocks");
    let blobs = BlobReader::new(bytes).filter_map(|blob| match blob.expect("a blob").decode() {
        Ok(BlobDecode::OsmData(block)) => Some(theirs(&block)),
        _ => None,
    });
    let theirs: Vec<String> = blobs.collect();
    assert_eq!(seen.len(), theirs.len());
    for ((number, ours), theirs) in seen.iter().zip(&theirs) {
        assert!(ours == theirs, "block {number} differs");
    }
    theirs.iter().map(|block| block.lines().count()).sum()
}

#[test]
fn every_element_of_real_extracts_is_as_osmpbf_has_it() {
    let root = std::env::var_os("WALKSHED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), std::path::PathBuf::from);
    let extracts = ["porto/porto", "las_palmas/las_palmas", "poa/poa", "beijing/tsinghua_wudaokou"]
        .map(|n| format!("{n}.osm.pbf"));
    for name in extracts {
        let Ok(bytes) = std::fs::read(root.join(&name)) else {
            assert!(std::env::var_os("CI").is_none(), "{name} is missing; set WALKSHED_DATA");
            continue;
        };
        assert!(same_in_both(&bytes) > 1_000, "{name}");
    }
}

/// A file with all kinds of elements, odd ids and tags among them.
fn drawn(options: WriterOptions) -> Vec<u8> {
    let mut map = PbfWriter::new(Vec::new(), options).unwrap();
    for i in 0..50_i64 {
        let at = LonLat { lon: (i * 7 % 360 - 180) as f64, lat: (i * 3 % 180 - 90) as f64 };
        let name = "x".repeat(i as usize * 9);
        let tags: &[_] = if i % 3 == 0 { &[("name", name.as_str()), ("", "value"), ("名", "")] } else { &[] };
        map.node(OsmNodeId(i * i * i * 1_000_003 * (1 - i % 2 * 2)), at, tags).unwrap();
        if i % 4 == 0 {
            let refs: Vec<OsmNodeId> = (0..i).map(|n| OsmNodeId(n * n - 40)).collect();
            map.way(OsmWayId(-i), &refs, &[("highway", "path"), ("highway", "again")]).unwrap();
        }
        if i % 9 == 0 {
            let member = |kind, id, role| Member { element: OsmRef { kind, id }, role };
            let members = [
                member(OsmKind::Relation, i, "itself"),
                member(OsmKind::Way, i64::MAX, "inner"),
                member(OsmKind::Node, -1, ""),
            ];
            map.relation(i, &members, &[("type", "multipolygon")]).unwrap();
        }
    }
    map.finish().unwrap()
}

#[test]
fn every_layout_of_a_file_is_as_osmpbf_has_it() {
    for block_elements in [1, 7, 1_000] {
        for dense in [true, false] {
            for mixed_blocks in [true, false] {
                let options = WriterOptions { dense, mixed_blocks, block_elements, ..WriterOptions::default() };
                assert_eq!(same_in_both(&drawn(options)), 50 + 13 + 6);
            }
        }
    }
}

/// A file of one block, which is not compressed.
fn file_of(block: &[u8]) -> Vec<u8> {
    let mut file = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap().finish().unwrap();
    let (mut blob, mut header) = (Vec::new(), Vec::new());
    put_bytes_field(&mut blob, 1, block);
    put_bytes_field(&mut header, 1, b"OSMData");
    put_int_field(&mut header, 3, blob.len() as i64);
    file.extend((header.len() as u32).to_be_bytes());
    file.extend(header);
    file.extend(blob);
    file
}

fn packed(numbers: &[i64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &n in numbers {
        put_zigzag(&mut bytes, n);
    }
    bytes
}

#[test]
fn steps_offsets_and_arrays_in_pieces_are_as_osmpbf_has_them() {
    let mut dense = Vec::new();
    put_bytes_field(&mut dense, 1, &packed(&[5, 1]));
    put_bytes_field(&mut dense, 8, &packed(&[100, -3, 2]));
    put_bytes_field(&mut dense, 9, &packed(&[7, 8, -9]));
    // The third id in a piece of its own, and as a number that is not packed at all.
    let mut in_pieces = dense.clone();
    put_bytes_field(&mut in_pieces, 1, &packed(&[-4]));
    let mut not_packed = dense;
    put_sint_field(&mut not_packed, 1, -4);
    for dense in [in_pieces, not_packed] {
        let (mut group, mut block) = (Vec::new(), Vec::new());
        put_bytes_field(&mut group, 2, &dense);
        put_bytes_field(&mut block, 2, &group);
        put_bytes_field(&mut block, 1, &[]);
        for (field, value) in [(17, 1_000), (18, 500), (19, -5_000_000), (20, 70)] {
            put_int_field(&mut block, field, value);
        }
        let file = file_of(&block);
        assert_eq!(same_in_both(&file), 3);
        let mut files = Extracts::open([Cursor::new(&file)]).unwrap();
        let seen = files.scan(|_| true, ours).unwrap();
        assert_eq!(seen[0].1, "n5 7070 -4900000\nn6 15070 -4903000\nn2 6070 -4901000\n");
    }
}

/// What is wrong with a block of one group that has one field.
fn told_of(field: u32, message: &[u8]) -> String {
    let (mut group, mut block) = (Vec::new(), Vec::new());
    put_bytes_field(&mut group, field, message);
    put_bytes_field(&mut block, 1, &[0x0a, 1, b'k']);
    put_bytes_field(&mut block, 2, &group);
    let file = file_of(&block);
    let error = Extracts::open([Cursor::new(&file)]).and_then(|mut files| files.scan(|_| true, all_of)).unwrap_err();
    assert!(matches!(error, ImportError::Damaged { offset: Some(_), .. }), "{error}");
    error.to_string()
}

/// Looks at all elements with all their tags, as the importer does.
fn all_of(block: &Block<'_>) -> Result<(), ImportError> {
    let mut buffer = crate::osm::tags::TagBuffer::default();
    block.each_node(|node| buffer.fill(node.tags, block.strings()).map(|_| ()))?;
    block.each_way(|way| {
        way.to_refs()?;
        buffer.fill(way.tags(), block.strings()).map(|_| ())
    })?;
    block.each_relation(|relation| {
        crate::osm::import::member_ways_of(block, &relation)?;
        buffer.fill(relation.tags(), block.strings()).map(|_| ())
    })
}

/// A message from fields that are arrays of numbers.
fn message(id: i64, arrays: &[(u32, &[u64])]) -> Vec<u8> {
    let mut out = Vec::new();
    put_int_field(&mut out, 1, id);
    for (field, numbers) in arrays {
        let mut bytes = Vec::new();
        for &n in *numbers {
            put_varint(&mut bytes, n);
        }
        put_bytes_field(&mut out, *field, &bytes);
    }
    out
}

#[test]
fn what_contradicts_itself_is_told_of() {
    let (ways, relations) = (3, 4);
    let told = [
        (told_of(ways, &[]), "a way without id"),
        (told_of(ways, &message(1, &[(2, &[0]), (3, &[7])])), "a tag points at text 7 of 1"),
        (told_of(ways, &message(1, &[(2, &[u64::MAX]), (3, &[0])])), "a tag points at text"),
        (told_of(ways, &message(1, &[(2, &[0])])), "more keys than values"),
        // Twice the largest number.
        (told_of(ways, &message(1, &[(8, &[u64::MAX - 1, u64::MAX - 1])])), "more than 64 bits"),
        (told_of(relations, &message(1, &[(9, &[2])])), "members without role or kind"),
        (told_of(relations, &message(1, &[(8, &[0]), (9, &[2]), (10, &[3])])), "no node, way or relation"),
        (told_of(relations, &message(1, &[(8, &[9]), (9, &[2]), (10, &[1])])), "a role that is no text"),
        (told_of(1, &message(1, &[])), "a node without id or place"),
        (told_of(2, &[0x0a, 1, 2]), "nodes without places"),
        (told_of(2, &[0x42, 1, 2]), "places or tags without nodes"),
        (told_of(2, &[0x0a, 1, 2, 0x42, 1, 2, 0x4a, 1, 2, 0x52, 1, 1]), "ends in the middle"),
        (told_of(2, &[0x0a, 1, 2, 0x42, 1, 2, 0x4a, 1, 2, 0x52, 2, 1, 0]), "a key without a value"),
    ];
    for (told, expected) in told {
        assert!(told.contains(expected), "{told}; expected {expected}");
    }
}

#[test]
fn blobs_are_opened_by_what_they_are_and_never_by_what_they_claim() {
    let blob = |fields: &[(u32, &[u8])], raw_size: Option<i64>| {
        let mut out = Vec::new();
        if let Some(size) = raw_size {
            put_int_field(&mut out, 2, size);
        }
        for (field, bytes) in fields {
            put_bytes_field(&mut out, *field, bytes);
        }
        out
    };
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let long = vec![7; 100_000];
    std::io::Write::write_all(&mut zlib, &long).unwrap();
    let zlib = zlib.finish().unwrap();
    let told = |blob: &[u8]| Inflater::default().open(blob).unwrap_err().to_string();

    assert_eq!(Inflater::default().open(&blob(&[(1, b"plain")], None)).unwrap(), b"plain");
    for raw_size in [Some(100_000), None] {
        assert_eq!(Inflater::default().open(&blob(&[(3, &zlib)], raw_size)).unwrap(), long);
    }
    for claimed in [99_999, 100_001] {
        assert!(told(&blob(&[(3, &zlib)], Some(claimed))).contains("fewer or more than they claim"), "{claimed}");
    }
    for claimed in [u32::MAX.into(), i64::MAX, -1] {
        assert!(told(&blob(&[(3, &zlib)], Some(claimed))).contains("that claim to be"), "{claimed}");
    }
    assert!(told(&blob(&[(3, &zlib[..zlib.len() - 1])], Some(100_000))).contains("fewer or more"));
    assert!(told(&blob(&[(3, b"x\x9cnonsense")], Some(10))).contains("cannot be inflated"));
    assert!(told(&blob(&[], None)).contains("without content"));
    assert!(told(&blob(&[(1, b"a"), (3, &zlib)], Some(1))).contains("twice"));
    for (field, method) in [(4, "lzma"), (5, "bzip2"), (6, "lz4"), (7, "zstd")] {
        let error = told(&blob(&[(field, b"packed")], Some(10)));
        assert!(error.contains(method) && error.contains("not supported"), "{error}");
    }
}
