//! Groups, circles, and the rules and grades of zones: what they are, and what numbers come to under them.
//!
//! Comes in: a standard, and for a zone the value of each of its measures (nothing where it is not known, an interval where it is not
//! known well). Goes out: whether
//! each condition holds, in three values, and the grade of the zone ([`Standard::rate`]). Not here: how a measure is counted.
//!
//! A grade is the first of the standard's grades all of whose conditions hold. A rule may leave cases open: a circle with the
//! points of the best grade and too few formats for it is not in the next grade by that. Such a zone is *undefined*, with the
//! conditions that failed; no grade is guessed. Where a measure that would decide is not known, the zone is *unknown*.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::standard::Standard;

/// A group of residents with a walking speed of its own.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Its speed on level ground.
    pub speed_m_per_s: f64,
    /// The column of residents that it is weighed by; all residents where there is none.
    pub residents: Option<String>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

/// When an outlet must be open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Hour {
    /// At a minute of an ordinary day, from 0 to 1439.
    At(u16),
    /// Round the clock.
    Always,
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(minute) => write!(f, "{:02}:{:02}", minute / 60, minute % 60),
            Self::Always => f.write_str("always"),
        }
    }
}

impl FromStr for Hour {
    type Err = NoHour;

    fn from_str(text: &str) -> Result<Self, NoHour> {
        if text == "always" {
            return Ok(Self::Always);
        }
        let number = |digits: &str, end: u16| match digits.len() {
            2 if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok().filter(|&n: &u16| n < end),
            _ => None,
        };
        let parts = text.split_once(':').and_then(|(hour, minute)| Some((number(hour, 24)?, number(minute, 60)?)));
        parts.map(|(hour, minute)| Self::At(hour * 60 + minute)).ok_or_else(|| NoHour(text.to_owned()))
    }
}

impl Serialize for Hour {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that is no hour.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("\"{0}\" is no hour; expected HH:MM from 00:00 to 23:59, or \"always\"")]
pub struct NoHour(pub String);

/// Requirements that make one circle.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Circle {
    /// Its id.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The positions of its requirements in [`Standard::requirements`].
    pub requirements: Vec<usize>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

/// What a measure counts in a zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Outlets that stand in the zone and serve any of the formats; each once.
    Outlets,
    /// Formats of which at least one outlet stands in the zone.
    Formats,
    /// Outlets in the zone that serve several formats of the vocabulary (一店多能).
    MultiFunction,
    /// The share of the outlets in the zone that are of a chain known by name.
    ChainRate,
    /// Square metres of floor of the outlets in the zone; not known where any of them does not say.
    FloorAreaM2,
    /// Residents of the zone.
    Residents,
    /// Square metres of the zone's land.
    AreaM2,
    /// The share of the zone's residents that meet the requirements.
    ShareMet,
    /// A number that the zones bring along: the points of an evaluation, the result of a survey.
    Imported,
}

impl MeasureKind {
    /// The word in the file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Outlets => "outlets",
            Self::Formats => "formats",
            Self::MultiFunction => "multi_function",
            Self::ChainRate => "chain_rate",
            Self::FloorAreaM2 => "floor_area_m2",
            Self::Residents => "residents",
            Self::AreaM2 => "area_m2",
            Self::ShareMet => "share_met",
            Self::Imported => "imported",
        }
    }
}

/// How the shares of several requirements make one number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Each for itself: the lowest of the shares.
    #[default]
    Each,
    /// Together: the share of those who meet all of them.
    All,
}

/// What a number is divided by.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// For each so many residents.
    Residents(f64),
    /// For each so many square metres of land.
    AreaM2(f64),
}

/// A number of a zone.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Measure {
    /// Its id.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// What is counted.
    pub kind: MeasureKind,
    /// The formats, each with those that serve in its place.
    pub formats: Vec<Vec<String>>,
    /// Classes of the vocabulary, all of whose formats count as well. With neither, everything counts.
    pub classes: Vec<String>,
    /// For a share: the positions of the requirements in [`Standard::requirements`].
    pub requirements: Vec<usize>,
    /// For a share: how several requirements make one.
    pub combine: Combine,
    /// For an imported number: the property of the zone.
    pub property: Option<String>,
    /// What it is divided by.
    pub per: Option<Per>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// The words of the document.
    pub text: Option<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

/// The value of a measure: a number, or an interval that it lies in, ends included.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Value {
    /// It is this at least.
    pub low: f64,
    /// It is this at most; infinite where nothing is known of that.
    pub high: f64,
}

impl Value {
    /// A number that is known.
    pub const fn exact(number: f64) -> Self {
        Self { low: number, high: number }
    }
}

/// Bounds on a measure; at least one is set.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Condition {
    /// The position of the measure in [`Standard::measures`].
    pub measure: usize,
    /// It is this or more.
    pub at_least: Option<f64>,
    /// It is more than this.
    pub more_than: Option<f64>,
    /// It is this or less.
    pub at_most: Option<f64>,
    /// It is less than this.
    pub less_than: Option<f64>,
}

impl Condition {
    /// Whether it holds; nothing where the value is not known, or may be on either side of a bound. Bounds are compared as they
    /// are, without rounding.
    pub fn holds(&self, value: Option<Value>) -> Option<bool> {
        let Value { low, high } = value?;
        // Of each bound: whether it holds at the end that is nearest to failing, and at the one that is farthest from it.
        let of = |bound: Option<f64>, holds: fn(&f64, &f64) -> bool, worst: f64, best: f64| {
            bound.map_or([true, true], |bound| [holds(&worst, &bound), holds(&best, &bound)])
        };
        let bounds = [
            of(self.at_least, f64::ge, low, high),
            of(self.more_than, f64::gt, low, high),
            of(self.at_most, f64::le, high, low),
            of(self.less_than, f64::lt, high, low),
        ];
        if bounds.iter().all(|[worst, _]| *worst) {
            Some(true)
        } else if bounds.iter().any(|[_, best]| !best) {
            Some(false)
        } else {
            None
        }
    }
}

impl fmt::Display for Condition {
    /// Its bounds: `>= 10`, `>= 60 and <= 80`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bounds =
            [(">=", self.at_least), (">", self.more_than), ("<=", self.at_most), ("<", self.less_than)].into_iter();
        let bounds: Vec<String> = bounds.filter_map(|(sign, bound)| Some(format!("{sign} {}", bound?))).collect();
        f.write_str(&bounds.join(" and "))
    }
}

/// What a zone should come to.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// What must hold.
    pub needs: Vec<Condition>,
    /// Which zones it is asked of: those where all of these hold.
    pub only_if: Vec<Condition>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// The words of the document.
    pub text: Option<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

/// What a rule comes to in a zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleStatus {
    /// It holds.
    Met,
    /// It does not.
    NotMet,
    /// A number that would decide is not known.
    Unknown,
    /// It is not asked of this zone.
    NotAsked,
}

impl RuleStatus {
    /// The word in tables: `met`, `not_met`, `unknown`, `not_asked`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Unknown => "unknown",
            Self::NotAsked => "not_asked",
        }
    }
}

impl Rule {
    /// What it comes to, by the value of each measure.
    pub fn status(&self, values: &[Option<Value>]) -> RuleStatus {
        match (all_hold(&self.only_if, values), all_hold(&self.needs, values)) {
            (Some(false), _) => RuleStatus::NotAsked,
            (Some(true), Some(true)) => RuleStatus::Met,
            (Some(true), Some(false)) => RuleStatus::NotMet,
            _ => RuleStatus::Unknown,
        }
    }
}

/// A grade of a zone.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Rating {
    /// Its id.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// What must hold.
    pub needs: Vec<Condition>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// The words of the document.
    pub text: Option<String>,
    /// What the project chose here, and why.
    pub choice: Option<String>,
}

/// The grade of a zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rated {
    /// It has this grade, by its position in [`Standard::ratings`].
    Is(usize),
    /// The rule gives it none.
    Undefined {
        /// The grade whose conditions fail in the fewest places; the best of them where several do.
        nearest: usize,
        /// The positions of its conditions that fail.
        failed: Vec<usize>,
    },
    /// Numbers that would decide are not known.
    Unknown {
        /// The grades that it may have.
        possible: Vec<usize>,
        /// The positions of the measures that would decide, and are not known or not well enough.
        missing: Vec<usize>,
    },
    /// The standard has no grades.
    None,
}

impl Rated {
    /// The word in tables: `rated`, `undefined`, `unknown`, `no_grades`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Is(_) => "rated",
            Self::Undefined { .. } => "undefined",
            Self::Unknown { .. } => "unknown",
            Self::None => "no_grades",
        }
    }
}

impl Standard {
    /// The grade of a zone, by the value of each measure.
    ///
    /// # Panics
    /// Where there is not one value for each measure.
    ///
    /// ```
    /// use walkshed::coverage::{Rated, Standard, Value};
    /// # let standard = Standard::from_toml(r#"
    /// # schema_version = 1
    /// # [profile]
    /// # id = "grades"
    /// # zh = "分级"
    /// # en = "Grades"
    /// # status = "sourced"
    /// # [[tier]]
    /// # id = "t15"
    /// # minutes = 15
    /// # [[require]]
    /// # id = "shop"
    /// # zh = "店"
    /// # tier = "t15"
    /// # any_of = ["shop"]
    /// # [[measure]]
    /// # id = "kinds"
    /// # kind = "formats"
    /// # [[measure]]
    /// # id = "points"
    /// # kind = "imported"
    /// # property = "score"
    /// # [[rating]]
    /// # id = "high"
    /// # needs = [{ measure = "kinds", at_least = 10 }, { measure = "points", at_least = 80 }]
    /// # [[rating]]
    /// # id = "fail"
    /// # needs = [{ measure = "points", less_than = 80 }]
    /// # "#)?;
    /// // high: 10 kinds or more, and 80 points or more. fail: fewer than 80 points.
    /// let zone = |kinds, points| [Some(Value::exact(kinds)), Some(Value::exact(points))];
    /// assert_eq!(standard.rate(&zone(12.0, 85.0)), Rated::Is(0));
    /// // 85 points with 9 kinds is no case of the rule: the first condition of the first grade failed.
    /// assert_eq!(standard.rate(&zone(9.0, 85.0)), Rated::Undefined { nearest: 0, failed: vec![0] });
    /// # Ok::<(), walkshed::coverage::StandardError>(())
    /// ```
    pub fn rate(&self, values: &[Option<Value>]) -> Rated {
        assert_eq!(values.len(), self.measures.len(), "one value for each measure");
        let held: Vec<Option<bool>> = self.ratings.iter().map(|rating| all_hold(&rating.needs, values)).collect();
        // A grade that holds for certain counts only if none before it may hold.
        match held.iter().position(|held| *held != Some(false)) {
            Some(first) if held[first] == Some(true) => Rated::Is(first),
            Some(_) => {
                let certain = held.iter().position(|held| *held == Some(true)).unwrap_or(held.len() - 1);
                let possible: Vec<usize> = (0..=certain).filter(|&rating| held[rating] != Some(false)).collect();
                let conditions = possible.iter().flat_map(|&rating| &self.ratings[rating].needs);
                let open = conditions.filter(|need| need.holds(values[need.measure]).is_none());
                let missing = open.map(|need| need.measure);
                let missing: std::collections::BTreeSet<usize> = missing.collect();
                Rated::Unknown { possible, missing: missing.into_iter().collect() }
            }
            None => self.nearest_to(values),
        }
    }

    /// What is nearest to a zone that no grade holds for.
    fn nearest_to(&self, values: &[Option<Value>]) -> Rated {
        let failed = self.ratings.iter().map(|rating| {
            let failing = rating.needs.iter().enumerate();
            let failing = failing.filter(|(_, need)| need.holds(values[need.measure]) == Some(false));
            failing.map(|(position, _)| position).collect::<Vec<usize>>()
        });
        let nearest = failed.enumerate().min_by_key(|(_, failed)| failed.len());
        nearest.map_or(Rated::None, |(nearest, failed)| Rated::Undefined { nearest, failed })
    }
}

/// Whether all of some conditions hold: one that fails decides, one that is not known leaves it open.
fn all_hold(conditions: &[Condition], values: &[Option<Value>]) -> Option<bool> {
    let mut all = Some(true);
    for condition in conditions {
        match condition.holds(values[condition.measure]) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
