//! Residents who lack a requirement, by zone and reason.
//!
//! Comes in: `gaps` and `cells` as Parquet. Goes out: sums. Not here: which reason a gap has; it is taken as it stands.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use polars::prelude::{col, lit};

use super::residents_sum::{count_at, joined, parts, parts_of, residents_of};
use super::scan;
use super::zone_summary::CITY;

/// The reason of residents who lack what most of their cell has (only where a cell has several points).
pub(crate) const SOME_HOMES: &str = "some_homes";

/// Residents lacking by zone (nothing outside all zones, [`CITY`] for all) and requirement, then by reason.
pub(crate) type Reasons = BTreeMap<(Option<String>, String), BTreeMap<String, f64>>;

/// Sums who lacks what, and why. Where a cell has several points (`by_point`), each resident counts by his own, for the
/// reason of the cell.
///
/// # Errors
/// When a table cannot be read.
pub(crate) fn reasons(gaps: &Path, cells: &Path, by_point: bool) -> Result<Reasons> {
    let homes = scan::parquet(cells)?.select([col("h3"), col("zone_id"), parts()]);
    let lacking = if by_point { col("parts") - parts_of("residents_met") } else { col("parts") };
    let is_lacking = if by_point {
        col("status").neq(lit("unknown"))
    } else {
        col("status").eq(lit("not_met")).or(col("status").eq(lit("no_street")))
    };
    let rows = joined(scan::parquet(gaps)?.filter(is_lacking), homes);
    let sums = rows.group_by([col("zone_id"), col("requirement"), col("reason")]).agg([lacking.sum().alias("lacking")]);
    let sums = scan::collect(sums).context("the reasons of the gaps cannot be summed")?;
    let mut parts: BTreeMap<(Option<String>, String), BTreeMap<String, i64>> = BTreeMap::new();
    let (zones, requirements) = (sums.column("zone_id")?.str()?, sums.column("requirement")?.str()?);
    let reasons = sums.column("reason")?.str()?;
    for row in 0..sums.height() {
        let lacking = count_at(&sums, "lacking", row)?;
        if lacking == 0 {
            continue;
        }
        let requirement = requirements.get(row).unwrap_or_default();
        let reason = reasons.get(row).unwrap_or(SOME_HOMES);
        for zone in [Some(CITY.to_owned()), zones.get(row).map(str::to_owned)] {
            let of_zone = parts.entry((zone, requirement.to_owned())).or_default();
            *of_zone.entry(reason.to_owned()).or_insert(0) += lacking;
        }
    }
    let as_residents = |sums: BTreeMap<String, i64>| sums.into_iter().map(|(reason, n)| (reason, residents_of(n)));
    Ok(parts.into_iter().map(|(key, sums)| (key, as_residents(sums).collect())).collect())
}
