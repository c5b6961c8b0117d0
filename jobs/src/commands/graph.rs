//! `walkshed graph`: a reusable graph file.
//!
//! Comes in: an extract, or a graph file. Goes out: a graph file, or what is in one. Not here: the format of the file
//! (the engine's).

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;
use walkshed::WalkGraph;
use walkshed::osm::{CompoundSet, ImportReport, WalkRules};
use walkshed::snap::SnapOptions;
use walkshed::walk::Walker;

use super::compounds;
use crate::clip::longest_walk;
use crate::elevation::{Elevation, ElevationFlags, HeightsTold};
use crate::models::{WalkerFlags, walker_named};
use crate::report::numbers::{bytes, whole};
use crate::run::coverage::HORIZON;
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::searching::{hierarchy_file, store};
use crate::run::staging::write_file_atomically;
use crate::streets::{AccessFlags, SourceFlags, is_graph_file, load};
use crate::tables::compound_export::write_compounds;
use crate::tables::geojson;
use crate::tables::node_export::write_nodes;
use crate::tables::street_export::write_streets;
use crate::wrong_use::WrongUse;

/// Build a reusable graph file from an extract, or look into one.
#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    #[command(subcommand)]
    command: GraphCommand,
}

#[derive(Debug, Subcommand)]
enum GraphCommand {
    /// Build a graph file from an OpenStreetMap extract
    Build {
        #[command(flatten)]
        source: SourceFlags,
        #[command(flatten)]
        elevation: ElevationFlags,
        #[command(flatten)]
        access: AccessFlags,
        /// The graph file to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Store a hierarchy for a walker beside it, so that runs with this walker search faster: flat, place, step_free, or a
        /// file of a model; may be given several times
        #[arg(long, value_name = "NAME|FILE")]
        hierarchy: Vec<String>,
        /// Replace the files if they exist
        #[arg(long)]
        overwrite: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Store a hierarchy for a walker beside a graph file, so that runs with this walker search faster
    Hierarchy {
        /// The graph file
        file: PathBuf,
        #[command(flatten)]
        walker: WalkerFlags,
        /// Replace the hierarchy if it exists
        #[arg(long)]
        overwrite: bool,
    },
    /// Write the streets with the rule that decided over each, to look at in a map program
    Export {
        /// A graph file, or an extract (.osm.pbf)
        file: PathBuf,
        /// The table to write: .parquet (GeoParquet) or .geojson
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Write the nodes as well, into a table of their own: .parquet or .geojson
        #[arg(long, value_name = "FILE")]
        nodes: Option<PathBuf>,
        /// Write the compounds (小区) of an extract as well, with their gates: .parquet or .geojson
        #[arg(long, value_name = "FILE")]
        compounds: Option<PathBuf>,
        /// Replace the file if it exists
        #[arg(long)]
        overwrite: bool,
        #[command(flatten)]
        access: AccessFlags,
    },
    /// Say what is in a graph file or an extract
    Info {
        /// A graph file, or an extract (.osm.pbf)
        file: PathBuf,
        #[command(flatten)]
        access: AccessFlags,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs `walkshed graph`.
///
/// # Errors
/// When a file cannot be read, is no graph, or cannot be written.
pub(crate) fn run(args: GraphArgs) -> Result<()> {
    match args.command {
        GraphCommand::Build { source, elevation, access, output, hierarchy, overwrite, json } => {
            let source = (&source, &elevation.read()?);
            let walkers = hierarchy.iter().map(|name| walker_named(Some(name), None)).collect::<Result<Vec<_>>>()?;
            build(source, &access.read()?, To { output: &output, walkers: &walkers, overwrite }, json)
        }
        GraphCommand::Hierarchy { file, walker, overwrite } => {
            if !walker.elevation.elevation.is_empty() {
                let message =
                    "a hierarchy is of the heights of its graph file; give --elevation to walkshed graph build";
                return Err(WrongUse::error(message));
            }
            hierarchy(&file, &walker.read()?, overwrite)
        }
        GraphCommand::Export { file, output, nodes, compounds, overwrite, access } => {
            let to = ExportTo { streets: &output, nodes: nodes.as_deref(), compounds: compounds.as_deref() };
            export(&file, &access.read()?, to, overwrite)
        }
        GraphCommand::Info { file, access, json } => info(&file, &access.read()?, json),
    }
}

/// What is written: a graph file, and beside it the hierarchies of some walkers.
#[derive(Clone, Copy)]
struct To<'p> {
    output: &'p Path,
    walkers: &'p [Walker],
    overwrite: bool,
}

fn build((source, elevation): (&SourceFlags, &Elevation), rules: &WalkRules, to: To<'_>, json: bool) -> Result<()> {
    let began = Instant::now();
    let To { output, walkers, overwrite } = to;
    for path in walkers.iter().map(|walker| hierarchy_file(output, walker)).chain([output.to_owned()]) {
        may_be_written(&path, overwrite)?;
    }
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    // Who walks is not known yet: a grown-up, for as long as any run looks.
    let usual_buffer = longest_walk(&Walker::flat(), HORIZON.as_seconds() / 60.0, SnapOptions::default());
    let streets = elevation.give_to(source.load(usual_buffer, rules, &progress)?, &progress)?;
    write_file_atomically(output, overwrite, |out| Ok(streets.graph.write_to(out)?))?;
    let store = |walker| store(&streets.graph, output, walker, overwrite, &progress);
    let hierarchies = walkers.iter().map(store).collect::<Result<Vec<_>>>()?;
    let size = std::fs::metadata(output).map_or(0, |m| m.len());
    if json {
        let mut told = told(&streets.graph, streets.report.as_ref());
        told["file"] = json!(output.display().to_string());
        told["file_bytes"] = json!(size);
        told["hierarchies"] = json!(hierarchies.iter().map(|path| path.display().to_string()).collect::<Vec<_>>());
        told["seconds"] = json!(began.elapsed().as_secs_f64());
        told["peak_memory_bytes"] = json!(peak_bytes());
        println!("{}", serde_json::to_string_pretty(&told)?);
    } else {
        print!("{}", described(&streets.graph, streets.report.as_ref()));
        let seconds = began.elapsed().as_secs_f64();
        let peak = peak_bytes().map_or_else(|| "unknown".to_owned(), bytes);
        println!("{} written ({}) in {seconds:.1} s; peak memory {peak}", output.display(), bytes(size));
        for path in &hierarchies {
            println!("{} written ({})", path.display(), bytes(std::fs::metadata(path).map_or(0, |m| m.len())));
        }
    }
    Ok(())
}

/// Stores the hierarchy of a walker beside a graph file.
fn hierarchy(file: &Path, walker: &Walker, overwrite: bool) -> Result<()> {
    let began = Instant::now();
    if !is_graph_file(file)? {
        let message = "is no graph file; build one first (walkshed graph build)";
        return Err(WrongUse::error(format!("{} {message}", file.display())));
    }
    may_be_written(&hierarchy_file(file, walker), overwrite)?;
    let progress = Progress::on_terminal();
    let graph = load(file, &WalkRules::worldwide(), &progress)?.graph;
    let path = store(&graph, file, walker, overwrite, &progress)?;
    let size = std::fs::metadata(&path).map_or(0, |m| m.len());
    println!("{} written ({}) in {:.1} s", path.display(), bytes(size), began.elapsed().as_secs_f64());
    Ok(())
}

fn may_be_written(path: &Path, overwrite: bool) -> Result<()> {
    if path.exists() && !overwrite {
        return Err(WrongUse::error(format!("{} exists; give --overwrite to replace it", path.display())));
    }
    Ok(())
}

/// Where the tables of an export go.
#[derive(Clone, Copy)]
struct ExportTo<'p> {
    streets: &'p Path,
    nodes: Option<&'p Path>,
    compounds: Option<&'p Path>,
}

fn export(file: &Path, rules: &WalkRules, to: ExportTo<'_>, overwrite: bool) -> Result<()> {
    for output in [Some(to.streets), to.nodes, to.compounds].into_iter().flatten() {
        is_geojson(output)?;
        if output.exists() && !overwrite {
            return Err(WrongUse::error(format!("{} exists; give --overwrite to replace it", output.display())));
        }
    }
    let found = to.compounds.map(|_| compounds::read(file, rules)).transpose()?;
    let graph = load(file, rules, &Progress::on_terminal())?.graph;
    let streets = export_table(to.streets, overwrite, |out| write_streets(&graph, out))?;
    println!("{}: {} streets, {} km", to.streets.display(), whole(streets as f64), whole(graph.total_length().0 / 1e3));
    if let Some(nodes) = to.nodes {
        let count = export_table(nodes, overwrite, |out| write_nodes(&graph, out))?;
        println!("{}: {} nodes", nodes.display(), whole(count as f64));
    }
    if let Some((path, found)) = to.compounds.zip(found) {
        let count = export_table(path, overwrite, |out| write_compounds(&found.compounds, out))?;
        println!("{}: {} compounds", path.display(), whole(count as f64));
    }
    Ok(())
}

fn is_geojson(output: &Path) -> Result<bool> {
    let extension = output.extension().map(|e| e.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("parquet") => Ok(false),
        Some("geojson" | "json") => Ok(true),
        _ => {
            let name = output.display();
            Err(WrongUse::error(format!("{name}: written are .parquet (GeoParquet) or .geojson")))
        }
    }
}

fn export_table(output: &Path, overwrite: bool, write: impl Fn(&mut BufWriter<File>) -> Result<u64>) -> Result<u64> {
    let as_geojson = is_geojson(output)?;
    write_file_atomically(output, overwrite, |out| {
        if !as_geojson {
            return write(out);
        }
        let beside = tempfile::NamedTempFile::new()?;
        let rows = write(&mut BufWriter::new(beside.reopen()?))?;
        geojson::from_parquet(beside.path(), out)?;
        Ok(rows)
    })
}

fn info(file: &Path, rules: &WalkRules, json: bool) -> Result<()> {
    let began = Instant::now();
    let streets = load(file, rules, &Progress::on_terminal())?;
    // Compounds are land and walls, which a graph file does not hold.
    let found: Option<CompoundSet> = streets.report.as_ref().map(|_| compounds::read(file, rules)).transpose()?;
    if json {
        let mut told = told(&streets.graph, streets.report.as_ref());
        told["compounds"] = json!(found.as_ref().map(compounds::told));
        println!("{}", serde_json::to_string_pretty(&told)?);
    } else {
        print!("{}", described(&streets.graph, streets.report.as_ref()));
        print!("{}", found.as_ref().map(compounds::described).unwrap_or_default());
        let how = if is_graph_file(file)? { "loaded and checked" } else { "imported" };
        println!("{how} in {:.3} s", began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn told(graph: &WalkGraph, report: Option<&ImportReport>) -> serde_json::Value {
    json!({
        "about": graph.about(),
        "nodes": graph.node_count(),
        "links": graph.link_count(),
        "directed_edges": graph.edge_count(),
        "points": graph.point_count(),
        "length_m": graph.total_length().0,
        "components": graph.components().len(),
        "largest_component_points": graph.components().first().map(|c| c.points),
        "memory_bytes": graph.bytes(),
        "bounds": graph.bounds(),
        "heights": HeightsTold::of(graph),
        "import": report,
    })
}

fn described(graph: &WalkGraph, report: Option<&ImportReport>) -> String {
    let about = graph.about();
    let mut text = format!("streets of {} by the rules {:?}\n", about.source, about.rules);
    let components = graph.components();
    let mut row = |name: &str, value: String| {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {name:<20}{value}");
    };
    row("nodes", whole(graph.node_count() as f64));
    row("links", format!("{} ({} directed edges)", whole(graph.link_count() as f64), whole(graph.edge_count() as f64)));
    row("points", whole(graph.point_count() as f64));
    row("length", format!("{} km", whole(graph.total_length().0 / 1e3)));
    row("connected parts", whole(components.len() as f64));
    if let Some(largest) = components.first() {
        row(
            "  the largest",
            format!("{} OSM nodes, {} km", whole(f64::from(largest.points)), whole(largest.length.0 / 1e3)),
        );
    }
    row("in memory", bytes(graph.bytes() as u64));
    if let Some(bounds) = graph.bounds() {
        let (min, max) = (bounds.min, bounds.max);
        row("from", format!("{:.5}, {:.5} to {:.5}, {:.5} (lon, lat)", min.lon, min.lat, max.lon, max.lat));
    }
    if let Some(heights) = HeightsTold::of(graph) {
        row("heights", heights.line());
        row("  from", heights.source.unwrap_or_default());
    }
    if let Some(report) = report {
        row("ways read", whole(report.ways_read as f64));
        row("  walked on", whole(report.ways_used as f64));
        row("  no streets", whole(report.ways_not_streets as f64));
        for (reason, count) in &report.ways_dropped {
            row(&format!("  {}", reason.code()), whole(*count as f64));
        }
        row("  without length", whole(report.ways_without_length as f64));
        row("for residents only", format!("{} ways", whole(report.ways_ends_only as f64)));
        row("  behind gates", format!("{} stretches more", whole(report.stretches_behind_gates as f64)));
        row(
            "squares, platforms",
            format!(
                "{} ({} not crossed, {} incomplete)",
                whole(report.areas as f64),
                report.areas_not_crossed,
                report.areas_incomplete
            ),
        );
        row("private gates", whole(report.private_gates as f64));
        row("missing nodes", format!("{} ({} ways cut there)", whole(report.missing_refs as f64), report.ways_cut));
        row("closed barriers", whole(report.barriers as f64));
        if report.stretches_clipped_away + report.stretches_clipped > 0 {
            let (away, cut) = (whole(report.stretches_clipped_away as f64), whole(report.stretches_clipped as f64));
            row("outside the area", format!("{away} stretches left out, {cut} cut"));
        }
        if report.duplicate_ways + report.duplicate_nodes > 0 {
            let (ways, nodes) = (whole(report.duplicate_ways as f64), whole(report.duplicate_nodes as f64));
            row("more than once", format!("{ways} ways, {nodes} nodes, used once"));
        }
    }
    text
}
