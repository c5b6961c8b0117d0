//! Rows of the table `repairs`: what a mapper should mend.
//!
//! Comes in: faults in their order. Goes out: the table. Not here: finding and ranking them.

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};

use super::geo::point_wkb;
use crate::repair::words::{in_chinese, in_english, link};
use crate::repair::{Joined, Repair};

/// The rows for the writer.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn repairs_table(repairs: &[Repair]) -> Result<DataFrame> {
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), repairs.len());
    for repair in repairs {
        geometry.append_value(point_wkb(repair.at));
    }
    let text = |name: &str, of: &dyn Fn(&Repair) -> Option<String>| {
        let mut column = StringChunkedBuilder::new(name.into(), repairs.len());
        for repair in repairs {
            column.append_option(of(repair));
        }
        column.finish().into_column()
    };
    let number = |name: &str, of: &dyn Fn(&Repair) -> Option<f64>| {
        Column::new(name.into(), repairs.iter().map(of).collect::<Vec<Option<f64>>>())
    };
    let id = |name: &str, of: &dyn Fn(&Repair) -> Option<i64>| {
        Column::new(name.into(), repairs.iter().map(of).collect::<Vec<Option<i64>>>())
    };
    let columns = vec![
        Column::new("rank".into(), (1..=repairs.len() as u32).collect::<Vec<_>>()),
        text("kind", &|r| Some(r.kind.code().to_owned())),
        number("residents", &|r| Some(r.residents)),
        number("residents_this_side", &|r| Some(r.sides?[0])),
        number("residents_other_side", &|r| Some(r.sides?[1])),
        id("osm_node", &|r| r.osm_node),
        id("osm_way", &|r| r.osm_way),
        id("osm_relation", &|r| r.osm_relation),
        id("osm_other_way", &|r| r.osm_other_way),
        number("distance_m", &|r| r.distance_m),
        text("joined", &|r| Some(joined(r.joined).to_owned())),
        number("detour_m", &|r| if let Joined::Walk(metres) = r.joined { Some(metres) } else { None }),
        number("part_length_m", &|r| r.part_length_m),
        text("barrier", &|r| r.barrier.clone()),
        number("lon", &|r| Some(r.at.lon)),
        number("lat", &|r| Some(r.at.lat)),
        number("to_lon", &|r| Some(r.to?.lon)),
        number("to_lat", &|r| Some(r.to?.lat)),
        text("todo_en", &|r| Some(in_english(r))),
        text("todo_zh", &|r| Some(in_chinese(r))),
        text("link", &|r| Some(link(r))),
        geometry.finish().into_column(),
    ];
    Ok(DataFrame::new(repairs.len(), columns)?)
}

fn joined(joined: Joined) -> &'static str {
    match joined {
        Joined::No => "no",
        Joined::Walk(_) => "walk",
        Joined::Farther => "farther",
        Joined::Through => "through",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::columns::{Shape, Table, Weight};

    #[test]
    fn the_rows_have_the_columns_of_the_table() -> Result<()> {
        let shape = Shape::plain(Weight { en: String::new(), zh: String::new(), people: true });
        assert_eq!(repairs_table(&[])?.schema().as_ref(), &Table::Repairs.schema(&shape));
        Ok(())
    }
}
