//! Models against observations in a few lines for a terminal, or as JSON.
//!
//! Comes in: what was found. Goes out: text. Not here: the whole lists (the tables).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Validated;
use super::calibrate::Factor;
use super::pairs::Observed;
use crate::commands::columns::{Align, Columns};
use crate::report::numbers::{percent, whole};
use crate::report::summary::Language;

/// Walks with the largest errors that are told.
const WORST: usize = 5;

/// The pairs of a model with the largest errors, the largest first.
pub(crate) fn worst(model: &Validated, observed: &Observed) -> Vec<usize> {
    let error = |pair: usize| {
        let walk = model.predicted[pair].walk?;
        Some((walk.seconds - observed.pairs[pair].observed).abs())
    };
    let mut pairs: Vec<(usize, f64)> =
        (0..observed.pairs.len()).filter_map(|pair| Some((pair, error(pair)?))).collect();
    pairs.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    pairs.into_iter().map(|(pair, _)| pair).collect()
}

/// Errors, calibrations and the worst pairs of each model.
pub(crate) fn summary(found: &[Validated], observed: &Observed, language: Language) -> String {
    let zh = language == Language::Zh;
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = match language {
        Language::En => writeln!(
            text,
            "{} observed walks ({} rows left out); errors are predicted less observed, in seconds",
            whole(observed.pairs.len() as f64),
            whole(observed.rejected.len() as f64)
        ),
        Language::Zh => writeln!(
            text,
            "实测步行 {} 条（另有 {} 行不可用）；误差为预测减实测，秒",
            whole(observed.pairs.len() as f64),
            whole(observed.rejected.len() as f64)
        ),
    };
    let mut table = Columns::new([
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
    ]);
    table.row(if zh {
        ["模型", "条数", "偏差", "平均绝对误差", "均方根误差", "相对误差", "5%–95%", "秩相关"].map(str::to_owned)
    } else {
        ["model", "walks", "bias", "MAE", "RMSE", "relative", "5-95 %", "rank r"].map(str::to_owned)
    });
    for model in found {
        let Some(errors) = &model.errors else {
            table.row([&*model.id, "0", "-", "-", "-", "-", "-", "-"].map(str::to_owned));
            continue;
        };
        table.row([
            model.id.clone(),
            whole(errors.n as f64),
            format!("{:+.1}", errors.bias),
            format!("{:.1}", errors.mae),
            format!("{:.1}", errors.rmse),
            percent(errors.relative),
            format!("{:+.0} {:+.0}", errors.quantiles[0], errors.quantiles[4]),
            errors.rank_correlation.map_or_else(|| "-".to_owned(), |r| format!("{r:.3}")),
        ]);
    }
    text.push_str(&table.render("  "));
    let _ = writeln!(
        text,
        "\n{}",
        language.pick(
            "fitted to the observations (95 % of bootstrap draws): speed on the level, weight of slopes, weight of waits",
            "按实测校准（自助法 95% 区间）：平地速度、坡度权重、等候权重"
        )
    );
    let mut table = Columns::new([Align::Left, Align::Left, Align::Left, Align::Left, Align::Right]);
    for model in found {
        let factor = |factor: Option<Factor>, unit: &str| match factor {
            None => language.pick("cannot be told", "无法区分").to_owned(),
            Some(Factor { estimate, interval: None }) => format!("{estimate:.3}{unit}"),
            Some(Factor { estimate, interval: Some([low, high]) }) => {
                format!("{estimate:.3}{unit} ({low:.3} to {high:.3})")
            }
        };
        let fit = &model.calibration;
        table.row([
            model.id.clone(),
            factor(fit.speed, " m/s"),
            factor(fit.slopes, ""),
            factor(fit.waits, ""),
            fit.rmse.map_or_else(String::new, |rmse| format!("RMSE {rmse:.1}")),
        ]);
    }
    text.push_str(&table.render("  "));
    if let Some(model) = found.first() {
        let _ = writeln!(text, "\n{} {}", language.pick("largest errors of", "误差最大的几条："), model.id);
        for &pair in worst(model, observed).iter().take(WORST) {
            let (one, walk) = (&observed.pairs[pair], model.predicted[pair].walk);
            let seconds = walk.map_or(0.0, |walk| walk.seconds);
            let _ = writeln!(
                text,
                "  {} ({:.5}, {:.5}) > {} ({:.5}, {:.5}): {:.0} s, observed {:.0} s",
                one.from_id, one.from.lon, one.from.lat, one.to_id, one.to.lon, one.to.lat, seconds, one.observed
            );
        }
    }
    text
}

/// The same for machines.
pub(crate) fn told(found: &[Validated], observed: &Observed) -> Value {
    let factor = |factor: Option<Factor>| {
        factor.map(|factor| json!({ "estimate": factor.estimate, "interval": factor.interval }))
    };
    let models: Vec<Value> = found
        .iter()
        .map(|model| {
            let errors = model.errors.map(|errors| {
                json!({
                    "n": errors.n,
                    "bias_s": errors.bias,
                    "mae_s": errors.mae,
                    "rmse_s": errors.rmse,
                    "relative": errors.relative,
                    "ratio": errors.ratio,
                    "quantiles_s": errors.quantiles,
                    "rank_correlation": errors.rank_correlation,
                })
            });
            json!({
                "model": model.id,
                "fingerprint": model.fingerprint,
                "errors": errors,
                "calibration": {
                    "speed_m_per_s": factor(model.calibration.speed),
                    "slopes": factor(model.calibration.slopes),
                    "waits": factor(model.calibration.waits),
                    "rmse_s": model.calibration.rmse,
                },
            })
        })
        .collect();
    json!({ "pairs": observed.pairs.len(), "rows": observed.rows, "rejected": observed.rejected.len(), "models": models })
}
