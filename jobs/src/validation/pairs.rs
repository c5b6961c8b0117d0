//! Observed walks: from where, to where, how long.
//!
//! Comes in: a table with `from_id, to_id, travel_time_s` and tables of the points, or with the places themselves. Goes
//! out: [`Pair`]s, and every row that is none with its reason. Not here: streets.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use rustc_hash::FxHashMap;
use walkshed::LonLat;

use crate::area::read_position;
use crate::registry::points::read_points;
use crate::tables::rejected::{Rejected, summed_up};
use crate::tables::source::SourceTable;
use crate::wrong_use::WrongUse;

/// The longest time that is taken for a walk, in seconds: a day.
const LONGEST: f64 = 86_400.0;

/// One observed walk.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Pair {
    pub from_id: String,
    pub to_id: String,
    pub from: LonLat,
    pub to: LonLat,
    /// Seconds, more than none.
    pub observed: f64,
}

/// The walks of a table; with the rejected rows they are all rows.
pub(crate) struct Observed {
    pub pairs: Vec<Pair>,
    pub rejected: Vec<Rejected>,
    pub rows: u64,
}

/// Reads observed walks, with their points from tables of their own where those are given.
///
/// # Errors
/// When a file cannot be read, a column is missing, or no row is usable.
pub(crate) fn read_pairs(path: &Path, points: &[PathBuf]) -> Result<Observed> {
    let mut places: FxHashMap<String, LonLat> = FxHashMap::default();
    for path in points {
        places.extend(read_points(path, None)?.used);
    }
    let table = SourceTable::open(path)?;
    let time = table.need(&["travel_time_s", "observed_s", "time_s"])?;
    let ids = [table.find(&["from_id"]), table.find(&["to_id"])];
    let degrees = ["from_lon", "from_lat", "to_lon", "to_lat"].map(|name| table.find(&[name]));
    let by_id = degrees.iter().any(Option::is_none);
    if by_id && (points.is_empty() || ids.iter().any(Option::is_none)) {
        return Err(WrongUse::error(format!(
            "{}: expected from_lon, from_lat, to_lon and to_lat beside {time}; or from_id and to_id, and --points FILE with \
             id, lon, lat",
            path.display()
        )));
    }
    let asked: Vec<&str> =
        ids.iter().chain(degrees.iter().filter(|_| !by_id)).flatten().copied().chain([time]).collect();
    let column = |name: Option<&str>| name.and_then(|name| asked.iter().position(|asked| *asked == name));
    let (id_columns, degree_columns) = (ids.map(column), degrees.map(|name| column(name.filter(|_| !by_id))));
    let source = path.display().to_string();
    let mut observed = Observed { pairs: Vec::new(), rejected: Vec::new(), rows: 0 };
    observed.rows = table.for_each_row(&asked, |row, cells| {
        let cell = |column: Option<usize>| column.map_or("", |column| cells[column].trim());
        let [from_id, to_id] = id_columns.map(cell);
        let place = |id: &str, lon: usize| {
            if by_id {
                let missing = || ("unknown_id", format!("no point has the id '{id}'; give it in a table of --points"));
                return places.get(id).copied().ok_or_else(missing);
            }
            let [lon, lat] = [lon, lon + 1].map(|column| cell(degree_columns[column]));
            read_position(lon, lat, None).map_err(|bad| (bad.reason, bad.detail))
        };
        let seconds = || {
            let text = cells[cells.len() - 1].trim();
            let seconds = text.parse::<f64>().ok().filter(|&s| s > 0.0 && s <= LONGEST);
            seconds.ok_or_else(|| {
                ("not_a_time", format!("{time} is {text:?}; expected seconds, more than 0 and at most a day"))
            })
        };
        let pair = place(from_id, 0).and_then(|from| Ok((from, place(to_id, 2)?, seconds()?)));
        let named = |id: &str, end: &str| if id.is_empty() { format!("{end}-{row}") } else { id.to_owned() };
        match pair {
            Ok((from, to, observed_s)) => observed.pairs.push(Pair {
                from_id: named(from_id, "from"),
                to_id: named(to_id, "to"),
                from,
                to,
                observed: observed_s,
            }),
            Err((reason, detail)) => {
                let id = Some(format!("{from_id} {to_id}").trim().to_owned()).filter(|id| !id.is_empty());
                observed.rejected.push(Rejected { source: source.clone(), row, id, reason, detail });
            }
        }
        Ok(())
    })?;
    ensure!(observed.rows > 0, "{source} has a header and no rows; expected one row per walk");
    ensure!(!observed.pairs.is_empty(), "no row of {source} is usable: {}", summed_up(&observed.rejected));
    Ok(observed)
}
