//! Where things are: WGS-84 degrees, always longitude before latitude.
//!
//! Comes in: degrees from files. Goes out: [`LonLat`] for people and files, [`Position`] (whole 1e-7 degrees, as OSM
//! stores them) for the graph, and distances. Not here: other datums; a registry's GCJ-02 is turned before it comes in.
//!
//! Lengths are great-circle lengths on the sphere of the IUGG mean radius, 6,371,008.8 m (Moritz 2000, "Geodetic
//! Reference System 1980"), as most routing systems have them. Against the ellipsoid they are off by at most 0.56 %
//! (0.1 to 0.3 % in middle latitudes).

use serde::{Deserialize, Serialize};

use crate::units::Meters;

/// The IUGG mean radius of the Earth in metres.
const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// How many steps of a [`Position`] make a degree.
const STEPS_PER_DEGREE: f64 = 1e7;

/// A longitude and a latitude in WGS-84 degrees.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east, -180 to 180.
    pub lon: f64,
    /// Degrees north, -90 to 90.
    pub lat: f64,
}

/// Two numbers that are no longitude and latitude.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
#[error("lon {lon}, lat {lat} is not on Earth: longitude is -180 to 180, latitude -90 to 90 degrees")]
pub struct NotOnEarth {
    /// The first number as it came.
    pub lon: f64,
    /// The second number as it came.
    pub lat: f64,
}

impl LonLat {
    /// A point from degrees.
    ///
    /// # Errors
    /// When a number is not finite or out of range.
    ///
    /// ```
    /// use walkshed::LonLat;
    /// assert!(LonLat::new(116.4, 39.9).is_ok());
    /// assert!(LonLat::new(39.9, 116.4).is_err(), "axes swapped");
    /// ```
    pub fn new(lon: f64, lat: f64) -> Result<Self, NotOnEarth> {
        if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) {
            Ok(Self { lon, lat })
        } else {
            Err(NotOnEarth { lon, lat })
        }
    }

    /// The great-circle distance to another point (haversine).
    pub fn distance_to(self, other: Self) -> Meters {
        let (phi1, phi2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_dphi = (phi2 - phi1) / 2.0;
        let half_dlambda = (other.lon - self.lon).to_radians() / 2.0;
        let a = half_dphi.sin().powi(2) + phi1.cos() * phi2.cos() * half_dlambda.sin().powi(2);
        Meters(2.0 * EARTH_RADIUS_M * a.sqrt().min(1.0).asin())
    }
}

/// A point in whole 1e-7 degrees (about a centimetre): exact to compare, 8 bytes to keep.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Position {
    /// Steps of 1e-7 degree east.
    pub lon_e7: i32,
    /// Steps of 1e-7 degree north.
    pub lat_e7: i32,
}

impl Position {
    /// The point in degrees.
    pub fn lon_lat(self) -> LonLat {
        LonLat { lon: f64::from(self.lon_e7) / STEPS_PER_DEGREE, lat: f64::from(self.lat_e7) / STEPS_PER_DEGREE }
    }

    /// The great-circle distance to another point.
    pub fn distance_to(self, other: Self) -> Meters {
        self.lon_lat().distance_to(other.lon_lat())
    }
}

impl From<LonLat> for Position {
    /// The nearest step in both directions.
    fn from(at: LonLat) -> Self {
        Self { lon_e7: (at.lon * STEPS_PER_DEGREE).round() as i32, lat_e7: (at.lat * STEPS_PER_DEGREE).round() as i32 }
    }
}

/// The way from point to point, added up: what [`Position::distance_to`] gives for each step, in a quarter of the time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ruler {
    /// The point before: its longitude in degrees, its latitude in radians and the cosine of that.
    before: Option<[f64; 3]>,
    along: f64,
}

/// Below this angle (6 km) the series for sine and arcsine end after three terms without an error.
const SMALL_ANGLE: f64 = 1e-3;

impl Ruler {
    /// Goes on to a point; gives the way from the first one.
    pub(crate) fn on_to(&mut self, at: Position) -> Meters {
        let degrees = at.lon_lat();
        let phi = degrees.lat.to_radians();
        let here = [degrees.lon, phi, phi.cos()];
        if let Some([lon, phi_before, cos_before]) = self.before {
            let half_dphi = (phi - phi_before) / 2.0;
            let half_dlambda = (degrees.lon - lon).to_radians() / 2.0;
            let a = sine(half_dphi).powi(2) + cos_before * here[2] * sine(half_dlambda).powi(2);
            self.along += 2.0 * EARTH_RADIUS_M * arcsine(a.sqrt().min(1.0));
        }
        self.before = Some(here);
        Meters(self.along)
    }
}

fn sine(x: f64) -> f64 {
    let square = x * x;
    if x.abs() < SMALL_ANGLE { x - x * square / 6.0 * (1.0 - square / 20.0) } else { x.sin() }
}

fn arcsine(x: f64) -> f64 {
    let square = x * x;
    if x < SMALL_ANGLE { x + x * square / 6.0 * (1.0 + square * 0.45) } else { x.asin() }
}

/// A flat metre grid around one point, for distances of a few kilometres.
///
/// East and north in metres; the error grows with the square of the distance and stays below 0.1 % within 20 km of a
/// point at latitudes below 60 degrees.
#[derive(Clone, Copy, Debug)]
pub struct LocalPlane {
    origin: LonLat,
    metres_per_lon_degree: f64,
    metres_per_lat_degree: f64,
}

impl LocalPlane {
    /// The plane that touches the Earth at a point.
    pub fn at(origin: LonLat) -> Self {
        let metres_per_lat_degree = EARTH_RADIUS_M.to_radians();
        Self {
            origin,
            metres_per_lon_degree: metres_per_lat_degree * origin.lat.to_radians().cos(),
            metres_per_lat_degree,
        }
    }

    /// Metres east and north of the origin.
    pub fn project(&self, at: LonLat) -> [f64; 2] {
        [
            (at.lon - self.origin.lon) * self.metres_per_lon_degree,
            (at.lat - self.origin.lat) * self.metres_per_lat_degree,
        ]
    }

    /// The point some metres east and north of the origin.
    pub fn unproject(&self, [east, north]: [f64; 2]) -> LonLat {
        LonLat {
            lon: self.origin.lon + east / self.metres_per_lon_degree,
            lat: self.origin.lat + north / self.metres_per_lat_degree,
        }
    }

    /// Half the width and height in degrees of a square that reaches `reach` metres each way.
    pub fn degrees_around(&self, reach: Meters) -> [f64; 2] {
        // Near a pole a metre is many degrees of longitude; half the globe is then enough.
        [(reach.0 / self.metres_per_lon_degree.max(1.0)).min(180.0), reach.0 / self.metres_per_lat_degree]
    }
}

/// A rectangle in degrees, sides included.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bounds {
    /// The south-west corner.
    pub min: LonLat,
    /// The north-east corner.
    pub max: LonLat,
}

impl Bounds {
    /// The smallest rectangle around some points, or nothing when there are none.
    pub fn around(points: impl IntoIterator<Item = LonLat>) -> Option<Self> {
        points.into_iter().fold(None, |bounds: Option<Self>, at| {
            Some(bounds.map_or(Self { min: at, max: at }, |b| Self {
                min: LonLat { lon: b.min.lon.min(at.lon), lat: b.min.lat.min(at.lat) },
                max: LonLat { lon: b.max.lon.max(at.lon), lat: b.max.lat.max(at.lat) },
            }))
        })
    }

    /// The rectangle with a margin of some metres on each side.
    #[must_use]
    pub fn grown(self, margin: Meters) -> Self {
        let [west, south] = LocalPlane::at(self.min).degrees_around(margin);
        let [east, north] = LocalPlane::at(self.max).degrees_around(margin);
        Self {
            min: LonLat { lon: self.min.lon - west, lat: self.min.lat - south },
            max: LonLat { lon: self.max.lon + east, lat: self.max.lat + north },
        }
    }

    /// Whether a point lies inside or on the border.
    pub fn contains(&self, at: LonLat) -> bool {
        (self.min.lon..=self.max.lon).contains(&at.lon) && (self.min.lat..=self.max.lat).contains(&at.lat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_111_195_metres() {
        // 2 pi R / 360 with R = 6,371,008.8 m
        let d = LonLat { lon: 10.0, lat: 0.0 }.distance_to(LonLat { lon: 10.0, lat: 1.0 });
        assert!((d.0 - 111_195.08).abs() < 0.01, "{d:?}");
    }

    #[test]
    fn the_plane_goes_there_and_back() {
        let plane = LocalPlane::at(LonLat { lon: 113.0, lat: 34.0 });
        let at = LonLat { lon: 113.02, lat: 34.01 };
        let back = plane.unproject(plane.project(at));
        assert!((back.lon - at.lon).abs() < 1e-12 && (back.lat - at.lat).abs() < 1e-12);
        let [e, n] = plane.project(at);
        let flat = e.hypot(n);
        let round = LonLat { lon: 113.0, lat: 34.0 }.distance_to(at).0;
        assert!((flat - round).abs() / round < 1e-3, "{flat} {round}");
    }

    #[test]
    fn out_of_range_and_nan_are_refused() {
        for (lon, lat) in [(180.1, 0.0), (0.0, -90.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert!(LonLat::new(lon, lat).is_err(), "{lon} {lat}");
        }
    }
}
