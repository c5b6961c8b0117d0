//! Reached streets as rows: pieces with the time at both ends.

use std::ops::Range;

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::isochrone::Piece;

use super::Question;
use super::batches::{Drawer, Rows};
use crate::tables::geo::line_wkb;
use crate::tables::isochrones::box_with;

/// What makes rows of lines.
pub(crate) struct Lines<'a, 'g> {
    pub drawer: &'a Drawer<'a, 'g>,
    pub question: &'a Question,
}

/// A piece of street that a group reaches; no piece where it has no street.
pub(crate) struct LineRow {
    id: String,
    status: &'static str,
    piece: Option<Piece>,
}

impl Lines<'_, '_> {
    /// The rows of one group.
    fn rows_of(&self, group: usize) -> Result<Vec<LineRow>> {
        self.drawer.reached(group, |group, reached| {
            let row = |piece| LineRow { id: group.id.clone(), status: group.status(), piece };
            let pieces = reached.map(|reached| reached.pieces()).unwrap_or_default();
            if pieces.is_empty() {
                return Ok(vec![row(None)]);
            }
            Ok(pieces.into_iter().map(|piece| row(Some(piece))).collect())
        })
    }
}

impl Rows for Lines<'_, '_> {
    type Row = LineRow;
    const SHAPE: &'static str = "LineString";

    fn works(&self, groups: Range<usize>) -> Vec<Vec<usize>> {
        self.drawer.works(groups)
    }

    fn rows(&self, groups: &[usize]) -> Result<Vec<Vec<LineRow>>> {
        groups.iter().map(|&group| self.rows_of(group)).collect()
    }

    fn frame(&self, rows: Vec<LineRow>) -> Result<(DataFrame, Option<[f64; 4]>)> {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows.len());
        let [mut id, mut status, mut direction] = ["id", "status", "direction"].map(text);
        let mut geometry = BinaryChunkedBuilder::new("geometry".into(), rows.len());
        let mut bounds = None;
        for row in &rows {
            id.append_value(&row.id);
            status.append_value(row.status);
            direction.append_value(self.question.direction);
            geometry.append_option(row.piece.as_ref().map(|piece| line_wkb(piece.points.iter().copied())));
            bounds = box_with(bounds, row.piece.iter().flat_map(|piece| &piece.points).copied());
        }
        let numbers = |name: &str, of: fn(&Piece) -> f64| {
            let numbers: Vec<Option<f64>> = rows.iter().map(|row| row.piece.as_ref().map(of)).collect();
            Column::new(name.into(), numbers)
        };
        let counts = |name: &str, of: &dyn Fn(&Piece) -> u32| {
            let counts: Vec<Option<u32>> = rows.iter().map(|row| row.piece.as_ref().map(of)).collect();
            Column::new(name.into(), counts)
        };
        let table = DataFrame::new_infer_height(vec![
            id.finish().into_column(),
            counts("minutes", &|piece| self.question.minutes[piece.budget]),
            direction.finish().into_column(),
            status.finish().into_column(),
            counts("link", &|piece| piece.link.get()),
            numbers("first_time_s", |piece| piece.times[0].as_seconds()),
            numbers("last_time_s", |piece| piece.times[1].as_seconds()),
            numbers("length_m", |piece| (piece.length.0 * 1e3).round() / 1e3),
            geometry.finish().into_column(),
        ])?;
        Ok((table, bounds))
    }
}
