//! `walkshed standard`: the standards that come with the tool, and runs by each of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::results::{Results, column_names, counts, numbers, texts, words};
use super::tool::{DONE, Desk, FAILED, WRONG_USE, town_run, walkshed};

const IDS: [&str; 21] = [
    "six-ones",
    "national-2021",
    "national-2023",
    "xicheng-10min",
    "mofcom-5-8-15",
    "overlay-circles",
    "xian",
    "wuxi",
    "ningbo",
    "qingdao-shinan-2009",
    "tianjin-2018",
    "beijing-2018-housing",
    "guangzhou-population",
    "shanghai",
    "gb50180-2018",
    "tdt1062-2021",
    "shanxi-star",
    "suzhou",
    "kunming",
    "chongqing-liangjiang",
    "yancheng-15-10-5",
];

/// Those that ask a residence for something within minutes and no more.
const OF_RESIDENCES: [&str; 4] = ["six-ones", "national-2021", "xicheng-10min", "mofcom-5-8-15"];

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
        let of =
            |unit: &str| -> BTreeSet<u64> { requirements.iter().filter_map(|r| r["limit"][unit].as_u64()).collect() };
        // Requirements keep to the walks of the list; one without requirements may have walks too.
        for (unit, key) in [("minutes", "minutes"), ("meters", "distances_m")] {
            let listed: BTreeSet<u64> = row[key].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
            assert!(of(unit).is_subset(&listed), "{id}");
        }
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
    for id in OF_RESIDENCES {
        let desk = Desk::new();
        let call = town_run().and("--json").with("--standard", id);
        let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());
        let shown = shown(id);
        let requirements = shown["standard"]["requirements"].as_array().unwrap();
        let expected: Vec<&str> = requirements.iter().map(|r| r["id"].as_str().unwrap()).collect();
        let gaps = results.table("gaps");
        assert_eq!(words(&gaps, "requirement")[..expected.len()], expected, "{id}");
        let minutes: Vec<Option<u32>> =
            requirements.iter().map(|r| Some(r["limit"]["minutes"].as_u64().unwrap() as u32)).collect();
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
            1..=2 => ("not_met", reason.filter(|reason| ["too_few", "edge_of_data"].contains(reason))),
            0 => ("not_met", reason.filter(|reason| ["beyond_budget", "detour", "edge_of_data"].contains(reason))),
        };
        assert_eq!((status, reason), expected, "row {row}");
        assert!(status == "met" || reason.is_some(), "row {row}");
        reasons.insert(reason);
    }
    assert!(reasons.contains(&Some("too_few")), "{reasons:?}");
    let n_7 = counts(&access, "n_7");
    let shops = words(&access, "format").into_iter().zip(n_7).filter(|(format, _)| *format == "convenience_store");
    let of_gaps =
        words(&gaps, "requirement").into_iter().zip(within).filter(|(requirement, _)| *requirement == "shops");
    assert!(shops.map(|(_, n)| n).eq(of_gaps.map(|(_, n)| n)), "access and gaps count alike");
}

#[test]
fn distances_hours_and_groups_are_searched_for() {
    let desk = Desk::new();
    let file = desk.file(
        "mine.toml",
        "schema_version = 1\n\
         profile = { id = \"mine\", zh = \"多种\", en = \"Several\", status = \"sourced\" }\n\
         tier = [{ id = \"t\", minutes = 10 }, { id = \"d\", distance_m = 720 }]\n\
         group = [{ id = \"old\", speed_m_per_s = 0.6 }]\n\
         [[require]]\nid = \"time\"\ntier = \"t\"\nany_of = [\"convenience_store\"]\n\
         [[require]]\nid = \"distance\"\ntier = \"d\"\nany_of = [\"convenience_store\"]\n\
         [[require]]\nid = \"old\"\ntier = \"t\"\nany_of = [\"convenience_store\"]\ngroup = \"old\"\n\
         [[require]]\nid = \"night\"\ntier = \"t\"\nany_of = [\"convenience_store\"]\nat = \"23:00\"\n\
         [[require]]\nid = \"both\"\ntier = \"t\"\nall_of = [\"convenience_store\", \"pharmacy\"]\n",
    );
    let call = town_run().and("--json").with("--standard", &file);
    let results = Results::new(desk.result("out"), call.with("-o", desk.result("out")).ends(DONE).json());
    let gaps = results.table("gaps");
    let (status, reason) = (words(&gaps, "status"), texts(&gaps, "reason"));
    let (seconds, meters) = (numbers(&gaps, "nearest_s"), numbers(&gaps, "nearest_m"));
    let ids = words(&gaps, "requirement");
    assert_eq!(ids[..5], ["time", "distance", "old", "night", "both"]);
    let mut seen = BTreeSet::new();
    for cell in (0..gaps.height()).step_by(5) {
        let [time, distance, old, night, both] = [0, 1, 2, 3, 4].map(|one| cell + one);
        // Ten minutes at 1.2 m/s are 720 m. Times are whole 64ths of a second, rounded along each street.
        assert_eq!(seconds[distance], None);
        if let (Some(walk), Some(way)) = (seconds[time], meters[distance]) {
            assert!((walk * 1.2 - way).abs() < 1.0, "{walk} s and {way} m");
            if (way - 720.0).abs() > 1.0 {
                assert_eq!(status[time], status[distance], "{walk} s and {way} m");
            }
            // At half the speed it takes twice as long.
            assert!(seconds[old].is_none_or(|old| (old - 2.0 * walk).abs() < 1.0), "{walk} s");
        }
        // At night there are fewer shops, and those of which the hours are not known leave it open.
        assert!(status[night] != "met" || status[time] == "met");
        assert!(status[night] != "not_met" || reason[night].is_some());
        seen.insert((status[night], reason[night] == Some("hours_unknown")));
        assert!(status[both] != "met" || status[time] == "met", "the shop is one of the two");
    }
    assert!(seen.iter().any(|(status, unknown)| *status == "unknown" && *unknown) || seen.len() > 1, "{seen:?}");
}

#[test]
fn the_published_schema_is_the_tool_s() {
    let published = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/standard.schema.json");
    let told = walkshed("standard schema").ends(DONE).out;
    assert!(
        std::fs::read_to_string(&published).is_ok_and(|text| text == told),
        "docs/standard.schema.json is not what `walkshed standard schema` prints; write it anew"
    );
    let schema: Value = serde_json::from_str(&told).unwrap();
    // Every key of every file that comes with the tool is one of the schema.
    let known = |table: &str| schema["properties"].get(table).is_some();
    let standards = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("standards");
    let mut files = 0;
    for file in std::fs::read_dir(standards).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let parsed: toml::Table = text.parse().unwrap();
        assert!(parsed.keys().all(|key| known(key)), "{:?}", parsed.keys().collect::<Vec<_>>());
        files += 1;
    }
    assert_eq!(files, IDS.len());
}

#[test]
fn a_file_is_checked_with_line_and_column() {
    let desk = Desk::new();
    let right = "schema_version = 1\n\
        profile = { id = \"mine\", zh = \"一项\", en = \"One\", status = \"sourced\" }\n\
        tier = [{ id = \"near\", minutes = 7 }]\n\
        [[require]]\nid = \"bread\"\ntier = \"near\"\nany_of = [\"bakery\"]\n";
    let file = desk.file("right.toml", right);
    let told = walkshed("standard check --json").and(&file).ends(DONE).json();
    assert_eq!((&told["id"], &told["can_be_run"]), (&"mine".into(), &true.into()));
    for (from, to, place, words) in [
        ("minutes = 7", "minutes = 0", "3:34:", "a tier is a walk of 1 to 240 minutes"),
        ("tier = \"near\"", "tier = \"far\"", "6:8:", "there is no tier \"far\""),
        ("bakery", "bakry", "7:11:", "did you mean \"bakery\"?"),
    ] {
        let file = desk.file("wrong.toml", right.replace(from, to));
        let told = walkshed("standard check").and(&file).ends(FAILED).err;
        assert!(told.contains(&format!("wrong.toml:{place}")) && told.contains(words) && told.contains('^'), "{told}");
    }
}

#[test]
fn a_standard_without_its_lists_refuses_and_says_what_is_missing() {
    let desk = Desk::new();
    for id in IDS {
        if walkshed("standard show --json").and(id).ends(DONE).json()["standard"]["status"] != "counts-only" {
            continue;
        }
        let call = town_run().with("--standard", id).with("-o", desk.result("out"));
        let told = call.ends(WRONG_USE).err;
        assert!(told.contains(id) && told.contains("not found:"), "{told}");
        assert!(!desk.result("out").exists());
    }
}
