//! Which of many places are inside an area: [`Inside`].
//!
//! Comes in: a shape, places. Goes out: yes or no. Not here: who or what is at the places.

use super::shape::Shape;
use crate::position::{LonLat, Position};

/// The sides of a shape by latitude, so that each place is compared with few of them.
///
/// 4 bytes for each side in each row that it crosses.
#[derive(Debug)]
pub struct Inside<'s> {
    sides: Vec<[&'s Position; 2]>,
    south: i32,
    /// The height of a row.
    height: i32,
    /// The sides of row `r` are `of_row[first[r]..first[r + 1]]`.
    first: Vec<u32>,
    of_row: Vec<u32>,
}

impl<'s> Inside<'s> {
    /// Sorts the sides of a shape into rows, a quarter as many as there are sides.
    pub fn new(shape: &'s Shape) -> Self {
        let sides: Vec<[&Position; 2]> =
            shape.rings().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| [a, b])).collect();
        let lats = || shape.rings().flatten().map(|p| p.lat_e7);
        let (south, north) = (lats().min().unwrap_or(0), lats().max().unwrap_or(0));
        let rows = (sides.len() / 4).clamp(1, 4096) as i32;
        let height = (north - south) / rows + 1;
        let row_of = |lat: i32| ((lat - south) / height) as usize;
        let rows_of = |side: &[&Position; 2]| {
            let (a, b) = (side[0].lat_e7, side[1].lat_e7);
            row_of(a.min(b))..row_of(a.max(b)) + 1
        };
        let mut first = vec![0; rows as usize + 1];
        for row in sides.iter().flat_map(rows_of) {
            first[row + 1] += 1;
        }
        for row in 0..rows as usize {
            first[row + 1] += first[row];
        }
        let mut next = first.clone();
        let mut of_row = vec![0; first[rows as usize] as usize];
        for (side, number) in sides.iter().zip(0..) {
            for row in rows_of(side) {
                of_row[next[row] as usize] = number;
                next[row] += 1;
            }
        }
        Self { sides, south, height, first, of_row }
    }

    /// Whether a place is inside. On the outline it may be either.
    pub fn contains(&self, at: LonLat) -> bool {
        let (x, y) = (at.lon * 1e7, at.lat * 1e7);
        let row = ((y - f64::from(self.south)) / f64::from(self.height)).floor();
        if row < 0.0 || row >= (self.first.len() - 1) as f64 {
            return false;
        }
        let row = row as usize;
        let sides = &self.of_row[self.first[row] as usize..self.first[row + 1] as usize];
        sides.iter().fold(false, |is_inside, &side| is_inside ^ crosses(self.sides[side as usize], x, y))
    }
}

/// Whether a line from a place to the east crosses a side.
pub(super) fn crosses([from, to]: [&Position; 2], x: f64, y: f64) -> bool {
    let [from_y, to_y] = [from, to].map(|p| f64::from(p.lat_e7));
    if (from_y > y) == (to_y > y) {
        return false;
    }
    let [from_x, to_x] = [from, to].map(|p| f64::from(p.lon_e7));
    x < from_x + (to_x - from_x) * (y - from_y) / (to_y - from_y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_give_the_answer_of_all_sides() {
        let ring = |west: i32, south: i32, size: i32| {
            [[0, 0], [size, 1], [size - 3, size], [1, size + 2]]
                .map(|[x, y]| Position { lon_e7: west + x, lat_e7: south + y })
        };
        let mut shape = Shape::with_room(0, 0);
        shape.push(false, ring(0, 0, 1_000).into_iter());
        let mut hole = ring(300, 300, 400);
        hole.reverse();
        shape.push(true, hole.into_iter());
        shape.push(false, ring(2_000, -500, 90).into_iter());
        let inside = Inside::new(&shape);
        let mut held = 0;
        for x in (-100..2_200).step_by(7) {
            for y in (-600..1_100).step_by(7) {
                let at = LonLat { lon: f64::from(x) / 1e7, lat: f64::from(y) / 1e7 };
                assert_eq!(inside.contains(at), shape.contains(at), "{x} {y}");
                held += usize::from(inside.contains(at));
            }
        }
        // 1 km² without 0.16 km², and a little square, on a grid of 49 m².
        assert!((16_500..18_500).contains(&held), "{held}");
    }
}
