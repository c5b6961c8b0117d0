//! What `walkshed registry check` prints, in English or Chinese.
//!
//! Comes in: what a check found. Goes out: a text for a planner. Not here: numbers that the check did not find; both
//! languages have the same.

use super::datum_hint::hint;
use super::numbers::{bytes, percent, whole};
use super::summary::{Language, form_told};
use crate::commands::columns::{Align, Columns};
use crate::commands::registry::Checked;
use crate::datum::Datum;
use crate::registry::outlets::{Outlet, Registry};
use crate::registry::vocabulary::Vocabulary;
use crate::run::findings::counted;
use crate::run::memory::peak_bytes;

/// How many kinds and groups are named.
const NAMED: usize = 8;

/// The text of a check.
pub(crate) fn check_text(checked: &Checked, vocabulary: &Vocabulary, language: Language) -> String {
    let registry = &checked.registry;
    let mut lines = Columns::new([Align::Left, Align::Left]);
    let mut line = |en: &str, zh: &str, told: &str| lines.row([language.pick(en, zh), told]);
    if let Some(source) = registry.sources.first() {
        line("read as", "读取方式", &form_told(&source.form, language));
        let columns: Vec<String> = source.columns.iter().map(|(key, column)| format!("{key} = {column}")).collect();
        line("columns", "列", &columns.join(", "));
        let invalid: Vec<String> = source.invalid.iter().map(|(column, n)| format!("{column} {n}")).collect();
        if !invalid.is_empty() {
            line("left empty", "无法读取而留空", &invalid.join(", "));
        }
    }
    line("datum", "坐标系", &datum_told(checked, language));
    let (rows, outlets, bad) =
        (count(registry.rows()), count(registry.outlets.len() as u64), count(registry.rejected.len()));
    line(
        "rows",
        "行数",
        &match language {
            Language::En => format!("{rows} = {outlets} outlets + {bad} rejected"),
            Language::Zh => format!("{rows} = {outlets} 个网点 + {bad} 行未采用"),
        },
    );
    let rejected = counted(registry.rejected.by_reason());
    let each: Vec<String> = rejected.iter().map(|(reason, n)| format!("{reason} {}", count(*n))).collect();
    if !each.is_empty() {
        line("rejected", "未采用", &each.join(", "));
    }
    if let Some(near) = checked.on_street {
        let (near, far) = (count(near), count(registry.outlets.len() as u64 - near));
        line(
            "streets",
            "道路",
            &match language {
                Language::En => format!("{near} outlets near one, {far} on none"),
                Language::Zh => format!("{near} 个网点附近有道路，{far} 个没有"),
            },
        );
    }
    line("formats", "业态", &formats_told(registry, vocabulary, language));
    line("doubles", "疑似重复", &doubles_told(registry, language));
    let chains = registry.outlets.iter().filter(|outlet| outlet.brand.is_some()).count();
    let rate = percent(chains as f64 / (registry.outlets.len().max(1)) as f64);
    let chains = count(chains as u64);
    line(
        "chains",
        "品牌连锁",
        &match language {
            Language::En => format!("{chains} outlets, so the chain rate is at least {rate}"),
            Language::Zh => format!("{chains} 个网点，连锁化率至少 {rate}"),
        },
    );
    line("took", "用时", &took(checked, language));
    format!("{}\n{}", checked.table.path.display(), lines.render("  "))
}

fn count(number: u64) -> String {
    whole(number as f64)
}

fn took(checked: &Checked, language: Language) -> String {
    let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
    let each = checked.steps.iter().map(|(step, seconds)| match language {
        Language::En => format!("{} {seconds:.1} s", step.code()),
        Language::Zh => format!("{} {seconds:.1} 秒", step.zh()),
    });
    let each = each.collect::<Vec<_>>().join(language.pick(", ", "，"));
    match language {
        Language::En => format!("{each}; peak memory {peak}"),
        Language::Zh => format!("{each}；内存峰值 {peak}"),
    }
}

fn datum_told(checked: &Checked, language: Language) -> String {
    let read = checked.registry.sources.first().and_then(|source| source.datum).unwrap_or(Datum::Wgs84);
    let declared = match (checked.declared, &checked.fit, language) {
        (true, _, Language::En) => format!("declared as {read}."),
        (true, _, Language::Zh) => format!("声明为 {read}。"),
        (false, None, Language::En) => {
            format!("not declared; read as {read}. A run needs --datum; --osm lets this check say which.")
        }
        (false, None, Language::Zh) => {
            format!("未声明，按 {read} 读取。运行时须用 --datum 指定；给出 --osm，本检查可判断是哪一种。")
        }
        (false, Some(_), Language::En) => format!("not declared; read as {read}. A run needs --datum."),
        (false, Some(_), Language::Zh) => format!("未声明，按 {read} 读取。运行时须用 --datum 指定。"),
    };
    let Some(fit) = &checked.fit else { return declared };
    let hint = hint(fit, language);
    match (fit.contradicts(read), language) {
        (Some(other), Language::En) => format!("{declared} {hint} It should be {other}."),
        (Some(other), Language::Zh) => format!("{declared}{hint}应为 {other}。"),
        (None, Language::En) => format!("{declared} {hint}"),
        (None, Language::Zh) => format!("{declared}{hint}"),
    }
}

fn formats_told(registry: &Registry, vocabulary: &Vocabulary, language: Language) -> String {
    let mut counts = vec![0_u64; vocabulary.formats().len()];
    for &format in registry.outlets.iter().flat_map(Outlet::formats) {
        counts[usize::from(format)] += 1;
    }
    let present = counts.iter().filter(|count| **count > 0).count();
    let mut kinds: Vec<_> = registry.unmapped.iter().map(|((_, said), kind)| (kind.rows, said.as_str())).collect();
    kinds.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let rows = count(kinds.iter().map(|(rows, _)| rows).sum());
    let named: Vec<String> = kinds.iter().take(NAMED).map(|(rows, said)| format!("{said} ({rows})")).collect();
    let named = format!("{}{}", named.join(", "), if kinds.len() > NAMED { ", …" } else { "" });
    let (all, kinds) = (counts.len(), kinds.len());
    match (language, kinds) {
        (Language::En, 0) => format!("{present} of {all}; nothing unmapped"),
        (Language::Zh, 0) => format!("{all} 种中有 {present} 种；没有未对应的类别"),
        (Language::En, _) => format!("{present} of {all}; {rows} rows of {kinds} kinds unmapped: {named}"),
        (Language::Zh, _) => format!("{all} 种中有 {present} 种；{kinds} 个类别共 {rows} 行未对应业态：{named}"),
    }
}

fn doubles_told(registry: &Registry, language: Language) -> String {
    let doubles: usize = registry.groups.iter().map(|group| group.members.len() - 1).sum();
    if doubles == 0 {
        return language.pick("none found", "未发现").to_owned();
    }
    let named = registry.groups.iter().take(NAMED).map(|group| {
        let rows: Vec<String> =
            group.members.iter().map(|&member| registry.outlets[member as usize].row.to_string()).collect();
        let name = registry.name(&registry.outlets[group.kept as usize]).unwrap_or_default();
        match language {
            Language::En => format!("{name} (rows {})", rows.join(", ")),
            Language::Zh => format!("{name}（第 {} 行）", rows.join("、")),
        }
    });
    let named = named.collect::<Vec<_>>().join(language.pick(", ", "，"));
    let more = if registry.groups.len() > NAMED { ", …" } else { "" };
    let (doubles, groups) = (count(doubles as u64), count(registry.groups.len() as u64));
    match language {
        Language::En => format!("{doubles} in {groups} groups: {named}{more}"),
        Language::Zh => format!("{groups} 组共 {doubles} 个：{named}{more}"),
    }
}
