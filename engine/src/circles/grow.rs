//! Circles that grow from their centres.
//!
//! Comes in: centres. Goes out: a plan in which every unit is in a circle that hangs together. Not here: better centres.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::CircleTask;
use super::plan::{Draft, NO_CIRCLE, Plan, Sums};
use crate::units::Ticks;

impl CircleTask {
    /// The first circles: always the centre that covers most residents who are in no circle yet, and its circle at once.
    pub(super) fn grown_from_seeds(&self) -> Plan {
        let mut plan = Plan::empty(self.units.len());
        self.seed_rest(&mut plan);
        plan
    }

    /// Circles grown from all these centres side by side; what none of them can take is seeded anew.
    pub(super) fn grown_from(&self, centres: &[u32]) -> Plan {
        let mut plan = Plan::empty(self.units.len());
        for &centre in centres {
            // Of two centres in one unit the first has it.
            if plan.circle_of[self.centres[centre as usize].unit as usize] == NO_CIRCLE {
                self.begin(&mut plan, centre);
            }
        }
        let begun: Vec<u32> = plan.numbers().collect();
        self.grow(&mut plan, &begun);
        self.seed_rest(&mut plan);
        plan
    }

    /// Seeds circles until every unit is in one.
    fn seed_rest(&self, plan: &mut Plan) {
        let free = |plan: &Plan, centre: u32| plan.circle_of[self.centres[centre as usize].unit as usize] == NO_CIRCLE;
        // What a centre covers only gets less as circles are drawn, so a value once found is an upper bound.
        let mut queue: BinaryHeap<(Covered, Reverse<u32>)> = (0..self.centres.len() as u32)
            .filter(|&centre| free(plan, centre))
            .map(|centre| (self.covered(plan, centre), Reverse(centre)))
            .collect();
        while let Some((bound, Reverse(centre))) = queue.pop() {
            if !free(plan, centre) {
                continue;
            }
            let now = self.covered(plan, centre);
            if now < bound {
                queue.push((now, Reverse(centre)));
                continue;
            }
            let circle = self.begin(plan, centre);
            self.grow(plan, &[circle]);
        }
    }

    /// What a circle around a centre could have of the units that are in none.
    fn covered(&self, plan: &Plan, centre: u32) -> Covered {
        let free = self.centres[centre as usize].walks.iter();
        let free = free.filter(|walk| plan.circle_of[walk.unit as usize] == NO_CIRCLE);
        let (within, time) =
            free.fold((0u64, 0u128), |(within, time), w| (within + w.within, time + u128::from(w.time)));
        let mean = if within > 0 { time / u128::from(within) } else { 0 };
        Covered { residents: within.min(self.limits.most), mean: Reverse(mean) }
    }

    /// A new circle of the unit of a centre; gives its number.
    pub(super) fn begin(&self, plan: &mut Plan, centre: u32) -> u32 {
        let unit = self.centres[centre as usize].unit;
        let circle = plan.drafts.len() as u32;
        plan.drafts.push(Draft { centre, units: vec![unit], sums: self.part(centre, unit) });
        plan.circle_of[unit as usize] = circle;
        circle
    }

    /// Lets circles take the units beside them that are in none, always the one with the shortest walk next, as long as the
    /// limits hold.
    pub(super) fn grow(&self, plan: &mut Plan, circles: &[u32]) {
        let mut queue: BinaryHeap<Reverse<(Ticks, u32, u32)>> = BinaryHeap::new();
        let look_around = |plan: &Plan, queue: &mut BinaryHeap<_>, circle: u32, unit: u32| {
            let centre = plan.drafts[circle as usize].centre;
            for &next in self.neighbours(unit) {
                if plan.circle_of[next as usize] == NO_CIRCLE
                    && let Some(walk) = self.walk(centre, next)
                {
                    queue.push(Reverse((walk.mean, circle, next)));
                }
            }
        };
        for &circle in circles {
            for place in 0..plan.drafts[circle as usize].units.len() {
                let unit = plan.drafts[circle as usize].units[place];
                look_around(plan, &mut queue, circle, unit);
            }
        }
        while let Some(Reverse((_, circle, unit))) = queue.pop() {
            if plan.circle_of[unit as usize] != NO_CIRCLE {
                continue;
            }
            let draft = &mut plan.drafts[circle as usize];
            let grown: Sums = draft.sums.plus(self.part(draft.centre, unit));
            if !self.is_allowed(grown) {
                continue;
            }
            draft.sums = grown;
            let place = draft.units.partition_point(|&other| other < unit);
            draft.units.insert(place, unit);
            plan.circle_of[unit as usize] = circle;
            look_around(plan, &mut queue, circle, unit);
        }
    }
}

/// What a circle could have: more residents first, then shorter walks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Covered {
    residents: u64,
    mean: Reverse<u128>,
}
