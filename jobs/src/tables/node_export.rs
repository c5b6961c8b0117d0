//! Nodes as a table: every node of a graph, what it is, and on which connected part.
//!
//! Comes in: a graph. Goes out: GeoParquet. Not here: the streets between them (`street_export`), which name the OSM
//! nodes at their ends.

use std::fs::File;
use std::io::BufWriter;

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::WalkGraph;
use walkshed::graph::LinkKind;

use super::geo::{GeoMetadata, point_wkb};
use super::parquet::write_export;

/// What is met at a node.
#[derive(Clone, Copy, Default)]
struct Met {
    /// Ends of streets.
    streets: u32,
    /// Ends of copies of private streets for arriving.
    arriving: u32,
    /// Some street is public.
    is_public: bool,
}

impl Met {
    fn degree(self) -> u32 {
        if self.streets > 0 { self.streets } else { self.arriving }
    }

    /// The kind in a word. A street can end at a node without another beginning there (`dead_end`), or another one with
    /// other directions can begin there, or a loop can come back to it (`passing`).
    fn kind(self) -> &'static str {
        match self.degree() {
            _ if self.streets == 0 => "arriving_copy",
            1 => "dead_end",
            2 => "passing",
            _ => "junction",
        }
    }
}

/// Writes all nodes of a graph, one row each, and gives their number.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_nodes(graph: &WalkGraph, out: &mut BufWriter<File>) -> Result<u64> {
    let mut met = vec![Met::default(); graph.node_count()];
    for street in graph.links().map(|link| graph.link(link)) {
        for node in [street.tail, street.head] {
            let here = &mut met[node.index()];
            match street.kind {
                LinkKind::Arriving => here.arriving += 1,
                LinkKind::Leaving => here.streets += 1,
                LinkKind::Public => (here.streets, here.is_public) = (here.streets + 1, true),
            }
        }
    }
    let mut kinds = StringChunkedBuilder::new("kind".into(), met.len());
    let mut access = StringChunkedBuilder::new("access".into(), met.len());
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), met.len());
    let mut geo = GeoMetadata::default();
    for (node, met) in graph.nodes().zip(&met) {
        kinds.append_value(met.kind());
        access.append_value(if met.is_public { "through" } else { "ends_only" });
        let wkb = point_wkb(graph.node_at(node).lon_lat());
        geo.add(&wkb)?;
        geometry.append_value(wkb);
    }
    let at = |pick: fn(walkshed::LonLat) -> f64| -> Vec<f64> {
        graph.nodes().map(|n| pick(graph.node_at(n).lon_lat())).collect()
    };
    let table = DataFrame::new_infer_height(vec![
        Column::new("node".into(), graph.nodes().map(walkshed::NodeId::get).collect::<Vec<u32>>()),
        Column::new("osm_node".into(), graph.nodes().map(|n| graph.osm_node(n).0).collect::<Vec<i64>>()),
        Column::new("lon".into(), at(|p| p.lon)),
        Column::new("lat".into(), at(|p| p.lat)),
        Column::new("component".into(), graph.nodes().map(|n| graph.component_of(n) as u32).collect::<Vec<u32>>()),
        Column::new("degree".into(), met.iter().map(|m| m.degree()).collect::<Vec<u32>>()),
        kinds.finish().into_column(),
        access.finish().into_column(),
        geometry.finish().into_column(),
    ])?;
    write_export(
        out,
        table,
        &geo,
        &[("walkshed:rules", &graph.about().rules), ("walkshed:streets", &graph.about().source)],
    )
}
