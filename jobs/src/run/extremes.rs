//! Of each zone and requirement, the residence that is worst off and the outlet that is nearest to those who lack it.
//!
//! Comes in: one cell after another, in order. Goes out: an [`Extreme`] for the city, each zone and what lies outside all
//! zones. Not here: words and columns.

use walkshed::coverage::Verdict;
use walkshed::search::Nearest;

/// What is extreme about one requirement in one area.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Extreme {
    /// The inhabited cell with the longest walk; one that finds no outlet at all is worse than any other. The first of equals.
    pub worst: Option<(usize, Option<Nearest>)>,
    /// The outlet that is nearest to any of the cells that lack it.
    pub nearest: Option<Nearest>,
}

/// The extremes of the city (first), the zones in their order, and what lies outside (last).
#[derive(Clone, Debug)]
pub(crate) struct Extremes {
    requirements: usize,
    all: Vec<Extreme>,
}

impl Extremes {
    pub(crate) fn new(zones: usize, requirements: usize) -> Self {
        Self { requirements, all: vec![Extreme::default(); (zones + 2) * requirements] }
    }

    /// Takes note of a cell with residents.
    pub(crate) fn note(
        &mut self,
        (cell, zone): (usize, Option<usize>),
        requirement: usize,
        verdict: Verdict,
        nearest: Option<Nearest>,
    ) {
        if verdict == Verdict::Unknown {
            return;
        }
        let outside = self.all.len() / self.requirements - 1;
        for area in [0, zone.map_or(outside, |zone| zone + 1)] {
            let extreme = &mut self.all[area * self.requirements + requirement];
            let time = |walk: Option<Nearest>| walk.map_or(u32::MAX, |nearest| nearest.time.get());
            if extreme.worst.is_none_or(|(_, worst)| time(nearest) > time(worst)) {
                extreme.worst = Some((cell, nearest));
            }
            if verdict != Verdict::Met {
                extreme.nearest = [extreme.nearest, nearest].into_iter().flatten().min();
            }
        }
    }

    /// What is extreme in an area: 0 is the city, then the zones, then what lies outside.
    pub(crate) fn of(&self, area: usize, requirement: usize) -> Extreme {
        self.all[area * self.requirements + requirement]
    }
}

#[cfg(test)]
mod tests {
    use walkshed::{OutletId, Ticks};

    use super::*;

    #[test]
    fn none_at_all_is_worse_than_any_walk() {
        let walk = |ticks, outlet| Some(Nearest { time: Ticks::new(ticks), outlet: OutletId::new(outlet) });
        let mut extremes = Extremes::new(2, 1);
        // Two cells of the first zone: one has it in 100 ticks, one lacks it at 900. One outside finds none.
        extremes.note((0, Some(0)), 0, Verdict::Met, walk(100, 7));
        extremes.note((1, Some(0)), 0, Verdict::NotMet, walk(900, 8));
        extremes.note((2, None), 0, Verdict::NoStreet, None);
        extremes.note((3, None), 0, Verdict::Unknown, walk(5, 9));
        assert_eq!(extremes.of(1, 0), Extreme { worst: Some((1, walk(900, 8))), nearest: walk(900, 8) });
        assert_eq!(extremes.of(2, 0), Extreme::default(), "an empty zone");
        assert_eq!(extremes.of(3, 0), Extreme { worst: Some((2, None)), nearest: None });
        assert_eq!(extremes.of(0, 0), Extreme { worst: Some((2, None)), nearest: walk(900, 8) });
    }
}
