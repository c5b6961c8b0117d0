//! Names of sheets that every spreadsheet program takes.
//!
//! Comes in: what a sheet should be called, such as the name of a zone. Goes out: a name of at most 31 UTF-16 units, without
//! the signs that Excel forbids, that no other sheet has. Not here: what is on the sheets.

use rustc_hash::FxHashSet;

/// The most that Excel takes, in UTF-16 units.
const LONGEST: usize = 31;

/// The names that are taken.
#[derive(Default)]
pub(super) struct Names {
    /// In lower case: Excel does not tell `A` from `a`.
    taken: FxHashSet<String>,
}

impl Names {
    /// A name like the one wanted, and takes it.
    pub(super) fn take(&mut self, wanted: &str) -> String {
        let clean: String = wanted
            .chars()
            .map(|sign| if "[]:*?/\\".contains(sign) || sign.is_control() { '_' } else { sign })
            .collect();
        // An apostrophe quotes the name in formulas; "History" is a sheet of Excel's own.
        let clean = clean.trim_matches(|sign: char| sign == '\'' || sign.is_whitespace());
        let clean = match clean {
            "" => "_",
            own if own.eq_ignore_ascii_case("history") => "History_",
            clean => clean,
        };
        let mut name = cut(clean, LONGEST);
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            let end = format!(" ({number})");
            name = cut(clean, LONGEST - end.len()) + &end;
            number += 1;
        }
        name
    }
}

/// The beginning of a text, in so many UTF-16 units at most.
fn cut(text: &str, units: usize) -> String {
    let mut left = units;
    let fits = |sign: &char| {
        let fits = sign.len_utf16() <= left;
        left = left.saturating_sub(sign.len_utf16());
        fits
    };
    let kept: String = text.chars().take_while(fits).collect();
    kept.trim_end_matches(|sign: char| sign == '\'' || sign.is_whitespace()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_no_two_are_the_same() {
        let mut names = Names::default();
        assert_eq!(names.take("天庆社区"), "天庆社区");
        assert_eq!(names.take("天庆社区"), "天庆社区 (2)");
        assert_eq!(names.take("A/B: [1]*?"), "A_B_ _1___");
        assert_eq!(names.take("a/b: [1]*?"), "a_b_ _1___ (2)");
        assert_eq!(names.take("'quoted'"), "quoted");
        assert_eq!(names.take(""), "_");
        assert_eq!(names.take("history"), "History_");
        let long = "社".repeat(40);
        assert_eq!(names.take(&long), "社".repeat(31));
        assert_eq!(names.take(&long), "社".repeat(27) + " (2)");
        // A sign of two units is not cut in half.
        assert_eq!(names.take(&"𠮷".repeat(16)).encode_utf16().count(), 30);
    }
}
