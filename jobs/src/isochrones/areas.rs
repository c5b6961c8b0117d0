//! Areas as rows, each with its numbers.

use std::ops::Range;

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::LonLat;
use walkshed::isochrone::Shape;

use super::batches::{Drawer, Rows};
use super::inside::{Counted, Crowd};
use super::{Group, Question};
use crate::tables::isochrones::{box_with, shape_wkb};

/// What makes rows of areas.
pub(crate) struct Areas<'a, 'g> {
    pub drawer: &'a Drawer<'a, 'g>,
    pub question: &'a Question,
    pub crowd: &'a Crowd,
}

impl Areas<'_, '_> {
    /// The rows of a group from its areas and the lengths of its streets; nothing where it has no street.
    fn rows_of(&self, group: &Group, drawn: Option<(Vec<Shape>, Vec<f64>)>) -> Vec<AreaRow> {
        let mut drawn = drawn.map(|(areas, lengths)| areas.into_iter().zip(lengths));
        let row = |&minutes: &u32| AreaRow {
            id: group.id.clone(),
            at: group.at,
            minutes,
            status: group.status(),
            snap_status: group.snap_status(),
            snap_distance_m: group.snap_distance_m(),
            origins: group.origins.len() as u32,
            drawn: drawn.as_mut().and_then(Iterator::next).map(|(area, streets_m)| {
                let radius_m = self.question.speed.0 * 60.0 * f64::from(minutes);
                Drawn::new(&area, streets_m, radius_m, self.crowd)
            }),
        };
        self.question.minutes.iter().map(row).collect()
    }
}

/// One group within one budget.
pub(crate) struct AreaRow {
    id: String,
    at: Option<LonLat>,
    minutes: u32,
    status: &'static str,
    snap_status: Option<&'static str>,
    snap_distance_m: Option<f64>,
    origins: u32,
    drawn: Option<Drawn>,
}

struct Drawn {
    area_m2: f64,
    /// The area over that of a disc as wide as the walker gets in a straight line.
    ratio: f64,
    perimeter_m: f64,
    streets_m: f64,
    wkb: Vec<u8>,
    bounds: Option<[f64; 4]>,
    counted: Counted,
}

impl Rows for Areas<'_, '_> {
    type Row = AreaRow;
    const SHAPE: &'static str = "MultiPolygon";

    fn works(&self, groups: Range<usize>) -> Vec<Vec<usize>> {
        self.drawer.works(groups)
    }

    fn rows(&self, groups: &[usize]) -> Result<Vec<Vec<AreaRow>>> {
        let single = |group: &usize| self.drawer.groups[*group].origins.len() == 1;
        if groups.iter().all(single) {
            return self.drawer.reached_by_each(groups, |mut reached| {
                let areas = reached.areas_of_each()?;
                let rows = |(place, (&group, areas)): (usize, (&usize, Vec<Shape>))| {
                    let lengths = reached.lengths_of(place).map(|length| length.0).collect();
                    self.rows_of(&self.drawer.groups[group], Some((areas, lengths)))
                };
                Ok(groups.iter().zip(areas).enumerate().map(rows).collect())
            });
        }
        let rows = |&group: &usize| {
            self.drawer.reached(group, |group, reached| {
                let drawn = reached.map(|mut reached| {
                    let lengths = reached.lengths().map(|length| length.0).collect();
                    anyhow::Ok((reached.areas()?, lengths))
                });
                Ok(self.rows_of(group, drawn.transpose()?))
            })
        };
        groups.iter().map(rows).collect()
    }

    fn frame(&self, rows: Vec<AreaRow>) -> Result<(DataFrame, Option<[f64; 4]>)> {
        let count = rows.len();
        let text = |name: &str| StringChunkedBuilder::new(name.into(), count);
        let [mut id, mut status, mut snap_status, mut direction, mut model] =
            ["id", "status", "snap_status", "direction", "model"].map(text);
        let mut geometry = BinaryChunkedBuilder::new("geometry".into(), count);
        let mut bounds = None;
        for row in &rows {
            id.append_value(&row.id);
            status.append_value(row.status);
            snap_status.append_option(row.snap_status);
            direction.append_value(self.question.direction);
            model.append_value(&self.question.model);
            geometry.append_option(row.drawn.as_ref().map(|drawn| drawn.wkb.as_slice()));
            for [west, south, east, north] in row.drawn.iter().filter_map(|drawn| drawn.bounds) {
                let [w, s, e, n] = bounds.unwrap_or([west, south, east, north]);
                bounds = Some([west.min(w), south.min(s), east.max(e), north.max(n)]);
            }
        }
        let numbers = |name: &str, of: &dyn Fn(&AreaRow) -> Option<f64>| {
            Column::new(name.into(), rows.iter().map(of).collect::<Vec<Option<f64>>>())
        };
        let drawn = |name: &str, of: fn(&Drawn) -> f64| numbers(name, &|row| row.drawn.as_ref().map(of));
        let counts =
            |name: &str, of: fn(&AreaRow) -> u32| Column::new(name.into(), rows.iter().map(of).collect::<Vec<u32>>());
        let mut columns = vec![
            id.finish().into_column(),
            numbers("lon", &|row| row.at.map(|at| at.lon)),
            numbers("lat", &|row| row.at.map(|at| at.lat)),
            counts("minutes", |row| row.minutes),
            direction.finish().into_column(),
            status.finish().into_column(),
            drawn("area_m2", |drawn| drawn.area_m2),
            drawn("walkshed_ratio", |drawn| drawn.ratio),
            drawn("perimeter_m", |drawn| drawn.perimeter_m),
            drawn("streets_m", |drawn| drawn.streets_m),
            counts("origins", |row| row.origins),
            numbers("snap_distance_m", &|row| row.snap_distance_m),
            snap_status.finish().into_column(),
            model.finish().into_column(),
            numbers("speed_m_s", &|_| Some(self.question.speed.0)),
        ];
        for (place, name) in self.crowd.columns.iter().enumerate() {
            columns.push(numbers(name, &|row| row.drawn.as_ref().map(|drawn| drawn.counted.residents[place])));
        }
        for (place, name) in ["outlets", "formats"].iter().enumerate().filter(|_| self.crowd.has_outlets()) {
            let counted = |row: &AreaRow| Some(row.drawn.as_ref()?.counted.outlets?[place]);
            columns.push(Column::new((*name).into(), rows.iter().map(counted).collect::<Vec<Option<u32>>>()));
        }
        columns.push(geometry.finish().into_column());
        Ok((DataFrame::new_infer_height(columns)?, bounds))
    }
}

impl Drawn {
    fn new(area: &Shape, streets_m: f64, radius_m: f64, crowd: &Crowd) -> Self {
        let area_m2 = area.area_m2();
        let bounds = box_with(None, area.rings().flatten().map(|p| p.lon_lat()));
        let tenth = |number: f64| (number * 10.0).round() / 10.0;
        Self {
            area_m2: tenth(area_m2),
            ratio: (area_m2 / (std::f64::consts::PI * radius_m * radius_m) * 1e5).round() / 1e5,
            perimeter_m: tenth(area.perimeter().0),
            streets_m: tenth(streets_m),
            wkb: shape_wkb(area),
            bounds,
            counted: crowd.count(area, bounds),
        }
    }
}
