//! Zones, streets, outlets and isochrones of a run, with their shapes.
//!
//! Comes in: GeoParquet tables. Goes out: shapes in WGS-84 degrees. Not here: projection and simplification.

use anyhow::{Context as _, Result, bail};
use polars::prelude::{DataFrame, col};
use rustc_hash::FxHashMap;

use super::{Folder, Format, numbers, texts};
use crate::tables::columns::Table;
use crate::tables::geo::{Ring, Shape};
use crate::tables::scan;

/// A zone.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    pub id: String,
    pub name: String,
    pub rings: Vec<Ring>,
}

/// A street.
#[derive(Clone, Debug)]
pub(crate) struct Street {
    pub is_main: bool,
    /// Empty for one without.
    pub name: String,
    pub points: Ring,
}

/// An outlet.
#[derive(Clone, Debug)]
pub(crate) struct Outlet {
    pub id: String,
    pub name: String,
    pub at: [f64; 2],
    /// Positions of its formats.
    pub formats: Vec<u32>,
    /// Where it comes from, and its row there.
    pub source: String,
    pub row: Option<u64>,
    pub counts: bool,
}

/// How far one gets from a cell.
#[derive(Clone, Debug)]
pub(crate) struct Isochrone {
    /// The cell, or the id of a place that somebody asked for.
    pub origin: String,
    pub kind: String,
    pub zone: String,
    pub minutes: u32,
    pub rings: Vec<Ring>,
}

/// The rings of areas, one list for each row.
fn areas(table: &DataFrame) -> Result<Vec<Vec<Ring>>> {
    let shapes = table.column("geometry")?.binary()?;
    let rings = shapes.iter().map(|wkb| {
        Ok(match wkb.map(Shape::from_wkb).transpose()? {
            Some(Shape::MultiPolygon(polygons)) => polygons.into_iter().flatten().collect(),
            Some(Shape::Polygon(rings)) => rings,
            None => Vec::new(),
            Some(other) => bail!("a {} where an area was expected", other.kind()),
        })
    });
    rings.collect()
}

pub(super) fn zones(table: &DataFrame) -> Result<Vec<Zone>> {
    let (id, name) = (texts(table, "zone_id")?, texts(table, "zone_name")?);
    let rings = areas(table).context("the shapes of zones")?;
    Ok(id.into_iter().zip(name).zip(rings).map(|((id, name), rings)| Zone { id, name, rings }).collect())
}

pub(super) fn streets(table: &DataFrame) -> Result<Vec<Street>> {
    let (level, name) = (numbers(table, "level")?, texts(table, "name")?);
    let mut streets = Vec::with_capacity(level.len());
    for ((level, name), wkb) in level.into_iter().zip(name).zip(table.column("geometry")?.binary()?.iter()) {
        let Some(Shape::Line(points)) = wkb.map(Shape::from_wkb).transpose()? else { bail!("a street is no line") };
        streets.push(Street { is_main: level == Some(1.0), name, points });
    }
    Ok(streets)
}

/// Areas, as a run or `walkshed isochrone` writes them.
pub(crate) fn isochrones(table: &DataFrame) -> Result<Vec<Isochrone>> {
    let asked = table.column("origin").is_err();
    let origin = texts(table, if asked { "id" } else { "origin" })?;
    let none = || vec![String::new(); origin.len()];
    let kind = if asked { vec!["asked".to_owned(); origin.len()] } else { texts(table, "kind")? };
    let zone = if asked { none() } else { texts(table, "zone_name")? };
    let minutes = numbers(table, "minutes")?;
    let rings = areas(table).context("the shapes of isochrones")?;
    let rows = rings.into_iter().enumerate();
    let isochrone = |(row, rings): (usize, Vec<Ring>)| Isochrone {
        origin: origin[row].clone(),
        kind: kind[row].clone(),
        zone: zone[row].clone(),
        minutes: minutes[row].unwrap_or_default() as u32,
        rings,
    };
    Ok(rows.map(isochrone).collect())
}

/// With several sources, other tables name an outlet by both its source and its id.
pub(super) fn outlets(folder: &Folder<'_>, formats: &[Format], several: bool) -> Result<Vec<Outlet>> {
    let known: FxHashMap<&str, u32> = formats.iter().map(|format| format.id.as_str()).zip(0..).collect();
    let columns = ["source", "row", "source_id", "name", "lon", "lat", "formats", "status"];
    let query = scan::parquet(&folder.path(Table::Outlets))?.select(columns.map(col));
    let mut outlets = Vec::new();
    scan::for_each_piece(query, |piece| {
        let (source, row) = (piece.column("source")?.str()?, piece.column("row")?.u64()?);
        let (id, name) = (piece.column("source_id")?.str()?, piece.column("name")?.str()?);
        let (lon, lat) = (piece.column("lon")?.f64()?, piece.column("lat")?.f64()?);
        let (of, status) = (piece.column("formats")?.str()?, piece.column("status")?.str()?);
        for place in 0..piece.height() {
            let named = of.get(place).unwrap_or("").split(';');
            outlets.push(Outlet {
                id: id.get(place).unwrap_or("").to_owned(),
                name: name.get(place).unwrap_or("").to_owned(),
                at: [lon.get(place).unwrap_or_default(), lat.get(place).unwrap_or_default()],
                formats: named.filter_map(|format| known.get(format).copied()).collect(),
                source: source.get(place).unwrap_or("").to_owned(),
                row: row.get(place),
                counts: status.get(place) == Some("used"),
            });
        }
        Ok(())
    })?;
    for outlet in outlets.iter_mut().filter(|_| several) {
        outlet.id = format!("{}:{}", outlet.source, outlet.id);
    }
    Ok(outlets)
}
