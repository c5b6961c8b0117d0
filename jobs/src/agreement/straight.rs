//! Circles as the crow flies, as many studies draw them, beside the walks of a model.
//!
//! Comes in: the inputs of a run, a speed, and what the model reaches from each point. Goes out: what each point has by
//! circles, and by format how much circles count too much. Not here: walks. Circles know no streets, no gates and no
//! opening hours.

use anyhow::Result;
use rustc_hash::FxHashMap;
use walkshed::access::AccessBatch;
use walkshed::coverage::{CellStatus, Evidence, Limit, assess};
use walkshed::search::Nearest;
use walkshed::{LonLat, Meters, MetersPerSecond, OutletId, Ticks};

use crate::run::case::AtPoint;
use crate::run::inputs::Inputs;
use crate::run::question::Question;

/// Metres of a degree of latitude: a sixtieth of it was once the nautical mile, 1,852 m.
const DEGREE: f64 = 60.0 * 1_852.0;

/// By how much circles count too much for one format and some minutes.
#[derive(Clone, Debug)]
pub(crate) struct OverCount {
    /// The format's number in the vocabulary.
    pub format: usize,
    pub minutes: u32,
    /// Residents with an outlet within the walk, and within the circle.
    pub residents_walk: f64,
    pub residents_circle: f64,
    /// Outlets within the walk and within the circle, added up over residents.
    pub outlets_walk: f64,
    pub outlets_circle: f64,
    /// All residents.
    pub residents: f64,
}

/// Circles around the points that walks begin at.
pub(crate) struct Circles<'a> {
    inputs: &'a Inputs,
    minutes: Vec<u32>,
    speed: MetersPerSecond,
    squares: Squares,
    over: Vec<OverCount>,
}

impl<'a> Circles<'a> {
    /// Circles of a walker's speed.
    pub(crate) fn new(inputs: &'a Inputs, question: &Question, speed: MetersPerSecond) -> Self {
        let standard = &inputs.standard.standard;
        let paces = standard.groups.iter().map(|group| group.speed_m_per_s).chain([speed.0]);
        let fastest = paces.fold(0.0, f64::max);
        let longest = question.minutes.iter().copied().max().unwrap_or(0);
        let reach = standard.meters().into_iter().map(f64::from).fold(fastest * 60.0 * f64::from(longest), f64::max);
        let formats = inputs.vocabulary.formats().len();
        let empty = |format: usize, minutes: u32| OverCount {
            format,
            minutes,
            residents_walk: 0.0,
            residents_circle: 0.0,
            outlets_walk: 0.0,
            outlets_circle: 0.0,
            residents: 0.0,
        };
        let over = (0..formats).flat_map(|format| question.minutes.iter().map(move |&m| empty(format, m))).collect();
        let squares = Squares::new(inputs, Meters(reach));
        Self { inputs, minutes: question.minutes.clone(), speed, squares, over }
    }

    /// Takes note of what a point reaches on foot, and counts what is in its circles.
    pub(crate) fn network(&mut self, point: usize, at: AtPoint<'_>) {
        let origin = &self.inputs.origins.points[point];
        let found = self.squares.around(origin.at);
        let mut inside = vec![0u32; self.over.len()];
        for &(outlet, Meters(metres)) in &found {
            let first = self.minutes.partition_point(|&m| metres > self.speed.0 * 60.0 * f64::from(m));
            for &format in self.inputs.outlets.outlets[outlet as usize].formats() {
                let tiers = usize::from(format) * self.minutes.len();
                for count in &mut inside[tiers + first..tiers + self.minutes.len()] {
                    *count += 1;
                }
            }
        }
        for (number, (over, &circle)) in self.over.iter_mut().zip(&inside).enumerate() {
            let walk = within(at.reached, at.in_batch, over.format, number % self.minutes.len());
            let residents = origin.residents;
            over.residents += residents;
            over.residents_walk += if walk > 0 { residents } else { 0.0 };
            over.residents_circle += if circle > 0 { residents } else { 0.0 };
            over.outlets_walk += residents * f64::from(walk);
            over.outlets_circle += residents * f64::from(circle);
        }
    }

    /// What each point has of each requirement by circles, point by point.
    ///
    /// # Errors
    /// When the standard names a format that the vocabulary does not have.
    pub(crate) fn judge(&self) -> Result<Vec<CellStatus>> {
        let standard = &self.inputs.standard.standard;
        let mut asked = Vec::new();
        for requirement in &standard.requirements {
            let number = |id: &String| self.inputs.vocabulary.require(id).map(|format| format.index() as u16);
            let parts = requirement.parts().map(|part| part.iter().map(number).collect::<Result<Vec<u16>>>());
            let group = requirement.group.as_ref().and_then(|id| standard.groups.iter().find(|g| g.id == *id));
            let pace = match requirement.limit {
                Limit::Meters(_) => 1.0,
                Limit::Minutes(_) => group.map_or(self.speed.0, |group| group.speed_m_per_s),
            };
            asked.push((requirement, pace, parts.collect::<Result<Vec<_>>>()?));
        }
        let known = self.known();
        let mut statuses = Vec::with_capacity(self.inputs.origins.points.len() * asked.len());
        for origin in &self.inputs.origins.points {
            let found = self.squares.around(origin.at);
            for (requirement, pace, parts) in &asked {
                let evidence = parts.iter().map(|formats| {
                    self.evidence(
                        &found,
                        formats,
                        *pace,
                        requirement.budget(),
                        formats.iter().any(|&f| known[usize::from(f)]),
                    )
                });
                statuses.push(assess(requirement, true, &evidence.collect::<Vec<_>>()).status);
            }
        }
        Ok(statuses)
    }

    fn evidence(&self, found: &[(u32, Meters)], formats: &[u16], pace: f64, budget: Ticks, known: bool) -> Evidence {
        let serves = |outlet: u32| {
            let has = self.inputs.outlets.outlets[outlet as usize].formats();
            formats.iter().any(|format| has.contains(format))
        };
        let (mut within, mut nearest): (u32, Option<Nearest>) = (0, None);
        for &(outlet, Meters(metres)) in found.iter().filter(|(outlet, _)| serves(*outlet)) {
            let time = Ticks::from_seconds(metres / pace);
            within += u32::from(time <= budget);
            if nearest.is_none_or(|known| time < known.time) {
                nearest = Some(Nearest { time, outlet: OutletId::new(outlet) });
            }
        }
        Evidence { known, nearest, within, maybe: 0 }
    }

    /// Of each format, whether any outlet that counts has it.
    fn known(&self) -> Vec<bool> {
        let mut known = vec![false; self.inputs.vocabulary.formats().len()];
        for outlet in self.inputs.outlets.outlets.iter().filter(|outlet| outlet.counts()) {
            outlet.formats().iter().for_each(|&format| known[usize::from(format)] = true);
        }
        known
    }

    /// The sums of what was noted, of formats that the registry has.
    pub(crate) fn over(&self) -> Vec<OverCount> {
        let known = self.known();
        self.over.iter().filter(|over| known[over.format]).cloned().collect()
    }
}

fn within(reached: &AccessBatch, point: usize, format: usize, tier: usize) -> u32 {
    reached.within(point, format, tier)
}

/// Outlets in squares as wide as the longest reach, so that the nine squares around a point have all that is within it.
struct Squares {
    reach: Meters,
    /// The sides of a square in degrees of longitude and latitude.
    side: [f64; 2],
    outlets: FxHashMap<(i32, i32), Vec<(u32, LonLat)>>,
}

impl Squares {
    fn new(inputs: &Inputs, reach: Meters) -> Self {
        let around = inputs.streets.graph.bounds().map_or(0.0, |bounds| bounds.min.lat.abs().max(bounds.max.lat.abs()));
        // A tenth more, for the metres of a degree and its longitudes are not the same all over a city.
        let latitude = 1.1 * reach.0 / DEGREE;
        let side = [latitude / around.to_radians().cos().max(0.01), latitude];
        let mut squares = Self { reach, side, outlets: FxHashMap::default() };
        for (number, outlet) in (0u32..).zip(&inputs.outlets.outlets).filter(|(_, outlet)| outlet.counts()) {
            squares.outlets.entry(squares.square(outlet.at)).or_default().push((number, outlet.at));
        }
        squares
    }

    fn square(&self, at: LonLat) -> (i32, i32) {
        ((at.lon / self.side[0]).floor() as i32, (at.lat / self.side[1]).floor() as i32)
    }

    /// The outlets within the reach of a point, with their distances.
    fn around(&self, at: LonLat) -> Vec<(u32, Meters)> {
        let (column, row) = self.square(at);
        let squares = (column - 1..=column + 1).flat_map(|column| (row - 1..=row + 1).map(move |row| (column, row)));
        let near = squares.filter_map(|square| self.outlets.get(&square)).flatten();
        near.map(|&(outlet, there)| (outlet, at.distance_to(there))).filter(|(_, far)| *far <= self.reach).collect()
    }
}
