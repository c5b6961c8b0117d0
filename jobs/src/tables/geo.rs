//! Shapes in tables: well-known binary (WKB), and the `geo` metadata of GeoParquet 1.1.
//!
//! Comes in: points, H3 cells and the shapes of a column. Goes out: little-endian WKB in WGS-84 degrees (x is longitude),
//! the shapes read back from it, and the metadata of the column. Not here: files. The metadata names no `crs`, which by
//! the format's rules means OGC:CRS84, and no orientation, which promises nothing.

use anyhow::{Context as _, Result, bail, ensure};
use h3o::CellIndex;
use serde_json::{Value, json};
use walkshed::LonLat;

const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;
const LITTLE_ENDIAN: u8 = 1;

/// A ring of corners, the last equal to the first.
pub(crate) type Ring = Vec<[f64; 2]>;

/// A shape read from WKB; corners are longitude, latitude.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Shape {
    /// One point.
    Point([f64; 2]),
    /// A line of two points or more.
    Line(Vec<[f64; 2]>),
    /// An outer ring and its holes.
    Polygon(Vec<Ring>),
    /// Several polygons.
    MultiPolygon(Vec<Vec<Ring>>),
}

/// A point as WKB.
pub(crate) fn point_wkb(at: LonLat) -> Vec<u8> {
    let mut bytes = head(POINT, 16);
    bytes.extend(at.lon.to_le_bytes());
    bytes.extend(at.lat.to_le_bytes());
    bytes
}

/// A line as WKB.
pub(crate) fn line_wkb(points: impl ExactSizeIterator<Item = LonLat>) -> Vec<u8> {
    let mut bytes = head(LINE, 4 + 16 * points.len());
    bytes.extend((points.len() as u32).to_le_bytes());
    for at in points {
        bytes.extend(at.lon.to_le_bytes());
        bytes.extend(at.lat.to_le_bytes());
    }
    bytes
}

/// An area as a WKB MultiPolygon, its rings as they come.
pub(crate) fn area_wkb(area: &geo::MultiPolygon<f64>) -> Vec<u8> {
    let mut bytes = head(MULTI_POLYGON, 4);
    bytes.extend((area.0.len() as u32).to_le_bytes());
    for polygon in &area.0 {
        bytes.extend(head(POLYGON, 4));
        bytes.extend((polygon.interiors().len() as u32 + 1).to_le_bytes());
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            bytes.extend((ring.0.len() as u32).to_le_bytes());
            for corner in &ring.0 {
                bytes.extend(corner.x.to_le_bytes());
                bytes.extend(corner.y.to_le_bytes());
            }
        }
    }
    bytes
}

/// An H3 cell as a WKB polygon, its corners counter-clockwise.
pub(crate) fn cell_wkb(cell: CellIndex) -> Vec<u8> {
    let corners = cell.boundary();
    let mut bytes = head(POLYGON, 8 + 16 * (corners.len() + 1));
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend((corners.len() as u32 + 1).to_le_bytes());
    for corner in corners.iter().chain(corners.first()) {
        bytes.extend(corner.lng().to_le_bytes());
        bytes.extend(corner.lat().to_le_bytes());
    }
    bytes
}

fn head(kind: u32, body: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(5 + body);
    bytes.push(LITTLE_ENDIAN);
    bytes.extend(kind.to_le_bytes());
    bytes
}

impl Shape {
    /// Reads little-endian WKB of a point, a line, a polygon or several polygons.
    ///
    /// # Errors
    /// When it is anything else, or cut short.
    pub(crate) fn from_wkb(mut bytes: &[u8]) -> Result<Self> {
        let shape = read_shape(&mut bytes)?;
        ensure!(bytes.is_empty(), "{} bytes follow the end of a WKB shape", bytes.len());
        Ok(shape)
    }

    /// The name of its kind in GeoJSON and GeoParquet.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Point(_) => "Point",
            Self::Line(_) => "LineString",
            Self::Polygon(_) => "Polygon",
            Self::MultiPolygon(_) => "MultiPolygon",
        }
    }

    fn corners(&self) -> Box<dyn Iterator<Item = [f64; 2]> + '_> {
        match self {
            Self::Point(at) => Box::new(std::iter::once(*at)),
            Self::Line(points) => Box::new(points.iter().copied()),
            Self::Polygon(rings) => Box::new(rings.iter().flatten().copied()),
            Self::MultiPolygon(polygons) => Box::new(polygons.iter().flatten().flatten().copied()),
        }
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>().context("a WKB shape is cut short")?;
    *bytes = rest;
    Ok(*taken)
}

fn read_count(bytes: &mut &[u8]) -> Result<u32> {
    take(bytes).map(u32::from_le_bytes)
}

fn read_corner(bytes: &mut &[u8]) -> Result<[f64; 2]> {
    Ok([f64::from_le_bytes(take(bytes)?), f64::from_le_bytes(take(bytes)?)])
}

fn read_corners(bytes: &mut &[u8]) -> Result<Ring> {
    let corners = read_count(bytes)?;
    (0..corners).map(|_| read_corner(bytes)).collect()
}

fn read_rings(bytes: &mut &[u8]) -> Result<Vec<Ring>> {
    let rings = read_count(bytes)?;
    (0..rings).map(|_| read_corners(bytes)).collect()
}

fn read_shape(bytes: &mut &[u8]) -> Result<Shape> {
    let [order] = take(bytes)?;
    ensure!(order == LITTLE_ENDIAN, "a WKB shape is not little-endian");
    match read_count(bytes)? {
        POINT => Ok(Shape::Point(read_corner(bytes)?)),
        LINE => Ok(Shape::Line(read_corners(bytes)?)),
        POLYGON => Ok(Shape::Polygon(read_rings(bytes)?)),
        MULTI_POLYGON => {
            let polygons = read_count(bytes)?;
            let polygons = (0..polygons).map(|_| match read_shape(bytes)? {
                Shape::Polygon(rings) => Ok(rings),
                other => bail!("a WKB MultiPolygon holds a {}", other.kind()),
            });
            polygons.collect::<Result<_>>().map(Shape::MultiPolygon)
        }
        kind => bail!("WKB shapes of kind {kind} are not read here"),
    }
}

/// The `geo` metadata of one column named `geometry`, gathered shape by shape.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct GeoMetadata {
    kinds: Vec<&'static str>,
    /// West, south, east, north.
    bounds: Option<[f64; 4]>,
}

impl GeoMetadata {
    /// Counts a shape.
    ///
    /// # Errors
    /// When it is not WKB that [`Shape::from_wkb`] reads.
    pub(crate) fn add(&mut self, wkb: &[u8]) -> Result<()> {
        let shape = Shape::from_wkb(wkb)?;
        self.add_kind(shape.kind());
        for [x, y] in shape.corners() {
            self.add_corners([x, y, x, y]);
        }
        Ok(())
    }

    /// Counts shapes of one kind by the box around them: west, south, east, north.
    pub(crate) fn add_box(&mut self, kind: &'static str, bounds: [f64; 4]) {
        self.add_kind(kind);
        self.add_corners(bounds);
    }

    fn add_kind(&mut self, kind: &'static str) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
            self.kinds.sort_unstable();
        }
    }

    fn add_corners(&mut self, [left, low, right, high]: [f64; 4]) {
        let [west, south, east, north] = self.bounds.unwrap_or([left, low, right, high]);
        self.bounds = Some([west.min(left), south.min(low), east.max(right), north.max(high)]);
    }

    /// The value of the key `geo`.
    pub(crate) fn to_json(&self) -> Value {
        let mut column = json!({"encoding": "WKB", "geometry_types": self.kinds});
        if let Some(bounds) = self.bounds {
            column["bbox"] = json!(bounds);
        }
        json!({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_21_bytes_and_comes_back() -> Result<()> {
        let bytes = point_wkb(LonLat { lon: 1.0, lat: -2.0 });
        // Order 1, kind 1, then 1.0 and -2.0 as IEEE 754.
        assert_eq!(bytes, [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0]);
        assert_eq!(Shape::from_wkb(&bytes)?, Shape::Point([1.0, -2.0]));
        assert!(Shape::from_wkb(&bytes[..20]).is_err());
        Ok(())
    }

    #[test]
    fn a_cell_is_a_closed_ring_counter_clockwise() -> Result<()> {
        let cell: CellIndex = "8a31aa50a6dffff".parse()?;
        let Shape::Polygon(rings) = Shape::from_wkb(&cell_wkb(cell))? else { bail!("no polygon") };
        assert_eq!((rings.len(), rings[0].len()), (1, 7));
        assert_eq!(rings[0][0].map(f64::to_bits), rings[0][6].map(f64::to_bits));
        let twice_area: f64 = rings[0].windows(2).map(|ab| ab[0][0] * ab[1][1] - ab[1][0] * ab[0][1]).sum();
        assert!(twice_area > 0.0, "{twice_area}");
        Ok(())
    }

    #[test]
    fn the_metadata_has_bounds_and_kinds() -> Result<()> {
        let mut geo = GeoMetadata::default();
        geo.add(&point_wkb(LonLat { lon: 3.0, lat: 4.0 }))?;
        geo.add(&point_wkb(LonLat { lon: 1.0, lat: 9.0 }))?;
        let expected = r#"{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Point"],"bbox":[1.0,4.0,3.0,9.0]}}}"#;
        assert_eq!(geo.to_json().to_string(), expected);
        Ok(())
    }
}
