//! Isochrones on all cores, written as they come.
//!
//! Comes in: groups of origins, and what makes rows of one. Goes out: batches of a fixed number of groups, in order, so
//! that the file does not depend on the number of threads and memory does not grow with the number of groups.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use polars::prelude::{DataFrame, Schema};
use rayon::prelude::*;
use walkshed::Ticks;
use walkshed::isochrone::{Heading, IsochroneSearch, Isochrones, Reached};

use super::Group;
use crate::run::progress::Stage;

/// Groups of a batch. Areas of three budgets take some 30 kB for each.
const GROUPS_AT_A_TIME: usize = 512;

/// What draws the isochrones of some groups on one graph. Shared by all threads.
pub(crate) struct Drawer<'a, 'g> {
    pub isochrones: &'a Isochrones<'g>,
    pub groups: &'a [Group],
    pub heading: Heading,
    pub budgets: &'a [Ticks],
    /// A search is as large as its window; each thread takes one that rests.
    pub resting: Mutex<Vec<IsochroneSearch<'a, 'g>>>,
}

impl Drawer<'_, '_> {
    /// What a group reaches; nothing where it has no street.
    ///
    /// # Errors
    /// When it cannot be drawn, or `use_it` fails.
    pub(crate) fn reached<T>(
        &self,
        group: usize,
        use_it: impl FnOnce(&Group, Option<Reached<'_, '_, '_>>) -> Result<T>,
    ) -> Result<T> {
        let group = &self.groups[group];
        if group.origins.is_empty() {
            return use_it(group, None);
        }
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut search = resting.unwrap_or_else(|| IsochroneSearch::new(self.isochrones));
        let used = use_it(group, Some(search.run(&group.origins, self.heading, self.budgets)?))?;
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).push(search);
        Ok(used)
    }
}

/// Something that makes rows: areas, lines, cells, or what has changed.
pub(crate) trait Rows: Sync {
    /// A row.
    type Row: Send;

    /// The kind of shape that rows have.
    const SHAPE: &'static str;

    /// The rows of a group, by its number.
    ///
    /// # Errors
    /// When what is reached cannot be drawn.
    fn rows(&self, group: usize) -> Result<Vec<Self::Row>>;

    /// Rows as columns, and the box around their shapes.
    ///
    /// # Errors
    /// When polars refuses them.
    fn frame(&self, rows: Vec<Self::Row>) -> Result<(DataFrame, Option<[f64; 4]>)>;

    /// The columns.
    ///
    /// # Errors
    /// As [`Rows::frame`].
    fn schema(&self) -> Result<Schema> {
        Ok(self.frame(Vec::new())?.0.schema().as_ref().clone())
    }
}

/// Draws so many groups and hands over the rows of each batch.
///
/// # Errors
/// When something cannot be drawn, or `write` fails.
pub(crate) fn draw_all<R: Rows>(
    groups: usize,
    rows: &R,
    stage: &Stage,
    mut write: impl FnMut(&DataFrame, Option<[f64; 4]>) -> Result<()>,
) -> Result<()> {
    for first in (0..groups).step_by(GROUPS_AT_A_TIME) {
        let batch = first..groups.min(first + GROUPS_AT_A_TIME);
        let count = batch.len() as u64;
        let drawn: Vec<Vec<R::Row>> = batch.into_par_iter().map(|group| rows.rows(group)).collect::<Result<_>>()?;
        let (frame, bounds) = rows.frame(drawn.into_iter().flatten().collect())?;
        write(&frame, bounds)?;
        stage.advance(count);
    }
    Ok(())
}
