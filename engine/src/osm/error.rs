//! Why an extract cannot be imported, in words for who has to mend it.
//!
//! Comes in: what a reader met. Goes out: [`ImportError`].

/// Why an extract cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The bytes could not be read at all.
    #[error("cannot read the extract: {0}")]
    Io(#[from] std::io::Error),
    /// The file has no bytes.
    #[error("the file is empty; expected an OpenStreetMap extract in PBF format (.osm.pbf)")]
    Empty,
    /// The file is something else.
    #[error(
        "this is not an OpenStreetMap PBF file ({detail}); expected an .osm.pbf extract, not .osm, .xml, .gz or text"
    )]
    NotPbf {
        /// What was found instead of an OSM header.
        detail: String,
    },
    /// The file ends in the middle of a block.
    #[error("the file ends in the middle of a block that begins at byte {offset}; the download is probably incomplete")]
    Truncated {
        /// Where the unfinished block begins.
        offset: u64,
    },
    /// A block cannot be decoded.
    #[error("the file is damaged{}: {detail}; fetch the extract again", at_byte(*offset))]
    Damaged {
        /// Where the damaged block begins, where known.
        offset: Option<u64>,
        /// What is wrong with it.
        detail: String,
    },
    /// The file asks of its reader what this one cannot do.
    #[error("the file needs the feature {feature:?}, which is not supported{}", advice(feature))]
    Unsupported {
        /// The feature as the file's header names it.
        feature: String,
    },
    /// One of several files cannot be read.
    #[error("file {number} of those given: {error}")]
    OneOfSeveral {
        /// Which of them, counted from 1.
        number: usize,
        /// What is wrong with it.
        error: Box<ImportError>,
    },
    /// There is not one way in the file.
    #[error("there are no ways in the extract ({nodes} nodes): nothing to walk on; was it filtered to points only?")]
    NoWays {
        /// How many nodes there are.
        nodes: u64,
    },
    /// Nobody may walk on any of the ways.
    #[error("none of the {ways} ways in the extract can be walked on; expected ways with highway=… tags")]
    NothingWalkable {
        /// How many ways were read.
        ways: u64,
    },
}

fn at_byte(offset: Option<u64>) -> String {
    offset.map_or_else(String::new, |o| format!(" in the block at byte {o}"))
}

fn advice(feature: &str) -> &'static str {
    match feature {
        "HistoricalInformation" => "; this is a history file: make a plain extract of one date from it",
        "lzma compression" | "bzip2 compression" | "lz4 compression" | "zstd compression" => {
            "; write it again with zlib, as osmium does: osmium cat in.osm.pbf -o out.osm.pbf"
        }
        _ => "",
    }
}

impl ImportError {
    /// Names the block in which the file turned out to be damaged.
    pub(super) fn in_block(self, at: u64) -> Self {
        match self {
            Self::Damaged { offset: None, detail } => Self::Damaged { offset: Some(at), detail },
            other => other,
        }
    }

    /// Says which of several files it is about.
    pub(super) fn in_file(self, number: usize, of: usize) -> Self {
        if of == 1 { self } else { Self::OneOfSeveral { number, error: Box::new(self) } }
    }
}
