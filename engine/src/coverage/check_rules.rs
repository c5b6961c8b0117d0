//! The checks of groups, circles, measures, rules and ratings.
//!
//! Comes in: entries with their places, and the requirements and sets that were checked before. Goes out: what they stand
//! for, with positions in the place of ids, or the first defect. Not here: the rest of the file (see `check`).

use toml::Spanned;

use super::check::{Checker, listed};
use super::error::StandardError;
use super::rules::{Circle, Condition, Group, Hour, Measure, MeasureKind, Per, Rating, Rule};
use super::schema_rules::{CircleEntry, ConditionEntry, GroupEntry, MeasureEntry, PerEntry, RatingEntry, RuleEntry};
use super::standard::{FormatSet, Requirement, Tier};

/// Speeds that are a walk, in metres a second.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.2..=3.0;

impl Checker<'_> {
    pub(super) fn group(&self, entry: GroupEntry) -> Result<Group, StandardError> {
        let speed = *entry.speed_m_per_s.get_ref();
        if !SPEEDS.contains(&speed) {
            return Err(StandardError::Speed { at: self.place(&entry.speed_m_per_s), speed: speed.to_string() });
        }
        let (id, zh, en) = named(entry.id, entry.zh, entry.en);
        let sources = self.source_ids(entry.source)?;
        Ok(Group { id, zh, en, speed_m_per_s: speed, residents: entry.residents, sources, choice: entry.choice })
    }

    pub(super) fn hour(&self, at: &Spanned<String>) -> Result<Hour, StandardError> {
        let parsed = at.get_ref().parse();
        parsed.map_err(|_| StandardError::Hour { at: self.place(at), hour: at.get_ref().clone() })
    }

    pub(super) fn circle(&self, entry: CircleEntry, all: &[Requirement]) -> Result<Circle, StandardError> {
        if entry.requirements.get_ref().is_empty() {
            return Err(StandardError::Empty { at: self.place(&entry.requirements), what: "requirements" });
        }
        let requirements = self.requirements_named(entry.requirements.get_ref(), all)?;
        let (id, zh, en) = named(entry.id, entry.zh, entry.en);
        Ok(Circle { id, zh, en, requirements, sources: self.source_ids(entry.source)?, choice: entry.choice })
    }

    pub(super) fn measure(
        &self,
        entry: MeasureEntry,
        sets: &[FormatSet],
        requirements: &[Requirement],
    ) -> Result<Measure, StandardError> {
        let at = self.place(&entry.id);
        let needs = |what| Err(StandardError::MeasureNeeds { at, kind: entry.kind.code(), what });
        let mut formats: Vec<Vec<String>> = Vec::new();
        for set in &entry.sets {
            formats.extend(sets[self.known("set", set, sets.iter().map(|set| &set.id))?].served_by());
        }
        formats.extend(entry.formats.into_iter().map(|format| vec![format.into_inner()]));
        match entry.kind {
            MeasureKind::ShareMet if entry.requirements.is_empty() => return needs("requirements"),
            MeasureKind::Imported if entry.property.is_none() => return needs("property"),
            _ => {}
        }
        let per = entry.per.map(|per| self.per(&per)).transpose()?;
        let (id, zh, en) = named(entry.id, entry.zh, entry.en);
        Ok(Measure {
            id,
            zh,
            en,
            kind: entry.kind,
            formats,
            classes: entry.classes,
            requirements: self.requirements_named(&entry.requirements, requirements)?,
            combine: entry.combine,
            property: entry.property,
            per,
            sources: self.source_ids(entry.source)?,
            text: entry.text,
            choice: entry.choice,
        })
    }

    pub(super) fn rule(&self, entry: RuleEntry, measures: &[Measure]) -> Result<Rule, StandardError> {
        let needs = self.needs(&entry.needs, measures)?;
        let only_if = entry.only_if.iter().map(|one| self.condition(one, measures)).collect::<Result<_, _>>()?;
        let (id, zh, en) = named(entry.id, entry.zh, entry.en);
        let sources = self.source_ids(entry.source)?;
        Ok(Rule { id, zh, en, needs, only_if, sources, text: entry.text, choice: entry.choice })
    }

    pub(super) fn rating(&self, entry: RatingEntry, measures: &[Measure]) -> Result<Rating, StandardError> {
        let needs = self.needs(&entry.needs, measures)?;
        let (id, zh, en) = named(entry.id, entry.zh, entry.en);
        let sources = self.source_ids(entry.source)?;
        Ok(Rating { id, zh, en, needs, sources, text: entry.text, choice: entry.choice })
    }

    fn needs(
        &self,
        conditions: &Spanned<Vec<ConditionEntry>>,
        measures: &[Measure],
    ) -> Result<Vec<Condition>, StandardError> {
        if conditions.get_ref().is_empty() {
            return Err(StandardError::Empty { at: self.place(conditions), what: "needs" });
        }
        conditions.get_ref().iter().map(|one| self.condition(one, measures)).collect()
    }

    fn condition(&self, entry: &ConditionEntry, measures: &[Measure]) -> Result<Condition, StandardError> {
        let ConditionEntry { at_least, more_than, at_most, less_than, ref measure } = *entry;
        if [at_least, more_than, at_most, less_than].iter().all(Option::is_none) {
            return Err(StandardError::NoBound { at: self.place(measure), measure: measure.get_ref().clone() });
        }
        let measure = self.known("measure", measure, measures.iter().map(|measure| &measure.id))?;
        Ok(Condition { measure, at_least, more_than, at_most, less_than })
    }

    fn per(&self, entry: &Spanned<PerEntry>) -> Result<Per, StandardError> {
        match *entry.get_ref() {
            PerEntry { residents: Some(number), area_m2: None } if number > 0.0 => Ok(Per::Residents(number)),
            PerEntry { residents: None, area_m2: Some(number) } if number > 0.0 => Ok(Per::AreaM2(number)),
            _ => Err(StandardError::Per { at: self.place(entry) }),
        }
    }

    fn requirements_named(&self, ids: &[Spanned<String>], all: &[Requirement]) -> Result<Vec<usize>, StandardError> {
        ids.iter().map(|id| self.known("requirement", id, all.iter().map(|one| &one.id))).collect()
    }

    /// The position of an id among those there are.
    pub(super) fn known<'a>(
        &self,
        kind: &'static str,
        id: &Spanned<String>,
        mut known: impl Iterator<Item = &'a String> + Clone,
    ) -> Result<usize, StandardError> {
        let ids = listed(known.clone().map(String::as_str));
        known.position(|one| one == id.get_ref()).ok_or_else(|| StandardError::UnknownId {
            at: self.place(id),
            kind,
            id: id.get_ref().clone(),
            known: ids,
        })
    }
}

/// One circle for each of several tiers, where a file has no circles of its own: its requirements, and in a nested standard
/// those of the shorter tiers of the same measure too.
pub(super) fn circles_of_tiers(tiers: &[Tier], requirements: &[Requirement], nested: bool) -> Vec<Circle> {
    let circle = |tier: &Tier| {
        let within = |one: &Requirement| match (tier.limit, one.limit) {
            (Some(limit), its) if nested => {
                limit.minutes().is_some() == its.minutes().is_some() && its <= limit || one.tier == tier.id
            }
            _ => one.tier == tier.id,
        };
        let members: Vec<usize> = (0..requirements.len()).filter(|&one| within(&requirements[one])).collect();
        let zh = tier.zh.clone().unwrap_or_else(|| tier.id.clone());
        let (id, en, sources) = (tier.id.clone(), tier.id.clone(), tier.sources.clone());
        Circle { id, zh, en, requirements: members, sources, choice: None }
    };
    let circles: Vec<Circle> = tiers.iter().map(circle).filter(|circle| !circle.requirements.is_empty()).collect();
    if circles.len() > 1 { circles } else { Vec::new() }
}

/// Id, Chinese and English name: one name stands for the other, and the id for both.
pub(super) fn named(id: Spanned<String>, zh: Option<String>, en: Option<String>) -> (String, String, String) {
    let id = id.into_inner();
    let zh = zh.or_else(|| en.clone()).unwrap_or_else(|| id.clone());
    let en = en.unwrap_or_else(|| zh.clone());
    (id, zh, en)
}
