//! A small map with known lengths, written as an extract: places in metres east and north of a point, and paths.

use walkshed::osm::PbfWriter;
use walkshed::osm::write::WriterOptions;
use walkshed::{LocalPlane, LonLat, OsmNodeId, OsmWayId};

/// Where the map lies: a plain somewhere in Henan.
const ORIGIN: LonLat = LonLat { lon: 113.0, lat: 34.0 };

/// The place so many metres east and north of the middle of the map.
pub(crate) fn at(east: f64, north: f64) -> LonLat {
    LocalPlane::at(ORIGIN).unproject([east, north])
}

/// An extract of footpaths, each a list of places in whole metres east and north.
pub(crate) fn extract(paths: &[&[[i32; 2]]]) -> Vec<u8> {
    let mut map = PbfWriter::new(Vec::new(), WriterOptions::default()).unwrap();
    let mut places: Vec<[i32; 2]> = Vec::new();
    // Paths meet where they have a place in common.
    let mut node = |place: &[i32; 2]| {
        let known = places.iter().position(|p| p == place);
        let index = known.unwrap_or_else(|| {
            places.push(*place);
            places.len() - 1
        });
        OsmNodeId(index as i64 + 1)
    };
    let ways: Vec<Vec<OsmNodeId>> = paths.iter().map(|path| path.iter().map(&mut node).collect()).collect();
    for ([east, north], id) in places.iter().zip(1..) {
        map.node(OsmNodeId(id), at(f64::from(*east), f64::from(*north)), &[]).unwrap();
    }
    for (refs, id) in ways.iter().zip(1..) {
        map.way(OsmWayId(id), refs, &[("highway", "footway")]).unwrap();
    }
    map.finish().unwrap()
}

/// A table of points with the columns `id,lon,lat`.
pub(crate) fn points(rows: &[(&str, LonLat)]) -> String {
    let mut text = String::from("id,lon,lat\n");
    text.extend(rows.iter().map(|(id, at)| format!("{id},{},{}\n", at.lon, at.lat)));
    text
}
