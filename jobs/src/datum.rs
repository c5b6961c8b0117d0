//! The datums of Chinese coordinates, turned to WGS-84.
//!
//! Comes in: degrees and the datum that they are said to be in. Goes out: WGS-84 degrees, and the way back. Not here:
//! projected systems (`crs`), and finding out which datum a file is in (`registry::fit`).
//!
//! GCJ-02 (AMap, Tencent) and BD-09 (Baidu) are WGS-84 moved by a formula that has never been published officially but is
//! known from the open-source `ChinaMapDeviation` and `eviltransform` projects; constants and terms are theirs. How well
//! the formula agrees with the shift that the services themselves apply is a matter of metres and is not measured here.
//! There is no inverse in closed form, so it is found by iteration, to [`CLOSE_ENOUGH`].

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

use walkshed::LonLat;

/// Half the long axis of the Krasovsky 1940 ellipsoid in metres, as the formula has it.
const KRASOVSKY_A: f64 = 6_378_245.0;
/// The square of its eccentricity.
const KRASOVSKY_EE: f64 = 0.006_693_421_622_965_943;
/// Where the formula moves points: west, south, east, north. Elsewhere GCJ-02 and BD-09 are WGS-84. This is the box of
/// the published code; it holds Hong Kong, Macao, Taiwan and parts of the neighbours too.
const MOVED: [f64; 4] = [72.004, 0.8293, 137.8347, 55.8271];
/// BD-09 counts its small waves in this unit.
const BD_WAVE: f64 = PI * 3_000.0 / 180.0;
/// An inverse is iterated until it changes by less than this, in degrees: a tenth of a millimetre.
const CLOSE_ENOUGH: f64 = 1e-9;
/// Each step of the iteration divides the error by some hundreds, so that a few are enough; this is a backstop.
const MOST_STEPS: usize = 32;

/// What coordinates are measured against.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Datum {
    /// GPS, OpenStreetMap.
    Wgs84,
    /// AMap, Tencent, Google in China.
    Gcj02,
    /// Baidu.
    Bd09,
    /// Tianditu and official data. Its ellipsoid differs from that of WGS-84 by a tenth of a millimetre and its frame by
    /// decimetres, so it is read as WGS-84.
    Cgcs2000,
}

impl Datum {
    /// All of them, in the order of messages.
    pub(crate) const ALL: [Self; 4] = [Self::Wgs84, Self::Gcj02, Self::Bd09, Self::Cgcs2000];
    /// Those that put a point in different places.
    pub(crate) const DIFFERENT: [Self; 3] = [Self::Wgs84, Self::Gcj02, Self::Bd09];

    /// Its name in configs and results.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
            Self::Cgcs2000 => "cgcs2000",
        }
    }

    /// Whose coordinates these are, in English and Chinese.
    pub(crate) const fn whose(self) -> (&'static str, &'static str) {
        match self {
            Self::Wgs84 => ("GPS, OpenStreetMap, or converted", "GPS、OpenStreetMap 或已转换"),
            Self::Gcj02 => ("AMap, Tencent", "高德、腾讯"),
            Self::Bd09 => ("Baidu", "百度"),
            Self::Cgcs2000 => ("Tianditu, official surveys; read as WGS-84", "天地图、测绘成果；按 WGS-84 读取"),
        }
    }

    /// Whether both put a point in the same place, for our purposes.
    pub(crate) fn is_as(self, other: Self) -> bool {
        let as_read = |datum| if datum == Self::Cgcs2000 { Self::Wgs84 } else { datum };
        as_read(self) == as_read(other)
    }

    /// A point of this datum in WGS-84, to [`CLOSE_ENOUGH`].
    pub(crate) fn to_wgs84(self, at: LonLat) -> LonLat {
        match self {
            Self::Wgs84 | Self::Cgcs2000 => at,
            Self::Gcj02 => inverse(gcj_from_wgs, at),
            Self::Bd09 => inverse(gcj_from_wgs, inverse(bd_from_gcj, at)),
        }
    }

    /// A point of WGS-84 in this datum.
    pub(crate) fn of_wgs84(self, at: LonLat) -> LonLat {
        match self {
            Self::Wgs84 | Self::Cgcs2000 => at,
            Self::Gcj02 => gcj_from_wgs(at),
            Self::Bd09 => bd_from_gcj(gcj_from_wgs(at)),
        }
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Datum {
    type Err = String;

    /// Reads a name as people write it: `GCJ-02`, `gcj02`, `bd09ll`, `EPSG:4490`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        match plain.as_str() {
            "wgs84" | "epsg4326" | "crs84" | "ogccrs84" => Ok(Self::Wgs84),
            "gcj02" | "gcj02ll" => Ok(Self::Gcj02),
            "bd09" | "bd09ll" => Ok(Self::Bd09),
            "cgcs2000" | "epsg4490" => Ok(Self::Cgcs2000),
            _ => Err(format!(
                "the datum {text:?} is not known; expected wgs84 (GPS, OSM), gcj02 (AMap, Tencent), bd09 (Baidu) or cgcs2000"
            )),
        }
    }
}

fn is_moved(at: LonLat) -> bool {
    let [west, south, east, north] = MOVED;
    (west..=east).contains(&at.lon) && (south..=north).contains(&at.lat)
}

/// GCJ-02 of a point of WGS-84, by the published formula.
fn gcj_from_wgs(at: LonLat) -> LonLat {
    if !is_moved(at) {
        return at;
    }
    let (x, y) = (at.lon - 105.0, at.lat - 35.0);
    let wave = |size: f64, of: f64| size * (of * PI).sin();
    let common = (wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x)) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + common
        + (wave(20.0, y) + wave(40.0, y / 3.0)) * 2.0 / 3.0
        + (wave(160.0, y / 12.0) + wave(320.0, y / 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + common
        + (wave(20.0, x) + wave(40.0, x / 3.0)) * 2.0 / 3.0
        + (wave(150.0, x / 12.0) + wave(300.0, x / 30.0)) * 2.0 / 3.0;
    // Metres on the ellipsoid to degrees.
    let (sine, cosine) = at.lat.to_radians().sin_cos();
    let magic = 1.0 - KRASOVSKY_EE * sine * sine;
    let meridian = KRASOVSKY_A * (1.0 - KRASOVSKY_EE) / (magic * magic.sqrt());
    let parallel = KRASOVSKY_A / magic.sqrt() * cosine;
    LonLat { lon: at.lon + (east / parallel).to_degrees(), lat: at.lat + (north / meridian).to_degrees() }
}

/// BD-09 of a point of GCJ-02, by the published formula.
fn bd_from_gcj(at: LonLat) -> LonLat {
    if !is_moved(at) {
        return at;
    }
    let radius = at.lon.hypot(at.lat) + 0.000_02 * (at.lat * BD_WAVE).sin();
    let angle = at.lat.atan2(at.lon) + 0.000_003 * (at.lon * BD_WAVE).cos();
    LonLat { lon: radius * angle.cos() + 0.0065, lat: radius * angle.sin() + 0.006 }
}

/// The point that `forward` moves to `to`: from a guess, the error of its image is taken off until it is nothing.
fn inverse(forward: impl Fn(LonLat) -> LonLat, to: LonLat) -> LonLat {
    if !is_moved(to) {
        return to;
    }
    let mut from = to;
    for _ in 0..MOST_STEPS {
        let image = forward(from);
        let (lon, lat) = (image.lon - to.lon, image.lat - to.lat);
        from = LonLat { lon: from.lon - lon, lat: from.lat - lat };
        if lon.abs() < CLOSE_ENOUGH && lat.abs() < CLOSE_ENOUGH {
            break;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat { lon, lat }
    }

    #[track_caller]
    fn near(found: LonLat, expected: LonLat, degrees: f64) {
        let off = (found.lon - expected.lon).abs().max((found.lat - expected.lat).abs());
        assert!(off <= degrees, "{found:?} is {off} from {expected:?}");
    }

    /// Four cities in WGS-84, GCJ-02 and BD-09 by the public formula, to six decimals.
    const CITIES: [[(f64, f64); 3]; 4] = [
        [(116.3975, 39.9087), (116.403_744, 39.910_103), (116.410_117, 39.916_443)],
        [(121.4737, 31.2304), (121.478_223, 31.228_458), (121.484_781, 31.234_311)],
        [(108.9480, 34.2632), (108.952_673, 34.261_625), (108.959_076, 34.267_927)],
        [(102.7123, 25.0406), (102.713_742, 25.037_627), (102.720_155, 25.043_915)],
    ];

    #[test]
    fn the_known_points_of_four_cities() {
        for [wgs, gcj, bd] in CITIES.map(|city| city.map(|(lon, lat)| at(lon, lat))) {
            near(Datum::Gcj02.of_wgs84(wgs), gcj, 5.1e-7);
            near(Datum::Bd09.of_wgs84(wgs), bd, 5.1e-7);
            near(Datum::Gcj02.to_wgs84(gcj), wgs, 6e-7);
            near(Datum::Bd09.to_wgs84(bd), wgs, 6e-7);
        }
    }

    #[test]
    fn there_and_back_is_the_same_point() {
        // A lattice over the whole box, its points a little off round numbers.
        for step in 0..4_000 {
            let (column, row) = (f64::from(step % 80), f64::from(step / 80));
            let wgs = at(75.013 + column * 0.737, 3.017 + row * 1.013);
            for datum in Datum::ALL {
                near(datum.to_wgs84(datum.of_wgs84(wgs)), wgs, 2.0 * CLOSE_ENOUGH);
            }
        }
    }

    #[test]
    fn the_shift_has_the_size_that_was_measured() {
        let (mut most, mut least) = (0.0_f64, f64::MAX);
        for step in 0..20_000 {
            let (column, row) = (f64::from(step % 200), f64::from(step / 200));
            let wgs = at(75.0 + column * 0.29, 20.0 + row * 0.32);
            let shift = wgs.distance_to(Datum::Gcj02.of_wgs84(wgs)).0;
            (most, least) = (most.max(shift), least.min(shift));
        }
        // 18 to 700 m over the same box in 200,000 points; these are fewer.
        assert!((660.0..705.0).contains(&most) && (18.0..40.0).contains(&least), "{least} to {most}");
    }

    #[test]
    fn nothing_moves_outside_the_box_of_the_formula() {
        for outside in [at(-15.43, 28.12), at(139.7, 35.7), at(116.0, 56.0), at(116.0, -33.0)] {
            for datum in Datum::ALL {
                assert_eq!(datum.to_wgs84(outside), outside);
                assert_eq!(datum.of_wgs84(outside), outside);
            }
        }
    }

    #[test]
    fn names_as_people_write_them() {
        assert_eq!("GCJ-02".parse(), Ok(Datum::Gcj02));
        assert_eq!("WGS 84".parse(), Ok(Datum::Wgs84));
        assert_eq!("bd09ll".parse(), Ok(Datum::Bd09));
        assert_eq!("EPSG:4490".parse(), Ok(Datum::Cgcs2000));
        assert!("beijing54".parse::<Datum>().is_err_and(|told| told.contains("expected wgs84 (GPS, OSM), gcj02")));
        assert!(Datum::Cgcs2000.is_as(Datum::Wgs84) && !Datum::Gcj02.is_as(Datum::Wgs84));
    }
}
