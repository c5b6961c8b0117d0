//! The house: what a reader may rely on in every file, held by reading the source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The engine's modules from the first to the last, each with those it may use. Data flows one way: a module sees only
/// what stands before it, and of that only what it needs.
const MAY_USE: [(&str, &[&str]); 17] = [
    ("units", &[]),
    ("ids", &[]),
    ("position", &["units"]),
    // Geometry on a plane, without a word of OSM.
    ("sight", &[]),
    // Heights on a grid: no files, no streets.
    ("relief", &["units", "position"]),
    ("osm", &["units", "ids", "position", "sight"]),
    ("graph", &["units", "ids", "position", "sight", "relief", "osm"]),
    // Which way round a street is walked, and what it is like underfoot, are words of `osm`.
    ("walk", &["units", "ids", "position", "osm", "graph"]),
    ("snap", &["units", "ids", "position", "sight", "osm", "graph", "walk"]),
    // No tags: whatever they say is in the graph and in the weights.
    ("search", &["units", "ids", "position", "graph", "walk", "snap"]),
    ("isochrone", &["units", "ids", "position", "graph", "walk", "snap", "search"]),
    // It weighs by the graph's lengths and by one column of times, and searches with places closed.
    ("repair", &["units", "ids", "position", "osm", "graph", "walk", "snap", "search"]),
    ("access", &["units", "ids", "position", "graph", "walk", "snap", "search"]),
    // It judges what was found: of the search it knows the result, `Nearest`.
    ("coverage", &["units", "ids", "search"]),
    // It groups numbers: who searched is not its business.
    ("circles", &["units"]),
    // A small graph for the examples in the documentation.
    ("doc_example", &["units", "ids", "position", "osm", "graph"]),
    ("lib", &["access", "coverage", "graph", "ids", "osm", "position", "search", "snap", "units", "walk"]),
];

/// Files that may be longer than 600 lines, each with its reason.
const LONG_FILES: [(&str, &str); 0] = [];
const LONGEST: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the workspace").to_owned()
}

/// All files below some folders of the project with one of these ends, as path from the root and text, sorted.
fn files(folders: &[&str], ends: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| ends.iter().any(|e| end == *e)) {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            // A registry of the samples is in GB18030; what is looked for is ASCII.
            found.insert(name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned());
        }
    }
    assert!(!found.is_empty(), "nothing in {folders:?}");
    found
}

fn rust(folders: &[&str]) -> BTreeMap<String, String> {
    files(folders, &["rs"])
}

/// The lines of a file that are code of the product: no comments, and nothing from its unit tests on, which are its end.
fn product(name: &str, text: &str) -> String {
    if name.ends_with("tests.rs") {
        return String::new();
    }
    let code = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The top-level names that a file takes from its crate: `a` and `b` of `crate::a::x` and `crate::{b, b::y}`.
fn taken(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            names.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (place, sign) in group.char_indices() {
            match sign {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ if begins && !sign.is_whitespace() => {
                    names.push(word(&group[place..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    names
}

/// The module of each name that `lib.rs` re-exports.
fn re_exported(lib: &str) -> BTreeMap<String, String> {
    let mut modules = BTreeMap::new();
    for statement in lib.split("\npub use ").skip(1) {
        let statement = statement.split(';').next().unwrap_or_default();
        let (module, names) = statement.split_once("::").expect("a module and names");
        for name in names.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty()) {
            modules.insert(name.to_owned(), module.to_owned());
        }
    }
    modules
}

#[test]
fn a_module_of_the_engine_uses_only_what_stands_before_it() {
    let files = rust(&["engine/src"]);
    let re_exported = re_exported(&files["engine/src/lib.rs"]);
    assert_eq!(re_exported.get("WalkGraph").map(String::as_str), Some("graph"));
    let mut wrong = Vec::new();
    for (name, text) in &files {
        let inner = name.strip_prefix("engine/src/").unwrap();
        let module = inner.split(['/', '.']).next().unwrap();
        let Some((_, may_use)) = MAY_USE.iter().find(|(known, _)| *known == module) else {
            panic!("{name}: a new module; say in tests/tidy.rs where it stands and what it may use");
        };
        for taken in taken(text) {
            let used = re_exported.get(&taken).unwrap_or(&taken);
            if used != module && !may_use.contains(&used.as_str()) {
                wrong.push(format!("{name} uses {used} ({taken})"));
            }
        }
    }
    assert!(wrong.is_empty(), "against the direction of the data:\n{}", wrong.join("\n"));
    for (place, (module, may_use)) in MAY_USE.iter().enumerate() {
        let before = |used: &&str| MAY_USE[..place].iter().any(|(known, _)| known == used);
        assert!(may_use.iter().all(before), "{module} may use what stands after it");
    }
}

#[test]
fn names_are_found_in_every_way_of_using_them() {
    let text = "use crate::graph::{A, B};\nuse crate::{Ticks, osm::{C, d::E},\n    snap};\n// crate::no\nlet x = crate::walk::y();";
    assert_eq!(taken(text), ["graph", "Ticks", "osm", "snap", "walk"]);
}

#[test]
fn the_engine_knows_no_tables_no_flags_and_no_terminal() {
    for (name, text) in files(&["engine"], &["rs", "toml"]) {
        assert!(!text.to_lowercase().contains("polars"), "{name} names polars");
        let code = product(&name, &text);
        for word in ["println!", "eprintln!", "print!", "clap::", "std::process", "static mut", "env::var"] {
            let is_printed = name.starts_with("engine/src/") && code.contains(word);
            assert!(!is_printed, "{name} has {word}: the engine gives values back");
        }
    }
}

#[test]
fn only_some_modules_of_the_engine_use_many_threads() {
    for (name, text) in rust(&["engine/src"]) {
        // `search/hierarchy/`: building one and sweeping it; the searches themselves belong to one thread each.
        let may = ["osm/", "walk/", "access/", "search/hierarchy/"].iter().any(|module| name.contains(module));
        assert!(may || !product(&name, &text).contains("rayon"), "{name} uses rayon");
    }
}

#[test]
fn unsafe_code_stands_in_one_place() {
    for (name, text) in rust(&["engine/src", "jobs/src"]) {
        let found = product(&name, &text).matches("unsafe {").count();
        let may = usize::from(name == "engine/src/search/vectors.rs");
        assert_eq!(found, may, "{name}");
    }
}

#[test]
fn every_file_begins_with_what_comes_in_and_what_goes_out() {
    for (name, text) in rust(&["engine/src", "jobs/src", "benches", "tests"]) {
        assert!(text.starts_with("//! "), "{name} has no head");
    }
}

#[test]
fn no_file_is_too_long_to_be_read_in_one_go() {
    let mut long: Vec<String> = Vec::new();
    for (name, text) in rust(&["engine", "jobs", "benches", "tests"]) {
        let excepted = LONG_FILES.iter().any(|(file, _)| *file == name);
        let lines = text.lines().count();
        assert!(!excepted || lines > LONGEST, "{name} is no longer long; take it off the list");
        if lines > LONGEST && !excepted {
            long.push(format!("{name}: {lines}"));
        }
    }
    assert!(long.is_empty(), "over {LONGEST} lines: {long:?}; split it, or list it in tests/tidy.rs with the reason");
}

#[test]
fn nothing_is_left_undone_or_left_over() {
    // In two parts, so that this file does not hold them.
    let words =
        [["todo", "!("], ["unimplemented", "!("], ["dbg", "!("], ["FIX", "ME"], ["#[ig", "nore"]].map(|w| w.concat());
    for (name, text) in rust(&["engine", "jobs", "benches", "tests"]) {
        for word in &words {
            assert!(!text.contains(word), "{name} has {word}");
        }
    }
}

#[test]
fn no_path_of_somebody_s_machine_is_in_the_product() {
    let paths = ["/home/", "/root/", "/tmp/", "/Users/", "C:\\\\"];
    for (name, text) in rust(&["engine/src", "engine/examples", "jobs/src"]) {
        let code = product(&name, &text);
        for path in paths {
            assert!(!code.contains(path), "{name} has {path}");
        }
    }
    let words =
        files(&["engine", "jobs", "data-samples", "tests/golden"], &["md", "toml", "json", "geojson", "csv", "svg"]);
    for (name, text) in words {
        for path in paths {
            assert!(!text.contains(path), "{name} has {path}");
        }
    }
}

#[test]
fn every_test_module_is_attached() {
    for folder in ["tests", "tests/engine"] {
        let main = fs::read_to_string(root().join(folder).join("main.rs")).unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Some(stem) = path.file_stem().filter(|_| path.extension().is_some_and(|end| end == "rs")) else {
                continue;
            };
            let line = format!("mod {}; // ", stem.to_string_lossy());
            assert!(stem == "main" || main.contains(&line), "{} is not in main.rs with its reason", path.display());
        }
    }
}
