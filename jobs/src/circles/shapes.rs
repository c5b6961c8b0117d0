//! The shapes of circles: the union of their members.
//!
//! Comes in: circles with their members. Goes out: a polygon for each. Not here: files.
//!
//! A circle of cells covers the cells with homes and the streets between them. Places inside it where nobody lives (a park, a
//! school) belong to it too, so holes are closed unless another circle lies in them.

use anyhow::Result;
use geo::{Contains as _, Coord, MultiPolygon, Point, Polygon, unary_union};
use h3o::geom::SolventBuilder;

use super::Drawn;
use super::inputs::Inputs;
use super::links::CellLinks;
use super::units::Units;
use crate::residents::tally::ResidentCell;

/// Gives each circle its shape.
///
/// # Errors
/// When cells of several resolutions are mixed, which does not happen.
pub(super) fn draw(
    inputs: &Inputs,
    mut drawn: Drawn,
    cells: &[ResidentCell],
    links: &CellLinks,
    units: &Units,
) -> Result<Drawn> {
    if let Some(layer) = inputs.zones.as_ref().filter(|_| !drawn.of_cells) {
        for circle in &mut drawn.list {
            let ids = circle.members.iter().map(|&member| &drawn.members[member].id);
            let zones: Vec<&MultiPolygon<f64>> =
                ids.filter_map(|id| layer.zones.iter().find(|zone| zone.id == *id)).map(|zone| &zone.shape).collect();
            circle.shape = unary_union(zones);
        }
        return Ok(drawn);
    }
    let circle_of = around(&drawn, cells.len(), links, units);
    let place = |cell: usize| Point(Coord { x: cells[cell].at.lon, y: cells[cell].at.lat });
    let taken: Vec<(usize, Point<f64>)> =
        circle_of.iter().enumerate().filter_map(|(cell, circle)| Some(((*circle)?, place(cell)))).collect();
    for (number, circle) in drawn.list.iter_mut().enumerate() {
        let own = circle_of.iter().zip(cells).filter(|(of, _)| **of == Some(number)).map(|(_, cell)| cell.cell);
        let shape = SolventBuilder::new().build().dissolve(own)?;
        circle.shape = MultiPolygon(shape.0.iter().map(|polygon| filled(polygon, number, &taken)).collect());
    }
    Ok(drawn)
}

/// The circle of each cell: of cells with homes their own, of those without that of the nearest cells with homes that hang
/// together with them, up to two cells away.
fn around(drawn: &Drawn, cells: usize, links: &CellLinks, units: &Units) -> Vec<Option<usize>> {
    let mut circle_of: Vec<Option<usize>> = vec![None; cells];
    for member in &drawn.members {
        member.cells.iter().for_each(|&cell| circle_of[cell as usize] = member.circle);
    }
    for _ in 0..2 {
        let before = circle_of.clone();
        for (cell, circle) in (0u32..).zip(&mut circle_of) {
            if circle.is_none() && units.of_cell(cell as usize).is_none() {
                *circle = links.of(cell).iter().filter_map(|&beside| before[beside as usize]).min();
            }
        }
    }
    circle_of
}

/// A polygon without the holes in which nobody of another circle lives.
fn filled(polygon: &Polygon<f64>, number: usize, homes: &[(usize, Point<f64>)]) -> Polygon<f64> {
    let is_inhabited = |hole: &geo::LineString<f64>| {
        let hole = Polygon::new(hole.clone(), Vec::new());
        homes.iter().any(|(circle, home)| *circle != number && hole.contains(home))
    };
    let holes = polygon.interiors().iter().filter(|hole| is_inhabited(hole)).cloned().collect();
    Polygon::new(polygon.exterior().clone(), holes)
}
