//! What each column of the repair list says.
//!
//! Comes in: nothing. Goes out: the list of its columns, in their order. Not here: logic, and the tables of a run
//! ([`column_docs`](super::column_docs)).

use super::column_docs::GEOMETRY_POINT;
use super::columns::Doc;
use super::columns::Dtype::{F64, I64, Text, U32};
use super::columns::Repeats::Once;

pub(super) static REPAIRS: [Doc; 22] = [
    Doc(
        Once,
        "rank",
        U32,
        "",
        "1 is the first to mend: the one that concerns most residents",
        "顺序；1 为涉及居民最多、最应先修补者",
    ),
    Doc(
        Once,
        "kind",
        Text,
        "",
        "near_miss: a dead end a few metres from a street that it is not joined with; island: streets joined with no others; closed_barrier: a closed barrier on the only way in; wall_crossing: a way through a wall, fence or hedge where no opening is mapped; shut_compound: a compound that nobody can come into as it is mapped",
        "near_miss 断头路距邻近道路仅数米而未相连；island 与其他道路均不相连的道路；closed_barrier 唯一入口处的封闭障碍；wall_crossing 穿过围墙、围栏或绿篱而未标注开口的道路；shut_compound 按图无处可入的小区",
    ),
    Doc(
        Once,
        "residents",
        F64,
        "{w}",
        "near_miss, wall_crossing: the smaller of the two sides; island, closed_barrier: those whose nearest street is cut off; shut_compound: those of cells whose centre is inside, and of the cell of its middle; one resident may be in several rows",
        "near_miss、wall_crossing 取两侧中较少者；island、closed_barrier 为最近道路被隔断的居民；shut_compound 为中心位于其内的单元格及其中点所在单元格的居民；同一居民可计入多行",
    ),
    Doc(
        Once,
        "residents_this_side",
        F64,
        "{w}",
        "residents within the budget (--minutes) of osm_way's side, whose walk to the other side is shorter through the place than round it by more than the threshold (--least); null for kinds without two sides",
        "在步行时限（--minutes）内、位于 osm_way 一侧，且经此处到另一侧比绕行节省超过阈值（--least）的居民；不分两侧的类型为空",
    ),
    Doc(Once, "residents_other_side", F64, "{w}", "the same for the other side", "另一侧的同类居民"),
    Doc(
        Once,
        "osm_node",
        I64,
        "",
        "OSM node to look at; null where the place is between nodes",
        "应查看的 OSM 节点；位于节点之间时为空",
    ),
    Doc(
        Once,
        "osm_way",
        I64,
        "",
        "OSM way that ends, is cut off, leads through the wall, or outlines the compound; null where a relation does",
        "断头、被隔断、穿墙的 OSM 道路，或小区轮廓；轮廓为关系时为空",
    ),
    Doc(
        Once,
        "osm_relation",
        I64,
        "",
        "OSM relation that outlines the compound; null otherwise",
        "作为小区轮廓的 OSM 关系；否则为空",
    ),
    Doc(
        Once,
        "osm_other_way",
        I64,
        "",
        "OSM way on the other side: the street missed, the nearest one, the one before the barrier, the wall; null when none is near",
        "另一侧的 OSM 对象：未相连的道路、最近的道路、障碍外的道路或围墙；附近没有时为空",
    ),
    Doc(
        Once,
        "distance_m",
        F64,
        "m",
        "straight line between the two sides; null where they touch or none is near",
        "两侧之间的直线距离；相接或附近没有时为空",
    ),
    Doc(
        Once,
        "joined",
        Text,
        "",
        "how the two sides hang together as the map is: no, walk (see detour_m), farther (by more than 2 km), through (the place itself)",
        "目前两侧的连通情况：no 不连通；walk 可绕行（见 detour_m）；farther 绕行超过 2 公里；through 经此处直接相通",
    ),
    Doc(Once, "detour_m", F64, "m", "the walk round; null unless joined is walk", "绕行距离；仅 joined 为 walk 时有值"),
    Doc(
        Once,
        "part_length_m",
        F64,
        "m",
        "length of the streets that are cut off; null when none are",
        "被隔断道路的总长；未隔断时为空",
    ),
    Doc(Once, "barrier", Text, "", "value of the key barrier; null when there is none", "barrier 标签的值；无则为空"),
    Doc(Once, "lon", F64, "degrees", "longitude, WGS-84", "经度（WGS-84）"),
    Doc(Once, "lat", F64, "degrees", "latitude, WGS-84", "纬度（WGS-84）"),
    Doc(
        Once,
        "to_lon",
        F64,
        "degrees",
        "longitude of the other side; null where it is the same place",
        "另一侧的经度；同一位置时为空",
    ),
    Doc(
        Once,
        "to_lat",
        F64,
        "degrees",
        "latitude of the other side; null where it is the same place",
        "另一侧的纬度；同一位置时为空",
    ),
    Doc(Once, "todo_en", Text, "", "what to do, in English", "处理建议（英文）"),
    Doc(Once, "todo_zh", Text, "", "what to do, in Chinese", "处理建议（中文）"),
    Doc(Once, "link", Text, "", "the place on openstreetmap.org", "openstreetmap.org 链接"),
    GEOMETRY_POINT,
];
