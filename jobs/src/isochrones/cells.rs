//! Reached H3 cells as rows: those that a reached piece of street enters, with the earliest time of a walk into each.
//!
//! Streets are looked at every two metres, so a cell of which a street cuts off less than that is not seen. A cell with
//! the origin in it counts from the time at which the street is come to.

use std::ops::Range;

use anyhow::Result;
use h3o::{CellIndex, LatLng, Resolution};
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use rustc_hash::FxHashMap;
use walkshed::LonLat;
use walkshed::isochrone::Piece;

use super::Question;
use super::batches::{Drawer, Rows};
use crate::tables::geo::cell_wkb;
use crate::tables::isochrones::box_with;

/// How far apart streets are looked at, in metres.
const STEP_M: f64 = 2.0;

/// What makes rows of cells.
pub(crate) struct Cells<'a, 'g> {
    pub drawer: &'a Drawer<'a, 'g>,
    pub question: &'a Question,
    pub resolution: Resolution,
}

/// A cell that a group reaches; no cell where it has no street.
pub(crate) struct CellRow {
    id: String,
    status: &'static str,
    cell: Option<(CellIndex, f64)>,
}

impl Cells<'_, '_> {
    /// The rows of one group.
    fn rows_of(&self, group: usize) -> Result<Vec<CellRow>> {
        self.drawer.reached(group, |group, reached| {
            let row = |cell| CellRow { id: group.id.clone(), status: group.status(), cell };
            let mut first: FxHashMap<CellIndex, f64> = FxHashMap::default();
            for piece in reached.map(|reached| reached.pieces()).unwrap_or_default() {
                along(&piece, |at, seconds| {
                    // A position of the graph is on Earth.
                    if let Ok(at) = LatLng::new(at.lat, at.lon) {
                        let known = first.entry(at.to_cell(self.resolution)).or_insert(seconds);
                        *known = known.min(seconds);
                    }
                });
            }
            if first.is_empty() {
                return Ok(vec![row(None)]);
            }
            let mut cells: Vec<(CellIndex, f64)> = first.into_iter().collect();
            cells.sort_unstable_by_key(|cell| cell.0);
            Ok(cells.into_iter().map(|cell| row(Some(cell))).collect())
        })
    }
}

impl Rows for Cells<'_, '_> {
    type Row = CellRow;
    const SHAPE: &'static str = "Polygon";

    fn works(&self, groups: Range<usize>) -> Vec<Vec<usize>> {
        self.drawer.works(groups)
    }

    fn rows(&self, groups: &[usize]) -> Result<Vec<Vec<CellRow>>> {
        groups.iter().map(|&group| self.rows_of(group)).collect()
    }

    fn frame(&self, rows: Vec<CellRow>) -> Result<(DataFrame, Option<[f64; 4]>)> {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows.len());
        let [mut id, mut status, mut direction, mut h3] = ["id", "status", "direction", "h3"].map(text);
        let mut geometry = BinaryChunkedBuilder::new("geometry".into(), rows.len());
        let mut bounds = None;
        for row in &rows {
            id.append_value(&row.id);
            status.append_value(row.status);
            direction.append_value(self.question.direction);
            h3.append_option(row.cell.map(|(cell, _)| cell.to_string()));
            geometry.append_option(row.cell.map(|(cell, _)| cell_wkb(cell)));
            let corners = row.cell.iter().flat_map(|(cell, _)| cell.boundary().to_vec());
            bounds = box_with(bounds, corners.map(|corner| LonLat { lon: corner.lng(), lat: corner.lat() }));
        }
        let minutes = |seconds: f64| {
            let within = |&&minutes: &&u32| seconds <= f64::from(minutes) * 60.0;
            self.question.minutes.iter().find(within).copied()
        };
        let h3_u64: Vec<Option<u64>> = rows.iter().map(|row| row.cell.map(|cell| u64::from(cell.0))).collect();
        let within: Vec<Option<u32>> = rows.iter().map(|row| row.cell.and_then(|cell| minutes(cell.1))).collect();
        let times: Vec<Option<f64>> = rows.iter().map(|row| row.cell.map(|cell| cell.1)).collect();
        let table = DataFrame::new_infer_height(vec![
            id.finish().into_column(),
            h3.finish().into_column(),
            Column::new("h3_u64".into(), h3_u64),
            Column::new("minutes".into(), within),
            Column::new("time_s".into(), times),
            direction.finish().into_column(),
            status.finish().into_column(),
            geometry.finish().into_column(),
        ])?;
        Ok((table, bounds))
    }
}

/// Places along a piece, with their times in seconds to a tick.
fn along(piece: &Piece, mut each: impl FnMut(LonLat, f64)) {
    let [first, last] = piece.times.map(walkshed::Ticks::as_seconds);
    let mut gone = 0.0;
    for pair in piece.points.windows(2) {
        let length = pair[0].distance_to(pair[1]).0;
        let steps = (length / STEP_M).ceil().max(1.0) as u32;
        for step in 0..=steps {
            let share = f64::from(step) / f64::from(steps);
            let mix = |from: f64, to: f64| from + (to - from) * share;
            let at = LonLat { lon: mix(pair[0].lon, pair[1].lon), lat: mix(pair[0].lat, pair[1].lat) };
            // Times are taken to grow evenly along a piece; with costs by place that is off by what one of them costs.
            let part = ((gone + length * share) / piece.length.0.max(1e-9)).min(1.0);
            each(at, ((first + (last - first) * part) * 64.0).round() / 64.0);
        }
        gone += length;
    }
}
