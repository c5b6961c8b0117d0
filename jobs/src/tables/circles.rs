//! Rows of the tables `circles` and `circle_members`.
//!
//! Comes in: circles as drawn. Goes out: both tables. Not here: drawing them.

use anyhow::Result;
use geo::GeodesicArea as _;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _};

use super::geo::area_wkb;
use super::residents_sum::texts;
use crate::circles::{CircleDrawn, Drawn, Member};

/// The table `circles`.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn circles_table(drawn: &Drawn) -> Result<DataFrame> {
    let circles = &drawn.list;
    let text = |name: &str, of: &dyn Fn(&CircleDrawn) -> Option<String>| texts(name, circles.iter().map(of));
    let number = |name: &str, of: &dyn Fn(&CircleDrawn) -> Option<f64>| {
        Column::new(name.into(), circles.iter().map(of).collect::<Vec<_>>())
    };
    let listed = |circle: &CircleDrawn, of: &dyn Fn(&Member) -> String| {
        Some(circle.members.iter().map(|&member| of(&drawn.members[member])).collect::<Vec<_>>().join(";"))
    };
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), circles.len());
    for circle in circles {
        geometry.append_value(area_wkb(&circle.shape));
    }
    let columns = vec![
        text("id", &|c| Some(c.id.clone())),
        text("name", &|c| Some(c.name.clone())),
        text("within", &|c| c.parent.clone()),
        text("status", &|c| Some(c.status.clone())),
        Column::new("members".into(), circles.iter().map(|c| c.members.len() as u32).collect::<Vec<_>>()),
        number("residents", &|c| Some(c.residents)),
        number("residents_within", &|c| Some(c.walks.within)),
        number("residents_beyond", &|c| Some(c.walks.beyond)),
        number("residents_no_way", &|c| Some(c.walks.no_way)),
        number("share_within", &|c| (c.residents > 0.0).then(|| c.walks.within / c.residents)),
        number("mean_s", &|c| c.walks.mean_s),
        number("worst_s", &|c| c.walks.worst_s),
        text("centre_h3", &|c| Some(c.centre.to_string())),
        number("centre_lon", &|c| Some(c.at.lon)),
        number("centre_lat", &|c| Some(c.at.lat)),
        number("area_km2", &|c| Some((c.shape.geodesic_area_unsigned() / 1e3).round() / 1e3)),
        text("member_ids", &|c| listed(c, &|m| m.id.clone())),
        text("member_names", &|c| if drawn.of_cells { Some(String::new()) } else { listed(c, &|m| m.name.clone()) }),
        geometry.finish().into_column(),
    ];
    Ok(DataFrame::new(circles.len(), columns)?)
}

/// The table `circle_members`.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn members_table(drawn: &Drawn) -> Result<DataFrame> {
    let members = &drawn.members;
    let text = |name: &str, of: &dyn Fn(&Member) -> Option<String>| texts(name, members.iter().map(of));
    let number = |name: &str, of: &dyn Fn(&Member) -> Option<f64>| {
        Column::new(name.into(), members.iter().map(of).collect::<Vec<_>>())
    };
    // Of a member in no circle there are no walks.
    let walked = |m: &Member, sum: f64| m.circle.map(|_| sum);
    let columns = vec![
        text("member_id", &|m| Some(m.id.clone())),
        text("member_name", &|m| Some(m.name.clone())),
        text("circle_id", &|m| Some(drawn.list[m.circle?].id.clone())),
        text("status", &|m| Some(m.status.to_owned())),
        number("residents", &|m| Some(m.residents)),
        number("residents_within", &|m| walked(m, m.walks.within)),
        number("residents_beyond", &|m| walked(m, m.walks.beyond)),
        number("residents_no_way", &|m| walked(m, m.walks.no_way)),
        number("mean_s", &|m| m.walks.mean_s),
        number("worst_s", &|m| m.walks.worst_s),
    ];
    Ok(DataFrame::new(members.len(), columns)?)
}
