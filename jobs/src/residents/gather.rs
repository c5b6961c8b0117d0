//! A file of residents, whatever its kind.
//!
//! Comes in: a file, its kind if that is said, and where the streets are. Goes out: [`Gathered`]: residents in cells, or
//! rows that still need to know where the dwellings are. Not here: reading each kind.

use anyhow::{Result, bail};
use h3o::Resolution;
use walkshed::{Bounds, LonLat, Meters};

use super::cells::CellRows;
use super::known::Known;
use super::origins::HomePoints;
use super::polygons::{PolygonRows, read_polygons};
use super::raster::read_rasters;
use super::table::read_table;
use super::tally::Residents;
use crate::area::{Area, BadPosition};
use crate::clip::Clip;
use crate::plan::residents::{Kind, ResidentsFile};

/// Where residents may be: the streets and a margin around them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent<'c> {
    /// The box of the streets and the margin.
    pub bounds: Bounds,
    area: Area<'c>,
}

impl<'c> Extent<'c> {
    /// The box of the streets with a margin on each side.
    pub(crate) fn around(streets: Bounds, margin: Meters) -> Self {
        Self { bounds: streets.grown(margin), area: Area::around(streets, margin) }
    }

    /// The same, with homes in a part of it only.
    pub(crate) fn with_homes_in(self, homes: Option<&'c Clip>) -> Self {
        Self { area: self.area.with_homes_in(homes), ..self }
    }

    /// Nothing when a point lies in it, else the reason.
    ///
    /// # Errors
    /// `outside`, or `swapped_axes`.
    pub(crate) fn check(&self, at: LonLat) -> Result<(), BadPosition> {
        self.area.check(at)
    }

    /// The same as an [`Area`], for texts that are positions.
    pub(crate) fn area(&self) -> &Area<'c> {
        &self.area
    }
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'c> {
    /// The resolution that the user asked for.
    pub asked: Option<Resolution>,
    /// The resolution when the file has none of its own and nobody asked.
    pub usual: Resolution,
    /// Where residents may be.
    pub extent: Option<Extent<'c>>,
    /// How many places of homes to keep in a cell; 0 keeps none.
    pub homes_per_cell: usize,
}

impl<'c> Reading<'c> {
    /// The resolution of cells that are made here.
    pub(super) fn resolution(&self) -> Resolution {
        self.asked.unwrap_or(self.usual)
    }

    /// The same extent for texts that are positions, and for cells.
    pub(super) fn area(&self) -> Option<&Area<'c>> {
        self.extent.as_ref().map(Extent::area)
    }

    pub(super) fn homes(&self) -> Option<HomePoints> {
        (self.homes_per_cell > 0).then(|| HomePoints::new(self.homes_per_cell))
    }
}

/// Residents as far as they can be placed without knowing where the dwellings are.
pub(crate) enum Gathered<'c> {
    /// In cells.
    Placed(Box<Residents>),
    /// In cells of any resolution.
    Cells(CellRows<'c>),
    /// In polygons.
    Polygons(PolygonRows<'c>),
}

impl Gathered<'_> {
    /// Whether dwellings of the extract would say more.
    pub(crate) fn asks_for_dwellings(&self) -> bool {
        match self {
            Self::Placed(_) => false,
            Self::Cells(rows) => rows.are_coarser(),
            Self::Polygons(_) => true,
        }
    }

    /// Whether the places of homes are known from the file itself.
    pub(crate) fn has_homes(&self) -> bool {
        matches!(self, Self::Placed(residents) if residents.homes.is_some())
    }

    /// The resolution that the cells will have.
    pub(crate) fn resolution(&self) -> Resolution {
        match self {
            Self::Placed(residents) => residents.resolution,
            Self::Cells(rows) => rows.tally.resolution(),
            Self::Polygons(rows) => rows.tally.resolution(),
        }
    }

    /// Residents in cells of one resolution.
    ///
    /// # Errors
    /// When no row is usable.
    pub(crate) fn place(self, known: &Known<'_>) -> Result<Residents> {
        match self {
            Self::Placed(residents) => Ok(*residents),
            Self::Cells(rows) => rows.place(known),
            Self::Polygons(rows) => rows.place(known),
        }
    }
}

/// Reads a file of residents.
///
/// # Errors
/// When it cannot be read, is of another kind than said, or has nothing usable in it.
pub(crate) fn gather<'c>(file: &ResidentsFile, reading: &Reading<'c>) -> Result<Gathered<'c>> {
    match (file.kind, Kind::of_name(&file.path)) {
        (Kind::Raster, _) | (Kind::Auto, Kind::Raster) => Ok(Gathered::Placed(Box::new(read_rasters(file, reading)?))),
        (Kind::Polygons, _) | (Kind::Auto, Kind::Polygons) => Ok(Gathered::Polygons(read_polygons(file, reading)?)),
        (Kind::Cells | Kind::Points, Kind::Raster | Kind::Polygons) => bail!(
            "{} is no table; expected CSV or Parquet for kind = \"{}\", or say kind = \"auto\"",
            file.path.display(),
            file.kind.code()
        ),
        (Kind::Cells | Kind::Points | Kind::Auto, _) => read_table(file, reading),
    }
}
