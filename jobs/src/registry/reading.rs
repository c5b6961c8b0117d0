//! Outlets from a table.
//!
//! Comes in: a file with what the user says of it, the vocabulary, the chains, and where the streets are. Goes out: outlets
//! in the order of the file, and every row that is none, with its reason. Not here: other kinds of files (`tables::source`),
//! and doubles across rows.
//!
//! - Rows without an id are named by their number; the second row of an id is refused. Several formats of one outlet belong
//!   in one row (`;` or `|`).
//! - A row with some known and some unknown formats is used with the known ones; the unknown words are counted.
//! - A value beside place and formats that cannot be read is counted and left empty; the row is used.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use chrono::NaiveDate;
use walkshed::LonLat;

use super::attributes::{AttributeReader, AttributeTexts};
use super::brands::Brands;
use super::columns::{Columns, Field, Mapping};
use super::mapping::{Kind, Mapper, NAME_ONLY, NoFormat};
use super::names::PlainName;
use super::outlets::{Called, NameKey, Outlet, Registry, Source};
use super::points::Rejection;
use super::texts::ByText;
use crate::area::{Area, read_position_in};
use crate::datum::Datum;
use crate::run::progress::Progress;
use crate::tables::rejected::Rejected;
use crate::tables::source::{ReadAs, SourceTable};

/// Progress is shown every so many rows.
const SHOWN: u64 = 8_192;
/// How many unknown kinds a message names.
const KINDS_NAMED: usize = 8;

/// A table of outlets, and what the user says of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutletTable {
    /// The file.
    pub path: PathBuf,
    /// The datum of its coordinates.
    pub datum: Option<Datum>,
    /// Whether that datum is used even where the streets contradict it.
    pub trusted: bool,
    /// The day that dates of opening and closing are looked at; without it, they are only told.
    pub as_of: Option<NaiveDate>,
    /// Its columns, where they have unusual names.
    pub columns: Mapping,
    /// Its encoding, separator and sheet.
    pub read_as: ReadAs,
}

impl OutletTable {
    /// The name of the file.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// What is needed to read outlets.
pub(crate) struct OutletReader<'a, 'v> {
    /// Formats by what a row says.
    pub mapper: Mapper<'v>,
    /// Chains by name.
    pub brands: &'a Brands,
    /// Where the streets are; without it, no row is too far away.
    pub area: Option<&'a Area<'a>>,
    /// Where to show how far it is.
    pub progress: &'a Progress,
}

impl OutletReader<'_, '_> {
    /// Reads a table into a registry. Without a datum, the numbers are taken for WGS-84: whoever calls sees to it that
    /// somebody has declared it.
    ///
    /// # Errors
    /// When the file cannot be read, a column is missing, or no row is usable.
    pub(crate) fn read(&mut self, from: &OutletTable, registry: &mut Registry) -> Result<()> {
        let table = SourceTable::open_as(&from.path, &from.read_as)?;
        let columns = Columns::of(&table, &from.columns)?;
        let datum = from.datum.unwrap_or(Datum::Wgs84);
        let first_outlet = registry.outlets.len();
        let stage = self.progress.stage("read outlets", table.records());
        let mut rows = Rows {
            reader: self,
            as_of: from.as_of,
            columns: &columns,
            datum,
            source: u16::try_from(registry.sources.len())?,
            file: from.path.display().to_string(),
            attributes: AttributeReader::default(),
            ids: Ids { first: first_outlet as u32, ..Ids::default() },
            registry,
        };
        let read = table.for_each_row(&columns.asked, |row, cells| {
            if row % SHOWN == 0 {
                stage.advance(SHOWN);
            }
            rows.take(row, cells)
        })?;
        let (invalid, ids_made) = (rows.attributes.invalid, rows.ids.made);
        registry.sources.push(Source {
            name: from.name(),
            form: table.form().to_string(),
            datum: Some(datum),
            columns: columns.told(),
            rows: read,
            ids_made,
            invalid,
            fit: None,
        });
        let source = registry.sources.len() - 1;
        let used = registry.outlets.len() - first_outlet;
        refuse_useless(&from.path, read, used, registry, source as u16)
    }
}

/// The rows of one table, one after another.
struct Rows<'r, 'a, 'v> {
    reader: &'r mut OutletReader<'a, 'v>,
    columns: &'r Columns<'r>,
    datum: Datum,
    as_of: Option<NaiveDate>,
    source: u16,
    file: String,
    attributes: AttributeReader,
    ids: Ids,
    registry: &'r mut Registry,
}

impl Rows<'_, '_, '_> {
    fn take(&mut self, row: u64, cells: &[&str]) -> Result<()> {
        if let Err((reason, detail)) = self.add(row, cells) {
            let id = Some(self.columns.cell(Field::Id, cells).to_owned()).filter(|id| !id.is_empty());
            let rejected = Rejected { source: self.file.clone(), row, id, reason, detail };
            self.registry.rejected.push(&rejected)?;
        }
        Ok(())
    }

    fn add(&mut self, row: u64, cells: &[&str]) -> Result<(), Rejection> {
        let cell = |field| self.columns.cell(field, cells);
        let (lon, lat) = place_of(self.columns, cells);
        let at = read_position_in(self.datum, lon, lat, self.reader.area).map_err(|bad| (bad.reason, bad.detail))?;
        let name = cell(Field::Name);
        let kind =
            Kind { format: cell(Field::Format), typed: cell(Field::Type), typecode: cell(Field::Typecode), name };
        let mapped = match self.reader.mapper.map(&kind) {
            Ok(mapped) => mapped,
            Err(none) => return Err(self.no_format(row, none, name)),
        };
        let taken = self.ids.take(row, cell(Field::Id), self.registry)?;
        for word in &mapped.unknown {
            self.registry.note_unmapped(self.source, row, word, name, true);
        }
        let texts = AttributeTexts {
            floor_area: cell(Field::FloorArea),
            hours: cell(Field::Hours),
            status: cell(Field::Status),
            opened: cell(Field::Opened),
            closed: cell(Field::Closed),
            mobile: cell(Field::Mobile),
        };
        let attributes = self.attributes.read(&texts);
        let plain = PlainName::of(name, cell(Field::City));
        let (brands, vocabulary) = (self.reader.brands, self.reader.mapper.vocabulary());
        let brand = brands.of(cell(Field::Brand), &plain, &mapped.kind.formats);
        let key = NameKey::of(&plain, brand, brands, |core| vocabulary.is_kind(core));
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let outlet = Outlet::new(self.source, row, at, mapped.kind).with(brand, attributes, self.as_of);
        self.registry.add(&Called { id: &taken, name, key }, outlet);
        Ok(())
    }

    fn no_format(&mut self, row: u64, none: NoFormat, name: &str) -> Rejection {
        match none {
            NoFormat::Missing => (
                "missing_format",
                "nothing says what it is; expected a format, a type, a typecode or a name".to_owned(),
            ),
            NoFormat::Unknown(words) => {
                let detail = format!(
                    "'{}' is no known format; use an id or a name, such as convenience_store or 便利店",
                    words.join("', '")
                );
                for word in words {
                    self.registry.note_unmapped(self.source, row, &word, name, false);
                }
                ("unknown_format", detail)
            }
            NoFormat::NoRule(said) => {
                self.registry.note_unmapped(self.source, row, &said, name, false);
                let what = if said == NAME_ONLY { format!("the name '{name}'") } else { format!("'{said}'") };
                let detail = format!(
                    "no rule of the vocabulary maps {what} to a format; write one into a column 'format', or add a rule"
                );
                ("unmapped", detail)
            }
        }
    }
}

/// Longitude and latitude of a row: from their columns, or from the one for both, `116.39,39.90`.
fn place_of<'c>(columns: &Columns<'_>, cells: &[&'c str]) -> (&'c str, &'c str) {
    let (lon, lat) = (columns.cell(Field::Lon, cells), columns.cell(Field::Lat, cells));
    if !(lon.is_empty() && lat.is_empty()) {
        return (lon, lat);
    }
    let both = columns.cell(Field::Location, cells).trim_matches(['(', ')', '[', ']', '"', ' ']);
    let split = both.split_once([',', '，', ';', '；']).or_else(|| both.split_once(char::is_whitespace));
    split.map_or((both, both), |(lon, lat)| (lon.trim(), lat.trim()))
}

/// The ids of a table, each once.
#[derive(Default)]
struct Ids {
    /// The number of the table's first outlet.
    first: u32,
    known: ByText,
    made: u64,
}

impl Ids {
    /// The id of a row that becomes the next outlet.
    fn take<'c>(&mut self, row: u64, id: &'c str, registry: &Registry) -> Result<Cow<'c, str>, Rejection> {
        let taken = if id.is_empty() { Cow::Owned(format!("row-{row}")) } else { Cow::Borrowed(id) };
        let outlet = |number: u32| &registry.outlets[(self.first + number) as usize];
        let next = registry.outlets.len() as u32 - self.first;
        if let Some(first) = self.known.known_or(&taken, next, |number| registry.source_id(outlet(number))) {
            let detail = format!(
                "row {} has the id '{taken}' already; give each place its own id, and write several formats of one \
                 outlet into one row, as in bakery;cafe",
                outlet(first).row
            );
            return Err(("duplicate_id", detail));
        }
        self.made += u64::from(id.is_empty());
        Ok(taken)
    }
}

/// An error when nothing of a table can be used, that says what to do.
fn refuse_useless(path: &Path, rows: u64, used: usize, registry: &Registry, source: u16) -> Result<()> {
    ensure!(rows > 0, "{} has a header and no rows; expected one row per outlet", path.display());
    if used > 0 {
        return Ok(());
    }
    let file = path.display().to_string();
    let reasons = registry.rejected.reasons_in(&file);
    if reasons.iter().all(|reason| ["unknown_format", "unmapped"].contains(reason)) {
        let kinds = registry.unmapped.keys().filter(|(of, _)| *of == source).map(|(_, said)| said.as_str());
        bail!(
            "no row of {} has a known format; found: {}. Use ids or names of formats, such as convenience_store or 便利店; \
             `walkshed standard show national-2021` lists many",
            path.display(),
            kinds.take(KINDS_NAMED).collect::<Vec<_>>().join(", ")
        );
    }
    bail!("no row of {file} is usable: {}", registry.rejected.summed_up(&file))
}

/// Some positions of a table as its numbers have them, spread evenly over its rows: what a datum is estimated from.
///
/// # Errors
/// When the file cannot be read, or no column says where things are.
pub(crate) fn sample_positions(from: &OutletTable, at_most: usize) -> Result<Vec<LonLat>> {
    let table = SourceTable::open_as(&from.path, &from.read_as)?;
    let columns = Columns::of(&table, &from.columns)?;
    // Every `stride`th usable row is kept; when there are too many, every other one goes and the stride doubles.
    let (mut kept, mut stride, mut seen) = (Vec::with_capacity(2 * at_most), 1, 0_u64);
    table.for_each_row(&columns.asked, |_, cells| {
        let (lon, lat) = place_of(&columns, cells);
        let Ok(at) = read_position_in(Datum::Wgs84, lon, lat, None) else { return Ok(()) };
        if seen % stride == 0 {
            kept.push(at);
            if kept.len() == 2 * at_most {
                let mut place = 0;
                kept.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
                stride *= 2;
            }
        }
        seen += 1;
        Ok(())
    })?;
    Ok(kept)
}

/// The coordinate system that a file declares itself, if it does.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn declares_crs(from: &OutletTable) -> Result<bool> {
    let is_geo = from.path.extension().is_some_and(|extension| {
        ["geojson", "json", "parquet", "geoparquet", "pq"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    });
    Ok(is_geo && SourceTable::open_as(&from.path, &from.read_as)?.form().crs.is_some())
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
