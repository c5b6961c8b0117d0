//! What is within the buffer of pieces of street, drawn once and laid on the raster of every origin: [`Stamp`], [`Strokes`].
//!
//! Comes in: the points of a link, or anything drawn. Goes out: runs of nodes inside, and the cells along their rim. Not
//! here: which origins reach it.

use super::canvas::Canvas;
use super::grid::{Grid, Scale, place_of};
use super::patch::{Brush, Cell, INNER, Patch};
use crate::graph::LinkView;

/// A link is drawn in sections of at most so many nodes a side, so that a long one takes no large window.
const SECTION: i32 = 128;

/// A row of nodes inside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) node: [i32; 2],
    pub(super) length: u32,
}

/// A node inside, and how far the inside goes on from it, where that is not to all of its neighbours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rim {
    pub(super) node: [i32; 2],
    pub(super) cell: Cell,
}

/// Runs and rims of things drawn one after the other; used again and again.
#[derive(Debug, Default)]
pub(super) struct Strokes {
    pub(super) runs: Vec<Run>,
    pub(super) rims: Vec<Rim>,
}

impl Strokes {
    /// Adds a row of cells. Where streets stop at walls, a node outside may be the neighbour of any inside.
    pub(super) fn add(&mut self, node: [i32; 2], cells: &[Cell], has_walls: bool) {
        self.runs.push(Run { node, length: cells.len() as u32 });
        for (&cell, column) in cells.iter().zip(node[0]..) {
            if cell != INNER || has_walls {
                self.rims.push(Rim { node: [column, node[1]], cell });
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.runs.clear();
        self.rims.clear();
    }
}

/// What is around something that is laid down again and again. 12 bytes for each run and each cell of the rim.
#[derive(Debug, Default)]
pub(super) struct Stamp {
    /// The corners of a window that holds it.
    pub(super) corners: [[i32; 2]; 2],
    pub(super) runs: Box<[Run]>,
    pub(super) rims: Box<[Rim]>,
}

impl Stamp {
    /// Draws a link.
    pub(super) fn of_link(brush: &Brush<'_>, link: &LinkView<'_>) -> Self {
        let Brush { grid, radius, .. } = *brush;
        let scale = scale_of(link);
        let (mut patch, mut canvas, mut strokes) = (Patch::default(), Canvas::default(), Strokes::default());
        let mut first = 0;
        while first + 1 < link.points.len() {
            let nodes =
                |end: usize| window(grid, &scale, link.points[first..=end].iter().map(|&p| place_of(p)), radius);
            let fits = |end: &usize| {
                let [low, high] = nodes(*end);
                high[0] - low[0] <= SECTION && high[1] - low[1] <= SECTION
            };
            let last = (first + 1..link.points.len()).take_while(fits).last().unwrap_or(first + 1);
            canvas.restart(nodes(last));
            for pair in link.points[first..=last].windows(2) {
                patch.draw(brush, &scale, [pair[0], pair[1]].map(place_of), |node, cells| canvas.lay(node, cells));
            }
            for (node, cells) in canvas.runs() {
                strokes.add(node, cells, brush.barriers.is_some());
            }
            first = last;
        }
        Self::from(strokes)
    }

    /// Draws every straight piece of a link by itself.
    pub(super) fn of_pieces(brush: &Brush<'_>, link: &LinkView<'_>) -> Box<[Self]> {
        let (mut patch, scale) = (Patch::default(), scale_of(link));
        let draw = |pair: &[crate::Position]| {
            let mut strokes = Strokes::default();
            patch.draw(brush, &scale, [pair[0], pair[1]].map(place_of), |node, cells| {
                strokes.add(node, cells, brush.barriers.is_some());
            });
            Self::from(strokes)
        };
        link.points.windows(2).map(draw).collect()
    }

    /// Draws what is around some places.
    pub(super) fn of_places(brush: &Brush<'_>, places: &[[f64; 2]]) -> Self {
        let scale = |at: [f64; 2]| Scale::at(at[1] as i32);
        let windows = places.iter().map(|&at| window(brush.grid, &scale(at), [at].into_iter(), brush.radius));
        let Some(corners) = windows.reduce(hull) else { return Self::default() };
        let (mut patch, mut canvas, mut strokes) = (Patch::default(), Canvas::default(), Strokes::default());
        canvas.restart(corners);
        for &at in places {
            patch.draw(brush, &scale(at), [at, at], |node, cells| canvas.lay(node, cells));
        }
        for (node, cells) in canvas.runs() {
            strokes.add(node, cells, brush.barriers.is_some());
        }
        Self::from(strokes)
    }

    /// How many bytes it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.runs) + size_of_val(&*self.rims)
    }
}

impl From<Strokes> for Stamp {
    fn from(strokes: Strokes) -> Self {
        let corners = strokes.runs.iter().map(Run::corners).reduce(hull).unwrap_or(NOTHING);
        Self { corners, runs: strokes.runs.into(), rims: strokes.rims.into() }
    }
}

impl Run {
    pub(super) fn corners(&self) -> [[i32; 2]; 2] {
        [self.node, [self.node[0] + self.length as i32 - 1, self.node[1]]]
    }
}

/// The corners of a window that holds nothing, and leaves others as they are.
pub(super) const NOTHING: [[i32; 2]; 2] = [[i32::MAX; 2], [i32::MIN; 2]];

/// The corners of a window that holds two others.
pub(super) fn hull([low, high]: [[i32; 2]; 2], [other_low, other_high]: [[i32; 2]; 2]) -> [[i32; 2]; 2] {
    [[low[0].min(other_low[0]), low[1].min(other_low[1])], [high[0].max(other_high[0]), high[1].max(other_high[1])]]
}

/// The scale in the middle of a link.
pub(super) fn scale_of(link: &LinkView<'_>) -> Scale {
    let ends = [0, link.points.len() - 1].map(|point| link.points[point].lat_e7);
    Scale::at(i32::midpoint(ends[0], ends[1]))
}

/// The corners of a window that holds what is within a distance of some places.
fn window(grid: Grid, scale: &Scale, places: impl Iterator<Item = [f64; 2]>, radius: f64) -> [[i32; 2]; 2] {
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for at in places {
        low = [low[0].min(at[0]), low[1].min(at[1])];
        high = [high[0].max(at[0]), high[1].max(at[1])];
    }
    let reach = scale.metres.map(|metres| radius / metres);
    let outer = |at: [f64; 2], sign: f64| [0, 1].map(|axis| at[axis] + sign * reach[axis]);
    [grid.node_before(outer(low, -1.0)), grid.node_after(outer(high, 1.0))]
}
