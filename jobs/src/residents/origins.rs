//! Where in a cell walks begin: at its centre, or at points that stand for the homes in it.
//!
//! Comes in: the cells, and the places of homes with their weights. Goes out: [`Origins`]: for each cell its points, each
//! with its part of the residents. Not here: what is reached from them.
//!
//! Homes of a cell are gathered into at most so many points: the heaviest home is the first, then always the one that is
//! farthest from those chosen; each home goes to the nearest chosen one; and the home nearest to the weighted middle of
//! such a group stands for it. So a point is always a real home, on the side of the river where that home is.

use std::collections::BTreeMap;

use h3o::CellIndex;
use walkshed::{LocalPlane, LonLat};

use super::count::Count;
use super::osm::{Building, cell_at};
use super::tally::Residents;

/// Homes of a cell that wait to be gathered, as a multiple of the points that they become.
const WAITING: usize = 8;

/// The place of a home, or of several.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct HomePoint {
    /// Where.
    pub at: LonLat,
    /// Residents, or square metres of dwelling floor: 0 or more.
    pub weight: f64,
}

/// Places of homes by cell. Memory is that of a bounded number of points for each cell, however many homes there are.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct HomePoints {
    most: usize,
    by_cell: BTreeMap<CellIndex, Vec<HomePoint>>,
}

impl HomePoints {
    /// None yet; so many are kept in a cell in the end.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, by_cell: BTreeMap::new() }
    }

    /// The buildings of an extract, weighted by dwelling floor.
    pub(crate) fn of_buildings(buildings: &[Building], resolution: h3o::Resolution, most: usize) -> Self {
        let mut homes = Self::new(most);
        for building in buildings {
            if let Some(cell) = cell_at(building.at, resolution) {
                homes.add(cell, building.at, building.floor);
            }
        }
        homes
    }

    /// Adds a home.
    pub(crate) fn add(&mut self, cell: CellIndex, at: LonLat, weight: f64) {
        let homes = self.by_cell.entry(cell).or_default();
        homes.push(HomePoint { at, weight });
        if homes.len() >= 2 * WAITING * self.most {
            *homes = gathered(homes, WAITING * self.most);
        }
    }

    /// The points that stand for the homes of a cell.
    fn of_cell(&self, cell: CellIndex) -> Vec<HomePoint> {
        self.by_cell.get(&cell).map(|homes| gathered(homes, self.most)).unwrap_or_default()
    }
}

/// Where walks begin.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Origins {
    /// All points, those of a cell together, in the order of the cells.
    pub points: Vec<Origin>,
    /// For each cell the first of its points; one entry more at the end.
    first: Vec<u32>,
    /// Whether points stand for homes.
    pub by_point: bool,
}

/// Where walks of some residents of a cell begin.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Origin {
    /// Where.
    pub at: LonLat,
    /// Its residents. Those of a cell's points are the cell's, to the millionth.
    pub residents: f64,
    /// Its share of the cell, also where nobody lives in it.
    pub share: f64,
}

impl Origins {
    /// One at the centre of each cell.
    pub(crate) fn at_centres(residents: &Residents) -> Self {
        let points = residents.cells.iter().map(|c| Origin { at: c.at, residents: c.residents, share: 1.0 }).collect();
        Self { points, first: (0..=residents.cells.len() as u32).collect(), by_point: false }
    }

    /// Points that stand for homes; the centre of cells in which no home is known.
    pub(crate) fn at_homes(residents: &Residents, homes: &HomePoints) -> Self {
        let mut origins = Self { points: Vec::new(), first: vec![0], by_point: true };
        for cell in &residents.cells {
            let mut points = homes.of_cell(cell.cell);
            if points.iter().all(|point| point.weight <= 0.0) {
                points = vec![HomePoint { at: cell.at, weight: 1.0 }];
            }
            let weights: Vec<f64> = points.iter().map(|point| point.weight).collect();
            let all: f64 = weights.iter().sum();
            let parts = Count::new(cell.residents).unwrap_or_default().split(&weights);
            origins.points.extend(points.iter().zip(parts).map(|(point, part)| Origin {
                at: point.at,
                residents: part.get(),
                share: point.weight / all,
            }));
            origins.first.push(origins.points.len() as u32);
        }
        origins
    }

    /// The numbers of a cell's points.
    pub(crate) fn of_cell(&self, cell: usize) -> std::ops::Range<usize> {
        self.first[cell] as usize..self.first[cell + 1] as usize
    }

    /// The numbers of the points of some cells together.
    pub(crate) fn of_cells(&self, cells: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        self.first[cells.start] as usize..self.first[cells.end] as usize
    }

    /// How many cells there are.
    pub(crate) fn cell_count(&self) -> usize {
        self.first.len() - 1
    }

    /// Runs of whole cells with some `most` points each.
    pub(crate) fn batches(&self, most: usize) -> Vec<std::ops::Range<usize>> {
        let mut batches = Vec::new();
        let mut begin = 0;
        for cell in 0..self.cell_count() {
            if (self.first[cell + 1] - self.first[begin]) as usize >= most || cell + 1 == self.cell_count() {
                batches.push(begin..cell + 1);
                begin = cell + 1;
            }
        }
        batches
    }
}

/// Homes as at most so many points; the same for the same homes in the same order.
pub(super) fn gathered(homes: &[HomePoint], most: usize) -> Vec<HomePoint> {
    let mut heaviest = 0;
    for (number, home) in homes.iter().enumerate() {
        if home.weight > homes[heaviest].weight {
            heaviest = number;
        }
    }
    let Some(origin) = homes.get(heaviest) else { return Vec::new() };
    let plane = LocalPlane::at(origin.at);
    let places: Vec<[f64; 2]> = homes.iter().map(|home| plane.project(home.at)).collect();
    let distance = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
    let mut chosen = vec![heaviest];
    let mut group = vec![0; homes.len()];
    let mut nearest: Vec<f64> = places.iter().map(|place| distance(*place, places[heaviest])).collect();
    while chosen.len() < most {
        let mut farthest = 0;
        for (number, far) in nearest.iter().enumerate() {
            if *far > nearest[farthest] {
                farthest = number;
            }
        }
        if nearest[farthest] <= 0.0 {
            break;
        }
        for (number, place) in places.iter().enumerate() {
            let away = distance(*place, places[farthest]);
            if away < nearest[number] {
                nearest[number] = away;
                group[number] = chosen.len();
            }
        }
        chosen.push(farthest);
    }
    (0..chosen.len()).map(|number| medoid(homes, &places, &group, number)).collect()
}

/// The home of a group that is nearest to the group's weighted middle, with the weight of all.
fn medoid(homes: &[HomePoint], places: &[[f64; 2]], group: &[usize], number: usize) -> HomePoint {
    let members = || (0..homes.len()).filter(|&home| group[home] == number);
    let weight: f64 = members().map(|home| homes[home].weight).sum();
    let count = members().count() as f64;
    let mean = |axis: usize| {
        let weighted = members().map(|home| homes[home].weight * places[home][axis]).sum::<f64>() / weight;
        if weight > 0.0 { weighted } else { members().map(|home| places[home][axis]).sum::<f64>() / count }
    };
    let middle = [mean(0), mean(1)];
    let away = |home: usize| (places[home][0] - middle[0]).powi(2) + (places[home][1] - middle[1]).powi(2);
    let first = members().next().unwrap_or_default();
    let best = members().fold(first, |best, home| if away(home) < away(best) { home } else { best });
    HomePoint { at: homes[best].at, weight }
}
