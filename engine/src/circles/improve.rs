//! Making a grouping better with the circles that it has: middles become centres, and units change over.
//!
//! Comes in: a plan. Goes out: a plan whose score is not worse. Not here: more circles, or fewer (`reshape`).

use super::CircleTask;
use super::plan::{Draft, Plan, Score};

/// Rounds of growing and centring. They end by themselves much sooner; a bound keeps a run from going on for ever.
const ROUNDS: usize = 40;
/// Passes over all units on the borders.
const PASSES: usize = 40;
/// Passes over all pairs of circles side by side.
const RECOMBINATIONS: usize = 4;

impl CircleTask {
    /// Centres and circles in turn until that does not help any more, then units on the borders one by one.
    pub(super) fn settled(&self, plan: Plan) -> Plan {
        let mut best = self.centred(plan);
        let mut score = self.score(&best);
        for _ in 0..ROUNDS {
            let centres: Vec<u32> = best.circles().map(|draft| draft.centre).collect();
            let next = self.centred(self.grown_from(&centres));
            let next_score = self.score(&next);
            if next_score >= score {
                break;
            }
            (best, score) = (next, next_score);
        }
        self.exchange(&mut best);
        for _ in 0..RECOMBINATIONS {
            let score = self.score(&best);
            best = self.recombined(best);
            self.exchange(&mut best);
            if self.score(&best) >= score {
                break;
            }
        }
        best
    }

    /// The middle of each circle as its centre.
    pub(super) fn centred(&self, mut plan: Plan) -> Plan {
        for draft in plan.drafts.iter_mut().filter(|draft| !draft.units.is_empty()) {
            let centre = self.middle(&draft.units);
            if centre != draft.centre {
                draft.centre = centre;
                draft.sums = self.sums(centre, &draft.units);
            }
        }
        plan
    }

    /// Lets units on the borders change over to the circle beside them where that is better and both still hang together.
    pub(super) fn exchange(&self, plan: &mut Plan) {
        for _ in 0..PASSES {
            let mut moved = false;
            for unit in 0..self.units.len() as u32 {
                moved |= self.change_over(plan, unit);
            }
            if !moved {
                return;
            }
            let centred = self.centred(std::mem::replace(plan, Plan::empty(0)));
            *plan = centred;
        }
    }

    /// Moves a unit to the best of the circles beside it, or exchanges it for a unit of that circle, if that is better;
    /// whether it was moved.
    fn change_over(&self, plan: &mut Plan, unit: u32) -> bool {
        let from = plan.circle_of[unit as usize];
        let mut beside: Vec<u32> = self.neighbours(unit).iter().map(|&other| plan.circle_of[other as usize]).collect();
        beside.sort_unstable();
        beside.dedup();
        beside.retain(|&circle| circle != from);
        let better = |&to: &u32| -> Option<(Score, u32, Option<u32>)> {
            let now = self.score_of(plan.drafts[from as usize].sums).plus(self.score_of(plan.drafts[to as usize].sums));
            let moved = self.after(plan, (from, unit), (to, None)).map(|(score, _)| (score, to, None));
            let swapped = || {
                let there = &plan.drafts[to as usize].units;
                let swaps = there.iter().filter_map(|&back| {
                    let (score, _) = self.after(plan, (from, unit), (to, Some(back)))?;
                    Some((score, to, Some(back)))
                });
                swaps.min()
            };
            let best = if plan.are_small(from, to) { moved.into_iter().chain(swapped()).min() } else { moved };
            best.filter(|(score, ..)| *score < now)
        };
        let Some((_, to, back)) = beside.iter().filter_map(better).min() else { return false };
        let Some((_, drafts)) = self.after(plan, (from, unit), (to, back)) else { return false };
        for (circle, draft) in [from, to].into_iter().zip(drafts) {
            plan.drafts[circle as usize] = draft;
        }
        plan.circle_of[unit as usize] = to;
        if let Some(back) = back {
            plan.circle_of[back as usize] = from;
        }
        true
    }

    /// Two circles after a unit of the first has gone to the second, and perhaps one of the second to the first, with their
    /// scores together; nothing where a circle would fall apart or go beyond its limits.
    fn after(
        &self,
        plan: &Plan,
        (from, unit): (u32, u32),
        (to, back): (u32, Option<u32>),
    ) -> Option<(Score, [Draft; 2])> {
        let (here, there) = (&plan.drafts[from as usize], &plan.drafts[to as usize]);
        let mut units = [here, there].map(|draft| draft.units.clone());
        units[0].retain(|&other| other != unit);
        units[0].extend(back);
        units[1].retain(|&other| Some(other) != back);
        units[1].push(unit);
        for side in &mut units {
            side.sort_unstable();
        }
        if units[0].is_empty() {
            return None;
        }
        let drafts = if plan.are_small(from, to) {
            units.map(|units| self.draft(self.middle(&units), units))
        } else {
            // In a large circle one unit moves the middle by little; it is looked for after the pass. The unit with the
            // centre stays.
            if self.centres[here.centre as usize].unit == unit {
                return None;
            }
            let part = |draft: &Draft| self.part(draft.centre, unit);
            let sums = [here.sums.minus(part(here)), there.sums.plus(part(there))];
            let [left, grown] = units;
            [
                Draft { centre: here.centre, units: left, sums: sums[0] },
                Draft { centre: there.centre, units: grown, sums: sums[1] },
            ]
        };
        let allowed = |draft: &Draft, before: &Draft| {
            self.is_allowed(draft.sums)
                || draft.units.len() == 1
                || self.score_of(draft.sums) < self.score_of(before.sums)
        };
        let may = self.is_allowed(drafts[1].sums) && allowed(&drafts[0], here);
        let score = self.score_of(drafts[0].sums).plus(self.score_of(drafts[1].sums));
        let now = self.score_of(here.sums).plus(self.score_of(there.sums));
        // The walk through the units is the dear part, so it comes last.
        (may && score < now && drafts.iter().all(|draft| self.hangs_together(&draft.units))).then_some((score, drafts))
    }

    /// Joins two circles side by side and divides them anew, where that is better.
    pub(super) fn recombined(&self, mut plan: Plan) -> Plan {
        let mut score = self.score(&plan);
        for number in plan.numbers() {
            for other in plan.beside(self, number) {
                if other < number || plan.drafts[number as usize].units.is_empty() {
                    continue;
                }
                let mut joined = plan.clone();
                let units = std::mem::take(&mut joined.drafts[other as usize].units);
                joined.assign(&units, number);
                let mut all = joined.drafts[number as usize].units.clone();
                all.extend(units);
                joined.drafts[number as usize] = self.draft(self.middle(&all), all);
                let Some(divided) = self.halved(&joined, number) else { continue };
                let divided_score = self.score(&divided);
                if divided_score < score {
                    (plan, score) = (divided, divided_score);
                }
            }
        }
        plan
    }
}
