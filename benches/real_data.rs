//! The real extracts that the benches run on, found as the tests find them.

use std::path::{Path, PathBuf};

/// The path of a data file, or nothing, said aloud.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("WALKSHED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let path = root.join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is missing; set WALKSHED_DATA to run this bench", path.display());
        return None;
    }
    Some(path)
}
