//! What a model of walking is asked, and the simplest one.
//!
//! Comes in: a [`Stride`], a straight piece of one street. Goes out: the seconds that it takes. Not here: rounding and
//! adding up (`weights`).

use serde::{Deserialize, Serialize};

use crate::osm::Directions;
use crate::units::{Meters, MetersPerSecond};

/// A straight piece of a street, walked in one direction.
#[derive(Clone, Copy, Debug)]
pub struct Stride<'g> {
    /// Its length.
    pub length: Meters,
    /// The class of its way, such as `highway=steps`.
    pub class: &'g str,
    /// Whether it is walked against the direction in which its link runs.
    pub backward: bool,
}

/// A model of walking: how many seconds a stride takes.
pub trait CostModel: Sync {
    /// The seconds for a stride, or nothing when this walker cannot pass; a link with such a stride is closed in that
    /// direction. Negative and non-finite times count as "cannot pass".
    fn seconds(&self, stride: Stride<'_>) -> Option<f64>;

    /// The speed off the streets: from a doorway to the street and from the street to a shop.
    fn access_speed(&self) -> MetersPerSecond;

    /// Whether every stride takes the same time in both directions, which halves the work and the memory.
    fn is_symmetric(&self) -> bool;

    /// The model in a line, with all its parameters: what a table says it was made with.
    fn fingerprint(&self) -> String;
}

/// The same speed everywhere.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct FlatSpeed {
    speed: MetersPerSecond,
}

/// A speed at which nobody walks.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
#[error("a walking speed of {0} m/s is out of range; expected 0.1 to 5 m/s (1.2 m/s is a grown-up's usual speed)")]
pub struct SpeedOutOfRange(pub f64);

impl FlatSpeed {
    /// A grown-up at 1.2 m/s.
    ///
    /// Between the 15th percentile of younger walkers, 1.15 m/s (TCRP Report 112 / NCHRP Report 562, 2006), and the
    /// 1.33 to 1.42 m/s that routing systems assume; also the speed for which crossings were timed (MUTCD before 2009).
    pub fn adult() -> Self {
        Self { speed: MetersPerSecond(1.2) }
    }

    /// A walker with a speed of one's own.
    ///
    /// # Errors
    /// When the speed is not within 0.1 and 5 m/s.
    pub fn new(speed: MetersPerSecond) -> Result<Self, SpeedOutOfRange> {
        if (0.1..=5.0).contains(&speed.0) { Ok(Self { speed }) } else { Err(SpeedOutOfRange(speed.0)) }
    }

    /// The speed.
    pub fn speed(&self) -> MetersPerSecond {
        self.speed
    }
}

impl CostModel for FlatSpeed {
    fn seconds(&self, stride: Stride<'_>) -> Option<f64> {
        Some(self.speed.seconds_for(stride.length))
    }

    fn access_speed(&self) -> MetersPerSecond {
        self.speed
    }

    fn is_symmetric(&self) -> bool {
        true
    }

    fn fingerprint(&self) -> String {
        format!("flat speed_m_per_s={}", self.speed.0)
    }
}

impl Directions {
    /// Whether it can be walked this way round.
    pub(crate) fn allows(self, backward: bool) -> bool {
        if backward { self.backward() } else { self.forward() }
    }
}
