//! Chains of street written into the columns of a graph.
//!
//! Comes in: the chains that `build` has found, in their final order. Goes out: a [`WalkGraph`] with its geometry, pieces
//! and edge lists. Not here: which chains there are.

use rustc_hash::FxHashMap;

use super::build::{Builder, Chains, NodeOrder, Side};
use super::squares::{SquareHead, Squares};
use super::{GraphAbout, GraphDefect, LinkFlags, LinkKind, Piece, Traversal, WalkGraph};
use crate::ids::LinkId;
use crate::osm::Passage;
use crate::position::Ruler;

/// Longer links are not counted in millimetres.
const LONGEST_MM: f64 = (u32::MAX / 2) as f64;

impl Builder<'_> {
    /// Writes the chains of `order` into a graph.
    pub(super) fn freeze(&self, chains: &Chains, order: &[u32], nodes: &NodeOrder) -> Result<WalkGraph, GraphDefect> {
        // A traversal spends one bit on the direction.
        if chains.len() >= 1 << 31 {
            return Err(GraphDefect::TooLarge { what: "links", count: chains.len() });
        }
        let point_count = self.runs.iter().map(|run| run.segments as usize).sum::<usize>() + chains.len();
        if point_count > u32::MAX as usize {
            return Err(GraphDefect::TooLarge { what: "points", count: point_count });
        }
        let osm_nodes = self.network.osm_nodes();
        let mut graph = WalkGraph {
            about: GraphAbout::default(),
            class_names: self.network.class_names().to_vec(),
            grounds: self.network.grounds().to_vec(),
            first_out: Vec::new(),
            first_in: Vec::new(),
            node_at: nodes.nodes.iter().map(|&v| self.at(v)).collect(),
            node_osm: nodes.nodes.iter().map(|&v| osm_nodes[self.original(v) as usize].0).collect(),
            node_component: Vec::new(),
            head: Vec::new(),
            traversal: Vec::new(),
            in_edge: Vec::new(),
            link_tail: Vec::with_capacity(order.len()),
            link_head: Vec::with_capacity(order.len()),
            link_flags: Vec::with_capacity(order.len()),
            link_first_point: Vec::with_capacity(order.len() + 1),
            link_first_piece: Vec::with_capacity(order.len() + 1),
            link_added: Vec::new(),
            twins: self.twins(chains, order),
            point_at: Vec::with_capacity(point_count),
            point_along_mm: Vec::with_capacity(point_count),
            point_height_mm: Vec::new(),
            pieces: Vec::with_capacity(order.len()),
            spot_point: Vec::new(),
            spots: Vec::new(),
            squares: self.squares(nodes),
            components: Vec::new(),
        };
        graph.link_first_point.push(0);
        graph.link_first_piece.push(0);
        for &chain in order {
            let sides = chains.sides(chain as usize);
            let ends = self.ends(sides);
            let [tail, head] = ends.map(|v| nodes.number[v as usize]);
            graph.link_tail.push(tail);
            graph.link_head.push(head);
            graph.link_flags.push(self.flags_of(sides, ends));
            self.push_points(sides, &mut graph)?;
            self.push_pieces(sides, &mut graph);
        }
        graph.list_edges();
        Ok(graph)
    }

    /// The squares, each corner where streets come in with its nodes.
    fn squares(&self, nodes: &NodeOrder) -> Squares {
        let network = self.network;
        let mut squares = Squares::default();
        for square in &network.squares {
            let is_private = square.passage == Passage::EndsOnly;
            let doors = |node: u32| {
                let arriving = if is_private { self.copy_for_arriving(node) } else { node };
                let doors = [node, arriving].map(|v| nodes.number[v as usize]);
                // A street may have been clipped away.
                doors.iter().all(|&number| number != u32::MAX).then_some(doors)
            };
            let corner = |&(node, is_entrance): &(u32, bool)| {
                (network.positions()[node as usize], if is_entrance { doors(node) } else { None })
            };
            let head = SquareHead {
                way: square.way.0,
                end_ring: 0,
                ground: square.ground,
                class: u32::from(square.class.0),
                unused: 0,
            };
            squares.push(head, square.rings.iter().map(|ring| ring.iter().map(corner).collect()));
        }
        squares
    }

    /// In which directions a link is walked, whether walks may go all the way along it, and which copy it is.
    fn flags_of(&self, sides: &[Side], ends: [u32; 2]) -> LinkFlags {
        let walked = self.directions_away(sides[0]);
        let kind = self.runs[sides[0].run()].kind;
        let [tail, head] = ends.map(|v| self.is_public(v));
        let whole = match kind {
            LinkKind::Public => [walked.forward(), walked.backward()],
            // Nothing comes in from the public network where one leaves, and nothing goes out to it where one arrives.
            LinkKind::Leaving => [walked.forward() && !tail, walked.backward() && !head],
            LinkKind::Arriving => [walked.forward() && !head, walked.backward() && !tail],
        };
        LinkFlags::new(walked, whole, kind)
    }

    /// The two copies of each private street: the one for leaving, then the one for arriving, sorted.
    fn twins(&self, chains: &Chains, order: &[u32]) -> Vec<[u32; 2]> {
        let of_kind = |kind: LinkKind| {
            let numbered = order.iter().zip(0u32..).map(|(&chain, link)| (chains.sides(chain as usize)[0], link));
            numbered.filter(move |(side, _)| self.runs[side.run()].kind == kind)
        };
        let arriving: FxHashMap<Side, u32> = of_kind(LinkKind::Arriving).collect();
        let twin = |side: Side| *arriving.get(&side.of_next_run()).expect("the copies of a street are joined alike");
        of_kind(LinkKind::Leaving).map(|(side, link)| [link, twin(side)]).collect()
    }

    fn push_points(&self, sides: &[Side], graph: &mut WalkGraph) -> Result<(), GraphDefect> {
        let (positions, spots) = (self.network.positions(), self.network.spots());
        let mut ruler = Ruler::default();
        for (&side, before) in sides.iter().zip(0..) {
            // The first node of a run is the last of the one before.
            for node in self.nodes_along(side).skip(usize::from(before > 0)) {
                let at = positions[node as usize];
                // Rounded from the whole way along, not from segment to segment, so that errors do not add up.
                let millimetres = (ruler.on_to(at).0 * 1e3).round();
                if millimetres > LONGEST_MM {
                    let way = self.network.ways()[self.runs[sides[0].run()].way as usize].id;
                    return Err(GraphDefect::LinkTooLong { way });
                }
                let spot = spots[node as usize];
                if !spot.is_nothing() {
                    graph.spot_point.push(graph.point_at.len() as u32);
                    graph.spots.push(spot);
                }
                graph.point_at.push(at);
                graph.point_along_mm.push(millimetres as u32);
            }
        }
        graph.link_first_point.push(graph.point_at.len() as u32);
        Ok(())
    }

    /// One piece for each way, as long as it is walked one way round.
    fn push_pieces(&self, sides: &[Side], graph: &mut WalkGraph) {
        let first = graph.pieces.len();
        let mut last_point = 0;
        for side in sides {
            let run = &self.runs[side.run()];
            let way = &self.network.ways()[run.way as usize];
            last_point += run.segments;
            let piece = Piece {
                way: way.id.0,
                last_point,
                whole_mm: way.whole_mm,
                ground: way.ground,
                class: way.class.0,
                because: way.because as u8,
                against: u8::from(side.at_end()),
                unused: 0,
            };
            match graph.pieces[first..].last_mut() {
                Some(last) if last.goes_on_as(&piece) => last.last_point = last_point,
                _ => graph.pieces.push(piece),
            }
        }
        graph.link_first_piece.push(graph.pieces.len() as u32);
    }
}

impl WalkGraph {
    /// Lists the directed edges of all links by their tail and by their head.
    pub(super) fn list_edges(&mut self) {
        let whole = |link: usize| self.link_flags[link].whole();
        let ends = |link: usize| [self.link_tail[link], self.link_head[link]];
        let arcs = || {
            (0..self.link_tail.len()).flat_map(move |link| {
                let ([tail, head], [forward, backward]) = (ends(link), whole(link));
                let arc = |backward, from: u32, to: u32| (from, to, Traversal::new(LinkId::new(link as u32), backward));
                let forward = forward.then(|| arc(false, tail, head));
                forward.into_iter().chain(backward.then(|| arc(true, head, tail)))
            })
        };
        let first_out = firsts(self.node_at.len(), arcs().map(|a| a.0));
        let first_in = firsts(self.node_at.len(), arcs().map(|a| a.1));
        let mut out = vec![(0u32, Traversal::default()); first_out[self.node_at.len()] as usize];
        let mut next = first_out.clone();
        for (tail, head, traversal) in arcs() {
            out[next[tail as usize] as usize] = (head, traversal);
            next[tail as usize] += 1;
        }
        for range in first_out.windows(2) {
            out[range[0] as usize..range[1] as usize].sort_unstable_by_key(|&(head, traversal)| (head, traversal.0));
        }
        let mut next = first_in.clone();
        let mut in_edge = vec![0; out.len()];
        for (edge, &(head, _)) in out.iter().enumerate() {
            in_edge[next[head as usize] as usize] = edge as u32;
            next[head as usize] += 1;
        }
        self.head = out.iter().map(|a| a.0).collect();
        self.traversal = out.iter().map(|a| a.1).collect();
        (self.first_out, self.first_in, self.in_edge) = (first_out, first_in, in_edge);
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
