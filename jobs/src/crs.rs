//! The coordinate systems that files declare, turned to WGS-84 degrees.
//!
//! Comes in: a name such as `urn:ogc:def:crs:EPSG::5635`, and the two numbers of a point. Goes out: longitude and
//! latitude. Not here: the Chinese map datums GCJ-02 and BD-09, which have no EPSG code, and guessing: a system whose
//! shift to WGS-84 is not known is refused, because it would be off by a hundred metres without anybody noticing.

use anyhow::{Context as _, Result, bail, ensure};
use proj4rs::Proj;
use proj4rs::transform::transform;
use walkshed::LonLat;

/// Ellipsoids whose half axes differ from those of WGS-84 by less than this (metres) belong to datums that are WGS-84
/// for our purposes (GRS 80: ETRS89, CGCS2000, NAD83, SIRGAS, …).
const SAME_ELLIPSOID_M: f64 = 0.01;
/// Half axes of the WGS-84 ellipsoid in metres.
const WGS84_AXES_M: (f64, f64) = (6_378_137.0, 6_356_752.314_245);

/// How the numbers of a file become degrees.
#[derive(Debug)]
pub(crate) struct Crs {
    name: String,
    /// `None` when the numbers are WGS-84 degrees already.
    from: Option<Box<(Proj, Proj)>>,
}

impl Crs {
    /// WGS-84 longitude and latitude in degrees, as GeoJSON has them by default.
    pub(crate) fn wgs84() -> Self {
        Self { name: "WGS-84".to_owned(), from: None }
    }

    /// The system that a name stands for: `OGC:CRS84`, `EPSG:4326`, an OGC URN or URL with an EPSG code.
    ///
    /// Numbers are taken as x, y (east, north; longitude, latitude) whatever order the register gives the axes, as GeoJSON
    /// files have them.
    ///
    /// # Errors
    /// When the name is not understood, the code is not known, or its shift to WGS-84 is not.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let upper = name.trim().to_ascii_uppercase();
        if upper.contains("CRS84") {
            return Ok(Self { name: "OGC:CRS84".to_owned(), from: None });
        }
        let digits = upper.rsplit([':', '/']).next().unwrap_or_default();
        let code = upper.contains("EPSG").then(|| digits.parse().ok()).flatten();
        let code: u16 = code.with_context(|| {
            format!("the coordinate system '{name}' is not understood; expected OGC:CRS84 or an EPSG code")
        })?;
        Self::epsg(code)
    }

    /// The system with an EPSG code.
    ///
    /// # Errors
    /// When the code is not known, or its shift to WGS-84 is not.
    pub(crate) fn epsg(code: u16) -> Result<Self> {
        let name = format!("EPSG:{code}");
        if code == 4326 {
            return Ok(Self { name, from: None });
        }
        let advice = "convert the file to WGS-84 (EPSG:4326) first, with QGIS or ogr2ogr";
        let source = Proj::from_epsg_code(code).with_context(|| format!("{name} is not known here; {advice}"))?;
        let wgs84 = Proj::from_epsg_code(4326).context("the definition of WGS-84 is broken")?;
        ensure!(knows_its_shift(&source, &wgs84)?, "the shift from {name} to WGS-84 is not known here; {advice}");
        Ok(Self { name, from: Some(Box::new((source, wgs84))) })
    }

    /// The name, for messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A point of the file in WGS-84 degrees.
    ///
    /// # Errors
    /// When the numbers do not lie in the system.
    pub(crate) fn lon_lat(&self, x: f64, y: f64) -> Result<LonLat> {
        let Some(from) = &self.from else {
            return match LonLat::new(x, y) {
                Ok(at) => Ok(at),
                Err(_) if x.abs() > 180.0 && y.abs() > 90.0 => bail!(
                    "{x}, {y} are metres of a map projection, not degrees, and the file names no projection; convert it \
                     to WGS-84 (EPSG:4326) first, with QGIS or ogr2ogr"
                ),
                Err(error) => Err(error.into()),
            };
        };
        let (source, wgs84) = from.as_ref();
        // The library counts angles in radians.
        let mut point = if source.is_latlong() { (x.to_radians(), y.to_radians()) } else { (x, y) };
        transform(source, wgs84, &mut point).with_context(|| format!("{x}, {y} is not a point of {}", self.name))?;
        LonLat::new(point.0.to_degrees(), point.1.to_degrees())
            .with_context(|| format!("{x}, {y} is not a point of {}", self.name))
    }
}

impl Crs {
    /// A place in the numbers of the system: the way back of [`Crs::lon_lat`].
    ///
    /// # Errors
    /// When the place does not lie in the system.
    pub(crate) fn numbers_of(&self, at: LonLat) -> Result<(f64, f64)> {
        let Some(from) = &self.from else { return Ok((at.lon, at.lat)) };
        let (source, wgs84) = from.as_ref();
        let mut point = (at.lon.to_radians(), at.lat.to_radians());
        transform(wgs84, source, &mut point)
            .with_context(|| format!("{}, {} does not lie in {}", at.lon, at.lat, self.name))?;
        Ok(if source.is_latlong() { (point.0.to_degrees(), point.1.to_degrees()) } else { point })
    }
}

/// Whether the way from a system to WGS-84 is more than a change of ellipsoid.
///
/// The definitions of some systems (Beijing 1954 zones, Xian 1980, …) come without a datum shift, and the library then
/// leaves the angles as they are. That is right for GRS 80 and wrong for all others. Whether angles are left alone is
/// found by trying, on the axis of the system, where every shift shows.
fn knows_its_shift(source: &Proj, wgs84: &Proj) -> Result<bool> {
    let (major, minor) = source.ellipse_parameters();
    if (major - WGS84_AXES_M.0).abs() < SAME_ELLIPSOID_M && (minor - WGS84_AXES_M.1).abs() < SAME_ELLIPSOID_M {
        return Ok(true);
    }
    let no_datum = Proj::from_proj_string(&format!("+proj=longlat +a={major} +b={minor} +no_defs"))
        .context("a system without a datum cannot be made")?;
    let probe = (source.longitude_of_origin(), source.latitude_of_origin());
    let mut projected = probe;
    transform(&no_datum, source, &mut projected).context("the origin of the system is not in it")?;
    let (mut bare, mut shifted) = (projected, projected);
    transform(source, &no_datum, &mut bare).context("the origin of the system is not in it")?;
    transform(source, wgs84, &mut shifted).context("the origin of the system is not in it")?;
    Ok((bare.0 - shifted.0).abs() + (bare.1 - shifted.1).abs() > 1e-12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_pass_as_they_are() -> Result<()> {
        for name in ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/4326"] {
            let at = Crs::named(name)?.lon_lat(116.4, 39.9)?;
            assert_eq!((at.lon.to_bits(), at.lat.to_bits()), (116.4_f64.to_bits(), 39.9_f64.to_bits()), "{name}");
        }
        Ok(())
    }

    #[test]
    fn projected_and_geographic_systems_are_turned_to_degrees() -> Result<()> {
        // UTM 50 N: 500 km east on the equator's false easting is the central meridian, 117 E.
        let at = Crs::named("urn:ogc:def:crs:EPSG::32650")?.lon_lat(500_000.0, 0.0)?;
        assert!((at.lon - 117.0).abs() < 1e-9 && at.lat.abs() < 1e-9, "{at:?}");
        // CGCS2000 in degrees is WGS-84 to a tenth of a millimetre.
        let at = Crs::epsg(4490)?.lon_lat(116.4, 39.9)?;
        assert!((at.lon - 116.4).abs() < 1e-8 && (at.lat - 39.9).abs() < 1e-8, "{at:?}");
        // There and back.
        for (code, x, y) in [(32650, 430_000.0, 4_400_000.0), (4490, 116.4, 39.9), (4326, 116.4, 39.9)] {
            let crs = Crs::epsg(code)?;
            let back = crs.numbers_of(crs.lon_lat(x, y)?)?;
            assert!((back.0 - x).abs() < 1e-4 && (back.1 - y).abs() < 1e-4, "{code}: {back:?}");
        }
        Ok(())
    }

    #[test]
    fn what_is_not_known_is_refused_with_advice() {
        let refused = |name: &str| Crs::named(name).expect_err(name).to_string();
        assert!(refused("gcj02").contains("'gcj02' is not understood"));
        assert!(refused("EPSG:65000").contains("EPSG:65000 is not known here; convert"));
        // Xian 1980 / 3-degree Gauss-Kruger CM 117E: no shift in the definitions.
        assert!(refused("EPSG:2384").contains("the shift from EPSG:2384 to WGS-84 is not known here"));
        let metres = Crs::wgs84().lon_lat(1_815_598.7, 982_758.3).expect_err("metres").to_string();
        assert!(metres.contains("metres of a map projection"), "{metres}");
    }
}
