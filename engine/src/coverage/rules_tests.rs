//! Grades and rules with what each number decides, in three values.

use super::*;

/// Xi'an's rule: high with 10 basic and 6 quality formats and 80 points, basic with 8 basic formats and 60 to 80 points,
/// fail below 60 points.
fn xian() -> Standard {
    Standard::from_toml(
        r#"
        schema_version = 1
        [profile]
        id = "xian"
        zh = "西安"
        en = "Xi'an"
        status = "partial"
        unit = "circle"
        [[measure]]
        id = "basic"
        kind = "formats"
        [[measure]]
        id = "quality"
        kind = "formats"
        [[measure]]
        id = "points"
        kind = "imported"
        property = "score"
        [[rule]]
        id = "big"
        only_if = [{ measure = "basic", at_least = 5 }]
        needs = [{ measure = "points", more_than = 50 }]
        [[rating]]
        id = "high"
        needs = [
            { measure = "basic", at_least = 10 },
            { measure = "quality", at_least = 6 },
            { measure = "points", at_least = 80 },
        ]
        [[rating]]
        id = "basic"
        needs = [{ measure = "basic", at_least = 8 }, { measure = "points", at_least = 60, at_most = 80 }]
        [[rating]]
        id = "fail"
        needs = [{ measure = "points", less_than = 60 }]
        "#,
    )
    .expect("a valid standard")
}

fn exact<const N: usize>(values: [Option<f64>; N]) -> [Option<Value>; N] {
    values.map(|value| value.map(Value::exact))
}

#[test]
fn a_bound_holds_for_the_whole_interval_or_for_none_of_it() {
    let condition = |at_least, less_than| Condition { measure: 0, at_least, more_than: None, at_most: None, less_than };
    let (from, below) = (condition(Some(5.0), None), condition(None, Some(5.0)));
    let both = condition(Some(3.0), Some(5.0));
    for (low, high, expected) in [
        (5.0, 5.0, [Some(true), Some(false), Some(false)]),
        (3.0, 4.9, [Some(false), Some(true), Some(true)]),
        (4.0, 5.0, [None, None, None]),
        (2.0, 4.0, [Some(false), Some(true), None]),
        (5.0, f64::INFINITY, [Some(true), Some(false), Some(false)]),
        (0.0, f64::INFINITY, [None, None, None]),
    ] {
        let value = Some(Value { low, high });
        assert_eq!([&from, &below, &both].map(|one| one.holds(value)), expected, "{low} to {high}");
    }
    assert_eq!(from.holds(None), None);
}

#[test]
fn every_case_of_a_grade() {
    let standard = xian();
    let undefined = |nearest, failed: &[usize]| Rated::Undefined { nearest, failed: failed.to_vec() };
    let unknown = |possible: &[usize], missing: &[usize]| Rated::Unknown {
        possible: possible.to_vec(),
        missing: missing.to_vec(),
    };
    // Basic formats, quality formats, points.
    let table = [
        ([Some(10.0), Some(6.0), Some(80.0)], Rated::Is(0)),
        // 80 points are in both bands: the better grade needs the formats, the other does not.
        ([Some(9.0), Some(6.0), Some(80.0)], Rated::Is(1)),
        ([Some(8.0), Some(0.0), Some(60.0)], Rated::Is(1)),
        ([Some(14.0), Some(12.0), Some(59.9)], Rated::Is(2)),
        // Points for the best, formats for the second: high fails in one place, basic in one, fail in one.
        ([Some(9.0), Some(6.0), Some(85.0)], undefined(0, &[0])),
        // Both counts are short: high fails in two places, basic in one (85 is more than 80).
        ([Some(9.0), Some(5.0), Some(85.0)], undefined(1, &[1])),
        ([Some(7.0), Some(6.0), Some(70.0)], undefined(1, &[0])),
        // Without points: ten and six may be anything; with seven basic formats it is fail or no case.
        ([Some(10.0), Some(6.0), None], unknown(&[0, 1, 2], &[2])),
        ([Some(7.0), Some(6.0), None], unknown(&[2], &[2])),
        // 59 points are fail whatever else is not known: the other two are excluded by the points.
        ([None, None, Some(59.0)], Rated::Is(2)),
        // 80 points, 9 basic formats: the quality formats cannot make it high.
        ([Some(9.0), None, Some(80.0)], Rated::Is(1)),
        // 80 points, 10 basic formats: high or basic, by the quality formats.
        ([Some(10.0), None, Some(80.0)], unknown(&[0, 1], &[1])),
    ];
    for (values, expected) in table {
        assert_eq!(standard.rate(&exact(values)), expected, "{values:?}");
    }
    // 8 to 10 basic formats of 80 points: basic for certain, and high if all ten are there.
    let between = Some(Value { low: 8.0, high: 10.0 });
    let [_, quality, points] = exact([None, Some(6.0), Some(80.0)]);
    assert_eq!(standard.rate(&[between, quality, points]), unknown(&[0, 1], &[0]));
    // With 85 points it is high or no case.
    let points = Some(Value::exact(85.0));
    assert_eq!(standard.rate(&[between, quality, points]), unknown(&[0], &[0]));
    let none = Standard { ratings: Vec::new(), ..standard };
    assert_eq!(none.rate(&[None; 3]), Rated::None);
}

#[test]
fn a_rule_is_asked_of_some_zones_only() {
    let rule = &xian().rules[0];
    let table = [
        ([Some(5.0), None, Some(50.1)], RuleStatus::Met),
        // More than 50 is not 50.
        ([Some(5.0), None, Some(50.0)], RuleStatus::NotMet),
        ([Some(4.0), None, Some(10.0)], RuleStatus::NotAsked),
        ([Some(5.0), None, None], RuleStatus::Unknown),
        ([None, None, Some(60.0)], RuleStatus::Unknown),
    ];
    for (values, expected) in table {
        assert_eq!(rule.status(&exact(values)), expected, "{values:?}");
    }
}

#[test]
fn hours_are_hours() {
    for (text, hour) in [("07:00", Hour::At(420)), ("23:59", Hour::At(1439)), ("always", Hour::Always)] {
        assert_eq!(text.parse(), Ok(hour));
        assert_eq!(hour.to_string(), text);
    }
    for text in ["7:00", "24:00", "07:60", "+7:00", "07:00:00", "", "noon"] {
        assert_eq!(text.parse::<Hour>(), Err(NoHour(text.to_owned())));
    }
}

#[test]
fn conditions_tell_their_bounds() {
    let standard = xian();
    assert_eq!(standard.ratings[1].needs[1].to_string(), ">= 60 and <= 80");
    assert_eq!(standard.rules[0].needs[0].to_string(), "> 50");
}
