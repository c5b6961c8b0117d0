//! The table `unmapped`.
//!
//! Comes in: kinds that no rule maps to a format. Goes out: the table. Not here: the rules.

use anyhow::Result;
use polars::prelude::{Column, DataFrame, IntoColumn as _, StringChunkedBuilder};

/// One row of `unmapped`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnmappedRow<'a> {
    /// Where it comes from.
    pub source: &'a str,
    /// What the rows say of their kind.
    pub said: &'a str,
    /// How many rows say so.
    pub rows: u64,
    /// How many of these are used for another word.
    pub used: u64,
    /// The first of them.
    pub first_row: u64,
    /// The name in that row.
    pub example: &'a str,
}

/// The table of some kinds, in the order given.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn unmapped_table(rows: &[UnmappedRow<'_>]) -> Result<DataFrame> {
    let text = |name: &str, of: fn(&UnmappedRow<'_>) -> String| {
        let mut column = StringChunkedBuilder::new(name.into(), rows.len());
        for row in rows {
            column.append_option(Some(of(row)).filter(|text| !text.is_empty()));
        }
        column.finish().into_column()
    };
    let count = |name: &str, of: fn(&UnmappedRow<'_>) -> u64| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<u64>>())
    };
    Ok(DataFrame::new_infer_height(vec![
        text("source", |row| row.source.to_owned()),
        text("said", |row| row.said.to_owned()),
        count("rows", |row| row.rows),
        count("used", |row| row.used),
        count("first_row", |row| row.first_row),
        text("example", |row| row.example.to_owned()),
    ])?)
}
