//! Standard files that are right, and each way in which they are wrong, with the place that the message names.

use super::*;

const HEAD: &str = r#"schema_version = 1
[profile]
id = "test"
zh = "测试"
en = "Test"
status = "partial"
[[source]]
id = "paper"
title = "A paper"
[[tier]]
id = "t5"
minutes = 5
source = "paper"
[[tier]]
id = "t15"
minutes = 15
"#;

/// The lines of [`HEAD`]: what follows begins at line 17.
const HEAD_LINES: usize = 16;

const BREAD: &str = r#"[[require]]
id = "bread"
tier = "t5"
any_of = ["bakery"]
"#;

fn error(tail: &str) -> StandardError {
    read(&format!("{HEAD}{tail}")).expect_err("the file is wrong")
}

/// Where a text first stands in the tail, as the reader should name it.
fn place(tail: &str, needle: &str) -> Place {
    let within = Place::of(tail, tail.find(needle).expect("the needle is in the tail"));
    Place { line: within.line + HEAD_LINES, ..within }
}

#[test]
fn requirements_keep_the_order_of_the_file() {
    let tail = r#"
        [[require]]
        id = "bread"
        zh = "面包"
        en = "Bread"
        class = "quality"
        tier = "t5"
        any_of = ["bakery", "general_supermarket"]
        min_count = 2
        text = "..."
        source = ["paper"]
        choice = "two bakers, so that one can be closed"
        [[set]]
        id = "basic"
        zh = "基本"
        class = "basic"
        tier = "t15"
        formats = ["pharmacy", "laundry"]
        open_ended = true
        [set.names]
        laundry = { zh = "洗染" }
        [set.alternatives]
        laundry = ["dry_cleaner"]
        [[require]]
        id = "books"
        tier = "t15"
        any_of = ["bookstore"]
    "#;
    let mut standard = read(&format!("\u{feff}{HEAD}{tail}")).expect("a valid file, with a byte order mark");
    let ids: Vec<&str> = standard.requirements.iter().map(|requirement| requirement.id.as_str()).collect();
    assert_eq!(ids, ["bread", "pharmacy", "laundry", "books"]);
    let [bread, pharmacy, laundry, books] = &standard.requirements[..] else { panic!("four requirements") };
    assert_eq!((bread.minutes, bread.min_count, &bread.sources[..]), (5, 2, &["paper".to_owned()][..]));
    assert_eq!((pharmacy.zh.as_str(), pharmacy.minutes, pharmacy.class.as_str()), ("pharmacy", 15, "basic"));
    assert_eq!((laundry.zh.as_str(), laundry.en.as_str()), ("洗染", "laundry"));
    assert_eq!(laundry.any_of, ["laundry", "dry_cleaner"]);
    assert_eq!((books.class.as_str(), books.min_count, books.zh.as_str()), ("required", 1, "books"));
    assert!(standard.sets[0].open_ended);
    assert_eq!(standard.minutes(), [5, 15]);
    assert_eq!(standard.classes(), ["quality", "basic", "required"]);
    let formats = ["bakery", "general_supermarket", "pharmacy", "laundry", "dry_cleaner", "bookstore"];
    assert_eq!(standard.formats(), formats);

    // A vocabulary names what has no name of its own, and leaves the document's own names alone.
    standard.name_formats(|format| match format {
        "pharmacy" => Some(("药店", "Pharmacy")),
        "laundry" => Some(("洗染店", "Laundry")),
        _ => None,
    });
    let names = |position: usize| (&*standard.requirements[position].zh, &*standard.requirements[position].en);
    assert_eq!((names(1), names(2)), (("药店", "Pharmacy"), ("洗染", "Laundry")));
}

#[test]
fn a_tier_that_is_not_defined() {
    let tail = BREAD.replace("\"t5\"", "\"t8\"");
    let expected =
        StandardError::UnknownTier { at: place(&tail, "\"t8\""), tier: "t8".to_owned(), known: "t5, t15".to_owned() };
    assert_eq!(error(&tail), expected);
    assert_eq!(
        error(&tail).to_string(),
        "line 19, column 8: there is no tier \"t8\"; the tiers of this file are: t5, t15"
    );
}

#[test]
fn two_requirements_of_one_id() {
    let tail = format!("{BREAD}{BREAD}");
    let expected = StandardError::DuplicateId {
        at: Place { line: 22, column: 6 },
        kind: "requirement",
        id: "bread".to_owned(),
        first: Place { line: 18, column: 6 },
    };
    assert_eq!(error(&tail), expected);
}

#[test]
fn a_set_and_a_requirement_of_one_id() {
    let tail = format!("{BREAD}[[set]]\nid = \"basic\"\ntier = \"t5\"\nformats = [\"laundry\", \"bread\"]\n");
    let expected = StandardError::DuplicateId {
        at: Place { line: 24, column: 23 },
        kind: "requirement",
        id: "bread".to_owned(),
        first: Place { line: 18, column: 6 },
    };
    assert_eq!(error(&tail), expected);
}

#[test]
fn lists_without_formats() {
    let tail = BREAD.replace("[\"bakery\"]", "[]");
    let of = "any_of of \"bread\"".to_owned();
    assert_eq!(error(&tail), StandardError::NoFormat { at: place(&tail, "[]"), of });
    let tail = "[[set]]\nid = \"basic\"\ntier = \"t5\"\nformats = []\n";
    let of = "formats of the set \"basic\"".to_owned();
    assert_eq!(error(tail), StandardError::NoFormat { at: place(tail, "[]"), of });
}

#[test]
fn a_format_twice_in_a_list() {
    let tail = BREAD.replace("[\"bakery\"]", "[\"bakery\", \"cafe\", \"bakery\"]");
    let at = Place { line: 20, column: 29 };
    assert_eq!(error(&tail), StandardError::FormatTwice { at, format: "bakery".to_owned() });
}

#[test]
fn a_count_of_none() {
    let tail = format!("{BREAD}min_count = 0\n");
    assert_eq!(error(&tail), StandardError::ZeroMinCount { at: place(&tail, "0\n") });
}

#[test]
fn walks_of_no_time_or_of_hours() {
    for minutes in [0, 241, 900] {
        let tail = format!("[[tier]]\nid = \"long\"\nminutes = {minutes}\n{BREAD}");
        let at = Place { line: 19, column: 11 };
        assert_eq!(error(&tail), StandardError::Minutes { at, minutes });
    }
    assert!(read(&format!("{HEAD}[[tier]]\nid = \"long\"\nminutes = 240\n{BREAD}")).is_ok());
}

#[test]
fn another_schema_version_is_refused_before_its_keys() {
    let text = HEAD.replace("schema_version = 1", "schema_version = 2\nkey_of_version_2 = true");
    let expected = StandardError::SchemaVersion { at: Place { line: 1, column: 18 }, found: 2 };
    assert_eq!(read(&text).expect_err("version 2"), expected);
}

#[test]
fn a_source_that_is_not_defined() {
    let tail = format!("{BREAD}source = [\"paper\", \"hearsay\"]\n");
    let expected = StandardError::UnknownSource {
        at: place(&tail, "[\"paper\""),
        source_id: "hearsay".to_owned(),
        known: "paper".to_owned(),
    };
    assert_eq!(error(&tail), expected);
}

#[test]
fn names_and_alternatives_of_formats_outside_their_set() {
    for key in ["names]\ncafe = { zh = \"咖啡\" }", "alternatives]\ncafe = [\"tea\"]"] {
        let tail = format!("[[set]]\nid = \"basic\"\ntier = \"t5\"\nformats = [\"laundry\"]\n[set.{key}\n");
        let expected = StandardError::NotInSet {
            at: Place { line: 22, column: 1 },
            format: "cafe".to_owned(),
            set: "basic".to_owned(),
        };
        assert_eq!(error(&tail), expected);
    }
}

#[test]
fn ids_that_cannot_name_a_column() {
    for id in ["", "Bread", "bread roll", "面包"] {
        let tail = BREAD.replace("\"bread\"", &format!("\"{id}\""));
        let at = Place { line: 18, column: 6 };
        assert_eq!(error(&tail), StandardError::BadId { at, kind: "requirement", id: id.to_owned() });
    }
}

#[test]
fn a_standard_that_asks_for_nothing() {
    let expected = StandardError::NothingRequired { at: Place { line: 6, column: 10 }, status: "partial" };
    assert_eq!(error(""), expected);
    let tiers_only = HEAD.replace("partial", "tiers-only");
    let standard = read(&tiers_only).expect("tiers alone are enough for this status");
    assert!(!standard.status.can_be_run());
}

#[test]
fn toml_errors_name_the_key_and_the_place() {
    let table = [
        // An unknown key: a slip of the pen is found, not ignored.
        (format!("{BREAD}anyof = [\"bakery\"]\n"), 21, 1, "unknown field `anyof`, expected one of `id`, `zh`"),
        // A missing key: the place is the table it is missing from.
        ("[[require]]\nid = \"bread\"\ntier = \"t5\"\n".to_owned(), 17, 1, "missing field `any_of`"),
        // A wrong type.
        (BREAD.replace("[\"bakery\"]", "\"bakery\""), 20, 10, "invalid type: string \"bakery\", expected a sequence"),
        (format!("{BREAD}min_count = -1\n"), 21, 13, "invalid value: integer `-1`"),
        (format!("{BREAD}source = 5\n"), 21, 10, "expected the id of a source, or a list of them"),
        // Not TOML at all.
        ("[[require]\n".to_owned(), 17, 11, ""),
    ];
    for (tail, line, column, words) in table {
        let StandardError::Toml { at, message } = error(&tail) else { panic!("a TOML error for {tail}") };
        assert_eq!(at, Place { line, column }, "{message}");
        assert!(message.contains(words), "{message}");
    }
    let StandardError::Toml { message, .. } = read("").expect_err("an empty file") else { panic!("a TOML error") };
    assert!(message.contains("schema_version"), "{message}");
}
