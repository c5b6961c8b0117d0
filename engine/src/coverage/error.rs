//! What can be wrong with a standard file, and where in it.
//!
//! Comes in: byte positions in the text. Goes out: [`StandardError`], each with a line, a column and what was expected.
//! Not here: the name of the file, which only the caller knows.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

use super::standard::SCHEMA_VERSION;

/// A place in a text: line and column, both from 1, the column in characters (a Chinese character is one).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl Place {
    /// The place of a byte position; a position beyond the text is its end, one inside a character its beginning.
    pub fn of(text: &str, byte: usize) -> Self {
        let mut end = byte.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }

    /// The place where a span begins.
    pub(super) fn start_of(text: &str, span: &Range<usize>) -> Self {
        Self::of(text, span.start)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A standard file that cannot be used: where, what stands there, what was expected.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum StandardError {
    /// Not TOML, or a key that is unknown, missing or of the wrong type.
    #[error("{at}: {message}")]
    Toml {
        /// Where.
        at: Place,
        /// What the TOML reader says.
        message: String,
    },
    /// A file for another version of the schema.
    #[error("{at}: schema_version is {found}, but this program reads version {SCHEMA_VERSION}")]
    SchemaVersion {
        /// Where.
        at: Place,
        /// The version that the file names.
        found: i64,
    },
    /// An id with other characters than small letters, digits, `_` and `-`.
    #[error("{at}: the {kind} id \"{id}\" must be of small letters, digits, '_' and '-' (it names rows and columns)")]
    BadId {
        /// Where.
        at: Place,
        /// What the id is of: `profile`, `tier`, `requirement`, …
        kind: &'static str,
        /// The id.
        id: String,
    },
    /// Two things of one kind with the same id.
    #[error("{at}: the {kind} \"{id}\" was already defined at {first}; ids must differ")]
    DuplicateId {
        /// Where the second one stands.
        at: Place,
        /// What the id is of.
        kind: &'static str,
        /// The id.
        id: String,
        /// Where the first one stands.
        first: Place,
    },
    /// A tier that the file does not define.
    #[error("{at}: there is no tier \"{tier}\"; the tiers of this file are: {known}")]
    UnknownTier {
        /// Where.
        at: Place,
        /// The tier that was named.
        tier: String,
        /// The tiers there are, separated by commas.
        known: String,
    },
    /// A source that the file does not define.
    #[error("{at}: there is no source \"{source_id}\"; the sources of this file are: {known}")]
    UnknownSource {
        /// Where.
        at: Place,
        /// The source that was named.
        source_id: String,
        /// The sources there are, separated by commas.
        known: String,
    },
    /// A list of formats without any.
    #[error("{at}: {of} names no format; at least one is needed")]
    NoFormat {
        /// Where.
        at: Place,
        /// Whose list it is.
        of: String,
    },
    /// A format that stands twice in one list.
    #[error("{at}: the format \"{format}\" stands twice in one list")]
    FormatTwice {
        /// Where the second one stands.
        at: Place,
        /// The format.
        format: String,
    },
    /// A name or an alternative for a format that its set does not list.
    #[error("{at}: \"{format}\" is not among the formats of the set \"{set}\"")]
    NotInSet {
        /// Where.
        at: Place,
        /// The format.
        format: String,
        /// The set.
        set: String,
    },
    /// A requirement for no outlet at all.
    #[error("{at}: min_count is 0, which every residence meets; at least 1 is expected")]
    ZeroMinCount {
        /// Where.
        at: Place,
    },
    /// A walking time that is no tier.
    #[error("{at}: {minutes} minutes; a tier is a walk of 1 to {max} minutes", max = super::standard::MAX_MINUTES)]
    Minutes {
        /// Where.
        at: Place,
        /// The minutes that the file gives.
        minutes: u32,
    },
    /// A walking distance that is no tier.
    #[error("{at}: {meters} metres; a tier is a walk of 1 to {max} metres", max = super::standard::MAX_METERS)]
    Meters {
        /// Where.
        at: Place,
        /// The metres that the file gives.
        meters: u32,
    },
    /// A tier with a time and a distance.
    #[error("{at}: a tier is of minutes or of distance_m; make two tiers where the document gives both")]
    TwoLimits {
        /// Where.
        at: Place,
    },
    /// A requirement within a tier that says neither how long nor how far.
    #[error("{at}: the tier \"{tier}\" has neither minutes nor distance_m, so nothing can be required within it")]
    NoLimit {
        /// Where.
        at: Place,
        /// The tier.
        tier: String,
    },
    /// A speed that is no walk.
    #[error("{at}: {speed} m/s is no walking speed; expected 0.2 to 3.0")]
    Speed {
        /// Where.
        at: Place,
        /// The speed that the file gives.
        speed: String,
    },
    /// A text that is no hour.
    #[error("{at}: \"{hour}\" is no hour; expected HH:MM from 00:00 to 23:59, or \"always\"")]
    Hour {
        /// Where.
        at: Place,
        /// The text.
        hour: String,
    },
    /// An id of something that the file does not define.
    #[error("{at}: there is no {kind} \"{id}\"; this file has: {known}")]
    UnknownId {
        /// Where.
        at: Place,
        /// What the id is of: `measure`, `group`, …
        kind: &'static str,
        /// The id that was named.
        id: String,
        /// Those there are, separated by commas.
        known: String,
    },
    /// A list that has to name something.
    #[error("{at}: {what} is empty; at least one is needed")]
    Empty {
        /// Where.
        at: Place,
        /// The key.
        what: &'static str,
    },
    /// A measure without what its kind needs.
    #[error("{at}: a measure of kind \"{kind}\" needs the key {what}")]
    MeasureNeeds {
        /// Where.
        at: Place,
        /// The kind.
        kind: &'static str,
        /// The key.
        what: &'static str,
    },
    /// A divisor that is none.
    #[error("{at}: per is {{ residents = N }} or {{ area_m2 = N }}, one of them and more than 0")]
    Per {
        /// Where.
        at: Place,
    },
    /// A condition that everything meets.
    #[error("{at}: the condition on \"{measure}\" has no bound; expected at_least, more_than, at_most or less_than")]
    NoBound {
        /// Where.
        at: Place,
        /// The measure.
        measure: String,
    },
    /// A standard that says it can be used, and asks for nothing.
    #[error(
        "{at}: status \"{status}\" needs at least one [[require]], [[set]] with a tier, or [[rule]]; \
         a standard whose lists are not known is \"counts-only\", \"shape-only\" or \"tiers-only\""
    )]
    NothingRequired {
        /// Where.
        at: Place,
        /// The status that the file gives.
        status: &'static str,
    },
}

impl StandardError {
    /// Where it is.
    pub const fn place(&self) -> Place {
        match self {
            Self::Toml { at, .. }
            | Self::SchemaVersion { at, .. }
            | Self::BadId { at, .. }
            | Self::DuplicateId { at, .. }
            | Self::UnknownTier { at, .. }
            | Self::UnknownSource { at, .. }
            | Self::NoFormat { at, .. }
            | Self::FormatTwice { at, .. }
            | Self::NotInSet { at, .. }
            | Self::ZeroMinCount { at, .. }
            | Self::Minutes { at, .. }
            | Self::Meters { at, .. }
            | Self::TwoLimits { at, .. }
            | Self::NoLimit { at, .. }
            | Self::Speed { at, .. }
            | Self::Hour { at, .. }
            | Self::UnknownId { at, .. }
            | Self::Empty { at, .. }
            | Self::MeasureNeeds { at, .. }
            | Self::Per { at, .. }
            | Self::NoBound { at, .. }
            | Self::NothingRequired { at, .. } => *at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let text = "a = 1\n“六个一” = 2\n";
        // The closing quote ends at byte 6 + 15 = 21: five characters of three bytes each.
        assert_eq!(Place::of(text, 21), Place { line: 2, column: 6 });
        assert_eq!(Place::of(text, 0), Place { line: 1, column: 1 });
        assert_eq!(Place::of(text, 7), Place { line: 2, column: 1 }, "inside a character: its beginning");
        assert_eq!(Place::of(text, 999), Place { line: 3, column: 1 });
    }
}
