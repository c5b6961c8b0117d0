//! Outlets of a run: what is known of each, and where all of them come from.
//!
//! Comes in: what the readers found. Goes out: [`Registry`], with everything that went in as an outlet or as a rejected
//! row. Not here: reading files (`reading`), the extract (`osm`), and doubles (`duplicates`).
//!
//! What grows with the outlets: 64 bytes for each, the letters of its id and name (`texts`), some 50 bytes more for one with
//! attributes; and 16 bytes until doubles are found. What many share (formats, rules, hours) is kept once, and rejected rows
//! are on disk. Kinds that no rule maps are kept up to [`KINDS_KEPT`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use chrono::NaiveDate;
use walkshed::LonLat;

use super::attributes::{Attributes, Status};
use super::brands::Brands;
use super::duplicates::Group;
use super::fit::DatumFit;
use super::mapping::Formats;
use super::names::PlainName;
use super::texts::Texts;
use crate::datum::Datum;
use crate::tables::rejected_log::RejectedLog;

/// How many different kinds that no rule maps are told apart.
const KINDS_KEPT: usize = 1 << 16;
/// What those beyond are called together.
const FURTHER_KINDS: &str = "(further kinds)";

/// All outlets of a run.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// Where they come from, in the order that the user gave.
    pub sources: Vec<Source>,
    /// Outlets in the order of sources and rows.
    pub outlets: Vec<Outlet>,
    /// Rows that are none; with the outlets they are all rows.
    pub rejected: RejectedLog,
    /// Kinds that no rule maps, by source and what the row said.
    pub unmapped: BTreeMap<(u16, String), Unmapped>,
    /// Outlets that are one and the same.
    pub groups: Vec<Group>,
    /// Ids and names.
    texts: Texts,
    /// The names of the outlets as doubles are looked for; taken out then.
    pub(super) named: Vec<Named>,
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
    /// How well its datum fits the streets, where that was looked at.
    pub fit: Option<DatumFit>,
}

/// A place that offers something.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Outlet {
    /// Which of the sources it is from.
    pub source: u16,
    /// Its row there, from 1; 0 for an element of the extract.
    pub row: u32,
    /// Whether it counts.
    pub standing: Standing,
    /// The chain it is of.
    pub brand: Option<u16>,
    /// Where it is.
    pub at: LonLat,
    /// Its formats, and which rule gave each.
    pub kind: Arc<Formats>,
    /// What else is known.
    pub attributes: Option<Box<Attributes>>,
    /// The group of doubles it belongs to, plus one.
    group: Option<NonZeroU32>,
    /// Where its id and behind it its name begin, and how long they are.
    texts_at: u64,
    id_bytes: u32,
    name_bytes: u32,
}

/// What is known of an outlet that is to be added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called<'a> {
    /// Its id in the source.
    pub id: &'a str,
    /// Its name; empty if it has none.
    pub name: &'a str,
    /// Its name as names are compared.
    pub key: NameKey,
}

/// An outlet with a name, as doubles are looked for: sorted, outlets of one name stand together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Named {
    /// Of the core or the chain, not 0.
    pub core: u64,
    /// Of the branch; 0 where the name does not say which.
    pub branch: u32,
    /// Which outlet.
    pub outlet: u32,
}

/// Whether an outlet counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Standing {
    /// It does.
    #[default]
    Used,
    /// Its source says that it is closed for good, or was on the day that was asked for.
    Closed,
    /// It opens after the day that was asked for.
    NotYetOpen,
    /// It is the double of one that counts, and the run was told to drop doubles.
    Double,
}

/// A name as names are compared, as hashes: equal for equal cores and branches.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct NameKey {
    /// Of the core, or of the chain; 0 where there is nothing to compare. It is odd for a name that is nothing but a kind of
    /// shop, so that only what stands next to it can be the same.
    core: u64,
    /// Of the branch; 0 where the name does not say which.
    branch: u32,
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

    /// Adds an outlet by what it is called and what else is known of it; the formats, place and the rest are `outlet`'s.
    pub(crate) fn add(&mut self, called: &Called<'_>, outlet: Outlet) {
        let number = self.outlets.len() as u32;
        let texts_at = self.texts.add(called.id);
        self.texts.add(called.name);
        let NameKey { core, branch } = called.key;
        if core != 0 {
            self.named.push(Named { core, branch, outlet: number });
        }
        let (id_bytes, name_bytes) = (called.id.len() as u32, called.name.len() as u32);
        self.outlets.push(Outlet { texts_at, id_bytes, name_bytes, ..outlet });
    }

    /// The id of an outlet in its source.
    pub(crate) fn source_id(&self, outlet: &Outlet) -> &str {
        self.texts.get(outlet.texts_at, outlet.id_bytes)
    }

    /// The name of an outlet, if it has one.
    pub(crate) fn name(&self, outlet: &Outlet) -> Option<&str> {
        let at = outlet.texts_at + u64::from(outlet.id_bytes);
        (outlet.name_bytes > 0).then(|| self.texts.get(at, outlet.name_bytes))
    }

    /// What tables call an outlet: its id, with its source in front where a run has several.
    pub(crate) fn id_of(&self, outlet: &Outlet) -> Cow<'_, str> {
        let id = self.source_id(outlet);
        match self.sources.len() {
            0 | 1 => Cow::Borrowed(id),
            _ => Cow::Owned(format!("{}:{id}", self.sources[usize::from(outlet.source)].name)),
        }
    }

    /// How much is known of an outlet: the more complete of two doubles is kept.
    pub(crate) fn completeness(&self, outlet: &Outlet) -> u32 {
        let of = outlet.attributes.as_deref();
        let known = [
            outlet.name_bytes > 0,
            outlet.row == 0 || !self.source_id(outlet).starts_with("row-"),
            of.is_some_and(|of| of.floor_area_m2.is_some()),
            of.is_some_and(|of| of.hours.is_some()),
            of.is_some_and(|of| of.status.is_some()),
            of.is_some_and(|of| of.opened.is_some()),
        ];
        known.into_iter().map(u32::from).sum()
    }

    /// Notes a kind that no rule maps.
    pub(crate) fn note_unmapped(&mut self, source: u16, row: u64, said: &str, name: &str, used: bool) {
        let key = (source, said.to_owned());
        let is_known = self.unmapped.len() < KINDS_KEPT || self.unmapped.contains_key(&key);
        let key = if is_known { key } else { (source, FURTHER_KINDS.to_owned()) };
        let entry = self.unmapped.entry(key).or_insert_with(|| Unmapped {
            first_row: row,
            example: name.to_owned(),
            ..Unmapped::default()
        });
        entry.rows += 1;
        entry.used += u64::from(used);
    }
}

impl Outlet {
    /// An outlet of a source, of these formats and at this place, of which nothing else is known.
    pub(crate) fn new(source: u16, row: u32, at: LonLat, kind: Arc<Formats>) -> Self {
        Self {
            source,
            row,
            standing: Standing::Used,
            brand: None,
            at,
            kind,
            attributes: None,
            group: None,
            texts_at: 0,
            id_bytes: 0,
            name_bytes: 0,
        }
    }

    /// With what else is known, and the standing that follows from it.
    pub(crate) fn with(
        self,
        brand: Option<u16>,
        attributes: Option<Box<Attributes>>,
        as_of: Option<NaiveDate>,
    ) -> Self {
        Self { brand, standing: Self::standing_of(attributes.as_deref(), as_of), attributes, ..self }
    }

    /// Its formats as indexes into the vocabulary, ascending, each once.
    pub(crate) fn formats(&self) -> &[u16] {
        &self.kind.formats
    }

    /// The group of doubles it belongs to.
    pub(crate) fn group(&self) -> Option<u32> {
        self.group.map(|group| group.get() - 1)
    }

    /// Puts it into a group of doubles.
    pub(super) fn set_group(&mut self, group: u32) {
        self.group = NonZeroU32::new(group + 1);
    }

    /// Whether it counts in the result.
    pub(crate) fn counts(&self) -> bool {
        self.standing == Standing::Used
    }

    /// The standing of an outlet of these attributes on a day, before doubles are looked for. What the source says of the
    /// status wins over its dates, and without a day dates say nothing.
    fn standing_of(attributes: Option<&Attributes>, as_of: Option<NaiveDate>) -> Standing {
        let Some(known) = attributes else { return Standing::Used };
        match (known.status, as_of) {
            (Some(Status::Closed), _) => Standing::Closed,
            (None, Some(day)) if known.closed.is_some_and(|closed| closed <= day) => Standing::Closed,
            (None, Some(day)) if known.opened.is_some_and(|opened| opened > day) => Standing::NotYetOpen,
            _ => Standing::Used,
        }
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
            return Self::from_parts(brand, branch, false);
        }
        // The core has lost its 店: 便利 was 便利店.
        let generic = is_generic(&name.core) || is_generic(&format!("{}店", name.core));
        Self::from_parts(&name.core, &name.branch, generic)
    }

    fn from_parts(core: &str, branch: &str, generic: bool) -> Self {
        let branch = hashed(branch);
        // An even core of two at least, so that neither kind is 0.
        let core = (hashed(core) & !1).max(2) | u64::from(generic);
        Self { core, branch: (branch ^ (branch >> 32)) as u32 }
    }
}

impl Named {
    /// Whether the name is nothing but a kind of shop.
    pub(crate) fn is_generic(self) -> bool {
        self.core % 2 == 1
    }
}

/// FNV-1a of a text; 0 for an empty one. Among ten million names, two different ones share a core once in 180,000 runs; branches are compared among shops of one name next to each other alone.
fn hashed(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet_takes_as_little_as_the_head_says() {
        assert_eq!((size_of::<Outlet>(), size_of::<Named>()), (64, 16));
    }

    #[test]
    fn kinds_without_number_are_counted_together_in_the_end() {
        let mut registry = Registry::default();
        for row in 0..KINDS_KEPT as u64 + 500 {
            registry.note_unmapped(0, row + 1, &format!("种类{row}"), "甲", false);
        }
        registry.note_unmapped(0, 1, "种类0", "甲", true);
        assert_eq!(registry.unmapped.len(), KINDS_KEPT + 1);
        assert_eq!(registry.unmapped[&(0, FURTHER_KINDS.to_owned())].rows, 500);
        assert_eq!(registry.unmapped[&(0, "种类0".to_owned())].rows, 2);
    }
}
