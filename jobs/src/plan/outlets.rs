//! What a plan says of outlets: `[outlets]` or several `[[outlets]]`, and the flags that win over them.
//!
//! Comes in: the sections of a config file and flags. Goes out: where outlets come from, each with its datum, columns and
//! encoding. Not here: reading them; and a datum that nobody has declared is asked for when the streets are read, so that
//! the hint can say which one fits.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use walkshed::Meters;

use crate::datum::Datum;
use crate::registry::columns::Mapping;
use crate::registry::duplicates::Limits;
use crate::registry::reading::OutletTable;
use crate::report::summary::Language;
use crate::tables::encoding::encoding_named;
use crate::tables::source::ReadAs;
use crate::wrong_use::WrongUse;

/// One place where outlets come from.
#[derive(Clone, Debug)]
pub(crate) enum OutletsFrom {
    /// Shops and amenities of the extract.
    Osm,
    /// A table.
    Table(OutletTable),
}

impl OutletsFrom {
    /// The table, if it is one.
    pub(crate) fn table(&self) -> Option<&OutletTable> {
        match self {
            Self::Osm => None,
            Self::Table(table) => Some(table),
        }
    }
}

/// What to do about doubles.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Doubles {
    /// Whether all but one of a group are left out.
    pub drop: bool,
    /// How near doubles are.
    pub limits: Limits,
}

/// What flags say of outlets.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutletFlags {
    /// Files, or `osm`; several are read into one registry.
    pub sources: Vec<String>,
    /// One datum for all tables, or one for each in their order.
    pub datums: Vec<String>,
    /// The encoding of all CSV files.
    pub encoding: Option<String>,
    /// The separator of all CSV files.
    pub delimiter: Option<String>,
    /// The sheet of all workbooks.
    pub sheet: Option<String>,
    /// The day that dates of opening and closing are looked at.
    pub as_of: Option<NaiveDate>,
    /// Whether a datum that does not fit is used nevertheless.
    pub trust_datum: bool,
    /// Whether doubles are left out.
    pub drop_duplicates: bool,
}

/// `[outlets]`, or each of `[[outlets]]`.
#[derive(Deserialize, Clone, Default, Debug)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OutletsSection {
    source: Option<String>,
    datum: Option<String>,
    trust_datum: bool,
    encoding: Option<String>,
    delimiter: Option<String>,
    sheet: Option<String>,
    as_of: Option<String>,
    columns: Mapping,
}

/// One section or several.
#[derive(Clone, Default, Debug)]
pub(super) struct OutletsSections(Vec<OutletsSection>);

impl<'de> Deserialize<'de> for OutletsSections {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = OutletsSections;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[outlets], or several [[outlets]]")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        OutletsSection::deserialize(MapAccessDeserializer::new(map)).map(|section| OutletsSections(vec![section]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq)).map(OutletsSections)
    }
}

/// `[duplicates]`.
#[derive(Deserialize, Clone, Default, Debug)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DuplicatesSection {
    drop: bool,
    distance_m: Option<f64>,
}

/// Where outlets come from. A config with one section lends it to one `--outlets` file; more files are described by flags
/// alone.
///
/// # Errors
/// When nothing says where they come from, or what is said does not go together.
pub(super) fn outlets_from(flags: &OutletFlags, sections: &OutletsSections, beside: &Path) -> Result<Vec<OutletsFrom>> {
    let mut named: Vec<OutletsSection> = match (&flags.sources[..], &sections.0[..]) {
        ([], sections) => sections.iter().map(|section| section.beside(beside)).collect(),
        ([source], [section]) => vec![OutletsSection { source: Some(source.clone()), ..section.clone() }],
        (sources, _) => {
            sources.iter().map(|s| OutletsSection { source: Some(s.clone()), ..OutletsSection::default() }).collect()
        }
    };
    if named.is_empty() || named.iter().any(|section| section.source.is_none()) {
        return Err(WrongUse::error(
            "no outlets: give --outlets FILE|osm, or [outlets] source in a config file (walkshed run CONFIG.toml)",
        ));
    }
    set_datums(&mut named, &flags.datums)?;
    for section in &mut named {
        section.encoding = flags.encoding.clone().or(section.encoding.take());
        section.delimiter = flags.delimiter.clone().or(section.delimiter.take());
        section.sheet = flags.sheet.clone().or(section.sheet.take());
        section.as_of = flags.as_of.map(|day| day.to_string()).or(section.as_of.take());
        section.trust_datum |= flags.trust_datum;
    }
    named.into_iter().map(OutletsSection::decided).collect()
}

/// Where outlets come from by flags alone.
///
/// # Errors
/// As [`outlets_from`].
pub(crate) fn from_flags(flags: &OutletFlags) -> Result<Vec<OutletsFrom>> {
    outlets_from(flags, &OutletsSections::default(), Path::new(""))
}

fn set_datums(named: &mut [OutletsSection], datums: &[String]) -> Result<()> {
    let mut tables: Vec<&mut OutletsSection> =
        named.iter_mut().filter(|s| s.source.as_deref() != Some("osm")).collect();
    match datums {
        [] => {}
        _ if tables.is_empty() => {
            return Err(WrongUse::error("a datum is for a table of outlets; those of the extract are in WGS-84"));
        }
        [one] => tables.iter_mut().for_each(|section| section.datum = Some(one.clone())),
        several if several.len() == tables.len() => {
            tables.iter_mut().zip(several).for_each(|(section, datum)| section.datum = Some(datum.clone()));
        }
        several => {
            return Err(WrongUse::error(format!(
                "--datum is given {} times for {} tables of outlets; give it once, or once for each",
                several.len(),
                tables.len()
            )));
        }
    }
    Ok(())
}

/// What to do about doubles.
///
/// # Errors
/// When the distance is none.
pub(super) fn doubles(flags: &OutletFlags, section: &DuplicatesSection) -> Result<Doubles> {
    let usual = Limits::default();
    let distance = section.distance_m.map_or(usual.distance, Meters);
    if !(0.0..=1_000.0).contains(&distance.0) {
        return Err(WrongUse::error(format!(
            "[duplicates] distance_m is {}; expected 0 to 1,000 m, usually 50",
            distance.0
        )));
    }
    let next_door = Meters(usual.next_door.0.min(distance.0));
    Ok(Doubles { drop: flags.drop_duplicates || section.drop, limits: Limits { distance, next_door } })
}

impl OutletsSection {
    /// The same with a path that is relative to the config.
    fn beside(&self, folder: &Path) -> Self {
        let source = self.source.as_deref().map(|source| match source {
            "osm" => source.to_owned(),
            path => folder.join(path).to_string_lossy().into_owned(),
        });
        Self { source, ..self.clone() }
    }

    fn decided(self) -> Result<OutletsFrom> {
        let source = self.source.unwrap_or_default();
        if source == "osm" {
            return Ok(OutletsFrom::Osm);
        }
        let datum = self.datum.map(|datum| datum.parse::<Datum>().map_err(WrongUse::error)).transpose()?;
        let encoding = self.encoding.map(|name| encoding_named(&name)).transpose().map_err(WrongUse::mark)?;
        let separator = self.delimiter.map(|delimiter| separator_of(&delimiter)).transpose()?;
        let as_of = self.as_of.map(|day| day_of(&day).map_err(WrongUse::error)).transpose()?;
        Ok(OutletsFrom::Table(OutletTable {
            as_of,
            path: PathBuf::from(source),
            datum,
            trusted: self.trust_datum,
            columns: self.columns,
            read_as: ReadAs { encoding, separator, sheet: self.sheet },
        }))
    }
}

/// A day as flags and configs have it.
///
/// # Errors
/// When it is none.
pub(crate) fn day_of(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| format!("the day {text:?} is none; expected one such as 2026-11-23"))
}

fn separator_of(text: &str) -> Result<u8> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        _ if text.len() == 1 && text.is_ascii() => Ok(text.as_bytes()[0]),
        _ => Err(WrongUse::error(format!(
            "the delimiter {text:?} is no separator; expected one sign such as , or ; or tab"
        ))),
    }
}

/// What a command is told about tables of outlets.
pub(crate) fn undeclared(path: &Path, hint: impl Fn(Language) -> String) -> anyhow::Error {
    let each = Datum::ALL.map(|datum| format!("{} ({})", datum.code(), datum.whose().0)).join(", ");
    let each_zh = Datum::ALL.map(|datum| format!("{}（{}）", datum.code(), datum.whose().1)).join("、");
    WrongUse::error(format!(
        "no datum is declared for {}; say --datum NAME, or datum = \"NAME\" in [outlets]: {each}. Untreated, coordinates \
         of Chinese map services are 400 to 1,500 m off. {}\n未声明 {} 的坐标系：请用 --datum 或 [outlets] datum \
         指定：{each_zh}。{}",
        path.display(),
        hint(Language::En),
        path.file_name().unwrap_or_default().to_string_lossy(),
        hint(Language::Zh)
    ))
}
