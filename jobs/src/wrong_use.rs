//! Errors that are the caller's to mend: a flag, a setting, a name that does not exist.
//!
//! Comes in: any error. Goes out: the same, marked, so that the program ends with exit code 2 rather than 1. Not here:
//! flags that clap itself refuses; those end with 2 as well.
//!
//! A file that is not there, is a folder, or may not be opened was named wrongly: 2. A file that opens and is not what it
//! should be is a failure of the work: 1.

use std::fmt;
use std::io::{self, ErrorKind};

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
    let is_wrong_use = |cause: &(dyn std::error::Error + 'static)| {
        cause.is::<WrongUse>()
            || cause.is::<UnknownStandard>()
            || cause.downcast_ref::<io::Error>().is_some_and(|error| cannot_be_opened(error.kind()))
    };
    if error.chain().any(is_wrong_use) { 2 } else { 1 }
}

/// Whether a file could not even be opened, so that its name is what is wrong.
fn cannot_be_opened(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::NotADirectory | ErrorKind::PermissionDenied
    )
}
