//! Folders that a run wrote, read back with polars. A run that many tests look at is made once.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use polars::prelude::{DataFrame, ParquetReader, PlSmallStr, SerReader as _};
use serde_json::Value;

use super::real_data;
use super::tool::{DONE, town_run, walkshed};

/// What one run wrote, and what it said with `--json`.
pub(crate) struct Results {
    folder: PathBuf,
    /// The summary for machines.
    pub findings: Value,
}

static TOWN: LazyLock<Results> = LazyLock::new(|| {
    let folder = place().join("town");
    let told = town_run().and("--csv").and("--json").with("-o", &folder).ends(DONE);
    Results { findings: told.json(), folder }
});

static LAS_PALMAS: LazyLock<Option<Results>> = LazyLock::new(|| {
    let osm = real_data::path("las_palmas/las_palmas.osm.pbf")?;
    let zones = real_data::path("las_palmas/las_palmas_secondary_school_zones.geojson")?;
    let folder = place().join("las_palmas");
    let call = walkshed("run --outlets osm --standard six-ones --json").with("--osm", osm).with("--zones", zones);
    Some(Results { findings: call.with("-o", &folder).ends(DONE).json(), folder })
});

impl Results {
    /// The sample town, as its `walkshed.toml` has it, with CSV.
    pub(crate) fn town() -> &'static Self {
        &TOWN
    }

    /// Las Palmas with outlets and dwellings from OSM, by school zones; nothing without the data.
    pub(crate) fn las_palmas() -> Option<&'static Self> {
        LAS_PALMAS.as_ref()
    }

    /// The results in a folder that a test made itself.
    pub(crate) fn new(folder: PathBuf, findings: Value) -> Self {
        Self { folder, findings }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub(crate) fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.text(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub(crate) fn table(&self, name: &str) -> DataFrame {
        read_parquet(&self.path(&format!("{name}.parquet")))
    }
}

/// A whole Parquet file.
pub(crate) fn read_parquet(path: &Path) -> DataFrame {
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    ParquetReader::new(file).finish().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the columns, in order.
pub(crate) fn column_names(table: &DataFrame) -> Vec<&str> {
    table.get_column_names().into_iter().map(PlSmallStr::as_str).collect()
}

/// A column of text.
pub(crate) fn texts<'t>(table: &'t DataFrame, column: &str) -> Vec<Option<&'t str>> {
    table.column(column).unwrap().str().unwrap().iter().collect()
}

/// A column of text that has a value in every row.
pub(crate) fn words<'t>(table: &'t DataFrame, column: &str) -> Vec<&'t str> {
    texts(table, column).into_iter().map(|text| text.unwrap_or_else(|| panic!("no {column}"))).collect()
}

/// A column of yes and no.
pub(crate) fn flags(table: &DataFrame, column: &str) -> Vec<Option<bool>> {
    table.column(column).unwrap().bool().unwrap().iter().collect()
}

/// A column of numbers.
pub(crate) fn numbers(table: &DataFrame, column: &str) -> Vec<Option<f64>> {
    table.column(column).unwrap().f64().unwrap().iter().collect()
}

/// A column of counts.
pub(crate) fn counts(table: &DataFrame, column: &str) -> Vec<Option<u32>> {
    table.column(column).unwrap().u32().unwrap().iter().collect()
}

/// The sum of a column of numbers.
pub(crate) fn sum(table: &DataFrame, column: &str) -> f64 {
    numbers(table, column).into_iter().flatten().sum()
}

/// A folder for the shared runs of this process, below the build's own folder for tests. Statics are never dropped, so the
/// folders of processes that ended long ago are swept here.
fn place() -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shared-runs");
    let an_hour_ago = SystemTime::now() - Duration::from_hours(1);
    for entry in fs::read_dir(&all).into_iter().flatten().flatten() {
        let made = entry.metadata().and_then(|meta| meta.modified());
        if made.is_ok_and(|made| made < an_hour_ago) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let mine = all.join(std::process::id().to_string());
    fs::create_dir_all(&mine).expect("the build's folder can be written");
    mine
}
