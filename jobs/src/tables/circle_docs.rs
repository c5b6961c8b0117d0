//! What each column of drawn circles and their members says.
//!
//! Comes in: nothing. Goes out: the lists of columns, in their order. Not here: logic, and the tables of a run
//! ([`column_docs`](super::column_docs)).

use super::columns::Doc;
use super::columns::Dtype::{F64, Text, U32, Wkb};
use super::columns::Repeats::Once;

pub(super) static CIRCLES: [Doc; 19] = [
    Doc(Once, "id", Text, "", "id of the circle", "生活圈编号"),
    Doc(
        Once,
        "name",
        Text,
        "",
        "after the zone that its centre is in; the id where cells were grouped",
        "以中心所在社区命名；按单元划分时与编号相同",
    ),
    Doc(
        Once,
        "within",
        Text,
        "",
        "the area of --within whose border it does not cross; null without one",
        "所属上级区域（--within），不跨其边界；未指定时为空",
    ),
    Doc(
        Once,
        "status",
        Text,
        "",
        "ok; too_few, too_many: residents outside the limits; too_far: fewer residents within the radius than asked for; several are joined by ;",
        "ok 符合；too_few、too_many 居民数低于下限或高于上限；too_far 半径内居民占比不足；多项以 ; 相连",
    ),
    Doc(Once, "members", U32, "", "zones or cells in it", "成员数（社区或单元）"),
    Doc(Once, "residents", F64, "{w}", "all {w} of its members", "成员的全部{w}"),
    Doc(Once, "residents_within", F64, "{w}", "those within the radius of the centre", "步行半径内者"),
    Doc(
        Once,
        "residents_beyond",
        F64,
        "{w}",
        "those whose walk to the centre is longer, up to an hour",
        "超出半径、步行一小时以内者",
    ),
    Doc(
        Once,
        "residents_no_way",
        F64,
        "{w}",
        "those without a street, or with no way to the centre within an hour",
        "附近无道路，或一小时内走不到中心者",
    ),
    Doc(
        Once,
        "share_within",
        F64,
        "",
        "residents_within / residents, 0 to 1; null where nobody lives",
        "半径内居民占比，0 至 1；无居民时为空",
    ),
    Doc(Once, "mean_s", F64, "s", "mean walk of the residents to the centre", "居民到中心的平均步行秒数"),
    Doc(Once, "worst_s", F64, "s", "longest walk to the centre", "到中心最远的步行秒数"),
    Doc(Once, "centre_h3", Text, "", "the cell that is the centre", "中心所在单元"),
    Doc(Once, "centre_lon", F64, "°", "longitude of the centre", "中心经度"),
    Doc(Once, "centre_lat", F64, "°", "latitude of the centre", "中心纬度"),
    Doc(Once, "area_km2", F64, "km2", "area of the shape", "面积"),
    Doc(Once, "member_ids", Text, "", "ids of the members, joined by ;", "成员编号，以 ; 相连"),
    Doc(
        Once,
        "member_names",
        Text,
        "",
        "names of the members, joined by ;; empty where cells were grouped",
        "成员名称，以 ; 相连；按单元划分时为空",
    ),
    Doc(
        Once,
        "geometry",
        Wkb,
        "WGS-84",
        "the union of the members; of cells with holes closed in which nobody of another circle lives",
        "成员的并集；按单元划分时，填补其中无他圈居民的空洞",
    ),
];

pub(super) static CIRCLE_MEMBERS: [Doc; 10] = [
    Doc(Once, "member_id", Text, "", "id of the zone, or H3 index of the cell", "社区编号或 H3 单元索引"),
    Doc(Once, "member_name", Text, "", "name of the zone; empty for a cell", "社区名称；单元为空"),
    Doc(Once, "circle_id", Text, "", "its circle; null for a member of none", "所属生活圈；未划入时为空"),
    Doc(
        Once,
        "status",
        Text,
        "",
        "in_circle; no_street: no home in it is near a street; no_residents: nobody lives in it; outside: in no area of --within",
        "in_circle 已划入；no_street 其中住宅附近均无道路；no_residents 无居民；outside 不在 --within 各区域内",
    ),
    Doc(Once, "residents", F64, "{w}", "its {w}", "{w}"),
    Doc(Once, "residents_within", F64, "{w}", "those within the radius of the circle's centre", "半径内者"),
    Doc(Once, "residents_beyond", F64, "{w}", "those farther, up to an hour", "超出半径者"),
    Doc(Once, "residents_no_way", F64, "{w}", "those without a way within an hour", "一小时内无路可达者"),
    Doc(Once, "mean_s", F64, "s", "mean walk to the circle's centre", "到圈中心的平均步行秒数"),
    Doc(Once, "worst_s", F64, "s", "longest walk to the circle's centre", "到圈中心最远的步行秒数"),
];
