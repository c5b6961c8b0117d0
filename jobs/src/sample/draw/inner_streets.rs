//! Streets inside a block, and the nodes on them at which gates open.
//!
//! Comes in: the layout of a block. Goes out: the streets in its sketch; and for each parcel and gate the node to start
//! from, on an inner street or on a street around the block. Not here: what lies behind the gates.

use super::Site;
use crate::sample::block::{Approach, End};
use crate::sample::plane::{Axis, Point};
use crate::sample::sketch::{Sketch, Tags};
use walkshed::OsmNodeId;

/// Draws the inner streets and returns, by parcel and gate, the node outside each gate.
pub(super) fn draw(site: &Site<'_>, sketch: &mut Sketch) -> Vec<Vec<OsmNodeId>> {
    let layout = &site.layout;
    let mut approaches: Vec<Vec<Option<OsmNodeId>>> =
        layout.parcels.iter().map(|parcel| vec![None; parcel.gates.len()]).collect();
    let crossing = match &layout.streets[..] {
        [a, b] => Some(sketch.bare(a.axis.point(b.across, a.across))),
        _ => None,
    };
    for (number, street) in layout.streets.iter().enumerate() {
        // Everything along the street: its ends, the other street, gates on either side.
        let mut stops: Vec<(f64, OsmNodeId)> = Vec::new();
        let coordinate = |at: Point| if street.axis == Axis::Vertical { at.y } else { at.x };
        for end in street.ends {
            match end {
                End::Entry(entry) => stops.push((coordinate(site.joints[entry].at), site.joints[entry].node)),
                End::Dead(along) => {
                    let at = street.axis.point(along, street.across);
                    stops.push((along, sketch.node(at, Tags::of(&[("noexit", "yes")]))));
                }
                End::Crossing => {}
            }
        }
        if let Some(node) = crossing {
            stops.push((layout.streets[1 - number].across, node));
        }
        for (parcel, nodes) in layout.parcels.iter().zip(&mut approaches) {
            for (gate, node) in parcel.gates.iter().zip(nodes) {
                if gate.approach == Approach::Inner(number) {
                    let id = sketch.bare(street.axis.point(gate.along, street.across));
                    stops.push((gate.along, id));
                    *node = Some(id);
                }
            }
        }
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        let tags = Tags::of(&[("highway", "residential"), ("sidewalk", "both")]).and("name", street.name.clone());
        sketch.way(stops.into_iter().map(|(_, node)| node).collect(), tags);
    }
    let outer = |approach: Approach| match approach {
        Approach::Entry(entry) => Some(site.joints[entry].node),
        Approach::Inner(_) => None,
    };
    approaches
        .into_iter()
        .zip(&layout.parcels)
        .map(|(nodes, parcel)| {
            let nodes = nodes.into_iter().zip(&parcel.gates);
            nodes.map(|(node, gate)| node.or(outer(gate.approach)).expect("each gate opens to some street")).collect()
        })
        .collect()
}
