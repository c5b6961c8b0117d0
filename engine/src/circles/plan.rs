//! A grouping in the making, and how good it is.
//!
//! Comes in: a task, units moved from circle to circle. Goes out: a [`Plan`] with the sums of each circle, and a [`Score`].
//! Not here: which moves are made.

use super::CircleTask;

/// Up to so many units together, two circles are tried with all their possible middles.
const SMALL: usize = 24;
/// "In no circle yet."
pub(super) const NO_CIRCLE: u32 = u32::MAX;

/// One circle in the making.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Draft {
    pub centre: u32,
    /// Ascending.
    pub units: Vec<u32>,
    pub sums: Sums,
}

/// The residents of a circle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Sums {
    pub residents: u64,
    /// Within the radius of the centre.
    pub within: u64,
    /// The ticks of these together.
    pub time: u128,
}

impl Sums {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            residents: self.residents + other.residents,
            within: self.within + other.within,
            time: self.time + other.time,
        }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            residents: self.residents - other.residents,
            within: self.within - other.within,
            time: self.time - other.time,
        }
    }
}

/// How far a grouping, or a circle of it, is from what is looked for: smaller is better, the first number before the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Score {
    /// Residents beyond the radius of circles with too many of them, and residents above the most.
    pub outside: u64,
    /// Residents lacking to the least number.
    pub lacking: u64,
    /// The difference to the number of circles asked for, or the number of circles.
    pub circles: usize,
    /// The ticks of all residents; those beyond the radius count twice the radius.
    pub time: u128,
}

impl Score {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            outside: self.outside + other.outside,
            lacking: self.lacking + other.lacking,
            circles: self.circles + other.circles,
            time: self.time + other.time,
        }
    }
}

/// A grouping of the units.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The circle of each unit.
    pub circle_of: Vec<u32>,
    /// The circles; one that was given up is empty.
    pub drafts: Vec<Draft>,
}

impl Plan {
    /// No unit in any circle.
    pub(super) fn empty(units: usize) -> Self {
        Self { circle_of: vec![NO_CIRCLE; units], drafts: Vec::new() }
    }

    /// The circles that have units.
    pub(super) fn circles(&self) -> impl Iterator<Item = &Draft> {
        self.drafts.iter().filter(|draft| !draft.units.is_empty())
    }

    /// The numbers of the circles that have units.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        let used: Vec<u32> =
            self.drafts.iter().zip(0u32..).filter(|(d, _)| !d.units.is_empty()).map(|(_, number)| number).collect();
        used.into_iter()
    }

    /// Puts units into a circle, as far as the units know.
    pub(super) fn assign(&mut self, units: &[u32], circle: u32) {
        for &unit in units {
            self.circle_of[unit as usize] = circle;
        }
    }

    /// Whether two circles are so small that their middles can be looked for at every try.
    pub(super) fn are_small(&self, one: u32, other: u32) -> bool {
        self.drafts[one as usize].units.len() + self.drafts[other as usize].units.len() <= SMALL
    }

    /// The circles beside a circle: those with a unit that hangs together with one of its own. Ascending.
    pub(super) fn beside(&self, task: &CircleTask, circle: u32) -> Vec<u32> {
        let units = &self.drafts[circle as usize].units;
        let mut beside: Vec<u32> = units
            .iter()
            .flat_map(|&unit| task.neighbours(unit))
            .map(|&unit| self.circle_of[unit as usize])
            .filter(|&other| other != circle && other != NO_CIRCLE)
            .collect();
        beside.sort_unstable();
        beside.dedup();
        beside
    }
}

impl CircleTask {
    /// What a unit adds to a circle with some centre.
    pub(super) fn part(&self, centre: u32, unit: u32) -> Sums {
        let walk = self.walk(centre, unit);
        Sums {
            residents: self.units[unit as usize].residents,
            within: walk.map_or(0, |walk| walk.within),
            time: walk.map_or(0, |walk| u128::from(walk.time)),
        }
    }

    /// The sums of some units with a centre.
    pub(super) fn sums(&self, centre: u32, units: &[u32]) -> Sums {
        units.iter().fold(Sums::default(), |sums, &unit| sums.plus(self.part(centre, unit)))
    }

    /// Whether enough of the residents are within the radius.
    pub(super) fn is_near(&self, sums: Sums) -> bool {
        u128::from(sums.within) * 1_000_000 >= u128::from(sums.residents) * self.within_ppm
    }

    /// Whether a circle may be like this.
    pub(super) fn is_allowed(&self, sums: Sums) -> bool {
        sums.residents <= self.limits.most && self.is_near(sums)
    }

    /// The score of one circle.
    pub(super) fn score_of(&self, sums: Sums) -> Score {
        let beyond = sums.residents - sums.within;
        let outside = if self.is_near(sums) { 0 } else { beyond };
        Score {
            outside: outside + sums.residents.saturating_sub(self.limits.most),
            lacking: self.limits.least.saturating_sub(sums.residents),
            circles: 1,
            time: sums.time + u128::from(beyond) * 2 * u128::from(self.limits.radius.get()),
        }
    }

    /// The score of a grouping.
    pub(super) fn score(&self, plan: &Plan) -> Score {
        let score = plan.circles().fold(Score::default(), |sum, draft| sum.plus(self.score_of(draft.sums)));
        let circles = self.limits.count.map_or(score.circles, |count| count.abs_diff(score.circles));
        Score { circles, ..score }
    }

    /// Makes a draft of some units around a centre.
    pub(super) fn draft(&self, centre: u32, mut units: Vec<u32>) -> Draft {
        units.sort_unstable();
        Draft { centre, sums: self.sums(centre, &units), units }
    }

    /// The best centre of some units among the possible ones in them: the one with most residents within the radius, then
    /// with the shortest walks.
    pub(super) fn middle(&self, units: &[u32]) -> u32 {
        let residents: u64 = units.iter().map(|&unit| self.units[unit as usize].residents).sum();
        let best = units.iter().flat_map(|&unit| self.centres_in(unit)).min_by_key(|&&centre| {
            let walks = self.centres[centre as usize].walks.iter();
            let inside = walks.filter(|walk| units.binary_search(&walk.unit).is_ok());
            let (within, time) =
                inside.fold((0u64, 0u128), |(within, time), w| (within + w.within, time + u128::from(w.time)));
            (residents - within, time, centre)
        });
        // Every unit has a possible centre: `CircleTask::new` holds that.
        best.copied().unwrap_or_default()
    }

    /// Whether some units hang together. `units` are ascending.
    pub(super) fn hangs_together(&self, units: &[u32]) -> bool {
        let Some(&first) = units.first() else { return true };
        let mut seen = vec![false; units.len()];
        let mut waiting = vec![first];
        seen[0] = true;
        let mut found = 1;
        while let Some(unit) = waiting.pop() {
            for &next in self.neighbours(unit) {
                if let Ok(place) = units.binary_search(&next)
                    && !std::mem::replace(&mut seen[place], true)
                {
                    found += 1;
                    waiting.push(next);
                }
            }
        }
        found == units.len()
    }
}
