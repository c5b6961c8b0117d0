//! A graph in a file: written once, read back at the speed of the disk.
//!
//! Comes in: a [`WalkGraph`] and a writer, or a reader. Goes out: the same graph, or a [`StoreError`] that says what is
//! wrong with the file. Not here: paths and names of files.
//!
//! # Format, version 5
//! All numbers little-endian. Eight bytes `WALKSHED`, the version as u32, the number of sections as u32; then each
//! section: four bytes of name, the size of an element as u32, the number of elements as u64, the elements; last the
//! XXH3 hash (64 bits) of all that stands before it. The edge lists are not stored: they follow from the links. The two sections of heights are
//! empty where there are none.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::squares::Squares;
use super::{GraphDefect, Piece, WalkGraph};
use crate::Bounds;
use crate::osm::{Ground, Spot};
use crate::position::Position;

#[cfg(target_endian = "big")]
compile_error!("graph files are little-endian; big-endian machines are not supported");

const MAGIC: &[u8; 8] = b"WALKSHED";
const VERSION: u32 = 5;

/// What a graph was made from; kept in its file.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct GraphAbout {
    /// The extract it was made from, as its maker calls it.
    pub source: String,
    /// The SHA-256 of the extract, in hexadecimal, where known.
    pub source_sha256: Option<String>,
    /// When the extract was current, in seconds since 1970, where known.
    pub data_timestamp: Option<i64>,
    /// The rectangle that the extract says it covers, where it says so and is whole; streets go on beyond it.
    #[serde(default)]
    pub covers: Option<Bounds>,
    /// The name of the rules of access.
    pub rules: String,
    /// The version of the engine.
    pub engine: String,
    /// Where its heights come from and how they were smoothed, in the words of its maker; nothing where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heights: Option<String>,
}

/// Why a graph cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The bytes could not be read or written at all.
    #[error("cannot read or write the graph: {0}")]
    Io(#[from] std::io::Error),
    /// The file is something else.
    #[error("this is not a walkshed graph file; build one with `walkshed graph build`")]
    Foreign,
    /// The file is of another version.
    #[error("the graph file has version {0}; this program reads version {VERSION}: build it again")]
    Version(u32),
    /// The file is too short.
    #[error("the graph file ends too early ({bytes} bytes): it was not written or copied whole; build it again")]
    Truncated {
        /// How many bytes there are.
        bytes: usize,
    },
    /// The file has been changed since it was written.
    #[error("the graph file is damaged (its checksum does not fit); build it again")]
    Checksum,
    /// The sections are not those of this version, though the checksum fits.
    #[error("the graph file is damaged at its section {0:?}; build it again")]
    Section(String),
    /// The sections do not make a graph, though the checksum fits.
    #[error("the graph file is damaged: {0}; build it again")]
    Defect(#[from] GraphDefect),
}

impl WalkGraph {
    /// Writes the graph.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_to(&self, out: impl Write) -> Result<(), StoreError> {
        let about = toml::to_string(&self.about).map_err(|e| std::io::Error::other(e.to_string()))?;
        let classes = self.class_names.join("\n");
        let mut out = Hashing { inner: out, hash: Xxh3::new() };
        out.write_all(MAGIC)?;
        out.write_all(&VERSION.to_le_bytes())?;
        out.write_all(&22u32.to_le_bytes())?;
        section(&mut out, *b"ABOU", about.as_bytes())?;
        section(&mut out, *b"CLAS", classes.as_bytes())?;
        section(&mut out, *b"NPOS", &self.node_at)?;
        section(&mut out, *b"NOSM", &self.node_osm)?;
        section(&mut out, *b"LTAI", &self.link_tail)?;
        section(&mut out, *b"LHEA", &self.link_head)?;
        section(&mut out, *b"LFLA", &self.link_flags)?;
        section(&mut out, *b"LPOI", &self.link_first_point)?;
        section(&mut out, *b"LPIE", &self.link_first_piece)?;
        section(&mut out, *b"PPOS", &self.point_at)?;
        section(&mut out, *b"PALO", &self.point_along_mm)?;
        section(&mut out, *b"PHEI", &self.point_height_mm)?;
        section(&mut out, *b"LADD", &self.link_added)?;
        section(&mut out, *b"PIEC", &self.pieces)?;
        section(&mut out, *b"TWIN", &self.twins)?;
        section(&mut out, *b"GROU", &self.grounds)?;
        section(&mut out, *b"SPOI", &self.spot_point)?;
        section(&mut out, *b"SPOT", &self.spots)?;
        section(&mut out, *b"SQUA", &self.squares.heads)?;
        section(&mut out, *b"RING", &self.squares.ring_end)?;
        section(&mut out, *b"CORN", &self.squares.corner_at)?;
        section(&mut out, *b"DOOR", &self.squares.doors)?;
        let hash = out.hash.digest();
        out.inner.write_all(&hash.to_le_bytes())?;
        out.inner.flush()?;
        Ok(())
    }

    /// Reads a graph back, and checks it whole.
    ///
    /// # Errors
    /// When the source is no graph file, of another version, cut off or damaged.
    pub fn read_from(mut src: impl Read) -> Result<Self, StoreError> {
        let mut bytes = Vec::new();
        src.read_to_end(&mut bytes)?;
        if bytes.len() < 12 || &bytes[..8] != MAGIC {
            return Err(StoreError::Foreign);
        }
        let version = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
        if version != VERSION {
            return Err(StoreError::Version(version));
        }
        let truncated = StoreError::Truncated { bytes: bytes.len() };
        let Some((content, hash)) = bytes.split_last_chunk::<8>() else { return Err(truncated) };
        if xxhash_rust::xxh3::xxh3_64(content) != u64::from_le_bytes(*hash) {
            // A file that stops early fails the checksum too; how long it should be tells the two apart.
            return Err(if expected_length(&bytes).is_none_or(|l| l > bytes.len()) {
                truncated
            } else {
                StoreError::Checksum
            });
        }
        let mut sections = Sections { rest: content.get(16..).ok_or(truncated)? };
        let about = sections.text(*b"ABOU")?;
        let classes = sections.text(*b"CLAS")?;
        let mut graph = Self {
            about: toml::from_str(&about).map_err(|_| StoreError::Section("ABOU".into()))?,
            class_names: classes.split('\n').map(str::to_owned).collect(),
            node_at: sections.column::<Position>(*b"NPOS")?,
            node_osm: sections.column(*b"NOSM")?,
            link_tail: sections.column(*b"LTAI")?,
            link_head: sections.column(*b"LHEA")?,
            link_flags: sections.column(*b"LFLA")?,
            link_first_point: sections.column(*b"LPOI")?,
            link_first_piece: sections.column(*b"LPIE")?,
            point_at: sections.column(*b"PPOS")?,
            point_along_mm: sections.column(*b"PALO")?,
            point_height_mm: sections.column(*b"PHEI")?,
            link_added: sections.column(*b"LADD")?,
            pieces: sections.column::<Piece>(*b"PIEC")?,
            twins: sections.column(*b"TWIN")?,
            grounds: sections.column::<Ground>(*b"GROU")?,
            spot_point: sections.column(*b"SPOI")?,
            spots: sections.column::<Spot>(*b"SPOT")?,
            squares: Squares::from_columns(
                sections.column(*b"SQUA")?,
                sections.column(*b"RING")?,
                sections.column(*b"CORN")?,
                sections.column(*b"DOOR")?,
            ),
            first_out: Vec::new(),
            first_in: Vec::new(),
            node_component: Vec::new(),
            head: Vec::new(),
            traversal: Vec::new(),
            in_edge: Vec::new(),
            components: Vec::new(),
        };
        graph.check()?;
        graph.list_edges();
        graph.label_components();
        Ok(graph)
    }
}

/// A writer that keeps the hash of what went through it.
struct Hashing<W> {
    inner: W,
    hash: Xxh3,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn section<T: bytemuck::Pod>(out: &mut impl Write, name: [u8; 4], elements: &[T]) -> std::io::Result<()> {
    out.write_all(&name)?;
    out.write_all(&(size_of::<T>() as u32).to_le_bytes())?;
    out.write_all(&(elements.len() as u64).to_le_bytes())?;
    out.write_all(bytemuck::cast_slice(elements))
}

/// The sections of a file, one after the other.
struct Sections<'b> {
    rest: &'b [u8],
}

impl<'b> Sections<'b> {
    /// The bytes of the next section, which must have this name and elements of this size.
    fn bytes(&mut self, name: [u8; 4], element: usize) -> Result<&'b [u8], StoreError> {
        let wrong = || StoreError::Section(String::from_utf8_lossy(&name).into_owned());
        let (head, rest) = self.rest.split_at_checked(16).ok_or_else(wrong)?;
        let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let count = u64::from_le_bytes([head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15]]);
        let bytes = size.checked_mul(count).and_then(|b| usize::try_from(b).ok()).ok_or_else(wrong)?;
        let (content, rest) = rest.split_at_checked(bytes).ok_or_else(wrong)?;
        if head[..4] != name || size != element as u64 {
            return Err(wrong());
        }
        self.rest = rest;
        Ok(content)
    }

    fn column<T: bytemuck::Pod>(&mut self, name: [u8; 4]) -> Result<Vec<T>, StoreError> {
        Ok(bytemuck::pod_collect_to_vec(self.bytes(name, size_of::<T>())?))
    }

    fn text(&mut self, name: [u8; 4]) -> Result<String, StoreError> {
        let bytes = self.bytes(name, 1)?.to_vec();
        String::from_utf8(bytes).map_err(|_| StoreError::Section(String::from_utf8_lossy(&name).into_owned()))
    }
}

/// How long the file should be by its sections, as far as they can be followed.
fn expected_length(bytes: &[u8]) -> Option<usize> {
    let sections = u32::from_le_bytes(bytes.get(12..16)?.try_into().ok()?);
    let mut at = 16usize;
    for _ in 0..sections.min(1 << 10) {
        let head = bytes.get(at..at.checked_add(16)?)?;
        let size = u32::from_le_bytes(head[4..8].try_into().ok()?) as usize;
        let count = usize::try_from(u64::from_le_bytes(head[8..16].try_into().ok()?)).ok()?;
        at = at.checked_add(16)?.checked_add(size.checked_mul(count)?)?;
    }
    at.checked_add(8)
}
