//! Streets as a table: every link of a graph with its geometry, where it comes from, and the rule that decided over it.
//!
//! Comes in: a graph. Goes out: GeoParquet. Not here: the nodes by themselves (`node_export`); each link names those at
//! its ends.

use std::fs::File;
use std::io::BufWriter;

use anyhow::Result;
use polars::prelude::{BinaryChunkedBuilder, Column, DataFrame, IntoColumn as _, StringChunkedBuilder};
use walkshed::WalkGraph;
use walkshed::graph::{LinkKind, LinkView};

use super::geo::{GeoMetadata, line_wkb};
use super::parquet::write_export;

/// Writes all streets of a graph, one row each, and gives their number.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_streets(graph: &WalkGraph, out: &mut BufWriter<File>) -> Result<u64> {
    let streets: Vec<LinkView<'_>> = graph.streets().collect();
    let text = |name: &str| StringChunkedBuilder::new(name.into(), streets.len());
    let (mut walked, mut access, mut ways) = (text("walked"), text("access"), text("way_ids"));
    let (mut classes, mut rules) = (text("classes"), text("decided_by"));
    let mut geometry = BinaryChunkedBuilder::new("geometry".into(), streets.len());
    let mut geo = GeoMetadata::default();
    for street in &streets {
        walked.append_value(match (street.directions.forward(), street.directions.backward()) {
            (true, true) => "both",
            (true, false) => "forward",
            _ => "backward",
        });
        access.append_value(if street.kind == LinkKind::Public { "through" } else { "ends_only" });
        ways.append_value(joined(street.pieces.iter().map(|p| p.way().0.to_string())));
        classes.append_value(joined(street.pieces.iter().map(|p| graph.class_names()[p.class()].clone())));
        rules.append_value(joined(street.pieces.iter().map(|p| p.because().code().to_owned())));
        let wkb = line_wkb(street.points.iter().map(|p| p.lon_lat()));
        geo.add(&wkb)?;
        geometry.append_value(wkb);
    }
    let ends = |pick: fn(&LinkView<'_>) -> walkshed::NodeId| -> Vec<i64> {
        streets.iter().map(|s| graph.osm_node(pick(s)).0).collect()
    };
    let components: Vec<u32> = streets.iter().map(|s| graph.component_of(s.tail) as u32).collect();
    let links: Vec<u32> = streets.iter().map(|s| s.id.get()).collect();
    let lengths: Vec<f64> = streets.iter().map(|s| s.length().0).collect();
    let table = DataFrame::new_infer_height(vec![
        Column::new("link".into(), links),
        Column::new("from_osm_node".into(), ends(|s| s.tail)),
        Column::new("to_osm_node".into(), ends(|s| s.head)),
        Column::new("length_m".into(), lengths),
        walked.finish().into_column(),
        access.finish().into_column(),
        ways.finish().into_column(),
        classes.finish().into_column(),
        rules.finish().into_column(),
        Column::new("component".into(), components),
        geometry.finish().into_column(),
    ])?;
    write_export(
        out,
        table,
        &geo,
        &[("walkshed:rules", &graph.about().rules), ("walkshed:streets", &graph.about().source)],
    )
}

/// What the pieces of a street say, in order, each word once in a row.
fn joined(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    words.dedup();
    words.join(";")
}
