//! The tables of differences between two runs, made by polars from the saved tables.
//!
//! Comes in: two folders. Goes out: `compare_gaps`, `compare_cells`, `compare_zones`, `compare_formats`,
//! `compare_inputs`, and the sums of a summary. Not here: words.
//!
//! The joins are lazy and run on the streaming engine. In memory are the rows of `compare_gaps`, which are only those that
//! differ, and those of `compare_cells`.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use h3o::CellIndex;
use polars::prelude::{
    BinaryChunkedBuilder, Column, DataFrame, Expr, IntoColumn as _, IntoLazy as _, JoinArgs, JoinCoalesce, JoinType,
    LazyFrame, SortMultipleOptions, col, lit, when,
};

use super::changes::Change;
use super::{Pair, Side};
use crate::tables::columns::Table;
use crate::tables::geo::cell_wkb;
use crate::tables::residents_sum::texts;
use crate::tables::scan;

/// Stands for the null id of what is in no zone while rows are joined.
const NO_ZONE: &str = "\u{0}";

/// The tables, in the order of the README.
pub(crate) struct Differences {
    pub gaps: DataFrame,
    pub cells: DataFrame,
    pub zones: DataFrame,
    pub formats: DataFrame,
    pub inputs: DataFrame,
    /// Rows of `gaps` in both runs that are the same.
    pub gaps_same: u64,
}

/// Makes all tables.
///
/// # Errors
/// When a table cannot be read.
pub(crate) fn differences(pair: &Pair) -> Result<Differences> {
    let (gaps, gaps_same) = gaps(pair).context("the gaps cannot be compared")?;
    let cells = cells(pair, &gaps).context("the cells cannot be compared")?;
    let zones = zones(pair).context("the zones cannot be compared")?;
    let formats = formats(pair).context("the formats cannot be compared")?;
    Ok(Differences { gaps, cells, zones, formats, inputs: inputs(&pair.changes)?, gaps_same })
}

/// The rows of a table of one side: keys as they are, values with the side's name behind.
fn side(side: &Side, table: Table, keys: &[&str], values: &[&str], name: &str) -> Result<LazyFrame> {
    let keys = keys.iter().map(|key| col(*key));
    let values = values.iter().map(|value| col(*value).alias(format!("{value}_{name}")));
    Ok(scan::parquet(&side.path(table))?.select(keys.chain(values).collect::<Vec<Expr>>()))
}

/// Both sides by their keys, rows of one side alone included.
fn both(pair: &Pair, table: Table, keys: &[&str], values: &[&str]) -> Result<LazyFrame> {
    let a = side(&pair.a, table, keys, values, "a")?;
    let b = side(&pair.b, table, keys, values, "b")?;
    Ok(full_join(a, b, keys))
}

fn full_join(a: LazyFrame, b: LazyFrame, keys: &[&str]) -> LazyFrame {
    let on: Vec<Expr> = keys.iter().map(|key| col(*key)).collect();
    let args = JoinArgs { coalesce: JoinCoalesce::CoalesceColumns, ..JoinArgs::new(JoinType::Full) };
    a.join(b, on.clone(), on, args)
}

fn sorted(frame: LazyFrame, keys: &[&str]) -> LazyFrame {
    frame.sort(keys.to_vec(), SortMultipleOptions::default().with_maintain_order(true))
}

fn change_of_sides(otherwise: Expr, probe: &str) -> Expr {
    when(col(format!("{probe}_a")).is_null())
        .then(lit("only_b"))
        .when(col(format!("{probe}_b")).is_null())
        .then(lit("only_a"))
        .otherwise(otherwise)
}

/// Cells and requirements whose status, reason or walk differs; and how many do not differ.
fn gaps(pair: &Pair) -> Result<(DataFrame, u64)> {
    let keys = ["h3", "requirement"];
    let rows = both(pair, Table::Gaps, &keys, &["status", "reason", "nearest_s", "nearest_id", "within"])?;
    let [a, b] = [col("status_a"), col("status_b")];
    let known = |status: Expr| status.clone().neq(lit("unknown")).and(status.is_not_null());
    let judged = known(a.clone()).and(known(b.clone()));
    let met = |status: Expr| status.eq(lit("met"));
    let nearer = col("nearest_s_a").eq_missing(col("nearest_s_b"));
    let same = a.clone().eq(b.clone()).and(nearer).and(col("within_a").eq_missing(col("within_b")));
    let change = when(same)
        .then(lit("same"))
        .when(met(b.clone()).and(met(a.clone()).not()).and(judged.clone()))
        .then(lit("gained"))
        .when(met(a.clone()).and(met(b.clone()).not()).and(judged))
        .then(lit("lost"))
        .when(a.eq(b))
        .then(lit("walk"))
        .otherwise(lit("unclear"));
    let rows = rows.with_column(change_of_sides(change, "status").alias("change"));
    let residents = full_join(
        side(&pair.a, Table::Cells, &["h3"], &["residents"], "a")?,
        side(&pair.b, Table::Cells, &["h3"], &["residents"], "b")?,
        &["h3"],
    );
    let residents = residents.select([col("h3"), coalesced("residents")]);
    let same = scan::collect(rows.clone().filter(col("change").eq(lit("same"))).select([col("h3").count()]))?;
    let same = same.column("h3")?.get(0)?.try_extract::<u64>()?;
    let changed = rows
        .filter(col("change").neq(lit("same")))
        .with_column((col("nearest_s_b") - col("nearest_s_a")).alias("nearest_change_s"));
    let changed = changed.inner_join(residents, col("h3"), col("h3"));
    let columns = [
        "h3",
        "requirement",
        "residents",
        "change",
        "status_a",
        "status_b",
        "reason_a",
        "reason_b",
        "nearest_s_a",
        "nearest_s_b",
        "nearest_change_s",
        "nearest_id_a",
        "nearest_id_b",
    ];
    let rows = sorted(changed.select(columns.map(col)), &["h3", "requirement"]);
    Ok((scan::collect(rows)?, same))
}

/// The value of the second run where it has one, else that of the first.
fn coalesced(name: &str) -> Expr {
    let [a, b] = ["a", "b"].map(|side| col(format!("{name}_{side}")));
    when(b.clone().is_not_null()).then(b).otherwise(a).alias(name)
}

/// What each cell gained and lost.
fn cells(pair: &Pair, gaps: &DataFrame) -> Result<DataFrame> {
    let rows = both(pair, Table::Cells, &["h3"], &["residents", "zone_id", "met", "not_met", "missing"])?;
    let rows = scan::collect(sorted(rows, &["h3"]))?;
    let mut changed: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
    let (h3, requirement, change) =
        (gaps.column("h3")?.str()?, gaps.column("requirement")?.str()?, gaps.column("change")?.str()?);
    for ((cell, requirement), change) in h3.iter().zip(requirement.iter()).zip(change.iter()) {
        let side = match change {
            Some("gained") => 0,
            Some("lost") => 1,
            _ => continue,
        };
        if let (Some(cell), Some(requirement)) = (cell, requirement) {
            changed.entry(cell).or_default()[side].push(requirement);
        }
    }
    let cells: Vec<&str> = rows.column("h3")?.str()?.iter().map(Option::unwrap_or_default).collect();
    let [in_a, in_b] = [rows.column("residents_a")?.f64()?, rows.column("residents_b")?.f64()?];
    let change = |(place, cell): (usize, &&str)| {
        let [gained, lost] = changed.get(cell).map_or([false; 2], |[g, l]| [!g.is_empty(), !l.is_empty()]);
        Some(match (in_a.get(place), in_b.get(place)) {
            (None, _) => "only_b",
            (_, None) => "only_a",
            _ => match (gained, lost) {
                (true, false) => "better",
                (false, true) => "worse",
                (true, true) => "mixed",
                (false, false) => "same",
            },
        })
    };
    let listed = |side: usize| {
        let changed = &changed;
        move |cell: &&str| Some(changed.get(cell).map_or_else(String::new, |both| both[side].join(";")))
    };
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), cells.len());
    for cell in &cells {
        geometry.append_value(cell_wkb(cell.parse::<CellIndex>().with_context(|| format!("the cell {cell}"))?));
    }
    let zone = rows.clone().lazy().select([coalesced("zone_id")]).collect()?;
    let taken = |name: &str| rows.column(name).cloned();
    let columns = vec![
        taken("h3")?,
        zone.column("zone_id")?.clone(),
        texts("change", cells.iter().enumerate().map(change)),
        texts("gained", cells.iter().map(listed(0))),
        texts("lost", cells.iter().map(listed(1))),
        taken("residents_a")?,
        taken("residents_b")?,
        taken("met_a")?,
        taken("met_b")?,
        taken("not_met_a")?,
        taken("not_met_b")?,
        taken("missing_a")?,
        taken("missing_b")?,
        geometry.finish().into_column(),
    ];
    Ok(DataFrame::new(cells.len(), columns)?)
}

/// Zones and requirements: residents and shares. The order is that of the second run, what is in the first alone last.
fn zones(pair: &Pair) -> Result<DataFrame> {
    let keys = ["zone_id", "layer", "requirement"];
    let values = ["zone_name", "minutes", "residents", "residents_met", "residents_not_met", "share_met"];
    let of = |one: &Side, name: &str| -> Result<LazyFrame> {
        let rows = side(one, Table::Zones, &keys, &values, name)?;
        let rows = rows.with_columns(["zone_id", "layer"].map(|key| col(key).fill_null(lit(NO_ZONE))));
        Ok(rows.with_row_index(format!("place_{name}"), None))
    };
    let rows = full_join(of(&pair.a, "a")?, of(&pair.b, "b")?, &keys);
    let rows = rows
        .with_columns([
            coalesced("zone_name"),
            (col("share_met_b") - col("share_met_a")).alias("share_change"),
            (col("residents_met_b") - col("residents_met_a")).alias("residents_met_change"),
            change_of_sides(lit("both"), "residents").alias("in"),
            coalesced("place"),
        ])
        .with_column(when(col("place_b").is_null()).then(lit(1)).otherwise(lit(0)).alias("last"));
    let rows = sorted(rows, &["last", "place"]);
    let key = |key: &str| {
        let value = when(col(key).eq(lit(NO_ZONE))).then(lit(polars::prelude::NULL)).otherwise(col(key));
        value.cast(polars::prelude::DataType::String).alias(key)
    };
    let columns = [
        key("zone_id"),
        col("zone_name"),
        key("layer"),
        col("requirement"),
        col("in"),
        col("minutes_a"),
        col("minutes_b"),
        col("residents_a"),
        col("residents_b"),
        col("residents_met_a"),
        col("residents_met_b"),
        col("residents_met_change"),
        col("share_met_a"),
        col("share_met_b"),
        col("share_change"),
    ];
    scan::collect(rows.select(columns))
}

/// Formats by the minutes that both runs have: outlets, residents, shares.
fn formats(pair: &Pair) -> Result<DataFrame> {
    let minutes_of = |side: &Side| -> Result<Vec<u32>> {
        let schema = scan::parquet(&side.path(Table::Formats))?.collect_schema()?;
        let minutes = schema.iter_names().filter_map(|name| name.strip_prefix("share_")?.parse().ok());
        Ok(minutes.collect())
    };
    let [a, b] = [minutes_of(&pair.a)?, minutes_of(&pair.b)?];
    let mut parts = Vec::new();
    for (number, minutes) in (0u32..).zip(b.iter().filter(|minutes| a.contains(minutes))) {
        let (residents, share) = (format!("residents_{minutes}"), format!("share_{minutes}"));
        let values = ["zh", "en", "outlets", residents.as_str(), share.as_str()];
        let of = |one: &Side, name: &str| -> Result<LazyFrame> {
            let rows = side(one, Table::Formats, &["format"], &values, name)?;
            let plain = [(&residents, "residents"), (&share, "share")]
                .map(|(long, short)| col(format!("{long}_{name}")).alias(format!("{short}_{name}")));
            Ok(rows.with_columns(plain).with_row_index(format!("place_{name}"), None))
        };
        let rows = full_join(of(&pair.a, "a")?, of(&pair.b, "b")?, &["format"]);
        let whole = |name: &str| col(name).cast(polars::prelude::DataType::Int64);
        parts.push(rows.with_columns([coalesced("zh"), coalesced("en"), coalesced("place")]).select([
            coalesced("place"),
            lit(number).alias("tier"),
            col("format"),
            col("zh"),
            col("en"),
            lit(*minutes).cast(polars::prelude::DataType::UInt32).alias("minutes"),
            col("outlets_a"),
            col("outlets_b"),
            (whole("outlets_b") - whole("outlets_a")).alias("outlets_change"),
            col("residents_a"),
            col("residents_b"),
            col("share_a"),
            col("share_b"),
            (col("share_b") - col("share_a")).alias("share_change"),
        ]));
    }
    let rows = polars::prelude::concat(parts, polars::prelude::UnionArgs::default())?;
    let rows = scan::collect(sorted(rows, &["place", "format", "tier"]))?;
    Ok(rows.drop_many(["place", "tier"]))
}

fn inputs(changes: &[Change]) -> Result<DataFrame> {
    let text = |name: &str, of: &dyn Fn(&Change) -> Option<String>| texts(name, changes.iter().map(of));
    let columns = vec![
        text("kind", &|c| Some(c.kind.to_owned())),
        text("what", &|c| Some(c.what.clone())),
        text("change", &|c| Some(c.how.to_owned())),
        text("a", &|c| c.a.clone()),
        text("b", &|c| c.b.clone()),
        text("accepted", &|c| c.to_accept.map(str::to_owned)),
    ];
    Ok(DataFrame::new(changes.len(), columns)?)
}

/// A column of numbers.
///
/// # Errors
/// When there is none of that name.
pub(crate) fn numbers(frame: &DataFrame, name: &str) -> Result<Vec<Option<f64>>> {
    let column: &Column = frame.column(name)?;
    Ok(column.cast(&polars::prelude::DataType::Float64)?.f64()?.iter().collect())
}

/// A column of text.
///
/// # Errors
/// When there is none of that name.
pub(crate) fn words<'f>(frame: &'f DataFrame, name: &str) -> Result<Vec<Option<&'f str>>> {
    Ok(frame.column(name)?.str()?.iter().collect())
}
