//! What streets and buildings say of a datum, as a sentence or two, in English or Chinese.
//!
//! Comes in: a [`DatumFit`]. Goes out: text for a planner. Not here: whether a run stops for it.

use super::summary::Language;
use crate::datum::Datum;
use crate::registry::fit::{CONFIDENCE, DatumFit, Nearness, Verdict};

/// What a fit says.
pub(crate) fn hint(fit: &DatumFit, language: Language) -> String {
    let (outlets, squares) = (fit.outlets, fit.squares);
    match (fit.verdict, language) {
        (Verdict::Is(datum), Language::En) => format!(
            "The streets say {datum}: {}; in the next best datum {} ({CONFIDENCE} sure, {outlets} outlets in {squares} \
             squares of 250 m).",
            told(fit.of(datum), language),
            told(next_best(fit, datum), language)
        ),
        (Verdict::Is(datum), Language::Zh) => format!(
            "路网表明坐标系是 {datum}：按它读取，{}；按次优坐标系，{}（把握 {CONFIDENCE}，{outlets} 个网点，分布在 {squares} 个 \
             250 米方格内）。",
            told(fit.of(datum), language),
            told(next_best(fit, datum), language)
        ),
        (Verdict::TooFew, Language::En) => format!(
            "The streets cannot tell which it is: only {outlets} outlets in {squares} squares of 250 m lie near them."
        ),
        (Verdict::TooFew, Language::Zh) => {
            format!("路网无法判断坐标系：附近只有 {outlets} 个网点，分布在 {squares} 个 250 米方格内。")
        }
        (Verdict::Same, Language::En) => {
            "The streets cannot tell wgs84 from gcj02 here: they are the same outside China.".to_owned()
        }
        (Verdict::Same, Language::Zh) => "路网无法区分 wgs84 与 gcj02：中国以外两者相同。".to_owned(),
        (Verdict::Undecided, Language::En) => {
            format!("The streets cannot tell which it is: {}.", each(fit, language, "; "))
        }
        (Verdict::Undecided, Language::Zh) => format!("路网无法判断坐标系：{}。", each(fit, language, "；")),
        (Verdict::NoneFits, Language::En) => format!(
            "No datum fits the streets ({}), and a shift that no datum has fits as well ({}). Are these places along \
             streets, and is this the right city?",
            each(fit, language, "; "),
            told(Some(fit.placebo), language)
        ),
        (Verdict::NoneFits, Language::Zh) => format!(
            "没有一种坐标系与路网吻合（{}），任意平移也同样吻合（{}）。请检查：这些点是否沿街分布，城市是否正确？",
            each(fit, language, "；"),
            told(Some(fit.placebo), language)
        ),
    }
}

/// How near places are, in words.
fn told(nearness: Option<Nearness>, language: Language) -> String {
    let Some(Nearness { street_m, at_building, .. }) = nearness else { return "-".to_owned() };
    match (language, at_building) {
        (Language::En, None) => format!("{street_m:.1} m from their street on average"),
        (Language::En, Some(share)) => {
            format!("{street_m:.1} m from their street on average, {:.0} % at a building", share * 100.0)
        }
        (Language::Zh, None) => format!("网点距道路平均 {street_m:.1} 米"),
        (Language::Zh, Some(share)) => {
            format!("网点距道路平均 {street_m:.1} 米，{:.0} % 在建筑内或墙边", share * 100.0)
        }
    }
}

fn each(fit: &DatumFit, language: Language, between: &str) -> String {
    let each = fit.by_datum.iter().map(|(datum, nearness)| match language {
        Language::En => format!("as {datum} {}", told(Some(*nearness), language)),
        Language::Zh => format!("按 {datum}，{}", told(Some(*nearness), language)),
    });
    each.collect::<Vec<_>>().join(between)
}

fn next_best(fit: &DatumFit, best: Datum) -> Option<Nearness> {
    let others = fit.by_datum.iter().filter(|(datum, _)| *datum != best).map(|(_, nearness)| *nearness);
    others.reduce(|a, b| if b.cost < a.cost { b } else { a })
}
