//! Walking times and verdicts as single bytes, for pictures and for the page.
//!
//! Comes in: seconds, statuses and reasons of the tables. Goes out: codes. Not here: colours and words (`modes`).
//!
//! A time is rounded up: to six seconds as far as 20 minutes, to a minute from there to an hour. Every limit that is a whole
//! minute is a step, so that no walk of just so long changes sides.

/// No outlet within an hour.
pub(crate) const NONE: u8 = 250;
/// Nothing is known.
pub(crate) const UNKNOWN: u8 = 251;
/// There is no street.
pub(crate) const NO_STREET: u8 = 252;
/// The limit is a distance, and no time is known.
pub(crate) const NO_TIME: u8 = 253;
/// Nobody's outlet, as a position.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Steps of six seconds end here.
const FINE: f64 = 1_200.0;
const FINE_STEPS: u8 = 200;
const HOUR_STEPS: u8 = 240;

/// Verdicts in the order of their codes.
pub(crate) const VERDICTS: [&str; 4] = ["met", "not_met", "unknown", "no_street"];
/// Reasons in the order of their codes; the first is none.
pub(crate) const REASONS: [&str; 11] = [
    "",
    "no_outlet",
    "beyond_budget",
    "too_few",
    "detour",
    "gate",
    "island",
    "edge_of_data",
    "no_street",
    "format_not_in_registry",
    "hours_unknown",
];

/// The code of a walk of so many seconds.
pub(crate) fn walk(seconds: f64) -> u8 {
    if seconds <= FINE {
        return (seconds.max(0.0) / 6.0).ceil() as u8;
    }
    let minutes = ((seconds - FINE) / 60.0).ceil();
    FINE_STEPS + minutes.min(f64::from(HOUR_STEPS - FINE_STEPS)) as u8
}

/// The last code of walks of up to so many minutes; the last of all from an hour on.
pub(crate) fn up_to(minutes: u32) -> u8 {
    if minutes < 60 { walk(f64::from(minutes) * 60.0) } else { HOUR_STEPS }
}

/// The code of a status of the table `access` and its seconds.
pub(crate) fn access(status: &str, seconds: Option<f64>) -> u8 {
    match (status, seconds) {
        ("no_street", _) => NO_STREET,
        ("format_not_in_registry", _) => UNKNOWN,
        (_, Some(seconds)) => walk(seconds),
        (_, None) => NONE,
    }
}

/// The position of a word in a list; the first for one that is not there.
pub(crate) fn position(words: &[&str], word: &str) -> u8 {
    words.iter().position(|known| *known == word).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_walk_changes_sides_at_a_whole_minute() {
        for minutes in 1..=60 {
            let limit = f64::from(minutes) * 60.0;
            assert!(walk(limit) <= up_to(minutes), "{minutes}");
            if minutes < 60 {
                assert!(walk(limit + 1.0 / 64.0) > up_to(minutes), "{minutes}");
            }
        }
        assert_eq!([0.0, 1.0, 6.0, 900.0, 1_200.0, 1_201.0, 3_600.0].map(walk), [0, 1, 1, 150, 200, 201, 240]);
    }

    #[test]
    fn a_status_without_a_number_is_never_a_walk() {
        assert_eq!(access("format_not_in_registry", None), UNKNOWN);
        assert_eq!(access("no_street", None), NO_STREET);
        assert_eq!(access("no_outlet", None), NONE);
        assert_eq!(access("reachable", Some(300.0)), 50);
    }
}
