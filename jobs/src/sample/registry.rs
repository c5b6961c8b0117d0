//! A registry of any length, to try readers on: plain rows, doubles, and rows of no use.
//!
//! Comes in: a seed, a number of rows, and the city over which they are strewn. Goes out: CSV as `outlets.csv` has it, row
//! by row, so that memory does not grow with the rows. Not here: any order in the city; places are random, not along
//! streets, so nothing but the handling of rows can be learnt from it.

use std::io::Write;

use anyhow::{Context as _, Result};
use walkshed::LonLat;

use super::CitySize;
use super::city::City;
use super::names::{self, Named};
use super::outlets::any_outlet;
use super::plane::{Axis, Point};
use super::random::Random;

/// The share of rows that are the row before once more, some metres off.
const DOUBLES: f64 = 0.04;
/// The share of rows of no use.
const BAD: f64 = 0.02;
/// How many roads branches are named after.
const ROADS: usize = 8_000;

/// Writes so many rows below a header.
///
/// # Errors
/// When they cannot be written.
pub(crate) fn write_registry(seed: u64, rows: u64, size: CitySize, out: &mut impl Write) -> Result<()> {
    let unwritten = "the registry cannot be written";
    let city = City::new(seed, size.districts());
    let [east, north] = [Axis::Vertical, Axis::Horizontal].map(|axis| city.lines(axis).last().copied().unwrap_or(0.0));
    writeln!(out, "id,name,lon,lat,format").context(unwritten)?;
    let mut last: Option<(String, LonLat, &'static str)> = None;
    for row in 1..=rows {
        let mut chance = Random::at(seed, "a row", (row as usize, 0));
        let double = last.take().filter(|_| chance.chance(DOUBLES));
        let (name, at, format) = if let Some((name, at, format)) = double {
            let off = chance.between(-1e-4, 1e-4);
            (name, LonLat { lon: at.lon + off, lat: at.lat }, format)
        } else {
            let place = Point::new(chance.between(0.0, east), chance.between(0.0, north));
            let (called, format) = any_outlet(&mut chance);
            let road = names::name(seed, Named::Road, chance.below(ROADS));
            (format!("{called}（{road}路店）"), city.ground.lon_lat(place), format)
        };
        let LonLat { lon, lat } = at;
        match chance.chance(BAD).then(|| chance.below(4)) {
            None => writeln!(out, "{row},{name},{lon:.6},{lat:.6},{format}"),
            Some(0) => writeln!(out, "{row},{name},{lat:.6},{lon:.6},{format}"),
            Some(1) => writeln!(out, "{row},{name},,,{format}"),
            Some(2) => writeln!(out, "{row},{name},0,0,{format}"),
            Some(_) => writeln!(out, "{row},{name},{lon:.6},{lat:.6},古堡"),
        }
        .context(unwritten)?;
        last = Some((name, at, format));
    }
    Ok(())
}
