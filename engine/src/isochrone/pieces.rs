//! The streets reached as lines, with the times at their ends: [`Piece`].
//!
//! Comes in: the streets reached. Goes out: pieces along which the time of the walk only grows or only falls, cut where a
//! budget ends and where walks from two sides meet. Not here: areas.

use super::plan::{along, at};
use super::sides::Heading;
use super::streets::{Met, ReachedStreets, Walks};
use crate::graph::{LinkView, WalkGraph};
use crate::ids::LinkId;
use crate::position::LonLat;
use crate::units::{Meters, Ticks};
use crate::walk::{EdgeWeights, PartWay, Stand};

/// A piece of street that is reached, from its end nearer to the link's tail to the one nearer to the head.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// The street.
    pub link: LinkId,
    /// The number of the shortest budget that it is within.
    pub budget: usize,
    /// The time of the walk at its ends.
    pub times: [Ticks; 2],
    /// How long it is.
    pub length: Meters,
    /// Its points.
    pub points: Vec<LonLat>,
}

/// Shorter pieces come from rounding where an origin stands at a node.
const SHORTEST: Meters = Meters(0.02);

/// Places nearer to each other than this, as a share of the way between two points, are one.
const SAME_PLACE: f64 = 1e-9;

/// A walk along a street: the time at a place between two others is `offset + sign * way.time_at(place)`.
#[derive(Clone, Copy)]
struct Walk<'g> {
    range: [f64; 2],
    way: PartWay<'g>,
    offset: f64,
    sign: f64,
}

impl Walk<'_> {
    fn time_at(&self, place: f64) -> f64 {
        self.offset + self.sign * self.way.time_at(place)
    }
}

/// A stretch of a street on which one walk is the quickest.
#[derive(Clone, Copy)]
struct Stretch {
    walk: usize,
    places: [f64; 2],
    times: [f64; 2],
}

/// All pieces of one lane within the longest budget, street after street.
pub(super) fn pieces(
    graph: &WalkGraph,
    weights: &EdgeWeights,
    heading: Heading,
    (streets, lane): (&ReachedStreets, usize),
    budgets: &[Ticks],
) -> Vec<Piece> {
    let mut met: Vec<&Met> = streets.met.iter().collect();
    met.sort_by_key(|met| met.link);
    let mut pieces = Vec::new();
    for met in met {
        let link = graph.link(met.link);
        let walks = walks_on(&link, weights, heading, (streets, lane), met, budgets[budgets.len() - 1].get());
        let mut stretches = Vec::new();
        envelope(&walks, &mut stretches);
        let mut cut: Vec<(usize, Stretch)> = Vec::new();
        for stretch in stretches {
            cut_at_budgets(stretch, budgets, &mut cut);
        }
        let made = cut.iter().map(|(budget, stretch)| piece(&link, *budget, stretch));
        pieces.extend(made.filter(|piece| piece.length.0 >= SHORTEST.0));
    }
    pieces
}

fn walks_on<'g>(
    link: &LinkView<'_>,
    weights: &'g EdgeWeights,
    heading: Heading,
    (streets, lane): (&ReachedStreets, usize),
    met: &Met,
    longest: u32,
) -> Vec<Walk<'g>> {
    let sides = Walks::new(weights, link, heading);
    let times = met.times_in(lane);
    let mut walks = Vec::new();
    if let Some((way, left)) = sides.ways[0].zip(longest.checked_sub(times[0])) {
        let offset = f64::from(times[0]);
        let to = way.toward_head(Stand::TAIL, left);
        walks.extend(to.map(|place| Walk { range: [0.0, place], way, offset, sign: 1.0 }));
    }
    if let Some((way, left)) = sides.ways[1].zip(longest.checked_sub(times[1])) {
        let offset = f64::from(times[1]) + way.time_at(way.last());
        let to = way.toward_tail(way.head(), left);
        walks.extend(to.map(|place| Walk { range: [place, way.last()], way, offset, sign: -1.0 }));
    }
    for standing in streets.standing_on(link.id).iter().filter(|standing| standing.lane == lane) {
        let Some([back, ahead]) = sides.around(standing, longest) else { continue };
        let (leg, place) = (f64::from(standing.leg), standing.stand.place);
        if let Some(way) = sides.ways[0] {
            walks.push(Walk { range: [place, ahead], way, offset: leg - way.time_at(place), sign: 1.0 });
        }
        if let Some(way) = sides.ways[1] {
            walks.push(Walk { range: [back, place], way, offset: leg + way.time_at(place), sign: -1.0 });
        }
    }
    walks.retain(|walk| walk.range[1] > walk.range[0]);
    walks
}

/// Which walk is the quickest, from place to place.
fn envelope(walks: &[Walk<'_>], stretches: &mut Vec<Stretch>) {
    let points = walks.iter().flat_map(|walk| (walk.range[0].ceil() as u32..=walk.range[1] as u32).map(f64::from));
    let mut places: Vec<f64> = walks.iter().flat_map(|walk| walk.range).chain(points).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    for pair in places.windows(2) {
        quickest(walks, [pair[0], pair[1]], stretches);
    }
}

/// Between two places along a straight piece of street; times are linear there.
fn quickest(walks: &[Walk<'_>], places: [f64; 2], stretches: &mut Vec<Stretch>) {
    let here = || (0..walks.len()).filter(|&w| walks[w].range[0] <= places[0] && walks[w].range[1] >= places[1]);
    let middle = f64::midpoint(places[0], places[1]);
    let first_at = |place: f64| {
        here().min_by(|&a, &b| {
            let by_time = walks[a].time_at(place).total_cmp(&walks[b].time_at(place));
            by_time.then(walks[a].time_at(middle).total_cmp(&walks[b].time_at(middle)))
        })
    };
    let (Some(at_begin), Some(at_end)) = (first_at(places[0]), first_at(places[1])) else { return };
    let gain = |place: f64| walks[at_end].time_at(place) - walks[at_begin].time_at(place);
    let gains = places.map(gain);
    let share = gains[0] / (gains[0] - gains[1]);
    let crossing = places[0] + (places[1] - places[0]) * share;
    // Where a crossing is as good as an end, or between two places that are as good as one, nothing is to be cut.
    if at_begin != at_end && crossing > places[0] + SAME_PLACE && crossing < places[1] - SAME_PLACE {
        quickest(walks, [places[0], crossing], stretches);
        quickest(walks, [crossing, places[1]], stretches);
        return;
    }
    let walk = if gain(middle) < 0.0 { at_end } else { at_begin };
    stretches.push(Stretch { walk, places, times: places.map(|place| walks[walk].time_at(place)) });
}

/// Cuts a stretch where budgets end, and joins its parts to what they go on from.
fn cut_at_budgets(stretch: Stretch, budgets: &[Ticks], cut: &mut Vec<(usize, Stretch)>) {
    let [begin, end] = stretch.times;
    let mut shares: Vec<f64> = vec![0.0, 1.0];
    // What is less than a tick beyond a budget has been rounded, not walked.
    let between = |time: f64| time > begin.min(end) + 0.5 && time < begin.max(end) - 0.5;
    let limits = budgets.iter().map(|budget| f64::from(budget.get())).filter(|&time| between(time));
    shares.extend(limits.map(|time| (time - begin) / (end - begin)));
    shares.sort_by(f64::total_cmp);
    for pair in shares.windows(2) {
        let mix = |[from, to]: [f64; 2], share: f64| from + (to - from) * share;
        let [places, times] = [stretch.places, stretch.times].map(|ends| [mix(ends, pair[0]), mix(ends, pair[1])]);
        let latest = times[0].max(times[1]) - 0.5;
        let Some(budget) = budgets.iter().position(|budget| latest <= f64::from(budget.get())) else { continue };
        match cut.last_mut() {
            Some((last_budget, last))
                if *last_budget == budget && last.walk == stretch.walk && last.places[1] >= places[0] =>
            {
                (last.places[1], last.times[1]) = (places[1], times[1]);
            }
            _ => cut.push((budget, Stretch { walk: stretch.walk, places, times })),
        }
    }
}

fn piece(link: &LinkView<'_>, budget: usize, stretch: &Stretch) -> Piece {
    let [from, to] = stretch.places;
    let inner = (from as usize + 1..).map(|point| point as f64).take_while(|&point| point < to);
    let lon_lat = |place: f64| {
        let [lon, lat] = at(link, place);
        LonLat { lon: lon / 1e7, lat: lat / 1e7 }
    };
    Piece {
        link: link.id,
        budget,
        times: stretch.times.map(|ticks| Ticks::new(ticks.round() as u32)),
        length: Meters(along(link, to).0 - along(link, from).0),
        points: std::iter::once(from).chain(inner).chain([to]).map(lon_lat).collect(),
    }
}
