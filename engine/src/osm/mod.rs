//! OpenStreetMap in, walkable pieces out.
//!
//! Comes in: an `.osm.pbf` extract (any [`std::io::Read`] + [`std::io::Seek`]) and [`WalkRules`]. Goes out: a
//! [`RawNetwork`] of walkable ways over resolved nodes with an [`ImportReport`] of what was read, used and dropped; and,
//! for residents and outlets, the tagged [`Feature`]s of the same file. [`PbfWriter`] writes extracts: the made-up city
//! and the drawn maps of the tests go through the same door as real ones.
//!
//! Not here: junctions, lengths and searches (`graph`); which outlet is of which format (the tool's vocabulary).

mod areas;
mod blocks;
mod clip;
mod compound_outline;
mod compound_search;
mod compound_tags;
mod compound_ways;
mod compounds;
mod conditional;
mod ends_only;
mod error;
mod explain;
mod features;
mod frames;
mod gates;
mod ground;
mod ground_tags;
mod import;
mod join;
mod network;
mod pbf;
mod plazas;
mod private_corners;
mod reasons;
mod report;
mod rules;
mod rules_file;
mod sidewalks;
mod sorted_ids;
mod surroundings;
mod tags;
mod way_names;
pub mod write;

pub use clip::ClipArea;
pub use compound_search::read_compounds;
pub use compounds::{ClosedBy, Compound, CompoundGate, CompoundSet, Entrance, NoWayIn, NotACompound, ShutCompound};
pub use conditional::{Moment, NoMoment};
pub use error::ImportError;
pub use explain::{Explanation, Verdict, explain};
pub use features::{Feature, FeatureSet, OsmKind, OsmRef, read_feature_files, read_features};
pub use gates::{Gate, NodeAnswers};
pub use ground::{Crossing, Form, Ground, Kerb, Obstacle, Rise, Smoothness, Spot, Surface, Wheelchair};
pub use import::{decode_and_resolve, read_pbf, read_pbf_files, read_pbf_under};
pub use network::{Directions, Passage, RawNetwork, RawWay};
pub use reasons::Because;
pub use report::ImportReport;
pub use rules::{Answer, ClassId, GatePolicy, WalkRules, WayVerdict};
pub use rules_file::RulesError;
pub use surroundings::{Height, Line, LineKind, NodeMark, Surroundings, read_surroundings};
pub use tags::Tags;
pub use way_names::read_way_names;
pub use write::PbfWriter;
