//! What a map can show of a run, as classes with colours and words. The page gets the same classes from here.
//!
//! Comes in: [`Saved`]. Goes out: for a [`Mode`] a code for each cell, and the [`Class`]es that codes fall into. Not here:
//! pixels (`raster`).
//!
//! Colours hold for colour-blind readers and in grey: viridis from light (nothing missing, near) to dark, blue and orange for
//! met and not met. Unknown is hatched and no street is grey; neither is ever a kind of "nothing missing".

use std::ops::RangeInclusive;
use std::str::FromStr;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::Saved;
use super::codes::{NO_STREET, NONE, UNKNOWN, up_to};
use crate::report::raster::{Paint, Rgba};
use crate::wrong_use::WrongUse;

/// Viridis in six steps (van der Walt and Smith, 2015), light to dark.
const VIRIDIS: [Rgba; 6] = [
    [0xfd, 0xe7, 0x25, 255],
    [0x7a, 0xd1, 0x51, 255],
    [0x22, 0xa8, 0x84, 255],
    [0x2a, 0x78, 0x8e, 255],
    [0x41, 0x44, 0x87, 255],
    [0x44, 0x01, 0x54, 255],
];
/// Blue and orange of Okabe and Ito's palette (2008).
const MET: Rgba = [0x00, 0x72, 0xb2, 255];
const NOT_MET: Rgba = [0xe6, 0x9f, 0x00, 255];
/// Unknown is striped.
const UNKNOWN_PAINT: Paint = Paint { fill: [0xf4, 0xf4, 0xf4, 255], hatch: Some([0x80, 0x80, 0x80, 255]) };
const NO_STREET_GREY: Rgba = [0xd0, 0xd0, 0xd0, 255];
/// Counts of missing requirements from here on are one code.
const MOST_COUNTED: u32 = 240;
/// The steps of maps of minutes.
const MINUTES: [u32; 6] = [5, 10, 15, 20, 30, 60];

/// What is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// How many requirements are missing.
    Missing,
    /// Whether a requirement is met.
    Requirement(String),
    /// Minutes to the nearest outlet of a format.
    Minutes(String),
}

/// What codes of some range look like and mean.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub codes: RangeInclusive<u8>,
    pub paint: Paint,
    pub en: String,
    pub zh: String,
}

/// A code for each cell.
pub(crate) type Codes = Vec<u8>;

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "missing" => Ok(Self::Missing),
            Some(("requirement", id)) if !id.is_empty() => Ok(Self::Requirement(id.to_owned())),
            Some(("minutes", id)) if !id.is_empty() => Ok(Self::Minutes(id.to_owned())),
            _ => Err("expected missing, requirement:ID or minutes:FORMAT".to_owned()),
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::Requirement(id) => write!(f, "requirement:{id}"),
            Self::Minutes(id) => write!(f, "minutes:{id}"),
        }
    }
}

impl Mode {
    /// What it is called in English, with the walk it speaks of.
    pub(crate) fn title(&self, saved: &Saved) -> String {
        match self {
            Self::Missing => "Requirements missing".to_owned(),
            Self::Requirement(id) => {
                let of = saved.requirements.iter().find(|requirement| requirement.id == *id);
                of.map_or_else(
                    || id.clone(),
                    |of| match (of.minutes, of.distance_m) {
                        (Some(minutes), _) => format!("{} within {minutes} min", of.en),
                        (_, Some(meters)) => format!("{} within {meters} m", of.en),
                        _ => of.en.clone(),
                    },
                )
            }
            Self::Minutes(id) => {
                let of = saved.formats.iter().find(|format| format.id == *id);
                format!("Minutes on foot: {}", of.map_or(id.as_str(), |of| of.en.as_str()))
            }
        }
    }

    /// The codes of all cells, and their classes.
    ///
    /// # Errors
    /// When the run has no such requirement or format: a wrong call.
    pub(crate) fn of(&self, saved: &Saved) -> Result<(Codes, Vec<Class>)> {
        match self {
            Self::Missing => Ok((missing(saved), missing_classes(saved))),
            Self::Requirement(id) => {
                let place = saved.requirements.iter().position(|requirement| requirement.id == *id);
                let place = place.with_context(|| unknown("requirement", id, saved.requirements.iter().map(|r| &r.id)));
                let place = place.map_err(WrongUse::mark)?;
                Ok((saved.verdicts[place].code.iter().map(|code| code % 16).collect(), verdict_classes()))
            }
            Self::Minutes(id) => {
                let place = saved.formats.iter().position(|format| format.id == *id);
                let place = place.with_context(|| unknown("format", id, saved.formats.iter().map(|f| &f.id)));
                let place = place.map_err(WrongUse::mark)?;
                Ok((saved.walks[place].code.clone(), minute_classes()))
            }
        }
    }
}

fn unknown<'a>(what: &str, id: &str, known: impl Iterator<Item = &'a String>) -> String {
    let known: Vec<&str> = known.map(String::as_str).collect();
    format!("the run has no {what} '{id}'; expected one of {}", known.join(", "))
}

/// How many requirements each cell lacks, as codes: a cell of which nothing is known lacks no known number of them.
pub(crate) fn missing(saved: &Saved) -> Codes {
    let cells = &saved.cells;
    let code = |cell: usize| match (cells.no_street[cell], cells.not_met[cell], cells.met[cell]) {
        (true, ..) => NO_STREET,
        (_, 0, 0) => UNKNOWN,
        (_, missing, _) => missing.min(MOST_COUNTED) as u8,
    };
    (0..cells.index.len()).map(code).collect()
}

fn plain(fill: Rgba) -> Paint {
    Paint { fill, hatch: None }
}

fn no_number() -> [Class; 2] {
    [
        Class { codes: UNKNOWN..=UNKNOWN, paint: UNKNOWN_PAINT, en: "unknown".into(), zh: "未知".into() },
        Class {
            codes: NO_STREET..=NO_STREET,
            paint: plain(NO_STREET_GREY),
            en: "no street".into(),
            zh: "无道路".into(),
        },
    ]
}

/// None missing, and up to five steps of the same width.
pub(crate) fn missing_classes(saved: &Saved) -> Vec<Class> {
    let most = missing(saved).into_iter().filter(|code| *code < NONE).max().unwrap_or(0);
    let steps = most.clamp(1, 5);
    let some_unknown = saved.cells.unknown.iter().any(|&unknown| unknown > 0);
    let (en, zh) = if some_unknown { ("0 (of those known)", "0（已知要求）") } else { ("0", "0") };
    let mut classes = vec![Class { codes: 0..=0, paint: plain(VIRIDIS[0]), en: en.into(), zh: zh.into() }];
    let mut from = 1;
    for step in 1..=steps {
        let to = (u32::from(most) * u32::from(step)).div_ceil(u32::from(steps)).max(1) as u8;
        let text = if from == to { from.to_string() } else { format!("{from}\u{2013}{to}") };
        let colour = VIRIDIS[if steps == 1 { 5 } else { 1 + usize::from(step - 1) * 4 / usize::from(steps - 1) }];
        classes.push(Class { codes: from..=to, paint: plain(colour), en: text.clone(), zh: text });
        from = to + 1;
    }
    classes.extend(no_number());
    classes
}

/// Met, not met, unknown, no street.
pub(crate) fn verdict_classes() -> Vec<Class> {
    let class =
        |code: u8, paint: Paint, en: &str, zh: &str| Class { codes: code..=code, paint, en: en.into(), zh: zh.into() };
    vec![
        class(0, plain(MET), "met", "达标"),
        class(1, plain(NOT_MET), "not met", "未达标"),
        class(2, UNKNOWN_PAINT, "unknown", "未知"),
        class(3, plain(NO_STREET_GREY), "no street", "无道路"),
    ]
}

/// Minutes on foot in six steps, none within an hour, unknown, no street.
pub(crate) fn minute_classes() -> Vec<Class> {
    let mut classes = Vec::new();
    let mut from = 0;
    for ((minutes, colour), before) in MINUTES.into_iter().zip(VIRIDIS).zip([0].into_iter().chain(MINUTES)) {
        let to = up_to(minutes);
        let (en, zh) = if before == 0 {
            (format!("up to {minutes} min"), format!("{minutes} 分钟以内"))
        } else {
            (format!("{before}\u{2013}{minutes} min"), format!("{before}\u{2013}{minutes} 分钟"))
        };
        classes.push(Class { codes: from..=to, paint: plain(colour), en, zh });
        from = to + 1;
    }
    let black = plain([0x1a, 0x1a, 0x1a, 255]);
    classes.push(Class {
        codes: NONE..=NONE,
        paint: black,
        en: "none within 60 min".into(),
        zh: "60 分钟内没有".into(),
    });
    classes.extend(no_number());
    classes
}

/// The place of each cell's class, and the residents of each class.
pub(crate) fn classed(codes: &[u8], classes: &[Class], residents: &[f64]) -> (Vec<u8>, Vec<f64>) {
    let place = |code: u8| classes.iter().position(|class| class.codes.contains(&code)).unwrap_or(0) as u8;
    let table: Vec<u8> = (0..=255).map(place).collect();
    let of_cells: Vec<u8> = codes.iter().map(|&code| table[usize::from(code)]).collect();
    let mut sums = vec![0.0; classes.len()];
    for (&class, residents) in of_cells.iter().zip(residents) {
        sums[usize::from(class)] += residents;
    }
    (of_cells, sums)
}

/// Classes for the page.
pub(crate) fn as_json(classes: &[Class]) -> Value {
    let one = |class: &Class| {
        json!({
            "from": class.codes.start(),
            "to": class.codes.end(),
            "fill": class.paint.fill,
            "hatch": class.paint.hatch,
            "en": class.en,
            "zh": class.zh,
        })
    };
    classes.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_walk_and_of_a_verdict_has_one_class() {
        for code in (0..=240).chain([NONE, UNKNOWN, NO_STREET]) {
            let found = minute_classes().iter().filter(|class| class.codes.contains(&code)).count();
            assert_eq!(found, 1, "{code}");
        }
        let words: Vec<String> = verdict_classes().into_iter().map(|class| class.en).collect();
        assert_eq!(words, super::super::codes::VERDICTS.map(|word| word.replace('_', " ")));
    }

    #[test]
    fn modes_are_named_as_they_are_written() {
        for text in ["missing", "requirement:market", "minutes:pharmacy"] {
            assert_eq!(text.parse::<Mode>().map(|mode| mode.to_string()), Ok(text.to_owned()));
        }
        assert!("minutes:".parse::<Mode>().is_err() && "gaps".parse::<Mode>().is_err());
    }
}
