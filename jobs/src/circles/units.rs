//! What is grouped: zones with the cells in them, or the cells themselves.
//!
//! Comes in: residents by cell, on streets or not, zones. Goes out: [`Units`] as the engine numbers them, and their members
//! as tables name them. Not here: walks.

use walkshed::circles::CircleUnit;

use super::inputs::Inputs;
use super::links::CellLinks;
use super::{Member, WalkSums, in_parts, sum};
use crate::residents::tally::ResidentCell;
use crate::run::linked::OnStreet;

/// So many cells without homes may lie between two that hang together: a park, a square, a wide avenue.
const EMPTY_BETWEEN: usize = 3;

/// What is grouped.
#[derive(Clone, Debug)]
pub(super) struct Units {
    /// The unit of each cell with homes on a street.
    unit_of: Vec<Option<u32>>,
    /// For zones, the unit of every cell, lived in or not.
    area_of: Vec<Option<u32>>,
    /// Each unit's zone or cell.
    is: Vec<u32>,
    residents: Vec<u64>,
    /// The area that each unit must not leave.
    parent: Vec<Option<u32>>,
    /// The same of all cells.
    parent_of: Vec<Option<u32>>,
    /// The zone of each cell; cells are units themselves when there is none.
    zone_of: Option<Vec<Option<u32>>>,
    on_street: Vec<bool>,
}

impl Units {
    /// A unit for each zone, or else each cell, that has homes on a street. `all` are the cells with homes and then those
    /// without.
    pub(super) fn new(inputs: &Inputs, all: &[ResidentCell], on: &[Option<OnStreet>]) -> Self {
        let cells = &inputs.residents.cells;
        let places = || all.iter().map(|cell| cell.at);
        let zone_of = inputs.zones.as_ref().map(|layer| layer.assign(places()));
        let parents = inputs.within.as_ref().map(|layer| layer.assign(places()));
        let place_of = |cell: usize| match &zone_of {
            Some(zones) => zones[cell],
            None => Some(cell as u32),
        };
        let mut is: Vec<u32> = (0..cells.len()).filter(|&cell| on[cell].is_some()).filter_map(place_of).collect();
        is.sort_unstable();
        is.dedup();
        let unit_at =
            |place: Option<u32>| place.and_then(|place| is.binary_search(&place).ok()).map(|unit| unit as u32);
        let unit_of: Vec<Option<u32>> =
            (0..cells.len()).map(|cell| unit_at(on[cell].as_ref().and_then(|_| place_of(cell)))).collect();
        let mut residents = vec![0; is.len()];
        for (cell, unit) in unit_of.iter().enumerate() {
            if let Some(unit) = unit {
                residents[*unit as usize] += in_parts(cells[cell].residents);
            }
        }
        let area_of = zone_of.iter().flatten().map(|&zone| unit_at(zone)).collect();
        let parent_of = parents.unwrap_or_else(|| vec![None; all.len()]);
        let parent = vec![None; is.len()];
        let on_street = on.iter().map(Option::is_some).collect();
        let mut units = Self { unit_of, area_of, is, residents, parent, parent_of, zone_of, on_street };
        units.parent = units.most_of(inputs);
        if inputs.within.is_some() {
            units.keep_inside();
        }
        units
    }

    /// Leaves out the units that are in none of the areas that were given.
    fn keep_inside(&mut self) {
        let inside: Vec<bool> = self.parent.iter().map(Option::is_some).collect();
        let mut kept = 0;
        let number: Vec<Option<u32>> = inside
            .iter()
            .map(|&inside| {
                kept += u32::from(inside);
                inside.then(|| kept - 1)
            })
            .collect();
        for unit in self.unit_of.iter_mut().chain(&mut self.area_of) {
            *unit = unit.and_then(|unit| number[unit as usize]);
        }
        let mut units = inside.iter();
        self.is.retain(|_| *units.next().unwrap_or(&false));
        let mut units = inside.iter();
        self.residents.retain(|_| *units.next().unwrap_or(&false));
        self.parent.retain(Option::is_some);
    }

    /// For each unit the area in which most of its residents live; the first among equals.
    fn most_of(&self, inputs: &Inputs) -> Vec<Option<u32>> {
        let mut by_parent = vec![std::collections::BTreeMap::<Option<u32>, u64>::new(); self.is.len()];
        for (cell, unit) in self.unit_of.iter().enumerate() {
            if let Some(unit) = unit {
                // A unit without residents is where most of its cells are.
                let weight = in_parts(inputs.residents.cells[cell].residents) + 1;
                *by_parent[*unit as usize].entry(self.parent_of[cell]).or_default() += weight;
            }
        }
        let most = |of: &std::collections::BTreeMap<Option<u32>, u64>| {
            of.iter().max_by_key(|(parent, weight)| (**weight, std::cmp::Reverse(**parent))).and_then(|(p, _)| *p)
        };
        by_parent.iter().map(most).collect()
    }

    pub(super) fn count(&self) -> usize {
        self.is.len()
    }

    pub(super) fn are_cells(&self) -> bool {
        self.zone_of.is_none()
    }

    /// The unit of a cell with homes.
    pub(super) fn of_cell(&self, cell: usize) -> Option<u32> {
        self.unit_of.get(cell).copied().flatten()
    }

    /// The area that a cell must not leave: that of its unit.
    pub(super) fn parent_of_cell(&self, cell: u32) -> Option<u32> {
        let unit = self.of_cell(cell as usize).or_else(|| self.area_of.get(cell as usize).copied().flatten());
        unit.map_or(self.parent_of[cell as usize], |unit| self.parent[unit as usize])
    }

    pub(super) fn as_task(&self) -> Vec<CircleUnit> {
        self.residents.iter().map(|&residents| CircleUnit { residents }).collect()
    }

    /// Which units hang together, from which cells do: zones by any cells of theirs, lived in or not; cells with homes also
    /// over a few cells without.
    pub(super) fn links(&self, cells: &CellLinks) -> Vec<(u32, u32)> {
        let mut links: Vec<(u32, u32)> = if self.are_cells() {
            (0..self.unit_of.len() as u32).flat_map(|cell| self.links_of(cell, cells)).collect()
        } else {
            let held = self.held_by_homes(cells);
            let area = |cell: u32| self.area_of[cell as usize].filter(|_| held[cell as usize]);
            cells.pairs.iter().filter_map(|&(one, other)| area(one).zip(area(other))).collect()
        };
        links.retain(|(one, other)| one != other);
        links.sort_unstable();
        links.dedup();
        links
    }

    /// Which cells of zones hang together, inside their zone, with homes of it. A border often runs along the far bank of a
    /// river: the street there is in the zone, and nobody of the zone lives by it.
    fn held_by_homes(&self, cells: &CellLinks) -> Vec<bool> {
        let mut held: Vec<bool> = (0..self.area_of.len()).map(|cell| self.of_cell(cell).is_some()).collect();
        let mut waiting: Vec<u32> = (0u32..).zip(&held).filter(|(_, held)| **held).map(|(cell, _)| cell).collect();
        while let Some(cell) = waiting.pop() {
            for &beside in cells.of(cell) {
                let same = self.area_of[beside as usize] == self.area_of[cell as usize];
                if same && !std::mem::replace(&mut held[beside as usize], true) {
                    waiting.push(beside);
                }
            }
        }
        held
    }

    /// The units that hang together with that of a cell, over cells without homes.
    fn links_of(&self, cell: u32, cells: &CellLinks) -> Vec<(u32, u32)> {
        let Some(unit) = self.of_cell(cell as usize) else { return Vec::new() };
        let mut links = Vec::new();
        let (mut seen, mut front) = (vec![cell], vec![cell]);
        for _ in 0..=EMPTY_BETWEEN {
            let mut next = Vec::new();
            for &beside in front.iter().flat_map(|&at| cells.of(at)) {
                if seen.contains(&beside) {
                    continue;
                }
                seen.push(beside);
                match self.of_cell(beside as usize) {
                    Some(other) => links.push((unit, other)),
                    None => next.push(beside),
                }
            }
            front = next;
        }
        links
    }

    /// The cells that can be centres, in the order in which the engine numbers them.
    pub(super) fn centre_cells(&self) -> impl Iterator<Item = u32> + '_ {
        self.unit_of.iter().zip(0..).filter(|(unit, _)| unit.is_some()).map(|(_, cell)| cell)
    }

    /// The cell of a centre.
    pub(super) fn centre_cell(&self, centre: u32) -> u32 {
        self.centre_cells().nth(centre as usize).unwrap_or_default()
    }

    /// The name of the zone that a cell is in.
    pub(super) fn name_of_cell(&self, inputs: &Inputs, cell: usize) -> Option<String> {
        let zone = self.zone_of.as_ref()?[cell]?;
        Some(inputs.zones.as_ref()?.zones[zone as usize].name.clone())
    }

    /// All zones or cells: those that are units first, in the order of the units.
    pub(super) fn members(&self, inputs: &Inputs) -> Vec<Member> {
        let cells = &inputs.residents.cells;
        let mut cells_of: Vec<Vec<u32>> = match (&self.zone_of, &inputs.zones) {
            (Some(zone_of), Some(layer)) => {
                let mut cells_of = vec![Vec::new(); layer.zones.len()];
                for (cell, zone) in (0..).zip(&zone_of[..cells.len()]) {
                    if let Some(zone) = zone {
                        cells_of[*zone as usize].push(cell);
                    }
                }
                cells_of
            }
            _ => (0..cells.len() as u32).map(|cell| vec![cell]).collect(),
        };
        let is_unit = |place: &usize| self.is.binary_search(&(*place as u32)).is_ok();
        let others: Vec<usize> = (0..cells_of.len()).filter(|place| !is_unit(place)).collect();
        let order = self.is.iter().map(|&place| place as usize).chain(others);
        let member = |(number, place): (usize, usize)| {
            let of = std::mem::take(&mut cells_of[place]);
            let residents = sum(of.iter().map(|&cell| cells[cell as usize].residents));
            let (id, name) = match &inputs.zones {
                Some(layer) if self.zone_of.is_some() => {
                    (layer.zones[place].id.clone(), layer.zones[place].name.clone())
                }
                _ => (cells[place].cell.to_string(), String::new()),
            };
            let status = match number < self.is.len() {
                true => "in_circle",
                false if of.is_empty() => "no_residents",
                false if inputs.within.is_some() && of.iter().any(|&cell| self.on_street[cell as usize]) => "outside",
                false => "no_street",
            };
            let parent = self.parent.get(number).copied().flatten();
            Member { id, name, circle: None, status, residents, walks: WalkSums::default(), cells: of, parent }
        };
        order.enumerate().map(member).collect()
    }
}
