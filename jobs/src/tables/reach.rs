//! Rows of the tables `access` and `gaps`: what each cell reaches.
//!
//! Comes in: one cell and format, or cell and requirement, after another. Goes out: batches for the writer. Not here:
//! searching and judging. The cell is given as text, because it is written once for each of its rows.

use anyhow::{Result, ensure};
use polars::prelude::{Column, DataFrame, IntoColumn as _, StringChunkedBuilder};

/// One row of `access`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessRow<'a> {
    /// The cell's H3 index.
    pub h3: &'a str,
    /// The format's id.
    pub format: &'a str,
    /// `reachable`, `beyond_budget`, `no_outlet`, `format_not_in_registry` or `no_street`.
    pub status: &'a str,
    /// Seconds to the nearest outlet and its source id.
    pub nearest: Option<(f64, &'a str)>,
    /// Outlets within each tier of the run; `None` when unknown.
    pub within: Option<&'a [u32]>,
}

/// Rows of `access`, column by column.
pub(crate) struct AccessBatch {
    h3: StringChunkedBuilder,
    format: StringChunkedBuilder,
    status: StringChunkedBuilder,
    nearest_s: Vec<Option<f64>>,
    nearest_id: StringChunkedBuilder,
    within: Vec<(String, Vec<Option<u32>>)>,
    by_point: Option<AccessByPoint>,
}

/// What a row of `access` says besides where a cell has several points.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccessPoints<'a> {
    /// Seconds from the nearest point.
    pub min: Option<f64>,
    /// Mean over the residents.
    pub mean: Option<f64>,
    /// Seconds from the farthest point.
    pub max: Option<f64>,
    /// Residents whose own point has an outlet within each tier, and those whose point has no street; `None` when unknown.
    pub residents: Option<(&'a [f64], f64)>,
}

/// The columns of [`AccessPoints`].
struct AccessByPoint {
    times: [(&'static str, Vec<Option<f64>>); 3],
    within: Vec<(String, Vec<Option<f64>>)>,
    no_street: Vec<Option<f64>>,
}

impl AccessBatch {
    /// No rows yet; room for so many.
    pub(crate) fn new(minutes: &[u32], rows: usize) -> Self {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows);
        Self {
            h3: text("h3"),
            format: text("format"),
            status: text("status"),
            nearest_s: Vec::with_capacity(rows),
            nearest_id: text("nearest_id"),
            within: minutes.iter().map(|minutes| (format!("n_{minutes}"), Vec::with_capacity(rows))).collect(),
            by_point: None,
        }
    }

    /// The same for cells with several points; each row is then followed by [`AccessBatch::push_points`].
    pub(crate) fn by_point(mut self, minutes: &[u32]) -> Self {
        let times = ["nearest_min_s", "nearest_mean_s", "nearest_max_s"].map(|name| (name, Vec::new()));
        let within = minutes.iter().map(|minutes| (format!("residents_{minutes}"), Vec::new())).collect();
        self.by_point = Some(AccessByPoint { times, within, no_street: Vec::new() });
        self
    }

    /// Adds what the row before says of several points.
    pub(crate) fn push_points(&mut self, row: &AccessPoints<'_>) {
        let Some(columns) = &mut self.by_point else { return };
        for ((_, column), time) in columns.times.iter_mut().zip([row.min, row.mean, row.max]) {
            column.push(time);
        }
        for (tier, (_, column)) in columns.within.iter_mut().enumerate() {
            column.push(row.residents.and_then(|(within, _)| within.get(tier).copied()));
        }
        columns.no_street.push(row.residents.map(|(_, no_street)| no_street));
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it has not one count for each tier of the run.
    pub(crate) fn push(&mut self, row: &AccessRow<'_>) -> Result<()> {
        let counts = row.within.unwrap_or_default();
        ensure!(
            row.within.is_none() || counts.len() == self.within.len(),
            "cell {} has counts for {} tiers of {}, expected {}",
            row.h3,
            counts.len(),
            row.format,
            self.within.len()
        );
        self.h3.append_value(row.h3);
        self.format.append_value(row.format);
        self.status.append_value(row.status);
        self.nearest_s.push(row.nearest.map(|(seconds, _)| seconds));
        self.nearest_id.append_option(row.nearest.map(|(_, id)| id));
        for (tier, (_, within)) in self.within.iter_mut().enumerate() {
            within.push(counts.get(tier).copied());
        }
        Ok(())
    }

    /// The rows for the writer.
    ///
    /// # Errors
    /// When two tiers are the same.
    pub(crate) fn finish(self) -> Result<DataFrame> {
        let mut columns = vec![
            self.h3.finish().into_column(),
            self.format.finish().into_column(),
            self.status.finish().into_column(),
            Column::new("nearest_s".into(), self.nearest_s),
            self.nearest_id.finish().into_column(),
        ];
        columns.extend(self.within.into_iter().map(|(name, within)| Column::new(name.into(), within)));
        if let Some(by_point) = self.by_point {
            columns.extend(by_point.times.into_iter().map(|(name, times)| Column::new(name.into(), times)));
            columns.extend(by_point.within.into_iter().map(|(name, within)| Column::new(name.into(), within)));
            columns.push(Column::new("residents_no_street".into(), by_point.no_street));
        }
        Ok(DataFrame::new_infer_height(columns)?)
    }
}

/// The columns of residents by how sure it is what they have, in `gaps` of several points as in `zones`.
pub(super) const SURELY: [&str; 3] =
    ["residents_met_surely", "residents_depending_on_gates", "residents_not_met_surely"];

/// One row of `gaps`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GapRow<'a> {
    /// The cell's H3 index.
    pub h3: &'a str,
    /// The requirement's id.
    pub requirement: &'a str,
    /// The requirement's class.
    pub class: &'a str,
    /// The requirement's minutes, where it is a time.
    pub minutes: Option<u32>,
    /// The requirement's metres, where it is a distance.
    pub distance_m: Option<u32>,
    /// `met`, `not_met`, `unknown` or `no_street`.
    pub status: &'a str,
    /// Why it is not met.
    pub reason: Option<&'a str>,
    /// Seconds to the nearest outlet that counts, where the walk is a time.
    pub nearest_s: Option<f64>,
    /// Metres to it along the streets, where they are known.
    pub nearest_m: Option<f64>,
    /// Its source id.
    pub nearest_id: Option<&'a str>,
    /// Metres to the outlet that is nearest in a straight line.
    pub straight_m: Option<f64>,
    /// Outlets that count within the minutes; `None` when unknown.
    pub within: Option<u32>,
    /// Whether the status holds however gates are taken; `None` when that was not asked.
    pub certainty: Option<&'a str>,
    /// The OSM node of the gate in the way.
    pub gate_node: Option<i64>,
}

/// Rows of `gaps`, column by column.
pub(crate) struct GapsBatch {
    h3: StringChunkedBuilder,
    requirement: StringChunkedBuilder,
    class: StringChunkedBuilder,
    minutes: Vec<Option<u32>>,
    distance_m: Vec<Option<u32>>,
    status: StringChunkedBuilder,
    reason: StringChunkedBuilder,
    nearest_s: Vec<Option<f64>>,
    nearest_m: Vec<Option<f64>>,
    straight_m: Vec<Option<f64>>,
    nearest_id: StringChunkedBuilder,
    within: Vec<Option<u32>>,
    certainty: StringChunkedBuilder,
    gate_node: Vec<Option<i64>>,
    by_point: Option<GapsByPoint>,
}

/// What rows of `gaps` say besides where a cell has several points.
#[derive(Default)]
struct GapsByPoint {
    /// Residents whose own point meets it, and those whose own has no street.
    met: Vec<f64>,
    no_street: Vec<f64>,
    /// Residents who have it surely, depending on gates, and surely not.
    by_certainty: [Vec<Option<f64>>; 3],
}

impl GapsBatch {
    /// No rows yet; room for so many.
    pub(crate) fn new(rows: usize) -> Self {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows);
        Self {
            h3: text("h3"),
            requirement: text("requirement"),
            class: text("class"),
            minutes: Vec::with_capacity(rows),
            distance_m: Vec::with_capacity(rows),
            status: text("status"),
            reason: text("reason"),
            nearest_s: Vec::with_capacity(rows),
            nearest_m: Vec::with_capacity(rows),
            straight_m: Vec::with_capacity(rows),
            nearest_id: text("nearest_id"),
            within: Vec::with_capacity(rows),
            certainty: text("certainty"),
            gate_node: Vec::with_capacity(rows),
            by_point: None,
        }
    }

    /// The same for cells with several points; each row is then followed by [`GapsBatch::push_points`].
    pub(crate) fn by_point(mut self) -> Self {
        self.by_point = Some(GapsByPoint::default());
        self
    }

    /// Adds residents to the row before: those whose own point meets it, those whose own has no street, and, where all
    /// views of gates were taken, those who have it surely, depending on gates, and surely not.
    pub(crate) fn push_points(&mut self, met: f64, no_street: f64, by_certainty: Option<[f64; 3]>) {
        if let Some(columns) = &mut self.by_point {
            columns.met.push(met);
            columns.no_street.push(no_street);
            for (place, column) in columns.by_certainty.iter_mut().enumerate() {
                column.push(by_certainty.map(|residents| residents[place]));
            }
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: &GapRow<'_>) {
        self.h3.append_value(row.h3);
        self.requirement.append_value(row.requirement);
        self.class.append_value(row.class);
        self.minutes.push(row.minutes);
        self.distance_m.push(row.distance_m);
        self.status.append_value(row.status);
        self.reason.append_option(row.reason);
        self.nearest_s.push(row.nearest_s);
        self.nearest_m.push(row.nearest_m);
        self.nearest_id.append_option(row.nearest_id);
        self.straight_m.push(row.straight_m);
        self.within.push(row.within);
        self.certainty.append_option(row.certainty);
        self.gate_node.push(row.gate_node);
    }

    /// The rows for the writer.
    ///
    /// # Errors
    /// None in practice; polars checks that the columns have one length.
    pub(crate) fn finish(self) -> Result<DataFrame> {
        let mut columns = vec![
            self.h3.finish().into_column(),
            self.requirement.finish().into_column(),
            self.class.finish().into_column(),
            Column::new("minutes".into(), self.minutes),
            Column::new("distance_m".into(), self.distance_m),
            self.status.finish().into_column(),
            self.reason.finish().into_column(),
            Column::new("nearest_s".into(), self.nearest_s),
            Column::new("nearest_m".into(), self.nearest_m),
            self.nearest_id.finish().into_column(),
            Column::new("straight_m".into(), self.straight_m),
            Column::new("within".into(), self.within),
            self.certainty.finish().into_column(),
            Column::new("gate_node".into(), self.gate_node),
        ];
        if let Some(by_point) = self.by_point {
            columns.push(Column::new("residents_met".into(), by_point.met));
            columns.push(Column::new("residents_no_street".into(), by_point.no_street));
            let by_certainty = SURELY.into_iter().zip(by_point.by_certainty);
            columns.extend(by_certainty.map(|(name, residents)| Column::new(name.into(), residents)));
        }
        Ok(DataFrame::new_infer_height(columns)?)
    }
}
