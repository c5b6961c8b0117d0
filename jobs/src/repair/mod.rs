//! The data-repair list: what a mapper should mend, ranked by the residents whom it concerns.
//!
//! Comes in: streets, what stands beside them, residents by cell. Goes out: a [`Repair`] for each fault, and sums. Not
//! here: how faults are found (the engine's `repair`), the table (`tables::repairs`), words (`words`).
//!
//! # Residents
//! - Of a gap or a wall: those of the smaller of its two sides, as the engine's `SidesSearch` has it: residents within the
//!   budget, whose walk to the other side is shorter by more than a threshold through it than round it.
//! - Of an island or a closed barrier: those of cells whose nearest street is on the part that is cut off.
//! - Of a compound: those of cells whose centre is in its outline, and of the cell in which the middle of it lies.
//!
//! Faults overlap: one resident may be concerned by several. The sums by kind count everybody once.
//!
//! # Cost
//! Two bounded searches for each gap and wall, on all cores: in proportion to the faults, each of which sees its
//! neighbourhood only. Nothing compares faults with faults or cells with cells.

mod compounds;
pub(crate) mod inputs;
pub(crate) mod told;
pub(crate) mod words;

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::Serialize;
use walkshed::osm::ShutCompound;
use walkshed::repair::{
    ClosedBarrier, Homes, Island, NearMiss, Opening, RepairOptions, SidesSearch, Today, WallCrossing, closed_barriers,
    islands, near_misses, wall_crossings,
};
use walkshed::snap::{LinkedPoint, Snapper};
use walkshed::walk::EdgeWeights;
use walkshed::{LonLat, Ticks, WalkGraph};

use self::inputs::Inputs;
use crate::run::linked::OnStreet;

/// What is wrong. In the order in which equally ranked faults are listed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A dead end that misses a street.
    NearMiss,
    /// Streets with residents that hang together with nothing.
    Island,
    /// A barrier that is closed, and nothing else leads behind it.
    ClosedBarrier,
    /// A way through a wall without an opening.
    WallCrossing,
    /// A compound (小区) that nobody can come into.
    ShutCompound,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::NearMiss, Self::Island, Self::ClosedBarrier, Self::WallCrossing, Self::ShutCompound];

    /// The kind in a word, as tables have it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::NearMiss => "near_miss",
            Self::Island => "island",
            Self::ClosedBarrier => "closed_barrier",
            Self::WallCrossing => "wall_crossing",
            Self::ShutCompound => "shut_compound",
        }
    }
}

/// How the two sides of a fault hang together as the map is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Joined {
    /// Not at all.
    No,
    /// By a walk of so many metres.
    Walk(f64),
    /// By a walk longer than was looked for.
    Farther,
    /// Through the fault itself.
    Through,
}

/// One fault.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Repair {
    pub kind: Kind,
    /// The residents whom it concerns.
    pub residents: f64,
    /// The residents of its two sides, where both were looked at.
    pub sides: Option<[f64; 2]>,
    pub osm_node: Option<i64>,
    /// The way to look at; nothing where that is a relation.
    pub osm_way: Option<i64>,
    pub osm_relation: Option<i64>,
    pub osm_other_way: Option<i64>,
    /// How far apart the two sides are.
    pub distance_m: Option<f64>,
    pub joined: Joined,
    /// The length of the streets that are cut off.
    pub part_length_m: Option<f64>,
    pub at: LonLat,
    /// The other side.
    pub to: Option<LonLat>,
    /// The kind of barrier, where there is one.
    pub barrier: Option<String>,
    pub compound: Option<ShutCompound>,
    /// The cells of the residents.
    cells: Vec<u32>,
}

/// What was found of one kind.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct KindSum {
    pub kind: Kind,
    pub rows: u64,
    /// Of these, rows that concern somebody.
    pub rows_with_residents: u64,
    /// The residents of all of them together, each counted once.
    pub residents: f64,
}

/// The list with its sums.
pub(crate) struct Found {
    /// The most residents first.
    pub repairs: Vec<Repair>,
    pub kinds: Vec<KindSum>,
    /// Parts of the network other than the largest.
    pub parts: u64,
    /// Of these, parts on which nobody lives; they are not in the list.
    pub parts_without_residents: u64,
    /// Of these, parts with residents that a near miss or a closed barrier of the list would join.
    pub parts_told_otherwise: u64,
    /// Of these, rings of squares that no line across joins with their own square: no fault of the map's.
    pub parts_of_squares: u64,
    /// All residents, and those of cells without a street.
    pub residents: f64,
    pub residents_without_street: f64,
}

/// What counts, and for whom.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Question {
    pub options: RepairOptions,
    /// How far from a fault residents are looked for.
    pub budget: Ticks,
    /// What a walk must get shorter by.
    pub least: Ticks,
}

/// Finds all faults and ranks them.
pub(crate) fn find(
    inputs: &Inputs,
    snapper: &Snapper<'_>,
    weights: &EdgeWeights,
    homes: &[Option<OnStreet>],
    question: &Question,
) -> Found {
    let graph = &inputs.streets.graph;
    let residents: Vec<f64> = inputs.residents.cells.iter().map(|c| c.residents).collect();
    let parts = Parts::new(graph, homes, &residents);
    let misses = near_misses(snapper, &inputs.surroundings, &question.options);
    let walls = wall_crossings(&inputs.network, &inputs.surroundings);
    let barriers = closed_barriers(graph, &inputs.surroundings);
    let openings = misses
        .iter()
        .map(|miss| Some(Opening::of_near_miss(graph, weights, miss)))
        .chain(walls.iter().map(|crossing| Opening::of_wall(snapper, weights, crossing)));
    let openings: Vec<Option<Opening>> = openings.collect();
    let points: Vec<Option<LinkedPoint>> = homes.iter().map(|on| on.as_ref().map(|on| on.point.clone())).collect();
    let homes = Homes::new(graph, &points);
    let sides: Vec<[Vec<u32>; 2]> = openings
        .par_iter()
        .map_init(
            || SidesSearch::new(graph),
            |search, opening| {
                let run = |o: &Opening| search.run(weights, o, &homes, question.budget, question.least);
                opening.as_ref().map(run).unwrap_or_default()
            },
        )
        .collect();
    let (of_misses, of_walls) = sides.split_at(misses.len());
    // From 0.0: the sum of nothing is -0.0 otherwise.
    let sum = |cells: &[u32]| cells.iter().fold(0.0, |sum, &cell| sum + residents[cell as usize]);
    let mut repairs: Vec<Repair> = Vec::new();
    repairs.extend(misses.iter().zip(of_misses).map(|(miss, sides)| of_near_miss(graph, miss, sides, &sum)));
    repairs.extend(walls.iter().zip(of_walls).map(|(crossing, sides)| of_wall(crossing, sides, &sum)));
    repairs.extend(barriers.iter().map(|barrier| of_barrier(graph, barrier, &parts)));
    repairs.extend(compounds::shut(&inputs.compounds, &inputs.residents));
    let told = told_otherwise(&misses, &barriers);
    let lived_on: BTreeSet<usize> = parts.with_residents().collect();
    let wanted: BTreeSet<usize> = lived_on.difference(&told).copied().collect();
    let mut islands = islands(snapper, &wanted, question.options.island);
    islands.retain(|island| island.main_way != Some(island.way));
    let parts_of_squares = (wanted.len() - islands.len()) as u64;
    repairs.extend(islands.iter().map(|island| of_island(graph, island, &parts)));
    rank(&mut repairs);
    let parts_without_residents = (graph.components().len().saturating_sub(1) - lived_on.len()) as u64;
    Found {
        kinds: Kind::ALL.iter().map(|&kind| sum_of(kind, &repairs, &residents)).collect(),
        repairs,
        parts: graph.components().len().saturating_sub(1) as u64,
        parts_without_residents,
        parts_told_otherwise: (lived_on.len() - wanted.len()) as u64,
        parts_of_squares,
        residents: residents.iter().sum(),
        residents_without_street: parts.without_street,
    }
}

/// The most residents first; then by kind, then the nearest and the lowest ids.
fn rank(repairs: &mut [Repair]) {
    let ids = |r: &Repair| (r.osm_node, r.osm_way, r.osm_relation, r.osm_other_way);
    repairs.sort_by(|one, other| {
        let residents = other.residents.total_cmp(&one.residents);
        let distance = one.distance_m.unwrap_or(0.0).total_cmp(&other.distance_m.unwrap_or(0.0));
        residents.then(one.kind.cmp(&other.kind)).then(distance).then(ids(one).cmp(&ids(other)))
    });
}

fn sum_of(kind: Kind, repairs: &[Repair], residents: &[f64]) -> KindSum {
    let rows: Vec<&Repair> = repairs.iter().filter(|r| r.kind == kind).collect();
    let cells: BTreeSet<u32> = rows.iter().flat_map(|r| r.cells.iter().copied()).collect();
    KindSum {
        kind,
        rows: rows.len() as u64,
        rows_with_residents: rows.iter().filter(|r| r.residents > 0.0).count() as u64,
        residents: cells.into_iter().fold(0.0, |sum, cell| sum + residents[cell as usize]),
    }
}

/// Parts that a near miss or a closed barrier would join with the main network: their rows say what to mend.
fn told_otherwise(misses: &[NearMiss], barriers: &[ClosedBarrier]) -> BTreeSet<usize> {
    let joined = misses.iter().filter_map(|miss| match [miss.from.component, miss.to.component] {
        [0, part] | [part, 0] if part != 0 => Some(part as usize),
        _ => None,
    });
    joined.chain(barriers.iter().map(|barrier| barrier.component)).collect()
}

/// Who lives on which connected part.
struct Parts {
    cells: Vec<Vec<u32>>,
    residents: Vec<f64>,
    without_street: f64,
}

impl Parts {
    fn new(graph: &WalkGraph, homes: &[Option<OnStreet>], residents: &[f64]) -> Self {
        let count = graph.components().len();
        let mut parts = Self { cells: vec![Vec::new(); count], residents: vec![0.0; count], without_street: 0.0 };
        for (cell, (on, &residents)) in homes.iter().zip(residents).enumerate() {
            match on {
                Some(on) => {
                    let part = on.snap.component as usize;
                    parts.residents[part] += residents;
                    // Everybody lives on the largest; nobody asks for the list of them.
                    if part != 0 {
                        parts.cells[part].push(cell as u32);
                    }
                }
                None => parts.without_street += residents,
            }
        }
        parts
    }

    fn with_residents(&self) -> impl Iterator<Item = usize> + '_ {
        (1..self.residents.len()).filter(|&part| self.residents[part] > 0.0)
    }
}

fn of_near_miss(graph: &WalkGraph, miss: &NearMiss, sides: &[Vec<u32>; 2], sum: &impl Fn(&[u32]) -> f64) -> Repair {
    let both = [sum(&sides[0]), sum(&sides[1])];
    let cut_off = [miss.from.component, miss.to.component].into_iter().max().filter(|&part| part != 0);
    let cut_off = cut_off.filter(|_| miss.today == Today::Unconnected);
    Repair {
        kind: Kind::NearMiss,
        residents: both[0].min(both[1]),
        sides: Some(both),
        osm_node: Some(miss.node.0),
        osm_way: Some(miss.way.0),
        osm_relation: None,
        osm_other_way: Some(miss.to_way.0),
        distance_m: Some(miss.gap.0),
        joined: match miss.today {
            Today::Unconnected => Joined::No,
            Today::Walk(length) => Joined::Walk(length.0),
            Today::Farther(_) => Joined::Farther,
        },
        part_length_m: cut_off.map(|part| graph.components()[part as usize].length.0),
        at: miss.from.at,
        to: Some(miss.to.at),
        barrier: None,
        compound: None,
        cells: sides[usize::from(both[1] < both[0])].clone(),
    }
}

fn of_wall(crossing: &WallCrossing, sides: &[Vec<u32>; 2], sum: &impl Fn(&[u32]) -> f64) -> Repair {
    let both = [sum(&sides[0]), sum(&sides[1])];
    Repair {
        kind: Kind::WallCrossing,
        residents: both[0].min(both[1]),
        sides: Some(both),
        osm_node: Some(crossing.node.0),
        osm_way: Some(crossing.ways[0].0),
        osm_relation: None,
        osm_other_way: Some(crossing.wall.0),
        distance_m: None,
        joined: Joined::Through,
        part_length_m: None,
        at: crossing.at.lon_lat(),
        to: None,
        barrier: None,
        compound: None,
        cells: sides[usize::from(both[1] < both[0])].clone(),
    }
}

fn of_barrier(graph: &WalkGraph, barrier: &ClosedBarrier, parts: &Parts) -> Repair {
    Repair {
        kind: Kind::ClosedBarrier,
        residents: parts.residents[barrier.component],
        sides: None,
        osm_node: Some(barrier.node.0),
        osm_way: Some(barrier.ways[1].0),
        osm_relation: None,
        osm_other_way: Some(barrier.ways[0].0),
        distance_m: None,
        joined: Joined::No,
        part_length_m: Some(graph.components()[barrier.component].length.0),
        at: graph.node_at(barrier.at).lon_lat(),
        to: None,
        barrier: barrier.barrier.clone(),
        compound: None,
        cells: parts.cells[barrier.component].clone(),
    }
}

fn of_island(graph: &WalkGraph, island: &Island, parts: &Parts) -> Repair {
    Repair {
        kind: Kind::Island,
        residents: parts.residents[island.component],
        sides: None,
        osm_node: island.node.map(|node| node.0),
        osm_way: Some(island.way.0),
        osm_relation: None,
        osm_other_way: island.main_way.map(|way| way.0),
        distance_m: island.main.map(|main| main.offset.0),
        joined: Joined::No,
        part_length_m: Some(graph.components()[island.component].length.0),
        at: island.at,
        to: island.main.map(|main| main.at),
        barrier: None,
        compound: None,
        cells: parts.cells[island.component].clone(),
    }
}
