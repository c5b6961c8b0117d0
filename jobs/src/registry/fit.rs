//! Which datum a registry is in, by how near its outlets come to the streets.
//!
//! Comes in: positions as a file has them, and a graph in WGS-84. Goes out: for each datum the mean distance to the nearest
//! street, and which datum it is, where that can be told. Not here: changing anything; people declare datums, this checks.
//!
//! Outlets stand along streets. In the wrong datum all of them are moved by nearly the same 300 to 1,500 m, and stand
//! anywhere. Two things must hold before a datum is named:
//!
//! - it brings outlets nearer than every other datum does, outlet by outlet. The differences are averaged by squares of
//!   some 250 m, since neighbours err together, and the lower end of their [`CONFIDENCE`] interval is above nothing;
//! - it brings them nearer than [`PLACEBOS`] other shifts of the same size, which no datum has: without this, the best of
//!   three wrong datums would be named.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use walkshed::snap::{SnapOptions, Snapper};
use walkshed::{LonLat, Meters, WalkGraph};

use crate::area::Area;
use crate::datum::Datum;

/// How many outlets are looked at.
pub(crate) const SAMPLED: usize = 1_000;
/// Distances beyond this count as this: a few outlets far from everything must not decide.
const FARTHEST: Meters = Meters(50.0);
/// Fewer outlets than this near the streets say nothing.
const FEWEST: usize = 30;
/// Fewer squares than this say nothing.
const FEWEST_SQUARES: usize = 8;
/// The side of a square in degrees.
const SQUARE: f64 = 0.0025;
/// How sure a named datum is, as messages have it.
pub(crate) const CONFIDENCE: &str = "99.9 %";
/// Half the width of that interval in standard errors, for very many squares.
const NORMAL_QUANTILE: f64 = 3.290_527;
/// How many shifts that no datum has are tried.
pub(crate) const PLACEBOS: usize = 24;
/// Their lengths in metres, within those of the datums.
const PLACEBO_LENGTHS: [f64; 3] = [350.0, 600.0, 1_100.0];

/// How well each datum fits.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct DatumFit {
    /// Outlets looked at: those that some datum brings near the streets.
    pub outlets: usize,
    /// Squares with such outlets.
    pub squares: usize,
    /// The mean distance to the nearest street in metres, by datum.
    pub mean_m: Vec<(Datum, f64)>,
    /// The least mean distance among shifts that no datum has.
    pub placebo_m: f64,
    /// How much nearer the best datum brings outlets than the second best, in metres: the mean, and the lower end of its
    /// interval.
    pub nearer_by_m: (f64, f64),
    /// What it comes to.
    pub verdict: Verdict,
}

/// What a fit comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It is this datum.
    Is(Datum),
    /// Too few outlets are near the streets.
    TooFew,
    /// Datums do not differ here: the formula moves nothing outside China.
    Same,
    /// The differences are too small or too uneven.
    Undecided,
    /// Shifts that no datum has fit as well.
    NoneFits,
}

impl DatumFit {
    /// Whether it is known that a declared datum is wrong, and which is right.
    pub(crate) fn contradicts(&self, declared: Datum) -> Option<Datum> {
        match self.verdict {
            Verdict::Is(datum) if !datum.is_as(declared) => Some(datum),
            _ => None,
        }
    }
}

/// Looks how well each datum fits some positions.
pub(crate) fn fit(graph: &WalkGraph, area: &Area, positions: &[LonLat]) -> DatumFit {
    let near = |at: &&LonLat| Datum::DIFFERENT.iter().any(|datum| area.check(datum.to_wgs84(**at)).is_ok());
    let near: Vec<LonLat> = positions.iter().filter(near).copied().collect();
    let stride = near.len().div_ceil(SAMPLED).max(1);
    let sample: Vec<LonLat> = near.into_iter().step_by(stride).collect();
    let snapper = Snapper::new(graph, SnapOptions { max_distance: FARTHEST, min_component: 0 });
    let distances = |places: &[LonLat]| -> Vec<f64> {
        let distance = |at: &LonLat| snapper.snap(*at).map_or(FARTHEST.0, |snap| snap.offset.0.min(FARTHEST.0));
        places.par_iter().map(distance).collect()
    };
    let places = Datum::DIFFERENT.map(|datum| sample.iter().map(|&at| datum.to_wgs84(at)).collect::<Vec<_>>());
    let of_datum = places.each_ref().map(|places| distances(places));
    let means = of_datum.each_ref().map(|distances| mean(distances));

    let mut order = [0, 1, 2];
    order.sort_by(|&a, &b| means[a].total_cmp(&means[b]));
    let [best, second, _] = order;
    let by_square = differences(&places[best], &of_datum[best], &of_datum[second]);
    let nearer_by_m = interval(&by_square);
    let placebo_m = placebos(&places[best]).map(|moved| mean(&distances(&moved))).fold(f64::INFINITY, f64::min);
    let moves = sample.iter().any(|&at| Datum::Gcj02.of_wgs84(at) != at);
    let verdict = if sample.len() < FEWEST || by_square.len() < FEWEST_SQUARES {
        Verdict::TooFew
    } else if !moves {
        Verdict::Same
    } else if nearer_by_m.1 <= 0.0 {
        Verdict::Undecided
    } else if means[best] >= placebo_m {
        Verdict::NoneFits
    } else {
        Verdict::Is(Datum::DIFFERENT[best])
    };
    DatumFit {
        outlets: sample.len(),
        squares: by_square.len(),
        mean_m: Datum::DIFFERENT.into_iter().zip(means).collect(),
        placebo_m,
        nearer_by_m,
        verdict,
    }
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { f64::NAN } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// By square, how much nearer one datum brings its outlets than another, in a fixed order.
fn differences(places: &[LonLat], near: &[f64], far: &[f64]) -> Vec<f64> {
    let mut squares: FxHashMap<(i32, i32), (f64, u32)> = FxHashMap::default();
    for ((at, near), far) in places.iter().zip(near).zip(far) {
        let square = ((at.lon / SQUARE).floor() as i32, (at.lat / SQUARE).floor() as i32);
        let (sum, count) = squares.entry(square).or_default();
        *sum += far - near;
        *count += 1;
    }
    let mut squares: Vec<((i32, i32), f64)> =
        squares.into_iter().map(|(square, (sum, count))| (square, sum / f64::from(count))).collect();
    squares.sort_by_key(|(square, _)| *square);
    squares.into_iter().map(|(_, difference)| difference).collect()
}

/// The mean and the lower end of its interval.
fn interval(differences: &[f64]) -> (f64, f64) {
    let (mean, count) = (mean(differences), differences.len() as f64);
    if differences.len() < 2 {
        return (mean, f64::NEG_INFINITY);
    }
    let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, mean - student_quantile(count - 1.0) * (variance / count).sqrt())
}

/// Half the width of the interval in standard errors for a number of degrees of freedom: Student's t by the series of
/// Cornish and Fisher (Abramowitz and Stegun 26.7.5), right to one part in a hundred from 7 degrees on.
fn student_quantile(degrees: f64) -> f64 {
    let z = NORMAL_QUANTILE;
    let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
    z + (z3 + z) / (4.0 * degrees)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * degrees.powi(2))
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * degrees.powi(3))
}

/// The places moved by shifts that no datum has: eight directions, three lengths.
fn placebos(places: &[LonLat]) -> impl Iterator<Item = Vec<LonLat>> + '_ {
    let lat = places.first().map_or(0.0, |at| at.lat);
    (0..PLACEBOS).map(move |number| {
        // A little off the compass, so that a grid of streets is not met along its lines.
        let angle = (number % 8) as f64 * std::f64::consts::FRAC_PI_4 + 0.3;
        let degrees = PLACEBO_LENGTHS[number / 8] / 111_195.0;
        let (north, east) = (degrees * angle.sin(), degrees * angle.cos() / lat.to_radians().cos());
        places.iter().map(|at| LonLat { lon: at.lon + east, lat: at.lat + north }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_that_of_the_tables() {
        for (degrees, expected) in [(7.0, 5.408), (10.0, 4.587), (20.0, 3.850), (60.0, 3.460), (1e9, 3.291)] {
            assert!((student_quantile(degrees) / expected - 1.0).abs() < 0.01, "{degrees}");
        }
    }

    #[test]
    fn an_interval_is_around_the_mean() {
        let (mean, low) = interval(&[1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 3.0]);
        // The standard deviation is 0.926, its error 0.327, times 5.4.
        assert!((mean - 2.0).abs() < 1e-9 && (low - 0.23).abs() < 0.02, "{mean} {low}");
        assert!(interval(&[5.0]).1 < 0.0);
    }

    #[test]
    fn placebos_have_their_lengths() {
        let at = LonLat { lon: 116.4, lat: 39.9 };
        let lengths: Vec<f64> = placebos(&[at]).map(|moved| at.distance_to(moved[0]).0).collect();
        assert_eq!(lengths.len(), PLACEBOS);
        for (length, expected) in lengths.chunks(8).flatten().zip(PLACEBO_LENGTHS.iter().flat_map(|l| [l; 8])) {
            assert!((length / expected - 1.0).abs() < 0.01, "{length}");
        }
    }
}
