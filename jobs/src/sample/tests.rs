//! What holds for every sample city, whatever its seed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tempfile::TempDir;

use super::city::{BlockKind, City, Land};
use super::sketch::{Sketch, Tags};
use super::{CitySize, draw, files, write_city};

fn town(seed: u64) -> (City, Vec<Sketch>) {
    let city = City::new(seed, CitySize::Town.districts());
    let sketches = files::tiles(&city).map(|tile| draw::tile(&city, tile)).collect();
    (city, sketches)
}

#[test]
fn ids_ascend_and_every_reference_has_its_node() {
    for seed in 0..12 {
        let (_, sketches) = town(seed);
        let nodes: Vec<_> = sketches.iter().flat_map(|sketch| sketch.nodes.iter().map(|node| node.id)).collect();
        assert!(nodes.is_sorted_by(|a, b| a < b), "seed {seed}: node ids ascend");
        let ways: Vec<_> = sketches.iter().flat_map(|sketch| sketch.ways.iter().map(|way| way.id)).collect();
        assert!(ways.is_sorted_by(|a, b| a < b), "seed {seed}: way ids ascend");
        let nodes: BTreeSet<_> = nodes.into_iter().collect();
        for way in sketches.iter().flat_map(|sketch| &sketch.ways) {
            assert!(way.refs.len() >= 2, "seed {seed}: {way:?}");
            assert!(way.refs.windows(2).all(|pair| pair[0] != pair[1]), "seed {seed}: {way:?}");
            for node in &way.refs {
                assert!(nodes.contains(node), "seed {seed}: {node} of {way:?}");
            }
        }
    }
}

#[test]
fn every_place_is_near_the_middle_of_the_city() {
    let (city, sketches) = town(15);
    let outlets = sketches.iter().flat_map(|sketch| sketch.outlets.iter().map(|outlet| outlet.at));
    let homes = sketches.iter().flat_map(|sketch| sketch.homes.iter().map(|home| home.0));
    let nodes = sketches.iter().flat_map(|sketch| sketch.nodes.iter().map(|node| node.at));
    for at in nodes.chain(outlets).chain(homes) {
        let place = city.ground.lon_lat(at);
        assert!((place.lon - 112.60).abs() < 0.025 && (place.lat - 33.00).abs() < 0.02, "{at:?} is {place:?}");
    }
}

/// The tags of a town as `key=value`, with how often each occurs.
fn tags(sketches: &[Sketch]) -> BTreeMap<String, usize> {
    let mut seen = BTreeMap::new();
    let nodes = sketches.iter().flat_map(|sketch| sketch.nodes.iter().map(|node| &node.tags));
    let ways = sketches.iter().flat_map(|sketch| sketch.ways.iter().map(|way| &way.tags));
    let multipolygons = sketches.iter().flat_map(|sketch| sketch.multipolygons.iter().map(|area| &area.tags));
    for (key, value) in nodes.chain(ways).chain(multipolygons).flat_map(Tags::pairs) {
        *seen.entry(format!("{key}={value}")).or_default() += 1;
    }
    seen
}

#[test]
fn a_town_has_everything_that_its_readme_promises() {
    for seed in 0..12 {
        let (city, sketches) = town(seed);
        let tags = tags(&sketches);
        let promised = [
            "barrier=wall",
            "barrier=lift_gate",
            "foot=yes",
            "locked=yes",
            "access=private",
            "barrier=entrance",
            "bridge=yes",
            "tunnel=yes",
            "waterway=river",
            "natural=water",
            "railway=rail",
            "highway=steps",
            "footway=sidewalk",
            "sidewalk=both",
            "sidewalk=separate",
            "footway=crossing",
            "highway=traffic_signals",
            "type=multipolygon",
            "noexit=yes",
            "highway=living_street",
            "highway=pedestrian",
            "building=apartments",
            "building=house",
            "leisure=park",
            "amenity=school",
            "name=百草园",
            "natural=peak",
            "oneway=yes",
        ];
        for tag in promised {
            assert!(tags.contains_key(tag), "seed {seed} lacks {tag}");
        }
        for kind in [BlockKind::OldQuarter, BlockKind::Plaza, BlockKind::Park, BlockKind::Hill, BlockKind::Estate] {
            let is_there = files::tiles(&city).any(|tile| city.land(tile) == Land::Block(kind));
            assert!(is_there, "seed {seed} lacks {kind:?}");
        }
        let residents: u32 = sketches.iter().flat_map(|sketch| sketch.homes.iter().map(|home| home.1.total)).sum();
        assert!((48_000..110_000).contains(&residents), "seed {seed} has {residents} residents");
    }
}

#[test]
fn groups_of_residents_are_parts_of_the_whole() {
    let (_, sketches) = town(15);
    for (_, people) in sketches.iter().flat_map(|sketch| &sketch.homes) {
        assert!(people.aged_60_plus + people.aged_0_3 <= people.total, "{people:?}");
    }
}

#[test]
fn the_registry_lacks_some_formats_and_has_few_of_others() {
    let (_, sketches) = town(15);
    let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
    for outlet in sketches.iter().flat_map(|sketch| &sketch.outlets) {
        assert!(!outlet.name.contains([',', '"', '\n']), "{outlet:?} would have to be quoted");
        for format in &outlet.formats {
            *formats.entry(format).or_default() += 1;
        }
    }
    let vocabulary = include_str!("../../formats.toml");
    for format in formats.keys() {
        assert!(vocabulary.contains(&format!("id = \"{format}\"")), "formats.toml lacks {format}");
    }
    assert!(!formats.contains_key("dark_store") && !formats.contains_key("bookstore"));
    assert!((1..8).contains(&formats["childcare"]), "{formats:?}");
    assert!(formats["convenience_store"] > 30, "{formats:?}");
}

#[test]
fn the_same_seed_gives_the_same_bytes() -> anyhow::Result<()> {
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?];
    for (folder, seed) in folders.iter().zip([15, 15, 16]) {
        write_city(seed, CitySize::Town, folder.path())?;
    }
    let [first, again, other] = folders.each_ref().map(TempDir::path);
    let mut bytes = 0;
    for name in [
        "city.osm.pbf",
        "outlets.csv",
        "residents.csv",
        "zones.geojson",
        "walkshed.toml",
        "README.md",
        "outlets_amap.csv",
    ] {
        let file = fs::read(first.join(name))?;
        assert_eq!(file, fs::read(again.join(name))?, "{name}");
        bytes += file.len();
    }
    assert!(bytes < 1_000_000, "a town fits into a megabyte, not {bytes} bytes");
    assert_ne!(fs::read(first.join("city.osm.pbf"))?, fs::read(other.join("city.osm.pbf"))?);
    Ok(())
}

#[test]
fn tables_agree_with_the_summary() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let summary = write_city(15, CitySize::Town, folder.path())?;
    let residents = fs::read_to_string(folder.path().join("residents.csv"))?;
    let population = residents.lines().skip(1).filter_map(|line| line.split(',').nth(1)?.parse::<u64>().ok());
    assert_eq!(population.sum::<u64>(), summary.residents);
    let outlets = fs::read_to_string(folder.path().join("outlets.csv"))?;
    assert_eq!(outlets.lines().skip(1).count() as u64, summary.outlets);
    let zones: serde_json::Value = serde_json::from_slice(&fs::read(folder.path().join("zones.geojson"))?)?;
    let features = zones["features"].as_array().map_or(0, Vec::len);
    assert_eq!(features as u64, summary.zones);
    Ok(())
}
