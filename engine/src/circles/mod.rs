//! Drawing circles (生活圈): a grouping of communities or cells into circles of a walking radius and a range of residents.
//!
//! Comes in: a [`CircleTask`]: units with their residents, which of them hang together on foot, how long the walks to
//! possible centres take, and limits. Goes out: [`Circle`]s, each unit in exactly one. Not here: searches (the caller's,
//! by `access`), borders and shapes, and what is offered in a circle.
//!
//! # What is looked for
//!
//! Of all groupings in which every circle hangs together, in this order: the fewest residents beyond the radius of their
//! circle or above the limit of residents; the fewest residents lacking to the least number; the number of circles asked
//! for, else the fewest; the shortest walks of all residents to their centres together. The last is the p-median of Hakimi
//! (1964); the whole is the districting of Hess and others (*Nonpartisan political redistricting by computer*, Operations
//! Research 13(6), 1965), with walks in place of squared distances.
//!
//! # How
//!
//! Finding the best is NP-hard, so it is looked for by steps that never make it worse: centres that cover most residents
//! come first (the greedy step of the maximal covering problem, Church and ReVelle 1974); circles grow from their centres
//! to the nearest units that hang together with them; the middle of each circle becomes its centre, and they grow again
//! (location and allocation in turn, Hess 1965); small circles are given to their neighbours and large ones are divided;
//! and units change over to the neighbouring circle where that is better (Openshaw's automatic zoning procedure, 1977). All
//! numbers are whole, all ties go to the lowest number: the same task always gives the same circles.
//!
//! The result is a proposal. It is not proved to be the best: of the 150 small towns of the tests, whose groupings can all be
//! tried, it is the best in 123, and in 132 but for the length of the walks.

mod grow;
mod improve;
mod plan;
mod reshape;
#[cfg(test)]
mod tests;

use crate::units::Ticks;

/// What is put into circles: a community, or a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CircleUnit {
    /// Its residents, in whole parts of the caller's choice (persons, or millionths of them).
    pub residents: u64,
}

/// The walks of the residents of one unit to one possible centre, as far as they are within the radius.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnitWalk {
    /// The unit.
    pub unit: u32,
    /// Its residents within the radius.
    pub within: u64,
    /// Their ticks together: the sum of residents times ticks.
    pub time: u64,
    /// The mean walk, also where nobody lives.
    pub mean: Ticks,
    /// The longest walk within the radius.
    pub worst: Ticks,
}

/// A place that can be the centre of a circle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CircleCentre {
    /// The unit that it lies in.
    pub unit: u32,
    /// Walks to it from the units around, its own included; each unit at most once, in any order.
    pub walks: Vec<UnitWalk>,
}

/// What a circle should be like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CircleLimits {
    /// The radius, by which the walks were found.
    pub radius: Ticks,
    /// The share of a circle's residents who must be within the radius, above 0 and at most 1.
    pub share_within: f64,
    /// The least residents of a circle, in parts as those of the units.
    pub least: u64,
    /// The most residents of a circle.
    pub most: u64,
    /// How many circles there should be; nothing for the fewest.
    pub count: Option<usize>,
}

/// A grouping that is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct CircleTask {
    units: Vec<CircleUnit>,
    centres: Vec<CircleCentre>,
    /// The centres in each unit, by where they begin in `centre_list`.
    first_centre: Vec<u32>,
    centre_list: Vec<u32>,
    first_link: Vec<u32>,
    links: Vec<u32>,
    limits: CircleLimits,
    /// Millionths of the residents who must be within the radius.
    within_ppm: u128,
}

/// One circle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Circle {
    /// Its centre, by its number in the task.
    pub centre: u32,
    /// Its units, ascending.
    pub units: Vec<u32>,
    /// Its residents.
    pub residents: u64,
    /// Those of them within the radius of the centre.
    pub within: u64,
    /// The mean walk of these, and the longest.
    pub mean: Ticks,
    /// The longest walk within the radius.
    pub worst: Ticks,
    /// Whether too few residents are within the radius. Of a circle of one unit, because the unit is too large for it.
    pub too_far: bool,
    /// Whether it has more residents than it should; of a circle of one unit only.
    pub too_many: bool,
    /// Whether it has fewer residents than it should.
    pub too_few: bool,
}

/// Why no circles can be drawn.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
pub enum CircleError {
    /// There is nothing to group.
    #[error("there are no units to put into circles")]
    NoUnits,
    /// A unit is named that does not exist.
    #[error("unit {unit} is named, but there are only {count}")]
    NoSuchUnit {
        /// The unit.
        unit: u32,
        /// How many there are.
        count: usize,
    },
    /// A unit in which no centre can be.
    #[error("unit {0} has no possible centre; each unit needs one, so that it can be a circle of its own")]
    NoCentre(u32),
    /// More residents are within the radius than live in the unit.
    #[error("more residents of unit {0} are within the radius than live there")]
    TooManyWithin(u32),
    /// Limits that contradict themselves.
    #[error("a circle cannot have at least {least} and at most {most} residents")]
    Limits {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// A share that is none.
    #[error("{0} is no share of residents; expected a number above 0 and at most 1")]
    Share(f64),
}

impl CircleTask {
    /// A task. `links` are pairs of units that hang together; their order does not matter, nor do doubles.
    ///
    /// # Errors
    /// When something names a unit that does not exist, a unit has no possible centre, or the limits contradict themselves.
    pub fn new(
        units: Vec<CircleUnit>,
        mut centres: Vec<CircleCentre>,
        links: &[(u32, u32)],
        limits: CircleLimits,
    ) -> Result<Self, CircleError> {
        let count = units.len();
        if count == 0 {
            return Err(CircleError::NoUnits);
        }
        if limits.least > limits.most {
            return Err(CircleError::Limits { least: limits.least, most: limits.most });
        }
        if !(limits.share_within > 0.0 && limits.share_within <= 1.0) {
            return Err(CircleError::Share(limits.share_within));
        }
        let walked = centres.iter().flat_map(|c| c.walks.iter().map(|w| w.unit).chain([c.unit]));
        let named = walked.chain(links.iter().flat_map(|&(one, other)| [one, other]));
        if let Some(unit) = named.into_iter().find(|&unit| unit as usize >= count) {
            return Err(CircleError::NoSuchUnit { unit, count });
        }
        for centre in &mut centres {
            centre.walks.sort_unstable_by_key(|walk| walk.unit);
            centre.walks.dedup_by_key(|walk| walk.unit);
            if let Some(walk) = centre.walks.iter().find(|w| w.within > units[w.unit as usize].residents) {
                return Err(CircleError::TooManyWithin(walk.unit));
            }
        }
        let in_unit = centres.iter().zip(0u32..).map(|(centre, number)| (centre.unit, number));
        let (first_centre, centre_list) = by_first(count, in_unit);
        if let Some(unit) = (0..count).find(|&unit| first_centre[unit] == first_centre[unit + 1]) {
            return Err(CircleError::NoCentre(unit as u32));
        }
        let both = links.iter().filter(|(one, other)| one != other);
        let (first_link, links) = by_first(count, both.flat_map(|&(one, other)| [(one, other), (other, one)]));
        let within_ppm = (limits.share_within * 1e6).round() as u128;
        Ok(Self { units, centres, first_centre, centre_list, first_link, links, limits, within_ppm })
    }

    /// Draws the circles: those with the lowest units first.
    ///
    /// Time for n units with w walks to each possible centre and c centres: some dozen passes over the n links, and over the
    /// c·w walks; a step of dividing or dissolving one circle looks at its neighbourhood only.
    pub fn draw(&self) -> Vec<Circle> {
        let mut plan = self.grown_from_seeds();
        plan = self.settled(plan);
        plan = self.with_fewer(plan);
        plan = self.divided(plan);
        plan = self.settled(plan);
        let mut circles: Vec<Circle> = plan.circles().map(|draft| self.told(draft)).collect();
        circles.sort_unstable_by_key(|circle| circle.units[0]);
        circles
    }

    /// The units that hang together with one.
    fn neighbours(&self, unit: u32) -> &[u32] {
        &self.links[self.first_link[unit as usize] as usize..self.first_link[unit as usize + 1] as usize]
    }

    /// The possible centres in a unit.
    fn centres_in(&self, unit: u32) -> &[u32] {
        &self.centre_list[self.first_centre[unit as usize] as usize..self.first_centre[unit as usize + 1] as usize]
    }

    /// The walks of a unit to a centre; nothing where nobody of it is within the radius.
    fn walk(&self, centre: u32, unit: u32) -> Option<&UnitWalk> {
        let walks = &self.centres[centre as usize].walks;
        walks.binary_search_by_key(&unit, |walk| walk.unit).ok().map(|place| &walks[place])
    }

    fn told(&self, draft: &plan::Draft) -> Circle {
        let walks = draft.units.iter().filter_map(|&unit| self.walk(draft.centre, unit));
        let sums = draft.sums;
        let (share_of, all) = if sums.within > 0 { (sums.time, u128::from(sums.within)) } else { (0, 1) };
        Circle {
            centre: draft.centre,
            units: draft.units.clone(),
            residents: sums.residents,
            within: sums.within,
            mean: Ticks::new((share_of / all) as u32),
            worst: walks.map(|walk| walk.worst).max().unwrap_or(Ticks::ZERO),
            too_far: !self.is_near(sums),
            too_many: sums.residents > self.limits.most,
            too_few: sums.residents < self.limits.least,
        }
    }
}

/// Pairs as rows by their first number, each row sorted and without doubles.
fn by_first(rows: usize, pairs: impl Iterator<Item = (u32, u32)>) -> (Vec<u32>, Vec<u32>) {
    let mut pairs: Vec<(u32, u32)> = pairs.collect();
    pairs.sort_unstable();
    pairs.dedup();
    let first = (0..=rows as u32).map(|row| pairs.partition_point(|pair| pair.0 < row) as u32).collect();
    (first, pairs.into_iter().map(|pair| pair.1).collect())
}
