//! `walkshed standard check`: whether a standard file can be used, and where it is wrong.
//!
//! Comes in: a file. Goes out: what the file amounts to, or the first fault with its line and column, the line itself and a
//! mark under the place. Not here: the checks (the engine's, and those of the vocabulary in `registry/standards`).

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use serde_json::{Value, json};
use walkshed::coverage::{Place, Standard, StandardError};

use super::columns::display_width;
use crate::registry::standards;
use crate::registry::vocabulary::Vocabulary;

/// Checks a file. What it amounts to is text or JSON.
///
/// # Errors
/// When the file cannot be read, or is no standard: the message shows the place.
pub(super) fn check(file: &Path, vocabulary: &Vocabulary, as_json: bool) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    match standards::read(&text, vocabulary) {
        Ok(standard) if as_json => Ok(format!("{:#}\n", as_value(file, &standard))),
        Ok(standard) => Ok(amounts_to(file, &standard)),
        Err(error) => Err(anyhow!("{}", shown(file, &text, &error))),
    }
}

/// The fault with the line it is in.
fn shown(file: &Path, text: &str, error: &anyhow::Error) -> String {
    let message = format!("{error:#}");
    let fault = error.downcast_ref::<StandardError>().map(StandardError::place);
    let place = fault.or_else(|| place_in(&message));
    let Some(place) = place else { return format!("{}: {message}", file.display()) };
    let message = message.strip_prefix(&format!("{place}: ")).unwrap_or(&message).to_owned();
    let mut told = format!("{}:{}:{}: {message}", file.display(), place.line, place.column);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(line) = text.lines().nth(place.line - 1) {
        let number = place.line.to_string();
        // Chinese characters are two columns wide on a screen; tabs are kept, so that the mark stands below its place.
        let before: String = line.chars().take(place.column - 1).collect();
        let indent: String = before
            .chars()
            .flat_map(|c| if c == '\t' { vec!['\t'] } else { vec![' '; display_width(c.encode_utf8(&mut [0; 4]))] })
            .collect();
        let margin = " ".repeat(number.len());
        let _ = write!(told, "\n {number} | {line}\n {margin} | {indent}^");
    }
    told
}

/// The place that a message of the vocabulary begins with.
fn place_in(message: &str) -> Option<Place> {
    let rest = message.strip_prefix("line ")?;
    let (line, rest) = rest.split_once(", column ")?;
    let (column, _) = rest.split_once(':')?;
    Some(Place { line: line.parse().ok()?, column: column.parse().ok()? })
}

fn amounts_to(file: &Path, standard: &Standard) -> String {
    let mut text = format!(
        "{} can be used: {} {} ({})\n  {} requirements, {} circles, {} measures, {} rules, {} grades\n",
        file.display(),
        standard.id,
        standard.zh,
        standard.status.code(),
        standard.requirements.len(),
        standard.circles.len(),
        standard.measures.len(),
        standard.rules.len(),
        standard.ratings.len(),
    );
    if !standard.status.can_be_run() {
        text.push_str("  it holds too little to be run: no city can be judged by it\n");
    } else if let Some(why) = standard.cannot_rate() {
        let _ = writeln!(text, "  zones get no grade by it: {why}");
    }
    text
}

fn as_value(file: &Path, standard: &Standard) -> Value {
    json!({
        "file": file.display().to_string(),
        "id": standard.id,
        "status": standard.status,
        "can_be_run": standard.status.can_be_run(),
        "cannot_rate": standard.cannot_rate(),
        "requirements": standard.requirements.len(),
        "circles": standard.circles.len(),
        "measures": standard.measures.len(),
        "rules": standard.rules.len(),
        "ratings": standard.ratings.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<String, String> {
        let file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let vocabulary = Vocabulary::embedded().expect("the vocabulary");
        let name = file.path().display().to_string();
        let result = check(file.path(), &vocabulary, false).map_err(|error| format!("{error:#}"));
        result.map(|told| told.replace(&name, "F")).map_err(|told| told.replace(&name, "F"))
    }

    const BREAD: &str = "schema_version = 1\n\
        profile = { id = \"bread\", zh = \"面包\", en = \"Bread\", status = \"sourced\" }\n\
        tier = [{ id = \"near\", minutes = 7 }]\n\
        [[require]]\nid = \"bread\"\ntier = \"near\"\nany_of = [\"bakery\"]\n";

    #[test]
    fn what_a_file_amounts_to() {
        let told = checked(BREAD).expect("it is right");
        assert!(told.starts_with("F can be used: bread 面包 (sourced)\n  1 requirements, 0 circles"), "{told}");
        assert!(told.contains("zones get no grade by it: its document has no grades"), "{told}");
    }

    #[test]
    fn a_fault_is_shown_where_it_stands() {
        // A fault of the file's own, in a line with Chinese before it.
        let told = checked(&BREAD.replace("\"sourced\"", "\"good\"")).expect_err("no such status");
        let lines: Vec<&str> = told.lines().collect();
        assert!(lines[0].starts_with("F:2:61: unknown variant `good`"), "{told}");
        let mark = |line: &str| display_width(line.split('^').next().unwrap_or_default());
        assert_eq!(mark(lines[2]), display_width(lines[1].split("\"good\"").next().unwrap_or_default()), "{told}");
        // A fault that only the vocabulary sees.
        let told = checked(&BREAD.replace("bakery", "bakry")).expect_err("no such format");
        assert!(told.starts_with("F:7:11: requirement \"bread\": there is no format \"bakry\""), "{told}");
        assert!(told.ends_with("\n 7 | any_of = [\"bakry\"]\n   |           ^"), "{told}");
    }
}
