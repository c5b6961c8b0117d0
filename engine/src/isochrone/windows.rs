//! How far each outline may be moved where it crosses the lattice, so that rings stay nested: [`mark`].
//!
//! Comes in: the ends of outlines at a node in all budgets, shortest first. Goes out: for each end a window, and which
//! budgets share it. Not here: moving them (`rings`).
//!
//! Outlines of two budgets may cross the same line of the lattice in two places, or in one. Windows around two places do
//! not overlap, so whatever is done within them, the outline of the longer budget stays outside. Where several budgets
//! share a place they share the window too, and are moved alike: a run of shared places begins and ends where the sharing
//! changes, or where budgets go on from a shared place in different ways, and its ends are kept.

use super::patch::Cell;

/// A node inside with a neighbour outside: its number in the window, how far the inside goes on toward the neighbours that
/// are outside (0 toward the others), and what these ends may do.
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

/// Gives a node its windows, at most `tolerance` (in 1/256 of a step) to both sides. `ends` has for each budget how far the
/// inside goes on toward neighbours outside; all 0 where the node is not on the outline. What is found is handed over
/// budget after budget.
#[inline]
pub(super) fn mark(node: u32, ends: &[Cell], tolerance: u8, mut put: impl FnMut(usize, Marked)) {
    let is_here = |ends: &Cell| *ends != [0; 4];
    let (Some(first), Some(last)) = (ends.iter().position(is_here), ends.iter().rposition(is_here)) else { return };
    // Most often one budget has a node on its outline, or several have it alike.
    if ends[first..=last].iter().all(|other| *other == ends[first]) {
        let shared = Marked::shared(node, ends[first], tolerance, first, last);
        (first..=last).for_each(|budget| put(budget, shared));
    } else {
        mark_apart(node, ends, tolerance, put);
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
fn mark_apart(node: u32, ends: &[Cell], tolerance: u8, mut put: impl FnMut(usize, Marked)) {
    let mut here: [Option<Marked>; MOST_BUDGETS] = [None; MOST_BUDGETS];
    for (budget, &ends) in ends.iter().enumerate().filter(|(_, ends)| **ends != [0; 4]) {
        here[budget] = Some(Marked::shared(node, ends, tolerance, budget, budget));
    }
    for toward in 0..4 {
        let ends = ends.iter().map(|ends| ends[toward]);
        window(ends, tolerance, |budget, [low, high, sharing]| {
            if let Some(marked) = &mut here[budget] {
                (marked.low[toward], marked.high[toward], marked.sharing[toward]) = (low, high, sharing);
            }
        });
    }
    for (budget, marked) in here.iter().enumerate() {
        if let &Some(marked) = marked {
            put(budget, Marked { parting: parting(&here, &marked), ..marked });
        }
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
    fn a_node_is_marked_for_the_budgets_that_have_it() {
        let marks = |ends: &[u8]| {
            let ends: Vec<Cell> = ends.iter().map(|&east| [east, 0, 0, 0]).collect();
            let mut found = Vec::new();
            mark(7, &ends, 2, |budget, m| found.push((budget, m.low[0], m.high[0], m.sharing[0])));
            found
        };
        assert_eq!(marks(&[0, 9]), [(1, 7, 11, 0x11)]);
        assert_eq!(marks(&[9, 9, 0]), [(0, 7, 11, 1), (1, 7, 11, 1)]);
        assert_eq!(marks(&[20, 24]), [(0, 18, 21, 0), (1, 22, 26, 0x11)]);
        assert_eq!(marks(&[0, 0]), []);
    }

    #[test]
    fn budgets_part_where_one_goes_round_the_node_and_another_does_not() {
        // Both end 100 to the east; the shorter ends to the north as well, where the longer has the neighbour inside.
        let mut marked = Vec::new();
        mark(5, &[[100, 80, 0, 0], [100, 0, 0, 0]], 2, |_, m| marked.push((m.sharing[0], m.parting)));
        assert_eq!(marked, [(1, 1), (1, 1)]);
    }
}
