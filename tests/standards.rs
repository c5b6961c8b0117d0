//! `walkshed standard`: the standards that come with the tool, and runs by each of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::results::{Results, column_names, counts, texts, words};
use super::tool::{DONE, Desk, town_run, walkshed};

const IDS: [&str; 4] = ["six-ones", "national-2021", "xicheng-10min", "mofcom-5-8-15"];

fn shown(id: &str) -> Value {
    walkshed("standard show --json").and(id).ends(DONE).json()
}

#[test]
fn all_are_listed() {
    let listed = walkshed("standard list --json").ends(DONE).json();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, IDS);
    let told = walkshed("standard list").ends(DONE).out;
    for row in listed.as_array().unwrap() {
        for key in ["id", "zh", "en", "status"] {
            assert!(told.contains(row[key].as_str().unwrap()), "{key} of {row} is not in:\n{told}");
        }
    }
}

#[test]
fn each_is_shown_with_all_that_the_list_says_of_it() {
    let listed = walkshed("standard list --json").ends(DONE).json();
    for (row, id) in listed.as_array().unwrap().iter().zip(IDS) {
        let shown = shown(id);
        let standard = &shown["standard"];
        for key in ["id", "zh", "en", "status"] {
            assert_eq!(standard[key], row[key], "{key} of {id}");
        }
        let requirements = standard["requirements"].as_array().unwrap();
        assert_eq!(row["requirements"], requirements.len());
        let minutes: BTreeSet<u64> = requirements.iter().map(|r| r["minutes"].as_u64().unwrap()).collect();
        assert_eq!(row["minutes"], serde_json::json!(minutes), "{id}");
        // Every format has its names, and every requirement says where it comes from.
        for requirement in requirements {
            for format in requirement["any_of"].as_array().unwrap() {
                assert!(shown["formats"][format.as_str().unwrap()]["zh"].is_string(), "{format} of {id}");
            }
            let has_source = requirement["sources"].as_array().is_some_and(|sources| !sources.is_empty());
            assert!(has_source, "{requirement} of {id} has no source");
        }

        let told = walkshed("standard show").and(id).ends(DONE).out;
        for requirement in requirements {
            assert!(told.contains(requirement["zh"].as_str().unwrap()), "{requirement} is not in:\n{told}");
        }
        assert!(told.contains("Sources"), "{told}");
    }
}

#[test]
fn the_town_can_be_judged_by_each() {
    for id in IDS {
        let desk = Desk::new();
        let call = town_run().and("--json").with("--standard", id);
        let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());
        let shown = shown(id);
        let requirements = shown["standard"]["requirements"].as_array().unwrap();
        let expected: Vec<&str> = requirements.iter().map(|r| r["id"].as_str().unwrap()).collect();
        let gaps = results.table("gaps");
        assert_eq!(words(&gaps, "requirement")[..expected.len()], expected, "{id}");
        let minutes: Vec<Option<u32>> =
            requirements.iter().map(|r| Some(r["minutes"].as_u64().unwrap() as u32)).collect();
        assert_eq!(counts(&gaps, "minutes")[..expected.len()], minutes, "{id}");

        // The usual tiers, and those of the standard.
        let access = results.table("access");
        let mut tiers: BTreeSet<u32> = [5, 10, 15].into();
        tiers.extend(minutes.into_iter().flatten());
        let tiers: Vec<String> = tiers.into_iter().map(|minutes| format!("n_{minutes}")).collect();
        assert_eq!(column_names(&access)[5..], tiers, "{id}");
    }
}

#[test]
fn a_standard_of_one_s_own_is_a_file() {
    let desk = Desk::new();
    let file = desk.file(
        "mine.toml",
        "schema_version = 1\n\
         profile = { id = \"mine\", zh = \"两项\", en = \"Two things\", status = \"sourced\" }\n\
         tier = [{ id = \"near\", minutes = 7 }]\n\
         [[require]]\n\
         id = \"bread\"\nzh = \"面包\"\nen = \"Bread\"\nclass = \"basic\"\ntier = \"near\"\nany_of = [\"bakery\"]\n\
         [[require]]\n\
         id = \"shops\"\nzh = \"三家店\"\nen = \"Three shops\"\nclass = \"basic\"\ntier = \"near\"\n\
         any_of = [\"convenience_store\"]\nmin_count = 3\n",
    );
    let shown = walkshed("standard show --json").and(&file).ends(DONE).json();
    assert_eq!(shown["file"], file.to_str().unwrap());
    let call = town_run().and("--json").with("--standard", &file);
    let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());
    assert_eq!(results.json("manifest.json")["inputs"][5]["role"], "standard");

    // Too few is said of cells that have one or two shops within seven minutes.
    let (gaps, access) = (results.table("gaps"), results.table("access"));
    let within = counts(&gaps, "within");
    let rows = words(&gaps, "requirement").into_iter().zip(words(&gaps, "status")).zip(texts(&gaps, "reason"));
    let mut reasons = BTreeSet::new();
    for (row, ((_, status), reason)) in rows.enumerate().filter(|(_, ((requirement, _), _))| *requirement == "shops") {
        let expected = match within[row].unwrap() {
            3.. => ("met", None),
            1..=2 => ("not_met", Some("too_few")),
            0 => ("not_met", Some("beyond_budget")),
        };
        assert_eq!((status, reason), expected, "row {row}");
        reasons.insert(reason);
    }
    assert!(reasons.contains(&Some("too_few")), "{reasons:?}");
    let n_7 = counts(&access, "n_7");
    let shops = words(&access, "format").into_iter().zip(n_7).filter(|(format, _)| *format == "convenience_store");
    let of_gaps =
        words(&gaps, "requirement").into_iter().zip(within).filter(|(requirement, _)| *requirement == "shops");
    assert!(shops.map(|(_, n)| n).eq(of_gaps.map(|(_, n)| n)), "access and gaps count alike");
}
