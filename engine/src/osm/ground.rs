//! What a street is like underfoot, and what stands on it: [`Ground`] of a way, [`Spot`] of a node.
//!
//! Comes in: what `ground_tags` has read, or bytes of a graph file. Goes out: small values that a model of walking may
//! charge for. What a mapper has not said stays unknown; nothing is guessed. Not here: how long anything takes (`walk`),
//! and whether one may walk there at all (`rules`).

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// What kind of thing one walks on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Form {
    /// A street for vehicles that is walked along.
    Road,
    /// A way for walkers, or for walkers and few others.
    Path,
    /// Steps, or a ladder.
    Steps,
    /// Steps that move.
    Escalator,
    /// A level way that moves.
    MovingWalkway,
    /// A lift.
    Lift,
}

/// Surfaces that feel alike underfoot; which words mean which is in the rules.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// Asphalt, concrete, flat slabs, boards.
    Paved,
    /// Setts, cobbles.
    Cobbled,
    /// Rolled gravel, firm earth made to be walked on.
    Compacted,
    /// Gravel, earth, what gives way a little.
    Loose,
    /// Grass.
    Grass,
    /// Sand, mud, snow.
    Soft,
}

/// How smooth a way is for wheels, from the best to the worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of Key:smoothness, which defines them by photographs")]
pub enum Smoothness {
    Excellent,
    Good,
    Intermediate,
    Bad,
    VeryBad,
    Horrible,
    VeryHorrible,
    Impassable,
}

impl Smoothness {
    /// The word for it in OpenStreetMap.
    pub fn word(self) -> &'static str {
        SMOOTHNESS[self as usize].0
    }
}

/// How walkers cross a road, from the least said to the most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Crossing {
    /// There is a crossing; of what kind is not said.
    Plain,
    /// Without markings and signals.
    Unmarked,
    /// With markings (a zebra), without signals.
    Marked,
    /// With signals.
    Signals,
}

/// The edge of a kerb.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kerb {
    /// Level with the road.
    Flush,
    /// Lowered to 3 cm or less.
    Lowered,
    /// Rounded; too high for many wheels.
    Rolled,
    /// Higher than 3 cm.
    Raised,
}

/// What one climbs over or squeezes through.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Obstacle {
    /// A stile, a log, a step.
    Stile,
    /// A turnstile.
    Turnstile,
    /// A kissing gate, a barrier against cycles.
    Narrow,
}

/// What is said of a way or a place for people in wheelchairs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Wheelchair {
    /// They come through.
    Yes,
    /// They come through with help.
    Limited,
    /// They do not come through.
    No,
}

/// Whether a way climbs in the direction in which it is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rise {
    /// It climbs.
    Up,
    /// It falls.
    Down,
}

impl Rise {
    /// The same way seen from its other end.
    #[must_use]
    pub fn flipped(self) -> Self {
        if self == Self::Up { Self::Down } else { Self::Up }
    }
}

pub(super) const FORMS: [Form; 6] =
    [Form::Road, Form::Path, Form::Steps, Form::Escalator, Form::MovingWalkway, Form::Lift];
pub(super) const SURFACES: [Surface; 6] =
    [Surface::Paved, Surface::Cobbled, Surface::Compacted, Surface::Loose, Surface::Grass, Surface::Soft];
pub(super) const SMOOTHNESS: [(&str, Smoothness); 8] = [
    ("excellent", Smoothness::Excellent),
    ("good", Smoothness::Good),
    ("intermediate", Smoothness::Intermediate),
    ("bad", Smoothness::Bad),
    ("very_bad", Smoothness::VeryBad),
    ("horrible", Smoothness::Horrible),
    ("very_horrible", Smoothness::VeryHorrible),
    ("impassable", Smoothness::Impassable),
];
pub(super) const CROSSINGS: [Crossing; 4] = [Crossing::Plain, Crossing::Unmarked, Crossing::Marked, Crossing::Signals];
pub(super) const KERBS: [Kerb; 4] = [Kerb::Flush, Kerb::Lowered, Kerb::Rolled, Kerb::Raised];
pub(super) const OBSTACLES: [Obstacle; 3] = [Obstacle::Stile, Obstacle::Turnstile, Obstacle::Narrow];
pub(super) const WHEELCHAIR: [Wheelchair; 3] = [Wheelchair::Yes, Wheelchair::Limited, Wheelchair::No];
pub(super) const RISES: [Rise; 2] = [Rise::Up, Rise::Down];

/// In one byte: 0 for what is not known, else one more than the place in its list.
fn decoded<T: Copy>(all: &[T], code: u8) -> Option<T> {
    all.get(usize::from(code).checked_sub(1)?).copied()
}

pub(super) fn encoded<T: PartialEq>(all: &[T], value: Option<T>) -> u8 {
    value.and_then(|v| all.iter().position(|a| *a == v)).map_or(0, |place| place as u8 + 1)
}

/// What is known of a way underfoot. 12 bytes; equal grounds are kept once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Ground {
    pub(super) step_count: u16,
    /// In thousandths; [`NO_INCLINE`] when not known.
    pub(super) incline: i16,
    pub(super) form: u8,
    pub(super) surface: u8,
    pub(super) smoothness: u8,
    pub(super) crossing: u8,
    pub(super) rise: u8,
    pub(super) wheelchair: u8,
    pub(super) levels: u8,
    /// Bit 0: a ramp for wheelchairs beside the steps. Bit 1: a handrail. Bit 2: the way ends in the middle of the road.
    /// Bit 3: a bridge or a tunnel.
    pub(super) aids: u8,
}

pub(super) const NO_INCLINE: i16 = i16::MIN;
impl Default for Ground {
    /// A road of which nothing is known.
    fn default() -> Self {
        Self { incline: NO_INCLINE, ..bytemuck::Zeroable::zeroed() }
    }
}

impl Ground {
    /// What kind of thing it is.
    pub fn form(&self) -> Form {
        FORMS[usize::from(self.form)]
    }

    /// Its surface.
    pub fn surface(&self) -> Option<Surface> {
        decoded(&SURFACES, self.surface)
    }

    /// How smooth it is.
    pub fn smoothness(&self) -> Option<Smoothness> {
        decoded(&SMOOTHNESS, self.smoothness).map(|s| s.1)
    }

    /// How it climbs in the direction in which it is drawn: 0.05 is 5 m in 100 m.
    pub fn incline(&self) -> Option<f64> {
        (self.incline != NO_INCLINE).then(|| f64::from(self.incline) / 1e3)
    }

    /// Whether it climbs or falls in the direction in which it is drawn, from a number or a word.
    pub fn rise(&self) -> Option<Rise> {
        decoded(&RISES, self.rise)
    }

    /// How many steps the whole way has.
    pub fn step_count(&self) -> Option<u16> {
        (self.step_count > 0).then_some(self.step_count)
    }

    /// How it crosses a road, when crossing a road is what it is for.
    pub fn crossing(&self) -> Option<Crossing> {
        decoded(&CROSSINGS, self.crossing)
    }

    /// What is said for wheelchairs.
    pub fn wheelchair(&self) -> Option<Wheelchair> {
        decoded(&WHEELCHAIR, self.wheelchair)
    }

    /// How many levels a lift joins, less one.
    pub fn levels(&self) -> Option<u8> {
        (self.levels > 0).then_some(self.levels)
    }

    /// Whether wheelchairs have a ramp beside the steps.
    pub fn has_ramp(&self) -> bool {
        self.aids & 1 != 0
    }

    /// Whether there is a handrail.
    pub fn has_handrail(&self) -> bool {
        self.aids & 2 != 0
    }

    /// Whether it leaves the ground: a bridge or a tunnel.
    pub fn is_off_the_ground(&self) -> bool {
        self.aids & 8 != 0
    }

    /// Whether something is said of the way as a whole (its number of steps, one wait), to be shared out along it.
    pub(crate) fn has_totals(&self) -> bool {
        self.step_count > 0 || self.crossing > 0 || self.form() == Form::Lift
    }

    /// Whether it is half of a crossing: it ends on the crossing's node, where the other half begins.
    pub fn is_half_crossing(&self) -> bool {
        self.aids & 4 != 0
    }

    /// The same crossing, knowing what its nodes say of it: the most telling kind counts.
    pub(super) fn with_nodes(mut self, spots: impl ExactSizeIterator<Item = Spot>) -> Self {
        if self.crossing > 0 {
            let last = spots.len().saturating_sub(1);
            let (mut at_ends, mut between) = (0, false);
            for (place, spot) in spots.enumerate().filter(|(_, spot)| spot.crossing > 0) {
                self.crossing = self.crossing.max(spot.crossing);
                if place == 0 || place == last { at_ends += 1 } else { between = true }
            }
            self.aids |= u8::from(at_ends == 1 && !between) << 2;
        }
        self
    }

    /// Whether all bytes mean something.
    pub(crate) fn is_sound(&self) -> bool {
        let within = |code: u8, count: usize| usize::from(code) <= count;
        usize::from(self.form) < FORMS.len()
            && within(self.surface, SURFACES.len())
            && within(self.smoothness, SMOOTHNESS.len())
            && within(self.crossing, CROSSINGS.len())
            && within(self.rise, RISES.len())
            && within(self.wheelchair, WHEELCHAIR.len())
            && self.aids <= 15
    }
}

/// What stands at one point of a street. 5 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Spot {
    pub(super) crossing: u8,
    pub(super) kerb: u8,
    pub(super) obstacle: u8,
    /// 0 for none, else one more than the levels that it joins, less one, where known.
    pub(super) lift: u8,
    pub(super) wheelchair: u8,
}

impl Spot {
    /// Whether nothing stands there.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// A crossing of a road.
    pub fn crossing(self) -> Option<Crossing> {
        decoded(&CROSSINGS, self.crossing)
    }

    /// A kerb.
    pub fn kerb(self) -> Option<Kerb> {
        decoded(&KERBS, self.kerb)
    }

    /// Something to climb over or to squeeze through.
    pub fn obstacle(self) -> Option<Obstacle> {
        decoded(&OBSTACLES, self.obstacle)
    }

    /// Whether there is a lift.
    pub fn is_lift(self) -> bool {
        self.lift > 0
    }

    /// How many levels the lift joins, less one.
    pub fn levels(self) -> Option<u8> {
        self.lift.checked_sub(1).filter(|&levels| levels > 0)
    }

    /// What is said for wheelchairs.
    pub fn wheelchair(self) -> Option<Wheelchair> {
        decoded(&WHEELCHAIR, self.wheelchair)
    }

    pub(crate) fn is_sound(self) -> bool {
        let within = |code: u8, count: usize| usize::from(code) <= count;
        within(self.crossing, CROSSINGS.len())
            && within(self.kerb, KERBS.len())
            && within(self.obstacle, OBSTACLES.len())
            && within(self.wheelchair, WHEELCHAIR.len())
    }
}

/// Grounds, each kept once, numbered in the order in which they were met.
#[derive(Clone, Debug, Default)]
pub(super) struct GroundTable {
    pub(super) all: Vec<Ground>,
    numbers: FxHashMap<Ground, u32>,
}

impl GroundTable {
    pub(super) fn number_of(&mut self, ground: Ground) -> u32 {
        *self.numbers.entry(ground).or_insert_with(|| {
            self.all.push(ground);
            self.all.len() as u32 - 1
        })
    }
}
