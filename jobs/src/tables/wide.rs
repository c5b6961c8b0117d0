//! Rows of the table `wide`: one for each cell, with a column for each requirement and each format.
//!
//! Comes in: one residence cell after another, with its statuses and walks. Goes out: a batch for the writer. Not here: judging.
//! The same as in the long tables `gaps` and `access`, for programs that join by cell.

use anyhow::Result;
use h3o::CellIndex;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};

use super::geo::cell_wkb;

/// Rows of `wide`, column by column.
pub(crate) struct WideBatch {
    h3: StringChunkedBuilder,
    residents: Vec<f64>,
    zone_id: StringChunkedBuilder,
    statuses: Vec<StringChunkedBuilder>,
    nearest: Vec<(String, Vec<Option<f64>>)>,
    geometry: BinaryChunkedBuilder,
}

impl WideBatch {
    /// No rows yet; `wide` has the ids of the requirements and of the formats.
    pub(crate) fn new([requirements, formats]: &[Vec<String>; 2], rows: usize) -> Self {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows);
        Self {
            h3: text("h3"),
            residents: Vec::with_capacity(rows),
            zone_id: text("zone_id"),
            statuses: requirements.iter().map(|id| text(&format!("status_{id}"))).collect(),
            nearest: formats.iter().map(|id| (format!("nearest_s_{id}"), Vec::with_capacity(rows))).collect(),
            geometry: BinaryChunkedBuilder::new("geometry".into(), rows),
        }
    }

    /// Adds a cell with the status of each requirement and the walk to each format, in their orders.
    pub(crate) fn push<'s>(
        &mut self,
        (cell, residents, zone_id): (CellIndex, f64, Option<&str>),
        statuses: impl Iterator<Item = &'s str>,
        nearest: impl Iterator<Item = Option<f64>>,
    ) {
        self.h3.append_value(cell.to_string());
        self.residents.push(residents);
        self.zone_id.append_option(zone_id);
        self.statuses.iter_mut().zip(statuses).for_each(|(column, status)| column.append_value(status));
        self.nearest.iter_mut().zip(nearest).for_each(|((_, column), seconds)| column.push(seconds));
        self.geometry.append_value(cell_wkb(cell));
    }

    /// The rows for the writer.
    ///
    /// # Errors
    /// None in practice; polars checks that the columns have one length.
    pub(crate) fn finish(self) -> Result<DataFrame> {
        let mut columns = vec![
            self.h3.finish().into_column(),
            Column::new("residents".into(), self.residents),
            self.zone_id.finish().into_column(),
        ];
        columns.extend(self.statuses.into_iter().map(|column| column.finish().into_column()));
        columns.extend(self.nearest.into_iter().map(|(name, seconds)| Column::new(name.into(), seconds)));
        columns.push(self.geometry.finish().into_column());
        Ok(DataFrame::new_infer_height(columns)?)
    }
}
