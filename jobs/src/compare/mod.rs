//! Two runs compared: by cell, requirement, zone and format, with what changed in what they were made from.
//!
//! Comes in: two output folders of `walkshed run`. Goes out: what differs in their inputs and settings ([`mod@changes`]), the
//! tables of differences ([`tables`]), and their sums (`Compared`). Not here: runs; the saved tables and manifests are
//! taken as they are.

pub(crate) mod changes;
pub(crate) mod tables;
pub(crate) mod told;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use self::changes::{Change, changes, refuse};
use crate::run::manifest::Manifest;
use crate::tables::columns::Table;
use crate::wrong_use::WrongUse;

/// One of the two runs.
pub(crate) struct Side {
    pub folder: PathBuf,
    pub manifest: Manifest,
}

/// Two runs that may be compared.
pub(crate) struct Pair {
    pub a: Side,
    pub b: Side,
    /// What they were made from, whether it differs or not.
    pub changes: Vec<Change>,
}

impl Side {
    /// Reads the manifest of a run's folder.
    ///
    /// # Errors
    /// When it is no output folder of a run.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let manifest = Manifest::read_from(folder).map_err(WrongUse::mark)?;
        let side = Self { folder: folder.to_owned(), manifest };
        for table in [Table::Cells, Table::Gaps, Table::Zones, Table::Formats] {
            let is_written = side.manifest.outputs.iter().any(|output| output.file == table.file());
            if !is_written {
                return Err(WrongUse::error(format!(
                    "{} has no {}; expected a folder that walkshed run has written",
                    folder.display(),
                    table.file()
                )));
            }
            ensure!(side.path(table).is_file(), "{} is not there any more", side.path(table).display());
        }
        Ok(side)
    }

    /// Where a table is.
    pub(crate) fn path(&self, table: Table) -> PathBuf {
        self.folder.join(table.file())
    }

    /// What to call it: its title, or its folder.
    pub(crate) fn name(&self) -> String {
        let folder = self.folder.file_name().unwrap_or(self.folder.as_os_str()).to_string_lossy();
        match &self.manifest.title {
            Some(title) => format!("{title} ({folder})"),
            None => folder.into_owned(),
        }
    }
}

impl Pair {
    /// Reads two folders and sees whether they can be compared.
    ///
    /// # Errors
    /// When one is no output folder of a run, or they differ in something that `accepted` does not name.
    pub(crate) fn read(a: &Path, b: &Path, accepted: &[String]) -> Result<Self> {
        let (a, b) = (Side::read(a)?, Side::read(b)?);
        let changes = changes(&a.manifest, &b.manifest, accepted)?;
        refuse(&changes)?;
        Ok(Self { a, b, changes })
    }
}
