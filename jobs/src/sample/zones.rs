//! Communities (社区), grouped in street districts (街道): the zones that results are summed for.
//!
//! Comes in: the plan. Goes out: `zones.geojson`, polygons that cover the city without gaps or overlaps. Not here:
//! residents.

use std::io::Write;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::city::{City, Strip};
use super::names::{Named, name};
use super::plane::{Axis, Point};

/// Blocks in a street district from west to east and from south to north.
const STREET_DISTRICT: (usize, usize) = (3, 2);

/// Writes all zones as GeoJSON in WGS-84 (CRS84) and returns how many there are.
pub(crate) fn write(city: &City, out: &mut impl Write) -> Result<usize> {
    let xs = borders(city.columns(), city.lines(Axis::Vertical));
    let ys = borders(city.rows(), city.lines(Axis::Horizontal));
    let (columns, rows) = city.blocks();
    let districts = columns.div_ceil(STREET_DISTRICT.0);
    let unwritten = "zones.geojson cannot be written";
    let mut written = 0;
    write!(out, "{{\"type\":\"FeatureCollection\",\"features\":[").context(unwritten)?;
    for row in 0..rows {
        let mut from = 0;
        while from < columns {
            let to = from + width(city, from, row);
            let district = row / STREET_DISTRICT.1 * districts + from / STREET_DISTRICT.0;
            let place = row % STREET_DISTRICT.1 * STREET_DISTRICT.0 + from % STREET_DISTRICT.0;
            let feature = json!({
                "type": "Feature",
                "properties": {
                    "id": format!("{:04}{:03}", district + 1, place + 1),
                    "name": name(city.seed, Named::Community, written) + "社区",
                    "district": name(city.seed, Named::District, district) + "街道",
                },
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [outline(city, &xs[from..=to], [ys[row], ys[row + 1]])],
                },
            });
            let separator = if written == 0 { "\n" } else { ",\n" };
            write!(out, "{separator}{feature}").context(unwritten)?;
            written += 1;
            from = to;
        }
    }
    writeln!(out, "\n]}}").context(unwritten)?;
    Ok(written)
}

/// How many blocks the community has that begins at a block: two at the west end of a street district where one of them
/// has no residents of its own, otherwise one.
fn width(city: &City, column: usize, row: usize) -> usize {
    let is_pair = column.is_multiple_of(STREET_DISTRICT.0) && column + 1 < city.blocks().0;
    let both_are_homes = || (column..=column + 1).all(|column| city.kind((column, row)).is_residential());
    if is_pair && !both_are_homes() { 2 } else { 1 }
}

/// The lines between blocks: street lines, and the middle of the river or the railway where one lies between.
fn borders(strips: &[Strip], lines: &[f64]) -> Vec<f64> {
    let mut borders = vec![lines[0]];
    for (strip, ends) in strips.iter().zip(lines.windows(2)) {
        match strip {
            Strip::Blocks(_) => borders.push(ends[1]),
            // The block before the band reaches to its middle, and so does the one behind it.
            Strip::Band => {
                if let Some(border) = borders.last_mut() {
                    *border = f64::midpoint(ends[0], ends[1]);
                }
            }
        }
    }
    borders
}

/// A closed ring, counter-clockwise, with a vertex wherever a neighbour may have one.
fn outline(city: &City, xs: &[f64], [south, north]: [f64; 2]) -> Vec<[f64; 2]> {
    let there = xs.iter().map(|&x| Point::new(x, south));
    let back = xs.iter().rev().map(|&x| Point::new(x, north));
    let closing = std::iter::once(Point::new(xs[0], south));
    // Seven decimals are a centimetre; neighbours round the same numbers, so borders still agree.
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let to_degrees = |at| city.ground.lon_lat(at);
    there.chain(back).chain(closing).map(to_degrees).map(|at| [rounded(at.lon), rounded(at.lat)]).collect()
}
