//! The circles in a few lines for a terminal, or as JSON.
//!
//! Comes in: what was drawn. Goes out: text. Not here: the whole list (the tables).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{CircleDrawn, Drawn, Question};
use crate::commands::columns::{Align, Columns};
use crate::report::numbers::{percent, whole};
use crate::report::summary::Language;
use crate::tables::columns::Weight;

/// How many circles are told; of more, those outside the limits come first.
const TOLD: usize = 40;

/// The circles with their residents and walks.
pub(crate) fn summary(drawn: &Drawn, question: &Question, weight: &Weight, language: Language) -> String {
    let zh = language == Language::Zh;
    let pick = |en: &'static str, other: &'static str| if zh { other } else { en };
    let units = whole(drawn.members.iter().filter(|m| m.circle.is_some()).count() as f64);
    let (circles, residents) = (whole(drawn.list.len() as f64), whole(drawn.residents));
    let of = match (drawn.of_cells, zh) {
        (false, false) => "zones",
        (true, false) => "cells",
        (false, true) => "个社区（分区）",
        (true, true) => "个居住单元",
    };
    let minutes = question.minutes;
    let mut text = if zh {
        format!("将 {units} {of}划为 {circles} 个步行 {minutes} 分钟生活圈；{}共 {residents}\n", weight.zh)
    } else {
        format!("{circles} circles of {minutes} minutes on foot from {units} {of}; {}: {residents}\n", weight.en)
    };
    if let Some(count) = question.count.filter(|&count| count != drawn.list.len()) {
        let _ = match language {
            Language::En => writeln!(
                text,
                "{count} were asked for; with this radius, these limits and these barriers it came to {circles}"
            ),
            Language::Zh => writeln!(text, "要求 {count} 个；在此半径、人口限制和道路阻隔下得到 {circles} 个"),
        };
    }
    text.push('\n');
    text.push_str(&table(drawn, pick));
    let borders = &drawn.borders;
    let counts = [borders.pairs, borders.way_round, borders.lone_crossings, borders.pockets_joined, borders.kept_apart];
    let [pairs, round, lone, pockets, across] = counts.map(|n| whole(n as f64));
    let left = whole(drawn.left_out);
    let _ = match language {
        Language::En => writeln!(
            text,
            "\n{pairs} pairs of cells side by side: {round} hang apart because the walk leads round (rivers, railways, \
             walls), {lone} are joined by a single crossing only; {pockets} of these count nevertheless, because one side is \
             too small to be left alone; {across} lie on two sides of a given border\n\
             residents in no circle: {left}"
        ),
        Language::Zh => writeln!(
            text,
            "\n相邻单元 {pairs} 对：{round} 对须绕行（河流、铁路、围墙等阻隔），{lone} 对仅有一处过口；其中 {pockets} 对因一侧过小仍视为相连；{across} 对分属不可跨越的边界两侧\n未划入生活圈的居民：{left}"
        ),
    };
    text
}

/// Codes of a circle, joined by `;`, in words.
fn in_words(status: &str, pick: impl Fn(&'static str, &'static str) -> &'static str) -> String {
    let words = status.split(';').map(|code| match code {
        "ok" => pick("ok", "符合"),
        "too_few" => pick("too_few", "居民过少"),
        "too_many" => pick("too_many", "居民过多"),
        _ => pick("too_far", "步行过远"),
    });
    words.collect::<Vec<_>>().join(pick(";", "、"))
}

fn table(drawn: &Drawn, pick: impl Fn(&'static str, &'static str) -> &'static str) -> String {
    let mut told: Vec<&CircleDrawn> = drawn.list.iter().collect();
    if told.len() > TOLD {
        told.sort_by_key(|circle| circle.status == "ok");
        told.truncate(TOLD);
    }
    let right = Align::Right;
    let mut table = Columns::new([Align::Left, Align::Left, right, right, right, right, right, Align::Left]);
    table.row([
        pick("id", "编号"),
        pick("name", "名称"),
        pick("members", "成员"),
        pick("residents", "居民"),
        pick("within", "半径内"),
        pick("mean min", "平均(分)"),
        pick("worst min", "最远(分)"),
        pick("status", "状态"),
    ]);
    let minutes = |seconds: Option<f64>| seconds.map_or_else(|| "-".to_owned(), |s| format!("{:.1}", s / 60.0));
    for circle in &told {
        let within = (circle.residents > 0.0).then(|| circle.walks.within / circle.residents);
        let name = if circle.name == circle.id { String::new() } else { circle.name.clone() };
        table.row([
            circle.id.clone(),
            name,
            circle.members.len().to_string(),
            whole(circle.residents),
            within.map_or_else(|| "-".to_owned(), percent),
            minutes(circle.walks.mean_s),
            minutes(circle.walks.worst_s),
            in_words(&circle.status, &pick),
        ]);
    }
    let mut text = table.render("  ");
    if told.len() < drawn.list.len() {
        let _ = writeln!(text, "  … {}", drawn.list.len() - told.len());
    }
    text
}

/// The same as JSON.
pub(crate) fn told(drawn: &Drawn, question: &Question, weight: &Weight) -> Value {
    let circles = drawn.list.iter().map(|circle| {
        json!({
            "id": circle.id,
            "name": circle.name,
            "within": circle.parent,
            "status": circle.status,
            "members": circle.members.len(),
            "residents": circle.residents,
            "residents_within": circle.walks.within,
            "residents_beyond": circle.walks.beyond,
            "residents_no_way": circle.walks.no_way,
            "mean_s": circle.walks.mean_s,
            "worst_s": circle.walks.worst_s,
        })
    });
    let with = |word: &str| drawn.list.iter().filter(|c| c.status.split(';').any(|s| s == word)).count();
    json!({
        "minutes": question.minutes,
        "share_within": question.share_within,
        "least": question.least,
        "most": question.most,
        "count_asked": question.count,
        "detour_m": question.detour.0,
        "of": if drawn.of_cells { "cells" } else { "zones" },
        "units": drawn.members.iter().filter(|m| m.circle.is_some()).count(),
        "circles": drawn.list.len(),
        "ok": with("ok"),
        "too_few": with("too_few"),
        "too_many": with("too_many"),
        "too_far": with("too_far"),
        "residents": drawn.residents,
        "residents_left_out": drawn.left_out,
        "residents_unit": weight.en,
        "borders": drawn.borders,
        "list": circles.collect::<Vec<_>>(),
    })
}
