//! What the columns of the tables about zones say: ratings, formats and circles of zones.
//!
//! Comes in: nothing. Goes out: one list per table, in the order of its columns. Not here: logic.

use super::column_docs::{ZONE_ID, ZONE_NAME};
use super::columns::Doc;
use super::columns::Dtype::{F64, Text, U32};
use super::columns::Repeats::Once;

pub(super) static RATINGS: [Doc; 11] = [
    ZONE_ID,
    ZONE_NAME,
    Doc(Once, "kind", Text, "", "measure: a number; rule; grade", "measure 指标；rule 规则；grade 等级"),
    Doc(
        Once,
        "id",
        Text,
        "",
        "id of the measure, rule or grade in the standard; null where the zone has no grade",
        "标准中指标、规则或等级的编号；无等级时为空",
    ),
    Doc(Once, "name_zh", Text, "", "its name in Chinese", "中文名称"),
    Doc(Once, "name_en", Text, "", "its name in English", "英文名称"),
    Doc(
        Once,
        "status",
        Text,
        "",
        "measure: known, not_known_well, unknown; rule: met, not_met, unknown, not_asked; grade: rated, undefined: the rule gives none; unknown: numbers are missing; no_grades: the standard has none",
        "指标：known 已知、not_known_well 仅知范围、unknown 未知；规则：met 符合、not_met 不符合、unknown 未知、not_asked 不适用；等级：rated 已评、undefined 规则未规定、unknown 缺少数据、no_grades 标准不评级",
    ),
    Doc(Once, "value", F64, "", "the number of a measure, or the least that it may be", "指标数值，或其下限"),
    Doc(
        Once,
        "value_most",
        F64,
        "",
        "the most that it may be; null where nothing says",
        "指标数值的上限；无从得知时为空",
    ),
    Doc(
        Once,
        "why_zh",
        Text,
        "",
        "the conditions that failed or are open, in Chinese; null where all hold",
        "未满足或待定的条件（中文）；全部满足时为空",
    ),
    Doc(Once, "why_en", Text, "", "the same in English", "同上（英文）"),
];

pub(super) static ZONE_FORMATS: [Doc; 9] = [
    ZONE_ID,
    ZONE_NAME,
    Doc(Once, "format", Text, "", "id of the format", "业态编号"),
    Doc(Once, "class", Text, "", "class of the format", "业态类别"),
    Doc(
        Once,
        "status",
        Text,
        "",
        "inside: an outlet stands in the zone; reachable: none does, and some residents reach one within the longest tier; missing: neither; unknown: the registry has no such format",
        "inside 分区内有；reachable 分区内无但部分居民在最长时限内可达；missing 均无；unknown 名录无此业态",
    ),
    Doc(Once, "outlets", U32, "outlets", "outlets that stand in the zone", "分区内网点数"),
    Doc(Once, "chain_outlets", U32, "outlets", "of these, those of a chain known by name", "其中已识别的连锁网点数"),
    Doc(
        Once,
        "residents_reaching",
        F64,
        "{w}",
        "those with an outlet within the longest tier, wherever it stands",
        "在最长时限内可达该业态者（网点不限于分区内）",
    ),
    Doc(
        Once,
        "share_reaching",
        F64,
        "",
        "the same as a share of the zone; null where it is unknown or nobody lives there",
        "占分区的比例；未知或无居民时为空",
    ),
];

pub(super) static ZONE_CIRCLES: [Doc; 9] = [
    ZONE_ID,
    ZONE_NAME,
    Doc(
        Once,
        "circle",
        Text,
        "",
        "id of the circle; `=k`: residents who have exactly k circles",
        "圈的编号；`=k` 为恰好满足 k 个圈的居民",
    ),
    Doc(Once, "name_zh", Text, "", "its name in Chinese", "中文名称"),
    Doc(Once, "name_en", Text, "", "its name in English", "英文名称"),
    Doc(Once, "residents_met", F64, "{w}", "those who have it", "满足者"),
    Doc(
        Once,
        "residents_not_met",
        F64,
        "{w}",
        "those who do not, for want of a street too; null for `=k`",
        "未满足者（含附近无道路）；`=k` 为空",
    ),
    Doc(
        Once,
        "residents_unknown",
        F64,
        "{w}",
        "those of whom it cannot be said; null for `=k`",
        "无法判断者；`=k` 为空",
    ),
    Doc(
        Once,
        "share_met",
        F64,
        "",
        "share of those of whom it is known; for `=k` of all",
        "占已知者的比例；`=k` 为占全部的比例",
    ),
];
