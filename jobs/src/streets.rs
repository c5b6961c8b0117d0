//! The streets of a run: from an extract or several, or from a graph file built before.
//!
//! Comes in: paths. Goes out: the graph, and what the import read and dropped. Not here: what is a street (the engine's
//! rules).

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use walkshed::graph::GraphAbout;
use walkshed::osm::{Gate, GatePolicy, ImportReport, Moment, RawNetwork, WalkRules, read_pbf_under};
use walkshed::{Meters, WalkGraph};

use crate::clip::{Clip, ClipFlags};
use crate::run::manifest::{hash_bytes, hash_file};
use crate::run::progress::Progress;
use crate::wrong_use::WrongUse;

/// The first bytes of a graph file.
const GRAPH_MAGIC: &[u8; 8] = b"WALKSHED";

/// Streets, and where they come from.
pub(crate) struct Streets {
    /// The graph.
    pub graph: WalkGraph,
    /// What was read and dropped; nothing for a graph file.
    pub report: Option<ImportReport>,
    /// The same streets with gates taken otherwise, where the caller asked for all cases.
    pub other_gates: Option<OtherGates>,
}

/// Streets with their gates taken in the best and in the worst case. Each is a graph of its own, as large as the first.
pub(crate) struct OtherGates {
    /// All gates stand open.
    pub open: WalkGraph,
    /// Gates are closed, but for those mapped as open.
    pub closed: WalkGraph,
    /// The gates, and who may pass them in each case.
    pub gates: Vec<Gate>,
}

/// Reads an extract or a graph file; the first bytes tell which it is.
///
/// # Errors
/// When the file cannot be read, or is neither.
pub(crate) fn load(path: &Path, rules: &WalkRules, progress: &Progress) -> Result<Streets> {
    load_files(&[path], None, rules, progress)
}

/// Reads several extracts as one, or one graph file, which is taken as it is and not clipped.
///
/// # Errors
/// When a file cannot be read, is neither, or no street lies in the area to clip to.
pub(crate) fn load_files(
    paths: &[impl AsRef<Path>],
    clip: Option<&Clip>,
    rules: &WalkRules,
    progress: &Progress,
) -> Result<Streets> {
    if let Some(path) = graph_among(paths)? {
        let file = open(path)?;
        let _stage = progress.stage("read graph", None);
        let graph = WalkGraph::read_from(BufReader::new(file)).with_context(|| path.display().to_string())?;
        return Ok(Streets { graph, report: None, other_gates: None });
    }
    Ok(import(paths, clip, rules, progress)?.0)
}

/// Reads extracts with gates as mapped, and beside it with gates open and closed; they are read once.
///
/// # Errors
/// When a file cannot be read, is no extract, or is a graph file: that was built with one view of gates.
pub(crate) fn load_with_all_gates(
    paths: &[impl AsRef<Path>],
    clip: Option<&Clip>,
    rules: &WalkRules,
    progress: &Progress,
) -> Result<Streets> {
    if let Some(path) = graph_among(paths)? {
        return Err(WrongUse::error(format!(
            "{} is a graph file, which was built with one view of gates; for all of them (--gates all) give the extract \
             itself (.osm.pbf)",
            path.display()
        )));
    }
    let networks = read_networks(paths, clip, rules, &GatePolicy::ALL, progress)?;
    let _stage = progress.stage("build graph", None);
    let sha256 = hash_all(paths)?;
    let gates = networks.first().map(|(network, _)| network.gates().to_vec()).unwrap_or_default();
    // One network after another, so that each is gone when the next is built.
    let mut built = networks.into_iter().map(|(network, report)| -> Result<(WalkGraph, ImportReport)> {
        Ok((build(paths, &sha256, &network, &report)?, report))
    });
    let (graph, report) = built.next().context("no view of gates was asked for")??;
    let others: Vec<WalkGraph> = built.map(|case| Ok(case?.0)).collect::<Result<_>>()?;
    let other_gates = <[WalkGraph; 2]>::try_from(others).ok();
    let other_gates = other_gates.map(|[open, closed]| OtherGates { open, closed, gates });
    Ok(Streets { graph, report: Some(report), other_gates })
}

/// Reads several extracts as one, and keeps the network that the graph was built from.
///
/// # Errors
/// When a file cannot be read, is no extract, or no street lies in the area to clip to.
pub(crate) fn import(
    paths: &[impl AsRef<Path>],
    clip: Option<&Clip>,
    rules: &WalkRules,
    progress: &Progress,
) -> Result<(Streets, RawNetwork)> {
    let mut networks = read_networks(paths, clip, rules, &[rules.gate_policy()], progress)?;
    let (network, report) = networks.pop().context("no view of gates was asked for")?;
    let _stage = progress.stage("build graph", None);
    let graph = build(paths, &hash_all(paths)?, &network, &report)?;
    Ok((Streets { graph, report: Some(report), other_gates: None }, network))
}

/// The networks of some extracts under policies of gates, clipped.
fn read_networks(
    paths: &[impl AsRef<Path>],
    clip: Option<&Clip>,
    rules: &WalkRules,
    policies: &[GatePolicy],
    progress: &Progress,
) -> Result<Vec<(RawNetwork, ImportReport)>> {
    let (sources, bytes) = open_all(paths)?;
    let stage = progress.stage("import streets", Some(bytes));
    let sources = sources.into_iter().map(|inner| Counted { inner, stage: &stage });
    let mut networks = read_pbf_under(sources, rules, policies).with_context(|| names(paths))?;
    drop(stage);
    let Some(clip) = clip else { return Ok(networks) };
    let _stage = progress.stage("clip streets", None);
    for (network, report) in &mut networks {
        *network = network.clipped(&clip.area, report);
        report.covers = None;
        ensure!(
            !network.ways().is_empty(),
            "no street of {} lies in {} or within {} m of it; are both of the same city?",
            names(paths),
            clip.path.display(),
            clip.buffer.0
        );
    }
    Ok(networks)
}

/// The hash of a file, or of several the hash of their hashes, one on a line.
fn hash_all(paths: &[impl AsRef<Path>]) -> Result<String> {
    let hashes: Vec<String> = paths.iter().map(|path| Ok(hash_file(path.as_ref())?.1)).collect::<Result<_>>()?;
    Ok(match &hashes[..] {
        [one] => one.clone(),
        several => hash_bytes(several.join("\n").as_bytes()),
    })
}

fn build(paths: &[impl AsRef<Path>], sha256: &str, network: &RawNetwork, report: &ImportReport) -> Result<WalkGraph> {
    let file_name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let about = GraphAbout {
        source: paths.iter().map(|path| file_name(path.as_ref())).collect::<Vec<_>>().join(" + "),
        source_sha256: Some(sha256.to_owned()),
        data_timestamp: report.data_timestamp,
        covers: report.covers,
        rules: report.rules.clone(),
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        heights: None,
    };
    Ok(WalkGraph::from_network(network).with_context(|| names(paths))?.with_about(about))
}

/// The graph file among some files, which must be alone.
///
/// # Errors
/// When a file cannot be read, or a graph file has company.
pub(crate) fn graph_among(paths: &[impl AsRef<Path>]) -> Result<Option<&Path>> {
    for path in paths.iter().map(AsRef::as_ref) {
        if is_graph_file(path)? {
            if paths.len() > 1 {
                let message = format!("{} is a graph file and holds all streets; give it alone", path.display());
                return Err(WrongUse::error(message));
            }
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Opens some files, and adds up their sizes.
///
/// # Errors
/// When one cannot be opened.
pub(crate) fn open_all(paths: &[impl AsRef<Path>]) -> Result<(Vec<File>, u64)> {
    let files: Vec<File> = paths.iter().map(|path| open(path.as_ref())).collect::<Result<_>>()?;
    let bytes = files.iter().map(|file| file.metadata().map_or(0, |m| m.len())).sum();
    Ok((files, bytes))
}

/// The names of some files, for messages.
pub(crate) fn names(paths: &[impl AsRef<Path>]) -> String {
    paths.iter().map(|path| path.as_ref().display().to_string()).collect::<Vec<_>>().join(", ")
}

/// The flags by which a command is told where the streets are.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SourceFlags {
    /// Streets: an OpenStreetMap extract (.osm.pbf), several of them (give --osm again for each), or a graph file
    #[arg(long, value_name = "FILE", required = true)]
    pub osm: Vec<PathBuf>,
    #[command(flatten)]
    pub clip: ClipFlags,
}

impl SourceFlags {
    /// Reads the streets, clipped with the margin that is given, or else the one that is usual for the command.
    ///
    /// # Errors
    /// As [`load_files`].
    pub(crate) fn load(&self, usual_buffer: Meters, rules: &WalkRules, progress: &Progress) -> Result<Streets> {
        let buffer = self.clip.clip_buffer.map_or(usual_buffer, Meters);
        let clip = self.clip.clip.as_ref().map(|path| Clip::read(path, buffer)).transpose()?;
        load_files(&self.osm, clip.as_ref(), rules, progress)
    }
}

/// The flags by which a command is told who may walk where.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct AccessFlags {
    /// Who may walk where: worldwide, china, or a file of rules [default: worldwide]
    #[arg(long, value_name = "NAME|FILE")]
    pub rules: Option<String>,
    /// What to take for granted of gates [default: mapped]
    #[arg(long, value_enum)]
    pub gates: Option<Gates>,
    /// The day and hour at which streets and gates must be open: "Tu 08:00" or "2026-03-08 23:00" [default: none, so that
    /// hours and conditions are not heeded]
    #[arg(long, value_name = "DAY HH:MM")]
    pub at: Option<Moment>,
}

impl AccessFlags {
    /// The rules that the flags ask for.
    ///
    /// # Errors
    /// When there are no such rules.
    pub(crate) fn read(&self) -> Result<WalkRules> {
        if self.gates == Some(Gates::All) {
            return Err(WrongUse::error("--gates all is for walkshed run; here give mapped, open or closed"));
        }
        let rules = rules_named(self.rules.as_deref(), self.gates)?;
        Ok(match self.at {
            Some(moment) => rules.at(moment),
            None => rules,
        })
    }
}

/// What is taken for granted of gates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Gates {
    /// As mapped; an untagged gate lets everybody pass
    #[default]
    Mapped,
    /// All open, whatever is mapped: the best case
    Open,
    /// Open only where mapped as open; the others for who lives behind them: the worst case
    Closed,
    /// As mapped, and beside it what open and closed gates would change (walkshed run only)
    All,
}

impl From<Gates> for GatePolicy {
    fn from(gates: Gates) -> Self {
        match gates {
            // The case as mapped is the main one of all.
            Gates::Mapped | Gates::All => Self::Mapped,
            Gates::Open => Self::Open,
            Gates::Closed => Self::Closed,
        }
    }
}

/// The rules of access of a name, or of a file, and what is taken for granted of gates; worldwide when nothing is said.
///
/// # Errors
/// When there are no rules of that name, or the file is none; both are the caller's to mend.
pub(crate) fn rules_named(name_or_path: Option<&str>, gates: Option<Gates>) -> Result<WalkRules> {
    let rules = name_or_path.map_or_else(|| Ok(WalkRules::worldwide()), named_or_read)?;
    Ok(rules.with_gates(gates.unwrap_or_default().into()))
}

fn named_or_read(name: &str) -> Result<WalkRules> {
    if let Some(rules) = WalkRules::named(name) {
        return Ok(rules);
    }
    let path = Path::new(name);
    if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
        let known = WalkRules::NAMES.join(", ");
        return Err(WrongUse::error(format!(
            "there are no rules {name:?}; expected {known}, or the path of a .toml file"
        )));
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("the rules {name} cannot be read"))?;
    WalkRules::from_toml(&text).with_context(|| name.to_owned())
}

/// Whether a file is a graph file, by its first bytes.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn is_graph_file(path: &Path) -> Result<bool> {
    let mut first = Vec::new();
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    file.take(8).read_to_end(&mut first).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(first == GRAPH_MAGIC)
}

/// A reader that moves a bar on.
pub(crate) struct Counted<'s, R> {
    pub inner: R,
    pub stage: &'s crate::run::progress::Stage,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.stage.advance(read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}
