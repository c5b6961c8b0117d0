//! Rows of the tables `supply_cells`, `supply_nodes` and `supply_zones`.
//!
//! Comes in: emergency supply as found. Goes out: the tables. Not here: finding it.

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _};

use super::geo::{cell_wkb, point_wkb};
use super::residents_sum::texts;
use super::zone_summary::CITY;
use crate::resilience::{CellSupply, Node, Status, Sums, Supply, Worst};
use crate::run::inputs::Inputs;

/// The three tables.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn supply_tables(supply: &Supply, inputs: &Inputs) -> Result<[DataFrame; 3]> {
    Ok([cells(supply, inputs)?, nodes(supply, inputs)?, zones(supply, inputs)?])
}

fn zone_id(inputs: &Inputs, zone: Option<u32>) -> Option<&str> {
    Some(inputs.zones.first()?.zones[zone? as usize].id.as_str())
}

fn outlet_id(inputs: &Inputs, outlet: usize) -> String {
    inputs.outlets.id_of(&inputs.outlets.outlets[outlet]).into_owned()
}

fn cells(supply: &Supply, inputs: &Inputs) -> Result<DataFrame> {
    let homes = &inputs.residents.cells;
    let rows = &supply.cells;
    let id = |place: usize| {
        move |cell: &CellSupply| cell.nearest.get(place).map(|nearest| outlet_id(inputs, nearest.outlet.index()))
    };
    let seconds =
        |place: usize| move |cell: &CellSupply| cell.nearest.get(place).map(|nearest| nearest.time.as_seconds());
    let number = |name: &str, of: &dyn Fn(&CellSupply) -> Option<f64>| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>())
    };
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), homes.len());
    for home in homes {
        geometry.append_value(cell_wkb(home.cell));
    }
    let columns = vec![
        texts("h3", homes.iter().map(|home| Some(home.cell.to_string()))),
        Column::new("residents".into(), homes.iter().map(|home| home.residents).collect::<Vec<_>>()),
        texts("zone_id", rows.iter().map(|cell| zone_id(inputs, cell.zone))),
        texts("status", rows.iter().map(|cell| Some(cell.status.code()))),
        texts("status_failed", rows.iter().map(|cell| cell.failed.map(Status::code))),
        Column::new("nodes".into(), rows.iter().map(|cell| cell.within).collect::<Vec<_>>()),
        texts("nearest_id", rows.iter().map(id(0))),
        number("nearest_s", &seconds(0)),
        texts("next_id", rows.iter().map(id(1))),
        number("next_s", &seconds(1)),
        geometry.finish().into_column(),
    ];
    Ok(DataFrame::new(homes.len(), columns)?)
}

fn nodes(supply: &Supply, inputs: &Inputs) -> Result<DataFrame> {
    let rows = &supply.nodes;
    let outlet = |node: &Node| &inputs.outlets.outlets[node.outlet];
    let number = |name: &str, of: &dyn Fn(&Node) -> Option<f64>| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>())
    };
    let formats = |node: &Node| {
        let ids = outlet(node).formats().iter().map(|&format| &*inputs.vocabulary.formats()[usize::from(format)].id);
        Some(ids.collect::<Vec<_>>().join(";"))
    };
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), rows.len());
    for node in rows {
        geometry.append_value(point_wkb(outlet(node).at));
    }
    let columns = vec![
        Column::new("rank".into(), (1..=rows.len() as u32).collect::<Vec<_>>()),
        texts("id", rows.iter().map(|node| Some(outlet_id(inputs, node.outlet)))),
        texts("name", rows.iter().map(|node| inputs.outlets.name(outlet(node)))),
        texts("formats", rows.iter().map(formats)),
        texts("zone_id", rows.iter().map(|node| zone_id(inputs, node.zone))),
        Column::new("on_street".into(), rows.iter().map(|node| node.on_street).collect::<Vec<_>>()),
        number("residents_within", &|node| Some(node.within)),
        number("residents_nearest", &|node| Some(node.nearest)),
        number("residents_only", &|node| Some(node.only)),
        number("residents_fall_short", &|node| Some(node.fall_short)),
        number("extra_s", &|node| node.extra_s),
        number("lon", &|node| Some(outlet(node).at.lon)),
        number("lat", &|node| Some(outlet(node).at.lat)),
        geometry.finish().into_column(),
    ];
    Ok(DataFrame::new(rows.len(), columns)?)
}

fn zones(supply: &Supply, inputs: &Inputs) -> Result<DataFrame> {
    let layer = inputs.zones.iter().take(1).flat_map(|layer| &layer.zones);
    let worst = supply.nodes.first().filter(|node| node.only > 0.0).map(|node| (node.outlet, node.only));
    let mut rows: Vec<(&str, &str, Sums, Worst)> = vec![(CITY, CITY, supply.city, worst)];
    rows.extend(layer.zip(&supply.zones).map(|(zone, (sums, worst))| (&*zone.id, &*zone.name, *sums, *worst)));
    let number = |name: &str, of: &dyn Fn(&Sums) -> Option<f64>| {
        Column::new(name.into(), rows.iter().map(|row| of(&row.2)).collect::<Vec<_>>())
    };
    let columns = vec![
        texts("zone_id", rows.iter().map(|row| Some(row.0))),
        texts("zone_name", rows.iter().map(|row| Some(row.1))),
        number("residents", &|sums| Some(sums.residents)),
        number("residents_covered", &|sums| Some(sums.covered)),
        number("residents_short", &|sums| Some(sums.short)),
        number("residents_none", &|sums| Some(sums.none)),
        number("residents_no_street", &|sums| Some(sums.no_street)),
        number("share_covered", &Sums::share_covered),
        texts("worst_node", rows.iter().map(|row| row.3.map(|(outlet, _)| outlet_id(inputs, outlet)))),
        Column::new("worst_residents".into(), rows.iter().map(|row| row.3.map(|(_, r)| r)).collect::<Vec<_>>()),
    ];
    Ok(DataFrame::new(rows.len(), columns)?)
}
