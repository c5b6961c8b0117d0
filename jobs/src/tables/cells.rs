//! Rows of the table `cells`.
//!
//! Comes in: one residence cell after another, with what the run found. Goes out: a batch for the writer, with the
//! centre and the outline that follow from the H3 index. Not here: how a cell was judged.

use anyhow::{Result, ensure};
use h3o::{CellIndex, LatLng};
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};

use super::geo::cell_wkb;

/// One row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellRow<'a> {
    /// The cell.
    pub cell: CellIndex,
    /// Its weight.
    pub residents: f64,
    /// Residents of each group, in the order of the groups of the run.
    pub groups: &'a [f64],
    /// Its zone.
    pub zone_id: Option<&'a str>,
    /// `main`, `on_square`, `off_island`, `island` or `no_street`.
    pub snap_status: &'a str,
    /// Metres to the street.
    pub snap_distance_m: Option<f64>,
    /// How many requirements are met.
    pub met: u32,
    /// How many are not.
    pub not_met: u32,
    /// How many cannot be judged.
    pub unknown: u32,
    /// How many there are.
    pub requirements: u32,
    /// Whether all are met; `None` when unknown ones decide it.
    pub all_met: Option<bool>,
    /// Ids of those not met, joined by `;`.
    pub missing: &'a str,
    /// How many circles of the standard it has; nothing for a standard without.
    pub circles_met: Option<u32>,
}

/// Rows of `cells`, column by column.
pub(crate) struct CellsBatch {
    h3: StringChunkedBuilder,
    h3_u64: Vec<u64>,
    lon: Vec<f64>,
    lat: Vec<f64>,
    residents: Vec<f64>,
    groups: Vec<(String, Vec<f64>)>,
    zone_id: StringChunkedBuilder,
    snap_status: StringChunkedBuilder,
    snap_distance_m: Vec<Option<f64>>,
    met: Vec<u32>,
    not_met: Vec<u32>,
    unknown: Vec<u32>,
    requirements: Vec<u32>,
    all_met: Vec<Option<bool>>,
    missing: StringChunkedBuilder,
    circles_met: Vec<Option<u32>>,
    by_point: Option<(Vec<u32>, [Vec<f64>; 2])>,
    geometry: BinaryChunkedBuilder,
}

impl CellsBatch {
    /// No rows yet; room for so many.
    pub(crate) fn new(groups: &[String], rows: usize) -> Self {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows);
        Self {
            h3: text("h3"),
            h3_u64: Vec::with_capacity(rows),
            lon: Vec::with_capacity(rows),
            lat: Vec::with_capacity(rows),
            residents: Vec::with_capacity(rows),
            groups: groups.iter().map(|group| (format!("residents_{group}"), Vec::with_capacity(rows))).collect(),
            zone_id: text("zone_id"),
            snap_status: text("snap_status"),
            snap_distance_m: Vec::with_capacity(rows),
            met: Vec::with_capacity(rows),
            not_met: Vec::with_capacity(rows),
            unknown: Vec::with_capacity(rows),
            requirements: Vec::with_capacity(rows),
            all_met: Vec::with_capacity(rows),
            missing: text("missing"),
            circles_met: Vec::with_capacity(rows),
            by_point: None,
            geometry: BinaryChunkedBuilder::new("geometry".into(), rows),
        }
    }

    /// The same for cells with several points; each row is then followed by [`CellsBatch::push_points`].
    pub(crate) fn by_point(mut self) -> Self {
        self.by_point = Some((Vec::new(), [Vec::new(), Vec::new()]));
        self
    }

    /// Adds to the row before its number of points, and the residents whose own point meets all, or lacks something.
    pub(crate) fn push_points(&mut self, points: u32, all_met: f64, some_missing: f64) {
        if let Some((counts, [met, missing])) = &mut self.by_point {
            counts.push(points);
            met.push(all_met);
            missing.push(some_missing);
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it has not one number for each group of the run.
    pub(crate) fn push(&mut self, row: &CellRow<'_>) -> Result<()> {
        ensure!(
            row.groups.len() == self.groups.len(),
            "cell {} has {} groups of residents, expected {}",
            row.cell,
            row.groups.len(),
            self.groups.len()
        );
        let centre = LatLng::from(row.cell);
        self.h3.append_value(row.cell.to_string());
        self.h3_u64.push(row.cell.into());
        self.lon.push(centre.lng());
        self.lat.push(centre.lat());
        self.residents.push(row.residents);
        for ((_, group), residents) in self.groups.iter_mut().zip(row.groups) {
            group.push(*residents);
        }
        self.zone_id.append_option(row.zone_id);
        self.snap_status.append_value(row.snap_status);
        self.snap_distance_m.push(row.snap_distance_m);
        self.met.push(row.met);
        self.not_met.push(row.not_met);
        self.unknown.push(row.unknown);
        self.requirements.push(row.requirements);
        self.all_met.push(row.all_met);
        self.missing.append_value(row.missing);
        self.circles_met.push(row.circles_met);
        self.geometry.append_value(cell_wkb(row.cell));
        Ok(())
    }

    /// The rows for the writer.
    ///
    /// # Errors
    /// When two groups have one name.
    pub(crate) fn finish(self) -> Result<DataFrame> {
        let mut columns = vec![
            self.h3.finish().into_column(),
            Column::new("h3_u64".into(), self.h3_u64),
            Column::new("lon".into(), self.lon),
            Column::new("lat".into(), self.lat),
            Column::new("residents".into(), self.residents),
        ];
        columns.extend(self.groups.into_iter().map(|(name, residents)| Column::new(name.into(), residents)));
        columns.extend([
            self.zone_id.finish().into_column(),
            self.snap_status.finish().into_column(),
            Column::new("snap_distance_m".into(), self.snap_distance_m),
            Column::new("met".into(), self.met),
            Column::new("not_met".into(), self.not_met),
            Column::new("unknown".into(), self.unknown),
            Column::new("requirements".into(), self.requirements),
            Column::new("all_met".into(), self.all_met),
            self.missing.finish().into_column(),
            Column::new("circles_met".into(), self.circles_met),
        ]);
        if let Some((points, [met, missing])) = self.by_point {
            columns.push(Column::new("points".into(), points));
            columns.push(Column::new("residents_all_met".into(), met));
            columns.push(Column::new("residents_some_missing".into(), missing));
        }
        columns.push(self.geometry.finish().into_column());
        Ok(DataFrame::new_infer_height(columns)?)
    }
}
