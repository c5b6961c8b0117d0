//! The tables `zone_formats` and `zone_circles`: what stands in each zone, who reaches it, and how many circles residents have.
//!
//! Comes in: `access` and `cells` as Parquet, counts of outlets, the coverage of zones. Goes out: both tables. Not here: rules
//! and grades.

use std::path::Path;

use anyhow::{Context as _, Result};
use polars::prelude::{Column, DataFrame, Expr, IntoLazy as _, JoinArgs, JoinType, col, lit};
use rustc_hash::FxHashMap;
use walkshed::coverage::{AreaCoverage, Circle};

use super::residents_sum::{HomesOf, count_at, joined, parts, parts_of, residents_of, share, texts};
use super::scan;
use super::zone_summary::{CITY, ZoneOfRun};

/// A format of the vocabulary, with its outlets in each area: the city first, then the zones.
#[derive(Clone, Debug)]
pub(crate) struct FormatOfZones<'a> {
    pub id: &'a str,
    pub class: &'a str,
    /// Outlets, and those of a chain, in each area.
    pub outlets: Vec<(u32, u32)>,
}

/// Where the rows come from.
pub(crate) struct Saved<'p> {
    pub access: &'p Path,
    pub homes: HomesOf<'p>,
    /// The longest tier in minutes.
    pub longest: u32,
    pub by_point: bool,
}

/// The city and the zones of the main layer, which is the first, of a table about zones; other tables as they are.
///
/// # Errors
/// None in practice; polars checks that the column is of text.
pub(crate) fn of_main_layer(rows: DataFrame) -> Result<DataFrame> {
    let Ok(layers) = rows.column("layer") else { return Ok(rows) };
    let Some(main) = layers.str()?.iter().flatten().next().map(str::to_owned) else { return Ok(rows) };
    let is_main = col("layer").is_null().or(col("layer").eq(lit(main)));
    Ok(rows.lazy().filter(is_main).collect()?)
}

/// The table `zone_formats`, the city first.
///
/// # Errors
/// When a table cannot be read.
pub(crate) fn zone_formats(
    saved: &Saved<'_>,
    formats: &[FormatOfZones<'_>],
    zones: &[ZoneOfRun<'_>],
) -> Result<DataFrame> {
    let (reaching, residents) = reaching(saved)?;
    let nearest = nearest(saved)?;
    let areas: Vec<ZoneOfRun<'_>> =
        std::iter::once(ZoneOfRun { id: CITY, name: CITY }).chain(zones.iter().copied()).collect();
    let rows: Vec<(usize, &FormatOfZones<'_>)> =
        (0..areas.len()).flat_map(|area| formats.iter().map(move |format| (area, format))).collect();
    let reached = |(area, format): &(usize, &FormatOfZones<'_>)| {
        reaching.get(&(areas[*area].id.to_owned(), format.id.to_owned())).copied().unwrap_or_default()
    };
    let known = |format: &FormatOfZones<'_>| format.outlets[0].0 > 0;
    let status = |row: &(usize, &FormatOfZones<'_>)| match (known(row.1), row.1.outlets[row.0].0, reached(row)) {
        (false, ..) => "unknown",
        (_, 1.., _) => "inside",
        (_, _, 1..) => "reachable",
        _ => "missing",
    };
    let of_known = |row: &(usize, &FormatOfZones<'_>)| known(row.1).then(|| reached(row));
    let of_nearest =
        |(area, format): &(usize, &FormatOfZones<'_>)| nearest.get(&(areas[*area].id.to_owned(), format.id.to_owned()));
    let all = |area: usize| residents.get(areas[area].id).copied().unwrap_or_default();
    Ok(DataFrame::new_infer_height(vec![
        texts("zone_id", rows.iter().map(|(area, _)| Some(areas[*area].id))),
        texts("zone_name", rows.iter().map(|(area, _)| Some(areas[*area].name))),
        texts("format", rows.iter().map(|(_, format)| Some(format.id))),
        texts("class", rows.iter().map(|(_, format)| Some(format.class))),
        texts("status", rows.iter().map(|row| Some(status(row)))),
        Column::new("outlets".into(), rows.iter().map(|(area, f)| f.outlets[*area].0).collect::<Vec<_>>()),
        Column::new("chain_outlets".into(), rows.iter().map(|(area, f)| f.outlets[*area].1).collect::<Vec<_>>()),
        Column::new(
            "residents_reaching".into(),
            rows.iter().map(|row| of_known(row).map(residents_of)).collect::<Vec<Option<f64>>>(),
        ),
        Column::new(
            "share_reaching".into(),
            rows.iter().map(|row| of_known(row).and_then(|part| share(part, all(row.0)))).collect::<Vec<_>>(),
        ),
        texts("nearest_id", rows.iter().map(|row| of_nearest(row).map(|(id, _)| id.as_str()))),
        Column::new("nearest_s".into(), rows.iter().map(|row| of_nearest(row).map(|(_, s)| *s)).collect::<Vec<_>>()),
    ])?)
}

/// Millionths of residents by zone and format.
type Reaching = FxHashMap<(String, String), i64>;

/// Millionths of residents who reach a format within the longest tier, by zone and format, and those who live in each zone;
/// the city among the zones.
fn reaching(saved: &Saved<'_>) -> Result<(Reaching, FxHashMap<String, i64>)> {
    let homes = || -> Result<_> { Ok(saved.homes.scan()?.select([col("h3"), col("zone_id"), parts()])) };
    let rows = joined(scan::parquet(saved.access)?, homes()?);
    let within: Expr = if saved.by_point {
        parts_of(&format!("residents_{}", saved.longest)).fill_null(lit(0))
    } else {
        let is_within = col(format!("n_{}", saved.longest)).fill_null(lit(0)).gt(lit(0));
        col("parts") * is_within.cast(polars::prelude::DataType::Int64)
    };
    let sums = rows.group_by([col("zone_id"), col("format")]).agg([within.sum().alias("reaching")]);
    let sums = scan::collect(sums).context("the formats of the zones cannot be summed")?;
    let mut reaching = Reaching::default();
    let (zones, formats) = (sums.column("zone_id")?.str()?, sums.column("format")?.str()?);
    for row in 0..sums.height() {
        let parts = count_at(&sums, "reaching", row)?;
        for zone in [Some(CITY), zones.get(row)].into_iter().flatten() {
            *reaching.entry((zone.to_owned(), formats.get(row).unwrap_or_default().to_owned())).or_default() += parts;
        }
    }
    let sums = scan::collect(homes()?.group_by([col("zone_id")]).agg([col("parts").sum()]))?;
    let mut residents = FxHashMap::default();
    let zones = sums.column("zone_id")?.str()?;
    for row in 0..sums.height() {
        let parts = count_at(&sums, "parts", row)?;
        for zone in [Some(CITY), zones.get(row)].into_iter().flatten() {
            *residents.entry(zone.to_owned()).or_default() += parts;
        }
    }
    Ok((reaching, residents))
}

/// The outlet of each format that is nearest to any inhabited cell of a zone, and the walk to it; the city among the zones. Of
/// equals the first by its id.
fn nearest(saved: &Saved<'_>) -> Result<FxHashMap<(String, String), (String, f64)>> {
    let homes = saved.homes.scan()?.filter(col("residents").gt(lit(0.0))).select([col("h3"), col("zone_id")]);
    let walks = scan::parquet(saved.access)?.filter(col("nearest_s").is_not_null());
    let keys = [col("zone_id"), col("format")];
    let walks = joined(walks.select([col("h3"), col("format"), col("nearest_s"), col("nearest_id")]), homes);
    // First how near, then which of those that are as near: each is a sum over groups that streams.
    let nearest = walks.clone().group_by(keys.clone()).agg([col("nearest_s").min().alias("least_s")]);
    let args = JoinArgs { nulls_equal: true, ..JoinArgs::new(JoinType::Inner) };
    let as_near = walks.join(nearest, keys.clone(), keys.clone(), args).filter(col("nearest_s").eq(col("least_s")));
    let found = as_near.group_by(keys).agg([col("nearest_id").min(), col("least_s").first()]);
    let found = scan::collect(found).context("the nearest outlets of the zones cannot be found")?;
    let [zones, formats, ids] = ["zone_id", "format", "nearest_id"].map(|name| found.column(name));
    let (zones, formats, ids) = (zones?.str()?, formats?.str()?, ids?.str()?);
    let seconds = found.column("least_s")?.f64()?;
    let mut nearest: FxHashMap<(String, String), (String, f64)> = FxHashMap::default();
    for row in 0..found.height() {
        let (Some(format), Some(id), Some(s)) = (formats.get(row), ids.get(row), seconds.get(row)) else { continue };
        for zone in [Some(CITY), zones.get(row)].into_iter().flatten() {
            let best = nearest.entry((zone.to_owned(), format.to_owned())).or_insert_with(|| (id.to_owned(), s));
            if s.total_cmp(&best.1).then_with(|| id.cmp(best.0.as_str())).is_lt() {
                *best = (id.to_owned(), s);
            }
        }
    }
    Ok(nearest)
}

/// The table `zone_circles`: each circle of the standard in each area, then residents by the number of circles they have.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn zone_circles(circles: &[Circle], areas: &[(ZoneOfRun<'_>, &AreaCoverage)]) -> Result<DataFrame> {
    struct Row<'a> {
        zone: ZoneOfRun<'a>,
        circle: String,
        names: [String; 2],
        /// Residents with, without, and unknown.
        sums: (f64, Option<[f64; 2]>),
        share: Option<f64>,
    }
    let mut rows = Vec::new();
    for (zone, coverage) in areas {
        for (circle, together) in circles.iter().zip(coverage.circles()) {
            let tally = &together.all;
            rows.push(Row {
                zone: *zone,
                circle: circle.id.clone(),
                names: [circle.zh.clone(), circle.en.clone()],
                sums: (tally.met(), Some([tally.not_met() + tally.no_street(), tally.unknown()])),
                share: tally.share_met(),
            });
        }
        let all = coverage.residents();
        for (number, residents) in coverage.by_circles_met().iter().enumerate().filter(|_| !circles.is_empty()) {
            rows.push(Row {
                zone: *zone,
                circle: format!("={number}"),
                names: [format!("恰好满足 {number} 个圈"), format!("exactly {number} circles")],
                sums: (*residents, None),
                share: (all > 0.0).then(|| residents / all),
            });
        }
    }
    let others = |which: usize| rows.iter().map(|row| row.sums.1.map(|both| both[which])).collect::<Vec<_>>();
    Ok(DataFrame::new_infer_height(vec![
        texts("zone_id", rows.iter().map(|row| Some(row.zone.id))),
        texts("zone_name", rows.iter().map(|row| Some(row.zone.name))),
        texts("circle", rows.iter().map(|row| Some(row.circle.as_str()))),
        texts("name_zh", rows.iter().map(|row| Some(row.names[0].as_str()))),
        texts("name_en", rows.iter().map(|row| Some(row.names[1].as_str()))),
        Column::new("residents_met".into(), rows.iter().map(|row| row.sums.0).collect::<Vec<_>>()),
        Column::new("residents_not_met".into(), others(0)),
        Column::new("residents_unknown".into(), others(1)),
        Column::new("share_met".into(), rows.iter().map(|row| row.share).collect::<Vec<_>>()),
    ])?)
}
