//! Text in columns for a terminal, where a Chinese character is as wide as two Latin letters.
//!
//! Comes in: rows of text. Goes out: one text with the columns aligned. Not here: numbers and what they mean.

use std::fmt::Write;

/// To which side a column is aligned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Align {
    /// For words.
    Left,
    /// For numbers.
    Right,
}

/// Rows of as many cells as there are columns.
#[derive(Debug, Clone)]
pub(crate) struct Columns<const N: usize> {
    align: [Align; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Columns<N> {
    /// Columns without rows.
    pub(crate) const fn new(align: [Align; N]) -> Self {
        Self { align, rows: Vec::new() }
    }

    /// Adds a row below the others.
    pub(crate) fn row(&mut self, cells: [impl Into<String>; N]) {
        self.rows.push(cells.map(Into::into));
    }

    /// The rows as text, each behind the indent and with its end of line; two spaces between columns, none at the end.
    pub(crate) fn render(&self, indent: &str) -> String {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(display_width(cell));
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            let mut line = indent.to_owned();
            for ((cell, width), align) in row.iter().zip(widths).zip(self.align) {
                let gap = " ".repeat(width - display_width(cell));
                let (before, after) = if align == Align::Right { (&*gap, "") } else { ("", &*gap) };
                // Writing to a String does not fail.
                let _ = write!(line, "{before}{cell}{after}  ");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// How many columns of a terminal a text takes up.
pub(crate) fn display_width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// 2 for the wide and full-width characters of Unicode's East Asian Width, 0 for marks that combine, 1 for the rest.
/// Characters that are wide in some fonts only, such as “ and ”, take one column, as terminals have it.
fn char_width(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        // Hangul initials; radicals, kana, bopomofo, ideographs, Yi; Hangul; compatibility ideographs and forms;
        // full-width Latin and signs; emoji; the further planes of ideographs.
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F900..=0x1F9FF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths() {
        let table =
            [("abc", 3), ("便利店", 6), ("（菜店）", 8), ("AED 急救", 8), ("“六个一”", 8), ("e\u{301}", 1), ("", 0)];
        for (text, width) in table {
            assert_eq!(display_width(text), width, "{text}");
        }
    }

    #[test]
    fn columns_line_up() {
        let mut columns = Columns::new([Align::Left, Align::Right, Align::Left]);
        columns.row(["便利店", "5", "shop"]);
        columns.row(["AED", "15", ""]);
        // 便利店 is six columns wide, so AED is followed by three spaces and the two between columns.
        assert_eq!(columns.render("  "), "  便利店   5  shop\n  AED     15\n");
    }
}
