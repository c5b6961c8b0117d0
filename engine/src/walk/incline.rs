//! What a slope does to the time for a metre: published functions, and one's own, as data.
//!
//! Comes in: the part `[incline]` of a model, then slopes and the walker's speed on the level. Goes out: seconds for a metre
//! on the map. Not here: where slopes come from (tags, or heights of the graph), and the level speed itself.
//!
//! A slope is metres of height for each metre on the map, positive where the walker climbs; 1 is 45 degrees. Three kinds:
//!
//! - **Shapes** say how fast one walks on a slope against the level: exponential, gaussian, lorentz, rational, polynomial
//!   and piecewise. Only their ratio to the level counts, so that a model keeps its shape at another speed.
//! - **Time for height** adds seconds for each metre climbed or gone down: `climb`.
//! - **The slower half and the rest**: `slower_and_half`, the rule of DIN 33466.
//!
//! Slopes beyond the function's domain count as its end, and none is steeper than 1. Nobody goes faster than 5 m/s.

use serde::Deserialize;

use super::parameters::{Ascent, Climb, Coefficient, Parameter, Quantity, Slope, Sourced, Term, WalkerError};

/// No street is steeper.
const STEEPEST: f64 = 1.0;
/// The least time for a metre: the greatest speed that a model may have.
const LEAST_PACE: f64 = 1.0 / 5.0;
/// The longest time for a metre that a model may have.
const LONGEST_PACE: f64 = 1_000.0;

/// What a slope does to the speed.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(tag = "function", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Incline {
    /// The speed goes as exp(-decay |slope - fastest slope|).
    Exponential { decay: Sourced<Coefficient>, fastest_slope: Sourced<Slope> },
    /// The speed goes as floor + exp(-(slope - fastest slope)^2 / (2 width^2)).
    Gaussian {
        floor: Sourced<Coefficient>,
        fastest_slope: Sourced<Slope>,
        width: Sourced<Slope>,
        steepest: Sourced<Slope>,
    },
    /// The speed goes as c / (pi b (1 + ((x - a) / b)^2)) + d + e x, where x is the slope in degrees.
    Lorentz {
        a: Sourced<Term>,
        b: Sourced<Coefficient>,
        c: Sourced<Term>,
        d: Sourced<Term>,
        e: Sourced<Term>,
        steepest: Sourced<Slope>,
    },
    /// The speed goes as (a x^2 + b) / (c x^2 + d), where x is the slope in degrees.
    Rational { a: Sourced<Term>, b: Sourced<Term>, c: Sourced<Term>, d: Sourced<Term>, steepest: Sourced<Slope> },
    /// The time for a metre goes as c0 + c1 x + c2 x^2 + ..., where x is the slope, in hundredths where so said, and the
    /// metre lies on the map, or on the slope itself.
    Polynomial {
        coefficients: Sourced<Numbers>,
        percent: Sourced<bool>,
        along_slope: Sourced<bool>,
        steepest: Sourced<Slope>,
    },
    /// The speed at given slopes, as so many times that on the level; straight lines between them.
    Piecewise { slopes: Sourced<Numbers>, speeds: Sourced<Numbers> },
    /// Seconds for each metre of height: up, down gently, and down steeply, gently and steeply being so from some slopes on.
    Climb {
        up: Sourced<Climb>,
        down_gently: Sourced<Climb>,
        gently_from: Sourced<Slope>,
        down_steeply: Sourced<Climb>,
        steeply_from: Sourced<Slope>,
    },
    /// Of the time for the way and the time for the height the longer one counts whole, and half of the other.
    SlowerAndHalf { up_m_per_h: Sourced<Ascent>, down_m_per_h: Sourced<Ascent> },
}

/// Some numbers of a formula: 1 to 32 of them.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(try_from = "Vec<f64>")]
pub(super) struct Numbers(Vec<f64>);

impl TryFrom<Vec<f64>> for Numbers {
    type Error = String;

    fn try_from(numbers: Vec<f64>) -> Result<Self, String> {
        if numbers.is_empty() || numbers.len() > 32 || numbers.iter().any(|n| !n.is_finite()) {
            return Err(format!("{} numbers; expected 1 to 32, all of them finite", numbers.len()));
        }
        Ok(Self(numbers))
    }
}

impl Quantity for Numbers {
    const UNIT: &'static str = "";

    fn text(&self) -> String {
        self.0.iter().map(f64::to_string).collect::<Vec<_>>().join(",")
    }
}

impl Incline {
    /// The seconds for a metre on the map on a slope, for a walker with a speed on the level in metres a second.
    pub(super) fn pace(&self, slope: f64, level: f64) -> f64 {
        self.raw_pace(slope, level).max(LEAST_PACE.min(1.0 / level))
    }

    fn raw_pace(&self, slope: f64, level: f64) -> f64 {
        let slope = slope.clamp(-STEEPEST, STEEPEST);
        match self {
            Self::Climb { up, down_gently, gently_from, down_steeply, steeply_from } => {
                let each = if slope >= 0.0 {
                    up
                } else if -slope >= steeply_from.value.0 {
                    down_steeply
                } else if -slope >= gently_from.value.0 {
                    down_gently
                } else {
                    return 1.0 / level;
                };
                1.0 / level + each.value.0 * slope.abs()
            }
            Self::SlowerAndHalf { up_m_per_h, down_m_per_h } => {
                let each = if slope >= 0.0 { up_m_per_h } else { down_m_per_h };
                let (way, height) = (1.0 / level, 3600.0 / each.value.0 * slope.abs());
                way.max(height) + way.min(height) / 2.0
            }
            shape => shape.speed_as(0.0) / shape.speed_as(slope) / level,
        }
    }

    /// A number that goes with the speed on a slope.
    fn speed_as(&self, slope: f64) -> f64 {
        let within = |steepest: &Sourced<Slope>| slope.clamp(-steepest.value.0.abs(), steepest.value.0.abs());
        match self {
            Self::Exponential { decay, fastest_slope } => {
                (-decay.value.0 * (slope - fastest_slope.value.0).abs()).exp()
            }
            Self::Gaussian { floor, fastest_slope, width, steepest } => {
                let off = (within(steepest) - fastest_slope.value.0) / width.value.0;
                floor.value.0 + (-off * off / 2.0).exp()
            }
            Self::Lorentz { a, b, c, d, e, steepest } => {
                let x = within(steepest).atan().to_degrees();
                let off = (x - a.value.0) / b.value.0;
                c.value.0 / (std::f64::consts::PI * b.value.0 * (1.0 + off * off)) + d.value.0 + e.value.0 * x
            }
            Self::Rational { a, b, c, d, steepest } => {
                let square = within(steepest).atan().to_degrees().powi(2);
                (a.value.0 * square + b.value.0) / (c.value.0 * square + d.value.0)
            }
            Self::Polynomial { coefficients, percent, along_slope, steepest } => {
                let slope = within(steepest);
                let x = if percent.value { 100.0 * slope } else { slope };
                let time = coefficients.value.0.iter().rev().fold(0.0, |sum, c| sum * x + c);
                1.0 / (time * if along_slope.value { slope.hypot(1.0) } else { 1.0 })
            }
            Self::Piecewise { slopes, speeds } => between(&slopes.value.0, &speeds.value.0, slope),
            Self::Climb { .. } | Self::SlowerAndHalf { .. } => 1.0,
        }
    }

    /// Looks at the function on all slopes.
    ///
    /// # Errors
    /// When it gives no time somewhere, or a list of slopes is none.
    pub(super) fn check(&self, level: f64) -> Result<(), WalkerError> {
        if let Self::Piecewise { slopes, speeds } = self {
            let (slopes, speeds) = (&slopes.value.0, &speeds.value.0);
            if slopes.len() != speeds.len() || !slopes.is_sorted_by(|a, b| a < b) {
                return Err(WalkerError::Pieces { slopes: slopes.len(), speeds: speeds.len() });
            }
        }
        for thousandth in -1_000..=1_000 {
            let slope = f64::from(thousandth) / 1e3;
            let pace = self.raw_pace(slope, level);
            if !(pace > 0.0 && pace <= LONGEST_PACE) {
                return Err(WalkerError::Pace { slope, pace });
            }
        }
        Ok(())
    }

    /// Its word in files.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Exponential { .. } => "exponential",
            Self::Gaussian { .. } => "gaussian",
            Self::Lorentz { .. } => "lorentz",
            Self::Rational { .. } => "rational",
            Self::Polynomial { .. } => "polynomial",
            Self::Piecewise { .. } => "piecewise",
            Self::Climb { .. } => "climb",
            Self::SlowerAndHalf { .. } => "slower_and_half",
        }
    }

    /// The formula, as a researcher would write it: v is the speed, v0 that on the level, s the slope, x the slope in
    /// degrees, t the time for a metre.
    pub(super) fn formula(&self) -> &'static str {
        match self {
            Self::Exponential { .. } => "v ~ exp(-decay |s - fastest_slope|)",
            Self::Gaussian { .. } => "v ~ floor + exp(-(s - fastest_slope)^2 / (2 width^2))",
            Self::Lorentz { .. } => "v ~ c / (pi b (1 + ((x - a) / b)^2)) + d + e x",
            Self::Rational { .. } => "v ~ (a x^2 + b) / (c x^2 + d)",
            Self::Polynomial { .. } => "t ~ c0 + c1 s + c2 s^2 + ...",
            Self::Piecewise { .. } => "v = v0 x the speed between the given slopes",
            Self::Climb { .. } => "t = 1 / v0 + seconds for each metre of height x |s|",
            Self::SlowerAndHalf { .. } => "t = max(way, height) + min(way, height) / 2",
        }
    }

    pub(super) fn parameters(&self) -> Vec<Parameter<'_>> {
        /// The parameters of some fields.
        macro_rules! of {
            ($($field:ident),+) => { vec![$($field.parameter(concat!("incline.", stringify!($field)))),+] };
        }
        match self {
            Self::Exponential { decay, fastest_slope } => of!(decay, fastest_slope),
            Self::Gaussian { floor, fastest_slope, width, steepest } => of!(floor, fastest_slope, width, steepest),
            Self::Lorentz { a, b, c, d, e, steepest } => of!(a, b, c, d, e, steepest),
            Self::Rational { a, b, c, d, steepest } => of!(a, b, c, d, steepest),
            Self::Polynomial { coefficients, percent, along_slope, steepest } => {
                of!(coefficients, percent, along_slope, steepest)
            }
            Self::Piecewise { slopes, speeds } => of!(slopes, speeds),
            Self::Climb { up, down_gently, gently_from, down_steeply, steeply_from } => {
                of!(up, down_gently, gently_from, down_steeply, steeply_from)
            }
            Self::SlowerAndHalf { up_m_per_h, down_m_per_h } => of!(up_m_per_h, down_m_per_h),
        }
    }
}

/// The value at `x` on straight lines between points; beyond them that of the first or the last. The value at 0 is that of
/// the level, so that the list speaks of ratios whatever it says there.
fn between(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let after = xs.partition_point(|&known| known <= x);
    match (after.checked_sub(1), xs.get(after)) {
        (None, _) => ys[0],
        (Some(last), None) => ys[last],
        (Some(before), Some(&next)) => {
            let share = (x - xs[before]) / (next - xs[before]);
            ys[before] + share * (ys[after] - ys[before])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_lines_lie_between_the_points_given() {
        let (xs, ys) = ([-0.2, 0.0, 0.1], [0.5, 1.0, 0.6]);
        for (x, y) in [(-0.9, 0.5), (-0.2, 0.5), (-0.1, 0.75), (0.0, 1.0), (0.05, 0.8), (0.1, 0.6), (0.7, 0.6)] {
            assert!((between(&xs, &ys, x) - y).abs() < 1e-12, "{x}");
        }
    }
}
