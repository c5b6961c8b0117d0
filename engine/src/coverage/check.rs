//! The checks of a standard file that TOML alone cannot make.
//!
//! Comes in: the text of a file. Goes out: a [`Standard`] whose tiers, sources and ids hang together, or the first
//! defect with its place. Not here: the keys (see `schema`), and the vocabulary of formats.

use std::collections::BTreeMap;

use toml::Spanned;

use super::check_rules::{circles_of_tiers, named};
use super::error::{Place, StandardError};
use super::rules::Group;
use super::schema::{FileEntry, RequireEntry, SetEntry, SourceEntry, SourceIds, TierEntry, VersionEntry};
use super::standard::{
    Ambiguity, FormatSet, Limit, MAX_METERS, MAX_MINUTES, NotComputed, NotObtainable, Requirement, SCHEMA_VERSION,
    Source, Standard, Tier, TierSize,
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
    Checker { text, tiers: Vec::new(), sources: Vec::new(), groups: Vec::new() }.standard(file)
}

/// Turns entries into a standard, and knows what was defined so far.
pub(super) struct Checker<'t> {
    text: &'t str,
    tiers: Vec<Tier>,
    sources: Vec<Source>,
    groups: Vec<Group>,
}

impl Checker<'_> {
    fn standard(mut self, file: FileEntry) -> Result<Standard, StandardError> {
        let profile = file.profile;
        self.well_formed("profile", &profile.id)?;
        self.distinct("source", file.source.iter().map(|source| &source.id))?;
        self.distinct("tier", file.tier.iter().map(|tier| &tier.id))?;
        self.distinct("set", file.set.iter().map(|set| &set.id))?;
        self.distinct("group", file.group.iter().map(|group| &group.id))?;
        self.distinct("circle", file.circle.iter().map(|circle| &circle.id))?;
        self.distinct("measure", file.measure.iter().map(|measure| &measure.id))?;
        self.distinct("rule", file.rule.iter().map(|rule| &rule.id))?;
        self.distinct("rating", file.rating.iter().map(|rating| &rating.id))?;
        // A set with a tier makes one requirement per format, so the ids of both kinds are of one space.
        let required = file.set.iter().filter(|set| set.tier.is_some());
        let set_ids = required.filter_map(|set| set.formats.as_ref()).flat_map(Spanned::get_ref);
        self.distinct("requirement", set_ids.chain(file.require.iter().map(|require| &require.id)))?;

        self.sources = file.source.into_iter().map(source).collect();
        self.tiers = file.tier.into_iter().map(|tier| self.tier(tier)).collect::<Result<_, _>>()?;
        self.groups = file.group.into_iter().map(|group| self.group(group)).collect::<Result<_, _>>()?;
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

        let mut circles = Vec::with_capacity(file.circle.len());
        for circle in file.circle {
            circles.push(self.circle(circle, &requirements)?);
        }
        if circles.is_empty() {
            circles = circles_of_tiers(&self.tiers, &requirements, profile.nested);
        }
        let mut measures = Vec::with_capacity(file.measure.len());
        for measure in file.measure {
            measures.push(self.measure(measure, &sets, &requirements)?);
        }
        let rules = file.rule.into_iter().map(|rule| self.rule(rule, &measures)).collect::<Result<Vec<_>, _>>()?;
        let ratings = file.rating.into_iter().map(|rating| self.rating(rating, &measures)).collect::<Result<_, _>>()?;

        let status = *profile.status.get_ref();
        if status.can_be_run() && requirements.is_empty() && rules.is_empty() {
            return Err(StandardError::NothingRequired { at: self.place(&profile.status), status: status.code() });
        }
        let ambiguities = file.ambiguity.into_iter().map(|entry| {
            let sources = self.source_ids(entry.source)?;
            Ok(Ambiguity { sources, text: entry.text, reading: entry.reading, zh: entry.zh })
        });
        let not_obtainable = file
            .not_obtainable
            .into_iter()
            .map(|entry| Ok(NotObtainable { sources: self.source_ids(entry.source)?, what: entry.what, zh: entry.zh }));
        let not_computed = file.not_computed.into_iter().map(|entry| {
            let sources = self.source_ids(entry.source)?;
            Ok(NotComputed { sources, text: entry.text, reason: entry.reason, zh: entry.zh })
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
            unit: profile.unit,
            nested: profile.nested,
            requirements,
            sets,
            circles,
            measures,
            rules,
            ratings,
            ambiguities: ambiguities.collect::<Result<_, _>>()?,
            not_obtainable: not_obtainable.collect::<Result<_, _>>()?,
            not_computed: not_computed.collect::<Result<_, _>>()?,
            tiers: self.tiers,
            groups: self.groups,
            sources: self.sources,
        })
    }

    fn tier(&self, entry: TierEntry) -> Result<Tier, StandardError> {
        let limit = match (&entry.minutes, &entry.distance_m) {
            (Some(minutes), Some(_)) => return Err(StandardError::TwoLimits { at: self.place(minutes) }),
            (Some(minutes), None) => match *minutes.get_ref() {
                within @ 1..=MAX_MINUTES => Some(Limit::Minutes(within)),
                minutes_given => {
                    return Err(StandardError::Minutes { at: self.place(minutes), minutes: minutes_given });
                }
            },
            (None, Some(meters)) => match *meters.get_ref() {
                within @ 1..=MAX_METERS => Some(Limit::Meters(within)),
                meters_given => return Err(StandardError::Meters { at: self.place(meters), meters: meters_given }),
            },
            (None, None) => None,
        };
        let TierEntry { population, dwellings, area_ha, radius_m, .. } = entry;
        Ok(Tier {
            id: entry.id.into_inner(),
            zh: entry.zh,
            limit,
            size: TierSize { population, dwellings, area_ha, radius_m },
            text: entry.text,
            sources: self.source_ids(entry.source)?,
            choice: entry.choice,
        })
    }

    fn requirement(&self, entry: RequireEntry) -> Result<Requirement, StandardError> {
        let limit = self.limit_of(&entry.tier)?;
        let id_at = self.place(&entry.id);
        let (id, zh, en) = named(entry.id, entry.zh, entry.en);
        let list = |name: &str, formats: Option<Spanned<Vec<Spanned<String>>>>| match formats {
            Some(formats) => {
                self.some_formats(&formats, || format!("{name} of \"{id}\""))?;
                self.each_once(formats.into_inner())
            }
            None => Ok(Vec::new()),
        };
        let (any_of, all_of) = (list("any_of", entry.any_of)?, list("all_of", entry.all_of)?);
        if any_of.is_empty() && all_of.is_empty() {
            return Err(StandardError::NoFormat {
                at: id_at,
                of: format!("\"{id}\" has neither any_of nor all_of and"),
            });
        }
        let at = entry.at.as_ref().map(|at| self.hour(at)).transpose()?;
        if let Some(group) = &entry.group {
            self.known("group", group, self.groups.iter().map(|group| &group.id))?;
        }
        Ok(Requirement {
            class: entry.class,
            tier: entry.tier.into_inner(),
            limit,
            any_of,
            all_of,
            min_count: self.count(&entry.min_count)?,
            group: entry.group.map(Spanned::into_inner),
            at,
            sources: self.source_ids(entry.source)?,
            text: entry.text,
            choice: entry.choice,
            id,
            zh,
            en,
        })
    }

    /// A set, and with a tier one requirement for each of its formats.
    fn set(&self, mut entry: SetEntry) -> Result<(FormatSet, Vec<Requirement>), StandardError> {
        let id_at = self.place(&entry.id);
        let (id, zh, en) = named(entry.id, entry.zh, entry.en);
        let limit = entry.tier.as_ref().map(|tier| self.limit_of(tier)).transpose()?;
        let min_count = self.count(&entry.min_count)?;
        let formats = match entry.formats {
            Some(formats) => {
                self.some_formats(&formats, || format!("formats of the set \"{id}\""))?;
                self.each_once(formats.into_inner())?
            }
            None if entry.size.is_some() && limit.is_none() => Vec::new(),
            None => return Err(StandardError::NoFormat { at: id_at, of: format!("the set \"{id}\"") }),
        };
        for format in entry.names.keys().chain(entry.alternatives.keys()) {
            if !formats.contains(format.get_ref()) {
                let at = self.place(format);
                return Err(StandardError::NotInSet { at, format: format.get_ref().clone(), set: id });
            }
        }
        let sources = self.source_ids(entry.source)?;
        let mut alternatives = BTreeMap::new();
        for (format, others) in std::mem::take(&mut entry.alternatives) {
            let itself = Spanned::new(0..0, format.get_ref().clone());
            let mut all = self.each_once([itself].into_iter().chain(others).collect())?;
            all.remove(0);
            alternatives.insert(format.into_inner(), all);
        }
        let tier = entry.tier.map(Spanned::into_inner);
        let size = entry.size.unwrap_or(formats.len() as u32);
        let SetEntry { class, open_ended, choice, .. } = entry;
        let set = FormatSet { id, zh, en, class, open_ended, tier, formats, alternatives, size, sources, choice };
        let mut requirements = Vec::new();
        if let (Some(limit), Some(tier)) = (limit, &set.tier) {
            for (format, any_of) in set.formats.iter().zip(set.served_by()) {
                let name = entry.names.remove(format.as_str());
                let (zh, en) = name.map_or((None, None), |name| (name.zh, name.en));
                requirements.push(Requirement {
                    id: format.clone(),
                    zh: zh.unwrap_or_else(|| format.clone()),
                    en: en.unwrap_or_else(|| format.clone()),
                    class: set.class.clone(),
                    tier: tier.clone(),
                    limit,
                    any_of,
                    all_of: Vec::new(),
                    min_count,
                    group: None,
                    at: None,
                    sources: set.sources.clone(),
                    text: entry.text.clone(),
                    choice: set.choice.clone(),
                });
            }
        }
        Ok((set, requirements))
    }

    fn limit_of(&self, tier: &Spanned<String>) -> Result<Limit, StandardError> {
        let found = self.tiers.iter().find(|known| known.id == *tier.get_ref()).ok_or_else(|| {
            let known = self.tiers.iter().map(|tier| tier.id.as_str());
            StandardError::UnknownTier { at: self.place(tier), tier: tier.get_ref().clone(), known: listed(known) }
        })?;
        let no_limit = || StandardError::NoLimit { at: self.place(tier), tier: tier.get_ref().clone() };
        found.limit.ok_or_else(no_limit)
    }

    pub(super) fn source_ids(&self, ids: SourceIds) -> Result<Vec<String>, StandardError> {
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

    pub(super) fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place::start_of(self.text, &spanned.span())
    }
}

fn source(entry: SourceEntry) -> Source {
    let SourceEntry { id, title, url, date, quote } = entry;
    Source { id: id.into_inner(), title, url, date, quote }
}

/// Ids for a message; sorted by nothing but the file.
pub(super) fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<&str> = ids.collect();
    if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
