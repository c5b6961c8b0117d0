//! The streets of a run: from an extract, or from a graph file built before.
//!
//! Comes in: a path. Goes out: the graph, and what the import read and dropped. Not here: what is a street (the engine's
//! rules).

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use walkshed::WalkGraph;
use walkshed::graph::GraphAbout;
use walkshed::osm::{GatePolicy, ImportReport, WalkRules, read_pbf};

use crate::run::manifest::hash_file;
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
}

/// Reads an extract or a graph file; the first bytes tell which it is.
///
/// # Errors
/// When the file cannot be read, or is neither.
pub(crate) fn load(path: &Path, rules: &WalkRules, progress: &Progress) -> Result<Streets> {
    let file = File::open(path).with_context(|| format!("the streets in {} cannot be read", path.display()))?;
    let bytes = file.metadata().map_or(0, |m| m.len());
    if is_graph_file(path)? {
        let _stage = progress.stage("read graph", None);
        let graph = WalkGraph::read_from(BufReader::new(file)).with_context(|| path.display().to_string())?;
        return Ok(Streets { graph, report: None });
    }
    let stage = progress.stage("import streets", Some(bytes));
    let source = Counted { inner: file, stage: &stage };
    let (network, report) = read_pbf(source, rules).with_context(|| path.display().to_string())?;
    drop(stage);
    let _stage = progress.stage("build graph", None);
    let about = GraphAbout {
        source: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        source_sha256: Some(hash_file(path)?.1),
        data_timestamp: report.data_timestamp,
        rules: report.rules.clone(),
        engine: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let graph = WalkGraph::from_network(&network).with_context(|| path.display().to_string())?.with_about(about);
    Ok(Streets { graph, report: Some(report) })
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
}

impl AccessFlags {
    /// The rules that the flags ask for.
    ///
    /// # Errors
    /// When there are no such rules.
    pub(crate) fn read(&self) -> Result<WalkRules> {
        rules_named(self.rules.as_deref(), self.gates)
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
}

impl From<Gates> for GatePolicy {
    fn from(gates: Gates) -> Self {
        match gates {
            Gates::Mapped => Self::Mapped,
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
    let text = std::fs::read_to_string(path).with_context(|| format!("the rules {name} cannot be read"));
    let rules = text.and_then(|text| WalkRules::from_toml(&text).with_context(|| name.to_owned()));
    rules.map_err(WrongUse::mark)
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
