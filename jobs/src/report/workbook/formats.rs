//! The sheet of formats, ranked by the residents who lack them within the longest tier, and the formats of each zone.
//!
//! Comes in: the tables `formats` and `zone_formats`. Goes out: a sheet, lists of names; formats that the registry does not have are last, as unknown. Not here:
//! what the standard asks.

use anyhow::Result;
use polars::prelude::PlSmallStr;
use rust_xlsxwriter::Worksheet;
use rustc_hash::FxHashMap;

use super::paper::{Page, Value, or_empty};
use super::saved::{numbers, texts};
use super::{Book, words};
use crate::report::summary::Language;
use crate::tables::columns::Table;

/// The sheet.
pub(super) fn sheet(book: &Book<'_>, name: &str) -> Result<Worksheet> {
    let (saved, paper) = (book.saved, book.paper);
    let frame = saved.table(Table::Formats, None)?;
    let minutes = tiers(frame.get_column_names().into_iter().map(PlSmallStr::as_str));
    let mut widths = vec![7.0, 26.0, 18.0, 10.0, 10.0, 11.0, 13.0, 13.0, 12.0];
    widths.extend(minutes.iter().map(|_| 12.0));
    let mut page = Page::new(paper, name, &widths)?;
    page.across();
    let longest = minutes.last().copied().unwrap_or_default();
    let title = paper.say("Formats by residents lacking", "各业态缺少居民排名");
    page.title(title, &book.unit())?;
    page.note(
        &paper
            .say(
                "Lacking: no outlet within {m} minutes, or no street near. Unknown: the registry has no such outlet anywhere, which \
                 says nothing about the street.",
                "缺少：{m} 分钟内无网点，或附近无道路。“未知”：名录中没有该业态的任何记录，不代表街上没有。",
            )
            .replace("{m}", &longest.to_string()),
    )?;
    let mut heads = vec![
        paper.say("Rank", "排名").to_owned(),
        paper.say("Format", "业态").to_owned(),
        paper.say("Class", "类别").to_owned(),
        paper.say("Outlets", "网点数").to_owned(),
        paper.say("Of chains", "连锁网点").to_owned(),
        paper.say("Chain rate", "连锁化率").to_owned(),
        paper.say("Lack it", "缺少").to_owned(),
        paper.say("of these too far", "其中太远").to_owned(),
        paper.say("of these no street", "其中无道路").to_owned(),
    ];
    heads.extend(minutes.iter().map(|m| match paper.say("en", "zh") {
        "en" => format!("Have it in {m} min"),
        _ => format!("{m} 分钟可达"),
    }));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let number = |column: &str| numbers(&frame, column);
    let (ids, class) = (texts(&frame, "format")?, texts(&frame, "class")?);
    let named = texts(&frame, paper.say("en", "zh"))?;
    let (outlets, chains, rate) = (number("outlets")?, number("chain_outlets")?, number("chain_rate")?);
    let (beyond, no_street) = (number("residents_beyond")?, number("residents_no_street")?);
    let shares = minutes.iter().map(|m| number(&format!("share_{m}"))).collect::<Result<Vec<_>>>()?;
    let lacking = |row: usize| Some(beyond[row]? + no_street[row]?);
    let mut order: Vec<usize> = (0..frame.height()).collect();
    // None is less than any number: what is unknown comes last, in the order of the vocabulary.
    order.sort_by(|&a, &b| lacking(b).partial_cmp(&lacking(a)).unwrap_or(std::cmp::Ordering::Equal));
    let known = |number: Option<f64>, kind: fn(f64) -> Value<'static>| number.map_or(Value::Unknown, kind);
    let rows = order.iter().enumerate().map(|(rank, &row)| {
        let mut values = vec![
            if lacking(row).is_some() { Value::Count(rank as f64 + 1.0) } else { Value::Empty },
            named[row].or(ids[row]).into(),
            class[row].map(|class| words::class(class, book.vocabulary, paper.language)).into(),
            or_empty(outlets[row], Value::Amount),
            or_empty(chains[row], Value::Amount),
            or_empty(rate[row], Value::Share),
            known(lacking(row), Value::Amount),
            known(beyond[row], Value::Amount),
            known(no_street[row], Value::Amount),
        ];
        values.extend(shares.iter().map(|share| known(share[row], Value::Share)));
        values
    });
    let place = page.table(&heads, rows)?;
    page.colour_shares((place.head + 1, 9), (place.end - 1, heads.len() as u16 - 1))?;
    page.long(place, 2, heads.len())?;
    page.finish()
}

/// The minutes of the columns `share_5`, `share_10`, …
fn tiers<'c>(columns: impl Iterator<Item = &'c str>) -> Vec<u32> {
    columns.filter_map(|column| column.strip_prefix("share_")?.parse().ok()).collect()
}

/// The formats of each zone by what the table `zone_formats` says of them.
pub(super) struct ZoneFormats {
    /// By zone and status, names in the order of the vocabulary.
    names: FxHashMap<(String, String), Vec<String>>,
}

impl ZoneFormats {
    /// Reads the table.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn read(book: &Book<'_>) -> Result<Self> {
        let formats = book.saved.table(Table::Formats, None)?;
        let named = texts(&formats, book.paper.say("en", "zh"))?;
        let name_of: FxHashMap<&str, &str> =
            texts(&formats, "format")?.into_iter().zip(named).filter_map(|(id, name)| Some((id?, name?))).collect();
        let frame = book.saved.table(Table::ZoneFormats, None)?;
        let (zone, format) = (texts(&frame, "zone_id")?, texts(&frame, "format")?);
        let status = texts(&frame, "status")?;
        let mut names: FxHashMap<(String, String), Vec<String>> = FxHashMap::default();
        for row in 0..frame.height() {
            let (Some(zone), Some(format), Some(status)) = (zone[row], format[row], status[row]) else { continue };
            let name = name_of.get(format).copied().unwrap_or(format);
            names.entry((zone.to_owned(), status.to_owned())).or_default().push(name.to_owned());
        }
        Ok(Self { names })
    }

    /// What there is of formats in a zone: words with lists of names.
    pub(super) fn told(&self, zone: &str, language: Language) -> Vec<(String, String)> {
        const STATUSES: [(&str, &str, &str); 4] = [
            ("inside", "In the zone", "分区内有"),
            ("reachable", "Reached by some, outside", "分区内无，部分居民步行可达"),
            ("missing", "Neither", "分区内无，步行不可达"),
            ("unknown", "Unknown: not in the registry", "未知（名录中没有）"),
        ];
        let told = STATUSES.iter().map(|(status, en, zh)| {
            let names = self.names.get(&(zone.to_owned(), (*status).to_owned())).map_or(&[][..], Vec::as_slice);
            (format!("{} ({})", language.pick(en, zh), names.len()), names.join(language.pick(", ", "、")))
        });
        told.collect()
    }
}
