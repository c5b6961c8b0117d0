//! `walkshed explain`: why a way or a node may be walked on, or not.
//!
//! Comes in: an extract, the rules, an element's id. Goes out: its tags, the verdict in words, and what became of it in the
//! graph. Not here: the rules (data of the engine).

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use walkshed::graph::LinkKind;
use walkshed::osm::{Answer, Because, Explanation, OsmKind, OsmRef, Passage, Verdict, WalkRules, WayVerdict, explain};
use walkshed::{OsmNodeId, OsmWayId, WalkGraph};

use crate::report::numbers::whole;
use crate::run::progress::Progress;
use crate::streets::{AccessFlags, load_files, names, open_all};
use crate::wrong_use::WrongUse;

/// Why a way or a node may be walked on, or not.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// What it is
    kind: Kind,
    /// Its OpenStreetMap id
    #[arg(allow_negative_numbers = true)]
    id: i64,
    /// The extract (.osm.pbf), or several (give --osm again for each)
    #[arg(long, value_name = "FILE", required = true)]
    osm: Vec<PathBuf>,
    #[command(flatten)]
    access: AccessFlags,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Kind {
    /// A way
    Way,
    /// A node
    Node,
    /// A relation
    Relation,
}

/// Prints the explanation.
///
/// # Errors
/// When the extract cannot be read, or has no such element.
pub(crate) fn run(args: &ExplainArgs) -> Result<()> {
    let rules = args.access.read()?;
    let kind = match args.kind {
        Kind::Way => OsmKind::Way,
        Kind::Node => OsmKind::Node,
        Kind::Relation => OsmKind::Relation,
    };
    let element = OsmRef { kind, id: args.id };
    let mut found = None;
    for (file, path) in open_all(&args.osm)?.0.into_iter().zip(&args.osm) {
        // The first file that has it, as the importer takes it.
        if found.is_none() {
            found = explain(file, &rules, element).with_context(|| path.display().to_string())?;
        }
    }
    let found = found.ok_or_else(|| WrongUse::error(format!("{} has no {element}", names(&args.osm))))?;
    print!("{}", described(&found, &rules));
    print!("{}", in_graph(&args.osm, &rules, element)?);
    Ok(())
}

fn described(found: &Explanation, rules: &WalkRules) -> String {
    let tags: Vec<String> = found.tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let tags = if tags.is_empty() { "no tags".to_owned() } else { tags.join(", ") };
    let verdict = match found.verdict {
        Verdict::Way(WayVerdict::NotAStreet) => "not a street: it has no class that the rules know".to_owned(),
        Verdict::Way(WayVerdict::Drop(because)) => format!("nobody walks there: {because}"),
        Verdict::Way(WayVerdict::Walk(class, directions, passage, because)) => {
            let who = match passage {
                Passage::Through => "walked on by everybody",
                Passage::EndsOnly => "walked on only by who starts or ends there",
            };
            let how = match (directions.forward(), directions.backward()) {
                (true, false) => ", forward only",
                (false, true) => ", backward only",
                _ => "",
            };
            format!("{who}{how}, as {}: {because}", rules.class_names()[usize::from(class.0)])
        }
        Verdict::Node(answer) => match answer {
            Answer::Yes => "everybody may pass it".to_owned(),
            Answer::EndsOnly => "a gate for who starts or ends behind it".to_owned(),
            Answer::No => "nobody passes it".to_owned(),
        },
    };
    let mut text = format!("{}: {tags}\n  by the rules {:?}: {verdict}\n", found.element, rules.id());
    for area in &found.outlines {
        let _ =
            writeln!(text, "  it is in the outline of {area}, an area that people walk across: its rim is walked on");
    }
    text
}

/// What became of an element in the graph.
fn in_graph(osm: &[PathBuf], rules: &WalkRules, element: OsmRef) -> Result<String> {
    let graph = load_files(osm, None, rules, &Progress::on_terminal())?.graph;
    let mut text = String::new();
    match element.kind {
        OsmKind::Way => {
            let of_way = |graph: &WalkGraph| {
                let streets = graph.streets().filter(|s| s.pieces.iter().any(|p| p.way() == OsmWayId(element.id)));
                streets.map(|s| s.id).collect::<Vec<_>>()
            };
            let links = of_way(&graph);
            let behind = links.iter().any(|&l| {
                let own = |p: &&walkshed::graph::Piece| p.way() == OsmWayId(element.id);
                graph.link(l).pieces.iter().filter(own).any(|p| p.because() == Because::BehindGate)
            });
            if behind {
                text.push_str("  part of it can only be come to through private gates or streets: treated as these\n");
            }
            let private = links.iter().filter(|&&l| graph.link(l).kind != LinkKind::Public).count();
            let islands = links.iter().filter(|&&l| graph.component_of(graph.link(l).tail) != 0).count();
            let length: f64 = links.iter().map(|&l| graph.link(l).length().0).sum();
            let _ = writeln!(
                text,
                "  in the graph: on {} links of {} m together, {private} of them private, {islands} not connected with \
                 the largest part",
                links.len(),
                whole(length)
            );
        }
        OsmKind::Node => {
            let at = graph.nodes().filter(|&n| graph.osm_node(n) == OsmNodeId(element.id)).count();
            let _ = writeln!(text, "  in the graph: {at} nodes stand on it (0: it is no junction and no dead end)");
        }
        OsmKind::Relation => {}
    }
    Ok(text)
}
