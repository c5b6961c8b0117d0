//! Who lives in a building.
//!
//! Comes in: its floor area and the habits of its kind of housing. Goes out: whole people in the sketch. Not here:
//! their sum by cell.

use super::plane::Point;
use super::random::Random;
use super::sketch::{People, Sketch};

/// How floor area turns into people.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Households {
    /// Gross floor area of a dwelling with its share of stairs and lifts, in square metres.
    pub(crate) square_metres: f64,
    /// Share of dwellings that someone lives in.
    pub(crate) occupied: f64,
    /// People in an occupied dwelling.
    pub(crate) persons: f64,
    /// Share of people aged 60 and over.
    pub(crate) aged_60_plus: f64,
    /// Share of children below four.
    pub(crate) aged_0_3: f64,
}

/// Adds the residents of a building of `floor_area` square metres.
pub(crate) fn settle(sketch: &mut Sketch, at: Point, floor_area: f64, households: &Households, chance: &mut Random) {
    let mut about = |expected: f64, spread: f64| {
        let share = chance.between(1.0 - spread, 1.0 + spread);
        chance.rounded(expected * share)
    };
    let dwellings = floor_area / households.square_metres;
    let total = about(dwellings * households.occupied * households.persons, 0.08);
    let aged_60_plus = about(total as f64 * households.aged_60_plus, 0.2);
    let aged_0_3 = about(total as f64 * households.aged_0_3, 0.3);
    // Rounding up both groups of a very small house may not make more people than there are.
    let aged_60_plus = aged_60_plus.min(total);
    let aged_0_3 = aged_0_3.min(total - aged_60_plus);
    let people = People { total: total as u32, aged_60_plus: aged_60_plus as u32, aged_0_3: aged_0_3 as u32 };
    sketch.homes.push((at, people));
}
