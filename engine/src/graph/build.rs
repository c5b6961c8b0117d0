//! From walkable ways to the frozen graph.
//!
//! Comes in: a [`RawNetwork`]. Goes out: a [`WalkGraph`]. A node where just two segments meet, walked in the same
//! directions, is no junction: it becomes an inner point of a link. Closed loops without any junction keep one node.
//! Not here: reading OSM, and times.

use super::hilbert::HilbertCurve;
use super::{GraphAbout, GraphDefect, Piece, Traversal, WalkGraph};
use crate::ids::OsmWayId;
use crate::osm::{ClassId, Directions, RawNetwork};
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

/// A straight piece of street between two nodes of the raw network.
#[derive(Clone, Copy)]
struct Segment {
    ends: [u32; 2],
    directions: Directions,
    way: OsmWayId,
    class: ClassId,
}

/// A segment as met from one of its ends.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Side {
    segment: u32,
    /// Met at its second node, so that leaving through it runs against it.
    at_end: bool,
}

/// A link before it has its final number: the nodes and the segments along it.
struct Chain {
    nodes: Vec<u32>,
    sides: Vec<Side>,
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
        let builder = Builder::new(network);
        let mut chains = builder.chains(contraction);
        let order = builder.node_order(&chains);
        for chain in &mut chains {
            if order[chain.nodes[0] as usize] > order[chain.nodes[chain.nodes.len() - 1] as usize] {
                chain.reverse();
            }
        }
        chains.sort_by_key(|c| (order[c.nodes[0] as usize], order[c.nodes[c.nodes.len() - 1] as usize]));
        let mut graph = builder.freeze(&chains, &order)?;
        graph.label_components();
        Ok(graph)
    }
}

impl Chain {
    fn reverse(&mut self) {
        self.nodes.reverse();
        self.sides.reverse();
        for side in &mut self.sides {
            side.at_end = !side.at_end;
        }
    }
}

struct Builder<'n> {
    network: &'n RawNetwork,
    segments: Vec<Segment>,
    /// The sides at node `v` are `sides[first_side[v]..first_side[v + 1]]`.
    first_side: Vec<u32>,
    sides: Vec<Side>,
}

impl<'n> Builder<'n> {
    fn new(network: &'n RawNetwork) -> Self {
        let mut segments = Vec::with_capacity(network.segment_count());
        for way in network.ways() {
            segments.extend(network.nodes_of(way).windows(2).map(|pair| Segment {
                ends: [pair[0], pair[1]],
                directions: way.directions,
                way: way.id,
                class: way.class,
            }));
        }
        let mut first_side = vec![0u32; network.positions().len() + 1];
        for segment in &segments {
            for end in segment.ends {
                first_side[end as usize + 1] += 1;
            }
        }
        for v in 1..first_side.len() {
            first_side[v] += first_side[v - 1];
        }
        let mut next = first_side.clone();
        let mut sides = vec![Side { segment: 0, at_end: false }; 2 * segments.len()];
        for (number, segment) in segments.iter().enumerate() {
            for (end, at_end) in segment.ends.into_iter().zip([false, true]) {
                sides[next[end as usize] as usize] = Side { segment: number as u32, at_end };
                next[end as usize] += 1;
            }
        }
        Self { network, segments, first_side, sides }
    }

    fn sides_at(&self, node: u32) -> &[Side] {
        &self.sides[self.first_side[node as usize] as usize..self.first_side[node as usize + 1] as usize]
    }

    /// The directions in which a segment is walked, forward being away from the side's node.
    fn directions_away(&self, side: Side) -> Directions {
        let directions = self.segments[side.segment as usize].directions;
        if side.at_end { directions.flipped() } else { directions }
    }

    fn far_node(&self, side: Side) -> u32 {
        self.segments[side.segment as usize].ends[usize::from(!side.at_end)]
    }

    /// Where to go on at a node that is no junction, having come to it along `from` (met from its other node).
    fn onward(&self, node: u32, from: Side) -> Option<Side> {
        let &[one, other] = self.sides_at(node) else { return None };
        if one.segment == other.segment {
            return None;
        }
        let (back, on) = if one.segment == from.segment { (one, other) } else { (other, one) };
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
    fn chains(&self, contraction: Contraction) -> Vec<Chain> {
        let count = self.network.positions().len() as u32;
        let kept: Vec<bool> = match contraction {
            Contraction::None => vec![true; count as usize],
            Contraction::Junctions => (0..count).map(|v| self.is_junction(v)).collect(),
        };
        let mut taken = vec![false; self.segments.len()];
        let mut chains = Vec::new();
        for node in (0..count).filter(|&v| kept[v as usize]) {
            for &side in self.sides_at(node) {
                if !taken[side.segment as usize] {
                    chains.push(self.chain_from(node, side, &kept, &mut taken));
                }
            }
        }
        for segment in 0..self.segments.len() as u32 {
            if !taken[segment as usize] {
                let anchor = self.segments[segment as usize].ends[0];
                chains.push(self.chain_from(anchor, Side { segment, at_end: false }, &kept, &mut taken));
            }
        }
        chains
    }

    fn chain_from(&self, start: u32, first: Side, kept: &[bool], taken: &mut [bool]) -> Chain {
        let mut chain = Chain { nodes: vec![start], sides: Vec::new() };
        let mut side = first;
        loop {
            taken[side.segment as usize] = true;
            chain.sides.push(side);
            let node = self.far_node(side);
            chain.nodes.push(node);
            if kept[node as usize] || node == start {
                return chain;
            }
            match self.onward(node, side) {
                Some(on) => side = on,
                None => return chain,
            }
        }
    }

    /// The number of each raw node that ends a link, along a Hilbert curve; `u32::MAX` for the others.
    fn node_order(&self, chains: &[Chain]) -> Vec<u32> {
        let positions = self.network.positions();
        let mut ends: Vec<u32> = chains.iter().flat_map(|c| [c.nodes[0], c.nodes[c.nodes.len() - 1]]).collect();
        ends.sort_unstable();
        ends.dedup();
        let curve = HilbertCurve::over(positions);
        ends.sort_by_cached_key(|&v| (curve.place(positions[v as usize]), v));
        let mut order = vec![u32::MAX; positions.len()];
        for (number, &node) in ends.iter().enumerate() {
            order[node as usize] = number as u32;
        }
        order
    }

    fn freeze(&self, chains: &[Chain], order: &[u32]) -> Result<WalkGraph, GraphDefect> {
        // A traversal spends one bit on the direction.
        if chains.len() >= 1 << 31 {
            return Err(GraphDefect::TooLarge { what: "links", count: chains.len() });
        }
        let node_count = order.iter().filter(|&&o| o != u32::MAX).count();
        let mut graph = WalkGraph {
            about: GraphAbout::default(),
            class_names: self.network.class_names().to_vec(),
            first_out: Vec::new(),
            first_in: Vec::new(),
            node_at: vec![Position::default(); node_count],
            node_osm: vec![0; node_count],
            node_component: Vec::new(),
            head: Vec::new(),
            traversal: Vec::new(),
            in_edge: Vec::new(),
            link_tail: Vec::with_capacity(chains.len()),
            link_head: Vec::with_capacity(chains.len()),
            link_directions: Vec::with_capacity(chains.len()),
            link_first_point: vec![0],
            link_first_piece: vec![0],
            point_at: Vec::new(),
            point_along_mm: Vec::new(),
            pieces: Vec::new(),
            components: Vec::new(),
        };
        for (raw, &node) in order.iter().enumerate().filter(|(_, node)| **node != u32::MAX) {
            graph.node_at[node as usize] = self.network.positions()[raw];
            graph.node_osm[node as usize] = self.network.osm_nodes()[raw].0;
        }
        for chain in chains {
            graph.link_tail.push(order[chain.nodes[0] as usize]);
            graph.link_head.push(order[chain.nodes[chain.nodes.len() - 1] as usize]);
            graph.link_directions.push(self.directions_away(chain.sides[0]).bits());
            self.push_geometry(chain, &mut graph)?;
        }
        graph.list_edges();
        Ok(graph)
    }

    fn push_geometry(&self, chain: &Chain, graph: &mut WalkGraph) -> Result<(), GraphDefect> {
        let positions = self.network.positions();
        let mut along = 0.0;
        let mut last: Option<Position> = None;
        for &node in &chain.nodes {
            let at = positions[node as usize];
            along += last.map_or(0.0, |before| before.distance_to(at).0);
            last = Some(at);
            // Rounded from the whole way along, not from segment to segment, so that errors do not add up.
            let millimetres = (along * 1e3).round();
            if millimetres > f64::from(u32::MAX / 2) {
                return Err(GraphDefect::LinkTooLong { way: self.segments[chain.sides[0].segment as usize].way });
            }
            graph.point_at.push(at);
            graph.point_along_mm.push(millimetres as u32);
        }
        let first_piece = graph.pieces.len();
        for (number, side) in chain.sides.iter().enumerate() {
            let segment = self.segments[side.segment as usize];
            let class = u32::from(segment.class.0);
            let last_point = number as u32 + 1;
            match graph.pieces[first_piece..].last_mut() {
                Some(piece) if piece.way == segment.way.0 && piece.class == class => piece.last_point = last_point,
                _ => graph.pieces.push(Piece { way: segment.way.0, last_point, class }),
            }
        }
        if graph.point_at.len() > u32::MAX as usize {
            return Err(GraphDefect::TooLarge { what: "points", count: graph.point_at.len() });
        }
        graph.link_first_point.push(graph.point_at.len() as u32);
        graph.link_first_piece.push(graph.pieces.len() as u32);
        Ok(())
    }
}

impl WalkGraph {
    /// Lists the directed edges of all links by their tail and by their head.
    pub(super) fn list_edges(&mut self) {
        let mut arcs: Vec<(u32, u32, Traversal)> = Vec::with_capacity(2 * self.link_count());
        for link in self.links() {
            let view = self.link(link);
            let (tail, head) = (view.tail.get(), view.head.get());
            if view.directions.forward() {
                arcs.push((tail, head, Traversal::new(link, false)));
            }
            if view.directions.backward() {
                arcs.push((head, tail, Traversal::new(link, true)));
            }
        }
        arcs.sort_by_key(|&(tail, head, traversal)| (tail, head, traversal.0));
        self.first_out = firsts(self.node_count(), arcs.iter().map(|a| a.0));
        self.first_in = firsts(self.node_count(), arcs.iter().map(|a| a.1));
        self.head = arcs.iter().map(|a| a.1).collect();
        self.traversal = arcs.iter().map(|a| a.2).collect();
        let mut next = self.first_in.clone();
        self.in_edge = vec![0; arcs.len()];
        for (edge, &(_, head, _)) in arcs.iter().enumerate() {
            self.in_edge[next[head as usize] as usize] = edge as u32;
            next[head as usize] += 1;
        }
    }
}

/// Where the entries of each node begin in a list sorted by node: `count + 1` numbers.
fn firsts(count: usize, nodes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut firsts = vec![0u32; count + 1];
    for node in nodes {
        firsts[node as usize + 1] += 1;
    }
    for v in 1..firsts.len() {
        firsts[v] += firsts[v - 1];
    }
    firsts
}
