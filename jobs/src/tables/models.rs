//! Rows of the tables of `walkshed models compare`.
//!
//! Comes in: a city under several models. Goes out: `model_coverage`, `model_cells`, `model_agreement`,
//! `model_conclusions`, `straight_formats`. Not here: searching and voting.

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _};
use walkshed::coverage::Tally;

use super::geo::cell_wkb;
use super::residents_sum::texts;
use crate::agreement::{Agreement, Kind, Under, Votes};
use crate::run::inputs::Inputs;

fn numbers<T>(name: &str, rows: &[T], of: impl Fn(&T) -> Option<f64>) -> Column {
    Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>())
}

fn counts<T>(name: &str, rows: &[T], of: impl Fn(&T) -> u32) -> Column {
    Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>())
}

fn frame(columns: Vec<Column>) -> Result<DataFrame> {
    Ok(DataFrame::new(columns[0].len(), columns)?)
}

/// Coverage under each assumption: a row for each of them and each requirement, and one for all requirements together.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn coverage(found: &Agreement, inputs: &Inputs) -> Result<DataFrame> {
    let requirements = &inputs.standard.standard.requirements;
    let row = |under| (0..=requirements.len()).map(move |requirement| (under, requirement));
    let rows: Vec<(&Under, usize)> = found.under.iter().flat_map(row).collect();
    let tally = |under: &Under, requirement: usize| *under.tallies.get(requirement).unwrap_or(&under.all);
    let of = |(under, requirement): &(&Under, usize)| tally(under, *requirement);
    let named = |(_, requirement): &(&Under, usize)| requirements.get(*requirement);
    let change = |(under, requirement): &(&Under, usize)| {
        Some(tally(under, *requirement).share_met()? - tally(&found.under[0], *requirement).share_met()?)
    };
    frame(vec![
        texts("model", rows.iter().map(|row| Some(&row.0.name))),
        texts("kind", rows.iter().map(|row| Some(row.0.kind.code()))),
        texts("fingerprint", rows.iter().map(|row| Some(&row.0.fingerprint))),
        numbers("speed_m_per_s", &rows, |row| Some(row.0.speed)),
        texts("requirement", rows.iter().map(|row| Some(named(row).map_or("*", |r| &*r.id)))),
        texts("requirement_zh", rows.iter().map(|row| Some(named(row).map_or("全部", |r| &*r.zh)))),
        texts("requirement_en", rows.iter().map(|row| Some(named(row).map_or("all", |r| &*r.en)))),
        numbers("residents_met", &rows, |row| Some(of(row).met())),
        numbers("residents_not_met", &rows, |row| Some(of(row).not_met())),
        numbers("residents_unknown", &rows, |row| Some(of(row).unknown())),
        numbers("residents_no_street", &rows, |row| Some(of(row).no_street())),
        numbers("share_met", &rows, |row| Tally::share_met(&of(row))),
        numbers("change", &rows, change),
    ])
}

/// One row for each cell.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn cells(found: &Agreement, inputs: &Inputs) -> Result<DataFrame> {
    let requirements = inputs.standard.standard.requirements.len();
    let votes: Vec<&[Votes]> = found.votes.chunks(requirements).collect();
    let homes = &inputs.residents.cells;
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), homes.len());
    for home in homes {
        geometry.append_value(cell_wkb(home.cell));
    }
    frame(vec![
        texts("h3", homes.iter().map(|home| Some(home.cell.to_string()))),
        numbers("residents", homes, |home| Some(home.residents)),
        counts("models", homes, |_| found.models as u32),
        counts("requirements", homes, |_| requirements as u32),
        counts("requirements_agreed", &votes, |votes| {
            votes.iter().filter(|votes| votes.under_all() != "depends").count() as u32
        }),
        counts("least_agreement", &votes, |votes| {
            votes.iter().map(|votes| u32::from(votes.agree())).min().unwrap_or(0)
        }),
        counts("all_met_by", &found.all_met, |&models| u32::from(models)),
        geometry.finish().into_column(),
    ])
}

/// One row for each cell of some and each requirement.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn agreement(found: &Agreement, inputs: &Inputs, cells: std::ops::Range<usize>) -> Result<DataFrame> {
    let requirements = &inputs.standard.standard.requirements;
    let rows: Vec<(usize, usize)> =
        cells.flat_map(|cell| (0..requirements.len()).map(move |requirement| (cell, requirement))).collect();
    let votes = |row: &(usize, usize)| found.votes[row.0 * requirements.len() + row.1];
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), rows.len());
    for (cell, _) in &rows {
        geometry.append_value(cell_wkb(inputs.residents.cells[*cell].cell));
    }
    frame(vec![
        texts("h3", rows.iter().map(|row| Some(inputs.residents.cells[row.0].cell.to_string()))),
        texts("requirement", rows.iter().map(|row| Some(&*requirements[row.1].id))),
        counts("met_by", &rows, |row| u32::from(votes(row).met)),
        counts("not_met_by", &rows, |row| u32::from(votes(row).not_met)),
        counts("unknown_by", &rows, |row| u32::from(votes(row).unknown)),
        counts("no_street_by", &rows, |row| u32::from(votes(row).no_street)),
        counts("agree", &rows, |row| u32::from(votes(row).agree())),
        texts("under_all", rows.iter().map(|row| Some(votes(row).under_all()))),
        geometry.finish().into_column(),
    ])
}

/// One row for each requirement: what holds under all models.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn conclusions(found: &Agreement, inputs: &Inputs) -> Result<DataFrame> {
    let rows = found.conclusions(inputs);
    let requirements = &inputs.standard.standard.requirements;
    let ranks = |place: usize| rows.iter().map(|row| row.ranks.map(|r| r[place] as u32)).collect::<Vec<_>>();
    frame(vec![
        texts("requirement", rows.iter().map(|row| Some(&*requirements[row.requirement].id))),
        texts("requirement_zh", rows.iter().map(|row| Some(&*requirements[row.requirement].zh))),
        texts("requirement_en", rows.iter().map(|row| Some(&*requirements[row.requirement].en))),
        numbers("lowest_share", &rows, |row| row.lowest.map(|lowest| lowest.1)),
        texts("lowest_model", rows.iter().map(|row| row.lowest.map(|lowest| lowest.0))),
        numbers("highest_share", &rows, |row| row.highest.map(|highest| highest.1)),
        texts("highest_model", rows.iter().map(|row| row.highest.map(|highest| highest.0))),
        Column::new("best_rank".into(), ranks(0)),
        Column::new("worst_rank".into(), ranks(1)),
        numbers("residents_always", &rows, |row| Some(row.always)),
        numbers("residents_never", &rows, |row| Some(row.never)),
        numbers("residents_depend", &rows, |row| Some(row.depends)),
    ])
}

/// One row for each format and minutes: circles beside walks.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn straight(found: &Agreement, inputs: &Inputs) -> Result<DataFrame> {
    let rows = &found.over;
    let formats = inputs.vocabulary.formats();
    let speed = found.under.iter().find(|under| under.kind == Kind::Straight).map_or(0.0, |under| under.speed);
    let part = |part: f64, of: f64| (of > 0.0).then(|| part / of);
    frame(vec![
        texts("format", rows.iter().map(|row| Some(&*formats[row.format].id))),
        texts("format_zh", rows.iter().map(|row| Some(&*formats[row.format].zh))),
        texts("format_en", rows.iter().map(|row| Some(&*formats[row.format].en))),
        counts("minutes", rows, |row| row.minutes),
        numbers("radius_m", rows, |row| Some(speed * 60.0 * f64::from(row.minutes))),
        numbers("share_walk", rows, |row| part(row.residents_walk, row.residents)),
        numbers("share_circle", rows, |row| part(row.residents_circle, row.residents)),
        numbers("over_share", rows, |row| part(row.residents_circle - row.residents_walk, row.residents)),
        numbers("outlets_walk", rows, |row| part(row.outlets_walk, row.residents)),
        numbers("outlets_circle", rows, |row| part(row.outlets_circle, row.residents)),
        numbers("over_count", rows, |row| part(row.outlets_circle, row.outlets_walk)),
    ])
}
