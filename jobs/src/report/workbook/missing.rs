//! The sheet of what is missing where: one row per zone and requirement that somebody lacks, most residents first.
//!
//! Comes in: the zones. Goes out: a sheet with reasons, the nearest outlet, and room for what is to be done. Not here: the
//! same by zone (`zone_sheet`).

use anyhow::Result;
use rust_xlsxwriter::Worksheet;
use rustc_hash::{FxHashMap, FxHashSet};

use super::circles::{Sheets, share};
use super::paper::{Page, Value};
use super::zones::{Held, Zone};
use super::{Book, words};
use crate::report::numbers::whole;
use crate::report::summary::limit;

/// How many rows it has at most: more are not read from top to bottom.
const MOST: usize = 10_000;

/// The sheet.
pub(super) fn sheet(book: &Book<'_>, sheets: &Sheets<'_>, name: &str) -> Result<Worksheet> {
    let (saved, paper) = (book.saved, book.paper);
    let widths = [7.0, 13.0, 30.0, 24.0, 10.0, 12.0, 9.0, 34.0, 26.0, 9.0, 24.0, 14.0, 12.0];
    let mut page = Page::new(paper, name, &widths)?;
    page.across();
    page.title(paper.say("What is missing, most residents first", "缺项清单（按影响居民从多到少）"), &book.unit())?;
    page.note(paper.say(
        "One row per zone and requirement that somebody lacks, for want of a street too. What is unknown is not in this list. The \
         nearest outlet is the one nearest to those who lack it. The last columns are to be filled in.",
        "每个分区、每项有居民缺少的要求一行（含附近无道路者）。未知的要求不列入。最近网点指距缺少该项的居民最近的网点。末三列供填写。",
    ))?;
    let heads = [
        paper.say("Rank", "排名"),
        paper.say("Zone id", "分区编号"),
        paper.say("Zone", "分区"),
        paper.say("Requirement", "要求"),
        paper.say("Limit", "时限"),
        paper.say("Lack it", "缺少"),
        paper.say("Share", "占比"),
        paper.say("Why", "原因"),
        paper.say("Nearest outlet", "最近网点"),
        paper.say("Its walk, min", "步行分钟"),
        paper.say("Action", "补建措施"),
        paper.say("Who", "责任单位"),
        paper.say("Until", "完成时限"),
    ];
    // Without a layer the city is the only zone.
    let whole_city = saved.zones.len() == 1;
    let zones = saved.zones.iter().skip(usize::from(!whole_city));
    let mut gaps: Vec<(&Zone, usize)> = zones
        .flat_map(|zone| (0..saved.requirements.len()).map(move |requirement| (zone, requirement)))
        .filter(|(zone, requirement)| zone.held[*requirement].lacking > 0.0)
        .collect();
    let lacking = |(zone, requirement): &(&Zone, usize)| zone.held[*requirement].lacking;
    gaps.sort_by(|a, b| lacking(b).total_cmp(&lacking(a)));
    if gaps.len() > MOST {
        let said = paper.say(
            "The first {n} of {all}; all are in zones.parquet.",
            "共 {all} 项，此处列前 {n} 项；全部见 zones.parquet。",
        );
        page.note(&said.replace("{n}", &whole(MOST as f64)).replace("{all}", &whole(gaps.len() as f64)))?;
        gaps.truncate(MOST);
    }
    let names = outlets(book, gaps.iter().map(|(zone, requirement)| &zone.held[*requirement]))?;
    let rows = gaps.iter().enumerate().map(|(rank, (zone, requirement))| {
        let (held, told) = (&zone.held[*requirement], &saved.requirements[*requirement]);
        let is_listed = zone.id.as_deref().is_some_and(|id| id != "*");
        vec![
            Value::Count(rank as f64 + 1.0),
            zone.id.as_deref().filter(|_| is_listed).into(),
            if is_listed { sheets.link(zone) } else { book.name_of(zone).into() },
            words::requirement(told, paper.language).into(),
            limit(told, paper.language).into(),
            Value::Amount(held.lacking),
            share(held.lacking, zone.residents),
            words::reasons(&held.reasons, paper.language).into(),
            nearest(held, &names),
            minutes(held.nearest_s),
            Value::Empty,
            Value::Empty,
            Value::Empty,
        ]
    });
    let place = page.table(&heads, rows)?;
    page.long(place, 4, heads.len())?;
    page.finish()
}

/// The names of the outlets that are nearest to those who lack something.
pub(super) fn outlets<'z>(book: &Book<'_>, held: impl Iterator<Item = &'z Held>) -> Result<FxHashMap<String, String>> {
    let ids: FxHashSet<&str> = held.filter_map(|held| held.nearest_id.as_deref()).collect();
    book.saved.outlet_names(&ids)
}

/// The nearest outlet by its name, or by its id where it has none.
pub(super) fn nearest<'v>(held: &'v Held, names: &'v FxHashMap<String, String>) -> Value<'v> {
    held.nearest_id.as_ref().map(|id| names.get(id).unwrap_or(id).as_str()).into()
}

/// Seconds as minutes.
pub(super) fn minutes<'v>(seconds: Option<f64>) -> Value<'v> {
    seconds.map_or(Value::Empty, |seconds| Value::Decimal(seconds / 60.0))
}
