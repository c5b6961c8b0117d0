//! From walkable ways to junctions and the chains of street between them.
//!
//! Comes in: a [`RawNetwork`]. Goes out: a [`WalkGraph`]. A node where just two segments meet, walked in the same
//! directions, is no junction: it becomes an inner point of a link. Closed loops without any junction keep one node.
//! Not here: reading OSM, times, and writing chains into the graph's columns (`freeze`).
//!
//! Streets where a walk may only start or end are laid down twice, as a copy for leaving and one for arriving. The copy for
//! leaving leads out to the public network and never in from it, the copy for arriving leads in and never out, and the two
//! do not meet. So no walk passes, whatever search runs on the graph, and everybody can leave home and come back.
//!
//! What is looked at is not each segment but each run of a way to where another one meets it; most nodes are inner points of
//! a run and are seen again only when its geometry is written. All lists are flat: the runs along a chain follow each other
//! in one list, the runs at a node in another.

use super::hilbert::HilbertCurve;
use super::{GraphDefect, LinkKind, WalkGraph};
use crate::osm::{Directions, Passage, RawNetwork};
use crate::position::Position;

/// Which nodes of the streets become nodes of the graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Contraction {
    /// Junctions and dead ends only; what lies between is geometry.
    #[default]
    Junctions,
    /// Every node of every way: larger and slower, for comparing with.
    None,
}

/// A run of one way between two nodes where ways begin, end or meet; nothing branches off between them.
#[derive(Clone, Copy)]
pub(super) struct Run {
    ends: [u32; 2],
    /// Its way: a position in the network's ways.
    pub(super) way: u32,
    /// The place of its first node among the nodes of the way.
    first: u32,
    /// How many segments it has.
    pub(super) segments: u32,
    directions: Directions,
    pub(super) kind: LinkKind,
}

/// A run as met from one of its ends: its number, and in the lowest bit whether it is met at its last node, so that leaving
/// through it runs against it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Side(u32);

impl Side {
    fn new(run: u32, at_end: bool) -> Self {
        Self(run << 1 | u32::from(at_end))
    }

    pub(super) fn run(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub(super) fn at_end(self) -> bool {
        self.0 & 1 != 0
    }

    /// The same run met from its other end.
    fn turned(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The same side of the run after it: the two copies of a private run stand side by side.
    pub(super) fn of_next_run(self) -> Self {
        Self(self.0 + 2)
    }
}

/// Links before they have their final numbers: the sides along each, one chain after the other.
pub(super) struct Chains {
    sides: Vec<Side>,
    /// The sides of chain `c` are `sides[first[c]..first[c + 1]]`.
    first: Vec<u32>,
}

impl Chains {
    pub(super) fn len(&self) -> usize {
        self.first.len() - 1
    }

    pub(super) fn sides(&self, chain: usize) -> &[Side] {
        &self.sides[self.first[chain] as usize..self.first[chain + 1] as usize]
    }

    fn reverse(&mut self, chain: usize) {
        let sides = &mut self.sides[self.first[chain] as usize..self.first[chain + 1] as usize];
        sides.reverse();
        for side in sides {
            *side = side.turned();
        }
    }
}

impl WalkGraph {
    /// Finds the junctions of a network and freezes it.
    ///
    /// # Errors
    /// When the network is larger than the graph's numbers can hold.
    pub fn from_network(network: &RawNetwork) -> Result<Self, GraphDefect> {
        Self::from_network_with(network, Contraction::Junctions)
    }

    /// As [`WalkGraph::from_network`], with a choice of what becomes a node.
    ///
    /// # Errors
    /// When the network is larger than the graph's numbers can hold.
    pub fn from_network_with(network: &RawNetwork, contraction: Contraction) -> Result<Self, GraphDefect> {
        // A side spends one bit on its end, and private runs are there twice.
        if network.segment_count() >= 1 << 30 {
            return Err(GraphDefect::TooLarge { what: "segments", count: network.segment_count() });
        }
        let builder = Builder::new(network, contraction);
        let mut chains = builder.chains(contraction);
        for chain in 0..chains.len() {
            if builder.runs_backward(chains.sides(chain)) {
                chains.reverse(chain);
            }
        }
        let nodes = builder.node_order(&chains);
        let order = builder.chain_order(&chains, &nodes);
        let mut graph = builder.freeze(&chains, &order, &nodes)?;
        graph.label_components();
        Ok(graph)
    }
}

/// The nodes that end a link, in their final order, and the final number of each node; `u32::MAX` for inner points.
pub(super) struct NodeOrder {
    pub(super) nodes: Vec<u32>,
    pub(super) number: Vec<u32>,
}

pub(super) struct Builder<'n> {
    pub(super) network: &'n RawNetwork,
    uses: Vec<Uses>,
    /// The nodes of the network of which there is a copy for arriving; the copies are numbered on from the network's.
    copied: Vec<u32>,
    pub(super) runs: Vec<Run>,
    /// The sides at node `v` are `sides[first_side[v]..first_side[v + 1]]`.
    first_side: Vec<u32>,
    sides: Vec<Side>,
}

/// How a node of the network is used: how many times ways come by, their ends counted twice, up to 3; and by whom.
///
/// A byte a node, so that the first look at all ways stays in the cache.
#[derive(Clone, Copy, Default)]
struct Uses(u8);

impl Uses {
    const PUBLIC: u8 = 4;
    const PRIVATE: u8 = 8;

    fn add(&mut self, times: u8, by: u8) {
        self.0 = (self.0 & 3).saturating_add(times).min(3) | (self.0 & !3) | by;
    }

    /// Just one way comes by, and goes on.
    fn is_inner(self) -> bool {
        self.0 & 3 == 1
    }

    fn is_public(self) -> bool {
        self.0 & Self::PUBLIC != 0
    }

    fn is_private_only(self) -> bool {
        self.0 & (Self::PUBLIC | Self::PRIVATE) == Self::PRIVATE
    }
}

impl<'n> Builder<'n> {
    fn new(network: &'n RawNetwork, contraction: Contraction) -> Self {
        let mut builder = Self {
            network,
            uses: uses_of_nodes(network, contraction),
            copied: Vec::new(),
            runs: Vec::with_capacity(network.ways().len() * 2),
            first_side: Vec::new(),
            sides: Vec::new(),
        };
        let nodes = 0..builder.uses.len() as u32;
        let copied = nodes.filter(|&v| builder.uses[v as usize].is_private_only() && !builder.is_inner(v));
        builder.copied = copied.collect();
        for (way, number) in network.ways().iter().zip(0..) {
            let nodes = network.nodes_of(way);
            let mut first = 0;
            for last in 1..nodes.len() {
                if builder.is_inner(nodes[last]) {
                    continue;
                }
                let ends = [nodes[first], nodes[last]];
                let (at, segments) = (first as u32, (last - first) as u32);
                let run = |ends, kind| Run { ends, way: number, first: at, segments, directions: way.directions, kind };
                if way.passage == Passage::Through {
                    builder.runs.push(run(ends, LinkKind::Public));
                } else {
                    // The two copies of a run stand side by side; that is how their links find each other.
                    let arriving = run(ends.map(|v| builder.copy_for_arriving(v)), LinkKind::Arriving);
                    builder.runs.extend([run(ends, LinkKind::Leaving), arriving]);
                }
                first = last;
            }
        }
        builder.list_sides();
        builder
    }

    /// How many nodes there are, copies included.
    fn node_count(&self) -> usize {
        self.uses.len() + self.copied.len()
    }

    fn is_inner(&self, node: u32) -> bool {
        self.uses[node as usize].is_inner()
    }

    /// The copy for arriving of a node that is on private streets only; a public one itself.
    pub(super) fn copy_for_arriving(&self, node: u32) -> u32 {
        self.copied.binary_search(&node).map_or(node, |place| (self.uses.len() + place) as u32)
    }

    /// The node of the network that a node is, or is the copy for arriving of.
    pub(super) fn original(&self, node: u32) -> u32 {
        (node as usize).checked_sub(self.uses.len()).map_or(node, |copy| self.copied[copy])
    }

    /// Whether a node is on the public network.
    pub(super) fn is_public(&self, node: u32) -> bool {
        self.uses.get(node as usize).is_some_and(|uses| uses.is_public())
    }

    fn list_sides(&mut self) {
        // Counted one place further on, so that filling in moves each count to where its node's sides begin.
        let mut next = vec![0u32; self.node_count() + 2];
        for run in &self.runs {
            for end in run.ends {
                next[end as usize + 2] += 1;
            }
        }
        for v in 2..next.len() {
            next[v] += next[v - 1];
        }
        self.sides = vec![Side::default(); 2 * self.runs.len()];
        for (run, number) in self.runs.iter().zip(0..) {
            for (end, at_end) in run.ends.into_iter().zip([false, true]) {
                let place = &mut next[end as usize + 1];
                self.sides[*place as usize] = Side::new(number, at_end);
                *place += 1;
            }
        }
        next.pop();
        self.first_side = next;
    }

    /// The nodes of the network along a side, from the one where it is met.
    pub(super) fn nodes_along(&self, side: Side) -> impl Iterator<Item = u32> + '_ {
        let run = &self.runs[side.run()];
        let of_way = self.network.nodes_of(&self.network.ways()[run.way as usize]);
        let nodes = &of_way[run.first as usize..=(run.first + run.segments) as usize];
        let last = nodes.len() - 1;
        (0..nodes.len()).map(move |at| nodes[if side.at_end() { last - at } else { at }])
    }

    pub(super) fn at(&self, node: u32) -> Position {
        self.network.positions()[self.original(node) as usize]
    }

    /// Whether a chain should be turned round: links run from the lower node of the network to the higher, and loops by
    /// their runs, so that the two copies of a private street run alike.
    fn runs_backward(&self, chain: &[Side]) -> bool {
        let [first, last] = self.ends(chain).map(|v| self.original(v));
        let [begins, ends] = [chain[0], chain[chain.len() - 1]];
        match first.cmp(&last) {
            std::cmp::Ordering::Equal if begins.run() == ends.run() => begins.at_end(),
            std::cmp::Ordering::Equal => begins.run() > ends.run(),
            order => order.is_gt(),
        }
    }

    /// The first and the last node of a chain.
    pub(super) fn ends(&self, chain: &[Side]) -> [u32; 2] {
        [self.near_node(chain[0]), self.far_node(chain[chain.len() - 1])]
    }

    fn sides_at(&self, node: u32) -> &[Side] {
        &self.sides[self.first_side[node as usize] as usize..self.first_side[node as usize + 1] as usize]
    }

    /// The directions in which a run is walked, forward being away from the side's node.
    pub(super) fn directions_away(&self, side: Side) -> Directions {
        let directions = self.runs[side.run()].directions;
        if side.at_end() { directions.flipped() } else { directions }
    }

    fn near_node(&self, side: Side) -> u32 {
        self.runs[side.run()].ends[usize::from(side.at_end())]
    }

    pub(super) fn far_node(&self, side: Side) -> u32 {
        self.near_node(side.turned())
    }

    /// Where to go on at a node that is no junction, having come to it along `from` (met from its other node).
    fn onward(&self, node: u32, from: Side) -> Option<Side> {
        let &[one, other] = self.sides_at(node) else { return None };
        if one.run() == other.run() {
            return None;
        }
        let (back, on) = if one.run() == from.run() { (one, other) } else { (other, one) };
        (self.directions_away(back).flipped() == self.directions_away(on)).then_some(on)
    }

    fn is_junction(&self, node: u32) -> bool {
        match self.sides_at(node) {
            [] => false,
            [side, _] => self.onward(node, *side).is_none(),
            _ => true,
        }
    }

    /// All links: first those between junctions, then loops that have none.
    fn chains(&self, contraction: Contraction) -> Chains {
        let mut kept = vec![contraction == Contraction::None; self.node_count()];
        if contraction == Contraction::Junctions {
            for node in 0..self.node_count() as u32 {
                kept[node as usize] = self.is_junction(node);
            }
        }
        let mut taken = vec![false; self.runs.len()];
        let mut chains = Chains { sides: Vec::with_capacity(self.runs.len()), first: vec![0] };
        for node in (0..self.node_count() as u32).filter(|&v| kept[v as usize]) {
            for &side in self.sides_at(node) {
                if !taken[side.run()] {
                    self.follow(side, &kept, &mut taken, &mut chains);
                }
            }
        }
        for run in 0..self.runs.len() as u32 {
            if !taken[run as usize] {
                self.follow(Side::new(run, false), &kept, &mut taken, &mut chains);
            }
        }
        chains
    }

    /// Adds the chain that begins with a side: on to the next node that is kept, or round to where it began.
    fn follow(&self, first: Side, kept: &[bool], taken: &mut [bool], chains: &mut Chains) {
        let start = self.near_node(first);
        let mut next = Some(first);
        while let Some(side) = next {
            taken[side.run()] = true;
            chains.sides.push(side);
            let node = self.far_node(side);
            next = if kept[node as usize] || node == start { None } else { self.onward(node, side) };
        }
        chains.first.push(chains.sides.len() as u32);
    }

    /// Puts the nodes that end a link along a Hilbert curve.
    fn node_order(&self, chains: &Chains) -> NodeOrder {
        let mut is_end = vec![false; self.node_count()];
        for chain in 0..chains.len() {
            for node in self.ends(chains.sides(chain)) {
                is_end[node as usize] = true;
            }
        }
        let curve = HilbertCurve::over(self.network.positions());
        let ends = (0..self.node_count() as u32).filter(|&v| is_end[v as usize]);
        let mut places: Vec<(u32, u32)> = ends.map(|v| (curve.place(self.at(v)), v)).collect();
        places.sort_unstable();
        let nodes: Vec<u32> = places.into_iter().map(|(_, node)| node).collect();
        let mut number = vec![u32::MAX; self.node_count()];
        for (&node, place) in nodes.iter().zip(0..) {
            number[node as usize] = place;
        }
        NodeOrder { nodes, number }
    }

    /// The chains by the final numbers of their ends; parallel ones as they were found.
    fn chain_order(&self, chains: &Chains, nodes: &NodeOrder) -> Vec<u32> {
        let key = |chain: u32| {
            let [tail, head] = self.ends(chains.sides(chain as usize)).map(|v| nodes.number[v as usize]);
            (tail, head, chain)
        };
        let mut keys: Vec<(u32, u32, u32)> = (0..chains.len() as u32).map(key).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(_, _, chain)| chain).collect()
    }
}

/// One look at all ways: which nodes are inner points, and who comes by.
fn uses_of_nodes(network: &RawNetwork, contraction: Contraction) -> Vec<Uses> {
    let mut uses = vec![Uses::default(); network.positions().len()];
    for way in network.ways() {
        let by = if way.passage == Passage::Through { Uses::PUBLIC } else { Uses::PRIVATE };
        let nodes = network.nodes_of(way);
        let each = if contraction == Contraction::None { 2 } else { 1 };
        for &node in nodes {
            uses[node as usize].add(each, by);
        }
        for end in [nodes[0], nodes[nodes.len() - 1]] {
            uses[end as usize].add(1, by);
        }
    }
    uses
}
