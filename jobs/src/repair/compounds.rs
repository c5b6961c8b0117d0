//! Compounds (小区) that nobody can come into, as rows of the list.
//!
//! Comes in: the compounds of an extract, residents by cell. Goes out: rows. Not here: what a compound is, and why nobody
//! can come in (the engine's).

use std::collections::BTreeSet;

use geo::MultiPolygon;
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, LatLng};
use walkshed::osm::{Compound, CompoundSet, OsmKind, ShutCompound};

use super::{Joined, Kind, Repair};
use crate::residents::tally::Residents;

/// One row for each compound that nobody can come into.
pub(super) fn shut(found: &CompoundSet, residents: &Residents) -> Vec<Repair> {
    let row = |compound: &Compound| {
        let why = compound.no_way_in()?;
        let cells = cells_of(compound, residents);
        // From 0.0: the sum of nothing is -0.0 otherwise.
        let sum = cells.iter().fold(0.0, |sum, &cell| sum + residents.cells[cell as usize].residents);
        let of_kind = |kind| (compound.osm.kind == kind).then_some(compound.osm.id);
        Some(Repair {
            kind: Kind::ShutCompound,
            residents: sum,
            sides: None,
            osm_node: None,
            osm_way: of_kind(OsmKind::Way),
            osm_relation: of_kind(OsmKind::Relation),
            osm_other_way: None,
            distance_m: None,
            joined: Joined::No,
            part_length_m: None,
            at: compound.centre,
            to: None,
            barrier: None,
            compound: Some(ShutCompound {
                osm: compound.osm,
                name: compound.name.clone(),
                centre: compound.centre,
                why,
            }),
            cells,
        })
    };
    found.compounds.iter().filter_map(row).collect()
}

/// The cells with residents whose centre is in a compound, and the one in which the middle of it lies: many a compound is
/// smaller than a cell.
fn cells_of(compound: &Compound, residents: &Residents) -> Vec<u32> {
    let middle = LatLng::new(compound.centre.lat, compound.centre.lon).ok().map(|at| at.to_cell(residents.resolution));
    let cells: BTreeSet<CellIndex> = inside(&compound.shape, residents).into_iter().chain(middle).collect();
    let place =
        |cell: CellIndex| residents.cells.binary_search_by_key(&cell, |c| c.cell).ok().map(|place| place as u32);
    cells.into_iter().filter_map(place).collect()
}

fn inside(shape: &MultiPolygon<f64>, residents: &Residents) -> Vec<CellIndex> {
    let mut tiler = TilerBuilder::new(residents.resolution).containment_mode(ContainmentMode::ContainsCentroid).build();
    // A shape that H3 cannot take (a ring that crosses a pole) has its middle still.
    match tiler.add_batch(shape.0.iter().cloned()) {
        Ok(()) => tiler.into_coverage().collect(),
        Err(_) => Vec::new(),
    }
}
