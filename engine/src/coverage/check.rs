//! The checks of a standard file that TOML alone cannot make.
//!
//! Comes in: the text of a file. Goes out: a [`Standard`] whose tiers, sources and ids hang together, or the first
//! defect with its place. Not here: the keys (see `schema`), and the vocabulary of formats.

use std::collections::BTreeMap;

use toml::Spanned;

use super::error::{Place, StandardError};
use super::schema::{FileEntry, RequireEntry, SetEntry, SourceEntry, SourceIds, TierEntry, VersionEntry};
use super::standard::{
    Ambiguity, FormatSet, MAX_MINUTES, NotComputed, NotObtainable, Requirement, SCHEMA_VERSION, Source, Standard, Tier,
};

/// Reads and checks a standard file.
pub(super) fn read(text: &str) -> Result<Standard, StandardError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let toml_error = |error: toml::de::Error| StandardError::Toml {
        at: error.span().map_or(Place { line: 1, column: 1 }, |span| Place::start_of(text, &span)),
        message: error.message().to_owned(),
    };
    let version: VersionEntry = toml::from_str(text).map_err(toml_error)?;
    if *version.schema_version.get_ref() != SCHEMA_VERSION {
        let at = Place::start_of(text, &version.schema_version.span());
        return Err(StandardError::SchemaVersion { at, found: version.schema_version.into_inner() });
    }
    let file: FileEntry = toml::from_str(text).map_err(toml_error)?;
    Checker { text, tiers: Vec::new(), sources: Vec::new() }.standard(file)
}

/// Turns entries into a standard, and knows what was defined so far.
struct Checker<'t> {
    text: &'t str,
    tiers: Vec<Tier>,
    sources: Vec<Source>,
}

impl Checker<'_> {
    fn standard(mut self, file: FileEntry) -> Result<Standard, StandardError> {
        let profile = file.profile;
        self.well_formed("profile", &profile.id)?;
        self.distinct("source", file.source.iter().map(|source| &source.id))?;
        self.distinct("tier", file.tier.iter().map(|tier| &tier.id))?;
        self.distinct("set", file.set.iter().map(|set| &set.id))?;
        // A set makes one requirement per format, so the ids of both kinds are of one space.
        let set_ids = file.set.iter().flat_map(|set| set.formats.get_ref());
        self.distinct("requirement", set_ids.chain(file.require.iter().map(|require| &require.id)))?;

        self.sources = file.source.into_iter().map(source).collect();
        self.tiers = file.tier.into_iter().map(|tier| self.tier(tier)).collect::<Result<_, _>>()?;
        // The two kinds of table may be mixed in the file; their requirements keep the file's order.
        let mut placed: Vec<(usize, Requirement)> = Vec::new();
        let mut sets = Vec::new();
        for set in file.set {
            let position = set.id.span().start;
            let (set, requirements) = self.set(set)?;
            sets.push(set);
            placed.extend(requirements.into_iter().map(|requirement| (position, requirement)));
        }
        for require in file.require {
            placed.push((require.id.span().start, self.requirement(require)?));
        }
        placed.sort_by_key(|(position, _)| *position);
        let requirements: Vec<Requirement> = placed.into_iter().map(|(_, requirement)| requirement).collect();

        let status = *profile.status.get_ref();
        if status.can_be_run() && requirements.is_empty() {
            return Err(StandardError::NothingRequired { at: self.place(&profile.status), status: status.code() });
        }
        let ambiguities = file.ambiguity.into_iter().map(|entry| {
            Ok(Ambiguity { sources: self.source_ids(entry.source)?, text: entry.text, reading: entry.reading })
        });
        let not_obtainable = file
            .not_obtainable
            .into_iter()
            .map(|entry| Ok(NotObtainable { sources: self.source_ids(entry.source)?, what: entry.what }));
        let not_computed = file.not_computed.into_iter().map(|entry| {
            Ok(NotComputed { sources: self.source_ids(entry.source)?, text: entry.text, reason: entry.reason })
        });
        Ok(Standard {
            id: profile.id.into_inner(),
            zh: profile.zh,
            en: profile.en,
            edition: profile.edition,
            date: profile.date,
            status,
            mode: profile.mode,
            anchor: profile.anchor,
            requirements,
            sets,
            ambiguities: ambiguities.collect::<Result<_, _>>()?,
            not_obtainable: not_obtainable.collect::<Result<_, _>>()?,
            not_computed: not_computed.collect::<Result<_, _>>()?,
            tiers: self.tiers,
            sources: self.sources,
        })
    }

    fn tier(&self, entry: TierEntry) -> Result<Tier, StandardError> {
        let minutes = *entry.minutes.get_ref();
        if minutes == 0 || minutes > MAX_MINUTES {
            return Err(StandardError::Minutes { at: self.place(&entry.minutes), minutes });
        }
        Ok(Tier {
            id: entry.id.into_inner(),
            zh: entry.zh,
            minutes,
            text: entry.text,
            sources: self.source_ids(entry.source)?,
            choice: entry.choice,
        })
    }

    fn requirement(&self, entry: RequireEntry) -> Result<Requirement, StandardError> {
        let id = entry.id.into_inner();
        let minutes = self.minutes_of(&entry.tier)?;
        self.some_formats(&entry.any_of, || format!("any_of of \"{id}\""))?;
        let any_of = self.each_once(entry.any_of.into_inner())?;
        let zh = entry.zh.or_else(|| entry.en.clone()).unwrap_or_else(|| id.clone());
        Ok(Requirement {
            en: entry.en.unwrap_or_else(|| zh.clone()),
            zh,
            id,
            class: entry.class,
            tier: entry.tier.into_inner(),
            minutes,
            any_of,
            min_count: self.count(&entry.min_count)?,
            sources: self.source_ids(entry.source)?,
            text: entry.text,
            choice: entry.choice,
        })
    }

    /// A set, and one requirement for each of its formats.
    fn set(&self, mut entry: SetEntry) -> Result<(FormatSet, Vec<Requirement>), StandardError> {
        let id = entry.id.into_inner();
        let minutes = self.minutes_of(&entry.tier)?;
        let min_count = self.count(&entry.min_count)?;
        self.some_formats(&entry.formats, || format!("formats of the set \"{id}\""))?;
        let formats: Vec<String> = entry.formats.into_inner().into_iter().map(Spanned::into_inner).collect();
        for format in entry.names.keys().chain(entry.alternatives.keys()) {
            if !formats.contains(format.get_ref()) {
                let at = self.place(format);
                return Err(StandardError::NotInSet { at, format: format.get_ref().clone(), set: id });
            }
        }
        let sources = self.source_ids(entry.source)?;
        let mut requirements = Vec::with_capacity(formats.len());
        for format in &formats {
            let name = entry.names.remove(format.as_str());
            let (zh, en) = name.map_or((None, None), |name| (name.zh, name.en));
            let others = entry.alternatives.remove(format.as_str()).unwrap_or_default();
            let itself = Spanned::new(0..0, format.clone());
            requirements.push(Requirement {
                id: format.clone(),
                zh: zh.unwrap_or_else(|| format.clone()),
                en: en.unwrap_or_else(|| format.clone()),
                class: entry.class.clone(),
                tier: entry.tier.get_ref().clone(),
                minutes,
                any_of: self.each_once([itself].into_iter().chain(others).collect())?,
                min_count,
                sources: sources.clone(),
                text: entry.text.clone(),
                choice: entry.choice.clone(),
            });
        }
        let zh = entry.zh.or_else(|| entry.en.clone()).unwrap_or_else(|| id.clone());
        let en = entry.en.unwrap_or_else(|| zh.clone());
        let SetEntry { class, open_ended, choice, .. } = entry;
        Ok((FormatSet { id, zh, en, class, open_ended, formats, sources, choice }, requirements))
    }

    fn minutes_of(&self, tier: &Spanned<String>) -> Result<u32, StandardError> {
        self.tiers.iter().find(|known| known.id == *tier.get_ref()).map(|known| known.minutes).ok_or_else(|| {
            let known = self.tiers.iter().map(|tier| tier.id.as_str());
            StandardError::UnknownTier { at: self.place(tier), tier: tier.get_ref().clone(), known: listed(known) }
        })
    }

    fn source_ids(&self, ids: SourceIds) -> Result<Vec<String>, StandardError> {
        let Some(ids) = ids.0 else { return Ok(Vec::new()) };
        let at = self.place(&ids);
        let ids = ids.into_inner().0;
        for id in &ids {
            if !self.sources.iter().any(|source| source.id == *id) {
                let known = listed(self.sources.iter().map(|source| source.id.as_str()));
                return Err(StandardError::UnknownSource { at, source_id: id.clone(), known });
            }
        }
        Ok(ids)
    }

    fn some_formats(&self, list: &Spanned<Vec<Spanned<String>>>, of: impl Fn() -> String) -> Result<(), StandardError> {
        if list.get_ref().is_empty() {
            return Err(StandardError::NoFormat { at: self.place(list), of: of() });
        }
        Ok(())
    }

    fn each_once(&self, formats: Vec<Spanned<String>>) -> Result<Vec<String>, StandardError> {
        let mut seen: Vec<String> = Vec::with_capacity(formats.len());
        for format in formats {
            if seen.contains(format.get_ref()) {
                return Err(StandardError::FormatTwice { at: self.place(&format), format: format.into_inner() });
            }
            seen.push(format.into_inner());
        }
        Ok(seen)
    }

    fn count(&self, min_count: &Spanned<u32>) -> Result<u32, StandardError> {
        match *min_count.get_ref() {
            0 => Err(StandardError::ZeroMinCount { at: self.place(min_count) }),
            count => Ok(count),
        }
    }

    /// Checks that ids of one kind are well formed and differ.
    fn distinct<'i>(
        &self,
        kind: &'static str,
        ids: impl Iterator<Item = &'i Spanned<String>>,
    ) -> Result<(), StandardError> {
        let mut seen: BTreeMap<&str, &Spanned<String>> = BTreeMap::new();
        for id in ids {
            self.well_formed(kind, id)?;
            if let Some(other) = seen.insert(id.get_ref(), id) {
                // The chain that is checked need not be in the order of the file.
                let (first, second) = if other.span().start < id.span().start { (other, id) } else { (id, other) };
                let (at, first) = (self.place(second), self.place(first));
                return Err(StandardError::DuplicateId { at, kind, id: id.get_ref().clone(), first });
            }
        }
        Ok(())
    }

    fn well_formed(&self, kind: &'static str, id: &Spanned<String>) -> Result<(), StandardError> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        if id.get_ref().is_empty() || !id.get_ref().chars().all(fits) {
            return Err(StandardError::BadId { at: self.place(id), kind, id: id.get_ref().clone() });
        }
        Ok(())
    }

    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place::start_of(self.text, &spanned.span())
    }
}

fn source(entry: SourceEntry) -> Source {
    let SourceEntry { id, title, url, date, quote } = entry;
    Source { id: id.into_inner(), title, url, date, quote }
}

/// Ids for a message; sorted by nothing but the file.
fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<&str> = ids.collect();
    if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
