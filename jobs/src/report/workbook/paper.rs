//! How every sheet looks: fonts, colours, number formats, page set-up.
//!
//! Comes in: values. Goes out: cells of a worksheet. Not here: which values.
//!
//! Colours hold for colour-blind readers: blue where everybody has it, the darker an orange the fewer have it. The numbers
//! are in the cells, so that a sheet printed in grey says the same. Unknown is a word on a hatched ground, never a number.

use std::borrow::Cow;

use anyhow::Result;
use rust_xlsxwriter::utility::{quote_sheet_name, row_col_to_cell};
use rust_xlsxwriter::{
    ConditionalFormatFormula, Format, FormatAlign, FormatBorder, FormatPattern, IgnoreError, Url, Worksheet,
};

use crate::report::raster::{Paint, Rgba};
use crate::report::summary::Language;

/// The longest text that a cell takes.
const LONGEST_TEXT: usize = 32_767;
/// The height of a line of text in points.
const LINE: f64 = 15.0;
/// The tallest row that Excel has, in points.
const TALLEST: f64 = 409.0;
/// Paper sizes as Excel numbers them.
const A4: u8 = 9;
const A3: u8 = 8;

const GRID: u32 = 0xBF_BF_BF;
const DARK_BLUE: u32 = 0x00_4B_79;
const PALE_BLUE: u32 = 0xD3_E6_F3;
const PALE_ORANGE: u32 = 0xFD_F1_D3;
const MIDDLE_ORANGE: u32 = 0xF8_D0_7E;
const ORANGE: u32 = 0xE6_9F_00;

/// What a cell holds.
#[derive(Clone, Debug)]
pub(super) enum Value<'v> {
    Empty,
    Text(Cow<'v, str>),
    /// A text that leads to another sheet.
    Link(Cow<'v, str>, String),
    /// Residents or other things that are shown in whole numbers.
    Amount(f64),
    /// A rank or a small number, in the middle of its column.
    Count(f64),
    /// Shown with one decimal.
    Decimal(f64),
    /// Shown with as many decimals as it needs, three at most.
    Number(f64),
    /// Shown with five decimals.
    Degrees(f64),
    /// A share of one, shown as a percentage.
    Share(f64),
    /// Nothing is known; never a number.
    Unknown,
    /// A sample of a colour.
    Colour(Paint),
}

impl Value<'_> {
    /// How many lines it takes in a column.
    fn lines(&self, width: f64) -> f64 {
        match self {
            Self::Text(text) | Self::Link(text, _) => lines(text, width),
            _ => 1.0,
        }
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'v> From<Option<&'v str>> for Value<'v> {
    fn from(text: Option<&'v str>) -> Self {
        text.map_or(Self::Empty, Self::from)
    }
}

/// A number where there is one.
pub(super) fn or_empty<'v>(number: Option<f64>, kind: fn(f64) -> Value<'v>) -> Value<'v> {
    number.map_or(Value::Empty, kind)
}

/// The look of a workbook in one language.
pub(super) struct Paper {
    pub language: Language,
    /// What stands at the foot of each page.
    pub foot: String,
    plain: Format,
    boxed: Format,
}

impl Paper {
    pub(super) fn new(language: Language, foot: &str) -> Self {
        // Fonts that the programs of each language have; others are put in their place where they are missing.
        let font = language.pick("Calibri", "Microsoft YaHei");
        let plain = Format::new().set_font_name(font).set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let boxed = plain.clone().set_border(FormatBorder::Thin).set_border_color(GRID);
        Self { language, foot: foot.to_owned(), plain, boxed }
    }

    /// The words of the language.
    pub(super) fn say<'a>(&self, en: &'a str, zh: &'a str) -> &'a str {
        self.language.pick(en, zh)
    }

    /// The format of all cells that have none of their own.
    pub(super) fn plain(&self) -> &Format {
        &self.plain
    }

    fn head(&self) -> Format {
        let format = self.boxed.clone().set_bold().set_text_wrap().set_align(FormatAlign::Center);
        format.set_background_color(DARK_BLUE).set_font_color(0xFF_FF_FF)
    }

    fn text(&self, text: &str) -> Format {
        let format = self.boxed.clone().set_text_wrap().set_align(FormatAlign::Left).set_indent(1);
        // What looks like a formula stays a text when somebody edits the cell.
        if text.starts_with(['=', '+', '-', '@']) { format.set_quote_prefix() } else { format }
    }

    fn unknown(&self) -> Format {
        let format = self.boxed.clone().set_align(FormatAlign::Center).set_font_color(0x40_40_40);
        format.set_pattern(FormatPattern::LightUp).set_foreground_color(0x9A_9A_9A).set_background_color(0xF2_F2_F2)
    }

    fn sample(&self, Paint { fill, hatch }: Paint) -> Format {
        let rgb = |[r, g, b, _]: Rgba| u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b);
        let format = self.boxed.clone().set_background_color(rgb(fill));
        match hatch {
            Some(stripes) => format.set_pattern(FormatPattern::LightUp).set_foreground_color(rgb(stripes)),
            None => format,
        }
    }

    /// Nearly none is not none: some who are less than half a resident are `<1`.
    fn amount(&self, amount: f64) -> Format {
        let shown = if amount > 0.0 && amount < 0.5 { "\"<1\"" } else { "#,##0" };
        self.boxed.clone().set_num_format(shown).set_align(FormatAlign::Right)
    }

    /// Nearly all is not all, and nearly none is not none.
    fn share(&self, share: f64) -> Format {
        let shown = match share {
            s if s <= 0.0 || s >= 1.0 => "0%",
            s if s < 0.000_5 => "\"<0.1%\"",
            s if s >= 0.999_5 => "\">99.9%\"",
            _ => "0.0%",
        };
        self.boxed.clone().set_num_format(shown).set_align(FormatAlign::Right)
    }
}

/// Where a table is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The row of the heads.
    pub head: u32,
    /// The row after the last.
    pub end: u32,
}

/// A sheet being written, from the top.
pub(super) struct Page<'p> {
    pub sheet: Worksheet,
    pub paper: &'p Paper,
    widths: Vec<f64>,
    /// The row to be written next.
    pub row: u32,
}

impl<'p> Page<'p> {
    /// An empty sheet with columns of some widths (in digits), to be printed upright on A4.
    ///
    /// # Errors
    /// When the name is none that a sheet may have.
    pub(super) fn new(paper: &'p Paper, name: &str, widths: &[f64]) -> Result<Self> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        for (column, width) in widths.iter().enumerate() {
            sheet.set_column_width(column as u16, *width)?;
        }
        sheet.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.5, 0.5, 0.5, 0.7, 0.3, 0.3).set_print_center_horizontally(true);
        // `&` begins a code in a footer.
        sheet.set_footer(format!("&L&8{}&R&8&P / &N", shortened(&paper.foot, 120).replace('&', "&&")));
        sheet.set_screen_gridlines(false);
        Ok(Self { sheet, paper, widths: widths.to_vec(), row: 0 })
    }

    /// To be printed across, on A4, or on A3 where there is much; what does not fit across goes on further pages.
    pub(super) fn across(&mut self) {
        self.sheet.set_landscape();
        let width: f64 = self.widths.iter().sum();
        if width > 200.0 {
            self.sheet.set_paper_size(A3);
        }
        if width > 330.0 {
            self.sheet.set_print_fit_to_pages(0, 0).set_print_scale(60);
        }
    }

    fn last_column(&self) -> u16 {
        self.widths.len() as u16 - 1
    }

    /// The title of the sheet, and a line below it.
    pub(super) fn title(&mut self, title: &str, below: &str) -> Result<()> {
        let format = self.paper.plain.clone().set_bold().set_font_size(16).set_font_color(DARK_BLUE);
        self.across_all(title, &format, 1.7)?;
        if !below.is_empty() {
            self.note(below)?;
        }
        Ok(())
    }

    /// A text in bold over what follows, after an empty row.
    pub(super) fn heading(&mut self, text: &str) -> Result<()> {
        self.row += 1;
        let format = self.paper.plain.clone().set_bold().set_font_size(12).set_font_color(DARK_BLUE);
        self.across_all(text, &format, 1.3)
    }

    /// A text over all columns.
    pub(super) fn note(&mut self, text: &str) -> Result<()> {
        let format = self.paper.plain.clone().set_font_color(0x40_40_40);
        self.across_all(text, &format, 1.0)
    }

    /// A sentence that nobody should miss.
    pub(super) fn finding(&mut self, text: &str) -> Result<()> {
        let format = self.paper.plain.clone().set_bold().set_font_size(12);
        self.across_all(text, &format.set_background_color(0xE8_F1_F8), 1.3)
    }

    /// A text over all columns whose letters are `size` times as large as others.
    fn across_all(&mut self, text: &str, format: &Format, size: f64) -> Result<()> {
        let lines = lines(text, self.widths.iter().sum::<f64>() / size);
        self.sheet.set_row_height(self.row, lines * LINE * size + 3.0)?;
        self.spanning(self.row, 0, self.last_column(), text, &format.clone().set_text_wrap())?;
        self.row += 1;
        Ok(())
    }

    fn spanning(&mut self, row: u32, first: u16, last: u16, text: &str, format: &Format) -> Result<()> {
        let text = shortened(text, LONGEST_TEXT);
        let format =
            if text.starts_with(['=', '+', '-', '@']) { format.clone().set_quote_prefix() } else { format.clone() };
        if first == last {
            self.sheet.write_string_with_format(row, first, text, &format)?;
        } else {
            self.sheet.merge_range(row, first, row, last, &text, &format)?;
        }
        Ok(())
    }

    /// A word at the left, and what it says over the other columns.
    pub(super) fn said(&mut self, word: &str, text: &str) -> Result<()> {
        let lines = lines(text, self.widths[1..].iter().sum()).max(lines(word, self.widths[0]));
        self.sheet.set_row_height(self.row, (lines * LINE + 3.0).min(TALLEST))?;
        let format = self.paper.text("");
        self.spanning(self.row, 0, 0, word, &format.clone().set_bold())?;
        self.spanning(self.row, 1, self.last_column(), text, &format.set_align(FormatAlign::Left))?;
        self.row += 1;
        Ok(())
    }

    /// A table from the first column on: heads, then rows.
    pub(super) fn table<'v>(
        &mut self,
        heads: &[&str],
        rows: impl IntoIterator<Item = Vec<Value<'v>>>,
    ) -> Result<Place> {
        self.rows_of_lines(1.0, heads, rows)
    }

    /// A table whose rows are tall enough to be written in by hand.
    pub(super) fn form<'v>(&mut self, heads: &[&str], rows: impl IntoIterator<Item = Vec<Value<'v>>>) -> Result<Place> {
        self.rows_of_lines(2.0, heads, rows)
    }

    fn rows_of_lines<'v>(
        &mut self,
        least: f64,
        heads: &[&str],
        rows: impl IntoIterator<Item = Vec<Value<'v>>>,
    ) -> Result<Place> {
        let head = self.row;
        let format = self.paper.head();
        for (column, text) in heads.iter().enumerate() {
            self.sheet.write_string_with_format(head, column as u16, *text, &format)?;
        }
        let tallest = heads.iter().zip(&self.widths).map(|(text, width)| lines(text, width * 0.85)).fold(1.0, f64::max);
        self.sheet.set_row_height(head, tallest * LINE + 6.0)?;
        self.row += 1;
        for values in rows {
            // Said here, because not every program finds out by itself how tall a row has to be.
            let tallest =
                values.iter().zip(&self.widths).map(|(value, width)| value.lines(width - 1.5)).fold(least, f64::max);
            if tallest > 1.0 {
                self.sheet.set_row_height(self.row, (tallest * LINE + 3.0).min(TALLEST))?;
            }
            for (column, value) in values.iter().enumerate() {
                self.write(self.row, column as u16, value)?;
            }
            self.row += 1;
        }
        Ok(Place { head, end: self.row })
    }

    /// A table that may be long: its heads stay in sight and on every page, `columns` of it at the left too, and its rows
    /// can be filtered.
    pub(super) fn long(&mut self, place: Place, columns: u16, width: usize) -> Result<()> {
        self.sheet.set_freeze_panes(place.head + 1, columns)?;
        self.sheet.set_repeat_rows(place.head, place.head)?;
        if columns > 0 {
            self.sheet.set_repeat_columns(0, columns - 1)?;
        }
        if place.end > place.head + 1 {
            self.sheet.autofilter(place.head, 0, place.end - 1, width as u16 - 1)?;
        }
        Ok(())
    }

    fn write(&mut self, row: u32, column: u16, value: &Value<'_>) -> Result<()> {
        let paper = self.paper;
        let sheet = &mut self.sheet;
        let number = |shown: &str| paper.boxed.clone().set_num_format(shown).set_align(FormatAlign::Right);
        match value {
            Value::Empty => sheet.write_blank(row, column, &paper.boxed)?,
            Value::Text(text) => {
                sheet.write_string_with_format(row, column, shortened(text, LONGEST_TEXT), &paper.text(text))?
            }
            Value::Link(text, to) => {
                let format = paper.text("").set_hyperlink();
                let url = Url::new(format!("internal:{}!A1", quote_sheet_name(to))).set_text(shortened(text, 255));
                sheet.write_url_with_format(row, column, url, &format)?
            }
            Value::Amount(amount) => sheet.write_number_with_format(row, column, *amount, &paper.amount(*amount))?,
            Value::Count(count) => {
                let format = paper.boxed.clone().set_num_format("0").set_align(FormatAlign::Center);
                sheet.write_number_with_format(row, column, *count, &format)?
            }
            Value::Decimal(decimal) => sheet.write_number_with_format(row, column, *decimal, &number("#,##0.0"))?,
            Value::Number(n) => {
                let shown = if n.fract() == 0.0 { "#,##0" } else { "#,##0.###" };
                sheet.write_number_with_format(row, column, *n, &number(shown))?
            }
            Value::Degrees(degrees) => sheet.write_number_with_format(row, column, *degrees, &number("0.00000"))?,
            Value::Share(share) => sheet.write_number_with_format(row, column, *share, &paper.share(*share))?,
            Value::Colour(paint) => sheet.write_blank(row, column, &paper.sample(*paint))?,
            Value::Unknown => {
                sheet.write_string_with_format(row, column, paper.say("unknown", "未知"), &paper.unknown())?
            }
        };
        Ok(())
    }

    /// Colours the shares in some cells by classes; texts and empty cells stay as they are.
    ///
    /// By formulas, because Excel takes a text to be larger than any number and an empty cell for zero.
    pub(super) fn colour_shares(&mut self, first: (u32, u16), last: (u32, u16)) -> Result<()> {
        if last.0 < first.0 || last.1 < first.1 {
            return Ok(());
        }
        let cell = row_col_to_cell(first.0, first.1);
        for (rule, format) in classes() {
            let rule = rule.replace('x', &cell);
            let rule = ConditionalFormatFormula::new().set_rule(format!("=AND(ISNUMBER({cell}),{rule})").as_str());
            let rule = rule.set_format(format).set_stop_if_true(true);
            self.sheet.add_conditional_format(first.0, first.1, last.0, last.1, &rule)?;
        }
        Ok(())
    }

    /// What the colours of [`Page::colour_shares`] mean, in one row.
    pub(super) fn legend(&mut self) -> Result<()> {
        let words = ["100%", "80% –", "50% –", "< 50%"];
        for (column, ((_, format), word)) in classes().into_iter().zip(words).enumerate() {
            let format = format.merge(&self.paper.boxed.clone().set_align(FormatAlign::Center));
            self.sheet.write_string_with_format(self.row, column as u16, word, &format)?;
        }
        self.write(self.row, 4, &Value::Unknown)?;
        self.row += 1;
        Ok(())
    }

    /// Ends the sheet: what is printed is what was written.
    pub(super) fn finish(mut self) -> Result<Worksheet> {
        let (last_row, last_column) = (self.row.max(1) - 1, self.last_column());
        self.sheet.set_print_area(0, 0, last_row, last_column)?;
        // Ids such as 0003005 are texts on purpose.
        self.sheet.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
        Ok(self.sheet)
    }
}

/// Classes of shares, `x` in their rule stands for the cell.
fn classes() -> [(&'static str, Format); 4] {
    let ground = |colour: u32| Format::new().set_background_color(colour);
    [
        ("x>=1", ground(PALE_BLUE)),
        ("x>=0.8", ground(PALE_ORANGE)),
        ("x>=0.5", ground(MIDDLE_ORANGE)),
        ("x<0.5", ground(ORANGE)),
    ]
}

/// How many lines a text takes in a column of some width in digits; a Chinese sign is nearly as wide
/// as two digits, letters are narrower than one on average.
fn lines(text: &str, width: f64) -> f64 {
    let wide = |sign: char| if (sign as u32) < 0x2E80 { 0.9 } else { 1.9 };
    let of_line = |line: &str| (line.chars().map(wide).sum::<f64>() / width.max(1.0)).ceil().max(1.0);
    text.split('\n').map(of_line).sum()
}

/// A text of at most so many UTF-16 units; a longer one ends with `…`.
fn shortened(text: &str, units: usize) -> Cow<'_, str> {
    if text.len() <= units || text.encode_utf16().count() <= units {
        return Cow::Borrowed(text);
    }
    let mut left = units - 1;
    let fits = |sign: &char| {
        let fits = sign.len_utf16() <= left;
        left = left.saturating_sub(sign.len_utf16());
        fits
    };
    Cow::Owned(text.chars().take_while(fits).collect::<String>() + "…")
}
