//! The sheets of grades, numbers and rules of zones, and of circles laid over each other, where the standard has them.
//!
//! Comes in: the tables `ratings` and `zone_circles`. Goes out: a sheet each, or none. Not here: judging.

use anyhow::Result;
use polars::prelude::DataFrame;
use rust_xlsxwriter::Worksheet;
use rustc_hash::FxHashMap;

use super::Book;
use super::paper::{Page, Value};
use super::saved::{numbers, texts};
use crate::report::summary::Language;
use crate::tables::columns::Table;
use crate::tables::zone_summary::CITY;

/// Rows of a table with the rows of each zone behind each other, in the same order in each.
struct ByZone {
    zones: usize,
    each: usize,
}

impl ByZone {
    fn of(ids: &[Option<&str>]) -> Self {
        let each = ids.iter().take_while(|id| **id == ids[0]).count().max(1);
        Self { zones: ids.len() / each, each }
    }
}

/// The sheet of grades, numbers and rules; none where the standard has no such thing.
///
/// # Errors
/// When the table cannot be read.
pub(super) fn ratings(book: &Book<'_>, name: &str) -> Result<Option<Worksheet>> {
    let frame = book.saved.table(Table::Ratings, None)?;
    let (ids, kinds) = (texts(&frame, "zone_id")?, texts(&frame, "kind")?);
    let statuses = texts(&frame, "status")?;
    let says_something =
        kinds.iter().any(|kind| *kind != Some("grade")) || statuses.iter().any(|s| *s != Some("no_grades"));
    if ids.is_empty() || !says_something {
        return Ok(None);
    }
    let paper = book.paper;
    let by = ByZone::of(&ids);
    let (names, why) = (texts(&frame, paper.say("name_en", "name_zh"))?, texts(&frame, paper.say("why_en", "why_zh"))?);
    let (low, high) = (numbers(&frame, "value")?, numbers(&frame, "value_most")?);
    let zone_names = texts(&frame, "zone_name")?;
    let grade = by.each - 1;
    let mut widths = vec![13.0, 24.0, 14.0, 60.0];
    widths.extend((0..grade).map(|_| 17.0));
    let mut page = Page::new(paper, name, &widths)?;
    page.across();
    page.title(paper.say("Grades, numbers and rules of zones", "分区等级、指标与规则"), &book.unit())?;
    let mut heads = vec![
        paper.say("Zone id", "分区编号"),
        paper.say("Zone", "分区"),
        paper.say("Grade", "等级"),
        paper.say("Why", "依据"),
    ];
    heads.extend((0..grade).map(|row| names[row].unwrap_or_default()));
    let rows = (0..by.zones).map(|zone| {
        let first = zone * by.each;
        let at = first + grade;
        let is_city = ids[first] == Some(CITY);
        let mut values: Vec<Value<'_>> = vec![
            ids[first].filter(|_| !is_city).into(),
            if is_city { paper.say("whole city", "全市").into() } else { zone_names[first].into() },
            match statuses[at] {
                Some("rated") => names[at].into(),
                Some("unknown") => Value::Unknown,
                status => status.map(|status| status_in_words(status, paper.language)).into(),
            },
            why[at].into(),
        ];
        values.extend((first..at).map(|row| match (kinds[row], statuses[row]) {
            (_, Some("unknown")) => Value::Unknown,
            (Some("rule"), status) => status.map(|status| status_in_words(status, paper.language)).into(),
            _ => number(low[row], high[row]),
        }));
        values
    });
    let place = page.table(&heads, rows)?;
    page.long(place, 2, heads.len())?;
    page.finish().map(Some)
}

/// A number, or in words between which it lies.
fn number<'v>(low: Option<f64>, high: Option<f64>) -> Value<'v> {
    match (low, high) {
        (Some(low), Some(high)) if low < high => format!("{low} – {high}").into(),
        (Some(low), None) => format!("≥ {low}").into(),
        (Some(low), _) => Value::Number(low),
        (None, _) => Value::Unknown,
    }
}

/// The grade of each zone in words with what it rests on, by id; nothing where zones are not graded.
///
/// # Errors
/// When the table cannot be read.
pub(super) fn grades(book: &Book<'_>) -> Result<FxHashMap<String, String>> {
    let paper = book.paper;
    let frame = book.saved.table(Table::Ratings, None)?;
    let (ids, kinds) = (texts(&frame, "zone_id")?, texts(&frame, "kind")?);
    let (statuses, names) = (texts(&frame, "status")?, texts(&frame, paper.say("name_en", "name_zh"))?);
    let why = texts(&frame, paper.say("why_en", "why_zh"))?;
    let graded = (0..frame.height()).filter(|&row| kinds[row] == Some("grade") && statuses[row] != Some("no_grades"));
    let told = graded.filter_map(|row| {
        let status = statuses[row]?;
        let grade = match status {
            "rated" => names[row].unwrap_or_default(),
            "unknown" => paper.say("unknown", "未知"),
            other => status_in_words(other, paper.language),
        };
        let why = why[row].map(|why| format!("{}{why}", paper.say(": ", "：")));
        Some((ids[row]?.to_owned(), format!("{grade}{}", why.unwrap_or_default())))
    });
    Ok(told.collect())
}

fn status_in_words(status: &str, language: Language) -> &str {
    match status {
        "met" => language.pick("met", "符合"),
        "not_met" => language.pick("not met", "不符合"),
        "not_asked" => language.pick("not asked", "不适用"),
        "undefined" => language.pick("undefined by the rule", "规则未规定"),
        "no_grades" => language.pick("no grades", "不评级"),
        other => other,
    }
}

/// The sheet of circles laid over each other; none where the standard has none.
///
/// # Errors
/// When the table cannot be read.
pub(super) fn overlay(book: &Book<'_>, name: &str) -> Result<Option<Worksheet>> {
    let frame: DataFrame = book.saved.table(Table::ZoneCircles, None)?;
    let ids = texts(&frame, "zone_id")?;
    if ids.is_empty() {
        return Ok(None);
    }
    let paper = book.paper;
    let by = ByZone::of(&ids);
    let (circle, names) = (texts(&frame, "circle")?, texts(&frame, paper.say("name_en", "name_zh"))?);
    let (zone_names, share) = (texts(&frame, "zone_name")?, numbers(&frame, "share_met")?);
    let unknown = numbers(&frame, "residents_unknown")?;
    let mut widths = vec![13.0, 24.0];
    widths.extend((0..by.each).map(|_| 16.0));
    while widths.len() < 5 {
        widths.push(13.0);
    }
    let mut page = Page::new(paper, name, &widths)?;
    page.across();
    page.title(paper.say("Circles laid over each other", "叠加圈：各圈满足比例"), &book.unit())?;
    page.legend()?;
    let mut heads = vec![paper.say("Zone id", "分区编号"), paper.say("Zone", "分区")];
    heads.extend((0..by.each).map(|row| names[row].or(circle[row]).unwrap_or_default()));
    let rows = (0..by.zones).map(|zone| {
        let first = zone * by.each;
        let is_city = ids[first] == Some(CITY);
        let mut values: Vec<Value<'_>> = vec![
            ids[first].filter(|_| !is_city).into(),
            if is_city { paper.say("whole city", "全市").into() } else { zone_names[first].into() },
        ];
        values.extend((first..first + by.each).map(|row| match share[row] {
            Some(share) => Value::Share(share),
            None if unknown[row].is_some_and(|unknown| unknown > 0.0) => Value::Unknown,
            None => Value::Empty,
        }));
        values
    });
    let place = page.table(&heads, rows)?;
    let circles = (0..by.each).filter(|row| circle[*row].is_some_and(|id| !id.starts_with('='))).count();
    page.colour_shares((place.head + 1, 2), (place.end - 1, 1 + circles as u16))?;
    page.long(place, 2, heads.len())?;
    page.finish().map(Some)
}
