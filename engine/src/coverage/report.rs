//! Coverage of a city and its zones: residents by requirement, by class and by number of requirements met.
//!
//! Comes in: one residence cell after another with its zone, its residents and its statuses. Goes out: sums, in which
//! every resident is counted once for each requirement and once for each class. Not here: the cells themselves, which
//! stay in the tables; names and drawings of zones; ratings.

use super::standard::Standard;
use super::status::{CellStatus, Verdict, all_known_met, all_met};
use super::tally::{Reasons, Tally};

/// Several requirements together, in two readings.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Together {
    /// Residents who have all of them. As soon as one is unknown, those who lack none of the others are unknown.
    pub all: Tally,
    /// Residents who have all of those that are known. Say beside it which were left aside.
    pub known: Tally,
}

impl Together {
    fn add(&mut self, residents: f64, all: Verdict, known: Verdict) {
        self.all.add(residents, all);
        self.known.add(residents, known);
    }
}

/// Sums over the residents of one area: the city, a zone, or what lies outside every zone.
#[derive(Clone, PartialEq, Debug)]
pub struct AreaCoverage {
    cells: u64,
    residents: f64,
    tallies: Vec<Tally>,
    reasons: Vec<Reasons>,
    by_number_met: Vec<f64>,
    all: Together,
    classes: Vec<Together>,
    circles: Vec<Together>,
    by_circles_met: Vec<f64>,
    /// For each measure of the standard, its requirements together.
    joint: Vec<Together>,
}

/// What a cell comes to in several sets of requirements, each in both readings.
type Verdicts = Vec<(Verdict, Verdict)>;

impl AreaCoverage {
    fn new(requirements: usize, classes: usize, circles: usize, measures: usize) -> Self {
        Self {
            cells: 0,
            residents: 0.0,
            tallies: vec![Tally::default(); requirements],
            reasons: vec![Reasons::default(); requirements],
            by_number_met: vec![0.0; requirements + 1],
            all: Together::default(),
            classes: vec![Together::default(); classes],
            circles: vec![Together::default(); circles],
            by_circles_met: vec![0.0; circles + 1],
            joint: vec![Together::default(); measures],
        }
    }

    fn add(&mut self, residents: f64, statuses: &[CellStatus], [classes, circles, joint]: &[Verdicts; 3]) {
        self.cells += 1;
        self.residents += residents;
        for ((tally, reasons), status) in self.tallies.iter_mut().zip(&mut self.reasons).zip(statuses) {
            tally.add(residents, *status);
            reasons.add(residents, *status);
        }
        let number_met = statuses.iter().filter(|status| **status == CellStatus::Met).count();
        self.by_number_met[number_met] += residents;
        let together = statuses.iter().copied();
        self.all.add(residents, all_met(together.clone()), all_known_met(together));
        for (sums, verdicts) in [(&mut self.classes, classes), (&mut self.circles, circles), (&mut self.joint, joint)] {
            for (together, (all, known)) in sums.iter_mut().zip(verdicts) {
                together.add(residents, *all, *known);
            }
        }
        let circles_met = circles.iter().filter(|(all, _)| *all == Verdict::Met).count();
        self.by_circles_met[circles_met] += residents;
    }

    /// How many residence cells were counted.
    pub const fn cells(&self) -> u64 {
        self.cells
    }

    /// How many residents were counted.
    pub const fn residents(&self) -> f64 {
        self.residents
    }

    /// Residents by status, for each requirement in the standard's order.
    pub fn tallies(&self) -> &[Tally] {
        &self.tallies
    }

    /// Residents who lack it by reason, for each requirement in the standard's order.
    pub fn reasons(&self) -> &[Reasons] {
        &self.reasons
    }

    /// Residents by the number of requirements they have: entry `k` has those with exactly `k`. A requirement that is
    /// unknown is not counted as met, so compare with the number of requirements that are known.
    pub fn by_number_met(&self) -> &[f64] {
        &self.by_number_met
    }

    /// All requirements together.
    pub const fn all(&self) -> &Together {
        &self.all
    }

    /// The requirements of each class together, in the order of [`CoverageReport::classes`].
    pub fn classes(&self) -> &[Together] {
        &self.classes
    }

    /// The requirements of each circle of the standard together.
    pub fn circles(&self) -> &[Together] {
        &self.circles
    }

    /// Residents by the number of circles they have: entry `k` has those with exactly `k`. A circle that is unknown is not
    /// counted as met.
    pub fn by_circles_met(&self) -> &[f64] {
        &self.by_circles_met
    }

    /// The requirements of a measure of the standard together; nothing for one without requirements.
    pub fn joint(&self, measure: usize) -> Option<&Together> {
        self.joint.get(measure)
    }
}

/// Coverage of a city, of each of its zones, and of what lies outside every zone.
///
/// Sums are made in the order in which cells are added: add them in the order of the table, and the result is the same
/// to the bit on any number of threads.
///
/// ```
/// use walkshed::coverage::{CellStatus, CoverageReport, Reason, Standard};
/// # let standard = Standard::from_toml(r#"
/// # schema_version = 1
/// # [profile]
/// # id = "bread"
/// # zh = "面包"
/// # en = "Bread"
/// # status = "sourced"
/// # [[tier]]
/// # id = "t5"
/// # minutes = 5
/// # [[require]]
/// # id = "bread"
/// # zh = "面包店"
/// # tier = "t5"
/// # any_of = ["bakery"]
/// # "#)?;
/// let mut report = CoverageReport::new(&standard, 2);
/// report.add_cell(Some(0), 30.0, &[CellStatus::Met]);
/// report.add_cell(None, 10.0, &[CellStatus::NotMet(Reason::NoOutlet)]);
/// assert_eq!(report.city().tallies()[0].share_met(), Some(0.75));
/// assert_eq!(report.zone(1).tallies()[0].share_met(), None);
/// # Ok::<(), walkshed::coverage::StandardError>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct CoverageReport {
    classes: Vec<String>,
    /// For each class, circle and measure the positions of its requirements.
    members: [Vec<Vec<usize>>; 3],
    requirements: usize,
    city: AreaCoverage,
    outside: AreaCoverage,
    zones: Vec<AreaCoverage>,
}

impl CoverageReport {
    /// An empty report for a standard and a number of zones (0 where there is no zone layer).
    pub fn new(standard: &Standard, zones: usize) -> Self {
        let classes: Vec<String> = standard.classes().into_iter().map(str::to_owned).collect();
        let of_class = |class: &String| {
            let positions = standard.requirements.iter().enumerate();
            positions.filter(|(_, requirement)| requirement.class == *class).map(|(position, _)| position).collect()
        };
        let circles = standard.circles.iter().map(|circle| circle.requirements.clone()).collect();
        let measures = standard.measures.iter().map(|measure| measure.requirements.clone()).collect();
        let members: [Vec<Vec<usize>>; 3] = [classes.iter().map(of_class).collect(), circles, measures];
        let requirements = standard.requirements.len();
        let area = AreaCoverage::new(requirements, classes.len(), members[1].len(), members[2].len());
        Self { classes, members, requirements, city: area.clone(), zones: vec![area.clone(); zones], outside: area }
    }

    /// Counts one residence cell: for the city, and for its zone or for what lies outside every zone.
    ///
    /// # Panics
    ///
    /// Where `statuses` has not one status per requirement of the standard, or there is no such zone.
    pub fn add_cell(&mut self, zone: Option<usize>, residents: f64, statuses: &[CellStatus]) {
        assert_eq!(statuses.len(), self.requirements, "one status for each requirement");
        let of_members = |members: &Vec<usize>| {
            let together = members.iter().map(|&position| statuses[position]);
            (all_met(together.clone()), all_known_met(together))
        };
        let together = self.members.each_ref().map(|sets| sets.iter().map(of_members).collect::<Verdicts>());
        self.city.add(residents, statuses, &together);
        let part = zone.map_or(&mut self.outside, |zone| &mut self.zones[zone]);
        part.add(residents, statuses, &together);
    }

    /// The classes of the standard, in the order of its file.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// All cells.
    pub const fn city(&self) -> &AreaCoverage {
        &self.city
    }

    /// The cells of each zone.
    pub fn zones(&self) -> &[AreaCoverage] {
        &self.zones
    }

    /// The cells of one zone.
    ///
    /// # Panics
    ///
    /// Where there is no such zone.
    pub fn zone(&self, zone: usize) -> &AreaCoverage {
        &self.zones[zone]
    }

    /// The cells that lie in no zone; with the zones they make up the city.
    pub const fn outside(&self) -> &AreaCoverage {
        &self.outside
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole numbers of residents add up exactly, in any order")]
mod tests {
    use proptest::prelude::*;

    use super::super::status::Reason;
    use super::*;
    use crate::Ticks;

    /// Three basic requirements and one of quality, all within 15 minutes.
    fn standard() -> Standard {
        Standard::from_toml(
            r#"
            schema_version = 1
            [profile]
            id = "four"
            zh = "四"
            en = "Four"
            status = "sourced"
            [[tier]]
            id = "t15"
            minutes = 15
            [[set]]
            id = "basic"
            class = "basic"
            tier = "t15"
            formats = ["shop", "breakfast", "market"]
            [[require]]
            id = "books"
            class = "quality"
            tier = "t15"
            any_of = ["bookstore"]
            "#,
        )
        .expect("a valid standard")
    }

    const MET: CellStatus = CellStatus::Met;
    const NONE: CellStatus = CellStatus::NotMet(Reason::NoOutlet);
    const FAR: CellStatus = CellStatus::NotMet(Reason::BeyondBudget { nearest: Ticks::from_minutes(20) });
    const FEW: CellStatus = CellStatus::NotMet(Reason::TooFew { have: 1, need: 2 });

    #[test]
    fn a_city_of_three_cells() {
        let mut report = CoverageReport::new(&standard(), 2);
        assert_eq!(report.classes(), ["basic", "quality"]);
        // Bookshops are not in the registry, so the fourth requirement is unknown everywhere.
        report.add_cell(Some(0), 100.0, &[MET, MET, MET, CellStatus::Unknown]);
        report.add_cell(Some(1), 50.0, &[MET, FAR, FEW, CellStatus::Unknown]);
        // A residence without a street: known to lack all three, in no zone.
        let none = CellStatus::NoStreet;
        report.add_cell(None, 10.0, &[none, none, none, CellStatus::Unknown]);

        let city = report.city();
        assert_eq!((city.cells(), city.residents()), (3, 160.0));
        // Convenience: 100 + 50 of 160 have it. Breakfast: 100 of 160. Books: nothing can be said.
        assert_eq!(city.tallies()[0].share_met(), Some(150.0 / 160.0));
        assert_eq!(city.tallies()[1].share_met(), Some(100.0 / 160.0));
        assert_eq!(city.tallies()[3].share_met(), None);
        assert_eq!(city.reasons()[1], Reasons { beyond_budget: 50.0, ..Reasons::default() });
        assert_eq!(city.reasons()[2], Reasons { too_few: 50.0, ..Reasons::default() });
        // 10 residents have none, 50 have one, 100 have three.
        assert_eq!(city.by_number_met(), [10.0, 50.0, 0.0, 100.0, 0.0]);
        // All basic: 100 of 160. All four: those 100 may have books or not; the others lack something for certain.
        assert_eq!(city.classes()[0].all.share_met(), Some(100.0 / 160.0));
        assert_eq!(city.all().all.unknown(), 100.0);
        assert_eq!(city.all().all.share_bounds(), Some((0.0, 100.0 / 160.0)));
        assert_eq!(city.all().known.share_met(), Some(100.0 / 160.0));
        assert_eq!(city.classes()[1].known.share_met(), None, "no requirement of the class is known");

        assert_eq!(report.zone(0).classes()[0].all.share_met(), Some(1.0));
        assert_eq!(report.zone(1).tallies()[1].share_met(), Some(0.0));
        assert_eq!(report.outside().residents(), 10.0);
    }

    fn any_status() -> impl Strategy<Value = CellStatus> {
        let cut_off = [Reason::Gate, Reason::Island, Reason::EdgeOfData].map(CellStatus::NotMet);
        let open = [MET, NONE, FAR, FEW, CellStatus::Unknown, CellStatus::HoursUnknown, CellStatus::NoStreet];
        prop::sample::select([&open[..], &cut_off[..]].concat())
    }

    /// Zone, residents and four statuses. Whole residents below 2^53 add up exactly, so sums can be compared as equal.
    fn any_cell() -> impl Strategy<Value = (Option<usize>, u32, [CellStatus; 4])> {
        (prop::option::of(0..3usize), 0..5000u32, prop::array::uniform4(any_status()))
    }

    proptest! {
        #[test]
        fn every_resident_is_in_exactly_one_state(cells in prop::collection::vec(any_cell(), 0..60)) {
            let mut report = CoverageReport::new(&standard(), 3);
            for (zone, residents, statuses) in &cells {
                report.add_cell(*zone, f64::from(*residents), statuses);
            }
            let areas = report.zones().iter().chain([report.outside(), report.city()]);
            let of_area = [Some(0), Some(1), Some(2), None].map(|zone| {
                cells.iter().filter(|cell| cell.0 == zone).map(|cell| u64::from(cell.1)).sum::<u64>()
            });
            let city = of_area.iter().sum::<u64>();
            for (area, residents) in areas.zip(of_area.into_iter().chain([city])) {
                let residents = residents as f64;
                prop_assert_eq!(area.residents(), residents);
                prop_assert_eq!(area.by_number_met().iter().sum::<f64>(), residents);
                let together = area.classes().iter().chain([area.all()]).flat_map(|both| [both.all, both.known]);
                for tally in area.tallies().iter().copied().chain(together) {
                    prop_assert_eq!(tally.total(), residents);
                    prop_assert_eq!(tally.met() + tally.not_met() + tally.unknown() + tally.no_street(), residents);
                    if let Some(share) = tally.share_met() {
                        prop_assert!((0.0..=1.0).contains(&share));
                    }
                    if let Some((least, most)) = tally.share_bounds() {
                        prop_assert!(0.0 <= least && least <= most && most <= 1.0);
                    }
                }
                for (tally, reasons) in area.tallies().iter().zip(area.reasons()) {
                    prop_assert_eq!(reasons.by_code().iter().map(|(_, residents)| residents).sum::<f64>(), tally.not_met());
                }
            }
        }

        #[test]
        fn zones_and_what_lies_outside_make_up_the_city(cells in prop::collection::vec(any_cell(), 0..60)) {
            let mut report = CoverageReport::new(&standard(), 3);
            for (zone, residents, statuses) in &cells {
                report.add_cell(*zone, f64::from(*residents), statuses);
            }
            for requirement in 0..4 {
                let parts = || report.zones().iter().chain([report.outside()]).map(|area| area.tallies()[requirement]);
                let city = report.city().tallies()[requirement];
                prop_assert_eq!(parts().map(|tally| tally.met()).sum::<f64>(), city.met());
                prop_assert_eq!(parts().map(|tally| tally.not_met()).sum::<f64>(), city.not_met());
                prop_assert_eq!(parts().map(|tally| tally.unknown()).sum::<f64>(), city.unknown());
                prop_assert_eq!(parts().map(|tally| tally.no_street()).sum::<f64>(), city.no_street());
            }
        }

        #[test]
        fn having_all_is_having_the_whole_number(cells in prop::collection::vec(any_cell(), 0..60)) {
            let mut report = CoverageReport::new(&standard(), 0);
            for (_, residents, statuses) in &cells {
                report.add_cell(None, f64::from(*residents), statuses);
            }
            // Two routes to the same residents: the conjunction, and the last entry of the histogram.
            let city = report.city();
            prop_assert_eq!(city.all().all.met(), city.by_number_met()[4]);
            // Whoever has all has each of them.
            for tally in city.tallies() {
                prop_assert!(city.all().all.met() <= tally.met());
            }
        }
    }
}
