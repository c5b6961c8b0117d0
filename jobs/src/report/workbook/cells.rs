//! The sheet of the cells where most residents lack something.
//!
//! Comes in: the table `cells`. Goes out: a sheet with its first rows by residents. Not here: the other cells.

use anyhow::Result;
use polars::prelude::{SortMultipleOptions, col, lit};
use rust_xlsxwriter::Worksheet;

use super::paper::{Page, Value, or_empty};
use super::saved::{numbers, texts};
use super::{Book, words};
use crate::tables::columns::Table;
use crate::tables::scan;

/// How many cells the sheet has at most.
const MOST: u32 = 200;

/// The sheet.
pub(super) fn sheet(book: &Book<'_>, name: &str) -> Result<Worksheet> {
    let (saved, paper) = (book.saved, book.paper);
    let mut page = Page::new(paper, name, &[7.0, 19.0, 24.0, 12.0, 12.0, 12.0, 9.0, 9.0, 60.0])?;
    page.across();
    page.title(paper.say("Cells where most lack something", "缺项居民最多的单元"), &book.unit())?;
    let lacking = saved.scan(Table::Cells)?.filter(col("not_met").gt(lit(0)));
    let count = scan::collect(lacking.clone().select([polars::prelude::len().alias("rows")]))?;
    let count = count.column("rows")?.get(0)?.try_extract::<u32>()?;
    page.note(
        &paper
            .say(
                "The {n} cells with most residents of the {all} where something is missing; all are in cells.parquet. The coordinates \
                 (WGS-84) lead any map to the place.",
                "共 {all} 个单元有缺项，此处列居民最多的 {n} 个；全部见 cells.parquet。坐标为 WGS-84，可在地图中定位。",
            )
            .replace("{n}", &count.min(MOST).to_string())
            .replace("{all}", &count.to_string()),
    )?;
    let order = SortMultipleOptions::default().with_order_descending_multi([true, false]).with_maintain_order(true);
    let columns = ["h3", "lon", "lat", "residents", "zone_id", "not_met", "unknown", "missing"].map(col);
    let first = scan::collect(lacking.select(columns).sort(["residents", "h3"], order).limit(MOST))?;
    let heads = [
        paper.say("Rank", "排名"),
        paper.say("Cell (H3)", "单元（H3）"),
        paper.say("Zone", "分区"),
        paper.say("Longitude", "经度"),
        paper.say("Latitude", "纬度"),
        book.head_of_all(),
        paper.say("Missing", "缺项数"),
        paper.say("Unknown", "未知项数"),
        paper.say("What is missing", "缺项"),
    ];
    let (h3, zone, missing) = (texts(&first, "h3")?, texts(&first, "zone_id")?, texts(&first, "missing")?);
    let number = |column: &str| numbers(&first, column);
    let (lon, lat, residents) = (number("lon")?, number("lat")?, number("residents")?);
    let (not_met, unknown) = (number("not_met")?, number("unknown")?);
    let zone_name =
        |id: &str| saved.zones.iter().find(|zone| zone.id.as_deref() == Some(id)).map(|zone| book.name_of(zone));
    let rows = (0..first.height()).map(|row| {
        let ids: Vec<String> = missing[row].unwrap_or_default().split(';').map(str::to_owned).collect();
        vec![
            Value::Count(row as f64 + 1.0),
            h3[row].into(),
            zone[row].and_then(zone_name).into(),
            or_empty(lon[row], Value::Degrees),
            or_empty(lat[row], Value::Degrees),
            or_empty(residents[row], Value::Amount),
            or_empty(not_met[row], Value::Count),
            or_empty(unknown[row], Value::Count),
            words::requirements(saved, &ids, paper.language).into(),
        ]
    });
    let place = page.table(&heads, rows)?;
    page.long(place, 2, heads.len())?;
    page.finish()
}
