//! Whether a file is CSV that can be read without losing rows, before it is read.
//!
//! Comes in: a UTF-8 file of any size. Goes out: its separator, whether quote marks mean anything in it, and how many
//! records it has; or an error with the line. Not here: encodings and values. A fast reader takes every quote mark for the
//! begin or end of a quoted field, so that one stray mark (`6" pipe`) would swallow the rows up to the next; this is found
//! here.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use super::encoding::UTF8_MARK;

/// What must be known to read a CSV file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct CsvForm {
    /// The byte between fields: comma, semicolon, tab or bar, whichever the header has most of.
    pub separator: u8,
    /// Whether fields may be quoted. Without a quoted field, quote marks are text.
    pub quoted: bool,
    /// How many records follow the header, blank lines among them.
    pub records: u64,
}

/// The separators that are told apart, as bytes and as words.
pub(super) const SEPARATORS: [(u8, &str); 4] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "bar")];

/// Reads UTF-8 text once and says how to read it as CSV. `path` is the file that messages name; the text may be in a copy
/// of it. `said` is the separator, where the user names it.
///
/// # Errors
/// When it is empty, or its quote marks make rows ambiguous.
pub(super) fn check(path: &Path, text: &Path, said: Option<u8>) -> Result<CsvForm> {
    let mut file = BufReader::new(File::open(text).with_context(|| format!("{} cannot be read", path.display()))?);
    let mut header = Vec::new();
    file.by_ref().take(1 << 20).read_until(b'\n', &mut header)?;
    let begin = if header.starts_with(UTF8_MARK) { UTF8_MARK.len() } else { 0 };
    ensure!(!header[begin..].trim_ascii().is_empty(), "{} is empty; expected a header line and rows", path.display());
    let separator = said.unwrap_or_else(|| separator_of(&header[begin..]));

    file.seek(std::io::SeekFrom::Start(begin as u64))?;
    let mut fields = FieldCheck::new(separator);
    let mut piece = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut piece).with_context(|| format!("{} cannot be read", path.display()))?;
        if read == 0 {
            break;
        }
        piece[..read].iter().for_each(|&byte| fields.add(byte));
    }
    fields.end();
    match (fields.quoted_fields, fields.stray, fields.in_quotes()) {
        (0, ..) => {}
        (_, Some(line), _) => bail!(
            "{}, line {line}: a quote mark stands inside a field, so that it is not clear where the row ends; put the \
             field in quote marks and double the one inside, or remove it",
            path.display()
        ),
        (_, None, true) => {
            bail!("{}, line {}: a quoted field is not closed", path.display(), fields.quote_began)
        }
        _ => {}
    }
    let quoted = fields.quoted_fields > 0;
    // When quote marks are text, a record is a line.
    let records = if quoted { fields.records } else { fields.lines };
    Ok(CsvForm { separator, quoted, records: records.saturating_sub(1) })
}

fn separator_of(header: &[u8]) -> u8 {
    let count = |separator: u8| header.split(|&byte| byte == separator).count();
    // Among equals the first wins.
    let separators = SEPARATORS.into_iter().rev().map(|(separator, _)| separator);
    separators.max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote mark in a quoted field: its end, or the first of a doubled mark.
    QuoteInQuoted,
}

/// Fields and records by the rules of RFC 4180, byte by byte.
struct FieldCheck {
    separator: u8,
    at: Where,
    line: u64,
    quote_began: u64,
    quoted_fields: u64,
    stray: Option<u64>,
    records: u64,
    lines: u64,
    /// Whether bytes have come since the last end of a line.
    line_began: bool,
}

impl FieldCheck {
    fn new(separator: u8) -> Self {
        Self {
            separator,
            at: Where::FieldStart,
            line: 1,
            quote_began: 0,
            quoted_fields: 0,
            stray: None,
            records: 0,
            lines: 0,
            line_began: false,
        }
    }

    fn add(&mut self, byte: u8) {
        if byte == b'\n' {
            self.line += 1;
            self.lines += 1;
            self.line_began = false;
            if self.at != Where::Quoted {
                self.records += 1;
                self.at = Where::FieldStart;
            }
            return;
        }
        self.line_began = true;
        if byte == b'\r' && self.at != Where::Quoted {
            return;
        }
        self.at = match (self.at, byte) {
            (Where::FieldStart, b'"') => {
                self.quoted_fields += 1;
                self.quote_began = self.line;
                Where::Quoted
            }
            (Where::Quoted, b'"') => Where::QuoteInQuoted,
            (Where::QuoteInQuoted, b'"') | (Where::Quoted, _) => Where::Quoted,
            (_, byte) if byte == self.separator => Where::FieldStart,
            (state, byte) => {
                if byte == b'"' || state == Where::QuoteInQuoted {
                    self.stray = self.stray.or(Some(self.line));
                }
                Where::Plain
            }
        };
    }

    /// The last line may have no end.
    fn end(&mut self) {
        self.lines += u64::from(self.line_began);
        self.records += u64::from(self.line_began);
    }

    fn in_quotes(&self) -> bool {
        self.at == Where::Quoted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(bytes: &[u8]) -> Result<CsvForm> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes)?;
        check(&path, &path, None)
    }

    #[test]
    fn records_are_counted_as_a_spreadsheet_would() -> Result<()> {
        let form = checked("\u{feff}id,name\r\n1,\"two\nlines, \"\"quoted\"\"\"\r\n\r\n2,\"\"\n3,c".as_bytes())?;
        assert_eq!(form, CsvForm { separator: b',', quoted: true, records: 4 });
        let form = checked(b"id;name\n1;6\" pipe\n2;b\n")?;
        assert_eq!(form, CsvForm { separator: b';', quoted: false, records: 2 });
        Ok(())
    }

    #[test]
    fn what_would_lose_rows_is_refused_with_its_line() {
        let refused = |bytes: &[u8]| checked(bytes).expect_err("refused").to_string();
        assert!(refused(b"id,name\n1,\"a\"\n2,6\" pipe\n3,c\n").contains("line 3: a quote mark stands inside"));
        assert!(refused(b"id,name\n1,\"a\n2,b\n").contains("line 2: a quoted field is not closed"));
        assert!(refused(b"").contains("is empty"));
    }
}
