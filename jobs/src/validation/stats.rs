//! Errors of a model: how large, which way, on which walks.
//!
//! Comes in: observed and predicted times. Goes out: [`Errors`] over all walks, and the same by distance and by slope. An
//! error is predicted less observed: positive where the model is too slow. Not here: where the times come from.

use super::Walked;
use super::pairs::Pair;

/// The errors of a model over some walks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Errors {
    /// How many walks.
    pub n: usize,
    /// Mean error in seconds.
    pub bias: f64,
    /// Mean absolute error in seconds.
    pub mae: f64,
    /// Root of the mean squared error in seconds.
    pub rmse: f64,
    /// Mean absolute error as a share of the observed time.
    pub relative: f64,
    /// All predicted time over all observed time.
    pub ratio: f64,
    /// Errors that 5, 25, 50, 75 and 95 of 100 walks do not exceed.
    pub quantiles: [f64; 5],
    /// Spearman's rank correlation of predicted and observed times; nothing where all are equal.
    pub rank_correlation: Option<f64>,
}

/// The errors of some of the walks.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Bin {
    /// `distance`, `steepness` or `direction`.
    pub by: &'static str,
    pub group: &'static str,
    pub errors: Errors,
}

const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

impl Errors {
    /// Of some walks; nothing of none.
    pub(crate) fn of(walks: &[(&Pair, Walked)]) -> Option<Self> {
        if walks.is_empty() {
            return None;
        }
        let n = walks.len() as f64;
        let mut errors: Vec<f64> = walks.iter().map(|(pair, walk)| walk.seconds - pair.observed).collect();
        let mean = |of: &dyn Fn(f64) -> f64| errors.iter().map(|&error| of(error)).sum::<f64>() / n;
        let (bias, mae, rmse) = (mean(&|e| e), mean(&f64::abs), mean(&|e| e * e).sqrt());
        let shares = walks.iter().map(|(pair, walk)| (walk.seconds - pair.observed).abs() / pair.observed);
        let relative = shares.sum::<f64>() / n;
        let sum = |of: &dyn Fn(&(&Pair, Walked)) -> f64| walks.iter().map(of).sum::<f64>();
        let ratio = sum(&|(_, walk)| walk.seconds) / sum(&|(pair, _)| pair.observed);
        errors.sort_by(f64::total_cmp);
        let predicted: Vec<f64> = walks.iter().map(|(_, walk)| walk.seconds).collect();
        let observed: Vec<f64> = walks.iter().map(|(pair, _)| pair.observed).collect();
        Some(Self {
            n: walks.len(),
            bias,
            mae,
            rmse,
            relative,
            ratio,
            quantiles: QUANTILES.map(|share| quantile(&errors, share)),
            rank_correlation: correlation(&ranks(&predicted), &ranks(&observed)),
        })
    }
}

/// The value that a share of sorted values does not exceed, between neighbours in proportion.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

/// The rank of each value; equals share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut begin = 0;
    for equals in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        let mean = begin as f64 + (equals.len() - 1) as f64 / 2.0;
        for &place in equals {
            ranks[place] = mean;
        }
        begin += equals.len();
    }
    ranks
}

/// Pearson's correlation; nothing where one of the two does not vary.
fn correlation(xs: &[f64], ys: &[f64]) -> Option<f64> {
    let n = xs.len() as f64;
    let (mean_x, mean_y) = (xs.iter().sum::<f64>() / n, ys.iter().sum::<f64>() / n);
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in xs.iter().zip(ys) {
        let (x, y) = (x - mean_x, y - mean_y);
        (xy, xx, yy) = (xy + x * y, xx + x * x, yy + y * y);
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// The walks by length, by how steep they are on average up or down, and by whether they end higher than they begin.
pub(crate) fn bins(walks: &[(&Pair, Walked)]) -> Vec<Bin> {
    let distance: fn(&Walked) -> Option<&'static str> = |walk| {
        Some(match walk.metres {
            m if m < 500.0 => "under 500 m",
            m if m < 1_000.0 => "500 to 1,000 m",
            m if m < 2_000.0 => "1 to 2 km",
            m if m < 5_000.0 => "2 to 5 km",
            _ => "5 km and more",
        })
    };
    let steepness: fn(&Walked) -> Option<&'static str> = |walk| {
        let [up, down] = walk.climbs?;
        Some(match 100.0 * (up + down) / walk.metres.max(1.0) {
            s if s < 1.0 => "under 1 %",
            s if s < 3.0 => "1 to 3 %",
            s if s < 6.0 => "3 to 6 %",
            s if s < 10.0 => "6 to 10 %",
            _ => "10 % and more",
        })
    };
    let direction: fn(&Walked) -> Option<&'static str> = |walk| {
        let [up, down] = walk.climbs?;
        Some(match 100.0 * (up - down) / walk.metres.max(1.0) {
            s if s < -6.0 => "down over 6 %",
            s if s < -2.0 => "down 2 to 6 %",
            s if s <= 2.0 => "within 2 %",
            s if s <= 6.0 => "up 2 to 6 %",
            _ => "up over 6 %",
        })
    };
    let kinds = [
        ("distance", distance, ["under 500 m", "500 to 1,000 m", "1 to 2 km", "2 to 5 km", "5 km and more"]),
        ("steepness", steepness, ["under 1 %", "1 to 3 %", "3 to 6 %", "6 to 10 %", "10 % and more"]),
        ("direction", direction, ["down over 6 %", "down 2 to 6 %", "within 2 %", "up 2 to 6 %", "up over 6 %"]),
    ];
    let mut bins = Vec::new();
    for (by, bin_of, names) in kinds {
        for bin in names {
            let some: Vec<_> = walks.iter().filter(|(_, walk)| bin_of(walk) == Some(bin)).copied().collect();
            bins.extend(Errors::of(&some).map(|errors| Bin { by, group: bin, errors }));
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_and_quantiles_by_hand() {
        let is = |found: &[f64], expected: &[f64]| found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(is(&ranks(&[3.0, 1.0, 3.0, 2.0]), &[2.5, 0.0, 2.5, 1.0]));
        assert!(is(&[quantile(&[1.0, 2.0, 4.0], 0.5), quantile(&[1.0, 2.0, 4.0], 0.75)], &[2.0, 3.0]));
        assert!((correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]).unwrap() - 1.0).abs() < 1e-12);
        assert!((correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]).unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(correlation(&[1.0, 1.0], &[1.0, 2.0]), None);
    }
}
