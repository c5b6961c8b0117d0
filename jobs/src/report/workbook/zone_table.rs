//! The sheet of zones by requirements: the share that has each, in colours.
//!
//! Comes in: the zones. Goes out: a sheet. Not here: reasons (`missing`).

use anyhow::Result;
use rust_xlsxwriter::Worksheet;

use super::Book;
use super::circles::{Sheets, share};
use super::paper::{Page, Value};
use super::zones::Zone;

/// The columns before those of the requirements.
const BEFORE: u16 = 7;

/// The sheet.
pub(super) fn sheet(book: &Book<'_>, sheets: &Sheets<'_>, name: &str) -> Result<Worksheet> {
    let (saved, paper) = (book.saved, book.paper);
    let mut widths = vec![13.0, 30.0, 12.0, 12.0, 10.0, 8.0, 8.0];
    widths.extend(saved.requirements.iter().map(|_| 13.0));
    let mut page = Page::new(paper, name, &widths)?;
    page.across();
    page.title(paper.say("Zones by requirements", "各分区各项要求达标比例"), &book.unit())?;
    page.note(paper.say(
        "The share of those of whom it is known. Unknown: the registry has no outlet of that kind, or hours are not known; this \
         does not say that it is missing.",
        "比例以有数据者为基数。“未知”：名录中没有该业态的任何记录，或营业时间不明，不代表没有。",
    ))?;
    page.legend()?;
    let mut heads = vec![
        paper.say("Zone id", "分区编号").to_owned(),
        paper.say("Zone", "分区").to_owned(),
        book.head_of_all().to_owned(),
        paper.say("Lacking something", "至少缺一项").to_owned(),
        paper.say("Share lacking", "缺项占比").to_owned(),
        paper.say("Missing", "缺项数").to_owned(),
        paper.say("Unknown", "未知项数").to_owned(),
    ];
    heads.extend(saved.requirements.iter().map(|told| {
        let limit = crate::report::summary::limit(told, paper.language);
        format!("{} {limit}", paper.say(&told.en, &told.zh))
    }));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let rows = saved.zones.iter().map(|zone| {
        let mut row = vec![
            id(zone),
            sheets.link(zone),
            Value::Amount(zone.residents),
            Value::Amount(zone.some_missing),
            share(zone.some_missing, zone.residents),
            Value::Count(zone.missing.len() as f64),
            Value::Count(zone.unknown),
        ];
        if zone.id.as_deref().is_none_or(|id| id == "*") {
            row[1] = book.name_of(zone).into();
        }
        row.extend((0..saved.requirements.len()).map(|requirement| held(zone, requirement)));
        row
    });
    let place = page.table(&heads, rows)?;
    page.colour_shares((place.head + 1, BEFORE), (place.end - 1, heads.len() as u16 - 1))?;
    page.long(place, 2, heads.len())?;
    page.finish()
}

/// The id of a zone; of the city and of what is outside there is none.
fn id(zone: &Zone) -> Value<'_> {
    zone.id.as_deref().filter(|id| *id != "*").into()
}

/// The share that has a requirement, in three values.
pub(super) fn held<'v>(zone: &Zone, requirement: usize) -> Value<'v> {
    match zone.held[requirement].share_met {
        Some(share) => Value::Share(share),
        None if zone.knows_nothing_of(requirement) => Value::Unknown,
        // Nobody lives here.
        None => Value::Empty,
    }
}
