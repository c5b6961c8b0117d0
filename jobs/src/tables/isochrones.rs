//! Isochrones as a table: areas, lines or cells, in GeoParquet or GeoJSON, written batch by batch.
//!
//! Comes in: columns of rows with their shapes. Goes out: a file. Memory is that of one batch, whatever the number of
//! rows; each batch is a row group. Not here: what is in the rows.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::PoisonError;

use anyhow::{Context as _, Result};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{DataFrame, KeyValueMetadata, ParquetCompression, ParquetWriter, Schema};
use walkshed::LonLat;
use walkshed::isochrone::Shape;

use super::geo::GeoMetadata;
use super::geojson::write_features;
use crate::wrong_use::WrongUse;

/// How isochrones are written, by the end of the file's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// GeoParquet 1.1.
    Parquet,
    /// GeoJSON (RFC 7946).
    GeoJson,
}

impl Format {
    /// The format of a file.
    ///
    /// # Errors
    /// When its name ends otherwise.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("parquet" | "geoparquet") => Ok(Self::Parquet),
            Some("geojson" | "json") => Ok(Self::GeoJson),
            _ => Err(WrongUse::error(format!(
                "{}: isochrones are written as GeoParquet or GeoJSON; expected a name that ends in .parquet or .geojson",
                path.display()
            ))),
        }
    }
}

/// A table in the making.
pub(crate) enum IsochroneWriter<'w> {
    Parquet { writer: Box<BatchedWriter<&'w mut BufWriter<File>>>, geo: GeoMetadata, metadata: Vec<(String, String)> },
    GeoJson { out: &'w mut BufWriter<File>, first: bool },
}

impl<'w> IsochroneWriter<'w> {
    /// Begins a file. `metadata` goes into a Parquet file as it is: what made the table.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn new(
        out: &'w mut BufWriter<File>,
        format: Format,
        schema: &Schema,
        metadata: Vec<(String, String)>,
    ) -> Result<Self> {
        Ok(match format {
            Format::Parquet => {
                let writer = ParquetWriter::new(out).with_compression(ParquetCompression::Zstd(None));
                Self::Parquet { writer: Box::new(writer.batched(schema)?), geo: GeoMetadata::default(), metadata }
            }
            Format::GeoJson => {
                out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
                Self::GeoJson { out, first: true }
            }
        })
    }

    /// Adds rows, whose column `geometry` is WKB; `bounds` is the box around all of its shapes, which are of one kind.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn write(&mut self, batch: &DataFrame, kind: &'static str, bounds: Option<[f64; 4]>) -> Result<()> {
        match self {
            Self::Parquet { writer, geo, .. } => {
                if let Some(bounds) = bounds {
                    geo.add_box(kind, bounds);
                }
                writer.write_batch(batch).context("a batch of isochrones cannot be written")
            }
            Self::GeoJson { out, first } => write_features(batch, first, out),
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn finish(self) -> Result<()> {
        match self {
            Self::Parquet { writer, geo, mut metadata } => {
                metadata.push(("geo".to_owned(), geo.to_json().to_string()));
                let KeyValueMetadata::Static(metadata) = KeyValueMetadata::from_static(metadata) else {
                    unreachable!("made from static pairs")
                };
                // As in `parquet`: without polars' own schema, which older readers refuse.
                let mut out = writer.get_writer().lock().unwrap_or_else(PoisonError::into_inner);
                out.end(Some(metadata)).context("the table of isochrones cannot be ended")?;
                Ok(())
            }
            Self::GeoJson { out, .. } => Ok(out.write_all(b"\n]}\n")?),
        }
    }
}

/// The area of an isochrone as WKB: a MultiPolygon, each ring with its first corner again at its end.
pub(crate) fn shape_wkb(shape: &Shape) -> Vec<u8> {
    let rings = shape.rings().len();
    let mut bytes = Vec::with_capacity(9 + 13 * rings + 16 * (shape.point_count() + rings));
    let head = |bytes: &mut Vec<u8>, kind: u32, parts: usize| {
        bytes.push(1);
        bytes.extend(kind.to_le_bytes());
        bytes.extend((parts as u32).to_le_bytes());
    };
    head(&mut bytes, 6, shape.polygons().len());
    for polygon in shape.polygons() {
        head(&mut bytes, 3, polygon.rings().len());
        for ring in polygon.rings() {
            bytes.extend((ring.len() as u32 + 1).to_le_bytes());
            for corner in ring.iter().chain(ring.first()) {
                let LonLat { lon, lat } = corner.lon_lat();
                bytes.extend(lon.to_le_bytes());
                bytes.extend(lat.to_le_bytes());
            }
        }
    }
    bytes
}

/// The box around some places, joined with another: west, south, east, north.
pub(crate) fn box_with(known: Option<[f64; 4]>, places: impl IntoIterator<Item = LonLat>) -> Option<[f64; 4]> {
    places.into_iter().fold(known, |known, LonLat { lon, lat }| {
        let [west, south, east, north] = known.unwrap_or([lon, lat, lon, lat]);
        Some([west.min(lon), south.min(lat), east.max(lon), north.max(lat)])
    })
}
