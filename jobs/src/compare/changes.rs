//! What two runs were made from, and whether that lets them be compared.
//!
//! Comes in: two manifests. Goes out: a [`Change`] for each input and setting. Not here: results.
//!
//! Other streets, outlets, hours, walkers and speeds are what runs are compared for. Other residents, zones, standards and
//! cells change what a number is a number of; such runs are compared only when the caller names the difference.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use crate::run::manifest::Manifest;
use crate::wrong_use::WrongUse;

/// Differences that have to be named to be accepted.
pub(crate) const TO_ACCEPT: [&str; 7] = ["residents", "unit", "zones", "standard", "resolution", "origins", "area"];

/// Settings that have to be the same, with what they are called.
const SETTINGS_TO_ACCEPT: [(&str, &str); 3] =
    [("resolution", "resolution"), ("origins", "origins"), ("max_points", "origins")];
/// Roles of inputs that have to be the same, with what they are called.
const INPUTS_TO_ACCEPT: [(&str, &str); 3] = [("residents", "residents"), ("zones", "zones"), ("clip", "area")];

/// One thing that runs are made from.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Change {
    /// `input`, `model`, `standard`, `setting`, `residents` or `version`.
    pub kind: &'static str,
    /// Which.
    pub what: String,
    pub a: Option<String>,
    pub b: Option<String>,
    /// `same`, `changed`, `only_a` or `only_b`.
    pub how: &'static str,
    /// The name by which the difference has to be accepted, where it has to.
    pub to_accept: Option<&'static str>,
    /// Whether it was.
    pub accepted: bool,
}

impl Change {
    fn new(kind: &'static str, what: impl Into<String>, sides: [Option<String>; 2], is_same: bool) -> Self {
        let [a, b] = sides;
        let how = match (&a, &b) {
            (Some(_), None) => "only_a",
            (None, Some(_)) => "only_b",
            _ if is_same => "same",
            _ => "changed",
        };
        Self { kind, what: what.into(), a, b, how, to_accept: None, accepted: false }
    }

    fn needs(mut self, name: Option<&'static str>, accepted: &[String]) -> Self {
        if self.how != "same" {
            self.to_accept = name;
            self.accepted = name.is_some_and(|name| accepted.iter().any(|known| known == name));
        }
        self
    }
}

/// Everything that two runs were made from, in the order in which a planner asks: what is walked on and to, by whom, from
/// where, judged by what.
///
/// # Errors
/// When something is to be accepted that has no such name.
pub(crate) fn changes(a: &Manifest, b: &Manifest, accepted: &[String]) -> Result<Vec<Change>> {
    if let Some(unknown) = accepted.iter().find(|name| !TO_ACCEPT.contains(&name.as_str())) {
        let known = TO_ACCEPT.join(", ");
        return Err(WrongUse::error(format!("{unknown:?} is nothing that can be accepted; expected any of {known}")));
    }
    let mut changes = inputs(a, b, accepted);
    changes.extend(residents(a, b, accepted));
    let standard = |m: &Manifest| m.standard.as_ref().map(|s| (s.id.clone(), s.sha256.clone()));
    let is_same = standard(a) == standard(b);
    let told = [standard(a), standard(b)].map(|s| s.map(|(id, sha)| format!("{id} ({})", short(&sha))));
    changes.push(Change::new("standard", "standard", told, is_same).needs(Some("standard"), accepted));
    let model = |m: &Manifest| m.model.as_ref().map(|model| model.name.clone());
    changes.push(Change::new("model", "model", [model(a), model(b)], model(a) == model(b)));
    let speed = |m: &Manifest| m.model.as_ref().map(|model| model.speed_m_per_s.to_string());
    changes.push(Change::new("model", "speed_m_per_s", [speed(a), speed(b)], speed(a) == speed(b)));
    let snap = |m: &Manifest| m.model.as_ref().map(|model| model.max_snap_cell_m.to_string());
    changes.push(Change::new("model", "max_snap_m", [snap(a), snap(b)], snap(a) == snap(b)));
    let mut settings: Vec<&String> = a.settings.keys().chain(b.settings.keys()).collect();
    settings.sort();
    settings.dedup();
    for name in settings {
        let [one, other] = [a, b].map(|m| m.settings.get(name).filter(|value| !value.is_null()));
        let needs = SETTINGS_TO_ACCEPT.iter().find(|(setting, _)| setting == name).map(|(_, called)| *called);
        let told = [one, other].map(|value| value.map(in_words));
        changes.push(Change::new("setting", name.as_str(), told, one == other).needs(needs, accepted));
    }
    let version = |m: &Manifest| Some(m.version.clone());
    changes.push(Change::new("version", "walkshed", [version(a), version(b)], a.version == b.version));
    Ok(changes)
}

/// The files, by role; of a role with several files all together.
fn inputs(a: &Manifest, b: &Manifest, accepted: &[String]) -> Vec<Change> {
    let mut roles: Vec<&str> = Vec::new();
    for input in a.inputs.iter().chain(&b.inputs) {
        if !roles.contains(&input.role.as_str()) {
            roles.push(&input.role);
        }
    }
    let of = |m: &Manifest, role: &str| -> Option<(String, Vec<String>)> {
        let files: Vec<_> = m.inputs.iter().filter(|input| input.role == role).collect();
        let names = files.iter().map(|file| format!("{} ({})", file.path, short(&file.sha256)));
        let hashes = files.iter().map(|file| file.sha256.clone()).collect();
        (!files.is_empty()).then(|| (names.collect::<Vec<_>>().join(", "), hashes))
    };
    let change = |role: &&str| {
        let [one, other] = [of(a, role), of(b, role)];
        let is_same = one.as_ref().map(|(_, hashes)| hashes) == other.as_ref().map(|(_, hashes)| hashes);
        let needs = INPUTS_TO_ACCEPT.iter().find(|(known, _)| known == role).map(|(_, called)| *called);
        let told = [one, other].map(|side| side.map(|(names, _)| names));
        Change::new("input", *role, told, is_same).needs(needs, accepted)
    };
    // The standard is told by its own hash, also where it comes with the tool; a config says what the rest says too.
    roles.iter().filter(|role| !["standard", "config"].contains(*role)).map(change).collect()
}

/// Who is counted: the unit of the weights, and how many there are, also where they are estimated from the map.
fn residents(a: &Manifest, b: &Manifest, accepted: &[String]) -> Vec<Change> {
    let of = |m: &Manifest, key: &str| m.counts.get("residents").and_then(|told| told.get(key)).map(in_words);
    let change = |(key, needs): (&'static str, &'static str)| {
        let sides = [of(a, key), of(b, key)];
        let is_same = sides[0] == sides[1];
        Change::new("residents", key, sides, is_same).needs(Some(needs), accepted)
    };
    [("weight_en", "unit"), ("total", "residents"), ("cells", "residents")].map(change).into()
}

/// Refuses to compare what differs in something that has to be accepted and was not.
///
/// # Errors
/// When there is such a difference: it says each, and how to accept it.
pub(crate) fn refuse(changes: &[Change]) -> Result<()> {
    let open: Vec<&Change> = changes.iter().filter(|change| change.to_accept.is_some() && !change.accepted).collect();
    if open.is_empty() {
        return Ok(());
    }
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    let told: Vec<String> =
        open.iter().map(|change| format!("{}: {} and {}", change.what, side(&change.a), side(&change.b))).collect();
    let mut names: Vec<&str> = open.iter().filter_map(|change| change.to_accept).collect();
    names.sort_unstable();
    names.dedup();
    Err(WrongUse::error(format!(
        "these runs do not count the same thing ({}); give --accept {} to compare them nevertheless",
        told.join("; "),
        names.join(",")
    )))
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn short(sha256: &str) -> &str {
    &sha256[..sha256.len().min(12)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::manifest::{Input, StandardUsed};

    fn manifest(outlets: &str, residents: &str) -> Manifest {
        let mut manifest = Manifest::new(None);
        let input = |role: &str, sha256: &str| Input {
            role: role.to_owned(),
            path: format!("{role}.csv"),
            bytes: 1,
            sha256: sha256.to_owned(),
        };
        manifest.inputs = vec![input("outlets", outlets), input("residents", residents)];
        manifest.standard = Some(StandardUsed { id: "six-ones".into(), sha256: "5".into() });
        manifest.settings.insert("resolution".into(), 10.into());
        manifest
    }

    fn refused(a: &Manifest, b: &Manifest, accepted: &[&str]) -> Option<String> {
        let accepted: Vec<String> = accepted.iter().map(|name| (*name).to_owned()).collect();
        let changes = changes(a, b, &accepted).map_err(|error| error.to_string());
        changes.and_then(|changes| refuse(&changes).map_err(|error| error.to_string())).err()
    }

    #[test]
    fn other_outlets_are_compared_and_other_residents_only_when_named() {
        let (a, b) = (manifest("1", "2"), manifest("9", "2"));
        assert_eq!(refused(&a, &b, &[]), None);
        let outlets = changes(&a, &b, &[]).unwrap().into_iter().find(|change| change.what == "outlets").unwrap();
        assert_eq!((outlets.how, outlets.to_accept), ("changed", None));
        let b = manifest("1", "3");
        let told = refused(&a, &b, &["standard"]).unwrap();
        assert!(told.contains("residents: residents.csv (2) and residents.csv (3)"), "{told}");
        assert!(told.ends_with("give --accept residents to compare them nevertheless"), "{told}");
        assert_eq!(refused(&a, &b, &["residents"]), None);
    }

    #[test]
    fn everything_that_changes_what_is_counted_is_named() {
        let a = manifest("1", "2");
        let mut b = a.clone();
        b.settings.insert("resolution".into(), 9.into());
        b.standard = Some(StandardUsed { id: "xian".into(), sha256: "7".into() });
        b.inputs.pop();
        let told = refused(&a, &b, &[]).unwrap();
        assert!(told.contains("--accept residents,resolution,standard "), "{told}");
        assert!(refused(&a, &a, &["speed"]).unwrap().contains("expected any of residents, unit, zones"));
    }
}
