//! Input rows that could not be used, and their table.
//!
//! Comes in: rejected rows from every reader, those of residents with their residents. Goes out: the table `rejected`, and a count by reason for a summary. Not
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
pub(crate) fn by_reason<'r>(rejected: impl IntoIterator<Item = &'r Rejected>) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for row in rejected {
        *counts.entry(row.reason).or_insert(0) += 1;
    }
    counts
}

/// What to tell when no row was usable: each reason, its count, and its first row.
pub(crate) fn summed_up<'r>(rejected: impl IntoIterator<Item = &'r Rejected, IntoIter: Clone>) -> String {
    let rejected = rejected.into_iter();
    let reasons = by_reason(rejected.clone()).into_iter().map(|(reason, count)| {
        let first = rejected.clone().find(|row| row.reason == reason);
        let first = first.map(|row| format!(", first in row {}: {}", row.row, row.detail)).unwrap_or_default();
        let rows = if count == 1 { "row" } else { "rows" };
        format!("{reason} ({count} {rows}{first})")
    });
    reasons.collect::<Vec<_>>().join("; ")
}

/// The table `rejected`, in the order given: rows, and the residents in them where they have any.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn rejected_table(rejected: &[(&Rejected, Option<f64>)]) -> Result<DataFrame> {
    let text = |name: &str| StringChunkedBuilder::new(name.into(), rejected.len());
    let (mut source, mut id, mut reason, mut detail) = (text("source"), text("id"), text("reason"), text("detail"));
    for (row, _) in rejected {
        source.append_value(&row.source);
        id.append_option(row.id.as_deref());
        reason.append_value(row.reason);
        detail.append_value(&row.detail);
    }
    let rows: Vec<u64> = rejected.iter().map(|(row, _)| row.row).collect();
    let residents: Vec<Option<f64>> = rejected.iter().map(|(_, residents)| *residents).collect();
    Ok(DataFrame::new_infer_height(vec![
        source.finish().into_column(),
        Column::new("row".into(), rows),
        id.finish().into_column(),
        reason.finish().into_column(),
        detail.finish().into_column(),
        Column::new("residents".into(), residents),
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
