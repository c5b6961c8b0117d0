//! Tables with shapes as GeoJSON (RFC 7946).
//!
//! Comes in: a Parquet table with a column `geometry`. Goes out: one feature per row, coordinates rounded to 7 decimals
//! (a centimetre), outer rings counter-clockwise and holes clockwise, null where there is no value. Not here: reading
//! GeoJSON. Columns of 64-bit indexes are left out, because JSON readers round them.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};
use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Float64Chunked, Int64Chunked, StringChunked, UInt32Chunked,
};

use super::geo::{Ring, Shape};
use super::scan;

/// Writes a Parquet table as a GeoJSON FeatureCollection, piece by piece.
///
/// # Errors
/// When the one cannot be read or the other not written.
pub(crate) fn from_parquet(parquet: &Path, out: &mut impl Write) -> Result<()> {
    let table = scan::parquet(parquet)?;
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    let mut first = true;
    scan::for_each_piece(table, |mut piece| {
        piece.rechunk_mut();
        write_features(&piece, &mut first, out).with_context(|| format!("the shapes of {}", parquet.display()))
    })?;
    out.write_all(b"\n]}\n")?;
    Ok(())
}

/// Writes the rows of a table as features, one on a line; `first` says whether none was written before.
///
/// # Errors
/// When it has no shapes, or cannot be written.
pub(super) fn write_features(piece: &DataFrame, first: &mut bool, out: &mut impl Write) -> Result<()> {
    let shapes = piece.column("geometry")?.binary()?;
    let properties: Vec<(String, Values<'_>)> = piece
        .columns()
        .iter()
        .filter_map(|column| Values::of(column).map(|values| (column.name().to_string(), values)))
        .collect();
    for (row, shape) in shapes.iter().enumerate() {
        out.write_all(if std::mem::take(first) { b"" } else { b",\n" })?;
        out.write_all(b"{\"type\":\"Feature\",\"properties\":{")?;
        for (place, (name, values)) in properties.iter().enumerate() {
            out.write_all(if place == 0 { b"" } else { b"," })?;
            serde_json::to_writer(&mut *out, name)?;
            out.write_all(b":")?;
            values.write(row, out)?;
        }
        out.write_all(b"},\"geometry\":")?;
        match shape {
            Some(wkb) => write_shape(Shape::from_wkb(wkb)?, out)?,
            None => out.write_all(b"null")?,
        }
        out.write_all(b"}")?;
    }
    Ok(())
}

/// A column of which each value can be written.
enum Values<'a> {
    Text(&'a StringChunked),
    Number(&'a Float64Chunked),
    Count(&'a UInt32Chunked),
    Id(&'a Int64Chunked),
    Flag(&'a BooleanChunked),
}

impl<'a> Values<'a> {
    fn of(column: &'a Column) -> Option<Self> {
        match column.dtype() {
            DataType::String => column.str().ok().map(Self::Text),
            DataType::Float64 => column.f64().ok().map(Self::Number),
            DataType::UInt32 => column.u32().ok().map(Self::Count),
            DataType::Int64 => column.i64().ok().map(Self::Id),
            DataType::Boolean => column.bool().ok().map(Self::Flag),
            _ => None,
        }
    }

    fn write(&self, row: usize, out: &mut impl Write) -> Result<()> {
        match self {
            Self::Text(values) => serde_json::to_writer(out, &values.get(row))?,
            Self::Number(values) => serde_json::to_writer(out, &values.get(row))?,
            Self::Count(values) => serde_json::to_writer(out, &values.get(row))?,
            Self::Id(values) => serde_json::to_writer(out, &values.get(row))?,
            Self::Flag(values) => serde_json::to_writer(out, &values.get(row))?,
        }
        Ok(())
    }
}

fn write_shape(shape: Shape, out: &mut impl Write) -> Result<()> {
    write!(out, "{{\"type\":\"{}\",\"coordinates\":", shape.kind())?;
    match shape {
        Shape::Point(at) => write_corner(at, out)?,
        Shape::Line(points) => write_list(points, out, write_corner)?,
        Shape::Polygon(rings) => write_polygon(rings, out)?,
        Shape::MultiPolygon(polygons) => write_list(polygons, out, write_polygon)?,
    }
    Ok(out.write_all(b"}")?)
}

fn write_polygon<W: Write>(rings: Vec<Ring>, out: &mut W) -> Result<()> {
    let turned = rings.into_iter().enumerate().map(|(place, mut ring)| {
        let twice_area: f64 = ring.windows(2).map(|ab| ab[0][0] * ab[1][1] - ab[1][0] * ab[0][1]).sum();
        // The first ring is the outline and the others are holes.
        if (twice_area > 0.0) != (place == 0) {
            ring.reverse();
        }
        ring
    });
    write_list(turned, out, |ring, out| write_list(ring, out, write_corner))
}

fn write_corner<W: Write>([lon, lat]: [f64; 2], out: &mut W) -> Result<()> {
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    Ok(write!(out, "[{},{}]", rounded(lon), rounded(lat))?)
}

fn write_list<T, W: Write>(
    items: impl IntoIterator<Item = T>,
    out: &mut W,
    write: impl Fn(T, &mut W) -> Result<()>,
) -> Result<()> {
    out.write_all(b"[")?;
    for (place, item) in items.into_iter().enumerate() {
        out.write_all(if place == 0 { b"" } else { b"," })?;
        write(item, out)?;
    }
    Ok(out.write_all(b"]")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_turned_the_right_way_and_rounded() -> Result<()> {
        let clockwise = |from: f64, to: f64| vec![[from, from], [from, to], [to, to], [to, from], [from, from]];
        let mut out = Vec::new();
        write_shape(Shape::Polygon(vec![clockwise(0.0, 3.0), clockwise(1.0, 2.000_000_04)]), &mut out)?;
        assert_eq!(
            String::from_utf8(out)?,
            r#"{"type":"Polygon","coordinates":[[[0,0],[3,0],[3,3],[0,3],[0,0]],[[1,1],[1,2],[2,2],[2,1],[1,1]]]}"#
        );
        Ok(())
    }
}
