//! Two runs compared, in a few lines for a terminal, or as JSON.
//!
//! Comes in: the tables of differences. Goes out: text. Not here: the whole lists (the tables).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Value, json};

use super::Pair;
use super::tables::{Differences, numbers, words};
use crate::commands::columns::{Align, Columns};
use crate::report::numbers::{percent, whole};
use crate::report::summary::Language;
use crate::tables::columns::Table;
use crate::tables::scan;
use crate::tables::zone_summary::CITY;

/// How many zones and formats are told.
const TOLD: usize = 8;

/// The sums that summaries tell.
#[derive(serde::Serialize)]
pub(crate) struct Told {
    requirements: Vec<RequirementTold>,
    /// Zones whose number of residents with a requirement changed most: name, requirement, change.
    zones: Vec<(String, String, f64)>,
    /// Formats whose number of outlets changed.
    formats: Vec<FormatTold>,
    cells: Vec<(String, u64, f64)>,
    gaps_same: u64,
    gaps_changed: u64,
}

#[derive(serde::Serialize)]
struct FormatTold {
    id: String,
    zh: String,
    en: String,
    outlets_a: u64,
    outlets_b: u64,
}

#[derive(serde::Serialize)]
struct RequirementTold {
    id: String,
    /// `both`, `only_a` or `only_b`.
    within: &'static str,
    share_a: Option<f64>,
    share_b: Option<f64>,
    residents_gained: f64,
    residents_lost: f64,
}

/// Sums up the tables.
///
/// # Errors
/// None in practice: the tables have the columns that are asked for.
pub(crate) fn told(differences: &Differences) -> Result<Told> {
    Ok(Told {
        requirements: requirements(differences)?,
        zones: zones(differences)?,
        formats: formats(differences)?,
        cells: cells(differences)?,
        gaps_same: differences.gaps_same,
        gaps_changed: differences.gaps.height() as u64,
    })
}

fn requirements(differences: &Differences) -> Result<Vec<RequirementTold>> {
    let zones = &differences.zones;
    let [a, b] = [numbers(zones, "share_met_a")?, numbers(zones, "share_met_b")?];
    let present = words(zones, "in")?;
    let ids = words(zones, "zone_id")?.into_iter().zip(words(zones, "requirement")?);
    let (of, change) = (words(&differences.gaps, "requirement")?, words(&differences.gaps, "change")?);
    let residents = numbers(&differences.gaps, "residents")?;
    let sum = |id: &str, kind: &str| {
        let rows = of.iter().zip(&change).zip(&residents).filter(|((r, c), _)| **r == Some(id) && **c == Some(kind));
        // Whole millionths, so that the order does not matter.
        rows.map(|(_, r)| (r.unwrap_or(0.0) * 1e6).round() as i64).sum::<i64>() as f64 / 1e6
    };
    let city = ids.enumerate().filter(|(_, (zone, _))| *zone == Some(CITY));
    let told = city.filter_map(|(row, (_, requirement))| {
        let id = requirement?;
        let within = match present[row] {
            Some("only_a") => "only_a",
            Some("only_b") => "only_b",
            _ => "both",
        };
        Some(RequirementTold {
            id: id.to_owned(),
            within,
            share_a: a[row],
            share_b: b[row],
            residents_gained: sum(id, "gained"),
            residents_lost: sum(id, "lost"),
        })
    });
    Ok(told.collect())
}

fn zones(differences: &Differences) -> Result<Vec<(String, String, f64)>> {
    let zones = &differences.zones;
    let (ids, names) = (words(zones, "zone_id")?, words(zones, "zone_name")?);
    let (requirements, change) = (words(zones, "requirement")?, numbers(zones, "residents_met_change")?);
    let mut found: Vec<(String, String, f64)> = (0..zones.height())
        .filter(|&row| ids[row].is_some_and(|id| id != CITY))
        .filter_map(|row| Some((names[row]?.to_owned(), requirements[row]?.to_owned(), change[row]?)))
        .filter(|(_, _, change)| change.abs() > 0.0)
        .collect();
    found.sort_by(|one, other| other.2.abs().total_cmp(&one.2.abs()));
    found.truncate(TOLD);
    Ok(found)
}

fn formats(differences: &Differences) -> Result<Vec<FormatTold>> {
    let formats = &differences.formats;
    let text = |name: &str| words(formats, name);
    let (ids, zh, en) = (text("format")?, text("zh")?, text("en")?);
    let [a, b] = [numbers(formats, "outlets_a")?, numbers(formats, "outlets_b")?];
    let mut found: Vec<FormatTold> = (0..formats.height())
        .filter(|&row| row == 0 || ids[row] != ids[row - 1])
        .map(|row| {
            let word = |words: &[Option<&str>]| words[row].unwrap_or_default().to_owned();
            let outlets = |side: &[Option<f64>]| side[row].unwrap_or(0.0) as u64;
            FormatTold { id: word(&ids), zh: word(&zh), en: word(&en), outlets_a: outlets(&a), outlets_b: outlets(&b) }
        })
        .filter(|format| format.outlets_a != format.outlets_b)
        .collect();
    found.sort_by_key(|f| (std::cmp::Reverse(f.outlets_a.abs_diff(f.outlets_b)), f.id.clone()));
    Ok(found)
}

fn cells(differences: &Differences) -> Result<Vec<(String, u64, f64)>> {
    let cells = &differences.cells;
    let [a, b] = [numbers(cells, "residents_a")?, numbers(cells, "residents_b")?];
    let change = words(cells, "change")?;
    let kinds = ["better", "worse", "mixed", "same", "only_a", "only_b"];
    let told = kinds.map(|kind| {
        let rows = (0..cells.height()).filter(|&row| change[row] == Some(kind));
        let residents = rows.clone().map(|row| (b[row].or(a[row]).unwrap_or(0.0) * 1e6).round() as i64).sum::<i64>();
        (kind.to_owned(), rows.count() as u64, residents as f64 / 1e6)
    });
    Ok(told.into_iter().filter(|(_, count, _)| *count > 0).collect())
}

/// What requirements are called in a language, by id: as the second run has it, else as the first has it. A run of an earlier
/// version of the tool has no such table; ids are shown then.
fn requirement_names(pair: &Pair, language: Language) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for path in [&pair.a, &pair.b].map(|side| side.path(Table::Requirements)) {
        let Ok(frame) = scan::parquet(&path).and_then(scan::collect) else { continue };
        let (ids, called) = (words(&frame, "requirement"), words(&frame, language.pick("name_en", "name_zh")));
        let (Ok(ids), Ok(called)) = (ids, called) else { continue };
        names.extend(ids.into_iter().zip(called).filter_map(|(id, name)| Some((id?.to_owned(), name?.to_owned()))));
    }
    names
}

/// What became of cells, in words.
fn kind_in_words(kind: &str, language: Language) -> &str {
    match kind {
        "better" => language.pick("better", "改善"),
        "worse" => language.pick("worse", "变差"),
        "mixed" => language.pick("mixed", "有增有减"),
        "same" => language.pick("same", "不变"),
        "only_a" => language.pick("only_a", "仅 A 有"),
        "only_b" => language.pick("only_b", "仅 B 有"),
        other => other,
    }
}

/// The comparison in words.
pub(crate) fn summary(pair: &Pair, told: &Told, language: Language) -> String {
    let zh = language == Language::Zh;
    let pick = |en: &'static str, other: &'static str| if zh { other } else { en };
    let names = requirement_names(pair, language);
    // In English ids are what people look for in the tables; they are words as they are.
    let called = |id: &str| names.get(id).filter(|_| zh).cloned().unwrap_or_else(|| id.to_owned());
    let mut text = format!(
        "A: {} ({})\nB: {} ({})\n\n",
        pair.a.name(),
        pair.a.manifest.created,
        pair.b.name(),
        pair.b.manifest.created
    );
    let changed: Vec<_> = pair.changes.iter().filter(|change| change.how != "same").collect();
    if changed.is_empty() {
        text.push_str(pick("Nothing that they were made from differs.\n", "两次运行的输入与设置完全相同。\n"));
    } else {
        text.push_str(pick("What they were made from differs in:\n", "输入与设置的差异：\n"));
        for change in changed {
            let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
            let accepted = if change.accepted { pick("  (accepted)", "（已接受）") } else { "" };
            let _ = writeln!(
                text,
                "  {} {}: {} → {}{accepted}",
                change.kind,
                change.what,
                side(&change.a),
                side(&change.b)
            );
        }
    }
    text.push('\n');
    let right = Align::Right;
    let mut table = Columns::new([Align::Left, right, right, right, right, right]);
    table.row([
        pick("requirement", "要求"),
        "A",
        "B",
        pick("points", "变化（百分点）"),
        pick("gained by", "新达标居民"),
        pick("lost by", "失去达标居民"),
    ]);
    for requirement in &told.requirements {
        // A requirement that a standard does not have is not unknown.
        let share = |share: Option<f64>, missing: &str| match share {
            Some(share) => percent(share),
            None if requirement.within == missing => "-".to_owned(),
            None => pick("unknown", "未知").to_owned(),
        };
        let change = requirement.share_a.zip(requirement.share_b).map(|(a, b)| format!("{:+.1}", (b - a) * 100.0));
        table.row([
            called(&requirement.id),
            share(requirement.share_a, "only_b"),
            share(requirement.share_b, "only_a"),
            change.unwrap_or_else(|| "-".to_owned()),
            whole(requirement.residents_gained),
            whole(requirement.residents_lost),
        ]);
    }
    text.push_str(&table.render("  "));
    let _ = writeln!(text, "\n{}", pick("cells:", "单元："));
    for (kind, count, residents) in &told.cells {
        let kind = kind_in_words(kind, language);
        let _ = writeln!(text, "  {kind}  {} ({})", whole(*count as f64), whole(*residents));
    }
    if !told.zones.is_empty() {
        let _ = writeln!(
            text,
            "\n{}",
            pick("zones with the largest changes of residents who have it:", "达标居民变化最大的分区：")
        );
        for (name, requirement, change) in &told.zones {
            let sign = if *change > 0.0 { "+" } else { "" };
            let _ = writeln!(text, "  {name}  {}  {sign}{}", called(requirement), whole(*change));
        }
    }
    if !told.formats.is_empty() {
        let _ = writeln!(text, "\n{}", pick("outlets:", "网点数："));
        for FormatTold { id, zh: name_zh, en: name_en, outlets_a: a, outlets_b: b } in told.formats.iter().take(TOLD) {
            let name = if zh { name_zh } else { name_en };
            let _ = writeln!(text, "  {name} ({id})  {a} → {b}");
        }
    }
    text
}

/// The same as JSON.
pub(crate) fn as_json(pair: &Pair, told: &Told) -> Value {
    let changes: Vec<_> = pair.changes.iter().filter(|change| change.how != "same").collect();
    json!({
        "a": pair.a.folder.display().to_string(),
        "b": pair.b.folder.display().to_string(),
        "changes": changes,
        "requirements": told.requirements,
        "cells": told.cells,
        "zones": told.zones,
        "formats": told.formats,
        "gaps_same": told.gaps_same,
        "gaps_changed": told.gaps_changed,
    })
}
