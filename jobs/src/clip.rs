//! Clipping to an area: which streets are kept, and whose residents count.
//!
//! Comes in: GeoJSON polygons and how far around them people may walk. Goes out: a [`Clip`]. Streets are kept in the
//! polygons and around them, outlets wherever a kept street leads, residents in the polygons alone: so nobody in the area
//! loses a shop beyond its border, and nobody beyond it is counted. Not here: the cutting (the engine's).

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use walkshed::osm::ClipArea;
use walkshed::snap::SnapOptions;
use walkshed::walk::Walker;
use walkshed::{LonLat, Meters};

use crate::wrong_use::WrongUse;
use crate::zones::read_polygons;

/// The flags by which a command is told to keep to an area.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ClipFlags {
    /// Keep to an area: GeoJSON polygons. Streets in and around it are kept, and the residents inside it
    #[arg(long, value_name = "FILE")]
    pub clip: Option<PathBuf>,
    /// How far around the area streets are kept, in metres [default: as far as the longest walk leads]
    #[arg(long, value_name = "M", requires = "clip")]
    pub clip_buffer: Option<f64>,
}

/// An area to keep to.
#[derive(Debug)]
pub(crate) struct Clip {
    /// The file with the polygons.
    pub path: PathBuf,
    /// How far around them streets are kept.
    pub buffer: Meters,
    /// The polygons with that margin.
    pub area: ClipArea,
}

impl Clip {
    /// Reads the polygons.
    ///
    /// # Errors
    /// When there are none, or the buffer is no distance.
    pub(crate) fn read(path: &Path, buffer: Meters) -> Result<Self> {
        if !(0.0..=100_000.0).contains(&buffer.0) {
            let message = format!("a clip buffer of {} m is out of range; expected 0 to 100,000 m", buffer.0);
            return Err(WrongUse::error(message));
        }
        let used_as = || format!("the area to clip to in {} cannot be used", path.display());
        let polygons = read_polygons(path).with_context(used_as)?;
        let area = ClipArea::new(&polygons, buffer).context("its polygons have no extent").with_context(used_as)?;
        Ok(Self { path: path.to_owned(), buffer, area })
    }

    /// Whether who lives at a point lives in the area.
    pub(crate) fn contains(&self, at: LonLat) -> bool {
        self.area.contains(at)
    }
}

/// How far from an area a walk that begins in it can lead: as far as the walker gets in a straight line, and to the street
/// at either end. With this buffer, clipping changes no walk that begins in the area.
pub(crate) fn longest_walk(walker: &Walker, minutes: f64, snap: SnapOptions) -> Meters {
    Meters(walker.fastest().0 * minutes * 60.0 + 2.0 * snap.max_distance.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_that_is_none_is_refused() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("area.geojson");
        let refused = |text: &str, buffer: f64| -> Result<String> {
            std::fs::write(&path, text)?;
            Ok(format!("{:#}", Clip::read(&path, Meters(buffer)).expect_err(text)))
        };
        let square = r#"{"type":"Polygon","coordinates":[[[113,34],[113.1,34],[113.1,34.1],[113,34]]]}"#;
        assert!(refused("no json", 10.0)?.contains("this is not GeoJSON"));
        assert!(refused(r#"{"type":"Point","coordinates":[1,2]}"#, 10.0)?.contains("has no polygon"));
        assert!(refused(square, -1.0)?.contains("expected 0 to 100,000 m"));
        std::fs::write(&path, square)?;
        let clip = Clip::read(&path, Meters(500.0))?;
        assert!(clip.contains(LonLat { lon: 113.09, lat: 34.01 }));
        assert!(!clip.contains(LonLat { lon: 113.101, lat: 34.01 }));
        Ok(())
    }
}
