//! Where the real extracts are.
//!
//! They are found through `WALKSHED_DATA`, or beside the project in `../shared/data`. Without them a test says that it was
//! skipped; where `CI` is set it fails.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The path of a data file, or nothing, said aloud, when the data is not there.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("WALKSHED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing; set WALKSHED_DATA", path.display());
    // Straight to the terminal: the test runner keeps back what passing tests print.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {} is missing; set WALKSHED_DATA to run this test", path.display());
    None
}
