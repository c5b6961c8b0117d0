//! Outlets of a run: what is known of each, and where all of them come from.
//!
//! Comes in: what the readers found. Goes out: [`Registry`], with everything that went in as an outlet or as a rejected
//! row. Not here: reading files (`reading`), the extract (`osm`), and doubles (`duplicates`).
//!
//! An outlet takes some 200 bytes, and what many share (formats, rules) is kept once. Ten million rows of a made-up registry
//! were read, searched for doubles and brought to streets in 3.4 GB.

use std::collections::BTreeMap;
use std::sync::Arc;

use walkshed::LonLat;

use super::attributes::{Attributes, Status};
use super::brands::Brands;
use super::duplicates::Group;
use super::names::PlainName;
use crate::datum::Datum;
use crate::tables::rejected::Rejected;

/// All outlets of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registry {
    /// Where they come from, in the order that the user gave.
    pub sources: Vec<Source>,
    /// Outlets in the order of sources and rows.
    pub outlets: Vec<Outlet>,
    /// Rows that are none; with the outlets they are all rows.
    pub rejected: Vec<Rejected>,
    /// Kinds that no rule maps, by source and what the row said.
    pub unmapped: BTreeMap<(u16, String), Unmapped>,
    /// Outlets that are one and the same.
    pub groups: Vec<Group>,
}

/// Where outlets come from.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Source {
    /// `osm`, or the name of a file.
    pub name: String,
    /// What kind of file it is, in what encoding.
    pub form: String,
    /// The datum it was read in.
    pub datum: Option<Datum>,
    /// Which column was read as what.
    pub columns: Vec<(&'static str, String)>,
    /// How many rows it has.
    pub rows: u64,
    /// How many outlets have no id in the file and were named by their row.
    pub ids_made: u64,
    /// By column, how many values could not be read; their outlets are used.
    pub invalid: BTreeMap<&'static str, u64>,
}

/// A place that offers something.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Outlet {
    /// Which of the sources it is from.
    pub source: u16,
    /// Its row there, from 1; 0 for an element of the extract.
    pub row: u32,
    /// The group of doubles it belongs to.
    pub group: Option<u32>,
    /// Whether it counts.
    pub standing: Standing,
    /// The chain it is of.
    pub brand: Option<u16>,
    /// Its id in the source.
    pub source_id: Box<str>,
    /// Its name, if it has one.
    pub name: Option<Box<str>>,
    /// Where it is.
    pub at: LonLat,
    /// Its formats as indexes into the vocabulary, ascending, each once.
    pub formats: Arc<[u16]>,
    /// Which rule gave each.
    pub rule: Arc<str>,
    /// Its name as names are compared.
    pub key: NameKey,
    /// What else is known.
    pub attributes: Option<Box<Attributes>>,
}

/// Whether an outlet counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Standing {
    /// It does.
    #[default]
    Used,
    /// Its source says that it is closed for good.
    Closed,
    /// It is the double of one that counts, and the run was told to drop doubles.
    Double,
}

/// A name as names are compared, as hashes: equal for equal cores and branches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(crate) struct NameKey {
    /// Of the core, or of the chain; 0 where there is nothing to compare.
    pub core: u64,
    /// Of the branch; 0 where the name does not say which.
    pub branch: u64,
    /// Whether the name is nothing but a kind of shop, so that only what stands next to it can be the same.
    pub generic: bool,
}

/// Rows of one kind that no rule maps.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Unmapped {
    /// How many.
    pub rows: u64,
    /// The first of them.
    pub first_row: u64,
    /// The name in it.
    pub example: String,
    /// Whether these rows are used nevertheless, for another word that is known.
    pub used: u64,
}

impl Registry {
    /// How many rows went in.
    pub(crate) fn rows(&self) -> u64 {
        self.sources.iter().map(|source| source.rows).sum()
    }

    /// What tables call an outlet: its id, with its source in front where a run has several.
    pub(crate) fn id_of(&self, outlet: &Outlet) -> String {
        match self.sources.len() {
            0 | 1 => outlet.source_id.to_string(),
            _ => format!("{}:{}", self.sources[usize::from(outlet.source)].name, outlet.source_id),
        }
    }

    /// Notes a kind that no rule maps.
    pub(crate) fn note_unmapped(&mut self, source: u16, row: u64, said: &str, name: &str, used: bool) {
        let entry = self.unmapped.entry((source, said.to_owned())).or_insert_with(|| Unmapped {
            first_row: row,
            example: name.to_owned(),
            ..Unmapped::default()
        });
        entry.rows += 1;
        entry.used += u64::from(used);
    }
}

impl Outlet {
    /// Whether it counts in the result.
    pub(crate) fn counts(&self) -> bool {
        self.standing == Standing::Used
    }

    /// The standing of an outlet of these attributes, before doubles are looked for.
    pub(crate) fn standing_of(attributes: Option<&Attributes>) -> Standing {
        match attributes.and_then(|attributes| attributes.status) {
            Some(Status::Closed) => Standing::Closed,
            _ => Standing::Used,
        }
    }

    /// How much is known of it: the more complete of two doubles is kept.
    pub(crate) fn completeness(&self) -> u32 {
        let of = self.attributes.as_deref();
        let known = [
            self.name.is_some(),
            self.row == 0 || !self.source_id.starts_with("row-"),
            of.is_some_and(|of| of.floor_area_m2.is_some()),
            of.is_some_and(|of| of.hours.is_some()),
            of.is_some_and(|of| of.status.is_some()),
            of.is_some_and(|of| of.opened.is_some()),
        ];
        known.into_iter().map(u32::from).sum()
    }
}

impl NameKey {
    /// The key of a name; the chain, if it is of one, stands for whatever the shops of it are called.
    pub(crate) fn of(name: &PlainName, brand: Option<u16>, brands: &Brands, is_generic: impl Fn(&str) -> bool) -> Self {
        if name.core.is_empty() {
            return Self::default();
        }
        if let Some((brand, rest)) = brand.and_then(|brand| brands.branch_in(brand, &name.core)) {
            let branch = if name.branch.is_empty() { rest } else { &name.branch };
            return Self { core: hashed(brand), branch: hashed(branch), generic: false };
        }
        // The core has lost its 店: 便利 was 便利店.
        let generic = is_generic(&name.core) || is_generic(&format!("{}店", name.core));
        Self { core: hashed(&name.core), branch: hashed(&name.branch), generic }
    }
}

/// FNV-1a of a text; 0 for an empty one. Among ten million names, two different ones share a hash once in 400,000 runs.
fn hashed(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
