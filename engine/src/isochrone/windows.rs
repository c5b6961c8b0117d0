//! How far each outline may be moved where it crosses the lattice, so that rings stay nested: [`mark`].
//!
//! Comes in: the borders of all budgets, shortest first. Goes out: for each end a window, and which budgets share it. Not
//! here: moving them (`rings`).
//!
//! Outlines of two budgets may cross the same line of the lattice in two places, or in one. Windows around two places do
//! not overlap, so whatever is done within them, the outline of the longer budget stays outside. Where several budgets
//! share a place they share the window too, and are moved alike: a run of shared places begins and ends where the sharing
//! changes, or where budgets go on from a shared place in different ways, and its ends are kept.

use super::patch::Cell;
use super::raster::Border;

/// A border with what its ends may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Marked {
    pub(super) node: u32,
    pub(super) ends: Cell,
    /// The least and the largest number that an end may take.
    pub(super) low: Cell,
    pub(super) high: Cell,
    /// The first and the last budget that share an end, in one number.
    pub(super) sharing: Cell,
    /// One bit for each end that budgets share, but go on from in different ways: some around this node, some around the
    /// node outside.
    pub(super) parting: u8,
}

/// No more budgets than this can share a number in half a byte.
pub(super) const MOST_BUDGETS: usize = 16;

/// Gives the borders of each budget their windows, at most `tolerance` (in 1/256 of a step) to both sides.
pub(super) fn mark(borders: &[Vec<Border>], tolerance: u8, marked: &mut Vec<Vec<Marked>>) {
    marked.resize_with(borders.len(), Vec::new);
    for (all, marked) in borders.iter().zip(marked.iter_mut()) {
        marked.clear();
        marked.reserve(all.len());
    }
    let mut next = [0; MOST_BUDGETS];
    // The nodes of all budgets are met in one pass; most often one budget has the next one, or all have the same.
    while let Some(node) = (0..borders.len()).filter_map(|b| borders[b].get(next[b])).map(|border| border.node).min() {
        let is_here = |budget: &usize| borders[*budget].get(next[*budget]).is_some_and(|border| border.node == node);
        let first = (0..borders.len()).find(is_here).unwrap_or_default();
        let last = (first..borders.len()).rfind(is_here).unwrap_or(first);
        let ends = borders[first][next[first]].ends;
        let are_alike = (first..=last).all(|budget| is_here(&budget) && borders[budget][next[budget]].ends == ends);
        if are_alike {
            let shared = Marked::shared(node, ends, tolerance, first, last);
            marked[first..=last].iter_mut().for_each(|marked| marked.push(shared));
        } else {
            mark_apart(node, borders, &next, tolerance, marked);
        }
        for budget in first..=last {
            next[budget] += usize::from(borders[budget].get(next[budget]).is_some_and(|border| border.node == node));
        }
    }
}

impl Marked {
    /// A border that some budgets have alike, and the others not at all.
    fn shared(node: u32, ends: Cell, tolerance: u8, first: usize, last: usize) -> Self {
        Self {
            node,
            ends,
            low: ends.map(|end| end.saturating_sub(tolerance).max(1)),
            high: ends.map(|end| end.saturating_add(tolerance)),
            sharing: [(first << 4 | last) as u8; 4],
            parting: 0,
        }
    }
}

/// Marks a node of which budgets have different borders.
fn mark_apart(
    node: u32,
    borders: &[Vec<Border>],
    next: &[usize; MOST_BUDGETS],
    tolerance: u8,
    marked: &mut [Vec<Marked>],
) {
    let mut here: [Option<Marked>; MOST_BUDGETS] = [None; MOST_BUDGETS];
    for (budget, all) in borders.iter().enumerate() {
        let border = all.get(next[budget]).filter(|border| border.node == node);
        here[budget] = border.map(|border| Marked::shared(node, border.ends, tolerance, budget, budget));
    }
    for toward in 0..4 {
        let ends: [u8; MOST_BUDGETS] = here.map(|marked| marked.map_or(0, |marked| marked.ends[toward]));
        window(ends.into_iter(), tolerance, |budget, [low, high, sharing]| {
            if let Some(marked) = &mut here[budget] {
                (marked.low[toward], marked.high[toward], marked.sharing[toward]) = (low, high, sharing);
            }
        });
    }
    for budget in 0..borders.len() {
        let parting = here[budget].map_or(0, |marked| parting(&here, &marked));
        if let Some(marked) = &mut here[budget] {
            marked.parting = parting;
        }
    }
    for (marked, here) in marked.iter_mut().zip(here) {
        marked.extend(here);
    }
}

/// The ends of a border that others share, but not the end to the left of it.
fn parting(all: &[Option<Marked>; MOST_BUDGETS], marked: &Marked) -> u8 {
    let goes_round = |marked: &Marked, toward: usize| marked.ends[(toward + 1) % 4] > 0;
    let parts = |&toward: &usize| {
        let [first, last] = [marked.sharing[toward] >> 4, marked.sharing[toward] & 15].map(usize::from);
        marked.ends[toward] > 0
            && all[first..=last].iter().flatten().any(|other| goes_round(other, toward) != goes_round(marked, toward))
    };
    (0..4).filter(parts).fold(0, |bits, toward| bits | 1 << toward)
}

/// The windows of one line of the lattice: `ends` is the place of each budget, 0 where it does not cross; they ascend.
fn window(ends: impl Iterator<Item = u8> + Clone, tolerance: u8, mut set: impl FnMut(usize, [u8; 3])) {
    let mut crossing = ends.enumerate().filter(|&(_, end)| end > 0).peekable();
    let mut floor = 1;
    while let Some((first, end)) = crossing.next() {
        let mut last = first;
        while let Some((budget, _)) = crossing.next_if(|&(_, other)| other == end) {
            last = budget;
        }
        // Half of the way to the next place belongs to either.
        let ceiling = crossing.peek().map_or(u8::MAX, |&(_, next)| end + (next - end - 1) / 2);
        let window = [end.saturating_sub(tolerance).max(floor), end.saturating_add(tolerance).min(ceiling)];
        floor = ceiling.saturating_add(1);
        for budget in first..=last {
            set(budget, [window[0], window[1], (first << 4 | last) as u8]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_hold_their_place_and_do_not_overlap() {
        let windows = |ends: &[u8]| {
            let mut found = vec![None; ends.len()];
            window(ends.iter().copied(), 10, |budget, window| found[budget] = Some(window));
            found
        };
        assert_eq!(windows(&[100]), [Some([90, 110, 0])]);
        assert_eq!(windows(&[100, 0, 120]), [Some([90, 109, 0]), None, Some([110, 130, 0x22])]);
        assert_eq!(windows(&[100, 100, 101]), [Some([90, 100, 1]), Some([90, 100, 1]), Some([101, 111, 0x22])]);
        assert_eq!(windows(&[4, 251]), [Some([1, 14, 0]), Some([241, 255, 0x11])]);
        // A node that the longest budget has no border at.
        assert_eq!(windows(&[50, 50, 0]), [Some([40, 60, 1]), Some([40, 60, 1]), None]);
    }

    #[test]
    fn borders_of_all_budgets_are_met_once() {
        let border = |node, east| Border { node, ends: [east, 0, 0, 0] };
        let borders = [vec![border(3, 9), border(7, 20)], vec![border(1, 5), border(7, 24)]];
        let mut marked = Vec::new();
        mark(&borders, 2, &mut marked);
        let seen = |budget: usize| marked[budget].iter().map(|m| (m.node, m.low[0], m.high[0])).collect::<Vec<_>>();
        assert_eq!(seen(0), [(3, 7, 11), (7, 18, 21)]);
        assert_eq!(seen(1), [(1, 3, 7), (7, 22, 26)]);
    }

    #[test]
    fn budgets_part_where_one_goes_round_the_node_and_another_does_not() {
        // Both end 100 to the east; the shorter ends to the north as well, where the longer has the neighbour inside.
        let borders = [[100, 80, 0, 0], [100, 0, 0, 0]].map(|ends| vec![Border { node: 5, ends }]);
        let mut marked = Vec::new();
        mark(&borders, 2, &mut marked);
        assert_eq!([marked[0][0].sharing[0], marked[1][0].sharing[0]], [1, 1]);
        assert_eq!([marked[0][0].parting, marked[1][0].parting], [1, 1]);
    }
}
