//! Tables in workbooks (XLSX).
//!
//! Comes in: a workbook and the name of a sheet, or nothing for the first. Goes out: a plain copy of the sheet, whose
//! header is the first row that has anything in it. Cells stream; the workbook's list of shared texts is in memory. Not
//! here: the old XLS and OpenDocument, which are to be saved anew.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use calamine::{DataRef, Reader as _, Xlsx, open_workbook};
use tempfile::NamedTempFile;

use super::plain_copy::PlainCopy;

/// The most columns that are read; a sheet with more is not a table.
const MOST_COLUMNS: usize = 1_024;

/// A sheet as a plain copy.
pub(super) struct Sheet {
    /// Its name.
    pub name: String,
    /// The copy.
    pub copy: NamedTempFile,
    /// How many rows follow the header.
    pub rows: u64,
}

/// Copies a sheet of a workbook: the one of that name, or the first.
///
/// # Errors
/// When the file is no workbook, or has no such sheet or nothing in it.
pub(super) fn read_sheet(path: &Path, name: Option<&str>) -> Result<Sheet> {
    let unreadable =
        || format!("{} cannot be read as an XLSX workbook; save it anew, or as 'CSV UTF-8'", path.display());
    let mut book: Xlsx<_> = open_workbook(path).with_context(unreadable)?;
    let names = book.sheet_names();
    let name = match name {
        Some(name) => {
            let found = names.iter().find(|known| known.trim() == name.trim());
            let known = || format!("{} has no sheet '{name}'; sheets found: {}", path.display(), names.join(", "));
            found.with_context(known)?.clone()
        }
        None => names.first().with_context(|| format!("{} has no sheet", path.display()))?.clone(),
    };
    let mut cells = book.worksheet_cells_reader(&name).with_context(unreadable)?;
    let mut rows = Rows { copy: PlainCopy::new()?, header: None, at: 0, row: Vec::new(), width: 0 };
    while let Some(cell) = cells.next_cell().with_context(unreadable)? {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        if text.is_empty() {
            continue;
        }
        ensure!(
            (column as usize) < MOST_COLUMNS,
            "{}, sheet '{name}': row {} has something in column {}; expected a table of up to {MOST_COLUMNS} columns",
            path.display(),
            row + 1,
            column + 1
        );
        rows.cell(row, column as usize, text)?;
    }
    if rows.header.is_none() && rows.row.is_empty() {
        bail!("{}, sheet '{name}' is empty; expected a header row and rows", path.display());
    }
    let (copy, rows) = rows.finish()?;
    Ok(Sheet { name, copy, rows })
}

/// Rows put together cell by cell; calamine gives them row by row.
struct Rows {
    copy: PlainCopy,
    /// The row of the header, from 0.
    header: Option<u32>,
    /// The row that is being put together.
    at: u32,
    row: Vec<String>,
    /// How many columns the header has; what stands right of it has no name and is left out.
    width: usize,
}

impl Rows {
    fn cell(&mut self, row: u32, column: usize, text: String) -> Result<()> {
        if row != self.at {
            self.end_row()?;
            // Empty rows are counted, so that numbers are those of the sheet.
            while self.header.is_some() && self.at + 1 < row {
                self.at += 1;
                self.copy.row(vec![""; self.width])?;
            }
            self.at = row;
        }
        if self.row.len() <= column {
            self.row.resize(column + 1, String::new());
        }
        self.row[column] = text;
        Ok(())
    }

    fn end_row(&mut self) -> Result<()> {
        if self.row.is_empty() {
            return Ok(());
        }
        if self.header.is_none() {
            self.header = Some(self.at);
            self.width = self.row.len();
            // A column without a name is called by its place, since every column must have a name of its own.
            for column in 0..self.width {
                let taken = self.row[..column].contains(&self.row[column]);
                if self.row[column].trim().is_empty() || taken {
                    let named = format!("{} (column {})", self.row[column].trim(), column + 1);
                    named.trim().clone_into(&mut self.row[column]);
                }
            }
        }
        self.row.resize(self.width, String::new());
        self.copy.row(self.row.iter().map(String::as_str))?;
        self.row.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(NamedTempFile, u64)> {
        self.end_row()?;
        self.copy.finish()
    }
}

/// A cell as text: numbers in their shortest form, dates as `2026-11-23`, times as `07:30`.
fn text_of(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            if moment.as_f64() < 1.0 {
                format!("{hour:02}:{minute:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::*;

    #[test]
    fn a_sheet_is_read_with_its_gaps_and_dates() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("book.xlsx");
        let mut book = Workbook::new();
        book.add_worksheet().set_name("说明")?.write(0, 0, "see the next sheet")?;
        let sheet = book.add_worksheet().set_name("网点")?;
        // A title line would be taken for the header, so the table begins lower down with nothing above it.
        for (column, name) in ["编号", "名称", "经度", "", "开业"].into_iter().enumerate() {
            sheet.write(2, column as u16, name)?;
        }
        sheet.write(3, 0, 7)?.write(3, 1, "便利店 \"甲\"\n二楼")?.write(3, 2, 116.397_5)?;
        let date = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(5, 4, &ExcelDateTime::from_ymd(2024, 2, 29)?, &date)?;
        book.save(&path)?;

        let read = read_sheet(&path, Some("网点"))?;
        assert_eq!(read.rows, 3);
        let text = std::fs::read_to_string(read.copy.path())?;
        let expected = "\"编号\",\"名称\",\"经度\",\"(column 4)\",\"开业\"\n\"7\",\"便利店 \"\"甲\"\"\n二楼\",\"116.3975\",,\n\
                        ,,,,\n,,,,\"2024-02-29\"\n";
        assert_eq!(text, expected);
        assert_eq!(read_sheet(&path, None)?.name, "说明");
        let missing = read_sheet(&path, Some("shops")).err().context("no such sheet")?.to_string();
        assert!(missing.contains("has no sheet 'shops'; sheets found: 说明, 网点"), "{missing}");
        Ok(())
    }
}
