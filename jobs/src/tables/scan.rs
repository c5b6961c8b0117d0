//! Tables read piece by piece, whatever their size.
//!
//! Comes in: a Parquet file or a lazy query. Goes out: its rows in order, in pieces of a bounded number of rows, run by
//! polars' streaming engine, or the collected result of a query that is small. Not here: what the columns mean.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use anyhow::{Context as _, Result, anyhow};
use polars::prelude::{DataFrame, Engine, LazyFrame, PlRefPath, PlanCallback, ScanArgsParquet};

/// How many rows a piece has at most.
const ROWS_PER_PIECE: NonZeroUsize = NonZeroUsize::new(1 << 16).expect("not zero");
/// How many pieces may wait: one is worked on, one is ready.
const PIECES_AHEAD: usize = 1;

/// A lazy query that begins with a Parquet file.
///
/// # Errors
/// When the path is not UTF-8 or the file is not Parquet.
pub(crate) fn parquet(path: &Path) -> Result<LazyFrame> {
    // Without globbing, so that a file may have `*` or `[` in its name.
    let args = ScanArgsParquet { glob: false, ..ScanArgsParquet::default() };
    LazyFrame::scan_parquet(polars_path(path)?, args)
        .with_context(|| format!("{} cannot be read as Parquet", path.display()))
}

/// The path as polars wants it.
///
/// # Errors
/// When it is not UTF-8.
pub(crate) fn polars_path(path: &Path) -> Result<PlRefPath> {
    // An absolute path cannot be taken for the address of a bucket.
    let path = std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))?;
    PlRefPath::try_from_path(&path).with_context(|| format!("the name of {} must be UTF-8", path.display()))
}

/// Runs a query and hands its rows over in order, piece by piece. An error of `each` stops the query.
///
/// # Errors
/// When the query fails, or `each` does.
pub(crate) fn for_each_piece(query: LazyFrame, mut each: impl FnMut(DataFrame) -> Result<()>) -> Result<()> {
    let (send, receive) = sync_channel::<DataFrame>(PIECES_AHEAD);
    // Nobody receiving any more means that `each` has failed; `true` tells polars to stop.
    let hand_over = PlanCallback::new(move |piece| Ok(send.send(piece).is_err()));
    let query = query.sink_batches(hand_over, true, Some(ROWS_PER_PIECE))?;
    std::thread::scope(|scope| {
        let running = scope.spawn(move || query.collect_with_engine(Engine::Streaming).map(drop));
        let worked = receive.iter().try_for_each(&mut each);
        drop(receive);
        let ran = running.join().map_err(|_| anyhow!("reading a table ended in a panic"))?;
        worked?;
        Ok(ran?)
    })
}

/// Runs a query whose result fits in memory, on the streaming engine, so that what it reads need not.
///
/// # Errors
/// When the query fails.
pub(crate) fn collect(query: LazyFrame) -> Result<DataFrame> {
    Ok(query.collect_with_engine(Engine::Streaming)?.unwrap_single())
}
