//! A plain copy of a table that is not CSV: UTF-8 CSV in a temporary file, which the fast reader then reads in pieces.
//!
//! Comes in: rows of texts. Goes out: the file, and how many rows it has. Not here: what the rows come from.

use std::io::{BufWriter, Write as _};

use anyhow::{Context as _, Result};
use tempfile::NamedTempFile;

/// What is said when the copy cannot be written.
const UNWRITTEN: &str = "a temporary file cannot be written; is the disk full? TMPDIR says where it goes";

/// A copy in the making; the first row is the header.
pub(super) struct PlainCopy {
    out: BufWriter<NamedTempFile>,
    rows: u64,
}

impl PlainCopy {
    /// A copy with nothing in it.
    ///
    /// # Errors
    /// When there is no place for it.
    pub(super) fn new() -> Result<Self> {
        Ok(Self { out: BufWriter::new(NamedTempFile::new().context(UNWRITTEN)?), rows: 0 })
    }

    /// Adds a row. An empty text is no value.
    ///
    /// # Errors
    /// When the disk is full.
    pub(super) fn row<'t>(&mut self, cells: impl IntoIterator<Item = &'t str>) -> Result<()> {
        for (place, cell) in cells.into_iter().enumerate() {
            let comma: &[u8] = if place == 0 { b"" } else { b"," };
            self.out.write_all(comma).context(UNWRITTEN)?;
            if cell.is_empty() {
                continue;
            }
            // Every text is quoted, so that the copy is read in one way only.
            write!(self.out, "\"{}\"", cell.replace('"', "\"\"")).context(UNWRITTEN)?;
        }
        self.out.write_all(b"\n").context(UNWRITTEN)?;
        self.rows += 1;
        Ok(())
    }

    /// The file, and how many rows follow its header.
    ///
    /// # Errors
    /// When the disk is full.
    pub(super) fn finish(self) -> Result<(NamedTempFile, u64)> {
        let file = self.out.into_inner().map_err(std::io::IntoInnerError::into_error).context(UNWRITTEN)?;
        Ok((file, self.rows.saturating_sub(1)))
    }
}
