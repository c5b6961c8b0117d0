//! Cells and outlets on the streets.
//!
//! Comes in: points, the graph, the walker. Goes out: their snaps and linked points, in order, on all cores. Not here:
//! the table of snaps.

use crate::registry::outlets::Outlet;
use rayon::prelude::*;
use walkshed::LonLat;
use walkshed::snap::{LinkedPoint, Snap, SnapReason, Snapper};
use walkshed::walk::EdgeWeights;

/// A point on a street.
#[derive(Clone, Debug)]
pub(crate) struct OnStreet {
    pub snap: Snap,
    pub point: LinkedPoint,
}

/// Brings points to streets; nothing where none is within the limit.
pub(crate) fn link(snapper: &Snapper<'_>, weights: &EdgeWeights, points: &[LonLat]) -> Vec<Option<OnStreet>> {
    let to_street = |at: &LonLat| {
        let snap = snapper.snap(*at).ok()?;
        Some(OnStreet { snap, point: LinkedPoint::new(snapper.graph(), weights, &snap) })
    };
    points.par_iter().with_min_len(256).map(to_street).collect()
}

/// How a point came to its street, as tables have it: `main`, `on_square`, `off_island`, `island`, `no_street`.
pub(crate) fn snap_status(on: Option<&OnStreet>) -> &'static str {
    match on.map(|on| on.snap.reason) {
        Some(SnapReason::Nearest) => "main",
        Some(SnapReason::OffIsland) => "off_island",
        Some(SnapReason::Island) => "island",
        Some(SnapReason::OnSquare) => "on_square",
        None => "no_street",
    }
}

/// The outlets as searches know them: where each is come to, and the formats that it serves. What does not count, being
/// closed or a double, serves nobody; it keeps its number.
pub(crate) fn served_from(on_streets: &[Option<OnStreet>], outlets: &[Outlet]) -> Vec<(Option<LinkedPoint>, Vec<u16>)> {
    let served = |(on, outlet): (&Option<OnStreet>, &Outlet)| match on {
        Some(on) if outlet.counts() => (Some(on.point.clone()), outlet.formats().to_vec()),
        _ => (None, Vec::new()),
    };
    on_streets.iter().zip(outlets).map(served).collect()
}
