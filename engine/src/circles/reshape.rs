//! Fewer circles, or more: small ones are given to their neighbours, large ones are divided.
//!
//! Comes in: a plan. Goes out: a plan whose score is not worse, nearer to the number of circles that is looked for. Not
//! here: units that change over one by one (`improve`).

use super::CircleTask;
use super::plan::{NO_CIRCLE, Plan, Score};

/// How often a circle that is divided is centred and divided again.
const HALVINGS: usize = 8;

impl CircleTask {
    /// Gives up circles, the smallest first, as long as that makes the score better: their units go to the circles beside
    /// them.
    pub(super) fn with_fewer(&self, mut plan: Plan) -> Plan {
        loop {
            let mut smallest: Vec<(u64, u32)> =
                plan.numbers().map(|number| (plan.drafts[number as usize].sums.residents, number)).collect();
            smallest.sort_unstable();
            let mut score = self.score(&plan);
            let before = score;
            for (_, number) in smallest {
                let Some(without) = self.without(&plan, number) else { continue };
                let without_score = self.score(&without);
                if without_score < score {
                    (plan, score) = (without, without_score);
                }
            }
            if score == before {
                return plan;
            }
        }
    }

    /// The plan without a circle: joined as a whole with one beside it where the limits allow that, else unit by unit.
    fn without(&self, plan: &Plan, number: u32) -> Option<Plan> {
        let beside = plan.beside(self, number);
        let small_enough = |other: &&u32| {
            let both = plan.drafts[**other as usize].sums.plus(plan.drafts[number as usize].sums);
            both.residents <= self.limits.most
        };
        let joined = beside.iter().filter(small_enough).filter_map(|&other| {
            let mut units = plan.drafts[other as usize].units.clone();
            units.extend(&plan.drafts[number as usize].units);
            let draft = self.draft(self.middle(&units), units);
            self.is_allowed(draft.sums).then_some((self.score_of(draft.sums), other, draft))
        });
        let joined = joined.min_by_key(|(score, other, _)| (*score, *other));
        let mut next = plan.clone();
        let given_up = std::mem::take(&mut next.drafts[number as usize].units);
        if let Some((_, other, draft)) = joined {
            next.assign(&given_up, other);
            next.drafts[other as usize] = draft;
            return Some(next);
        }
        next.assign(&given_up, NO_CIRCLE);
        self.grow(&mut next, &beside);
        if given_up.iter().any(|&unit| next.circle_of[unit as usize] == NO_CIRCLE) {
            return None;
        }
        Some(next)
    }

    /// Divides circles, those with the longest walks together first, until there are as many as asked for.
    pub(super) fn divided(&self, mut plan: Plan) -> Plan {
        while self.limits.count.is_some_and(|count| plan.circles().count() < count) {
            let mut largest: Vec<(Score, u32)> =
                plan.numbers().map(|number| (self.score_of(plan.drafts[number as usize].sums), number)).collect();
            largest.sort_unstable_by(|a, b| (b.0.time, a.1).cmp(&(a.0.time, b.1)));
            let now = self.score(&plan);
            let found = largest.iter().find_map(|&(_, number)| {
                let divided = self.halved(&plan, number)?;
                (self.score(&divided) < now).then_some(divided)
            });
            match found {
                Some(divided) => plan = divided,
                None => return plan,
            }
        }
        plan
    }

    /// The plan with a circle in two: around its centre and around the unit farthest from it, then around the middles of
    /// these two, until they stay where they are.
    pub(super) fn halved(&self, plan: &Plan, number: u32) -> Option<Plan> {
        let whole = plan.drafts[number as usize].clone();
        let far = |unit: &u32| (self.walk(whole.centre, *unit).map_or(u32::MAX, |walk| walk.mean.get()), *unit);
        let centre_unit = self.centres[whole.centre as usize].unit;
        let farthest = whole.units.iter().copied().filter(|&unit| unit != centre_unit).max_by_key(far)?;
        let mut middles = [whole.centre, self.middle(&[farthest])];
        let mut best: Option<(Score, Plan)> = None;
        for _ in 0..HALVINGS {
            let mut next = plan.clone();
            next.assign(&whole.units, NO_CIRCLE);
            next.drafts[number as usize].units.clear();
            let halves = middles.map(|centre| self.begin(&mut next, centre));
            self.grow(&mut next, &halves);
            if whole.units.iter().any(|&unit| next.circle_of[unit as usize] == NO_CIRCLE) {
                break;
            }
            let next = self.centred(next);
            let score = self.score(&next);
            let now = halves.map(|half| next.drafts[half as usize].centre);
            if best.as_ref().is_none_or(|(known, _)| score < *known) {
                best = Some((score, next));
            }
            let same_unit = self.centres[now[0] as usize].unit == self.centres[now[1] as usize].unit;
            if now == middles || same_unit {
                break;
            }
            middles = now;
        }
        best.map(|(_, plan)| plan)
    }
}
