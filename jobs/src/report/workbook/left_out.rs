//! The sheets of what was read and not used as it stood: rejected rows, kinds without a format, doubles.
//!
//! Comes in: the tables `rejected`, `unmapped`, `duplicates`. Goes out: one sheet for each that has rows, with its first
//! [`MOST`]. Not here: why; the tables say it.

use anyhow::Result;
use polars::prelude::DataFrame;
use rust_xlsxwriter::Worksheet;

use super::names::Names;
use super::paper::{Page, Value, or_empty};
use super::saved::{numbers, texts};
use super::{Book, words};
use crate::report::numbers::whole;
use crate::tables::columns::Table;

/// How many rows a sheet has at most; more are looked through in the tables.
const MOST: usize = 5_000;

/// The sheets.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn sheets(book: &Book<'_>, names: &mut Names) -> Result<Vec<Worksheet>> {
    let mut sheets = Vec::new();
    for (table, en, zh, sheet) in [
        (Table::Rejected, "Rejected rows", "拒收记录", rejected as Sheet),
        (Table::Unmapped, "Unmapped kinds", "未对应类型", unmapped),
        (Table::Duplicates, "Doubles", "疑似重复", duplicates),
    ] {
        let rows = book.saved.rows_of(table)?;
        if rows > 0 {
            let title = book.paper.say(en, zh);
            let first = book.saved.table(table, Some(MOST))?;
            sheets.push(sheet(book, Told { name: &names.take(title), title, all: rows, table }, &first)?);
        }
    }
    Ok(sheets)
}

type Sheet = fn(&Book<'_>, Told<'_>, &DataFrame) -> Result<Worksheet>;

/// A sheet to be.
#[derive(Clone, Copy)]
struct Told<'t> {
    name: &'t str,
    title: &'t str,
    /// Rows of the whole table.
    all: usize,
    table: Table,
}

impl Told<'_> {
    fn begin<'p>(&self, book: &'p Book<'_>, widths: &[f64], about: (&str, &str)) -> Result<Page<'p>> {
        let paper = book.paper;
        let mut page = Page::new(paper, self.name, widths)?;
        page.across();
        page.title(self.title, paper.say(about.0, about.1))?;
        if self.all > MOST {
            let said = paper
                .say("The first {n} of {all}; all are in {file}.", "共 {all} 条，此处列前 {n} 条；全部见 {file}。");
            let said = said.replace("{n}", &whole(MOST as f64)).replace("{all}", &whole(self.all as f64));
            page.note(&said.replace("{file}", &self.table.file()))?;
        }
        Ok(page)
    }
}

fn rejected(book: &Book<'_>, told: Told<'_>, frame: &DataFrame) -> Result<Worksheet> {
    let paper = book.paper;
    let about = ("Rows of the inputs that could not be used.", "未能使用的输入记录。");
    let mut page = told.begin(book, &[26.0, 10.0, 20.0, 26.0, 70.0, 12.0], about)?;
    let heads = [
        paper.say("Source", "来源"),
        paper.say("Row", "行号"),
        paper.say("Id", "编号"),
        paper.say("Reason", "原因"),
        paper.say("Detail", "说明（程序原文）"),
        book.head_of_all(),
    ];
    let (source, row, id) = (texts(frame, "source")?, numbers(frame, "row")?, texts(frame, "id")?);
    let (reason, detail) = (texts(frame, "reason")?, texts(frame, "detail")?);
    let residents = numbers(frame, "residents")?;
    let rows = (0..frame.height()).map(|at| {
        vec![
            source[at].into(),
            or_empty(row[at], Value::Count),
            id[at].into(),
            reason[at].map(|code| words::rejected(code, paper.language)).into(),
            detail[at].into(),
            or_empty(residents[at], Value::Amount),
        ]
    });
    let place = page.table(&heads, rows)?;
    page.long(place, 0, heads.len())?;
    page.finish()
}

fn unmapped(book: &Book<'_>, told: Told<'_>, frame: &DataFrame) -> Result<Worksheet> {
    let paper = book.paper;
    let about = (
        "Kinds of the registry that no rule maps to a format. A word for them in the registry's format column, or a vocabulary of \
         one's own, brings them in.",
        "名录中未能对应业态的类型。可在名录的业态列写明，或使用自备的业态词表。",
    );
    let mut page = told.begin(book, &[26.0, 44.0, 11.0, 14.0, 11.0, 34.0], about)?;
    let heads = [
        paper.say("Source", "来源"),
        paper.say("Kind", "类型"),
        paper.say("Rows", "记录数"),
        paper.say("Used for another word", "其中因其他用词采用"),
        paper.say("First row", "首次出现行"),
        paper.say("Its name", "示例名称"),
    ];
    let (source, said, example) = (texts(frame, "source")?, texts(frame, "said")?, texts(frame, "example")?);
    let (rows, used, first) = (numbers(frame, "rows")?, numbers(frame, "used")?, numbers(frame, "first_row")?);
    let rows = (0..frame.height()).map(|at| {
        vec![
            source[at].into(),
            said[at].into(),
            or_empty(rows[at], Value::Amount),
            or_empty(used[at], Value::Amount),
            or_empty(first[at], Value::Count),
            example[at].into(),
        ]
    });
    let place = page.table(&heads, rows)?;
    page.long(place, 0, heads.len())?;
    page.finish()
}

fn duplicates(book: &Book<'_>, told: Told<'_>, frame: &DataFrame) -> Result<Worksheet> {
    let paper = book.paper;
    let about = (
        "Outlets that seem to be the same, by groups. They all count unless the run left them out.",
        "疑似重复的网点，按组排列。除非运行时要求剔除，均计入结果。",
    );
    let mut page = told.begin(book, &[8.0, 9.0, 9.0, 24.0, 20.0, 32.0, 12.0, 12.0, 11.0], about)?;
    let heads = [
        paper.say("Group", "组"),
        paper.say("Kept", "保留"),
        paper.say("Left out", "剔除"),
        paper.say("Source", "来源"),
        paper.say("Id", "编号"),
        paper.say("Name", "名称"),
        paper.say("Longitude", "经度"),
        paper.say("Latitude", "纬度"),
        paper.say("Apart, m", "相距（米）"),
    ];
    let flag = |column: &str| -> Result<Vec<Option<bool>>> { Ok(frame.column(column)?.bool()?.iter().collect()) };
    let yes = |flag: Option<bool>| flag.map(|flag| if flag { paper.say("yes", "是") } else { paper.say("no", "否") });
    let (group, kept, dropped) = (numbers(frame, "duplicate_group")?, flag("kept")?, flag("dropped")?);
    let (source, id, name) = (texts(frame, "source")?, texts(frame, "source_id")?, texts(frame, "name")?);
    let (lon, lat, apart) = (numbers(frame, "lon")?, numbers(frame, "lat")?, numbers(frame, "distance_m")?);
    let rows = (0..frame.height()).map(|at| {
        vec![
            or_empty(group[at], Value::Count),
            yes(kept[at]).into(),
            yes(dropped[at]).into(),
            source[at].into(),
            id[at].into(),
            name[at].into(),
            or_empty(lon[at], Value::Degrees),
            or_empty(lat[at], Value::Degrees),
            or_empty(apart[at], Value::Decimal),
        ]
    });
    let place = page.table(&heads, rows)?;
    page.long(place, 0, heads.len())?;
    page.finish()
}
