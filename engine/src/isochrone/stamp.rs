//! What is within the buffer of one whole street: [`Stamp`], drawn once and laid on the raster of every origin.
//!
//! Comes in: the points of a link. Goes out: runs of cells. Not here: parts of streets, which are drawn anew each time.

use super::grid::{Grid, Scale, place_of};
use super::patch::{Brush, Cell, Patch};
use super::raster::Raster;
use crate::graph::LinkView;

/// A link is drawn in sections of at most so many nodes a side, so that a long one takes no large window.
const SECTION: i32 = 128;

/// The runs of a link's cells. 4 bytes for each node of the lattice inside, and 12 for each run.
#[derive(Debug, Default)]
pub(super) struct Stamp {
    /// The corners of a window that holds it.
    pub(super) corners: [[i32; 2]; 2],
    runs: Box<[Run]>,
    cells: Box<[Cell]>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    node: [i32; 2],
    length: u32,
}

impl Stamp {
    /// Draws a link.
    pub(super) fn new(brush: &Brush<'_>, link: &LinkView<'_>) -> Self {
        let Brush { grid, radius, .. } = *brush;
        let scale = scale_of(link);
        let (mut patch, mut raster) = (Patch::default(), Raster::default());
        let (mut runs, mut cells) = (Vec::new(), Vec::new());
        let mut first = 0;
        while first + 1 < link.points.len() {
            let nodes =
                |end: usize| window(grid, &scale, link.points[first..=end].iter().map(|&p| place_of(p)), radius);
            let fits = |end: &usize| {
                let [low, high] = nodes(*end);
                high[0] - low[0] <= SECTION && high[1] - low[1] <= SECTION
            };
            let last = (first + 1..link.points.len()).take_while(fits).last().unwrap_or(first + 1);
            raster.restart(nodes(last));
            for pair in link.points[first..=last].windows(2) {
                let ends = [pair[0], pair[1]].map(place_of);
                patch.draw(brush, &scale, ends, |node, cells| raster.lay(node, cells));
            }
            for (node, run) in raster.runs() {
                runs.push(Run { node, length: run.len() as u32 });
                cells.extend_from_slice(run);
            }
            first = last;
        }
        let corners = window(grid, &scale, link.points.iter().map(|&p| place_of(p)), radius);
        Self { corners, runs: runs.into(), cells: cells.into() }
    }

    /// Lays it on a raster whose window holds it.
    pub(super) fn lay_on(&self, raster: &mut Raster) {
        let mut rest = &self.cells[..];
        for run in &self.runs {
            let (cells, after) = rest.split_at(run.length as usize);
            raster.lay(run.node, cells);
            rest = after;
        }
    }

    /// How many bytes it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.runs) + size_of_val(&*self.cells)
    }
}

/// The scale in the middle of a link.
pub(super) fn scale_of(link: &LinkView<'_>) -> Scale {
    let ends = [0, link.points.len() - 1].map(|point| link.points[point].lat_e7);
    Scale::at(i32::midpoint(ends[0], ends[1]))
}

/// The corners of a window that holds what is within a distance of some places.
pub(super) fn window(grid: Grid, scale: &Scale, places: impl Iterator<Item = [f64; 2]>, radius: f64) -> [[i32; 2]; 2] {
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for at in places {
        low = [low[0].min(at[0]), low[1].min(at[1])];
        high = [high[0].max(at[0]), high[1].max(at[1])];
    }
    let reach = scale.metres.map(|metres| radius / metres);
    let outer = |at: [f64; 2], sign: f64| [0, 1].map(|axis| at[axis] + sign * reach[axis]);
    [grid.node_before(outer(low, -1.0)), grid.node_after(outer(high, 1.0))]
}
