//! What each column of the tables of `walkshed validate` says.
//!
//! Comes in: nothing. Goes out: the lists of columns, in their order. Not here: logic, and the tables of a run
//! ([`column_docs`](super::column_docs)).

use super::columns::Doc;
use super::columns::Dtype::{F64, Text, U32};
use super::columns::Repeats::Once;

const STATUS: &str = "compared; else why not: from_no_street, to_no_street, not_connected, beyond_budget";
const STATUS_ZH: &str = "compared 已比较；否则为原因：from_no_street、to_no_street、not_connected、beyond_budget";

/// The errors of some walks, after two or three columns that say of which.
macro_rules! errors {
    ($($first:expr),+) => {
        [
            $($first,)+
            Doc(Once, "n", U32, "walks", "walks compared", "比较的步行条数"),
            Doc(Once, "bias_s", F64, "s", "mean of predicted less observed", "预测减实测的平均"),
            Doc(Once, "mae_s", F64, "s", "mean absolute error", "平均绝对误差"),
            Doc(Once, "rmse_s", F64, "s", "root of the mean squared error", "均方根误差"),
            Doc(Once, "relative", F64, "", "mean absolute error as a share of the observed time", "相对误差的平均"),
            Doc(Once, "ratio", F64, "", "all predicted time over all observed time", "预测总时间与实测总时间之比"),
            Doc(Once, "q05_s", F64, "s", "the error that 5 of 100 walks do not exceed", "误差的 5% 分位"),
            Doc(Once, "q25_s", F64, "s", "25 of 100", "误差的 25% 分位"),
            Doc(Once, "q50_s", F64, "s", "the median error", "误差的中位数"),
            Doc(Once, "q75_s", F64, "s", "75 of 100", "误差的 75% 分位"),
            Doc(Once, "q95_s", F64, "s", "95 of 100", "误差的 95% 分位"),
            Doc(Once, "rank_correlation", F64, "", "Spearman's rank correlation; null where times do not vary", "斯皮尔曼秩相关；时间无差异时为空"),
        ]
    };
}

pub(super) static VALIDATION: [Doc; 14] = errors!(
    Doc(Once, "model", Text, "", "the model", "模型"),
    Doc(Once, "fingerprint", Text, "", "all its parameters in a line", "全部参数")
);

pub(super) static VALIDATION_BINS: [Doc; 15] = errors!(
    Doc(Once, "model", Text, "", "the model", "模型"),
    Doc(
        Once,
        "by",
        Text,
        "",
        "distance: length of the walk; steepness: metres up and down over length; direction: slope from end to end",
        "distance 步行长度；steepness 升降总和与长度之比；direction 首尾坡度"
    ),
    Doc(Once, "bin", Text, "", "which of the walks", "分组")
);

pub(super) static VALIDATION_CALIBRATION: [Doc; 7] = [
    Doc(Once, "model", Text, "", "the model", "模型"),
    Doc(Once, "fingerprint", Text, "", "all its parameters in a line", "全部参数"),
    Doc(
        Once,
        "parameter",
        Text,
        "",
        "speed: on the level; slopes, waits: by how much they should count (1 is as the model has them)",
        "speed 平地速度；slopes、waits 坡度与等候应乘的倍数（1 为模型原值）",
    ),
    Doc(Once, "model_value", F64, "", "what the model has", "模型原值"),
    Doc(
        Once,
        "estimate",
        F64,
        "",
        "what fits the observations best; null where it cannot be told",
        "最符合实测的值；无法区分时为空",
    ),
    Doc(Once, "low", F64, "", "below it 2.5 of 100 bootstrap draws", "自助法 2.5% 分位"),
    Doc(Once, "high", F64, "", "above it 2.5 of 100 bootstrap draws", "自助法 97.5% 分位"),
];

pub(super) static VALIDATION_PAIRS: [Doc; 18] = [
    Doc(Once, "model", Text, "", "the model", "模型"),
    Doc(Once, "from_id", Text, "", "where the walk begins", "起点编号"),
    Doc(Once, "to_id", Text, "", "where it ends", "终点编号"),
    Doc(Once, "from_lon", F64, "degrees", "longitude, WGS-84", "经度（WGS-84）"),
    Doc(Once, "from_lat", F64, "degrees", "latitude", "纬度"),
    Doc(Once, "to_lon", F64, "degrees", "longitude", "经度"),
    Doc(Once, "to_lat", F64, "degrees", "latitude", "纬度"),
    Doc(Once, "status", Text, "", STATUS, STATUS_ZH),
    Doc(Once, "observed_s", F64, "s", "the observed time", "实测时间"),
    Doc(Once, "predicted_s", F64, "s", "the model's time", "模型时间"),
    Doc(Once, "error_s", F64, "s", "predicted less observed", "预测减实测"),
    Doc(Once, "worst", U32, "", "its place by the size of its error; 1 is the largest", "误差大小的名次；1 为最大"),
    Doc(Once, "distance_m", F64, "m", "the length of the model's walk", "模型路线长度"),
    Doc(Once, "up_m", F64, "m", "metres up on it; null without heights", "上升；无高程时为空"),
    Doc(Once, "down_m", F64, "m", "metres down", "下降"),
    Doc(Once, "level_s", F64, "s", "its time as if level and without waits", "视为平地且无等候的时间"),
    Doc(Once, "slopes_s", F64, "s", "what slopes add", "坡度所增"),
    Doc(Once, "waits_s", F64, "s", "what signals, crossings and lifts add", "信号、过街与电梯所增"),
];
