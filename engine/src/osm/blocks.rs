//! The blocks of one PBF file or several, decoded on all cores and handed back in the files' order.
//!
//! Comes in: readers. Goes out: one value per data block from the caller's function, and what went wrong, with the byte
//! where it did. Not here: how a block is decoded (`pbf`), and what is in it that matters.
//!
//! A caller asks for the blocks that may have elements of some kind. Where a file says that it is sorted by kind, the
//! first block with ways and the first with relations are found by halving, so that a pass over one kind inflates no
//! block without it; a file that turns out not to be sorted is read again without trust in its word.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use rayon::iter::{ParallelBridge, ParallelIterator};

use super::error::ImportError;
use super::frames::{Frame, Frames, read_frame};
use super::pbf::inflate::Inflater;
use super::pbf::{Block, Kinds};
use crate::Bounds;

/// Blocks that were inflated to learn what they hold are kept for reading up to so many bytes.
const KEPT_BYTES: usize = 16 << 20;

/// What a block holds, and what the caller made of it.
type Opened<T> = Result<(Kinds, T), ImportError>;

/// The files of one import, whose blocks have been found, ready to be read as often as needed. Blocks are numbered
/// through all files.
#[derive(Debug)]
pub(super) struct Extracts<R> {
    files: Vec<Frames<R>>,
    /// What each block holds, as far as is known: never less, unless a file's header is wrong.
    kinds: Vec<Kinds>,
    kept: BTreeMap<usize, Vec<u8>>,
    /// A block held what it should not, by the header of its file.
    is_misled: bool,
}

impl<R: Read + Seek + Send> Extracts<R> {
    /// Finds the blocks of some files.
    ///
    /// # Errors
    /// When a file is empty, something else, cut off, or needs what this reader cannot do.
    pub(super) fn open(sources: impl IntoIterator<Item = R>) -> Result<Self, ImportError> {
        let sources: Vec<R> = sources.into_iter().collect();
        let count = sources.len();
        let open = |(number, src)| Frames::open(src).map_err(|e: ImportError| e.in_file(number, count));
        let files: Vec<Frames<R>> = (1..).zip(sources).map(open).collect::<Result<_, _>>()?;
        let mut extracts = Self { files, kinds: Vec::new(), kept: BTreeMap::new(), is_misled: false };
        for file in 0..extracts.files.len() {
            extracts.look_ahead(file)?;
        }
        Ok(extracts)
    }

    /// The size of all files in bytes.
    pub(super) fn length(&self) -> u64 {
        self.files.iter().map(|f| f.length).sum()
    }

    /// How many blocks of data there are.
    pub(super) fn block_count(&self) -> usize {
        self.kinds.len()
    }

    /// Whether all files say that they are sorted.
    pub(super) fn are_sorted(&self) -> bool {
        self.files.iter().all(|f| f.is_sorted)
    }

    /// When the data was current, by the oldest of the files that say so.
    pub(super) fn timestamp(&self) -> Option<i64> {
        self.files.iter().filter_map(|f| f.timestamp).min()
    }

    /// The rectangle around all that the files say they cover; nothing when one does not say it.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        let mut corners = Vec::new();
        for file in &self.files {
            let Bounds { min, max } = file.bounds?;
            corners.extend([min, max]);
        }
        Bounds::around(corners)
    }

    /// Does some passes, and does them again when a file has turned out not to be sorted as it says.
    ///
    /// # Errors
    /// Those of the passes.
    pub(super) fn in_passes<T>(
        &mut self,
        passes: impl Fn(&mut Self) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let done = passes(self);
        // What went wrong may come of it: no ways where they were looked for.
        if !self.is_misled {
            return done;
        }
        self.kinds.fill(Kinds::ANY);
        self.is_misled = false;
        passes(self)
    }

    /// Decodes, on all cores, the blocks of which `wanted` says yes to what they may hold, and gives what `read` makes
    /// of each, with its number, in the files' order. At most a few blocks per core are in memory at a time.
    ///
    /// # Errors
    /// When a block is damaged, or when `read` fails; the first such block is told of.
    pub(super) fn scan<T: Send>(
        &mut self,
        wanted: impl Fn(Kinds) -> bool + Sync,
        read: impl Fn(&Block<'_>) -> Result<T, ImportError> + Sync,
    ) -> Result<Vec<(usize, T)>, ImportError> {
        let Self { files, kinds, kept, .. } = self;
        let count = files.len();
        let mut done = Vec::new();
        let mut base = 0;
        for (number, file) in files.iter_mut().enumerate() {
            let Frames { src, blocks, .. } = file;
            let here = blocks.iter().zip(base..).filter(|&(_, number)| wanted(kinds[number]));
            let here = here.map(|(frame, number)| {
                let kept = kept.get(&number).map(Vec::as_slice);
                (number, *frame, if kept.is_some() { Ok(Vec::new()) } else { read_frame(src, *frame) }, kept)
            });
            let mut found: Vec<(usize, Opened<T>)> = here
                .par_bridge()
                .map_init(Inflater::default, |inflater, (number, frame, blob, kept)| {
                    let open = || {
                        let blob = blob?;
                        let block = Block::parse(kept.map_or_else(|| inflater.open(&blob), Ok)?)?;
                        Ok((block.kinds(), read(&block)?))
                    };
                    (number, open().map_err(|e: ImportError| e.in_block(frame.offset)))
                })
                .collect();
            found.sort_unstable_by_key(|&(number, _)| number);
            for (block, result) in found {
                let (has, value) = result.map_err(|e| e.in_file(number + 1, count))?;
                self.is_misled |= !has.within(kinds[block]);
                kinds[block] = has;
                done.push((block, value));
            }
            base += blocks.len();
        }
        Ok(done)
    }

    /// Learns what the next file's blocks may hold: all kinds, unless it says that it is sorted.
    fn look_ahead(&mut self, file: usize) -> Result<(), ImportError> {
        let base = self.kinds.len();
        let end = base + self.files[file].blocks.len();
        self.kinds.resize(end, Kinds::ANY);
        if !self.files[file].is_sorted {
            return Ok(());
        }
        let is_past_nodes = |kinds: Kinds| kinds.ways || kinds.relations;
        let first_way = self.halve(file, base, base..end, is_past_nodes)?;
        let first_relation = self.halve(file, base, first_way..end, |kinds| kinds.relations)?;
        let none = Kinds { nodes: false, ways: false, relations: false };
        for (number, kinds) in self.kinds.iter_mut().enumerate().skip(base) {
            // The first block of a kind may end with it and begin with another; it has been looked into.
            if number < first_way {
                *kinds = Kinds { nodes: true, ..none };
            } else if number > first_way && number < first_relation {
                *kinds = Kinds { ways: true, ..none };
            } else if number > first_relation {
                *kinds = Kinds { relations: true, ..none };
            }
        }
        Ok(())
    }

    /// The first block of a range that is past some kind, when all after it are, too.
    fn halve(
        &mut self,
        file: usize,
        base: usize,
        within: std::ops::Range<usize>,
        is_past: impl Fn(Kinds) -> bool,
    ) -> Result<usize, ImportError> {
        let (mut first, mut end) = (within.start, within.end);
        while first < end {
            let middle = first + (end - first) / 2;
            if is_past(self.look_into(file, base, middle)?) {
                end = middle;
            } else {
                first = middle + 1;
            }
        }
        Ok(first)
    }

    fn look_into(&mut self, file: usize, base: usize, number: usize) -> Result<Kinds, ImportError> {
        let count = self.files.len();
        let Frames { src, blocks, .. } = &mut self.files[file];
        let frame: Frame = blocks[number - base];
        let mut inflater = Inflater::default();
        let mut look = || {
            if let Some(bytes) = self.kept.get(&number) {
                return Ok(Block::parse(bytes)?.kinds());
            }
            let blob = read_frame(src, frame)?;
            let bytes = inflater.open(&blob)?;
            let kinds = Block::parse(bytes)?.kinds();
            if self.kept.values().map(Vec::len).sum::<usize>() + bytes.len() <= KEPT_BYTES {
                self.kept.insert(number, bytes.to_vec());
            }
            Ok(kinds)
        };
        let kinds = look().map_err(|e: ImportError| e.in_block(frame.offset).in_file(file + 1, count))?;
        self.kinds[number] = kinds;
        Ok(kinds)
    }
}
