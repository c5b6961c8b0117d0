//! The tables `zones` and `zone_summary`: residents by what they have, in the city and in each zone.
//!
//! Comes in: `gaps` and `cells` as Parquet, the requirements and the zones in their order. Goes out: both tables. Not
//! here: judging; a status is taken as it stands.

use std::path::Path;

use anyhow::{Context as _, Result};
use polars::prelude::{Column, DataFrame, Expr, col, len};
use rustc_hash::FxHashMap;

use super::reach::SURELY;
use super::residents_sum::{HomesOf, count_at, joined, parts, parts_of, residents_of, share, texts};
use super::scan;

/// The zone that stands for the whole city.
pub(crate) const CITY: &str = "*";

/// A requirement of the standard, in its order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequirementOfRun<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name in Chinese.
    pub zh: &'a str,
    /// Its name in English.
    pub en: &'a str,
    /// Its class.
    pub class: &'a str,
    /// Its minutes, where it is a time.
    pub minutes: Option<u32>,
    /// Its metres, where it is a distance.
    pub distance_m: Option<u32>,
}

/// A zone of the layer, in its order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ZoneOfRun<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// What is told of an area and a requirement beside its residents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// The cell that is worst off.
    pub worst: Option<String>,
    /// Its walk in seconds.
    pub worst_s: Option<f64>,
    /// The outlet nearest to those who lack it, and the walk to it in seconds.
    pub nearest: Option<(String, Option<f64>)>,
}

/// What is told of an area beside its residents: outlets in it, and the share of them that are of a chain.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OutletsOfZone {
    pub outlets: u32,
    pub chain_rate: Option<f64>,
}

/// What is told of areas: the city first, then the zones, last what lies outside.
pub(crate) struct Besides<'b> {
    /// Whether cells weigh their residents, so that numbers per resident mean something.
    pub people: bool,
    /// Of an area and a requirement.
    pub told: &'b dyn Fn(usize, usize) -> Told,
    /// Of an area; nothing for what lies outside.
    pub outlets: &'b dyn Fn(usize) -> Option<OutletsOfZone>,
}

/// The tables `zones` and `zone_summary`: the whole city first, then the zones of the layer, then, if any cell is in no
/// zone of a layer, those cells with a null zone. Where a cell has several points (`by_point`), each resident counts by his
/// own.
///
/// # Errors
/// When a table cannot be read.
pub(crate) fn zones(
    gaps: &Path,
    homes: &HomesOf<'_>,
    requirements: &[RequirementOfRun<'_>],
    zones: &[ZoneOfRun<'_>],
    by_point: bool,
    besides: &Besides<'_>,
) -> Result<(DataFrame, DataFrame)> {
    let homes = homes.scan()?;
    let rows = joined(scan::parquet(gaps)?, homes.clone().select([col("h3"), col("zone_id"), parts()]));
    let apart = |columns: &[&str]| -> Vec<Expr> {
        if by_point { columns.iter().map(|column| parts_of(column).sum().alias(*column)).collect() } else { Vec::new() }
    };
    let mut sums = vec![col("parts").sum()];
    sums.extend(apart(&["residents_met", "residents_no_street"]));
    sums.extend(apart(&SURELY));
    let by_status = rows.group_by([col("zone_id"), col("requirement"), col("status"), col("certainty")]).agg(sums);
    let by_status = scan::collect(by_status).context("the zones cannot be summed")?;
    let mut sums = vec![col("parts").sum(), len().alias("cells")];
    sums.extend(apart(&["residents_all_met", "residents_some_missing"]));
    let by_outcome = homes.with_column(parts()).group_by([col("zone_id"), col("all_met")]).agg(sums);
    let by_outcome = scan::collect(by_outcome).context("the zones cannot be summed")?;

    // The city, the zones, and what is outside them, as (id, name); `None` is outside.
    let mut areas: Vec<Option<(&str, &str)>> = vec![Some((CITY, CITY))];
    areas.extend(zones.iter().map(|zone| Some((zone.id, zone.name))));
    let outcomes = outcomes_of(&by_outcome, by_point)?;
    if !zones.is_empty() && outcomes.contains_key(&None) {
        areas.push(None);
    }
    let tallies = tallies_of(&by_status, by_point)?;
    let summed: Vec<ZoneSums> = areas
        .iter()
        .map(|area| {
            let zone = area.map(|(id, _)| id.to_owned());
            let of = |requirement: &RequirementOfRun<'_>| {
                tallies.get(&(zone.clone(), requirement.id.to_owned())).copied().unwrap_or_default()
            };
            let tallies = requirements.iter().map(of).collect();
            ZoneSums { tallies, outcome: outcomes.get(&zone).copied().unwrap_or_default() }
        })
        .collect();
    let mut by_requirement = zone_rows(&areas, requirements, &summed)?;
    let mut by_zone = summary_rows(&areas, requirements, &summed)?;
    // What lies outside is last, whether or not there are rows of it.
    let places: Vec<usize> =
        areas.iter().enumerate().map(|(place, area)| if area.is_none() { zones.len() + 1 } else { place }).collect();
    by_requirement.hstack_mut(&told_columns(&places, requirements.len(), besides))?;
    by_zone.hstack_mut(&outlet_columns(&places, &summed, besides))?;
    Ok((by_requirement, by_zone))
}

/// Millionths of residents by status.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Tally {
    met: i64,
    not_met: i64,
    unknown: i64,
    no_street: i64,
    /// Met, depending on gates, and not met for sure; nothing unless all views of gates were taken.
    surely: Option<[i64; 3]>,
}

/// Millionths of residents, and cells, by what the requirements come to together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Outcome {
    all_met: i64,
    some_missing: i64,
    undecided: i64,
    cells: u32,
}

struct ZoneSums {
    tallies: Vec<Tally>,
    outcome: Outcome,
}

impl Tally {
    fn known(&self) -> i64 {
        self.met + self.lacking()
    }

    fn lacking(&self) -> i64 {
        self.not_met + self.no_street
    }
}

impl Outcome {
    fn residents(&self) -> i64 {
        self.all_met + self.some_missing + self.undecided
    }
}

/// Tallies by zone (`None` outside all zones) and requirement, with the whole city as the zone [`CITY`].
fn tallies_of(sums: &DataFrame, by_point: bool) -> Result<FxHashMap<(Option<String>, String), Tally>> {
    let mut tallies: FxHashMap<(Option<String>, String), Tally> = FxHashMap::default();
    let (zones, requirements) = (sums.column("zone_id")?.str()?, sums.column("requirement")?.str()?);
    let (statuses, certainties) = (sums.column("status")?.str()?, sums.column("certainty")?.str()?);
    for row in 0..sums.height() {
        let parts = count_at(sums, "parts", row)?;
        let requirement = requirements.get(row).unwrap_or_default();
        let zone = zones.get(row).map(str::to_owned);
        for zone in [Some(CITY.to_owned()), zone] {
            let tally = tallies.entry((zone, requirement.to_owned())).or_default();
            match statuses.get(row) {
                // Whether a requirement is known does not depend on the point.
                Some(status) if by_point && status != "unknown" => {
                    let (met, none) =
                        (count_at(sums, "residents_met", row)?, count_at(sums, "residents_no_street", row)?);
                    tally.met += met;
                    tally.no_street += none;
                    tally.not_met += parts - met - none;
                }
                Some("met") => tally.met += parts,
                Some("not_met") => tally.not_met += parts,
                Some("no_street") => tally.no_street += parts,
                _ => tally.unknown += parts,
            }
            if let Some(certainty) = certainties.get(row) {
                let surely = tally.surely.get_or_insert_default();
                match certainty {
                    _ if by_point => {
                        for (sum, column) in surely.iter_mut().zip(SURELY) {
                            *sum += count_at(sums, column, row)?;
                        }
                    }
                    "met" => surely[0] += parts,
                    "depends_on_data" => surely[1] += parts,
                    "not_met" => surely[2] += parts,
                    _ => {}
                }
            }
        }
    }
    Ok(tallies)
}

/// Outcomes by zone, with the whole city as the zone [`CITY`].
fn outcomes_of(sums: &DataFrame, by_point: bool) -> Result<FxHashMap<Option<String>, Outcome>> {
    let mut outcomes: FxHashMap<Option<String>, Outcome> =
        FxHashMap::from_iter([(Some(CITY.to_owned()), Outcome::default())]);
    let zones = sums.column("zone_id")?.str()?;
    let all_met = sums.column("all_met")?.bool()?;
    for row in 0..sums.height() {
        let parts = count_at(sums, "parts", row)?;
        let cells = count_at(sums, "cells", row)? as u32;
        for zone in [Some(CITY.to_owned()), zones.get(row).map(str::to_owned)] {
            let outcome = outcomes.entry(zone).or_default();
            outcome.cells += cells;
            match all_met.get(row) {
                _ if by_point => {
                    let met = count_at(sums, "residents_all_met", row)?;
                    let missing = count_at(sums, "residents_some_missing", row)?;
                    outcome.all_met += met;
                    outcome.some_missing += missing;
                    outcome.undecided += parts - met - missing;
                }
                Some(true) => outcome.all_met += parts,
                Some(false) => outcome.some_missing += parts,
                None => outcome.undecided += parts,
            }
        }
    }
    Ok(outcomes)
}

fn zone_rows(
    areas: &[Option<(&str, &str)>],
    requirements: &[RequirementOfRun<'_>],
    sums: &[ZoneSums],
) -> Result<DataFrame> {
    let mut rows = Vec::new();
    for (area, sums) in areas.iter().zip(sums) {
        let zone = requirements.iter().zip(&sums.tallies);
        rows.extend(zone.map(|(requirement, tally)| (area, requirement, sums.outcome, tally)));
    }
    let numbers = |name: &str, of: &dyn Fn(Outcome, &Tally) -> i64| {
        let values: Vec<f64> = rows.iter().map(|(_, _, outcome, tally)| residents_of(of(*outcome, tally))).collect();
        Column::new(name.into(), values)
    };
    // An empty zone of a run with all views has nobody of each.
    let has_cases = sums.iter().flat_map(|sums| &sums.tallies).any(|tally| tally.surely.is_some());
    let surely = |name: &str, of: usize| {
        let value = |tally: &Tally| has_cases.then(|| residents_of(tally.surely.unwrap_or_default()[of]));
        Column::new(name.into(), rows.iter().map(|(.., tally)| value(tally)).collect::<Vec<_>>())
    };
    Ok(DataFrame::new_infer_height(vec![
        texts("zone_id", rows.iter().map(|(area, ..)| area.map(|(id, _)| id))),
        texts("zone_name", rows.iter().map(|(area, ..)| area.map(|(_, name)| name))),
        texts("requirement", rows.iter().map(|(_, requirement, ..)| Some(requirement.id))),
        texts("class", rows.iter().map(|(_, requirement, ..)| Some(requirement.class))),
        Column::new("minutes".into(), rows.iter().map(|(_, requirement, ..)| requirement.minutes).collect::<Vec<_>>()),
        Column::new(
            "distance_m".into(),
            rows.iter().map(|(_, requirement, ..)| requirement.distance_m).collect::<Vec<_>>(),
        ),
        numbers("residents", &|outcome, _| outcome.residents()),
        numbers("residents_met", &|_, tally| tally.met),
        numbers("residents_not_met", &|_, tally| tally.not_met),
        numbers("residents_unknown", &|_, tally| tally.unknown),
        numbers("residents_no_street", &|_, tally| tally.no_street),
        surely("residents_met_surely", 0),
        surely("residents_depending_on_gates", 1),
        surely("residents_not_met_surely", 2),
        Column::new(
            "share_met".into(),
            rows.iter().map(|(.., tally)| share(tally.met, tally.known())).collect::<Vec<_>>(),
        ),
        numbers("residents_lacking", &|_, tally| tally.lacking()),
    ])?)
}

fn summary_rows(
    areas: &[Option<(&str, &str)>],
    requirements: &[RequirementOfRun<'_>],
    sums: &[ZoneSums],
) -> Result<DataFrame> {
    let numbers = |name: &str, of: fn(&Outcome) -> i64| {
        Column::new(name.into(), sums.iter().map(|sums| residents_of(of(&sums.outcome))).collect::<Vec<f64>>())
    };
    let counts = |name: &str, of: &dyn Fn(&ZoneSums) -> usize| {
        Column::new(name.into(), sums.iter().map(|sums| of(sums) as u32).collect::<Vec<u32>>())
    };
    let having = |sums: &ZoneSums, holds: fn(&Tally) -> bool| sums.tallies.iter().filter(|tally| holds(tally)).count();
    let missing = |mark: &'static str, name: for<'n> fn(&RequirementOfRun<'n>) -> &'n str| {
        sums.iter().map(move |sums| Some(missing_list(requirements, &sums.tallies, mark, name)))
    };
    Ok(DataFrame::new_infer_height(vec![
        texts("zone_id", areas.iter().map(|area| area.map(|(id, _)| id))),
        texts("zone_name", areas.iter().map(|area| area.map(|(_, name)| name))),
        numbers("residents", Outcome::residents),
        counts("cells", &|sums| sums.outcome.cells as usize),
        numbers("residents_all_met", |outcome| outcome.all_met),
        numbers("residents_some_missing", |outcome| outcome.some_missing),
        numbers("residents_undecided", |outcome| outcome.undecided),
        counts("requirements", &|_| requirements.len()),
        counts("met_everywhere", &|sums| {
            having(sums, |tally| tally.met > 0 && tally.not_met + tally.unknown + tally.no_street == 0)
        }),
        counts("unknown", &|sums| having(sums, |tally| tally.unknown > 0 && tally.known() == 0)),
        texts("missing", missing(";", |one| one.id)),
        texts("missing_zh", missing("、", |one| one.zh)),
        texts("missing_en", missing("; ", |one| one.en)),
    ])?)
}

fn told_columns(places: &[usize], requirements: usize, besides: &Besides<'_>) -> Vec<Column> {
    let told: Vec<Told> =
        places.iter().flat_map(|&area| (0..requirements).map(move |one| (besides.told)(area, one))).collect();
    let seconds = |name: &str, of: fn(&Told) -> Option<f64>| {
        Column::new(name.into(), told.iter().map(of).collect::<Vec<Option<f64>>>())
    };
    vec![
        texts("worst_h3", told.iter().map(|told| told.worst.as_deref())),
        seconds("worst_s", |told| told.worst_s),
        texts("nearest_id", told.iter().map(|told| told.nearest.as_ref().map(|(id, _)| id.as_str()))),
        seconds("nearest_s", |told| told.nearest.as_ref().and_then(|(_, seconds)| *seconds)),
    ]
}

fn outlet_columns(places: &[usize], sums: &[ZoneSums], besides: &Besides<'_>) -> Vec<Column> {
    let of: Vec<Option<OutletsOfZone>> = places.iter().map(|&area| (besides.outlets)(area)).collect();
    let per_100 = of.iter().zip(sums).map(|(of, sums)| {
        let residents = residents_of(sums.outcome.residents());
        of.filter(|_| besides.people && residents > 0.0).map(|of| f64::from(of.outlets) / (residents / 100.0))
    });
    vec![
        Column::new("outlets".into(), of.iter().map(|of| of.map(|of| of.outlets)).collect::<Vec<_>>()),
        Column::new("outlets_per_100".into(), per_100.collect::<Vec<_>>()),
        Column::new("chain_rate".into(), of.iter().map(|of| of.and_then(|of| of.chain_rate)).collect::<Vec<_>>()),
    ]
}

/// The requirements that some residents lack, for want of a street too; most residents first, among equals in the order of
/// the standard.
fn missing_list<'n>(
    requirements: &[RequirementOfRun<'n>],
    tallies: &[Tally],
    mark: &str,
    name: fn(&RequirementOfRun<'n>) -> &'n str,
) -> String {
    let mut missing: Vec<_> = requirements.iter().zip(tallies).filter(|(_, tally)| tally.lacking() > 0).collect();
    missing.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.lacking()));
    missing.into_iter().map(|(requirement, _)| name(requirement)).collect::<Vec<_>>().join(mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::columns::{Shape, Table, Weight};
    use crate::tables::parquet::write_whole;
    use crate::tables::{cells, reach};

    const CELLS: [&str; 3] = ["8a31aa50a6dffff", "8a31aa50a6d7fff", "8a31aa424d2ffff"];

    /// Three cells of 10.1, 20.2 and 30.3 residents; the first two in zone `a`, the third in none.
    fn city(folder: &Path) -> Result<()> {
        let weight = Weight { en: "residents".into(), zh: "居民".into(), people: true };
        let shape = Shape { minutes: vec![15], ..Shape::plain(weight) };
        let mut cells = cells::CellsBatch::new(&[], 3);
        let zones = [Some("a"), Some("a"), None];
        let all_met = [None, Some(false), Some(false)];
        for (place, cell) in CELLS.iter().enumerate() {
            cells.push(&cells::CellRow {
                cell: cell.parse()?,
                residents: 10.1 * (place + 1) as f64,
                groups: &[],
                zone_id: zones[place],
                snap_status: "main",
                snap_distance_m: Some(1.0),
                met: 0,
                not_met: 0,
                unknown: 0,
                requirements: 3,
                all_met: all_met[place],
                missing: "",
                circles_met: None,
            })?;
        }
        write_whole(&folder.join("cells.parquet"), Table::Cells, &shape, &[], cells.finish()?)?;
        let mut gaps = reach::GapsBatch::new(9);
        let statuses = [["met", "met", "not_met"], ["met", "not_met", "no_street"], ["unknown", "unknown", "unknown"]];
        for (cell, h3) in CELLS.iter().enumerate() {
            for (requirement, statuses) in ["shop", "market", "library"].iter().zip(statuses) {
                gaps.push(&reach::GapRow {
                    h3,
                    requirement,
                    class: "basic",
                    minutes: Some(15),
                    distance_m: None,
                    status: statuses[cell],
                    reason: None,
                    nearest_s: None,
                    nearest_m: None,
                    nearest_id: None,
                    straight_m: None,
                    within: None,
                    certainty: (statuses[cell] != "unknown").then_some(statuses[cell]),
                    gate_node: None,
                });
            }
        }
        write_whole(&folder.join("gaps.parquet"), Table::Gaps, &shape, &[], gaps.finish()?)?;
        Ok(())
    }

    fn numbers(table: &DataFrame, column: &str) -> Result<Vec<Option<f64>>> {
        Ok(table.column(column)?.f64()?.iter().collect())
    }

    fn words<'a>(table: &'a DataFrame, column: &str) -> Result<Vec<Option<&'a str>>> {
        Ok(table.column(column)?.str()?.iter().collect())
    }

    /// Three outlets in the city and one in each zone, one of them of a chain; worst off is the first cell everywhere.
    const BESIDES: Besides<'static> = Besides {
        people: true,
        told: &|area, _| Told {
            worst: Some(CELLS[0].to_owned()),
            worst_s: Some(area as f64),
            nearest: (area == 1).then(|| ("x".to_owned(), None)),
        },
        outlets: &|area| match area {
            0 => Some(OutletsOfZone { outlets: 3, chain_rate: Some(1.0 / 3.0) }),
            1 | 2 => Some(OutletsOfZone { outlets: 1, chain_rate: Some(0.0) }),
            _ => None,
        },
    };

    #[test]
    fn every_resident_is_in_the_city_and_in_one_place_of_it() -> Result<()> {
        let folder = tempfile::tempdir()?;
        city(folder.path())?;
        let requirement =
            |id| RequirementOfRun { id, zh: "项", en: id, class: "basic", minutes: Some(15), distance_m: None };
        let (zones, summary) = zones(
            &folder.path().join("gaps.parquet"),
            &HomesOf { cells: &folder.path().join("cells.parquet"), layer: None },
            &["shop", "market", "library"].map(requirement),
            &[ZoneOfRun { id: "a", name: "甲" }, ZoneOfRun { id: "empty", name: "空" }],
            false,
            &BESIDES,
        )?;
        let weight = Weight { en: String::new(), zh: String::new(), people: true };
        let shape = Shape { minutes: vec![15], ..Shape::plain(weight) };
        let without_layer = |table: Table| {
            let mut schema = table.schema(&shape);
            schema.shift_remove("layer");
            schema
        };
        assert_eq!(zones.schema().as_ref(), &without_layer(Table::Zones));
        assert_eq!(summary.schema().as_ref(), &without_layer(Table::ZoneSummary));
        // City, zone a, the empty zone, outside: three requirements each.
        assert_eq!(zones.height(), 12);
        assert_eq!(
            words(&zones, "zone_id")?[..7],
            [Some(CITY), Some(CITY), Some(CITY), Some("a"), Some("a"), Some("a"), Some("empty")]
        );
        assert_eq!(words(&zones, "zone_name")?[9], None);
        // City: shop is met for 10.1 + 20.2, market for 10.1, library is unknown. Sums are exact to a millionth.
        assert_eq!(numbers(&zones, "residents")?[..3], [Some(60.6); 3]);
        assert_eq!(numbers(&zones, "residents_met")?[..4], [Some(30.3), Some(10.1), Some(0.0), Some(30.3)]);
        assert_eq!(numbers(&zones, "residents_no_street")?[1], Some(30.3));
        assert_eq!(numbers(&zones, "residents_unknown")?[2], Some(60.6));
        // Market depends on no gate: met for 10.1, not met for 20.2, and 30.3 have no street.
        assert_eq!(numbers(&zones, "residents_met_surely")?[1], Some(10.1));
        assert_eq!(numbers(&zones, "residents_not_met_surely")?[1], Some(20.2));
        assert_eq!(numbers(&zones, "residents_depending_on_gates")?[6], Some(0.0));
        // Shares are of those whose status is known; of nobody there is none.
        assert_eq!(numbers(&zones, "share_met")?[..4], [Some(0.5), Some(10.1 / 60.6), None, Some(1.0)]);
        assert_eq!(numbers(&zones, "share_met")?[6..9], [None; 3]);

        assert_eq!(words(&summary, "zone_id")?, [Some(CITY), Some("a"), Some("empty"), None]);
        assert_eq!(numbers(&summary, "residents_some_missing")?, [Some(50.5), Some(20.2), Some(0.0), Some(30.3)]);
        assert_eq!(numbers(&summary, "residents_undecided")?, [Some(10.1), Some(10.1), Some(0.0), Some(0.0)]);
        // 3 outlets for 60.6 residents, 1 for 30.3, none lives in the empty zone; outside is told nothing.
        let per_100 = [Some(3.0 / (60.6 / 100.0)), Some(1.0 / (30.3 / 100.0)), None, None];
        assert_eq!(numbers(&summary, "outlets_per_100")?, per_100);
        assert_eq!(words(&summary, "missing_zh")?[1], Some("项"));
        assert_eq!(words(&zones, "nearest_id")?[2..7], [None, Some("x"), Some("x"), Some("x"), None]);
        assert_eq!(numbers(&zones, "worst_s")?[8..], [Some(2.0), Some(3.0), Some(3.0), Some(3.0)]);
        assert_eq!(numbers(&zones, "residents_lacking")?[..2], [Some(30.3), Some(50.5)]);
        assert_eq!(words(&summary, "missing")?, [Some("market;shop"), Some("market"), Some(""), Some("shop;market")]);
        let counts = |column: &str| -> Result<Vec<Option<u32>>> { Ok(summary.column(column)?.u32()?.iter().collect()) };
        assert_eq!(counts("cells")?, [Some(3), Some(2), Some(0), Some(1)]);
        assert_eq!(counts("met_everywhere")?, [Some(0), Some(1), Some(0), Some(0)]);
        assert_eq!(counts("unknown")?, [Some(1), Some(1), Some(0), Some(1)]);
        Ok(())
    }

    #[test]
    fn a_city_without_zones_is_one_row() -> Result<()> {
        let folder = tempfile::tempdir()?;
        city(folder.path())?;
        let shop = [RequirementOfRun {
            id: "shop",
            zh: "店",
            en: "shop",
            class: "basic",
            minutes: Some(15),
            distance_m: None,
        }];
        let paths = (folder.path().join("gaps.parquet"), folder.path().join("cells.parquet"));
        let (zones, summary) = zones(&paths.0, &HomesOf { cells: &paths.1, layer: None }, &shop, &[], false, &BESIDES)?;
        assert_eq!((zones.height(), summary.height()), (1, 1));
        Ok(())
    }
}
