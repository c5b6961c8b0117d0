//! What each column of the tables of differences between two runs says.
//!
//! Comes in: nothing. Goes out: the lists of columns, in their order. Not here: logic, and the tables of a run
//! ([`column_docs`](super::column_docs)).

use super::column_docs::LAYER;
use super::columns::Doc;
use super::columns::Dtype::{F64, I64, Text, U32, Wkb};
use super::columns::Repeats::Once;

const H3: Doc = Doc(Once, "h3", Text, "", "H3 index of the cell", "单元的 H3 编号");
const REQUIREMENT: Doc =
    Doc(Once, "requirement", Text, "", "id of the requirement in the standard", "标准中要求的编号");

pub(super) static COMPARE_GAPS: [Doc; 13] = [
    H3,
    REQUIREMENT,
    Doc(
        Once,
        "residents",
        F64,
        "{w}",
        "weight of the cell in B, or in A where B has none",
        "单元权重（取 B；B 无则取 A）",
    ),
    Doc(
        Once,
        "change",
        Text,
        "",
        "gained: met in B only; lost: met in A only; walk: the same status with another walk or count; unclear: unknown in one of them; only_a, only_b: in one run only. Rows that are the same are left out",
        "gained 仅 B 达标；lost 仅 A 达标；walk 结论相同而步行时间或数量不同；unclear 一方未知；only_a、only_b 仅一方有。相同的行不列出",
    ),
    Doc(Once, "status_a", Text, "", "status in A", "A 的状态"),
    Doc(Once, "status_b", Text, "", "status in B", "B 的状态"),
    Doc(Once, "reason_a", Text, "", "reason in A", "A 的原因"),
    Doc(Once, "reason_b", Text, "", "reason in B", "B 的原因"),
    Doc(Once, "nearest_s_a", F64, "s", "walk to the nearest outlet that counts in A", "A 中最近网点的步行秒数"),
    Doc(Once, "nearest_s_b", F64, "s", "the same in B", "B 中最近网点的步行秒数"),
    Doc(Once, "nearest_change_s", F64, "s", "B less A", "B 减 A"),
    Doc(Once, "nearest_id_a", Text, "", "that outlet in A", "A 中该网点"),
    Doc(Once, "nearest_id_b", Text, "", "that outlet in B", "B 中该网点"),
];

pub(super) static COMPARE_CELLS: [Doc; 14] = [
    H3,
    Doc(Once, "zone_id", Text, "", "zone of the centre in B, or in A", "中心所在分区（取 B，B 无则取 A）"),
    Doc(
        Once,
        "change",
        Text,
        "",
        "better: some requirements gained, none lost; worse: the other way round; mixed: both; same; only_a, only_b: in one run only",
        "better 有新达标、无失去；worse 相反；mixed 两者都有；same 不变；only_a、only_b 仅一方有",
    ),
    Doc(Once, "gained", Text, "", "requirements met in B only, joined by ;", "仅 B 达标的要求，以 ; 相连"),
    Doc(Once, "lost", Text, "", "requirements met in A only, joined by ;", "仅 A 达标的要求，以 ; 相连"),
    Doc(Once, "residents_a", F64, "{w}", "weight in A", "A 的权重"),
    Doc(Once, "residents_b", F64, "{w}", "weight in B", "B 的权重"),
    Doc(Once, "met_a", U32, "", "requirements met in A", "A 达标数"),
    Doc(Once, "met_b", U32, "", "requirements met in B", "B 达标数"),
    Doc(Once, "not_met_a", U32, "", "requirements not met in A", "A 未达标数"),
    Doc(Once, "not_met_b", U32, "", "requirements not met in B", "B 未达标数"),
    Doc(Once, "missing_a", Text, "", "what is missing in A", "A 缺少的要求"),
    Doc(Once, "missing_b", Text, "", "what is missing in B", "B 缺少的要求"),
    Doc(Once, "geometry", Wkb, "WGS-84", "the cell as a polygon", "单元多边形"),
];

pub(super) static COMPARE_ZONES: [Doc; 15] = [
    Doc(
        Once,
        "zone_id",
        Text,
        "",
        "zone; `*` is the whole city, null what is in no zone",
        "分区；`*` 为全市，空为不在任何分区",
    ),
    Doc(Once, "zone_name", Text, "", "its name", "名称"),
    LAYER,
    REQUIREMENT,
    Doc(Once, "in", Text, "", "both, only_a or only_b", "both 两者皆有；only_a、only_b 仅一方有"),
    Doc(Once, "minutes_a", U32, "min", "minutes of the requirement in A", "A 要求的分钟数"),
    Doc(Once, "minutes_b", U32, "min", "the same in B", "B 要求的分钟数"),
    Doc(Once, "residents_a", F64, "{w}", "all {w} of the zone in A", "A 分区全部{w}"),
    Doc(Once, "residents_b", F64, "{w}", "the same in B", "B 分区全部{w}"),
    Doc(Once, "residents_met_a", F64, "{w}", "those for whom it is met in A", "A 达标者"),
    Doc(Once, "residents_met_b", F64, "{w}", "the same in B", "B 达标者"),
    Doc(Once, "residents_met_change", F64, "{w}", "B less A", "B 减 A"),
    Doc(Once, "share_met_a", F64, "", "share of those of whom something is known in A, 0 to 1", "A 达标占比，0 至 1"),
    Doc(Once, "share_met_b", F64, "", "the same in B", "B 达标占比"),
    Doc(Once, "share_change", F64, "", "B less A", "B 减 A"),
];

pub(super) static COMPARE_FORMATS: [Doc; 12] = [
    Doc(Once, "format", Text, "", "id of the format", "业态编号"),
    Doc(Once, "zh", Text, "", "its name in Chinese", "中文名称"),
    Doc(Once, "en", Text, "", "its name in English", "英文名称"),
    Doc(Once, "minutes", U32, "min", "a tier that both runs have", "两次运行共有的时限"),
    Doc(Once, "outlets_a", U32, "outlets", "outlets that count in A", "A 计入的网点数"),
    Doc(Once, "outlets_b", U32, "outlets", "the same in B", "B 计入的网点数"),
    Doc(Once, "outlets_change", I64, "outlets", "B less A", "B 减 A"),
    Doc(
        Once,
        "residents_a",
        F64,
        "{w}",
        "with one within the minutes in A; null when unknown",
        "A 时限内可达者；未知时为空",
    ),
    Doc(Once, "residents_b", F64, "{w}", "the same in B", "B 时限内可达者"),
    Doc(Once, "share_a", F64, "", "the same as a share of all, 0 to 1", "A 占比，0 至 1"),
    Doc(Once, "share_b", F64, "", "the same in B", "B 占比"),
    Doc(Once, "share_change", F64, "", "B less A", "B 减 A"),
];

pub(super) static COMPARE_INPUTS: [Doc; 6] = [
    Doc(
        Once,
        "kind",
        Text,
        "",
        "input, residents, standard, model, setting or version",
        "类别：输入、居民、标准、步行模型、设置、版本",
    ),
    Doc(Once, "what", Text, "", "which", "项目"),
    Doc(
        Once,
        "change",
        Text,
        "",
        "same, changed, only_a or only_b",
        "same 相同；changed 不同；only_a、only_b 仅一方有",
    ),
    Doc(Once, "a", Text, "", "in A; files with the first signs of their SHA-256", "A 的值；文件附 SHA-256 前几位"),
    Doc(Once, "b", Text, "", "in B", "B 的值"),
    Doc(
        Once,
        "accepted",
        Text,
        "",
        "the name by which the difference was accepted; null where it needs no accepting",
        "接受该差异所用的名称；无须接受时为空",
    ),
];
