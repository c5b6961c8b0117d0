//! The tables about outlets: `outlets`, `duplicates`, `unmapped`.
//!
//! Comes in: a registry, and where its outlets meet the streets. Goes out: rows for the writers, piece by piece. Not here:
//! the columns.

use anyhow::Result;
use polars::prelude::DataFrame;

use super::linked::{OnStreet, snap_status};
use crate::registry::attributes::Status;
use crate::registry::brands::Brands;
use crate::registry::outlets::{Outlet, Registry, Standing};
use crate::registry::vocabulary::Vocabulary;
use crate::tables::duplicates::{DuplicateRow, duplicates_table};
use crate::tables::places::{OutletRow, outlets_table};
use crate::tables::unmapped::{UnmappedRow, unmapped_table};

/// Rows that are put together at a time.
const PIECE: usize = 1 << 16;

/// What the tables are made from.
pub(crate) struct OutletTables<'a> {
    pub registry: &'a Registry,
    pub vocabulary: &'a Vocabulary,
    pub brands: &'a Brands,
}

impl OutletTables<'_> {
    /// Hands over the table `outlets` in pieces. `street` says where an outlet's way begins and how far off that is.
    ///
    /// # Errors
    /// When `each` fails.
    pub(crate) fn outlets(
        &self,
        on_street: &[Option<OnStreet>],
        way_of: impl Fn(&OnStreet) -> i64,
        mut each: impl FnMut(DataFrame) -> Result<()>,
    ) -> Result<()> {
        let mut formats: Vec<String> = Vec::with_capacity(PIECE);
        if self.registry.outlets.is_empty() {
            return each(outlets_table(&[])?);
        }
        for (piece, first) in self.registry.outlets.chunks(PIECE).zip((0..).step_by(PIECE)) {
            formats.clear();
            formats.extend(piece.iter().map(|outlet| self.names_of(outlet)));
            let rows = piece.iter().zip(&formats).zip(first..).map(|((outlet, formats), number)| {
                let on = on_street[number].as_ref();
                OutletRow {
                    outlet_id: number as u32,
                    snap_status: snap_status(on),
                    snap_distance_m: on.map(|on| on.snap.offset.0),
                    way_id: on.map(&way_of),
                    status: status_of(outlet, on.is_some()),
                    ..self.row_of(outlet, formats)
                }
            });
            each(outlets_table(&rows.collect::<Vec<_>>())?)?;
        }
        Ok(())
    }

    fn row_of<'o>(&'o self, outlet: &'o Outlet, formats: &'o str) -> OutletRow<'o> {
        let known = outlet.attributes.as_deref();
        let hours = known.and_then(|known| known.hours.as_deref());
        OutletRow {
            source: self.source_of(outlet),
            row: row_of(outlet),
            source_id: self.registry.source_id(outlet),
            name: self.registry.name(outlet),
            at: Some(outlet.at),
            formats,
            format_rule: &outlet.kind.rule,
            multi_function: outlet.formats().len() > 1,
            brand: outlet.brand.map(|brand| self.brands.get(brand).zh.as_str()),
            floor_area_m2: known.and_then(|known| known.floor_area_m2).map(f64::from),
            hours: hours.map(|hours| (&*hours.text, [hours.at_0700, hours.at_2300, hours.all_day, hours.morning])),
            mobile: known.and_then(|known| known.mobile),
            business_status: known.and_then(|known| known.status).map(Status::code),
            dates: known.map_or([None, None], |known| [known.opened, known.closed]),
            duplicate_group: outlet.group(),
            ..OutletRow::default()
        }
    }

    /// The table `duplicates`: the kept outlet of each group first.
    ///
    /// # Errors
    /// None in practice.
    pub(crate) fn duplicates(&self) -> Result<DataFrame> {
        let mut rows = Vec::new();
        for (number, group) in self.registry.groups.iter().enumerate() {
            let kept = &self.registry.outlets[group.kept as usize];
            let others = group.members.iter().copied().filter(|member| *member != group.kept);
            for member in std::iter::once(group.kept).chain(others) {
                let outlet = &self.registry.outlets[member as usize];
                rows.push(DuplicateRow {
                    group: number as u32,
                    kept: member == group.kept,
                    why: group.why.code(),
                    dropped: outlet.standing == Standing::Double,
                    outlet_id: member,
                    source: self.source_of(outlet),
                    row: row_of(outlet),
                    source_id: self.registry.source_id(outlet),
                    name: self.registry.name(outlet).unwrap_or_default(),
                    formats: self.names_of(outlet),
                    at: outlet.at,
                    distance_m: kept.at.distance_to(outlet.at).0,
                });
            }
        }
        duplicates_table(&rows)
    }

    /// The table `unmapped`: in the order of sources, the most rows first.
    ///
    /// # Errors
    /// None in practice.
    pub(crate) fn unmapped(&self) -> Result<DataFrame> {
        let mut kinds: Vec<_> = self.registry.unmapped.iter().collect();
        kinds.sort_by(|((a_source, _), a), ((b_source, _), b)| a_source.cmp(b_source).then(b.rows.cmp(&a.rows)));
        let rows = kinds.into_iter().map(|((source, said), kind)| UnmappedRow {
            source: &self.registry.sources[usize::from(*source)].name,
            said,
            rows: kind.rows,
            used: kind.used,
            first_row: kind.first_row,
            example: &kind.example,
        });
        unmapped_table(&rows.collect::<Vec<_>>())
    }

    fn source_of(&self, outlet: &Outlet) -> &str {
        &self.registry.sources[usize::from(outlet.source)].name
    }

    fn names_of(&self, outlet: &Outlet) -> String {
        let ids = outlet.formats().iter().map(|&f| self.vocabulary.formats()[usize::from(f)].id.as_str());
        ids.collect::<Vec<_>>().join(";")
    }
}

fn row_of(outlet: &Outlet) -> Option<u64> {
    (outlet.row > 0).then_some(u64::from(outlet.row))
}

fn status_of(outlet: &Outlet, on_street: bool) -> &'static str {
    match outlet.standing {
        Standing::Closed => "closed",
        Standing::NotYetOpen => "not_yet_open",
        Standing::Double => "double",
        Standing::Used if on_street => "used",
        Standing::Used => "no_street",
    }
}
