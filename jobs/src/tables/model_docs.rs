//! What each column of the tables of `walkshed models compare` says.
//!
//! Comes in: nothing. Goes out: the lists of columns, in their order. Not here: logic, and the tables of a run
//! ([`column_docs`](super::column_docs)).

use super::columns::Doc;
use super::columns::Dtype::{F64, Text, U32, Wkb};
use super::columns::Repeats::Once;

const KIND: &str = "model: a model that was asked for; speed: the first model at another speed; straight: circles as the crow flies, at the first model's speed";
const KIND_ZH: &str = "model 所选模型；speed 首个模型换速度；straight 首个模型速度下的直线缓冲圆";
const UNDER_ALL: &str = "what holds under all models: met, not_met, unknown or no_street; depends where they differ";
const UNDER_ALL_ZH: &str = "全部模型一致的结论：met、not_met、unknown、no_street；不一致为 depends";

pub(super) static MODEL_COVERAGE: [Doc; 13] = [
    Doc(Once, "model", Text, "", "the assumption", "模型或假设"),
    Doc(Once, "kind", Text, "", KIND, KIND_ZH),
    Doc(Once, "fingerprint", Text, "", "all its parameters in a line", "全部参数"),
    Doc(Once, "speed_m_per_s", F64, "m/s", "its speed on the level", "平地速度"),
    Doc(
        Once,
        "requirement",
        Text,
        "",
        "id of the requirement; * is all of which something is known together",
        "要求编号；* 为全部已知要求合计",
    ),
    Doc(Once, "requirement_zh", Text, "", "its name in Chinese", "中文名"),
    Doc(Once, "requirement_en", Text, "", "its name in English", "英文名"),
    Doc(Once, "residents_met", F64, "{w}", "{w} who have it", "满足的{w}"),
    Doc(Once, "residents_not_met", F64, "{w}", "{w} on a street who lack it", "临近道路而不满足的{w}"),
    Doc(Once, "residents_unknown", F64, "{w}", "{w} of whom nothing is known", "无法判断的{w}"),
    Doc(Once, "residents_no_street", F64, "{w}", "{w} without a street", "附近无道路的{w}"),
    Doc(
        Once,
        "share_met",
        F64,
        "",
        "share of those of whom something is known; null where nothing is",
        "可判断者中满足的占比；全不可判断时为空",
    ),
    Doc(Once, "change", F64, "", "the share less that of the first model", "与首个模型占比之差"),
];

pub(super) static MODEL_CELLS: [Doc; 8] = [
    Doc(Once, "h3", Text, "", "H3 index of the cell", "单元的 H3 编号"),
    Doc(Once, "residents", F64, "{w}", "weight of the cell: {w}", "单元权重：{w}"),
    Doc(Once, "models", U32, "models", "how many models were compared", "参与比较的模型数"),
    Doc(Once, "requirements", U32, "requirements", "how many requirements there are", "要求项数"),
    Doc(
        Once,
        "requirements_agreed",
        U32,
        "requirements",
        "requirements of which all models say the same",
        "全部模型结论一致的要求项数",
    ),
    Doc(
        Once,
        "least_agreement",
        U32,
        "models",
        "on the requirement they disagree most on, how many models say what most say",
        "分歧最大的要求上，多数一方的模型数",
    ),
    Doc(
        Once,
        "all_met_by",
        U32,
        "models",
        "models under which every requirement of which something is known is met",
        "已知要求全部满足的模型数",
    ),
    Doc(Once, "geometry", Wkb, "WGS-84", "the cell as a polygon", "单元多边形"),
];

pub(super) static MODEL_AGREEMENT: [Doc; 9] = [
    Doc(Once, "h3", Text, "", "H3 index of the cell", "单元的 H3 编号"),
    Doc(Once, "requirement", Text, "", "id of the requirement", "要求编号"),
    Doc(Once, "met_by", U32, "models", "models under which it is met", "满足的模型数"),
    Doc(Once, "not_met_by", U32, "models", "models under which it is not", "不满足的模型数"),
    Doc(Once, "unknown_by", U32, "models", "models under which nothing is known", "无法判断的模型数"),
    Doc(Once, "no_street_by", U32, "models", "models whose walker finds no street", "附近无道路的模型数"),
    Doc(Once, "agree", U32, "models", "how many models say what most of them say", "多数一方的模型数"),
    Doc(Once, "under_all", Text, "", UNDER_ALL, UNDER_ALL_ZH),
    Doc(Once, "geometry", Wkb, "WGS-84", "the cell as a polygon", "单元多边形"),
];

pub(super) static MODEL_CONCLUSIONS: [Doc; 12] = [
    Doc(Once, "requirement", Text, "", "id of the requirement", "要求编号"),
    Doc(Once, "requirement_zh", Text, "", "its name in Chinese", "中文名"),
    Doc(Once, "requirement_en", Text, "", "its name in English", "英文名"),
    Doc(Once, "lowest_share", F64, "", "the lowest share of residents who have it", "最低占比"),
    Doc(Once, "lowest_model", Text, "", "the model of that share", "最低占比的模型"),
    Doc(Once, "highest_share", F64, "", "the highest share", "最高占比"),
    Doc(Once, "highest_model", Text, "", "the model of that share", "最高占比的模型"),
    Doc(
        Once,
        "best_rank",
        U32,
        "",
        "its place among the requirements under the model where it is placed first; 1 is the one that most lack",
        "各模型下最靠前的排名；1 为最缺",
    ),
    Doc(Once, "worst_rank", U32, "", "its place under the model where it is placed last", "各模型下最靠后的排名"),
    Doc(Once, "residents_always", F64, "{w}", "{w} in cells that have it under all models", "全部模型下都满足的{w}"),
    Doc(
        Once,
        "residents_never",
        F64,
        "{w}",
        "{w} in cells that all models agree have it not, or not known, or no street",
        "全部模型下都不满足、未知或无道路的{w}",
    ),
    Doc(
        Once,
        "residents_depend",
        F64,
        "{w}",
        "{w} in cells of which the models say different things",
        "结论视模型而定的{w}",
    ),
];

pub(super) static STRAIGHT_FORMATS: [Doc; 11] = [
    Doc(Once, "format", Text, "", "id of the format", "业态编号"),
    Doc(Once, "format_zh", Text, "", "its name in Chinese", "中文名"),
    Doc(Once, "format_en", Text, "", "its name in English", "英文名"),
    Doc(
        Once,
        "minutes",
        U32,
        "min",
        "the walk, and the circle of as many minutes at the walker's level speed",
        "时限；圆的半径为同样分钟数按平地速度所及",
    ),
    Doc(Once, "radius_m", F64, "m", "the radius of the circle", "圆的半径"),
    Doc(Once, "share_walk", F64, "", "share of residents with an outlet within the walk", "步行可达的居民占比"),
    Doc(
        Once,
        "share_circle",
        F64,
        "",
        "share of residents with an outlet within the circle",
        "直线缓冲内有网点的居民占比",
    ),
    Doc(Once, "over_share", F64, "", "by how much the circle's share is too high", "直线缓冲多算的占比"),
    Doc(
        Once,
        "outlets_walk",
        F64,
        "outlets",
        "outlets within the walk of a resident, on average",
        "居民步行可达网点数的平均",
    ),
    Doc(
        Once,
        "outlets_circle",
        F64,
        "outlets",
        "outlets within the circle of a resident, on average",
        "居民直线缓冲内网点数的平均",
    ),
    Doc(
        Once,
        "over_count",
        F64,
        "",
        "outlets within the circle for each one within the walk; null where no walk reaches any",
        "直线缓冲网点数为步行可达的多少倍；步行均不可达时为空",
    ),
];
