//! Errors that are the caller's to mend: a flag, a setting, a name that does not exist.
//!
//! Comes in: any error. Goes out: the same, marked, so that the program ends with exit code 2 rather than 1. Not here:
//! flags that clap itself refuses; those end with 2 as well.

use std::fmt;

use crate::registry::standards::UnknownStandard;

/// An error that comes from how the program was called or configured.
#[derive(Debug)]
pub(crate) struct WrongUse(String);

impl fmt::Display for WrongUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongUse {}

impl WrongUse {
    /// An error from a message.
    pub(crate) fn error(message: impl Into<String>) -> anyhow::Error {
        Self(message.into()).into()
    }

    /// Marks an error as the caller's, keeping its words.
    #[expect(clippy::needless_pass_by_value, reason = "it is made for map_err")]
    pub(crate) fn mark(error: anyhow::Error) -> anyhow::Error {
        Self::error(format!("{error:#}"))
    }
}

/// The exit code for an error: 2 when the call was wrong, 1 when the work failed.
pub(crate) fn exit_code(error: &anyhow::Error) -> u8 {
    let wrong_use = error.chain().any(|cause| cause.is::<WrongUse>() || cause.is::<UnknownStandard>());
    if wrong_use { 2 } else { 1 }
}
