//! The walkable ways in and around one compound: where they cross its border, through which gates, how long they are.
//!
//! Comes in: an outline, and the pieces of street near it. Goes out: a [`Survey`]. Not here: what it makes of the outline
//! (`compounds`).
//!
//! What lies within the outline's reach of the border counts as on it, since outlines and gates are drawn to a few metres.
//! A way in is found from inside: wherever a way comes out of the deep of the area onto the border, walks are followed
//! outward. Those that meet a gate end there. One that comes out, or goes on for as long as the border is wide along it or
//! outside it, has found an open entrance. A way that simply ends at the wall finds none.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rustc_hash::{FxHashMap, FxHashSet};

use super::compound_outline::{Outline, distance};
use super::network::{Passage, RawNetwork};
use super::reasons::Because;
use crate::ids::{OsmNodeId, OsmWayId};
use crate::position::{LonLat, Position};

/// Streets are cut into pieces of this length near the border.
const STEP_M: f64 = 1.0;
/// A gate this near to the border is the compound's, even where no way is mapped behind it.
const ON_BORDER_M: f64 = 3.0;
/// Nearer to the border than this, a street runs along it and not inside.
const ALONG_M: f64 = 0.5;
/// How many times the border's width a walk is followed from inside to a gate or out.
const FOLLOWED: f64 = 5.0;

/// A way that crosses the border without a gate.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenWay {
    pub(super) at: LonLat,
    pub(super) way: OsmWayId,
    pub(super) passage: Passage,
}

/// What was found in and around an outline. Lengths in metres.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    /// The gates on its border.
    pub(super) gates: BTreeSet<OsmNodeId>,
    pub(super) open: Vec<OpenWay>,
    pub(super) interior_m: f64,
    /// Of these, farther inside than the border is wide.
    pub(super) deep_m: f64,
    pub(super) private_m: f64,
    pub(super) behind_gates_m: f64,
    /// Streets of the city deep inside.
    pub(super) city_m: f64,
}

/// Walks the ways near an outline. `pieces` are stretches of the network with the place of a node in each: the piece from
/// there to the next.
pub(super) fn survey(
    outline: &Outline,
    network: &RawNetwork,
    pieces: &[(u32, u32)],
    gates: &FxHashSet<OsmNodeId>,
    city_streets: &[bool],
) -> Survey {
    let local = Local::new(outline, network, pieces, gates);
    let mut survey = Survey::default();
    local.measure(network, city_streets, &mut survey);
    for (node, gate) in local.gates.iter().zip(0u32..).filter_map(|(gate, node)| Some((node, (*gate)?))) {
        if local.depth[node as usize].abs() <= ON_BORDER_M {
            survey.gates.insert(gate);
        }
    }
    let mut open: BTreeMap<u32, u32> = BTreeMap::new();
    for piece in &local.pieces {
        let [one, other] = piece.ends.map(|node| local.is_deep(node));
        if one == other {
            continue;
        }
        let (met, out) = local.way_out(if one { piece.ends[1] } else { piece.ends[0] });
        survey.gates.extend(met);
        if let Some(out) = out {
            open.entry(out).or_insert(piece.way);
        }
    }
    survey.open = open
        .into_iter()
        .map(|(node, way)| {
            let way = &network.ways()[way as usize];
            // What a private gate elsewhere makes of a path is not the path's own word.
            let passage = if way.because == Because::BehindGate { Passage::Through } else { way.passage };
            OpenWay { at: outline.unproject(local.at[node as usize]), way: way.id, passage }
        })
        .collect();
    survey.open.sort_by_key(|open| {
        let Position { lon_e7, lat_e7 } = open.at.into();
        (open.way, lon_e7, lat_e7)
    });
    survey
}

struct Piece {
    ends: [u32; 2],
    length: f64,
    /// The stretch of the network.
    way: u32,
}

/// The ways near an outline as a small graph, cut finely near the border.
struct Local {
    reach: f64,
    at: Vec<[f64; 2]>,
    depth: Vec<f64>,
    gates: Vec<Option<OsmNodeId>>,
    pieces: Vec<Piece>,
    /// For each node its pieces.
    around: Vec<Vec<u32>>,
}

impl Local {
    fn new(outline: &Outline, network: &RawNetwork, pieces: &[(u32, u32)], gates: &FxHashSet<OsmNodeId>) -> Self {
        let mut local = Self {
            reach: outline.reach_m,
            at: Vec::new(),
            depth: Vec::new(),
            gates: Vec::new(),
            pieces: Vec::new(),
            around: Vec::new(),
        };
        // The copies of a node that a gate has cut are one place again.
        let mut number: FxHashMap<OsmNodeId, u32> = FxHashMap::default();
        for &(way, place) in pieces {
            let nodes = &network.nodes_of(&network.ways()[way as usize])[place as usize..place as usize + 2];
            let ends = [nodes[0], nodes[1]].map(|node| {
                let osm = network.osm_nodes()[node as usize];
                *number.entry(osm).or_insert_with(|| {
                    let point = outline.project(network.positions()[node as usize]);
                    local.add(outline, point, gates.contains(&osm).then_some(osm))
                })
            });
            local.cut(outline, ends, way);
        }
        local
    }

    fn add(&mut self, outline: &Outline, point: [f64; 2], gate: Option<OsmNodeId>) -> u32 {
        self.at.push(point);
        self.depth.push(outline.depth(point));
        self.gates.push(gate);
        self.around.push(Vec::new());
        self.at.len() as u32 - 1
    }

    /// Adds a piece of street, in halves and halves again as long as the border may pass through it.
    fn cut(&mut self, outline: &Outline, ends: [u32; 2], way: u32) {
        let mut waiting = vec![ends];
        while let Some([a, b]) = waiting.pop() {
            let length = distance(self.at[a as usize], self.at[b as usize]);
            let (one, other) = (self.depth[a as usize], self.depth[b as usize]);
            // Along a street the depth changes by no more than one walks.
            let is_clear = one * other > 0.0 && (one.abs() + other.abs() - length) / 2.0 > self.reach;
            if length <= STEP_M || is_clear {
                for end in [a, b] {
                    self.around[end as usize].push(self.pieces.len() as u32);
                }
                self.pieces.push(Piece { ends: [a, b], length, way });
            } else {
                let (from, to) = (self.at[a as usize], self.at[b as usize]);
                let middle = self.add(outline, [0, 1].map(|i| f64::midpoint(from[i], to[i])), None);
                waiting.extend([[a, middle], [middle, b]]);
            }
        }
    }

    fn is_deep(&self, node: u32) -> bool {
        self.depth[node as usize] >= self.reach
    }

    fn measure(&self, network: &RawNetwork, city_streets: &[bool], survey: &mut Survey) {
        for piece in &self.pieces {
            let way = &network.ways()[piece.way as usize];
            let [one, other] = piece.ends.map(|node| self.depth[node as usize] - ALONG_M);
            // Within a piece the depth changes evenly, to a centimetre or two.
            let share = match (one > 0.0, other > 0.0) {
                (true, true) => 1.0,
                (false, false) => 0.0,
                _ => one.max(other) / (one - other).abs(),
            };
            let inside = share * piece.length;
            survey.interior_m += inside;
            let is_deep = piece.ends.iter().all(|&node| self.is_deep(node));
            if is_deep {
                survey.deep_m += piece.length;
            }
            match (way.passage, way.because) {
                (Passage::Through, _) => {}
                (Passage::EndsOnly, Because::BehindGate) => survey.behind_gates_m += inside,
                (Passage::EndsOnly, _) => survey.private_m += inside,
            }
            let is_city = city_streets[usize::from(way.class.0)] && way.passage == Passage::Through;
            if is_city && is_deep {
                survey.city_m += piece.length;
            }
        }
    }

    /// Follows walks from a node on the border outward: the gates that they meet, and where one comes out.
    fn way_out(&self, start: u32) -> (Vec<OsmNodeId>, Option<u32>) {
        let (mut gates, mut out) = (Vec::new(), None);
        let mut settled: FxHashSet<u32> = FxHashSet::default();
        // By length in millimetres: a node, how far the walk has been along the border or outside, and where that began.
        let mut waiting = BinaryHeap::from([Reverse((0u64, start, 0u64, u32::MAX))]);
        let mm = |metres: f64| (metres * 1e3).round() as u64;
        while let Some(Reverse((length, node, outside, left))) = waiting.pop() {
            if !settled.insert(node) {
                continue;
            }
            if let Some(gate) = self.gates[node as usize] {
                gates.push(gate);
                continue;
            }
            if self.depth[node as usize] <= -self.reach || outside >= mm(self.reach) {
                out = out.or(Some(if left == u32::MAX { node } else { left }));
                continue;
            }
            for piece in self.around[node as usize].iter().map(|&piece| &self.pieces[piece as usize]) {
                let next = if piece.ends[0] == node { piece.ends[1] } else { piece.ends[0] };
                let there = length + mm(piece.length);
                if self.is_deep(next) || there > mm(FOLLOWED * self.reach) {
                    continue;
                }
                let (outside, left) = if self.depth[next as usize] > ALONG_M {
                    (0, u32::MAX)
                } else {
                    (outside + mm(piece.length), if left == u32::MAX { next } else { left })
                };
                waiting.push(Reverse((there, next, outside, left)));
            }
        }
        (gates, out)
    }
}
