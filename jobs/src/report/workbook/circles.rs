//! The zones one by one (一圈一策): which of them have a sheet, and the list of all.
//!
//! Comes in: the zones. Goes out: their order, the names of their sheets, the sheet that lists them. Not here: the sheets
//! themselves (`zone_sheet`).

use anyhow::Result;
use rust_xlsxwriter::Worksheet;
use rustc_hash::FxHashMap;

use super::names::Names;
use super::paper::{Page, Value};
use super::saved::Saved;
use super::zones::Zone;
use super::{Book, words};

/// How many zones have a sheet of their own: those where most residents lack something. More make a workbook that nobody
/// leafs through; the rest are in the lists.
pub(super) const MOST_SHEETS: usize = 60;

/// A zone, and its sheet if it has one.
pub(super) struct Circle<'z> {
    pub zone: &'z Zone,
    pub sheet: Option<String>,
}

/// The sheets of those zones that have one, by the id of the zone.
pub(super) struct Sheets<'c>(FxHashMap<&'c str, &'c str>);

/// All zones of the layer: those first where most residents lack something, among equals in the order of the layer. Those
/// where nobody lives are last and have no sheet.
pub(super) fn chosen<'z>(saved: &'z Saved, names: &mut Names) -> Vec<Circle<'z>> {
    let mut zones: Vec<&Zone> = saved.layer().collect();
    zones.sort_by(|a, b| b.some_missing.total_cmp(&a.some_missing).then(b.residents.total_cmp(&a.residents)));
    let asks = !saved.requirements.is_empty();
    let sheet = |rank: usize, zone: &Zone| asks && rank < MOST_SHEETS && zone.residents > 0.0;
    let zones = zones.into_iter().enumerate();
    zones.map(|(rank, zone)| Circle { zone, sheet: sheet(rank, zone).then(|| names.take(name(zone))) }).collect()
}

/// What a zone is called.
pub(super) fn name(zone: &Zone) -> &str {
    zone.name.as_deref().or(zone.id.as_deref()).unwrap_or_default()
}

impl<'c> Sheets<'c> {
    pub(super) fn of(circles: &'c [Circle<'_>]) -> Self {
        Self(circles.iter().filter_map(|one| Some((one.zone.id.as_deref()?, one.sheet.as_deref()?))).collect())
    }

    /// The name of a zone, which leads to its sheet if it has one.
    pub(super) fn link<'z>(&self, zone: &'z Zone) -> Value<'z> {
        match zone.id.as_deref().and_then(|id| self.0.get(id)) {
            Some(sheet) => Value::Link(name(zone).into(), (*sheet).to_owned()),
            None => name(zone).into(),
        }
    }
}

/// The sheet that lists them.
pub(super) fn index(book: &Book<'_>, circles: &[Circle<'_>], name: &str) -> Result<Worksheet> {
    let (saved, paper) = (book.saved, book.paper);
    let mut page = Page::new(paper, name, &[7.0, 14.0, 26.0, 12.0, 14.0, 11.0, 9.0, 9.0, 70.0])?;
    page.across();
    let with_sheet = circles.iter().filter(|circle| circle.sheet.is_some()).count();
    page.title(paper.say("Zone by zone", "一圈一策：各分区缺项"), &book.unit())?;
    let (all, sheets) = (circles.len(), with_sheet);
    page.note(&match sheets {
        sheets if sheets == all => paper
            .say(
                "Zones where most lack something come first. Each has a sheet of its own behind this one, to be printed on A4.",
                "按缺项居民从多到少排列。各分区在其后各有一页，可直接打印（A4）。",
            )
            .to_owned(),
        _ => paper
            .say(
                "Zones where most lack something come first. The first {n} with residents have a sheet of their own behind this one, \
                 to be printed on A4; all {all} are in this list and in the sheets before.",
                "按缺项居民从多到少排列。前 {n} 个有居民的分区在其后各有一页，可直接打印（A4）；全部 {all} 个分区见本表及前面各表。",
            )
            .replace("{n}", &sheets.to_string())
            .replace("{all}", &all.to_string()),
    })?;
    let heads = [
        paper.say("Rank", "排名"),
        paper.say("Zone id", "分区编号"),
        paper.say("Zone", "分区"),
        book.head_of_all(),
        paper.say("Lacking something", "至少缺一项"),
        paper.say("Share", "占比"),
        paper.say("Missing", "缺项数"),
        paper.say("Unknown", "未知项数"),
        paper.say("What is missing, most residents first", "缺项（按影响居民从多到少）"),
    ];
    let of_zones = Sheets::of(circles);
    let rows = circles.iter().enumerate().map(|(rank, circle)| {
        let zone = circle.zone;
        vec![
            Value::Count(rank as f64 + 1.0),
            zone.id.as_deref().into(),
            of_zones.link(zone),
            Value::Amount(zone.residents),
            Value::Amount(zone.some_missing),
            share(zone.some_missing, zone.residents),
            Value::Count(zone.missing.len() as f64),
            Value::Count(zone.unknown),
            words::requirements(saved, &zone.missing, paper.language).into(),
        ]
    });
    let place = page.table(&heads, rows)?;
    page.long(place, 3, heads.len())?;
    page.finish()
}

/// A part of a whole; nothing of nothing.
pub(super) fn share<'v>(part: f64, of: f64) -> Value<'v> {
    if of > 0.0 { Value::Share(part / of) } else { Value::Empty }
}
