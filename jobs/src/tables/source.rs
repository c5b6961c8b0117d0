//! Tables that users bring: CSV, XLSX, Parquet, GeoParquet, GeoJSON, read as text.
//!
//! Comes in: a file, and what the user says of it. Goes out: the names of its columns, and its rows one after another with
//! blanks trimmed, whatever the size of the file: CSV and Parquet are read in pieces of some ten thousand rows, and all
//! else through a plain copy on disk. Not here: what the columns mean, and numbers.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use encoding_rs::Encoding;
use polars::prelude::{DataType, Expr, LazyCsvReader, LazyFileListReader as _, LazyFrame, StringChunked, col, lit};
use tempfile::NamedTempFile;

use super::geo_parquet::{ShapeColumn, centroids, shape_column};
use super::{csv_check, encoding, features, scan, workbook};

/// The name of a computed column, which no header is likely to have.
const HAS_VALUE: &str = "\u{1}has value";
/// The column with the longitude of a feature's shape. The names say what they are where a message lists columns.
pub(crate) const SHAPE_LON: &str = "(geometry: lon)";
/// The column with its latitude.
pub(crate) const SHAPE_LAT: &str = "(geometry: lat)";

/// What the user says of a file, where it is not to be found out.
#[derive(Clone, Default, Debug)]
pub(crate) struct ReadAs {
    /// The encoding of a CSV file.
    pub encoding: Option<&'static Encoding>,
    /// The byte between the fields of a CSV file.
    pub separator: Option<u8>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

/// What a file turned out to be, for reports.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct FileForm {
    /// `CSV`, `XLSX`, `Parquet`, `GeoParquet` or `GeoJSON`.
    pub kind: &'static str,
    /// Encoding and separator of CSV, or the sheet of a workbook.
    pub detail: String,
    /// The coordinate system that the file itself declares; its shapes were turned to degrees from it.
    pub crs: Option<String>,
}

impl fmt::Display for FileForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        if !self.detail.is_empty() {
            write!(f, ", {}", self.detail)?;
        }
        self.crs.as_ref().map_or(Ok(()), |crs| write!(f, ", {crs}"))
    }
}

/// A table of a user.
pub(crate) struct SourceTable {
    path: PathBuf,
    rows: LazyFrame,
    columns: Vec<String>,
    /// How many rows the file is known to have.
    records: Option<u64>,
    form: FileForm,
    /// The column of shapes in a Parquet file.
    shapes: Option<ShapeColumn>,
    /// What the rows are read from, where that is a copy; it goes when this goes.
    _copy: Option<NamedTempFile>,
}

/// A file made ready for polars.
struct Opened {
    rows: LazyFrame,
    records: Option<u64>,
    form: FileForm,
    shapes: Option<ShapeColumn>,
    copy: Option<NamedTempFile>,
}

impl SourceTable {
    /// Opens a file, of which nothing is known but its name.
    ///
    /// # Errors
    /// As [`SourceTable::open_as`].
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::open_as(path, &ReadAs::default())
    }

    /// Opens a file: a workbook, Parquet or GeoJSON by its name, else CSV.
    ///
    /// # Errors
    /// When it cannot be read, is no such table, is no text in a known encoding, or rows would be lost in it.
    pub(crate) fn open_as(path: &Path, as_said: &ReadAs) -> Result<Self> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        let mut opened = match extension.as_deref() {
            Some("parquet" | "geoparquet" | "pq") => open_parquet(path)?,
            Some("xlsx" | "xlsm") => {
                let sheet = workbook::read_sheet(path, as_said.sheet.as_deref())?;
                let form = FileForm { kind: "XLSX", detail: format!("sheet '{}'", sheet.name), crs: None };
                open_copy(sheet.copy, sheet.rows, form)?
            }
            Some("geojson" | "json") => {
                let features = features::read_features(path)?;
                let form = FileForm { kind: "GeoJSON", detail: String::new(), crs: features.crs };
                open_copy(features.copy, features.rows, form)?
            }
            Some("xls" | "ods") => {
                bail!("{} is a workbook of another kind; save it as XLSX or as 'CSV UTF-8' first", path.display())
            }
            _ => open_csv(path, as_said)?,
        };
        ensure!(
            as_said.sheet.is_none() || opened.form.kind == "XLSX",
            "{} is no workbook, so it has no sheet; leave the sheet out",
            path.display()
        );
        let unreadable = || format!("{} cannot be read as a table", path.display());
        let schema = opened.rows.collect_schema().with_context(unreadable)?;
        let mut columns: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
        if opened.shapes.is_some() {
            columns.extend([SHAPE_LON, SHAPE_LAT].map(str::to_owned));
        }
        let Opened { rows, records, form, shapes, copy } = opened;
        Ok(Self { path: path.to_owned(), rows, columns, records, form, shapes, _copy: copy })
    }

    /// How many rows there are, blank lines among them, where that is known before they are read.
    pub(crate) fn records(&self) -> Option<u64> {
        self.records
    }

    /// The path as the user gave it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the file turned out to be.
    pub(crate) fn form(&self) -> &FileForm {
        &self.form
    }

    /// The names of the columns, as the file has them, and those of its shapes.
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
                "{} has no column '{wanted}'; columns found: {}; rename the one that holds it, or add it{}",
                self.path.display(),
                self.columns.join(", "),
                self.doubt()
            )
        })
    }

    /// What may be wrong when no column is known: the file was read in an encoding that was guessed.
    pub(crate) fn doubt(&self) -> String {
        if self.form.kind == "CSV" && !self.form.detail.starts_with("utf-8") {
            format!(" (read as {}; if the names look garbled, say encoding = \"…\" or --encoding)", self.form.detail)
        } else {
            String::new()
        }
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
        let is_shape = |name: &str| self.shapes.is_some() && (name == SHAPE_LON || name == SHAPE_LAT);
        // Two parts of a row may come from one column.
        let mut texts: Vec<Expr> = Vec::new();
        for (place, &name) in columns.iter().enumerate() {
            if !is_shape(name) && !columns[..place].contains(&name) {
                texts.push(col(name).cast(DataType::String));
            }
        }
        if let Some(shapes) = self.shapes.as_ref().filter(|_| columns.iter().any(|name| is_shape(name))) {
            texts.push(col(shapes.name.as_str()).alias(SHAPE_LON));
        }
        texts.push(self.has_value().alias(HAS_VALUE));
        let (mut number, mut rows) = (0, 0);
        scan::for_each_piece(self.rows.clone().select(texts), |mut piece| {
            piece.rechunk_mut();
            let points = match &self.shapes {
                Some(shapes) if columns.iter().any(|name| is_shape(name)) => {
                    Some(centroids(piece.column(SHAPE_LON)?.binary()?, shapes))
                }
                _ => None,
            };
            let text_of = |name: &&str| -> Result<&StringChunked> {
                match &points {
                    Some([lons, _]) if *name == SHAPE_LON => Ok(lons),
                    Some([_, lats]) if *name == SHAPE_LAT => Ok(lats),
                    _ => Ok(piece.column(name)?.str()?),
                }
            };
            let texts: Vec<&StringChunked> = columns.iter().map(text_of).collect::<Result<_>>()?;
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

fn open_parquet(path: &Path) -> Result<Opened> {
    let shapes = shape_column(path)?;
    let kind = if shapes.is_some() { "GeoParquet" } else { "Parquet" };
    let crs = shapes.as_ref().and_then(|shapes| shapes.declared.clone());
    let form = FileForm { kind, detail: String::new(), crs };
    Ok(Opened { rows: scan::parquet(path)?, records: None, form, shapes, copy: None })
}

fn open_csv(path: &Path, as_said: &ReadAs) -> Result<Opened> {
    let text = encoding::as_utf8(path, as_said.encoding)?;
    let read_from = text.copy.as_ref().map_or(path, NamedTempFile::path);
    let form = csv_check::check(path, read_from, as_said.separator)?;
    let rows = lazy_csv(read_from, form.separator, form.quoted)
        .with_context(|| format!("{} cannot be read as CSV", path.display()))?;
    let separator = csv_check::SEPARATORS.into_iter().find(|(byte, _)| *byte == form.separator);
    let separator = separator.map_or("another sign", |(_, name)| name);
    let detail = format!("{}, separated by {separator}", encoding::told(text.encoding, text.marked));
    let told = FileForm { kind: "CSV", detail, crs: None };
    Ok(Opened { rows, records: Some(form.records), form: told, shapes: None, copy: text.copy })
}

fn open_copy(copy: NamedTempFile, records: u64, form: FileForm) -> Result<Opened> {
    let rows = lazy_csv(copy.path(), b',', true)?;
    Ok(Opened { rows, records: Some(records), form, shapes: None, copy: Some(copy) })
}

fn lazy_csv(path: &Path, separator: u8, quoted: bool) -> Result<LazyFrame> {
    let rows = LazyCsvReader::new(scan::polars_path(path)?)
        .with_glob(false)
        .with_separator(separator)
        .with_quote_char(quoted.then_some(b'"'))
        // No row is looked at to guess types: everything is text.
        .with_infer_schema_length(Some(0))
        // A row with too many fields is shown by the values in the wrong places.
        .with_truncate_ragged_lines(true)
        .finish()?;
    Ok(rows)
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
