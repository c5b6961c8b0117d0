//! The zones of a run as the workbook shows them.
//!
//! Comes in: the tables `zone_summary` and `zones`, and sums by reason. Goes out: [`Zone`]s, the city first. Not here:
//! sheets.

use std::path::Path;

use anyhow::{Result, ensure};

use super::saved::{numbers, texts};
use crate::tables::gap_reasons::Reasons;
use crate::tables::scan;
use crate::tables::zone_tables::of_main_layer;

/// A zone, the city, or what is in no zone.
pub(super) struct Zone {
    /// Its id; nothing for what is outside all zones.
    pub id: Option<String>,
    pub name: Option<String>,
    pub residents: f64,
    pub cells: f64,
    pub all_met: f64,
    pub some_missing: f64,
    pub undecided: f64,
    /// How many requirements are unknown for everybody.
    pub unknown: f64,
    /// Ids of the requirements that somebody lacks, those that most lack first.
    pub missing: Vec<String>,
    pub outlets: Option<f64>,
    pub outlets_per_100: Option<f64>,
    pub chain_rate: Option<f64>,
    /// One for each requirement, in the order of the standard.
    pub held: Vec<Held>,
}

/// What a zone has of one requirement.
pub(super) struct Held {
    /// The share of those of whom it is known; nothing where it is unknown or nobody lives there.
    pub share_met: Option<f64>,
    pub lacking: f64,
    pub unknown: f64,
    pub worst_s: Option<f64>,
    /// The outlet nearest to those who lack it.
    pub nearest_id: Option<String>,
    pub nearest_s: Option<f64>,
    /// Who lacks it by reason, most first.
    pub reasons: Vec<(String, f64)>,
}

impl Zone {
    /// Whether nothing is known of the requirement here, though somebody lives here.
    pub(super) fn knows_nothing_of(&self, requirement: usize) -> bool {
        let held = &self.held[requirement];
        held.share_met.is_none() && held.unknown > 0.0
    }
}

/// Reads the zones. `requirements` is how many there are.
///
/// # Errors
/// When a table cannot be read, or the two do not have the same zones.
pub(super) fn read(summary: &Path, zones: &Path, requirements: usize, mut reasons: Reasons) -> Result<Vec<Zone>> {
    let summary = of_main_layer(scan::collect(scan::parquet(summary)?)?)?;
    let rows = of_main_layer(scan::collect(scan::parquet(zones)?)?)?;
    ensure!(
        rows.height() == summary.height() * requirements,
        "the tables zones and zone_summary do not have the same zones"
    );
    let (ids, names) = (texts(&summary, "zone_id")?, texts(&summary, "zone_name")?);
    let number = |column: &str| numbers(&summary, column);
    let (residents, cells) = (number("residents")?, number("cells")?);
    let (all_met, some_missing) = (number("residents_all_met")?, number("residents_some_missing")?);
    let (undecided, unknown) = (number("residents_undecided")?, number("unknown")?);
    let (outlets, per_100) = (number("outlets")?, number("outlets_per_100")?);
    let (chain_rate, missing) = (number("chain_rate")?, texts(&summary, "missing")?);
    let of_rows = Rows {
        requirement: texts(&rows, "requirement")?,
        share_met: numbers(&rows, "share_met")?,
        lacking: numbers(&rows, "residents_lacking")?,
        unknown: numbers(&rows, "residents_unknown")?,
        worst_s: numbers(&rows, "worst_s")?,
        nearest_id: texts(&rows, "nearest_id")?,
        nearest_s: numbers(&rows, "nearest_s")?,
    };
    let mut all = Vec::with_capacity(ids.len());
    for (zone, id) in ids.iter().enumerate() {
        let here = zone * requirements..(zone + 1) * requirements;
        all.push(Zone {
            id: id.map(str::to_owned),
            name: names[zone].map(str::to_owned),
            residents: residents[zone].unwrap_or_default(),
            cells: cells[zone].unwrap_or_default(),
            all_met: all_met[zone].unwrap_or_default(),
            some_missing: some_missing[zone].unwrap_or_default(),
            undecided: undecided[zone].unwrap_or_default(),
            unknown: unknown[zone].unwrap_or_default(),
            missing: missing[zone]
                .unwrap_or_default()
                .split(';')
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect(),
            outlets: outlets[zone],
            outlets_per_100: per_100[zone],
            chain_rate: chain_rate[zone],
            held: here.map(|row| of_rows.held(row, *id, &mut reasons)).collect(),
        });
    }
    Ok(all)
}

/// The columns of `zones`.
struct Rows<'f> {
    requirement: Vec<Option<&'f str>>,
    share_met: Vec<Option<f64>>,
    lacking: Vec<Option<f64>>,
    unknown: Vec<Option<f64>>,
    worst_s: Vec<Option<f64>>,
    nearest_id: Vec<Option<&'f str>>,
    nearest_s: Vec<Option<f64>>,
}

impl Rows<'_> {
    fn held(&self, row: usize, zone: Option<&str>, reasons: &mut Reasons) -> Held {
        let key = (zone.map(str::to_owned), self.requirement[row].unwrap_or_default().to_owned());
        let mut reasons: Vec<(String, f64)> = reasons.remove(&key).into_iter().flatten().collect();
        // Of equals the first by its code, so that the order never depends on anything else.
        reasons.sort_by(|a, b| b.1.total_cmp(&a.1));
        Held {
            share_met: self.share_met[row],
            lacking: self.lacking[row].unwrap_or_default(),
            unknown: self.unknown[row].unwrap_or_default(),
            worst_s: self.worst_s[row],
            nearest_id: self.nearest_id[row].map(str::to_owned),
            nearest_s: self.nearest_s[row],
            reasons,
        }
    }
}
