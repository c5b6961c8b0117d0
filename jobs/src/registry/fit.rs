//! Which datum a registry is in, by how near its outlets come to streets and to buildings.
//!
//! Comes in: positions as a file has them, a graph in WGS-84, and buildings where these are known. Goes out: for each datum
//! how well it fits, and which datum it is, where that can be told. Not here: changing anything; people declare datums, this
//! checks.
//!
//! Outlets stand along streets, and in buildings or at their walls. In the wrong datum all of them are moved by nearly the
//! same 300 to 1,500 m, and stand anywhere. The cost of a place is its distance to the nearest street, and to the nearest
//! building, each in standard deviations of what it is anywhere. Two things must hold before a datum is named:
//!
//! - its places cost less than those of every other datum, outlet by outlet. The differences are averaged by squares of
//!   some 250 m, since neighbours err together, and the lower end of their [`CONFIDENCE`] interval is above nothing. Only
//!   that end is looked at, so that streets and then buildings may be asked and the two together still err once in 1,000;
//! - they cost less than at [`PLACEBOS`] other shifts of the same size, which no datum has: without this, the best of three
//!   wrong datums would be named.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use walkshed::snap::{SnapOptions, Snapper};
use walkshed::{LonLat, Meters, WalkGraph};

use super::outlines::Outlines;
use crate::area::Area;
use crate::datum::Datum;

/// How many outlets are looked at.
pub(crate) const SAMPLED: usize = 1_000;
/// Distances to streets beyond this count as this: a few outlets far from everything must not decide.
const FARTHEST: Meters = Meters(50.0);
/// Fewer outlets than this near the streets say nothing.
const FEWEST: usize = 12;
/// Fewer squares than this say nothing.
const FEWEST_SQUARES: usize = 8;
/// That no datum fits is said of so many outlets and squares at least; fewer leave it undecided.
const MANY: (usize, usize) = (200, 30);
/// The side of a square in degrees.
const SQUARE: f64 = 0.0025;
/// Who is so near to a building stands in it or at its wall.
const AT_BUILDING: f64 = 5.0;
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
    /// How near each datum brings them.
    pub by_datum: Vec<(Datum, Nearness)>,
    /// The same for the best among shifts that no datum has.
    pub placebo: Nearness,
    /// How much less the best datum's places cost than those of the second best: the mean, and the lower end of its
    /// interval.
    pub better_by: (f64, f64),
    /// What it comes to.
    pub verdict: Verdict,
}

/// How near places are, on average.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Nearness {
    /// Metres to the nearest street.
    pub street_m: f64,
    /// The share that stands in a building or at its wall; `None` where buildings were not asked.
    pub at_building: Option<f64>,
    /// What they cost, in standard deviations.
    pub cost: f64,
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

impl Verdict {
    /// The word in reports for machines.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Is(_) => "is",
            Self::TooFew => "too_few",
            Self::Same => "same",
            Self::Undecided => "undecided",
            Self::NoneFits => "none_fits",
        }
    }
}

impl DatumFit {
    /// Whether it is known that a declared datum is wrong, and which is right.
    pub(crate) fn contradicts(&self, declared: Datum) -> Option<Datum> {
        match self.verdict {
            Verdict::Is(datum) if !datum.is_as(declared) => Some(datum),
            _ => None,
        }
    }

    /// How near a datum brings outlets.
    pub(crate) fn of(&self, datum: Datum) -> Option<Nearness> {
        self.by_datum.iter().find(|(of, _)| of.is_as(datum)).map(|(_, nearness)| *nearness)
    }
}

/// What outlets stand near.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// Streets.
    pub graph: &'a WalkGraph,
    /// Where the streets are.
    pub area: &'a Area<'a>,
}

/// Looks how well each datum fits some positions: by streets, and where these cannot tell by streets and buildings, which
/// are asked for then.
///
/// # Errors
/// When the buildings cannot be read.
pub(crate) fn fit(
    around: Surroundings<'_>,
    positions: &[LonLat],
    buildings: impl FnOnce() -> anyhow::Result<Option<Outlines>>,
) -> anyhow::Result<DatumFit> {
    let found = fit_to(around, None, positions);
    if !matches!(found.verdict, Verdict::Undecided | Verdict::NoneFits) {
        return Ok(found);
    }
    Ok(buildings()?.map_or(found, |buildings| fit_to(around, Some(&buildings), positions)))
}

fn fit_to(around: Surroundings<'_>, buildings: Option<&Outlines>, positions: &[LonLat]) -> DatumFit {
    let is_near = |at: &&LonLat| Datum::DIFFERENT.iter().any(|datum| around.area.check(datum.to_wgs84(**at)).is_ok());
    let near: Vec<LonLat> = positions.iter().filter(is_near).copied().collect();
    let stride = near.len().div_ceil(SAMPLED).max(1);
    let sample: Vec<LonLat> = near.into_iter().step_by(stride).collect();
    let snapper = Snapper::new(around.graph, SnapOptions { max_distance: FARTHEST, min_component: 0 });
    let distances = |places: &[LonLat]| -> Vec<Distances> {
        let of = |at: &LonLat| Distances {
            street: snapper.snap(*at).map_or(FARTHEST.0, |snap| snap.offset.0.min(FARTHEST.0)),
            building: buildings.map(|buildings| buildings.distance(*at)),
        };
        places.par_iter().map(of).collect()
    };
    let places = Datum::DIFFERENT.map(|datum| sample.iter().map(|&at| datum.to_wgs84(at)).collect::<Vec<_>>());
    let of_datum = places.each_ref().map(|places| distances(places));
    // What distances are anywhere is measured about the first datum's places: the others are as near.
    let anywhere: Vec<Vec<Distances>> = placebos(&places[0]).map(|moved| distances(&moved)).collect();
    let spread = Spread::of(&anywhere);
    let nearness = of_datum.each_ref().map(|distances| spread.nearness(distances));

    let mut order = [0, 1, 2];
    order.sort_by(|&a, &b| nearness[a].cost.total_cmp(&nearness[b].cost));
    let [best, second, _] = order;
    let by_square = differences(&places[best], |outlet| {
        spread.cost(of_datum[second][outlet]) - spread.cost(of_datum[best][outlet])
    });
    let better_by = interval(&by_square);
    let about_best = placebos(&places[best]).map(|moved| spread.nearness(&distances(&moved)));
    let placebo = about_best.reduce(|a, b| if b.cost < a.cost { b } else { a }).unwrap_or(nearness[best]);
    let moves = sample.iter().any(|&at| Datum::Gcj02.of_wgs84(at) != at);
    let verdict = if sample.len() < FEWEST || by_square.len() < FEWEST_SQUARES {
        Verdict::TooFew
    } else if !moves {
        Verdict::Same
    } else if nearness[best].cost < placebo.cost && better_by.1 > 0.0 {
        Verdict::Is(Datum::DIFFERENT[best])
    } else if nearness[best].cost >= placebo.cost && sample.len() >= MANY.0 && by_square.len() >= MANY.1 {
        Verdict::NoneFits
    } else {
        Verdict::Undecided
    };
    DatumFit {
        outlets: sample.len(),
        squares: by_square.len(),
        by_datum: Datum::DIFFERENT.into_iter().zip(nearness).collect(),
        placebo,
        better_by,
        verdict,
    }
}

/// How far a place is from what outlets stand near, in metres.
#[derive(Clone, Copy, Debug)]
struct Distances {
    street: f64,
    building: Option<f64>,
}

/// How much distances differ anywhere: their standard deviations.
#[derive(Clone, Copy, Debug)]
struct Spread {
    street: f64,
    building: f64,
}

impl Spread {
    fn of(anywhere: &[Vec<Distances>]) -> Self {
        let deviation = |of: &dyn Fn(&Distances) -> f64| {
            let values: Vec<f64> = anywhere.iter().flatten().map(of).collect();
            let middle = mean(values.iter().copied());
            // At least a metre, so that nothing is divided by nothing where all is alike.
            mean(values.iter().map(|value| (value - middle).powi(2))).sqrt().max(1.0)
        };
        Self { street: deviation(&|at| at.street), building: deviation(&|at| at.building.unwrap_or_default()) }
    }

    fn cost(self, at: Distances) -> f64 {
        at.street / self.street + at.building.map_or(0.0, |building| building / self.building)
    }

    fn nearness(self, places: &[Distances]) -> Nearness {
        let has_buildings = places.iter().any(|place| place.building.is_some());
        let at_wall = |place: &Distances| f64::from(u8::from(place.building.is_some_and(|m| m <= AT_BUILDING)));
        Nearness {
            street_m: mean(places.iter().map(|place| place.street)),
            at_building: has_buildings.then(|| mean(places.iter().map(at_wall))),
            cost: mean(places.iter().map(|place| self.cost(*place))),
        }
    }
}

/// The mean; nothing is on average no number.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { f64::NAN } else { sum / f64::from(count) }
}

/// By square, the mean difference of its outlets, in a fixed order.
fn differences(places: &[LonLat], of: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut squares: FxHashMap<(i32, i32), (f64, u32)> = FxHashMap::default();
    for (outlet, at) in places.iter().enumerate() {
        let square = ((at.lon / SQUARE).floor() as i32, (at.lat / SQUARE).floor() as i32);
        let (sum, count) = squares.entry(square).or_default();
        *sum += of(outlet);
        *count += 1;
    }
    let mut squares: Vec<((i32, i32), f64)> =
        squares.into_iter().map(|(square, (sum, count))| (square, sum / f64::from(count))).collect();
    squares.sort_by_key(|(square, _)| *square);
    squares.into_iter().map(|(_, difference)| difference).collect()
}

/// The mean and the lower end of its interval.
fn interval(differences: &[f64]) -> (f64, f64) {
    let (mean, count) = (mean(differences.iter().copied()), differences.len() as f64);
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
#[path = "fit_tests.rs"]
mod shops;

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
