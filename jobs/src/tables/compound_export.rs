//! Compounds (小区) as a table: one row each with its outline, its gates and what is inside.
//!
//! Comes in: the compounds of an extract. Goes out: GeoParquet. Not here: finding them (the engine does).

use std::fs::File;
use std::io::BufWriter;

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::osm::{Answer, Compound};

use super::geo::{GeoMetadata, area_wkb};
use super::parquet::write_export;

/// Writes all compounds, one row each, and gives their number. `gates` has the OSM nodes joined by `;`.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_compounds(compounds: &[Compound], out: &mut BufWriter<File>) -> Result<u64> {
    let text = |name: &str| StringChunkedBuilder::new(name.into(), compounds.len());
    let (mut osm, mut names, mut closed_by) = (text("osm"), text("name"), text("closed_by"));
    let (mut gates, mut no_way_in) = (text("gates"), text("no_way_in"));
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), compounds.len());
    let mut geo = GeoMetadata::default();
    for compound in compounds {
        osm.append_value(compound.osm.to_string());
        names.append_option(compound.name.as_deref());
        closed_by.append_value(compound.closed_by.code());
        gates.append_value(compound.gates.iter().map(|g| g.node.0.to_string()).collect::<Vec<_>>().join(";"));
        no_way_in.append_option(compound.no_way_in().map(walkshed::osm::NoWayIn::code));
        let wkb = area_wkb(&compound.shape);
        geo.add(&wkb)?;
        geometry.append_value(wkb);
    }
    let numbers =
        |name: &str, of: fn(&Compound) -> f64| Column::new(name.into(), compounds.iter().map(of).collect::<Vec<f64>>());
    let gates_that = |name: &str, answer: Answer| {
        let count = |compound: &Compound| compound.gates.iter().filter(|gate| gate.answer == answer).count() as u32;
        Column::new(name.into(), compounds.iter().map(count).collect::<Vec<u32>>())
    };
    let entrances: Vec<u32> = compounds.iter().map(|c| c.entrances_without_gate.len() as u32).collect();
    let table = DataFrame::new_infer_height(vec![
        osm.finish().into_column(),
        names.finish().into_column(),
        numbers("lon", |c| c.centre.lon),
        numbers("lat", |c| c.centre.lat),
        numbers("area_m2", |c| c.area_m2),
        closed_by.finish().into_column(),
        gates_that("gates_open", Answer::Yes),
        gates_that("gates_ends_only", Answer::EndsOnly),
        gates_that("gates_shut", Answer::No),
        gates.finish().into_column(),
        Column::new("entrances_without_gate".into(), entrances),
        numbers("interior_m", |c| c.interior.0),
        numbers("interior_private_m", |c| c.interior_private.0),
        numbers("interior_behind_gates_m", |c| c.interior_behind_gates.0),
        no_way_in.finish().into_column(),
        geometry.finish().into_column(),
    ])?;
    write_export(out, table, &geo, &[])
}
