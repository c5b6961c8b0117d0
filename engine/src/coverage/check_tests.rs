//! Standard files that are right, and each way in which they are wrong, with the place that the message names.

use super::super::rules::{Combine, Per};
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
    assert_eq!((bread.limit, bread.min_count, &bread.sources[..]), (Limit::Minutes(5), 2, &["paper".to_owned()][..]));
    assert_eq!(
        (pharmacy.zh.as_str(), pharmacy.limit, pharmacy.class.as_str()),
        ("pharmacy", Limit::Minutes(15), "basic")
    );
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
    let neither = "[[require]]\nid = \"bread\"\ntier = \"t5\"\n";
    let message = error(neither).to_string();
    assert_eq!(
        message,
        "line 18, column 6: \"bread\" has neither any_of nor all_of and names no format; at least one is needed"
    );
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
        ("[[require]]\nid = \"bread\"\nany_of = [\"bakery\"]\n".to_owned(), 17, 1, "missing field `tier`"),
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

#[test]
fn metres_groups_hours_and_parts() {
    let tail = r#"
        [[group]]
        id = "old"
        zh = "老年人"
        speed_m_per_s = 0.9
        residents = "60plus"
        [[tier]]
        id = "near"
        distance_m = 500
        population = [1000, 3000]
        [[tier]]
        id = "block"
        [[require]]
        id = "night"
        tier = "near"
        any_of = ["pharmacy", "hospital"]
        all_of = ["bakery", "laundry"]
        at = "23:00"
        group = "old"
    "#;
    let standard = read(&format!("{HEAD}{tail}")).expect("a valid file");
    assert_eq!((standard.minutes(), standard.meters()), (vec![5, 15], vec![500]));
    let night = &standard.requirements[0];
    assert_eq!((night.limit, night.group.as_deref()), (Limit::Meters(500), Some("old")));
    // 500 m at a metre a second.
    assert_eq!(night.budget().as_seconds().to_bits(), 500f64.to_bits());
    assert_eq!(night.at.map(|at| at.to_string()).as_deref(), Some("23:00"));
    let parts: Vec<&[String]> = night.parts().collect();
    assert_eq!(
        parts,
        [&["pharmacy", "hospital"].map(str::to_owned)[..], &["bakery".to_owned()], &["laundry".to_owned()]]
    );
    assert_eq!(standard.formats(), ["pharmacy", "hospital", "bakery", "laundry"]);
    assert_eq!(standard.groups[0].en, "老年人", "one name stands for the other");

    let wrong = |from: &str, to: &str| error(&tail.replace(from, to)).to_string();
    for (from, to, words) in [
        ("distance_m = 500", "distance_m = 0", "0 metres; a tier is a walk of 1 to 20000 metres"),
        ("distance_m = 500", "distance_m = 500\nminutes = 5", "make two tiers where the document gives both"),
        ("tier = \"near\"", "tier = \"block\"", "the tier \"block\" has neither minutes nor distance_m"),
        ("0.9", "9.0", "9 m/s is no walking speed; expected 0.2 to 3.0"),
        ("\"23:00\"", "\"11 pm\"", "\"11 pm\" is no hour"),
        ("group = \"old\"", "group = \"young\"", "there is no group \"young\"; this file has: old"),
    ] {
        let message = wrong(from, to);
        assert!(message.starts_with("line ") && message.contains(words), "{message}");
    }
}

/// A list that is required, one that is counted and one of which only the size is known; circles, measures and rules.
const RULES: &str = r#"
    [[require]]
    id = "books"
    tier = "t15"
    any_of = ["bookstore"]
    [[set]]
    id = "basic"
    tier = "t5"
    formats = ["laundry"]
    alternatives = { laundry = ["dry_cleaner"] }
    [[set]]
    id = "counted"
    formats = ["books", "gym"]
    [[set]]
    id = "sizes"
    size = 26
    [[measure]]
    id = "kinds"
    kind = "formats"
    sets = ["basic", "counted"]
    formats = ["bar"]
    [[measure]]
    id = "shops"
    kind = "outlets"
    per = { area_m2 = 10000 }
    [[measure]]
    id = "reached"
    kind = "share_met"
    requirements = ["books", "laundry"]
    combine = "all"
    [[rule]]
    id = "enough"
    needs = [{ measure = "shops", at_least = 1.5 }]
"#;

#[test]
fn sets_measures_and_rules() {
    let standard = read(&format!("{HEAD}{RULES}")).expect("a valid file");
    let ids: Vec<&str> = standard.requirements.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["books", "laundry"], "a list without a tier requires nothing");
    let of = |formats: &[&str]| formats.iter().map(|&format| format.to_owned()).collect::<Vec<String>>();
    assert_eq!(
        standard.measures[0].formats,
        [of(&["laundry", "dry_cleaner"]), of(&["books"]), of(&["gym"]), of(&["bar"])]
    );
    assert_eq!(standard.measures[1].per, Some(Per::AreaM2(10_000.0)));
    assert_eq!((&standard.measures[2].requirements[..], standard.measures[2].combine), (&[0, 1][..], Combine::All));
    assert_eq!(standard.sets.iter().map(|set| set.size).collect::<Vec<_>>(), [1, 2, 26]);

    for (from, to, words) in [
        ("at_least = 1.5", "", "the condition on \"shops\" has no bound"),
        (
            "measure = \"shops\"",
            "measure = \"shop\"",
            "there is no measure \"shop\"; this file has: kinds, shops, reached",
        ),
        ("requirements = [\"books\", \"laundry\"]", "", "a measure of kind \"share_met\" needs the key requirements"),
        ("kind = \"outlets\"", "kind = \"imported\"", "a measure of kind \"imported\" needs the key property"),
        ("area_m2 = 10000", "area_m2 = 0", "one of them and more than 0"),
        ("sets = [\"basic\", \"counted\"]", "sets = [\"quality\"]", "there is no set \"quality\""),
        ("size = 26", "", "the set \"sizes\" names no format"),
        ("id = \"shops\"", "id = \"kinds\"", "the measure \"kinds\" was already defined"),
    ] {
        let message = error(&RULES.replace(from, to)).to_string();
        assert!(message.starts_with("line ") && message.contains(words), "{message}");
    }
}

#[test]
fn each_of_several_tiers_is_a_circle_and_nests_only_where_that_is_said() {
    let members = |text: &str| -> Vec<(String, Vec<usize>)> {
        let circles = read(text).expect("a valid file").circles;
        circles.into_iter().map(|circle| (circle.id, circle.requirements)).collect()
    };
    let apart = format!("{HEAD}{RULES}");
    assert_eq!(members(&apart), [("t5".to_owned(), vec![1]), ("t15".to_owned(), vec![0])]);
    let nested = apart.replace("status = \"partial\"", "status = \"partial\"\nnested = true");
    assert_eq!(members(&nested), [("t5".to_owned(), vec![1]), ("t15".to_owned(), vec![0, 1])]);
    let own = format!("{apart}[[circle]]\nid = \"all\"\nrequirements = [\"laundry\", \"books\"]\n");
    assert_eq!(members(&own), [("all".to_owned(), vec![1, 0])]);
}

#[test]
fn the_schema_knows_every_key() {
    let schema = super::super::standard_json_schema();
    assert!(schema.starts_with("{\n") && schema.contains("\"Walkshed standard\""));
    for key in ["any_of", "all_of", "distance_m", "speed_m_per_s", "at_least", "not_obtainable", "only_if", "nested"] {
        assert!(schema.contains(&format!("\"{key}\": {{")), "{key}");
    }
    assert!(schema.contains("\"additionalProperties\": false"));
}
