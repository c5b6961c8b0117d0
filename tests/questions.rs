//! The documents that answer planners: every command in them is run, and every number that they state is checked.
//!
//! In `docs/questions.md` a block of `sh` has commands; a block of `text` after it has lines that these commands print; a
//! block of `facts` has lines `TABLE COLUMN=VALUE, … : COLUMN=VALUE, …`: the one row of a table that was written where the
//! first values hold has the second. A number with decimals stands for what it is rounded from.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use polars::prelude::DataFrame;

use super::results::read_parquet;
use super::tool::{DONE, walkshed};

/// Questions that the document says are not answered yet: of siting and of new links.
const LATER: [u32; 3] = [14, 15, 16];

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A block of a document: its kind, and its lines.
type Block = (String, Vec<String>);

/// The questions with their blocks, by number.
fn questions(text: &str) -> BTreeMap<u32, Vec<Block>> {
    let mut questions: BTreeMap<u32, Vec<Block>> = BTreeMap::new();
    let mut number = None;
    let mut block: Option<Block> = None;
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix("```") {
            match block.take() {
                Some(done) => questions.entry(number.expect("a block in a question")).or_default().push(done),
                None => block = Some((kind.to_owned(), Vec::new())),
            }
        } else if let Some((_, lines)) = &mut block {
            lines.push(line.to_owned());
        } else if let Some(title) = line.strip_prefix("## ") {
            number = title.split('.').next().and_then(|number| number.parse().ok());
            if let Some(number) = number {
                questions.entry(number).or_default();
            }
        }
    }
    questions
}

/// A command line as words; quotes keep a word together.
fn words_of(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(sign),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Runs a command of the document in a folder; gives what it prints.
fn run(line: &str, folder: &Path) -> String {
    let words = words_of(line);
    assert_eq!(words[0], "walkshed", "{line}");
    let output = Command::new(env!("CARGO_BIN_EXE_walkshed")).args(&words[1..]).current_dir(folder).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{line}\n{told}\n{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// Pairs of columns and values.
fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split(", ").map(|pair| pair.trim().split_once('=').unwrap_or_else(|| panic!("no value: {pair}")));
    pairs.map(|(column, value)| (column.to_owned(), value.to_owned())).collect()
}

/// Whether a value of a table is what a document says.
fn is(table: &DataFrame, column: &str, row: usize, said: &str) -> bool {
    let value = table.column(column).unwrap_or_else(|error| panic!("{error}")).get(row).unwrap();
    if value.is_null() {
        return said.is_empty();
    }
    let found = value.str_value().into_owned();
    match (found.parse::<f64>(), said.replace(' ', "").parse::<f64>()) {
        (Ok(found), Ok(number)) => {
            let decimals = said.split_once('.').map_or(0, |(_, decimals)| decimals.len()) as i32;
            (found - number).abs() <= 0.5 * 10f64.powi(-decimals) + 1e-9
        }
        _ => found == said,
    }
}

fn check_fact(line: &str, folder: &Path) {
    let (place, expected) = line.split_once(" : ").unwrap_or_else(|| panic!("no ' : ' in {line}"));
    let (table, key) = place.split_once(' ').unwrap_or((place, ""));
    let table = read_parquet(&folder.join(format!("{table}.parquet")));
    let key = if key.is_empty() { Vec::new() } else { pairs(key) };
    let rows: Vec<usize> =
        (0..table.height()).filter(|&row| key.iter().all(|(column, said)| is(&table, column, row, said))).collect();
    if let Some(count) = expected.strip_prefix("rows=") {
        assert_eq!(rows.len().to_string(), count, "{line}");
        return;
    }
    assert_eq!(rows.len(), 1, "not one row: {line}");
    for (column, said) in pairs(expected) {
        let found = table.column(&column).unwrap().get(rows[0]).unwrap();
        assert!(is(&table, &column, rows[0], &said), "{line}: {column} is {found}");
    }
}

#[cfg(unix)]
#[test]
fn every_question_of_a_planner_is_answered_by_its_commands() {
    is_answered("questions.md", 25, &LATER);
}

#[cfg(unix)]
#[test]
fn every_question_of_a_researcher_is_answered_by_its_commands() {
    is_answered("researchers.md", 10, &[]);
}

/// Runs the commands of a document with so many questions, some of which may be left for later.
#[cfg(unix)]
fn is_answered(name: &str, count: u32, later: &[u32]) {
    let folder = tempfile::tempdir().unwrap();
    for link in ["data-samples", "docs"] {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(link).canonicalize().unwrap();
        std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
    }
    let questions = questions(&document(name));
    assert!(questions.keys().copied().eq(1..=count), "{:?}", questions.keys());
    for (number, blocks) in &questions {
        let kinds: Vec<&str> = blocks.iter().map(|(kind, _)| kind.as_str()).collect();
        assert!(later.contains(number) || kinds.contains(&"text") || kinds.contains(&"facts"), "{number}: {kinds:?}");
        let mut told = String::new();
        for (kind, lines) in blocks {
            for line in lines {
                match kind.as_str() {
                    "sh" => told.push_str(&run(line, folder.path())),
                    "text" => {
                        // Columns are as wide as their widest word.
                        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
                        let is_told = told.lines().any(|printed| words(printed) == words(line));
                        assert!(is_told, "{number}: {line:?} is not in\n{told}");
                    }
                    "facts" => check_fact(line, folder.path()),
                    other => panic!("{number}: a block of {other:?}"),
                }
            }
        }
    }
}

/// The words between backticks of a text.
fn in_backticks(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_chapter_of_the_compendium_has_its_row_and_names_what_there_is() {
    let text = document("compendium.md");
    let (capabilities, cities) = text.split_once("## The 47").unwrap();
    let rows = |part: &str| -> Vec<String> {
        let rows = part.lines().filter(|line| line.starts_with("| ") && !line.starts_with("|---"));
        rows.skip(1).map(str::to_owned).collect()
    };
    let codes: Vec<String> =
        rows(capabilities).iter().map(|row| row.split('|').nth(1).unwrap().trim().to_owned()).collect();
    assert_eq!(codes.len(), 17, "{codes:?}");
    let cities = rows(cities);
    assert_eq!(cities.len(), 47);
    for row in &cities {
        let cells: Vec<&str> = row.split(" | ").collect();
        assert_eq!(cells.len(), 4, "{row}");
        for code in cells[2].split_whitespace() {
            assert!(codes.iter().any(|known| known == code), "{code} in {row}");
        }
        assert!(cells[3].len() > 10, "{row}");
    }
    let help = walkshed("--help").ends(DONE).out;
    let tables = [
        "access",
        "gaps",
        "zones",
        "zone_summary",
        "formats",
        "outlets",
        "duplicates",
        "unmapped",
        "rejected",
        "cells",
    ];
    for word in in_backticks(&text) {
        let first = word.split([' ', '.', '/']).next().unwrap();
        let is_command = help.contains(&format!("\n  {first} "));
        if ["circles", "compare", "resilience", "matrix", "run", "repair", "registry"].contains(&first) {
            assert!(is_command, "{word} is no command");
        }
        if word.ends_with(".parquet") {
            assert!(tables.contains(&first), "{word} is no table");
        }
    }
}
