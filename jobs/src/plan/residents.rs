//! What is said about residents: where they are, what the file is, and where walks begin.
//!
//! Comes in: the section `[residents]` and its flags. Goes out: [`ResidentsFile`] and [`OriginsAt`]. Not here: reading the
//! file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::datum::Datum;
use crate::wrong_use::WrongUse;

/// How many points stand for the homes of a cell when nothing else is said. The project's choice: with eight, a point
/// stands for homes within some 40 m in a cell of resolution 10.
const MAX_POINTS: usize = 8;
/// More points than this in a cell are the buildings themselves.
const MOST_POINTS: usize = 64;
/// Names that are columns of the results already.
const TAKEN: [&str; 2] = ["all_met", "some_missing"];

/// A file of residents and how to read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ResidentsFile {
    /// The file; of several rasters the one with all residents.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// The datum of the points in a table; WGS-84 when nothing is said.
    pub datum: Option<Datum>,
    /// The column or property with all residents; a usual name when nothing is said.
    pub population: Option<String>,
    /// Groups by name, each with its column, property or raster; columns `pop_…` when nothing is said.
    pub groups: BTreeMap<String, String>,
    /// The folder that rasters of groups are beside.
    pub beside: PathBuf,
}

impl ResidentsFile {
    /// A file of which nothing is said.
    #[cfg(test)]
    pub(crate) fn new(path: &Path) -> Self {
        let (groups, beside) = (BTreeMap::new(), PathBuf::new());
        Self { path: path.to_owned(), kind: Kind::Auto, datum: None, population: None, groups, beside }
    }

    /// Whether it is a raster, as is said or as its name ends.
    pub(crate) fn is_raster(&self) -> bool {
        self.kind == Kind::Raster || (self.kind == Kind::Auto && Kind::of_name(&self.path) == Kind::Raster)
    }

    /// The rasters of the groups, with their names.
    pub(crate) fn group_rasters(&self) -> impl Iterator<Item = (&str, PathBuf)> {
        self.groups.iter().map(|(name, file)| (name.as_str(), self.beside.join(file)))
    }
}

/// What a file of residents is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// As its name and its columns say
    #[default]
    Auto,
    /// A table of H3 cells
    Cells,
    /// A table of points or addresses
    Points,
    /// GeoJSON polygons
    Polygons,
    /// GeoTIFF with residents per pixel
    Raster,
}

impl Kind {
    /// What the end of a file's name says; `Auto` for a table, which its columns tell more of.
    pub(crate) fn of_name(path: &Path) -> Self {
        match path.extension().map(|end| end.to_string_lossy().to_lowercase()).as_deref() {
            Some("geojson" | "json") => Self::Polygons,
            Some("tif" | "tiff" | "gtiff") => Self::Raster,
            _ => Self::Auto,
        }
    }

    /// Its word in a config.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cells => "cells",
            Self::Points => "points",
            Self::Polygons => "polygons",
            Self::Raster => "raster",
        }
    }
}

/// Where in a cell walks begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OriginsAt {
    /// At its centre.
    Centre,
    /// At so many points at most that stand for the homes in it.
    Points(usize),
}

/// The words for where in a cell walks begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OriginsWord {
    /// At its centre
    Centre,
    /// At points that stand for the homes in it, each with its share of the residents
    Points,
}

/// The section `[residents]`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ResidentsSection {
    pub(super) source: Option<String>,
    pub(super) resolution: Option<u8>,
    kind: Option<Kind>,
    datum: Option<String>,
    population: Option<String>,
    groups: BTreeMap<String, String>,
    origins: Option<OriginsWord>,
    max_points: Option<usize>,
}

/// The flags about residents beside their source and the resolution.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ResidentsFlags {
    /// What the file of residents is [default: auto]
    #[arg(long, value_enum, value_name = "KIND")]
    pub residents_kind: Option<Kind>,
    /// The datum of a table of points: wgs84, gcj02 (AMap, Tencent), bd09 (Baidu) or cgcs2000 [default: wgs84]
    #[arg(long, value_name = "NAME")]
    pub residents_datum: Option<String>,
    /// The column or property with all residents [default: guessed]
    #[arg(long, value_name = "NAME")]
    pub population: Option<String>,
    /// A group of residents and its column, property or raster; may be given several times
    #[arg(long, value_name = "GROUP=COLUMN|FILE")]
    pub group: Vec<String>,
    /// Where in a cell walks begin [default: centre]
    #[arg(long, value_enum, value_name = "WHERE")]
    pub origins: Option<OriginsWord>,
    /// How many points stand for the homes of a cell, with --origins points [default: 8]
    #[arg(long, value_name = "N")]
    pub max_points: Option<usize>,
}

/// A file of residents by flags and config; flags win.
///
/// # Errors
/// When a group has no name, or one that is taken.
pub(super) fn residents_file(
    path: PathBuf,
    flags: &ResidentsFlags,
    section: &ResidentsSection,
    beside: &Path,
) -> anyhow::Result<ResidentsFile> {
    let (groups, beside) = if flags.group.is_empty() {
        (section.groups.clone(), beside.to_owned())
    } else {
        (groups_of_flags(&flags.group)?, PathBuf::new())
    };
    for name in groups.keys() {
        if name.trim().is_empty() || TAKEN.contains(&name.as_str()) {
            return Err(WrongUse::error(format!(
                "a group of residents cannot be called {name:?}; give it another name"
            )));
        }
    }
    let kind = flags.residents_kind.or(section.kind).unwrap_or_default();
    let datum = flags.residents_datum.as_ref().or(section.datum.as_ref());
    let datum = datum.map(|datum| datum.parse::<Datum>().map_err(WrongUse::error)).transpose()?;
    let is_table = match kind {
        Kind::Cells | Kind::Points => true,
        Kind::Auto => Kind::of_name(&path) == Kind::Auto,
        Kind::Polygons | Kind::Raster => false,
    };
    if datum.is_some() && !is_table {
        return Err(WrongUse::error(format!(
            "a datum of residents is for a table of points; {} says its own coordinate system, and must be in one",
            path.display()
        )));
    }
    Ok(ResidentsFile {
        path,
        kind,
        datum,
        population: flags.population.clone().or_else(|| section.population.clone()),
        groups,
        beside,
    })
}

fn groups_of_flags(flags: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut groups = BTreeMap::new();
    for flag in flags {
        let Some((name, column)) = flag.split_once('=') else {
            return Err(WrongUse::error(format!(
                "--group {flag:?}: expected GROUP=COLUMN or GROUP=FILE, as in 60plus=pop_60"
            )));
        };
        if groups.insert(name.trim().to_owned(), column.trim().to_owned()).is_some() {
            return Err(WrongUse::error(format!("--group: the group {name:?} is given twice")));
        }
    }
    Ok(groups)
}

/// Where in a cell walks begin, by flags and config.
///
/// # Errors
/// When the number of points is out of range.
pub(super) fn origins_at(flags: &ResidentsFlags, section: &ResidentsSection) -> anyhow::Result<OriginsAt> {
    let most = flags.max_points.or(section.max_points);
    let at = flags.origins.or(section.origins).unwrap_or(OriginsWord::Centre);
    match (at, most) {
        (OriginsWord::Centre, None) => Ok(OriginsAt::Centre),
        (OriginsWord::Centre, Some(_)) => {
            Err(WrongUse::error("max_points is for origins = \"points\"; say --origins points, or leave it out"))
        }
        (OriginsWord::Points, most) => match most.unwrap_or(MAX_POINTS) {
            most @ 1..=MOST_POINTS => Ok(OriginsAt::Points(most)),
            most => Err(WrongUse::error(format!("max_points is {most}; expected 1 to {MOST_POINTS}"))),
        },
    }
}
