//! What each column of the tables of emergency supply says.
//!
//! Comes in: nothing. Goes out: the lists of columns, in their order. Not here: logic, and the tables of a run
//! ([`column_docs`](super::column_docs)).

use super::column_docs::GEOMETRY_POINT;
use super::columns::Doc;
use super::columns::Dtype::{Bool, F64, Text, U32, Wkb};
use super::columns::Repeats::Once;

const STATUS: &str = "covered: as many nodes within the minutes as everybody should reach; short: some, but fewer; none; no_street: the cell has no street";
const STATUS_ZH: &str = "covered 时限内保供点数达到要求；short 有但不足；none 没有；no_street 附近无道路";

pub(super) static SUPPLY_CELLS: [Doc; 11] = [
    Doc(Once, "h3", Text, "", "H3 index of the cell", "单元的 H3 编号"),
    Doc(Once, "residents", F64, "{w}", "weight of the cell: {w}", "单元权重：{w}"),
    Doc(Once, "zone_id", Text, "", "zone of the centre; null outside all zones", "中心所在分区；不在任何分区时为空"),
    Doc(Once, "status", Text, "", STATUS, STATUS_ZH),
    Doc(
        Once,
        "status_failed",
        Text,
        "",
        "the same with the nodes of --fail gone; null without any",
        "--fail 所列保供点停供时的状态；未指定时为空",
    ),
    Doc(
        Once,
        "nodes",
        U32,
        "nodes",
        "supply nodes within the minutes; null without a street",
        "时限内的保供点数；附近无道路时为空",
    ),
    Doc(
        Once,
        "nearest_id",
        Text,
        "",
        "the nearest node within twice the minutes; null where there is none",
        "两倍时限内最近的保供点；没有时为空",
    ),
    Doc(Once, "nearest_s", F64, "s", "the walk to it", "到该点的步行秒数"),
    Doc(Once, "next_id", Text, "", "the second nearest", "次近的保供点"),
    Doc(Once, "next_s", F64, "s", "the walk to it", "到该点的步行秒数"),
    Doc(Once, "geometry", Wkb, "WGS-84", "the cell as a polygon", "单元多边形"),
];

pub(super) static SUPPLY_NODES: [Doc; 14] = [
    Doc(
        Once,
        "rank",
        U32,
        "",
        "1 is the node whose failure leaves most residents without any",
        "顺序；1 为停供后使最多居民失去全部保供点者",
    ),
    Doc(Once, "id", Text, "", "id of the outlet", "网点编号"),
    Doc(Once, "name", Text, "", "its name", "名称"),
    Doc(Once, "formats", Text, "", "its formats, joined by ;", "业态，以 ; 相连"),
    Doc(Once, "zone_id", Text, "", "zone that it stands in", "所在分区"),
    Doc(
        Once,
        "on_street",
        Bool,
        "",
        "whether a street leads to it; without one it serves nobody",
        "是否接入道路；否则不服务任何居民",
    ),
    Doc(Once, "residents_within", F64, "{w}", "those within the minutes of it", "时限内可达者"),
    Doc(Once, "residents_nearest", F64, "{w}", "those for whom it is the nearest", "以其为最近者"),
    Doc(
        Once,
        "residents_only",
        F64,
        "{w}",
        "those who reach no other within the minutes: when it fails, they have none",
        "时限内仅有此点者：其停供后一处也没有",
    ),
    Doc(
        Once,
        "residents_fall_short",
        F64,
        "{w}",
        "those who reach just as many as everybody should, this one among them",
        "连同此点刚好达到要求者：其停供后不足",
    ),
    Doc(
        Once,
        "extra_s",
        F64,
        "s",
        "how much longer those for whom it is the nearest walk to the next, on average over those with a next one",
        "以其为最近者改往次近点平均多走的秒数",
    ),
    Doc(Once, "lon", F64, "degrees", "longitude, WGS-84", "经度（WGS-84）"),
    Doc(Once, "lat", F64, "degrees", "latitude, WGS-84", "纬度（WGS-84）"),
    GEOMETRY_POINT,
];

pub(super) static SUPPLY_ZONES: [Doc; 10] = [
    Doc(Once, "zone_id", Text, "", "zone; `*` is the whole city", "分区；`*` 为全市"),
    Doc(Once, "zone_name", Text, "", "its name", "名称"),
    Doc(Once, "residents", F64, "{w}", "all {w} of the zone", "分区全部{w}"),
    Doc(Once, "residents_covered", F64, "{w}", "those with enough nodes", "保供点数达到要求者"),
    Doc(Once, "residents_short", F64, "{w}", "those with some, but too few", "有但不足者"),
    Doc(Once, "residents_none", F64, "{w}", "those with none", "没有者"),
    Doc(Once, "residents_no_street", F64, "{w}", "those without a street", "附近无道路者"),
    Doc(Once, "share_covered", F64, "", "residents_covered / residents, 0 to 1", "达到要求者占比，0 至 1"),
    Doc(
        Once,
        "worst_node",
        Text,
        "",
        "the node whose failure leaves most residents of the zone without any; null where no node does",
        "停供后使本区最多居民失去全部保供点者；没有时为空",
    ),
    Doc(Once, "worst_residents", F64, "{w}", "how many those are", "涉及的居民"),
];
