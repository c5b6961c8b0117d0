//! How a run searches: the way, by the work or as asked for, and the hierarchy, stored beside the graph file or built.
//!
//! Comes in: cells and outlets on streets, what the user asked for. Goes out: a [`Searching`], from which the searches are
//! made ready, and [`SearchTold`], which says what was chosen and why. Not here: the searches (the engine's). No choice
//! changes an answer, only how long it takes.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;
use walkshed::access::{AccessOptions, AccessSearch, Choice, LinkedOutlets, Way, Work};
use walkshed::search::{BlockGraph, Hierarchy};
use walkshed::snap::LinkedPoint;
use walkshed::walk::{EdgeWeights, Walker};
use walkshed::{Ticks, WalkGraph};

use super::coverage::HORIZON;
use super::progress::Progress;
use super::staging::write_file_atomically;
use crate::models::weights_of;

/// What decides how a run searches.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The way that the user asked for.
    pub way: Option<Way>,
    /// Where a hierarchy for these streets and this walker would be stored; nothing when the streets come from extracts.
    pub stored: Option<&'a Path>,
}

/// What searches are run on.
#[derive(Clone, Copy)]
pub(crate) struct On<'a> {
    pub graph: &'a WalkGraph,
    pub weights: &'a EdgeWeights,
    pub outlets: &'a LinkedOutlets,
    /// All cells, in the order in which they are searched from.
    pub cells: &'a [Option<LinkedPoint>],
    pub budgets: &'a [Ticks],
}

/// A way of searching that was chosen, with the hierarchy that it needs.
pub(crate) struct Searching {
    way: Way,
    hierarchy: Option<Hierarchy>,
    pub told: SearchTold,
}

/// What was chosen, for reports.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SearchTold {
    /// The way's word.
    pub way: &'static str,
    /// Whether the user asked for it; else it was chosen by the work.
    pub asked: bool,
    /// Points searched from.
    pub points: usize,
    /// Nodes that one of them reaches within the longest tier, from a sample.
    pub reach: f64,
    /// Estimates in seconds on one core.
    pub one_by_one_s: f64,
    pub lanes_s: f64,
    /// With building the hierarchy first, unless it is stored.
    pub meetings_s: f64,
    /// `stored`, `built`, or `none`.
    pub hierarchy: &'static str,
    /// Why a hierarchy file that is there was not used.
    pub not_used: Option<String>,
}

impl Searching {
    /// Chooses the way and gets the hierarchy, if one is needed.
    pub(crate) fn choose(asked: Asked<'_>, on: On<'_>, progress: &Progress) -> Self {
        let (stored, not_used) = match asked.stored.map(|path| read_stored(path, on, progress)) {
            Some(Ok(hierarchy)) => (hierarchy, None),
            Some(Err(error)) => (None, Some(format!("{error:#}"))),
            None => (None, None),
        };
        let longest = on.budgets.iter().copied().max().unwrap_or(Ticks::ZERO);
        let known = super::coverage::known_categories(on.outlets);
        let rest = Work {
            cells: on.cells.len(),
            reach: 0.0,
            nodes: on.graph.node_count(),
            outlets: on.outlets.len(),
            nearest: known.iter().filter(|&&known| known).count(),
            has_hierarchy: stored.is_some(),
        };
        let work = Work::sampled(&BlockGraph::new(on.graph, on.weights, longest), on.cells, longest, rest);
        let choice = Choice::by_work(work);
        let way = asked.way.unwrap_or(choice.way);
        let is_stored = stored.is_some();
        let hierarchy = stored.or_else(|| {
            way.needs_hierarchy().then(|| {
                let _stage = progress.stage("build hierarchy", None);
                Hierarchy::build(on.graph, on.weights, longest.max(HORIZON))
            })
        });
        let told = SearchTold {
            way: way.code(),
            asked: asked.way.is_some(),
            points: work.cells,
            reach: work.reach,
            one_by_one_s: choice.one_by_one_s,
            lanes_s: choice.lanes_s,
            meetings_s: choice.meetings_s,
            hierarchy: match (is_stored, &hierarchy) {
                (true, _) => "stored",
                (false, Some(_)) => "built",
                (false, None) => "none",
            },
            not_used,
        };
        Self { way, hierarchy, told }
    }

    /// Makes the searches ready.
    ///
    /// # Errors
    /// When a standard asks for walks that the hierarchy does not serve.
    pub(crate) fn ready<'a>(&'a self, on: On<'a>) -> Result<AccessSearch<'a>> {
        let On { graph, weights, outlets, cells, budgets } = on;
        let options = AccessOptions { budgets, horizon: Some(HORIZON), only: Some(cells), way: self.way };
        Ok(AccessSearch::by(graph, weights, outlets, self.hierarchy.as_ref(), options)?)
    }
}

/// Where the hierarchy of a walker is stored: beside the graph file, by the walker's name and speed.
pub(crate) fn hierarchy_file(graph_file: &Path, walker: &Walker) -> PathBuf {
    let mut name = graph_file.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}-{}.hierarchy", walker.id(), walker.speed().0));
    graph_file.with_file_name(name)
}

/// The hierarchy in a file; nothing when there is no file.
fn read_stored(path: &Path, on: On<'_>, progress: &Progress) -> Result<Option<Hierarchy>> {
    if !path.exists() {
        return Ok(None);
    }
    let _stage = progress.stage("read hierarchy", None);
    let unread = || path.display().to_string();
    let file = File::open(path).with_context(unread)?;
    let hierarchy = Hierarchy::read_from(BufReader::new(file), on.graph, on.weights).with_context(unread)?;
    let longest = on.budgets.iter().copied().max().unwrap_or(Ticks::ZERO).max(HORIZON);
    anyhow::ensure!(
        hierarchy.longest() >= longest,
        "{}: it serves walks of up to {}, and up to {longest} are asked for; build it again",
        path.display(),
        hierarchy.longest()
    );
    Ok(Some(hierarchy))
}

/// Builds the hierarchy of a walker on a graph and stores it beside the graph's file.
///
/// # Errors
/// When the file is there and may not be replaced, or cannot be written.
pub(crate) fn store(
    graph: &WalkGraph,
    graph_file: &Path,
    walker: &Walker,
    overwrite: bool,
    progress: &Progress,
) -> Result<PathBuf> {
    let weights = weights_of(graph, walker)?;
    let hierarchy = {
        let _stage = progress.stage("build hierarchy", None);
        Hierarchy::build(graph, &weights, HORIZON)
    };
    let path = hierarchy_file(graph_file, walker);
    write_file_atomically(&path, overwrite, |out| Ok(hierarchy.write_to(out)?))?;
    Ok(path)
}
