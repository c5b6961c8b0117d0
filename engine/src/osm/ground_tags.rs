//! What tags say of the ground: the reading of [`Ground`] and [`Spot`].
//!
//! Comes in: the tags of ways and nodes, and the words for surfaces from the rules. Goes out: what they say underfoot. Not
//! here: what these values are (`ground`).
//!
//! Words: <https://wiki.openstreetmap.org/wiki/> Key:surface, Key:smoothness, Key:incline, Key:step_count, Key:conveying,
//! Key:crossing, Key:kerb, Key:bridge, Key:tunnel, Key:wheelchair, Key:level, Tag:highway=elevator.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::ground::{
    CROSSINGS, Crossing, FORMS, Form, Ground, KERBS, Kerb, NO_INCLINE, OBSTACLES, Obstacle, RISES, Rise, SMOOTHNESS,
    SURFACES, Spot, Surface, WHEELCHAIR, Wheelchair, encoded,
};
use super::rules::WalkRules;
use super::tags::Tags;

/// Steeper than this is a slip of the keyboard: no street climbs 3 m in 1 m.
const STEEPEST: f64 = 3.0;

impl Spot {
    /// What the tags of a node say.
    pub(super) fn of_node(tags: &Tags<'_>) -> Self {
        let mut spot = Self::default();
        let mut levels = 0;
        let mut says = CrossingWords::default();
        for (key, value) in tags.iter() {
            says.take(key, value);
            match key {
                "highway" if value == "elevator" => spot.lift = 1,
                "highway" if value == "traffic_signals" => says.signals = Some(true),
                "highway" if value == "crossing" => says.is_crossing = true,
                "kerb" => spot.kerb = encoded(&KERBS, kerb_of(value)),
                "barrier" => spot.obstacle = encoded(&OBSTACLES, obstacle_of(value)),
                "wheelchair" => spot.wheelchair = encoded(&WHEELCHAIR, wheelchair_of(value)),
                "level" => levels = levels_of(value),
                _ => {}
            }
        }
        spot.crossing = encoded(&CROSSINGS, says.kind());
        if spot.lift > 0 {
            spot.lift = 1 + levels.min(254);
        } else if spot == (Self { wheelchair: spot.wheelchair, ..Self::default() })
            && spot.wheelchair() != Some(Wheelchair::No)
        {
            // That a shop's node is fit for wheelchairs says nothing of the street.
            spot.wheelchair = 0;
        }
        spot
    }
}

/// What the keys for crossings say together.
#[derive(Default)]
struct CrossingWords {
    is_crossing: bool,
    signals: Option<bool>,
    marked: Option<bool>,
}

impl CrossingWords {
    fn take(&mut self, key: &str, value: &str) {
        match (key, value) {
            ("footway" | "path" | "cycleway" | "highway", "crossing" | "traffic_island") => {
                self.is_crossing |= value == "crossing";
            }
            ("crossing", "traffic_signals") => self.signals = Some(true),
            ("crossing", "marked" | "zebra" | "uncontrolled" | "island") => self.marked = Some(true),
            ("crossing", "unmarked" | "informal") => self.marked = Some(false),
            ("crossing:signals", _) => self.signals = Some(value != "no"),
            ("crossing:markings", _) => self.marked = Some(value != "no"),
            ("crossing_ref", _) => self.marked = self.marked.or(Some(true)),
            _ => {}
        }
    }

    fn kind(&self) -> Option<Crossing> {
        match (self.is_crossing, self.signals, self.marked) {
            (_, Some(true), _) => Some(Crossing::Signals),
            (true, _, Some(true)) => Some(Crossing::Marked),
            (true, _, Some(false)) => Some(Crossing::Unmarked),
            (true, ..) => Some(Crossing::Plain),
            _ => None,
        }
    }
}

impl WalkRules {
    /// What the tags of a way say of it underfoot.
    pub(super) fn ground(&self, tags: &Tags<'_>) -> Ground {
        let mut ground = Ground::default();
        let mut conveying = false;
        let mut highway = "";
        let mut levels = 0;
        let mut says = CrossingWords::default();
        for (key, value) in tags.iter() {
            says.take(key, value);
            match key {
                "highway" => highway = value,
                "conveying" => conveying = value != "no",
                "surface" => ground.surface = encoded(&SURFACES, self.surfaces.of(value)),
                "smoothness" => {
                    let place = SMOOTHNESS.iter().position(|s| s.0 == value);
                    ground.smoothness = place.map_or(0, |p| p as u8 + 1);
                }
                "incline" => (ground.incline, ground.rise) = incline_of(value),
                "step_count" => ground.step_count = value.trim().parse().unwrap_or(0),
                // A passage through a building and a culvert under the way lie on the ground.
                "bridge" if value != "no" => ground.aids |= 8,
                "tunnel" if !matches!(value, "no" | "building_passage" | "culvert") => ground.aids |= 8,
                "ramp:wheelchair" if value != "no" => ground.aids |= 1,
                "handrail" | "handrail:left" | "handrail:right" | "handrail:center" if value != "no" => {
                    ground.aids |= 2;
                }
                "wheelchair" => ground.wheelchair = encoded(&WHEELCHAIR, wheelchair_of(value)),
                "level" => levels = levels_of(value),
                _ => {}
            }
        }
        let form = form_of(highway, conveying);
        ground.form = FORMS.iter().position(|f| *f == form).unwrap_or(0) as u8;
        if form == Form::Lift {
            ground.levels = levels;
        }
        if says.is_crossing {
            ground.crossing = encoded(&CROSSINGS, says.kind());
        }
        if !matches!(form, Form::Steps | Form::Escalator) {
            ground.step_count = 0;
        }
        ground
    }
}

fn form_of(highway: &str, conveying: bool) -> Form {
    match highway {
        "elevator" => Form::Lift,
        "steps" if conveying => Form::Escalator,
        "steps" | "ladder" => Form::Steps,
        _ if conveying => Form::MovingWalkway,
        // Without a highway it is a platform or a pier.
        "" | "footway" | "path" | "pedestrian" | "cycleway" | "bridleway" | "corridor" | "track" | "platform"
        | "crossing" => Form::Path,
        _ => Form::Road,
    }
}

fn kerb_of(value: &str) -> Option<Kerb> {
    Some(match value {
        "flush" | "no" => Kerb::Flush,
        "lowered" => Kerb::Lowered,
        "rolled" => Kerb::Rolled,
        "raised" | "regular" => Kerb::Raised,
        _ => return None,
    })
}

fn obstacle_of(value: &str) -> Option<Obstacle> {
    Some(match value {
        "stile" | "step_over" | "step" | "log" | "horse_stile" => Obstacle::Stile,
        "turnstile" | "full-height_turnstile" => Obstacle::Turnstile,
        "kissing_gate" | "cycle_barrier" | "motorcycle_barrier" | "hampshire_gate" => Obstacle::Narrow,
        _ => return None,
    })
}

fn wheelchair_of(value: &str) -> Option<Wheelchair> {
    Some(match value {
        "yes" | "designated" => Wheelchair::Yes,
        "limited" => Wheelchair::Limited,
        "no" => Wheelchair::No,
        _ => return None,
    })
}

/// The slope in thousandths and whether the way climbs or falls: `5%`, `-8 %`, `3°`, `up`, `down`. A number without a
/// sign for its unit might be either, and is left alone.
fn incline_of(value: &str) -> (i16, u8) {
    let value = value.trim();
    let number = |end: char| value.strip_suffix(end).and_then(|n| n.trim().parse::<f64>().ok());
    let share = match value {
        "up" => return (NO_INCLINE, encoded(&RISES, Some(Rise::Up))),
        "down" => return (NO_INCLINE, encoded(&RISES, Some(Rise::Down))),
        _ => number('%').map(|n| n / 100.0).or_else(|| number('°').map(|n| n.to_radians().tan())),
    };
    match share.filter(|s| s.abs() <= STEEPEST) {
        Some(share) => {
            let thousandths = (share * 1e3).round() as i16;
            let rise = match thousandths.signum() {
                1 => Some(Rise::Up),
                -1 => Some(Rise::Down),
                _ => None,
            };
            (thousandths, encoded(&RISES, rise))
        }
        None => (NO_INCLINE, 0),
    }
}

/// How far apart the lowest and the highest of some levels are: `0;1` is 1, `-1-2` is 3; 0 where that is not said.
fn levels_of(value: &str) -> u8 {
    let mut levels: Vec<f64> = Vec::new();
    for part in value.split(';').map(str::trim) {
        if let Ok(level) = part.parse() {
            levels.push(level);
            continue;
        }
        // A range: its hyphen is not the sign at the beginning.
        let hyphen = part.char_indices().skip(1).find(|c| c.1 == '-').map(|c| c.0);
        let ends = hyphen.map(|at| [&part[..at], &part[at + 1..]].map(|end| end.trim().parse::<f64>()));
        if let Some([Ok(from), Ok(to)]) = ends {
            levels.extend([from, to]);
        }
    }
    let span = levels.iter().copied().fold(f64::MIN, f64::max) - levels.iter().copied().fold(f64::MAX, f64::min);
    // Halves are mezzanines; the cast saturates.
    if levels.len() < 2 || !span.is_finite() { 0 } else { span.ceil() as u8 }
}

/// Which words for surfaces mean which [`Surface`].
#[derive(Clone, Debug, Default)]
pub(super) struct SurfaceWords(FxHashMap<String, Surface>);

/// Words for one kind of surface, as the rules give them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SurfaceRule {
    kind: Surface,
    values: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "why")]
    _why: Option<String>,
}

impl SurfaceWords {
    /// Takes up the words of a file; gives the one that is there twice.
    pub(super) fn take(&mut self, rules: Vec<SurfaceRule>) -> Result<(), String> {
        let mut given = Vec::new();
        for rule in rules {
            for word in rule.values {
                if given.contains(&word) {
                    return Err(format!("surface={word}"));
                }
                self.0.insert(word.clone(), rule.kind);
                given.push(word);
            }
        }
        Ok(())
    }

    /// The kind of a surface; of a list (`asphalt;gravel`) that of its first word.
    fn of(&self, value: &str) -> Option<Surface> {
        self.0.get(value).or_else(|| self.0.get(value.split([';', ':']).next()?.trim())).copied()
    }
}

#[cfg(test)]
#[path = "ground_tests.rs"]
mod tests;
