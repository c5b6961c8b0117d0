//! The table `duplicates`.
//!
//! Comes in: outlets that are one and the same, group by group. Goes out: the table. Not here: finding them.

use anyhow::Result;
use polars::prelude::{Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::LonLat;

/// One row of `duplicates`.
#[derive(Clone, Debug)]
pub(crate) struct DuplicateRow<'a> {
    /// The number of its group.
    pub group: u32,
    /// Whether it is the one that is kept.
    pub kept: bool,
    /// Why the kept one is.
    pub why: &'static str,
    /// Whether it was left out of the results.
    pub dropped: bool,
    /// Its number in this run.
    pub outlet_id: u32,
    /// Where it comes from.
    pub source: &'a str,
    /// Its row there.
    pub row: Option<u64>,
    /// Its id there.
    pub source_id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Ids of its formats, joined by `;`.
    pub formats: String,
    /// Where it is.
    pub at: LonLat,
    /// Metres to the kept one.
    pub distance_m: f64,
}

/// The table of some groups, in the order given.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn duplicates_table(rows: &[DuplicateRow<'_>]) -> Result<DataFrame> {
    let text = |name: &str, of: fn(&DuplicateRow<'_>) -> String| {
        let mut column = StringChunkedBuilder::new(name.into(), rows.len());
        for row in rows {
            column.append_value(of(row));
        }
        column.finish().into_column()
    };
    Ok(DataFrame::new_infer_height(vec![
        Column::new("duplicate_group".into(), rows.iter().map(|row| row.group).collect::<Vec<_>>()),
        Column::new("kept".into(), rows.iter().map(|row| row.kept).collect::<Vec<_>>()),
        text("why", |row| row.why.to_owned()),
        Column::new("dropped".into(), rows.iter().map(|row| row.dropped).collect::<Vec<_>>()),
        Column::new("outlet_id".into(), rows.iter().map(|row| row.outlet_id).collect::<Vec<_>>()),
        text("source", |row| row.source.to_owned()),
        Column::new("row".into(), rows.iter().map(|row| row.row).collect::<Vec<_>>()),
        text("source_id", |row| row.source_id.to_owned()),
        text("name", |row| row.name.to_owned()),
        text("formats", |row| row.formats.clone()),
        Column::new("lon".into(), rows.iter().map(|row| row.at.lon).collect::<Vec<_>>()),
        Column::new("lat".into(), rows.iter().map(|row| row.at.lat).collect::<Vec<_>>()),
        Column::new("distance_m".into(), rows.iter().map(|row| row.distance_m).collect::<Vec<_>>()),
    ])?)
}
