//! The zones of a run with their areas and sums, as GeoJSON: what a map of zones is made from.
//!
//! Comes in: the tables `zone_shapes`, `zone_summary` and `zones` as Parquet. Goes out: one feature per zone, with the columns
//! of `zone_summary` and the share that has each requirement (`share_ID`). Not here: sums; the tables have them.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use polars::prelude::Column;

use super::geojson::write_features;
use super::scan;

/// Writes the zones, in their order, and gives how many there are.
///
/// # Errors
/// When a table cannot be read, or the tables do not have the same zones.
pub(crate) fn zones_geojson(shapes: &Path, summary: &Path, zones: &Path, out: &mut impl Write) -> Result<u64> {
    let shapes = scan::collect(scan::parquet(shapes)?)?;
    // The city is first, what is outside all zones last.
    let mut rows = scan::collect(scan::parquet(summary)?)?.slice(1, shapes.height());
    let disagree = "the tables zone_shapes, zone_summary and zones do not have the same zones";
    let ids = |frame: &polars::prelude::DataFrame| -> Result<Vec<Option<String>>> {
        Ok(frame.column("zone_id")?.str()?.iter().map(|id| id.map(str::to_owned)).collect())
    };
    ensure!(ids(&rows)? == ids(&shapes)?, disagree);
    let zones = scan::collect(scan::parquet(zones)?)?;
    let (zone, share) = (ids(&zones)?, zones.column("share_met")?.f64()?);
    let requirement = zones.column("requirement")?.str()?;
    let each = zone.iter().take_while(|id| **id == zone[0]).count();
    ensure!(zones.height() >= each * (1 + shapes.height()), disagree);
    for place in 0..each {
        let name = format!("share_{}", requirement.get(place).unwrap_or_default());
        let shares: Vec<Option<f64>> = (1..=shapes.height()).map(|zone| share.get(zone * each + place)).collect();
        rows.with_column(Column::new(name.into(), shares))?;
    }
    rows.with_column(shapes.column("geometry")?.clone())?;
    rows.rechunk_mut();
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    let mut first = true;
    write_features(&rows, &mut first, out).context("the shapes of the zones")?;
    out.write_all(b"\n]}\n")?;
    Ok(shapes.height() as u64)
}
