//! Rings from the ways of a multipolygon relation.
//!
//! Comes in: stretches of node positions with their role. Goes out: a [`geo::MultiPolygon`], or nothing when the rings
//! do not close (a clipped extract often lacks some ways). Not here: which relations are areas (`features`).

use geo::{Area, Contains, LineString, MultiPolygon, Polygon};
use rustc_hash::FxHashMap;

/// One member way of a relation: its nodes by id and position.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) nodes: Vec<(i64, [f64; 2])>,
    pub(super) inner: bool,
}

/// The area of one closed way, when it is one: four nodes or more, the last being the first, and not all on a line.
pub(super) fn area_of_ring(nodes: &[(i64, [f64; 2])]) -> Option<MultiPolygon<f64>> {
    let closed = nodes.len() >= 4 && nodes.first()?.0 == nodes.last()?.0;
    let polygon = Polygon::new(line(nodes), Vec::new());
    (closed && polygon.unsigned_area() > 0.0).then(|| MultiPolygon(vec![polygon]))
}

/// The area of a multipolygon relation, holes cut out; nothing when a ring does not close.
pub(super) fn assemble(stretches: Vec<Stretch>) -> Option<MultiPolygon<f64>> {
    let places: FxHashMap<i64, [f64; 2]> = stretches.iter().flat_map(|s| s.nodes.iter().copied()).collect();
    let (inner, outer): (Vec<_>, Vec<_>) = stretches.into_iter().partition(|s| s.inner);
    let rings_of = |stretches: Vec<Stretch>| {
        let ids: Vec<Vec<i64>> = stretches.into_iter().map(|s| s.nodes.into_iter().map(|n| n.0).collect()).collect();
        let rings = join_rings(&ids)?;
        let placed = |ring: Vec<i64>| line(&ring.into_iter().map(|id| (id, places[&id])).collect::<Vec<_>>());
        Some(rings.into_iter().map(placed).collect::<Vec<_>>())
    };
    let mut polygons: Vec<Polygon<f64>> =
        rings_of(outer)?.into_iter().map(|ring| Polygon::new(ring, Vec::new())).collect();
    for hole in rings_of(inner)? {
        // A hole lies in the outer ring that holds its first point; holes of no ring are a mapper's slip.
        let first = hole.points().next()?;
        if let Some(polygon) = polygons.iter_mut().find(|p| p.contains(&first) || p.exterior().contains(&first)) {
            polygon.interiors_push(hole);
        }
    }
    (!polygons.is_empty()).then_some(MultiPolygon(polygons))
}

/// Joins stretches of nodes end to end into closed rings; nothing when one does not close. Where more than two meet, the
/// first in the relation's order is taken.
pub(super) fn join_rings(stretches: &[Vec<i64>]) -> Option<Vec<Vec<i64>>> {
    let mut ends: FxHashMap<i64, Vec<usize>> = FxHashMap::default();
    for (number, stretch) in stretches.iter().enumerate() {
        ends.entry(*stretch.first()?).or_default().push(number);
        ends.entry(*stretch.last()?).or_default().push(number);
    }
    let mut used = vec![false; stretches.len()];
    let mut rings = Vec::new();
    for start in 0..stretches.len() {
        if std::mem::replace(&mut used[start], true) {
            continue;
        }
        let mut ring = stretches[start].clone();
        while ring.first() != ring.last() {
            let end = *ring.last()?;
            let next = *ends.get(&end)?.iter().find(|&&n| !used[n])?;
            used[next] = true;
            let nodes = &stretches[next];
            if *nodes.first()? == end {
                ring.extend(nodes.iter().skip(1));
            } else {
                ring.extend(nodes.iter().rev().skip(1));
            }
        }
        if ring.len() < 4 {
            return None;
        }
        rings.push(ring);
    }
    Some(rings)
}

fn line(nodes: &[(i64, [f64; 2])]) -> LineString<f64> {
    nodes.iter().map(|&(_, [lon, lat])| geo::Coord { x: lon, y: lat }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(inner: bool, nodes: &[(i64, [f64; 2])]) -> Stretch {
        Stretch { nodes: nodes.to_vec(), inner }
    }

    const A: (i64, [f64; 2]) = (1, [0.0, 0.0]);
    const B: (i64, [f64; 2]) = (2, [4.0, 0.0]);
    const C: (i64, [f64; 2]) = (3, [4.0, 4.0]);
    const D: (i64, [f64; 2]) = (4, [0.0, 4.0]);

    #[test]
    fn stretches_join_whichever_way_they_run() {
        let area = assemble(vec![stretch(false, &[A, B, C]), stretch(false, &[A, D, C])]).unwrap();
        assert!((area.unsigned_area() - 16.0).abs() < 1e-12);
    }

    #[test]
    fn holes_are_cut_out() {
        let hole = [(5, [1.0, 1.0]), (6, [2.0, 1.0]), (7, [2.0, 2.0]), (5, [1.0, 1.0])];
        let area = assemble(vec![stretch(false, &[A, B, C, D, A]), stretch(true, &hole)]).unwrap();
        assert!((area.unsigned_area() - 15.5).abs() < 1e-12);
    }

    #[test]
    fn an_open_ring_is_no_area() {
        assert!(assemble(vec![stretch(false, &[A, B, C])]).is_none());
        assert!(assemble(vec![stretch(false, &[A, B]), stretch(false, &[B, A])]).is_none(), "a ring of two sides");
        assert!(assemble(Vec::new()).is_none());
        assert!(area_of_ring(&[A, B, C]).is_none());
        assert!(area_of_ring(&[A, B, A, A]).is_none(), "without extent");
        assert!(area_of_ring(&[A, B, C, A]).is_some());
    }
}
