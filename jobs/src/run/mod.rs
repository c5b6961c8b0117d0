//! A run, stage by stage, and what goes with it: progress, memory, the output folder, the manifest.
//!
//! Comes in: a [`Plan`](crate::plan::Plan). Goes out: a folder of tables and a [`Findings`](findings::Findings) to sum up.
//! Not here: flags, and how tables are written.

mod by_point;
pub(crate) mod case;
pub(crate) mod certainty;
pub(crate) mod coverage;
mod edge;
mod example_walks;
pub(crate) mod extremes;
pub(crate) mod findings;
mod for_maps;
pub(crate) mod inputs;
pub(crate) mod job;
pub(crate) mod linked;
pub(crate) mod manifest;
pub(crate) mod measures;
pub(crate) mod memory;
mod outlet_tables;
mod passes;
pub(crate) mod progress;
pub(crate) mod provenance;
pub(crate) mod question;
mod reasons;
pub(crate) mod registries;
pub(crate) mod searching;
pub(crate) mod staging;
mod straight;
pub(crate) mod who_lives;
mod zone_results;
