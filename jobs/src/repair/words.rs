//! What a mapper should do, in words.
//!
//! Comes in: a fault. Goes out: sentences in English and Chinese that name the OSM elements. Not here: finding faults.

use walkshed::osm::NoWayIn;

use super::{Joined, Kind, Repair};
use crate::report::numbers::whole;

/// What to do about a fault, in English.
pub(crate) fn in_english(repair: &Repair) -> String {
    let [way, other] = [repair.osm_way, repair.osm_other_way].map(id);
    let (node, distance) = (id(repair.osm_node), repair.distance_m.unwrap_or(0.0));
    let part = repair.part_length_m.map_or_else(String::new, |m| format!("{} m of streets", whole(m)));
    match repair.kind {
        Kind::NearMiss => {
            let today = match repair.joined {
                Joined::Walk(metres) => format!("the walk round is {} m", whole(metres)),
                Joined::Farther => "the walk round is longer than was looked for".to_owned(),
                _ => format!("no walk joins them ({part} cut off)"),
            };
            format!(
                "Way {way} ends at node {node}, {distance:.1} m from way {other}, and is not joined with it; {today}. If one \
                 can walk there, join them; if not, tag the node noexit=yes or draw what stands between."
            )
        }
        Kind::Island if repair.to.is_some() => format!(
            "Way {way} is on {part} that hang together with no others; the nearest is way {other}, {distance:.0} m away. \
             Draw how people get there, or mend the access tags between."
        ),
        Kind::Island => format!(
            "Way {way} is on {part} that hang together with no others, and none are near. Draw how people get there; at \
             the edge of an extract, use a larger one."
        ),
        Kind::ClosedBarrier => format!(
            "Node {node} ({}) lets nobody pass, and nothing else leads to the {part} behind it (way {way}). If walkers \
             pass, tag it foot=yes, or the kind of barrier that it is; if they go another way, draw that.",
            barrier(repair)
        ),
        Kind::WallCrossing => format!(
            "Way {way} leads through wall or fence {other} at node {node}, where no opening is mapped. If there is a gate, \
             a gap or a door, tag the node (barrier=gate, barrier=entrance, …) with its access; if not, end the way there."
        ),
        Kind::ShutCompound => shut_in_english(repair),
    }
}

/// What to do about a fault, in Chinese.
pub(crate) fn in_chinese(repair: &Repair) -> String {
    let [way, other] = [repair.osm_way, repair.osm_other_way].map(id);
    let (node, distance) = (id(repair.osm_node), repair.distance_m.unwrap_or(0.0));
    let part = repair.part_length_m.map_or_else(String::new, |m| format!("{} 米道路", whole(m)));
    match repair.kind {
        Kind::NearMiss => {
            let today = match repair.joined {
                Joined::Walk(metres) => format!("目前步行须绕行 {} 米", whole(metres)),
                Joined::Farther => "目前绕行距离超出搜索范围".to_owned(),
                _ => format!("两者之间无步行路径（{part}被隔断）"),
            };
            format!(
                "道路 {way} 止于节点 {node}，距道路 {other} 仅 {distance:.1} 米而未相连；{today}。实地可通行则将两者相连；\
                 不可通行则为该节点加 noexit=yes，或补绘中间的阻隔物。"
            )
        }
        Kind::Island if repair.to.is_some() => format!(
            "道路 {way} 所在的{part}与其他道路均不相连；最近的道路 {other} 相距 {distance:.0} 米。请补绘通行路径，或更正其间的通行权标签。"
        ),
        Kind::Island => format!(
            "道路 {way} 所在的{part}与其他道路均不相连，附近也无道路。请补绘通行路径；若位于数据边缘，请使用范围更大的数据。"
        ),
        Kind::ClosedBarrier => format!(
            "节点 {node}（{}）禁止通行，而其后的{part}（道路 {way}）别无入口。行人可通行则加 foot=yes 或更正障碍物类型；\
             若另有入口，请补绘。",
            barrier(repair)
        ),
        Kind::WallCrossing => format!(
            "道路 {way} 在节点 {node} 处穿过围墙或围栏 {other}，但未标注开口。有门或缺口则为该节点标注（barrier=gate、\
             barrier=entrance 等）及其通行权；没有则将道路在此断开。"
        ),
        Kind::ShutCompound => shut_in_chinese(repair),
    }
}

/// Where to look at a fault.
pub(crate) fn link(repair: &Repair) -> String {
    match repair.osm_node {
        Some(node) => format!("https://www.openstreetmap.org/node/{node}"),
        None => format!("https://www.openstreetmap.org/{}", outline(repair)),
    }
}

/// The way or relation to look at, as OSM writes it.
fn outline(repair: &Repair) -> String {
    match repair.osm_relation {
        Some(relation) => format!("relation/{relation}"),
        None => format!("way/{}", id(repair.osm_way)),
    }
}

fn shut_in_english(repair: &Repair) -> String {
    let Some(compound) = &repair.compound else { return String::new() };
    let name = compound.name.as_deref().unwrap_or("without a name");
    let what = match compound.why {
        NoWayIn::NoWaysInside => {
            "has neither ways inside nor a gate. Draw its ways, and its gates where they cross the wall"
        }
        NoWayIn::NoGate => {
            "has ways inside, and none crosses its border. Draw its gates and join the ways through them"
        }
        NoWayIn::AllGatesShut => {
            "has gates, and all of them let nobody pass. Tag those that residents use (access=private)"
        }
    };
    format!("Compound {} ({name}) {what}.", outline(repair))
}

fn shut_in_chinese(repair: &Repair) -> String {
    let Some(compound) = &repair.compound else { return String::new() };
    let name = compound.name.as_deref().unwrap_or("未命名");
    let what = match compound.why {
        NoWayIn::NoWaysInside => "内部未绘道路，也无出入口。请补绘内部道路及其与围墙相交处的大门",
        NoWayIn::NoGate => "内部有道路，但均未与外界相连。请补绘大门并经大门连通道路",
        NoWayIn::AllGatesShut => "所有大门均标注为禁止通行。请为居民使用的大门更正标签（access=private）",
    };
    format!("小区 {}（{name}）{what}。", outline(repair))
}

fn id(id: Option<i64>) -> String {
    id.map_or_else(|| "-".to_owned(), |id| id.to_string())
}

fn barrier(repair: &Repair) -> String {
    repair.barrier.as_ref().map_or_else(|| "access".to_owned(), |kind| format!("barrier={kind}"))
}
