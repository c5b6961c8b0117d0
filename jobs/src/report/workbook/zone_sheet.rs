//! The sheet of one zone (一圈一策), to be printed on A4, handed to the community and signed.
//!
//! Comes in: a zone. Goes out: its figures, its requirements with reasons and the nearest outlet, its formats, and a list of
//! what is missing with room for who does what until when. Not here: other zones.

use anyhow::Result;
use rust_xlsxwriter::Worksheet;

use super::circles::{Circle, name, share};
use super::formats::ZoneFormats;
use super::missing::{minutes, nearest};
use super::paper::{Page, Value, or_empty};
use super::zone_table::held;
use super::{Book, title, words};
use crate::report::summary::{Language, limit};

/// What the sheets of all zones share.
pub(super) struct Shared<'s> {
    /// Names of outlets by id.
    pub outlets: &'s rustc_hash::FxHashMap<String, String>,
    pub formats: &'s ZoneFormats,
    /// The grade of each zone with its reason, by id.
    pub grades: &'s rustc_hash::FxHashMap<String, String>,
}

/// The sheet of a zone that has one.
///
/// # Errors
/// When the sheet's name is none that a sheet may have.
pub(super) fn sheet(book: &Book<'_>, circle: &Circle<'_>, shared: &Shared<'_>) -> Result<Worksheet> {
    let (paper, zone) = (book.paper, circle.zone);
    let widths = [22.0, 10.0, 10.0, 11.0, 26.0, 22.0, 10.0, 10.0];
    let mut page = Page::new(paper, circle.sheet.as_deref().unwrap_or_default(), &widths)?;
    let id = zone.id.as_deref().unwrap_or_default();
    let head = match paper.language {
        Language::En => format!("{}: what is missing", name(zone)),
        Language::Zh => format!("{}　一圈一策缺项清单", name(zone)),
    };
    let standard = paper.say(&book.saved.standard.en, &book.saved.standard.zh);
    page.title(&head, &format!("{id} · {} · {standard}", title(book.saved)))?;
    page.note(&book.unit())?;
    figures(book, circle, &mut page)?;
    if let Some(grade) = shared.grades.get(id) {
        page.said(paper.say("Grade", "等级"), grade)?;
    }
    requirements(book, circle, shared, &mut page)?;
    page.heading(paper.say("Formats", "业态"))?;
    for (word, list) in shared.formats.told(id, paper.language) {
        page.said(&word, &list)?;
    }
    to_do(book, circle, &mut page)?;
    page.finish()
}

fn figures(book: &Book<'_>, circle: &Circle<'_>, page: &mut Page<'_>) -> Result<()> {
    let (paper, zone) = (book.paper, circle.zone);
    let heads = [
        book.head_of_all(),
        paper.say("Cells", "单元"),
        paper.say("All met", "全部满足"),
        paper.say("Lacking something", "至少缺一项"),
        paper.say("Undecided (hangs on what is unknown)", "待定（取决于未知项）"),
        paper.say("Outlets in the zone", "分区内网点"),
        if book.saved.counts_people() {
            paper.say("per 100 residents", "每百人网点")
        } else {
            paper.say("per 100", "每百单位网点")
        },
        paper.say("Chain rate", "连锁化率"),
    ];
    let row = vec![
        Value::Amount(zone.residents),
        Value::Amount(zone.cells),
        Value::Amount(zone.all_met),
        Value::Amount(zone.some_missing),
        Value::Amount(zone.undecided),
        or_empty(zone.outlets, Value::Amount),
        or_empty(zone.outlets_per_100, Value::Number),
        or_empty(zone.chain_rate, Value::Share),
    ];
    page.table(&heads, [row])?;
    Ok(())
}

fn requirements(book: &Book<'_>, circle: &Circle<'_>, shared: &Shared<'_>, page: &mut Page<'_>) -> Result<()> {
    let (paper, zone) = (book.paper, circle.zone);
    page.heading(paper.say("Requirements", "各项要求"))?;
    let heads = [
        paper.say("Requirement", "要求"),
        paper.say("Limit", "时限"),
        paper.say("Have it", "已满足"),
        paper.say("Lack it", "缺少"),
        paper.say("Why", "原因"),
        paper.say("Outlet nearest to those", "距缺少者最近的网点"),
        paper.say("its walk, min", "其步行分钟"),
        paper.say("longest walk, min", "最远步行分钟"),
    ];
    let rows = book.saved.requirements.iter().enumerate().map(|(requirement, told)| {
        let of_zone = &zone.held[requirement];
        let lacking = if zone.knows_nothing_of(requirement) { Value::Unknown } else { Value::Amount(of_zone.lacking) };
        vec![
            words::requirement(told, paper.language).into(),
            limit(told, paper.language).into(),
            held(zone, requirement),
            lacking,
            words::reasons(&of_zone.reasons, paper.language).into(),
            nearest(of_zone, shared.outlets),
            minutes(of_zone.nearest_s),
            minutes(of_zone.worst_s),
        ]
    });
    let place = page.table(&heads, rows)?;
    page.colour_shares((place.head + 1, 2), (place.end - 1, 2))
}

/// What is missing, most residents first, then what is to be looked into, with room to write.
fn to_do(book: &Book<'_>, circle: &Circle<'_>, page: &mut Page<'_>) -> Result<()> {
    let (saved, paper, zone) = (book.saved, book.paper, circle.zone);
    page.heading(paper.say("What is to be done", "补建对策"))?;
    let mut missing: Vec<usize> =
        (0..saved.requirements.len()).filter(|&requirement| zone.held[requirement].lacking > 0.0).collect();
    missing.sort_by(|&a, &b| zone.held[b].lacking.total_cmp(&zone.held[a].lacking));
    let unknown = (0..saved.requirements.len()).filter(|&requirement| zone.knows_nothing_of(requirement));
    let rows: Vec<usize> = missing.into_iter().chain(unknown).collect();
    if rows.is_empty() {
        return page.note(paper.say("Nothing is missing.", "无缺项。"));
    }
    let heads = [
        paper.say("Missing", "缺项"),
        paper.say("Limit", "时限"),
        paper.say("Share", "占比"),
        paper.say("Lack it", "缺少"),
        paper.say("Action", "补建措施"),
        paper.say("Who", "责任单位"),
        paper.say("Until", "完成时限"),
        paper.say("Notes", "备注"),
    ];
    let rows = rows.into_iter().map(|requirement| {
        let (told, of_zone) = (&saved.requirements[requirement], &zone.held[requirement]);
        let is_unknown = zone.knows_nothing_of(requirement);
        vec![
            words::requirement(told, paper.language).into(),
            limit(told, paper.language).into(),
            if is_unknown { Value::Unknown } else { share(of_zone.lacking, zone.residents) },
            if is_unknown { Value::Unknown } else { Value::Amount(of_zone.lacking) },
            if is_unknown { paper.say("look on the spot", "现场核实").into() } else { Value::Empty },
            Value::Empty,
            Value::Empty,
            Value::Empty,
        ]
    });
    page.form(&heads, rows)?;
    Ok(())
}
