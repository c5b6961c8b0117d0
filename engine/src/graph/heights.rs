//! Heights of the points of streets: [`WalkGraph::with_heights`].
//!
//! Comes in: a frozen graph and something that knows heights. Goes out: the same graph with a height for each point of
//! its links, and a [`HeightReport`]. Not here: rasters (`relief`), and what a slope costs (`walk`).
//!
//! # How
//! - A node where a street on the ground begins, and each point of such a street, is as high as the relief says.
//! - Bridges and tunnels leave the ground: between their ends they go straight. Where several of them meet off the ground,
//!   the height of the place is the mean of its neighbours', each weighed by one over the way to it, which for a single
//!   bridge is the straight line. What hangs nowhere on the ground has no height.
//! - A street between two points is looked at every [`HeightOptions::spacing`], and gets further points where it leaves the
//!   straight slope between them by more than [`HeightOptions::tolerance`]. So a street keeps its profile, and times along
//!   it are right at every place of it. Lengths and the way along are those of before.

use rustc_hash::FxHashMap;

use super::{LinkView, Piece, WalkGraph};
use crate::ids::{LinkId, NodeId};
use crate::position::{LonLat, Position};
use crate::relief::Relief;
use crate::units::Meters;

/// The height of a point of which none is known.
pub(super) const NO_HEIGHT: i32 = i32::MIN;
/// Rounds of evening out after which bridges that meet off the ground are left as they are.
const MOST_ROUNDS: usize = 10_000;
/// What a round may still change, in metres, when it is the last.
const STILL: f64 = 1e-4;

/// How closely streets follow the relief.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HeightOptions {
    /// How often a street is looked at between its points, in metres on the map.
    pub spacing: Meters,
    /// How far a street may lie off the straight slope between two points before it gets another one.
    pub tolerance: Meters,
}

impl HeightOptions {
    /// Looks as often as the relief knows heights, but not closer than 10 m, and lets a street be 25 cm off: over 10 m
    /// that is less than the steps of most rasters.
    pub fn for_relief(relief: &impl Relief) -> Self {
        Self { spacing: Meters(relief.resolution().0.max(10.0)), tolerance: Meters(0.25) }
    }
}

/// What heights a graph got.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct HeightReport {
    /// Edges of which every point has a height.
    pub edges_with: usize,
    /// Edges of which some point has none.
    pub edges_without: usize,
    /// Links that leave the ground somewhere: bridges and tunnels.
    pub links_off_the_ground: usize,
    /// Points added so that streets follow the relief.
    pub points_added: usize,
    /// The lowest and the highest height.
    pub range: Option<[Meters; 2]>,
}

/// The heights of the points of one link.
#[derive(Clone, Copy, Debug)]
pub struct LinkHeights<'g> {
    millimetres: &'g [i32],
}

impl LinkHeights<'_> {
    /// The height of a point; nothing where it is not known.
    pub fn at(&self, point: usize) -> Option<Meters> {
        let height = self.millimetres[point];
        (height != NO_HEIGHT).then(|| Meters(f64::from(height) / 1e3))
    }

    /// How much higher one point lies than another.
    pub fn between(&self, from: usize, to: usize) -> Option<Meters> {
        Some(Meters(self.at(to)?.0 - self.at(from)?.0))
    }

    /// Metres up and metres down from the first point to the last; nothing where a height is missing.
    pub fn climbs(&self) -> Option<[Meters; 2]> {
        let (mut up, mut down) = (0.0, 0.0);
        for point in 1..self.millimetres.len() {
            let Meters(gain) = self.between(point - 1, point)?;
            if gain > 0.0 { up += gain } else { down -= gain }
        }
        Some([Meters(up), Meters(down)])
    }
}

impl WalkGraph {
    /// Whether its streets have heights.
    pub fn has_heights(&self) -> bool {
        !self.point_height_mm.is_empty()
    }

    /// The heights of the points of a link; nothing where the graph has none at all.
    pub fn heights_on(&self, link: LinkId) -> Option<LinkHeights<'_>> {
        let points = self.link_first_point[link.index()] as usize..self.link_first_point[link.index() + 1] as usize;
        self.point_height_mm.get(points).map(|millimetres| LinkHeights { millimetres })
    }

    /// The graph with heights, in place of those that it may have had. Points that heights added before stay.
    ///
    /// O(length of all streets / spacing).
    #[must_use]
    pub fn with_heights(self, relief: &impl Relief, options: HeightOptions) -> (Self, HeightReport) {
        let nodes = self.node_heights(relief);
        let mut made = Profiles::for_graph(&self, options);
        for link in self.links() {
            made.push(&self, link, relief, &nodes);
        }
        let before = self.point_count();
        let graph = made.into_graph(self);
        let report = HeightReport { points_added: graph.point_count() - before, ..graph.height_report() };
        (graph, report)
    }

    /// What heights the graph has.
    pub fn height_report(&self) -> HeightReport {
        let mut report = HeightReport::default();
        if !self.has_heights() {
            report.edges_without = self.edge_count();
            return report;
        }
        for edge in self.edges() {
            let link = self.traversal(edge).link();
            let is_known =
                self.heights_on(link).is_some_and(|heights| heights.millimetres.iter().all(|&h| h != NO_HEIGHT));
            if is_known { report.edges_with += 1 } else { report.edges_without += 1 }
        }
        report.links_off_the_ground =
            self.links().filter(|&link| self.link(link).pieces.iter().any(|p| self.is_off(p))).count();
        let known = || self.point_height_mm.iter().copied().filter(|&height| height != NO_HEIGHT);
        let metres = |height: i32| Meters(f64::from(height) / 1e3);
        report.range = known().min().zip(known().max()).map(|(low, high)| [metres(low), metres(high)]);
        report
    }

    fn is_off(&self, piece: &Piece) -> bool {
        self.grounds[piece.ground()].is_off_the_ground()
    }

    /// Whether each segment of a link leaves the ground.
    fn segments_off(&self, link: LinkId) -> Vec<bool> {
        let view = self.link(link);
        let mut off = Vec::with_capacity(view.points.len() - 1);
        for piece in view.pieces {
            off.resize(piece.last_point(), self.is_off(piece));
        }
        off
    }

    /// The height of each node in metres.
    fn node_heights(&self, relief: &impl Relief) -> Vec<Option<f64>> {
        // Copies of one OSM node are one place: so the two copies of a private street get the same profile.
        let mut numbers: FxHashMap<i64, u32> = FxHashMap::default();
        let places: Vec<u32> = self
            .nodes()
            .map(|node| {
                let next = numbers.len() as u32;
                *numbers.entry(self.osm_node(node).0).or_insert(next)
            })
            .collect();
        let mut on_ground = vec![false; numbers.len()];
        for link in self.links() {
            let (view, off) = (self.link(link), self.segments_off(link));
            on_ground[places[view.tail.index()] as usize] |= !off[0];
            on_ground[places[view.head.index()] as usize] |= !off[off.len() - 1];
        }
        let mut heights: Vec<Option<f64>> = vec![None; numbers.len()];
        for node in self.nodes() {
            let place = places[node.index()] as usize;
            if on_ground[place] && heights[place].is_none() {
                heights[place] = relief.height_at(self.node_at(node).lon_lat()).map(|height| height.0);
            }
        }
        let spans = self.spans(relief, &places);
        even_out(&mut heights, &on_ground, &spans);
        places.into_iter().map(|place| heights[place as usize]).collect()
    }

    /// The ways off the ground that begin at a node: between which places, or from a place to which height, and how long.
    fn spans(&self, relief: &impl Relief, places: &[u32]) -> Vec<Span> {
        let mut spans = Vec::new();
        let place = |node: NodeId| places[node.index()];
        for link in self.links() {
            let off = self.segments_off(link);
            let view = self.link(link);
            let length = |from: usize, to: usize| f64::from((view.along_mm[to] - view.along_mm[from]).max(1)) / 1e3;
            let last = off.len();
            let ground = |point: usize| relief.height_at(view.points[point].lon_lat()).map(|height| height.0);
            if off.iter().all(|&off| off) {
                let ends = [place(view.tail), place(view.head)];
                spans.push(Span { from: ends[0], to: Far::Place(ends[1]), length: length(0, last) });
                spans.push(Span { from: ends[1], to: Far::Place(ends[0]), length: length(0, last) });
                continue;
            }
            let first_on = off.iter().position(|&off| !off).unwrap_or(0);
            let after_last_on = off.iter().rposition(|&off| !off).map_or(last, |segment| segment + 1);
            if first_on > 0 {
                let to = Far::Height(ground(first_on));
                spans.push(Span { from: place(view.tail), to, length: length(0, first_on) });
            }
            if after_last_on < last {
                let to = Far::Height(ground(after_last_on));
                spans.push(Span { from: place(view.head), to, length: length(after_last_on, last) });
            }
        }
        spans
    }
}

/// A way off the ground from a place.
struct Span {
    from: u32,
    to: Far,
    /// In metres.
    length: f64,
}

/// Where it leads.
enum Far {
    Place(u32),
    Height(Option<f64>),
}

/// Gives places off the ground the mean of their neighbours, until nothing moves any more.
fn even_out(heights: &mut [Option<f64>], on_ground: &[bool], spans: &[Span]) {
    let mut of: Vec<&Span> = spans.iter().filter(|span| !on_ground[span.from as usize]).collect();
    of.sort_by_key(|span| span.from);
    for _ in 0..MOST_ROUNDS {
        let mut moved = 0f64;
        for spans in of.chunk_by(|a, b| a.from == b.from) {
            let place = spans[0].from as usize;
            let (mut sum, mut weights) = (0.0, 0.0);
            for span in spans {
                let far = match span.to {
                    Far::Place(place) => heights[place as usize],
                    Far::Height(height) => height,
                };
                if let Some(far) = far.filter(|_| !matches!(span.to, Far::Place(to) if to == span.from)) {
                    sum += far / span.length;
                    weights += 1.0 / span.length;
                }
            }
            if weights > 0.0 {
                let new = sum / weights;
                moved = moved.max(heights[place].map_or(f64::INFINITY, |old| (new - old).abs()));
                heights[place] = Some(new);
            }
        }
        if moved <= STILL {
            return;
        }
    }
}

/// The points of links with their heights, in the making.
struct Profiles {
    options: HeightOptions,
    link_first_point: Vec<u32>,
    point_at: Vec<Position>,
    point_along_mm: Vec<u32>,
    heights: Vec<i32>,
    /// The new number of each point of the graph.
    new_number: Vec<u32>,
}

impl Profiles {
    fn for_graph(graph: &WalkGraph, options: HeightOptions) -> Self {
        Self {
            options,
            link_first_point: vec![0],
            point_at: Vec::with_capacity(graph.point_count()),
            point_along_mm: Vec::with_capacity(graph.point_count()),
            heights: Vec::with_capacity(graph.point_count()),
            new_number: Vec::with_capacity(graph.point_count()),
        }
    }

    fn push(&mut self, graph: &WalkGraph, link: LinkId, relief: &impl Relief, nodes: &[Option<f64>]) {
        let view = graph.link(link);
        let off = graph.segments_off(link);
        let heights = heights_of_points(&view, &off, relief, nodes);
        for (point, &height) in heights.iter().enumerate() {
            self.new_number.push(self.point_at.len() as u32);
            self.push_point(view.points[point], view.along_mm[point], height);
            let Some(next) = heights.get(point + 1) else { break };
            if let (false, Some(from), Some(to)) = (off[point], height, *next) {
                let ends = [point, point + 1].map(|p| (view.points[p], view.along_mm[p]));
                self.follow(ends, [from, to], relief);
            }
        }
        self.link_first_point.push(self.point_at.len() as u32);
    }

    fn push_point(&mut self, at: Position, along_mm: u32, height: Option<f64>) {
        self.point_at.push(at);
        self.point_along_mm.push(along_mm);
        self.heights.push(height.map_or(NO_HEIGHT, |metres| (metres * 1e3).round() as i32));
    }

    /// Adds the points that a segment on the ground needs between its ends.
    fn follow(&mut self, ends: [(Position, u32); 2], heights: [f64; 2], relief: &impl Relief) {
        let length = f64::from(ends[1].1 - ends[0].1) / 1e3;
        let stations = (length / self.options.spacing.0).ceil() as usize;
        if stations < 2 {
            return;
        }
        let [from, to] = ends.map(|(at, _)| at.lon_lat());
        let at = |station: usize| {
            let share = station as f64 / stations as f64;
            let between = |a: f64, b: f64| a + share * (b - a);
            Position::from(LonLat { lon: between(from.lon, to.lon), lat: between(from.lat, to.lat) })
        };
        let mut profile = vec![Some(heights[0])];
        profile.extend((1..stations).map(|station| Some(relief.height_at(at(station).lon_lat())?.0)));
        profile.push(Some(heights[1]));
        // Where the relief does not know, the street goes straight.
        let known: Vec<(usize, f64)> =
            profile.iter().enumerate().filter_map(|(n, height)| Some((n, (*height)?))).collect();
        let mut kept = vec![0, known.len() - 1];
        keep_bends(&known, (0, known.len() - 1), self.options.tolerance.0, &mut kept);
        kept.sort_unstable();
        for &number in &kept[1..kept.len() - 1] {
            let (station, height) = known[number];
            let along = f64::from(ends[0].1) + length * 1e3 * station as f64 / stations as f64;
            self.push_point(at(station), along.round() as u32, Some(height));
        }
    }

    fn into_graph(self, mut graph: WalkGraph) -> WalkGraph {
        for link in 0..graph.link_count() {
            let old = graph.link_first_point[link];
            let new = self.link_first_point[link];
            for piece in
                &mut graph.pieces[graph.link_first_piece[link] as usize..graph.link_first_piece[link + 1] as usize]
            {
                piece.last_point = self.new_number[(old + piece.last_point) as usize] - new;
            }
        }
        for point in &mut graph.spot_point {
            *point = self.new_number[*point as usize];
        }
        let before = |link: usize| graph.link_first_point[link + 1] - graph.link_first_point[link];
        let added = (0..graph.link_count()).map(|link| {
            let already = graph.link_added.get(link).copied().unwrap_or(0);
            already + self.link_first_point[link + 1] - self.link_first_point[link] - before(link)
        });
        graph.link_added = added.collect();
        graph.link_first_point = self.link_first_point;
        graph.point_at = self.point_at;
        graph.point_along_mm = self.point_along_mm;
        graph.point_height_mm = self.heights;
        graph
    }
}

/// The heights of the points of a link: those of its nodes, of the relief on the ground, and straight between them off it.
fn heights_of_points(
    view: &LinkView<'_>,
    off: &[bool],
    relief: &impl Relief,
    nodes: &[Option<f64>],
) -> Vec<Option<f64>> {
    let last = view.points.len() - 1;
    let mut heights: Vec<Option<f64>> = vec![None; last + 1];
    let is_inner_bridge = |point: usize| point > 0 && point < last && off[point - 1] && off[point];
    for (point, height) in heights.iter_mut().enumerate().filter(|(point, _)| !is_inner_bridge(*point)) {
        *height = match point {
            0 => nodes[view.tail.index()],
            _ if point == last => nodes[view.head.index()],
            _ => relief.height_at(view.points[point].lon_lat()).map(|height| height.0),
        };
    }
    let mut begin = 0;
    for point in 1..=last {
        if is_inner_bridge(point) {
            continue;
        }
        if let (Some(from), Some(to)) = (heights[begin], heights[point]) {
            let [start, end] = [begin, point].map(|p| f64::from(view.along_mm[p]));
            for (height, &along) in heights[begin + 1..point].iter_mut().zip(&view.along_mm[begin + 1..point]) {
                let share = (f64::from(along) - start) / (end - start).max(1.0);
                *height = Some(from + share * (to - from));
            }
        }
        begin = point;
    }
    heights
}

/// Douglas and Peucker on a profile: keeps the points that lie farthest off the straight line, until none is too far.
fn keep_bends(profile: &[(usize, f64)], (from, to): (usize, usize), tolerance: f64, kept: &mut Vec<usize>) {
    let mut waiting = vec![(from, to)];
    while let Some((from, to)) = waiting.pop() {
        let ((x0, y0), (x1, y1)) = (profile[from], profile[to]);
        let line = |x: usize| y0 + (y1 - y0) * (x - x0) as f64 / (x1 - x0) as f64;
        let off = |number: &usize| (profile[*number].1 - line(profile[*number].0)).abs();
        let Some(farthest) = (from + 1..to).max_by(|a, b| off(a).total_cmp(&off(b))) else { continue };
        if off(&farthest) > tolerance {
            kept.push(farthest);
            waiting.extend([(from, farthest), (farthest, to)]);
        }
    }
}
