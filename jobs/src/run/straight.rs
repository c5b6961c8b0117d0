//! The outlet that is nearest as the crow flies, for what is not met on foot.
//!
//! Comes in: the outlets that count, and for each requirement and part of it the formats. Goes out: the straight line to the
//! nearest of them within a reach. Not here: walks, and why a requirement is not met.
//!
//! Outlets lie in squares as wide as the reach, so that the nine squares around a point have all that is within it.

use rustc_hash::FxHashMap;
use walkshed::{LonLat, Meters};

use crate::registry::outlets::Outlet;

/// Metres of a degree of latitude: a sixtieth of it was once the nautical mile, 1,852 m.
const DEGREE: f64 = 60.0 * 1_852.0;

/// The outlets of one part of one requirement.
pub(super) struct Crow {
    reach: Meters,
    /// The sides of a square in degrees of longitude and latitude.
    side: [f64; 2],
    squares: FxHashMap<(i32, i32), Vec<LonLat>>,
}

impl Crow {
    /// Puts the outlets of any of some formats into squares; `around` is a place of the city.
    pub(super) fn new(outlets: &[Outlet], formats: &[u16], reach: Meters, around: LonLat) -> Self {
        // A tenth more, for the metres of a degree and its longitudes are not the same all over a city.
        let latitude = 1.1 * reach.0 / DEGREE;
        let side = [latitude / around.lat.to_radians().cos().max(0.01), latitude];
        let mut crow = Self { reach, side, squares: FxHashMap::default() };
        for outlet in outlets.iter().filter(|outlet| outlet.counts()) {
            if formats.iter().any(|format| outlet.formats().contains(format)) {
                crow.squares.entry(crow.square(outlet.at)).or_default().push(outlet.at);
            }
        }
        crow
    }

    fn square(&self, at: LonLat) -> (i32, i32) {
        ((at.lon / self.side[0]).floor() as i32, (at.lat / self.side[1]).floor() as i32)
    }

    /// The straight line to the nearest outlet; nothing where none is within the reach.
    pub(super) fn nearest(&self, from: LonLat) -> Option<Meters> {
        let (column, row) = self.square(from);
        let around = (column - 1..=column + 1).flat_map(|column| (row - 1..=row + 1).map(move |row| (column, row)));
        let near = around.filter_map(|square| self.squares.get(&square)).flatten();
        let distances = near.map(|at| from.distance_to(*at)).filter(|distance| distance.0 <= self.reach.0);
        distances.min_by(|a, b| a.0.total_cmp(&b.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::mapping::Formats;

    fn outlet(lon: f64, lat: f64, format: u16) -> Outlet {
        let kind = Formats { formats: [format].into(), rule: "".into() };
        Outlet::new(0, 1, LonLat { lon, lat }, kind.into())
    }

    #[test]
    fn the_nearest_within_reach_whatever_square_it_is_in() {
        // On a line of latitude at 60 N, where a degree of longitude is half as long as on the equator; every 50 m or so.
        let lons = (0..200).map(|step| 18.0 + f64::from(step) * 9e-4);
        let outlets: Vec<Outlet> = lons.clone().step_by(10).map(|lon| outlet(lon, 60.0, 3)).collect();
        let crow = Crow::new(&outlets, &[3], Meters(260.0), LonLat { lon: 18.0, lat: 60.0 });
        let other = Crow::new(&outlets, &[4], Meters(260.0), LonLat { lon: 18.0, lat: 60.0 });
        for lon in lons {
            for lat in [59.9985, 60.0, 60.001, 60.005] {
                let from = LonLat { lon, lat };
                let all = outlets.iter().map(|outlet| from.distance_to(outlet.at).0);
                let expected = all.min_by(f64::total_cmp).filter(|distance| *distance <= 260.0);
                assert_eq!(crow.nearest(from).map(|distance| distance.0), expected, "{from:?}");
                assert_eq!(other.nearest(from), None);
            }
        }
    }
}
