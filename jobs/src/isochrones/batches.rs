//! Isochrones on all cores, written as they come.
//!
//! Comes in: groups of origins, and what makes rows of one. Goes out: batches of a fixed number of groups, in order, so
//! that the file does not depend on the number of threads and memory does not grow with the number of groups.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use polars::prelude::{DataFrame, Schema};
use rayon::prelude::*;
use walkshed::isochrone::{Heading, IsochroneSearch, Isochrones, Origin, Reached};
use walkshed::{LonLat, Ticks};

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

impl<'a, 'g> Drawer<'a, 'g> {
    /// What each of up to sixteen groups reaches that have one origin each.
    ///
    /// # Errors
    /// When they cannot be drawn, or `use_it` fails.
    pub(crate) fn reached_by_each<T>(
        &self,
        groups: &[usize],
        use_it: impl FnOnce(Reached<'_, '_, '_>) -> Result<T>,
    ) -> Result<T> {
        let origins: Vec<Origin> = groups.iter().map(|&group| self.groups[group].origins[0].clone()).collect();
        self.with_search(|search| use_it(search.run_block(&origins, self.heading, self.budgets)?))
    }

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
        self.with_search(|search| use_it(group, Some(search.run(&group.origins, self.heading, self.budgets)?)))
    }

    fn with_search<T>(&self, use_it: impl FnOnce(&mut IsochroneSearch<'a, 'g>) -> Result<T>) -> Result<T> {
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut search = resting.unwrap_or_else(|| IsochroneSearch::new(self.isochrones));
        let used = use_it(&mut search)?;
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).push(search);
        Ok(used)
    }

    /// Groups put together so that each work can be done at once: single origins by neighbourhood, others by themselves.
    pub(crate) fn works(&self, groups: Range<usize>) -> Vec<Vec<usize>> {
        let (mut single, rest): (Vec<usize>, Vec<usize>) =
            groups.partition(|&group| self.groups[group].origins.len() == 1);
        single.sort_by_cached_key(|&group| neighbourhood(self.groups[group].origins[0].at()));
        let blocks = single.chunks(IsochroneSearch::BLOCK).map(<[usize]>::to_vec);
        blocks.chain(rest.into_iter().map(|group| vec![group])).collect()
    }
}

/// A number that is near for places near each other: where they lie on a curve through all squares of half a kilometre
/// (Morton 1966).
fn neighbourhood(at: LonLat) -> u64 {
    let spread = |degrees: f64| {
        let square = (degrees * 200.0) as u64;
        (0..20).fold(0, |bits, bit| bits | (square >> bit & 1) << (2 * bit))
    };
    spread(at.lon + 180.0) | spread(at.lat + 90.0) << 1
}

/// Something that makes rows: areas, lines, cells, or what has changed.
pub(crate) trait Rows: Sync {
    /// A row.
    type Row: Send;

    /// The kind of shape that rows have.
    const SHAPE: &'static str;

    /// Groups whose rows are best made together, as [`Drawer::works`] has them.
    fn works(&self, groups: Range<usize>) -> Vec<Vec<usize>>;

    /// The rows of each of some groups, by their numbers: of one, or of up to sixteen that have one origin each.
    ///
    /// # Errors
    /// When what is reached cannot be drawn.
    fn rows(&self, groups: &[usize]) -> Result<Vec<Vec<Self::Row>>>;

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
        let works = rows.works(batch);
        let draw = |groups: &Vec<usize>| Ok(groups.iter().copied().zip(rows.rows(groups)?).collect());
        let drawn: Vec<Vec<(usize, Vec<R::Row>)>> = works.par_iter().map(draw).collect::<Result<_>>()?;
        let mut drawn: Vec<(usize, Vec<R::Row>)> = drawn.into_iter().flatten().collect();
        drawn.sort_by_key(|(group, _)| *group);
        let (frame, bounds) = rows.frame(drawn.into_iter().flat_map(|(_, rows)| rows).collect())?;
        write(&frame, bounds)?;
        stage.advance(count);
    }
    Ok(())
}
