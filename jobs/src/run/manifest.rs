//! What a result was made from, with what, and what came out.
//!
//! Comes in: the input files, the assumptions, the counts of a run and the folder it wrote. Goes out: `manifest.json`,
//! which says enough to check a result and to make it again. Not here: the results; and nothing in a table depends on
//! the time, so that two runs differ in this file alone.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use walkshed::walk::Parameter;

/// The name of the file in an output folder.
pub(crate) const MANIFEST_FILE: &str = "manifest.json";
/// The word by which an output folder is known as ours.
pub(crate) const TOOL: &str = "walkshed";

/// The record of one run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Always [`TOOL`].
    pub tool: String,
    /// The version of the tool.
    pub version: String,
    /// What the user calls this work.
    pub title: Option<String>,
    /// When the run ended, RFC 3339 in UTC.
    pub created: String,
    /// Every file that was read.
    pub inputs: Vec<Input>,
    /// How walking was modelled.
    pub model: Option<Model>,
    /// The standard that was applied.
    pub standard: Option<StandardUsed>,
    /// Every other choice: minutes, resolution, limits.
    pub settings: serde_json::Map<String, serde_json::Value>,
    /// What was read, used, dropped and found.
    pub counts: serde_json::Map<String, serde_json::Value>,
    /// Every file that was written, but this one.
    pub outputs: Vec<Output>,
    /// Seconds of each stage.
    pub timings_s: serde_json::Map<String, serde_json::Value>,
    /// The largest resident size of the process, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// How many threads searched.
    pub threads: usize,
}

/// A file that was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Input {
    /// What it was read as: `osm`, `clip`, `outlets`, `residents`, `zones`, `standard`, `config`, …
    pub role: String,
    /// Its path as the user gave it.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A file that was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Output {
    /// Its name in the folder, with `/` between parts.
    pub file: String,
    /// How many rows it has, where it is a table.
    pub rows: Option<u64>,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// How walking was modelled.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    /// The name of the model or of the speed.
    pub name: String,
    /// Speed on level ground, in metres per second.
    pub speed_m_per_s: f64,
    /// All its parameters that are on.
    #[serde(default)]
    pub parameters: Vec<ParameterUsed>,
    /// How far a cell may lie from the street it starts on, in metres.
    pub max_snap_cell_m: f64,
    /// How far an outlet may lie from its street, in metres.
    pub max_snap_outlet_m: f64,
}

/// One parameter of the model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ParameterUsed {
    /// Its name, which ends with its unit.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Its unit; empty for what has none.
    pub unit: String,
    /// Where it comes from.
    pub source: String,
}

impl ParameterUsed {
    /// A parameter as the engine tells it.
    pub(crate) fn new(parameter: &Parameter<'_>) -> Self {
        Self {
            name: parameter.name.clone(),
            value: parameter.value.clone(),
            unit: parameter.unit.to_owned(),
            source: parameter.source.to_owned(),
        }
    }
}

/// The standard that was applied.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct StandardUsed {
    /// Its id.
    pub id: String,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// A manifest of this version of the tool and of now, with nothing in it.
    pub(crate) fn new(title: Option<String>) -> Self {
        Self {
            tool: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            title,
            created: rfc3339_utc(SystemTime::now()),
            inputs: Vec::new(),
            model: None,
            standard: None,
            settings: serde_json::Map::new(),
            counts: serde_json::Map::new(),
            outputs: Vec::new(),
            timings_s: serde_json::Map::new(),
            peak_memory_bytes: None,
            threads: 1,
        }
    }

    /// Notes a file that was read, with its hash. The whole file is read once.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn add_input(&mut self, role: &str, path: &Path) -> Result<()> {
        let (bytes, sha256) = hash_file(path)?;
        self.inputs.push(Input { role: role.to_owned(), path: path.display().to_string(), bytes, sha256 });
        Ok(())
    }

    /// Notes every file of a folder but the manifest, by name, with its hash; `rows` says how many rows the tables have.
    ///
    /// The folder is looked through, not a list of what was meant to be written, so that nothing is forgotten.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub(crate) fn add_outputs(&mut self, folder: &Path, rows: &BTreeMap<String, u64>) -> Result<()> {
        for file in files_below(folder)? {
            if file == MANIFEST_FILE {
                continue;
            }
            let (bytes, sha256) = hash_file(&folder.join(&file))?;
            self.outputs.push(Output { rows: rows.get(&file).copied(), file, bytes, sha256 });
        }
        Ok(())
    }

    /// Notes files that were written into a folder after its run, in the place of earlier ones of the same names.
    ///
    /// # Errors
    /// When the manifest or a file cannot be read, or the manifest cannot be written.
    pub(crate) fn note_outputs(folder: &Path, files: &[String]) -> Result<()> {
        let mut manifest = Self::read_from(folder)?;
        for file in files {
            let (bytes, sha256) = hash_file(&folder.join(file))?;
            manifest.outputs.retain(|output| output.file != *file);
            manifest.outputs.push(Output { file: file.clone(), rows: None, bytes, sha256 });
        }
        manifest.outputs.sort_by(|a, b| a.file.cmp(&b.file));
        manifest.write_to(folder)
    }

    /// Writes `manifest.json` into a folder.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write_to(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST_FILE);
        let mut text = serde_json::to_string_pretty(self).context("the manifest cannot be written as JSON")?;
        text.push('\n');
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Reads `manifest.json` of an output folder.
    ///
    /// # Errors
    /// When there is none, or it is not one of ours.
    pub(crate) fn read_from(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST_FILE);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read; is this an output folder of {TOOL}?", path.display()))?;
        let manifest: Self =
            serde_json::from_str(&text).with_context(|| format!("{} is not a manifest of {TOOL}", path.display()))?;
        anyhow::ensure!(manifest.tool == TOOL, "{} was written by '{}', not by {TOOL}", path.display(), manifest.tool);
        Ok(manifest)
    }
}

/// The names of all files below a folder, sorted, with `/` between parts.
pub(super) fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(prefix) = folders.pop() {
        let here = folder.join(&prefix);
        let unreadable = || format!("the folder {} cannot be read", here.display());
        for entry in std::fs::read_dir(&here).with_context(unreadable)? {
            let entry = entry.with_context(unreadable)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().with_context(unreadable)?.is_dir() {
                folders.push(format!("{name}/"));
            } else {
                files.push(name);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The size and the SHA-256 (hexadecimal) of a file, read piece by piece.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn hash_file(path: &Path) -> Result<(u64, String)> {
    let unreadable = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(unreadable)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut piece).with_context(unreadable)?;
        if read == 0 {
            return Ok((bytes, hexadecimal(&hasher.finalize())));
        }
        hasher.update(&piece[..read]);
        bytes += read as u64;
    }
}

/// The SHA-256 (hexadecimal) of a text that is in memory, such as a standard that comes with the tool.
pub(crate) fn hash_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A moment as `2026-11-23T08:15:00Z`. Moments before 1970 are written as 1970.
fn rfc3339_utc(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    // Days are counted in years that begin on 1 March, so that the leap day is the last of its year, and in cycles of
    // 400 years, which all have 146,097 days (the civil calendar as H. Hinnant describes its arithmetic).
    let day = day + 719_468;
    let (cycle, day_of_cycle) = (day / 146_097, day % 146_097);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = cycle * 400 + year_of_cycle + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day_of_month:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        let written = |seconds| rfc3339_utc(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(written(0), "1970-01-01T00:00:00Z");
        assert_eq!(written(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(written(951_868_799), "2000-02-29T23:59:59Z");
        assert_eq!(written(1_795_421_700), "2026-11-23T08:15:00Z");
        assert_eq!(written(4_107_542_400), "2100-03-01T00:00:00Z");
    }

    #[test]
    fn every_file_of_the_folder_is_noted_and_read_back() -> Result<()> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("cells.parquet"), "abc")?;
        std::fs::create_dir(folder.path().join("csv"))?;
        std::fs::write(folder.path().join("csv").join("cells.csv"), "")?;
        let mut manifest = Manifest::new(Some("town".into()));
        manifest.add_input("outlets", &folder.path().join("cells.parquet"))?;
        manifest.write_to(folder.path())?;
        manifest.add_outputs(folder.path(), &BTreeMap::from([("cells.parquet".into(), 7)]))?;
        manifest.write_to(folder.path())?;
        assert_eq!(Manifest::read_from(folder.path())?, manifest);
        let noted: Vec<_> = manifest.outputs.iter().map(|o| (o.file.as_str(), o.rows, o.bytes)).collect();
        assert_eq!(noted, [("cells.parquet", Some(7), 3), ("csv/cells.csv", None, 0)]);
        // SHA-256 of "abc", from FIPS 180-2.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(manifest.inputs[0].sha256, abc);
        Ok(())
    }

    #[test]
    fn a_foreign_manifest_is_refused() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let mut manifest = Manifest::new(None);
        manifest.tool = "another".into();
        manifest.write_to(folder.path())?;
        let refused = Manifest::read_from(folder.path()).expect_err("foreign");
        assert!(refused.to_string().contains("another"), "{refused}");
        Ok(())
    }
}
