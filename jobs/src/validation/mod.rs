//! Models of walking against observed times.
//!
//! Comes in: pairs of places with the time that somebody took, streets, models. Goes out: for each model the errors, what
//! they depend on, and a calibration with its uncertainty. Not here: tables, plots and words.

pub(crate) mod calibrate;
pub(crate) mod pairs;
pub(crate) mod plots;
mod routes;
pub(crate) mod stats;
pub(crate) mod told;

use anyhow::Result;
use rayon::prelude::*;
use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, Snap, SnapOptions, Snapper};
use walkshed::walk::{CostModel as _, EdgeWeights, Walker};
use walkshed::{Ticks, WalkGraph};

use self::calibrate::{Calibration, Fitting, calibrated};
use self::pairs::Pair;
use self::routes::{Parts, route_of};
use self::stats::{Bin, Errors, bins};
use crate::models::weights_of;
use crate::run::progress::Progress;

/// What a model says of one pair.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Predicted {
    /// `compared`, or why not: `from_no_street`, `to_no_street`, `not_connected`, `beyond_budget`.
    pub status: &'static str,
    pub walk: Option<Walked>,
}

/// A walk of a model.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Walked {
    pub seconds: f64,
    pub metres: f64,
    /// Metres up and down, where the streets have heights.
    pub climbs: Option<[f64; 2]>,
    /// What the time is made of.
    pub parts: Parts,
}

/// One model against the observations.
pub(crate) struct Validated {
    pub id: String,
    pub fingerprint: String,
    pub speed: f64,
    /// In the order of the pairs.
    pub predicted: Vec<Predicted>,
    /// Nothing where no pair can be compared.
    pub errors: Option<Errors>,
    pub bins: Vec<Bin>,
    pub calibration: Calibration,
}

/// How observations are compared.
pub(crate) struct Question {
    pub budget: Ticks,
    pub snap: SnapOptions,
    /// How often pairs are drawn again for confidence intervals, and by which seed.
    pub draws: usize,
    pub seed: u64,
}

/// Compares each model with the observations.
///
/// # Errors
/// When a model needs heights that the streets do not have.
pub(crate) fn validate(
    graph: &WalkGraph,
    pairs: &[Pair],
    models: &[Walker],
    question: &Question,
    progress: &Progress,
) -> Result<Vec<Validated>> {
    let mut found = Vec::new();
    for walker in models {
        let _stage = progress.stage(&format!("model {}", walker.id()), None);
        let weights = weights_of(graph, walker)?;
        let predicted = predict(graph, pairs, walker, &weights, question);
        let compared: Vec<(&Pair, Walked)> =
            pairs.iter().zip(&predicted).filter_map(|(pair, p)| Some((pair, p.walk?))).collect();
        found.push(Validated {
            id: walker.id().to_owned(),
            fingerprint: walker.fingerprint(),
            speed: walker.speed().0,
            errors: Errors::of(&compared),
            bins: bins(&compared),
            calibration: calibrated(&compared, fitting(walker), question.draws, question.seed),
            predicted,
        });
    }
    Ok(found)
}

fn fitting(walker: &Walker) -> Fitting {
    let is_time_for_height = matches!(walker.incline(), Some(("climb" | "slower_and_half", _)));
    Fitting { speed: walker.speed().0, slopes_go_with_speed: !is_time_for_height }
}

/// A place on its street, under the model and under its parts alone.
struct End {
    snap: Snap,
    points: [LinkedPoint; 3],
}

fn predict(
    graph: &WalkGraph,
    pairs: &[Pair],
    walker: &Walker,
    weights: &EdgeWeights,
    question: &Question,
) -> Vec<Predicted> {
    // Without slopes, and without slopes and waits.
    let level = EdgeWeights::from_model(graph, &walker.clone().without_slopes());
    let bare = EdgeWeights::from_model(graph, &walker.clone().without_slopes().without_waits());
    let columns = [weights, &level, &bare];
    let snapper = Snapper::for_walker(graph, question.snap, weights);
    let end = |at| {
        let snap = snapper.snap(at).ok()?;
        Some(End { points: columns.map(|column| LinkedPoint::new(graph, column, &snap)), snap })
    };
    // Pairs with the same origin share a search.
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    let place = |pair: &Pair| (pair.from.lon.to_bits(), pair.from.lat.to_bits());
    order.sort_by_key(|&pair| (place(&pairs[pair]), pair));
    let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| place(&pairs[a]) == place(&pairs[b])).collect();
    let of_group = |search: &mut ReachSearch<'_>, group: &[usize]| -> Vec<(usize, Predicted)> {
        let none = |status| Predicted { status, walk: None };
        let Some(from) = end(pairs[group[0]].from) else {
            return group.iter().map(|&pair| (pair, none("from_no_street"))).collect();
        };
        let reach = search.run_with_paths(weights, &from.points[0], question.budget);
        let one = |&pair: &usize| {
            let Some(to) = end(pairs[pair].to) else { return (pair, none("to_no_street")) };
            let Some(walk) = reach.walk_to(&from.snap, &to.snap, &to.points[0]) else {
                let apart = from.snap.component != to.snap.component;
                return (pair, none(if apart { "not_connected" } else { "beyond_budget" }));
            };
            let route = route_of(graph, columns, &reach, [&from, &to], walk.time);
            let seconds = walk.time.as_seconds();
            let walk = Walked { seconds, metres: walk.length.0, climbs: route.climbs, parts: route.parts };
            (pair, Predicted { status: "compared", walk: Some(walk) })
        };
        group.iter().map(one).collect()
    };
    let mut all: Vec<(usize, Predicted)> = groups
        .par_iter()
        .with_min_len(8)
        .map_init(|| ReachSearch::new(graph), |search, group| of_group(search, group))
        .flatten()
        .collect();
    all.sort_by_key(|(pair, _)| *pair);
    all.into_iter().map(|(_, predicted)| predicted).collect()
}
