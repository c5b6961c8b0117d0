//! Whether a graph is what it says it is.
//!
//! Comes in: a [`WalkGraph`], most often just read from a file. Goes out: the first [`GraphDefect`] found, in time
//! proportional to the graph. Not here: whether the streets are true.

use super::squares::Squares;
use super::{LinkKind, WalkGraph};
use crate::ids::{LinkId, OsmWayId};
use crate::osm::{Because, Ground};

/// What is wrong with a graph, or why it cannot be built.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GraphDefect {
    /// There is more of something than the graph's numbers can count.
    #[error("{count} {what} are more than a graph can hold; cut the extract into parts")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// A street without a junction is longer than 2,147 km.
    #[error("a street along {way} is longer than 2,147 km without a junction; its coordinates are probably wrong")]
    LinkTooLong {
        /// A way that the street runs along.
        way: OsmWayId,
    },
    /// Columns that belong together have different lengths.
    #[error("the column {column} has {found} entries where {expected} were expected")]
    Length {
        /// The column that does not fit.
        column: &'static str,
        /// How many entries it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// An entry points to something that is not there, or breaks an order.
    #[error("entry {position} of the column {column} is out of place")]
    Entry {
        /// The column.
        column: &'static str,
        /// The position of the entry.
        position: usize,
    },
}

impl WalkGraph {
    /// Checks that all columns fit together: lengths, orders, and that nothing points outside.
    ///
    /// # Errors
    /// The first defect that was found.
    pub fn check(&self) -> Result<(), GraphDefect> {
        let (nodes, links, points) = (self.node_count(), self.link_count(), self.point_count());
        length("node_osm", self.node_osm.len(), nodes)?;
        length("link_head", self.link_head.len(), links)?;
        length("link_flags", self.link_flags.len(), links)?;
        length("point_along_mm", self.point_along_mm.len(), points)?;
        if self.has_heights() {
            length("point_height_mm", self.point_height_mm.len(), points)?;
        }
        length("link_added", self.link_added.len(), if self.has_heights() { links } else { 0 })?;
        starts("link_first_point", &self.link_first_point, links, points, 2)?;
        starts("link_first_piece", &self.link_first_piece, links, self.pieces.len(), 1)?;
        entries("link_tail", &self.link_tail, |&v| (v as usize) < nodes)?;
        entries("link_head", &self.link_head, |&v| (v as usize) < nodes)?;
        entries("link_flags", &self.link_flags, |f| f.is_sound())?;
        entries("pieces", &self.pieces, |p| {
            p.class() < self.class_names.len()
                && usize::from(p.because) < Because::ALL.len()
                && p.ground() < self.grounds.len()
                && p.against <= 1
                && p.unused == 0
        })?;
        entries("grounds", &self.grounds, Ground::is_sound)?;
        length("spots", self.spots.len(), self.spot_point.len())?;
        entries("spots", &self.spots, |s| s.is_sound())?;
        entries("spot_point", &self.spot_point, |&p| (p as usize) < points)?;
        if let Some(position) = self.spot_point.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(GraphDefect::Entry { column: "spot_point", position });
        }
        self.check_squares()?;
        for link in self.links() {
            let view = self.link(link);
            let ends_fit = view.points[0] == self.node_at(view.tail)
                && view.points[view.points.len() - 1] == self.node_at(view.head);
            let rises = view.along_mm[0] == 0 && view.along_mm.is_sorted();
            let covered = view.pieces.is_sorted_by(|a, b| a.last_point() < b.last_point())
                && view.pieces[0].last_point() > 0
                && view.pieces[view.pieces.len() - 1].last_point() == view.points.len() - 1;
            let added =
                self.link_added.get(link.index()).is_none_or(|&added| (added as usize) <= view.points.len() - 2);
            if !(ends_fit && rises && covered && added) {
                return Err(GraphDefect::Entry { column: "links", position: link.index() });
            }
        }
        self.check_twins()
    }

    /// Rings follow each other, have three corners or more, and lead to nodes that are there.
    fn check_squares(&self) -> Result<(), GraphDefect> {
        let Squares { heads, ring_end, corner_at, doors, .. } = &self.squares;
        length("doors", doors.len(), corner_at.len())?;
        follow("squares", &heads.iter().map(|h| h.end_ring).collect::<Vec<_>>(), ring_end.len(), 1)?;
        follow("ring_end", ring_end, corner_at.len(), 3)?;
        entries("squares", heads, |head| {
            (head.ground as usize) < self.grounds.len()
                && (head.class as usize) < self.class_names.len()
                && head.unused == 0
        })?;
        entries("doors", doors, |&door| Squares::is_door(door, self.node_count()))
    }

    /// Every private street has two copies of one shape, and no other link has.
    fn check_twins(&self) -> Result<(), GraphDefect> {
        let of_kind = |kind| self.link_flags.iter().filter(|f| f.kind() == Some(kind)).count();
        length("twins", self.twins.len(), of_kind(LinkKind::Leaving))?;
        length("twins", self.twins.len(), of_kind(LinkKind::Arriving))?;
        let sorted = self.twins.is_sorted_by(|a, b| a[0] < b[0]);
        let sound = |&[leaving, arriving]: &[u32; 2]| {
            if leaving.max(arriving) as usize >= self.link_count() {
                return false;
            }
            let [one, other] = [leaving, arriving].map(|l| self.link(LinkId::new(l)));
            let kinds = (one.kind, other.kind) == (LinkKind::Leaving, LinkKind::Arriving);
            kinds && one.points == other.points && one.along_mm == other.along_mm && one.directions == other.directions
        };
        entries("twins", &self.twins, |pair| sorted && sound(pair))
    }
}

fn length(column: &'static str, found: usize, expected: usize) -> Result<(), GraphDefect> {
    if found == expected { Ok(()) } else { Err(GraphDefect::Length { column, found, expected }) }
}

/// Checks a column of `count + 1` places where something begins, each at least `apart` after the last.
fn starts(column: &'static str, firsts: &[u32], count: usize, end: usize, apart: u32) -> Result<(), GraphDefect> {
    length(column, firsts.len(), count + 1)?;
    if firsts[0] != 0 || firsts[count] as usize != end {
        return Err(GraphDefect::Entry { column, position: if firsts[0] == 0 { count } else { 0 } });
    }
    match firsts.windows(2).position(|pair| pair[1] < pair[0].saturating_add(apart)) {
        Some(position) => Err(GraphDefect::Entry { column, position }),
        None => Ok(()),
    }
}

/// Checks a column of places where something ends, the first beginning at 0, each at least `apart` after the one before.
fn follow(column: &'static str, ends: &[u32], end: usize, apart: u32) -> Result<(), GraphDefect> {
    let before = [0].iter().chain(ends);
    match before.zip(ends).position(|(&before, &end)| end < before.saturating_add(apart)) {
        Some(position) => Err(GraphDefect::Entry { column, position }),
        None => length(column, ends.last().map_or(0, |&last| last as usize), end),
    }
}

fn entries<T>(column: &'static str, values: &[T], good: impl Fn(&T) -> bool) -> Result<(), GraphDefect> {
    match values.iter().position(|v| !good(v)) {
        Some(position) => Err(GraphDefect::Entry { column, position }),
        None => Ok(()),
    }
}
