//! The compounds (小区) of an extract, in numbers and in words, for `walkshed graph info`.
//!
//! Comes in: an extract. Goes out: a [`CompoundSet`], told as JSON or as rows of text. Not here: what a compound is (the
//! engine's), the table of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use walkshed::osm::{Answer, ClosedBy, CompoundSet, NoWayIn, WalkRules, read_compounds};

use crate::report::numbers::whole;
use crate::streets::is_graph_file;
use crate::wrong_use::WrongUse;

/// Finds the compounds of an extract.
///
/// # Errors
/// When the file cannot be read, or is a graph file, which holds streets only.
pub(crate) fn read(path: &Path, rules: &WalkRules) -> Result<CompoundSet> {
    if is_graph_file(path)? {
        return Err(WrongUse::error(format!(
            "{} is a graph file and holds streets only; compounds are in the extract itself (.osm.pbf)",
            path.display()
        )));
    }
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    read_compounds(&mut [file], rules).with_context(|| path.display().to_string())
}

/// The counts as JSON.
pub(crate) fn told(found: &CompoundSet) -> Value {
    let counts = Counts::of(found);
    let not_compounds: BTreeMap<&str, u64> = found.not_compounds.iter().map(|(r, n)| (r.code(), *n)).collect();
    json!({
        "count": found.compounds.len(),
        "closed_by": ClosedBy::ALL.map(|by| (by.code(), counts.closed_by(by))).into_iter().collect::<BTreeMap<_, _>>(),
        "gates": counts.gates.iter().map(|((kind, answer), n)| json!({ "kind": kind, "answer": answer, "count": n }))
            .collect::<Vec<_>>(),
        "entrances_without_gate": counts.entrances,
        "without_gate_or_entrance": counts.shut.values().sum::<u64>(),
        "without_way_in": counts.shut.iter().map(|(why, n)| (why.code(), *n)).collect::<BTreeMap<_, _>>(),
        "interior_km": counts.interior_m / 1e3,
        "interior_restricted_km": counts.restricted_m / 1e3,
        "outlines": found.outlines,
        "not_compounds": not_compounds,
        "incomplete": found.incomplete,
    })
}

/// The counts as rows of text.
pub(crate) fn described(found: &CompoundSet) -> String {
    let counts = Counts::of(found);
    let mut text = String::new();
    let mut row = |name: &str, value: String| {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {name:<20}{value}");
    };
    let others = found.not_compounds.iter().map(|(reason, n)| format!("{} {n}", reason.code()));
    let others = others.collect::<Vec<_>>().join(", ");
    row(
        "compounds (小区)",
        format!("{} of {} outlines", whole(found.compounds.len() as f64), whole(found.outlines as f64)),
    );
    if !others.is_empty() {
        row("  others", others);
    }
    for by in ClosedBy::ALL.into_iter().filter(|&by| counts.closed_by(by) > 0) {
        row(&format!("  by {}", by.code()), whole(counts.closed_by(by) as f64));
    }
    for ((kind, answer), number) in &counts.gates {
        row(&format!("  {kind}"), format!("{number} {answer}"));
    }
    row("  without a gate", format!("{} entrances", counts.entrances));
    for (why, number) in &counts.shut {
        row(&format!("  {}", why.code()), format!("{number} compounds"));
    }
    let km = |metres: f64| format!("{:.1} km", metres / 1e3);
    row("  inside", format!("{}, {} of it for residents only", km(counts.interior_m), km(counts.restricted_m)));
    text
}

struct Counts<'a> {
    found: &'a CompoundSet,
    /// By kind and answer; a gate between two compounds is counted once.
    gates: BTreeMap<(String, &'static str), u64>,
    entrances: usize,
    shut: BTreeMap<NoWayIn, u64>,
    interior_m: f64,
    restricted_m: f64,
}

impl<'a> Counts<'a> {
    fn of(found: &'a CompoundSet) -> Self {
        let mut counts = Self {
            found,
            gates: BTreeMap::new(),
            entrances: found.compounds.iter().map(|c| c.entrances_without_gate.len()).sum(),
            shut: BTreeMap::new(),
            interior_m: found.compounds.iter().map(|c| c.interior.0).sum::<f64>() + 0.0,
            restricted_m: found.compounds.iter().map(|c| c.interior_private.0 + c.interior_behind_gates.0).sum::<f64>()
                + 0.0,
        };
        let gates = found.compounds.iter().flat_map(|c| &c.gates).map(|gate| (gate.node.0, gate));
        for gate in gates.collect::<BTreeMap<_, _>>().into_values() {
            *counts.gates.entry((gate.kind.clone(), answer_code(gate.answer))).or_default() += 1;
        }
        for shut in found.without_way_in() {
            *counts.shut.entry(shut.why).or_default() += 1;
        }
        counts
    }

    fn closed_by(&self, by: ClosedBy) -> usize {
        self.found.compounds.iter().filter(|c| c.closed_by == by).count()
    }
}

/// Who passes a gate, in a word.
pub(crate) fn answer_code(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "open",
        Answer::EndsOnly => "ends_only",
        Answer::No => "shut",
    }
}
