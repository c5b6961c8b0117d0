//! The parameters of a model of walking, as files give them.
//!
//! Comes in: TOML. Goes out: the parts of a [`Walker`](super::Walker), each value with its unit in its type and name, its
//! range checked and its source kept. A part that a file does not have is off. Not here: what the values do (`walker`).

use serde::Deserialize;

use crate::osm::Smoothness;

/// Why a model of walking cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WalkerError {
    /// It is not TOML of the expected shape, or a value is out of range; the message has line and column.
    #[error("the model cannot be read: {0}")]
    Malformed(#[from] toml::de::Error),
    /// It was written for another version of this program.
    #[error("the model has schema_version {0}; expected 1")]
    Version(u32),
    /// Its id would be taken for another model, or breaks the line that tables carry.
    #[error(
        "the model's id {0:?} cannot be used; expected small letters, digits, _ and -, and not \"flat\" with costs"
    )]
    Id(String),
    /// On some slope its incline gives no time.
    #[error(
        "on a slope of {slope} the model's incline takes {pace} s for a metre; expected more than 0 and at most 1,000"
    )]
    Pace {
        /// The slope, as metres of height for each metre on the map.
        slope: f64,
        /// The time for a metre on the map.
        pace: f64,
    },
    /// The slopes and speeds of a piecewise incline do not go together.
    #[error(
        "the model's incline has {slopes} slopes and {speeds} speeds; expected a speed for each slope, slopes ascending"
    )]
    Pieces {
        /// How many slopes there are.
        slopes: usize,
        /// How many speeds there are.
        speeds: usize,
    },
}

/// One parameter of a model, as reports print it.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter<'m> {
    /// Its part and its name, such as `steps.up_s_per_step`; the name ends with the unit.
    pub name: String,
    /// Its value as text.
    pub value: String,
    /// Its unit; empty for what has none.
    pub unit: &'static str,
    /// Where it comes from.
    pub source: &'m str,
}

/// A value with its source.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sourced<Q> {
    pub(super) value: Q,
    pub(super) source: String,
}

/// A value that prints itself with its unit.
pub(super) trait Quantity {
    const UNIT: &'static str;
    fn text(&self) -> String;
}

impl<Q: Quantity> Sourced<Q> {
    pub(super) fn parameter(&self, name: &str) -> Parameter<'_> {
        Parameter { name: name.to_owned(), value: self.value.text(), unit: Q::UNIT, source: &self.source }
    }
}

/// A number with a unit and a range, which a file cannot leave.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $unit:literal, $least:literal to $most:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Deserialize)]
        #[serde(try_from = "f64")]
        pub(super) struct $name(pub(super) f64);

        impl TryFrom<f64> for $name {
            type Error = String;

            fn try_from(value: f64) -> Result<Self, String> {
                if ($least..=$most).contains(&value) {
                    Ok(Self(value))
                } else {
                    Err(format!(concat!($what, " of {} {} is out of range; expected {} to {}"), value, $unit, $least, $most))
                }
            }
        }

        impl Quantity for $name {
            const UNIT: &'static str = $unit;

            fn text(&self) -> String {
                self.0.to_string()
            }
        }
    };
}

quantity!(
    /// A speed.
    Speed, "m/s", 0.1 to 5.0, "a speed"
);
quantity!(
    /// A wait, or the time for one of something.
    Seconds, "s", 0.0 to 3600.0, "a time"
);
quantity!(
    /// How many times as long something takes as on a good surface.
    Factor, "times", 0.1 to 20.0, "a factor"
);
quantity!(
    /// A slope as metres of height for each metre on the map.
    Slope, "m/m", -1.0 to 1.0, "a slope"
);
quantity!(
    /// A coefficient of a formula.
    Coefficient, "", 0.0 to 100.0, "a coefficient"
);
quantity!(
    /// A coefficient of a formula that may be negative.
    Term, "", -10_000.0 to 10_000.0, "a term"
);
quantity!(
    /// The time for each metre of height, on top of the time for the way; negative where it saves time.
    Climb, "s/m", -60.0 to 60.0, "a time for a metre of height"
);
quantity!(
    /// How many metres of height are done in an hour.
    Ascent, "m/h", 10.0 to 10_000.0, "a speed of climbing"
);
quantity!(
    /// The depth of one step on the map.
    Going, "m", 0.1 to 2.0, "the depth of a step"
);

impl Quantity for bool {
    const UNIT: &'static str = "";

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Quantity for Smoothness {
    const UNIT: &'static str = "";

    fn text(&self) -> String {
        self.word().to_owned()
    }
}

/// Gives a part a list of its parameters.
macro_rules! part {
    ($part:literal, $name:ident { $($field:ident),+ }) => {
        impl $name {
            pub(super) fn parameters(&self) -> Vec<Parameter<'_>> {
                vec![$(self.$field.parameter(concat!($part, ".", stringify!($field)))),+]
            }
        }
    };
}

/// Steps: so long for each, up and down; the mean of both where it is not said which way a way climbs.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Steps {
    pub(super) up_s_per_step: Sourced<Seconds>,
    pub(super) down_s_per_step: Sourced<Seconds>,
    /// The depth of a step, for ways that do not say how many they have.
    pub(super) going_m: Sourced<Going>,
}
part!("steps", Steps { up_s_per_step, down_s_per_step, going_m });

/// How many times as long a metre takes on each kind of surface; as on a paved one where none is said.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Surfaces {
    pub(super) paved: Sourced<Factor>,
    pub(super) cobbled: Sourced<Factor>,
    pub(super) compacted: Sourced<Factor>,
    pub(super) loose: Sourced<Factor>,
    pub(super) grass: Sourced<Factor>,
    pub(super) soft: Sourced<Factor>,
}
part!("surfaces", Surfaces { paved, cobbled, compacted, loose, grass, soft });

impl Surfaces {
    pub(super) fn factors(&self) -> [f64; 6] {
        [&self.paved, &self.cobbled, &self.compacted, &self.loose, &self.grass, &self.soft].map(|factor| factor.value.0)
    }
}

/// Signals with a fixed cycle, come to at a random time: the mean wait is (cycle - green)^2 / (2 cycle).
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(try_from = "SignalsAsWritten")]
pub(super) struct Signals {
    pub(super) cycle_s: Sourced<Seconds>,
    pub(super) green_s: Sourced<Seconds>,
}
part!("signals", Signals { cycle_s, green_s });

impl Signals {
    /// The mean wait in seconds: who comes in the red, a share (C-g)/C of all, waits (C-g)/2 on average.
    pub(super) fn wait(&self) -> f64 {
        let (cycle, green) = (self.cycle_s.value.0, self.green_s.value.0);
        (cycle - green).powi(2) / (2.0 * cycle)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignalsAsWritten {
    cycle_s: Sourced<Seconds>,
    green_s: Sourced<Seconds>,
}

impl TryFrom<SignalsAsWritten> for Signals {
    type Error = String;

    fn try_from(SignalsAsWritten { cycle_s, green_s }: SignalsAsWritten) -> Result<Self, String> {
        let (cycle, green) = (cycle_s.value.0, green_s.value.0);
        if cycle <= 0.0 || green > cycle {
            return Err(format!(
                "signals are green for {green} s of a cycle of {cycle} s; expected no more than the cycle"
            ));
        }
        Ok(Self { cycle_s, green_s })
    }
}

/// Waits at crossings without signals.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "names end with their unit")]
pub(super) struct Crossings {
    pub(super) marked_s: Sourced<Seconds>,
    pub(super) unmarked_s: Sourced<Seconds>,
    /// Where it is not said which of the two it is.
    pub(super) plain_s: Sourced<Seconds>,
}
part!("crossings", Crossings { marked_s, unmarked_s, plain_s });

/// Lifts: a wait, and a time for each level.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lifts {
    pub(super) wait_s: Sourced<Seconds>,
    pub(super) s_per_level: Sourced<Seconds>,
}
part!("lifts", Lifts { wait_s, s_per_level });

impl Lifts {
    /// The time for a lift that joins so many levels, less one; one where that is not known. Between which of them one
    /// rides is not known: the mean distance of two different ones of n + 1 levels is (n + 2) / 3.
    pub(super) fn seconds(&self, levels: Option<u8>) -> f64 {
        self.wait_s.value.0 + self.s_per_level.value.0 * (f64::from(levels.unwrap_or(1)) + 2.0) / 3.0
    }
}

/// Ways that move.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Moving {
    /// The speed of who stands on an escalator, on the map.
    pub(super) escalator_m_per_s: Sourced<Speed>,
    /// The speed that a moving walkway adds to the walker's own.
    pub(super) walkway_adds_m_per_s: Sourced<Speed>,
}
part!("moving", Moving { escalator_m_per_s, walkway_adds_m_per_s });

/// What closes a street to who comes on wheels. `wheelchair=yes` and `limited` on it are believed before all of these.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepFree {
    /// Steps without a ramp for wheelchairs, and escalators, are closed.
    pub(super) steps_close: Sourced<bool>,
    /// Raised and rolled kerbs that are crossed are closed.
    pub(super) kerbs_close: Sourced<bool>,
    /// Stiles, turnstiles, kissing gates and barriers against cycles are closed.
    pub(super) obstacles_close: Sourced<bool>,
    /// What is said to be wheelchair=no is closed.
    pub(super) wheelchair_no_closes: Sourced<bool>,
    /// What climbs or falls more than this is closed.
    pub(super) steepest: Sourced<Slope>,
    /// What is rougher than this is closed.
    pub(super) roughest: Sourced<Smoothness>,
    /// Whether slopes that an elevation raster gives close streets too; else only those that mappers have measured.
    pub(super) relief_closes: Option<Sourced<bool>>,
}

impl StepFree {
    pub(super) fn parameters(&self) -> Vec<Parameter<'_>> {
        let mut all = self.always();
        all.extend(self.relief_closes.as_ref().map(|closes| closes.parameter("step_free.relief_closes")));
        all
    }

    fn always(&self) -> Vec<Parameter<'_>> {
        vec![
            self.steps_close.parameter("step_free.steps_close"),
            self.kerbs_close.parameter("step_free.kerbs_close"),
            self.obstacles_close.parameter("step_free.obstacles_close"),
            self.wheelchair_no_closes.parameter("step_free.wheelchair_no_closes"),
            self.steepest.parameter("step_free.steepest"),
            self.roughest.parameter("step_free.roughest"),
        ]
    }
}
