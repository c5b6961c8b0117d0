//! Isochrones that every run draws: from the middle of each zone, and from where the longest walks begin.
//!
//! Comes in: the inputs and the coverage of a run. Goes out: the table `isochrones`. Not here: drawing (the engine's), and
//! isochrones of places that somebody asks for (`walkshed isochrone`).

use std::sync::Mutex;

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _};
use rayon::prelude::*;
use walkshed::Ticks;
use walkshed::coverage::AreaCoverage;
use walkshed::isochrone::{Heading, IsochroneOptions, Isochrones, Origin};
use walkshed::walk::EdgeWeights;

use super::coverage::Covered;
use super::inputs::Inputs;
use super::job::Placed;
use crate::isochrones::Group;
use crate::isochrones::batches::Drawer;
use crate::tables::isochrones::shape_wkb;
use crate::tables::residents_sum::texts;
use crate::tables::zone_summary::CITY;

/// The budgets that are drawn, in minutes.
const MINUTES: [u32; 3] = [5, 10, 15];
/// So many zones are drawn, those with most residents.
const MOST_ZONES: usize = 60;
/// Without zones, so many requirements have their longest walk drawn.
const MOST_WALKS: usize = 10;

/// A place to draw from.
struct Place {
    cell: usize,
    kind: &'static str,
    zone: Option<usize>,
}

/// One area.
struct Drawn {
    area_m2: f64,
    wkb: Vec<u8>,
}

/// The table `isochrones`.
///
/// # Errors
/// When something cannot be drawn.
pub(super) fn isochrones(
    inputs: &Inputs,
    placed: &Placed,
    covered: &Covered,
    weights: &EdgeWeights,
) -> Result<DataFrame> {
    let places = places(inputs, placed, covered);
    let graph = &inputs.streets.graph;
    let group = |place: &Place| {
        let first = inputs.origins.of_cell(place.cell).start;
        let (at, on) = (inputs.origins.points[first].at, &placed.origins[first]);
        let origin = on.as_ref().map(|on| Origin::new(graph, weights, at, &on.snap));
        let id = inputs.residents.cells[place.cell].cell.to_string();
        Group { id, at: Some(at), origins: origin.into_iter().collect() }
    };
    let groups: Vec<Group> = places.iter().map(group).collect();
    let budgets = MINUTES.map(Ticks::from_minutes);
    let isochrones = Isochrones::new(graph, weights, IsochroneOptions::default())?;
    let drawer = Drawer {
        isochrones: &isochrones,
        groups: &groups,
        heading: Heading::Away,
        budgets: &budgets,
        resting: Mutex::default(),
    };
    let draw = |number: usize| {
        drawer.reached(number, |_, reached| {
            let Some(mut reached) = reached else { return Ok(MINUTES.map(|_| None).into()) };
            let areas = reached.areas()?;
            let tenth = |number: f64| (number * 10.0).round() / 10.0;
            Ok(areas.iter().map(|a| Some(Drawn { area_m2: tenth(a.area_m2()), wkb: shape_wkb(a) })).collect())
        })
    };
    let drawn: Vec<Vec<Option<Drawn>>> = (0..groups.len()).into_par_iter().map(draw).collect::<Result<_>>()?;
    frame(inputs, &places, &groups, &drawn)
}

fn frame(inputs: &Inputs, places: &[Place], groups: &[Group], drawn: &[Vec<Option<Drawn>>]) -> Result<DataFrame> {
    let rows: Vec<(usize, u32, Option<&Drawn>)> = drawn
        .iter()
        .enumerate()
        .flat_map(|(place, areas)| areas.iter().zip(MINUTES).map(move |(area, m)| (place, m, area.as_ref())))
        .collect();
    let zones = inputs.zones.first().map_or(&[][..], |layer| &layer.zones);
    let zone = |row: &(usize, u32, Option<&Drawn>)| places[row.0].zone.map(|zone| &zones[zone]);
    let city = if zones.is_empty() { Some(CITY) } else { None };
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), rows.len());
    for row in &rows {
        geometry.append_option(row.2.map(|area| area.wkb.as_slice()));
    }
    Ok(DataFrame::new_infer_height(vec![
        texts("origin", rows.iter().map(|row| Some(&groups[row.0].id))),
        texts("kind", rows.iter().map(|row| Some(places[row.0].kind))),
        texts("zone_id", rows.iter().map(|row| zone(row).map(|zone| zone.id.as_str()).or(city))),
        texts("zone_name", rows.iter().map(|row| zone(row).map(|zone| zone.name.as_str()).or(city))),
        Column::new("minutes".into(), rows.iter().map(|row| row.1).collect::<Vec<u32>>()),
        texts("status", rows.iter().map(|row| Some(groups[row.0].status()))),
        Column::new("area_m2".into(), rows.iter().map(|row| row.2.map(|a| a.area_m2)).collect::<Vec<Option<f64>>>()),
        geometry.finish().into_column(),
    ])?)
}

/// The places: of the zones with most residents the middle and the longest walk; without zones the city's.
fn places(inputs: &Inputs, placed: &Placed, covered: &Covered) -> Vec<Place> {
    let Some(assigned) = placed.zones.first() else { return city_places(inputs, covered) };
    let areas: Vec<&AreaCoverage> = covered.reports[0].zones().iter().collect();
    let mut order: Vec<usize> = (0..areas.len()).filter(|&zone| areas[zone].residents() > 0.0).collect();
    order.sort_by(|&a, &b| areas[b].residents().total_cmp(&areas[a].residents()).then(a.cmp(&b)));
    order.truncate(MOST_ZONES);
    order.sort_unstable();
    let mut places = Vec::new();
    for zone in order {
        let cells = (0..inputs.residents.cells.len()).filter(|&cell| assigned.zone[cell] == Some(zone as u32));
        let middle = middle_of(inputs, cells);
        places.extend(middle.map(|cell| Place { cell, kind: "zone_centre", zone: Some(zone) }));
        let lacking = areas[zone].tallies().iter().map(|tally| tally.not_met() + tally.no_street());
        let most = lacking.enumerate().filter(|(_, n)| *n > 0.0).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let worst = most.and_then(|(requirement, _)| covered.extremes[0].of(zone + 1, requirement).worst);
        places.extend(worst.map(|(cell, _)| Place { cell, kind: "longest_walk", zone: Some(zone) }));
    }
    places
}

fn city_places(inputs: &Inputs, covered: &Covered) -> Vec<Place> {
    let middle = middle_of(inputs, 0..inputs.residents.cells.len());
    let mut places: Vec<Place> =
        middle.map(|cell| Place { cell, kind: "zone_centre", zone: None }).into_iter().collect();
    let lacking = covered.reports[0].city().tallies().iter().map(|tally| tally.not_met() + tally.no_street());
    let mut lacking: Vec<(usize, f64)> = lacking.enumerate().filter(|(_, n)| *n > 0.0).collect();
    lacking.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    for (requirement, _) in lacking.into_iter().take(MOST_WALKS) {
        let worst = covered.extremes[0].of(0, requirement).worst;
        places.extend(worst.map(|(cell, _)| Place { cell, kind: "longest_walk", zone: None }));
    }
    let mut seen = std::collections::BTreeSet::new();
    places.retain(|place| place.kind != "longest_walk" || seen.insert(place.cell));
    places
}

/// The inhabited cell that is nearest to where residents live on average.
fn middle_of(inputs: &Inputs, cells: impl Iterator<Item = usize> + Clone) -> Option<usize> {
    let of = |cell: usize| (inputs.residents.cells[cell].at, inputs.residents.cells[cell].residents);
    let sums = cells
        .clone()
        .map(of)
        .fold([0.0; 3], |[x, y, n], (at, residents)| [x + at.lon * residents, y + at.lat * residents, n + residents]);
    let [lon, lat] = [sums[0] / sums[2], sums[1] / sums[2]];
    let shrink = lat.to_radians().cos();
    let far = |cell: usize| {
        let at = of(cell).0;
        ((at.lon - lon) * shrink).hypot(at.lat - lat)
    };
    cells.filter(|&cell| of(cell).1 > 0.0).min_by(|&a, &b| far(a).total_cmp(&far(b)).then(a.cmp(&b)))
}
