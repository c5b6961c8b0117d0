//! `walkshed standard list|show|check|schema`: which standards there are, what each asks for, by whom and in whose words,
//! and whether a file of one's own can be used.
//!
//! Comes in: the id of a standard or a file. Goes out: text for people or JSON for machines. Not here: whether a city
//! meets a standard (`walkshed run`).

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use walkshed::coverage::{Limit, Requirement, Standard, Status, standard_json_schema};

use super::columns::{Align, Columns};
use super::standard_check;
use crate::registry::standards::{self, StandardFile};
use crate::registry::vocabulary::Vocabulary;

/// What `walkshed standard` is asked.
#[derive(Debug, Args)]
pub(crate) struct StandardArgs {
    #[command(subcommand)]
    command: StandardCommand,
}

#[derive(Debug, Subcommand)]
enum StandardCommand {
    /// List the standards that come with walkshed
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what a standard asks for, and where each value comes from
    Show {
        /// The id of a standard (see `walkshed standard list`), or the path of a standard file
        #[arg(value_name = "ID|FILE")]
        standard: String,
        /// A vocabulary of formats to use in the place of walkshed's own
        #[arg(long, value_name = "FILE")]
        formats: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check a standard file; a fault is shown with its line and column
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A vocabulary of formats to use in the place of walkshed's own
        #[arg(long, value_name = "FILE")]
        formats: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of standard files, for editors and validators
    Schema,
}

/// Runs `walkshed standard`.
///
/// # Errors
///
/// Where the standard or the vocabulary cannot be read ([`standards::UnknownStandard`] for an id there is not), or the
/// output cannot be written.
pub(crate) fn run(args: StandardArgs) -> Result<()> {
    let text = match args.command {
        StandardCommand::List { json } => list(json)?,
        StandardCommand::Show { standard, formats, json } => {
            let vocabulary = vocabulary(formats.as_deref())?;
            show(&standards::load(&standard, &vocabulary)?, &vocabulary, json)
        }
        StandardCommand::Check { file, formats, json } => {
            standard_check::check(&file, &vocabulary(formats.as_deref())?, json)?
        }
        StandardCommand::Schema => standard_json_schema() + "\n",
    };
    match io::stdout().lock().write_all(text.as_bytes()) {
        // The reader has seen enough: `walkshed standard show six-ones | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to the terminal"),
    }
}

fn vocabulary(path: Option<&Path>) -> Result<Vocabulary> {
    path.map_or_else(Vocabulary::embedded, Vocabulary::load)
}

fn list(as_json: bool) -> Result<String> {
    let vocabulary = Vocabulary::embedded()?;
    let all = standards::ids().map(|id| Ok(standards::load(id, &vocabulary)?.standard));
    let all = all.collect::<Result<Vec<Standard>>>()?;
    if as_json {
        let rows = all.iter().map(|standard| {
            json!({
                "id": standard.id,
                "zh": standard.zh,
                "en": standard.en,
                "status": standard.status,
                "can_be_run": standard.status.can_be_run(),
                "requirements": standard.requirements.len(),
                "rules": standard.rules.len(),
                "ratings": standard.ratings.len(),
                "minutes": standard.minutes(),
                "distances_m": standard.meters(),
            })
        });
        return Ok(pretty(&rows.collect()));
    }
    let right = Align::Right;
    let mut columns = Columns::new([Align::Left, Align::Left, right, right, right, Align::Left, Align::Left]);
    columns.row(["id", "status", "requirements", "rules", "grades", "walks", "name"]);
    for standard in &all {
        let count = |number: usize| if number == 0 { "-".to_owned() } else { number.to_string() };
        let (required, rules) = (count(standard.requirements.len()), count(standard.rules.len()));
        let grades = count(standard.ratings.len());
        columns.row([&standard.id, standard.status.code(), &required, &rules, &grades, &walks(standard), &standard.zh]);
        columns.row(["", "", "", "", "", "", &standard.en]);
    }
    let mut text = columns.render("");
    text.push_str("\nwalkshed standard show ID tells what one asks for and where each value comes from.\n");
    Ok(text)
}

fn show(file: &StandardFile, vocabulary: &Vocabulary, as_json: bool) -> String {
    let standard = &file.standard;
    if as_json {
        let names = standard.formats().into_iter().map(|id| (id.to_owned(), names(id, vocabulary))).collect::<Vec<_>>();
        let formats: serde_json::Map<String, Value> = names.into_iter().collect();
        return pretty(&json!({ "file": file.path, "standard": standard, "formats": formats }));
    }
    let mut text = head(file);
    if standard.requirements.is_empty() {
        text.push_str(&rules(standard));
        text.push_str(&notes(standard));
        return text;
    }
    text.push_str("\nRequirements\n");
    for class in standard.classes() {
        let members: Vec<&Requirement> = standard.requirements.iter().filter(|one| one.class == class).collect();
        let name = vocabulary.class_names(class).map_or_else(String::new, |(zh, en)| format!(" {zh} {en}"));
        let _ = writeln!(text, "  {class}{name} ({})", members.len());
        let mut columns =
            Columns::new([Align::Left, Align::Left, Align::Left, Align::Right, Align::Right, Align::Left]);
        columns.row(["id", "中文", "English", "within", "at least", "outlets of any of"]);
        for one in members {
            let count = one.min_count.to_string();
            columns.row([&one.id, &one.zh, &one.en, &limit(one.limit), &count, &outlets(one, vocabulary)]);
        }
        text.push_str(&columns.render("    "));
    }
    text.push_str(&rules(standard));
    text.push_str(&notes(standard));
    text
}

/// The outlets that serve a requirement, in words: any of some, then each of others, then when and for whom.
fn outlets(one: &Requirement, vocabulary: &Vocabulary) -> String {
    let listed = |ids: &[String]| ids.iter().map(|id| in_words(id, one, vocabulary)).collect::<Vec<_>>().join(", ");
    let mut text = listed(&one.any_of);
    if !one.all_of.is_empty() {
        let and = if text.is_empty() { "each of " } else { "; and each of " };
        let _ = write!(text, "{and}{}", listed(&one.all_of));
    }
    if let Some(at) = one.at {
        let _ = write!(text, "; open at {at}");
    }
    if let Some(group) = &one.group {
        let _ = write!(text, "; at the speed of {group}");
    }
    text
}

/// Circles, rules and grades of zones.
fn rules(standard: &Standard) -> String {
    let mut text = String::new();
    let conditions = |needs: &[walkshed::coverage::Condition]| -> String {
        let told = needs.iter().map(|need| format!("{} {need}", standard.measures[need.measure].id));
        told.collect::<Vec<_>>().join(", ")
    };
    section(
        &mut text,
        "Circles laid over each other",
        standard.circles.iter().map(|circle| {
            let members = circle.requirements.iter().map(|&one| standard.requirements[one].id.as_str());
            format!("{} {} {}: {}", circle.id, circle.zh, circle.en, members.collect::<Vec<_>>().join(", "))
        }),
    );
    section(
        &mut text,
        "Numbers of a zone",
        standard.measures.iter().map(|measure| {
            let per = measure.per.map_or_else(String::new, |per| match per {
                walkshed::coverage::Per::Residents(number) => format!(" per {number} residents"),
                walkshed::coverage::Per::AreaM2(number) => format!(" per {number} m2"),
            });
            format!("{} {} {}: {}{per}", measure.id, measure.zh, measure.en, measure.kind.code())
        }),
    );
    section(
        &mut text,
        "Rules of a zone",
        standard.rules.iter().map(|rule| {
            let only_if =
                if rule.only_if.is_empty() { String::new() } else { format!(", where {}", conditions(&rule.only_if)) };
            format!("{} {} {}: {}{only_if}", rule.id, rule.zh, rule.en, conditions(&rule.needs))
        }),
    );
    section(
        &mut text,
        "Grades of a zone, the best first",
        standard.ratings.iter().map(|one| format!("{} {} {}: {}", one.id, one.zh, one.en, conditions(&one.needs))),
    );
    text
}

fn head(file: &StandardFile) -> String {
    let standard = &file.standard;
    let mut columns = Columns::new([Align::Left, Align::Left]);
    columns.row([standard.id.as_str(), &standard.zh]);
    columns.row(["", &standard.en]);
    if let Some(edition) = &standard.edition {
        columns.row(["edition", edition]);
    }
    if let Some(date) = &standard.date {
        columns.row(["date", date]);
    }
    columns.row(["status", &format!("{}: {}", standard.status.code(), meaning(standard.status))]);
    columns.row(["walks", &format!("{} on foot from each residence, limit included", walks(standard))]);
    if standard.nested {
        columns.row(["tiers", "a longer one also asks what the shorter ones ask"]);
    }
    columns.row(["file", file.path.as_deref().unwrap_or("comes with walkshed")]);
    columns.render("")
}

/// Sources and notes, as headings with lists; a heading without entries is left out.
fn notes(standard: &Standard) -> String {
    let mut text = String::new();
    // The requirements of a set share its choice, and sets may share one: it is said once.
    let of_sets: Vec<&str> = standard.sets.iter().flat_map(|set| &set.formats).map(String::as_str).collect();
    let alone = standard.requirements.iter().filter(|requirement| !of_sets.contains(&&*requirement.id));
    let tiers = standard.tiers.iter().map(|tier| (&tier.id, &tier.choice));
    let sets = standard.sets.iter().map(|set| (&set.id, &set.choice));
    let all = tiers.chain(sets).chain(alone.map(|requirement| (&requirement.id, &requirement.choice)));
    let mut choices: Vec<(String, &str)> = Vec::new();
    for (id, choice) in all.filter_map(|(id, choice)| Some((id, choice.as_deref()?))) {
        match choices.iter_mut().find(|(_, said)| *said == choice) {
            Some((ids, _)) => {
                let _ = write!(ids, ", {id}");
            }
            None => choices.push((id.clone(), choice)),
        }
    }
    section(&mut text, "Chosen by the writers of the file", choices.iter().map(|(of, why)| format!("{of}: {why}")));
    section(
        &mut text,
        "Can be read in several ways",
        standard.ambiguities.iter().map(|entry| match &entry.reading {
            Some(reading) => format!("{} Here: {reading}", entry.text),
            None => entry.text.clone(),
        }),
    );
    section(
        &mut text,
        "Asked by the document and not computed",
        standard.not_computed.iter().map(|entry| format!("{}: {}", entry.text, entry.reason)),
    );
    section(&mut text, "Could not be obtained", standard.not_obtainable.iter().map(|entry| entry.what.clone()));
    section(
        &mut text,
        "Sources",
        standard.sources.iter().map(|source| {
            let parts = [Some(&source.title), source.date.as_ref(), source.url.as_ref()];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            let quote = source.quote.as_ref().map_or_else(String::new, |quote| format!("\n      「{quote}」"));
            format!("{}: {}{quote}", source.id, parts.join(", "))
        }),
    );
    text
}

fn section(text: &mut String, heading: &str, entries: impl Iterator<Item = String>) {
    let mut entries = entries.peekable();
    if entries.peek().is_some() {
        let _ = writeln!(text, "\n{heading}");
        for entry in entries {
            let _ = writeln!(text, "  - {entry}");
        }
    }
}

/// What a status means for whoever wants to use the standard.
const fn meaning(status: Status) -> &'static str {
    match status {
        Status::Sourced => "all that is computed has a source",
        Status::Partial => "what is computed has a source; parts of the document were not found",
        Status::CountsOnly => "only the sizes of its lists are known; it cannot be run",
        Status::ShapeOnly => "only the form of its rules is known; it cannot be run",
        Status::TiersOnly => "only its walking times are known; it cannot be run",
    }
}

/// The walks that a standard speaks of: `5, 15 min; 500 m`.
fn walks(standard: &Standard) -> String {
    let listed = |numbers: &[u32], unit: &str| {
        let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
        (!numbers.is_empty()).then(|| format!("{} {unit}", numbers.join(", ")))
    };
    let walks = [listed(&standard.minutes(), "min"), listed(&standard.meters(), "m")];
    let walks: Vec<String> = walks.into_iter().flatten().collect();
    if walks.is_empty() { "-".to_owned() } else { walks.join("; ") }
}

fn limit(limit: Limit) -> String {
    match limit {
        Limit::Minutes(minutes) => format!("{minutes} min"),
        Limit::Meters(meters) => format!("{meters} m"),
    }
}

fn names(id: &str, vocabulary: &Vocabulary) -> Value {
    let format = vocabulary.find(id).map(|index| vocabulary.format(index));
    json!({ "zh": format.map(|format| &format.zh), "en": format.map(|format| &format.en) })
}

/// A format by its Chinese name and id; by its id alone where the requirement has the same name.
fn in_words(id: &str, of: &Requirement, vocabulary: &Vocabulary) -> String {
    let zh = vocabulary.find(id).map(|index| &vocabulary.format(index).zh).filter(|zh| **zh != of.zh);
    zh.map_or_else(|| id.to_owned(), |zh| format!("{zh} {id}"))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::super::columns::display_width;
    use super::*;

    fn shown(id: &str, as_json: bool) -> String {
        let vocabulary = Vocabulary::embedded().expect("the vocabulary");
        show(&standards::load(id, &vocabulary).expect("a standard"), &vocabulary, as_json)
    }

    #[test]
    fn the_list_has_a_row_for_each_and_its_columns_line_up() {
        let text = list(false).expect("the list");
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[0].starts_with("id                    status       requirements  rules  grades  walks"),
            "{text}"
        );
        let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed(lines[1]).starts_with("six-ones sourced 6 - - 15 min 一店一早、一菜一修、一老一小"), "{text}");
        assert!(lines[2].trim_start().starts_with("The six ones"));
        assert!(squeezed(lines[9]).starts_with("mofcom-5-8-15 sourced 10 - - 5, 8, 15 min 商务部发布会口径"), "{text}");
        assert!(text.contains("8 min; 200, 300, 500, 800 m"), "{text}");
        let name_at = lines[0].find("name").expect("a column");
        assert_eq!(lines[2].len() - lines[2].trim_start().len(), name_at);
    }

    #[test]
    fn a_standard_is_shown_with_its_formats_and_sources() {
        let text = shown("six-ones", false);
        for words in [
            "status    sourced: all that is computed has a source",
            "walks     15 min on foot from each residence, limit included",
            "basic 基本保障类 Basic (4)",
            "早餐店 breakfast_shop, 移动早餐车（早餐供应点） mobile_breakfast",
            "Chosen by the writers of the file\n  - t15: The 15 minutes are said of the shop",
            "  - sichuan-2023: 川观新闻",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        // The last column begins at one place of the screen in all rows of a class.
        let of_last = |line: &&str| line.contains("convenience_store") || line.contains("breakfast_shop");
        let starts: Vec<usize> = text
            .lines()
            .filter(of_last)
            .map(|line| display_width(&line[..line.find(" 1  ").expect("the count")]))
            .collect();
        assert_eq!(starts.len(), 2);
        assert_eq!(starts[0], starts[1]);
        let national = shown("national-2021", false);
        assert!(national.contains("Could not be obtained") && national.contains("居民满意度90%以上"), "{national}");
        assert!(national.contains("  - basic, quality: One outlet of each format"), "said once for both lists");
    }

    #[test]
    fn grades_and_rules_are_shown_with_their_conditions() {
        let xian = shown("xian", false);
        let high = "high 高品质 High quality: basic_formats >= 10, quality_formats >= 6, score >= 80";
        assert!(xian.contains(high), "{xian}");
        let guangzhou = shown("guangzhou-population", false);
        assert!(guangzhou.contains("where density > 2000, residents >= 5000"), "{guangzhou}");
        let qingdao = shown("qingdao-shinan-2009", false);
        assert!(qingdao.contains("; open at always") && qingdao.contains("800 m"), "{qingdao}");
    }

    #[test]
    fn json_has_the_whole_standard() {
        let all: Value = serde_json::from_str(&list(true).expect("the list")).expect("JSON");
        assert_eq!(all[4]["minutes"], json!([5, 8, 15]));
        assert_eq!(all[1]["status"], "partial");
        let one: Value = serde_json::from_str(&shown("xicheng-10min", true)).expect("JSON");
        assert_eq!(one["standard"]["requirements"][0]["any_of"][1], "wet_market");
        assert_eq!(one["standard"]["tiers"][0]["limit"]["minutes"], 10);
        assert_eq!(one["formats"]["wet_market"]["zh"], "菜市场");
        assert_eq!(one["file"], Value::Null);
    }
}
