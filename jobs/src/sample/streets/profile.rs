//! What a street looks like across: carriageways, sidewalks, and how wide it is between the blocks.
//!
//! Comes in: the class of a street line. Goes out: offsets in metres from its middle and OSM words. Not here: geometry.

/// The classes of street lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Two carriageways, sidewalks mapped by themselves.
    Avenue,
    /// One carriageway, sidewalks mapped by themselves.
    Boulevard,
    /// One carriageway, sidewalks said in tags.
    Street,
    /// A narrow street along the railway.
    Minor,
}

/// A cross-section. Offsets are metres from the middle, east of a vertical street and north of a horizontal one.
#[derive(Debug, PartialEq)]
pub(crate) struct Profile {
    pub(crate) highway: &'static str,
    pub(crate) lanes: &'static str,
    pub(crate) carriageways: &'static [f64],
    /// Distance of both sidewalks from the middle, where they are mapped by themselves.
    pub(crate) sidewalk: Option<f64>,
    /// Distance of the blocks from the middle.
    pub(crate) half_width: f64,
}

impl Class {
    /// The cross-section of the class.
    pub(crate) fn profile(self) -> &'static Profile {
        match self {
            Self::Avenue => &Profile {
                highway: "primary",
                lanes: "3",
                carriageways: &[-8.0, 8.0],
                sidewalk: Some(18.0),
                half_width: 24.0,
            },
            Self::Boulevard => &Profile {
                highway: "secondary",
                lanes: "4",
                carriageways: &[0.0],
                sidewalk: Some(12.0),
                half_width: 18.0,
            },
            Self::Street => {
                &Profile { highway: "secondary", lanes: "2", carriageways: &[0.0], sidewalk: None, half_width: 14.0 }
            }
            Self::Minor => {
                &Profile { highway: "tertiary", lanes: "2", carriageways: &[0.0], sidewalk: None, half_width: 11.0 }
            }
        }
    }
}
