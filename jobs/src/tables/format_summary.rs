//! The table `formats`: residents by the walk to the nearest outlet of each format.
//!
//! Comes in: `access` and `cells` as Parquet, and the formats of the run in their order. Goes out: one row per format,
//! those too of which the registry has nothing. Not here: the other summaries.

use std::path::Path;

use anyhow::{Context as _, Result};
use polars::prelude::{Column, DataFrame, Expr, col, lit, when};
use rustc_hash::FxHashMap;

use super::columns::Shape;
use super::residents_sum::{count_at, joined, parts, parts_of, residents_of, share, texts};
use super::scan;

/// A format of the run, in the order of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormatOfRun<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name in Chinese.
    pub zh: &'a str,
    /// Its name in English.
    pub en: &'a str,
    /// Its class.
    pub class: &'a str,
    /// Outlets of this format; without any it is not in the registry, and nothing is known about it.
    pub outlets: u32,
    /// Of these, those of a chain.
    pub chain_outlets: u32,
}

/// The table `formats`: residents by the walk to the nearest outlet of each format. Where a cell has several points, each
/// resident counts by his own.
///
/// # Errors
/// When a table cannot be read.
pub(crate) fn formats(access: &Path, cells: &Path, formats: &[FormatOfRun<'_>], shape: &Shape) -> Result<DataFrame> {
    let minutes = &shape.minutes;
    let counted =
        |condition: Expr, name: String| when(condition).then(col("parts")).otherwise(lit(0_i64)).sum().alias(name);
    let mut sums = vec![col("parts").sum().alias("all")];
    if shape.by_point {
        let summed = |column: &str, name: &str| parts_of(column).sum().alias(name);
        sums.extend(minutes.iter().map(|m| summed(&format!("residents_{m}"), &format!("within_{m}"))));
        sums.push(summed("residents_no_street", "no_street"));
        let longest = format!("residents_{}", minutes.iter().max().copied().unwrap_or_default());
        let known = col(longest.as_str()).is_not_null();
        let beyond = col("parts") - parts_of(&longest) - parts_of("residents_no_street");
        sums.push(when(known).then(beyond).otherwise(lit(0_i64)).sum().alias("beyond"));
    } else {
        sums.extend(minutes.iter().map(|m| counted(col(format!("n_{m}")).gt(lit(0)), format!("within_{m}"))));
        let status = |status: &'static str| col("status").eq(lit(status));
        sums.push(counted(status("beyond_budget").or(status("no_outlet")), "beyond".into()));
        sums.push(counted(status("no_street"), "no_street".into()));
    }

    let rows = joined(scan::parquet(access)?, scan::parquet(cells)?.select([col("h3"), parts()]));
    let sums = scan::collect(rows.group_by([col("format")]).agg(sums)).context("the formats cannot be summed")?;
    let ids = sums.column("format")?.str()?;
    let row_of: FxHashMap<&str, usize> = (0..sums.height()).filter_map(|row| Some((ids.get(row)?, row))).collect();

    // Parts of residents for each format; none where the registry has nothing of it. A format without rows is one of a
    // city without cells.
    let parts_of = |sum: &str| -> Result<Vec<Option<i64>>> {
        let of_format = |format: &FormatOfRun<'_>| match row_of.get(format.id) {
            _ if format.outlets == 0 => Ok(None),
            Some(&row) => count_at(&sums, sum, row).map(Some),
            None => Ok(Some(0)),
        };
        formats.iter().map(of_format).collect()
    };
    let residents = |name: String, parts: &[Option<i64>]| {
        Column::new(name.into(), parts.iter().map(|parts| parts.map(residents_of)).collect::<Vec<_>>())
    };
    let all = parts_of("all")?;
    let shares = |name: String, parts: &[Option<i64>]| {
        let shares = parts.iter().zip(&all).map(|(part, all)| share((*part)?, (*all)?));
        Column::new(name.into(), shares.collect::<Vec<_>>())
    };
    let within = minutes.iter().map(|m| parts_of(&format!("within_{m}"))).collect::<Result<Vec<_>>>()?;

    let text =
        |name: &str, of: fn(&FormatOfRun<'_>) -> String| texts(name, formats.iter().map(|format| Some(of(format))));
    let status =
        |format: &FormatOfRun<'_>| if format.outlets > 0 { "in_registry" } else { "not_in_registry" }.to_owned();
    let mut columns = vec![
        text("format", |format| format.id.to_owned()),
        text("zh", |format| format.zh.to_owned()),
        text("en", |format| format.en.to_owned()),
        text("class", |format| format.class.to_owned()),
        Column::new("outlets".into(), formats.iter().map(|format| format.outlets).collect::<Vec<_>>()),
        Column::new("chain_outlets".into(), formats.iter().map(|format| format.chain_outlets).collect::<Vec<_>>()),
        Column::new("chain_rate".into(), formats.iter().map(chain_rate).collect::<Vec<_>>()),
    ];
    columns.extend(minutes.iter().zip(&within).map(|(m, parts)| residents(format!("residents_{m}"), parts)));
    columns.extend(minutes.iter().zip(&within).map(|(m, parts)| shares(format!("share_{m}"), parts)));
    columns.push(residents("residents_beyond".to_owned(), &parts_of("beyond")?));
    columns.push(residents("residents_no_street".to_owned(), &parts_of("no_street")?));
    columns.push(text("status", status));
    Ok(DataFrame::new_infer_height(columns)?)
}

fn chain_rate(format: &FormatOfRun<'_>) -> Option<f64> {
    (format.outlets > 0).then(|| f64::from(format.chain_outlets) / f64::from(format.outlets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::columns::{Table, Weight};
    use crate::tables::parquet::write_whole;
    use crate::tables::{cells, reach};

    #[test]
    fn residents_are_counted_by_the_walk_and_the_unknown_stay_null() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let weight = Weight { en: "residents".into(), zh: "居民".into(), people: true };
        let shape = Shape { minutes: vec![5, 15], ..Shape::plain(weight) };
        let mut cells = cells::CellsBatch::new(&[], 3);
        let mut access = reach::AccessBatch::new(&shape.minutes, 6);
        // Cell, residents, status of the shop, outlets within 5 and 15 minutes.
        let city = [
            ("8a31aa50a6dffff", 100.0, "reachable", [1, 2]),
            ("8a31aa50a6d7fff", 50.0, "reachable", [0, 1]),
            ("8a31aa424d2ffff", 30.0, "beyond_budget", [0, 0]),
            ("8a31aa424d77fff", 20.0, "no_street", [0, 0]),
        ];
        for (h3, residents, status, within) in &city {
            cells.push(&cells::CellRow {
                cell: h3.parse()?,
                residents: *residents,
                groups: &[],
                zone_id: None,
                snap_status: "main",
                snap_distance_m: None,
                met: 0,
                not_met: 0,
                unknown: 0,
                requirements: 0,
                all_met: None,
                missing: "",
                circles_met: None,
            })?;
            access.push(&reach::AccessRow { h3, format: "shop", status, nearest: None, within: Some(within) })?;
            let status = "format_not_in_registry";
            access.push(&reach::AccessRow { h3, format: "spa", status, nearest: None, within: None })?;
        }
        let paths = (folder.path().join("access.parquet"), folder.path().join("cells.parquet"));
        write_whole(&paths.0, Table::Access, &shape, &[], access.finish()?)?;
        write_whole(&paths.1, Table::Cells, &shape, &[], cells.finish()?)?;

        let format = |id, outlets| FormatOfRun { id, zh: "店", en: "shop", class: "basic", outlets, chain_outlets: 0 };
        let table = formats(&paths.0, &paths.1, &[format("spa", 0), format("shop", 3)], &shape)?;
        assert_eq!(table.schema().as_ref(), &Table::Formats.schema(&shape));
        let numbers = |column: &str| -> Result<Vec<Option<f64>>> { Ok(table.column(column)?.f64()?.iter().collect()) };
        assert_eq!(numbers("residents_5")?, [None, Some(100.0)]);
        assert_eq!(numbers("residents_15")?, [None, Some(150.0)]);
        assert_eq!(numbers("share_15")?, [None, Some(0.75)]);
        assert_eq!(numbers("residents_beyond")?, [None, Some(30.0)]);
        assert_eq!(numbers("residents_no_street")?, [None, Some(20.0)]);
        let status: Vec<Option<&str>> = table.column("status")?.str()?.iter().collect();
        assert_eq!(status, [Some("not_in_registry"), Some("in_registry")]);
        Ok(())
    }
}
