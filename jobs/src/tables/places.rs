//! Rows of the tables `outlets` and `snaps`: where things are and where they meet the street.
//!
//! Comes in: one point after another. Goes out: batches for the writer. Not here: snapping.

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::LonLat;

use super::geo::point_wkb;

/// One row of `outlets`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutletRow<'a> {
    /// Its number in this run.
    pub outlet_id: u32,
    /// The file or extract it comes from.
    pub source: &'a str,
    /// Its id there.
    pub source_id: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// Where it is.
    pub at: LonLat,
    /// Ids of its formats, joined by `;`.
    pub formats: &'a str,
    /// `main`, `off_island`, `island` or `no_street`.
    pub snap_status: &'a str,
    /// Metres to the street.
    pub snap_distance_m: Option<f64>,
    /// The OSM way it is reached from.
    pub way_id: Option<i64>,
    /// `used` or `no_street`.
    pub status: &'a str,
}

/// Rows of `outlets`, column by column.
pub(crate) struct OutletsBatch {
    outlet_id: Vec<u32>,
    source: StringChunkedBuilder,
    source_id: StringChunkedBuilder,
    name: StringChunkedBuilder,
    lon: Vec<f64>,
    lat: Vec<f64>,
    formats: StringChunkedBuilder,
    snap_status: StringChunkedBuilder,
    snap_distance_m: Vec<Option<f64>>,
    way_id: Vec<Option<i64>>,
    status: StringChunkedBuilder,
    geometry: BinaryChunkedBuilder,
}

impl OutletsBatch {
    /// No rows yet; room for so many.
    pub(crate) fn new(rows: usize) -> Self {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows);
        Self {
            outlet_id: Vec::with_capacity(rows),
            source: text("source"),
            source_id: text("source_id"),
            name: text("name"),
            lon: Vec::with_capacity(rows),
            lat: Vec::with_capacity(rows),
            formats: text("formats"),
            snap_status: text("snap_status"),
            snap_distance_m: Vec::with_capacity(rows),
            way_id: Vec::with_capacity(rows),
            status: text("status"),
            geometry: BinaryChunkedBuilder::new("geometry".into(), rows),
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: &OutletRow<'_>) {
        self.outlet_id.push(row.outlet_id);
        self.source.append_value(row.source);
        self.source_id.append_value(row.source_id);
        self.name.append_option(row.name);
        self.lon.push(row.at.lon);
        self.lat.push(row.at.lat);
        self.formats.append_value(row.formats);
        self.snap_status.append_value(row.snap_status);
        self.snap_distance_m.push(row.snap_distance_m);
        self.way_id.push(row.way_id);
        self.status.append_value(row.status);
        self.geometry.append_value(point_wkb(row.at));
    }

    /// The rows for the writer.
    ///
    /// # Errors
    /// None in practice; polars checks that the columns have one length.
    pub(crate) fn finish(self) -> Result<DataFrame> {
        Ok(DataFrame::new_infer_height(vec![
            Column::new("outlet_id".into(), self.outlet_id),
            self.source.finish().into_column(),
            self.source_id.finish().into_column(),
            self.name.finish().into_column(),
            Column::new("lon".into(), self.lon),
            Column::new("lat".into(), self.lat),
            self.formats.finish().into_column(),
            self.snap_status.finish().into_column(),
            Column::new("snap_distance_m".into(), self.snap_distance_m),
            Column::new("way_id".into(), self.way_id),
            self.status.finish().into_column(),
            self.geometry.finish().into_column(),
        ])?)
    }
}

/// One row of `snaps`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SnapRow<'a> {
    /// `cell` or `outlet`.
    pub kind: &'a str,
    /// H3 index or source id.
    pub id: &'a str,
    /// The point.
    pub at: LonLat,
    /// Where it meets the street.
    pub street: Option<SnapStreet<'a>>,
    /// `main`, `off_island`, `island` or `no_street`.
    pub status: &'a str,
}

/// Where a point meets the street.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SnapStreet<'a> {
    /// The position on the street.
    pub at: LonLat,
    /// Metres from the point to it.
    pub distance_m: f64,
    /// The OSM way.
    pub way_id: i64,
    /// `left`, `right` or `on`, in the drawn direction of the way.
    pub side: &'a str,
    /// Metres along the link from its tail.
    pub along_m: f64,
    /// Nodes of the connected piece of network.
    pub component_points: u32,
}

/// Rows of `snaps`, column by column.
pub(crate) struct SnapsBatch {
    kind: StringChunkedBuilder,
    id: StringChunkedBuilder,
    lon: Vec<f64>,
    lat: Vec<f64>,
    snap_lon: Vec<Option<f64>>,
    snap_lat: Vec<Option<f64>>,
    distance_m: Vec<Option<f64>>,
    way_id: Vec<Option<i64>>,
    side: StringChunkedBuilder,
    along_m: Vec<Option<f64>>,
    component_points: Vec<Option<u32>>,
    status: StringChunkedBuilder,
}

impl SnapsBatch {
    /// No rows yet; room for so many.
    pub(crate) fn new(rows: usize) -> Self {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows);
        Self {
            kind: text("kind"),
            id: text("id"),
            lon: Vec::with_capacity(rows),
            lat: Vec::with_capacity(rows),
            snap_lon: Vec::with_capacity(rows),
            snap_lat: Vec::with_capacity(rows),
            distance_m: Vec::with_capacity(rows),
            way_id: Vec::with_capacity(rows),
            side: text("side"),
            along_m: Vec::with_capacity(rows),
            component_points: Vec::with_capacity(rows),
            status: text("status"),
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: &SnapRow<'_>) {
        self.kind.append_value(row.kind);
        self.id.append_value(row.id);
        self.lon.push(row.at.lon);
        self.lat.push(row.at.lat);
        self.snap_lon.push(row.street.map(|street| street.at.lon));
        self.snap_lat.push(row.street.map(|street| street.at.lat));
        self.distance_m.push(row.street.map(|street| street.distance_m));
        self.way_id.push(row.street.map(|street| street.way_id));
        self.side.append_option(row.street.map(|street| street.side));
        self.along_m.push(row.street.map(|street| street.along_m));
        self.component_points.push(row.street.map(|street| street.component_points));
        self.status.append_value(row.status);
    }

    /// The rows for the writer.
    ///
    /// # Errors
    /// None in practice; polars checks that the columns have one length.
    pub(crate) fn finish(self) -> Result<DataFrame> {
        Ok(DataFrame::new_infer_height(vec![
            self.kind.finish().into_column(),
            self.id.finish().into_column(),
            Column::new("lon".into(), self.lon),
            Column::new("lat".into(), self.lat),
            Column::new("snap_lon".into(), self.snap_lon),
            Column::new("snap_lat".into(), self.snap_lat),
            Column::new("distance_m".into(), self.distance_m),
            Column::new("way_id".into(), self.way_id),
            self.side.finish().into_column(),
            Column::new("along_m".into(), self.along_m),
            Column::new("component_points".into(), self.component_points),
            self.status.finish().into_column(),
        ])?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::columns::{Shape, Table, Weight};
    use crate::tables::rejected::rejected_table;

    #[test]
    fn batches_have_the_columns_of_their_tables() -> Result<()> {
        let shape =
            Shape { minutes: Vec::new(), groups: Vec::new(), weight: Weight { en: String::new(), zh: String::new() } };
        let at = LonLat { lon: 1.0, lat: 2.0 };
        let mut snaps = SnapsBatch::new(2);
        let street = SnapStreet { at, distance_m: 3.0, way_id: 4, side: "left", along_m: 5.0, component_points: 6 };
        snaps.push(&SnapRow { kind: "cell", id: "a", at, street: Some(street), status: "main" });
        snaps.push(&SnapRow { kind: "cell", id: "b", at, street: None, status: "no_street" });
        let snaps = snaps.finish()?;
        assert_eq!(snaps.schema().as_ref(), &Table::Snaps.schema(&shape));
        assert_eq!(snaps.column("way_id")?.i64()?.iter().collect::<Vec<_>>(), [Some(4), None]);
        assert_eq!(OutletsBatch::new(0).finish()?.schema().as_ref(), &Table::Outlets.schema(&shape));
        assert_eq!(rejected_table(&[])?.schema().as_ref(), &Table::Rejected.schema(&shape));
        Ok(())
    }
}
