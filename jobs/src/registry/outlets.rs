//! Outlets from a table: `id, name, lon, lat, format`.
//!
//! Comes in: CSV or Parquet, the vocabulary of formats, and where the streets are. Goes out: outlets in the order of the
//! file, and every row that is none, with its reason. Not here: other datums than WGS-84, doubles across sources, and the
//! OSM extract as a source.
//!
//! - Rows without an id, and rows with an id that an earlier row has: see [`Ids`]. Several formats of one outlet belong
//!   in one row (`;` or `|`).
//! - A row with some known and some unknown formats is used with the known ones; the unknown words are counted.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use walkshed::LonLat;

use super::points::{Ids, Rejection};
use crate::area::{Area, read_position};
use crate::tables::rejected::{Rejected, summed_up};
use crate::tables::source::SourceTable;

/// What may stand between the formats of one outlet.
const BETWEEN_FORMATS: [char; 5] = [';', '|', '；', '、', '｜'];
/// How many unknown words a message names.
const WORDS_NAMED: usize = 8;

/// Finds a format by its id or a name; the index is that of the vocabulary.
pub(crate) type FindFormat<'a> = &'a dyn Fn(&str) -> Option<u16>;

/// The outlets of one table.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Registry {
    /// Usable outlets, in the order of the file.
    pub outlets: Vec<Outlet>,
    /// Rows that are none; with the outlets they are all rows.
    pub rejected: Vec<Rejected>,
    /// How many rows the file has.
    pub rows: u64,
    /// How many outlets have no id in the file and were named by their row.
    pub ids_made: u64,
    /// Words that are no known format, with the number of rows that have them.
    pub unknown_formats: BTreeMap<String, u64>,
}

/// A place that offers something.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Outlet {
    /// Its id in the source.
    pub source_id: String,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Where it is.
    pub at: LonLat,
    /// Its formats as indexes into the vocabulary, ascending, each once.
    pub formats: Vec<u16>,
}

/// Reads a table of outlets. With an `area`, rows far from the streets are rejected.
///
/// # Errors
/// When the file cannot be read, a column is missing (`name` may be), or no row is usable.
pub(crate) fn read_outlets(path: &Path, find_format: FindFormat<'_>, area: Option<&Area>) -> Result<Registry> {
    let table = SourceTable::open(path)?;
    let mut columns =
        vec![table.need(&["id"])?, table.need(&["lon"])?, table.need(&["lat"])?, table.need(&["format"])?];
    columns.extend(table.find(&["name"]));

    let source = path.display().to_string();
    let mut reading = Reading { find_format, area, ids: Ids::default(), registry: Registry::default() };
    let rows = table.for_each_row(&columns, |row, cells| {
        if let Err((reason, detail)) = reading.add(row, cells) {
            let id = Some(cells[0].to_owned()).filter(|id| !id.is_empty());
            reading.registry.rejected.push(Rejected { source: source.clone(), row, id, reason, detail });
        }
        Ok(())
    })?;
    let registry = Registry { rows, ids_made: reading.ids.made(), ..reading.registry };
    refuse_useless(path, &registry)?;
    Ok(registry)
}

struct Reading<'a> {
    find_format: FindFormat<'a>,
    area: Option<&'a Area<'a>>,
    ids: Ids,
    registry: Registry,
}

impl Reading<'_> {
    fn add(&mut self, row: u64, cells: &[&str]) -> Result<(), Rejection> {
        let &[id, lon, lat, words, ref rest @ ..] = cells else { unreachable!("four columns are always asked for") };
        let at = read_position(lon, lat, self.area).map_err(|bad| (bad.reason, bad.detail))?;
        let formats = self.formats_of(words)?;
        let source_id = self.ids.take(row, id)?;
        let name = rest.first().filter(|name| !name.is_empty()).map(|&name| name.to_owned());
        self.registry.outlets.push(Outlet { source_id, name, at, formats });
        Ok(())
    }

    fn formats_of(&mut self, words: &str) -> Result<Vec<u16>, Rejection> {
        let words = words.split(BETWEEN_FORMATS).map(str::trim).filter(|word| !word.is_empty());
        let mut unknown = Vec::new();
        let mut formats = Vec::new();
        for word in words {
            match (self.find_format)(word) {
                Some(format) => formats.push(format),
                None => unknown.push(word),
            }
        }
        for word in &unknown {
            *self.registry.unknown_formats.entry((*word).to_owned()).or_insert(0) += 1;
        }
        formats.sort_unstable();
        formats.dedup();
        if !formats.is_empty() {
            return Ok(formats);
        }
        if unknown.is_empty() {
            return Err(("missing_format", "format is empty; expected one of the known formats".to_owned()));
        }
        let detail = format!(
            "'{}' is no known format; use an id or a name, such as convenience_store or 便利店",
            unknown.join("', '")
        );
        Err(("unknown_format", detail))
    }
}

/// An error when nothing of a registry can be used, that says what to do.
fn refuse_useless(path: &Path, registry: &Registry) -> Result<()> {
    ensure!(registry.rows > 0, "{} has a header and no rows; expected one row per outlet", path.display());
    let only_unknown = registry.rejected.iter().all(|row| row.reason == "unknown_format");
    ensure!(
        !registry.outlets.is_empty() || !only_unknown,
        "no row of {} has a known format; found: {}. Use ids or names of formats, such as convenience_store or 便利店; \
         `walkshed standard show national-2021` lists many",
        path.display(),
        registry.unknown_formats.keys().take(WORDS_NAMED).cloned().collect::<Vec<_>>().join(", ")
    );
    ensure!(!registry.outlets.is_empty(), "no row of {} is usable: {}", path.display(), summed_up(&registry.rejected));
    Ok(())
}

#[cfg(test)]
mod tests {
    use walkshed::{Bounds, Meters};

    use super::*;

    fn find(word: &str) -> Option<u16> {
        ["bakery", "cafe", "便利店"].iter().position(|known| *known == word).map(|index| index as u16)
    }

    fn read(text: &str) -> Result<Registry> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("outlets.csv");
        std::fs::write(&path, text)?;
        let streets = Bounds { min: LonLat { lon: 116.2, lat: 39.8 }, max: LonLat { lon: 116.6, lat: 40.1 } };
        read_outlets(&path, &find, Some(&Area::around(streets, Meters(500.0))))
    }

    #[test]
    fn every_row_is_an_outlet_or_rejected_with_its_reason() -> Result<()> {
        let registry = read(
            "id,name,lon,lat,format\n\
             1,甲,116.3,39.9,bakery\n\
             2,,116.3,39.9,便利店；cafe|bakery; nonsense\n\
             ,乙,116.31,39.9,cafe\n\
             4,swapped,39.9,116.3,cafe\n\
             5,range,500,39.9,cafe\n\
             6,number,abc,39.9,cafe\n\
             7,unknown,116.3,39.9,castle\n\
             8,empty,116.3,39.9,\n\
             1,again,116.3,39.9,cafe\n\
             9,far,121.4,31.2,cafe\n\
             10,\"short\"\n",
        )?;
        let outlets: Vec<_> =
            registry.outlets.iter().map(|outlet| (outlet.source_id.as_str(), &outlet.formats[..])).collect();
        assert_eq!(outlets, [("1", &[0][..]), ("2", &[0, 1, 2]), ("row-3", &[1])]);
        assert_eq!(registry.outlets[1].name, None);
        let rejected: Vec<_> = registry.rejected.iter().map(|row| (row.row, row.reason)).collect();
        assert_eq!(
            rejected,
            [
                (4, "swapped_axes"),
                (5, "out_of_range"),
                (6, "bad_number"),
                (7, "unknown_format"),
                (8, "missing_format"),
                (9, "duplicate_id"),
                (10, "outside"),
                (11, "bad_number"),
            ]
        );
        assert_eq!(registry.rows, (registry.outlets.len() + registry.rejected.len()) as u64);
        assert_eq!(registry.ids_made, 1);
        assert_eq!(registry.unknown_formats, BTreeMap::from([("castle".into(), 1), ("nonsense".into(), 1)]));
        Ok(())
    }

    #[test]
    fn a_registry_of_no_use_says_what_to_do() {
        let refused = |text: &str| format!("{:#}", read(text).expect_err(text));
        let no_format = refused("id,lon,lat\n1,116.3,39.9\n");
        assert!(no_format.contains("has no column 'format'; columns found: id, lon, lat"), "{no_format}");
        let unknown = refused("id,lon,lat,format\n1,116.3,39.9,castle\n2,116.3,39.9,keep\n");
        assert!(unknown.contains("has a known format; found: castle, keep"), "{unknown}");
        let far = refused("id,lon,lat,format\n1,121.4,31.2,cafe\n2,abc,31.2,castle\n");
        assert!(far.contains("bad_number (1 row, first in row 2") && far.contains("outside (1 row,"), "{far}");
        assert!(refused("id,lon,lat,format\n").contains("no rows"));
    }
}
