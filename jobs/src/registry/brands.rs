//! Chains (连锁品牌), recognised by the names of their shops.
//!
//! Comes in: `brands.toml`, the one that comes with the tool or the user's own, and outlets. Goes out: the chain of an
//! outlet, if it is of one. Not here: how many there are. A shop that no known name fits may still be of a chain, so a
//! rate counted from this is a lower bound.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::names::{PlainName, plain};
use super::vocabulary::Vocabulary;

/// The chains that come with the tool.
const EMBEDDED: &str = include_str!("../../brands.toml");
/// What messages call them.
const EMBEDDED_NAME: &str = "the chains that come with walkshed";
/// The version of the file that this program reads.
const SCHEMA_VERSION: i64 = 1;

/// What stands between a chain and a branch: 罗森便利店中关村店.
const KINDS_OF_SHOP: [&str; 10] =
    ["便利店", "便利", "生鲜超市", "超市", "大药房", "药房", "药店", "生活", "商店", "餐厅"];

/// A chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Brand {
    /// What tables call it.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// The formats that its shops have, as indexes into the vocabulary.
    formats: Vec<u16>,
}

/// The chains there are.
#[derive(Clone, Debug)]
pub(crate) struct Brands {
    text: String,
    origin: String,
    list: Vec<Brand>,
    /// By the first character: plain aliases and their chains, the longest first.
    by_first: FxHashMap<char, Vec<(String, u16)>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    schema_version: i64,
    #[serde(default)]
    brand: Vec<BrandEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BrandEntry {
    id: String,
    zh: String,
    #[serde(rename = "en")]
    _en: String,
    aliases: Vec<String>,
    formats: Vec<String>,
}

impl Brands {
    /// The chains of a file, or those that come with the tool. Formats that the vocabulary lacks are left out: a city's own
    /// vocabulary need not have all.
    ///
    /// # Errors
    /// When the file cannot be read, or is no list of chains.
    pub(crate) fn load(path: Option<&Path>, vocabulary: &Vocabulary) -> Result<Self> {
        let (text, origin) = match path {
            None => (EMBEDDED.to_owned(), EMBEDDED_NAME.to_owned()),
            Some(path) => {
                let text = std::fs::read_to_string(path);
                let text = text.with_context(|| format!("the chains in {} cannot be read", path.display()))?;
                (text, path.display().to_string())
            }
        };
        Self::from_toml(text, origin.clone(), vocabulary).with_context(|| origin)
    }

    fn from_toml(text: String, origin: String, vocabulary: &Vocabulary) -> Result<Self> {
        let file: FileEntry = toml::from_str(text.trim_start_matches('\u{feff}'))?;
        ensure!(
            file.schema_version == SCHEMA_VERSION,
            "schema_version is {}, but this program reads version {SCHEMA_VERSION}",
            file.schema_version
        );
        let mut list = Vec::new();
        let mut by_first: FxHashMap<char, Vec<(String, u16)>> = FxHashMap::default();
        for (number, entry) in file.brand.into_iter().enumerate() {
            let number = u16::try_from(number).context("there are too many chains")?;
            let formats = entry.formats.iter().filter_map(|id| vocabulary.find(id));
            let formats = formats.map(|format| format.index() as u16).collect();
            for alias in &entry.aliases {
                let alias = plain(alias);
                let first = alias.chars().next();
                let first =
                    first.with_context(|| format!("the chain \"{}\" has an alias without a letter", entry.id))?;
                by_first.entry(first).or_default().push((alias, number));
            }
            list.push(Brand { id: entry.id, zh: entry.zh, formats });
        }
        for aliases in by_first.values_mut() {
            aliases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        }
        Ok(Self { text, origin, list, by_first })
    }

    /// Where they were read from.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The text they were read from, to be hashed in a manifest.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// One chain.
    pub(crate) fn get(&self, number: u16) -> &Brand {
        &self.list[usize::from(number)]
    }

    /// The chain of an outlet: by what its source says is the brand, else by what its name begins with.
    pub(crate) fn of(&self, said: &str, name: &PlainName, formats: &[u16]) -> Option<u16> {
        let said = plain(said);
        let mut texts = [said.as_str(), name.core.as_str()].into_iter().filter(|text| !text.is_empty());
        texts.find_map(|text| self.beginning(text, formats))
    }

    /// The id of a chain, and what the core of a name says beside it: the branch, if a shop of the chain says one without
    /// brackets.
    pub(crate) fn branch_in<'t>(&'t self, number: u16, core: &'t str) -> Option<(&'t str, &'t str)> {
        let aliases = self.by_first.get(&core.chars().next()?);
        let mut own = aliases.into_iter().flatten().filter(|(_, of)| *of == number);
        let rest = own.find_map(|(alias, _)| core.strip_prefix(alias.as_str())).unwrap_or_default();
        let rest = KINDS_OF_SHOP.iter().find_map(|kind| rest.strip_prefix(kind)).unwrap_or(rest);
        Some((self.get(number).id.as_str(), rest))
    }

    fn beginning(&self, text: &str, formats: &[u16]) -> Option<u16> {
        let aliases = self.by_first.get(&text.chars().next()?)?;
        let fits = |(alias, number): &&(String, u16)| {
            let rest = text.strip_prefix(alias.as_str());
            // A Latin name is a whole word: `kfc2` may be, `todays` is not.
            let is_whole = rest.is_some_and(|rest| {
                let (last, next) = (alias.chars().next_back(), rest.chars().next());
                !(last.is_some_and(|c| c.is_ascii_alphabetic()) && next.is_some_and(|c| c.is_ascii_alphabetic()))
            });
            is_whole && self.get(*number).formats.iter().any(|format| formats.contains(format))
        };
        aliases.iter().find(fits).map(|(_, number)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_known_by_their_names_and_formats() -> Result<()> {
        let vocabulary = Vocabulary::embedded()?;
        let brands = Brands::load(None, &vocabulary)?;
        let format = |id: &str| vocabulary.find(id).map_or(u16::MAX, |format| format.index() as u16);
        let (shop, dentist) = (format("convenience_store"), format("clinic"));
        let of = |said: &str, name: &str, formats: &[u16]| {
            brands.of(said, &PlainName::of(name, "北京"), formats).map(|number| brands.get(number).id.as_str())
        };
        assert_eq!(of("", "罗森（中关村店）", &[shop]), Some("lawson"));
        assert_eq!(of("", "北京市罗森便利店", &[shop]), Some("lawson"));
        assert_eq!(of("", "7-ELEVEn（五道口店）", &[shop]), Some("seven_eleven"));
        assert_eq!(of("罗森", "便利店", &[shop]), Some("lawson"));
        assert_eq!(of("", "Todays fashion", &[shop]), None);
        assert_eq!(of("", "罗森齿科", &[dentist]), None);
        assert_eq!(of("", "老张便利店", &[shop]), None);
        Ok(())
    }

    #[test]
    fn the_list_that_comes_with_the_tool_fits_its_vocabulary() -> Result<()> {
        let vocabulary = Vocabulary::embedded()?;
        let file: FileEntry = toml::from_str(EMBEDDED)?;
        let mut ids: Vec<&str> = file.brand.iter().map(|brand| brand.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert!(ids.len() == file.brand.len() && ids.len() > 60, "{} chains", ids.len());
        for brand in &file.brand {
            assert!(brand.formats.iter().all(|format| vocabulary.find(format).is_some()), "{}", brand.id);
        }
        Ok(())
    }

    #[test]
    fn a_broken_list_says_what_is_wrong() -> Result<()> {
        let vocabulary = Vocabulary::embedded()?;
        let refused = |text: &str| {
            let error = Brands::from_toml(text.to_owned(), "mine.toml".to_owned(), &vocabulary).expect_err(text);
            format!("{error:#}")
        };
        assert!(refused("schema_version = 2\n").contains("schema_version is 2"));
        let entry =
            "schema_version = 1\n[[brand]]\nid = \"a\"\nzh = \"甲\"\nen = \"A\"\nformats = []\naliases = [\"-\"]\n";
        assert!(refused(entry).contains("\"a\" has an alias without a letter"));
        assert!(refused("schema_version = 1\n[[brands]]\n").contains("unknown field"));
        Ok(())
    }
}
