//! What a model of walking is asked, and the simplest one.
//!
//! Comes in: a [`Stride`], a straight piece of one street, and a [`Passing`], a point on the way. Goes out: the seconds
//! that the stride takes, and whether this walker gets past the point. Not here: rounding and adding up (`weights`), and
//! models with costs by place (`walker`).

use serde::{Deserialize, Serialize};

use crate::osm::{Directions, Ground, Rise, Spot};
use crate::units::{Meters, MetersPerSecond};

/// A straight piece of a street, walked in one direction.
#[derive(Clone, Copy, Debug)]
pub struct Stride<'g> {
    /// Its length on the map.
    pub length: Meters,
    /// The class of its way, such as `highway=steps`.
    pub class: &'g str,
    /// What its way is like underfoot.
    pub ground: &'g Ground,
    /// How it climbs in the direction in which it is walked, where a mapper has said so: 0.05 is 5 m in 100 m.
    pub grade: Option<f64>,
    /// The same by the heights of the graph, where it has them.
    pub relief: Option<f64>,
    /// Whether it climbs or falls in the direction in which it is walked, where that is known: from tags, or else from the
    /// heights at both ends of its way on this street.
    pub rise: Option<Rise>,
    /// What stands where it begins.
    pub start: Spot,
    /// What stands where it ends.
    pub end: Spot,
    /// Which share of its whole way it is, where its ground speaks of the whole way: a number of steps, a wait.
    pub share: Option<f64>,
    /// Whether it is walked against the direction in which its link runs.
    pub backward: bool,
}

impl Stride<'_> {
    /// How it climbs, where that is known. What a mapper has measured is believed before a raster, whose cells are wider
    /// than the street.
    pub fn slope(&self) -> Option<f64> {
        self.grade.or(self.relief)
    }
}

/// A point of a street on which something stands, to be passed.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'g> {
    /// What stands there.
    pub spot: Spot,
    /// What the way that leads there is like underfoot.
    pub ground: &'g Ground,
    /// Whether it is a node of the graph, where other streets may meet, and not an inner point of a link.
    pub is_node: bool,
}

/// A model of walking: how many seconds a stride takes.
pub trait CostModel: Sync {
    /// The seconds for a stride, or nothing when this walker cannot take it. Negative and non-finite times count as
    /// "cannot".
    fn seconds(&self, stride: Stride<'_>) -> Option<f64>;

    /// Whether this walker gets past a point. Asked only of points on which something stands.
    fn passes(&self, _point: Passing<'_>) -> bool {
        true
    }

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
