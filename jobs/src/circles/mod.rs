//! Circles (生活圈) drawn from walks: communities or cells grouped by a walking radius and a range of residents.
//!
//! Comes in: streets, residents by cell, zones if communities are to be grouped. Goes out: [`Drawn`]: circles with their
//! members, walks and shapes, and the members in no circle. Not here: the grouping itself (the engine's `circles`), which
//! cells hang together (`links`), shapes (`shapes`), tables and words.

pub(crate) mod inputs;
mod links;
pub(crate) mod map;
mod shapes;
pub(crate) mod told;
mod units;
mod walks;

use anyhow::{Result, ensure};
use geo::MultiPolygon;
use h3o::CellIndex;
use rustc_hash::FxHashSet;
use walkshed::access::{AccessOptions, AccessSearch, LinkedOutlets, Way};
use walkshed::circles::{Circle, CircleCentre, CircleLimits, CircleTask};
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, Walker};
use walkshed::{LonLat, Meters, Ticks, WalkGraph};

use self::inputs::Inputs;
use self::links::{CellLinks, NeighbourCells, PairTimes};
use self::units::Units;
use self::walks::Walks;
use crate::models::weights_of;
use crate::residents::streets::street_cells;
use crate::residents::tally::ResidentCell;
use crate::run::linked::{OnStreet, link};
use crate::run::progress::Progress;

/// Residents are grouped in whole parts of so many to one.
const PARTS: f64 = 1e3;
/// Cells that are searched from at a time.
const BATCH: usize = 4_096;
/// With more cells than this, walks from each to all around it are too many to keep.
const MOST_CELLS: usize = 200_000;
/// How far the centre of a circle is looked for from its members.
pub(crate) const HORIZON: Ticks = Ticks::from_minutes(60);

/// What the circles should be like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Question {
    /// The radius in minutes on foot from the homes to the centre.
    pub minutes: u32,
    /// The share of residents who must be within it.
    pub share_within: f64,
    /// The fewest residents.
    pub least: f64,
    /// The most residents; nothing for any number.
    pub most: Option<f64>,
    /// How many circles; nothing for the fewest.
    pub count: Option<usize>,
    /// How much longer than the straight line the walk between cells that hang together may be.
    pub detour: Meters,
}

/// What is in a circle: a zone, or a cell.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Member {
    /// The zone's id, or the cell's.
    pub id: String,
    pub name: String,
    /// The circle, by its place in [`Drawn::list`]; nothing for a zone or a cell in none.
    pub circle: Option<usize>,
    /// `in_circle`, `no_street`, `no_residents` or `outside`.
    pub status: &'static str,
    pub residents: f64,
    pub walks: WalkSums,
    /// The cells that it consists of.
    pub cells: Vec<u32>,
    /// The border that it may not cross, by its place in that layer.
    pub parent: Option<u32>,
}

/// The walks of residents to the centre of their circle.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct WalkSums {
    /// Within the radius.
    pub within: f64,
    /// Farther, as far as there is a way within an hour.
    pub beyond: f64,
    /// No street, or no way within an hour.
    pub no_way: f64,
    /// The mean walk of those with a way.
    pub mean_s: Option<f64>,
    /// The longest of these.
    pub worst_s: Option<f64>,
}

/// One circle.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct CircleDrawn {
    pub id: String,
    pub name: String,
    /// The id of the area whose borders it may not cross.
    pub parent: Option<String>,
    /// `ok`, or any of `too_few`, `too_many`, `too_far`, joined by `;`.
    pub status: String,
    /// The members, by their place in [`Drawn::members`].
    pub members: Vec<usize>,
    pub residents: f64,
    pub walks: WalkSums,
    pub centre: CellIndex,
    pub at: LonLat,
    pub shape: MultiPolygon<f64>,
}

/// What was drawn.
pub(crate) struct Drawn {
    pub list: Vec<CircleDrawn>,
    pub members: Vec<Member>,
    /// Whether the members are cells.
    pub of_cells: bool,
    /// How the cells hang together.
    pub borders: Borders,
    pub residents: f64,
    /// Residents of cells in no circle.
    pub left_out: f64,
}

/// How neighbouring cells hang together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub(crate) struct Borders {
    /// Pairs of cells side by side.
    pub pairs: u64,
    /// Of these, pairs whose walk is much longer than the straight line: something stands between.
    pub way_round: u64,
    /// Pairs joined by a single crossing of such a barrier, which does not count.
    pub lone_crossings: u64,
    /// Pairs that count nevertheless, because one side is too small to be left alone.
    pub pockets_joined: u64,
    /// Pairs on two sides of a border that must not be crossed.
    pub kept_apart: u64,
}

/// Draws the circles.
///
/// # Errors
/// When there is nobody on a street, or too many cells.
pub(crate) fn draw(
    inputs: &Inputs,
    walker: &Walker,
    snap: SnapOptions,
    question: &Question,
    progress: &Progress,
) -> Result<Drawn> {
    let graph = &inputs.streets.graph;
    let weights = weights_of(graph, walker)?;
    let cells = with_streets(inputs);
    ensure!(
        cells.len() <= MOST_CELLS,
        "{} cells are too many to draw circles from; choose a coarser --resolution (a step is a seventh of the cells)",
        cells.len()
    );
    let on: Vec<Option<OnStreet>> = {
        let _stage = progress.stage("find streets", None);
        let snapper = Snapper::for_walker(graph, snap, &weights);
        link(&snapper, &weights, &cells.iter().map(|cell| cell.at).collect::<Vec<_>>())
    };
    let units = Units::new(inputs, &cells, &on);
    ensure!(units.count() > 0, "no home is near a street, so there is nothing to draw circles from");
    let neighbours = NeighbourCells::new(&cells, &on);
    let slack = |straight: Meters| Ticks::from_seconds((straight.0 + question.detour.0) / walker.speed().0);
    let radius = Ticks::from_minutes(question.minutes);
    // An eighth of the disc of the radius, in cells.
    let disc = std::f64::consts::PI * (walker.speed().0 * radius.as_seconds()).powi(2);
    let pocket = disc / 8.0 / inputs.residents.resolution.area_m2();
    let about = About { units: &units, neighbours: &neighbours, radius, pocket };
    let (walks, links) = search(graph, &weights, &on, inputs, &about, &slack, progress)?;
    let _stage = progress.stage("draw circles", None);
    let limits = CircleLimits {
        radius,
        share_within: question.share_within,
        least: in_parts(question.least),
        most: question.most.map_or(u64::MAX, in_parts),
        count: question.count,
    };
    let task = CircleTask::new(units.as_task(), walks, &units.links(&links), limits)?;
    let circles = task.draw();
    let centres: Vec<u32> = circles.iter().map(|circle| units.centre_cell(circle.centre)).collect();
    let drawn = told_of(inputs, graph, &weights, &on, &units, (&circles, &centres), (radius, links.borders));
    shapes::draw(inputs, drawn, &cells, &links, &units)
}

/// The cells with homes, then those along the streets without any: the city hangs together by these too.
fn with_streets(inputs: &Inputs) -> Vec<ResidentCell> {
    let homes = &inputs.residents.cells;
    let known: FxHashSet<CellIndex> = homes.iter().map(|cell| cell.cell).collect();
    let along = street_cells(&inputs.streets.graph, inputs.residents.resolution);
    let empty = along.into_iter().filter(|cell| !known.contains(cell)).map(|cell| ResidentCell::new(cell, 0.0));
    homes.iter().copied().chain(empty).collect()
}

/// What is searched for.
struct About<'a> {
    units: &'a Units,
    neighbours: &'a NeighbourCells,
    radius: Ticks,
    /// Parts of fewer cells are not left alone.
    pocket: f64,
}

/// The walks of all units to all possible centres, and which cells hang together.
fn search(
    graph: &WalkGraph,
    weights: &EdgeWeights,
    on: &[Option<OnStreet>],
    inputs: &Inputs,
    &About { units, neighbours, radius, pocket }: &About<'_>,
    slack: &impl Fn(Meters) -> Ticks,
    progress: &Progress,
) -> Result<(Vec<CircleCentre>, CellLinks)> {
    let points: Vec<Option<LinkedPoint>> = on.iter().map(|on| on.as_ref().map(|on| on.point.clone())).collect();
    // Every cell is a possible centre: an outlet that the others walk to.
    let ends: Vec<(Option<LinkedPoint>, Vec<u16>)> = points.iter().map(|point| (point.clone(), vec![0])).collect();
    let ends = LinkedOutlets::new(graph, &ends, 1, &[])?;
    let budgets = [radius.max(neighbours.longest(slack))];
    let options = AccessOptions { budgets: &budgets, horizon: None, only: None, way: Way::Lanes };
    let search = AccessSearch::by(graph, weights, &ends, None, options)?;
    let stage = progress.stage("search from cells", Some(points.len() as u64));
    let mut walks = Walks::new(points.len());
    let mut times = PairTimes::default();
    for (batch, cells) in (0..).zip(points.chunks(BATCH)) {
        let reached = search.nearest_few(cells, usize::MAX);
        for place in 0..cells.len() {
            let cell = batch * BATCH + place;
            let arrivals = reached.of(place, 0);
            if let Some(unit) = units.of_cell(cell) {
                let residents = in_parts(inputs.residents.cells[cell].residents);
                walks.add(unit, residents, arrivals.iter().filter(|a| a.time <= radius));
            }
            neighbours.note(cell, arrivals, &mut times);
        }
        stage.advance(cells.len() as u64);
    }
    let links = neighbours.links(&times, slack, |cell| units.parent_of_cell(cell), pocket);
    Ok((walks.centres(units), links))
}

/// The result in words and shapes.
fn told_of(
    inputs: &Inputs,
    graph: &WalkGraph,
    weights: &EdgeWeights,
    on: &[Option<OnStreet>],
    units: &Units,
    (circles, centres): (&[Circle], &[u32]),
    (radius, borders): (Ticks, Borders),
) -> Drawn {
    let of_cells = units.are_cells();
    let mut members = units.members(inputs);
    let to_centre = walks::to_centres(graph, weights, on, centres);
    let mut drawn = Vec::with_capacity(circles.len());
    let digits = circles.len().to_string().len().max(2);
    for (number, (circle, &centre)) in circles.iter().zip(centres).enumerate() {
        let places: Vec<usize> = circle.units.iter().map(|&unit| unit as usize).collect();
        for &place in &places {
            let walked = members[place].cells.iter().map(|&cell| {
                (inputs.residents.cells[cell as usize].residents, to_centre.seconds(number, cell as usize, on))
            });
            members[place].walks = WalkSums::of(walked, radius);
            members[place].circle = Some(number);
        }
        let walked = places.iter().flat_map(|&place| members[place].cells.iter()).map(|&cell| {
            (inputs.residents.cells[cell as usize].residents, to_centre.seconds(number, cell as usize, on))
        });
        let walks = WalkSums::of(walked, radius);
        let id = format!("C{:0digits$}", number + 1);
        let around = units.name_of_cell(inputs, centre as usize);
        let problems = [(circle.too_few, "too_few"), (circle.too_many, "too_many"), (circle.too_far, "too_far")];
        let problems: Vec<&str> = problems.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        let parent = members[places[0]].parent;
        drawn.push(CircleDrawn {
            name: around.map_or_else(|| id.clone(), |name| format!("{name}生活圈")),
            id,
            parent: parent.and_then(|p| Some(inputs.within.as_ref()?.zones.get(p as usize)?.id.clone())),
            status: if problems.is_empty() { "ok".to_owned() } else { problems.join(";") },
            residents: sum(places.iter().map(|&place| members[place].residents)),
            walks,
            centre: inputs.residents.cells[centre as usize].cell,
            at: inputs.residents.cells[centre as usize].at,
            shape: MultiPolygon(Vec::new()),
            members: places,
        });
    }
    let residents = sum(inputs.residents.cells.iter().map(|cell| cell.residents));
    let left_out = residents - sum(drawn.iter().map(|circle| circle.residents));
    Drawn { list: drawn, members, of_cells, borders, residents, left_out: left_out.max(0.0) }
}

impl WalkSums {
    /// Sums residents with the seconds of their walks.
    fn of(walked: impl Iterator<Item = (f64, Option<f64>)>, radius: Ticks) -> Self {
        let (mut sums, mut seconds, mut with_way) = (Self::default(), 0.0, 0.0);
        for (residents, walk) in walked {
            match walk {
                None => sums.no_way += residents,
                Some(walk) => {
                    let side = if walk <= radius.as_seconds() { &mut sums.within } else { &mut sums.beyond };
                    *side += residents;
                    with_way += residents;
                    seconds += residents * walk;
                    sums.worst_s = Some(sums.worst_s.unwrap_or(0.0).max(walk));
                }
            }
        }
        sums.mean_s = (with_way > 0.0).then(|| (seconds / with_way * 10.0).round() / 10.0);
        sums
    }
}

/// Residents in whole parts.
fn in_parts(residents: f64) -> u64 {
    (residents * PARTS).round() as u64
}

/// A sum that does not depend on the order: in whole millionths.
fn sum(residents: impl Iterator<Item = f64>) -> f64 {
    residents.map(|r| (r * 1e6).round() as i64).sum::<i64>() as f64 / 1e6
}
