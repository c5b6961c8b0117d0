//! One column of times for a model: [`EdgeWeights`].
//!
//! Comes in: a graph and a model. Goes out: the time of each directed edge, and of any part of a link between two
//! positions on it. Not here: how long a stride takes (`model`).
//!
//! Times are rounded to ticks from the whole way along a link, not from point to point: the time to each point is the
//! nearest tick to its true time, so that the error of a link is at most half a tick (1/128 s) however many points it has.

use rayon::prelude::*;

use super::model::{CostModel, Stride};
use crate::graph::{LinkView, WalkGraph};
use crate::ids::{EdgeId, LinkId};
use crate::units::{Meters, MetersPerSecond, Ticks};

/// The walking times of one model on one graph.
///
/// 4 bytes for each directed edge and 4 (8 when uphill and downhill differ) for each point of the geometry.
#[derive(Clone, PartialEq, Debug)]
pub struct EdgeWeights {
    edge: Vec<u32>,
    /// For each point of the geometry, the time from its link's tail.
    forward: Vec<u32>,
    /// The same against the direction of the link: from the point to the tail. Empty when it is the same.
    backward: Vec<u32>,
    first_point: Vec<u32>,
    access_speed: MetersPerSecond,
    fingerprint: String,
}

impl EdgeWeights {
    /// The times of a model, in one pass over the graph on all cores.
    pub fn from_model(graph: &WalkGraph, model: &impl CostModel) -> Self {
        let forward = times_along(graph, model, false);
        let backward = if model.is_symmetric() { Vec::new() } else { times_along(graph, model, true) };
        let first_point: Vec<u32> =
            graph.links().map(|l| graph.first_point(l) as u32).chain([graph.point_count() as u32]).collect();
        let mut weights = Self {
            edge: Vec::new(),
            forward,
            backward,
            first_point,
            access_speed: model.access_speed(),
            fingerprint: model.fingerprint(),
        };
        weights.edge = graph
            .edges()
            .map(|edge| {
                let traversal = graph.traversal(edge);
                let last = weights.last_point(traversal.link());
                weights.column(traversal.is_backward())[last]
            })
            .collect();
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

    /// The time from a link's tail to a position on it, or with `backward` from the position to the tail. The position
    /// is `share` of the way from point `segment` to the next. Nothing where this walker cannot pass.
    pub(crate) fn time_at(&self, link: LinkId, segment: usize, share: f64, backward: bool) -> Option<Ticks> {
        let first = self.first_point[link.index()] as usize;
        let column = self.column(backward);
        if !Ticks::new(column[self.last_point(link)]).is_reached() {
            return None;
        }
        let [from, to] = [column[first + segment], column[first + segment + 1]];
        Some(Ticks::new(from + (f64::from(to - from) * share).round() as u32))
    }

    /// The time of a whole link in one direction, where this walker can pass.
    pub(crate) fn whole(&self, link: LinkId, backward: bool) -> Option<Ticks> {
        Ticks::new(self.column(backward)[self.last_point(link)]).reached()
    }

    fn last_point(&self, link: LinkId) -> usize {
        self.first_point[link.index() + 1] as usize - 1
    }

    fn column(&self, backward: bool) -> &[u32] {
        if backward && !self.backward.is_empty() { &self.backward } else { &self.forward }
    }
}

/// The time from its link's tail to each point, or from the point to the tail.
fn times_along(graph: &WalkGraph, model: &impl CostModel, backward: bool) -> Vec<u32> {
    // Links differ much in their number of points, so they are dealt out in parts of some thousand.
    let parts: Vec<Vec<u32>> = (0..graph.link_count() as u32)
        .into_par_iter()
        .chunks(4096)
        .map(|links| {
            let mut times = Vec::new();
            for link in links {
                times_of_link(graph, &graph.link(LinkId::new(link)), model, backward, &mut times);
            }
            times
        })
        .collect();
    parts.concat()
}

fn times_of_link(graph: &WalkGraph, link: &LinkView<'_>, model: &impl CostModel, backward: bool, out: &mut Vec<u32>) {
    let first = out.len();
    let mut seconds = 0.0;
    out.push(0);
    for (segment, along) in link.along_mm.windows(2).enumerate() {
        let length = Meters(f64::from(along[1] - along[0]) / 1e3);
        let class = &graph.class_names()[link.piece_of_segment(segment).class()];
        match model.seconds(Stride { length, class, backward }) {
            Some(step) if step.is_finite() && step >= 0.0 => seconds += step,
            _ => {
                // One step that cannot be taken closes the link.
                out.resize(first + link.points.len(), Ticks::UNREACHED.get());
                out[first + link.points.len() - 1] = Ticks::UNREACHED.get();
                return;
            }
        }
        out.push(Ticks::from_seconds(seconds).get());
    }
}
