//! What each column says: the data behind [`columns`](super::columns).
//!
//! Comes in: nothing. Goes out: one list per table, in the order of its columns. Not here: logic.

use super::columns::Doc;
use super::columns::Dtype::{Bool, F64, I64, Text, U32, U64, Wkb};
use super::columns::Repeats::{Once, PerGroup, PerTier};

const H3: Doc = Doc(Once, "h3", Text, "", "H3 index of the cell", "单元的 H3 编号");
const REQUIREMENT: Doc =
    Doc(Once, "requirement", Text, "", "id of the requirement in the standard", "标准中要求的编号");
const CLASS: Doc = Doc(Once, "class", Text, "", "class of the requirement", "要求的类别");
const MINUTES: Doc = Doc(Once, "minutes", U32, "min", "walking time that the requirement allows", "要求的步行时间");
const ZONE_ID: Doc = Doc(
    Once,
    "zone_id",
    Text,
    "",
    "id of the zone; `*` the whole city, null outside all zones",
    "分区编号；`*` 为全市，空为不在任何分区",
);
const ZONE_NAME: Doc =
    Doc(Once, "zone_name", Text, "", "name of the zone; null outside all zones", "分区名称；不在任何分区时为空");
const SNAP_DISTANCE: Doc = Doc(
    Once,
    "snap_distance_m",
    F64,
    "m",
    "straight line to the street; null without one",
    "到道路的直线距离；无道路时为空",
);
const GEOMETRY_POINT: Doc = Doc(Once, "geometry", Wkb, "WGS-84", "the point", "点");

pub(super) static CELLS: [Doc; 16] = [
    H3,
    Doc(Once, "h3_u64", U64, "", "the same index as a number, for joins", "同一编号的数值形式，便于连接"),
    Doc(Once, "lon", F64, "degrees", "longitude of the centre, WGS-84", "中心经度（WGS-84）"),
    Doc(Once, "lat", F64, "degrees", "latitude of the centre, WGS-84", "中心纬度（WGS-84）"),
    Doc(Once, "residents", F64, "{w}", "weight of the cell: {w}", "单元权重：{w}"),
    Doc(PerGroup, "residents_{}", F64, "residents", "residents of group {}", "{} 组居民数"),
    Doc(Once, "zone_id", Text, "", "zone of the centre; null outside all zones", "中心所在分区；不在任何分区时为空"),
    Doc(
        Once,
        "snap_status",
        Text,
        "",
        "main: the nearest street; off_island: the nearest that is not cut off; island: only cut-off pieces are near; no_street: none near enough",
        "main 最近的道路；off_island 避开孤立路段后最近的道路；island 附近只有孤立路段；no_street 附近无道路",
    ),
    SNAP_DISTANCE,
    Doc(Once, "met", U32, "requirements", "how many requirements are met", "达标要求数"),
    Doc(
        Once,
        "not_met",
        U32,
        "requirements",
        "how many are not met, for want of a street too",
        "未达标要求数（含附近无道路）",
    ),
    Doc(
        Once,
        "unknown",
        U32,
        "requirements",
        "how many cannot be judged: the registry has no such format",
        "无法判断的要求数（名录无此业态）",
    ),
    Doc(
        Once,
        "requirements",
        U32,
        "requirements",
        "how many there are: the sum of the three",
        "要求总数，即以上三者之和",
    ),
    Doc(
        Once,
        "all_met",
        Bool,
        "",
        "whether all are met; null when unknown ones decide it",
        "是否全部达标；取决于无法判断的要求时为空",
    ),
    Doc(Once, "missing", Text, "", "ids of the requirements not met, joined by `;`", "未达标要求的编号，以 `;` 连接"),
    Doc(Once, "geometry", Wkb, "WGS-84", "the cell as a polygon", "单元多边形"),
];

pub(super) static ACCESS: [Doc; 6] = [
    H3,
    Doc(Once, "format", Text, "", "id of the format", "业态编号"),
    Doc(
        Once,
        "status",
        Text,
        "",
        "reachable; beyond_budget: none within the longest tier; no_outlet: none within an hour; format_not_in_registry: unknown; no_street: the cell has no street",
        "reachable 可达；beyond_budget 超出最长时限；no_outlet 步行一小时内无网点；format_not_in_registry 名录无此业态（未知）；no_street 附近无道路",
    ),
    Doc(
        Once,
        "nearest_s",
        F64,
        "s",
        "walk to the nearest outlet; null when none is found",
        "到最近网点的步行秒数；未找到时为空",
    ),
    Doc(Once, "nearest_id", Text, "", "source id of that outlet", "该网点的来源编号"),
    Doc(
        PerTier,
        "n_{}",
        U32,
        "outlets",
        "outlets within {} minutes; null when unknown",
        "{} 分钟内的网点数；未知时为空",
    ),
];

pub(super) static GAPS: [Doc; 9] = [
    H3,
    REQUIREMENT,
    CLASS,
    MINUTES,
    Doc(
        Once,
        "status",
        Text,
        "",
        "met; not_met; unknown: the registry has no such format; no_street",
        "met 达标；not_met 未达标；unknown 名录无此业态；no_street 附近无道路",
    ),
    Doc(
        Once,
        "reason",
        Text,
        "",
        "why not: no_outlet: none within an hour; beyond_budget: the nearest is too far; too_few: not enough within the time; no_street; format_not_in_registry: unknown; null when met",
        "原因：no_outlet 步行一小时内无网点；beyond_budget 最近网点超出时限；too_few 时限内数量不足；no_street 附近无道路；format_not_in_registry 名录无此业态（未知）；达标时为空",
    ),
    Doc(
        Once,
        "nearest_s",
        F64,
        "s",
        "walk to the nearest outlet that counts; null when none is found",
        "到最近合格网点的步行秒数；未找到时为空",
    ),
    Doc(Once, "nearest_id", Text, "", "source id of that outlet", "该网点的来源编号"),
    Doc(
        Once,
        "within",
        U32,
        "outlets",
        "outlets that count within the time; null when unknown",
        "时限内的合格网点数；未知时为空",
    ),
];

pub(super) static ZONES: [Doc; 11] = [
    ZONE_ID,
    ZONE_NAME,
    REQUIREMENT,
    CLASS,
    MINUTES,
    Doc(Once, "residents", F64, "{w}", "all in the zone: {w}", "分区合计：{w}"),
    Doc(Once, "residents_met", F64, "{w}", "of these, with the requirement met", "其中达标"),
    Doc(Once, "residents_not_met", F64, "{w}", "of these, without", "其中未达标"),
    Doc(
        Once,
        "residents_unknown",
        F64,
        "{w}",
        "of these, not to be judged: the registry has no such format",
        "其中无法判断（名录无此业态）",
    ),
    Doc(Once, "residents_no_street", F64, "{w}", "of these, in cells without a street", "其中附近无道路"),
    Doc(
        Once,
        "share_met",
        F64,
        "0 to 1",
        "met / (met + not met + no street); null when nothing is known",
        "达标 /（达标 + 未达标 + 附近无道路）；均未知时为空",
    ),
];

pub(super) static ZONE_SUMMARY: [Doc; 11] = [
    ZONE_ID,
    ZONE_NAME,
    Doc(Once, "residents", F64, "{w}", "all in the zone: {w}", "分区合计：{w}"),
    Doc(Once, "cells", U32, "cells", "residence cells in the zone", "分区内居住单元数"),
    Doc(Once, "residents_all_met", F64, "{w}", "in cells that meet every requirement", "全部要求达标的单元合计"),
    Doc(
        Once,
        "residents_some_missing",
        F64,
        "{w}",
        "in cells that lack something or have no street",
        "有缺项或附近无道路的单元合计",
    ),
    Doc(
        Once,
        "residents_undecided",
        F64,
        "{w}",
        "in cells where unknown formats decide it",
        "取决于未知业态的单元合计",
    ),
    Doc(Once, "requirements", U32, "requirements", "how many requirements there are", "要求总数"),
    Doc(Once, "met_everywhere", U32, "requirements", "how many are met for every resident", "所有居民均达标的要求数"),
    Doc(
        Once,
        "unknown",
        U32,
        "requirements",
        "how many cannot be judged for any resident",
        "对所有居民均无法判断的要求数",
    ),
    Doc(
        Once,
        "missing",
        Text,
        "",
        "ids of the requirements that some lack, for want of a street too, joined by `;`, most residents first",
        "有居民缺少的要求编号（含附近无道路），以 `;` 连接，按影响居民数降序",
    ),
];

pub(super) static FORMATS: [Doc; 10] = [
    Doc(Once, "format", Text, "", "id of the format", "业态编号"),
    Doc(Once, "zh", Text, "", "its name in Chinese", "中文名称"),
    Doc(Once, "en", Text, "", "its name in English", "英文名称"),
    Doc(Once, "class", Text, "", "class of the format", "业态类别"),
    Doc(Once, "outlets", U32, "outlets", "outlets of this format in the registry", "名录中的网点数"),
    Doc(
        PerTier,
        "residents_{}",
        F64,
        "{w}",
        "with one within {} minutes; null when unknown",
        "{} 分钟内可达；未知时为空",
    ),
    Doc(
        PerTier,
        "share_{}",
        F64,
        "0 to 1",
        "the same as a share of all; null when unknown",
        "占全部的份额；未知时为空",
    ),
    Doc(
        Once,
        "residents_beyond",
        F64,
        "{w}",
        "with none within the longest tier; null when unknown",
        "最长时限内不可达；未知时为空",
    ),
    Doc(
        Once,
        "residents_no_street",
        F64,
        "{w}",
        "in cells without a street; null when unknown",
        "附近无道路；未知时为空",
    ),
    Doc(
        Once,
        "status",
        Text,
        "",
        "in_registry, or not_in_registry: nothing can be said about it",
        "in_registry 名录有；not_in_registry 名录无，无法判断",
    ),
];

pub(super) static OUTLETS: [Doc; 12] = [
    Doc(Once, "outlet_id", U32, "", "number of the outlet in this run", "本次运行中的网点序号"),
    Doc(Once, "source", Text, "", "where it comes from", "来源"),
    Doc(Once, "source_id", Text, "", "its id there", "来源编号"),
    Doc(Once, "name", Text, "", "its name; null when it has none", "名称；无名时为空"),
    Doc(Once, "lon", F64, "degrees", "longitude, WGS-84", "经度（WGS-84）"),
    Doc(Once, "lat", F64, "degrees", "latitude, WGS-84", "纬度（WGS-84）"),
    Doc(Once, "formats", Text, "", "ids of its formats, joined by `;`", "业态编号，以 `;` 连接"),
    Doc(
        Once,
        "snap_status",
        Text,
        "",
        "main, off_island, island or no_street, as in cells",
        "main、off_island、island 或 no_street，同 cells 表",
    ),
    SNAP_DISTANCE,
    Doc(
        Once,
        "way_id",
        I64,
        "",
        "OSM way it is reached from; null without a street",
        "接入的 OSM 道路编号；无道路时为空",
    ),
    Doc(Once, "status", Text, "", "used, or no_street: too far from any street", "used 已使用；no_street 距道路过远"),
    GEOMETRY_POINT,
];

pub(super) static SNAPS: [Doc; 12] = [
    Doc(Once, "kind", Text, "", "cell or outlet", "cell 单元或 outlet 网点"),
    Doc(Once, "id", Text, "", "H3 index or source id", "H3 编号或来源编号"),
    Doc(Once, "lon", F64, "degrees", "longitude of the point, WGS-84", "原点经度（WGS-84）"),
    Doc(Once, "lat", F64, "degrees", "latitude of the point, WGS-84", "原点纬度（WGS-84）"),
    Doc(
        Once,
        "snap_lon",
        F64,
        "degrees",
        "longitude where it meets the street; null without one",
        "接入点经度；无道路时为空",
    ),
    Doc(
        Once,
        "snap_lat",
        F64,
        "degrees",
        "latitude where it meets the street; null without one",
        "接入点纬度；无道路时为空",
    ),
    Doc(Once, "distance_m", F64, "m", "straight line between the two", "两点直线距离"),
    Doc(Once, "way_id", I64, "", "OSM way of the street", "OSM 道路编号"),
    Doc(
        Once,
        "side",
        Text,
        "",
        "side of the way in its drawn direction: left, right or on",
        "位于道路绘制方向的左侧、右侧或路上（left、right、on）",
    ),
    Doc(Once, "along_m", F64, "m", "way along the link from its tail", "自路段起点的距离"),
    Doc(Once, "component_points", U32, "nodes", "size of the connected piece of network", "所在连通路网的节点数"),
    Doc(
        Once,
        "status",
        Text,
        "",
        "main, off_island, island or no_street, as in cells",
        "main、off_island、island 或 no_street，同 cells 表",
    ),
];

pub(super) static REJECTED: [Doc; 5] = [
    Doc(Once, "source", Text, "", "the file", "来源文件"),
    Doc(Once, "row", U64, "", "number of the data row, from 1, without the header", "数据行号，自 1 起，不含表头"),
    Doc(Once, "id", Text, "", "id in that row; null when it has none", "该行编号；无编号时为空"),
    Doc(Once, "reason", Text, "", "reason as a code", "原因代码"),
    Doc(Once, "detail", Text, "", "what was found, what was expected, what to do", "实际内容、期望内容与处理建议"),
];
