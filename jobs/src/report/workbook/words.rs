//! Codes of the tables in words.
//!
//! Comes in: a reason, a status. Goes out: what a planner reads. Not here: the sentences of the sheets.

use super::saved::Saved;
use crate::registry::vocabulary::Vocabulary;
use crate::report::numbers::whole;
use crate::report::summary::Language;
use crate::run::findings::RequirementTold;
use crate::tables::gap_reasons::SOME_HOMES;

/// Why residents lack something: code, English, Chinese; in the order of columns.
pub(super) const REASONS: [(&str, &str, &str); 9] = [
    ("beyond_budget", "too far", "太远"),
    ("detour", "detour", "绕行"),
    ("too_few", "too few", "数量不足"),
    ("no_outlet", "none in 1 h", "一小时内无"),
    ("gate", "behind gates", "大门阻隔"),
    ("island", "streets cut off", "道路孤立"),
    ("edge_of_data", "edge of data", "数据边界"),
    ("no_street", "no street", "附近无道路"),
    (SOME_HOMES, "some homes of a cell", "单元内部分住宅"),
];

/// A reason in words; the code where it has none.
pub(super) fn reason(code: &str, language: Language) -> &str {
    REASONS.iter().find(|(known, ..)| *known == code).map_or(code, |(_, en, zh)| language.pick(en, zh))
}

/// Reasons with their residents, as `too far 1,200; detour 300`.
pub(super) fn reasons(reasons: &[(String, f64)], language: Language) -> String {
    let told: Vec<String> = reasons
        .iter()
        .map(|(code, residents)| format!("{} {}", reason(code, language), at_least_one(*residents)))
        .collect();
    told.join(language.pick("; ", "；"))
}

fn at_least_one(residents: f64) -> String {
    if residents < 0.5 { "<1".to_owned() } else { whole(residents) }
}

/// Why rows are rejected: code, English, Chinese.
const REJECTED: [(&str, &str, &str); 20] = [
    ("bad_h3", "no H3 cell", "H3 编号无效"),
    ("bad_number", "no number", "数值无法识别"),
    ("bad_shape", "a shape that cannot be used", "图形无效"),
    ("duplicate_cell", "the cell comes twice", "单元重复"),
    ("duplicate_id", "the id comes twice", "编号重复"),
    ("empty", "nothing there", "缺少取值"),
    ("holds_other_cells", "other cells of the table lie inside", "与表中更细的单元重叠"),
    ("negative", "negative", "负数"),
    ("no_polygon", "no polygon", "不是多边形"),
    ("null_island", "at 0, 0", "坐标为 0, 0"),
    ("out_of_range", "out of range", "超出取值范围"),
    ("outside", "far from the streets", "远离路网范围"),
    ("outside_clip", "outside the area", "在所给范围之外"),
    ("partly_outside", "partly outside", "部分在范围之外"),
    ("projected", "projected coordinates", "坐标为投影坐标，不是经纬度"),
    ("swapped_axes", "longitude and latitude swapped", "经纬度颠倒"),
    ("too_large", "too large", "面积过大"),
    ("too_many", "too many", "数值过大"),
    ("unknown_format", "unknown format", "业态名称无法识别"),
    ("unmapped", "a kind that no rule maps", "类型未能对应业态"),
];

/// Why a row was rejected, or the code where it has no words.
pub(super) fn rejected(code: &str, language: Language) -> &str {
    REJECTED.iter().find(|(known, ..)| *known == code).map_or(code, |(_, en, zh)| language.pick(en, zh))
}

/// The name of a requirement.
pub(super) fn requirement(told: &RequirementTold, language: Language) -> &str {
    language.pick(&told.en, &told.zh)
}

/// The names of the first requirements by their ids, and how many more there are.
pub(super) fn first_requirements(saved: &Saved, ids: &[String], most: usize, language: Language) -> String {
    let first = requirements(saved, &ids[..ids.len().min(most)], language);
    match ids.len().saturating_sub(most) {
        0 => first,
        more => {
            format!("{first}{}", language.pick("; and {n} more", "等，另有 {n} 项").replace("{n}", &more.to_string()))
        }
    }
}

/// The names of requirements by their ids, joined.
pub(super) fn requirements(saved: &Saved, ids: &[String], language: Language) -> String {
    let name = |id: &String| {
        let told = saved.requirements.iter().find(|told| told.id == *id);
        told.map_or_else(|| id.clone(), |told| language.pick(&told.en, &told.zh).to_owned())
    };
    ids.iter().map(name).collect::<Vec<_>>().join(language.pick("; ", "、"))
}

/// The name of a class, of the standard's lists or of the vocabulary that comes with the tool; else its id.
pub(super) fn class<'c>(id: &'c str, vocabulary: &'c Vocabulary, language: Language) -> &'c str {
    vocabulary.class_names(id).map_or(id, |(zh, en)| language.pick(en, zh))
}
