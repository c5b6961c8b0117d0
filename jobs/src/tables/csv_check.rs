//! Whether a file is CSV that can be read without losing rows, before it is read.
//!
//! Comes in: a file of any size. Goes out: its separator, whether quote marks mean anything in it, and how many records
//! it has; or an error with the line. Not here: the values. A fast reader takes every quote mark for the begin or end of
//! a quoted field, so that one stray mark (`6" pipe`) would swallow the rows up to the next; this is found here.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

/// What must be known to read a CSV file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct CsvForm {
    /// The byte between fields: comma, semicolon or tab, whichever the header has most of.
    pub separator: u8,
    /// Whether fields may be quoted. Without a quoted field, quote marks are text.
    pub quoted: bool,
    /// How many records follow the header, blank lines among them.
    pub records: u64,
}

const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads a file once and says how to read it as CSV.
///
/// # Errors
/// When it is empty, not UTF-8, or its quote marks make rows ambiguous.
pub(super) fn check(path: &Path) -> Result<CsvForm> {
    let mut file = BufReader::new(File::open(path).with_context(|| format!("{} cannot be read", path.display()))?);
    let mut header = Vec::new();
    file.by_ref().take(1 << 20).read_until(b'\n', &mut header)?;
    let begin = if header.starts_with(UTF8_BOM) { UTF8_BOM.len() } else { 0 };
    ensure!(!header[begin..].trim_ascii().is_empty(), "{} is empty; expected a header line and rows", path.display());
    ensure!(
        !header.starts_with(b"PK\x03\x04"),
        "{} is a spreadsheet or archive; save it as 'CSV UTF-8'",
        path.display()
    );
    let separator = separator_of(&header[begin..]);

    file.seek(std::io::SeekFrom::Start(begin as u64))?;
    let mut utf8 = Utf8Check::default();
    let mut fields = FieldCheck::new(separator);
    let mut piece = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut piece).with_context(|| format!("{} cannot be read", path.display()))?;
        if read == 0 {
            break;
        }
        utf8.add(&piece[..read]).map_err(|line| not_utf8(path, line))?;
        piece[..read].iter().for_each(|&byte| fields.add(byte));
    }
    ensure!(utf8.rest.is_empty(), not_utf8(path, utf8.line));
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

fn not_utf8(path: &Path, line: u64) -> anyhow::Error {
    anyhow::anyhow!(
        "{}, line {line}: this is not UTF-8 text; save the file as 'CSV UTF-8' (from GB18030, UTF-16 or another encoding)",
        path.display()
    )
}

fn separator_of(header: &[u8]) -> u8 {
    let count = |separator: u8| header.split(|&byte| byte == separator).count();
    // Among equals the first wins.
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

/// UTF-8 over pieces that may be cut inside a character.
#[derive(Default)]
struct Utf8Check {
    rest: Vec<u8>,
    line: u64,
}

impl Utf8Check {
    /// Checks a piece; the error is the number of the line.
    fn add(&mut self, piece: &[u8]) -> Result<(), u64> {
        let joined;
        let bytes = if self.rest.is_empty() {
            piece
        } else {
            joined = [self.rest.as_slice(), piece].concat();
            &joined
        };
        let valid = match std::str::from_utf8(bytes) {
            Ok(_) => bytes.len(),
            Err(error) => {
                let lines = count_lines(&bytes[..error.valid_up_to()]);
                if error.error_len().is_some() {
                    return Err(self.line + lines + 1);
                }
                error.valid_up_to()
            }
        };
        self.line += count_lines(&bytes[..valid]);
        self.rest = bytes[valid..].to_vec();
        Ok(())
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.split(|&byte| byte == b'\n').count() as u64 - 1
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
        check(&path)
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
        assert!(refused(b"id,name\n1,a\n2,\xb1\xe3\xc0\xfb\n").contains("line 3: this is not UTF-8"));
        assert!(refused(b"\xff\xfei\0d\0").contains("line 1: this is not UTF-8"));
        assert!(refused(b"").contains("is empty"));
        assert!(refused(b"PK\x03\x04rest").contains("spreadsheet"));
    }

    #[test]
    fn characters_may_be_cut_between_pieces() {
        let mut check = Utf8Check::default();
        let text = "便利\n店".as_bytes();
        for byte in text {
            assert_eq!(check.add(&[*byte]), Ok(()));
        }
        assert!(check.rest.is_empty());
        assert_eq!(check.add(&[0xff]), Err(2));
    }
}
