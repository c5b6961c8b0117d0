//! What the columns of the tables for maps and reports say: requirements, shapes of zones, streets, isochrones.
//!
//! Comes in: nothing. Goes out: one list per table, in the order of its columns. Not here: logic.

use super::column_docs::{CLASS, DISTANCE, MINUTES, REQUIREMENT, ZONE_ID, ZONE_NAME};
use super::columns::Doc;
use super::columns::Dtype::{F64, Text, U32, Wkb};
use super::columns::Repeats::Once;

/// A sum of residents over the city.
const fn sum(name: &'static str, en: &'static str, zh: &'static str) -> Doc {
    Doc(Once, name, F64, "{w}", en, zh)
}

pub(super) static REQUIREMENTS: [Doc; 23] = [
    REQUIREMENT,
    Doc(Once, "name_zh", Text, "", "its name in Chinese", "中文名称"),
    Doc(Once, "name_en", Text, "", "its name in English", "英文名称"),
    CLASS,
    MINUTES,
    DISTANCE,
    Doc(Once, "any_of", Text, "", "formats of which any serves, joined by `;`", "任一即可的业态编号，以 `;` 连接"),
    Doc(Once, "all_of", Text, "", "formats each of which is needed, joined by `;`", "缺一不可的业态编号，以 `;` 连接"),
    Doc(Once, "min_count", U32, "outlets", "how many outlets must be within the walk", "步行范围内至少应有的网点数"),
    Doc(
        Once,
        "group",
        Text,
        "",
        "group of residents at whose speed it is walked; null for everybody's",
        "按其步速计算的人群；空为全体居民",
    ),
    Doc(Once, "source", Text, "", "where the requirement comes from", "要求的出处"),
    Doc(
        Once,
        "share_met",
        F64,
        "0 to 1",
        "met / (met + not met + no street); null when nothing is known",
        "达标 /（达标 + 未达标 + 附近无道路）；均未知时为空",
    ),
    sum("residents_met", "with the requirement met", "达标"),
    sum("residents_not_met", "without", "未达标"),
    sum("residents_unknown", "not to be judged", "无法判断"),
    sum("residents_no_street", "in cells without a street", "附近无道路"),
    sum("beyond_budget", "of those without: the nearest is too far", "未达标者中：最近网点超出时限"),
    sum("detour", "of those without: near as the crow flies, and far on foot", "未达标者中：直线近、步行绕行远"),
    sum("too_few", "of those without: some, and too few", "未达标者中：数量不足"),
    sum("no_outlet", "of those without: none within an hour", "未达标者中：一小时内无网点"),
    sum("gate", "of those without: a gate is in the way", "未达标者中：大门阻隔"),
    sum("island", "of those without: on a street that is cut off", "未达标者中：位于孤立路段"),
    sum("edge_of_data", "of those without: the walk comes to the edge of the extract", "未达标者中：步行至数据边缘"),
];

pub(super) static ZONE_SHAPES: [Doc; 3] =
    [ZONE_ID, ZONE_NAME, Doc(Once, "geometry", Wkb, "WGS-84", "the area of the zone", "分区范围")];

pub(super) static STREETS: [Doc; 4] = [
    Doc(
        Once,
        "level",
        U32,
        "",
        "1: a main street (trunk to tertiary); 2: any other",
        "1 主要道路（干线至三级）；2 其他道路",
    ),
    Doc(Once, "class", Text, "", "class of the street by the rules", "道路类别"),
    Doc(
        Once,
        "name",
        Text,
        "",
        "its name; null when it has none, when it is no main street, and without the extract",
        "名称；无名、非主要道路或仅有路网文件时为空",
    ),
    Doc(Once, "geometry", Wkb, "WGS-84", "the street, simplified to 4 m", "道路线形，简化至 4 米"),
];

pub(super) static ISOCHRONES: [Doc; 8] = [
    Doc(Once, "origin", Text, "", "H3 index of the cell at whose centre the walk begins", "步行起点所在单元的 H3 编号"),
    Doc(
        Once,
        "kind",
        Text,
        "",
        "zone_centre: the cell in the middle of the zone's residents; longest_walk: the inhabited cell of a zone with the longest walk to what most residents lack there",
        "zone_centre 分区居民重心所在单元；longest_walk 分区内到最缺业态步行最远的居住单元",
    ),
    ZONE_ID,
    ZONE_NAME,
    Doc(Once, "minutes", U32, "min", "walking time", "步行时间"),
    Doc(Once, "status", Text, "", "reached, or no_street", "reached 可达，或 no_street 附近无道路"),
    Doc(Once, "area_m2", F64, "m2", "area within the time; null without a street", "时限内可达面积；无道路时为空"),
    Doc(
        Once,
        "geometry",
        Wkb,
        "WGS-84",
        "the area: 25 m to both sides of the streets reached, to within 10 m; null without a street",
        "范围：可达道路两侧各 25 米，误差 10 米以内；无道路时为空",
    ),
];
