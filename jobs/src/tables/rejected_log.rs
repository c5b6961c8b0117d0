//! Rejected rows, however many there are: a registry in the wrong order of axes is all of them.
//!
//! Comes in: rejected rows one after another. Goes out: the same in their order, and what to tell of them: reasons with
//! their counts and first rows. Memory is that of [`IN_MEMORY`] bytes; what is more waits in a temporary file. Not here: the
//! table (`rejected`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom, Write as _};

use anyhow::{Context as _, Result};

use super::rejected::Rejected;

/// So many bytes of rows are kept in memory.
const IN_MEMORY: usize = 4 << 20;
/// What stands for the length of an id that a row does not have.
const NO_ID: u32 = u32::MAX;
/// What to do when the disk is full.
const UNWRITTEN: &str = "a temporary file cannot be written; is the disk full? TMPDIR says where it goes";

/// Rejected rows of all sources.
#[derive(Debug, Default)]
pub(crate) struct RejectedLog {
    sources: Vec<String>,
    reasons: Vec<Reason>,
    rows: u64,
    /// Rows that wait to be written, in the form of [`RejectedLog::push`].
    waiting: Vec<u8>,
    file: Option<File>,
}

/// A reason in one source.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Reason {
    source: u32,
    code: &'static str,
    rows: u64,
    first_row: u64,
    first_detail: String,
}

impl RejectedLog {
    /// Adds a row.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub(crate) fn push(&mut self, row: &Rejected) -> Result<()> {
        let source = self.number_of_source(&row.source);
        let known = self.reasons.iter().position(|known| known.source == source && known.code == row.reason);
        let reason = known.unwrap_or_else(|| {
            let (first_row, first_detail) = (row.row, row.detail.clone());
            self.reasons.push(Reason { source, code: row.reason, rows: 0, first_row, first_detail });
            self.reasons.len() - 1
        });
        self.reasons[reason].rows += 1;
        self.rows += 1;
        let id = row.id.as_deref();
        self.waiting.extend((reason as u32).to_le_bytes());
        self.waiting.extend(row.row.to_le_bytes());
        self.waiting.extend(id.map_or(NO_ID, |id| id.len() as u32).to_le_bytes());
        self.waiting.extend((row.detail.len() as u32).to_le_bytes());
        self.waiting.extend(id.unwrap_or_default().as_bytes());
        self.waiting.extend(row.detail.as_bytes());
        if self.waiting.len() > IN_MEMORY {
            if self.file.is_none() {
                self.file = Some(tempfile::tempfile().context(UNWRITTEN)?);
            }
            if let Some(file) = &mut self.file {
                file.write_all(&self.waiting).context(UNWRITTEN)?;
            }
            self.waiting.clear();
        }
        Ok(())
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> u64 {
        self.rows
    }

    /// How many rows were rejected for each reason.
    pub(crate) fn by_reason(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for reason in &self.reasons {
            *counts.entry(reason.code).or_insert(0) += reason.rows;
        }
        counts
    }

    /// The reasons in one source.
    pub(crate) fn reasons_in(&self, source: &str) -> Vec<&'static str> {
        self.in_source(source).map(|reason| reason.code).collect()
    }

    /// What to tell when no row of a source was usable: each reason, its count, and its first row.
    pub(crate) fn summed_up(&self, source: &str) -> String {
        let mut reasons: Vec<&Reason> = self.in_source(source).collect();
        reasons.sort_by_key(|reason| reason.code);
        let told = reasons.into_iter().map(|Reason { code, rows, first_row, first_detail, .. }| {
            let word = if *rows == 1 { "row" } else { "rows" };
            format!("{code} ({rows} {word}, first in row {first_row}: {first_detail})")
        });
        told.collect::<Vec<_>>().join("; ")
    }

    /// Hands the rows over in their order.
    ///
    /// # Errors
    /// When the temporary file cannot be read, or `each` fails.
    pub(crate) fn for_each(&self, mut each: impl FnMut(Rejected) -> Result<()>) -> Result<()> {
        if let Some(mut file) = self.file.as_ref() {
            file.seek(SeekFrom::Start(0))?;
            let mut read = BufReader::with_capacity(1 << 18, file);
            while let Some(row) = self.next_row(&mut read)? {
                each(row)?;
            }
        }
        let mut waiting = self.waiting.as_slice();
        while let Some(row) = self.next_row(&mut waiting)? {
            each(row)?;
        }
        Ok(())
    }

    fn in_source(&self, source: &str) -> impl Iterator<Item = &Reason> {
        let number = self.sources.iter().position(|known| known == source);
        self.reasons.iter().filter(move |reason| number == Some(reason.source as usize))
    }

    fn number_of_source(&mut self, source: &str) -> u32 {
        // The last one, nearly always.
        let known = self.sources.iter().rposition(|known| known == source);
        known.unwrap_or_else(|| {
            self.sources.push(source.to_owned());
            self.sources.len() - 1
        }) as u32
    }

    /// The next row of what [`RejectedLog::push`] has written; nothing at the end.
    fn next_row(&self, from: &mut impl Read) -> Result<Option<Rejected>> {
        let mut number = [0; 4];
        if from.read(&mut number[..1])? == 0 {
            return Ok(None);
        }
        from.read_exact(&mut number[1..])?;
        let reason = &self.reasons[u32::from_le_bytes(number) as usize];
        let mut row = [0; 8];
        from.read_exact(&mut row)?;
        let mut length = || -> Result<u32> {
            from.read_exact(&mut number)?;
            Ok(u32::from_le_bytes(number))
        };
        let (id, detail) = (length()?, length()?);
        let mut text = |length: u32| -> Result<String> {
            let mut bytes = vec![0; length as usize];
            from.read_exact(&mut bytes)?;
            Ok(String::from_utf8(bytes)?)
        };
        let id = if id == NO_ID { None } else { Some(text(id)?) };
        let detail = text(detail)?;
        let source = self.sources[reason.source as usize].clone();
        Ok(Some(Rejected { source, row: u64::from_le_bytes(row), id, reason: reason.code, detail }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_their_order_however_many() -> Result<()> {
        let row = |number: u64| Rejected {
            source: if number < 60_000 { "a.csv" } else { "b.csv" }.to_owned(),
            row: number,
            id: (!number.is_multiple_of(3)).then(|| format!("编号{number}")),
            reason: if number.is_multiple_of(2) { "outside" } else { "empty" },
            detail: format!("detail {number}, {}", "很长".repeat((number % 20) as usize)),
        };
        let mut log = RejectedLog::default();
        for number in 1..=90_000 {
            log.push(&row(number))?;
        }
        assert!(log.file.is_some(), "more than is kept in memory");
        for _ in 0..2 {
            let mut expected = 1;
            log.for_each(|found| {
                assert_eq!(found, row(expected));
                expected += 1;
                Ok(())
            })?;
            assert_eq!(expected, 90_001);
        }
        assert_eq!((log.len(), log.by_reason()), (90_000, BTreeMap::from([("outside", 45_000), ("empty", 45_000)])));
        assert!(log.summed_up("b.csv").starts_with("empty (15000 rows, first in row 60001: detail 60001"));
        assert_eq!(log.reasons_in("c.csv"), Vec::<&str>::new());
        Ok(())
    }
}
