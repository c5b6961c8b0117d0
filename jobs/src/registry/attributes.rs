//! What a source says of an outlet beside its place and formats: hours, floor area, status, dates.
//!
//! Comes in: texts, in Chinese or as OSM writes them. Goes out: [`Attributes`], empty where nothing is said or what is said
//! cannot be read; the latter is counted by column and never fatal. Not here: rules that ask for these values.
//!
//! Whether an outlet is open at 07:00 or 23:00 is asked of a plain Wednesday; public holidays are not looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime};
use opening_hours::OpeningHours;
use rustc_hash::FxHashMap;

/// What is said of an outlet.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Attributes {
    /// Square metres.
    pub floor_area_m2: Option<f32>,
    /// When it is open.
    pub hours: Option<Arc<Hours>>,
    /// Whether the source says that it is open or closed for good.
    pub status: Option<Status>,
    /// The day it opened.
    pub opened: Option<NaiveDate>,
    /// The day it closed or will.
    pub closed: Option<NaiveDate>,
    /// Whether it moves: a cart.
    pub mobile: Option<bool>,
}

/// Opening hours, and what is mostly asked of them.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub(crate) struct Hours {
    /// As OSM writes them.
    pub text: Box<str>,
    /// Open on a Wednesday at 07:00.
    pub at_0700: bool,
    /// Open on a Wednesday at 23:00.
    pub at_2300: bool,
    /// Never closed.
    pub all_day: bool,
    /// Open at some time from 05:00 to 09:00 on a Wednesday.
    pub morning: bool,
}

/// Whether an outlet is in business.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Status {
    Open,
    Closed,
}

impl Status {
    /// The word in tables.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// Reads attributes, and remembers hours it has read: most outlets of a registry share some dozen.
#[derive(Default)]
pub(crate) struct AttributeReader {
    hours: FxHashMap<String, Option<Arc<Hours>>>,
    /// By column, how many values could not be read.
    pub invalid: BTreeMap<&'static str, u64>,
}

/// The texts of the columns that hold attributes; empty where nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AttributeTexts<'a> {
    pub floor_area: &'a str,
    pub hours: &'a str,
    pub status: &'a str,
    pub opened: &'a str,
    pub closed: &'a str,
    pub mobile: &'a str,
}

/// How many different texts of hours are remembered; beyond that they are read each time.
const HOURS_KEPT: usize = 1 << 16;

impl AttributeReader {
    /// The attributes of a row; none where it says nothing that can be read.
    pub(crate) fn read(&mut self, texts: &AttributeTexts<'_>) -> Option<Box<Attributes>> {
        let read = Attributes {
            floor_area_m2: self.counted("floor_area_m2", texts.floor_area, floor_area),
            hours: self.hours(texts.hours),
            status: self.counted("status", texts.status, status),
            opened: self.counted("opened_on", texts.opened, date),
            closed: self.counted("closed_on", texts.closed, date),
            mobile: self.counted("mobile", texts.mobile, yes_or_no),
        };
        (read != Attributes::default()).then(|| Box::new(read))
    }

    fn counted<T>(&mut self, column: &'static str, text: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            *self.invalid.entry(column).or_default() += 1;
        }
        value
    }

    fn hours(&mut self, text: &str) -> Option<Arc<Hours>> {
        if text.is_empty() {
            return None;
        }
        let read = if let Some(known) = self.hours.get(text) {
            known.clone()
        } else {
            let read = hours(text).map(Arc::new);
            if self.hours.len() < HOURS_KEPT {
                self.hours.insert(text.to_owned(), read.clone());
            }
            read
        };
        if read.is_none() {
            *self.invalid.entry("opening_hours").or_default() += 1;
        }
        read
    }
}

/// What a planner's text says, in OSM's words. The order matters: `周一至周五` before `至`.
const HOURS_WORDS: [(&str, &str); 30] = [
    ("24小时营业", "24/7"),
    ("24小时", "24/7"),
    ("全天营业", "24/7"),
    ("全天", "24/7"),
    ("星期", "周"),
    ("礼拜", "周"),
    ("周一", "Mo"),
    ("周二", "Tu"),
    ("周三", "We"),
    ("周四", "Th"),
    ("周五", "Fr"),
    ("周六", "Sa"),
    ("周日", "Su"),
    ("周天", "Su"),
    ("工作日", "Mo-Fr"),
    ("周末", "Sa-Su"),
    ("每天", ""),
    ("每日", ""),
    ("全年", ""),
    ("营业时间", ""),
    ("法定节假日", "PH"),
    ("节假日", "PH"),
    ("次日", ""),
    ("休息", "off"),
    ("至", "-"),
    ("到", "-"),
    ("~", "-"),
    ("—", "-"),
    ("–", "-"),
    ("、", ","),
];

fn hours(text: &str) -> Option<Hours> {
    let mut osm: String = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            c => c,
        })
        .collect();
    for (word, means) in HOURS_WORDS {
        if osm.contains(word) {
            // A day stands apart from its times: 周五08:00.
            let means = if means.chars().next_back().is_some_and(char::is_alphabetic) {
                format!("{means} ")
            } else {
                means.to_owned()
            };
            osm = osm.replace(word, &means);
        }
    }
    let osm = osm.split_whitespace().collect::<Vec<_>>().join(" ").replace(" -", "-").replace("- ", "-");
    let osm = osm.trim_matches([':', ' ']);
    let read: OpeningHours = osm.parse().ok()?;
    let at = |hour: u32| on_a_wednesday(hour, 0);
    let (five, nine) = (at(5)?, at(9)?);
    let morning = read.iter_range(five, nine).any(|range| range.kind == opening_hours::RuleKind::Open);
    let at_0700 = read.is_open(at(7)?);
    Some(Hours {
        text: osm.into(),
        at_0700,
        at_2300: read.is_open(at(23)?),
        all_day: at_0700 && read.next_change(at(7)?).is_none(),
        morning,
    })
}

/// A moment of the Wednesday that stands for all days.
fn on_a_wednesday(hour: u32, minute: u32) -> Option<NaiveDateTime> {
    let wednesday = NaiveDate::from_ymd_opt(2026, 4, 15)?;
    Some(NaiveDateTime::new(wednesday, NaiveTime::from_hms_opt(hour, minute, 0)?))
}

impl Hours {
    /// Whether it is open at a minute of a Wednesday, from 0 to 1439; nothing where its text cannot be read.
    pub(crate) fn is_open_at(&self, minute: u16) -> Option<bool> {
        let read: OpeningHours = self.text.parse().ok()?;
        Some(read.is_open(on_a_wednesday(u32::from(minute / 60), u32::from(minute % 60))?))
    }
}

fn floor_area(text: &str) -> Option<f32> {
    const UNITS: [&str; 7] = ["平方米", "平米", "㎡", "m²", "m2", "M2", "平"];
    let number = UNITS.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text).trim();
    number.replace(',', "").parse().ok().filter(|area: &f32| area.is_finite() && *area > 0.0)
}

fn status(text: &str) -> Option<Status> {
    const CLOSED: [&str; 12] =
        ["停业", "歇业", "关闭", "关店", "倒闭", "注销", "吊销", "已拆", "迁出", "closed", "inactive", "disused"];
    const OPEN: [&str; 10] = ["营业", "在营", "开业", "存续", "在业", "正常", "开放", "open", "active", "operational"];
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // 停止营业 and 未营业 have 营业 in them.
    if has(&CLOSED) || has(&["停止", "未营业", "非正常"]) {
        return Some(Status::Closed);
    }
    has(&OPEN).then_some(Status::Open)
}

/// A day as `2024-02-29`, `2024/2/29`, `20240229` or `2024年2月29日`; a time behind it is left out.
fn date(text: &str) -> Option<NaiveDate> {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let read = match parts[..] {
        [whole] if whole.len() == 8 && whole.is_ascii() => {
            NaiveDate::from_ymd_opt(whole[..4].parse().ok()?, whole[4..6].parse().ok()?, whole[6..].parse().ok()?)
        }
        [year, month, day] => NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?),
        [year, month] if year.len() == 4 => NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1),
        _ => None,
    };
    read.filter(|day| (1800..2200).contains(&day.year()))
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "是" | "y" | "流动" | "有" => Some(true),
        "no" | "false" | "0" | "否" | "n" | "固定" | "无" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_in_both_languages() {
        let told = |text: &str| hours(text).map(|h| (h.at_0700, h.at_2300, h.all_day, h.morning));
        for (text, expected) in [
            ("24/7", (true, true, true, true)),
            ("24小时营业", (true, true, true, true)),
            ("Mo-Su 06:00-23:30", (true, true, false, true)),
            ("每天 06:30-09:30", (true, false, false, true)),
            ("周一至周五 08:00-18:00", (false, false, false, true)),
            ("周一至周日08：00～次日02：00", (false, true, false, true)),
            ("10:00-22:00", (false, false, false, false)),
        ] {
            assert_eq!(told(text), Some(expected), "{text} is {:?}", hours(text));
        }
        for text in ["看情况", "8点开门", "25:00-26:99"] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn values_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2024, 2, 29);
        for text in ["2024-02-29", "2024/2/29", "20240229", "2024年2月29日", "2024-02-29 10:00:00"] {
            assert_eq!(date(text), day, "{text}");
        }
        assert_eq!((date("2023-02-29"), date("soon")), (None, None));
        assert_eq!(
            [floor_area("120"), floor_area("1,200.5 ㎡"), floor_area("80平方米"), floor_area("80m²")]
                .map(|a| a.map(|a| (a * 2.0) as u32)),
            [Some(240), Some(2401), Some(160), Some(160)]
        );
        assert_eq!((floor_area("-3"), floor_area("large")), (None, None));
        assert_eq!(
            (status("营业中"), status("停止营业"), status("已注销")),
            (Some(Status::Open), Some(Status::Closed), Some(Status::Closed))
        );
        assert_eq!(status("?"), None);
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_never_fatal() {
        let mut reader = AttributeReader::default();
        assert_eq!(reader.read(&AttributeTexts::default()), None);
        let texts =
            AttributeTexts { floor_area: "big", hours: "soon", status: "?", opened: "x", closed: "y", mobile: "z" };
        assert_eq!(reader.read(&texts), None);
        assert_eq!(reader.invalid.values().sum::<u64>(), 6);
        let read = reader.read(&AttributeTexts { floor_area: "50", hours: "soon", ..AttributeTexts::default() });
        assert_eq!(read.and_then(|read| read.floor_area_m2), Some(50.0));
        assert_eq!(reader.invalid["opening_hours"], 2);
    }
}
