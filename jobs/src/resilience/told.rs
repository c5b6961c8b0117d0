//! Emergency supply in a few lines for a terminal, or as JSON.
//!
//! Comes in: what was found. Goes out: text. Not here: the whole lists (the tables).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Question, Sums, Supply};
use crate::commands::columns::{Align, Columns};
use crate::report::numbers::{percent, whole};
use crate::report::summary::Language;
use crate::run::inputs::Inputs;

/// How many nodes are told.
const TOLD: usize = 10;

/// The sums and the nodes on which most depend.
pub(crate) fn summary(supply: &Supply, inputs: &Inputs, question: &Question, language: Language) -> String {
    let Question { minutes, nodes, .. } = question;
    let zh = language == Language::Zh;
    let weight = if zh { &inputs.residents.weight.zh } else { &inputs.residents.weight.en };
    let city = &supply.city;
    let share =
        |residents: f64| if city.residents > 0.0 { percent(residents / city.residents) } else { "-".to_owned() };
    let count = whole(supply.nodes.len() as f64);
    let mut text = String::new();
    let _ = match language {
        Language::En => writeln!(
            text,
            "{count} supply nodes ({}); {weight}: {}\n\n  {nodes} or more within {minutes} min  {:>12}  {}\n  fewer than \
             {nodes}, but some      {:>12}  {}\n  none                        {:>12}  {}\n  no street                   {:>12}  {}",
            question.formats.join(", "),
            whole(city.residents),
            whole(city.covered),
            share(city.covered),
            whole(city.short),
            share(city.short),
            whole(city.none),
            share(city.none),
            whole(city.no_street),
            share(city.no_street)
        ),
        Language::Zh => writeln!(
            text,
            "保供点 {count} 处（{}）；{weight}共 {}\n\n  步行 {minutes} 分钟内有 {nodes} 处及以上：{}（{}）\n  有但不足 {nodes} 处：{}（{}）\n  一处也没有：{}（{}）\n  附近无道路：{}（{}）",
            question.formats.join("、"),
            whole(city.residents),
            whole(city.covered),
            share(city.covered),
            whole(city.short),
            share(city.short),
            whole(city.none),
            share(city.none),
            whole(city.no_street),
            share(city.no_street)
        ),
    };
    if let Some(failed) = &supply.failed {
        let ids = question.failing.join(", ");
        let lost = whole(city.covered - failed.covered);
        let none = whole(failed.none - city.none);
        let _ = match language {
            Language::En => {
                writeln!(
                    text,
                    "\nWhen {ids} fail together, {lost} more have fewer than {nodes}, and {none} more have none."
                )
            }
            Language::Zh => {
                writeln!(text, "\n{ids} 同时停供时：新增不足 {nodes} 处者 {lost}，新增一处也没有者 {none}。")
            }
        };
    }
    text.push('\n');
    text.push_str(&worst(supply, inputs, zh));
    text
}

/// The nodes whose failure takes cover from most.
fn worst(supply: &Supply, inputs: &Inputs, zh: bool) -> String {
    let right = Align::Right;
    let mut table = Columns::new([Align::Left, Align::Left, right, right, right]);
    table.row(if zh {
        ["停供的保供点", "", "无其他保供点", "低于要求", "半径内"]
    } else {
        ["when it fails", "", "have none", "have too few", "within"]
    });
    for node in supply.nodes.iter().take(TOLD) {
        let outlet = &inputs.outlets.outlets[node.outlet];
        table.row([
            inputs.outlets.id_of(outlet).into_owned(),
            inputs.outlets.name(outlet).unwrap_or_default().to_owned(),
            whole(node.only),
            whole(node.fall_short),
            whole(node.within),
        ]);
    }
    table.render("  ")
}

/// The same as JSON.
pub(crate) fn told(supply: &Supply, inputs: &Inputs, question: &Question) -> Value {
    let worst = supply.nodes.iter().take(TOLD).map(|node| {
        let outlet = &inputs.outlets.outlets[node.outlet];
        json!({
            "id": inputs.outlets.id_of(outlet),
            "name": inputs.outlets.name(outlet),
            "residents_only": node.only,
            "residents_fall_short": node.fall_short,
            "residents_within": node.within,
        })
    });
    json!({
        "minutes": question.minutes,
        "nodes_needed": question.nodes,
        "formats": question.formats,
        "nodes": supply.nodes.len(),
        "nodes_without_street": supply.nodes.iter().filter(|node| !node.on_street).count(),
        "city": supply.city,
        "share_covered": supply.city.share_covered(),
        "failing": question.failing,
        "failed": supply.failed,
        "residents_lose_all": supply.failed.as_ref().map(|failed: &Sums| failed.none - supply.city.none),
        "residents_unit": inputs.residents.weight.en,
        "worst": worst.collect::<Vec<_>>(),
    })
}
