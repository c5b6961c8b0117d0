//! One column of times for a model: [`EdgeWeights`].
//!
//! Comes in: a graph and a model. Goes out: the time of each directed edge, and of any part of a link between two
//! positions on it. Not here: how long a stride takes (`model`).
//!
//! Times are rounded to ticks from the whole way along a link, not from point to point: the time to each point is the
//! nearest tick to its true time, so that the error of a link is at most half a tick (1/128 s) however many points it has.
//!
//! Where this walker cannot go on, a link is closed there and not as a whole: nobody walks past the place, but from either
//! side of it one gets to the end of the link on that side.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::model::{CostModel, Passing, Stride};
use super::part_way::PartWay;
use crate::graph::{LinkView, Square, WalkGraph};
use crate::ids::{EdgeId, LinkId, SquareId};
use crate::osm::{Rise, Spot};
use crate::units::{Meters, MetersPerSecond, Ticks};

/// The walking times of one model on one graph.
///
/// 4 bytes for each directed edge and 4 (8 when uphill and downhill differ) for each point of the geometry; 8 for each
/// place where this walker cannot pass.
#[derive(Clone, PartialEq, Debug)]
pub struct EdgeWeights {
    edge: Vec<u32>,
    forward: Along,
    /// The same against the direction of the link: times from the point to the tail. Nothing when it is the same.
    backward: Option<Along>,
    first_point: Vec<u32>,
    access_speed: MetersPerSecond,
    /// The seconds for a metre on each square; nothing where this walker cannot go.
    on_square: Vec<Option<f64>>,
    fingerprint: String,
}

/// Times along all links in one direction.
#[derive(Clone, PartialEq, Debug, Default)]
struct Along {
    /// For each point of the geometry, the time between its link's tail and it.
    times: Vec<u32>,
    /// Where one cannot pass, sorted: twice the number of a point of the geometry, or one more for the segment after it.
    closed: Vec<u64>,
}

/// Walks in one direction between a position on a link and the rest of it, as far as they are open.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Partial {
    /// The walk between the tail and the position.
    pub(crate) tail: Option<Ticks>,
    /// The walk between the position and the head.
    pub(crate) head: Option<Ticks>,
    /// The place of the position on the link; nothing where one cannot even stand.
    pub(crate) place: Option<Place>,
}

/// A place on a link: between two places with the same number of closed ones before them one can walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// The time between the tail and it, as if nothing were closed.
    pub(crate) time: Ticks,
    closed_before: u32,
}

impl Place {
    /// How long the walk to a place farther along the link is, when it is open and not behind.
    pub(crate) fn on_to(self, other: Self) -> Option<Ticks> {
        let open = self.closed_before == other.closed_before;
        open.then(|| other.time.get().checked_sub(self.time.get())).flatten().map(Ticks::new)
    }
}

impl EdgeWeights {
    /// The times of a model, in one pass over the graph on all cores.
    pub fn from_model(graph: &WalkGraph, model: &impl CostModel) -> Self {
        let forward = Along::of(graph, model, false);
        let backward = (!model.is_symmetric()).then(|| Along::of(graph, model, true));
        let first_point: Vec<u32> =
            graph.links().map(|l| graph.first_point(l) as u32).chain([graph.point_count() as u32]).collect();
        let mut weights = Self {
            edge: Vec::new(),
            forward,
            backward,
            first_point,
            access_speed: model.access_speed(),
            on_square: graph.squares().map(|square| on_square(graph, &square, model)).collect(),
            fingerprint: model.fingerprint(),
        };
        let whole = |edge| {
            let traversal = graph.traversal(edge);
            weights.whole(traversal.link(), traversal.is_backward()).unwrap_or(Ticks::UNREACHED).get()
        };
        weights.edge = graph.edges().map(whole).collect();
        weights
    }

    /// The time of an edge; [`Ticks::UNREACHED`] where this model's walker cannot pass.
    pub fn edge(&self, edge: EdgeId) -> Ticks {
        Ticks::new(self.edge[edge.index()])
    }

    /// The times of all edges in ticks, in the order of their ids.
    pub fn edges(&self) -> &[u32] {
        &self.edge
    }

    /// The model in a line.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The time for a leg off the street.
    pub fn access_leg(&self, length: Meters) -> Ticks {
        Ticks::from_seconds(self.access_speed.seconds_for(length))
    }

    /// How many seconds a metre on a square takes; nothing where this walker cannot go.
    pub(crate) fn pace_on(&self, square: SquareId) -> Option<f64> {
        self.on_square[square.index()]
    }

    /// Whether this walker can stand on a segment of a link: it can be taken in one direction at least.
    pub fn is_open(&self, link: LinkId, segment: usize) -> bool {
        let is_closed = |along: &Along| !along.closed.is_empty();
        if !is_closed(&self.forward) && !self.backward.as_ref().is_some_and(is_closed) {
            return true;
        }
        [false, true].into_iter().any(|backward| self.partial(link, segment, 0.0, backward).place.is_some())
    }

    /// The walks between a position on a link and its ends: from the tail and to the head, or with `backward` to the tail
    /// and from the head. The position is `share` of the way from point `segment` to the next.
    pub(crate) fn partial(&self, link: LinkId, segment: usize, share: f64, backward: bool) -> Partial {
        let along = self.along(backward);
        let [first, last] = self.points_of(link);
        let whole = along.times[last];
        if !Ticks::new(whole).is_reached() {
            return Partial::default();
        }
        let [from, to] = [along.times[first + segment], along.times[first + segment + 1]];
        let time = from + (f64::from(to - from) * share).round() as u32;
        let here = 2 * (first + segment) as u64 + 1;
        let closed = along.closed_on(first, last);
        let before = closed.partition_point(|&place| place < here);
        let stands = closed.get(before) != Some(&here);
        Partial {
            tail: (stands && before == 0).then_some(Ticks::new(time)),
            head: (stands && before == closed.len()).then_some(Ticks::new(whole - time)),
            place: stands.then_some(Place { time: Ticks::new(time), closed_before: before as u32 }),
        }
    }

    /// The times along a link in one direction for who walks a part of it; nothing where they have no end.
    pub(crate) fn part_way(&self, link: LinkId, backward: bool) -> Option<PartWay<'_>> {
        let along = self.along(backward);
        let [first, last] = self.points_of(link);
        Ticks::new(along.times[last]).reached()?;
        Some(PartWay::new(&along.times[first..=last], along.closed_on(first, last), first))
    }

    /// The time of a whole link in one direction, where this walker can pass.
    fn whole(&self, link: LinkId, backward: bool) -> Option<Ticks> {
        let along = self.along(backward);
        let [first, last] = self.points_of(link);
        Ticks::new(along.times[last]).reached().filter(|_| along.closed_on(first, last).is_empty())
    }

    /// The first and the last point of a link.
    fn points_of(&self, link: LinkId) -> [usize; 2] {
        [self.first_point[link.index()] as usize, self.first_point[link.index() + 1] as usize - 1]
    }

    fn along(&self, backward: bool) -> &Along {
        self.backward.as_ref().filter(|_| backward).unwrap_or(&self.forward)
    }
}

/// Whether a way that gains some height from its first point to its last climbs or falls for the walker.
fn rise_of(Meters(gain): Meters, backward: bool) -> Option<Rise> {
    let gain = if backward { -gain } else { gain };
    match gain.partial_cmp(&0.0)? {
        Ordering::Greater => Some(Rise::Up),
        Ordering::Less => Some(Rise::Down),
        Ordering::Equal => None,
    }
}

/// How many seconds a metre on a square takes, whichever way it is walked.
fn on_square(graph: &WalkGraph, square: &Square<'_>, model: &impl CostModel) -> Option<f64> {
    // So long that what is rounded does not matter.
    const LENGTH: Meters = Meters(1_000.0);
    let stride = Stride {
        length: LENGTH,
        class: &graph.class_names()[square.class()],
        ground: square.ground(),
        grade: None,
        relief: None,
        rise: None,
        start: Spot::default(),
        end: Spot::default(),
        share: None,
        backward: false,
    };
    model.seconds(stride).filter(|seconds| seconds.is_finite() && *seconds >= 0.0).map(|seconds| seconds / LENGTH.0)
}

impl Along {
    fn of(graph: &WalkGraph, model: &impl CostModel, backward: bool) -> Self {
        // Links differ much in their number of points, so they are dealt out in parts of some thousand.
        let parts: Vec<Self> = (0..graph.link_count() as u32)
            .into_par_iter()
            .chunks(4096)
            .map(|links| {
                let mut part = Self::default();
                for link in links {
                    part.push_link(graph, &graph.link(LinkId::new(link)), model, backward);
                }
                part
            })
            .collect();
        let mut all = Self::default();
        for mut part in parts {
            all.times.append(&mut part.times);
            all.closed.append(&mut part.closed);
        }
        all
    }

    /// The places between two points, both included, where one cannot pass.
    fn closed_on(&self, first: usize, last: usize) -> &[u64] {
        if self.closed.is_empty() {
            return &[];
        }
        let place = |at: usize| self.closed.partition_point(|&c| c < at as u64);
        &self.closed[place(2 * first)..place(2 * last + 1)]
    }

    fn push_link(&mut self, graph: &WalkGraph, link: &LinkView<'_>, model: &impl CostModel, backward: bool) {
        let first = graph.first_point(link.id) as u64;
        let heights = graph.heights_on(link.id);
        let mut spots = graph.spots_on(link.id).peekable();
        let mut spot_at = |point: usize| spots.next_if(|s| s.0 == point).map_or(Spot::default(), |s| s.1);
        let mut before = spot_at(0);
        let mut seconds = 0.0;
        let mut segment = 0;
        self.times.push(0);
        for piece in link.pieces {
            let ground = &graph.grounds()[piece.ground()];
            let turned = piece.is_against() != backward;
            let sign = if turned { -1.0 } else { 1.0 };
            let stride = Stride {
                length: Meters(0.0),
                class: &graph.class_names()[piece.class()],
                ground,
                grade: ground.incline().map(|incline| incline * sign),
                relief: None,
                rise: match ground.rise() {
                    Some(rise) => Some(if turned { rise.flipped() } else { rise }),
                    None => {
                        heights.and_then(|heights| rise_of(heights.between(segment, piece.last_point())?, backward))
                    }
                },
                start: Spot::default(),
                end: Spot::default(),
                share: None,
                backward,
            };
            let is_closed = |spot: Spot, point: usize| {
                let is_node = point == 0 || point == link.points.len() - 1;
                !spot.is_nothing() && !model.passes(Passing { spot, ground, is_node })
            };
            if segment == 0 && is_closed(before, 0) {
                self.closed.push(2 * first);
            }
            while segment < piece.last_point() {
                let length = Meters(f64::from(link.along_mm[segment + 1] - link.along_mm[segment]) / 1e3);
                let after = spot_at(segment + 1);
                let [start, end] = if backward { [after, before] } else { [before, after] };
                let share = piece.whole().map(|whole| length.0 / whole.0);
                let climb = heights.and_then(|heights| heights.between(segment, segment + 1));
                let relief = climb
                    .filter(|_| length.0 > 0.0)
                    .map(|Meters(climb)| if backward { -climb / length.0 } else { climb / length.0 });
                match model.seconds(Stride { length, relief, start, end, share, ..stride }) {
                    Some(step) if step.is_finite() && step >= 0.0 => seconds += step,
                    _ => self.closed.push(2 * (first + segment as u64) + 1),
                }
                self.times.push(Ticks::from_seconds(seconds).get());
                segment += 1;
                if is_closed(after, segment) {
                    self.closed.push(2 * (first + segment as u64));
                }
                before = after;
            }
        }
    }
}
