//! A model fitted to observations: speed, and how much its slopes and its waits should count.
//!
//! Comes in: observed times, and the times of a model in their parts. Goes out: for each part the factor by which it fits
//! best (least squares), with a confidence interval. Not here: routes, which stay those of the model as it is.
//!
//! Observed = a x level + b x slopes + c x waits, so that the squares of the errors are least, each as a share of the
//! model's time: who walks twice as long is off by twice as much. (As shares of the observed time they would favour walks
//! that happened to be quick.) The speed that fits is the model's over a. Where slopes go with the speed (all functions
//! but those of time for height) their weight is b / a, what they should count at that speed; else it is b. Parts that no
//! walk has, or that cannot be told from others, keep the factor 1. Intervals are of the bootstrap: walks are drawn again with
//! replacement and fitted anew, and the middle 95 of 100 are taken (Efron 1979); a named seed makes them repeatable.

use super::Walked;
use super::pairs::Pair;
use super::routes::Parts;
use super::stats::quantile;
use crate::sample::random::Random;

/// A factor with the interval that holds it in 95 of 100 draws.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Factor {
    pub estimate: f64,
    /// Nothing where there are too few walks to draw from.
    pub interval: Option<[f64; 2]>,
}

/// What fits the observations best.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Calibration {
    /// The speed on the level in m/s.
    pub speed: Option<Factor>,
    /// By how much slopes should count; nothing where they cannot be told.
    pub slopes: Option<Factor>,
    /// By how much waits should count; nothing where they cannot be told.
    pub waits: Option<Factor>,
    /// Root of the mean squared error that is left, in seconds.
    pub rmse: Option<f64>,
}

/// Walks below which nothing is said of intervals.
const LEAST_WALKS: usize = 10;
/// Of the walks' time at least this share must be a part's, or the part keeps its factor.
const LEAST_SHARE: f64 = 1e-3;

/// The parts of a walk and its observed time.
type Row = ([f64; 3], f64);

/// The model that is fitted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Fitting {
    /// Its speed on the level.
    pub speed: f64,
    /// Whether its slopes cost as many times more at any speed.
    pub slopes_go_with_speed: bool,
}

/// Fits the parts of a model to observations.
pub(crate) fn calibrated(walks: &[(&Pair, Walked)], model: Fitting, draws: usize, seed: u64) -> Calibration {
    let row = |(pair, walk): &(&Pair, Walked)| {
        let Parts { level, slopes, waits } = walk.parts;
        ([level, slopes, waits], pair.observed)
    };
    let rows: Vec<Row> = walks.iter().map(row).filter(|(parts, _)| parts.iter().sum::<f64>() > 0.0).collect();
    let total: f64 = rows.iter().map(|(parts, _)| parts[0]).sum();
    let told = |part: usize| rows.iter().map(|(parts, _)| parts[part].abs()).sum::<f64>() >= LEAST_SHARE * total;
    let mut used = [total > 0.0, told(1), told(2)];
    let mut best = fitted(&rows, used);
    // Parts that go together cannot be told apart: first waits, then slopes keep their factor.
    for part in [2, 1] {
        if best.is_none() {
            used[part] = false;
            best = fitted(&rows, used);
        }
    }
    let Some(best) = best else { return Calibration::default() };
    let mut random = Random::at(seed, "bootstrap", (rows.len(), 0));
    let mut drawn: Vec<[f64; 3]> = Vec::new();
    if rows.len() >= LEAST_WALKS {
        for _ in 0..draws {
            let again: Vec<Row> = (0..rows.len()).map(|_| rows[random.below(rows.len())]).collect();
            drawn.extend(fitted(&again, used));
        }
    }
    let factor = |part: usize, of: &dyn Fn([f64; 3]) -> f64| {
        let mut values: Vec<f64> = drawn.iter().map(|&factors| of(factors)).collect();
        values.sort_by(f64::total_cmp);
        let interval = (!values.is_empty()).then(|| [0.025, 0.975].map(|share| quantile(&values, share)));
        used[part].then(|| Factor { estimate: of(best), interval })
    };
    let left = |(parts, observed): &Row| {
        let fit: f64 = parts.iter().zip(best).map(|(part, factor)| part * factor).sum();
        (fit - observed).powi(2)
    };
    Calibration {
        speed: factor(0, &|[a, ..]| model.speed / a).filter(|speed| speed.estimate.is_finite() && speed.estimate > 0.0),
        slopes: factor(1, &|[a, b, _]| if model.slopes_go_with_speed { b / a } else { b }),
        waits: factor(2, &|[.., c]| c),
        rmse: Some((rows.iter().map(left).sum::<f64>() / rows.len() as f64).sqrt()),
    }
}

/// The factors of the used parts that leave the least squares, those of the others 1; nothing where they cannot be told
/// apart.
fn fitted(rows: &[Row], used: [bool; 3]) -> Option<[f64; 3]> {
    let parts: Vec<usize> = (0..3).filter(|&part| used[part]).collect();
    let n = parts.len();
    if n == 0 || rows.len() < n {
        return None;
    }
    let mut matrix = vec![vec![0.0; n + 1]; n];
    for (row, observed) in rows {
        let weight = row.iter().sum::<f64>().powi(-2);
        let rest: f64 = (0..3).filter(|&part| !used[part]).map(|part| row[part]).sum();
        for (i, &a) in parts.iter().enumerate() {
            for (j, &b) in parts.iter().enumerate() {
                matrix[i][j] += weight * row[a] * row[b];
            }
            matrix[i][n] += weight * row[a] * (observed - rest);
        }
    }
    let scale: Vec<f64> = (0..n).map(|i| matrix[i][i]).collect();
    // Gauss, the largest pivot first.
    for column in 0..n {
        let pivot = (column..n).max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()))?;
        matrix.swap(column, pivot);
        if matrix[column][column].abs() <= 1e-9 * scale[column] {
            return None;
        }
        let head = matrix[column].clone();
        for (_, row) in matrix.iter_mut().enumerate().filter(|(number, _)| *number != column) {
            let times = row[column] / head[column];
            for (value, above) in row.iter_mut().zip(&head) {
                *value -= times * above;
            }
        }
    }
    let mut factors = [1.0; 3];
    for (i, &part) in parts.iter().enumerate() {
        factors[part] = matrix[i][n] / matrix[i][i];
    }
    factors.iter().all(|factor| factor.is_finite()).then_some(factors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use walkshed::LonLat;

    fn walks(observe: impl Fn(usize, [f64; 3]) -> f64) -> Vec<(Pair, Walked)> {
        (0..60)
            .map(|n| {
                let parts =
                    [300.0 + 37.0 * (n % 11) as f64, 20.0 * ((n * 7) % 13) as f64 - 90.0, 5.0 * ((n * 5) % 7) as f64];
                let at = LonLat { lon: 0.0, lat: 0.0 };
                let observed = observe(n, parts);
                let pair = Pair { from_id: String::new(), to_id: String::new(), from: at, to: at, observed };
                let parts = Parts { level: parts[0], slopes: parts[1], waits: parts[2] };
                (pair, Walked { seconds: 0.0, metres: 0.0, climbs: None, parts })
            })
            .collect()
    }

    const MODEL: Fitting = Fitting { speed: 1.2, slopes_go_with_speed: true };

    fn fit(walks: &[(Pair, Walked)]) -> Calibration {
        calibrated(&walks.iter().map(|(pair, walk)| (pair, *walk)).collect::<Vec<_>>(), MODEL, 200, 7)
    }

    #[test]
    fn factors_that_made_the_times_are_found_again() {
        let found = fit(&walks(|_, [level, slopes, waits]| 1.25 * level + 0.5 * slopes + 2.0 * waits));
        let near = |factor: Option<Factor>, expected: f64| {
            let factor = factor.unwrap();
            let [low, high] = factor.interval.unwrap();
            (factor.estimate - expected).abs() < 1e-9 && low <= expected + 1e-9 && high >= expected - 1e-9
        };
        assert!(near(found.speed, 0.96) && near(found.slopes, 0.4) && near(found.waits, 2.0), "{found:?}");
        assert!(found.rmse.unwrap() < 1e-9);
    }

    #[test]
    fn noise_widens_the_interval_and_the_seed_makes_it_repeatable() {
        let noisy = |n: usize, [level, slopes, _]: [f64; 3]| level + slopes + 40.0 * ((n * 29 % 17) as f64 / 8.0 - 1.0);
        let found = fit(&walks(noisy));
        let [low, high] = found.speed.unwrap().interval.unwrap();
        assert!(low < high && low > 0.9 && high < 1.6, "{found:?}");
        assert_eq!(found, fit(&walks(noisy)));
    }

    #[test]
    fn what_cannot_be_told_keeps_its_factor() {
        let mut flat = walks(|_, [level, ..]| 1.5 * level);
        for (_, walk) in &mut flat {
            walk.parts = Parts { slopes: 0.0, waits: walk.parts.level / 10.0, ..walk.parts };
        }
        let found = fit(&flat);
        assert_eq!((found.slopes, found.waits), (None, None));
        assert!((found.speed.unwrap().estimate - 1.2 / 1.4).abs() < 1e-9, "{found:?}");
        assert_eq!(calibrated(&[], MODEL, 10, 1), Calibration::default());
    }
}
