//! Positions that come as text, and whether they can be right.
//!
//! Comes in: two texts, their datum, and where the streets are. Goes out: a point in WGS-84 degrees, or a reason and what
//! to do about it. Not here: the formulas of the datums. A point that is far from the streets is wrong more often than it is far away: its axes are
//! swapped, its numbers are metres, or it belongs to another city.

use walkshed::{Bounds, LonLat, Meters};

use crate::clip::Clip;
use crate::datum::Datum;

/// Why numbers are known to be exchanged.
const AMONG_THE_STREETS: &str = "the other way round they lie among the streets";

/// So near to zero, in degrees, is nothing but a failed search: 100 m around a buoy.
const NULL_ISLAND: f64 = 0.001;

/// Where points may lie: the streets and a margin around them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area<'c> {
    allowed: Bounds,
    margin: Meters,
    homes: Option<&'c Clip>,
}

/// Why a position cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct BadPosition {
    /// `empty`, `bad_number`, `out_of_range`, `projected`, `null_island`, `swapped_axes`, `outside` or `outside_clip`.
    pub reason: &'static str,
    /// What was found, and what to do.
    pub detail: String,
}

impl<'c> Area<'c> {
    /// The bounding box of the streets, with a margin on each side.
    pub(crate) fn around(streets: Bounds, margin: Meters) -> Self {
        Self { allowed: streets.grown(margin), margin, homes: None }
    }

    /// The same, with homes in a part of it only.
    pub(crate) fn with_homes_in(self, homes: Option<&'c Clip>) -> Self {
        Self { homes, ..self }
    }

    /// Whether who lives at a point is counted.
    pub(crate) fn has_home(&self, at: LonLat) -> bool {
        self.homes.is_none_or(|clip| clip.contains(at))
    }

    /// Nothing when who lives at a point is counted, else the reason.
    ///
    /// # Errors
    /// `outside_clip`.
    pub(crate) fn check_home(&self, at: LonLat) -> Result<(), BadPosition> {
        match self.homes {
            Some(clip) if !clip.contains(at) => {
                let (lon, lat) = (at.lon, at.lat);
                let path = clip.path.display();
                let detail =
                    format!("the cell at lon {lon:.5}, lat {lat:.5} is outside the area of {path}, as was asked for");
                Err(BadPosition { reason: "outside_clip", detail })
            }
            _ => Ok(()),
        }
    }

    /// Nothing when a point lies in the area, else the reason.
    ///
    /// # Errors
    /// `swapped_axes` when it would lie in the area with its numbers exchanged, else `outside`.
    pub(crate) fn check(&self, at: LonLat) -> Result<(), BadPosition> {
        if self.allowed.contains(at) {
            return Ok(());
        }
        let (lon, lat) = (at.lon, at.lat);
        if self.has_swapped(lon, lat) {
            return Err(swapped(lon, lat, AMONG_THE_STREETS));
        }
        let Bounds { min, max } = self.allowed;
        let detail = format!(
            "lon {lon}, lat {lat} is more than {} m from the streets, which with that margin reach from {:.4}, {:.4} to \
             {:.4}, {:.4}; use an extract that covers it, or leave the row out",
            self.margin.0, min.lon, min.lat, max.lon, max.lat
        );
        Err(BadPosition { reason: "outside", detail })
    }

    fn has_swapped(&self, lon: f64, lat: f64) -> bool {
        LonLat::new(lat, lon).is_ok_and(|exchanged| self.allowed.contains(exchanged))
    }
}

/// A position from the texts of its longitude and latitude in WGS-84.
///
/// # Errors
/// As [`read_position_in`].
pub(crate) fn read_position(lon: &str, lat: &str, area: Option<&Area<'_>>) -> Result<LonLat, BadPosition> {
    read_position_in(Datum::Wgs84, lon, lat, area)
}

/// A position from the texts of its longitude and latitude in a datum. What is moved is rounded to 1e-7 degrees, a
/// centimetre, which is the precision of OSM: the same place gives the same numbers whichever datum it was written in.
///
/// # Errors
/// When they are no numbers, no degrees, both zero, exchanged, or far from the streets (where an area is given).
pub(crate) fn read_position_in(
    datum: Datum,
    lon: &str,
    lat: &str,
    area: Option<&Area<'_>>,
) -> Result<LonLat, BadPosition> {
    if lon.is_empty() || lat.is_empty() {
        let which = match (lon.is_empty(), lat.is_empty()) {
            (true, true) => "lon and lat are",
            (true, false) => "lon is",
            _ => "lat is",
        };
        return Err(BadPosition { reason: "empty", detail: format!("{which} empty; look the address up") });
    }
    let (lon, lat) = (read_number("lon", lon)?, read_number("lat", lat)?);
    if lon.abs() < NULL_ISLAND && lat.abs() < NULL_ISLAND {
        let detail =
            format!("lon {lon}, lat {lat} is in the Gulf of Guinea: zeros stand for a place that was not found");
        return Err(BadPosition { reason: "null_island", detail });
    }
    match LonLat::new(lon, lat) {
        Ok(at) => {
            let at = if datum.is_as(Datum::Wgs84) { at } else { rounded(datum.to_wgs84(at)) };
            area.map_or(Ok(at), |area| area.check(at).map(|()| at))
        }
        Err(_) if area.is_some_and(|area| area.has_swapped(lon, lat)) => Err(swapped(lon, lat, AMONG_THE_STREETS)),
        Err(_) if lat.abs() > 90.0 && lat.abs() <= 180.0 && lon.abs() <= 90.0 => {
            Err(swapped(lon, lat, "a latitude is between -90 and 90 degrees"))
        }
        Err(_) if lon.abs() > 180.0 && lat.abs() > 90.0 => Err(BadPosition {
            reason: "projected",
            detail: format!(
                "{lon}, {lat} look like metres of a map projection; expected degrees: convert the file to WGS-84 \
                 (EPSG:4326) first, with QGIS or ogr2ogr"
            ),
        }),
        Err(error) => Err(BadPosition { reason: "out_of_range", detail: error.to_string() }),
    }
}

fn rounded(at: LonLat) -> LonLat {
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    LonLat { lon: round(at.lon), lat: round(at.lat) }
}

/// A finite number from text.
///
/// # Errors
/// `bad_number` when it is none, with a hint for the usual causes.
pub(crate) fn read_number(column: &str, text: &str) -> Result<f64, BadPosition> {
    let bad = |hint: &str| BadPosition { reason: "bad_number", detail: format!("{column} is '{text}'; {hint}") };
    let read = if text.is_ascii() { text.parse::<f64>() } else { half_width(text).parse() };
    match read {
        Ok(number) if number.is_finite() => Ok(number),
        _ if text.is_empty() => Err(BadPosition { reason: "bad_number", detail: format!("{column} is empty") }),
        _ if text.contains(',') => Err(bad("write a decimal point and no commas, as in 116.39")),
        _ => Err(bad("expected a number such as 116.39")),
    }
}

/// Full-width digits and signs as ASCII, without a degree sign at the end.
fn half_width(text: &str) -> String {
    let half = text.trim_end_matches('°').chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    });
    half.collect()
}

fn swapped(lon: f64, lat: f64, why: &str) -> BadPosition {
    let detail =
        format!("lon {lon} and lat {lat} are exchanged ({why}); put the longitude into lon and the latitude into lat");
    BadPosition { reason: "swapped_axes", detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_be_wrong_has_its_reason() {
        let streets = Bounds { min: LonLat { lon: 116.2, lat: 39.8 }, max: LonLat { lon: 116.6, lat: 40.1 } };
        let beijing = Area::around(streets, Meters(1000.0));
        let porto = Bounds { min: LonLat { lon: -8.7, lat: 41.1 }, max: LonLat { lon: -8.5, lat: 41.2 } };
        let porto = Area::around(porto, Meters(0.0));
        let reason = |lon: &str, lat: &str, area| read_position(lon, lat, area).map_err(|bad| bad.reason);
        assert!(reason("116.3", "39.9", Some(&beijing)).is_ok());
        assert!(reason("116.195", "39.9", Some(&beijing)).is_ok(), "430 m west, within the margin");
        assert_eq!(reason("116.1", "39.9", Some(&beijing)), Err("outside"));
        assert_eq!(reason("39.9", "116.3", Some(&beijing)), Err("swapped_axes"));
        assert_eq!(reason("39.9", "116.3", None), Err("swapped_axes"));
        // Both orders are on Earth here; the streets tell.
        assert_eq!(reason("41.15", "-8.6", Some(&porto)), Err("swapped_axes"));
        assert_eq!(reason("181", "0", None), Err("out_of_range"));
        assert_eq!(reason("500000", "4427757", None), Err("projected"));
        assert_eq!(reason("", "39.9", None), Err("empty"));
        assert_eq!(reason("", "", None), Err("empty"));
        assert_eq!(reason("0", "0.0", None), Err("null_island"));
        assert!(reason("１１６．３", "39.9°", Some(&beijing)).is_ok());
        assert_eq!(reason("116,3", "39.9", None), Err("bad_number"));
        assert_eq!(reason("NaN", "39.9", None), Err("bad_number"));
    }
    #[test]
    fn a_place_gives_the_same_numbers_in_every_datum() {
        let at = LonLat { lon: 116.397_128, lat: 39.916_527 };
        for datum in Datum::ALL {
            let moved = datum.of_wgs84(at);
            let read = read_position_in(datum, &format!("{:.9}", moved.lon), &format!("{:.9}", moved.lat), None);
            assert_eq!(read, Ok(at), "{datum}");
        }
    }
}
