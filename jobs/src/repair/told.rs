//! The repair list in a few lines for a terminal, or as JSON.
//!
//! Comes in: what was found. Goes out: text. Not here: the whole list (the table).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::words::{in_chinese, in_english, link};
use super::{Found, Kind};
use crate::commands::columns::{Align, Columns};
use crate::report::numbers::whole;
use crate::report::summary::Language;
use crate::tables::columns::Weight;

/// How many of the worst are told.
const WORST: usize = 10;

/// The sums and the worst faults.
pub(crate) fn summary(found: &Found, weight: &Weight, language: Language) -> String {
    let pick = |en: &'static str, zh: &'static str| if language == Language::Zh { zh } else { en };
    let unit = if language == Language::Zh { &weight.zh } else { &weight.en };
    // Square metres of floor are not to be read as people.
    let people = weight.en == "residents";
    let weighed = if people { pick("residents", "居民") } else { pick("weight", "权重") };
    let mut text = String::new();
    let mut table = Columns::new([Align::Left, Align::Right, Align::Right, Align::Right]);
    table.row([pick("to mend", "待修补"), pick("rows", "条数"), pick("with residents", "涉及居民的条数"), weighed]);
    for sum in &found.kinds {
        let name = match (sum.kind, language) {
            (Kind::NearMiss, Language::En) => "dead ends that miss a street",
            (Kind::NearMiss, Language::Zh) => "近在咫尺而未相连的断头路",
            (Kind::Island, Language::En) => "streets that hang together with no others",
            (Kind::Island, Language::Zh) => "孤立道路",
            (Kind::ClosedBarrier, Language::En) => "closed barriers on the only way in",
            (Kind::ClosedBarrier, Language::Zh) => "唯一入口被封闭",
            (Kind::WallCrossing, Language::En) => "ways through walls without an opening",
            (Kind::WallCrossing, Language::Zh) => "穿墙而无开口的道路",
            (Kind::ShutCompound, Language::En) => "compounds that nobody can come into",
            (Kind::ShutCompound, Language::Zh) => "无处可入的小区",
        };
        let count = |n: u64| whole(n as f64);
        table.row([name.to_owned(), count(sum.rows), count(sum.rows_with_residents), whole(sum.residents)]);
    }
    text.push_str(&table.render(""));
    // Writing to a String does not fail.
    let _ = match language {
        Language::En => writeln!(
            text,
            "{} parts besides the largest: {} with nobody on them, {} joined by what is listed otherwise, {} \
             rings of squares\n{weighed}: {unit}, \
             {} in all, {} without a street",
            found.parts,
            found.parts_without_residents,
            found.parts_told_otherwise,
            found.parts_of_squares,
            whole(found.residents),
            whole(found.residents_without_street)
        ),
        Language::Zh => writeln!(
            text,
            "除最大路网外共 {} 片：{} 片无居民，{} 片已由上述其他条目涵盖，{} 片为广场内圈\n{weighed}：{unit}，共 {}，其中附近无道路 {}",
            found.parts,
            found.parts_without_residents,
            found.parts_told_otherwise,
            found.parts_of_squares,
            whole(found.residents),
            whole(found.residents_without_street)
        ),
    };
    for (number, repair) in found.repairs.iter().take(WORST).filter(|r| r.residents > 0.0).enumerate() {
        let todo = if language == Language::Zh { in_chinese(repair) } else { in_english(repair) };
        let residents = whole(repair.residents);
        let _ = writeln!(text, "\n{}. {weighed} {residents}  {}\n   {todo}", number + 1, link(repair));
    }
    text
}

/// The same as JSON.
pub(crate) fn told(found: &Found, weight: &Weight) -> Value {
    let worst = found.repairs.iter().take(WORST).map(|repair| {
        json!({
            "kind": repair.kind,
            "residents": repair.residents,
            "osm_node": repair.osm_node,
            "osm_way": repair.osm_way,
            "osm_relation": repair.osm_relation,
            "osm_other_way": repair.osm_other_way,
            "distance_m": repair.distance_m,
            "lon": repair.at.lon,
            "lat": repair.at.lat,
            "todo_en": in_english(repair),
            "todo_zh": in_chinese(repair),
            "link": link(repair),
        })
    });
    json!({
        "kinds": found.kinds,
        "parts": found.parts,
        "parts_without_residents": found.parts_without_residents,
        "parts_told_otherwise": found.parts_told_otherwise,
        "parts_of_squares": found.parts_of_squares,
        "residents": found.residents,
        "residents_without_street": found.residents_without_street,
        "residents_unit": weight.en,
        "worst": worst.collect::<Vec<_>>(),
    })
}
