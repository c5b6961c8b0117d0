//! Tables that users bring: CSV or Parquet, read as text.
//!
//! Comes in: a file. Goes out: the names of its columns, and its rows one after another with blanks trimmed, whatever the
//! size of the file. Not here: what the columns mean, numbers, and other encodings than UTF-8.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use polars::prelude::{DataType, Expr, LazyCsvReader, LazyFileListReader as _, LazyFrame, StringChunked, col, lit};

use super::csv_check;
use super::scan;

/// The name of a computed column, which no header is likely to have.
const HAS_VALUE: &str = "\u{1}has value";

/// A table of a user.
pub(crate) struct SourceTable {
    path: PathBuf,
    rows: LazyFrame,
    columns: Vec<String>,
    /// How many rows the file is known to have.
    records: Option<u64>,
}

impl SourceTable {
    /// Opens a file: Parquet by its name, else CSV with comma, semicolon or tab.
    ///
    /// # Errors
    /// When it cannot be read, is no such table, is not UTF-8, or rows would be lost in it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        let (mut rows, records) = match extension.as_deref() {
            Some("parquet" | "geoparquet" | "pq") => (scan::parquet(path)?, None),
            Some("xlsx" | "xls" | "ods") => {
                bail!("{} is a spreadsheet; save it as 'CSV UTF-8' first", path.display())
            }
            _ => {
                let form = csv_check::check(path)?;
                let rows = LazyCsvReader::new(scan::polars_path(path)?)
                    .with_glob(false)
                    .with_separator(form.separator)
                    .with_quote_char(form.quoted.then_some(b'"'))
                    // No row is looked at to guess types: everything is text.
                    .with_infer_schema_length(Some(0))
                    // A row with too many fields is shown by the values in the wrong places.
                    .with_truncate_ragged_lines(true)
                    .finish()
                    .with_context(|| format!("{} cannot be read as CSV", path.display()))?;
                (rows, Some(form.records))
            }
        };
        let schema = rows.collect_schema().with_context(|| format!("{} cannot be read as a table", path.display()))?;
        let columns = schema.iter_names().map(ToString::to_string).collect();
        Ok(Self { path: path.to_owned(), rows, columns, records })
    }

    /// The path as the user gave it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the columns, as the file has them.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The column with one of these names, best first, without regard to case and blanks.
    pub(crate) fn find(&self, names: &[&str]) -> Option<&str> {
        let same = |column: &&String, name: &str| column.trim().to_lowercase() == name;
        names.iter().find_map(|name| self.columns.iter().find(|column| same(column, name)).map(String::as_str))
    }

    /// The same; the first name is the one to ask for.
    ///
    /// # Errors
    /// When there is none, with the columns that are there.
    pub(crate) fn need(&self, names: &[&str]) -> Result<&str> {
        let wanted = names.first().copied().unwrap_or_default();
        self.find(names).with_context(|| {
            format!(
                "{} has no column '{wanted}'; columns found: {}; rename the one that holds it, or add it",
                self.path.display(),
                self.columns.join(", ")
            )
        })
    }

    /// Hands every row over: its number from 1, and the texts of some columns, trimmed, empty where there is no value.
    /// Returns how many rows there are. Blank lines (nothing but separators) are no rows, but they are numbered, so that
    /// the number is the one a spreadsheet shows, less the header.
    ///
    /// # Errors
    /// When the file cannot be read to its end, rows are lost, or `each` fails.
    pub(crate) fn for_each_row(
        &self,
        columns: &[&str],
        mut each: impl FnMut(u64, &[&str]) -> Result<()>,
    ) -> Result<u64> {
        let mut texts: Vec<Expr> = columns.iter().map(|&name| col(name).cast(DataType::String)).collect();
        texts.push(self.has_value().alias(HAS_VALUE));
        let (mut number, mut rows) = (0, 0);
        scan::for_each_piece(self.rows.clone().select(texts), |mut piece| {
            piece.rechunk_mut();
            let texts: Vec<&StringChunked> =
                columns.iter().map(|name| Ok(piece.column(name)?.str()?)).collect::<Result<_>>()?;
            let has_value = piece.column(HAS_VALUE)?.bool()?;
            let mut row = vec![""; texts.len()];
            for index in 0..piece.height() {
                for (cell, text) in row.iter_mut().zip(&texts) {
                    *cell = text.get(index).unwrap_or_default().trim();
                }
                number += 1;
                if has_value.get(index) == Some(true) {
                    rows += 1;
                    each(number, &row)?;
                }
            }
            Ok(())
        })
        .with_context(|| format!("{} cannot be read", self.path.display()))?;
        ensure!(
            self.records.is_none_or(|records| records == number),
            "{} has {} rows, of which {number} were read; save it anew as 'CSV UTF-8'",
            self.path.display(),
            self.records.unwrap_or_default()
        );
        Ok(rows)
    }

    /// Whether a row is more than a blank line.
    fn has_value(&self) -> Expr {
        if self.records.is_none() {
            return lit(true);
        }
        // Of a blank line with a Windows end, polars leaves the carriage return in the first column.
        let columns = self.columns.iter().map(|name| col(name.as_str()));
        let has_value = columns.map(|cell| cell.clone().is_not_null().and(cell.neq(lit("\r"))));
        has_value.reduce(Expr::or).unwrap_or_else(|| lit(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(name: &str, bytes: &[u8], columns: &[&str]) -> Result<Vec<Vec<String>>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(name);
        std::fs::write(&path, bytes)?;
        let mut rows = Vec::new();
        let count = SourceTable::open(&path)?.for_each_row(columns, |_, row| {
            rows.push(row.iter().map(|&cell| cell.to_owned()).collect());
            Ok(())
        })?;
        assert_eq!(count, rows.len() as u64);
        Ok(rows)
    }

    #[test]
    fn rows_come_as_text_in_order() -> Result<()> {
        let text = "\u{feff}id, name ,lon\r\n1,\"两\n行, \"\"x\"\"\",1.50\r\n\r\n2,,\r\n,,\n 3 ,c,1e2,extra\n4\n\n\n";
        let rows = rows("a.csv", text.as_bytes(), &["lon", " name ", "id"])?;
        assert_eq!(rows, [["1.50", "两\n行, \"x\"", "1"], ["", "", "2"], ["1e2", "c", "3"], ["", "", "4"]]);
        Ok(())
    }

    #[test]
    fn stray_quotes_are_text_when_nothing_is_quoted() -> Result<()> {
        let rows = rows("[a]*.tsv", b"id\tname\n1\t6\" pipe\n2\tb\n", &["name"])?;
        assert_eq!(rows, [["6\" pipe"], ["b"]]);
        Ok(())
    }

    #[test]
    fn rows_come_in_order_from_large_files() -> Result<()> {
        let mut text = String::from("id,name\n");
        text.extend((1..=200_000).map(|row| format!("{row},\"a\nb{row}\"\n")));
        let rows = rows("a.csv", text.as_bytes(), &["id"])?;
        assert!(rows.iter().zip(1..).all(|(row, number)| row[0] == number.to_string()));
        assert_eq!(rows.len(), 200_000);
        Ok(())
    }

    #[test]
    fn a_missing_column_says_what_is_there() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "ID,Longitude\n")?;
        let table = SourceTable::open(&path)?;
        assert_eq!(table.need(&["id"])?, "ID");
        let refused = table.need(&["lon", "lng"]).expect_err("no lon").to_string();
        assert!(refused.contains("has no column 'lon'; columns found: ID, Longitude; rename the one"), "{refused}");
        Ok(())
    }
}
