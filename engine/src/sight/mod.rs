//! Straight ways across areas with holes: who sees whom, on a plane.
//!
//! Comes in: rings of points in metres, which of them are entrances, and points that stand among them. Goes out: lines
//! across (`lines`, `thinning`), and the ways from a point to the entrances and to another point (`standing`). Not here:
//! OSM, graphs, times.

mod lines;
mod rings;
mod standing;
#[cfg(test)]
mod tests;
mod thinning;

pub(crate) use lines::lines_across;
pub(crate) use rings::Corner;
pub(crate) use standing::{Area, View};
