//! What models make of a city, in a few lines for a terminal, or as JSON.
//!
//! Comes in: what was found. Goes out: text. Not here: the whole lists (the tables).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Agreement, Kind, Under};
use crate::commands::columns::{Align, Columns};
use crate::report::numbers::percent;
use crate::report::summary::Language;
use crate::run::inputs::Inputs;

/// How much coverage of one requirement differs between the models.
pub(crate) struct Conclusion<'a> {
    pub requirement: usize,
    /// The models with the lowest and the highest share, where anything is known.
    pub lowest: Option<(&'a str, f64)>,
    pub highest: Option<(&'a str, f64)>,
    /// The best and the worst rank among the requirements; 1 is the one that most residents lack.
    pub ranks: Option<[usize; 2]>,
    /// Residents who have it under all models, under none, and under some.
    pub always: f64,
    pub never: f64,
    pub depends: f64,
}

impl Agreement {
    /// For each requirement, what holds under all models.
    pub(crate) fn conclusions(&self, inputs: &Inputs) -> Vec<Conclusion<'_>> {
        let models = &self.under[..self.models];
        let requirements = models[0].tallies.len();
        let ranks: Vec<Vec<Option<usize>>> = models.iter().map(|under| ranks(under, requirements)).collect();
        (0..requirements)
            .map(|requirement| {
                let shares =
                    models.iter().filter_map(|under| Some((&*under.name, under.tallies[requirement].share_met()?)));
                let of_rank = ranks.iter().filter_map(|ranks| ranks[requirement]);
                let (mut always, mut never, mut depends) = (0.0, 0.0, 0.0);
                for (cell, votes) in inputs.residents.cells.iter().zip(self.votes.chunks(requirements)) {
                    *match votes[requirement].under_all() {
                        "met" => &mut always,
                        "depends" => &mut depends,
                        _ => &mut never,
                    } += cell.residents;
                }
                Conclusion {
                    requirement,
                    lowest: shares.clone().reduce(|a, b| if b.1 < a.1 { b } else { a }),
                    highest: shares.reduce(|a, b| if b.1 > a.1 { b } else { a }),
                    ranks: of_rank.clone().min().zip(of_rank.max()).map(|(best, worst)| [best, worst]),
                    always,
                    never,
                    depends,
                }
            })
            .collect()
    }
}

/// The rank of each requirement under a model: 1 for the lowest share. Equals share the better rank.
fn ranks(under: &Under, requirements: usize) -> Vec<Option<usize>> {
    let share = |requirement: usize| under.tallies[requirement].share_met();
    let rank = |requirement: usize| {
        let own = share(requirement)?;
        Some(1 + (0..requirements).filter_map(share).filter(|other| *other < own).count())
    };
    (0..requirements).map(rank).collect()
}

/// Coverage under each assumption, and what holds.
pub(crate) fn summary(found: &Agreement, inputs: &Inputs, language: Language) -> String {
    let mut text = String::new();
    let title = |text: &mut String, en: &str, zh: &str| {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{}", language.pick(en, zh));
    };
    let mean = |under: &Under| {
        let shares: Vec<f64> = under.tallies.iter().filter_map(walkshed::coverage::Tally::share_met).collect();
        (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
    };
    let percent_or = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), percent);
    title(
        &mut text,
        "coverage by model: share of residents, mean over requirements; with all of them",
        "各模型的覆盖率：各项要求居民占比的平均；全部满足的居民占比",
    );
    let mut table = Columns::new([Align::Left, Align::Right, Align::Right, Align::Right]);
    for under in &found.under {
        let speed = format!("{:.3} m/s", under.speed);
        table.row([under.name.clone(), speed, percent_or(mean(under)), percent_or(under.all.share_met())]);
    }
    text.push_str(&table.render("  "));
    let models = found.models;
    title(
        &mut text,
        &format!(
            "\nunder all {models} models: lowest and highest share, rank (1: most lack it), residents who have it under all, none, some"
        ),
        &format!("\n在全部 {models} 个模型下：最低与最高占比、排名（1 为最缺）、都满足 / 都不满足 / 视模型而定的居民"),
    );
    let mut table =
        Columns::new([Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right]);
    let total: f64 = inputs.residents.cells.iter().map(|cell| cell.residents).sum();
    let part = |residents: f64| if total > 0.0 { percent(residents / total) } else { "-".to_owned() };
    for one in found.conclusions(inputs) {
        let requirement = &inputs.standard.standard.requirements[one.requirement];
        let rank = one.ranks.map_or_else(
            || "-".to_owned(),
            |[best, worst]| if best == worst { best.to_string() } else { format!("{best}-{worst}") },
        );
        table.row([
            language.pick(&requirement.en, &requirement.zh).to_owned(),
            percent_or(one.lowest.map(|lowest| lowest.1)),
            percent_or(one.highest.map(|highest| highest.1)),
            rank,
            part(one.always),
            part(one.never),
            part(one.depends),
        ]);
    }
    text.push_str(&table.render("  "));
    text
}

/// The same for machines.
pub(crate) fn told(found: &Agreement, inputs: &Inputs) -> Value {
    let requirements = &inputs.standard.standard.requirements;
    let under: Vec<Value> = found
        .under
        .iter()
        .map(|under| {
            json!({
                "name": under.name,
                "kind": under.kind.code(),
                "fingerprint": under.fingerprint,
                "speed_m_per_s": under.speed,
                "share_all_known": under.all.share_met(),
                "share_met": requirements
                    .iter()
                    .zip(&under.tallies)
                    .map(|(requirement, tally)| (requirement.id.clone(), json!(tally.share_met())))
                    .collect::<serde_json::Map<_, _>>(),
            })
        })
        .collect();
    let models = found.under.iter().filter(|under| under.kind == Kind::Model).count();
    json!({ "models": models, "cells": inputs.residents.cells.len(), "under": under })
}
