//! Where the names of main streets stand.
//!
//! Comes in: streets. Goes out: for each name its place, its angle and the length of what is called so. Not here: which are
//! shown at which scale; the page looks for room.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::report::plane::Plane;
use crate::report::saved::places::Street;

/// So many names are given, those of the longest streets.
const MOST: usize = 400;

/// A piece of a street: its middle, its vector.
type Piece = ([f64; 2], [f64; 2]);

/// The names of main streets: text, place in decimetres, angle in degrees clockwise, length in metres; the longest first.
pub(super) fn street_labels(streets: &[Street], plane: &Plane) -> Value {
    let mut by_name: BTreeMap<&str, Vec<Piece>> = BTreeMap::new();
    for street in streets.iter().filter(|street| street.is_main && !street.name.is_empty()) {
        let points = plane.line(&street.points, 0.5);
        let pieces = points.windows(2).map(|pair| {
            let [[x, y], [u, v]] = [pair[0].map(f64::from), pair[1].map(f64::from)];
            ([f64::midpoint(x, u), f64::midpoint(y, v)], [u - x, v - y])
        });
        by_name.entry(&street.name).or_default().extend(pieces);
    }
    let mut labels: Vec<(&str, f64, Piece)> =
        by_name.iter().filter_map(|(name, pieces)| Some((*name, length(pieces), middle(pieces)?))).collect();
    labels.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    labels.truncate(MOST);
    let one = |(name, length, (at, vector)): &(&str, f64, Piece)| {
        json!([name, at[0].round(), at[1].round(), upright(*vector), (length / 10.0).round()])
    };
    labels.iter().map(one).collect()
}

fn length(pieces: &[Piece]) -> f64 {
    pieces.iter().map(|(_, [x, y])| x.hypot(*y)).sum()
}

/// The longest of the pieces that are near the middle of a street: a label should not stand on a bend.
fn middle(pieces: &[Piece]) -> Option<Piece> {
    let whole = length(pieces).max(1.0);
    let sum = pieces.iter().fold([0.0; 2], |[x, y], (at, vector)| {
        let weight = vector[0].hypot(vector[1]) / whole;
        [x + at[0] * weight, y + at[1] * weight]
    });
    let worth = |(at, vector): &Piece| vector[0].hypot(vector[1]) - 0.3 * (at[0] - sum[0]).hypot(at[1] - sum[1]);
    pieces.iter().copied().max_by(|a, b| worth(a).total_cmp(&worth(b)))
}

/// The angle of a line of text along a vector, from -90 to 90 degrees.
fn upright([x, y]: [f64; 2]) -> f64 {
    let degrees = y.atan2(x).to_degrees();
    let turned = if degrees > 90.0 {
        degrees - 180.0
    } else if degrees < -90.0 {
        degrees + 180.0
    } else {
        degrees
    };
    (turned * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_upside_down() {
        let angles = [[1.0, 0.0], [-1.0, 0.0], [-1.0, -1.0], [0.0, 1.0]].map(|vector| upright(vector).to_string());
        assert_eq!(angles, ["0", "0", "45", "90"]);
    }
}
