//! Fewer lines across an area with many entrances, with ways across hardly longer.
//!
//! Comes in: the rim, and the lines that shortest ways follow. Goes out: those of them that are kept. Not here: which lines
//! there are (`sight`).
//!
//! A round square with n entrances has n(n-1)/2 lines, and most of them run beside others. So lines are taken from the
//! shortest to the longest, and one is left out when what is kept so far joins its ends by a way that is hardly longer
//! (Althöfer and others 1993, "On sparse spanners of weighted graphs", with known ways through one corner in place of a
//! search). As each line is made up for, so is every way of several lines: no way from entrance to entrance becomes longer
//! than [`LONGEST`] times the shortest.

/// How many times longer than the shortest a way across may become: one metre in a hundred.
pub(super) const LONGEST: f64 = 1.01;
/// With no more entrances than this, all lines are kept.
const FEW: usize = 8;

/// A way between two corners by their numbers, with its length in metres.
pub(super) type Line = (usize, usize, f64);

/// The lines to keep, in their order. `rim` joins neighbours on the rim, which people walk on anyway.
///
/// O(l c) for l lines between c corners, and c² numbers of memory.
pub(super) fn thin(rim: &[Line], lines: &[Line], entrances: usize) -> Vec<Line> {
    if entrances <= FEW {
        return lines.to_vec();
    }
    let count = lines.iter().chain(rim).map(|line| line.0.max(line.1) + 1).max().unwrap_or(0);
    let mut known = Ways { count, length: vec![f64::INFINITY; count * count] };
    for &line in rim {
        known.shorten(line);
    }
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| lines[a].2.total_cmp(&lines[b].2).then(a.cmp(&b)));
    let mut is_kept = vec![false; lines.len()];
    for number in order {
        let (one, other, length) = lines[number];
        let around = known.shortest(one, other);
        is_kept[number] = around > LONGEST * length;
        known.shorten((one, other, if is_kept[number] { length } else { around }));
    }
    lines.iter().zip(is_kept).filter(|(_, is_kept)| *is_kept).map(|(&line, _)| line).collect()
}

/// The lengths of ways between corners along what is kept: of some way that there is, not always of the shortest.
struct Ways {
    count: usize,
    length: Vec<f64>,
}

impl Ways {
    fn from(&self, corner: usize) -> &[f64] {
        &self.length[corner * self.count..(corner + 1) * self.count]
    }

    /// The shortest way known, straight or through one corner.
    fn shortest(&self, one: usize, other: usize) -> f64 {
        let through = self.from(one).iter().zip(self.from(other)).map(|(a, b)| a + b);
        through.fold(self.from(one)[other], f64::min)
    }

    fn shorten(&mut self, (one, other, length): Line) {
        for place in [one * self.count + other, other * self.count + one] {
            self.length[place] = self.length[place].min(length);
        }
    }
}

/// The shortest ways between all points along some lines, for tests.
#[cfg(test)]
pub(super) fn all_ways(count: usize, lines: impl Iterator<Item = Line>) -> Vec<f64> {
    let mut best = vec![f64::INFINITY; count * count];
    for (one, other, length) in lines {
        best[one * count + other] = length;
        best[other * count + one] = length;
    }
    for via in 0..count {
        for one in 0..count {
            for other in 0..count {
                let through = best[one * count + via] + best[via * count + other];
                best[one * count + other] = best[one * count + other].min(through);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a circle of 100 m, all lines between them, and the steps around.
    fn round_square(count: usize) -> (Vec<Line>, Vec<Line>) {
        let at = |i: usize| (i as f64 * std::f64::consts::TAU / count as f64).sin_cos();
        let line = |i: usize, j: usize| {
            let ((y, x), (v, u)) = (at(i), at(j));
            (i, j, 100.0 * ((x - u).powi(2) + (y - v).powi(2)).sqrt())
        };
        let rim = (0..count).map(|i| line(i, (i + 1) % count)).collect();
        (rim, (0..count).flat_map(|i| (i + 1..count).map(move |j| line(i, j))).collect())
    }

    #[test]
    fn a_few_entrances_keep_all_their_lines() {
        let (rim, lines) = round_square(8);
        assert_eq!(thin(&rim, &lines, 8), lines);
    }

    #[test]
    fn many_lines_become_few_and_ways_hardly_longer() {
        for (count, most) in [(20, 190), (60, 1_500), (150, 9_000)] {
            let (rim, lines) = round_square(count);
            let kept = thin(&rim, &lines, count);
            assert!(kept.len() < most, "{} of {} lines for {count} entrances", kept.len(), lines.len());
            let ways = all_ways(count, rim.iter().chain(&kept).copied());
            for &(one, other, length) in &lines {
                assert!(ways[one * count + other] <= LONGEST * length + 1e-9, "{one} to {other} of {count}");
            }
        }
    }

    #[test]
    fn what_is_the_sum_of_two_lines_goes() {
        // Ten entrances in a row, joined by the rim: no line along them is wanted.
        let rim: Vec<Line> = (0..9).map(|i| (i, i + 1, 10.0)).collect();
        let lines: Vec<Line> = (0..10).flat_map(|i| (i + 1..10).map(move |j| (i, j, 10.0 * (j - i) as f64))).collect();
        assert!(thin(&rim, &lines, 10).is_empty());
    }
}
