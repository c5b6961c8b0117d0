//! Walkers whose times depend on the place: [`Walker`], built in or from a file.
//!
//! Comes in: a model as TOML (the built-in ones are `models/*.toml`), then strides. Goes out: seconds. Not here: the
//! parameters and their ranges (`parameters`).
//!
//! # What is charged where
//! - **A metre** takes 1 / speed seconds, or what its slope makes of that (`incline`), times the factor of its surface.
//! - **Steps** take their time for each step instead: as many as the way says, by this stride's share of the way, or as many
//!   as fit into its length.
//! - **A way over a road** (`footway=crossing`) takes one wait, spread over its length; of its own tags and those of its
//!   nodes the most telling kind counts. A way that ends on the crossing's node in the middle of the road is half of one.
//! - **A crossing's node on a path** that is no such way takes its wait as well, half on the stride before it and half on
//!   the one after it. Who walks along the road over the same node does not cross it and does not wait.
//! - **A lift** as a way takes its wait and its ride, spread over its length; as a node, half on either side.
//! - **Where a walker cannot go** the street is closed at that stride or that point, in the directions concerned.

use serde::Deserialize;

use super::incline::Incline;
use super::model::{CostModel, Passing, Stride};
use super::parameters::{
    Crossings, Lifts, Moving, Parameter, Signals, Sourced, Speed, StepFree, Steps, Surfaces, WalkerError,
};
use crate::osm::{Crossing, Form, Ground, Kerb, Rise, Spot, Surface, Wheelchair};
use crate::units::{Meters, MetersPerSecond};

/// A walker with named parameters, each with its source; a part that is not there is off.
///
/// ```
/// use walkshed::walk::{CostModel, Walker};
/// let flat = Walker::named("flat").expect("it is built in");
/// assert_eq!(flat.fingerprint(), "flat speed_m_per_s=1.2");
/// let place = Walker::named("place").expect("it is built in");
/// assert!(place.parameters().iter().any(|p| p.name == "steps.up_s_per_step" && !p.source.is_empty()));
/// ```
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walker {
    schema_version: u32,
    id: String,
    zh: String,
    en: String,
    speed_m_per_s: Sourced<Speed>,
    elevation: Option<Elevation>,
    steps: Option<Steps>,
    incline: Option<Incline>,
    surfaces: Option<Surfaces>,
    signals: Option<Signals>,
    crossings: Option<Crossings>,
    lifts: Option<Lifts>,
    moving: Option<Moving>,
    step_free: Option<StepFree>,
}

/// Whether a model with an incline makes sense on streets without heights.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Elevation {
    /// Without heights it would be another model.
    Needed,
    /// It takes what mappers have measured, and heights where there are some.
    Used,
}

/// The models that come with the engine, by name.
const BUILT_IN: [(&str, &str); 33] = [
    ("flat", include_str!("models/flat.toml")),
    ("place", include_str!("models/place.toml")),
    ("step_free", include_str!("models/step_free.toml")),
    ("adult", include_str!("models/adult.toml")),
    ("older", include_str!("models/older.toml")),
    ("child", include_str!("models/child.toml")),
    ("wheelchair", include_str!("models/wheelchair.toml")),
    ("planner", include_str!("models/planner.toml")),
    ("tobler", include_str!("models/tobler.toml")),
    ("tobler_off_path", include_str!("models/tobler_off_path.toml")),
    ("naismith_langmuir", include_str!("models/naismith_langmuir.toml")),
    ("din_33466", include_str!("models/din_33466.toml")),
    ("swiss", include_str!("models/swiss.toml")),
    ("campbell_2019_p05", include_str!("models/campbell_2019_p05.toml")),
    ("campbell_2019_p25", include_str!("models/campbell_2019_p25.toml")),
    ("campbell_2019_p50", include_str!("models/campbell_2019_p50.toml")),
    ("campbell_2019_p75", include_str!("models/campbell_2019_p75.toml")),
    ("campbell_2019_p95", include_str!("models/campbell_2019_p95.toml")),
    ("campbell_2022", include_str!("models/campbell_2022.toml")),
    ("irmischer_clarke_male", include_str!("models/irmischer_clarke_male.toml")),
    ("irmischer_clarke_female", include_str!("models/irmischer_clarke_female.toml")),
    ("irmischer_clarke_male_off_path", include_str!("models/irmischer_clarke_male_off_path.toml")),
    ("irmischer_clarke_female_off_path", include_str!("models/irmischer_clarke_female_off_path.toml")),
    ("minetti", include_str!("models/minetti.toml")),
    ("r5", include_str!("models/r5.toml")),
    ("r5r", include_str!("models/r5r.toml")),
    ("otp", include_str!("models/otp.toml")),
    ("osrm", include_str!("models/osrm.toml")),
    ("valhalla", include_str!("models/valhalla.toml")),
    ("graphhopper", include_str!("models/graphhopper.toml")),
    ("openrouteservice", include_str!("models/openrouteservice.toml")),
    ("cityseer", include_str!("models/cityseer.toml")),
    ("osr", include_str!("models/osr.toml")),
];

impl Walker {
    /// The names of the models that come with the engine.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|built_in| built_in.0)
    }

    /// A model that comes with the engine, by name.
    ///
    /// # Panics
    /// Never: the models are part of the program, and a test reads them.
    pub fn named(name: &str) -> Option<Self> {
        Some(Self::from_toml(Self::file_of(name)?).expect("the built-in models are read by a test"))
    }

    /// The file of a model that comes with the engine, by name: what [`Walker::from_toml`] reads.
    pub fn file_of(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|built_in| built_in.0 == name).map(|built_in| built_in.1)
    }

    /// The default: a grown-up at the same speed everywhere.
    ///
    /// # Panics
    /// Never: the model is part of the program, and a test reads it.
    pub fn flat() -> Self {
        Self::named("flat").expect("it is built in")
    }

    /// A model from text.
    ///
    /// # Errors
    /// When the text is not TOML of the expected shape, or a value is out of range; the message says where.
    pub fn from_toml(text: &str) -> Result<Self, WalkerError> {
        let walker: Self = toml::from_str(text)?;
        if walker.schema_version != 1 {
            return Err(WalkerError::Version(walker.schema_version));
        }
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        let is_named_flat = walker.id == "flat";
        if walker.id.is_empty() || !walker.id.chars().all(is_word) || (is_named_flat && walker.parameters().len() > 1) {
            return Err(WalkerError::Id(walker.id));
        }
        if let Some(incline) = &walker.incline {
            incline.check(walker.speed().0)?;
        }
        Ok(walker)
    }

    /// The same model at another speed.
    ///
    /// # Errors
    /// When nobody walks at that speed; the message says what was expected.
    pub fn with_speed(mut self, speed: MetersPerSecond) -> Result<Self, super::SpeedOutOfRange> {
        super::FlatSpeed::new(speed)?;
        self.speed_m_per_s = Sourced { value: Speed(speed.0), source: "given by the caller".to_owned() };
        Ok(self)
    }

    /// The same model as if all streets were level.
    #[must_use]
    pub fn without_slopes(self) -> Self {
        Self { incline: None, ..self }
    }

    /// The same model without what is waited for: signals, crossings, lifts.
    #[must_use]
    pub fn without_waits(self) -> Self {
        Self { signals: None, crossings: None, lifts: None, ..self }
    }

    /// The model's name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the model is, in Chinese.
    pub fn zh(&self) -> &str {
        &self.zh
    }

    /// What the model is, in English.
    pub fn en(&self) -> &str {
        &self.en
    }

    /// The speed on a level, paved way.
    pub fn speed(&self) -> MetersPerSecond {
        MetersPerSecond(self.speed_m_per_s.value.0)
    }

    /// Whether the model needs the heights of streets: it has an incline and does not say that it goes without.
    pub fn needs_heights(&self) -> bool {
        self.incline.is_some() && self.elevation != Some(Elevation::Used)
    }

    /// The word and the formula of the incline, where there is one.
    pub fn incline(&self) -> Option<(&'static str, &'static str)> {
        self.incline.as_ref().map(|incline| (incline.name(), incline.formula()))
    }

    /// The speed on a paved way that climbs so many metres in a metre, steps and waits aside.
    ///
    /// ```
    /// use walkshed::walk::Walker;
    /// let tobler = Walker::named("tobler").expect("it is built in");
    /// // 6 km/h where it falls 5 m in 100 m.
    /// assert!((tobler.speed_on(-0.05).0 * 3.6 - 6.0).abs() < 1e-9);
    /// ```
    pub fn speed_on(&self, slope: f64) -> MetersPerSecond {
        MetersPerSecond(1.0 / self.pace_on(Some(slope)))
    }

    /// The greatest speed of this walker anywhere: on the slope that is walked fastest, and on a walkway that moves.
    pub fn fastest(&self) -> MetersPerSecond {
        let slopes = (-1_000..=1_000).map(|thousandth| self.speed_on(f64::from(thousandth) / 1e3).0);
        let on_foot = slopes.fold(self.speed().0, f64::max);
        let moving = self.moving.as_ref().map_or(0.0, |moving| self.speed().0 + moving.walkway_adds_m_per_s.value.0);
        let best = self.surfaces.as_ref().map_or(1.0, |surfaces| surfaces.factors().into_iter().fold(1.0, f64::min));
        MetersPerSecond((on_foot / best).max(moving))
    }

    fn pace_on(&self, slope: Option<f64>) -> f64 {
        let level = self.speed().0;
        self.incline.as_ref().zip(slope).map_or(1.0 / level, |(incline, slope)| incline.pace(slope, level))
    }

    /// Whether all parts are off: the same speed everywhere.
    pub fn is_flat(&self) -> bool {
        self.parameters().len() == 1
    }

    /// All parameters that are on, in a fixed order.
    pub fn parameters(&self) -> Vec<Parameter<'_>> {
        let mut all = vec![self.speed_m_per_s.parameter("speed_m_per_s")];
        all.extend(self.steps.iter().flat_map(Steps::parameters));
        all.extend(self.incline.iter().flat_map(Incline::parameters));
        all.extend(self.surfaces.iter().flat_map(Surfaces::parameters));
        all.extend(self.signals.iter().flat_map(Signals::parameters));
        all.extend(self.crossings.iter().flat_map(Crossings::parameters));
        all.extend(self.lifts.iter().flat_map(Lifts::parameters));
        all.extend(self.moving.iter().flat_map(Moving::parameters));
        all.extend(self.step_free.iter().flat_map(StepFree::parameters));
        all
    }

    /// Steps that this walker walks up and down, and does not roll past.
    fn takes_steps(&self, ground: &Ground) -> bool {
        let is_steps = matches!(ground.form(), Form::Steps | Form::Escalator);
        is_steps && !(self.step_free.is_some() && ground.has_ramp())
    }

    /// The seconds for the way itself, without waits.
    fn on_the_way(&self, stride: &Stride<'_>) -> f64 {
        let ground = stride.ground;
        match (ground.form(), &self.moving, &self.lifts, &self.steps) {
            (Form::Escalator, Some(moving), ..) => stride.length.0 / moving.escalator_m_per_s.value.0,
            (Form::MovingWalkway, Some(moving), ..) => {
                stride.length.0 / (self.speed().0 + moving.walkway_adds_m_per_s.value.0)
            }
            (Form::Lift, _, Some(lifts), _) => lifts.seconds(ground.levels()) * stride.share.unwrap_or(0.0),
            (Form::Steps | Form::Escalator, .., Some(steps)) if self.takes_steps(ground) => {
                steps_seconds(steps, stride)
            }
            _ if self.incline.is_some() => stride.length.0 * self.pace_on(stride.slope()) * self.surface_factor(stride),
            _ => self.speed().seconds_for(stride.length) * self.surface_factor(stride),
        }
    }

    fn surface_factor(&self, stride: &Stride<'_>) -> f64 {
        self.surfaces.as_ref().zip(stride.ground.surface()).map_or(1.0, |(factors, surface)| {
            let factor = match surface {
                Surface::Paved => &factors.paved,
                Surface::Cobbled => &factors.cobbled,
                Surface::Compacted => &factors.compacted,
                Surface::Loose => &factors.loose,
                Surface::Grass => &factors.grass,
                Surface::Soft => &factors.soft,
            };
            factor.value.0
        })
    }

    fn wait(&self, crossing: Crossing) -> f64 {
        let without_signals = |pick: fn(&Crossings) -> f64| self.crossings.as_ref().map_or(0.0, pick);
        match crossing {
            Crossing::Signals => self.signals.as_ref().map_or(0.0, Signals::wait),
            Crossing::Marked => without_signals(|c| c.marked_s.value.0),
            Crossing::Unmarked => without_signals(|c| c.unmarked_s.value.0),
            Crossing::Plain => without_signals(|c| c.plain_s.value.0),
        }
    }

    /// The waits on a stride: its share of a crossing, or half of what stands at its ends.
    fn waits(&self, stride: &Stride<'_>) -> f64 {
        let ground = stride.ground;
        let crossing = ground.crossing().map_or(0.0, |kind| {
            let part = if ground.is_half_crossing() { 0.5 } else { 1.0 };
            self.wait(kind) * part * stride.share.unwrap_or(0.0)
        });
        let at_ends = |half: &dyn Fn(Spot) -> f64| half(stride.start) + half(stride.end);
        let crosses_at_nodes = ground.crossing().is_none() && ground.form() != Form::Road;
        let half_wait = |spot: Spot| spot.crossing().map_or(0.0, |kind| self.wait(kind) / 2.0);
        let half_lift = |spot: Spot| {
            let lifts = self.lifts.as_ref().filter(|_| spot.is_lift());
            lifts.map_or(0.0, |lifts| lifts.seconds(spot.levels()) / 2.0)
        };
        let nodes = if crosses_at_nodes { at_ends(&half_wait) } else { 0.0 };
        let lifts = if ground.form() == Form::Lift { 0.0 } else { at_ends(&half_lift) };
        crossing + nodes + lifts
    }
}

fn steps_seconds(steps: &Steps, stride: &Stride<'_>) -> f64 {
    let Meters(length) = stride.length;
    let by_count = stride.ground.step_count().zip(stride.share).map(|(count, share)| f64::from(count) * share);
    let count = by_count.unwrap_or(length / steps.going_m.value.0);
    let (up, down) = (steps.up_s_per_step.value.0, steps.down_s_per_step.value.0);
    count
        * match stride.rise {
            Some(Rise::Up) => up,
            Some(Rise::Down) => down,
            None => f64::midpoint(up, down),
        }
}

impl StepFree {
    fn closes(&self, stride: &Stride<'_>) -> bool {
        let ground = stride.ground;
        let has_steps = matches!(ground.form(), Form::Steps | Form::Escalator) && !ground.has_ramp();
        let relief = stride.relief.filter(|_| self.relief_closes.as_ref().is_some_and(|closes| closes.value));
        match ground.wheelchair() {
            Some(Wheelchair::Yes | Wheelchair::Limited) => false,
            Some(Wheelchair::No) if self.wheelchair_no_closes.value => true,
            _ => {
                (has_steps && self.steps_close.value)
                    || stride.grade.or(relief).is_some_and(|grade| grade.abs() > self.steepest.value.0)
                    || ground.smoothness().is_some_and(|smoothness| smoothness > self.roughest.value)
            }
        }
    }

    fn lets_pass(&self, point: Passing<'_>) -> bool {
        let spot = point.spot;
        // Where a kerb is a node of several ways, only those over the road go across it, not the pavement along it.
        let crosses_kerb = !point.is_node || point.ground.crossing().is_some();
        let high = matches!(spot.kerb(), Some(Kerb::Raised | Kerb::Rolled));
        match spot.wheelchair() {
            Some(Wheelchair::Yes | Wheelchair::Limited) => true,
            Some(Wheelchair::No) if self.wheelchair_no_closes.value => false,
            _ => {
                let kerb = high && crosses_kerb && self.kerbs_close.value;
                !(kerb || (spot.obstacle().is_some() && self.obstacles_close.value))
            }
        }
    }
}

impl CostModel for Walker {
    fn seconds(&self, stride: Stride<'_>) -> Option<f64> {
        if self.step_free.as_ref().is_some_and(|step_free| step_free.closes(&stride)) {
            return None;
        }
        Some(self.on_the_way(&stride) + self.waits(&stride))
    }

    fn passes(&self, point: Passing<'_>) -> bool {
        self.step_free.as_ref().is_none_or(|step_free| step_free.lets_pass(point))
    }

    fn access_speed(&self) -> MetersPerSecond {
        self.speed()
    }

    fn is_symmetric(&self) -> bool {
        let steps_alike = self.steps.as_ref().is_none_or(|s| s.up_s_per_step.value == s.down_s_per_step.value);
        steps_alike && self.incline.is_none()
    }

    fn fingerprint(&self) -> String {
        let name = if self.is_flat() { "flat" } else { &self.id };
        self.parameters().iter().fold(name.to_owned(), |line, p| format!("{line} {}={}", p.name, p.value))
    }
}
