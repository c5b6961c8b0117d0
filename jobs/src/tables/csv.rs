//! Tables as CSV for spreadsheets.
//!
//! Comes in: a Parquet table. Goes out: UTF-8 with a byte order mark (spreadsheets in China need it), commas, quotes
//! only where needed, numbers with a point, an empty field for null; shapes are left out. Not here: reading CSV.
//!
//! A spreadsheet runs text that begins with `=`, `+`, `-` or `@` as a formula, so that the name of a shop could read
//! other cells and send them away. Such text gets an apostrophe in front, in CSV only; text that is a number, such as
//! the id `-12`, stays as it is, because a number is no formula.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result};
use polars::prelude::{
    CsvWriter, DataFrame, DataType, Expr, IntoColumn as _, SchemaExt as _, SerWriter as _, StringChunked,
    StringChunkedBuilder, col,
};

use super::scan;

/// How a formula may begin: the signs, their full-width twins, and what a spreadsheet skips before them.
const BEGINS_A_FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes a Parquet table as CSV, piece by piece.
///
/// # Errors
/// When the one cannot be read or the other not written.
pub(crate) fn from_parquet(parquet: &Path, csv: &Path) -> Result<()> {
    let mut table = scan::parquet(parquet)?;
    let schema = table.collect_schema().with_context(|| format!("{} cannot be read", parquet.display()))?;
    let kept: Vec<_> = schema.iter_fields().filter(|field| field.dtype != DataType::Binary).collect();
    let table = table.select(kept.iter().map(|field| col(field.name.clone())).collect::<Vec<Expr>>());

    let unwritten = || format!("{} cannot be written", csv.display());
    let file = File::create(csv).with_context(unwritten)?;
    let mut out =
        CsvWriter::new(file).include_bom(true).batched(&kept.into_iter().collect()).with_context(unwritten)?;
    scan::for_each_piece(table, |mut piece| {
        piece.rechunk_mut();
        out.write_batch(&without_formulas(&piece)?).with_context(unwritten)
    })?;
    out.finish().with_context(unwritten)
}

fn without_formulas(piece: &DataFrame) -> Result<DataFrame> {
    let columns = piece.columns().iter().map(|column| match column.str() {
        Ok(text) if text.iter().flatten().any(begins_a_formula) => guarded_column(text).into_column(),
        _ => column.clone(),
    });
    Ok(DataFrame::new(piece.height(), columns.collect())?)
}

fn guarded_column(text: &StringChunked) -> StringChunked {
    let mut out = StringChunkedBuilder::new(text.name().clone(), text.len());
    for cell in text.iter() {
        out.append_option(cell.map(guarded));
    }
    out.finish()
}

fn begins_a_formula(text: &str) -> bool {
    text.starts_with(BEGINS_A_FORMULA) && text.parse::<f64>().is_err()
}

fn guarded(text: &str) -> Cow<'_, str> {
    if begins_a_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_numbers_stay() {
        assert_eq!(guarded("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(guarded("@cmd"), "'@cmd");
        assert_eq!(guarded("＝1+1"), "'＝1+1");
        assert_eq!(guarded("-12"), "-12");
        assert_eq!(guarded("+86 10 1234"), "'+86 10 1234");
        assert_eq!(guarded("便利店"), "便利店");
    }
}
