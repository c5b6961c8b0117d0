//! Who lives and what is offered inside of areas: [`Crowd`].
//!
//! Comes in: residents by cell, outlets with their formats. Goes out: for an area, the residents whose cell has its centre
//! inside, by group, and the outlets inside with the number of their distinct formats. Not here: reading files.

use walkshed::LonLat;
use walkshed::isochrone::{Inside, Shape};

use crate::registry::outlets::{Outlet, Registry};
use crate::residents::tally::Residents;

/// Places sorted by latitude, each with what is there.
struct Places<T> {
    sorted: Vec<(LonLat, T)>,
}

impl<T> Places<T> {
    fn new(places: impl Iterator<Item = (LonLat, T)>) -> Self {
        let mut sorted: Vec<(LonLat, T)> = places.collect();
        sorted.sort_by(|a, b| a.0.lat.total_cmp(&b.0.lat).then(a.0.lon.total_cmp(&b.0.lon)));
        Self { sorted }
    }

    /// What is inside of an area with a box around it: west, south, east, north.
    fn inside<'p>(&'p self, area: &'p Inside<'p>, [west, south, east, north]: [f64; 4]) -> impl Iterator<Item = &'p T> {
        let first = self.sorted.partition_point(|place| place.0.lat < south);
        let end = self.sorted.partition_point(|place| place.0.lat <= north);
        let near = self.sorted[first..end].iter().filter(move |(at, _)| (west..=east).contains(&at.lon));
        near.filter(|(at, _)| area.contains(*at)).map(|(_, what)| what)
    }
}

/// Residents and outlets, as far as they are known.
#[derive(Default)]
pub(crate) struct Crowd {
    /// The names of the columns of residents: all, then each group.
    pub columns: Vec<String>,
    homes: Option<Places<Vec<f64>>>,
    outlets: Option<Places<Box<[u16]>>>,
}

/// What is inside of one area.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Counted {
    /// One number for each column of residents.
    pub residents: Vec<f64>,
    /// Outlets that count, and their distinct formats.
    pub outlets: Option<[u32; 2]>,
}

impl Crowd {
    /// With residents.
    pub(crate) fn with_residents(mut self, residents: &Residents) -> Self {
        let groups = residents.groups.iter().map(|group| format!("residents_{}", group.0));
        self.columns = std::iter::once("residents".to_owned()).chain(groups).collect();
        let home = |(number, cell): (usize, &crate::residents::tally::ResidentCell)| {
            let groups = residents.groups.iter().map(|group| group.1[number]);
            (cell.at, std::iter::once(cell.residents).chain(groups).collect())
        };
        self.homes = Some(Places::new(residents.cells.iter().enumerate().map(home)));
        self
    }

    /// With outlets.
    pub(crate) fn with_outlets(mut self, registry: &Registry) -> Self {
        let counting = registry.outlets.iter().filter(|outlet| outlet.counts());
        self.outlets = Some(Places::new(counting.map(|outlet: &Outlet| (outlet.at, outlet.formats().into()))));
        self
    }

    /// Whether outlets are known.
    pub(crate) fn has_outlets(&self) -> bool {
        self.outlets.is_some()
    }

    /// What is inside of an area; `bounds` is the box around it, if it is not empty.
    pub(crate) fn count(&self, area: &Shape, bounds: Option<[f64; 4]>) -> Counted {
        if self.homes.is_none() && self.outlets.is_none() {
            return Counted::default();
        }
        let inside = Inside::new(area);
        let mut residents = vec![0.0; self.columns.len()];
        if let Some((homes, bounds)) = self.homes.as_ref().zip(bounds) {
            for home in homes.inside(&inside, bounds) {
                for (sum, count) in residents.iter_mut().zip(home) {
                    *sum += count;
                }
            }
        }
        let outlets = self.outlets.as_ref().map(|outlets| {
            let found: Vec<&Box<[u16]>> = bounds.map(|b| outlets.inside(&inside, b).collect()).unwrap_or_default();
            let mut formats: Vec<u16> = found.iter().flat_map(|formats| formats.iter().copied()).collect();
            formats.sort_unstable();
            formats.dedup();
            [found.len() as u32, formats.len() as u32]
        });
        Counted { residents, outlets }
    }
}
