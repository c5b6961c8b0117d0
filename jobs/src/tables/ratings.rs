//! The table `ratings`: of each zone its numbers, what the rules come to in it, and its grade with the conditions that failed.
//!
//! Comes in: the standard, and for each zone the value of each measure. Goes out: rows. Not here: counting, and judging (the
//! engine's).

use anyhow::Result;
use polars::prelude::{Column, DataFrame};
use walkshed::coverage::{Condition, Rated, RuleStatus, Standard, Value};

use super::residents_sum::texts;
use super::zone_summary::ZoneOfRun;

/// What a zone's number, rule or grade comes to.
struct Row<'a> {
    zone: ZoneOfRun<'a>,
    kind: &'static str,
    /// Id, Chinese and English name.
    named: Option<[&'a str; 3]>,
    status: &'static str,
    value: Option<Value>,
    /// Why, in Chinese and English.
    why: Option<[String; 2]>,
}

/// The table, for zones each with the values of all measures.
///
/// # Errors
/// None in practice; polars checks that the columns have one length.
pub(crate) fn ratings(standard: &Standard, zones: &[(ZoneOfRun<'_>, &[Option<Value>])]) -> Result<DataFrame> {
    let rows: Vec<Row<'_>> = zones.iter().flat_map(|(zone, values)| rows_of(standard, *zone, values)).collect();
    let number = |name: &str, of: fn(Value) -> f64| {
        let values = rows.iter().map(|row| row.value.map(of).filter(|number| number.is_finite()));
        Column::new(name.into(), values.collect::<Vec<Option<f64>>>())
    };
    Ok(DataFrame::new_infer_height(vec![
        texts("zone_id", rows.iter().map(|row| Some(row.zone.id))),
        texts("zone_name", rows.iter().map(|row| Some(row.zone.name))),
        texts("kind", rows.iter().map(|row| Some(row.kind))),
        texts("id", rows.iter().map(|row| row.named.map(|[id, ..]| id))),
        texts("name_zh", rows.iter().map(|row| row.named.map(|[_, zh, _]| zh))),
        texts("name_en", rows.iter().map(|row| row.named.map(|[.., en]| en))),
        texts("status", rows.iter().map(|row| Some(row.status))),
        number("value", |value| value.low),
        number("value_most", |value| value.high),
        texts("why_zh", rows.iter().map(|row| row.why.as_ref().map(|[zh, _]| zh))),
        texts("why_en", rows.iter().map(|row| row.why.as_ref().map(|[_, en]| en))),
    ])?)
}

fn rows_of<'a>(standard: &'a Standard, zone: ZoneOfRun<'a>, values: &[Option<Value>]) -> Vec<Row<'a>> {
    let measures = standard.measures.iter().zip(values).map(|(measure, value)| Row {
        zone,
        kind: "measure",
        named: Some([&measure.id, &measure.zh, &measure.en]),
        status: match value {
            None => "unknown",
            Some(Value { low, high }) if low < high => "not_known_well",
            Some(_) => "known",
        },
        value: *value,
        why: None,
    });
    let rules = standard.rules.iter().map(|rule| {
        let status = rule.status(values);
        let unmet = |wanted: Option<bool>| {
            let needs = rule.needs.iter().filter(|need| need.holds(values[need.measure]) == wanted);
            in_words(standard, needs, values)
        };
        Row {
            zone,
            kind: "rule",
            named: Some([&rule.id, &rule.zh, &rule.en]),
            status: status.code(),
            value: None,
            why: match status {
                RuleStatus::NotMet => unmet(Some(false)),
                RuleStatus::Unknown => unmet(None),
                RuleStatus::Met | RuleStatus::NotAsked => None,
            },
        }
    });
    measures.chain(rules).chain([grade(standard, zone, values)]).collect()
}

fn grade<'a>(standard: &'a Standard, zone: ZoneOfRun<'a>, values: &[Option<Value>]) -> Row<'a> {
    let rated = standard.rate(values);
    let named = |rating: usize| {
        let rating = &standard.ratings[rating];
        Some([rating.id.as_str(), &rating.zh, &rating.en])
    };
    let (named, why) = match &rated {
        Rated::Is(rating) => (named(*rating), None),
        Rated::Undefined { nearest, failed } => {
            let needs = failed.iter().map(|&need| &standard.ratings[*nearest].needs[need]);
            let [zh, en] = in_words(standard, needs, values).unwrap_or_default();
            let nearest = &standard.ratings[*nearest];
            (None, Some([format!("按“{}”：{zh}", nearest.zh), format!("for \"{}\": {en}", nearest.en)]))
        }
        Rated::Unknown { possible, missing } => (None, Some(open(standard, possible, missing))),
        Rated::None => {
            let (zh, en) = (standard.cannot_rate_zh().unwrap_or_default(), standard.cannot_rate().unwrap_or_default());
            (None, Some([format!("不评级：{zh}"), format!("no grades: {en}")]))
        }
    };
    Row { zone, kind: "grade", named, status: rated.code(), value: None, why }
}

/// Which grades are possible, and what would decide.
fn open(standard: &Standard, possible: &[usize], missing: &[usize]) -> [String; 2] {
    let ratings = || possible.iter().map(|&rating| &standard.ratings[rating]);
    let measures = || missing.iter().map(|&measure| &standard.measures[measure]);
    let zh = format!(
        "可能为 {}；未知：{}",
        joined(ratings().map(|rating| rating.zh.as_str()), "、"),
        joined(measures().map(|measure| measure.zh.as_str()), "、")
    );
    let en = format!(
        "may be {}; not known: {}",
        joined(ratings().map(|rating| rating.en.as_str()), ", "),
        joined(measures().map(|measure| measure.en.as_str()), ", ")
    );
    [zh, en]
}

/// Conditions with the values that they are about, in Chinese and English; nothing where there are none.
fn in_words<'c>(
    standard: &Standard,
    needs: impl Iterator<Item = &'c Condition>,
    values: &[Option<Value>],
) -> Option<[String; 2]> {
    let told: Vec<[String; 2]> = needs
        .map(|need| {
            let measure = &standard.measures[need.measure];
            let value = number(values[need.measure]);
            [
                format!("{} {}（应 {need}）", measure.zh, value.as_deref().unwrap_or("未知")),
                format!("{} {} (should be {need})", measure.en, value.as_deref().unwrap_or("not known")),
            ]
        })
        .collect();
    let of = |language: usize, mark| joined(told.iter().map(|both| both[language].as_str()), mark);
    (!told.is_empty()).then(|| [of(0, "；"), of(1, "; ")])
}

/// A value as people read it: `9`, `0.842`, `8-10`, `8 or more`.
fn number(value: Option<Value>) -> Option<String> {
    let plain = |number: f64| {
        let text = format!("{number:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    value.map(|Value { low, high }| match (low < high, high.is_finite()) {
        (false, _) => plain(low),
        (true, true) => format!("{}-{}", plain(low), plain(high)),
        (true, false) => format!("≥{}", plain(low)),
    })
}

fn joined<'t>(texts: impl Iterator<Item = &'t str>, mark: &str) -> String {
    texts.collect::<Vec<_>>().join(mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::standards;
    use crate::registry::vocabulary::Vocabulary;
    use crate::tables::columns::{Shape, Table, Weight};

    #[test]
    fn xian_s_grades_with_what_failed() -> Result<()> {
        let vocabulary = Vocabulary::embedded()?;
        let xian = standards::load("xian", &vocabulary)?.standard;
        let values = |basic: f64, points: Option<f64>| {
            [Some(Value::exact(basic)), Some(Value { low: 6.0, high: 8.0 }), points.map(Value::exact)]
        };
        let zone = |id| ZoneOfRun { id, name: id };
        let (high, short, open) = (values(11.0, Some(85.0)), values(9.0, Some(85.0)), values(8.0, None));
        let zones = [(zone("a"), &high[..]), (zone("b"), &short[..]), (zone("c"), &open[..])];
        let table = ratings(&xian, &zones)?;
        let weight = Weight { en: String::new(), zh: String::new(), people: true };
        let shape = Shape { minutes: vec![15], ..Shape::plain(weight) };
        let mut schema = Table::Ratings.schema(&shape);
        schema.shift_remove("layer");
        assert_eq!(table.schema().as_ref(), &schema, "the layer is added to all tables about zones together");
        // Three measures and a grade for each zone.
        assert_eq!(table.height(), 12);
        let text = |column: &str, row: usize| -> Result<Option<String>> {
            Ok(table.column(column)?.str()?.get(row).map(str::to_owned))
        };
        assert_eq!(text("status", 3)?.as_deref(), Some("rated"));
        assert_eq!(text("name_zh", 3)?.as_deref(), Some("高品质"));
        assert_eq!(text("status", 7)?.as_deref(), Some("undefined"));
        assert_eq!(text("id", 7)?, None, "no grade is guessed");
        assert_eq!(text("why_zh", 7)?.as_deref(), Some("按“高品质”：基础保障类业态种数 9（应 >= 10）"));
        assert_eq!(
            text("why_en", 7)?.as_deref(),
            Some("for \"High quality\": Basic formats in the circle 9 (should be >= 10)")
        );
        assert_eq!(text("status", 11)?.as_deref(), Some("unknown"));
        assert_eq!(text("why_zh", 11)?.as_deref(), Some("可能为 基本型、未达标；未知：评价标准得分"));
        assert_eq!(text("status", 1)?.as_deref(), Some("not_known_well"));
        assert_eq!(table.column("value_most")?.f64()?.get(1), Some(8.0));
        Ok(())
    }
}
