//! Rows of the tables of `walkshed validate`.
//!
//! Comes in: models against observations. Goes out: `validation`, `validation_bins`, `validation_calibration`,
//! `validation_pairs`. Not here: errors and fits.

use anyhow::Result;
use polars::prelude::{Column, DataFrame};

use super::residents_sum::texts;
use crate::validation::pairs::Observed;
use crate::validation::stats::Errors;
use crate::validation::told::worst;
use crate::validation::{Validated, Walked};

fn numbers<T>(name: &str, rows: &[T], of: impl Fn(&T) -> Option<f64>) -> Column {
    Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>())
}

fn frame(columns: Vec<Column>) -> Result<DataFrame> {
    Ok(DataFrame::new(columns[0].len(), columns)?)
}

/// The columns of some errors.
fn errors<T>(rows: &[T], of: impl Fn(&T) -> Option<Errors>) -> Vec<Column> {
    let number = |name: &str, value: &dyn Fn(Errors) -> Option<f64>| numbers(name, rows, |row| value(of(row)?));
    vec![
        Column::new("n".into(), rows.iter().map(|row| of(row).map_or(0, |e| e.n as u32)).collect::<Vec<_>>()),
        number("bias_s", &|e| Some(e.bias)),
        number("mae_s", &|e| Some(e.mae)),
        number("rmse_s", &|e| Some(e.rmse)),
        number("relative", &|e| Some(e.relative)),
        number("ratio", &|e| Some(e.ratio)),
        number("q05_s", &|e| Some(e.quantiles[0])),
        number("q25_s", &|e| Some(e.quantiles[1])),
        number("q50_s", &|e| Some(e.quantiles[2])),
        number("q75_s", &|e| Some(e.quantiles[3])),
        number("q95_s", &|e| Some(e.quantiles[4])),
        number("rank_correlation", &|e| e.rank_correlation),
    ]
}

/// One row for each model.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn models(found: &[Validated]) -> Result<DataFrame> {
    let mut columns = vec![
        texts("model", found.iter().map(|model| Some(&model.id))),
        texts("fingerprint", found.iter().map(|model| Some(&model.fingerprint))),
    ];
    columns.extend(errors(found, |model| model.errors));
    frame(columns)
}

/// One row for each model and bin.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn bins(found: &[Validated]) -> Result<DataFrame> {
    let rows: Vec<_> = found.iter().flat_map(|model| model.bins.iter().map(move |bin| (model, bin))).collect();
    let mut columns = vec![
        texts("model", rows.iter().map(|row| Some(&row.0.id))),
        texts("by", rows.iter().map(|row| Some(row.1.by))),
        texts("bin", rows.iter().map(|row| Some(row.1.group))),
    ];
    columns.extend(errors(&rows, |row| Some(row.1.errors)));
    frame(columns)
}

/// One row for each model and parameter.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn calibration(found: &[Validated]) -> Result<DataFrame> {
    let of = |model: &Validated| {
        let fit = model.calibration;
        [("speed", model.speed, fit.speed), ("slopes", 1.0, fit.slopes), ("waits", 1.0, fit.waits)]
    };
    let rows: Vec<_> = found.iter().flat_map(|model| of(model).map(|parameter| (model, parameter))).collect();
    frame(vec![
        texts("model", rows.iter().map(|row| Some(&row.0.id))),
        texts("fingerprint", rows.iter().map(|row| Some(&row.0.fingerprint))),
        texts("parameter", rows.iter().map(|row| Some(row.1.0))),
        numbers("model_value", &rows, |row| Some(row.1.1)),
        numbers("estimate", &rows, |row| Some(row.1.2?.estimate)),
        numbers("low", &rows, |row| Some(row.1.2?.interval?[0])),
        numbers("high", &rows, |row| Some(row.1.2?.interval?[1])),
    ])
}

/// One row for each observed walk, under one model.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn pairs(model: &Validated, observed: &Observed) -> Result<DataFrame> {
    let mut place: Vec<Option<u32>> = vec![None; observed.pairs.len()];
    for (number, pair) in (1..).zip(worst(model, observed)) {
        place[pair] = Some(number);
    }
    let (rows, predicted) = (&observed.pairs, &model.predicted);
    let walk = |name: &str, of: &dyn Fn(Walked) -> Option<f64>| {
        numbers(name, predicted, |predicted| predicted.walk.and_then(of))
    };
    let error = predicted.iter().zip(rows).map(|(p, pair)| Some(p.walk?.seconds - pair.observed));
    frame(vec![
        texts("model", rows.iter().map(|_| Some(&model.id))),
        texts("from_id", rows.iter().map(|pair| Some(&pair.from_id))),
        texts("to_id", rows.iter().map(|pair| Some(&pair.to_id))),
        numbers("from_lon", rows, |pair| Some(pair.from.lon)),
        numbers("from_lat", rows, |pair| Some(pair.from.lat)),
        numbers("to_lon", rows, |pair| Some(pair.to.lon)),
        numbers("to_lat", rows, |pair| Some(pair.to.lat)),
        texts("status", predicted.iter().map(|predicted| Some(predicted.status))),
        numbers("observed_s", rows, |pair| Some(pair.observed)),
        walk("predicted_s", &|walk| Some(walk.seconds)),
        Column::new("error_s".into(), error.collect::<Vec<Option<f64>>>()),
        Column::new("worst".into(), place),
        walk("distance_m", &|walk| Some(walk.metres)),
        walk("up_m", &|walk| Some(walk.climbs?[0])),
        walk("down_m", &|walk| Some(walk.climbs?[1])),
        walk("level_s", &|walk| Some(walk.parts.level)),
        walk("slopes_s", &|walk| Some(walk.parts.slopes)),
        walk("waits_s", &|walk| Some(walk.parts.waits)),
    ])
}
