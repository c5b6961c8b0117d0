//! Input rows that could not be used, and their table.
//!
//! Comes in: rejected rows from every reader. Goes out: the table `rejected`, and a count by reason for a summary. Not
//! here: the rules by which rows are rejected; each reader has its own.

use std::collections::BTreeMap;

use anyhow::Result;
use polars::prelude::{Column, DataFrame, IntoColumn as _, StringChunkedBuilder};

/// A row that could not be used. Rows read are rows used plus rows rejected, always.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rejected {
    /// The file, as the user gave it.
    pub source: String,
    /// Number of the data row, from 1, without the header.
    pub row: u64,
    /// The id in that row, if it has one.
    pub id: Option<String>,
    /// The reason as a code, such as `bad_number`.
    pub reason: &'static str,
    /// What was found, what was expected, and what to do.
    pub detail: String,
}

/// How many rows were rejected for each reason.
pub(crate) fn by_reason(rejected: &[Rejected]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for row in rejected {
        *counts.entry(row.reason).or_insert(0) += 1;
    }
    counts
}

/// What to tell when no row was usable: each reason, its count, and its first row.
pub(crate) fn summed_up(rejected: &[Rejected]) -> String {
    let reasons = by_reason(rejected).into_iter().map(|(reason, count)| {
        let first = rejected.iter().find(|row| row.reason == reason);
        let first = first.map(|row| format!(", first in row {}: {}", row.row, row.detail)).unwrap_or_default();
        let rows = if count == 1 { "row" } else { "rows" };
        format!("{reason} ({count} {rows}{first})")
    });
    reasons.collect::<Vec<_>>().join("; ")
}

/// The table `rejected`, in the order given.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn rejected_table(rejected: &[Rejected]) -> Result<DataFrame> {
    let text = |name: &str| StringChunkedBuilder::new(name.into(), rejected.len());
    let (mut source, mut id, mut reason, mut detail) = (text("source"), text("id"), text("reason"), text("detail"));
    for row in rejected {
        source.append_value(&row.source);
        id.append_option(row.id.as_deref());
        reason.append_value(row.reason);
        detail.append_value(&row.detail);
    }
    let rows: Vec<u64> = rejected.iter().map(|row| row.row).collect();
    Ok(DataFrame::new_infer_height(vec![
        source.finish().into_column(),
        Column::new("row".into(), rows),
        id.finish().into_column(),
        reason.finish().into_column(),
        detail.finish().into_column(),
    ])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_counted_with_their_first_row() {
        let row = |row, reason| Rejected { source: "a.csv".into(), row, id: None, reason, detail: format!("d{row}") };
        let rejected = [row(3, "bad_number"), row(5, "outside"), row(9, "bad_number")];
        assert_eq!(
            summed_up(&rejected),
            "bad_number (2 rows, first in row 3: d3); outside (1 row, first in row 5: d5)"
        );
    }
}
