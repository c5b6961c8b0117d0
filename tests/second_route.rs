//! What the tables and the summary add up, added up in another way, on the town and on a real city.
//!
//! The tool sums whole millionths of residents on polars' streaming engine, and while it searches. Here the saved tables
//! are joined in memory and numbers are added as they are; those of both cities are whole, so that sums must be the same
//! to the last bit. And nearest outlets are found again by `walkshed matrix`, which knows no formats and no cells.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, Expr, IntoLazy as _, LazyFrame, col, lit, when};
use serde_json::Value;

use super::drawn;
use super::results::{Results, counts, numbers, read_parquet, texts, words};
use super::tool::{DONE, Desk, town, town_text, walkshed};

const STATUSES: [&str; 4] = ["met", "not_met", "unknown", "no_street"];

/// The town, and the real city where it is.
fn cities() -> Vec<&'static Results> {
    [Some(Results::town()), Results::las_palmas()].into_iter().flatten().collect()
}

fn whole(table: LazyFrame) -> DataFrame {
    table.collect().unwrap()
}

/// The residents of the rows for which something holds.
fn residents_where(holds: Expr, name: &str) -> Expr {
    when(holds).then(col("residents")).otherwise(lit(0.0)).sum().alias(name)
}

/// The rows of a table with the zone and the residents of their cell, twice: for the zone, and for the city as `*`.
fn with_homes(results: &Results, table: &str) -> [LazyFrame; 2] {
    let homes = results.table("cells").lazy().select([col("h3"), col("zone_id"), col("residents")]);
    let rows = results.table(table).lazy().inner_join(homes, col("h3"), col("h3"));
    [rows.clone(), rows.with_column(lit("*").alias("zone_id"))]
}

/// Residents by zone and requirement: all, and of each status.
fn tallies(results: &Results) -> BTreeMap<(Option<String>, String), [f64; 5]> {
    let mut tallies = BTreeMap::new();
    for rows in with_homes(results, "gaps") {
        let mut sums = vec![col("residents").sum().alias("all")];
        sums.extend(STATUSES.map(|status| residents_where(col("status").eq(lit(status)), status)));
        let sums = whole(rows.group_by([col("zone_id"), col("requirement")]).agg(sums));
        let columns = ["all", STATUSES[0], STATUSES[1], STATUSES[2], STATUSES[3]].map(|name| numbers(&sums, name));
        for (row, (zone, requirement)) in
            texts(&sums, "zone_id").into_iter().zip(words(&sums, "requirement")).enumerate()
        {
            let of_row = columns.each_ref().map(|column| column[row].unwrap());
            tallies.insert((zone.map(str::to_owned), requirement.to_owned()), of_row);
        }
    }
    tallies
}

fn share(of: f64, all: f64) -> Option<f64> {
    (all > 0.0).then(|| of / all)
}

#[test]
fn zones() {
    for results in cities() {
        let mut expected = tallies(results);
        let zones = results.table("zones");
        let columns = ["residents", "residents_met", "residents_not_met", "residents_unknown", "residents_no_street"];
        let columns = columns.map(|name| numbers(&zones, name));
        let shares = numbers(&zones, "share_met");
        let rows = texts(&zones, "zone_id").into_iter().zip(words(&zones, "requirement"));
        for (row, (zone, requirement)) in rows.enumerate() {
            let key = (zone.map(str::to_owned), requirement.to_owned());
            // A zone in which nobody lives has no cells.
            let sums = expected.remove(&key).unwrap_or_default();
            assert_eq!(columns.each_ref().map(|column| column[row]), sums.map(Some), "{key:?}");
            let [_, met, not_met, _, no_street] = sums;
            assert_eq!(shares[row], share(met, met + not_met + no_street), "{key:?}");
        }
        assert!(expected.is_empty(), "not in the table: {expected:?}");
    }
}

#[test]
fn zone_summaries() {
    for results in cities() {
        let tallies = tallies(results);
        let summary = results.table("zone_summary");
        let cells = results.table("cells").lazy();
        let mut outcomes = BTreeMap::new();
        for cells in [cells.clone(), cells.with_column(lit("*").alias("zone_id"))] {
            let sums = [
                residents_where(col("all_met").eq(lit(true)), "all_met"),
                residents_where(col("all_met").eq(lit(false)), "some_missing"),
                residents_where(col("all_met").is_null(), "undecided"),
            ];
            let sums = whole(cells.group_by([col("zone_id")]).agg(sums));
            let columns = ["all_met", "some_missing", "undecided"].map(|name| numbers(&sums, name));
            for (row, zone) in texts(&sums, "zone_id").into_iter().enumerate() {
                outcomes.insert(zone.map(str::to_owned), columns.each_ref().map(|column| column[row].unwrap()));
            }
        }
        let columns = ["residents_all_met", "residents_some_missing", "residents_undecided"];
        let columns = columns.map(|name| numbers(&summary, name));
        let missing = words(&summary, "missing");
        for (row, zone) in texts(&summary, "zone_id").into_iter().enumerate() {
            let zone = zone.map(str::to_owned);
            let expected = outcomes.get(&zone).copied().unwrap_or_default();
            assert_eq!(columns.each_ref().map(|column| column[row]), expected.map(Some), "{zone:?}");
            // What somebody lacks: too far, too few, none, or no street at all. Most residents first.
            let mut lacked: Vec<(f64, &str)> = Vec::new();
            for requirement in ["dian", "zao", "cai", "xiu", "lao", "xiao"] {
                let of = tallies.get(&(zone.clone(), requirement.to_owned())).copied().unwrap_or_default();
                if of[2] + of[4] > 0.0 {
                    lacked.push((of[2] + of[4], requirement));
                }
            }
            lacked.sort_by(|a, b| b.0.total_cmp(&a.0));
            let lacked: Vec<&str> = lacked.into_iter().map(|(_, requirement)| requirement).collect();
            assert_eq!(missing[row], lacked.join(";"), "{zone:?}");
        }
    }
}

/// The six ones from `access`, the longest tier being theirs: each the sum over its formats, or unknown where all are.
#[test]
fn statuses_from_access_alone() {
    let any_of: [(&str, &[&str]); 6] = [
        ("dian", &["convenience_store"]),
        ("zao", &["breakfast_shop", "mobile_breakfast"]),
        ("cai", &["wet_market", "fresh_grocery"]),
        ("xiu", &["repair_point", "repair_kiosk"]),
        ("lao", &["elderly_care", "day_care_centre"]),
        ("xiao", &["childcare"]),
    ];
    for results in cities() {
        let access = results.table("access").lazy();
        for (requirement, formats) in any_of {
            let one_of = formats.iter().map(|format| col("format").eq(lit(*format))).reduce(Expr::or).unwrap();
            let of_formats = access.clone().filter(one_of).group_by_stable([col("h3")]).agg([
                col("n_15").max().alias("most"),
                col("nearest_s").min().alias("soonest"),
                col("status").eq(lit("format_not_in_registry")).all(true).alias("unknown"),
                col("status").eq(lit("no_street")).any(true).alias("no_street"),
            ]);
            let status = when(col("unknown"))
                .then(lit("unknown"))
                .when(col("no_street"))
                .then(lit("no_street"))
                .when(col("most").gt(lit(0)))
                .then(lit("met"))
                .otherwise(lit("not_met"));
            let expected = whole(of_formats.select([col("h3"), status.alias("expected"), col("soonest")]));
            let gaps = results.table("gaps").lazy().filter(col("requirement").eq(lit(requirement)));
            let both = whole(gaps.inner_join(expected.lazy(), col("h3"), col("h3")));
            assert_eq!(both.height(), results.table("cells").height());
            assert_eq!(words(&both, "status"), words(&both, "expected"), "{requirement}");
            assert_eq!(numbers(&both, "nearest_s"), numbers(&both, "soonest"), "{requirement}");
        }
    }
}

#[test]
fn who_is_worst_off_and_what_is_nearest() {
    for results in cities() {
        let known = col("status").neq(lit("unknown")).and(col("residents").gt(lit(0.0)));
        let lacks = col("status").eq(lit("not_met")).or(col("status").eq(lit("no_street")));
        let none = when(col("nearest_s").is_null()).then(lit(1)).otherwise(lit(0));
        let zones = results.table("zones");
        let mut expected = BTreeMap::new();
        for rows in with_homes(results, "gaps") {
            let sums = rows.filter(known.clone()).group_by([col("zone_id"), col("requirement")]).agg([
                none.clone().sum().alias("none"),
                col("nearest_s").max().alias("farthest"),
                when(lacks.clone())
                    .then(col("nearest_s"))
                    .otherwise(lit(f64::NAN))
                    .fill_nan(lit(f64::MAX))
                    .min()
                    .alias("soonest"),
            ]);
            let sums = whole(sums);
            let rows = texts(&sums, "zone_id").into_iter().zip(words(&sums, "requirement")).enumerate();
            for (row, (zone, requirement)) in rows {
                let none = sums.column("none").unwrap().get(row).unwrap().try_extract::<i64>().unwrap();
                let farthest = numbers(&sums, "farthest")[row].filter(|_| none == 0);
                let soonest = numbers(&sums, "soonest")[row].filter(|seconds| *seconds < f64::MAX);
                expected.insert((zone.map(str::to_owned), requirement.to_owned()), (farthest, soonest));
            }
        }
        let rows = texts(&zones, "zone_id").into_iter().zip(words(&zones, "requirement")).enumerate();
        for (row, (zone, requirement)) in rows {
            let key = (zone.map(str::to_owned), requirement.to_owned());
            let expected = expected.get(&key).copied().unwrap_or_default();
            let told = (numbers(&zones, "worst_s")[row], numbers(&zones, "nearest_s")[row]);
            assert_eq!(told, expected, "{key:?}");
        }
    }
}

/// What stands in a zone, by the polygons read here, and who reaches it, by `access`.
#[test]
fn formats_of_zones() {
    for results in cities() {
        let table = results.table("zone_formats");
        let mut reaching = BTreeMap::new();
        for rows in with_homes(results, "access") {
            let sums = [residents_where(col("n_15").gt(lit(0)), "reaching"), col("residents").sum().alias("all")];
            let sums = whole(rows.group_by([col("zone_id"), col("format")]).agg(sums));
            let rows = texts(&sums, "zone_id").into_iter().zip(words(&sums, "format")).enumerate();
            for (row, (zone, format)) in rows {
                let of_row = ["reaching", "all"].map(|name| numbers(&sums, name)[row].unwrap());
                reaching.insert((zone.map(str::to_owned), format.to_owned()), of_row);
            }
        }
        let registry = outlets_by_format(results);
        let (outlets, told) = (counts(&table, "outlets"), numbers(&table, "residents_reaching"));
        let (shares, status) = (numbers(&table, "share_reaching"), words(&table, "status"));
        for (row, (zone, format)) in words(&table, "zone_id").into_iter().zip(words(&table, "format")).enumerate() {
            let key = (Some(zone.to_owned()), format.to_owned());
            let [reaching, all] = reaching.get(&key).copied().unwrap_or_default();
            let known = registry.contains_key(format);
            assert_eq!(told[row], known.then_some(reaching), "{key:?}");
            assert_eq!(shares[row], share(reaching, all).filter(|_| known), "{key:?}");
            if zone == "*" {
                assert_eq!(outlets[row], Some(registry.get(format).copied().unwrap_or_default()), "{format}");
            }
            let expected = match (known, outlets[row], reaching > 0.0) {
                (false, ..) => "unknown",
                (_, Some(1..), _) => "inside",
                (_, _, true) => "reachable",
                _ => "missing",
            };
            assert_eq!(status[row], expected, "{key:?}");
        }
    }
}

#[test]
fn formats() {
    for results in cities() {
        let [rows, _] = with_homes(results, "access");
        let mut sums = vec![col("residents").sum().alias("all")];
        sums.extend([5, 10, 15].map(|m| residents_where(col(format!("n_{m}")).gt_eq(lit(1)), &format!("within_{m}"))));
        sums.push(residents_where(col("status").eq(lit("no_street")), "no_street"));
        let far = col("status").eq(lit("beyond_budget")).or(col("status").eq(lit("no_outlet")));
        sums.push(residents_where(far, "beyond"));
        let sums = whole(rows.group_by([col("format")]).agg(sums));
        let row_of: BTreeMap<&str, usize> = words(&sums, "format").into_iter().zip(0..).collect();

        let formats = results.table("formats");
        assert_eq!(row_of.len(), formats.height());
        let outlets = counts(&formats, "outlets");
        let registry = outlets_by_format(results);
        for (row, format) in words(&formats, "format").into_iter().enumerate() {
            let of = |name: &str| numbers(&sums, name)[row_of[format]];
            assert_eq!(outlets[row], Some(registry.get(format).copied().unwrap_or(0)), "{format}");
            let known = outlets[row] > Some(0);
            assert_eq!(words(&formats, "status")[row], if known { "in_registry" } else { "not_in_registry" });
            let expect = |column: &str, value: Option<f64>| {
                assert_eq!(numbers(&formats, column)[row], value.filter(|_| known), "{column} of {format}");
            };
            for minutes in [5, 10, 15] {
                let within = of(&format!("within_{minutes}"));
                expect(&format!("residents_{minutes}"), within);
                expect(&format!("share_{minutes}"), share(within.unwrap(), of("all").unwrap()));
            }
            expect("residents_beyond", of("beyond"));
            expect("residents_no_street", of("no_street"));
        }
    }
}

/// How many outlets the table of outlets has of each format.
fn outlets_by_format(results: &Results) -> BTreeMap<String, u32> {
    let outlets = results.table("outlets");
    let mut by_format = BTreeMap::new();
    for format in words(&outlets, "formats").into_iter().flat_map(|formats| formats.split(';')) {
        *by_format.entry(format.to_owned()).or_insert(0) += 1;
    }
    by_format
}

/// The same share, but for the last bit: serde_json reads numbers quickly, and sometimes as a neighbour of what is written.
#[track_caller]
fn same_share(told: &Value, expected: Option<f64>) {
    let same = match (told.as_f64(), expected) {
        (Some(told), Some(expected)) => (told - expected).abs() <= f64::EPSILON * expected,
        (told, expected) => told == expected,
    };
    assert!(same, "{told} and {expected:?}");
}

/// Why something is not met.
const REASONS: [&str; 7] = ["no_outlet", "beyond_budget", "too_few", "detour", "gate", "island", "edge_of_data"];

#[test]
fn the_summary_for_machines() {
    for results in cities() {
        let tallies = tallies(results);
        let [gaps, _] = with_homes(results, "gaps");
        let by_reason = REASONS
            .map(|reason| residents_where(col("reason").eq(lit(reason)).and(col("status").eq(lit("not_met"))), reason));
        let reasons = whole(gaps.clone().group_by([col("requirement")]).agg(by_reason));
        let told = results.findings["requirements"].as_array().unwrap();
        assert_eq!(told.len(), reasons.height());
        for requirement in told {
            let id = requirement["id"].as_str().unwrap();
            let [_, met, not_met, unknown, no_street] = tallies[&(Some("*".to_owned()), id.to_owned())];
            let expect = |key: &str, value: Option<f64>| assert_eq!(requirement[key].as_f64(), value, "{key} of {id}");
            expect("met", Some(met));
            expect("not_met", Some(not_met));
            expect("unknown", Some(unknown));
            expect("no_street", Some(no_street));
            same_share(&requirement["share_met"], share(met, met + not_met + no_street));
            let row = words(&reasons, "requirement").iter().position(|r| *r == id).unwrap();
            for reason in REASONS {
                expect(reason, numbers(&reasons, reason)[row]);
            }
        }

        // Who has all that is known: cells where something is known and nothing known is lacking.
        let lacks = col("status").eq(lit("not_met")).or(col("status").eq(lit("no_street")));
        let known = col("status").neq(lit("unknown"));
        let by_cell = gaps.group_by([col("h3")]).agg([
            col("residents").first(),
            when(lacks).then(lit(1)).otherwise(lit(0)).sum().alias("lacking"),
            when(known).then(lit(1)).otherwise(lit(0)).sum().alias("known"),
        ]);
        let something_known = col("known").gt(lit(0));
        let sums = whole(by_cell.select([
            residents_where(something_known.clone().and(col("lacking").eq(lit(0))), "have"),
            residents_where(something_known, "all"),
        ]));
        let expected = share(numbers(&sums, "have")[0].unwrap(), numbers(&sums, "all")[0].unwrap());
        same_share(&results.findings["share_all_known"], expected);
        let unknown: Vec<&Value> = told.iter().filter(|r| r["share_met"].is_null()).map(|r| &r["id"]).collect();
        assert_eq!(results.findings["unknown"].as_array().unwrap().iter().collect::<Vec<_>>(), unknown);
    }
}

#[test]
fn the_matrix_finds_the_same_nearest_outlets() {
    let (cells, access) = (Results::town().table("cells"), Results::town().table("access"));
    let desk = Desk::new();
    let centres: Vec<(&str, walkshed::LonLat)> = words(&cells, "h3")
        .into_iter()
        .zip(numbers(&cells, "lon").into_iter().zip(numbers(&cells, "lat")))
        .map(|(h3, (lon, lat))| (h3, walkshed::LonLat { lon: lon.unwrap(), lat: lat.unwrap() }))
        .collect();
    let from = desk.file("cells.csv", drawn::points(&centres));
    let call = walkshed("matrix --minutes 60").with("--osm", town("city.osm.pbf")).with("--from", from);
    call.with("--to", town("outlets.csv")).with("-o", desk.result("out.parquet")).ends(DONE);
    let matrix = read_parquet(&desk.result("out.parquet"));

    let registry = town_text("outlets.csv");
    let formats_of: BTreeMap<&str, Vec<&str>> = registry
        .lines()
        .skip(1)
        .map(|line| (line.split(',').next().unwrap(), line.split(',').next_back().unwrap().split(';').collect()))
        .collect();
    let mut nearest: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    let mut within: BTreeMap<(&str, &str), [u32; 3]> = BTreeMap::new();
    let pairs = words(&matrix, "from_id").into_iter().zip(words(&matrix, "to_id"));
    for ((cell, outlet), seconds) in pairs.zip(numbers(&matrix, "travel_time_s")) {
        let Some(seconds) = seconds else { continue };
        for format in &formats_of[outlet] {
            let least = nearest.entry((cell, format)).or_insert(f64::INFINITY);
            *least = least.min(seconds);
            for (count, minutes) in within.entry((cell, format)).or_default().iter_mut().zip([5.0, 10.0, 15.0]) {
                *count += u32::from(seconds <= minutes * 60.0);
            }
        }
    }
    let n = [5, 10, 15].map(|minutes| counts(&access, &format!("n_{minutes}")));
    let times = numbers(&access, "nearest_s");
    let known: Vec<&str> = formats_of.values().flatten().copied().collect();
    for (row, key) in words(&access, "h3").into_iter().zip(words(&access, "format")).enumerate() {
        assert_eq!(times[row], nearest.get(&key).copied(), "{key:?}");
        let expected = within.get(&key).copied().unwrap_or_default().map(Some);
        let expected = if known.contains(&key.1) { expected } else { [None; 3] };
        assert_eq!(n.each_ref().map(|of_tier| of_tier[row]), expected, "{key:?}");
    }
}
