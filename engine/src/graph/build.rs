//! From walkable ways to the frozen graph.
//!
//! Comes in: a [`RawNetwork`]. Goes out: a [`WalkGraph`]. A node where just two segments meet, walked in the same
//! directions, is no junction: it becomes an inner point of a link. Closed loops without any junction keep one node.
//! Not here: reading OSM, and times.
//!
//! Streets where a walk may only start or end are laid down twice, as a copy for leaving and one for arriving. The copy for
//! leaving leads out to the public network and never in from it, the copy for arriving leads in and never out, and the two
//! do not meet. So no walk passes, whatever search runs on the graph, and everybody can leave home and come back.

use rustc_hash::FxHashMap;

use super::hilbert::HilbertCurve;
use super::{GraphAbout, GraphDefect, LinkFlags, LinkKind, Piece, Traversal, WalkGraph};
use crate::ids::OsmWayId;
use crate::osm::{Because, ClassId, Directions, Passage, RawNetwork};
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
    because: Because,
    kind: LinkKind,
}

/// A segment as met from one of its ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
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
        for chain in &mut chains {
            if builder.runs_backward(chain) {
                chain.reverse();
            }
        }
        let order = builder.node_order(&chains);
        chains.sort_by_key(|c| (order[c.first() as usize], order[c.last() as usize]));
        let mut graph = builder.freeze(&chains, &order)?;
        graph.label_components();
        Ok(graph)
    }
}

impl Chain {
    fn first(&self) -> u32 {
        self.nodes[0]
    }

    fn last(&self) -> u32 {
        self.nodes[self.nodes.len() - 1]
    }

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
    /// The node of the network that each node is, or is the copy for arriving of.
    original: Vec<u32>,
    /// Whether a node is on the public network.
    is_public: Vec<bool>,
    segments: Vec<Segment>,
    /// The sides at node `v` are `sides[first_side[v]..first_side[v + 1]]`.
    first_side: Vec<u32>,
    sides: Vec<Side>,
}

impl<'n> Builder<'n> {
    fn new(network: &'n RawNetwork) -> Self {
        let mut builder = Self {
            network,
            original: (0..network.positions().len() as u32).collect(),
            is_public: vec![false; network.positions().len()],
            segments: Vec::with_capacity(network.segment_count()),
            first_side: Vec::new(),
            sides: Vec::new(),
        };
        for way in network.ways().iter().filter(|w| w.passage == Passage::Through) {
            for &node in network.nodes_of(way) {
                builder.is_public[node as usize] = true;
            }
        }
        let arriving = builder.copy_private_nodes();
        for way in network.ways() {
            for pair in network.nodes_of(way).windows(2) {
                let segment = |ends, kind| Segment {
                    ends,
                    directions: way.directions,
                    way: way.id,
                    class: way.class,
                    because: way.because,
                    kind,
                };
                let ends = [pair[0], pair[1]];
                if way.passage == Passage::Through {
                    builder.segments.push(segment(ends, LinkKind::Public));
                } else {
                    // The two copies of a segment stand side by side; that is how their links find each other.
                    builder.segments.push(segment(ends, LinkKind::Leaving));
                    builder.segments.push(segment(ends.map(|v| arriving[v as usize]), LinkKind::Arriving));
                }
            }
        }
        builder.list_sides();
        builder
    }

    /// Makes a copy for arriving of each node that is on private streets only; gives for each node its copy, or itself.
    fn copy_private_nodes(&mut self) -> Vec<u32> {
        let count = self.original.len() as u32;
        let mut arriving: Vec<u32> = (0..count).collect();
        let mut is_private = vec![false; count as usize];
        for way in self.network.ways().iter().filter(|w| w.passage == Passage::EndsOnly) {
            for &node in self.network.nodes_of(way) {
                is_private[node as usize] = !self.is_public[node as usize];
            }
        }
        for node in (0..count).filter(|&v| is_private[v as usize]) {
            arriving[node as usize] = self.original.len() as u32;
            self.original.push(node);
            self.is_public.push(false);
        }
        arriving
    }

    fn list_sides(&mut self) {
        let mut first_side = vec![0u32; self.original.len() + 1];
        for segment in &self.segments {
            for end in segment.ends {
                first_side[end as usize + 1] += 1;
            }
        }
        for v in 1..first_side.len() {
            first_side[v] += first_side[v - 1];
        }
        let mut next = first_side.clone();
        let mut sides = vec![Side { segment: 0, at_end: false }; 2 * self.segments.len()];
        for (number, segment) in self.segments.iter().enumerate() {
            for (end, at_end) in segment.ends.into_iter().zip([false, true]) {
                sides[next[end as usize] as usize] = Side { segment: number as u32, at_end };
                next[end as usize] += 1;
            }
        }
        (self.first_side, self.sides) = (first_side, sides);
    }

    fn at(&self, node: u32) -> Position {
        self.network.positions()[self.original[node as usize] as usize]
    }

    /// Whether a chain should be turned round: links run from the lower node of the network to the higher, and loops by
    /// their segments, so that the two copies of a private street run alike.
    fn runs_backward(&self, chain: &Chain) -> bool {
        let [first, last] = [chain.first(), chain.last()].map(|v| self.original[v as usize]);
        let segments = (chain.sides[0].segment, chain.sides[chain.sides.len() - 1].segment);
        match first.cmp(&last) {
            std::cmp::Ordering::Equal if segments.0 == segments.1 => chain.sides[0].at_end,
            std::cmp::Ordering::Equal => segments.0 > segments.1,
            order => order.is_gt(),
        }
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
        let count = self.original.len() as u32;
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

    /// The number of each node that ends a link, along a Hilbert curve; `u32::MAX` for the others.
    fn node_order(&self, chains: &[Chain]) -> Vec<u32> {
        let mut ends: Vec<u32> = chains.iter().flat_map(|c| [c.first(), c.last()]).collect();
        ends.sort_unstable();
        ends.dedup();
        let curve = HilbertCurve::over(self.network.positions());
        ends.sort_by_cached_key(|&v| (curve.place(self.at(v)), v));
        let mut order = vec![u32::MAX; self.original.len()];
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
            link_flags: Vec::with_capacity(chains.len()),
            link_first_point: vec![0],
            link_first_piece: vec![0],
            twins: self.twins(chains),
            point_at: Vec::new(),
            point_along_mm: Vec::new(),
            pieces: Vec::new(),
            components: Vec::new(),
        };
        for (node, &number) in order.iter().enumerate().filter(|(_, number)| **number != u32::MAX) {
            graph.node_at[number as usize] = self.at(node as u32);
            graph.node_osm[number as usize] = self.network.osm_nodes()[self.original[node] as usize].0;
        }
        for chain in chains {
            graph.link_tail.push(order[chain.first() as usize]);
            graph.link_head.push(order[chain.last() as usize]);
            graph.link_flags.push(self.flags_of(chain));
            self.push_geometry(chain, &mut graph)?;
        }
        graph.list_edges();
        Ok(graph)
    }

    /// In which directions a link is walked, whether walks may go all the way along it, and which copy it is.
    fn flags_of(&self, chain: &Chain) -> LinkFlags {
        let walked = self.directions_away(chain.sides[0]);
        let kind = self.segments[chain.sides[0].segment as usize].kind;
        let [tail, head] = [chain.first(), chain.last()].map(|v| self.is_public[v as usize]);
        let whole = match kind {
            LinkKind::Public => [walked.forward(), walked.backward()],
            // Nothing comes in from the public network where one leaves, and nothing goes out to it where one arrives.
            LinkKind::Leaving => [walked.forward() && !tail, walked.backward() && !head],
            LinkKind::Arriving => [walked.forward() && !head, walked.backward() && !tail],
        };
        LinkFlags::new(walked, whole, kind)
    }

    /// The two copies of each private street: the one for leaving, then the one for arriving, sorted.
    fn twins(&self, chains: &[Chain]) -> Vec<[u32; 2]> {
        let of_kind = |kind: LinkKind| {
            let numbered = chains.iter().zip(0u32..).map(|(c, number)| (c.sides[0], number));
            numbered.filter(move |(side, _)| self.segments[side.segment as usize].kind == kind)
        };
        let arriving: FxHashMap<Side, u32> = of_kind(LinkKind::Arriving).collect();
        let pairs = of_kind(LinkKind::Leaving).map(|(side, number)| {
            let same = Side { segment: side.segment + 1, at_end: side.at_end };
            [number, *arriving.get(&same).expect("the copies of a street are joined alike")]
        });
        pairs.collect()
    }

    fn push_geometry(&self, chain: &Chain, graph: &mut WalkGraph) -> Result<(), GraphDefect> {
        let mut along = 0.0;
        let mut last: Option<Position> = None;
        for &node in &chain.nodes {
            let at = self.at(node);
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
            let (class, because) = (u16::from(segment.class.0), segment.because as u16);
            let last_point = number as u32 + 1;
            match graph.pieces[first_piece..].last_mut() {
                Some(piece) if piece.way == segment.way.0 && piece.class == class => piece.last_point = last_point,
                _ => graph.pieces.push(Piece { way: segment.way.0, last_point, class, because }),
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
            let [forward, backward] = self.link_flags[link.index()].whole();
            if forward {
                arcs.push((tail, head, Traversal::new(link, false)));
            }
            if backward {
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
