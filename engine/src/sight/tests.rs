//! What lines are laid across areas, held to drawn rings and to the full visibility graph.

use std::collections::BTreeSet;

use super::lines::{Sight, lines_across};
use super::rings::{Corner, Rings, distance};
use super::thinning::{LONGEST, Line, all_ways};

fn lines(rings: &[Vec<[f64; 2]>], entrances: &[Corner]) -> Vec<(Corner, Corner)> {
    lines_across(rings, &entrances.iter().copied().collect()).unwrap()
}

fn square(x: f64, y: f64, side: f64) -> Vec<[f64; 2]> {
    vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

#[test]
fn a_square_is_crossed_by_its_diagonal() {
    assert_eq!(lines(&[square(0.0, 0.0, 10.0)], &[(0, 0), (0, 2)]), [((0, 0), (0, 2))]);
    // Neighbours are joined by the rim already.
    assert!(lines(&[square(0.0, 0.0, 10.0)], &[(0, 0), (0, 1)]).is_empty());
    assert!(lines(&[square(0.0, 0.0, 10.0)], &[(0, 0)]).is_empty());
}

#[test]
fn a_hole_is_gone_round_by_a_corner() {
    let rings = [square(0.0, 0.0, 10.0), square(3.0, 2.0, 4.0)];
    // From (0,0) to (10,10) round (3,6) or (7,2): 6.708 + 8.062 against 7.280 + 8.544.
    assert_eq!(lines(&rings, &[(0, 0), (0, 2)]), [((0, 0), (1, 3)), ((0, 2), (1, 3))]);
}

#[test]
fn an_inner_corner_is_turned_at() {
    // An L: from the end of one leg to the end of the other round the inner corner at (4,4).
    let ring = vec![[0.0, 0.0], [10.0, 0.0], [10.0, 4.0], [4.0, 4.0], [4.0, 10.0], [0.0, 10.0]];
    let found = lines(std::slice::from_ref(&ring), &[(0, 1), (0, 5)]);
    assert_eq!(found, [((0, 1), (0, 3)), ((0, 3), (0, 5))]);
    let clockwise: Vec<[f64; 2]> = ring.into_iter().rev().collect();
    assert_eq!(lines(&[clockwise], &[(0, 4), (0, 0)]).len(), 2, "whichever way the ring runs");
}

#[test]
fn a_line_along_the_rim_is_seen_past_a_point_on_it() {
    // The lower side has a point in its middle; from end to end one walks along it.
    let ring = vec![[0.0, 0.0], [5.0, 0.0], [10.0, 0.0], [10.0, 5.0], [0.0, 5.0]];
    assert_eq!(lines(&[ring], &[(0, 0), (0, 2)]), [((0, 0), (0, 2))]);
}

#[test]
fn nothing_is_seen_outside() {
    // A U: the tips see each other over the gap only.
    let ring = vec![[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [6.0, 9.0], [6.0, 3.0], [3.0, 3.0], [3.0, 9.0], [0.0, 9.0]];
    let found = lines(&[ring], &[(0, 3), (0, 6)]);
    assert!(!found.contains(&((0, 3), (0, 6))), "{found:?}");
}

#[test]
fn a_star_of_a_thousand_corners_is_left_uncrossed_at_once() {
    let star: Vec<[f64; 2]> = (0..1_000)
        .map(|i| {
            let (sin, cos) = (f64::from(i) * std::f64::consts::TAU / 1_000.0).sin_cos();
            let radius = if i % 2 == 0 { 100.0 } else { 60.0 };
            [radius * cos, radius * sin]
        })
        .collect();
    let entrances: BTreeSet<Corner> = [(0, 0), (0, 500)].into();
    assert!(lines_across(&[star], &entrances).is_none());
}

#[test]
fn two_outer_rings_are_both_areas() {
    // Two Ls that do not touch: each is bent round at its inner corner.
    let ell = |x: f64| vec![[x, 0.0], [x + 10.0, 0.0], [x + 10.0, 4.0], [x + 4.0, 4.0], [x + 4.0, 10.0], [x, 10.0]];
    let found = lines(&[ell(0.0), ell(20.0)], &[(0, 1), (0, 5), (1, 1), (1, 5)]);
    assert_eq!(found, [((0, 1), (0, 3)), ((0, 3), (0, 5)), ((1, 1), (1, 3)), ((1, 3), (1, 5))]);
}

#[test]
fn a_hole_that_hangs_on_the_rim_is_passed_along_the_rim() {
    // A hole hangs from the upper side at (5,10); people go by where it touches, as along any rim.
    let rings = [
        vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [5.0, 10.0], [0.0, 10.0]],
        vec![[5.0, 10.0], [4.0, 6.0], [5.0, 2.0], [6.0, 6.0]],
    ];
    let found = lines(&rings, &[(0, 2), (0, 4)]);
    assert_eq!(found, [((0, 2), (0, 4))]);
    assert_eq!(lines(&rings, &[(0, 0), (1, 2)]), [((0, 0), (1, 2))]);
}

#[test]
fn a_rim_that_crosses_itself_is_crossed_within_its_parts() {
    // A bow tie: the two triangles meet at (5,5), which is no corner.
    let ring = vec![[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
    for (one, other) in lines(&[ring], &[(0, 0), (0, 1), (0, 2), (0, 3)]) {
        assert_eq!(one.1 + other.1, 3, "not through the outside");
    }
}

#[test]
fn many_holes_and_long_rims_end_soon() {
    let holes = (0..500).map(|i| square(f64::from(i % 25) * 4.0 + 1.0, f64::from(i / 25) * 4.0 + 1.0, 2.0));
    let rings: Vec<Vec<[f64; 2]>> = [square(0.0, 0.0, 101.0)].into_iter().chain(holes).collect();
    assert!(lines_across(&rings, &[(0, 0), (0, 2)].into()).is_none(), "2,000 corners of holes");
    // A comb of 2,500 teeth, and a spiral.
    let tooth = |i: u32| {
        let x = f64::from(i);
        [[x, 10.0], [x + 0.4, 10.0], [x + 0.5, 1.0], [x + 0.9, 1.0]]
    };
    let comb: Vec<[f64; 2]> = [[2_500.0, 0.0], [0.0, 0.0]].into_iter().chain((0..2_500).flat_map(tooth)).collect();
    assert!(lines_across(&[comb], &[(0, 0), (0, 1)].into()).is_none());
    let turn = |i: u32, width: f64| {
        let (sin, cos) = (f64::from(i) * 0.1).sin_cos();
        let radius = 10.0 + f64::from(i) * 0.1 + width;
        [radius * cos, radius * sin]
    };
    let spiral: Vec<[f64; 2]> =
        (0..5_000).map(|i| turn(i, 0.0)).chain((0..5_000).rev().map(|i| turn(i, 3.0))).collect();
    assert!(lines_across(&[spiral], &[(0, 0), (0, 4_999)].into()).is_none());
    // Round with ten thousand corners, none of which stick in: two entrances are no work.
    let round: Vec<[f64; 2]> = (0..10_000)
        .map(|i| (f64::from(i) * std::f64::consts::TAU / 10_000.0).sin_cos())
        .map(|(sin, cos)| [100.0 * cos, 100.0 * sin])
        .collect();
    assert_eq!(lines(&[round], &[(0, 0), (0, 5_000)]), [((0, 0), (0, 5_000))]);
}

#[test]
fn a_small_comb_and_spiral_are_walked_through() {
    let tooth = |i: u32| {
        let x = f64::from(i) * 2.0;
        [[x, 10.0], [x + 0.8, 10.0], [x + 1.0, 1.0], [x + 1.8, 1.0]]
    };
    let comb: Vec<[f64; 2]> = [[20.0, 0.0], [0.0, 0.0]].into_iter().chain((0..10).flat_map(tooth)).collect();
    // From the first tooth's tip to the last one's: along below the gaps.
    let found = lines(std::slice::from_ref(&comb), &[(0, 2), (0, 38)]);
    assert!(!found.is_empty() && found.len() <= 4, "{found:?}");
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A ring around the origin whose corners stick in and out, with up to three square holes near its middle.
    fn area(&mut self) -> Vec<Vec<[f64; 2]>> {
        let count = 5 + (self.roll() * 30.0) as usize;
        let corner = |i: usize, radius: f64| {
            let (sin, cos) = (i as f64 * std::f64::consts::TAU / count as f64).sin_cos();
            [radius * cos, radius * sin]
        };
        let outer = (0..count).map(|i| corner(i, 40.0 + 60.0 * self.roll())).collect();
        let holes = (self.roll() * 4.0) as usize;
        let hole = |i: usize| square(i as f64 * 12.0 - 18.0, -4.0, 8.0);
        [outer].into_iter().chain((0..holes).map(hole)).collect()
    }
}

#[test]
fn no_way_across_is_longer_than_it_may_be() {
    const SEED: u64 = 20_260_401;
    let mut dice = Dice(SEED);
    for round in 0..120 {
        let rings = dice.area();
        let area = Rings::new(&rings).unwrap();
        let corners: Vec<Corner> = area.corners().collect();
        let share = [0.1, 0.4, 1.0][round % 3];
        let entrances: BTreeSet<Corner> = corners.iter().copied().filter(|_| dice.roll() < share).collect();
        let number = |corner: Corner| corners.binary_search(&corner).unwrap();
        let length = |one: Corner, other: Corner| distance(area.at(one), area.at(other));
        let line = |one: Corner, other: Corner| (number(one), number(other), length(one, other));
        // Everybody looks at everybody, and walks along the rim.
        let pairs = || corners.iter().flat_map(|&a| corners.iter().map(move |&b| (a, b))).filter(|(a, b)| a < b);
        let mut heights = Vec::new();
        let full: Vec<Line> =
            pairs().filter(|&(a, b)| area.sees(a, b, &mut heights)).map(|(a, b)| line(a, b)).collect();
        let rim = pairs().filter(|&(a, b)| area.are_neighbours(a, b)).map(|(a, b)| line(a, b));
        let kept = lines_across(&rings, &entrances).unwrap();
        let shortest = all_ways(corners.len(), full.into_iter());
        let walked = all_ways(corners.len(), rim.chain(kept.iter().map(|&(a, b)| line(a, b))));
        let longest = if entrances.len() > 8 { LONGEST } else { 1.0 };
        for &one in &entrances {
            for &other in entrances.iter().filter(|&&other| other > one) {
                let place = number(one) * corners.len() + number(other);
                let (way, best) = (walked[place], shortest[place]);
                assert!(way >= best - 1e-6, "a line outside in round {round} of seed {SEED}");
                assert!(way <= longest * best + 1e-6, "{way} for {best} m in round {round} of seed {SEED}");
            }
        }
    }
}

#[test]
fn what_is_seen_lies_inside() {
    const SEED: u64 = 7_301;
    let mut dice = Dice(SEED);
    for round in 0..40 {
        let rings = dice.area();
        let area = Rings::new(&rings).unwrap();
        let corners: Vec<Corner> = area.corners().collect();
        let mut heights = Vec::new();
        for (number, &one) in corners.iter().enumerate() {
            for &other in &corners[number + 1..] {
                let (from, to) = (area.at(one), area.at(other));
                let at = |share: f64| [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
                let inside = (1..400).all(|i| area.holds(at(f64::from(i) / 400.0)));
                // A line may clip a corner between two samples, never the other way.
                let seen = area.sees(one, other, &mut heights);
                assert!(inside || !seen, "{one:?} to {other:?} in round {round} of seed {SEED}");
            }
        }
    }
}

#[test]
fn only_useful_corners_are_looked_from() {
    // A round square of 60 corners, none of which stick in: its two entrances are all there is to look from.
    let ring: Vec<[f64; 2]> = (0..60)
        .map(|i| (f64::from(i) * std::f64::consts::TAU / 60.0).sin_cos())
        .map(|(s, c)| [50.0 * c, 50.0 * s])
        .collect();
    let rings = [ring];
    let area = Rings::new(&rings).unwrap();
    assert_eq!(Sight::over(&area, &[(0, 0), (0, 30)].into()).unwrap().corners, [(0, 0), (0, 30)]);
}
