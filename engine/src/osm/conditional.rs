//! What holds at a stated hour only: `foot:conditional`, `access:conditional`, `opening_hours`.
//!
//! Comes in: a [`Moment`] and the value of such a tag. Goes out: the word that holds then, or whether a gate stands open.
//! Not here: the notation of opening hours itself, which is the `opening-hours` crate's; what a word means (`rules`).

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};
use opening_hours::OpeningHours;

/// The minute, in local time, at which streets are asked whether they are open.
///
/// Written as a date and an hour, `2026-03-08 23:00`, or as a weekday and an hour, `Tu 08:00`, which stands for that day
/// of the week from 8 to 14 June 2026: an ordinary week without a public holiday in most of the world. Public holidays
/// (`PH`) are not known, so a rule for them never holds.
///
/// ```
/// use walkshed::osm::Moment;
/// let evening: Moment = "Tu 23:00".parse()?;
/// assert_eq!(evening.to_string(), "2026-06-09 23:00");
/// # Ok::<(), walkshed::osm::NoMoment>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment(NaiveDateTime);

/// A text is no moment.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no day and hour; expected for example \"Tu 08:00\" or \"2026-03-08 23:00\"")]
pub struct NoMoment(String);

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        let parsed = || {
            let text = text.trim();
            let (day, hour) = text.split_once(' ').or_else(|| text.split_once('T'))?;
            let hour = NaiveTime::parse_from_str(hour.trim(), "%H:%M").ok()?;
            let day = match WEEKDAYS.iter().position(|known| known.eq_ignore_ascii_case(day)) {
                Some(number) => NaiveDate::from_ymd_opt(2026, 6, 8)?.checked_add_days(Days::new(number as u64))?,
                None => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?,
            };
            // Years that the notation of opening hours can speak of.
            (1900..=9999).contains(&day.year()).then(|| Self(day.and_time(hour)))
        };
        parsed().ok_or_else(|| NoMoment(text.to_owned()))
    }
}

/// The weekdays as OpenStreetMap writes them.
const WEEKDAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d %H:%M"))
    }
}

impl Moment {
    /// Whether something with these opening hours is open; nothing when they cannot be read.
    pub(super) fn is_open(self, opening_hours: &str) -> Option<bool> {
        opening_hours.parse::<OpeningHours>().ok().map(|hours| hours.is_open(self.0))
    }

    /// The word of a conditional restriction that holds, such as `no` in `no @ (Su 09:00-18:00)`; the last that holds
    /// wins, as the wiki's "Conditional restrictions" says. A condition that is not about time (`wet`, `length > 5`) says
    /// nothing about walkers at any hour and is passed over.
    pub(super) fn word_that_holds(self, conditional: &str) -> Option<&str> {
        let mut holding = None;
        for (word, condition) in clauses(conditional) {
            let holds = |part: &str| self.is_open(part.trim().trim_start_matches('(').trim_end_matches(')'));
            if condition.split(" AND ").all(|part| holds(part) == Some(true)) {
                holding = Some(word);
            }
        }
        holding
    }
}

/// The words of a conditional restriction with their conditions. Clauses stand between semicolons; a semicolon in
/// brackets, or with no `@` after it, belongs to the condition.
fn clauses(conditional: &str) -> Vec<(&str, &str)> {
    let mut starts = vec![0];
    let mut depth = 0;
    for (place, sign) in conditional.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            ';' if depth <= 0 && begins_clause(&conditional[place + 1..]) => starts.push(place + 1),
            _ => {}
        }
    }
    let ends = starts.iter().skip(1).map(|&start| start - 1).chain([conditional.len()]);
    let whole = starts.iter().zip(ends).filter_map(|(&start, end)| conditional[start..end].split_once('@'));
    whole.map(|(word, condition)| (word.trim(), condition.trim())).collect()
}

/// Whether a word and an `@` come before the next semicolon.
fn begins_clause(rest: &str) -> bool {
    rest.split(';').next().is_some_and(|clause| clause.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn moments_are_read_and_written() {
        assert_eq!(at("2026-03-08 23:00").to_string(), "2026-03-08 23:00");
        assert_eq!(at("2026-03-08T07:30").to_string(), "2026-03-08 07:30");
        assert_eq!(at("Su 07:00").to_string(), "2026-06-14 07:00");
        for wrong in ["", "Mo", "Mo 25:00", "Xx 08:00", "2026-02-30 08:00", "08:00", "99999-01-01 08:00"] {
            assert_eq!(wrong.parse::<Moment>(), Err(NoMoment(wrong.into())));
        }
    }

    #[test]
    fn the_last_clause_that_holds_wins() {
        for (value, moment, word) in [
            ("no @ (Su 09:00-18:00)", "Su 10:00", Some("no")),
            ("no @ (Su 09:00-18:00)", "Su 18:00", None),
            ("no @ (Su 09:00-18:00)", "Mo 10:00", None),
            ("yes @ (Tu-Su 12:00-19:00; Th 12:00-21:00)", "Th 20:00", Some("yes")),
            ("yes @ (Tu-Su 12:00-19:00; Th 12:00-21:00)", "Fr 20:00", None),
            ("no @ (22:00-06:00); private @ (Su)", "Su 23:00", Some("private")),
            ("no @ 22:00-06:00; private @ Su", "Mo 23:00", Some("no")),
            ("yes @ Mo-Fr 07:00-19:00; Sa 08:00-12:00", "Sa 09:00", Some("yes")),
            ("no @ (wet)", "Mo 10:00", None),
            ("no @ (Mo-Fr AND wet)", "Mo 10:00", None),
            ("no @ (Mo-Fr 08:00-18:00 AND Jun-Aug)", "Mo 10:00", Some("no")),
            ("no", "Mo 10:00", None),
            ("@", "Mo 10:00", None),
            ("((((;;;@;)", "Mo 10:00", None),
        ] {
            assert_eq!(at(moment).word_that_holds(value), word, "{value} at {moment}");
        }
    }

    #[test]
    fn gates_stand_open_by_their_hours() {
        assert_eq!(at("Mo 12:00").is_open("08:00-17:00"), Some(true));
        assert_eq!(at("Mo 17:00").is_open("08:00-17:00"), Some(false));
        assert_eq!(at("Mo 03:00").is_open("24/7"), Some(true));
        assert_eq!(at("Mo 12:00").is_open("when the keeper is there"), None);
    }
}
