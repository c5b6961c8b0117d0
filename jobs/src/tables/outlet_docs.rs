//! What each column of the tables about outlets says: outlets, duplicates, what is unmapped.
//!
//! Comes in: nothing. Goes out: one list per table, in the order of its columns. Not here: logic, the other tables
//! (`column_docs`).

use super::column_docs::{GEOMETRY_POINT, SNAP_DISTANCE};
use super::columns::Doc;
use super::columns::Dtype::{Bool, F64, I64, Text, U32, U64};
use super::columns::Repeats::Once;

pub(super) static OUTLETS: [Doc; 27] = [
    Doc(Once, "outlet_id", U32, "", "number of the outlet in this run", "本次运行中的网点序号"),
    Doc(Once, "source", Text, "", "where it comes from", "来源"),
    Doc(
        Once,
        "row",
        U64,
        "",
        "number of its row there, from 1, without the header; null for the extract",
        "来源行号，自 1 起，不含表头；OSM 为空",
    ),
    Doc(Once, "source_id", Text, "", "its id there", "来源编号"),
    Doc(Once, "name", Text, "", "its name; null when it has none", "名称；无名时为空"),
    Doc(Once, "lon", F64, "degrees", "longitude, WGS-84", "经度（WGS-84）"),
    Doc(Once, "lat", F64, "degrees", "latitude, WGS-84", "纬度（WGS-84）"),
    Doc(Once, "formats", Text, "", "ids of its formats, joined by `;`", "业态编号，以 `;` 连接"),
    Doc(
        Once,
        "format_rule",
        Text,
        "",
        "what gave each format, joined by `; `: word of the format column, amap_exact or amap_broad code, keyword, osm tags",
        "每个业态的判定依据，以 `; ` 连接：word 业态列用词，amap_exact、amap_broad 高德分类编码，keyword 关键词，osm 标签",
    ),
    Doc(Once, "multi_function", Bool, "", "whether it has several formats", "是否一店多能"),
    Doc(Once, "brand", Text, "", "chain it is of; null when none is recognised", "连锁品牌；未识别时为空"),
    Doc(Once, "floor_area_m2", F64, "m2", "floor area; null when not known", "面积；未知时为空"),
    Doc(
        Once,
        "opening_hours",
        Text,
        "",
        "opening hours as OSM writes them; null when not known",
        "营业时间（OSM 写法）；未知时为空",
    ),
    Doc(
        Once,
        "open_0700",
        Bool,
        "",
        "open on a Wednesday at 07:00; null when not known",
        "周三 7:00 是否营业；未知时为空",
    ),
    Doc(
        Once,
        "open_2300",
        Bool,
        "",
        "open on a Wednesday at 23:00; null when not known",
        "周三 23:00 是否营业；未知时为空",
    ),
    Doc(Once, "open_24h", Bool, "", "never closed; null when not known", "是否 24 小时营业；未知时为空"),
    Doc(
        Once,
        "open_morning",
        Bool,
        "",
        "open at some time from 05:00 to 09:00 on a Wednesday; null when not known",
        "周三 5:00 至 9:00 之间是否营业；未知时为空",
    ),
    Doc(Once, "mobile", Bool, "", "a cart that moves; null when not known", "是否流动网点；未知时为空"),
    Doc(
        Once,
        "business_status",
        Text,
        "",
        "open or closed, as its source says; null when not known",
        "来源所述营业状态 open 或 closed；未知时为空",
    ),
    Doc(Once, "opened_on", Text, "date", "day it opened; null when not known", "开业日期；未知时为空"),
    Doc(Once, "closed_on", Text, "date", "day it closed; null when not known", "停业日期；未知时为空"),
    Doc(
        Once,
        "duplicate_group",
        U32,
        "",
        "number of its group in duplicates; null when it has no double",
        "重复组编号，见 duplicates 表；无重复时为空",
    ),
    Doc(
        Once,
        "snap_status",
        Text,
        "",
        "main, on_square, off_island, island or no_street, as in cells",
        "main、on_square、off_island、island 或 no_street，同 cells 表",
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
    Doc(
        Once,
        "status",
        Text,
        "",
        "used; no_street: too far from any street; closed: for good, as its source says, or by the day asked for; not_yet_open: opens after that day; double: left out as the double of another",
        "used 已使用；no_street 距道路过远；closed 来源称已停业，或在所给日期前停业；not_yet_open 在该日期后开业；double 作为重复网点不计入",
    ),
    GEOMETRY_POINT,
];

pub(super) static DUPLICATES: [Doc; 13] = [
    Doc(Once, "duplicate_group", U32, "", "number of the group", "组编号"),
    Doc(Once, "kept", Bool, "", "whether this is the one that is kept", "是否为保留的网点"),
    Doc(
        Once,
        "why",
        Text,
        "",
        "why the kept one: open: others are closed; first_source; most_complete: more is known of it; first_row",
        "保留依据：open 其余已停业；first_source 来源优先；most_complete 信息更全；first_row 行号在前",
    ),
    Doc(Once, "dropped", Bool, "", "whether it was left out of the results", "是否已从结果中剔除"),
    Doc(Once, "outlet_id", U32, "", "number of the outlet in this run", "本次运行中的网点序号"),
    Doc(Once, "source", Text, "", "where it comes from", "来源"),
    Doc(Once, "row", U64, "", "number of its row there; null for the extract", "来源行号；OSM 为空"),
    Doc(Once, "source_id", Text, "", "its id there", "来源编号"),
    Doc(Once, "name", Text, "", "its name", "名称"),
    Doc(Once, "formats", Text, "", "ids of its formats, joined by `;`", "业态编号，以 `;` 连接"),
    Doc(Once, "lon", F64, "degrees", "longitude, WGS-84", "经度（WGS-84）"),
    Doc(Once, "lat", F64, "degrees", "latitude, WGS-84", "纬度（WGS-84）"),
    Doc(Once, "distance_m", F64, "m", "straight line to the kept one", "到保留网点的直线距离"),
];

pub(super) static UNMAPPED: [Doc; 6] = [
    Doc(Once, "source", Text, "", "where it comes from", "来源"),
    Doc(
        Once,
        "said",
        Text,
        "",
        "what the rows say of their kind: words or codes; (name only): nothing but a name",
        "记录中的类型用词或编码；(name only) 表示只有名称",
    ),
    Doc(Once, "rows", U64, "rows", "how many rows say so", "记录数"),
    Doc(Once, "used", U64, "rows", "of these, used for another word that is known", "其中因另有已知业态而使用的记录数"),
    Doc(Once, "first_row", U64, "", "the first of them", "首条记录行号"),
    Doc(Once, "example", Text, "", "the name in that row; null when it has none", "该行名称；无名时为空"),
];
