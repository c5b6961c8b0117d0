//! The points of a GeoParquet file.
//!
//! Comes in: a Parquet file, and pieces of its column of shapes (WKB). Goes out: which column that is, the coordinate
//! system that the file declares for it, and the points as text: of what is no point, the centroid. Not here: other
//! encodings of shapes than WKB, and shapes with heights.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use geo::{Centroid as _, Coord, Geometry, LineString, MultiPolygon, Point, Polygon};
use polars::prelude::{BinaryChunked, DataType, ParquetReader, SerReader as _, StringChunked, StringChunkedBuilder};
use serde_json::Value;

use super::geo::{Ring, Shape};
use super::scan;
use super::source::{SHAPE_LAT, SHAPE_LON};
use crate::crs::Crs;

/// A column of shapes.
pub(super) struct ShapeColumn {
    /// Its name.
    pub name: String,
    /// The system that the file declares for it; none where it says nothing.
    pub declared: Option<String>,
    crs: Crs,
}

/// The column of shapes of a Parquet file: the primary one of its `geo` metadata, or a binary column named `geometry`.
///
/// # Errors
/// When the file is no Parquet, or its shapes are in an encoding or a system that is not known.
pub(super) fn shape_column(path: &Path) -> Result<Option<ShapeColumn>> {
    let unreadable = || format!("{} cannot be read as Parquet", path.display());
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut reader = ParquetReader::new(file);
    let metadata = reader.get_metadata().with_context(unreadable)?;
    let pairs = metadata.key_value_metadata().as_deref().unwrap_or_default();
    let geo = pairs.iter().find(|pair| pair.key == "geo").and_then(|pair| pair.value.as_deref());
    let Some(geo) = geo else {
        let schema = scan::parquet(path)?.collect_schema().with_context(unreadable)?;
        let is_binary = schema.get("geometry").is_some_and(|dtype| *dtype == DataType::Binary);
        return Ok(is_binary.then(|| ShapeColumn { name: "geometry".to_owned(), declared: None, crs: Crs::wgs84() }));
    };
    let geo: Value = serde_json::from_str(geo).with_context(|| format!("the geo metadata of {}", path.display()))?;
    let name = geo["primary_column"].as_str().unwrap_or("geometry").to_owned();
    let column = &geo["columns"][&name];
    let encoding = column["encoding"].as_str().unwrap_or("WKB");
    ensure!(
        encoding.eq_ignore_ascii_case("WKB"),
        "{} keeps its shapes as {encoding}; write it with WKB, which is the default of most programs",
        path.display()
    );
    let id = &column["crs"]["id"];
    let code = id["code"].as_str().map(str::to_owned).or_else(|| id["code"].as_u64().map(|code| code.to_string()));
    let declared = id["authority"].as_str().zip(code).map(|(authority, code)| format!("{authority}:{code}"));
    let crs = match &declared {
        Some(name) => Crs::named(name).with_context(|| format!("the crs of {}", path.display()))?,
        None => Crs::wgs84(),
    };
    Ok(Some(ShapeColumn { name, declared, crs }))
}

/// Longitudes and latitudes of some shapes as text; what cannot be read is said in the longitude's stead.
pub(super) fn centroids(shapes: &BinaryChunked, column: &ShapeColumn) -> [StringChunked; 2] {
    let [mut lons, mut lats] = [SHAPE_LON, SHAPE_LAT].map(|name| StringChunkedBuilder::new(name.into(), shapes.len()));
    for shape in shapes.iter() {
        let Some(wkb) = shape else {
            lons.append_null();
            lats.append_null();
            continue;
        };
        if let Some(point) = Shape::from_wkb(wkb).ok().and_then(centroid) {
            // Numbers that are no degrees are left as they are: whoever reads the row says what is wrong with them.
            let at = column.crs.lon_lat(point.x(), point.y());
            let (lon, lat) = at.map_or((point.x(), point.y()), |at| (at.lon, at.lat));
            lons.append_value(lon.to_string());
            lats.append_value(lat.to_string());
        } else {
            lons.append_value("a shape that is not read here");
            lats.append_null();
        }
    }
    [lons.finish(), lats.finish()]
}

fn centroid(shape: Shape) -> Option<Point<f64>> {
    let line = |ring: Ring| LineString(ring.into_iter().map(|[x, y]| Coord { x, y }).collect());
    let polygon = |rings: Vec<Ring>| {
        let mut rings = rings.into_iter().map(line);
        Polygon::new(rings.next().unwrap_or(LineString(Vec::new())), rings.collect())
    };
    let shape = match shape {
        Shape::Point([x, y]) => Geometry::Point(Point::new(x, y)),
        Shape::Line(points) => Geometry::LineString(line(points)),
        Shape::Polygon(rings) => Geometry::Polygon(polygon(rings)),
        Shape::MultiPolygon(polygons) => {
            Geometry::MultiPolygon(MultiPolygon(polygons.into_iter().map(polygon).collect()))
        }
    };
    shape.centroid()
}
