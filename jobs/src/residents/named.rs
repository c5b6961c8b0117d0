//! Which column or property holds the residents, and which the groups.
//!
//! Comes in: names as a file has them, and what the user said. Goes out: the names to read. Not here: values.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

use super::count::Count;
use crate::area::{BadPosition, read_number};

/// Names of the column with all residents, best first.
const TOTAL_NAMES: [&str; 13] = [
    "population",
    "residents",
    "total",
    "pop",
    "pop_total",
    "residents_total",
    "total_population",
    "人口",
    "常住人口",
    "总人口",
    "人口数",
    "人数",
    "poblacion",
];
/// What the names of groups begin with.
const GROUP_PREFIXES: [&str; 2] = ["pop_", "residents_"];

/// The columns or properties with residents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Numbers {
    /// Names in the file: all residents, then each group.
    pub columns: Vec<String>,
    /// Names of the groups.
    pub groups: Vec<String>,
}

/// Finds the columns with residents. What the user named must be there; else usual names serve, and each `pop_…` is a
/// group.
///
/// # Errors
/// When a column is missing, or two would be one group.
pub(super) fn numbers_among(
    found: &[String],
    population: Option<&str>,
    groups: &BTreeMap<String, String>,
    file: &str,
) -> Result<Numbers> {
    let missing = |wanted: &str| {
        format!(
            "{file} has no column '{wanted}'; columns found: {}; rename the one that holds it, add it, or name it with \
             --population (population in [residents])",
            if found.is_empty() { "none".to_owned() } else { found.join(", ") }
        )
    };
    let total = match population {
        Some(wanted) => column(found, wanted).with_context(|| missing(wanted))?,
        None => TOTAL_NAMES.iter().find_map(|name| column(found, name)).with_context(|| missing(TOTAL_NAMES[0]))?,
    };
    let mut numbers = Numbers { columns: vec![total.to_owned()], groups: Vec::new() };
    if groups.is_empty() {
        for (name, column) in guessed_groups(found, total, file)? {
            numbers.columns.push(column);
            numbers.groups.push(name);
        }
    }
    for (name, wanted) in groups {
        let column = column(found, wanted).with_context(|| missing(wanted))?;
        numbers.columns.push(column.to_owned());
        numbers.groups.push(name.clone());
    }
    Ok(numbers)
}

/// The name as the file has it, without regard to case and blanks.
fn column<'f>(found: &'f [String], wanted: &str) -> Option<&'f str> {
    let exact = found.iter().find(|name| *name == wanted);
    let same = |name: &&String| name.trim().to_lowercase() == wanted.trim().to_lowercase();
    exact.or_else(|| found.iter().find(same)).map(String::as_str)
}

fn guessed_groups(found: &[String], total: &str, file: &str) -> Result<Vec<(String, String)>> {
    let mut groups: Vec<(String, String)> = Vec::new();
    for column in found.iter().filter(|column| *column != total) {
        let lower = column.trim().to_lowercase();
        let Some(name) = GROUP_PREFIXES.iter().find_map(|prefix| lower.strip_prefix(prefix)) else { continue };
        if name.is_empty() || TOTAL_NAMES.contains(&lower.as_str()) {
            continue;
        }
        if let Some((_, other)) = groups.iter().find(|(known, _)| known == name) {
            bail!("{file}: the columns '{other}' and '{column}' are both group '{name}'");
        }
        groups.push((name.to_owned(), column.clone()));
    }
    Ok(groups)
}

/// A number of residents from text.
///
/// # Errors
/// `bad_number`, `negative`, or `too_many` when more live there than on Earth.
pub(super) fn read_count(column: &str, text: &str) -> Result<Count, BadPosition> {
    let number = read_number(column, text)?;
    if number < 0.0 {
        let detail = format!("{column} is {text}; nobody can live in a place less than not at all");
        return Err(BadPosition { reason: "negative", detail });
    }
    Count::new(number).ok_or_else(|| {
        let detail = format!("{column} is {text}, more people than are on Earth; is it an id?");
        BadPosition { reason: "too_many", detail }
    })
}
