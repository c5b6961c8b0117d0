//! What has changed between two maps: the ground that an origin gains and loses within each budget, as rows.

use std::ops::Range;

use anyhow::Result;
use geo::{Area as _, MapCoords as _, MultiPolygon};
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::isochrone::Shape;
use walkshed::{LocalPlane, LonLat};

use super::batches::{Drawer, Rows};
use super::{Group, Question};
use crate::tables::geo::area_wkb;
use crate::tables::isochrones::box_with;

/// What makes rows of changes: the same groups on two graphs.
pub(crate) struct Changes<'a, 'g> {
    pub question: &'a Question,
    pub before: &'a Drawer<'a, 'g>,
    pub after: &'a Drawer<'a, 'g>,
}

/// What one group gains or loses within one budget.
pub(crate) struct ChangeRow {
    id: String,
    minutes: u32,
    change: &'static str,
    statuses: [&'static str; 2],
    areas_m2: [f64; 2],
    changed: MultiPolygon<f64>,
    changed_m2: f64,
}

impl Changes<'_, '_> {
    /// The rows of one group.
    fn rows_of(&self, group: usize) -> Result<Vec<ChangeRow>> {
        let draw = |drawer: &Drawer<'_, '_>| {
            drawer.reached(group, |group, reached| {
                let areas = reached.map(|mut reached| reached.areas()).transpose()?;
                let none = || vec![Shape::default(); self.question.minutes.len()];
                Ok((group.status(), areas.unwrap_or_else(none)))
            })
        };
        let ((status_before, before), (status_after, after)) = (draw(self.before)?, draw(self.after)?);
        let group: &Group = &self.after.groups[group];
        let mut rows = Vec::new();
        for ((&minutes, before), after) in self.question.minutes.iter().zip(&before).zip(&after) {
            for (change, changed) in [("gained", after.minus(before)), ("lost", before.minus(after))] {
                rows.push(ChangeRow {
                    id: group.id.clone(),
                    minutes,
                    change,
                    statuses: [status_before, status_after],
                    areas_m2: [before.area_m2(), after.area_m2()],
                    changed_m2: area_m2(&changed),
                    changed,
                });
            }
        }
        Ok(rows)
    }
}

impl Rows for Changes<'_, '_> {
    type Row = ChangeRow;
    const SHAPE: &'static str = "MultiPolygon";

    fn works(&self, groups: Range<usize>) -> Vec<Vec<usize>> {
        self.after.works(groups)
    }

    fn rows(&self, groups: &[usize]) -> Result<Vec<Vec<ChangeRow>>> {
        groups.iter().map(|&group| self.rows_of(group)).collect()
    }

    fn frame(&self, rows: Vec<ChangeRow>) -> Result<(DataFrame, Option<[f64; 4]>)> {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows.len());
        let [mut id, mut direction, mut change] = ["id", "direction", "change"].map(text);
        let mut statuses = ["status_before", "status_after"].map(text);
        let mut geometry = BinaryChunkedBuilder::new("geometry".into(), rows.len());
        let mut bounds = None;
        for row in &rows {
            id.append_value(&row.id);
            direction.append_value(self.question.direction);
            change.append_value(row.change);
            for (column, status) in statuses.iter_mut().zip(row.statuses) {
                column.append_value(status);
            }
            geometry.append_option((!row.changed.0.is_empty()).then(|| area_wkb(&row.changed)));
            let corners = row.changed.0.iter().flat_map(|polygon| polygon.exterior().0.iter());
            bounds = box_with(bounds, corners.map(|corner| LonLat { lon: corner.x, lat: corner.y }));
        }
        let numbers = |name: &str, of: fn(&ChangeRow) -> f64| {
            let tenth = |number: f64| (number * 10.0).round() / 10.0;
            Column::new(name.into(), rows.iter().map(|row| tenth(of(row))).collect::<Vec<f64>>())
        };
        let minutes: Vec<u32> = rows.iter().map(|row| row.minutes).collect();
        let [before, after] = statuses;
        let table = DataFrame::new_infer_height(vec![
            id.finish().into_column(),
            Column::new("minutes".into(), minutes),
            direction.finish().into_column(),
            change.finish().into_column(),
            before.finish().into_column(),
            after.finish().into_column(),
            numbers("area_before_m2", |row| row.areas_m2[0]),
            numbers("area_after_m2", |row| row.areas_m2[1]),
            numbers("area_m2", |row| row.changed_m2),
            geometry.finish().into_column(),
        ])?;
        Ok((table, bounds))
    }
}

/// The area of polygons in degrees, on a plane that touches the Earth at the first corner.
fn area_m2(polygons: &MultiPolygon<f64>) -> f64 {
    let Some(corner) = polygons.0.first().and_then(|polygon| polygon.exterior().0.first()) else { return 0.0 };
    let plane = LocalPlane::at(LonLat { lon: corner.x, lat: corner.y });
    let flat = polygons.map_coords(|corner| {
        let [x, y] = plane.project(LonLat { lon: corner.x, lat: corner.y });
        geo::Coord { x, y }
    });
    flat.unsigned_area()
}
