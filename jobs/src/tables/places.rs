//! Rows of the tables `outlets` and `snaps`: where things are and where they meet the street.
//!
//! Comes in: one point after another. Goes out: batches for the writer. Not here: snapping.

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::LonLat;

use super::geo::{line_wkb, point_wkb};

/// One row of `outlets`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OutletRow<'a> {
    /// Its number in this run.
    pub outlet_id: u32,
    /// The file or extract it comes from.
    pub source: &'a str,
    /// Its row there.
    pub row: Option<u64>,
    /// Its id there.
    pub source_id: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// Where it is.
    pub at: Option<LonLat>,
    /// Ids of its formats, joined by `;`.
    pub formats: &'a str,
    /// What gave each.
    pub format_rule: &'a str,
    /// Whether it has several.
    pub multi_function: bool,
    /// The chain it is of.
    pub brand: Option<&'a str>,
    /// Square metres.
    pub floor_area_m2: Option<f64>,
    /// Hours, and whether it is open at 07:00, at 23:00, always, and in the morning.
    pub hours: Option<(&'a str, [bool; 4])>,
    /// Whether it moves.
    pub mobile: Option<bool>,
    /// `open` or `closed`.
    pub business_status: Option<&'a str>,
    /// Days it opened and closed.
    pub dates: [Option<chrono::NaiveDate>; 2],
    /// Its group of doubles.
    pub duplicate_group: Option<u32>,
    /// `main`, `on_square`, `off_island`, `island` or `no_street`.
    pub snap_status: &'a str,
    /// Metres to the street.
    pub snap_distance_m: Option<f64>,
    /// The OSM way it is reached from.
    pub way_id: Option<i64>,
    /// `used`, `no_street`, `closed` or `double`.
    pub status: &'a str,
}

/// The table `outlets`.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn outlets_table(rows: &[OutletRow<'_>]) -> Result<DataFrame> {
    let text = |name: &str, of: &dyn Fn(&OutletRow<'_>) -> Option<String>| {
        let mut column = StringChunkedBuilder::new(name.into(), rows.len());
        for row in rows {
            column.append_option(of(row));
        }
        column.finish().into_column()
    };
    let open = |name: &str, place: usize| {
        let values = rows.iter().map(|row| row.hours.map(|(_, open)| open[place]));
        Column::new(name.into(), values.collect::<Vec<Option<bool>>>())
    };
    let date = |place: usize| move |row: &OutletRow<'_>| row.dates[place].map(|day| day.to_string());
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), rows.len());
    for row in rows {
        geometry.append_option(row.at.map(point_wkb));
    }
    let owned = |text: &str| Some(text.to_owned());
    Ok(DataFrame::new_infer_height(vec![
        Column::new("outlet_id".into(), rows.iter().map(|row| row.outlet_id).collect::<Vec<_>>()),
        text("source", &|row| owned(row.source)),
        Column::new("row".into(), rows.iter().map(|row| row.row).collect::<Vec<_>>()),
        text("source_id", &|row| owned(row.source_id)),
        text("name", &|row| row.name.map(str::to_owned)),
        Column::new("lon".into(), rows.iter().map(|row| row.at.map(|at| at.lon)).collect::<Vec<_>>()),
        Column::new("lat".into(), rows.iter().map(|row| row.at.map(|at| at.lat)).collect::<Vec<_>>()),
        text("formats", &|row| owned(row.formats)),
        text("format_rule", &|row| owned(row.format_rule)),
        Column::new("multi_function".into(), rows.iter().map(|row| row.multi_function).collect::<Vec<_>>()),
        text("brand", &|row| row.brand.map(str::to_owned)),
        Column::new("floor_area_m2".into(), rows.iter().map(|row| row.floor_area_m2).collect::<Vec<_>>()),
        text("opening_hours", &|row| row.hours.map(|(hours, _)| hours.to_owned())),
        open("open_0700", 0),
        open("open_2300", 1),
        open("open_24h", 2),
        open("open_morning", 3),
        Column::new("mobile".into(), rows.iter().map(|row| row.mobile).collect::<Vec<_>>()),
        text("business_status", &|row| row.business_status.map(str::to_owned)),
        text("opened_on", &date(0)),
        text("closed_on", &date(1)),
        Column::new("duplicate_group".into(), rows.iter().map(|row| row.duplicate_group).collect::<Vec<_>>()),
        text("snap_status", &|row| owned(row.snap_status)),
        Column::new("snap_distance_m".into(), rows.iter().map(|row| row.snap_distance_m).collect::<Vec<_>>()),
        Column::new("way_id".into(), rows.iter().map(|row| row.way_id).collect::<Vec<_>>()),
        text("status", &|row| owned(row.status)),
        geometry.finish().into_column(),
    ])?)
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
    /// `main`, `on_square`, `off_island`, `island` or `no_street`.
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
    geometry: BinaryChunkedBuilder,
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
            geometry: BinaryChunkedBuilder::new("geometry".into(), rows),
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.lon.len()
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
        // A line of no length is none.
        let away = row.street.filter(|street| street.at != row.at);
        self.geometry.append_option(away.map(|street| line_wkb([row.at, street.at].into_iter())));
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
            self.geometry.finish().into_column(),
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
        let weight = Weight { en: String::new(), zh: String::new(), people: true };
        let shape = Shape::plain(weight);
        let at = LonLat { lon: 1.0, lat: 2.0 };
        let mut snaps = SnapsBatch::new(2);
        let street = SnapStreet { at, distance_m: 3.0, way_id: 4, side: "left", along_m: 5.0, component_points: 6 };
        snaps.push(&SnapRow { kind: "cell", id: "a", at, street: Some(street), status: "main" });
        snaps.push(&SnapRow { kind: "cell", id: "b", at, street: None, status: "no_street" });
        let snaps = snaps.finish()?;
        assert_eq!(snaps.schema().as_ref(), &Table::Snaps.schema(&shape));
        assert_eq!(snaps.column("way_id")?.i64()?.iter().collect::<Vec<_>>(), [Some(4), None]);
        assert_eq!(outlets_table(&[])?.schema().as_ref(), &Table::Outlets.schema(&shape));
        assert_eq!(rejected_table(&[])?.schema().as_ref(), &Table::Rejected.schema(&shape));
        Ok(())
    }
}
