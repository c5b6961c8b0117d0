//! Which formats a row of a registry is, and by which rule.
//!
//! Comes in: what a row says of its kind, and the vocabulary. Goes out: its formats with the rule that gave each, or what
//! it said where no rule fits. Not here: OSM tags (see `vocabulary`).
//!
//! 1. Words of the column of formats: ids or names. They are what somebody declared, and nothing is added to them.
//! 2. A code of AMap: formats that have it as their own, and those that contain it if one of their keywords is in the
//!    name or the type. A code that belongs to no format settles it: a bus stop called 超市 is no supermarket.
//! 3. Without a code, keywords in the name or the type. What stands in brackets in a name is a branch and says nothing.
//!
//! A format one of whose excluding words is in the name or the type is given by 1 alone.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use regex::{RegexSet, RegexSetBuilder};
use rustc_hash::{FxHashMap, FxHashSet};

use super::vocabulary::Vocabulary;

/// What may stand between the formats of one outlet.
const BETWEEN_FORMATS: [char; 7] = [';', '|', '；', '、', '｜', '/', '，'];
/// What may stand between codes.
const BETWEEN_CODES: [char; 4] = ['|', ';', ',', '；'];

/// What a row says of its kind; empty where it says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kind<'a> {
    pub format: &'a str,
    pub typed: &'a str,
    pub typecode: &'a str,
    pub name: &'a str,
}

/// Formats with the rules that gave them: one copy for all rows that have the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Formats {
    /// Indexes into the vocabulary, ascending, each once.
    pub formats: Box<[u16]>,
    /// For each the rule that gave it, such as `amap_exact 060200`, joined by `; `.
    pub rule: Box<str>,
}

/// The formats of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mapped {
    /// Never without a format.
    pub kind: Arc<Formats>,
    /// Words of the column of formats that are none.
    pub unknown: Vec<String>,
}

/// Why a row has no format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum NoFormat {
    /// It says nothing of its kind.
    Missing,
    /// It has words in the column of formats, and none is known.
    Unknown(Vec<String>),
    /// No rule fits what it says.
    NoRule(String),
}

/// Maps rows, and keeps one copy of what many rows share.
pub(crate) struct Mapper<'v> {
    vocabulary: &'v Vocabulary,
    /// Formats by whole code, and by the beginning of one.
    exact: Codes,
    broad: Codes,
    keywords: RegexSet,
    /// The format and the word of each keyword.
    keyword_of: Vec<(u16, &'v str)>,
    excluding: RegexSet,
    excluded: Vec<u16>,
    declared: FxHashMap<String, Result<Mapped, NoFormat>>,
    kinds: FxHashSet<Arc<Formats>>,
}

#[derive(Default)]
struct Codes {
    whole: FxHashMap<String, Vec<u16>>,
    beginnings: Vec<(String, u16)>,
}

/// How many different texts of the column of formats are remembered.
const DECLARED_KEPT: usize = 1 << 16;

impl<'v> Mapper<'v> {
    /// A mapper for a vocabulary.
    ///
    /// # Errors
    /// When its keywords are too many for one search.
    pub(crate) fn new(vocabulary: &'v Vocabulary) -> Result<Self> {
        let (mut exact, mut broad) = (Codes::default(), Codes::default());
        let (mut keyword_of, mut excluding) = (Vec::new(), Vec::new());
        for (number, format) in vocabulary.formats().iter().enumerate() {
            let number = number as u16;
            format.signs.amap_exact.iter().for_each(|code| exact.add(code, number));
            format.signs.amap_broad.iter().for_each(|code| broad.add(code, number));
            keyword_of.extend(format.signs.keywords.iter().map(|word| (number, word.as_str())));
            excluding.extend(format.signs.exclude_keywords.iter().map(|word| (number, word.as_str())));
        }
        Ok(Self {
            vocabulary,
            exact,
            broad,
            keywords: any_of(&keyword_of)?,
            keyword_of,
            excluded: excluding.iter().map(|(format, _)| *format).collect(),
            excluding: any_of(&excluding)?,
            declared: FxHashMap::default(),
            kinds: FxHashSet::default(),
        })
    }

    /// The vocabulary it maps to.
    pub(crate) fn vocabulary(&self) -> &'v Vocabulary {
        self.vocabulary
    }

    /// The formats of a row.
    ///
    /// # Errors
    /// When it has none.
    pub(crate) fn map(&mut self, kind: &Kind<'_>) -> Result<Mapped, NoFormat> {
        if !kind.format.is_empty() {
            let declared = self.declared(kind.format);
            // A service's own words in the column of formats are read as its type.
            let others = !(kind.typed.is_empty() && kind.typecode.is_empty());
            match declared {
                Err(NoFormat::Unknown(_)) if others => {}
                declared => return declared,
            }
        }
        let codes = kind.typecode.split(BETWEEN_CODES).map(str::trim);
        let codes: Vec<&str> = codes.filter(|code| is_code(code)).collect();
        let text = format!("{} {}", kind.typed, without_brackets(kind.name));
        let found = if codes.is_empty() { self.by_words(&text) } else { self.by_codes(&codes, &text) };
        if !found.is_empty() {
            return Ok(self.mapped(found, Vec::new()));
        }
        let said = [kind.format, kind.typecode, kind.typed].into_iter().filter(|part| !part.is_empty());
        let said = said.collect::<Vec<_>>().join(" ");
        match said.is_empty() {
            false => Err(NoFormat::NoRule(said)),
            true if kind.name.is_empty() => Err(NoFormat::Missing),
            true => Err(NoFormat::NoRule(NAME_ONLY.to_owned())),
        }
    }

    /// Formats and rules, as one copy for all rows that have the same.
    pub(crate) fn mapped(&mut self, mut found: Vec<(u16, String)>, unknown: Vec<String>) -> Mapped {
        // Stable: of several rules for one format the first is kept.
        found.sort_by_key(|(format, _)| *format);
        found.dedup_by_key(|(format, _)| *format);
        let formats: Box<[u16]> = found.iter().map(|(format, _)| *format).collect();
        let mut rule = String::new();
        for (place, (_, of)) in found.iter().enumerate() {
            let between = if place == 0 { "" } else { "; " };
            // Writing to a String cannot fail.
            let _ = write!(rule, "{between}{of}");
        }
        let kind = Formats { formats, rule: rule.into() };
        if let Some(kind) = self.kinds.get(&kind) {
            return Mapped { kind: Arc::clone(kind), unknown };
        }
        let kind = Arc::new(kind);
        self.kinds.insert(Arc::clone(&kind));
        Mapped { kind, unknown }
    }

    /// What two outlets are together, each format by the first one's rule where it has one.
    pub(crate) fn united(&mut self, a: &Formats, b: &Formats) -> Mapped {
        let each = |of: &Formats| -> Vec<(u16, String)> {
            of.formats.iter().copied().zip(of.rule.split("; ").map(str::to_owned)).collect()
        };
        let mut found = each(a);
        found.extend(each(b));
        self.mapped(found, Vec::new())
    }

    fn declared(&mut self, words: &str) -> Result<Mapped, NoFormat> {
        if let Some(known) = self.declared.get(words) {
            return known.clone();
        }
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        // A name may have a sign in it that else stands between two.
        let whole = self.vocabulary.find(words).map(|_| words);
        let parts = parts_of(words).into_iter().filter(|_| whole.is_none()).chain(whole);
        for word in parts.map(str::trim).filter(|word| !word.is_empty()) {
            match self.vocabulary.find(word) {
                Some(format) => found.push((format.index() as u16, format!("word {word}"))),
                None => unknown.push(word.to_owned()),
            }
        }
        let mapped = match (found.is_empty(), unknown.is_empty()) {
            (false, _) => Ok(self.mapped(found, unknown)),
            (true, false) => Err(NoFormat::Unknown(unknown)),
            (true, true) => Err(NoFormat::Missing),
        };
        if self.declared.len() < DECLARED_KEPT {
            self.declared.insert(words.to_owned(), mapped.clone());
        }
        mapped
    }

    fn by_words(&self, text: &str) -> Vec<(u16, String)> {
        let excluded = self.excluded_by(text);
        let found = self.keywords.matches(text).into_iter().map(|number| self.keyword_of[number]);
        let found = found.filter(|(format, _)| !excluded.contains(format));
        found.map(|(format, word)| (format, format!("keyword {word}"))).collect()
    }

    fn by_codes(&self, codes: &[&str], text: &str) -> Vec<(u16, String)> {
        let excluded = self.excluded_by(text);
        let keywords = self.keywords.matches(text);
        let mut found = Vec::new();
        for code in codes {
            let exact = self.exact.of(code).filter(|format| !excluded.contains(format));
            found.extend(exact.map(|format| (format, format!("amap_exact {code}"))));
            for format in self.broad.of(code).filter(|format| !excluded.contains(format)) {
                let word = keywords.iter().map(|number| self.keyword_of[number]).find(|(of, _)| *of == format);
                found.extend(word.map(|(_, word)| (format, format!("amap_broad {code} with {word}"))));
            }
        }
        found
    }

    fn excluded_by(&self, text: &str) -> Vec<u16> {
        self.excluding.matches(text).into_iter().map(|number| self.excluded[number]).collect()
    }
}

/// What stands for the kind of a row that has nothing but a name.
pub(crate) const NAME_ONLY: &str = "(name only)";

impl Codes {
    fn add(&mut self, code: &str, format: u16) {
        match code.strip_suffix('*') {
            Some(beginning) => self.beginnings.push((beginning.to_owned(), format)),
            None => self.whole.entry(code.to_owned()).or_default().push(format),
        }
    }

    fn of<'s>(&'s self, code: &'s str) -> impl Iterator<Item = u16> + 's {
        let begun = self.beginnings.iter().filter(move |(beginning, _)| code.starts_with(beginning.as_str()));
        self.whole.get(code).into_iter().flatten().copied().chain(begun.map(|(_, format)| *format))
    }
}

fn any_of(words: &[(u16, &str)]) -> Result<RegexSet> {
    let patterns = words.iter().map(|(_, word)| regex::escape(word));
    let set = RegexSetBuilder::new(patterns).case_insensitive(true).size_limit(1 << 28).build();
    set.context("the keywords of the vocabulary are too many")
}

fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The parts of a text between separators; those in brackets separate nothing: 社区食堂（长者食堂、助餐点） is one.
fn parts_of(words: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut depth) = (Vec::new(), 0, 0_u32);
    for (place, c) in words.char_indices() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            c if depth == 0 && BETWEEN_FORMATS.contains(&c) => {
                parts.push(&words[begin..place]);
                begin = place + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&words[begin..]);
    parts
}

fn without_brackets(name: &str) -> &str {
    name.split(['(', '（', '[', '【']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formats with their rules, or what was said.
    fn mapped(kind: Kind<'_>) -> Result<Vec<String>> {
        let vocabulary = Vocabulary::embedded()?;
        let mut mapper = Mapper::new(&vocabulary)?;
        Ok(match mapper.map(&kind) {
            Ok(found) => {
                let ids =
                    found.kind.formats.iter().map(|&format| vocabulary.formats()[usize::from(format)].id.as_str());
                ids.zip(found.kind.rule.split("; ")).map(|(id, rule)| format!("{id}: {rule}")).collect()
            }
            Err(NoFormat::Missing) => vec!["missing".to_owned()],
            Err(NoFormat::Unknown(words)) => vec![format!("unknown {}", words.join(","))],
            Err(NoFormat::NoRule(said)) => vec![format!("no rule for {said}")],
        })
    }

    #[test]
    fn words_codes_and_keywords() -> Result<()> {
        let none = Kind::default();
        let cases: Vec<(Kind<'_>, &[&str])> = vec![
            (
                Kind { format: "便利店；cafe|bakery", ..none },
                &["convenience_store: word 便利店", "bakery: word bakery"],
            ),
            (Kind { format: "城堡", ..none }, &["unknown 城堡"]),
            (
                Kind { format: "社区食堂（长者食堂、助餐点）、便利店", ..none },
                &["convenience_store: word 便利店", "senior_canteen: word 社区食堂（长者食堂、助餐点）"],
            ),
            (Kind { format: " ", typed: "", ..none }, &["missing"]),
            (Kind { typecode: "060200", name: "罗森", ..none }, &["convenience_store: amap_exact 060200"]),
            // A supermarket's code with a name that says fresh food.
            (
                Kind { typecode: "060400", name: "钱大妈生鲜超市", ..none },
                &["fresh_grocery: amap_broad 060400 with 生鲜"],
            ),
            // A code that is no format's settles it, whatever the name.
            (Kind { typecode: "010100", typed: "加油站", name: "华联超市", ..none }, &["no rule for 010100 加油站"]),
            (Kind { name: "老张早点", ..none }, &["breakfast_shop: keyword 早点"]),
            // What is in brackets is where it is.
            (Kind { typecode: "160100", name: "工商银行（超市店）", ..none }, &["bank: amap_exact 160100"]),
            (Kind { name: "张三（便利店旁）", ..none }, &["no rule for (name only)"]),
            (
                Kind { format: "购物", typecode: "060200", name: "罗森", ..none },
                &["convenience_store: amap_exact 060200"],
            ),
            (none, &["missing"]),
        ];
        for (kind, expected) in cases {
            assert_eq!(mapped(kind)?, expected, "{kind:?}");
        }
        Ok(())
    }

    #[test]
    fn several_codes_are_several_formats() -> Result<()> {
        let found = mapped(Kind { typecode: "060200|070400", name: "罗森", ..Kind::default() })?;
        assert!(
            found[0].starts_with("convenience_store") && found.iter().any(|f| f.starts_with("parcel_post")),
            "{found:?}"
        );
        Ok(())
    }
}
