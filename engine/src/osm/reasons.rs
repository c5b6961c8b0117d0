//! Why a way is walked on or not, in words.
//!
//! Comes in: what decided a verdict. Goes out: [`Because`], which tables keep as a code and people read as a sentence. Not
//! here: deciding (`rules`).

use std::fmt;

use serde::Serialize;

/// What decided over a way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Because {
    /// The default of its class.
    Class,
    /// Its class is in no list of the rules.
    ClassUnknown,
    /// A tag that closes whatever else is said.
    ClosedTag,
    /// The key `foot`.
    Foot,
    /// The key `access`.
    Access,
    /// A tag that opens a class closed by default.
    OpenedTag,
    /// It is a road for motor vehicles only.
    MotorRoad,
    /// It can only be come to through private gates or streets.
    BehindGate,
    /// It is closed at the stated hour.
    Hours,
}

impl Because {
    /// All of them; a code in a graph file is a position here.
    pub const ALL: [Self; 9] = [
        Self::Class,
        Self::ClassUnknown,
        Self::ClosedTag,
        Self::Foot,
        Self::Access,
        Self::OpenedTag,
        Self::MotorRoad,
        Self::BehindGate,
        Self::Hours,
    ];

    /// The reason in a word, as tables have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::ClassUnknown => "class_unknown",
            Self::ClosedTag => "closed_tag",
            Self::Foot => "foot",
            Self::Access => "access",
            Self::OpenedTag => "opened_tag",
            Self::MotorRoad => "motor_road",
            Self::BehindGate => "behind_gate",
            Self::Hours => "hours",
        }
    }
}

/// What decided, as the beginning of a sentence: "`foot` says so".
impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Class => "it is the default of its class",
            Self::ClassUnknown => "its class is in no list of the rules",
            Self::ClosedTag => "a tag closes it whatever else is said",
            Self::Foot => "the key foot says so",
            Self::Access => "the key access says so, and foot says nothing",
            Self::OpenedTag => "a tag opens its class, which is closed by default",
            Self::MotorRoad => "it is a road for motor vehicles only",
            Self::BehindGate => "it can only be come to through private gates or streets",
            Self::Hours => "its opening hours leave it closed then",
        })
    }
}
