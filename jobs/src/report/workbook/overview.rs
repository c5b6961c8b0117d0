//! The first sheet: the finding, the key figures, the requirements over the whole city.
//!
//! Comes in: what the run told. Goes out: a sheet that stands for itself on one page. Not here: zones.

use anyhow::Result;
use rust_xlsxwriter::Worksheet;

use super::paper::{Page, Value};
use super::{Book, circles, title, words};
use crate::report::numbers::whole;
use crate::report::summary::{Language, finding_of, limit};
use crate::run::findings::RequirementTold;

/// How many zones it names.
const ZONES_NAMED: usize = 8;
/// How many requirements it names of each.
const NAMED: usize = 6;

/// The sheet.
pub(super) fn sheet(book: &Book<'_>, name: &str) -> Result<Worksheet> {
    let (saved, paper) = (book.saved, book.paper);
    let reasons = reasons_of_city(book);
    let mut widths = vec![30.0, 11.0, 12.0, 13.0];
    widths.extend((0..reasons.len().max(5)).map(|_| 12.0));
    let mut page = Page::new(paper, name, &widths)?;
    page.across();
    page.title(title(saved), &under_title(book))?;
    let language = paper.language;
    page.finding(&finding_of(&saved.requirements, saved.unknown, saved.share_all_known, saved.total, language))?;
    page.heading(paper.say("Key figures", "主要指标"))?;
    for (word, figure) in figures(book) {
        page.said(&word, &figure)?;
    }
    if !saved.requirements.is_empty() {
        page.heading(paper.say("The whole city by requirements", "全市各项要求"))?;
        page.legend()?;
        let mut heads = vec![
            paper.say("Requirement", "要求"),
            paper.say("Limit", "时限"),
            paper.say("Have it", "已满足"),
            paper.say("Lack it", "缺少"),
        ];
        heads.extend(reasons.iter().map(|code| words::reason(code, language)));
        let rows = (0..saved.requirements.len()).map(|requirement| row(book, requirement, &reasons));
        let place = page.table(&heads, rows)?;
        page.colour_shares((place.head + 1, 2), (place.end - 1, 2))?;
        page.note(paper.say(
            "The columns behind \"lack it\" are its reasons. Unknown: the registry has no outlet of that kind, which says nothing about \
             the street; it is never counted as missing.",
            "“缺少”右侧各列为其原因。“未知”：名录中没有该业态的任何记录，不代表街上没有，不计为缺少。",
        ))?;
    }
    worst_zones(book, &mut page)?;
    page.finish()
}

fn under_title(book: &Book<'_>) -> String {
    let saved = book.saved;
    let speed = saved.manifest.model.as_ref().map_or(0.0, |model| model.speed_m_per_s);
    let model = saved.manifest.model.as_ref().map_or("", |model| model.name.as_str());
    // A flat model is named by its speed, which is said anyway.
    let model = if model.starts_with("flat ") { String::new() } else { format!(" · {model}") };
    match book.paper.language {
        Language::En => format!("{} ({}) · on foot at {speed} m/s{model}", saved.standard.en, saved.standard.id),
        Language::Zh => format!("{}（{}） · 步行速度 {speed} 米/秒{model}", saved.standard.zh, saved.standard.id),
    }
}

/// Words and what they say.
fn figures(book: &Book<'_>) -> Vec<(String, String)> {
    let (saved, paper) = (book.saved, book.paper);
    let city = &saved.zones[0];
    let count = |keys: &[&str]| whole(saved.count(keys).unwrap_or_default());
    let [weight_en, weight_zh] = &saved.weight;
    let mut figures = vec![
        (
            paper.say("Counted", "计算对象").to_owned(),
            match paper.language {
                Language::En => format!("{} {weight_en}, in {} cells", whole(saved.total), whole(city.cells)),
                Language::Zh => format!("{weight_zh} {}，{} 个居住单元", whole(saved.total), whole(city.cells)),
            },
        ),
        (paper.say("All met, something missing, undecided", "全部满足 / 至少缺一项 / 待定").to_owned(), {
            format!("{} / {} / {}", whole(city.all_met), whole(city.some_missing), whole(city.undecided))
        }),
        (
            paper.say("Requirements", "要求").to_owned(),
            match paper.language {
                Language::En => format!("{}, of which {} unknown", saved.requirements.len(), saved.unknown),
                Language::Zh => format!("{} 项，其中未知 {} 项", saved.requirements.len(), saved.unknown),
            },
        ),
        (
            paper.say("Outlets", "网点").to_owned(),
            match paper.language {
                Language::En => format!(
                    "{} of {} formats out of {}",
                    count(&["outlets", "used"]),
                    count(&["outlets", "formats_present"]),
                    count(&["outlets", "formats"])
                ),
                Language::Zh => format!(
                    "{} 个，{} 种业态中的 {} 种",
                    count(&["outlets", "used"]),
                    count(&["outlets", "formats"]),
                    count(&["outlets", "formats_present"])
                ),
            },
        ),
    ];
    let zones = saved.layer().count();
    if zones > 0 {
        figures.push((paper.say("Zones", "分区").to_owned(), whole(zones as f64)));
    }
    if !saved.grades.is_empty() {
        let told = saved.grades.iter().map(|grade| format!("{} {}", paper.say(&grade.en, &grade.zh), grade.zones));
        let told = told.collect::<Vec<_>>().join(paper.say(", ", "，"));
        figures.push((paper.say("Grades of zones", "分区等级").to_owned(), told));
    }
    figures
}

/// The reasons that there are in the city, in the order of their columns.
fn reasons_of_city(book: &Book<'_>) -> Vec<&'static str> {
    let found =
        |code: &str| book.saved.zones[0].held.iter().any(|held| held.reasons.iter().any(|(reason, _)| reason == code));
    words::REASONS.iter().map(|(code, ..)| *code).filter(|code| found(code)).collect()
}

fn row<'v>(book: &'v Book<'_>, requirement: usize, reasons: &[&str]) -> Vec<Value<'v>> {
    let language = book.paper.language;
    let told: &RequirementTold = &book.saved.requirements[requirement];
    let mut values: Vec<Value<'v>> = vec![words::requirement(told, language).into(), limit(told, language).into()];
    let Some(share) = told.share_met else {
        values.extend(std::iter::repeat_n(Value::Unknown, 2 + reasons.len()));
        return values;
    };
    values.extend([Value::Share(share), Value::Amount(told.not_met + told.no_street)]);
    let found = &book.saved.zones[0].held[requirement].reasons;
    values.extend(reasons.iter().map(|code| {
        Value::Amount(found.iter().find(|(reason, _)| reason == code).map_or(0.0, |(_, residents)| *residents))
    }));
    values
}

/// The zones where most lack something.
fn worst_zones(book: &Book<'_>, page: &mut Page<'_>) -> Result<()> {
    let mut zones: Vec<_> = book.saved.layer().filter(|zone| zone.some_missing > 0.0).collect();
    if zones.is_empty() {
        return Ok(());
    }
    zones.sort_by(|a, b| b.some_missing.total_cmp(&a.some_missing));
    let paper = book.paper;
    page.heading(paper.say("Zones where most lack something", "缺项居民最多的分区"))?;
    for zone in zones.into_iter().take(ZONES_NAMED) {
        let missing = words::first_requirements(book.saved, &zone.missing, NAMED, paper.language);
        let (some, all) = (whole(zone.some_missing), whole(zone.residents));
        page.said(
            circles::name(zone),
            &match paper.language {
                Language::En => format!("{some} of {all}: {missing}"),
                Language::Zh => format!("{some}（共 {all}）：{missing}"),
            },
        )?;
    }
    Ok(())
}
