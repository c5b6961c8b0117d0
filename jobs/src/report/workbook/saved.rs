//! What the workbook is made from: the manifest, the standard and the tables of one run's folder.
//!
//! Comes in: the folder. Goes out: [`Saved`], typed. Not here: sheets; and nothing is judged or computed but sums by reason,
//! which no table has.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use polars::prelude::{DataFrame, DataType, IdxSize, LazyFrame, col};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::de::DeserializeOwned;
use serde_json::Value;
use walkshed::coverage::Standard;

use super::zones::Zone;
use crate::run::findings::{GradeTold, RequirementTold, StandardTold};
use crate::run::job::STANDARD_FILE;
use crate::run::manifest::{MANIFEST_FILE, Manifest};
use crate::tables::columns::Table;
use crate::tables::gap_reasons::reasons;
use crate::tables::scan;
use crate::tables::zone_tables::of_main_layer;

/// One run's folder.
pub(super) struct Saved {
    folder: PathBuf,
    pub manifest: Manifest,
    /// The standard as its file says it, with its sources.
    pub file: Standard,
    /// The same as the run names it.
    pub standard: StandardTold,
    /// What it asks, in its order, with the sums of the city.
    pub requirements: Vec<RequirementTold>,
    /// How many of them nothing is known of.
    pub unknown: usize,
    pub share_all_known: Option<f64>,
    /// How many zones have each grade; empty where there are none.
    pub grades: Vec<GradeTold>,
    pub total: f64,
    /// What is counted, in English and Chinese.
    pub weight: [String; 2],
    /// The city first, then the zones, last what is outside all of them.
    pub zones: Vec<Zone>,
}

impl Saved {
    /// Reads the folder of a run.
    ///
    /// # Errors
    /// When it is no such folder, or an older version of the tool wrote it.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let manifest = Manifest::read_from(folder)?;
        let at = folder.join(STANDARD_FILE);
        let text = std::fs::read_to_string(&at).with_context(|| {
            format!("{} cannot be read; expected a folder that this version of walkshed run has written", at.display())
        })?;
        let file = Standard::from_toml(&text).with_context(|| at.display().to_string())?;
        let unknown: Vec<String> = told(&manifest, &["unknown"])?;
        let path = |table: Table| folder.join(table.file());
        let requirements = requirements(&scan::collect(scan::parquet(&path(Table::Requirements))?)?)?;
        let by_point = manifest.settings.get("origins").and_then(Value::as_str) == Some("points");
        let reasons = reasons(&path(Table::Gaps), &path(Table::Cells), by_point)?;
        let zones = super::zones::read(&path(Table::ZoneSummary), &path(Table::Zones), requirements.len(), reasons)?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            standard: told(&manifest, &["standard"])?,
            unknown: unknown.len(),
            share_all_known: told(&manifest, &["share_all_known"])?,
            grades: told(&manifest, &["grades"])?,
            total: told(&manifest, &["residents", "total"])?,
            weight: [told(&manifest, &["residents", "weight_en"])?, told(&manifest, &["residents", "weight_zh"])?],
            zones,
            requirements,
            manifest,
        })
    }

    /// The zones of the layer, without the city and what is outside.
    pub(super) fn layer(&self) -> impl Iterator<Item = &Zone> {
        self.zones.iter().skip(1).filter(|zone| zone.id.is_some())
    }

    /// Whether those who are counted are people.
    pub(super) fn counts_people(&self) -> bool {
        self.weight[0] == "residents"
    }

    /// A count that the run told of itself.
    pub(super) fn count(&self, keys: &[&str]) -> Option<f64> {
        told(&self.manifest, keys).ok()
    }

    /// A query that begins with a table.
    pub(super) fn scan(&self, table: Table) -> Result<LazyFrame> {
        scan::parquet(&self.folder.join(table.file()))
    }

    /// A whole table, which must be small, or its first rows.
    pub(super) fn table(&self, table: Table, most: Option<usize>) -> Result<DataFrame> {
        let rows = self.scan(table)?;
        of_main_layer(scan::collect(match most {
            Some(most) => rows.limit(most as IdxSize),
            None => rows,
        })?)
    }

    /// How many rows a table has, as the run noted.
    pub(super) fn rows_of(&self, table: Table) -> Result<usize> {
        let rows = scan::collect(self.scan(table)?.select([polars::prelude::len().alias("rows")]))?;
        Ok(rows.column("rows")?.get(0)?.try_extract::<usize>()?)
    }

    /// The names of some outlets by the ids that other tables know them by; those without a name are left out.
    pub(super) fn outlet_names(&self, ids: &FxHashSet<&str>) -> Result<FxHashMap<String, String>> {
        let sources: Vec<Value> = told(&self.manifest, &["outlets", "sources"])?;
        let mut names = FxHashMap::default();
        let columns = ["source", "source_id", "name"].map(col);
        scan::for_each_piece(self.scan(Table::Outlets)?.select(columns), |piece| {
            let (source, id) = (texts(&piece, "source")?, texts(&piece, "source_id")?);
            for ((source, id), name) in source.into_iter().zip(id).zip(texts(&piece, "name")?) {
                let (Some(source), Some(id), Some(name)) = (source, id, name) else { continue };
                // As the run makes them: of several sources, with the source in front.
                let known = if sources.len() > 1 { format!("{source}:{id}") } else { id.to_owned() };
                if ids.contains(known.as_str()) {
                    names.entry(known).or_insert_with(|| name.to_owned());
                }
            }
            Ok(())
        })?;
        Ok(names)
    }
}

/// The rows of the table `requirements`.
fn requirements(frame: &DataFrame) -> Result<Vec<RequirementTold>> {
    let word = |column: &str| texts(frame, column);
    let number = |column: &str| numbers(frame, column);
    let (ids, zh, en, class) = (word("requirement")?, word("name_zh")?, word("name_en")?, word("class")?);
    let (minutes, distance, share) = (number("minutes")?, number("distance_m")?, number("share_met")?);
    let sums = [
        "residents_met",
        "residents_not_met",
        "residents_unknown",
        "residents_no_street",
        "no_outlet",
        "beyond_budget",
        "too_few",
        "detour",
        "gate",
        "island",
        "edge_of_data",
    ];
    let sums = sums.into_iter().map(number).collect::<Result<Vec<_>>>()?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let rows = (0..frame.height()).map(|row| {
        let sum = |place: usize| sums[place][row].unwrap_or_default();
        RequirementTold {
            id: text(ids[row]),
            zh: text(zh[row]),
            en: text(en[row]),
            class: text(class[row]),
            // The table does not tell; it is asked where the summary of a run is written only.
            in_registry: share[row].is_some(),
            minutes: minutes[row].map(|minutes| minutes as u32),
            distance_m: distance[row].map(|meters| meters as u32),
            share_met: share[row],
            met: sum(0),
            not_met: sum(1),
            unknown: sum(2),
            no_street: sum(3),
            no_outlet: sum(4),
            beyond_budget: sum(5),
            too_few: sum(6),
            detour: sum(7),
            gate: sum(8),
            island: sum(9),
            edge_of_data: sum(10),
            certainty: None,
        }
    });
    Ok(rows.collect())
}

/// Something that the manifest tells.
fn told<T: DeserializeOwned>(manifest: &Manifest, keys: &[&str]) -> Result<T> {
    let missing = || {
        format!(
            "{MANIFEST_FILE} does not tell {}; expected one that this version of walkshed run wrote",
            keys.join(".")
        )
    };
    let [first, rest @ ..] = keys else { unreachable!("a key is named") };
    let value = manifest.counts.get(*first).with_context(missing)?;
    let value = rest.iter().try_fold(value, |value, key| value.get(key)).with_context(missing)?;
    serde_json::from_value(value.clone()).with_context(missing)
}

/// A column of text.
pub(super) fn texts<'f>(frame: &'f DataFrame, column: &str) -> Result<Vec<Option<&'f str>>> {
    Ok(frame.column(column)?.str()?.iter().collect())
}

/// A column of numbers, whatever their type.
pub(super) fn numbers(frame: &DataFrame, column: &str) -> Result<Vec<Option<f64>>> {
    Ok(frame.column(column)?.cast(&DataType::Float64)?.f64()?.iter().collect())
}
