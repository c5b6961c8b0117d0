//! Emergency supply (保供): who reaches how many supply nodes on foot, and who loses cover when one of them fails.
//!
//! Comes in: inputs of a run, which formats are supply nodes, minutes, how many nodes everybody should reach. Goes out:
//! [`Supply`]: every cell with its nearest nodes, every node with those who depend on it, sums by zone. Not here: tables
//! and words.
//!
//! Walks begin at the centres of cells. Every node within twice the minutes is known to each cell, so that it can be said
//! where people go when their nearest fails.

pub(crate) mod told;

use anyhow::{Result, ensure};
use serde::Serialize;
use walkshed::access::{AccessOptions, AccessSearch, LinkedOutlets, Way};
use walkshed::search::Nearest;
use walkshed::snap::{LinkedPoint, Snapper};
use walkshed::{OutletId, Ticks};

use crate::models::weights_of;
use crate::plan::Plan;
use crate::plan::zones::the_only;
use crate::run::inputs::Inputs;
use crate::run::linked::{OnStreet, link};
use crate::run::progress::Progress;
use crate::wrong_use::WrongUse;

/// Cells that are searched from at a time.
const BATCH: usize = 4_096;

/// What is asked.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Question {
    /// How long the walk to a node may take.
    pub minutes: u32,
    /// How many nodes everybody should reach.
    pub nodes: usize,
    /// The formats that are supply nodes.
    pub formats: Vec<String>,
    /// The ids of nodes that fail at once.
    pub failing: Vec<String>,
}

/// How a cell is supplied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// As many nodes as everybody should reach, or more.
    Covered,
    /// Some, but fewer.
    Short,
    /// None within the minutes.
    None,
    /// The cell has no street.
    NoStreet,
}

impl Status {
    /// The status in a word, as tables have it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Short => "short",
            Self::None => "none",
            Self::NoStreet => "no_street",
        }
    }

    fn of(within: usize, nodes: usize) -> Self {
        match within {
            0 => Self::None,
            n if n < nodes => Self::Short,
            _ => Self::Covered,
        }
    }
}

/// A cell.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct CellSupply {
    pub status: Status,
    /// The same with the failing nodes gone, where there are any.
    pub failed: Option<Status>,
    /// Nodes within the minutes; nothing without a street.
    pub within: Option<u32>,
    /// The nearest nodes within twice the minutes: as many as everybody should reach, and one more.
    pub nearest: Vec<Nearest>,
    pub zone: Option<u32>,
}

/// A supply node, and who depends on it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Node {
    /// The outlet, by its place in the registry.
    pub outlet: usize,
    pub on_street: bool,
    pub zone: Option<u32>,
    /// Residents within the minutes of it.
    pub within: f64,
    /// Those for whom it is the nearest.
    pub nearest: f64,
    /// Those who reach no other within the minutes: when it fails, they have none.
    pub only: f64,
    /// Those who reach just as many as everybody should, this one among them: when it fails, they have too few.
    pub fall_short: f64,
    /// How much longer those for whom it is the nearest walk to the next, on average; nothing where none of them has a next
    /// one within twice the minutes.
    pub extra_s: Option<f64>,
}

/// Residents by how they are supplied.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub(crate) struct Sums {
    pub residents: f64,
    pub covered: f64,
    pub short: f64,
    pub none: f64,
    pub no_street: f64,
}

/// The node whose failure leaves most residents without any, and how many.
pub(crate) type Worst = Option<(usize, f64)>;

/// What was found.
pub(crate) struct Supply {
    pub cells: Vec<CellSupply>,
    /// The one on which most residents depend first.
    pub nodes: Vec<Node>,
    pub city: Sums,
    /// The same with the failing nodes gone.
    pub failed: Option<Sums>,
    /// Sums by zone, in the order of the layer, each with the node on which most of its residents depend.
    pub zones: Vec<(Sums, Worst)>,
}

/// Finds the nodes, searches from all cells and sums up.
///
/// # Errors
/// When no outlet is a supply node, or a failing node is none.
pub(crate) fn find(inputs: &Inputs, plan: &Plan, question: &Question, progress: &Progress) -> Result<Supply> {
    let graph = &inputs.streets.graph;
    let weights = weights_of(graph, &plan.model)?;
    let outlets = nodes_of(inputs, question)?;
    let failing = failing_of(inputs, question, &outlets)?;
    let (homes, shops) = {
        let _stage = progress.stage("find streets", None);
        let snapper = Snapper::for_walker(graph, plan.snap, &weights);
        let homes: Vec<_> = inputs.residents.cells.iter().map(|cell| cell.at).collect();
        let shops: Vec<_> = outlets.iter().map(|&outlet| inputs.outlets.outlets[outlet].at).collect();
        (link(&snapper, &weights, &homes), link(&snapper, &weights, &shops))
    };
    let ends: Vec<(Option<LinkedPoint>, Vec<u16>)> =
        shops.iter().map(|on| (on.as_ref().map(|on| on.point.clone()), vec![0])).collect();
    let ends = LinkedOutlets::new(graph, &ends, 1, &[])?;
    let limit = Ticks::from_minutes(question.minutes);
    let options = AccessOptions {
        budgets: &[Ticks::from_minutes(2 * question.minutes)],
        horizon: None,
        only: None,
        way: Way::Lanes,
    };
    let search = AccessSearch::by(graph, &weights, &ends, None, options)?;
    the_only(&plan.zones)?;
    let zones = inputs.zones.first().map(|layer| {
        let cells = inputs.cells_by_zone(layer).zone;
        let nodes = layer.assign(outlets.iter().map(|&outlet| inputs.outlets.outlets[outlet].at));
        (cells, nodes)
    });
    let node = |(number, &outlet): (usize, &usize)| Node {
        outlet,
        on_street: shops[number].is_some(),
        zone: zones.as_ref().and_then(|(_, nodes)| nodes[number]),
        within: 0.0,
        nearest: 0.0,
        only: 0.0,
        fall_short: 0.0,
        extra_s: None,
    };
    let mut found = Found {
        question,
        limit,
        nodes: outlets.iter().enumerate().map(node).collect(),
        extra: vec![(0.0, 0.0); outlets.len()],
        by_zone: vec![(Sums::default(), vec![0.0; outlets.len()]); inputs.zones.first().map_or(0, |l| l.zones.len())],
        city: Sums::default(),
        failed: Sums::default(),
        cells: Vec::with_capacity(homes.len()),
    };
    let stage = progress.stage("search from cells", Some(homes.len() as u64));
    for (batch, homes) in (0..).zip(homes.chunks(BATCH)) {
        let points: Vec<Option<LinkedPoint>> = homes.iter().map(|on| on.as_ref().map(|on| on.point.clone())).collect();
        let few = search.nearest_few(&points, usize::MAX);
        for (place, on) in homes.iter().enumerate() {
            let cell = batch * BATCH + place;
            let zone = zones.as_ref().and_then(|(cells, _)| cells[cell]);
            found.add(on.as_ref(), few.of(place, 0), inputs.residents.cells[cell].residents, zone, &failing);
        }
        stage.advance(homes.len() as u64);
    }
    Ok(found.supply(!failing.is_empty()))
}

/// The outlets that are supply nodes and count.
fn nodes_of(inputs: &Inputs, question: &Question) -> Result<Vec<usize>> {
    let formats: Vec<u16> = question
        .formats
        .iter()
        .map(|id| Ok(inputs.vocabulary.require(id).map_err(WrongUse::mark)?.index() as u16))
        .collect::<Result<_>>()?;
    let outlets = inputs.outlets.outlets.iter().enumerate();
    let nodes: Vec<usize> = outlets
        .filter(|(_, outlet)| outlet.counts() && outlet.formats().iter().any(|format| formats.contains(format)))
        .map(|(number, _)| number)
        .collect();
    ensure!(
        !nodes.is_empty(),
        "no outlet that counts is of the formats {}; name the formats of supply nodes with --formats",
        question.formats.join(", ")
    );
    Ok(nodes)
}

/// Which nodes fail at once, by their place among the nodes.
fn failing_of(inputs: &Inputs, question: &Question, nodes: &[usize]) -> Result<Vec<OutletId>> {
    let ids: Vec<String> =
        nodes.iter().map(|&outlet| inputs.outlets.id_of(&inputs.outlets.outlets[outlet]).into_owned()).collect();
    let find = |id: &String| match ids.iter().position(|known| known == id) {
        Some(place) => Ok(OutletId::new(place as u32)),
        None => Err(WrongUse::error(format!(
            "{id} is no supply node; the table supply_nodes has the ids of those that are"
        ))),
    };
    question.failing.iter().map(find).collect()
}

/// Sums in the making.
struct Found<'q> {
    question: &'q Question,
    limit: Ticks,
    nodes: Vec<Node>,
    /// For each node, residents with a next one, and these times the seconds more.
    extra: Vec<(f64, f64)>,
    /// For each zone its sums, and the residents who depend on each node alone.
    by_zone: Vec<(Sums, Vec<f64>)>,
    city: Sums,
    failed: Sums,
    cells: Vec<CellSupply>,
}

impl Found<'_> {
    /// Adds a cell with the nodes that it comes to, the nearest first.
    fn add(
        &mut self,
        on: Option<&OnStreet>,
        arrivals: &[Nearest],
        residents: f64,
        zone: Option<u32>,
        failing: &[OutletId],
    ) {
        let needed = self.question.nodes;
        let near: Vec<&Nearest> = arrivals.iter().filter(|arrival| arrival.time <= self.limit).collect();
        let left = near.iter().filter(|arrival| !failing.contains(&arrival.outlet)).count();
        let street = |status: Status| if on.is_some() { status } else { Status::NoStreet };
        let status = street(Status::of(near.len(), needed));
        let failed = street(Status::of(left, needed));
        self.city.add(status, residents);
        self.failed.add(failed, residents);
        if let Some(zone) = zone {
            self.by_zone[zone as usize].0.add(status, residents);
        }
        for arrival in &near {
            self.nodes[arrival.outlet.index()].within += residents;
        }
        if let Some(first) = near.first() {
            let node = first.outlet.index();
            self.nodes[node].nearest += residents;
            if let Some(next) = arrivals.get(1) {
                let more = next.time.as_seconds() - first.time.as_seconds();
                self.extra[node].0 += residents;
                self.extra[node].1 += residents * more;
            }
            if near.len() == 1 {
                self.nodes[node].only += residents;
                if let Some(zone) = zone {
                    self.by_zone[zone as usize].1[node] += residents;
                }
            }
        }
        if near.len() == needed {
            for arrival in &near {
                self.nodes[arrival.outlet.index()].fall_short += residents;
            }
        }
        self.cells.push(CellSupply {
            status,
            failed: (!failing.is_empty()).then_some(failed),
            within: on.map(|_| near.len() as u32),
            nearest: arrivals.iter().take(needed + 1).copied().collect(),
            zone,
        });
    }

    fn supply(mut self, with_failing: bool) -> Supply {
        for (node, (residents, seconds)) in self.nodes.iter_mut().zip(&self.extra) {
            node.extra_s = (*residents > 0.0).then(|| (seconds / residents * 10.0).round() / 10.0);
        }
        // A cell names nodes by their place in the registry, which does not change when they are ranked.
        let outlets: Vec<usize> = self.nodes.iter().map(|node| node.outlet).collect();
        for nearest in self.cells.iter_mut().flat_map(|cell| &mut cell.nearest) {
            nearest.outlet = OutletId::new(outlets[nearest.outlet.index()] as u32);
        }
        let worst = |on: &[f64]| {
            let most = on.iter().enumerate().filter(|(_, r)| **r > 0.0);
            most.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0))).map(|(node, r)| (outlets[node], *r))
        };
        let zones = self.by_zone.iter().map(|(sums, on)| (*sums, worst(on))).collect();
        self.nodes.sort_by(|a, b| {
            let by = |pick: fn(&Node) -> f64| pick(b).total_cmp(&pick(a));
            by(|n| n.only).then(by(|n| n.fall_short)).then(by(|n| n.within)).then(a.outlet.cmp(&b.outlet))
        });
        let failed = with_failing.then_some(self.failed);
        Supply { cells: self.cells, nodes: self.nodes, city: self.city, failed, zones }
    }
}

impl Sums {
    fn add(&mut self, status: Status, residents: f64) {
        self.residents += residents;
        *match status {
            Status::Covered => &mut self.covered,
            Status::Short => &mut self.short,
            Status::None => &mut self.none,
            Status::NoStreet => &mut self.no_street,
        } += residents;
    }

    /// The share of those with enough nodes.
    pub(crate) fn share_covered(&self) -> Option<f64> {
        (self.residents > 0.0).then(|| self.covered / self.residents)
    }
}
