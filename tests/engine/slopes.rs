//! The published values of slope functions, each with where it was read.
//!
//! What the papers themselves print is marked so. Where a paper could not be read, the values are worked out by hand from
//! the formula as documented elsewhere, which holds the data in the model files to the formula and no more.

use walkshed::walk::{Walker, WalkerError};

/// The speed of a model in km/h on a slope, to three decimals.
fn km_h(name: &str, slope: f64) -> f64 {
    let speed = Walker::named(name).unwrap_or_else(|| panic!("{name}")).speed_on(slope).0 * 3.6;
    (speed * 1e3).round() / 1e3
}

fn degrees(degrees: f64) -> f64 {
    degrees.to_radians().tan()
}

/// Speeds of a model on slopes, within a share of each.
fn speeds(name: &str, within: f64, expected: &[(f64, f64)]) {
    for &(slope, speed) in expected {
        let found = km_h(name, slope);
        assert!((found - speed).abs() <= within, "{name} on {slope}: {found} km/h, expected {speed}");
    }
}

/// Tobler 1993, printed there: 6 km/h at -0.05, about 5 km/h on the level; the others from the formula.
#[test]
fn tobler() {
    speeds("tobler", 0.001, &[(-0.05, 6.0), (0.0, 5.037), (0.1, 3.549), (-0.15, 4.228), (0.5, 0.875), (-0.5, 1.242)]);
    speeds("tobler_off_path", 0.001, &[(-0.05, 3.6), (0.0, 3.022), (0.1, 2.13)]);
}

/// Naismith 1892: an hour for 3 miles and one for 2,000 feet, in metres as r.walk of GRASS documents it (a = 0.72, b = 6.0,
/// c and d = 1.9998, slope factor -0.2125). 1 km up 100 m: 12 + 10 min. 1 km down 150 m (8.5 degrees): 12 - 5 min. 1 km
/// down 300 m (16.7 degrees): 12 + 10 min. Down 3 degrees: as on the level.
#[test]
fn naismith_with_langmuir() {
    let minutes = |slope| 60.0 / km_h("naismith_langmuir", slope);
    for (slope, expected) in [(0.0, 12.0), (0.1, 22.0), (0.3, 42.0), (-0.15, 7.0), (-0.3, 22.0), (-0.05, 12.0)] {
        assert!((minutes(slope) - expected).abs() < 0.03, "{slope}: {} min", minutes(slope));
    }
    // The corrections begin at 5 and at 12 degrees, and are the same whether one rounds these or not.
    assert!(km_h("naismith_langmuir", -degrees(5.01)) > km_h("naismith_langmuir", -degrees(4.99)));
    assert!(km_h("naismith_langmuir", -degrees(12.01)) < km_h("naismith_langmuir", -degrees(11.99)));
}

/// DIN 33466 as hiking clubs cite it: 4 km in an hour; 300 m up in an hour; 500 m down in an hour. 4 km with 600 m up:
/// 1 h for the way, 2 h for the height, so 2 h 30 min. The same down: 1.2 h and half of 1 h, 1 h 42 min.
#[test]
fn din_33466() {
    speeds("din_33466", 0.001, &[(0.0, 4.0), (0.15, 4.0 / 2.5), (-0.15, 4.0 / 1.7)]);
    // The way counts whole while the height is quicker.
    speeds("din_33466", 0.001, &[(0.05, 4.0 / (1.0 + 200.0 / 300.0 / 2.0))]);
}

/// Schweizer Wanderwege print 4.2 km/h on the level; the others from the polynomial.
#[test]
fn swiss() {
    speeds("swiss", 0.006, &[(0.0, 4.204)]);
    // 10 m in 100 m up: 14.271 + 3.6991 + 2.5922 - 1.4384 + 0.32105 + 0.81542 - 0.09026 - 0.20757 + 0.01019 + 0.02859
    // - 0.00057 - 0.00218 + 0.00002 + 0.00009 = 19.997 min/km.
    speeds("swiss", 0.002, &[(0.1, 60.0 / 19.9976)]);
    // Down the odd powers change their sign: 14.271 - 3.6991 + 2.5922 + 1.4384 + 0.32105 - 0.81542 - 0.09026 + 0.20757
    // + 0.01019 - 0.02859 - 0.00057 + 0.00218 + 0.00002 - 0.00009 = 14.2086 min/km.
    speeds("swiss", 0.002, &[(-0.1, 60.0 / 14.2086)]);
    assert!((km_h("swiss", 0.4) - km_h("swiss", 0.9)).abs() < 1e-9, "beyond its domain its end holds");
}

/// Campbell et al. 2019, from the coefficients of Table S1: the median on the level 63.66 / (pi 10.064 (1 + (2.171 /
/// 10.064)^2)) + 0.628 = 2.552 m/s; and the fifth percentile at 10 degrees.
#[test]
fn campbell_2019() {
    let lorentz =
        |[a, b, c, d, e]: [f64; 5], x: f64| c / (std::f64::consts::PI * b * (1.0 + ((x - a) / b).powi(2))) + d + e * x;
    for (name, terms) in [
        ("campbell_2019_p05", [-1.527, 14.041, 36.813, 0.32, -0.00273]),
        ("campbell_2019_p25", [-1.822, 8.827, 37.111, 0.616, -0.00402]),
        ("campbell_2019_p50", [-2.171, 10.064, 63.66, 0.628, -0.00463]),
        ("campbell_2019_p75", [-3.067, 13.888, 113.655, 0.518, -0.00488]),
        ("campbell_2019_p95", [-3.485, 17.033, 138.04, 1.179, -0.01252]),
    ] {
        for x in [-30.0, -12.0, -3.0, 0.0, 4.0, 10.0, 29.9] {
            speeds(name, 0.001, &[(degrees(x), lorentz(terms, x) * 3.6)]);
        }
    }
    speeds("campbell_2019_p50", 0.01, &[(0.0, 2.552 * 3.6)]);
    // Quantiles do not cross.
    for x in [-25.0, -10.0, 0.0, 10.0, 25.0] {
        let of = |p: &str| km_h(&format!("campbell_2019_p{p}"), degrees(x));
        assert!(["05", "25", "50", "75", "95"].map(of).is_sorted(), "{x} degrees");
    }
}

/// Campbell et al. 2022, the median as the first author's R package stride has it: 1.149 m/s on the level, up and down alike.
#[test]
fn campbell_2022() {
    speeds("campbell_2022", 0.002, &[(0.0, 1.1492 * 3.6)]);
    let at_20 = (0.006_512 * 400.0 + 80.888_69) / (0.140_214 * 400.0 + 70.389_209) * 3.6;
    speeds("campbell_2022", 0.002, &[(degrees(20.0), at_20), (-degrees(20.0), at_20)]);
}

/// Irmischer and Clarke 2018, as R packages document the formula: men on paths 0.11 + 1 = 1.11 m/s at 5 m down in 100 m,
/// the fastest; off paths 0.11 + 0.67 = 0.78 m/s at 2 m down; women 0.95 of both.
#[test]
fn irmischer_and_clarke() {
    speeds(
        "irmischer_clarke_male",
        0.001,
        &[(-0.05, 1.11 * 3.6), (0.0, 1.0962 * 3.6), (0.25, (0.11 + (-0.5f64).exp()) * 3.6)],
    );
    speeds(
        "irmischer_clarke_male_off_path",
        0.001,
        &[(-0.02, 0.78 * 3.6), (0.28, (0.11 + 0.67 * (-0.5f64).exp()) * 3.6)],
    );
    speeds("irmischer_clarke_female", 0.001, &[(-0.05, 0.95 * 1.11 * 3.6)]);
    speeds("irmischer_clarke_female_off_path", 0.001, &[(-0.02, 0.95 * 0.78 * 3.6)]);
}

/// Minetti et al. 2002 print the polynomial, and a least cost of walking near 10 in 100 downhill. At 0.2 the cost is
/// 280.5 x 0.00032 - 58.7 x 0.0016 - 76.8 x 0.008 + 51.9 x 0.04 + 19.6 x 0.2 + 2.5 = 7.877 J/(kg m), on a slope that is
/// 1.0198 times as long as its map.
#[test]
fn minetti() {
    speeds("minetti", 0.001, &[(0.0, 4.32), (0.2, 4.32 * 2.5 / 7.8774 / 1.0198)]);
    let fastest = (-450..=450).max_by(|&a, &b| {
        let speed = |thousandth: i32| Walker::named("minetti").unwrap().speed_on(f64::from(thousandth) / 1e3).0;
        speed(a).total_cmp(&speed(b))
    });
    assert!((-170..=-90).contains(&fastest.unwrap()), "{fastest:?}");
}

/// The documented default speeds, in km/h.
#[test]
fn defaults_of_other_systems() {
    for (name, speed) in [
        ("r5", 4.68),
        ("r5r", 3.6),
        ("otp", 4.788),
        ("osrm", 5.0),
        ("valhalla", 5.1),
        ("graphhopper", 5.0),
        ("openrouteservice", 5.0),
        ("cityseer", 4.8),
        ("osr", 4.32),
        ("planner", 3.6),
    ] {
        speeds(name, 0.000_6, &[(0.0, speed), (0.2, speed)]);
        assert!(!Walker::named(name).unwrap().needs_heights());
    }
}

#[test]
fn models_say_whether_they_need_heights() {
    for (name, needs) in
        [("tobler", true), ("minetti", true), ("place", false), ("adult", false), ("wheelchair", false)]
    {
        assert_eq!(Walker::named(name).unwrap().needs_heights(), needs, "{name}");
    }
}

const OWN: &str = "schema_version = 1
id = \"mine\"
zh = \"我的\"
en = \"mine\"
speed_m_per_s = { value = 1.25, source = \"a survey\" }

[incline]
function = \"piecewise\"
slopes = { value = [-0.2, 0.0, 0.2], source = \"a survey\" }
speeds = { value = [0.8, 1.0, 0.5], source = \"a survey\" }
";

#[test]
fn a_piecewise_function_of_ones_own() {
    let walker = Walker::from_toml(OWN).unwrap();
    for (slope, speed) in
        [(-0.5, 1.0), (-0.2, 1.0), (-0.1, 1.125), (0.0, 1.25), (0.1, 0.9375), (0.2, 0.625), (0.7, 0.625)]
    {
        assert!((walker.speed_on(slope).0 - speed).abs() < 1e-9, "{slope}");
    }
    assert_eq!(
        walkshed::walk::CostModel::fingerprint(&walker),
        "mine speed_m_per_s=1.25 incline.slopes=-0.2,0,0.2 incline.speeds=0.8,1,0.5"
    );
    assert!(walker.needs_heights());
    let without = Walker::from_toml(&OWN.replace("en = \"mine\"", "en = \"mine\"\nelevation = \"used\"")).unwrap();
    assert!(!without.needs_heights());
}

#[test]
fn functions_that_give_no_time_are_refused() {
    for (from, to, expected) in [
        ("[0.8, 1.0, 0.5]", "[0.8, 1.0]", "3 slopes and 2 speeds"),
        ("[-0.2, 0.0, 0.2]", "[0.2, 0.0, -0.2]", "slopes ascending"),
        ("[0.8, 1.0, 0.5]", "[0.8, 1.0, 0.0]", "expected more than 0"),
        ("[0.8, 1.0, 0.5]", "[0.8, 1.0, -1]", "expected more than 0"),
        ("[0.8, 1.0, 0.5]", "[0.8, 1.0, inf]", "all of them finite"),
        ("[0.8, 1.0, 0.5]", "[]", "expected 1 to 32"),
    ] {
        let error = Walker::from_toml(&OWN.replace(from, to)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    let far = OWN.replace("function = \"piecewise\"", "function = \"spline\"");
    assert!(matches!(Walker::from_toml(&far), Err(WalkerError::Malformed(_))));
}
