//! Which outlets open where.
//!
//! Comes in: a block that has been drawn, with the fronts along which outlets open. Goes out: rows for the registry,
//! and for the greater part of them a node in the OSM extract, which is as incomplete as such extracts are. Not here:
//! schools, kindergartens, markets and parks, which come with their buildings.
//!
//! The old quarter has everything; compounds of the last century have most of it; new estates lack wet markets, repair
//! and care. Some formats of the vocabulary have no outlet in the whole city, so that they are unknown rather than
//! missing: front warehouses, bookshops, travel services and all automated ones among them.

use super::city::BlockKind;
use super::random::Random;
use super::sketch::{Front, Sketch, Tags};

/// The share of the registry's outlets that someone has mapped in OSM.
const MAPPED: f64 = 0.6;
/// The share of mapped outlets with an English name.
const WITH_ENGLISH_NAME: f64 = 0.04;

/// A kind of outlet and how many a block has of it, on average.
struct Trade {
    format: &'static str,
    /// The tags of such an outlet in OSM; none if OSM has no word for it.
    osm: &'static [(&'static str, &'static str)],
    endings: &'static [&'static str],
    english: &'static str,
    /// By kind of block: old quarter, compounds of the last century, new estates, square, anything else.
    per_block: [f64; 5],
    /// What the same outlet offers besides (一店多能), each with the share of outlets that do.
    also: &'static [(&'static str, f64)],
}

/// One line of the table of trades.
const fn trade(
    format: &'static str,
    osm: &'static [(&'static str, &'static str)],
    endings: &'static [&'static str],
    english: &'static str,
    per_block: [f64; 5],
    also: &'static [(&'static str, f64)],
) -> Trade {
    Trade { format, osm, endings, english, per_block, also }
}

#[rustfmt::skip]
const TRADES: &[Trade] = &[
    // 基本保障
    trade("convenience_store", &[("shop", "convenience")], &["便利店", "便民商店"], "Convenience Store",
        [5.0, 3.5, 2.4, 2.0, 0.4], &[("parcel_post", 0.22), ("breakfast_shop", 0.10)]),
    trade("general_supermarket", &[("shop", "supermarket")], &["超市", "综合超市"], "Supermarket",
        [1.0, 0.6, 0.35, 1.0, 0.0], &[("fresh_grocery", 0.5)]),
    trade("wet_market", &[("amenity", "marketplace")], &["菜市场", "农贸市场"], "Market",
        [0.0, 0.22, 0.0, 0.0, 0.0], &[("repair_point", 0.5), ("fresh_grocery", 0.8)]),
    trade("fresh_grocery", &[("shop", "greengrocer")], &["生鲜超市", "蔬菜店", "果蔬店"], "Greengrocer",
        [3.0, 1.4, 0.35, 0.5, 0.0], &[("vegetable_direct", 0.05)]),
    trade("breakfast_shop", &[("amenity", "fast_food"), ("cuisine", "breakfast")], &["早点", "包子铺", "早餐店", "粥铺"],
        "Breakfast", [5.0, 2.4, 0.6, 1.0, 0.3], &[]),
    trade("laundry", &[("shop", "laundry")], &["洗衣店", "干洗店"], "Laundry",
        [2.0, 1.0, 0.4, 0.5, 0.0], &[("repair_point", 0.1)]),
    trade("hair_beauty", &[("shop", "hairdresser")], &["理发店", "美发"], "Hairdresser", [5.0, 2.8, 0.9, 1.0, 0.1], &[]),
    trade("photo_copy", &[("shop", "copyshop")], &["图文打印", "照相馆"], "Copy Shop", [1.6, 0.6, 0.1, 0.6, 0.1], &[]),
    trade("domestic_service", &[], &["家政服务部", "保洁服务"], "", [1.0, 0.4, 0.15, 0.0, 0.0], &[]),
    trade("repair_point", &[("shop", "repair")], &["修鞋配钥匙", "家电维修部", "缝补店", "自行车修理"], "Repairs",
        [4.0, 1.0, 0.0, 0.0, 0.1], &[]),
    trade("pharmacy", &[("amenity", "pharmacy")], &["大药房", "药店"], "Pharmacy", [2.0, 1.2, 0.6, 0.7, 0.0], &[]),
    trade("parcel_post", &[("amenity", "post_office")], &["快递驿站", "邮政所"], "Parcels", [2.0, 1.8, 1.5, 0.3, 0.1], &[]),
    trade("recycling_point", &[("amenity", "recycling")], &["再生资源回收站"], "", [1.0, 0.5, 0.1, 0.0, 0.3], &[]),
    // 品质提升
    trade("elderly_care", &[("amenity", "social_facility"), ("social_facility", "nursing_home")], &["养老院", "康养中心"],
        "Care Home", [0.6, 0.2, 0.0, 0.0, 0.0], &[("day_care_centre", 0.4)]),
    trade("childcare", &[("amenity", "childcare")], &["托育园"], "Childcare", [0.5, 0.12, 0.06, 0.0, 0.0], &[]),
    trade("specialty_restaurant", &[("amenity", "restaurant")], &["饭店", "面馆", "火锅", "小吃"], "Restaurant",
        [8.0, 3.6, 1.2, 6.0, 0.5], &[]),
    trade("bakery", &[("shop", "bakery")], &["蛋糕店", "面包房"], "Bakery", [1.5, 0.8, 0.3, 1.0, 0.0], &[]),
    trade("gym", &[("leisure", "fitness_centre")], &["健身房"], "Gym", [0.2, 0.3, 0.3, 1.0, 0.0], &[]),
    trade("tea_cafe", &[("amenity", "cafe")], &["茶馆", "咖啡馆"], "Café", [2.0, 0.8, 0.5, 3.0, 0.0], &[]),
    trade("training_centre", &[("amenity", "training")], &["培训中心", "艺术培训"], "Training", [0.5, 0.6, 0.3, 1.0, 0.0], &[]),
    trade("wellness", &[("shop", "massage")], &["推拿馆", "养生馆"], "Massage", [1.0, 0.6, 0.2, 0.6, 0.0], &[]),
    trade("flower_gift", &[("shop", "florist")], &["花店"], "Flowers", [0.5, 0.4, 0.15, 0.6, 0.0], &[]),
    trade("pet_service", &[("shop", "pet")], &["宠物店"], "Pets", [0.3, 0.3, 0.4, 0.3, 0.0], &[]),
    // 便民补充
    trade("mobile_breakfast", &[], &["早餐车"], "", [0.4, 0.3, 0.15, 0.2, 0.1], &[]),
    trade("repair_kiosk", &[("shop", "kiosk")], &["便民服务亭"], "", [0.5, 0.3, 0.0, 0.0, 0.0], &[("newsstand", 0.3)]),
    // 公共服务
    trade("community_service", &[("amenity", "community_centre")], &["社区党群服务中心"], "Community Centre",
        [1.0, 0.9, 0.7, 0.0, 0.0], &[("senior_canteen", 0.3), ("day_care_centre", 0.2), ("courier_rest", 0.3)]),
    trade("community_health", &[("amenity", "clinic"), ("healthcare", "centre")], &["社区卫生服务站"], "Health Station",
        [0.6, 0.3, 0.12, 0.0, 0.0], &[]),
    trade("clinic", &[("amenity", "doctors")], &["诊所", "口腔门诊部"], "Clinic", [1.0, 0.6, 0.25, 0.3, 0.0], &[]),
    trade("senior_canteen", &[("amenity", "canteen")], &["社区食堂"], "Canteen", [0.4, 0.2, 0.04, 0.0, 0.0], &[]),
    trade("bank", &[("amenity", "bank")], &["银行支行"], "Bank", [0.4, 0.3, 0.15, 1.0, 0.0], &[("atm", 0.9)]),
    trade("police_point", &[("amenity", "police")], &["警务室"], "", [0.2, 0.12, 0.08, 0.5, 0.0], &[]),
    trade("public_toilet", &[("amenity", "toilets")], &["公共厕所"], "Toilets", [3.0, 0.6, 0.15, 1.0, 0.2], &[]),
];

/// What signs begin with.
const SIGNS: &[&str] = &[
    "邻好",
    "小满",
    "家和",
    "百姓",
    "惠民",
    "福满",
    "同乐",
    "和顺",
    "春晓",
    "阿婆",
    "老张",
    "老李",
    "老陈",
    "小赵",
    "鑫源",
    "康乐",
    "聚福",
    "美邻",
    "晨光里",
    "一品",
    "顺意",
    "万和",
    "金穗",
    "青禾",
    "南风",
    "湖畔",
    "老城",
    "喜临",
    "盛和",
    "广济",
];

/// Opens the outlets of a block along its fronts.
pub(crate) fn settle(kind: BlockKind, sketch: &mut Sketch, chance: &mut Random) {
    let fronts = std::mem::take(&mut sketch.fronts);
    if fronts.is_empty() {
        return;
    }
    let column = match kind {
        BlockKind::OldQuarter => 0,
        BlockKind::Units => 1,
        BlockKind::Estate => 2,
        BlockKind::Plaza => 3,
        BlockKind::Park | BlockKind::Hill | BlockKind::Works => 4,
    };
    for trade in TRADES {
        for _ in 0..chance.rounded(trade.per_block[column]) {
            open(trade, &fronts, sketch, chance);
        }
    }
}

/// What some outlet is called, and its format; every trade is as likely as another.
pub(super) fn any_outlet(chance: &mut Random) -> (String, &'static str) {
    let trade = &TRADES[chance.below(TRADES.len())];
    (format!("{}{}", chance.pick(SIGNS), chance.pick(trade.endings)), trade.format)
}

fn open(trade: &Trade, fronts: &[Front], sketch: &mut Sketch, chance: &mut Random) {
    let front = pick_by_length(fronts, chance);
    let at = front.from.towards(front.to, chance.unit());
    let name = format!("{}{}", chance.pick(SIGNS), chance.pick(trade.endings));
    let mut formats = vec![trade.format];
    formats.extend(trade.also.iter().filter(|(_, share)| chance.chance(*share)).map(|(format, _)| *format));
    let (mapped, in_english) = (chance.chance(MAPPED), chance.chance(WITH_ENGLISH_NAME));
    if mapped && !trade.osm.is_empty() {
        let english = (in_english && !trade.english.is_empty()).then_some(trade.english);
        sketch.node(at, Tags::of(trade.osm).and("name", name.clone()).and_some("name:en", english));
    }
    sketch.outlet(name, at, &formats);
}

/// A front, the longer the likelier.
fn pick_by_length(fronts: &[Front], chance: &mut Random) -> Front {
    let length = |front: &Front| (front.to.x - front.from.x).hypot(front.to.y - front.from.y);
    let mut left = chance.unit() * fronts.iter().map(length).sum::<f64>();
    for front in fronts {
        left -= length(front);
        if left < 0.0 {
            return *front;
        }
    }
    fronts[fronts.len() - 1]
}
